//! When a player has to stop in the middle of a bar.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// What ends an answer before it is whole: a word from outside, or the time.
#[derive(Clone, Debug, Default)]
pub struct Cut {
    /// Set to true by who no longer wants the answer.
    pub flag: Option<Arc<AtomicBool>>,
    /// When it is too late.
    pub deadline: Option<Instant>,
}

impl Cut {
    /// Whether to stop.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.flag.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed))
            || self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}
