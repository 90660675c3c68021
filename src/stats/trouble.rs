//! Where the trouble is: the cards that are forgotten most.

use std::cmp::Reverse;

use serde::Serialize;

use crate::deck::FaceKey;
use crate::history::{Room, Told};
use crate::schedule::memory::Memory;

/// A face that is hard to remember.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hard {
    /// Its key.
    pub face: FaceKey,
    /// The number of times that it was forgotten after its first learning day.
    pub lapses: usize,
    /// Its difficulty, 1–10.
    pub difficulty: f32,
    /// Whether it is a leech.
    pub leech: bool,
}

/// Returns the `most` hardest faces among those that lapsed: by lapses, then by difficulty. `faces` are given with their
/// lapses; only those that may be among the hardest are replayed, and only their keys are asked of `key`.
pub fn hardest<'a, F>(
    faces: impl IntoIterator<Item = (F, impl Into<Told<'a>>, usize)>,
    key: impl Fn(&F) -> Option<FaceKey>,
    memory: &Memory,
    leech_after: usize,
    most: usize,
) -> Vec<Hard> {
    let lapsed = faces.into_iter().filter(|(_, _, lapses)| *lapses > 0);
    let lapsed = lapsed.map(|(face, told, lapses)| (face, told.into(), lapses));
    let mut lapsed: Vec<_> = lapsed.collect();
    lapsed.sort_unstable_by_key(|(_, _, lapses)| Reverse(*lapses));
    let mut hardest = Vec::new();
    let mut room = Room::default();
    for equal in lapsed.chunk_by(|(_, _, a), (_, _, b)| a == b) {
        if hardest.len() >= most {
            break;
        }
        let hard = |(face, told, lapses): &(F, Told, usize)| {
            Some(Hard {
                face: key(face)?,
                lapses: *lapses,
                difficulty: memory.state(told.face_in(&mut room)?)?.difficulty,
                leech: *lapses >= leech_after,
            })
        };
        let mut hard: Vec<Hard> = equal.iter().filter_map(hard).collect();
        hard.sort_unstable_by(|a, b| {
            let difficulty = b.difficulty.total_cmp(&a.difficulty);
            difficulty.then_with(|| a.face.cmp(&b.face))
        });
        hardest.extend(hard);
    }
    hardest.truncate(most);
    hardest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{FaceHistory, Grade, Review};

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
        let faces = faces.map(|(key, face)| (key, face, face.lapses()));
        let hard = hardest(
            faces,
            |key: &&FaceKey| Some((*key).clone()),
            &Memory::new(),
            2,
            10,
        );
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
