//! A bar's strokes as its role wants them: the groove, what is left out of it or added, and what leads over.

use super::groove::{Fill, Groove, Shelf, Stroke, UNITS};
use super::kit::Drum;
use super::touch::{Hit, Hits, chance, mixed, retain, strike};
use super::tuning::{
    AS_PLAYED, EIGHT_BARS_CRASH, ENERGY_MOVES, GHOST_CHANCE, Manner, OPENED_CHANCE, PICK_UP_CHANCE, RUSHED,
    SIXTEENTH_CHANCE, SIXTEENTH_SECS_MIN, SOFT_SHARE, VARIATION_MOVES, WRITTEN_VARIES,
};

/// What fixes a bar, taken from the ask and made safe.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// Fixes what holds over the section, and nothing else.
    pub section_seed: u64,
    /// Fixes what this bar does.
    pub bar_seed: u64,
    /// Bars since the section began.
    pub in_section: usize,
    /// Whether the piece begins with it.
    pub is_first: bool,
    /// Whether the toms led over to it.
    pub is_led_over: bool,
    /// Beats of the bar.
    pub beats: usize,
    /// Whether the beats are dotted.
    pub is_compound: bool,
    /// The variation, 0 to 3.
    pub variation: u8,
    /// In beats a minute.
    pub bpm: f64,
    /// 0 to 1.
    pub complexity: f32,
    /// 0 to 1.
    pub energy: f32,
    /// 0 to 1.
    pub fills: f32,
    /// The style's own.
    pub manner: Manner,
}

impl Frame {
    /// Twelfths of a beat in the bar.
    pub fn units(&self) -> usize {
        self.beats * UNITS
    }

    /// How much happens: [`AS_PLAYED`] as it was played, 0 the plainest, 1 the most.
    pub fn fullness(&self) -> f32 {
        let moved = ENERGY_MOVES * (self.energy - 0.5) + VARIATION_MOVES * f32::from(self.variation);
        (self.complexity + moved).clamp(0.0, 1.0)
    }

    /// Where a fill begins in the bar: half a beat before its end at the least, the whole bar at the most.
    fn fill_begin(&self, amount: f32) -> usize {
        let halves = ((amount * 2.0 * self.beats as f32).round() as usize).max(1);
        self.units() - (halves * UNITS / 2).min(self.units())
    }

    /// Twelfths of a beat in a sixteenth.
    pub fn step(&self) -> usize {
        if self.is_compound { 2 } else { 3 }
    }

    /// Whether one hand plays sixteenths with ease.
    fn is_easy(&self) -> bool {
        60.0 / self.bpm * self.step() as f64 / UNITS as f64 >= SIXTEENTH_SECS_MIN
    }

    fn chance(&self, salt: u64, unit: usize, drum: Drum) -> f32 {
        chance(self.bar_seed, [salt, unit as u64, drum as u64])
    }
}

/// The groove that the section is played with.
pub fn groove_of<'a>(shelf: &'a Shelf, frame: &Frame) -> Option<&'a Groove> {
    shelf.groove(frame.variation, chance(frame.section_seed, [11, u64::from(frame.variation), 0]))
}

/// Which beat of a pattern is played on a beat of the bar: a shorter bar is cut, a longer one goes on with the last two
/// beats over and over.
fn beat_of_pattern(beat: usize, pattern: usize) -> usize {
    if beat < pattern { beat } else { pattern.saturating_sub(2) + (beat - pattern) % pattern.min(2) }
}

/// The bar of the groove as far as it is full.
pub fn groove(shelf: &Shelf, groove: &Groove, frame: &Frame, hits: &mut Hits) {
    let phrase = frame.in_section / 2;
    // Over a section each take has its turn before one comes again.
    let first = mixed(frame.section_seed, [12, 0, 0]) as usize % groove.takes.len().max(1);
    let Some(take) = groove.takes.get((first + phrase) % groove.takes.len().max(1)) else { return };
    let bar_begin = frame.in_section % 2 * groove.beats;
    let is_rushed = frame.bpm > RUSHED * groove.bpm && !frame.is_easy();
    for beat in 0..frame.beats {
        let wanted = bar_begin + beat_of_pattern(beat, groove.beats);
        for stroke in take.iter().filter(|stroke| usize::from(stroke.unit) / UNITS == wanted) {
            let within = usize::from(stroke.unit) % UNITS;
            let is_too_fast = is_rushed && !within.is_multiple_of(2 * frame.step()) && stroke.drum.is_cymbal_of_time();
            if !is_too_fast && need(stroke, shelf.level, frame) <= frame.fullness() {
                strike(hits, hit(stroke, beat * UNITS + within, 1.0, groove.is_written));
            }
        }
    }
    if frame.fullness() >= AS_PLAYED {
        adorn(shelf, groove, frame, hits);
    }
}

