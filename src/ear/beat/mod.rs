//! Tempo, beat and metre from onsets, heard only backwards in time.
//!
//! Onsets are gathered into groups ([`features`]) and described frame by frame (`frames`) for a learnt listener
//! (`net`); a belief over tempo, metre and place in the bar is moved forward by both (`filter`), and one beat after another is announced from it (`follower`), unless someone
//! gives the beat (`giver`). Nothing allocates after construction; a call does work for at most
//! [`PAUSE_SECS`] of frames, whatever times it is given.

pub mod features;
mod filter;
mod follower;
mod frames;
mod giver;
mod net;
pub mod tables;
mod view;

#[cfg(test)]
mod tests;

pub use view::{BeatEvent, BeatView, Metre, TempoGiver, TempoHypothesis, TempoState};

use super::Onset;
use crate::base::InlineVec;
use features::{Group, Grouper};
use filter::{FRAME_SECS, Filter};
use follower::Follower;
use frames::Frames;
use giver::{Given, Givers};
use net::Net;

/// After this long without an onset, in seconds, the belief stands still and forgets its phase.
pub const PAUSE_SECS: f64 = 2.5;
/// A beat that is followed goes on through this much silence, in seconds, and is then lost.
const COAST_SECS: f64 = 3.5;
/// After this much silence, in seconds, there is nothing to find any more.
const SILENCE_SECS: f64 = 6.0;
/// Silence of this length within music, in seconds, is a rest and says nothing of the metre.
const REST_SECS: f64 = filter::tuning::REST_SECS;
/// Beats that are given and fell longer ago than this, in seconds, are not announced any more.
const CATCH_UP_SECS: f64 = 4.0;
const EVENTS: usize = 32;
const GROUPS: usize = 4;
/// What the net says, and so the filter too, is about a frame that began this much before the open one, in seconds.
const LATE_SECS: f64 = net::DELAY as f64 * FRAME_SECS;

/// Follows the beat of what is played.
#[derive(Clone, Debug)]
pub struct BeatTracker {
    grouper: Grouper,
    groups: InlineVec<Group, GROUPS>,
    frames: Frames,
    net: Net,
    filter: Filter,
    follower: Follower,
    givers: Givers,
    given: Option<Given>,
    now_secs: f64,
    /// When the open frame begins; none before the first onset.
    frame_secs: Option<f64>,
    last_onset_secs: f64,
    last_beat_secs: f64,
    /// Until when beats have been announced.
    announced_secs: f64,
    /// Whether a beat was followed since the last silence, and is not any more.
    has_lost: bool,
    events: InlineVec<BeatEvent, EVENTS>,
}

impl Default for BeatTracker {
    fn default() -> Self {
        Self::new()
    }
}

impl BeatTracker {
    /// A tracker that has heard nothing. Allocates some 1.4 MB, once.
    #[must_use]
    pub fn new() -> Self {
        Self {
            grouper: Grouper::default(),
            groups: InlineVec::default(),
            frames: Frames::default(),
            net: Net::new(),
            filter: Filter::new(),
            follower: Follower::default(),
            givers: Givers::default(),
            given: None,
            now_secs: f64::NEG_INFINITY,
            frame_secs: None,
            last_onset_secs: f64::NEG_INFINITY,
            last_beat_secs: f64::NEG_INFINITY,
            announced_secs: f64::NEG_INFINITY,
            has_lost: false,
            events: InlineVec::default(),
        }
    }

    /// Forgets everything, who gives the beat included.
    pub fn reset(&mut self) {
        self.grouper = Grouper::default();
        self.groups.clear();
        self.frames = Frames::default();
        self.net.reset();
        self.filter.restart(features::Kind::Keys);
        self.follower.reset();
        self.givers = Givers::default();
        self.given = None;
        self.now_secs = f64::NEG_INFINITY;
        self.frame_secs = None;
        self.last_onset_secs = f64::NEG_INFINITY;
        self.last_beat_secs = f64::NEG_INFINITY;
        self.announced_secs = f64::NEG_INFINITY;
        self.has_lost = false;
        self.events.clear();
    }

