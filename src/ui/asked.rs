//! A face that is asked: its screen, and the keys that grade it.

use std::time::Instant;

use console::Key;

use super::frame::{Frame, keys, margin, measure, progress};
use super::question::Question;
use super::screen::{Line, Look, paragraph};
use crate::deck::FaceKey;
use crate::history::Grade;
use crate::schedule::queue::Why;
use crate::schedule::scheduler::Promises;
use crate::text::{clean, pad, shorten, width};
use crate::time;

/// A face that is on the screen.
pub struct Asked {
    /// Which one.
    pub key: FaceKey,
    /// The name of its deck.
    pub deck: String,
    /// Why it is asked.
    pub why: Why,
    /// How many reviews it had when it was asked.
    pub seen: usize,
    /// How many faces are left, this one too.
    pub left: usize,
    /// What is left, in words.
    pub said: String,
    /// What is asked.
    pub question: Question,
    /// When each grade would make it due.
    pub promises: Promises,
    /// Since when it is on the screen.
    pub shown: Instant,
}

impl Asked {
    /// The screen, after `done` answers, with what was `said` of the last key; with the keys that are `commands`
    /// while an answer is being typed.
    pub fn frame(
        &self,
        columns: usize,
        done: usize,
        commands: bool,
        said: Option<&(Look, String)>,
    ) -> Frame {
        let margin = margin(columns);
        let measure = measure(columns);
        let deck = shorten(&clean(&self.deck), measure.saturating_sub(4));
        let head = vec![
            progress(done, self.left, &self.said, columns),
            Line::new(Look::Faint, format!("{margin}{deck}")),
            Line::default(),
        ];
        let shown = self.question.lines(margin, measure);
        let mut body = shown.lines;
        if let Some((look, text)) = said {
            body.push(Line::default());
            body.extend(paragraph(*look, text, margin, margin, measure));
        }
        let first = match (self.question.answered, self.question.verdict()) {
            (false, _) if commands => vec!["any other key: back to the answer".to_string()],
            (false, _) => self.question.keys(),
            (true, verdict) => {
                let mut items = grades(&self.promises);
                if let Some(right) = verdict {
                    items.push(format!("Enter {}", if right { "good" } else { "again" }));
                }
                items
            }
        };
        let second: &[&str] = match self.question.takes_text() && !commands {
            true => &["Ctrl-C leave"],
            false => &[
                "u undo",
                "e edit",
                "s suspend",
                "b bury",
                "? keys",
                "q leave",
            ],
        };
        Frame {
            head,
            body,
            foot: keys(&first, second, columns),
            // While keys are commands, nothing is typed.
            cursor: shown.cursor.filter(|_| !commands),
            first: shown.first,
        }
    }
}

/// The grade keys with what each promises: `1 again today · 2 hard 3 d · …`.
fn grades(promises: &Promises) -> Vec<String> {
    Grade::ALL
        .iter()
        .map(|grade| {
            format!(
                "{} {} {}",
                *grade as u8,
                grade.word(),
                time::interval(promises.interval(*grade))
            )
        })
        .collect()
}

/// The grade that a key gives. Enter is what the question proposes: Good, or Again where the answer was wrong.
pub fn grade_of(key: &Key, verdict: Option<bool>) -> Option<Grade> {
    match key {
        Key::Char('1') => Some(Grade::Again),
        Key::Char('2') => Some(Grade::Hard),
        Key::Char('3') => Some(Grade::Good),
        Key::Char('4') => Some(Grade::Easy),
        Key::Enter | Key::Char(' ') => Some(if verdict == Some(false) {
            Grade::Again
        } else {
            Grade::Good
        }),
        _ => None,
    }
}

/// What each key does.
pub fn help(columns: usize) -> Frame {
    const KEYS: [(&str, &str); 12] = [
        ("Space, Enter", "show the answer"),
        ("1 2 3 4", "again, hard, good, easy"),
        ("Enter", "good, or what the question proposes"),
        ("1–9", "pick a choice"),
        ("t f", "true, false"),
        ("Esc", "while typing an answer: the keys below"),
        ("u", "undo the last answer, suspend or bury"),
        ("e", "edit the card in your editor"),
        ("s", "suspend the card: not asked until resumed"),
        ("b", "bury the card until tomorrow"),
        ("↑ ↓", "scroll"),
        ("q, Ctrl-C", "leave; nothing is lost"),
    ];
    let margin = margin(columns);
    let mut body = Vec::new();
    for (key, does) in KEYS {
        let first = format!("{margin}{}", pad(key, 14));
        let rest = " ".repeat(width(&first));
        body.extend(paragraph(
            Look::Plain,
            does,
            &first,
            &rest,
            measure(columns),
        ));
    }
    let head = vec![
        Line::new(Look::Strong, format!("{margin}Keys")),
        Line::default(),
    ];
    Frame {
        head,
        body,
        foot: keys(&["any key: back".into()], &[], columns),
        cursor: None,
        first: 0,
    }
}
