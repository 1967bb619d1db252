//! A jam in a raga: what is asked for by name, and how well the answers keep to it.

use super::figures::PlayedNote;
use crate::band::RagaSetting;
use crate::base::Bus;
use crate::engine::FIRST_STRINGS;
use crate::engine::params::{ParamId, ParamValues};
use crate::session::raga;
use crate::theory::raga::{Grammar, Raga, RagaBook, RagaNotFound, Tala, TalaNotFound, Tradition, tuning_for};
use serde_json::{Value, json};

/// The tempo of an alap, and of a tala where none is asked for, in beats a minute.
const ALAP_BPM: f64 = 60.0;
const TALA_BPM: f64 = 96.0;
/// A note that begins so soon after another has ended is a step from it, seconds.
const STEP_SECS: f64 = 0.4;

/// A raga by the names that people give.
#[derive(Clone, Copy, Debug, Default)]
pub struct RagaNames<'a> {
    /// Name or id of the raga.
    pub raga: Option<&'a str>,
    /// Whose, where both traditions have it.
    pub tradition: Option<Tradition>,
    /// Name or id of the tala; `None` is alap.
    pub tala: Option<&'a str>,
    /// Sa in Hz.
    pub sa_hz: Option<f32>,
}

/// Why there is no jam in that raga.
#[derive(Debug, thiserror::Error)]
pub enum RagaJamError {
    /// None is named.
    #[error("a raga jam needs a raga; name it with --raga")]
    NoRaga,
    /// There is no such raga.
    #[error("{0}")]
    Raga(#[from] RagaNotFound),
    /// There is no such tala.
    #[error("{0}; without --tala it is an alap")]
    Tala(#[from] TalaNotFound),
    /// No tanpura has that Sa.
    #[error("Sa cannot be {0} Hz here; give it from {1} to {2} Hz")]
    Sa(f32, f32, f32),
}

/// What a raga jam is played in.
#[derive(Clone, Debug)]
pub struct RagaJam {
    raga: Raga,
    tala: Option<&'static Tala>,
    sa_hz: f32,
}

impl RagaJam {
    /// The raga, tala and Sa of those names.
    ///
    /// # Errors
    /// [`RagaJamError`], in one sentence.
    pub fn of(names: RagaNames<'_>, ragas: &RagaBook) -> Result<Self, RagaJamError> {
        let raga = ragas.find(names.raga.ok_or(RagaJamError::NoRaga)?, names.tradition)?.clone();
        let spec = ParamId::TanpuraSa.spec();
        let sa_hz = names.sa_hz.unwrap_or(spec.default);
        if !(spec.min..=spec.max).contains(&sa_hz) {
            return Err(RagaJamError::Sa(sa_hz, spec.min, spec.max));
        }
        Ok(Self { raga, tala: names.tala.map(Tala::find).transpose()?, sa_hz })
    }

    /// Sa in Hz.
    #[must_use]
    pub fn sa_hz(&self) -> f32 {
        self.sa_hz
    }

    /// What the band is told.
    #[must_use]
    pub fn setting(&self, a4_hz: f32) -> RagaSetting {
        raga::setting(&self.raga, self.tala, self.sa_hz, a4_hz)
    }

    /// Beats of a bar.
    #[must_use]
    pub fn bar_beats(&self) -> u32 {
        self.tala.map_or(4, raga::bar_beats) as u32
    }

    /// The tempo where none is asked for, in beats a minute.
    #[must_use]
    pub fn tempo_bpm(&self) -> f64 {
        if self.tala.is_some() { TALA_BPM } else { ALAP_BPM }
    }

    /// Tunes the tanpura and has it play.
    pub fn tune(&self, values: &mut ParamValues) {
        let first = tuning_for(&self.raga).strings.first();
        let string = FIRST_STRINGS.iter().position(|semitones| Some(semitones) == first).unwrap_or(0);
        values.set(ParamId::TanpuraOn, 1.0);
        values.set(ParamId::TanpuraSa, self.sa_hz);
        values.set(ParamId::TanpuraFirst, string as f32);
    }

    /// The share of the lead's steps that the raga has; `None` without any.
    #[must_use]
    pub fn legal_steps(&self, notes: &[PlayedNote], a4_hz: f32) -> Option<f64> {
        let (grammar, sa_key) = (Grammar::of(&self.raga), self.setting(a4_hz).sa_key().0);
        let semitones = |note: &PlayedNote| i16::from(note.key) - i16::from(sa_key);
        let lead: Vec<&PlayedNote> = notes.iter().filter(|note| note.bus == Bus::Lead).collect();
        let steps = lead.windows(2).filter(|pair| pair[1].begin_secs - pair[0].end_secs < STEP_SECS);
        let grades: Vec<bool> =
            steps.map(|pair| grammar.grade(semitones(pair[0]), semitones(pair[1])).is_allowed()).collect();
        let legal = grades.iter().filter(|is_legal| **is_legal).count();
        (!grades.is_empty()).then(|| legal as f64 / grades.len() as f64)
    }

    /// For a report.
    #[must_use]
    pub fn json(&self, legal_steps: Option<f64>) -> Value {
        let tala = self.tala.map(|tala| tala.name.as_str());
        json!({ "name": self.raga.name, "tala": tala, "sa_hz": self.sa_hz, "legal_steps": legal_steps })
    }

    /// For people.
    #[must_use]
    pub fn text(&self, legal_steps: Option<f64>) -> String {
        let tala = self.tala.map_or_else(|| "alap".to_owned(), |tala| tala.name.clone());
        let steps =
            legal_steps.map_or_else(String::new, |share| format!(", {:.0} % of its steps legal", share * 100.0));
        format!("{}, {tala}, Sa {:.1} Hz{steps}", self.raga.name, self.sa_hz)
    }
}
