//! The reviews of a history, kept compact: nearly every line is a review, written in the same form.
//!
//! A line in that form is parsed here directly; any other is left to the parser of all events. Each face's key is
//! stored once and referred to by number, so that a review takes a few bytes and no allocation. It knows lines of
//! bytes, never files or the state that follows.

use std::hash::{BuildHasher, Hasher};
use std::ops::Range;
use std::sync::Arc;

use super::event::{Event, Grade};
use super::face::Review;
use crate::deck::FaceKey;
use crate::hashing::{HashMap, Quick};
use crate::time::{Day, Stamp, StampReader};

/// A review, as parsed from its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub(super) at: Stamp,
    /// The key as written: not empty and without a backslash, but perhaps not a valid key.
    pub(super) face: &'a [u8],
    pub(super) grade: Grade,
    pub(super) ms: u32,
    pub(super) due: Day,
}

/// A parser for lines of reviews in the exact form that we write.
///
/// It remembers the last timestamp, and parses only the parts that differ from it.
#[derive(Debug, Default)]
pub(super) struct Reader {
    stamps: StampReader,
}

impl Reader {
    /// Parses a line without its line break; `None` if it is not a review in that form.
    pub(super) fn line<'a>(&mut self, line: &'a [u8]) -> Option<Line<'a>> {
        let (at, rest) = line.strip_prefix(b"Review(at:\"")?.split_first_chunk()?;
        let (face, rest) = split_once(rest.strip_prefix(b"\",face:\"")?, b'"')?;
        let (grade, rest) = split_once(rest.strip_prefix(b",grade:")?, b',')?;
        let (ms, rest) = split_once(rest.strip_prefix(b"ms:")?, b',')?;
        let (due, rest) = rest.strip_prefix(b"due:\"")?.split_first_chunk()?;
        if rest != b"\")" || face.is_empty() || memchr::memchr(b'\\', face).is_some() {
            return None;
        }
        Some(Line {
            at: self.stamps.read(at)?,
            face,
            grade: match grade {
                b"Again" => Grade::Again,
                b"Hard" => Grade::Hard,
                b"Good" => Grade::Good,
                b"Easy" => Grade::Easy,
                _ => return None,
            },
            ms: number(ms)?,
            due: Day::read(due)?,
        })
    }
}

/// Splits `text` around the first `byte`.
fn split_once(text: &[u8], byte: u8) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(byte, text)?;
    text.get(..at).zip(text.get(at + 1..))
}

fn number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0u32, |number, digit| {
        let digit = digit.checked_sub(b'0').filter(|digit| *digit < 10)?;
        number.checked_mul(10)?.checked_add(u32::from(digit))
    })
}

/// A review, with its face given by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) at: Stamp,
    pub(super) due: Day,
    face: u32,
    pub(super) ms: u32,
    pub(super) grade: Grade,
}

/// The reviews of a history, in any order.
#[derive(Debug, Default)]
pub struct Reviews {
    keys: Keys,
    entries: Vec<Entry>,
}

impl Reviews {
    /// Reserves room for the reviews of a file of `bytes` bytes.
    pub(super) fn expect(&mut self, bytes: u64) {
        /// The approximate length of a review's line, in bytes.
        const LINE: u64 = 100;
        let lines = usize::try_from(bytes / LINE).unwrap_or(0);
        self.entries.reserve(lines);
    }

