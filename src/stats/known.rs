//! What is known: the expected number of faces that would be recalled.

use serde::Serialize;

use crate::history::FaceHistory;
use crate::schedule::memory::{Memory, Remembered};
use crate::time::Day;

/// What is known on a day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Known {
    /// The day.
    pub day: Day,
    /// The sum of the retrievabilities of all learnt faces.
    pub known: f64,
    /// How many faces were learnt: answered at least once, here or in the program that they come from.
    pub learnt: usize,
}

/// Returns what was known at the end of each of the last `weeks` weeks, and is known `today`: from what another program
/// knew and the reviews up to then, from what was not forgotten by command up to then, and by the parameters of then, which `memory` gives for a
/// day.
pub fn known<'a>(
    faces: impl Iterator<Item = &'a FaceHistory>,
    memory: impl Fn(Day) -> Memory,
    today: Day,
    weeks: i64,
) -> Vec<Known> {
    let mut sums: Vec<Known> = (0..=weeks)
        .rev()
        .map(|back| Known {
            day: today.plus(-7 * back),
            known: 0.0,
            learnt: 0,
        })
        .collect();
    // Weeks in a row mostly share their parameters: a face is replayed once for all of those.
    let memories: Vec<Memory> = sums.iter().map(|sum| memory(sum.day)).collect();
    for face in faces {
        for stretch in face.stretches() {
            let is_over = |day: Day| stretch.ended.is_some_and(|ended| ended <= day);
            let mut replayed: Option<(&Memory, Vec<Remembered>)> = None;
            let asked = sums.iter_mut().zip(&memories);
            for (sum, memory) in asked.filter(|(sum, _)| !is_over(sum.day)) {
                let (_, states) = match replayed.take().filter(|(of, _)| *of == memory) {
                    Some(same) => replayed.insert(same),
                    None => replayed.insert((memory, memory.course(stretch))),
                };
                let until = states.partition_point(|remembered| remembered.on <= sum.day);
                let last = until.checked_sub(1).and_then(|last| states.get(last));
                if let Some(last) = last {
                    sum.known += f64::from(memory.recall_on(last, sum.day));
                    sum.learnt += 1;
                }
            }
        }
    }
    sums
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
