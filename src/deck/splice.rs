//! Edits of a deck's text at exact byte positions: everything else stays as it was written.
//!
//! Each function makes all its edits at once, then reads the result: it is returned only if every existing card reads
//! as before and every edit reads as intended. It works on text alone; [`super::write`] knows the files.

use std::ops::Range;

use super::draft::Draft;
use super::read::{self, Parsed};
use super::style::{self, Style, WIDEST};
use super::{CardId, scan};
use crate::error::{Error, Result};
use crate::notation::quote;
use crate::notation::tokens::{self, Token, Tokens, is_blank};
use crate::place::Source;
use crate::text::width;

/// A card to add, with its id.
#[derive(Debug, Clone, PartialEq)]
pub enum New {
    /// A draft, formatted like the deck.
    Draft(Draft),
    /// RON as somebody wrote it.
    Written(String),
    /// A card from another place, with the comment that followed it, if any.
    Moved {
        /// The card.
        card: String,
        /// The comment, from its `//` on.
        comment: String,
    },
}

impl New {
    fn styled(&self, style: &Style) -> String {
        match self {
            Self::Draft(draft) => style.set(draft),
            Self::Written(card) | Self::Moved { card, .. } => card.clone(),
        }
    }

    /// Returns the comment that follows it on its line.
    fn behind(&self) -> String {
        match self {
            Self::Moved { comment, .. } if !comment.is_empty() => format!(" {comment}"),
            _ => String::new(),
        }
    }

    fn on_one_line(&self) -> String {
        match self {
            Self::Draft(draft) => style::on_one_line(draft),
            Self::Written(card) | Self::Moved { card, .. } => card.clone(),
        }
    }
}

/// Returns the text of an empty deck with this title.
pub fn empty_deck(title: &str) -> String {
    format!(
        "Deck(\n    title: {},\n    cards: [\n    ],\n)\n",
        quote(title)
    )
}

/// Returns the deck with `cards` at its end.
///
/// # Errors
/// Fails with [`Error::Refused`] if the shape of the deck can't be followed, so that nothing could be written safely.
pub fn append(source: &Source, cards: &[New]) -> Result<String> {
    let text = source.text();
    let layout = scan::layout(text);
    if let Some(trouble) = &layout.trouble {
        let place = source.place(trouble.offset..trouble.offset + 1);
        return Err(Error::Refused(format!(
            "{place}: no card can be added here: {}",
            trouble.message
        )));
    }
    if cards.is_empty() {
        return Ok(text.to_string());
    }
    let style = Style::of(source, &layout);
    let edits = match (&layout.list, layout.cards.last()) {
        (None, _) => into_no_list(text, &layout, &style, cards),
        (Some(list), None) => into_empty_list(text, list, &style, cards),
        (Some(list), Some(last)) => behind_the_last(text, list, last, &style, cards),
    };
    checked(source, apply(text, edits), &[], cards)
}

/// A range of bytes, and the text to replace it with.
type Edit = (Range<usize>, String);

/// Returns the cards, each on lines of its own.
fn on_lines(style: &Style, cards: &[New]) -> String {
    let Style {
        card: indent, end, ..
    } = style;
    cards
        .iter()
        .map(|card| format!("{end}{indent}{},{}", card.styled(style), card.behind()))
        .collect()
}

/// Returns the edits that add a list of cards as the last field of a deck without one.
fn into_no_list(text: &str, layout: &scan::Layout, style: &Style, cards: &[New]) -> Vec<Edit> {
    let body = layout.body.clone().unwrap_or(text.len()..text.len());
    let Style { end, .. } = style;
    let outer = style.outer();
    let list = format!(
        "{end}{outer}cards: [{}{end}{outer}],",
        on_lines(style, cards)
    );
    // The last token of the fields, and whether it is a comma.
    let mut tokens = Tokens::new(text);
    tokens.at = body.start;
    let mut last = None;
    while let Some((token, range)) = tokens.next().filter(|(_, range)| range.end <= body.end) {
        last = Some((token, range));
    }
    let (behind, comma) = match last {
        Some((token, range)) => (range.end, token != Token::Comma),
        None => (body.start, false),
    };
    let mut edits = Vec::new();
    if comma {
        edits.push((behind..behind, ",".to_string()));
    }
    let rest = text.get(behind..body.end).unwrap_or("");
    if rest.contains('\n') {
        let at = behind + rest_of_line(rest);
        edits.push((at..at, list));
    } else {
        edits.push((body.end..body.end, list + end));
    }
    edits
}

