//! The textures of Drift: slow random walks that say how full, how high and how moved the music is at each bar. They
//! follow from the seed and the bar alone, so that music may be asked for anywhere.

use super::super::chance::{chance_at, seed_at, walk};
use super::super::lead::density;
use super::super::phrase::{Ask, Role};

/// Every weight, with its reason.
mod tuning {
    /// Bars of a block that is cut into sections of 8, 16 or more.
    pub const BLOCK_BARS: i64 = 32;
    /// Bars in which a texture goes about from one height to another; unlike each other, so that no two return together.
    pub const PERIODS: [f64; 6] = [19.0, 29.0, 23.0, 41.0, 53.0, 67.0];
    /// How much of a texture changes from one section to the next at once, not slowly.
    pub const SECTION: f32 = 0.4;
    /// How much of how full the music is the texture decides; the rest is what the player wishes.
    pub const TEXTURE: f32 = 0.6;
    /// How full an introduction begins and by how much it grows each bar.
    pub const INTRO: (f32, f32) = (0.3, 0.12);
    /// Purposes of chance.
    pub const CUTS: u64 = 0xd21f_0010;
    /// The walks.
    pub const WALKS: u64 = 0xd21f_0020;
    /// What sections add.
    pub const SECTIONS: u64 = 0xd21f_0040;
}

/// How a block is cut: the first bars of its sections.
static CUTS: [&[i64]; 6] = [&[0], &[0, 16], &[0, 8], &[0, 24], &[0, 8, 16], &[0, 8, 24]];

/// What a texture is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Aspect {
    /// How full the pads are.
    Pads,
    /// How present the bass is.
    Bass,
    /// How often the lead speaks.
    Lead,
    /// How much pulse there is.
    Pulse,
    /// How high it all lies.
    Register,
    /// How far the bass keeps to a pedal.
    Pedal,
}

/// The first bar of the section that a bar lies in.
#[must_use]
pub fn section(seed: u64, bar: i64) -> i64 {
    let block = bar.div_euclid(tuning::BLOCK_BARS);
    let cuts = CUTS[chance_at(seed, tuning::CUTS, block).below(CUTS.len() as u32) as usize];
    let place = bar.rem_euclid(tuning::BLOCK_BARS);
    let cut = cuts.iter().rev().find(|cut| **cut <= place).copied().unwrap_or(0);
    block * tuning::BLOCK_BARS + cut
}

/// How an aspect stands at a bar, 0 to 1.
#[must_use]
pub fn texture(seed: u64, aspect: Aspect, bar: i64) -> f32 {
    let purpose = aspect as u64;
    let slow = walk(seed, tuning::WALKS + purpose, bar as f64, tuning::PERIODS[aspect as usize]);
    let own = chance_at(seed_at(seed, tuning::SECTIONS, section(seed, bar)), purpose, 0).unit();
    slow + (own - slow) * tuning::SECTION
}

/// How full a part plays in the bar that is asked for, 0 to 1: its texture, and what the player wishes.
#[must_use]
pub fn fullness(ask: &Ask<'_>, aspect: Aspect) -> f32 {
    let texture = texture(ask.seed, aspect, ask.bar.index);
    let full = tuning::TEXTURE * texture + (1.0 - tuning::TEXTURE) * density(ask);
    let (begin, growth) = tuning::INTRO;
    if ask.bar.role == Role::Intro { full * (begin + growth * ask.bar.in_section as f32).min(1.0) } else { full }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_have_eight_bars_or_more_and_cover_all() {
        let begins: Vec<i64> = (-64..640).map(|bar| section(3, bar)).collect();
        assert!((-64..640).zip(&begins).all(|(bar, begin)| *begin <= bar && bar - begin < 32));
        let mut lengths: Vec<usize> = begins.chunk_by(|a, b| a == b).map(<[i64]>::len).collect();
        assert!(lengths.iter().all(|length| length % 8 == 0));
        lengths.sort_unstable();
        lengths.dedup();
        assert_eq!(lengths, [8, 16, 24, 32]);
    }

    #[test]
    fn textures_come_and_go() {
        for aspect in [Aspect::Pads, Aspect::Bass, Aspect::Lead, Aspect::Pulse, Aspect::Register, Aspect::Pedal] {
            let heights: Vec<f32> = (0..900).map(|bar| texture(7, aspect, bar)).collect();
            assert!(heights.iter().all(|height| (0.0..=1.0).contains(height)));
            assert!(heights.iter().any(|height| *height < 0.25) && heights.iter().any(|height| *height > 0.75));
        }
    }
}
