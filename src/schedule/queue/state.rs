//! What one face is on the day, from its history.

use crate::deck::FaceKey;
use crate::history::{FaceHistory, History};
use crate::schedule::memory::Memory;
use crate::time::{Day, Stamp};

use super::Wanted;

/// What one face is on the day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct State {
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
    /// It was recalled today.
    Done,
}

impl State {
    pub fn of(
        key: &FaceKey,
        history: &History,
        memory: &Memory,
        today: Day,
        wanted: &Wanted,
    ) -> Self {
        let face = history.face(key);
        let due = face.and_then(FaceHistory::due);
        let is_suspended = history.is_face_suspended(key);
        Self {
            ask: match is_suspended {
                true => Ask::Never,
                false => ask(key, face, history, memory, today, wanted),
            },
            load: due.filter(|_| !is_suspended),
            answered: face.is_some_and(|face| {
                let last = face.reviews().last();
                last.is_some_and(|last| last.day >= today)
            }),
            started: face.and_then(|face| started(face, today)),
        }
    }
}

fn ask(
    key: &FaceKey,
    face: Option<&FaceHistory>,
    history: &History,
    memory: &Memory,
    today: Day,
    wanted: &Wanted,
) -> Ask {
    let buried = history
        .buried_until(&key.card)
        .filter(|until| *until > today);
    let Some((face, due)) = face.and_then(|face| Some((face, face.due()?))) else {
        return buried.map_or(Ask::New, Ask::NewFrom);
    };
    if let Some(until) = buried {
        return Ask::Later(due.max(until));
    }
    let by_name = wanted.cards.is_some();
    let last = face.last().filter(|last| last.day >= today);
    match last {
        Some(last) if !by_name && (last.grade.recalled() || due > today) => match due > today {
            true => Ask::Later(due),
            false => Ask::Done,
        },
        Some(last) if !last.grade.recalled() => Ask::Again(last.at),
        _ if by_name || due <= today.plus(wanted.ahead) => {
            let recall = memory.retrievability(face.current(), today);
            Ask::Due(due, recall.unwrap_or(0.0))
        }
        _ => Ask::Later(due),
    }
}

/// When the face was started, if that was on `today`: by its first review ever, or by the first one after it was
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
