//! What was done: answers and time, by day, by hour, by grade.

use serde::Serialize;

use super::change;
use crate::history::{LONGEST_ANSWER, Review};
use crate::time::Day;

/// The totals of a history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Activity {
    /// Answers on the learning day.
    pub today: usize,
    /// Answers ever.
    pub in_all: usize,
    /// Seconds spent on the learning day; an answer counts up to a minute.
    pub seconds_today: u64,
    /// Seconds spent ever.
    pub seconds_in_all: u64,
    /// The median seconds per answer in the days looked at, of answers whose time is known; `None` without any.
    pub seconds_an_answer: Option<f64>,
    /// The mean of the same seconds: what a number of answers takes in all.
    pub mean_seconds: Option<f64>,
    /// Seconds a day on which anything was done, in the days looked at.
    pub seconds_a_day: Option<f64>,
    /// Answers in the days looked at by grade, from `Again` to `Easy`.
    pub grades: [usize; 4],
    /// By hour of the person's clock, 0–23, in the days looked at; empty where there are too few answers.
    pub hours: Vec<Hour>,
}

/// The answers of one hour of the day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Hour {
    /// The hour, 0–23.
    pub hour: u32,
    /// The number of answers.
    pub answers: usize,
    /// The share of them that recalled, 0–1.
    pub recalled: f64,
}

/// From how many answers on hours are worth comparing, in all and in one hour.
const ENOUGH: usize = 100;
const ENOUGH_IN_AN_HOUR: usize = 10;

/// Counts answers for an [`Activity`].
#[derive(Debug, Clone, PartialEq)]
pub struct ActivityTally {
    today: Day,
    /// Details cover the days after this one.
    after: Day,
    in_all: usize,
    on_today: usize,
    ms_in_all: u64,
    ms_today: u64,
    grades: [usize; 4],
    /// By milliseconds, how many answers took that long; 0 for those whose time is not known.
    times: Vec<u32>,
    ms_lately: u64,
    /// By days since `after`, from 1 on, whether there were answers.
    days: Vec<bool>,
    /// Per hour of the day, the answers and how many of them recalled.
    hours: [(usize, usize); 24],
}

impl ActivityTally {
    /// Returns a tally of nothing yet, as of `today`; details will cover the last `days` days.
    pub fn new(today: Day, days: i64) -> Self {
        Self {
            today,
            after: today.plus(-days),
            in_all: 0,
            on_today: 0,
            ms_in_all: 0,
            ms_today: 0,
            grades: [0; 4],
            times: Vec::new(),
            ms_lately: 0,
            days: Vec::new(),
            hours: [(0, 0); 24],
        }
    }

    /// Adds an answer.
    pub fn add(&mut self, review: &Review) {
        let ms = u64::from(review.ms);
        self.in_all += 1;
        self.ms_in_all += ms;
        if review.day == self.today {
            self.on_today += 1;
            self.ms_today += ms;
        }
        if review.day <= self.after {
            return;
        }
        if let Some(count) = self.grades.get_mut(review.grade as usize - 1) {
            *count += 1;
        }
        let time = review.ms.min(LONGEST_ANSWER) as usize;
        change(&mut self.times, time, |count| *count += u32::from(ms > 0));
        self.ms_lately += ms;
        let day = usize::try_from(review.day.days_since(self.after)).unwrap_or(0);
        change(&mut self.days, day, |is_day| *is_day = true);
        if let Some((answers, recalled)) = self.hours.get_mut(review.at.hour() as usize) {
            *answers += 1;
            *recalled += usize::from(review.grade.recalled());
        }
    }

    /// Returns the tally of these and the other answers together.
    pub fn join(mut self, other: Self) -> Self {
        self.in_all += other.in_all;
        self.on_today += other.on_today;
        self.ms_in_all += other.ms_in_all;
        self.ms_today += other.ms_today;
        for (count, more) in self.grades.iter_mut().zip(other.grades) {
            *count += more;
        }
        for (ms, more) in other.times.into_iter().enumerate() {
            change(&mut self.times, ms, |count| *count += more);
        }
        self.ms_lately += other.ms_lately;
        for (day, more) in other.days.into_iter().enumerate() {
            change(&mut self.days, day, |is_day| *is_day |= more);
        }
        for (hour, more) in self.hours.iter_mut().zip(other.hours) {
            *hour = (hour.0 + more.0, hour.1 + more.1);
        }
        self
    }

    /// Returns the figures.
    pub fn finish(self) -> Activity {
        let timed: usize = self.times.iter().map(|count| *count as usize).sum();
        let mut before = 0;
        let middle = self.times.iter().position(|count| {
            before += *count as usize;
            before > timed / 2
        });
        let days = self.days.iter().filter(|is_day| **is_day).count();
        let looked_at: usize = self.grades.iter().sum();
        let hours = (0..)
            .zip(self.hours)
            .filter(|(_, (answers, _))| looked_at >= ENOUGH && *answers >= ENOUGH_IN_AN_HOUR);
        let mean = |ms: u64, of: usize| (of > 0).then(|| ms as f64 / 1000.0 / of as f64);
        Activity {
            today: self.on_today,
            in_all: self.in_all,
            seconds_today: self.ms_today / 1000,
            seconds_in_all: self.ms_in_all / 1000,
            seconds_an_answer: middle.map(|ms| ms as f64 / 1000.0),
            mean_seconds: mean(self.ms_lately, timed),
            seconds_a_day: mean(self.ms_lately, days),
            grades: self.grades,
            hours: hours
                .map(|(hour, (answers, recalled))| Hour {
                    hour,
                    answers,
                    recalled: recalled as f64 / answers as f64,
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Grade;
    use crate::time::Stamp;

    fn review(at: &str, grade: Grade, ms: u32) -> Review {
        let at: Stamp = at.parse().unwrap();
        Review {
            at,
            day: at.day(4),
            grade,
            ms,
            due: "2026-12-01".parse().unwrap(),
        }
    }

    #[test]
    fn counted_by_hand() {
        let reviews = [
            review("2026-11-23T03:00:00.000+01:00", Grade::Good, 4000),
            review("2026-11-23T09:00:00.000+01:00", Grade::Again, 2000),
            review("2026-11-23T09:05:00.000+01:00", Grade::Good, 6000),
            review("2026-01-01T09:00:00.000+01:00", Grade::Easy, 60_000),
        ];
        let today = "2026-11-23".parse().unwrap();
        let mut done = ActivityTally::new(today, 30);
        for review in &reviews {
            done.add(review);
        }
        let activity = done.finish();
        assert_eq!((activity.today, activity.in_all), (2, 4));
        assert_eq!((activity.seconds_today, activity.seconds_in_all), (8, 72));
        assert_eq!(activity.grades, [1, 0, 2, 0]);
        assert_eq!(
            (
                activity.seconds_an_answer,
                activity.mean_seconds,
                activity.seconds_a_day
            ),
            (Some(4.0), Some(4.0), Some(6.0))
        );
        assert_eq!(activity.hours, []);
    }
}
