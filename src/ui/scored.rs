//! The scored quiz on the screen: questions one after the other, a score at the end.

use std::path::Path;
use std::time::{Duration, Instant};

use console::Key;

use super::frame::{Frame, Stage, keys, margin, measure, progress, say};
use super::keys_page;
use super::picture::Gallery;
use super::programs::Programs;
use super::question::Question;
use super::rich::Room;
use super::screen::{Line, Look, paragraph};
use super::session::{TICK, gone};
use super::terminal::Terminal;
use crate::error::Result;
use crate::schedule::scheduler::seed;
use crate::scored::report::Outcome;
use crate::scored::{Item, Quiz};
use crate::text::{one_line_kept, shorten};

/// The effect of a key on the question on the screen.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// Nothing yet: the question stays.
    Stay,
    /// The question is put off until the end.
    Skip,
    /// The question is marked as right or wrong.
    Mark(bool),
    /// The quiz ends; a question that has already marked itself still counts.
    End(Option<bool>),
}

/// A quiz on the screen.
struct Screen<'a> {
    home: &'a Path,
    programs: Programs,
    stage: Stage,
    quiz: Quiz,
    until: Option<Instant>,
    /// The seed of the order of choices.
    random: u64,
}

/// Asks `items` in order, for at most `time`, and returns the outcome.
///
/// `home` holds the pictures and sounds of the cards, `gallery` shows pictures if there is one, and `random` seeds the
/// order of choices.
///
/// # Errors
/// Fails if there is no terminal, or it goes away.
pub fn run(
    home: &Path,
    items: Vec<Item>,
    time: Option<Duration>,
    random: u64,
    gallery: Option<Gallery>,
) -> Result<Outcome> {
    let terminal = Terminal::open("quiz test", "use `quiz next` and `quiz grade` in scripts")?;
    let stage = Stage::new(terminal.with(gallery));
    let started = Instant::now();
    let mut screen = Screen {
        home,
        programs: Programs::default(),
        stage,
        quiz: Quiz::new(items),
        until: time.and_then(|time| started.checked_add(time)),
        random,
    };
    screen.all()?;
    let out_of_time = screen.is_late() && screen.quiz.current().is_some();
    Ok(Outcome {
        open: screen.quiz.left(),
        marked: screen.quiz.marked,
        seconds: u32::try_from(started.elapsed().as_secs()).unwrap_or(u32::MAX),
        out_of_time,
    })
}

impl Screen<'_> {
    fn is_late(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }

    fn all(&mut self) -> Result<()> {
        while let Some(item) = self.quiz.current().cloned() {
            let seed = self.random ^ seed(&item.face, 0);
            let mut question = Question::new(&item.card, item.side, seed);
            match self.ask(&item, &mut question)? {
                Step::Mark(right) => self.quiz.mark(right, question.said()),
                Step::Skip => drop(self.quiz.skip()),
                Step::End(marked) => {
                    if let Some(right) = marked {
                        self.quiz.mark(right, question.said());
                    }
                    return Ok(());
                }
                Step::Stay => {}
            }
        }
        Ok(())
    }

    /// Asks one question until a key decides.
    fn ask(&mut self, item: &Item, question: &mut Question) -> Result<Step> {
        self.stage.top();
        let (mut help, mut commands) = (false, false);
        let mut said: Option<(Look, String)> = None;
        loop {
            let (quiz, until) = (&self.quiz, self.until);
            let frame = |columns: usize| match help {
                true => keys_page::frame(&KEYS, columns),
                false => frame(
                    quiz,
                    until,
                    item,
                    (question, commands),
                    said.as_ref(),
                    columns,
                ),
            };
            let patience = until.map(|_| TICK);
            let key = self.stage.key(patience, &frame).map_err(gone)?;
            // An answered question may still be marked when the time runs out; an open one may not.
            if !question.answered && self.is_late() {
                return Ok(Step::End(None));
            }
            let Some(key) = key else { continue };
            if std::mem::take(&mut help) && key != Key::CtrlC {
                continue;
            }
            said = None;
            let typing = question.takes_text() && !std::mem::take(&mut commands);
            match key {
                Key::Escape if typing => commands = true,
                Key::Char('?') if !typing => help = true,
                Key::Char('o') if !typing => {
                    said = Some(self.programs.open_next(question, self.home));
                }
                Key::Char('p') if !typing => {
                    said = Some(self.programs.play_first(question, self.home));
                }
                // Until it is marked, an answer can be taken back.
                Key::Char('u') if question.answered => {
                    question.reopen();
                    self.stage.top();
                }
                key => match step(question, &key, typing) {
                    Step::Skip if self.quiz.left() < 2 => {}
                    Step::Stay => {}
                    decided => return Ok(decided),
                },
            }
        }
    }
}

