//! The history: one append-only file of events per machine, and the state that follows from all of them.
//!
//! It knows ids, keys, moments and days, never the library, the scheduler, the settings or the terminal.
//!
//! # The files
//!
//! Every `*.ron` file in the home's `reviews/` folder is read, and their events are united. The program appends only to
//! the file of its own machine. A file is text: a header, then one event per line, in
//! [RON](https://github.com/ron-rs/ron). Empty lines and lines that start with `//` are ignored.
//!
//! ```ron
//! History(version: 1, machine: "laptop-abcd")
//! DayStart(at:"2026-11-23T09:12:31.511+01:00",hour:4)
//! Review(at:"2026-11-23T09:12:31.512+01:00",face:"ow-definition",grade:Good,ms:4210,due:"2026-11-26")
//! ```
//!
//! The table has an example of each event. `at` is the moment when it happened, with the UTC offset of the person's
//! clock. `card` is a card's id; `face` is the key of one of its faces: `card-id`, `card-id#c2` (a cloze group) or
//! `card-id#reverse`.
//!
//! | event | meaning |
//! |---|---|
//! | `Review(at:"…",face:"paris",grade:Good,ms:4210,due:"2026-11-26")` | the face was answered in `ms` milliseconds, graded `Again`, `Hard`, `Good` or `Easy`, and is next due on `due` |
//! | `Undo(at:"…",face:"paris",of:"2026-11-23T09:12:31.512+01:00")` | the event of the moment `of` was undone, whatever its kind. `face` says what that event was about: the key of its face, or the id of its card; for a rename, the old id; for a scored quiz, anything |
//! | `Suspend(at:"…",card:"paris")`, `Suspend(at:"…",face:"paris#c2")` | the card, or the face, is not asked until it is resumed |
//! | `Resume(at:"…",card:"paris")`, `Resume(at:"…",face:"paris#c2")` | the card, or the face, is asked again. Resuming a card also ends its burial and the suspension of its single faces |
//! | `Bury(at:"…",card:"paris",until:"2026-11-24")` | the card is not asked before that day |
//! | `Forget(at:"…",face:"paris")` | the face is new again; its reviews count for statistics, not for scheduling |
//! | `Rename(at:"…",from:"paris",to:"capital-france")` | the card got a new id. With a `#` in either field, one face got a new key: `from:"paris",to:"paris#c1"` |
//! | `Remove(at:"…",card:"paris",cut:(deck:"geography",byte:812,after:"rome",text:"…"))` | the card was removed from its deck on purpose; its reviews still count for statistics. `cut` holds the removed text, its byte offset in the file and the id of the card before it, so that it can be put back; it is omitted if no deck had the card |
//! | `Due(at:"…",face:"paris",due:"2026-12-01")` | the face, unless it is new, is due on that day instead |
//! | `Known(at:"…",face:"paris",stability:12.5,difficulty:6.1,due:"2026-12-05")` | another program's memory state of the face (FSRS stability in days, difficulty 1–10), from which its schedule starts |
//! | `Test(at:"…",decks:["geography"],asked:20,right:18,seconds:300)` | a scored quiz ended |
//! | `Question(at:"…",face:"paris",right:false)` | a question of a scored quiz was answered; the schedule ignores it |
//! | `DayStart(at:"…",hour:5)` | days start at this hour (0–23); written before the next event whenever the setting differs from the hour recorded last, or none is recorded |
//!
//! A command that affects several cards or faces writes one event for each. From the second on, `Suspend`, `Resume`,
//! `Bury`, `Forget` and `Remove` have a field `with`, the moment of the first one: `quiz undo` undoes all of them.
//!
//! # The union
//!
//! Equal lines are one event, so copies of a file do no harm. Events are ordered by moment, then by the text of the
//! line. Of several reviews of one face at one moment, whatever their offsets, only the first in that order counts.
//! Events more than a day ahead of the clock are ignored until then. A header needs only its `version`; a version newer
//! than ours in any file stops all recording. Events of unknown kinds, unknown fields, and unreadable lines stay in the
//! file and are reported and ignored.
//!
//! # The fold
//!
//! The state is a function of that union, so machines that share their files agree without a server, and inserting an
//! event anywhere ([`History::insert`]) gives the same result. The fold goes forwards in time:
//!
//! * **A rename moves a history**, the one that `from` labels at that moment, with its suspension, burial and due day.
//!   From then on `from` is an alias for it, for machines that have not heard of the rename, until another card is
//!   given that id. Hence chains of renames, swaps and renames back give the expected result. If `to` has a history of
//!   its own, two machines used two ids for one card, and the two histories are merged by time.
//! * **An undo removes an event**, as if it had never happened, even if the clock was set back so that the undo comes
//!   first. It finds the event by its moment and its subject: the key as written there, or another key of the same
//!   history after renames. Events written under the new id of an undone rename belong to the old id.
//! * **Learning days** ([`History::day`]) start at the hour in force at the moment: the one recorded last; before the
//!   first, that first one; the setting if none is recorded. A new hour takes effect at the end of the day on which it
//!   was recorded, so that no day is cut short. No later setting changes a figure of an earlier day.
//! * **Suspensions, burials, resets and due days** are kept with their time, so that the faces due at the end of a past
//!   day never change ([`Told::waits`]): there, an undone event still holds up to the day on which it was undone.
//!
//! [`event`] is the vocabulary and [`log`] the files; the private modules fold the events.

