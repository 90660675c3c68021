//! The one screen of a session: what is left above, the question in the middle, the keys below.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use console::Key;

use super::screen::{Line, Look, flow};
use super::terminal::{Input, Terminal};
use crate::text;

/// The screen's parts.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// What is left, and the deck.
    pub head: Vec<Line>,
    /// The question and the answer; scrolled where it is longer than the room.
    pub body: Vec<Line>,
    /// The keys.
    pub foot: Vec<Line>,
    /// Where the cursor is in the body: column and line.
    pub cursor: Option<(usize, usize)>,
    /// The line of the body that must be seen at first: where the answer starts.
    pub first: usize,
}

/// A terminal of fewer columns spares what it can.
pub const NARROW: usize = 50;

/// The space left of everything, for a terminal of so many columns.
pub fn margin(columns: usize) -> &'static str {
    if columns < NARROW { " " } else { "  " }
}

/// The widest text that is pleasant to read.
const MEASURE: usize = 78;

/// The columns for text on a terminal of so many.
pub fn measure(columns: usize) -> usize {
    columns.saturating_sub(1).min(MEASURE + 2)
}

impl Frame {
    /// The lines of a screen of `rows`, and the cursor's place on it. `scroll` is how many lines of the body are
    /// passed over; it is brought into range, and chosen where nobody has scrolled yet.
    pub fn compose(
        &self,
        rows: usize,
        scroll: &mut Option<usize>,
    ) -> (Vec<Line>, Option<(usize, usize)>) {
        // On a very low screen the keys give way first, then the head: the question never does.
        let first =
            |lines: &'_ [Line], count: usize| lines.iter().take(count).cloned().collect::<Vec<_>>();
        let foot = first(&self.foot, rows.saturating_sub(4));
        let head = first(&self.head, rows.saturating_sub(foot.len() + 2));
        let room = rows.saturating_sub(head.len() + foot.len()).max(1);
        let beyond = self.body.len().saturating_sub(room);
        // Two lines of it, and the last one says that there is more.
        let is_seen = self.first + 3 <= room;
        let mut at = scroll.unwrap_or(if is_seen { 0 } else { self.first });
        if let Some((_, line)) = self.cursor {
            at = at.max((line + 1).saturating_sub(room)).min(line);
        }
        let at = at.min(beyond);
        *scroll = Some(at);
        let heads = head.len();
        let mut lines = head;
        lines.extend(self.body.iter().skip(at).take(room).cloned());
        if beyond > 0
            && at < beyond
            && let Some(last) = lines.last_mut()
        {
            *last = Line::new(Look::Faint, "  ↓ more: arrow keys");
        }
        lines.resize(heads + room, Line::default());
        lines.extend(foot);
        let cursor = self
            .cursor
            .map(|(column, line)| (column, heads + line.saturating_sub(at)));
        (lines, cursor)
    }
}

/// A thin bar of what is done, with what is left behind it: `━━━━──── 12 due · 5 new`.
pub fn progress(done: usize, left: usize, said: &str, columns: usize) -> Line {
    let margin = margin(columns);
    let room = measure(columns).saturating_sub(text::width(margin) + text::width(said) + 2);
    let length = room.max(4);
    let full = (done * length).checked_div(done + left).unwrap_or(length);
    Line::new(Look::Plain, margin)
        .with(Look::Strong, "━".repeat(full))
        .with(Look::Faint, "─".repeat(length - full))
        .with(Look::Plain, format!("  {said}"))
}

/// The keys, below a rule.
pub fn keys(first: &[String], second: &[&str], columns: usize) -> Vec<Line> {
    let second: Vec<String> = second.iter().map(ToString::to_string).collect();
    let margin = margin(columns);
    let mut lines = vec![Line::default()];
    lines.extend(flow(Look::Plain, first, margin, columns));
    lines.extend(flow(Look::Faint, &second, margin, columns));
    lines
}

/// The terminal with the part of the screen that is shown.
pub struct Stage {
    /// The terminal.
    pub terminal: Terminal,
    /// How far the person has scrolled, if at all.
    scroll: Option<usize>,
    /// What was pasted and not yet taken.
    pasted: VecDeque<char>,
}

