//! All decks of a home, united: each card once, each with an id.
//!
//! It knows deck files and what they hold, never histories; renames are passed in.

mod find;
mod ids;
mod open;
mod places;
mod walk;

#[cfg(test)]
mod property;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
#[cfg(test)]
use std::time::SystemTime;

use rayon::prelude::*;

use super::read;
use super::{Card, CardId, Deck, FaceKey, Side, twins};
use crate::conflict;
use crate::error::Result;
use crate::folding;
use crate::hashing::Eventually;
use crate::index::decks;
use crate::index::folder::Folder;
use crate::parallel;
use crate::place::{Place, Problem, Severity, Source};
use open::{Opened, Reader};
use places::Places;

/// The decks of a home, with their problems.
#[derive(Debug, Default)]
pub struct Library {
    /// The folder of the decks.
    pub root: PathBuf,
    /// The decks, by `order`, then by name.
    pub decks: Vec<Deck>,
    /// The problems of folders, decks and cards; most say what was left out, and why.
    pub problems: Vec<Problem>,
    /// For each card, the indices of its deck and of the card in that deck; noted when many cards are looked up.
    places: Eventually<Places>,
    /// The ids of cards that were left out because of a rename or because they can't be read.
    left_out: HashSet<CardId>,
    /// The files of decks of which something was left out, here or when they were read.
    partial: HashSet<PathBuf>,
    /// Where the index of these decks is; `None` if none is worth it.
    index: Option<Folder>,
    /// Whether the index is to be written for the sake of the next start.
    is_lacking: bool,
    fronts: OnceLock<Fronts>,
    /// The index from which decks came, if there is one.
    opened: Option<decks::Index>,
    /// The files of the decks that came from it.
    indexed: HashSet<PathBuf>,
}

/// Hashes of the fronts of all cards.
#[derive(Debug)]
struct Fronts {
    of_decks: Vec<Vec<u64>>,
    /// The number of those that the index did not have.
    new: usize,
}

/// The number of fronts hashed anew from which on the index is written for them: some milliseconds' worth.
const MANY_FRONTS: usize = 1000;

impl Library {
    /// Reads every deck below `root`. The texts of many or long decks are let go; see [`DeckFile`](super::DeckFile).
    ///
    /// Hidden files, editor backups and files that don't end in `.ron` are not decks. A broken deck or card becomes a
    /// problem in the result.
    ///
    /// # Errors
    /// Fails if the folder can't be listed.
    pub fn load(root: &Path) -> Result<Self> {
        Self::read(root, |files| Reader::new(root, files))
    }

    /// Returns the same as [`Library::load`]: decks that have not changed come from the index in `folder`.
    ///
    /// # Errors
    /// Fails if the folder can't be listed.
    pub(crate) fn load_with(root: &Path, folder: Option<Folder>) -> Result<Self> {
        Self::read(root, |files| Reader::indexed(root, files, folder))
    }

    /// Returns whether the index in `folder` says the same as this library, which was read from the files alone; one
    /// that does not is deleted.
    ///
    /// # Errors
    /// Fails if the folder of the decks can't be listed.
    pub(crate) fn index_says_the_same(&self, folder: Option<Folder>) -> Result<bool> {
        let Some(folder) = folder.filter(|folder| decks::Index::open(folder).is_some()) else {
            return Ok(true);
        };
        let root = &self.root;
        let indexed = || {
            Self::read(root, |_| {
                Reader::letting_go(root).with_index(Some(folder.clone()))
            })
        };
        // Decks may have changed in between: only what differs twice is wrong.
        if indexed()?.says_the_same(self) || indexed()?.says_the_same(&Self::load_texts(root)?) {
            return Ok(true);
        }
        decks::delete(&folder);
        Ok(false)
    }

