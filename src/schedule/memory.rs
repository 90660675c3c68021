//! Memory states: FSRS applied to a face's reviews.
//!
//! It knows parameters, reviews and days, never decks, settings or a terminal.

use fsrs::{FSRS, MemoryState};

use super::parameters::Parameters;
use super::steps::Steps;
use crate::history::{Grade, Review, Stretch};
use crate::time::Day;

/// The FSRS engine with its parameters.
#[derive(Debug, Clone)]
pub struct Memory {
    fsrs: FSRS,
    steps: Steps,
    parameters: Parameters,
}

impl PartialEq for Memory {
    fn eq(&self, other: &Self) -> bool {
        self.parameters == other.parameters
    }
}

/// A memory state after a review, or as imported.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Remembered {
    /// The latest learning day of any review so far: a clock that was set back does not count.
    pub on: Day,
    /// Stability (days) and difficulty (1–10).
    pub state: MemoryState,
}

/// The unrounded interval in days for each grade, from `Again` to `Easy`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Intervals(pub [f32; 4]);

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl Memory {
    /// Returns an engine with the default parameters.
    pub fn new() -> Self {
        Self::with(&Parameters::default())
    }

    /// Returns an engine with these parameters.
    pub fn with(parameters: &Parameters) -> Self {
        Self {
            fsrs: parameters.engine(),
            steps: Steps::new(parameters),
            parameters: *parameters,
        }
    }

    /// Returns the stability (days) and difficulty (1–10) after all of `past`; `None` for a new face.
    pub fn state<'a>(&self, past: impl Into<Stretch<'a>>) -> Option<MemoryState> {
        let past = past.into();
        self.after(imported(&past), past.reviews)
            .map(|remembered| remembered.state)
    }

    /// Returns the memory state after `reviews`, which follow those that led to `before`; `None` for a new face. In steps
    /// or at once, the result is the same.
    pub fn after(&self, before: Option<Remembered>, reviews: &[Review]) -> Option<Remembered> {
        reviews.iter().fold(before, |before, review| {
            let days = before.map_or(0, |before| review.day.elapsed_since(before.on));
            let state = before.map(|before| before.state);
            Some(Remembered {
                on: before.map_or(review.day, |before| before.on.max(review.day)),
                state: self.next(state, days, review.grade),
            })
        })
    }

    /// Returns the state after an answer that was given `days` after the one that led to `state`, or after a first answer.
    ///
    /// Elapsed days are differences of learning days; a clock that was set back counts as the same day.
    pub fn next(&self, state: Option<MemoryState>, days: u32, grade: Grade) -> MemoryState {
        match state {
            Some(state) => self.steps.next(state, days, grade),
            None => self.steps.first(grade),
        }
    }

    /// Returns the probability of recall (0–1) on `today`; `None` for a new face.
    pub fn retrievability<'a>(&self, past: impl Into<Stretch<'a>>, today: Day) -> Option<f32> {
        let past = past.into();
        let state = self.state(past)?;
        Some(self.recall(state, self.since(past, today)))
    }

    /// Returns the learning days from the latest review or imported state to `today`; 0 for a new face.
    pub fn since<'a>(&self, past: impl Into<Stretch<'a>>, today: Day) -> u32 {
        let past = past.into();
        let known = past.known.map(|known| known.day);
        let days = past.reviews.iter().map(|review| review.day).chain(known);
        days.max().map_or(0, |last| today.elapsed_since(last))
    }

    /// Returns the probability of recall (0–1) `days` after the review that led to `state`.
    pub fn recall(&self, state: MemoryState, days: u32) -> f32 {
        self.steps.recall(state, days)
    }

    /// Returns the interval for each grade on `today`, from 0.001 day to a century.
    ///
    /// The desired retention is clamped to 0.70–0.99.
    pub fn intervals<'a>(
        &self,
        past: impl Into<Stretch<'a>>,
        retention: f32,
        today: Day,
    ) -> Intervals {
        let past = past.into();
        // FSRS checks none of this (6.6.2): 0, 1 and NaN would give infinite or negative intervals.
        let retention = if retention.is_finite() {
            retention.clamp(0.70, 0.99)
        } else {
            0.90
        };
        let state = self.state(past);
        let next = self
            .fsrs
            .next_states(state, retention, self.since(past, today));
        let days = match next {
            Ok(next) => [next.again, next.hard, next.good, next.easy].map(|state| state.interval),
            Err(_) => [0.0, 1.0, 2.0, 4.0],
        };
        Intervals(days.map(|days| {
            if days.is_finite() {
                days.clamp(0.001, LONGEST)
            } else {
                1.0
            }
        }))
    }
}

