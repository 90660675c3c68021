//! The answers of a base in the index: read where they are asked for.
//!
//! It knows the form of the file, and the folder of the histories in case it can't be read any more.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::base::Base;
use super::days::DayStarts;
use super::log;
use super::plain::Record;
use crate::index::bytes::{In, Out};
use crate::index::column::{self, Column, Fixed};
use crate::index::file::Body;
use crate::time::Day;

/// The records of a base in a file.
#[derive(Debug)]
pub(super) struct Stored {
    body: Body,
    /// The first and the last record of each face; equal if there is one. What a queue needs of most faces.
    ends: Column<(Record, Record), { 2 * Record::SIZE }>,
    /// The number of answers on each learning day, ascending.
    by_day: Vec<(Day, u32)>,
    /// All records, once they were asked for.
    all: OnceLock<Option<Vec<Record>>>,
    /// The folder of the histories, and the latest moment that counts (Unix milliseconds).
    origin: (PathBuf, i64),
    /// The base as the histories have it, if the file has gone bad since it was opened.
    again: OnceLock<Box<Base>>,
}

impl Stored {
    /// Takes what [`store`] wrote.
    pub(super) fn load(
        input: &mut In,
        head: &Arc<Vec<u8>>,
        body: Body,
        folder: &Path,
        until: i64,
    ) -> Option<Self> {
        let ends = Column::load(input, head)?;
        let (days, counts) = (input.column_u32()?, input.column_u32()?);
        let day = |day: u32| Day::from_number(day.cast_signed());
        Some(Self {
            body,
            ends,
            by_day: days.into_iter().map(day).zip(counts).collect(),
            all: OnceLock::new(),
            origin: (folder.to_path_buf(), until),
            again: OnceLock::new(),
        })
    }

    /// Returns the records at these places; `None` if they can't be read.
    pub(super) fn get(&self, places: Range<usize>) -> Option<Cow<'_, [Record]>> {
        if let Some(all) = self.all.get() {
            return all.as_ref()?.get(places).map(Cow::Borrowed);
        }
        let size = Record::SIZE as u64;
        let range =
            (places.start as u64).checked_mul(size)?..(places.end as u64).checked_mul(size)?;
        let bytes = self.body.read(range)?;
        let records = bytes.as_chunks().0.iter();
        Some(records.map(|record| Record::from_bytes(*record)).collect())
    }

    /// Reads all records at once, since nearly all are asked for next.
    pub(super) fn read_all(&self) {
        self.all.get_or_init(|| {
            let mut all = Vec::with_capacity(usize::try_from(self.body.len()).ok()? / Record::SIZE);
            let mut begun: Vec<u8> = Vec::new();
            self.body.walk(0..self.body.len(), |piece| {
                begun.extend_from_slice(piece);
                let (records, rest) = begun.as_chunks();
                all.extend(records.iter().map(|record| Record::from_bytes(*record)));
                begun = rest.to_vec();
            })?;
            Some(all)
        });
    }

    /// Returns the first record of a face; `None` if it has none.
    pub(super) fn first(&self, face: u32) -> Option<Record> {
        self.ends.get(face as usize).map(|(first, _)| first)
    }

    /// Returns the last record of a face; `None` if it has none.
    pub(super) fn last(&self, face: u32) -> Option<Record> {
        self.ends.get(face as usize).map(|(_, last)| last)
    }

    /// Returns the number of answers on each learning day.
    pub(super) fn by_day(&self) -> impl Iterator<Item = (Day, usize)> + '_ {
        let days = self.by_day.iter();
        days.map(|(day, count)| (*day, *count as usize))
    }

    /// Returns the number of answers from day `from` on and before day `to`.
    pub(super) fn between(&self, from: Day, to: Day) -> usize {
        let days = self
            .by_day
            .iter()
            .filter(|(day, _)| (from..to).contains(day));
        days.map(|(_, count)| *count as usize).sum()
    }

    /// Returns the base as the histories have it, read anew: the disk failed, or somebody wrote into the file.
    pub(super) fn again(&self, days: &DayStarts) -> &Base {
        let (folder, until) = &self.origin;
        let read = || {
            let union = log::read(folder, Path::new("")).unwrap_or_default();
            Box::new(Base::of(union.reviews, *until, days.clone()).0)
        };
        self.again.get_or_init(read)
    }
}

impl Fixed<{ 2 * Record::SIZE }> for (Record, Record) {
    fn to_bytes(self) -> [u8; 2 * Record::SIZE] {
        let mut bytes = [0; 2 * Record::SIZE];
        for (to, from) in bytes.as_chunks_mut().0.iter_mut().zip([self.0, self.1]) {
            *to = from.to_bytes();
        }
        bytes
    }

    fn from_bytes(bytes: [u8; 2 * Record::SIZE]) -> Self {
        let mut both = [[0; Record::SIZE]; 2];
        for (to, from) in both.iter_mut().zip(bytes.as_chunks().0) {
            *to = *from;
        }
        let [first, last] = both.map(Record::from_bytes);
        (first, last)
    }
}

/// Adds to a file of the index what is needed of the records of all faces at once; each has some.
pub(super) fn store(base: &Base, records: &[&[Record]], out: &mut Out) {
    let ends = records.iter().filter_map(|of_face| {
        let ends = of_face.first().zip(of_face.last());
        ends.map(|(first, last)| (*first, *last))
    });
    column::store(ends, out);
    let mut by_day: BTreeMap<Day, u32> = BTreeMap::new();
    for record in records.iter().copied().flatten() {
        *by_day.entry(base.day(record)).or_default() += 1;
    }
    let number = |day: &Day| day.number().cast_unsigned();
    out.column_u32(&by_day.keys().map(number).collect::<Vec<_>>());
    out.column_u32(&by_day.values().copied().collect::<Vec<_>>());
}