    /// Takes an onset. One whose time or loudness is no number is not heard; one before the last call's time
    /// is heard at that time.
    pub fn hear(&mut self, onset: &Onset) {
        if !onset.at_secs.is_finite() || !onset.loudness.is_finite() || onset.loudness <= 0.0 {
            return;
        }
        self.advance(onset.at_secs);
        let onset = Onset { at_secs: self.now_secs, ..*onset };
        self.describe(&onset);
        if let Some(group) = self.grouper.hear(&onset) {
            self.queue(group);
        }
    }

    /// Lets time pass until `now_secs`: announces the beats that have come due and listens to what was heard.
    pub fn advance(&mut self, now_secs: f64) {
        if !now_secs.is_finite() || now_secs < self.now_secs {
            return;
        }
        self.now_secs = now_secs;
        if let Some(group) = self.grouper.close(now_secs) {
            self.queue(group);
        }
        while let Some(frame_secs) = self.frame_secs {
            let decided_secs = frame_secs + FRAME_SECS;
            if decided_secs > now_secs {
                break;
            }
            self.announce(decided_secs);
            if frame_secs - self.last_onset_secs > PAUSE_SECS {
                self.frame_secs = None;
                break;
            }
            self.listen(frame_secs, decided_secs);
            self.frame_secs = Some(decided_secs);
        }
        self.announce(now_secs);
    }

    /// The next announced beat that was not taken yet.
    pub fn poll(&mut self) -> Option<BeatEvent> {
        self.events.remove(0)
    }

    /// A tap on the beat: from the second on, taps give the beat until eight beats after the last.
    pub fn tap(&mut self, at_secs: f64) {
        self.advance(at_secs);
        if at_secs.is_finite() {
            self.givers.tap(self.now_secs);
        }
    }

    /// A tick of MIDI clock, 24 to the quarter; the first is on a beat.
    pub fn clock_tick(&mut self, at_secs: f64) {
        self.advance(at_secs);
        if at_secs.is_finite() {
            self.givers.tick(self.now_secs);
        }
    }

    /// The MIDI clock starts or goes on; the next tick is on a beat.
    pub fn clock_start(&mut self) {
        self.givers.start_clock();
    }

    /// The MIDI clock has stopped.
    pub fn clock_stop(&mut self) {
        self.givers.stop_clock();
    }

    /// Gives a tempo in BPM with a beat at `at_secs`, or with `None` gives it back to the player.
    pub fn set_fixed(&mut self, bpm: Option<f64>, at_secs: f64) {
        self.givers.fix(bpm, if at_secs.is_finite() { at_secs } else { self.now_secs.max(0.0) });
    }

    /// The times of the next beats as expected now, in seconds; how many were written.
    pub fn upcoming(&self, into: &mut [f64]) -> usize {
        let Some((period, next)) = self.follower.beat() else { return 0 };
        for (n, at) in into.iter_mut().enumerate() {
            *at = next + n as f64 * period;
        }
        into.len()
    }

    /// What is known now.
    #[must_use]
    pub fn view(&self) -> BeatView {
        let state = self.state();
        let mut view = BeatView { state, hypotheses: self.follower.hypotheses(), ..BeatView::default() };
        if let Some((period, next)) = self.follower.beat() {
            view.period_secs = Some(period);
            view.bpm = Some(60.0 / period);
            view.next_beat_secs = Some(next);
            view.confidence = if self.given.is_some() { 1.0 } else { self.confidence() };
        }
        let bar = self.follower.bar();
        if let Some((metre, place)) = bar.place {
            view.metre = Some(Metre::ALL[metre]);
            view.metre_confidence = bar.metre_share;
            view.next_bar_position = Some(place);
            view.downbeat_confidence = bar.place_share;
        }
        view
    }

    fn state(&self) -> TempoState {
        if let Some(given) = self.given {
            return TempoState::Given(given.by);
        }
        let silent_secs = self.now_secs - self.last_onset_secs;
        if self.follower.beat().is_some() {
            return if self.follower.is_free() { TempoState::Rubato } else { TempoState::Following };
        }
        // Where nothing was ever heard it may be no number.
        if silent_secs.is_nan() || silent_secs > SILENCE_SECS {
            return TempoState::Silent;
        }
        if self.has_lost { TempoState::Lost } else { TempoState::Finding }
    }

