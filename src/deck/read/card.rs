//! Reading one card.

use std::collections::HashSet;
use std::mem::take;
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;

use super::super::{Card, Cloze, Content, id, scan};
use crate::notation;
use crate::place::{Place, Problem};

/// A card as its file says it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
enum Source {
    Basic {
        #[serde(default)]
        id: Option<String>,
        front: String,
        back: String,
        #[serde(default)]
        reverse: bool,
        #[serde(default)]
        note: Option<String>,
        #[serde(default)]
        tags: Vec<String>,
        #[serde(default)]
        source: Option<String>,
        #[serde(default)]
        as_of: Option<String>,
    },
    Cloze {
        #[serde(default)]
        id: Option<String>,
        text: String,
        #[serde(default)]
        note: Option<String>,
        #[serde(default)]
        tags: Vec<String>,
        #[serde(default)]
        source: Option<String>,
        #[serde(default)]
        as_of: Option<String>,
    },
    Choice {
        #[serde(default)]
        id: Option<String>,
        front: String,
        choices: Vec<String>,
        answers: Vec<String>,
        #[serde(default = "yes")]
        shuffle: bool,
        #[serde(default)]
        note: Option<String>,
        #[serde(default)]
        tags: Vec<String>,
        #[serde(default)]
        source: Option<String>,
        #[serde(default)]
        as_of: Option<String>,
    },
    Typed {
        #[serde(default)]
        id: Option<String>,
        front: String,
        answers: Vec<String>,
        #[serde(default)]
        note: Option<String>,
        #[serde(default)]
        tags: Vec<String>,
        #[serde(default)]
        source: Option<String>,
        #[serde(default)]
        as_of: Option<String>,
    },
    TrueFalse {
        #[serde(default)]
        id: Option<String>,
        statement: String,
        answer: bool,
        #[serde(default)]
        back: Option<String>,
        #[serde(default)]
        note: Option<String>,
        #[serde(default)]
        tags: Vec<String>,
        #[serde(default)]
        source: Option<String>,
        #[serde(default)]
        as_of: Option<String>,
    },
}

fn yes() -> bool {
    true
}

type Result<T, E = Box<Problem>> = std::result::Result<T, E>;

/// Reads the one card at `span` of `text`; also used to try what is to be spliced.
///
/// # Errors
/// The first thing that is wrong with it, with its place.
pub fn card(
    file: &Path,
    text: &str,
    span: Range<usize>,
    line: usize,
) -> Result<(Option<id::CardId>, Card)> {
    let written = Written { file, text, span };
    let mut read = written.read()?;
    // What every kind has.
    let (Source::Basic {
        id,
        note,
        tags,
        source,
        as_of,
        ..
    }
    | Source::Cloze {
        id,
        note,
        tags,
        source,
        as_of,
        ..
    }
    | Source::Choice {
        id,
        note,
        tags,
        source,
        as_of,
        ..
    }
    | Source::Typed {
        id,
        note,
        tags,
        source,
        as_of,
        ..
    }
    | Source::TrueFalse {
        id,
        note,
        tags,
        source,
        as_of,
        ..
    }) = &mut read;
    let (id, note, tags) = (take(id), take(note), take(tags));
    let (source, as_of) = (take(source), take(as_of));
    let content = written.content(read)?;
    let id = match id.as_deref().map(str::parse) {
        None => None,
        Some(Ok(id)) => Some(id),
        Some(Err(error)) => return Err(written.wrong("id", id::IdError::to_string(&error))),
    };
    if as_of.as_deref().is_some_and(|day| !is_day(day)) {
        return Err(written.wrong(
            "as_of",
            "`as_of` is a year, a month or a day: \"2024\", \"2024-10\" or \"2024-10-28\"",
        ));
    }
    if tags
        .iter()
        .any(|tag| tag.is_empty() || tag.contains(char::is_whitespace))
    {
        return Err(written.wrong("tags", "a tag is one word: join words with `-`"));
    }
    let card = Card {
        id_is_written: id.is_some(),
        id: id.clone().unwrap_or_else(|| id::propose("", |_| false)),
        content,
        note,
        tags,
        source,
        as_of,
        line,
    };
    Ok((id, card))
}

/// The place of a field of the card at `span`; of the card's name where it has no such field.
pub fn place_of(file: &Path, text: &str, span: &Range<usize>, field: &str) -> Place {
    let card = text.get(span.clone()).unwrap_or("");
    let name = || 0..card.find('(').unwrap_or(card.len());
    let found = scan::field(card, field).unwrap_or_else(name);
    Place::new(file, text, span.start + found.start, found.len())
}

