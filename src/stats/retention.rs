//! Is it working? What was recalled of what was due, beside what the schedule expected.

use std::ops::RangeInclusive;

use serde::Serialize;

use crate::history::{FaceHistory, Review};
use crate::schedule::standing::MATURE;
use crate::time::Day;

/// A share with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// The number recalled.
    pub recalled: usize,
    /// Of how many.
    pub of: usize,
    /// The share, 0–1.
    pub share: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

impl Share {
    /// Returns the share with Wilson's score interval at 95 % (E. B. Wilson, 1927, J. Am. Stat. Assoc. 22, 209–212);
    /// none of nothing.
    pub fn new(recalled: usize, of: usize) -> Option<Self> {
        if of == 0 {
            return None;
        }
        const Z: f64 = 1.96;
        let (n, share) = (of as f64, recalled as f64 / of as f64);
        let middle = (share + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
        let half =
            Z / (1.0 + Z * Z / n) * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
        Some(Self {
            recalled,
            of,
            share,
            low: (middle - half).max(0.0),
            high: (middle + half).min(1.0),
        })
    }
}

/// True retention over some days.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Retention {
    /// Of all due reviews; `None` if nothing was due.
    pub all: Option<Share>,
    /// Of those whose interval was below 21 days.
    pub young: Option<Share>,
    /// Of those whose interval was 21 days or more.
    pub mature: Option<Share>,
    /// The mean of what was expected of each of those reviews before it, 0–1.
    pub predicted: Option<f64>,
    /// The share recalled in each week of seven days, the last one ending today; `None` for a week in which nothing was due.
    pub by_week: Vec<Option<f64>>,
}

/// A number of reviews, and how many of them recalled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Count {
    recalled: usize,
    of: usize,
}

impl Count {
    fn add(&mut self, recalled: bool) {
        self.recalled += usize::from(recalled);
        self.of += 1;
    }

    fn join(self, other: Self) -> Self {
        Self {
            recalled: self.recalled + other.recalled,
            of: self.of + other.of,
        }
    }

    fn share(self) -> Option<Share> {
        Share::new(self.recalled, self.of)
    }
}

/// Counts due reviews for a [`Retention`].
///
/// A review counts if it was made on or after the day promised for it, and on a later day than the review before: the
/// share of recalled ones is what a person recalls of what they are asked.
#[derive(Debug, Clone, PartialEq)]
pub struct RetentionTally {
    from: Day,
    today: Day,
    young: Count,
    mature: Count,
    /// By weeks ago: this week first.
    by_week: Vec<Count>,
    /// The sum and the number of the predictions. The order doesn't matter: 32-bit probabilities above 2⁻¹² are multiples
    /// of 2⁻³⁶, so that the sum is exact.
    predicted: (f64, usize),
}

impl RetentionTally {
    /// Returns a tally of nothing yet, for the last `days` days up to `today`.
    pub fn new(today: Day, days: i64) -> Self {
        let weeks = usize::try_from((days + 6) / 7).unwrap_or(0);
        Self {
            from: today.plus(1 - days),
            today,
            young: Count::default(),
            mature: Count::default(),
            by_week: vec![Count::default(); weeks],
            predicted: (0.0, 0),
        }
    }

    /// Returns whether `review`, which follows `before` in a stretch, counts.
    pub fn counts(&self, before: &Review, review: &Review) -> bool {
        is_due(&(self.from..=self.today), before, review)
    }

    /// Adds the due reviews of a face. Those before the face was reset count, too; the first one after it doesn't.
    pub fn add(&mut self, face: &FaceHistory) {
        for (before, review) in self.counting(face) {
            self.add_one(before, review);
        }
    }

    /// Returns the due reviews of a face that count, each with the one before it, for [`RetentionTally::add_one`].
    pub fn counting<'f>(
        &self,
        face: &'f FaceHistory,
    ) -> impl Iterator<Item = (&'f Review, &'f Review)> + use<'f> {
        let days = self.from..=self.today;
        let reviews = face.stretches().map(|stretch| stretch.reviews);
        let pairs = reviews.flat_map(|reviews| reviews.iter().zip(reviews.iter().skip(1)));
        pairs.filter(move |(before, review)| is_due(&days, before, review))
    }

    /// Adds a review that counts, and that follows `before`.
    pub fn add_one(&mut self, before: &Review, review: &Review) {
        let recalled = review.grade.recalled();
        match before.due.days_since(before.day) >= MATURE {
            true => self.mature.add(recalled),
            false => self.young.add(recalled),
        }
        let week = self.today.days_since(review.day) / 7;
        let week = usize::try_from(week).ok();
        if let Some(week) = week.and_then(|week| self.by_week.get_mut(week)) {
            week.add(recalled);
        }
    }

    /// Adds the prediction for a review that counts, 0–1.
    pub fn predict(&mut self, said: f64) {
        self.predicted.0 += said;
        self.predicted.1 += 1;
    }

    /// Returns the tally of these and the other reviews together.
    pub fn join(mut self, other: Self) -> Self {
        self.young = self.young.join(other.young);
        self.mature = self.mature.join(other.mature);
        for (week, more) in self.by_week.iter_mut().zip(other.by_week) {
            *week = week.join(more);
        }
        self.predicted.0 += other.predicted.0;
        self.predicted.1 += other.predicted.1;
        self
    }

    /// Returns the figures.
    pub fn finish(&self) -> Retention {
        let (said, of) = self.predicted;
        let weeks = self.by_week.iter().rev();
        Retention {
            all: self.young.join(self.mature).share(),
            young: self.young.share(),
            mature: self.mature.share(),
            predicted: (of > 0).then(|| said / of as f64),
            by_week: weeks
                .map(|week| week.share().map(|share| share.share))
                .collect(),
        }
    }
}

