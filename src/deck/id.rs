//! Card ids: what they may be, and how one is made from a card's text.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use unicode_normalization::UnicodeNormalization;

/// The longest id, in characters.
const LONGEST: usize = 100;

/// What a card is, whatever its text says: 1–100 letters, digits and `-` `_` `.` `/` `:` `+`. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CardId(Arc<str>);

impl CardId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// It is empty.
    #[error("an id can't be empty")]
    Empty,
    /// It is too long.
    #[error("an id has at most {LONGEST} characters")]
    Long,
    /// It has a character that ids don't have.
    #[error("an id has only letters, digits and - _ . / : +, not {0:?}")]
    Character(char),
}

impl FromStr for CardId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if text.is_empty() {
            return Err(IdError::Empty);
        }
        if text.chars().count() > LONGEST {
            return Err(IdError::Long);
        }
        match text
            .chars()
            .find(|c| !(c.is_alphanumeric() || "-_./:+".contains(*c)))
        {
            Some(c) => Err(IdError::Character(c)),
            None => Ok(Self(text.into())),
        }
    }
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

/// Words that say nothing about which card it is.
const FILLER: [&str; 30] = [
    "a", "an", "the", "of", "to", "in", "on", "is", "are", "was", "were", "does", "do", "did",
    "it", "what", "which", "who", "why", "how", "when", "where", "and", "or", "for", "by", "with",
    "that", "this", "mean",
];

/// How many words and characters a proposed id has at most.
const WORDS: usize = 4;
const CHARACTERS: usize = 40;

/// The words of `text` that say what it is about, in lower case and without accents; all its words where none
/// stands out.
pub fn telling_words(text: &str) -> Vec<String> {
    // Accents are dropped where they can be, so that an id is easy to type.
    let plain: String = text
        .nfkd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .nfc()
        .collect();
    let lower = plain.to_lowercase().replace("'s ", " ").replace("’s ", " ");
    let words = || {
        lower
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(String::from)
    };
    let telling: Vec<String> = words()
        .filter(|word| !FILLER.contains(&word.as_str()))
        .collect();
    if telling.is_empty() {
        words().collect()
    } else {
        telling
    }
}

/// A short, readable id for a card that asks `front`, different from every id that is `taken`.
pub fn propose(front: &str, taken: impl Fn(&str) -> bool) -> CardId {
    let words = telling_words(front);
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
    let unique = std::iter::once(id.clone())
        .chain((2u64..).map(|number| format!("{id}-{number}")))
        .find(|candidate| !taken(candidate))
        .unwrap_or(id);
    CardId(unique.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proposes_short_readable_unique_ids() {
        let id = |front: &str, taken: &[&str]| propose(front, |id| taken.contains(&id)).to_string();
        assert_eq!(
            id("What does it mean to call a model 'open weights'?", &[]),
            "call-model-open-weights"
        );
        assert_eq!(id("OSI", &["osi", "osi-2"]), "osi-3");
        assert_eq!(id("Was heißt Öl?", &[]), "heißt-ol");
        assert_eq!(id("開源？", &[]), "開源");
        assert_eq!(id("?!", &["card"]), "card-2");
        assert_eq!(id("What is it?", &[]), "what-is-it");
        assert!(id(&"x".repeat(500), &[]).len() <= CHARACTERS);
    }

    #[test]
    fn an_id_is_one_plain_word() {
        assert!("ow-definition".parse::<CardId>().is_ok());
        assert_eq!("".parse::<CardId>(), Err(IdError::Empty));
        assert_eq!("a b".parse::<CardId>(), Err(IdError::Character(' ')));
        assert_eq!("a#c1".parse::<CardId>(), Err(IdError::Character('#')));
        assert_eq!("x".repeat(101).parse::<CardId>(), Err(IdError::Long));
    }
}
