//! What the page shows: plain data, made on demand.

use super::book::{Judged, Repeated};
use super::contour::Shape;
use super::hearing::Hearing;
use super::order::Remark;
use super::phrase::{Breath, Phrase};
use super::summary::{PhraseSummary, RemarkSummary, Summary, SwaraSummary};
use super::swaras::SwaraRow;
use super::targets::{Name, Subject, shrutis};
use super::teacher::Teacher;
use super::tuning::{contour, view as tuning};
use super::verdict::{Marking, Verdict};
use super::words::Words;
use crate::theory::raga::{Grade, Shruti};
use crate::theory::{Chord, Quality};

/// A point of the pitch ribbon.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TrailPoint {
    /// When, seconds.
    pub at_secs: f64,
    /// Cents over middle Sa; none where nobody sings.
    pub cents: Option<f32>,
    /// Whether the settled line has it: the last 60 ms are the live line, which may still be wrong.
    pub is_sure: bool,
}

/// A shade of the note that sounds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ShadeView {
    /// Its cents over middle Sa.
    pub cents: f32,
    /// Its ratio to Sa within the octave: 15 and 8.
    pub ratio: (u16, u16),
    /// Whether this shade is aimed at.
    pub is_target: bool,
}

/// The note that sounds now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NowView {
    /// Its name: the nearest note of the raga, or of all twelve where that is 50 cents away or more.
    pub name: Name,
    /// Semitones above middle Sa.
    pub semitones: i16,
    /// Whether it is in the raga.
    pub is_in_raga: bool,
    /// The pitch, cents over middle Sa.
    pub cents: f32,
    /// Cents over its target.
    pub off_cents: f32,
    /// Its two shades, the lower first; one for Sa and Pa; none in equal steps.
    pub shades: Vec<ShadeView>,
    /// Where the learner has sung this note today, cents over middle Sa; none before it was held.
    pub own_cents: Option<f32>,
    /// How far the pitch has wandered in the last 0.3 s: its spread, cents. None before 0.1 s of voice.
    pub spread_cents: Option<f32>,
    /// How it would be marked by its pitch now.
    pub verdict: Verdict,
}

/// A figure on the ribbon.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mark {
    /// The same for the same figure from view to view.
    pub id: u64,
    /// When it begins, seconds.
    pub begin_secs: f64,
    /// When it ends (so far), seconds.
    pub end_secs: f64,
    /// Cents over middle Sa at which it stands: of a glide where it arrives.
    pub cents: f32,
    /// The note that it is, semitones above middle Sa; of a glide the note it arrives at.
    pub semitones: i16,
    /// Its name.
    pub name: Name,
    /// Whether it is a note (held or swung), not a way between notes.
    pub is_note: bool,
    /// The verdict.
    pub verdict: Verdict,
    /// A few words where they help: "kampita 5.2 Hz", "meend M-P", "-24 then -6"; empty otherwise.
    pub words: String,
    /// Whether it can still change: it sounds, or ended less than 180 ms ago.
    pub is_final: bool,
}

/// A breath.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PhraseView {
    /// Its figures.
    pub phrase: Phrase,
    /// "14 of 15 in tune".
    pub headline: String,
    /// "D came in 24 cents low from P, then settled. The others held."
    pub sentence: String,
}

/// A remark on the order of notes.
#[derive(Clone, Debug, PartialEq)]
pub struct RemarkView {
    /// When, seconds.
    pub at_secs: f64,
    /// How the step stands with the raga.
    pub grade: Grade,
    /// How far that is held against the singer.
    pub verdict: Verdict,
    /// One sentence: "Pa to Ni: in Yaman the way up from Pa goes through Dha".
    pub sentence: String,
}

/// A line of the ribbon: a note that is aimed at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TargetView {
    /// Semitones above middle Sa.
    pub semitones: i16,
    /// Its name.
    pub name: Name,
    /// Cents over middle Sa.
    pub cents: f32,
}

/// A swara of the table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SwaraView {
    /// Its name.
    pub name: Name,
    /// Its figures.
    pub row: SwaraRow,
}

