//! What the tests of the effects share.

use super::line::Lane;
use crate::base::Rng;
use crate::base::limits::CONTROL_TICK_FRAMES;

pub(super) type Stereo = [Vec<f32>; 2];

/// An effect as the tests drive it: changes at a tick, then frames in place.
pub(super) trait Effect {
    fn tick(&mut self, tick: usize);
    fn run(&mut self, l: &mut [f32], r: &mut [f32]);
}

/// Noise with gaps of exact silence.
pub(super) fn noise(frames: usize, seed: u64) -> Stereo {
    let mut rng = Rng::new(seed);
    let gate = |i: usize| if (i / 700).is_multiple_of(3) { 0.0 } else { 0.7 };
    [(); 2].map(|()| (0..frames).map(|i| gate(i) * rng.bipolar()).collect())
}

/// Runs `effect` over `input` in spans of at most `cut` frames (0: of random length), with ticks where they belong.
pub(super) fn render(effect: &mut impl Effect, input: &Stereo, cut: usize) -> Stereo {
    let [mut l, mut r] = input.clone();
    let mut rng = Rng::new(99);
    let (mut start, frames) = (0, l.len());
    while start < frames {
        if start.is_multiple_of(CONTROL_TICK_FRAMES) {
            effect.tick(start / CONTROL_TICK_FRAMES);
        }
        let wish = if cut == 0 { 1 + rng.below(32) as usize } else { cut };
        let to_tick = CONTROL_TICK_FRAMES - start % CONTROL_TICK_FRAMES;
        let end = start + wish.min(to_tick).min(frames - start);
        effect.run(&mut l[start..end], &mut r[start..end]);
        start = end;
    }
    [l, r]
}

pub(super) fn assert_same_bits(a: &Stereo, b: &Stereo, what: &str) {
    for (a, b) in a.iter().zip(b) {
        let first = a.iter().zip(b).position(|(a, b)| a.to_bits() != b.to_bits());
        assert_eq!(first, None, "{what}: first frame that differs");
    }
}

/// The output does not depend on how a span is cut.
pub(super) fn assert_cut_invariant<E: Effect>(mut make: impl FnMut() -> E) {
    let input = noise(12_345, 5);
    let whole = render(&mut make(), &input, CONTROL_TICK_FRAMES);
    assert_ne!(whole, input);
    for cut in [1, 5, 0] {
        assert_same_bits(&whole, &render(&mut make(), &input, cut), &format!("cut {cut}"));
    }
}

/// Turns a wet-only effect that adds into one that works in place.
pub(super) fn wet(l: &mut [f32], r: &mut [f32], process: impl FnOnce([&[f32]; 2], [&mut [f32]; 2])) {
    let mut wet: [Lane; 2] = [[0.0; CONTROL_TICK_FRAMES]; 2];
    let n = l.len();
    let [wet_l, wet_r] = &mut wet;
    process([&*l, &*r], [&mut wet_l[..n], &mut wet_r[..n]]);
    l.copy_from_slice(&wet[0][..n]);
    r.copy_from_slice(&wet[1][..n]);
}

/// One frame of full level, then silence.
pub(super) fn impulse(frames: usize) -> Stereo {
    [(); 2].map(|()| (0..frames).map(|i| if i == 0 { 1.0 } else { 0.0 }).collect())
}

/// Frames that are neither zero nor normal.
pub(super) fn subnormals(out: &Stereo) -> usize {
    out.iter().flatten().filter(|x| x.is_subnormal()).count()
}
