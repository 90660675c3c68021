//! Card ids: their syntax, and how one is made from a card's text.
//!
//! It knows text alone, never a card or a deck.

use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::folding;
use crate::markup;

/// The longest id, in characters.
const LONGEST: usize = 100;

/// The identity of a card, whatever its text: 1–100 letters of any script with their marks, digits and `-` `_` `.` `/`
/// `:` `+`, in Unicode form C. Cheap to clone.
#[derive(Clone)]
pub struct CardId {
    /// The text that holds the id: its own, or one that it shares with the other ids of its deck.
    text: Arc<str>,
    start: u32,
    /// The length in bytes.
    length: u16,
}

impl CardId {
    /// Returns the id that `text` is; it must have been an id before.
    pub(crate) fn known(text: &str) -> Self {
        Self::alone(text)
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        let start = self.start as usize;
        self.text
            .get(start..start + usize::from(self.length))
            .unwrap_or("")
    }

    /// Returns the stand-in for an id that will be proposed; it is not an id.
    pub(super) fn to_come() -> Self {
        Self::alone("")
    }

    /// Returns the id at `range` of `text`; alone if the range is out of the numbers' reach.
    pub(crate) fn within(text: &Arc<str>, range: Range<usize>) -> Self {
        let numbers = (u32::try_from(range.start), u16::try_from(range.len()));
        match numbers {
            (Ok(start), Ok(length)) => Self {
                text: Arc::clone(text),
                start,
                length,
            },
            _ => Self::alone(text.get(range).unwrap_or("")),
        }
    }

    /// Returns the id `text`, which is valid, with a text of its own.
    fn alone(text: &str) -> Self {
        Self {
            text: text.into(),
            start: 0,
            length: u16::try_from(text.len()).unwrap_or(u16::MAX),
        }
    }
}

impl PartialEq for CardId {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for CardId {}

impl Hash for CardId {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.as_str().hash(hasher);
    }
}

impl PartialOrd for CardId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for CardId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl fmt::Debug for CardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CardId").field(&self.as_str()).finish()
    }
}

/// The ids of a deck, which share one text: allocating a hundred thousand of them takes longer than finding them.
#[derive(Debug, Default)]
pub(crate) struct Joined {
    text: String,
    /// The end of each id in the text, in bytes.
    ends: Vec<usize>,
}

impl Joined {
    /// Returns ids that were added before: those whose text and [`parts`] these are.
    pub(crate) fn again(text: &str, ends: impl Iterator<Item = usize>) -> Self {
        Self {
            text: text.to_string(),
            ends: ends.collect(),
        }
    }

    /// Adds an id.
    pub(crate) fn push(&mut self, id: &Checked) {
        self.text.push_str(&id.0);
        self.ends.push(self.text.len());
    }

    /// Returns the ids in the order in which they were added.
    pub(crate) fn ids(self) -> impl Iterator<Item = CardId> {
        let text: Arc<str> = self.text.into();
        let mut start = 0;
        self.ends.into_iter().map(move |end| {
            let range = std::mem::replace(&mut start, end)..end;
            CardId::within(&text, range)
        })
    }
}

/// Returns the parts of `text` with these ends, in bytes, each of which begins where the one before it ends; `None` for
/// those that it does not have.
pub(crate) fn parts(
    text: &str,
    ends: impl Iterator<Item = usize>,
) -> impl Iterator<Item = Option<&str>> {
    let mut start = 0;
    ends.map(move |end| text.get(std::mem::replace(&mut start, end)..end))
}

/// The reason why a text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// It is empty.
    #[error("an id can't be empty")]
    Empty,
    /// It is too long.
    #[error("an id has at most {LONGEST} characters")]
    Long,
    /// It has a character that is not allowed in ids.
    #[error("an id may contain only letters, digits and - _ . / : +, not {0:?}")]
    Character(char),
}

impl FromStr for CardId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Ok(Self::alone(&Checked::of(text)?.0))
    }
}

/// The text of an id, in Unicode form C.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checked<'a>(Cow<'a, str>);

impl<'a> Checked<'a> {
    /// Returns the id that somebody wrote.
    ///
    /// # Errors
    /// Fails if it is none.
    pub(crate) fn of(text: &'a str) -> Result<Self, IdError> {
        checked(text).map(Self)
    }
}

