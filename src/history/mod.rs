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

mod days;
pub mod event;
mod face;
mod fold;
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
use days::DayStarts;
use face::{Mark, What};
use plain::{Entry, OfFace, Reviews};

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

/// What happened to a card.
#[derive(Debug, Clone, Default)]
struct CardHistory {
    /// The faces that this id labels, by side. Nearly all that a history holds are the reviews in here.
    faces: Vec<(FaceKey, FaceHistory)>,
    /// Everything else; most cards have none of it.
    other: Option<Box<Other>>,
}

#[derive(Debug, Clone, Default)]
struct Other {
    /// The events that were written under this id and are not reviews, in order.
    notes: Vec<Event>,
    /// The reviews that were written under this id, if renames connect it with others: then a face's history may hold
    /// those of several ids.
    written: Vec<(Side, Review)>,
    /// What happened to the card as a whole.
    marks: Vec<Mark>,
    is_suspended: bool,
    buried_until: Option<Day>,
    removed: Option<Stamp>,
    /// Where the history of this id went.
    alias: Option<CardId>,
    /// Where the histories of single faces went.
    face_aliases: Vec<(Side, FaceKey)>,
}

/// How far ahead of the clock an event may be, in milliseconds: another machine's clock may differ, and a zone may
/// be set wrong, by less than a day. What lies further ahead waits until its time has come.
const AHEAD: i64 = 24 * 3_600_000;

impl CardHistory {
    fn face(&self, side: Side) -> Option<&FaceHistory> {
        let at = self.faces.binary_search_by_key(&side, |(key, _)| key.side);
        at.ok()
            .and_then(|at| self.faces.get(at))
            .map(|(_, face)| face)
    }

    fn face_mut(&mut self, key: &FaceKey) -> Option<&mut FaceHistory> {
        let at = match self
            .faces
            .binary_search_by_key(&key.side, |(key, _)| key.side)
        {
            Ok(at) => at,
            Err(at) => {
                self.insert_face(at, key, FaceHistory::default());
                at
            }
        };
        self.faces.get_mut(at).map(|(_, face)| face)
    }

    /// Adds a face that it does not have.
    fn add_face(&mut self, key: &FaceKey, face: FaceHistory) {
        let at = self
            .faces
            .partition_point(|(there, _)| there.side < key.side);
        self.insert_face(at, key, face);
    }

    fn insert_face(&mut self, at: usize, key: &FaceKey, face: FaceHistory) {
        // Most cards have one face: room for more would be most of what a history takes.
        if self.faces.is_empty() {
            self.faces.reserve_exact(1);
        }
        self.faces.insert(at, (key.clone(), face));
    }

    fn other_mut(&mut self) -> &mut Other {
        self.other.get_or_insert_default()
    }

    fn marks(&self) -> &[Mark] {
        self.other.as_ref().map_or(&[], |other| &other.marks)
    }

    /// Returns the reviews that were written under this id, if renames connect it with others.
    fn written_here(&self) -> &[(Side, Review)] {
        self.other.as_ref().map_or(&[], |other| &other.written)
    }

    /// Returns the reviews that its faces hold: those that were written under this id, as long as no rename does.
    fn held(&self) -> Vec<(Side, Review)> {
        let mut written = Vec::new();
        for (key, face) in &self.faces {
            written.extend(face.reviews().iter().map(|review| (key.side, *review)));
            let undone = face.marks().iter().filter_map(|mark| match mark.what {
                What::Review(review) => Some((key.side, review)),
                _ => None,
            });
            written.extend(undone);
        }
        written
    }

    /// Forgets what the fold made, and keeps what was written.
    fn clear(&mut self) {
        self.faces.clear();
        if let Some(other) = &mut self.other {
            **other = Other {
                notes: std::mem::take(&mut other.notes),
                written: std::mem::take(&mut other.written),
                ..Other::default()
            };
        }
    }

