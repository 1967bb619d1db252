//! Where the music stands: frames against beats, with count-in and tempo changes at exact frames.

use super::tempo_map::TempoMap;
use crate::base::Beats;

/// The transport. All methods but [`Transport::new`] are real-time safe.
pub struct Transport {
    rate_hz: f64,
    map: Box<TempoMap>,
    bpm: f64,
    position: Beats,
    run: Option<Run>,
}

/// Constant tempo since an anchor, so that a place in time never depends on how it was reached.
#[derive(Clone, Copy)]
struct Run {
    anchor_frame: u64,
    anchor_beat: f64,
    start: Beats,
    next_click: i64,
}

impl Transport {
    /// A transport that stands at beat 0. Allocates.
    #[must_use]
    pub fn new(rate_hz: u32, bpm: f64) -> Self {
        let map = Box::new(TempoMap::constant(bpm));
        let bpm = map.bpm_at(Beats(0.0));
        Self { rate_hz: f64::from(rate_hz), map, bpm, position: Beats(0.0), run: None }
    }

    /// Starts at `frame`, `count_in_beats` before the place where the transport stands.
    pub fn play(&mut self, frame: u64, count_in_beats: u32) {
        if self.run.is_none() {
            let anchor_beat = self.position.0 - f64::from(count_in_beats);
            let next_click = anchor_beat.ceil() as i64;
            self.run = Some(Run { anchor_frame: frame, anchor_beat, start: self.position, next_click });
            self.bpm = self.map.bpm_at(Beats(anchor_beat));
        }
    }

    /// Stops at `frame`; during a count-in, where it would have begun.
    pub fn stop(&mut self, frame: u64) {
        if let Some(run) = self.run {
            self.position = Beats(self.beat_at(frame).0.max(run.start.0));
            self.run = None;
        }
    }

    /// Moves to `beat` at `frame`, not before 0; a count-in ends.
    pub fn locate(&mut self, frame: u64, beat: Beats) {
        let beat = if beat.0.is_finite() { Beats(beat.0.max(0.0)) } else { Beats(0.0) };
        self.position = beat;
        self.bpm = self.map.bpm_at(beat);
        if let Some(run) = &mut self.run {
            *run = Run { anchor_frame: frame, anchor_beat: beat.0, start: beat, next_click: beat.0.ceil() as i64 };
        }
    }

    /// From `frame` on one constant tempo, whatever the map said.
    pub fn set_tempo(&mut self, frame: u64, bpm: f64) {
        self.anchor(frame);
        self.map.flatten(bpm);
        self.bpm = bpm;
    }

    /// From `frame` on another map; the old one is returned, to be freed elsewhere.
    pub fn install(&mut self, frame: u64, map: Box<TempoMap>) -> Box<TempoMap> {
        self.anchor(frame);
        let old = std::mem::replace(&mut self.map, map);
        self.bpm = self.map.bpm_at(self.beat_at(frame));
        old
    }

    /// Starts at `frame`, standing at `beat`, at a constant tempo.
    pub fn join(&mut self, frame: u64, beat: Beats, bpm: f64) {
        if beat.0.is_finite() {
            self.map.flatten(bpm);
            self.bpm = bpm;
            self.position = Beats(beat.0.max(0.0));
            let next_click = beat.0.ceil() as i64;
            self.run = Some(Run { anchor_frame: frame, anchor_beat: beat.0, start: beat, next_click });
        }
    }

    /// The frame on which `beat` falls at the present tempo, not before the tempo's own begin; `None` at rest.
    #[must_use]
    pub fn frame_at(&self, beat: Beats) -> Option<u64> {
        self.run.map(|run| self.frame_of(&run, beat.0))
    }

    /// Takes up the tempo changes that are due at `frame`.
    pub fn advance(&mut self, frame: u64) {
        while let Some((due, change)) = self.next_change()
            && due <= frame
        {
            if let Some(run) = &mut self.run {
                run.anchor_frame = due;
                run.anchor_beat = change.beat.0;
            }
            self.bpm = change.bpm;
        }
    }

    /// The metronome's beat if one falls on `frame`; each is returned once.
    pub fn take_click(&mut self, frame: u64) -> Option<i64> {
        let due = self.next_click_frame()? <= frame;
        let run = self.run.as_mut()?;
        due.then(|| {
            run.next_click += 1;
            run.next_click - 1
        })
    }

    /// How many frames from `frame` on pass before the next beat or tempo change, at least 1.
    #[must_use]
    pub fn frames_to_next_cut(&self, frame: u64) -> u64 {
        let click = self.next_click_frame().unwrap_or(u64::MAX);
        let change = self.next_change().map_or(u64::MAX, |(due, _)| due);
        click.min(change).saturating_sub(frame).max(1)
    }

