//! A home opened for learning: decks, history and settings together, and the only way to record answers.
//!
//! The session, `quiz next` and `quiz grade` all go through it. It knows decks, history, settings, learner, scheduler
//! and statistics, never the terminal or a command.

use std::path::PathBuf;

use crate::config::Config;
use crate::deck::library::Library;
use crate::deck::write::Batch;
use crate::deck::{CardId, Deck, FaceKey};
use crate::error::{Error, Result};
use crate::files::{self, Disk, Guard, Os};
use crate::history::event::VERSION;
use crate::history::log::{Appended, Log, Union};
use crate::history::read::{self, Lacking, Location};
use crate::history::{Event, Grade, History};
use crate::home::Home;
use crate::learn::cache::Keeping;
use crate::learn::update::Ground;
use crate::learn::{self, Learned, Progress};
use crate::parallel;
use crate::place::Problem;
use crate::schedule::askable::Askable;
use crate::schedule::memory::Memory;
use crate::schedule::parameters::Parameters;
use crate::schedule::queue::{Queue, Wanted};
use crate::schedule::scheduler::{Load, Promises, Scheduler};
use crate::stats::known::{Known, known};
use crate::stats::streak::{Days, Streak};
use crate::time::{Clock, Day, Stamp};

/// An open home.
pub struct Study {
    /// The location of its files.
    pub home: Home,
    /// The decks.
    pub library: Library,
    /// The state that follows from all events.
    pub history: History,
    /// The problems in the history's files.
    pub history_problems: Vec<Problem>,
    /// The settings.
    pub config: Config,
    /// The memory model, with the parameters in force.
    pub memory: Memory,
    /// The result of learning from the history, as of the last [`Study::learn`].
    pub learned: Learned,
    /// Set when a torn line was set aside; the caller reports it and resets it.
    pub set_aside: bool,
    /// Set when something was written without a lock that keeps other processes out.
    pub unguarded: bool,
    clock: Clock,
    log: Log,
    generation: u64,
    newer: Option<(PathBuf, u32)>,
    /// The error of reading this machine's own history, if it can't be read.
    own_trouble: Option<std::io::Error>,
    disk: Box<dyn Disk>,
    location: Location,
    /// What the index of the history lacked when it was read.
    lacking: Lacking,
}

/// The outcome of recording an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is on the disk.
    Recorded {
        /// When it was given.
        at: Stamp,
        /// The day on which the face is due next.
        due: Day,
        /// The number of the face's lapses, if this answer makes it a leech to report.
        leech: Option<usize>,
    },
    /// The face was answered elsewhere since it was asked: nothing was recorded.
    Elsewhere,
    /// No deck has the face (any more): nothing was recorded.
    Gone,
}

impl Study {
    /// Opens `home`. Unreadable decks, cards and lines become problems in the result.
    ///
    /// # Errors
    /// Fails if the settings are invalid or a folder can't be read.
    pub fn open(home: Home, clock: Clock) -> Result<Self> {
        let config = Config::load(&home.config())?;
        let location = location(&home, &config);
        Self::open_at(home, clock, config, location)
    }

    /// Opens `home` with `config` instead of its own settings, from the files alone.
    ///
    /// # Errors
    /// Fails if a folder can't be read.
    pub fn open_plainly(home: Home, clock: Clock, config: Config) -> Result<Self> {
        let location = location(&home, &config).plain();
        Self::open_at(home, clock, config, location)
    }

    fn open_at(home: Home, clock: Clock, config: Config, location: Location) -> Result<Self> {
        let library = || Library::load_with(&home.decks(), location.index().cloned());
        let history = || read::read(&location, clock.now());
        // In parallel if that takes longer than starting threads.
        let (library, history) = match location.is_short() {
            true => (library(), history()),
            false => parallel::join(library, history),
        };
        let (library, history) = (library?, history?);
        let memory = Memory::new();
        let log = Log::new(home.own_history(), home.machine().to_string(), 0);
        let mut study = Self {
            home,
            library,
            history: History::default(),
            history_problems: Vec::new(),
            config,
            memory,
            learned: Learned::default(),
            set_aside: false,
            unguarded: false,
            clock,
            log,
            generation: 0,
            newer: None,
            own_trouble: None,
            disk: Box::new(Os),
            location,
            lacking: Lacking::Nothing,
        };
        study.take_history(history);
        Ok(study)
    }

