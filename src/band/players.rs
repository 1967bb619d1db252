//! Who plays what by the rules.

use super::mode::Players;
use super::{BassPlayer, DriftPlayer, Drummer, KeysPlayer, LeadPlayer};

/// Players who accompany and answer. Allocates.
pub fn groove() -> Players {
    [Box::new(Drummer::new()), Box::new(BassPlayer), Box::new(KeysPlayer), Box::new(LeadPlayer)]
}

/// Players who drift. Allocates.
pub fn drift() -> Players {
    std::array::from_fn(|_| Box::new(DriftPlayer) as Box<_>)
}
