//! From the engine's two channels of `f32` to what a device wants.

use cpal::{I24, SizedSample, U24};

/// A sample format that devices take.
pub(super) trait DeviceSample: SizedSample {
    /// The sample nearest to `value`, full scale being 1; louder clips. Not-a-number is silence.
    fn from_unit(value: f32) -> Self;
}

/// The nearest of the integers of so many bits, centred on zero.
fn quantise(value: f32, bits: u32) -> i32 {
    let scale = f64::from(1_u32 << (bits - 1));
    (f64::from(value) * scale).round().clamp(-scale, scale - 1.0) as i32
}

impl DeviceSample for f32 {
    fn from_unit(value: f32) -> Self {
        value
    }
}

impl DeviceSample for f64 {
    fn from_unit(value: f32) -> Self {
        f64::from(value)
    }
}

macro_rules! integers {
    ($($sample:ty, $bits:literal, $value:ident => $made:expr;)*) => {$(
        impl DeviceSample for $sample {
            fn from_unit(value: f32) -> Self {
                let $value = quantise(value, $bits);
                $made
            }
        }
    )*};
}

integers! {
    i8, 8, v => v as i8;
    i16, 16, v => v as i16;
    I24, 24, v => I24::new(v).unwrap_or_default();
    i32, 32, v => v;
    u8, 8, v => (v + 0x80) as u8;
    u16, 16, v => (v + 0x8000) as u16;
    U24, 24, v => U24::new(v + 0x80_0000).unwrap_or_default();
    u32, 32, v => (v as u32).wrapping_add(0x8000_0000);
}

/// Writes whole frames of `channels` samples: stereo into the first two, its mean into a single one,
/// silence into the others. Real-time safe.
pub(super) fn interleave<T: DeviceSample>(left: &[f32], right: &[f32], channels: usize, out: &mut [T]) {
    if channels == 1 {
        for ((out, left), right) in out.iter_mut().zip(left).zip(right) {
            *out = T::from_unit(0.5 * (left + right));
        }
        return;
    }
    for ((frame, left), right) in out.chunks_exact_mut(channels.max(2)).zip(left).zip(right) {
        let (stereo, others) = frame.split_at_mut(2);
        stereo[0] = T::from_unit(*left);
        stereo[1] = T::from_unit(*right);
        others.fill(T::EQUILIBRIUM);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Debug;

    fn check<T: DeviceSample + Debug + PartialEq>(cases: [(f32, T); 6]) {
        for (value, expected) in cases {
            assert_eq!(T::from_unit(value), expected, "{value}");
        }
        assert_eq!(T::from_unit(0.0), T::EQUILIBRIUM);
    }

    #[test]
    fn full_scale_clips_zero_is_the_middle_and_halves_are_exact() {
        check::<i8>([(1.0, 127), (-1.0, -128), (2.0, 127), (-2.0, -128), (0.5, 64), (f32::NAN, 0)]);
        check::<i16>([
            (1.0, 32_767),
            (-1.0, -32_768),
            (9.0, 32_767),
            (-0.5, -16_384),
            (1.0 / 32_768.0, 1),
            (f32::NAN, 0),
        ]);
        let i24 = |v| I24::new(v).expect("in range");
        check::<I24>([
            (1.0, i24(8_388_607)),
            (-1.0, i24(-8_388_608)),
            (9.0, i24(8_388_607)),
            (0.5, i24(4_194_304)),
            (-0.25, i24(-2_097_152)),
            (f32::NAN, i24(0)),
        ]);
        check::<i32>([
            (1.0, i32::MAX),
            (-1.0, i32::MIN),
            (9.0, i32::MAX),
            (0.5, 1 << 30),
            (-0.5, -(1 << 30)),
            (f32::NAN, 0),
        ]);
        check::<u8>([(1.0, 255), (-1.0, 0), (9.0, 255), (0.5, 192), (-0.5, 64), (f32::NAN, 128)]);
        check::<u16>([(1.0, 65_535), (-1.0, 0), (9.0, 65_535), (0.5, 49_152), (-9.0, 0), (f32::NAN, 32_768)]);
        check::<u32>([
            (1.0, u32::MAX),
            (-1.0, 0),
            (9.0, u32::MAX),
            (0.5, 3 << 30),
            (-0.5, 1 << 30),
            (f32::NAN, 1 << 31),
        ]);
        check::<f64>([(1.0, 1.0), (-1.0, -1.0), (2.0, 2.0), (-2.0, -2.0), (0.5, 0.5), (0.0, 0.0)]);
    }

    #[test]
    fn stereo_fills_the_first_two_channels_and_mono_gets_the_mean() {
        let (left, right) = ([0.5, 1.0], [-0.5, 0.0]);
        let mut mono = [9.0_f32; 2];
        interleave(&left, &right, 1, &mut mono);
        assert_eq!(mono, [0.0, 0.5]);
        let mut stereo = [9_i16; 4];
        interleave(&left, &right, 2, &mut stereo);
        assert_eq!(stereo, [16_384, -16_384, 32_767, 0]);
        let mut quad = [9_u8; 8];
        interleave(&left, &right, 4, &mut quad);
        assert_eq!(quad, [192, 64, 128, 128, 255, 128, 128, 128]);
    }
}
