//! The markup of card text: a small inline subset of Markdown.
//!
//! * `**bold**`, `*italic*`: as in CommonMark, but asterisks in words and formulas are none: `a*b*c`, `2 * 3`, `x**2`
//!   and `*.rs` stay as they are. Underscores never mean anything.
//! * `` `code` ``, and blocks of code between fences, whose lines stay as they are.
//! * `$tex$`, `$$tex$$`: a formula, shown as Unicode where that can say it ([`tex`]), else as written.
//! * `[text](https://…)`: a link. `![alt](media/file)`: a picture, a sound or a video.
//! * A backslash before a `*`, a backtick, a `$` or a link takes its meaning away; elsewhere it is a backslash.
//!
//! Line breaks stay line breaks. There are no headings, lists, quotes, HTML or entities: text that resembles them is
//! text. A general parser of Markdown knows all of these and can't be told to ignore them; hence this small one, which
//! reads a text in one pass.
//!
//! It knows text alone: no cards, no files, no terminal.

mod inline;
pub mod tex;
mod verbatim;

use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

pub(crate) use inline::{Piece, Shown};
pub(crate) use inline::{begins_link, closing};
pub(crate) use verbatim::Leaf;
use verbatim::{Block, Kind, blocks, leaves};

/// The emphasis of a stretch of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Emphasis {
    /// `**bold**`.
    pub bold: bool,
    /// `*italic*`.
    pub italic: bool,
    /// Code.
    pub code: bool,
    /// One of the marked stretches passed to [`rows`]: a gap.
    pub marked: bool,
}

/// A stretch of a line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Span {
    /// The text, without markup; not cleaned for a terminal.
    pub text: String,
    /// The emphasis.
    pub emphasis: Emphasis,
    /// The address of the link that it is part of; `None` outside of links.
    pub link: Option<Arc<str>>,
}

/// A line of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// The stretches of the line.
    pub spans: Vec<Span>,
    /// Whether it is a line of a fenced block, which is never wrapped at words.
    pub is_code: bool,
}

impl Row {
    /// Returns the text alone.
    pub fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }
}

/// The kinds of files that a text can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaKind {
    /// A picture.
    Picture,
    /// A sound.
    Sound,
    /// A video.
    Video,
}

impl MediaKind {
    /// Returns the kind of a file, by its extension.
    fn of(path: &str) -> Self {
        const SOUNDS: [&str; 16] = [
            "mp3", "ogg", "oga", "opus", "wav", "flac", "m4a", "aac", "mka", "aiff", "aif", "spx",
            "3gp", "wma", "weba", "amr",
        ];
        const VIDEOS: [&str; 10] = [
            "mp4", "webm", "mkv", "mov", "avi", "ogv", "m4v", "mpg", "mpeg", "flv",
        ];
        let extension = Path::new(path).extension().unwrap_or_default();
        let is_of = |kind: &[&str]| {
            kind.iter()
                .any(|known| extension.eq_ignore_ascii_case(known))
        };
        if is_of(&SOUNDS) {
            Self::Sound
        } else if is_of(&VIDEOS) {
            Self::Video
        } else {
            Self::Picture
        }
    }
}

/// A picture or a sound that a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Its kind.
    pub kind: MediaKind,
    /// The text that stands for it; may be empty.
    pub alt: String,
    /// Its place: a path below the home that starts with `media/`, or a web address.
    pub path: String,
}

impl Media {
    /// Returns the text that is shown for it: `[picture: a cell]`.
    pub fn shown(&self) -> String {
        let kind = match self.kind {
            MediaKind::Picture => "picture",
            MediaKind::Sound => "sound",
            MediaKind::Video => "video",
        };
        match self.alt.as_str() {
            // Anki calls both sounds, and so do cards imported from it.
            alt if alt.is_empty() || alt == kind || alt == "sound" => format!("[{kind}]"),
            alt => format!("[{kind}: {alt}]"),
        }
    }
}

