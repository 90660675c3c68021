//! The files of the history: read as one, appended to under a lock, each line durable before the next.
//!
//! It knows files, lines and events, never the state that follows from them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::event::{Event, Header, Read, Unreadable, VERSION};
use super::plain::{self, Reviews};
use crate::conflict;
use crate::error::{Error, Result};
use crate::files::{self, Disk, Guard};
use crate::index::mark::{self, Mark, Reading};
use crate::place::{Place, Problem, Source};
use crate::text::plural;

/// The mark that the next append puts at the end of a line torn by a crash.
pub const TORN: &str = " // torn: set aside";

/// The contents of a folder of history files.
#[derive(Debug, Default)]
pub struct Union {
    /// The reviews, in any order.
    pub reviews: Reviews,
    /// All other events, in any order.
    pub others: Vec<Event>,
    /// The problems of lines and files.
    pub problems: Vec<Problem>,
    /// The first file of a newer version of the format, with that version.
    pub newer: Option<(PathBuf, u32)>,
    /// The error of reading this machine's own file; if there is one, nothing must be appended to it.
    pub own_trouble: Option<io::Error>,
    /// The length of this machine's own file, in bytes.
    pub own_length: u64,
}

impl Union {
    /// Returns its events, each once, by moment and then by text, so that all machines agree.
    pub fn events(&self) -> Vec<Event> {
        let mut events: Vec<Event> = self.reviews.events().chain(self.others.clone()).collect();
        events.sort_by(Event::in_order);
        events.dedup();
        events
    }
}

/// Returns the history files in `folder`, sorted by name: those that end in `.ron` and are not hidden.
///
/// The list is empty if there is no such folder.
///
/// # Errors
/// Fails if the folder can't be listed.
pub(crate) fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> = match fs::read_dir(folder) {
        Ok(entries) => entries
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(Error::io("list", folder)(error)),
    };
    paths.retain(|path| {
        let hidden = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .starts_with('.');
        // A pipe or a broken link stays in the list, so that the reader reports it.
        !hidden && path.extension().is_some_and(|extension| extension == "ron") && !path.is_dir()
    });
    paths.sort();
    Ok(paths)
}

/// Reads every history file in `folder`; `own` is the file of this machine.
///
/// An unreadable line or file becomes a problem in the result.
///
/// # Errors
/// Fails if the folder can't be listed.
pub fn read(folder: &Path, own: &Path) -> Result<Union> {
    let mut nothing = Marking {
        marks: None,
        clock: SystemTime::now,
    };
    read_all(folder, own, &mut nothing)
}

/// Reads every history file as [`read`] does, and returns marks by which all of them are known again; `None` if
/// something in them has to be looked at each time. `clock` is that of the file system.
///
/// # Errors
/// Fails as [`read`] does.
pub(super) fn read_marking(
    folder: &Path,
    own: &Path,
    clock: fn() -> SystemTime,
) -> Result<(Union, Option<Vec<Mark>>)> {
    let mut marking = Marking {
        marks: Some(Vec::new()),
        clock,
    };
    let union = read_all(folder, own, &mut marking)?;
    let is_whole = union.newer.is_none() && union.own_trouble.is_none();
    Ok((union, marking.marks.filter(|_| is_whole)))
}

fn read_all(folder: &Path, own: &Path, marking: &mut Marking) -> Result<Union> {
    let mut union = Union::default();
    let mut reviews = Reviews::default();
    let mut others = Vec::new();
    for path in files_in(folder)? {
        let mut reading = marking.begin(&path);
        let plain = read_plain(&path, 0, &mut reviews, &mut others, &mut reading);
        let read = plain.map_or_else(
            || {
                reading = marking.begin(&path);
                let bytes = files::read(&path)?;
                reading.take(&bytes);
                let mut take = |event| others.extend(reviews.push(event));
                if read_file(&path, &bytes, &mut take, &mut union) {
                    marking.give_up();
                }
                Ok(bytes.len() as u64)
            },
            Ok,
        );
        match read {
            Ok(length) => {
                marking.end(reading, folder, &path, length);
                if path == own {
                    union.own_length = length;
                }
            }
            // A sync tool may remove a file between listing and reading.
            Err(_) if fs::symlink_metadata(&path).is_err() => marking.give_up(),
            Err(error) => {
                marking.give_up();
                union.problems.push(unreadable_file(&path, &error));
                if path == own {
                    union.own_trouble = Some(error);
                }
            }
        }
    }
    (union.reviews, union.others) = (reviews, others);
    Ok(union)
}

