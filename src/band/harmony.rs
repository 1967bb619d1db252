//! Which chords the band plays over: what the player plays now, what a chart says, and what is likely to come.

use super::chords::{Chords, Origin};
use crate::base::InlineVec;
use crate::theory::chart::Chart;
use crate::theory::{Chord, Key};
use std::sync::Arc;

mod tuning {
    /// A chord that is heard so close to a beat, in beats, is meant for it: it is known a little after its notes, and
    /// people anticipate.
    pub const SNAP_BEATS: f64 = 0.3;
    /// So many beats back what is played now is looked for.
    pub const RECALL_BEATS: usize = 256;
    /// So many of the last beats are compared, each weighing this share of the one after it.
    pub const COMPARED_BEATS: usize = 32;
    /// See `COMPARED_BEATS`.
    pub const FADE: f32 = 0.92;
    /// What agrees at a distance of no whole bars weighs this much: a beat was missed, or it is chance.
    pub const OFF_BAR: f32 = 0.85;
    /// From this agreement on what came then is planned with.
    pub const RECALL_SHARE: f32 = 0.75;
    /// The ear's guess of the next chord is planned with from this probability on; below it the band stays.
    pub const GUESS_SHARE: f32 = 0.4;
}

/// What the ear expects.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
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
    /// How many beats ago the last bars were played before, and how much of them agrees.
    recalled: Option<(f64, f32)>,
}

impl Harmony {
    /// The key, where there is a reason to claim one.
    #[must_use]
    pub fn key(&self) -> Option<Key> {
        self.chart.as_ref().and_then(|(chart, _)| chart.key).or(self.key)
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
        self.recalled = None;
        self.asked = None;
    }

    /// Looks for the place in what was played at which the last bars were played before: the longest agreement, the
    /// newest beats weighing most (prediction by the longest context, after Cleary and Witten 1984). Call it on every beat
    /// and when a chord is heard.
    pub fn recall(&mut self, now_beats: f64, beats_per_bar: u32) {
        let beats = self.last_beats(now_beats);
        let mut best = None;
        for lag in 1..beats.len() {
            let whole = if lag.is_multiple_of(beats_per_bar as usize) { 1.0 } else { tuning::OFF_BAR };
            let share = agreement(&beats, lag) * whole;
            if share >= tuning::RECALL_SHARE && best.is_none_or(|(_, most)| share > most) {
                best = Some((lag as f64, share));
            }
        }
        self.recalled = best;
    }

    /// Root and family of the chords on the last beats, the newest first; nothing before the first chord.
    fn last_beats(&self, now_beats: f64) -> InlineVec<u16, { tuning::RECALL_BEATS }> {
        let spans = self.heard.spans();
        let (Some(first), Some(last)) = (spans.first(), spans.last()) else { return InlineVec::default() };
        // On a beat that has just begun the chord may still come.
        let is_told = last.begin_beats >= now_beats.floor() || now_beats.fract() > tuning::SNAP_BEATS;
        let mut beats = now_beats.floor() + if is_told { 0.5 } else { -0.5 };
        let mut names = InlineVec::default();
        let mut index = spans.len() - 1;
        while beats >= first.begin_beats {
            while spans[index].begin_beats > beats {
                index -= 1;
            }
            let chord = spans[index].chord;
            if names.push(u16::from(chord.root) << 8 | chord.quality.family() as u16).is_err() {
                break;
            }
            beats -= 1.0;
        }
        names
    }

    /// Writes the chords from what was heard up to `until_beats` into `chords`.
    pub fn foresee(&self, now_beats: f64, until_beats: f64, chords: &mut Chords) {
        if let Some((chart, begin_beats)) = &self.chart {
            return by_chart(chart, *begin_beats, now_beats, until_beats, chords);
        }
        chords.clone_from(&self.heard);
        self.add_recalled(now_beats, until_beats, chords);
        if self.recalled.is_none()
            && let Some(guess) = self.guess.filter(|guess| guess.at_beats > now_beats)
        {
            chords.push(guess.at_beats, guess.chord, Origin::Foreseen, guess.share);
        }
        if let Some((at_beats, chord)) = self.asked.filter(|(at, _)| *at > now_beats - 4.0) {
            chords.push(at_beats, chord, Origin::Own, 1.0);
        }
    }

