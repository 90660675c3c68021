//! The answers to all faces as they were read: columns of numbers, from which a card's history is made when it is first
//! asked for.
//!
//! A history of a million answers holds little else, and a command asks for few of them. What happened to a card beside
//! answers, or since, is not here: see [`super::cards`]. It knows answers and days, never other events or files.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::card::CardHistory;
use super::days::DayStarts;
use super::event::Event;
use super::face::{FaceHistory, LONGEST_ANSWER, Review};
use super::faces::{BATCH, Faces, NONE};
use super::plain::{Record, Reviews};
use super::stored::{Ahead, Stored};
use crate::deck::{CardId, FaceKey, FaceName, Side};
use crate::hashing::HashMap;
use crate::index::bytes::{In, Out};
use crate::index::column::{self, Column};
use crate::time::{Day, Stamp};

/// The records of all faces, face after face.
#[derive(Debug)]
enum Records {
    Here(Vec<Record>),
    Stored(Stored),
}

impl Default for Records {
    fn default() -> Self {
        Self::Here(Vec::new())
    }
}

/// The faces of some cards that were looked up together; see [`History::expect`](super::History::expect).
#[derive(Debug)]
pub struct Expected([u32; BATCH]);

impl Default for Expected {
    fn default() -> Self {
        Self([NONE; BATCH])
    }
}

impl Expected {
    /// Returns the face that this side of the card at place `at` of those looked up has in the base; `None` if that is
    /// to be looked up still.
    pub(super) fn get(&self, at: usize, side: Side) -> Option<u32> {
        let face = self.0.get(at).copied();
        face.filter(|face| side == Side::Whole && *face != NONE)
    }
}

/// The answers that count, grouped by face.
#[derive(Debug, Default)]
pub(super) struct Base {
    faces: Faces,
    /// The end of each face's records.
    ends: Column<u32, 4>,
    /// Each face's records by time, at most one per moment.
    records: Records,
    days: DayStarts,
    /// The latest moment.
    latest: Option<Stamp>,
    /// What the index calls it; `None` if it was read from the files.
    identity: Option<u128>,
    /// The histories of the cards asked for so far, by number, in lists of [`TOGETHER`]: most are never made.
    made: Vec<OnceLock<Vec<OnceLock<Box<CardHistory>>>>>,
}

impl Base {
    /// Groups `reviews` by face, and returns those later than `until` (Unix milliseconds) as events.
    ///
    /// Of several answers to a face at one moment the first in order counts, so that all machines agree.
    pub(super) fn of(reviews: Reviews, until: i64, days: DayStarts) -> (Self, Vec<Event>) {
        let Reviews {
            faces,
            of,
            records: mut grouped,
        } = reviews;
        let mut ends = group(of, &mut grouped, faces.len());
        let mut later = Vec::new();
        let mut latest = None;
        // The place up to which the records that count have moved.
        let mut kept = 0;
        let mut start = 0;
        for (face, end) in (0u32..).zip(&mut ends) {
            let part = start..*end as usize;
            start = *end as usize;
            let of_face = grouped.get_mut(part.clone()).unwrap_or(&mut []);
            // Each file is in order, so most faces need no sorting.
            if !of_face.is_sorted_by_key(|record| record.at.millis()) {
                of_face.sort_by_key(|record| record.at.millis());
            }
            let counts = match is_plain(of_face, until) {
                true => of_face.len(),
                false => settle(of_face, face, &faces, until, &mut later),
            };
            latest = latest.max(
                of_face
                    .get(..counts)
                    .and_then(<[_]>::last)
                    .map(|last| last.at),
            );
            if kept != part.start {
                grouped.copy_within(part.start..part.start + counts, kept);
            }
            kept += counts;
            *end = u32::try_from(kept).unwrap_or(u32::MAX);
        }
        grouped.truncate(kept);
        let made = unmade(&faces);
        let base = Self {
            faces,
            ends: ends.into(),
            records: Records::Here(grouped),
            days,
            latest,
            identity: None,
            made,
        };
        (base, later)
    }

    /// Returns a number that no other answers or days have; `None` if it was read from the files.
    pub(super) fn identity(&self) -> Option<u128> {
        self.identity
    }

    /// Returns the latest moment of an answer.
    pub(super) fn latest(&self) -> Option<Stamp> {
        self.latest
    }

