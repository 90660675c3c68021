//! The daily session: one face after the other, each answer on the disk before the next question.

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use console::Key;

use super::asked::{self, Asked, grade_of};
use super::editor;
use super::frame::{Frame, Stage, keys, margin, measure, progress};
use super::question::{Effect, Question};
use super::screen::{Line, Look, paragraph};
use super::summary::{self, Summary};
use super::terminal::Terminal;
use crate::deck::{Card, CardId, FaceKey};
use crate::error::{Error, Result};
use crate::history::{Event, Grade, LONGEST_ANSWER};
use crate::schedule::queue::{Wanted, Why};
use crate::schedule::scheduler::seed;
use crate::study::{Answer, Study};
use crate::time::Stamp;

/// An answer that was given in this session.
#[derive(Debug, Clone)]
struct Given {
    face: FaceKey,
    at: Stamp,
    grade: Grade,
    was_new: bool,
    deck: String,
}

/// A session over a home.
pub struct Session<'a> {
    study: &'a mut Study,
    stage: Stage,
    wanted: Wanted,
    limit: Option<usize>,
    given: Vec<Given>,
    /// The cards that were put off, each with how many answers had been given by then.
    put_off: Vec<(CardId, usize)>,
    started: Instant,
    /// What the last key did, shown until the next one.
    said: Option<(Look, String)>,
}

/// What comes after a question.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    Question,
    Leave,
}

/// Asks what is wanted until nothing is left, `limit` answers were given, or the person leaves.
///
/// # Errors
/// If there is no terminal, or an answer can't be brought to the disk; what was acknowledged is there.
pub fn run(study: &mut Study, wanted: Wanted, limit: Option<usize>) -> Result<Summary> {
    let stage = Stage::new(Terminal::open(
        "quiz review",
        "use `quiz next` and `quiz grade` in scripts",
    )?);
    let mut session = Session {
        study,
        stage,
        wanted,
        limit,
        given: Vec::new(),
        put_off: Vec::new(),
        started: Instant::now(),
        said: None,
    };
    let result = session.all();
    let summary = session.summary();
    drop(session);
    match result {
        // The terminal went away: nothing is left to tell, and nothing is lost.
        Err(Error::Io { source, .. }) if source.kind() == io::ErrorKind::UnexpectedEof => {
            Ok(summary)
        }
        Err(error) => Err(error),
        Ok(()) => Ok(summary),
    }
}

