//! What is asked next: due faces, new ones mixed in, forgotten ones again after ten minutes.
//!
//! A [`Queue`] is built once and then told of each card that something happened to. Told or built anew, it is the same:
//! all of it follows from the decks, the history, the settings and the day, so that leaving and coming back changes
//! nothing.
//!
//! * **Due** faces come by their due day, the oldest promise first, then by retrievability, the lowest first. After a
//!   break this clears sooner and leaves more known than the most forgotten first.
//! * **New** faces are mixed in evenly, as many as the settings let start on a day. Their order is that of the decks, and
//!   in turn over decks of one `order`. A card's nth further face takes its turn as if the card stood n times
//!   twice `new_per_day` places later in its deck.
//! * No new ones come while more than twice the daily mean of the last 30 days, and at least 100, is overdue.
//! * **Forgotten** ones come again ten minutes later, or as the last: in real logs the answer after a few others, half
//!   a minute later, leaves least.
//! * Of the faces of one card at most one is asked on a learning day. Cards whose ids differ only in a `.N` after an
//!   `anki-…` are one note of Anki's and count as one card here.

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
use crate::history::{FaceHistory, History};
use crate::time::{Day, Stamp};

/// After how many milliseconds a face that was forgotten comes again.
const AGAIN: i64 = 10 * 60_000;
/// From how many overdue faces on new ones wait, if that is more than twice what is usual.
const BACKLOG: usize = 100;
/// Over how many days the usual is taken.
const USUAL: i64 = 30;

/// Which faces are wanted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wanted {
    /// The names of the decks; all of them if `None`.
    pub decks: Option<HashSet<String>>,
    /// Only cards with this tag.
    pub tag: Option<String>,
    /// Only these cards, asked whether they are due or not.
    pub cards: Option<HashSet<CardId>>,
    /// How many new faces may still be started, instead of what the settings say.
    pub new: Option<usize>,
    /// Faces that are due within this many days count as due.
    pub ahead: i64,
}

impl Wanted {
    /// Returns whether the faces of this card are wanted.
    pub fn takes(&self, deck: &Deck, card: &Card) -> bool {
        let (decks, cards) = (self.decks.as_ref(), self.cards.as_ref());
        decks.is_none_or(|decks| decks.contains(&deck.name))
            && cards.is_none_or(|cards| cards.contains(&card.id))
            && self.tag.as_ref().is_none_or(|tag| card.has_tag(tag))
    }

    /// Returns whether all decks and cards are wanted.
    pub fn is_all(&self) -> bool {
        self.decks.is_none() && self.tag.is_none() && self.cards.is_none()
    }
}

/// Why a face is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Its day has come.
    Due,
    /// It was never asked, or forgotten by command.
    New,
    /// It was forgotten today.
    Again,
}

/// A face that is to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Which one.
    pub key: &'a FaceKey,
    /// Which of the library's decks it is in, from 0.
    pub deck: usize,
    /// Why it is asked.
    pub why: Why,
}

/// What is to be asked on a day, and what comes after.
#[derive(Debug, Clone, PartialEq)]
pub struct Queue {
    today: Day,
    wanted: Wanted,
    /// How many due faces are asked on a day.
    most_due: Option<usize>,
    /// Every face of every deck, in their order.
    faces: Vec<Face>,
    /// The faces of which at most one is asked on a day.
    families: Vec<Vec<usize>>,
    family_of: ByCard,
    /// Cards asked for by name that were recalled.
    finished: HashSet<CardId>,
    /// The mean number of answers on a day lately.
    usual: f64,
    due: BTreeSet<(Due, usize)>,
    new: NewFaces,
    again: BTreeSet<(Stamp, usize)>,
    /// How many due faces were answered on the day.
    due_done: usize,
    /// How many due faces of any deck have waited since before the day.
    overdue: usize,
    /// How many cards come on each later day.
    later: BTreeMap<Day, usize>,
    /// How many cards have a new face, whether it is asked or not.
    new_cards: usize,
    load: Load,
}

/// The family of each card; made when one is first asked for, since one question needs none.
#[derive(Debug, Clone, Default)]
struct ByCard(OnceLock<hashing::HashMap<CardId, usize>>);

impl PartialEq for ByCard {
    /// It says what the faces of a queue say, made or not.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The order of due faces: by day, then by retrievability, whose bits are in its order.
type Due = (Day, u32);

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
    /// Returns what is to be asked on `today`.
    pub fn new(
        library: &Library,
        history: &History,
        config: &Config,
        memory: &Memory,
        today: Day,
        wanted: &Wanted,
    ) -> Self {
        let mut queue = Self {
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
        };
        queue.gather(library, history, config, memory);
        for family in 0..queue.families.len() {
            queue.tally(family, true);
        }
        queue.new.begin();
        queue
    }

