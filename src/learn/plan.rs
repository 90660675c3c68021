//! Planning: the engine's simulator, run over the cards as they stand, for several desired retentions.
//!
//! It knows numbers and [`Habits`], never a history, a file or a terminal.

use std::sync::Arc;

use fsrs::{Card, SimulatorConfig, simulate};
use rayon::prelude::*;
use serde::Serialize;

use super::Weights;
use super::habits::Habits;
use crate::parallel;

/// The desired retentions that a plan compares.
pub const RETENTIONS: [f32; 6] = [0.95, 0.90, 0.85, 0.80, 0.75, 0.70];

/// The lowest desired retention that is proposed unless a lower one is asked for: little is known about lower ones.
pub const FLOOR: f32 = 0.80;

/// A card that was answered before, as it stands today.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Begun {
    /// FSRS stability, in days.
    pub stability: f32,
    /// FSRS difficulty, 1–10.
    pub difficulty: f32,
    /// The days since its last answer.
    pub since: u32,
    /// The days until it is due; 0 if it is due today or overdue.
    pub due: u32,
    /// The number of its lapses.
    pub lapses: u32,
}

/// The goal of a plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wish {
    /// The number of days that the plan covers.
    pub days: usize,
    /// The seconds of study on a day on which the person studies.
    pub seconds: f32,
    /// The share of days on which they do, above 0 and at most 1.
    pub share_of_days: f32,
    /// The most cards that may be begun on a day.
    pub new_per_day: usize,
    /// The number of cards that are still new.
    pub unseen: usize,
}

/// The predicted costs and results of one desired retention.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Row {
    /// The desired retention.
    pub desired_retention: f32,
    /// The mean number of cards begun per day, while there are new ones.
    pub new_per_day: f64,
    /// The mean minutes per day on which the person studies.
    pub minutes_per_day: f64,
    /// The cards known on the last day: the sum of their probabilities of recall.
    pub known: f64,
    /// The mean of that sum over all days.
    pub known_on_average: f64,
    /// Out of ten reviews, how many are not recalled.
    pub forgotten_of_ten: f64,
}

/// Simulates each of `retentions`; empty if there is nothing to simulate.
pub fn rows(
    begun: &[Begun],
    wish: &Wish,
    habits: &Habits,
    weights: &Weights,
    retentions: &[f32],
) -> Vec<Row> {
    let row = |retention: &f32| row(begun, wish, habits, weights, *retention);
    let rows = retentions.par_iter().filter_map(row);
    parallel::with_threads(|| rows.collect())
}

/// Returns the index of the row to propose.
///
/// That is the one with the fewest minutes among those whose cards known on average are within 2 % of the most; but the
/// one with the most if that saves less than 3 % of its minutes.
pub fn choice(rows: &[Row]) -> Option<usize> {
    let by = |get: fn(&Row) -> f64| {
        move |a: &(usize, &Row), b: &(usize, &Row)| get(a.1).total_cmp(&get(b.1))
    };
    let (most_at, most) = rows
        .iter()
        .enumerate()
        .max_by(by(|row| row.known_on_average))?;
    let enough = |(_, row): &(usize, &Row)| row.known_on_average >= 0.98 * most.known_on_average;
    let near = rows.iter().enumerate().filter(enough);
    let (thrifty_at, thrifty) = near.min_by(by(|row| row.minutes_per_day))?;
    let saves = thrifty.minutes_per_day < 0.97 * most.minutes_per_day;
    Some(if saves { thrifty_at } else { most_at })
}

/// The seed of every simulation, so that a plan gives the same result twice; other seeds differ by .2 %.
const SEED: u64 = 42;

