//! The quality of predictions of recall: log loss, RMSE(bins) and calibration.
//!
//! It knows answers and numbers, never a history, a file or a terminal.

use std::collections::HashMap;

use serde::Serialize;

use super::answers::{Answers, Judged};
use super::recall::bounded;
use crate::stats::retention::Share;

/// The outcome of a judged answer, and the bin of similar answers that it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// Whether the face was recalled.
    pub recalled: bool,
    /// The bin, by days since the last answer, number of reviews, and lapses.
    pub bin: (u32, u32, u32),
}

/// The quality of a series of predictions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measure {
    /// The mean surprise per answer, in nats; lower is better.
    pub log_loss: f64,
    /// The root mean square, over bins of similar answers, of mean prediction minus share recalled; 0–1.
    pub rmse_bins: f64,
}

/// The predictions in one bin beside their outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Calibration {
    /// The mean prediction, 0–1.
    pub said: f64,
    /// The share recalled, with its confidence interval.
    pub was: Share,
}

/// The lower ends of the five bins by predicted probability.
const SAID_FROM: [f64; 5] = [0.0, 0.7, 0.8, 0.9, 0.95];

/// Returns the outcome of each of `judged`, which is in order of time.
///
/// The bins are those of the engine's own measure (fsrs 6.6.2, `r_matrix_index`).
pub fn outcomes(answers: &Answers, judged: &[Judged]) -> Vec<Outcome> {
    // For each run, how far it was walked, with the days and lapses counted there.
    let mut walked: HashMap<u32, (usize, u32, u32)> = HashMap::new();
    let outcome = |place: &Judged| {
        let (_, known) = answers.up_to(*place)?;
        let (last, before) = known.split_last()?;
        let (from, days, lapses) = walked.entry(place.run).or_insert((0, 0, 0));
        for answer in before
            .iter()
            .skip(*from)
            .filter(|answer| answer.elapsed > 0)
        {
            *days += 1;
            *lapses += u32::from(!answer.recalled());
        }
        *from = before.len();
        let length = *days + 2;
        let lapses = if *lapses == 0 {
            0
        } else {
            bin(1.65, 1.73, *lapses)
        };
        Some(Outcome {
            recalled: last.recalled(),
            bin: (
                bin(248.0, 3.62, last.elapsed),
                bin(1.99, 1.89, length),
                lapses,
            ),
        })
    };
    judged.iter().filter_map(outcome).collect()
}

/// Returns a number on a logarithmic scale, cut into steps.
fn bin(scale: f64, base: f64, number: u32) -> u32 {
    let step = f64::from(number.max(1)).log(base).floor();
    (scale * base.powf(step)).round() as u32
}

/// Returns the quality of the predictions `said`, given their outcomes; `None` without answers.
pub fn measure(said: &[f32], outcomes: &[Outcome]) -> Option<Measure> {
    let mut loss = 0.0;
    let mut bins: HashMap<_, (f64, f64, f64)> = HashMap::new();
    for (said, outcome) in said.iter().zip(outcomes) {
        let said = bounded(f64::from(*said));
        loss -= if outcome.recalled { said } else { 1.0 - said }.ln();
        let bin = bins.entry(outcome.bin).or_default();
        bin.0 += said;
        bin.1 += f64::from(u8::from(outcome.recalled));
        bin.2 += 1.0;
    }
    let count = said.len().min(outcomes.len()) as f64;
    // Summed in order, so that the last digit is always the same.
    let mut bins: Vec<_> = bins.into_iter().collect();
    bins.sort_unstable_by_key(|(bin, _)| *bin);
    let square = |(_, (said, was, of)): &(_, (f64, f64, f64))| (said - was).powi(2) / of;
    let squares: f64 = bins.iter().map(square).sum();
    (count > 0.0).then(|| Measure {
        log_loss: loss / count,
        rmse_bins: (squares / count).sqrt(),
    })
}

/// Returns predictions and outcomes in five bins by prediction, lowest first; empty bins are left out.
pub fn calibration(said: impl IntoIterator<Item = (f64, bool)>) -> Vec<Calibration> {
    let mut bins = [(0.0, 0, 0); 5];
    for (said, recalled) in said {
        // All are compared: the processor would guess the steps of a search wrong.
        let others = SAID_FROM.iter().skip(1);
        let at = others.map(|from| usize::from(*from <= said)).sum::<usize>();
        if let Some((sum, recalls, of)) = bins.get_mut(at) {
            *sum += said;
            *recalls += usize::from(recalled);
            *of += 1;
        }
    }
    let calibration = |(sum, recalled, of): (f64, usize, usize)| {
        Share::new(recalled, of).map(|was| Calibration {
            said: sum / of as f64,
            was,
        })
    };
    bins.into_iter().filter_map(calibration).collect()
}

#[cfg(test)]
mod tests {
    use super::super::answers::tests::answer;
    use super::*;

    #[test]
    fn counted_by_hand() {
        let outcome = |recalled, bin| Outcome {
            recalled,
            bin: (bin, 0, 0),
        };
        let outcomes = [outcome(true, 1), outcome(false, 1), outcome(true, 2)];
        let measured = measure(&[0.8, 0.6, 0.9], &outcomes).unwrap();
        let loss = -(0.8f64.ln() + 0.4f64.ln() + 0.9f64.ln()) / 3.0;
        assert!((measured.log_loss - loss).abs() < 1e-6);
        // Bin 1: predicted .7, recalled .5, two answers. Bin 2: predicted .9, recalled 1, one answer.
        let rmse = ((2.0 * 0.2f64.powi(2) + 0.1f64.powi(2)) / 3.0).sqrt();
        assert!((measured.rmse_bins - rmse).abs() < 1e-6);
        assert_eq!(measure(&[], &[]), None);
    }

    #[test]
    fn bins_count_days_and_lapses_before_the_answer() {
        let mut answers = Answers::default();
        let all = [
            answer(0, 0, 0, 1),
            answer(1, 0, 0, 3),
            answer(2, 4, 4, 1),
            answer(3, 4, 0, 3),
            answer(4, 5, 1, 3),
        ];
        answers.push(1, 1, None, all);
        let judged = answers.judged(None);
        let bins: Vec<_> = outcomes(&answers, &judged).iter().map(|o| o.bin).collect();
        // Four days: 248 × 3.62; the first judged answer is the second day: 1.99 × 1.89. One day: 248 × 1.
        assert_eq!(bins, [(898, 4, 0), (248, 4, 2)]);
    }

    #[test]
    fn said_and_was_are_compared_in_five_bins() {
        let said = [
            (0.5, false),
            (0.69, true),
            (0.7, true),
            (0.95, true),
            (1.0, true),
        ];
        let bins = calibration(said);
        let counted: Vec<_> = bins
            .iter()
            .map(|bin| (bin.was.recalled, bin.was.of))
            .collect();
        assert_eq!(counted, [(1, 2), (1, 1), (2, 2)]);
        assert!(
            bins.first()
                .is_some_and(|bin| (bin.said - 0.595).abs() < 1e-9)
        );
    }
}
