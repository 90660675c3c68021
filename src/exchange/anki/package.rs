//! The files that contain Anki's cards: three forms of package, and the collection itself.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use tempfile::NamedTempFile;
use zip::ZipArchive;

use super::protobuf::{Fields, Value};

/// The newest form of package that is supported.
const NEWEST_FORM: u64 = 3;

/// The largest size of a collection: this many bytes, or this many times the size of its package.
const LARGEST: u64 = 400_000_000;
const LARGEST_TIMES: u64 = 60;

/// The first bytes of a SQLite file.
pub(crate) const SQLITE: &[u8] = b"SQLite format 3\0";

/// An opened package.
pub(super) struct Package {
    /// The collection, unpacked.
    pub(super) collection: NamedTempFile,
    /// The media files: their names, with the entries of the package that hold them.
    pub(super) media: BTreeMap<String, String>,
    archive: Option<ZipArchive<File>>,
    /// Whether each media file is compressed separately.
    compressed: bool,
}

impl Package {
    /// Opens a package, or a bare collection.
    ///
    /// # Errors
    /// Returns a sentence for a person about what is wrong with it.
    pub(super) fn open(path: &Path) -> Result<Self, String> {
        let mut file = File::open(path).map_err(|error| format!("cannot be read: {error}"))?;
        let mut head = [0u8; 16];
        let read = read_up_to(&mut file, &mut head).map_err(|error| error.to_string())?;
        file.seek(SeekFrom::Start(0))
            .map_err(|error| error.to_string())?;
        if head.get(..read) == Some(SQLITE) {
            return Self::bare(path, file);
        }
        let size = file.metadata().map_or(0, |data| data.len());
        let mut archive = ZipArchive::new(file).map_err(broken)?;
        let form = form(&mut archive)?;
        let names: Vec<String> = archive
            .file_names()
            .filter_map(Result::ok)
            .map(String::from)
            .collect();
        if let Some(name) = names.iter().find(|name| leads_out(name)) {
            return Err(format!(
                "has a file whose name leads out of it ({name:?}): Anki writes no such package"
            ));
        }
        let has = |name: &str| names.iter().any(|own| own == name);
        // The newest one is the collection; an older one beside it holds a single card that says so.
        let name = [
            "collection.anki21b",
            "collection.anki21",
            "collection.anki2",
        ]
        .into_iter()
        .find(|name| has(name))
        .ok_or("is a zip without an Anki collection in it")?;
        if form == Some(NEWEST_FORM) && name != "collection.anki21b" {
            return Err("is damaged: the collection is missing from the package".into());
        }
        let limit = LARGEST.max(size.saturating_mul(LARGEST_TIMES));
        let compressed = name == "collection.anki21b";
        let entry = archive.by_name(name).map_err(broken)?;
        let collection = if compressed {
            let decoder = ruzstd::decoding::StreamingDecoder::new(entry).map_err(damaged)?;
            unpacked(decoder, limit)?
        } else {
            unpacked(entry, limit)?
        };
        let media = media(&mut archive, compressed)?;
        Ok(Self {
            collection,
            media,
            archive: Some(archive),
            compressed,
        })
    }

    /// Opens a copy of a bare collection, including what Anki has not yet written into it, since Anki may be open.
    fn bare(path: &Path, mut file: File) -> Result<Self, String> {
        let mut copy = temporary()?;
        io::copy(&mut file, &mut copy).map_err(|error| format!("cannot be copied: {error}"))?;
        let log = beside(path, "-wal");
        if log.is_file() {
            let target = beside(copy.path(), "-wal");
            std::fs::copy(&log, &target).map_err(|error| format!("cannot be copied: {error}"))?;
        }
        Ok(Self {
            collection: copy,
            media: folder_media(path),
            archive: None,
            compressed: false,
        })
    }

    /// Returns the content of a media file, at most `limit` bytes; `None` if the package does not have it.
    ///
    /// # Errors
    /// Returns a sentence about what is wrong with it.
    pub(super) fn file(&mut self, entry: &str, limit: u64) -> Result<Option<Vec<u8>>, String> {
        let Some(archive) = &mut self.archive else {
            let file = match File::open(entry) {
                Ok(file) => file,
                Err(_) => return Ok(None),
            };
            return read_limited(file, limit).map(Some);
        };
        let entry = match archive.by_name(entry) {
            Ok(entry) => entry,
            Err(zip::result::ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(broken(error)),
        };
        if entry.size() > limit {
            return Err(too_large(limit));
        }
        if self.compressed {
            let decoder = ruzstd::decoding::StreamingDecoder::new(entry).map_err(damaged)?;
            read_limited(decoder, limit).map(Some)
        } else {
            read_limited(entry, limit).map(Some)
        }
    }
}

/// Returns whether the name of an entry leads outside of the folder into which it is unpacked.
fn leads_out(name: &str) -> bool {
    let is_absolute = name.starts_with(['/', '\\']) || name.get(1..3).is_some_and(|c| c == ":\\");
    is_absolute || name.split(['/', '\\']).any(|part| part == "..")
}

fn beside(path: &Path, end: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push(end);
    name.into()
}

/// Returns the files in the media folder beside a collection.
fn folder_media(path: &Path) -> BTreeMap<String, String> {
    let folder = path.with_extension("media");
    let Ok(listed) = std::fs::read_dir(&folder) else {
        return BTreeMap::new();
    };
    listed
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            Some((name, entry.path().into_os_string().into_string().ok()?))
        })
        .collect()
}

