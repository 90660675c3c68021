//! Lines of styled text, and their layout within a width.
//!
//! It knows text and escape codes, never a terminal's state.

use std::sync::Arc;

use console::Style as Codes;

use crate::markup::Emphasis;
use crate::text;

/// The look of a stretch of text.
///
/// Only the terminal's own colours are used, so that every theme keeps its contrast; a sign always says what a colour
/// says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Look {
    /// As the terminal shows text.
    #[default]
    Plain,
    /// The part to see first.
    Strong,
    /// Secondary: may be skipped.
    Faint,
    /// Right.
    Right,
    /// Wrong.
    Wrong,
}

impl Look {
    fn codes(self) -> Codes {
        let codes = Codes::new();
        match self {
            Self::Plain => codes,
            Self::Strong => codes.bold(),
            Self::Faint => codes.dim(),
            Self::Right => codes.green().bold(),
            Self::Wrong => codes.red().bold(),
        }
    }
}

/// The styles that an output can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// None: a pipe, or a terminal without escape codes.
    Plain,
    /// The emphasis of card text, by weight, and links: a terminal without colours.
    Weight,
    /// All of them.
    Color,
}

/// The style of a stretch of a line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Style {
    /// The role of the text.
    pub look: Look,
    /// The emphasis of card text.
    pub emphasis: Emphasis,
    /// The address that it links to.
    pub link: Option<Arc<str>>,
}

impl From<Look> for Style {
    fn from(look: Look) -> Self {
        Self {
            look,
            ..Self::default()
        }
    }
}

impl Style {
    /// Returns `text` in this style, with the escape codes that `paint` allows; control characters in the text itself
    /// are removed.
    fn paint(&self, text: &str, paint: Paint) -> String {
        let text = text::one_line_kept(text);
        if text.is_empty() || paint == Paint::Plain || *self == Self::default() {
            return text;
        }
        let (look, emphasis) = (self.look, self.emphasis);
        let mut codes = match paint {
            Paint::Color => look.codes(),
            _ => Codes::new(),
        };
        // Text that is already bold is underlined instead.
        let is_bold = paint == Paint::Color && !matches!(look, Look::Plain | Look::Faint);
        if emphasis.marked || (emphasis.bold && is_bold) {
            codes = codes.underlined();
        }
        if emphasis.bold || emphasis.marked {
            codes = codes.bold();
        }
        if emphasis.italic {
            codes = codes.italic();
        }
        match paint {
            Paint::Color if emphasis.code && matches!(look, Look::Plain | Look::Strong) => {
                codes = codes.cyan();
            }
            Paint::Weight if emphasis.code => codes = codes.bold(),
            _ => {}
        }
        let painted = codes.force_styling(true).apply_to(text).to_string();
        match &self.link {
            Some(address) => {
                let address = text::one_line(address);
                format!("\x1b]8;;{address}\x1b\\{painted}\x1b]8;;\x1b\\")
            }
            None => painted,
        }
    }
}

/// A line of the screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    spans: Vec<(Style, String)>,
}

impl Line {
    /// Returns a line in one style.
    pub fn new(style: impl Into<Style>, text: impl Into<String>) -> Self {
        Self {
            spans: vec![(style.into(), text.into())],
        }
    }

    /// Appends a stretch of text.
    pub fn with(mut self, style: impl Into<Style>, text: impl Into<String>) -> Self {
        let style = style.into();
        match self.spans.last_mut() {
            Some((last, before)) if *last == style => before.push_str(&text.into()),
            _ => self.spans.push((style, text.into())),
        }
        self
    }

    /// Appends another line to this one.
    pub fn and(mut self, line: Self) -> Self {
        self.spans.extend(line.spans);
        self
    }

    /// Returns the text without styles.
    pub fn text(&self) -> String {
        self.spans.iter().map(|(_, text)| text.as_str()).collect()
    }

    /// Returns the width in columns.
    pub fn width(&self) -> usize {
        self.spans.iter().map(|(_, text)| text::width(text)).sum()
    }

    /// Returns the line with the escape codes that `paint` allows.
    pub fn paint(&self, paint: Paint) -> String {
        self.spans
            .iter()
            .map(|(style, text)| style.paint(text, paint))
            .collect()
    }
}

/// Returns `text` wrapped to `columns`, each line after `margin`, the first after `first`.
pub fn paragraph(look: Look, text: &str, first: &str, margin: &str, columns: usize) -> Vec<Line> {
    let inner = columns.saturating_sub(text::width(margin).max(text::width(first)));
    let lines = text::wrap(text, inner).into_iter().enumerate();
    lines
        .map(|(at, line)| {
            Line::new(Look::Plain, if at == 0 { first } else { margin }).with(look, line)
        })
        .collect()
}

/// Returns items side by side, separated by ` · `, as many per line as fit into `columns`, each line after `margin`.
pub fn flow(look: Look, items: &[String], margin: &str, columns: usize) -> Vec<Line> {
    let mut lines: Vec<String> = Vec::new();
    for item in items {
        match lines.last_mut() {
            Some(line)
                if text::width(margin) + text::width(line) + 3 + text::width(item) <= columns =>
            {
                line.push_str(" · ");
                line.push_str(item);
            }
            _ => lines.push(item.clone()),
        }
    }
    let room = columns.saturating_sub(text::width(margin));
    lines
        .into_iter()
        .map(|line| Line::new(Look::Plain, margin).with(look, text::shorten(&line, room)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_flow_onto_as_many_lines_as_they_need() {
        let items: Vec<String> = ["1 again today", "2 hard 3 d", "3 good 9 d"]
            .map(String::from)
            .to_vec();
        let set = |columns| {
            flow(Look::Plain, &items, "  ", columns)
                .iter()
                .map(Line::text)
                .collect::<Vec<_>>()
        };
        assert_eq!(set(80), ["  1 again today · 2 hard 3 d · 3 good 9 d"]);
        assert_eq!(set(30), ["  1 again today · 2 hard 3 d", "  3 good 9 d"]);
    }

    #[test]
    fn without_colours_a_line_is_its_text() {
        let line = Line::new(Look::Wrong, "✗ ").with(Look::Plain, "no");
        assert_eq!(line.paint(Paint::Plain), "✗ no");
        assert_eq!(line.paint(Paint::Weight), "✗ no");
        assert!(line.paint(Paint::Color).contains("\u{1b}[31m"));
    }

    #[test]
    fn emphasis_shows_by_its_weight_without_colours_and_not_at_all_in_a_pipe() {
        let bold = Style {
            emphasis: Emphasis {
                bold: true,
                ..Emphasis::default()
            },
            link: Some("https://example.org".into()),
            ..Style::from(Look::Strong)
        };
        let line = Line::new(bold, "so\u{1b}");
        assert_eq!(line.paint(Paint::Plain), "so␛");
        let link = |text: &str| format!("\x1b]8;;https://example.org\x1b\\{text}\x1b]8;;\x1b\\");
        assert_eq!(line.paint(Paint::Weight), link("\u{1b}[1mso␛\u{1b}[0m"));
        // The question is bold itself.
        assert!(line.paint(Paint::Color).contains("\u{1b}[4m"));
    }
}
