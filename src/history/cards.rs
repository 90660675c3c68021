//! The histories of all cards: the answers as they were read, and over them the cards to which something else happened,
//! or something since.
//!
//! It knows cards by id, never how events are folded.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::base::Base;
use super::card::CardHistory;
use super::face::FaceHistory;
use super::stored::Ahead;
use crate::deck::{CardId, FaceKey};
use crate::hashing::HashMap;
use crate::time::{Day, Stamp};

/// Where the history of a card is.
pub(super) enum Found<'a> {
    /// The card was only answered: its number in the base.
    Answered(&'a Base, u32),
    Touched(&'a CardHistory),
}

/// The history of each card.
#[derive(Debug, Clone, Default)]
pub(super) struct Cards {
    base: Arc<Base>,
    /// The cards whose histories differ from those in `base`.
    over: HashMap<CardId, CardHistory>,
}

impl Cards {
    /// Returns the histories of cards to which nothing happened but these answers.
    pub(super) fn new(base: Arc<Base>) -> Self {
        Self {
            base,
            over: HashMap::default(),
        }
    }

    /// Returns where the history of a card is; `None` if there is none.
    pub(super) fn find(&self, id: &str) -> Option<Found<'_>> {
        let answered = || Some(Found::Answered(&self.base, self.base.card(id)?));
        self.touched_card(id).map(Found::Touched).or_else(answered)
    }

    /// Returns the history of a card to which more happened than answers that the base has.
    pub(super) fn touched_card(&self, id: &str) -> Option<&CardHistory> {
        // Most homes have few such cards, or none: then nothing is hashed.
        (!self.over.is_empty()).then(|| self.over.get(id)).flatten()
    }

    /// Returns the answers as the index has them.
    pub(super) fn base(&self) -> &Base {
        &self.base
    }

    /// Returns the history of a card; `None` if there is none.
    pub(super) fn get(&self, id: &str) -> Option<&CardHistory> {
        match self.find(id)? {
            Found::Answered(base, card) => base.history(card),
            Found::Touched(card) => Some(card),
        }
    }

    /// Returns the number of answers from day `from` on and before day `to` to cards that were only answered.
    pub(super) fn untouched_between(&self, from: Day, to: Day) -> usize {
        let touched = self
            .over
            .keys()
            .filter_map(|id| self.base.card(id.as_str()));
        let of_touched = touched.flat_map(|card| self.base.days_of_card(card));
        let of_touched = of_touched.filter(|day| (from..to).contains(day));
        let all = self.base.between(from, to);
        all.saturating_sub(of_touched.count())
    }

    /// Calls `take` with each face of the cards that were only answered; each history is made in the same memory. Faces
    /// last answered before `from` (Unix milliseconds) are left out.
    pub(super) fn each_untouched(&self, from: i64, mut take: impl FnMut(&FaceKey, &FaceHistory)) {
        let (mut room, mut ahead) = (FaceHistory::default(), Ahead::default());
        let is_late = |at: Stamp| at.millis() >= from;
        let faces = self.base.all_faces();
        let key = self.base.answered_keys();
        for face in faces.filter(|face| self.base.last_at(*face).is_some_and(is_late)) {
            if let Some(key) = key(face).filter(|key| !self.is_touched(key)) {
                take(&key, self.base.face_in(face, &mut room, &mut ahead));
            }
        }
    }

    /// Returns the number of answers on each learning day that has any.
    pub(super) fn answers_by_day(&self) -> BTreeMap<Day, usize> {
        let mut days = self.base.by_day();
        for (id, card) in &self.over {
            let before = self.base.card(id.as_str()).into_iter();
            for day in before.flat_map(|card| self.base.days_of_card(card)) {
                if let Some(count) = days.get_mut(&day) {
                    *count = count.saturating_sub(1);
                }
            }
            let now = card.faces.iter().flat_map(|(_, face)| face.reviews());
            for review in now {
                *days.entry(review.day).or_default() += 1;
            }
        }
        days.into_iter().filter(|(_, count)| *count > 0).collect()
    }

    /// Returns the key of a face in the base if its card was only answered.
    pub(super) fn untouched_key(&self, face: u32) -> Option<FaceKey> {
        let key = self.base.answered_key(face)?;
        (!self.is_touched(&key)).then_some(key)
    }

    /// Returns whether more happened to the card of a face than answers that the base has.
    fn is_touched(&self, key: &FaceKey) -> bool {
        self.touched_card(key.card.as_str()).is_some()
    }

    /// Returns whether both have the same faces with the same histories; those of cards that were only answered are not
    /// made for that.
    pub(super) fn have_the_same_faces(&self, other: &Self) -> bool {
        fn faces<'a>(cards: &'a Cards, id: &CardId) -> BTreeMap<&'a FaceKey, &'a FaceHistory> {
            let faces = cards
                .get(id.as_str())
                .into_iter()
                .flat_map(|card| &card.faces);
            faces.map(|(key, face)| (key, face)).collect()
        }
        let is_touched = |id: &CardId| self.over.contains_key(id) || other.over.contains_key(id);
        let mut touched = self.over.keys().chain(other.over.keys());
        touched.all(|id| faces(self, id) == faces(other, id))
            && self
                .base
                .has_the_same_answers(&other.base, |id| !is_touched(id))
    }

    /// Returns the history of a card for changing it; an empty one if there is none.
    pub(super) fn change(&mut self, id: &CardId) -> &mut CardHistory {
        let base = &self.base;
        self.over.entry(id.clone()).or_insert_with(|| {
            let card = base.card(id.as_str());
            let history = card.and_then(|card| base.history(card));
            history.cloned().unwrap_or_default()
        })
    }

    /// Returns whether a card has a history.
    pub(super) fn has(&self, id: &str) -> bool {
        self.over.contains_key(id) || self.base.card(id).is_some()
    }

    /// Returns every card with its history, in no order.
    pub(super) fn all(&self) -> impl Iterator<Item = &CardHistory> {
        let base = self.base.all_cards();
        let untouched = base.filter(|(_, id)| !self.over.contains_key(*id));
        let untouched = untouched.filter_map(|(card, _)| self.base.history(card));
        self.over.values().chain(untouched)
    }

    /// Returns the ids of the cards that were only answered and that `takes` selects by their numbers in the base.
    pub(super) fn untouched(
        &self,
        takes: impl Fn(&Base, u32) -> bool,
    ) -> impl Iterator<Item = &str> {
        let cards = self.base.cards();
        let taken = cards.filter(move |(card, _)| takes(&self.base, *card));
        let ids = taken.map(|(_, id)| id);
        ids.filter(|id| !self.over.contains_key(*id))
    }

    /// Returns the cards to which something other than an answer happened, and some others, in no order.
    pub(super) fn touched(&self) -> impl Iterator<Item = (&CardId, &CardHistory)> {
        self.over.iter()
    }

    /// Returns the ids of all cards, in no order.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        let touched = self.over.keys().map(CardId::as_str);
        touched.chain(self.untouched(|_, _| true))
    }
}
