//! The delay before a grade key counts.

use std::time::{Duration, Instant};

/// A guard against keys pressed twice or held down.
///
/// A grade key counts only after the answer has been on the screen for a moment, so that it grades nothing unseen.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// The time for which the answer must have been on the screen.
    least: Duration,
    since: Option<Instant>,
    last: Option<Instant>,
}

/// The usual time for which an answer must have been on the screen.
const LEAST: Duration = Duration::from_millis(250);
/// A key that follows faster than this is the same key, held down.
const REPEAT: Duration = Duration::from_millis(100);

impl Patience {
    /// Returns the usual patience, or that of `set`, the value of `QUIZ_PATIENCE` in milliseconds; 0 turns it off.
    pub fn new(set: Option<&str>) -> Self {
        let set = set.and_then(|millis| millis.parse().ok());
        Self {
            least: set.map_or(LEAST, Duration::from_millis),
            since: None,
            last: None,
        }
    }

    /// Notes that the answer is on the screen from `now` on.
    pub fn begin(&mut self, now: Instant) {
        (self.since, self.last) = (Some(now), None);
    }

    /// Returns whether a key pressed `now` counts.
    pub fn takes(&mut self, now: Instant) -> bool {
        let after = |from: Option<Instant>, least| {
            from.is_none_or(|from| now.saturating_duration_since(from) >= least)
        };
        let takes = after(self.since, self.least) && after(self.last, REPEAT.min(self.least));
        self.last = Some(now);
        takes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(patience: &mut Patience, start: Instant, millis: &[u64]) -> Vec<bool> {
        let at = |millis: &u64| start + Duration::from_millis(*millis);
        millis.iter().map(|ms| patience.takes(at(ms))).collect()
    }

    #[test]
    fn a_key_counts_once_the_answer_was_there_for_a_quarter_of_a_second() {
        let start = Instant::now();
        let mut patience = Patience::new(None);
        patience.begin(start);
        assert_eq!(taken(&mut patience, start, &[0, 249]), [false, false]);
        patience.begin(start);
        assert_eq!(taken(&mut patience, start, &[250]), [true]);
    }

    #[test]
    fn a_key_that_is_held_down_does_not_count() {
        let start = Instant::now();
        let mut patience = Patience::new(None);
        patience.begin(start);
        let held: Vec<u64> = (1..60).map(|n| n * 33).collect();
        assert!(!taken(&mut patience, start, &held).contains(&true));
        assert_eq!(taken(&mut patience, start, &[60 * 33 + 100]), [true]);
    }

    #[test]
    fn it_can_be_set_and_begins_anew_with_each_answer() {
        let start = Instant::now();
        let mut none = Patience::new(Some("0"));
        none.begin(start);
        assert_eq!(taken(&mut none, start, &[0, 0]), [true, true]);
        let mut long = Patience::new(Some("5000"));
        long.begin(start);
        assert_eq!(taken(&mut long, start, &[4999, 5100]), [false, true]);
        long.begin(start + Duration::from_secs(6));
        assert_eq!(taken(&mut long, start, &[7000]), [false]);
    }
}
