//! The scored quiz: questions one after the other, a score at the end, the schedule untouched.

use std::time::{Duration, Instant};

use console::Key;

use super::frame::{Frame, Stage, keys, margin, measure, progress};
use super::question::Question;
use super::screen::{Line, Look, paragraph};
use super::session::{TICK, gone};
use super::terminal::Terminal;
use crate::deck::FaceKey;
use crate::deck::library::Library;
use crate::error::Result;
use crate::schedule::due::seed;
use crate::text::clean;

/// One question that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// The face.
    pub face: FaceKey,
    /// Whether the answer was right.
    pub right: bool,
}

/// How a quiz went.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The questions that were answered, in order.
    pub marked: Vec<Marked>,
    /// How long it took, in seconds.
    pub seconds: u32,
    /// Whether the time ran out.
    pub out_of_time: bool,
}

/// A question on the screen.
struct Asked<'a> {
    question: Question,
    deck: &'a str,
    done: usize,
    left: usize,
    right: usize,
    until: Option<Instant>,
}

/// Asks `faces` in order, for at most `time`. `random` sets the order of choices.
///
/// # Errors
/// If there is no terminal, or it goes away.
pub fn run(
    library: &Library,
    faces: &[FaceKey],
    time: Option<Duration>,
    random: u64,
) -> Result<Outcome> {
    let mut stage = Stage::new(Terminal::open(
        "quiz test",
        "it asks a person; `quiz next` and `quiz grade` serve scripts",
    )?);
    let started = Instant::now();
    let until = time.and_then(|time| started.checked_add(time));
    let mut outcome = Outcome::default();
    for (done, face) in faces.iter().enumerate() {
        let Some((deck, card)) = library.face(face) else {
            continue;
        };
        let right = outcome.marked.iter().filter(|marked| marked.right).count();
        let question = Question::new(card, face.side, random ^ seed(face, 0));
        let asked = Asked {
            question,
            deck: &deck.name,
            done,
            left: faces.len() - done,
            right,
            until,
        };
        let (marked, go_on) = ask(&mut stage, asked)?;
        outcome.marked.extend(marked.map(|right| Marked {
            face: face.clone(),
            right,
        }));
        if !go_on {
            outcome.out_of_time = until.is_some_and(|until| Instant::now() >= until);
            break;
        }
    }
    outcome.seconds = u32::try_from(started.elapsed().as_secs()).unwrap_or(u32::MAX);
    Ok(outcome)
}

/// Asks one question. Says whether the answer was right, if there was one, and whether the quiz goes on: it ends
/// when the person leaves or the time runs out.
fn ask(stage: &mut Stage, mut asked: Asked) -> Result<(Option<bool>, bool)> {
    stage.top();
    loop {
        let patience = asked.until.map(|_| TICK);
        let key = stage
            .key(patience, &|columns| asked.frame(columns))
            .map_err(gone)?;
        let (answered, verdict) = (asked.question.answered, asked.question.verdict());
        // What is answered may still be marked when the time runs out; what is open is not.
        if !answered && asked.until.is_some_and(|until| Instant::now() >= until) {
            return Ok((None, false));
        }
        let Some(key) = key else { continue };
        let typing = !answered && asked.question.takes_text();
        match (verdict.filter(|_| answered), &key) {
            // What has marked itself counts, also where the person leaves without going on.
            (marked, Key::CtrlC) => return Ok((marked, false)),
            (marked, Key::Char('q')) if !typing => return Ok((marked, false)),
            (Some(right), Key::Enter | Key::Char(' ')) => return Ok((Some(right), true)),
            (None, Key::Char('r' | 'y')) if answered => return Ok((Some(true), true)),
            (None, Key::Char('w' | 'n')) if answered => return Ok((Some(false), true)),
            _ if !answered => {
                asked.question.key(&key);
            }
            _ => {}
        }
    }
}

impl Asked<'_> {
    fn frame(&self, columns: usize) -> Frame {
        let margin = margin(columns);
        let mut said = format!(
            "{} of {} · {} right",
            self.done + 1,
            self.done + self.left,
            self.right
        );
        if let Some(until) = self.until {
            let left = until.saturating_duration_since(Instant::now()).as_secs();
            said.push_str(&format!(" · {}:{:02}", left / 60, left % 60));
        }
        let deck = crate::text::shorten(&clean(self.deck), measure(columns).saturating_sub(4));
        let head = vec![
            progress(self.done, self.left, &said, columns),
            Line::new(Look::Faint, format!("{margin}{deck}")),
            Line::default(),
        ];
        let shown = self.question.lines(margin, measure(columns));
        let first = match (self.question.answered, self.question.verdict()) {
            (false, _) => self
                .question
                .keys()
                .into_iter()
                .filter(|key| !key.starts_with("Esc"))
                .collect(),
            (true, None) => vec!["r I was right".to_string(), "w I was wrong".to_string()],
            (true, Some(_)) => vec!["Enter next".to_string()],
        };
        let leave: &[&str] = if self.question.takes_text() {
            &["Ctrl-C end the quiz"]
        } else {
            &["q end the quiz"]
        };
        Frame {
            head,
            body: shown.lines,
            foot: keys(&first, leave, columns),
            cursor: shown.cursor,
            first: shown.first,
        }
    }
}

/// Shows `lines` and asks whether to review the cards now; `y` says so.
///
/// # Errors
/// If the terminal is gone.
pub fn offer(lines: &[String]) -> Result<bool> {
    let mut stage = Stage::new(Terminal::open("quiz test", "it asks a person")?);
    let frame = |columns: usize| {
        let margin = margin(columns);
        let body = lines
            .iter()
            .flat_map(|line| paragraph(Look::Plain, line, margin, margin, measure(columns)))
            .collect();
        let foot = keys(
            &["r review these now".into(), "Enter leave".into()],
            &["↑ ↓ scroll"],
            columns,
        );
        Frame {
            head: Vec::new(),
            body,
            foot,
            cursor: None,
            first: 0,
        }
    };
    loop {
        match stage.key(None, &frame).map_err(gone)? {
            Some(Key::Char('r' | 'y')) => return Ok(true),
            Some(Key::Enter | Key::Escape | Key::CtrlC | Key::Char('q' | 'n' | ' ')) => {
                return Ok(false);
            }
            _ => {}
        }
    }
}
