//! Moments and days: the time that a person's own clock showed, and the learning day that follows from it.
//!
//! It knows nothing else of the program.

mod zone;

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use chrono::{DateTime, Datelike, FixedOffset, Local, NaiveDate, NaiveDateTime, SecondsFormat};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, Result};

/// A moment, to the millisecond, with the offset that the local clock had.
///
/// Ordered by the moment; two stamps of one moment by their offsets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// Milliseconds since 1970-01-01T00:00:00Z, shifted left, with the offset in the low bits: a history holds one per
    /// answer.
    packed: i64,
}

/// The number of bits of the offset, and the number added to its minutes to keep them non-negative.
const OFFSET_BITS: u32 = 12;
const OFFSET_ZERO: i64 = 1 << (OFFSET_BITS - 1);

impl Stamp {
    /// Returns the stamp of a moment of a local clock.
    pub fn new(moment: DateTime<FixedOffset>) -> Self {
        // Whole minutes, as they are written; zones had seconds before 1972.
        let offset = i64::from(moment.offset().local_minus_utc()).div_euclid(60);
        Self::within_years(moment.timestamp_millis(), offset)
    }

    /// Returns the nearest stamp that can be written and read back: its local year is one of [`YEARS`]. `offset` is in
    /// minutes east of Greenwich, less than a day.
    fn within_years(millis: i64, offset: i64) -> Self {
        let first = FIRST.start().saturating_sub(offset * 60_000);
        let last = LAST
            .start()
            .saturating_add(DAY_MILLIS - 1 - offset * 60_000);
        Self::packed(millis.clamp(first, last), offset)
    }

    /// Returns the stamp; `millis` must be those of a year with four digits.
    fn packed(millis: i64, offset: i64) -> Self {
        Self {
            packed: (millis << OFFSET_BITS) | (offset + OFFSET_ZERO),
        }
    }

    /// Returns the offset, in minutes east of Greenwich.
    fn offset(self) -> i64 {
        (self.packed & ((1 << OFFSET_BITS) - 1)) - OFFSET_ZERO
    }

    /// Returns the local time in milliseconds since 1970, as if it were the time in Greenwich.
    fn local_millis(self) -> i64 {
        self.millis() + self.offset() * 60_000
    }

    /// Returns the local time.
    pub fn local(self) -> NaiveDateTime {
        DateTime::from_timestamp_millis(self.local_millis())
            .map_or(NaiveDateTime::MIN, |moment| moment.naive_utc())
    }

    /// Returns the hour that the local clock showed, 0–23.
    pub fn hour(self) -> u32 {
        let of_day = self.local_millis().rem_euclid(DAY_MILLIS);
        u32::try_from(of_day / 3_600_000).unwrap_or(0)
    }

    /// Returns the learning day: the local calendar day, which starts at `starts_at` o'clock.
    pub fn day(self, starts_at: u32) -> Day {
        let shifted = self.local_millis() - i64::from(starts_at) * 3_600_000;
        Day::of(shifted.div_euclid(DAY_MILLIS))
    }

    /// Returns it as a number, for [`Stamp::from_bits`].
    pub(crate) fn to_bits(self) -> i64 {
        self.packed
    }

    /// Returns the stamp that [`Stamp::to_bits`] gave as a number.
    pub(crate) fn from_bits(bits: i64) -> Self {
        Self { packed: bits }
    }

    /// Returns the milliseconds from `earlier` to this moment; negative if `earlier` is later.
    pub fn millis_since(self, earlier: Self) -> i64 {
        self.millis() - earlier.millis()
    }

    /// Returns the moment `millis` milliseconds later, on the same clock.
    pub fn plus_millis(self, millis: i64) -> Self {
        Self::within_years(self.millis().saturating_add(millis), self.offset())
    }

    /// Returns the moment, whatever the clock showed, in milliseconds since 1970-01-01T00:00:00Z.
    pub fn millis(self) -> i64 {
        self.packed >> OFFSET_BITS
    }
}

/// A reader of stamps in exactly the form in which they are written: they are the bulk of every history. The parts that
/// a stamp shares with the one before are not parsed again.
#[derive(Debug)]
pub(crate) struct StampReader {
    /// The last date, with its first millisecond in Greenwich.
    date: ([u8; 10], i64),
    /// The last date, hour and minute, with the first millisecond of that minute in Greenwich.
    minute: ([u8; 17], i64),
    /// The last offset, with its minutes.
    zone: ([u8; 6], i64),
}

