//! Card text on the screen: its markup as styled lines, wrapped.
//!
//! Prose is wrapped to a comfortable measure, by the same rules as any text ([`text::lines`]). A line of code may use
//! the whole width of the terminal; a longer one is broken anywhere, and continues at its own indentation after a sign.
//! A row of a table, between bars, may use the whole width too, and is condensed if it is wider. It knows cards and
//! markup, never the session.

use std::ops::Range;
use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation;

use super::frame;
use super::screen::{Line, Look, Style};
use super::terminal::has_links;
use crate::deck::{Body, Content, Side};
use crate::markup::{self, Emphasis, Row, Span, cut};
use crate::text::{self, clean, width};

/// The sign before the continuation of a line of code.
const GOES_ON: &str = "↪ ";

/// A text of a card, with the ranges to emphasize.
#[derive(Debug, Clone, Default)]
pub struct CardText {
    /// The text, as written.
    pub text: String,
    /// The marked ranges (gaps), in bytes of `text`, ascending and without overlaps.
    pub marks: Vec<Range<usize>>,
    /// Whether it has markup.
    pub markup: bool,
}

impl CardText {
    /// Returns `text` as a text of the card, without marks.
    pub fn of(card: &Body, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            marks: Vec::new(),
            markup: card.markup,
        }
    }

    /// Returns the question of the face `side` with its gaps marked; the gaps show their answers if `filled`.
    pub fn question(card: &Body, side: Side, filled: bool) -> Self {
        let marked = match (&card.content, side) {
            (Content::Cloze(cloze), Side::Group(group)) if filled => cloze.filled_marked(group),
            (Content::Cloze(cloze), Side::Group(group)) => cloze.asked_marked(group),
            _ => return Self::of(card, card.question(side)),
        };
        Self {
            marks: marked.marks,
            ..Self::of(card, marked.text)
        }
    }
}

/// The room for text on a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// The number of columns for prose.
    pub measure: usize,
    /// The number of columns for code and tables.
    pub columns: usize,
    /// Whether the terminal supports links; if not, the address is written after the text.
    pub links: bool,
}

impl Room {
    /// Returns the room on a screen of `columns` columns.
    pub fn of_screen(columns: usize) -> Self {
        Self {
            measure: frame::measure(columns),
            columns: columns.saturating_sub(1),
            links: has_links(),
        }
    }

    /// Returns a room of `columns` columns, all of them for prose too.
    pub fn all(columns: usize, links: bool) -> Self {
        Self {
            measure: columns,
            columns,
            links,
        }
    }
}

/// Returns the lines of `content` in `look`. The first line is prefixed with `first`, the others with `rest`.
pub fn draw(content: &CardText, look: Look, first: &str, rest: &str, room: Room) -> Vec<Line> {
    let (text, marks) = cleaned(content);
    let margin = width(first).max(width(rest));
    let inner = |columns: usize| columns.saturating_sub(margin);
    let mut drawn: Vec<Vec<Piece>> = Vec::new();
    for row in markup::rows(&text, &marks, content.markup) {
        if row.is_code {
            drawn.extend(code(&row, look, inner(room.columns)));
        } else if is_of_table(&row.text()) {
            drawn.extend(table(row, look, inner(room.columns), room.links));
        } else {
            drawn.extend(prose(row, look, inner(room.measure), room.links));
        }
    }
    let margins = std::iter::once(first).chain(std::iter::repeat(rest));
    let line = |(pieces, margin): (Vec<Piece>, &str)| {
        let start = Line::new(Look::Plain, margin);
        pieces
            .into_iter()
            .fold(start, |line, (style, text)| line.with(style, text))
    };
    drawn.into_iter().zip(margins).map(line).collect()
}

/// A part of a line in one style.
type Piece = (Style, String);

/// Returns the text without control characters for terminals, and the marks in that text.
fn cleaned(content: &CardText) -> (String, Vec<Range<usize>>) {
    let mut text = String::with_capacity(content.text.len());
    let mut marks = Vec::with_capacity(content.marks.len());
    for (part, is_marked) in cut(0..content.text.len(), &content.marks) {
        let start = text.len();
        text.push_str(&clean(content.text.get(part).unwrap_or("")));
        if is_marked {
            marks.push(start..text.len());
        }
    }
    (text, marks)
}

fn style(look: Look, span: &Span) -> Style {
    Style {
        look,
        emphasis: span.emphasis,
        link: span.link.clone(),
    }
}