    /// Looks up the [`Side::Whole`] of these cards, and fetches the first and the last record of each from memory.
    pub(super) fn expect<'a>(&self, cards: impl Iterator<Item = &'a str>) -> Expected {
        // Those of an index come in this order already.
        let Records::Here(all) = &self.records else {
            return Expected::default();
        };
        let wanted = cards.map(|id| self.faces.wanted(id.as_bytes(), Side::Whole));
        let mut known = self.faces.known(&wanted.collect::<Vec<_>>());
        let spans = known.map(|face| self.span(face));
        let ends = spans
            .iter()
            .flat_map(|span| [span.start, span.end.wrapping_sub(1)]);
        let ends = ends.filter_map(|place| all.get(place));
        std::hint::black_box(ends.fold(0, |sum, record| sum ^ record.due.number()));
        for (known, span) in known.iter_mut().zip(spans) {
            if span.is_empty() {
                *known = NONE;
            }
        }
        Expected(known)
    }

    /// Returns the number of a card that was answered.
    pub(super) fn card(&self, id: &str) -> Option<u32> {
        let card = self.faces.card(id)?;
        self.is_answered(card).then_some(card)
    }

    /// Returns whether any face of a card has answers that count.
    fn is_answered(&self, card: u32) -> bool {
        self.sides(card).next().is_some()
    }

    /// Returns the sides of a card that have answers that count.
    pub(super) fn sides(&self, card: u32) -> impl Iterator<Item = Side> + '_ {
        let faces = self.faces.of_card(card);
        faces.filter_map(|(face, side)| (!self.span(face).is_empty()).then_some(side))
    }

    /// Returns the same as [`Base::cards`], for a caller that asks for the history of nearly all of them.
    pub(super) fn all_cards(&self) -> impl Iterator<Item = (u32, &str)> {
        self.expect_all();
        self.cards()
    }

    /// Returns the cards that were answered, by number, each with its id.
    pub(super) fn cards(&self) -> impl Iterator<Item = (u32, &str)> {
        (0..self.faces.cards())
            .map(|card| (card, self.faces.id(card)))
            .filter(|(card, _)| self.is_answered(*card))
    }

    /// Returns the history of a card, made at the first call.
    pub(super) fn history(&self, card: u32) -> Option<&CardHistory> {
        let card_at = card as usize;
        let made = self.made.get(card_at / TOGETHER)?.get_or_init(|| {
            let mut made = Vec::new();
            made.resize_with(TOGETHER, OnceLock::new);
            made
        });
        let made = made.get(card_at % TOGETHER)?;
        Some(made.get_or_init(|| Box::new(self.make(card))))
    }

    /// Returns the number of the face of the card with this id; `None` if it was never answered.
    pub(super) fn find(&self, id: &str, side: Side) -> Option<u32> {
        let face = self.faces.find(id, side)?;
        (!self.span(face).is_empty()).then_some(face)
    }

    /// Returns the history of a face, made with its card's.
    pub(super) fn face_history(&self, face: u32) -> Option<&FaceHistory> {
        let (card, side) = self.faces.part(face)?;
        self.history(card)?.face(side)
    }

    /// Returns the history of a face, made in `room`; its records may have been read `ahead`.
    pub(super) fn face_in<'r>(
        &self,
        face: u32,
        room: &'r mut FaceHistory,
        ahead: &mut Ahead,
    ) -> &'r FaceHistory {
        let read = match &self.records {
            Records::Here(_) => None,
            Records::Stored(stored) => stored.get_ahead(self.span(face), self.identity, ahead),
        };
        let records = read.map_or_else(|| self.records(face), Cow::Borrowed);
        room.refill(records.iter().map(|record| record.review(&self.days)));
        room
    }

    /// Returns the numbers of all faces.
    pub(super) fn all_faces(&self) -> Range<u32> {
        0..u32::try_from(self.faces.len()).unwrap_or(u32::MAX)
    }

    /// Returns the key of a face; `None` if it has no answers that count.
    pub(super) fn answered_key(&self, face: u32) -> Option<FaceKey> {
        (!self.span(face).is_empty()).then(|| self.faces.key(face))?
    }

    /// Returns the name of a face; `None` if there is none of this number.
    pub(super) fn name(&self, face: u32) -> Option<FaceName<'_>> {
        let (card, side) = self.faces.part(face)?;
        let card = self.faces.id(card);
        Some(FaceName { card, side })
    }

    /// Returns the keys of the faces that have answers that count by their numbers, for a caller that asks for nearly all.
    pub(super) fn answered_keys(&self) -> impl Fn(u32) -> Option<FaceKey> + '_ {
        let ids = self.faces.ids();
        move |face| (!self.span(face).is_empty()).then(|| self.faces.key_in(&ids, face))?
    }

    /// Returns the numbers of all faces that have answers that count, each with its key.
    fn answered(&self) -> impl Iterator<Item = (u32, FaceKey)> + '_ {
        let faces = self.all_faces();
        faces.filter_map(|face| Some((face, self.answered_key(face)?)))
    }

    /// Returns the number of answers on each learning day.
    pub(super) fn by_day(&self) -> HashMap<Day, usize> {
        let mut days = HashMap::default();
        match &self.records {
            Records::Here(all) => {
                for record in all {
                    *days.entry(self.day(record)).or_default() += 1;
                }
            }
            Records::Stored(stored) => days.extend(stored.by_day()),
        }
        days
    }

    /// Returns the learning days of all answers to a card.
    pub(super) fn days_of_card(&self, card: u32) -> impl Iterator<Item = Day> + '_ {
        let faces = self.faces.of_card(card);
        let days = |record: &Record| self.day(record);
        faces.flat_map(move |(face, _)| self.records(face).iter().map(days).collect::<Vec<_>>())
    }

    /// Returns the moment of the first answer to a face.
    pub(super) fn first_at(&self, face: u32) -> Option<Stamp> {
        let first = match &self.records {
            Records::Here(all) => all.get(self.span(face))?.first().copied(),
            Records::Stored(stored) => stored.ends(face).map(|(first, _)| first),
        };
        let again = || {
            let (again, face) = self.again(face)?;
            again.first_at(face)
        };
        first.map(|first| first.at).or_else(again)
    }

    /// Returns the last answer to a face.
    pub(super) fn last(&self, face: u32) -> Option<Review> {
        self.last_record(face).map(|last| last.review(&self.days))
    }

    /// Returns the moment of the last answer to a face.
    pub(super) fn last_at(&self, face: u32) -> Option<Stamp> {
        self.last_record(face).map(|last| last.at)
    }

    /// Returns the day on which a face is due.
    pub(super) fn due(&self, face: u32) -> Option<Day> {
        self.last_record(face).map(|last| last.due)
    }

    fn last_record(&self, face: u32) -> Option<Record> {
        let last = match &self.records {
            Records::Here(all) => all.get(self.span(face))?.last().copied(),
            Records::Stored(stored) => stored.ends(face).map(|(_, last)| last),
        };
        last.or_else(|| {
            let (again, face) = self.again(face)?;
            again.last_record(face)
        })
    }

    /// Returns the number of answers from day `from` on and before day `to`.
    pub(super) fn between(&self, from: Day, to: Day) -> usize {
        match &self.records {
            Records::Here(_) => {
                let faces = self.all_faces();
                faces.map(|face| self.of_face_between(face, from, to)).sum()
            }
            Records::Stored(stored) => stored.between(from, to),
        }
    }

    fn of_face_between(&self, face: u32, from: Day, to: Day) -> usize {
        let records = self.records(face);
        let days = records.iter().rev().map(|record| self.days.day(record.at));
        // Days may step back a little where a person travelled: never by more than two.
        let late = days.take_while(|day| *day >= from.plus(-2));
        late.filter(|day| (from..to).contains(day)).count()
    }

    /// Returns whether both have the same answers to each face of the cards that are `wanted`.
    pub(super) fn has_the_same_answers<'a>(
        &'a self,
        other: &'a Self,
        wanted: impl Fn(&CardId) -> bool,
    ) -> bool {
        self.expect_all();
        other.expect_all();
        let keys = |base: &'a Self| base.answered().filter(|(_, key)| wanted(&key.card));
        let is_same = |(face, key): (u32, FaceKey)| {
            let of_other = other.find(key.card.as_str(), key.side);
            of_other.is_some_and(|of_other| {
                let (one, two) = (self.records(face), other.records(of_other));
                let one = one.iter().map(|record| record.review(&self.days));
                one.eq(two.iter().map(|record| record.review(&other.days)))
                    && self.first_at(face) == other.first_at(of_other)
                    && self.last(face) == other.last(of_other)
            })
        };
        keys(self).count() == keys(other).count() && keys(self).all(is_same)
    }

    fn make(&self, card: u32) -> CardHistory {
        let mut history = CardHistory::default();
        for (face, _) in self.faces.of_card(card) {
            let records = self.records(face);
            let reviews: Vec<Review> = records
                .iter()
                .map(|record| record.review(&self.days))
                .collect();
            if let Some(key) = self.faces.key(face).filter(|_| !reviews.is_empty()) {
                history.add_face(&key, FaceHistory::new(reviews));
            }
        }
        history
    }

    /// Returns the records of a face, by time.
    fn records(&self, face: u32) -> Cow<'_, [Record]> {
        let span = self.span(face);
        match &self.records {
            Records::Here(all) => Cow::Borrowed(all.get(span).unwrap_or(&[])),
            Records::Stored(stored) => stored.get(span).unwrap_or_else(|| {
                let again = self.again(face);
                again.map_or(Cow::Borrowed(&[]), |(again, face)| again.records(face))
            }),
        }
    }

    /// Returns the base as the histories have it, and the number of the face in it, for records that can't be read from
    /// the index any more; `None` if they did not come from one.
    fn again(&self, face: u32) -> Option<(&Self, u32)> {
        let Records::Stored(stored) = &self.records else {
            return None;
        };
        let key = self.faces.key(face)?;
        let again = stored.again(&self.days);
        Some((again, again.find(key.card.as_str(), key.side)?))
    }

    /// Makes ready for reading the records of nearly all faces.
    pub(super) fn expect_all(&self) {
        if let Records::Stored(stored) = &self.records {
            stored.read_all();
        }
    }

    /// Returns the learning day of an answer.
    pub(super) fn day(&self, record: &Record) -> Day {
        self.days.day(record.at)
    }

    fn span(&self, face: u32) -> Range<usize> {
        let face = face as usize;
        let before = face.checked_sub(1).and_then(|before| self.ends.get(before));
        let start = before.map_or(0, |end| end as usize);
        self.ends.get(face).map_or(0..0, |end| start..end as usize)
    }
}

