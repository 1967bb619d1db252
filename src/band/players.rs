//! Who plays what by the rules.

use super::mode::Players;
use super::phrase::{Ask, Note, PhraseSource};

struct Rest;
impl PhraseSource for Rest {
    fn play(&mut self, ask: &Ask<'_>, out: &mut Vec<Note>) {
        let root = ask.chord_at(ask.bar.begin_beats).map_or(0, |s| s.chord.root);
        for n in 0..ask.bar.beats {
            let begin_beats = ask.bar.begin_beats + f64::from(n);
            if begin_beats >= ask.from_beats {
                out.push(Note { begin_beats, length_beats: 0.9, key: 48 + root, velocity: 90 });
            }
        }
    }
}

pub fn groove() -> Players {
    std::array::from_fn(|_| Box::new(Rest) as Box<dyn PhraseSource + Send>)
}
pub fn drift() -> Players {
    groove()
}