    /// Returns whether two libraries hold the same decks and the same problems.
    ///
    /// Of cards at the same places of the same text, the bodies are the same.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        let decks = || self.decks.iter().zip(&other.decks);
        self.decks.len() == other.decks.len()
            && decks().all(|(deck, other)| deck.has_the_heads_of(other))
            && self.problems == other.problems
            && self.left_out == other.left_out
    }

    /// Writes the index anew if the next start, or the next addition of cards, gains by that; to be called when everything
    /// else is done. That it can't be written makes the next start slower, and no more.
    pub(crate) fn write_index(&self) {
        let has_many = |fronts: &Fronts| fronts.new > MANY_FRONTS;
        let is_lacking = self.is_lacking || self.fronts.get().is_some_and(has_many);
        if let Some(folder) = self.index.as_ref().filter(|_| is_lacking) {
            let _ = self.store(folder);
        }
    }

    fn store(&self, folder: &Folder) -> io::Result<()> {
        let whole = self.decks.iter().enumerate();
        let whole = whole.filter(|(_, deck)| !self.partial.contains(&deck.path));
        let hashed = whole.map(|(at, deck)| {
            // Only who adds cards needs them: what nobody has asked for so far is left out.
            let fronts = match self.fronts.get() {
                Some(all) => all.of_decks.get(at).cloned(),
                None => self.known_fronts(deck),
            };
            (deck, fronts.unwrap_or_default())
        });
        decks::write(folder, hashed)
    }

    /// Returns a hash of the front of each card of each deck: equal for cards that ask the same.
    pub(crate) fn fronts(&self) -> &[Vec<u64>] {
        let find = || {
            let mut new = 0;
            let of_decks = self.decks.iter().map(|deck| {
                self.known_fronts(deck).unwrap_or_else(|| {
                    new += deck.cards.len();
                    let cards = deck.cards.par_iter();
                    let hashes = cards.map(|card| twins::front_hash(&card.front()));
                    parallel::with_threads(|| hashes.collect())
                })
            });
            let of_decks = of_decks.collect();
            Fronts { of_decks, new }
        };
        &self.fronts.get_or_init(find).of_decks
    }

    /// Returns the hashes of the fronts of a deck's cards if the index has them.
    fn known_fronts(&self, deck: &Deck) -> Option<Vec<u64>> {
        let index = self.opened.as_ref();
        let index = index.filter(|_| self.indexed.contains(&deck.path))?;
        let known = index.fronts(&self.root, &deck.path)?;
        (known.len() == deck.cards.len()).then_some(known)
    }

    /// Reads every deck below `root` as [`Library::load`] does, and keeps every text.
    ///
    /// # Errors
    /// Fails if the folder can't be listed.
    pub fn load_texts(root: &Path) -> Result<Self> {
        Self::read(root, |_| Reader::keeping(root))
    }

    /// Reads every deck below `root` as [`Library::load_with`] does, however small they are, at this moment.
    #[cfg(test)]
    fn load_indexed(root: &Path, folder: &Folder, now: SystemTime) -> Result<Self> {
        let reader = Reader::letting_go(root);
        Self::read(root, |_| reader.at(now).with_index(Some(folder.clone())))
    }

    /// Reads every deck below `root` as [`Library::load`] does, and keeps no text that can be read again.
    #[cfg(test)]
    pub(crate) fn load_letting_go(root: &Path) -> Result<Self> {
        Self::read(root, |_| Reader::letting_go(root))
    }

    fn read<'a>(root: &'a Path, reader: impl FnOnce(&[PathBuf]) -> Reader<'a>) -> Result<Self> {
        let mut library = Self {
            root: root.to_path_buf(),
            ..Self::default()
        };
        if fs::metadata(root).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            let place = Place::new(root, "", 0, 0);
            let missing = Problem::error(place, "the folder of the decks is not there");
            library.problems.push(missing);
            return Ok(library);
        }
        let (files, problems) = walk::files(root)?;
        library.problems.extend(problems);
        let reader = reader(&files);
        // What comes from an index is there at once; reading the rest keeps more than one processor busy.
        let found: Vec<Option<Opened>> = files.iter().map(|path| reader.unchanged(path)).collect();
        let missing = files.iter().zip(&found);
        let missing: Vec<&PathBuf> = missing
            .filter_map(|(path, found)| found.is_none().then_some(path))
            .collect();
        let read: Vec<Opened> = match reader.keeps() {
            // Starting threads would take longer.
            true => {
                let mut room = Vec::new();
                let read = missing.iter().map(|path| reader.read(path, &mut room));
                read.collect()
            }
            false => {
                let read = missing.par_iter();
                let read = read.map_init(Vec::new, |room, path| reader.read(path, room));
                parallel::with_threads(|| read.collect())
            }
        };
        library.is_lacking = reader.is_lacking();
        (library.index, library.opened) = reader.into_index();
        let came = files
            .iter()
            .zip(&found)
            .filter(|(_, found)| found.is_some());
        library.indexed = came.map(|(path, _)| path.clone()).collect();
        let mut read = read.into_iter();
        let mut all = Vec::with_capacity(files.len());
        for read in found
            .into_iter()
            .filter_map(|found| found.or_else(|| read.next()))
        {
            library.problems.extend(read.problems);
            library.left_out.extend(read.unread);
            if let Some(deck) = read.deck {
                if !read.is_plain {
                    library.partial.insert(deck.path.clone());
                }
                all.push(deck);
            }
        }
        all.sort_by(|a, b| (a.order, &a.name).cmp(&(b.order, &b.name)));
        library.problems.extend(same_names(&all));
        // Decks of one index were united when it was written, and found to share no id.
        library.unite(all, missing.is_empty());
        Ok(library)
    }

    /// Returns whether the file system says that the files of the decks are those that were read, all of them, and
    /// unchanged; `false` where only reading them again would tell.
    pub(crate) fn is_current(&self) -> bool {
        let Ok((files, problems)) = walk::files(&self.root) else {
            return false;
        };
        let decks = self.decks.iter();
        let decks: HashMap<&Path, &Deck> = decks.map(|deck| (deck.path.as_path(), deck)).collect();
        let stands = |path: &PathBuf| {
            let deck = decks.get(path.as_path());
            let mark = deck.and_then(|deck| deck.file.mark());
            mark.is_some_and(|mark| mark.stands(&self.root))
        };
        problems.is_empty() && files.len() == self.decks.len() && files.iter().all(stands)
    }

    /// Returns whether every deck and card could be read, and no conflict copy of a sync tool is left to compare.
    pub fn is_whole(&self) -> bool {
        let is_left_out = |problem: &Problem| {
            problem.severity == Severity::Error || conflict::is_copy(&problem.place.file)
        };
        !self.problems.iter().any(is_left_out)
    }

    /// Returns the card with this id and its deck, if there is one.
    pub fn card(&self, id: &CardId) -> Option<(&Deck, &Card)> {
        self.card_with(id.as_str())
    }

    /// Returns the same as [`Library::card`] for an id given as text.
    pub fn card_with(&self, id: &str) -> Option<(&Deck, &Card)> {
        self.at(self.place(id)?)
    }

    /// Returns the card of a face and its deck, if the card has that face.
    pub fn face(&self, face: &FaceKey) -> Option<(&Deck, &Card)> {
        self.card(&face.card)
            .filter(|(_, card)| card.sides().contains(&face.side))
    }

    /// Makes all cards that are not made yet, and lets go what they are made of.
    pub(crate) fn make_cards(&self) {
        for deck in &self.decks {
            deck.cards.made();
        }
    }

    /// Returns every card with its deck, in order.
    pub fn cards(&self) -> impl Iterator<Item = (&Deck, &Card)> {
        self.decks
            .iter()
            .flat_map(|deck| deck.cards.iter().map(move |card| (deck, card)))
    }

    /// Returns every face with its card and deck, in order.
    pub fn faces(&self) -> impl Iterator<Item = (&Deck, &Card, Side)> {
        self.cards()
            .flat_map(|(deck, card)| card.sides().iter().map(move |side| (deck, card, *side)))
    }

    /// Returns the deck of this name, in any Unicode form.
    pub fn deck(&self, name: &str) -> Option<&Deck> {
        let name = folding::equal(name);
        self.decks.iter().find(|deck| deck.name == name)
    }
}