/// The marks of the files read so far; `None` if they are not wanted, or not possible.
struct Marking {
    marks: Option<Vec<Mark>>,
    clock: fn() -> SystemTime,
}

/// One file that is being read, for its mark.
#[derive(Default)]
struct OfFile {
    reading: Option<Reading>,
}

impl OfFile {
    fn take(&mut self, bytes: &[u8]) {
        if let Some(reading) = &mut self.reading {
            reading.take(bytes);
        }
    }
}

impl Marking {
    fn begin(&self, path: &Path) -> OfFile {
        let begin = || Reading::begin(path, (self.clock)()).ok();
        OfFile {
            reading: self.marks.as_ref().and_then(|_| begin()),
        }
    }

    fn end(&mut self, file: OfFile, folder: &Path, path: &Path, length: u64) {
        let ended = file.reading.filter(|reading| !reading.is_within_line());
        let mark = ended.and_then(|reading| {
            let name = mark::name_below(folder, path)?;
            reading.end(name, path, length)
        });
        match (mark, &mut self.marks) {
            (Some(mark), Some(marks)) => marks.push(mark),
            _ => self.give_up(),
        }
    }

    fn give_up(&mut self) {
        self.marks = None;
    }
}

/// Adds the lines of `path` from byte `from` on, and returns their length in bytes; `None`, with nothing added, if not
/// all of them are events that this version knows.
pub(super) fn read_tail(
    path: &Path,
    from: u64,
    reviews: &mut Reviews,
    others: &mut Vec<Event>,
) -> Option<u64> {
    read_plain(path, from, reviews, others, &mut OfFile::default())
}

/// Reads a file without problems from byte `from` on, block by block, and returns the number of bytes read.
///
/// Returns `None`, with nothing of the file added, if it has a problem or anything else that only [`read_file`] can
/// judge.
fn read_plain(
    path: &Path,
    from: u64,
    reviews: &mut Reviews,
    others: &mut Vec<Event>,
    of_file: &mut OfFile,
) -> Option<u64> {
    let (known_reviews, known_others) = (reviews.len(), others.len());
    let mut reader = plain::Reader::default();
    let mut other = |reviews: &mut Reviews, line: &[u8]| match Line::read(
        bare_bytes(line),
        str::from_utf8(line).ok().map(bare),
        false,
    ) {
        Line::Nothing => true,
        Line::Header(header) => header.version <= VERSION,
        Line::Event(read) => {
            others.extend(reviews.push(read.event));
            !read.is_newer
        }
        Line::SetAside | Line::Unknown(_) | Line::Unreadable(_) => false,
    };
    let size = fs::metadata(path).map_or(0, |meta| meta.len());
    reviews.expect(size.saturating_sub(from));
    let take = |block: &[u8]| {
        of_file.take(block);
        reviews.read(block, &mut reader, &mut other)
    };
    let length = files::read_lines(path, from, take);
    if length.is_none() {
        reviews.truncate(known_reviews);
        others.truncate(known_others);
    }
    length
}

/// Reads the events of one history file, in order of time; none if the file does not exist.
///
/// # Errors
/// Fails if the file can't be read.
pub fn events_of(path: &Path) -> Result<Vec<Event>> {
    let bytes = match files::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io("read", path)(error)),
    };
    let mut events = Vec::new();
    let mut take = |event| events.push(event);
    read_file(path, &bytes, &mut take, &mut Union::default());
    events.sort_by_key(|event| event.at().millis());
    Ok(events)
}

