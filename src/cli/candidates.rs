//! What a shell may complete a word to: decks, tags and cards of the home.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap_complete::CompletionCandidate;

use super::line;
use crate::config::edit::SETTINGS;
use crate::deck::library::Library;
use crate::folding;
use crate::home::Home;
use crate::text::{clean, one_line};

/// The decks of the home that the command line names, if there is one: completing makes none.
fn library() -> Option<Library> {
    // A completer is told of its own word only; the line stands behind the `--` of the process's arguments.
    let arguments = std::env::args_os().skip_while(|word| word != "--").skip(1);
    let words = line::words(&arguments.collect::<Vec<_>>(), "");
    let given = line::home(&words).or_else(|| std::env::var_os("QUIZ_HOME").map(PathBuf::from));
    Library::load(&Home::find(given.as_deref()).ok()?.decks()).ok()
}

fn starting(
    start: &OsStr,
    candidates: impl IntoIterator<Item = (String, Option<String>)>,
) -> Vec<CompletionCandidate> {
    let start = start.to_string_lossy();
    let start = folding::equal(&start);
    let mut found: Vec<(String, Option<String>)> = candidates
        .into_iter()
        .filter(|(word, _)| word.starts_with(&*start) && clean(word) == *word)
        .collect();
    found.sort();
    found.dedup_by(|(a, _), (b, _)| a == b);
    found
        .into_iter()
        .map(|(word, help)| CompletionCandidate::new(word).help(help.map(Into::into)))
        .collect()
}

/// Completes a deck.
pub fn decks(start: &OsStr) -> Vec<CompletionCandidate> {
    let Some(library) = library() else {
        return Vec::new();
    };
    starting(
        start,
        library
            .decks
            .iter()
            .map(|deck| (deck.name.clone(), Some(one_line(&deck.title)))),
    )
}

/// Completes a tag.
pub fn tags(start: &OsStr) -> Vec<CompletionCandidate> {
    let Some(library) = library() else {
        return Vec::new();
    };
    starting(
        start,
        library
            .cards()
            .flat_map(|(_, card)| card.tags.iter().map(|tag| (tag.clone(), None))),
    )
}

/// Completes a card.
pub fn cards(start: &OsStr) -> Vec<CompletionCandidate> {
    let Some(library) = library() else {
        return Vec::new();
    };
    let described = library
        .cards()
        .map(|(_, card)| (card.id.to_string(), Some(one_line(&card.plain_front()))));
    starting(start, described)
}

/// Completes a card or a deck.
pub fn cards_and_decks(start: &OsStr) -> Vec<CompletionCandidate> {
    let mut found = cards(start);
    found.extend(decks(start));
    found
}

/// Completes a face.
pub fn faces(start: &OsStr) -> Vec<CompletionCandidate> {
    let Some(library) = library() else {
        return Vec::new();
    };
    let described = library.faces().map(|(_, card, side)| {
        (
            card.face(side).to_string(),
            Some(one_line(&card.plain_question(side))),
        )
    });
    starting(start, described)
}

/// Completes a setting.
pub fn settings(start: &OsStr) -> Vec<CompletionCandidate> {
    let edit = (
        "edit".to_string(),
        Some("open config.ron in your editor".into()),
    );
    let keys = SETTINGS
        .iter()
        .map(|setting| (setting.key.to_string(), Some(setting.about.into())));
    starting(start, keys.chain([edit]))
}
