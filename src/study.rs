//! A home opened for learning: decks, history and settings together, and the one way in which answers are
//! recorded. The session, `quiz next` and `quiz grade` all go through it.

use std::fs;
use std::path::PathBuf;

use crate::config::Config;
use crate::deck::library::Library;
use crate::deck::write::Batch;
use crate::deck::{CardId, Deck, FaceKey};
use crate::error::{Error, Result};
use crate::files::{self, Disk, Guard, Os};
use crate::history::event::VERSION;
use crate::history::log::{self, Appended, Log, Union};
use crate::history::{Event, Grade, History};
use crate::home::{self, Home};
use crate::learn::{self, Learned, Progress};
use crate::place::Problem;
use crate::schedule::memory::Memory;
use crate::schedule::parameters::Parameters;
use crate::schedule::queue::{Queue, Wanted};
use crate::schedule::scheduler::{Load, Promises, Scheduler};
use crate::stats::known::{Known, known};
use crate::stats::streak::{Days, Streak};
use crate::time::{Clock, Day, Stamp};

/// An open home.
pub struct Study {
    /// Where it is.
    pub home: Home,
    /// The decks.
    pub library: Library,
    /// What happened.
    pub history: History,
    /// What is wrong with the history's files.
    pub history_problems: Vec<Problem>,
    /// The settings.
    pub config: Config,
    /// The scheduler's engine, with the parameters in force.
    pub memory: Memory,
    /// What was learnt from the history, as of the last [`Study::learn`].
    pub learned: Learned,
    /// Set when a torn line was set aside, until it was said.
    pub set_aside: bool,
    /// Set when something was written while nothing kept other processes out.
    pub unguarded: bool,
    clock: Clock,
    log: Log,
    generation: u64,
    newer: Option<(PathBuf, u32)>,
    /// Why this machine's own history can't be read.
    own_trouble: Option<std::io::Error>,
    disk: Box<dyn Disk>,
}

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is on the disk.
    Recorded {
        /// When it was given.
        at: Stamp,
        /// When the face is due next.
        due: Day,
        /// The face's lapses, if they make it a leech.
        leech: Option<usize>,
    },
    /// Another process has answered the face since it was asked: nothing was recorded.
    Elsewhere,
    /// No deck has the face any more: nothing was recorded.
    Gone,
}

impl Study {
    /// Opens `home`. What is wrong with single decks, cards or lines is kept as problems.
    ///
    /// # Errors
    /// If settings are wrong, or a folder can't be read.
    pub fn open(home: Home, clock: Clock) -> Result<Self> {
        let config = Config::load(&home.config())?;
        Self::open_with(home, clock, config)
    }