/// Reads the bytes of a file: `take` gets its events, `union` its problems. Returns whether git left a conflict open in
/// it: then what a line says depends on the whole file.
fn read_file(path: &Path, bytes: &[u8], take: &mut dyn FnMut(Event), union: &mut Union) -> bool {
    let source = std::cell::OnceCell::new();
    let place = |offset: usize, length: usize| {
        let source = source.get_or_init(|| Source::new(path, String::from_utf8_lossy(bytes)));
        source.place(offset..offset + length)
    };
    let whole = std::str::from_utf8(bytes).ok();
    let conflict = whole.and_then(conflict::marked);
    if let Some(at) = conflict {
        union.problems.push(
            Problem::error(place(at, 7), "git left a merge conflict open in this file")
                .help("keep the lines of both sides, delete the marks <<<<<<< ======= >>>>>>>: order and doubles don't matter"),
        );
    }
    let mut newer = Newer::default();
    let before = union.problems.len();
    let mut offset = 0;
    while let Some(rest) = bytes.get(offset..).filter(|rest| !rest.is_empty()) {
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let (at, line) = (offset, rest.get(..length).unwrap_or(rest));
        offset += length;
        let ended = line.ends_with(b"\n");
        // Lines of a file that is valid UTF-8 need no check of their own.
        let text = match whole {
            Some(whole) => whole.get(at..offset),
            None => std::str::from_utf8(line).ok(),
        };
        match Line::read(bare_bytes(line), text.map(bare), conflict.is_some()) {
            Line::Nothing => {}
            Line::Header(header) => {
                if header.version > VERSION {
                    let message = format!(
                        "a newer quiz wrote this file (version {} of its format; this quiz knows {VERSION})",
                        header.version
                    );
                    union.problems.push(
                        Problem::error(place(at, length), message)
                            .help("update quiz: until then nothing is recorded"),
                    );
                    union
                        .newer
                        .get_or_insert((path.to_path_buf(), header.version));
                }
            }
            Line::Event(read) => {
                if read.is_newer {
                    newer.take(at, length, None);
                }
                take(read.event);
            }
            Line::SetAside => union.problems.push(
                Problem::warning(
                    place(at, length),
                    "a line that a crash tore: it was set aside",
                )
                .help("nothing is to be done; the answer had not been confirmed on the screen"),
            ),
            Line::Unknown(kind) if ended => newer.take(at, kind.len(), Some(kind)),
            // An unfinished line may be the beginning of any event.
            Line::Unknown(why) | Line::Unreadable(why) => {
                union
                    .problems
                    .push(unreadable(place(at, length), ended, &why))
            }
        }
    }
    union.problems.extend(newer.problem(place));
    if let Some(of_file) = union.problems.get_mut(before..) {
        of_file.sort_by_key(|problem| problem.place.line);
    }
    conflict.is_some()
}

/// The events of a newer quiz in a file that this one still reads.
#[derive(Default)]
struct Newer {
    /// The byte offset and length of the first one.
    first: Option<(usize, usize)>,
    /// The number of events with unknown fields.
    with_fields: usize,
    /// The number of events of unknown kinds.
    of_kinds: usize,
    /// The first of those kinds.
    kind: Option<String>,
}

impl Newer {
    fn take(&mut self, at: usize, length: usize, kind: Option<String>) {
        self.first.get_or_insert((at, length));
        match kind {
            None => self.with_fields += 1,
            Some(kind) => {
                self.of_kinds += 1;
                self.kind.get_or_insert(kind);
            }
        }
    }

    /// Returns one warning about all of them; `None` if there are none.
    fn problem(self, place: impl Fn(usize, usize) -> Place) -> Option<Problem> {
        let (at, length) = self.first?;
        let of_kinds = self.kind.map(|kind| {
            let number = self.of_kinds;
            format!("{number} of a kind that this quiz doesn't know (such as `{kind}`)")
        });
        let with_fields = (self.with_fields > 0)
            .then(|| format!("{} with fields that it doesn't know", self.with_fields));
        let parts: Vec<String> = of_kinds.into_iter().chain(with_fields).collect();
        let events = plural(self.of_kinds + self.with_fields, "event");
        let message = format!("{events} written by a newer quiz: {}", parts.join(", "));
        Some(Problem::warning(place(at, length), message).help(
            "all of it is kept, and counts as far as it is understood; to use the rest, update quiz",
        ))
    }
}

