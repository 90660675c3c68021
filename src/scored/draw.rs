//! Drawing the faces that a quiz asks.
//!
//! It knows cards and a seed, never the history.

use std::collections::BTreeMap;

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

use crate::deck::{Card, Deck, FaceKey};

/// The tag of a deck's most important cards, which are drawn first.
pub const CORE: &str = "core";

/// Draws up to `number` faces of `cards`, shuffled: at most one per card, spread evenly over the decks.
///
/// Within a deck those tagged [`CORE`] come first if `core_first` is set. The same `seed` draws the same faces in the
/// same order.
pub fn draw<'a>(
    cards: impl Iterator<Item = (&'a Deck, &'a Card, Vec<FaceKey>)>,
    number: usize,
    core_first: bool,
    seed: u64,
) -> Vec<FaceKey> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut decks: BTreeMap<&str, Vec<(bool, FaceKey)>> = BTreeMap::new();
    for (deck, card, mut faces) in cards {
        faces.shuffle(&mut random);
        let core = core_first && card.tags().iter().any(|tag| tag == CORE);
        let of_deck = decks.entry(&deck.name).or_default();
        of_deck.extend(faces.pop().map(|face| (core, face)));
    }
    for faces in decks.values_mut() {
        faces.shuffle(&mut random);
        // The last ones are drawn first.
        faces.sort_by_key(|(core, _)| *core);
    }
    let mut drawn = Vec::new();
    while drawn.len() < number {
        let before = drawn.len();
        for faces in decks.values_mut() {
            if drawn.len() < number {
                drawn.extend(faces.pop().map(|(_, face)| face));
            }
        }
        if drawn.len() == before {
            break;
        }
    }
    drawn.shuffle(&mut random);
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deck::library::Library;
    use std::fs;

    fn library() -> Library {
        let folder = tempfile::tempdir().unwrap();
        for (name, count) in [("a", 30), ("b", 4)] {
            let card = |n| {
                let tag = if n >= 20 || name == "b" {
                    "core"
                } else {
                    "rest"
                };
                format!(
                    "Basic(id: \"{name}{n}\", front: \"{name} {n}\", back: \"b\", reverse: true, tags: [\"{tag}\"]),"
                )
            };
            let cards: String = (0..count).map(card).collect();
            let text = format!("Deck(title: \"t\", cards: [{cards}])");
            fs::write(folder.path().join(format!("{name}.ron")), text).unwrap();
        }
        Library::load(folder.path()).unwrap()
    }

    fn drawn(library: &Library, number: usize, core: bool, seed: u64) -> Vec<String> {
        let cards = library
            .cards()
            .map(|(deck, card)| (deck, card, card.faces().collect()));
        let faces = draw(cards, number, core, seed);
        faces.iter().map(|face| face.card.to_string()).collect()
    }

    #[test]
    fn decks_take_turns_and_no_card_comes_twice() {
        let library = library();
        let faces = drawn(&library, 8, false, 1);
        let of_b = faces.iter().filter(|id| id.starts_with('b')).count();
        assert_eq!((faces.len(), of_b), (8, 4));
        let mut all = drawn(&library, 99, false, 1);
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 34);
    }

    #[test]
    fn the_core_is_drawn_first_unless_told_otherwise() {
        let library = library();
        let is_core = |id: &String| {
            id.starts_with('b') || id.trim_start_matches('a').parse::<u32>().unwrap() >= 20
        };
        assert!(drawn(&library, 14, true, 3).iter().all(is_core));
        assert!(!drawn(&library, 14, false, 3).iter().all(is_core));
    }

    #[test]
    fn a_seed_draws_the_same_again() {
        let library = library();
        assert_eq!(drawn(&library, 10, true, 7), drawn(&library, 10, true, 7));
        assert_ne!(drawn(&library, 10, true, 7), drawn(&library, 10, true, 8));
    }
}
