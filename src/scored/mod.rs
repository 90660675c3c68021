//! The scored quiz: which faces are drawn, in which form they are asked, and what came of it. Knows no terminal.
//!
//! A quiz never moves the schedule. It asks so that the program, not the person, says what was right: cards that the
//! daily session leaves to self-assessment become choices or typed answers ([`form`]). [`draw`] says which faces are
//! asked, [`Quiz`] is the state of one quiz, [`report`] says how it went.

pub mod draw;
pub mod form;
pub mod report;

use std::collections::VecDeque;

use crate::deck::{Card, FaceKey, Side};

/// One question of a quiz.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The face that it is about.
    pub face: FaceKey,
    /// The title of its deck.
    pub deck: String,
    /// The card in the form in which it is asked.
    pub card: Card,
    /// Which face of that card.
    pub side: Side,
}

/// One question that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// The face.
    pub face: FaceKey,
    /// Whether the answer was right.
    pub right: bool,
    /// What was answered, if the question could tell.
    pub said: Option<String>,
}

/// A quiz that is being taken: questions in order, skipped ones again at the end.
#[derive(Debug, Clone, Default)]
pub struct Quiz {
    /// The questions still open, the next one first.
    open: VecDeque<Item>,
    /// Those that were answered, in order.
    pub marked: Vec<Marked>,
    /// How many of `open`, from the last, were skipped.
    skipped: usize,
}

impl Quiz {
    /// A quiz of `items`, in their order.
    pub fn new(items: Vec<Item>) -> Self {
        Self {
            open: items.into(),
            marked: Vec::new(),
            skipped: 0,
        }
    }

    /// Returns the question to ask now, or `None` if none is left.
    pub fn current(&self) -> Option<&Item> {
        self.open.front()
    }

    /// Returns how many questions are still open, the current one included.
    pub fn left(&self) -> usize {
        self.open.len()
    }

    /// Returns how many of the open questions were skipped and come back.
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    /// Returns how many answers were right so far.
    pub fn right(&self) -> usize {
        self.marked.iter().filter(|marked| marked.right).count()
    }

    /// Marks the current question, and goes on to the next.
    pub fn mark(&mut self, right: bool, said: Option<String>) {
        let Some(item) = self.open.pop_front() else {
            return;
        };
        self.skipped = self.skipped.min(self.open.len());
        let face = item.face;
        self.marked.push(Marked { face, right, said });
    }

    /// Puts the current question at the end. Returns false if it is the only one left.
    pub fn skip(&mut self) -> bool {
        if self.open.len() < 2 {
            return false;
        }
        let first_time = self.skipped < self.open.len();
        self.open.rotate_left(1);
        self.skipped += usize::from(first_time);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deck::read;
    use crate::place::Source;

    /// The cards of a deck's list, as questions.
    pub(super) fn items(cards: &str) -> Vec<Item> {
        let text = format!("Deck(title: \"D\", cards: [{cards}])");
        let cards = read::deck("d", &Source::new("d.ron", text)).cards;
        let cards = cards.into_iter().map(|read| Card {
            id: read.id.unwrap(),
            id_is_written: true,
            body: read.body,
        });
        cards
            .map(|card| Item {
                face: card.face(Side::Whole),
                deck: "D".into(),
                card,
                side: Side::Whole,
            })
            .collect()
    }

    fn quiz() -> Quiz {
        let card = |n| format!("Typed(id: \"c{n}\", front: \"f{n}\", answers: [\"a{n}\"]),");
        Quiz::new(items(&(0..3).map(card).collect::<String>()))
    }

    fn asked(quiz: &Quiz) -> String {
        quiz.current()
            .map_or(String::new(), |item| item.card.front())
    }

    #[test]
    fn what_is_skipped_comes_back_at_the_end() {
        let mut quiz = quiz();
        assert!(quiz.skip());
        assert_eq!((asked(&quiz), quiz.skipped()), ("f1".into(), 1));
        quiz.mark(true, None);
        quiz.mark(false, Some("x".into()));
        assert_eq!((asked(&quiz), quiz.left()), ("f0".into(), 1));
        assert!(!quiz.skip(), "the last one cannot be skipped");
        quiz.mark(true, None);
        assert_eq!((quiz.current(), quiz.right()), (None, 2));
        assert_eq!(quiz.marked.len(), 3);
    }

    #[test]
    fn skipping_for_ever_ends_nothing_and_loses_nothing() {
        let mut quiz = quiz();
        for _ in 0..10 {
            assert!(quiz.skip());
            assert!(quiz.skipped() <= quiz.left());
        }
        assert_eq!(quiz.left(), 3);
    }
}
