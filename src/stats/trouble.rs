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
/// lapses; `of` returns the key of one and what happened to it, and is asked of those alone that may be among the hardest.
pub fn hardest<'a, F>(
    faces: impl IntoIterator<Item = (F, usize)>,
    of: impl Fn(&F) -> Option<(FaceKey, Told<'a>)>,
    memory: &Memory,
    leech_after: usize,
    most: usize,
) -> Vec<Hard> {
    let faces = faces.into_iter();
    let mut lapsed: Vec<(F, usize)> = faces.filter(|(_, lapses)| *lapses > 0).collect();
    let by_lapses = |(_, lapses): &(F, usize)| Reverse(*lapses);
    if let Some(last) = most.checked_sub(1).filter(|last| *last < lapsed.len()) {
        let (_, (_, least), _) = lapsed.select_nth_unstable_by_key(last, by_lapses);
        let least = *least;
        lapsed.retain(|(_, lapses)| *lapses >= least);
    }
    lapsed.sort_unstable_by_key(by_lapses);
    let mut hardest = Vec::new();
    let mut room = Room::default();
    for equal in lapsed.chunk_by(|(_, a), (_, b)| a == b) {
        if hardest.len() >= most {
            break;
        }
        let hard = |(face, lapses): &(F, usize)| {
            let (face, told) = of(face)?;
            Some(Hard {
                face,
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
        let faces = faces.map(|(key, face)| ((key, face), face.lapses()));
        let hard = hardest(
            faces,
            |(key, face): &(&FaceKey, &FaceHistory)| Some(((*key).clone(), (*face).into())),
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
