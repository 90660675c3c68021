//! Introductions: text to read before a deck's first card.

use super::{Asked, Session};
use crate::deck::Deck;
use crate::schedule::queue::Why;

impl Session<'_> {
    /// Returns the deck to introduce before `asked`, and marks it as introduced.
    ///
    /// `None` unless this is the first card of the deck to be met, the deck has something to read, and the session has
    /// not shown it yet.
    pub fn take_intro(&mut self, asked: &Asked) -> Option<&Deck> {
        let deck = self.study.library.deck(&asked.deck)?;
        let has_text = deck.intro.is_some() || !deck.resources.is_empty();
        if !has_text || asked.why != Why::New || self.is_begun(deck) {
            return None;
        }
        self.introduced.insert(deck.name.clone()).then_some(deck)
    }
}
