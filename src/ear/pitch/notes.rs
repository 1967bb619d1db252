//! The notes in a settled line: where a pitch is held, where it glides, and where it only swings around itself.

use super::PitchFrame;
use super::tuning::notes as tuning;

/// A note that was sung, or a glide between two.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SungNote {
    /// When it begins, seconds of the input.
    pub begin_secs: f64,
    /// When it ends, seconds of the input.
    pub end_secs: f64,
    /// Half of its frames are above this pitch, Hz.
    pub median_hz: f32,
    /// The pitch of its first frames, Hz.
    pub onset_hz: f32,
    /// The pitch of its last frames, Hz.
    pub end_hz: f32,
    /// Whether it moves from one pitch to another without staying.
    pub is_glide: bool,
    /// From the tenth to the ninetieth percentile of its frames, cents: some 15 for a straight note, 200 for a wide
    /// gamaka.
    pub spread_cents: f32,
    /// Mean of its frames' levels, dB of full scale.
    pub level_db: f32,
}

/// A voiced frame in the units that notes are cut in.
#[derive(Clone, Copy, Debug, Default)]
struct Point {
    at_secs: f64,
    /// Cents over 1 Hz.
    cents: f32,
    level_db: f32,
}

/// Steps of the histogram of a note.
const BINS: usize = (tuning::HIGHEST_CENTS - tuning::LOWEST_CENTS) as usize / tuning::BIN_CENTS as usize;

/// What is known of the note that sounds.
struct Open {
    begin: Point,
    last: Point,
    /// Means of the first and of the last few frames.
    onset_cents: f32,
    end_cents: f32,
    frames: u32,
    level_sum: f64,
    /// The pitch that the note stays around, cents.
    centre_cents: f32,
    bins: Box<[u32]>,
}

impl Open {
    fn add(&mut self, point: Point) {
        if self.frames == 0 {
            self.begin = point;
            self.onset_cents = point.cents;
            self.end_cents = point.cents;
            self.centre_cents = point.cents;
        } else {
            if self.frames < tuning::EDGE_FRAMES {
                self.onset_cents += (point.cents - self.onset_cents) / (self.frames + 1) as f32;
            }
            self.end_cents += (point.cents - self.end_cents) / tuning::EDGE_FRAMES as f32;
            let share = (1.0 / (self.frames + 1) as f32).max(1.0 / tuning::CENTRE_FRAMES as f32);
            self.centre_cents += (point.cents - self.centre_cents) * share;
        }
        self.last = point;
        self.frames += 1;
        self.level_sum += f64::from(point.level_db);
        let bin = (point.cents - tuning::LOWEST_CENTS) / tuning::BIN_CENTS;
        self.bins[(bin.max(0.0) as usize).min(BINS - 1)] += 1;
    }

    fn clear(&mut self) {
        (self.frames, self.level_sum) = (0, 0.0);
        self.bins.fill(0);
    }

    /// The pitch below which a share of the frames lies, cents; within a bin the frames lie evenly.
    fn quantile(&self, share: f32) -> f32 {
        let wanted = share * self.frames as f32;
        let mut below = 0.0;
        for (bin, count) in self.bins.iter().enumerate().filter(|(_, count)| **count > 0) {
            let count = *count as f32;
            if below + count >= wanted {
                return tuning::LOWEST_CENTS + (bin as f32 + (wanted - below) / count) * tuning::BIN_CENTS;
            }
            below += count;
        }
        self.last.cents
    }

    fn note(&self, is_glide: bool) -> SungNote {
        let spread_cents = self.quantile(0.9) - self.quantile(0.1);
        SungNote {
            begin_secs: self.begin.at_secs,
            end_secs: self.last.at_secs,
            median_hz: hz(self.quantile(0.5)),
            onset_hz: hz(self.onset_cents),
            end_hz: hz(self.end_cents),
            is_glide,
            spread_cents,
            level_db: (self.level_sum / f64::from(self.frames.max(1))) as f32,
        }
    }
}

/// Cuts a line into notes. A held note goes on while the pitch returns to where it stays; a glide goes on until the
/// pitch stays somewhere. Both end where the voice ends for longer than a consonant. Never allocates after `new`;
/// bounded work a frame.
pub struct Notes {
    open: Open,
    is_gliding: bool,
    /// The newest frames: of a held note those that left it and did not come back yet, of a glide those that might be
    /// the place where it comes to stay.
    away: Vec<Point>,
    silent_since: Option<f64>,
}

