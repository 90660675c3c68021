//! The markup of card text: a small inline subset of Markdown.
//!
//! * `**bold**`, `*italic*`: as in CommonMark, but asterisks in words and formulas are none: `a*b*c`, `2 * 3`, `x**2`
//!   and `*.rs` stay as they are. Underscores never mean anything.
//! * `` `code` ``, and blocks of code between fences, whose lines stay as they are.
//! * `$tex$`, `$$tex$$`: a formula, shown as Unicode where that can say it ([`tex`]), else as written.
//! * `[text](https://…)`: a link. `![alt](media/file)`: a picture or a sound.
//! * A backslash before a `*`, a backtick, a `$` or a link takes its meaning away; elsewhere it is a backslash.
//!
//! Line breaks stay line breaks. There are no headings, lists, quotes, HTML or entities: what looks like one is text.
//! A general parser of Markdown knows all of these and can't be told to leave them, so that this is a small one of our
//! own; it reads a text in one pass.

mod inline;
pub mod tex;
mod verbatim;

use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use inline::{Piece, Shown};
pub use verbatim::{Kind, Leaf, leaves};

/// How a stretch of text stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Emphasis {
    /// It is `**bold**`.
    pub bold: bool,
    /// It is `*italic*`.
    pub italic: bool,
    /// It is code.
    pub code: bool,
    /// It is one of the marked stretches that [`rows`] was given: a gap.
    pub marked: bool,
}

/// A stretch of a line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Span {
    /// The text, without markup; not cleaned for a terminal.
    pub text: String,
    /// How it stands out.
    pub emphasis: Emphasis,
    /// The address of the link that it is part of.
    pub link: Option<Arc<str>>,
}

/// A line of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// What is on it.
    pub spans: Vec<Span>,
    /// Whether it is a line of a fenced block, which is never broken at words.
    pub is_code: bool,
}

impl Row {
    /// Returns its text alone.
    pub fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }
}

/// What a file that a text names is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaKind {
    /// To be seen.
    Picture,
    /// To be heard.
    Sound,
}

impl MediaKind {
    /// Returns what a file is by its extension.
    fn of(path: &str) -> Self {
        const SOUNDS: [&str; 12] = [
            "mp3", "ogg", "oga", "opus", "wav", "flac", "m4a", "aac", "mka", "aiff", "spx", "3gp",
        ];
        let extension = Path::new(path).extension().unwrap_or_default();
        let is_sound = SOUNDS
            .iter()
            .any(|sound| extension.eq_ignore_ascii_case(sound));
        if is_sound { Self::Sound } else { Self::Picture }
    }
}

/// A picture or a sound that a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Which of them.
    pub kind: MediaKind,
    /// What is said in its stead; may be empty.
    pub alt: String,
    /// Where it is: a path below the home that starts with `media/`, or an address of the web.
    pub path: String,
}

impl Media {
    /// Returns what stands in the text for it: `[picture: a cell]`.
    pub fn shown(&self) -> String {
        let kind = match self.kind {
            MediaKind::Picture => "picture",
            MediaKind::Sound => "sound",
        };
        match self.alt.as_str() {
            alt if alt.is_empty() || alt == kind => format!("[{kind}]"),
            alt => format!("[{kind}: {alt}]"),
        }
    }
}

/// Returns the lines of `text`, with its markup read if it `has_markup`. The stretches `marks`, in bytes, in order and
/// not overlapping, are marked in them.
pub fn rows(text: &str, marks: &[Range<usize>], has_markup: bool) -> Vec<Row> {
    let mut rows = Rows {
        text,
        marks,
        rows: vec![Row::default()],
    };
    let leaves = if has_markup { leaves(text) } else { Vec::new() };
    if !has_markup {
        rows.source(0..text.len(), Emphasis::default(), &None);
        return rows.rows;
    }
    let mut from = 0;
    for fence in leaves.iter().filter(|leaf| leaf.kind == Kind::Fence) {
        rows.paragraphs(from..fence.whole.start, &leaves);
        rows.fence(fence);
        from = fence.whole.end;
    }
    rows.paragraphs(from..text.len(), &leaves);
    rows.rows
}

/// Returns `text` without its markup.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(['*', '`', '$', '[', '~', '\\']) {
        return Cow::Borrowed(text);
    }
    let lines: Vec<String> = rows(text, &[], true).iter().map(Row::text).collect();
    Cow::Owned(lines.join("\n"))
}

/// Returns what can be typed for an answer that is written as `text`: its text without markup; the same with formulas as
/// they are written, without their dollar signs; and all of it as it is written. Each once.
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

