//! New faces: the order in which they start, and how many may start on a day.
//!
//! It knows decks, their settings and numbers of faces, never the history or the memory model.

use std::collections::BTreeSet;

use crate::config::Config;
use crate::deck::Deck;
use crate::deck::library::is_in;
use crate::time::Stamp;

/// The sort key of a new face in its deck: the place of its card, shifted for further faces; the index of the face in
/// the card; and its index among all faces. All count from 0.
pub(super) type Turn = [u32; 3];

/// The waiting new faces, by deck, with those started on the day.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct NewFaces {
    decks: Vec<NewDeck>,
    /// The faces started on the day and reset since; they already count towards the limit of the day.
    restarted: BTreeSet<usize>,
    /// The number of faces that may start on a day in the whole home.
    number: usize,
    /// The indices of the decks in a deck or folder with a limit of its own, and that limit; outermost first.
    places: Vec<(Vec<usize>, usize)>,
    /// The number asked for by the person, which overrides the limits; it includes the faces that were started before
    /// the queue was built.
    asked_for: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Default)]
struct NewDeck {
    order: i32,
    /// Its rank among all decks by title.
    by_title: usize,
    waiting: BTreeSet<Turn>,
    /// The faces started on the day, by time.
    started: BTreeSet<(Stamp, usize)>,
    /// The last time before the day that a face of it was started.
    last_before: Option<Stamp>,
    /// The indices of the limited places that it is in.
    places: Vec<usize>,
}

/// The last turn of a deck: never, at a moment, or as the nth of the turns planned ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum LastTurn {
    Never,
    At(Stamp),
    Foreseen(usize),
}

impl NewFaces {
    /// Returns the decks without any faces yet.
    pub(super) fn new(decks: &[Deck], config: &Config, asked_for: Option<usize>) -> Self {
        let mut all: Vec<NewDeck> = decks
            .iter()
            .map(|deck| NewDeck {
                order: deck.order,
                ..NewDeck::default()
            })
            .collect();
        let mut titles: Vec<(&str, usize)> = decks
            .iter()
            .map(|deck| deck.title.as_str())
            .zip(0..)
            .collect();
        titles.sort_unstable();
        for (by_title, (_, at)) in titles.into_iter().enumerate() {
            if let Some(deck) = all.get_mut(at) {
                deck.by_title = by_title;
            }
        }
        let limited = config
            .decks
            .iter()
            .filter_map(|(place, of_it)| Some((place, of_it.new_per_day?)));
        let mut places = Vec::new();
        for (place, number) in limited {
            let inside: Vec<usize> = (0..)
                .zip(decks)
                .filter(|(_, deck)| is_in(&deck.name, place))
                .map(|(at, _)| at)
                .collect();
            for at in &inside {
                if let Some(deck) = all.get_mut(*at) {
                    deck.places.push(places.len());
                }
            }
            places.push((inside, number));
        }
        Self {
            decks: all,
            restarted: BTreeSet::new(),
            number: config.new_per_day,
            places,
            asked_for,
        }
    }

    /// Excludes the faces started up to now from the number asked for.
    pub(super) fn begin(&mut self) {
        let started = self.started();
        self.asked_for = self.asked_for.map(|number| number.saturating_add(started));
    }

    /// Returns whether a moment is later than the last one before the day at which a face of the deck was started, as far
    /// as is recorded.
    pub(super) fn is_later(&self, deck: usize, at: Stamp) -> bool {
        let deck = self.decks.get(deck);
        deck.is_some_and(|deck| deck.last_before < Some(at))
    }

    /// Records that a face of the deck was started at a moment before the day.
    pub(super) fn was_started(&mut self, deck: usize, at: Stamp) {
        if let Some(deck) = self.decks.get_mut(deck) {
            deck.last_before = deck.last_before.max(Some(at));
        }
    }

    /// Adds or removes a face started on the day.
    pub(super) fn set_started(&mut self, deck: usize, started: (Stamp, usize), is_there: bool) {
        if let Some(deck) = self.decks.get_mut(deck) {
            set(&mut deck.started, started, is_there);
        }
    }

    /// Adds or removes a waiting face.
    pub(super) fn set_waiting(&mut self, deck: usize, turn: Turn, is_there: bool) {
        if let Some(deck) = self.decks.get_mut(deck) {
            set(&mut deck.waiting, turn, is_there);
        }
    }