/// A card in the text of its file.
struct Written<'a> {
    file: &'a Path,
    text: &'a str,
    span: Range<usize>,
}

impl Written<'_> {
    fn card(&self) -> &str {
        self.text.get(self.span.clone()).unwrap_or("")
    }

    fn read(&self) -> Result<Source> {
        notation::read_part(self.file, self.text, self.span.clone()).map_err(|mut problem| {
            // RON says what it missed at the end; what is missing is the end itself.
            let end = Place::new(self.file, self.text, self.span.end.saturating_sub(2), 1);
            let is_at_end = (problem.place.line, problem.place.column) >= (end.line, end.column);
            if !self.card().ends_with(')') && is_at_end {
                let name = self.card().find('(').unwrap_or(1);
                problem.place = Place::new(self.file, self.text, self.span.start, name);
                problem.message = "this card is never closed: its `)` is missing".into();
            }
            problem
        })
    }

    fn at(&self, field: &str) -> Place {
        place_of(self.file, self.text, &self.span, field)
    }

    fn wrong(&self, field: &str, message: impl Into<String>) -> Box<Problem> {
        Box::new(Problem::error(self.at(field), message))
    }

    fn filled(&self, field: &str, value: &str) -> Result<()> {
        match value.trim().is_empty() {
            true => Err(self.wrong(field, format!("`{field}` is empty"))),
            false => Ok(()),
        }
    }

    fn content(&self, read: Source) -> Result<Content> {
        Ok(match read {
            Source::Basic {
                front,
                back,
                reverse,
                ..
            } => {
                self.filled("front", &front)?;
                self.filled("back", &back)?;
                Content::Basic {
                    front,
                    back,
                    reverse,
                }
            }
            Source::Cloze { text, .. } => {
                self.filled("text", &text)?;
                let cloze = Cloze::parse(&text);
                Content::Cloze(cloze.map_err(|error| {
                    self.wrong("text", error.to_string())
                        .help("write a gap as {{c1::answer}} or {{c1::answer::hint}}")
                })?)
            }
            Source::Choice {
                front,
                choices,
                answers,
                shuffle,
                ..
            } => {
                self.filled("front", &front)?;
                let right = right_choices(&choices, &answers);
                let answers = right
                    .map_err(|(field, message, help)| self.wrong(field, message).help(help))?;
                Content::Choice {
                    front,
                    choices,
                    answers,
                    shuffle,
                }
            }
            Source::Typed { front, answers, .. } => {
                self.filled("front", &front)?;
                if answers.is_empty() || answers.iter().any(|answer| answer.trim().is_empty()) {
                    let message = "a typed card needs at least one answer, and none that is empty";
                    return Err(self.wrong("answers", message));
                }
                Content::Typed { front, answers }
            }
            Source::TrueFalse {
                statement,
                answer,
                back,
                ..
            } => {
                self.filled("statement", &statement)?;
                Content::TrueFalse {
                    statement,
                    answer,
                    back,
                }
            }
        })
    }
}

/// A field, what is wrong with it, and what to do.
type Wrong = (&'static str, String, String);

/// The indexes of the right choices.
fn right_choices(choices: &[String], answers: &[String]) -> Result<Vec<usize>, Wrong> {
    let mut seen = HashSet::new();
    if let Some(twice) = choices.iter().find(|choice| !seen.insert(choice.trim())) {
        return Err((
            "choices",
            format!("the choice {twice:?} is given twice"),
            "each choice must differ".into(),
        ));
    }
    if choices.iter().any(|choice| choice.trim().is_empty()) {
        return Err((
            "choices",
            "a choice is empty".into(),
            "give it a text or take it out".into(),
        ));
    }
    if choices.len() < 2 || choices.len() > 9 {
        return Err((
            "choices",
            "a choice needs two to nine choices".into(),
            "they are answered with the keys 1 to 9".into(),
        ));
    }
    if answers.is_empty() {
        return Err((
            "answers",
            "no choice is right".into(),
            "name at least one of the choices in `answers`".into(),
        ));
    }
    let mut right = Vec::with_capacity(answers.len());
    for answer in answers {
        let Some(at) = choices.iter().position(|choice| choice == answer) else {
            let known: Vec<&str> = choices.iter().map(String::as_str).collect();
            return Err((
                "answers",
                format!("the answer {answer:?} is not among the choices"),
                notation::did_you_mean(answer, &known),
            ));
        };
        right.push(at);
    }
    right.sort_unstable();
    right.dedup();
    Ok(right)
}

/// Whether `text` is a year, a month or a day of the calendar.
fn is_day(text: &str) -> bool {
    let whole = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_string(),
    };
    whole.len() == 10 && whole.parse::<chrono::NaiveDate>().is_ok()
}
