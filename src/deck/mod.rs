//! Decks: cards and faces, read from RON with places, edited by splicing.
//!
//! [`read`] turns a file's text into a [`Deck`] and the problems in it; [`library`] unites all decks of a folder;
//! [`splice`] makes the edits; [`lint`] knows what a good deck is. Decks know nothing of histories, schedules or
//! terminals.
//!
//! # The format
//!
//! A deck is one [RON](https://github.com/ron-rs/ron) file below `decks/`, in any folder, in UTF-8. It has a `title`
//! and `cards`; `about`, `intro`, `order`, `resources` and `markup` are optional. Comments are allowed anywhere.
//!
//! ```ron
//! Deck(
//!     title: "Geography",
//!     intro: "Text to read before the first card.",
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
//!   `shuffle: false` keeps the order of the choices; `exact: true` makes case and punctuation of a typed answer count.
//! * The id is unique in a home and never used again. A card without an id gets one, spliced into its file by the first
//!   command that records something about it.
//! * A cloze has one face per number: key `id#c1`, `id#c2`. Gaps nest, and may have several numbers
//!   (`{{c1,2::both}}`). A gap closes where its braces balance; its hint starts at the first `::` that is neither in
//!   backticks nor escaped with a backslash.
//! * An unknown field or kind is an error that names the nearest known one. A card with an error is left out, though
//!   its id still counts as taken; the other cards are read.

pub mod answer;
pub mod cards;
pub mod cloze;
pub mod cut;
pub mod draft;
pub mod file;
pub mod id;
pub mod library;
pub(crate) mod likely;
pub mod lint;
pub mod literal;
pub mod media;
pub(crate) mod name;
pub mod naming;
pub(crate) mod on_demand;
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

pub use cards::Cards;
pub use cloze::Cloze;
pub use file::DeckFile;
pub use id::CardId;
pub use on_demand::OnDemand;

use crate::markup;

/// A file of cards.
#[derive(Debug, Clone, PartialEq)]
pub struct Deck {
    /// The path below `decks/` without `.ron`, with `/` between folders: `ai/open-weights`.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// The title for people.
    pub title: String,
    /// A description of its subject.
    pub about: Option<String>,
    /// Text to read before its first card.
    pub intro: Option<String>,
    /// Whether the text of its cards and its introduction has markup; see [`crate::markup`].
    pub markup: bool,
    /// Its rank among the decks: lower comes first, decks of equal rank by name. 0 if omitted.
    pub order: i32,
    /// Suggestions for further reading.
    pub resources: Vec<Resource>,
    /// The readable cards, in the file's order.
    pub cards: Cards,
    /// The file as it was read.
    pub file: DeckFile,
}

impl Deck {
    /// Returns whether two decks are the same, whose cards are at the same places of the same text; their bodies, which
    /// follow from that, are not parsed.
    pub(crate) fn has_the_heads_of(&self, other: &Self) -> bool {
        let Self {
            name,
            path,
            title,
            about,
            intro,
            markup,
            order,
            resources,
            cards,
            file,
        } = self;
        let heads = |one: &Card, two: &Card| {
            (&one.id, one.id_is_written) == (&two.id, two.id_is_written)
                && one.body.has_the_head_of(&two.body)
        };
        (name, path, title, about) == (&other.name, &other.path, &other.title, &other.about)
            && (intro, *markup, *order) == (&other.intro, other.markup, other.order)
            && (resources, file) == (&other.resources, &other.file)
            && cards.len() == other.cards.len()
            && cards
                .iter()
                .zip(&other.cards)
                .all(|(one, two)| heads(one, two))
    }
}

/// A suggestion for further reading or watching.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// The title.
    pub title: String,
    /// The name of the site, or an address.
    pub site: String,
    /// The time it takes, in minutes.
    pub minutes: u32,
    /// Its web address.
    #[serde(default)]
    pub address: Option<String>,
}

impl Resource {
    /// Returns it as one line, without its address: `Title (site, 8 min)`.
    pub fn line(&self) -> String {
        format!("{} ({}, {} min)", self.title, self.site, self.minutes)
    }
}

/// A card of a deck: an id with a [`Body`], to which it derefs.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// The identity of the card, whatever its text; its history is kept under this id.
    pub id: CardId,
    /// Whether the file has the id; if not, it was proposed from the text and is still to be written there.
    pub id_is_written: bool,
    /// The rest, parsed when it is first needed.
    pub body: OnDemand,
}

impl Deref for Card {
    type Target = Body;

    fn deref(&self) -> &Body {
        self.body.of(self.written_id())
    }
}

/// A card without its id.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// The question and the answer, by the kind of card.
    pub content: Content,
    /// Text shown before the answer, if the person asks for it.
    pub hint: Option<String>,
    /// Text shown after the answer.
    pub note: Option<String>,
    /// Words by which it can be found.
    pub tags: Vec<String>,
    /// The source of the fact.
    pub source: Option<String>,
    /// The day, month or year in which the fact was last checked.
    pub as_of: Option<String>,
    /// Whether its text has markup; see [`crate::markup`].
    pub markup: bool,
    /// The line of its file on which it starts, from 1; 0 for a card without a file.
    pub line: usize,
    /// Its range of bytes in its file; empty for a card without a file.
    pub span: Range<usize>,
}

