//! What a learner asks for.

use crate::practice::Marking;
use crate::theory::raga::{Script, Tradition};

/// A wish on the Practice page. Sa, tanpura and tempo are parameters.
#[derive(Clone, Debug, PartialEq)]
pub enum PracticeOrder {
    /// Practise this raga, by its id.
    SetRaga(String),
    /// Whose names the swaras have.
    SetTradition(Tradition),
    /// In which script.
    SetScript(Script),
    /// How strictly is judged.
    SetMarking(Marking),
    /// Aim at the higher or the lower shruti of a position, 0 to 11.
    SetShade {
        /// Semitones above Sa.
        position: u8,
        /// The higher of the two.
        is_higher: bool,
    },
    /// Keep this cycle, by its id; `None` sings freely.
    SetTala(Option<String>),
    /// Take Sa from the voice: begins to listen for three seconds of one note, or stops.
    FindSa(bool),
    /// Learn the sound of the own drone in this room; the learner is silent meanwhile.
    Calibrate,
    /// Forget what was sung so far.
    Reset,
}
