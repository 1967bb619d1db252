//! A raga as a walk: the places in its lines where a singer may be, and where the next note may take him.
//!
//! The walk is a hidden Markov chain. Its hidden places are the notes of the arohana, the avarohana, their variants and
//! the catch phrases, so that a note that occurs twice in a vakra line is two places; what is heard at a place is its
//! note, now and then a wrong one. The forward recursion (Rabiner 1989, section III.A) gives the likelihood of all that
//! was heard.

use super::Heard;
use crate::theory::raga::{Note, Raga};

/// Every weight, with its reason.
mod tuning {
    /// What a step along a line, to the next note of it, is worth: lines are sung in runs.
    pub const GO: f32 = 0.56;
    /// Over one note of the line: free singing may,
    pub const SKIP: f32 = 0.08;
    /// the same note again,
    pub const REPEAT: f32 = 0.04;
    /// into the line of the other direction, or out of a catch phrase,
    pub const TURN: f32 = 0.17;
    /// into a catch phrase. What is left of 1 is a leap to any place.
    pub const CATCH: f32 = 0.03;
    /// How often the note that is heard is the note of the place. The target allows 15 wrong notes of a hundred.
    pub const RIGHT: f32 = 0.85;
    /// How often a note is no step of the walk but a touch on the way, the place staying what it is: of a note as short
    /// as this, seconds, and of one that is held as long as that.
    pub const TOUCH: [(f32, f32); 2] = [(0.1, 0.4), (0.35, 0.03)];
    /// How often a step between two right notes has the octave that the line has, and each of the two beside it.
    pub const OCTAVES: (f32, f32) = (0.94, 0.03);
    /// The same where one of the two notes is wrong or the walk has leapt: nothing is known.
    pub const OCTAVE_UNKNOWN: f32 = 1.0 / 3.0;
    /// How likely a breath begins anew somewhere else.
    pub const BREATH: f32 = 0.4;
    /// How much more Sa is held than the other notes of a line. (The sonant notes depend on the school, and count for
    /// nothing.)
    pub const SA: f32 = 1.5;
}

/// A way from place to place.
#[derive(Clone, Copy, Debug)]
struct Edge {
    from: u16,
    to: u16,
    /// Semitones that the line moves.
    step: i16,
    chance: f32,
}

/// The walk of one raga, and how likely each place is now. `new` allocates, nothing else does.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    /// The position of each place, 0 to 11.
    positions: Vec<u8>,
    edges: Vec<Edge>,
    /// How likely a leap follows each place.
    leaps: Vec<f32>,
    /// How likely each place is; they sum to 1.
    places: Vec<f32>,
    nexts: Vec<f32>,
    /// Natural logarithms of the share of time that each position should have.
    log_shares: [f32; 12],
}

/// Where a line may be entered, and how it goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Up,
    Down,
    Catch,
}

/// A line of the raga and the number of its first place.
struct Part {
    kind: Kind,
    pitches: Vec<i16>,
    first: usize,
}

impl Part {
    /// The place that follows a place of this line, and the semitones to it: at the end of a line its notes an octave
    /// further on.
    fn next(&self, at: usize) -> Option<(usize, i16)> {
        let here = *self.pitches.get(at)?;
        if let Some(pitch) = self.pitches.get(at + 1) {
            return Some((at + 1, pitch - here));
        }
        let further = match self.kind {
            Kind::Up => 12,
            Kind::Down => -12,
            Kind::Catch => return None,
        };
        let step = |place: usize| self.pitches[place] + further - here;
        let is_on = |place: &usize| step(*place) * further > 0;
        (0..self.pitches.len()).find(is_on).map(|place| (place, step(place)))
    }

    /// Where a singer at this pitch, in any octave, goes when he turns into this line: from each place of that note to
    /// the next; or straight to the nearest note in the direction of the line, where the line lacks the note.
    fn entries(&self, pitch: i16) -> Vec<(usize, i16)> {
        let is_same = |place: &usize| (self.pitches[*place] - pitch).rem_euclid(12) == 0;
        let same: Vec<_> = (0..self.pitches.len()).filter(is_same).filter_map(|place| self.next(place)).collect();
        if !same.is_empty() || self.kind == Kind::Catch {
            return same;
        }
        let sign = if self.kind == Kind::Up { 1 } else { -1 };
        let step = |place: usize| ((self.pitches[place] - pitch) * sign).rem_euclid(12);
        (0..self.pitches.len())
            .min_by_key(|place| step(*place))
            .map(|place| (place, step(place) * sign))
            .into_iter()
            .collect()
    }
}

