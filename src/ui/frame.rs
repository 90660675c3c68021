//! The layout of a session's screen: what is left at the top, the question in the middle, the keys at the bottom.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use console::Key;

use super::picture::Area;
use super::screen::{Line, Look, flow, paragraph};
use super::terminal::{Input, Terminal};
use crate::text;

/// The parts of a screen.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// The progress, and the deck.
    pub head: Vec<Line>,
    /// The question and the answer; scrolled if they don't fit.
    pub body: Vec<Line>,
    /// The key hints.
    pub foot: Foot,
    /// The cursor in the body as column and line, both from 0; `None` hides it.
    pub cursor: Option<(usize, usize)>,
    /// The line of the body, from 0, that must be visible at first: the start of the answer.
    pub first: usize,
    /// The pictures that it names; the first one is shown below the body if possible.
    pub pictures: Vec<String>,
}

/// The key hints at the bottom, after an empty line.
#[derive(Debug, Clone, Default)]
pub struct Foot {
    /// The keys needed to go on.
    pub first: Vec<Line>,
    /// The others, which are on the help page too.
    pub second: Vec<Line>,
}

/// The number of columns below which a terminal counts as narrow, and the layout saves space.
pub const NARROW: usize = 50;

/// Returns the left margin on a terminal with `columns` columns.
pub fn margin(columns: usize) -> &'static str {
    if columns < NARROW { " " } else { "  " }
}

/// The widest text that is pleasant to read, in columns.
const MEASURE: usize = 78;

/// Appends the message about the last key, with an empty line before it.
pub fn say(body: &mut Vec<Line>, said: Option<&(Look, String)>, columns: usize) {
    if let Some((look, text)) = said {
        body.push(Line::default());
        let margin = margin(columns);
        body.extend(paragraph(*look, text, margin, margin, measure(columns)));
    }
}

/// Returns the columns for text on a terminal with `columns` columns.
pub fn measure(columns: usize) -> usize {
    columns.saturating_sub(1).min(MEASURE + 2)
}

impl Frame {
    /// Returns the lines of a screen with `rows` rows, and the cursor on it as column and row, both from 0.
    ///
    /// `scroll` is the number of hidden lines of the body: it is limited to what is possible, and chosen if nobody has
    /// scrolled yet.
    pub fn compose(
        &self,
        rows: usize,
        scroll: &mut Option<usize>,
    ) -> (Vec<Line>, Option<(usize, usize)>) {
        let (head, foot) = self.around(rows);
        let room = rows.saturating_sub(head.len() + foot.len()).max(1);
        let beyond = self.body.len().saturating_sub(room);
        // Two lines of it, and a last one that says that there is more.
        let is_seen = self.first + 3 <= room;
        // The line before it is replaced by the sign that there is more above.
        let answer = self.first.saturating_sub(1);
        let mut at = scroll.unwrap_or(if is_seen { 0 } else { answer });
        if let Some((_, line)) = self.cursor {
            at = at.max((line + 1).saturating_sub(room)).min(line);
        }
        let at = at.min(beyond);
        *scroll = Some(at);
        let heads = head.len();
        let mut lines = head;
        lines.extend(self.body.iter().skip(at).take(room).cloned());
        let cursor = self
            .cursor
            .map(|(column, line)| (column, heads + line.saturating_sub(at)));
        let mut sign = |row: usize, text: &str| {
            // Text being typed is never covered.
            if cursor.is_none_or(|(_, line)| line != row)
                && let Some(line) = lines.get_mut(row)
            {
                *line = Line::new(Look::Faint, format!("  {text}"));
            }
        };
        if at < beyond {
            sign(heads + room - 1, "↓ more: arrow keys");
        }
        if at > 0 && room > 2 {
            sign(heads, "↑ more");
        }
        lines.resize(heads + room, Line::default());
        lines.extend(foot);
        (lines, cursor)
    }

    /// Returns the free cells below the body on a screen with `rows` rows and `columns` columns, `scroll` lines of the
    /// body being hidden.
    fn free(&self, columns: usize, rows: usize, scroll: usize) -> Area {
        let (head, foot) = self.around(rows);
        let room = rows.saturating_sub(head.len() + foot.len());
        let taken = self.body.len().saturating_sub(scroll).min(room);
        let column = text::width(margin(columns));
        Area {
            row: head.len() + taken,
            rows: room - taken,
            column,
            columns: measure(columns).saturating_sub(column),
        }
    }

