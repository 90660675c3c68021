//! The index of decks: what a start needs of every card, for decks that have not changed.
//!
//! A deck is in it only if nothing is wrong with it and each of its cards has an id: any other is read as always.
//!
//! ```text
//! head   version of the program, by whose rules the decks were read
//!        per deck: mark, number of its cards, then as bytes: title, about, intro, markup, order, resources, and the
//!            heads of its cards (see [`heads`])
//! body   per deck, for each card: u64 hash of its front, by which `quiz add` finds a card that asks the same; nothing for
//!        a deck whose fronts nobody has asked for
//! ```

use std::collections::HashMap;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use super::bytes::{In, Out};
use super::file::{self, Body, Magic};
use super::folder::Folder;
use super::heads;
use super::mark::{Known, Mark, name_below};
use crate::deck::file::DeckFile;
use crate::deck::{Cards, Deck, Resource};

/// The form of the file. Whoever changes it changes the number.
const MAGIC: Magic = *b"quiz decks   003";

/// The name of the file.
const NAME: &str = "decks";

/// Another version of the program may read decks by other rules.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// An open index.
#[derive(Debug)]
pub(crate) struct Index {
    head: Arc<Vec<u8>>,
    entries: HashMap<String, Entry>,
    fronts: Body,
}

/// A deck in the index.
#[derive(Debug)]
struct Entry {
    mark: Mark,
    /// Its heads, in bytes of the file's head.
    heads: Range<usize>,
    /// The hashes of the fronts of its cards, in bytes of the file's body.
    fronts: Range<u64>,
}

/// A deck that has not changed.
pub(crate) struct Found {
    /// The deck with its cards, as a full read would give it.
    pub(crate) deck: Deck,
    /// The bytes that were read to know it again.
    pub(crate) hashed: u64,
}

impl Index {
    /// Opens the index in `folder`; any trouble gives `None`.
    pub(crate) fn open(folder: &Folder) -> Option<Self> {
        let (head, fronts) = file::open(&folder.file(NAME), &MAGIC)?;
        let head = Arc::new(head);
        let mut input = In::new(&head);
        if input.text()? != VERSION {
            return None;
        }
        let mut entries = HashMap::new();
        let mut at = 0u64;
        while !input.end() {
            let mark = Mark::load(&mut input)?;
            let next = at.checked_add(input.u64()?.checked_mul(8)?)?;
            let length = input.bytes()?.len();
            let end = head.len() - input.left();
            let heads = end - length..end;
            let fronts = std::mem::replace(&mut at, next)..next;
            let entry = Entry {
                mark,
                heads,
                fronts,
            };
            entries.insert(entry.mark.name.clone(), entry);
        }
        (at == fronts.len()).then_some(Self {
            head,
            entries,
            fronts,
        })
    }

    /// Returns the hashes of the fronts of a deck that came from this index; `None` if they can't be read.
    pub(crate) fn fronts(&self, root: &Path, path: &Path) -> Option<Vec<u64>> {
        let entry = self.entries.get(&name_below(root, path)?)?;
        let bytes = self.fronts.read(entry.fronts.clone())?;
        let hashes = bytes.as_chunks().0.iter();
        Some(hashes.map(|hash| u64::from_le_bytes(*hash)).collect())
    }

    /// Forgets what was needed to open the decks; their fronts can still be read.
    pub(crate) fn forget_heads(&mut self) {
        self.head = Arc::default();
    }

    /// Returns the deck `name` at `path`, below `root`, if its file is known and unchanged; `now` is the clock of the file
    /// system.
    pub(crate) fn deck(
        &self,
        root: &Path,
        path: &Path,
        name: &str,
        now: SystemTime,
    ) -> Option<Found> {
        let entry = self.entries.get(&name_below(root, path)?)?;
        let (mark, hashed) = match entry.mark.check(root, now) {
            Known::Unchanged => (entry.mark.clone(), 0),
            Known::SameSoFar(mark) => {
                // A deck that grew is another one.
                let length = fs::metadata(path).ok()?.len();
                (length == mark.length).then_some((mark, length))?
            }
            Known::Changed => return None,
        };
        let deck = load(&self.head, entry.heads.clone(), name, path, mark)?;
        Some(Found { deck, hashed })
    }
}

