//! How cards get into a deck: each with an id of its own, all of a call in one write.

use std::fs;
use std::io;
use std::path::PathBuf;

use super::super::{print_done, say};
use crate::deck::splice::{self, NewCard};
use crate::deck::{CardId, cloze, id};
use crate::error::{Error, Result};
use crate::files::{self, Os};
use crate::study::Study;
use crate::text::{capital, one_line, plural};
use crate::ui::prompt::Filled;

/// A card that is to be added.
pub enum Draft {
    /// Put together here.
    Card(NewCard),
    /// As somebody wrote it in RON.
    Text(String),
}

/// An id for a card that asks `front`: the one given, or one made from the text; never one that is or was taken.
///
/// # Errors
/// If the given one is no id, or taken.
pub fn new_id(study: &Study, front: &str, given: Option<&str>, also: &[CardId]) -> Result<CardId> {
    let old = study.history.card_ids();
    let taken = |id: &str| {
        study.library.has(id)
            || old.contains(id)
            || study.history.renamed_to(id).is_some()
            || also.iter().any(|other| other.as_str() == id)
    };
    let Some(given) = given else {
        return Ok(id::propose(front, taken));
    };
    let id: CardId = given
        .parse()
        .map_err(|error: id::IdError| Error::Usage(format!("--id {given}: {error}")))?;
    if also.contains(&id) {
        return Err(Error::Usage(format!(
            "the id `{id}` is given twice; no card was added"
        )));
    }
    if let Some((deck, card)) = study.library.card(&id) {
        return Err(Error::Refused(format!(
            "there is a card `{id}` already: {}:{}",
            deck.path.display(),
            card.line
        )));
    }
    if taken(id.as_str()) {
        return Err(Error::Refused(format!(
            "`{id}` has a history of an earlier card: choose another id"
        )));
    }
    Ok(id)
}

/// The card in RON that somebody filled in.
pub fn card(filled: &Filled, id: &CardId) -> NewCard {
    let card = NewCard::new(filled.kind, id);
    let card = match filled.kind {
        "Cloze" => card.text("text", &filled.front),
        "TrueFalse" => card
            .text("statement", &filled.front)
            .raw("answer", filled.answers.concat())
            .text_if("back", filled.back.as_deref()),
        "Typed" => card
            .text("front", &filled.front)
            .list("answers", &filled.answers),
        "Choice" => card
            .text("front", &filled.front)
            .list("choices", &filled.choices)
            .list("answers", &filled.answers),
        _ => {
            let card = card
                .text("front", &filled.front)
                .text_if("back", filled.back.as_deref());
            if filled.reverse {
                card.raw("reverse", "true".into())
            } else {
                card
            }
        }
    };
    card.text_if("note", filled.note.as_deref())
        .list("tags", &filled.tags)
        .text_if("source", filled.source.as_deref())
}

/// Adds the cards to the deck, and says so.
///
/// # Errors
/// As [`new_id`] and [`write()`]; then none was added.
pub fn add_filled(
    study: &mut Study,
    deck: &str,
    filled: Vec<Filled>,
    id: Option<String>,
) -> Result<Vec<CardId>> {
    let _held = study.hold_decks()?;
    let mut ids: Vec<CardId> = Vec::new();
    let mut drafts = Vec::new();
    for filled in &filled {
        point_out_twin(study, &filled.front);
        if filled.kind == "Cloze" {
            point_out_gaps(&filled.front);
        }
        let id = new_id(study, &cloze_filled(&filled.front), id.as_deref(), &ids)?;
        drafts.push(Draft::Card(card(filled, &id)));
        ids.push(id);
    }
    write(study, deck, &drafts)?;
    said(deck, &ids)?;
    Ok(ids)
}

/// Says what was added.
///
/// # Errors
/// If it can't be printed.
pub fn said(deck: &str, ids: &[CardId]) -> Result<()> {
    match ids {
        [only] => print_done(&format!("Added `{only}` to {deck}.\n")),
        several => {
            let list: String = several.iter().map(|id| format!("  {id}\n")).collect();
            print_done(&format!(
                "Added {} to {deck}:\n{list}",
                plural(several.len(), "card")
            ))
        }
    }
}

/// Says that a card with this front is there already.
pub fn point_out_twin(study: &Study, front: &str) {
    if let Some(twin) = twin(study, front) {
        say(&format!("Note: {twin} asks the same."));
    }
}

