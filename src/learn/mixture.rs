//! The mixture of three predictors: the default parameters, the fitted ones, and the layer on both.
//!
//! Each counts as much as it has earned by predicting answers before they were given: a Bayesian mixture with equal
//! priors, whose total log loss is never more than ln 3 above that of the best of the three. It knows answers and
//! numbers, never a history, a file or a terminal.

use super::answers::Answer;
use super::layer::{Layer, Said, logistic};
use super::recall::bounded;

/// The lead in log likelihood at which the fitted parameters start to drive intervals: odds of about 20 : 1.
const LEAD: f64 = 3.0;

/// The number of judged answers below which the fitted parameters never drive intervals.
pub const EARLIEST: usize = 400;

/// The number of forgotten answers below which they never do: without lapses nothing shows how the person forgets, and
/// a fit runs to its bounds (100 days for a new card).
pub const FORGOTTEN: u64 = 10;

/// The log likelihood of all predictions so far, by predictor.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Scores {
    /// By the default parameters.
    pub default: f64,
    /// By the parameters fitted last before each answer.
    pub fitted: f64,
    /// By the layer.
    pub layer: f64,
    /// The mixture of all three: the prediction shown to the person.
    pub said: f64,
}

/// The learner's state after some judged answers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mixture {
    /// The number of judged answers.
    pub judged: u64,
    /// The number of judged answers that were not recalled.
    pub forgotten: u64,
    /// The score of each predictor.
    pub scores: Scores,
    /// The state about the person, apart from the cards.
    pub layer: Layer,
    /// Whether the fitted parameters drive intervals.
    pub fitted_leads: bool,
}

/// A prediction for one answer.
#[derive(Debug, Clone, Copy)]
pub struct Expected {
    /// The probability of recall.
    pub probability: f64,
    default: f64,
    fitted: f64,
    layer: Said,
}

impl Mixture {
    /// Returns the prediction for an answer on learning day number `day`.
    ///
    /// `default` and `fitted` are the probabilities that the two sets of parameters predict; `before` is the previous
    /// answer of the same face.
    pub fn expect(&mut self, default: f64, fitted: f64, before: &Answer, day: i32) -> Expected {
        let (default, fitted) = (bounded(default), bounded(fitted));
        let share = logistic(self.scores.fitted - self.scores.default);
        let base = share * fitted + (1.0 - share) * default;
        let layer = self.layer.say(base, before.ms, day);
        let Scores {
            default: a,
            fitted: b,
            layer: c,
            ..
        } = self.scores;
        let most = a.max(b).max(c);
        let weights = [a, b, c].map(|score| (score - most).exp());
        let said = [default, fitted, layer.probability];
        let sum: f64 = weights.iter().zip(said).map(|(w, said)| w * said).sum();
        Expected {
            probability: sum / weights.iter().sum::<f64>(),
            default,
            fitted,
            layer,
        }
    }

    /// Learns from the outcome of a prediction.
    pub fn learn(&mut self, expected: &Expected, recalled: bool) {
        let likelihood = |p: f64| if recalled { p.ln() } else { (1.0 - p).ln() };
        self.layer.learn(&expected.layer, recalled);
        self.scores.default += likelihood(expected.default);
        self.scores.fitted += likelihood(expected.fitted);
        self.scores.layer += likelihood(expected.layer.probability);
        self.scores.said += likelihood(expected.probability);
        self.judged += 1;
        self.forgotten += u64::from(!recalled);
        let lead = self.scores.fitted - self.scores.default;
        self.fitted_leads = if self.fitted_leads {
            lead >= 0.0
        } else {
            let enough = self.judged >= EARLIEST as u64 && self.forgotten >= FORGOTTEN;
            lead >= LEAD && enough
        };
    }
}

#[cfg(test)]
mod tests {
    use super::super::answers::tests::answer;
    use super::*;

    /// Returns a mixture after answers of which seven in ten were recalled, with two constant predictors.
    fn run(default: f64, fitted: f64, answers: usize) -> Mixture {
        let mut mixture = Mixture::default();
        for at in 0..answers {
            go_on(&mut mixture, default, fitted, at);
        }
        mixture
    }

    fn go_on(mixture: &mut Mixture, default: f64, fitted: f64, at: usize) {
        let expected = mixture.expect(default, fitted, &answer(0, 0, 0, 3), at as i32);
        mixture.learn(&expected, at % 10 < 7);
    }

    #[test]
    fn the_loss_is_never_much_above_the_best_of_the_three() {
        for (default, fitted) in [(0.9, 0.7), (0.7, 0.9), (0.7, 0.7), (0.2, 0.99)] {
            let scores = run(default, fitted, 500).scores;
            let best = scores.default.max(scores.fitted).max(scores.layer);
            assert!(best - scores.said <= 3f64.ln() + 1e-9, "{scores:?}");
        }
    }

    #[test]
    fn the_fitted_parameters_take_over_at_20_to_1_and_400_answers() {
        assert!(!run(0.9, 0.7, 399).fitted_leads);
        assert!(run(0.9, 0.7, 400).fitted_leads);
        // Better, but by too little.
        let near = run(0.705, 0.7, 400);
        assert!(near.scores.fitted > near.scores.default && !near.fitted_leads);
    }

    #[test]
    fn who_forgot_nothing_keeps_the_default_parameters() {
        let mut mixture = Mixture::default();
        let mut answer_all = |recalled: bool, count: u64| {
            for at in 0..count {
                let expected = mixture.expect(0.9, 0.95, &answer(0, 0, 0, 3), at as i32);
                mixture.learn(&expected, recalled);
            }
            mixture.clone()
        };
        let never = answer_all(true, 800);
        assert!(never.scores.fitted > never.scores.default + 20.0 && !never.fitted_leads);
        assert!(!answer_all(false, FORGOTTEN - 1).fitted_leads);
        assert!(answer_all(false, 1).fitted_leads);
    }

    #[test]
    fn they_go_back_only_when_they_fall_behind() {
        let mut mixture = run(0.9, 0.7, 400);
        let mut at = 400;
        while mixture.scores.fitted - mixture.scores.default >= 0.0 {
            assert!(mixture.fitted_leads);
            go_on(&mut mixture, 0.7, 0.9, at);
            at += 1;
        }
        assert!(!mixture.fitted_leads && at > 700, "{at}");
        go_on(&mut mixture, 0.9, 0.7, at);
        assert!(!mixture.fitted_leads);
    }

    #[test]
    fn what_is_said_lies_within_what_the_three_say() {
        let mut mixture = run(0.9, 0.7, 50);
        let expected = mixture.expect(0.9, 0.7, &answer(0, 0, 0, 3), 50);
        let three = [
            expected.default,
            expected.fitted,
            expected.layer.probability,
        ];
        let (low, high) = (
            three.iter().copied().fold(1.0, f64::min),
            three.iter().copied().fold(0.0, f64::max),
        );
        assert!((low..=high).contains(&expected.probability));
    }
}
