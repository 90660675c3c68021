//! `quiz check`: what is wrong with decks and history, and where.

use serde::Serialize;

use super::{print, print_json};
use crate::cli::Check;
use crate::deck::lint;
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

/// Prints every problem.
///
/// # Errors
/// [`Error::Found`] if there is an error, or, with `--strict`, a warning.
pub fn run(study: &Study, flags: &Check) -> Result<()> {
    let mut problems = study.library.problems.clone();
    problems.extend(lint::lint(&study.library));
    problems.extend(study.history_problems.iter().cloned());
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    let warnings = problems.len() - errors;
    let (decks, cards) = (study.library.decks.len(), study.library.cards().count());
    if flags.json {
        print_json(&Shape { decks, cards, problems: problems.into_iter().map(entry).collect() })?;
    } else {
        let mut text: String = problems.iter().map(|problem| format!("{problem}\n\n")).collect();
        let found = match (errors, warnings) {
            (0, 0) => "no problem".to_string(),
            (0, warnings) => plural(warnings, "warning"),
            (errors, 0) => plural(errors, "error"),
            (errors, warnings) => format!("{}, {}", plural(errors, "error"), plural(warnings, "warning")),
        };
        text.push_str(&format!("{} in {}: {found}.\n", plural(cards, "card"), plural(decks, "deck")));
        print(&text)?;
    }
    if errors > 0 || (flags.strict && warnings > 0) { Err(Error::Found) } else { Ok(()) }
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
