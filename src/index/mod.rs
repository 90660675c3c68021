//! The index: what large files said, so that files that have not changed are not read again.
//!
//! A history and decks are read at each start. For years of answers that takes longer than a person likes to wait, so
//! what the files said is kept in the platform's cache folder, in the form that is quickest to read. The files stay the
//! only truth; deleting the index at any time costs one slower start.
//!
//! # Rules
//!
//! 1. No answer of the program depends on the index: with it, without it, or with a broken one, every figure is that of
//!    a full read.
//! 2. The known bytes of a file count as unchanged in two cases. Either its size, its times of change (of content and
//!    of inode), its inode and its device are those of the [`Mark`](mark::Mark), and the file had been left alone for
//!    two seconds when it was read; or the bytes have the same 128-bit hash. Where a platform keeps no such times, the
//!    hash decides.
//! 3. A mark is about the bytes that were read: it is made by hashing what passes while reading, and only if the file
//!    was the same before and after.
//! 4. The known bytes of a history end behind a line feed. What stands after them is read at each start.
//! 5. What the index keeps in place of a line determines that line, byte for byte. Any other line is kept as it is.
//! 6. A file that grew may also have changed before its old end: its known bytes are hashed again.
//! 7. Whatever is wrong with the index (not readable, another version, a wrong length, a wrong sum), it counts as
//!    absent, without a word.
//! 8. Keys with the same hash are the same only if their texts are.
//! 9. A card's text is read at the place that the index names, only in a text whose hash is the marked one, and is
//!    parsed as always. Else it is looked up by its id in the deck as it is now.
//! 10. `quiz check` reads everything from the files, and says so if the index would have said something else.
//!
//! # Files
//!
//! Each home has a [`Folder`](folder::Folder) in the cache folder. Each [file](mod@file) in it is replaced as a whole and
//! verified as it is read; [`bytes`] puts numbers and texts into it. It knows bytes, paths and times; what the files of
//! a home mean is known to those that fill it.

pub(crate) mod bytes;
pub(crate) mod column;
pub(crate) mod decks;
pub(crate) mod file;
pub(crate) mod folder;
mod heads;
pub(crate) mod mark;

use std::path::PathBuf;

/// The number of bytes of a home's files from which an index is worth its place: below, reading takes some
/// milliseconds.
const LEAST: u64 = 1 << 20;

/// Returns the number of bytes of data below which no index is written. `QUIZ_INDEX_FROM` sets it, for tests.
pub(crate) fn least() -> u64 {
    least_of(std::env::var("QUIZ_INDEX_FROM").ok().as_deref())
}

fn least_of(set: Option<&str>) -> u64 {
    set.and_then(|set| set.parse().ok()).unwrap_or(LEAST)
}

/// Returns whether files have fewer than `least` bytes together.
pub(crate) fn are_short(files: &[PathBuf], least: u64) -> bool {
    let lengths = files.iter().filter_map(|path| path.metadata().ok());
    lengths.map(|meta| meta.len()).sum::<u64>() < least
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_size_is_a_number_or_the_usual_one() {
        assert_eq!(least_of(Some("0")), 0);
        for set in [None, Some(""), Some("-1"), Some("1 MiB")] {
            assert_eq!(least_of(set), LEAST, "{set:?}");
        }
    }
}
