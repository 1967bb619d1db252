//! How much and how hard to play, and the small differences of a hand.

use crate::band::chance::chance_at;
use crate::band::{Ask, PartMode, Role};

/// The shares of what is wished and of what the music does.
mod tuning {
    /// Of the density: mostly the player's wish; the plainest is never nothing, as needs of 0 are always met.
    pub const COMPLEXITY: f32 = 0.5;
    pub const ENERGY: f32 = 0.2;
    pub const VARIATION: f32 = 0.1;
    /// Of the loudness, from what is softest.
    pub const SOFTEST: f32 = 0.2;
    pub const INTENSITY: f32 = 0.35;
    pub const DRIVE: f32 = 0.3;
    pub const FULLNESS: f32 = 0.05;
    /// What an intro begins with, and what each bar adds.
    pub const INTRO_DENSITY: (f32, f32) = (0.2, 0.3);
    pub const INTRO_LOUDNESS: (f32, f32) = (0.8, 0.08);
    /// Velocities of loudness 0 and 1.
    pub const VELOCITY: (f32, f32) = (28.0, 110.0);
    /// How far a stroke's velocity strays, either way.
    pub const VELOCITY_STRAY: f32 = 4.0;
    /// How far a stroke strays behind its place, in seconds: never before it, where the plan may be fixed already.
    pub const STRAY_SECS: f64 = 0.006;
}

/// A value that is no number counts as 0.
fn unit(value: f32) -> f32 {
    if value.is_finite() { value.clamp(0.0, 1.0) } else { 0.0 }
}

fn rise(ask: &Ask<'_>, (begin, step): (f32, f32)) -> f32 {
    if ask.bar.role == Role::Intro { (begin + step * ask.bar.in_section.min(16) as f32).min(1.0) } else { 1.0 }
}

/// How much happens, 0 to 1.
pub fn density(ask: &Ask<'_>) -> f32 {
    let wanted = tuning::COMPLEXITY * unit(ask.taste.complexity)
        + tuning::ENERGY * unit(ask.feel.energy)
        + tuning::VARIATION * f32::from(ask.bar.variation.min(3));
    unit(wanted) * rise(ask, tuning::INTRO_DENSITY)
}

/// How hard is played, 0 to 1: as the player does where the part follows.
pub fn loudness(ask: &Ask<'_>) -> f32 {
    let drive = if ask.taste.mode == PartMode::Follow { ask.context.playing.loudness } else { ask.feel.energy };
    let wanted = tuning::SOFTEST
        + tuning::INTENSITY * unit(ask.taste.intensity)
        + tuning::DRIVE * unit(drive)
        + tuning::FULLNESS * f32::from(ask.bar.variation.min(3));
    unit(wanted) * rise(ask, tuning::INTRO_LOUDNESS)
}

/// The velocity of a stroke, `accent` steps of velocity above or below the loudness.
pub fn velocity(ask: &Ask<'_>, step: i32, accent: i32) -> u8 {
    let (low, high) = tuning::VELOCITY;
    let stray = tuning::VELOCITY_STRAY * (2.0 * chance(ask, 1, step) - 1.0);
    let struck = low + (high - low) * loudness(ask) + stray + accent as f32;
    struck.round().clamp(1.0, 127.0) as u8
}

/// How far behind its place a stroke is played, in beats: what the style asks for and a little of its own.
pub fn delay_beats(ask: &Ask<'_>, step: i32, laid_back_secs: f64) -> f64 {
    let bpm = if ask.feel.bpm.is_finite() { ask.feel.bpm.clamp(20.0, 400.0) } else { 120.0 };
    (laid_back_secs + tuning::STRAY_SECS * f64::from(chance(ask, 2, step))) * bpm / 60.0
}

/// Uniform in 0..1, the same whenever this step of this bar is asked for the same purpose.
pub fn chance(ask: &Ask<'_>, purpose: u64, step: i32) -> f32 {
    let place = ask.bar.index.wrapping_mul(128).wrapping_add(i64::from(step));
    chance_at(ask.seed, purpose ^ (ask.part as u64) << 8, place).unit()
}

/// One of `count` for the whole section that the bar belongs to.
pub fn choose_for_section(ask: &Ask<'_>, count: usize) -> usize {
    let section = ask.bar.index.wrapping_sub(i64::from(ask.bar.in_section));
    chance_at(ask.seed, 0x5ec ^ (ask.part as u64) << 8, section).below(count as u32) as usize
}
