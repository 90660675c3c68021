//! Adds events to a history: all at once, or one by one, each at its place in time.
//!
//! It knows events and days, never files; the clock's moment is passed in.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::base::Base;
use super::cards::Cards;
use super::days::DayStarts;
use super::event::Event;
use super::face::Review;
use super::fold;
use super::groups::Groups;
use super::plain::{Record, Reviews};
use super::{History, TestResult};
use crate::deck::{CardId, FaceKey};
use crate::time::{Day, Stamp};

/// The time that an event may be ahead of the clock, in milliseconds; events further ahead are ignored until then.
///
/// Another machine's clock may differ, and a zone may be set wrong, by less than a day.
const AHEAD: i64 = 24 * 3_600_000;

/// Returns the latest moment that counts at `now`, in Unix milliseconds.
pub(super) fn horizon(now: Stamp) -> i64 {
    now.millis().saturating_add(AHEAD)
}

/// The events of a history that are not answers.
pub(super) struct Notes {
    /// Those that count, each once, in order.
    events: Vec<Event>,
    /// The moments of the others.
    future: Vec<Stamp>,
    days: DayStarts,
}

impl Notes {
    /// Sorts `events`, in any order, as of `now`; `day_starts_at` as for [`History::fold`].
    pub(super) fn of(mut events: Vec<Event>, now: Stamp, day_starts_at: u32) -> Self {
        events.sort_by(Event::in_order);
        events.dedup();
        let past = events.partition_point(|event| event.at().millis() <= horizon(now));
        let future = events.drain(past..).map(|event| event.at()).collect();
        let starts = events.iter().filter_map(|event| match event {
            Event::DayStart { at, hour } => Some((*at, *hour)),
            _ => None,
        });
        Self {
            days: DayStarts::new(day_starts_at, starts),
            events,
            future,
        }
    }

    /// Returns the learning days.
    pub(super) fn days(&self) -> &DayStarts {
        &self.days
    }
}

impl History {
    /// Returns the state after `events`, in any order, as of `now`.
    ///
    /// `day_starts_at` is the hour at which days start (0–23) if the events don't record one.
    pub fn fold(events: impl IntoIterator<Item = Event>, now: Stamp, day_starts_at: u32) -> Self {
        let (mut reviews, mut others) = (Reviews::default(), Vec::new());
        for event in events {
            others.extend(reviews.push(event));
        }
        Self::fold_reviews(reviews, others, now, day_starts_at)
    }

    /// Returns the state after `reviews` and all `others`, like [`History::fold`].
    pub fn fold_reviews(
        reviews: Reviews,
        others: Vec<Event>,
        now: Stamp,
        day_starts_at: u32,
    ) -> Self {
        let notes = Notes::of(others, now, day_starts_at);
        let (base, later) = Base::of(reviews, horizon(now), notes.days.clone());
        Self::on(Arc::new(base), notes, later.iter().map(Event::at))
    }

    /// Returns the state after the answers of `base` and `notes`; `later` are the moments of answers that don't count
    /// yet.
    pub(super) fn on(
        base: Arc<Base>,
        notes: Notes,
        later: impl IntoIterator<Item = Stamp>,
    ) -> Self {
        let Notes {
            events,
            mut future,
            days,
        } = notes;
        future.extend(later);
        future.sort_unstable();
        let mut history = Self {
            latest: events.iter().map(Event::at).max().max(base.latest()),
            cards: Cards::new(base),
            days,
            future,
            ..Self::default()
        };
        let renames = events.iter().filter_map(|event| match event {
            Event::Rename { from, to, .. } => Some((from.card.clone(), to.card.clone())),
            _ => None,
        });
        let renames: Vec<(CardId, CardId)> = renames.collect();
        let mut touched: Vec<CardId> = Vec::new();
        for event in events {
            touched.extend(history.note(event));
        }
        history.connect(&renames);
        history.refold_all(touched);
        history.settle_tests();
        history
    }