/// Returns the lines of a row of prose, wrapped to `columns`.
fn prose(mut row: Row, look: Look, columns: usize, links: bool) -> Vec<Vec<Piece>> {
    if !links {
        row.spans = spelled_out(row.spans);
    }
    let text = row.text();
    let lines = text::lines(&text, columns).into_iter();
    let mut at = 0;
    let places: Vec<(Range<usize>, Style)> = row
        .spans
        .iter()
        .map(|span| {
            let start = at;
            at += span.text.len();
            (start..at, style(look, span))
        })
        .collect();
    lines
        .map(|line| {
            let first = places.partition_point(|(place, _)| place.end <= line.start);
            let within = places.iter().skip(first);
            within
                .take_while(|(place, _)| place.start < line.end)
                .filter_map(|(place, style)| {
                    let part = place.start.max(line.start)..place.end.min(line.end);
                    Some((style.clone(), text.get(part)?.to_string()))
                })
                .collect()
        })
        .collect()
}

/// Returns whether a line is a row of a Markdown table.
fn is_of_table(line: &str) -> bool {
    let cells = line.trim().strip_prefix('|');
    cells.is_some_and(|cells| cells.ends_with('|'))
}

/// Returns the lines of a row of a table.
///
/// A row wider than `columns` loses the padding of its cells; if it still has to be wrapped, the further lines are
/// indented.
fn table(mut row: Row, look: Look, columns: usize, links: bool) -> Vec<Vec<Piece>> {
    const BELOW: &str = "  ";
    if width(&row.text()) <= columns {
        return prose(row, look, columns, links);
    }
    for span in &mut row.spans {
        span.text = closer(&span.text);
    }
    let below = columns.saturating_sub(width(BELOW));
    let fits = width(&row.text()) <= columns;
    let mut lines = prose(row, look, if fits { columns } else { below }, links);
    for line in lines.iter_mut().skip(1) {
        line.insert(0, (Style::default(), BELOW.into()));
    }
    lines
}

/// Returns the text with runs of spaces cut to one space, and runs of hyphens cut to three.
fn closer(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let is_more = match c {
            ' ' => out.ends_with(' '),
            '-' => out.ends_with("---"),
            _ => false,
        };
        if !is_more {
            out.push(c);
        }
    }
    out
}

/// Returns the spans with the address of each link after it, in brackets, unless the link's text is the address.
fn spelled_out(spans: Vec<Span>) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    let mut linked = String::new();
    let mut spans = spans.into_iter().peekable();
    while let Some(span) = spans.next() {
        let link: Option<Arc<str>> = span.link.clone();
        linked.push_str(&span.text);
        let goes_on = spans.peek().is_some_and(|next| next.link == link);
        out.push(Span { link: None, ..span });
        if goes_on && link.is_some() {
            continue;
        }
        if let Some(address) = link.filter(|address| **address != *linked) {
            out.push(Span {
                text: format!(" ({address})"),
                ..Span::default()
            });
        }
        linked.clear();
    }
    out
}

/// Returns the lines of a row of code, broken after `columns` columns.
fn code(row: &Row, look: Look, columns: usize) -> Vec<Vec<Piece>> {
    // A block stands out by its shape, so it needs no bold type.
    let look = if look == Look::Strong {
        Look::Plain
    } else {
        look
    };
    let block = |span: &Span| {
        let emphasis = Emphasis {
            code: false,
            ..span.emphasis
        };
        Style {
            emphasis,
            ..style(look, span)
        }
    };
    let text = row.text();
    let indent = text.len() - text.trim_start_matches(' ').len();
    let below = " ".repeat(indent.min(columns / 2)) + GOES_ON;
    let columns = columns.max(width(&below) + 2);
    let mut lines = vec![Vec::new()];
    let mut used = 0;
    for span in &row.spans {
        let style = block(span);
        let mut part = String::new();
        for grapheme in span.text.graphemes(true) {
            if used + width(grapheme) > columns {
                push(&mut lines, style.clone(), std::mem::take(&mut part));
                lines.push(vec![(Look::Faint.into(), below.clone())]);
                used = width(&below);
            }
            used += width(grapheme);
            part.push_str(grapheme);
        }
        push(&mut lines, style, part);
    }
    lines
}

