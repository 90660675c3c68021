//! The file of a deck: its text, kept or read again when it is needed.
//!
//! A home may hold decks of many megabytes, of which a command shows one card. So the texts of big homes are let go once
//! they were read, and this one rule holds for everything that later refers to one by its bytes:
//!
//! **A range of bytes is only ever used on the very text in which it was found.** That text is kept, or it is read again
//! and known by its length and hash. If the file has changed meanwhile (people edit decks while a session runs), nothing
//! is taken from the old ranges: an edit is refused, and a card is read from the deck as it is now, by its id.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use super::read::{self, Parsed};
use super::{Body, CardId, Side};
use crate::error::{Error, Result};
use crate::index::mark::Mark;
use crate::place::Source;

/// The file of a deck as it was read. Cheap to clone.
#[derive(Debug, Clone)]
pub struct DeckFile(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    /// How the text is known again; `None` if it is kept.
    mark: Option<Mark>,
    /// The text; `None` if the file has another one by now.
    text: OnceLock<Option<Source>>,
    /// Whether a card was read from it without keeping its text.
    is_asked: AtomicBool,
    /// The cards of the text that the file has by now.
    now: OnceLock<Vec<Parsed>>,
}

thread_local! {
    /// Memory for the texts that are not kept: fresh memory takes longer than reading into it.
    static ROOM: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// The longest text that is read twice rather than kept, in bytes.
const LONG: u64 = 1 << 20;

impl DeckFile {
    /// Returns the file of a text, which is kept.
    pub fn kept(source: &Source) -> Self {
        Self(Arc::new(Inner {
            path: source.file().to_path_buf(),
            mark: None,
            text: OnceLock::from(Some(source.clone())),
            is_asked: AtomicBool::new(true),
            now: OnceLock::new(),
        }))
    }

    /// Returns the file of the text with this mark, which is read again when it is needed.
    pub(crate) fn marked(path: &Path, mark: Mark) -> Self {
        Self(Arc::new(Inner {
            path: path.to_path_buf(),
            mark: Some(mark),
            text: OnceLock::new(),
            is_asked: AtomicBool::new(false),
            now: OnceLock::new(),
        }))
    }

    /// Keeps its text.
    pub(crate) fn keep(&self, source: Source) {
        // Whoever read it again meanwhile keeps the same.
        let _ = self.0.text.set(Some(source));
    }

    /// Returns its path.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Returns how its text is known again, unless that is kept anyway.
    pub(crate) fn mark(&self) -> Option<&Mark> {
        self.0.mark.as_ref()
    }

    /// Returns the text to which the spans of its cards refer.
    ///
    /// # Errors
    /// Fails if the file has changed since.
    pub fn source(&self) -> Result<&Source> {
        self.text().ok_or_else(|| {
            let path = self.path().display();
            Error::Refused(format!(
                "{path} has just been changed by another program: nothing was written; try again"
            ))
        })
    }

    /// Returns the text for showing places in it; an empty one if the file has changed since.
    pub(crate) fn shown(&self) -> Source {
        let text = self.text().cloned();
        text.unwrap_or_else(|| Source::new(self.path(), ""))
    }

    fn text(&self) -> Option<&Source> {
        let text = self.0.text.get_or_init(|| self.read(Vec::new()));
        text.as_ref()
    }

    /// Returns what `take` returns for the text; `None` if the file has changed since.
    ///
    /// The text is kept from the second time on: a session that asks one card of each of many decks needs none twice. A
    /// long one is kept at once.
    fn with_text<T>(&self, take: impl FnOnce(&Source) -> Option<T>) -> Option<T> {
        let is_long = self.mark().is_none_or(|mark| mark.length > LONG);
        let is_kept = is_long || self.0.text.get().is_some();
        if is_kept || self.0.is_asked.swap(true, Ordering::Relaxed) {
            return take(self.text()?);
        }
        let source = self.read(ROOM.take())?;
        let taken = take(&source);
        ROOM.set(source.into_text().unwrap_or_default().into_bytes());
        taken
    }

    /// Reads the text into `room`; `None` if the file has changed since.
    fn read(&self, mut room: Vec<u8>) -> Option<Source> {
        room.clear();
        let mark = self.mark()?;
        File::open(self.path()).ok()?.read_to_end(&mut room).ok()?;
        let text = mark.is_of(&room).then(|| String::from_utf8(room).ok())??;
        Some(Source::new(self.path(), text))
    }

    /// Returns the body of the card at `span`, which was seen to be valid.
    ///
    /// If the file has changed since, that is the card with this id as it is now; `None` if there is none that still has
    /// these sides.
    pub(super) fn find(&self, span: &Range<usize>, of: &Wanted) -> Option<Body> {
        let found = self.with_text(|source| read::body(source, span, of.markup));
        if let Some((id, body)) = found
            && (of.id.is_none() || of.id == id.as_ref())
        {
            return Some(body);
        }
        let now = self.0.now.get_or_init(|| {
            let text = fs::read_to_string(self.path()).unwrap_or_default();
            read::deck("", &Source::new(self.path(), text)).cards
        });
        let id = of.id?;
        let has_sides = |card: &&Parsed| {
            let sides = card.body.sides();
            of.sides.iter().all(|side| sides.contains(side))
        };
        let mut same = now.iter().filter(|card| card.id.as_ref() == Some(id));
        let same = same.next().filter(has_sides)?;
        Some(Body {
            span: span.clone(),
            ..(*same.body).clone()
        })
    }
}

/// What is known of a card without its text.
pub(super) struct Wanted<'a> {
    pub(super) id: Option<&'a CardId>,
    pub(super) sides: &'a [Side],
    pub(super) markup: bool,
}