    /// Adds or removes a face that waits again although it was started on the day.
    pub(super) fn set_restarted(&mut self, face: usize, is_there: bool) {
        set(&mut self.restarted, face, is_there);
    }

    /// Returns the number of faces started on the day.
    pub(super) fn started(&self) -> usize {
        self.decks.iter().map(|deck| deck.started.len()).sum()
    }

    /// Returns the number of waiting faces, whether they may start on the day or not.
    pub(super) fn waiting(&self) -> usize {
        let waiting: usize = self.decks.iter().map(|deck| deck.waiting.len()).sum();
        waiting + self.restarted.len()
    }

    /// Returns the number of waiting faces that may start on the day; only restarted ones if the day `is_full`.
    pub(super) fn count(&self, is_full: bool) -> usize {
        let again = self.restarted.len();
        if is_full {
            return again;
        }
        let mut counts: Vec<usize> = self.decks.iter().map(|deck| deck.waiting.len()).collect();
        if self.asked_for.is_none() {
            // Two places are nested or disjoint, so the inner ones can be cut down to their limits first, whichever
            // of their decks the cut takes from.
            for (at, (inside, _)) in self.places.iter().enumerate().rev() {
                let mut left = self.room_of(at);
                for count in inside {
                    if let Some(count) = counts.get_mut(*count) {
                        *count = left.min(*count);
                        left -= *count;
                    }
                }
            }
        }
        again + self.room().min(counts.iter().sum())
    }

    /// Returns the indices of the faces that may start on the day, in order.
    ///
    /// Decks of a lower `order` come first. Of decks of equal `order`, the one whose last turn is the longest ago is
    /// next, so that all get turns, today and from day to day, however large one of them is; of several without a turn
    /// yet, the first by title, then by name.
    pub(super) fn order(&self, is_full: bool) -> impl Iterator<Item = usize> + '_ {
        let mut waiting: Vec<_> = self
            .decks
            .iter()
            .map(|deck| deck.waiting.iter().peekable())
            .collect();
        let mut last: Vec<LastTurn> = self.decks.iter().map(NewDeck::last_turn).collect();
        let mut room = if is_full { 0 } else { self.room() };
        let mut rooms: Vec<usize> = (0..self.places.len()).map(|at| self.room_of(at)).collect();
        let mut foreseen = 0;
        let in_turn = std::iter::from_fn(move || {
            room = room.checked_sub(1)?;
            let fits = |deck: &NewDeck| {
                self.asked_for.is_some()
                    || deck
                        .places
                        .iter()
                        .all(|place| rooms.get(*place).is_some_and(|room| *room > 0))
            };
            let (.., at) = self
                .decks
                .iter()
                .zip(&mut waiting)
                .enumerate()
                .filter_map(|(at, (deck, waiting))| {
                    waiting.peek()?;
                    fits(deck).then_some((deck.order, *last.get(at)?, deck.by_title, at))
                })
                .min()?;
            foreseen += 1;
            if let Some(last) = last.get_mut(at) {
                *last = LastTurn::Foreseen(foreseen);
            }
            for place in &self.decks.get(at)?.places {
                if let Some(room) = rooms.get_mut(*place) {
                    *room = room.saturating_sub(1);
                }
            }
            waiting.get_mut(at)?.next().map(|[.., face]| *face as usize)
        });
        self.restarted.iter().copied().chain(in_turn)
    }

    /// Returns the number of faces that may still start on the day in all.
    fn room(&self) -> usize {
        let number = self.asked_for.unwrap_or(self.number);
        number.saturating_sub(self.started())
    }

    /// Returns the number of faces that may still start on the day in a limited place.
    fn room_of(&self, place: usize) -> usize {
        let Some((inside, number)) = self.places.get(place) else {
            return 0;
        };
        let decks = inside.iter().filter_map(|at| self.decks.get(*at));
        let started: usize = decks.map(|deck| deck.started.len()).sum();
        number.saturating_sub(started)
    }
}

impl NewDeck {
    fn last_turn(&self) -> LastTurn {
        let today = self.started.last().map(|(at, _)| *at);
        today
            .max(self.last_before)
            .map_or(LastTurn::Never, LastTurn::At)
    }
}

/// Adds `item` to `set` or removes it.
pub(super) fn set<T: Ord>(set: &mut BTreeSet<T>, item: T, is_there: bool) {
    if is_there {
        set.insert(item);
    } else {
        set.remove(&item);
    }
}
