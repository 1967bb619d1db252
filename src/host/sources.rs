//! The MIDI sources of a driver: they come and go at run time, without the audio thread allocating.

use crate::base::limits::MIDI_QUEUE;
use crate::rt::{MidiReceiver, Receiver, Sender, TimedMidi, spsc};

/// MIDI sources that a driver listens to at once, at most.
pub const SOURCES_MAX: usize = 16;

/// Which source; given out by [`SourceDesk::add`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SourceId(u8);

/// A source could not be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// Every place is taken.
    #[error("{SOURCES_MAX} MIDI sources are connected already; switch one off to add another")]
    Full,
}

enum Change {
    Add(SourceId, MidiReceiver),
    Remove(SourceId),
}

/// The control side's end: knows which places are taken and drops what comes home.
pub struct SourceDesk {
    changes: Sender<Change>,
    home: Receiver<(SourceId, MidiReceiver)>,
    is_taken: [bool; SOURCES_MAX],
}

/// The audio side's end.
pub(super) struct Sources {
    changes: Receiver<Change>,
    home: Sender<(SourceId, MidiReceiver)>,
    slots: [Option<MidiReceiver>; SOURCES_MAX],
}

/// Both ends, without sources. Allocates.
pub(super) fn sources() -> (SourceDesk, Sources) {
    // An id is given out again only after its receiver came home, so there is never more than one `Add`
    // and one `Remove` of each under way, and the way home cannot fill.
    let (changes, incoming) = spsc(2 * SOURCES_MAX);
    let (outgoing, home) = spsc(SOURCES_MAX);
    (
        SourceDesk { changes, home, is_taken: [false; SOURCES_MAX] },
        Sources { changes: incoming, home: outgoing, slots: [const { None }; SOURCES_MAX] },
    )
}

impl SourceDesk {
    /// Has the driver listen to another source from its next block on.
    ///
    /// # Errors
    /// [`SourceError::Full`] when [`SOURCES_MAX`] sources are there or have not been let go yet.
    pub fn add(&mut self, receiver: MidiReceiver) -> Result<SourceId, SourceError> {
        self.collect();
        let place = self.is_taken.iter().position(|taken| !taken).ok_or(SourceError::Full)?;
        let id = SourceId(place as u8);
        self.changes.send(Change::Add(id, receiver)).map_err(|_| SourceError::Full)?;
        self.is_taken[place] = true;
        Ok(id)
    }

    /// Has the driver release the notes of a source and let go of it; unknown ids are ignored.
    pub fn remove(&mut self, id: SourceId) {
        self.collect();
        if self.is_taken.get(usize::from(id.0)) == Some(&true) {
            self.changes.send(Change::Remove(id)).ok();
        }
    }

    /// Frees what came home. Called by the other two; a host calls it now and then as well.
    pub fn collect(&mut self) {
        while let Some((id, receiver)) = self.home.receive() {
            drop(receiver);
            self.is_taken[usize::from(id.0)] = false;
        }
    }
}

impl Sources {
    /// Takes sources in and lets them go; true when notes must be released. Real-time safe.
    pub fn poll_changes(&mut self) -> bool {
        let mut must_release = false;
        while let Some(change) = self.changes.receive() {
            match change {
                Change::Add(id, receiver) => self.slots[usize::from(id.0)] = Some(receiver),
                Change::Remove(id) => {
                    if let Some(receiver) = self.slots[usize::from(id.0)].take() {
                        must_release = true;
                        self.home.send((id, receiver)).ok();
                    }
                }
            }
        }
        must_release
    }

    /// Takes the latches and the counts of refused messages; `(must release all notes, refused)`. What
    /// waits in a latched source is thrown away, for its note-offs may be among the lost. Real-time safe.
    pub fn poll_latches(&mut self) -> (bool, u32) {
        let (mut must_release, mut refused) = (false, 0);
        for source in self.slots.iter_mut().flatten() {
            refused += source.take_refused();
            if source.take_release_all() {
                must_release = true;
                let waiting = std::iter::from_fn(|| source.receive_before(u64::MAX)).take(MIDI_QUEUE);
                refused += waiting.count() as u32;
            }
        }
        (must_release, refused)
    }

    /// Hands over at most `room` messages that came before `until_nanos`, each source's in order; true
    /// when the room is used up. Real-time safe.
    pub fn receive_before(&mut self, until_nanos: u64, mut room: usize, mut take: impl FnMut(TimedMidi)) -> bool {
        for source in self.slots.iter_mut().flatten() {
            while room > 0 {
                let Some(message) = source.receive_before(until_nanos) else { break };
                take(message);
                room -= 1;
            }
        }
        room == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rt::midi_queue;

    #[test]
    fn places_are_given_out_again_only_after_the_receiver_came_home() {
        let (mut desk, mut sources) = sources();
        let ids: Vec<SourceId> = (0..SOURCES_MAX).map(|_| desk.add(midi_queue().1).expect("a place")).collect();
        assert_eq!(desk.add(midi_queue().1), Err(SourceError::Full));
        desk.remove(ids[3]);
        assert_eq!(desk.add(midi_queue().1), Err(SourceError::Full));
        assert!(sources.poll_changes());
        assert_eq!(desk.add(midi_queue().1), Ok(ids[3]));
        assert!(!sources.poll_changes());
        assert!(sources.slots.iter().all(Option::is_some));
    }
}