/// Returns the effect of `key`; if it has none of its own, the question has handled it.
fn step(question: &mut Question, key: &Key, typing: bool) -> Step {
    let verdict = question.verdict();
    match (question.answered, verdict, key) {
        (_, marked, Key::CtrlC) => Step::End(marked),
        (_, marked, Key::Char('q')) if !typing => Step::End(marked),
        (true, Some(right), Key::Enter | Key::Char(' ')) => Step::Mark(right),
        (true, None, Key::Char('1' | 'w' | 'n')) => Step::Mark(false),
        (true, None, Key::Char('2' | '3' | '4' | 'r' | 'y')) => Step::Mark(true),
        (false, _, Key::Char('s')) if !typing => Step::Skip,
        (false, _, Key::Char('h')) if !typing => {
            question.show_hint();
            Step::Stay
        }
        // An empty answer is a slip: it counts only with a key that says so.
        (false, _, Key::Enter) if typing && question.said().is_none_or(|said| said.is_empty()) => {
            Step::Stay
        }
        (false, ..) => {
            question.key(key);
            Step::Stay
        }
        _ => Step::Stay,
    }
}

fn frame(
    quiz: &Quiz,
    until: Option<Instant>,
    item: &Item,
    (question, commands): (&Question, bool),
    last: Option<&(Look, String)>,
    columns: usize,
) -> Frame {
    let margin = margin(columns);
    let done = quiz.marked.len();
    let mut said = format!(
        "{} of {} · {} right",
        done + 1,
        done + quiz.left(),
        quiz.right()
    );
    if let Some(until) = until {
        let left = until.saturating_duration_since(Instant::now()).as_secs();
        said.push_str(&format!(" · {}:{:02}", left / 60, left % 60));
    }
    let deck = shorten(
        &one_line_kept(&item.deck),
        measure(columns).saturating_sub(4),
    );
    let head = vec![
        progress(done, quiz.left(), &said, columns),
        Line::new(Look::Faint, format!("{margin}{deck}")),
        Line::default(),
    ];
    let shown = question.lines(margin, Room::of_screen(columns));
    let mut body = shown.lines;
    say(&mut body, last, columns);
    let first = match (question.answered, question.verdict()) {
        (false, _) if commands => vec!["any other key: back to the answer".to_string()],
        (false, _) => question.keys(),
        (true, None) => vec!["1 I was wrong".to_string(), "3 I was right".to_string()],
        (true, Some(_)) => vec!["Enter next".to_string()],
    };
    let second: &[&str] = match (question.takes_text() && !commands, question.answered) {
        (true, _) => &["Ctrl-C end the quiz"],
        (_, true) => &["u answer again", "? keys", "q end the quiz"],
        (_, false) => &["s skip for now", "? keys", "q end the quiz"],
    };
    let mut second = second.to_vec();
    if commands || !question.takes_text() {
        second.splice(0..0, question.media_keys());
    }
    Frame {
        head,
        body,
        foot: keys(&first, &second, columns),
        cursor: shown.cursor.filter(|_| !commands),
        first: shown.first,
        pictures: question.pictures(),
    }
}

/// The keys of a quiz.
const KEYS: [keys_page::Row; 13] = [
    keys_page::PICK,
    keys_page::JUDGE,
    ("Enter", "check what was typed; next question"),
    ("Space", "show the answer of a card that you mark yourself"),
    ("1, 3", "mark it: I was wrong, I was right"),
    ("u", "answer again, until you go on"),
    keys_page::HINT,
    keys_page::OPEN,
    keys_page::PLAY,
    ("s", "skip: the question comes back at the end"),
    ("Esc", "while typing: the keys s, ? and q"),
    keys_page::SCROLL,
    ("q, Ctrl-C", "end the quiz; what was answered counts"),
];

/// Shows `lines`, and asks whether to review the cards now.
///
/// # Errors
/// Fails if the terminal is gone.
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
            pictures: Vec::new(),
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
