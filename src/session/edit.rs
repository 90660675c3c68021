//! A card that is edited while it is asked.

use std::path::{Path, PathBuf};

use super::{Asked, Session};
use crate::deck::library::Library;
use crate::deck::{Body, Card};
use crate::place::{Problem, Severity};

/// What an editor has made of the card that is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Edited {
    /// Nothing: the card is as it was.
    Unchanged,
    /// It is another now.
    Changed,
    /// It can't be read any more, for this reason; it is asked as it was.
    Broken(String),
    /// It is in no deck any more.
    Deleted,
}

impl Session<'_> {
    /// Returns the file in which the card of `asked` stands, and the line, from 1.
    pub fn place_of(&self, asked: &Asked) -> Option<(PathBuf, usize)> {
        let (deck, card) = self.study.library.card(&asked.key.card)?;
        Some((deck.path.clone(), card.line))
    }

    /// Reads the decks after the file of the card that is asked was open in an editor.
    ///
    /// Only the card itself matters: what is wrong with others was or will be said elsewhere.
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

    /// Says why the card is not there any more.
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

/// Whether two say the same, wherever each stands in its file.
fn is_same(one: &Card, other: &Card) -> bool {
    let moved = Body {
        line: one.line,
        span: one.span.clone(),
        ..(*other.body).clone()
    };
    *one.body == moved
}
