//! Places in files, and problems at them. Every place that a person sees is drawn here.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::hashing::Eventually;
use crate::text::{self, Row};

/// A text file as it was read, from which places are taken.
///
/// The starts of its lines are looked up once, when the first place is asked for, or some lines were; each then takes time
/// logarithmic in their number, however long the file or its lines are. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Source(Arc<Kept>);

#[derive(Debug)]
struct Kept {
    file: PathBuf,
    text: String,
    lines: Eventually<Lines>,
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        (self.file(), self.text()) == (other.file(), other.text())
    }
}

impl Source {
    /// Returns `text` as the content of `file`.
    pub fn new(file: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self(Arc::new(Kept {
            file: file.into(),
            text: text.into(),
            lines: Eventually::default(),
        }))
    }

    /// Returns the file's path.
    pub fn file(&self) -> &Path {
        &self.0.file
    }

    /// Returns the whole text, including a byte-order mark.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Returns the text itself; `None` if it is still in use elsewhere.
    pub(crate) fn into_text(self) -> Option<String> {
        Arc::into_inner(self.0).map(|kept| kept.text)
    }

    /// Returns the bytes `part` of the text; empty if they don't lie within it.
    pub fn part(&self, part: &Range<usize>) -> &str {
        self.text().get(part.clone()).unwrap_or("")
    }

    /// Returns the line of byte `offset`, from 1.
    pub fn line(&self, offset: usize) -> usize {
        match self.0.lines.if_worth(|| Lines::of(self.text())) {
            Some(lines) => lines.starts.partition_point(|start| *start <= offset),
            None => {
                let before = self.text().as_bytes().get(..offset);
                let before = before.unwrap_or(self.text().as_bytes());
                memchr::memchr_iter(b'\n', before).count() + 1
            }
        }
    }

    /// Returns the byte at which the line of byte `offset` starts.
    pub fn line_start(&self, offset: usize) -> usize {
        let line = self.line(offset);
        self.lines().starts.get(line - 1).copied().unwrap_or(0)
    }

    /// Returns the place of the bytes `part`. A start past the end or inside a character stands for the character
    /// before.
    pub fn place(&self, part: Range<usize>) -> Place {
        let floor = |at: usize| self.text().floor_char_boundary(at.min(self.text().len()));
        let (offset, end) = (floor(part.start), floor(part.end));
        let line = self.line(offset);
        let start = self.line_start(offset);
        let mark = self.part(&(start..self.text().len())).starts_with(MARK);
        let start = if mark { start + MARK.len_utf8() } else { start };
        let before = self.part(&(start..offset));
        let after = self.part(&(offset..self.text().len()));
        let after = after.split('\n').next().unwrap_or("");
        let meant = self.part(&(offset..end)).lines().next().unwrap_or("");
        let lead = before.char_indices().rev().take(SHOWN / 2).last();
        let (lead, is_cut_before) = lead.map_or(("", false), |(at, _)| {
            (before.get(at..).unwrap_or(""), at > 0)
        });
        let rest = after.char_indices().nth(SHOWN / 2).map(|(at, _)| at);
        Place {
            file: self.file().to_path_buf(),
            line,
            column: self.lines().count(self.text(), start..offset) + 1,
            length: meant.chars().take(SHOWN).count().max(1),
            excerpt: Excerpt {
                lead: lead.to_string(),
                rest: rest
                    .map_or_else(
                        || after.strip_suffix('\r').unwrap_or(after),
                        |end| after.get(..end).unwrap_or(after),
                    )
                    .to_string(),
                is_cut_before,
                is_cut_after: rest.is_some(),
            },
        }
    }

    fn lines(&self) -> &Lines {
        self.0.lines.get(|| Lines::of(self.text()))
    }
}

/// A byte-order mark, which does not belong to a line.
const MARK: char = '\u{feff}';

/// The starts of the lines of a text, and the number of characters before each of its blocks.
#[derive(Debug)]
struct Lines {
    /// The byte at which each line starts, ascending, 0 first.
    starts: Vec<usize>,
    /// The number of characters before byte `n * BLOCK`; empty if each is one byte.
    characters: Vec<usize>,
}

/// The bytes of a block: at most these are scanned to count the characters up to a place, not the whole line.
const BLOCK: usize = 1024;

impl Lines {
    fn of(text: &str) -> Self {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes());
        let mut characters = Vec::new();
        if !text.is_ascii() {
            let mut sum = 0;
            characters = text
                .as_bytes()
                .chunks(BLOCK)
                .map(|block| {
                    let before = sum;
                    sum += starts_of_characters(block);
                    before
                })
                .collect();
            characters.push(sum);
        }
        Self {
            starts: std::iter::once(0).chain(ends.map(|end| end + 1)).collect(),
            characters,
        }
    }

    /// Returns the number of characters in the bytes `part` of `text`; both ends lie between characters.
    fn count(&self, text: &str, part: Range<usize>) -> usize {
        let before = |offset: usize| match self.characters.get(offset / BLOCK) {
            None => offset,
            Some(before) => {
                let block = text.as_bytes().get(offset / BLOCK * BLOCK..offset);
                before + starts_of_characters(block.unwrap_or(&[]))
            }
        };
        before(part.end).saturating_sub(before(part.start))
    }
}

/// Returns the number of characters that start in these bytes of a text.
fn starts_of_characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

