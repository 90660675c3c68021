//! The history: what happened, as one append-only file per machine, and the state that follows from it.
//!
//! # The files
//!
//! Every `*.ron` file in the home's `reviews/` folder is read, and all of them are united; a program appends to one of
//! them only, its machine's own. A file is text: a header, then one event per line, in
//! [RON](https://github.com/ron-rs/ron). Empty lines and lines that start with `//` say nothing.
//!
//! ```ron
//! History(version: 1, machine: "laptop-abcd")
//! DayStart(at:"2026-11-23T09:12:31.511+01:00",hour:4)
//! Review(at:"2026-11-23T09:12:31.512+01:00",face:"ow-definition",grade:Good,ms:4210,due:"2026-11-26")
//! ```
//!
//! The events, with an example of each. `at` is when it happened, with the offset that the person's clock had. `card` is
//! a card's id, `face` the key of one of its faces: `card-id`, `card-id#c2` (of a cloze), `card-id#reverse`.
//!
//! | event | meaning |
//! |---|---|
//! | `Review(at:"…",face:"paris",grade:Good,ms:4210,due:"2026-11-26")` | the face was answered in `ms` milliseconds, with `Again`, `Hard`, `Good` or `Easy`, and promised for the day `due` |
//! | `Undo(at:"…",face:"paris",of:"2026-11-23T09:12:31.512+01:00")` | the event made at the moment `of` was taken back, whatever its kind. `face` is what that event was about: the face's key; for an event about a card its id; for a rename the old id; for a scored quiz anything |
//! | `Suspend(at:"…",card:"paris")`, `Suspend(at:"…",face:"paris#c2")` | the card, or the face, is not asked until it is resumed |
//! | `Resume(at:"…",card:"paris")`, `Resume(at:"…",face:"paris#c2")` | it is asked again; of a card also what was buried, and each face that was suspended by itself |
//! | `Bury(at:"…",card:"paris",until:"2026-11-24")` | the card is not asked before that day |
//! | `Forget(at:"…",face:"paris")` | the face is new again; its reviews count for statistics, not for scheduling |
//! | `Rename(at:"…",from:"paris",to:"capital-france")` | the card has another id. With a `#` in either, one face has another key: `from:"paris",to:"paris#c1"` |
//! | `Remove(at:"…",card:"paris",cut:(deck:"geography",byte:812,after:"rome",text:"…"))` | the card was taken out of its deck on purpose; its reviews still count for statistics. `cut` says what stood there, behind which card and byte, so that it can be put back; it is left out if the card had no deck any more |
//! | `Due(at:"…",face:"paris",due:"2026-12-01")` | the face, if it is not new, is due on that day instead |
//! | `Known(at:"…",face:"paris",stability:12.5,difficulty:6.1,due:"2026-12-05")` | another program knows how well the face is remembered (FSRS stability in days, difficulty 1–10): its schedule starts from there |
//! | `Test(at:"…",decks:["geography"],asked:20,right:18,seconds:300)` | a scored quiz ended |
//! | `Question(at:"…",face:"paris",right:false)` | a question of a scored quiz was answered; the schedule does not look at it |
//! | `DayStart(at:"…",hour:5)` | days start at this hour; written with the next event whenever the setting is another one than the last recorded, or none is recorded |
//!
//! What one command does to several cards or faces is one event for each. From the second on, `Suspend`, `Resume`, `Bury`,
//! `Forget` and `Remove` have a field `with`, the moment of the first one: `quiz undo` takes all of them back.
//!
//! # The union
//!
//! Equal lines are one event, so copies of a file do no harm. The order is by moment, then by the text of the line. Two
//! reviews of one face at one moment are one, whatever their offsets: the first in that order. What lies more than a day
//! ahead of the clock waits until its time has come. A header needs nothing but its `version`; a version newer than ours
//! in any file stops all recording. An event of a kind that we don't know is kept and passed over; fields that we don't
//! know are kept and left aside; lines that can't be read are reported, kept and passed over.
//!
//! # The fold
//!
//! The state is a function of that union, so machines that share their files agree without a server; and an event can
//! be added anywhere ([`History::insert`]) with the same result. It goes forwards in time:
//!
//! * **A rename moves a history**, the one that `from` labels at that moment, with its suspension, burial and due day.
//!   From then on `from` is an alias for it, for machines that have not heard of the rename, until another card is
//!   given that id. So chains, swaps and renames back come right. If `to` has a history of its own, two machines used
//!   two ids for one card, and the two are merged by time.
//! * **An undo takes an event back in place**, as if it never was, even if a clock that was set back puts it first. It
//!   finds the event by its moment, and by what it is about: as written there, or the same history after renames. What
//!   was written under the new id of a rename that was taken back belongs to the old one.
//! * **Learning days** ([`History::day`]) are by the hour that was in force at the moment: the last one recorded; before
//!   the first, that one; the setting as long as none is recorded. A new hour holds from the end of the day on which
//!   it was recorded, so that no day is cut short. No later setting changes a figure of an earlier day.
//! * **Suspensions, burials, forgettings and due days** are kept with their time, so that what was due at the end of a
//!   past day can be said for ever ([`History::waits`]): there, even what was taken back stood until the day on which
//!   it was.
//!
//! [`event`] is the vocabulary, [`log`] the files; the modules below fold.

