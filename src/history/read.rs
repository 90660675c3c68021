//! The history of a home: what its files say, from the index as far as they are known there.
//!
//! The index keeps the answers as columns, every other event as its line, and a mark of each file. Lines behind the
//! marked part of a file are read at each start, and added to what the index has. Whatever can't be known like that is
//! read from the files, which gives the same result.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use xxhash_rust::xxh3::Xxh3Default;

use super::History;
use super::adding::{Notes, horizon};
use super::base::{Base, Columns};
use super::event::Event;
use super::log::{self, Union};
use super::plain::Reviews;
use super::stored::{self, Origin, Stored};
use crate::error::Result;
use crate::index;
use crate::index::bytes::{In, Out};
use crate::index::file::{self, Magic};
use crate::index::folder::Folder;
use crate::index::mark::{self, Known, Mark, Seen};
use crate::place::Problem;
use crate::time::Stamp;

/// The files of the index, with their versions: change it with each change of the form or of what it means.
const HISTORY: &Magic = b"quiz history 004";
const MARKS: &Magic = b"quiz marks   003";

/// The number of bytes behind the marked parts from which on the index is written anew: some 600 answers.
const LONG: u64 = 64 * 1024;

/// The number of bytes behind the marked parts from which on all is read from the files.
const TOO_LONG: u64 = 1024 * 1024;

/// The most problems that the index keeps.
const PROBLEMS: usize = 1000;

/// Where a history is, and how it is read.
#[derive(Debug, Clone)]
pub struct Location {
    /// The folder of its files.
    pub folder: PathBuf,
    /// The file of this machine.
    pub own: PathBuf,
    /// The hour at which days start (0–23) if the history doesn't say.
    pub day_starts_at: u32,
    /// The folder of the index; `None` to read the files alone.
    index: Option<Folder>,
    /// The number of bytes below which no index is written.
    least: u64,
    /// The clock of the file system.
    clock: fn() -> SystemTime,
}

impl Location {
    /// Returns the history in the folder `folder` of `home`; `own` is the file of this machine.
    pub fn new(home: &Path, folder: PathBuf, own: PathBuf, day_starts_at: u32) -> Self {
        Self {
            folder,
            own,
            day_starts_at,
            index: Folder::of(home),
            least: index::least(),
            clock: SystemTime::now,
        }
    }

    /// Returns the folder of the index, if it is used.
    pub(crate) fn index(&self) -> Option<&Folder> {
        self.index.as_ref()
    }

    /// Returns whether its files are short together: too short for an index.
    pub fn is_short(&self) -> bool {
        let files = log::files_in(&self.folder).unwrap_or_default();
        index::are_short(&files, self.least)
    }

    /// Returns the same location, to be read from the files alone.
    pub fn plain(self) -> Self {
        Self {
            index: None,
            ..self
        }
    }
}

/// What the index lacks.
#[derive(Debug, Default)]
pub enum Lacking {
    /// Nothing, or there is none.
    #[default]
    Nothing,
    /// Only these marks, which are quicker to check.
    Marks(Marks),
    /// The history, as it was read.
    History(Box<Whole>),
    /// So much that it must be read again.
    Much,
}

/// The marks of the files of an index.
#[derive(Debug)]
pub struct Marks {
    /// The identity of the history that they belong to.
    identity: u128,
    marks: Vec<Mark>,
}

/// A history as the index keeps it.
#[derive(Debug)]
pub struct Whole {
    base: Arc<Base>,
    day_starts_at: u32,
    /// The lines of all events but the answers in `base`.
    lines: Vec<String>,
    /// The problems in the files, whose paths are those below the folder.
    problems: String,
    marks: Vec<Mark>,
}

/// Reads the history at `location` as of `now`: the state, the problems of its files, and what the index lacks.
///
/// # Errors
/// Fails if the folder can't be listed.
pub fn read(location: &Location, now: Stamp) -> Result<(History, Union, Lacking)> {
    match location
        .index
        .as_ref()
        .and_then(|index| known(location, index, now))
    {
        Some(read) => Ok(read),
        None => from_files(location, now),
    }
}

