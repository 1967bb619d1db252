//! From likelihoods to the chord that stands: priors, holding on, and the bass.

use super::evidence::Evidence;
use super::namer::Likelihoods;
use super::next_chord::{NextChord, symbol};
use super::tuning::{BASS_CREDIT_SECS, BASS_SPAN_SECS, CLASSES_MIN, HEARD, PRIOR_MIN, SILENT, SIXTH_KEY, Tuning};
use crate::base::InlineVec;
use crate::theory::{Chord, Family, Key, Quality};

/// A chord that was decided.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// What it is.
    pub chord: Chord,
    /// Probability of its root and family, 0 to 1.
    pub confidence: f32,
    /// When it was decided.
    pub since_secs: f64,
}

/// A decision for another chord.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    /// What stands now.
    pub to: Standing,
    /// Whether root or family changed, not only colour or bass.
    pub is_harmonic: bool,
    /// Whether a chord stood before.
    pub is_followed: bool,
}

/// The chord that stands and what is held for likely.
#[derive(Clone, Debug)]
pub struct Decision {
    standing: Option<Standing>,
    /// Probability of each root and family at the last judgement.
    families: [[f32; Family::COUNT]; 12],
    /// Priors of each root and family.
    prior: [[f32; Family::COUNT]; 12],
    key: Option<Key>,
    alternates: InlineVec<(Chord, f32), 3>,
    /// How long each pitch class was the bass since the chord began, fading.
    bass_secs: [f32; 12],
    judged_secs: f64,
}

impl Decision {
    /// Nothing stands, all is as likely.
    pub fn new() -> Self {
        Self {
            standing: None,
            families: [[0.0; Family::COUNT]; 12],
            prior: [[1.0; Family::COUNT]; 12],
            key: None,
            alternates: InlineVec::default(),
            bass_secs: [0.0; 12],
            judged_secs: 0.0,
        }
    }

    /// The chord that stands.
    pub fn standing(&self) -> Option<Standing> {
        self.standing
    }

    /// The likeliest others, best first.
    pub fn alternates(&self) -> InlineVec<(Chord, f32), 3> {
        self.alternates
    }

    /// Sets the priors after a harmonic change.
    pub fn expect(&mut self, next: &NextChord, key: Option<(Key, f32)>, tuning: &Tuning) {
        self.key = key.filter(|(_, confidence)| *confidence >= SIXTH_KEY).map(|(key, _)| key);
        let Some(standing) = self.standing else { return };
        let follows = next.distribution();
        for root in 0..12 {
            for family in 0..Family::COUNT {
                let chord = Chord::new(root, Family::at(family).quality());
                let follow = follows[symbol(chord, standing.chord.root)].max(PRIOR_MIN).powf(tuning.follow_trust);
                let degree = key.map_or(1.0, |(key, confidence)| {
                    let common = next.degrees(key.mode.is_minor())[symbol(chord, key.tonic)].max(PRIOR_MIN);
                    common.powf(tuning.key_trust * confidence)
                });
                self.prior[usize::from(root)][family] = follow * degree;
            }
        }
        // What stands needs no course of harmony to go on: it is held by its own weight.
        let chord = standing.chord;
        let best = self.prior.iter().flatten().fold(0.0_f32, |best, p| best.max(*p));
        self.prior[usize::from(chord.root)][chord.quality.family().index()] = best;
    }

    /// Decides after a judgement; gives the change, if there is one.
    pub fn weigh(
        &mut self,
        likelihoods: &mut Likelihoods,
        evidence: &Evidence,
        at_secs: f64,
        tuning: &Tuning,
    ) -> Option<Change> {
        if let Some(key) = self.key {
            settle_sixths(key, likelihoods);
        }
        self.apply_prior(likelihoods);
        self.follow_bass(evidence, at_secs);
        let (root, family) = best_of(&self.families);
        let p = self.families[root][family.index()];
        let held = self.standing.map(|s| (usize::from(s.chord.root), s.chord.quality.family()));
        let p_held = held.map_or(likelihoods.none, |(root, family)| self.families[root][family.index()]);
        let hold = if held.is_some() { tuning.hold } else { 1.0 };
        let is_heard = evidence.heard(HEARD) >= CLASSES_MIN;
        let is_harmonic = held != Some((root, family)) && is_heard && p > p_held * hold;
        let change = if is_harmonic {
            let quality = best_quality(&likelihoods.chords[root], family);
            let quality = if is_bare(root, family, evidence) { Quality::Power } else { quality };
            let chord = Chord::new(root as u8, quality);
            let let_go = evidence.bass_let_go().filter(|bass| chord.has(*bass));
            let bass = let_go.unwrap_or_else(|| strongest(chord, evidence.bass_of_the_moment()));
            self.bass_secs = [0.0; 12];
            self.bass_secs[usize::from(bass)] = BASS_CREDIT_SECS;
            let to = Standing { chord: chord.over(bass), confidence: p, since_secs: at_secs };
            Some(Change { to, is_harmonic, is_followed: held.is_some() })
        } else {
            self.recolour(likelihoods, evidence, tuning).filter(|_| is_heard)
        };
        if let Some(change) = change {
            self.standing = Some(change.to);
        } else if let Some(standing) = &mut self.standing {
            standing.confidence = p_held;
        }
        self.list_alternates(likelihoods);
        change
    }