/// Returns the lines of `text`, parsing its markup if `has_markup` is set.
///
/// The stretches `marks`, given in bytes, in order and without overlap, are marked in the result.
pub fn rows(text: &str, marks: &[Range<usize>], has_markup: bool) -> Vec<Row> {
    let mut rows = Rows {
        text,
        marks,
        rows: vec![Row::default()],
    };
    for part in parts(text, has_markup) {
        match part {
            Part::Fence(fence) => rows.fence(&fence),
            Part::Piece(piece) => rows.piece(piece),
        }
    }
    rows.rows
}

/// A part of a text.
pub(crate) enum Part {
    /// A fenced block, made of whole lines.
    Fence(Leaf),
    /// Anything else, with its line breaks.
    Piece(Piece),
}

/// Returns the parts of `text` in order, parsing its markup if `has_markup` is set.
pub(crate) fn parts(text: &str, has_markup: bool) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut at = 0;
    let blocks = if has_markup { blocks(text) } else { Vec::new() };
    for block in blocks {
        let (Block::Fence(Leaf { whole: range, .. }) | Block::Paragraph(range)) = &block;
        // Empty lines are in no block.
        parts.push(Part::Piece(Piece::plain(at..range.start)));
        at = range.end;
        match block {
            Block::Fence(fence) => parts.push(Part::Fence(fence)),
            Block::Paragraph(range) => {
                parts.extend(inline::pieces(text, range).into_iter().map(Part::Piece));
            }
        }
    }
    parts.push(Part::Piece(Piece::plain(at..text.len())));
    parts
}

/// Returns `text` without its markup.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(['*', '`', '$', '[', '~', '\\']) {
        return Cow::Borrowed(text);
    }
    let lines: Vec<String> = rows(text, &[], true).iter().map(Row::text).collect();
    Cow::Owned(lines.join("\n"))
}

/// Returns what can be typed for the answer `text`: its text without markup, the same with formulas as written but
/// without dollar signs, and everything as written; each once.
pub fn typed(text: &str) -> Vec<String> {
    let mut forms = vec![plain(text).into_owned()];
    let mut as_written = String::new();
    let mut at = 0;
    for leaf in leaves(text) {
        if leaf.kind == Kind::Formula {
            as_written.push_str(&plain(text.get(at..leaf.whole.start).unwrap_or("")));
            as_written.push_str(text.get(leaf.inner).unwrap_or("").trim());
            at = leaf.whole.end;
        }
    }
    as_written.push_str(&plain(text.get(at..).unwrap_or("")));
    for form in [as_written, text.to_string()] {
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    forms
}

/// Returns the pictures and sounds that `text` names, in order.
pub fn media(text: &str) -> Vec<Media> {
    if !text.contains("![") {
        return Vec::new();
    }
    let pieces = blocks(text).into_iter().flat_map(|block| match block {
        Block::Fence(_) => Vec::new(),
        Block::Paragraph(range) => inline::pieces(text, range),
    });
    let media = pieces.filter_map(|piece| match piece.shown {
        Shown::Media(media, _) => Some(media),
        _ => None,
    });
    media.collect()
}

/// The lines of a text under construction.
struct Rows<'a> {
    text: &'a str,
    marks: &'a [Range<usize>],
    rows: Vec<Row>,
}

