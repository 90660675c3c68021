//! The steps of FSRS-6 from one memory state to the next, equal to the engine's to the last bit.
//!
//! At each step the engine computes all branches of its formula, and its constants anew: figures that replay every answer
//! of a lifetime spent most of their time there. This computes the branch that the answer needs, and the constants once.
//! The scheduling stays the engine's: tests compare each result with it.

use fsrs::MemoryState;

use super::parameters::Parameters;
use crate::history::Grade;

/// The range of stabilities, in days (fsrs 6.6.2, `src/simulation.rs`).
const STABLE: (f32, f32) = (0.001, 36_500.0);
/// The range of difficulties (there too).
const DIFFICULT: (f32, f32) = (1.0, 10.0);

/// A set of parameters, prepared for many steps.
///
/// The formulas are those of fsrs 6.6.2 (`src/model.rs`, `src/inference.rs`), with the operations in the same order: the
/// results would differ in their last digits otherwise.
#[derive(Debug, Clone)]
pub(super) struct Steps {
    parameters: Parameters,
    /// What depends on the grade alone.
    by_grade: [Graded; 4],
    /// The steepness of the forgetting curve in a step.
    steep: f32,
    /// The same where a retrievability alone is asked for: the engine rounds it differently there.
    steep_alone: f32,
    /// The factor of all growth, `e^w8`.
    growth: f32,
    /// The least loss after a failure, as the divisor of the stability.
    loss: f32,
    /// The difficulty towards which every answer leads a little: that after a first `Easy`, unbounded.
    goal: f32,
}

/// What depends on a grade and the parameters alone.
#[derive(Debug, Clone, Copy)]
struct Graded {
    /// The state after a first answer.
    first: MemoryState,
    /// The change of the difficulty, before it is damped.
    harder: f32,
    /// The factor of the stability after another answer of the same day, but for a power of the stability.
    same_day: f32,
    /// The factors of the growth after a success: that of `Hard`, and that of `Easy`.
    factors: (f32, f32),
}

impl Steps {
    /// Prepares `parameters`.
    pub(super) fn new(parameters: &Parameters) -> Self {
        let w = parameters.numbers();
        let decay = -w[20];
        let difficulty = |rating: f32| w[4] - (w[5] * (rating - 1.0)).exp() + 1.0;
        let graded = |rating: f32, stability: f32, factors: (f32, f32)| Graded {
            first: MemoryState {
                stability: stability.clamp(STABLE.0, STABLE.1),
                difficulty: difficulty(rating).clamp(DIFFICULT.0, DIFFICULT.1),
            },
            harder: -w[6] * (rating - 3.0),
            same_day: (w[17] * (rating - 3.0 + w[18])).exp(),
            factors,
        };
        Self {
            parameters: *parameters,
            by_grade: [
                graded(1.0, w[0], (1.0, 1.0)),
                graded(2.0, w[1], (w[15], 1.0)),
                graded(3.0, w[2], (1.0, 1.0)),
                graded(4.0, w[3], (1.0, w[16])),
            ],
            steep: (0.9f32.ln() / decay).exp() - 1.0,
            steep_alone: 0.9f32.powf(1.0 / decay) - 1.0,
            growth: w[8].exp(),
            loss: (w[17] * w[18]).exp(),
            goal: difficulty(4.0),
        }
    }

    fn of(&self, grade: Grade) -> &Graded {
        let [again, hard, good, easy] = &self.by_grade;
        match grade {
            Grade::Again => again,
            Grade::Hard => hard,
            Grade::Good => good,
            Grade::Easy => easy,
        }
    }

    /// Returns the state after a first answer.
    pub(super) fn first(&self, grade: Grade) -> MemoryState {
        self.of(grade).first
    }

    /// Returns the state after an answer that was given `days` after the one that led to `state`.
    #[inline]
    pub(super) fn next(&self, state: MemoryState, days: u32, grade: Grade) -> MemoryState {
        let stability = state.stability.clamp(STABLE.0, STABLE.1);
        let difficulty = state.difficulty.clamp(DIFFICULT.0, DIFFICULT.1);
        let next = match (days, grade) {
            (0, _) => self.on_the_same_day(stability, grade),
            (_, Grade::Again) => self.after_failure(stability, difficulty, days),
            _ => self.after_success(stability, difficulty, days, grade),
        };
        MemoryState {
            stability: next.clamp(STABLE.0, STABLE.1),
            difficulty: self.next_difficulty(difficulty, grade),
        }
    }