/// Returns the deck at `path` below `root` as its file is now, apart from all others; `None` if it can't be read.
pub(crate) fn read_one(root: &Path, path: &Path) -> Option<Deck> {
    Reader::keeping(root).read(path, &mut Vec::new()).deck
}

/// Returns pairs of name and title of the decks below `root`, in no particular order.
///
/// Of a long deck only the beginning is read; one that has not changed comes from the index in `folder`.
///
/// # Errors
/// Fails if the folder can't be listed.
pub(crate) fn titles(root: &Path, folder: Option<Folder>) -> Result<Vec<(String, String)>> {
    let (files, _) = walk::files(root)?;
    let reader = Reader::indexed(root, &files, folder);
    Ok(titles_of(&files, &reader).collect())
}

fn titles_of(files: &[PathBuf], reader: &Reader) -> impl Iterator<Item = (String, String)> {
    let known = |path| {
        let deck = reader.unchanged(path)?.deck?;
        Some((deck.name, deck.title))
    };
    let begun = |path| {
        let title = read::title_at_the_start(&Source::new(path, beginning_of(path)?))?;
        Some((reader.name(path), title))
    };
    let whole = |path| {
        let deck = reader.read(path, &mut Vec::new()).deck?;
        Some((deck.name, deck.title))
    };
    let files = files.iter();
    files.filter_map(move |path| known(path).or_else(|| begun(path)).or_else(|| whole(path)))
}