impl Session<'_> {
    fn all(&mut self) -> Result<()> {
        while let Some(asked) = self.next() {
            if self.ask(asked)? == Next::Leave {
                return Ok(());
            }
        }
        // Nothing is left: the last step can still be taken back before leaving.
        while !self.given.is_empty() || !self.put_off.is_empty() {
            match self.end()? {
                Key::Char('u') => {
                    self.undo()?;
                    return self.all();
                }
                Key::Enter | Key::Escape | Key::CtrlC | Key::Char('q' | ' ') => return Ok(()),
                _ => {}
            }
        }
        Ok(())
    }

    /// The next face to ask, if any is left.
    fn next(&mut self) -> Option<Asked> {
        if self.limit.is_some_and(|limit| self.given.len() >= limit) {
            return None;
        }
        let mut wanted = self.wanted.clone();
        let started = self.given.iter().filter(|given| given.was_new).count();
        wanted.new = wanted.new.map(|new| new.saturating_sub(started));
        if let Some(cards) = &mut wanted.cards {
            // Cards that were asked for by name are asked once.
            cards.retain(|card| {
                !self
                    .given
                    .iter()
                    .any(|given| given.grade.recalled() && given.face.card == *card)
            });
        }
        let queue = self.study.queue(&wanted);
        let entry = queue.next(self.study.now())?;
        let (key, why) = (entry.key, entry.why);
        let (deck, card) = self.study.library.face(key)?;
        let said: Vec<String> = [(Why::Due, "due"), (Why::New, "new"), (Why::Again, "again")]
            .into_iter()
            .map(|(why, word)| (queue.count(why), word))
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        let seen = self.study.reviews_of(key);
        Some(Asked {
            deck: deck.name.clone(),
            why,
            seen,
            left: queue.all(),
            said: said.join(" · "),
            question: Question::new(card, key.side, seed(key, seen)),
            promises: self.study.promises(key, deck),
            shown: Instant::now(),
            key: key.clone(),
        })
    }

    /// Asks one face until it is answered and graded, or left.
    fn ask(&mut self, mut asked: Asked) -> Result<Next> {
        self.stage.top();
        let (mut help, mut commands) = (false, false);
        loop {
            let done = self.given.len();
            let said = self.said.clone();
            let frame = |columns: usize| match help {
                true => asked::help(columns),
                false => asked.frame(columns, done, commands, said.as_ref()),
            };
            let Some(key) = self.stage.key(None, &frame).map_err(gone)? else {
                continue;
            };
            if std::mem::take(&mut help) && key != Key::CtrlC {
                continue;
            }
            self.said = None;
            let typing = asked.question.takes_text() && !std::mem::take(&mut commands);
            if typing && key == Key::Escape {
                commands = true;
                continue;
            }
            if typing && key != Key::CtrlC {
                asked.question.key(&key);
                continue;
            }
            match key {
                Key::CtrlC | Key::Char('q') => return Ok(Next::Leave),
                Key::Char('?') => help = true,
                Key::Char('u') => {
                    if self.undo()? {
                        return Ok(Next::Question);
                    }
                }
                Key::Char('e') => self.edit(&mut asked)?,
                Key::Char('s') => {
                    return self.put_off(&asked.key.card, "suspended", Event::suspend);
                }
                Key::Char('b') => {
                    let until = self.study.today().plus(1);
                    return self.put_off(&asked.key.card, "buried until tomorrow", |at, card| {
                        Event::Bury { at, card, until }
                    });
                }
                key if asked.question.answered => {
                    if let Some(grade) = grade_of(&key, asked.question.verdict()) {
                        return self.grade(&asked, grade);
                    }
                }
                key => {
                    if asked.question.key(&key) == Effect::Answered {
                        self.stage.top();
                    }
                }
            }
        }
    }

    /// Brings a grade to the disk.
    fn grade(&mut self, asked: &Asked, grade: Grade) -> Result<Next> {
        let ms = u32::try_from(asked.shown.elapsed().as_millis())
            .unwrap_or(u32::MAX)
            .min(LONGEST_ANSWER);
        match self.study.answer(&asked.key, grade, ms, asked.seen)? {
            Answer::Recorded { at, leech, .. } => {
                let was_new = asked.why == Why::New;
                self.given.push(Given {
                    face: asked.key.clone(),
                    at,
                    grade,
                    was_new,
                    deck: asked.deck.clone(),
                });
                if let Some(lapses) = leech {
                    let card = &asked.key.card;
                    self.said = Some((
                        Look::Strong,
                        format!(
                            "{card} was forgotten {lapses} times: a clearer card may help (`quiz edit {card}`, `quiz suspend {card}`)"
                        ),
                    ));
                }
            }
            Answer::Elsewhere => self.say("this card was answered elsewhere in the meantime"),
            Answer::Gone => self.say("no deck has this card any more"),
        }
        if std::mem::take(&mut self.study.set_aside) {
            self.say("an unfinished line of the history, left by a crash, was set aside");
        }
        Ok(Next::Question)
    }

    fn say(&mut self, text: &str) {
        self.said = Some((Look::Faint, text.to_string()));
    }

    /// Takes the last step back, an answer or that a card was put off; says whether there was one.
    fn undo(&mut self) -> Result<bool> {
        let given = self.given.len();
        if let Some((card, _)) = self.put_off.pop_if(|(_, after)| *after == given) {
            self.study.record(|at| Event::resume(at, card.clone()))?;
            self.say(&format!("{card} is asked again"));
            return Ok(true);
        }
        let Some(last) = self.given.pop() else {
            self.say("there is nothing of this session to undo");
            return Ok(false);
        };
        self.study.record(|at| Event::Undo {
            at,
            face: last.face.clone(),
            of: last.at,
        })?;
        self.say("the last answer was taken back");
        Ok(true)
    }

    /// Suspends or buries the card, and goes on.
    fn put_off(
        &mut self,
        card: &CardId,
        word: &str,
        event: impl Fn(Stamp, CardId) -> Event,
    ) -> Result<Next> {
        self.study.record(|at| event(at, card.clone()))?;
        self.put_off.push((card.clone(), self.given.len()));
        let back = if word == "suspended" {
            format!(" (`quiz resume {card}` brings it back)")
        } else {
            String::new()
        };
        self.say(&format!("{card} {word}{back}"));
        Ok(Next::Question)
    }

    /// Opens the card's file in the person's editor, and asks the card as it is then.
    fn edit(&mut self, asked: &mut Asked) -> Result<()> {
        let Some((deck, card)) = self.study.library.card(&asked.key.card) else {
            return Ok(());
        };
        let (file, line) = (deck.path.clone(), card.line);
        let edited = self
            .stage
            .terminal
            .lend(|| editor::open(&file, line))
            .map_err(gone)?;
        let was = card.clone();
        // An editor that fails may still have saved.
        let failed = edited.err().map(|error| format!("{error}; "));
        let failed = failed.unwrap_or_default();
        let before = std::mem::take(&mut self.study.library);
        let read = self.study.reload_decks();
        let broken = self
            .study
            .library
            .problems
            .iter()
            .find(|problem| problem.place.file == file)
            .map(|problem| {
                format!(
                    "{}: {}; going on with the card as it was",
                    problem.place, problem.message
                )
            });
        let found = self
            .study
            .library
            .face(&asked.key)
            .map(|(_, card)| card.clone());
        match (read, broken, found) {
            (Ok(()), None, Some(card)) if !failed.is_empty() && card.content == was.content => {
                self.said = Some((Look::Wrong, format!("{failed}the card is as it was")));
            }
            (Ok(()), None, Some(card)) => {
                asked.question = Question::new(&card, asked.key.side, seed(&asked.key, asked.seen));
                asked.shown = Instant::now();
                self.stage.top();
                self.say(&format!("{failed}the card was read anew"));
            }
            (read, broken, _) => {
                self.study.library = before;
                let gone = format!(
                    "there is no card `{}` any more; going on with it as it was (if it has another id now: `quiz rename {0} NEW` carries its history over)",
                    asked.key.card
                );
                let why = read
                    .err()
                    .map(|error| error.to_string())
                    .or(broken)
                    .unwrap_or(gone);
                self.said = Some((Look::Wrong, failed + &why));
            }
        }
        Ok(())
    }

    /// The screen after the last question.
    fn end(&mut self) -> Result<Key> {
        let lines = summary::lines(self.study, &self.wanted, &self.summary());
        let done = self.given.len();
        let said = self.said.take();
        let frame = |columns: usize| {
            let margin = margin(columns);
            let mut body: Vec<Line> = Vec::new();
            for line in &lines {
                body.extend(paragraph(
                    Look::Plain,
                    line,
                    margin,
                    margin,
                    measure(columns),
                ));
            }
            if let Some((look, text)) = &said {
                body.push(Line::default());
                body.extend(paragraph(*look, text, margin, margin, measure(columns)));
            }
            let foot = keys(
                &["Enter leave".into(), "u undo the last step".into()],
                &[],
                columns,
            );
            Frame {
                head: vec![progress(done, 0, "done", columns), Line::default()],
                body,
                foot,
                cursor: None,
                first: 0,
            }
        };
        self.stage.top();
        loop {
            if let Some(key) = self.stage.key(None, &frame).map_err(gone)? {
                return Ok(key);
            }
        }
    }

    /// Whether every card of the deck has been answered.
    fn is_met(&self, deck: &str) -> bool {
        let cards = self.study.library.cards();
        cards
            .filter(|(of, _)| of.name == deck)
            .all(|(_, card)| self.answers_of(card) > 0)
    }

    /// Whether the card of this answer was met in this session.
    fn is_first(&self, given: &Given) -> bool {
        let id = &given.face.card;
        let here = |other: &&Given| other.face.card == *id;
        let card = self.study.library.card(id);
        given.was_new
            && card.is_some_and(|(_, card)| {
                self.answers_of(card) == self.given.iter().filter(here).count()
            })
    }

    /// How often the faces of a card were answered.
    fn answers_of(&self, card: &Card) -> usize {
        card.faces().map(|face| self.study.reviews_of(&face)).sum()
    }

    fn summary(&self) -> Summary {
        let mut finished: Vec<String> = self
            .given
            .iter()
            .filter(|given| self.is_first(given))
            .map(|given| given.deck.clone())
            .collect();
        finished.sort();
        finished.dedup();
        finished.retain(|deck| self.is_met(deck));
        Summary {
            answers: self.given.len(),
            recalled: self
                .given
                .iter()
                .filter(|given| given.grade.recalled())
                .count(),
            seconds: self.started.elapsed().as_secs(),
            finished,
        }
    }
}

/// A terminal that went away.
pub fn gone(error: io::Error) -> Error {
    Error::io("use", Path::new("the terminal"))(error)
}

/// How long nothing may happen before a clock on the screen is drawn again.
pub const TICK: Duration = Duration::from_millis(500);
