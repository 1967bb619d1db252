//! A made-up phrase in Yaman, judged by the real teacher, in the middle of a cycle of teental.

use sangat::ear::pitch::PitchFrame;
use sangat::engine::params::ParamId;
use sangat::practice::{Grid, Marking, Subject, Teacher, TeacherConfig, TeacherView};
use sangat::session::practice::{Candidate, DayView, DroneState, Hint, MicrophoneView, PracticeView};
use sangat::session::{InputState, View};
use sangat::theory::raga::{Raga, Script, Tala, Tradition, tables};
use std::sync::Arc;

/// Sa of the tanpura, Hz.
pub const SA_HZ: f32 = 138.591;
const HOP_SECS: f64 = 0.005;
/// What the settled line is behind the live one, frames.
const BEHIND: usize = 12;
pub const MATRA_SECS: f64 = 0.625;

pub fn yaman() -> Raga {
    tables().ragas.find("Yaman", None).expect("Yaman").clone()
}

pub fn teental() -> Tala {
    tables().talas.iter().find(|tala| tala.name == "Teental").expect("Teental").clone()
}

/// A voice that flutters a little: cents, frame by frame.
pub struct Voice {
    cents: Vec<Option<f32>>,
}

impl Voice {
    /// Silent for 0.3 s.
    pub fn new() -> Self {
        Self { cents: vec![None; 60] }
    }

    /// A note of so many matras that comes in `low` cents off, is reached in some time and swings by so many cents.
    pub fn hold(&mut self, target: f32, matras: f64, low: f32, reach_secs: f64, swing: f32) {
        let flutter = |n: usize| 2.2 * ((n as f32 * 0.37).sin() + (n as f32 * 0.113).sin());
        let frames = (matras * MATRA_SECS / HOP_SECS) as usize;
        let reach = (reach_secs / HOP_SECS) as usize;
        let from = self.cents.iter().rev().copied().flatten().next().unwrap_or(target);
        for n in 0..frames {
            let at = if n < reach {
                let turn = std::f32::consts::PI * n as f32 / reach as f32;
                from + (target + low - from) * 0.5 * (1.0 - turn.cos())
            } else {
                let secs = (n - reach) as f32 * HOP_SECS as f32;
                let settle = low * (-secs / 0.16).exp();
                target + settle + swing * (std::f32::consts::TAU * 5.2 * secs).sin() + flutter(n)
            };
            self.cents.push(Some(at));
        }
    }
}

/// A line of notes: D comes in low, M glides to P, N swings.
fn line() -> Voice {
    let mut voice = Voice::new();
    for target in [0.0, 204.0, 386.0, 590.0, 702.0, 386.0, 590.0, 702.0] {
        voice.hold(target, 1.0, 0.0, 0.09, 0.0);
    }
    voice.hold(884.0, 1.0, -42.0, 0.09, 0.0);
    voice.hold(590.0, 1.0, 0.0, 0.09, 0.0);
    voice.hold(702.0, 1.0, 0.0, 0.34, 0.0);
    voice.hold(884.0, 1.0, 0.0, 0.09, 0.0);
    voice.hold(1088.0, 1.15, 0.0, 0.09, 55.0);
    voice
}

fn frame(index: usize, cents: Option<f32>) -> PitchFrame {
    let hz = cents.map(|cents| SA_HZ * (cents / 1200.0).exp2());
    PitchFrame {
        at_secs: index as f64 * HOP_SECS,
        hz,
        candidate_hz: hz.unwrap_or(SA_HZ),
        clarity: if hz.is_some() { 0.95 } else { 0.1 },
        level_db: if hz.is_some() { -20.0 } else { -70.0 },
        is_voiced: hz.is_some(),
    }
}

/// What the teacher makes of a voice in a raga.
pub fn teacher(raga: Raga, script: Script, voice: &Voice) -> TeacherView {
    let config = TeacherConfig { sa_hz: SA_HZ, subject: Subject::from(raga), marking: Marking::True, script };
    let mut teacher = Teacher::new(config);
    teacher.set_grid(Some(Grid { sam_secs: 0.3, matra_secs: MATRA_SECS, parts: 1 }));
    let line = &voice.cents;
    for (index, cents) in line.iter().enumerate() {
        teacher.live(&frame(index, *cents));
        if let Some(settled) = index.checked_sub(BEHIND) {
            teacher.settled(&frame(settled, line[settled]));
        }
    }
    teacher.view()
}

fn candidate(id: &str, name: &str, probability: f32, evidence: &[&str], family: &[&str]) -> Candidate {
    let words = |all: &[&str]| all.iter().map(|word| (*word).to_owned()).collect();
    Candidate {
        id: id.to_owned(),
        name: name.to_owned(),
        tradition: Tradition::Hindustani,
        probability,
        evidence: words(evidence),
        family: words(family),
    }
}

/// A day in the life of a learner.
pub fn practice(script: Script) -> PracticeView {
    let shares = [0.52, 0.55, 0.5, 0.61, -1.0, 0.63, 0.66, 0.64, -1.0, 0.7, 0.72, 0.71, 0.76, 0.81];
    let day = |(at, share): (usize, f32)| DayView {
        days_ago: (13 - at) as u32,
        true_share: (share > 0.0).then_some(share),
        secs: if share > 0.0 { 1_100.0 } else { 0.0 },
    };
    PracticeView {
        teacher: Arc::new(teacher(yaman(), script, &line())),
        raga: Some(Arc::new(yaman())),
        tradition: Tradition::Hindustani,
        script,
        marking: Marking::True,
        tala: Some(Arc::new(teental())),
        cycle_place: Some(15.4),
        microphone: MicrophoneView {
            is_fed: true,
            level_db: -22.0,
            to_cents_nanos: Some(18_900_000),
            to_screen_nanos: Some(12_000_000),
            drone: Some(DroneState::Ready { erle_db: 22.0 }),
            voice_over_drone_db: Some(21.0),
        },
        strings_secs: [2.4, 1.6, 0.1, f32::INFINITY],
        hint: Arc::new(Hint {
            held_secs: 34.0,
            confidence: 1.0,
            candidates: vec![
                candidate("H001", "Yaman", 0.83, &["no S or P going up", "N R G"], &[]),
                candidate("C107", "Kalyani", 0.09, &["P in the way up"], &["Yaman"]),
                candidate("H014", "Hamsadhwani", 0.03, &["no M"], &[]),
            ],
        }),
        history: Arc::new(shares.into_iter().enumerate().map(day).collect()),
        ..PracticeView::default()
    }
}

/// Somebody sings over a tanpura, in teental.
pub fn singing_in(script: Script) -> View {
    let mut view = super::fake::playing();
    view.practice = practice(script);
    view.audio.input = InputState::Listening { name: "Scarlett 2i2, input 1".into(), rate_hz: 48_000 };
    view.transport.tempo_bpm = 96.0;
    view.params.set(ParamId::TanpuraOn, 1.0);
    view.params.set(ParamId::TanpuraSa, SA_HZ);
    view
}

/// The same in Latin letters.
pub fn singing() -> View {
    singing_in(Script::Latin)
}

/// The page before anything was chosen or sung.
pub fn quiet() -> View {
    super::fake::first_run()
}
