//! The daily session on the screen: keys and frames around a [`Session`], which decides everything else.

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use console::Key;

use super::asked::{self, OnScreen};
use super::editor;
use super::frame::{Frame, Stage, keys, margin, measure, progress, say};
use super::intro;
use super::keys_page;
use super::picture::Gallery;
use super::programs::Programs;
use super::question::Question;
use super::screen::{Line, Look, paragraph};
use super::summary;
use super::terminal::Terminal;
use crate::error::{Error, Result};
use crate::history::{Grade, LONGEST_ANSWER};
use crate::schedule::scheduler::seed;
use crate::session::{Answered, Asked, Edited, Patience, PutOff, Session, Summary, Undone};

/// The key hints below an introduction.
const INTRO_KEYS: [&str; 3] = ["Enter to the cards", "i shows this again", "q leave"];

/// A session on the screen.
struct Screen<'a> {
    session: Session<'a>,
    stage: Stage,
    patience: Patience,
    programs: Programs,
    /// The message about the last key, shown until the next one.
    said: Option<(Look, String)>,
}

/// The step after a key.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    /// The question stays.
    Stay,
    /// The next question.
    Question,
    Leave,
}

/// The page on the screen while a question waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Page {
    Question,
    /// The keys.
    Help,
    /// The introduction of its deck.
    Intro,
}

/// Asks until nothing is left in the session, or the person leaves; returns the summary.
///
/// `gallery` shows pictures, if there is one.
///
/// # Errors
/// Fails if there is no terminal, or an answer can't be written to disk; acknowledged answers are safe.
pub fn run(session: Session<'_>, gallery: Option<Gallery>) -> Result<Summary> {
    let terminal = Terminal::open("quiz review", "use `quiz next` and `quiz grade` in scripts")?;
    let stage = Stage::new(terminal.with(gallery));
    let mut screen = Screen {
        session,
        stage,
        patience: Patience::new(std::env::var("QUIZ_PATIENCE").ok().as_deref()),
        said: None,
        programs: Programs::default(),
    };
    let result = screen.all();
    let summary = screen.session.summary();
    drop(screen);
    match result {
        // The terminal went away: nobody is left to tell, and nothing is lost.
        Err(Error::Io { source, .. }) if source.kind() == io::ErrorKind::UnexpectedEof => {
            Ok(summary)
        }
        Err(error) => Err(error),
        Ok(()) => Ok(summary),
    }
}

