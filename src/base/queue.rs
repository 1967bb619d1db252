//! A queue of fixed size whose oldest gives way.

use std::collections::VecDeque;

/// Adds `item` behind the newest and keeps at most `most` (at least one): the oldest gives way and is returned.
///
/// Real-time safe where the queue was made with room for `most` and `T` frees nothing.
pub fn keep_newest<T>(queue: &mut VecDeque<T>, most: usize, item: T) -> Option<T> {
    let oldest = if queue.len() >= most { queue.pop_front() } else { None };
    queue.push_back(item);
    oldest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_gives_way_and_no_room_is_taken() {
        let mut queue = VecDeque::with_capacity(3);
        let room = queue.capacity();
        let gone: Vec<_> = (0..50).filter_map(|i| keep_newest(&mut queue, 3, i)).collect();
        assert_eq!(gone, (0..47).collect::<Vec<_>>(), "in the order in which they came");
        assert_eq!(queue, [47, 48, 49]);
        assert_eq!(queue.capacity(), room);
    }
}
