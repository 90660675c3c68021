//! The order of questions: due faces, with new ones mixed in, and forgotten ones again after ten minutes.
//!
//! A [`Queue`] is built once, and then refreshed for each card that changes. A refreshed queue equals a newly built
//! one, since all of it follows from the decks, the history, the settings and the day: leaving a session and coming
//! back changes nothing. It knows those, never the clock, the files or the terminal.
//!
//! * **Due** faces come in order of their due days, the longest overdue first, then by retrievability, the lowest
//!   first. After a break, this clears a backlog sooner, and leaves more known, than asking the most forgotten first.
//! * **New** faces are mixed in evenly, up to the number per day in the settings. Decks come by their `order`, and take
//!   turns if it is equal. The nth further face of a card (from 1) is asked as if the card were n · 2 · `new_per_day`
//!   places further down in its deck.
//! * No new faces come while at least 100 faces, and more than twice the mean answers per day of the last 30 days, are
//!   overdue.
//! * **Forgotten** faces come again ten minutes later, or at the end: in real review logs, an answer half a minute
//!   later, after a few other cards, helps memory least.
//! * At most one face of a card is asked on a learning day. Cards whose ids `anki-….N` differ only in `N` come from one
//!   note in Anki, and count as one card here.

mod new;
mod state;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;

use self::new::{NewFaces, Turn, set};
use self::state::{Ask, State};
use super::askable::Askable;
use super::memory::Memory;
use super::scheduler::Load;
use crate::config::Config;
use crate::deck::library::Library;
use crate::deck::{Card, CardId, Deck, FaceKey};
use crate::hashing;
use crate::history::{AT_ONCE, History};
use crate::time::{Day, Stamp};

/// The time after which a forgotten face comes again, in milliseconds.
const AGAIN: i64 = 10 * 60_000;
/// The number of overdue faces from which on new ones wait, if it is more than twice the usual.
const BACKLOG: usize = 100;
/// The number of days over which the usual number of answers is averaged.
const USUAL: i64 = 30;

/// The selection of faces to ask.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wanted {
    /// Only decks of these names; all decks if `None`.
    pub decks: Option<HashSet<String>>,
    /// Only cards with this tag.
    pub tag: Option<String>,
    /// Only these cards, whether they are due or not.
    pub cards: Option<HashSet<CardId>>,
    /// The number of new faces that may still be started; overrides the settings.
    pub new: Option<usize>,
    /// Faces due within the next `ahead` days count as due; 0 for those due today.
    pub ahead: i64,
}

impl Wanted {
    /// Returns whether the faces of this card are selected.
    pub fn takes(&self, deck: &Deck, card: &Card) -> bool {
        let (decks, cards) = (self.decks.as_ref(), self.cards.as_ref());
        decks.is_none_or(|decks| decks.contains(&deck.name))
            && cards.is_none_or(|cards| cards.contains(&card.id))
            && self.tag.as_ref().is_none_or(|tag| card.has_tag(tag))
    }

    /// Returns whether all decks and cards are selected.
    pub fn is_all(&self) -> bool {
        self.decks.is_none() && self.tag.is_none() && self.cards.is_none()
    }
}

/// The reason why a face is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It is due.
    Due,
    /// It was never answered, or was reset.
    New,
    /// It was forgotten today.
    Again,
}

/// A face to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its key.
    pub key: &'a FaceKey,
    /// The index of its deck in the library, from 0.
    pub deck: usize,
    /// The reason.
    pub why: Why,
}

/// The faces to ask on a day, and the number of cards on later days.
#[derive(Debug, Clone, PartialEq)]
pub struct Queue {
    today: Day,
    wanted: Wanted,
    /// The maximum number of due faces asked per day; `None` for no limit.
    most_due: Option<usize>,
    /// Every face of every deck, in order.
    faces: Vec<Face>,
    /// Groups of faces (indices into `faces`) of which at most one is asked on a day.
    families: Vec<Family>,
    family_of: ByCard,
    /// The cards selected by name that were recalled.
    finished: HashSet<CardId>,
    /// The mean number of answers per day over the last 30 days.
    usual: f64,
    /// The due faces in order, each with its index in `faces`.
    due: BTreeSet<(Due, usize)>,
    new: NewFaces,
    /// The faces forgotten today, by the moment of that answer, each with its index in `faces`.
    again: BTreeSet<(Stamp, usize)>,
    /// The number of due faces answered on the day.
    due_done: usize,
    /// The number of due faces, in any deck, that were due before the day.
    overdue: usize,
    /// The number of cards for each later day.
    later: BTreeMap<Day, usize>,
    /// The number of cards with a new face, whether it is asked or not.
    new_cards: usize,
    /// The number of faces of all decks due on each day, suspended ones excluded.
    load: Load,
}

