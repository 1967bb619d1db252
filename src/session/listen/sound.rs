//! A WAV file as mono blocks.

use crate::base::limits::{SAMPLE_RATE_MAX, SAMPLE_RATE_MIN};
use hound::{SampleFormat, WavReader};
use std::fs::File;
use std::io::{BufReader, Seek};
use std::path::Path;

/// Why a file is no sound.
#[derive(Debug, thiserror::Error)]
pub enum SoundError {
    /// It cannot be read.
    #[error("cannot read {path}: {source}; check the name and that you may read it")]
    Read {
        /// Which file.
        path: String,
        /// The system's words.
        source: std::io::Error,
    },
    /// It is not a WAV file, or is damaged.
    #[error("{path} is not a complete WAV file ({what}); export it again as WAV")]
    Broken {
        /// Which file.
        path: String,
        /// What is wrong.
        what: String,
    },
    /// It has no samples.
    #[error("{path} holds no sound, so there is nothing to hear; choose another file")]
    Empty {
        /// Which file.
        path: String,
    },
}

/// A sound that is read block by block.
pub struct Sound {
    reader: WavReader<BufReader<File>>,
    path: String,
    channels: usize,
    /// What brings full scale to 1; 0 for floating point.
    scale: f32,
}

impl Sound {
    /// Opens a file and makes sure that it is whole.
    ///
    /// # Errors
    /// [`SoundError`].
    pub fn open(path: &Path) -> Result<Self, SoundError> {
        let name = path.display().to_string();
        let read = |source| SoundError::Read { path: name.clone(), source };
        let broken = |what: String| SoundError::Broken { path: name.clone(), what };
        let open = || -> Result<_, SoundError> {
            let file = File::open(path).map_err(read)?;
            let length = file.metadata().map_err(read)?.len();
            let reader = WavReader::new(BufReader::new(file)).map_err(|e| broken(reason(&e)))?;
            Ok((reader, length))
        };
        let (probe, length) = open()?;
        let (spec, samples) = (probe.spec(), probe.len());
        let start = probe.into_inner().stream_position().map_err(read)?;
        let wanted = start + u64::from(samples) * u64::from(spec.bits_per_sample.div_ceil(8));
        if length < wanted {
            return Err(broken(format!("it ends {} bytes too early", wanted - length)));
        }
        if !(SAMPLE_RATE_MIN..=SAMPLE_RATE_MAX).contains(&spec.sample_rate) {
            return Err(broken(format!("its rate is {} Hz", spec.sample_rate)));
        }
        if samples == 0 || spec.channels == 0 {
            return Err(SoundError::Empty { path: name });
        }
        let scale = match spec.sample_format {
            SampleFormat::Float => 0.0,
            SampleFormat::Int => 1.0 / (1_u64 << (spec.bits_per_sample.clamp(1, 32) - 1)) as f32,
        };
        Ok(Self { reader: open()?.0, path: name, channels: usize::from(spec.channels), scale })
    }

    /// The rate in Hz.
    #[must_use]
    pub fn rate_hz(&self) -> u32 {
        self.reader.spec().sample_rate
    }

    /// How long it is, in seconds.
    #[must_use]
    pub fn length_secs(&self) -> f64 {
        f64::from(self.reader.duration()) / f64::from(self.rate_hz())
    }

    /// Fills `mono` with the mean of all channels; less than its length only at the end.
    ///
    /// # Errors
    /// [`SoundError::Broken`] when the file cannot be read on.
    pub fn read(&mut self, mono: &mut [f32]) -> Result<usize, SoundError> {
        let share = 1.0 / self.channels as f32;
        for (index, out) in mono.iter_mut().enumerate() {
            let mut sum = 0.0;
            for _ in 0..self.channels {
                let sample = if self.scale == 0.0 {
                    self.reader.samples::<f32>().next()
                } else {
                    self.reader.samples::<i32>().next().map(|s| s.map(|s| s as f32 * self.scale))
                };
                match sample {
                    None => return Ok(index),
                    Some(Err(e)) => return Err(SoundError::Broken { path: self.path.clone(), what: reason(&e) }),
                    Some(Ok(sample)) if sample.is_finite() => sum += sample,
                    Some(Ok(_)) => {}
                }
            }
            *out = sum * share;
        }
        Ok(mono.len())
    }
}

fn reason(error: &hound::Error) -> String {
    match error {
        hound::Error::FormatError(what) => (*what).to_owned(),
        other => other.to_string().trim_end_matches('.').to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hound::{WavSpec, WavWriter};

    fn write(path: &Path, spec: WavSpec, samples: &[f32]) {
        let mut writer = WavWriter::create(path, spec).unwrap();
        for sample in samples {
            match spec.sample_format {
                SampleFormat::Float => writer.write_sample(*sample).unwrap(),
                SampleFormat::Int => {
                    let full = (1_i64 << (spec.bits_per_sample - 1)) as f32;
                    writer.write_sample((sample * full) as i32).unwrap();
                }
            }
        }
        writer.finalize().unwrap();
    }

    #[test]
    fn every_form_of_sample_comes_out_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        let forms = [
            (8, SampleFormat::Int),
            (16, SampleFormat::Int),
            (24, SampleFormat::Int),
            (32, SampleFormat::Int),
            (32, SampleFormat::Float),
        ];
        for (bits_per_sample, sample_format) in forms {
            let spec = WavSpec { channels: 2, sample_rate: 44_100, bits_per_sample, sample_format };
            write(&path, spec, &[0.5, 0.25, -0.5, -0.25, 0.0, 0.0]);
            let mut sound = Sound::open(&path).unwrap();
            let mut mono = [9.0; 5];
            assert_eq!((sound.rate_hz(), sound.read(&mut mono).unwrap()), (44_100, 3));
            for (got, wanted) in mono.iter().zip([0.375, -0.375, 0.0]) {
                assert!((got - wanted).abs() < 0.01, "{bits_per_sample}: {mono:?}");
            }
        }
    }

    #[test]
    fn what_is_no_whole_file_is_refused_in_one_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        let said = |path: &Path| Sound::open(path).err().expect("a refusal").to_string();
        assert!(said(&path).starts_with("cannot read"));
        std::fs::write(&path, b"RIFF nonsense").unwrap();
        assert!(said(&path).contains("not a complete WAV file"), "{}", said(&path));
        let spec = WavSpec { channels: 1, sample_rate: 16_000, bits_per_sample: 16, sample_format: SampleFormat::Int };
        write(&path, spec, &[0.5; 100]);
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 50]).unwrap();
        assert!(said(&path).contains("ends 50 bytes too early"), "{}", said(&path));
        write(&path, spec, &[]);
        assert!(said(&path).contains("holds no sound"));
        write(&path, WavSpec { sample_rate: 4_000, ..spec }, &[0.5; 100]);
        assert!(said(&path).contains("4000 Hz"));
    }
}