/// The kinds of card.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A front and a back, graded by the person.
    Basic {
        /// The question.
        front: String,
        /// The answer.
        back: String,
        /// Whether the card is also asked from back to front.
        reverse: bool,
    },
    /// A question whose answer is several lines in order, shown one after the other and graded by the person. In a
    /// deck it is a `Basic` with a `list`.
    List {
        /// The question.
        front: String,
        /// The lines of the answer, at least one.
        lines: Vec<String>,
    },
    /// A text with gaps, graded by the person or typed.
    Cloze(Cloze),
    /// A question with choices.
    Choice {
        /// The question.
        front: String,
        /// The choices, in the file's order.
        choices: Vec<String>,
        /// The right ones: indices into `choices`, from 0, ascending, at least one.
        answers: Vec<usize>,
        /// Whether the choices are shown in a new order each time.
        shuffle: bool,
    },
    /// A question whose answer is typed.
    Typed {
        /// The question.
        front: String,
        /// The accepted answers, at least one; the first is shown as the answer.
        answers: Vec<String>,
        /// Whether case and punctuation count.
        exact: bool,
    },
    /// A statement that is true or false.
    TrueFalse {
        /// The statement.
        statement: String,
        /// Whether it is true.
        answer: bool,
        /// The reason.
        back: Option<String>,
    },
}

impl Content {
    /// Returns the name of the kind in a deck.
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
    /// Returns whether the two are equal apart from their place and the deck's `markup` setting.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let here = |body: &Self| Self {
            line: 0,
            span: 0..0,
            markup: true,
            ..body.clone()
        };
        here(self) == here(other)
    }

    /// Returns the sides that are asked and scheduled: one for most cards, one per group for a cloze, two for a
    /// reversible card.
    pub fn sides(&self) -> Vec<Side> {
        match &self.content {
            Content::Basic { reverse: true, .. } => vec![Side::Whole, Side::Reverse],
            Content::Cloze(cloze) => cloze.groups().into_iter().map(Side::Group).collect(),
            _ => vec![Side::Whole],
        }
    }

    /// Returns the card's question as one text, by which it is listed, found and told from others.
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

    /// Returns the accepted typed answers for the face `side`, and whether case and punctuation count; `None` if the
    /// face is not answered by typing.
    ///
    /// Several gaps of one group are typed one after the other, with a space or a punctuation mark between them.
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

    /// Returns the accepted typed forms of `answers`; see [`markup::typed`].
    fn typed_forms(&self, answers: &[String]) -> Vec<String> {
        match self.markup {
            true => answers
                .iter()
                .flat_map(|answer| markup::typed(answer))
                .collect(),
            false => answers.to_vec(),
        }
    }

    /// Returns whether `answer` can be typed on a keyboard: it has no pictures, sounds, videos or formulas.
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

    /// Returns the question of the face `side`.
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
    /// Returns its id if the file has it.
    fn written_id(&self) -> Option<&CardId> {
        Some(&self.id).filter(|_| self.id_is_written)
    }

    /// Returns whether the card is still there, if its deck was changed since it was read.
    pub fn is_there(&self) -> bool {
        self.body.is_there(self.written_id())
    }

    /// Returns the same as [`Body::sides`], without parsing the rest of the card.
    pub fn sides(&self) -> &[Side] {
        self.body.sides()
    }

    /// Returns its tags without parsing the rest of the card.
    pub fn tags(&self) -> &[String] {
        self.body.tags()
    }

    /// Returns its range of bytes in its file, without parsing them.
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

/// The part of a face's key that tells the faces of one card apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// The only face, or the first one.
    #[default]
    Whole,
    /// A cloze group.
    Group(u16),
    /// The back of a reversible card.
    Reverse,
}

impl Side {
    /// Parses the part of a key behind its `#`: `c2` (1–999) or `reverse`.
    pub(crate) fn read(text: &str) -> Option<Self> {
        if text == "reverse" {
            return Some(Self::Reverse);
        }
        let number = text.strip_prefix('c')?;
        let is_plain = number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0');
        let group = number
            .parse()
            .ok()
            .filter(|group| (1..=999).contains(group));
        group.filter(|_| is_plain).map(Self::Group)
    }
}

/// The key of a face, which is what is asked and scheduled: `card-id`, `card-id#c2` or `card-id#reverse`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FaceKey {
    /// The card.
    pub card: CardId,
    /// The side of the card.
    pub side: Side,
}

impl FaceKey {
    /// Returns the card id in the text of a key.
    pub fn card_part(key: &str) -> &str {
        key.split_once('#').map_or(key, |(card, _)| card)
    }
}

impl fmt::Display for FaceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        FaceName::from(self).fmt(f)
    }
}

/// The key of a face whose card's id is borrowed: a hundred thousand of them need no memory of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FaceName<'a> {
    /// The card's id.
    pub(crate) card: &'a str,
    /// The side of the card.
    pub(crate) side: Side,
}

impl FaceName<'_> {
    /// Returns the key.
    pub fn to_key(self) -> FaceKey {
        FaceKey {
            card: CardId::known(self.card),
            side: self.side,
        }
    }
}

impl<'a> From<&'a FaceKey> for FaceName<'a> {
    fn from(key: &'a FaceKey) -> Self {
        Self {
            card: key.card.as_str(),
            side: key.side,
        }
    }
}

impl fmt::Display for FaceName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let card = self.card;
        match self.side {
            Side::Whole => f.write_str(card),
            Side::Group(group) => write!(f, "{card}#c{group}"),
            Side::Reverse => write!(f, "{card}#reverse"),
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
            Some((card, side)) => {
                let side = Side::read(side).ok_or(id::IdError::Character('#'))?;
                (card, side)
            }
        };
        Ok(Self {
            card: card.parse()?,
            side,
        })
    }
}
