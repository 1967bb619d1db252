//! The theka: what tabla and mridangam keep of a tala, with the little variations of a hand that knows it.
//!
//! Matras are counted from the begin of the transport, whatever its bars are, so that sam stays sam. A stroke on a matra
//! falls exactly there: the drum is what the others are measured by.

use super::super::chance::chance_at;
use super::super::part::PartMode;
use super::super::phrase::{Ask, BAR_NOTES_MAX, Note, PhraseSource, Role};
use crate::theory::raga::Tradition;

/// Every weight, with its reason.
mod tuning {
    /// Below this tempo of the matras the laya is dhima: there is room between them;
    pub const DHIMA_BPM: f64 = 56.0;
    /// above this it is drut: a hand has no time for four strokes within one,
    pub const DRUT_BPM: f64 = 152.0;
    /// and above this only for one.
    pub const PLAIN_BPM: f64 = 300.0;
    /// How often a fill leads to sam, and how rarely a tihai does, at full complexity.
    pub const FILLS: f32 = 0.75;
    pub const TIHAIS: f32 = 0.14;
    /// Cycles shorter than this have room for neither but where they are asked for.
    pub const CYCLE_MATRAS: usize = 6;
    /// A fill takes at most one part in so many of the cycle.
    pub const FILL_SHARE: usize = 3;
    /// How often a matra of a slow laya is filled up, at full complexity, and how soft.
    pub const BETWEEN: f32 = 0.7;
    pub const BETWEEN_VELOCITY: f32 = 0.42;
    /// The velocity at no intensity as a share of that at full, and by how much no two strokes are alike.
    pub const GENTLE: f32 = 0.45;
    pub const UNEVEN: f32 = 0.05;
    /// A fill is played a little softer than the theka, so that sam comes out.
    pub const FILL_VELOCITY: f32 = 0.9;
    /// A stroke ends by itself; its key is let go so soon, matras.
    pub const LENGTH_BEATS: f64 = 0.2;
    /// Purposes of chance.
    pub const CYCLES: u64 = 0x4a6a_0020;
    pub const STROKES: u64 = 0x4a6a_0021;
}

/// A stroke within a matra.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tap {
    /// The key of the drum.
    pub key: u8,
    /// When, as a share of the matra, 0 to below 1.
    pub at: f32,
    /// How hard, 0 to 1.
    pub velocity: f32,
}

/// The strokes of each matra, in the order of time.
pub type Taps = Vec<Vec<Tap>>;

/// What is said to vary a theka, in the syllables of its drum.
struct Words {
    between: &'static str,
    fills: [&'static str; 5],
    /// Four matras of half matras, three times the same: the last stroke of the third is sam.
    tihai: &'static str,
}

const TABLA: Words = Words {
    between: "Te",
    fills: ["TiRaKiTa", "DhaTi TiRaKiTa", "DhaTi DhaGe", "DhaTi DhaGe TiRaKiTa", "DhaTi DhaGe DhaTi TiRaKiTa"],
    tihai: "TiTa DhaTi TaDha TiTa",
};

const MRIDANGAM: Words = Words {
    between: "Ta",
    fills: ["TaKaKiTa", "NamTa TaKaKiTa", "DhinTa NamKa", "DhinTa NamKa TaKaKiTa", "DhinTa NamKa DhinTa TaKaKiTa"],
    tihai: "TaKa DheemTa KaDheem TaKa",
};

/// How fast the matras pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Laya {
    /// Slow (vilambit).
    Dhima,
    /// At the pace of a walk.
    Madhya,
    /// Fast.
    Drut,
}

impl Laya {
    /// The laya of so many matras a minute.
    #[must_use]
    pub fn of(bpm: f64) -> Self {
        match bpm {
            bpm if bpm < tuning::DHIMA_BPM => Self::Dhima,
            bpm if bpm > tuning::DRUT_BPM => Self::Drut,
            _ => Self::Madhya,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        ["dhima", "madhya", "drut"][self as usize]
    }
}

/// A cycle as a drum keeps it, and what it is varied by.
#[derive(Clone, Debug, PartialEq)]
pub struct Theka {
    cycle: Taps,
    between: Vec<Tap>,
    fills: Vec<Taps>,
    tihai: Taps,
}

impl Theka {
    /// The theka of so many matras as `cycle` has strokes for, at least one; `strokes` tells how the drum of the
    /// tradition plays what is said, matra by matra. Allocates.
    #[must_use]
    pub fn new(tradition: Tradition, mut cycle: Taps, strokes: impl Fn(&str) -> Taps) -> Self {
        if cycle.is_empty() {
            cycle.push(Vec::new());
        }
        let words = if tradition == Tradition::Carnatic { &MRIDANGAM } else { &TABLA };
        let between = strokes(words.between).into_iter().next().unwrap_or_default();
        Self {
            cycle,
            between,
            fills: words.fills.iter().map(|fill| strokes(fill)).collect(),
            tihai: strokes(words.tihai),
        }
    }

    /// The keys of all strokes of the cycle.
    pub fn strokes(&self) -> impl Iterator<Item = u8> + '_ {
        self.cycle.iter().flatten().map(|tap| tap.key)
    }

    /// Matras of the cycle.
    #[must_use]
    pub fn matras(&self) -> usize {
        self.cycle.len()
    }

