//! A file of the index: a head, which is read at once, and a body, of which parts are read.
//!
//! ```text
//! magic           16 bytes: what the file is, and its version
//! length of head  u64
//! length of body  u64
//! sum             u128, XXH3 of magic, lengths, head and sums of the body
//! head
//! body
//! sums of body    u64 for each block of 1 KiB (the last may be shorter), XXH3
//! ```
//!
//! Whatever is read was verified by a sum: a flipped or missing byte anywhere gives `None`. A file is replaced as a
//! whole, so a reader sees the old one or the new one, and an open one stays as it is.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

use super::bytes::{In, Out};
use crate::files::{self, Disk, Os};

/// The name and the version of a kind of file.
pub(crate) type Magic = [u8; 16];

/// The bytes of the body that are verified together: few, since most that is read is short and lies anywhere.
const BLOCK: u64 = 1024;

/// The blocks that are read at once: they stay in the processor's cache.
const AT_ONCE: u64 = 256;

/// The bytes before the head.
const START: usize = 48;

/// Writes `path` anew, whole or not at all; `body` are the pieces of the body, of any lengths.
///
/// # Errors
/// Fails at the first error of the disk; then the old file is still there.
pub(crate) fn write<P: AsRef<[u8]>>(
    path: &Path,
    magic: &Magic,
    head: &[u8],
    body: impl IntoIterator<Item = P>,
) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut temporary = files::temporary_in(folder)?;
    let mut to = io::BufWriter::with_capacity(1 << 18, temporary.as_file_mut());
    // The start is known at the end.
    to.write_all(&[0; START])?;
    to.write_all(head)?;
    let mut sums = Sums::default();
    for piece in body {
        to.write_all(piece.as_ref())?;
        sums.add(piece.as_ref());
    }
    let (length, sums) = sums.end();
    to.write_all(&sums)?;
    to.rewind()?;
    to.write_all(&start(magic, head, length, &sums))?;
    to.flush()?;
    drop(to);
    Os.sync(temporary.as_file())?;
    // The folder is not synced: after a power cut the old file is as good.
    Os.persist(temporary.into_temp_path(), path)
}

/// Returns the bytes before the head.
fn start(magic: &Magic, head: &[u8], body: u64, sums: &[u8]) -> Vec<u8> {
    let mut out = Out::default();
    magic.iter().for_each(|byte| out.u8(*byte));
    out.u64(head.len() as u64);
    out.u64(body);
    let mut out = out.into_bytes();
    let mut sum = Xxh3Default::new();
    for bytes in [&out, head, sums] {
        sum.update(bytes);
    }
    out.extend(sum.digest128().to_le_bytes());
    out
}

/// The sums of the blocks of a body that comes in pieces.
#[derive(Default)]
struct Sums {
    /// The sum of the block that has begun.
    begun: Xxh3Default,
    /// The bytes of the body so far.
    length: u64,
    sums: Out,
}

impl Sums {
    fn add(&mut self, mut piece: &[u8]) {
        while !piece.is_empty() {
            let room = BLOCK - self.length % BLOCK;
            let fits = usize::try_from(room).map_or(piece.len(), |room| room.min(piece.len()));
            let (now, rest) = piece.split_at(fits);
            self.begun.update(now);
            self.length += now.len() as u64;
            if self.length.is_multiple_of(BLOCK) {
                self.finish_block();
            }
            piece = rest;
        }
    }

    fn finish_block(&mut self) {
        self.sums.u64(self.begun.digest());
        self.begun.reset();
    }

    /// Returns the length of the body, and the sums as the file holds them.
    fn end(mut self) -> (u64, Vec<u8>) {
        if !self.length.is_multiple_of(BLOCK) {
            self.finish_block();
        }
        (self.length, self.sums.into_bytes())
    }
}

