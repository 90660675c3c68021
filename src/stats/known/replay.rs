//! The replay of a face with several memories at once.

use fsrs::MemoryState;

use super::InForce;
use crate::hashing::HashMap;
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
    fn of(stretch: &Stretch) -> Self {
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

/// The states after the first three answers: in most of their faces, people answer them in the same few ways.
#[derive(Debug, Clone, Default)]
pub(super) struct Starts(HashMap<u64, [MemoryState; AT_ONCE]>);

/// The number of starts to keep: more than most people have.
const MOST: usize = if cfg!(test) { 3 } else { 1 << 14 };

impl Starts {
    /// Begins a replay of a stretch with `memories`, the `nth` group of them, and returns the reviews that are still to be
    /// taken: all those after `day`, and perhaps others.
    pub(super) fn begin<'r>(
        &mut self,
        memories: &[InForce],
        nth: usize,
        stretch: &Stretch<'r>,
        day: Day,
    ) -> (Replay, &'r [Review]) {
        let new = Replay::of(stretch);
        let Some((start, rest)) = stretch.reviews.split_first_chunk::<3>() else {
            return (new, stretch.reviews);
        };
        let is_over = start.iter().all(|review| review.day <= day);
        let key = key(nth, start).filter(|_| is_over && new.on.is_none());
        let Some(key) = key else {
            return (new, stretch.reviews);
        };
        if let Some(states) = self.0.get(&key) {
            let on = start.iter().map(|review| review.day).max();
            let states = *states;
            return (Replay { on, states }, rest);
        }
        let mut replay = new;
        for review in start {
            replay.take(memories, 0, review);
        }
        if self.0.len() < MOST {
            self.0.insert(key, replay.states);
        }
        (replay, rest)
    }
}

/// Returns all that the states after three answers depend on in one number, for the `nth` group of memories; `None` if it
/// is too much.
fn key(nth: usize, [one, two, three]: &[Review; 3]) -> Option<u64> {
    let days = [
        two.day.elapsed_since(one.day),
        three.day.elapsed_since(one.day.max(two.day)),
    ];
    let [to_two, to_three] = days.map(u16::try_from);
    let numbers = [u16::try_from(nth).ok()?, to_two.ok()?, to_three.ok()?];
    let grades = [one, two, three].map(|review| review.grade as u64);
    let grades = grades.iter().fold(0, |all, grade| all << 4 | grade);
    let all = numbers
        .iter()
        .fold(grades, |all, number| all << 16 | u64::from(*number));
    Some(all)
}
