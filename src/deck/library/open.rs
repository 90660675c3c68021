//! Reads the files of decks.
//!
//! It decides which texts are kept, and knows single files, never how decks are united.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use super::deck_name;
use crate::conflict;
use crate::deck::file::DeckFile;
use crate::deck::read::{self, Parsed, ReadDeck};
use crate::deck::{Card, CardId, Deck};
use crate::index;
use crate::index::decks::Index;
use crate::index::folder::Folder;
use crate::index::mark::{self, Mark, Reading};
use crate::place::{Place, Problem, Source};

/// The file of a deck as it was read.
pub(super) struct Opened {
    /// The deck with its cards. Those without an id have a stand-in for one.
    pub(super) deck: Option<Deck>,
    /// Whether nothing is wrong with it, and each card has an id.
    pub(super) is_plain: bool,
    /// The ids of the unreadable cards, as far as they can be found.
    pub(super) unread: Vec<CardId>,
    /// The problems found.
    pub(super) problems: Vec<Problem>,
}

impl Opened {
    /// Returns a deck with which nothing is wrong.
    fn plain(deck: Deck) -> Self {
        Self {
            deck: Some(deck),
            is_plain: true,
            unread: Vec::new(),
            problems: Vec::new(),
        }
    }
}

impl From<ReadDeck> for Opened {
    fn from(read: ReadDeck) -> Self {
        let is_plain = read.is_plain();
        let cards = read.cards.into_iter().map(|Parsed { id, body }| Card {
            id_is_written: id.is_some(),
            id: id.unwrap_or_else(CardId::to_come),
            body,
        });
        Self {
            deck: read.deck.map(|deck| Deck {
                cards: cards.collect(),
                ..deck
            }),
            is_plain,
            unread: read.unread,
            problems: read.problems,
        }
    }
}

/// A reader of the decks below a folder.
pub(super) struct Reader<'a> {
    root: &'a Path,
    /// Whether every text is kept.
    keeps: bool,
    index: Option<Index>,
    /// Where the index is.
    folder: Option<Folder>,
    /// The bytes read from decks so far, by reading them anew or to know them again.
    read: AtomicU64,
    now: SystemTime,
}

/// The bytes of decks from which, read anew, the index is written again.
const MANY: u64 = 256 * 1024;

impl<'a> Reader<'a> {
    /// Returns a reader of `files`, which are below `root`. It keeps all of their texts if they are small together.
    pub(super) fn new(root: &'a Path, files: &[PathBuf]) -> Self {
        match index::are_short(files, index::least()) {
            true => Self::keeping(root),
            false => Self::letting_go(root),
        }
    }

    /// Returns a reader that takes unchanged files from the index in `folder`.
    pub(super) fn indexed(root: &'a Path, files: &[PathBuf], folder: Option<Folder>) -> Self {
        let plain = Self::new(root, files);
        let folder = folder.filter(|_| !plain.keeps);
        plain.with_index(folder)
    }

    /// Returns the reader with the index in `folder`.
    pub(super) fn with_index(self, folder: Option<Folder>) -> Self {
        Self {
            index: folder.as_ref().and_then(Index::open),
            folder,
            ..self
        }
    }

    /// Returns the reader at another moment of the file system's clock.
    #[cfg(test)]
    pub(super) fn at(self, now: SystemTime) -> Self {
        Self { now, ..self }
    }

    /// Returns whether the next start gains by an index of what was read: there was none, or much had to be read.
    pub(super) fn is_lacking(&self) -> bool {
        self.index.is_none() || self.read.load(Ordering::Relaxed) > MANY
    }

    /// Returns where the index is to be, and the one that was there.
    pub(super) fn into_index(self) -> (Option<Folder>, Option<Index>) {
        let mut index = self.index;
        index.iter_mut().for_each(Index::forget_heads);
        (self.folder, index)
    }

    /// Returns whether it keeps every text: they are few or short.
    pub(super) fn keeps(&self) -> bool {
        self.keeps
    }

    /// Returns a reader that keeps every text.
    pub(super) fn keeping(root: &'a Path) -> Self {
        Self {
            root,
            keeps: true,
            index: None,
            folder: None,
            read: AtomicU64::new(0),
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

    /// Returns the name of the deck at `path`.
    pub(super) fn name(&self, path: &Path) -> String {
        deck_name(self.root, path)
    }

    /// Returns the deck at `path` if it has not changed since the index was written.
    pub(super) fn unchanged(&self, path: &Path) -> Option<Opened> {
        let index = self.index.as_ref()?;
        let found = index.deck(self.root, path, &self.name(path), self.now)?;
        self.read.fetch_add(found.hashed, Ordering::Relaxed);
        Some(Opened::plain(found.deck))
    }

    /// Reads the file of one deck; `room` is for its text, so that not each file needs fresh memory. If the file itself
    /// can't be read as text, that is the only problem.
    pub(super) fn read(&self, path: &Path, room: &mut Vec<u8>) -> Opened {
        self.read_file(path, room).into()
    }

    fn read_file(&self, path: &Path, room: &mut Vec<u8>) -> ReadDeck {
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
        self.read.fetch_add(room.len() as u64, Ordering::Relaxed);
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
        let name = self.name(source.file());
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