/// Everything that the page shows of the teacher.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TeacherView {
    /// The time of the newest frame, seconds.
    pub now_secs: f64,
    /// Sa, Hz.
    pub sa_hz: f32,
    /// The raga or scale.
    pub subject: String,
    /// How strictly is judged.
    pub marking: Marking,
    /// What is heard.
    pub hearing: Hearing,
    /// The notes that are aimed at, from the lower Pa to the upper Pa and a little beyond.
    pub targets: Vec<TargetView>,
    /// The line of the last 12 s, the oldest point first.
    pub trail: Vec<TrailPoint>,
    /// The note that sounds; none in silence.
    pub now: Option<NowView>,
    /// The figures of the last 12 s, the oldest first.
    pub marks: Vec<Mark>,
    /// The breath that is being sung, or the last one.
    pub phrase: Option<PhraseView>,
    /// The swaras that were held, rising.
    pub swaras: Vec<SwaraView>,
    /// By how much what is held rises within a breath, against its targets, over all breaths: cents a second.
    pub drift_cents_per_sec: f32,
    /// The last remarks on the order of notes, the oldest first.
    pub remarks: Vec<RemarkView>,
    /// The keys that are down on a keyboard, as a chord ("Dm7"), where they are one.
    pub chord: Option<String>,
}

impl Teacher {
    /// Everything that the page shows. Allocates.
    #[must_use]
    pub fn view(&self) -> TeacherView {
        let book = &self.book;
        let judge = &book.judge;
        let from_secs = self.now_secs - tuning::TRAIL_SECS;
        let target = |semitones: i16| TargetView {
            semitones,
            name: self.names.name(semitones),
            cents: judge.targets.cents(semitones),
        };
        let [lowest, highest] = tuning::LINES;
        let sung = |semitones: &i16| judge.targets.has(semitones.rem_euclid(12) as u8);
        let remark = |remark: &Remark| RemarkView {
            at_secs: remark.at_secs,
            grade: remark.grade,
            verdict: remark.verdict,
            sentence: book.order.sentence(remark, &self.config.subject, &self.names),
        };
        let line = self.trail.iter().chain(&self.ahead);
        TeacherView {
            now_secs: self.now_secs,
            sa_hz: self.config.sa_hz,
            subject: self.config.subject.name(),
            marking: judge.marking,
            hearing: self.hearing(),
            targets: (lowest..=highest).filter(sung).map(target).collect(),
            trail: line.filter(|point| point.at_secs >= from_secs).copied().collect(),
            now: self.now_view(),
            marks: self.marks(from_secs),
            phrase: book.phrases.latest().map(|breath| self.phrase_view(breath)),
            swaras: book.table.rows(judge).map(|row| SwaraView { name: self.names.name(row.semitones), row }).collect(),
            drift_cents_per_sec: book.phrases.drift_cents_per_sec(),
            remarks: book.remarks.iter().map(remark).collect(),
            chord: self.chord(),
        }
    }

