//! The faces of a history, numbered: each id is stored once, and each face as its card and side.
//!
//! A history has a hundred thousand of them and names each ten times or more: a look-up is one probe of a table, and a
//! number takes four bytes. It knows ids and sides, never what happened to a face.

mod table;

use std::hash::{BuildHasher, Hasher};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use self::table::{Slot, Table};

use crate::deck::id::is_written;
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
    /// The entries of all faces, and of the cards without a [`Side::Whole`]. Those of an index are filled in when the first
    /// is needed.
    table: Eventually<Table>,
    hashes: Quick,
    /// The card after the one looked up last: an index has them in the order of the decks, and most commands look them up
    /// in that order. `None` if they come from no index.
    next: Option<AtomicU32>,
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
        let mut bytes = [0; 12];
        let numbers = [self.card, self.next, u32::from(code(self.side))];
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

/// A face to look up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// What [`Faces::hash`] says of the id.
    hash: u64,
    id: &'a [u8],
    side: Side,
}

impl Wanted<'_> {
    /// Returns whether its id is one, exactly as it is written.
    pub(super) fn is_written(&self) -> bool {
        str::from_utf8(self.id).is_ok_and(is_written)
    }
}

/// The number of no card and no face.
pub(super) const NONE: u32 = u32::MAX;

/// The number of ids looked up at a time, so that their cache misses overlap.
pub const BATCH: usize = 32;

impl Default for Faces {
    fn default() -> Self {
        Self {
            text: Column::default(),
            cards: Column::default(),
            faces: Column::default(),
            table: Table::default().into(),
            hashes: Quick::default(),
            next: None,
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

    /// Returns the face of this side of the card with this id, for looking it up.
    pub(super) fn wanted<'a>(&self, id: &'a [u8], side: Side) -> Wanted<'a> {
        Wanted {
            hash: self.hash(id),
            id,
            side,
        }
    }

    /// Returns the hash by which an id is looked up.
    fn hash(&self, id: &[u8]) -> u64 {
        let mut hasher = self.hashes.build_hasher();
        hasher.write(id);
        hasher.finish()
    }

    /// Looks faces up, at most [`BATCH`] at once: returns the number of each, or [`NONE`] for those that are not there.
    ///
    /// The memory that the look-ups need is asked for before the first of them waits for it.
    pub(super) fn known(&self, wanted: &[Wanted]) -> [u32; BATCH] {
        let table = self.table();
        let mut hashes = [0; BATCH];
        for (hash, face) in hashes.iter_mut().zip(wanted) {
            *hash = of_side(face.hash, code(face.side));
        }
        // Sums alone take hardly any time beside the loads, of which none waits for another.
        let touched = hashes.iter().map(|hash| table.first(*hash).hash);
        std::hint::black_box(touched.fold(0, |sum, hash| sum ^ hash));
        let mut likely = [Slot::default(); BATCH];
        for ((likely, hash), face) in likely.iter_mut().zip(hashes).zip(wanted) {
            let found = table.find(hash, |slot| slot.side == code(face.side));
            *likely = found.copied().unwrap_or_default();
        }
        let mut numbers = [NONE; BATCH];
        for ((number, slot), face) in numbers.iter_mut().zip(&likely).zip(wanted) {
            // An entry of the same hash and another id is so rare that it may take longer.
            *number = if self.is_of(slot, face.id) {
                slot.number
            } else {
                let found = self.face_in(table, face.hash, face.id, code(face.side));
                found.unwrap_or(NONE)
            };
        }
        numbers
    }

    /// Returns whether a card has this id.
    fn is(&self, card: u32, id: &[u8]) -> bool {
        let span = self.span(card);
        span.len() == id.len() && self.text.slice(span) == Some(id)
    }

    /// Returns whether an entry is for this id.
    fn is_of(&self, slot: &Slot, id: &[u8]) -> bool {
        let start = slot.start as usize;
        !slot.is_empty()
            && usize::from(slot.length) == id.len()
            && self
                .text
                .slice(start..start + id.len())
                .is_some_and(|text| is_same(text, id))
    }

    /// Returns the number of the card with this id.
    pub(super) fn card(&self, id: &str) -> Option<u32> {
        let id = id.as_bytes();
        let after_last = self.next.as_ref().map(|next| next.load(Ordering::Relaxed));
        // An id is never empty, as the span of a number that no card has is.
        let card = if let Some(next) = after_last.filter(|next| self.is(*next, id)) {
            next
        } else if let Some(table) = self.table.if_worth(|| self.filled()) {
            self.card_in(table, self.hash(id), id)?
        } else {
            (0..self.cards()).find(|card| self.is(*card, id))?
        };
        if let Some(next) = &self.next {
            next.store(card.wrapping_add(1), Ordering::Relaxed);
        }
        Some(card)
    }

