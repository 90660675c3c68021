//! The shape of a deck's text: where its cards stand, byte by byte.
//!
//! RON's own parser says whether a card is right; this scanner says where each one begins and ends, so that a
//! wrong card does not sink its deck and an edit can be spliced. It never fails: what it cannot follow, it
//! reports as trouble and goes on at the next card.

use std::ops::Range;

use memchr::memchr2;

/// The kinds of card, as a deck names them.
pub const KINDS: [&str; 5] = ["Basic", "Cloze", "Choice", "Typed", "TrueFalse"];

/// Where the parts of a deck stand, in bytes from the start of its text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    /// The inside of the brackets of `cards: [ … ]`.
    pub list: Option<Range<usize>>,
    /// Each card, from its name to its closing bracket.
    pub cards: Vec<Range<usize>>,
    /// The inside of the brackets of `Deck( … )`.
    pub body: Option<Range<usize>>,
    /// What the scanner could not follow, and where.
    pub trouble: Option<Trouble>,
}

/// Something that breaks the shape of a deck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The byte where it is.
    pub offset: usize,
    /// What is wrong.
    pub message: &'static str,
}

/// A text without its end.
const UNCLOSED: &str = "this text is never closed: its \" is missing";

/// A piece of RON text, white space and comments left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Word,
    Text,
    Open(u8),
    Close(u8),
    Comma,
    Colon,
    Other,
}

struct Tokens<'a> {
    text: &'a str,
    at: usize,
    trouble: Option<Trouble>,
}

