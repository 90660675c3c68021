//! The formatting of a draft in RON: like the deck that it goes into.

use super::draft::{Draft, Value};
use super::scan;
use crate::conflict;
use crate::notation::{quote, tokens};
use crate::place::Source;
use crate::text::{clean, width};

/// The widest card written on one line, in columns.
pub(crate) const WIDEST: usize = 100;

/// The formatting of a deck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Style {
    /// The white space before a card.
    pub(crate) card: String,
    /// The white space before a field, in addition to that before its card.
    pub(crate) step: String,
    /// The line ending.
    pub(crate) end: &'static str,
}

impl Style {
    /// Returns the formatting of a deck's last cards; four spaces per step if that can't be told.
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

    /// Returns the white space one step to the left of a card.
    pub(crate) fn outer(&self) -> &str {
        self.card.strip_suffix(self.step.as_str()).unwrap_or("")
    }

    /// Returns the card as it fits into the deck: on one line if it is short, else one line per field.
    pub(crate) fn set(&self, draft: &Draft) -> String {
        let line = on_one_line(draft);
        let fields = draft.fields();
        let is_one_line = !fields.iter().any(|(_, value)| has_lines(*value));
        if is_one_line && width(&line) + width(&self.card) < WIDEST {
            return line;
        }
        let Self { card, step, end } = self;
        let mut out = format!("{}({end}", draft.kind.name());
        for (name, value) in fields {
            out.push_str(&format!("{card}{step}{name}: {},{end}", self.value(value)));
        }
        out.push_str(card);
        out.push(')');
        out
    }

    /// Returns the value of a field on a line of its own. A text of several lines is written as it reads.
    fn value(&self, value: Value) -> String {
        let text = |text: &str| self.raw(text).unwrap_or_else(|| quote(text));
        match value {
            Value::Text(value) => text(value),
            Value::Texts(texts) if has_lines(value) => {
                let Self { card, step, end } = self;
                let line = |value: &String| format!("{card}{step}{step}{},{end}", text(value));
                let lines: String = texts.iter().map(line).collect();
                format!("[{end}{lines}{card}{step}]")
            }
            other => in_ron(other),
        }
    }

    /// Returns a text of several lines as a raw string with the same lines; `None` if it has only one line, or if a raw
    /// string would read differently.
    fn raw(&self, text: &str) -> Option<String> {
        let is_plain = |c: char| c == '\t' || clean(c.encode_utf8(&mut [0; 4])).starts_with(c);
        let is_marked = text.lines().any(|line| conflict::is_mark(line.as_bytes()));
        if !text.contains('\n') || self.end != "\n" || !text.chars().all(is_plain) || is_marked {
            return None;
        }
        let ends = text.match_indices('"').map(|(at, _)| {
            let rest = text.get(at + 1..).unwrap_or("");
            rest.len() - rest.trim_start_matches('#').len() + 1
        });
        let hashes = "#".repeat(ends.max().unwrap_or(0));
        Some(format!("r{hashes}\"{text}\"{hashes}"))
    }
}

/// Returns whether a text of the value has several lines.
fn has_lines(value: Value) -> bool {
    match value {
        Value::Text(text) => text.contains('\n'),
        Value::Texts(texts) => texts.iter().any(|text| text.contains('\n')),
        Value::Flag(_) => false,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str, draft: &Draft) -> String {
        let source = Source::new("d", text);
        Style::of(&source, &scan::layout(text)).set(draft)
    }

    #[test]
    fn a_text_of_several_lines_reads_as_it_is() {
        let code = "match x {\n    Some(\"v\") => r#\"#,\n}";
        assert_eq!(
            set("", &Draft::basic("What?", code)),
            format!(
                "Basic(\n            front: \"What?\",\n            back: r##\"{code}\"##,\n        )"
            )
        );
        let choice = Draft::choice("What?", vec!["a\nb".into(), "c".into()], vec!["c".into()]);
        assert!(set("", &choice).contains(
            "choices: [\n                r\"a\nb\",\n                \"c\",\n            ],"
        ));
    }

    #[test]
    fn what_would_be_read_otherwise_is_written_with_escapes() {
        for text in [
            "a\nb\r",
            "a\n\u{202e}b",
            "a\n\u{1b}[31m",
            "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> other",
        ] {
            let set = set("", &Draft::basic("f", text));
            assert!(set.contains(&format!("back: {}", quote(text))), "{set}");
        }
        let set = set("Deck(\r\n)", &Draft::basic("f", "a\nb"));
        assert!(set.contains("back: \"a\\nb\""), "{set}");
    }
}