    /// Returns the card with this id, whose hash is given.
    fn card_in(&self, table: &Table, hash: u64, id: &[u8]) -> Option<u32> {
        let has_id = |slot: &Slot| matches!(slot.side, WHOLE | NO_FACE) && self.is_of(slot, id);
        let slot = table.find(of_side(hash, WHOLE), has_id)?;
        match slot.side {
            NO_FACE => Some(slot.number),
            _ => self.part(slot.number).map(|(card, _)| card),
        }
    }

    /// Returns the face of this side of the card with this id, whose hash is given.
    fn face_in(&self, table: &Table, hash: u64, id: &[u8], side: u16) -> Option<u32> {
        let is_it = |slot: &Slot| slot.side == side && self.is_of(slot, id);
        let slot = table.find(of_side(hash, side), is_it)?;
        Some(slot.number)
    }

    /// Returns the number of the face of a card.
    pub(super) fn face(&self, card: u32, side: Side) -> Option<u32> {
        self.of_card(card)
            .find_map(|(face, its)| (its == side).then_some(face))
    }

    /// Returns the number of a face; the same as [`Faces::face`] of its card.
    pub(super) fn find(&self, id: &str, side: Side) -> Option<u32> {
        // Those of an index are found quicker one after the other.
        match &self.next {
            Some(_) => self.face(self.card(id)?, side),
            None => {
                let id = id.as_bytes();
                self.face_in(self.table(), self.hash(id), id, code(side))
            }
        }
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
    pub(super) fn number(&mut self, face: &Wanted, is_valid: impl FnOnce() -> bool) -> Option<u32> {
        let Wanted { hash, id, side } = *face;
        let known = self.face_in(self.table(), hash, id, code(side));
        if known.is_some() || !is_valid() {
            return known;
        }
        let card = match self.card_in(self.table(), hash, id) {
            Some(card) => card,
            None => self.add_card(hash, std::str::from_utf8(id).ok()?)?,
        };
        self.add_face(hash, card, side)
    }

    /// Adds a card whose id is new, still without faces.
    fn add_card(&mut self, hash: u64, id: &str) -> Option<u32> {
        let card = u32::try_from(self.cards.len())
            .ok()
            .filter(|card| *card != NONE)?;
        let end = u32::try_from(self.text.len().checked_add(id.len())?).ok()?;
        self.text.own().extend_from_slice(id.as_bytes());
        self.cards.own().push(Card { end, first: NONE });
        let slot = self.slot(hash, card, NO_FACE, card);
        self.change_table(|table| table.add(slot));
        Some(card)
    }

    /// Adds a new face to a card whose id has this hash.
    fn add_face(&mut self, hash: u64, card: u32, side: Side) -> Option<u32> {
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
        let slot = self.slot(hash, card, code(side), number);
        self.change_table(|table| match side {
            // The entry of the card becomes that of the face.
            Side::Whole => table.replace(slot, |of_card| {
                of_card.side == NO_FACE && of_card.number == card
            }),
            _ => table.add(slot),
        });
        Some(number)
    }

    /// Returns the entry for a side of a card whose id has this hash.
    fn slot(&self, hash: u64, card: u32, side: u16, number: u32) -> Slot {
        let span = self.span(card);
        Slot {
            hash: of_side(hash, side),
            // The text is never longer.
            start: u32::try_from(span.start).unwrap_or(u32::MAX),
            length: u16::try_from(span.len()).unwrap_or(u16::MAX),
            side,
            number,
        }
    }

    fn change_table(&mut self, change: impl FnOnce(&mut Table)) {
        // One that is not made yet will have the change.
        if let Some(table) = self.table.get_mut() {
            change(table);
        }
    }

    fn table(&self) -> &Table {
        self.table.get(|| self.filled())
    }

    /// Returns the table, filled in.
    fn filled(&self) -> Table {
        let mut table = Table::for_entries(self.faces.len().max(self.cards.len()));
        for card in 0..self.cards() {
            let hash = self.hash(self.id(card).as_bytes());
            let mut has_whole = false;
            for (face, side) in self.of_card(card) {
                has_whole |= side == Side::Whole;
                table.add(self.slot(hash, card, code(side), face));
            }
            if !has_whole {
                table.add(self.slot(hash, card, NO_FACE, card));
            }
        }
        table
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

    /// Returns the text of all ids, for [`Faces::key_in`].
    pub(super) fn ids(&self) -> Arc<str> {
        let text = self.text.slice(0..self.text.len()).unwrap_or(&[]);
        str::from_utf8(text).unwrap_or("").into()
    }

    /// Returns the same as [`Faces::key`], without text of its own; `ids` is the result of [`Faces::ids`].
    pub(super) fn key_in(&self, ids: &Arc<str>, face: u32) -> Option<FaceKey> {
        let face = self.faces.get(face as usize)?;
        Some(FaceKey {
            card: CardId::within(ids, self.span(face.card)),
            side: face.side,
        })
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
        let hash = self.hash(id.as_bytes());
        let card = self.add_card(hash, id)?;
        for side in sides {
            self.add_face(hash, card, side)?;
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
            table: Eventually::default(),
            next: Some(AtomicU32::new(0)),
            ..Self::default()
        })
    }
}

/// How the index writes the sides that are not a cloze group, whose number is 1–999.
const WHOLE: u16 = 0;
const REVERSE: u16 = 1000;

/// Returns whether both texts of one length are the same. Most ids are so short that they are compared as two numbers.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    let ends = |text: &[u8]| {
        let (first, last) = text.first_chunk().zip(text.last_chunk())?;
        Some((u64::from_ne_bytes(*first), u64::from_ne_bytes(*last)))
    };
    match ends(one) {
        Some(of_one) if one.len() <= 16 => Some(of_one) == ends(other),
        _ => one == other,
    }
}

