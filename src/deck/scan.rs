//! The layout of a deck's text: the byte ranges of its cards.
//!
//! RON's own parser decides whether a card is valid; this scanner finds where each one begins and ends, so that an
//! invalid card does not sink its deck and an edit can be spliced. It never fails: it reports what it cannot follow,
//! and goes on at the next card. It knows tokens and the names of kinds, never their fields.

use std::ops::Range;

use super::draft::Kind;
use crate::notation::tokens::{Token, Tokens, Trouble, UNCLOSED, is_blank, name, significant};

/// The parts of a deck, in bytes from the start of its text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Layout {
    /// The inside of the brackets of `cards: [ … ]`; up to the end of the text if the list is never closed.
    pub(crate) list: Option<Range<usize>>,
    /// Each card, from the name of its kind to its closing bracket.
    pub(crate) cards: Vec<Range<usize>>,
    /// The unexpected text and the missing commas between the cards.
    pub(crate) odd: Vec<Odd>,
    /// The inside of the brackets of `Deck( … )`.
    pub(crate) body: Option<Range<usize>>,
    /// The first thing that the scanner could not follow.
    pub(crate) trouble: Option<Trouble>,
}

/// Something between two cards that RON does not allow, although the cards can still be told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Odd {
    /// A missing comma at this byte, between the end of a card and the next one.
    NoComma(usize),
    /// A comma without a card before it.
    Comma(Range<usize>),
    /// Something else in place of a comma.
    NotComma(Range<usize>),
    /// Something else in place of a card.
    NotCard(Range<usize>),
}

/// Finds the parts of the deck in `text`.
pub(crate) fn layout(text: &str) -> Layout {
    layout_with(text, &mut |_| None)
}

