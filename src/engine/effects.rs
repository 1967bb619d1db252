//! The chain behind the instruments: chorus and delay on the player, reverb for all, equaliser and limiter
//! on the mix.

use super::mixer::TickRamp;
use super::params::{EqParam, ParamId, ParamValues};
use crate::base::limits::{CONTROL_TICK_FRAMES, EQ_BANDS};
use crate::base::{SILENCE, Segment};
use crate::dsp::chorus::Chorus;
use crate::dsp::delay::Delay;
use crate::dsp::eq::{BandKind, BandSpec, Eq};
use crate::dsp::limiter::Limiter;
use crate::dsp::reverb::Reverb;

/// The longest delay: a whole note at the slowest tempo is cut to this.
const DELAY_SECS_MAX: f32 = 4.0;

/// The effects. Real-time safe after `new`.
pub struct Effects {
    rate_hz: f64,
    chorus: Chorus,
    delay: Delay,
    delay_send: TickRamp,
    reverb: Reverb,
    reverb_send: TickRamp,
    eq: Eq,
    limiter: Limiter,
    share: f32,
}

impl Effects {
    /// Effects that stand where `values` says. Allocates.
    #[must_use]
    pub fn new(rate_hz: u32, values: &ParamValues, tempo_bpm: f64) -> Self {
        let mut effects = Self {
            rate_hz: f64::from(rate_hz),
            chorus: Chorus::new(rate_hz),
            delay: Delay::new(rate_hz, DELAY_SECS_MAX),
            delay_send: TickRamp::default(),
            reverb: Reverb::new(rate_hz),
            reverb_send: TickRamp::default(),
            eq: Eq::new(rate_hz),
            limiter: Limiter::new(rate_hz),
            // A time constant of 20 ms for the sends.
            share: 1.0 - (-(CONTROL_TICK_FRAMES as f32) / (0.02 * rate_hz as f32)).exp(),
        };
        effects.set_targets(values, tempo_bpm);
        effects.chorus.reset();
        effects.delay.reset();
        effects.reverb.reset();
        effects.eq.reset();
        effects
    }

    /// Takes up every effect parameter and the tempo.
    pub fn set_targets(&mut self, values: &ParamValues, tempo_bpm: f64) {
        let on = |switch, value| if values.is_on(switch) { values.get(value) } else { 0.0 };
        self.chorus.set_rate_hz(values.get(ParamId::ChorusRate));
        self.chorus.set_depth(values.get(ParamId::ChorusDepth));
        self.chorus.set_mix(on(ParamId::ChorusOn, ParamId::ChorusMix));
        let sixteenth_secs = 15.0 / tempo_bpm;
        let delay_secs = f64::from(values.get(ParamId::DelayTime)) * sixteenth_secs;
        self.delay.set_time_frames(delay_secs.min(f64::from(DELAY_SECS_MAX)) * self.rate_hz);
        self.delay.set_feedback(values.get(ParamId::DelayRepeats));
        self.delay_send.set_target(on(ParamId::DelayOn, ParamId::DelayMix));
        self.reverb.set_size_secs(values.get(ParamId::ReverbSize));
        self.reverb.set_damp_hz(values.get(ParamId::ReverbDamp));
        self.reverb_send.set_target(on(ParamId::ReverbOn, ParamId::ReverbMix));
        for (index, band) in eq_bands(values).into_iter().enumerate() {
            self.eq.set_band(index, band);
        }
    }

    /// Begins the next control tick.
    pub fn tick(&mut self) {
        self.delay_send.tick(self.share);
        self.reverb_send.tick(self.share);
        self.chorus.tick();
        self.delay.tick();
        self.reverb.tick();
        self.eq.tick();
    }

    /// Chorus and delay of the player's bus, in place. `start` is the span's first frame within its tick.
    pub fn player(&mut self, segment: &mut Segment, start: usize, frames: usize) {
        let [left, right] = segment;
        let (left, right) = (&mut left[..frames], &mut right[..frames]);
        self.chorus.process(left, right);
        let (mut send, mut wet) = (SILENCE, SILENCE);
        for n in 0..frames {
            let gain = self.delay_send.at(start + n);
            send[0][n] = left[n] * gain;
            send[1][n] = right[n] * gain;
        }
        let [wet_left, wet_right] = &mut wet;
        self.delay
            .process([&send[0][..frames], &send[1][..frames]], [&mut wet_left[..frames], &mut wet_right[..frames]]);
        for n in 0..frames {
            left[n] += wet[0][n];
            right[n] += wet[1][n];
        }
    }

    /// Adds the reverb of `send` to `music` and equalises the sum.
    pub fn music(&mut self, send: &mut Segment, music: &mut Segment, start: usize, frames: usize) {
        for channel in send.iter_mut() {
            for (n, sample) in channel[..frames].iter_mut().enumerate() {
                *sample *= self.reverb_send.at(start + n);
            }
        }
        let [left, right] = music;
        let (left, right) = (&mut left[..frames], &mut right[..frames]);
        self.reverb.process([&send[0][..frames], &send[1][..frames]], [left, right]);
        self.eq.process(left, right);
    }

    /// Keeps the output within full scale and silences what is no number.
    pub fn output(&mut self, left: &mut [f32], right: &mut [f32]) {
        self.limiter.process(left, right);
    }

    /// How much the limiter holds back now, in dB, 0 or above.
    #[must_use]
    pub fn limiter_db(&self) -> f32 {
        self.limiter.reduction_db()
    }

    /// Samples that were no number, since the start.
    #[must_use]
    pub fn non_finite(&self) -> u32 {
        self.limiter.non_finite()
    }
}

/// The bands of the equaliser as `values` sets them: shelves outside, bells inside.
fn eq_bands(values: &ParamValues) -> [BandSpec; EQ_BANDS] {
    std::array::from_fn(|index| BandSpec {
        kind: match index {
            0 => BandKind::LowShelf,
            i if i == EQ_BANDS - 1 => BandKind::HighShelf,
            _ => BandKind::Bell,
        },
        freq_hz: values.get(ParamId::eq(index, EqParam::Freq)),
        gain_db: values.get(ParamId::eq(index, EqParam::Gain)),
        q: values.get(ParamId::eq(index, EqParam::Q)),
    })
}
