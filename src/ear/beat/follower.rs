//! From a belief to one beat after another: when to trust it, how far to move, when to say that it is lost.

use super::features::Kind;
use super::filter::{Filter, ROWS, Reading, mean_period, near, row_of};
use super::view::{BeatEvent, Metre, TempoHypothesis};
use crate::base::InlineVec;

mod tuning {
    /// So many strokes are needed before any beat is followed: two make an interval, a third and a fourth confirm it.
    pub const LOCK_GROUPS: u32 = 4;
    /// Share of the belief from which a beat is followed.
    pub const LOCK_SHARE: f32 = 0.25;
    /// It is followed once it has been above that for this many frames on end.
    pub const LOCK_FRAMES: u32 = 10;
    /// Below this share of the belief a beat is in doubt.
    pub const DOUBT_SHARE: f32 = 0.10;
    /// A beat is in doubt as well when another is this many times as likely.
    pub const RIVAL_RATIO: f32 = 2.5;
    /// A beat in doubt for this many beats is lost.
    pub const DOUBT_BEATS: f64 = 1.5;
    /// The same in rubato.
    pub const FREE_DOUBT_BEATS: f64 = 1.0;
    /// The most that a beat may be longer or shorter than the one before while the tempo is followed.
    pub const CHANGE_MAX: f64 = 0.05;
    /// The same in rubato: a beat that is held is half as long again.
    pub const FREE_CHANGE_MAX: f64 = 0.4;
    /// In rubato the likeliest tempo is taken for the one that is followed when they differ by less than this, as a
    /// natural logarithm.
    pub const FREE_TEMPO_RATIO: f64 = 0.3;
    /// Share of a beat in the running mean of the strain, which is how much longer or shorter than the one before it
    /// the belief wants each beat, as a natural logarithm, times its share: some six beats. A belief that is spread
    /// wants nothing in particular.
    pub const STRAIN_SHARE: f64 = 0.16;
    /// No single beat strains more than this.
    pub const STRAIN_MAX: f64 = 0.3;
    /// From this strain on it is rubato: about what the limit of a followed beat can bear.
    pub const FREE_STRAIN: f64 = 0.04;
    /// Below this strain the tempo is followed again.
    pub const STEADY_STRAIN: f64 = 0.02;
    /// Beats from which a steady tempo is told: over eight, 10 ms of scatter make 0.2 % of a beat at 90 BPM.
    pub const STEADY_BEATS_MIN: usize = 8;
    /// The tempo is steady when beats are within this part of a beat, root mean square, of an even grid.
    pub const STEADY_SCATTER: f64 = 0.02;
}

/// Beats that a steady tempo is told from at most.
const STEADY_BEATS: usize = 24;

/// The beat that is followed.
#[derive(Clone, Copy, Debug)]
struct Lock {
    period_secs: f64,
    next_secs: f64,
    /// The last beat and its distance from the one before.
    last_secs: f64,
    interval_secs: f64,
    foreseen_secs: f64,
    /// Where the belief has the next beat, whatever the limit.
    wanted_secs: f64,
    /// The most that the next beat may be longer or shorter than the last.
    change_max: f64,
    doubted_since_secs: Option<f64>,
    /// The last beats, oldest first.
    beats: InlineVec<f64, STEADY_BEATS>,
}

/// What has been read of metre and bar.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bar {
    /// Index into the metres, and the next beat's place.
    pub place: Option<(usize, u8)>,
    /// Share of the belief in that metre.
    pub metre_share: f32,
    /// Share of that in the place.
    pub place_share: f32,
}

/// Follows one reading of the belief.
#[derive(Clone, Debug, Default)]
pub struct Follower {
    lock: Option<Lock>,
    /// How much longer or shorter than the one before the belief has wanted the last beats, as a natural logarithm.
    strain: f64,
    is_free: bool,
    frames_above: u32,
    /// Groups of onsets since it was last silent.
    groups: u32,
    share: f32,
    bar: Bar,
    hypotheses: [TempoHypothesis; 3],
}

impl Follower {
    /// Forgets everything.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// Lets go of the beat.
    pub fn release(&mut self) {
        self.lock = None;
        (self.strain, self.is_free) = (0.0, false);
        self.frames_above = 0;
        self.share = 0.0;
        self.bar = Bar::default();
    }

    /// Period and time of the next beat, in seconds, when one is followed.
    #[must_use]
    pub fn beat(&self) -> Option<(f64, f64)> {
        self.lock.map(|lock| (lock.even_secs(), lock.next_secs))
    }

