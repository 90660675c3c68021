//! Writing cards into decks.
//!
//! However many cards there are, the ids and fronts of the library are read once, and each deck is scanned, spliced,
//! checked and written once.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::draft::{Draft, Wrong};
use super::id::Ids;
use super::library::Library;
use super::splice::{self, New};
use super::twins::{front_hash, same, whole};
use super::{Body, CardId};
use crate::error::{Error, Result};
use crate::files::{self, Disk};
use crate::place::Source;
use crate::text::capital;

/// Cards on their way into decks.
///
/// [`Batch::add`] takes them one by one and reports at once what is wrong with one; nothing is written before
/// [`Batch::write`]. The decks must be held meanwhile (`Study::hold_decks`).
pub struct Batch<'a> {
    library: &'a Library,
    ids: Ids<'a>,
    /// The indices of a deck and of a card in it, by the hash of the card's front; read when first asked for.
    fronts: OnceCell<HashMap<u64, (usize, usize)>>,
    /// The cards of this batch by their fronts.
    new: HashMap<String, Twin>,
    /// For each deck that is written to, its cards by everything that they say.
    whole: HashMap<String, HashMap<String, CardId>>,
    decks: BTreeMap<String, Vec<(CardId, New)>>,
}

/// A card that asks the same as another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twin {
    /// Its id.
    pub id: CardId,
    /// The name of its deck, and its line if it is in a file already.
    pub place: String,
}

/// A deck that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its name.
    pub deck: String,
    /// Its file.
    pub path: PathBuf,
    /// Whether the deck is new.
    pub is_new: bool,
    /// The ids of the added cards, in order.
    pub ids: Vec<CardId>,
}

impl<'a> Batch<'a> {
    /// Starts with the cards of `library`. Ids that are `taken` by a history are not given out.
    pub fn new(library: &'a Library, taken: impl Fn(&str) -> bool + 'a) -> Self {
        Self {
            library,
            ids: Ids::new(move |id| library.has(id) || taken(id)),
            fronts: OnceCell::new(),
            new: HashMap::new(),
            whole: HashMap::new(),
            decks: BTreeMap::new(),
        }
    }

    /// Returns the card that already asks `front`, including cards of this batch.
    pub fn twin(&self, front: &str) -> Option<Twin> {
        let asked = same(front);
        let known = self.fronts.get_or_init(|| fronts(self.library));
        let known = known.get(&front_hash(front)).and_then(|&(deck, card)| {
            let deck = self.library.decks.get(deck)?;
            let card = deck.cards.get(card)?;
            (same(&card.front()) == asked).then(|| Twin {
                id: card.id.clone(),
                place: format!("{}:{}", deck.name, card.line),
            })
        });
        known.or_else(|| self.new.get(&asked).cloned())
    }

    /// Returns the card of `deck` that says everything `body` says, including cards of this batch. A card for which an
    /// id was chosen matches only the card with that id.
    pub fn written_twice(
        &mut self,
        deck: &str,
        id: Option<&CardId>,
        body: &Body,
    ) -> Option<CardId> {
        let Some(id) = id else {
            return self.whole_of(deck).get(&whole(body)).cloned();
        };
        let (found, card) = self.library.card(id)?;
        (found.name == deck && whole(card) == whole(body)).then(|| id.clone())
    }

    fn whole_of(&mut self, deck: &str) -> &mut HashMap<String, CardId> {
        let library = self.library;
        self.whole.entry(deck.to_string()).or_insert_with(|| {
            let cards = library.deck(deck).map_or(&[][..], |deck| &deck.cards);
            let cards = cards.iter().map(|card| (whole(card), card.id.clone()));
            cards.collect()
        })
    }