fn push(lines: &mut [Vec<Piece>], style: Style, text: String) {
    if let Some(line) = lines.last_mut()
        && !text.is_empty()
    {
        line.push((style, text));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ui::screen::{Paint, paragraph};

    fn room(measure: usize, columns: usize) -> Room {
        Room {
            measure,
            columns,
            links: true,
        }
    }

    fn of(text: &str) -> CardText {
        CardText {
            text: text.into(),
            markup: true,
            ..CardText::default()
        }
    }

    fn painted(lines: &[Line]) -> Vec<String> {
        lines.iter().map(|line| line.paint(Paint::Color)).collect()
    }

    fn drawn(text: &str, room: Room) -> Vec<String> {
        let lines = draw(&of(text), Look::Plain, "→ ", "  ", room);
        lines.iter().map(Line::text).collect()
    }

    #[test]
    fn code_keeps_its_lines_and_hangs_under_its_own_indent() {
        let text =
            "Read **this** code:\n```\nfn main() {\n    call(one, two, three);\n}\n```\nDone.";
        assert_eq!(
            drawn(text, room(14, 26)),
            [
                "→ Read this",
                "  code:",
                "  fn main() {",
                "      call(one, two, three",
                "      ↪ );",
                "  }",
                "  Done."
            ]
        );
        for columns in 0..9 {
            assert!(drawn(text, room(columns, columns)).len() >= 7);
        }
    }

    #[test]
    fn a_table_has_the_whole_width_and_is_set_closer_where_that_is_too_little() {
        let text =
            "A long line of prose.\n| Name    | `x`   |\n| ------- | ----- |\n| a long | **yes** |";
        assert_eq!(
            drawn(text, room(12, 22)),
            [
                "→ A long",
                "  line of",
                "  prose.",
                "  | Name    | x   |",
                "  | ------- | ----- |",
                "  | a long | yes |"
            ]
        );
        assert_eq!(
            drawn(text, room(12, 18)),
            [
                "→ A long",
                "  line of",
                "  prose.",
                "  | Name | x |",
                "  | --- | --- |",
                "  | a long | yes |"
            ]
        );
        assert_eq!(
            drawn("| a long | one two |", room(12, 14)),
            ["→ | a long |", "    one two |"]
        );
        assert_eq!(drawn("a | b   | c", room(7, 14)), ["→ a | b", "  | c"]);
    }

    #[test]
    fn a_link_that_can_not_lead_anywhere_says_its_address() {
        let text = "See [the *docs*](https://example.org/a) and [https://b.org](https://b.org).";
        let all = |links| drawn(text, Room::all(200, links));
        assert_eq!(all(true), ["→ See the docs and https://b.org."]);
        assert_eq!(
            all(false),
            ["→ See the docs (https://example.org/a) and https://b.org."]
        );
    }

    #[test]
    fn what_is_marked_stays_marked_where_it_is_broken() {
        let content = CardText {
            text: "a\tone two b".into(),
            marks: std::iter::once(2..9).collect(),
            markup: true,
        };
        let lines = draw(&content, Look::Plain, "", "", room(8, 8));
        let painted: Vec<String> = lines.iter().map(|line| line.paint(Paint::Weight)).collect();
        let marked = |text: &str| format!("\u{1b}[1m\u{1b}[4m{text}\u{1b}[0m");
        assert_eq!(
            painted,
            [
                format!("a    {}", marked("one")),
                format!("{} b", marked("two"))
            ]
        );
    }

    #[test]
    fn what_only_looks_like_markup_is_drawn_as_it_is() {
        for text in [
            "Option<u8>",
            "<tag>",
            "a*b*c",
            "snake_case",
            "2 * 3 * 4",
            "$5 and $6",
            "_x_",
            "# a\n- b\n> c",
        ] {
            let rows: Vec<String> = text.split('\n').map(String::from).collect();
            let content = of(text);
            let lines = draw(&content, Look::Plain, "", "", Room::all(80, true));
            let painted: Vec<String> = lines.iter().map(|line| line.paint(Paint::Color)).collect();
            assert_eq!(painted, rows);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn text_without_markup_is_drawn_as_its_own_wrapping(
            text in "([a-c<>_#&-]{1,9}|[ \u{a0}\t]{1,3}|[開源、。（]|[^*`$\\\\\\[~]|[-/+'\"()]|a\\*b|2 \\* 3|\\$5|\r?\n){0,20}",
            columns in 0usize..30,
        ) {
            prop_assume!(!text.lines().any(is_of_table));
            let own = paragraph(Look::Strong, &text, "→ ", " ", columns);
            for markup in [true, false] {
                let content = CardText { text: text.clone(), marks: Vec::new(), markup };
                let lines = draw(&content, Look::Strong, "→ ", " ", room(columns, columns + 9));
                prop_assert_eq!(painted(&lines), painted(&own));
            }
        }

        #[test]
        fn whatever_is_written_every_line_fits(
            text in "(\\*\\*|\\*|`|```\n|\\$|[a-c ]{1,9}|!\\[x\\]\\(media/a\\.png\\)|\\| a   |開|\n){0,30}",
            columns in 12usize..40,
        ) {
            for line in draw(&of(&text), Look::Plain, "→ ", "  ", room(columns, columns)) {
                prop_assert!(line.width() <= columns, "{:?}", line);
            }
        }
    }
}
