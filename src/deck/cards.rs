//! The cards of a deck, made when they are first needed.
//!
//! A home may hold a hundred thousand cards in a hundred decks, of which a command needs those of one, or none: of a deck
//! that has not changed, an index tells what its cards are called and how they are asked. It knows cards, never where an
//! index is.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::Card;
use super::on_demand::Traits;

/// The readable cards of a deck, in the file's order: a slice of [`Card`], to which it derefs.
pub struct Cards {
    made: OnceLock<Vec<Card>>,
    /// What they are made of; `None` once they are made.
    heads: Mutex<Option<Box<dyn Heads>>>,
}

/// What is known of the cards of a deck before they are made.
pub(crate) trait Heads: Send {
    /// Returns the number of the cards.
    fn len(&self) -> usize;

    /// Returns the index of the first card that is wanted.
    fn position(&self, is_wanted: &mut dyn FnMut(Head<'_>) -> bool) -> Option<usize>;

    /// Makes the cards.
    fn make(&self) -> Vec<Card>;
}

/// What is known of a card before it is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head<'a> {
    /// Its id.
    pub(crate) id: &'a str,
    /// Its sides and its tags.
    pub(crate) traits: &'a Traits,
}

impl Cards {
    /// Returns the cards with these heads.
    pub(crate) fn unmade(heads: impl Heads + 'static) -> Self {
        Self {
            made: OnceLock::new(),
            heads: Mutex::new(Some(Box::new(heads))),
        }
    }

    /// Returns the index of the first card that is wanted. It makes no cards.
    pub(crate) fn position(&self, mut is_wanted: impl FnMut(Head<'_>) -> bool) -> Option<usize> {
        self.before(|heads| heads.position(&mut is_wanted))
            .unwrap_or_else(|| {
                self.made().iter().position(|card| {
                    is_wanted(Head {
                        id: card.id.as_str(),
                        traits: card.body.common().traits(),
                    })
                })
            })
    }

    /// Returns the number of faces of all cards. It makes no cards.
    pub fn faces(&self) -> usize {
        let mut faces = 0;
        self.each_head(|head| faces += head.traits.sides.as_slice().len());
        faces
    }

    /// Calls `take` with the head of each card. It makes no cards.
    pub(crate) fn each_head(&self, mut take: impl FnMut(Head<'_>)) {
        self.position(|head| {
            take(head);
            false
        });
    }

    /// Returns whether the file lacks the id of some card. It makes no cards.
    pub(crate) fn lack_ids(&self) -> bool {
        // An index has no deck that does.
        let made = self.before(|_| ()).is_none();
        made && self.made().iter().any(|card| !card.id_is_written)
    }

    /// Returns the number of cards. It makes none.
    pub fn len(&self) -> usize {
        self.before(|heads| heads.len())
            .unwrap_or_else(|| self.made().len())
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Keeps only the cards that `is_kept` selects, which is asked about each in order.
    pub(super) fn retain(&mut self, is_kept: impl FnMut(&Card) -> bool) {
        self.made();
        if let Some(made) = self.made.get_mut() {
            made.retain(is_kept);
        }
    }

    /// Returns whether the cards are made.
    #[cfg(test)]
    pub(crate) fn are_made(&self) -> bool {
        self.made.get().is_some()
    }

    /// Returns what `take` returns for the heads; `None` if the cards are made.
    fn before<T>(&self, take: impl FnOnce(&dyn Heads) -> T) -> Option<T> {
        if self.made.get().is_some() {
            return None;
        }
        let heads = self.heads.lock().unwrap_or_else(PoisonError::into_inner);
        heads.as_deref().map(take)
    }

    /// Returns the cards, made now unless they are there.
    pub(super) fn made(&self) -> &Vec<Card> {
        self.made.get_or_init(|| {
            let mut heads = self.heads.lock().unwrap_or_else(PoisonError::into_inner);
            // Taken, so that their memory is free as soon as no deck needs it.
            heads.take().map(|heads| heads.make()).unwrap_or_default()
        })
    }
}

impl Deref for Cards {
    type Target = [Card];

    fn deref(&self) -> &[Card] {
        self.made()
    }
}

impl DerefMut for Cards {
    fn deref_mut(&mut self) -> &mut [Card] {
        self.made();
        self.made.get_mut().map_or(&mut [], Vec::as_mut_slice)
    }
}

impl From<Vec<Card>> for Cards {
    fn from(made: Vec<Card>) -> Self {
        Self {
            made: made.into(),
            heads: Mutex::new(None),
        }
    }
}

impl FromIterator<Card> for Cards {
    fn from_iter<I: IntoIterator<Item = Card>>(cards: I) -> Self {
        Vec::from_iter(cards).into()
    }
}

impl Default for Cards {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<'a> IntoIterator for &'a Cards {
    type Item = &'a Card;
    type IntoIter = std::slice::Iter<'a, Card>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Cards {
    type Item = Card;
    type IntoIter = std::vec::IntoIter<Card>;

    fn into_iter(self) -> Self::IntoIter {
        self.made();
        self.made.into_inner().unwrap_or_default().into_iter()
    }
}

impl Clone for Cards {
    fn clone(&self) -> Self {
        self.to_vec().into()
    }
}

impl PartialEq for Cards {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl fmt::Debug for Cards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&**self).finish()
    }
}
