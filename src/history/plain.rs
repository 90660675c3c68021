//! The reviews of a history, kept compact: nearly every line is a review, written in the same form.
//!
//! A line in that form is parsed here directly; any other is left to the parser of all events. A review takes sixteen
//! bytes and no allocation, and refers to its face by number. It knows lines of bytes, never files or the state that
//! follows.

use super::days::DayStarts;
use super::event::{Event, Grade};
use super::face::{LONGEST_ANSWER, Review};
use super::faces::{BATCH, Faces, NONE, Wanted};
use crate::deck::{FaceKey, Side};
use crate::index::column::Fixed;
use crate::time::{Day, DayReader, Stamp, StampReader};

/// A review, as parsed from its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub(super) at: Stamp,
    /// The key as written: without a backslash, but perhaps not a valid key.
    pub(super) face: &'a [u8],
    /// The id in it.
    id: &'a [u8],
    side: Side,
    pub(super) grade: Grade,
    pub(super) ms: u32,
    pub(super) due: Day,
}

/// A parser for lines of reviews in the exact form that we write.
///
/// It reads each byte once, and parses only the parts that the lines before did not have.
#[derive(Debug, Default)]
pub(super) struct Reader {
    stamps: StampReader,
    days: DayReader,
}

impl Reader {
    /// Parses the line at the start of `text`, and returns it with the text after it; `None` if it is not a review in that
    /// form. Whether the line ends there is left to the caller.
    pub(super) fn line<'a>(&mut self, text: &'a [u8]) -> Option<(Line<'a>, &'a [u8])> {
        let (at, text) = text.strip_prefix(b"Review(at:\"")?.split_first_chunk()?;
        let (face, side, text) = key(text.strip_prefix(b"\",face:\"")?)?;
        let (grade, text) = grade(text.strip_prefix(b"\",grade:")?)?;
        let (ms, text) = number(text.strip_prefix(b",ms:")?)?;
        // A record holds no longer time: such a line is left to the parser of all events.
        (ms <= Record::MOST_MS).then_some(())?;
        let (due, text) = text.strip_prefix(b",due:\"")?.split_first_chunk()?;
        let text = text.strip_prefix(b"\")")?;
        let (id, side) = match side {
            None => (face, Side::Whole),
            Some(mark) => {
                let (id, side) = face.split_at_checked(mark)?;
                (id, Side::read(str::from_utf8(side.get(1..)?).ok()?)?)
            }
        };
        let line = Line {
            at: self.stamps.read(at)?,
            face,
            id,
            side,
            grade,
            ms,
            due: self.days.read(due)?,
        };
        Some((line, text))
    }
}

/// Splits `text` before the first `"`, and returns the place of the first `#` before it, if any; `None` if something
/// before it is not part of a key as it is written.
fn key(text: &[u8]) -> Option<(&[u8], Option<usize>, &[u8])> {
    let mut mark = None;
    let mut at = 0;
    loop {
        at += plain(text.get(at..)?);
        match text.get(at)? {
            b'"' => break,
            b'#' => mark = mark.or(Some(at)),
            b'\\' | b'\n' => return None,
            _ => {}
        }
        at += 1;
    }
    let (key, text) = text.split_at_checked(at)?;
    Some((key, mark, text))
}

