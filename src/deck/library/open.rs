//! Reads the files of decks.
//!
//! It decides which texts are kept, and knows single files, never how decks are united.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::deck_name;
use crate::conflict;
use crate::deck::file::DeckFile;
use crate::deck::read::{self, ReadDeck};
use crate::index;
use crate::index::mark::{self, Mark, Reading};
use crate::place::{Place, Problem, Source};

/// A reader of the decks below a folder.
pub(super) struct Reader<'a> {
    root: &'a Path,
    /// Whether every text is kept.
    keeps: bool,
    now: SystemTime,
}

impl<'a> Reader<'a> {
    /// Returns a reader of `files`, which are below `root`. It keeps all of their texts if they are small together.
    pub(super) fn new(root: &'a Path, files: &[PathBuf]) -> Self {
        let lengths = files.iter().filter_map(|path| fs::metadata(path).ok());
        let all: u64 = lengths.map(|meta| meta.len()).sum();
        match all < index::least() {
            true => Self::keeping(root),
            false => Self::letting_go(root),
        }
    }

    /// Returns a reader that keeps every text.
    pub(super) fn keeping(root: &'a Path) -> Self {
        Self {
            root,
            keeps: true,
            now: SystemTime::now(),
        }
    }

    /// Returns a reader that keeps no text that can be read again.
    pub(super) fn letting_go(root: &'a Path) -> Self {
        Self {
            keeps: false,
            ..Self::keeping(root)
        }
    }

    /// Reads the file of one deck; `room` is for its text, so that not each file needs fresh memory. If the file itself
    /// can't be read as text, that is the only problem.
    pub(super) fn read(&self, path: &Path, room: &mut Vec<u8>) -> ReadDeck {
        let whole_file = Place::whole(path);
        if conflict::is_copy(path) {
            return ReadDeck::left_out(
                Problem::warning(
                    whole_file,
                    "this is a sync tool's conflict copy, not a deck: it was left out",
                )
                .help(
                    "compare it with the deck of that name, keep what is right, and delete the copy",
                ),
            );
        }
        let reading = (!self.keeps).then(|| Reading::begin(path, self.now).ok());
        room.clear();
        let bytes = File::open(path).and_then(|mut file| file.read_to_end(room));
        if let Err(error) = bytes {
            let message = format!("the deck can't be read: {error}");
            return ReadDeck::left_out(Problem::error(whole_file, message));
        }
        let mark = reading
            .flatten()
            .and_then(|reading| self.mark(path, reading, room));
        match String::from_utf8(std::mem::take(room)) {
            Ok(text) => self.deck(Source::new(path, text), mark, room),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes());
                let place = Place::new(path, &text, valid, 1);
                ReadDeck::left_out(
                    Problem::error(place, "the file is not UTF-8 text")
                        .help("save it as UTF-8 in your editor"),
                )
            }
        }
    }

    /// Returns how the file at `path` is known again, of which `bytes` were read.
    fn mark(&self, path: &Path, mut reading: Reading, bytes: &[u8]) -> Option<Mark> {
        let name = mark::name_below(self.root, path)?;
        reading.take(bytes);
        reading.end(name, path, bytes.len() as u64)
    }

    /// Reads a deck. Its text is let go if it can be known again, and nothing is wrong with it.
    fn deck(&self, source: Source, mark: Option<Mark>, room: &mut Vec<u8>) -> ReadDeck {
        let name = deck_name(self.root, source.file());
        let Some(mark) = mark else {
            return read::deck(&name, &source);
        };
        let file = DeckFile::marked(source.file(), mark);
        let mut read = read::deck_of(&name, &source, &file);
        if read.is_plain() {
            read.forget_bodies();
            *room = source.into_text().unwrap_or_default().into_bytes();
        } else {
            file.keep(source);
        }
        read
    }
}
