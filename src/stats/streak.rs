//! The streak: how many learning days in a row were kept.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::history::History;
use crate::time::Day;

/// What a learning day was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kept {
    /// At least one review, or a scored quiz, was made on it.
    Kept,
    /// Nothing was due on it, and nothing was done: it neither breaks a streak nor adds to it.
    Free,
    /// Something was due, and nothing was done; of today: an answer is needed.
    #[serde(rename = "needed")]
    Missed,
}

/// How the learning days were kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Days {
    today: Day,
    kept: BTreeSet<Day>,
    /// From these days on, so many faces more (or fewer) were waiting.
    waiting: BTreeMap<Day, i64>,
}

/// A streak with its ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Run {
    /// How many days were kept.
    pub days: usize,
    /// The first of them.
    pub from: Day,
    /// The last of them.
    pub to: Day,
}

/// The streak as of today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Streak {
    /// The consecutive days kept up to today, or up to yesterday while today is still open.
    pub current: usize,
    /// The longest run of days ever.
    pub longest: Option<Run>,
    /// How many of the last 30 days were kept, today included.
    pub kept_of_30: usize,
    /// The same of the last 365.
    pub kept_of_365: usize,
    /// What today is so far.
    pub today: Kept,
}

impl Days {
    /// How the days up to `today` were kept.
    ///
    /// A face waits on a day when its promised day had come and it was not answered before the day ended. Faces of
    /// cards that are suspended now do not wait on their last promise.
    pub fn new(history: &History, today: Day) -> Self {
        let mut kept: BTreeSet<Day> = history.tests.iter().map(|test| test.day).collect();
        let mut waiting: BTreeMap<Day, i64> = BTreeMap::new();
        let mut wait = |from: Day, until: Day| {
            if from < until {
                *waiting.entry(from).or_default() += 1;
                *waiting.entry(until).or_default() -= 1;
            }
        };
        for (key, face) in history.faces() {
            kept.extend(face.reviews().iter().map(|review| review.day));
            for pair in face.reviews().windows(2) {
                if let [one, next] = pair {
                    wait(one.due, next.day);
                }
            }
            let card = &key.card;
            if let Some(due) = face.due().filter(|_| !history.is_suspended(card)) {
                wait(
                    history
                        .buried_until(card)
                        .map_or(due, |until| due.max(until)),
                    today.plus(1),
                );
            }
        }
        kept.retain(|day| *day <= today);
        Self {
            today,
            kept,
            waiting,
        }
    }

    /// The streak as of today.
    pub fn streak(&self) -> Streak {
        let of_last = |days: i64| self.kept.range(self.today.plus(1 - days)..).count();
        let (current, longest) = self.runs();
        Streak {
            current: current.map_or(0, |run| run.days),
            longest,
            kept_of_30: of_last(30),
            kept_of_365: of_last(365),
            today: self.on(self.today),
        }
    }

    /// What a day was.
    pub fn on(&self, day: Day) -> Kept {
        let waiting: i64 = self.waiting.range(..=day).map(|(_, change)| change).sum();
        match (self.kept.contains(&day), waiting > 0) {
            (true, _) => Kept::Kept,
            (false, true) => Kept::Missed,
            (false, false) => Kept::Free,
        }
    }

    /// The run that still stands, and the longest one; of equals the later.
    fn runs(&self) -> (Option<Run>, Option<Run>) {
        let Some(&first) = self.kept.first() else {
            return (None, None);
        };
        let (mut run, mut longest): (Option<Run>, Option<Run>) = (None, None);
        let mut waiting = 0;
        let mut changes = self.waiting.iter().peekable();
        for day in first.through(self.today) {
            while let Some((_, change)) = changes.next_if(|(from, _)| **from <= day) {
                waiting += change;
            }
            if self.kept.contains(&day) {
                let now = run.map_or(
                    Run {
                        days: 1,
                        from: day,
                        to: day,
                    },
                    |run| Run {
                        days: run.days + 1,
                        to: day,
                        ..run
                    },
                );
                run = Some(now);
                longest = longest.filter(|longest| longest.days > now.days).or(run);
            } else if waiting > 0 && day < self.today {
                run = None;
            }
        }
        (run, longest)
    }
}

