//! The tokens of a RON text, as far as they are needed to find out where something is.
//!
//! RON's own reader gives the meaning of a text, but no place for a value. These tokens follow its idea of white space,
//! comments, names and strings. They never fail: something without an end is noted as trouble.

use std::ops::Range;

use memchr::memchr2;

/// A string or comment without an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// The byte where it starts.
    pub(crate) offset: usize,
    /// The message.
    pub(crate) message: &'static str,
}

/// The message for a string without its end.
pub(crate) const UNCLOSED: &str = "this text is never closed: its \" is missing";

/// A token of RON text; white space and comments are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    /// A name or a number.
    Word,
    /// A string or a character, in quotes.
    Text,
    /// An opening bracket.
    Open(u8),
    /// A closing bracket.
    Close(u8),
    Comma,
    Colon,
    /// Any other character.
    Other,
}

/// A text, read token by token.
pub(crate) struct Tokens<'a> {
    pub(crate) text: &'a str,
    /// The byte after the last token.
    pub(crate) at: usize,
    /// The first string or comment without an end, if there was one.
    pub(crate) trouble: Option<Trouble>,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            trouble: None,
        }
    }

    pub(crate) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Moves past the next `end`, or to the end of the text, noting `message`.
    pub(crate) fn skip_past(&mut self, from: usize, end: &str, message: &'static str) {
        match self.text.get(from..).and_then(|rest| rest.find(end)) {
            Some(found) => self.at = from + found + end.len(),
            None => self.run_out(message),
        }
    }

    pub(crate) fn run_out(&mut self, message: &'static str) {
        self.trouble.get_or_insert(Trouble {
            offset: self.at,
            message,
        });
        self.at = self.text.len();
    }

    pub(crate) fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches(is_blank).len();
            let rest = self.rest();
            if rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                self.skip_block_comment();
            } else if self.at == 0 && rest.starts_with('\u{feff}') {
                // A byte-order mark: only at the very beginning.
                self.at += '\u{feff}'.len_utf8();
            } else {
                return;
            }
        }
    }

    fn skip_block_comment(&mut self) {
        let mut depth = 0usize;
        let bytes = self.rest().as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            match bytes.get(at..at + 2) {
                Some(b"/*") => (depth, at) = (depth + 1, at + 2),
                Some(b"*/") => (depth, at) = (depth - 1, at + 2),
                _ => at += 1,
            }
            if depth == 0 {
                self.at += at;
                return;
            }
        }
        self.run_out("this comment is never closed");
    }

    fn quoted(&mut self) {
        let bytes = self.rest().as_bytes();
        let mut at = 1;
        while let Some(found) = bytes.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
            at += found + 1;
            if bytes.get(at - 1) == Some(&b'"') {
                self.at += at;
                return;
            }
            at += 1; // what is escaped
        }
        self.run_out(UNCLOSED);
    }

    /// Skips a raw string (`r"…"`, `r#"…"#`, with an optional `b` before), if one starts here.
    fn raw_string(&mut self) -> bool {
        let rest = self.rest();
        let Some(inner) = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r')) else {
            return false;
        };
        let hashes = inner.len() - inner.trim_start_matches('#').len();
        if !inner
            .get(hashes..)
            .is_some_and(|rest| rest.starts_with('"'))
        {
            return false;
        }
        let end = format!("\"{}", "#".repeat(hashes));
        let from = self.text.len() - inner.len() + hashes + 1;
        self.skip_past(from, &end, "this raw text is never closed");
        true
    }

    fn skip_while(&mut self, is_in: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|c: char| !is_in(c)).unwrap_or(rest.len());
    }

    /// Returns the next token and its bytes.
    pub(crate) fn next(&mut self) -> Option<(Token, Range<usize>)> {
        self.skip_blank();
        let start = self.at;
        let rest = self.rest();
        let first = rest.chars().next()?;
        let token = match first {
            '"' => {
                self.quoted();
                Token::Text
            }
            '\'' => {
                // A character: 'x', '\n', '\u{1F600}' or '\''.
                let body = rest.get(1..).unwrap_or("");
                let escape = body.starts_with('\\');
                let skip = body
                    .chars()
                    .take(if escape { 2 } else { 1 })
                    .map(char::len_utf8)
                    .sum::<usize>();
                self.skip_past(
                    start + 1 + skip,
                    "'",
                    "this character is never closed: its ' is missing",
                );
                Token::Text
            }
            '(' | '[' | '{' => {
                self.at += 1;
                Token::Open(first as u8)
            }
            ')' | ']' | '}' => {
                self.at += 1;
                Token::Close(first as u8)
            }
            ',' => {
                self.at += 1;
                Token::Comma
            }
            ':' => {
                self.at += 1;
                Token::Colon
            }
            'r' | 'b' if self.raw_string() => Token::Text,
            'b' if rest.starts_with("b\"") => {
                self.at += 1;
                self.quoted();
                Token::Text
            }
            'r' if rest
                .get(2..)
                .is_some_and(|raw| rest.starts_with("r#") && raw.starts_with(is_raw)) =>
            {
                self.at += 2;
                self.skip_while(is_raw);
                Token::Word
            }
            _ if is_plain(first) => {
                self.skip_while(is_plain);
                Token::Word
            }
            _ => {
                self.at += first.len_utf8();
                Token::Other
            }
        };
        Some((token, start..self.at))
    }
}