    /// Whether what is followed moves more from beat to beat than a tempo does.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.is_free
    }

    /// Share of the belief that agrees with what is followed, 0 to 1.
    #[must_use]
    pub fn share(&self) -> f32 {
        self.share
    }

    /// What is known of the bar.
    #[must_use]
    pub fn bar(&self) -> Bar {
        self.bar
    }

    /// The likeliest tempi.
    #[must_use]
    pub fn hypotheses(&self) -> [TempoHypothesis; 3] {
        self.hypotheses
    }

    /// Something was struck.
    pub fn count_group(&mut self) {
        self.groups = self.groups.saturating_add(1);
    }

    /// Nothing has sounded for long: what comes has to show its beat anew.
    pub fn forget_groups(&mut self) {
        self.groups = 0;
    }

    /// Reads the belief after a frame. The belief is that of `frame_secs`, and what is decided holds from
    /// `now_secs`, a little later. Returns false when a beat was followed and is lost.
    pub fn read(&mut self, filter: &Filter, frame_secs: f64, now_secs: f64) -> bool {
        if filter.kind() == Kind::Drums {
            // Drummers keep time.
            (self.strain, self.is_free) = (0.0, false);
        }
        let tempi = filter.tempi();
        self.hypotheses = hypotheses(&tempi);
        let best = filter.read(row_of(60.0 / self.hypotheses[0].bpm.max(1.0)), None);
        let Some(mut lock) = self.lock else {
            self.find(&best, frame_secs, now_secs);
            return true;
        };
        let phase = 1.0 - (lock.next_secs - frame_secs) / lock.period_secs;
        let is_near = (best.period_secs / lock.period_secs).ln().abs() < tuning::FREE_TEMPO_RATIO;
        let own = if self.is_free && is_near {
            best
        } else {
            filter.read(row_of(lock.period_secs), Some(phase.rem_euclid(1.0) as f32))
        };
        self.share = own.share;
        let is_doubted = own.share < tuning::DOUBT_SHARE || best.share > own.share * tuning::RIVAL_RATIO;
        if !is_doubted {
            lock.doubted_since_secs = None;
            lock.steer(&own, frame_secs, now_secs);
            self.lock = Some(lock);
            self.bar = self.bar_at(&own, frame_secs, lock.next_secs);
            return true;
        }
        let since = *lock.doubted_since_secs.get_or_insert(now_secs);
        self.lock = Some(lock);
        let patience = if self.is_free { tuning::FREE_DOUBT_BEATS } else { tuning::DOUBT_BEATS };
        if now_secs - since <= patience * lock.period_secs {
            return true;
        }
        self.lock = None;
        self.bar = Bar::default();
        self.frames_above = tuning::LOCK_FRAMES;
        self.find(&best, frame_secs, now_secs);
        self.lock.is_some()
    }

    fn find(&mut self, best: &Reading, frame_secs: f64, now_secs: f64) {
        self.share = best.share;
        self.frames_above = if best.share >= tuning::LOCK_SHARE { self.frames_above + 1 } else { 0 };
        if self.frames_above < tuning::LOCK_FRAMES || self.groups < tuning::LOCK_GROUPS {
            return;
        }
        let period = best.period_secs;
        let first = frame_secs + (1.0 - best.phase) * period;
        let next = first + ((now_secs - first) / period).ceil().max(0.0) * period;
        self.follow(period, next);
        self.bar = self.bar_at(best, frame_secs, next);
    }

    /// Follows a beat from now on, whatever was followed before.
    fn follow(&mut self, period_secs: f64, next_secs: f64) {
        self.lock = Some(Lock {
            period_secs,
            next_secs,
            last_secs: next_secs - period_secs,
            interval_secs: period_secs,
            foreseen_secs: next_secs,
            wanted_secs: next_secs,
            change_max: self.change_max(),
            doubted_since_secs: None,
            beats: InlineVec::default(),
        });
    }

    fn change_max(&self) -> f64 {
        if self.is_free { tuning::FREE_CHANGE_MAX } else { tuning::CHANGE_MAX }
    }

    /// Weighs how far the beat that is due lies from where an even tempo would have it, and how surely.
    fn feel_strain(&mut self, lock: &Lock) {
        let wanted = (lock.wanted_secs - lock.last_secs).max(0.0);
        let strain = (wanted / lock.interval_secs).ln().abs().min(tuning::STRAIN_MAX) * f64::from(self.share);
        self.strain += tuning::STRAIN_SHARE * (strain - self.strain);
        self.is_free = self.strain > if self.is_free { tuning::STEADY_STRAIN } else { tuning::FREE_STRAIN };
    }

    /// Follows a beat that is given.
    pub fn obey(&mut self, period_secs: f64, next_secs: f64) {
        match &mut self.lock {
            Some(lock) => {
                (lock.period_secs, lock.interval_secs) = (period_secs, period_secs);
                (lock.next_secs, lock.last_secs) = (next_secs, next_secs - period_secs);
                (lock.wanted_secs, lock.doubted_since_secs) = (next_secs, None);
                lock.beats.clear();
            }
            None => self.follow(period_secs, next_secs),
        }
    }

    /// Reads metre and bar alone, for a beat that is given.
    pub fn read_bar(&mut self, filter: &Filter, frame_secs: f64) {
        self.hypotheses = hypotheses(&filter.tempi());
        if let Some(lock) = self.lock {
            let phase = 1.0 - (lock.next_secs - frame_secs) / lock.period_secs;
            let own = filter.read(row_of(lock.period_secs), Some(phase.rem_euclid(1.0) as f32));
            self.bar = self.bar_at(&own, frame_secs, lock.next_secs);
        }
    }

    fn bar_at(&self, reading: &Reading, frame_secs: f64, next_secs: f64) -> Bar {
        let first = frame_secs + (1.0 - reading.phase) * reading.period_secs;
        let ahead = 1 + ((next_secs - first) / reading.period_secs).round().clamp(-4.0, 64.0) as i64;
        let shares = reading.places.map(|places| places.iter().sum::<f32>());
        let likeliest =
            |shares: &[f32]| (0..shares.len()).max_by(|&a, &b| shares[a].total_cmp(&shares[b])).unwrap_or(0);
        let metre = likeliest(&shares);
        let places = reading.places[metre];
        let now = likeliest(&places);
        let place = (now as i64 + ahead).rem_euclid(Metre::ALL[metre].beats_per_bar.into()) as u8;
        Bar {
            place: Some((metre, place)),
            metre_share: shares[metre],
            place_share: places[now] / shares[metre].max(1.0e-9),
        }
    }

    /// The beat that falls at or before `now_secs`, if one does.
    pub fn beat_due(&mut self, now_secs: f64) -> Option<BeatEvent> {
        let mut lock = self.lock.filter(|lock| lock.next_secs <= now_secs)?;
        self.feel_strain(&lock);
        lock.change_max = self.change_max();
        let at_secs = lock.next_secs;
        lock.interval_secs = at_secs - lock.last_secs;
        lock.last_secs = at_secs;
        let foreseen_secs = lock.foreseen_secs;
        if lock.beats.len() == STEADY_BEATS {
            lock.beats.remove(0);
        }
        // There is room: the oldest has just left.
        let _ = lock.beats.push(at_secs);
        let period_secs = lock.even_secs();
        lock.next_secs = lock.held(at_secs + period_secs, at_secs);
        (lock.foreseen_secs, lock.wanted_secs) = (lock.next_secs, lock.next_secs);
        self.lock = Some(lock);
        let bar_position = self.bar.place.map(|(_, position)| position);
        if let Some((metre, position)) = &mut self.bar.place {
            *position = (*position + 1) % Metre::ALL[*metre].beats_per_bar;
        }
        Some(BeatEvent {
            at_secs,
            foreseen_secs,
            bpm: 60.0 / period_secs,
            confidence: self.share,
            bar_position,
            next_secs: lock.next_secs,
        })
    }
}

