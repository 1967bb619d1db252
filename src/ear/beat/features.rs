//! What is heard of a rhythm: sounds that begin together, each with a class that says how they began.
//!
//! A class is a small number: for keys the size of the chord, its bass, its loudness and the rest before it; for
//! drums which of them. The tables of [`super::tables`] say how often each class falls where in a bar.

use crate::ear::{Onset, OnsetSource};

/// Which instrument's habits apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Keys and audio.
    #[default]
    Keys = 0,
    /// Drums.
    Drums = 1,
}

/// How many kinds there are.
pub const KINDS: usize = 2;
/// Classes of one kind that the tables hold.
pub const CLASSES: usize = 36;
/// Classes of onsets in audio, which follow those of the keys: loudness and rest before only.
pub const AUDIO_CLASSES: usize = 4;

/// Thresholds of the classes.
mod tuning {
    /// Sounds within this of the first are one chord or stroke: the spread of chords of pianists stays below
    /// some 30 ms (Goebl 2001), and two strokes at the fastest playing are further apart.
    pub const GROUP_SECS: f64 = 0.035;
    /// A key at most this many semitones above the floor is bass.
    pub const BASS_SEMITONES: f32 = 4.0;
    /// The floor, the lowest key of late, rises by this much each second.
    pub const FLOOR_RISE_PER_SEC: f32 = 3.0;
    /// A chord is an accent when it is this much louder than the running mean.
    pub const ACCENT_RATIO: f32 = 1.08;
    /// Share of a new chord in the running mean of loudness: some eight chords.
    pub const LOUDNESS_SHARE: f32 = 0.12;
    /// A rest longer than this comes before an onset that stands alone; sixteenths at 90 BPM are shorter.
    pub const REST_SECS: f64 = 0.19;
    /// Ghost strokes on the snare are softer than this, accents louder.
    pub const SNARE_ACCENT: f32 = 0.5;
    /// Cymbals louder than this are accented.
    pub const CYMBAL_ACCENT: f32 = 0.6;
}

/// Sounds that began together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Group {
    /// Their mean time, in seconds.
    pub at_secs: f64,
    /// Whose habits apply.
    pub kind: Kind,
    /// Its class, below [`CLASSES`], or below `CLASSES + AUDIO_CLASSES` for audio.
    pub class: u8,
}

/// The longest that a sound waits for its companions, in seconds.
pub const GROUP_SECS: f64 = tuning::GROUP_SECS;

#[derive(Clone, Copy, Debug)]
struct Open {
    first_secs: f64,
    sum_secs: f64,
    count: u32,
    keys: u32,
    lowest: u8,
    loudest: f32,
    drums: Drums,
}

#[derive(Clone, Copy, Debug, Default)]
struct Drums {
    strokes: u32,
    kick: bool,
    snare: f32,
    cymbal: f32,
    tom: bool,
}

impl Drums {
    fn hear(&mut self, key: u8, loudness: f32) {
        self.strokes += 1;
        match key {
            35 | 36 => self.kick = true,
            37..=40 => self.snare = self.snare.max(loudness),
            41 | 43 | 45 | 47 | 48 | 50 | 58 => self.tom = true,
            49 | 52 | 55 | 57 => self.cymbal = 1.0,
            _ => self.cymbal = self.cymbal.max(loudness),
        }
    }

    fn class(&self) -> u8 {
        let three = |loudness: f32, accent: f32| u8::from(loudness > 0.0) + u8::from(loudness > accent);
        let snare = three(self.snare, tuning::SNARE_ACCENT);
        let cymbal = three(self.cymbal, tuning::CYMBAL_ACCENT);
        ((u8::from(self.kick) * 3 + snare) * 3 + cymbal) * 2 + u8::from(self.tom)
    }
}

/// Gathers onsets into groups. Never allocates.
#[derive(Clone, Debug)]
pub struct Grouper {
    open: Option<Open>,
    last_secs: f64,
    floor: f32,
    floor_secs: f64,
    bass: u8,
    loudness: f32,
}

impl Default for Grouper {
    fn default() -> Self {
        Self { open: None, last_secs: f64::NEG_INFINITY, floor: 127.0, floor_secs: 0.0, bass: 0, loudness: 0.0 }
    }
}

impl Grouper {
    /// Takes an onset, and gives the group before it when the onset begins another. Times must not fall.
    pub fn hear(&mut self, onset: &Onset) -> Option<Group> {
        let done = self.close(onset.at_secs);
        let open = self.open.get_or_insert(Open {
            first_secs: onset.at_secs,
            sum_secs: 0.0,
            count: 0,
            keys: 0,
            lowest: 127,
            loudest: 0.0,
            drums: Drums::default(),
        });
        open.sum_secs += onset.at_secs - open.first_secs;
        open.count += 1;
        open.loudest = open.loudest.max(onset.loudness);
        match onset.source {
            OnsetSource::Key(key) => {
                open.keys += 1;
                open.lowest = open.lowest.min(key);
            }
            OnsetSource::Drum(key) => open.drums.hear(key, onset.loudness),
            OnsetSource::Audio => {}
        }
        done
    }

    /// The group that is complete at `now_secs`, if any.
    pub fn close(&mut self, now_secs: f64) -> Option<Group> {
        let open = self.open.filter(|open| now_secs - open.first_secs > tuning::GROUP_SECS)?;
        self.open = None;
        let at_secs = open.first_secs + open.sum_secs / f64::from(open.count);
        let has_rest = at_secs - self.last_secs > tuning::REST_SECS;
        let is_accent = open.loudest > self.loudness * tuning::ACCENT_RATIO;
        self.loudness += tuning::LOUDNESS_SHARE * (open.loudest - self.loudness);
        self.last_secs = at_secs;
        if open.drums.strokes > 0 {
            return Some(Group { at_secs, kind: Kind::Drums, class: open.drums.class() });
        }
        let weight = u8::from(is_accent) * 2 + u8::from(has_rest);
        let class = if open.keys == 0 {
            CLASSES as u8 + weight
        } else {
            let size = open.keys.min(3) as u8 - 1;
            (size * 3 + self.bass_of(open.lowest, at_secs)) * 4 + weight
        };
        Some(Group { at_secs, kind: Kind::Keys, class })
    }

    /// 0 for no bass, 1 for a bass that stays, 2 for one that moves.
    fn bass_of(&mut self, lowest: u8, at_secs: f64) -> u8 {
        let risen = self.floor + ((at_secs - self.floor_secs) as f32).min(60.0) * tuning::FLOOR_RISE_PER_SEC;
        self.floor = risen.min(f32::from(lowest));
        self.floor_secs = at_secs;
        if f32::from(lowest) > self.floor + tuning::BASS_SEMITONES {
            return 0;
        }
        let is_moved = self.bass % 12 != lowest % 12;
        self.bass = lowest;
        1 + u8::from(is_moved)
    }
}