impl Notes {
    /// Before the first note.
    pub fn new() -> Self {
        let open = Open {
            begin: Point::default(),
            last: Point::default(),
            onset_cents: 0.0,
            end_cents: 0.0,
            frames: 0,
            level_sum: 0.0,
            centre_cents: 0.0,
            bins: vec![0; BINS].into_boxed_slice(),
        };
        Self { open, is_gliding: false, away: Vec::with_capacity(tuning::AWAY_FRAMES), silent_since: None }
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        self.open.clear();
        self.away.clear();
        (self.is_gliding, self.silent_since) = (false, None);
    }

    /// Takes a settled frame in and gives the notes that are complete by it to `out`.
    pub fn step(&mut self, frame: &PitchFrame, out: &mut impl FnMut(SungNote)) {
        let Some(hz) = frame.hz else {
            let since = *self.silent_since.get_or_insert(frame.at_secs);
            if frame.at_secs - since > tuning::HOLD_SECS {
                self.end(out);
            }
            return;
        };
        let point = Point { at_secs: frame.at_secs, cents: 1200.0 * hz.log2(), level_db: frame.level_db };
        let is_near = (point.cents - self.open.centre_cents).abs() < tuning::AWAY_CENTS;
        if self.silent_since.take().is_some() && (self.is_gliding || !is_near) {
            // Another pitch after a consonant is another note at once.
            self.end(out);
        }
        if self.is_gliding {
            self.glide(point, out);
        } else if self.open.frames == 0 || is_near {
            self.come_back();
            self.open.add(point);
        } else {
            self.away.push(point);
            if self.away.len() == tuning::AWAY_FRAMES {
                self.leave(out);
            }
        }
    }

    /// Ends all that sounds.
    pub fn end(&mut self, out: &mut impl FnMut(SungNote)) {
        if self.is_gliding {
            self.come_back();
        }
        self.close(out);
        self.come_back();
        self.close(out);
    }

    /// The frames that were away belong to the note after all.
    fn come_back(&mut self) {
        for away in self.away.drain(..) {
            self.open.add(away);
        }
    }

    /// The frames that are away are the beginning of something else: of a glide where they move on.
    fn leave(&mut self, out: &mut impl FnMut(SungNote)) {
        self.close(out);
        self.is_gliding = span_cents(&self.away) > tuning::GLIDE_CENTS;
        let known = if self.is_gliding { self.away.len() - tuning::STAY_FRAMES } else { self.away.len() };
        for away in self.away.drain(..known) {
            self.open.add(away);
        }
        self.open.centre_cents = self.open.end_cents;
    }

    /// Goes on with a glide, or ends it where the pitch has come to stay.
    fn glide(&mut self, point: Point, out: &mut impl FnMut(SungNote)) {
        if self.away.len() == tuning::STAY_FRAMES {
            self.open.add(self.away.remove(0));
        }
        self.away.push(point);
        if self.away.len() < tuning::STAY_FRAMES || span_cents(&self.away) > tuning::STAY_CENTS {
            return;
        }
        if self.open.last.at_secs - self.open.begin.at_secs >= tuning::GLIDE_SECS {
            self.close(out);
        }
        // What was shorter is how the next note begins.
        self.is_gliding = false;
        self.come_back();
        self.open.centre_cents = self.open.end_cents;
    }

    /// Ends what sounds; what came away from it stays.
    fn close(&mut self, out: &mut impl FnMut(SungNote)) {
        let note = self.open.note(self.is_gliding);
        if self.open.frames > 0 && note.end_secs - note.begin_secs >= tuning::LEAST_SECS {
            out(note);
        }
        self.open.clear();
        self.is_gliding = false;
    }
}

/// How far apart the first and the last of some points are, cents.
fn span_cents(points: &[Point]) -> f32 {
    points.first().zip(points.last()).map_or(0.0, |(a, b)| (b.cents - a.cents).abs())
}

