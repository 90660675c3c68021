//! The layer: four numbers that follow the person, on top of what the parameters predict for the card.
//!
//! Log-odds of recall = logit(p) + m · (logit(p) − 2, 1, slowness of the last answer, form of the day). The weights m
//! are learnt answer by answer by an online Bayesian logistic regression: a Gaussian posterior, updated by the extended
//! Kalman filter's step (as in Spiegelhalter & Lauritzen 1990). It knows numbers alone, no types of the program.

use super::recall::bounded;

/// One number each for slope, level, slowness and day.
pub type Four = [f64; 4];

/// Prior standard deviations of the weights.
const PRIOR: Four = [0.15, 0.3, 0.3, 0.3];

/// The variance that the level gains with each answer: it may drift.
const DRIFT: f64 = 1e-4;

/// The number of answers after which the mean of answer times forgets as fast as it learns.
const REMEMBERED: f64 = 2000.0;

/// The learner's state about the person, apart from the cards.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// The weights of slope, level, slowness and day.
    pub weights: Four,
    /// Their covariance.
    pub covariance: [Four; 4],
    /// The learning day of the last answer.
    pub day: i32,
    /// Recalled minus expected, summed over the day's answers.
    pub miss: f64,
    /// The variance of that sum.
    pub variance: f64,
    /// The mean logarithm of the seconds per answer.
    pub mean: f64,
    /// The number of answers behind that mean.
    pub seen: f64,
}

impl Default for Layer {
    fn default() -> Self {
        let mut covariance = [[0.0; 4]; 4];
        for (at, (row, sd)) in covariance.iter_mut().zip(PRIOR).enumerate() {
            if let Some(own) = row.get_mut(at) {
                *own = sd * sd;
            }
        }
        Self {
            weights: [0.0; 4],
            covariance,
            day: i32::MIN,
            miss: 0.0,
            variance: 0.0,
            mean: 2.0,
            seen: 20.0,
        }
    }
}

/// A prediction of the layer, with what it needs to learn from the outcome.
#[derive(Debug, Clone, Copy)]
pub struct Said {
    /// The probability of recall.
    pub probability: f64,
    features: Four,
}

impl Layer {
    /// Returns the prediction for an answer on learning day number `day`.
    ///
    /// `base` is the probability that the parameters predict; `ms` is the time that the previous answer of the same
    /// face took, in milliseconds, 0 if unknown.
    pub fn say(&mut self, base: f64, ms: u32, day: i32) -> Said {
        if day != self.day {
            self.day = day;
            self.miss = 0.0;
            self.variance = 0.0;
        }
        let form = 4.0 * self.miss / (self.variance + 2.0);
        let features = [logit(base) - 2.0, 1.0, self.slowness(ms), form];
        let odds = logit(base) + dot(&self.weights, &features);
        Said {
            probability: bounded(logistic(odds)),
            features,
        }
    }

    /// Counts an answer of `ms` milliseconds, and returns by how much it was slower than usual, as a natural logarithm.
    fn slowness(&mut self, ms: u32) -> f64 {
        if ms == 0 {
            return 0.0;
        }
        let seconds = f64::from(ms.clamp(300, 60_000)) / 1000.0;
        let slow = seconds.ln() - self.mean;
        self.seen = (self.seen + 1.0).min(REMEMBERED);
        self.mean += slow / self.seen;
        slow
    }

    /// Learns from the outcome of a prediction.
    pub fn learn(&mut self, said: &Said, recalled: bool) {
        self.covariance[1][1] += DRIFT;
        let (p, x) = (said.probability, &said.features);
        let miss = f64::from(u8::from(recalled)) - p;
        let variance = p * (1.0 - p);
        let gain = self.covariance.map(|row| dot(&row, x));
        let scale = 1.0 + variance * dot(&gain, x);
        for (weight, gain) in self.weights.iter_mut().zip(gain) {
            *weight += gain * miss / scale;
        }
        for (row, one) in self.covariance.iter_mut().zip(gain) {
            for (entry, other) in row.iter_mut().zip(gain) {
                *entry -= variance * one * other / scale;
            }
        }
        self.miss += miss;
        self.variance += variance;
    }
}

fn dot(a: &Four, b: &Four) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Returns the probability that belongs to log-odds.
pub fn logistic(odds: f64) -> f64 {
    1.0 / (1.0 + (-odds).exp())
}

/// Returns the log-odds of a probability within bounds.
fn logit(probability: f64) -> f64 {
    let p = bounded(probability);
    (p / (1.0 - p)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_learnt_says_what_the_parameters_say() {
        let said = Layer::default().say(0.87, 4000, 1);
        assert!((said.probability - 0.87).abs() < 1e-9);
    }

    #[test]
    fn someone_who_forgets_more_is_expected_to_forget_more() {
        let mut layer = Layer::default();
        for day in 0..200 {
            let said = layer.say(0.9, 0, day);
            layer.learn(&said, day % 10 < 7);
        }
        let expected = layer.say(0.9, 0, 200).probability;
        assert!((0.65..0.75).contains(&expected), "{expected}");
    }

    #[test]
    fn a_bad_day_ends_overnight_and_slowness_tells() {
        let mut layer = Layer {
            weights: [0.0, 0.0, -0.2, 0.3],
            ..Layer::default()
        };
        for _ in 0..5 {
            let said = layer.say(0.9, 0, 1);
            layer.miss += 0.0 - said.probability;
            layer.variance += 0.09;
        }
        let bad = layer.say(0.9, 0, 1).probability;
        let next_day = layer.say(0.9, 0, 2).probability;
        assert!(
            bad < 0.8 && (next_day - 0.9).abs() < 1e-9,
            "{bad} {next_day}"
        );
        let (quick, slow) = (layer.say(0.9, 1000, 2), layer.say(0.9, 50_000, 2));
        assert!(slow.probability < 0.9 && quick.probability > 0.9);
    }

    #[test]
    fn the_covariance_stays_a_covariance() {
        let mut layer = Layer::default();
        for at in 0..20_000 {
            let said = layer.say(
                if at % 3 == 0 { 0.99 } else { 0.6 },
                at * 7 % 9000,
                at as i32 / 50,
            );
            layer.learn(&said, at % 5 != 0);
        }
        for (at, row) in layer.covariance.iter().enumerate() {
            assert!(row.get(at).is_some_and(|own| *own > 0.0), "{layer:?}");
            assert!(row.iter().all(|entry| entry.is_finite()));
        }
    }
}
