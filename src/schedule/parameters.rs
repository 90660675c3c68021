//! The 21 numbers that FSRS-6 works with: one person's, or the crate's defaults.

use std::ops::RangeInclusive;

use fsrs::{DEFAULT_PARAMETERS, FSRS};
use thiserror::Error;

/// How many numbers there are.
pub const COUNT: usize = 21;

/// The ranges to which the crate clips each number without a word (fsrs 6.6.2, `src/parameter_clipper.rs`, with one
/// relearning step and as [`FSRS::new`] calls it).
const RANGES: [RangeInclusive<f32>; COUNT] = [
    0.001..=100.0,
    0.001..=100.0,
    0.001..=100.0,
    0.001..=100.0,
    1.0..=10.0,
    0.001..=4.0,
    0.001..=4.0,
    0.001..=0.75,
    0.0..=4.5,
    0.0..=0.8,
    0.001..=3.5,
    0.001..=5.0,
    0.001..=0.25,
    0.001..=0.9,
    0.0..=4.0,
    0.0..=1.0,
    1.0..=6.0,
    0.0..=2.0,
    0.0..=2.0,
    0.0..=0.8,
    0.1..=0.8,
];

/// Parameters of FSRS-6: finite, and each within its range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameters([f32; COUNT]);

/// Why some numbers are not parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ParametersError {
    /// There are too few or too many.
    #[error("expected {COUNT} numbers, found {0}")]
    Count(usize),
    /// One of them, counted from 1, is infinite or not a number.
    #[error("number {0} is not finite")]
    NotFinite(usize),
}

/// A number that was out of its range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clipped {
    /// Which of the numbers, from 1.
    pub number: usize,
    /// What it was.
    pub from: f32,
    /// What it is now: the nearest end of its range.
    pub to: f32,
}

impl Parameters {
    /// Returns the parameters that `numbers` are, and which of them had to be clipped into their range.
    ///
    /// # Errors
    /// If there are not exactly [`COUNT`], or one is not finite.
    pub fn new(numbers: &[f32]) -> Result<(Self, Vec<Clipped>), ParametersError> {
        let mut parameters: [f32; COUNT] = numbers
            .try_into()
            .map_err(|_| ParametersError::Count(numbers.len()))?;
        if let Some(at) = parameters.iter().position(|number| !number.is_finite()) {
            return Err(ParametersError::NotFinite(at + 1));
        }
        let mut clipped = Vec::new();
        for (at, (number, range)) in parameters.iter_mut().zip(&RANGES).enumerate() {
            let (from, to) = (*number, number.clamp(*range.start(), *range.end()));
            if from != to {
                *number = to;
                clipped.push(Clipped {
                    number: at + 1,
                    from,
                    to,
                });
            }
        }
        Ok((Self(parameters), clipped))
    }

    /// Returns the numbers, in the order of the crate: `w[0]` to `w[20]`.
    pub fn numbers(&self) -> &[f32; COUNT] {
        &self.0
    }

    /// Returns the decay of the forgetting curve, `w[20]`: 0.1–0.8.
    pub fn decay(&self) -> f32 {
        let [.., decay] = self.0;
        decay
    }

    /// Returns the engine that works with them.
    pub(crate) fn engine(&self) -> FSRS {
        // The crate refuses only what `new` has refused already.
        FSRS::new(&self.0).unwrap_or_default()
    }
}

impl Default for Parameters {
    /// Returns the crate's defaults, which fit most people fairly well.
    fn default() -> Self {
        Self(DEFAULT_PARAMETERS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fsrs::{FSRSItem, FSRSReview};

    #[test]
    fn there_are_21_finite_numbers() {
        assert_eq!(
            Parameters::new(&[0.5; 19]).unwrap_err().to_string(),
            "expected 21 numbers, found 19"
        );
        let mut numbers = DEFAULT_PARAMETERS;
        numbers[4] = f32::NAN;
        assert_eq!(
            Parameters::new(&numbers).unwrap_err().to_string(),
            "number 5 is not finite"
        );
    }

    #[test]
    fn the_defaults_are_within_their_ranges() {
        assert_eq!(
            Parameters::new(&DEFAULT_PARAMETERS),
            Ok((Parameters::default(), Vec::new()))
        );
    }

    #[test]
    fn what_is_out_of_range_is_clipped_and_named() {
        let mut numbers = DEFAULT_PARAMETERS;
        (numbers[0], numbers[20]) = (-3.0, 9.0);
        let (parameters, clipped) = Parameters::new(&numbers).unwrap();
        assert_eq!(parameters.decay(), 0.8);
        let clipped: Vec<_> = clipped
            .iter()
            .map(|clipped| (clipped.number, clipped.from, clipped.to))
            .collect();
        assert_eq!(clipped, [(1, -3.0, 0.001), (21, 9.0, 0.8)]);
    }

    /// The ranges are the crate's own: below and above each, what we clip and what the crate clips are one engine.
    #[test]
    fn the_ranges_are_those_of_the_crate() {
        let reviews = [(1, 0), (3, 0), (3, 2), (2, 9), (1, 30), (4, 1), (4, 400)];
        let reviews = reviews.map(|(rating, delta_t)| FSRSReview { rating, delta_t });
        let item = || FSRSItem {
            reviews: reviews.to_vec(),
        };
        for (at, out) in (0..COUNT).flat_map(|at| [(at, -1000.0), (at, 1000.0)]) {
            let mut numbers = DEFAULT_PARAMETERS;
            numbers[at] = out;
            let ours = Parameters::new(&numbers).unwrap().0.engine();
            let crates = FSRS::new(&numbers).unwrap();
            let states = |engine: &FSRS| engine.historical_memory_states(item(), None).unwrap();
            assert_eq!(states(&ours), states(&crates), "number {}: {out}", at + 1);
            let interval = |engine: &FSRS| engine.next_interval(Some(10.0), 0.8, 3);
            assert_eq!(
                interval(&ours),
                interval(&crates),
                "number {}: {out}",
                at + 1
            );
        }
    }
}