    /// Learns from the history, and uses the parameters that result from now on; `say` is told of progress.
    ///
    /// A session calls it once, at its start, and keeps its parameters to the end.
    pub fn learn(&mut self, say: &mut dyn FnMut(Progress)) {
        let keeping = Keeping::of(&self.home.path);
        let ground = self.ground();
        self.learned = learn::update::learn(&self.history, ground.as_ref(), &keeping, say);
        self.memory = Memory::with(&self.parameters());
    }

    /// Sets the parameters like [`Study::learn`], but learns only what that takes.
    pub fn learn_parameters(&mut self, say: &mut dyn FnMut(Progress)) {
        if self.config.parameters.is_none() && self.config.tune {
            let keeping = Keeping::of(&self.home.path);
            let ground = self.ground();
            let (history, ground) = (&self.history, ground.as_ref());
            self.learned = learn::update::learn_parameters(history, ground, &keeping, say);
        }
        self.memory = Memory::with(&self.parameters());
    }

    /// Returns what the learner need not look at again.
    fn ground(&self) -> Option<Ground<'_>> {
        let (identity, before, now) = self.history.since_index()?;
        Some(Ground {
            identity,
            before,
            now,
        })
    }

    /// Returns the parameters in force: those set in `config.ron`, else the fitted ones if they predict well enough,
    /// else the defaults.
    pub fn parameters(&self) -> Parameters {
        let fitted = self.learned.parameters().filter(|_| self.config.tune);
        let fitted = fitted.and_then(|weights| Parameters::new(weights).ok());
        let fitted = fitted.map(|(parameters, _)| parameters);
        self.config.parameters.or(fitted).unwrap_or_default()
    }

    /// Returns the memory model with the parameters in force at the end of `day`; for today, the current ones.
    ///
    /// Settings have no effect on past days.
    pub fn memory_on(&self, day: Day) -> Memory {
        if day >= self.today() {
            return self.memory.clone();
        }
        let fitted = learn::history::parameters_on(&self.learned, day);
        let fitted = fitted.and_then(|weights| Parameters::new(weights).ok());
        let (parameters, _) = fitted.unwrap_or_default();
        Memory::with(&parameters)
    }

    /// Returns the study on another disk, so that tests can let a disk fail.
    pub fn with_disk(mut self, disk: Box<dyn Disk>) -> Self {
        self.disk = disk;
        self
    }

    /// Reads the history again.
    ///
    /// # Errors
    /// Fails if its folder can't be listed.
    pub fn reload_history(&mut self) -> Result<()> {
        let history = read::read(&self.location, self.clock.now())?;
        self.take_history(history);
        Ok(())
    }

    /// Writes what the index lacked when the history was read, for the next start. To be called when all is done.
    pub fn write_index(&mut self) {
        let lacking = std::mem::take(&mut self.lacking);
        let cards = self.library.cards().map(|(_, card)| card.id.as_str());
        lacking.write(&self.location, self.clock.now(), cards);
        self.library.write_index();
    }

    fn take_history(&mut self, (history, union, lacking): (History, Union, Lacking)) {
        self.lacking = lacking;
        let own = self.home.own_history();
        self.log = Log::new(own, self.home.machine().to_string(), union.own_length);
        self.history = history;
        self.history_problems = union.problems;
        self.newer = union.newer;
        self.own_trouble = union.own_trouble;
        self.settle_ids();
    }

    fn settle_ids(&mut self) {
        self.generation += 1;
        if self.history.has_renames() {
            let history = &self.history;
            self.library
                .settle(|id| history.renamed_to(id).map(|to| to.to_string()));
        }
    }

    /// Locks the decks, and reads them again unless they are as they were read.
    ///
    /// As long as the result lives, no other process of this program changes them, so that no id is assigned twice and
    /// no edit is overwritten.
    ///
    /// # Errors
    /// Fails with [`Error::Busy`] if another process holds the lock, and if their folder can't be read.
    pub fn hold_decks(&mut self) -> Result<files::Held> {
        let held = files::hold(&self.home.decks())?;
        self.unguarded |= held.guard() == Guard::Missing;
        // A rename may have left out cards that a later one brings back.
        if self.history.has_renames() || !self.library.is_current() {
            self.reload_decks()?;
        }
        Ok(held)
    }

    /// Reads the decks again.
    ///
    /// # Errors
    /// Fails if their folder can't be read.
    pub fn reload_decks(&mut self) -> Result<()> {
        self.library = Library::load_with(&self.home.decks(), self.location.index().cloned())?;
        self.settle_ids();
        Ok(())
    }

    /// Reads decks and history again, from their files alone, and returns whether the index says the same of them.
    ///
    /// # Errors
    /// Fails if a folder can't be read.
    pub(crate) fn reload_without_index(&mut self) -> Result<bool> {
        let location = location(&self.home, &self.config);
        let (root, now) = (self.home.decks(), self.clock.now());
        let plain = location.clone().plain();
        let (library, history) =
            parallel::join(|| Library::load_texts(&root), || read::read(&plain, now));
        let (library, history) = (library?, history?);
        let of_decks = library.index_says_the_same(location.index().cloned())?;
        let read = (&history.0, &history.1.problems[..]);
        let of_history = read::index_says_the_same(&location, read, now)?;
        self.library = library;
        let lacking = std::mem::take(&mut self.lacking);
        self.take_history(history);
        self.lacking = lacking;
        Ok(of_decks && of_history)
    }

    /// Returns a batch for adding cards, none of which gets an id that the history knows.
    ///
    /// To be called while the decks are locked; see [`Study::hold_decks`].
    pub fn batch(&self) -> Batch<'_> {
        Batch::new(&self.library, move |id| {
            let is_removed = |id: &CardId| self.history.removed(id).is_some();
            self.history.has_reviews_under(id)
                || self.history.renamed_to(id).is_some()
                || id.parse().is_ok_and(|id| is_removed(&id))
        })
    }

    /// Sets the clock to another moment.
    #[cfg(test)]
    pub(crate) fn set_now(&mut self, now: &str) {
        self.clock = Clock::new(Some(now)).unwrap();
    }

    /// Returns the current moment.
    pub fn now(&self) -> Stamp {
        self.clock.now()
    }

    /// Returns the current learning day.
    pub fn today(&self) -> Day {
        self.history.day(self.now())
    }

    /// Returns the queue of faces to ask today.
    pub fn queue(&self, wanted: &Wanted) -> Queue {
        Queue::new(
            &self.library,
            &self.history,
            &self.config,
            &self.memory,
            self.today(),
            wanted,
        )
    }

    /// Returns the state of each face of a card today.
    pub fn askables_of(&self, card: &CardId) -> Vec<(FaceKey, Askable)> {
        let today = self.today();
        let (library, history) = (&self.library, &self.history);
        Queue::of_one_card(library, history, &self.config, &self.memory, today, card)
    }

    /// Returns the due day that each grade would give a face of `deck` today.
    pub fn promises(&self, key: &FaceKey, deck: &Deck) -> Promises {
        self.promises_with(key, deck, &self.load())
    }

    /// Returns the same as [`Study::promises`], for a load that is known already.
    pub fn promises_with(&self, key: &FaceKey, deck: &Deck, load: &Load) -> Promises {
        let scheduler = Scheduler {
            memory: &self.memory,
            config: &self.config,
        };
        let face = self.history.face(key);
        scheduler.promises(key, face, &deck.name, self.today(), load)
    }

    /// Returns a number that changes whenever decks or history are read again: anything built from them must then be
    /// rebuilt.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Returns the streak as of today.
    pub fn streak(&self) -> Streak {
        let faces = self.library.faces().map(|(_, card, side)| card.face(side));
        Days::new(&self.history, faces, self.today()).streak()
    }

    /// Returns how much of the decks is known now and was known at the end of each of the `weeks` before, oldest first.
    pub fn known(&self, weeks: i64) -> Vec<Known> {
        let faces = self.library.faces();
        let faces: Vec<FaceKey> = faces.map(|(_, card, side)| card.face(side)).collect();
        let told = self.history.of_faces(&faces).into_iter();
        known(told, |day| self.memory_on(day), self.today(), weeks)
    }

    /// Returns the moment of the last review of a face since its last reset; a change tells that it was answered, or
    /// its answer undone, meanwhile.
    pub fn last_answer(&self, key: &FaceKey) -> Option<Stamp> {
        Some(self.history.face(key)?.last()?.at)
    }

    /// Returns the number of reviews since the last reset of a face.
    pub fn reviews_of(&self, key: &FaceKey) -> usize {
        self.history
            .face(key)
            .map_or(0, |face| face.current().len())
    }

    /// Records the answer `grade` to the face `key`, given after `ms` milliseconds.
    ///
    /// `seen` is the result of [`Study::last_answer`] when the face was asked; `promises` are the due days that were
    /// shown then, if any were.
    ///
    /// # Errors
    /// Fails if the answer could not be written to the disk.
    pub fn answer(
        &mut self,
        key: &FaceKey,
        grade: Grade,
        ms: u32,
        seen: Option<Stamp>,
        promises: Option<Promises>,
    ) -> Result<Answer> {
        loop {
            let Some((deck, _)) = self.library.face(key) else {
                return Ok(Answer::Gone);
            };
            let lapses = self.lapses(key);
            let promised = promises.unwrap_or_else(|| self.promises(key, deck));
            let due = promised.day(grade);
            let at = self.stamp();
            if self.try_record(Event::Review {
                at,
                face: key.clone(),
                grade,
                ms,
                due,
            })? {
                return Ok(Answer::Recorded {
                    at,
                    due,
                    leech: Some(self.lapses(key))
                        .filter(|now| *now > lapses && is_leech(*now, self.config.leech_after)),
                });
            }
            if self.last_answer(key) != seen {
                return Ok(Answer::Elsewhere);
            }
        }
    }

    fn lapses(&self, key: &FaceKey) -> usize {
        self.history.face(key).map_or(0, |face| face.lapses())
    }

    /// Returns the number of faces due on each day, counting faces of the decks that are not suspended.
    fn load(&self) -> Load {
        let cards = self.library.cards().map(|(_, card)| card);
        let faces = cards.flat_map(|card| card.faces());
        faces
            .map(|face| self.history.of_face(&face))
            .filter(|told| !told.is_suspended)
            .filter_map(|told| told.due())
            .collect()
    }

    /// Records the event that `make` returns for its moment, and returns that moment.
    ///
    /// # Errors
    /// Fails if it could not be written to the disk.
    pub fn record(&mut self, make: impl Fn(Stamp) -> Event) -> Result<Stamp> {
        loop {
            let at = self.stamp();
            if self.try_record(make(at))? {
                return Ok(at);
            }
        }
    }

    /// Records `event` if nothing else was recorded since the history was read, and returns whether it did; else reads
    /// the history again.
    ///
    /// The hour at which days start is recorded a millisecond before it, unless it is recorded already.
    fn try_record(&mut self, event: Event) -> Result<bool> {
        self.refuse_newer()?;
        let hour = self.config.day_starts_at;
        if self.history.day_starts_at() != Some(hour) {
            let at = event.at().plus_millis(-1);
            if !self.append(Event::DayStart { at, hour })? {
                return Ok(false);
            }
        }
        self.append(event)
    }

    /// Appends `event` if nothing else was recorded since the history was read, and returns whether it did; else reads
    /// the history again.
    fn append(&mut self, event: Event) -> Result<bool> {
        let appended = self.log.append(self.disk.as_ref(), &event)?;
        self.unguarded |= self.log.guard() == Guard::Missing;
        match appended {
            Appended::Outdated => {
                self.reload_history()?;
                Ok(false)
            }
            Appended::Recorded { set_aside } => {
                self.set_aside |= set_aside;
                if set_aside {
                    // The problems of the files have changed, too.
                    self.reload_history()?;
                    return Ok(true);
                }
                let is_rename = matches!(event, Event::Rename { .. });
                self.history.insert(event, self.clock.now());
                if is_rename {
                    self.settle_ids();
                }
                Ok(true)
            }
        }
    }

    /// Ends the last line of this machine's history, or sets it aside if it is torn.
    ///
    /// # Errors
    /// Fails if the history is of a newer version, or the disk fails.
    pub fn mend_history(&mut self) -> Result<()> {
        self.refuse_newer()?;
        self.log.mend(self.disk.as_ref())?;
        self.reload_history()
    }

    /// Fails if nothing can be recorded, so that commands can stop before they ask or change anything.
    ///
    /// # Errors
    /// Fails with [`Error::Newer`] if some file of the history is of a newer version, and with [`Error::Io`] if this
    /// machine's own can't be read.
    pub fn refuse_newer(&self) -> Result<()> {
        if let Some((path, found)) = &self.newer {
            return Err(Error::Newer {
                path: path.clone(),
                found: *found,
                known: VERSION,
            });
        }
        match &self.own_trouble {
            Some(error) => Err(Error::io("read", &self.home.own_history())(
                std::io::Error::new(error.kind(), error.to_string()),
            )),
            None => Ok(()),
        }
    }

    /// Returns the moment of the next event: now, or just after the last event if the clock is at most two hours behind
    /// it.
    ///
    /// So answers keep their order, and their moments differ, when a clock is set back a little.
    fn stamp(&self) -> Stamp {
        const BACK: i64 = 2 * 3_600_000;
        let now = self.clock.now();
        match self.history.latest {
            Some(latest) if (0..=BACK).contains(&latest.millis_since(now)) => {
                now.plus_millis(latest.millis_since(now).saturating_add(1))
            }
            _ => now,
        }
    }
}

