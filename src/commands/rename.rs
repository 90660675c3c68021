//! `quiz rename`: another id for a card, or another key for a face, its history carried over.

use super::{give_ids, print_done, say};
use crate::cli::Rename;
use crate::deck::{CardId, FaceKey, Side, id::IdError, splice};
use crate::error::{Error, Result};
use crate::files::{self, Os};
use crate::history::Event;
use crate::study::Study;
use crate::text::plural;

/// Carries the history over, then changes the id in the deck, if the card still has the old one.
///
/// If only the first step is done, because of a crash or a failing disk, the card continues under both ids, and the
/// same command finishes it.
///
/// # Errors
/// Fails if neither id has a card or a history, if the new one has a history of its own or was another card's, or if
/// the history or the deck can't be written.
pub fn run(study: &mut Study, flags: &Rename) -> Result<()> {
    study.refuse_newer()?;
    let parse = |key: &str| {
        key.parse::<FaceKey>()
            .map_err(|error: IdError| Error::Usage(format!("`{key}`: {error}")))
    };
    let (old, new) = (parse(&flags.old)?, parse(&flags.new)?);
    if old == new {
        return Err(Error::Usage("the new id is the same as the old one".into()));
    }
    give_ids(study)?;
    let _held = study.hold_decks()?;
    if old.side == Side::Whole && new.side == Side::Whole {
        card(study, &old.card, &new.card)
    } else {
        face(study, &old, &new)
    }
}

/// Renames a card, with all of its faces.
fn card(study: &mut Study, old: &CardId, new: &CardId) -> Result<()> {
    let in_deck_too = match study.history.renamed_to(old.as_str()) {
        // Already recorded, here or on another machine: only the deck is left to change.
        Some(to) if to == *new && study.library.card(old).is_some() => {
            change_in_deck(study, old, new)?;
            return say_done(study, old, new);
        }
        Some(to) => {
            return Err(Error::Refused(format!(
                "`{old}` was already renamed to `{to}`: use `quiz rename {to} {new}`, or give a new card another id in its deck"
            )));
        }
        None => may_be_renamed(study, old, new)?,
    };
    study.record(|at| Event::Rename {
        at,
        from: old.clone().into(),
        to: new.clone().into(),
    })?;
    if in_deck_too {
        change_in_deck(study, old, new)?;
    }
    say_done(study, old, new)
}

/// Returns whether a deck still has the old id; fails if the rename would mix histories or is impossible.
fn may_be_renamed(study: &Study, old: &CardId, new: &CardId) -> Result<bool> {
    let refused = |why: String| Err(Error::Refused(why));
    if let Some(other) = study
        .history
        .renamed_to(new.as_str())
        .filter(|other| other != old)
    {
        return refused(format!(
            "`{new}` was the id of the card `{other}` until that was renamed: under one id its old answers and those of `{old}` could not be told apart. Choose another id"
        ));
    }
    for id in [old, new] {
        let has = study.library.has(id.as_str());
        let is_retired = study.history.renamed_to(id.as_str()).is_some();
        if has && !is_retired && study.library.card(id).is_none() {
            return refused(format!(
                "the card `{id}` can't be read: fix it first (`quiz check` shows where)"
            ));
        }
    }
    let (has_old, has_new) = (
        study.library.card(old).is_some(),
        study.library.has(new.as_str()),
    );
    let (of_old, of_new) = (reviews(study, old), reviews(study, new));
    match (has_old, has_new) {
        _ if of_new > 0 => refused(format!(
            "`{new}` has a history of its own ({}), `{old}` has {}: renaming would merge the two histories. Nothing was changed",
            plural(of_new, "review"),
            plural(of_old, "review"),
        )),
        (true, true) => refused(format!(
            "`{old}` and `{new}` are two cards: give one of them up first"
        )),
        (false, true) if of_old == 0 => refused(format!("`{old}` has no history to carry over")),
        (true, false) | (false, true) => Ok(has_old),
        (false, false) => Err(Error::NoSuchCard {
            id: old.to_string(),
            help: format!("nor is there a card `{new}`"),
        }),
    }
}

fn say_done(study: &Study, old: &CardId, new: &CardId) -> Result<()> {
    print_done(&format!(
        "`{old}` is `{new}` now, with {}.\n",
        plural(reviews(study, new), "review")
    ))
}

/// Returns the number of reviews of a card's faces.
fn reviews(study: &Study, id: &CardId) -> usize {
    let of_card = study.history.faces_of(id);
    of_card.map(|(_, face)| face.reviews().len()).sum()
}

/// Carries the history of a face that its card no longer has over to one that it has.
fn face(study: &mut Study, old: &FaceKey, new: &FaceKey) -> Result<()> {
    let refused = |why: String| Err(Error::Refused(why));
    let count = |key| {
        study
            .history
            .face(key)
            .map_or(0, |face| face.reviews().len())
    };
    let (of_old, of_new) = (count(old), count(new));
    if study.library.face(new).is_none() {
        return refused(format!("no card has the face `{new}`"));
    }
    if study.library.face(old).is_some() {
        return refused(format!("`{old}` and `{new}` are two faces: both are asked"));
    }
    if of_new > 0 {
        return refused(format!(
            "`{new}` has a history of its own ({}): renaming would merge the two histories",
            plural(of_new, "review")
        ));
    }
    if of_old == 0 {
        return refused(format!("`{old}` has no history to carry over"));
    }
    study.record(|at| Event::Rename {
        at,
        from: old.clone(),
        to: new.clone(),
    })?;
    print_done(&format!(
        "`{old}` goes on as `{new}`, with {}.\n",
        plural(of_old, "review")
    ))
}

/// Replaces the old id by the new one in the deck's file, after making a copy. The error says that the history already
/// knows the new one.
pub(super) fn change_in_deck(study: &Study, old: &CardId, new: &CardId) -> Result<()> {
    in_deck(study, old, new).map_err(|error| {
        Error::Refused(format!(
            "`{old}` is `{new}` in your history now, but not in its deck: {error}. Until then the card goes on under both; `quiz rename {old} {new}` finishes it"
        ))
    })
}

fn in_deck(study: &Study, old: &CardId, new: &CardId) -> Result<()> {
    let Some((deck, card)) = study.library.card(old) else {
        return Ok(());
    };
    let (path, source) = (deck.path.clone(), deck.file.source()?);
    let spliced = splice::change_id(source, card.span(), new)?;
    let copy = files::back_up(&path, &study.now().to_string())?;
    let old = source.text().as_bytes();
    files::replace(&Os, &path, Some(old), spliced.as_bytes())?;
    say(&format!(
        "Wrote {} (the old one is kept as {}).",
        path.display(),
        copy.display()
    ));
    Ok(())
}