impl Screen<'_> {
    fn all(&mut self) -> Result<()> {
        loop {
            while let Some(asked) = self.session.ask() {
                if self.ask(asked)? == Next::Leave {
                    return Ok(());
                }
            }
            // Nothing is left, but the last step can still be taken back before leaving.
            if !self.session.has_steps() || self.end()? == Next::Leave {
                return Ok(());
            }
            self.undo()?;
        }
    }

    /// Shows the introduction of a deck before its first card.
    fn introduce(&mut self, asked: &Asked) -> Result<Next> {
        let Some(deck) = self.session.take_intro(asked) else {
            return Ok(Next::Question);
        };
        let frame = |columns: usize| intro::frame(deck, &INTRO_KEYS, columns);
        self.stage.top();
        loop {
            match self.stage.key(None, &frame).map_err(gone)? {
                Some(Key::Enter | Key::Escape | Key::Char(' ')) => return Ok(Next::Question),
                Some(Key::CtrlC | Key::Char('q')) => return Ok(Next::Leave),
                _ => {}
            }
        }
    }

    /// Asks one face until it is answered and graded, or the person leaves.
    fn ask(&mut self, asked: Asked) -> Result<Next> {
        if self.introduce(&asked)? == Next::Leave {
            return Ok(Next::Leave);
        }
        let seed = seed(&asked.key, asked.reviews);
        let mut on = OnScreen {
            question: Question::new(&asked.card, asked.key.side, seed),
            asked,
            shown: Instant::now(),
            overrules: false,
        };
        self.stage.top();
        let (mut page, mut commands) = (Page::Question, false);
        loop {
            let done = self.session.done();
            let said = self.said.clone();
            let deck = self.session.study().library.deck(&on.asked.deck);
            let frame = |columns: usize| match (page, deck) {
                (Page::Help, _) => keys_page::frame(&asked::KEYS, columns),
                (Page::Intro, Some(deck)) => intro::frame(deck, &["any key: back"], columns),
                _ => on.frame(columns, done, commands, said.as_ref()),
            };
            let Some(key) = self.stage.key(None, &frame).map_err(gone)? else {
                continue;
            };
            if std::mem::replace(&mut page, Page::Question) != Page::Question && key != Key::CtrlC {
                self.stage.top();
                continue;
            }
            self.said = None;
            let typing = on.question.takes_text() && !std::mem::take(&mut commands);
            match key {
                Key::Escape if typing => commands = true,
                Key::Char('?') if !typing => page = Page::Help,
                Key::Char('i') if !typing => {
                    page = Page::Intro;
                    self.stage.top();
                }
                key => match self.press(&mut on, &key, typing)? {
                    Next::Stay => {}
                    next => return Ok(next),
                },
            }
        }
    }

    /// Handles a key for the face that is asked.
    fn press(&mut self, on: &mut OnScreen, key: &Key, typing: bool) -> Result<Next> {
        match key {
            Key::CtrlC => return Ok(Next::Leave),
            key if typing => self.answer(on, key),
            Key::Char('q') => return Ok(Next::Leave),
            Key::Char('u') if on.question.answered && on.question.marks_itself() => {
                on.question.reopen();
                on.overrules = false;
                self.stage.top();
            }
            Key::Char('u') if self.undo()? => return Ok(Next::Question),
            Key::Char('u') => {}
            Key::Char('e') => return self.edit(on),
            Key::Char('h') if on.question.has_hint() => on.question.show_hint(),
            Key::Char('h') if !on.question.answered && on.asked.card.hint.is_none() => {
                self.say("this card has no hint");
            }
            Key::Char('o') => {
                let home = &self.session.study().home.path;
                self.said = Some(self.programs.open_next(&mut on.question, home));
            }
            Key::Char('p') => {
                let home = &self.session.study().home.path;
                self.said = Some(self.programs.play_first(&on.question, home));
            }
            Key::Char('s') => return self.put_off(&on.asked, PutOff::Suspend),
            Key::Char('b') => return self.put_off(&on.asked, PutOff::Bury),
            key if !on.question.answered => self.answer(on, key),
            Key::Char('g') if on.question.verdict() == Some(false) => on.overrules = true,
            key => {
                let counts = self.patience.takes(Instant::now());
                match on.grade(key).filter(|_| counts) {
                    Some(grade) => return self.grade(on, grade),
                    None if counts && matches!(key, Key::Char('2'..='4')) => {
                        self.say("The answer was wrong: Enter takes again, g lets you give another grade.");
                    }
                    None => {}
                }
            }
        }
        Ok(Next::Stay)
    }

    fn answer(&mut self, on: &mut OnScreen, key: &Key) {
        if on.question.key(key) {
            self.patience.begin(Instant::now());
            self.stage.top();
        }
    }

    /// Records a grade.
    fn grade(&mut self, on: &OnScreen, grade: Grade) -> Result<Next> {
        let ms = u32::try_from(on.shown.elapsed().as_millis())
            .unwrap_or(u32::MAX)
            .min(LONGEST_ANSWER);
        match self.session.answer(&on.asked, grade, ms)? {
            Answered::Recorded { leech: None } => {}
            Answered::Recorded {
                leech: Some(lapses),
            } => {
                let card = &on.asked.key.card;
                let said = format!(
                    "{card} was forgotten {lapses} times: a clearer card may help (`quiz edit {card}`, `quiz suspend {card}`)"
                );
                self.said = Some((Look::Strong, said));
            }
            Answered::Elsewhere => self.say("this card was answered elsewhere in the meantime"),
            Answered::Gone => self.say("no deck has this card any more"),
        }
        if self.session.take_set_aside() {
            self.say("an unfinished line of the history, left by a crash, was set aside");
        }
        Ok(Next::Question)
    }

    fn say(&mut self, text: &str) {
        self.said = Some((Look::Faint, text.to_string()));
    }

    /// Takes back the last step, an answer or a card put off; returns whether there was one.
    fn undo(&mut self) -> Result<bool> {
        let undone = self.session.undo()?;
        match &undone {
            Some(Undone::PutOff(card)) => self.say(&format!("{card} is asked again")),
            Some(Undone::Answer(_)) => self.say("the last answer was taken back"),
            None => self.say("there is nothing of this session to undo"),
        }
        Ok(undone.is_some())
    }

    /// Suspends or buries the card, and moves on.
    fn put_off(&mut self, asked: &Asked, how: PutOff) -> Result<Next> {
        self.session.put_off(asked, how)?;
        let card = &asked.key.card;
        self.say(&match how {
            PutOff::Suspend => format!("{card} suspended (`quiz resume {card}` brings it back)"),
            PutOff::Bury => format!("{card} buried until tomorrow"),
        });
        Ok(Next::Question)
    }

    /// Opens the card's file in the person's editor, then asks the card as it is now, with the same side showing.
    fn edit(&mut self, on: &mut OnScreen) -> Result<Next> {
        let Some((file, line)) = self.session.place_of(&on.asked) else {
            return Ok(Next::Stay);
        };
        let edited = self
            .stage
            .terminal
            .lend(|| editor::open(&file, line))
            .map_err(gone)?;
        // An editor that fails may still have saved.
        let failed = edited.err().map(|error| format!("{error}; "));
        let failed = failed.unwrap_or_default();
        match self.session.reread(&mut on.asked, &file) {
            Edited::Unchanged if failed.is_empty() => {}
            Edited::Unchanged => {
                self.said = Some((Look::Wrong, format!("{failed}the card is as it was")));
            }
            Edited::Changed => {
                let seed = seed(&on.asked.key, on.asked.reviews);
                on.question = on.question.renewed(&on.asked.card, seed);
                self.say(&format!("{failed}the card was reloaded"));
            }
            Edited::Broken(why) => {
                let said = format!("{failed}{why}; going on with the card as it was");
                self.said = Some((Look::Wrong, said));
            }
            Edited::Deleted => {
                let card = &on.asked.key.card;
                let said = format!(
                    "{failed}{card} is in no deck any more; it was not graded (if it has another id now: `quiz rename {card} NEW` carries its history over)"
                );
                self.said = Some((Look::Wrong, said));
                return Ok(Next::Question);
            }
        }
        // Time spent in the editor does not count as time for the answer.
        on.shown = Instant::now();
        self.patience.begin(on.shown);
        self.stage.top();
        Ok(Next::Stay)
    }

    /// Shows the summary until the person leaves or takes the last step back.
    fn end(&mut self) -> Result<Next> {
        let session = &self.session;
        let lines = summary::lines(session.study(), session.wanted(), &session.summary());
        let done = session.done();
        let said = self.said.take();
        let frame = |columns: usize| end_frame(&lines, done, said.as_ref(), columns);
        self.stage.top();
        loop {
            match self.stage.key(None, &frame).map_err(gone)? {
                Some(Key::Char('u')) => return Ok(Next::Question),
                Some(Key::Enter | Key::Escape | Key::CtrlC | Key::Char('q' | ' ')) => {
                    return Ok(Next::Leave);
                }
                _ => {}
            }
        }
    }
}

/// Returns the screen after the last question.
fn end_frame(
    lines: &[String],
    done: usize,
    said: Option<&(Look, String)>,
    columns: usize,
) -> Frame {
    let (margin, measure) = (margin(columns), measure(columns));
    let mut body: Vec<Line> = Vec::new();
    for line in lines {
        body.extend(paragraph(Look::Plain, line, margin, margin, measure));
    }
    say(&mut body, said, columns);
    let foot = ["Enter leave".into(), "u undo the last step".into()];
    Frame {
        head: vec![progress(done, 0, "done", columns), Line::default()],
        body,
        foot: keys(&foot, &[], columns),
        cursor: None,
        first: 0,
        pictures: Vec::new(),
    }
}

/// Returns the error for a terminal that went away.
pub fn gone(error: io::Error) -> Error {
    Error::io("use", Path::new("the terminal"))(error)
}

/// The time without a key after which a clock on the screen is redrawn.
pub const TICK: Duration = Duration::from_millis(500);
