//! The summary of a session.

use super::{Given, Session};
use crate::deck::{Card, Deck};

/// The figures of a session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// The number of answers given and not taken back.
    pub answers: usize,
    /// The number of those that recalled the face.
    pub recalled: usize,
    /// The time for the answers, in seconds; each counts for a minute at most.
    pub seconds: u64,
    /// The names of the decks whose last new card was met.
    pub finished: Vec<String>,
    /// The names of the decks that come next, if the last new card of all earlier decks was met.
    pub next: Vec<String>,
}

impl Session<'_> {
    /// Returns the figures so far.
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

    /// Returns the names of the decks of the lowest order with an unmet card; empty if one of them was begun.
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

    /// Returns whether a card of the deck was ever answered.
    pub(super) fn is_begun(&self, deck: &Deck) -> bool {
        deck.cards.iter().any(|card| self.answers_of(card) > 0)
    }

    /// Returns whether every card of the deck was answered.
    fn is_met(&self, deck: &Deck) -> bool {
        deck.cards.iter().all(|card| self.answers_of(card) > 0)
    }

    /// Returns whether the card of this answer was met in this session.
    fn is_first(&self, given: &Given) -> bool {
        let id = &given.face.card;
        let here = self.given().filter(|other| other.face.card == *id);
        let card = self.study.library.card(id);
        given.was_new && card.is_some_and(|(_, card)| self.answers_of(card) == here.count())
    }

    /// Returns the number of answers to the faces of a card.
    fn answers_of(&self, card: &Card) -> usize {
        card.faces().map(|face| self.study.reviews_of(&face)).sum()
    }
}
