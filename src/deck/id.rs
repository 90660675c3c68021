//! Card ids: their syntax, and how one is made from a card's text.
//!
//! It knows text alone, never a card or a deck.

use std::borrow::Borrow;
use std::collections::{HashMap, HashSet};
use std::fmt;
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
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CardId(Arc<str>);

impl CardId {
    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
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
        let text = folding::equal(text);
        let Some(first) = text.chars().next() else {
            return Err(IdError::Empty);
        };
        if text.chars().count() > LONGEST {
            return Err(IdError::Long);
        }
        let may_hold = |c: char| is_letter(c) || "-_./:+".contains(c);
        // A mark needs a letter before it.
        let wrong = Some(first).filter(|c| is_combining_mark(*c));
        match wrong.or_else(|| text.chars().find(|c| !may_hold(*c))) {
            Some(c) => Err(IdError::Character(c)),
            None => Ok(Self(text.into())),
        }
    }
}

/// Returns whether `c` is a letter, a digit, or a mark of a letter, such as the vowel signs and viramas of Indic
/// scripts.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

impl fmt::Display for CardId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for CardId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Serialize for CardId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
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
                break CardId(id.into());
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
