//! Which of the notes that were sung is which of those asked for.
//!
//! The two rows are aligned in order by dynamic programming (Needleman and Wunsch 1970): a sung note stands for an
//! asked one at a cost of pitch and time, or is extra; an asked note may be missing. Beyond that, one held note may stand
//! for several of the same pitch, and several for one that was taken anew in its middle.

/// Every cost, with its reason.
mod tuning {
    /// An asked note that was not sung.
    pub const MISSING: f32 = 0.9;
    /// A note that nobody asked for; with the above it is worth more than a wrong note in time.
    pub const EXTRA: f32 = 0.6;
    /// Another note than asked for, in its time,
    pub const WRONG: f32 = 1.0;
    /// and more for each semitone that it is away, up to so many.
    pub const SEMITONE: (f32, i16) = (0.05, 4);
    /// The right note in another octave.
    pub const OCTAVE: f32 = 0.4;
    /// A note that is as late or early as the tolerance,
    pub const TIME: f32 = 0.5;
    /// and at most: later than this it is not the same note.
    pub const TIME_MAX: f32 = 1.65;
    /// Going on with a note, over the next of the same pitch or after it was taken anew.
    pub const GO_ON: f32 = 0.1;
    /// The share of a repeated note that the held one must cover to stand for it.
    pub const COVERED: f64 = 0.4;
    /// How many tolerances a note may sound into the time of the next before that is due.
    pub const DUE: f64 = 0.5;
}

/// A row of the table is this long: so many sung notes are looked at together.
pub(super) const SUNG_WINDOW: usize = 48;
/// And so many asked ones.
pub(super) const ASKED_WINDOW: usize = 96;

/// A note of either row, on one time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Item {
    pub semitones: i16,
    pub begin_beats: f64,
    pub end_beats: f64,
}

/// How a pair of rows was walked to a cell of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Way {
    #[default]
    Begin,
    /// The sung note stands for the asked one.
    Pair,
    /// The asked note was not sung.
    Missing,
    /// The sung note is extra.
    Extra,
    /// The sung note goes on over this asked one.
    Covers,
    /// The sung note goes on with the asked one.
    GoesOn,
}

impl Way {
    fn is_pairing(self) -> bool {
        matches!(self, Self::Pair | Self::Covers | Self::GoesOn)
    }
}

/// The table, kept from call to call.
#[derive(Clone, Debug)]
pub(super) struct Table {
    costs: Vec<f32>,
    ways: Vec<Way>,
    /// The asked note of each sung one, and whether it begins there.
    pub pairs: Vec<(usize, usize)>,
}

impl Table {
    pub(super) fn new() -> Self {
        let cells = (ASKED_WINDOW + 1) * (SUNG_WINDOW + 1);
        Self {
            costs: vec![0.0; cells],
            ways: vec![Way::Begin; cells],
            pairs: Vec::with_capacity(ASKED_WINDOW + SUNG_WINDOW),
        }
    }

    /// Aligns the sung notes (all of them) with the asked ones (from the first on, as many as fit); `tolerance_beats`
    /// is how late a note may be before it counts. Fills `pairs` with (asked, sung) in order. Rows beyond the windows
    /// are not looked at. Real-time safe.
    pub(super) fn align(&mut self, asked: &[Item], sung: &[Item], tolerance_beats: f64) {
        let asked = &asked[..asked.len().min(ASKED_WINDOW)];
        let sung = &sung[..sung.len().min(SUNG_WINDOW)];
        let width = sung.len() + 1;
        for a in 0..=asked.len() {
            for s in 0..=sung.len() {
                let (cost, way) = self.best(asked, sung, (a, s), tolerance_beats);
                self.costs[a * width + s] = cost;
                self.ways[a * width + s] = way;
            }
        }
        let end_beats = sung.iter().map(|item| item.end_beats).fold(f64::MIN, f64::max);
        let is_due = |item: &&Item| item.begin_beats + tuning::DUE * tolerance_beats < end_beats;
        let due = asked.iter().take_while(is_due).count();
        self.trace(due, (asked.len(), sung.len()));
    }

    /// The cheapest way to where `a` asked and `s` sung notes are done with.
    fn best(&self, asked: &[Item], sung: &[Item], (a, s): (usize, usize), tolerance_beats: f64) -> (f32, Way) {
        let width = sung.len() + 1;
        let cost = |a: usize, s: usize| self.costs[a * width + s];
        let way = |a: usize, s: usize| self.ways[a * width + s];
        let mut best = (if a + s == 0 { 0.0 } else { f32::INFINITY }, Way::Begin);
        let mut offer = |cost: f32, way: Way| {
            if cost < best.0 {
                best = (cost, way);
            }
        };
        if a > 0 && s > 0 {
            offer(cost(a - 1, s - 1) + pair_cost(asked[a - 1], sung[s - 1], tolerance_beats), Way::Pair);
        }
        if a > 0 {
            offer(cost(a - 1, s) + tuning::MISSING, Way::Missing);
            if a > 1 && s > 0 && way(a - 1, s).is_pairing() && covers(sung[s - 1], asked[a - 2], asked[a - 1]) {
                offer(cost(a - 1, s) + tuning::GO_ON, Way::Covers);
            }
        }
        if s > 0 {
            offer(cost(a, s - 1) + tuning::EXTRA, Way::Extra);
            if a > 0 && s > 1 && way(a, s - 1).is_pairing() && goes_on(sung[s - 1], asked[a - 1]) {
                offer(cost(a, s - 1) + tuning::GO_ON, Way::GoesOn);
            }
        }
        best
    }

