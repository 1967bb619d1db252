//! Why it may be a raga, in words: what was sung of it, what was left out, and where.

use super::Heard;
use crate::theory::raga::{Note, Raga, Swara, write_notes};

/// Every threshold, with its reason.
mod tuning {
    /// Sentences, at most.
    pub const SENTENCES: usize = 4;
    /// A note that has more than this share of the time was meant; less is a slip.
    pub const MEANT: f32 = 0.025;
    /// A note outside the raga is held against it from this share of the time on.
    pub const AGAINST: f32 = 0.06;
    /// Times that a note must have been arrived at in one direction before it is said to be sung that way alone,
    pub const ARRIVALS: usize = 2;
    /// and how much rarer the other direction must be.
    pub const RARER: usize = 4;
    /// Times that a catch phrase must be heard,
    pub const PHRASES: usize = 1;
    /// and notes that make it more than a step of the scale.
    pub const PHRASE_NOTES: usize = 4;
    /// The widest step, in semitones, that still has a direction: beyond, singers change octaves.
    pub const STEP_MAX: i16 = 9;
}

/// What was heard, counted by position.
struct Counts {
    /// Shares of the time.
    shares: [f32; 12],
    /// Arrivals from below and from above.
    arrivals: [[usize; 2]; 12],
}

impl Counts {
    fn of(heard: &[Heard]) -> Self {
        let mut counts = Self { shares: [0.0; 12], arrivals: [[0; 2]; 12] };
        let sum: f32 = heard.iter().map(|note| note.secs).sum();
        for note in heard {
            counts.shares[usize::from(note.position())] += note.secs / sum.max(f32::MIN_POSITIVE);
        }
        for pair in heard.windows(2).filter(|pair| !pair[1].is_after_breath) {
            let step = pair[1].semitones - pair[0].semitones;
            if step != 0 && step.abs() <= tuning::STEP_MAX {
                counts.arrivals[usize::from(pair[1].position())][usize::from(step < 0)] += 1;
            }
        }
        counts
    }

    fn is_meant(&self, position: u8) -> bool {
        self.shares[usize::from(position)] > tuning::MEANT
    }

    /// Whether the note is sung in this direction (1 for down) and hardly in the other.
    fn goes_only(&self, position: u8, down: usize) -> bool {
        let [this, other] = [down, 1 - down].map(|way| self.arrivals[usize::from(position)][way]);
        this >= tuning::ARRIVALS && other * tuning::RARER <= this
    }
}

/// Sentences for a raga, the most telling first.
pub(super) fn of(raga: &Raga, heard: &[Heard]) -> Vec<String> {
    let counts = Counts::of(heard);
    let mut sentences: Vec<String> = Vec::new();
    sentences.extend(against(raga, &counts));
    sentences.extend(phrase(raga, heard));
    sentences.extend(ways(raga, &counts));
    sentences.extend(letters_left_out(raga, &counts));
    sentences.extend(notes(raga, &counts));
    sentences.truncate(tuning::SENTENCES);
    sentences
}

/// "G2 M1 D1 N2": the notes of the raga that were sung, beside Sa.
fn notes(raga: &Raga, counts: &Counts) -> Option<String> {
    let sung = raga.swaras().into_iter().filter(|swara| *swara != Swara::S && counts.is_meant(swara.position()));
    let symbols: Vec<&str> = sung.map(|swara| swara.symbol(raga.tradition)).collect();
    (!symbols.is_empty()).then(|| symbols.join(" "))
}

/// "but M1 is heard, which it lacks".
fn against(raga: &Raga, counts: &Counts) -> Option<String> {
    let is_against = |position: &u8| !raga.has(*position) && counts.shares[usize::from(*position)] > tuning::AGAINST;
    let most = (0..12)
        .filter(is_against)
        .max_by(|a, b| counts.shares[usize::from(*a)].total_cmp(&counts.shares[usize::from(*b)]))?;
    Some(format!("but {} is heard, which it lacks", Swara::of_hindustani(most).symbol(raga.tradition)))
}

