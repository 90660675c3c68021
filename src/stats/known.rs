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
    /// How many faces were learnt: answered at least once.
    pub learnt: usize,
}

/// What was known at the end of each of the last `weeks` weeks, and is known `today`: from the reviews up to then, by
/// the parameters of then, which `memory` gives for a day.
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
        let mut replayed: Option<(&Memory, Vec<Remembered>)> = None;
        for (sum, memory) in sums.iter_mut().zip(&memories) {
            let (_, states) = match replayed.take().filter(|(of, _)| *of == memory) {
                Some(same) => replayed.insert(same),
                None => replayed.insert((memory, memory.states(face.current()))),
            };
            let until = states.partition_point(|remembered| remembered.on <= sum.day);
            if let Some(last) = states.get(..until).and_then(|states| states.last()) {
                sum.known += f64::from(memory.recall_on(last, sum.day));
                sum.learnt += 1;
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{Grade, Review};
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
}
