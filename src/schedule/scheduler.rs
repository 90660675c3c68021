//! The scheduler: from a face's history to the day that each grade promises.
//!
//! Everything that promises a day goes through [`Scheduler::promises`]: the session, `quiz grade`, tests and
//! simulations. It is a pure function of the face's history, the parameters, the settings, the day and the load, and
//! knows neither files nor a terminal.

use std::ops::RangeInclusive;

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use super::memory::{Intervals, LONGEST, Memory};
use crate::config::Config;
use crate::deck::FaceKey;
use crate::hashing::{FNV, HashMap, fnv};
use crate::history::{FaceHistory, Grade, Stretch};
use crate::time::Day;

/// The longest interval, in days, that load balancing may move, as in Anki (`load_balancer.rs`, c32cb29, 2026-08): the
/// load of a day half a year ahead is not known yet.
const BALANCED: f32 = 90.0;

/// The number of faces due on each day, counting faces that a deck has and that are not suspended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Load(HashMap<Day, u32>);

impl Load {
    /// Returns the number of faces due on `day`.
    pub fn on(&self, day: Day) -> u32 {
        self.0.get(&day).copied().unwrap_or(0)
    }

    /// Adds a face due on `day`.
    pub fn add(&mut self, day: Day) {
        let faces = self.0.entry(day).or_default();
        *faces = faces.saturating_add(1);
    }

    /// Removes a face due on `day`.
    pub fn remove(&mut self, day: Day) {
        if let Some(faces) = self.0.get_mut(&day) {
            *faces = faces.saturating_sub(1);
            if *faces == 0 {
                self.0.remove(&day);
            }
        }
    }
}

impl FromIterator<Day> for Load {
    fn from_iter<T: IntoIterator<Item = Day>>(days: T) -> Self {
        let mut load = Self::default();
        days.into_iter().for_each(|day| load.add(day));
        load
    }
}

/// The day on which each grade would make a face due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promises {
    today: Day,
    days: [i64; 4],
}

impl Promises {
    /// Returns the due day for a grade, at most the last day that a history can express (9999-12-31).
    pub fn day(&self, grade: Grade) -> Day {
        let [again, hard, good, easy] = self.days;
        let days = match grade {
            Grade::Again => again,
            Grade::Hard => hard,
            Grade::Good => good,
            Grade::Easy => easy,
        };
        self.today.plus(days)
    }

    /// Returns the interval for a grade, in days from today.
    pub fn interval(&self, grade: Grade) -> i64 {
        self.day(grade).days_since(self.today)
    }
}

/// The memory engine and the settings that promises depend on.
#[derive(Debug, Clone, Copy)]
pub struct Scheduler<'a> {
    /// The FSRS engine.
    pub memory: &'a Memory,
    /// The settings.
    pub config: &'a Config,
}

impl Scheduler<'_> {
    /// Returns what the four grades would promise on `today` for the face `key` in `deck`; `face` is its history,
    /// `None` if it was never answered.
    ///
    /// `Again` is today. The others are whole days, at least 1:
    /// * hard < good < easy for a face in review. For a face that was already answered today, hard and good are
    ///   independent and only easy comes after good, as in Anki's learning and relearning.
    /// * Longer than the last interval if the rounded interval grew; not shortened by fuzz alone if it did not (Anki
    ///   c32cb29, 2026-08, `rslib/src/scheduler/states/fuzz.rs`, `minimum_review_fuzz_interval`).
    /// * Within the fuzz range the day that is lightest relative to the load's own slope (least squares), ties broken
    ///   by a seed of the face; beyond 90 days any day of the range.
    pub fn promises(
        &self,
        key: &FaceKey,
        face: Option<&FaceHistory>,
        deck: &str,
        today: Day,
        load: &Load,
    ) -> Promises {
        let past = face.map_or(Stretch::from(&[][..]), Stretch::from);
        let retention = self.config.retention_of(deck);
        let before = Before {
            interval: face.and_then(FaceHistory::interval).unwrap_or(0).max(0),
            today: past.reviews.last().is_some_and(|last| last.day >= today),
            due: face.and_then(FaceHistory::due),
        };
        let places = Places {
            today,
            load,
            own: before.due,
            seed: seed(key, past.reviews.len()),
        };
        promises(
            self.memory.intervals(past, retention, today),
            &before,
            &places,
        )
    }
}

