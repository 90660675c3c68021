//! The introduction of a deck: what it is about and what else to read.

use super::frame::{Frame, keys, margin, measure};
use super::rich::{CardText, Room, draw};
use super::screen::{Line, Look, paragraph};
use crate::deck::Deck;
use crate::text::{one_line, width};

/// Returns a text of `deck`, to be drawn.
pub fn of_deck(deck: &Deck, text: &str) -> CardText {
    CardText {
        text: text.to_string(),
        marks: Vec::new(),
        markup: deck.markup,
    }
}

/// Returns the page for `columns`, with the key hints `go_on`.
pub fn frame(deck: &Deck, go_on: &[&str], columns: usize) -> Frame {
    let (margin, measure) = (margin(columns), measure(columns));
    let mut body = Vec::new();
    if let Some(text) = deck.intro.as_ref().or(deck.about.as_ref()) {
        let room = Room::of_screen(columns);
        body.extend(draw(
            &of_deck(deck, text),
            Look::Plain,
            margin,
            margin,
            room,
        ));
    }
    if !deck.resources.is_empty() {
        body.push(Line::default());
        body.push(Line::new(Look::Faint, format!("{margin}To read or watch:")));
    }
    let bullet = format!("{margin}· ");
    let below = " ".repeat(width(&bullet));
    for resource in &deck.resources {
        let title = one_line(&resource.line());
        body.extend(paragraph(Look::Plain, &title, &bullet, &below, measure));
        if let Some(address) = &resource.address {
            let address = one_line(address);
            body.extend(paragraph(Look::Faint, &address, &below, &below, measure));
        }
    }
    let title = one_line(&deck.title);
    let mut head = paragraph(Look::Strong, &title, margin, margin, measure);
    head.push(Line::default());
    let go_on: Vec<String> = go_on.iter().map(ToString::to_string).collect();
    Frame {
        head,
        body,
        foot: keys(&go_on, &[], columns),
        cursor: None,
        first: 0,
        pictures: Vec::new(),
    }
}
