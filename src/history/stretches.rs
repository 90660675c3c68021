//! All answers of a history, stretch by stretch, for those who look at each of them once: no card's history is made.

use super::{FaceHistory, History, Stretch};
use crate::deck::FaceKey;

impl History {
    /// Calls `take` with each stretch of each face whose last answer was given at `from` or later, in milliseconds since
    /// 1970; the faces come in no order, the stretches of each by time.
    pub fn each_stretch(&self, from: i64, mut take: impl FnMut(&FaceKey, Stretch<'_>)) {
        let is_late = |face: &FaceHistory| {
            let last = face.reviews().last();
            last.is_some_and(|last| last.at.millis() >= from)
        };
        let touched = self.cards.touched().flat_map(|(_, card)| &card.faces);
        for (key, face) in touched.filter(|(_, face)| is_late(face)) {
            for stretch in face.stretches() {
                take(key, stretch);
            }
        }
        self.cards
            .each_untouched(from, |key, face| take(key, Stretch::from(face)));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::stats::property::{happenings, history};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_stretches_are_those_of_all_faces(happenings in happenings(), later in 0usize..20) {
            let (history, _) = history(&happenings);
            let mut moments: Vec<i64> = history.reviews().map(|review| review.at.millis()).collect();
            moments.sort_unstable();
            let late = moments.get(moments.len().wrapping_sub(later)).copied();
            for from in [i64::MIN, late.unwrap_or(i64::MAX)] {
                let mut told = Vec::new();
                history.each_stretch(from, |key, stretch| told.push(format!("{key} {stretch:?}")));
                told.sort_unstable();
                let faces = history.faces().filter(|(_, face)| {
                    face.reviews().iter().any(|review| review.at.millis() >= from)
                });
                let stretches = faces.flat_map(|(key, face)| {
                    face.stretches().map(move |stretch| format!("{key} {stretch:?}"))
                });
                let mut stretches: Vec<String> = stretches.collect();
                stretches.sort_unstable();
                prop_assert_eq!(told, stretches);
            }
        }
    }
}
