//! The strips of the mixer: gain, pan, mute, solo and the reverb send of every bus.

use super::params::{BusParam, ParamId, ParamValues};
use crate::base::limits::{BUSES, CONTROL_TICK_FRAMES};
use crate::base::{Bus, ByBus, SILENCE, Segment, db_to_gain};

/// A value that moves once a tick and is interpolated between: the same for every way of cutting a tick.
#[derive(Clone, Copy, Debug, Default)]
pub struct TickRamp {
    from: f32,
    to: f32,
    target: f32,
}

impl TickRamp {
    /// Stands at `value`.
    #[must_use]
    pub fn new(value: f32) -> Self {
        Self { from: value, to: value, target: value }
    }

    /// Moves towards `target` from the next tick on.
    pub fn set_target(&mut self, target: f32) {
        self.target = target;
    }

    /// Begins the next tick; `share` of the way to the target is gone in it.
    pub fn tick(&mut self, share: f32) {
        self.from = self.to;
        self.to += (self.target - self.to) * share;
        if (self.target - self.to).abs() < 1.0e-5 {
            self.to = self.target;
        }
    }

    /// The value `frame` frames into the tick, `0..CONTROL_TICK_FRAMES`.
    #[must_use]
    pub fn at(&self, frame: usize) -> f32 {
        self.from + (self.to - self.from) * (frame as f32 * (1.0 / CONTROL_TICK_FRAMES as f32))
    }

    /// Whether it is zero and stays so.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.from == 0.0 && self.to == 0.0 && self.target == 0.0
    }
}

/// One strip: what it does to left, to right and how much goes to the reverb.
#[derive(Clone, Copy, Debug, Default)]
struct Strip {
    left: TickRamp,
    right: TickRamp,
    send: TickRamp,
}

/// All strips, the mix and the reverb send of the segment. Real-time safe after `new`.
pub struct Mixer {
    strips: [Strip; BUSES],
    share: f32,
    /// Sum of all buses but the click.
    pub music: Segment,
    /// What goes to the reverb.
    pub send: Segment,
    /// Highest absolute sample of every bus since [`Mixer::take_peaks`].
    peaks: ByBus<[f32; 2]>,
}

impl Mixer {
    /// Strips that stand where `values` says.
    #[must_use]
    pub fn new(rate_hz: u32, values: &ParamValues) -> Self {
        // A time constant of 8 ms: quick under the hand, without zipper noise.
        let share = 1.0 - (-(CONTROL_TICK_FRAMES as f32) / (0.008 * rate_hz as f32)).exp();
        let mut mixer =
            Self { strips: [Strip::default(); BUSES], share, music: SILENCE, send: SILENCE, peaks: ByBus::default() };
        mixer.set_targets(values);
        for strip in &mut mixer.strips {
            for ramp in [&mut strip.left, &mut strip.right, &mut strip.send] {
                *ramp = TickRamp::new(ramp.target);
            }
        }
        mixer
    }

    /// Takes up gain, pan, mute, solo and send of every bus.
    pub fn set_targets(&mut self, values: &ParamValues) {
        let is_any_solo = Bus::ALL.iter().any(|bus| values.is_on(ParamId::bus(*bus, BusParam::Solo)));
        for bus in Bus::ALL {
            let value = |param| values.get(ParamId::bus(bus, param));
            let is_heard = value(BusParam::Mute) < 0.5 && (!is_any_solo || value(BusParam::Solo) >= 0.5);
            let gain = if is_heard { db_to_gain(floor_is_silence(value(BusParam::Gain))) } else { 0.0 };
            let [left, right] = balance(value(BusParam::Pan));
            let strip = &mut self.strips[bus as usize];
            strip.left.set_target(gain * left);
            strip.right.set_target(gain * right);
            strip.send.set_target(value(BusParam::Reverb));
        }
    }

    /// Begins the next control tick.
    pub fn tick(&mut self) {
        for strip in &mut self.strips {
            for ramp in [&mut strip.left, &mut strip.right, &mut strip.send] {
                ramp.tick(self.share);
            }
        }
    }

