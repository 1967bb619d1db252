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

/// Frames of a note of which the pitch is known one by one; a longer one keeps its shape in a histogram.
const BINS: usize = (tuning::HIGHEST_CENTS - tuning::LOWEST_CENTS) as usize / tuning::BIN_CENTS as usize;

/// What is known of the note that sounds.
struct Open {
    begin: Point,
    last: Point,
    /// Running sums of the first and the last few frames.
    onset_cents: f32,
    end_cents: f32,
    frames: u32,
    level_sum: f64,
    /// Sum of all movements, regardless of direction, cents.
    travel_cents: f32,
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
            self.travel_cents += (point.cents - self.last.cents).abs();
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
        (self.frames, self.level_sum, self.travel_cents) = (0, 0.0, 0.0);
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

    fn note(&self) -> SungNote {
        let spread_cents = self.quantile(0.9) - self.quantile(0.1);
        let net = (self.end_cents - self.onset_cents).abs();
        SungNote {
            begin_secs: self.begin.at_secs,
            end_secs: self.last.at_secs,
            median_hz: hz(self.quantile(0.5)),
            onset_hz: hz(self.onset_cents),
            end_hz: hz(self.end_cents),
            is_glide: net > tuning::GLIDE_CENTS && net > tuning::GLIDE_STRAIGHT * self.travel_cents,
            spread_cents,
            level_db: (self.level_sum / f64::from(self.frames.max(1))) as f32,
        }
    }
}

/// Cuts a line into notes. A note goes on while the pitch returns to where it stays; it ends where the voice ends for
/// longer than a consonant, or where the pitch left for good. Never allocates after `new`; bounded work a frame.
pub struct Notes {
    open: Open,
    /// Frames that left the note and did not come back yet.
    away: Vec<Point>,
    /// A glide that has ended, in case it goes on.
    glide: Option<SungNote>,
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
            travel_cents: 0.0,
            centre_cents: 0.0,
            bins: vec![0; BINS].into_boxed_slice(),
        };
        Self { open, away: Vec::with_capacity(tuning::AWAY_FRAMES), glide: None, silent_since: None }
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        self.open.clear();
        self.away.clear();
        (self.glide, self.silent_since) = (None, None);
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
        let is_back_from_silence = self.silent_since.take().is_some();
        let distance = (point.cents - self.open.centre_cents).abs();
        if self.open.frames == 0 || distance < tuning::AWAY_CENTS {
            self.come_back(point);
        } else {
            if is_back_from_silence {
                // Another pitch after a consonant is another note at once.
                self.leave(out);
                self.close(out);
            }
            if self.open.frames == 0 {
                self.open.add(point);
            } else {
                self.away.push(point);
                if self.away.len() == tuning::AWAY_FRAMES {
                    self.leave(out);
                }
            }
        }
    }

    /// Ends all that sounds.
    pub fn end(&mut self, out: &mut impl FnMut(SungNote)) {
        self.leave(out);
        self.close(out);
        self.glide.take().into_iter().for_each(&mut *out);
    }

    fn come_back(&mut self, point: Point) {
        for away in self.away.drain(..) {
            self.open.add(away);
        }
        self.open.add(point);
    }

    /// The frames that are away are a note of their own.
    fn leave(&mut self, out: &mut impl FnMut(SungNote)) {
        if self.away.is_empty() {
            return;
        }
        self.close(out);
        for away in self.away.drain(..) {
            self.open.add(away);
        }
        // The pitch stays, if anywhere, where it was last.
        self.open.centre_cents = self.open.end_cents;
    }

    /// Ends the note that sounds; what came away from it stays.
    fn close(&mut self, out: &mut impl FnMut(SungNote)) {
        if self.open.frames == 0 {
            return;
        }
        let note = self.open.note();
        self.open.clear();
        let joined = self.glide.take().map(|glide| (glide, joined(&glide, &note)));
        match joined {
            Some((_, Some(longer))) => self.glide = Some(longer),
            other => {
                other.into_iter().for_each(|(glide, _)| out(glide));
                if note.is_glide {
                    self.glide = Some(note);
                } else if note.end_secs - note.begin_secs >= tuning::LEAST_SECS {
                    out(note);
                }
            }
        }
    }
}

/// Two glides as one, where the second goes on where the first ended, in its direction.
fn joined(first: &SungNote, second: &SungNote) -> Option<SungNote> {
    let is_on = second.begin_secs - first.end_secs < tuning::HOLD_SECS;
    let (up, on_up) = (first.end_hz > first.onset_hz, second.end_hz > second.onset_hz);
    let (a, b) = (first.end_secs - first.begin_secs, second.end_secs - second.begin_secs);
    let share = (b / (a + b).max(1e-9)) as f32;
    (is_on && second.is_glide && up == on_up).then(|| SungNote {
        end_secs: second.end_secs,
        end_hz: second.end_hz,
        median_hz: (first.onset_hz * second.end_hz).sqrt(),
        spread_cents: first.spread_cents + second.spread_cents,
        level_db: first.level_db + (second.level_db - first.level_db) * share,
        ..*first
    })
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
        let glide = (0..80).map(|i| Some(700.0 * i as f32 / 80.0));
        let notes = cut(hold(0.0, 60).into_iter().chain(glide).chain(hold(700.0, 60)));
        let glides: Vec<&SungNote> = notes.iter().filter(|n| n.is_glide).collect();
        assert_eq!((notes.len(), glides.len()), (3, 1), "{notes:?}");
        assert!(cents(glides[0].onset_hz) < 130.0 && cents(glides[0].end_hz) > 570.0, "{notes:?}");
        assert!(cents(notes[0].median_hz).abs() < 3.0 && (cents(notes[2].median_hz) - 700.0).abs() < 3.0);
    }

    #[test]
    fn blips_are_no_notes_and_silence_is_nothing() {
        assert!(cut(vec![None; 200]).is_empty());
        assert!(cut([vec![None; 30], hold(0.0, 6), vec![None; 60]].concat()).is_empty());
    }
}
