//! Edits of a deck's text at exact byte positions: all that is not meant stays as it was written.

use std::ops::Range;
use std::path::Path;

use super::{CardId, read, scan};
use crate::error::{Error, Result};
use crate::notation::quote;
use crate::place::Place;
use crate::text::width;

/// The widest card that is written on one line, in columns.
const WIDEST: usize = 100;

/// A card to be written, field by field. Lists and flags are written where they say something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewCard {
    /// `Basic`, `Cloze`, ….
    pub kind: &'static str,
    /// Each field with its value in RON, in the order in which they are written.
    pub fields: Vec<(&'static str, String)>,
}

impl NewCard {
    /// A card of this kind with this id.
    pub fn new(kind: &'static str, id: &CardId) -> Self {
        Self {
            kind,
            fields: vec![("id", quote(id.as_str()))],
        }
    }

    /// The same with a text.
    pub fn text(self, field: &'static str, value: &str) -> Self {
        self.raw(field, quote(value))
    }

    /// The same with a text, where there is one.
    pub fn text_if(self, field: &'static str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(field, value),
            None => self,
        }
    }

    /// The same with a list of texts, where there are any.
    pub fn list(self, field: &'static str, values: &[String]) -> Self {
        if values.is_empty() {
            return self;
        }
        let values: Vec<String> = values.iter().map(|value| quote(value)).collect();
        self.raw(field, format!("[{}]", values.join(", ")))
    }

    /// The same with a value that is RON already.
    pub fn raw(mut self, field: &'static str, value: String) -> Self {
        self.fields.push((field, value));
        self
    }

    /// The card in RON, on one line.
    pub fn on_one_line(&self) -> String {
        let fields: Vec<String> = self
            .fields
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        format!("{}({})", self.kind, fields.join(", "))
    }

    /// The card in RON with each field on a line of its own.
    fn on_lines(&self, style: &Style) -> String {
        let Style { card, step, end } = style;
        let mut out = format!("{}({end}", self.kind);
        for (name, value) in &self.fields {
            out.push_str(&format!("{card}{step}{name}: {value},{end}"));
        }
        out.push_str(card);
        out.push(')');
        out
    }

    /// The card as it fits into a file of this style.
    fn styled(&self, style: &Style) -> String {
        let line = self.on_one_line();
        if width(&line) + width(&style.card) < WIDEST {
            line
        } else {
            self.on_lines(style)
        }
    }
}

/// How a deck is set: the white space before a card, the step of a field in it, and the end of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Style {
    card: String,
    step: String,
    end: &'static str,
}

impl Style {
    fn of(text: &str, layout: &scan::Layout) -> Self {
        let end = match text.split_once('\n') {
            Some((first, _)) if first.ends_with('\r') => "\r\n",
            _ => "\n",
        };
        let indents: Vec<&str> = layout
            .cards
            .iter()
            .rev()
            .filter_map(|card| indent_before(text, card.start))
            .collect();
        let first_field = layout.cards.iter().rev().find_map(|span| {
            let field = span.start + scan::first_field(text.get(span.clone())?)?;
            let field = scan::significant(text, field);
            indent_before(text, field)?.strip_prefix(indent_before(text, span.start)?)
        });
        let card = indents
            .first()
            .map_or_else(|| "        ".to_string(), ToString::to_string);
        let tabs = card.starts_with('\t');
        let step = first_field
            .filter(|step| !step.is_empty())
            .unwrap_or(if tabs { "\t" } else { "    " });
        Self {
            step: step.to_string(),
            card,
            end,
        }
    }

    /// The white space one step further out than a card.
    fn outer(&self) -> &str {
        self.card.strip_suffix(self.step.as_str()).unwrap_or("")
    }
}

/// The white space between the start of the line and byte `at`, if nothing else is there.
fn indent_before(text: &str, at: usize) -> Option<&str> {
    let before = text.get(..at)?;
    let line = before.rfind('\n').map_or(0, |found| found + 1);
    before
        .get(line..)
        .filter(|indent| indent.chars().all(char::is_whitespace))
}

/// An empty deck of this title.
pub fn empty_deck(title: &str) -> String {
    format!(
        "Deck(\n    title: {},\n    cards: [\n    ],\n)\n",
        quote(title)
    )
}