    /// Returns the probability of recall (0–1) `days` after the answer that led to `state`.
    #[inline]
    pub(super) fn recall(&self, state: MemoryState, days: u32) -> f32 {
        let decay = self.parameters.decay();
        (days as f32 / state.stability * self.steep_alone + 1.0).powf(-decay)
    }

    fn on_the_same_day(&self, stability: f32, grade: Grade) -> f32 {
        let w = self.parameters.numbers();
        let factor = self.of(grade).same_day * stability.powf(-w[19]);
        match grade {
            Grade::Again => stability * factor,
            _ => stability * factor.max(1.0),
        }
    }

    fn after_success(&self, stability: f32, difficulty: f32, days: u32, grade: Grade) -> f32 {
        let w = self.parameters.numbers();
        let (hard, easy) = self.of(grade).factors;
        let forgotten = 1.0 - self.recall_before(stability, days);
        let growth = self.growth
            * (11.0 - difficulty)
            * stability.powf(-w[9])
            * ((forgotten * w[10]).exp() - 1.0)
            * hard
            * easy;
        stability * (growth + 1.0)
    }

    fn after_failure(&self, stability: f32, difficulty: f32, days: u32) -> f32 {
        let w = self.parameters.numbers();
        let forgotten = 1.0 - self.recall_before(stability, days);
        let next = w[11]
            * difficulty.powf(-w[12])
            * ((stability + 1.0).powf(w[13]) - 1.0)
            * (forgotten * w[14]).exp();
        next.min(stability / self.loss)
    }

    fn recall_before(&self, stability: f32, days: u32) -> f32 {
        let decay = self.parameters.decay();
        (days as f32 / stability * self.steep + 1.0).powf(-decay)
    }

    fn next_difficulty(&self, difficulty: f32, grade: Grade) -> f32 {
        let w = self.parameters.numbers();
        let damped = (10.0 - difficulty) * self.of(grade).harder / 9.0;
        let next = difficulty + damped;
        let next = w[7] * (self.goal - next) + next;
        next.clamp(DIFFICULT.0, DIFFICULT.1)
    }
}

#[cfg(test)]
mod tests {
    use fsrs::{FSRSItem, FSRSReview};
    use proptest::prelude::*;

    use super::*;
    use crate::schedule::parameters::tests::any_parameters;

    /// Any finite state from which a memory may go on, within the engine's ranges or not.
    fn any_state() -> impl Strategy<Value = MemoryState> {
        let stability = prop_oneof![1e-6f32..1e-2, 0.01f32..100.0, 100.0f32..1e6];
        let difficulty = prop_oneof![Just(1.0f32), Just(10.0), 1.0f32..10.0, -5.0f32..20.0];
        (stability, difficulty).prop_map(|(stability, difficulty)| MemoryState {
            stability,
            difficulty,
        })
    }

    fn any_days() -> impl Strategy<Value = u32> {
        prop_oneof![Just(0u32), 1u32..4, 1u32..60, 1u32..2000, Just(u32::MAX)]
    }

    fn bits(state: MemoryState) -> (u32, u32) {
        (state.stability.to_bits(), state.difficulty.to_bits())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        /// From a new face or an imported state on, each step is the engine's to the last bit.
        #[test]
        fn each_step_is_the_engines(
            parameters in any_parameters(),
            start in proptest::option::of(any_state()),
            answers in proptest::collection::vec((any_days(), 0usize..4), 1..16),
        ) {
            let (engine, steps) = (parameters.engine(), Steps::new(&parameters));
            let mut state = start;
            let reviews: Vec<FSRSReview> = answers.iter().map(|(days, grade)| FSRSReview {
                rating: Grade::ALL[*grade] as u32,
                delta_t: *days,
            }).collect();
            for (at, (days, grade)) in answers.iter().enumerate() {
                let grade = Grade::ALL[*grade];
                let next = state.map_or(steps.first(grade), |state| steps.next(state, *days, grade));
                let one = FSRSItem { reviews: reviews[at..=at].to_vec() };
                let all = FSRSItem { reviews: reviews[..=at].to_vec() };
                prop_assert_eq!(bits(next), bits(engine.memory_state(one, state).unwrap()));
                prop_assert_eq!(bits(next), bits(engine.memory_state(all, start).unwrap()));
                state = Some(next);
            }
        }

        /// The probability of recall is the engine's to the last bit.
        #[test]
        fn each_probability_is_the_engines(parameters in any_parameters(), state in any_state(), days in any_days()) {
            let said = Steps::new(&parameters).recall(state, days);
            let engines = fsrs::current_retrievability(state, days as f32, parameters.decay());
            prop_assert_eq!(said.to_bits(), engines.to_bits());
        }
    }
}
