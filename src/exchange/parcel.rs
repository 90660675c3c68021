//! What a source brings, whatever its format: the neutral form between a format and a home.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::deck::draft::Draft;
use crate::history::Event;

/// What a source brings.
#[derive(Default)]
pub(crate) struct Parcel {
    /// What the source is, for a person: `Anki package`, `CSV file`, ….
    pub(crate) kind: &'static str,
    /// What names the source's record and history in the home; the same each time it is read.
    pub(crate) source: String,
    /// The decks, in the source's order.
    pub(crate) decks: Vec<ParcelDeck>,
    /// What happened to the cards, in any order.
    pub(crate) events: Vec<Event>,
    /// Lines of a history as they are, known or not.
    pub(crate) lines: Vec<String>,
    /// The files that the cards name.
    pub(crate) media: Vec<MediaFile>,
    /// What has their bytes.
    pub(crate) media_source: Option<Box<dyn MediaSource>>,
    /// The zone by which moments were read, if any were.
    pub(crate) zone: Option<String>,
    /// Lines for `config.ron`, if the source has settings that matter.
    pub(crate) settings: Option<Settings>,
    /// The cards that the source counts, where it does: what came in and what was left out must add up to it.
    pub(crate) counted: usize,
    /// What was left out or changed.
    pub(crate) report: Report,
}

/// A deck that a source brings.
#[derive(Debug, Default)]
pub(crate) struct ParcelDeck {
    /// The name below `decks/`, with `/` between folders.
    pub(crate) name: String,
    /// What it is called.
    pub(crate) title: String,
    /// Its place among the decks.
    pub(crate) order: i32,
    /// Whether the source has no other.
    pub(crate) is_only: bool,
    /// Whether it stays one file, however large it is.
    pub(crate) is_whole: bool,
    /// The text of the deck without its cards, if the source has one.
    pub(crate) header: Option<String>,
    /// The cards.
    pub(crate) cards: Vec<ParcelCard>,
}

/// A card that a source brings.
#[derive(Debug)]
pub(crate) struct ParcelCard {
    /// The card; with an id if the source gives it one that stays.
    pub(crate) draft: Draft,
    /// The id that it gets when it comes for the first time, if the source gives it none; its events have it already.
    pub(crate) proposed: Option<String>,
    /// What tells it from the source's other cards when it is read again; the id if there is one.
    pub(crate) key: String,
    /// Where it is in the source, for a person: `note 1795622681413`, `line 12`, ….
    pub(crate) place: String,
    /// How many cards of the source it stands for.
    pub(crate) stands_for: usize,
}

/// A file that a card names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MediaFile {
    /// Its name in `media/`.
    pub(crate) name: String,
    /// What the source calls it.
    pub(crate) entry: String,
}

/// What has the bytes of a source's files.
pub(crate) trait MediaSource {
    /// Returns the bytes of a file, at most `limit`; `None` if they are not there.
    ///
    /// # Errors
    /// What is wrong with it, for a person.
    fn bytes(&mut self, entry: &str, limit: u64) -> Result<Option<Vec<u8>>, String>;
}

/// What a source says about how to learn.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Settings {
    /// The hour at which a day starts.
    pub(crate) day_starts_at: Option<u32>,
    /// For the decks that are not listed.
    pub(crate) all: DeckSettings,
    /// By the names of the decks.
    pub(crate) decks: BTreeMap<String, DeckSettings>,
}

/// What a source says about how to learn a deck.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(crate) struct DeckSettings {
    /// The desired retention, 0–1.
    pub(crate) retention: Option<f64>,
    /// New cards per day.
    pub(crate) new_per_day: Option<u32>,
    /// The lapses that make a leech.
    pub(crate) leech_after: Option<u32>,
}

/// What was left out or changed: each kind with its count and where.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Report {
    /// Cards that did not come, by the reason.
    pub(crate) left_out: BTreeMap<String, Found>,
    /// What came otherwise than it was, or should be known.
    pub(crate) noted: BTreeMap<String, Found>,
    /// What became of the source's answers, by kind.
    pub(crate) history: BTreeMap<String, usize>,
}

/// How often something was found, and where.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Found {
    /// How often.
    pub(crate) count: usize,
    /// Where, each once.
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
    /// Counts `cards` cards that are left out.
    pub(crate) fn leave_out(&mut self, why: &str, cards: usize, place: &str) {
        entry(&mut self.left_out, why).add(cards, place);
    }

    /// Counts something that should be known.
    pub(crate) fn note(&mut self, what: &str, place: &str) {
        entry(&mut self.noted, what).add(1, place);
    }

    /// Counts `rows` of the source's log.
    pub(crate) fn rows(&mut self, what: &str, rows: usize) {
        if rows > 0 {
            *self.history.entry(what.to_string()).or_default() += rows;
        }
    }

    /// The number of cards that were left out.
    pub(crate) fn cards_left_out(&self) -> usize {
        self.left_out.values().map(|found| found.count).sum()
    }

    /// Adds what another report says.
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
    // Nearly every call finds its kind: only a new one costs a string.
    if !map.contains_key(what) {
        map.insert(what.to_string(), Found::default());
    }
    map.entry(what.to_string()).or_default()
}

/// Returns the item at `at`, which is there; else a new last one.
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
