//! The teacher as a whole, on lines that nobody sang.

mod judging;
mod listening;

use super::testing::Sung;
use super::*;
use crate::ear::pitch::PitchFrame;
use crate::theory::raga::{Raga, Script, tables};

/// Sa of these tests, Hz.
const SA_HZ: f32 = 146.8;
/// Frames by which the settled line is behind the live one.
const LAG: usize = 12;

fn raga(name: &str) -> Raga {
    tables().ragas.find(name, None).expect("a raga").clone()
}

fn teacher_of(subject: impl Into<Subject>, marking: Marking) -> Teacher {
    Teacher::new(TeacherConfig { sa_hz: SA_HZ, subject: subject.into(), marking, script: Script::Devanagari })
}

/// Feeds a line as the ear does: live at once, settled 60 ms later.
fn feed(teacher: &mut Teacher, sung: &Sung) {
    let frames: Vec<PitchFrame> = sung.frames(SA_HZ).collect();
    for (i, frame) in frames.iter().enumerate() {
        teacher.live(frame);
        if let Some(settled) = i.checked_sub(LAG).and_then(|before| frames.get(before)) {
            teacher.settled(settled);
        }
    }
    for frame in &frames[frames.len().saturating_sub(LAG)..] {
        teacher.settled(frame);
    }
}

/// What a teacher of a raga says about a line.
fn judged(name: &str, marking: Marking, sung: &Sung) -> Vec<Judged> {
    let mut teacher = teacher_of(raga(name), marking);
    feed(&mut teacher, sung);
    teacher.finish();
    std::iter::from_fn(|| teacher.poll()).collect()
}

/// The verdict on one note of Yaman, held between silences.
fn verdict(marking: Marking, cents: f32, secs: f64) -> Verdict {
    let found = judged("Yaman", marking, &Sung::new(2.0, 1).rest(0.3).hold(cents, secs).rest(0.3));
    let [only] = found.as_slice() else { panic!("{cents}: {found:?}") };
    only.judgement.verdict
}