fn is_due(days: &RangeInclusive<Day>, before: &Review, review: &Review) -> bool {
    let day = review.day;
    days.contains(&day) && day > before.day && day >= before.due
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deck::FaceKey;
    use crate::history::{Event, Grade, History};

    fn review(day: &str, grade: Grade, due: &str) -> Review {
        Review {
            at: format!("{day}T12:00:00.000+00:00").parse().unwrap(),
            day: day.parse().unwrap(),
            grade,
            ms: 1,
            due: due.parse().unwrap(),
        }
    }

    #[test]
    fn counted_by_hand() {
        let face = FaceHistory::new(vec![
            review("2026-10-01", Grade::Good, "2026-10-03"),
            review("2026-10-02", Grade::Good, "2026-11-01"), // early: does not count
            review("2026-11-01", Grade::Again, "2026-11-01"), // mature, forgotten
            review("2026-11-01", Grade::Good, "2026-11-05"), // the same day: does not count
            review("2026-11-06", Grade::Good, "2026-11-20"), // young, recalled
        ]);
        let mut recalls = RetentionTally::new("2026-11-23".parse().unwrap(), 30);
        recalls.add(&face);
        let pairs = face.reviews().iter().zip(face.reviews().iter().skip(1));
        for ((before, review), said) in pairs.zip([0.6, 0.7, 0.7, 0.9]) {
            if recalls.counts(before, review) {
                recalls.predict(said);
            }
        }
        let retention = recalls.finish();
        let counts = |share: Option<Share>| share.map(|share| (share.recalled, share.of));
        assert_eq!(counts(retention.all), Some((1, 2)));
        assert_eq!(
            (counts(retention.young), counts(retention.mature)),
            (Some((1, 1)), Some((0, 1)))
        );
        // Of the two that count: .7 and .9.
        assert!(
            retention
                .predicted
                .is_some_and(|share| (share - 0.8).abs() < 1e-9)
        );
        assert_eq!(retention.by_week, [None, Some(0.0), Some(1.0), None, None]);
    }

    #[test]
    fn forgetting_takes_nothing_out_of_the_past() {
        let face: FaceKey = "a".parse().unwrap();
        let at = |day: &str| format!("2026-11-{day}T12:00:00.000+00:00").parse().unwrap();
        let answer = |day, grade, due: &str| Event::Review {
            at: at(day),
            face: face.clone(),
            grade,
            ms: 1,
            due: format!("2026-11-{due}").parse().unwrap(),
        };
        let mut events = vec![
            answer("01", Grade::Good, "03"),
            answer("03", Grade::Good, "08"),
            answer("08", Grade::Again, "08"),
        ];
        let counts = |events: &[Event]| {
            let history = History::fold(events.to_vec(), at("30"), 4);
            let mut recalls = RetentionTally::new("2026-11-30".parse().unwrap(), 30);
            recalls.add(history.face(&face).unwrap());
            let all = recalls.finish().all;
            all.map(|share| (share.recalled, share.of))
        };
        assert_eq!(counts(&events), Some((1, 2)));
        events.push(Event::Forget {
            at: at("12"),
            face: face.clone(),
            with: None,
        });
        assert_eq!(counts(&events), Some((1, 2)));
        events.push(answer("13", Grade::Again, "13"));
        assert_eq!(
            counts(&events),
            Some((1, 2)),
            "the first review of a new memory"
        );
        events.push(answer("14", Grade::Good, "16"));
        assert_eq!(counts(&events), Some((2, 3)));
    }

    #[test]
    fn the_interval_is_wilsons() {
        let share = Share::new(91, 100).unwrap();
        assert!(
            (share.low - 0.838).abs() < 0.001 && (share.high - 0.952).abs() < 0.001,
            "{share:?}"
        );
        assert_eq!(Share::new(0, 0), None);
        assert_eq!(Share::new(5, 5).map(|share| share.high), Some(1.0));
    }
}
