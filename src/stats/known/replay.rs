//! The replay of a face with several memories at once.

use fsrs::MemoryState;

use super::InForce;
use crate::history::{Review, Stretch};
use crate::schedule::memory::imported;
use crate::time::Day;

/// The number of memories with which a face is replayed at once: a step of one does not wait for a step of another.
pub(super) const AT_ONCE: usize = 4;

/// The states of a face with each of some memories.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Replay {
    /// The latest learning day of any answer so far, or of the imported state; `None` for a new face.
    pub(super) on: Option<Day>,
    /// By memory; of no meaning for a new face.
    pub(super) states: [MemoryState; AT_ONCE],
}

impl Replay {
    /// Returns the states before the answers of a stretch.
    pub(super) fn of(stretch: &Stretch) -> Self {
        const NONE: MemoryState = MemoryState {
            stability: 0.0,
            difficulty: 0.0,
        };
        let begun = imported(stretch);
        Self {
            on: begun.map(|begun| begun.on),
            states: [begun.map_or(NONE, |begun| begun.state); AT_ONCE],
        }
    }

    /// Takes an answer, with the memories from the `from`th on.
    pub(super) fn take(&mut self, memories: &[InForce], from: usize, review: &Review) {
        // Elapsed days are differences of learning days; a clock that was set back counts as the same day.
        let days = self.on.map_or(0, |on| review.day.elapsed_since(on));
        for ((memory, _), state) in memories.iter().zip(&mut self.states).skip(from) {
            *state = memory.next(self.on.map(|_| *state), days, review.grade);
        }
        self.on = self.on.max(Some(review.day));
    }
}
