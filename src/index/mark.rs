//! Marks: how a file is known again.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Component, Path};
use std::time::{Duration, SystemTime};

use xxhash_rust::xxh3::{Xxh3Default, xxh3_128};

use super::bytes::{In, Out};

/// The time for which a file must have been left alone for its stat to be trusted: the coarsest clock of a file system
/// ticks every two seconds, and two changes within a tick can't be told apart.
const SETTLED: Duration = Duration::from_secs(2);

/// How the bytes `0..length` of a file are known again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The path below the folder it was read in, with `/` between.
    pub(crate) name: String,
    /// The number of known bytes, from the first on.
    pub(crate) length: u64,
    /// XXH3 of these bytes.
    pub(crate) sum: u128,
    /// What the file system said; `None` if that can't be trusted.
    pub(crate) stat: Option<Stat>,
}

/// What the file system says about a file that changes with its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stat {
    size: u64,
    /// The time of the last change of the content, in nanoseconds since 1970.
    mtime: i64,
    /// The time of the last change of content, name, owner or times: no program can set it.
    ctime: i64,
    ino: u64,
    dev: u64,
}

impl Stat {
    /// Returns what `meta` says; `None` if the platform does not keep all of it.
    #[cfg(unix)]
    fn of(meta: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let nanos = |seconds: i64, rest: i64| seconds.checked_mul(1_000_000_000)?.checked_add(rest);
        Some(Self {
            size: meta.size(),
            mtime: nanos(meta.mtime(), meta.mtime_nsec())?,
            ctime: nanos(meta.ctime(), meta.ctime_nsec())?,
            ino: meta.ino(),
            dev: meta.dev(),
        })
    }

    #[cfg(not(unix))]
    fn of(_: &Metadata) -> Option<Self> {
        None
    }

    /// Returns whether a change after `now` shows in the times.
    fn is_settled(&self, now: SystemTime) -> bool {
        let before = now.checked_sub(SETTLED);
        let since = before.and_then(|before| before.duration_since(SystemTime::UNIX_EPOCH).ok());
        let before = since.and_then(|since| i64::try_from(since.as_nanos()).ok());
        before.is_some_and(|before| self.mtime <= before && self.ctime <= before)
    }
}

/// What is known of a file with a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Known {
    /// Its known bytes are unchanged; more may follow.
    Unchanged,
    /// The same, found by reading them; with a mark that is quicker next time.
    SameSoFar(Mark),
    /// They are different, or can't be read.
    Changed,
}

impl Mark {
    /// Returns what has become of the marked bytes of the file in `folder`; `now` is the clock of the file system.
    pub(crate) fn check(&self, folder: &Path, now: SystemTime) -> Known {
        let path = folder.join(&self.name);
        let Some(before) = Seen::at(&path, now) else {
            return Known::Changed;
        };
        if self.stat.is_some() && self.stat == before.stat {
            return Known::Unchanged;
        }
        if hash_of_start(&path, self.length) != Some(self.sum) {
            return Known::Changed;
        }
        let same = Seen::at(&path, now).is_some_and(|after| after == before);
        Known::SameSoFar(Self {
            stat: before.stat.filter(|_| same && before.is_settled),
            ..self.clone()
        })
    }

    /// Returns whether the file system says that the file in `folder` has not changed; `false` where only reading it would
    /// tell.
    pub(crate) fn stands(&self, folder: &Path) -> bool {
        let meta = fs::metadata(folder.join(&self.name)).ok();
        self.stat.is_some() && self.stat == meta.as_ref().and_then(Stat::of)
    }

    /// Returns whether these bytes are the marked ones, all of them and no more.
    pub(crate) fn is_of(&self, bytes: &[u8]) -> bool {
        bytes.len() as u64 == self.length && xxh3_128(bytes) == self.sum
    }

    /// Adds it to the bytes of a file of the index.
    pub(crate) fn store(&self, out: &mut Out) {
        out.text(&self.name);
        out.u64(self.length);
        out.u128(self.sum);
        out.u8(u8::from(self.stat.is_some()));
        if let Some(stat) = &self.stat {
            out.u64(stat.size);
            out.i64(stat.mtime);
            out.i64(stat.ctime);
            out.u64(stat.ino);
            out.u64(stat.dev);
        }
    }

