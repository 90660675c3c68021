//! Ids of imported cards: always the same for the same card of the source.

use std::fmt::Write;

use crate::deck::draft::Draft;
use crate::hashing::{FNV, fnv};

/// The longest id, in characters, minus those of a template's number.
const LONGEST: usize = 94;

/// Returns the id of a note's first card from its guid: letters and digits as they are, any other byte as `_XX`.
///
/// This can be reversed, so that an export has the guid; a longer guid is hashed, which can't.
pub(crate) fn from_guid(guid: &str) -> String {
    // A card of ours that went through Anki has its own id.
    if let Some(own) = guid.strip_prefix("quiz:")
        && own.parse::<crate::deck::CardId>().is_ok()
    {
        return own.to_string();
    }
    let mut id = String::from("anki-");
    for byte in guid.bytes() {
        if byte.is_ascii_alphanumeric() {
            id.push(char::from(byte));
        } else {
            let _ = write!(id, "_{byte:02X}");
        }
    }
    if guid.is_empty() || id.len() > LONGEST {
        return format!("anki-h{}", short_hash(guid));
    }
    id
}

/// Returns the guid from which [`from_guid`] made an id; `None` for other ids.
pub(crate) fn to_guid(id: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = id.strip_prefix("anki-")?.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'_' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                let (high, low) = (digit(rest.next())?, digit(rest.next())?);
                bytes.push(u8::try_from(high * 16 + low).ok()?);
            }
            byte if byte.is_ascii_alphanumeric() => bytes.push(byte),
            _ => return None,
        }
    }
    String::from_utf8(bytes)
        .ok()
        .filter(|guid| !guid.is_empty())
}

/// Returns the id of a card without one in a Markdown file, from its text at the first import.
pub(crate) fn from_text(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    format!("md-{}", short_hash(&words.join(" ").to_lowercase()))
}

/// Returns twelve hexadecimal digits that depend on all of `text`.
pub(crate) fn short_hash(text: &str) -> String {
    let mut hash = hash(text.as_bytes());
    hash.truncate(12);
    hash
}

/// Returns a hash of a card's content, independent of its id and formatting.
pub(crate) fn of_card(draft: &Draft) -> String {
    let bare = Draft {
        id: None,
        ..draft.clone()
    };
    hash(bare.to_ron().as_bytes())
}

/// Returns sixteen hexadecimal digits that depend on all of `bytes`: two rounds of [`fnv`], the second starting from
/// the first one's result. It detects changes, but withstands no attack.
pub(crate) fn hash(bytes: &[u8]) -> String {
    let round = |start: u64| fnv(start, bytes.iter().copied());
    let first = round(FNV);
    format!(
        "{:016x}",
        round(first ^ 0x9e37_79b9_7f4a_7c15).rotate_left(17) ^ first
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_can_be_had_back() {
        for guid in ["ia11|*h+PL", "e[~@5pHbI`", "a_b", "é漢", "x.y"] {
            let id = from_guid(guid);
            assert!(id.parse::<crate::deck::CardId>().is_ok(), "{id}");
            assert_eq!(to_guid(&id).as_deref(), Some(guid));
        }
        assert_eq!(from_guid("ia11|*h+PL"), "anki-ia11_7C_2Ah_2BPL");
        let long = from_guid(&"%".repeat(60));
        assert!(long.starts_with("anki-h") && long.len() == 18);
        assert_eq!(from_guid("quiz:ow-definition"), "ow-definition");
        assert_eq!(to_guid("mine"), None);
        assert_eq!(to_guid("anki-a.2"), None);
    }
}
