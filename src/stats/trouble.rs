//! Where the trouble is: the cards that are forgotten most.

use serde::Serialize;

use crate::history::FaceHistory;
use crate::schedule::memory::Memory;

/// A face that is hard to remember.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hard {
    /// Its key.
    pub face: String,
    /// How often it was forgotten past its first learning day.
    pub lapses: usize,
    /// Its difficulty, 1–10.
    pub difficulty: f32,
    /// Whether it is a leech.
    pub leech: bool,
}

/// The `most` hardest faces that were forgotten at all: by lapses, then by difficulty.
pub fn hardest<'a>(
    faces: impl Iterator<Item = (&'a str, &'a FaceHistory)>,
    memory: &Memory,
    day_starts_at: u32,
    leech_after: usize,
    most: usize,
) -> Vec<Hard> {
    let mut hard: Vec<Hard> = faces
        .filter_map(|(key, face)| {
            let lapses = face.lapses(day_starts_at);
            let difficulty = memory.state(face.current())?.difficulty;
            (lapses > 0).then(|| Hard {
                face: key.to_string(),
                lapses,
                difficulty,
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
        let reviews = grades.iter().enumerate().map(|(day, grade)| Review {
            at: format!("2026-11-{:02}T12:00:00.000+00:00", day + 1)
                .parse()
                .unwrap(),
            grade: *grade,
            ms: 1,
            due: "2026-12-01".parse().unwrap(),
        });
        FaceHistory {
            reviews: reviews.collect(),
            ..FaceHistory::default()
        }
    }

    #[test]
    fn counted_by_hand() {
        use Grade::{Again, Good};
        let (easy, once, twice) = (
            face(&[Again, Good]),
            face(&[Good, Again]),
            face(&[Good, Again, Again]),
        );
        let faces = [("easy", &easy), ("once", &once), ("twice", &twice)];
        let hard = hardest(faces.into_iter(), &Memory::new(4), 4, 2, 10);
        let found: Vec<_> = hard
            .iter()
            .map(|hard| (hard.face.as_str(), hard.lapses, hard.leech))
            .collect();
        assert_eq!(found, [("twice", 2, true), ("once", 1, false)]);
    }
}