    /// Takes a mark that [`Mark::store`] wrote.
    pub(crate) fn load(input: &mut In) -> Option<Self> {
        let (name, length, sum) = (input.text()?.to_string(), input.u64()?, input.u128()?);
        let stat = match input.u8()? {
            0 => None,
            1 => Some(Stat {
                size: input.u64()?,
                mtime: input.i64()?,
                ctime: input.i64()?,
                ino: input.u64()?,
                dev: input.u64()?,
            }),
            _ => return None,
        };
        Some(Self {
            name,
            length,
            sum,
            stat,
        })
    }
}

/// Returns the name of the file at `path` in a mark; `None` if it is not below `folder`, or its name is not a text.
pub(crate) fn name_below(folder: &Path, path: &Path) -> Option<String> {
    let below = path.strip_prefix(folder).ok()?;
    let part = |part: Component| match part {
        Component::Normal(name) => name.to_str().map(str::to_string),
        _ => None,
    };
    let parts: Vec<String> = below.components().map(part).collect::<Option<_>>()?;
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// A file as the file system shows it at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) length: u64,
    modified: Option<SystemTime>,
    stat: Option<Stat>,
    is_settled: bool,
}

impl Seen {
    /// Returns a regular file as it is; anything else is `None`.
    pub(crate) fn at(path: &Path, now: SystemTime) -> Option<Self> {
        let meta = fs::metadata(path).ok().filter(Metadata::is_file)?;
        let stat = Stat::of(&meta);
        Some(Self {
            length: meta.len(),
            modified: meta.modified().ok(),
            stat,
            is_settled: stat.is_some_and(|stat| stat.is_settled(now)),
        })
    }
}

