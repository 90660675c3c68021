//! A face that is asked: its screen, and the keys that grade it.

use std::time::Instant;

use console::Key;

use super::frame::{Frame, keys, margin, measure, progress};
use super::question::Question;
use super::screen::{Line, Look, paragraph};
use crate::history::Grade;
use crate::schedule::scheduler::Promises;
use crate::session::{Asked, Left};
use crate::text::{clean, pad, shorten, width};
use crate::time;

/// A face that is on the screen.
pub struct OnScreen {
    /// What the session asks.
    pub asked: Asked,
    /// How it is asked.
    pub question: Question,
    /// Since when it is on the screen.
    pub shown: Instant,
    /// Whether any grade may be given although the answer was wrong.
    pub overrules: bool,
}

impl OnScreen {
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
        let deck = shorten(&clean(&self.asked.deck), measure.saturating_sub(4));
        let left = &self.asked.left;
        let head = vec![
            progress(done, left.all(), &words(left), columns),
            Line::new(Look::Faint, format!("{margin}{deck}")),
            Line::default(),
        ];
        let shown = self.question.lines(margin, measure);
        let mut body = shown.lines;
        if let Some((look, text)) = said {
            body.push(Line::default());
            body.extend(paragraph(*look, text, margin, margin, measure));
        }
        let typing = self.question.takes_text() && !commands;
        let undo = match self.question.answered && self.question.marks_itself() {
            true => "u answer again",
            false => "u undo",
        };
        let second: &[&str] = match typing {
            true => &["Ctrl-C leave"],
            false => &[undo, "e edit", "s suspend", "b bury", "? keys", "q leave"],
        };
        Frame {
            head,
            body,
            foot: keys(&self.keys(commands), second, columns),
            // While keys are commands, nothing is typed.
            cursor: shown.cursor.filter(|_| !commands),
            first: shown.first,
        }
    }

    /// The keys that answer or grade.
    fn keys(&self, commands: bool) -> Vec<String> {
        let promises = &self.asked.promises;
        match (self.question.answered, self.question.verdict()) {
            (false, _) if commands => vec!["any other key: back to the answer".to_string()],
            (false, _) => self.question.keys(),
            (true, None) => grades(promises),
            (true, Some(true)) => {
                let mut items = grades(promises);
                items.push("Enter good".into());
                items
            }
            (true, Some(false)) if self.overrules => grades(promises),
            (true, Some(false)) => {
                let again = time::interval(promises.interval(Grade::Again));
                vec![format!("Enter again {again}"), "g another grade".into()]
            }
        }
    }

    /// The grade that a key gives now.
    pub fn grade(&self, key: &Key) -> Option<Grade> {
        let verdict = self.question.verdict().filter(|_| !self.overrules);
        grade_of(key, verdict)
    }
}

/// How many faces are left, in words: `12 due · 5 new`.
fn words(left: &Left) -> String {
    if left.all() < left.due + left.new + left.again {
        return format!("{} left", left.all());
    }
    let parts = [(left.due, "due"), (left.new, "new"), (left.again, "again")];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    parts.join(" · ")
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

/// The grade that a key gives. Enter is what the question proposes: Good, or Again where the answer was wrong; then no
/// other grade is a matter of one key.
fn grade_of(key: &Key, verdict: Option<bool>) -> Option<Grade> {
    let grade = match key {
        Key::Char('1') => Grade::Again,
        Key::Char('2') => Grade::Hard,
        Key::Char('3') => Grade::Good,
        Key::Char('4') => Grade::Easy,
        Key::Enter | Key::Char(' ') if verdict == Some(false) => Grade::Again,
        Key::Enter | Key::Char(' ') => Grade::Good,
        _ => return None,
    };
    (verdict != Some(false) || grade == Grade::Again).then_some(grade)
}

/// What each key does.
pub fn help(columns: usize) -> Frame {
    const KEYS: [(&str, &str); 15] = [
        ("Space, Enter", "show the answer"),
        ("1 2 3 4", "again, hard, good, easy"),
        ("Enter", "good, or what the question proposes"),
        ("g", "after a wrong answer: give another grade than again"),
        ("1–9", "pick a choice"),
        ("t f", "true, false"),
        ("Space", "on a choice or true/false: you don't know"),
        ("Esc", "while typing an answer: the keys below"),
        ("u", "after an answer that was marked: answer again"),
        ("u", "else: undo the last answer, suspend or bury"),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_answer_takes_again_and_nothing_else() {
        let keys = [Key::Enter, Key::Char(' '), Key::Char('1')];
        let others = [
            Key::Char('2'),
            Key::Char('3'),
            Key::Char('4'),
            Key::Char('5'),
        ];
        for key in keys {
            assert_eq!(grade_of(&key, Some(false)), Some(Grade::Again));
        }
        for key in others {
            assert_eq!(grade_of(&key, Some(false)), None);
        }
        assert_eq!(grade_of(&Key::Char('2'), Some(true)), Some(Grade::Hard));
        assert_eq!(grade_of(&Key::Enter, None), Some(Grade::Good));
    }

    #[test]
    fn what_is_left_is_said_up_to_the_limit() {
        let left = |limit| Left {
            due: 4,
            new: 0,
            again: 1,
            limit,
        };
        assert_eq!(words(&left(None)), "4 due · 1 again");
        assert_eq!(words(&left(Some(5))), "4 due · 1 again");
        assert_eq!(words(&left(Some(2))), "2 left");
    }
}
