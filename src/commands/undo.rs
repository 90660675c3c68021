//! `quiz undo`: takes back the last event recorded on this machine.

use std::collections::BTreeSet;

use serde::Serialize;

use super::rename::change_in_deck;
use super::{print_done, print_json_done, remove};
use crate::cli;
use crate::deck::{CardId, FaceKey, Side};
use crate::error::{Error, Result};
use crate::history::{Event, log};
use crate::study::Study;
use crate::time::Stamp;

/// The shape of `--json`.
#[derive(Serialize)]
struct Shape {
    /// The event taken back, in words.
    undone: String,
    kind: &'static str,
    /// The face's key or the card's id; null for a scored quiz or several cards.
    subject: Option<FaceKey>,
    /// The moment when it was recorded.
    at: Stamp,
}

/// Takes back the last event of this machine that still counts and can be taken back; again, the one before it.
///
/// # Errors
/// Fails if none is left, if it can't be taken back as things are now, or if that can't be recorded.
pub fn run(study: &mut Study, flags: &cli::Undo) -> Result<()> {
    study.refuse_newer()?;
    let _held = study.hold_decks()?;
    let mut counting = counting(study)?.into_iter().rev();
    let Some((last, subject)) = counting.find(|(event, _)| !is_question(event)) else {
        return Err(Error::Refused(
            "nothing recorded on this machine is left to undo".into(),
        ));
    };
    may_be_undone(study, &last)?;
    // A quiz goes with its questions, and everything that one command did goes together.
    let goes_along = |(event, _): &(Event, FaceKey)| match last {
        Event::Test { .. } => is_question(event),
        _ => event.first() == last.first(),
    };
    let mut undone = vec![(last.clone(), subject.clone())];
    undone.extend(counting.take_while(goes_along));
    // In the order in which they were cut.
    let cuts = undone.iter().rev().filter_map(|(event, _)| match event {
        Event::Remove { card, cut, .. } => Some((card.clone(), cut.as_deref()?.clone())),
        _ => None,
    });
    let cuts: Vec<_> = cuts.collect();
    if !cuts.is_empty() {
        // The cards first: a kill in between leaves them there, and the same command finishes the undo.
        remove::put_back(study, &cuts)?;
    }
    for (event, subject) in &undone {
        study.record(|at| Event::Undo {
            at,
            face: subject.clone(),
            of: event.at(),
        })?;
    }
    if let Some((from, to)) = renamed_card(&last) {
        change_in_deck(study, to, from)?;
    }
    let subjects: BTreeSet<&CardId> = undone.iter().map(|(_, subject)| &subject.card).collect();
    let is_about_one = subjects.len() == 1 && !matches!(last, Event::Test { .. });
    let undone = match (&last, subjects.len(), undone.len()) {
        (Event::Test { .. }, ..) | (_, _, 1) => said(&last),
        (_, 1, faces) => format!("{} was {} ({faces} faces)", subject.card, done(&last)),
        (_, cards, _) => format!("{cards} cards were {}", done(&last)),
    };
    if flags.json {
        return print_json_done(&Shape {
            undone,
            kind: kind(&last),
            subject: Some(subject).filter(|_| is_about_one),
            at: last.at(),
        });
    }
    let when = last.at().local().format("%Y-%m-%d %H:%M");
    print_done(&format!("Took back: {undone} ({when}).\n"))
}

/// Returns the events of this machine that still count, in order of time, each with its subject.
fn counting(study: &Study) -> Result<Vec<(Event, FaceKey)>> {
    let own = log::events_of(&study.home.own_history())?;
    let counting = own.into_iter().filter_map(|event| {
        let subject = event.subject()?;
        (!study.history.is_undone(&event)).then_some((event, subject))
    });
    Ok(counting.collect())
}

fn is_question(event: &Event) -> bool {
    matches!(event, Event::Question { .. })
}

/// Fails for a rename whose ids were used again since.
fn may_be_undone(study: &Study, event: &Event) -> Result<()> {
    let Event::Rename { from, to, .. } = event else {
        return Ok(());
    };
    let now = match renamed_card(event) {
        Some((from, _)) => study.history.card(from).into(),
        None => study.history.key(from),
    };
    if now != *to {
        return Err(Error::Refused(format!(
            "`{from}` was renamed to `{to}`, which is `{now}` by now: use `quiz rename {now} {from}`"
        )));
    }
    if let Some((from, _)) = renamed_card(event).filter(|(from, to)| {
        let has = |id: &CardId| study.library.has(id.as_str());
        has(from) && has(to)
    }) {
        return Err(Error::Refused(format!(
            "`{from}` was renamed to `{to}`, and there is another card `{from}` now: give it another id first"
        )));
    }
    Ok(())
}

/// Returns the old and the new id if a card was renamed.
fn renamed_card(event: &Event) -> Option<(&CardId, &CardId)> {
    match event {
        Event::Rename { from, to, .. } if from.side == Side::Whole && to.side == Side::Whole => {
            Some((&from.card, &to.card))
        }
        _ => None,
    }
}

/// Returns an event in words.
fn said(event: &Event) -> String {
    match event {
        Event::Review { face, grade, .. } => format!("the answer {} for {face}", grade.word()),
        Event::Suspend(pause) => format!("{} was suspended", pause.of),
        Event::Resume(pause) => format!("{} was resumed", pause.of),
        Event::Bury { card, until, .. } => format!("{card} was buried until {until}"),
        Event::Forget { face, .. } => format!("{face} was forgotten"),
        Event::Rename { from, to, .. } => format!("{from} was renamed to {to}"),
        Event::Remove { card, .. } => format!("{card} was removed"),
        Event::Due { face, due, .. } => format!("{face} was moved to {due}"),
        Event::Known { face, .. } => format!("the memory state of {face} from another program"),
        Event::Test { asked, right, .. } => format!("a quiz, {right} of {asked} right"),
        Event::Question { face, .. } => format!("a question about {face}"),
        Event::Undo { .. } | Event::DayStart { .. } => String::new(),
    }
}

/// Returns what a command did to several cards or faces, as a participle.
fn done(event: &Event) -> &'static str {
    match event {
        Event::Suspend(_) => "suspended",
        Event::Resume(_) => "resumed",
        Event::Bury { .. } => "buried",
        Event::Forget { .. } => "forgotten",
        Event::Remove { .. } => "removed",
        _ => "changed",
    }
}

fn kind(event: &Event) -> &'static str {
    match event {
        Event::Review { .. } => "review",
        Event::Undo { .. } => "undo",
        Event::Suspend(_) => "suspend",
        Event::Resume(_) => "resume",
        Event::Bury { .. } => "bury",
        Event::Forget { .. } => "forget",
        Event::Rename { .. } => "rename",
        Event::Remove { .. } => "remove",
        Event::Due { .. } => "due",
        Event::Known { .. } => "known",
        Event::Test { .. } => "test",
        Event::Question { .. } => "question",
        Event::DayStart { .. } => "day_start",
    }
}
