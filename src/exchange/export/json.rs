//! JSON that loses nothing but comments: every field of every deck and card, and every line of the history.
//!
//! ```json
//! {
//!   "format": "quiz", "version": 1,
//!   "decks": [{"name": "rust", "fields": {"title": "Rust", "order": 1},
//!              "cards": [{"kind": "Basic", "id": "own", "front": "…", "back": "…"}]}],
//!   "history": ["Review(at:\"…\",face:\"own\",grade:Good,ms:4210,due:\"…\")"]
//! }
//! ```
//!
//! The names of a deck's or a card's fields are not known here: fields added later are exported too.

use serde_json::{Map, Value, json};

use crate::deck::Deck;
use crate::deck::draft::{Draft, Value as Field};
use crate::exchange::draft::{drafts, without_cards};
use crate::exchange::json::list;
use crate::exchange::names::DeckNames;
use crate::exchange::parcel::{Parcel, ParcelCard, ParcelDeck};
use crate::notation::{self, quote};

/// The version of the format.
const VERSION: u64 = 1;

/// Returns decks and lines in JSON.
pub(crate) fn written(decks: &[&Deck], lines: &[String]) -> String {
    let decks: Vec<Value> = decks.iter().map(|deck| deck_to_json(deck)).collect();
    let all = json!({"format": "quiz", "version": VERSION, "decks": decks, "history": lines});
    serde_json::to_string_pretty(&all).unwrap_or_default() + "\n"
}

fn deck_to_json(deck: &Deck) -> Value {
    let cards: Vec<Value> = drafts(deck)
        .map(|(_, draft)| card_to_json(&draft))
        .collect();
    json!({"name": deck.name, "fields": header(deck), "cards": cards})
}

/// Returns the deck's own fields, whatever they are.
fn header(deck: &Deck) -> Value {
    let source = deck.file.shown();
    let text = source.text();
    // The list of cards is cut out: it is read card by card, and is most of the file.
    let bare = without_cards(text).unwrap_or_else(|| text.to_string());
    let bare = bare.strip_prefix('\u{feff}').unwrap_or(&bare);
    let fields: Option<ron::Value> = notation::options().from_str(bare).ok();
    let mut fields = match fields.and_then(|fields| serde_json::to_value(fields).ok()) {
        Some(Value::Object(fields)) => fields,
        _ => Map::from_iter([("title".to_string(), Value::from(deck.title.clone()))]),
    };
    fields.remove("cards");
    Value::Object(fields)
}

fn card_to_json(draft: &Draft) -> Value {
    let mut card = Map::new();
    card.insert("kind".into(), draft.kind.name().into());
    for (name, field) in draft.fields() {
        let value = match field {
            Field::Text(text) => text.into(),
            Field::Texts(texts) => texts.into(),
            Field::Flag(flag) => flag.into(),
        };
        card.insert(name.into(), value);
    }
    Value::Object(card)
}

/// Returns whether a text is in our JSON format.
pub(crate) fn is_ours(value: &Value) -> bool {
    value.get("format").and_then(Value::as_str) == Some("quiz")
}

/// Reads our JSON.
///
/// # Errors
/// Returns a clause for a person about what is wrong with it.
pub(crate) fn read(value: &Value, stem: &str) -> Result<Parcel, String> {
    let version = value.get("version").and_then(Value::as_u64).unwrap_or(0);
    if version > VERSION {
        return Err(format!(
            "was written by a newer quiz (version {version} of its format): update quiz"
        ));
    }
    let mut parcel = Parcel {
        kind: "JSON of quiz",
        source: format!("json-{stem}"),
        ..Parcel::default()
    };
    let mut names = DeckNames::default();
    for deck in list(value, "decks") {
        let name = deck.get("name").and_then(Value::as_str).unwrap_or(stem);
        let mut out = ParcelDeck {
            name: names.name(&name.split('/').collect::<Vec<_>>()),
            title: name.to_string(),
            is_whole: true,
            header: Some(header_text(deck.get("fields"), name)),
            ..ParcelDeck::default()
        };
        for (at, card) in list(deck, "cards").enumerate() {
            let place = format!("{name}, card {}", at + 1);
            match card_from_json(card) {
                Some(draft) => out.cards.push(ParcelCard {
                    key: draft.id.clone().unwrap_or_else(|| draft.front()),
                    draft,
                    proposed: None,
                    place,
                    stands_for: 1,
                }),
                None => parcel
                    .report
                    .leave_out("an unknown kind or field", 1, &place),
            }
        }
        parcel.decks.push(out);
    }
    parcel.lines = list(value, "history")
        .filter_map(Value::as_str)
        .map(String::from)
        .collect();
    Ok(parcel)
}

