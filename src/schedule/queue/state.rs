//! The state of one face on the day, from its history.
//!
//! It knows one face alone, never its siblings or the limits of a day.

use crate::history::{FaceHistory, Room, Told};
use crate::schedule::askable::Askable;
use crate::schedule::memory::Memory;
use crate::time::{Day, Stamp};

use super::Wanted;

/// The state of one face on the day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct State {
    /// Whether it can be asked, regardless of its siblings.
    pub askable: Askable,
    pub ask: Ask,
    /// The day that it adds to the load of: its due day, unless it is suspended.
    pub load: Option<Day>,
    pub answered: Answered,
}

/// Whether a face was answered on the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answered {
    No,
    /// Yes, and it was started before.
    Today,
    /// Yes, and it was started on the day, at this moment; a reset since then does not change it.
    Started(Stamp),
}

/// Whether and when a face is asked, regardless of its siblings and the limits of a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Ask {
    /// Never: it is suspended.
    Never,
    /// As a new one.
    New,
    /// As a new one, but only from this day on.
    NewFrom(Day),
    /// Today: it is due on this day, or selected by name; with its retrievability, 0–1.
    Due(Day, f32),
    /// Again today: it was forgotten at this moment.
    Again(Stamp),
    /// On a later day.
    Later(Day),
}

impl State {
    /// Returns the state of a face; its history, if it is needed, is made in `room`.
    pub(super) fn of(
        told: &Told<'_>,
        memory: &Memory,
        today: Day,
        wanted: &Wanted,
        room: &mut Room,
    ) -> Self {
        let askable = Askable::of(told, today);
        let last = told.last_ever().filter(|last| last.day >= today);
        Self {
            ask: ask(askable, told, memory, today, wanted, room),
            load: told.due().filter(|_| askable != Askable::Suspended),
            answered: match last {
                // Most faces were not answered on the day: their histories are not made.
                None => Answered::No,
                Some(_) => {
                    let started = told.face_in(room).and_then(|face| started(face, today));
                    started.map_or(Answered::Today, Answered::Started)
                }
            },
            askable,
        }
    }
}

/// Returns whether and when a face is asked.
///
/// More faces are asked if cards are selected by name, or faces of the next days are wanted.
fn ask(
    askable: Askable,
    told: &Told<'_>,
    memory: &Memory,
    today: Day,
    wanted: &Wanted,
    room: &mut Room,
) -> Ask {
    let mut due = |day| {
        let recall = told
            .face_in(room)
            .and_then(|face| memory.retrievability(face, today));
        Ask::Due(day, recall.unwrap_or(0.0))
    };
    let by_name = wanted.cards.is_some();
    let today_s = || told.last().filter(|last| last.day >= today);
    match askable {
        Askable::Suspended => Ask::Never,
        Askable::New | Askable::HeldBack(None) => Ask::New,
        Askable::Buried { until, due: None } => Ask::NewFrom(until),
        Askable::Buried {
            until,
            due: Some(due),
        } => Ask::Later(due.max(until)),
        Askable::Again(at) => Ask::Again(at),
        Askable::Due(day) | Askable::HeldBack(Some(day)) => due(day),
        Askable::Later(day) if by_name => match today_s().filter(|last| !last.grade.recalled()) {
            Some(last) => Ask::Again(last.at),
            None => due(day),
        },
        Askable::Later(day) if today_s().is_none() && day <= today.plus(wanted.ahead) => due(day),
        Askable::Later(day) => Ask::Later(day),
    }
}

/// Returns when the face was started, if that was on `today`: by its first review ever, or its first one after a reset.
fn started(face: &FaceHistory, today: Day) -> Option<Stamp> {
    face.stretches()
        .filter(|stretch| stretch.known.is_none())
        .filter_map(|stretch| stretch.reviews.first())
        .find(|first| first.day >= today)
        .map(|first| first.at)
}