    /// Takes the faces of all decks in, each with what it is on the day.
    fn gather(&mut self, library: &Library, history: &History, config: &Config, memory: &Memory) {
        let cards = library.decks.iter().map(|deck| deck.cards.len()).sum();
        self.faces.reserve(cards);
        self.families.reserve(cards);
        let mut answers: u32 = 0;
        let mut by_name: HashMap<String, usize> = HashMap::new();
        let from = self.today.plus(-USUAL);
        for (at_deck, deck) in library.decks.iter().enumerate() {
            let later = 2 * config.new_per_day_of(&deck.name);
            for (place, card) in deck.cards.iter().enumerate() {
                let is_wanted = self.wanted.takes(deck, card);
                let next = self.families.len();
                let family = match note(&card.id) {
                    Some(note) => *by_name.entry(note.to_string()).or_insert(next),
                    None => next,
                };
                if family == next {
                    self.families.push(Vec::new());
                }
                for (nth, key) in card.faces().enumerate() {
                    let told = history.of_face(&key);
                    let face = told.face;
                    answers += face.map_or(0, |face| answers_between(face, from, self.today));
                    if let Some(at) = started_before(face, self.today) {
                        self.new.was_started(at_deck, at);
                    }
                    let state = State::of(&told, memory, self.today, &self.wanted);
                    let at = self.faces.len();
                    if let Some(family) = self.families.get_mut(family) {
                        family.push(at);
                    }
                    self.faces.push(Face {
                        key,
                        deck: at_deck,
                        turn: (place.saturating_add(nth.saturating_mul(later)), nth, at),
                        family,
                        is_wanted,
                        state,
                    });
                }
            }
        }
        self.usual = f64::from(answers) / USUAL as f64;
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

    /// Brings the queue up to date after something happened to a card: O(log n).
    pub fn refresh(&mut self, history: &History, memory: &Memory, card: &CardId) {
        let Some(family) = self.family_of(card) else {
            return;
        };
        self.tally(family, false);
        for at in self.families.get(family).cloned().unwrap_or_default() {
            if let Some(face) = self.faces.get_mut(at) {
                let told = history.of_face(&face.key);
                face.state = State::of(&told, memory, self.today, &self.wanted);
            }
        }
        self.tally(family, true);
    }

    /// Asks a card that was asked for by name no more, since it was recalled; or again, since that was taken back.
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

    /// Adds what a family of faces is on the day to all that is counted and ordered, or takes it away.
    fn tally(&mut self, family: usize, is_there: bool) {
        let Some(members) = self.families.get(family) else {
            return;
        };
        let faces: Vec<(usize, Face)> = members
            .iter()
            .filter_map(|at| Some((*at, self.faces.get(*at)?.clone())))
            .collect();
        for (at, face) in &faces {
            self.tally_of_all(*at, face, is_there);
        }
        let part = self.part(&faces);
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

    /// Does the part of [`Queue::tally`] that a face has whether it is wanted or not.
    fn tally_of_all(&mut self, at: usize, face: &Face, is_there: bool) {
        let state = &face.state;
        if let Some(day) = state.load {
            match is_there {
                true => self.load.add(day),
                false => self.load.remove(day),
            }
        }
        match state.started {
            Some(started) => self.new.set_started(face.deck, (started, at), is_there),
            None if state.answered => change(&mut self.due_done, is_there),
            None => {}
        }
        if matches!(state.ask, Ask::Due(day, _) if day < self.today) {
            change(&mut self.overdue, is_there);
        }
    }

    /// Returns what a family of faces has for the queue.
    fn part(&self, faces: &[(usize, Face)]) -> Part {
        let mut part = Part::default();
        let by_name = self.wanted.cards.is_some();
        let tomorrow = self.today.plus(1);
        let wanted = || {
            let finished = |face: &Face| by_name && self.finished.contains(&face.key.card);
            faces
                .iter()
                .filter(move |(_, face)| face.is_wanted && !finished(face))
        };
        // Whether another face of the family has had the day.
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

    /// Returns what each face of every deck is on the day, its siblings considered. How many due and new faces a day
    /// takes is left aside.
    pub fn askables(&self) -> hashing::HashMap<&FaceKey, Askable> {
        let families = self.families.iter();
        families.flat_map(|family| self.of_family(family)).collect()
    }

    /// Returns what each face of a card is on the day, as [`Queue::askables`] does.
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

    fn of_family(&self, family: &[usize]) -> Vec<(&FaceKey, Askable)> {
        let faces: Vec<(usize, Face)> = family
            .iter()
            .filter_map(|at| Some((*at, self.faces.get(*at)?.clone())))
            .collect();
        let part = self.part(&faces);
        let due = part.due.iter().map(|(_, at)| *at);
        let new = part.new.iter().map(|(_, (.., at))| *at);
        let asked: HashSet<usize> = due.chain(new).chain(part.restarted).collect();
        let of_faces = family.iter().filter_map(|at| {
            let face = self.faces.get(*at)?;
            let askable = match face.state.askable {
                Askable::Due(day) if !asked.contains(at) => Askable::HeldBack(Some(day)),
                Askable::New if !asked.contains(at) => Askable::HeldBack(None),
                askable => askable,
            };
            Some((&face.key, askable))
        });
        of_faces.collect()
    }

    /// Returns what is asked next at the moment `now`; `None` if nothing is left.
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

    /// Returns the face that was forgotten first, whether its ten minutes are over or not.
    pub fn forgotten(&self) -> Option<Entry<'_>> {
        let (_, at) = self.again.first()?;
        self.entry(*at, Why::Again)
    }

    /// Returns all that is asked, in its order at the moment `now`.
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

    /// Due faces with new ones mixed in evenly, going on from how many of each were done on the day.
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
            // A due one first; then the kind of which the smaller share has been asked.
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

    /// Returns how many faces are asked for this reason.
    pub fn count(&self, why: Why) -> usize {
        match why {
            Why::Due => self.count_due(),
            Why::New => self.count_new(),
            Why::Again => self.again.len(),
        }
    }

    /// Returns how many faces are asked.
    pub fn all(&self) -> usize {
        [Why::Due, Why::New, Why::Again]
            .map(|why| self.count(why))
            .iter()
            .sum()
    }

    /// Returns the next day, after this one, on which a wanted card comes, and how many do. New ones are not counted.
    pub fn later(&self) -> Option<(Day, usize)> {
        let tomorrow = self.today.plus(1);
        let beyond = self.due.len() - self.count_due();
        match self.later.first_key_value() {
            Some((day, count)) if *day == tomorrow => Some((tomorrow, count + beyond)),
            _ if beyond > 0 => Some((tomorrow, beyond)),
            first => first.map(|(day, count)| (*day, *count)),
        }
    }

    /// Returns how many new faces could be asked today and are not, for the day's number or a backlog.
    pub fn new_beyond(&self) -> usize {
        self.new.waiting() - self.count_new()
    }

    /// Returns how many cards have a new face, whether it is asked today or not.
    pub fn new_cards(&self) -> usize {
        self.new_cards
    }

    /// Returns how many faces are overdue, if they are so many that no new ones come.
    pub fn backlog(&self) -> Option<usize> {
        let is_asked_for = self.wanted.new.is_some() || self.wanted.cards.is_some();
        let is_much = self.overdue >= BACKLOG && self.overdue as f64 > 2.0 * self.usual;
        (is_much && !is_asked_for).then_some(self.overdue)
    }

    /// Returns the day that it is for.
    pub fn today(&self) -> Day {
        self.today
    }

    /// Returns how many faces of all decks are due on each day.
    pub fn load(&self) -> &Load {
        &self.load
    }
}

/// What the faces of one card have for the queue.
#[derive(Default)]
struct Part {
    due: Vec<(Due, usize)>,
    /// Each with its deck.
    new: Vec<(usize, Turn)>,
    restarted: Vec<usize>,
    again: Vec<(Stamp, usize)>,
    later: Vec<Day>,
    has_new: bool,
}

impl Part {
    /// Leaves one face for the day, and one for each later day.
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

/// Returns the note of Anki's that a card was imported from: its id without the number of the card, if it has one.
fn note(id: &CardId) -> Option<&str> {
    let id = id.as_str();
    id.strip_prefix("anki-")?;
    let number = |n: &str| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit());
    Some(match id.rsplit_once('.') {
        Some((note, n)) if number(n) => note,
        _ => id,
    })
}

/// Returns how many answers a face got from the one day on and before the other.
fn answers_between(face: &FaceHistory, from: Day, to: Day) -> u32 {
    let late = face.reviews().iter().rev();
    let of_them = late
        .take_while(|review| review.day >= from)
        .filter(|review| review.day < to);
    u32::try_from(of_them.count()).unwrap_or(u32::MAX)
}

/// Returns when a face was started, if that was before the day.
fn started_before(face: Option<&FaceHistory>, today: Day) -> Option<Stamp> {
    let first = face?.reviews().first()?;
    (first.day < today).then_some(first.at)
}
