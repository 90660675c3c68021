//! The folder of a home's index in the platform's cache folder.
//!
//! Its name is a hash of the home's path, so that several homes have one each. The file `home` in it names the home, and
//! is touched when the index is written: indexes of homes that nobody uses any more are removed.

use std::fs::{self, DirBuilder};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use xxhash_rust::xxh3::xxh3_64;

use crate::home::{cache_folder, state_folder};

/// The file that makes a folder one of ours.
const HOME: &str = "home";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The time after which nobody writes to a temporary file any more.
const ABANDONED: Duration = DAY;

/// The time after which the index of a home that was not written is removed.
const UNUSED: Duration = Duration::from_secs(180 * 24 * 60 * 60);

/// The folder of a home's index. It need not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Folder {
    path: PathBuf,
    /// The canonical path of the home.
    home: PathBuf,
}

impl Folder {
    /// Returns the folder for `home`; `None` if the platform has no cache folder, or the home does not exist.
    pub(crate) fn of(home: &Path) -> Option<Self> {
        Self::within(&cache_folder()?, home)
    }

    /// Returns the folders for what takes seconds to compute: where the cache folder can't be written, one in the
    /// platform's state folder stands in.
    pub(crate) fn lasting(home: &Path) -> Vec<Self> {
        let folders = [cache_folder(), state_folder()].into_iter().flatten();
        folders
            .filter_map(|folder| Self::within(&folder, home))
            .collect()
    }

    pub(crate) fn within(cache: &Path, home: &Path) -> Option<Self> {
        let home = fs::canonicalize(home).ok()?;
        let hash = xxh3_64(home.as_os_str().as_encoded_bytes());
        Some(Self {
            path: cache.join(format!("{hash:016x}")),
            home,
        })
    }

    /// Returns the path of the file called `name` in it.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Makes the folder ready for writing: creates it, for its owner only, marks it as used, and removes what nobody
    /// uses any more.
    ///
    /// # Errors
    /// Fails if the folder can't be written to.
    pub(crate) fn prepare(&self) -> io::Result<()> {
        self.prepare_at(SystemTime::now())
    }

    fn prepare_at(&self, now: SystemTime) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.path)?;
        let text = format!(
            "What quiz keeps to start quickly with {}. It can be deleted at any time.\n",
            self.home.display()
        );
        fs::write(self.file(HOME), text)?;
        // Whatever can't be removed is tried again next time.
        remove_abandoned(&self.path, now);
        remove_unused(&self.path, now);
        Ok(())
    }
}

/// Removes temporary files that a killed process left in `folder`.
fn remove_abandoned(folder: &Path, now: SystemTime) {
    for path in paths_in(folder) {
        let is_temporary = path.extension().is_some_and(|extension| extension == "tmp");
        if is_temporary && is_older(&path, ABANDONED, now) {
            let _ = fs::remove_file(path);
        }
    }
}

/// Removes the folders beside `own` that look like it and were not used for long.
fn remove_unused(own: &Path, now: SystemTime) {
    for path in own.parent().map(paths_in).unwrap_or_default() {
        if path != own && is_ours(&path) && is_older(&path.join(HOME), UNUSED, now) {
            remove(&path);
        }
    }
}

/// Removes a folder with its files; what is in it besides files stays.
fn remove(folder: &Path) {
    let mark = folder.join(HOME);
    for path in paths_in(folder) {
        if path != mark {
            let _ = fs::remove_file(path);
        }
    }
    // What makes it ours goes last, so that the next one can go on.
    if paths_in(folder) == [mark.clone()] {
        let _ = fs::remove_file(mark);
        let _ = fs::remove_dir(folder);
    }
}

/// Returns whether `path` is a folder with the name and the file that [`Folder::prepare`] gives it; a link is not.
fn is_ours(path: &Path) -> bool {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or("");
    let is_hash = name.len() == 16
        && name
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let is_folder = fs::symlink_metadata(path).is_ok_and(|meta| meta.is_dir());
    is_hash && is_folder && path.join(HOME).is_file()
}

