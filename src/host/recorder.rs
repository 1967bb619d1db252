//! Writes what is played to a WAV file, on the disk thread.

use crate::rt::Receiver;
use hound::{SampleFormat, WavSpec, WavWriter};
use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

/// The largest file in bytes: the format counts in 32 bits. About three hours of stereo at 48 kHz.
const FILE_BYTES_MAX: u64 = u32::MAX as u64 - 1024;
/// Samples that are moved at once.
const CHUNK_SAMPLES: usize = 4096;

/// How samples are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// As they are rendered: nothing clips.
    #[default]
    Float32,
    /// 24-bit integers, which every program reads; louder than full scale clips.
    Int24,
}

/// A recording could not be begun or stopped.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The file could not be made.
    #[error("the recording {} could not be started: {source}; choose another folder in the settings", path.display())]
    Create {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The disk refused more.
    #[error("the recording {} stopped at {secs:.0} s: {source}; free some space, what was written is kept", path.display())]
    Write {
        /// The file that keeps what was written.
        path: PathBuf,
        /// Seconds in it.
        secs: f64,
        /// Why.
        source: io::Error,
    },
    /// The format holds no more.
    #[error("the recording {} stopped at {secs:.0} s because a WAV file holds no more; start another", path.display())]
    Full {
        /// The file that keeps what was written.
        path: PathBuf,
        /// Seconds in it.
        secs: f64,
    },
}

/// Something a WAV file can be written to.
pub trait Target: Write + Seek {}
impl<T: Write + Seek> Target for T {}

/// Samples into a WAV file, flushed every second so that a crash loses no more than that.
pub struct WavSink<W: Target> {
    writer: WavWriter<W>,
    spec: WavSpec,
    depth: Depth,
    samples: u64,
    flushed_samples: u64,
}

/// Why a [`WavSink`] takes no more.
#[derive(Debug)]
enum Stop {
    Disk(io::Error),
    Full,
}

impl From<hound::Error> for Stop {
    fn from(error: hound::Error) -> Self {
        match error {
            hound::Error::IoError(error) => Self::Disk(error),
            other => Self::Disk(io::Error::other(other.to_string())),
        }
    }
}

impl<W: Target> WavSink<W> {
    fn new(target: W, rate_hz: u32, depth: Depth) -> Result<Self, Stop> {
        let (bits_per_sample, sample_format) = match depth {
            Depth::Float32 => (32, SampleFormat::Float),
            Depth::Int24 => (24, SampleFormat::Int),
        };
        let spec = WavSpec { channels: 2, sample_rate: rate_hz, bits_per_sample, sample_format };
        let mut writer = WavWriter::new(target, spec)?;
        writer.flush()?;
        Ok(Self { writer, spec, depth, samples: 0, flushed_samples: 0 })
    }

