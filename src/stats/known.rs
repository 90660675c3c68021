//! What is known: the expected number of faces that would be recalled.

use std::ops::Range;

use serde::Serialize;

use self::replay::{AT_ONCE, Replay};
use super::walk;
use crate::history::{FaceHistory, Room, Stretch, Told};
use crate::schedule::memory::Memory;
use crate::time::Day;

mod replay;

/// The number of faces known on a day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Known {
    /// The day.
    pub day: Day,
    /// The sum of the retrievabilities of all learnt faces.
    pub known: f64,
    /// The number of faces learnt: answered at least once, here or in the program that they come from.
    pub learnt: usize,
}

/// The days at the end of the last weeks, today last, with the parameters in force on each.
#[derive(Debug, Clone)]
pub struct Weeks {
    days: Vec<Day>,
    /// Each memory with the consecutive days on which it was in force, as indices of `days`. Neighbouring weeks mostly share
    /// their parameters, so that a face is replayed once for all of them.
    memories: Vec<InForce>,
}

/// A memory with the weeks in which it was in force.
type InForce = (Memory, Range<usize>);

impl Weeks {
    /// Returns the last day of each of the `weeks` weeks before `today`, and today. `memory` returns the engine with the
    /// parameters in force on a day.
    pub fn new(memory: impl Fn(Day) -> Memory, today: Day, weeks: i64) -> Self {
        let days: Vec<Day> = (0..=weeks)
            .rev()
            .map(|back| today.plus(-7 * back))
            .collect();
        let mut memories: Vec<InForce> = Vec::new();
        for (at, day) in days.iter().enumerate() {
            let memory = memory(*day);
            match memories.last_mut().filter(|(last, _)| *last == memory) {
                Some((_, weeks)) => weeks.end = at + 1,
                None => memories.push((memory, at..at + 1)),
            }
        }
        Self { days, memories }
    }

    /// Returns the sums before any face is added.
    pub fn nothing(&self) -> Vec<Known> {
        let nothing = |day: &Day| Known {
            day: *day,
            known: 0.0,
            learnt: 0,
        };
        self.days.iter().map(nothing).collect()
    }

    /// Adds a face to the sums of each day: its retrievability by the reviews up to that day, by what another program
    /// knew of it, and by the parameters of that day. A face that was reset by then doesn't count.
    pub fn add(&self, known: &mut [Known], face: &FaceHistory) {
        for stretch in face.stretches() {
            for memories in self.memories.chunks(AT_ONCE) {
                add_stretch(known, memories, &stretch);
            }
        }
    }

    /// Returns the sums over both sets of faces.
    ///
    /// The order doesn't matter: 32-bit probabilities above 2⁻¹² are multiples of 2⁻³⁶, so that a 64-bit sum of 100,000
    /// of them is exact.
    pub fn join(mut one: Vec<Known>, other: Vec<Known>) -> Vec<Known> {
        for (sum, more) in one.iter_mut().zip(other) {
            sum.known += more.known;
            sum.learnt += more.learnt;
        }
        one
    }
}

/// Adds a stretch to the sums of the days on which `memories`, at most [`AT_ONCE`], were in force.
fn add_stretch(known: &mut [Known], memories: &[InForce], stretch: &Stretch) {
    let mut replay = Replay::of(stretch);
    let mut reviews = stretch.reviews.iter().peekable();
    for (nth, (memory, weeks)) in memories.iter().enumerate() {
        for week in known.get_mut(weeks.clone()).unwrap_or(&mut []) {
            if stretch.ended.is_some_and(|ended| ended <= week.day) {
                return;
            }
            while let Some(review) = reviews.next_if(|review| review.day <= week.day) {
                // The memories before this one are done.
                replay.take(memories, nth, review);
            }
            let last = replay.on.filter(|on| *on <= week.day);
            if let Some((state, last)) = replay.states.get(nth).zip(last) {
                let recall = memory.recall(*state, week.day.elapsed_since(last));
                week.known += f64::from(recall);
                week.learnt += 1;
            }
        }
    }
}