/// The fullness from which on a stroke of a groove is played: 0 for its bones, up to [`AS_PLAYED`] for what is soft and
/// off the beat.
fn need(stroke: &Stroke, level: f32, frame: &Frame) -> f32 {
    let within = usize::from(stroke.unit) % UNITS;
    let softness = (1.0 - stroke.velocity / (SOFT_SHARE * level)).clamp(0.0, 1.0);
    let is_off = !within.is_multiple_of(2 * frame.step());
    AS_PLAYED
        * match (stroke.drum.is_cymbal_of_time(), is_off) {
            (true, true) => 0.4 + 0.6 * softness,
            (true, false) if within != 0 && softness > 0.0 => 0.2 + 0.3 * softness,
            (false, _) if softness > 0.0 => 0.3 + 0.4 * softness + if is_off { 0.3 } else { 0.0 },
            _ => 0.0,
        }
}

fn hit(stroke: &Stroke, unit: usize, gain: f32, is_written: bool) -> Hit {
    let velocity = stroke.velocity * gain;
    Hit { unit: unit as u16, drum: stroke.drum, velocity, millis: stroke.millis, is_written }
}

fn written(unit: usize, drum: Drum, velocity: f32) -> Hit {
    Hit { unit: unit as u16, drum, velocity, millis: 0.0, is_written: true }
}

/// Adds what a busier drummer would.
fn adorn(shelf: &Shelf, groove: &Groove, frame: &Frame, hits: &mut Hits) {
    let least = if groove.is_written { WRITTEN_VARIES } else { 0.0 };
    let asked = (frame.fullness() - AS_PLAYED) / (1.0 - AS_PLAYED);
    let more = (least + (1.0 - least) * asked) * frame.manner.ornaments;
    let keeper = groove.most_of(&[Drum::Ride, Drum::Hat, Drum::Open, Drum::Bell]);
    let played = *hits;
    let has = |unit: usize, drum: Drum| played.iter().any(|h| usize::from(h.unit) == unit && h.drum == drum);
    // The finest that is added: sixteenths, or eighths where the tempo is high.
    let step = if frame.is_easy() { frame.step() } else { 2 * frame.step() };
    for unit in (0..frame.units()).step_by(step).filter(|unit| !unit.is_multiple_of(UNITS)) {
        let is_off = unit / step % 2 == 1;
        let are_hands_free =
            [Drum::Snare, Drum::Stick, Drum::High, Drum::Mid, Drum::Low].iter().all(|d| !has(unit, *d));
        let ghost_chance = GHOST_CHANCE * more * if is_off { 1.0 } else { 0.5 };
        if are_hands_free && frame.chance(21, unit, Drum::Snare) < ghost_chance {
            let velocity = shelf.level * (0.26 + 0.12 * frame.chance(22, unit, Drum::Snare));
            strike(hits, written(unit, Drum::Snare, velocity));
        }
        if !is_off {
            continue;
        }
        let leads_to_kick = has(unit + step, Drum::Kick) || unit + step == frame.units();
        let is_alone = are_hands_free && !has(unit, Drum::Kick);
        if leads_to_kick && is_alone && frame.chance(23, unit, Drum::Kick) < PICK_UP_CHANCE * more {
            strike(hits, written(unit, Drum::Kick, 0.7 * shelf.level));
        }
        let is_foot_free = !has(unit, keeper) && !has(unit, Drum::Open) && !has(unit, Drum::Pedal);
        if keeper == Drum::Hat && is_foot_free && frame.chance(24, unit, Drum::Hat) < SIXTEENTH_CHANCE * more {
            strike(hits, written(unit, Drum::Hat, 0.5 * shelf.level));
        }
    }
    open_last_hat(frame, OPENED_CHANCE * more, hits);
}

