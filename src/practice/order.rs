//! The order of the held notes: arohana, avarohana and their turns.

use super::targets::{Leniency, Names, Place, Subject, Targets};
use super::verdict::{Marking, Verdict};
use crate::theory::raga::{Grade, Grammar};

/// A step that is not as the raga has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Remark {
    /// When the second note began, seconds.
    pub at_secs: f64,
    /// The note left, semitones above middle Sa.
    pub from: i16,
    /// The note arrived at.
    pub to: i16,
    /// How the step stands with the raga.
    pub grade: Grade,
    /// How far that is held against the singer: near for beginners, and where the raga is contested or visited by notes
    /// from outside; off otherwise. What free singing may do is true.
    pub verdict: Verdict,
}

/// A note of the walk.
#[derive(Clone, Copy, Debug)]
struct Visit {
    semitones: i16,
    /// Whether it was held long enough to be meant.
    is_stable: bool,
}

/// Follows a singer through the lines of a raga: each step from note to note within a breath is looked up. A scale has
/// no order, so it never makes a remark. `new` allocates while it works; nothing else does.
#[derive(Clone, Debug)]
pub struct Order {
    grammar: Option<Grammar>,
    is_lenient: bool,
    last: Option<Visit>,
}

impl Order {
    /// Before the first note of a subject.
    #[must_use]
    pub fn new(subject: &Subject) -> Self {
        let grammar = if let Subject::Raga(raga) = subject { Some(Grammar::of(raga)) } else { None };
        Self { grammar, is_lenient: Targets::of(subject).leniency() != Leniency::None, last: None }
    }

    /// The next note may follow anything: after a breath, or after a way that nobody can name.
    pub fn forget(&mut self) {
        self.last = None;
    }

    /// Takes in the next note, semitones above middle Sa, and remarks on the step to it where that is not as the lines
    /// have it. `is_stable` says whether it was held long enough to be meant: a remark needs two such notes.
    pub fn note(&mut self, at_secs: f64, semitones: i16, is_stable: bool, marking: Marking) -> Option<Remark> {
        let last = self.last.replace(Visit { semitones, is_stable })?;
        let grade = self.grammar.as_ref()?.grade(last.semitones, semitones);
        if grade == Grade::Legal || !last.is_stable || !is_stable {
            return None;
        }
        let verdict = match grade.is_allowed() {
            true => Verdict::True,
            false if self.is_lenient || marking == Marking::Gentle => Verdict::Near,
            false => Verdict::Off,
        };
        Some(Remark { at_secs, from: last.semitones, to: semitones, grade, verdict })
    }

    /// A remark as one sentence: "Pa to Ni: in Yaman the way up from Pa goes through Dha." Allocates.
    #[must_use]
    pub fn sentence(&self, remark: &Remark, subject: &Subject, names: &Names) -> String {
        let Remark { from, to, grade, .. } = *remark;
        let (first, second, raga) = (names.spoken(from), names.spoken(to), subject.name());
        let [way, other_way] = if to > from { ["up", "down"] } else { ["down", "up"] };
        let step = format!("{first} to {second}: in {raga}");
        match grade {
            Grade::Foreign => format!("{second} is not in {raga}."),
            Grade::Legal => format!("{step} that is the way {way}."),
            Grade::WrongWay => format!("{step} {second} is sung only on the way {other_way}."),
            Grade::Skips | Grade::Straightens => match (self.next_on(from, to), self.before(to, from)) {
                (Some(via), _) => {
                    format!("{step} the way {way} from {first} goes through {}.", names.spoken(via))
                }
                (None, Some(via)) => format!("{step} {second} is reached from {} on the way {way}.", names.spoken(via)),
                (None, None) => format!("{step} the way {way} turns between them."),
            },
        }
    }

    /// The note between two notes to which the lines lead on from the first of them.
    fn next_on(&self, from: i16, to: i16) -> Option<i16> {
        let is_between = |note: &i16| (from.min(to) + 1..from.max(to)).contains(note);
        let nexts = self.grammar.as_ref()?.nexts(from).filter(is_between);
        nexts.min_by_key(|note| (note - from).abs())
    }

    /// The note from which the lines come to `to`, in the direction from `from`; not `from` itself.
    fn before(&self, to: i16, from: i16) -> Option<i16> {
        let grammar = self.grammar.as_ref()?;
        let sign = (to - from).signum();
        let is_own = |note: &i16| {
            let place = Place { semitones: *note, off_cents: 0.0 };
            (note - from) % 12 != 0 && grammar.has(place.position()) && grammar.grade(*note, to) == Grade::Legal
        };
        (1..12).map(|by| to - sign * by).find(is_own)
    }
}