    /// Takes a card for `deck`, and gives it an id if it has none.
    ///
    /// # Errors
    /// Returns the field that is wrong.
    pub fn add(&mut self, deck: &str, draft: Draft) -> Result<CardId, Wrong> {
        let (id, body) = draft.clone().check()?;
        let id = self.id(id, &body)?;
        let draft = draft.with_id(id.as_str());
        self.take(deck, &id, &body, New::Draft(draft));
        Ok(id)
    }

    /// Takes the card at `body.span` of `source` as it is written there, with an id added if it has none.
    ///
    /// # Errors
    /// Returns the field that is wrong.
    pub fn add_written(
        &mut self,
        deck: &str,
        source: &Source,
        id: Option<&CardId>,
        body: &Body,
    ) -> Result<CardId, Wrong> {
        let new_id = self.id(id.cloned(), body)?;
        let written = source.part(&body.span);
        let written = match id {
            Some(_) => Ok(written.to_string()),
            None => splice::card_with_id(written, &new_id),
        };
        let written = written.map_err(|error| Wrong::new("", error.to_string()))?;
        self.take(deck, &new_id, body, New::Written(written));
        Ok(new_id)
    }

    fn take(&mut self, deck: &str, id: &CardId, body: &Body, new: New) {
        let twin = Twin {
            id: id.clone(),
            place: deck.to_string(),
        };
        self.new.entry(same(&body.front())).or_insert(twin);
        self.whole_of(deck).insert(whole(body), id.clone());
        let cards = self.decks.entry(deck.to_string()).or_default();
        cards.push((id.clone(), new));
    }

    /// Returns the chosen id if it is free, or one made from the text.
    fn id(&mut self, chosen: Option<CardId>, body: &Body) -> Result<CardId, Wrong> {
        let Some(id) = chosen else {
            return Ok(self.ids.propose(&body.front()));
        };
        if self.ids.was_given(&id) {
            return Err(Wrong::new("id", format!("the id `{id}` is given twice")));
        }
        if let Some((deck, card)) = self.library.card(&id) {
            let message = format!(
                "there is already a card `{id}`: {}:{}",
                deck.path.display(),
                card.line
            );
            return Err(Wrong::new("id", message));
        }
        if !self.ids.take(&id) {
            let message = format!("`{id}` belongs to an earlier card: choose another id");
            return Err(Wrong::new("id", message));
        }
        Ok(id)
    }

    /// Writes each deck, creating those that do not exist.
    ///
    /// # Errors
    /// Fails at the first deck that can't be written. That one is unchanged; those before it in the order of names are
    /// written.
    pub fn write(self, disk: &dyn Disk) -> Result<Vec<Written>> {
        let library = self.library;
        let decks = self.decks.into_iter();
        decks
            .map(|(deck, cards)| append(library, disk, deck, cards))
            .collect()
    }
}

/// Returns the places of the cards of a library by the hashes of their fronts; of cards that ask the same, the last.
fn fronts(library: &Library) -> HashMap<u64, (usize, usize)> {
    let decks = library.fronts().iter().enumerate();
    let cards = decks.flat_map(|(at_deck, fronts)| {
        let fronts = fronts.iter().enumerate();
        fronts.map(move |(at, hash)| (*hash, (at_deck, at)))
    });
    cards.collect()
}

/// Writes cards after the last one of `deck`, which is created if it does not exist.
///
/// # Errors
/// Fails if it can't be written; then it is unchanged.
pub fn append(
    library: &Library,
    disk: &dyn Disk,
    deck: String,
    cards: Vec<(CardId, New)>,
) -> Result<Written> {
    let old = match library.deck(&deck) {
        Some(known) => Some(known.file.source()?.clone()),
        None => read(&path_of(&library.root, &deck))?,
    };
    let path = match &old {
        Some(source) => source.file().to_path_buf(),
        None => path_of(&library.root, &deck),
    };
    let (ids, cards): (Vec<CardId>, Vec<New>) = cards.into_iter().unzip();
    let empty = || Source::new(&path, splice::empty_deck(&title_of(&deck)));
    let new = splice::append(&old.clone().unwrap_or_else(empty), &cards)?;
    if old.is_none()
        && let Some(folder) = path.parent()
    {
        files::create_folder(disk, &library.root, folder)?;
    }
    let before = old.as_ref().map(|source| source.text().as_bytes());
    files::replace(disk, &path, before, new.as_bytes())?;
    Ok(Written {
        deck,
        path,
        is_new: old.is_none(),
        ids,
    })
}

