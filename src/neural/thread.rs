//! The one thread that inference may use.

/// Runs on this thread alone what would otherwise hand its products to others: the thread becomes its own pool of one.
/// `RAYON_NUM_THREADS` and `CANDLE_NUM_THREADS` must be 1 in the environment from before the first thread on, which is
/// `main`'s to do; without them every product asks the system how many processors there are.
pub fn on_one_thread<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build() {
        Ok(pool) => pool.install(run),
        // It is one already.
        Err(_) => run(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_stays_on_its_thread_however_often_it_is_asked_for() {
        let here = std::thread::current().id();
        for _ in 0..2 {
            assert_eq!(on_one_thread(|| std::thread::current().id()), here);
        }
    }
}
