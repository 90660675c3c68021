//! The faces of a history, numbered: each id is stored once, and each face as its card and side.
//!
//! A history has a hundred thousand of them and names each ten times or more: a look-up is one probe of a table, and a
//! number takes four bytes. It knows ids and sides, never what happened to a face.

use std::hash::{BuildHasher, Hasher};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::deck::{CardId, FaceKey, Side};
use crate::hashing::{Eventually, Quick};
use crate::index::bytes::{In, Out};
use crate::index::column::{self, Column, Fixed};

/// A set of faces, numbered from 0 in the order in which they were added; their cards likewise.
#[derive(Debug)]
pub(super) struct Faces {
    /// The ids of the cards, concatenated.
    text: Column<u8, 1>,
    cards: Column<Card, 8>,
    faces: Column<Face, 12>,
    /// A hash table of the cards, at most half full, whose size is a power of two: the upper half of the hash with the
    /// number plus one in the lower half; 0 for an empty slot. Those of an index are filled in when the first is needed.
    slots: Eventually<Vec<u64>>,
    hashes: Quick,
    /// The card after the one looked up last: an index has them in the order of the decks, and most commands look them up
    /// in that order.
    next: AtomicU32,
}

#[derive(Debug, Clone, Copy)]
struct Card {
    /// The end of its id in the text.
    end: u32,
    /// Its first face.
    first: u32,
}

impl Fixed<8> for Card {
    fn to_bytes(self) -> [u8; 8] {
        (u64::from(self.end) | u64::from(self.first) << 32).to_le_bytes()
    }

