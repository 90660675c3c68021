//! The decks that come along: whole, good, and true to the ids that people's histories hang on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::support::Home;

use quiz::deck::library::Library;

/// Every id that was ever shipped, one a line; `old -> new` for one that was renamed. An id is a promise: it stays
/// here when its card changes, and gets an arrow when its card gets another id.
const SHIPPED: &str = include_str!("../lesson-ids.txt");

fn library() -> Library {
    Library::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/decks"))).unwrap()
}

#[test]
fn every_deck_passes_the_strict_check() {
    let run = Home::fresh().quiz(&["check", "--strict"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("in 4 decks: no problem."), "{}", run.out);
}

#[test]
fn every_shipped_id_is_there_or_renamed() {
    let here: BTreeSet<String> = library()
        .cards()
        .map(|(_, card)| card.id.to_string())
        .collect();
    let mut known = BTreeSet::new();
    for line in SHIPPED.lines().filter(|line| !line.is_empty()) {
        let id = line.split_once(" -> ").map_or(line, |(_, new)| new);
        assert!(
            here.contains(id),
            "`{id}` was shipped and is gone: enter it as `{id} -> NEW`"
        );
        known.insert(id.to_string());
    }
    let new: Vec<&String> = here.difference(&known).collect();
    assert!(
        new.is_empty(),
        "new ids, to be added to tests/lesson-ids.txt: {new:?}"
    );
}

#[test]
fn the_lesson_is_complete() {
    let library = library();
    assert!(library.cards().count() >= 120);
    for deck in &library.decks {
        assert!(
            deck.about.is_some() && !deck.resources.is_empty(),
            "{}",
            deck.name
        );
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        for card in &deck.cards {
            *kinds.entry(card.content.kind()).or_default() += 1;
            assert!(
                card.note.is_some() && card.source.is_some() && !card.tags.is_empty(),
                "{}",
                card.id
            );
        }
        assert_eq!(kinds.len(), 5, "{}: {kinds:?}", deck.name);
    }
    let first: Vec<&str> = library
        .decks
        .iter()
        .map(|deck| deck.name.as_str())
        .collect();
    assert_eq!(
        first.first(),
        Some(&"what-is-open-weights"),
        "the general before the particular"
    );
}

#[test]
fn no_card_speaks_of_now() {
    for (_, card) in library().cards() {
        let text = format!("{} {}", card.front(), card.answer(card.sides()[0])).to_lowercase();
        for word in ["latest", "currently", "nowadays", "recently"] {
            assert!(!text.contains(word), "{}: {word}", card.id);
        }
    }
}
