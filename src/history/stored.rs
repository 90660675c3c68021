//! The answers of a base in the index: read where they are asked for.
//!
//! It knows the form of the file, and the folder of the histories in case it can't be read any more.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::base::Base;
use super::days::DayStarts;
use super::log;
use super::plain::Record;
use crate::hashing::Eventually;
use crate::index::bytes::{In, Out};
use crate::index::column::Fixed;
use crate::index::file::Body;
use crate::time::Day;

/// The records of a base in a file.
#[derive(Debug)]
pub(super) struct Stored {
    /// The first and the last record of each face, then all records, face after face.
    body: Body,
    /// The place of the records in the body.
    records: u64,
    /// The bytes of the first and the last records, once many were asked for: what a queue needs of most faces. `None` in
    /// it if they can't be read.
    ends: Eventually<Option<Vec<u8>>>,
    /// The number of answers on each learning day, ascending.
    by_day: Vec<(Day, u32)>,
    /// All records, once they were asked for.
    all: OnceLock<Option<Vec<Record>>>,
    /// Where they came from.
    origin: Origin,
    /// The base as the histories have it, if the file has gone bad since it was opened.
    again: OnceLock<Box<Base>>,
}

/// Records that were read together, because faces are asked for one after the other.
#[derive(Debug, Clone, Default)]
pub(super) struct Ahead {
    /// The identity of their base.
    of: Option<u128>,
    /// The place of the first one.
    start: usize,
    records: Vec<Record>,
    /// How many were read ahead the last time.
    length: usize,
    /// How often records were asked for that did not follow.
    jumps: usize,
}

/// The number of records that may lie between those of a face and of the one asked for before it: those of a face or two.
/// The faces that are due lie farther apart.
const NEAR: usize = if cfg!(test) { 1 } else { 16 };

/// The least and the greatest number of records to read ahead: they stay in the processor's cache.
const AHEAD: (usize, usize) = (NEAR * 4, 4096);

/// The number of records that are read one after the other in the time that those of one face take elsewhere.
const JUMP: usize = if cfg!(test) { 3 } else { 100 };

impl Ahead {
    fn end(&self) -> usize {
        self.start + self.records.len()
    }
}

/// Where the records of a base came from.
#[derive(Debug)]
pub(super) struct Origin {
    /// The file of the index.
    pub(super) index: PathBuf,
    /// The folder of the histories.
    pub(super) folder: PathBuf,
    /// The latest moment that counts (Unix milliseconds).
    pub(super) until: i64,
}

impl Stored {
    /// Takes what [`store`] wrote of the records of `faces` faces, and the body that [`body`] made of them.
    pub(super) fn load(input: &mut In, faces: usize, body: Body, origin: Origin) -> Option<Self> {
        let records = (faces as u64).checked_mul(ENDS as u64)?;
        let (days, counts) = (input.column_u32()?, input.column_u32()?);
        let day = |day: u32| Day::from_number(day.cast_signed());
        Some(Self {
            body,
            records,
            ends: Eventually::default(),
            by_day: days.into_iter().map(day).zip(counts).collect(),
            all: OnceLock::new(),
            origin,
            again: OnceLock::new(),
        })
    }