/// Reads the file, if there is one: that of a deck that is left out.
fn read(path: &Path) -> Result<Option<Source>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::io("read", path)(error)),
    };
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(Source::new(path, text))),
        Err(_) => Err(Error::Refused(format!(
            "{} is not UTF-8 text: nothing was added",
            path.display()
        ))),
    }
}

/// Returns the file of a deck below `root`. Not by `with_extension`, which would drop what follows a dot in the name.
pub(crate) fn path_of(root: &Path, deck: &str) -> PathBuf {
    root.join(format!("{deck}.ron"))
}

/// Returns a title for a new deck: the last part of its name, with spaces and a capital.
fn title_of(deck: &str) -> String {
    let last = deck.rsplit('/').next().unwrap_or(deck);
    capital(&last.replace(['-', '_'], " "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Os;

    fn drafts() -> Vec<Draft> {
        let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        vec![
            Draft::both_ways("f", "b"),
            Draft::cloze("{{c1::a}} b"),
            Draft::typed("f", texts(&["a"])),
            Draft::choice("f", texts(&["a", "b"]), texts(&["b"])),
            Draft::true_false("s", false, Some("why".into())),
        ]
    }

    #[test]
    fn a_new_deck_gets_a_title() {
        assert_eq!(title_of("languages/old-norse"), "Old norse");
    }

    #[test]
    fn every_kind_is_written_as_it_reads() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::load(folder.path()).unwrap();
        let mut batch = Batch::new(&library, |id| id == "b");
        for mut draft in drafts() {
            draft.note = Some("n".into());
            draft.tags.push("t".into());
            batch.add("x/new", draft).unwrap();
        }
        let written = batch.write(&Os).unwrap();
        assert!(written[0].is_new);
        let library = Library::load(folder.path()).unwrap();
        assert_eq!(library.problems, []);
        let cards: Vec<_> = library.cards().map(|(_, card)| card).collect();
        let ids: Vec<_> = cards.iter().map(|card| card.id.clone()).collect();
        assert_eq!(ids, written[0].ids);
        for (card, mut draft) in cards.iter().zip(drafts()) {
            draft.note = Some("n".into());
            draft.tags.push("t".into());
            assert!(card.says_the_same(&draft.check().unwrap().1));
        }
    }

    #[test]
    fn an_id_that_was_chosen_is_free_or_refused() {
        let folder = tempfile::tempdir().unwrap();
        let deck = "Deck(title: \"t\", cards: [Basic(id: \"a\", front: \"f\", back: \"b\")])";
        fs::write(folder.path().join("d.ron"), deck).unwrap();
        let library = Library::load(folder.path()).unwrap();
        let mut batch = Batch::new(&library, |id| id == "old");
        let mut add = |id: &str| batch.add("d", Draft::basic("F", "b").with_id(id));
        assert!(add("a").unwrap_err().message.contains("d.ron:1"));
        assert!(add("old").unwrap_err().message.contains("earlier card"));
        assert!(
            add("a b")
                .unwrap_err()
                .message
                .contains("an id may contain only")
        );
        add("new").unwrap();
        assert!(add("new").unwrap_err().message.contains("given twice"));
        assert_eq!(
            batch.twin(" f ").map(|twin| twin.place).as_deref(),
            Some("d:1")
        );
        batch.write(&Os).unwrap();
        let text = fs::read_to_string(folder.path().join("d.ron")).unwrap();
        assert_eq!(text.matches("Basic(").count(), 2, "{text}");
    }
}