impl Default for StampReader {
    fn default() -> Self {
        Self {
            date: (*b"1970-01-01", 0),
            minute: (*b"1970-01-01T00:00:", 0),
            zone: (*b"+00:00", 0),
        }
    }
}

impl StampReader {
    /// Parses a stamp; `None` if `text` has another form.
    pub(crate) fn read(&mut self, text: &[u8; 29]) -> Option<Stamp> {
        let (minute, rest) = text.split_first_chunk::<17>()?;
        let (seconds, zone) = rest.split_first_chunk::<6>()?;
        let zone: &[u8; 6] = zone.try_into().ok()?;
        let &[s1, s2, b'.', f1, f2, f3] = seconds else {
            return None;
        };
        let (second, milli) = (number([s1, s2])?, number([f1, f2, f3])?);
        if second > 59 {
            return None;
        }
        if self.minute.0 != *minute {
            self.minute = (*minute, self.start_of_minute(minute)?);
        }
        if self.zone.0 != *zone {
            self.zone = (*zone, offset(zone)?);
        }
        let local = self.minute.1 + i64::from(second * 1000 + milli);
        Some(Stamp::packed(local - self.zone.1 * 60_000, self.zone.1))
    }

    /// Returns the first millisecond of a minute written like `2026-11-23T09:12:`, as if it were the time in Greenwich.
    fn start_of_minute(&mut self, text: &[u8; 17]) -> Option<i64> {
        let (date, time) = text.split_first_chunk::<10>()?;
        let &[b'T', h1, h2, b':', n1, n2, b':'] = time else {
            return None;
        };
        let (hour, minute) = (number([h1, h2])?, number([n1, n2])?);
        if hour > 23 || minute > 59 {
            return None;
        }
        if self.date.0 != *date {
            self.date = (*date, Day::read(date)?.start());
        }
        Some(self.date.1 + i64::from(hour * 60 + minute) * 60_000)
    }
}

/// A reader of days in exactly the form in which they are written, which remembers the months of those before.
#[derive(Debug)]
pub(crate) struct DayReader {
    /// Months as they are written, each with its first day and its length, at the place of its number.
    months: [([u8; 8], Day, u32); 32],
}

impl Default for DayReader {
    fn default() -> Self {
        Self {
            months: [(*b"1970-01-", Day(0), 31); 32],
        }
    }
}

impl DayReader {
    /// Parses a day; `None` if `text` has another form.
    pub(crate) fn read(&mut self, text: &[u8; 10]) -> Option<Day> {
        let &[y1, y2, y3, y4, after_year, m1, m2, after_month, d1, d2] = text;
        let month = [y1, y2, y3, y4, after_year, m1, m2, after_month];
        let place = usize::from((m1 & 1) * 10 + (m2 & 15));
        let known = self.months.get_mut(place)?;
        if known.0 != month {
            let day = |[d1, d2]: &[u8; 2]| {
                Day::read(&[y1, y2, y3, y4, after_year, m1, m2, after_month, *d1, *d2])
            };
            let last = [b"31", b"30", b"29", b"28"].into_iter().find_map(day)?;
            let first = day(b"01")?;
            *known = (month, first, last.elapsed_since(first) + 1);
        }
        let (_, first, days) = *known;
        let of_month = number([d1, d2]).filter(|of_month| (1..=days).contains(of_month))?;
        i32::try_from(of_month)
            .ok()
            .map(|of_month| Day(first.0 + of_month - 1))
    }
}

/// Returns the minutes of an offset written like `+01:00`.
fn offset(&[sign, h1, h2, colon, m1, m2]: &[u8; 6]) -> Option<i64> {
    let (hours, minutes) = (number([h1, h2])?, number([m1, m2])?);
    if hours > 23 || minutes > 59 || colon != b':' {
        return None;
    }
    let minutes = i64::from(hours * 60 + minutes);
    match sign {
        b'+' => Some(minutes),
        b'-' => Some(-minutes),
        _ => None,
    }
}