/// Opens the file at `path`; returns its head, and the body that can be read. Any trouble gives `None`.
pub(crate) fn open(path: &Path, magic: &Magic) -> Option<(Vec<u8>, Body)> {
    let file = File::open(path).ok()?;
    let meta = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let mut first = [0; START];
    read_at(&file, 0, &mut first).ok()?;
    let mut input = In::new(first.get(magic.len()..)?);
    let (head, length) = (input.u64()?, input.u64()?);
    let begin = head.checked_add(START as u64)?;
    let sums_at = begin.checked_add(length)?;
    let sums = length.div_ceil(BLOCK).checked_mul(8)?;
    // Nothing is allocated that the file does not hold.
    if meta.len() != sums_at.checked_add(sums)? {
        return None;
    }
    let part = |at: u64, length: u64| {
        let mut bytes = vec![0; usize::try_from(length).ok()?];
        read_at(&file, at, &mut bytes).ok()?;
        Some(bytes)
    };
    let (head, sums) = (part(START as u64, head)?, part(sums_at, sums)?);
    if start(magic, &head, length, &sums) != first {
        return None;
    }
    let blocks = sums.as_chunks().0.iter().map(|sum| Block {
        sum: u64::from_le_bytes(*sum),
        verified: AtomicBool::new(false),
    });
    let body = Body {
        blocks: blocks.collect(),
        file,
        begin,
        length,
    };
    Some((head, body))
}

/// The body of an open file. It stays as it is if the file is replaced.
#[derive(Debug)]
pub(crate) struct Body {
    file: File,
    /// Its place in the file.
    begin: u64,
    length: u64,
    blocks: Vec<Block>,
}

#[derive(Debug)]
struct Block {
    sum: u64,
    /// Whether it was read and verified: then parts of it are read without the rest.
    verified: AtomicBool,
}

impl Body {
    /// Returns the length in bytes.
    pub(crate) fn len(&self) -> u64 {
        self.length
    }

    /// Returns the bytes in `range`; `None` if the body is shorter, or they can't be read as they were written.
    pub(crate) fn read(&self, range: Range<u64>) -> Option<Vec<u8>> {
        let wanted = range.end.checked_sub(range.start)?;
        if range.end > self.length {
            return None;
        }
        let mut bytes = Vec::with_capacity(usize::try_from(wanted).ok()?);
        self.walk(range, |piece| bytes.extend_from_slice(piece))?;
        Some(bytes)
    }

    /// Calls `take` with the bytes in `range`, piece after piece, without holding all of them. After `None` what was
    /// taken does not count.
    pub(crate) fn walk(&self, range: Range<u64>, mut take: impl FnMut(&[u8])) -> Option<()> {
        if range.start > range.end || range.end > self.length {
            return None;
        }
        let mut buffer = Vec::new();
        let mut at = range.start;
        while at < range.end {
            let from = at / BLOCK;
            let until = range.end.div_ceil(BLOCK).min(from + AT_ONCE);
            let end = range.end.min(until * BLOCK);
            take(self.piece(from..until, at..end, &mut buffer)?);
            at = end;
        }
        Some(())
    }

    /// Calls `take` with the items of `N` bytes in `range`, one after the other. After `None` what was taken does not count.
    pub(crate) fn each<const N: usize>(
        &self,
        range: Range<u64>,
        mut take: impl FnMut([u8; N]),
    ) -> Option<()> {
        // An item may begin in one piece and end in the next.
        let mut begun: Vec<u8> = Vec::new();
        self.walk(range, |piece| {
            let piece = match begun.is_empty() {
                true => piece,
                false => {
                    begun.extend_from_slice(piece);
                    &begun
                }
            };
            let (items, rest) = piece.as_chunks();
            items.iter().for_each(|item| take(*item));
            begun = rest.to_vec();
        })
    }

