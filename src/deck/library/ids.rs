//! The ids of a library's cards: each card has one, and no two cards share one.
//!
//! It knows ids, and writes them into deck files; renames are passed in.

use super::super::id::Ids;
use super::super::read::{Parsed, place_of};
use super::super::{Card, CardId, Deck, OnDemand, splice};
use super::Library;
use crate::error::{Error, Result};
use crate::files::{self, Os};
use crate::place::{Place, Problem, Source};

impl Library {
    /// Indexes all cards by id, proposes an id for each card without one, and leaves out cards with a duplicate id.
    pub(super) fn unite(&mut self, read: Vec<(Deck, Vec<Parsed>)>) {
        let mut cards_of = Vec::with_capacity(read.len());
        self.index
            .reserve(read.iter().map(|(_, cards)| cards.len()).sum());
        for (at_deck, (deck, cards)) in read.into_iter().enumerate() {
            let mut kept: Vec<(Option<CardId>, OnDemand)> = Vec::with_capacity(cards.len());
            for Parsed { id, body } in cards {
                if let Some(id) = &id {
                    if let Some(&(of_first, first)) = self.index.get(id) {
                        let first = cards_of.get(of_first).unwrap_or(&kept).get(first);
                        let source = self.decks.get(of_first).map(|deck| &deck.source);
                        let first = first.map(|(_, first)| (source.unwrap_or(&deck.source), first));
                        self.problems.push(twins(id, (&deck.source, &body), first));
                        continue;
                    }
                    self.index.insert(id.clone(), (at_deck, kept.len()));
                }
                kept.push((id, body));
            }
            self.decks.push(deck);
            cards_of.push(kept);
        }
        let mut index = std::mem::take(&mut self.index);
        let mut ids = Ids::new(|id| index.contains_key(id) || self.left_out.contains(id));
        let mut proposed = Vec::new();
        for (at_deck, (deck, cards)) in self.decks.iter_mut().zip(cards_of).enumerate() {
            deck.cards.reserve(cards.len());
            for (id, body) in cards {
                let id_is_written = id.is_some();
                let id = id.unwrap_or_else(|| ids.propose(&body.front()));
                if !id_is_written {
                    proposed.push((id.clone(), (at_deck, deck.cards.len())));
                }
                deck.cards.push(Card {
                    id,
                    id_is_written,
                    body,
                });
            }
        }
        drop(ids);
        index.extend(proposed);
        self.index = index;
    }

    /// Resolves ids that were renamed; `renamed_to` returns the new id of an old one.
    ///
    /// A card that still has the old id is left out if there is a card with the new id, since the two would share one
    /// history. An old id is never proposed for another card.
    pub fn settle(&mut self, renamed_to: impl Fn(&str) -> Option<String>) {
        let known = std::mem::take(&mut self.index);
        let mut ids = Ids::new(|id| renamed_to(id).is_some() || known.contains_key(id));
        for deck in &mut self.decks {
            let missing = deck.cards.iter_mut().filter(|card| !card.id_is_written);
            for card in missing.filter(|card| renamed_to(card.id.as_str()).is_some()) {
                card.id = ids.propose(&card.front());
            }
            let source = &deck.source;
            deck.cards.retain(|card| {
                let to = renamed_to(card.id.as_str());
                let to = to.filter(|to| known.contains_key(to.as_str()));
                if let Some(to) = &to {
                    self.problems
                        .push(retired(&card.id, to, (source, &card.body)));
                    self.left_out.insert(card.id.clone());
                }
                to.is_none()
            });
        }
        drop(ids);
        self.index = self
            .decks
            .iter()
            .enumerate()
            .flat_map(|(at_deck, deck)| {
                deck.cards
                    .iter()
                    .enumerate()
                    .map(move |(at, card)| (card.id.clone(), (at_deck, at)))
            })
            .collect();
    }

    /// Writes the proposed ids into the deck files.
    ///
    /// Returns the ids written, each with the name of its deck, and the errors of decks that could not be written.
    pub fn write_ids(&self) -> (Vec<(CardId, String)>, Vec<Error>) {
        let (mut given, mut failed) = (Vec::new(), Vec::new());
        for (deck, new) in self.missing_ids() {
            let old = deck.source.text();
            let written = new.and_then(|new| {
                files::replace(&Os, &deck.path, Some(old.as_bytes()), new.as_bytes())
            });
            match written {
                Ok(()) => {
                    let missing = deck.cards.iter().filter(|card| !card.id_is_written);
                    given.extend(missing.map(|card| (card.id.clone(), deck.name.clone())));
                }
                Err(error) => failed.push(error),
            }
        }
        (given, failed)
    }

    /// Returns each deck with cards without an id, with its text after inserting them or the error that prevents it.
    pub fn missing_ids(&self) -> Vec<(&Deck, Result<String>)> {
        let decks = self.decks_without_ids();
        decks.map(|deck| (deck, with_ids(deck))).collect()
    }

    fn decks_without_ids(&self) -> impl Iterator<Item = &Deck> {
        self.decks
            .iter()
            .filter(|deck| deck.cards.iter().any(|card| !card.id_is_written))
    }

    /// Returns whether any card has this id, those that were left out included.
    pub fn has(&self, id: &str) -> bool {
        self.index.contains_key(id) || self.left_out.contains(id)
    }
}

/// Returns the text of the deck's file with the proposed ids inserted.
fn with_ids(deck: &Deck) -> Result<String> {
    let missing = deck.cards.iter().filter(|card| !card.id_is_written);
    let missing: Vec<_> = missing
        .map(|card| (card.span().clone(), card.id.clone()))
        .collect();
    splice::give_ids(&deck.source, &missing)
}

/// Returns the place of a card's id, or of its kind if it has none.
fn place_of_id(source: &Source, card: &OnDemand) -> Place {
    place_of(source, card.span(), "id")
}

/// Returns the error about two cards with one id, with both places.
fn twins(
    id: &CardId,
    second: (&Source, &OnDemand),
    first: Option<(&Source, &OnDemand)>,
) -> Problem {
    let problem = Problem::error(
        place_of_id(second.0, second.1),
        format!("two cards have the id `{id}`: this one is left out"),
    )
    .help("give one of them another id; the history stays with the one that keeps it");
    match first {
        Some((source, card)) => problem.other(place_of_id(source, card)),
        None => problem,
    }
}

/// Returns the error about a card whose id was renamed to that of another card.
fn retired(id: &CardId, to: &str, (source, card): (&Source, &OnDemand)) -> Problem {
    Problem::error(
        place_of_id(source, card),
        format!("the id `{id}` was renamed to `{to}`, which is a card too: this one is left out"),
    )
    .help("give it another id: what is answered under this one counts for the other card")
}