/// Returns the edits that add the first cards to an empty list. Comments in it stay before them.
fn into_empty_list(text: &str, list: &Range<usize>, style: &Style, cards: &[New]) -> Vec<Edit> {
    let inside = text.get(list.clone()).unwrap_or("");
    let at = list.start + inside.trim_end_matches(is_blank).len();
    let closing = text.get(at..list.end).unwrap_or("");
    let outer = match closing.rsplit_once('\n') {
        Some((_, outer)) => outer,
        None => style.outer(),
    };
    let Style { end, .. } = style;
    vec![(
        at..list.end,
        format!("{}{end}{outer}", on_lines(style, cards)),
    )]
}

/// Returns the edits that add cards after the last one of a list.
fn behind_the_last(
    text: &str,
    list: &Range<usize>,
    last: &Range<usize>,
    style: &Style,
    cards: &[New],
) -> Vec<Edit> {
    let comma = tokens::significant(text, last.end);
    let has_comma = comma < list.end && text.as_bytes().get(comma) == Some(&b',');
    let behind = if has_comma { comma + 1 } else { last.end };
    let rest = text.get(behind..list.end).unwrap_or("");
    if !rest.contains('\n') && cards.iter().all(|card| card.behind().is_empty()) {
        let inline: Vec<String> = cards.iter().map(New::on_one_line).collect();
        let inline = inline.join(", ");
        let before = if has_comma { " " } else { ", " };
        if width(&inline) < WIDEST || cards.len() == 1 {
            return vec![(behind..behind, format!("{before}{inline}"))];
        }
    }
    let mut edits = Vec::new();
    if !has_comma {
        edits.push((last.end..last.end, ",".to_string()));
    }
    let new = on_lines(style, cards);
    if rest.contains('\n') {
        let at = behind + rest_of_line(rest);
        edits.push((at..at, new));
    } else {
        let closing = format!("{new}{}{}", style.end, style.outer());
        edits.push((behind..behind, closing));
    }
    edits
}

/// Returns how many bytes of `rest` stay on the line where it starts: a comment there belongs to what is before it.
fn rest_of_line(rest: &str) -> usize {
    let line = rest.find(['\r', '\n']).unwrap_or(rest.len());
    let comment = rest.get(..line).unwrap_or("").trim();
    if comment.is_empty() || comment.starts_with("//") {
        line
    } else {
        0
    }
}

/// Returns the deck with an id in each of these cards, which have none.
///
/// # Errors
/// Fails with [`Error::Refused`] if an id can't be added to one of them.
pub fn give_ids(source: &Source, cards: &[(Range<usize>, CardId)]) -> Result<String> {
    let edits = cards.iter().map(|(card, id)| edit_id(source, card, id));
    let edits: Option<Vec<Edit>> = edits.collect();
    let Some(edits) = edits else {
        return Err(unsafe_edit(source));
    };
    checked(source, apply(source.text(), edits), cards, &[])
}

/// Returns the deck with `id` in the card at `card`, replacing the id that it has, if any.
///
/// # Errors
/// Fails with [`Error::Refused`] if the id can't be written there.
pub fn change_id(source: &Source, card: &Range<usize>, id: &CardId) -> Result<String> {
    give_ids(source, &[(card.clone(), id.clone())])
}

/// Returns the deck with the card at each span replaced by its draft. The spans are in the order of the file.
///
/// # Errors
/// Fails with [`Error::Refused`] if the shape of the deck can't be followed.
pub fn replace(source: &Source, cards: &[(Range<usize>, Draft)]) -> Result<String> {
    let style = Style::of(source, &scan::layout(source.text()));
    let edit = |(span, draft): &(Range<usize>, Draft)| {
        let indent = style::indent(source, span.start).unwrap_or(&style.card);
        let own = Style {
            card: indent.to_string(),
            ..style.clone()
        };
        (span.clone(), own.set(draft))
    };
    let new = Source::new(
        source.file(),
        apply(source.text(), cards.iter().map(edit).collect()),
    );
    let (before, after) = (read::deck("", source), read::deck("", &new));
    let mut meant = cards.iter().peekable();
    let is_meant =
        |(was, is): (&Parsed, &Parsed)| match meant.next_if(|(span, _)| span == was.body.span()) {
            Some((_, draft)) => draft
                .clone()
                .check()
                .is_ok_and(|(id, body)| id == is.id && is.body.says_the_same(&body)),
            None => source.part(was.body.span()) == new.part(is.body.span()),
        };
    let all = before.cards.iter().zip(&after.cards).all(is_meant);
    if all
        && before.cards.len() == after.cards.len()
        && before.problems.len() == after.problems.len()
    {
        return Ok(new.text().to_string());
    }
    Err(unsafe_edit(source))
}