impl PartialEq for DeckFile {
    fn eq(&self, other: &Self) -> bool {
        (self.path(), self.text()) == (other.path(), other.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deck::library::Library;

    const DECK: &str = r#"Deck(title: "t", cards: [
        Basic(id: "a", front: "Frage ä", back: "1", tags: ["t"]),
        Cloze(id: "b", text: "{{c1::One}} and {{c2::two}}"),
        Basic(id: "c", front: "C?", back: "3", reverse: true),
    ])"#;

    /// Returns the fronts of the cards of [`DECK`], and whether each is there, if the file becomes `now` between opening
    /// and reading.
    fn fronts(now: Option<&str>) -> Vec<(String, bool)> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.ron");
        fs::write(&path, DECK).unwrap();
        let library = Library::load_letting_go(folder.path()).unwrap();
        let times = fs::metadata(&path).unwrap().modified().unwrap();
        match now {
            Some(now) => fs::write(&path, now).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        if now.is_some() {
            let file = File::options().write(true).open(&path).unwrap();
            file.set_modified(times).unwrap();
        }
        let deck = library.deck("d").unwrap();
        assert_eq!(deck.cards[0].tags(), ["t"]);
        let cards = deck.cards.iter();
        let fronts = cards.map(|card| (card.front(), card.is_there())).collect();
        assert_eq!(deck.file.source().is_ok(), now == Some(DECK));
        fronts
    }

    fn there(front: &str) -> (String, bool) {
        (front.to_string(), true)
    }

    #[test]
    fn a_text_is_read_again_when_it_is_needed() {
        let all = [there("Frage ä"), there("One and two"), there("C?")];
        assert_eq!(fronts(Some(DECK)), all);
    }

    #[test]
    fn a_card_of_a_changed_deck_is_read_as_it_is_now() {
        for (old, new, changed) in [
            ("Frage ä", "Antwort", ["Antwort", "One and two", "C?"]),
            // An edit that no length and no time tells.
            ("Frage ä", "Frage ö", ["Frage ö", "One and two", "C?"]),
            (
                "Deck(",
                "// many words before\nDeck(",
                ["Frage ä", "One and two", "C?"],
            ),
            (
                "C?",
                "C{{c1::x}}?",
                ["Frage ä", "One and two", "C{{c1::x}}?"],
            ),
            ("::One", "::Once", ["Frage ä", "Once and two", "C?"]),
        ] {
            assert_eq!(
                fronts(Some(&DECK.replace(old, new))),
                changed.map(there),
                "{new}"
            );
        }
    }

    #[test]
    fn a_card_that_is_gone_says_so_and_shows_no_other() {
        let swapped = DECK.replace("\"a\"", "\"x\"").replace("\"c\"", "\"a\"");
        let cut = DECK.get(..DECK.find("Cloze").unwrap()).unwrap();
        let latin = "not a deck";
        let less = DECK.replace(" and {{c2::two}}", "");
        for (now, there) in [
            (Some(swapped.as_str()), [true, true, false]),
            (Some(cut), [true, false, false]),
            (Some(less.as_str()), [true, false, true]),
            (Some(latin), [false; 3]),
            (Some(""), [false; 3]),
            (None, [false; 3]),
        ] {
            let fronts = fronts(now);
            for ((front, is_there), (expected, id)) in
                fronts.iter().zip(there.iter().zip(["a", "b", "c"]))
            {
                assert_eq!(is_there, expected, "{now:?}: {front}");
                let says = format!("The card `{id}` is no longer in ");
                assert_eq!(front.starts_with(&says), !expected, "{now:?}: {front}");
            }
            // The first is in the swapped deck as another card: it is shown as it is now.
            if now == Some(swapped.as_str()) {
                assert_eq!(fronts[0].0, "C?");
            }
        }
    }
}
