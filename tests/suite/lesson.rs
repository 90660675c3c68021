//! The bundled decks: the course keeps its promises and the ids on which people's histories depend.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::support::Home;

use quiz::deck::library::Library;
use quiz::deck::{Card, Content, Deck, source};

/// Every id that was ever shipped, one per line; `old -> new` for a renamed one, `old retired` for one whose card is
/// gone. An id is never used for another card.
const SHIPPED: &str = include_str!("../lesson-ids.txt");

/// The main decks, in the order in which they take turns.
const MAIN: [&str; 4] = [
    "choosing-open-or-closed",
    "what-is-open-weights",
    "which-models-qualify",
    "why-training-data-is-rarely-shared",
];

/// The new cards per day by default.
const NEW_PER_DAY: usize = 20;

fn library() -> Library {
    Library::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/decks"))).unwrap()
}

fn is_main(deck: &Deck) -> bool {
    MAIN.contains(&deck.name.as_str())
}

/// Returns the cards of the main decks.
fn main_cards(library: &Library) -> Vec<&Card> {
    let cards = library.cards().filter(|(deck, _)| is_main(deck));
    cards.map(|(_, card)| card).collect()
}

fn is_tagged(card: &Card, tag: &str) -> bool {
    card.tags.iter().any(|other| other == tag)
}

/// Returns the ids of the cards in a session in which everything is recalled.
fn session(home: &Home) -> Vec<String> {
    let mut met = Vec::new();
    loop {
        let next = home.json(&["next", "--json"]);
        let Some(face) = next["face"]["key"].as_str() else {
            return met;
        };
        home.ok(&["grade", face, "good"]);
        met.push(face.split('#').next().unwrap().to_string());
    }
}

