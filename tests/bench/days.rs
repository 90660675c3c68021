//! Placing days: the effect on intervals, on recall, and on the evenness of the load.

use std::collections::BTreeMap;

use quiz::config::Config;
use quiz::deck::FaceKey;
use quiz::history::{FaceHistory, Grade, Review};
use quiz::learn::answers::mix;
use quiz::schedule::memory::Memory;
use quiz::schedule::scheduler::{Load, Scheduler};
use quiz::time::Day;

/// The days that the simulation covers, and the cards begun on each of them.
const DAYS: i64 = 400;
const NEW: usize = 20;
/// The first days, which are left out.
const RUN_IN: i64 = 60;

/// Simulates a person whose memory is FSRS with default parameters, who learns new cards every day at a target of 90 %.
pub(crate) fn placing() {
    let (memory, config) = (Memory::new(), Config::default());
    let scheduler = Scheduler {
        memory: &memory,
        config: &config,
    };
    let start: Day = "2026-01-01".parse().expect("a day");
    let mut dice = (0u64..).map(|n| mix(n ^ 0x5eed) as f64 / u64::MAX as f64);
    let mut roll = |shares: &[f64]| {
        let mut left = dice.next().expect("a number") * shares.iter().sum::<f64>();
        let at = shares.iter().position(|share| {
            left -= share;
            left < 0.0
        });
        at.unwrap_or(shares.len() - 1)
    };
    let mut cards: Vec<(FaceKey, Vec<Review>)> = Vec::new();
    let mut due: BTreeMap<Day, Vec<usize>> = BTreeMap::new();
    let mut load = Load::default();
    let (mut recall, mut daily, mut shifts) = ((0.0, 0u32), Vec::new(), Vec::new());
    for day in 0..DAYS {
        let today = start.plus(day);
        let mut todo = due.remove(&today).unwrap_or_default();
        daily.push(todo.len() as f64);
        for _ in 0..NEW {
            todo.push(cards.len());
            let key = format!("c{}", cards.len()).parse().expect("a key");
            cards.push((key, Vec::new()));
        }
        for (nth, card) in todo.into_iter().enumerate() {
            let (key, reviews) = &mut cards[card];
            let known = memory.retrievability(&reviews[..], today);
            let mut grade = match known {
                None => Grade::ALL[roll(&[0.24, 0.09, 0.50, 0.17])],
                Some(known) if roll(&[f64::from(known), 1.0 - f64::from(known)]) == 1 => {
                    Grade::Again
                }
                Some(_) => [Grade::Hard, Grade::Good, Grade::Easy][roll(&[0.1, 0.8, 0.1])],
            };
            if let Some(known) = known.filter(|_| day > RUN_IN) {
                recall = (recall.0 + f64::from(known), recall.1 + 1);
            }
            loop {
                let face = Some(FaceHistory::new(reviews.clone())).filter(|_| !reviews.is_empty());
                let exact = memory.intervals(&reviews[..], 0.9, today).of(grade);
                let promised = scheduler.promises(key, face.as_ref(), "d", today, &load);
                if let Some(before) = reviews.last() {
                    load.remove(before.due);
                }
                let until = promised.day(grade);
                load.add(until);
                let at = today.date().and_hms_opt(9, 0, 0).expect("a time").and_utc();
                let at = at + chrono::Duration::seconds(nth as i64 * 20 + reviews.len() as i64);
                reviews.push(Review {
                    at: quiz::time::Stamp::new(at.fixed_offset()),
                    day: today,
                    grade,
                    ms: 5000,
                    due: until,
                });
                if grade != Grade::Again {
                    if day > RUN_IN {
                        shifts.push((exact, promised.interval(grade) as f32));
                    }
                    due.entry(until).or_default().push(card);
                    break;
                }
                grade = Grade::Good;
            }
        }
    }
    println!(
        "\nPlacing days: {DAYS} days, {NEW} new cards a day, {} reviews.",
        recall.1
    );
    println!(
        "  recall expected at review  {:.3} (asked for 0.900)",
        recall.0 / f64::from(recall.1)
    );
    for (from, until) in [(2.5, 7.0), (7.0, 20.0), (20.0, 60.0), (60.0, 1e9)] {
        let within = shifts
            .iter()
            .filter(|(exact, _)| (from..until).contains(exact));
        let (exact, placed) = within.fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let until = if until > 1e6 {
            String::new()
        } else {
            format!("{until}")
        };
        println!(
            "  intervals of {from}–{until} days: {:+.1} %",
            100.0 * (placed / exact - 1.0)
        );
    }
    println!(
        "  unevenness of the days     {:.3}",
        unevenness(&daily[DAYS as usize / 2..])
    );
    let mut second: Vec<f64> = daily.split_off(DAYS as usize / 2);
    second.sort_by(f64::total_cmp);
    println!(
        "  the fullest day            {:.2} × the median (of the second half)",
        second[second.len() - 1] / second[second.len() / 2]
    );
}

/// Returns the standard deviation of days around the mean of the fifteen around each, as a share of the mean day.
fn unevenness(days: &[f64]) -> f64 {
    let mean = days.iter().sum::<f64>() / days.len() as f64;
    let squares = days.windows(15).map(|around| {
        let near = around.iter().sum::<f64>() / 15.0;
        (around[7] - near).powi(2)
    });
    let count = squares.len() as f64;
    (squares.sum::<f64>() / count).sqrt() / mean
}
