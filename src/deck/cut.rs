//! Cutting cards out of a deck, and putting them back where they stood.
//!
//! A cut takes the card with its comma, and its lines if nothing else stands on them, with the comment after it. All
//! other bytes stay, so that putting a card back into an unchanged deck restores it exactly.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::CardId;
use super::read::{self, Parsed};
use super::scan;
use super::splice::{New, apply, unsafe_edit};
use crate::error::Result;
use crate::notation::tokens::{is_blank, significant};
use crate::place::Source;

/// A card as it was cut, with what is needed to put it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// The name of the deck.
    pub deck: String,
    /// The byte at which it stood, from 0.
    pub byte: usize,
    /// The id of the card before it; `None` if it was the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<CardId>,
    /// The text that was cut: the card, and the rest of its lines if that goes with it.
    pub text: String,
}

/// Returns the text of the deck without the cards at these spans, which are in order, and a cut for each, as of the
/// deck `name`.
///
/// # Errors
/// Fails with [`Error::Refused`](crate::error::Error::Refused) if that would change another card.
pub fn cut(name: &str, source: &Source, cards: &[Range<usize>]) -> Result<(String, Vec<Cut>)> {
    let text = source.text();
    let layout = scan::layout(text);
    let list = layout.list.clone().unwrap_or(0..text.len());
    let before = read::deck("", source);
    let mut cuts = Vec::with_capacity(cards.len());
    let mut edits: Vec<(Range<usize>, String)> = Vec::with_capacity(cards.len());
    let (mut end, mut gone) = (0, 0);
    let mut all = before.cards.iter();
    let mut last_kept: Option<CardId> = None;
    for span in cards {
        for other in all.by_ref().take_while(|other| other.body.span() != span) {
            last_kept.clone_from(&other.id);
        }
        let behind = layout.cards.iter().rev();
        let previous = behind.into_iter().find(|card| card.end <= span.start);
        // A card that was cut together with its comma is gone.
        let previous = previous.filter(|card| card.end >= end);
        let piece = piece(text, &list, previous, span);
        let piece = piece.start.max(end)..piece.end;
        cuts.push(Cut {
            deck: name.to_string(),
            byte: piece.start - gone,
            after: last_kept.clone(),
            text: source.part(&piece).to_string(),
        });
        (end, gone) = (piece.end, gone + piece.len());
        edits.push((piece, String::new()));
    }
    let new = Source::new(source.file(), apply(text, edits));
    let after = read::deck("", &new);
    let kept = before.cards.iter();
    let kept = kept.filter(|card| !cards.contains(card.body.span()));
    let kept: Vec<&str> = kept.map(|card| source.part(card.body.span())).collect();
    let left = after.cards.iter().map(|card| new.part(card.body.span()));
    if left.eq(kept) && after.problems.len() <= before.problems.len() {
        return Ok((new.text().to_string(), cuts));
    }
    Err(unsafe_edit(source))
}

/// Returns the range to cut with the card at `span` of a list; `previous` is the remaining card before it.
fn piece(
    text: &str,
    list: &Range<usize>,
    previous: Option<&Range<usize>>,
    span: &Range<usize>,
) -> Range<usize> {
    let part = |range: Range<usize>| text.get(range).unwrap_or("");
    let comma = significant(text, span.end);
    let has_comma = comma < list.end && text.as_bytes().get(comma) == Some(&b',');
    let end = if has_comma { comma + 1 } else { span.end };
    let line = part(list.start..span.start).rfind('\n');
    let line = line.map(|at| list.start + at + 1);
    let opens_line = line.filter(|line| part(*line..span.start).trim().is_empty());
    let rest = part(end..list.end);
    let tail = rest.find('\n');
    let closes_line = tail.filter(|at| {
        let tail = rest.get(..*at).unwrap_or("").trim();
        tail.is_empty() || tail.starts_with("//")
    });
    let spaces = |text: &str| text.len() - text.trim_start_matches([' ', '\t']).len();
    let spaces_before = |text: &str| text.len() - text.trim_end_matches([' ', '\t']).len();
    match (opens_line, closes_line) {
        (Some(start), Some(tail)) => whole_lines(text, list, start..end + tail + 1),
        (None, Some(_)) => span.start - spaces_before(part(list.start..span.start))..end,
        _ => {
            let between = previous.map(|card| (card.end, part(card.end..span.start)));
            let is_bare = |between: &str| between.chars().all(|c| c == ',' || c == ' ');
            match between.filter(|(_, between)| is_bare(between)) {
                Some((start, _)) => start..span.end,
                None if rest.trim().is_empty() => {
                    span.start - spaces_before(part(list.start..span.start))..end
                }
                None => span.start..end + spaces(rest),
            }
        }
    }
}

