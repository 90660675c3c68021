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

mod each;
mod new;
mod state;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::iter::Enumerate;
use std::slice;

use self::new::{NewFaces, Turn, set};
use self::state::{Answered, Ask, State};
use super::askable::Askable;
use super::memory::Memory;
use super::scheduler::Load;
use crate::config::Config;
use crate::deck::library::Library;
use crate::deck::{Card, CardId, Deck, FaceKey};
use crate::history::{AT_ONCE, Expected, History, Room};
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
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// Its key.
    pub key: FaceKey,
    /// Its deck.
    pub deck: &'a Deck,
    /// The index of its deck in the library, from 0.
    pub deck_at: usize,
    /// Its card.
    pub card: &'a Card,
    /// The reason.
    pub why: Why,
}

/// The faces to ask on a day, and the number of cards on later days.
///
/// It keeps no key and no card: those are in the library from which it was built, and that its methods are given. Once
/// decks were read again, a new queue must be built.
#[derive(Debug, Clone, PartialEq)]
pub struct Queue {
    today: Day,
    wanted: Wanted,
    /// The maximum number of due faces asked per day; `None` for no limit.
    most_due: Option<usize>,
    /// Every face of every deck, in order.
    faces: Vec<Face>,
    /// For each deck, how many places later a further face of a card is asked.
    shifts: Vec<usize>,
    /// For each note of Anki's, its faces (indices into `faces`), ascending.
    notes: Vec<Vec<usize>>,
    /// The cards selected by name that were recalled.
    finished: HashSet<Place>,
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

/// The sort key of a due face: its due day, then the bits of its retrievability, which sort like the number itself.
type Due = (Day, u32);

/// The index of a card's deck in the library, and that of the card in the deck.
type Place = (u32, u32);

/// A face, in as few bytes as it takes: a home has a hundred thousand of them.
#[derive(Debug, Clone, PartialEq)]
struct Face {
    card: Place,
    /// Its index among the faces of its card.
    nth: u16,
    is_wanted: bool,
    /// The index of its note; [`NONE`] if it has none.
    note: u32,
    state: State,
}

/// The index of no note.
const NONE: u32 = u32::MAX;

/// Faces of which at most one is asked on a day.
#[derive(Debug, Clone, Copy)]
enum Family {
    /// The faces of a card, of which this is the first.
    Card(usize),
    /// The faces of the cards of a note.
    Note(usize),
}

/// The faces of a family, each with its index.
#[derive(Clone)]
enum Members<'a> {
    Card(Enumerate<slice::Iter<'a, Face>>, usize),
    Note(slice::Iter<'a, usize>, &'a [Face]),
}

impl<'a> Iterator for Members<'a> {
    type Item = (usize, &'a Face);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Card(faces, first) => faces.next().map(|(nth, face)| (*first + nth, face)),
            Self::Note(indices, faces) => {
                let at = *indices.next()?;
                faces.get(at).map(|face| (at, face))
            }
        }
    }
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
        // Before the queue needs memory: what they are made of is let go.
        library.make_cards();
        let decks = library.decks.iter().enumerate();
        queue.gather(decks, history, memory, |_| true);
        let answers = history.answers_between(today.plus(-USUAL), today);
        queue.usual = answers as f64 / USUAL as f64;
        let (mut next, mut room) = (0, Part::default());
        while let Some(face) = queue.faces.get(next) {
            let is_of_note = face.note != NONE;
            let family = Family::Card(next);
            next += queue.members(family).count();
            if !is_of_note {
                queue.tally_in(family, true, &mut room);
            }
        }
        for note in 0..queue.notes.len() {
            queue.tally_in(Family::Note(note), true, &mut room);
        }
        queue.new.begin();
        queue
    }

    /// Returns the state of each face of one card on `today`, like [`Queue::of_card`], without a queue of all faces.
    pub fn of_one_card(
        library: &Library,
        history: &History,
        config: &Config,
        memory: &Memory,
        today: Day,
        card: &CardId,
    ) -> Vec<(FaceKey, Askable)> {
        let is_sibling = |other: &str| {
            let notes = note(card.as_str()).zip(note(other));
            other == card.as_str() || notes.is_some_and(|(note, of_other)| note == of_other)
        };
        let has_sibling = |deck: &Deck| deck.cards.position(|head| is_sibling(head.id)).is_some();
        let of_card = library.place(card.as_str()).map(|(deck, _)| deck);
        let decks = library.decks.iter().enumerate();
        let decks = decks.filter(|(at, deck)| match note(card.as_str()) {
            None => Some(*at) == of_card,
            Some(_) => has_sibling(deck),
        });
        let mut queue = Self::empty(library, config, today, &Wanted::default());
        queue.gather(decks, history, memory, is_sibling);
        queue.of_card(library, card)
    }

    fn empty(library: &Library, config: &Config, today: Day, wanted: &Wanted) -> Self {
        let shift = |deck: &Deck| config.new_per_day_of(&deck.name).saturating_mul(2);
        Self {
            today,
            wanted: wanted.clone(),
            most_due: config.reviews_per_day,
            faces: Vec::new(),
            shifts: library.decks.iter().map(shift).collect(),
            notes: Vec::new(),
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

    /// Adds the faces of the cards of these decks (each with its place among all) whose ids `takes` selects, each with its
    /// state on the day. Cards are selected with all of their siblings.
    fn gather<'a>(
        &mut self,
        decks: impl Iterator<Item = (usize, &'a Deck)>,
        history: &History,
        memory: &Memory,
        takes: impl Fn(&str) -> bool,
    ) {
        let mut by_name: HashMap<String, usize> = HashMap::new();
        let mut room = Room::default();
        for (at_deck, deck) in decks {
            let mut expected = Expected::default();
            for (place, card) in deck.cards.iter().enumerate() {
                if place % AT_ONCE == 0 {
                    let next = deck.cards.iter().skip(place).take(AT_ONCE);
                    expected = history.expect(next.map(|card| card.id.as_str()));
                }
                if !takes(card.id.as_str()) {
                    continue;
                }
                let is_wanted = self.wanted.takes(deck, card);
                let next = self.notes.len();
                let note =
                    note(card.id.as_str()).map(|note| *by_name.entry(note.into()).or_insert(next));
                if note == Some(next) {
                    self.notes.push(Vec::new());
                }
                for (nth, key) in card.faces().enumerate() {
                    let told = history.of_expected(&key, &expected, place % AT_ONCE);
                    let first = told.first_ever();
                    let first = first.filter(|at| self.new.is_later(at_deck, *at));
                    if let Some(first) = first.filter(|at| history.day(*at) < self.today) {
                        self.new.was_started(at_deck, first);
                    }
                    if let Some(note) = note.and_then(|note| self.notes.get_mut(note)) {
                        note.push(self.faces.len());
                    }
                    self.faces.push(Face {
                        card: (number(at_deck), number(place)),
                        nth: u16::try_from(nth).unwrap_or(u16::MAX),
                        is_wanted,
                        note: note.map_or(NONE, number),
                        state: State::of(&told, memory, self.today, &self.wanted, &mut room),
                    });
                }
            }
        }
    }

    /// Returns the index of the first face of a card.
    fn first_of(&self, library: &Library, card: &CardId) -> Option<usize> {
        let (deck, card) = library.place(card.as_str())?;
        let place = (number(deck), number(card));
        let first = self.faces.partition_point(|face| face.card < place);
        let face = self.faces.get(first)?;
        (face.card == place).then_some(first)
    }

    fn family_of(&self, library: &Library, card: &CardId) -> Option<Family> {
        self.family_at(self.first_of(library, card)?)
    }

    /// Returns the family of the card whose first face has this index.
    fn family_at(&self, first: usize) -> Option<Family> {
        Some(match self.faces.get(first)?.note {
            NONE => Family::Card(first),
            note => Family::Note(note as usize),
        })
    }

    fn members(&self, family: Family) -> Members<'_> {
        match family {
            Family::Card(first) => {
                let rest = self.faces.get(first..).unwrap_or(&[]);
                let card = rest.first().map(|face| face.card);
                let count = rest.iter().take_while(|face| Some(face.card) == card);
                let faces = rest.get(..count.count()).unwrap_or(&[]);
                Members::Card(faces.iter().enumerate(), first)
            }
            Family::Note(note) => {
                let indices = self.notes.get(note).map_or(&[][..], Vec::as_slice);
                Members::Note(indices.iter(), &self.faces)
            }
        }
    }

    /// Updates the queue after something happened to a card; O(log n) in the number of faces.
    pub fn refresh(
        &mut self,
        library: &Library,
        history: &History,
        memory: &Memory,
        card: &CardId,
    ) {
        let Some(family) = self.family_of(library, card) else {
            return;
        };
        self.tally(family, false);
        let members: Vec<usize> = self.members(family).map(|(at, _)| at).collect();
        let mut room = Room::default();
        for at in members {
            if let Some(face) = self.faces.get_mut(at)
                && let Some(key) = face.key(library)
            {
                let told = history.of_face(&key);
                face.state = State::of(&told, memory, self.today, &self.wanted, &mut room);
            }
        }
        self.tally(family, true);
    }

    /// Marks a card selected by name as recalled, so that it is not asked again, or reverts that after an undo.
    pub fn finish(&mut self, library: &Library, card: &CardId, is_finished: bool) {
        let is_by_name = self.wanted.cards.is_some();
        let first = self.first_of(library, card).filter(|_| is_by_name);
        let face = first.and_then(|first| Some((self.family_at(first)?, self.faces.get(first)?)));
        let Some((family, card)) = face.map(|(family, face)| (family, face.card)) else {
            return;
        };
        self.tally(family, false);
        if is_finished {
            self.finished.insert(card);
        } else {
            self.finished.remove(&card);
        }
        self.tally(family, true);
    }

    /// Adds a family of faces to all counts and orders, or removes it from them.
    fn tally(&mut self, family: Family, is_there: bool) {
        self.tally_in(family, is_there, &mut Part::default());
    }

    /// Does the same as [`Queue::tally`]; what the family contributes is gathered in `part`, whose memory is used again
    /// for the next one.
    fn tally_in(&mut self, family: Family, is_there: bool, part: &mut Part) {
        self.gather_part(self.members(family), part);
        let members = self.members(family);
        let mut members = members.map(|(at, face)| (at, face.card.0, face.state));
        // Mostly one: no list is made for it.
        let first = members.next();
        let others: Vec<_> = members.collect();
        for (at, deck, state) in first.into_iter().chain(others) {
            self.tally_of_all(at, deck as usize, &state, is_there);
        }
        for item in part.due.drain(..) {
            set(&mut self.due, item, is_there);
        }
        for item in part.again.drain(..) {
            set(&mut self.again, item, is_there);
        }
        for (deck, turn) in part.new.drain(..) {
            self.new.set_waiting(deck, turn, is_there);
        }
        for face in part.restarted.drain(..) {
            self.new.set_restarted(face, is_there);
        }
        for day in part.later.drain(..) {
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
        match state.answered {
            Answered::Started(started) => self.new.set_started(deck, (started, at), is_there),
            Answered::Today => change(&mut self.due_done, is_there),
            Answered::No => {}
        }
        if matches!(state.ask, Ask::Due(day, _) if day < self.today) {
            change(&mut self.overdue, is_there);
        }
    }

    /// Returns the contribution of a family of faces to the queue.
    fn part(&self, faces: Members<'_>) -> Part {
        let mut part = Part::default();
        self.gather_part(faces, &mut part);
        part
    }

    /// Gathers the contribution of a family of faces to the queue in `part`, in place of what it had.
    fn gather_part(&self, faces: Members<'_>, part: &mut Part) {
        part.clear();
        let by_name = self.wanted.cards.is_some();
        let tomorrow = self.today.plus(1);
        let finished = |face: &Face| by_name && self.finished.contains(&face.card);
        let wanted = faces.clone();
        let wanted = wanted.filter(|(_, face)| face.is_wanted && !finished(face));
        // Whether another face of the family was answered on the day.
        let is_held = |at: usize| {
            let mut others = faces.clone().filter(|(other, _)| *other != at);
            !by_name && others.any(|(_, other)| other.state.answered != Answered::No)
        };
        for (at, face) in wanted {
            match face.state.ask {
                Ask::Again(since) => part.again.push((since, at)),
                Ask::Later(day) => part.later.push(day),
                Ask::Due(..) if is_held(at) => part.later.push(tomorrow),
                Ask::Due(day, recall) => part.due.push(((day, recall.to_bits()), at)),
                Ask::NewFrom(day) => part.has_new |= day <= tomorrow,
                Ask::New => {
                    part.has_new = true;
                    if is_held(at) {
                        continue;
                    }
                    match face.state.answered {
                        Answered::Started(_) => part.restarted.push(at),
                        _ => part.new.push((face.card.0 as usize, self.turn(at, face))),
                    }
                }
                Ask::Never => {}
            }
        }
        if !by_name {
            part.keep_one(tomorrow);
        }
    }

    /// Returns the turn of a face among the new faces of its deck.
    fn turn(&self, at: usize, face: &Face) -> Turn {
        let (deck, place) = face.card;
        let nth = usize::from(face.nth);
        let shift = self.shifts.get(deck as usize).copied().unwrap_or(0);
        let of_card = (place as usize).saturating_add(nth.saturating_mul(shift));
        [number(of_card), u32::from(face.nth), number(at)]
    }

    /// Returns the state of each face of a card on the day, its siblings considered, without the limits on due and new
    /// faces per day.
    pub fn of_card(&self, library: &Library, card: &CardId) -> Vec<(FaceKey, Askable)> {
        let first = self.first_of(library, card);
        first.map_or_else(Vec::new, |first| self.of_faces_from(library, first))
    }

    /// Returns the same as [`Queue::of_card`] for every card, each with the index of its deck in the library, in order.
    pub fn of_cards<'a>(
        &'a self,
        library: &'a Library,
    ) -> impl Iterator<Item = (usize, Vec<(FaceKey, Askable)>)> + 'a {
        let mut first = 0;
        let cards = self.faces.chunk_by(|one, next| one.card == next.card);
        cards.filter_map(move |faces| {
            let (deck, _) = faces.first()?.card;
            let of_card = self.of_faces_from(library, first);
            first += faces.len();
            Some((deck as usize, of_card))
        })
    }

    /// Returns the state of each face of the card whose first face has this index.
    fn of_faces_from(&self, library: &Library, first: usize) -> Vec<(FaceKey, Askable)> {
        let Some(family) = self.family_at(first) else {
            return Vec::new();
        };
        let part = self.part(self.members(family));
        let due = part.due.iter().map(|(_, at)| *at);
        let new = part.new.iter().map(|(_, [.., at])| *at as usize);
        let asked: Vec<usize> = due.chain(new).chain(part.restarted).collect();
        let of_faces = self.members(Family::Card(first)).filter_map(|(at, face)| {
            let askable = match face.state.askable {
                Askable::Due(day) if !asked.contains(&at) => Askable::HeldBack(Some(day)),
                Askable::New if !asked.contains(&at) => Askable::HeldBack(None),
                askable => askable,
            };
            Some((face.key(library)?, askable))
        });
        of_faces.collect()
    }

    /// Returns whether a face of the card is due on the day.
    pub fn is_card_due(&self, library: &Library, card: &CardId) -> bool {
        let faces = self.of_card(library, card);
        faces.iter().any(|(_, face)| face.is_due())
    }

    /// Returns the face to ask next at the moment `now`; `None` if nothing is left.
    pub fn next<'a>(&self, library: &'a Library, now: Stamp) -> Option<Entry<'a>> {
        let first = self.again.first();
        let again = first.map(|(_, at)| (*at, Why::Again));
        let is_time = |since: &Stamp| now.millis_since(*since) >= AGAIN;
        let chosen = match first {
            Some((since, _)) if is_time(since) => again,
            _ => self.mixed().next().or(again),
        };
        chosen.and_then(|(at, why)| self.entry(library, at, why))
    }

    /// Returns the face that was forgotten first today, whether its ten minutes are over or not.
    pub fn forgotten<'a>(&self, library: &'a Library) -> Option<Entry<'a>> {
        let (_, at) = self.again.first()?;
        self.entry(library, *at, Why::Again)
    }

    /// Returns all faces to ask, in the order of the moment `now`.
    pub fn entries<'a>(&self, library: &'a Library, now: Stamp) -> Vec<Entry<'a>> {
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
            .filter_map(|(at, why)| self.entry(library, at, why))
            .collect()
    }

    fn entry<'a>(&self, library: &'a Library, at: usize, why: Why) -> Option<Entry<'a>> {
        let face = self.faces.get(at)?;
        let (deck, card) = face.place(library)?;
        Some(Entry {
            key: face.key(library)?,
            deck,
            deck_at: face.card.0 as usize,
            card,
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

impl Face {
    /// Returns its deck and its card.
    fn place<'a>(&self, library: &'a Library) -> Option<(&'a Deck, &'a Card)> {
        let (deck, card) = self.card;
        library.at((deck as usize, card as usize))
    }

    fn key(&self, library: &Library) -> Option<FaceKey> {
        let (_, card) = self.place(library)?;
        card.faces().nth(usize::from(self.nth))
    }
}

/// Returns an index as a number of half its size; there are never as many faces as that.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
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
    fn clear(&mut self) {
        let Self {
            due,
            new,
            restarted,
            again,
            later,
            has_new,
        } = self;
        due.clear();
        new.clear();
        restarted.clear();
        again.clear();
        later.clear();
        *has_new = false;
    }

    /// Keeps at most one due, restarted or new face for the day, and one entry for each later day.
    fn keep_one(&mut self, tomorrow: Day) {
        self.due.sort_unstable();
        if self.due.len() > 1 {
            self.due.truncate(1);
            self.later.push(tomorrow);
        }
        if !self.due.is_empty() {
            self.restarted.clear();
            self.new.clear();
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
fn note(id: &str) -> Option<&str> {
    id.strip_prefix("anki-")?;
    let number = |n: &str| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit());
    Some(match id.rsplit_once('.') {
        Some((note, n)) if number(n) => note,
        _ => id,
    })
}