/// Returns whether a face is reported as a leech at its lapse number `lapses`: at `leech_after`, then after each
/// further half of that, rounded up (Anki, `rslib/src/scheduler/states/review.rs`, `leech_threshold_met`, 2026).
fn is_leech(lapses: usize, leech_after: usize) -> bool {
    let beyond = lapses.checked_sub(leech_after);
    beyond.is_some_and(|beyond| beyond.is_multiple_of(leech_after.div_ceil(2).max(1)))
}

/// Returns where the history of a home is.
fn location(home: &Home, config: &Config) -> Location {
    Location::new(
        &home.path,
        home.reviews(),
        home.own_history(),
        config.day_starts_at,
    )
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const TWO: &str = "Deck(title: \"D\", cards: [Basic(id: \"a\", front: \"A?\", back: \"1\"), Basic(id: \"b\", front: \"B?\", back: \"2\")])";

    fn key(text: &str) -> FaceKey {
        text.parse().unwrap()
    }

    fn open(home: &Home, now: &str) -> Study {
        Study::open(home.clone(), Clock::new(Some(now)).unwrap()).unwrap()
    }

    #[test]
    fn an_answer_to_a_face_that_another_process_renamed_away_is_not_recorded() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::for_tests(folder.path(), TWO);
        let mut here = open(&home, "2026-11-23T09:00:00+01:00");
        let mut elsewhere = open(&home, "2026-11-23T09:00:01+01:00");
        let rename = |at| Event::Rename {
            at,
            from: key("a"),
            to: key("b"),
        };
        elsewhere.record(rename).unwrap();
        let answer = here
            .answer(&key("a"), Grade::Good, 1000, None, None)
            .unwrap();
        assert_eq!(answer, Answer::Gone);
    }

    #[test]
    fn a_face_that_another_process_answered_is_answered_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::for_tests(folder.path(), TWO);
        let mut here = open(&home, "2026-11-23T09:00:00+01:00");
        let mut elsewhere = open(&home, "2026-11-23T09:00:01+01:00");
        elsewhere
            .answer(&key("a"), Grade::Good, 1000, None, None)
            .unwrap();
        let answer = here
            .answer(&key("a"), Grade::Good, 1000, None, None)
            .unwrap();
        assert_eq!(answer, Answer::Elsewhere);
        let answer = here
            .answer(&key("b"), Grade::Good, 1000, None, None)
            .unwrap();
        assert!(matches!(answer, Answer::Recorded { .. }));
    }

    #[test]
    fn a_face_whose_answer_was_undone_and_given_again_elsewhere_is_answered_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::for_tests(folder.path(), TWO);
        let a = key("a");
        let mut elsewhere = open(&home, "2026-11-23T09:00:00+01:00");
        elsewhere
            .answer(&a, Grade::Again, 1000, None, None)
            .unwrap();
        let mut here = open(&home, "2026-11-23T09:00:01+01:00");
        let seen = here.last_answer(&a);
        let of = seen.unwrap();
        elsewhere
            .record(|at| Event::Undo {
                at,
                face: a.clone(),
                of,
            })
            .unwrap();
        elsewhere.answer(&a, Grade::Good, 1000, None, None).unwrap();
        assert_eq!(here.reviews_of(&a), 1);
        let answer = here.answer(&a, Grade::Good, 1000, seen, None).unwrap();
        assert_eq!(answer, Answer::Elsewhere);
        assert_eq!(here.reviews_of(&a), 1);
    }

    #[test]
    fn a_leech_is_named_once_for_each_lapse() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::for_tests(folder.path(), TWO);
        fs::write(home.config(), "Config(leech_after: 1)").unwrap();
        let again = |now: &str| {
            let mut study = open(&home, now);
            let seen = study.last_answer(&key("a"));
            match study
                .answer(&key("a"), Grade::Again, 1000, seen, None)
                .unwrap()
            {
                Answer::Recorded { leech, .. } => leech,
                _ => panic!(),
            }
        };
        assert_eq!(again("2026-11-20T09:00:00+01:00"), None, "it was new");
        assert_eq!(again("2026-11-23T09:00:00+01:00"), Some(1));
        assert_eq!(again("2026-11-23T09:01:00+01:00"), None, "the same lapse");
        assert_eq!(again("2026-11-24T09:00:00+01:00"), Some(2));
    }

    #[test]
    fn suspended_faces_and_faces_of_no_card_are_no_load() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::for_tests(folder.path(), TWO);
        let mut study = open(&home, "2026-11-23T09:00:00+01:00");
        let due: Day = "2026-12-01".parse().unwrap();
        for face in ["a", "b", "gone"] {
            let review = |at| Event::Review {
                at,
                face: key(face),
                grade: Grade::Good,
                ms: 1000,
                due,
            };
            study.record(review).unwrap();
        }
        assert_eq!(study.load().on(due), 2);
        let suspend = |at| Event::suspend(at, key("a").card);
        study.record(suspend).unwrap();
        assert_eq!(study.load().on(due), 1);
    }

    #[test]
    fn a_leech_is_named_at_the_threshold_and_at_each_half_of_it_more() {
        let named = |after| (0..20).filter(move |lapses| is_leech(*lapses, after));
        assert_eq!(named(8).collect::<Vec<_>>(), [8, 12, 16]);
        assert_eq!(
            named(3).collect::<Vec<_>>(),
            [3, 5, 7, 9, 11, 13, 15, 17, 19]
        );
        assert_eq!(named(5).collect::<Vec<_>>(), [5, 8, 11, 14, 17]);
        assert_eq!(named(1).take(4).collect::<Vec<_>>(), [1, 2, 3, 4]);
    }
}