impl Walk {
    pub(super) fn of(raga: &Raga) -> Self {
        let parts = parts_of(raga);
        let positions: Vec<u8> =
            parts.iter().flat_map(|part| &part.pitches).map(|pitch| pitch.rem_euclid(12) as u8).collect();
        let edges: Vec<Edge> = parts.iter().flat_map(|part| edges_of(part, &parts)).collect();
        let mut leaps = vec![1.0_f32; positions.len()];
        for edge in &edges {
            leaps[usize::from(edge.from)] -= edge.chance;
        }
        let count = positions.len();
        let mut walk = Self {
            positions,
            edges,
            leaps,
            places: vec![0.0; count],
            nexts: vec![0.0; count],
            log_shares: log_shares(raga),
        };
        walk.begin();
        walk
    }

    /// Forgets what was heard: every place is as likely.
    pub(super) fn begin(&mut self) {
        let each = 1.0 / self.places.len() as f32;
        self.places.fill(each);
    }

    /// The natural logarithm of how likely the note is after all those before it.
    pub(super) fn step(&mut self, before: Option<Heard>, now: Heard) -> f32 {
        let again = if now.is_after_breath { tuning::BREATH } else { 0.0 };
        let touch = if before.is_some() { touch(now.secs) } else { 0.0 };
        let leap: f32 = self.places.iter().zip(&self.leaps).map(|(place, leap)| place * leap).sum();
        let any = (again + (1.0 - again) * leap) * tuning::OCTAVE_UNKNOWN / self.places.len() as f32;
        self.nexts.fill(any);
        for edge in &self.edges {
            let (from, to) = (usize::from(edge.from), usize::from(edge.to));
            let octave = before.map_or(tuning::OCTAVE_UNKNOWN, |before| {
                let is_right = self.positions[from] == before.position() && self.positions[to] == now.position();
                match is_right {
                    true if now.semitones - before.semitones == edge.step => tuning::OCTAVES.0,
                    true => tuning::OCTAVES.1,
                    false => tuning::OCTAVE_UNKNOWN,
                }
            });
            self.nexts[to] += (1.0 - again) * self.places[from] * edge.chance * octave;
        }
        for (next, position) in self.nexts.iter_mut().zip(&self.positions) {
            *next *= if *position == now.position() { tuning::RIGHT } else { (1.0 - tuning::RIGHT) / 11.0 };
        }
        // A touch may be any note, in any octave.
        for (next, place) in self.nexts.iter_mut().zip(&self.places) {
            *next = (1.0 - touch) * *next + touch * place * tuning::OCTAVE_UNKNOWN / 12.0;
        }
        let likelihood = self.nexts.iter().sum::<f32>().max(f32::MIN_POSITIVE);
        for (place, next) in self.places.iter_mut().zip(&self.nexts) {
            *place = next / likelihood;
        }
        likelihood.ln()
    }

    /// The natural logarithm of the share of time that this position (0 to 11) should have.
    pub(super) fn log_share(&self, position: u8) -> f32 {
        self.log_shares[usize::from(position % 12)]
    }
}

/// How likely a note of this length is a touch.
fn touch(secs: f32) -> f32 {
    let [(short, often), (long, rarely)] = tuning::TOUCH;
    let part = ((secs - short) / (long - short)).clamp(0.0, 1.0);
    often + (rarely - often) * part
}

fn parts_of(raga: &Raga) -> Vec<Part> {
    let up = raga.lines_up().map(|line| (Kind::Up, line));
    let down = raga.lines_down().map(|line| (Kind::Down, line));
    let catches = raga.pakad.iter().map(|phrase| (Kind::Catch, phrase.as_slice()));
    let mut first = 0;
    let part = |(kind, line): (Kind, &[Note])| {
        let pitches: Vec<i16> = line.iter().map(|note| note.semitones()).collect();
        let part = Part { kind, first, pitches };
        first += part.pitches.len();
        part
    };
    up.chain(down).chain(catches).map(part).collect()
}

