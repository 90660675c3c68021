//! A session: it asks, records, takes back and puts off, and sums up.
//!
//! It knows no terminal: a front end shows an [`Asked`] and tells the session what the person decided. The queue is
//! built once and told of each step. Every answer is on the disk before the next question is asked.

mod edit;
mod intro;
mod patience;
mod summary;
#[cfg(test)]
mod tests;

pub use edit::Edited;
pub use patience::Patience;
pub use summary::Summary;

use std::collections::HashSet;

use crate::deck::{Card, CardId, Deck, FaceKey};
use crate::error::Result;
use crate::history::{Event, Grade};
use crate::schedule::queue::{Entry, Queue, Wanted, Why};
use crate::schedule::scheduler::Promises;
use crate::study::{Answer, Study};
use crate::time::Stamp;

/// A session over a home.
pub struct Session<'a> {
    study: &'a mut Study,
    wanted: Wanted,
    /// The number of answers after which it ends.
    limit: Option<usize>,
    queue: Queue,
    /// The generation of the study's state from which the queue was built.
    generation: u64,
    steps: Vec<Step>,
    /// The names of the decks whose introduction was shown.
    introduced: HashSet<String>,
}

/// A step that can be taken back.
#[derive(Debug, Clone)]
enum Step {
    Answer(Given),
    /// A card put off, and the moment.
    PutOff(CardId, Stamp),
}

/// An answer given in this session.
#[derive(Debug, Clone)]
struct Given {
    face: FaceKey,
    at: Stamp,
    grade: Grade,
    /// The time taken, in milliseconds.
    ms: u32,
    was_new: bool,
    deck: String,
}

/// A face that is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// Its key.
    pub key: FaceKey,
    /// Its card.
    pub card: Card,
    /// The name of its deck.
    pub deck: String,
    /// The title of its deck.
    pub title: String,
    /// The reason why it is asked.
    pub why: Why,
    /// The number of its reviews when it was asked.
    pub reviews: usize,
    /// The moment of its last review when it was asked.
    pub seen: Option<Stamp>,
    /// The number of faces left, including this one.
    pub left: Left,
    /// The day on which each grade would make it due.
    pub promises: Promises,
}

/// The numbers of faces left to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Due faces.
    pub due: usize,
    /// New faces.
    pub new: usize,
    /// Faces forgotten today.
    pub again: usize,
    /// The number of answers until the session's limit; `None` if it does not end before the last face.
    pub limit: Option<usize>,
}

impl Left {
    /// Returns the number of faces that the session still asks.
    pub fn all(&self) -> usize {
        let all = self.due + self.new + self.again;
        self.limit.unwrap_or(usize::MAX).min(all)
    }
}

/// The outcome of recording an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// The answer is on the disk.
    Recorded {
        /// The face's number of lapses if this answer makes it a leech, else `None`.
        leech: Option<usize>,
    },
    /// Another process has answered the face since it was asked: nothing was recorded.
    Elsewhere,
    /// No deck has the face any more: nothing was recorded.
    Gone,
}

/// The ways to put a card off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutOff {
    /// Until it is resumed.
    Suspend,
    /// Until tomorrow.
    Bury,
}

/// A step that was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undone {
    /// An answer to this face.
    Answer(FaceKey),
    /// A suspension or burial of this card.
    PutOff(CardId),
}

impl<'a> Session<'a> {
    /// Returns a session over the faces that are wanted, which ends after `limit` answers at the latest.
    pub fn new(study: &'a mut Study, wanted: Wanted, limit: Option<usize>) -> Self {
        Self {
            queue: study.queue(&wanted),
            generation: study.generation(),
            study,
            wanted,
            limit,
            steps: Vec::new(),
            introduced: HashSet::new(),
        }
    }

    /// Returns the study behind the session.
    pub fn study(&self) -> &Study {
        self.study
    }

    /// Returns the queue of what is left to ask.
    pub fn queue(&self) -> &Queue {
        &self.queue
    }

    /// Returns the choice of faces that the session asks.
    pub fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    /// Returns the number of answers given and not taken back.
    pub fn done(&self) -> usize {
        self.given().count()
    }

    /// Returns whether there is a step that can be taken back.
    pub fn has_steps(&self) -> bool {
        !self.steps.is_empty()
    }

    /// Returns the face to ask next; `None` if none is left.
    ///
    /// If a limit ends the session, forgotten faces come last: not recalling them today costs more than a short wait.
    ///
    /// A card that an editor has taken out of its deck meanwhile is not asked: the decks are read again.
    pub fn ask(&mut self) -> Option<Asked> {
        if self.queue.today() != self.study.today() {
            self.rebuild();
        }
        let asked = self.next()?;
        if asked.card.is_there() || self.study.reload_decks().is_err() {
            return Some(asked);
        }
        self.rebuild();
        self.next()
    }

