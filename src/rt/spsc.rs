//! A single-producer, single-consumer queue of fixed size; a thin skin over `ringbuf`.

use ringbuf::traits::{Consumer, Observer, Producer, Split};
use ringbuf::{HeapCons, HeapProd, HeapRb};

/// The sending end. Wait-free; never allocates after construction.
pub struct Sender<T>(HeapProd<T>);

/// The receiving end. Wait-free; never allocates after construction.
pub struct Receiver<T>(HeapCons<T>);

/// A queue that holds `capacity` items. Allocates.
///
/// # Panics
/// When `capacity` is 0.
#[must_use]
pub fn spsc<T: Send>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = HeapRb::new(capacity).split();
    (Sender(sender), Receiver(receiver))
}

impl<T> Sender<T> {
    /// Sends `item`, or gives it back when the queue is full.
    pub fn send(&mut self, item: T) -> Result<(), T> {
        self.0.try_push(item)
    }

    /// How many items would fit now, at least.
    pub fn vacant(&self) -> usize {
        self.0.vacant_len()
    }
}

impl<T: Copy> Sender<T> {
    /// Sends as many of `items` as fit, in order; the count that went.
    pub fn send_slice(&mut self, items: &[T]) -> usize {
        self.0.push_slice(items)
    }
}

impl<T> Receiver<T> {
    /// The oldest item, if there is one.
    pub fn receive(&mut self) -> Option<T> {
        self.0.try_pop()
    }

    /// How many items wait now, at least.
    pub fn waiting(&self) -> usize {
        self.0.occupied_len()
    }
}

impl<T: Copy> Receiver<T> {
    /// The oldest item, left where it is.
    pub fn peek(&self) -> Option<T> {
        self.0.try_peek().copied()
    }

    /// Fills `items` from the front with what waits; the count that came.
    pub fn receive_slice(&mut self, items: &mut [T]) -> usize {
        self.0.pop_slice(items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_gives_the_item_back_and_order_is_kept() {
        let (mut tx, mut rx) = spsc(2);
        assert_eq!((tx.send(1), tx.send(2), tx.send(3)), (Ok(()), Ok(()), Err(3)));
        assert_eq!((rx.peek(), rx.receive(), rx.receive(), rx.receive()), (Some(1), Some(1), Some(2), None));
        assert_eq!(tx.send_slice(&[4, 5, 6]), 2);
        let mut out = [0; 4];
        assert_eq!(rx.receive_slice(&mut out), 2);
        assert_eq!(out, [4, 5, 0, 0]);
    }
}
