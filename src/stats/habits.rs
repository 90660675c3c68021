//! What a person's answers have been like lately: what the forecast goes by.

use std::collections::BTreeMap;

use crate::history::FaceHistory;
use crate::time::Day;

/// The upper ends of the classes by which intervals are told apart, in days; the last class is open.
const CLASSES: [i64; 8] = [1, 2, 3, 5, 8, 13, 21, i64::MAX];

/// The number of answers that each assumption counts for before anything is measured.
const PRIOR: f64 = 8.0;

/// The share of recalled answers to assume before anything is measured.
const RECALLED: f64 = 0.9;

/// The factor by which logarithms are scaled to be kept as integers.
const UNIT: f64 = (1u64 << 32) as f64;

/// The results of faces of one class of intervals on their day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Fate {
    seen: u64,
    recalled: u64,
    /// The sum of the logarithms of the growth of the interval, over those recalled, in units of 2⁻³²: sums of integers
    /// don't depend on the order.
    growth: i64,
}

/// A sum, and the number of terms.
type Sum = (i64, u64);

/// A person's answers in figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Habits {
    from: Day,
    fates: [Fate; CLASSES.len()],
    /// Intervals after days that began with a lapse, in days.
    relearnt: Sum,
    /// Answers per day to faces seen on an earlier day.
    due: Sum,
    /// Answers per face on its first day.
    new: Sum,
    /// The intervals that first days ended with, in days, and how often.
    first: BTreeMap<i64, u64>,
}

/// One face on one learning day: how it began, how often it was answered, the interval that it ended with.
#[derive(Clone, Copy)]
struct Sitting {
    day: Day,
    recalled_at_once: bool,
    answers: i64,
    interval: i64,
}

/// The intervals, in days, that first days end with, and their shares, to assume before anything is measured: roughly
/// those of FSRS-6.
const FIRST: [(i64, f64); 3] = [(1, 0.35), (2, 0.35), (8, 0.3)];

/// Returns the mean of what was measured, with a prior of `assumed`.
fn mean((sum, of): Sum, assumed: f64) -> f64 {
    (sum as f64 + assumed * PRIOR) / (of as f64 + PRIOR)
}

impl Habits {
    /// Returns the habits to assume before anything is measured: 90 % recall, and roughly FSRS-6's default intervals.
    /// Only answers from `from` on will count.
    pub fn new(from: Day) -> Self {
        Self {
            from,
            fates: CLASSES.map(|_| Fate::default()),
            relearnt: (0, 0),
            due: (0, 0),
            new: (0, 0),
            first: BTreeMap::new(),
        }
    }

    /// Adds the learning days of a face. A face that was reset counts as new from then on.
    pub fn add(&mut self, face: &FaceHistory) {
        // Most faces were last answered before.
        if face.current().iter().all(|review| review.day < self.from) {
            return;
        }
        let (mut before, mut now): (Option<Sitting>, Option<Sitting>) = (None, None);
        for review in face.current() {
            let interval = review.due.days_since(review.day).max(1);
            if let Some(now) = now.as_mut().filter(|now| now.day == review.day) {
                now.answers += 1;
                now.interval = interval;
                continue;
            }
            let next = Sitting {
                day: review.day,
                recalled_at_once: review.grade.recalled(),
                answers: 1,
                interval,
            };
            if let Some(over) = now.replace(next) {
                self.note(before.replace(over), over);
            }
        }
        if let Some(last) = now {
            self.note(before, last);
        }
    }

    fn note(&mut self, before: Option<Sitting>, sitting: Sitting) {
        if sitting.day < self.from {
            return;
        }
        let Some(before) = before else {
            self.new = (self.new.0 + sitting.answers, self.new.1 + 1);
            *self.first.entry(sitting.interval).or_default() += 1;
            return;
        };
        self.due = (self.due.0 + sitting.answers, self.due.1 + 1);
        let Some(fate) = self.fates.get_mut(class(before.interval)) else {
            return;
        };
        fate.seen += 1;
        if sitting.recalled_at_once {
            fate.recalled += 1;
            let growth = (sitting.interval as f64 / before.interval as f64).ln();
            fate.growth += (growth * UNIT).round() as i64;
        } else {
            self.relearnt.0 += sitting.interval;
            self.relearnt.1 += 1;
        }
    }

    /// Returns the habits of these and the other answers together.
    pub fn join(mut self, other: Self) -> Self {
        for (fate, more) in self.fates.iter_mut().zip(other.fates) {
            fate.seen += more.seen;
            fate.recalled += more.recalled;
            fate.growth += more.growth;
        }
        for (sum, more) in [
            (&mut self.relearnt, other.relearnt),
            (&mut self.due, other.due),
            (&mut self.new, other.new),
        ] {
            *sum = (sum.0 + more.0, sum.1 + more.1);
        }
        for (interval, count) in other.first {
            *self.first.entry(interval).or_default() += count;
        }
        self
    }

    /// Returns how many answers a face takes on a day on which it is due, repeats included.
    pub fn answers_due(&self) -> f64 {
        mean(self.due, 1.1)
    }

    /// Returns how many answers a face takes on its first day.
    pub fn answers_new(&self) -> f64 {
        mean(self.new, 1.3)
    }

    /// Returns the intervals, in days, that first days end with, and their shares, shortest first.
    pub fn first(&self) -> impl Iterator<Item = (i64, f64)> + use<> {
        let mut counts: BTreeMap<i64, f64> =
            FIRST.map(|(days, share)| (days, share * PRIOR)).into();
        for (days, count) in &self.first {
            *counts.entry(*days).or_default() += *count as f64;
        }
        let all: f64 = counts.values().sum();
        counts
            .into_iter()
            .map(move |(days, count)| (days, count / all))
    }

    /// Returns what becomes of a face whose interval of `days` ends: the chance that it is recalled, the next
    /// interval then, and the next one otherwise, in days.
    pub fn after(&self, days: i64) -> (f64, i64, i64) {
        let Some(fate) = self.fates.get(class(days)) else {
            return (0.9, days.saturating_mul(2), 1);
        };
        let recalled = fate.recalled as f64 + RECALLED * PRIOR;
        let growth = fate.growth as f64 / UNIT + RECALLED * PRIOR * 2.5f64.ln();
        let next = (days.max(1) as f64 * (growth / recalled).exp())
            .round()
            .max(1.0) as i64;
        let relearnt = mean(self.relearnt, 1.5).round().max(1.0) as i64;
        (recalled / (fate.seen as f64 + PRIOR), next, relearnt)
    }
}

fn class(days: i64) -> usize {
    CLASSES
        .iter()
        .position(|end| days <= *end)
        .unwrap_or(CLASSES.len() - 1)
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
        let mut habits = Habits::new("2026-10-01".parse().unwrap());
        faces.iter().for_each(|face| habits.add(face));
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
        let face = face(&[("2026-01-01", Grade::Again, "2026-01-01")]);
        let nothing = Habits::new("2026-10-01".parse().unwrap());
        let mut habits = nothing.clone();
        habits.add(&face);
        assert_eq!(habits, nothing);
    }
}
