//! Decks: cards and faces, read from RON with places, edited by splicing.
//!
//! [`read`] turns a file's text into a [`Deck`] and the problems in it; [`library`] walks a folder of decks and
//! unites them; [`splice`] makes the edits; [`lint`] knows what a good deck is. Decks know nothing of histories,
//! schedules or terminals.
//!
//! # The format
//!
//! A deck is one [RON](https://github.com/ron-rs/ron) file below `decks/`, in any folder, in UTF-8. Only `cards` matters;
//! `title`, `about`, `intro`, `order`, `resources` and `markup` are optional. Comments may stand anywhere.
//!
//! ```ron
//! Deck(
//!     title: "Geography",
//!     intro: "What to read before the first card.",
//!     order: 1,                       // decks with a lower order come first
//!     cards: [
//!         Basic(id: "paris", front: "The capital of France?", back: "Paris", reverse: true),
//!         Cloze(text: "{{c1::Lima}} is the capital of {{c2::Peru::a country}}."),
//!         Choice(front: "Which is in Asia?", choices: ["Laos", "Chad"], answers: ["Laos"]),
//!         Typed(front: "The longest river of Africa?", answers: ["the Nile", "Nile"]),
//!         TrueFalse(statement: "Bern is a city.", answer: true, back: "The capital of Switzerland."),
//!     ],
//! )
//! ```
//!
//! * Every card may have `id`, `note`, `hint`, `tags`, `source` and `as_of` (`"2024"`, `"2024-10"` or `"2024-10-28"`).
//!   `shuffle: false` keeps a choice's order; `exact: true` makes case and signs of a typed answer count.
//! * The id is unique in a home and never used again. A card without one gets one, spliced in, by the first command
//!   that records something of it.
//! * A cloze has a face per number: key `id#c1`, `id#c2`. Gaps nest, and may have several numbers (`{{c1,2::both}}`). A
//!   gap closes where its braces balance; a hint starts at the first `::` outside of backticks that no backslash guards.
//! * A field or a kind that is not known is an error that names the nearest one. A card with an error is left out, and
//!   its id still counts as taken; the others are read.

pub mod answer;
pub mod cloze;
pub mod cut;
pub mod draft;
pub mod id;
pub mod library;
pub(crate) mod likely;
pub mod lint;
pub mod literal;
pub mod media;
pub(crate) mod name;
pub mod naming;
mod on_demand;
pub mod read;
mod scan;
pub mod source;
pub mod splice;
mod style;
mod twins;
pub mod write;

use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, Range};
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use cloze::Cloze;
pub use id::CardId;
pub use on_demand::OnDemand;

use crate::markup;
use crate::place::Source;

/// A file of cards.
#[derive(Debug, Clone, PartialEq)]
pub struct Deck {
    /// The path below `decks/` without `.ron`, with `/` between folders: `ai/open-weights`.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// What the deck is called.
    pub title: String,
    /// What it is about.
    pub about: Option<String>,
    /// What to read before its first card.
    pub intro: Option<String>,
    /// Whether the text of its cards and its introduction has markup; see [`crate::markup`].
    pub markup: bool,
    /// Its place among the decks: lower comes first, decks of one place by name. 0 when left out.
    pub order: i32,
    /// What to read next.
    pub resources: Vec<Resource>,
    /// The cards that can be read, in the file's order.
    pub cards: Vec<Card>,
    /// The file as it was read, in which the cards have their places.
    pub source: Source,
}

/// Something to read or watch next.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// What it is called.
    pub title: String,
    /// Where it is: a site or an address.
    pub site: String,
    /// How long it takes.
    pub minutes: u32,
    /// Its address on the web.
    #[serde(default)]
    pub address: Option<String>,
}

impl Resource {
    /// Returns it in a line, without its address: `Title (site, 8 min)`.
    pub fn line(&self) -> String {
        format!("{} ({}, {} min)", self.title, self.site, self.minutes)
    }
}

/// What a person writes in a deck: a [`Body`] with an id, and all that the body has.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// What the card is, whatever its text: its history hangs on it.
    pub id: CardId,
    /// Whether the id stands in the file; else it was proposed from the text and is still to be written there.
    pub id_is_written: bool,
    /// The rest, which is read when it is first needed.
    pub body: OnDemand,
}

impl Deref for Card {
    type Target = Body;

    fn deref(&self) -> &Body {
        &self.body
    }
}

