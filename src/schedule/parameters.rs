//! The 21 numbers that FSRS-6 works with: one person's, or the crate's defaults.
//!
//! It knows the `fsrs` crate and nothing else of the program.

use std::ops::RangeInclusive;

use fsrs::{DEFAULT_PARAMETERS, FSRS};
use thiserror::Error;

/// The number of parameters in FSRS-6.
pub const COUNT: usize = 21;

/// The ranges to which the crate silently clips each number (fsrs 6.6.2, `src/parameter_clipper.rs`, with one
/// relearning step, as [`FSRS::new`] calls it).
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

/// The parameters of FSRS-6: finite, each within its range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameters([f32; COUNT]);

/// The reason why some numbers are not parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ParametersError {
    /// There are too few or too many; the count.
    #[error("expected {COUNT} numbers, found {0}")]
    Count(usize),
    /// One is infinite or not a number; its position, counted from 1.
    #[error("number {0} is not finite")]
    NotFinite(usize),
}

/// A number that was out of its range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clipped {
    /// Its position, counted from 1.
    pub number: usize,
    /// The value given.
    pub from: f32,
    /// The value used: the nearest end of its range.
    pub to: f32,
}

impl Parameters {
    /// Returns the parameters in `numbers`, and those that had to be clipped into their range.
    ///
    /// # Errors
    /// Fails unless there are exactly [`COUNT`], all finite.
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

    /// Returns the numbers in the crate's order, `w[0]` to `w[20]`.
    pub fn numbers(&self) -> &[f32; COUNT] {
        &self.0
    }

    /// Returns the decay of the forgetting curve, `w[20]`, 0.1–0.8.
    pub fn decay(&self) -> f32 {
        let [.., decay] = self.0;
        decay
    }

    /// Returns an engine with these parameters.
    pub(crate) fn engine(&self) -> FSRS {
        // The crate rejects only what `new` has already rejected.
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
pub(super) mod tests {
    use super::*;
    use fsrs::{FSRSItem, FSRSReview};
    use proptest::prelude::*;

    /// Any parameters: the defaults with some numbers replaced, those at the ends of their ranges among them.
    pub(in crate::schedule) fn any_parameters() -> impl Strategy<Value = Parameters> {
        let number = (0..COUNT, prop_oneof![Just(0.0f32), Just(1.0), 0.0f32..1.0]);
        proptest::collection::vec(number, 0..2 * COUNT).prop_map(|replaced| {
            let mut numbers = DEFAULT_PARAMETERS;
            for (at, part) in replaced {
                let (least, most) = (*RANGES[at].start(), *RANGES[at].end());
                numbers[at] = least + part * (most - least);
            }
            Parameters::new(&numbers).unwrap().0
        })
    }

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
