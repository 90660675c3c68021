//! The events of a source, as events of the history.

use crate::deck::{CardId, FaceKey};
use crate::history::Event;
use crate::history::event::{Pause, Paused};
use crate::time::{Day, Stamp};

/// Returns the event that suspends one face of a card.
pub(crate) fn suspend_face(at: Stamp, face: FaceKey) -> Event {
    Event::Suspend(Pause {
        at,
        of: Paused::Face(face),
        with: None,
    })
}

/// Returns the event that gives the memory state of a face whose answers are unknown.
pub(crate) fn known(at: Stamp, face: FaceKey, state: Memory, due: Day) -> Event {
    let Memory {
        stability,
        difficulty,
    } = state;
    Event::Known {
        at,
        face,
        stability,
        difficulty,
        due,
    }
}

/// Returns the id of the card that an imported event is about, for changing it.
pub(crate) fn card_mut(event: &mut Event) -> Option<&mut CardId> {
    match event {
        Event::Review { face, .. }
        | Event::Forget { face, .. }
        | Event::Due { face, .. }
        | Event::Known { face, .. } => Some(&mut face.card),
        Event::Suspend(pause) => Some(match &mut pause.of {
            Paused::Card(card) => card,
            Paused::Face(face) => &mut face.card,
        }),
        _ => None,
    }
}

/// A memory state: FSRS stability in days, and difficulty, 1–10.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Memory {
    /// Above 0.
    pub(crate) stability: f32,
    /// 1–10.
    pub(crate) difficulty: f32,
}

impl Memory {
    /// Returns the state of a face with this ease (2.5, not 250) and interval in days under an SM-2 scheduler, at a
    /// past retention of .9, as the engine converts it; `None` if the numbers are out of range.
    pub(crate) fn from_sm2(ease: f32, interval: f32) -> Option<Self> {
        let engine = fsrs::FSRS::new(&fsrs::DEFAULT_PARAMETERS).ok()?;
        let state = engine
            .memory_state_from_sm2(ease.max(1.3), interval.max(1.0), 0.9)
            .ok()?;
        Self::new(state.stability, state.difficulty)
    }

    /// Returns the state, with the difficulty limited to 1–10; `None` unless both are finite and the stability is
    /// positive.
    pub(crate) fn new(stability: f32, difficulty: f32) -> Option<Self> {
        let fine = stability.is_finite() && stability > 0.0 && difficulty.is_finite();
        fine.then_some(Self {
            stability,
            difficulty: difficulty.clamp(1.0, 10.0),
        })
    }
}
