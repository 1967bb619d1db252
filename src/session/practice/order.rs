//! What a learner asks for.

use super::room::Setup;
use crate::practice::Marking;
use crate::theory::raga::{RagaBook, Script, Tradition};

/// What the ear's thread is asked of the teacher.
#[derive(Clone, Debug)]
pub enum TeachOrder {
    /// Judge what is heard, or only follow its pitch.
    Teach(bool),
    /// All ragas that it may be.
    Ragas(Box<RagaBook>),
    /// What is practised, and how.
    Setup(Box<Setup>),
    /// Aim at the higher or the lower shruti of a position, 0 to 11.
    Shade {
        /// Semitones above Sa.
        position: u8,
        /// The higher of the two.
        is_higher: bool,
    },
    /// Keep a cycle of so many matras, or none.
    Tala(Option<u32>),
    /// Begin to take Sa from the voice, or stop.
    FindSa(bool),
    /// Learn the sound of the own drone.
    Calibrate,
    /// Forget what was sung so far.
    Reset,
}

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