    /// Returns the records at these places; `None` if they can't be read.
    pub(super) fn get(&self, places: Range<usize>) -> Option<Cow<'_, [Record]>> {
        if let Some(all) = self.all.get() {
            return all.as_ref()?.get(places).map(Cow::Borrowed);
        }
        let bytes = self.body.read(self.bytes_of(places)?)?;
        let records = bytes.as_chunks().0.iter();
        Some(records.map(|record| Record::from_bytes(*record)).collect())
    }

    /// Returns the records at these places, like [`Stored::get`], and reads those that follow too, if faces are asked for one
    /// after the other. `identity` is that of the base.
    pub(super) fn get_ahead<'a>(
        &'a self,
        places: Range<usize>,
        identity: Option<u128>,
        ahead: &'a mut Ahead,
    ) -> Option<&'a [Record]> {
        if let Some(all) = self.all.get() {
            return all.as_ref()?.get(places);
        }
        if ahead.of != identity {
            *ahead = Ahead {
                of: identity,
                ..Ahead::default()
            };
        }
        if places.start < ahead.start || places.end > ahead.end() {
            // What was read ahead mostly ends within the records of a face.
            if (ahead.start..=ahead.end() + NEAR).contains(&places.start) {
                ahead.length = (ahead.length * 2).clamp(AHEAD.0, AHEAD.1);
            } else {
                ahead.length = 0;
                ahead.jumps += 1;
            }
            let bytes = self.body.len().checked_sub(self.records)?;
            let last = usize::try_from(bytes).ok()? / Record::SIZE;
            if ahead.jumps > last / JUMP {
                self.read_all();
                return self.all.get()?.as_ref()?.get(places);
            }
            let end = places.end.max(places.start.saturating_add(ahead.length));
            let end = end.min(last);
            ahead.records.clear();
            ahead.start = places.start;
            let records = &mut ahead.records;
            let read = self.each(places.start..end, |record| records.push(record));
            if read.is_none() {
                *ahead = Ahead::default();
                return None;
            }
        }
        let start = places.start.checked_sub(ahead.start)?;
        ahead.records.get(start..start.checked_add(places.len())?)
    }

    /// Calls `take` with each of the records at these places; `None` if they can't be read.
    fn each(&self, places: Range<usize>, mut take: impl FnMut(Record)) -> Option<()> {
        self.body.each(self.bytes_of(places)?, |record| {
            take(Record::from_bytes(record));
        })
    }

    /// Returns where the records at these places are in the body.
    fn bytes_of(&self, places: Range<usize>) -> Option<Range<u64>> {
        let place = |record: usize| {
            let before = (record as u64).checked_mul(Record::SIZE as u64)?;
            self.records.checked_add(before)
        };
        Some(place(places.start)?..place(places.end)?)
    }

    /// Reads all records at once, since nearly all are asked for next.
    pub(super) fn read_all(&self) {
        self.all.get_or_init(|| {
            let range = self.records..self.body.len();
            let bytes = range.end.checked_sub(range.start)?;
            let count = usize::try_from(bytes).ok()? / Record::SIZE;
            let mut all = Vec::with_capacity(count);
            self.each(0..count, |record| all.push(record))?;
            Some(all)
        });
    }

    /// Returns the first and the last record of a face, equal if it has one; `None` if they can't be read.
    pub(super) fn ends(&self, face: u32) -> Option<(Record, Record)> {
        let all = self.ends.if_worth(|| self.body.read(0..self.records));
        let ends = match all {
            Some(all) => *all.as_ref()?.as_chunks().0.get(face as usize)?,
            None => {
                let start = u64::from(face) * ENDS as u64;
                let range = start..start + ENDS as u64;
                let range = Some(range).filter(|range| range.end <= self.records)?;
                *self.body.read(range)?.first_chunk()?
            }
        };
        Some(<(Record, Record)>::from_bytes(ends))
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

    /// Returns the base as the histories have it, read anew: the disk failed, or somebody wrote into the file of the index,
    /// which is deleted, so that the next start makes a good one.
    pub(super) fn again(&self, days: &DayStarts) -> &Base {
        let Origin {
            index,
            folder,
            until,
        } = &self.origin;
        let read = || {
            let _ = fs::remove_file(index);
            let union = log::read(folder, Path::new("")).unwrap_or_default();
            Box::new(Base::of(union.reviews, *until, days.clone()).0)
        };
        self.again.get_or_init(read)
    }
}

/// The bytes of the first and the last record of a face.
const ENDS: usize = 2 * Record::SIZE;

