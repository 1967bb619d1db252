//! What was heard against what people wrote down, by the measures that are usual for each.

use super::rounded;
use super::summary::Summary;
use super::truth::{TrueSegment, Truth};
use crate::ear::accuracy::beats::{phase_errors, score as score_beats, trimmed};
use crate::ear::accuracy::harmony::{ChordScore, KeyRelation};
use crate::ear::accuracy::pitch::{Estimate, Truth as PitchTruth, best_delay_ms, scores as score_pitch};
use crate::ear::pitch::PitchFrame;
use crate::theory::chord::Chord;
use crate::theory::key::Key;
use serde_json::{Map, Value, json};

/// Scores everything that both sides know.
pub fn score(summary: &Summary, truth: &Truth) -> Map<String, Value> {
    let mut scores = Map::new();
    if !truth.beats.is_empty() {
        scores.insert("beats".to_owned(), beats(summary, truth));
    }
    if !truth.chords.is_empty() {
        scores.insert("chords".to_owned(), chords(summary, &truth.chords));
    }
    if !truth.keys.is_empty() {
        scores.insert("key".to_owned(), key(summary, &truth.keys));
    }
    if !truth.pitch.is_empty() {
        scores.insert("pitch".to_owned(), pitch(summary, truth));
    }
    scores
}

/// Beats as they were announced, and as they were foreseen one beat earlier.
fn beats(summary: &Summary, truth: &Truth) -> Value {
    let there: Vec<f64> = truth.beats.iter().map(|beat| beat.at_secs).collect();
    let heard: Vec<f64> = summary.beats.iter().map(|beat| beat.at_secs).collect();
    let mut foreseen: Vec<f64> = summary.beats.iter().map(|beat| beat.foreseen_secs).collect();
    foreseen.sort_by(f64::total_cmp);
    let score = score_beats(trimmed(&there), trimmed(&heard));
    let whole = score_beats(&there, &heard);
    let ahead = score_beats(trimmed(&there), trimmed(&foreseen));
    let mut errors: Vec<f64> = phase_errors(trimmed(&there), trimmed(&heard)).iter().map(|e| e.abs()).collect();
    errors.sort_by(f64::total_cmp);
    let median = errors.get(errors.len() / 2).map(|error| rounded(error * 1e3, 1));
    let bars: Vec<f64> = truth.beats.iter().filter(|b| b.is_downbeat == Some(true)).map(|b| b.at_secs).collect();
    let heard_bars: Vec<f64> =
        summary.beats.iter().filter(|beat| beat.bar_position == Some(0)).map(|beat| beat.at_secs).collect();
    let downbeats = (!bars.is_empty()).then(|| score_beats(trimmed(&bars), trimmed(&heard_bars)).f_measure);
    json!({
        "f_measure": rounded(score.f_measure, 4),
        "cmlt": rounded(score.cml_t, 4),
        "amlt": rounded(score.aml_t, 4),
        "cemgil": rounded(score.cemgil, 4),
        "phase_error_ms": median,
        "f_measure_foreseen": rounded(ahead.f_measure, 4),
        "f_measure_untrimmed": rounded(whole.f_measure, 4),
        "downbeat_f_measure": downbeats.map(|f| rounded(f, 4)),
    })
}

/// Weighted by time, over all that is annotated.
fn chords(summary: &Summary, truth: &[TrueSegment]) -> Value {
    let mut score = ChordScore::default();
    let mut unknown_secs = 0.0;
    for segment in truth {
        let Some(wanted) = parsed(&segment.label) else {
            unknown_secs += segment.end_secs - segment.begin_secs;
            continue;
        };
        let mut at_secs = segment.begin_secs;
        for span in summary.chords.iter().filter(|span| span.end_secs > segment.begin_secs) {
            if span.begin_secs >= segment.end_secs {
                break;
            }
            let (begin_secs, end_secs) = (span.begin_secs.max(at_secs), span.end_secs.min(segment.end_secs));
            score.push(wanted, None, begin_secs - at_secs);
            score.push(wanted, Some(span.chord), end_secs - begin_secs);
            at_secs = end_secs.max(at_secs);
        }
        score.push(wanted, None, segment.end_secs - at_secs);
    }
    json!({
        "root": rounded(score.root.value(), 4),
        "majmin": rounded(score.majmin.value(), 4),
        "sevenths": rounded(score.sevenths.value(), 4),
        "thirds": rounded(score.thirds.value(), 4),
        "bass": rounded(score.bass.value(), 4),
        "unknown_seconds": rounded(unknown_secs, 2),
    })
}