impl Lock {
    /// The length of a beat, in seconds: where the last beats lie on an even grid that grid's, by least squares,
    /// which a belief in whole frames cannot tell as finely.
    fn even_secs(&self) -> f64 {
        let count = self.beats.len();
        if count < tuning::STEADY_BEATS_MIN {
            return self.period_secs;
        }
        let middle = (count - 1) as f64 / 2.0;
        let mean = self.beats.iter().sum::<f64>() / count as f64;
        let (mut product, mut square) = (0.0, 0.0);
        for (n, at) in self.beats.iter().enumerate() {
            product += (n as f64 - middle) * (at - mean);
            square += (n as f64 - middle) * (n as f64 - middle);
        }
        let even = product / square;
        let off = |(n, at): (usize, &f64)| (at - mean - (n as f64 - middle) * even).powi(2);
        let scatter = (self.beats.iter().enumerate().map(off).sum::<f64>() / count as f64).sqrt();
        if scatter <= tuning::STEADY_SCATTER * even { even } else { self.period_secs }
    }

    /// Moves the next beat towards where `own` has it, within what one beat may change, and never into the past.
    fn steer(&mut self, own: &Reading, frame_secs: f64, now_secs: f64) {
        self.period_secs = own
            .period_secs
            .clamp(self.interval_secs * (1.0 - self.change_max), self.interval_secs * (1.0 + self.change_max));
        let first = frame_secs + (1.0 - own.phase) * own.period_secs;
        let beats = ((self.last_secs + self.interval_secs - first) / own.period_secs).round();
        self.wanted_secs = first + beats * own.period_secs;
        self.next_secs = self.held(self.wanted_secs, now_secs);
    }

    fn held(&self, next_secs: f64, now_secs: f64) -> f64 {
        let (least, most) = (1.0 - self.change_max, 1.0 + self.change_max);
        next_secs
            .max(now_secs)
            .clamp(self.last_secs + self.interval_secs * least, self.last_secs + self.interval_secs * most)
    }
}

/// The three likeliest tempi, each with what counts as the same tempo.
fn hypotheses(tempi: &[f32; ROWS]) -> [TempoHypothesis; 3] {
    let mut left = *tempi;
    [(); 3].map(|()| {
        let share = |row: usize| {
            let (low, high) = near(row);
            left[low..=high].iter().sum::<f32>()
        };
        let best = (0..ROWS).max_by(|&a, &b| share(a).total_cmp(&share(b))).unwrap_or(0);
        let found = share(best);
        if found <= 0.0 {
            return TempoHypothesis::default();
        }
        let period = mean_period(best, &left);
        let (low, high) = near(row_of(period));
        let share = left[low..=high].iter().sum();
        left[low..=high].fill(0.0);
        TempoHypothesis { bpm: 60.0 / period, share }
    })
}