/// Opens the hat on the last eighth of two bars.
fn open_last_hat(frame: &Frame, likely: f32, hits: &mut Hits) {
    let last = frame.units().saturating_sub(2 * frame.step());
    if frame.in_section % 2 == 1
        && frame.chance(25, last, Drum::Open) < likely
        && let Some(hat) = hits.iter_mut().find(|h| usize::from(h.unit) == last && h.drum == Drum::Hat)
    {
        hat.drum = Drum::Open;
    }
}

/// The crash that a section begins with, the bar after a fill, and now and then eight bars.
pub fn crash(shelf: &Shelf, frame: &Frame, hits: &mut Hits) {
    let is_new = frame.in_section == 0 && !frame.is_first || frame.is_led_over;
    let is_eighth = frame.in_section > 0 && frame.in_section.is_multiple_of(8);
    if is_new || is_eighth && frame.chance(31, 0, Drum::Crash) < EIGHT_BARS_CRASH * frame.fills {
        let is_in_its_way = |h: &Hit| h.unit == 0 && h.drum.is_cymbal_of_time() && h.drum != Drum::Pedal;
        retain(hits, |h| !is_in_its_way(h));
        strike(hits, written(0, Drum::Crash, shelf.level * frame.manner.crash));
        strike(hits, written(0, Drum::Kick, shelf.level * frame.manner.crash));
    }
}

/// Bars before the first section: the time alone, then with the bass drum, then all; every second one leads on.
pub fn intro(shelf: &Shelf, frame: &Frame, hits: &mut Hits) {
    let stage = frame.in_section;
    retain(hits, |h| h.drum.is_cymbal_of_time() || stage >= 2 || stage == 1 && h.drum == Drum::Kick);
    for beat in 0..frame.beats {
        if !hits.iter().any(|h| usize::from(h.unit) == beat * UNITS) {
            strike(hits, written(beat * UNITS, Drum::Stick, 0.7 * shelf.level));
        }
    }
    let units = frame.units() as f32;
    for h in hits.iter_mut() {
        // It grows over the first bars, and within each.
        let grown = (stage as f32 + f32::from(h.unit) / units).min(3.0) / 3.0;
        h.velocity *= 0.75 + 0.25 * grown;
    }
    if stage % 2 == 1 {
        pick_up(shelf, frame, hits);
    }
}

/// Leads over to the next bar with as much of a fill as `amount`, 0 to 1, wants: nothing but a pick-up, or all the bar.
pub fn fill(shelf: &Shelf, source: Option<&Fill>, frame: &Frame, amount: f32, hits: &mut Hits) {
    let begin = frame.fill_begin(amount);
    retain(hits, |h| usize::from(h.unit) < begin || h.drum == Drum::Pedal);
    let mut count = 0;
    for stroke in source.iter().flat_map(|fill| &fill.strokes) {
        // The fill ends where the bar ends.
        let length = source.map_or(0, |fill| fill.beats * UNITS);
        let unit = (usize::from(stroke.unit) + frame.units()).checked_sub(length).filter(|unit| *unit >= begin);
        if let Some(unit) = unit {
            strike(hits, hit(stroke, unit, frame.manner.fill, false));
            count += 1;
        }
    }
    if count < 2 {
        pick_up(shelf, frame, hits);
    }
}

/// The fill of this bar.
pub fn fill_of<'a>(shelf: &'a Shelf, frame: &Frame, amount: f32) -> Option<&'a Fill> {
    let fullness = 0.45 * amount + 0.35 * frame.energy + 0.2 * frame.complexity;
    shelf.fill(fullness, chance(frame.bar_seed, [41, 0, 0]))
}

/// Two strokes before the next bar.
fn pick_up(shelf: &Shelf, frame: &Frame, hits: &mut Hits) {
    for (back, share) in [(2 * frame.step(), 0.7), (frame.step(), 0.9)] {
        let velocity = share * shelf.level * frame.manner.fill;
        strike(hits, written(frame.units().saturating_sub(back), Drum::Snare, velocity));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_cut_or_goes_on_at_its_beats() {
        let of = |pattern, beats| (0..beats).map(|beat| beat_of_pattern(beat, pattern)).collect::<Vec<_>>();
        assert_eq!(of(4, 3), [0, 1, 2]);
        assert_eq!(of(4, 7), [0, 1, 2, 3, 2, 3, 2]);
        assert_eq!(of(3, 4), [0, 1, 2, 1]);
        assert_eq!(of(2, 4), [0, 1, 0, 1]);
        assert_eq!(of(1, 3), [0, 0, 0]);
    }
}
