//! How a draft is set in RON: as the deck that it goes into is set.

use super::draft::{Draft, Value};
use super::scan;
use crate::notation::{quote, tokens};
use crate::place::Source;
use crate::text::width;

/// The widest card that is written on one line, in columns.
pub(crate) const WIDEST: usize = 100;

/// How a deck is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Style {
    /// The white space before a card.
    pub(crate) card: String,
    /// The white space before a field, beyond that of its card.
    pub(crate) step: String,
    /// The end of a line.
    pub(crate) end: &'static str,
}

impl Style {
    /// Returns how the last cards of a deck are set; four spaces a step where that can't be told.
    pub(crate) fn of(source: &Source, layout: &scan::Layout) -> Self {
        let text = source.text();
        let end = match text.split_once('\n') {
            Some((first, _)) if first.ends_with('\r') => "\r\n",
            _ => "\n",
        };
        let mut cards = layout.cards.iter().rev();
        let card = cards.clone().find_map(|card| indent(source, card.start));
        let card = card.unwrap_or("        ").to_string();
        let step = cards.find_map(|span| {
            let field = span.start + tokens::first_field(source.part(span))?;
            let field = tokens::significant(text, field);
            indent(source, field)?
                .strip_prefix(indent(source, span.start)?)
                .filter(|step| !step.is_empty())
        });
        let tabs = card.starts_with('\t');
        let step = step.unwrap_or(if tabs { "\t" } else { "    " }).to_string();
        Self { card, step, end }
    }

    /// Returns the white space one step further out than a card.
    pub(crate) fn outer(&self) -> &str {
        self.card.strip_suffix(self.step.as_str()).unwrap_or("")
    }

    /// Returns the card as it fits into the deck: on one line where it is short, else with a line for each field.
    pub(crate) fn set(&self, draft: &Draft) -> String {
        let line = on_one_line(draft);
        if width(&line) + width(&self.card) < WIDEST {
            return line;
        }
        let Self { card, step, end } = self;
        let mut out = format!("{}({end}", draft.kind.name());
        for (name, value) in draft.fields() {
            out.push_str(&format!("{card}{step}{name}: {},{end}", in_ron(value)));
        }
        out.push_str(card);
        out.push(')');
        out
    }
}

/// Returns the card in RON, on one line.
pub(crate) fn on_one_line(draft: &Draft) -> String {
    let fields: Vec<String> = draft
        .fields()
        .into_iter()
        .map(|(name, value)| format!("{name}: {}", in_ron(value)))
        .collect();
    format!("{}({})", draft.kind.name(), fields.join(", "))
}

fn in_ron(value: Value) -> String {
    match value {
        Value::Text(text) => quote(text),
        Value::Texts(texts) => {
            let texts: Vec<String> = texts.iter().map(|text| quote(text)).collect();
            format!("[{}]", texts.join(", "))
        }
        Value::Flag(flag) => flag.to_string(),
    }
}

/// Returns the white space between the start of the line and byte `at`, if nothing else is there.
pub(crate) fn indent(source: &Source, at: usize) -> Option<&str> {
    let before = source.part(&(source.line_start(at)..at));
    before.chars().all(char::is_whitespace).then_some(before)
}
