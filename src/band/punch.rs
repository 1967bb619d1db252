//! Leaving a part to the player who plays it, and taking it up again.

use super::part::Part;

mod tuning {
    /// So many notes of the player in a part's place within [`WINDOW_BEATS`] make it theirs.
    pub const NOTES: u32 = 3;
    /// See [`NOTES`].
    pub const WINDOW_BEATS: f64 = 4.0;
    /// It comes back after so many beats without one.
    pub const RETURN_BEATS: f64 = 8.0;
    /// Below this key the player plays the bass; two hands on a piano seldom go there all the time.
    pub const BASS_BELOW: u8 = 40;
    /// From this key on the player takes the lead.
    pub const LEAD_FROM: u8 = 84;
}

/// Who plays what.
#[derive(Clone, Copy, Debug)]
pub struct PunchIn {
    parts: [Own; Part::COUNT],
}

#[derive(Clone, Copy, Debug)]
struct Own {
    count: u32,
    since_beats: f64,
    last_beats: f64,
    is_players: bool,
}

impl Default for PunchIn {
    fn default() -> Self {
        let own = Own { count: 0, since_beats: f64::NEG_INFINITY, last_beats: f64::NEG_INFINITY, is_players: false };
        Self { parts: [own; Part::COUNT] }
    }
}

impl PunchIn {
    /// The player strikes a key; drums are struck on the drum channel. True when a part becomes theirs by it.
    pub fn strike(&mut self, at_beats: f64, key: u8, is_drum: bool) -> bool {
        let part = match key {
            _ if is_drum => Part::Drums,
            ..tuning::BASS_BELOW => Part::Bass,
            tuning::LEAD_FROM.. => Part::Lead,
            _ => return false,
        };
        let own = &mut self.parts[part as usize];
        if at_beats - own.since_beats > tuning::WINDOW_BEATS {
            own.count = 0;
            own.since_beats = at_beats;
        }
        own.count += 1;
        own.last_beats = at_beats;
        let was = own.is_players;
        own.is_players |= own.count >= tuning::NOTES;
        own.is_players != was
    }

    /// Time passes; true when a part comes back.
    pub fn pass(&mut self, now_beats: f64) -> bool {
        let mut has_changed = false;
        for own in &mut self.parts {
            if own.is_players && now_beats - own.last_beats > tuning::RETURN_BEATS {
                own.is_players = false;
                own.count = 0;
                has_changed = true;
            }
        }
        has_changed
    }

    /// Whether the player plays this part.
    #[must_use]
    pub fn is_players(&self, part: Part) -> bool {
        self.parts[part as usize].is_players
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_becomes_yours_after_a_few_notes_and_comes_back_after_two_bars() {
        let mut punch = PunchIn::default();
        assert!(!punch.strike(0.0, 36, false) && !punch.strike(1.0, 60, false) && !punch.strike(1.0, 38, false));
        assert!(punch.strike(2.0, 31, false) && punch.is_players(Part::Bass));
        assert!(!punch.pass(9.0) && punch.pass(10.5) && !punch.is_players(Part::Bass));
        for n in 0..3 {
            punch.strike(20.0 + f64::from(n), 38, true);
        }
        assert!(punch.is_players(Part::Drums) && !punch.is_players(Part::Bass));
    }

    #[test]
    fn a_low_note_now_and_then_takes_nothing_away() {
        let mut punch = PunchIn::default();
        assert!((0..50).all(|n| !punch.strike(f64::from(n) * 3.0, 36, false)));
    }
}
