//! The ids of a library's cards: each card has one, and no two cards share one.
//!
//! It knows ids, and writes them into deck files; renames are passed in.

use super::super::id::Ids;
use super::super::read::place_of;
use super::super::{Card, CardId, Deck, DeckFile, OnDemand, splice};
use super::Library;
use super::places::{Place, Places};
use crate::error::{Error, Result};
use crate::files::{self, Os};
use crate::place::{self, Problem};

impl Library {
    /// Takes decks in their order: leaves out cards with a duplicate id, and proposes an id for each card without one.
    ///
    /// No id is looked up if the decks are known to be united: each card has an id that no other has.
    pub(super) fn unite(&mut self, decks: Vec<Deck>, is_united: bool) {
        self.decks = decks;
        if is_united {
            return;
        }
        let (places, twins) = places_of(&self.decks);
        for &(twin, first) in &twins {
            self.report_twin(twin, first);
        }
        match twins.is_empty() {
            true => self.places = places.into(),
            false => self.cut_out(twins.iter().map(|(twin, _)| *twin)),
        }
        let mut missing = Vec::new();
        for (at_deck, deck) in self.decks.iter().enumerate() {
            let cards = deck.cards.iter().enumerate();
            let cards = cards.filter(|(_, card)| !card.id_is_written);
            missing.extend(cards.map(|(at, _)| (at_deck, at)));
        }
        self.propose(&missing);
    }

    /// Reports a card that has the id of another.
    fn report_twin(&mut self, twin: Place, first: Place) {
        let (twin, first) = (self.at(twin), self.at(first));
        let Some((deck, card)) = twin else {
            return;
        };
        let first = first.map(|(deck, card)| (&deck.file, &card.body));
        let problem = twins(&card.id, (&deck.file, &card.body), first);
        let path = deck.path.clone();
        self.problems.push(problem);
        self.partial.insert(path);
    }

    /// Cuts the cards at these places, which are in order, out of their decks.
    fn cut_out(&mut self, places: impl Iterator<Item = Place>) {
        let mut places = places.peekable();
        self.places.forget();
        self.fronts.take();
        for (at_deck, deck) in self.decks.iter_mut().enumerate() {
            let mut at = 0;
            deck.cards.retain(|_| {
                let is_cut = places.next_if_eq(&(at_deck, at)).is_some();
                at += 1;
                !is_cut
            });
        }
    }

    /// Gives the cards at these places, which have none, the ids that are to be written into their files.
    fn propose(&mut self, missing: &[Place]) {
        let cards = missing.iter().filter_map(|place| Some(self.at(*place)?.1));
        let proposed: Vec<CardId> = {
            let mut ids = Ids::new(|id| self.has(id));
            cards.map(|card| ids.propose(&card.front())).collect()
        };
        for (place, id) in missing.iter().zip(proposed) {
            if let Some(places) = self.places.get_mut() {
                places.note(id.as_str(), *place, |_| false);
            }
            self.name(*place, id);
        }
    }

    /// Gives the card at this place an id.
    fn name(&mut self, (deck, card): Place, id: CardId) {
        let deck = self.decks.get_mut(deck);
        if let Some(card) = deck.and_then(|deck| deck.cards.get_mut(card)) {
            card.id = id;
        }
    }

    /// Returns the card at this place, and its deck.
    pub(crate) fn at(&self, (deck, card): Place) -> Option<(&Deck, &Card)> {
        let deck = self.decks.get(deck)?;
        Some((deck, deck.cards.get(card)?))
    }

    /// Returns the place of the card with this id.
    pub(crate) fn place(&self, id: &str) -> Option<Place> {
        let has_id = |place| {
            self.at(place)
                .is_some_and(|(_, card)| card.id.as_str() == id)
        };
        if let Some(places) = self.places.if_worth(|| places_of(&self.decks).0) {
            return places.find(id, has_id);
        }
        let mut decks = self.decks.iter().enumerate();
        decks.find_map(|(deck, of)| Some((deck, of.cards.position(|head| head.id == id)?)))
    }

