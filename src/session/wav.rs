//! A WAV file written whole or not at all, and what was measured while it was written.

use super::files::{WriteError, write_whole};
use crate::base::gain_to_db;
use hound::{SampleFormat, WavSpec, WavWriter};
use std::io::{self, Write};
use std::path::Path;

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WavForm {
    /// Rate in Hz.
    pub rate_hz: u32,
    /// 16, 24 or 32 (float) bits a sample.
    pub bits: u16,
}

/// A form that cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WavFormError {
    /// Not 16, 24 or 32 bits.
    #[error("{0} bits a sample cannot be written; choose 16, 24 or 32")]
    Bits(u16),
    /// A rate out of range.
    #[error("a rate of {0} Hz cannot be rendered; choose one from 8000 to 384000")]
    Rate(u32),
}

impl WavForm {
    /// A form that can be written.
    ///
    /// # Errors
    /// [`WavFormError`] names what is wrong.
    pub fn new(rate_hz: u32, bits: u16) -> Result<Self, WavFormError> {
        use crate::base::limits::{SAMPLE_RATE_MAX, SAMPLE_RATE_MIN};
        if ![16, 24, 32].contains(&bits) {
            return Err(WavFormError::Bits(bits));
        }
        if !(SAMPLE_RATE_MIN..=SAMPLE_RATE_MAX).contains(&rate_hz) {
            return Err(WavFormError::Rate(rate_hz));
        }
        Ok(Self { rate_hz, bits })
    }

    fn spec(self) -> WavSpec {
        let sample_format = if self.bits == 32 { SampleFormat::Float } else { SampleFormat::Int };
        WavSpec { channels: 2, sample_rate: self.rate_hz, bits_per_sample: self.bits, sample_format }
    }
}

/// What was measured of a rendered sound.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Loudness {
    /// Frames written.
    pub frames: u64,
    peak: f32,
    square_sum: f64,
}

impl Loudness {
    fn add(&mut self, left: &[f32], right: &[f32]) {
        self.frames += left.len() as u64;
        for s in left.iter().chain(right) {
            self.peak = self.peak.max(s.abs());
            self.square_sum += f64::from(s * s);
        }
    }

    /// The highest sample, in dBFS.
    #[must_use]
    pub fn peak_db(&self) -> f32 {
        gain_to_db(self.peak)
    }

    /// The root mean square over both channels, in dBFS.
    #[must_use]
    pub fn rms_db(&self) -> f32 {
        gain_to_db((self.square_sum / (2 * self.frames.max(1)) as f64).sqrt() as f32)
    }
}

/// Writes what `render` hands to its sink as a stereo WAV file.
///
/// # Errors
/// [`WriteError`] when the file cannot be written; an older file of that name stays.
pub fn write_wav(
    path: &Path,
    form: WavForm,
    render: impl FnOnce(&mut dyn FnMut(&[f32], &[f32]) -> io::Result<()>) -> io::Result<()>,
) -> Result<Loudness, WriteError> {
    let mut loudness = Loudness::default();
    write_whole(path, |out| {
        // The header holds lengths that are known only at the end, and hound seeks back for them.
        let file: &mut std::fs::File = out.get_mut();
        let mut writer = WavWriter::new(io::BufWriter::new(file), form.spec()).map_err(io_error)?;
        render(&mut |left, right| {
            loudness.add(left, right);
            left.iter().zip(right).flat_map(|(l, r)| [*l, *r]).try_for_each(|s| write_sample(&mut writer, form, s))
        })?;
        writer.finalize().map_err(io_error)
    })?;
    Ok(loudness)
}

fn write_sample<W: Write + io::Seek>(writer: &mut WavWriter<W>, form: WavForm, sample: f32) -> io::Result<()> {
    let result = if form.bits == 32 {
        writer.write_sample(sample)
    } else {
        let top = (1_i32 << (form.bits - 1)) - 1;
        writer.write_sample((sample.clamp(-1.0, 1.0) * top as f32).round() as i32)
    };
    result.map_err(io_error)
}

fn io_error(error: hound::Error) -> io::Error {
    match error {
        hound::Error::IoError(error) => error,
        other => io::Error::other(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_reads_back_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        for (bits, error) in [(16, 2.0e-5), (24, 1.0e-7), (32, 0.0)] {
            let path = folder.path().join("a.wav");
            let left: Vec<f32> = (0..999).map(|n| (n as f32 * 0.1).sin() * 0.9).collect();
            let right: Vec<f32> = left.iter().map(|s| -s).collect();
            let form = WavForm::new(44_100, bits).unwrap();
            let loudness = write_wav(&path, form, |sink| sink(&left, &right)).unwrap();
            assert!((loudness.peak_db() + 0.9).abs() < 0.02 && loudness.frames == 999);
            let mut reader = hound::WavReader::open(&path).unwrap();
            assert_eq!((reader.spec(), reader.duration()), (form.spec(), 999));
            let read: Vec<f32> = match bits {
                32 => reader.samples::<f32>().map(Result::unwrap).collect(),
                _ => {
                    let top = ((1_i32 << (bits - 1)) - 1) as f32;
                    reader.samples::<i32>().map(|s| s.unwrap() as f32 / top).collect()
                }
            };
            for (n, pair) in read.chunks(2).enumerate() {
                assert!((pair[0] - left[n]).abs() <= error && (pair[1] - right[n]).abs() <= error, "{bits} {n}");
            }
        }
    }

    #[test]
    fn forms_that_cannot_be_written_are_refused() {
        assert_eq!(WavForm::new(48_000, 20), Err(WavFormError::Bits(20)));
        assert_eq!(WavForm::new(100, 16), Err(WavFormError::Rate(100)));
    }
}