    fn add_recalled(&self, now_beats: f64, until_beats: f64, chords: &mut Chords) {
        let Some((length, share)) = self.recalled else { return };
        let Some(last) = self.heard.spans().last().copied() else { return };
        // On a beat that has just begun the chord may still come.
        let mut beats = (now_beats - tuning::SNAP_BEATS).ceil().max(last.begin_beats + 1.0);
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

/// How much of the last beats is what was played `lag` beats earlier, 0 to 1; nothing where that was one chord alone.
fn agreement(beats: &[u16], lag: usize) -> f32 {
    let (mut same, mut all, mut weight, mut changes) = (0.0, 0.0, 1.0, 0);
    for back in 0..tuning::COMPARED_BEATS {
        let now = beats.get(back);
        let is_same = now.is_some() && now == beats.get(back + lag);
        same += if is_same { weight } else { 0.0 };
        changes += u32::from(is_same && now != beats.first());
        all += weight;
        weight *= tuning::FADE;
    }
    if changes > 0 { same / all } else { 0.0 }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays chords of a bar each, and says which are foreseen for the bars after them.
    fn foreseen(played: &[&str], bars: usize) -> Vec<String> {
        let mut harmony = Harmony::default();
        for (bar, name) in played.iter().enumerate() {
            let at = bar as f64 * 4.0;
            for beat in 0..4 {
                harmony.recall(at + f64::from(beat) + 0.01, 4);
                if beat == 0 {
                    harmony.hear(at + 0.08, Chord::parse(name).expect("a chord"), 0.9);
                    harmony.recall(at + 0.08, 4);
                }
            }
        }
        let now = played.len() as f64 * 4.0 - 0.5;
        let mut chords = Chords::default();
        harmony.foresee(now, now + bars as f64 * 4.0, &mut chords);
        let name = |bar: usize| chords.at(now + 1.0 + bar as f64 * 4.0).map(|span| span.chord.to_string());
        (0..bars).filter_map(name).collect()
    }

    #[test]
    fn a_loop_is_foreseen_once_it_comes_round() {
        let four = ["C", "Am", "F", "G7"];
        let played: Vec<&str> = four.into_iter().cycle().take(10).collect();
        assert_eq!(foreseen(&played, 4), ["F", "G7", "C", "Am"]);
    }

    #[test]
    fn a_verse_that_comes_again_after_a_chorus_is_remembered() {
        let verse = ["C", "Em", "Am", "F", "C", "Em", "Dm7", "G7"];
        let chorus = ["F", "G7", "Am", "Am", "F", "G7", "C", "C"];
        let played = [&verse[..], &chorus, &verse[..6]].concat();
        assert_eq!(foreseen(&played, 4), ["Dm7", "G7", "F", "G7"]);
    }

    #[test]
    fn what_is_foreseen_stays_until_the_ear_can_have_heard_it() {
        let mut harmony = Harmony::default();
        for (bar, name) in ["C", "Am", "F", "G7"].into_iter().cycle().take(10).enumerate() {
            harmony.hear(bar as f64 * 4.0 + 0.08, Chord::parse(name).expect("a chord"), 0.9);
        }
        harmony.recall(39.01, 4);
        let at_40 = |now: f64| {
            let mut chords = Chords::default();
            harmony.foresee(now, now + 8.0, &mut chords);
            chords.at(40.0).map(|span| span.chord.to_string())
        };
        for now in [39.0, 39.4, 39.6, 39.9, 40.05, 40.2] {
            assert_eq!(at_40(now).as_deref(), Some("F"), "at {now}");
        }
        assert_eq!(at_40(40.4).as_deref(), Some("Am"), "the player stayed");
    }

    #[test]
    fn nothing_is_foreseen_where_nothing_came_twice_or_nothing_changes() {
        assert_eq!(foreseen(&["C", "Am", "Dm7", "G7", "Eb", "Ab"], 2), ["Ab", "Ab"]);
        assert_eq!(foreseen(&["C"; 20], 2), ["C", "C"]);
    }
}
