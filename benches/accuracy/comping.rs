//! Made-up players: seeded progressions of all kinds of chord, comped in several styles, with notes left out and
//! wrong ones among them.

use super::piece::{Beat, Note, Piece, Segment};
use sangat::base::Rng;
use sangat::theory::{Chord, Key, Mode, Quality};

/// How a chord is brought to the keys.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Style {
    /// Root below, chord above, struck again as the rhythm goes.
    Block,
    /// Chord tones upwards one by one into the pedal.
    Arpeggio,
    /// A left hand that breaks root, fifth and tenth without pedal.
    Broken,
    /// A rootless voicing over a walking bass.
    Walking,
    /// The chord alone, close, held, in any inversion.
    Pad,
    /// Bass and chord by turns.
    Stride,
    /// Root and guide tones.
    Shell,
}

const STYLES: [Style; 7] =
    [Style::Block, Style::Arpeggio, Style::Broken, Style::Walking, Style::Pad, Style::Stride, Style::Shell];

/// How much goes wrong.
const MISSING: f32 = 0.04;
const WRONG: f32 = 0.03;

/// A piece of `chords` chords; the seed fixes everything.
pub fn piece(seed: u64, chords: usize) -> Piece {
    let mut player = Player::new(seed);
    let has_melody = player.rng.unit() < 0.5;
    let progression = progression(&mut player.rng, chords);
    let mut at = 0.5;
    for (chord, beats) in progression {
        let length = beats as f64 * player.beat_secs;
        let chord = player.comp(chord, at, beats);
        if has_melody {
            player.melody(chord, at, length);
        }
        for beat in 0..beats {
            let at_secs = at + beat as f64 * player.beat_secs;
            let is_first = player.piece.beats.len().is_multiple_of(4);
            player.piece.beats.push(Beat { at_secs, is_first });
        }
        player.piece.chords.push(Segment { from_secs: at, to_secs: at + length, chord: Some(chord) });
        at += length;
    }
    player.piece.notes.sort_by(|a, b| a.from_secs.total_cmp(&b.from_secs));
    player.piece
}

/// Chords and their lengths in beats: functional harmony in a key, pop or jazz, with strangers among it.
fn progression(rng: &mut Rng, chords: usize) -> Vec<(Chord, usize)> {
    use Quality::*;
    const POP: [(u8, [Quality; 4]); 6] = [
        (0, [Major, Major, AddNine, MajorSeventh]),
        (2, [Minor, Minor, MinorSeventh, Sus2]),
        (4, [Minor, Minor, MinorSeventh, Major]),
        (5, [Major, Major, MajorSeventh, Sixth]),
        (7, [Major, Major, Sus4, Seventh]),
        (9, [Minor, Minor, MinorSeventh, MinorAddNine]),
    ];
    const JAZZ: [(u8, [Quality; 6]); 7] = [
        (0, [MajorSeventh, MajorNinth, SixNine, Sixth, MajorSeventhSharpEleven, Major]),
        (2, [MinorSeventh, MinorNinth, MinorEleventh, HalfDiminished, MinorSeventh, Seventh]),
        (4, [MinorSeventh, HalfDiminished, SeventhSharpFive, SeventhFlatNine, MinorSeventh, Altered]),
        (5, [MajorSeventh, MinorSixth, MinorMajorSeventh, SeventhSharpEleven, MajorNinth, MinorSeventh]),
        (7, [Seventh, Ninth, Thirteenth, SeventhFlatNine, Altered, SeventhSus4]),
        (9, [MinorSeventh, SeventhFlatNine, SeventhSharpNine, MinorNinth, SeventhSharpFive, Seventh]),
        (11, [HalfDiminished, DiminishedSeventh, Seventh, DiminishedSeventh, HalfDiminished, SeventhFlatFive]),
    ];
    let tonic = rng.below(12) as u8;
    let is_jazz = rng.unit() < 0.6;
    let mut out: Vec<(Chord, usize)> = Vec::with_capacity(chords);
    while out.len() < chords {
        let stranger = rng.unit() < 0.25;
        let (degree, quality) = if stranger {
            (rng.below(12) as u8, Quality::at(rng.below(Quality::COUNT as u32) as usize))
        } else if is_jazz {
            let (degree, qualities) = JAZZ[rng.below(7) as usize];
            (degree, qualities[rng.below(6) as usize])
        } else {
            let (degree, qualities) = POP[rng.below(6) as usize];
            (degree, qualities[rng.below(4) as usize])
        };
        let chord = Chord::new(tonic + degree, quality);
        if out.last().is_none_or(|(last, _)| *last != chord) {
            out.push((chord, [2, 4, 4, 4, 8][rng.below(5) as usize]));
        }
    }
    out
}

