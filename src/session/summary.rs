//! What a session came to.

use super::{Given, Session};
use crate::deck::{Card, Deck};

/// What was done in a session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many answers were given and not taken back.
    pub answers: usize,
    /// How many of them recalled the face.
    pub recalled: usize,
    /// How long they took, in seconds, each at most a minute.
    pub seconds: u64,
    /// The decks whose last new card was met, by name.
    pub finished: Vec<String>,
    /// The decks that come next, by name, where this was the last new card of all that come before them.
    pub next: Vec<String>,
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
        finished.retain(|name| {
            let deck = self.study.library.deck(name);
            deck.is_none_or(|deck| self.is_met(deck))
        });
        let next = match finished.is_empty() {
            true => Vec::new(),
            false => self.next_decks(),
        };
        let recalled = self.given().filter(|given| given.grade.recalled());
        let millis: u64 = self.given().map(|given| u64::from(given.ms)).sum();
        Summary {
            answers: self.done(),
            recalled: recalled.count(),
            seconds: millis.div_ceil(1000),
            finished,
            next,
        }
    }

    /// The decks of the lowest order of which not every card was met, where none of them was begun.
    fn next_decks(&self) -> Vec<String> {
        let decks = &self.study.library.decks;
        let Some(first) = decks.iter().find(|deck| !self.is_met(deck)) else {
            return Vec::new();
        };
        let next: Vec<_> = decks
            .iter()
            .filter(|deck| deck.order == first.order)
            .collect();
        match next.iter().any(|deck| self.is_begun(deck)) {
            true => Vec::new(),
            false => next.into_iter().map(|deck| deck.name.clone()).collect(),
        }
    }

    /// Whether a card of the deck has been answered.
    pub(super) fn is_begun(&self, deck: &Deck) -> bool {
        deck.cards.iter().any(|card| self.answers_of(card) > 0)
    }

    /// Whether every card of the deck has been answered.
    fn is_met(&self, deck: &Deck) -> bool {
        deck.cards.iter().all(|card| self.answers_of(card) > 0)
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