/// Returns how much of `faces` was known at the end of each of the last `weeks` weeks and is known today, oldest first,
/// as [`Weeks::add`] counts it.
pub fn known<'a>(
    faces: impl Iterator<Item = impl Into<Told<'a>>>,
    memory: impl Fn(Day) -> Memory,
    today: Day,
    weeks: i64,
) -> Vec<Known> {
    let faces: Vec<Told> = faces.map(Into::into).collect();
    let weeks = Weeks::new(memory, today, weeks);
    let add = |known: &mut Vec<Known>, face: &Told, room: &mut Room| {
        if let Some(face) = face.face_in(room) {
            weeks.add(known, face);
        }
    };
    walk(&faces, || weeks.nothing(), add, Weeks::join)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deck::FaceKey;
    use crate::history::{Event, Grade, History, Review};
    use crate::time::Stamp;

    #[test]
    fn counted_by_hand() {
        let at: Stamp = "2026-11-20T12:00:00.000+00:00".parse().unwrap();
        let review = Review {
            at,
            day: at.day(4),
            grade: Grade::Good,
            ms: 1,
            due: "2026-11-22".parse().unwrap(),
        };
        let face = FaceHistory::new(vec![review]);
        let weeks = known(
            [&face, &face].into_iter(),
            |_| Memory::new(),
            "2026-11-23".parse().unwrap(),
            1,
        );
        assert_eq!((weeks[0].learnt, weeks[0].known), (0, 0.0));
        assert_eq!(weeks[1].learnt, 2);
        assert!(weeks[1].known > 1.5 && weeks[1].known < 2.0, "{weeks:?}");
    }

    #[test]
    fn what_is_forgotten_today_was_known_until_then() {
        let at: Stamp = "2026-11-10T12:00:00.000+00:00".parse().unwrap();
        let face: FaceKey = "a".parse().unwrap();
        let review = Event::Review {
            at,
            face: face.clone(),
            grade: Grade::Good,
            ms: 1,
            due: "2026-11-12".parse().unwrap(),
        };
        let forget = Event::Forget {
            at: "2026-11-20T12:00:00.000+00:00".parse().unwrap(),
            face: face.clone(),
            with: None,
        };
        let now = "2026-11-23T12:00:00.000+00:00".parse().unwrap();
        let learnt = |events: Vec<Event>| -> Vec<usize> {
            let history = History::fold(events, now, 4);
            let face = history.face(&face).unwrap();
            let weeks = known([face].into_iter(), |_| Memory::new(), now.day(4), 2);
            weeks.iter().map(|week| week.learnt).collect()
        };
        assert_eq!(learnt(vec![review.clone()]), [0, 1, 1]);
        assert_eq!(learnt(vec![review, forget]), [0, 1, 0]);
    }

    #[test]
    fn what_another_program_knew_counts_before_and_after_the_next_answer() {
        let face: FaceKey = "a".parse().unwrap();
        let known_there = Event::Known {
            at: "2026-11-03T12:00:00.000+00:00".parse().unwrap(),
            face: face.clone(),
            stability: 400.0,
            difficulty: 3.0,
            due: "2026-11-20".parse().unwrap(),
        };
        let review = Event::Review {
            at: "2026-11-10T12:00:00.000+00:00".parse().unwrap(),
            face: face.clone(),
            grade: Grade::Good,
            ms: 1,
            due: "2027-11-10".parse().unwrap(),
        };
        let now: Stamp = "2026-11-23T12:00:00.000+00:00".parse().unwrap();
        let weeks = |events: Vec<Event>| -> Vec<(usize, f64)> {
            let history = History::fold(events, now, 4);
            let face = history.face(&face).unwrap();
            let weeks = known([face].into_iter(), |_| Memory::new(), now.day(4), 3);
            weeks.iter().map(|week| (week.learnt, week.known)).collect()
        };
        let before = weeks(vec![known_there.clone()]);
        assert_eq!(
            before.iter().map(|week| week.0).collect::<Vec<_>>(),
            [0, 1, 1, 1]
        );
        // One answer alone would leave a stability of some days, and a quarter of it forgotten after two weeks.
        let after = weeks(vec![known_there, review]);
        assert!(after[3].1 > 0.99 && after[3].1 >= before[3].1, "{after:?}");
    }
}
