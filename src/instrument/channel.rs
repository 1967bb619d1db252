//! What a MIDI channel remembers, and how channels form the zones of MPE.

use super::patch::PatchId;
use crate::base::cc;
use crate::base::limits::CHANNELS;

/// The registered parameter that data entry writes to.
const RPN_NONE: u16 = 0x3fff;
const RPN_BEND_RANGE: u16 = 0;
const RPN_MPE_ZONE: u16 = 6;
/// The bend range of a member channel of an MPE zone, in semitones.
const MEMBER_RANGE: f32 = 48.0;

/// The state of one channel of one part.
#[derive(Clone, Copy, Debug)]
pub(super) struct Channel {
    pub patch: PatchId,
    bend: i16,
    range_semitones: f32,
    /// What the bend multiplies frequencies by.
    pub bend_ratio: f32,
    /// 0 to 127 each.
    pub modulation: u8,
    pub pressure: u8,
    pub volume: u8,
    pub expression: u8,
    pub pan: u8,
    pub sustain: u8,
    pub soft: u8,
    pub timbre: u8,
    pub sostenuto: bool,
    rpn: u16,
    /// A bit for each key that a finger holds.
    pub fingers: u128,
}

impl Channel {
    pub fn new(patch: PatchId) -> Self {
        Self {
            patch,
            bend: 0,
            range_semitones: 2.0,
            bend_ratio: 1.0,
            modulation: 0,
            pressure: 0,
            volume: 100,
            expression: 127,
            pan: 64,
            sustain: 0,
            soft: 0,
            timbre: 64,
            sostenuto: false,
            rpn: RPN_NONE,
            fingers: 0,
        }
    }

    pub fn set_bend(&mut self, value: i16) {
        self.bend = value;
        let share = if value > 0 { f32::from(value) / 8191.0 } else { f32::from(value) / 8192.0 };
        self.bend_ratio = (share * self.range_semitones / 12.0).exp2();
    }

    fn set_range(&mut self, semitones: f32) {
        self.range_semitones = semitones;
        self.set_bend(self.bend);
    }

    /// What a reset of all controllers leaves alone: volume, pan, program and bend range (MIDI RP-015).
    pub fn reset_controllers(&mut self) {
        self.set_bend(0);
        self.modulation = 0;
        self.pressure = 0;
        self.expression = 127;
        self.sustain = 0;
        self.soft = 0;
        self.timbre = 64;
        self.sostenuto = false;
        self.rpn = RPN_NONE;
    }
}

/// The channels of a part and the zones they form.
#[derive(Clone, Copy, Debug)]
pub(super) struct Channels {
    pub all: [Channel; CHANNELS],
    /// Members of the lower and of the upper zone.
    members: [u8; 2],
}

impl Channels {
    pub fn new(patch: PatchId) -> Self {
        Self { all: [Channel::new(patch); CHANNELS], members: [0; 2] }
    }

    /// The master of the zone in which `channel` is a member.
    pub fn master(&self, channel: usize) -> Option<&Channel> {
        if (1..=usize::from(self.members[0])).contains(&channel) {
            return Some(&self.all[0]);
        }
        let lowest = 15 - usize::from(self.members[1]);
        (lowest..15).contains(&channel).then(|| &self.all[15])
    }

    /// Whether what happens to the pedals of `channel` reaches the notes of `other`.
    pub fn reaches(&self, channel: usize, other: usize) -> bool {
        if channel == other {
            return true;
        }
        match channel {
            0 => (1..=usize::from(self.members[0])).contains(&other),
            15 => (15 - usize::from(self.members[1])..15).contains(&other),
            _ => false,
        }
    }

    /// The further down of the pedals of the channel and of its master.
    pub fn pedal(&self, channel: usize) -> u8 {
        self.all[channel].sustain.max(self.master(channel).map_or(0, |master| master.sustain))
    }

    /// Follows the controllers that select and write registered parameters; whether zones have changed.
    pub fn enter_data(&mut self, index: usize, controller: u8, value: u8) -> bool {
        let channel = &mut self.all[index];
        match controller {
            cc::RPN => channel.rpn = (channel.rpn & 0x7f) | (u16::from(value) << 7),
            cc::RPN_FINE => channel.rpn = (channel.rpn & 0x3f80) | u16::from(value),
            cc::NRPN | cc::NRPN_FINE => channel.rpn = RPN_NONE,
            cc::DATA_ENTRY if channel.rpn == RPN_BEND_RANGE => {
                channel.set_range(f32::from(value.min(96)) + channel.range_semitones.fract());
            }
            cc::DATA_ENTRY_FINE if channel.rpn == RPN_BEND_RANGE => {
                channel.set_range(channel.range_semitones.trunc() + f32::from(value.min(99)) / 100.0);
            }
            cc::DATA_ENTRY if channel.rpn == RPN_MPE_ZONE => return self.form_zone(index, value.min(15)),
            _ => {}
        }
        false
    }

    /// The MPE configuration message: a zone takes its members from the other one when they overlap.
    fn form_zone(&mut self, master: usize, members: u8) -> bool {
        let zone = match master {
            0 => 0,
            15 => 1,
            _ => return false,
        };
        self.members[zone] = members;
        let room = if members > 0 { 14_u8.saturating_sub(members) } else { 14 };
        self.members[1 - zone] = self.members[1 - zone].min(room);
        self.all[master].set_range(2.0);
        for step in 1..=usize::from(members) {
            let member = if zone == 0 { step } else { 15 - step };
            self.all[member].set_range(MEMBER_RANGE);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn select(channels: &mut Channels, channel: usize, rpn: u8, value: u8) {
        for (controller, value) in [(cc::RPN, 0), (cc::RPN_FINE, rpn), (cc::DATA_ENTRY, value)] {
            channels.enter_data(channel, controller, value);
        }
    }

    #[test]
    fn a_zone_has_a_master_and_members_with_a_wide_bend() {
        let mut channels = Channels::new(PatchId(0));
        select(&mut channels, 0, 6, 7);
        channels.all[3].set_bend(8191);
        assert!((channels.all[3].bend_ratio - 16.0).abs() < 1e-4);
        assert!(channels.master(7).is_some() && channels.master(8).is_none());
        assert!(channels.reaches(0, 7) && !channels.reaches(0, 8) && !channels.reaches(3, 4));
        select(&mut channels, 15, 6, 10);
        assert!(channels.reaches(15, 5) && !channels.reaches(0, 5), "the newer zone wins what both claim");
        select(&mut channels, 15, 6, 0);
        assert!(channels.master(9).is_none());
    }

    #[test]
    fn the_bend_range_follows_its_registered_parameter() {
        let mut channels = Channels::new(PatchId(0));
        select(&mut channels, 2, 0, 12);
        channels.enter_data(2, cc::DATA_ENTRY_FINE, 50);
        channels.all[2].set_bend(-8192);
        assert!((channels.all[2].bend_ratio.log2() + 12.5 / 12.0).abs() < 1e-6);
        channels.enter_data(2, cc::NRPN, 0);
        channels.enter_data(2, cc::DATA_ENTRY, 24);
        channels.all[2].set_bend(8191);
        assert!((channels.all[2].bend_ratio.log2() - 12.5 / 12.0).abs() < 1e-6);
    }
}
