//! `quiz check`: the problems of decks and history, their places, and unambiguous fixes.

mod fix;

use std::collections::{HashMap, HashSet};
use std::fs;

use serde::Serialize;

use super::{print_json, print_rows, say};
use crate::cli::Check;
use crate::deck::library::is_in;
use crate::deck::likely::Likely;
use crate::deck::{Card, CardId, lint};
use crate::error::{Error, Result};
use crate::notation;
use crate::place::{Place, Problem, Severity};
use crate::study::Study;
use crate::text::{Row, plural};

/// The shape of `--json`.
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

/// A history without a card.
#[derive(Serialize)]
struct Orphan {
    /// The id that the card had.
    id: String,
    /// The id of the card that most likely continues it.
    likely: Option<String>,
}

/// Prints every problem, after fixing what can be fixed if asked to.
///
/// # Errors
/// Fails with [`Error::Found`] if there is an error, or, with `--strict`, a warning.
pub fn run(study: &mut Study, flags: &Check, settings: Option<Problem>) -> Result<()> {
    if flags.fix {
        fix::fix(study)?;
    }
    if !study.reload_without_index()? {
        say(
            "The index in the cache folder did not agree with your files: it was deleted, and nothing of yours is affected.",
        );
    }
    let mut problems: Vec<Problem> = settings.into_iter().collect();
    problems.extend(study.library.problems.iter().cloned());
    problems.extend(lint::lint(&study.library));
    problems.extend(lint::missing_media(&study.library, &study.home.path));
    problems.extend(study.history_problems.iter().cloned());
    problems.extend(settings_of_no_deck(study));
    let cards = study.library.cards();
    let found = Shape {
        decks: study.library.decks.len(),
        cards: study.library.cards().count(),
        orphans: orphans(study),
        missing_ids: cards.filter(|(_, card)| !card.id_is_written).count(),
        future_events: study.history.future.len(),
        problems: problems.iter().map(entry).collect(),
    };
    if flags.json {
        print_json(&found)?;
    } else {
        let most = if flags.all { usize::MAX } else { MOST };
        print_rows(&as_rows(&problems, &found, study.library.is_whole(), most))?;
    }
    if found.errors() > 0 || (flags.strict && found.warnings() > 0) {
        Err(Error::Found)
    } else {
        Ok(())
    }
}

impl Shape {
    fn errors(&self) -> usize {
        let severities = self.problems.iter().map(|problem| problem.severity);
        severities
            .filter(|severity| *severity == Severity::Error)
            .count()
    }

    fn warnings(&self) -> usize {
        self.problems.len() - self.errors()
            + self.orphans.len()
            + usize::from(self.missing_ids > 0)
            + usize::from(self.future_events > 0)
    }
}

/// The number of warnings of one kind that are listed.
const MOST: usize = 10;

/// Returns the problems as rows, each with the line it is in.
///
/// Of warnings that give the same advice the first `most` are listed, the rest counted.
fn as_rows(problems: &[Problem], found: &Shape, is_whole: bool, most: usize) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut kinds: HashMap<&str, (usize, &Problem)> = HashMap::new();
    let mut in_order: Vec<&str> = Vec::new();
    for problem in problems {
        let advice = problem.help.as_deref();
        if let (Severity::Warning, Some(advice)) = (problem.severity, advice) {
            let (count, _) = kinds.entry(advice).or_insert_with(|| {
                in_order.push(advice);
                (0, problem)
            });
            *count += 1;
            if *count > most {
                continue;
            }
        }
        rows.extend(problem.rows());
        rows.push(Row::Text(String::new()));
    }
    let mut warn = |message: &str, help: &str| {
        rows.push(Row::Text(format!("warning: {message}\n  help: {help}\n")));
    };
    for (advice, (count, first)) in in_order
        .iter()
        .filter_map(|kind| Some((kind, kinds.get(kind)?)))
    {
        if let Some(more @ 1..) = count.checked_sub(most) {
            let what = format!("{more} more like: {}", first.message);
            warn(&what, &format!("{advice}; `quiz check --all` lists them"));
        }
    }
    for Orphan { id, likely } in found.orphans.iter().take(most) {
        let help = match likely {
            Some(card) => format!("if it is `{card}` now: quiz rename {id} {card}"),
            None if !is_whole => {
                "its history is kept; its card may be in a deck that is left out: see to that first"
                    .into()
            }
            None => {
                format!(
                    "its history is kept; if the card has another id now: quiz rename {id} NEW; if you deleted it: quiz remove {id}"
                )
            }
        };
        warn(&format!("`{id}` has a history, but no card"), &help);
    }
    if let Some(more @ 1..) = found.orphans.len().checked_sub(most) {
        warn(
            &format!("{more} more cards that are gone have a history"),
            "it is kept; `quiz check --all` lists them",
        );
    }
    if found.missing_ids > 0 {
        warn(
            &format!("{} no id yet", have(found.missing_ids, "card")),
            "`quiz check --fix` or the next `quiz review` writes one",
        );
    }
    if found.future_events > 0 {
        warn(
            &format!(
                "{} dated more than a day in the future",
                are(found.future_events)
            ),
            "they are ignored until then; is your clock right?",
        );
    }
    let counts = [(found.errors(), "error"), (found.warnings(), "warning")];
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| plural(count, noun))
        .collect();
    let said = match counts.as_slice() {
        [] => "no problems".to_string(),
        some => some.join(", "),
    };
    let (cards, decks) = (plural(found.cards, "card"), plural(found.decks, "deck"));
    rows.push(Row::Text(format!("{cards} in {decks}: {said}.\n")));
    rows
}

