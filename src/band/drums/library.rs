//! Human grooves and fills, and how exactly humans play: `models/grooves.bin`, made by `models/train/grooves.py`.

use super::groove::{Fill, Groove, Shelf, Stroke};
use super::kit::Drum;
use crate::band::style::STYLES;

static BYTES: &[u8] = include_bytes!("../../../models/grooves.bin");

/// How exactly a human plays, by drum and sixteenth of the beat.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spread {
    /// How much later than the grid on the mean, in milliseconds.
    pub late_millis: f32,
    /// The standard deviation of the timing, in milliseconds.
    pub millis: f32,
    /// The standard deviation of the velocity.
    pub velocity: f32,
}

/// All that was read.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// By style.
    pub shelves: [Shelf; STYLES.len()],
    /// By drum and sixteenth of the beat.
    pub spread: [[Spread; 4]; Drum::COUNT],
    /// How much of the timing is shared by what is struck together: the correlation, 0 to 1.
    pub shared: f32,
}

impl Library {
    /// What was trained.
    #[must_use]
    pub fn new() -> Self {
        let mut library = Self::default();
        // What is there is whole, as a test says; of a file that were cut short, what could be read would do.
        read(&mut Reader(BYTES), &mut library);
        library
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, tail) = self.0.split_first_chunk::<N>()?;
        self.0 = tail;
        Some(*head)
    }

    fn byte(&mut self) -> Option<usize> {
        self.bytes::<1>().map(|[byte]| usize::from(byte))
    }

    fn word(&mut self) -> Option<u16> {
        self.bytes().map(u16::from_le_bytes)
    }

    fn float(&mut self) -> Option<f32> {
        self.bytes().map(f32::from_le_bytes)
    }

    fn strokes(&mut self) -> Option<Vec<Stroke>> {
        let count = self.byte()?;
        (0..count).map(|_| self.stroke()).collect()
    }

    fn stroke(&mut self) -> Option<Stroke> {
        let [unit, drum, velocity, millis] = self.bytes()?;
        Some(Stroke {
            unit: u16::from(unit),
            drum: *Drum::ALL.get(usize::from(drum))?,
            velocity: f32::from(velocity),
            millis: f32::from(millis.cast_signed()),
        })
    }
}

fn read(from: &mut Reader<'_>, library: &mut Library) -> Option<()> {
    from.bytes::<4>().filter(|name| name == b"GRV1")?;
    library.shared = from.float()?;
    for spread in library.spread.iter_mut().flatten() {
        *spread = Spread { late_millis: from.float()?, millis: from.float()?, velocity: from.float()? };
    }
    while !from.0.is_empty() {
        let (style, beats, grooves, fills) = (from.byte()?, from.byte()?, from.byte()?, from.byte()?);
        let shelf = library.shelves.get_mut(style)?;
        for _ in 0..grooves {
            let (bpm, takes) = (f64::from(from.word()?), from.byte()?);
            let takes = (0..takes).map(|_| from.strokes()).collect::<Option<Vec<_>>>()?;
            shelf.grooves.push(Groove { beats, bpm, is_written: false, takes });
        }
        for _ in 0..fills {
            shelf.fills.push(Fill { beats: 4, strokes: from.strokes()? });
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::band::drums::groove::UNITS;

    #[test]
    fn the_library_is_whole_and_everything_in_it_lies_within_its_bars() {
        let mut library = Library::default();
        assert_eq!(read(&mut Reader(BYTES), &mut library), Some(()));
        assert!((0.0..1.0).contains(&library.shared));
        assert!(library.spread.iter().flatten().all(|s| (3.0..30.0).contains(&s.millis) && s.velocity > 1.0));
        let grooves: Vec<&Groove> = library.shelves.iter().flat_map(|shelf| &shelf.grooves).collect();
        assert!(grooves.len() > 60);
        for groove in grooves {
            assert!(!groove.takes.is_empty() && groove.bpm > 40.0);
            let strokes = groove.takes.iter().flatten();
            assert!(strokes.clone().all(|s| usize::from(s.unit) < 2 * groove.beats * UNITS && s.velocity >= 1.0));
        }
        let mut fills = library.shelves.iter().flat_map(|shelf| &shelf.fills);
        assert!(fills.all(|f| f.strokes.iter().all(|s| usize::from(s.unit) < f.beats * UNITS)));
    }

    #[test]
    fn a_file_cut_short_at_any_place_is_read_as_far_as_it_goes() {
        for length in (0..BYTES.len()).step_by(997) {
            assert_eq!(read(&mut Reader(&BYTES[..length]), &mut Library::default()), None, "{length}");
        }
    }
}