    fn write(&mut self, samples: &[f32]) -> Result<(), Stop> {
        for sample in samples {
            if (self.samples + 2) * u64::from(self.spec.bits_per_sample / 8) > FILE_BYTES_MAX {
                return Err(Stop::Full);
            }
            match self.depth {
                Depth::Float32 => self.writer.write_sample(*sample)?,
                Depth::Int24 => self.writer.write_sample(to_int24(*sample))?,
            }
            self.samples += 1;
        }
        // A queue may hand over half a frame; the header can only count whole ones.
        let is_whole = self.samples.is_multiple_of(2);
        if is_whole && self.samples - self.flushed_samples >= 2 * u64::from(self.spec.sample_rate) {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Stop> {
        self.writer.flush()?;
        self.flushed_samples = self.samples;
        Ok(())
    }

    fn secs(&self) -> f64 {
        self.samples as f64 / 2.0 / f64::from(self.spec.sample_rate)
    }
}

fn to_int24(sample: f32) -> i32 {
    (f64::from(sample) * 8_388_608.0).round().clamp(-8_388_608.0, 8_388_607.0) as i32
}

/// A running recording. It is written to `<path>.part` and gets its own name when it is finished.
pub struct Recorder {
    sink: WavSink<BufWriter<File>>,
    path: PathBuf,
    part: PathBuf,
    chunk: Vec<f32>,
}

impl Recorder {
    /// Starts a stereo recording. An existing file of this name is left alone until the end, and then kept.
    ///
    /// # Errors
    /// [`RecordError::Create`].
    pub fn create(path: &Path, rate_hz: u32, depth: Depth) -> Result<Self, RecordError> {
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let fail = |source| RecordError::Create { path: path.to_owned(), source };
        if path.exists() {
            return Err(fail(io::ErrorKind::AlreadyExists.into()));
        }
        let file = File::create_new(&part).map_err(fail)?;
        let sink = WavSink::new(BufWriter::new(file), rate_hz, depth).map_err(|stop| match stop {
            Stop::Disk(source) => fail(source),
            Stop::Full => fail(io::ErrorKind::FileTooLarge.into()),
        })?;
        Ok(Self { sink, path: path.to_owned(), part, chunk: vec![0.0; CHUNK_SAMPLES] })
    }

    /// Seconds written.
    #[must_use]
    pub fn secs(&self) -> f64 {
        self.sink.secs()
    }

    /// Writes all interleaved samples that wait; call it several times a second. How many came.
    ///
    /// # Errors
    /// When the disk or the file is full: the recording is over, finish it to keep what was written.
    pub fn poll(&mut self, samples: &mut Receiver<f32>) -> Result<usize, RecordError> {
        let mut total = 0;
        loop {
            let count = samples.receive_slice(&mut self.chunk);
            if count == 0 {
                return Ok(total);
            }
            total += count;
            let result = self.sink.write(&self.chunk[..count]);
            result.map_err(|stop| self.stopped(stop))?;
        }
    }

    /// Writes silence where `samples` of the recording were lost, so that what follows stays in time.
    ///
    /// # Errors
    /// As [`Recorder::poll`].
    pub fn write_gap(&mut self, samples: u64) -> Result<(), RecordError> {
        let zeros = [0.0; 512];
        let mut rest = samples;
        while rest > 0 {
            let count = rest.min(zeros.len() as u64);
            let result = self.sink.write(&zeros[..count as usize]);
            result.map_err(|stop| self.stopped(stop))?;
            rest -= count;
        }
        Ok(())
    }

    /// Ends the recording and gives it its own name; the path of the file.
    ///
    /// # Errors
    /// [`RecordError::Write`] names the file that keeps what could be written.
    pub fn finish(self) -> Result<PathBuf, RecordError> {
        let Self { mut sink, path, part, .. } = self;
        let secs = sink.secs();
        let padded = if sink.samples.is_multiple_of(2) { Ok(()) } else { sink.write(&[0.0]) };
        let flushed = padded.and_then(|()| sink.flush());
        drop(sink);
        let rename = std::fs::rename(&part, &path);
        let kept = if rename.is_ok() { &path } else { &part };
        let fail = |source| RecordError::Write { path: kept.clone(), secs, source };
        match (flushed, rename) {
            (Err(Stop::Disk(source)), _) | (Ok(()) | Err(Stop::Full), Err(source)) => Err(fail(source)),
            (Ok(()) | Err(Stop::Full), Ok(())) => Ok(path),
        }
    }

    fn stopped(&self, stop: Stop) -> RecordError {
        let (path, secs) = (self.path.clone(), self.sink.secs());
        match stop {
            Stop::Disk(source) => RecordError::Write { path, secs, source },
            Stop::Full => RecordError::Full { path, secs },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rt::spsc;
    use std::io::{Cursor, SeekFrom};

    /// A disk that holds only so many bytes.
    struct SmallDisk {
        file: Cursor<Vec<u8>>,
        room: u64,
    }

    impl Write for SmallDisk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.file.position() + bytes.len() as u64 > self.room {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.file.write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Seek for SmallDisk {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.file.seek(to)
        }
    }

    #[test]
    fn a_recording_holds_every_sample_and_gets_its_name_at_the_end() {
        let folder = tempfile::tempdir().expect("a folder");
        for (depth, name, tolerance) in [(Depth::Float32, "a.wav", 0.0), (Depth::Int24, "b.wav", 1.0e-6)] {
            let path = folder.path().join(name);
            let (mut tx, mut rx) = spsc(20_000);
            let mut recorder = Recorder::create(&path, 48_000, depth).expect("a recorder");
            let samples: Vec<f32> = (0..10_000).map(|i| (i as f32 * 0.01).sin() * 0.9).collect();
            assert_eq!(tx.send_slice(&samples), samples.len());
            assert_eq!(recorder.poll(&mut rx).expect("room"), samples.len());
            recorder.write_gap(4).expect("room");
            assert!(!path.exists() && recorder.secs() > 0.1);
            assert_eq!(recorder.finish().expect("a file"), path);
            let mut reader = hound::WavReader::open(&path).expect("a WAV file");
            let read: Vec<f32> = match depth {
                Depth::Float32 => reader.samples::<f32>().map(|s| s.expect("a sample")).collect(),
                Depth::Int24 => reader.samples::<i32>().map(|s| s.expect("a sample") as f32 / 8_388_608.0).collect(),
            };
            assert_eq!(read.len(), samples.len() + 4);
            assert!(read.iter().zip(&samples).all(|(a, b)| (a - b).abs() <= tolerance));
            assert!(matches!(Recorder::create(&path, 48_000, depth), Err(RecordError::Create { .. })), "never over it");
        }
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 2, "no .part is left");
    }

    #[test]
    fn a_crash_loses_at_most_the_last_second() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("crash.wav");
        let (mut tx, mut rx) = spsc(200_000);
        let mut recorder = Recorder::create(&path, 8_000, Depth::Float32).expect("a recorder");
        tx.send_slice(&vec![0.25; 3 * 16_000 + 999]);
        recorder.poll(&mut rx).expect("room");
        let part = folder.path().join("crash.wav.part");
        let read = hound::WavReader::open(&part).expect("a valid header").duration();
        assert!(read >= 2 * 8_000, "{read} frames are safe");
        drop(recorder);
    }

    #[test]
    fn a_full_disk_stops_the_recording_and_keeps_what_was_written() {
        let disk = SmallDisk { file: Cursor::new(Vec::new()), room: 80_000 };
        let mut sink = WavSink::new(disk, 8_000, Depth::Float32).expect("a header");
        let second = vec![0.5_f32; 16_000];
        assert!(sink.write(&second).is_ok());
        let Err(Stop::Disk(error)) = sink.write(&second) else { panic!("the disk is full") };
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        let text = RecordError::Write { path: "take.wav".into(), secs: 1.2, source: error }.to_string();
        assert!(text.contains("take.wav") && text.contains("free some space"), "{text}");
    }

    #[test]
    fn integers_clip_instead_of_wrapping() {
        let cases = [(1.0, 8_388_607), (-1.0, -8_388_608), (9.0, 8_388_607), (0.0, 0), (0.5, 4_194_304)];
        for (sample, expected) in cases {
            assert_eq!(to_int24(sample), expected);
        }
    }
}