/// Returns these lines, with one of two blank lines that would meet, or with the one before the end of the list.
fn whole_lines(text: &str, list: &Range<usize>, lines: Range<usize>) -> Range<usize> {
    let before = text.get(list.start..lines.start).unwrap_or("");
    let after = text.get(lines.end..list.end).unwrap_or("");
    let above = before.trim_end_matches(is_blank);
    // The line above ends at the first of these line breaks.
    let breaks = before.get(above.len()..).unwrap_or("");
    let is_blank_above = breaks.matches('\n').count() > 1;
    let blank_below = after.find('\n').filter(|at| {
        let first = after.get(..*at).unwrap_or("");
        first.trim().is_empty()
    });
    match blank_below {
        Some(below) if is_blank_above || above.is_empty() => lines.start..lines.end + below + 1,
        None if is_blank_above && after.trim().is_empty() => {
            let first = breaks.find('\n').map_or(0, |at| at + 1);
            list.start + above.len() + first..lines.end
        }
        _ => lines,
    }
}

/// Returns the deck with the cuts back in their places, in the order in which they were cut; `None` if the deck has
/// changed so much that the places can't be found.
pub fn put_back(source: &Source, cuts: &[(&CardId, &Cut)]) -> Option<String> {
    let text = source.text();
    let mut edits = Vec::with_capacity(cuts.len());
    let mut sorted: Vec<_> = cuts.to_vec();
    sorted.sort_by_key(|(_, cut)| cut.byte);
    for (_, cut) in &sorted {
        if !text.is_char_boundary(cut.byte) {
            return None;
        }
        edits.push((cut.byte..cut.byte, cut.text.clone()));
    }
    let new = Source::new(source.file(), apply(text, edits));
    let (before, after) = (read::deck("", source), read::deck("", &new));
    let mut old = before.cards.iter();
    let mut wanted = sorted.into_iter().peekable();
    let mut last_kept: Option<&CardId> = None;
    for card in &after.cards {
        let part = new.part(card.body.span());
        let is_back = |(id, cut): &(&CardId, &Cut)| {
            card.id.as_ref() == Some(*id)
                && cut.text.contains(part)
                && cut
                    .after
                    .as_ref()
                    .is_none_or(|after| last_kept == Some(after))
        };
        if wanted.next_if(is_back).is_some() {
            continue;
        }
        let was: Option<&Parsed> = old.next();
        if was.is_none_or(|was| source.part(was.body.span()) != part) {
            return None;
        }
        last_kept = card.id.as_ref();
    }
    let is_whole = old.next().is_none() && wanted.next().is_none();
    (is_whole && after.problems.len() <= before.problems.len()).then(|| new.text().to_string())
}