    /// Returns the face that is next in the queue.
    fn next(&self) -> Option<Asked> {
        let library = &self.study.library;
        let limit = self.limit.map(|limit| limit.saturating_sub(self.done()));
        let again = self.queue.count(Why::Again);
        let entry = match limit {
            Some(0) => None,
            Some(left) if left <= again => self.queue.forgotten(library),
            _ => self.queue.next(library, self.study.now()),
        }?;
        let left = Left {
            due: self.queue.count(Why::Due),
            new: self.queue.count(Why::New),
            again,
            limit,
        };
        let Entry { key, deck, .. } = entry;
        Some(Asked {
            reviews: self.study.reviews_of(&key),
            seen: self.study.last_answer(&key),
            promises: self.promises(&key, deck),
            key,
            card: entry.card.clone(),
            deck: deck.name.clone(),
            title: deck.title.clone(),
            why: entry.why,
            left,
        })
    }

    fn promises(&self, key: &FaceKey, deck: &Deck) -> Promises {
        self.study.promises_with(key, deck, self.queue.load())
    }

    /// Records `grade` for `asked`, answered in `ms` milliseconds.
    ///
    /// # Errors
    /// Fails if the answer can't be written to disk.
    pub fn answer(&mut self, asked: &Asked, grade: Grade, ms: u32) -> Result<Answered> {
        let promises = Some(asked.promises);
        let answered = match self
            .study
            .answer(&asked.key, grade, ms, asked.seen, promises)?
        {
            Answer::Recorded { at, leech, .. } => {
                self.steps.push(Step::Answer(Given {
                    face: asked.key.clone(),
                    at,
                    grade,
                    ms,
                    was_new: asked.why == Why::New,
                    deck: asked.deck.clone(),
                }));
                Answered::Recorded { leech }
            }
            Answer::Elsewhere => Answered::Elsewhere,
            Answer::Gone => Answered::Gone,
        };
        self.tell(&asked.key.card);
        Ok(answered)
    }

    /// Suspends or buries the card of `asked`.
    ///
    /// # Errors
    /// Fails if that can't be written to disk.
    pub fn put_off(&mut self, asked: &Asked, how: PutOff) -> Result<()> {
        let card = &asked.key.card;
        let until = self.study.today().plus(1);
        let at = self.study.record(|at| match how {
            PutOff::Suspend => Event::suspend(at, card.clone()),
            PutOff::Bury => Event::Bury {
                at,
                card: card.clone(),
                until,
                with: None,
            },
        })?;
        self.steps.push(Step::PutOff(card.clone(), at));
        self.tell(card);
        Ok(())
    }

    /// Takes back the last step and returns it; `None` if none is left.
    ///
    /// # Errors
    /// Fails if that can't be written to disk; then the step still counts.
    pub fn undo(&mut self) -> Result<Option<Undone>> {
        let (face, of, undone) = match self.steps.last() {
            None => return Ok(None),
            Some(Step::PutOff(card, of)) => {
                (card.clone().into(), *of, Undone::PutOff(card.clone()))
            }
            Some(Step::Answer(Given { face, at, .. })) => {
                (face.clone(), *at, Undone::Answer(face.clone()))
            }
        };
        self.study.record(|at| Event::Undo {
            at,
            face: FaceKey::clone(&face),
            of,
        })?;
        self.steps.pop();
        let (Undone::Answer(FaceKey { card, .. }) | Undone::PutOff(card)) = &undone;
        self.tell(card);
        Ok(Some(undone))
    }

    /// Returns whether an unfinished line of the history was set aside since the last call.
    pub fn take_set_aside(&mut self) -> bool {
        std::mem::take(&mut self.study.set_aside)
    }

    /// Updates the queue after an event of `card`.
    fn tell(&mut self, card: &CardId) {
        if self.generation != self.study.generation() {
            return self.rebuild();
        }
        let Study {
            library,
            history,
            memory,
            ..
        } = &*self.study;
        self.queue.refresh(library, history, memory, card);
        if self.wanted.cards.is_some() {
            let is_finished = self.is_finished(card);
            self.queue.finish(&self.study.library, card, is_finished);
        }
    }

    /// Builds the queue again: the day has changed, or another process has written.
    fn rebuild(&mut self) {
        let started = self.given().filter(|given| given.was_new).count();
        let wanted = Wanted {
            new: self.wanted.new.map(|new| new.saturating_sub(started)),
            ..self.wanted.clone()
        };
        self.queue = self.study.queue(&wanted);
        self.generation = self.study.generation();
        for card in self.wanted.cards.iter().flatten() {
            if self.is_finished(card) {
                self.queue.finish(&self.study.library, card, true);
            }
        }
    }

    /// Returns whether a card was recalled: one asked for by name is asked until then.
    fn is_finished(&self, card: &CardId) -> bool {
        let mut recalled = self.given().filter(|given| given.grade.recalled());
        recalled.any(|given| given.face.card == *card)
    }

    fn given(&self) -> impl Iterator<Item = &Given> {
        self.steps.iter().filter_map(|step| match step {
            Step::Answer(given) => Some(given),
            Step::PutOff(..) => None,
        })
    }
}