/// Returns whether the file at `path` was last changed at least `age` ago.
fn is_older(path: &Path, age: Duration, now: SystemTime) -> bool {
    let modified = fs::symlink_metadata(path).and_then(|meta| meta.modified());
    modified.is_ok_and(|modified| now.duration_since(modified).is_ok_and(|since| since >= age))
}

fn paths_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    fn folder(cache: &Path, home: &str) -> Folder {
        let home = cache.parent().unwrap().join(home);
        fs::create_dir_all(&home).unwrap();
        Folder::within(cache, &home).unwrap()
    }

    /// Makes a file, last changed `days` before `now`.
    fn old(path: &Path, now: SystemTime, days: u32) {
        let file = File::create(path).unwrap();
        file.set_modified(now - DAY * days).unwrap();
    }

    #[test]
    fn each_home_has_one_folder_however_it_is_named() {
        let root = tempfile::tempdir().unwrap();
        let cache = root.path().join("cache/quiz");
        let (one, other) = (folder(&cache, "one"), folder(&cache, "other"));
        assert_ne!(one, other);
        assert_eq!(folder(&cache, "other/../one"), one);
        assert_eq!(Folder::within(&cache, &root.path().join("none")), None);
        let name = one.path.file_name().unwrap().to_str().unwrap();
        assert_eq!(one.file("decks"), cache.join(name).join("decks"));
        assert!(!one.path.exists());
        one.prepare().unwrap();
        one.prepare().unwrap();
        assert!(is_ours(&one.path));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&one.path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700);
        }
    }

    #[test]
    fn what_nobody_uses_any_more_is_removed() {
        let root = tempfile::tempdir().unwrap();
        let cache = root.path().join("quiz");
        let now = SystemTime::now();
        let own = folder(&cache, "own");
        own.prepare().unwrap();
        for days in [0, 179, 180, 181, 400] {
            let other = folder(&cache, &format!("home {days}"));
            other.prepare().unwrap();
            fs::write(other.file("history"), "").unwrap();
            old(&other.file(HOME), now, days);
        }
        old(&own.file(HOME), now, 400);
        own.prepare_at(now).unwrap();
        let left = |days: u32| folder(&cache, &format!("home {days}")).path.exists();
        let days = [0, 179, 180, 181, 400].map(left);
        assert_eq!(days, [true, true, false, false, false]);
        assert!(own.path.exists());
    }

    #[test]
    fn what_is_not_ours_stays() {
        let root = tempfile::tempdir().unwrap();
        let cache = root.path().join("quiz");
        let now = SystemTime::now();
        let make = |name: &str, file: &str| {
            let path = cache.join(name);
            fs::create_dir_all(&path).unwrap();
            old(&path.join(file), now, 999);
            path
        };
        let with_folder = make("00000000000000aa", HOME);
        fs::create_dir(with_folder.join("sub")).unwrap();
        fs::write(with_folder.join("history"), "").unwrap();
        let others = [
            make("simulations", HOME),
            make("00000000000000AA", HOME),
            make("00000000000000ab", "other"),
        ];
        fs::write(cache.join("00000000000000ac"), "").unwrap();
        folder(&cache, "own").prepare_at(now).unwrap();
        assert!(others.iter().all(|other| other.exists()));
        assert!(cache.join("00000000000000ac").exists());
        assert!(with_folder.join("sub").exists() && is_ours(&with_folder));
        assert!(!with_folder.join("history").exists());
    }

    #[test]
    fn temporary_files_are_removed_after_a_day() {
        let root = tempfile::tempdir().unwrap();
        let own = folder(&root.path().join("quiz"), "own");
        own.prepare().unwrap();
        let now = SystemTime::now() + DAY / 2;
        for (name, days) in [(".quiz-a.tmp", 0), (".quiz-b.tmp", 1), ("history", 9)] {
            old(&own.file(name), now, days);
        }
        own.prepare_at(now).unwrap();
        let there = [".quiz-a.tmp", ".quiz-b.tmp", "history"].map(|name| own.file(name).exists());
        assert_eq!(there, [true, false, true]);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("quiz"), "a file").unwrap();
        assert!(folder(&root.path().join("quiz"), "own").prepare().is_err());
    }
}
