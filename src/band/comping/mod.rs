//! What the bass and the keys share: patterns, the chords of a bar on its steps, how hard and how much to play, and
//! what to do when a chord comes that was not foreseen.

#[cfg(test)]
pub(super) mod check;
pub(super) mod follow;
pub(super) mod harmony;
pub(super) mod manner;
pub(super) mod pattern;
pub(super) mod start;
pub(super) mod steps;