/// The family of each card; built on first use, since a single question needs none.
#[derive(Debug, Clone, Default)]
struct ByCard(OnceLock<hashing::HashMap<CardId, usize>>);

impl PartialEq for ByCard {
    /// Returns `true`: the map follows from the faces of the queue, whether it is built yet or not.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The sort key of a due face: its due day, then the bits of its retrievability, which sort like the number itself.
type Due = (Day, u32);

/// The faces of a family, by index, ascending; mostly one.
#[derive(Debug, Clone, PartialEq)]
struct Family {
    first: usize,
    others: Vec<usize>,
}

impl Family {
    fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Face {
    key: FaceKey,
    deck: usize,
    /// Its turn among the new faces of its deck.
    turn: Turn,
    family: usize,
    is_wanted: bool,
    state: State,
}

impl Queue {
    /// Returns the queue for `today`.
    pub fn new(
        library: &Library,
        history: &History,
        config: &Config,
        memory: &Memory,
        today: Day,
        wanted: &Wanted,
    ) -> Self {
        let mut queue = Self::empty(library, config, today, wanted);
        let cards = library.decks.iter().map(|deck| deck.cards.len()).sum();
        queue.faces.reserve(cards);
        queue.families.reserve(cards);
        queue.gather(library, history, config, memory, |_| true);
        let answers = history.answers_between(today.plus(-USUAL), today);
        queue.usual = answers as f64 / USUAL as f64;
        for family in 0..queue.families.len() {
            queue.tally(family, true);
        }
        queue.new.begin();
        queue
    }

    /// Returns the state of each face of one card on `today`, like [`Queue::askables`], without a queue of all faces.
    pub fn of_one_card(
        library: &Library,
        history: &History,
        config: &Config,
        memory: &Memory,
        today: Day,
        card: &CardId,
    ) -> Vec<(FaceKey, Askable)> {
        let is_sibling = |other: &Card| {
            let notes = note(card).zip(note(&other.id));
            other.id == *card || notes.is_some_and(|(note, of_other)| note == of_other)
        };
        let mut queue = Self::empty(library, config, today, &Wanted::default());
        queue.gather(library, history, config, memory, is_sibling);
        let faces = queue.of_card(card);
        let own = faces
            .into_iter()
            .map(|(key, askable)| (key.clone(), askable));
        own.collect()
    }

    fn empty(library: &Library, config: &Config, today: Day, wanted: &Wanted) -> Self {
        Self {
            today,
            wanted: wanted.clone(),
            most_due: config.reviews_per_day,
            faces: Vec::new(),
            families: Vec::new(),
            family_of: ByCard::default(),
            finished: HashSet::new(),
            usual: 0.0,
            due: BTreeSet::new(),
            new: NewFaces::new(&library.decks, config, wanted.new),
            again: BTreeSet::new(),
            due_done: 0,
            overdue: 0,
            later: BTreeMap::new(),
            new_cards: 0,
            load: Load::default(),
        }
    }

    /// Adds the faces of the cards that `takes` selects, each with its state on the day. Cards are selected with all of
    /// their siblings.
    fn gather(
        &mut self,
        library: &Library,
        history: &History,
        config: &Config,
        memory: &Memory,
        takes: impl Fn(&Card) -> bool,
    ) {
        let mut by_name: HashMap<String, usize> = HashMap::new();
        for (at_deck, deck) in library.decks.iter().enumerate() {
            let later = 2 * config.new_per_day_of(&deck.name);
            for (place, card) in deck.cards.iter().enumerate() {
                if place % AT_ONCE == 0 {
                    let next = deck.cards.iter().skip(place).take(AT_ONCE);
                    history.expect(next.map(|card| card.id.as_str()));
                }
                if !takes(card) {
                    continue;
                }
                let is_wanted = self.wanted.takes(deck, card);
                let next = self.families.len();
                let family = match note(&card.id) {
                    Some(note) => *by_name.entry(note.to_string()).or_insert(next),
                    None => next,
                };
                for (nth, key) in card.faces().enumerate() {
                    let told = history.of_face(&key);
                    let first = told.first_ever().filter(|first| first.day < self.today);
                    if let Some(first) = first {
                        self.new.was_started(at_deck, first.at);
                    }
                    let state = State::of(&told, memory, self.today, &self.wanted);
                    let at = self.faces.len();
                    match self.families.get_mut(family) {
                        Some(family) => family.others.push(at),
                        None => self.families.push(Family {
                            first: at,
                            others: Vec::new(),
                        }),
                    }
                    let of_card = place.saturating_add(nth.saturating_mul(later));
                    self.faces.push(Face {
                        key,
                        deck: at_deck,
                        turn: [of_card, nth, at].map(|n| u32::try_from(n).unwrap_or(u32::MAX)),
                        family,
                        is_wanted,
                        state,
                    });
                }
            }
        }
    }