/// Returns the problem of a history file that exists and can't be read.
fn unreadable_file(path: &Path, error: &io::Error) -> Problem {
    let message = format!("this history file can't be read: {error}");
    Problem::error(Place::new(path, "", 0, 0), message)
        .help("until it can be, what it holds does not count")
}

/// One line of a history file.
enum Line {
    /// Empty, a comment, or the marker of a conflict that was already reported.
    Nothing,
    Header(Header),
    Event(Read),
    /// Torn by a crash, and marked as such.
    SetAside,
    /// An event of an unknown kind: the name of the kind.
    Unknown(String),
    /// None of those: the reason.
    Unreadable(String),
}

impl Line {
    /// Classifies a line, given as `bytes` and, if they are UTF-8, as `text`.
    fn read(bytes: &[u8], text: Option<&str>, in_conflict: bool) -> Self {
        if bytes.is_empty() || bytes.starts_with(b"//") || (in_conflict && conflict::is_mark(bytes))
        {
            return Self::Nothing;
        }
        if bytes.ends_with(TORN.as_bytes()) {
            return Self::SetAside;
        }
        let Some(text) = text else {
            return Self::Unreadable("the line is not UTF-8 text".into());
        };
        if let Some(header) = Header::parse(text) {
            return Self::Header(header);
        }
        if let Some(version) = Header::version(text).filter(|version| *version > VERSION) {
            return Self::Header(Header {
                version,
                machine: String::new(),
            });
        }
        match Event::parse(text) {
            Ok(event) => Self::Event(event),
            // A name without its fields may be the beginning of any line.
            Err(Unreadable::Kind(kind)) if text.contains('(') => Self::Unknown(kind),
            Err(Unreadable::Kind(_)) => Self::Unreadable("no event".into()),
            Err(Unreadable::Line(why)) => Self::Unreadable(why),
        }
    }
}

/// Returns the same as [`bare`], for bytes.
fn bare_bytes(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(line)
        .trim_ascii()
}

/// Returns a line without surrounding white space and without a byte-order mark.
fn bare(line: &str) -> &str {
    line.strip_prefix('\u{feff}').unwrap_or(line).trim_ascii()
}

fn unreadable(place: Place, ended: bool, why: &str) -> Problem {
    if ended {
        Problem::error(
            place,
            format!("this line of the history can't be read: {why}"),
        )
        .help("it is kept and skipped; if you know what it should say, correct it in an editor")
    } else {
        Problem::warning(
            place,
            "the last line is unfinished, torn by a crash or still being written",
        )
        .help("it is set aside when the next answer is recorded")
    }
}

/// The history file that this machine writes.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
    machine: String,
    /// The length up to which this process has read it, in bytes.
    known: u64,
    /// Whether other processes were kept out at the last append.
    guard: Guard,
}

/// The outcome of appending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// The event was recorded.
    Recorded {
        /// Whether a torn line was set aside before it.
        set_aside: bool,
    },
    /// The file has changed since the history was read: nothing was recorded, and it must be read again.
    Outdated,
}

impl Log {
    /// Returns the history file at `path`, written by `machine`, of which `known` bytes were read.
    pub fn new(path: PathBuf, machine: String, known: u64) -> Self {
        Self {
            path,
            machine,
            known,
            guard: Guard::Held,
        }
    }

    /// Returns whether other processes were kept out at the last append.
    pub fn guard(&self) -> Guard {
        self.guard
    }

    /// Appends the line of `event`, and returns once it is on the disk.
    ///
    /// # Errors
    /// Fails with [`Error::Busy`] if another process holds the file, and with [`Error::Io`] if the disk fails: the
    /// answer may or may not be on the disk then, and the next append sets a torn line aside.
    pub fn append(&mut self, disk: &dyn Disk, event: &Event) -> Result<Appended> {
        let mut file = self.open()?;
        let io = |action| Error::io(action, &self.path);
        let length = file.seek(SeekFrom::End(0)).map_err(io("read"))?;
        if length != self.known {
            return Ok(Appended::Outdated);
        }
        let Mending {
            text: mut line,
            set_aside,
        } = self.mending(&mut file, length).map_err(io("read"))?;
        line.push_str(&event.to_line());
        line.push('\n');
        files::write_all(disk, &mut file, line.as_bytes()).map_err(io("write"))?;
        disk.sync(&file).map_err(io("write"))?;
        // An empty file may be new, or left by a process killed before the file's name reached the disk.
        if length == 0
            && let Some(folder) = self.path.parent()
        {
            disk.sync_folder(folder).map_err(io("write"))?;
            files::create_folder(disk, folder, folder)?;
        }
        // A sync tool may have replaced the file in the meantime: the new one does not have the line.
        if !is_at(&file, &self.path) {
            return Ok(Appended::Outdated);
        }
        self.known = length.saturating_add(line.len() as u64);
        Ok(Appended::Recorded { set_aside })
    }