/// Returns warnings about settings for decks that do not exist: typos, or renamed decks.
fn settings_of_no_deck(study: &Study) -> Vec<Problem> {
    let names: Vec<&str> = study
        .library
        .decks
        .iter()
        .map(|deck| deck.name.as_str())
        .collect();
    let path = study.home.config();
    let text = fs::read_to_string(&path).unwrap_or_default();
    let places = study.config.decks.keys();
    places
        .filter(|place| !names.iter().any(|name| is_in(name, place)))
        .map(|place| {
            let quoted = notation::quote(place);
            let at = text.find(&quoted).unwrap_or(0);
            let message =
                format!("there is no deck or folder `{place}`: these settings have no effect");
            Problem::warning(Place::new(&path, &text, at, quoted.len()), message)
                .help(notation::did_you_mean(place, &names))
        })
        .collect()
}

fn have(count: usize, noun: &str) -> String {
    format!(
        "{} {}",
        plural(count, noun),
        if count == 1 { "has" } else { "have" }
    )
}

fn are(count: usize) -> String {
    format!(
        "{} {}",
        plural(count, "event"),
        if count == 1 { "is" } else { "are" }
    )
}

fn entry(problem: &Problem) -> Entry {
    Entry {
        severity: problem.severity,
        file: problem.place.file.to_string_lossy().into_owned(),
        line: problem.place.line,
        column: problem.place.column,
        message: problem.message.clone(),
        help: problem.help.clone(),
    }
}

/// Returns the histories without a card, each with the card that most likely continues it.
///
/// While a deck or a card is left out, the card may be in there: then none is named.
fn orphans(study: &Study) -> Vec<Orphan> {
    let with_history: HashSet<&str> = study.history.card_ids();
    // A deck that a rename has not reached still uses the old id.
    let key = |card: &Card| study.history.card(&card.id);
    let cards = || study.library.cards().map(|(_, card)| card);
    let used: HashSet<CardId> = cards().map(key).collect();
    let is_removed = |id: &CardId| study.history.removed(id).is_some();
    let is_gone = |id: &&str| {
        let is_there = used.contains(*id) || study.library.has(id);
        !is_there && !id.parse().is_ok_and(|id| is_removed(&id))
    };
    let mut gone: Vec<&str> = with_history.iter().copied().filter(is_gone).collect();
    gone.sort_unstable();
    let is_new = |card: &&Card| !with_history.contains(key(card).as_str());
    let is_whole = study.library.is_whole() && !gone.is_empty();
    let fresh = cards().filter(|_| is_whole).filter(is_new);
    let mut likely = Likely::new(fresh.map(|card| (&card.id, card.front())));
    gone.into_iter()
        .map(|old| Orphan {
            id: old.to_string(),
            likely: likely.find(old).map(ToString::to_string),
        })
        .collect()
}
