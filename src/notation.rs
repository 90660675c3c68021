//! RON as this project reads it: the options that spare a header, and errors in everyday words.
//!
//! It knows texts, never what decks, histories or settings mean.

pub(crate) mod plain;
pub(crate) mod tokens;

use std::ops::Range;

use ron::error::{Error as RonError, SpannedError};
use ron::extensions::Extensions;
use serde::Deserialize;

use crate::place::{Problem, Source};

/// Returns the options of RON: `Some(…)` and newtype brackets may be left out.
pub fn options() -> ron::Options {
    ron::Options::default().with_default_extension(
        Extensions::IMPLICIT_SOME
            | Extensions::UNWRAP_NEWTYPES
            | Extensions::UNWRAP_VARIANT_NEWTYPES,
    )
}

/// An error in a RON text, in everyday words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// The bytes of the text that it is about.
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl Wrong {
    /// Returns the problem at `span` of `source`, wherever it was found in another text.
    pub(crate) fn at(self, source: &Source, span: Range<usize>) -> Box<Problem> {
        let problem = Problem::error(source.place(span), self.message);
        Box::new(match self.help {
            Some(help) => problem.help(help),
            None => problem,
        })
    }
}

/// Parses a whole text.
///
/// # Errors
/// Returns the first error in it.
pub(crate) fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Wrong> {
    if let Some(value) = plain::parse(text) {
        return Ok(value);
    }
    options().from_str(text).map_err(|error| {
        let (message, help) = explain(&error.code);
        Wrong {
            span: span(text, &error),
            message,
            help,
        }
    })
}

/// Reads the value that `text` begins with, if it is in plain notation: texts without a backslash, lists of them, `true`
/// and `false`; with its length in bytes. `None` says nothing about it.
pub(crate) fn parse_plain<'a, T: Deserialize<'a>>(text: &'a str) -> Option<(T, usize)> {
    plain::parse_first(text)
}

/// Parses a whole file.
///
/// # Errors
/// Returns the first error in it, with its place.
pub fn read<'a, T: Deserialize<'a>>(source: &'a Source) -> Result<T, Box<Problem>> {
    let text = source.text();
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    read_part(source, text.len() - body.len()..text.len())
}

/// Parses the bytes `part` of a file.
///
/// # Errors
/// Returns the first error in it, with its place in the file.
pub fn read_part<'a, T: Deserialize<'a>>(
    source: &'a Source,
    part: Range<usize>,
) -> Result<T, Box<Problem>> {
    parse(source.part(&part)).map_err(|wrong| {
        let span = part.start + wrong.span.start..part.start + wrong.span.end;
        wrong.at(source, span)
    })
}

/// Returns the bytes of `source` that an error is about.
fn span(source: &str, error: &SpannedError) -> Range<usize> {
    let offset = |position: ron::error::Position| {
        let line = position.line.saturating_sub(1);
        let start: usize = source.split_inclusive('\n').take(line).map(str::len).sum();
        let column = position.col.saturating_sub(1);
        start
            + source
                .get(start..)
                .unwrap_or("")
                .chars()
                .take(column)
                .map(char::len_utf8)
                .sum::<usize>()
    };
    let (start, end) = (offset(error.span.start), offset(error.span.end));
    match error.code {
        RonError::NoSuchStructField { .. }
        | RonError::NoSuchEnumVariant { .. }
        | RonError::DuplicateStructField { .. }
        | RonError::InvalidEscape(_) => start..end,
        // RON names the end of what was right: the error is in the next token.
        _ => {
            let start = tokens::significant(source, start);
            start..start
        }
    }
}

/// Returns an error's message for a person, and what to do about it.
fn explain(error: &RonError) -> (String, Option<String>) {
    let named = |outer: &Option<String>| outer.clone().unwrap_or_else(|| "this".into());
    match error {
        RonError::NoSuchStructField {
            expected,
            found,
            outer,
        } => (
            format!("{} has no field `{found}`", named(outer)),
            Some(did_you_mean(found, expected)),
        ),
        RonError::NoSuchEnumVariant {
            expected, found, ..
        } => (
            format!("unknown name `{found}`"),
            Some(did_you_mean(found, expected)),
        ),
        RonError::MissingStructField { field, outer } => {
            (format!("{} needs the field `{field}`", named(outer)), None)
        }
        RonError::DuplicateStructField { field, .. } => {
            (format!("the field `{field}` is given twice"), None)
        }
        RonError::ExpectedComma => ("a comma is missing before this".into(), None),
        RonError::ExpectedString => ("expected a string in quotes".into(), None),
        RonError::ExpectedArray => (
            "expected a list".into(),
            Some("write [\"one\", \"two\"]".into()),
        ),
        RonError::ExpectedArrayEnd => ("a comma or the closing `]` is missing here".into(), None),
        RonError::ExpectedBoolean => ("expected `true` or `false`".into(), None),
        RonError::ExpectedInteger => ("expected a whole number".into(), None),
        RonError::ExpectedFloat => ("expected a number".into(), None),
        RonError::ExpectedStructLike | RonError::ExpectedNamedStructLike(_) => {
            ("expected `(`".into(), None)
        }
        RonError::ExpectedStructLikeEnd | RonError::ExpectedOptionEnd => {
            ("the closing `)` is missing here".into(), None)
        }
        RonError::ExpectedStringEnd => {
            ("this text is never closed: its \" is missing".into(), None)
        }
        RonError::ExpectedIdentifier => ("expected a field name".into(), None),
        RonError::IntegerOutOfBounds => ("this number is out of range".into(), None),
        RonError::InvalidEscape(_) => (
            "unknown escape sequence".into(),
            Some(r#"write \\ for a backslash, or r"…" for raw text"#.into()),
        ),
        RonError::Eof => ("unexpected end of the text".into(), None),
        RonError::TrailingCharacters => ("unexpected text after the end".into(), None),
        RonError::ExceededRecursionLimit => ("brackets are nested too deep".into(), None),
        RonError::ExpectedDifferentStructName { expected, found } => {
            (format!("expected `{expected}`, found `{found}`"), None)
        }
        RonError::InvalidValueForType { expected, found } => {
            (format!("expected {expected}, found {found}"), None)
        }
        other => (other.to_string(), None),
    }
}

/// Returns `did you mean …?` if a known name is similar, else all known names.
pub fn did_you_mean(found: &str, known: &[&str]) -> String {
    match nearest(found, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("expected one of: {}", known.join(", ")),
    }
}

/// Returns the one of `known` that is most similar to `found`; `None` if none is similar.
pub fn nearest<'a>(found: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let found = found.to_lowercase();
    known
        .map(|name| (strsim::jaro_winkler(&found, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name)
}

/// Returns `text` as a RON string with its quotes, on one line and readable: only `"`, `\` and control characters are
/// escaped.
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || crate::text::clean(c.encode_utf8(&mut [0; 4])) == "�" => {
                out.push_str(&format!("\\u{{{:x}}}", c as u32));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