impl Rows<'_> {
    fn piece(&mut self, piece: Piece) {
        let Piece {
            shown,
            emphasis,
            link,
        } = piece;
        match shown {
            Shown::Source(range) => self.source(range, emphasis, &link),
            Shown::Media(media, range) => {
                let marked = holds(self.marks, range.start);
                self.push(&media.shown(), Emphasis { marked, ..emphasis }, &link);
            }
            Shown::Formula {
                inner,
                whole,
                is_block,
            } => match self.formula_said(inner, is_block) {
                Some(shown) => self.formula(&shown, &whole, emphasis, &link),
                None => self.source(whole, emphasis, &link),
            },
        }
    }

    /// Adds the bytes `range` of the source.
    fn source(&mut self, range: Range<usize>, emphasis: Emphasis, link: &Option<Arc<str>>) {
        for (part, marked) in cut(range, self.marks) {
            let text = self.text.get(part).unwrap_or("");
            self.push(text, Emphasis { marked, ..emphasis }, link);
        }
    }

    /// Returns the formula in the bytes `inner` in Unicode, with sentinels around the marked parts.
    fn formula_said(&self, inner: Range<usize>, in_lines: bool) -> Option<String> {
        let [start, end] = tex::SENTINELS;
        let mut source = String::new();
        for (part, marked) in cut(inner, self.marks) {
            let text = self.text.get(part)?;
            match marked {
                true => source.extend([start].into_iter().chain(text.chars()).chain([end])),
                false => source.push_str(text),
            }
        }
        tex::unicode(&source, in_lines)
    }

    /// Adds a formula with sentinels around its marked parts.
    fn formula(
        &mut self,
        shown: &str,
        whole: &Range<usize>,
        emphasis: Emphasis,
        link: &Option<Arc<str>>,
    ) {
        let is_whole = self
            .marks
            .iter()
            .any(|mark| mark.start <= whole.start && whole.end <= mark.end);
        let mut marked = is_whole;
        for part in shown.split_inclusive(tex::SENTINELS) {
            let text = part.trim_end_matches(tex::SENTINELS);
            self.push(text, Emphasis { marked, ..emphasis }, link);
            marked = is_whole || part.ends_with(tex::SENTINELS[0]);
        }
    }

    /// Adds text; its line feeds start new rows.
    fn push(&mut self, text: &str, emphasis: Emphasis, link: &Option<Arc<str>>) {
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                self.rows.push(Row::default());
            }
            let Some(row) = self.rows.last_mut().filter(|_| !line.is_empty()) else {
                continue;
            };
            match row.spans.last_mut() {
                Some(last) if last.emphasis == emphasis && last.link == *link => {
                    last.text.push_str(line)
                }
                _ => row.spans.push(Span {
                    text: line.to_string(),
                    emphasis,
                    link: link.clone(),
                }),
            }
        }
    }

    fn fence(&mut self, fence: &Leaf) {
        // The text before it has ended its line.
        let first = self.rows.len() - 1;
        let code = Emphasis {
            code: true,
            ..Emphasis::default()
        };
        let inner = self.text.get(fence.inner.clone()).unwrap_or("");
        let end = fence.inner.start + inner.strip_suffix('\n').unwrap_or(inner).len();
        self.source(fence.inner.start..end, code, &None);
        for row in self.rows.iter_mut().skip(first) {
            row.is_code = true;
        }
        if fence.whole.end < self.text.len() {
            self.rows.push(Row::default());
        }
    }
}

/// Cuts `range` at `marks`, which are in order and do not overlap. Returns its non-empty parts, each with whether it is
/// marked.
pub(crate) fn cut(range: Range<usize>, marks: &[Range<usize>]) -> Vec<(Range<usize>, bool)> {
    let mut parts = Vec::new();
    let mut at = range.start;
    let first = marks.partition_point(|mark| mark.end <= at);
    for mark in marks.iter().skip(first) {
        if mark.start >= range.end {
            break;
        }
        let (from, to) = (mark.start.max(at), mark.end.min(range.end));
        parts.extend([(at..from, false), (from..to, true)]);
        at = to;
    }
    parts.push((at..range.end, false));
    parts.retain(|(part, _)| !part.is_empty());
    parts
}

/// Returns whether one of `ranges`, which are in order and do not overlap, contains `at`.
pub fn holds(ranges: &[Range<usize>], at: usize) -> bool {
    let next = ranges.partition_point(|range| range.start <= at);
    next.checked_sub(1)
        .and_then(|last| ranges.get(last))
        .is_some_and(|range| range.contains(&at))
}

/// Returns the code in `text` as ranges of bytes: spans in backticks and fenced blocks, with their delimiters.
pub fn code(text: &str) -> Vec<Range<usize>> {
    ranges(text, |kind| kind != Kind::Formula)
}

/// Returns the formulas in `text` as ranges of bytes, with their dollar signs.
pub fn formulas(text: &str) -> Vec<Range<usize>> {
    ranges(text, |kind| kind == Kind::Formula)
}

fn ranges(text: &str, wanted: impl Fn(Kind) -> bool) -> Vec<Range<usize>> {
    leaves(text)
        .into_iter()
        .filter(|leaf| wanted(leaf.kind))
        .map(|leaf| leaf.whole)
        .collect()
}

#[cfg(test)]
mod tests;
