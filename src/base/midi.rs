//! MIDI 1.0 channel messages, and the system messages that keep time.

/// What keeps two machines in time; of the sender, not of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sync {
    /// A 24th of a quarter note has passed.
    Clock,
    /// Begin at the top with the next clock.
    Start,
    /// Go on with the next clock.
    Continue,
    /// Halt.
    Stop,
}

/// A message. `channel` is 0 to 15, data bytes 0 to 127.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Midi {
    /// A key goes down. A velocity of 0 never appears here: it is parsed as [`Midi::NoteOff`].
    NoteOn {
        /// 0 to 15.
        channel: u8,
        /// 0 to 127.
        key: u8,
        /// 1 to 127.
        velocity: u8,
    },
    /// A key comes up.
    NoteOff {
        /// 0 to 15.
        channel: u8,
        /// 0 to 127.
        key: u8,
        /// Release velocity, 0 to 127.
        velocity: u8,
    },
    /// Poly aftertouch.
    PolyPressure {
        /// 0 to 15.
        channel: u8,
        /// 0 to 127.
        key: u8,
        /// 0 to 127.
        pressure: u8,
    },
    /// Control change.
    Control {
        /// 0 to 15.
        channel: u8,
        /// See [`cc`].
        controller: u8,
        /// 0 to 127.
        value: u8,
    },
    /// Program change.
    Program {
        /// 0 to 15.
        channel: u8,
        /// 0 to 127.
        program: u8,
    },
    /// Channel aftertouch.
    ChannelPressure {
        /// 0 to 15.
        channel: u8,
        /// 0 to 127.
        pressure: u8,
    },
    /// Pitch bend.
    PitchBend {
        /// 0 to 15.
        channel: u8,
        /// -8192 to 8191.
        value: i16,
    },
    /// Timing; heard by the ear, never played.
    Sync(Sync),
}

/// Controller numbers that the instruments know.
pub mod cc {
    /// Modulation wheel.
    pub const MODULATION: u8 = 1;
    /// RPN and NRPN data, coarse.
    pub const DATA_ENTRY: u8 = 6;
    /// Channel volume.
    pub const VOLUME: u8 = 7;
    /// Pan.
    pub const PAN: u8 = 10;
    /// Expression.
    pub const EXPRESSION: u8 = 11;
    /// RPN and NRPN data, fine.
    pub const DATA_ENTRY_FINE: u8 = 38;
    /// Sustain pedal.
    pub const SUSTAIN: u8 = 64;
    /// Sostenuto pedal.
    pub const SOSTENUTO: u8 = 66;
    /// Soft pedal.
    pub const SOFT: u8 = 67;
    /// Timbre of an MPE note.
    pub const TIMBRE: u8 = 74;
    /// NRPN, fine.
    pub const NRPN_FINE: u8 = 98;
    /// NRPN, coarse.
    pub const NRPN: u8 = 99;
    /// RPN, fine.
    pub const RPN_FINE: u8 = 100;
    /// RPN, coarse.
    pub const RPN: u8 = 101;
    /// All sound off.
    pub const ALL_SOUND_OFF: u8 = 120;
    /// Reset all controllers.
    pub const RESET_CONTROLLERS: u8 = 121;
    /// All notes off.
    pub const ALL_NOTES_OFF: u8 = 123;
}

