//! The body of a card in a deck, parsed when it is first needed.
//!
//! A home may hold a hundred thousand cards, of which a command shows one. The properties needed of every card (faces,
//! tags, place) are kept, and shared by the cards of a deck that have the same; its texts stay in the deck's text, where
//! they were found to be valid. It knows one card and its file, never the library.

use std::ops::{Deref, Range};
use std::sync::{Arc, OnceLock};

use super::file::{DeckFile, Wanted};
use super::{Body, CardId, Content, Side};
use crate::hashing::HashMap;

/// A [`Body`] that is parsed at the first access.
#[derive(Debug, Clone)]
pub struct OnDemand {
    body: OnceLock<Box<Body>>,
    span: Range<usize>,
    common: Arc<Common>,
}

/// What many cards of a deck have in common.
#[derive(Debug)]
pub(crate) struct Common {
    /// The file from which they are parsed.
    file: DeckFile,
    traits: Traits,
    markup: bool,
}

/// The properties of a card that are known without parsing it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Traits {
    pub(crate) sides: Sides,
    /// Its tags, as in [`Body::tags`].
    pub(crate) tags: Vec<String>,
}

/// The sides of a card.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Sides {
    /// The only side.
    Whole,
    /// The two sides of a card that is asked both ways.
    Both,
    /// Any others, such as those of a cloze.
    Several(Box<[Side]>),
}

impl Sides {
    pub(crate) fn as_slice(&self) -> &[Side] {
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

impl Traits {
    pub(super) fn of(body: &Body) -> Self {
        Self {
            sides: body.sides().into(),
            tags: body.tags.clone(),
        }
    }
}

/// The different traits of a deck's cards, each kept once.
#[derive(Debug, Default)]
pub(super) struct Distinct {
    all: Vec<Traits>,
    known: HashMap<Traits, usize>,
    /// The place of the last ones asked for: cards side by side are mostly alike.
    last: usize,
}

impl Distinct {
    /// Returns the place of `traits` among all.
    pub(super) fn place(&mut self, traits: Traits) -> usize {
        if self.all.get(self.last) != Some(&traits) {
            let next = self.all.len();
            let all = &mut self.all;
            self.last = *self.known.entry(traits).or_insert_with_key(|traits| {
                all.push(traits.clone());
                next
            });
        }
        self.last
    }

    /// Returns what the cards of `file` with each of the traits have in common, in order of their places.
    pub(super) fn of(self, file: &DeckFile, markup: bool) -> Vec<Arc<Common>> {
        let all = self.all.into_iter();
        all.map(|traits| Common::new(file, traits, markup))
            .collect()
    }
}

impl Common {
    pub(crate) fn new(file: &DeckFile, traits: Traits, markup: bool) -> Arc<Self> {
        Arc::new(Self {
            file: file.clone(),
            traits,
            markup,
        })
    }

    /// Returns what each of the cards has.
    pub(crate) fn traits(&self) -> &Traits {
        &self.traits
    }
}

impl OnDemand {
    /// Returns the body of the card at `span`, which is known to be valid and to have these traits.
    pub(crate) fn unread(common: &Arc<Common>, span: Range<usize>) -> Self {
        Self {
            body: OnceLock::new(),
            span,
            common: Arc::clone(common),
        }
    }

    /// Returns `body`, which was parsed from `file`.
    pub(super) fn read(file: &DeckFile, body: Body) -> Self {
        Self {
            span: body.span.clone(),
            common: Common::new(file, Traits::of(&body), body.markup),
            body: OnceLock::from(Box::new(body)),
        }
    }

    /// Returns the same body with another content.
    pub fn with_content(&self, content: Content) -> Self {
        let body = Body {
            content,
            ..(**self).clone()
        };
        Self::read(&self.common.file, body)
    }

    /// Returns the sides of the card, as [`Body::sides`] does, without parsing it.
    pub fn sides(&self) -> &[Side] {
        self.common.traits.sides.as_slice()
    }

    /// Returns the tags of the card without parsing it.
    pub fn tags(&self) -> &[String] {
        &self.common.traits.tags
    }

    /// Returns its range of bytes in the file, without parsing it.
    pub fn span(&self) -> &Range<usize> {
        &self.span
    }

    /// Forgets the parsed body, which is parsed again when it is needed.
    pub(super) fn forget(&mut self) {
        self.body.take();
    }

    /// Returns what it has in common with other cards of its deck.
    pub(crate) fn common(&self) -> &Arc<Common> {
        &self.common
    }

    /// Returns the body of the card that has this id in its file; see [`DeckFile`].
    pub(super) fn of(&self, id: Option<&CardId>) -> &Body {
        let body = || self.common.file.body(&self.span, &self.wanted(id));
        self.body.get_or_init(|| Box::new(body()))
    }

    /// Returns whether the card that has this id is still there: in its deck as it was read, or as it is now.
    pub(super) fn is_there(&self, id: Option<&CardId>) -> bool {
        let found = self.common.file.find(&self.span, &self.wanted(id));
        found.is_some()
    }

    fn wanted<'a>(&'a self, id: Option<&'a CardId>) -> Wanted<'a> {
        Wanted {
            id,
            sides: self.sides(),
            markup: self.common.markup,
        }
    }
}

impl Deref for OnDemand {
    type Target = Body;

    fn deref(&self) -> &Body {
        self.of(None)
    }
}

impl OnDemand {
    /// Returns whether it has the place, the properties and the markup of another one.
    pub(super) fn has_the_head_of(&self, other: &Self) -> bool {
        let head = |body: &Self| (body.span.clone(), body.common.markup);
        head(self) == head(other) && self.common.traits == other.common.traits
    }
}

impl PartialEq for OnDemand {
    fn eq(&self, other: &Self) -> bool {
        self.has_the_head_of(other) && **self == **other
    }
}