/// Returns whether the index of `location` says what was read from the files alone: `plain`, as of `now`, with these
/// problems. One that does not is deleted.
///
/// # Errors
/// Fails if the folder can't be listed.
pub(crate) fn index_says_the_same(
    location: &Location,
    (plain, problems): (&History, &[Problem]),
    now: Stamp,
) -> Result<bool> {
    let Some(index) = &location.index else {
        return Ok(true);
    };
    let known = || known(location, index, now);
    let is_same = |indexed: &(History, Union, Lacking), plain: &History, problems: &[Problem]| {
        indexed.0 == *plain && indexed.1.problems == problems
    };
    if known().is_none_or(|indexed| is_same(&indexed, plain, problems)) {
        return Ok(true);
    }
    // Another process may have added something in between: only what differs twice is wrong.
    let (plain, of_files, _) = from_files(&location.clone().plain(), now)?;
    if known().is_none_or(|indexed| is_same(&indexed, &plain, &of_files.problems)) {
        return Ok(true);
    }
    for name in ["history", "marks"] {
        let _ = std::fs::remove_file(index.file(name));
    }
    Ok(false)
}

/// Reads all from the files.
fn from_files(location: &Location, now: Stamp) -> Result<(History, Union, Lacking)> {
    // Marks are for nothing where no index will be written.
    let is_indexed = |index: &Folder| !location.is_short() && index.prepare().is_ok();
    let (mut union, marks) = match &location.index {
        Some(index) if is_indexed(index) => {
            log::read_marking(&location.folder, &location.own, location.clock)?
        }
        _ => (log::read(&location.folder, &location.own)?, None),
    };
    let marks = marks.filter(|marks| {
        let bytes: u64 = marks.iter().map(|mark| mark.length).sum();
        bytes >= location.least
            && union.problems.len() <= PROBLEMS
            && !has_later_day_start(&union.others, now)
    });
    let reviews = std::mem::take(&mut union.reviews);
    let others = std::mem::take(&mut union.others);
    let mut lines: Vec<String> = Vec::new();
    if marks.is_some() {
        lines.extend(others.iter().map(Event::to_line));
    }
    let notes = Notes::of(others, now, location.day_starts_at);
    let (base, later) = Base::of(reviews, horizon(now), notes.days().clone());
    let base = Arc::new(base);
    let whole = marks.and_then(|marks| {
        lines.extend(later.iter().map(Event::to_line));
        Some(Whole {
            base: Arc::clone(&base),
            day_starts_at: location.day_starts_at,
            lines,
            problems: problems_below(&location.folder, &union.problems)?,
            marks,
        })
    });
    let history = History::on(base, notes, later.iter().map(Event::at));
    let lacking = whole.map_or(Lacking::Nothing, |whole| Lacking::History(Box::new(whole)));
    Ok((history, union, lacking))
}

