//! Cards from standard input.

use std::path::Path;

use super::{point_out, point_out_gaps, refused, said};
use crate::deck::draft::{Draft, Kind};
use crate::deck::{Content, read};
use crate::error::{Error, Result};
use crate::files::Os;
use crate::place::Source;
use crate::study::Study;
use crate::text::plural;

/// Adds what stands on standard input: RON cards, or lines of front and back between tabs.
///
/// # Errors
/// If one is no card, with its line, or the deck can't be written; then none was added.
pub fn from_input(study: &mut Study, deck: &str, input: &str) -> Result<()> {
    let input = input.trim_start_matches('\u{feff}');
    if input.trim().is_empty() {
        return Err(Error::Usage(
            "standard input holds no card: give RON cards, or lines of front, tab, back".into(),
        ));
    }
    if is_ron(input) {
        from_ron(study, deck, input)
    } else {
        from_lines(study, deck, input)
    }
}

/// Whether the text is RON. A first line with a tab in it is a line of front and back, however it starts, unless it
/// names a kind of card.
fn is_ron(input: &str) -> bool {
    let text = input.trim();
    let first = text.lines().next().unwrap_or("");
    let word = first
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(first.len());
    let (word, rest) = first.split_at_checked(word).unwrap_or((first, ""));
    let opens = rest.trim_start().starts_with('(');
    let named = word == "Deck" || Kind::NAMES.contains(&word);
    (opens && named)
        || !first.contains('\t')
            && ((opens && !word.is_empty())
                || first.starts_with(['(', '['])
                || ["//", "/*"]
                    .iter()
                    .any(|comment| first.starts_with(comment)))
}

fn from_lines(study: &mut Study, deck: &str, input: &str) -> Result<()> {
    let _held = study.hold_decks()?;
    let mut batch = study.batch();
    let lines = input.lines().enumerate();
    for (at, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let wrong = |message: &str| {
            let message = format!("standard input:{}: {message}; no card was added", at + 1);
            Error::Usage(message)
        };
        let draft = from_line(line).map_err(|message| wrong(&message))?;
        point_out(batch.twin(&draft.front()));
        let added = batch.add(deck, draft);
        added.map_err(|error| wrong(&error.to_string()))?;
    }
    let written = batch.write(&Os)?;
    said(study, &written)
}

/// The card of one line.
///
/// # Errors
/// Why it is none.
fn from_line(line: &str) -> Result<Draft, String> {
    let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
    let (front, back, tags) = match *fields.as_slice() {
        [front, back] => (front, back, ""),
        [front, back, tags] => (front, back, tags),
        _ => {
            return Err(format!(
                "a line holds front and back, and tags if there are any, with tabs between: this one has {}",
                plural(fields.len(), "field")
            ));
        }
    };
    if front.is_empty() || back.is_empty() {
        return Err("front or back is empty".into());
    }
    let mut draft = Draft::basic(front, back);
    draft.tags = tags.split_whitespace().map(String::from).collect();
    Ok(draft)
}

fn from_ron(study: &mut Study, deck: &str, input: &str) -> Result<()> {
    let name = Path::new("standard input");
    // A whole deck, a list, or cards one after the other: the last two are put into a deck to be read, with a line
    // before them.
    let (text, before) = match input.trim_start() {
        whole if whole.starts_with("Deck") => (input.to_string(), 0),
        list if list.starts_with('[') => (format!("Deck(title:\"\",cards:\n{input})"), 1),
        _ => (format!("Deck(title:\"\",cards:[\n{input}\n])"), 1),
    };
    let source = Source::new(name, text);
    let read = read::deck("", &source);
    if let Some(mut problem) = read.problems.into_iter().next() {
        problem.place.line = problem.place.line.saturating_sub(before).max(1);
        return Err(Error::Wrong(Box::new(problem.help("no card was added"))));
    }
    if read.cards.is_empty() {
        return Err(Error::Usage("standard input holds no card".into()));
    }
    let _held = study.hold_decks()?;
    let mut batch = study.batch();
    for card in &read.cards {
        point_out(batch.twin(&card.body.front()));
        if let Content::Cloze(cloze) = &card.body.content {
            point_out_gaps(cloze.written());
        }
        batch
            .add_written(deck, &source, card.id.as_ref(), &card.body)
            .map_err(|wrong| refused(&wrong))?;
    }
    let written = batch.write(&Os)?;
    said(study, &written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_tab_is_lines_unless_it_names_a_kind() {
        for lines in [
            "(to) run\tlaufen\n",
            "[noun] house\tHaus",
            "// in Rust\ta comment",
            "Deck\tKartenspiel",
            "\n\nf(x)\ty",
            "no tab",
        ] {
            assert!(!is_ron(lines), "{lines:?}");
        }
        for ron in [
            "Basic(\tfront: \"a\", back: \"b\")",
            "\n\tBasic(front: \"a\")",
            "// why\nBasic(",
            "[Basic(",
            "Deck(title: \"\"",
            "Basik(front",
        ] {
            assert!(is_ron(ron), "{ron:?}");
        }
    }
}