/// A card without its id.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// What is asked and answered.
    pub content: Content,
    /// Shown before the answer, if it is asked for.
    pub hint: Option<String>,
    /// Shown after the answer.
    pub note: Option<String>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Where the fact comes from.
    pub source: Option<String>,
    /// The day, month or year up to which the fact was checked.
    pub as_of: Option<String>,
    /// Whether its text has markup; see [`crate::markup`].
    pub markup: bool,
    /// The line of its file on which it starts, from 1; 0 for a card that stands in no file.
    pub line: usize,
    /// The bytes of its file in which it stands; none for a card that stands in no file.
    pub span: Range<usize>,
}

/// The kinds of card.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A front and a back, marked by the person.
    Basic {
        /// The question.
        front: String,
        /// The answer.
        back: String,
        /// Whether the back is asked too, with the front as its answer.
        reverse: bool,
    },
    /// A question whose answer is several lines in order, shown one after the other; marked by the person. A deck
    /// writes it as a `Basic` with a `list`.
    List {
        /// The question.
        front: String,
        /// The lines of the answer, at least one.
        lines: Vec<String>,
    },
    /// A text with gaps, marked by the person or typed.
    Cloze(Cloze),
    /// A question with choices.
    Choice {
        /// The question.
        front: String,
        /// The choices, in the file's order.
        choices: Vec<String>,
        /// The right ones: indexes of `choices`, ascending, at least one.
        answers: Vec<usize>,
        /// Whether the choices are shown in another order each time.
        shuffle: bool,
    },
    /// A question whose answer is typed.
    Typed {
        /// The question.
        front: String,
        /// What counts as right, at least one; the first is shown as the answer.
        answers: Vec<String>,
        /// Whether case and signs count.
        exact: bool,
    },
    /// A statement that is true or false.
    TrueFalse {
        /// The statement.
        statement: String,
        /// Whether it is true.
        answer: bool,
        /// Why.
        back: Option<String>,
    },
}

impl Content {
    /// Returns the kind, as a deck names it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Basic { .. } | Self::List { .. } => "Basic",
            Self::Cloze(_) => "Cloze",
            Self::Choice { .. } => "Choice",
            Self::Typed { .. } => "Typed",
            Self::TrueFalse { .. } => "TrueFalse",
        }
    }
}

impl Body {
    /// Returns whether the two say the same, wherever they stand.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let here = |body: &Self| Self {
            line: 0,
            span: 0..0,
            markup: true,
            ..body.clone()
        };
        here(self) == here(other)
    }

    /// Returns what is asked and scheduled: one face for most cards, one per group for a cloze, two for a reversible
    /// card.
    pub fn sides(&self) -> Vec<Side> {
        match &self.content {
            Content::Basic { reverse: true, .. } => vec![Side::Whole, Side::Reverse],
            Content::Cloze(cloze) => cloze.groups().into_iter().map(Side::Group).collect(),
            _ => vec![Side::Whole],
        }
    }

    /// Returns what the card asks, in one text: to list it, to find it, to tell it from others.
    pub fn front(&self) -> String {
        match &self.content {
            Content::Basic { front, .. }
            | Content::List { front, .. }
            | Content::Choice { front, .. }
            | Content::Typed { front, .. } => front.clone(),
            Content::Cloze(cloze) => cloze.filled(),
            Content::TrueFalse { statement, .. } => statement.clone(),
        }
    }

    /// Returns a text of the card without its markup.
    pub fn plain<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.markup {
            true => markup::plain(text),
            false => Cow::Borrowed(text),
        }
    }

    /// Returns what may be typed for the face `side`, and whether case and signs count; `None` where nothing is typed.
    ///
    /// Several gaps of one group are typed one after the other, with a space or a sign between them.
    pub fn typed(&self, side: Side) -> Option<(Vec<String>, bool)> {
        match (&self.content, side) {
            (Content::Typed { answers, exact, .. }, _) => Some((self.typed_forms(answers), *exact)),
            (Content::Cloze(cloze), Side::Group(group)) if cloze.is_typed() => {
                let gaps = cloze.answers(group);
                let is_one = gaps.iter().all(|gap| Some(gap) == gaps.first());
                let alone = gaps.first().filter(|_| is_one).cloned();
                let joined = [", ", " ", "; ", " · ", ","].map(|sign| gaps.join(sign));
                let answers: Vec<String> = alone.into_iter().chain(joined).collect();
                Some((self.typed_forms(&answers), false))
            }
            _ => None,
        }
    }

    /// Returns what may be typed for any of `answers`; see [`markup::typed`].
    fn typed_forms(&self, answers: &[String]) -> Vec<String> {
        match self.markup {
            true => answers
                .iter()
                .flat_map(|answer| markup::typed(answer))
                .collect(),
            false => answers.to_vec(),
        }
    }

    /// Returns whether a keyboard can say what `answer` shows: no picture, no sound, no formula.
    pub fn is_typeable(&self, answer: &str) -> bool {
        !self.markup || markup::media(answer).is_empty() && markup::formulas(answer).is_empty()
    }

    /// Returns the same as [`Body::front`], without markup.
    pub fn plain_front(&self) -> String {
        self.plain(&self.front()).into_owned()
    }

    /// Returns the same as [`Body::question`], without markup.
    pub fn plain_question(&self, side: Side) -> String {
        self.plain(&self.question(side)).into_owned()
    }

    /// Returns the same as [`Body::answer`], without markup.
    pub fn plain_answer(&self, side: Side) -> String {
        self.plain(&self.answer(side)).into_owned()
    }

    /// Returns what the face `side` asks.
    pub fn question(&self, side: Side) -> String {
        match (&self.content, side) {
            (Content::Basic { back, .. }, Side::Reverse) => back.clone(),
            (Content::Cloze(cloze), Side::Group(group)) => cloze.asked(group),
            _ => self.front(),
        }
    }

    /// Returns the answer to the face `side`.
    pub fn answer(&self, side: Side) -> String {
        match &self.content {
            Content::Basic { front, back, .. } => {
                if side == Side::Reverse { front } else { back }.clone()
            }
            Content::List { lines, .. } => lines.join("\n"),
            Content::Cloze(cloze) => match side {
                Side::Group(group) => cloze.answers(group).join(", "),
                _ => cloze.filled(),
            },
            Content::Choice {
                choices, answers, ..
            } => answers
                .iter()
                .filter_map(|&at| choices.get(at).map(String::as_str))
                .collect::<Vec<_>>()
                .join(", "),
            Content::Typed { answers, .. } => answers.first().cloned().unwrap_or_default(),
            Content::TrueFalse { answer, .. } => if *answer { "true" } else { "false" }.to_string(),
        }
    }
}

