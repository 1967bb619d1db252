//! What the page shows: plain data, made on demand.

use super::hearing::Hearing;
use super::phrase::Phrase;
use super::swaras::SwaraRow;
use super::targets::Name;
use super::verdict::{Marking, Verdict};
use crate::theory::raga::Grade;

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
