//! The quality of quiz's predictions of recall, and their cost.
//!
//! `cargo bench --bench learn` goes through one person's published log (`niplav.txt`, 68,092 answers; CC BY 4.0) and
//! through a simulated one whose truth is FSRS itself, answer by answer: each prediction is made before its answer.
//! Last, a simulated person learns for a year: the effect of placing days on intervals and recall. The last five sixths
//! are scored, beside FSRS with its default parameters and with parameters fitted Anki's way.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark that can't run should say where"
)]

mod days;

use std::time::Instant;

use fsrs::{ComputeParametersInput, DEFAULT_PARAMETERS, FSRS, FSRSItem, TrainingConfig};
use quiz::learn::answers::{hash, mix, reviews};
use quiz::learn::measure::{Outcome, measure, outcomes};
use quiz::learn::recall::Curve;
use quiz::learn::{Answer, Answers, Judged, Learned, Weights, fit};

const LOG: &str = include_str!("niplav.txt");

fn main() {
    let answers = log();
    println!(
        "One person's log: {} answers judged.",
        answers.walk(&[]).judged
    );
    let learned = timed("everything, from nothing", || learn(&answers));
    one_more(&answers, learned.clone());
    compare(&answers, &learned);
    let answers = simulated(2_000, 1_000);
    println!(
        "\nA simulated log whose truth is FSRS: {} answers judged.",
        answers.walk(&[]).judged
    );
    let learned = timed("everything, from nothing", || learn(&answers));
    compare(&answers, &learned);
    let answers = simulated(54_000, 4_000);
    let all: usize = answers.runs().map(|(_, run)| run.len()).sum();
    println!(
        "\nA simulated life: {all} answers, {} judged.",
        answers.walk(&[]).judged
    );
    let learned = timed("everything, from nothing", || learn(&answers));
    one_more(&answers, learned);
    days::placing();
}

fn learn(answers: &Answers) -> Learned {
    Learned::from(Learned::default(), answers, &mut |_| {})
}

/// Prints the time taken if everything but the last fit is known, and if everything is.
fn one_more(answers: &Answers, learned: Learned) {
    let judged = answers.judged(None);
    let last = learned.fits().last().expect("a fit") as usize;
    timed("one fit", || fit::fit(answers, &judged[..last]));
    let again = timed("nothing new", || {
        Learned::from(learned.clone(), answers, &mut |_| {})
    });
    assert_eq!(again, learned);
}

fn timed<T>(what: &str, make: impl FnOnce() -> T) -> T {
    let (clock, cpu) = (Instant::now(), cpu());
    let made = make();
    let spent = match (cpu, self::cpu()) {
        (Some(before), Some(after)) => format!("{:.2} s of CPU, ", after - before),
        _ => String::new(),
    };
    let peak = peak().map_or(String::new(), |mib| {
        format!("; peak of the process {mib:.0} MiB")
    });
    println!(
        "  {what:<26} {spent}{:.2} s{peak}",
        clock.elapsed().as_secs_f64()
    );
    made
}

/// Returns the CPU seconds of this process so far, on systems that report them as Linux does.
fn cpu() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

/// Returns the peak memory of this process, in MiB.
fn peak() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<f64>().ok()? / 1024.0)
}

/// Prints the quality of each way on the last five sixths.
fn compare(answers: &Answers, learned: &Learned) {
    let judged = answers.judged(None);
    let outcomes = outcomes(answers, &judged);
    let default = Curve::default_curve().of(answers, &judged);
    let ours = refitted(answers, &judged, fit::fit);
    let anki = refitted(answers, &judged, as_anki);
    print("default parameters", &default, &outcomes);
    print("refitted, Anki's way", &anki, &outcomes);
    print("refitted, our way", &ours, &outcomes);
    print("quiz", learned.predicted(), &outcomes);
}

fn print(name: &str, said: &[f32], outcomes: &[Outcome]) {
    let from = outcomes.len() / 6;
    let found = measure(&said[from..], &outcomes[from..]).expect("answers");
    println!(
        "  {name:<26} log loss {:.4}  RMSE(bins) {:.4}",
        found.log_loss, found.rmse_bins
    );
}

