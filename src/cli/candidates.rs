//! What a shell may complete a word to: decks, tags and cards of the home.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::PathBuf;

use clap_complete::CompletionCandidate;

use super::line;
use crate::config::edit::SETTINGS;
use crate::deck::library::{self, Library};
use crate::folding;
use crate::home::Home;
use crate::text::{clean, one_line};

/// The folder of the decks of the home that the command line names, if there is one: completing makes none.
fn root() -> Option<PathBuf> {
    // A completer is told of its own word only; the line stands behind the `--` of the process's arguments.
    let arguments = std::env::args_os().skip_while(|word| word != "--").skip(1);
    let words = line::words(&arguments.collect::<Vec<_>>(), "");
    let given = line::home(&words).or_else(|| std::env::var_os("QUIZ_HOME").map(PathBuf::from));
    Some(Home::find(given.as_deref()).ok()?.decks())
}

fn library() -> Option<Library> {
    Library::load(&root()?).ok()
}

/// The words that start so, each once, with what `help` says of them.
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

/// Completes a deck.
pub(super) fn decks(start: &OsStr) -> Vec<CompletionCandidate> {
    let titles = root().and_then(|root| library::titles(&root).ok());
    starting(start, titles.unwrap_or_default(), |title| {
        Some(one_line(&title))
    })
}

/// Completes a tag.
pub(super) fn tags(start: &OsStr) -> Vec<CompletionCandidate> {
    let Some(library) = library() else {
        return Vec::new();
    };
    let tags: BTreeSet<&String> = library.cards().flat_map(|(_, card)| &card.tags).collect();
    starting(start, tags.into_iter().map(|tag| (tag.clone(), ())), |()| {
        None
    })
}

/// Completes a card.
pub(super) fn cards(start: &OsStr) -> Vec<CompletionCandidate> {
    let Some(library) = library() else {
        return Vec::new();
    };
    let cards = library.cards();
    let cards = cards.map(|(_, card)| (card.id.to_string(), card));
    starting(start, cards, |card| Some(one_line(&card.plain_front())))
}

/// Completes a card or a deck.
pub(super) fn cards_and_decks(start: &OsStr) -> Vec<CompletionCandidate> {
    let mut found = cards(start);
    found.extend(decks(start));
    found
}

/// Completes a face.
pub(super) fn faces(start: &OsStr) -> Vec<CompletionCandidate> {
    let Some(library) = library() else {
        return Vec::new();
    };
    let faces = library.faces();
    let faces = faces.map(|(_, card, side)| (card.face(side).to_string(), (card, side)));
    starting(start, faces, |(card, side)| {
        Some(one_line(&card.plain_question(side)))
    })
}

/// Completes a setting.
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