/// Returns the form of the package, if it gives one.
fn form(archive: &mut ZipArchive<File>) -> Result<Option<u64>, String> {
    let Ok(entry) = archive.by_name("meta") else {
        return Ok(None);
    };
    let meta = read_limited(entry, 1000)?;
    let form = Fields(&meta).last(1).and_then(Value::number);
    match form {
        Some(form) if form > NEWEST_FORM => Err(format!(
            "is a package of a newer Anki (form {form}; up to {NEWEST_FORM} is known): export it with \
             \"Support older Anki versions\" ticked, or update quiz"
        )),
        form => Ok(form),
    }
}

/// Returns which entry holds which media file.
fn media(
    archive: &mut ZipArchive<File>,
    compressed: bool,
) -> Result<BTreeMap<String, String>, String> {
    let entry = match archive.by_name("media") {
        Ok(entry) => entry,
        Err(zip::result::ZipError::FileNotFound) => return Ok(BTreeMap::new()),
        Err(error) => return Err(broken(error)),
    };
    const LARGEST_LIST: u64 = 100_000_000;
    if !compressed {
        let bytes = read_limited(entry, LARGEST_LIST)?;
        let list: BTreeMap<String, String> = serde_json::from_slice(&bytes).unwrap_or_default();
        return Ok(list
            .into_iter()
            .map(|(entry, name)| (name, entry))
            .collect());
    }
    let decoder = ruzstd::decoding::StreamingDecoder::new(entry).map_err(damaged)?;
    let bytes = read_limited(decoder, LARGEST_LIST)?;
    let entries = Fields(&bytes).filter(|(field, _)| *field == 1);
    let named = entries.enumerate().filter_map(|(at, (_, entry))| {
        let name = Fields(entry.bytes()?).last(1)?.text()?;
        Some((name, at.to_string()))
    });
    Ok(named.collect())
}

fn temporary() -> Result<NamedTempFile, String> {
    tempfile::Builder::new()
        .prefix("quiz-import-")
        .tempfile()
        .map_err(|error| format!("cannot be unpacked: {error}"))
}

/// Unpacks a collection into a temporary file.
fn unpacked(from: impl Read, limit: u64) -> Result<NamedTempFile, String> {
    let mut file = temporary()?;
    let mut from = from.take(limit.saturating_add(1));
    let mut head = [0u8; 16];
    let read = read_up_to(&mut from, &mut head).map_err(damaged)?;
    if head.get(..read) != Some(SQLITE) {
        return Err("is damaged: the collection in it is not a SQLite file".into());
    }
    let write = |error: io::Error| format!("cannot be unpacked: {error}");
    file.write_all(&head).map_err(write)?;
    // Not `io::copy`, whose error does not tell whether the package or the disk is at fault.
    let mut buffer = vec![0u8; 1 << 16];
    let mut size = read as u64;
    loop {
        let read = read_up_to(&mut from, &mut buffer).map_err(damaged)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else {
            break;
        };
        file.write_all(bytes).map_err(write)?;
        size = size.saturating_add(read as u64);
    }
    if size > limit {
        return Err(too_large(limit));
    }
    file.flush().map_err(write)?;
    Ok(file)
}

fn read_limited(from: impl Read, limit: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    from.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(damaged)?;
    if bytes.len() as u64 > limit {
        return Err(too_large(limit));
    }
    Ok(bytes)
}

fn read_up_to(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut read = 0;
    while let Some(rest) = buffer.get_mut(read..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(read)
}

fn too_large(limit: u64) -> String {
    format!("unpacks to more than {} MB", limit / 1_000_000)
}

fn broken(error: zip::result::ZipError) -> String {
    format!("is damaged or cut off: {error}")
}

fn damaged(error: impl std::fmt::Display) -> String {
    format!("is damaged or cut off: {error}")
}