impl Stage {
    /// The stage on `terminal`.
    pub fn new(terminal: Terminal) -> Self {
        Self {
            terminal,
            scroll: None,
            pasted: VecDeque::new(),
        }
    }

    /// Shows the next screen from its top.
    pub fn top(&mut self) {
        self.scroll = None;
        self.pasted.clear();
    }

    /// Shows what `build` gives for the terminal's columns, and waits for a key; none where `patience` ended
    /// first. Keys that scroll and new sizes are dealt with here.
    ///
    /// # Errors
    /// If the terminal is gone.
    pub fn key(
        &mut self,
        patience: Option<Duration>,
        build: &dyn Fn(usize) -> Frame,
    ) -> io::Result<Option<Key>> {
        loop {
            if let Some(next) = self.pasted.pop_front() {
                return Ok(Some(Key::Char(next)));
            }
            let (columns, rows) = self.terminal.size();
            let frame = build(columns);
            let mut scroll = self.scroll;
            let (lines, cursor) = frame.compose(rows, &mut scroll);
            self.terminal.draw(&lines, cursor)?;
            let at = scroll.unwrap_or(0);
            self.scroll = self.scroll.map(|_| at);
            let page = rows.saturating_sub(6).max(1);
            match self.terminal.read(patience)? {
                Input::Key(Key::ArrowUp) => self.scroll = Some(at.saturating_sub(1)),
                Input::Key(Key::ArrowDown) => self.scroll = Some(at + 1),
                Input::Key(Key::PageUp) => self.scroll = Some(at.saturating_sub(page)),
                Input::Key(Key::PageDown) => self.scroll = Some(at + page),
                // Where nothing is typed, a paste is a slip: none of it is a command.
                Input::Pasted(text) if frame.cursor.is_some() => self.pasted.extend(text.chars()),
                Input::Pasted(_) => {}
                Input::Key(key) => return Ok(Some(key)),
                Input::Resized => {}
                Input::Nothing => return Ok(None),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(body: usize) -> Frame {
        let line = |name: &str, count: usize| {
            (0..count)
                .map(|n| Line::new(Look::Plain, format!("{name}{n}")))
                .collect()
        };
        Frame {
            head: line("h", 2),
            body: line("b", body),
            foot: line("f", 2),
            cursor: None,
            first: 0,
        }
    }

    fn shown(frame: &Frame, rows: usize, scroll: usize) -> Vec<String> {
        frame
            .compose(rows, &mut Some(scroll))
            .0
            .iter()
            .map(Line::text)
            .collect()
    }

    #[test]
    fn the_keys_stand_at_the_bottom_and_a_long_body_scrolls() {
        assert_eq!(shown(&frame(1), 6, 0), ["h0", "h1", "b0", "", "f0", "f1"]);
        assert_eq!(
            shown(&frame(5), 6, 0),
            ["h0", "h1", "b0", "  ↓ more: arrow keys", "f0", "f1"]
        );
        assert_eq!(
            shown(&frame(5), 6, 99),
            ["h0", "h1", "b3", "b4", "f0", "f1"]
        );
        for rows in 1..12 {
            assert!(shown(&frame(5), rows, 3).len() <= rows.max(1));
        }
    }

    #[test]
    fn an_answer_below_the_screen_is_scrolled_to_until_somebody_scrolls() {
        let answered = |first| Frame { first, ..frame(20) };
        let at = |first, scroll| {
            let mut scroll = scroll;
            answered(first).compose(10, &mut scroll);
            scroll
        };
        assert_eq!(at(3, None), Some(0), "it is on the screen");
        assert_eq!(at(4, None), Some(4), "only one line of it would be");
        assert_eq!(at(19, None), Some(14), "no further than the end");
        assert_eq!(at(19, Some(2)), Some(2));
    }

    #[test]
    fn the_bar_fits_and_fills() {
        for columns in [40, 80, 200] {
            assert!(progress(3, 7, "7 due · 20 new", columns).width() < columns);
        }
        assert_eq!(progress(1, 1, "x", 12).text(), " ━━━────  x");
        assert_eq!(progress(0, 0, "x", 12).text(), " ━━━━━━━  x");
    }
}
