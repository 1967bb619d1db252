//! A value that comes home when its keeper is dropped: so an engine survives the stream that drove it.

use std::ops::{Deref, DerefMut};
use std::sync::mpsc::Sender;

/// Sends the value back through a channel when dropped. Dropping may allocate: never drop it on the
/// audio thread (a host drops its callback on the thread that closes the stream).
pub struct ReturnOnDrop<T: Send> {
    value: Option<T>,
    home: Sender<T>,
}

impl<T: Send> ReturnOnDrop<T> {
    /// Keeps `value` until dropped, then sends it to `home`.
    pub fn new(value: T, home: Sender<T>) -> Self {
        Self { value: Some(value), home }
    }
}

impl<T: Send> Deref for ReturnOnDrop<T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.value.as_ref().expect("the value leaves only in drop")
    }
}

impl<T: Send> DerefMut for ReturnOnDrop<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_mut().expect("the value leaves only in drop")
    }
}

impl<T: Send> Drop for ReturnOnDrop<T> {
    fn drop(&mut self) {
        if let Some(value) = self.value.take() {
            // The receiver may be gone at exit; then the value is dropped here, off the audio thread.
            self.home.send(value).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_comes_home_when_its_keeper_goes() {
        let (home, arrivals) = std::sync::mpsc::channel();
        let mut kept = ReturnOnDrop::new(41, home);
        *kept += 1;
        assert!(arrivals.try_recv().is_err());
        drop(kept);
        assert_eq!(arrivals.try_recv(), Ok(42));
    }
}