/// The last promise of a face.
#[derive(Debug, Clone, Copy, Default)]
struct Before {
    /// Its last interval, in days; 0 if it is new or was reset.
    interval: i64,
    /// Whether it was already answered today.
    today: bool,
    /// The day on which it is due.
    due: Option<Day>,
}

/// Applies the rules of [`Scheduler::promises`] to the intervals.
fn promises(intervals: Intervals, before: &Before, places: &Places) -> Promises {
    let mut days = [0; 4];
    let mut least = 1;
    for (grade, slot) in Grade::ALL.into_iter().zip(&mut days).skip(1) {
        let interval = intervals.of(grade);
        let kept = kept(interval, before.interval);
        *slot = places.place(interval, least.max(kept), grade);
        least = match grade {
            Grade::Hard if before.today => 1,
            _ => slot.saturating_add(1),
        };
    }
    Promises {
        today: places.today,
        days,
    }
}

/// Returns the fewest days that `interval` may become, so that fuzz alone does not shorten the `last` one.
fn kept(interval: f32, last: i64) -> i64 {
    if interval.round() as i64 > last {
        last.saturating_add(1)
    } else if *fuzz_range(interval).end() >= last {
        last
    } else {
        0
    }
}

/// The days among which a face may be placed.
struct Places<'a> {
    today: Day,
    load: &'a Load,
    /// The day on which the face itself is due now, which must not count as load.
    own: Option<Day>,
    seed: u64,
}

impl Places<'_> {
    /// Returns the whole number of days for `interval`, at least `least` days.
    fn place(&self, interval: f32, least: i64, grade: Grade) -> i64 {
        let longest = LONGEST as i64;
        let least = least.min(longest);
        let interval = interval.clamp(least as f32, LONGEST);
        let range = fuzz_range(interval);
        let (low, high) = (
            (*range.start()).clamp(least, longest),
            (*range.end()).clamp(least, longest),
        );
        let days: Vec<i64> = if interval > BALANCED {
            (low..=high).collect()
        } else {
            lightest(
                low,
                &(low..=high)
                    .map(|days| self.load_in(days))
                    .collect::<Vec<_>>(),
            )
        };
        let mut chance = ChaCha8Rng::seed_from_u64(self.seed ^ grade as u64);
        let chosen = chance.random_range(0..days.len().max(1));
        days.get(chosen).copied().unwrap_or(low)
    }

    fn load_in(&self, days: i64) -> f64 {
        let day = self.today.plus(days);
        let own = u32::from(self.own == Some(day));
        f64::from(self.load.on(day).saturating_sub(own))
    }
}

/// Returns the days that are lightest relative to the load's own slope; `loads` are those of the days `low`, `low + 1`,
/// …
///
/// The load falls with distance, so the lightest day alone would nearly always be the last one, and intervals would
/// drift late. What counts is by how much a day lies below the line that fits all of them best (least squares).
fn lightest(low: i64, loads: &[f64]) -> Vec<i64> {
    const EQUAL: f64 = 1e-9;
    let count = loads.len() as f64;
    let middle = (count - 1.0) / 2.0;
    let places = || (0..loads.len()).map(|at| at as f64 - middle);
    // 0.5 for two days; 0 for one, which has no slope.
    let spread: f64 = places().map(|place| place * place).sum();
    let slope = places()
        .zip(loads)
        .map(|(place, load)| place * load)
        .sum::<f64>()
        / spread.max(0.5);
    let above: Vec<f64> = places()
        .zip(loads)
        .map(|(place, load)| load - slope * place)
        .collect();
    let least = above.iter().copied().fold(f64::INFINITY, f64::min);
    (low..)
        .zip(&above)
        .filter(|(_, above)| **above <= least + EQUAL)
        .map(|(days, _)| days)
        .collect()
}