    fn family_of(&self, card: &CardId) -> Option<usize> {
        let make = || {
            let faces = self.faces.iter();
            faces
                .map(|face| (face.key.card.clone(), face.family))
                .collect()
        };
        self.family_of.0.get_or_init(make).get(card).copied()
    }

    /// Updates the queue after something happened to a card; O(log n) in the number of faces.
    pub fn refresh(&mut self, history: &History, memory: &Memory, card: &CardId) {
        let Some(family) = self.family_of(card) else {
            return;
        };
        self.tally(family, false);
        for at in self.families.get(family).into_iter().flat_map(Family::iter) {
            if let Some(face) = self.faces.get_mut(at) {
                let told = history.of_face(&face.key);
                face.state = State::of(&told, memory, self.today, &self.wanted);
            }
        }
        self.tally(family, true);
    }

    /// Marks a card selected by name as recalled, so that it is not asked again, or reverts that after an undo.
    pub fn finish(&mut self, card: &CardId, is_finished: bool) {
        let Some(family) = self.family_of(card).filter(|_| self.wanted.cards.is_some()) else {
            return;
        };
        self.tally(family, false);
        if is_finished {
            self.finished.insert(card.clone());
        } else {
            self.finished.remove(card);
        }
        self.tally(family, true);
    }

    /// Adds a family of faces to all counts and orders, or removes it from them.
    fn tally(&mut self, family: usize, is_there: bool) {
        let Some(members) = self.families.get(family) else {
            return;
        };
        let part = self.part(&self.members(members));
        let states = members.iter().filter_map(|at| {
            let face = self.faces.get(at)?;
            Some((at, face.deck, face.state))
        });
        for (at, deck, state) in states.collect::<Vec<_>>() {
            self.tally_of_all(at, deck, &state, is_there);
        }
        for item in part.due {
            set(&mut self.due, item, is_there);
        }
        for item in part.again {
            set(&mut self.again, item, is_there);
        }
        for (deck, turn) in part.new {
            self.new.set_waiting(deck, turn, is_there);
        }
        for face in part.restarted {
            self.new.set_restarted(face, is_there);
        }
        for day in part.later {
            let count = self.later.entry(day).or_default();
            change(count, is_there);
            if *count == 0 {
                self.later.remove(&day);
            }
        }
        if part.has_new {
            change(&mut self.new_cards, is_there);
        }
    }

    /// Does the part of [`Queue::tally`] that is independent of the selection of faces.
    fn tally_of_all(&mut self, at: usize, deck: usize, state: &State, is_there: bool) {
        if let Some(day) = state.load {
            match is_there {
                true => self.load.add(day),
                false => self.load.remove(day),
            }
        }
        match state.started {
            Some(started) => self.new.set_started(deck, (started, at), is_there),
            None if state.answered => change(&mut self.due_done, is_there),
            None => {}
        }
        if matches!(state.ask, Ask::Due(day, _) if day < self.today) {
            change(&mut self.overdue, is_there);
        }
    }

    fn members(&self, family: &Family) -> Vec<(usize, &Face)> {
        let faces = family.iter();
        faces
            .filter_map(|at| Some((at, self.faces.get(at)?)))
            .collect()
    }