    fn from_bytes(bytes: [u8; 8]) -> Self {
        let both = u64::from_le_bytes(bytes);
        Self {
            end: both as u32,
            first: (both >> 32) as u32,
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Face {
    card: u32,
    /// The next face of the card; [`NONE`] after the last.
    next: u32,
    side: Side,
}

impl Fixed<12> for Face {
    fn to_bytes(self) -> [u8; 12] {
        let side = match self.side {
            Side::Whole => WHOLE,
            Side::Group(group) => group,
            Side::Reverse => REVERSE,
        };
        let mut bytes = [0; 12];
        let numbers = [self.card, self.next, u32::from(side)];
        for (to, from) in bytes.as_chunks_mut().0.iter_mut().zip(numbers) {
            *to = from.to_le_bytes();
        }
        bytes
    }

    fn from_bytes(bytes: [u8; 12]) -> Self {
        let mut numbers = [0; 3];
        for (to, from) in numbers.iter_mut().zip(bytes.as_chunks().0) {
            *to = u32::from_le_bytes(*from);
        }
        let [card, next, side] = numbers;
        let side = match side as u16 {
            WHOLE => Side::Whole,
            REVERSE => Side::Reverse,
            group => Side::Group(group),
        };
        Self { card, next, side }
    }
}

/// The number of no card and no face.
pub(super) const NONE: u32 = u32::MAX;

/// The number of ids looked up at a time, so that their cache misses overlap.
pub const BATCH: usize = 32;

/// The number of slots for a few cards.
const LEAST_SLOTS: usize = 64;

impl Default for Faces {
    fn default() -> Self {
        Self {
            text: Column::default(),
            cards: Column::default(),
            faces: Column::default(),
            slots: vec![0; LEAST_SLOTS].into(),
            hashes: Quick::default(),
            next: AtomicU32::new(0),
        }
    }
}

impl Faces {
    /// Returns the number of faces.
    pub(super) fn len(&self) -> usize {
        self.faces.len()
    }

    /// Returns the number of cards.
    pub(super) fn cards(&self) -> u32 {
        u32::try_from(self.cards.len()).unwrap_or(NONE)
    }

    /// Returns the hash by which an id is looked up.
    pub(super) fn hash(&self, id: &[u8]) -> u64 {
        let mut hasher = self.hashes.build_hasher();
        hasher.write(id);
        hasher.finish()
    }

    /// Touches the memory that looking up each of these hashes will need, all of it at once, and returns the card that
    /// each most likely names.
    pub(super) fn likely(&self, hashes: &[u64; BATCH]) -> [u32; BATCH] {
        let slots = self.slots();
        let numbers = hashes.map(|hash| {
            let slot = slots.get(first_slot(slots, hash)).copied();
            slot.and_then(number_in).unwrap_or(NONE)
        });
        let touched = numbers.map(|number| {
            let first = self
                .cards
                .get(number as usize)
                .map_or(NONE, |card| card.first);
            let text = self.text.get(self.span(number).start);
            let face = self.faces.get(first as usize).map(|face| face.next);
            (text, face)
        });
        std::hint::black_box(touched);
        numbers
    }

    /// Returns the card with this id, whose hash is given, trying `likely` first.
    fn find(&self, hash: u64, id: &[u8], likely: u32) -> Option<u32> {
        if likely != NONE && self.is(likely, id) {
            return Some(likely);
        }
        self.find_in(self.slots(), hash, id)
    }

    fn find_in(&self, slots: &[u64], hash: u64, id: &[u8]) -> Option<u32> {
        let mut at = first_slot(slots, hash);
        while let Some(slot) = slots.get(at)
            && let Some(number) = number_in(*slot)
        {
            if slot >> 32 == hash >> 32 && self.is(number, id) {
                return Some(number);
            }
            at = (at + 1) & (slots.len() - 1);
        }
        None
    }

    /// Returns whether a card has this id.
    fn is(&self, card: u32, id: &[u8]) -> bool {
        let span = self.span(card);
        span.len() == id.len() && self.text.slice(span) == Some(id)
    }

    /// Returns the number of the card with this id.
    pub(super) fn card(&self, id: &str) -> Option<u32> {
        let id = id.as_bytes();
        let next = self.next.load(Ordering::Relaxed);
        // An id is never empty, as the span of a number that no card has is.
        let card = if self.is(next, id) {
            next
        } else if let Some(slots) = self.slots.if_worth(|| self.filled()) {
            self.find_in(slots, self.hash(id), id)?
        } else {
            (0..self.cards()).find(|card| self.is(*card, id))?
        };
        self.next.store(card.wrapping_add(1), Ordering::Relaxed);
        Some(card)
    }

    /// Returns the number of the face of a card.
    pub(super) fn face(&self, card: u32, side: Side) -> Option<u32> {
        self.of_card(card)
            .find_map(|(face, its)| (its == side).then_some(face))
    }

    /// Returns the faces of a card, each with its side, in the order in which they were added.
    pub(super) fn of_card(&self, card: u32) -> impl Iterator<Item = (u32, Side)> + '_ {
        let mut next = self
            .cards
            .get(card as usize)
            .map_or(NONE, |card| card.first);
        std::iter::from_fn(move || {
            let number = next;
            let face = self.faces.get(number as usize)?;
            next = face.next;
            Some((number, face.side))
        })
    }

    /// Returns the number of a face, adding it if it is new; `None` if it is new and `is_valid` refuses it.
    ///
    /// `hash` is that of the id, and `likely` what [`Faces::likely`] said of it.
    pub(super) fn number(
        &mut self,
        (hash, likely): (u64, u32),
        id: &[u8],
        side: Side,
        is_valid: impl FnOnce() -> bool,
    ) -> Option<u32> {
        let known = self.find(hash, id, likely);
        if let Some(face) = known.and_then(|card| self.face(card, side)) {
            return Some(face);
        }
        if !is_valid() {
            return None;
        }
        let card = match known {
            Some(card) => card,
            None => self.add_card(hash, std::str::from_utf8(id).ok()?)?,
        };
        self.add_face(card, side)
    }

    /// Adds a card whose id is new, still without faces.
    fn add_card(&mut self, hash: u64, id: &str) -> Option<u32> {
        let card = u32::try_from(self.cards.len())
            .ok()
            .filter(|card| *card != NONE)?;
        let end = u32::try_from(self.text.len().checked_add(id.len())?).ok()?;
        self.text.own().extend_from_slice(id.as_bytes());
        self.cards.own().push(Card { end, first: NONE });
        match self.slots.get_mut() {
            Some(slots) if self.cards.len() * 2 <= slots.len() => fill(slots, hash, card),
            // They are too few, or not filled in yet.
            _ => self.slots.forget(),
        }
        Some(card)
    }

    /// Adds a new face to a card.
    fn add_face(&mut self, card: u32, side: Side) -> Option<u32> {
        let number = u32::try_from(self.faces.len())
            .ok()
            .filter(|face| *face != NONE)?;
        let last = self.of_card(card).last().map(|(face, _)| face);
        let faces = self.faces.own();
        faces.push(Face {
            card,
            next: NONE,
            side,
        });
        match last.and_then(|last| faces.get_mut(last as usize)) {
            Some(last) => last.next = number,
            None => {
                if let Some(card) = self.cards.own().get_mut(card as usize) {
                    card.first = number;
                }
            }
        }
        Some(number)
    }

    fn slots(&self) -> &[u64] {
        self.slots.get(|| self.filled())
    }

    /// Returns the slots, filled in.
    fn filled(&self) -> Vec<u64> {
        let size = (self.cards.len() + 1).saturating_mul(2).next_power_of_two();
        let mut slots = vec![0; size.max(LEAST_SLOTS)];
        for card in 0..self.cards() {
            let hash = self.hash(self.id(card).as_bytes());
            fill(&mut slots, hash, card);
        }
        slots
    }

    fn span(&self, card: u32) -> Range<usize> {
        let card = card as usize;
        let before = card
            .checked_sub(1)
            .and_then(|before| self.cards.get(before));
        let start = before.map_or(0, |before| before.end as usize);
        self.cards
            .get(card)
            .map_or(0..0, |card| start..card.end as usize)
    }

    /// Returns the id of a card.
    pub(super) fn id(&self, card: u32) -> &str {
        let id = self.text.slice(self.span(card)).unwrap_or(&[]);
        str::from_utf8(id).unwrap_or("")
    }

    /// Returns the key of a face; `None` if there is none of this number.
    pub(super) fn key(&self, face: u32) -> Option<FaceKey> {
        let face = self.faces.get(face as usize)?;
        Some(FaceKey {
            card: CardId::known(self.id(face.card)),
            side: face.side,
        })
    }

    /// Returns the card of a face, and its side.
    pub(super) fn part(&self, face: u32) -> Option<(u32, Side)> {
        let face = self.faces.get(face as usize)?;
        Some((face.card, face.side))
    }

    /// Adds a card and its faces, none of which is there yet.
    pub(super) fn add(&mut self, id: &str, sides: impl Iterator<Item = Side>) -> Option<()> {
        let card = self.add_card(self.hash(id.as_bytes()), id)?;
        for side in sides {
            self.add_face(card, side)?;
        }
        Some(())
    }

    /// Adds them to the bytes of a file of the index.
    pub(super) fn store(&self, out: &mut Out) {
        column::store(self.text.iter(), out);
        column::store(self.cards.iter(), out);
        column::store(self.faces.iter(), out);
    }

    /// Takes the faces that [`Faces::store`] wrote; see [`Column::load`].
    pub(super) fn load(input: &mut In, head: &Arc<Vec<u8>>) -> Option<Self> {
        Some(Self {
            text: Column::load(input, head)?,
            cards: Column::load(input, head)?,
            faces: Column::load(input, head)?,
            slots: Eventually::default(),
            ..Self::default()
        })
    }
}

/// How the index writes the sides that are not a cloze group, whose number is 1–999.
const WHOLE: u16 = 0;
const REVERSE: u16 = 1000;

fn first_slot(slots: &[u64], hash: u64) -> usize {
    // The mask would cut off what the cast cuts off.
    (hash as usize) & (slots.len() - 1)
}

/// Puts a card into the first free slot for its hash.
fn fill(slots: &mut [u64], hash: u64, card: u32) {
    let mut at = first_slot(slots, hash);
    while slots.get(at).is_some_and(|slot| *slot != 0) {
        at = (at + 1) & (slots.len() - 1);
    }
    if let Some(slot) = slots.get_mut(at) {
        *slot = (hash >> 32 << 32) | (u64::from(card) + 1);
    }
}

fn number_in(slot: u64) -> Option<u32> {
    (slot as u32).checked_sub(1)
}
