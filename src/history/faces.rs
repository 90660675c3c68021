//! The faces of a history, numbered: each id is stored once, and each face as its card and side.
//!
//! A history has a hundred thousand of them and names each ten times or more: a look-up is one probe of a table, and a
//! number takes four bytes. It knows ids and sides, never what happened to a face.

use std::hash::{BuildHasher, Hasher};
use std::ops::Range;

use crate::deck::{CardId, FaceKey, Side};
use crate::hashing::Quick;
use crate::index::bytes::{In, Out};

/// A set of faces, numbered from 0 in the order in which they were added; their cards likewise.
#[derive(Debug, Clone)]
pub(super) struct Faces {
    /// The ids of the cards, concatenated.
    text: String,
    cards: Vec<Card>,
    faces: Vec<Face>,
    /// A hash table of the cards, at most half full, whose size is a power of two: the upper half of the hash with the
    /// number plus one in the lower half; 0 for an empty slot.
    slots: Vec<u64>,
    hashes: Quick,
}

#[derive(Debug, Clone, Copy)]
struct Card {
    /// The end of its id in the text.
    end: u32,
    /// Its first face.
    first: u32,
}

#[derive(Debug, Clone, Copy)]
struct Face {
    card: u32,
    /// The next face of the card; [`NONE`] after the last.
    next: u32,
    side: Side,
}

/// The number of no card and no face.
const NONE: u32 = u32::MAX;

/// The number of ids looked up at a time, so that their cache misses overlap.
pub const BATCH: usize = 32;

impl Default for Faces {
    fn default() -> Self {
        Self {
            text: String::new(),
            cards: Vec::new(),
            faces: Vec::new(),
            slots: vec![0; 64],
            hashes: Quick::default(),
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
        let numbers = hashes.map(|hash| {
            let slot = self.slots.get(self.first_slot(hash)).copied();
            slot.and_then(number_in).unwrap_or(NONE)
        });
        let touched = numbers.map(|number| {
            let first = self
                .cards
                .get(number as usize)
                .map_or(NONE, |card| card.first);
            let text = self.text.as_bytes().get(self.span(number).start).copied();
            let face = self.faces.get(first as usize).map(|face| face.next);
            (text, face)
        });
        std::hint::black_box(touched);
        numbers
    }

    /// Returns the card with this id, whose hash is given, trying `likely` first.
    fn find(&self, hash: u64, id: &[u8], likely: u32) -> Option<u32> {
        let is_it = |number| self.text.as_bytes().get(self.span(number)) == Some(id);
        if likely != NONE && is_it(likely) {
            return Some(likely);
        }
        let mut at = self.first_slot(hash);
        while let Some(slot) = self.slots.get(at)
            && let Some(number) = number_in(*slot)
        {
            if slot >> 32 == hash >> 32 && is_it(number) {
                return Some(number);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
        None
    }

    /// Returns the number of the card with this id.
    pub(super) fn card(&self, id: &str) -> Option<u32> {
        self.find(self.hash(id.as_bytes()), id.as_bytes(), NONE)
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
        self.text.push_str(id);
        self.cards.push(Card { end, first: NONE });
        if self.cards.len() * 2 > self.slots.len() {
            self.slots = vec![0; self.slots.len() * 4];
            for card in 0..=card {
                let hash = self.hash(self.id(card).as_bytes());
                self.fill(hash, card);
            }
        } else {
            self.fill(hash, card);
        }
        Some(card)
    }

    /// Adds a new face to a card.
    fn add_face(&mut self, card: u32, side: Side) -> Option<u32> {
        let number = u32::try_from(self.faces.len())
            .ok()
            .filter(|face| *face != NONE)?;
        let last = self.of_card(card).last().map(|(face, _)| face);
        self.faces.push(Face {
            card,
            next: NONE,
            side,
        });
        match last.and_then(|last| self.faces.get_mut(last as usize)) {
            Some(last) => last.next = number,
            None => {
                if let Some(card) = self.cards.get_mut(card as usize) {
                    card.first = number;
                }
            }
        }
        Some(number)
    }

    /// Puts a card into the first free slot for its hash.
    fn fill(&mut self, hash: u64, card: u32) {
        let mut at = self.first_slot(hash);
        while self.slots.get(at).is_some_and(|slot| *slot != 0) {
            at = (at + 1) & (self.slots.len() - 1);
        }
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = (hash >> 32 << 32) | (u64::from(card) + 1);
        }
    }

    fn first_slot(&self, hash: u64) -> usize {
        // The mask would cut off what the cast cuts off.
        (hash as usize) & (self.slots.len() - 1)
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
        self.text.get(self.span(card)).unwrap_or("")
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

    /// Adds them to the bytes of a file of the index.
    pub(super) fn store(&self, out: &mut Out) {
        out.text(&self.text);
        out.column_u32(&self.cards.iter().map(|card| card.end).collect::<Vec<_>>());
        out.column_u32(&self.faces.iter().map(|face| face.card).collect::<Vec<_>>());
        let side = |side| match side {
            Side::Whole => WHOLE,
            Side::Group(group) => group,
            Side::Reverse => REVERSE,
        };
        out.column_u16(
            &self
                .faces
                .iter()
                .map(|face| side(face.side))
                .collect::<Vec<_>>(),
        );
    }

    /// Takes the faces that [`Faces::store`] wrote.
    pub(super) fn load(input: &mut In) -> Option<Self> {
        let text = input.text()?.to_string();
        let (ends, cards, sides) = (
            input.column_u32()?,
            input.column_u32()?,
            input.column_u16()?,
        );
        let size = ends.len().checked_mul(2)?.checked_next_power_of_two()?;
        let mut faces = Self {
            text,
            cards: ends
                .into_iter()
                .map(|end| Card { end, first: NONE })
                .collect(),
            faces: Vec::with_capacity(cards.len()),
            slots: vec![0; size.max(64)],
            hashes: Quick::default(),
        };
        for card in 0..faces.cards() {
            let hash = faces.hash(faces.id(card).as_bytes());
            faces.fill(hash, card);
        }
        for (card, side) in cards.into_iter().zip(sides) {
            let side = match side {
                WHOLE => Side::Whole,
                REVERSE => Side::Reverse,
                group => Side::Group(group),
            };
            faces.cards.get(card as usize)?;
            faces.add_face(card, side)?;
        }
        Some(faces)
    }
}

/// How the index writes the sides that are not a cloze group, whose number is 1–999.
const WHOLE: u16 = 0;
const REVERSE: u16 = 1000;

fn number_in(slot: u64) -> Option<u32> {
    (slot as u32).checked_sub(1)
}
