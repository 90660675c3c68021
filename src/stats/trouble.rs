//! Where the trouble is: the cards that are forgotten most.

use serde::Serialize;

use crate::deck::FaceKey;
use crate::history::FaceHistory;
use crate::schedule::memory::Memory;

/// A face that is hard to remember.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hard {
    /// Its key.
    pub face: FaceKey,
    /// How often it was forgotten past its first learning day.
    pub lapses: usize,
    /// Its difficulty, 1–10.
    pub difficulty: f32,
    /// Whether it is a leech.
    pub leech: bool,
}

/// The `most` hardest faces that were forgotten at all: by lapses, then by difficulty.
pub fn hardest<'a>(
    faces: impl Iterator<Item = (&'a FaceKey, &'a FaceHistory)>,
    memory: &Memory,
    leech_after: usize,
    most: usize,
) -> Vec<Hard> {
    let mut hard: Vec<Hard> = faces
        .filter_map(|(key, face)| {
            let lapses = face.lapses();
            if lapses == 0 {
                return None;
            }
            Some(Hard {
                face: key.clone(),
                lapses,
                difficulty: memory.state(face)?.difficulty,
                leech: lapses >= leech_after,
            })
        })
        .collect();
    hard.sort_by(|a, b| {
        b.lapses
            .cmp(&a.lapses)
            .then(b.difficulty.total_cmp(&a.difficulty))
            .then_with(|| a.face.cmp(&b.face))
    });
    hard.truncate(most);
    hard
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{Grade, Review};

    fn face(grades: &[Grade]) -> FaceHistory {
        let day = |at: usize| format!("2026-11-{:02}", at + 1);
        let reviews = grades.iter().enumerate().map(|(at, grade)| Review {
            at: format!("{}T12:00:00.000+00:00", day(at)).parse().unwrap(),
            day: day(at).parse().unwrap(),
            grade: *grade,
            ms: 1,
            due: "2026-12-01".parse().unwrap(),
        });
        FaceHistory::new(reviews.collect())
    }

    #[test]
    fn counted_by_hand() {
        use Grade::{Again, Good};
        let (easy, once, twice) = (
            face(&[Again, Good]),
            face(&[Good, Again]),
            face(&[Good, Again, Again]),
        );
        let keys = ["easy", "once", "twice"].map(|key| key.parse().unwrap());
        let faces = keys.iter().zip([&easy, &once, &twice]);
        let hard = hardest(faces, &Memory::new(), 2, 10);
        let found: Vec<_> = hard
            .iter()
            .map(|hard| (hard.face.to_string(), hard.lapses, hard.leech))
            .collect();
        assert_eq!(
            found,
            [("twice".into(), 2, true), ("once".into(), 1, false)]
        );
    }
}
