//! A fast parser for RON as nearly every card is written: names, strings without a backslash, lists of strings, `true`
//! and `false`.
//!
//! RON's own parser takes several times as long and gives the same result. Anything else is left to that one: comments,
//! numbers, raw strings, escapes, and every error. It knows serde's types alone, nothing of decks.

use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};

/// Parses a whole text; `None` if it must be left to RON's own parser.
pub(super) fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Option<T> {
    let mut plain = Plain { text, at: 0 };
    let value = T::deserialize(&mut plain).ok()?;
    plain.skip_blank();
    (plain.at == text.len()).then_some(value)
}

/// Parses the value that `text` begins with, and returns it with its length in bytes; `None` as for [`parse`].
pub(super) fn parse_first<'a, T: Deserialize<'a>>(text: &'a str) -> Option<(T, usize)> {
    let mut plain = Plain { text, at: 0 };
    let value = T::deserialize(&mut plain).ok()?;
    Some((value, plain.at))
}

/// The error that leaves a text to RON's own parser, which finds the reason, if there is one.
#[derive(Debug)]
struct NotPlain;

impl std::fmt::Display for NotPlain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not in plain notation")
    }
}

impl std::error::Error for NotPlain {}

impl de::Error for NotPlain {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }

    // These messages are never shown: serde's defaults would format them.
    fn missing_field(_: &'static str) -> Self {
        Self
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
}

type Result<T> = std::result::Result<T, NotPlain>;

/// A text, with the byte offset up to which it was read.
struct Plain<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Plain<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blank(&mut self) {
        let mut rest = self.text.as_bytes().get(self.at..).unwrap_or(&[]);
        loop {
            rest = match rest {
                // Most of it is the space before a line.
                [b' ', b' ', b' ', b' ', b' ', b' ', b' ', b' ', rest @ ..] => rest,
                [b' ' | b'\n' | b'\t' | b'\r', rest @ ..] => rest,
                _ => break,
            };
        }
        self.at = self.text.len() - rest.len();
    }

    /// Skips white space, and then `byte` if it follows; returns whether it did.
    fn has(&mut self, byte: u8) -> bool {
        self.skip_blank();
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn expect(&mut self, byte: u8) -> Result<()> {
        if self.has(byte) {
            Ok(())
        } else {
            Err(NotPlain)
        }
    }

    fn name(&mut self) -> Result<&'a str> {
        self.skip_blank();
        let rest = self.text.get(self.at..).unwrap_or("");
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let length = rest.bytes().take_while(is_part).count();
        let name = rest.get(..length).ok_or(NotPlain)?;
        // Anything else may continue the name or change its meaning: `r#"`, `a.b`, `é`.
        let ends = matches!(
            rest.as_bytes().get(length),
            None | Some(b' ' | b'\n' | b'\t' | b'\r' | b',' | b':' | b'(' | b')' | b']')
        );
        if !ends || !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Err(NotPlain);
        }
        self.at += length;
        Ok(name)
    }

    fn text(&mut self) -> Result<&'a str> {
        self.expect(b'"')?;
        let rest = self.text.get(self.at..).ok_or(NotPlain)?;
        let length = memchr::memchr2(b'"', b'\\', rest.as_bytes()).ok_or(NotPlain)?;
        let text = rest.get(..length).ok_or(NotPlain)?;
        self.at += length;
        self.expect(b'"').map(|()| text)
    }
}

impl<'de> Deserializer<'de> for &mut Plain<'de> {
    type Error = NotPlain;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value> {
        Err(NotPlain)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.name()? {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            _ => Err(NotPlain),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_borrowed_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_borrowed_str(self.name()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.skip_blank();
        let rest = self.text.get(self.at..).unwrap_or("");
        // `Some(…)` and `None` are left to RON's own parser.
        if rest.starts_with(['S', 'N']) {
            return Err(NotPlain);
        }
        visitor.visit_some(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.expect(b'[')?;
        let value = visitor.visit_seq(Items(&mut *self))?;
        self.expect(b']').map(|()| value)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_enum(self)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct newtype_struct tuple
        tuple_struct map struct ignored_any
    }
}

impl<'de> EnumAccess<'de> for &mut Plain<'de> {
    type Error = NotPlain;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self)> {
        Ok((seed.deserialize(&mut *self)?, self))
    }
}

