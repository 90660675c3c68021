//! The state of every face of the decks, without a queue and without making a card.

use super::{Queue, Wanted, note};
use crate::config::Config;
use crate::deck::FaceName;
use crate::deck::cards::Head;
use crate::deck::library::Library;
use crate::hashing::HashSet;
use crate::history::{History, Told};
use crate::schedule::askable::Askable;
use crate::schedule::memory::Memory;
use crate::time::Day;

impl Queue {
    /// Calls `take` with each face of each deck, in no order: the index of its deck, its name, what the history tells of it,
    /// and its state on `today`, as [`Queue::of_card`] returns it.
    pub fn each_face<'a>(
        library: &Library,
        history: &'a History,
        (config, memory): (&Config, &Memory),
        today: Day,
        mut take: impl FnMut(usize, FaceName<'_>, Told<'a>, Askable),
    ) {
        // Cards with several faces, or with others of one note: whether a face is asked may depend on the others.
        let mut joint: HashSet<String> = HashSet::default();
        let mut with_joint = vec![false; library.decks.len()];
        for ((at, deck), with_joint) in library.decks.iter().enumerate().zip(&mut with_joint) {
            deck.cards.each_head(|head| {
                let Head { id: card, traits } = head;
                match traits.sides.as_slice() {
                    [side] if note(card).is_none() => {
                        let name = FaceName { card, side: *side };
                        let told = history.of_named(name);
                        take(at, name, told, Askable::of(&told, today));
                    }
                    _ => {
                        joint.insert(card.to_string());
                        *with_joint = true;
                    }
                }
            });
        }
        if joint.is_empty() {
            return;
        }
        let mut queue = Self::empty(library, config, today, &Wanted::default());
        let decks = library.decks.iter().enumerate().zip(with_joint);
        let decks = decks.filter_map(|(deck, is_wanted)| is_wanted.then_some(deck));
        queue.gather(decks, history, memory, |card| joint.contains(card));
        for (deck, faces) in queue.of_cards(library) {
            for (key, askable) in faces {
                take(deck, (&key).into(), history.of_face(&key), askable);
            }
        }
    }
}