    /// Opens `home` with these settings, whatever its own are.
    ///
    /// # Errors
    /// If a folder can't be read.
    pub fn open_with(home: Home, clock: Clock, config: Config) -> Result<Self> {
        // The two are read side by side: each takes about as long as the other.
        let (library, history) = rayon::join(
            || Library::load(&home.decks()),
            || read_history(&home, clock.now(), config.day_starts_at),
        );
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
        };
        study.take_history(history);
        Ok(study)
    }

    /// Learns from the history, and takes the parameters that have earned it for everything that follows; `say` is
    /// told before fits are made. What a session began with it keeps to its end.
    pub fn learn(&mut self, say: &mut dyn FnMut(Progress)) {
        let path = self.learned_path();
        self.learned = learn::history::learn(&self.history, path.as_deref(), say);
        self.memory = Memory::with(&self.parameters());
    }

    /// Takes the parameters that have earned it, as [`Study::learn`] does, and learns only where that can make a
    /// difference to them.
    pub fn learn_parameters(&mut self, say: &mut dyn FnMut(Progress)) {
        let set = self.config.parameters.is_some() || !self.config.tune;
        if !set && learn::history::has_judged(&self.history, learn::EARLIEST) {
            self.learn(say);
        } else {
            self.memory = Memory::with(&self.parameters());
        }
    }

    /// Returns the parameters in force: those set in `config.ron`, or the fitted ones if they have earned it, or the
    /// default ones.
    pub fn parameters(&self) -> Parameters {
        let fitted = self.learned.parameters().filter(|_| self.config.tune);
        let fitted = fitted.and_then(|weights| Parameters::new(weights).ok());
        let fitted = fitted.map(|(parameters, _)| parameters);
        self.config.parameters.or(fitted).unwrap_or_default()
    }

    /// Returns the engine with the parameters in force at the end of `day`; of today those of now. What the settings
    /// say changes nothing about days that are past.
    pub fn memory_on(&self, day: Day) -> Memory {
        if day >= self.today() {
            return self.memory.clone();
        }
        let fitted = learn::history::parameters_on(&self.learned, day);
        let fitted = fitted.and_then(|weights| Parameters::new(weights).ok());
        let (parameters, _) = fitted.unwrap_or_default();
        Memory::with(&parameters)
    }

    /// Returns where what was learnt is kept.
    fn learned_path(&self) -> Option<PathBuf> {
        let path = fs::canonicalize(&self.home.path).unwrap_or_else(|_| self.home.path.clone());
        let name = format!("learned-{:016x}", learn::answers::hash(path.display()));
        Some(home::cache_folder()?.join(name))
    }

    /// Returns the same on another disk, for tests of what happens when a disk fails.
    pub fn with_disk(mut self, disk: Box<dyn Disk>) -> Self {
        self.disk = disk;
        self
    }

    /// Reads the history anew.
    ///
    /// # Errors
    /// If its files can't be read.
    pub fn reload_history(&mut self) -> Result<()> {
        let history = read_history(&self.home, self.clock.now(), self.config.day_starts_at)?;
        self.take_history(history);
        Ok(())
    }

    fn take_history(&mut self, (history, union): (History, Union)) {
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

    /// Holds the decks and reads them anew: as long as the result lives, no other process of this program changes
    /// them, so that no id is given twice and no card is written over another.
    ///
    /// # Errors
    /// [`Error::Busy`] if another process holds them; if their folder can't be read.
    pub fn hold_decks(&mut self) -> Result<files::Held> {
        let held = files::hold(&self.home.decks())?;
        self.unguarded |= held.guard() == Guard::Missing;
        self.reload_decks()?;
        Ok(held)
    }

    /// Reads the decks anew.
    ///
    /// # Errors
    /// If their folder can't be read.
    pub fn reload_decks(&mut self) -> Result<()> {
        self.library = Library::load(&self.home.decks())?;
        self.settle_ids();
        Ok(())
    }

    /// Starts adding cards, to be called while the decks are held: no card gets an id that the history knows.
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

    /// Returns the moment that it is now.
    pub fn now(&self) -> Stamp {
        self.clock.now()
    }

    /// Returns the learning day of now.
    pub fn today(&self) -> Day {
        self.history.day(self.now())
    }

    /// Returns what is to be asked.
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

    /// Returns what each grade would promise for a face of `deck` today.
    pub fn promises(&self, key: &FaceKey, deck: &Deck) -> Promises {
        self.promises_with(key, deck, &self.load())
    }

    /// Returns the same as [`Study::promises`], where the load is known.
    pub fn promises_with(&self, key: &FaceKey, deck: &Deck, load: &Load) -> Promises {
        let scheduler = Scheduler {
            memory: &self.memory,
            config: &self.config,
        };
        let face = self.history.face(key);
        scheduler.promises(key, face, &deck.name, self.today(), load)
    }

    /// Returns a number that is another one after decks or history were read anew: what was built from them before
    /// must be built again.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Returns the streak as of today.
    pub fn streak(&self) -> Streak {
        let faces = self.library.faces().map(|(_, card, side)| card.face(side));
        Days::new(&self.history, faces, self.today()).streak()
    }

    /// Returns how much of what the decks have is known now, and was at the ends of the `weeks` before, oldest first.
    pub fn known(&self, weeks: i64) -> Vec<Known> {
        let faces = self.library.faces();
        let faces = faces.filter_map(|(_, card, side)| self.history.face(&card.face(side)));
        known(faces, |day| self.memory_on(day), self.today(), weeks)
    }

    /// Returns the number of reviews that the memory of a face rests on: it tells whether the face was answered
    /// meanwhile.
    pub fn reviews_of(&self, key: &FaceKey) -> usize {
        self.history
            .face(key)
            .map_or(0, |face| face.current().len())
    }

    /// Records that the face `key` got `grade` after `ms` milliseconds. `seen` is what [`Study::reviews_of`] said
    /// when it was asked, `promises` what was shown then, if anything was.
    ///
    /// # Errors
    /// If the answer could not be brought to the disk.
    pub fn answer(
        &mut self,
        key: &FaceKey,
        grade: Grade,
        ms: u32,
        seen: usize,
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
            if self.reviews_of(key) != seen {
                return Ok(Answer::Elsewhere);
            }
        }
    }

    fn lapses(&self, key: &FaceKey) -> usize {
        self.history.face(key).map_or(0, |face| face.lapses())
    }

    /// Returns the number of faces due on each day, of those that a deck has and that are not suspended.
    fn load(&self) -> Load {
        let cards = self.library.cards().map(|(_, card)| card);
        let faces = cards.flat_map(|card| card.faces());
        faces
            .filter(|face| !self.history.is_face_suspended(face))
            .filter_map(|face| self.history.face(&face)?.due())
            .collect()
    }

    /// Records the event that `make` gives for its moment.
    ///
    /// # Errors
    /// If it could not be brought to the disk.
    pub fn record(&mut self, make: impl Fn(Stamp) -> Event) -> Result<Stamp> {
        loop {
            let at = self.stamp();
            if self.try_record(make(at))? {
                return Ok(at);
            }
        }
    }

    /// Records `event` if nothing else was recorded since the history was read; else reads it anew. The hour at which
    /// days start is recorded just before it, unless it stands there already.
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

    /// Appends `event` if nothing else was recorded since the history was read; else reads it anew.
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
                    // What is said of the files has changed, too.
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
    /// If the history is of a newer version, or the disk fails.
    pub fn mend_history(&mut self) -> Result<()> {
        self.refuse_newer()?;
        self.log.mend(self.disk.as_ref())?;
        self.reload_history()
    }

    /// Refuses where nothing can be recorded: before anything is asked or changed.
    ///
    /// # Errors
    /// [`Error::Newer`] if some file of the history is of a newer version; [`Error::Io`] if this machine's own can't
    /// be read.
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

    /// Returns the moment of the next event: now, but never one that an event has already. A clock that was set back a
    /// little goes on from the last event, so that the order of the answers stays.
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