/// Returns the number of bytes before the first one that may end a key or a part of it; eight at a time are looked at.
fn plain(text: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    // Of a word, the high bit of each byte below `b'$'`, or equal to `b'\\'`; above the lowest such byte, perhaps of others.
    let ends = |word: u64| {
        let low = word.wrapping_sub(ONES * u64::from(b'$')) & !word;
        let other = word ^ (ONES * u64::from(b'\\'));
        let other = other.wrapping_sub(ONES) & !other;
        (low | other) & HIGH
    };
    let (words, rest) = text.as_chunks::<8>();
    let mut at = 0;
    for word in words {
        let ends = ends(u64::from_le_bytes(*word));
        if ends != 0 {
            return at + ends.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let is_end = |byte: &u8| *byte < b'$' || *byte == b'\\';
    at + rest.iter().position(is_end).unwrap_or(rest.len())
}

/// Parses the grade at the start of `text`, and returns the text after it.
fn grade(text: &[u8]) -> Option<(Grade, &[u8])> {
    match text {
        [b'G', b'o', b'o', b'd', text @ ..] => Some((Grade::Good, text)),
        [b'A', b'g', b'a', b'i', b'n', text @ ..] => Some((Grade::Again, text)),
        [b'H', b'a', b'r', b'd', text @ ..] => Some((Grade::Hard, text)),
        [b'E', b'a', b's', b'y', text @ ..] => Some((Grade::Easy, text)),
        _ => None,
    }
}

/// Parses the number at the start of `text`, and returns the text after it; `None` if it is too large for a time.
fn number(mut text: &[u8]) -> Option<(u32, &[u8])> {
    /// The digits of the largest number of 32 bits.
    const MOST: usize = 10;
    let before = text.len();
    let mut number = 0u64;
    while let [digit @ b'0'..=b'9', after @ ..] = text
        && before - text.len() < MOST
    {
        number = number * 10 + u64::from(digit - b'0');
        text = after;
    }
    let number = u32::try_from(number).ok()?;
    (text.len() < before).then_some((number, text))
}

/// A review without its face, in 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) at: Stamp,
    pub(super) due: Day,
    /// The milliseconds it took, shifted left by two, with the grade in the low bits.
    answer: u32,
}

impl Record {
    /// The longest time that a record can hold, in milliseconds: some twelve days.
    const MOST_MS: u32 = u32::MAX >> 2;

    /// Returns the record of an answer; a time beyond twelve days counts as twelve.
    pub(super) fn new(at: Stamp, due: Day, grade: Grade, ms: u32) -> Self {
        let ms = ms.min(Self::MOST_MS);
        let answer = (ms << 2) | (grade as u32 - 1);
        Self { at, due, answer }
    }

    /// Returns the face of a review and its record; any other event is the error.
    pub(super) fn of(event: Event) -> Result<(FaceKey, Self), Event> {
        match event {
            Event::Review {
                at,
                face,
                grade,
                ms,
                due,
            } => Ok((face, Self::new(at, due, grade, ms))),
            other => Err(other),
        }
    }

    /// Returns the review, whose learning day is that of `days`.
    pub(super) fn review(self, days: &DayStarts) -> Review {
        Review {
            at: self.at,
            day: days.day(self.at),
            grade: self.grade(),
            ms: self.ms().min(LONGEST_ANSWER),
            due: self.due,
        }
    }

    /// The bytes that a record takes in the index.
    pub(super) const SIZE: usize = 16;

    /// Returns the grade.
    pub(super) fn grade(self) -> Grade {
        match self.answer & 3 {
            0 => Grade::Again,
            1 => Grade::Hard,
            2 => Grade::Good,
            _ => Grade::Easy,
        }
    }

    /// Returns the time it took, in milliseconds.
    pub(super) fn ms(self) -> u32 {
        self.answer >> 2
    }

    /// Returns it as an event about `face`.
    pub(super) fn event(self, face: FaceKey) -> Event {
        Event::Review {
            at: self.at,
            face,
            grade: self.grade(),
            ms: self.ms(),
            due: self.due,
        }
    }
}

impl Fixed<{ Record::SIZE }> for Record {
    fn to_bytes(self) -> [u8; Self::SIZE] {
        let at = u128::from(self.at.to_bits().cast_unsigned());
        let due = u128::from(self.due.number().cast_unsigned());
        (at | due << 64 | u128::from(self.answer) << 96).to_le_bytes()
    }

    fn from_bytes(bytes: [u8; Self::SIZE]) -> Self {
        let all = u128::from_le_bytes(bytes);
        Self {
            at: Stamp::from_bits((all as u64).cast_signed()),
            due: Day::from_number(((all >> 64) as u32).cast_signed()),
            answer: (all >> 96) as u32,
        }
    }
}

/// The reviews of a history, in any order.
#[derive(Debug, Default)]
pub struct Reviews {
    pub(super) faces: Faces,
    /// The face of each record, by number.
    pub(super) of: Vec<u32>,
    pub(super) records: Vec<Record>,
}

/// Lines of reviews whose faces are still to be looked up.
#[derive(Default)]
struct Batch<'a> {
    faces: Vec<Wanted<'a>>,
    /// What each line says beside its face, and the text from the line on.
    lines: Vec<(Record, &'a [u8])>,
}

impl Reviews {
    /// Reserves room for the reviews of a file of `bytes` bytes.
    pub(super) fn expect(&mut self, bytes: u64) {
        /// The approximate length of a review's line, in bytes; rather less than more.
        const LINE: u64 = 90;
        let lines = usize::try_from(bytes / LINE).unwrap_or(0);
        self.records.reserve(lines);
        self.of.reserve(lines);
    }

    /// Adds a review, and returns any other event.
    pub(super) fn push(&mut self, event: Event) -> Option<Event> {
        let (face, record) = match Record::of(event) {
            Ok(review) => review,
            Err(other) => return Some(other),
        };
        let id = face.card.as_str().as_bytes();
        let wanted = self.faces.wanted(id, face.side);
        let number = self.faces.number(&wanted, || true);
        if let Some(number) = number {
            self.add(number, record);
        }
        None
    }

    fn add(&mut self, face: u32, record: Record) {
        self.of.push(face);
        self.records.push(record);
    }

    /// Adds the reviews of a block of whole lines that have the plain form.
    ///
    /// `other` gets each other line, without its line break. Returns `false` as soon as `other` does, and then leaves
    /// the rest of the block unread.
    pub(super) fn read(
        &mut self,
        block: &[u8],
        reader: &mut Reader,
        mut other: impl FnMut(&mut Self, &[u8]) -> bool,
    ) -> bool {
        let mut batch = Batch::default();
        let mut rest = block;
        while !rest.is_empty() {
            if let Some((line, after)) = reader.line(rest)
                && let [] | [b'\n', ..] = after
            {
                let record = Record::new(line.at, line.due, line.grade, line.ms);
                batch.faces.push(self.faces.wanted(line.id, line.side));
                batch.lines.push((record, rest));
                rest = after.get(1..).unwrap_or(&[]);
                if batch.lines.len() == BATCH && !self.take(&mut batch, &mut other) {
                    return false;
                }
            } else {
                let line = first_line(rest);
                rest = rest.get(line.len() + 1..).unwrap_or(&[]);
                if !other(self, line) {
                    return false;
                }
            }
        }
        self.take(&mut batch, &mut other)
    }

    fn take(
        &mut self,
        batch: &mut Batch<'_>,
        other: &mut impl FnMut(&mut Self, &[u8]) -> bool,
    ) -> bool {
        let known = self.faces.known(&batch.faces);
        let lines = batch.faces.drain(..).zip(batch.lines.drain(..));
        for ((face, (record, text)), known) in lines.zip(known) {
            let number = match known {
                // New, or added since the batch began.
                NONE => self.faces.number(&face, || face.is_written()),
                known => Some(known),
            };
            match number {
                Some(face) => self.add(face, record),
                // Not a key, or one in another notation: left to the parser of all events.
                None if !other(self, first_line(text)) => return false,
                None => {}
            }
        }
        true
    }

    /// Returns the number of reviews, duplicates included.
    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    /// Drops all but the first `length` reviews.
    pub(super) fn truncate(&mut self, length: usize) {
        self.records.truncate(length);
        self.of.truncate(length);
    }

    /// Returns all of them as events, in no order.
    pub(super) fn events(&self) -> impl Iterator<Item = Event> {
        let numbers = 0..u32::try_from(self.faces.len()).unwrap_or(u32::MAX);
        let keys: Vec<FaceKey> = numbers.filter_map(|face| self.faces.key(face)).collect();
        let records = self.of.iter().zip(&self.records);
        records.filter_map(move |(face, record)| {
            let key = keys.get(*face as usize)?;
            Some(record.event(key.clone()))
        })
    }
}

/// Returns the text up to the first line break.
fn first_line(text: &[u8]) -> &[u8] {
    let end = memchr::memchr(b'\n', text).unwrap_or(text.len());
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::history::event::Read;

    const PLAIN: &str = r#"Review(at:"2026-11-23T09:12:31.512+01:00",face:"ow-definition#c2",grade:Good,ms:4210,due:"2026-11-26")"#;

    fn long(line: &str) -> Option<Event> {
        let options = crate::notation::options();
        options.from_str(line).ok()
    }

    /// Returns the reviews of a block, and its other lines.
    fn read(block: &str) -> (Vec<Event>, Vec<String>) {
        let (mut reviews, mut others) = (Reviews::default(), Vec::new());
        let is_read = reviews.read(block.as_bytes(), &mut Reader::default(), |_, line| {
            others.push(String::from_utf8(line.to_vec()).unwrap());
            true
        });
        assert!(is_read);
        (reviews.events().collect(), others)
    }

    fn mutations() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "",
            "0",
            "9",
            "-",
            "\"",
            "\\",
            ",",
            " ",
            "Z",
            "é",
            "e\u{301}",
            "#c1",
            "#c01",
            "#reverse",
            "Again",
            "24",
            "60",
            "4294967296",
            "4294967295",
            "1073741824",
            "1073741823",
            "+",
            ")",
            "-00:00",
            "\r",
            "ms:",
            "13",
            "0001",
            "0000",
        ]);
        let change = (0..PLAIN.len(), 0..8usize, piece);
        prop::collection::vec(change, 0..3).prop_map(|changes| {
            let mut line = PLAIN.to_string();
            for (at, length, piece) in changes {
                let from = line.floor_char_boundary(at);
                let to = line.floor_char_boundary(from + length);
                line.replace_range(from..to.max(from), piece);
            }
            line
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn the_quick_reader_says_what_the_long_one_says_or_nothing(lines in prop::collection::vec(mutations(), 1..4)) {
            let (quick, others) = read(&lines.join("\n"));
            let passed: Vec<&String> = lines.iter().filter(|line| !others.contains(line)).collect();
            prop_assert_eq!(quick.len(), passed.len());
            for (event, line) in quick.iter().zip(passed) {
                prop_assert_eq!(Some(event.clone()), long(line), "{}", line);
                prop_assert_eq!(Event::parse(line), Ok(Read { event: event.clone(), is_newer: false }));
            }
        }
    }

    #[test]
    fn what_this_program_writes_is_read_the_quick_way() {
        let mut lines: Vec<String> = Vec::new();
        for n in 0..500 {
            let line = PLAIN.replace("ow-definition#c2", &format!("card-{n}"));
            assert_eq!(long(&line).unwrap().to_line(), line);
            lines.extend([line.clone(), line.replace("31.512", "31.513")]);
        }
        let (events, others) = read(&(lines.join("\n") + "\n"));
        assert_eq!((events.len(), others), (1000, vec![]));
        let written: Vec<String> = events.iter().map(Event::to_line).collect();
        assert_eq!(written, lines);
    }
}