    /// The belief's share, less what silence has taken from it.
    fn confidence(&self) -> f32 {
        let silent_secs = (self.now_secs - self.last_onset_secs - REST_SECS).max(0.0);
        let left = 1.0 - silent_secs / (COAST_SECS - REST_SECS);
        self.follower.share() * left.clamp(0.0, 1.0) as f32
    }

    /// Puts an onset into the open frame, or begins one with it.
    fn describe(&mut self, onset: &Onset) {
        let frame_secs = *self.frame_secs.get_or_insert_with(|| {
            self.frames = Frames::default();
            self.net.reset();
            self.follower.forget_groups();
            if self.last_onset_secs > f64::NEG_INFINITY {
                self.filter.forget_phase();
            }
            onset.at_secs
        });
        if onset.at_secs - self.last_onset_secs > SILENCE_SECS {
            self.has_lost = false;
        }
        self.last_onset_secs = onset.at_secs;
        let into = (onset.at_secs - frame_secs) / FRAME_SECS;
        self.frames.hear(onset, into.clamp(0.0, 1.0) as f32);
    }

    /// Keeps a group until the filter comes to its frame.
    fn queue(&mut self, group: Group) {
        // There is room: groups begin further apart than frames are long, and wait for a few frames at most.
        let _ = self.groups.push(group);
    }

    /// Ends a frame: what is known of the one [`LATE_SECS`] before it, and what follows from that.
    fn listen(&mut self, frame_secs: f64, decided_secs: f64) {
        let said = self.net.step(self.frames.close());
        let seen_secs = frame_secs - LATE_SECS;
        let is_here = self.groups.first().is_some_and(|group| group.at_secs < seen_secs + FRAME_SECS);
        let group = if is_here { self.groups.remove(0) } else { None };
        if group.is_some() {
            self.follower.count_group();
        }
        let placed = group.map(|group| (group, ((group.at_secs - seen_secs) / FRAME_SECS).clamp(0.0, 1.0) as f32));
        self.filter.set_free(self.follower.is_free());
        self.filter.step(placed, seen_secs - self.last_onset_secs > filter::tuning::REST_SECS, &said);
        if self.given.is_some() {
            self.follower.read_bar(&self.filter, seen_secs);
        } else if !self.follower.read(&self.filter, seen_secs, decided_secs) {
            self.lose();
        }
    }

    fn lose(&mut self) {
        self.follower.release();
        self.has_lost = true;
    }

    /// Announces the beats that fall at or before `until_secs`.
    fn announce(&mut self, until_secs: f64) {
        self.given = self.givers.given(until_secs);
        if self.given.is_none() && self.follower.beat().is_some() && until_secs - self.last_onset_secs > COAST_SECS {
            self.lose();
        }
        self.obey(until_secs);
        while let Some(event) = self.follower.beat_due(until_secs) {
            self.last_beat_secs = event.at_secs;
            if let (Some(given), Some(frame_secs)) = (self.given, self.frame_secs) {
                self.filter.believe(given.period_secs, frame_secs - FRAME_SECS - LATE_SECS - event.at_secs);
            }
            if self.events.len() == EVENTS {
                self.events.remove(0);
            }
            // There is room: the oldest has just left.
            let _ = self.events.push(event);
            self.obey(until_secs);
        }
        self.announced_secs = until_secs;
    }

    /// Takes the next beat from whoever gives it: one that was not announced, and none that is past.
    fn obey(&mut self, until_secs: f64) {
        if let Some(given) = self.given {
            let since_secs = if self.announced_secs.is_finite() { self.announced_secs } else { until_secs };
            let unheard_secs = self.last_beat_secs + 0.5 * given.period_secs;
            let next_secs = given.from(since_secs.max(until_secs - CATCH_UP_SECS).max(unheard_secs));
            self.follower.obey(given.period_secs, next_secs);
        }
    }
}