/// Returns the text of a card without an id, with `id` added.
///
/// # Errors
/// Fails with [`Error::Refused`] if it has no fields.
pub(crate) fn card_with_id(card: &str, id: &CardId) -> Result<String> {
    let source = Source::new("standard input", card);
    let edit = edit_id(&source, &(0..card.len()), id);
    let edit = edit.ok_or_else(|| unsafe_edit(&source))?;
    Ok(apply(card, vec![edit]))
}

/// Returns the edit that puts `id` into the card at `span`: as the value of its field `id`, or as its first field.
fn edit_id(source: &Source, span: &Range<usize>, id: &CardId) -> Option<Edit> {
    let quoted = quote(id.as_str());
    let card = source.part(span);
    if let Some(value) = tokens::field(card, "id") {
        return Some((span.start + value.start..span.start + value.end, quoted));
    }
    let text = source.text();
    let at = span.start + tokens::first_field(card)?;
    let first = tokens::significant(text, at);
    Some((
        first..first,
        match style::indent(source, first) {
            // The first field is on a line of its own: so will be the id.
            Some(indent) => {
                let crlf = text.get(at..first)?.contains("\r\n");
                format!("id: {quoted},{}{indent}", if crlf { "\r\n" } else { "\n" })
            }
            None => format!("id: {quoted}, "),
        },
    ))
}