mod adding;
mod base;
mod card;
mod cards;
mod days;
pub mod event;
mod face;
mod faces;
mod fold;
mod groups;
mod lend;
pub mod log;
mod plain;
pub mod read;
mod stored;
mod stretches;
mod waits;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

pub use base::Expected;
pub use event::{Event, Grade};
pub use face::{FaceHistory, Known, LONGEST_ANSWER, Review, Stretch};
pub use faces::BATCH as AT_ONCE;
pub use lend::Room;

use crate::deck::{CardId, FaceKey, FaceName, Side};
use crate::time::{Day, Stamp};
use base::Base;
use card::{CardHistory, Other};
use cards::{Cards, Found};
use days::DayStarts;
use face::Mark;

/// The result of one scored quiz.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TestResult {
    /// When it ended.
    pub at: Stamp,
    /// The learning day it counts for.
    #[serde(skip)]
    pub day: Day,
    /// The decks that were asked.
    pub decks: Vec<String>,
    /// The number of questions answered.
    pub asked: u32,
    /// The number of right answers.
    pub right: u32,
    /// The time it took, in seconds.
    pub seconds: u32,
}

/// The state of one face, from one lookup.
#[derive(Debug, Clone, Copy, Default)]
pub struct Told<'a> {
    face: Option<OfFace<'a>>,
    /// The history of its card and its side there, if anything but answers may have happened to the card.
    touched: Option<(&'a CardHistory, Side)>,
    /// Whether it is suspended, by itself or with its card.
    pub is_suspended: bool,
    /// The day on which its card is asked again, if it was buried; the day may be past.
    pub buried_until: Option<Day>,
}