    /// Returns the lines above and below the body on a screen with `rows` rows.
    ///
    /// If the body does not fit, it gets most of the rows: first the keys that are on the help page give way, then the
    /// empty lines, then the deck, then more.
    fn around(&self, rows: usize) -> (Vec<Line>, Vec<Line>) {
        let wanted = self.body.len().clamp(1, (rows * 2 / 3).max(1));
        let is_blank = |line: &Line| line.text().trim().is_empty();
        let (mut head, Foot { first, second }) = (self.head.clone(), &self.foot);
        let mut foot = vec![Line::default()];
        foot.extend(first.iter().chain(second).cloned());
        let room = |head: &[Line], foot: &[Line]| rows.saturating_sub(head.len() + foot.len());
        if room(&head, &foot) < wanted {
            foot.truncate(1 + first.len());
        }
        if room(&head, &foot) < wanted {
            foot.remove(0);
        }
        if room(&head, &foot) < wanted {
            head.retain(|line| !is_blank(line));
        }
        if room(&head, &foot) < wanted {
            head.truncate(1);
        }
        let least = wanted.min(2);
        if room(&head, &foot) < least {
            foot.truncate(1);
        }
        if room(&head, &foot) < least {
            head.clear();
        }
        foot.truncate(rows.saturating_sub(1));
        (head, foot)
    }
}

/// Returns a thin progress bar with `said` after it: `━━━━──── 12 due · 5 new`.
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

/// Returns the key hints: those needed to go on, and the others.
pub fn keys(first: &[String], second: &[&str], columns: usize) -> Foot {
    let second: Vec<String> = second.iter().map(ToString::to_string).collect();
    let margin = margin(columns);
    Foot {
        first: flow(Look::Plain, first, margin, columns),
        second: flow(Look::Faint, &second, margin, columns),
    }
}

/// The terminal, with the state of what is shown on it.
pub struct Stage {
    /// The terminal.
    pub terminal: Terminal,
    /// The number of lines scrolled; `None` if nobody has scrolled yet.
    scroll: Option<usize>,
    /// Pasted characters that were not handed out yet.
    pasted: VecDeque<char>,
}

impl Stage {
    /// Returns a stage on `terminal`.
    pub fn new(terminal: Terminal) -> Self {
        Self {
            terminal,
            scroll: None,
            pasted: VecDeque::new(),
        }
    }

    /// Resets the scrolling, for the next screen.
    pub fn top(&mut self) {
        self.scroll = None;
        self.pasted.clear();
    }

    /// Shows the result of `build` for the terminal's columns, and waits for a key; `None` if `patience` ended first.
    ///
    /// Keys that scroll and changes of size are handled here.
    ///
    /// # Errors
    /// Fails if the terminal is gone.
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
            let at = scroll.unwrap_or(0);
            let free = frame.free(columns, rows, at);
            self.terminal
                .draw(&lines, cursor, (&frame.pictures, free))?;
            self.scroll = self.scroll.map(|_| at);
            match self.terminal.read(patience)? {
                Input::Key(key) if frame.cursor.is_some() => match scrolled(&key, at, rows) {
                    // While something is being typed, letters, Home and End do not scroll.
                    Some(to) if is_arrow(&key) => self.scroll = Some(to),
                    _ => return Ok(Some(key)),
                },
                Input::Key(key) => match scrolled(&key, at, rows) {
                    Some(to) => self.scroll = Some(to),
                    None => return Ok(Some(key)),
                },
                // Without a line to type into, a paste is a slip: none of it is a command.
                Input::Pasted(text) if frame.cursor.is_some() => self.pasted.extend(text.chars()),
                Input::Pasted(_) => {}
                Input::Resized => {}
                Input::Nothing => return Ok(None),
            }
        }
    }
}