/// Reads what the index knows, and from the files what came since; `None` if that does not give all of the history.
fn known(location: &Location, index: &Folder, now: Stamp) -> Option<(History, Union, Lacking)> {
    let (head, body) = file::open(&index.file("history"), HISTORY)?;
    let head = Arc::new(head);
    let mut input = In::new(&head);
    let identity = input.u128()?;
    let marks = marks_of(index, identity)?;
    let hour = input.u32()?;
    let lines = input.u64()?;
    let mut events = Vec::new();
    for _ in 0..lines {
        events.push(Event::parse(input.text()?).ok()?.event);
    }
    if has_later_day_start(&events, now) {
        return None;
    }
    let problems = problems_in(&location.folder, input.text()?)?;
    let columns = Columns::load(&mut input, &head)?;
    let is_past = columns
        .latest
        .is_none_or(|latest| latest.millis() <= horizon(now));
    if hour != location.day_starts_at || !is_past {
        return None;
    }
    let faces = columns.faces.len();
    let origin = Origin {
        index: index.file("history"),
        folder: location.folder.clone(),
        until: horizon(now),
    };
    let stored = Stored::load(&mut input, faces, body, origin)?;
    let since = Since::read(location, &marks)?;

    let is_future = |event: &Event| event.at().millis() > horizon(now);
    let (later, notes): (Vec<Event>, Vec<Event>) = events.into_iter().partition(is_future);
    // An answer among the lines did not count yet when they were written.
    let (answers, notes): (Vec<Event>, Vec<Event>) = notes
        .into_iter()
        .partition(|event| matches!(event, Event::Review { .. }));
    let (added_later, added): (Vec<Event>, Vec<Event>) =
        since.events.into_iter().partition(is_future);
    // Several files may hold one event that does not count yet: it is one all the same.
    let mut later = [later, added_later].concat();
    later.sort_by(Event::in_order);
    later.dedup();
    let notes = Notes::of(notes, now, location.day_starts_at);
    let base = Base::stored(identity, columns, stored, notes.days().clone());
    let mut history = History::on(Arc::new(base), notes, later.iter().map(Event::at));
    for event in answers.into_iter().chain(added) {
        history.insert(event, now);
    }
    let lacking = match since.marks {
        _ if since.bytes > LONG => Lacking::Much,
        Some(marks) => Lacking::Marks(Marks { identity, marks }),
        None => Lacking::Nothing,
    };
    let union = Union {
        problems,
        own_length: since.own_length,
        ..Union::default()
    };
    Some((history, union, lacking))
}

/// Returns whether an hour at which days start does not count yet at `now`.
///
/// An index has answers by day, and may not outlive the hours by which it counted them.
fn has_later_day_start(events: &[Event], now: Stamp) -> bool {
    let is_day_start = |event: &&Event| matches!(event, Event::DayStart { .. });
    let mut starts = events.iter().filter(is_day_start);
    starts.any(|event| event.at().millis() > horizon(now))
}

/// Returns the marks of the files of the history with this identity.
fn marks_of(index: &Folder, identity: u128) -> Option<Vec<Mark>> {
    let (head, _) = file::open(&index.file("marks"), MARKS)?;
    let mut input = In::new(&head);
    if input.u128()? != identity {
        return None;
    }
    let mut marks = Vec::new();
    while !input.end() {
        marks.push(Mark::load(&mut input)?);
    }
    Some(marks)
}

/// What stands behind the marked parts of the files.
struct Since {
    events: Vec<Event>,
    bytes: u64,
    own_length: u64,
    /// All marks, if some are better than those of the index.
    marks: Option<Vec<Mark>>,
}

impl Since {
    /// Reads it; `None` if a marked part has changed, or not all of the rest is known to this version.
    fn read(location: &Location, marks: &[Mark]) -> Option<Self> {
        let mut fresh = Vec::new();
        let mut is_fresh = false;
        let (mut reviews, mut events) = (Reviews::default(), Vec::new());
        let (mut bytes, mut own_length) = (0, 0);
        for path in log::files_in(&location.folder).ok()? {
            let clock = (location.clock)();
            let before = Seen::at(&path, clock)?;
            let name = mark::name_below(&location.folder, &path)?;
            let from = match marks.iter().find(|mark| mark.name == name) {
                None => 0,
                Some(mark) => {
                    let better = match mark.check(&location.folder, clock) {
                        Known::Unchanged => None,
                        Known::SameSoFar(better) => Some(better),
                        Known::Changed => return None,
                    };
                    is_fresh |= better.as_ref().is_some_and(|better| better.stat.is_some());
                    fresh.push(better.unwrap_or_else(|| mark.clone()));
                    mark.length
                }
            };
            if before.length.checked_sub(from)? > TOO_LONG.saturating_sub(bytes) {
                return None;
            }
            let read = match before.length == from {
                true => 0,
                false => log::read_tail(&path, from, &mut reviews, &mut events)?,
            };
            // What was marked and what was read must be one file.
            if Seen::at(&path, clock)? != before {
                return None;
            }
            bytes += read;
            if path == location.own {
                own_length = from + read;
            }
        }
        if fresh.len() != marks.len() {
            return None;
        }
        events.extend(reviews.events());
        events.sort_by(Event::in_order);
        Some(Self {
            events,
            bytes,
            own_length,
            marks: is_fresh.then_some(fresh),
        })
    }
}

