//! The drums in three rows: the kit by the keys of General MIDI, tabla and mridangam by their heads.

use crate::session::raga::stroke;

/// Rows of the lane, from the top: metal, skins and hands, kick.
pub const ROWS: usize = 3;

/// What General MIDI level 1 has on each key from 35 to 59, and the row it is drawn in.
const KIT: [(&str, usize); 25] = [
    ("kick", 2),
    ("kick", 2),
    ("rim", 1),
    ("snare", 1),
    ("clap", 1),
    ("snare", 1),
    ("floor tom", 1),
    ("closed hat", 0),
    ("floor tom", 1),
    ("pedal hat", 0),
    ("low tom", 1),
    ("open hat", 0),
    ("middle tom", 1),
    ("middle tom", 1),
    ("crash", 0),
    ("high tom", 1),
    ("ride", 0),
    ("china", 0),
    ("ride bell", 0),
    ("tambourine", 0),
    ("splash", 0),
    ("cowbell", 0),
    ("crash", 0),
    ("vibraslap", 0),
    ("ride", 0),
];
const KIT_FIRST: u8 = 35;

/// Hand drums and small percussion, by the last key of each kind.
const HANDS: [(u8, &str, usize); 8] = [
    (61, "bongo", 1),
    (64, "conga", 1),
    (66, "timbale", 1),
    (68, "agogo", 0),
    (70, "shaker", 0),
    (75, "claves", 0),
    (77, "wood block", 1),
    (81, "triangle", 0),
];

fn of(key: u8) -> (&'static str, usize) {
    let kit = key.checked_sub(KIT_FIRST).and_then(|at| KIT.get(usize::from(at)));
    let hands = || HANDS.iter().find(|(last, ..)| (60..=*last).contains(&key)).map(|(_, name, row)| (*name, *row));
    kit.copied().or_else(hands).unwrap_or(("percussion", 1))
}

/// What is struck: "snare", or "Dhin" where there are skins.
#[must_use]
pub fn name(key: u8, has_skins: bool) -> &'static str {
    stroke(key).filter(|_| has_skins).map_or_else(|| of(key).0, |(name, _)| name)
}

/// The row it is drawn in, from the top: of skins the right head and the left.
#[must_use]
pub fn row(key: u8, has_skins: bool) -> usize {
    stroke(key).filter(|_| has_skins).map_or_else(|| of(key).1, |(_, is_left)| 1 + usize::from(is_left))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kit_lies_as_general_midi_has_it() {
        for (key, wanted) in [
            (36, ("kick", 2)),
            (38, ("snare", 1)),
            (42, ("closed hat", 0)),
            (46, ("open hat", 0)),
            (49, ("crash", 0)),
            (51, ("ride", 0)),
            (54, ("tambourine", 0)),
            (59, ("ride", 0)),
            (62, ("conga", 1)),
            (70, ("shaker", 0)),
            (127, ("percussion", 1)),
        ] {
            assert_eq!(of(key), wanted, "{key}");
        }
        assert!((0..=127).all(|key| row(key, false) < ROWS && row(key, true) < ROWS));
        assert_eq!((name(36, true), row(36, true), name(41, true), row(41, true)), ("Na", 1, "Ge", 2));
    }
}
