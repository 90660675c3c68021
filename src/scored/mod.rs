//! The scored quiz: the faces drawn, the form in which they are asked, and the results. It knows no terminal.
//!
//! A quiz never moves the schedule. It asks so that the program, not the person, judges the answer: cards that the
//! daily session leaves to self-assessment become choices or typed answers ([`form`]). [`draw`] picks the faces,
//! [`Quiz`] is the state of one quiz, [`report`] describes the result.

pub mod draw;
pub mod form;
pub mod report;

use std::collections::VecDeque;

use crate::deck::{Card, FaceKey, Side};

/// A question of a quiz.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The face it asks.
    pub face: FaceKey,
    /// The title of its deck.
    pub deck: String,
    /// The card in the form in which it is asked.
    pub card: Card,
    /// The side of that card.
    pub side: Side,
}

/// A question that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// The face.
    pub face: FaceKey,
    /// Whether the answer was right.
    pub right: bool,
    /// The answer as typed or chosen; `None` if the person judged it.
    pub said: Option<String>,
}

/// A quiz in progress: questions in order, skipped ones again at the end.
#[derive(Debug, Clone, Default)]
pub struct Quiz {
    /// The questions still open, the next one first.
    open: VecDeque<Item>,
    /// The answered questions, in order.
    pub marked: Vec<Marked>,
    /// The number of `open` questions, counted from the last, that were skipped.
    skipped: usize,
}

impl Quiz {
    /// Returns a quiz that asks `items` in their order.
    pub fn new(items: Vec<Item>) -> Self {
        Self {
            open: items.into(),
            marked: Vec::new(),
            skipped: 0,
        }
    }

    /// Returns the current question; `None` if none is left.
    pub fn current(&self) -> Option<&Item> {
        self.open.front()
    }

    /// Returns the number of open questions, including the current one.
    pub fn left(&self) -> usize {
        self.open.len()
    }

    /// Returns the number of open questions that were skipped and come back.
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    /// Returns the number of right answers so far.
    pub fn right(&self) -> usize {
        self.marked.iter().filter(|marked| marked.right).count()
    }

    /// Marks the current question and moves on to the next.
    pub fn mark(&mut self, right: bool, said: Option<String>) {
        let Some(item) = self.open.pop_front() else {
            return;
        };
        self.skipped = self.skipped.min(self.open.len());
        let face = item.face;
        self.marked.push(Marked { face, right, said });
    }

    /// Moves the current question to the end; returns false if it is the only one left.
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

    /// Returns the cards of a deck's list as questions.
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