    fn is_empty(&self) -> bool {
        let is_nothing = |other: &Other| {
            other.notes.is_empty()
                && other.written.is_empty()
                && other.marks.is_empty()
                && other.alias.is_none()
                && other.face_aliases.is_empty()
        };
        self.faces.is_empty() && self.other.as_deref().is_none_or(is_nothing)
    }
}

impl Other {
    /// Takes the marks of the card, by time.
    fn take(&mut self, marks: Vec<Mark>) {
        for mark in marks.iter().filter(|mark| mark.undone.is_none()) {
            match mark.what {
                What::Suspend => self.is_suspended = true,
                What::Resume => (self.is_suspended, self.buried_until) = (false, None),
                What::Bury(until) => self.buried_until = Some(until),
                What::Remove => self.removed = Some(mark.at),
                _ => {}
            }
        }
        self.marks = marks;
    }
}

/// Sets of ids that pairs connect.
#[derive(Default)]
struct Groups {
    numbers: HashMap<CardId, usize>,
    /// Of each number the next one of its set; of the last one itself.
    next: Vec<usize>,
}

impl Groups {
    fn number(&mut self, id: &CardId) -> usize {
        if let Some(&number) = self.numbers.get(id) {
            return self.root(number);
        }
        self.next.push(self.next.len());
        self.numbers.insert(id.clone(), self.next.len() - 1);
        self.next.len() - 1
    }

    fn root(&mut self, mut number: usize) -> usize {
        loop {
            let next = self.next.get(number).copied().unwrap_or(number);
            if next == number {
                return number;
            }
            // Each step halves the way for the next one.
            let skip = self.next.get(next).copied().unwrap_or(next);
            if let Some(slot) = self.next.get_mut(number) {
                *slot = skip;
            }
            number = skip;
        }
    }

    fn join(&mut self, one: &CardId, other: &CardId) {
        let (one, other) = (self.number(one), self.number(other));
        if let Some(next) = self.next.get_mut(one) {
            *next = other;
        }
    }

    fn all(mut self) -> Vec<Arc<BTreeSet<CardId>>> {
        let ids: Vec<CardId> = self.numbers.keys().cloned().collect();
        let mut groups: HashMap<usize, BTreeSet<CardId>> = HashMap::new();
        for id in ids {
            let root = self.number(&id);
            groups.entry(root).or_default().insert(id);
        }
        groups.into_values().map(Arc::new).collect()
    }
}

/// Orders events by moment, then by their text, so that all machines agree.
fn in_order(one: &Event, other: &Event) -> std::cmp::Ordering {
    let moments = one.at().millis().cmp(&other.at().millis());
    moments.then_with(|| one.to_line().cmp(&other.to_line()))
}

impl History {
    /// Returns the state after `events` as of `now`. `day_starts_at` is the hour at which a day starts as long as the
    /// events don't say.
    pub fn fold(events: impl IntoIterator<Item = Event>, now: Stamp, day_starts_at: u32) -> Self {
        let (mut reviews, mut others) = (Reviews::default(), Vec::new());
        for event in events {
            match event {
                Event::Review { .. } => reviews.push(&event),
                other => others.push(other),
            }
        }
        Self::fold_reviews(reviews, others, now, day_starts_at)
    }

    /// Returns the state after `reviews` and all `others`, as [`History::fold`] does.
    pub fn fold_reviews(
        reviews: Reviews,
        others: Vec<Event>,
        now: Stamp,
        day_starts_at: u32,
    ) -> Self {
        let mut events = others;
        events.sort_by(in_order);
        events.dedup();
        let past = events.partition_point(|event| event.at().millis_since(now) <= AHEAD);
        let future = events.drain(past..).map(|event| event.at()).collect();
        let starts = events.iter().filter_map(|event| match event {
            Event::DayStart { at, hour } => Some((*at, *hour)),
            _ => None,
        });
        let mut history = Self {
            days: DayStarts::new(day_starts_at, starts),
            future,
            latest: events.iter().map(Event::at).max(),
            ..Self::default()
        };
        let renames = events.iter().filter_map(|event| match event {
            Event::Rename { from, to, .. } => Some((from.card.clone(), to.card.clone())),
            _ => None,
        });
        let renames: Vec<(CardId, CardId)> = renames.collect();
        let mut touched: Vec<CardId> = Vec::new();
        history.take_reviews(reviews, now);
        history.future.sort_unstable();
        for event in events {
            touched.extend(history.note(event));
        }
        history.connect(&renames);
        let mut seen = HashSet::new();
        for card in touched {
            let group = history.group(&card);
            if group
                .first()
                .is_some_and(|first| seen.insert(first.clone()))
            {
                history.refold(&group);
            }
        }
        history.settle_tests();
        history
    }

