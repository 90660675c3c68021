//! `quiz suspend`, `quiz resume`, `quiz bury`, `quiz forget`: whether and when cards are asked.

use super::{give_ids, print_done};
use crate::cli::{Cards, Forget, Pausing};
use crate::deck::{CardId, FaceKey};
use crate::error::{Error, Result};
use crate::history::event::{Pause, Paused};
use crate::history::{Event, FaceHistory, History};
use crate::schedule::askable::Askable;
use crate::schedule::queue::{Queue, Wanted};
use crate::study::Study;
use crate::text::plural;
use crate::ui::confirm::confirm;

/// Suspends cards or faces until they are resumed.
///
/// # Errors
/// Fails if a card is not found, or the event can't be written to disk.
pub fn suspend(study: &mut Study, flags: &Pausing) -> Result<()> {
    let all = paused(study, flags)?;
    let is_so = |of: &Paused| is_suspended(&study.history, of);
    let (already, meant): (Vec<Paused>, Vec<Paused>) = all.into_iter().partition(is_so);
    pause(study, &meant, Event::Suspend)?;
    say_each(flags, "Suspended", &meant, &already, "already suspended")
}

/// Resumes suspended or buried cards, or suspended faces.
///
/// # Errors
/// Fails if a card is not found or none was put off, or the event can't be written to disk.
pub fn resume(study: &mut Study, flags: &Pausing) -> Result<()> {
    let all = paused(study, flags)?;
    for of in &all {
        if let Paused::Face(face) = of
            && study.history.is_suspended(&face.card)
        {
            return Err(Error::Refused(format!(
                "`{face}` is suspended with its whole card: `quiz resume {}` asks all of its faces again",
                face.card
            )));
        }
    }
    let is_so = |of: &Paused| is_put_off(study, of);
    let (meant, already): (Vec<Paused>, Vec<Paused>) = all.into_iter().partition(is_so);
    pause(study, &meant, Event::Resume)?;
    say_each(
        flags,
        "Resumed",
        &meant,
        &already,
        "neither suspended nor buried",
    )
}

/// Records a pause, or its end, for each.
fn pause(study: &mut Study, meant: &[Paused], make: impl Fn(Pause) -> Event) -> Result<()> {
    let mut with = None;
    for of in meant {
        let pause = |at| Pause {
            at,
            of: of.clone(),
            with,
        };
        let at = study.record(|at| make(pause(at)))?;
        with.get_or_insert(at);
    }
    Ok(())
}

/// Reports what was done, on one line per card if cards were named.
fn say_each(
    flags: &Pausing,
    done: &str,
    meant: &[Paused],
    already: &[Paused],
    state: &str,
) -> Result<()> {
    if !flags.cards.is_empty() {
        let meant = meant.iter().map(|of| format!("{done} {}.\n", of));
        let already = already.iter().map(|of| format!("{} is {state}.\n", of));
        return print_done(&meant.chain(already).collect::<String>());
    }
    let rest = match already.len() {
        0 => String::new(),
        1 => format!(" (1 more was {state})"),
        more => format!(" ({more} more were {state})"),
    };
    print_done(&format!("{done} {}{rest}.\n", plural(meant.len(), "card")))
}

/// Returns the cards and faces that are named, or those of a deck or with a tag.
fn paused(study: &mut Study, flags: &Pausing) -> Result<Vec<Paused>> {
    if !flags.cards.is_empty() {
        return meant(study, &flags.cards);
    }
    study.refuse_newer()?;
    give_ids(study)?;
    let wanted = super::wanted(study, &flags.decks, flags.tag.as_ref())?;
    let cards = study.library.cards();
    let cards = cards.filter(|(deck, card)| wanted.takes(deck, card));
    Ok(cards
        .map(|(_, card)| Paused::Card(card.id.clone()))
        .collect())
}

/// Buries cards until tomorrow.
///
/// # Errors
/// Fails if a card is not found or a face is named, or the event can't be written to disk.
pub fn bury(study: &mut Study, flags: &Cards) -> Result<()> {
    let until = study.today().plus(1);
    let why = "a card is buried with all of its faces";
    let cards = meant_cards(study, &flags.cards, why)?;
    let mut with = None;
    for card in cards {
        if study.history.buried_until(&card) == Some(until) {
            print_done(&format!("{card} is already buried until tomorrow.\n"))?;
            continue;
        }
        let at = study.record(|at| Event::Bury {
            at,
            card: card.clone(),
            until,
            with,
        })?;
        with.get_or_insert(at);
        print_done(&format!("Buried {card} until tomorrow.\n"))?;
    }
    Ok(())
}

