//! `quiz suspend`, `quiz resume`, `quiz bury`, `quiz forget`: what is asked of some cards, and when.

use super::{give_ids, print_done};
use crate::cli::Cards;
use crate::deck::{CardId, FaceKey};
use crate::error::{Error, Result};
use crate::history::{Event, History};
use crate::study::Study;
use crate::time::Stamp;

/// Does not ask the cards until they are resumed.
///
/// # Errors
/// If a card is not found, or the event can't be brought to the disk.
pub fn suspend(study: &mut Study, flags: &Cards) -> Result<()> {
    let is_so = |history: &History, card: &CardId| history.is_suspended(card);
    each(study, flags, "suspended", is_so, Event::suspend)
}

/// Asks suspended or buried cards again.
///
/// # Errors
/// As [`suspend`].
pub fn resume(study: &mut Study, flags: &Cards) -> Result<()> {
    let today = study.today();
    let is_so = |history: &History, card: &CardId| {
        !history.is_suspended(card)
            && history
                .buried_until(card)
                .is_none_or(|until| until <= today)
    };
    each(study, flags, "asked", is_so, Event::resume)
}

/// Does not ask the cards until tomorrow.
///
/// # Errors
/// As [`suspend`].
pub fn bury(study: &mut Study, flags: &Cards) -> Result<()> {
    let until = study.today().plus(1);
    let is_so = |history: &History, card: &CardId| history.buried_until(card) == Some(until);
    each(study, flags, "buried until tomorrow", is_so, |at, card| {
        Event::Bury { at, card, until }
    })
}

/// Learns the cards anew, every face of them; or the one face that is named.
///
/// # Errors
/// As [`suspend`].
pub fn forget(study: &mut Study, flags: &Cards) -> Result<()> {
    give_ids(study)?;
    let mut meant: Vec<(String, Vec<FaceKey>)> = Vec::new();
    for word in &flags.cards {
        let (_, card) = study.library.find(word)?;
        let faces: Vec<FaceKey> = card.faces().collect();
        // A key of a face names that face alone; whatever else means the card, with all of them.
        let named = faces.iter().find(|face| face.to_string() == *word);
        meant.push(match named.filter(|_| word.contains('#')) {
            Some(named) => (word.clone(), vec![named.clone()]),
            None => (card.id.to_string(), faces),
        });
    }
    for (word, faces) in meant {
        let met = |face: &FaceKey| study.history.face(face).is_some();
        for face in faces.into_iter().filter(met).collect::<Vec<_>>() {
            study.record(|at| Event::Forget {
                at,
                face: face.clone(),
            })?;
        }
        print_done(&format!("{word} forgotten: it will be asked as new\n"))?;
    }
    Ok(())
}

/// Records the event of each card, unless it `is_so` already.
fn each(
    study: &mut Study,
    flags: &Cards,
    word: &str,
    is_so: impl Fn(&History, &CardId) -> bool,
    event: impl Fn(Stamp, CardId) -> Event,
) -> Result<()> {
    give_ids(study)?;
    for card in ids(study, flags)? {
        if is_so(&study.history, &card) {
            print_done(&format!("{card} is {word} already\n"))?;
            continue;
        }
        study.record(|at| event(at, card.clone()))?;
        print_done(&format!("{card} is {word} now\n"))?;
    }
    Ok(())
}

/// All ids first, so that a wrong one stops before anything is done.
fn ids(study: &Study, flags: &Cards) -> Result<Vec<CardId>> {
    let mut ids = Vec::new();
    for word in &flags.cards {
        let id = study.library.find(word)?.1.id.clone();
        if word.contains('#') && FaceKey::card_part(word) == id.as_str() {
            return Err(Error::Usage(format!(
                "`{word}` is a face: this takes a card, with all of its faces"
            )));
        }
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}