mod adding;
mod card;
mod days;
pub mod event;
mod face;
mod fold;
mod groups;
pub mod log;
mod plain;
mod waits;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

pub use event::{Event, Grade};
pub use face::{FaceHistory, Known, LONGEST_ANSWER, Review, Stretch};

use crate::deck::{CardId, FaceKey, Side};
use crate::hashing;
use crate::time::{Day, Stamp};
use card::{CardHistory, Other};
use days::DayStarts;
use face::{Mark, What};

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

/// What a history tells of a face.
#[derive(Debug, Clone, Copy, Default)]
pub struct Told<'a> {
    /// What happened to it; `None` if nothing did.
    pub face: Option<&'a FaceHistory>,
    /// Whether it is suspended, by itself or with its card.
    pub is_suspended: bool,
    /// The day before which its card is not to be asked, if it was buried.
    pub buried_until: Option<Day>,
}

/// The state that follows from a history.
#[derive(Debug, Clone, Default)]
pub struct History {
    cards: hashing::HashMap<CardId, CardHistory>,
    /// For each id that was renamed, or renamed to, all those that renames connect with it.
    connected: HashMap<CardId, Arc<BTreeSet<CardId>>>,
    days: DayStarts,
    /// The scored quizzes that count, by time.
    pub tests: Vec<TestResult>,
    /// Those that were taken back, each with the day on which.
    undone_tests: Vec<(TestResult, Day)>,
    /// The moments of what was taken back, with the day on which it first was.
    undone: HashMap<i64, Day>,
    /// The latest moment of any event that counts.
    pub latest: Option<Stamp>,
    /// The moments of events that lie too far in the future to count yet.
    pub future: Vec<Stamp>,
}

impl History {
    fn other(&self, card: &CardId) -> Option<&Other> {
        self.cards.get(card)?.other.as_deref()
    }

    /// Returns the key under which the history of a face is kept: where a rename has taken it.
    pub fn key(&self, key: &FaceKey) -> FaceKey {
        if self.connected.is_empty() {
            return key.clone();
        }
        let card = self.card(&key.card);
        let aliases = self
            .other(&card)
            .map_or(&[][..], |other| &other.face_aliases);
        let alias = aliases.iter().find(|(side, _)| *side == key.side);
        alias.map_or(
            FaceKey {
                card,
                side: key.side,
            },
            |(_, to)| to.clone(),
        )
    }

    /// Returns the id under which the history of a card is kept: where a rename has taken it.
    pub fn card(&self, id: &CardId) -> CardId {
        self.renamed_to(id.as_str()).unwrap_or_else(|| id.clone())
    }

    /// Returns what happened to the face of this key; `None` if nothing did. A deck that a rename has not reached yet
    /// may still use the old one.
    pub fn face(&self, key: &FaceKey) -> Option<&FaceHistory> {
        let face = if self.connected.is_empty() {
            self.cards.get(&key.card)?.face(key.side)
        } else {
            let key = self.key(key);
            self.cards.get(&key.card)?.face(key.side)
        };
        face.filter(|face| !face.is_blank())
    }