fn hz(cents: f32) -> f32 {
    (cents / 1200.0).exp2()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOP_SECS: f64 = 0.005;

    /// The notes of a line given as cents over 220 Hz every 5 ms, none for silence.
    fn cut(line: impl IntoIterator<Item = Option<f32>>) -> Vec<SungNote> {
        let mut notes = Notes::new();
        let mut found = Vec::new();
        for (i, cents) in line.into_iter().enumerate() {
            let hz = cents.map(|cents| 220.0 * (cents / 1200.0).exp2());
            let at_secs = i as f64 * HOP_SECS;
            notes.step(&PitchFrame { at_secs, hz, level_db: -20.0, ..PitchFrame::default() }, &mut |n| found.push(n));
        }
        notes.end(&mut |note| found.push(note));
        found
    }

    fn cents(hz: f32) -> f32 {
        1200.0 * (hz / 220.0).log2()
    }

    fn hold(cents: f32, frames: usize) -> Vec<Option<f32>> {
        vec![Some(cents); frames]
    }

    #[test]
    fn held_pitches_are_notes_with_their_times() {
        let notes = cut([vec![None; 20], hold(0.0, 60), hold(200.0, 60), vec![None; 40], hold(200.0, 60)].concat());
        let found: Vec<(f32, bool)> = notes.iter().map(|n| (cents(n.median_hz).round(), n.is_glide)).collect();
        assert_eq!(found.len(), 3, "{notes:?}");
        assert!(found.iter().zip([0.0, 200.0, 200.0]).all(|((c, glide), want)| (c - want).abs() < 3.0 && !glide));
        assert!((notes[0].begin_secs - 0.1).abs() < 1e-6 && (notes[1].begin_secs - 0.4).abs() < 1e-6);
        assert!((notes[1].end_secs - 0.695).abs() < 1e-6 && (notes[2].begin_secs - 0.9).abs() < 1e-6);
        assert!(notes.iter().all(|n| n.spread_cents < 8.0 && (n.level_db + 20.0).abs() < 1e-4));
    }

    #[test]
    fn a_consonant_does_not_end_a_note_but_another_pitch_after_it_does() {
        let notes = cut([hold(0.0, 60), vec![None; 10], hold(0.0, 60), vec![None; 10], hold(386.0, 60)].concat());
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!((notes[0].end_secs - 0.645).abs() < 1e-6 && (notes[1].begin_secs - 0.7).abs() < 1e-6);
    }

    #[test]
    fn a_kampita_is_one_note_around_its_middle() {
        let swing = |i: usize| Some(110.0 * (std::f32::consts::TAU * 5.2 * i as f32 * 0.005).sin());
        let notes = cut((0..240).map(swing));
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!(cents(notes[0].median_hz).abs() < 25.0 && !notes[0].is_glide, "{notes:?}");
        assert!((180.0..225.0).contains(&notes[0].spread_cents), "{}", notes[0].spread_cents);
    }

    #[test]
    fn a_meend_between_two_notes_is_a_glide_that_keeps_its_ends() {
        for to in [700.0, -500.0] {
            let glide = (0..80).map(|i| Some(to * i as f32 / 80.0));
            let notes = cut(hold(0.0, 60).into_iter().chain(glide).chain(hold(to, 60)));
            let kinds: Vec<bool> = notes.iter().map(|n| n.is_glide).collect();
            assert_eq!(kinds, [false, true, false], "{notes:?}");
            let at = |hz: f32| cents(hz) / to;
            assert!(at(notes[1].onset_hz) < 0.25 && at(notes[1].end_hz) > 0.85, "{notes:?}");
            assert!(at(notes[0].median_hz).abs() < 0.01 && (at(notes[2].median_hz) - 1.0).abs() < 0.01, "{notes:?}");
            assert!((notes[1].begin_secs - 0.35).abs() < 0.05 && (notes[1].end_secs - 0.7).abs() < 0.05, "{notes:?}");
        }
    }

    #[test]
    fn a_quick_step_is_the_beginning_of_the_next_note() {
        let step = (0..16).map(|i| Some(200.0 * i as f32 / 16.0));
        let notes = cut(hold(0.0, 60).into_iter().chain(step).chain(hold(200.0, 60)));
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!(notes.iter().all(|n| !n.is_glide) && (cents(notes[1].median_hz) - 200.0).abs() < 3.0, "{notes:?}");
    }

    #[test]
    fn blips_are_no_notes_and_silence_is_nothing() {
        assert!(cut(vec![None; 200]).is_empty());
        assert!(cut([vec![None; 30], hold(0.0, 6), vec![None; 60]].concat()).is_empty());
    }
}
