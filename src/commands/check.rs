//! `quiz check`: what is wrong with decks and history, where, and what can be mended.

mod fix;

use std::collections::HashSet;

use serde::Serialize;

use super::{print, print_json};
use crate::cli::Check;
use crate::deck::{id, lint};
use crate::error::{Error, Result};
use crate::place::{Problem, Severity};
use crate::study::Study;
use crate::text::plural;

/// What `--json` prints.
#[derive(Serialize)]
struct Shape {
    decks: usize,
    cards: usize,
    problems: Vec<Entry>,
    orphans: Vec<Orphan>,
    missing_ids: usize,
    future_events: usize,
}

#[derive(Serialize)]
struct Entry {
    severity: Severity,
    file: String,
    line: usize,
    column: usize,
    message: String,
    help: Option<String>,
}

/// A history whose card is gone.
#[derive(Serialize)]
struct Orphan {
    /// The id that the card had.
    id: String,
    /// The card that it most likely is now.
    likely: Option<String>,
}

/// Prints every problem, after mending what can be mended if asked to.
///
/// # Errors
/// [`Error::Found`] if there is an error, or, with `--strict`, a warning.
pub fn run(study: &mut Study, flags: &Check) -> Result<()> {
    if flags.fix {
        fix::fix(study)?;
    }
    let mut problems = study.library.problems.clone();
    problems.extend(lint::lint(&study.library));
    problems.extend(study.history_problems.iter().cloned());
    let orphans = orphans(study);
    let missing_ids = study
        .library
        .cards()
        .filter(|(_, card)| !card.id_is_written)
        .count();
    let future_events = study.history.future.len();
    let errors = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .count();
    let warnings = problems.len() - errors
        + orphans.len()
        + usize::from(missing_ids > 0)
        + usize::from(future_events > 0);
    let (decks, cards) = (study.library.decks.len(), study.library.cards().count());
    if flags.json {
        let problems = problems.into_iter().map(entry).collect();
        print_json(&Shape {
            decks,
            cards,
            problems,
            orphans,
            missing_ids,
            future_events,
        })?;
    } else {
        let mut text: String = problems
            .iter()
            .map(|problem| format!("{problem}\n\n"))
            .collect();
        for Orphan { id, likely } in &orphans {
            let help = match likely {
                Some(card) => format!("if it is `{card}` now: quiz rename {id} {card}"),
                None => "its history is kept; if the card has another id now: quiz rename OLD NEW"
                    .into(),
            };
            text.push_str(&format!(
                "warning: `{id}` has a history, but no card\n  help: {help}\n\n"
            ));
        }
        if missing_ids > 0 {
            text.push_str(&format!("warning: {} no id yet\n  help: `quiz check --fix` or the next `quiz review` writes one\n\n", have(missing_ids, "card")));
        }
        if future_events > 0 {
            text.push_str(&format!("warning: {} more than a day ahead of the clock\n  help: they wait until their time has come; is the clock right?\n\n", lie(future_events)));
        }
        let found = match (errors, warnings) {
            (0, 0) => "no problem".to_string(),
            (0, warnings) => plural(warnings, "warning"),
            (errors, 0) => plural(errors, "error"),
            (errors, warnings) => format!(
                "{}, {}",
                plural(errors, "error"),
                plural(warnings, "warning")
            ),
        };
        text.push_str(&format!(
            "{} in {}: {found}.\n",
            plural(cards, "card"),
            plural(decks, "deck")
        ));
        print(&text)?;
    }
    if errors > 0 || (flags.strict && warnings > 0) {
        Err(Error::Found)
    } else {
        Ok(())
    }
}

fn have(count: usize, noun: &str) -> String {
    format!(
        "{} {}",
        plural(count, noun),
        if count == 1 { "has" } else { "have" }
    )
}

fn lie(count: usize) -> String {
    format!(
        "{} of the history {}",
        plural(count, "event"),
        if count == 1 { "lies" } else { "lie" }
    )
}

fn entry(problem: Problem) -> Entry {
    Entry {
        severity: problem.severity,
        file: problem.place.file.to_string_lossy().into_owned(),
        line: problem.place.line,
        column: problem.place.column,
        message: problem.message,
        help: problem.help,
    }
}

/// The histories whose card is gone, each with the card without a history whose id, or whose text made into one,
/// is most like it.
fn orphans(study: &Study) -> Vec<Orphan> {
    let with_history: HashSet<&str> = study.history.card_ids();
    let mut gone: Vec<&str> = with_history
        .iter()
        .copied()
        .filter(|id| !study.library.has(id))
        .collect();
    gone.sort_unstable();
    if gone.is_empty() {
        return Vec::new();
    }
    let fresh: Vec<(String, String)> = study
        .library
        .cards()
        .filter(|(_, card)| !with_history.contains(card.id.as_str()))
        .map(|(_, card)| {
            (
                card.id.to_string(),
                id::propose(&card.front(), |_| false).to_string(),
            )
        })
        .collect();
    gone.into_iter()
        .map(|old| {
            let likeness = |(id, proposed): &&(String, String)| {
                strsim::jaro_winkler(old, id).max(strsim::jaro_winkler(old, proposed))
            };
            let likely = fresh
                .iter()
                .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
                .filter(|card| likeness(card) > 0.75);
            Orphan {
                id: old.to_string(),
                likely: likely.map(|(id, _)| id.clone()),
            }
        })
        .collect()
}
