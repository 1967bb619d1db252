//! Which chords the band plays over: what the player plays now, what a chart says, and what is likely to come.

use super::chords::{Chords, Origin};
use crate::theory::chart::Chart;
use crate::theory::{Chord, Key};
use std::sync::Arc;

mod tuning {
    /// A chord that is heard so close to a beat, in beats, is meant for it: it is known a little after its notes, and
    /// people anticipate.
    pub const SNAP_BEATS: f64 = 0.3;
    /// Loops of so many bars are looked for.
    pub const LOOPS: [u32; 6] = [1, 2, 4, 8, 12, 16];
    /// So much of the last bars has to repeat what was a loop earlier.
    pub const LOOP_SHARE: f32 = 0.85;
    /// A loop of one chord says nothing.
    pub const LOOP_CHORDS_MIN: usize = 2;
    /// The ear's guess of the next chord is planned with from this probability on; below it the band stays.
    pub const GUESS_SHARE: f32 = 0.45;
}

/// What the ear expects.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guess {
    /// From where, in beats of the transport.
    pub at_beats: f64,
    /// What.
    pub chord: Chord,
    /// How likely, 0 to 1.
    pub share: f32,
}

/// Collects what is known of the chords. Allocates only where a chart is given.
#[derive(Clone, Debug, Default)]
pub struct Harmony {
    heard: Chords,
    guess: Option<Guess>,
    key: Option<Key>,
    chart: Option<(Arc<Chart>, f64)>,
    asked: Option<(f64, Chord)>,
    /// Length of the loop that is played, in beats, and how much of it agrees.
    cycle: Option<(f64, f32)>,
}

impl Harmony {
    /// The key, where there is a reason to claim one.
    #[must_use]
    pub fn key(&self) -> Option<Key> {
        self.chart.as_ref().and_then(|(chart, _)| chart.key).or(self.key)
    }

    /// The loop that the player plays: its length in beats and how much of it agrees, 0 to 1.
    #[must_use]
    pub fn cycle(&self) -> Option<(f64, f32)> {
        self.cycle
    }

    /// The chords that were heard.
    #[must_use]
    pub fn heard(&self) -> &Chords {
        &self.heard
    }

    /// Whether a chart leads.
    #[must_use]
    pub fn has_chart(&self) -> bool {
        self.chart.is_some()
    }

    /// Another key was heard.
    pub fn set_key(&mut self, key: Option<Key>) {
        self.key = key;
    }

    /// Plays by a chart from `begin_beats` on, or by ear again.
    pub fn set_chart(&mut self, chart: Option<Arc<Chart>>, begin_beats: f64) {
        self.chart = chart.map(|chart| (chart, begin_beats));
    }

    /// The chart begins again, at `begin_beats`.
    pub fn begin_chart(&mut self, begin_beats: f64) {
        if let Some((_, begin)) = &mut self.chart {
            *begin = begin_beats;
        }
    }

    /// The player plays another chord; it is known at `now_beats`.
    pub fn hear(&mut self, now_beats: f64, chord: Chord, confidence: f32) {
        let beat = now_beats.round();
        let at_beats =
            if (now_beats - beat).abs() <= tuning::SNAP_BEATS { beat } else { (now_beats * 2.0).round() / 2.0 };
        // A chord that lasted a moment was a passing one: the new one takes its place.
        self.heard.push(at_beats, chord, Origin::Heard, confidence);
        if self.guess.is_some_and(|guess| guess.at_beats <= at_beats + 0.5) {
            self.guess = None;
        }
    }

    /// What the ear expects next.
    pub fn expect(&mut self, guess: Option<Guess>) {
        self.guess = guess.filter(|guess| guess.share >= tuning::GUESS_SHARE);
    }

    /// The player asks for a chord from `at_beats` on, until another is heard.
    pub fn ask(&mut self, at_beats: f64, chord: Chord) {
        self.asked = Some((at_beats, chord));
    }

    /// Forgets what was heard.
    pub fn forget(&mut self) {
        self.heard.clear();
        self.guess = None;
        self.cycle = None;
        self.asked = None;
    }

    /// Looks for a loop in the bars that are over; call it at every bar line.
    pub fn find_cycle(&mut self, now_beats: f64, beats_per_bar: u32) {
        self.cycle = tuning::LOOPS.into_iter().find_map(|bars| {
            let length = f64::from(bars * beats_per_bar);
            let share = self.agreement(now_beats, length, beats_per_bar)?;
            (share >= tuning::LOOP_SHARE).then_some((length, share))
        });
    }

    /// How much of the last bars is what was played a loop earlier; `None` where too little is known.
    fn agreement(&self, now_beats: f64, length: f64, beats_per_bar: u32) -> Option<f32> {
        let first = self.heard.spans().first()?.begin_beats;
        let window = length.max(f64::from(2 * beats_per_bar));
        let from = now_beats - window;
        // A short loop has to come round twice, a long one has to be well under way.
        if from - length < first - 0.5 && now_beats - length - first < window {
            return None;
        }
        let from = from.max(first + length);
        let name = |beats: f64| self.heard.at(beats).map(|span| (span.chord.root, span.chord.quality.family()));
        let count = (now_beats - from).floor() as usize;
        let mut kinds = 0;
        let mut last = None;
        let mut same = 0;
        for n in 0..count {
            let beats = from + n as f64 + 0.5;
            let now = name(beats);
            kinds += usize::from(now != last);
            last = now;
            same += usize::from(now == name(beats - length));
        }
        (count > 0 && kinds >= tuning::LOOP_CHORDS_MIN).then(|| same as f32 / count as f32)
    }

    /// Writes the chords from what was heard up to `until_beats` into `chords`.
    pub fn foresee(&self, now_beats: f64, until_beats: f64, chords: &mut Chords) {
        if let Some((chart, begin_beats)) = &self.chart {
            return by_chart(chart, *begin_beats, now_beats, until_beats, chords);
        }
        chords.clone_from(&self.heard);
        self.add_cycle(now_beats, until_beats, chords);
        if self.cycle.is_none()
            && let Some(guess) = self.guess.filter(|guess| guess.at_beats > now_beats)
        {
            chords.push(guess.at_beats, guess.chord, Origin::Foreseen, guess.share);
        }
        if let Some((at_beats, chord)) = self.asked.filter(|(at, _)| *at > now_beats - 4.0) {
            chords.push(at_beats, chord, Origin::Own, 1.0);
        }
    }

    fn add_cycle(&self, now_beats: f64, until_beats: f64, chords: &mut Chords) {
        let Some((length, share)) = self.cycle else { return };
        let Some(last) = self.heard.spans().last().copied() else { return };
        let mut beats = (now_beats + 0.5).ceil().max(last.begin_beats + 1.0);
        while beats < until_beats {
            let turns = ((beats - now_beats) / length).ceil().max(1.0);
            if let Some(before) = self.heard.at(beats - turns * length)
                && chords.at(beats).is_none_or(|span| span.chord != before.chord)
            {
                chords.push(beats, before.chord, Origin::Foreseen, share);
            }
            beats += 1.0;
        }
    }
}

fn by_chart(chart: &Chart, begin_beats: f64, now_beats: f64, until_beats: f64, chords: &mut Chords) {
    chords.clear();
    let half_beats = ((until_beats - now_beats).max(0.0) * 2.0) as usize + 18;
    for n in 0..half_beats {
        let beats = ((now_beats * 2.0).floor() + n as f64) / 2.0 - 8.0;
        if let Some(chord) = chart.chord_at(beats - begin_beats, true) {
            chords.push(beats, chord, Origin::Chart, 1.0);
        }
    }
}
