//! One page of the plan: beats of the transport to points, and the playhead that walks over it.

use super::axis::Tick;
use crate::session::band::BandView;
use crate::session::{TransportView, View};

/// Bars of a page: one that is past, the one that is played, two to come.
pub const BARS: u32 = 4;
/// How long the playhead walks on when nothing newer is known of the transport, in seconds.
const UNSEEN_SECS: f64 = 0.1;
/// A transport that stands so many beats elsewhere has jumped.
const JUMP_BEATS: f64 = 0.25;
/// The share of what the playhead is off that a frame takes back: enough to stay true, too little to be seen.
const PULL: f64 = 0.15;

/// The page that is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlanPage {
    /// What stands at the left edge, in beats of the transport.
    pub begin_beats: f64,
    /// Beats of a bar.
    pub beats_per_bar: u32,
    /// A bar line.
    origin_beats: f64,
}

/// Whether the transport moves, so that beats pass.
#[must_use]
pub fn is_moving(view: &View) -> bool {
    view.transport.is_playing || view.transport.is_counting_in
}

/// From where on notes may still be changed, in beats of the transport.
#[must_use]
pub fn open_beats(view: &View) -> f64 {
    if is_moving(view) { view.band.committed_beats } else { f64::NEG_INFINITY }
}

impl PlanPage {
    /// The page that holds `now_beats`: in its second bar, or in the first where there is none before. It turns by a
    /// bar on the bar line, so that what is drawn stands still.
    #[must_use]
    pub fn of(now_beats: f64, band: &BandView) -> Self {
        let bar = f64::from(band.beats_per_bar.max(1));
        let line = band.origin_beats + ((now_beats - band.origin_beats) / bar).floor() * bar;
        let begin_beats = (line - bar).max(band.origin_beats);
        Self { begin_beats, beats_per_bar: band.beats_per_bar.max(1), origin_beats: band.origin_beats }
    }

    /// How much is shown, in beats.
    #[must_use]
    pub fn span_beats(&self) -> f64 {
        f64::from(BARS * self.beats_per_bar)
    }

    /// Where a beat falls: from 0 at the left edge to 1 at the right, or beyond.
    #[must_use]
    pub fn place(&self, beats: f64) -> f32 {
        ((beats - self.begin_beats) / self.span_beats()) as f32
    }

    /// Whether something from one beat to another is on the page.
    #[must_use]
    pub fn shows(&self, begin_beats: f64, end_beats: f64) -> bool {
        end_beats > self.begin_beats && begin_beats < self.begin_beats + self.span_beats()
    }

    /// The bar that holds a beat, counted from 1 as the transport counts it, and the beat in it, from 1.
    #[must_use]
    pub fn bar_and_beat(&self, beats: f64) -> (i64, f64) {
        let bar = f64::from(self.beats_per_bar);
        let from_origin = beats - self.origin_beats;
        let line = self.origin_beats + (from_origin / bar + 1e-6).floor() * bar;
        ((line / bar + 1e-6).floor() as i64 + 1, (beats - line).max(0.0) + 1.0)
    }

    /// The bar line after a beat, in beats of the transport.
    #[must_use]
    pub fn bar_end(&self, beats: f64) -> f64 {
        let bar = f64::from(self.beats_per_bar);
        self.origin_beats + (((beats - self.origin_beats) / bar + 1e-6).floor() + 1.0) * bar
    }

    /// The lines of the page.
    #[must_use]
    pub fn ticks(&self) -> Vec<Tick> {
        let first = (self.begin_beats - self.origin_beats).floor() + self.origin_beats;
        let beats = 0..=BARS * self.beats_per_bar + 1;
        let tick = |n: u32| {
            let at = first + f64::from(n);
            let (bar, beat) = self.bar_and_beat(at);
            let is_bar = beat < 1.5;
            let label = if is_bar { bar.to_string() } else { (beat.round() as i64).to_string() };
            Tick { place: f64::from(self.place(at)), is_bar, label }
        };
        beats.map(tick).filter(|tick| (-1e-6..1.0).contains(&tick.place)).collect()
    }
}