fn row(
    begun: &[Begun],
    wish: &Wish,
    habits: &Habits,
    weights: &Weights,
    retention: f32,
) -> Option<Row> {
    let config = SimulatorConfig {
        deck_size: begun.len() + wish.unseen,
        learn_span: wish.days + 1,
        // Missed days also reduce the time: otherwise the plan promises too much by exactly that share.
        max_cost_perday: wish.seconds * wish.share_of_days,
        learn_limit: wish.new_per_day,
        first_rating_prob: habits.first,
        review_rating_prob: habits.recalled,
        learning_step_transitions: habits.learning,
        relearning_step_transitions: habits.relearning,
        state_rating_costs: habits.seconds,
        learning_step_count: habits.learning_steps,
        relearning_step_count: habits.relearning_steps,
        ..SimulatorConfig::default()
    };
    let parameters = Arc::new(weights.to_vec());
    let card = |(id, card): (i64, &Begun)| Card {
        id,
        difficulty: card.difficulty,
        stability: card.stability,
        last_date: -(card.since as f32),
        due: card.due as f32,
        interval: (card.since + card.due) as f32,
        lapses: card.lapses,
        desired_retention: retention,
        parameters: Arc::clone(&parameters),
    };
    let cards: Vec<Card> = (1..).zip(begun).map(card).collect();
    let out = simulate(&config, weights, retention, Some(SEED), Some(cards)).ok()?;
    // Cards known on day n are counted before that day's answers; the plan ends before those of its last day.
    let days = wish.days.max(1);
    let mean = |sum: f64| sum / days as f64;
    let known = out
        .memorized_cnt_per_day
        .iter()
        .map(|known| f64::from(*known));
    let seconds = out
        .cost_per_day
        .iter()
        .take(days)
        .map(|cost| f64::from(*cost));
    let new = out.learn_cnt_per_day.get(..days).unwrap_or(&[]);
    let last_new = new
        .iter()
        .rposition(|new| *new > 0)
        .map_or(1, |last| last + 1);
    let reviews: usize = out.review_cnt_per_day.iter().take(days).sum();
    let recalled: usize = out.correct_cnt_per_day.iter().take(days).sum();
    Some(Row {
        desired_retention: retention,
        new_per_day: new.iter().sum::<usize>() as f64 / last_new as f64,
        minutes_per_day: mean(seconds.sum()) / 60.0 / f64::from(wish.share_of_days),
        known: known.clone().nth(wish.days).unwrap_or(0.0),
        known_on_average: mean(known.take(days).sum()),
        forgotten_of_ten: 10.0 * (reviews - recalled) as f64 / reviews.max(1) as f64,
    })
}

#[cfg(test)]
mod tests {
    use fsrs::DEFAULT_PARAMETERS;

    use super::super::answers::Answers;
    use super::*;

    fn plan(begun: &[Begun], wish: &Wish) -> Vec<Row> {
        let habits = Habits::of(&Answers::default(), 0);
        rows(begun, wish, &habits, &DEFAULT_PARAMETERS, &RETENTIONS)
    }

    const WISH: Wish = Wish {
        days: 60,
        seconds: 900.0,
        share_of_days: 1.0,
        new_per_day: 10,
        unseen: 200,
    };

    #[test]
    fn lower_retention_costs_fewer_minutes_and_forgets_more() {
        let rows = plan(&[], &WISH);
        assert_eq!(rows.len(), 6);
        for (higher, lower) in rows.iter().zip(rows.iter().skip(1)) {
            assert!(higher.minutes_per_day > lower.minutes_per_day, "{rows:?}");
            assert!(higher.forgotten_of_ten < lower.forgotten_of_ten, "{rows:?}");
        }
        for row in rows {
            assert!(row.known > 120.0 && row.known <= 200.0 && row.minutes_per_day < 15.1);
            assert!((row.new_per_day - 10.0).abs() < 0.5, "{row:?}");
        }
    }

    #[test]
    fn the_budget_holds_on_the_days_that_are_kept() {
        let few = Wish {
            seconds: 120.0,
            share_of_days: 0.5,
            unseen: 1000,
            ..WISH
        };
        for row in plan(&[], &few) {
            assert!((1.5..2.6).contains(&row.minutes_per_day), "{row:?}");
        }
    }

    #[test]
    fn cards_that_were_begun_count_from_where_they_stand() {
        let begun = [Begun {
            stability: 50.0,
            difficulty: 5.0,
            since: 10,
            due: 40,
            lapses: 0,
        }; 100];
        let wish = Wish {
            days: 20,
            unseen: 0,
            new_per_day: 0,
            ..WISH
        };
        for row in plan(&begun, &wish) {
            // No card is asked in these days; recall falls from the tenth day to the thirtieth at a stability of 50.
            assert_eq!(row.minutes_per_day, 0.0);
            assert!((90.0..95.0).contains(&row.known), "{row:?}");
            assert!(row.known_on_average > row.known);
        }
        assert!(plan(&[], &wish).is_empty());
    }

    #[test]
    fn the_thrifty_row_is_taken() {
        let row = |known_on_average, minutes_per_day| Row {
            desired_retention: 0.9,
            new_per_day: 1.0,
            minutes_per_day,
            known: 0.0,
            known_on_average,
            forgotten_of_ten: 1.0,
        };
        let rows = [
            row(100.0, 20.0),
            row(99.0, 15.0),
            row(98.1, 14.0),
            row(97.0, 5.0),
        ];
        assert_eq!(choice(&rows), Some(2));
        // Hardly cheaper: then the one with the most.
        assert_eq!(choice(&[row(98.5, 19.5), row(100.0, 20.0)]), Some(1));
        assert_eq!(choice(&[]), None);
    }
}