/// Returns whether RON 0.12 takes `c` for white space: another set than Unicode's, with the marks of left-to-right and
/// right-to-left text and without the no-break space.
pub(crate) fn is_blank(c: char) -> bool {
    matches!(
        c,
        '\t'..='\r' | ' ' | '\u{85}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}'
    )
}

/// Returns whether `c` can be part of a name or a number.
fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Returns whether `c` can be part of a raw name, after `r#`.
fn is_raw(c: char) -> bool {
    is_plain(c) || matches!(c, '.' | '+' | '-')
}

/// Returns the name that a word stands for: a raw one without its `r#`.
pub(crate) fn name(word: &str) -> &str {
    word.strip_prefix("r#").unwrap_or(word)
}

/// Returns the bytes of the value of `field` at the top level of `text`, which is one structure with its brackets.
pub(crate) fn field(text: &str, field: &str) -> Option<Range<usize>> {
    let mut tokens = Tokens::new(text);
    let mut depth = 0usize;
    let mut word = None;
    let mut value: Option<Range<usize>> = None;
    let mut wanted = false;
    while let Some((token, range)) = tokens.next() {
        match token {
            Token::Open(_) => depth += 1,
            Token::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        let inside = depth > 1 || (depth == 1 && !matches!(token, Token::Open(_)));
        match token {
            Token::Comma if depth == 1 && wanted => return value,
            Token::Close(_) if depth == 0 && wanted => return value,
            Token::Colon if depth == 1 && !wanted => wanted = word.take() == Some(field),
            Token::Word if depth == 1 && !wanted => word = text.get(range).map(name),
            _ if wanted && inside => {
                let start = value.map_or(range.start, |value| value.start);
                value = Some(start..range.end);
            }
            _ => {}
        }
    }
    None
}

/// Returns the byte after the `(` that opens the fields of a structure, if `text` has one.
pub(crate) fn first_field(text: &str) -> Option<usize> {
    let mut tokens = Tokens::new(text);
    while let Some((token, range)) = tokens.next() {
        if matches!(token, Token::Open(b'(')) {
            return Some(range.end);
        }
    }
    None
}

/// Returns the first byte from `at` on that is neither white space nor comment.
pub(crate) fn significant(text: &str, at: usize) -> usize {
    let mut tokens = Tokens {
        text,
        at,
        trouble: None,
    };
    tokens.skip_blank();
    tokens.at
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "a wrong range should fail the test")]
mod tests {
    use super::*;

    #[test]
    fn finds_a_field_at_the_top_level_only() {
        let card =
            r#"Choice(front: "answers: 1", choices: ["a", "b"], r#answers: ["a"], x: (front: 1))"#;
        assert_eq!(&card[field(card, "answers").unwrap()], r#"["a"]"#);
        assert_eq!(&card[field(card, "front").unwrap()], r#""answers: 1""#);
        assert_eq!(field(card, "back"), None);
        assert_eq!(&card[field(card, "x").unwrap()], "(front: 1)");
    }
}
