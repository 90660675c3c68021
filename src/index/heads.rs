//! The heads of a deck's cards in the index: what is known of each card without reading the deck, and what it is made of.
//!
//! ```text
//! number of the different traits (sides and tags) of the cards, and each of them
//! the ids of the cards as one text
//! columns: ends of the ids, starts and lengths of the cards in bytes, numbers of their traits
//! ```

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::bytes::{In, Out};
use crate::deck::cards::{Head, Heads};
use crate::deck::id::{self, Joined};
use crate::deck::on_demand::{Common, OnDemand, Sides, Traits};
use crate::deck::{Card, Cards, DeckFile, Side};

/// Adds the heads of cards; `None` if they can't be in an index.
pub(super) fn store(cards: &Cards, out: &mut Out) -> Option<()> {
    let mut ids = String::new();
    let (mut ends, mut starts, mut lengths) = (Vec::new(), Vec::new(), Vec::new());
    let (mut numbers, mut kinds, mut known) = (Vec::new(), Vec::new(), HashMap::new());
    for card in cards {
        if !card.id_is_written {
            return None;
        }
        ids.push_str(card.id.as_str());
        ends.push(u32::try_from(ids.len()).ok()?);
        starts.push(u32::try_from(card.span().start).ok()?);
        lengths.push(u32::try_from(card.span().len()).ok()?);
        // Cards with the same traits mostly share them.
        let common = card.body.common();
        let number = *known.entry(Arc::as_ptr(common)).or_insert_with(|| {
            kinds.push(common.traits());
            kinds.len() - 1
        });
        numbers.push(u32::try_from(number).ok()?);
    }
    out.u64(kinds.len() as u64);
    for traits in kinds {
        let sides = traits.sides.as_slice().iter();
        out.column_u16(&sides.map(|side| number_of(*side)).collect::<Vec<_>>());
        out.u64(traits.tags.len() as u64);
        traits.tags.iter().for_each(|tag| out.text(tag));
    }
    out.text(&ids);
    for column in [ends, starts, lengths, numbers] {
        out.column_u32(&column);
    }
    Some(())
}

/// Takes the cards of `file`, which has `size` bytes, whose heads [`store`] wrote at `range` of `index`.
pub(super) fn load(
    index: &Arc<Vec<u8>>,
    range: Range<usize>,
    (file, size): (&DeckFile, u64),
    markup: bool,
) -> Option<Cards> {
    let mut input = In::new(index.get(range.clone())?);
    let mut kinds = Vec::new();
    for _ in 0..input.u64()? {
        kinds.push(Common::new(file, load_traits(&mut input)?, markup));
    }
    let unmade = Unmade {
        index: Arc::clone(index),
        columns: range.end.checked_sub(input.left())?..range.end,
        kinds,
    };
    let columns = Columns::take(&mut input)?;
    let is_sound = input.end() && columns.are_sound(unmade.kinds.len(), size);
    is_sound.then(|| Cards::unmade(unmade))
}

/// The cards of a deck, before they are made.
struct Unmade {
    /// The head of the index.
    index: Arc<Vec<u8>>,
    /// The bytes of the columns in it; they are sound.
    columns: Range<usize>,
    /// The different traits of the cards.
    kinds: Vec<Arc<Common>>,
}

impl Unmade {
    fn columns(&self) -> Option<Columns<'_>> {
        Columns::take(&mut In::new(self.index.get(self.columns.clone())?))
    }
}

impl Heads for Unmade {
    fn len(&self) -> usize {
        self.columns().map_or(0, |columns| columns.ends.len())
    }

    fn position(&self, is_wanted: &mut dyn FnMut(Head<'_>) -> bool) -> Option<usize> {
        let columns = self.columns()?;
        let mut heads = columns.ids().zip(columns.numbers);
        heads.position(|(id, number)| {
            let head = id.zip(self.kinds.get(usize_of(number)));
            head.is_some_and(|(id, common)| {
                is_wanted(Head {
                    id,
                    traits: common.traits(),
                })
            })
        })
    }

    fn make(&self) -> Vec<Card> {
        let Some(columns) = self.columns() else {
            return Vec::new();
        };
        let ids = Joined::again(columns.ids, columns.ends.iter().map(usize_of));
        let bodies = columns.spans().zip(columns.numbers);
        let bodies = bodies.filter_map(|(span, number)| {
            Some(OnDemand::unread(self.kinds.get(usize_of(number))?, span?))
        });
        let cards = ids.ids().zip(bodies).map(|(id, body)| Card {
            id,
            id_is_written: true,
            body,
        });
        let mut made = Vec::with_capacity(columns.ends.len());
        made.extend(cards);
        made
    }
}

/// What is known of each card: a number of it in each column.
struct Columns<'a> {
    ids: &'a str,
    ends: &'a [[u8; 4]],
    starts: &'a [[u8; 4]],
    lengths: &'a [[u8; 4]],
    numbers: &'a [[u8; 4]],
}

impl<'a> Columns<'a> {
    fn take(input: &mut In<'a>) -> Option<Self> {
        Some(Self {
            ids: input.text()?,
            ends: input.arrays()?,
            starts: input.arrays()?,
            lengths: input.arrays()?,
            numbers: input.arrays()?,
        })
    }

    /// Returns whether there is a card for each number in each column: with an id, a place in a file of `size` bytes, and
    /// traits, of which there are `kinds`.
    fn are_sound(&self, kinds: usize, size: u64) -> bool {
        let lengths = [self.starts, self.lengths, self.numbers].map(<[_]>::len);
        let end = self.ends.last().map_or(0, usize_of);
        lengths == [self.ends.len(); 3]
            && end == self.ids.len()
            && self.ids().all(|id| id.is_some_and(|id| !id.is_empty()))
            && self
                .spans()
                .all(|span| span.is_some_and(|span| span.end as u64 <= size))
            && self.numbers.iter().all(|number| usize_of(number) < kinds)
    }

    fn ids(&self) -> impl Iterator<Item = Option<&'a str>> {
        id::parts(self.ids, self.ends.iter().map(usize_of))
    }

    /// Returns the range of bytes of each card in its file.
    fn spans(&self) -> impl Iterator<Item = Option<Range<usize>>> {
        let spans = self.starts.iter().zip(self.lengths);
        spans.map(|(start, length)| {
            let start = usize_of(start);
            Some(start..start.checked_add(usize_of(length))?)
        })
    }
}

fn usize_of(number: &[u8; 4]) -> usize {
    u32::from_le_bytes(*number) as usize
}

fn load_traits(input: &mut In) -> Option<Traits> {
    let sides = input.column_u16()?;
    let sides: Vec<Side> = sides.into_iter().map(side_of).collect();
    let count = input.u64()?;
    let tags: Option<Vec<String>> = (0..count)
        .map(|_| Some(input.text()?.to_string()))
        .collect();
    Some(Traits {
        sides: Sides::from(sides),
        tags: tags?,
    })
}

/// The number of the reverse; the others are 0 and the groups, which are below 1000.
const REVERSE: u16 = u16::MAX;

fn number_of(side: Side) -> u16 {
    match side {
        Side::Whole => 0,
        Side::Group(group) => group,
        Side::Reverse => REVERSE,
    }
}

fn side_of(number: u16) -> Side {
    match number {
        0 => Side::Whole,
        REVERSE => Side::Reverse,
        group => Side::Group(group),
    }
}