/// A place in a text file, with the excerpt that a person sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The number of characters from `column` on; at least 1, and no more than are drawn.
    pub length: usize,
    excerpt: Excerpt,
}

/// The part of a line that is drawn around a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Excerpt {
    /// The text before the place.
    lead: String,
    /// The text from the place on.
    rest: String,
    is_cut_before: bool,
    is_cut_after: bool,
}

impl Place {
    /// Returns the place of `length` bytes from byte `offset` of `text`, the content of `file`. For more than one place
    /// in a file, keep a [`Source`].
    pub fn new(file: &Path, text: &str, offset: usize, length: usize) -> Self {
        Source::new(file, text).place(offset..offset.saturating_add(length))
    }

    /// Returns the place of a file as a whole.
    pub fn whole(file: &Path) -> Self {
        Source::new(file, "").place(0..0)
    }
}

impl fmt::Display for Place {
    /// Formats as `file:line:column`.
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

/// The severity of a [`Problem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth fixing, but everything works.
    Warning,
    /// Something is left out until it is fixed.
    Error,
}

/// A problem in a file: what, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Its severity.
    pub severity: Severity,
    /// The message.
    pub message: String,
    /// Its place.
    pub place: Place,
    /// The place of the other party, if two clash.
    pub other: Option<Place>,
    /// Advice on what to do.
    pub help: Option<String>,
}

impl Problem {
    /// Returns an error at `place`.
    pub fn error(place: Place, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            message: message.into(),
            place,
            other: None,
            help: None,
        }
    }

    /// Returns a warning at `place`.
    pub fn warning(place: Place, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(place, message)
        }
    }

    /// Adds advice on what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the place of the other party.
    pub fn other(mut self, other: Place) -> Self {
        self.other = Some(other);
        self
    }
}

impl Problem {
    /// Returns the problem as it is printed: `file:line:column: error: message`, the line with carets below it, the
    /// other place, the help.
    pub fn rows(&self) -> Vec<Row> {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let message = text::clean(&self.message);
        let mut rows = vec![Row::Text(format!("{}: {severity}: {message}", self.place))];
        rows.extend(drawn_line(&self.place));
        if let Some(other) = &self.other {
            rows.push(Row::Text(format!("  and {other}:")));
            rows.extend(drawn_line(other));
        }
        if let Some(help) = &self.help {
            rows.push(Row::Text(format!("  help: {}", text::clean(help))));
        }
        rows
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::fit(&self.rows(), None))
    }
}

/// The widest part of a line worth showing around a caret, in columns: with its number it fits into 80.
const SHOWN: usize = 68;

/// Returns the line of `place` with its number, and carets below the place.
fn drawn_line(place: &Place) -> [Row; 2] {
    let Excerpt {
        lead,
        rest,
        is_cut_before,
        is_cut_after,
    } = &place.excerpt;
    let meant: String = rest.chars().take(place.length).collect();
    let (lead, rest, meant) = (text::clean(lead), text::clean(rest), text::clean(&meant));
    let dots = if *is_cut_before { "…" } else { "" };
    let indent = " ".repeat(text::width(dots) + text::width(&lead));
    let carets = "^".repeat(text::width(&meant).max(1));
    let after = if *is_cut_after { "…" } else { "" };
    [
        Row::Excerpt(format!(
            "{:5} | {dots}{lead}{}{after}",
            place.line,
            rest.trim_end()
        )),
        Row::Excerpt(format!("      | {indent}{carets}")),
    ]
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "a wrong offset should fail the test")]
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

    /// Returns the line and the column of a byte, counted one by one.
    fn counted(text: &str, offset: usize) -> (usize, usize) {
        let before = &text[..offset];
        let line = before.rsplit('\n').next().unwrap();
        let line = line.strip_prefix('\u{feff}').unwrap_or(line);
        (before.matches('\n').count() + 1, line.chars().count() + 1)
    }

    #[test]
    fn every_place_of_a_text_is_as_counted() {
        let long = "é開x".repeat(BLOCK);
        let texts = [
            "",
            "\n",
            "ab\r\ncd",
            "\u{feff}ab\n\u{feff}c",
            "no mark\n\n  開源\n",
            &long,
            &format!("{long}\n{long}"),
            &"x".repeat(3 * BLOCK),
        ];
        for text in texts {
            let source = Source::new("d.ron", text);
            for (offset, _) in text.char_indices().filter(|(_, c)| *c != MARK) {
                let place = source.place(offset..offset + 1);
                assert_eq!((place.line, place.column), counted(text, offset));
            }
            for offset in (0..text.len() + 2).filter(|at| *at < 100) {
                let few = Source::new("d.ron", text).line(offset);
                assert_eq!(few, source.line(offset), "without a table, at {offset}");
            }
        }
    }

    #[test]
    fn a_long_line_is_cut_around_the_caret() {
        let line = format!("{}X{}", "a".repeat(1000), "b".repeat(1000));
        let place = Source::new("d.ron", line).place(1000..1001);
        let shown = Problem::error(place, "bad").to_string();
        let lines: Vec<&str> = shown.lines().collect();
        let (a, b) = ("a".repeat(SHOWN / 2), "b".repeat(SHOWN / 2 - 1));
        assert_eq!(lines[1], format!("    1 | …{a}X{b}…"));
        assert_eq!(lines[2].find('^'), Some(8 + 1 + SHOWN / 2));
    }
}