/// The columns of a base, as the index keeps them.
pub(super) struct Columns {
    pub(super) faces: Faces,
    /// The end of each face's records.
    pub(super) ends: Column<u32, 4>,
    pub(super) latest: Option<Stamp>,
}

impl Base {
    /// Returns the base whose records are `stored`.
    pub(super) fn stored(
        identity: u128,
        columns: Columns,
        stored: Stored,
        days: DayStarts,
    ) -> Self {
        let Columns {
            faces,
            ends,
            latest,
        } = columns;
        Self {
            made: unmade(&faces),
            faces,
            ends,
            records: Records::Stored(stored),
            days,
            latest,
            identity: Some(identity),
        }
    }

    /// Returns its columns for an index, with the cards in the order of `ids` and all others after them, and the records
    /// of each face in the order of the columns; `None` if they come from an index.
    ///
    /// A card of `ids` without answers has its place too: so whoever looks up all of them finds one after the other.
    pub(super) fn in_order<'a>(
        &self,
        ids: impl Iterator<Item = &'a str>,
    ) -> Option<(Columns, Vec<&[Record]>)> {
        let Records::Here(all) = &self.records else {
            return None;
        };
        let (mut faces, mut ends, mut records) = (Faces::default(), Vec::new(), Vec::new());
        let mut end = 0;
        let others = self.cards().map(|(_, id)| id);
        for id in ids.map(|id| -> &str { id }).chain(others) {
            if faces.card(id).is_some() {
                continue;
            }
            let card = self.faces.card(id);
            let of_card = card.into_iter().flat_map(|card| self.faces.of_card(card));
            let of_card = of_card.map(|(face, side)| (side, self.span(face)));
            let of_card: Vec<_> = of_card.filter(|(_, span)| !span.is_empty()).collect();
            faces.add(id, of_card.iter().map(|(side, _)| *side))?;
            for (_, span) in of_card {
                end += u32::try_from(span.len()).ok()?;
                ends.push(end);
                records.push(all.get(span)?);
            }
        }
        let columns = Columns {
            faces,
            ends: ends.into(),
            latest: self.latest,
        };
        Some((columns, records))
    }
}