/// Returns whether `text` is an id exactly as it is written.
pub(crate) fn is_written(text: &str) -> bool {
    checked(text).is_ok_and(|id| id == text)
}

fn checked(text: &str) -> Result<Cow<'_, str>, IdError> {
    let is_sign = |c| matches!(c, '-' | '_' | '.' | '/' | ':' | '+');
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || is_sign(char::from(byte));
    if (1..=LONGEST).contains(&text.len()) && text.bytes().all(is_plain) {
        return Ok(Cow::Borrowed(text));
    }
    let text = folding::equal(text);
    let Some(first) = text.chars().next() else {
        return Err(IdError::Empty);
    };
    if text.chars().count() > LONGEST {
        return Err(IdError::Long);
    }
    let may_hold = |c: char| is_letter(c) || is_sign(c);
    // A mark needs a letter before it.
    let wrong = Some(first).filter(|c| is_combining_mark(*c));
    match wrong.or_else(|| text.chars().find(|c| !may_hold(*c))) {
        Some(c) => Err(IdError::Character(c)),
        None => Ok(text),
    }
}

/// Returns whether `c` is a letter, a digit, or a mark of a letter, such as the vowel signs and viramas of Indic
/// scripts.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

impl fmt::Display for CardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Borrow<str> for CardId {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl Serialize for CardId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for CardId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

/// Words that say nothing about the subject of a card.
const FILLER: [&str; 30] = [
    "a", "an", "the", "of", "to", "in", "on", "is", "are", "was", "were", "does", "do", "did",
    "it", "what", "which", "who", "why", "how", "when", "where", "and", "or", "for", "by", "with",
    "that", "this", "mean",
];

/// Returns whether a word, in lower case, says nothing about the subject of a card.
pub(crate) fn is_filler(word: &str) -> bool {
    FILLER.contains(&word)
}

/// The most words and characters of a proposed id.
const WORDS: usize = 4;
const CHARACTERS: usize = 40;

/// Returns the words of `text` that tell its subject, in lower case and without the accents of Latin letters; all of
/// its words if none does.
pub fn telling_words(text: &str) -> Vec<String> {
    let plain = without_accents(&folding::plain_signs(text));
    let lower = plain.to_lowercase().replace("'s ", " ");
    let words = || {
        lower
            .split(|c: char| !is_letter(c))
            .map(|word| word.trim_start_matches(is_combining_mark))
            .filter(|word| !word.is_empty())
            .map(String::from)
    };
    let telling: Vec<String> = words().filter(|word| !is_filler(word)).collect();
    if telling.is_empty() {
        words().collect()
    } else {
        telling
    }
}

/// Returns `text` without the accents of Latin letters, which make an id harder to type. In other scripts a mark makes
/// another letter: й differs from и, パ from ハ.
fn without_accents(text: &str) -> String {
    let mut is_latin = false;
    let is_kept = |c: &char| {
        let is_accent = matches!(c, '\u{300}'..='\u{36f}');
        if !is_accent {
            is_latin =
                matches!(c, 'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}');
        }
        !(is_accent && is_latin)
    };
    text.nfd().filter(is_kept).nfc().collect()
}

/// An allocator of ids, each given out once.
///
/// The next number of each stem is remembered, so that many cards that start alike are numbered in one go.
pub struct Ids<'a> {
    taken: Box<dyn Fn(&str) -> bool + 'a>,
    given: HashSet<CardId>,
    next: HashMap<String, u64>,
}

impl<'a> Ids<'a> {
    /// Returns an allocator that gives out none of the ids that are `taken`.
    pub fn new(taken: impl Fn(&str) -> bool + 'a) -> Self {
        Self {
            taken: Box::new(taken),
            given: HashSet::new(),
            next: HashMap::new(),
        }
    }

    /// Returns whether the id was given out already.
    pub fn was_given(&self, id: &CardId) -> bool {
        self.given.contains(id)
    }

    /// Takes an id that somebody chose, and returns whether it was free.
    pub fn take(&mut self, id: &CardId) -> bool {
        !(self.taken)(id.as_str()) && self.given.insert(id.clone())
    }