impl FromStr for Stamp {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fixed: Option<&[u8; 29]> = text.as_bytes().try_into().ok();
        if let Some(stamp) = fixed.and_then(|fixed| StampReader::default().read(fixed)) {
            return Ok(stamp);
        }
        let moment = DateTime::parse_from_rfc3339(text).map_err(|_| {
            format!("{text:?} is not a timestamp (expected 2026-11-23T09:12:31+01:00)")
        })?;
        if !YEARS.contains(&moment.year()) {
            return Err(format!("the year of {text:?} is out of range"));
        }
        Ok(Self::new(moment))
    }
}

impl fmt::Debug for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stamp({self})")
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let offset = i32::try_from(self.offset() * 60).unwrap_or_default();
        let offset = FixedOffset::east_opt(offset);
        let moment = DateTime::from_timestamp_millis(self.millis()).unwrap_or_default();
        match offset {
            Some(offset) => f.write_str(
                &moment
                    .with_timezone(&offset)
                    .to_rfc3339_opts(SecondsFormat::Millis, false),
            ),
            None => f.write_str(&moment.to_rfc3339_opts(SecondsFormat::Millis, false)),
        }
    }
}

/// Returns the number in ASCII digits.
fn number<const N: usize>(digits: [u8; N]) -> Option<u32> {
    let digits = digits.map(|digit| u32::from(digit.wrapping_sub(b'0')));
    let are_digits = digits.iter().all(|digit| *digit < 10);
    are_digits.then(|| digits.iter().fold(0, |sum, digit| sum * 10 + digit))
}

/// The years in which a stamp or a day can be: those written with four digits.
const YEARS: RangeInclusive<i32> = 1..=9999;

/// The first day of [`YEARS`].
const FIRST: Day = first_of(*YEARS.start());

/// The last day of [`YEARS`].
const LAST: Day = Day(first_of(*YEARS.end() + 1).0 - 1);

/// Returns the first day of a year.
const fn first_of(year: i32) -> Day {
    match NaiveDate::from_ymd_opt(year, 1, 1) {
        Some(date) => Day(date.to_epoch_days()),
        None => Day(0),
    }
}

/// The number of milliseconds in a day.
const DAY_MILLIS: i64 = 86_400_000;

fn date(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    let year = i32::try_from(year)
        .ok()
        .filter(|year| YEARS.contains(year))?;
    NaiveDate::from_ymd_opt(year, month, day)
}

/// A learning day in a year with four digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(
    /// The days since 1970-01-01.
    i32,
);

impl Day {
    /// Returns the calendar day that it is named after.
    pub fn date(self) -> NaiveDate {
        NaiveDate::from_epoch_days(self.0).unwrap_or_default()
    }

    /// Returns the number of the day, counted from 1970-01-01.
    pub fn number(self) -> i32 {
        self.0
    }

    /// Returns the day of [`Day::number`], or the nearest one that can be written.
    pub(crate) fn from_number(number: i32) -> Self {
        Self::of(i64::from(number))
    }

    /// Returns the day `days` days later, or earlier if negative, but no further than the first or last day that can be
    /// written.
    pub fn plus(self, days: i64) -> Self {
        Self::of(i64::from(self.0).saturating_add(days))
    }

    /// Returns the days from this one to `last`, including both.
    pub fn through(self, last: Self) -> impl Iterator<Item = Self> {
        (0..=last.days_since(self)).map(move |days| self.plus(days))
    }

    /// Parses a day in the form in which it is written.
    pub(crate) fn read(text: &[u8; 10]) -> Option<Self> {
        let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else {
            return None;
        };
        let year = number([y1, y2, y3, y4])?;
        date(year, number([m1, m2])?, number([d1, d2])?).map(Self::from)
    }

    /// Returns the day with this number, or the nearest one in [`YEARS`].
    fn of(number: i64) -> Self {
        i32::try_from(number).map_or(if number < 0 { FIRST } else { LAST }, |number| {
            Self(number).clamp(FIRST, LAST)
        })
    }

    /// Returns its first millisecond in Greenwich, since 1970.
    fn start(self) -> i64 {
        i64::from(self.0) * DAY_MILLIS
    }

    /// Returns the days from `earlier` to this one; negative if `earlier` is later.
    pub fn days_since(self, earlier: Self) -> i64 {
        i64::from(self.0) - i64::from(earlier.0)
    }

    /// Returns the days from `earlier` to this one; 0 if `earlier` is later, as after a clock was set back.
    pub fn elapsed_since(self, earlier: Self) -> u32 {
        u32::try_from(self.days_since(earlier)).unwrap_or(0)
    }

