//! The body of a card in a deck, parsed when it is first needed.
//!
//! A home may hold a hundred thousand cards, of which a command shows one. The properties needed of every card (faces,
//! tags, place) are kept, and shared by the cards of a deck that have the same; its texts stay in the deck's text, where
//! they were found to be valid. It knows one card and its file, never the library.

use std::ops::{Deref, Range};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::file::{DeckFile, Wanted};
use super::{Body, CardId, Content, Side};
use crate::hashing::HashMap;

/// A [`Body`] that is parsed at the first access.
#[derive(Debug, Clone)]
pub struct OnDemand {
    read: OnceLock<Box<Read>>,
    span: Range<usize>,
    common: Arc<Common>,
}

/// A body that was parsed.
#[derive(Debug, Clone)]
struct Read {
    body: Body,
    /// Whether it is that of the card; if not, it says that the card is gone.
    is_there: bool,
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
            read: OnceLock::new(),
            span,
            common: Arc::clone(common),
        }
    }

    /// Returns `body`, which was parsed from `file`.
    pub(super) fn of_body(file: &DeckFile, body: Body) -> Self {
        Self {
            span: body.span.clone(),
            common: Common::new(file, Traits::of(&body), body.markup),
            read: OnceLock::from(Box::new(Read {
                body,
                is_there: true,
            })),
        }
    }

    /// Returns the same body with another content.
    pub fn with_content(&self, content: Content) -> Self {
        let body = Body {
            content,
            ..(**self).clone()
        };
        Self::of_body(&self.common.file, body)
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
        self.read.take();
    }

    /// Returns what it has in common with other cards of its deck.
    pub(crate) fn common(&self) -> &Arc<Common> {
        &self.common
    }

    /// Returns the body of the card that has this id in its file; see [`DeckFile`].
    pub(super) fn of(&self, id: Option<&CardId>) -> &Body {
        &self.read(id).body
    }

    /// Returns whether the card that has this id was there when it was read: in its deck as that was found, or as it was by
    /// then.
    pub(super) fn is_there(&self, id: Option<&CardId>) -> bool {
        self.read(id).is_there
    }

    fn read(&self, id: Option<&CardId>) -> &Read {
        self.read.get_or_init(|| {
            let wanted = Wanted {
                id,
                sides: self.sides(),
                markup: self.common.markup,
            };
            let file = &self.common.file;
            let found = file.find(&self.span, &wanted);
            let is_there = found.is_some();
            let body = found.unwrap_or_else(|| gone(file.path(), &self.span, id));
            Box::new(Read { body, is_there })
        })
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

/// Returns a body that says that its card is not in the file any more.
fn gone(path: &Path, span: &Range<usize>, id: Option<&CardId>) -> Body {
    let card = id.map_or("This card".to_string(), |id| format!("The card `{id}`"));
    let front = format!(
        "{card} is no longer in {} as it was: the file has changed since it was read.",
        path.display()
    );
    Body {
        content: Content::Basic {
            front,
            back: "Start again to read the deck as it is now.".into(),
            reverse: false,
        },
        hint: None,
        note: None,
        tags: Vec::new(),
        source: None,
        as_of: None,
        markup: false,
        line: 1,
        span: span.clone(),
    }
}