    /// Ends the last line, or sets it aside if it is torn, without adding an event.
    ///
    /// # Errors
    /// Fails as [`Log::append`] does.
    pub fn mend(&mut self, disk: &dyn Disk) -> Result<()> {
        let mut file = self.open()?;
        let io = |action| Error::io(action, &self.path);
        let length = file.seek(SeekFrom::End(0)).map_err(io("read"))?;
        let Mending { text, .. } = self.mending(&mut file, length).map_err(io("read"))?;
        files::write_all(disk, &mut file, text.as_bytes()).map_err(io("write"))?;
        disk.sync(&file).map_err(io("write"))
    }

    /// Opens the file for appending and locks it.
    fn open(&mut self) -> Result<File> {
        let path = self.path.clone();
        let io = |action| Error::io(action, &path);
        loop {
            if let Some(folder) = self.path.parent() {
                fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
            }
            let file = OpenOptions::new()
                .read(true)
                .append(true)
                .create(true)
                .open(&self.path)
                .map_err(io("open"))?;
            self.guard = files::lock(&file, &self.path)?;
            // A sync tool may have replaced the file in the meantime.
            if is_at(&file, &self.path) {
                return Ok(file);
            }
        }
    }

    /// Returns the text needed before the next event; `length` is that of the file, in bytes.
    fn mending(&self, file: &mut File, length: u64) -> io::Result<Mending> {
        // Nearly always the last line is ended: this runs at every answer.
        if let Some(last) = length.checked_sub(1) {
            let mut end = [0];
            file.seek(SeekFrom::Start(last))?;
            file.read_exact(&mut end)?;
            if end == *b"\n" {
                return Ok(Mending::default());
            }
        }
        let from = length.saturating_sub(TAIL);
        file.seek(SeekFrom::Start(from))?;
        let mut tail = Vec::new();
        file.take(TAIL).read_to_end(&mut tail)?;
        Ok(mending(&tail, from == 0, &self.machine))
    }
}

/// The number of bytes read at the end of a file to see how its last line ends.
const TAIL: u64 = 64 * 1024;

/// The text needed before the next event of a history file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Mending {
    /// The text: the header that an empty file lacks, or the end of an unfinished line.
    pub text: String,
    /// Whether it sets a torn line aside.
    pub set_aside: bool,
}

/// Returns the text needed before the next event in the file of `machine`.
///
/// `tail` is the end of the file, or the whole file if `all`.
pub fn mending(tail: &[u8], all: bool, machine: &str) -> Mending {
    let header = Header::new(machine).to_line() + "\n";
    if tail.is_empty() {
        return Mending {
            text: header,
            set_aside: false,
        };
    }
    if tail.ends_with(b"\n") {
        return Mending::default();
    }
    let last = tail.rsplit(|byte| *byte == b'\n').next().unwrap_or(&[]);
    let last_text = std::str::from_utf8(last).map(bare);
    let is_header = last_text.is_ok_and(|last| Header::parse(last).is_some());
    let whole = is_header
        || last_text.is_ok_and(|last| last.trim().is_empty() || Event::parse(last).is_ok());
    let mut text = if whole {
        String::new()
    } else {
        TORN.to_string()
    };
    text.push('\n');
    if all && last.len() == tail.len() && !is_header {
        text.push_str(&header);
    }
    Mending {
        text,
        set_aside: !whole,
    }
}

