//! What is aimed at: the notes of a raga or a scale, where they stand and what they are called.

use super::tuning::verdict as tuning;
use crate::theory::Key;
use crate::theory::raga::{Confidence, Raga, Script, Shruti, Swara, Tradition, default_shruti, shruti_pair};

/// What is practised.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// A raga: its swaras in just intervals, with the names of its tradition.
    Raga(Box<Raga>),
    /// A scale of twelve equal steps with Western names. Sa is its tonic.
    Scale(Key),
}

impl Subject {
    /// The name of the raga or scale.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Raga(raga) => raga.name.clone(),
            Self::Scale(key) => key.to_string(),
        }
    }

    /// The positions of its notes as a set: bit n is n semitones above Sa.
    #[must_use]
    pub fn mask(&self) -> u16 {
        match self {
            Self::Raga(raga) => raga.mask,
            Self::Scale(key) => key.mode.mask(),
        }
    }
}

impl From<Raga> for Subject {
    fn from(raga: Raga) -> Self {
        Self::Raga(Box::new(raga))
    }
}

impl From<Key> for Subject {
    fn from(key: Key) -> Self {
        Self::Scale(key)
    }
}

/// How far a fact of the subject may be held against anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leniency {
    /// The facts are agreed on.
    None,
    /// Notes from outside visit the raga (bhashanga): only Sa and Pa are ever judged worse than near.
    Visitors,
    /// The row is contested: nothing is ever judged worse than near.
    All,
}

/// A pitch by the note next to it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    /// Semitones of that note above middle Sa; below it, negative.
    pub semitones: i16,
    /// Cents of the pitch over that note's target; below it, negative.
    pub off_cents: f32,
}

impl Place {
    /// Semitones above Sa within the octave, 0 to 11.
    #[must_use]
    pub fn position(self) -> u8 {
        self.semitones.rem_euclid(12) as u8
    }

    /// The octave: 0 is the middle one, -1 the lower.
    #[must_use]
    pub fn octave(self) -> i8 {
        self.semitones.div_euclid(12).clamp(-9, 9) as i8
    }
}

/// The notes that are aimed at, and where each stands. A few hundred bytes; nothing allocates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Targets {
    /// Bit n: the position n semitones above Sa is sung.
    mask: u16,
    /// Of each position, the cents above Sa that are aimed at.
    cents: [f32; 12],
    /// Of each position, the cents of its lower and its higher shade.
    shades: [[f32; 2]; 12],
    /// Positions that are compared with the drone: Sa and Pa.
    strict: u16,
    leniency: Leniency,
}

impl Targets {
    /// The targets of a raga or scale: just intervals, each in its default shade; equal steps for a Western scale.
    #[must_use]
    pub fn of(subject: &Subject) -> Self {
        let equal = std::array::from_fn(|position| 100.0 * position as f32);
        match subject {
            Subject::Scale(key) => Self {
                mask: key.mode.mask(),
                cents: equal,
                shades: equal.map(|cents| [cents; 2]),
                strict: 0,
                leniency: Leniency::None,
            },
            Subject::Raga(raga) => Self {
                mask: raga.mask,
                cents: std::array::from_fn(|at| default_shruti(Swara::of_hindustani(at as u8)).cents() as f32),
                shades: std::array::from_fn(|at| shruti_pair(at as u8).map(|shruti| shruti.cents() as f32)),
                strict: raga.mask & (1 | 1 << 7),
                leniency: match (raga.confidence, raga.is_bhashanga) {
                    (Confidence::C, _) => Leniency::All,
                    (_, true) => Leniency::Visitors,
                    _ => Leniency::None,
                },
            },
        }
    }

    /// Aims at the lower or the higher shade of a position (any number, folded to 0-11) from now on. Sa and Pa have
    /// one, and equal steps have none: nothing changes there.
    pub fn set_shade(&mut self, position: u8, is_higher: bool) {
        let at = usize::from(position % 12);
        if self.shades[at][0] < self.shades[at][1] {
            self.cents[at] = self.shades[at][usize::from(is_higher)];
        }
    }

    /// Whether the position (any number, folded to 0-11 semitones above Sa) is sung.
    #[must_use]
    pub fn has(&self, position: u8) -> bool {
        self.mask & 1 << (position % 12) != 0
    }

    /// Whether it is compared with the drone, so that beats are heard: Sa and Pa of a raga.
    #[must_use]
    pub fn is_strict(&self, position: u8) -> bool {
        self.strict & 1 << (position % 12) != 0
    }

    /// Whose facts may be held against anybody.
    #[must_use]
    pub fn leniency(&self) -> Leniency {
        self.leniency
    }

    /// Cents over middle Sa that are aimed at for a note so many semitones above it, sung or not.
    #[must_use]
    pub fn cents(&self, semitones: i16) -> f32 {
        let octave_cents = 1200.0 * f32::from(semitones.div_euclid(12));
        self.cents[semitones.rem_euclid(12) as usize] + octave_cents
    }

    /// Cents over middle Sa of the lower and the higher shade of a note.
    #[must_use]
    pub fn shades(&self, semitones: i16) -> [f32; 2] {
        let octave_cents = 1200.0 * f32::from(semitones.div_euclid(12));
        self.shades[semitones.rem_euclid(12) as usize].map(|cents| cents + octave_cents)
    }

    /// The note of the subject nearest to a pitch in cents over middle Sa.
    #[must_use]
    pub fn nearest(&self, cents: f32) -> Place {
        self.nearest_of(self.mask, cents)
    }

    /// The nearest of all twelve notes, whether they are sung or not.
    #[must_use]
    pub fn nearest_any(&self, cents: f32) -> Place {
        self.nearest_of(0xfff, cents)
    }