/// Returns whether a face that has lapsed once more, `lapses` times now, is to be named as a leech: at `leech_after`,
/// then at each half of that more, rounded up (Anki, `rslib/src/scheduler/states/review.rs`, `leech_threshold_met`,
/// 2026).
fn is_leech(lapses: usize, leech_after: usize) -> bool {
    let beyond = lapses.checked_sub(leech_after);
    beyond.is_some_and(|beyond| beyond.is_multiple_of(leech_after.div_ceil(2).max(1)))
}

/// Reads the history: the state as of `now`, and what else its files said, without the events.
fn read_history(home: &Home, now: Stamp, day_starts_at: u32) -> Result<(History, Union)> {
    let mut union = log::read(&home.reviews(), &home.own_history())?;
    let reviews = std::mem::take(&mut union.reviews);
    let others = std::mem::take(&mut union.others);
    let history = History::fold_reviews(reviews, others, now, day_starts_at);
    Ok((history, union))
}

#[cfg(test)]
mod tests {
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
        let answer = here.answer(&key("a"), Grade::Good, 1000, 0, None).unwrap();
        assert_eq!(answer, Answer::Gone);
    }

    #[test]
    fn a_face_that_another_process_answered_is_answered_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::for_tests(folder.path(), TWO);
        let mut here = open(&home, "2026-11-23T09:00:00+01:00");
        let mut elsewhere = open(&home, "2026-11-23T09:00:01+01:00");
        elsewhere
            .answer(&key("a"), Grade::Good, 1000, 0, None)
            .unwrap();
        let answer = here.answer(&key("a"), Grade::Good, 1000, 0, None).unwrap();
        assert_eq!(answer, Answer::Elsewhere);
        let answer = here.answer(&key("b"), Grade::Good, 1000, 0, None).unwrap();
        assert!(matches!(answer, Answer::Recorded { .. }));
    }

    #[test]
    fn a_leech_is_named_once_for_each_lapse() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::for_tests(folder.path(), TWO);
        fs::write(home.config(), "Config(leech_after: 1)").unwrap();
        let again = |now: &str| {
            let mut study = open(&home, now);
            let seen = study.reviews_of(&key("a"));
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