/// The side, in an entry of the table, of a card that has no face of [`Side::Whole`].
const NO_FACE: u16 = u16::MAX;

fn code(side: Side) -> u16 {
    match side {
        Side::Whole => WHOLE,
        Side::Group(group) => group,
        Side::Reverse => REVERSE,
    }
}

/// Returns the part of a hash of an id by which an entry for a side is found. A card itself is found where its
/// [`Side::Whole`] is.
fn of_side(hash: u64, side: u16) -> u32 {
    let side = if side == NO_FACE { WHOLE } else { side };
    let mixed = hash.wrapping_add(u64::from(side).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    (mixed >> 32) as u32
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    /// Returns ids that share their beginnings, ends, or lengths.
    fn ids() -> impl Strategy<Value = String> {
        prop_oneof![
            "[ab]{1,3}",
            "[ab]{7,9}",
            "card-00[01]{2,12}",
            "é[ab]{12,16}"
        ]
    }

    fn sides() -> impl Strategy<Value = Side> {
        prop_oneof![
            3 => Just(Side::Whole),
            1 => Just(Side::Reverse),
            2 => (1..4u16).prop_map(Side::Group),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn each_face_is_found_by_id_and_side_and_no_other(
            keys in prop::collection::vec((ids(), sides()), 0..300),
            others in prop::collection::vec((ids(), sides()), 40),
        ) {
            let mut faces = Faces::default();
            let mut numbers = HashMap::new();
            let mut cards = HashMap::new();
            for (id, side) in &keys {
                let face = faces.wanted(id.as_bytes(), *side);
                let is_new = !numbers.contains_key(&(id, *side));
                prop_assert_eq!(faces.number(&face, || false).is_none(), is_new);
                let next = u32::try_from(numbers.len()).unwrap();
                let number = *numbers.entry((id, *side)).or_insert(next);
                prop_assert_eq!(faces.number(&face, || true), Some(number));
                let next = u32::try_from(cards.len()).unwrap();
                cards.entry(id).or_insert(next);
            }
            let mut out = Out::default();
            faces.store(&mut out);
            let head = Arc::new(out.into_bytes());
            let stored = Faces::load(&mut In::new(&head), &head).unwrap();
            for faces in [&faces, &stored] {
                for keys in keys.chunks(BATCH).chain(others.chunks(BATCH)) {
                    let wanted = keys.iter().map(|(id, side)| faces.wanted(id.as_bytes(), *side));
                    let known = faces.known(&wanted.collect::<Vec<_>>());
                    for ((id, side), known) in keys.iter().zip(known) {
                        let number = numbers.get(&(id, *side)).copied();
                        prop_assert_eq!(known, number.unwrap_or(NONE));
                        prop_assert_eq!(faces.find(id, *side), number);
                        prop_assert_eq!(faces.card(id), cards.get(id).copied());
                    }
                    prop_assert!(known.iter().skip(keys.len()).all(|known| *known == NONE));
                }
            }
        }
    }
}