    /// Returns all that is known of a face, as [`History::face`], [`History::is_face_suspended`] and
    /// [`History::buried_until`] tell it, looked up once.
    pub fn of_face(&self, key: &FaceKey) -> Told<'_> {
        if !self.connected.is_empty() {
            return Told {
                face: self.face(key),
                is_suspended: self.is_face_suspended(key),
                buried_until: self.buried_until(&key.card),
            };
        }
        let card = self.cards.get(&key.card);
        let face = card.and_then(|card| card.face(key.side));
        let face = face.filter(|face| !face.is_blank());
        let other = card.and_then(|card| card.other.as_deref());
        Told {
            face,
            is_suspended: other.is_some_and(|other| other.is_suspended)
                || face.is_some_and(FaceHistory::is_suspended),
            buried_until: other.and_then(|other| other.buried_until),
        }
    }

    /// Returns whether the last question about the face in a scored quiz was answered wrong.
    pub fn is_missed(&self, key: &FaceKey) -> bool {
        let key = self.key(key);
        let card = self.cards.get(&key.card);
        card.and_then(|card| card.face(key.side))
            .is_some_and(FaceHistory::is_missed)
    }

    /// Returns every face that something happened to, with its key, in no order.
    pub fn faces(&self) -> impl Iterator<Item = (&FaceKey, &FaceHistory)> {
        self.all_faces().filter(|(_, face)| !face.is_blank())
    }

    /// Returns the faces of the card `id` that something happened to, with their keys; those of its own id alone, whatever
    /// renames led to it or away from it.
    pub fn faces_of(&self, id: &CardId) -> impl Iterator<Item = (&FaceKey, &FaceHistory)> {
        let faces = self.cards.get(id).into_iter().flat_map(|card| &card.faces);
        let faces = faces.map(|(key, face)| (key, face));
        faces.filter(|(_, face)| !face.is_blank())
    }

    fn all_faces(&self) -> impl Iterator<Item = (&FaceKey, &FaceHistory)> {
        let faces = self.cards.values().flat_map(|card| &card.faces);
        faces.map(|(key, face)| (key, face))
    }

    /// Returns every review that was not taken back, in no order.
    pub fn reviews(&self) -> impl Iterator<Item = &Review> {
        self.faces().flat_map(|(_, face)| face.reviews())
    }

    /// Returns whether the card is suspended, with all of its faces.
    pub fn is_suspended(&self, card: &CardId) -> bool {
        self.other(&self.card(card))
            .is_some_and(|other| other.is_suspended)
    }

    /// Returns whether the face is suspended, by itself or with its card.
    pub fn is_face_suspended(&self, face: &FaceKey) -> bool {
        self.is_suspended(&face.card) || self.face(face).is_some_and(FaceHistory::is_suspended)
    }

    /// Returns the day before which the card is not to be asked, if it was buried.
    pub fn buried_until(&self, card: &CardId) -> Option<Day> {
        self.other(&self.card(card))?.buried_until
    }

    /// Returns when the card was taken out of its deck on purpose, if it was. A face that is answered later is back.
    pub fn removed(&self, card: &CardId) -> Option<Stamp> {
        self.other(&self.card(card))?.removed
    }

    /// Returns the days up to `today` at whose end the face waited: it was due, and neither suspended nor buried, as
    /// things stood then. Ranges without their ends, by time.
    pub fn waits(&self, face: &FaceKey, today: Day) -> Vec<Range<Day>> {
        let key = self.key(face);
        let Some(card) = self.cards.get(&key.card) else {
            return Vec::new();
        };
        let face = card.face(key.side);
        face.map_or_else(Vec::new, |face| waits::waits(face, card.marks(), today))
    }

    /// Returns the learning days on which a face was answered or a scored quiz taken, as things stood at their ends:
    /// what was taken back on a later day was done on its own.
    pub fn days_with_answers(&self) -> BTreeSet<Day> {
        let undone = self.all_faces().flat_map(|(_, face)| face.marks());
        let undone = undone.filter_map(|mark| match mark.what {
            What::Review(review) => mark
                .undone
                .filter(|day| *day > review.day)
                .and(Some(review.day)),
            _ => None,
        });
        let undone_tests = self
            .undone_tests
            .iter()
            .filter(|(test, day)| *day > test.day);
        self.reviews()
            .map(|review| review.day)
            .chain(undone)
            .chain(self.tests.iter().map(|test| test.day))
            .chain(undone_tests.map(|(test, _)| test.day))
            .collect()
    }

    /// Returns the learning day of a moment.
    pub fn day(&self, at: Stamp) -> Day {
        self.days.day(at)
    }

    /// Returns the hour that was recorded last as that at which days start.
    pub fn day_starts_at(&self) -> Option<u32> {
        self.days.last()
    }

    /// Returns whether this event was taken back.
    pub fn is_undone(&self, event: &Event) -> bool {
        let at = event.at().millis();
        if !self.undone.contains_key(&at) {
            return false;
        }
        if matches!(event, Event::Test { .. }) {
            return true;
        }
        let Some(card) = event.about() else {
            return false;
        };
        let group = self.group(&card);
        if let Event::Rename { from, .. } = event {
            let mut notes = group
                .iter()
                .filter_map(|id| self.other(id))
                .flat_map(|other| &other.notes);
            return notes.any(|note| {
                matches!(note, Event::Undo { face, of, .. } if of.millis() == at && face == from)
            });
        }
        let cards = group.iter().filter_map(|id| self.cards.get(id));
        let mut marks = cards.flat_map(|card| {
            let faces = card.faces.iter().flat_map(|(_, face)| face.marks());
            card.marks().iter().chain(faces)
        });
        marks.any(|mark| mark.at.millis() == at && mark.undone.is_some())
    }

    /// Returns whether any id was renamed.
    pub fn has_renames(&self) -> bool {
        !self.connected.is_empty()
    }

    /// Returns where the history of an id went, if it was renamed.
    pub fn renamed_to(&self, id: &str) -> Option<CardId> {
        self.cards.get(id)?.other.as_ref()?.alias.clone()
    }

    /// Returns whether a face of the card was ever answered.
    pub fn has_reviews(&self, card: &CardId) -> bool {
        self.has_reviews_under(self.card(card).as_str())
    }

    /// Returns whether there are reviews under this id itself, wherever a rename leads from it.
    pub fn has_reviews_under(&self, id: &str) -> bool {
        self.cards.get(id).is_some_and(CardHistory::has_reviews)
    }

    /// Returns the ids under which there are reviews.
    pub fn card_ids(&self) -> HashSet<&str> {
        let reviewed = self.cards.iter().filter(|(_, card)| card.has_reviews());
        reviewed.map(|(id, _)| id.as_str()).collect()
    }
}