/// All ways out of the places of a line.
fn edges_of(part: &Part, parts: &[Part]) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (at, pitch) in part.pitches.iter().enumerate() {
        let from = (part.first + at) as u16;
        let mut add = |to: usize, step: i16, chance: f32| edges.push(Edge { from, to: to as u16, step, chance });
        if let Some((next, step)) = part.next(at) {
            add(part.first + next, step, tuning::GO);
            if let Some((over, further)) = part.next(next) {
                add(part.first + over, step + further, tuning::SKIP);
            }
        }
        add(part.first + at, 0, tuning::REPEAT);
        let mut share = |is_wanted: &dyn Fn(Kind) -> bool, chance: f32| {
            let others = parts.iter().filter(|other| is_wanted(other.kind) && other.first != part.first);
            let entries: Vec<(usize, i16)> = others
                .flat_map(|other| other.entries(*pitch).into_iter().map(|(place, step)| (other.first + place, step)))
                .collect();
            for (place, step) in &entries {
                add(*place, *step, chance / entries.len() as f32);
            }
        };
        share(&|kind| kind != Kind::Catch && kind != part.kind, tuning::TURN);
        share(&|kind| kind == Kind::Catch, tuning::CATCH);
    }
    edges
}

fn log_shares(raga: &Raga) -> [f32; 12] {
    let mut shares = [0.0_f32; 12];
    for note in raga.arohana.iter().chain(&raga.avarohana) {
        shares[usize::from(note.swara.position())] += 1.0;
    }
    shares[0] *= tuning::SA;
    let sum: f32 = shares.iter().sum();
    shares.map(|share| (tuning::RIGHT * share / sum + (1.0 - tuning::RIGHT) / 12.0).ln())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::raga::{Tradition, tables};

    fn raga(name: &str, tradition: Tradition) -> &'static Raga {
        tables().ragas.find(name, Some(tradition)).expect(name)
    }

    fn likelihood(walk: &mut Walk, line: &str, tradition: Tradition) -> f32 {
        walk.begin();
        let notes = Note::parse_all(line, tradition).expect(line);
        let mut before = None;
        notes.iter().fold(0.0, |sum, note| {
            let now = Heard { semitones: note.semitones(), secs: 0.5, is_after_breath: before.is_none() };
            let step = walk.step(before, now);
            before = Some(now);
            sum + step
        })
    }

    #[test]
    fn what_leaves_a_place_is_never_more_than_all_of_it() {
        for raga in tables().ragas.ragas() {
            let walk = Walk::of(raga);
            assert!(walk.leaps.iter().all(|leap| (0.02..=1.0).contains(leap)), "{}", raga.name);
            assert!(walk.edges.iter().all(|edge| edge.step.abs() <= 24 && edge.chance > 0.0), "{}", raga.name);
        }
    }

    #[test]
    fn lines_go_on_into_the_octaves() {
        let parts = parts_of(raga("Yaman", Tradition::Hindustani));
        let up = &parts[0];
        // N_ R G M D N S^ goes on to R^.
        assert_eq!(up.next(6), Some((1, 2)));
        let down = parts.iter().find(|part| part.kind == Kind::Down).expect("the way down");
        assert_eq!(down.next(down.pitches.len() - 1), Some((1, -1)), "S to N_");
    }

    #[test]
    fn a_line_of_the_raga_is_likelier_than_the_same_notes_in_another_order() {
        let mut kedar = Walk::of(raga("Kedar", Tradition::Hindustani));
        let line = raga("Kedar", Tradition::Hindustani);
        let sung = crate::theory::raga::write_notes(&line.avarohana, Tradition::Hindustani);
        let mut turned = line.avarohana.clone();
        turned.reverse();
        let turned = crate::theory::raga::write_notes(&turned, Tradition::Hindustani);
        let [right, wrong] = [sung, turned].map(|text| likelihood(&mut kedar, &text, Tradition::Hindustani));
        assert!(right > wrong + 4.0, "{right} {wrong}");
    }

    #[test]
    fn the_octave_of_a_step_matters_but_does_not_rule_out() {
        let mut mohanam = Walk::of(raga("Mohanam", Tradition::Carnatic));
        let near = likelihood(&mut mohanam, "S R2 G3 P", Tradition::Carnatic);
        let far = likelihood(&mut mohanam, "S R2^ G3 P", Tradition::Carnatic);
        let wrong = likelihood(&mut mohanam, "S R1 G3 P", Tradition::Carnatic);
        assert!(near > far && near > wrong && far.is_finite(), "{near} {far} {wrong}");
    }
}
