//! The days on which a face waited to be asked. It knows reviews and marks of one face and its card, never files.

use std::collections::BTreeSet;
use std::ops::Range;

use super::face::{FaceHistory, Mark, Review, What};
use crate::time::Day;

/// Calls `take` with the days up to `today` at whose end the face was due and neither suspended nor buried, as things
/// stood then.
///
/// The ranges exclude their ends and are in order of time. No later event changes them: an undone event still holds up
/// to the day on which it was undone.
pub(super) fn waits(
    face: &FaceHistory,
    of_card: &[Mark],
    today: Day,
    mut take: impl FnMut(Range<Day>),
) {
    let end = today.plus(1);
    if face.marks().is_empty() && of_card.is_empty() {
        return walk(face.reviews().iter().map(Step::of_review), end, take);
    }
    let steps = steps(face, of_card);
    // Empty nearly always: events are rarely undone on a later day than their own.
    let undone: BTreeSet<Day> = steps
        .iter()
        .filter_map(|step| step.undone.filter(|undone| *undone > step.day))
        .collect();
    let mut from = None;
    for until in undone.into_iter().map(Some).chain([None]) {
        let stood = |step: &&Step| {
            step.undone
                .is_none_or(|day| Some(day) > from && day > step.day)
        };
        walk(steps.iter().filter(stood).copied(), end, |wait| {
            let start = from.map_or(wait.start, |from| wait.start.max(from));
            let end = until.map_or(wait.end, |until| wait.end.min(until));
            if start < end {
                take(start..end);
            }
        });
        from = until;
    }
}

/// One event that may change whether a face waits.
#[derive(Clone, Copy)]
struct Step {
    day: Day,
    what: What,
    undone: Option<Day>,
    is_of_card: bool,
}

impl Step {
    fn of_review(review: &Review) -> Self {
        Self {
            day: review.day,
            what: What::Review(*review),
            undone: None,
            is_of_card: false,
        }
    }
}

/// Returns the events about the face and its card, by time.
fn steps(face: &FaceHistory, of_card: &[Mark]) -> Vec<Step> {
    let step = |mark: &Mark, is_of_card| {
        let step = Step {
            day: mark.day,
            what: mark.what,
            undone: mark.undone,
            is_of_card,
        };
        (mark.at.millis(), step)
    };
    let review = |review: &Review| (review.at.millis(), Step::of_review(review));
    let mut steps: Vec<(i64, Step)> = face
        .marks()
        .iter()
        .map(|mark| step(mark, false))
        .chain(of_card.iter().map(|mark| step(mark, true)))
        .chain(face.reviews().iter().map(review))
        .collect();
    steps.sort_by_key(|(at, _)| *at);
    steps.into_iter().map(|(_, step)| step).collect()
}

/// The state that decides whether a face waits, and since when.
#[derive(Default)]
struct State {
    due: Option<Day>,
    buried: Option<Day>,
    is_suspended: bool,
    is_card_suspended: bool,
    is_removed: bool,
}

impl State {
    fn waits_from(&self) -> Option<Day> {
        let is_away = self.is_suspended || self.is_card_suspended || self.is_removed;
        let due = self.due.filter(|_| !is_away)?;
        Some(self.buried.map_or(due, |until| due.max(until)))
    }

    fn take(&mut self, step: &Step) {
        match step.what {
            What::Review(review) => {
                self.due = Some(review.due);
                self.is_removed = false;
            }
            What::Forget => self.due = None,
            What::Due(day) => self.due = self.due.and(Some(day)),
            What::Known(known) => self.due = Some(known.due),
            What::Suspend if step.is_of_card => self.is_card_suspended = true,
            What::Suspend => self.is_suspended = true,
            What::Resume => {
                self.is_suspended = false;
                if step.is_of_card {
                    (self.is_card_suspended, self.buried) = (false, None);
                }
            }
            What::Bury(until) => self.buried = Some(until),
            What::Remove => self.is_removed = true,
            What::Question(_) => {}
        }
    }
}

/// Calls `take` with the days before `end` on which a face waited after these steps.
///
/// The state at the end of a day is that after its last step. A step whose day is before that of an earlier step, after
/// travelling or by another clock, counts for the earlier step's day.
fn walk(steps: impl Iterator<Item = Step>, end: Day, mut take: impl FnMut(Range<Day>)) {
    let mut state = State::default();
    let mut today: Option<Day> = None;
    let mut close = |state: &State, today: Option<Day>, until: Day| {
        if let Some((today, from)) = today.zip(state.waits_from()) {
            let wait = today.max(from)..until.min(end);
            if wait.start < wait.end {
                take(wait);
            }
        }
    };
    for step in steps {
        let day = today.map_or(step.day, |today| today.max(step.day));
        close(&state, today, day);
        state.take(&step);
        today = Some(day);
    }
    close(&state, today, end);
}