/// Returns `text` with the edits, whose ranges ascend and don't overlap.
pub(super) fn apply(text: &str, edits: Vec<Edit>) -> String {
    let more: usize = edits.iter().map(|(_, new)| new.len()).sum();
    let mut out = String::with_capacity(text.len() + more);
    let mut at = 0;
    for (range, new) in edits {
        out.push_str(text.get(at..range.start).unwrap_or(""));
        out.push_str(&new);
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

/// Returns `new` if it reads as the deck did, with each card of `ids` under its new id, all others unchanged, and the
/// cards `added` at the end.
fn checked(
    old: &Source,
    new: String,
    ids: &[(Range<usize>, CardId)],
    added: &[New],
) -> Result<String> {
    let new = Source::new(old.file(), new);
    let before = read::deck("", old);
    let after = read::deck("", &new);
    let mut ids = ids.iter().peekable();
    let mut is_kept = |(was, is): (&Parsed, &Parsed)| {
        let given = ids.next_if(|(card, _)| card == was.body.span());
        match given {
            Some((_, id)) => is.id.as_ref() == Some(id) && is.body.says_the_same(&was.body),
            None => old.part(was.body.span()) == new.part(is.body.span()),
        }
    };
    let kept = before.cards.iter().zip(&after.cards).all(&mut is_kept);
    let is_meant = |(meant, is): (&New, &Parsed)| match meant {
        New::Draft(draft) => draft
            .clone()
            .check()
            .is_ok_and(|(id, body)| id == is.id && is.body.says_the_same(&body)),
        New::Written(text) | New::Moved { card: text, .. } => new.part(is.body.span()) == text,
    };
    let behind = after.cards.iter().skip(before.cards.len());
    if kept
        && ids.next().is_none()
        && after.cards.len() == before.cards.len() + added.len()
        && added.iter().zip(behind).all(is_meant)
        && after.problems.len() == before.problems.len()
    {
        return Ok(new.text().to_string());
    }
    Err(unsafe_edit(old))
}

pub(super) fn unsafe_edit(source: &Source) -> Error {
    Error::Refused(format!(
        "{}: this could not be written safely; nothing was written",
        source.file().display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(front: &str) -> New {
        New::Draft(Draft::basic(front, "b").with_id("new"))
    }

    fn source(text: &str) -> Source {
        Source::new("d.ron", text)
    }

    fn added(text: &str) -> String {
        append(&source(text), &[card("f")]).unwrap()
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
            format!("Deck(title: \"t\",\n    cards: [\n        {new},\n    ],\n)")
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
        let out = append(&source(&empty_deck("t")), &[card(&"long ".repeat(20))]).unwrap();
        assert!(
            out.contains("        Basic(\n            id: \"new\",\n            front: "),
            "{out}"
        );
    }

    fn given(text: &str, ids: &[&str]) -> String {
        let source = source(text);
        let cards = read::deck("", &source).cards.into_iter();
        let ids = ids.iter().map(|id| id.parse().unwrap());
        let cards: Vec<_> = cards
            .map(|card| card.body.span().clone())
            .zip(ids)
            .collect();
        give_ids(&source, &cards).unwrap()
    }

    #[test]
    fn an_id_is_given_where_the_fields_stand() {
        assert_eq!(
            given(
                "Deck(title: \"t\", cards: [Basic(front: \"a\", back: \"b\")])",
                &["x"]
            ),
            "Deck(title: \"t\", cards: [Basic(id: \"x\", front: \"a\", back: \"b\")])"
        );
        assert_eq!(
            given(
                "Deck(title: \"t\", cards: [\n  Basic(\r\n    // why\r\n    front: \"a\",\n    back: \"b\",\n  )])",
                &["x"]
            ),
            "Deck(title: \"t\", cards: [\n  Basic(\r\n    // why\r\n    id: \"x\",\r\n    front: \"a\",\n    back: \"b\",\n  )])"
        );
    }

    #[test]
    fn many_ids_are_one_splice_whatever_stands_in_their_place() {
        let cards = "Basic(id: None, front: \"a\", back: \"b\"), Basic(front: \"a\", back: \"b\"), Basic(front: \"a\", r#id: Some(\"c\"), back: \"b\")";
        let text = format!("Deck(title: \"t\", cards: [{cards}])");
        let new = given(&text, &["x", "y", "z"]);
        let read = read::deck("", &source(&new));
        assert_eq!(read.problems, []);
        let ids: Vec<_> = read
            .cards
            .iter()
            .map(|card| card.id.clone().unwrap().to_string())
            .collect();
        assert_eq!(ids, ["x", "y", "z"]);
        assert!(new.contains("Basic(id: \"x\", front"), "{new}");
    }

    #[test]
    fn an_edit_that_reads_otherwise_than_it_was_meant_is_not_made() {
        let text = "Deck(title: \"t\", cards: [Basic(front: \"a\", back: \"b\")])";
        let no_card = [(5..10, "x".parse().unwrap())];
        assert!(give_ids(&source(text), &no_card).is_err());
        let two = New::Written("Basic(id: \"x\", front: \"a\", back: \"b\"), Basic(id: \"y\", front: \"a\", back: \"b\")".into());
        assert!(append(&source(text), &[two]).is_err());
        let none = New::Written("Basic(id: \"x\", front: \"a\")".into());
        assert!(append(&source(text), &[none]).is_err());
    }

    #[test]
    fn many_cards_are_one_splice() {
        let many: Vec<New> = ["a", "b", "c"]
            .map(|id| New::Draft(Draft::basic("f", "b").with_id(id)))
            .into();
        let line = |id: &str| format!("Basic(id: \"{id}\", front: \"f\", back: \"b\"),");
        let (a, b, c) = (line("a"), line("b"), line("c"));
        assert_eq!(
            append(
                &source("Deck(title: \"t\", cards: [Basic(front: \"x\", back: \"y\")])"),
                &many
            )
            .unwrap(),
            format!(
                "Deck(title: \"t\", cards: [Basic(front: \"x\", back: \"y\"),\n        {a}\n        {b}\n        {c}\n    ])"
            )
        );
        assert_eq!(
            append(&source("Deck(\n  title: \"t\", // why\n)"), &many).unwrap(),
            format!(
                "Deck(\n  title: \"t\", // why\n    cards: [\n        {a}\n        {b}\n        {c}\n    ],\n)"
            )
        );
    }

    #[test]
    fn a_broken_deck_is_not_written_to() {
        let broken = source("Deck(title: \"t\", cards: [");
        let error = append(&broken, &[card("f")]).unwrap_err();
        assert!(error.to_string().starts_with("d.ron:1:"), "{error}");
        assert!(append(&source(""), &[card("f")]).is_err());
    }
}
