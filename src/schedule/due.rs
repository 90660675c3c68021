//! From an interval to the day of a promise: whole days, in order, fuzzed, on a light day.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::memory::{Intervals, LONGEST};
use crate::deck::FaceKey;
use crate::history::Grade;
use crate::time::Day;

/// How many faces are due on each day.
pub type Load = HashMap<Day, u32>;

/// The day on which each grade would make a face due, from `Again` to `Easy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promises {
    today: Day,
    days: [i64; 4],
}

impl Promises {
    /// The day for a grade.
    pub fn day(&self, grade: Grade) -> Day {
        self.today.plus(self.interval(grade))
    }

    /// The days to it.
    pub fn interval(&self, grade: Grade) -> i64 {
        let [again, hard, good, easy] = self.days;
        match grade {
            Grade::Again => again,
            Grade::Hard => hard,
            Grade::Good => good,
            Grade::Easy => easy,
        }
    }
}

/// What the four grades promise for a face on `today`.
///
/// `previous` is the interval that the face has now, in days (0 for a new one). `Again` is today. The others keep
/// Anki's order: hard at least 1 day, good at least hard + 1, easy at least good + 1, and longer than the previous
/// interval where the rounded interval grew (Anki, `rslib/src/scheduler/states/review.rs`). Within the fuzz range
/// the day with the lightest `load` is taken; among equals `seed` chooses, so that a face always gets the same.
pub fn promises(
    intervals: Intervals,
    previous: i64,
    today: Day,
    load: &Load,
    seed: u64,
) -> Promises {
    let mut days = [0; 4];
    let mut least = 1;
    for (grade, slot) in Grade::ALL.into_iter().zip(&mut days).skip(1) {
        let interval = intervals.of(grade);
        let grown = if interval.round() as i64 > previous {
            previous + 1
        } else {
            0
        };
        *slot = place(interval, least.max(grown), today, load, seed ^ grade as u64);
        least = slot.saturating_add(1);
    }
    Promises { today, days }
}

/// The seed of a face's `count`th review: what is shown on a key is what is recorded.
pub fn seed(face: &FaceKey, count: usize) -> u64 {
    let mut hasher = DefaultHasher::new();
    (face.to_string(), count).hash(&mut hasher);
    hasher.finish()
}

/// The whole number of days for `interval`, at least `least`: the lightest day of the fuzz range.
fn place(interval: f32, least: i64, today: Day, load: &Load, seed: u64) -> i64 {
    let fuzz = fuzz(interval);
    let nearest = (interval.round() as i64).max(least);
    let low = ((interval - fuzz).round() as i64).max(least);
    let high = ((interval + fuzz).round() as i64)
        .min(LONGEST as i64)
        .max(low);
    if fuzz == 0.0 {
        return nearest;
    }
    let weight = |days: i64| load.get(&today.plus(days)).copied().unwrap_or(0);
    let lightest = (low..=high).map(weight).min().unwrap_or(0);
    let equals: Vec<i64> = (low..=high)
        .filter(|days| weight(*days) == lightest)
        .collect();
    let chosen = SmallRng::seed_from_u64(seed).random_range(0..equals.len().max(1));
    equals.get(chosen).copied().unwrap_or(nearest)
}

/// How far a day may lie from `interval`, in days: none below 2.5, then 1 and 15 % of the part in 2.5–7, 10 % of
/// that in 7–20 and 5 % of that above (Anki, `rslib/src/scheduler/states/fuzz.rs`).
fn fuzz(interval: f32) -> f32 {
    if interval < 2.5 {
        return 0.0;
    }
    let part = |from: f32, to: f32, share: f32| (interval.min(to) - from).max(0.0) * share;
    1.0 + part(2.5, 7.0, 0.15) + part(7.0, 20.0, 0.10) + part(20.0, f32::MAX, 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Day {
        "2026-11-23".parse().unwrap()
    }

    fn days(intervals: [f32; 4], previous: i64) -> [i64; 4] {
        let promises = promises(Intervals(intervals), previous, today(), &Load::new(), 7);
        Grade::ALL.map(|grade| promises.interval(grade))
    }

    #[test]
    fn grades_are_in_order_and_grow() {
        assert_eq!(days([0.2, 0.3, 0.4, 0.5], 0), [0, 1, 2, 3]);
        assert_eq!(days([0.2, 1.3, 2.3, 2.4], 0), [0, 1, 2, 3]);
        let [_, hard, good, easy] = days([0.2, 10.4, 10.4, 10.4], 10);
        assert!(hard < good && good < easy);
        let [_, hard, ..] = days([0.2, 11.0, 30.0, 60.0], 10);
        assert!(
            hard > 10,
            "longer than the last one when the rounded interval grew"
        );
        assert_eq!(days([f32::MIN_POSITIVE; 4], 0), [0, 1, 2, 3]);
    }

    #[test]
    fn fuzz_is_ankis() {
        assert_eq!(fuzz(2.4), 0.0);
        assert_eq!(fuzz(2.5), 1.0);
        assert!((fuzz(7.0) - 1.675).abs() < 1e-4);
        assert!((fuzz(20.0) - 2.975).abs() < 1e-4);
        assert!((fuzz(100.0) - 6.975).abs() < 1e-4);
    }

    #[test]
    fn the_lightest_day_of_the_range_is_taken() {
        let mut load = Load::new();
        for days in 0..60 {
            load.insert(today().plus(days), 5);
        }
        load.insert(today().plus(31), 1);
        let promises = promises(Intervals([0.2, 5.0, 30.0, 60.0]), 0, today(), &load, 7);
        assert_eq!(promises.interval(Grade::Good), 31);
    }

    #[test]
    fn a_face_always_gets_the_same() {
        assert_eq!(
            days([0.2, 10.0, 30.0, 90.0], 5),
            days([0.2, 10.0, 30.0, 90.0], 5)
        );
        let face = "a".parse().unwrap();
        assert_ne!(seed(&face, 1), seed(&face, 2));
    }
}