impl Card {
    /// Returns what is asked and scheduled, as [`Body::sides`] does, without reading the rest of the card.
    pub fn sides(&self) -> &[Side] {
        self.body.sides()
    }

    /// Returns the bytes of its file in which it stands, without reading them.
    pub fn span(&self) -> &Range<usize> {
        self.body.span()
    }

    /// Returns the keys of its faces.
    pub fn faces(&self) -> impl Iterator<Item = FaceKey> {
        self.sides().iter().map(|side| self.face(*side))
    }

    /// Returns the key of its face `side`.
    pub fn face(&self, side: Side) -> FaceKey {
        FaceKey {
            card: self.id.clone(),
            side,
        }
    }
}

/// Which face of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// The only or the first one.
    Whole,
    /// A cloze group.
    Group(u16),
    /// The back of a reversible card.
    Reverse,
}

/// What is asked and scheduled, by its key: `card-id`, `card-id#c2` or `card-id#reverse`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FaceKey {
    /// The card.
    pub card: CardId,
    /// Which of its faces.
    pub side: Side,
}

impl FaceKey {
    /// Returns the card's part of a face's key.
    pub fn card_part(key: &str) -> &str {
        key.split_once('#').map_or(key, |(card, _)| card)
    }
}

impl fmt::Display for FaceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.side {
            Side::Whole => write!(f, "{}", self.card),
            Side::Group(group) => write!(f, "{}#c{group}", self.card),
            Side::Reverse => write!(f, "{}#reverse", self.card),
        }
    }
}

impl Serialize for FaceKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FaceKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

impl From<CardId> for FaceKey {
    /// Returns the key of the card's only or first face.
    fn from(card: CardId) -> Self {
        Self {
            card,
            side: Side::Whole,
        }
    }
}

impl FromStr for FaceKey {
    type Err = id::IdError;

    fn from_str(key: &str) -> Result<Self, Self::Err> {
        let (card, side) = match key.split_once('#') {
            None => (key, Side::Whole),
            Some((card, "reverse")) => (card, Side::Reverse),
            Some((card, side)) => {
                let group = side
                    .strip_prefix('c')
                    .filter(|n| n.bytes().all(|byte| byte.is_ascii_digit()) && !n.starts_with('0'))
                    .and_then(|n| n.parse().ok())
                    .filter(|n| (1..=999).contains(n));
                (card, Side::Group(group.ok_or(id::IdError::Character('#'))?))
            }
        };
        Ok(Self {
            card: card.parse()?,
            side,
        })
    }
}
