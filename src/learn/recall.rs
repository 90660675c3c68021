//! The predictions of one set of parameters for a face before it is asked.
//!
//! It knows answers and the engine, never a history, a file or a terminal.

use fsrs::{DEFAULT_PARAMETERS, FSRS, FSRSItem, MemoryState};

use super::Weights;
use super::answers::{Answer, Answers, Judged, Run, reviews};

/// The least probability that is predicted; the greatest is 1 minus it. A single surprise costs at most 9.2 of log
/// likelihood.
pub const LEAST: f64 = 1e-4;

/// Returns `probability`, limited to [`LEAST`] and 1 − [`LEAST`].
pub fn bounded(probability: f64) -> f64 {
    if probability.is_finite() {
        probability.clamp(LEAST, 1.0 - LEAST)
    } else {
        0.9
    }
}

/// FSRS with one set of parameters.
#[derive(Debug, Clone)]
pub struct Curve {
    engine: FSRS,
    decay: f32,
}

impl Curve {
    /// Returns a curve with `weights`, clipped to what the engine accepts.
    pub fn new(weights: &Weights) -> Self {
        let [.., decay] = *weights;
        Self {
            engine: FSRS::new(weights).unwrap_or_default(),
            // The engine clips its own copy (fsrs 6.6.2, parameter_clipper) and doesn't show it.
            decay: decay.clamp(0.1, 0.8),
        }
    }

    /// Returns a curve with the default parameters.
    pub fn default_curve() -> Self {
        Self::new(&DEFAULT_PARAMETERS)
    }

    /// Returns the probability of recall (0–1) `days` after the review that led to `state`.
    pub fn recall(&self, state: MemoryState, days: u32) -> f64 {
        bounded(f64::from(fsrs::current_retrievability(
            state,
            days as f32,
            self.decay,
        )))
    }

    /// Returns the probability of recall (0–1) for each of `judged`, given the answers before it in its run.
    ///
    /// Each run is replayed once, so the time grows with the lengths of the runs.
    pub fn of(&self, answers: &Answers, judged: &[Judged]) -> Vec<f32> {
        let mut order: Vec<usize> = (0..judged.len()).collect();
        order.sort_unstable_by_key(|at| judged.get(*at).map(|place| (place.run, place.index)));
        let run_of = |at: &usize| judged.get(*at).map(|place| place.run);
        let mut said = vec![UNKNOWN; judged.len()];
        for same_run in order.chunk_by(|a, b| run_of(a) == run_of(b)) {
            let last = same_run.last().and_then(|at| judged.get(*at));
            let Some((run, known)) = last.and_then(|place| answers.up_to(*place)) else {
                continue;
            };
            let states = self.states(run, known);
            for at in same_run {
                let index = judged.get(*at).map_or(0, |place| place.index as usize);
                let state = index.checked_sub(1).and_then(|before| states.get(before));
                if let (Some(state), Some(answer), Some(said)) =
                    (state, known.get(index), said.get_mut(*at))
                {
                    *said = self.recall(*state, answer.elapsed) as f32;
                }
            }
        }
        said
    }

    /// Returns the probability of recall (0–1) `days` after the last of `known`, the answers of one run from `start`
    /// on; `None` if the engine rejects them.
    pub fn then(&self, start: Option<MemoryState>, known: &[Answer], days: u32) -> Option<f64> {
        let item = FSRSItem {
            reviews: reviews(known),
        };
        let state = self.engine.memory_state(item, start).ok()?;
        Some(self.recall(state, days))
    }

    /// Returns the memory state after each of `known`, the answers of `run`; empty if the engine rejects one of them.
    fn states(&self, run: &Run, known: &[Answer]) -> Vec<MemoryState> {
        let item = FSRSItem {
            reviews: reviews(known),
        };
        let mut states = self
            .engine
            .historical_memory_states(item, run.start)
            .unwrap_or_default();
        if run.start.is_some() && !states.is_empty() {
            // The engine puts the starting state before the others.
            states.remove(0);
        }
        states
    }
}

/// The prediction where the engine gives none.
const UNKNOWN: f32 = 0.9;

#[cfg(test)]
mod tests {
    use super::super::answers::tests::answer;
    use super::*;

    #[test]
    fn one_replay_says_what_each_prefix_says() {
        let days = [
            (0, 0, 1),
            (0, 0, 3),
            (2, 2, 3),
            (9, 7, 1),
            (9, 0, 3),
            (12, 3, 4),
        ];
        let answers_of = |start: Option<MemoryState>| {
            let mut answers = Answers::default();
            let all = days.iter().zip(0..);
            let all = all.map(|((day, elapsed, grade), at)| answer(at, *day, *elapsed, *grade));
            answers.push(1, 1, start, all);
            answers
        };
        let imported = MemoryState {
            stability: 12.5,
            difficulty: 6.1,
        };
        for start in [None, Some(imported)] {
            let answers = answers_of(start);
            let judged = answers.judged(None);
            let curve = Curve::default_curve();
            let mut backwards = judged.clone();
            backwards.reverse();
            let mut said = curve.of(&answers, &backwards);
            said.reverse();
            assert_eq!(said.len(), 3);
            for (place, said) in judged.iter().zip(&said) {
                let (run, known) = answers.up_to(*place).unwrap();
                let (last, before) = known.split_last().unwrap();
                let item = FSRSItem {
                    reviews: reviews(before),
                };
                let state = FSRS::default().memory_state(item, run.start).unwrap();
                let alone = curve.recall(state, last.elapsed) as f32;
                assert!((alone - said).abs() < 1e-6, "{alone} {said}");
            }
        }
    }

    #[test]
    fn a_decay_out_of_range_is_clipped_as_the_engine_clips_it() {
        let mut weights = DEFAULT_PARAMETERS;
        weights[20] = 9.0;
        let state = MemoryState {
            stability: 10.0,
            difficulty: 5.0,
        };
        // At the stability, recall is 90 % whatever the decay; beyond it the decay makes a difference.
        let curve = Curve::new(&weights);
        assert!((curve.recall(state, 10) - 0.9).abs() < 1e-4);
        weights[20] = 0.8;
        assert_eq!(
            curve.recall(state, 100),
            Curve::new(&weights).recall(state, 100)
        );
    }
}
