//! The ids of a library's cards: one for each card, each for one card.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::super::read::{self, ReadCard};
use super::super::{CardId, Deck, id, splice};
use super::Library;
use crate::error::{Error, Result};
use crate::files::{self, Os};
use crate::notation;
use crate::place::{Place, Problem};

impl Library {
    /// Gives each card its place in the index, and an id to those that have none.
    pub(super) fn unite(&mut self, read: Vec<(Deck, Vec<ReadCard>)>) {
        for (at_deck, (mut deck, cards)) in read.into_iter().enumerate() {
            for card in cards {
                let mut full = card.card;
                if let Some(id) = card.id {
                    if let Some(&(deck_of_first, first)) = self.index.get(&id) {
                        let first = self
                            .decks
                            .get(deck_of_first)
                            .unwrap_or(&deck)
                            .cards
                            .get(first);
                        let path = self.decks.get(deck_of_first).unwrap_or(&deck).path.clone();
                        let first = first.map_or(1, |card| card.line);
                        self.problems
                            .push(twins(&id, (&deck.path, full.line), (&path, first)));
                        continue;
                    }
                    self.index.insert(id, (at_deck, deck.cards.len()));
                } else {
                    full.id_is_written = false;
                }
                deck.cards.push(full);
            }
            self.decks.push(deck);
        }
        for (at_deck, deck) in self.decks.iter_mut().enumerate() {
            for (at, card) in deck
                .cards
                .iter_mut()
                .enumerate()
                .filter(|(_, card)| !card.id_is_written)
            {
                card.id = id::propose(&card.front(), |id| {
                    id.parse()
                        .is_ok_and(|id: CardId| self.index.contains_key(&id))
                });
                self.index.insert(card.id.clone(), (at_deck, at));
            }
        }
    }

    /// Settles ids that a rename took away. A card that still has one is left out if the card that it went to is
    /// there: the two would share one history. None is given to a card anew.
    pub fn settle(&mut self, renamed_to: impl Fn(&str) -> Option<String>) {
        let mut known: HashSet<String> = self.index.keys().map(ToString::to_string).collect();
        for deck in &mut self.decks {
            let missing = deck.cards.iter_mut().filter(|card| !card.id_is_written);
            for card in missing.filter(|card| renamed_to(card.id.as_str()).is_some()) {
                let is_taken = |id: &str| renamed_to(id).is_some() || known.contains(id);
                card.id = id::propose(&card.front(), is_taken);
                known.insert(card.id.to_string());
            }
            let path = &deck.path;
            deck.cards.retain(|card| {
                let to = renamed_to(card.id.as_str()).filter(|to| known.contains(to));
                if let Some(to) = &to {
                    self.problems.push(retired(&card.id, to, (path, card.line)));
                    self.left_out.insert(card.id.clone());
                }
                to.is_none()
            });
        }
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

    /// Writes its id into each card that has none. Says which cards got one, each with its deck, and what could
    /// not be written.
    pub fn write_ids(&self) -> (Vec<(CardId, String)>, Vec<Error>) {
        let (mut given, mut failed) = (Vec::new(), Vec::new());
        for deck in self
            .decks
            .iter()
            .filter(|deck| deck.cards.iter().any(|card| !card.id_is_written))
        {
            let written = with_ids(deck).and_then(|(old, new)| {
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

    /// Each deck file with cards that have no id: its path, its text, and its text with their ids.
    ///
    /// # Errors
    /// If a file can't be read, or has changed.
    pub fn missing_ids(&self) -> Result<Vec<(PathBuf, String, String)>> {
        let decks = self
            .decks
            .iter()
            .filter(|deck| deck.cards.iter().any(|card| !card.id_is_written));
        decks
            .map(|deck| with_ids(deck).map(|(old, new)| (deck.path.clone(), old, new)))
            .collect()
    }

    /// Whether some card has this id, be it one that was left out.
    pub fn has(&self, id: &str) -> bool {
        let is_there = |id: CardId| self.index.contains_key(&id) || self.left_out.contains(&id);
        id.parse().is_ok_and(is_there)
    }
}

/// The text of the deck's file, and the same with an id in each card that has none.
fn with_ids(deck: &Deck) -> Result<(String, String)> {
    let old = fs::read_to_string(&deck.path).map_err(Error::io("read", &deck.path))?;
    let changed = || Error::Changed(deck.path.clone());
    let mut missing = deck.cards.iter().rev().filter(|card| !card.id_is_written);
    let mut new = old.clone();
    // From the last to the first, so that the places before stay right.
    for read in read::deck(&deck.name, &deck.path, &old)
        .cards
        .iter()
        .rev()
        .filter(|card| card.id.is_none())
    {
        let card = missing
            .next()
            .filter(|card| card.content == read.card.content)
            .ok_or_else(changed)?;
        new = splice::give_id(&new, read.span.start, &card.id).ok_or_else(changed)?;
    }
    if missing.next().is_some() {
        return Err(changed());
    }
    Ok((old, new))
}

/// The place of the id of the card that starts at `line`.
fn place_of_id(id: &CardId, path: &Path, line: usize) -> Place {
    let text = fs::read_to_string(path).unwrap_or_default();
    let before = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len);
    let start: usize = before.sum();
    let needle = notation::quote(id.as_str());
    let found = text.get(start..).and_then(|rest| rest.find(&needle));
    let at = found.map_or(start, |at| start + at);
    Place::new(path, &text, at, needle.len())
}

/// Two cards with one id: an error that shows both.
fn twins(id: &CardId, second: (&Path, usize), first: (&Path, usize)) -> Problem {
    Problem::error(
        place_of_id(id, second.0, second.1),
        format!("two cards have the id `{id}`: this one is left out"),
    )
    .other(place_of_id(id, first.0, first.1))
    .help("give one of them another id; the history stays with the one that keeps it")
}

/// A card under an id whose history went to another card.
fn retired(id: &CardId, to: &str, (path, line): (&Path, usize)) -> Problem {
    Problem::error(
        place_of_id(id, path, line),
        format!("the id `{id}` was renamed to `{to}`, which is a card too: this one is left out"),
    )
    .help("give it another id: what is answered under this one counts for the other card")
}