/// Writes an index of these decks anew, each with the hashes of the fronts of its cards, or of none.
///
/// # Errors
/// Fails if the folder can't be written to; then the old index is still there.
pub(crate) fn write<'a>(
    folder: &Folder,
    decks: impl IntoIterator<Item = (&'a Deck, Vec<u64>)>,
) -> io::Result<()> {
    // First: `decks` hashes the front of every card, for nothing if the folder can't be written.
    folder.prepare()?;
    let mut out = Out::default();
    out.text(VERSION);
    let mut body = Vec::new();
    for (deck, fronts) in decks {
        if let Some((mark, heads)) = stored(deck) {
            mark.store(&mut out);
            out.u64(fronts.len() as u64);
            let bytes = fronts.iter().flat_map(|hash| hash.to_le_bytes());
            body.push(bytes.collect::<Vec<u8>>());
            out.bytes(&heads);
        }
    }
    file::write(&folder.file(NAME), &MAGIC, &out.into_bytes(), body)
}

/// Returns the heads of decks as they are stored.
#[cfg(test)]
pub(crate) fn forms<'a>(decks: impl Iterator<Item = &'a Deck>) -> Vec<u8> {
    decks
        .filter_map(|deck| Some(stored(deck)?.1))
        .flatten()
        .collect()
}

/// Deletes the index.
pub(crate) fn delete(folder: &Folder) {
    // If that fails, the next check says the same again.
    let _ = fs::remove_file(folder.file(NAME));
}

/// Returns the mark and the heads of a deck; `None` if it can't be in an index.
fn stored(deck: &Deck) -> Option<(&Mark, Vec<u8>)> {
    let mark = deck.file.mark()?;
    // Numbers of 32 bits are enough.
    u32::try_from(mark.length).ok()?;
    let mut out = Out::with_capacity(1024 + deck.cards.len() * 40);
    header(deck, &mut out);
    heads::store(&deck.cards, &mut out)?;
    Some((mark, out.into_bytes()))
}

/// Adds the deck's own fields.
fn header(deck: &Deck, out: &mut Out) {
    out.text(&deck.title);
    for text in [&deck.about, &deck.intro] {
        option(text.as_deref(), out);
    }
    out.u8(u8::from(deck.markup));
    out.i64(i64::from(deck.order));
    out.u64(deck.resources.len() as u64);
    for resource in &deck.resources {
        out.text(&resource.title);
        out.text(&resource.site);
        out.u32(resource.minutes);
        option(resource.address.as_deref(), out);
    }
}

fn option(text: Option<&str>, out: &mut Out) {
    out.u8(u8::from(text.is_some()));
    if let Some(text) = text {
        out.text(text);
    }
}

/// Returns the deck whose heads are at `range` of the head of an index; `None` if there are none.
fn load(
    head: &Arc<Vec<u8>>,
    range: Range<usize>,
    name: &str,
    path: &Path,
    mark: Mark,
) -> Option<Deck> {
    let mut input = In::new(head.get(range.clone())?);
    let size = mark.length;
    let file = DeckFile::marked(path, mark);
    let mut deck = load_header(&mut input, name, path, &file)?;
    let cards = range.end.checked_sub(input.left())?..range.end;
    deck.cards = heads::load(head, cards, (&file, size), deck.markup)?;
    Some(deck)
}

fn load_header(input: &mut In, name: &str, path: &Path, file: &DeckFile) -> Option<Deck> {
    Some(Deck {
        name: name.to_string(),
        path: path.to_path_buf(),
        title: input.text()?.to_string(),
        about: load_option(input)?,
        intro: load_option(input)?,
        markup: load_flag(input)?,
        order: i32::try_from(input.i64()?).ok()?,
        resources: load_resources(input)?,
        cards: Cards::default(),
        file: file.clone(),
    })
}

fn load_resources(input: &mut In) -> Option<Vec<Resource>> {
    let count = input.u64()?;
    let resource = |_| {
        Some(Resource {
            title: input.text()?.to_string(),
            site: input.text()?.to_string(),
            minutes: input.u32()?,
            address: load_option(input)?,
        })
    };
    (0..count).map(resource).collect()
}

fn load_option(input: &mut In) -> Option<Option<String>> {
    match load_flag(input)? {
        false => Some(None),
        true => Some(Some(input.text()?.to_string())),
    }
}

fn load_flag(input: &mut In) -> Option<bool> {
    match input.u8()? {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_computed_for_a_folder_that_cannot_be_written() {
        let root = tempfile::tempdir().unwrap();
        let cache = root.path().join("cache");
        fs::write(&cache, "a file").unwrap();
        let folder = Folder::within(&cache, root.path()).unwrap();
        let asked = std::iter::repeat_with(|| panic!("the decks are not needed"));
        assert!(write(&folder, asked.take(1)).is_err());
    }
}