    /// Returns the contribution of a family of faces to the queue.
    fn part(&self, faces: &[(usize, &Face)]) -> Part {
        let mut part = Part::default();
        let by_name = self.wanted.cards.is_some();
        let tomorrow = self.today.plus(1);
        let wanted = || {
            let finished = |face: &Face| by_name && self.finished.contains(&face.key.card);
            faces
                .iter()
                .filter(move |(_, face)| face.is_wanted && !finished(face))
        };
        // Whether another face of the family was answered on the day.
        let is_held = |at: usize| {
            let mut others = faces.iter().filter(|(other, _)| *other != at);
            !by_name && others.any(|(_, other)| other.state.answered)
        };
        for (at, face) in wanted() {
            match face.state.ask {
                Ask::Again(since) => part.again.push((since, *at)),
                Ask::Later(day) => part.later.push(day),
                Ask::Due(..) if is_held(*at) => part.later.push(tomorrow),
                Ask::Due(day, recall) => part.due.push(((day, recall.to_bits()), *at)),
                Ask::NewFrom(day) => part.has_new |= day <= tomorrow,
                Ask::New => {
                    part.has_new = true;
                    if is_held(*at) {
                        continue;
                    }
                    match face.state.started {
                        Some(_) => part.restarted.push(*at),
                        None => part.new.push((face.deck, face.turn)),
                    }
                }
                Ask::Never => {}
            }
        }
        if !by_name {
            part.keep_one(tomorrow);
        }
        part
    }

    /// Returns the state of each face of every deck on the day, its siblings considered, without the limits on due and
    /// new faces per day.
    pub fn askables(&self) -> hashing::HashMap<&FaceKey, Askable> {
        let families = self.families.iter();
        families.flat_map(|family| self.of_family(family)).collect()
    }

    /// Returns the state of each face of a card on the day, like [`Queue::askables`].
    pub fn of_card(&self, card: &CardId) -> Vec<(&FaceKey, Askable)> {
        let family = self.family_of(card);
        let family = family.and_then(|family| self.families.get(family));
        let mut faces = family.map_or_else(Vec::new, |family| self.of_family(family));
        faces.retain(|(key, _)| key.card == *card);
        faces
    }

    /// Returns whether a face of the card is due on the day.
    pub fn is_card_due(&self, card: &CardId) -> bool {
        self.of_card(card).iter().any(|(_, face)| face.is_due())
    }

    fn of_family(&self, family: &Family) -> Vec<(&FaceKey, Askable)> {
        let faces = self.members(family);
        let part = self.part(&faces);
        let due = part.due.iter().map(|(_, at)| *at);
        let new = part.new.iter().map(|(_, [.., at])| *at as usize);
        let asked: BTreeSet<usize> = due.chain(new).chain(part.restarted).collect();
        let of_faces = faces.iter().map(|(at, face)| {
            let askable = match face.state.askable {
                Askable::Due(day) if !asked.contains(at) => Askable::HeldBack(Some(day)),
                Askable::New if !asked.contains(at) => Askable::HeldBack(None),
                askable => askable,
            };
            (&face.key, askable)
        });
        of_faces.collect()
    }

    /// Returns the face to ask next at the moment `now`; `None` if nothing is left.
    pub fn next(&self, now: Stamp) -> Option<Entry<'_>> {
        let first = self.again.first();
        let again = first.map(|(_, at)| (*at, Why::Again));
        let is_time = |since: &Stamp| now.millis_since(*since) >= AGAIN;
        let chosen = match first {
            Some((since, _)) if is_time(since) => again,
            _ => self.mixed().next().or(again),
        };
        chosen.and_then(|(at, why)| self.entry(at, why))
    }

    /// Returns the face that was forgotten first today, whether its ten minutes are over or not.
    pub fn forgotten(&self) -> Option<Entry<'_>> {
        let (_, at) = self.again.first()?;
        self.entry(*at, Why::Again)
    }