    /// Reads the bytes in `range`, which lie in `blocks`, to `buffer`.
    fn piece<'b>(
        &self,
        blocks: Range<u64>,
        range: Range<u64>,
        buffer: &'b mut Vec<u8>,
    ) -> Option<&'b [u8]> {
        let numbers = usize::try_from(blocks.start).ok()?..usize::try_from(blocks.end).ok()?;
        let known = self.blocks.get(numbers)?;
        let all_verified = known.iter().all(|one| one.verified.load(Ordering::Relaxed));
        let read = match all_verified {
            true => range.clone(),
            false => blocks.start * BLOCK..self.length.min(blocks.end * BLOCK),
        };
        buffer.resize(usize::try_from(read.end - read.start).ok()?, 0);
        read_at(&self.file, self.begin + read.start, buffer).ok()?;
        if !all_verified {
            for (block, bytes) in known.iter().zip(buffer.chunks(BLOCK as usize)) {
                if xxh3_64(bytes) != block.sum {
                    return None;
                }
                block.verified.store(true, Ordering::Relaxed);
            }
        }
        let skipped = usize::try_from(range.start - read.start).ok()?;
        let length = usize::try_from(range.end - range.start).ok()?;
        buffer.get(skipped..skipped + length)
    }
}

/// Fills `bytes` from the place `at` of `file`.
#[cfg(not(windows))]
fn read_at(file: &File, at: u64, bytes: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

/// Fills `bytes` from the place `at` of `file`.
#[cfg(windows)]
fn read_at(file: &File, mut at: u64, mut bytes: &mut [u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, bytes, at)?;
        at += read as u64;
        bytes = match bytes.get_mut(read..) {
            Some(rest) if read > 0 => rest,
            _ => return Err(io::ErrorKind::UnexpectedEof.into()),
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    const MAGIC: &Magic = b"quiz of tests 01";

    /// Returns bytes in which no two blocks are alike.
    fn sample(length: usize) -> Vec<u8> {
        (0..length)
            .map(|at| (at ^ (at >> 8) ^ (at >> 16)) as u8)
            .collect()
    }

    fn written(head: &[u8], body: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sample");
        // Pieces that fit no block.
        write(&path, MAGIC, head, body.chunks(10_007)).unwrap();
        (folder, path)
    }

    /// Returns the head and the body, if nothing is wrong with them.
    fn whole(path: &Path) -> Option<(Vec<u8>, Vec<u8>)> {
        let (head, body) = open(path, MAGIC)?;
        let body = body.read(0..body.len())?;
        Some((head, body))
    }

    #[test]
    fn what_was_written_is_read_as_it_was() {
        for length in [0, 1, 65_535, 65_536, 65_537, 600_000] {
            let body = sample(length);
            let (_folder, path) = written(b"head", &body);
            assert_eq!(whole(&path), Some((b"head".to_vec(), body)), "{length}");
            assert!(open(&path, b"quiz of tests 02").is_none());
        }
    }

    #[test]
    fn any_part_of_a_body_can_be_read_in_any_order() {
        let body = sample(600_000);
        let (_folder, path) = written(b"", &body);
        let (_, open) = open(&path, MAGIC).unwrap();
        for start in [599_999, 0, 1, 65_530, 65_536, 131_072, 300_000, 600_000] {
            for length in [0, 1, 16, 65_536, 300_000] {
                let range = start..start + length;
                let there = body.get(range.clone());
                let range = range.start as u64..range.end as u64;
                assert_eq!(open.read(range.clone()).as_deref(), there, "{range:?}");
            }
        }
        assert_eq!(open.read(u64::MAX - 1..u64::MAX), None);
        let backwards = Range { start: 2, end: 1 };
        assert_eq!(open.read(backwards), None);
    }

    #[test]
    fn a_flipped_or_missing_byte_anywhere_is_noticed() {
        let (_folder, path) = written(b"a head", &sample(300));
        let bytes = std::fs::read(&path).unwrap();
        assert!(whole(&path).is_some());
        for at in 0..bytes.len() {
            let mut other = bytes.clone();
            other[at] ^= 1 << (at % 8);
            std::fs::write(&path, &other).unwrap();
            assert_eq!(whole(&path), None, "flipped {at}");
            std::fs::write(&path, &bytes[..at]).unwrap();
            assert_eq!(whole(&path), None, "cut at {at}");
        }
        std::fs::write(&path, [&bytes[..], b"x"].concat()).unwrap();
        assert_eq!(whole(&path), None, "grown");
    }

    #[test]
    fn items_are_those_of_the_bytes_wherever_blocks_end() {
        let body = sample(200_000);
        let (_folder, path) = written(b"", &body);
        let (_, open) = open(&path, MAGIC).unwrap();
        for range in [0..200_000, 5..190_007, 1024..1027, 7..7, 3..5] {
            let mut items: Vec<[u8; 7]> = Vec::new();
            open.each(range.start..range.end, |item| items.push(item))
                .unwrap();
            let bytes = &body[range.start as usize..range.end as usize];
            assert_eq!(items, bytes.as_chunks().0);
        }
        assert!(open.each(0..200_001, |_: [u8; 7]| ()).is_none());
    }

    #[test]
    fn a_broken_block_costs_only_what_is_in_it() {
        let body = sample(400_000);
        let (_folder, path) = written(b"", &body);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[START + 70_000] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        let (_, open) = open(&path, MAGIC).unwrap();
        let start = 70_000 / BLOCK * BLOCK;
        let (before, after) = (start as usize, (start + BLOCK) as usize);
        assert_eq!(open.read(0..start).as_deref(), body.get(..before));
        assert_eq!(open.read(start..start + 1), None);
        assert_eq!(open.read(0..400_000), None);
        let rest = open.read(start + BLOCK..400_000);
        assert_eq!(rest.as_deref(), body.get(after..));
    }

    #[test]
    fn lengths_that_no_file_has_are_refused() {
        let (_folder, path) = written(b"head", b"body");
        let bytes = std::fs::read(&path).unwrap();
        for length in [u64::MAX, u64::MAX - 47, u64::MAX / 8, 1 << 40] {
            for at in [16, 24] {
                let mut other = bytes.clone();
                other[at..at + 8].copy_from_slice(&length.to_le_bytes());
                std::fs::write(&path, other).unwrap();
                assert!(open(&path, MAGIC).is_none(), "{length} at {at}");
            }
        }
        assert!(open(path.parent().unwrap(), MAGIC).is_none(), "a folder");
    }

    #[test]
    fn a_reader_sees_one_version_or_another_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sample");
        let version = |number: u8| (vec![number; 100], vec![number; 200_000]);
        let store = |number| {
            let (head, body) = version(number);
            write(&path, MAGIC, &head, [body]).unwrap();
        };
        store(0);
        std::thread::scope(|scope| {
            for first in 1..3u8 {
                let store = &store;
                scope.spawn(move || (first..40).step_by(2).for_each(store));
            }
            for _ in 0..200 {
                let read = whole(&path).unwrap();
                assert!(read == version(read.0[0]), "{}", read.0[0]);
            }
        });
        let names = std::fs::read_dir(folder.path()).unwrap();
        assert_eq!(names.count(), 1, "no temporary file is left");
    }

    #[test]
    fn an_open_body_stays_when_its_file_is_replaced() {
        let (_folder, path) = written(b"", b"old");
        let (_, open) = open(&path, MAGIC).unwrap();
        write(&path, MAGIC, b"", [b"new"]).unwrap();
        assert_eq!(open.read(0..3).as_deref(), Some(b"old".as_slice()));
    }

    /// The form of a file is part of its magic: change the version in every magic together with this.
    #[test]
    fn the_form_is_as_it_was() {
        let (_folder, path) = written(b"head", b"body");
        let bytes = std::fs::read(path).unwrap();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let start = "7175697a206f662074657374732030310400000000000000040000000000000\
                     0a61432225c3597fcb262603b57f23653";
        let rest = "68656164626f6479fae17f18eec8f284";
        assert_eq!(hex, [start, rest].concat());
    }
}
