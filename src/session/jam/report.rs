//! The figures of a jam, for people and for machines.

use super::figures::{BarFigures, Figures, share_inside};
use super::{Jam, JamOptions};
use crate::band::form::Side;
use crate::band::{LadderFigures, Part, Role, Rung};
use crate::base::Bus;
use crate::session::wav::Loudness;
use crate::theory::Chord;
use crate::theory::tension::fits;
use serde_json::{Value, json};
use std::path::Path;

/// The A that everybody is tuned to here, Hz.
const A4_HZ: f32 = 440.0;

/// The figures of a jam.
#[derive(Clone, Debug)]
pub struct JamReport {
    value: Value,
    text: String,
}

impl JamReport {
    pub(super) fn new(
        input: &Path,
        wav: &Path,
        options: &JamOptions,
        jam: &Jam,
        loudness: &Loudness,
        took_secs: f64,
    ) -> Self {
        let figures = &jam.figures;
        let counts = Part::ALL.map(|part| figures.notes.iter().filter(|note| note.bus == part.bus()).count());
        let spans = heard_spans(figures, jam.secs);
        let agreement = Agreement::of(figures, &spans);
        let adapted = Adaptation::of(figures);
        let plans = figures.plans.percentiles();
        let raga = options.raga.as_ref().map(|raga| (raga, raga.legal_steps(&figures.notes, A4_HZ)));
        let value = json!({
            "input": input.display().to_string(),
            "out": wav.display().to_string(),
            "seed": options.seed,
            "mode": options.settings.mode.mode().key,
            "raga": raga.map(|(raga, legal)| raga.json(legal)),
            "seconds": jam.secs,
            "peak_db": loudness.peak_db(),
            "rms_db": loudness.rms_db(),
            "band": {
                "began_at_seconds": figures.begin_secs,
                "bars": figures.bars.len(),
                "notes": Part::ALL.iter().map(|p| (p.key().to_owned(), counts[*p as usize].into())).collect::<serde_json::Map<_, _>>(),
                "late": figures.late,
                "overflow": figures.overflow,
                "hanging": figures.hanging,
            },
            "players": rung_key(options.settings.best),
            "models": models_json(figures.ladder),
            "model_problems": jam.problems,
            "chord_agreement": agreement.json(),
            "adaptation_ms": adapted.json(),
            "planning_us": { "p50": plans.p50_nanos / 1000, "p95": plans.p95_nanos / 1000, "p99": plans.p99_nanos / 1000, "max": plans.max_nanos / 1000, "count": plans.count },
            "took_seconds": took_secs,
            "times_real_time": jam.secs / took_secs.max(1.0e-9),
            "bars": figures.bars.iter().map(|bar| bar_json(bar, figures, &spans)).collect::<Vec<_>>(),
        });
        let mut lines = vec![wav.display().to_string()];
        let begin_secs = figures.begin_secs.unwrap_or(jam.secs);
        let [drums, bass, keys, lead] = counts;
        lines.push(format!(
            "{:.1} s, the band from {begin_secs:.1} s on: {} bars, {drums} drum strokes, {bass} bass, {keys} keys and {lead} lead notes, {} late",
            jam.secs,
            figures.bars.len(),
            figures.late,
        ));
        lines.extend(raga.map(|(raga, legal)| raga.text(legal)));
        if agreement.all.is_some() && raga.is_none() {
            let [all, at_changes] = [agreement.all, agreement.bass_at_changes].map(percent);
            lines.push(format!("{all} inside the chords, bass on the chord at changes {at_changes}"));
        }
        lines.extend(jam.problems.iter().cloned());
        lines.extend(models_text(figures.ladder));
        if adapted.count > 0 {
            let ([p50, p95], hear) = (adapted.total, adapted.hear[0]);
            lines.push(format!(
                "a chord is answered after {p50:.0} ms (P95 {p95:.0}): {hear:.0} heard, the rest is the commit"
            ));
        }
        let times = jam.secs / took_secs.max(1.0e-9);
        lines.push(format!("rendered in {took_secs:.2} s, {times:.0} times faster than it plays"));
        let text = lines.join("\n");
        Self { value, text }
    }

    /// With stable keys.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.value
    }

    /// For people.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

fn models_text(figures: LadderFigures) -> Option<String> {
    let LadderFigures { bars, on_time, changes, prepared, .. } = figures;
    let share = |of: u32, all: u32| percent((all > 0).then(|| f64::from(of) / f64::from(all)));
    let (played, prepared) = (share(on_time, bars), share(prepared, changes));
    let said = format!(
        "the models played {played} of the bars that they could, and had {prepared} of the changes of chord prepared"
    );
    (bars > 0).then_some(said)
}

fn models_json(figures: LadderFigures) -> Value {
    let LadderFigures { bars, on_time, changes, prepared, late } = figures;
    json!({ "bars": bars, "bars_on_time": on_time, "chord_changes": changes, "prepared": prepared, "late": late })
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "none".to_owned(), |share| format!("{:.0} %", share * 100.0))
}

