//! The history: what happened, as an append-only file a machine, and the state that follows from it.
//!
//! [`event`] is the vocabulary, [`log`] the files, [`History`] the fold: state is a function of the sorted union
//! of all files, so that machines which share their files agree without a server.

pub mod event;
pub mod log;

use std::collections::{HashMap, HashSet};

pub use event::{Event, Grade};

use crate::deck::{CardId, FaceKey};
use crate::time::{Day, Stamp};

/// One answered face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Review {
    /// When.
    pub at: Stamp,
    /// The learning day that it counts for, by the hour at which days started then.
    pub day: Day,
    /// How well.
    pub grade: Grade,
    /// How long it took, in milliseconds, at most a minute.
    pub ms: u32,
    /// The day that was promised.
    pub due: Day,
}

/// The longest time that an answer counts, in milliseconds.
pub const LONGEST_ANSWER: u32 = 60_000;

/// What happened to one face.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FaceHistory {
    reviews: Vec<Review>,
    /// How many of them, from the first, were forgotten: they count for statistics, not for scheduling.
    forgotten: usize,
    due: Option<Day>,
}

impl FaceHistory {
    /// The history of a face with these reviews, in the order of time, none of them forgotten.
    pub fn new(reviews: Vec<Review>) -> Self {
        Self {
            due: reviews.last().map(|review| review.due),
            forgotten: 0,
            reviews,
        }
    }

    /// Returns every review that was not taken back, by time, whether it was forgotten since or not.
    pub fn reviews(&self) -> &[Review] {
        &self.reviews
    }

    /// Returns the day on which it is due; `None` for a face that is new or was forgotten.
    pub fn due(&self) -> Option<Day> {
        self.due
    }

    /// The reviews that its memory rests on.
    pub fn current(&self) -> &[Review] {
        self.reviews.get(self.forgotten..).unwrap_or(&[])
    }

    /// The last review that its memory rests on.
    pub fn last(&self) -> Option<&Review> {
        self.current().last()
    }

    /// Returns how often it was forgotten when it was asked again: on a learning day past its first, by the first
    /// answer of that day. What follows on the day is relearning, as in Anki, and no lapse of its own.
    pub fn lapses(&self) -> usize {
        let pairs = self.current().iter().zip(self.current().iter().skip(1));
        pairs
            .filter(|(before, review)| review.day > before.day && !review.grade.recalled())
            .count()
    }
}

/// A scored quiz that was taken.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TestResult {
    /// When it ended.
    pub at: Stamp,
    /// The learning day that it counts for.
    #[serde(skip)]
    pub day: Day,
    /// The decks that were asked.
    pub decks: Vec<String>,
    /// How many questions were answered.
    pub asked: u32,
    /// How many of them right.
    pub right: u32,
    /// How long it took.
    pub seconds: u32,
}

/// The state that follows from a history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    faces: HashMap<FaceKey, FaceHistory>,
    suspended: HashSet<CardId>,
    buried: HashMap<CardId, Day>,
    /// Where the history of an id went.
    renamed: HashMap<CardId, CardId>,
    /// The hour at which a day starts.
    day_starts_at: u32,
    /// The scored quizzes, by time.
    pub tests: Vec<TestResult>,
    /// The latest moment of any event that counts.
    pub latest: Option<Stamp>,
    /// The moments of events that lie too far in the future to count yet.
    pub future: Vec<Stamp>,
}

/// How far ahead of the clock an event may be, in milliseconds: another machine's clock may differ, and a zone may
/// be set wrong, by less than a day. What lies further ahead waits until its time has come.
const AHEAD: i64 = 24 * 3_600_000;

impl History {
    /// The state after `events`, sorted by time, as of `now`, for days that start at `day_starts_at` o'clock.
    pub fn fold(events: impl IntoIterator<Item = Event>, now: Stamp, day_starts_at: u32) -> Self {
        let mut history = Self {
            day_starts_at,
            ..Self::default()
        };
        let mut events: Vec<Event> = events.into_iter().collect();
        let past = events.partition_point(|event| event.at().millis_since(now) <= AHEAD);
        history.future = events.drain(past..).map(|event| event.at()).collect();
        history.latest = events.last().map(Event::at);
        // Renames hold for every event, whenever it was written: another machine may have gone on with the old id
        // for a while. What was taken back is known beforehand, so that it never counts.
        let mut undone: HashSet<(FaceKey, i64)> = HashSet::new();
        for event in &events {
            if let Event::Rename { from, to, .. } = event {
                history.rename(&from.card, &to.card);
            }
        }
        let epoch = Stamp::new(chrono::DateTime::UNIX_EPOCH.fixed_offset());
        for event in &events {
            if let Event::Undo { face, of, .. } = event {
                undone.insert((history.key(face), of.millis_since(epoch)));
            }
        }
        for event in events {
            let taken_back = !undone.is_empty()
                && matches!(&event, Event::Review { at, face, .. }
                    if undone.contains(&(history.key(face), at.millis_since(epoch))));
            if !taken_back {
                history.apply(event);
            }
        }
        history
    }

