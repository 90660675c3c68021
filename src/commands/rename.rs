//! `quiz rename`: another id for a card, its history carried over.

use super::{give_ids, print_done, say};
use crate::cli::Rename;
use crate::deck::{CardId, id::IdError, splice};
use crate::error::{Error, Result};
use crate::files::{self, Os};
use crate::history::Event;
use crate::study::Study;
use crate::text::plural;

/// Changes the id in the deck, where the card still has the old one, and carries the history over.
///
/// # Errors
/// If neither id has a card or a history; if the new one has a history of its own; if a file can't be written.
pub fn run(study: &mut Study, flags: &Rename) -> Result<()> {
    let parse = |id: &str| {
        id.parse::<CardId>()
            .map_err(|error: IdError| Error::Usage(format!("`{id}`: {error}")))
    };
    let (old, new) = (parse(&flags.old)?, parse(&flags.new)?);
    if old == new {
        return Err(Error::Usage("the new id is the old one".into()));
    }
    give_ids(study)?;
    let _held = study.hold_decks()?;
    if let Some(to) = study.history.renamed_to(old.as_str()) {
        return Err(Error::Refused(format!(
            "`{old}` was renamed to `{to}` already: use `quiz rename {to} {new}`, or give a new card another id in its deck"
        )));
    }
    let (has_old, has_new) = (
        study.library.card(&old).is_some(),
        study.library.has(new.as_str()),
    );
    let (of_old, of_new) = (reviews(study, &old), reviews(study, &new));
    if of_new > 0 {
        return Err(Error::Refused(format!(
            "`{new}` has a history of its own ({}), `{old}` has {}: one would be lost in the other. Nothing was changed",
            plural(of_new, "review"),
            plural(of_old, "review"),
        )));
    }
    match (has_old, has_new) {
        (true, true) => {
            return Err(Error::Refused(format!(
                "`{old}` and `{new}` are two cards: give one of them up first"
            )));
        }
        (true, false) => in_deck(study, &old, &new)?,
        (false, true) if of_old == 0 => {
            return Err(Error::Refused(format!(
                "`{old}` has no history to carry over"
            )));
        }
        (false, true) => {}
        (false, false) => {
            return Err(Error::NoSuchCard {
                id: old.to_string(),
                help: format!("nor is there a card `{new}`"),
            });
        }
    }
    study.record(|at| Event::Rename {
        at,
        from: old.clone().into(),
        to: new.clone().into(),
    })?;
    print_done(&format!(
        "`{old}` is `{new}` now, with {}.\n",
        plural(reviews(study, &new), "review")
    ))
}

/// How many reviews the faces of a card have.
fn reviews(study: &Study, id: &CardId) -> usize {
    let of_card = study.history.faces().filter(|(key, _)| key.card == *id);
    of_card.map(|(_, face)| face.reviews().len()).sum()
}

/// Puts the new id in the place of the old one in the deck's file, after a copy was made.
fn in_deck(study: &mut Study, old: &CardId, new: &CardId) -> Result<()> {
    let Some((deck, card)) = study.library.card(old) else {
        return Ok(());
    };
    let (path, source) = (deck.path.clone(), deck.source.clone());
    let spliced = splice::change_id(&source, &card.span, new)?;
    let copy = files::back_up(&path, &study.now().to_string())?;
    let old = source.text().as_bytes();
    files::replace(&Os, &path, Some(old), spliced.as_bytes())?;
    say(&format!(
        "Wrote {} (the old one is kept as {}).",
        path.display(),
        copy.display()
    ));
    study.reload_decks()
}