    /// What leads to the sam after the cycle of that number, in place of the last matras of the theka.
    fn lead(&self, number: i64, ask: &Ask<'_>) -> &[Vec<Tap>] {
        let matras = self.matras();
        let sam = ((number + 1) * matras as i64) as f64;
        // A bar that is a fill or an end asks for one, as far as the bar reaches back.
        let is_in_bar = ask.bar.begin_beats < sam && sam <= ask.bar.end_beats() + 1e-6;
        let room = (sam - ask.bar.begin_beats) as usize;
        match ask.bar.role {
            Role::Ending if is_in_bar && room.min(matras) >= self.tihai.len() => return &self.tihai,
            Role::Fill if is_in_bar && matras >= 2 => return self.fill(ask, number, room.min(matras.div_ceil(2))),
            _ => {}
        }
        if matras < tuning::CYCLE_MATRAS {
            return &[];
        }
        let complexity = ask.taste.complexity.clamp(0.0, 1.0);
        let chance = chance_at(ask.seed, tuning::CYCLES, number).unit();
        let tihais = tuning::TIHAIS * complexity;
        match chance {
            chance if chance < tihais => &self.tihai,
            chance if chance < tihais + tuning::FILLS * complexity => {
                self.fill(ask, number, (matras / tuning::FILL_SHARE).max(1))
            }
            _ => &[],
        }
    }

    /// A fill of at most so many matras, the longer the more is asked for.
    fn fill(&self, ask: &Ask<'_>, number: i64, matras_max: usize) -> &[Vec<Tap>] {
        let fit = self.fills.iter().filter(|fill| fill.len() <= matras_max).count();
        let wish = ask.taste.complexity.clamp(0.0, 1.0).max(ask.feel.fills.clamp(0.0, 1.0));
        let reach = ((wish * fit as f32).ceil() as u32).max(1);
        let which = chance_at(ask.seed, tuning::CYCLES ^ 0x51, number).below(reach) as usize;
        let mut fits = self.fills.iter().filter(|fill| fill.len() <= matras_max);
        fits.nth(which).map_or(&[], Vec::as_slice)
    }
}

/// Plays the theka on the drums; without one it is silent. Playing does not allocate.
#[derive(Clone, Debug)]
pub struct ThekaPlayer {
    theka: Option<Theka>,
}

impl ThekaPlayer {
    /// A player of this theka.
    #[must_use]
    pub fn new(theka: Option<Theka>) -> Self {
        Self { theka }
    }
}

impl PhraseSource for ThekaPlayer {
    fn play(&mut self, ask: &Ask<'_>, out: &mut Vec<Note>) {
        let Some(theka) = self.theka.as_ref().filter(|_| ask.taste.mode != PartMode::Off) else { return };
        let first = ask.bar.begin_beats.round() as i64;
        for matra in first..first + i64::from(ask.bar.beats) {
            strike(theka, ask, matra, out);
        }
        if ask.bar.role == Role::Ending {
            for tap in &theka.cycle[0] {
                push(ask, ask.bar.end_beats(), *tap, tap.velocity, out);
            }
        }
    }
}

/// Plays one matra, counted from the begin of the transport.
fn strike(theka: &Theka, ask: &Ask<'_>, matra: i64, out: &mut Vec<Note>) {
    let matras = theka.matras();
    let (number, place) = (matra.div_euclid(matras as i64), matra.rem_euclid(matras as i64) as usize);
    let lead = theka.lead(number, ask);
    let into_lead = (place + lead.len()).checked_sub(matras);
    let (taps, share) = match into_lead {
        Some(at) => (&lead[at], tuning::FILL_VELOCITY),
        None => (&theka.cycle[place], 1.0),
    };
    let bpm = ask.feel.bpm;
    let is_playable = |at: f32| match Laya::of(bpm) {
        Laya::Drut if bpm > tuning::PLAIN_BPM => at == 0.0,
        Laya::Drut => (2.0 * at).fract() == 0.0,
        _ => true,
    };
    for tap in taps.iter().filter(|tap| is_playable(tap.at)) {
        push(ask, matra as f64 + f64::from(tap.at), *tap, share * tap.velocity, out);
    }
    let is_filled_up =
        chance_at(ask.seed, tuning::STROKES ^ 0x7, matra).unit() < tuning::BETWEEN * ask.taste.complexity;
    let is_bare = into_lead.is_none() && !taps.is_empty() && taps.iter().all(|tap| tap.at == 0.0);
    if Laya::of(bpm) == Laya::Dhima && is_bare && is_filled_up {
        for tap in &theka.between {
            push(ask, matra as f64 + 0.5, *tap, tuning::BETWEEN_VELOCITY, out);
        }
    }
}

fn push(ask: &Ask<'_>, begin_beats: f64, tap: Tap, level: f32, out: &mut Vec<Note>) {
    if begin_beats < ask.from_beats || out.len() >= BAR_NOTES_MAX {
        return;
    }
    let drive = match ask.taste.mode {
        PartMode::Follow => ask.context.playing.loudness,
        _ => ask.taste.intensity,
    };
    let mut hand = chance_at(ask.seed, tuning::STROKES, (begin_beats * 16.0).round() as i64 * 128 + i64::from(tap.key));
    let uneven = 1.0 + tuning::UNEVEN * hand.bipolar();
    let level = level * uneven * (tuning::GENTLE + (1.0 - tuning::GENTLE) * drive.clamp(0.0, 1.0));
    let velocity = (127.0 * level).clamp(1.0, 127.0) as u8;
    out.push(Note { begin_beats, length_beats: tuning::LENGTH_BEATS, key: tap.key, velocity });
}
