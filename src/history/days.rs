//! Learning days: the day a moment counts for, by the hour at which days started then.
//!
//! It knows moments and hours, nothing of cards.

use crate::time::{Day, Stamp};

/// The hours at which days started, each with the moment when it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct DayStarts {
    /// The hour that holds if none was recorded, 0–23.
    setting: u32,
    /// The recorded moments and hours, by time.
    recorded: Vec<(Stamp, u32)>,
    /// The hours that came into force: the first one recorded, then the last one of each day.
    starts: Vec<DayStart>,
}

/// An hour that came into force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct DayStart {
    at: Stamp,
    hour: u32,
    /// The learning day on which it was recorded, by the hours before it.
    on: Day,
}

/// The milliseconds after which the day of a moment is over, wherever the person travelled meanwhile.
///
/// A day has 24 hours, and the clocks of two places differ by at most 26.
const OVER: i64 = 50 * 3_600_000;

impl DayStarts {
    pub(super) fn new(setting: u32, recorded: impl IntoIterator<Item = (Stamp, u32)>) -> Self {
        let mut all: Vec<(Stamp, u32)> = recorded.into_iter().collect();
        all.sort_by_key(|(at, hour)| (at.millis(), *hour, *at));
        all.dedup();
        let mut days = Self {
            setting,
            recorded: all,
            starts: Vec::new(),
        };
        for &(at, hour) in &days.recorded {
            let on = day(setting, &days.starts, at);
            // Of two on one day, the earlier one never came into force.
            if days.starts.len() > 1 && days.starts.last().is_some_and(|last| last.on == on) {
                days.starts.pop();
            }
            days.starts.push(DayStart { at, hour, on });
        }
        days
    }

    /// Returns a copy with one more recorded hour.
    pub(super) fn with(&self, at: Stamp, hour: u32) -> Self {
        let recorded = self.recorded.iter().copied();
        Self::new(self.setting, recorded.chain([(at, hour)]))
    }

    /// Returns the hour recorded last, if any.
    pub(super) fn last(&self) -> Option<u32> {
        self.recorded.last().map(|(_, hour)| *hour)
    }

    /// Returns the hour in force now.
    pub(super) fn hour(&self) -> u32 {
        self.last().unwrap_or(self.setting)
    }

    /// Returns the learning day of a moment.
    ///
    /// The first recorded hour also holds for all time before it. A later one takes effect at the end of the day on
    /// which it was recorded, so that no day is cut short and none comes twice.
    pub(super) fn day(&self, at: Stamp) -> Day {
        day(self.setting, &self.starts, at)
    }
}

fn day(setting: u32, starts: &[DayStart], at: Stamp) -> Day {
    let Some(first) = starts.first() else {
        return at.day(setting);
    };
    let until = |moment: i64| starts.partition_point(|start| start.at.millis() <= moment);
    let over = until(at.millis().saturating_sub(OVER)).max(1);
    let settled = starts.get(over - 1).unwrap_or(first);
    let open = starts.get(over..until(at.millis())).unwrap_or(&[]);
    open.iter()
        .fold(at.day(settled.hour), |day, start| match day > start.on {
            true => at.day(start.hour).max(start.on),
            false => day,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Stamp {
        format!("2026-11-{text}.000+01:00").parse().unwrap()
    }

    fn days(setting: u32, recorded: &[(&str, u32)]) -> impl Fn(&str) -> String {
        let recorded = recorded.iter().map(|(when, hour)| (at(when), *hour));
        let days = DayStarts::new(setting, recorded);
        move |when| days.day(at(when)).date().format("%d").to_string()
    }

    #[test]
    fn the_setting_holds_until_an_hour_is_recorded_and_the_first_holds_before_it() {
        let none = days(4, &[]);
        assert_eq!(none("20T03:00:00"), "19");
        let first = days(4, &[("22T12:00:00", 0)]);
        assert_eq!(first("20T03:00:00"), "20");
    }

    #[test]
    fn another_hour_holds_from_the_end_of_its_day_on() {
        let earlier = days(4, &[("01T12:00:00", 4), ("20T02:00:00", 0)]);
        let moments = ["20T01:00:00", "20T03:59:00", "20T04:00:00", "21T00:00:00"];
        assert_eq!(moments.map(earlier), ["19", "19", "20", "21"]);
        let later = days(4, &[("01T12:00:00", 0), ("20T02:00:00", 4)]);
        let moments = ["20T01:00:00", "20T03:59:00", "21T03:59:00", "21T04:00:00"];
        assert_eq!(moments.map(later), ["20", "20", "20", "21"]);
        // Back and forth within a day leaves it as it is.
        let often = days(
            4,
            &[("01T12:00:00", 4), ("20T12:00:00", 14), ("20T12:05:00", 4)],
        );
        let moments = ["20T12:01:00", "20T13:00:00", "21T03:59:00", "21T04:00:00"];
        assert_eq!(moments.map(often), ["20", "20", "20", "21"]);
    }

    #[test]
    fn many_changes_in_an_hour_are_no_burden() {
        let recorded = (0..5000).map(|n| (at("20T12:00:00").plus_millis(n), (n % 24) as u32));
        let days = DayStarts::new(4, recorded);
        assert_eq!(days.day(at("20T12:01:00")).to_string(), "2026-11-20");
        assert!(days.day(at("25T12:01:00")) >= "2026-11-24".parse().unwrap());
    }
}
