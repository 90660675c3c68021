//! What is coming: reviews by day, with new cards at today's pace.

use serde::Serialize;

use crate::time::Day;

/// How many days are told one by one.
pub const DAYS: i64 = 30;
/// How many weeks are told after them.
pub const WEEKS: i64 = 8;

/// What is coming.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Forecast {
    /// Faces due on each of the next days, today first; what is overdue counts today.
    pub days: Vec<usize>,
    /// Faces due in each week after them.
    pub weeks: Vec<usize>,
    /// New faces on each of the next days, at the pace of the last 30 days, until none is left.
    pub new: Vec<usize>,
    /// Seconds a day that the next 7 days take on average, at the measured seconds an answer.
    pub seconds_a_day: Option<f64>,
}

/// What is coming from `today` on, of faces due on `due`, with `unseen` new faces of which `pace` are started a
/// day; an answer takes `seconds`.
pub fn forecast(
    due: impl Iterator<Item = Day>,
    today: Day,
    unseen: usize,
    pace: usize,
    seconds: Option<f64>,
) -> Forecast {
    let mut days = vec![0usize; usize::try_from(DAYS).unwrap_or(0)];
    let mut weeks = vec![0usize; usize::try_from(WEEKS).unwrap_or(0)];
    for day in due {
        let ahead = day.days_since(today).max(0);
        let slot = if ahead < DAYS {
            usize::try_from(ahead).ok().and_then(|at| days.get_mut(at))
        } else {
            usize::try_from((ahead - DAYS) / 7)
                .ok()
                .and_then(|at| weeks.get_mut(at))
        };
        if let Some(slot) = slot {
            *slot += 1;
        }
    }
    let mut left = unseen;
    let new: Vec<usize> = days
        .iter()
        .map(|_| {
            let started = pace.min(left);
            left -= started;
            started
        })
        .collect();
    let week: usize =
        days.iter().chain(&[]).take(7).sum::<usize>() + new.iter().take(7).sum::<usize>();
    Forecast {
        days,
        weeks,
        new,
        seconds_a_day: seconds.map(|seconds| week as f64 * seconds / 7.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counted_by_hand() {
        let today: Day = "2026-11-23".parse().unwrap();
        let due = [-5, 0, 1, 29, 30, 36, 37, 999].map(|days| today.plus(days));
        let forecast = forecast(due.into_iter(), today, 5, 2, Some(7.0));
        assert_eq!(
            (forecast.days[0], forecast.days[1], forecast.days[29]),
            (2, 1, 1)
        );
        assert_eq!(forecast.weeks[..2], [2, 1]);
        assert_eq!(forecast.new[..4], [2, 2, 1, 0]);
        assert_eq!(forecast.seconds_a_day, Some(8.0));
    }
}