/// Returns the card in a cut, with the comment after it, for adding it elsewhere.
pub fn card_of(cut: &str) -> Option<New> {
    let cut = cut.trim_start_matches(|c| c == ',' || is_blank(c));
    let deck = format!("Deck(cards: [\n{cut}\n])");
    let span = scan::layout(&deck).cards.first().cloned()?;
    let card = deck.get(span.clone())?.to_string();
    let rest = deck.get(span.end..)?;
    let line = rest.lines().next().unwrap_or("");
    let comment = line.trim_start_matches([',', ' ', '\t']).trim_end();
    let comment = if comment.starts_with("//") {
        comment
    } else {
        ""
    };
    Some(New::Moved {
        card,
        comment: comment.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source::new("d.ron", text)
    }

    /// Returns the deck of this list of cards without those with these ids, after asserting that putting them back
    /// restores it.
    fn without(list: &str, ids: &[&str]) -> String {
        let text = format!("Deck(title: \"t\", cards: [{list}])\n");
        let source = source(&text);
        let cards = read::deck("", &source).cards;
        let is_meant = |card: &&Parsed| ids.contains(&card.id.as_ref().unwrap().as_str());
        let meant: Vec<_> = cards.iter().filter(is_meant).collect();
        let spans: Vec<_> = meant.iter().map(|card| card.body.span().clone()).collect();
        assert_eq!(spans.len(), ids.len());
        let (new, cuts) = cut("d", &source, &spans).unwrap();
        let back: Vec<_> = meant
            .iter()
            .map(|card| card.id.as_ref().unwrap())
            .zip(&cuts)
            .collect();
        let again = put_back(&Source::new("d.ron", new.as_str()), &back);
        assert_eq!(again.as_deref(), Some(text.as_str()), "{cuts:?}");
        let new = new.strip_prefix("Deck(title: \"t\", cards: [").unwrap();
        new.strip_suffix("])\n").unwrap().to_string()
    }

    fn card(id: &str) -> String {
        format!("Basic(id: \"{id}\", front: \"f\", back: \"b\")")
    }

    #[test]
    fn a_card_goes_with_its_lines_and_its_comment_and_comes_back() {
        let (a, b, c) = (card("a"), card("b"), card("c"));
        let lines = format!("\n    // first\n    {a},\n    {b}, // why\n    {c}\n");
        assert_eq!(
            without(&lines, &["b"]),
            format!("\n    // first\n    {a},\n    {c}\n")
        );
        assert_eq!(
            without(&lines, &["c"]),
            format!("\n    // first\n    {a},\n    {b}, // why\n")
        );
        assert_eq!(without(&lines, &["a", "b", "c"]), "\n    // first\n");
        let apart = format!("\n    {a},\n\n    {b},\n\n    {c},\n");
        assert_eq!(without(&apart, &["b"]), format!("\n    {a},\n\n    {c},\n"));
        assert_eq!(without(&apart, &["a"]), format!("\n    {b},\n\n    {c},\n"));
        assert_eq!(without(&apart, &["c"]), format!("\n    {a},\n\n    {b},\n"));
        assert_eq!(without(&apart, &["a", "b"]), format!("\n    {c},\n"));
        let windows = format!("\r\n\t{a},\r\n\t{b},\r\n");
        assert_eq!(without(&windows, &["a"]), format!("\r\n\t{b},\r\n"));
    }

    #[test]
    fn a_card_among_others_on_a_line_goes_with_one_comma() {
        let (a, b, c) = (card("a"), card("b"), card("c"));
        let line = format!("{a}, {b}, {c}");
        assert_eq!(without(&line, &["a"]), format!("{b}, {c}"));
        assert_eq!(without(&line, &["b"]), format!("{a}, {c}"));
        assert_eq!(without(&line, &["c"]), format!("{a}, {b}"));
        assert_eq!(without(&line, &["a", "b", "c"]), "");
        assert_eq!(without(&line, &["b", "c"]), a);
        assert_eq!(without(&format!("{a}, {b},"), &["b"]), format!("{a},"));
        let mixed = format!("\n  {a}, {b}, // both\n  {c}\n");
        assert_eq!(
            without(&mixed, &["b"]),
            format!("\n  {a}, // both\n  {c}\n")
        );
        assert_eq!(
            without(&mixed, &["a"]),
            format!("\n  {b}, // both\n  {c}\n")
        );
    }

    #[test]
    fn what_stands_elsewhere_now_is_not_put_back_by_its_bytes() {
        let (a, b, c) = (card("a"), card("b"), card("c"));
        let text = format!("Deck(title: \"t\", cards: [\n    {a},\n    {b},\n    {c},\n])\n");
        let old = source(&text);
        let span = read::deck("", &old).cards[1].body.span().clone();
        let (new, cuts) = cut("d", &old, &[span]).unwrap();
        let id: CardId = "b".parse().unwrap();
        for moved in [
            new.replace("\"t\"", "\"a longer title\""),
            new.replace(&a, &c),
        ] {
            assert_eq!(
                put_back(&source(&moved), &[(&id, &cuts[0])]),
                None,
                "{moved}"
            );
        }
        let moved = New::Moved {
            card: b,
            comment: String::new(),
        };
        assert_eq!(card_of(&cuts[0].text), Some(moved));
    }

    #[test]
    fn a_card_is_found_in_what_was_cut() {
        let b = card("b");
        for (cut, comment) in [
            (format!("  {b}, // why\n"), "// why"),
            (format!(", {b}"), ""),
            (format!("{b},"), ""),
            (format!("  {b} // last\n\n"), "// last"),
        ] {
            let moved = New::Moved {
                card: b.clone(),
                comment: comment.to_string(),
            };
            assert_eq!(card_of(&cut), Some(moved), "{cut}");
        }
        assert_eq!(card_of(" , "), None);
    }
}
