//! The page that lists the keys, of a session or of a scored quiz.

use super::frame::{Frame, keys, margin, measure};
use super::screen::{Line, Look, paragraph};
use crate::text::{pad, width};

/// A key, or several, and what it does.
pub type Row = (&'static str, &'static str);

/// Shows the hint.
pub const HINT: Row = ("h, Tab", "show the hint, if the card has one");
/// Picks a choice.
pub const PICK: Row = ("1–9", "pick a choice");
/// Judges a statement.
pub const JUDGE: Row = ("t f", "true, false");
/// Opens what the card names.
pub const OPEN: Row = (
    "o",
    "open the picture, video, link or source; again: the next",
);
/// Plays what the card names.
pub const PLAY: Row = ("p", "play the sound");
/// Scrolls a long card.
pub const SCROLL: Row = (
    "↑ ↓, k j",
    "scroll; Ctrl-U, Ctrl-D half a screen; Home, End",
);

/// Returns the page, laid out for `columns`.
pub fn frame(rows: &[Row], columns: usize) -> Frame {
    let margin = margin(columns);
    let widest = rows.iter().map(|(key, _)| width(key)).max().unwrap_or(0);
    let body = rows.iter().flat_map(|(key, does)| {
        let first = format!("{margin}{}", pad(key, widest + 2));
        let rest = " ".repeat(width(&first));
        paragraph(Look::Plain, does, &first, &rest, measure(columns))
    });
    Frame {
        head: vec![
            Line::new(Look::Strong, format!("{margin}Keys")),
            Line::default(),
        ],
        body: body.collect(),
        foot: keys(&["any key: back".into()], &[], columns),
        cursor: None,
        first: 0,
        pictures: Vec::new(),
    }
}