impl Intervals {
    /// Returns the interval for a grade, in days.
    pub fn of(&self, grade: Grade) -> f32 {
        let [again, hard, good, easy] = self.0;
        match grade {
            Grade::Again => again,
            Grade::Hard => hard,
            Grade::Good => good,
            Grade::Easy => easy,
        }
    }
}

/// The longest interval, in days: a century, the default maximum interval of Anki (c32cb29, 2026-08).
pub const LONGEST: f32 = 36_500.0;

/// Returns the memory state imported from another program; `None` without one, or if the engine can't continue from it.
pub fn imported(past: &Stretch) -> Option<Remembered> {
    let known = past.known?;
    let state = MemoryState {
        stability: known.stability,
        difficulty: known.difficulty,
    };
    let is_usable =
        state.stability > 0.0 && state.stability.is_finite() && state.difficulty.is_finite();
    is_usable.then_some(Remembered {
        on: known.day,
        state,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Known;

    fn review(day: &str, grade: Grade) -> Review {
        Review {
            at: format!("{day}T12:00:00.000+00:00").parse().unwrap(),
            day: day.parse().unwrap(),
            grade,
            ms: 1000,
            due: day.parse().unwrap(),
        }
    }

    #[test]
    fn a_new_face_gets_the_engines_first_intervals() {
        let memory = Memory::new();
        let Intervals(days) = memory.intervals(&[][..], 0.9, "2026-11-23".parse().unwrap());
        assert!(days.windows(2).all(|pair| pair[0] < pair[1]), "{days:?}");
        assert_eq!(
            memory.retrievability(&[][..], "2026-11-23".parse().unwrap()),
            None
        );
    }

    #[test]
    fn recall_fades_with_the_days() {
        let memory = Memory::new();
        let reviews = [review("2026-11-20", Grade::Good)];
        let on = |day: &str| {
            memory
                .retrievability(&reviews[..], day.parse().unwrap())
                .unwrap()
        };
        assert!(on("2026-11-20") > 0.99);
        assert!(on("2026-11-22") > on("2026-11-30"));
        assert!(on("2026-11-30") > 0.0);
        assert_eq!(
            on("2020-01-01"),
            on("2026-11-20"),
            "a clock set back counts as the same day"
        );
    }

    /// Returns reviews with these grades; each number is the days since the review before.
    fn apart(answers: &[(Grade, i64)]) -> Vec<Review> {
        let mut day: Day = "2020-01-01".parse().unwrap();
        answers
            .iter()
            .map(|(grade, days)| {
                day = day.plus(*days);
                review(&day.to_string(), *grade)
            })
            .collect()
    }

    /// The figures come from an independent FSRS-6 (plain Python, from the published formulas) that was checked against
    /// Anki and py-fsrs.
    #[test]
    fn states_are_those_of_other_implementations() {
        use Grade::{Again, Easy, Good, Hard};
        type Case = (&'static [(Grade, i64)], f32, f32);
        let cases: [Case; 5] = [
            (&[(Good, 0)], 2.3065, 2.118_104),
            (&[(Again, 0), (Good, 0), (Good, 1)], 2.021_477_3, 6.390_941),
            (
                &[(Good, 0), (Good, 2), (Again, 11), (Good, 0), (Easy, 2)],
                7.865_282,
                6.489_845_5,
            ),
            (
                &[
                    (Hard, 0),
                    (Good, 1),
                    (Hard, 4),
                    (Easy, 9),
                    (Again, 60),
                    (Again, 0),
                    (Good, 0),
                    (Good, 1),
                ],
                1.755_957_2,
                9.479_453,
            ),
            (
                &[(Easy, 0), (Easy, 8), (Easy, 100), (Easy, 900)],
                3_158.031_8,
                1.0,
            ),
        ];
        for (answers, stability, difficulty) in cases {
            let state = Memory::new().state(&apart(answers)[..]).unwrap();
            let near = |found: f32, wanted: f32| (found / wanted - 1.0).abs() < 1e-5;
            assert!(
                near(state.stability, stability) && near(state.difficulty, difficulty),
                "{answers:?}: {state:?}"
            );
        }
    }

    #[test]
    fn what_another_program_said_is_where_a_memory_begins() {
        let known = Known {
            at: "2026-11-10T12:00:00.000+00:00".parse().unwrap(),
            day: "2026-11-10".parse().unwrap(),
            stability: 20.0,
            difficulty: 6.0,
            due: "2026-11-20".parse().unwrap(),
        };
        let reviews = [
            review("2026-11-20", Grade::Good),
            review("2026-11-20", Grade::Hard),
        ];
        let past = |count: usize| Stretch {
            known: Some(&known),
            reviews: &reviews[..count],
            ended: None,
        };
        let memory = Memory::new();
        let day = "2026-11-20".parse().unwrap();
        let begun = memory.state(past(0)).unwrap();
        assert_eq!((begun.stability, begun.difficulty), (20.0, 6.0));
        let recall = memory.retrievability(past(0), day).unwrap();
        assert_eq!(recall, memory.recall(begun, 10));
        // FSRS itself continues from there: ten days later, then on the same day.
        let engine = FSRS::default();
        let first = engine.next_states(Some(begun), 0.9, 10).unwrap().good;
        let second = engine.next_states(Some(first.memory), 0.9, 0).unwrap().hard;
        assert_eq!(memory.state(past(1)), Some(first.memory));
        assert_eq!(memory.state(past(2)), Some(second.memory));
        // Step by step as at once.
        let one = memory.after(imported(&past(0)), &reviews[..1]);
        let two = memory.after(one, &reviews[1..]);
        let states = [one, two].map(|one| one.map(|one| one.state));
        assert_eq!(states, [Some(first.memory), Some(second.memory)]);
        assert_eq!(
            memory.intervals(past(0), 0.9, day).of(Grade::Good),
            first.interval
        );
        // A state that the engine can't continue from is ignored.
        let senseless = Known {
            stability: 0.0,
            ..known
        };
        let past = Stretch {
            known: Some(&senseless),
            ..past(1)
        };
        assert_eq!(memory.state(past), memory.state(&reviews[..1]));
    }

    #[test]
    fn the_decay_is_that_of_the_parameters() {
        let mut numbers = fsrs::DEFAULT_PARAMETERS;
        numbers[20] = 0.5;
        let memory = Memory::with(&Parameters::new(&numbers).unwrap().0);
        let state = MemoryState {
            stability: 10.0,
            difficulty: 5.0,
        };
        // FSRS-6: (1 + days / stability · (0.9^(−1 / decay) − 1))^−decay.
        assert!((memory.recall(state, 10) - 0.9).abs() < 1e-6);
        assert!((memory.recall(state, 100) - 0.546_711_1).abs() < 1e-6);
        assert!((Memory::new().recall(state, 100) - 0.692_826_6).abs() < 1e-6);
    }

    #[test]
    fn senseless_targets_give_sensible_intervals() {
        let memory = Memory::new();
        for retention in [0.0, 1.0, f32::NAN, f32::INFINITY, -1.0] {
            let Intervals(days) =
                memory.intervals(&[][..], retention, "2026-11-23".parse().unwrap());
            assert!(
                days.iter().all(|days| (0.0..=LONGEST).contains(days)),
                "{retention}: {days:?}"
            );
        }
    }
}