#[test]
fn every_deck_passes_the_strict_check() {
    let run = Home::fresh().quiz(&["check", "--strict"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("in 8 decks: no problems."), "{}", run.out);
}

#[test]
fn every_shipped_id_is_there_or_renamed_or_retired() {
    let here: BTreeSet<String> = library()
        .cards()
        .map(|(_, card)| card.id.to_string())
        .collect();
    let mut known = BTreeSet::new();
    for line in SHIPPED.lines().filter(|line| !line.is_empty()) {
        if let Some(id) = line.strip_suffix(" retired") {
            assert!(!here.contains(id), "`{id}` is retired: never use it again");
            continue;
        }
        let id = line.split_once(" -> ").map_or(line, |(_, new)| new);
        assert!(
            here.contains(id),
            "`{id}` was shipped and is gone: enter it as `{id} -> NEW` or `{id} retired`"
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
    let names: Vec<&str> = library.decks[..4]
        .iter()
        .map(|deck| deck.name.as_str())
        .collect();
    assert_eq!(names, MAIN, "the main decks come first");
    assert!((70..=85).contains(&main_cards(&library).len()));
    let main_order = library.decks[0].order;
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for deck in &library.decks {
        assert_eq!(deck.order == main_order, is_main(deck), "{}", deck.name);
        assert_eq!(
            deck.name.starts_with("details/"),
            !is_main(deck),
            "{}",
            deck.name
        );
        assert!(
            deck.about.is_some() && !deck.resources.is_empty(),
            "{}",
            deck.name
        );
        let words = deck.intro.as_deref().unwrap().split_whitespace().count();
        assert!((20..=120).contains(&words), "{}: {words} words", deck.name);
        for card in &deck.cards {
            assert!(
                card.note.is_some() && card.source.is_some() && !card.tags.is_empty(),
                "{}",
                card.id
            );
            if is_main(deck) {
                *kinds.entry(card.content.kind()).or_default() += 1;
            }
        }
    }
    assert_eq!(kinds.len(), 5, "{kinds:?}");
    let addresses: BTreeSet<&str> = library
        .decks
        .iter()
        .flat_map(|deck| &deck.resources)
        .filter_map(|resource| resource.address.as_deref())
        .collect();
    assert_eq!(addresses.len(), 4, "{addresses:?}");
}

/// By id, so that a moved card shows up in the diff.
#[test]
fn the_first_session_holds_the_whole_lesson_and_the_second_day_the_rest_of_its_core() {
    let mut home = Home::fresh();
    let first = session(&home);
    assert_eq!(
        first,
        [
            "weights-what",
            "families-open-weight",
            "data-sticking-point",
            "four-factors",
            "ow-definition",
            "mistral-family-too-coarse",
            "why-data-stays",
            "scenario-hospital",
            "ow-can-do",
            "osi-pass-example",
            "gpt4-competitive",
            "scenario-which-is-cheaper",
            "strict-open-source",
            "restricted-is-open-weights",
            "carlini-pii",
            "scenario-customise",
            "claim-llama-open-source",
            "apache-which",
            "licensed-data-why-kept",
            "scenario-no-operators",
        ]
    );
    home.at("2026-11-24T09:00:00+01:00");
    let met: BTreeSet<String> = first.into_iter().chain(session(&home)).collect();
    let library = library();
    let core: Vec<&Card> = library
        .cards()
        .map(|(_, card)| card)
        .filter(|card| is_tagged(card, "core"))
        .collect();
    // Enough for quizzes that differ each time.
    assert!(core.len() > NEW_PER_DAY);
    for card in core {
        assert!(met.contains(card.id.as_str()), "{} comes later", card.id);
    }
}

#[test]
fn many_cards_ask_for_use() {
    let library = library();
    let cards = main_cards(&library);
    let transfer = cards.iter().filter(|card| is_tagged(card, "transfer"));
    assert!(transfer.count() >= 20);
}

#[test]
fn pressing_one_key_does_not_pass_the_statements() {
    let library = library();
    let answers: Vec<bool> = main_cards(&library)
        .iter()
        .filter_map(|card| match card.content {
            Content::TrueFalse { answer, .. } => Some(answer),
            _ => None,
        })
        .collect();
    let right = answers.iter().filter(|answer| **answer).count();
    assert_eq!(right * 2, answers.len(), "{right} of {}", answers.len());
}

#[test]
fn the_longest_choice_is_not_the_right_one_more_often_than_chance() {
    let library = library();
    let (mut telling, mut all) = (0, 0.0);
    for card in main_cards(&library) {
        let Content::Choice {
            choices, answers, ..
        } = &card.content
        else {
            continue;
        };
        let &[right] = answers.as_slice() else {
            continue;
        };
        let length = |at: usize| choices[at].chars().count();
        let others = (0..choices.len()).filter(|at| *at != right);
        telling += usize::from(others.map(length).max().unwrap() < length(right));
        all += 1.0 / choices.len() as f64;
    }
    assert!(telling as f64 <= all, "{telling}, where chance has {all}");
}

#[test]
fn each_card_can_be_understood_alone() {
    for (_, card) in library().cards() {
        for side in card.sides() {
            let text = format!("{} {}", card.question(*side), card.answer(*side)).to_lowercase();
            for words in [
                "the lesson",
                "this lesson",
                "latest",
                "currently",
                "nowadays",
                "recently",
            ] {
                assert!(!text.contains(words), "{}: {words}", card.id);
            }
        }
    }
}

/// Author, title, date and address, with the original before a copy.
#[test]
fn each_source_has_an_address_and_a_date() {
    for (_, card) in library().cards() {
        let source = card.source.as_deref().unwrap();
        assert!(
            !source::addresses(source).is_empty(),
            "{}: {source}",
            card.id
        );
        let first = source.find("https://").unwrap();
        let copy = source.find("(read as").unwrap_or(source.len());
        assert!(first < copy, "{}: {source}", card.id);
        let citation = source::first_citation(source);
        assert!(citation.contains(", "), "{}: {citation}", card.id);
        if let Some(day) = &card.as_of {
            assert!(day.len() >= 4 && day.starts_with("20"), "{}", card.id);
        }
    }
}

#[test]
fn a_deck_is_shown_with_its_intro_and_what_to_read() {
    let home = Home::fresh();
    for page in [
        home.ok(&["show", "why-training-data-is-rarely-shared"]),
        home.ok(&["show", "rarely-shared"]),
        home.ok(&["list", "--decks"]),
    ] {
        for text in [
            "Why is training data rarely shared?",
            "belong to somebody else",
            "Open Weights: Not Quite What You've Been Told (opensource.org, 8 min)",
            "https://opensource.org/ai/open-weights",
        ] {
            assert!(page.contains(text), "{text}: {page}");
        }
    }
    assert!(
        home.ok(&["show", "hosting"])
            .starts_with("details/hosting:")
    );
    assert!(home.ok(&["show", "osi"]).starts_with("osi  Typed"));
    let page = home.json(&["show", "details/models", "--json"]);
    assert_eq!(page["cards"], 26);
    assert!(page["intro"].as_str().unwrap().starts_with("Optional"));
    assert_eq!(
        home.json(&["list", "--decks", "--json"])[1]["resources"][0]["address"],
        "https://opensource.org/ai/open-weights"
    );
}