fn heard_spans(figures: &Figures, end_secs: f64) -> Vec<(f64, f64, Chord)> {
    let ends = figures.chords.iter().skip(1).map(|(at, _)| *at).chain([end_secs]);
    figures.chords.iter().zip(ends).map(|((begin, chord), end)| (*begin, end, *chord)).collect()
}

/// How the band's notes agree with the chords that were heard.
struct Agreement {
    all: Option<f64>,
    parts: [Option<f64>; Part::COUNT],
    bass_at_changes: Option<f64>,
}

impl Agreement {
    fn of(figures: &Figures, spans: &[(f64, f64, Chord)]) -> Self {
        let of = |buses: &[Bus]| {
            let notes = figures.notes.iter().filter(|note| buses.contains(&note.bus));
            share_inside(notes, spans, |note, chord| fits(note.key, chord, figures.key))
        };
        let changes = spans.iter().filter_map(|(begin, end, chord)| {
            let mut bass = figures.notes.iter().filter(|note| note.bus == Bus::Bass);
            let first = bass.find(|note| note.begin_secs >= *begin && note.begin_secs < *end)?;
            Some(chord.has(first.key) || chord.bass == first.key % 12)
        });
        let changes: Vec<bool> = changes.collect();
        let share = changes.iter().filter(|is| **is).count() as f64 / changes.len().max(1) as f64;
        Self {
            all: of(&[Bus::Bass, Bus::Keys, Bus::Lead]),
            parts: Part::ALL.map(|part| if part == Part::Drums { None } else { of(&[part.bus()]) }),
            bass_at_changes: (!changes.is_empty()).then_some(share),
        }
    }

    fn json(&self) -> Value {
        json!({
            "all": self.all,
            "bass": self.parts[Part::Bass as usize],
            "keys": self.parts[Part::Keys as usize],
            "lead": self.parts[Part::Lead as usize],
            "bass_at_changes": self.bass_at_changes,
        })
    }
}

/// Milliseconds from a chord's first key to the first note that follows it: `[P50, P95]`.
struct Adaptation {
    total: [f64; 2],
    hear: [f64; 2],
    wait: [f64; 2],
    count: usize,
}

impl Adaptation {
    fn of(figures: &Figures) -> Self {
        let of = |value: fn(&crate::worker::Adapted) -> f64| {
            let mut all: Vec<f64> = figures.adapted.iter().map(|a| value(a) * 1000.0).collect();
            all.sort_by(f64::total_cmp);
            let at = |share: f64| all.get(((all.len().max(1) - 1) as f64 * share) as usize).copied().unwrap_or(0.0);
            [at(0.5), at(0.95)]
        };
        Self {
            total: of(|a| a.hear_secs + a.wait_secs),
            hear: of(|a| a.hear_secs),
            wait: of(|a| a.wait_secs),
            count: figures.adapted.len(),
        }
    }

    fn json(&self) -> Value {
        let stage = |of: [f64; 2]| json!({ "p50": of[0], "p95": of[1] });
        json!({ "total": stage(self.total), "hear": stage(self.hear), "commit": stage(self.wait), "chords": self.count })
    }
}

fn bar_json(bar: &BarFigures, figures: &Figures, spans: &[(f64, f64, Chord)]) -> Value {
    let end_secs = bar.begin_secs + f64::from(bar.beats) * 60.0 / bar.bpm;
    let notes = figures.notes.iter().filter(|note| {
        note.bus != Bus::Drums && note.begin_secs >= bar.begin_secs - 0.05 && note.begin_secs < end_secs - 0.05
    });
    let agreement = share_inside(notes, spans, |note, chord| fits(note.key, chord, figures.key));
    let rungs = Part::ALL.iter().map(|part| {
        let rung = bar.rungs[*part as usize].map(rung_key);
        (part.key().to_owned(), rung.map_or(Value::Null, Into::into))
    });
    let ages = Part::ALL.iter().map(|part| (part.key().to_owned(), bar.ages_beats[*part as usize].into()));
    json!({
        "bar": bar.index,
        "seconds": bar.begin_secs,
        "bpm": bar.bpm,
        "role": role_key(bar.role),
        "turn": match bar.side { Side::Player => "player", Side::Band => "band" },
        "variation": char::from(b'A' + bar.variation.min(3)).to_string(),
        "rungs": rungs.collect::<serde_json::Map<_, _>>(),
        "ages_beats": ages.collect::<serde_json::Map<_, _>>(),
        "chord": figures.chord_at(bar.begin_secs + 0.1).map(|chord| chord.spelled(figures.key).to_string()),
        "chord_agreement": agreement,
        "revisions": bar.revisions,
        "staleness_beats": bar.staleness_beats,
        "lateness_ms": bar.slack_ms.map(|slack| -slack),
    })
}

/// The stable key of a rung.
#[must_use]
pub fn rung_key(rung: Rung) -> &'static str {
    match rung {
        Rung::Large => "large",
        Rung::Small => "small",
        Rung::Cached => "cached",
        Rung::Rules => "rules",
    }
}

fn role_key(role: Role) -> &'static str {
    match role {
        Role::Intro => "intro",
        Role::Groove => "groove",
        Role::Fill => "fill",
        Role::Ending => "ending",
    }
}