/// Reads the beginning of a deck's text; `None` if the file is short enough to be read whole, or can't be read.
fn beginning_of(path: &Path) -> Option<String> {
    const BEGINNING: u64 = 16 * 1024;
    let file = fs::File::open(path).ok()?;
    if conflict::is_copy(path) || file.metadata().ok()?.len() <= BEGINNING {
        return None;
    }
    let mut bytes = Vec::new();
    file.take(BEGINNING).read_to_end(&mut bytes).ok()?;
    // The last character may be cut in two.
    let whole = bytes.utf8_chunks().next()?.valid();
    Some(whole.to_string())
}

/// Returns a warning for each deck whose file name differs from another's only in its Unicode form.
fn same_names(decks: &[Deck]) -> Vec<Problem> {
    let mut first: HashMap<&str, &Path> = HashMap::new();
    let mut problems = Vec::new();
    for deck in decks {
        match first.get(deck.name.as_str()) {
            None => drop(first.insert(&deck.name, &deck.path)),
            Some(other) => {
                let message = format!(
                    "two files have the name `{}` in two Unicode forms",
                    deck.name
                );
                problems.push(
                    Problem::warning(Place::whole(&deck.path), message)
                        .other(Place::whole(other))
                        .help("move the cards of one into the other"),
                );
            }
        }
    }
    problems
}

/// Returns whether the deck `name` is `place`, or is in the folder `place`.
pub fn is_in(name: &str, place: &str) -> bool {
    name.strip_prefix(place)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns the name of the deck at `path`: its path below `root` without `.ron`, with `/` between folders.
///
/// The name is in Unicode normalization form C, whatever form the file system keeps.
pub fn deck_name(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path).with_extension("");
    below
        .components()
        .map(|part| folding::equal(&part.as_os_str().to_string_lossy()).into_owned())
        .collect::<Vec<_>>()
        .join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_those_of_the_decks_whatever_their_length() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let card =
            |n: usize| format!("Basic(id: \"c{n}\", front: \"Frage ä {n}\", back: \"b\"),\n");
        let many: String = (0..1000).map(card).collect();
        let decks = [
            (
                "short",
                format!("Deck(title: \"Short\", cards: [{}])", card(1)),
            ),
            (
                "long",
                format!("// first\nDeck(title: \"Lo\\\"ng\", cards: [{many}])"),
            ),
            (
                "behind",
                format!("Deck(cards: [{many}], title: \"Behind\")"),
            ),
            ("none", format!("Deck(cards: [{many}])")),
            (
                "about",
                format!(
                    "Deck(about: \"{}\", title: \"About\", cards: [])",
                    "ä".repeat(20_000)
                ),
            ),
            (
                "broken",
                format!("Deck(title: \"Broken\", cards: [{many} Basic("),
            ),
            ("rubbish", "rubbish".repeat(5000)),
        ];
        for (name, text) in &decks {
            fs::write(root.join(name).with_extension("ron"), text).unwrap();
        }
        let mut found = titles(root, None).unwrap();
        found.sort();
        let library = Library::load(root).unwrap();
        let all = library
            .decks
            .iter()
            .map(|deck| (deck.name.clone(), deck.title.clone()));
        assert_eq!(found, all.collect::<Vec<_>>());
        assert_eq!(found.len(), 6);
    }
}
