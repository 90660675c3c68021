//! What a person's answers have been like lately: what the forecast goes by.

use crate::history::FaceHistory;
use crate::time::Day;

/// The upper ends of the classes by which intervals are told apart, in days; the last class is open.
const CLASSES: [i64; 8] = [1, 2, 3, 5, 8, 13, 21, i64::MAX];

/// How many answers each assumption is worth before anything is measured.
const PRIOR: f64 = 8.0;

/// How faces of one class of intervals fare on their day.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Fate {
    seen: f64,
    recalled: f64,
    /// The sum of the logarithms of how much longer the next interval was, of those recalled.
    growth: f64,
}

/// What a person's answers have been like.
#[derive(Debug, Clone, PartialEq)]
pub struct Habits {
    fates: [Fate; CLASSES.len()],
    /// The interval after a day that began with a lapse: sum of days, and of how many.
    relearnt: (f64, f64),
    /// Answers on days of faces met before: answers, days.
    due: (f64, f64),
    /// The same of faces on their first day.
    new: (f64, f64),
    /// The intervals that first days ended with, in days, and how often.
    first: Vec<(i64, f64)>,
}

/// One face on one learning day: how it began, how often it was answered, the interval that it ended with.
struct Sitting {
    day: Day,
    recalled_at_once: bool,
    answers: f64,
    interval: i64,
}

impl Default for Habits {
    /// What holds before anything is measured: recall of 90 %, and FSRS-6's default intervals, roughly.
    fn default() -> Self {
        Self {
            fates: CLASSES.map(|_| Fate {
                seen: PRIOR,
                recalled: 0.9 * PRIOR,
                growth: 0.9 * PRIOR * 2.5f64.ln(),
            }),
            relearnt: (1.5 * PRIOR, PRIOR),
            due: (1.1 * PRIOR, PRIOR),
            new: (1.3 * PRIOR, PRIOR),
            first: [(1, 0.35), (2, 0.35), (8, 0.3)]
                .map(|(days, share)| (days, share * PRIOR))
                .to_vec(),
        }
    }
}

impl Habits {
    /// Returns what the answers to `faces` from the day `from` on were like.
    pub fn of<'a>(faces: impl Iterator<Item = &'a FaceHistory>, from: Day) -> Self {
        let mut habits = Self::default();
        for face in faces {
            let mut before: Option<Sitting> = None;
            for sitting in sittings(face) {
                if sitting.day >= from {
                    habits.note(before.as_ref(), &sitting);
                }
                before = Some(sitting);
            }
        }
        habits
    }

    fn note(&mut self, before: Option<&Sitting>, sitting: &Sitting) {
        let Some(before) = before else {
            self.new = (self.new.0 + sitting.answers, self.new.1 + 1.0);
            match self
                .first
                .iter_mut()
                .find(|(days, _)| *days == sitting.interval)
            {
                Some((_, count)) => *count += 1.0,
                None => self.first.push((sitting.interval, 1.0)),
            }
            return;
        };
        self.due = (self.due.0 + sitting.answers, self.due.1 + 1.0);
        let Some(fate) = self.fates.get_mut(class(before.interval)) else {
            return;
        };
        fate.seen += 1.0;
        if sitting.recalled_at_once {
            fate.recalled += 1.0;
            fate.growth += (sitting.interval as f64 / before.interval as f64).ln();
        } else {
            self.relearnt.0 += sitting.interval as f64;
            self.relearnt.1 += 1.0;
        }
    }

    /// Returns how many answers a face takes on a day on which it is due, repeats included.
    pub fn answers_due(&self) -> f64 {
        self.due.0 / self.due.1
    }

    /// Returns how many answers a face takes on its first day.
    pub fn answers_new(&self) -> f64 {
        self.new.0 / self.new.1
    }

    /// Returns the intervals, in days, that first days end with, each with its share.
    pub fn first(&self) -> impl Iterator<Item = (i64, f64)> + '_ {
        let all: f64 = self.first.iter().map(|(_, count)| count).sum();
        self.first
            .iter()
            .map(move |(days, count)| (*days, count / all))
    }

    /// Returns what becomes of a face whose interval of `days` ends: the chance that it is recalled, the next
    /// interval then, and the next one otherwise, in days.
    pub fn after(&self, days: i64) -> (f64, i64, i64) {
        let Some(fate) = self.fates.get(class(days)) else {
            return (0.9, days.saturating_mul(2), 1);
        };
        let growth = (fate.growth / fate.recalled).exp();
        let next = (days.max(1) as f64 * growth).round().max(1.0) as i64;
        let relearnt = (self.relearnt.0 / self.relearnt.1).round().max(1.0) as i64;
        (fate.recalled / fate.seen, next, relearnt)
    }
}

fn class(days: i64) -> usize {
    CLASSES
        .iter()
        .position(|end| days <= *end)
        .unwrap_or(CLASSES.len() - 1)
}

/// The learning days of a face, by time; after it was forgotten on purpose, as of a new one.
fn sittings(face: &FaceHistory) -> Vec<Sitting> {
    let mut sittings: Vec<Sitting> = Vec::new();
    for review in face.current() {
        let interval = review.due.days_since(review.day).max(1);
        match sittings.last_mut().filter(|last| last.day == review.day) {
            Some(last) => {
                last.answers += 1.0;
                last.interval = interval;
            }
            None => sittings.push(Sitting {
                day: review.day,
                recalled_at_once: review.grade.recalled(),
                answers: 1.0,
                interval,
            }),
        }
    }
    sittings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{Grade, Review};

    fn face(reviews: &[(&str, Grade, &str)]) -> FaceHistory {
        let review = |(day, grade, due): &(&str, Grade, &str)| Review {
            at: format!("{day}T12:00:00.000+00:00").parse().unwrap(),
            day: day.parse().unwrap(),
            grade: *grade,
            ms: 1000,
            due: due.parse().unwrap(),
        };
        FaceHistory::new(reviews.iter().map(review).collect())
    }

    #[test]
    fn what_is_measured_outweighs_what_is_assumed() {
        let face = face(&[
            ("2026-11-01", Grade::Again, "2026-11-01"),
            ("2026-11-01", Grade::Good, "2026-11-05"),
            ("2026-11-05", Grade::Again, "2026-11-05"),
            ("2026-11-05", Grade::Good, "2026-11-06"),
        ]);
        let faces = vec![face; 500];
        let habits = Habits::of(faces.iter(), "2026-10-01".parse().unwrap());
        assert!((habits.answers_new() - 2.0).abs() < 0.05);
        assert!((habits.answers_due() - 2.0).abs() < 0.05);
        let (recalled, _, relearnt) = habits.after(4);
        assert!(recalled < 0.05 && relearnt == 1, "{recalled} {relearnt}");
        let share = habits.first().find(|(days, _)| *days == 4).unwrap().1;
        assert!(share > 0.95);
        let all: f64 = habits.first().map(|(_, share)| share).sum();
        assert!((all - 1.0).abs() < 1e-9);
    }

    #[test]
    fn days_before_the_window_do_not_count() {
        let faces = [face(&[("2026-01-01", Grade::Again, "2026-01-01")])];
        let habits = Habits::of(faces.iter(), "2026-10-01".parse().unwrap());
        assert_eq!(habits, Habits::default());
    }
}