impl Lacking {
    /// Writes it to the index of `location`; a failure needs no message.
    ///
    /// `cards` are the ids of the decks' cards in order, which the index keeps.
    pub fn write<'a>(self, location: &Location, now: Stamp, cards: impl Iterator<Item = &'a str>) {
        let Some(index) = &location.index else {
            return;
        };
        match self {
            Self::Nothing => {}
            Self::Marks(marks) => drop(marks.write(index)),
            Self::History(whole) => drop(whole.write(index, cards)),
            Self::Much => {
                if let Ok((.., Self::History(whole))) = from_files(location, now) {
                    drop(whole.write(index, cards));
                }
            }
        }
    }
}

impl Marks {
    fn write(&self, index: &Folder) -> std::io::Result<()> {
        let mut head = Out::default();
        head.u128(self.identity);
        for mark in &self.marks {
            mark.store(&mut head);
        }
        file::write::<&[u8]>(&index.file("marks"), MARKS, &head.into_bytes(), [])
    }
}

impl Whole {
    fn write<'a>(
        &self,
        index: &Folder,
        cards: impl Iterator<Item = &'a str>,
    ) -> std::io::Result<()> {
        // First: the rest is for nothing if the folder can't be written.
        index.prepare()?;
        let Some((columns, records)) = self.base.in_order(cards) else {
            return Ok(());
        };
        let mut head = Out::default();
        head.u32(self.day_starts_at);
        head.u64(self.lines.len() as u64);
        for line in &self.lines {
            head.text(line);
        }
        head.text(&self.problems);
        columns.store(&mut head);
        stored::store(&self.base, &records, &mut head);
        let head = head.into_bytes();
        // The bytes of the files say what the records are.
        let mut marks = Out::default();
        self.marks.iter().for_each(|mark| mark.store(&mut marks));
        let mut sum = Xxh3Default::new();
        sum.update(&head);
        sum.update(&marks.into_bytes());
        let identity = sum.digest128();
        let mut all = Out::with_capacity(head.len() + 16);
        all.u128(identity);
        let mut all = all.into_bytes();
        all.extend(head);
        file::write(
            &index.file("history"),
            HISTORY,
            &all,
            stored::body(&records),
        )?;
        let marks = self.marks.clone();
        Marks { identity, marks }.write(index)
    }
}

/// Returns the problems as text, with paths below `folder`.
fn problems_below(folder: &Path, problems: &[Problem]) -> Option<String> {
    let below = |path: &Path| path.strip_prefix(folder).ok().map(Path::to_path_buf);
    let moved: Vec<Problem> = moved(problems.to_vec(), below)?;
    serde_json::to_string(&moved).ok()
}

/// Returns the problems of a text that [`problems_below`] made.
fn problems_in(folder: &Path, text: &str) -> Option<Vec<Problem>> {
    let problems = serde_json::from_str(text).ok()?;
    moved(problems, |path| Some(folder.join(path)))
}

/// Returns the problems with other paths; `None` if one has none.
fn moved(
    mut problems: Vec<Problem>,
    path: impl Fn(&Path) -> Option<PathBuf>,
) -> Option<Vec<Problem>> {
    for problem in &mut problems {
        problem.place.file = path(&problem.place.file)?;
        if let Some(other) = &mut problem.other {
            other.file = path(&other.file)?;
        }
    }
    Some(problems)
}

#[cfg(test)]
mod tests;