impl<'a> Tokens<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            trouble: None,
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Moves behind the next `end`, or to the end of the text with `message`.
    fn skip_past(&mut self, from: usize, end: &str, message: &'static str) {
        match self.text.get(from..).and_then(|rest| rest.find(end)) {
            Some(found) => self.at = from + found + end.len(),
            None => self.run_out(message),
        }
    }

    fn run_out(&mut self, message: &'static str) {
        self.trouble.get_or_insert(Trouble {
            offset: self.at,
            message,
        });
        self.at = self.text.len();
    }

    fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start().len();
            self.at += blank;
            let rest = self.rest();
            if rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                self.skip_block_comment();
            } else if rest.starts_with('\u{feff}') {
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

    /// A raw string (`r"…"`, `r#"…"#`, with an optional `b` before), if one starts here.
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

    /// The next token with its bytes.
    fn next(&mut self) -> Option<(Token, Range<usize>)> {
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
            _ if first.is_alphanumeric() || first == '_' => {
                let end = rest
                    .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                    .unwrap_or(rest.len());
                self.at += end;
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

/// Finds the parts of the deck in `text`.
pub fn layout(text: &str) -> Layout {
    let mut tokens = Tokens::new(text);
    let mut layout = Layout::default();
    skip_attributes(&mut tokens);
    let opened = match tokens.next() {
        Some((Token::Word, _)) => tokens.next(),
        other => other,
    };
    let Some((Token::Open(b'('), open)) = opened else {
        layout.trouble = tokens.trouble.or(Some(Trouble {
            offset: opened.map_or(text.len(), |(_, range)| range.start),
            message: "a deck starts with `Deck(`",
        }));
        return layout;
    };
    // The words at the top level of the deck, one field after the other.
    let mut depth = 0usize;
    let mut field = "";
    loop {
        let Some((token, range)) = tokens.next() else {
            layout.body = Some(open.end..text.len());
            tokens.run_out("the deck is never closed: its last `)` is missing");
            break;
        };
        match token {
            Token::Word if depth == 0 => field = text.get(range).unwrap_or(""),
            Token::Open(b'[') if depth == 0 && field == "cards" && layout.list.is_none() => {
                cards(&mut tokens, &mut layout, range.end);
            }
            Token::Open(_) => depth += 1,
            Token::Close(_) if depth == 0 => {
                layout.body = Some(open.end..range.start);
                break;
            }
            Token::Close(_) => depth -= 1,
            _ => {}
        }
    }
    layout.trouble = tokens.trouble.map(|trouble| Trouble {
        offset: opened_text(text, &trouble).unwrap_or(trouble.offset),
        ..trouble
    });
    layout
}

/// Where a text that is never closed most likely starts: from its missing `"` on, inside and outside are swapped, so
/// that it is the first one behind which something stands that can't follow a text.
fn opened_text(text: &str, trouble: &Trouble) -> Option<usize> {
    if trouble.message != UNCLOSED {
        return None;
    }
    let mut tokens = Tokens::new(text);
    while let Some((token, range)) = tokens.next() {
        let after = text.get(significant(text, range.end)..)?.chars().next();
        let follows = matches!(after, Some(',' | ')' | ']' | '}' | ':') | None);
        if token == Token::Text && !follows {
            return Some(range.start);
        }
    }
    None
}

fn skip_attributes(tokens: &mut Tokens) {
    loop {
        tokens.skip_blank();
        if !tokens.rest().starts_with("#!") {
            return;
        }
        let from = tokens.at;
        tokens.skip_past(from, "]", "this attribute is never closed");
    }
}

/// Reads the list of cards, whose inside starts at byte `inside`.
fn cards(tokens: &mut Tokens, layout: &mut Layout, inside: usize) {
    let mut open: Vec<u8> = Vec::new();
    let mut start: Option<usize> = None;
    let mut end = inside;
    let mut word: Option<Range<usize>> = None;
    loop {
        let Some((token, range)) = tokens.next() else {
            layout.cards.extend(start.map(|start| start..end));
            layout.list = Some(inside..tokens.text.len());
            return;
        };
        match token {
            Token::Open(bracket) => {
                // `Basic(` inside a card: the card before it was never closed.
                let kind = word.clone().filter(|word| {
                    bracket == b'('
                        && tokens
                            .text
                            .get(word.clone())
                            .is_some_and(|word| KINDS.contains(&word))
                });
                if let (Some(kind), Some(from)) = (kind, start)
                    && kind.start > from
                {
                    layout
                        .cards
                        .push(from..end_before(tokens.text, from, kind.start));
                    start = Some(kind.start);
                    open.clear();
                }
                start.get_or_insert(range.start);
                open.push(bracket);
            }
            Token::Close(bracket) => {
                let opener = match bracket {
                    b')' => b'(',
                    b']' => b'[',
                    _ => b'{',
                };
                match open.iter().rposition(|&open| open == opener) {
                    Some(at) => open.truncate(at),
                    None if bracket == b']' => {
                        layout.cards.extend(start.map(|start| start..end));
                        layout.list = Some(inside..range.start);
                        return;
                    }
                    None => {
                        start.get_or_insert(range.start);
                    }
                }
            }
            Token::Comma if open.is_empty() => {
                layout.cards.extend(start.take().map(|start| start..end));
                word = None;
                end = range.end;
                continue;
            }
            _ => {
                start.get_or_insert(range.start);
            }
        }
        word = (token == Token::Word).then(|| range.clone());
        end = range.end;
    }
}

/// The end of what stands in `from..until` without trailing white space and commas.
fn end_before(text: &str, from: usize, until: usize) -> usize {
    let part = text.get(from..until).unwrap_or("");
    from + part
        .trim_end_matches(|c: char| c.is_whitespace() || c == ',')
        .len()
}

/// The bytes of the value of `field` at the top level of one card's (or deck's) text.
pub fn field(card: &str, field: &str) -> Option<Range<usize>> {
    let mut tokens = Tokens::new(card);
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
            Token::Word if depth == 1 && !wanted => word = card.get(range),
            _ if wanted && inside => {
                let start = value.map_or(range.start, |value| value.start);
                value = Some(start..range.end);
            }
            _ => {}
        }
    }
    None
}

/// The byte behind the `(` that opens a card's fields, if its text has one.
pub fn first_field(card: &str) -> Option<usize> {
    let mut tokens = Tokens::new(card);
    while let Some((token, range)) = tokens.next() {
        if matches!(token, Token::Open(b'(')) {
            return Some(range.end);
        }
    }
    None
}

/// The first byte behind white space and comments, from byte `at` on.
pub fn significant(text: &str, at: usize) -> usize {
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

    fn cards_of(text: &str) -> Vec<&str> {
        layout(text)
            .cards
            .into_iter()
            .map(|range| &text[range])
            .collect()
    }

    #[test]
    fn finds_each_card_with_comments_and_strings_between() {
        let text = r##"
            // a deck
            Deck(title: "cards: [", cards: [
                Basic(front: "a )", back: r#"b " ]"#), // Basic(
                /* Basic( /* nested */ ) */
                Cloze(text: "x {{c1::y}}"),
            ])
        "##;
        assert_eq!(
            cards_of(text),
            [
                r##"Basic(front: "a )", back: r#"b " ]"#)"##,
                r#"Cloze(text: "x {{c1::y}}")"#
            ]
        );
        assert_eq!(layout(text).trouble, None);
    }

    #[test]
    fn a_card_without_its_bracket_ends_where_the_next_begins() {
        let text = "Deck(title: \"t\", cards: [\n Basic(front: \"a\", back: \"b\",\n Basic(front: \"c\", back: \"d\"),\n Typed(x: [1), Basic(z: 1)])";
        assert_eq!(
            cards_of(text),
            [
                "Basic(front: \"a\", back: \"b\"",
                "Basic(front: \"c\", back: \"d\")",
                "Typed(x: [1)",
                "Basic(z: 1)"
            ]
        );
    }

    #[test]
    fn cards_before_an_unclosed_text_are_found() {
        let text = "Deck(cards: [Basic(a: \"x\"), Basic(b: \"y), ";
        let found = layout(text);
        assert_eq!(found.cards.len(), 2);
        assert_eq!(found.trouble.unwrap().offset, text.find("\"y").unwrap());
    }

    #[test]
    fn finds_a_field_at_the_top_level_only() {
        let card =
            r#"Choice(front: "answers: 1", choices: ["a", "b"], answers: ["a"], x: (front: 1))"#;
        assert_eq!(&card[field(card, "answers").unwrap()], r#"["a"]"#);
        assert_eq!(&card[field(card, "front").unwrap()], r#""answers: 1""#);
        assert_eq!(field(card, "back"), None);
        assert_eq!(&card[field(card, "x").unwrap()], "(front: 1)");
    }
}