    /// Adds an event that happened after all others: the same as folding it with them, but for an undo or a rename,
    /// which reach back.
    pub fn append(&mut self, event: Event) {
        self.latest = Some(event.at());
        self.apply(event);
    }

    fn rename(&mut self, from: &CardId, to: &CardId) {
        if from != to {
            self.renamed.remove(to);
            self.renamed.insert(from.clone(), to.clone());
        }
    }

    fn apply(&mut self, event: Event) {
        match event {
            Event::Review {
                at,
                face,
                grade,
                ms,
                due,
            } => {
                let day = at.day(self.day_starts_at);
                let face = self.entry(face);
                face.reviews.push(Review {
                    at,
                    day,
                    grade,
                    ms: ms.min(LONGEST_ANSWER),
                    due,
                });
                face.due = Some(due);
            }
            Event::Due { face, due, .. } => {
                let face = self.entry(face);
                if face.due.is_some() {
                    face.due = Some(due);
                }
            }
            Event::Forget { face, .. } => {
                let face = self.entry(face);
                face.forgotten = face.reviews.len();
                face.due = None;
            }
            Event::Suspend { card, .. } => {
                let card = self.card(&card);
                self.suspended.insert(card);
            }
            Event::Resume { card, .. } => {
                let card = self.card(&card);
                self.suspended.remove(&card);
                self.buried.remove(&card);
            }
            Event::Bury { card, until, .. } => {
                let card = self.card(&card);
                self.buried.insert(card, until);
            }
            Event::Test {
                at,
                decks,
                asked,
                right,
                seconds,
            } => {
                self.tests.push(TestResult {
                    at,
                    day: at.day(self.day_starts_at),
                    decks,
                    asked,
                    right,
                    seconds,
                });
            }
            Event::Undo { .. } | Event::Rename { .. } => {}
        }
    }

    fn entry(&mut self, face: FaceKey) -> &mut FaceHistory {
        let key = self.key(&face);
        self.faces.entry(key).or_default()
    }

    /// Returns the key under which the history of a face is kept: where a rename has taken it.
    pub fn key(&self, key: &FaceKey) -> FaceKey {
        FaceKey {
            card: self.card(&key.card),
            side: key.side,
        }
    }

    /// Returns the id under which the history of a card is kept: where a rename has taken it.
    pub fn card(&self, id: &CardId) -> CardId {
        let mut to = id;
        // Each step is a later rename, so the chain ends; bounded in case of a cycle.
        for _ in 0..self.renamed.len() {
            match self.renamed.get(to) {
                Some(next) => to = next,
                None => break,
            }
        }
        to.clone()
    }

    /// What happened to the face of this key. A deck that a rename has not reached yet may still use the old one.
    pub fn face(&self, key: &FaceKey) -> Option<&FaceHistory> {
        if self.renamed.is_empty() {
            return self.faces.get(key);
        }
        self.faces.get(&self.key(key))
    }

    /// Every face that something happened to, by its key.
    pub fn faces(&self) -> impl Iterator<Item = (&FaceKey, &FaceHistory)> {
        self.faces.iter()
    }

    /// Every review that was not taken back, in no order.
    pub fn reviews(&self) -> impl Iterator<Item = &Review> {
        self.faces.values().flat_map(|face| &face.reviews)
    }

    /// Whether the card is suspended.
    pub fn is_suspended(&self, card: &CardId) -> bool {
        self.suspended.contains(&self.card(card))
    }

    /// The day before which the card is not to be asked, if it was buried.
    pub fn buried_until(&self, card: &CardId) -> Option<Day> {
        self.buried.get(&self.card(card)).copied()
    }

    /// Whether any id was renamed.
    pub fn has_renames(&self) -> bool {
        !self.renamed.is_empty()
    }

    /// Where the id went, if it was renamed.
    pub fn renamed_to(&self, id: &str) -> Option<CardId> {
        self.renamed.get(id).map(|to| self.card(to))
    }