    /// Adds an event, whenever it happened: the same as folding it with all others. `now` is the clock's: what lies
    /// too far ahead of it waits.
    pub fn insert(&mut self, event: Event, now: Stamp) {
        let at = event.at();
        if at.millis_since(now) > AHEAD {
            let place = self.future.partition_point(|future| *future <= at);
            return self.future.insert(place, at);
        }
        let is_last = self
            .latest
            .is_none_or(|latest| latest.millis() < at.millis());
        self.latest = self.latest.max(Some(at));
        match event {
            Event::Review { .. } => self.review(event, is_last),
            Event::DayStart { at, hour } => self.day_start(at, hour, is_last),
            Event::Test { .. } => {
                self.note(event);
                self.settle_tests();
            }
            other => {
                if let Event::Rename { from, to, .. } = &other {
                    self.connect(&[(from.card.clone(), to.card.clone())]);
                }
                let is_undo = matches!(other, Event::Undo { .. });
                if let Some(card) = self.note(other) {
                    let group = self.group(&card);
                    self.refold(&group);
                }
                if is_undo {
                    self.settle_tests();
                }
            }
        }
    }

    fn day_start(&mut self, at: Stamp, hour: u32, is_last: bool) {
        let was = std::mem::take(&mut self.days);
        self.days = was.with(at, hour);
        // What happened before keeps its day, unless this was unknown then.
        let is_first = was.last().is_none() && Some(hour) != was.hour();
        if is_last && !is_first {
            return;
        }
        let cards: Vec<CardId> = self.cards.keys().cloned().collect();
        let mut seen = HashSet::new();
        for card in cards {
            let group = self.group(&card);
            if group
                .first()
                .is_some_and(|first| seen.insert(first.clone()))
            {
                self.refold(&group);
            }
        }
        for (at, day) in self.undone_days() {
            self.undone.insert(at, day);
        }
        let days = &self.days;
        let tests = self.tests.iter_mut();
        let undone = self.undone_tests.iter_mut().map(|(test, _)| test);
        tests
            .chain(undone)
            .for_each(|test| test.day = days.day(test.at));
        self.settle_tests();
    }

    /// Returns the moments of what was taken back, each with the day on which it first was.
    fn undone_days(&self) -> Vec<(i64, Day)> {
        let mut undone: HashMap<i64, Day> = HashMap::new();
        let others = self.cards.values().filter_map(|card| card.other.as_ref());
        for note in others.flat_map(|other| &other.notes) {
            if let Event::Undo { at, of, .. } = note {
                let day = self.days.day(*at);
                let known = undone.entry(of.millis()).or_insert(day);
                *known = day.min(*known);
            }
        }
        undone.into_iter().collect()
    }