    /// Where the transport stands at `frame`.
    #[must_use]
    pub fn beat_at(&self, frame: u64) -> Beats {
        self.run.map_or(self.position, |run| {
            let frames = frame.saturating_sub(run.anchor_frame) as f64;
            Beats(run.anchor_beat + frames * self.bpm / (60.0 * self.rate_hz))
        })
    }

    /// The tempo now.
    #[must_use]
    pub fn bpm(&self) -> f64 {
        self.bpm
    }

    /// Whether it moves.
    #[must_use]
    pub fn is_playing(&self) -> bool {
        self.run.is_some()
    }

    /// Whether it counts in at `frame`.
    #[must_use]
    pub fn is_counting_in(&self, frame: u64) -> bool {
        self.run.is_some_and(|run| frame < self.frame_of(&run, run.start.0))
    }

    /// Whether the click of this beat belongs to the count-in.
    #[must_use]
    pub fn is_count_in_beat(&self, beat: i64) -> bool {
        self.run.is_some_and(|run| (beat as f64) < run.start.0)
    }

    fn anchor(&mut self, frame: u64) {
        let beat = self.beat_at(frame);
        if let Some(run) = &mut self.run {
            run.anchor_frame = frame;
            run.anchor_beat = beat.0;
        }
    }

    fn next_change(&self) -> Option<(u64, super::TempoChange)> {
        let run = self.run?;
        let change = self.map.next_change(Beats(run.anchor_beat))?;
        Some((self.frame_of(&run, change.beat.0), change))
    }

    fn next_click_frame(&self) -> Option<u64> {
        self.run.map(|run| self.frame_of(&run, run.next_click as f64))
    }

    fn frame_of(&self, run: &Run, beat: f64) -> u64 {
        let frames = (beat - run.anchor_beat) * 60.0 * self.rate_hz / self.bpm;
        run.anchor_frame + frames.max(0.0).round() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::super::TempoChange;
    use super::*;

    fn clicks(transport: &mut Transport, until: u64) -> Vec<(u64, i64)> {
        let mut found = Vec::new();
        let mut frame = 0;
        while frame < until {
            transport.advance(frame);
            if let Some(beat) = transport.take_click(frame) {
                found.push((frame, beat));
                continue;
            }
            frame += transport.frames_to_next_cut(frame);
        }
        found
    }

    #[test]
    fn clicks_fall_on_the_exact_frame_of_every_beat_and_count_in() {
        let mut transport = Transport::new(48_000, 120.0);
        transport.play(100, 2);
        assert!(transport.is_counting_in(100) && transport.is_count_in_beat(-2));
        let expected: Vec<_> = (0..5).map(|n| (100 + n * 24_000, n as i64 - 2)).collect();
        assert_eq!(clicks(&mut transport, 110_000), expected);
        assert!(!transport.is_counting_in(48_100) && !transport.is_count_in_beat(0));
        assert_eq!(transport.beat_at(48_100), Beats(0.0));
    }

    #[test]
    fn a_tempo_map_moves_the_beats_and_the_time_of_day_agrees_with_it() {
        let changes = [(0.0, 120.0), (2.0, 60.0), (3.0, 240.0)].map(|(b, bpm)| TempoChange { beat: Beats(b), bpm });
        let map = TempoMap::new(&changes).unwrap();
        let mut transport = Transport::new(48_000, 99.0);
        transport.install(0, Box::new(map.clone()));
        transport.play(0, 0);
        for (frame, beat) in clicks(&mut transport, 200_000) {
            assert_eq!(frame, (map.secs_at(Beats(beat as f64)) * 48_000.0).round() as u64, "{beat}");
        }
        assert_eq!(transport.bpm(), 240.0);
    }

    #[test]
    fn a_tempo_change_never_moves_the_place() {
        let mut transport = Transport::new(48_000, 120.0);
        transport.play(0, 0);
        let before = transport.beat_at(10_000);
        transport.set_tempo(10_000, 97.5);
        assert_eq!(transport.beat_at(10_000), before);
        transport.stop(20_000);
        let stood = transport.beat_at(20_000);
        assert_eq!((transport.beat_at(90_000), transport.is_playing()), (stood, false));
    }

    #[test]
    fn stopping_in_the_count_in_goes_back_to_where_it_would_have_begun() {
        let mut transport = Transport::new(48_000, 120.0);
        transport.locate(0, Beats(8.0));
        transport.play(0, 4);
        transport.stop(24_000);
        assert_eq!(transport.beat_at(24_000), Beats(8.0));
        transport.locate(0, Beats(f64::NAN));
        assert_eq!(transport.beat_at(0), Beats(0.0));
    }
}