    /// Resolves ids that were renamed; `renamed_to` returns the new id of an old one.
    ///
    /// A card that still has the old id is left out if there is a card with the new id, since the two would share one
    /// history. An old id is never proposed for another card.
    pub fn settle(&mut self, renamed_to: impl Fn(&str) -> Option<String>) {
        let (mut named, mut retired) = (Vec::new(), Vec::new());
        {
            let mut ids = Ids::new(|id| renamed_to(id).is_some() || self.place(id).is_some());
            for (at_deck, deck) in self.decks.iter().enumerate() {
                for (at, card) in deck.cards.iter().enumerate() {
                    match renamed_to(card.id.as_str()) {
                        Some(_) if !card.id_is_written => {
                            named.push(((at_deck, at), ids.propose(&card.front())));
                        }
                        Some(to) if self.place(&to).is_some() => retired.push(((at_deck, at), to)),
                        _ => {}
                    }
                }
            }
        }
        if named.is_empty() && retired.is_empty() {
            return;
        }
        self.places.forget();
        for (place, id) in named {
            self.name(place, id);
        }
        self.retire(&retired);
    }

    /// Leaves out the cards at these places, in order, whose ids were renamed to those of other cards.
    fn retire(&mut self, retired: &[(Place, String)]) {
        for (place, to) in retired {
            let found = self.at(*place);
            let Some((id, problem, path)) = found.map(|(deck, card)| {
                let problem = renamed(&card.id, to, (&deck.file, &card.body));
                (card.id.clone(), problem, deck.path.clone())
            }) else {
                continue;
            };
            self.problems.push(problem);
            self.left_out.insert(id);
            self.partial.insert(path);
        }
        self.cut_out(retired.iter().map(|(place, _)| *place));
    }

    /// Writes the proposed ids into the deck files.
    ///
    /// Returns the ids written, each with the name of its deck, and the errors of decks that could not be written.
    pub fn write_ids(&self) -> (Vec<(CardId, String)>, Vec<Error>) {
        let (mut given, mut failed) = (Vec::new(), Vec::new());
        for (deck, new) in self.missing_ids() {
            let written = new.and_then(|new| {
                let old = deck.file.source()?.text();
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

    /// Returns whether some card's file lacks its id.
    pub(crate) fn lacks_ids(&self) -> bool {
        self.decks_without_ids().next().is_some()
    }

    fn decks_without_ids(&self) -> impl Iterator<Item = &Deck> {
        self.decks.iter().filter(|deck| deck.cards.lack_ids())
    }

    /// Returns whether any card has this id, those that were left out included.
    pub fn has(&self, id: &str) -> bool {
        self.place(id).is_some() || self.left_out.contains(id)
    }
}

/// Returns the places of all cards that have an id, and that of each one whose id another before it has, with the place
/// of that one.
fn places_of(decks: &[Deck]) -> (Places, Vec<(Place, Place)>) {
    let mut places = Places::with_capacity(decks.iter().map(|deck| deck.cards.len()).sum());
    let mut twins = Vec::new();
    for (at_deck, deck) in decks.iter().enumerate() {
        for (at, card) in deck.cards.iter().enumerate() {
            let id = card.id.as_str();
            let has_id = |(deck, at): Place| {
                let card = decks.get(deck).and_then(|deck| deck.cards.get(at));
                card.is_some_and(|card| card.id.as_str() == id)
            };
            let first = (!id.is_empty()).then(|| places.note(id, (at_deck, at), has_id));
            twins.extend(first.flatten().map(|first| ((at_deck, at), first)));
        }
    }
    (places, twins)
}

/// Returns the text of the deck's file with the proposed ids inserted.
fn with_ids(deck: &Deck) -> Result<String> {
    let missing = deck.cards.iter().filter(|card| !card.id_is_written);
    let missing: Vec<_> = missing
        .map(|card| (card.span().clone(), card.id.clone()))
        .collect();
    splice::give_ids(deck.file.source()?, &missing)
}

/// Returns the place of a card's id, or of its kind if it has none.
fn place_of_id(file: &DeckFile, card: &OnDemand) -> place::Place {
    place_of(&file.shown(), card.span(), "id")
}

/// Returns the error about two cards with one id, with both places.
fn twins(
    id: &CardId,
    second: (&DeckFile, &OnDemand),
    first: Option<(&DeckFile, &OnDemand)>,
) -> Problem {
    let problem = Problem::error(
        place_of_id(second.0, second.1),
        format!("two cards have the id `{id}`: this one is left out"),
    )
    .help("give one of them another id; the history stays with the one that keeps it");
    match first {
        Some((file, card)) => problem.other(place_of_id(file, card)),
        None => problem,
    }
}

/// Returns the error about a card whose id was renamed to that of another card.
fn renamed(id: &CardId, to: &str, (file, card): (&DeckFile, &OnDemand)) -> Problem {
    Problem::error(
        place_of_id(file, card),
        format!("the id `{id}` was renamed to `{to}`, which is a card too: this one is left out"),
    )
    .help("give it another id: what is answered under this one counts for the other card")
}