    /// Adds all reviews; cards with other events are folded again afterwards.
    fn take_reviews(&mut self, reviews: Reviews, now: Stamp) {
        let grouped =
            reviews.by_face(|entry| self.review_of(entry.at, entry.grade, entry.ms, entry.due));
        let faces = grouped.faces();
        self.cards.reserve(faces.len());
        for (key, of_face) in faces {
            let face = match of_face {
                OfFace::Plain(all, part) => {
                    let reviews = all.get(part.clone()).unwrap_or(&[]);
                    let past =
                        reviews.partition_point(|review| review.at.millis_since(now) <= AHEAD);
                    let future = reviews.get(past..).unwrap_or(&[]);
                    self.future.extend(future.iter().map(|review| review.at));
                    FaceHistory::part(all, part.start..part.start + past)
                }
                OfFace::Doubtful(entries) => FaceHistory::new(self.one_per_moment(entries, now)),
            };
            if let Some(last) = face.reviews().last() {
                self.latest = self.latest.max(Some(last.at));
                let card = self.cards.entry(key.card.clone()).or_default();
                card.add_face(key, face);
            }
        }
    }

    /// Returns the reviews of these entries, by time; those that lie too far ahead wait.
    fn one_per_moment(&mut self, entries: &[Entry], now: Stamp) -> Vec<Review> {
        let past = entries.partition_point(|entry| entry.at.millis_since(now) <= AHEAD);
        let (past, future) = entries.split_at_checked(past).unwrap_or((entries, &[]));
        self.future.extend(future.iter().map(|entry| entry.at));
        self.latest = self.latest.max(past.iter().map(|entry| entry.at).max());
        // Two answers at one moment are one: the first in order, on every machine.
        let mut reviews: Vec<Review> = Vec::with_capacity(past.len());
        for entry in past {
            let last = reviews.last().map(|last| last.at.millis());
            if last != Some(entry.at.millis()) {
                reviews.push(self.review_of(entry.at, entry.grade, entry.ms, entry.due));
            }
        }
        reviews
    }

    /// Adds a review, in place where nothing of its card came later.
    fn review(&mut self, event: Event, is_last: bool) {
        let Some((written, review)) = self.as_review(event) else {
            return;
        };
        let is_connected = self.connected.contains_key(&written.card);
        let is_undone = self.undone.contains_key(&review.at.millis());
        if is_connected {
            let card = self.cards.entry(written.card.clone()).or_default();
            card.other_mut().written.push((written.side, review));
        }
        if !is_undone && (is_last || !is_connected) {
            let key = self.key(&written);
            let card = self.cards.entry(key.card.clone()).or_default();
            if card.face_mut(&key).is_some_and(|face| face.push(review)) {
                return;
            }
        }
        let group = self.group(&written.card);
        let late = (!is_connected).then_some((written, review));
        self.refold_with(&group, late);
    }

    fn as_review(&self, event: Event) -> Option<(FaceKey, Review)> {
        let Event::Review {
            at,
            face,
            grade,
            ms,
            due,
        } = event
        else {
            return None;
        };
        Some((face, self.review_of(at, grade, ms, due)))
    }

    fn review_of(&self, at: Stamp, grade: Grade, ms: u32, due: Day) -> Review {
        Review {
            at,
            day: self.days.day(at),
            grade,
            ms: ms.min(LONGEST_ANSWER),
            due,
        }
    }

    /// Keeps an event that is not a review. Returns the card whose fold it changes.
    fn note(&mut self, event: Event) -> Option<CardId> {
        match &event {
            Event::Test {
                at,
                decks,
                asked,
                right,
                seconds,
            } => {
                let test = TestResult {
                    at: *at,
                    day: self.days.day(*at),
                    decks: decks.clone(),
                    asked: *asked,
                    right: *right,
                    seconds: *seconds,
                };
                self.tests.push(test);
                return None;
            }
            Event::Undo { at, of, .. } => {
                let day = self.days.day(*at);
                let known = self.undone.entry(of.millis()).or_insert(day);
                *known = day.min(*known);
            }
            Event::DayStart { .. } => return None,
            _ => {}
        }
        let card = event.about()?;
        let notes = &mut self
            .cards
            .entry(card.clone())
            .or_default()
            .other_mut()
            .notes;
        let place = notes.partition_point(|note| in_order(note, &event).is_lt());
        if notes.get(place) != Some(&event) {
            notes.insert(place, event);
        }
        Some(card)
    }