impl PartialEq for History {
    /// Returns whether the same follows from both, however they came about.
    fn eq(&self, other: &Self) -> bool {
        fn faces(history: &History) -> BTreeMap<&FaceKey, &FaceHistory> {
            history.all_faces().collect()
        }
        type OfCard<'a> = (&'a [Mark], Option<&'a CardId>, &'a [(Side, FaceKey)]);
        fn marks(history: &History) -> BTreeMap<&CardId, OfCard<'_>> {
            let cards = history.cards.iter().filter_map(|(id, card)| {
                let other = card.other.as_deref()?;
                let (marks, aliases) = (other.marks.as_slice(), other.face_aliases.as_slice());
                let alias = other.alias.as_ref();
                let is_nothing = marks.is_empty() && aliases.is_empty() && alias.is_none();
                (!is_nothing).then_some((id, (marks, alias, aliases)))
            });
            cards.collect()
        }
        self.days == other.days
            && self.tests == other.tests
            && self.undone_tests == other.undone_tests
            && self.latest == other.latest
            && self.future == other.future
            && faces(self) == faces(other)
            && marks(self) == marks(other)
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
        assert_eq!(history.face(&key("a")).unwrap().reviews().len(), 1);
        assert_eq!(
            history.face(&key("a")).unwrap().reviews()[0].ms,
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
                with: None,
            },
        ]);
        let face = history.face(&key("a")).unwrap();
        assert_eq!(
            (face.reviews().len(), face.current().len(), face.due()),
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
            Event::suspend(at(5), key("a").card),
        ]);
        assert_eq!(history.face(&key("c#c2")).unwrap().reviews().len(), 2);
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
        assert_eq!(history.face(&key("a")).unwrap().reviews().len(), 1);
    }

    #[test]
    fn what_lies_in_the_future_waits() {
        let far = Event::suspend(
            "2036-01-01T00:00:00.000+00:00".parse().unwrap(),
            key("a").card,
        );
        let history = fold(vec![review(1, "a", Grade::Good), far]);
        assert!(!history.is_suspended(&key("a").card));
        assert_eq!(history.future.len(), 1);
        assert_eq!(history.latest, Some(at(1)));
    }

    #[test]
    fn the_future_begins_a_day_ahead_of_the_clock() {
        let now: Stamp = "2026-11-20T12:00:00.000+00:00".parse().unwrap();
        let waits = |ahead: i64| {
            let event = Event::suspend(now.plus_millis(ahead), key("a").card);
            let mut added = History::fold(Vec::new(), now, 4);
            added.insert(event.clone(), now);
            let folded = History::fold(vec![event], now, 4);
            let suspended = |history: &History| history.is_suspended(&key("a").card);
            assert_eq!(suspended(&added), suspended(&folded));
            !suspended(&folded)
        };
        let day = 24 * 3_600_000;
        assert!(!waits(day) && waits(day + 1));
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
