//! `quiz completions`: what a shell needs to complete commands, flags, decks, tags and ids.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap_complete::CompletionCandidate;
use clap_complete::env::Shells;

use super::print_raw;
use crate::cli::{Completions, ShellName};
use crate::deck::library::Library;
use crate::error::{Error, Result};
use crate::home::Home;
use crate::text::{clean, one_line};

/// Shown below the flags.
pub const HELP: &str = "\
  bash        quiz completions bash > ~/.local/share/bash-completion/completions/quiz
  zsh         quiz completions zsh > a folder of $fpath/_quiz
  fish        quiz completions fish > ~/.config/fish/completions/quiz.fish
  PowerShell  quiz completions powershell >> $PROFILE";

/// Prints the script of the shell. It asks this program for candidates, so that it never goes stale.
///
/// # Errors
/// If it can't be printed.
pub fn run(flags: &Completions) -> Result<()> {
    let name = match flags.shell {
        ShellName::Bash => "bash",
        ShellName::Zsh => "zsh",
        ShellName::Fish => "fish",
        ShellName::PowerShell => "powershell",
    };
    let refused = || Error::Refused(format!("there are no completions for {name}"));
    let shells = Shells::builtins();
    let shell = shells.completer(name).ok_or_else(refused)?;
    let mut script = Vec::new();
    shell
        .write_registration("COMPLETE", "quiz", "quiz", "quiz", &mut script)
        .map_err(|_| refused())?;
    print_raw(&String::from_utf8_lossy(&script))
}

/// The decks of the home, if there is one: completing makes none.
fn library() -> Option<Library> {
    let given = std::env::var_os("QUIZ_HOME").map(PathBuf::from);
    Library::load(&Home::find(given.as_deref()).ok()?.decks()).ok()
}

fn starting(
    start: &OsStr,
    candidates: impl IntoIterator<Item = (String, Option<String>)>,
) -> Vec<CompletionCandidate> {
    let start = start.to_string_lossy();
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
        .map(|(_, card)| (card.id.to_string(), Some(one_line(&card.front()))));
    starting(start, described)
}