/// Returns the line to which a key scrolls from line `at` on a screen with `rows` rows, with keys as in less and vim;
/// `None` if it does not scroll.
fn scrolled(key: &Key, at: usize, rows: usize) -> Option<usize> {
    let page = rows.saturating_sub(6).max(1);
    let half = (rows / 2).max(1);
    Some(match key {
        Key::ArrowUp | Key::Char('k') => at.saturating_sub(1),
        Key::ArrowDown | Key::Char('j') => at.saturating_add(1),
        Key::PageUp => at.saturating_sub(page),
        Key::PageDown => at.saturating_add(page),
        Key::Char(CTRL_U) => at.saturating_sub(half),
        Key::Char(CTRL_D) => at.saturating_add(half),
        Key::Home => 0,
        // Limited when it is drawn.
        Key::End => usize::MAX / 2,
        _ => return None,
    })
}

const CTRL_D: char = '\u{4}';
const CTRL_U: char = '\u{15}';

fn is_arrow(key: &Key) -> bool {
    matches!(
        key,
        Key::ArrowUp | Key::ArrowDown | Key::PageUp | Key::PageDown
    )
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
            foot: Foot {
                first: line("f", 1),
                second: line("g", 1),
            },
            cursor: None,
            first: 0,
            pictures: Vec::new(),
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
        assert_eq!(
            shown(&frame(1), 7, 0),
            ["h0", "h1", "b0", "", "", "f0", "g0"]
        );
        let (above, below) = ("  ↑ more", "  ↓ more: arrow keys");
        assert_eq!(
            shown(&frame(9), 6, 0),
            ["h0", "b0", "b1", "b2", below, "f0"]
        );
        assert_eq!(
            shown(&frame(9), 6, 1),
            ["h0", above, "b2", "b3", below, "f0"]
        );
        assert_eq!(
            shown(&frame(9), 6, 99),
            ["h0", above, "b6", "b7", "b8", "f0"]
        );
        for rows in 1..12 {
            for body in 0..9 {
                let lines = shown(&frame(body), rows, 3);
                assert!(lines.len() <= rows.max(1), "{lines:?} on {rows}");
                assert!(
                    rows < 3 || lines.last().unwrap().starts_with(['f', 'g']),
                    "{lines:?}"
                );
            }
        }
    }

    #[test]
    fn what_is_free_is_below_the_body() {
        for rows in 1..30 {
            for body in 0..9 {
                let frame = frame(body);
                let mut scroll = Some(2);
                let (lines, _) = frame.compose(rows, &mut scroll);
                let free = frame.free(80, rows, scroll.unwrap());
                let empty = lines.iter().skip(free.row).take(free.rows);
                assert!(empty.clone().all(|line| line.text().is_empty()));
                assert_eq!(empty.count(), free.rows, "{body} on {rows}");
            }
        }
        let free = frame(2).free(80, 24, 0);
        assert_eq!((free.row, free.rows, free.column), (4, 17, 2));
    }

    #[test]
    fn most_rows_of_a_low_screen_are_the_texts() {
        let body = |rows, length| {
            let lines = shown(&frame(length), rows, 0);
            lines
                .iter()
                .filter(|line| line.starts_with(['b', ' ']))
                .count()
        };
        for rows in [10, 12, 16, 24] {
            assert!(body(rows, 99) * 3 >= rows * 2 - 2, "{rows}");
        }
        assert!(body(10, 99) >= 6);
        // A body that fits without them leaves all keys in place.
        assert!(shown(&frame(5), 10, 0).contains(&"g0".to_string()));
    }

    #[test]
    fn a_text_scrolls_by_the_keys_of_pagers() {
        let to = |key, at| scrolled(&key, at, 24);
        for (key, at, wanted) in [
            (Key::Char('j'), 3, 4),
            (Key::Char('k'), 3, 2),
            (Key::Char('k'), 0, 0),
            (Key::Char(CTRL_D), 3, 15),
            (Key::Char(CTRL_U), 20, 8),
            (Key::Home, 9, 0),
        ] {
            assert_eq!(to(key.clone(), at), Some(wanted), "{key:?}");
        }
        assert!(to(Key::End, 3).unwrap() > 1_000_000);
        assert_eq!(to(Key::Char('h'), 3), None);
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
        assert_eq!(at(5, None), Some(4), "only one line of it would be");
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
