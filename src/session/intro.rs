//! What is read before a deck's first card.

use super::{Asked, Session};
use crate::deck::Deck;
use crate::schedule::queue::Why;

impl Session<'_> {
    /// Returns the deck to introduce before `asked`: its first card is about to be met, it has something to read, and
    /// that was not shown in this session. From then on it was.
    pub fn take_intro(&mut self, asked: &Asked) -> Option<&Deck> {
        let deck = self.study.library.deck(&asked.deck)?;
        let has_text = deck.intro.is_some() || !deck.resources.is_empty();
        if !has_text || asked.why != Why::New || self.is_begun(deck) {
            return None;
        }
        self.introduced.insert(deck.name.clone()).then_some(deck)
    }
}
