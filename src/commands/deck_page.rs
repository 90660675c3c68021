//! The page of a deck, for `quiz list --decks` and `quiz show DECK`.

use serde::Serialize;

use crate::deck::{Deck, Resource};
use crate::text::{Row, fit, one_line, one_line_kept, plural};
use crate::ui::intro::of_deck;
use crate::ui::rich::{Room, draw};
use crate::ui::screen::{Line, Look};
use crate::ui::terminal::{has_links, terminal_columns};

/// The shape of a deck in `--json`.
#[derive(Serialize)]
pub(super) struct Page<'a> {
    deck: &'a str,
    title: &'a str,
    about: Option<&'a str>,
    intro: Option<&'a str>,
    cards: usize,
    faces: usize,
    file: String,
    resources: &'a [Resource],
    #[serde(skip)]
    of: &'a Deck,
}

impl<'a> Page<'a> {
    /// Returns the page of `deck`.
    pub(super) fn of(deck: &'a Deck) -> Self {
        Self {
            deck: &deck.name,
            title: &deck.title,
            about: deck.about.as_deref(),
            intro: deck.intro.as_deref(),
            cards: deck.cards.len(),
            faces: deck.cards.faces(),
            file: deck.path.to_string_lossy().into_owned(),
            resources: &deck.resources,
            of: deck,
        }
    }

    /// Returns the page as lines.
    pub(super) fn lines(&self) -> Vec<Line> {
        let mut text = format!("{}: {}\n", one_line_kept(self.deck), one_line(self.title));
        if let Some(about) = self.about {
            text.push_str(&format!("  {}\n", one_line(about)));
        }
        text.push_str(&format!(
            "  {}, {}\n",
            plural(self.cards, "card"),
            plural(self.faces, "face")
        ));
        let mut lines = Vec::new();
        if let Some(intro) = self.intro {
            text.push('\n');
            lines.append(&mut said(&std::mem::take(&mut text)));
            let intro = of_deck(self.of, intro.trim_end());
            lines.extend(draw(&intro, Look::Plain, "  ", "  ", room()));
        }
        if !self.resources.is_empty() {
            text.push_str("\n  To read or watch:\n");
        }
        for resource in self.resources {
            text.push_str(&format!("  · {}\n", one_line(&resource.line())));
            if let Some(address) = &resource.address {
                text.push_str(&format!("    {}\n", one_line(address)));
            }
        }
        lines.append(&mut said(&text));
        lines
    }
}

/// Returns the room for text on standard output: the terminal's columns, or without one, unlimited.
pub(super) fn room() -> Room {
    Room::all(terminal_columns().unwrap_or(usize::MAX), has_links())
}

/// Returns the lines of `text`, which ends in a line feed, as they fit the terminal.
pub(super) fn said(text: &str) -> Vec<Line> {
    let rows: Vec<Row> = text.lines().map(|line| Row::Text(line.into())).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let fitted = fit(&rows, terminal_columns());
    let lines = fitted.split('\n');
    lines.map(|line| Line::new(Look::Plain, line)).collect()
}