/// Returns an empty deck with these fields.
fn header_text(fields: Option<&Value>, name: &str) -> String {
    let mut out = String::from("Deck(\n");
    let mut has_title = false;
    for (key, value) in fields.and_then(Value::as_object).into_iter().flatten() {
        if is_name(key) && key != "cards" && !value.is_null() {
            has_title |= key == "title";
            out.push_str(&format!("    {key}: {},\n", in_ron(value)));
        }
    }
    if !has_title {
        out.push_str(&format!("    title: {},\n", quote(name)));
    }
    out.push_str("    cards: [\n    ],\n)\n");
    out
}

fn card_from_json(card: &Value) -> Option<Draft> {
    let fields = card.as_object()?;
    let kind = fields.get("kind")?.as_str()?;
    let fields = fields
        .iter()
        .filter(|(key, value)| key.as_str() != "kind" && !value.is_null())
        .map(|(key, value)| (key.clone(), value.clone()));
    let card = Map::from_iter([(kind.to_string(), Value::Object(fields.collect()))]);
    serde_json::from_value(Value::Object(card)).ok()
}

fn is_name(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn in_ron(value: &Value) -> String {
    match value {
        Value::String(text) => quote(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(in_ron).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(key, _)| is_name(key));
            let fields: Vec<String> = fields
                .map(|(key, value)| format!("{key}: {}", in_ron(value)))
                .collect();
            format!("({})", fields.join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deck(name: &str, cards: Value) -> Value {
        json!({"name": name, "fields": {}, "cards": cards})
    }

    fn read_decks(decks: Vec<Value>) -> Parcel {
        let all = json!({"format": "quiz", "version": VERSION, "decks": decks});
        read(&all, "stem").unwrap()
    }

    #[test]
    fn decks_that_differ_in_case_alone_get_names_that_any_file_system_tells_apart() {
        let card = json!([{"kind": "Basic", "front": "a", "back": "b"}]);
        let names = ["Math/a", "math/A", "Math/a", "math/a:", "math/a-"];
        let decks = names.map(|name| deck(name, card.clone())).to_vec();
        let parcel = read_decks(decks);
        let got: Vec<&str> = parcel.decks.iter().map(|deck| &*deck.name).collect();
        assert_eq!(
            got,
            ["Math/a", "math/A-2", "Math/a", "math/a-", "math/a--2"]
        );
    }

    #[test]
    fn a_card_is_read_whole_or_left_out_with_its_place() {
        let cards = json!([
            {"kind": "Choice", "id": "a", "front": "\"\\(", "choices": ["1", "2"], "answers": ["1"], "shuffle": false,
             "tags": ["x", "y"], "hint": null},
            {"kind": "Basic", "front": "a", "back": "b", "a field": "c"},
            {"kind": "Basic(", "front": "a", "back": "b"},
            {"kind": "Basic", "front": 1, "back": "b"},
            {"kind": "Typed", "front": "a"},
            {"front": "a", "back": "b"},
            "Basic",
        ]);
        let parcel = read_decks(vec![deck("d", cards)]);
        let found: Vec<&ParcelCard> = parcel.decks.iter().flat_map(|deck| &deck.cards).collect();
        assert_eq!(found.len(), 1);
        let written = notation::parse::<Draft>(
            r#"Choice(id: "a", front: "\"\\(", choices: ["1", "2"], answers: ["1"], shuffle: false, tags: ["x", "y"])"#,
        );
        assert_eq!(found.first().map(|card| &card.draft), written.as_ref().ok());
        assert!(written.is_ok());
        let places: Vec<&String> = parcel
            .report
            .left_out
            .values()
            .flat_map(|found| &found.places)
            .collect();
        let expected: Vec<String> = (2..=7).map(|at| format!("d, card {at}")).collect();
        assert_eq!(places, expected.iter().collect::<Vec<_>>());
        assert_eq!(parcel.source_cards(), 7);
    }
}
