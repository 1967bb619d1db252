//! The one place that holds the guarantees of the audio thread: denormals flushed, allocations counted,
//! a panic caught at the boundary.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

static VIOLATIONS: AtomicU64 = AtomicU64::new(0);

/// The processing panicked; its object may be in any state and must not be used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Poisoned;

/// Runs `work` as the audio thread does: denormals flushed to zero, every allocation counted, a panic
/// turned into [`Poisoned`]. Real-time safe when `work` is.
pub fn run<R>(work: impl FnOnce() -> R) -> Result<R, Poisoned> {
    let _denormals = FlushDenormals::new();
    let _inside = Inside::new();
    // A panic allocates its message; that is counted and does no harm, for the stream is over anyway.
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Poisoned)
}

/// How many allocations or frees happened inside [`run`] since the start, when [`CountingAllocator`] is
/// the program's allocator.
#[must_use]
pub fn violations() -> u64 {
    VIOLATIONS.load(Ordering::Relaxed)
}

struct Inside(bool);

impl Inside {
    fn new() -> Self {
        Self(INSIDE.replace(true))
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.set(self.0);
    }
}

/// The system's allocator, counting what happens inside [`run`]. One thread-local read an allocation.
pub struct CountingAllocator;

impl CountingAllocator {
    fn note() {
        if INSIDE.try_with(Cell::get).unwrap_or(false) {
            VIOLATIONS.fetch_add(1, Ordering::Relaxed);
        }
    }
}

// SAFETY: every call is passed on unchanged to the system's allocator, which keeps the contract; counting
// touches only a thread-local cell without a destructor and an atomic, and so cannot allocate.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::note();
        // SAFETY: the caller keeps the contract of `GlobalAlloc::alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        Self::note();
        // SAFETY: the caller keeps the contract of `GlobalAlloc::dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        Self::note();
        // SAFETY: the caller keeps the contract of `GlobalAlloc::realloc`.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        Self::note();
        // SAFETY: the caller keeps the contract of `GlobalAlloc::alloc_zeroed`.
        unsafe { System.alloc_zeroed(layout) }
    }
}

/// Sets flush-to-zero (and denormals-are-zero on x86) until dropped.
struct FlushDenormals {
    #[cfg_attr(not(any(target_arch = "x86_64", target_arch = "aarch64")), allow(dead_code))]
    before: u64,
}

#[cfg(target_arch = "x86_64")]
mod control_word {
    use std::arch::asm;

    /// FTZ (bit 15) and DAZ (bit 6) of MXCSR.
    pub const FLUSH: u64 = (1 << 15) | (1 << 6);

    pub fn read() -> u64 {
        let mut word = 0_u32;
        // SAFETY: `stmxcsr` writes the control word to the given address and touches nothing else.
        unsafe { asm!("stmxcsr [{}]", in(reg) &raw mut word, options(nostack, preserves_flags)) };
        u64::from(word)
    }

    pub fn write(word: u64) {
        let word = word as u32;
        // SAFETY: the word was read from MXCSR with at most FTZ and DAZ added, so no reserved bit is set.
        unsafe { asm!("ldmxcsr [{}]", in(reg) &raw const word, options(nostack, readonly, preserves_flags)) };
    }
}

#[cfg(target_arch = "aarch64")]
mod control_word {
    use std::arch::asm;

    /// FZ (bit 24) of FPCR.
    pub const FLUSH: u64 = 1 << 24;

    pub fn read() -> u64 {
        let word: u64;
        // SAFETY: reading FPCR has no effect.
        unsafe { asm!("mrs {}, fpcr", out(reg) word, options(nomem, nostack, preserves_flags)) };
        word
    }

    pub fn write(word: u64) {
        // SAFETY: the word was read from FPCR with at most FZ added.
        unsafe { asm!("msr fpcr, {}", in(reg) word, options(nomem, nostack, preserves_flags)) };
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
mod control_word {
    pub const FLUSH: u64 = 0;

    pub fn read() -> u64 {
        0
    }

    pub fn write(_: u64) {}
}

impl FlushDenormals {
    fn new() -> Self {
        let before = control_word::read();
        control_word::write(before | control_word::FLUSH);
        Self { before }
    }
}

impl Drop for FlushDenormals {
    fn drop(&mut self) {
        control_word::write(self.before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hint::black_box;

    #[test]
    fn denormals_are_zero_inside_and_normal_outside() {
        let product = || black_box(1.0e-38_f32) * black_box(0.01);
        let inside = run(product);
        if control_word::FLUSH != 0 {
            assert_eq!(inside, Ok(0.0));
        }
        assert!(product() > 0.0);
    }

    #[test]
    fn a_panic_is_caught_at_the_boundary() {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let result: Result<(), _> = run(|| panic!("planted"));
        std::panic::set_hook(hook);
        assert_eq!(result, Err(Poisoned));
        assert!(!INSIDE.get());
    }
}