    /// Counts the bass of the time since the last judgement.
    fn follow_bass(&mut self, evidence: &Evidence, at_secs: f64) {
        let secs = ((at_secs - self.judged_secs) as f32).clamp(0.0, BASS_SPAN_SECS);
        self.judged_secs = at_secs;
        if evidence.bass_let_go().is_some() {
            return;
        }
        let keep = (-secs / BASS_SPAN_SECS).exp();
        for (sum, bass) in self.bass_secs.iter_mut().zip(evidence.bass()) {
            *sum = *sum * keep + bass * secs;
        }
    }

    fn apply_prior(&mut self, likelihoods: &mut Likelihoods) {
        let mut sum = likelihoods.none;
        for (root, qualities) in likelihoods.chords.iter_mut().enumerate() {
            self.families[root] = [0.0; Family::COUNT];
            for (index, p) in qualities.iter_mut().enumerate() {
                let family = Quality::at(index).family().index();
                *p *= self.prior[root][family];
                self.families[root][family] += *p;
                sum += *p;
            }
        }
        for p in self.families.iter_mut().flatten() {
            *p /= sum.max(1e-20);
        }
        likelihoods.none /= sum.max(1e-20);
    }

    /// The same root and family in another quality or over another bass.
    fn recolour(&self, likelihoods: &Likelihoods, evidence: &Evidence, tuning: &Tuning) -> Option<Change> {
        let standing = self.standing?;
        let chord = standing.chord;
        let root = usize::from(chord.root);
        let qualities = &likelihoods.chords[root];
        let best = best_quality(qualities, chord.quality.family());
        let is_better = qualities[best.index()] > qualities[chord.quality.index()] * tuning.hold_colour;
        let quality = match is_bare(root, chord.quality.family(), evidence) {
            true => Quality::Power,
            false if is_better => best,
            false => chord.quality,
        };
        let recoloured = Chord { quality, ..chord };
        let bass = strongest(recoloured, &self.bass_secs);
        let secs = |pitch_class: u8| self.bass_secs[usize::from(pitch_class)];
        let is_kept = recoloured.has(chord.bass) && secs(bass) <= secs(chord.bass) * tuning.bass_hold;
        let recoloured = recoloured.over(if is_kept { chord.bass } else { bass });
        let confidence = self.families[root][chord.quality.family().index()];
        let to = Standing { chord: recoloured, confidence, ..standing };
        (recoloured != chord).then_some(Change { to, is_harmonic: false, is_followed: true })
    }

    fn list_alternates(&mut self, likelihoods: &Likelihoods) {
        let mut left = self.families;
        if let Some(standing) = self.standing {
            left[usize::from(standing.chord.root)][standing.chord.quality.family().index()] = 0.0;
        }
        self.alternates.clear();
        for _ in 0..3 {
            let (root, family) = best_of(&left);
            let p = std::mem::take(&mut left[root][family.index()]);
            let chord = Chord::new(root as u8, best_quality(&likelihoods.chords[root], family));
            let bass = self.standing.map_or(chord.root, |s| s.chord.bass);
            // Three fit.
            let _ = self.alternates.push((if chord.has(bass) { chord.over(bass) } else { chord }, p));
        }
    }
}

/// A sixth chord and the minor seventh on its sixth have the same notes (C6, Am7), and a low root does not tell them
/// apart for sure: in the key of that minor chord the minor one is meant (Am7/C in A minor). So with a half-diminished
/// one that leads to the minor key a tone below (Bm7b5/D, not Dm6, in A minor).
fn settle_sixths(key: Key, likelihoods: &mut Likelihoods) {
    if !key.mode.is_minor() {
        return;
    }
    let pairs = [
        (Quality::Sixth, Quality::MinorSeventh, usize::from(key.tonic)),
        (Quality::MinorSixth, Quality::HalfDiminished, usize::from(key.tonic + 2) % 12),
    ];
    for (sixth, seventh, root) in pairs {
        let meant = std::mem::take(&mut likelihoods.chords[(root + 3) % 12][sixth.index()]);
        likelihoods.chords[root][seventh.index()] += meant;
    }
}

/// Whether what counts as major has lately had its fifth, but no third nor anything that could stand for one.
fn is_bare(root: usize, family: Family, evidence: &Evidence) -> bool {
    let of_the_bar = evidence.of_the_bar();
    let is_on = |interval: usize, least: f32| of_the_bar[(root + interval) % 12] > least;
    family == Family::Major && is_on(7, 0.0) && ![2, 3, 4, 5, 9].iter().any(|interval| is_on(*interval, SILENT))
}

fn best_of(families: &[[f32; Family::COUNT]; 12]) -> (usize, Family) {
    let mut best = (0, 0);
    for (root, family) in families.iter().enumerate() {
        for (index, p) in family.iter().enumerate() {
            if *p > families[best.0][best.1] {
                best = (root, index);
            }
        }
    }
    (best.0, Family::at(best.1))
}

fn best_quality(qualities: &[f32; Quality::COUNT], family: Family) -> Quality {
    let in_family = Quality::all().filter(|quality| quality.family() == family);
    in_family.fold(family.quality(), |best, q| if qualities[q.index()] > qualities[best.index()] { q } else { best })
}

/// The chord tone on which the profile is strongest; the root where none is on it.
fn strongest(chord: Chord, profile: &[f32; 12]) -> u8 {
    let strength = |pitch_class: u8| profile[usize::from(pitch_class)];
    let tones = (0..12).filter(|pitch_class| chord.has(*pitch_class));
    tones.fold(chord.root, |best, pc| if strength(pc) > strength(best) { pc } else { best })
}
