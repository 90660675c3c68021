//! The status of a face on a learning day: the only place that decides what is due.
//!
//! The queue asks by it; the glance, `list`, `show`, `stats` and the forecast count by it. For past days
//! [`Told::waits`](crate::history::Told::waits) applies the same rule to how things stood at the end of the day;
//! the streak rests on that.
//!
//! It knows the history and a day, never decks, settings or a terminal.

use crate::history::Told;
use crate::time::{Day, Stamp};

/// The status on a learning day of a face that a deck has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Askable {
    /// Never answered, or reset by `quiz forget`.
    New,
    /// Due since this day.
    Due(Day),
    /// Not recalled today, at this moment: it comes back.
    Again(Stamp),
    /// Due on this later day.
    Later(Day),
    /// Due since this day, or new (`None`), but not asked before tomorrow: another face of its card is asked today.
    HeldBack(Option<Day>),
    /// Not asked before `until`.
    Buried {
        /// The first day on which it is asked again.
        until: Day,
        /// The day on which it is due; `None` if it is new.
        due: Option<Day>,
    },
    /// Not asked until it is resumed.
    Suspended,
}

impl Askable {
    /// Returns the status of a face on `today`, ignoring its siblings: never [`Askable::HeldBack`].
    pub fn of(told: &Told<'_>, today: Day) -> Self {
        if told.is_suspended {
            return Self::Suspended;
        }
        let due = told.due();
        if let Some(until) = told.buried_until.filter(|until| *until > today) {
            return Self::Buried { until, due };
        }
        let Some(due) = due else {
            return Self::New;
        };
        if due > today {
            return Self::Later(due);
        }
        match told.last().filter(|last| last.day >= today) {
            Some(last) if !last.grade.recalled() => Self::Again(last.at),
            // A face that was recalled today is done for today, unless the person moved it here.
            Some(last) if last.due == due => Self::Later(today.plus(1)),
            _ => Self::Due(due),
        }
    }

    /// Returns whether the face is due today.
    pub fn is_due(self) -> bool {
        matches!(self, Self::Due(_) | Self::Again(_))
    }

    /// Returns the next day, `today` or later, on which the face is due and asked; `None` if it is new or suspended.
    pub fn next(self, today: Day) -> Option<Day> {
        match self {
            Self::Due(_) | Self::Again(_) => Some(today),
            Self::Later(day) => Some(day),
            Self::HeldBack(due) => due.and(Some(today.plus(1))),
            Self::Buried { until, due } => due.map(|due| due.max(until)),
            Self::New | Self::Suspended => None,
        }
    }

    /// Returns whether the face is new, whether or not it is asked today.
    pub fn is_new(self) -> bool {
        matches!(
            self,
            Self::New | Self::HeldBack(None) | Self::Buried { due: None, .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::event::{Pause, Paused};
    use crate::history::{Event, Grade, History};

    fn at(day: u32) -> Stamp {
        format!("2026-11-{day:02}T12:00:00.000+00:00")
            .parse()
            .unwrap()
    }

    fn day(day: u32) -> Day {
        format!("2026-11-{day:02}").parse().unwrap()
    }

    fn review(on: u32, grade: Grade, due: u32) -> Event {
        Event::Review {
            at: at(on),
            face: "a#c1".parse().unwrap(),
            grade,
            ms: 1,
            due: day(due),
        }
    }

    /// Returns the status of the face `a#c1` on the 20th.
    fn on_the_20th(events: &[Event]) -> Askable {
        let history = History::fold(events.to_vec(), at(20), 4);
        Askable::of(&history.of_face(&"a#c1".parse().unwrap()), day(20))
    }

    #[test]
    fn a_face_is_what_its_history_says() {
        assert_eq!(on_the_20th(&[]), Askable::New);
        let due = [review(10, Grade::Good, 18)];
        assert_eq!(on_the_20th(&due), Askable::Due(day(18)));
        let later = [review(10, Grade::Good, 21)];
        assert_eq!(on_the_20th(&later), Askable::Later(day(21)));
        let forgotten = [review(10, Grade::Good, 18), review(20, Grade::Again, 20)];
        assert_eq!(on_the_20th(&forgotten), Askable::Again(at(20)));
    }

    #[test]
    fn an_answer_of_a_day_that_another_zone_has_begun_is_of_today() {
        let now: Stamp = "2026-11-20T23:00:00.000+00:00".parse().unwrap();
        let ahead = Event::Review {
            at: "2026-11-21T05:00:00.000+08:00".parse().unwrap(),
            face: "a#c1".parse().unwrap(),
            grade: Grade::Again,
            ms: 1,
            due: day(20),
        };
        let history = History::fold(vec![ahead], now, 4);
        let askable = Askable::of(&history.of_face(&"a#c1".parse().unwrap()), day(20));
        assert!(matches!(askable, Askable::Again(_)), "{askable:?}");
    }

    #[test]
    fn what_was_recalled_today_has_had_its_day() {
        let recalled = [review(20, Grade::Good, 20)];
        assert_eq!(on_the_20th(&recalled), Askable::Later(day(21)));
        let moved = Event::Due {
            at: at(20).plus_millis(1),
            face: "a#c1".parse().unwrap(),
            due: day(20),
        };
        let chosen = [review(20, Grade::Good, 25), moved];
        assert_eq!(on_the_20th(&chosen), Askable::Due(day(20)));
    }

    #[test]
    fn a_face_may_be_suspended_by_itself_or_with_its_card() {
        let pause = |of| {
            Event::Suspend(Pause {
                at: at(19),
                of,
                with: None,
            })
        };
        let of_face = pause(Paused::Face("a#c1".parse().unwrap()));
        let of_card = pause(Paused::Card("a".parse().unwrap()));
        let of_other = pause(Paused::Face("a#c2".parse().unwrap()));
        let due = review(10, Grade::Good, 18);
        assert_eq!(
            on_the_20th(&[due.clone(), of_face.clone()]),
            Askable::Suspended
        );
        assert_eq!(
            on_the_20th(&[due.clone(), of_card.clone()]),
            Askable::Suspended
        );
        assert_eq!(on_the_20th(&[due.clone(), of_other]), Askable::Due(day(18)));
        let resumed = Event::resume(at(20), "a".parse().unwrap());
        assert_eq!(
            on_the_20th(&[due, of_face, of_card, resumed]),
            Askable::Due(day(18))
        );
    }

    #[test]
    fn what_is_buried_comes_on_the_later_of_its_days() {
        let bury = |until| Event::Bury {
            at: at(19),
            card: "a".parse().unwrap(),
            until: day(until),
            with: None,
        };
        let buried = on_the_20th(&[review(10, Grade::Good, 18), bury(22)]);
        assert_eq!(buried.next(day(20)), Some(day(22)));
        let buried = on_the_20th(&[review(10, Grade::Good, 25), bury(22)]);
        assert_eq!(buried.next(day(20)), Some(day(25)));
        assert!(on_the_20th(&[bury(22)]).is_new());
        assert_eq!(
            on_the_20th(&[review(10, Grade::Good, 18), bury(20)]),
            Askable::Due(day(18))
        );
    }
}
