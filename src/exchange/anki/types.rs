//! Anki's notes and cards, independent of where they were read from.

use std::collections::HashMap;

use serde_json::Value;

use super::template::Template;
use crate::exchange::json::{list, text};

/// A note type: how a kind of note makes cards.
#[derive(Debug, Default)]
pub(in crate::exchange) struct NoteType {
    pub(in crate::exchange) is_cloze: bool,
    pub(in crate::exchange) fields: Vec<String>,
    pub(in crate::exchange) templates: Vec<CardTemplate>,
}

impl NoteType {
    /// Reads a note type in Anki's JSON.
    pub(in crate::exchange) fn from_json(model: &Value) -> Self {
        let mut templates: Vec<&Value> = list(model, "tmpls").collect();
        templates.sort_by_key(|template| template.get("ord").and_then(Value::as_i64));
        let template =
            |template: &Value| CardTemplate::new(&text(template, "qfmt"), &text(template, "afmt"));
        Self {
            is_cloze: model.get("type").and_then(Value::as_i64) == Some(1),
            fields: list(model, "flds")
                .map(|field| text(field, "name"))
                .collect(),
            templates: templates.into_iter().map(template).collect(),
        }
    }

    /// Returns the fields of a note by name.
    pub(super) fn by_name<'a>(&'a self, note: &'a Note) -> HashMap<&'a str, &'a str> {
        let names = self.fields.iter().map(String::as_str);
        names.zip(note.fields.split('\u{1f}')).collect()
    }
}

/// A template: a kind of card.
#[derive(Debug, Default)]
pub(in crate::exchange) struct CardTemplate {
    pub(super) question: Template,
    pub(super) answer: Template,
    /// The rest of the answer's source after the question's, if it begins with that.
    pub(super) rest: Option<Template>,
}

impl CardTemplate {
    /// Parses the templates of a question and an answer.
    pub(in crate::exchange) fn new(question: &str, answer: &str) -> Self {
        let rest = Some(question.trim())
            .filter(|question| !question.is_empty())
            .and_then(|question| answer.trim_start().strip_prefix(question));
        Self {
            question: Template::parse(question),
            answer: Template::parse(answer),
            rest: rest.map(Template::parse),
        }
    }
}

/// A note.
pub(in crate::exchange) struct Note {
    pub(in crate::exchange) id: i64,
    pub(in crate::exchange) guid: String,
    pub(in crate::exchange) note_type: i64,
    pub(in crate::exchange) tags: String,
    pub(in crate::exchange) fields: String,
}

/// A card.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::exchange) struct Card {
    pub(in crate::exchange) id: i64,
    pub(in crate::exchange) note: i64,
    pub(in crate::exchange) deck: i64,
    /// The index of the template, or the cloze group minus one; from 0.
    pub(in crate::exchange) ord: i64,
    pub(in crate::exchange) kind: i64,
    pub(in crate::exchange) queue: i64,
    pub(in crate::exchange) due: i64,
    pub(in crate::exchange) interval: i64,
    pub(in crate::exchange) factor: i64,
    pub(in crate::exchange) reps: i64,
    pub(in crate::exchange) flags: i64,
    /// The memory state that Anki keeps: stability (days) and difficulty (1–10).
    pub(in crate::exchange) memory: Option<(f32, f32)>,
}