    /// Begins a span: `frames` of silence in the mix and the send.
    pub fn clear(&mut self, frames: usize) {
        for channel in self.music.iter_mut().chain(&mut self.send) {
            channel[..frames].fill(0.0);
        }
    }

    /// Runs one bus through its strip, in place, and adds it to the send; parts also to the music.
    /// `start` is the span's first frame within its tick.
    pub fn strip(&mut self, bus: Bus, segment: &mut Segment, start: usize, frames: usize) {
        let strip = self.strips[bus as usize];
        let [left, right] = segment;
        let (left, right) = (&mut left[..frames], &mut right[..frames]);
        let mut peak = self.peaks[bus];
        for n in 0..frames {
            left[n] *= strip.left.at(start + n);
            right[n] *= strip.right.at(start + n);
            peak = [peak[0].max(left[n].abs()), peak[1].max(right[n].abs())];
        }
        self.peaks[bus] = peak;
        if !strip.send.is_zero() {
            for n in 0..frames {
                let send = strip.send.at(start + n);
                self.send[0][n] += left[n] * send;
                self.send[1][n] += right[n] * send;
            }
        }
        if bus.is_part() {
            for n in 0..frames {
                self.music[0][n] += left[n];
                self.music[1][n] += right[n];
            }
        }
    }

    /// The peaks since the last call.
    pub fn take_peaks(&mut self) -> ByBus<[f32; 2]> {
        std::mem::take(&mut self.peaks)
    }
}

/// The lowest step of a fader is silence.
#[must_use]
pub fn floor_is_silence(gain_db: f32) -> f32 {
    if gain_db <= -60.0 { -120.0 } else { gain_db }
}

/// Stereo balance: the far side fades, the near side stays.
fn balance(pan: f32) -> [f32; 2] {
    [(1.0 - pan).min(1.0), (1.0 + pan).min(1.0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(mixer: &mut Mixer, bus: Bus) -> [f32; 2] {
        (0..400).for_each(|_| mixer.tick());
        let mut segment = [[1.0; CONTROL_TICK_FRAMES]; 2];
        mixer.clear(CONTROL_TICK_FRAMES);
        mixer.strip(bus, &mut segment, 0, CONTROL_TICK_FRAMES);
        [segment[0][7], segment[1][7]]
    }

    #[test]
    fn gain_pan_mute_and_solo_do_what_they_say() {
        let mut values = ParamValues::default();
        for bus in Bus::ALL {
            values.set(ParamId::bus(bus, BusParam::Gain), 0.0);
        }
        let mut mixer = Mixer::new(48_000, &values);
        assert_eq!(level(&mut mixer, Bus::Bass), [1.0, 1.0]);
        let cases: [(BusParam, f32, [f32; 2], [f32; 2]); 5] = [
            (BusParam::Gain, -60.0, [0.0, 0.0], [1.0, 1.0]),
            (BusParam::Gain, 0.0, [1.0, 1.0], [1.0, 1.0]),
            (BusParam::Pan, -1.0, [1.0, 0.0], [1.0, 1.0]),
            (BusParam::Solo, 1.0, [1.0, 0.0], [0.0, 0.0]),
            (BusParam::Mute, 1.0, [0.0, 0.0], [0.0, 0.0]),
        ];
        for (param, value, bass, keys) in cases {
            values.set(ParamId::bus(Bus::Bass, param), value);
            mixer.set_targets(&values);
            assert_eq!(level(&mut mixer, Bus::Bass), bass, "{param:?}");
            assert_eq!(level(&mut mixer, Bus::Keys), keys, "{param:?}");
        }
    }

    #[test]
    fn a_ramp_reaches_its_target_and_joins_without_a_step() {
        let mut ramp = TickRamp::new(0.0);
        ramp.set_target(1.0);
        let mut last = 0.0;
        for _ in 0..200 {
            ramp.tick(0.1);
            for n in 0..CONTROL_TICK_FRAMES {
                assert!((ramp.at(n) - last).abs() < 0.1 / 16.0);
                last = ramp.at(n);
            }
        }
        assert_eq!(last, 1.0);
    }
}
