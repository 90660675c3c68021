//! CrowdAnki's `deck.json`: Anki's notes, note types and decks in one file, without a history.

use std::collections::HashMap;

use serde_json::Value;

use super::anki::note::Made;
use super::anki::types::{Note, NoteType};
use super::json::{list, text};
use super::names::DeckNames;
use super::parcel::{Parcel, ParcelDeck};
use super::{Options, folder};

/// Returns whether a JSON value is in CrowdAnki's format.
pub(super) fn is_it(value: &Value) -> bool {
    value.get("__type__").and_then(Value::as_str) == Some("Deck")
        || value.get("note_models").is_some()
}

/// Reads it.
pub(super) fn read(value: &Value, stem: &str, options: &Options) -> Parcel {
    let mut types = HashMap::new();
    let mut by_uuid = HashMap::new();
    note_types(value, &mut types, &mut by_uuid);
    let mut reader = Reader {
        by_uuid,
        decks: Vec::new(),
        notes: Vec::new(),
    };
    reader.deck(value, &[]);
    let Reader { decks, notes, .. } = reader;
    let mut made = Made::new(&types);
    let mut counted = 0;
    for (at, (deck, note)) in notes.iter().enumerate() {
        let cards = made.cards_of(
            note,
            i64::try_from(*deck).unwrap_or(0),
            i64::try_from(at).unwrap_or(0),
        );
        counted += cards.len();
        made.note(note, &cards);
    }
    let mut names = DeckNames::default();
    let mut report = std::mem::take(&mut made.report);
    let media = folder::wanted(&made.media, &options.folder, &mut report);
    let decks = made.decks.into_iter().map(|(at, cards)| {
        let parts = usize::try_from(at)
            .ok()
            .and_then(|at| decks.get(at))
            .cloned()
            .unwrap_or_default();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        ParcelDeck {
            name: names.name(&parts),
            title: parts
                .last()
                .map_or_else(|| stem.to_string(), |part| (*part).to_string()),
            order: i32::try_from(at + 1).unwrap_or(0),
            cards,
            ..ParcelDeck::default()
        }
    });
    Parcel {
        kind: "CrowdAnki",
        source: format!("crowdanki-{stem}"),
        decks: decks.collect(),
        media,
        media_source: Some(Box::new(folder::Folder)),
        own_count: Some(counted),
        report,
        ..Parcel::default()
    }
}

fn note_types(
    deck: &Value,
    types: &mut HashMap<i64, NoteType>,
    by_uuid: &mut HashMap<String, i64>,
) {
    for model in list(deck, "note_models") {
        let id = i64::try_from(types.len()).unwrap_or(0);
        by_uuid.insert(text(model, "crowdanki_uuid"), id);
        types.insert(id, NoteType::from_json(model));
    }
    for child in list(deck, "children") {
        note_types(child, types, by_uuid);
    }
}

struct Reader {
    by_uuid: HashMap<String, i64>,
    /// The parts of each deck's name.
    decks: Vec<Vec<String>>,
    /// The notes, each with the index of its deck.
    notes: Vec<(usize, Note)>,
}

impl Reader {
    fn deck(&mut self, deck: &Value, above: &[String]) {
        let mut parts = above.to_vec();
        let name = text(deck, "name");
        parts.extend(name.split("::").map(String::from));
        let at = self.decks.len();
        self.decks.push(parts.clone());
        for note in list(deck, "notes") {
            let fields: Vec<&str> = list(note, "fields")
                .map(|field| field.as_str().unwrap_or(""))
                .collect();
            let tags: Vec<&str> = list(note, "tags").filter_map(Value::as_str).collect();
            let id = i64::try_from(self.notes.len() + 1).unwrap_or(0);
            self.notes.push((
                at,
                Note {
                    id,
                    guid: text(note, "guid"),
                    note_type: self
                        .by_uuid
                        .get(&text(note, "note_model_uuid"))
                        .copied()
                        .unwrap_or(-1),
                    tags: tags.join(" "),
                    fields: fields.join("\u{1f}"),
                },
            ));
        }
        for child in list(deck, "children") {
            self.deck(child, &parts);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_make_the_cards_that_anki_would_make() {
        let file = serde_json::json!({
            "__type__": "Deck", "name": "A", "notes": [],
            "note_models": [
                {"crowdanki_uuid": "m", "type": 0, "flds": [{"name": "F"}, {"name": "B"}, {"name": "R"}], "tmpls": [
                    {"ord": 0, "qfmt": "{{F}}", "afmt": "{{FrontSide}}<hr id=answer>{{B}}"},
                    {"ord": 1, "qfmt": "{{#R}}{{B}}{{/R}}", "afmt": "{{FrontSide}}<hr id=answer>{{F}}"}]},
                {"crowdanki_uuid": "c", "type": 1, "flds": [{"name": "Text"}], "tmpls": [
                    {"ord": 0, "qfmt": "{{cloze:Text}}", "afmt": "{{cloze:Text}}"}]},
            ],
            "children": [{"__type__": "Deck", "name": "B", "children": [], "notes": [
                {"guid": "g1", "note_model_uuid": "m", "fields": ["eins", "one", ""], "tags": ["t"]},
                {"guid": "g2", "note_model_uuid": "m", "fields": ["zwei", "two", "y"], "tags": []},
                {"guid": "g3", "note_model_uuid": "c", "fields": ["{{c1::a}} {{c2::b}}"], "tags": []},
            ]}],
        });
        assert!(is_it(&file));
        let parcel = read(&file, "deck", &Options::default());
        assert_eq!(
            (parcel.decks.len(), parcel.decks[0].name.as_str()),
            (1, "A/B")
        );
        let cards = &parcel.decks[0].cards;
        let stands: Vec<(&str, usize)> = cards
            .iter()
            .map(|card| (card.key.as_str(), card.stands_for))
            .collect();
        assert_eq!(stands, [("anki-g1", 1), ("anki-g2", 2), ("anki-g3", 2)]);
        assert_eq!(parcel.source_cards(), 5);
    }
}
