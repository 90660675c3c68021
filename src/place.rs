//! Where something is in a file, and what is wrong there. Every place that a person sees is drawn here.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::text;

/// A place in a text file, with the line that a person sees there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The whole line, without its end.
    pub text: String,
    /// How many characters are meant, from `column`; at least 1.
    pub length: usize,
}

impl Place {
    /// The place of `length` bytes from byte `offset` of `text`, which stands in `file`. An offset past the end
    /// or inside a character means the character before.
    pub fn new(file: &Path, text: &str, offset: usize, length: usize) -> Self {
        let floor = |at: usize| text.floor_char_boundary(at.min(text.len()));
        let offset = floor(offset);
        let (before, after) = text.split_at_checked(offset).unwrap_or((text, ""));
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let line_text = text.get(start..).unwrap_or("").lines().next().unwrap_or("");
        let meant = text
            .get(offset..floor(offset.saturating_add(length)))
            .unwrap_or("");
        let meant = meant.lines().next().unwrap_or("");
        Self {
            file: file.to_path_buf(),
            line: before.matches('\n').count() + 1,
            column: before
                .get(start..)
                .unwrap_or("")
                .trim_start_matches('\u{feff}')
                .chars()
                .count()
                + 1,
            length: meant
                .chars()
                .count()
                .max(1)
                .min(after.chars().count().max(1)),
            text: line_text.trim_start_matches('\u{feff}').to_string(),
        }
    }
}

impl fmt::Display for Place {
    /// `file:line:column`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}:{}",
            text::one_line(&self.file.to_string_lossy()),
            self.line,
            self.column
        )
    }
}

/// How much a [`Problem`] matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth mending, but everything works.
    Warning,
    /// Something is left out until it is mended.
    Error,
}

/// One thing that is wrong with a file: what, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub place: Place,
    /// Where the other party is, for a clash of two.
    pub other: Option<Place>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Problem {
    /// An error at `place`.
    pub fn error(place: Place, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            message: message.into(),
            place,
            other: None,
            help: None,
        }
    }

    /// A warning at `place`.
    pub fn warning(place: Place, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(place, message)
        }
    }

    /// The same, with what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same, with the place of the other party.
    pub fn other(mut self, other: Place) -> Self {
        self.other = Some(other);
        self
    }
}

impl fmt::Display for Problem {
    /// `file:line:column: error: message`, the line, a caret below it, the other place, the help.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(
            f,
            "{}: {severity}: {}",
            self.place,
            text::clean(&self.message)
        )?;
        draw_line(f, &self.place)?;
        if let Some(other) = &self.other {
            write!(f, "\n  and {other}:")?;
            draw_line(f, other)?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  help: {}", text::clean(help))?;
        }
        Ok(())
    }
}

/// The widest part of a line that is worth showing around a caret: with its number it fits 80 columns.
const SHOWN: usize = 68;

/// The line of `place` with its number, and a caret below what is meant; long lines are cut around the caret.
fn draw_line(f: &mut fmt::Formatter<'_>, place: &Place) -> fmt::Result {
    let skip = (place.column - 1).saturating_sub(SHOWN / 2);
    let lead: String = place
        .text
        .chars()
        .skip(skip)
        .take(place.column - 1 - skip)
        .collect();
    let cut = place
        .text
        .chars()
        .nth(place.column - 1 + SHOWN / 2)
        .is_some();
    let rest: String = place
        .text
        .chars()
        .skip(place.column - 1)
        .take(SHOWN / 2)
        .collect();
    let meant: String = rest.chars().take(place.length).collect();
    let (lead, rest, meant) = (text::clean(&lead), text::clean(&rest), text::clean(&meant));
    let dots = if skip > 0 { "…" } else { "" };
    let indent = " ".repeat(text::width(dots) + text::width(&lead));
    let carets = "^".repeat(text::width(&meant).max(1));
    write!(
        f,
        "\n{:5} | {dots}{lead}{}{}\n      | {indent}{carets}",
        place.line,
        rest.trim_end(),
        if cut { "…" } else { "" },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caret_stands_below_wide_characters() {
        let source = "a\n  開源: x,\n";
        let at = source.find('x').unwrap();
        let place = Place::new(Path::new("d.ron"), source, at, 1);
        assert_eq!((place.line, place.column), (2, 7));
        let shown = Problem::error(place, "bad").help("mend it").to_string();
        assert_eq!(
            shown,
            "d.ron:2:7: error: bad\n    2 |   開源: x,\n      |         ^\n  help: mend it"
        );
    }

    #[test]
    fn a_place_past_the_end_is_the_end() {
        let place = Place::new(Path::new("d.ron"), "ab", 99, 5);
        assert_eq!((place.line, place.column, place.length), (1, 3, 1));
        let place = Place::new(Path::new("d.ron"), "", 0, 0);
        assert_eq!((place.line, place.column), (1, 1));
    }
}