/// Returns the whole days that fuzz may choose for `interval`: the nearest below 2.5 days, else ± 1 day and 15 % of the
/// part in 2.5–7, 10 % of that in 7–20 and 5 % of that above (Anki c32cb29, 2026-08,
/// `rslib/src/scheduler/states/fuzz.rs`).
fn fuzz_range(interval: f32) -> RangeInclusive<i64> {
    let part = |from: f32, to: f32, share: f32| (interval.min(to) - from).max(0.0) * share;
    let fuzz = if interval < 2.5 {
        0.0
    } else {
        1.0 + part(2.5, 7.0, 0.15) + part(7.0, 20.0, 0.10) + part(20.0, f32::MAX, 0.05)
    };
    (interval - fuzz).round() as i64..=(interval + fuzz).round() as i64
}

/// Returns the seed of `face` after `count` reviews, the same on every machine and in every version: the interval shown
/// on a key is the one recorded.
///
/// [`fnv`] over the key's bytes, a zero and the count as eight bytes, lowest first.
pub fn seed(face: &FaceKey, count: usize) -> u64 {
    let key = face.to_string();
    let bytes = key.bytes().chain([0]).chain((count as u64).to_le_bytes());
    fnv(FNV, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Review;

    fn today() -> Day {
        "2026-11-23".parse().unwrap()
    }

    fn key(text: &str) -> FaceKey {
        text.parse().unwrap()
    }

    fn before(interval: i64) -> Before {
        Before {
            interval,
            ..Before::default()
        }
    }

    fn promised(intervals: [f32; 4], before: Before, load: &Load, seed: u64) -> [i64; 4] {
        let places = Places {
            today: today(),
            load,
            own: None,
            seed,
        };
        let promises = promises(Intervals(intervals), &before, &places);
        Grade::ALL.map(|grade| promises.interval(grade))
    }

    /// Checks some hundred seeds, so that no assertion holds by luck.
    fn for_any_seed(intervals: [f32; 4], before: Before, holds: impl Fn([i64; 4]) -> bool) {
        for seed in 0..300 {
            let days = promised(intervals, before, &Load::default(), seed);
            assert!(holds(days), "seed {seed}: {days:?}");
        }
    }

    fn reached(intervals: [f32; 4], before: Before, grade: Grade) -> (i64, i64) {
        let at = |seed| promised(intervals, before, &Load::default(), seed)[grade as usize - 1];
        let all: Vec<i64> = (0..300).map(at).collect();
        (*all.iter().min().unwrap(), *all.iter().max().unwrap())
    }

    #[test]
    fn grades_are_in_order_for_a_face_in_review() {
        let none = Load::default();
        assert_eq!(
            promised([0.2, 0.3, 0.4, 0.5], before(0), &none, 7),
            [0, 1, 2, 3]
        );
        assert_eq!(
            promised([0.2, 1.3, 2.3, 2.4], before(0), &none, 7),
            [0, 1, 2, 3]
        );
        assert_eq!(
            promised([f32::MIN_POSITIVE; 4], before(0), &none, 7),
            [0, 1, 2, 3]
        );
        for_any_seed(
            [0.2, 10.4, 10.4, 10.4],
            before(10),
            |[_, hard, good, easy]| hard < good && good < easy,
        );
    }

    #[test]
    fn on_the_day_of_an_answer_hard_and_good_stand_each_for_itself() {
        let again = Before {
            today: true,
            ..before(0)
        };
        let none = Load::default();
        assert_eq!(
            promised([0.1, 0.2, 0.25, 0.4], again, &none, 7),
            [0, 1, 1, 2]
        );
        assert_eq!(
            promised([0.1, 0.9, 1.6, 1.7], again, &none, 7),
            [0, 1, 2, 3]
        );
        assert_eq!(
            promised([0.1, 2.4, 1.6, 1.7], again, &none, 7),
            [0, 2, 2, 3]
        );
    }

    #[test]
    fn an_interval_that_grew_is_longer_than_the_last() {
        for_any_seed([0.2, 11.0, 30.0, 60.0], before(10), |[_, hard, ..]| {
            hard > 10
        });
        assert_eq!(
            reached([0.2, 11.0, 30.0, 60.0], before(10), Grade::Hard).0,
            11
        );
        // It did not grow if it only rounds to the last one.
        assert_eq!(
            reached([0.2, 10.4, 30.0, 60.0], before(10), Grade::Hard).0,
            10
        );
    }

    #[test]
    fn fuzz_alone_shortens_no_interval() {
        // 80 lies in the fuzz range of 74.1, which is 68–80.
        assert_eq!(
            reached([0.2, 74.1, 200.0, 300.0], before(80), Grade::Hard),
            (80, 86)
        );
        // 81 does not: FSRS itself wants a shorter one.
        assert_eq!(
            reached([0.2, 74.1, 200.0, 300.0], before(81), Grade::Hard),
            (68, 80)
        );
    }

    #[test]
    fn fuzz_is_ankis() {
        let range = |interval: f32| fuzz_range(interval).into_inner();
        assert_eq!(range(0.3), (0, 0));
        assert_eq!(range(2.49), (2, 2));
        assert_eq!(range(2.5), (2, 4));
        assert_eq!(range(7.0), (5, 9));
        assert_eq!(range(17.0), (14, 20));
        assert_eq!(range(37.0), (33, 41));
        assert_eq!(range(100.0), (93, 107));
    }

    #[test]
    fn an_interval_is_clamped_before_its_fuzz_range() {
        // Good must be at least 101: its range is the one around 101, not what is left of the one around 100.
        let days = [0.2, 1.0, 100.0, 300.0];
        assert_eq!(reached(days, before(99), Grade::Good).0, 100);
        let wide = [0.2, 100.0, 100.0, 100.0];
        let (low, high) = reached(wide, before(99), Grade::Good);
        assert!(low >= 101 && high > 107, "{low}–{high}");
        let century = [LONGEST; 4];
        assert_eq!(
            reached(century, before(LONGEST as i64 - 1), Grade::Hard),
            (36_500, 36_500)
        );
    }

    #[test]
    fn of_even_days_every_one_is_taken() {
        assert_eq!(
            reached([0.2, 1.0, 17.0, 60.0], before(3), Grade::Good),
            (14, 20)
        );
        assert_eq!(
            reached([0.2, 1.0, 100.0, 300.0], before(3), Grade::Good),
            (93, 107)
        );
    }

    #[test]
    fn a_light_day_is_taken() {
        let mut load: Load = (0..60).flat_map(|days| [today().plus(days); 5]).collect();
        load.remove(today().plus(31));
        for seed in 0..50 {
            let days = promised([0.2, 5.0, 30.0, 60.0], before(0), &load, seed);
            assert_eq!(days[2], 31);
        }
    }

    #[test]
    fn a_load_that_only_falls_moves_no_interval() {
        // The far end is the lightest day, but no lighter than the slope says.
        let falling: Vec<f64> = (0..7).map(|at| f64::from(30 - 3 * at)).collect();
        assert_eq!(lightest(14, &falling), [14, 15, 16, 17, 18, 19, 20]);
        let mut dent = falling;
        dent[2] -= 2.0;
        assert_eq!(lightest(14, &dent), [16]);
        assert_eq!(lightest(3, &[9.0]), [3]);
        assert_eq!(lightest(3, &[9.0, 2.0]), [3, 4]);
    }

    #[test]
    fn beyond_ninety_days_the_load_does_not_count() {
        let load: Load = (0..400)
            .filter(|days| *days != 101)
            .flat_map(|days| [today().plus(days); 9])
            .collect();
        let at = |seed| promised([0.2, 1.0, 100.0, 300.0], before(3), &load, seed)[2];
        assert!((0..50).any(|seed| at(seed) != 101));
    }

    #[test]
    fn a_face_is_no_load_to_itself() {
        let due = today().plus(31);
        let load: Load = [due].into_iter().collect();
        let places = |own| Places {
            today: today(),
            load: &load,
            own,
            seed: 1,
        };
        assert_eq!(
            (places(None).load_in(31), places(Some(due)).load_in(31)),
            (1.0, 0.0)
        );
    }

    #[test]
    fn seeds_and_choices_are_the_same_everywhere() {
        assert_eq!(seed(&key("a"), 1), 0x84cc_ce42_129a_6085);
        assert_eq!(seed(&key("ow-definition#c2"), 12), 0x9d02_05c8_a9e7_a2cf);
        let days = promised(
            [0.2, 10.0, 30.0, 120.0],
            before(5),
            &Load::default(),
            seed(&key("a"), 1),
        );
        assert_eq!(days, [0, 12, 27, 120]);
    }

    #[test]
    fn no_promise_lies_past_the_year_9999() {
        let promises = Promises {
            today: "9999-12-01".parse().unwrap(),
            days: [0, 3, 40, 36_500],
        };
        let days = Grade::ALL.map(|grade| promises.day(grade).to_string());
        assert_eq!(
            days,
            ["9999-12-01", "9999-12-04", "9999-12-31", "9999-12-31"]
        );
        assert_eq!(promises.interval(Grade::Easy), 30);
    }

    fn review(day: &str, grade: Grade, due: &str) -> Review {
        Review {
            at: format!("{day}T12:00:00.000+00:00").parse().unwrap(),
            day: day.parse().unwrap(),
            grade,
            ms: 1000,
            due: due.parse().unwrap(),
        }
    }

    fn after(reviews: Vec<Review>) -> [i64; 4] {
        let face = FaceHistory::new(reviews);
        let (memory, config) = (Memory::new(), Config::default());
        let scheduler = Scheduler {
            memory: &memory,
            config: &config,
        };
        let promises = scheduler.promises(&key("a"), Some(&face), "d", today(), &Load::default());
        Grade::ALL.map(|grade| promises.interval(grade))
    }

    #[test]
    fn a_new_face_that_is_recalled_the_day_it_was_forgotten_comes_tomorrow() {
        let [_, hard, good, _] = after(vec![review("2026-11-23", Grade::Again, "2026-11-23")]);
        assert_eq!((hard, good), (1, 1));
    }

    #[test]
    fn a_lapse_that_is_recalled_the_same_day_does_not_wait_a_day_too_long() {
        let [.., good, _] = after(vec![
            review("2026-11-10", Grade::Good, "2026-11-12"),
            review("2026-11-12", Grade::Good, "2026-11-23"),
            review("2026-11-23", Grade::Again, "2026-11-23"),
        ]);
        assert_eq!(good, 2, "FSRS says 1.57");
    }

    #[test]
    fn the_decks_own_retention_counts() {
        let (memory, mut config) = (Memory::new(), Config::default());
        let easy = |config: &Config| {
            let scheduler = Scheduler {
                memory: &memory,
                config,
            };
            let promises = scheduler.promises(&key("a"), None, "d", today(), &Load::default());
            promises.interval(Grade::Easy)
        };
        let usual = easy(&config);
        config.decks.insert(
            "d".into(),
            crate::config::DeckConfig {
                desired_retention: Some(0.7),
                ..crate::config::DeckConfig::default()
            },
        );
        assert!(easy(&config) > usual);
    }
}
