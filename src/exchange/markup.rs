//! Converts a card's text to HTML as Anki has it: the reverse of `html`.
//!
//! It knows texts and markup, as parsed by [`crate::markup`], never notes, files or packages.

mod gaps;
mod lines;

use std::fmt::Write;
use std::ops::Range;
use std::sync::Arc;

pub(crate) use gaps::with_backslashes;

use crate::deck::Cloze;
use crate::deck::cloze::Part as ClozePart;
use crate::markup::{self, Emphasis, Leaf, Media, MediaKind, Part, Piece, Shown};

/// Returns a text as one line of HTML, as in a field of an Anki note; its markup is converted if it `has_markup`.
pub(crate) fn to_html(text: &str, has_markup: bool) -> String {
    written(text, &[], has_markup)
}

/// Returns a cloze text in HTML, with its gaps in Anki's notation; markup is parsed with the gaps filled.
pub(crate) fn cloze_to_html(text: &str, has_markup: bool) -> String {
    let Ok(cloze) = Cloze::parse(text) else {
        return to_html(text, has_markup);
    };
    let mut filled = String::new();
    let mut braces = Vec::new();
    fill(&cloze.parts(), &mut filled, &mut braces, has_markup);
    written(&filled, &braces, has_markup)
}

/// The opening or closing part of a gap, with its byte offset in the filled text.
struct Brace {
    at: usize,
    closes: bool,
    html: String,
}

/// Appends the parts to `text` with their gaps filled, and the braces of the gaps to `braces`.
fn fill(parts: &[ClozePart], text: &mut String, braces: &mut Vec<Brace>, has_markup: bool) {
    for part in parts {
        match part {
            ClozePart::Plain(plain) => text.push_str(plain),
            ClozePart::Gap(gap) => {
                let groups: Vec<String> = gap.groups.iter().map(ToString::to_string).collect();
                braces.push(Brace {
                    at: text.len(),
                    closes: false,
                    html: format!("{{{{c{}::", groups.join(",")),
                });
                fill(&gap.parts, text, braces, has_markup);
                let hint = gap.hint.as_deref().map(|hint| {
                    let hint = to_html(hint, has_markup);
                    format!("::{}", gaps::with_entities(&hint, true))
                });
                braces.push(Brace {
                    at: text.len(),
                    closes: true,
                    html: hint.unwrap_or_default() + "}}",
                });
            }
        }
    }
}

fn written(text: &str, braces: &[Brace], has_markup: bool) -> String {
    let mut writer = Writer {
        text,
        is_cloze: !braces.is_empty(),
        braces,
        depth: 0,
        open: Vec::new(),
        lines: vec![Line::default()],
    };
    for part in markup::parts(text, has_markup) {
        match part {
            Part::Piece(piece) => writer.piece(&piece),
            Part::Fence(fence) => writer.fence(&fence),
        }
    }
    writer.close_all_but(&[]);
    writer.braces(|_| true);
    match has_markup {
        true => lines::to_html(&writer.lines),
        false => lines::as_they_are(&writer.lines),
    }
}

/// A line of the text in HTML.
#[derive(Debug, Default)]
struct Line {
    html: String,
    /// Whether it is a whole code block.
    is_code: bool,
}

/// An HTML element that spans text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Element {
    Link(Arc<str>),
    Bold,
    Italic,
    Code,
}

impl Element {
    fn name(&self) -> &'static str {
        match self {
            Self::Link(_) => "a",
            Self::Bold => "b",
            Self::Italic => "i",
            Self::Code => "code",
        }
    }
}

struct Writer<'a> {
    text: &'a str,
    is_cloze: bool,
    /// The braces that are not written yet, in order.
    braces: &'a [Brace],
    /// The number of open gaps.
    depth: usize,
    open: Vec<Element>,
    /// At least one.
    lines: Vec<Line>,
}