/// Says what in a cloze text may be meant otherwise than it is read.
fn point_out_gaps(text: &str) {
    for cloze::Warning { message, help, .. } in cloze::warnings(text) {
        say(&format!("Note: {message}\n  {help}"));
    }
}

/// The card that asks `front` already, and where it is.
pub fn twin(study: &Study, front: &str) -> Option<String> {
    let same = |text: &str| one_line(text).to_lowercase();
    let asked = same(&cloze_filled(front));
    let twin = study
        .library
        .cards()
        .find(|(_, card)| same(&card.front()) == asked);
    twin.map(|(deck, card)| format!("`{}` ({}:{})", card.id, deck.name, card.line))
}

/// A cloze text with its gaps filled; any other text as it is.
pub fn cloze_filled(text: &str) -> String {
    crate::deck::Cloze::parse(text).map_or_else(|_| text.to_string(), |cloze| cloze.filled())
}

/// Splices the cards into the deck's file, in one write; makes the file where there is none.
///
/// # Errors
/// If one of them is no card, or the file can't be written; then it is as it was.
pub fn write(study: &mut Study, deck: &str, drafts: &[Draft]) -> Result<()> {
    let path = path_of(study, deck);
    let old = match fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(Error::io("read", &path)(error)),
    };
    let mut text = match &old {
        Some(bytes) => String::from_utf8(bytes.clone()).map_err(|_| {
            Error::Refused(format!(
                "{} is not UTF-8 text: no card was added",
                path.display()
            ))
        })?,
        None => splice::empty_deck(&title_of(deck)),
    };
    for draft in drafts {
        text = match draft {
            // What is wrong with it has no place yet: it was never written.
            Draft::Card(card) => {
                splice::append(&path, &text, card).map_err(|error| match error {
                    Error::Wrong(problem) => {
                        Error::Usage(format!("{}; no card was added", problem.message))
                    }
                    other => other,
                })?
            }
            Draft::Text(card) => splice::append_text(&path, &text, card)?,
        };
    }
    if old.is_none() {
        if let Some(folder) = path.parent() {
            files::create_folder(&Os, &study.library.root, folder)?;
        }
        say(&format!("Made the deck {deck}: {}", path.display()));
    }
    files::replace(&Os, &path, old.as_deref(), text.as_bytes())?;
    study.reload_decks()
}

fn path_of(study: &Study, deck: &str) -> PathBuf {
    match study.library.deck(deck) {
        Some(deck) => deck.path.clone(),
        // Not `with_extension`, which would eat what follows a dot in the name.
        None => study.library.root.join(format!("{deck}.ron")),
    }
}

/// A title for a new deck: the last part of its name, with spaces and a capital.
fn title_of(deck: &str) -> String {
    let last = deck
        .rsplit('/')
        .next()
        .unwrap_or(deck)
        .replace(['-', '_'], " ");
    capital(&last)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::deck::read;

    #[test]
    fn a_new_deck_gets_a_title() {
        assert_eq!(title_of("languages/old-norse"), "Old norse");
    }

    #[test]
    fn every_kind_is_written_as_it_reads() {
        let id: CardId = "x".parse().unwrap();
        let filled = [
            Filled {
                kind: "Basic",
                front: "f".into(),
                back: Some("b".into()),
                reverse: true,
                ..Filled::default()
            },
            Filled {
                kind: "Cloze",
                front: "{{c1::a}} b".into(),
                ..Filled::default()
            },
            Filled {
                kind: "Typed",
                front: "f".into(),
                answers: vec!["a".into()],
                tags: vec!["t".into()],
                ..Filled::default()
            },
            Filled {
                kind: "Choice",
                front: "f".into(),
                choices: vec!["a".into(), "b".into()],
                answers: vec!["b".into()],
                ..Filled::default()
            },
            Filled {
                kind: "TrueFalse",
                front: "s".into(),
                answers: vec!["false".into()],
                note: Some("n".into()),
                ..Filled::default()
            },
        ];
        for filled in filled {
            let text = splice::append(
                Path::new("d"),
                &splice::empty_deck("t"),
                &card(&filled, &id),
            )
            .unwrap();
            let read = read::deck("d", Path::new("d"), &text);
            assert_eq!(
                (read.problems.len(), read.cards[0].card.content.kind()),
                (0, filled.kind),
                "{text}"
            );
        }
    }
}
