//! Copies of files that a command rewrites.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The number of copies kept of one file.
const COPIES: usize = 10;

/// The folder for copies, beside the file. Hidden, so that no reader of decks or history looks into it.
pub const BACKUPS: &str = ".backups";

/// Copies `path` into [`BACKUPS`] beside it, and returns the new copy.
///
/// Its name is the file's name and `stamp`, the present moment as RFC 3339 writes it; the last ten copies are kept.
///
/// # Errors
/// Fails if the copy can't be made: then the file should not be rewritten.
pub fn back_up(path: &Path, stamp: &str) -> Result<PathBuf> {
    let folder = path.parent().unwrap_or(Path::new(".")).join(BACKUPS);
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    fs::create_dir_all(&folder).map_err(Error::io("create the folder", &folder))?;
    let plain: String = stamp
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "-+".contains(*c))
        .collect();
    // Two copies made at one moment get a number each.
    let copy = (0u32..)
        .map(|n| {
            folder.join(if n == 0 {
                format!("{name}.{plain}")
            } else {
                format!("{name}.{plain}.{n}")
            })
        })
        .find(|copy| !copy.exists())
        .unwrap_or_else(|| folder.join(&name));
    fs::copy(path, &copy).map_err(Error::io("write", &copy))?;
    // Open for writing: Windows syncs nothing through a handle that only reads.
    File::options()
        .write(true)
        .open(&copy)
        .and_then(|file| file.sync_all())
        .map_err(Error::io("write", &copy))?;
    let listed = fs::read_dir(&folder).map_err(Error::io("list", &folder))?;
    let names = listed.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let new = copy.file_name().unwrap_or_default().to_string_lossy();
    for old in outdated(&name, &new, names) {
        let old = folder.join(old);
        fs::remove_file(&old).map_err(Error::io("delete", &old))?;
    }
    Ok(copy)
}

/// Returns the copies of `name` to delete, now that `new` exists. A copy's age is taken from its name, not from the
/// file's time, which sync tools and restores change; one later than the newest was made by a clock that was ahead.
fn outdated(name: &str, new: &str, there: impl Iterator<Item = String>) -> Vec<String> {
    let mut others: Vec<(Age, String)> = there
        .filter(|other| other != new)
        .filter_map(|other| Some((age(name, &other)?, other)))
        .collect();
    let newest = age(name, new);
    others.sort();
    let (mut kept, ahead): (Vec<_>, Vec<_>) = others
        .into_iter()
        .partition(|(age, _)| newest.as_ref().is_none_or(|newest| age <= newest));
    // Oldest first: those of a clock that was ahead, then the others.
    kept.splice(0..0, ahead);
    let too_many = (kept.len() + 1).saturating_sub(COPIES);
    kept.into_iter()
        .take(too_many)
        .map(|(_, other)| other)
        .collect()
}

/// The digits of a stamp up to its offset, and the number among copies made at one moment.
type Age = (String, u32);

/// Returns the age of a copy of `name`, from its own name; `None` if it is a copy of something else.
fn age(name: &str, copy: &str) -> Option<Age> {
    let rest = copy.strip_prefix(name)?.strip_prefix('.')?;
    let (stamp, number) = match rest.split_once('.') {
        Some((stamp, number)) => (stamp, number.parse().ok()?),
        None => (rest, 0),
    };
    let is_stamp = stamp.starts_with(|c: char| c.is_ascii_digit())
        && stamp.contains('T')
        && !stamp.contains(|c: char| !(c.is_ascii_digit() || "T-+Z".contains(c)));
    is_stamp.then(|| (stamp.to_string(), number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(day: usize) -> String {
        format!("2026-11-{day:02}T09:00:00.000+01:00")
    }

    fn copies(path: &Path) -> Vec<String> {
        let folder = path.parent().unwrap().join(BACKUPS);
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn the_last_ten_copies_are_kept_by_the_moment_in_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.ron");
        fs::write(&path, "text").unwrap();
        // Made in any order: the times of the files do not count.
        for day in [12, 3, 7, 1, 9, 2, 8, 4, 6, 5, 10, 11, 13] {
            let copy = back_up(&path, &stamp(day)).unwrap();
            assert!(copy.exists(), "the copy that is named is there");
        }
        assert_eq!(copies(&path).len(), COPIES);
        // A second copy of one moment is another copy.
        let copy = back_up(&path, &stamp(13)).unwrap();
        assert!(copy.to_string_lossy().ends_with("+0100.1"));
        assert_eq!(copies(&path).len(), COPIES);
    }

    #[test]
    fn a_clock_that_was_ahead_takes_no_copy_away() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.ron");
        fs::write(&path, "text").unwrap();
        for day in 11..=30 {
            back_up(&path, &stamp(day)).unwrap();
        }
        for day in 1..=9 {
            back_up(&path, &stamp(day)).unwrap();
        }
        let real: Vec<String> = (1..=9).map(|day| format!("2026-11-{day:02}")).collect();
        let kept = copies(&path);
        assert!(
            real.iter()
                .all(|day| kept.iter().any(|copy| copy.contains(day))),
            "{kept:?}"
        );
    }

    #[test]
    fn files_whose_names_begin_alike_have_copies_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let (short, long) = (folder.path().join("d"), folder.path().join("d.ron.old"));
        for path in [&short, &long, &folder.path().join("d.ron")] {
            fs::write(path, "text").unwrap();
            for day in 1..=12 {
                back_up(path, &stamp(day)).unwrap();
            }
        }
        assert_eq!(copies(&short).len(), 3 * COPIES);
    }
}