/// The playhead: it walks at the tempo between two pictures of the transport.
#[derive(Clone, Copy, Debug, Default)]
pub struct Playhead {
    /// Where it is drawn, in beats.
    pub shown_beats: f64,
    /// What the transport said last, and when.
    seen_beats: f64,
    seen_secs: f64,
    drawn_secs: f64,
}

impl Playhead {
    /// Walks on to `secs` of the window's clock.
    pub fn walk(&mut self, transport: &TransportView, secs: f64) {
        let rate = transport.tempo_bpm / 60.0;
        if transport.beat.0 != self.seen_beats {
            (self.seen_beats, self.seen_secs) = (transport.beat.0, secs);
        }
        let target = self.seen_beats + (secs - self.seen_secs).clamp(0.0, UNSEEN_SECS) * rate;
        let walked = self.shown_beats + (secs - self.drawn_secs).clamp(0.0, UNSEEN_SECS) * rate;
        self.drawn_secs = secs;
        let is_walking = transport.is_playing || transport.is_counting_in;
        self.shown_beats = if !is_walking || (target - walked).abs() > JUMP_BEATS {
            transport.beat.0
        } else {
            // Late news must not make it step back.
            (walked + (target - walked) * PULL).max(self.shown_beats)
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Beats;

    fn band(origin_beats: f64, beats_per_bar: u32) -> BandView {
        BandView { origin_beats, beats_per_bar, ..BandView::default() }
    }

    #[test]
    fn now_is_in_the_second_bar_once_there_is_a_first() {
        for beats_per_bar in [2, 3, 4, 7] {
            let band = band(0.0, beats_per_bar);
            for step in 0..400 {
                let now = f64::from(step) * 0.19;
                let place = PlanPage::of(now, &band).place(now);
                let from = if now < f64::from(beats_per_bar) { 0.0 } else { 0.25 };
                assert!((from - 1e-6..from + 0.25).contains(&place), "{now} of {beats_per_bar}: {place}");
            }
        }
    }

    #[test]
    fn what_is_drawn_stands_still_until_the_bar_is_over() {
        let band = band(0.0, 4);
        let place = |now: f64| PlanPage::of(now, &band).place(14.0);
        assert_eq!(place(12.0), place(15.99));
        assert!((place(15.99) - place(16.0) - 0.25).abs() < 1e-6);
    }

    #[test]
    fn bars_and_beats_are_counted_from_one() {
        let page = PlanPage::of(133.4, &band(0.0, 4));
        assert_eq!(page.begin_beats, 128.0);
        assert_eq!(page.bar_and_beat(136.5), (35, 1.5));
        assert_eq!([132.0, 135.9, 136.0].map(|beats| page.bar_end(beats)), [136.0, 136.0, 140.0]);
        let labels: Vec<String> = page.ticks().into_iter().map(|tick| tick.label).collect();
        assert_eq!(labels[..6], ["33", "2", "3", "4", "34", "2"]);
        assert_eq!(labels.len(), 16);
    }

    #[test]
    fn the_playhead_walks_evenly_between_pictures_and_jumps_with_the_transport() {
        let mut transport = TransportView { is_playing: true, tempo_bpm: 120.0, ..TransportView::default() };
        let mut head = Playhead::default();
        let mut before = 0.0;
        // The transport is seen in steps of 50 ms, the window draws every 16.
        for frame in 1..200 {
            let secs = f64::from(frame) * 0.016;
            transport.beat = Beats((secs / 0.05).floor() * 0.05 * 2.0);
            head.walk(&transport, secs);
            let step = head.shown_beats - before;
            before = head.shown_beats;
            assert!(frame < 20 || (0.015..0.05).contains(&step), "{frame}: {step}");
            assert!((head.shown_beats - secs * 2.0).abs() < 0.12, "{frame}: {} {}", head.shown_beats, secs * 2.0);
        }
        transport.beat = Beats(64.0);
        head.walk(&transport, 3.3);
        assert_eq!(head.shown_beats, 64.0);
        transport.is_playing = false;
        transport.beat = Beats(0.0);
        head.walk(&transport, 3.4);
        assert_eq!(head.shown_beats, 0.0);
    }
}