/// Returns whether `path` still names the open `file`.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(file), Ok(there)) = (file.metadata(), fs::metadata(path)) else {
        return false;
    };
    (file.dev(), file.ino()) == (there.dev(), there.ino())
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Os;

    fn event(minute: u32) -> Event {
        Event::suspend(
            format!("2026-11-23T09:{minute:02}:00.000+01:00")
                .parse()
                .unwrap(),
            "a".parse().unwrap(),
        )
    }

    struct Home(tempfile::TempDir);

    impl Home {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn own(&self) -> PathBuf {
            self.0.path().join("m.ron")
        }

        fn union(&self) -> Union {
            read(self.0.path(), &self.own()).unwrap()
        }

        fn append(&self, event: &Event) -> Appended {
            Log::new(self.own(), "m".into(), self.union().own_length)
                .append(&Os, event)
                .unwrap()
        }
    }

    #[test]
    fn what_stands_around_a_line_says_nothing() {
        for line in ["x", " x ", "\u{feff}x", "\u{feff} x\r", "\u{feff}\t // x"] {
            assert_eq!(
                bare_bytes(line.as_bytes()),
                bare(line).as_bytes(),
                "{line:?}"
            );
            assert!(bare(line).ends_with('x') && !bare(line).starts_with(['\u{feff}', ' ', '\t']));
        }
    }

    #[test]
    fn what_is_appended_is_read() {
        let home = Home::new();
        home.append(&event(1));
        home.append(&event(2));
        assert_eq!(home.union().events(), [event(1), event(2)]);
        let text = fs::read_to_string(home.own()).unwrap();
        assert!(
            text.starts_with("History(version: 1, machine: \"m\")\nSuspend("),
            "{text}"
        );
    }

    #[test]
    fn a_torn_line_is_set_aside() {
        let home = Home::new();
        home.append(&event(1));
        let whole = fs::read(home.own()).unwrap();
        for cut in 1..whole.len() {
            fs::write(home.own(), &whole[..cut]).unwrap();
            home.append(&event(2));
            home.append(&event(3));
            let union = home.union();
            let events = union.events();
            assert!(
                events.ends_with(&[event(2), event(3)]),
                "cut at {cut}: {events:?}"
            );
            assert!(
                union
                    .problems
                    .iter()
                    .all(|problem| problem.message.contains("set aside")),
                "{:?}",
                union.problems
            );
            let text = fs::read(home.own()).unwrap();
            assert!(text.starts_with(&whole[..cut]), "nothing is deleted");
            assert!(
                String::from_utf8_lossy(&text).contains("History(version: 1, machine: \"m\")\n")
            );
        }
    }

    #[test]
    fn equal_lines_of_two_files_are_one_event() {
        let home = Home::new();
        home.append(&event(1));
        fs::copy(
            home.own(),
            home.0.path().join("m.sync-conflict-20261123.ron"),
        )
        .unwrap();
        home.append(&event(2));
        assert_eq!(home.union().events().len(), 2);
    }

    #[test]
    fn what_cannot_be_read_has_its_place_and_stays() {
        let home = Home::new();
        home.append(&event(1));
        let mut bytes = fs::read(home.own()).unwrap();
        bytes.extend(b"Dream(at:\"x\")\nrubbish\n\xff\xfe\n");
        fs::write(home.own(), &bytes).unwrap();
        home.append(&event(2));
        let union = home.union();
        assert_eq!(union.events().len(), 2);
        let lines: Vec<usize> = union
            .problems
            .iter()
            .map(|problem| problem.place.line)
            .collect();
        assert_eq!(lines, [3, 4, 5]);
        assert!(fs::read(home.own()).unwrap().starts_with(&bytes));
    }

    #[test]
    fn an_outdated_reader_records_nothing() {
        let home = Home::new();
        home.append(&event(1));
        let mut stale = Log::new(home.own(), "m".into(), home.union().own_length);
        home.append(&event(2));
        assert_eq!(stale.append(&Os, &event(3)).unwrap(), Appended::Outdated);
        assert_eq!(home.union().events().len(), 2);
    }

    #[test]
    fn a_newer_file_is_named() {
        let home = Home::new();
        fs::write(
            home.0.path().join("other.ron"),
            "History(version: 2, machine: \"x\")\n",
        )
        .unwrap();
        assert_eq!(
            home.union().newer,
            Some((home.0.path().join("other.ron"), 2))
        );
    }
}