impl Columns {
    /// Adds them to the bytes of a file of the index.
    pub(super) fn store(&self, out: &mut Out) {
        self.faces.store(out);
        column::store(self.ends.iter(), out);
        out.u8(u8::from(self.latest.is_some()));
        out.i64(self.latest.map_or(0, Stamp::to_bits));
    }

    /// Takes the columns that [`Columns::store`] wrote; see [`Column::load`].
    pub(super) fn load(input: &mut In, head: &Arc<Vec<u8>>) -> Option<Self> {
        let faces = Faces::load(input, head)?;
        let ends = Column::load(input, head)?;
        let (has_latest, latest) = (input.u8()? == 1, input.i64()?);
        let is_whole = ends.len() == faces.len() && ends.iter().is_sorted();
        is_whole.then(|| Self {
            faces,
            ends,
            latest: has_latest.then(|| Stamp::from_bits(latest)),
        })
    }
}

/// The number of cards whose histories are kept in one list.
const TOGETHER: usize = 64;

fn unmade(faces: &Faces) -> Vec<OnceLock<Vec<OnceLock<Box<CardHistory>>>>> {
    let mut made = Vec::new();
    made.resize_with((faces.cards() as usize).div_ceil(TOGETHER), OnceLock::new);
    made
}

/// The number of records that lie close together: they stay in a processor's cache.
const CLOSE: usize = 8192;

