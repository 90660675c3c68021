//! The places of cards by their ids, in a table that keeps no ids itself.
//!
//! It is filled for every card of a home at each start: a small table of numbers takes a fraction of the time that one of
//! ids takes.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};

use crate::hashing::Quick;

/// The index of a deck, and that of a card in it.
pub(super) type Place = (usize, usize);

/// The places of cards by the hashes of their ids.
///
/// Ids with the same hash take the next free numbers: only the ids themselves tell whether they are the same.
#[derive(Debug, Default)]
pub(super) struct Places {
    hashes: Quick,
    places: HashMap<u64, (u32, u32), BuildHasherDefault<AsItIs>>,
}

impl Places {
    /// Returns an empty table for `cards`.
    pub(super) fn with_capacity(cards: usize) -> Self {
        Self {
            hashes: Quick::default(),
            places: HashMap::with_capacity_and_hasher(cards, BuildHasherDefault::default()),
        }
    }

    /// Returns the place of the card with this id; `is_there` returns whether the card at a place has it.
    pub(super) fn find(&self, id: &str, is_there: impl Fn(Place) -> bool) -> Option<Place> {
        let mut hash = self.hash(id);
        while let Some(&(deck, card)) = self.places.get(&hash) {
            let place = (deck as usize, card as usize);
            if is_there(place) {
                return Some(place);
            }
            hash = hash.wrapping_add(1);
        }
        None
    }

    /// Notes the place of the card with this id, unless there is one already: that one is returned.
    pub(super) fn note(
        &mut self,
        id: &str,
        (deck, card): Place,
        is_there: impl Fn(Place) -> bool,
    ) -> Option<Place> {
        // More cards than numbers do not fit into memory.
        let new = (u32::try_from(deck).ok()?, u32::try_from(card).ok()?);
        let mut hash = self.hash(id);
        loop {
            match self.places.entry(hash) {
                Entry::Vacant(free) => {
                    free.insert(new);
                    return None;
                }
                Entry::Occupied(taken) => {
                    let &(deck, card) = taken.get();
                    let place = (deck as usize, card as usize);
                    if is_there(place) {
                        return Some(place);
                    }
                    hash = hash.wrapping_add(1);
                }
            }
        }
    }

    fn hash(&self, id: &str) -> u64 {
        self.hashes.hash_one(id)
    }
}

/// The hash of a hash.
#[derive(Debug, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_hash_keep_their_places() {
        let ids = ["a", "b", "c"];
        let mut places = Places::default();
        let taken = places.hash("a");
        places.places.insert(taken, (7, 7));
        for (at, id) in ids.iter().enumerate() {
            assert_eq!(places.note(id, (0, at), |_| false), None);
        }
        for (at, id) in ids.iter().enumerate() {
            let found = places.find(id, |(deck, card)| deck == 0 && ids.get(card) == Some(id));
            assert_eq!(found, Some((0, at)));
            assert_eq!(places.note(id, (9, 9), |place| place == (0, at)), found);
        }
        assert_eq!(places.find("a", |_| false), None);
    }
}
