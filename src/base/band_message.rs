//! What the band sends to the engine: notes stamped in beats, and where the transport is to be.

use super::bus::Bus;
use super::midi::Midi;
use super::units::Beats;

/// How far a note may be tuned away from its key, cents to either side: half of the bend that instruments have.
pub const TUNE_CENTS_MAX: f32 = 100.0;
/// The bend of a channel that nobody set otherwise, cents to either side.
const BEND_CENTS: f32 = 200.0;

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
        if self.tune_cents == 0.0 { 0 } else { 1 + self.key % 12 }
    }

    /// The bend that goes before it, where it is tuned: its steps are a fortieth of a cent.
    #[must_use]
    pub fn bend(&self) -> Option<Midi> {
        let value = (8192.0 * self.tune_cents.clamp(-TUNE_CENTS_MAX, TUNE_CENTS_MAX) / BEND_CENTS).round() as i16;
        (self.tune_cents != 0.0).then_some(Midi::PitchBend { channel: self.channel(), value })
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

/// A wish of the band, applied at the start of the next block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BandMessage {
    /// Forget the notes of `bus` that begin at `from` or later and have not begun.
    Replace {
        /// Whose.
        bus: Bus,
        /// From where.
        from: Beats,
    },
    /// Play a note. One whose begin has passed is discarded and counted.
    Note(BandNote),
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
            Self::Note(note) => Some(note.bus),
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
        assert_eq!(tuned.bend(), Some(Midi::PitchBend { channel: 3, value: -561 }));
        assert_eq!(tuned.on(), Midi::NoteOn { channel: 3, key: 62, velocity: 80 });
        assert_eq!(tuned.off().channel(), BandNote { key: 74, ..tuned }.on().channel(), "octaves are bent alike");
    }
}
