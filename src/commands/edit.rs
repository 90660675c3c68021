//! `quiz edit`: a card or a deck in the person's own editor.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::show::named_deck;
use super::{print, say};
use crate::cli::Edit;
use crate::deck::{CardId, naming, write};
use crate::error::{Error, Result};
use crate::study::Study;
use crate::text::{one_line_kept, plural};
use crate::ui::{editor, terminal};

/// The file to open.
struct Opened {
    file: PathBuf,
    line: usize,
    /// The card, or the name of the deck.
    what: Result<CardId, String>,
}

/// Opens the deck in the person's editor, at the card's line if a card was named, and reports what is wrong with it
/// afterwards.
///
/// # Errors
/// Fails if no card or deck matches, there is no terminal, the editor fails, or the deck is broken afterwards.
pub fn run(study: &mut Study, flags: &Edit) -> Result<()> {
    let Opened { file, line, what } = meant(study, &flags.card)?;
    if !terminal::is_interactive() {
        return Err(Error::NoTerminal {
            command: "quiz edit",
            instead: "open the file that `quiz show` names",
        });
    }
    let before = ids_in(study, &file);
    editor::open(&file, line)?;
    study.reload_decks()?;
    let wrong: Vec<_> = study
        .library
        .problems
        .iter()
        .filter(|problem| problem.place.file == file)
        .collect();
    for problem in &wrong {
        say(&problem.to_string());
    }
    let has_wrong = !wrong.is_empty();
    for id in before {
        if !study.library.has(id.as_str()) && study.history.has_reviews(&id) {
            say(&format!(
                "{id} is in no deck any more. If you deleted it: quiz remove {id}; if it has another id now: quiz rename {id} NEW"
            ));
        }
    }
    if has_wrong {
        return Err(Error::Found);
    }
    match what {
        Ok(id) if study.library.card(&id).is_some() => {
            print(&format!("Saved. Card {id} reads without problems.\n"))
        }
        Ok(_) => Ok(()),
        Err(name) => {
            let cards = ids_in(study, &file).len();
            let (name, cards) = (one_line_kept(&name), plural(cards, "card"));
            print(&format!(
                "Saved. Deck {name} reads without problems: {cards}.\n"
            ))
        }
    }
}

/// Returns the card or deck that a word means, including a deck that can't be read.
fn meant(study: &Study, word: &str) -> Result<Opened> {
    let library = &study.library;
    if let Some(deck) = named_deck(library, word) {
        return Ok(Opened {
            file: deck.path.clone(),
            line: 1,
            what: Err(deck.name.clone()),
        });
    }
    match library.find(word) {
        Ok((deck, card)) => Ok(Opened {
            file: deck.path.clone(),
            line: card.line,
            what: Ok(card.id.clone()),
        }),
        Err(error) => broken(study, word).ok_or(error),
    }
}

/// Returns the deck of this name if it is left out as a whole, at its first error.
fn broken(study: &Study, word: &str) -> Option<Opened> {
    let name = naming::for_adding(&study.library, word).ok()?;
    let file = write::path_of(&study.library.root, &name);
    let mut problems = study.library.problems.iter();
    let first = problems.find(|problem| problem.place.file == file)?;
    Some(Opened {
        line: first.place.line.max(1),
        file,
        what: Err(name),
    })
}

/// Returns the ids of the cards in a file.
fn ids_in(study: &Study, file: &std::path::Path) -> BTreeSet<CardId> {
    let cards = study.library.cards();
    let of_file = cards.filter(|(deck, _)| deck.path == file);
    of_file.map(|(_, card)| card.id.clone()).collect()
}
