//! Keeps libraries from starting threads of their own.

#![allow(unsafe_code, reason = "the environment is shared by all threads, and only here is it known that there is one")]

use std::sync::atomic::{AtomicBool, Ordering};

/// What the libraries that compute for the models read, again and again: how many threads they may use.
const VARIABLES: [&str; 2] = ["RAYON_NUM_THREADS", "CANDLE_NUM_THREADS"];

static IS_DONE: AtomicBool = AtomicBool::new(false);

/// Lets the libraries that compute for the models use one thread, that of their caller. To be called first of all in
/// `main`; it does nothing a second time, or where another thread runs already. Whether it did.
pub fn allow_one_thread() -> bool {
    if IS_DONE.swap(true, Ordering::SeqCst) || !is_alone() {
        return false;
    }
    for name in VARIABLES {
        // SAFETY: no other thread runs that could read or write the environment at the same time.
        unsafe { std::env::set_var(name, "1") };
    }
    true
}

/// Whether this is the only thread, as far as the system tells.
fn is_alone() -> bool {
    // Elsewhere the word of the caller, the first line of `main`, has to do.
    !cfg!(target_os = "linux") || std::fs::read_dir("/proc/self/task").is_ok_and(|threads| threads.count() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn the_environment_is_left_alone_beside_other_threads() {
        let before = VARIABLES.map(std::env::var_os);
        let (wait, go) = std::sync::mpsc::channel::<()>();
        let other = std::thread::spawn(move || go.recv().is_ok());
        assert!(!allow_one_thread());
        assert_eq!(VARIABLES.map(std::env::var_os), before);
        drop(wait);
        assert!(!other.join().expect("it ends"));
    }
}
