//! What is known: the expected number of faces that would be recalled.

use serde::Serialize;

use crate::history::{FaceHistory, Review};
use crate::schedule::memory::Memory;
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

/// What was known at the end of each of the last `weeks` weeks, and is known `today`: from the reviews up to then.
pub fn known<'a>(
    faces: impl Iterator<Item = &'a FaceHistory> + Clone,
    memory: &Memory,
    today: Day,
    day_starts_at: u32,
    weeks: i64,
) -> Vec<Known> {
    (0..=weeks)
        .rev()
        .map(|back| on(faces.clone(), memory, today.plus(-7 * back), day_starts_at))
        .collect()
}

fn on<'a>(
    faces: impl Iterator<Item = &'a FaceHistory>,
    memory: &Memory,
    day: Day,
    day_starts_at: u32,
) -> Known {
    let (mut known, mut learnt) = (0.0, 0);
    for face in faces {
        let until = face
            .current()
            .partition_point(|review: &Review| review.at.day(day_starts_at) <= day);
        let reviews = face.current().get(..until).unwrap_or(&[]);
        if let Some(recall) = memory.retrievability(reviews, day) {
            known += f64::from(recall);
            learnt += 1;
        }
    }
    Known { day, known, learnt }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Grade;

    #[test]
    fn counted_by_hand() {
        let at = "2026-11-20T12:00:00.000+00:00".parse().unwrap();
        let review = Review {
            at,
            grade: Grade::Good,
            ms: 1,
            due: "2026-11-22".parse().unwrap(),
        };
        let face = FaceHistory {
            reviews: vec![review],
            ..FaceHistory::default()
        };
        let weeks = known(
            [&face, &face].into_iter(),
            &Memory::new(4),
            "2026-11-23".parse().unwrap(),
            4,
            1,
        );
        assert_eq!((weeks[0].learnt, weeks[0].known), (0, 0.0));
        assert_eq!(weeks[1].learnt, 2);
        assert!(weeks[1].known > 1.5 && weeks[1].known < 2.0, "{weeks:?}");
    }
}
