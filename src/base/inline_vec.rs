//! A vector of fixed capacity that lives where it stands and never allocates.

use std::ops::{Deref, DerefMut};

/// Up to `N` values of `T`, in place. Real-time safe throughout.
#[derive(Clone, Copy, Debug)]
pub struct InlineVec<T: Copy, const N: usize> {
    items: [T; N],
    len: usize,
}

impl<T: Copy + Default, const N: usize> Default for InlineVec<T, N> {
    fn default() -> Self {
        Self { items: [T::default(); N], len: 0 }
    }
}

impl<T: Copy, const N: usize> InlineVec<T, N> {
    /// Adds `item`, or gives it back when there is no room.
    pub fn push(&mut self, item: T) -> Result<(), T> {
        let Some(slot) = self.items.get_mut(self.len) else { return Err(item) };
        *slot = item;
        self.len += 1;
        Ok(())
    }

    /// Forgets all items.
    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// Takes the item at `index` out, closing the gap; `None` when there is none.
    pub fn remove(&mut self, index: usize) -> Option<T> {
        let item = *self.get(index)?;
        self.items.copy_within(index + 1..self.len, index);
        self.len -= 1;
        Some(item)
    }
}

impl<T: Copy, const N: usize> Deref for InlineVec<T, N> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.items[..self.len]
    }
}

impl<T: Copy, const N: usize> DerefMut for InlineVec<T, N> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.items[..self.len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_vector_gives_the_item_back_and_remove_closes_the_gap() {
        let mut v = InlineVec::<u8, 3>::default();
        for i in 0..3 {
            assert_eq!(v.push(i), Ok(()));
        }
        assert_eq!(v.push(9), Err(9));
        assert_eq!(v.remove(0), Some(0));
        assert_eq!(&v[..], &[1, 2]);
        assert_eq!(v.remove(2), None);
        v.clear();
        assert!(v.is_empty());
    }
}