/// Returns the predictions of parameters fitted anew at quiz's own points, each for the answers after it.
fn refitted(
    answers: &Answers,
    judged: &[Judged],
    fit: impl Fn(&Answers, &[Judged]) -> Weights,
) -> Vec<f32> {
    let points = fit::schedule(judged.len());
    let ends = points.iter().copied().skip(1).chain([judged.len()]);
    let first = points.first().copied().unwrap_or(judged.len());
    let mut said = Curve::default_curve().of(answers, &judged[..first]);
    for (from, until) in points.iter().zip(ends) {
        let curve = Curve::new(&fit(answers, &judged[..*from]));
        said.extend(curve.of(answers, &judged[*from..until]));
    }
    said
}

/// Fits as Anki does: eight epochs at the engine's own rate, from all answers.
fn as_anki(answers: &Answers, judged: &[Judged]) -> Weights {
    let item = |place: &Judged| FSRSItem {
        reviews: reviews(answers.up_to(*place).expect("an answer").1),
    };
    let ids = judged.iter().map(|place| i64::from(place.run)).collect();
    let input = ComputeParametersInput {
        train_set: judged.iter().map(item).collect(),
        card_ids: Some(ids),
        training_config: Some(TrainingConfig {
            num_epochs: 8,
            ..TrainingConfig::default()
        }),
        ..ComputeParametersInput::default()
    };
    let fitted = fsrs::compute_parameters(input).ok();
    fitted
        .and_then(|fitted| fitted.try_into().ok())
        .unwrap_or(DEFAULT_PARAMETERS)
}

/// Returns the published log.
fn log() -> Answers {
    let mut answers = Answers::default();
    let cards = LOG.lines().filter(|line| !line.starts_with('#'));
    for (card, line) in cards.enumerate() {
        let (mut at, mut last): (i64, Option<i32>) = (0, None);
        let all = line.split(' ').map(|token| {
            let (since, rest) = token.split_at(token.find(char::is_uppercase).expect("a grade"));
            let (grade, tenths) = rest.split_at(1);
            let number = |text: &str| i64::from_str_radix(text, 36).expect("a number");
            at += number(since);
            let day = i32::try_from(at.div_euclid(86_400)).expect("a day");
            let latest = last.map_or(day, |last| last.max(day));
            let elapsed = last.map_or(0, |last| latest - last);
            last = Some(latest);
            Answer {
                at: at * 1000,
                day,
                elapsed: elapsed.cast_unsigned(),
                ms: u32::try_from(number(tenths) * 100).expect("a time"),
                grade: 1 + "AHGE".find(grade).expect("a grade") as u8,
            }
        });
        let name = hash(format_args!("c{card:05}"));
        answers.push(name, name, None, all.collect::<Vec<_>>());
    }
    answers
}

/// Returns answers from a memory that is FSRS with default parameters, at a target of 90 %: `cards` begun over `days`.
fn simulated(cards: u64, days: u64) -> Answers {
    let engine = FSRS::default();
    let mut answers = Answers::default();
    for card in 0..cards {
        let mut chance = (0u64..).map(|n| mix(mix(card) ^ n) as f64 / u64::MAX as f64);
        let mut draw = || chance.next().unwrap_or(0.5);
        let (mut day, mut elapsed, mut state) = ((card * days / cards) as i64, 0u32, None);
        let (mut all, begun) = (Vec::new(), day);
        while day < days as i64 {
            let recall = state.map_or(0.75, |state| Curve::default_curve().recall(state, elapsed));
            let grade = match draw() {
                lost if lost > recall => 1,
                _ => [2, 3, 3, 3, 3, 3, 3, 4][(draw() * 7.99) as usize],
            };
            let ms = (3000.0 + 5000.0 * draw()) as u32;
            let within = (mix(card ^ day as u64) % 36_000_000) as i64;
            all.push(Answer {
                at: day * 86_400_000 + within,
                day: day as i32,
                elapsed: if day == begun { 0 } else { elapsed },
                ms,
                grade,
            });
            let next = engine.next_states(state, 0.9, elapsed).expect("states");
            let next =
                [next.again, next.hard, next.good, next.easy][usize::from(grade) - 1].clone();
            state = Some(next.memory);
            elapsed = (next.interval.round() as u32).max(1);
            day += i64::from(elapsed);
        }
        answers.push(mix(card), mix(card), None, all);
    }
    answers
}