struct Player {
    rng: Rng,
    piece: Piece,
    style: Style,
    beat_secs: f64,
    /// Spread of the attacks, in seconds.
    spread_secs: f64,
}

impl Player {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let style = STYLES[rng.below(STYLES.len() as u32) as usize];
        let beat_secs = 60.0 / f64::from(60.0 + 140.0 * rng.unit());
        let spread_secs = f64::from(rng.unit()) * 0.03;
        Self { rng, piece: Piece::default(), style, beat_secs, spread_secs }
    }

    fn chance(&mut self, of: f32) -> bool {
        self.rng.unit() < of
    }

    /// A note, a little late, sometimes missing, sometimes wrong.
    fn note(&mut self, at: f64, length: f64, key: u8) {
        if self.chance(MISSING) {
            return;
        }
        let slip = if self.chance(WRONG) { [1, -1, 2, -2][self.rng.below(4) as usize] } else { 0 };
        let late = f64::from(self.rng.unit()) * self.spread_secs;
        let from_secs = at + late;
        let velocity = 50 + self.rng.below(60) as u8;
        let key = (i16::from(key) + slip).clamp(21, 108) as u8;
        self.piece.notes.push(Note { from_secs, to_secs: from_secs + (length - late).max(0.03), key, velocity });
    }

    /// Plays the chord and gives it back with the bass it got.
    fn comp(&mut self, chord: Chord, at: f64, beats: usize) -> Chord {
        let chord = self.inverted(chord);
        let bass = 36 + chord.bass;
        let tones = self.voicing(chord);
        let beat = self.beat_secs;
        let legato = 0.6 + 0.4 * f64::from(self.rng.unit());
        match self.style {
            Style::Block | Style::Shell => {
                let is_again = self.chance(0.5);
                self.note(at, beats as f64 * beat * 0.95, bass);
                for hit in (0..beats).step_by(if is_again { 1 } else { beats }) {
                    let length = if is_again { beat } else { beats as f64 * beat } * legato;
                    self.strike(at + hit as f64 * beat, length, &tones);
                }
            }
            Style::Pad => self.strike(at, beats as f64 * beat * 0.98, &Self::close(chord)),
            Style::Arpeggio => self.arpeggio(at, beats, bass, &tones),
            Style::Broken => {
                let fifth = tones.iter().copied().find(|t| *t % 12 == (chord.root + 7) % 12);
                let up = [bass, fifth.map_or(bass + 12, |f| f - 12), tones[0], *tones.last().unwrap_or(&bass)];
                for half in 0..beats * 2 {
                    self.note(at + half as f64 * beat / 2.0, beat * 0.5 * legato, up[half % 4]);
                    if half % 4 == 0 {
                        self.strike(at + half as f64 * beat / 2.0, beat * 2.0 * legato, &tones);
                    }
                }
            }
            Style::Walking => self.walk(chord, at, beats, bass),
            Style::Stride => {
                for b in 0..beats {
                    let now = at + b as f64 * beat;
                    if b % 2 == 0 {
                        self.note(now, beat * legato, bass);
                    } else {
                        self.strike(now, beat * legato, &tones);
                    }
                }
            }
        }
        chord
    }

    fn arpeggio(&mut self, at: f64, beats: usize, bass: u8, tones: &[u8]) {
        self.piece.pedals.push((at - 0.005, false));
        self.piece.pedals.push((at + 0.06, true));
        let order: Vec<u8> = std::iter::once(bass).chain(tones.iter().copied()).collect();
        for half in 0..beats * 2 {
            let key = if half < order.len() { order[half] } else { tones[self.rng.below(tones.len() as u32) as usize] };
            self.note(at + half as f64 * self.beat_secs / 2.0, self.beat_secs * 0.45, key);
        }
        let end = at + beats as f64 * self.beat_secs;
        self.piece.pedals.push((end - 0.01, false));
    }

    /// The bass walks through the chord and steps to somewhere near at the end; the other hand plays no root.
    fn walk(&mut self, chord: Chord, at: f64, beats: usize, bass: u8) {
        let tones: Vec<u8> = self.voicing(chord).into_iter().filter(|t| t % 12 != chord.root).collect();
        for b in 0..beats {
            let key = if b == 0 {
                bass
            } else if b + 1 == beats {
                bass + [1, 2, 10, 11][self.rng.below(4) as usize]
            } else {
                let tones = chord.quality.intervals();
                let step = tones[self.rng.below(tones.len().min(3) as u32) as usize];
                bass - bass % 12 + (chord.root + step) % 12
            };
            self.note(at + b as f64 * self.beat_secs, self.beat_secs * 0.9, key);
        }
        self.strike(at, self.beat_secs * beats as f64 * 0.8, &tones);
    }

    fn strike(&mut self, at: f64, length: f64, keys: &[u8]) {
        for key in keys {
            self.note(at, length, *key);
        }
    }

    /// Some triads and sevenths come over their third, fifth or seventh; never so that another name is the better one.
    fn inverted(&mut self, chord: Chord) -> Chord {
        use Quality::*;
        let can = match chord.quality {
            Major | Minor | Seventh | MajorSeventh => 3,
            MinorSeventh if self.style != Style::Pad => 3,
            HalfDiminished => 2,
            _ => 1,
        };
        let is_plain = self.style == Style::Walking || !self.chance(0.25) || can == 1;
        let tones = chord.quality.intervals();
        if is_plain {
            return chord;
        }
        let which = 1 + self.rng.below(can.min(tones.len() as u32) - 1) as usize;
        let is_sixth_chord = matches!(chord.quality, MinorSeventh | HalfDiminished) && which == 1;
        if is_sixth_chord { chord } else { chord.over(chord.root + tones[which]) }
    }

    /// Keys of the hand above the bass: guide tones always, root and a perfect fifth by chance, tensions mostly.
    fn voicing(&mut self, chord: Chord) -> Vec<u8> {
        let lowest = 50 + self.rng.below(10) as u8;
        let is_shell = self.style == Style::Shell;
        let is_sixth = matches!(chord.quality, Quality::Sixth | Quality::MinorSixth | Quality::SixNine);
        let mut keys = Vec::new();
        for interval in chord.quality.intervals() {
            let is_guide = chord.quality.guide_tones().contains(interval);
            let chance = match interval {
                _ if is_guide => 1.0,
                // Over another bass the root is what names the chord.
                0 if chord.bass != chord.root => 1.0,
                0 => 0.6,
                // A sixth chord without its fifth is the triad on the sixth.
                7 if is_sixth => 1.0,
                7 if is_shell => 0.2,
                7 => 0.7,
                _ => 0.95,
            };
            if self.chance(chance) {
                keys.push(lowest + (chord.root + interval + 24 - lowest % 12) % 12);
            }
        }
        keys.sort_unstable();
        keys
    }

    /// All tones from the bass upwards, around middle C.
    fn close(chord: Chord) -> Vec<u8> {
        let low = 48 + chord.bass;
        chord.quality.intervals().iter().map(|i| low + (chord.root + i + 24 - low % 12) % 12).collect()
    }

    /// A line above: chord tones on the beat, scale steps between.
    fn melody(&mut self, chord: Chord, at: f64, length: f64) {
        let step = self.beat_secs / 2.0;
        let mode = if chord.quality.third() == Some(3) { Mode::Dorian } else { Mode::Mixolydian };
        let scale = Key::new(chord.root, mode);
        let mut now = at;
        let mut is_on_beat = true;
        while now < at + length - 0.01 {
            let start = 64 + self.rng.below(20) as u8;
            let fits = |key: &u8| if is_on_beat { chord.has(*key) } else { scale.has(*key) };
            if let Some(key) = (start..start + 12).find(fits).filter(|_| self.rng.unit() < 0.7) {
                self.note(now, step * 0.9, key);
            }
            now += step;
            is_on_beat = !is_on_beat;
        }
    }
}