/// "no R or D going up", "P is touched only coming down", "N3 going up, N2 coming down".
fn ways(raga: &Raga, counts: &Counts) -> Vec<String> {
    let (up, down) = (raga.swaras_up(), raga.swaras_down());
    let lacks = |line: &[Swara], swara: &Swara| !line.iter().any(|other| other.position() == swara.position());
    let mut sentences = Vec::new();
    let mut told: Vec<Swara> = Vec::new();
    for degree in 1..7 {
        let one = |line: &[Swara], other: &[Swara], down: usize| {
            let is_one = |swara: &&Swara| {
                swara.degree() == degree && lacks(other, swara) && counts.goes_only(swara.position(), down)
            };
            line.iter().find(is_one).copied()
        };
        if let (Some(rising), Some(falling)) = (one(&up, &down, 0), one(&down, &up, 1)) {
            let [rising, falling] = [rising, falling].map(|swara| swara.symbol(raga.tradition));
            sentences.push(format!("{rising} going up, {falling} coming down"));
            told.extend(raga.swaras().into_iter().filter(|swara| swara.degree() == degree));
        }
    }
    for (line, other, way, words) in
        [(&down, &up, 1, ["going up", "coming down"]), (&up, &down, 0, ["coming down", "going up"])]
    {
        let is_left_out =
            |swara: &Swara| lacks(other, swara) && !told.contains(swara) && counts.goes_only(swara.position(), way);
        let left_out: Vec<&str> = line.iter().copied().filter(is_left_out).map(|swara| short(raga, swara)).collect();
        match left_out.as_slice() {
            [] => {}
            [only] => sentences.push(format!("{only} is touched only {}", words[1])),
            _ => sentences.push(format!("no {} {}", listed(&left_out), words[0])),
        }
    }
    sentences
}

/// "no R or P": letters that the raga lacks and that were not sung.
fn letters_left_out(raga: &Raga, counts: &Counts) -> Option<String> {
    const LETTERS: [&str; 7] = ["S", "R", "G", "M", "P", "D", "N"];
    let swaras = raga.swaras();
    let is_left_out = |degree: &usize| {
        let has = |swara: &Swara| usize::from(swara.degree()) == *degree;
        let was_sung = |position: u8| counts.is_meant(position) && !raga.has(position);
        let positions = Swara::ALL.into_iter().filter(has).map(Swara::position);
        !swaras.iter().any(has) && !positions.into_iter().any(was_sung)
    };
    let letters: Vec<&str> = (1..7).filter(is_left_out).map(|degree| LETTERS[degree]).collect();
    (!letters.is_empty()).then(|| format!("no {}", listed(&letters)))
}

/// "its phrase N_ R G R S, twice".
fn phrase(raga: &Raga, heard: &[Heard]) -> Option<String> {
    let times = |phrase: &Vec<Note>| {
        let is_phrase = |window: &&[Heard]| {
            let apart = window[0].semitones - phrase[0].semitones();
            apart % 12 == 0
                && window.iter().zip(phrase).all(|(heard, note)| heard.semitones - note.semitones() == apart)
        };
        heard.windows(phrase.len()).filter(is_phrase).count()
    };
    let long = raga.pakad.iter().filter(|phrase| phrase.len() >= tuning::PHRASE_NOTES);
    let (count, phrase) = long.map(|phrase| (times(phrase), phrase)).max_by_key(|(count, _)| *count)?;
    let often = match count {
        0..tuning::PHRASES => return None,
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    };
    Some(format!("its phrase {}, {often}", write_notes(phrase, raga.tradition)))
}

/// The letter alone where the raga has one swara of it, as it is said.
fn short(raga: &Raga, swara: Swara) -> &'static str {
    let symbol = swara.symbol(raga.tradition);
    let is_alone = raga.swaras().iter().filter(|other| other.degree() == swara.degree()).count() == 1;
    let is_carnatic = raga.tradition == crate::theory::raga::Tradition::Carnatic;
    if is_alone && is_carnatic { &symbol[..1] } else { symbol }
}

/// "R", "R or D", "R, P or D".
fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