impl Midi {
    /// Reads one complete message; `None` for other system messages and for anything cut short.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let (&status, data) = bytes.split_first()?;
        let channel = status & 0x0f;
        let byte = |index: usize| data.get(index).copied().filter(|b| *b < 128);
        Some(match status & 0xf0 {
            0x90 => match (byte(0)?, byte(1)?) {
                (key, 0) => Self::NoteOff { channel, key, velocity: 64 },
                (key, velocity) => Self::NoteOn { channel, key, velocity },
            },
            0x80 => Self::NoteOff { channel, key: byte(0)?, velocity: byte(1)? },
            0xa0 => Self::PolyPressure { channel, key: byte(0)?, pressure: byte(1)? },
            0xb0 => Self::Control { channel, controller: byte(0)?, value: byte(1)? },
            0xc0 => Self::Program { channel, program: byte(0)? },
            0xd0 => Self::ChannelPressure { channel, pressure: byte(0)? },
            0xe0 => {
                let raw = i16::from(byte(0)?) | (i16::from(byte(1)?) << 7);
                Self::PitchBend { channel, value: raw - 8192 }
            }
            0xf0 => Self::Sync(match status {
                0xf8 => Sync::Clock,
                0xfa => Sync::Start,
                0xfb => Sync::Continue,
                0xfc => Sync::Stop,
                _ => return None,
            }),
            _ => return None,
        })
    }

    /// The message on the wire; shorter messages are filled up with zeros.
    #[must_use]
    pub fn bytes(self) -> [u8; 3] {
        match self {
            Self::NoteOn { channel, key, velocity } => [0x90 | channel, key, velocity],
            Self::NoteOff { channel, key, velocity } => [0x80 | channel, key, velocity],
            Self::PolyPressure { channel, key, pressure } => [0xa0 | channel, key, pressure],
            Self::Control { channel, controller, value } => [0xb0 | channel, controller, value],
            Self::Program { channel, program } => [0xc0 | channel, program, 0],
            Self::ChannelPressure { channel, pressure } => [0xd0 | channel, pressure, 0],
            Self::PitchBend { channel, value } => {
                let raw = (value + 8192).clamp(0, 16_383) as u16;
                [0xe0 | channel, (raw & 0x7f) as u8, (raw >> 7) as u8]
            }
            Self::Sync(sync) => {
                let status = match sync {
                    Sync::Clock => 0xf8,
                    Sync::Start => 0xfa,
                    Sync::Continue => 0xfb,
                    Sync::Stop => 0xfc,
                };
                [status, 0, 0]
            }
        }
    }

    /// The same message on another channel, 0 to 15; timing has none and stays.
    #[must_use]
    pub fn on_channel(self, channel: u8) -> Self {
        let [status, first, second] = self.bytes();
        if status >= 0xf0 {
            return self;
        }
        Self::parse(&[(status & 0xf0) | (channel & 0x0f), first, second]).unwrap_or(self)
    }

    /// The channel, 0 to 15; `None` for timing.
    #[must_use]
    pub fn channel(self) -> Option<u8> {
        let status = self.bytes()[0];
        (status < 0xf0).then_some(status & 0x0f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_survives_the_wire() {
        let messages = [
            Midi::NoteOn { channel: 3, key: 60, velocity: 100 },
            Midi::NoteOff { channel: 15, key: 127, velocity: 0 },
            Midi::PolyPressure { channel: 0, key: 1, pressure: 2 },
            Midi::Control { channel: 9, controller: cc::SUSTAIN, value: 127 },
            Midi::Program { channel: 1, program: 32 },
            Midi::ChannelPressure { channel: 2, pressure: 77 },
            Midi::PitchBend { channel: 4, value: -8192 },
            Midi::PitchBend { channel: 4, value: 0 },
            Midi::PitchBend { channel: 4, value: 8191 },
            Midi::Sync(Sync::Clock),
            Midi::Sync(Sync::Start),
            Midi::Sync(Sync::Continue),
            Midi::Sync(Sync::Stop),
        ];
        for message in messages {
            assert_eq!(Midi::parse(&message.bytes()), Some(message));
        }
    }

    #[test]
    fn what_is_no_channel_message_is_refused() {
        for bytes in [&[][..], &[0x90], &[0x90, 60], &[0xfe], &[0xf0, 1, 2, 0xf7], &[60, 60, 60], &[0x90, 200, 1]] {
            assert_eq!(Midi::parse(bytes), None, "{bytes:?}");
        }
        assert_eq!(Midi::parse(&[0x91, 60, 0]), Some(Midi::NoteOff { channel: 1, key: 60, velocity: 64 }));
    }
}
