//! The content of a source in neutral form, between a format and a home.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::deck::draft::Draft;
use crate::history::Event;

/// The content of a source.
#[derive(Default)]
pub(crate) struct Parcel {
    /// The kind of the source, for a person: `Anki package`, `CSV file`, ….
    pub(crate) kind: &'static str,
    /// The name of the source's record and history in the home, the same each time it is read.
    pub(crate) source: String,
    /// The decks, in the source's order.
    pub(crate) decks: Vec<ParcelDeck>,
    /// The events of the cards, in any order.
    pub(crate) events: Vec<Event>,
    /// Lines of a history, unchanged, whether their kinds are known or not.
    pub(crate) lines: Vec<String>,
    /// The media files that the cards name.
    pub(crate) media: Vec<MediaFile>,
    /// Access to the content of the media files.
    pub(crate) media_source: Option<Box<dyn MediaSource>>,
    /// The time zone by which moments were read, if there were any.
    pub(crate) zone: Option<String>,
    /// Lines for `config.ron`, if the source has settings that matter.
    pub(crate) settings: Option<Settings>,
    /// The number of cards by the source's own count, if it has one: cards imported and left out must add up to it.
    pub(crate) own_count: Option<usize>,
    /// The parts that were left out or changed.
    pub(crate) report: Report,
}

impl Parcel {
    /// Returns the number of cards in the source: by its own count, or else those here and those left out.
    pub(crate) fn source_cards(&self) -> usize {
        self.own_count.unwrap_or_else(|| {
            let cards = self.decks.iter().flat_map(|deck| &deck.cards);
            cards.map(|card| card.stands_for).sum::<usize>() + self.report.cards_left_out()
        })
    }
}

/// A deck of a source.
#[derive(Debug, Default)]
pub(crate) struct ParcelDeck {
    /// The name below `decks/`, with `/` between folders.
    pub(crate) name: String,
    /// Its title.
    pub(crate) title: String,
    /// Its place among the decks: its `order`.
    pub(crate) order: i32,
    /// Whether the source has no other deck.
    pub(crate) is_only: bool,
    /// Whether it stays one file, however large it is.
    pub(crate) is_whole: bool,
    /// The text of the deck without its cards, if the source has one.
    pub(crate) header: Option<String>,
    /// The cards.
    pub(crate) cards: Vec<ParcelCard>,
}

/// A card of a source.
#[derive(Debug)]
pub(crate) struct ParcelCard {
    /// The card, with its id if the source gives it a lasting one.
    pub(crate) draft: Draft,
    /// The id for its first import, if the source gives it none; its events already use it.
    pub(crate) proposed: Option<String>,
    /// The key that distinguishes it from the source's other cards in later imports; its id if it has one.
    pub(crate) key: String,
    /// Its place in the source, for a person: `note 1795622681413`, `line 12`, ….
    pub(crate) place: String,
    /// The number of the source's cards that it stands for.
    pub(crate) stands_for: usize,
}

/// A media file that a card names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MediaFile {
    /// Its name in `media/`.
    pub(crate) name: String,
    /// Its name in the source.
    pub(crate) entry: String,
}

/// Access to the content of a source's media files.
pub(crate) trait MediaSource {
    /// Returns the content of a file, at most `limit` bytes; `None` if it is missing.
    ///
    /// # Errors
    /// Returns a sentence for a person about what is wrong with it.
    fn bytes(&mut self, entry: &str, limit: u64) -> Result<Option<Vec<u8>>, String>;
}

/// The learning settings of a source.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Settings {
    /// The hour at which a day starts.
    pub(crate) day_starts_at: Option<u32>,
    /// The settings of decks that are not listed.
    pub(crate) all: DeckSettings,
    /// The settings by deck name.
    pub(crate) decks: BTreeMap<String, DeckSettings>,
}

/// The learning settings of a deck.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(crate) struct DeckSettings {
    /// The desired retention, 0–1.
    pub(crate) retention: Option<f64>,
    /// The new cards per day.
    pub(crate) new_per_day: Option<u32>,
    /// The number of lapses that makes a leech.
    pub(crate) leech_after: Option<u32>,
}

/// The parts that were left out or changed: each kind with its count and places.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Report {
    /// The cards left out, by reason.
    pub(crate) left_out: BTreeMap<String, Found>,
    /// The changes to imported cards, and other notes.
    pub(crate) noted: BTreeMap<String, Found>,
    /// The source's answers by what happened to them.
    pub(crate) history: BTreeMap<String, usize>,
}

/// A count, with places.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Found {
    /// The number of occurrences.
    pub(crate) count: usize,
    /// The places, each once.
    pub(crate) places: Vec<String>,
}

impl Found {
    fn add(&mut self, count: usize, place: &str) {
        self.count += count;
        if !place.is_empty() && self.places.last().is_none_or(|last| last != place) {
            self.places.push(place.to_string());
        }
    }
}

impl Report {
    /// Counts `cards` cards as left out.
    pub(crate) fn leave_out(&mut self, why: &str, cards: usize, place: &str) {
        entry(&mut self.left_out, why).add(cards, place);
    }

    /// Counts a note.
    pub(crate) fn note(&mut self, what: &str, place: &str) {
        entry(&mut self.noted, what).add(1, place);
    }

    /// Counts `rows` of the source's log.
    pub(crate) fn rows(&mut self, what: &str, rows: usize) {
        if rows > 0 {
            *self.history.entry(what.to_string()).or_default() += rows;
        }
    }

    /// Returns the number of cards left out.
    pub(crate) fn cards_left_out(&self) -> usize {
        self.left_out.values().map(|found| found.count).sum()
    }

    /// Adds the counts of another report.
    pub(crate) fn take(&mut self, other: Self) {
        for (from, to) in [
            (other.left_out, &mut self.left_out),
            (other.noted, &mut self.noted),
        ] {
            for (what, found) in from {
                let own = to.entry(what).or_default();
                own.count += found.count;
                own.places.extend(found.places);
            }
        }
        for (what, rows) in other.history {
            self.rows(&what, rows);
        }
    }
}

fn entry<'a>(map: &'a mut BTreeMap<String, Found>, what: &str) -> &'a mut Found {
    // Nearly every call finds its kind: only a new one allocates a string.
    if !map.contains_key(what) {
        map.insert(what.to_string(), Found::default());
    }
    map.entry(what.to_string()).or_default()
}

/// Returns the item at `at` if it exists, else a new last one.
pub(crate) fn at<T: Default>(items: &mut Vec<T>, at: usize) -> &mut T {
    if at >= items.len() {
        items.push(T::default());
    }
    let last = items.len() - 1;
    #[expect(
        clippy::indexing_slicing,
        reason = "there is at least one item, and `last` is the last one's place"
    )]
    &mut items[at.min(last)]
}
