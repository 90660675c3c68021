//! Completion candidates from the home: decks, tags, cards, faces, settings.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::PathBuf;

use clap_complete::CompletionCandidate;

use super::line;
use crate::config::edit::SETTINGS;
use crate::deck::library::{self, Library};
use crate::deck::{Card, FaceKey};
use crate::folding;
use crate::home::Home;
use crate::index::folder::Folder;
use crate::text::{clean, one_line};

/// Returns the home in the command line; `None` if it does not exist, since completing creates none.
fn home() -> Option<Home> {
    // A completer is given only its own word; the line follows the `--` in the process's arguments.
    let arguments = std::env::args_os().skip_while(|word| word != "--").skip(1);
    let words = line::words(&arguments.collect::<Vec<_>>(), "");
    let given = line::home(&words).or_else(|| std::env::var_os("QUIZ_HOME").map(PathBuf::from));
    Home::find(given.as_deref()).ok()
}

fn library() -> Option<Library> {
    let home = home()?;
    Library::load_with(&home.decks(), Folder::of(&home.path)).ok()
}

/// Returns the words that start with this, each once, with `help` for each.
fn starting<T>(
    start: &OsStr,
    words: impl IntoIterator<Item = (String, T)>,
    help: impl Fn(T) -> Option<String>,
) -> Vec<CompletionCandidate> {
    let start = start.to_string_lossy();
    let start = folding::equal(&start);
    let mut found: Vec<(String, Option<String>)> = words
        .into_iter()
        .filter(|(word, _)| word.starts_with(&*start) && clean(word) == *word)
        .map(|(word, of)| (word, help(of)))
        .collect();
    found.sort();
    found.dedup_by(|(a, _), (b, _)| a == b);
    found
        .into_iter()
        .map(|(word, help)| CompletionCandidate::new(word).help(help.map(Into::into)))
        .collect()
}

/// Returns the decks that start with this.
pub(super) fn decks(start: &OsStr) -> Vec<CompletionCandidate> {
    let titles = |home: Home| library::titles(&home.decks(), Folder::of(&home.path)).ok();
    let titles = home().and_then(titles);
    starting(start, titles.unwrap_or_default(), |title| {
        Some(one_line(&title))
    })
}

/// Returns the tags that start with this.
pub(super) fn tags(start: &OsStr) -> Vec<CompletionCandidate> {
    let Some(library) = library() else {
        return Vec::new();
    };
    let mut tags: BTreeSet<String> = BTreeSet::new();
    for deck in &library.decks {
        deck.cards.each_head(|head| {
            for tag in &head.traits.tags {
                if !tags.contains(tag) {
                    tags.insert(tag.clone());
                }
            }
        });
    }
    starting(start, tags.into_iter().map(|tag| (tag, ())), |()| None)
}

/// Returns the cards whose ids start with `begun`. The cards of decks without such are not made.
fn cards_starting<'a>(library: &'a Library, begun: &'a str) -> impl Iterator<Item = &'a Card> {
    let starts = move |id: &str| id.starts_with(begun);
    let decks = library.decks.iter();
    let decks = decks.filter(move |deck| deck.cards.position(|head| starts(head.id)).is_some());
    let cards = decks.flat_map(|deck| &deck.cards);
    cards.filter(move |card| starts(card.id.as_str()))
}

/// Returns the cards that start with this.
pub(super) fn cards(start: &OsStr) -> Vec<CompletionCandidate> {
    let Some(library) = library() else {
        return Vec::new();
    };
    let begun = start.to_string_lossy();
    let begun = folding::equal(&begun);
    let cards = cards_starting(&library, &begun);
    let cards = cards.map(|card| (card.id.to_string(), card));
    starting(start, cards, |card| Some(one_line(&card.plain_front())))
}

/// Returns the cards and decks that start with this.
pub(super) fn cards_and_decks(start: &OsStr) -> Vec<CompletionCandidate> {
    let mut found = cards(start);
    found.extend(decks(start));
    found
}

/// Returns the faces that start with this.
pub(super) fn faces(start: &OsStr) -> Vec<CompletionCandidate> {
    let Some(library) = library() else {
        return Vec::new();
    };
    let begun = start.to_string_lossy();
    let begun = folding::equal(&begun);
    let of = FaceKey::card_part(&begun);
    let cards = cards_starting(&library, of);
    let faces = cards.flat_map(|card| card.sides().iter().map(move |side| (card, *side)));
    let faces = faces.map(|(card, side)| (card.face(side).to_string(), (card, side)));
    starting(start, faces, |(card, side)| {
        Some(one_line(&card.plain_question(side)))
    })
}

/// Returns the settings that start with this.
pub(super) fn settings(start: &OsStr) -> Vec<CompletionCandidate> {
    let edit = (
        "edit".to_string(),
        Some("open config.ron in your editor".into()),
    );
    let keys = SETTINGS
        .iter()
        .map(|setting| (setting.key.to_string(), Some(setting.about.into())));
    starting(start, keys.chain([edit]), |about| about)
}