    /// Returns the days since Monday, 0–6.
    pub fn weekday(self) -> u32 {
        // 1970-01-01 was a Thursday.
        self.0.saturating_add(3).rem_euclid(7).unsigned_abs()
    }

    /// Returns the day as a person says it on `today`: `today`, `tomorrow`, else the date and the number of days.
    pub fn said_on(self, today: Self) -> String {
        match self.days_since(today) {
            0 => "today".into(),
            1 => "tomorrow".into(),
            days @ 2.. => format!("{self}, in {days} days"),
            _ => self.to_string(),
        }
    }
}

impl From<NaiveDate> for Day {
    fn from(date: NaiveDate) -> Self {
        Self(date.to_epoch_days()).clamp(FIRST, LAST)
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Day({self})")
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date())
    }
}

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fixed: Option<&[u8; 10]> = text.as_bytes().try_into().ok();
        fixed
            .and_then(Self::read)
            .ok_or_else(|| format!("{text:?} is not a date (expected YYYY-MM-DD)"))
    }
}

macro_rules! as_text {
    ($($type:ty),*) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

as_text!(Stamp, Day);

/// The only source of the time. `QUIZ_NOW` sets it to a fixed moment.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    fixed: Option<Stamp>,
}

impl Clock {
    /// Returns the clock that the environment asks for; `set` is the value of `QUIZ_NOW`.
    ///
    /// # Errors
    /// Fails if it is not a timestamp.
    pub fn new(set: Option<&str>) -> Result<Self> {
        let fixed = set.map(str::parse).transpose();
        let fixed = fixed.map_err(|error: String| Error::Usage(format!("QUIZ_NOW: {error}")))?;
        Ok(Self { fixed })
    }

    /// Returns a warning if the time zone in the environment (the value of `TZ`) is unknown: then days end at another
    /// hour than the person's.
    pub fn zone_warning(self, named: Option<&str>) -> Option<String> {
        let named = named.filter(|_| self.fixed.is_none() && cfg!(unix))?;
        let offset = *Local::now().offset();
        let known = zone::is_known(named, offset.local_minus_utc());
        (!known).then(|| {
            format!(
                "The time zone `{named}` (TZ) is not known here: days are counted by UTC{offset}."
            )
        })
    }

    /// Returns the present moment.
    pub fn now(self) -> Stamp {
        self.fixed
            .unwrap_or_else(|| Stamp::new(Local::now().fixed_offset()))
    }
}

