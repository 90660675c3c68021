//! Cards from standard input.

use std::path::Path;

use super::write::{Draft, add_filled, new_id, point_out_twin, said, write};
use crate::deck::{CardId, read, splice};
use crate::error::{Error, Result};
use crate::place::Place;
use crate::study::Study;
use crate::text::plural;
use crate::ui::prompt::Filled;

/// Adds what stands on standard input: RON cards, or lines of front and back between tabs.
///
/// # Errors
/// If one is no card, with its line, or the deck can't be written; then none was added.
pub fn from_input(study: &mut Study, deck: &str, input: &str) -> Result<()> {
    let body = input.trim_start_matches('\u{feff}').trim();
    if body.is_empty() {
        return Err(Error::Usage(
            "standard input holds no card: give RON cards, or lines of front, tab, back".into(),
        ));
    }
    let is_ron = body.starts_with(['(', '['])
        || body.starts_with("//")
        || body.starts_with("Deck")
        || body.split_once('(').is_some_and(|(word, _)| {
            !word.is_empty()
                && word.trim().chars().all(char::is_alphanumeric)
                && !body.lines().next().unwrap_or("").contains('\t')
        });
    if is_ron {
        from_ron(study, deck, body)
    } else {
        from_lines(study, deck, body)
    }
}

fn from_lines(study: &mut Study, deck: &str, body: &str) -> Result<()> {
    let mut filled = Vec::new();
    for (at, line) in body
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
        let (front, back, tags) = match *fields.as_slice() {
            [front, back] => (front, back, ""),
            [front, back, tags] => (front, back, tags),
            _ => {
                return Err(Error::Usage(format!(
                    "standard input:{}: a line holds front and back, and tags if there are any, with tabs between: this one has {}; no card was added",
                    at + 1,
                    plural(fields.len(), "field")
                )));
            }
        };
        if front.is_empty() || back.is_empty() {
            return Err(Error::Usage(format!(
                "standard input:{}: front or back is empty; no card was added",
                at + 1
            )));
        }
        let tags = tags.split_whitespace().map(String::from).collect();
        filled.push(Filled {
            kind: "Basic",
            front: front.into(),
            back: Some(back.into()),
            tags,
            ..Filled::default()
        });
    }
    add_filled(study, deck, filled, None).map(drop)
}

fn from_ron(study: &mut Study, deck: &str, body: &str) -> Result<()> {
    let name = Path::new("standard input");
    // A whole deck, a list, or cards one after the other: the last two are put into a deck to be read.
    let (text, before) = match body {
        whole if whole.starts_with("Deck") => (whole.to_string(), 0),
        list if list.starts_with('[') => (format!("Deck(title:\"\",cards:\n{list})"), 1),
        cards => (format!("Deck(title:\"\",cards:[\n{cards}\n])"), 1),
    };
    let read = read::deck("", name, &text);
    if let Some(mut problem) = read.problems.into_iter().next() {
        problem.place = Place {
            line: problem.place.line.saturating_sub(before).max(1),
            ..problem.place
        };
        return Err(Error::Wrong(Box::new(problem.help("no card was added"))));
    }
    let _held = study.hold_decks()?;
    let mut ids: Vec<CardId> = Vec::new();
    let mut drafts = Vec::new();
    for found in &read.cards {
        let front = found.card.front();
        point_out_twin(study, &front);
        let given = found.id.as_ref().map(CardId::as_str);
        let id = new_id(study, &front, given, &ids)?;
        let source = text.get(found.span.clone()).unwrap_or("");
        let with_id = if found.id.is_some() {
            Some(source.to_string())
        } else {
            splice::give_id(source, 0, &id)
        };
        drafts.push(Draft::Text(with_id.unwrap_or_else(|| source.to_string())));
        ids.push(id);
    }
    if ids.is_empty() {
        return Err(Error::Usage("standard input holds no card".into()));
    }
    write(study, deck, &drafts)?;
    said(deck, &ids)
}