    /// Returns a short, readable id for a card that asks `front`, and takes it.
    pub fn propose(&mut self, front: &str) -> CardId {
        let stem = stem(front);
        let mut number = self.next.get(&stem).copied().unwrap_or(1);
        let id = loop {
            let id = match number {
                1 => stem.clone(),
                number => format!("{stem}-{number}"),
            };
            number += 1;
            if !(self.taken)(&id) && !self.given.contains(id.as_str()) {
                break CardId::alone(&id);
            }
        };
        self.next.insert(stem, number);
        self.given.insert(id.clone());
        id
    }
}

/// Returns the id that a card asking `front` would get if no other card had it.
pub fn stem(front: &str) -> String {
    let words = telling_words(&markup::plain(front));
    let mut id = String::new();
    for word in words.iter().take(WORDS) {
        if !id.is_empty() && id.chars().count() + word.chars().count() >= CHARACTERS {
            break;
        }
        if !id.is_empty() {
            id.push('-');
        }
        id.extend(word.chars().take(CHARACTERS));
    }
    if id.is_empty() {
        id.push_str("card");
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proposes_short_readable_unique_ids() {
        let id = |front: &str, taken: &[&str]| {
            let mut ids = Ids::new(|id| taken.contains(&id));
            ids.propose(front).to_string()
        };
        assert_eq!(
            id("What does it mean to call a model 'open weights'?", &[]),
            "call-model-open-weights"
        );
        assert_eq!(id("OSI", &["osi", "osi-2"]), "osi-3");
        assert_eq!(id("Was heißt Öl?", &[]), "heißt-ol");
        assert_eq!(id("開源？", &[]), "開源");
        assert_eq!(id("?!", &["card"]), "card-2");
        for word in [
            "パン",
            "বাংলা",
            "தமிழ்",
            "हिन्दी",
            "ไทยคำ",
            "йод",
            "άλφα",
            "한국어",
            "עִבְרִית",
        ] {
            assert_eq!(id(word, &[]), word);
        }
        assert_eq!(id("Ça, où? ﬁne ＡＢ x²", &[]), "ca-ou-fine-ab");
        assert_eq!(id("What is it?", &[]), "what-is-it");
        assert!(id(&"x".repeat(500), &[]).len() <= CHARACTERS);
    }

    #[test]
    fn an_id_is_given_out_once() {
        let mut ids = Ids::new(|id| id == "osi-2");
        assert_eq!(ids.propose("OSI").as_str(), "osi");
        assert!(!ids.take(&"osi".parse().unwrap()));
        assert!(ids.take(&"osi-3".parse().unwrap()));
        assert_eq!(ids.propose("The OSI?").as_str(), "osi-4");
        assert_eq!(ids.propose("OSI").as_str(), "osi-5");
    }

    #[test]
    fn ids_of_one_text_are_those_that_were_put_in() {
        let words = ["a", "ow-definition", "n\u{303}andu\u{301}", "हिन्दी"];
        let mut joined = Joined::default();
        for word in words {
            joined.push(&Checked::of(word).unwrap());
        }
        let alone: Vec<CardId> = words.iter().map(|word| word.parse().unwrap()).collect();
        assert_eq!(joined.ids().collect::<Vec<_>>(), alone);
    }

    #[test]
    fn an_id_is_one_plain_word() {
        assert!("ow-definition".parse::<CardId>().is_ok());
        assert!("हिन्दी-க்".parse::<CardId>().is_ok());
        let (composed, parted) = ("n\u{f1}".parse::<CardId>(), "nn\u{303}".parse());
        assert_eq!(composed, parted);
        assert_eq!(
            "\u{301}a".parse::<CardId>(),
            Err(IdError::Character('\u{301}'))
        );
        assert_eq!("".parse::<CardId>(), Err(IdError::Empty));
        assert_eq!("a b".parse::<CardId>(), Err(IdError::Character(' ')));
        assert_eq!("a#c1".parse::<CardId>(), Err(IdError::Character('#')));
        assert_eq!("x".repeat(101).parse::<CardId>(), Err(IdError::Long));
    }
}
