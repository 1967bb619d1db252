//! `Engine::process`: the only way in.

use super::command::{Applied, Command, HandBack, TimedEvent};
use super::drone::tanpura_params;
use super::effects::Effects;
use super::feed::Heard;
use super::link::EngineConfig;
use super::mixer::{Mixer, TickRamp, floor_is_silence};
use super::params::{ParamId, ParamValues};
use super::publish::Publisher;
use super::schedule::{Due, Schedule};
use super::signals::{Click, TestTone};
use super::snapshot::Snapshot;
use super::transport::Transport;
use crate::base::limits::{
    BAND_QUEUE, BLOCK_EVENTS_MAX, BLOCK_FRAMES_MAX, CHANNELS, COMMAND_QUEUE, CONTROL_TICK_FRAMES, PARTS,
};
use crate::base::{
    BandBend, BandMessage, BandNote, Beats, Bus, Frames, Midi, Place, SILENCE, Segment, TUNE_CENTS_MAX, cc, db_to_gain,
};
use crate::instrument::Rack;
use crate::rt::{Receiver, Sender};

/// A note outside of time sounds so long at most, seconds.
const SOUNDED_SECS_MAX: f32 = 60.0;

/// What one block is rendered from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Input<'a> {
    /// Mono input of the block's length, or empty.
    pub audio: &'a [f32],
    /// Events in the order of their offsets, at most [`BLOCK_EVENTS_MAX`].
    pub events: &'a [TimedEvent],
}

/// Where one block is rendered to: two slices of equal length, at most [`BLOCK_FRAMES_MAX`] frames.
#[derive(Debug)]
pub struct Output<'a> {
    /// Left.
    pub left: &'a mut [f32],
    /// Right.
    pub right: &'a mut [f32],
}

/// The real-time object. Everything but construction is real-time safe: no allocation, lock, system call,
/// log or unbounded loop.
pub struct Engine {
    pub(super) rate_hz: u32,
    pub(super) frame: u64,
    pub(super) values: ParamValues,
    pub(super) rack: Rack,
    pub(super) mixer: Mixer,
    pub(super) effects: Effects,
    pub(super) master: TickRamp,
    pub(super) master_share: f32,
    pub(super) transport: Transport,
    pub(super) click: Click,
    pub(super) test_tone: TestTone,
    pub(super) segments: [Segment; PARTS],
    pub(super) schedule: Schedule,
    /// For each part a bit for each channel that was told how far its bends reach.
    pub(super) bends: [u16; PARTS],
    pub(super) starts_with_player: bool,
    pub(super) commands: Receiver<Command>,
    pub(super) commands_taken: u64,
    /// The note that was asked for outside of time, and the frame at which it ends.
    pub(super) sounded: Option<(BandNote, u64)>,
    pub(super) band: Receiver<BandMessage>,
    pub(super) hand_back: Sender<HandBack>,
    pub(super) publisher: Publisher,
    pub(super) limiter_db: f32,
    pub(super) is_mix_stale: bool,
    pub(super) silent_frames: u64,
}

impl Engine {
    /// Renders one block. Commands take effect at its first frame, events at their own. Frames beyond the
    /// shorter slice or [`BLOCK_FRAMES_MAX`] are silent.
    pub fn process(&mut self, input: Input<'_>, output: Output<'_>) {
        let frames = output.left.len().min(output.right.len()).min(BLOCK_FRAMES_MAX);
        output.left[frames..].fill(0.0);
        output.right[frames..].fill(0.0);
        self.take_commands();
        self.take_band();
        let mut events = self.admit(input.events);
        let mut done = 0;
        while done < frames {
            while let Some((event, rest)) = events.split_first()
                && (event.offset_frames as usize).min(frames - 1) <= done
            {
                self.play(event.bus, event.message);
                events = rest;
            }
            let next_event = events.first().map_or(usize::MAX, |e| (e.offset_frames as usize).min(frames - 1));
            let span = self.begin_span((frames - done).min(next_event.saturating_sub(done).max(1)));
            self.render(&mut output.left[done..done + span], &mut output.right[done..done + span]);
            self.frame += span as u64;
            done += span;
        }
        self.tell_ear(input.audio, (&output.left[..frames], &output.right[..frames]));
        self.publish(frames);
    }

