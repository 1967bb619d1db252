//! What a learner asks for.

use super::room::Setup;
use super::study::Plan;
use crate::instrument::PatchId;
use crate::practice::Marking;
use crate::theory::Mode;
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
    /// How long after its beat what is sung on it is heard.
    Late(Late),
    /// Forget what was sung so far.
    Reset,
    /// Study this, or sing freely.
    Lesson(Option<Box<Plan>>),
    /// Begin the lesson as soon as the transport is where its count-in begins.
    Begin {
        /// There, beats of the transport.
        begin_beats: f64,
        /// From which note, by its place in the timeline; `None` from its begin.
        from: Option<usize>,
    },
    /// End the lesson.
    Stop,
    /// Let the guide sing the swara so many semitones above middle Sa.
    Sound(i16),
}

/// How long sound is on its way: who sings with what they hear is heard so much after it was played.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Late {
    /// From the engine to the ear, seconds.
    pub out_secs: f64,
    /// From the microphone to the engine, seconds.
    pub in_secs: f64,
}

/// A wish on the Practice page. Sa, tanpura and tempo are parameters.
#[derive(Clone, Debug, PartialEq)]
pub enum PracticeOrder {
    /// Practise this raga, by its id.
    SetRaga(String),
    /// Practise this scale on Sa instead, in Western names.
    SetScale(Mode),
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
    /// Have tabla or mridangam keep the cycle while the transport runs, or not.
    SetTheka(bool),
    /// Take Sa from the voice: begins to listen for three seconds of one note, or stops.
    FindSa(bool),
    /// Learn the sound of the own drone in this room; the learner is silent meanwhile.
    Calibrate,
    /// Forget what was sung so far.
    Reset,
    /// Work at this exercise, by its id; `None` sings freely.
    SetExercise(Option<String>),
    /// Open an exercise by hand, whatever came before it.
    OpenExercise(String),
    /// How the exercise is practised.
    Lesson(LessonWish),
    /// Begin the exercise, with a count-in; from a note, by its place in the timeline, or from its begin.
    Begin(Option<usize>),
    /// End it; what was sung stays.
    Stop,
    /// Hear a swara, by its semitones above middle Sa, in tune with Sa.
    Sound(i16),
    /// What the guide sings with.
    SetGuide(PatchId),
    /// Show the last weeks of this raga, by its name, or of all.
    ShowPast(Option<String>),
}

/// What the transport is to do for a lesson.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TransportWish {
    /// Count in to a place, at a tempo, and go on from there.
    Start {
        /// The place, beats.
        at_beats: f64,
        /// Beats that are counted before it.
        count_in_beats: u32,
        /// Beats a minute.
        bpm: f64,
    },
    /// Stop where it plays.
    Stop,
}

/// How an exercise is practised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LessonWish {
    /// Units of the exercise to a beat.
    Speed(u8),
    /// The share of the tempo, 0.25 to 1.
    Pace(f64),
    /// Whether each line is sung by the guide first.
    SungFirst(bool),
    /// Whether the guide goes along with the learner.
    Guided(bool),
    /// Whether the time stands until a note is held true.
    Waits(bool),
    /// The part that is repeated, from beat to beat; `None` sings all of it once.
    Part(Option<(f64, f64)>),
}