/// Resets cards to new with all of their faces, or a single face that is named.
///
/// # Errors
/// Fails if a card is not found, if one is named by part of its id without a terminal, or if the event can't be written
/// to disk.
pub fn forget(study: &mut Study, flags: &Forget) -> Result<()> {
    let mut all = Vec::new();
    for of in meant(study, &flags.cards)? {
        let faces = met(study, &of);
        match faces.is_empty() {
            true => print_done(&format!("{} is already new.\n", of))?,
            false => all.push((of, faces)),
        }
    }
    if all.is_empty() || !(flags.yes || is_meant(study, &flags.cards, &all)?) {
        return Ok(());
    }
    let mut with = None;
    let mut queue = study.queue(&Wanted::default());
    let mut generation = study.generation();
    for (of, faces) in &all {
        for face in faces {
            let at = study.record(|at| Event::Forget {
                at,
                face: face.clone(),
                with,
            })?;
            with.get_or_insert(at);
            if generation == study.generation() {
                queue.refresh(&study.library, &study.history, &study.memory, &face.card);
            } else {
                queue = study.queue(&Wanted::default());
                generation = study.generation();
            }
        }
        print_done(&format!("{}.\n", forgotten(study, &queue, of, faces)))?;
    }
    Ok(())
}

/// Returns the faces that are not new.
fn met(study: &Study, of: &Paused) -> Vec<FaceKey> {
    let mut faces = match of {
        Paused::Face(face) => vec![face.clone()],
        Paused::Card(card) => study
            .library
            .card(card)
            .map_or_else(Vec::new, |(_, card)| card.faces().collect()),
    };
    faces.retain(|face| {
        let face = study.history.face(face);
        face.is_some_and(|face| face.due().is_some())
    });
    faces
}

/// Returns whether the person confirms. If nobody can be asked, naming every card by its whole id confirms.
fn is_meant(study: &Study, words: &[String], all: &[(Paused, Vec<FaceKey>)]) -> Result<bool> {
    let faces = || all.iter().flat_map(|(_, faces)| faces);
    let reviews = faces().filter_map(|face| study.history.face(face));
    let reviews: usize = reviews.map(|face| face.current().len()).sum();
    let about = format!(
        "{}, with {}",
        some(all.iter().map(|(of, _)| of.to_string())),
        plural(reviews, "review")
    );
    if let Some(answer) = confirm(&about, "Reset to new?")? {
        return Ok(answer);
    }
    for word in words {
        let (_, card) = study.library.find(word)?;
        if FaceKey::card_part(word) != card.id.as_str() {
            return Err(Error::Usage(format!(
                "`{word}` is not a whole id: give `{}`, or --yes",
                card.id
            )));
        }
    }
    Ok(true)
}

/// Returns the line about a reset card or face, and when it is asked next.
fn forgotten(study: &Study, queue: &Queue, of: &Paused, faces: &[FaceKey]) -> String {
    let is_held = |face: &FaceKey| {
        let of_card = queue.of_card(&study.library, &face.card);
        of_card.contains(&(face.clone(), Askable::HeldBack(None)))
    };
    let when = match faces.iter().all(is_held) {
        true => "from tomorrow on",
        false => "from today on",
    };
    format!(
        "Reset {} to new: it will come up among the new cards, {when}",
        of
    )
}

/// Returns the first few of these names.
pub(super) fn some(names: impl ExactSizeIterator<Item = String>) -> String {
    const MOST: usize = 5;
    let count = names.len();
    let first: Vec<String> = names.take(MOST).collect();
    match count.saturating_sub(MOST) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

fn is_suspended(history: &History, of: &Paused) -> bool {
    match of {
        Paused::Card(card) => history.is_suspended(card),
        Paused::Face(face) => history.is_face_suspended(face),
    }
}

/// Returns whether there is anything to resume.
fn is_put_off(study: &Study, of: &Paused) -> bool {
    let (history, today) = (&study.history, study.today());
    match of {
        Paused::Face(face) => history.is_face_suspended(face),
        Paused::Card(card) => {
            let now = history.card(card);
            let mut faces = history.faces_of(&now);
            history.is_suspended(card)
                || history
                    .buried_until(card)
                    .is_some_and(|until| until > today)
                || faces.any(|(_, face)| FaceHistory::is_suspended(face))
        }
    }
}

/// Returns the cards and faces that are named. All are looked up first, so that a wrong one stops the command early.
pub(super) fn meant(study: &mut Study, words: &[String]) -> Result<Vec<Paused>> {
    study.refuse_newer()?;
    give_ids(study)?;
    let mut meant = Vec::new();
    for word in words {
        let (_, card) = study.library.find(word)?;
        let faces: Vec<FaceKey> = card.faces().collect();
        let named = faces.iter().find(|face| face.to_string() == *word);
        let of = match named.filter(|_| word.contains('#')) {
            Some(named) => Paused::Face(named.clone()),
            None => Paused::Card(card.id.clone()),
        };
        if !meant.contains(&of) {
            meant.push(of);
        }
    }
    Ok(meant)
}

/// Returns the cards that are named.
///
/// # Errors
/// Fails if a card is not found, and with `why` if a face is named.
pub(super) fn meant_cards(study: &mut Study, words: &[String], why: &str) -> Result<Vec<CardId>> {
    let card = |of| match of {
        Paused::Card(card) => Ok(card),
        Paused::Face(face) => Err(Error::Usage(format!("`{face}` is a face: {why}"))),
    };
    meant(study, words)?.into_iter().map(card).collect()
}