impl Streak {
    /// The streak in words, and what is to be done for it.
    pub fn said(&self) -> String {
        let days = crate::text::plural(self.current, "day");
        match (self.current, self.today) {
            (0, Kept::Kept) => "no streak".into(),
            (0, _) if self.longest.is_some() => "no streak now: one answer starts a new one".into(),
            (0, _) => "no streak yet: one answer starts it".into(),
            (_, Kept::Kept) => format!("streak {days}"),
            (_, Kept::Free) => format!("streak {days}; nothing was due today, it stands"),
            (_, Kept::Missed) => format!("streak {days}; one answer today keeps it"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{Event, Grade};
    use crate::time::Stamp;

    fn review(at: &str, face: &str, due: &str) -> Event {
        let at: Stamp = at.parse().unwrap();
        Event::Review {
            at,
            face: face.parse().unwrap(),
            grade: Grade::Good,
            ms: 1,
            due: due.parse().unwrap(),
        }
    }

    fn noon(day: u32) -> String {
        format!("2026-11-{day:02}T12:00:00.000+01:00")
    }

    fn streak(events: Vec<Event>, today: &str) -> Streak {
        let now: Stamp = format!("{today}T13:00:00.000+01:00").parse().unwrap();
        Days::new(&History::fold(events, now, 4), now.day(4)).streak()
    }

    #[test]
    fn days_in_a_row_count_and_today_is_open() {
        let events = vec![
            review(&noon(20), "a", "2026-11-21"),
            review(&noon(21), "a", "2026-11-22"),
            review(&noon(22), "a", "2026-11-23"),
        ];
        let open = streak(events.clone(), "2026-11-23");
        assert_eq!(
            (open.current, open.today, open.kept_of_30),
            (3, Kept::Missed, 3)
        );
        assert_eq!(open.said(), "streak 3 days; one answer today keeps it");
        let broken = streak(events, "2026-11-24");
        assert_eq!(broken.said(), "no streak now: one answer starts a new one");
        assert_eq!((broken.current, broken.longest.unwrap().days), (0, 3));
    }

    #[test]
    fn a_day_with_nothing_due_neither_breaks_nor_adds() {
        let events = vec![
            review(&noon(20), "a", "2026-11-22"),
            review(&noon(22), "a", "2026-11-30"),
        ];
        let streak = streak(events, "2026-11-24");
        assert_eq!((streak.current, streak.today), (2, Kept::Free));
    }

    #[test]
    fn a_gap_with_something_due_breaks() {
        let events = vec![
            review(&noon(18), "a", "2026-11-19"),
            review(&noon(22), "a", "2026-11-30"),
        ];
        let streak = streak(events, "2026-11-22");
        assert_eq!((streak.current, streak.longest.unwrap().days), (1, 1));
    }

    #[test]
    fn a_day_is_what_the_persons_own_clock_said() {
        // Across the date line and back: three days by the clock on the wall, whatever the zone is later.
        let events = vec![
            review("2026-11-20T23:30:00.000+13:00", "a", "2026-11-21"),
            review("2026-11-21T08:00:00.000-08:00", "a", "2026-11-22"),
            review("2026-11-22T20:00:00.000+13:00", "a", "2026-11-23"),
        ];
        let mut sorted = events;
        sorted.sort_by_key(Event::at);
        assert_eq!(streak(sorted, "2026-11-22").current, 3);
        // A night in which the clocks change: 03:59 is still the day before, on either side of it.
        let events = vec![
            review("2026-10-25T02:30:00.000+02:00", "a", "2026-10-25"),
            review("2026-10-25T02:30:00.000+01:00", "a", "2026-10-25"),
            review("2026-10-25T04:00:00.000+01:00", "a", "2026-10-26"),
        ];
        let streak = streak(events, "2026-10-25");
        assert_eq!((streak.current, streak.kept_of_30), (2, 2));
    }

    #[test]
    fn nothing_yet_is_no_streak() {
        assert_eq!(
            streak(vec![], "2026-11-23").said(),
            "no streak yet: one answer starts it"
        );
    }
}
