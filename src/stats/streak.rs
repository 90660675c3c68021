//! The streak: how many learning days in a row were kept.
//!
//! * A learning day is **kept** when at least one review, or a scored quiz, was made on it.
//! * It is **missed** when none was, and at its end some face that a deck has was due and neither suspended nor buried,
//!   as things stood then ([`Told::waits`](crate::history::Told::waits)). New faces alone don't count.
//! * Any other day is **free**: it neither breaks a streak nor adds to it.
//!
//! The streak is the number of days kept since the last one missed. Today can't be missed before it is over; until it is
//! kept, the streak stands. A day that a journey, or another machine's clock, has brought early counts at once.
//!
//! So nothing lowers a streak but the passing of a day with something due: what is suspended, buried, forgotten, moved or
//! taken back later leaves a day that is over as it was, and a face that no deck has any more can't have been missed. (What
//! the history can't tell is that a deck was away: cards that come back after weeks count as having waited.)

use std::collections::BTreeSet;
use std::iter::repeat;

use serde::Serialize;

use super::{change, walk};
use crate::deck::FaceKey;
use crate::history::{FaceHistory, History, Room, Told};
use crate::time::Day;

/// The kind of a learning day.
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

/// The streak, and the figures beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Days {
    today: Day,
    kept: BTreeSet<Day>,
    /// By days since the first one kept, how many more faces were waiting from then on, or fewer if it is negative.
    waiting: Vec<i64>,
}

/// A streak with its ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Run {
    /// The number of days kept.
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
    /// The number of the last 30 days that were kept, today included.
    pub kept_of_30: usize,
    /// The same of the last 365.
    pub kept_of_365: usize,
    /// The kind of today so far.
    pub today: Kept,
}

/// Counts the faces that wait on each day, for [`Days`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The first day kept: what waited before counts from then on.
    first: Day,
    today: Day,
    /// By days since the first, how many more faces were waiting from then on, or fewer if it is negative.
    changes: Vec<i64>,
}

impl Waiting {
    /// Adds a face that a deck has; `face` is the result of [`Told::face_in`].
    pub fn add(&mut self, told: &Told, face: Option<&FaceHistory>) {
        let (first, today) = (self.first, self.today);
        told.waits(face, today, |wait| {
            let [start, end] = [wait.start, wait.end].map(|day| day.elapsed_since(first) as usize);
            change(&mut self.changes, start, |change| *change += 1);
            change(&mut self.changes, end, |change| *change -= 1);
        });
    }

    /// Returns the tally of these and the other faces together.
    pub fn join(mut self, other: Self) -> Self {
        for (day, more) in other.changes.into_iter().enumerate() {
            change(&mut self.changes, day, |change| *change += more);
        }
        self
    }
}

impl Days {
    /// Returns how the days up to `today` were kept. `faces` are those that the decks have.
    pub fn new(history: &History, faces: impl IntoIterator<Item = FaceKey>, today: Day) -> Self {
        let days = Self::with_answers(history, today);
        let faces: Vec<FaceKey> = faces.into_iter().collect();
        let faces = history.of_faces(&faces);
        let add = |waiting: &mut Waiting, told: &Told, room: &mut Room| {
            waiting.add(told, told.face_in(room));
        };
        let waiting = walk(&faces, || days.waiting(), add, Waiting::join);
        days.with(waiting)
    }

    /// Returns how the days up to `today` were kept, as if no face had ever waited.
    pub fn with_answers(history: &History, today: Day) -> Self {
        let kept = history.days_with_answers();
        Self {
            today: kept.last().map_or(today, |last| today.max(*last)),
            kept,
            waiting: Vec::new(),
        }
    }

    /// Returns a tally of no face yet, for [`Days::with`].
    pub fn waiting(&self) -> Waiting {
        Waiting {
            first: self.kept.first().copied().unwrap_or(self.today),
            today: self.today,
            changes: Vec::new(),
        }
    }

    /// Returns the same with the faces that were waiting: those that the decks have.
    pub fn with(self, waiting: Waiting) -> Self {
        Self {
            waiting: waiting.changes,
            ..self
        }
    }

    /// Returns the streak as of today.
    pub fn streak(&self) -> Streak {
        let of_last = |days: i64| self.kept.range(self.today.plus(1 - days)..).count();
        let (current, longest) = self.runs();
        Streak {
            current: current.map_or(0, |run| run.days),
            longest,
            kept_of_30: of_last(30),
            kept_of_365: of_last(365),
            today: self.today(),
        }
    }

    /// Returns the kind of today so far.
    fn today(&self) -> Kept {
        // The last change is at the end of today.
        let first = self.kept.first().copied().unwrap_or(self.today);
        let days = self.today.elapsed_since(first) as usize + 1;
        let waiting: i64 = self.waiting.iter().take(days).sum();
        match (self.kept.contains(&self.today), waiting > 0) {
            (true, _) => Kept::Kept,
            (false, true) => Kept::Missed,
            (false, false) => Kept::Free,
        }
    }

    /// Returns the run that still stands, and the longest one; of equals the later.
    fn runs(&self) -> (Option<Run>, Option<Run>) {
        let Some(&first) = self.kept.first() else {
            return (None, None);
        };
        let (mut run, mut longest): (Option<Run>, Option<Run>) = (None, None);
        let mut waiting = 0;
        let changes = self.waiting.iter().copied().chain(repeat(0));
        for (day, change) in first.through(self.today).zip(changes) {
            waiting += change;
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
    /// Returns the streak in words, and what is needed to keep it.
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
mod property;
#[cfg(test)]
mod tests;
