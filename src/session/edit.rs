//! Editing a card while it is asked.

use std::path::{Path, PathBuf};

use super::{Asked, Session};
use crate::deck::library::Library;
use crate::deck::{Body, Card};
use crate::place::{Problem, Severity};

/// The effect of an edit on the card that is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Edited {
    /// The card is unchanged.
    Unchanged,
    /// The card has changed.
    Changed,
    /// The card can no longer be read, for this reason; it is asked as it was.
    Broken(String),
    /// No deck has the card any more.
    Deleted,
}

impl Session<'_> {
    /// Returns the file that holds the card of `asked`, and its line, counted from 1.
    pub fn place_of(&self, asked: &Asked) -> Option<(PathBuf, usize)> {
        let (deck, card) = self.study.library.card(&asked.key.card)?;
        Some((deck.path.clone(), card.line))
    }

    /// Reads the decks again after the file of the card that is asked was open in an editor.
    ///
    /// Only the card itself matters; problems of other cards are reported elsewhere.
    pub fn reread(&mut self, asked: &mut Asked, file: &Path) -> Edited {
        let before = std::mem::take(&mut self.study.library);
        if let Err(error) = self.study.reload_decks() {
            self.study.library = before;
            return Edited::Broken(error.to_string());
        }
        let found = self.study.library.face(&asked.key);
        let Some((deck, title, card)) =
            found.map(|(deck, card)| (deck.name.clone(), deck.title.clone(), card.clone()))
        else {
            return self.lost(asked, file, before);
        };
        let is_same = is_same(&asked.card, &card);
        (asked.deck, asked.title, asked.card) = (deck, title, card);
        self.rebuild();
        if let Some((deck, _)) = self.study.library.face(&asked.key) {
            asked.promises = self.promises(&asked.key, deck);
        }
        match is_same {
            true => Edited::Unchanged,
            false => Edited::Changed,
        }
    }

    /// Returns the effect of an edit after which the card is gone. If it only can't be read, the library stays as it
    /// was `before`.
    fn lost(&mut self, asked: &Asked, file: &Path, before: Library) -> Edited {
        let now = &self.study.library;
        let is_broken = now.has(asked.key.card.as_str()) && now.card(&asked.key.card).is_none();
        let problem = new_problem(&before.problems, &now.problems, file)
            .or_else(|| {
                now.problems
                    .iter()
                    .find(|one| is_broken && one.place.file == file)
            })
            .map(|problem| format!("{}: {}", problem.place, problem.message));
        match problem {
            Some(problem) => {
                self.study.library = before;
                Edited::Broken(problem)
            }
            None => {
                self.rebuild();
                Edited::Deleted
            }
        }
    }
}

/// Returns the first error in `file` that was not there before.
fn new_problem<'a>(before: &[Problem], now: &'a [Problem], file: &Path) -> Option<&'a Problem> {
    let of_file =
        |problem: &&Problem| problem.place.file == file && problem.severity == Severity::Error;
    let mut known: Vec<&str> = before
        .iter()
        .filter(of_file)
        .map(|problem| problem.message.as_str())
        .collect();
    now.iter().filter(of_file).find(|problem| {
        let at = known.iter().position(|message| *message == problem.message);
        at.map(|at| known.swap_remove(at)).is_none()
    })
}

/// Returns whether two cards have the same content, wherever each stands in its file.
fn is_same(one: &Card, other: &Card) -> bool {
    let moved = Body {
        line: one.line,
        span: one.span.clone(),
        ..(**other).clone()
    };
    **one == moved
}
