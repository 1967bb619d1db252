//! The one clock of the hosts: MIDI arrivals and audio blocks are stamped with it.

use std::sync::OnceLock;
use std::time::Instant;

/// Stamps start here and not at 0, so that a device's stamp from before the start is still positive.
const ORIGIN_NANOS: u64 = 3_600_000_000_000;

static ANCHOR: OnceLock<Instant> = OnceLock::new();

/// Nanoseconds of a monotonic clock with an arbitrary origin, the same for all threads. About 25 ns;
/// real-time safe after the first call, which [`crate::host::Driver::new`] makes.
#[must_use]
pub fn now_nanos() -> u64 {
    let anchor = ANCHOR.get_or_init(Instant::now);
    ORIGIN_NANOS + anchor.elapsed().as_nanos() as u64
}