/// Finds the parts of the deck in `text`.
///
/// `seen` may return the length, in bytes, of the card that starts at a byte; the scanner then skips that card.
pub(crate) fn layout_with(text: &str, seen: &mut dyn FnMut(usize) -> Option<usize>) -> Layout {
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
    // `field` is the last name at the top level of the deck.
    let mut depth = 0usize;
    let mut field = "";
    loop {
        let Some((token, range)) = tokens.next() else {
            layout.body = Some(open.end..text.len());
            tokens.run_out("the deck is never closed: its last `)` is missing");
            break;
        };
        match token {
            Token::Word if depth == 0 => field = text.get(range).map_or("", name),
            Token::Open(b'[') if depth == 0 && field == "cards" && layout.list.is_none() => {
                cards(&mut tokens, &mut layout, range.end, seen);
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

/// Returns the byte at which a string that is never closed most likely starts.
///
/// From its missing `"` on, inside and outside are swapped, so it is the first string that is followed by something
/// that can't follow a string.
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

/// Scans the list of cards, whose inside starts at byte `inside`.
fn cards(
    tokens: &mut Tokens,
    layout: &mut Layout,
    inside: usize,
    seen: &mut dyn FnMut(usize) -> Option<usize>,
) {
    let text = tokens.text;
    let mut state = State::Before { comma: false };
    let mut open = Brackets::default();
    // The end of the last token, and its range if it is a word.
    let mut end = inside;
    let mut word: Option<Range<usize>> = None;
    let closed = loop {
        if matches!(state, State::Before { .. }) {
            tokens.skip_blank();
            let start = tokens.at;
            if let Some(length) = seen(start) {
                end = start + length;
                layout.cards.push(start..end);
                (tokens.at, word, state) = (end, None, State::Behind);
            }
        }
        let Some((token, range)) = tokens.next() else {
            break text.len();
        };
        let is_card = matches!(token, Token::Word | Token::Text | Token::Open(_));
        match state {
            State::Before { .. } | State::Behind if token == Token::Close(b']') => {
                break range.start;
            }
            State::Behind if token == Token::Comma => state = State::Before { comma: false },
            State::Before { comma: true } if token == Token::Comma => {
                state = State::Before { comma: false };
            }
            State::Before { .. } if token == Token::Comma => {
                layout.odd.push(Odd::Comma(range.clone()));
            }
            State::Behind if !is_card => {
                layout.odd.push(Odd::NotComma(range.clone()));
                state = State::Before { comma: true };
            }
            State::Before { .. } if !is_card => layout.odd.push(Odd::NotCard(range.clone())),
            State::Behind | State::Before { .. } => {
                if matches!(state, State::Behind) {
                    layout.odd.push(Odd::NoComma(end));
                }
                state = State::In(range.start);
                open.clear();
                if let Token::Open(bracket) = token {
                    open.push(bracket);
                }
            }
            State::In(start) => match token {
                Token::Open(bracket) => {
                    // `Basic(` inside a card: that card was never closed.
                    let next = word.take().filter(|word| {
                        bracket == b'(' && word.start > start && names_kind(text, word)
                    });
                    if let Some(next) = next {
                        let end = end_before(text, start, next.start);
                        layout.cards.push(start..end);
                        state = State::In(next.start);
                        open.clear();
                    }
                    open.push(bracket);
                }
                Token::Close(bracket) => {
                    let is_closed = open.close(bracket);
                    if !is_closed && bracket == b']' {
                        layout.cards.push(start..end);
                        break range.start;
                    }
                    if is_closed && open.is_empty() {
                        layout.cards.push(start..range.end);
                        state = State::Behind;
                    }
                }
                Token::Comma if open.is_empty() => {
                    layout.cards.push(start..end);
                    state = State::Before { comma: false };
                }
                _ => {}
            },
        }
        word = (token == Token::Word).then(|| range.clone());
        end = range.end;
    };
    if let State::In(start) = state
        && closed == text.len()
    {
        layout.cards.push(start..end);
    }
    layout.list = Some(inside..closed);
}

/// The position of the scanner in a list of cards.
enum State {
    /// Before a card or the end of the list. `comma` says whether a comma is allowed here: only after something that
    /// stood in its place.
    Before { comma: bool },
    /// In the card that starts at this byte.
    In(usize),
    /// After a card.
    Behind,
}

/// The open brackets, with the number of each kind, so that a bracket that closes none is found without a search.
#[derive(Default)]
struct Brackets {
    open: Vec<u8>,
    counts: [usize; 3],
}

impl Brackets {
    fn count(&mut self, bracket: u8) -> &mut usize {
        let [round, square, curly] = &mut self.counts;
        match bracket {
            b'(' | b')' => round,
            b'[' | b']' => square,
            _ => curly,
        }
    }

    fn push(&mut self, bracket: u8) {
        self.open.push(bracket);
        *self.count(bracket) += 1;
    }

    /// Closes the last open bracket of this kind and all brackets opened after it, and returns whether there was one.
    fn close(&mut self, bracket: u8) -> bool {
        if *self.count(bracket) == 0 {
            return false;
        }
        let opener = match bracket {
            b')' => b'(',
            b']' => b'[',
            _ => b'{',
        };
        while let Some(last) = self.open.pop() {
            *self.count(last) -= 1;
            if last == opener {
                break;
            }
        }
        true
    }

    fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

/// Returns whether the word at `word` is a kind of card.
fn names_kind(text: &str, word: &Range<usize>) -> bool {
    text.get(word.clone())
        .is_some_and(|word| Kind::NAMES.contains(&name(word)))
}

/// Returns the end of `from..until` without trailing white space and commas.
fn end_before(text: &str, from: usize, until: usize) -> usize {
    let part = text.get(from..until).unwrap_or("");
    from + part
        .trim_end_matches(|c: char| is_blank(c) || c == ',')
        .len()
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
    fn what_stands_between_cards_and_should_not_is_told() {
        let odd = |list: &str| {
            let text = format!("Deck(cards: [{list}])");
            let start = text.find(list).unwrap();
            let found = layout(&text);
            assert_eq!(found.trouble, None);
            let cards: Vec<_> = found.cards.iter().map(|card| &text[card.clone()]).collect();
            assert_eq!(
                cards.concat(),
                list.replace([' ', ',', ';', '\u{a0}', '}'], "")
            );
            let odd = found.odd.into_iter().map(|odd| match odd {
                Odd::NoComma(at) => ("no comma", at - start),
                Odd::Comma(at) => ("comma", at.start - start),
                Odd::NotComma(at) => ("not a comma", at.start - start),
                Odd::NotCard(at) => ("not a card", at.start - start),
            });
            odd.collect::<Vec<_>>()
        };
        assert_eq!(odd("A(), B(),"), []);
        assert_eq!(odd("A() B()"), [("no comma", 3)]);
        assert_eq!(odd(",A(),,B()"), [("comma", 0), ("comma", 5)]);
        assert_eq!(odd("A(); B()"), [("not a comma", 3)]);
        assert_eq!(odd("A();, B()"), [("not a comma", 3)]);
        assert_eq!(odd("A(),\u{a0}B()"), [("not a card", 4)]);
        assert_eq!(odd("A()}, B()"), [("not a comma", 3)]);
    }

    #[test]
    fn brackets_that_close_nothing_cost_nothing() {
        let deep = format!(
            "Deck(cards: [A({}{}",
            "(".repeat(200_000),
            "}".repeat(200_000)
        );
        assert_eq!(layout(&deep).cards.len(), 1);
    }
}
