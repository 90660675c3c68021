//! Lines of styled text, and how they are set within a width.

use console::Style;

use crate::text;

/// How a stretch of text looks. Only the terminal's own colours are used, so that every theme keeps its contrast;
/// what a colour says, a sign says too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Look {
    /// As the terminal shows text.
    #[default]
    Plain,
    /// What the eye should find first.
    Strong,
    /// What can be passed over.
    Faint,
    /// Right.
    Right,
    /// Wrong.
    Wrong,
}

impl Look {
    fn style(self) -> Style {
        let style = Style::new();
        match self {
            Self::Plain => style,
            Self::Strong => style.bold(),
            Self::Faint => style.dim(),
            Self::Right => style.green().bold(),
            Self::Wrong => style.red().bold(),
        }
    }

    /// Returns `text` in this look, with the codes of a terminal if it is to be `colored`; what could steer the
    /// terminal is taken out of the text itself.
    pub fn paint(self, text: &str, colored: bool) -> String {
        let text = text::one_line_kept(text);
        if colored && self != Self::Plain && !text.is_empty() {
            self.style().force_styling(true).apply_to(text).to_string()
        } else {
            text
        }
    }
}

/// One line of the screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    spans: Vec<(Look, String)>,
}

impl Line {
    /// A line of one look.
    pub fn new(look: Look, text: impl Into<String>) -> Self {
        Self {
            spans: vec![(look, text.into())],
        }
    }

    /// The same with more behind it.
    pub fn with(mut self, look: Look, text: impl Into<String>) -> Self {
        match self.spans.last_mut() {
            Some((last, before)) if *last == look => before.push_str(&text.into()),
            _ => self.spans.push((look, text.into())),
        }
        self
    }

    /// The same with another line behind it.
    pub fn and(mut self, line: Self) -> Self {
        self.spans.extend(line.spans);
        self
    }

    /// Its text alone.
    pub fn text(&self) -> String {
        self.spans.iter().map(|(_, text)| text.as_str()).collect()
    }

    /// Its columns.
    pub fn width(&self) -> usize {
        self.spans.iter().map(|(_, text)| text::width(text)).sum()
    }

    /// As the terminal takes it.
    pub fn paint(&self, colored: bool) -> String {
        self.spans
            .iter()
            .map(|(look, text)| look.paint(text, colored))
            .collect()
    }
}

/// `text` wrapped to `columns`, each line behind `margin`, whose first line may differ: `first`.
pub fn paragraph(look: Look, text: &str, first: &str, margin: &str, columns: usize) -> Vec<Line> {
    let inner = columns.saturating_sub(text::width(margin).max(text::width(first)));
    let lines = text::wrap(text, inner).into_iter().enumerate();
    lines
        .map(|(at, line)| {
            Line::new(Look::Plain, if at == 0 { first } else { margin }).with(look, line)
        })
        .collect()
}

/// Items side by side with ` · ` between them, as many on a line as fit, behind `margin`.
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
        assert_eq!(line.paint(false), "✗ no");
        assert!(line.paint(true).contains("\u{1b}[31m"));
    }
}