    /// Adds a review, and returns any other event.
    pub(super) fn push(&mut self, event: Event) -> Option<Event> {
        match event {
            Event::Review {
                at,
                face,
                grade,
                ms,
                due,
            } => {
                let text = face.to_string();
                let number = self.keys.number(text.as_bytes(), || Some(face));
                self.entries.extend(number.map(|face| Entry {
                    at,
                    due,
                    face,
                    ms,
                    grade,
                }));
                None
            }
            other => Some(other),
        }
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
        // Keys are looked up in batches, so that cache misses overlap.
        let mut batch = Vec::with_capacity(BATCH);
        let mut rest = block;
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let (line, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
            rest = after.get(1..).unwrap_or(&[]);
            match reader.line(line) {
                Some(review) => {
                    batch.push((self.keys.hash(review.face), review, line));
                    if batch.len() == BATCH && !self.take(&mut batch, &mut other) {
                        return false;
                    }
                }
                None if !other(self, line) => return false,
                None => {}
            }
        }
        self.take(&mut batch, &mut other)
    }

    fn take(
        &mut self,
        batch: &mut Vec<(u64, Line<'_>, &[u8])>,
        other: &mut impl FnMut(&mut Self, &[u8]) -> bool,
    ) -> bool {
        let first: [u32; BATCH] = std::array::from_fn(|at| {
            let hash = batch.get(at).map(|(hash, ..)| *hash);
            hash.map_or(u32::MAX, |hash| self.keys.likely(hash))
        });
        let spans = first.map(|number| self.keys.span(number));
        // Touching one byte of each fetches them all from memory at once.
        let begins: [Option<u8>; BATCH] = std::array::from_fn(|at| {
            let span = spans.get(at)?;
            self.keys.text.get(span.start).copied()
        });
        let looked_up = first.into_iter().zip(spans).zip(begins);
        for ((hash, line, text), ((first, span), begin)) in batch.drain(..).zip(looked_up) {
            let is_first = begin == line.face.first().copied()
                && self.keys.text.get(span) == Some(line.face)
                && first != u32::MAX;
            let number = match is_first {
                true => Some(first),
                false => self.keys.number_of(hash, line.face, || written(line.face)),
            };
            let Some(face) = number else {
                // Not a key, or one in another notation: left to the parser of all events.
                if !other(self, text) {
                    return false;
                }
                continue;
            };
            self.entries.push(Entry {
                at: line.at,
                due: line.due,
                face,
                ms: line.ms,
                grade: line.grade,
            });
        }
        true
    }

    /// Returns the number of reviews, duplicates included.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Drops all but the first `length` reviews.
    pub(super) fn truncate(&mut self, length: usize) {
        self.entries.truncate(length);
    }

    /// Returns all of them as events, in no order.
    pub(super) fn events(&self) -> impl Iterator<Item = Event> {
        let face = |entry: &Entry| self.keys.keys.get(entry.face as usize);
        self.entries
            .iter()
            .filter_map(move |entry| Some(entry.event(face(entry)?)))
    }

    /// Groups them by face; `make` turns an entry into a review.
    pub(super) fn by_face(self, make: impl Fn(&Entry) -> Review) -> ByFace {
        let Self { keys, entries } = self;
        // A counting sort: first the offset at which each face's reviews begin.
        let mut ends = vec![0usize; keys.keys.len() + 1];
        for entry in &entries {
            if let Some(count) = ends.get_mut(entry.face as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for end in &mut ends {
            sum += *end;
            *end = sum;
        }
        let mut all: Vec<Review> = Vec::new();
        if let Some(first) = entries.first() {
            all.resize(entries.len(), make(first));
        }
        for entry in &entries {
            if let Some(next) = ends.get_mut(entry.face as usize) {
                if let Some(place) = all.get_mut(*next) {
                    *place = make(entry);
                }
                *next += 1;
            }
        }
        ends.truncate(keys.keys.len());
        let mut doubtful: HashMap<u32, Vec<Entry>> = HashMap::default();
        let mut start = 0;
        for (face, end) in (0u32..).zip(&ends) {
            let of_face = all.get_mut(start..*end).unwrap_or(&mut []);
            // Each file is in order, so most faces need no sorting.
            if !of_face.is_sorted_by_key(|review| review.at.millis()) {
                of_face.sort_by_key(|review| review.at.millis());
            }
            let mut pairs = of_face.iter().zip(of_face.iter().skip(1));
            if pairs.any(|(one, next)| one.at.millis() == next.at.millis()) {
                doubtful.insert(face, Vec::new());
            }
            start = *end;
        }
        if !doubtful.is_empty() {
            for entry in entries {
                if let Some(of_face) = doubtful.get_mut(&entry.face) {
                    of_face.push(entry);
                }
            }
        }
        for (face, of_face) in &mut doubtful {
            if let Some(key) = keys.keys.get(*face as usize) {
                of_face.sort_by_cached_key(|entry| (entry.at.millis(), entry.event(key).to_line()));
                of_face.dedup();
            }
        }
        ByFace {
            keys: keys.keys,
            all: Arc::new(all),
            ends,
            doubtful,
        }
    }
}

/// The reviews of a history, grouped by face.
pub(super) struct ByFace {
    keys: Vec<FaceKey>,
    /// All reviews, face after face, each face's by moment.
    all: Arc<Vec<Review>>,
    /// The end of each face's reviews in `all`.
    ends: Vec<usize>,
    /// The entries of each face, by its number, that has several at one moment: without duplicates, by moment and then
    /// by line.
    doubtful: HashMap<u32, Vec<Entry>>,
}

/// The reviews of one face.
pub(super) enum OfFace<'a> {
    /// At most one per moment: this range of all reviews, by moment.
    Plain(&'a Arc<Vec<Review>>, Range<usize>),
    /// Several at some moment: the entries, by moment and then by line.
    Doubtful(&'a [Entry]),
}

impl ByFace {
    /// Returns each face with its reviews.
    pub(super) fn faces(&self) -> impl ExactSizeIterator<Item = (&FaceKey, OfFace<'_>)> {
        let mut start = 0;
        let numbered = self.keys.iter().zip(&self.ends).enumerate();
        numbered.map(move |(face, (key, end))| {
            let part = start..*end;
            start = *end;
            let doubtful = u32::try_from(face).ok();
            let doubtful = doubtful.and_then(|face| self.doubtful.get(&face));
            let of_face = match doubtful {
                Some(entries) => OfFace::Doubtful(entries),
                None => OfFace::Plain(&self.all, part),
            };
            (key, of_face)
        })
    }
}

impl Entry {
    /// Returns it as an event about `face`.
    fn event(&self, face: &FaceKey) -> Event {
        Event::Review {
            at: self.at,
            face: face.clone(),
            grade: self.grade,
            ms: self.ms,
            due: self.due,
        }
    }
}

/// The number of keys looked up at a time.
const BATCH: usize = 32;

/// Parses a key; `None` unless `text` is exactly how the key is written.
fn written(text: &[u8]) -> Option<FaceKey> {
    let text = std::str::from_utf8(text).ok()?;
    let key: FaceKey = text.parse().ok()?;
    (key.to_string() == text).then_some(key)
}

/// A set of face keys, numbered in order of insertion.
#[derive(Debug)]
struct Keys {
    keys: Vec<FaceKey>,
    /// Their texts, concatenated.
    text: Vec<u8>,
    /// The end of each key's text in `text`.
    ends: Vec<usize>,
    /// A hash table, at most half full, whose size is a power of two: the upper half of the hash with the number plus
    /// one in the lower half; 0 for an empty slot.
    slots: Vec<u64>,
    hashes: Quick,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            keys: Vec::new(),
            text: Vec::new(),
            ends: Vec::new(),
            slots: vec![0; 64],
            hashes: Quick::default(),
        }
    }
}

impl Keys {
    fn hash(&self, text: &[u8]) -> u64 {
        let mut hasher = self.hashes.build_hasher();
        hasher.write(text);
        hasher.finish()
    }

    /// Returns the number that a key with this hash most likely has; `u32::MAX` if its first slot is empty.
    fn likely(&self, hash: u64) -> u32 {
        let slot = self.slots.get(self.first_slot(hash)).copied();
        slot.and_then(number_in).unwrap_or(u32::MAX)
    }

    fn first_slot(&self, hash: u64) -> usize {
        // The mask would cut off what the cast cuts off.
        (hash as usize) & (self.slots.len() - 1)
    }

    fn span(&self, number: u32) -> Range<usize> {
        let number = number as usize;
        let before = number
            .checked_sub(1)
            .and_then(|before| self.ends.get(before));
        let end = self.ends.get(number).copied();
        end.map_or(0..0, |end| before.copied().unwrap_or(0)..end)
    }

    fn number(&mut self, text: &[u8], make: impl FnOnce() -> Option<FaceKey>) -> Option<u32> {
        self.number_of(self.hash(text), text, make)
    }

    /// Returns the number of the key `text`, adding what `make` returns if it is new; `None` if `make` returns `None`.
    fn number_of(
        &mut self,
        hash: u64,
        text: &[u8],
        make: impl FnOnce() -> Option<FaceKey>,
    ) -> Option<u32> {
        let mut at = self.first_slot(hash);
        while let Some(slot) = self.slots.get(at)
            && let Some(number) = number_in(*slot)
        {
            if slot >> 32 == hash >> 32 && self.text.get(self.span(number)) == Some(text) {
                return Some(number);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
        let number = u32::try_from(self.keys.len()).ok()?.checked_add(1)? - 1;
        self.keys.push(make()?);
        self.text.extend_from_slice(text);
        self.ends.push(self.text.len());
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = slot_of(hash, number);
        }
        if self.keys.len() * 2 > self.slots.len() {
            self.grow();
        }
        Some(number)
    }

    fn grow(&mut self) {
        self.slots = vec![0; self.slots.len() * 4];
        for number in (0u32..).take(self.keys.len()) {
            let hash = self.hash(self.text.get(self.span(number)).unwrap_or(&[]));
            let mut at = self.first_slot(hash);
            while self.slots.get(at).is_some_and(|slot| *slot != 0) {
                at = (at + 1) & (self.slots.len() - 1);
            }
            if let Some(slot) = self.slots.get_mut(at) {
                *slot = slot_of(hash, number);
            }
        }
    }
}

fn slot_of(hash: u64, number: u32) -> u64 {
    (hash >> 32 << 32) | (u64::from(number) + 1)
}

fn number_in(slot: u64) -> Option<u32> {
    (slot as u32).checked_sub(1)
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

    #[test]
    fn a_face_has_its_reviews_by_moment_each_once() {
        let mut reviews = Reviews::default();
        let lines = ["32.000", "31.512", "33.000", "31.512"].map(|at| PLAIN.replace("31.512", at));
        for line in &lines {
            reviews.push(long(line).unwrap());
        }
        let other = PLAIN.replace("ow-definition#c2", "b");
        reviews.push(long(&other).unwrap());
        let make = |entry: &Entry| Review {
            at: entry.at,
            day: entry.due,
            grade: entry.grade,
            ms: entry.ms,
            due: entry.due,
        };
        let grouped = reviews.by_face(make);
        let time = |at: Stamp| at.local().format("%S%.3f").to_string();
        let times = |of_face: OfFace<'_>| match of_face {
            OfFace::Plain(all, part) => all[part].iter().map(|review| time(review.at)).collect(),
            OfFace::Doubtful(entries) => entries
                .iter()
                .map(|entry| time(entry.at))
                .collect::<Vec<_>>(),
        };
        let found: Vec<_> = grouped
            .faces()
            .map(|(key, of_face)| (key.to_string(), times(of_face)))
            .collect();
        let times = ["31.512", "32.000", "33.000"].map(String::from).to_vec();
        let expected = [
            ("ow-definition#c2".to_string(), times),
            ("b".to_string(), vec!["31.512".to_string()]),
        ];
        assert_eq!(found, expected);
    }
}