    /// The whole take in figures, once it is finished. Allocates.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let book = &self.book;
        let swara = |row: SwaraRow| {
            let name = self.names.name(row.semitones);
            SwaraSummary {
                swara: name.symbol,
                octave: name.octave,
                median_cents: row.median_cents,
                spread_cents: row.spread_cents,
                share: row.share,
                count: row.count,
                verdict: row.verdict,
            }
        };
        let phrase = |breath: &Breath| {
            let phrase = &breath.phrase;
            let [in_tune, near, off] = phrase.counts;
            PhraseSummary {
                begin_secs: phrase.begin_secs,
                end_secs: phrase.end_secs,
                in_tune,
                near,
                off,
                drift_cents_per_sec: phrase.drift_cents_per_sec,
                tala_offset_ms: phrase.tala_offset_secs.map(|secs| 1e3 * secs),
                sentence: breath.sentence(&self.names, &self.config.subject.name()),
            }
        };
        let remark = |repeated: &Repeated| RemarkSummary {
            sentence: book.order.sentence(&repeated.remark, &self.config.subject, &self.names),
            count: repeated.count,
        };
        Summary {
            sa_hz: self.config.sa_hz,
            raga: self.config.subject.name(),
            hearing: self.hearing(),
            unclear_secs: self.unclear_secs(),
            swaras: book.table.rows(&book.judge).map(swara).collect(),
            phrases: book.phrases.done().map(phrase).collect(),
            drift_cents_per_sec: book.phrases.drift_cents_per_sec(),
            remarks: book.repeated.iter().map(remark).collect(),
            raga_hint: Vec::new(),
        }
    }

    fn phrase_view(&self, breath: &Breath) -> PhraseView {
        PhraseView {
            phrase: breath.phrase,
            headline: breath.phrase.headline(),
            sentence: breath.sentence(&self.names, &self.config.subject.name()),
        }
    }

    /// The note that sounds: of a swing the note that it belongs to, with the pitch as it is.
    fn now_view(&self) -> Option<NowView> {
        let targets = &self.book.judge.targets;
        let heard = self.recent.back().filter(|(at_secs, _)| self.now_secs - at_secs <= tuning::NOW_SECS);
        let sounding = self.sounding();
        let cents = match (heard, &sounding) {
            (Some((_, cents)), _) => *cents,
            (None, Some(judged)) if !self.keys.since_secs.iter().all(Option::is_none) => {
                targets.cents(judged.judgement.place.semitones)
            }
            _ => return None,
        };
        let pitch = self.book.judge.pitch(cents);
        let swung = sounding.filter(|judged| matches!(judged.figure.shape, Shape::Swing(_)));
        let judgement = swung.map_or(pitch, |judged| judged.judgement);
        let semitones = judgement.place.semitones;
        let target_cents = targets.cents(semitones);
        let shade = |shruti: &'static Shruti| {
            let octave_cents = 1200.0 * f32::from(semitones.div_euclid(12));
            let cents = shruti.cents() as f32 + octave_cents;
            ShadeView { cents, ratio: shruti.ratio, is_target: (cents - target_cents).abs() < 1.0 }
        };
        let mut shades: Vec<ShadeView> =
            shrutis(&self.config.subject, semitones).into_iter().flatten().map(shade).collect();
        shades.dedup();
        let is_clear = self.hearing().is_clear();
        Some(NowView {
            name: self.names.name(semitones),
            semitones,
            is_in_raga: targets.has(judgement.place.position()),
            cents,
            off_cents: cents - target_cents,
            shades,
            own_cents: self.book.table.own_cents(semitones),
            spread_cents: self.stability_cents(),
            verdict: if is_clear { judgement.verdict } else { Verdict::Unjudged },
        })
    }

    /// The spread of the last 0.3 s of voice.
    fn stability_cents(&self) -> Option<f32> {
        let from_secs = self.now_secs - tuning::STABILITY_FRAMES as f64 * contour::HOP_SECS - tuning::NOW_SECS;
        let recent = self.recent.iter().filter(|(at_secs, _)| *at_secs >= from_secs);
        let mut cents: Vec<f32> = recent.map(|(_, cents)| *cents).collect();
        cents.sort_unstable_by(f32::total_cmp);
        let at = |share: f32| cents[(share * (cents.len() - 1) as f32).round() as usize];
        (cents.len() >= tuning::STABILITY_FRAMES_MIN).then(|| (at(0.75) - at(0.25)) / 1.349)
    }

    fn marks(&self, from_secs: f64) -> Vec<Mark> {
        let words = Words { names: &self.names, subject: &self.config.subject, judge: &self.book.judge };
        let mark = |judged: &Judged, is_final: bool| {
            let Judged { figure, judgement } = judged;
            let semitones = judgement.place.semitones;
            Mark {
                id: (figure.begin_secs.max(0.0) * 1e3).round() as u64,
                begin_secs: figure.begin_secs,
                end_secs: figure.end_secs,
                cents: self.book.judge.targets.cents(semitones) + judgement.place.off_cents,
                semitones,
                name: self.names.name(semitones),
                is_note: judged.is_note(),
                verdict: judgement.verdict,
                words: words.of(judged),
                is_final,
            }
        };
        let is_seen = |judged: &&Judged| judged.figure.end_secs >= from_secs && judged.figure.shape != Shape::Turn;
        let done = self.book.marks.iter().filter(is_seen).map(|judged| mark(judged, true));
        let open: Vec<Judged> = self.contour.open().iter().map(|figure| self.book.judged(*figure)).collect();
        let keys: Vec<Judged> = self.sounding().filter(|_| open.is_empty()).into_iter().collect();
        done.chain(open.iter().chain(&keys).filter(is_seen).map(|judged| mark(judged, false))).collect()
    }

    /// The keys that are down, as a chord: the one whose root is lowest where several fit.
    fn chord(&self) -> Option<String> {
        let down = || self.keys.since_secs.iter().enumerate().filter(|(_, since)| since.is_some()).map(|(key, _)| key);
        let mask = down().fold(0_u16, |mask, key| mask | 1 << (key % 12));
        let in_key = if let Subject::Scale(key) = self.config.subject { Some(key) } else { None };
        let chord_on = |root: usize| {
            let root = (root % 12) as u8;
            Quality::all().map(|quality| Chord::new(root, quality)).find(|chord| chord.mask() == mask)
        };
        let lowest = down().next()? as u8 % 12;
        let chord = down().find_map(chord_on).filter(|_| mask.count_ones() >= 3)?;
        let chord = if chord.root == lowest { chord } else { chord.over(lowest) };
        Some(chord.spelled(in_key).to_string())
    }
}
