//! What one face is on the day, from its history.

use crate::history::{FaceHistory, Told};
use crate::schedule::askable::Askable;
use crate::schedule::memory::Memory;
use crate::time::{Day, Stamp};

use super::Wanted;

/// What one face is on the day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct State {
    /// Its siblings left aside.
    pub askable: Askable,
    pub ask: Ask,
    /// The day that counts for the load: its due day, unless it is suspended.
    pub load: Option<Day>,
    /// Whether it was answered on the day.
    pub answered: bool,
    /// When it was started, if that was on the day: forgetting it afterwards does not change that.
    pub started: Option<Stamp>,
}

/// Whether and when a face is to be asked, its siblings and the limits of a day left aside.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Ask {
    /// Not at all: it is suspended.
    Never,
    /// As a new one.
    New,
    /// As a new one, but only from this day on.
    NewFrom(Day),
    /// It is due, or asked for by name, with its retrievability.
    Due(Day, f32),
    /// It was forgotten today, at this moment.
    Again(Stamp),
    /// On a later day.
    Later(Day),
}

impl State {
    pub(super) fn of(told: &Told<'_>, memory: &Memory, today: Day, wanted: &Wanted) -> Self {
        let face = told.face;
        let askable = Askable::of(told, today);
        let due = face.and_then(FaceHistory::due);
        Self {
            ask: ask(askable, face, memory, today, wanted),
            load: due.filter(|_| askable != Askable::Suspended),
            answered: face.is_some_and(|face| {
                let last = face.reviews().last();
                last.is_some_and(|last| last.day >= today)
            }),
            started: face.and_then(|face| started(face, today)),
            askable,
        }
    }
}

/// Returns whether and when a face is to be asked, by what it is on the day: more are asked where cards are asked for
/// by name, or some days ahead.
fn ask(
    askable: Askable,
    face: Option<&FaceHistory>,
    memory: &Memory,
    today: Day,
    wanted: &Wanted,
) -> Ask {
    let due = |day| {
        let recall = face.and_then(|face| memory.retrievability(face, today));
        Ask::Due(day, recall.unwrap_or(0.0))
    };
    let by_name = wanted.cards.is_some();
    let last = face.and_then(FaceHistory::last);
    let today_s = last.filter(|last| last.day >= today);
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
        Askable::Later(day) if by_name => match today_s.filter(|last| !last.grade.recalled()) {
            Some(last) => Ask::Again(last.at),
            None => due(day),
        },
        Askable::Later(day) if today_s.is_none() && day <= today.plus(wanted.ahead) => due(day),
        Askable::Later(day) => Ask::Later(day),
    }
}

/// Returns when the face was started, if that was on `today`: by its first review ever, or by the first one after it was
/// forgotten.
fn started(face: &FaceHistory, today: Day) -> Option<Stamp> {
    // Most faces were not answered on the day at all.
    face.reviews().last().filter(|last| last.day >= today)?;
    face.stretches()
        .iter()
        .filter(|stretch| stretch.known.is_none())
        .filter_map(|stretch| stretch.reviews.first())
        .find(|first| first.day >= today)
        .map(|first| first.at)
}