    /// Adds an event at its place in time, with the same result as folding it with all others.
    ///
    /// An event too far ahead of `now`, the clock's moment, does not count yet.
    pub fn insert(&mut self, event: Event, now: Stamp) {
        let at = event.at();
        if at.millis() > horizon(now) {
            let place = self.future.partition_point(|future| *future <= at);
            return self.future.insert(place, at);
        }
        let is_last = self
            .latest
            .is_none_or(|latest| latest.millis() < at.millis());
        self.latest = self.latest.max(Some(at));
        let event = match Record::of(event) {
            Ok((face, record)) => {
                let review = record.review(&self.days);
                return self.review(face, review, is_last);
            }
            Err(other) => other,
        };
        match event {
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
        // Earlier events keep their days, unless this is the first hour recorded, which holds for them too.
        let is_first = was.last().is_none() && hour != was.hour();
        if is_last && !is_first {
            return;
        }
        let cards: Vec<CardId> = self.cards.ids().map(CardId::known).collect();
        self.refold_all(cards);
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

    /// Returns the moments of undone events, in Unix milliseconds, each with the learning day of its first undo.
    fn undone_days(&self) -> Vec<(i64, Day)> {
        let mut undone: HashMap<i64, Day> = HashMap::new();
        let touched = self.cards.touched();
        let others = touched.filter_map(|(_, card)| card.other.as_ref());
        for note in others.flat_map(|other| &other.notes) {
            if let Event::Undo { at, of, .. } = note {
                fold::earliest(&mut undone, of.millis(), self.days.day(*at));
            }
        }
        undone.into_iter().collect()
    }

    /// Adds a review: at the end if nothing about its face came later, else by folding its cards again.
    fn review(&mut self, written: FaceKey, review: Review, is_last: bool) {
        let is_connected = self.connected.contains_key(&written.card);
        let is_undone = self.undone.contains_key(&review.at.millis());
        if is_connected {
            let card = self.cards.change(&written.card);
            card.other_mut().written.push((written.side, review));
        }
        if !is_undone && (is_last || !is_connected) {
            let key = self.key(&written);
            let card = self.cards.change(&key.card);
            if card.face_mut(&key).is_some_and(|face| face.push(review)) {
                return;
            }
        }
        let group = self.group(&written.card);
        let late = (!is_connected).then_some((written, review));
        self.refold_with(&group, late);
    }

    /// Keeps an event that is not a review, and returns the card that must be folded again, if any.
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
                fold::earliest(&mut self.undone, of.millis(), self.days.day(*at));
            }
            Event::DayStart { .. } => return None,
            _ => {}
        }
        let card = event.about()?;
        let notes = &mut self.cards.change(&card).other_mut().notes;
        let place = notes.partition_point(|note| note.in_order(&event).is_lt());
        if notes.get(place) != Some(&event) {
            notes.insert(place, event);
        }
        Some(card)
    }

    /// Separates the undone scored quizzes from those that count.
    fn settle_tests(&mut self) {
        let undone = std::mem::take(&mut self.undone_tests);
        let mut all = std::mem::take(&mut self.tests);
        all.extend(undone.into_iter().map(|(test, _)| test));
        all.sort_by(|a, b| {
            let moments = a.at.millis().cmp(&b.at.millis());
            moments.then_with(|| format!("{a:?}").cmp(&format!("{b:?}")))
        });
        all.dedup();
        for test in all {
            match self.undone.get(&test.at.millis()) {
                Some(day) => self.undone_tests.push((test, *day)),
                None => self.tests.push(test),
            }
        }
    }

    /// Records that the ids of each pair are folded together.
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
                    let card = self.cards.change(id);
                    let held = card.held();
                    card.other_mut().written = held;
                }
                self.connected.insert(id.clone(), Arc::clone(&group));
            }
        }
    }

    /// Returns the ids whose events are folded together with those of `card`, itself included.
    pub(super) fn group(&self, card: &CardId) -> Vec<CardId> {
        match self.connected.get(card) {
            Some(group) => group.iter().cloned().collect(),
            None => vec![card.clone()],
        }
    }

    /// Folds anew what is folded together with any of `cards`, each group once.
    fn refold_all(&mut self, cards: Vec<CardId>) {
        let mut seen = HashSet::new();
        for card in cards {
            let group = self.group(&card);
            let first = group.first();
            if first.is_some_and(|first| seen.insert(first.clone())) {
                self.refold(&group);
            }
        }
    }

    fn refold(&mut self, group: &[CardId]) {
        self.refold_with(group, None);
    }

    /// Folds the cards of a group again, with a review that none of them has yet.
    fn refold_with(&mut self, group: &[CardId], late: Option<(FaceKey, Review)>) {
        let mut reviews: Vec<(FaceKey, Review)> = late.into_iter().collect();
        let mut notes: Vec<&Event> = Vec::new();
        for id in group {
            let Some(card) = self.cards.get(id.as_str()) else {
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
            if self.cards.has(id.as_str()) {
                self.cards.change(id).clear();
            }
        }
        for (id, marks) in folded.cards {
            self.cards.change(&id).other_mut().take(marks);
        }
        // In order of keys, hence by side within a card.
        for (key, face) in folded.faces {
            let card = self.cards.change(&key.card);
            card.faces.push((key, face));
        }
        for (id, alias) in folded.card_aliases {
            self.cards.change(&id).other_mut().alias = Some(alias);
        }
        for (key, alias) in folded.face_aliases {
            let card = self.cards.change(&key.card);
            card.other_mut().face_aliases.push((key.side, alias));
        }
    }
}
