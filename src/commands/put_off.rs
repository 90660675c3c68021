//! `quiz suspend`, `quiz resume`, `quiz bury`, `quiz forget`: what is asked of some cards, and when.

use super::{give_ids, print_done};
use crate::cli::Cards;
use crate::deck::{CardId, FaceKey};
use crate::error::{Error, Result};
use crate::history::event::{Pause, Paused};
use crate::history::{Event, FaceHistory, History};
use crate::schedule::askable::Askable;
use crate::study::Study;

/// Does not ask cards or faces until they are resumed.
///
/// # Errors
/// If a card is not found, or the event can't be brought to the disk.
pub fn suspend(study: &mut Study, flags: &Cards) -> Result<()> {
    for of in meant(study, flags)? {
        let is_so = is_suspended(&study.history, &of);
        let said = match is_so {
            true => format!("{} is suspended already.\n", name(&of)),
            false => format!("Suspended {}.\n", name(&of)),
        };
        if !is_so {
            study.record(|at| Event::Suspend(Pause { at, of: of.clone() }))?;
        }
        print_done(&said)?;
    }
    Ok(())
}

/// Asks suspended or buried cards, or suspended faces, again.
///
/// # Errors
/// As [`suspend`].
pub fn resume(study: &mut Study, flags: &Cards) -> Result<()> {
    for of in meant(study, flags)? {
        if let Paused::Face(face) = &of
            && study.history.is_suspended(&face.card)
        {
            return Err(Error::Refused(format!(
                "`{face}` is suspended with its whole card: `quiz resume {}` asks all of its faces again",
                face.card
            )));
        }
        if !is_put_off(study, &of) {
            print_done(&format!("{} is neither suspended nor buried.\n", name(&of)))?;
            continue;
        }
        study.record(|at| Event::Resume(Pause { at, of: of.clone() }))?;
        print_done(&format!("Resumed {}.\n", name(&of)))?;
    }
    Ok(())
}

/// Does not ask the cards until tomorrow.
///
/// # Errors
/// As [`suspend`]; if a face is named.
pub fn bury(study: &mut Study, flags: &Cards) -> Result<()> {
    let until = study.today().plus(1);
    let mut cards: Vec<CardId> = Vec::new();
    for of in meant(study, flags)? {
        match of {
            Paused::Card(card) => cards.push(card),
            Paused::Face(face) => {
                return Err(Error::Usage(format!(
                    "`{face}` is a face: a card is buried with all of its faces"
                )));
            }
        }
    }
    for card in cards {
        if study.history.buried_until(&card) == Some(until) {
            print_done(&format!("{card} is buried until tomorrow already.\n"))?;
            continue;
        }
        study.record(|at| Event::Bury {
            at,
            card: card.clone(),
            until,
        })?;
        print_done(&format!("Buried {card} until tomorrow.\n"))?;
    }
    Ok(())
}

/// Makes the cards new, every face of them; or the one face that is named.
///
/// # Errors
/// As [`suspend`].
pub fn forget(study: &mut Study, flags: &Cards) -> Result<()> {
    for of in meant(study, flags)? {
        let faces = match &of {
            Paused::Face(face) => vec![face.clone()],
            Paused::Card(card) => study
                .library
                .card(card)
                .map_or_else(Vec::new, |(_, card)| card.faces().collect()),
        };
        let met = |face: &FaceKey| {
            study
                .history
                .face(face)
                .is_some_and(|face| face.due().is_some())
        };
        let met: Vec<FaceKey> = faces.into_iter().filter(met).collect();
        if met.is_empty() {
            print_done(&format!("{} is new already.\n", name(&of)))?;
            continue;
        }
        for face in &met {
            study.record(|at| Event::Forget {
                at,
                face: face.clone(),
            })?;
        }
        print_done(&format!("{}.\n", forgotten(study, &of, &met)))?;
    }
    Ok(())
}

/// That it was forgotten, and from when on it is asked.
fn forgotten(study: &Study, of: &Paused, faces: &[FaceKey]) -> String {
    let queue = study.queue(&crate::schedule::queue::Wanted::default());
    let askables = queue.askables();
    let is_held = |face: &FaceKey| askables.get(face) == Some(&Askable::HeldBack(None));
    let when = match faces.iter().all(is_held) {
        true => "from tomorrow on",
        false => "from today on",
    };
    format!(
        "Reset {} to new: its turn comes among the new cards, {when}",
        name(of)
    )
}

fn is_suspended(history: &History, of: &Paused) -> bool {
    match of {
        Paused::Card(card) => history.is_suspended(card),
        Paused::Face(face) => history.is_face_suspended(face),
    }
}

/// Whether there is anything to resume.
fn is_put_off(study: &Study, of: &Paused) -> bool {
    let (history, today) = (&study.history, study.today());
    match of {
        Paused::Face(face) => history.is_face_suspended(face),
        Paused::Card(card) => {
            let mut faces = history
                .faces()
                .filter(|(key, _)| key.card == history.card(card));
            history.is_suspended(card)
                || history
                    .buried_until(card)
                    .is_some_and(|until| until > today)
                || faces.any(|(_, face)| FaceHistory::is_suspended(face))
        }
    }
}

fn name(of: &Paused) -> String {
    match of {
        Paused::Card(card) => card.to_string(),
        Paused::Face(face) => face.to_string(),
    }
}

/// The cards and faces that are meant, all of them first, so that a wrong one stops before anything is done.
fn meant(study: &mut Study, flags: &Cards) -> Result<Vec<Paused>> {
    study.refuse_newer()?;
    give_ids(study)?;
    let mut meant = Vec::new();
    for word in &flags.cards {
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