/// `text` with `card` as the last card of the deck.
///
/// # Errors
/// [`Error::Refused`] if the deck's shape can't be followed, so that nothing could be written safely.
pub fn append(file: &Path, text: &str, card: &NewCard) -> Result<String> {
    insert(file, text, |style| card.styled(style), &card.on_one_line())
}

/// `text` with `card`, a card in RON as somebody wrote it, as the last card of the deck.
///
/// # Errors
/// As [`append`].
pub fn append_text(file: &Path, text: &str, card: &str) -> Result<String> {
    insert(file, text, |_| card.to_string(), card)
}

/// Puts a card last: as `styled` sets it, or `inline` into a list that stands on one line.
fn insert(
    file: &Path,
    text: &str,
    styled: impl Fn(&Style) -> String,
    inline: &str,
) -> Result<String> {
    let layout = scan::layout(text);
    if let Some(trouble) = &layout.trouble {
        let place = Place::new(file, text, trouble.offset, 1);
        return Err(Error::Refused(format!(
            "{place}: no card can be added here: {}",
            trouble.message
        )));
    }
    let style = Style::of(text, &layout);
    let Style {
        card: indent, end, ..
    } = &style;
    let new = styled(&style);
    let mut out = text.to_string();
    match (&layout.list, layout.cards.last()) {
        (None, _) => {
            let at = layout.body.as_ref().map_or(0, |body| body.start);
            let outer = style.outer();
            out.insert_str(
                at,
                &format!("{end}{outer}cards: [{end}{indent}{new},{end}{outer}],"),
            );
        }
        (Some(list), None) => {
            // Comments in an empty list stay before the first card.
            let inside = text.get(list.clone()).unwrap_or("");
            let at = list.start + inside.trim_end().len();
            let closing = text.get(at..list.end).unwrap_or("");
            let outer = match closing.rsplit_once('\n') {
                Some((_, outer)) => outer,
                None => style.outer(),
            };
            out.replace_range(at..list.end, &format!("{end}{indent}{new},{end}{outer}"));
        }
        (Some(list), Some(last)) => {
            let comma = scan::significant(text, last.end);
            let has_comma = comma < list.end;
            let behind = if has_comma { comma + 1 } else { last.end };
            let rest = text.get(behind..list.end).unwrap_or("");
            if rest.contains('\n') {
                // A comment on the last card's line stays there.
                let line = rest.find(['\r', '\n']).unwrap_or(0);
                let at = if rest.get(..line).is_some_and(is_comment) {
                    behind + line
                } else {
                    behind
                };
                out.insert_str(at, &format!("{end}{indent}{new},"));
            } else {
                let before = if has_comma { " " } else { ", " };
                out.insert_str(behind, &format!("{before}{inline}"));
                return checked(file, text, out);
            }
            if !has_comma {
                out.insert(last.end, ',');
            }
        }
    }
    checked(file, text, out)
}

/// Whether what is left of a line is white space and at most one `//` comment.
fn is_comment(rest: &str) -> bool {
    let rest = rest.trim();
    rest.is_empty() || rest.starts_with("//")
}

/// `text` with the id `id` in the card that starts at byte `start` and has none.
pub fn give_id(text: &str, start: usize, id: &CardId) -> Option<String> {
    let at = start + scan::first_field(text.get(start..)?)?;
    let first = scan::significant(text, at);
    let mut out = text.to_string();
    let quoted = quote(id.as_str());
    match indent_before(text, first) {
        // The first field stands on a line of its own: the id gets one too.
        Some(indent) => {
            let end = if text.get(at..first)?.contains("\r\n") {
                "\r\n"
            } else {
                "\n"
            };
            let indent = indent.to_string();
            out.insert_str(first, &format!("id: {quoted},{end}{indent}"));
        }
        None => out.insert_str(first, &format!("id: {quoted}, ")),
    }
    Some(out)
}

/// `text` with the id `new` in the place of the id that stands at byte span `value`.
pub fn change_id(text: &str, value: Range<usize>, new: &CardId) -> String {
    let mut out = text.to_string();
    out.replace_range(value, &quote(new.as_str()));
    out
}