    /// Puts the tests that were taken back apart from the others.
    fn settle_tests(&mut self) {
        let undone = std::mem::take(&mut self.undone_tests);
        let mut all = std::mem::take(&mut self.tests);
        all.extend(undone.into_iter().map(|(test, _)| test));
        all.sort_by(|a, b| {
            let moments = a.at.millis().cmp(&b.at.millis());
            moments.then_with(|| format!("{a:?}").cmp(&format!("{b:?}")))
        });
        for test in all {
            match self.undone.get(&test.at.millis()) {
                Some(day) => self.undone_tests.push((test, *day)),
                None => self.tests.push(test),
            }
        }
    }

    /// Lets the ids of each pair share a fold.
    fn connect(&mut self, pairs: &[(CardId, CardId)]) {
        let mut groups = Groups::default();
        for (one, other) in pairs {
            for id in [one, other] {
                let known = self.connected.get(id).map(Arc::clone).unwrap_or_default();
                known.iter().for_each(|known| groups.join(id, known));
            }
            groups.join(one, other);
        }
        for group in groups.all() {
            for id in group.iter() {
                if !self.connected.contains_key(id) {
                    let card = self.cards.entry(id.clone()).or_default();
                    let held = card.held();
                    card.other_mut().written = held;
                }
                self.connected.insert(id.clone(), Arc::clone(&group));
            }
        }
    }

    /// Returns the ids whose events are folded together with those of `card`.
    fn group(&self, card: &CardId) -> Vec<CardId> {
        match self.connected.get(card) {
            Some(group) => group.iter().cloned().collect(),
            None => vec![card.clone()],
        }
    }

    fn refold(&mut self, group: &[CardId]) {
        self.refold_with(group, None);
    }

    /// Folds the cards of a group anew, with a review that none of them has yet.
    fn refold_with(&mut self, group: &[CardId], late: Option<(FaceKey, Review)>) {
        let mut reviews: Vec<(FaceKey, Review)> = late.into_iter().collect();
        let mut notes: Vec<&Event> = Vec::new();
        for id in group {
            let Some(card) = self.cards.get(id) else {
                continue;
            };
            let written = match self.connected.contains_key(id) {
                true => card.written_here().to_vec(),
                false => card.held(),
            };
            let key = |side| FaceKey {
                card: id.clone(),
                side,
            };
            reviews.extend(
                written
                    .into_iter()
                    .map(|(side, review)| (key(side), review)),
            );
            notes.extend(card.other.iter().flat_map(|other| &other.notes));
        }
        let folded = fold::fold(reviews, &notes, &self.days);
        for id in group {
            if let Some(card) = self.cards.get_mut(id) {
                card.clear();
            }
        }
        for (id, marks) in folded.cards {
            self.cards.entry(id).or_default().other_mut().take(marks);
        }
        // By key, so by side within a card.
        for (key, face) in folded.faces {
            let card = self.cards.entry(key.card.clone()).or_default();
            card.faces.push((key, face));
        }
        for (id, alias) in folded.card_aliases {
            self.cards.entry(id).or_default().other_mut().alias = Some(alias);
        }
        for (key, alias) in folded.face_aliases {
            let card = self.cards.entry(key.card).or_default();
            card.other_mut().face_aliases.push((key.side, alias));
        }
        for id in group {
            if self.cards.get(id).is_some_and(CardHistory::is_empty) {
                self.cards.remove(id);
            }
        }
    }

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
        let card = self.cards.get(&self.card(card));
        let mut faces = card.into_iter().flat_map(|card| &card.faces);
        faces.any(|(_, face)| !face.reviews().is_empty())
    }

    /// Returns the ids of the cards that have reviews.
    pub fn card_ids(&self) -> HashSet<&str> {
        let reviewed = self.cards.iter().filter(|(_, card)| {
            card.faces
                .iter()
                .any(|(_, face)| !face.reviews().is_empty())
        });
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
