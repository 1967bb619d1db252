//! When the lead may speak: it answers, and leaves room.

use crate::band::{Ask, Note};
use crate::neural::represent::TICKS;
use crate::neural::represent::asked::Asked;

mod tuning {
    /// The lead answers when the player has rested for so long, in beats.
    pub const BREATH_BEATS: f64 = 0.5;
    /// It speaks for so many bars, and is then silent for as many, ...
    pub const PHRASE_BARS: i64 = 2;
    /// ... but from this complexity on.
    pub const TALKATIVE: f32 = 0.75;
}

/// Leaves the player room: the answer begins a breath after the player's last note, and goes by phrases; in the lead's own
/// turn it is the lead's to rest. `false` where nothing is to be played.
pub fn give_room(ask: &Ask<'_>, asked: &mut Asked) -> bool {
    if ask.turn.is_some() {
        return true;
    }
    if ask.context.playing.is_playing {
        return false;
    }
    let now = ask.context.now_beats;
    let end = |note: &Note| if note.length_beats.is_finite() { note.end_beats() } else { now };
    let heard_until = ask.context.player().rev().take(8).map(end).fold(f64::NEG_INFINITY, f64::max);
    let begin = heard_until + tuning::BREATH_BEATS;
    let earliest = f64::from(TICKS) * (begin - asked.origin_beats);
    asked.from_tick = asked.from_tick.max(earliest.clamp(0.0, f64::from(asked.until_tick)).ceil() as i32);
    let bars = if begin.is_finite() {
        ((ask.bar.begin_beats - begin) / f64::from(ask.bar.beats.max(1))).floor().max(0.0) as i64
    } else {
        i64::from(ask.bar.in_section)
    };
    ask.taste.complexity >= tuning::TALKATIVE || bars / tuning::PHRASE_BARS % 2 == 0
}