    /// The ids of the cards that have a history.
    pub fn card_ids(&self) -> HashSet<&str> {
        let reviewed = self
            .faces
            .iter()
            .filter(|(_, face)| !face.reviews.is_empty());
        reviewed.map(|(key, _)| key.card.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: u32) -> Stamp {
        format!("2026-11-23T09:{minute:02}:00.000+01:00")
            .parse()
            .unwrap()
    }

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn key(text: &str) -> FaceKey {
        text.parse().unwrap()
    }

    fn review(minute: u32, face: &str, grade: Grade) -> Event {
        Event::Review {
            at: at(minute),
            face: key(face),
            grade,
            ms: 99_000,
            due: day("2026-11-26"),
        }
    }

    fn fold(events: Vec<Event>) -> History {
        History::fold(events, at(59), 4)
    }

    #[test]
    fn an_undone_review_never_was() {
        let undo = Event::Undo {
            at: at(3),
            face: key("a"),
            of: at(2),
        };
        let history = fold(vec![
            review(1, "a", Grade::Good),
            review(2, "a", Grade::Again),
            undo.clone(),
        ]);
        assert_eq!(history.face(&key("a")).unwrap().reviews.len(), 1);
        assert_eq!(
            history.face(&key("a")).unwrap().reviews[0].ms,
            LONGEST_ANSWER
        );
        let only = fold(vec![review(2, "a", Grade::Again), undo]);
        assert_eq!(only.face(&key("a")), None);
    }

    #[test]
    fn forgetting_keeps_the_reviews_for_statistics() {
        let history = fold(vec![
            review(1, "a", Grade::Good),
            Event::Forget {
                at: at(2),
                face: key("a"),
            },
        ]);
        let face = history.face(&key("a")).unwrap();
        assert_eq!(
            (face.reviews.len(), face.current().len(), face.due),
            (1, 0, None)
        );
    }

    #[test]
    fn a_rename_carries_the_history_over_even_from_later_events() {
        let history = fold(vec![
            review(1, "a#c2", Grade::Good),
            Event::Rename {
                at: at(2),
                from: key("a"),
                to: key("b"),
            },
            review(3, "a#c2", Grade::Hard),
            Event::Rename {
                at: at(4),
                from: key("b"),
                to: key("c"),
            },
            Event::Suspend {
                at: at(5),
                card: key("a").card,
            },
        ]);
        assert_eq!(history.face(&key("c#c2")).unwrap().reviews.len(), 2);
        assert_eq!(history.faces().count(), 1);
        // A deck that the rename has not reached finds it, too.
        assert_eq!(history.face(&key("a#c2")), history.face(&key("c#c2")));
        assert!(history.is_suspended(&key("c").card));
        assert_eq!(history.renamed_to("a"), Some(key("c").card));
    }

    #[test]
    fn renaming_back_makes_no_circle() {
        let history = fold(vec![
            review(1, "a", Grade::Good),
            Event::Rename {
                at: at(2),
                from: key("a"),
                to: key("b"),
            },
            Event::Rename {
                at: at(3),
                from: key("b"),
                to: key("a"),
            },
        ]);
        assert_eq!(history.face(&key("a")).unwrap().reviews.len(), 1);
    }

    #[test]
    fn what_lies_in_the_future_waits() {
        let far = Event::Suspend {
            at: "2036-01-01T00:00:00.000+00:00".parse().unwrap(),
            card: key("a").card,
        };
        let history = fold(vec![review(1, "a", Grade::Good), far]);
        assert!(!history.is_suspended(&key("a").card));
        assert_eq!(history.future.len(), 1);
        assert_eq!(history.latest, Some(at(1)));
    }

    #[test]
    fn a_day_holds_at_most_one_lapse_and_the_first_day_none() {
        use Grade::{Again, Good};
        let days = [
            ("2026-11-01", Again),
            ("2026-11-01", Good),
            ("2026-11-03", Again),
            ("2026-11-03", Again),
            ("2026-11-03", Good),
            ("2026-11-04", Good),
            ("2026-11-04", Again),
            ("2026-11-05", Again),
        ];
        let reviews = days.map(|(on, grade)| Review {
            at: at(1),
            day: day(on),
            grade,
            ms: 1,
            due: day(on),
        });
        assert_eq!(FaceHistory::new(reviews.to_vec()).lapses(), 2);
        assert_eq!(FaceHistory::default().lapses(), 0);
    }
}