    /// Follows the cheapest way back from the end of the sung row. Of the asked notes after it the first `due` have had
    /// their time and are missing; the others are still to come, and cost nothing.
    fn trace(&mut self, due: usize, (asked, sung): (usize, usize)) {
        let width = sung + 1;
        let cost = |a: &usize| self.costs[a * width + sung] + tuning::MISSING * due.saturating_sub(*a) as f32;
        let end = (0..=asked).min_by(|a, b| cost(a).total_cmp(&cost(b)));
        let (mut a, mut s) = (end.unwrap_or(0), sung);
        self.pairs.clear();
        while a + s > 0 {
            let way = self.ways[a * width + s];
            if way.is_pairing() {
                self.pairs.push((a - 1, s - 1));
            }
            match way {
                Way::Pair => (a, s) = (a - 1, s - 1),
                Way::Missing | Way::Covers => a -= 1,
                Way::Extra | Way::GoesOn => s -= 1,
                Way::Begin => break,
            }
        }
        self.pairs.reverse();
    }
}

fn pair_cost(asked: Item, sung: Item, tolerance_beats: f64) -> f32 {
    let away = (asked.semitones - sung.semitones).abs();
    let pitch = match away {
        0 => 0.0,
        away if away % 12 == 0 => tuning::OCTAVE,
        away => tuning::WRONG + tuning::SEMITONE.0 * f32::from(away.min(tuning::SEMITONE.1)),
    };
    let late = (sung.begin_beats - asked.begin_beats).abs() / tolerance_beats.max(1e-6);
    pitch + (tuning::TIME * late as f32).min(tuning::TIME_MAX)
}

/// Whether a sung note that stands for one asked note also covers the next.
fn covers(sung: Item, one: Item, next: Item) -> bool {
    let needed = next.begin_beats + tuning::COVERED * (next.end_beats - next.begin_beats);
    sung.semitones == next.semitones && one.semitones == next.semitones && sung.end_beats >= needed
}

/// Whether a sung note is the rest of an asked one that was begun before.
fn goes_on(sung: Item, asked: Item) -> bool {
    sung.semitones == asked.semitones && sung.begin_beats < asked.end_beats
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(notes: &[(i16, f64, f64)]) -> Vec<Item> {
        notes
            .iter()
            .map(|(semitones, begin, end)| Item { semitones: *semitones, begin_beats: *begin, end_beats: *end })
            .collect()
    }

    /// A note on each beat.
    fn beats(notes: &[i16]) -> Vec<Item> {
        notes.iter().enumerate().map(|(at, note)| row(&[(*note, at as f64, at as f64 + 1.0)])[0]).collect()
    }

    fn pairs(asked: &[Item], sung: &[Item]) -> Vec<(usize, usize)> {
        let mut table = Table::new();
        table.align(asked, sung, 0.5);
        table.pairs
    }

    #[test]
    fn notes_in_time_are_paired_one_by_one() {
        let asked = beats(&[0, 2, 4, 5, 7]);
        assert_eq!(pairs(&asked, &asked), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)]);
        assert_eq!(pairs(&asked, &asked[..2]), [(0, 0), (1, 1)], "the rest is still to come");
        assert_eq!(pairs(&asked, &[]), []);
        assert_eq!(pairs(&[], &asked), []);
    }

    #[test]
    fn an_extra_note_and_a_missing_one_leave_the_others_in_place() {
        let asked = beats(&[0, 2, 4, 5]);
        let sung = row(&[(0, 0.0, 0.9), (11, 0.5, 0.6), (2, 1.0, 1.9), (5, 3.1, 3.9)]);
        assert_eq!(pairs(&asked, &sung), [(0, 0), (1, 2), (3, 3)]);
    }

    #[test]
    fn a_wrong_note_in_time_stands_for_the_right_one() {
        assert_eq!(pairs(&beats(&[0, 2, 4, 5]), &beats(&[0, 2, 3, 5])), [(0, 0), (1, 1), (2, 2), (3, 3)]);
    }

    #[test]
    fn a_late_singer_is_followed_by_pitch() {
        let asked = beats(&[0, 2, 4, 5, 7, 5, 4, 2]);
        let late: Vec<Item> = asked
            .iter()
            .map(|n| Item { begin_beats: n.begin_beats + 0.8, end_beats: n.end_beats + 0.8, ..*n })
            .collect();
        assert_eq!(pairs(&asked, &late), (0..8).map(|at| (at, at)).collect::<Vec<_>>());
    }

    #[test]
    fn a_note_held_through_stands_for_its_repetition_and_one_taken_anew_for_itself() {
        let asked = beats(&[0, 0, 2, 2]);
        assert_eq!(pairs(&asked, &row(&[(0, 0.0, 1.9), (2, 2.0, 3.9)])), [(0, 0), (1, 0), (2, 1), (3, 1)]);
        let long = row(&[(0, 0.0, 4.0), (7, 4.0, 8.0)]);
        let sung = row(&[(0, 0.0, 1.8), (0, 2.1, 3.9), (7, 4.0, 7.9)]);
        assert_eq!(pairs(&long, &sung), [(0, 0), (0, 1), (1, 2)]);
    }

    #[test]
    fn rows_longer_than_the_windows_do_no_harm() {
        let long = beats(&[0; 300]);
        let pairs = pairs(&long, &long);
        assert!(pairs.iter().all(|(a, s)| *a < ASKED_WINDOW && *s < SUNG_WINDOW));
        let odd = row(&[(i16::MAX / 2, f64::NAN, f64::INFINITY), (0, -1.0, -2.0)]);
        let mut table = Table::new();
        table.align(&long, &odd, 0.0);
    }
}
