//! What the instruments promise.