impl Writer<'_> {
    fn piece(&mut self, piece: &Piece) {
        let (Shown::Source(range) | Shown::Formula { whole: range, .. } | Shown::Media(_, range)) =
            &piece.shown;
        if range.is_empty() {
            return;
        }
        let wanted = elements(&piece.emphasis, piece.link.as_ref());
        self.close_all_but(&wanted);
        self.braces(|brace| brace.at < range.start);
        self.open_all(&wanted);
        match &piece.shown {
            Shown::Source(range) => self.source(range.clone(), literal),
            Shown::Formula { inner, whole, .. } => {
                let is_display = self
                    .text
                    .get(whole.clone())
                    .is_some_and(|text| text.starts_with("$$"));
                let (start, end) = if is_display {
                    ("\\[", "\\]")
                } else {
                    ("\\(", "\\)")
                };
                self.braces(|brace| brace.at <= whole.start && !brace.closes);
                self.push(start);
                self.source(inner.clone(), |formula| {
                    escaped(&formula.replace('\n', " "))
                });
                self.push(end);
                self.braces(|brace| brace.at <= whole.end && brace.closes);
            }
            Shown::Media(media, range) => {
                self.braces(|brace| brace.at <= range.start && !brace.closes);
                self.push(&file(media));
                self.braces(|brace| brace.at <= range.end && brace.closes);
            }
        }
    }

    /// Adds a range of the text, converted by `write`, with the braces in it.
    fn source(&mut self, range: Range<usize>, write: impl Fn(&str) -> String) {
        let mut at = range.start;
        while at < range.end {
            self.braces(|brace| brace.at <= at);
            let next = self
                .braces
                .first()
                .map_or(range.end, |brace| brace.at.min(range.end));
            let text = self.text.get(at..next).unwrap_or("");
            let html = write(text);
            match self.is_cloze {
                true => self.push_lines(&gaps::with_entities(&html, self.depth > 0)),
                false => self.push_lines(&html),
            }
            at = next;
        }
        self.braces(|brace| brace.at <= range.end && brace.closes);
    }

    fn fence(&mut self, fence: &Leaf) {
        self.close_all_but(&[]);
        // A fence starts on a new line.
        if self.lines.last().is_some_and(|line| line.html.is_empty()) {
            self.lines.pop();
        }
        self.lines.push(Line {
            html: String::new(),
            is_code: true,
        });
        self.braces(|brace| brace.at < fence.inner.start);
        let inner = self.text.get(fence.inner.clone()).unwrap_or("");
        let end = fence.inner.start + inner.strip_suffix('\n').unwrap_or(inner).len();
        self.source_of_block(fence.inner.start..end);
        self.braces(|brace| brace.at <= fence.whole.end && brace.closes);
        if fence.whole.end < self.text.len() {
            self.lines.push(Line::default());
        }
    }

    /// Adds a range of the text like [`Writer::source`], but keeps its line breaks.
    fn source_of_block(&mut self, range: Range<usize>) {
        let above = std::mem::take(&mut self.lines);
        self.lines.push(Line::default());
        self.source(range, literal);
        let block = std::mem::replace(&mut self.lines, above);
        let block: Vec<String> = block.into_iter().map(|line| line.html).collect();
        self.push(&block.join("\n"));
    }

    /// Writes the next braces as long as they are `wanted`.
    fn braces(&mut self, wanted: impl Fn(&Brace) -> bool) {
        while let Some((first, rest)) = self.braces.split_first().filter(|(first, _)| wanted(first))
        {
            self.braces = rest;
            self.depth = match first.closes {
                true => self.depth.saturating_sub(1),
                false => self.depth + 1,
            };
            self.push(&first.html);
        }
    }

    /// Adds HTML of several lines; each open element is closed at the end of a line and opened again on the next.
    fn push_lines(&mut self, html: &str) {
        for (number, line) in html.split('\n').enumerate() {
            if number > 0 {
                let open = self.open.clone();
                self.close_all_but(&[]);
                self.lines.push(Line::default());
                self.open_all(&open);
            }
            self.push(line);
        }
    }

    fn push(&mut self, html: &str) {
        if let Some(line) = self.lines.last_mut() {
            line.html.push_str(html);
        }
    }

    /// Closes elements until all open ones are `wanted`.
    fn close_all_but(&mut self, wanted: &[Element]) {
        while self.open.iter().any(|element| !wanted.contains(element)) {
            if let Some(element) = self.open.pop() {
                self.push(&format!("</{}>", element.name()));
            }
        }
    }

    /// Opens the `wanted` elements that are not open yet.
    fn open_all(&mut self, wanted: &[Element]) {
        for element in wanted {
            if self.open.contains(element) {
                continue;
            }
            match element {
                Element::Link(address) => {
                    let address = escaped(address).replace('"', "&quot;");
                    self.push(&format!("<a href=\"{address}\">"));
                }
                element => self.push(&format!("<{}>", element.name())),
            }
            self.open.push(element.clone());
        }
    }
}

/// Returns the elements around a piece of text, the outermost first.
fn elements(emphasis: &Emphasis, link: Option<&Arc<str>>) -> Vec<Element> {
    let link = link.map(|address| Element::Link(address.clone()));
    let signs = [
        (emphasis.bold, Element::Bold),
        (emphasis.italic, Element::Italic),
        (emphasis.code, Element::Code),
    ];
    let signs = signs
        .into_iter()
        .filter_map(|(is, element)| is.then_some(element));
    link.into_iter().chain(signs).collect()
}

/// Returns the HTML of a media file; sounds and videos are in Anki's own notation.
fn file(media: &Media) -> String {
    let name = media.path.strip_prefix("media/").unwrap_or(&media.path);
    let quoted = |text: &str| escaped(text).replace('"', "&quot;");
    match media.kind {
        MediaKind::Sound | MediaKind::Video => format!("[sound:{}]", escaped(name)),
        MediaKind::Picture if media.alt.is_empty() => format!("<img src=\"{}\">", quoted(name)),
        MediaKind::Picture => format!(
            "<img src=\"{}\" alt=\"{}\">",
            quoted(name),
            quoted(&media.alt)
        ),
    }
}

/// Returns text as HTML, with the beginnings of Anki's own notation escaped.
fn literal(text: &str) -> String {
    const MARKS: [&str; 6] = ["\\(", "\\[", "[sound:", "[$]", "[$$]", "[latex]"];
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let rest = text.get(at..).unwrap_or("");
        if matches!(c, '\\' | '[') && MARKS.iter().any(|mark| rest.starts_with(mark)) {
            let _ = write!(out, "&#{};", u32::from(c));
        } else {
            escape(c, &mut out);
        }
    }
    out
}

fn escape(c: char, out: &mut String) {
    match c {
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '&' => out.push_str("&amp;"),
        c => out.push(c),
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| escape(c, &mut out));
    out
}

#[cfg(test)]
mod tests;
