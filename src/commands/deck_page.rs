//! What there is to know of a deck: for `quiz list --decks` and `quiz show DECK`.

use serde::Serialize;

use crate::deck::{Deck, Resource};
use crate::text::{clean, one_line, one_line_kept, plural};

/// A deck as `--json` prints it.
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
            faces: deck.cards.iter().map(|card| card.sides().len()).sum(),
            file: deck.path.to_string_lossy().into_owned(),
            resources: &deck.resources,
        }
    }

    /// Returns the page as text that ends in a line feed.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{}: {}\n", one_line_kept(self.deck), one_line(self.title));
        if let Some(about) = self.about {
            text.push_str(&format!("  {}\n", one_line(about)));
        }
        text.push_str(&format!(
            "  {}, {}\n",
            plural(self.cards, "card"),
            plural(self.faces, "face")
        ));
        if let Some(intro) = self.intro {
            text.push('\n');
            for line in clean(intro).lines() {
                text.push_str(format!("  {line}").trim_end());
                text.push('\n');
            }
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
        text
    }
}
