//! The bundled decks as a source: a newer lesson is imported into an old home like any other cards.

use std::path::Path;

use super::parcel::{Parcel, ParcelCard, ParcelDeck};
use super::record::{Entry, Record};
use super::{draft, ids};
use crate::deck::read;
use crate::error::Result;
use crate::files::{self, Os};
use crate::home::STARTER_DECKS;
use crate::place::Source;

/// The name of the source.
const SOURCE: &str = "lesson";

/// The kind of the source, for a person.
const KIND: &str = "bundled lesson";

/// Returns the bundled decks.
pub(crate) fn parcel() -> Parcel {
    let mut decks = Vec::new();
    for (name, text) in STARTER_DECKS {
        let source = Source::new(format!("{name}.ron"), text);
        let read = read::deck(name, &source);
        let cards = read.cards.iter().filter_map(|card| {
            let draft = draft::of(&source, card.body.span())?;
            Some(ParcelCard {
                key: draft.id.clone()?,
                draft,
                proposed: None,
                place: format!("{name}:{}", card.body.line),
                stands_for: card.body.sides().len(),
            })
        });
        decks.push(ParcelDeck {
            name: name.to_string(),
            title: read
                .deck
                .as_ref()
                .map_or_else(|| name.to_string(), |deck| deck.title.clone()),
            is_whole: true,
            header: draft::without_cards(text),
            cards: cards.collect(),
            ..ParcelDeck::default()
        });
    }
    Parcel {
        kind: KIND,
        source: SOURCE.into(),
        decks,
        ..Parcel::default()
    }
}

/// Records in a new home which cards came with it, so that a later lesson can tell which were edited.
///
/// # Errors
/// Fails if the record can't be written.
pub(crate) fn remember(home: &Path) -> Result<()> {
    let folder = home.join("imports");
    files::create_folder(&Os, home, &folder)?;
    let entries = parcel()
        .decks
        .into_iter()
        .flat_map(|deck| deck.cards)
        .map(|card| Entry {
            id: card.key,
            key: None,
            hash: ids::of_card(&card.draft),
        });
    let text = Record::new(KIND, None, entries.collect()).to_text();
    let path = folder.join(format!("{SOURCE}.ron"));
    files::replace(&Os, &path, None, text.as_bytes())
}
