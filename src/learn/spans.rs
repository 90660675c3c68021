//! Dealing out to spans of time: the first step of sorting by moments, in linear time and in place.
//!
//! It knows moments alone.

/// Consecutive spans of time of one length.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spans {
    /// The moment at which the first one starts, in milliseconds since 1970.
    first: i64,
    /// The length of each, as a power of two of milliseconds.
    length: u32,
    /// The number of the spans.
    pub(super) count: usize,
}

impl Spans {
    /// Returns at most `most` spans, from the first of these moments to the last.
    pub(super) fn over(moments: impl Iterator<Item = i64> + Clone, most: usize) -> Self {
        let first = moments.clone().min().unwrap_or(0);
        let last = moments.max().unwrap_or(0);
        let spans = |length: u32| shifted(last.abs_diff(first), length);
        let mut length = 0;
        while spans(length) >= most.max(1) {
            length += 1;
        }
        Self {
            first,
            length,
            count: spans(length) + 1,
        }
    }

    /// Returns the index of the span in which a moment lies.
    fn of(self, at: i64) -> usize {
        shifted(at.abs_diff(self.first), self.length)
    }

    /// Moves the items of each span together, in the order of the spans, and returns where those of each end. `at` returns
    /// the moment of an item, which must lie in one of the spans.
    ///
    /// Each item is swapped to the place of the next one of its span (P. M. McIlroy, K. Bostic, M. D. McIlroy, 1993,
    /// Engineering Radix Sort, "American flag sort").
    pub(super) fn deal<I>(self, items: &mut [I], at: impl Fn(&I) -> i64) -> Vec<usize> {
        let mut ends = vec![0; self.count];
        for item in &*items {
            if let Some(count) = ends.get_mut(self.of(at(item))) {
                *count += 1;
            }
        }
        // For each span the place of its next item.
        let mut places = Vec::with_capacity(self.count);
        let mut before = 0;
        for end in &mut ends {
            places.push(before);
            before += *end;
            *end = before;
        }
        for (span, end) in ends.iter().enumerate() {
            while let Some(&place) = places.get(span).filter(|place| *place < end) {
                let to = items.get(place).map_or(span, |item| self.of(at(item)));
                let Some(next) = places.get_mut(to) else {
                    break;
                };
                if to != span {
                    items.swap(place, *next);
                }
                *next += 1;
            }
        }
        ends
    }
}

/// Returns `number` divided by a power of two.
fn shifted(number: u64, power: u32) -> usize {
    let part = number.checked_shr(power).unwrap_or(0);
    usize::try_from(part).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Each span has its items, and the spans follow each other.
        #[test]
        fn items_are_dealt_to_their_spans(
            items in vec(prop_oneof![any::<i64>(), -3i64..3, 0i64..100_000], 1..60),
            most in 1usize..40,
        ) {
            let spans = Spans::over(items.iter().copied(), most);
            prop_assert!(spans.count <= most);
            let mut dealt = items.clone();
            let ends = spans.deal(&mut dealt, |at| *at);
            prop_assert_eq!((ends.len(), ends.last()), (spans.count, Some(&items.len())));
            prop_assert!(dealt.is_sorted_by_key(|at| spans.of(*at)));
            let mut start = 0;
            for (span, end) in ends.into_iter().enumerate() {
                prop_assert!(dealt[start..end].iter().all(|at| spans.of(*at) == span));
                start = end;
            }
            let (mut dealt, mut items) = (dealt, items);
            dealt.sort_unstable();
            items.sort_unstable();
            prop_assert_eq!(dealt, items);
        }
    }
}
