//! Fitting FSRS to a person's answers: when, to which of them, and how.
//!
//! It knows answers and the engine, never a history, a file or a clock.

use std::collections::HashMap;

use fsrs::{ComputeParametersInput, DEFAULT_PARAMETERS, FSRSItem, TrainingConfig};

use super::Weights;
use super::answers::{Answers, Judged, Run, mix, reviews};

/// The number of judged answers at which the first fit is made.
pub const FIRST: usize = 32;

/// The most judged answers that a fit uses. Beyond it whole cards are left out, which costs .0002 of log loss and
/// bounds time and memory.
const CAP: usize = 40_000;

/// The longest sequence of answers that a fit uses.
const LONGEST: usize = 256;

/// Sixteen slow epochs: a log loss .0006 lower than with the crate's five fast ones, at the same refit points.
const TRAINING: TrainingConfig = TrainingConfig {
    num_epochs: 16,
    batch_size: 512,
    seed: 2023,
    learning_rate: 0.02,
    max_seq_len: LONGEST,
    gamma: 1.0,
};

/// Returns the number of judged answers at which the fit after the one at `n` is made: 10 % more, at least 16 more.
pub fn next(n: usize) -> usize {
    let tenth_more = n.saturating_mul(11).div_ceil(10);
    tenth_more.max(n.saturating_add(16))
}

/// Returns the numbers of judged answers, up to `judged`, at which a fit is made.
pub fn schedule(judged: usize) -> Vec<usize> {
    std::iter::successors(Some(FIRST), |n| Some(next(*n)))
        .take_while(|n| *n <= judged)
        .collect()
}

/// Returns the parameters fitted to `judged`, which is in order of time; the default ones if the fit fails.
///
/// The result depends on these answers and on those before them in their runs, never on later ones.
pub fn fit(answers: &Answers, judged: &[Judged]) -> Weights {
    let of = judged.len();
    let mut groups: HashMap<u32, i64> = HashMap::new();
    let (mut train_set, mut card_ids) = (Vec::new(), Vec::new());
    for place in judged {
        let Some((run, before)) = answers.up_to(*place) else {
            continue;
        };
        if !is_kept(run, of) || before.len() > LONGEST {
            continue;
        }
        // Numbered by first appearance, so that no number depends on later answers.
        let number = i64::try_from(groups.len()).unwrap_or(i64::MAX);
        card_ids.push(*groups.entry(place.run).or_insert(number));
        train_set.push(FSRSItem {
            reviews: reviews(before),
        });
    }
    let input = ComputeParametersInput {
        train_set,
        card_ids: Some(card_ids),
        training_config: Some(TRAINING),
        ..ComputeParametersInput::default()
    };
    let fitted = fsrs::compute_parameters(input).ok();
    let whole = |fitted: Vec<f32>| Weights::try_from(fitted).ok();
    fitted
        .and_then(whole)
        .filter(|fitted| fitted.iter().all(|weight| weight.is_finite()))
        .unwrap_or(DEFAULT_PARAMETERS)
}

/// Returns whether a fit to `of` answers uses this run. A run with an imported start is left out: how it got there is
/// unknown.
fn is_kept(run: &Run, of: usize) -> bool {
    let share = (mix(run.card) >> 11) as f64 / (1u64 << 53) as f64;
    run.start.is_none() && (of <= CAP || share * of as f64 <= CAP as f64)
}

#[cfg(test)]
mod tests {
    use super::super::answers::tests::answer;
    use super::*;

    #[test]
    fn fits_are_made_at_32_and_then_a_tenth_more() {
        assert!(schedule(31).is_empty());
        assert_eq!(schedule(100), [32, 48, 64, 80, 96]);
        let all = schedule(1_000_000);
        assert!(
            all.iter()
                .zip(all.iter().skip(1))
                .all(|(a, b)| { *b == (a * 11).div_ceil(10).max(a + 16) })
        );
        assert!(all.len() < 110, "{}", all.len());
    }

    /// Returns a hundred faces, asked every three days and forgotten more and more often as their number grows.
    fn many() -> Answers {
        let mut answers = Answers::default();
        for face in 0..100u64 {
            let of = |review: i64| {
                let forgotten = (face as i64 + review * 7) % 11 < face as i64 / 20;
                let grade = if forgotten { 1 } else { 3 };
                let elapsed = if review == 0 { 0 } else { 3 };
                answer(
                    review * 1000 + face as i64,
                    review as i32 * 3,
                    elapsed,
                    grade,
                )
            };
            answers.push(mix(face), mix(face), None, (0..8).map(of));
        }
        answers
    }

    #[test]
    fn a_fit_is_the_same_each_time_and_knows_nothing_of_what_comes_later() {
        let answers = many();
        let judged = answers.judged(None);
        let some = judged.get(..300).unwrap();
        let fitted = fit(&answers, some);
        assert_ne!(fitted, DEFAULT_PARAMETERS);
        assert_eq!(fit(&answers, some), fitted);
        let until = answers.bound(*some.last().unwrap()).unwrap().0;
        let mut past = Answers::default();
        for (run, all) in answers.runs() {
            let before = all.iter().copied().filter(|answer| answer.at <= until);
            past.push(run.face, run.card, None, before);
        }
        assert_eq!(fit(&past, &past.judged(None)), fitted);
    }

    #[test]
    fn too_little_gives_the_default_parameters() {
        assert_eq!(fit(&Answers::default(), &[]), DEFAULT_PARAMETERS);
    }

    #[test]
    fn endless_sequences_are_left_out() {
        let mut answers = Answers::default();
        let daily = |day: i32| answer(i64::from(day), day, u32::from(day > 0), 3);
        answers.push(1, 1, None, (0..5000).map(daily));
        // 255 of its answers count; with all of them the fit would hold 12 million reviews.
        let judged = answers.judged(None);
        assert_eq!(
            fit(&answers, &judged),
            fit(&answers, judged.get(..255).unwrap())
        );
    }

    #[test]
    fn whole_cards_are_left_out_beyond_the_cap() {
        let kept = |of: usize| {
            let mut answers = Answers::default();
            for card in 0..1000 {
                answers.push(card, mix(card), None, [answer(0, 0, 0, 3)]);
            }
            answers.runs().filter(|(run, _)| is_kept(run, of)).count()
        };
        assert_eq!(kept(CAP), 1000);
        assert!((450..550).contains(&kept(2 * CAP)), "{}", kept(2 * CAP));
    }
}