impl Fixed<ENDS> for (Record, Record) {
    fn to_bytes(self) -> [u8; ENDS] {
        let mut bytes = [0; ENDS];
        for (to, from) in bytes.as_chunks_mut().0.iter_mut().zip([self.0, self.1]) {
            *to = from.to_bytes();
        }
        bytes
    }

    fn from_bytes(bytes: [u8; ENDS]) -> Self {
        let mut both = [[0; Record::SIZE]; 2];
        for (to, from) in both.iter_mut().zip(bytes.as_chunks().0) {
            *to = *from;
        }
        let [first, last] = both.map(Record::from_bytes);
        (first, last)
    }
}

/// Returns the body of a file of the index, in pieces, for the records of all faces; each has some.
pub(super) fn body<'a>(records: &'a [&'a [Record]]) -> impl Iterator<Item = Vec<u8>> + 'a {
    const FACES: usize = 512;
    let ends = records.chunks(FACES).map(|faces| {
        let ends = faces.iter().filter_map(|of_face| {
            let ends = of_face.first().zip(of_face.last());
            ends.map(|(first, last)| (*first, *last).to_bytes())
        });
        ends.flatten().collect()
    });
    let all = records.chunks(FACES).map(|faces| {
        let records = faces.iter().copied().flatten();
        records.flat_map(|record| record.to_bytes()).collect()
    });
    ends.chain(all)
}

/// Adds to the head of a file of the index what is needed of the records of all faces at once.
pub(super) fn store(base: &Base, records: &[&[Record]], out: &mut Out) {
    let mut by_day: BTreeMap<Day, u32> = BTreeMap::new();
    for record in records.iter().copied().flatten() {
        *by_day.entry(base.day(record)).or_default() += 1;
    }
    let number = |day: &Day| day.number().cast_unsigned();
    out.column_u32(&by_day.keys().map(number).collect::<Vec<_>>());
    out.column_u32(&by_day.values().copied().collect::<Vec<_>>());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::file;

    #[test]
    fn records_are_read_ahead_only_where_faces_follow_one_another() {
        const FACES: usize = 300;
        const EACH: usize = 11;
        let all: Vec<[u8; Record::SIZE]> = (0..FACES * EACH)
            .map(|number| (number as u128).to_le_bytes())
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records");
        file::write(&path, b"quiz of tests 01", b"", [all.as_flattened()]).unwrap();
        let stored = || {
            let (_, body) = file::open(&path, b"quiz of tests 01").unwrap();
            let mut out = Out::default();
            out.column_u32(&[]);
            out.column_u32(&[]);
            let origin = Origin {
                index: path.clone(),
                folder: folder.path().to_path_buf(),
                until: 0,
            };
            Stored::load(&mut In::new(&out.into_bytes()), 0, body, origin).unwrap()
        };
        let asked = |stored: &Stored, faces: &mut dyn Iterator<Item = usize>| {
            let mut ahead = Ahead::default();
            let mut most = 0;
            for face in faces {
                let places = face * EACH..(face + 1) * EACH;
                let said = stored.get_ahead(places.clone(), Some(1), &mut ahead);
                let there = all[places].iter().map(|bytes| Record::from_bytes(*bytes));
                assert!(said.unwrap().iter().copied().eq(there), "{face}");
                most = most.max(ahead.records.len());
            }
            (ahead.jumps, most)
        };
        let (one, other) = (stored(), stored());
        let (jumps, most) = asked(&one, &mut (0..FACES));
        assert!(jumps == 0 && most > 100, "{jumps}, {most}");
        assert!(one.all.get().is_none());
        let (jumps, most) = asked(&one, &mut (0..FACES).step_by(30));
        // The first one is where reading begins anyway.
        assert_eq!((jumps, most), (FACES / 30 - 1, EACH));
        // Each elsewhere than the one before: soon all are read.
        let _ = asked(&other, &mut (0..FACES).cycle().step_by(31).take(2000));
        assert!(other.all.get().is_some());
    }
}