/// `new`, if it reads as `old` with one card more and every old card as it was.
fn checked(file: &Path, old: &str, new: String) -> Result<String> {
    let before = read::deck("", file, old);
    let after = read::deck("", file, &new);
    let same = before.cards.iter().map(|card| old.get(card.span.clone()));
    let kept = same.eq(after
        .cards
        .iter()
        .take(before.cards.len())
        .map(|card| new.get(card.span.clone())));
    if kept
        && after.cards.len() == before.cards.len() + 1
        && after.problems.len() == before.problems.len()
    {
        return Ok(new);
    }
    let why = after
        .problems
        .into_iter()
        .find(|problem| !before.problems.contains(problem));
    Err(match why {
        Some(problem) => Error::Wrong(Box::new(problem)),
        None => Error::Refused(format!(
            "{}: the card could not be added safely; nothing was written",
            file.display()
        )),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(front: &str) -> NewCard {
        NewCard::new("Basic", &"new".parse().unwrap())
            .text("front", front)
            .text("back", "b")
    }

    fn added(text: &str) -> String {
        append(Path::new("d.ron"), text, &card("f")).unwrap()
    }

    #[test]
    fn keeps_comments_indentation_and_line_ends() {
        let new = r#"Basic(id: "new", front: "f", back: "b")"#;
        assert_eq!(
            added(
                "Deck(title: \"t\", cards: [\n  Basic(front: \"a\", back: \"b\"), // first\n  // more to come\n])"
            ),
            format!(
                "Deck(title: \"t\", cards: [\n  Basic(front: \"a\", back: \"b\"), // first\n  {new},\n  // more to come\n])"
            )
        );
        assert_eq!(
            added(
                "\u{feff}Deck(title: \"t\",\r\n\tcards: [\r\n\t\tBasic(front: \"a\", back: \"b\")\r\n\t]\r\n)"
            ),
            format!(
                "\u{feff}Deck(title: \"t\",\r\n\tcards: [\r\n\t\tBasic(front: \"a\", back: \"b\"),\r\n\t\t{new},\r\n\t]\r\n)"
            )
        );
        assert_eq!(
            added("Deck(title: \"t\", cards: [Basic(front: \"a\", back: \"b\")])"),
            format!("Deck(title: \"t\", cards: [Basic(front: \"a\", back: \"b\"), {new}])")
        );
        assert_eq!(
            added("Deck(title: \"t\")"),
            format!("Deck(\n    cards: [\n        {new},\n    ],title: \"t\")")
        );
        assert_eq!(
            added(&empty_deck("t")),
            format!("Deck(\n    title: \"t\",\n    cards: [\n        {new},\n    ],\n)\n")
        );
    }

    #[test]
    fn a_card_behind_one_without_comma_and_with_comment() {
        let text = "Deck(title: \"t\", cards: [\n    Basic(front: \"a\", back: \"b\") // last\n])";
        let out = added(text);
        assert!(
            out.contains("back: \"b\"), // last\n    Basic(id: \"new\""),
            "{out}"
        );
    }

    #[test]
    fn a_long_card_has_a_line_for_each_field() {
        let out = append(Path::new("d"), &empty_deck("t"), &card(&"long ".repeat(20))).unwrap();
        assert!(
            out.contains("        Basic(\n            id: \"new\",\n            front: "),
            "{out}"
        );
    }

    #[test]
    fn an_id_is_given_where_the_fields_stand() {
        let id = "x".parse().unwrap();
        let text = "Deck(cards: [Basic(front: \"a\")])";
        assert_eq!(
            give_id(text, 13, &id).unwrap(),
            "Deck(cards: [Basic(id: \"x\", front: \"a\")])"
        );
        let text = "[\n  Basic(\n    // why\n    front: \"a\",\n  )]";
        assert_eq!(
            give_id(text, 4, &id).unwrap(),
            "[\n  Basic(\n    // why\n    id: \"x\",\n    front: \"a\",\n  )]"
        );
    }

    #[test]
    fn a_broken_deck_is_not_written_to() {
        let error = append(
            Path::new("d.ron"),
            "Deck(title: \"t\", cards: [",
            &card("f"),
        )
        .unwrap_err();
        assert!(error.to_string().starts_with("d.ron:1:"), "{error}");
        assert!(append(Path::new("d.ron"), "", &card("f")).is_err());
    }
}