/// The history of a face, made or not.
#[derive(Debug, Clone, Copy)]
enum OfFace<'a> {
    Made(&'a FaceHistory),
    /// Only answered, with its number in the base.
    Answered(&'a Base, u32),
}

impl<'a> Told<'a> {
    /// Returns the state of a face of a card that was only answered; it was, too.
    fn answered(base: &'a Base, face: u32) -> Self {
        Self {
            face: Some(OfFace::Answered(base, face)),
            ..Self::default()
        }
    }

    /// Returns the state of a face of this card.
    fn of(card: &'a CardHistory, side: Side) -> Self {
        let face = card.face(side).filter(|face| !face.is_blank());
        let other = card.other.as_deref();
        Self {
            face: face.map(OfFace::Made),
            touched: Some((card, side)),
            is_suspended: other.is_some_and(|other| other.is_suspended)
                || face.is_some_and(FaceHistory::is_suspended),
            buried_until: other.and_then(|other| other.buried_until),
        }
    }

    /// Returns the name under which its history is kept; `None` if it has none.
    pub fn name(&self) -> Option<FaceName<'a>> {
        match (self.face?, self.touched) {
            (OfFace::Answered(base, face), _) => base.name(face),
            (OfFace::Made(_), Some((card, side))) => card.name(side),
            (OfFace::Made(_), None) => None,
        }
    }

    /// Returns its history; `None` if nothing happened to it.
    pub fn face(&self) -> Option<&'a FaceHistory> {
        match self.face? {
            OfFace::Made(face) => Some(face),
            OfFace::Answered(base, face) => base.face_history(face),
        }
    }

    /// Returns the same as [`FaceHistory::due`].
    pub fn due(&self) -> Option<Day> {
        match self.face? {
            OfFace::Made(face) => face.due(),
            OfFace::Answered(base, face) => base.due(face),
        }
    }

    /// Returns the last review since the last reset, as [`FaceHistory::last`] does.
    pub fn last(&self) -> Option<Review> {
        match self.face? {
            OfFace::Made(face) => face.last().copied(),
            OfFace::Answered(base, face) => base.last(face),
        }
    }

    /// Returns the moment of the first review ever.
    pub fn first_ever(&self) -> Option<Stamp> {
        match self.face? {
            OfFace::Made(face) => face.reviews().first().map(|first| first.at),
            OfFace::Answered(base, face) => base.first_at(face),
        }
    }

    /// Returns the last review ever.
    pub fn last_ever(&self) -> Option<Review> {
        match self.face? {
            OfFace::Made(face) => face.reviews().last().copied(),
            OfFace::Answered(base, face) => base.last(face),
        }
    }
}

/// Faces with their histories.
pub type Faces<'a> = Vec<(&'a FaceKey, &'a FaceHistory)>;

/// The state that follows from a history.
#[derive(Debug, Clone, Default)]
pub struct History {
    cards: Cards,
    /// For each id in a rename, the set of ids that renames connect with it, itself included.
    connected: HashMap<CardId, Arc<BTreeSet<CardId>>>,
    days: DayStarts,
    /// The scored quizzes that count, by time.
    pub tests: Vec<TestResult>,
    /// The undone ones, each with the learning day on which it was undone.
    undone_tests: Vec<(TestResult, Day)>,
    /// The moments of undone events, in Unix milliseconds, with the learning day of the first undo.
    undone: HashMap<i64, Day>,
    /// The latest moment of any event that counts.
    pub latest: Option<Stamp>,
    /// The moments of events too far in the future to count yet, ascending.
    pub future: Vec<Stamp>,
}

impl History {
    fn other(&self, card: &CardId) -> Option<&Other> {
        self.cards.get(card.as_str())?.other.as_deref()
    }

    /// Returns the key under which the history of a face is kept, after all renames.
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

    /// Returns the id under which the history of a card is kept, after all renames.
    pub fn card(&self, id: &CardId) -> CardId {
        self.renamed_to(id.as_str()).unwrap_or_else(|| id.clone())
    }

    /// Returns the history of the face with this key; `None` if nothing happened to it.
    ///
    /// An old key finds it too: a rename may not have reached the deck yet.
    pub fn face(&self, key: &FaceKey) -> Option<&FaceHistory> {
        let face = if self.connected.is_empty() {
            self.cards.get(key.card.as_str())?.face(key.side)
        } else {
            let key = self.key(key);
            self.cards.get(key.card.as_str())?.face(key.side)
        };
        face.filter(|face| !face.is_blank())
    }

