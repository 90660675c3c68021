//! What a session came to.

use super::{Given, Session};
use crate::deck::Card;

/// What was done in a session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many answers were given and not taken back.
    pub answers: usize,
    /// How many of them recalled the face.
    pub recalled: usize,
    /// How long they took, in seconds, each at most a minute.
    pub seconds: u64,
    /// The decks whose last new card was met.
    pub finished: Vec<String>,
}

impl Session<'_> {
    /// Returns what was done so far.
    pub fn summary(&self) -> Summary {
        let mut finished: Vec<String> = self
            .given()
            .filter(|given| self.is_first(given))
            .map(|given| given.deck.clone())
            .collect();
        finished.sort();
        finished.dedup();
        finished.retain(|deck| self.is_met(deck));
        let recalled = self.given().filter(|given| given.grade.recalled());
        let millis: u64 = self.given().map(|given| u64::from(given.ms)).sum();
        Summary {
            answers: self.done(),
            recalled: recalled.count(),
            seconds: millis.div_ceil(1000),
            finished,
        }
    }

    /// Whether every card of the deck has been answered.
    fn is_met(&self, deck: &str) -> bool {
        let cards = self.study.library.cards();
        cards
            .filter(|(of, _)| of.name == deck)
            .all(|(_, card)| self.answers_of(card) > 0)
    }

    /// Whether the card of this answer was met in this session.
    fn is_first(&self, given: &Given) -> bool {
        let id = &given.face.card;
        let here = self.given().filter(|other| other.face.card == *id);
        let card = self.study.library.card(id);
        given.was_new && card.is_some_and(|(_, card)| self.answers_of(card) == here.count())
    }

    /// How often the faces of a card were answered.
    fn answers_of(&self, card: &Card) -> usize {
        card.faces().map(|face| self.study.reviews_of(&face)).sum()
    }
}
