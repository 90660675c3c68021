//! Locks: one writer at a time, if the file system has locks.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use crate::error::{Error, Result};

/// The time that a waiting process gives a lock whose holders write nothing. While the queue of writers moves it keeps
/// waiting, however long the queue is. Nobody holds a file longer than a write takes.
const PATIENCE: Duration = Duration::from_secs(3);

/// The same for a folder, which its holder reads first: that takes a while on a slow disk or a busy machine.
const PATIENCE_WITH_FOLDERS: Duration = Duration::from_secs(30);

/// The time between two attempts of a waiting process.
const PAUSE: Duration = Duration::from_millis(5);

/// Whether other processes of this program are locked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "where a guard is missing, the person is told"]
pub enum Guard {
    /// They are, until the locked file is closed.
    Held,
    /// They are not: the file system has no locks.
    Missing,
}

/// Takes the exclusive lock of an open file at `path` as soon as no other process has it.
///
/// A file system without locks (NFS without its lock service, some FUSE mounts) is not a failure: a lock guards against
/// a second writer, but is not needed for writing.
///
/// # Errors
/// Fails with [`Error::Busy`] if another process keeps it without making progress.
pub fn lock(file: &File, path: &Path) -> Result<Guard> {
    wait(|| file.try_lock(), || sign_of_life(file), PATIENCE, path)
}

/// Applies the rule of [`lock`] to any `try_lock`; `sign` changes whenever a holder makes progress.
fn wait<S: PartialEq>(
    try_lock: impl Fn() -> Result<(), TryLockError>,
    sign: impl Fn() -> S,
    patience: Duration,
    path: &Path,
) -> Result<Guard> {
    let mut seen = sign();
    let mut since = Instant::now();
    loop {
        match try_lock() {
            Ok(()) => return Ok(Guard::Held),
            Err(TryLockError::Error(error)) if error.kind() != io::ErrorKind::Interrupted => {
                return Ok(Guard::Missing);
            }
            Err(_) => {
                let now = sign();
                if now != seen {
                    (seen, since) = (now, Instant::now());
                } else if since.elapsed() >= patience {
                    return Err(Error::Busy(path.to_path_buf()));
                }
                std::thread::sleep(PAUSE);
            }
        }
    }
}

/// Returns a value that changes when a holder of the lock works: a history grows, a folder is touched by each holder.
fn sign_of_life(file: &File) -> Option<(u64, Option<SystemTime>)> {
    let meta = file.metadata().ok()?;
    Some((meta.len(), meta.modified().ok()))
}

/// A folder to which no other process of this program writes until this is dropped.
#[derive(Debug)]
pub struct Held {
    _folder: Option<File>,
    guard: Guard,
}

impl Held {
    /// Returns whether other processes are really locked out.
    pub fn guard(&self) -> Guard {
        self.guard
    }
}

/// Holds a folder, so that what is read there stays unchanged until it is replaced.
///
/// If folders can't be locked, [`replace`](super::replace) still refuses to overwrite unexpected content.
///
/// # Errors
/// Fails with [`Error::Busy`] if another process keeps it without making progress.
pub fn hold(folder: &Path) -> Result<Held> {
    // Windows can't open folders, and a folder that does not exist yet holds nothing to guard.
    let Ok(file) = File::open(folder) else {
        return Ok(Held {
            _folder: None,
            guard: Guard::Held,
        });
    };
    let guard = wait(
        || file.try_lock(),
        || sign_of_life(&file),
        PATIENCE_WITH_FOLDERS,
        folder,
    )?;
    touch(&file);
    Ok(Held {
        _folder: Some(file),
        guard,
    })
}

/// Sets the time of a folder to now, to show waiting processes that the queue moves.
#[cfg(unix)]
fn touch(folder: &File) {
    use rustix::fs::{Timespec, Timestamps, UTIME_NOW, UTIME_OMIT, futimens};
    let time = |tv_nsec| Timespec { tv_sec: 0, tv_nsec };
    let now = Timestamps {
        last_access: time(UTIME_OMIT),
        last_modification: time(UTIME_NOW),
    };
    // If it can't be set, waiting processes have less patience, nothing else.
    let _ = futimens(folder, &now);
}

#[cfg(not(unix))]
fn touch(_: &File) {}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    const MOMENT: Duration = Duration::from_millis(30);

    #[test]
    fn one_waits_as_long_as_the_queue_moves() {
        let asked = Cell::new(0u32);
        let free_after = |rounds: u32| {
            let asked = &asked;
            move || match asked.replace(asked.get() + 1) {
                round if round < rounds => Err(TryLockError::WouldBlock),
                _ => Ok(()),
            }
        };
        // Each attempt finds that another holder has worked, for far more attempts than the patience alone would allow.
        let moving = wait(free_after(40), || asked.get(), MOMENT, Path::new("x"));
        assert_eq!(moving.unwrap(), Guard::Held);
        asked.set(0);
        let stuck = wait(free_after(u32::MAX), || 0, MOMENT, Path::new("x"));
        assert!(matches!(stuck, Err(Error::Busy(_))));
    }

    #[test]
    fn a_file_system_without_locks_is_no_failure() {
        for kind in [
            io::ErrorKind::Unsupported,
            io::ErrorKind::InvalidInput,
            io::ErrorKind::Other,
        ] {
            let without = || Err(TryLockError::Error(kind.into()));
            let guard = wait(without, || 0, MOMENT, Path::new("x"));
            assert_eq!(guard.unwrap(), Guard::Missing, "{kind}");
        }
    }

    #[test]
    fn an_interrupted_call_is_made_again() {
        let calls = Cell::new(0);
        let interrupted = || match calls.replace(calls.get() + 1) {
            0 => Err(TryLockError::Error(io::ErrorKind::Interrupted.into())),
            _ => Ok(()),
        };
        let guard = wait(interrupted, || 0, MOMENT, Path::new("x"));
        assert_eq!(guard.unwrap(), Guard::Held);
    }

    #[test]
    fn a_folder_that_is_held_is_held_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let held = hold(folder.path()).unwrap();
        assert_eq!(held.guard(), Guard::Held);
        let second = File::open(folder.path()).unwrap();
        let refused = wait(|| second.try_lock(), || 0, Duration::ZERO, folder.path());
        if cfg!(unix) {
            assert!(matches!(refused, Err(Error::Busy(_))));
        }
        drop(held);
        assert_eq!(lock(&second, folder.path()).unwrap(), Guard::Held);
    }
}
