//! What was done: answers and time, by day, by hour, by grade.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::history::{Grade, Review};
use crate::time::Day;

/// What was done in all.
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
    /// How many answers.
    pub answers: usize,
    /// The share of them that recalled, 0–1.
    pub recalled: f64,
}

/// From how many answers on hours are worth comparing, in all and in one hour.
const ENOUGH: usize = 100;
const ENOUGH_IN_AN_HOUR: usize = 10;

impl Activity {
    /// What was done up to `today`; details of the last `days` days.
    pub fn new<'a>(reviews: impl Iterator<Item = &'a Review>, today: Day, days: i64) -> Self {
        let (mut in_all, mut all_today, mut ms_in_all, mut ms_today) = (0, 0, 0u64, 0u64);
        let mut grades = [0; 4];
        let mut times: Vec<u32> = Vec::new();
        let mut by_day: BTreeMap<Day, u64> = BTreeMap::new();
        let mut by_hour: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
        for review in reviews {
            let day = review.day;
            in_all += 1;
            ms_in_all += u64::from(review.ms);
            if day == today {
                all_today += 1;
                ms_today += u64::from(review.ms);
            }
            if day <= today.plus(-days) {
                continue;
            }
            for (grade, count) in Grade::ALL.iter().zip(&mut grades) {
                *count += usize::from(*grade == review.grade);
            }
            times.extend(Some(review.ms).filter(|ms| *ms > 0));
            *by_day.entry(day).or_default() += u64::from(review.ms);
            let hour = by_hour.entry(review.at.hour()).or_default();
            *hour = (hour.0 + 1, hour.1 + usize::from(review.grade.recalled()));
        }
        times.sort_unstable();
        let looked_at: usize = grades.iter().sum();
        let hours = by_hour
            .into_iter()
            .filter(|(_, (answers, _))| looked_at >= ENOUGH && *answers >= ENOUGH_IN_AN_HOUR);
        Self {
            today: all_today,
            in_all,
            seconds_today: ms_today / 1000,
            seconds_in_all: ms_in_all / 1000,
            seconds_an_answer: times.get(times.len() / 2).map(|ms| f64::from(*ms) / 1000.0),
            mean_seconds: (!times.is_empty()).then(|| {
                let all: u64 = times.iter().map(|ms| u64::from(*ms)).sum();
                all as f64 / 1000.0 / times.len() as f64
            }),
            seconds_a_day: (!by_day.is_empty())
                .then(|| by_day.values().sum::<u64>() as f64 / 1000.0 / by_day.len() as f64),
            grades,
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

/// How many answers were given on each day from `from` on.
pub fn by_day<'a>(reviews: impl Iterator<Item = &'a Review>, from: Day) -> BTreeMap<Day, usize> {
    let mut days = BTreeMap::new();
    for day in reviews.map(|review| review.day).filter(|day| *day >= from) {
        *days.entry(day).or_default() += 1;
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;
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
        let activity = Activity::new(reviews.iter(), today, 30);
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
        let days = by_day(reviews.iter(), "2026-11-22".parse().unwrap());
        assert_eq!(days.into_values().collect::<Vec<_>>(), [1, 2]);
    }
}
