//! What the band sends to the engine: notes stamped in beats, and where the transport is to be.

use super::bus::Bus;
use super::midi::Midi;
use super::units::Beats;

/// How far a note may be tuned away from its key, cents to either side: a glide over two octaves, in steps of a third of
/// a cent.
pub const TUNE_CENTS_MAX: f32 = 2400.0;

/// A note of the band, in beats of the transport; it becomes frames when its block is rendered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandNote {
    /// Who plays it.
    pub bus: Bus,
    /// 0 to 127.
    pub key: u8,
    /// 1 to 127.
    pub velocity: u8,
    /// Where it begins.
    pub begin: Beats,
    /// Where it ends.
    pub end: Beats,
    /// How far from its key it sounds, cents, held to [`TUNE_CENTS_MAX`]; 0 where the key is meant as it is.
    pub tune_cents: f32,
}

impl BandNote {
    /// Its channel: of a note that is tuned one for each of the twelve keys, so that what still rings of another keeps
    /// its pitch; the first, which is never bent, otherwise.
    #[must_use]
    pub fn channel(&self) -> u8 {
        if self.tune_cents == 0.0 { 0 } else { tuned_channel(self.key) }
    }

    /// The bend that goes before it, where it is tuned.
    #[must_use]
    pub fn bend(&self) -> Option<BandBend> {
        let Self { bus, key, begin, tune_cents, .. } = *self;
        (tune_cents != 0.0).then_some(BandBend { bus, key, at: begin, tune_cents })
    }

    /// Its begin as a message.
    #[must_use]
    pub fn on(&self) -> Midi {
        Midi::NoteOn { channel: self.channel(), key: self.key, velocity: self.velocity }
    }

    /// Its end as a message.
    #[must_use]
    pub fn off(&self) -> Midi {
        Midi::NoteOff { channel: self.channel(), key: self.key, velocity: 64 }
    }
}

/// The channel of a key that is tuned.
fn tuned_channel(key: u8) -> u8 {
    1 + key % 12
}

/// What a note that is tuned does while it sounds: from a beat on it is tuned otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandBend {
    /// Who plays it.
    pub bus: Bus,
    /// The key that sounds.
    pub key: u8,
    /// From where on.
    pub at: Beats,
    /// How far from its key it sounds from then on, cents, held to [`TUNE_CENTS_MAX`].
    pub tune_cents: f32,
}

impl BandBend {
    /// Its channel.
    #[must_use]
    pub fn channel(&self) -> u8 {
        tuned_channel(self.key)
    }

    /// It as a message, for a channel whose bends reach [`TUNE_CENTS_MAX`].
    #[must_use]
    pub fn message(&self) -> Midi {
        let share = self.tune_cents.clamp(-TUNE_CENTS_MAX, TUNE_CENTS_MAX) / TUNE_CENTS_MAX;
        let value = (share * 8192.0).round().min(8191.0) as i16;
        Midi::PitchBend { channel: self.channel(), value }
    }
}

/// A wish of the band, applied at the start of the next block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BandMessage {
    /// Forget the notes of `bus` that begin at `from` or later and have not begun, and its bends from there on.
    Replace {
        /// Whose.
        bus: Bus,
        /// From where.
        from: Beats,
    },
    /// Play a note. One whose begin has passed is discarded and counted.
    Note(BandNote),
    /// Play a note at once, wherever the transport stands, for so many seconds; its own times are passed over. It ends the
    /// one before it that was played so.
    Sound {
        /// The note.
        note: BandNote,
        /// How long, seconds, at most a minute.
        secs: f32,
    },
    /// Bend a note that is tuned. One whose beat has passed is made up for at once.
    Bend(BandBend),
    /// End the notes of `bus` that began before `at` and would sound beyond it at `at`.
    Trim {
        /// Whose.
        bus: Bus,
        /// Where.
        at: Beats,
    },
    /// Go on at another tempo, in beats a minute, without moving the parameter.
    Pace(f32),
    /// Start the transport now, or move it where it runs: it stands at `beat` (negative before the first bar), at `bpm`,
    /// without a count-in.
    Join {
        /// Where it stands now.
        beat: Beats,
        /// At which tempo, in beats a minute.
        bpm: f32,
    },
    /// Stop the transport at a beat; at infinity, do not.
    StopAt(Beats),
}

impl BandMessage {
    /// Whose notes it is about; of none where it is about the transport.
    #[must_use]
    pub fn bus(&self) -> Option<Bus> {
        match self {
            Self::Replace { bus, .. } | Self::Trim { bus, .. } => Some(*bus),
            Self::Note(note) | Self::Sound { note, .. } => Some(note.bus),
            Self::Bend(bend) => Some(bend.bus),
            Self::Pace(_) | Self::Join { .. } | Self::StopAt(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_that_is_tuned_has_a_channel_and_a_bend_of_its_own() {
        let plain =
            BandNote { bus: Bus::Lead, key: 62, velocity: 80, begin: Beats(0.0), end: Beats(1.0), tune_cents: 0.0 };
        assert_eq!((plain.channel(), plain.bend()), (0, None));
        let tuned = BandNote { tune_cents: -13.7, ..plain };
        assert_eq!(tuned.bend().map(|bend| bend.message()), Some(Midi::PitchBend { channel: 3, value: -47 }));
        assert_eq!(tuned.on(), Midi::NoteOn { channel: 3, key: 62, velocity: 80 });
        assert_eq!(tuned.off().channel(), BandNote { key: 74, ..tuned }.on().channel(), "octaves are bent alike");
    }
}