/// Returns `seconds` as a person says it: `40 s`, `3 min`, `1 h 20 min`.
pub fn duration(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", (seconds + 30) / 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// Returns `days` in the short form of a key's label: `3 d`, `4 mo`, `2.5 y`.
pub fn interval(days: i64) -> String {
    match days {
        ..=0 => "today".into(),
        1..60 => format!("{days} d"),
        60..365 => format!("{:.1} mo", days as f64 / 30.4),
        _ => format!("{:.1} y", days as f64 / 365.25),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(text: &str) -> Stamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_stamp_reads_as_it_was_written() {
        for text in [
            "2026-11-23T09:12:31.512+01:00",
            "2024-02-29T23:59:59.999-12:00",
            "0001-01-01T12:00:00.000+14:00",
        ] {
            assert_eq!(stamp(text).to_string(), text);
            let mut reader = StampReader::default();
            let fixed = text.as_bytes().try_into().unwrap();
            // The second time nothing is new to it.
            for _ in 0..2 {
                assert_eq!(Some(stamp(text)), reader.read(fixed));
            }
        }
        assert_eq!(
            stamp("2026-11-23T09:12:31Z").to_string(),
            "2026-11-23T09:12:31.000+00:00"
        );
        let blank = "\0".repeat(17) + "00.000+00:00";
        for wrong in [
            "",
            "2026-11-23",
            "2026-02-30T09:12:31.512+01:00",
            "0000-01-01T00:00:00.000+00:00",
            "+262143-01-01T00:00:00Z",
            &blank,
        ] {
            assert!(wrong.parse::<Stamp>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_reader_that_remembers_says_what_one_without_memory_says() {
        let mut reader = StampReader::default();
        let all = [
            "1970-01-01",
            "2026-02-28",
            "2026-02-29",
            "2024-02-29",
            "2026-12-23",
            "2026-2-023",
        ];
        let times = [
            "T00:00:", "T09:12:", "T09:13:", "T24:12:", "T09:60:", " 09:12:",
        ];
        let zones = ["+00:00", "+01:00", "-01:00", "+24:00", "01:000"];
        for (date, time) in all.iter().flat_map(|date| times.map(|time| (date, time))) {
            for (zone, seconds) in zones
                .iter()
                .flat_map(|zone| ["00.000", "59.999", "60.000"].map(|seconds| (zone, seconds)))
            {
                let text = format!("{date}{time}{seconds}{zone}");
                let fixed: &[u8; 29] = text.as_bytes().try_into().unwrap();
                let fresh = StampReader::default().read(fixed);
                assert_eq!(reader.read(fixed), fresh, "{text}");
                assert!(fresh.is_none() || fresh == text.parse().ok(), "{text}");
            }
        }
        let mut reader = DayReader::default();
        for year in ["1970", "2023", "2024", "0000", "x970"] {
            for (month, day) in (0..=22).flat_map(|month| (0..=32).map(move |day| (month, day))) {
                for between in ["-", "/"] {
                    let text = format!("{year}-{month:02}{between}{day:02}");
                    let fixed = text.as_bytes().try_into().unwrap();
                    assert_eq!(reader.read(fixed), Day::read(fixed), "{text}");
                }
            }
        }
    }

    #[test]
    fn the_learning_day_starts_at_four() {
        assert_eq!(
            stamp("2026-11-23T03:59:59.999+01:00").day(4).to_string(),
            "2026-11-22"
        );
        assert_eq!(
            stamp("2026-11-23T04:00:00.000+01:00").day(4).to_string(),
            "2026-11-23"
        );
        assert_eq!(
            stamp("2026-11-23T03:59:59.999+14:00").day(0).to_string(),
            "2026-11-23"
        );
        assert_eq!(
            stamp("2024-03-01T02:00:00.000-12:00").day(4).to_string(),
            "2024-02-29"
        );
    }

    #[test]
    fn a_day_is_counted_from_1970_and_from_monday() {
        let first: Day = "1970-01-01".parse().unwrap();
        for number in [-719_162, -100_000, -1, 0, 1, 20_780, 2_932_896] {
            let day = first.plus(number);
            assert_eq!(i64::from(day.number()), number);
            let date = NaiveDate::from_epoch_days(day.number()).unwrap();
            assert_eq!((day.date(), Day::from(date)), (date, day));
            use chrono::Datelike;
            assert_eq!(day.weekday(), date.weekday().num_days_from_monday());
        }
        assert_eq!(first.plus(-719_163), first.plus(-719_162));
        assert_eq!(first.plus(2_932_897), first.plus(2_932_896));
    }

    #[test]
    fn days_stop_at_the_ends_of_the_calendar() {
        let day: Day = "2026-11-23".parse().unwrap();
        assert_eq!(day.plus(i64::MAX).plus(1), day.plus(i64::MAX));
        for end in [day.plus(i64::MAX), day.plus(3_000_000), day.plus(i64::MIN)] {
            assert_eq!(
                end.to_string().parse(),
                Ok(end),
                "what is written reads back"
            );
        }
        assert_eq!(day.plus(-1).to_string(), "2026-11-22");
        assert_eq!(day.plus(30).days_since(day), 30);
        assert!("262143-12-31".parse::<Day>().is_err());
        assert!("0000-01-01".parse::<Day>().is_err());
    }

    #[test]
    fn a_stamp_never_leaves_the_years_that_can_be_read() {
        for text in [
            "9999-12-31T23:59:59.999+01:00",
            "9999-12-31T23:59:59.999-12:00",
            "0001-01-01T00:00:00.000+14:00",
        ] {
            for millis in [0, 1, 90_000_000, -1, i64::MAX, i64::MIN] {
                let moved = stamp(text).plus_millis(millis);
                assert_eq!(moved.to_string().parse(), Ok(moved), "{text} {millis}");
                let day = moved.day(4);
                assert_eq!(day.to_string().parse(), Ok(day), "{text} {millis}");
            }
        }
    }

    #[test]
    fn intervals_are_short() {
        assert_eq!(
            [0, 1, 59, 60, 365, 4000].map(interval),
            ["today", "1 d", "59 d", "2.0 mo", "1.0 y", "11.0 y"]
        );
        assert_eq!([5, 100, 4000].map(duration), ["5 s", "2 min", "1 h 6 min"]);
    }
}