/// Sorts `records` by the number of their face, `of`, each face's in their order (a counting sort), and returns the end
/// of each face's.
///
/// Where they are: a copy would be the most that a reading ever needs.
fn group(mut of: Vec<u32>, records: &mut [Record], faces: usize) -> Vec<u32> {
    let mut ends = vec![0u32; faces + 1];
    for face in &of {
        if let Some(count) = ends.get_mut(*face as usize + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for end in &mut ends {
        sum += *end;
        *end = sum;
    }
    // From here on, the place of each record.
    for face in &mut of {
        if let Some(next) = ends.get_mut(*face as usize) {
            *face = *next;
            *next += 1;
        }
    }
    // First to about where it belongs: what is swapped then lies close together, where memory is quick.
    let mut heads: Vec<usize> = (0..of.len()).step_by(CLOSE).collect();
    for part in 0..heads.len() {
        while let Some(at) = heads.get(part).copied()
            && at < (part + 1) * CLOSE
            && let Some(place) = of.get(at).map(|place| *place as usize)
            && let Some(head) = heads.get_mut(place / CLOSE)
        {
            if place / CLOSE != part && *head < of.len().min(records.len()) {
                records.swap(at, *head);
                of.swap(at, *head);
            }
            *head += 1;
        }
    }
    let mut before = Vec::new();
    for (part, (records, places)) in (0..).zip(records.chunks_mut(CLOSE).zip(of.chunks(CLOSE))) {
        before.clear();
        before.extend_from_slice(records);
        for (record, place) in before.iter().zip(places) {
            if let Some(there) = records.get_mut((*place as usize).wrapping_sub(part * CLOSE)) {
                *there = *record;
            }
        }
    }
    ends.truncate(faces);
    ends
}

/// Returns whether all of a face's records count: at most one per moment, none later than `until`.
fn is_plain(of_face: &[Record], until: i64) -> bool {
    let mut pairs = of_face.iter().zip(of_face.iter().skip(1));
    let has_two = pairs.any(|(one, next)| one.at.millis() == next.at.millis());
    !has_two && of_face.last().is_none_or(|last| last.at.millis() <= until)
}

/// Moves the records of a face that count to the front, and returns their number; those later than `until` go to
/// `later`, each once.
fn settle(
    of_face: &mut [Record],
    face: u32,
    faces: &Faces,
    until: i64,
    later: &mut Vec<Event>,
) -> usize {
    let Some(key) = faces.key(face) else {
        return 0;
    };
    let line = |record: &Record| {
        let cut = Record::new(
            record.at,
            record.due,
            record.grade(),
            record.ms().min(LONGEST_ANSWER),
        );
        cut.event(key.clone()).to_line()
    };
    of_face.sort_by_cached_key(|record| (record.at.millis(), line(record)));
    let past = of_face.partition_point(|record| record.at.millis() <= until);
    let (past, future) = of_face.split_at_mut_checked(past).unwrap_or_default();
    let mut future = future.to_vec();
    future.dedup();
    later.extend(future.iter().map(|record| record.event(key.clone())));
    let mut counts: usize = 0;
    let mut last = None;
    for at in 0..past.len() {
        let Some(record) = past.get(at).copied() else {
            break;
        };
        if last.replace(record.at.millis()) == Some(record.at.millis()) {
            continue;
        }
        if let Some(place) = past.get_mut(counts) {
            *place = record;
        }
        counts += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::history::Grade;

    fn read(lines: &[&str]) -> Reviews {
        let mut reviews = Reviews::default();
        for line in lines {
            let [time, face, ms] = line.split(' ').collect::<Vec<_>>()[..] else {
                panic!("{line}");
            };
            reviews.push(Event::Review {
                at: format!("2026-11-23T09:12:{time}+01:00").parse().unwrap(),
                face: face.parse().unwrap(),
                grade: Grade::Good,
                ms: ms.parse().unwrap(),
                due: "2026-11-26".parse().unwrap(),
            });
        }
        reviews
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn records_are_grouped_as_a_stable_sort_does(
            seed in any::<u64>(),
            count in prop_oneof![0..50usize, Just(CLOSE), 0..4 * CLOSE],
            faces in prop_oneof![Just(1u64), 1..9u64, 1..9000u64],
        ) {
            let mix = |n: u64| (seed ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
            let of: Vec<u32> = (0..count as u64).map(|n| (mix(n) % faces) as u32).collect();
            let due = "2026-11-26".parse().unwrap();
            let record = |n| Record::new(Stamp::from_bits(0), due, Grade::Good, n);
            let mut records: Vec<Record> = (0..count as u32).map(record).collect();
            let mut sorted: Vec<(u32, Record)> = of.iter().copied().zip(records.clone()).collect();
            sorted.sort_by_key(|(face, _)| *face);
            let ends = group(of, &mut records, faces as usize);
            prop_assert_eq!(&records, &sorted.iter().map(|(_, record)| *record).collect::<Vec<_>>());
            for (face, end) in (0u32..).zip(ends) {
                prop_assert_eq!(end as usize, sorted.partition_point(|(of, _)| *of <= face));
            }
        }
    }

    fn base(lines: &[&str], until: &str) -> (Base, Vec<Event>) {
        let until: Stamp = format!("2026-11-23T09:12:{until}+01:00").parse().unwrap();
        Base::of(read(lines), until.millis(), DayStarts::default())
    }

    fn told(base: &Base, id: &str) -> Vec<String> {
        let history = base.card(id).and_then(|card| base.history(card));
        let faces = history.into_iter().flat_map(|card| &card.faces);
        let told = faces.flat_map(|(key, face)| {
            let reviews = face.reviews().iter();
            reviews.map(move |review| {
                format!("{} {key} {}", review.at.local().format("%S%.3f"), review.ms)
            })
        });
        told.collect()
    }

    #[test]
    fn a_card_has_its_answers_by_side_and_moment() {
        let lines = [
            "33.000 a#c2 3",
            "31.000 b 1",
            "32.000 a#c1 2",
            "31.500 a#c2 4",
        ];
        let (base, later) = base(&lines, "59.000");
        assert_eq!(
            told(&base, "a"),
            ["32.000 a#c1 2", "31.500 a#c2 4", "33.000 a#c2 3"]
        );
        assert_eq!(told(&base, "b"), ["31.000 b 1"]);
        assert_eq!((base.card("c"), later), (None, vec![]));
        assert_eq!(
            base.latest(),
            Some("2026-11-23T09:12:33.000+01:00".parse().unwrap())
        );
    }

    #[test]
    fn of_one_moment_the_first_line_counts() {
        let (base, _) = base(
            &[
                "31.000 a 20",
                "30.000 a 5",
                "31.000 a 100",
                "31.000 a 20",
                "32.000 b 7",
            ],
            "59.000",
        );
        assert_eq!(told(&base, "a"), ["30.000 a 5", "31.000 a 100"]);
        assert_eq!(told(&base, "b"), ["32.000 b 7"]);
    }

    #[test]
    fn what_is_later_than_the_limit_is_no_part_of_it() {
        let lines = [
            "40.000 a 1",
            "31.000 a 2",
            "40.000 a 1",
            "41.000 b 3",
            "30.000 c 4",
        ];
        let (base, later) = base(&lines, "39.999");
        let cards: Vec<&str> = base.cards().map(|(_, id)| id).collect();
        assert_eq!((cards, later.len()), (vec!["a", "c"], 2));
        assert_eq!(told(&base, "a"), ["31.000 a 2"]);
    }
}