    /// The device rate this engine was built for, in Hz.
    #[must_use]
    pub fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// The engine's clock: the first frame of the next block.
    #[must_use]
    pub fn frame(&self) -> Frames {
        Frames(self.frame)
    }

    /// Whether nothing sounds and nothing has for half a second: no voice, no tail above -90 dBFS.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.rack.voices_active() == 0 && !self.rack.rings() && self.silent_frames >= u64::from(self.rate_hz / 2)
    }

    /// At most the whole queue, so that a busy sender cannot hold the audio thread.
    fn take_commands(&mut self) {
        for _ in 0..COMMAND_QUEUE {
            let Some(command) = self.commands.receive() else { break };
            self.commands_taken += 1;
            self.apply(command);
        }
    }

    /// What the band plans from here on. At most the whole queue, as for commands.
    fn take_band(&mut self) {
        for _ in 0..BAND_QUEUE {
            let Some(message) = self.band.receive() else { break };
            match message {
                BandMessage::Pace(bpm) => self.pace(bpm),
                BandMessage::Join { beat, bpm } => self.join(beat, bpm),
                BandMessage::Sound { note, secs } => self.sound(note, secs),
                _ => {
                    let now = self.transport.is_playing().then(|| self.transport.beat_at(self.frame));
                    self.schedule.take(message, now);
                }
            }
        }
    }

    fn pace(&mut self, bpm: f32) {
        let bpm = ParamId::Tempo.spec().clamp(bpm);
        self.transport.set_tempo(self.frame, f64::from(bpm));
        self.is_mix_stale = true;
        self.log(Applied::Pace(bpm));
    }

    fn join(&mut self, beat: Beats, bpm: f32) {
        let bpm = ParamId::Tempo.spec().clamp(bpm);
        self.transport.join(self.frame, beat, f64::from(bpm));
        self.is_mix_stale = true;
        self.log(Applied::Join { bpm, beat });
    }

    fn sound(&mut self, note: BandNote, secs: f32) {
        self.end_sounded();
        let note = BandNote { key: note.key.min(127), velocity: note.velocity.clamp(1, 127), ..note };
        if note.bus.is_part() && note.tune_cents.is_finite() && secs > 0.0 {
            self.begin(note);
            let frames = (f64::from(secs.min(SOUNDED_SECS_MAX)) * f64::from(self.rate_hz)) as u64;
            self.sounded = Some((note, self.frame + frames));
        }
    }

    fn end_sounded(&mut self) {
        if let Some((note, _)) = self.sounded.take() {
            self.play(note.bus, note.off());
        }
    }

    /// A note of the band begins, in its tuning.
    fn begin(&mut self, note: BandNote) {
        if let Some(bend) = note.bend() {
            self.bend(&bend);
        }
        self.play(note.bus, note.on());
    }

    fn stop(&mut self) {
        self.transport.stop(self.frame);
        self.end_band();
        self.log(Applied::Stop);
    }

    /// The band's notes end, and what was planned is forgotten.
    fn end_band(&mut self) {
        self.schedule.clear();
        while let Some(note) = self.schedule.pop_sounding() {
            self.play(note.bus, note.off());
        }
    }

    /// More events than a block may carry would make its cost unbounded: the rest is refused, and because a
    /// note-off may be among it, every note is let go.
    fn admit<'a>(&mut self, events: &'a [TimedEvent]) -> &'a [TimedEvent] {
        let Some(refused) = events.len().checked_sub(BLOCK_EVENTS_MAX + 1) else { return events };
        self.publisher.counters.events_refused += refused as u32 + 1;
        for bus in Bus::PARTS {
            for channel in 0..CHANNELS as u8 {
                self.play(bus, Midi::Control { channel, controller: cc::ALL_NOTES_OFF, value: 0 });
            }
        }
        &events[..BLOCK_EVENTS_MAX]
    }

    fn apply(&mut self, command: Command) {
        match command {
            Command::SetParam { id, value } => self.set_param(id, value),
            Command::SetPatch { bus, patch } => {
                if bus.is_part() {
                    self.rack.set_patch(bus, patch);
                    self.log(Applied::Patch { bus, patch });
                }
            }
            Command::Play => {
                let bars = self.values.get(ParamId::CountInBars) as u32;
                self.transport.play(self.frame, bars * self.beats_per_bar());
                self.log(Applied::Play);
            }
            Command::Stop => {
                self.starts_with_player = false;
                self.stop();
            }
            Command::Locate(beat) => {
                // Where it stands already, what the band has ready for that place stays.
                if self.transport.is_playing() || self.transport.beat_at(self.frame) != beat {
                    self.end_band();
                }
                self.transport.locate(self.frame, beat);
                self.log(Applied::Locate(beat));
            }
            Command::Panic => {
                self.rack.panic();
                self.schedule.clear();
                self.schedule.forget_sounding();
                self.sounded = None;
                self.publisher.ear().tell(Frames(self.frame), Heard::Panic);
                self.log(Applied::Panic);
            }
            Command::StartWithPlayer(is_armed) => self.starts_with_player = is_armed,
            Command::Pace(bpm) => self.pace(bpm),
            Command::Join { bpm, beat } => self.join(beat, bpm),
            Command::TestTone => {
                self.test_tone.strike();
                self.log(Applied::TestTone);
            }
            Command::Record(is_recording) => {
                self.publisher.set_recording(is_recording);
                self.log(Applied::Record(is_recording));
            }
            Command::InstallTempoMap(map) => {
                let old = self.transport.install(self.frame, map);
                self.is_mix_stale = true;
                // The control side sends no more boxes than this queue holds, so there is room.
                self.hand_back.send(HandBack::TempoMap(old)).ok();
                self.log(Applied::TempoMap);
            }
        }
    }

    fn set_param(&mut self, id: ParamId, value: f32) {
        let value = self.values.set(id, value);
        match id {
            ParamId::Tempo => self.transport.set_tempo(self.frame, f64::from(value)),
            ParamId::TuningHz => self.rack.set_tuning(value),
            id if (ParamId::TanpuraOn..=ParamId::TanpuraJawari).contains(&id) => {
                self.rack.set_tanpura(&tanpura_params(&self.values));
            }
            _ => {
                let row = (id as usize).wrapping_sub(ParamId::Macro1 as usize);
                if row < crate::base::limits::MACROS {
                    self.rack.set_macro(Bus::You, row, value);
                }
            }
        }
        self.is_mix_stale = true;
        self.log(Applied::Param { id, value });
    }

    fn play(&mut self, bus: Bus, message: Midi) {
        if bus == Bus::You {
            self.publisher.ear().tell(Frames(self.frame), Heard::Midi(message));
        }
        if !bus.is_part() || matches!(message, Midi::Sync(_)) {
            return;
        }
        if self.starts_with_player && bus == Bus::You && matches!(message, Midi::NoteOn { .. }) {
            self.starts_with_player = false;
            self.transport.play(self.frame, 0);
            self.log(Applied::Play);
        }
        self.log(Applied::Midi { bus, message });
        let message = match message {
            Midi::NoteOn { channel, key, velocity } => {
                self.publisher.counters.notes += 1;
                let velocity = if bus == Bus::You { self.shape_velocity(velocity) } else { velocity };
                Midi::NoteOn { channel, key, velocity }
            }
            other => other,
        };
        self.rack.midi(bus, message);
    }

    /// The player's touch: soft needs less strength for the same loudness, hard more, fixed none.
    fn shape_velocity(&self, velocity: u8) -> u8 {
        let share = f32::from(velocity) / 127.0;
        let shaped = match self.values.get(ParamId::VelocityCurve) as u32 {
            0 => share.powf(0.6),
            2 => share.powf(1.6),
            3 => 100.0 / 127.0,
            _ => return velocity,
        };
        ((shaped * 127.0).round() as u8).clamp(1, 127)
    }

    fn beats_per_bar(&self) -> u32 {
        self.values.get(ParamId::BeatsPerBar) as u32
    }

    /// What is due at this frame happens; returns how many frames may be rendered before anything else is.
    fn begin_span(&mut self, frames: usize) -> usize {
        let bpm = self.transport.bpm();
        self.transport.advance(self.frame);
        self.is_mix_stale |= bpm != self.transport.bpm();
        while let Some(beat) = self.transport.take_click(self.frame) {
            if self.values.is_on(ParamId::ClickOn) || self.transport.is_count_in_beat(beat) {
                self.click.strike(beat.rem_euclid(i64::from(self.beats_per_bar())) == 0);
            }
        }
        if self.sounded.is_some_and(|(_, end)| end <= self.frame) {
            self.end_sounded();
        }
        let to_band = self.play_band();
        let start = self.tick_offset();
        if start == 0 {
            self.tick();
        }
        let to_cut = self.transport.frames_to_next_cut(self.frame).min(to_band);
        let to_cut = usize::try_from(to_cut).unwrap_or(usize::MAX);
        frames.min(CONTROL_TICK_FRAMES - start).min(to_cut)
    }

    /// Plays what the band has due; how many frames pass before its next, at least 1. Every step takes something out
    /// of a schedule of fixed size, so that it ends.
    fn play_band(&mut self) -> u64 {
        while let Some(beat) = self.schedule.next() {
            let Some(due) = self.transport.frame_at(beat) else { return u64::MAX };
            if due > self.frame {
                return due - self.frame;
            }
            match self.schedule.pop(beat) {
                Some(Due::Begin(note)) => {
                    // The same key again ends before it begins anew.
                    if self.sounded.is_some_and(|(other, _)| (other.bus, other.key) == (note.bus, note.key)) {
                        self.end_sounded();
                    }
                    self.begin(note);
                }
                Some(Due::Bend(bend)) => self.bend(&bend),
                Some(Due::End(note)) => self.play(note.bus, note.off()),
                Some(Due::Stop) => self.stop(),
                None => return 1,
            }
        }
        u64::MAX
    }

    /// Bends a note of the band; its channel is told first how far bends reach (MIDI registered parameter 0).
    fn bend(&mut self, bend: &BandBend) {
        let (bus, channel) = (bend.bus, bend.channel());
        let told = self.bends.get_mut(bus as usize).map(|told| std::mem::replace(told, *told | 1 << channel));
        if told.is_some_and(|told| told & 1 << channel == 0) {
            let semitones = (TUNE_CENTS_MAX / 100.0) as u8;
            for (controller, value) in [(cc::RPN, 0), (cc::RPN_FINE, 0), (cc::DATA_ENTRY, semitones)] {
                self.play(bus, Midi::Control { channel, controller, value });
            }
        }
        self.play(bus, bend.message());
    }

    fn tick_offset(&self) -> usize {
        (self.frame % CONTROL_TICK_FRAMES as u64) as usize
    }

    fn tick(&mut self) {
        if std::mem::take(&mut self.is_mix_stale) {
            self.mixer.set_targets(&self.values);
            self.effects.set_targets(&self.values, self.transport.bpm());
            self.master.set_target(db_to_gain(floor_is_silence(self.values.get(ParamId::MasterGain))));
        }
        self.rack.tick();
        self.mixer.tick();
        self.effects.tick();
        self.master.tick(self.master_share);
    }

    fn render(&mut self, left: &mut [f32], right: &mut [f32]) {
        let (start, frames) = (self.tick_offset(), left.len());
        for segment in &mut self.segments {
            segment[0][..frames].fill(0.0);
            segment[1][..frames].fill(0.0);
        }
        self.rack.render(&mut self.segments, frames);
        self.effects.player(&mut self.segments[Bus::You as usize], start, frames);
        self.mixer.clear(frames);
        for bus in Bus::PARTS {
            self.mixer.strip(bus, &mut self.segments[bus as usize], start, frames);
        }
        let mut click = SILENCE;
        self.click.render(&mut click, frames);
        self.mixer.strip(Bus::Click, &mut click, start, frames);
        self.effects.music(&mut self.mixer.send, &mut self.mixer.music, start, frames);
        self.test_tone.render(&mut click, frames);
        for n in 0..frames {
            let gain = self.master.at(start + n);
            left[n] = (self.mixer.music[0][n] + click[0][n]) * gain;
            right[n] = (self.mixer.music[1][n] + click[1][n]) * gain;
        }
        self.effects.output(left, right);
        self.limiter_db = self.limiter_db.max(self.effects.limiter_db());
        let is_quiet = left.iter().chain(right.iter()).all(|s| s.abs() < 3.0e-5);
        self.silent_frames = if is_quiet { self.silent_frames + frames as u64 } else { 0 };
        self.publisher.output(left, right);
    }

    fn log(&mut self, applied: Applied) {
        self.publisher.journal(Frames(self.frame), applied);
    }

    fn tell_ear(&mut self, input: &[f32], output: (&[f32], &[f32])) {
        let place = Place {
            is_playing: self.transport.is_playing(),
            beat: self.transport.beat_at(self.frame),
            tempo_bpm: self.transport.bpm(),
            beats_per_bar: self.beats_per_bar(),
        };
        self.publisher.ear().tell_block(Frames(self.frame), place, input, output);
    }

    fn publish(&mut self, frames: usize) {
        self.publisher.counters.band_late = self.schedule.refused.late;
        self.publisher.counters.band_overflow = self.schedule.refused.overflow;
        self.publisher.counters.voices_stolen = self.rack.voices_stolen();
        self.publisher.counters.non_finite = self.effects.non_finite();
        if !self.publisher.is_snapshot_due(frames as u32) {
            return;
        }
        let snapshot = Snapshot {
            frame: Frames(self.frame),
            commands_taken: self.commands_taken,
            beat: self.transport.beat_at(self.frame),
            tempo_bpm: self.transport.bpm(),
            is_playing: self.transport.is_playing(),
            is_counting_in: self.transport.is_counting_in(self.frame),
            bus_peak: self.mixer.take_peaks(),
            limiter_db: std::mem::take(&mut self.limiter_db),
            keys: Bus::PARTS.map(|bus| self.rack.keys_sounding(bus)),
            voices: self.rack.voices_active() as u16,
            strings_secs: self.rack.tanpura().strings_lit(),
            ..Snapshot::default()
        };
        self.publisher.snapshot(snapshot);
    }

    /// Builds the parts of the engine in the state that `config` asks for. Allocates.
    pub(super) fn assemble(
        config: &EngineConfig,
        commands: Receiver<Command>,
        band: Receiver<BandMessage>,
        hand_back: Sender<HandBack>,
        publisher: Publisher,
    ) -> Self {
        let (rate_hz, values) = (config.rate_hz, config.values);
        let mut rack = Rack::new(rate_hz, config.seed);
        rack.set_tuning(values.get(ParamId::TuningHz));
        rack.set_tanpura(&tanpura_params(&values));
        for (bus, patch) in Bus::PARTS.into_iter().zip(config.patches) {
            rack.set_patch(bus, patch);
        }
        for index in 0..crate::base::limits::MACROS {
            rack.set_macro(Bus::You, index, values.get(ParamId::macro_knob(index)));
        }
        let tempo_bpm = f64::from(values.get(ParamId::Tempo));
        let mut transport = Transport::new(rate_hz, tempo_bpm);
        transport.locate(0, config.position);
        Self {
            rate_hz,
            frame: 0,
            values,
            rack,
            mixer: Mixer::new(rate_hz, &values),
            effects: Effects::new(rate_hz, &values, tempo_bpm),
            master: TickRamp::new(db_to_gain(floor_is_silence(values.get(ParamId::MasterGain)))),
            master_share: 1.0 - (-(CONTROL_TICK_FRAMES as f32) / (0.02 * rate_hz as f32)).exp(),
            transport,
            click: Click::new(rate_hz),
            test_tone: TestTone::new(rate_hz),
            segments: [SILENCE; PARTS],
            schedule: Schedule::new(),
            bends: [0; PARTS],
            starts_with_player: false,
            commands,
            commands_taken: 0,
            sounded: None,
            band,
            hand_back,
            publisher,
            limiter_db: 0.0,
            is_mix_stale: false,
            silent_frames: 0,
        }
    }
}
