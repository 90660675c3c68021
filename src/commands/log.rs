//! `quiz log`: the answers of a day.

use serde::Serialize;

use super::{print_json, print_lines, say_problems};
use crate::cli;
use crate::deck::FaceKey;
use crate::error::{Error, Result};
use crate::history::{Grade, Review};
use crate::study::Study;
use crate::text::{one_line, pad, plural, shorten, width};
use crate::time::{Day, duration};
use crate::ui::screen::{Line, Look};
use crate::ui::terminal::columns;

/// The shape of `--json`.
#[derive(Serialize)]
struct Shape {
    day: Day,
    answers: Vec<Row>,
}

/// One answer.
#[derive(Serialize)]
struct Row {
    at: String,
    face: String,
    grade: &'static str,
    ms: u32,
    due: Day,
    /// The question; null if no deck has the card.
    question: Option<String>,
}

/// Prints the answers of a learning day.
///
/// # Errors
/// Fails with [`Error::Usage`] if the day can't be understood.
pub fn run(study: &Study, flags: &cli::Log) -> Result<()> {
    say_problems(study);
    let day = day(&flags.day, study.today())?;
    let answers = answers(study, day, flags.wrong);
    if flags.json {
        let answers = answers
            .iter()
            .map(|(face, review)| row(study, face, review));
        return print_json(&Shape {
            day,
            answers: answers.collect(),
        });
    }
    print_lines(&lines(study, day, &answers))
}

/// Returns the learning day that a word means.
fn day(word: &str, today: Day) -> Result<Day> {
    match word {
        "today" => Ok(today),
        "yesterday" => Ok(today.plus(-1)),
        date => date.parse().map_err(|_| {
            let expected = "expected `today`, `yesterday`, or a date like 2026-11-23";
            Error::Usage(format!("`{date}` is not a day: {expected}"))
        }),
    }
}

/// Returns the answers of a day in order of time; only those not recalled if `wrong` is set.
fn answers(study: &Study, day: Day, wrong: bool) -> Vec<(&FaceKey, &Review)> {
    let mut answers: Vec<(&FaceKey, &Review)> = study
        .history
        .faces()
        .flat_map(|(key, face)| face.reviews().iter().map(move |review| (key, review)))
        .filter(|(_, review)| review.day == day && !(wrong && review.grade.recalled()))
        .collect();
    answers.sort_by(|(a, one), (b, other)| (one.at, a).cmp(&(other.at, b)));
    answers
}

fn question(study: &Study, face: &FaceKey) -> Option<String> {
    let (_, card) = study.library.face(face)?;
    Some(one_line(&card.plain_question(face.side)))
}

fn row(study: &Study, face: &FaceKey, review: &Review) -> Row {
    Row {
        at: review.at.to_string(),
        face: face.to_string(),
        grade: review.grade.word(),
        ms: review.ms,
        due: review.due,
        question: question(study, face),
    }
}

fn lines(study: &Study, day: Day, answers: &[(&FaceKey, &Review)]) -> Vec<Line> {
    if answers.is_empty() {
        return vec![Line::new(Look::Plain, format!("{day}: no answers"))];
    }
    let seconds = answers
        .iter()
        .map(|(_, review)| u64::from(review.ms))
        .sum::<u64>()
        / 1000;
    let again = answers
        .iter()
        .filter(|(_, review)| !review.grade.recalled())
        .count();
    let mut lines = vec![Line::new(
        Look::Strong,
        format!(
            "{day}: {} in {}, {again} not recalled",
            plural(answers.len(), "answer"),
            duration(seconds)
        ),
    )];
    let wide = answers
        .iter()
        .map(|(face, _)| width(&face.to_string()))
        .max()
        .unwrap_or(0);
    for (face, review) in answers {
        let look = match review.grade {
            Grade::Again => Look::Wrong,
            _ => Look::Plain,
        };
        let start = format!("{}  ", review.at.local().format("%H:%M"));
        let time = format!("{:>4.0} s", f64::from(review.ms) / 1000.0);
        let rest = format!(
            "{time}  {}  due {}  ",
            pad(&face.to_string(), wide),
            review.due
        );
        let asked = question(study, face).unwrap_or_else(|| "(no deck has this card)".into());
        let used = width(&start) + 5 + width(&rest);
        // On a terminal too narrow for it the question is left out, never the id.
        let room = columns().saturating_sub(used);
        let asked = if room < 12 {
            String::new()
        } else {
            shorten(&asked, room)
        };
        lines.push(
            Line::new(Look::Plain, start)
                .with(look, pad(review.grade.word(), 5))
                .with(Look::Plain, rest)
                .with(Look::Faint, asked),
        );
    }
    lines
}