    /// Returns the results of [`History::face`], [`History::is_face_suspended`] and [`History::buried_until`] from one
    /// lookup, without making the history of a face that was only answered.
    pub fn of_face(&self, key: &FaceKey) -> Told<'_> {
        self.of_named(key.into())
    }

    /// Returns the same as [`History::of_face`] for a face that is given by its name.
    pub fn of_named(&self, name: FaceName<'_>) -> Told<'_> {
        if !self.connected.is_empty() {
            let key = name.to_key();
            let kept = self.key(&key);
            let card = self.cards.get(kept.card.as_str());
            return Told {
                face: self.face(&key).map(OfFace::Made),
                touched: card.map(|card| (card, kept.side)),
                is_suspended: self.is_face_suspended(&key),
                buried_until: self.buried_until(&key.card),
            };
        }
        if let Some(card) = self.cards.touched_card(name.card) {
            return Told::of(card, name.side);
        }
        let base = self.cards.base();
        let face = base.find(name.card, name.side);
        face.map_or_else(Told::default, |face| Told::answered(base, face))
    }

    /// Fetches from memory what [`History::of_expected`] needs of the next cards, at most [`AT_ONCE`], all of it at once: a
    /// large home waits for its memory longer than it calculates.
    pub fn expect<'a>(&self, cards: impl Iterator<Item = &'a str>) -> Expected {
        self.cards.base().expect(cards)
    }

    /// Returns the result of [`History::of_face`] for a face of the card that was the `at`th of those `expected`, from 0.
    pub fn of_expected(&self, key: &FaceKey, expected: &Expected, at: usize) -> Told<'_> {
        let is_plain =
            || self.connected.is_empty() && self.cards.touched_card(key.card.as_str()).is_none();
        match expected.get(at, key.side) {
            Some(face) if is_plain() => Told::answered(self.cards.base(), face),
            _ => self.of_face(key),
        }
    }

    /// Returns the number of answers from day `from` on and before day `to`, whether a deck still has their faces or
    /// not.
    pub fn answers_between(&self, from: Day, to: Day) -> usize {
        let is_within = |review: &&Review| (from..to).contains(&review.day);
        let touched = self.cards.touched().flat_map(|(_, card)| &card.faces);
        let of_touched = touched.map(|(_, face)| face.reviews().iter().filter(is_within).count());
        self.cards.untouched_between(from, to) + of_touched.sum::<usize>()
    }

    /// Returns whether the last question about the face in a scored quiz was answered wrong.
    pub fn is_missed(&self, key: &FaceKey) -> bool {
        let key = self.key(key);
        let card = self.cards.get(key.card.as_str());
        card.and_then(|card| card.face(key.side))
            .is_some_and(FaceHistory::is_missed)
    }

    /// Returns every face with a history, with its key, in no order.
    pub fn faces(&self) -> impl Iterator<Item = (&FaceKey, &FaceHistory)> {
        self.all_faces().filter(|(_, face)| !face.is_blank())
    }

    /// Returns the faces with a history kept under exactly this id, with their keys; renames are not followed.
    pub fn faces_of(&self, id: &CardId) -> impl Iterator<Item = (&FaceKey, &FaceHistory)> {
        let faces = self
            .cards
            .get(id.as_str())
            .into_iter()
            .flat_map(|card| &card.faces);
        let faces = faces.map(|(key, face)| (key, face));
        faces.filter(|(_, face)| !face.is_blank())
    }

    /// Returns the sides that were learnt ([`FaceHistory::is_learnt`]) of the card kept under exactly this id.
    pub fn learnt_sides(&self, id: &str) -> impl Iterator<Item = Side> + '_ {
        let (answered, touched) = match self.cards.find(id) {
            Some(Found::Answered(base, card)) => (Some(base.sides(card)), None),
            Some(Found::Touched(card)) => (None, Some(card.learnt_sides())),
            None => (None, None),
        };
        let answered = answered.into_iter().flatten();
        answered.chain(touched.into_iter().flatten())
    }

    /// Returns the ids of the cards of which a part was learnt, a side other than [`Side::Whole`], in no order.
    pub fn learnt_in_parts(&self) -> impl Iterator<Item = &str> {
        let is_part = |side| side != Side::Whole;
        let touched = self.cards.touched();
        let touched = touched.filter(move |(_, card)| card.learnt_sides().any(is_part));
        let touched = touched.map(|(id, _)| id.as_str());
        touched.chain(
            self.cards
                .untouched(move |base, card| base.sides(card).any(is_part)),
        )
    }

    fn all_faces(&self) -> impl Iterator<Item = (&FaceKey, &FaceHistory)> {
        let faces = self.cards.all().flat_map(|card| &card.faces);
        faces.map(|(key, face)| (key, face))
    }

    /// Returns an identity of the answers that come from the index, which no other answers or days have, and all faces
    /// whose histories differ from them: as the index has them, and as they are. `None` without an index.
    pub fn since_index(&self) -> Option<(u128, Faces<'_>, Faces<'_>)> {
        let base = self.cards.base();
        let identity = base.identity()?;
        let touched = || self.cards.touched();
        let before = touched().filter_map(|(id, _)| base.history(base.card(id.as_str())?));
        let now = touched().map(|(_, card)| card);
        fn faces<'a>(cards: impl Iterator<Item = &'a CardHistory>) -> Faces<'a> {
            let faces = cards
                .flat_map(|card| &card.faces)
                .map(|(key, face)| (key, face));
            faces.filter(|(_, face)| !face.is_blank()).collect()
        }
        Some((identity, faces(before), faces(now)))
    }

    /// Returns every review that was not undone, in no order.
    pub fn reviews(&self) -> impl Iterator<Item = &Review> {
        self.faces().flat_map(|(_, face)| face.reviews())
    }

    /// Returns whether the card is suspended as a whole.
    pub fn is_suspended(&self, card: &CardId) -> bool {
        self.other(&self.card(card))
            .is_some_and(|other| other.is_suspended)
    }

    /// Returns whether the face is suspended, by itself or with its card.
    pub fn is_face_suspended(&self, face: &FaceKey) -> bool {
        self.is_suspended(&face.card) || self.face(face).is_some_and(FaceHistory::is_suspended)
    }

    /// Returns the day on which the card is asked again, if it was buried; the day may be past.
    pub fn buried_until(&self, card: &CardId) -> Option<Day> {
        self.other(&self.card(card))?.buried_until
    }

    /// Returns when the card was last removed from its deck on purpose, if ever.
    ///
    /// A face answered later than that is back.
    pub fn removed(&self, card: &CardId) -> Option<Stamp> {
        self.other(&self.card(card))?.removed
    }

    /// Returns the learning day of a moment.
    pub fn day(&self, at: Stamp) -> Day {
        self.days.day(at)
    }

    /// Returns the start hour of days that was recorded last, 0–23; `None` if none was.
    pub fn day_starts_at(&self) -> Option<u32> {
        self.days.last()
    }

    /// Returns whether this event was undone.
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
        let cards = group.iter().filter_map(|id| self.cards.get(id.as_str()));
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

    /// Returns the id to which the history of `id` has moved, if it was renamed.
    pub fn renamed_to(&self, id: &str) -> Option<CardId> {
        self.cards.get(id)?.other.as_ref()?.alias.clone()
    }

    /// Returns whether a face of the card was ever answered.
    pub fn has_reviews(&self, card: &CardId) -> bool {
        self.has_reviews_under(self.card(card).as_str())
    }

    /// Returns whether there are reviews under exactly this id; renames are not followed.
    pub fn has_reviews_under(&self, id: &str) -> bool {
        self.cards.get(id).is_some_and(CardHistory::has_reviews)
    }

    /// Returns the ids under which there are reviews.
    pub fn card_ids(&self) -> HashSet<&str> {
        let ids = self.cards.ids();
        ids.filter(|id| self.has_reviews_under(id)).collect()
    }
}

impl PartialEq for History {
    /// Returns whether both are the same state, whichever way each was built.
    fn eq(&self, other: &Self) -> bool {
        type OfCard<'a> = (&'a [Mark], Option<&'a CardId>, &'a [(Side, FaceKey)]);
        fn marks(history: &History) -> BTreeMap<&CardId, OfCard<'_>> {
            let cards = history.cards.touched().filter_map(|(id, card)| {
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
            && self.cards.have_the_same_faces(&other.cards)
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
        // A deck that the rename has not reached finds it too.
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
    fn a_quiz_that_is_recorded_twice_counts_once() {
        let quiz = Event::Test {
            at: at(1),
            decks: vec!["d".into()],
            asked: 2,
            right: 1,
            seconds: 30,
        };
        let folded = fold(vec![quiz.clone(), quiz.clone()]);
        assert_eq!(folded.tests.len(), 1);
        let mut added = fold(vec![quiz.clone()]);
        added.insert(quiz, at(59));
        assert_eq!(added, folded);
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