/// Returns the hash of the first `length` bytes of a file; `None` if it has fewer.
fn hash_of_start(path: &Path, length: u64) -> Option<u128> {
    let mut file = File::open(path).ok()?.take(length);
    let mut sum = Xxh3Default::new();
    let size = usize::try_from(length).map_or(PIECE, |length| length.min(PIECE));
    let mut piece = vec![0; size];
    let mut hashed = 0;
    while hashed < length {
        match file.read(&mut piece) {
            Ok(0) => return None,
            Ok(read) => {
                sum.update(piece.get(..read)?);
                hashed += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
    Some(sum.digest128())
}

/// The bytes that are hashed at once: they stay in the processor's cache.
const PIECE: usize = 256 * 1024;

/// The reading of a file that gets a mark.
pub(crate) struct Reading {
    before: Seen,
    now: SystemTime,
    /// Hashes up to the end of the last whole line.
    lines: Xxh3Default,
    hashed: u64,
    /// The line that has begun.
    begun: Vec<u8>,
}

impl Reading {
    /// Begins to read the file at `path`, before it is opened; `now` is the clock of the file system.
    ///
    /// # Errors
    /// Fails if it is not a regular file, or can't be looked at.
    pub(crate) fn begin(path: &Path, now: SystemTime) -> io::Result<Self> {
        let before = Seen::at(path, now).ok_or(io::ErrorKind::InvalidInput)?;
        Ok(Self {
            before,
            now,
            lines: Xxh3Default::new(),
            hashed: 0,
            begun: Vec::new(),
        })
    }

    /// Hashes the next bytes that were read.
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        let whole = memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1);
        let (whole, begun) = bytes.split_at(whole);
        if !whole.is_empty() {
            self.hash_begun();
            self.hash(whole);
        }
        self.begun.extend_from_slice(begun);
    }

    /// Returns whether the last line that was taken has no line feed yet.
    pub(crate) fn is_within_line(&self) -> bool {
        !self.begun.is_empty()
    }

    /// Returns a mark of the first `length` bytes, which are all that was taken, or end behind its last line feed;
    /// `None` if the file has changed meanwhile, or was not read to its end.
    pub(crate) fn end(mut self, name: String, path: &Path, length: u64) -> Option<Mark> {
        let read = self.hashed + self.begun.len() as u64;
        let after = Seen::at(path, self.now)?;
        if after != self.before || read != after.length {
            return None;
        }
        if length == read {
            self.hash_begun();
        }
        (length == self.hashed).then(|| Mark {
            name,
            length,
            sum: self.lines.digest128(),
            stat: after.stat.filter(|_| after.is_settled),
        })
    }

    fn hash(&mut self, bytes: &[u8]) {
        self.lines.update(bytes);
        self.hashed += bytes.len() as u64;
    }

    fn hash_begun(&mut self) {
        let begun = std::mem::take(&mut self.begun);
        self.hash(&begun);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::PathBuf;

    use super::*;

    struct Home {
        folder: tempfile::TempDir,
        path: PathBuf,
    }

    fn home(content: &[u8]) -> Home {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("sub")).unwrap();
        let path = folder.path().join("sub/a.ron");
        fs::write(&path, content).unwrap();
        Home { folder, path }
    }

    /// Returns a time at which a file that was just written is settled.
    fn later() -> SystemTime {
        SystemTime::now() + Duration::from_secs(60)
    }

    impl Home {
        /// Reads the file in pieces of `size`, and marks its first `length` bytes.
        fn mark_of(&self, now: SystemTime, size: usize, length: u64) -> Option<Mark> {
            let mut reading = Reading::begin(&self.path, now).unwrap();
            let bytes = fs::read(&self.path).unwrap();
            bytes.chunks(size).for_each(|piece| reading.take(piece));
            let name = name_below(self.folder.path(), &self.path).unwrap();
            reading.end(name, &self.path, length)
        }

        fn mark(&self, now: SystemTime) -> Mark {
            let length = fs::metadata(&self.path).unwrap().len();
            self.mark_of(now, 5, length).unwrap()
        }

        fn check(&self, mark: &Mark) -> Known {
            mark.check(self.folder.path(), later())
        }

        /// Writes over the content in place, and puts the time of its change back.
        fn write_unseen(&self, content: &[u8]) {
            let seen = || Seen::at(&self.path, later()).unwrap();
            let before = seen();
            let times = fs::FileTimes::new().set_modified(before.modified.unwrap());
            let mut file = File::options().write(true).open(&self.path).unwrap();
            file.write_all(content).unwrap();
            file.set_times(times).unwrap();
            // Until the clock of the file system has ticked.
            while before.stat.is_some() && seen().stat == before.stat {
                file.set_times(times).unwrap();
            }
        }

        fn append(&self, more: &[u8]) {
            let mut file = File::options().append(true).open(&self.path).unwrap();
            file.write_all(more).unwrap();
        }
    }

    fn is_same(known: &Known) -> bool {
        matches!(known, Known::SameSoFar(_))
    }

    #[test]
    fn a_mark_covers_whole_lines_however_they_were_read() {
        let home = home(b"one\ntwo\nthree");
        for size in 1..14 {
            let lines = home.mark_of(later(), size, 8).unwrap();
            assert_eq!((lines.length, lines.sum), (8, xxh3_128(b"one\ntwo\n")));
            assert_eq!(lines.name, "sub/a.ron");
            let all = home.mark_of(later(), size, 13).unwrap();
            assert_eq!((all.length, all.sum), (13, xxh3_128(b"one\ntwo\nthree")));
            assert_eq!(home.mark_of(later(), size, 4), None);
            assert_eq!(home.mark_of(later(), size, 14), None);
        }
    }

    #[test]
    fn what_changes_while_it_is_read_gets_no_mark() {
        let home = home(b"one\n");
        let changes: [&dyn Fn(); 3] = [
            &|| home.append(b"two\n"),
            &|| home.write_unseen(b"two\n"),
            &|| fs::remove_file(&home.path).unwrap(),
        ];
        for (at, change) in changes.iter().enumerate() {
            let mut reading = Reading::begin(&home.path, later()).unwrap();
            let bytes = fs::read(&home.path).unwrap();
            reading.take(&bytes);
            change();
            let mark = reading.end("sub/a.ron".into(), &home.path, bytes.len() as u64);
            // Where a platform has no time that programs can't set, the hash will tell.
            assert!(
                mark.is_none_or(|mark| at == 1 && mark.stat.is_none()),
                "{at}"
            );
        }
        assert!(Reading::begin(&home.path, later()).is_err());
        assert!(Reading::begin(home.folder.path(), later()).is_err());
    }

    #[test]
    fn what_was_not_read_to_its_end_gets_no_mark() {
        let home = home(b"one\ntwo\n");
        let mut reading = Reading::begin(&home.path, later()).unwrap();
        reading.take(b"one\n");
        assert_eq!(reading.end("sub/a.ron".into(), &home.path, 4), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_settled_file_is_known_by_its_stat() {
        let home = home(b"one\n");
        let mark = home.mark(later());
        assert!(mark.stat.is_some());
        assert_eq!(home.check(&mark), Known::Unchanged);
        // The content is not looked at: a wrong hash does not matter.
        let wrong = Mark {
            sum: 0,
            ..mark.clone()
        };
        assert_eq!(home.check(&wrong), Known::Unchanged);
        // Each field counts.
        let stat = mark.stat.unwrap();
        let others = [
            Stat {
                size: stat.size + 1,
                ..stat
            },
            Stat {
                mtime: stat.mtime + 1,
                ..stat
            },
            Stat {
                ctime: stat.ctime - 1,
                ..stat
            },
            Stat {
                ino: stat.ino ^ 1,
                ..stat
            },
            Stat {
                dev: stat.dev ^ 1,
                ..stat
            },
        ];
        for stat in others {
            let other = Mark {
                stat: Some(stat),
                ..mark.clone()
            };
            assert_eq!(home.check(&other), Known::SameSoFar(mark.clone()));
            let wrong = Mark { sum: 0, ..other };
            assert_eq!(home.check(&wrong), Known::Changed);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_was_just_written_is_known_by_its_hash() {
        use std::os::unix::fs::MetadataExt;
        let home = home(b"one\n");
        let meta = fs::metadata(&home.path).unwrap();
        let written =
            SystemTime::UNIX_EPOCH + Duration::new(meta.ctime() as u64, meta.ctime_nsec() as u32);
        let after = |nanos: u64| home.mark(written + Duration::from_nanos(nanos)).stat;
        assert_eq!(after(0), None);
        assert_eq!(after(1_999_999_999), None);
        assert!(after(2_000_000_000).is_some());
        // A file from the future is never settled.
        assert_eq!(home.mark(SystemTime::UNIX_EPOCH).stat, None);
        let mark = home.mark(written);
        let fresh = home.mark(later());
        assert_eq!(home.check(&mark), Known::SameSoFar(fresh));
        let now = mark.check(home.folder.path(), written);
        assert_eq!(now, Known::SameSoFar(mark));
    }

    #[test]
    fn an_edit_that_keeps_size_and_time_is_seen() {
        for now in [later(), SystemTime::now()] {
            let home = home(b"one\ntwo\n");
            let mark = home.mark(now);
            home.write_unseen(b"one\ntwx\n");
            assert_eq!(home.check(&mark), Known::Changed);
            home.write_unseen(b"one\ntwo\n");
            assert!(is_same(&home.check(&mark)));
        }
    }

    #[test]
    fn a_grown_file_is_the_same_so_far_only_if_its_start_is() {
        let home = home(b"one\ntwo\n");
        let mark = home.mark(later());
        home.append(b"three\n");
        let Known::SameSoFar(fresh) = home.check(&mark) else {
            panic!("{:?}", home.check(&mark));
        };
        assert_eq!((fresh.length, fresh.sum), (mark.length, mark.sum));
        assert!(fresh.stat != mark.stat || cfg!(not(unix)));
        assert_eq!(home.check(&fresh) == Known::Unchanged, cfg!(unix));
        home.write_unseen(b"ono\n");
        assert_eq!(home.check(&fresh), Known::Changed);
        home.write_unseen(b"one\n");
        assert!(is_same(&home.check(&fresh)));
    }

    #[test]
    fn a_shorter_a_missing_and_another_thing_are_changed() {
        let home = home(b"one\ntwo\n");
        let mark = home.mark(later());
        fs::write(&home.path, b"one\n").unwrap();
        assert_eq!(home.check(&mark), Known::Changed);
        fs::remove_file(&home.path).unwrap();
        assert_eq!(home.check(&mark), Known::Changed);
        fs::create_dir(&home.path).unwrap();
        assert_eq!(home.check(&mark), Known::Changed);
    }

    #[test]
    fn a_copy_in_its_place_is_known_by_its_hash() {
        let home = home(b"one\n");
        let mark = home.mark(later());
        let copy = home.folder.path().join("copy");
        fs::copy(&home.path, &copy).unwrap();
        fs::rename(&copy, &home.path).unwrap();
        assert!(is_same(&home.check(&mark)));
    }

    #[test]
    fn a_mark_is_read_as_it_was_written() {
        let home = home(b"one\n");
        for mark in [home.mark(later()), home.mark(SystemTime::UNIX_EPOCH)] {
            let mut out = Out::default();
            mark.store(&mut out);
            let bytes = out.into_bytes();
            let mut input = In::new(&bytes);
            assert_eq!((Mark::load(&mut input), input.end()), (Some(mark), true));
            for cut in 0..bytes.len() {
                assert_eq!(Mark::load(&mut In::new(&bytes[..cut])), None, "{cut}");
            }
        }
    }

    #[test]
    fn names_are_paths_below_the_folder() {
        let folder = Path::new("decks");
        let name = |path: &str| name_below(folder, Path::new(path));
        assert_eq!(name("decks/sub/é.ron").as_deref(), Some("sub/é.ron"));
        for other in ["decks", "other/a.ron", "decks/../a.ron", "a.ron"] {
            assert_eq!(name(other), None, "{other}");
        }
    }
}
