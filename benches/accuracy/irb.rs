//! iRb (Broze and Shanahan 2013): the chord sequences of jazz tunes.

use sangat::theory::Chord;
use std::io::Read;
use std::path::Path;

/// One tune.
#[derive(Clone, Debug, Default)]
pub struct Tune {
    /// Its title.
    pub title: String,
    id: String,
    /// Chords and their lengths in beats; repeats of a chord are joined.
    pub chords: Vec<(Chord, f32)>,
}

impl Tune {
    /// Whether the tune is kept out of the training: by the check sum of its title.
    pub fn is_held_out(&self) -> bool {
        let mut sum = flate2::Crc::new();
        sum.update(self.title.to_lowercase().as_bytes());
        sum.sum().is_multiple_of(5)
    }
}

/// Root and family are what makes a chord another one.
fn is_same(a: Chord, b: Chord) -> bool {
    (a.root, a.quality.family()) == (b.root, b.quality.family())
}

/// All tunes in the file's order; `None` where the file lacks.
pub fn tunes(data: &Path) -> Option<Vec<Tune>> {
    let file = std::fs::File::open(data.join("irb/irb.csv.gz")).ok()?;
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let mut tunes: Vec<Tune> = Vec::new();
    // chord, duration, section, title, composer, key, date, id, time, compid
    for line in text.lines().skip(1) {
        let fields = fields(line);
        let (Some(symbol), Some(beats), Some(title), Some(id)) =
            (fields.first(), fields.get(1), fields.get(3), fields.get(7))
        else {
            continue;
        };
        let (Some(chord), Ok(beats)) = (Chord::parse(symbol), beats.parse::<f32>()) else { continue };
        if tunes.last().is_none_or(|tune| tune.id != *id) {
            tunes.push(Tune { title: title.clone(), id: id.clone(), chords: Vec::new() });
        }
        let Some(tune) = tunes.last_mut() else { continue };
        match tune.chords.last_mut() {
            Some((last, length)) if is_same(*last, chord) => *length += beats,
            _ => tune.chords.push((chord, beats)),
        }
    }
    Some(tunes)
}

/// The fields of one line of CSV.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut is_quoted = false;
    for c in line.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => fields.push(String::new()),
            _ => fields.last_mut().expect("there is always one").push(c),
        }
    }
    fields
}
