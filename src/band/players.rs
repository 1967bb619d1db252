//! Who plays what by the rules.

use super::mode::Players;
use super::phrase::{Ask, Note, PhraseSource};
use super::raga::{RagaPlayer, RagaSetting, ThekaPlayer};
use super::{BassPlayer, DriftPlayer, Drummer, KeysPlayer, LeadPlayer};

/// Players who accompany and answer. Allocates.
pub fn groove() -> Players {
    [Box::new(Drummer::new()), Box::new(BassPlayer), Box::new(KeysPlayer), Box::new(LeadPlayer)]
}

/// Players who drift. Allocates.
pub fn drift() -> Players {
    std::array::from_fn(|_| Box::new(DriftPlayer) as Box<_>)
}

/// Players of a raga that nobody has chosen yet, without a tala. Allocates.
pub fn alap() -> Players {
    raga(&RagaSetting::default())
}

/// Players of a raga and its tala; bass and keys are left to the tanpura. Allocates.
pub fn raga(setting: &RagaSetting) -> Players {
    let matras = setting.theka.as_ref().map(super::raga::Theka::matras);
    let lead = RagaPlayer::new(&setting.raga, setting.sa_key().0, matras);
    [Box::new(ThekaPlayer::new(setting.theka.clone())), Box::new(Silent), Box::new(Silent), Box::new(lead)]
}

/// Plays nothing.
struct Silent;

impl PhraseSource for Silent {
    fn play(&mut self, _: &Ask<'_>, _: &mut Vec<Note>) {}
}