impl<'de> VariantAccess<'de> for &mut Plain<'de> {
    type Error = NotPlain;

    fn unit_variant(self) -> Result<()> {
        Err(NotPlain)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value> {
        Err(NotPlain)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value> {
        Err(NotPlain)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.expect(b'(')?;
        let value = visitor.visit_map(Items(&mut *self))?;
        self.expect(b')').map(|()| value)
    }
}

/// The items between two brackets, each followed by a comma, which the last one may lack.
struct Items<'r, 'a>(&'r mut Plain<'a>);

impl Items<'_, '_> {
    /// Returns whether another item follows, or else the bracket `close`.
    fn has_next(&mut self, close: u8) -> bool {
        self.0.skip_blank();
        self.0.peek() != Some(close)
    }
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = NotPlain;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        if !self.has_next(b']') {
            return Ok(None);
        }
        let value = seed.deserialize(&mut *self.0)?;
        if !self.0.has(b',') && self.has_next(b']') {
            return Err(NotPlain);
        }
        Ok(Some(value))
    }
}

impl<'de> MapAccess<'de> for Items<'_, 'de> {
    type Error = NotPlain;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        if !self.has_next(b')') {
            return Ok(None);
        }
        let key = seed.deserialize(&mut *self.0)?;
        self.0.expect(b':').map(|()| Some(key))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        let value = seed.deserialize(&mut *self.0)?;
        if !self.0.has(b',') && self.has_next(b')') {
            return Err(NotPlain);
        }
        Ok(value)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use crate::deck::draft::Draft;

    const CARDS: [&str; 6] = [
        r#"Basic(id: "a", front: "What?", back: "That.", reverse: true, tags: ["x", "y"],)"#,
        "Basic(\n    id: \"é\",\n    front: \"a\nb\",\n    back: \"x\",\n    note: \"n\",\n)",
        r#"Cloze(text: "a {{c1::b}}", source: "s", as_of: "2024")"#,
        r#"Choice(front: "f", choices: ["a", "b" ,], answers: ["b"], shuffle: false)"#,
        r#"Typed(front: "f", answers: ["a"], exact: true, tags: [])"#,
        r#"TrueFalse(statement: "s", answer: false, back: "why")"#,
    ];

    fn long(text: &str) -> Option<Draft> {
        crate::notation::options().from_str(text).ok()
    }

    #[test]
    fn cards_as_people_write_them_are_read_the_quick_way() {
        for card in CARDS {
            let quick: Option<Draft> = super::parse(card);
            assert!(quick.is_some(), "{card}");
            assert_eq!(quick, long(card));
        }
    }

    /// Cards as people write them, each changed in a few places.
    pub(crate) fn changed_cards() -> impl Strategy<Value = String> {
        let card = prop::sample::select(CARDS.to_vec());
        let piece = prop::sample::select(vec![
            "",
            ",",
            ",,",
            " ",
            "\"",
            "\\",
            "\\n",
            "(",
            ")",
            "[",
            "]",
            ":",
            "//",
            "/* */",
            "r#",
            "r\"",
            "None",
            "Some(",
            "true",
            "false",
            "id",
            "note: \"n\", ",
            "tags: [\"t\"], ",
            "1",
            "-",
            "'",
            "é",
            "\u{a0}",
            "\u{85}",
            "\u{200e}",
            "\u{b}",
            "\u{c}",
            "\u{0}",
            "\u{feff}",
            "\r",
            "#![enable(implicit_some)]",
            "Basic",
            ".",
            "_",
            "list: [\"l\"], ",
            "hint: \" \", ",
        ]);
        let changes = prop::collection::vec((0..90usize, 0..5usize, piece), 0..3);
        (card, changes).prop_map(|(card, changes)| {
            let mut text = card.to_string();
            for (at, length, piece) in changes {
                let from = text.floor_char_boundary(at);
                let to = text.floor_char_boundary(from + length);
                text.replace_range(from..to.max(from), piece);
            }
            text
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn what_is_read_the_quick_way_is_read_the_long_way_alike(text in changed_cards()) {
            if let Some(quick) = super::parse::<Draft>(&text) {
                prop_assert_eq!(Some(quick), long(&text), "{}", text);
            }
        }
    }
}
