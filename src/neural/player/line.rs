//! The sequence that a trunk remembers, and how little of it has to be put through again.

use crate::neural::trunk::{Memory, Scratch, Trunk};

/// One sequence: its elements and what the trunk remembers of them.
#[derive(Clone, Debug)]
pub struct Line<I> {
    memory: Memory,
    scratch: Scratch,
    elements: Vec<I>,
    x: Vec<f32>,
    /// The outcome of the newest element.
    pub h: Vec<f32>,
    /// Elements that went through the trunk, and those that did not have to because it knew them.
    pub counts: (u64, u64),
}

impl<I: PartialEq + Copy> Line<I> {
    /// An empty one. Allocates.
    #[must_use]
    pub fn new(trunk: &Trunk) -> Self {
        Self {
            memory: Memory::new(trunk.shape()),
            scratch: trunk.scratch(),
            elements: Vec::new(),
            x: Vec::new(),
            h: vec![0.0; trunk.shape().width],
            counts: (0, 0),
        }
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.memory.clear();
        self.elements.clear();
    }

    /// Makes the sequence end with these elements, of which there is at least one: what it has in common with them from
    /// its begin on stays, the rest goes through the trunk. `embed` makes a row of an element.
    pub fn bring(
        &mut self,
        trunk: &Trunk,
        wanted: &[I],
        embed: impl Fn(&I, &mut [f32]),
    ) -> Result<(), candle_core::Error> {
        let same = self.elements.iter().zip(wanted).take_while(|(a, b)| a == b).count();
        // The newest goes through again where nothing is new: its outcome is needed.
        let mut same = same.min(wanted.len().saturating_sub(1));
        if !self.memory.rewind(same) {
            self.memory.clear();
            same = 0;
        }
        self.elements.truncate(same);
        let more = &wanted[same..];
        let width = trunk.shape().width;
        self.x.resize(more.len() * width, 0.0);
        more.iter().zip(self.x.chunks_exact_mut(width)).for_each(|(element, x)| embed(element, x));
        self.counts.0 += more.len() as u64;
        self.counts.1 += same as u64;
        let outcome = trunk.extend(&mut self.memory, &self.x, &mut self.scratch, &mut self.h);
        match outcome {
            Ok(()) => self.elements.extend_from_slice(more),
            // How far it went is not known.
            Err(_) => self.clear(),
        }
        outcome
    }

    /// One more element.
    pub fn step(
        &mut self,
        trunk: &Trunk,
        element: I,
        embed: impl Fn(&I, &mut [f32]),
    ) -> Result<(), candle_core::Error> {
        self.x.resize(trunk.shape().width, 0.0);
        embed(&element, &mut self.x);
        self.counts.0 += 1;
        let outcome = trunk.extend(&mut self.memory, &self.x, &mut self.scratch, &mut self.h);
        match outcome {
            Ok(()) => self.elements.push(element),
            Err(_) => self.clear(),
        }
        outcome
    }
}
