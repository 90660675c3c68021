//! The body of a card in a deck, parsed when it is first needed.
//!
//! A home may hold a hundred thousand cards, of which a command shows one. The properties needed of every card (faces,
//! place) are kept; its texts stay in the deck's text, where they were found to be valid. It knows one card and its
//! file's text, never the library.

use std::ops::{Deref, Range};
use std::sync::OnceLock;

use super::{Body, Content, Side, read};
use crate::place::Source;

/// A [`Body`] that is parsed at the first access.
#[derive(Debug, Clone)]
pub struct OnDemand {
    body: OnceLock<Box<Body>>,
    /// The file from which it is parsed.
    source: Source,
    span: Range<usize>,
    sides: Sides,
    markup: bool,
}

/// The sides of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sides {
    /// The only side.
    Whole,
    /// The two sides of a card that is asked both ways.
    Both,
    /// Any others, such as those of a cloze.
    Several(Box<[Side]>),
}

impl Sides {
    fn as_slice(&self) -> &[Side] {
        match self {
            Self::Whole => &[Side::Whole],
            Self::Both => &[Side::Whole, Side::Reverse],
            Self::Several(sides) => sides,
        }
    }
}

impl From<Vec<Side>> for Sides {
    fn from(sides: Vec<Side>) -> Self {
        let same = [Self::Whole, Self::Both]
            .into_iter()
            .find(|known| known.as_slice() == sides);
        same.unwrap_or_else(|| Self::Several(sides.into()))
    }
}

impl OnDemand {
    /// Returns the body of the card at `span`, which is known to be valid and to have these sides.
    pub(super) fn unread(source: &Source, span: Range<usize>, sides: Sides, markup: bool) -> Self {
        Self {
            body: OnceLock::new(),
            source: source.clone(),
            span,
            sides,
            markup,
        }
    }

    /// Returns `body`, which was parsed from `source`.
    pub(super) fn read(source: &Source, body: Body) -> Self {
        Self {
            source: source.clone(),
            span: body.span.clone(),
            sides: body.sides().into(),
            markup: body.markup,
            body: OnceLock::from(Box::new(body)),
        }
    }

    /// Returns the same body with another content.
    pub fn with_content(&self, content: Content) -> Self {
        let body = Body {
            content,
            ..(**self).clone()
        };
        Self::read(&self.source, body)
    }

    /// Returns the sides of the card, as [`Body::sides`] does, without parsing it.
    pub fn sides(&self) -> &[Side] {
        self.sides.as_slice()
    }

    /// Returns its range of bytes in the file, without parsing it.
    pub fn span(&self) -> &Range<usize> {
        &self.span
    }
}

impl Deref for OnDemand {
    type Target = Body;

    fn deref(&self) -> &Body {
        let read = || Box::new(read::body(&self.source, &self.span, self.markup));
        self.body.get_or_init(read)
    }
}

impl PartialEq for OnDemand {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}