/// Returns the pictures and sounds that `text` names, in its order.
pub fn media(text: &str) -> Vec<Media> {
    if !text.contains("![") {
        return Vec::new();
    }
    let leaves = leaves(text);
    let is_media = |piece: Piece| match piece.shown {
        Shown::Media(media, _) => Some(media),
        _ => None,
    };
    let pieces = paragraphs(text, 0..text.len(), &leaves).into_iter();
    pieces
        .flat_map(|(range, within)| inline::pieces(text, range, within))
        .filter_map(is_media)
        .collect()
}

/// The stretches of `range` between empty lines and fences, each with the leaves in it.
fn paragraphs<'a>(
    text: &str,
    range: Range<usize>,
    leaves: &'a [Leaf],
) -> Vec<(Range<usize>, &'a [Leaf])> {
    let within = |range: &Range<usize>| {
        let first = leaves.partition_point(|leaf| leaf.whole.start < range.start);
        let last = leaves.partition_point(|leaf| leaf.whole.start < range.end);
        leaves.get(first..last).unwrap_or(&[])
    };
    let fences: Vec<Range<usize>> = within(&range)
        .iter()
        .filter(|leaf| leaf.kind == Kind::Fence)
        .map(|leaf| leaf.whole.clone())
        .collect();
    let mut found = Vec::new();
    let mut push = |range: Range<usize>| {
        if !range.is_empty() {
            found.push((range.clone(), within(&range)));
        }
    };
    let (mut start, mut at) = (range.start, range.start);
    for line in text.get(range.clone()).unwrap_or("").split_inclusive('\n') {
        let next = at + line.len();
        if holds(&fences, at) {
            push(start..at);
            start = next;
        } else if line.trim().is_empty() {
            // An empty line is a paragraph of its own: nothing spans it.
            push(start..at);
            push(at..next);
            start = next;
        }
        at = next;
    }
    push(start..at);
    found
}

/// The lines of a text, while they are made.
struct Rows<'a> {
    text: &'a str,
    marks: &'a [Range<usize>],
    rows: Vec<Row>,
}

impl Rows<'_> {
    fn paragraphs(&mut self, range: Range<usize>, leaves: &[Leaf]) {
        for (range, within) in paragraphs(self.text, range, leaves) {
            for piece in inline::pieces(self.text, range, within) {
                self.piece(piece);
            }
        }
    }

    fn piece(&mut self, piece: Piece) {
        let Piece {
            shown,
            emphasis,
            link,
        } = piece;
        match shown {
            Shown::Source(range) => self.source(range, emphasis, &link),
            Shown::Media(media, range) => {
                let marked = self.is_marked(range.start);
                self.push(&media.shown(), Emphasis { marked, ..emphasis }, &link);
            }
            Shown::Formula {
                inner,
                whole,
                is_block,
            } => match inline::formula(self.text, &inner, self.marks, is_block) {
                Some(shown) => self.formula(&shown, &whole, emphasis, &link),
                None => self.source(whole, emphasis, &link),
            },
        }
    }

    /// Adds the bytes `range` of the source.
    fn source(&mut self, range: Range<usize>, emphasis: Emphasis, link: &Option<Arc<str>>) {
        let mut at = range.start;
        let first = self.marks.partition_point(|mark| mark.end <= at);
        for mark in self.marks.iter().skip(first) {
            if mark.start >= range.end {
                break;
            }
            let (from, to) = (mark.start.max(at), mark.end.min(range.end));
            let (before, inside) = (self.text.get(at..from), self.text.get(from..to));
            self.push(before.unwrap_or(""), emphasis, link);
            let marked = Emphasis {
                marked: true,
                ..emphasis
            };
            self.push(inside.unwrap_or(""), marked, link);
            at = to;
        }
        self.push(self.text.get(at..range.end).unwrap_or(""), emphasis, link);
    }

    /// Adds a formula, in which sentinels stand around what is marked.
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

    /// Adds text, whose line feeds start new rows.
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
        // What is before it has ended its line.
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

    fn is_marked(&self, at: usize) -> bool {
        holds(self.marks, at)
    }
}

/// Whether one of `ranges`, which are in order and do not overlap, holds `at`.
pub fn holds(ranges: &[Range<usize>], at: usize) -> bool {
    let next = ranges.partition_point(|range| range.start <= at);
    next.checked_sub(1)
        .and_then(|last| ranges.get(last))
        .is_some_and(|range| range.contains(&at))
}

/// Returns where code is in `text`: spans in backticks and fenced blocks, with what opens and closes them.
pub fn code(text: &str) -> Vec<Range<usize>> {
    ranges(text, |kind| kind != Kind::Formula)
}

/// Returns where formulas are in `text`, with their dollar signs.
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