    /// Returns all faces to ask, in the order of the moment `now`.
    pub fn entries(&self, now: Stamp) -> Vec<Entry<'_>> {
        let is_time = |since: &Stamp| now.millis_since(*since) >= AGAIN;
        let again = |first: bool| {
            self.again
                .iter()
                .filter(move |(since, _)| is_time(since) == first)
                .map(|(_, at)| (*at, Why::Again))
        };
        again(true)
            .chain(self.mixed())
            .chain(again(false))
            .filter_map(|(at, why)| self.entry(at, why))
            .collect()
    }

    fn entry(&self, at: usize, why: Why) -> Option<Entry<'_>> {
        let face = self.faces.get(at)?;
        Some(Entry {
            key: &face.key,
            deck: face.deck,
            why,
        })
    }

    /// Returns due faces with new ones mixed in evenly, counting those of each kind already answered on the day.
    fn mixed(&self) -> impl Iterator<Item = (usize, Why)> + '_ {
        let (mut due_at, mut new_at) = (self.due_done, self.new.started());
        let all_due = due_at + self.count_due();
        let all_new = new_at + self.count_new();
        let mut due = self
            .due
            .iter()
            .take(self.count_due())
            .map(|(_, at)| *at)
            .peekable();
        let mut new = self.new.order(self.backlog().is_some()).peekable();
        std::iter::from_fn(move || {
            // The kind of which the smaller share has been asked; a due face if the shares are equal.
            let share = (new_at * all_due).cmp(&(due_at * all_new));
            let take_new = match (due.peek(), new.peek()) {
                (Some(_), Some(_)) => share == Ordering::Less,
                (due, _) => due.is_none(),
            };
            if take_new {
                new_at += 1;
                new.next().map(|at| (at, Why::New))
            } else {
                due_at += 1;
                due.next().map(|at| (at, Why::Due))
            }
        })
    }

    fn count_due(&self) -> usize {
        let most = self.most_due.map(|most| most.saturating_sub(self.due_done));
        most.unwrap_or(usize::MAX).min(self.due.len())
    }

    fn count_new(&self) -> usize {
        self.new.count(self.backlog().is_some())
    }

    /// Returns the number of faces left to ask for this reason.
    pub fn count(&self, why: Why) -> usize {
        match why {
            Why::Due => self.count_due(),
            Why::New => self.count_new(),
            Why::Again => self.again.len(),
        }
    }

    /// Returns the number of faces left to ask.
    pub fn all(&self) -> usize {
        [Why::Due, Why::New, Why::Again]
            .map(|why| self.count(why))
            .iter()
            .sum()
    }

    /// Returns the next later day on which a selected card comes, with the number of such cards; new ones don't count.
    pub fn later(&self) -> Option<(Day, usize)> {
        let tomorrow = self.today.plus(1);
        let beyond = self.due.len() - self.count_due();
        match self.later.first_key_value() {
            Some((day, count)) if *day == tomorrow => Some((tomorrow, count + beyond)),
            _ if beyond > 0 => Some((tomorrow, beyond)),
            first => first.map(|(day, count)| (*day, *count)),
        }
    }

    /// Returns the number of new faces held back today by the limit per day or a backlog.
    pub fn new_beyond(&self) -> usize {
        self.new.waiting() - self.count_new()
    }

    /// Returns the number of cards with a new face, whether it is asked today or not.
    pub fn new_cards(&self) -> usize {
        self.new_cards
    }

    /// Returns the number of overdue faces if there are too many for new ones to come.
    pub fn backlog(&self) -> Option<usize> {
        let is_asked_for = self.wanted.new.is_some() || self.wanted.cards.is_some();
        let is_much = self.overdue >= BACKLOG && self.overdue as f64 > 2.0 * self.usual;
        (is_much && !is_asked_for).then_some(self.overdue)
    }

    /// Returns the learning day of the queue.
    pub fn today(&self) -> Day {
        self.today
    }

    /// Returns the number of faces of all decks due on each day, suspended ones excluded.
    pub fn load(&self) -> &Load {
        &self.load
    }
}

/// The contribution of one family of faces to the queue.
#[derive(Default)]
struct Part {
    due: Vec<(Due, usize)>,
    /// Each with the index of its deck.
    new: Vec<(usize, Turn)>,
    restarted: Vec<usize>,
    again: Vec<(Stamp, usize)>,
    later: Vec<Day>,
    has_new: bool,
}

impl Part {
    /// Keeps at most one due, restarted or new face for the day, and one entry for each later day.
    fn keep_one(&mut self, tomorrow: Day) {
        self.due.sort_unstable();
        if self.due.len() > 1 {
            self.due.truncate(1);
            self.later.push(tomorrow);
        }
        if !self.due.is_empty() {
            (self.restarted, self.new) = Default::default();
        }
        self.restarted.truncate(1);
        if !self.restarted.is_empty() {
            self.new.clear();
        }
        self.new.sort_by_key(|(_, turn)| *turn);
        self.new.truncate(1);
        self.later.sort_unstable();
        self.later.dedup();
    }
}

fn change(count: &mut usize, is_more: bool) {
    *count = match is_more {
        true => count.saturating_add(1),
        false => count.saturating_sub(1),
    };
}

/// Returns the name of the Anki note that a card was imported from: its id without the number of the card.
fn note(id: &CardId) -> Option<&str> {
    let id = id.as_str();
    id.strip_prefix("anki-")?;
    let number = |n: &str| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit());
    Some(match id.rsplit_once('.') {
        Some((note, n)) if number(n) => note,
        _ => id,
    })
}