    /// The note that a steady pitch is taken for: the nearest of the subject, or of all twelve where that is too far
    /// away to be meant.
    #[must_use]
    pub fn named(&self, cents: f32) -> Place {
        let place = self.nearest(cents);
        if place.off_cents.abs() < tuning::FOREIGN_CENTS { place } else { self.nearest_any(cents) }
    }

    /// The next note of the subject below (or above) a note, semitones above middle Sa.
    #[must_use]
    pub fn neighbour(&self, semitones: i16, is_above: bool) -> i16 {
        let sign = if is_above { 1 } else { -1 };
        let at = |by: i16| semitones.saturating_add(sign * by);
        let by = (1..12).find(|by| self.has(at(*by).rem_euclid(12) as u8)).unwrap_or(12);
        at(by)
    }

    /// How far outside the band of its shades a pitch is, relative to a note's target: what is between the two shades
    /// is as good as within the `half` band around the target.
    #[must_use]
    pub fn is_within(&self, place: Place, half_cents: f32) -> bool {
        let target = self.cents(place.semitones);
        let [low, high] = self.shades(place.semitones).map(|shade| shade - target);
        let slack = if low < high { tuning::SHADE_SLACK_CENTS } else { 0.0 };
        (low - slack..=high + slack).contains(&place.off_cents) || place.off_cents.abs() <= half_cents
    }

    fn nearest_of(&self, mask: u16, cents: f32) -> Place {
        let cents = if cents.is_finite() { cents.clamp(-12_000.0, 12_000.0) } else { 0.0 };
        let octave = (cents / 1200.0).floor() as i16;
        let near = |semitones: i16| Place { semitones, off_cents: cents - self.cents(semitones) };
        let places = (-12..24).filter(|at: &i16| mask & 1 << at.rem_euclid(12) != 0).map(|at| near(12 * octave + at));
        places.min_by(|a, b| a.off_cents.abs().total_cmp(&b.off_cents.abs())).unwrap_or(near(12 * octave))
    }
}

/// What a note is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// The short symbol without its octave: "G3", "M", "F#".
    pub symbol: String,
    /// The syllable as sung, in the learner's script: "Ga"; the symbol again in Western names.
    pub syllable: String,
    /// In words: "Antara Gandhara", "tivra Ma"; the symbol again in Western names.
    pub long: String,
    /// The octave: 0 is the middle one, -1 the lower.
    pub octave: i8,
}

/// The names of all notes in a subject. `new` allocates; so does every name that is given.
#[derive(Clone, Debug)]
pub struct Names {
    names: [Name; 12],
    /// Of each position, what it is called in the middle of a sentence.
    spoken: [String; 12],
}

impl Names {
    /// The names of a subject, the syllables in a script.
    #[must_use]
    pub fn new(subject: &Subject, script: Script) -> Self {
        let raga = match subject {
            Subject::Raga(raga) => raga,
            Subject::Scale(key) => {
                let symbols: [String; 12] =
                    std::array::from_fn(|at| key.spell((key.tonic + at as u8) % 12).to_string());
                let name = |s: &String| Name { symbol: s.clone(), syllable: s.clone(), long: s.clone(), octave: 0 };
                return Self { names: std::array::from_fn(|at| name(&symbols[at])), spoken: symbols };
            }
        };
        let own = raga.swaras();
        let swara = |at: usize| {
            let named = own.iter().copied().find(|swara| usize::from(swara.position()) == at);
            named.unwrap_or(Swara::of_hindustani(at as u8))
        };
        let name = |at: usize| {
            let swara = swara(at);
            Name {
                symbol: swara.symbol(raga.tradition).to_owned(),
                syllable: swara.syllable(raga.tradition, script).to_owned(),
                long: swara.name(raga.tradition).to_owned(),
                octave: 0,
            }
        };
        let spoken = |at: usize| {
            let swara = swara(at);
            let others = own.iter().filter(|other| **other != swara && other.degree() == swara.degree()).count();
            let is_plain = others == 0 && (own.contains(&swara) || swara.is_fixed());
            let syllable = swara.syllable(raga.tradition, Script::Latin);
            match raga.tradition {
                _ if is_plain => syllable.to_owned(),
                Tradition::Hindustani => swara.name(raga.tradition).to_owned(),
                Tradition::Carnatic => format!("{syllable} ({})", swara.symbol(raga.tradition)),
            }
        };
        Self { names: std::array::from_fn(name), spoken: std::array::from_fn(spoken) }
    }

    /// The name of a note, semitones above middle Sa.
    #[must_use]
    pub fn name(&self, semitones: i16) -> Name {
        let place = Place { semitones, off_cents: 0.0 };
        Name { octave: place.octave(), ..self.names[usize::from(place.position())].clone() }
    }

    /// The short symbol of a note with its octave, as the notation has it: "S^", "N_".
    #[must_use]
    pub fn symbol(&self, semitones: i16) -> String {
        let Name { mut symbol, octave, .. } = self.name(semitones);
        let mark = if octave > 0 { "^" } else { "_" };
        symbol.push_str(&mark.repeat(usize::from(octave.unsigned_abs())));
        symbol
    }

    /// What a note is called in the middle of a sentence, without its octave: "Pa", "komal Ni", "Ri (R1)".
    #[must_use]
    pub fn spoken(&self, semitones: i16) -> &str {
        &self.spoken[semitones.rem_euclid(12) as usize]
    }
}

/// The lower and the higher shade of a note in a raga; both the same for Sa and Pa, none in equal steps.
#[must_use]
pub fn shrutis(subject: &Subject, semitones: i16) -> Option<[&'static Shruti; 2]> {
    matches!(subject, Subject::Raga(_)).then(|| shruti_pair(semitones.rem_euclid(12) as u8))
}
