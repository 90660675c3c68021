//! Conversion of a face's events to rows of Anki's log and the state of the card.

use std::collections::HashSet;

use chrono::NaiveDate;

use crate::history::Event;
use crate::time::Day;

/// The creation of the collection, in seconds since 1970-01-01T00:00:00Z: 2010-01-01T04:00:00Z.
pub(super) const CREATED: i64 = 1_262_318_400;

/// A row of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// Milliseconds since 1970-01-01T00:00:00Z, unique among all rows.
    pub(super) at: i64,
    pub(super) ease: i64,
    /// In days, or if negative in seconds.
    pub(super) interval: i64,
    pub(super) last: i64,
    pub(super) factor: i64,
    pub(super) ms: i64,
    /// 0 learning, 1 review, 2 learning again, 4 set by hand.
    pub(super) kind: i64,
}

/// The result of converting a face's events.
#[derive(Debug, Default)]
pub(super) struct Trail {
    pub(super) rows: Vec<Row>,
    /// The due day, in days since the collection was made; `None` for a new card.
    pub(super) due: Option<i64>,
    pub(super) interval: i64,
    pub(super) factor: i64,
    /// The memory state that stands for missing answers, in Anki's JSON.
    pub(super) data: String,
    pub(super) reviews: i64,
    pub(super) lapses: i64,
}

/// Ten minutes, as Anki's log has them for a card that comes back on the same day.
const AGAIN: i64 = -600;

/// The factor of a card that was never rated by SM-2.
const FACTOR: i64 = 2_500;

/// Returns the log of one face; `moments` are those of other rows.
pub(super) fn trail(events: &[Event], day_starts_at: u32, moments: &mut HashSet<i64>) -> Trail {
    let mut trail = Trail {
        factor: FACTOR,
        ..Trail::default()
    };
    let mut free = |at: i64| (at..).find(|at| moments.insert(*at)).unwrap_or(at);
    let mut kind = 0;
    let mut last = 0;
    for event in events {
        match event {
            Event::Review {
                at, grade, ms, due, ..
            } => {
                let days = due.days_since(at.day(day_starts_at));
                let interval = if days > 0 { days } else { AGAIN };
                let ease = *grade as i64;
                trail.rows.push(Row {
                    at: free(at.millis()),
                    ease,
                    interval,
                    last,
                    factor: FACTOR,
                    ms: i64::from(*ms),
                    kind,
                });
                trail.reviews += 1;
                trail.data.clear();
                trail.lapses += i64::from(kind == 1 && ease == 1);
                trail.due = Some(since_creation(*due));
                trail.interval = days.max(1);
                kind = match (days > 0, kind) {
                    (true, _) => 1,
                    (false, 0) => 0,
                    (false, _) => 2,
                };
                last = interval;
            }
            Event::Forget { at, .. } => {
                trail.rows.push(Row {
                    at: free(at.millis()),
                    ease: 0,
                    interval: 0,
                    last,
                    factor: 0,
                    ms: 0,
                    kind: 4,
                });
                (kind, last, trail.due) = (0, 0, None);
            }
            Event::Due { due, .. } if trail.due.is_some() => trail.due = Some(since_creation(*due)),
            Event::Known {
                at,
                stability,
                difficulty,
                due,
                ..
            } => {
                trail.due = Some(since_creation(*due));
                trail.interval = due.days_since(at.day(day_starts_at)).max(1);
                trail.data = format!("{{\"s\":{stability},\"d\":{difficulty}}}");
                trail.reviews = trail.reviews.max(1);
                (kind, last) = (1, trail.interval);
            }
            _ => {}
        }
    }
    trail
}

fn since_creation(day: Day) -> i64 {
    let created = NaiveDate::from_ymd_opt(2010, 1, 1).map(Day::from);
    created.map_or(0, |created| day.days_since(created))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_says_what_was_learnt_reviewed_and_lapsed() {
        let events: Vec<Event> = [
            r#"Review(at:"2024-03-01T08:00:00.000+01:00",face:"a",grade:Again,ms:5,due:"2024-03-01")"#,
            r#"Review(at:"2024-03-01T08:11:00.000+01:00",face:"a",grade:Good,ms:6,due:"2024-03-02")"#,
            r#"Review(at:"2024-03-02T08:00:00.000+01:00",face:"a",grade:Again,ms:7,due:"2024-03-02")"#,
            r#"Review(at:"2024-03-02T08:10:00.000+01:00",face:"a",grade:Hard,ms:8,due:"2024-03-05")"#,
            r#"Due(at:"2024-03-02T08:10:00.001+01:00",face:"a",due:"2024-03-07")"#,
        ]
        .iter()
        .map(|line| Event::parse(line).unwrap().event)
        .collect();
        let mut moments = HashSet::new();
        let trail = trail(&events, 4, &mut moments);
        let rows: Vec<(i64, i64, i64)> = trail
            .rows
            .iter()
            .map(|row| (row.kind, row.ease, row.interval))
            .collect();
        assert_eq!(rows, [(0, 1, -600), (0, 3, 1), (1, 1, -600), (2, 2, 3)]);
        let day = |day: &str| since_creation(day.parse().unwrap());
        assert_eq!((trail.due, trail.lapses), (Some(day("2024-03-07")), 1));
        // Another face with the same moments gets others.
        let again = super::trail(&events, 4, &mut moments);
        assert_eq!(again.rows[0].at, trail.rows[0].at + 1);
    }
}
