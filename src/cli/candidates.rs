//! Completion candidates from the home: decks, tags, cards, faces, settings.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::PathBuf;

use clap_complete::CompletionCandidate;

use super::line;
use crate::config::edit::SETTINGS;
use crate::deck::FaceKey;
use crate::deck::library::{self, Library};
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
    let titles = home().and_then(|home| library::titles(&home.decks()).ok());
    starting(start, titles.unwrap_or_default(), |title| {
        Some(one_line(&title))
    })
}

/// Returns the tags that start with this.
pub(super) fn tags(start: &OsStr) -> Vec<CompletionCandidate> {
    let Some(library) = library() else {
        return Vec::new();
    };
    let tags: BTreeSet<&String> = library.cards().flat_map(|(_, card)| card.tags()).collect();
    starting(start, tags.into_iter().map(|tag| (tag.clone(), ())), |()| {
        None
    })
}

/// Returns the cards that start with this.
pub(super) fn cards(start: &OsStr) -> Vec<CompletionCandidate> {
    let Some(library) = library() else {
        return Vec::new();
    };
    let begun = start.to_string_lossy();
    let begun = folding::equal(&begun);
    let cards = library.cards();
    let cards = cards.filter(|(_, card)| card.id.as_str().starts_with(&*begun));
    let cards = cards.map(|(_, card)| (card.id.to_string(), card));
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
    let faces = library.faces();
    let faces = faces.filter(|(_, card, _)| card.id.as_str().starts_with(of));
    let faces = faces.map(|(_, card, side)| (card.face(side).to_string(), (card, side)));
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