/// A label as a chord or as no chord; `None` when it cannot be read.
fn parsed(label: &str) -> Option<Option<Chord>> {
    let is_none = ["N", "NC", "N.C."].contains(&label.trim());
    if is_none { Some(None) } else { Chord::parse(label).map(Some) }
}

/// The key of the whole against the longest annotated one.
fn key(summary: &Summary, truth: &[TrueSegment]) -> Value {
    let longest = truth.iter().max_by(|a, b| (a.end_secs - a.begin_secs).total_cmp(&(b.end_secs - b.begin_secs)));
    let Some(wanted) = longest.and_then(|segment| Key::parse(&segment.label)) else { return Value::Null };
    let relation = KeyRelation::between(wanted, summary.key().map(|(key, _)| key));
    let name = match relation {
        KeyRelation::Same => "same",
        KeyRelation::Fifth => "fifth",
        KeyRelation::Relative => "relative",
        KeyRelation::Parallel => "parallel",
        KeyRelation::Other => "other",
    };
    json!({ "wanted": wanted.to_string(), "relation": name, "mirex": relation.weight() })
}

/// The settled line against the truth, and the live one with the delay at which it fits best.
fn pitch(summary: &Summary, truth: &Truth) -> Value {
    let there: Vec<PitchTruth> = truth
        .pitch
        .iter()
        .map(|p| PitchTruth { at_secs: p.at_secs, hz: (p.hz > 0.0).then_some(p.hz as f32) })
        .collect();
    let estimate = |frame: &PitchFrame, later_secs: f64| Estimate {
        at_secs: frame.at_secs + later_secs,
        hz: frame.candidate_hz,
        is_voiced: frame.is_voiced,
    };
    let settled: Vec<Estimate> = summary.pitch.iter().map(|frame| estimate(frame, 0.0)).collect();
    let arrived: Vec<Estimate> = summary.live.iter().map(|frame| estimate(frame, summary.latency_secs)).collect();
    let score = score_pitch(&there, &settled, 0.0);
    json!({
        "rpa": rounded(score.raw_pitch[0], 4),
        "rpa_25_cents": rounded(score.raw_pitch[1], 4),
        "rpa_10_cents": rounded(score.raw_pitch[2], 4),
        "rca": rounded(score.raw_chroma[0], 4),
        "median_cents": rounded(score.median_cents, 2),
        "octave_errors": rounded(score.octave_errors, 4),
        "voicing_recall": rounded(score.voicing_recall, 4),
        "voicing_false_alarm": rounded(score.voicing_false_alarm, 4),
        "overall": rounded(score.overall, 4),
        "live_delay_ms": best_delay_ms(&there, &arrived),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::listen::summary::ChordSpan;

    fn segment(begin_secs: f64, end_secs: f64, label: &str) -> TrueSegment {
        TrueSegment { begin_secs, end_secs, label: label.to_owned() }
    }

    #[test]
    fn chords_are_weighed_by_time_with_the_gaps_counted_as_nothing_heard() {
        let span = |begin_secs, end_secs, name: &str| ChordSpan {
            begin_secs,
            end_secs,
            chord: Chord::parse(name).expect("a chord"),
            name: name.to_owned(),
            confidence: 1.0,
        };
        let summary = Summary { chords: vec![span(1.0, 4.0, "C"), span(4.0, 8.0, "Am")], ..Summary::default() };
        let truth = [segment(0.0, 1.0, "N"), segment(1.0, 5.0, "C:maj"), segment(5.0, 10.0, "A:min7")];
        let score = chords(&summary, &truth);
        // N right for 1 s; C for 3 of 4 s; A for 3 of 5 s.
        assert_eq!(score["root"], json!(0.7));
        assert_eq!(score["majmin"], json!(0.7));
        assert_eq!(score["unknown_seconds"], json!(0.0));
    }

    #[test]
    fn what_only_one_side_knows_is_not_scored() {
        let truth = Truth { keys: vec![segment(0.0, 9.0, "C major")], ..Truth::default() };
        let scored = score(&Summary::default(), &truth);
        assert_eq!(scored.keys().collect::<Vec<_>>(), ["key"]);
        assert_eq!(scored["key"]["relation"], "other");
    }
}
