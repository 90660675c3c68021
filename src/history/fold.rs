//! The fold of events that may share a history: those of one card, or of all cards that renames connect.
//!
//! It goes forwards in time. A history has an identity of its own (its number), and ids are labels on it: an event
//! belongs to the history that its id labels at its moment. A rename moves the label, and the old id stays as an alias
//! for machines that have not heard of it, until another card takes it. The fold knows events and days, never files.

use std::collections::{BTreeMap, HashMap};

use super::days::DayStarts;
use super::event::{Event, Pause, Paused};
use super::face::{FaceHistory, Known, Mark, Review, What};
use crate::deck::{CardId, FaceKey, Side};
use crate::time::{Day, Stamp};

/// The state of some cards that follows from their events.
#[derive(Default)]
pub(super) struct Folded {
    /// The marks of each card that has any, by time.
    pub(super) cards: BTreeMap<CardId, Vec<Mark>>,
    /// The faces that have a review or a mark.
    pub(super) faces: BTreeMap<FaceKey, FaceHistory>,
    /// Pairs of an old id and the id that its history has now.
    pub(super) card_aliases: Vec<(CardId, CardId)>,
    /// Pairs of an old key, under the current id of its card, and the key that the face's history has now; ascending.
    pub(super) face_aliases: Vec<(FaceKey, FaceKey)>,
}

/// Folds `reviews` and `notes` into the state of their cards.
///
/// `notes` are all other events of the same cards. Both may be in any order.
pub(super) fn fold(
    reviews: impl IntoIterator<Item = (FaceKey, Review)>,
    notes: &[&Event],
    days: &DayStarts,
) -> Folded {
    let mut items: Vec<Item> = reviews
        .into_iter()
        .map(|(key, review)| Item::Review(key, review))
        .chain(notes.iter().map(|note| Item::Note(note)))
        .collect();
    items.sort_by(Item::in_order);
    let undone = Undone::of(notes);
    let mut labels = Labels::default();
    let homes: Vec<Option<Home>> = items
        .iter()
        .map(|item| labels.place(item, &undone))
        .collect();
    gather(&items, &homes, &mut labels, &undone, days)
}

/// One event.
enum Item<'a> {
    Review(FaceKey, Review),
    Note(&'a Event),
}

impl Item<'_> {
    fn at(&self) -> Stamp {
        match self {
            Self::Review(_, review) => review.at,
            Self::Note(event) => event.at(),
        }
    }

    fn in_order(&self, other: &Self) -> std::cmp::Ordering {
        let moments = self.at().millis().cmp(&other.at().millis());
        moments.then_with(|| self.line().cmp(&other.line()))
    }

    /// Returns its line, which orders events of one moment.
    fn line(&self) -> String {
        match self {
            Self::Note(event) => event.to_line(),
            Self::Review(face, review) => Event::Review {
                at: review.at,
                face: face.clone(),
                grade: review.grade,
                ms: review.ms,
                due: review.due,
            }
            .to_line(),
        }
    }

    /// Returns the id or key that it is about, as written.
    fn subject(&self) -> Option<FaceKey> {
        match self {
            Self::Review(face, _) => Some(face.clone()),
            Self::Note(event) => event.subject(),
        }
    }
}

/// The moment of the first undo of each undone event, by the event's moment (Unix milliseconds) and subject.
struct Undone(HashMap<(i64, FaceKey), Stamp>);

impl Undone {
    fn of(notes: &[&Event]) -> Self {
        let mut undone = HashMap::new();
        for note in notes {
            if let Event::Undo { at, face, of } = note {
                earliest(&mut undone, (of.millis(), face.clone()), *at);
            }
        }
        Self(undone)
    }

    fn get(&self, item: &Item) -> Option<Stamp> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&(item.at().millis(), item.subject()?)).copied()
    }
}

/// Keeps the earlier of two moments or days.
pub(super) fn earliest<K: std::hash::Hash + Eq, T: Ord + Copy>(
    known: &mut HashMap<K, T>,
    key: K,
    at: T,
) {
    known
        .entry(key)
        .and_modify(|known| *known = at.min(*known))
        .or_insert(at);
}

/// The number of a card's history.
type CardNumber = usize;
/// The number of a face's history.
type FaceNumber = usize;

/// The history that an event belongs to.
#[derive(Clone, Copy)]
enum Home {
    Card(CardNumber),
    Face(FaceNumber),
    /// An undo whose key may name a card or a face.
    Both(CardNumber, FaceNumber),
}

/// The assignment of ids to histories at the moment that the fold has reached.
#[derive(Default)]
struct Labels {
    cards: Vec<Labelled<CardId>>,
    faces: Vec<Labelled<(CardNumber, Side)>>,
    by_id: HashMap<CardId, CardNumber>,
    by_side: HashMap<(CardNumber, Side), FaceNumber>,
    /// The sides of each card that have occurred.
    sides: HashMap<CardNumber, Vec<Side>>,
    /// The renames that are undone later, by moment and old id.
    for_now: HashMap<(i64, FaceKey), ForNow>,
}

/// A rename that is undone later, with the history that its new id labelled before.
enum ForNow {
    Card {
        moved: CardNumber,
        from: CardId,
        to: CardId,
        before: Option<CardNumber>,
    },
    Face {
        moved: FaceNumber,
        from: (CardNumber, Side),
        to: (CardNumber, Side),
        before: Option<FaceNumber>,
    },
}

/// The label of a history, with the number of the one it was merged into, if any.
struct Labelled<L> {
    label: L,
    merged: Option<usize>,
}

impl<L> Labelled<L> {
    fn new(label: L) -> Self {
        Self {
            label,
            merged: None,
        }
    }
}

/// Returns the history that `number` was merged into in the end, and shortens the path for the next lookup.
fn root<L>(all: &mut [Labelled<L>], number: usize) -> usize {
    let mut root = number;
    while let Some(next) = all.get(root).and_then(|one| one.merged) {
        root = next;
    }
    let mut at = number;
    while let Some(one) = all.get_mut(at).filter(|_| at != root) {
        at = one.merged.replace(root).unwrap_or(root);
    }
    root
}

impl Labels {
    fn card(&mut self, id: &CardId) -> CardNumber {
        if let Some(&number) = self.by_id.get(id) {
            return root(&mut self.cards, number);
        }
        self.cards.push(Labelled::new(id.clone()));
        self.by_id.insert(id.clone(), self.cards.len() - 1);
        self.cards.len() - 1
    }

    fn face(&mut self, key: &FaceKey) -> FaceNumber {
        let card = self.card(&key.card);
        self.face_of(card, key.side)
    }

    fn face_of(&mut self, card: CardNumber, side: Side) -> FaceNumber {
        if let Some(&number) = self.by_side.get(&(card, side)) {
            return root(&mut self.faces, number);
        }
        self.faces.push(Labelled::new((card, side)));
        self.by_side.insert((card, side), self.faces.len() - 1);
        self.sides.entry(card).or_default().push(side);
        self.faces.len() - 1
    }

    /// Takes the next event: returns the history that it belongs to, or moves a label.
    fn place(&mut self, item: &Item, undone: &Undone) -> Option<Home> {
        let event = match item {
            Item::Review(face, _) => return Some(Home::Face(self.face(face))),
            Item::Note(event) => event,
        };
        match event {
            Event::Rename { from, to, .. } => {
                match undone.get(item) {
                    None => self.rename(from, to),
                    // The clock was set back: the label never moved, and the new id is only an alias.
                    Some(back) if back < event.at() => self.alias(from, to),
                    Some(_) => {
                        let for_now = self.rename_for_now(from, to);
                        self.for_now
                            .insert((event.at().millis(), from.clone()), for_now);
                    }
                }
                None
            }
            Event::Undo { face, of, .. } => {
                if let Some(rename) = self.for_now.remove(&(of.millis(), face.clone())) {
                    self.move_back(rename);
                }
                let number = self.face(face);
                Some(match face.side {
                    Side::Whole => Home::Both(self.card(&face.card), number),
                    _ => Home::Face(number),
                })
            }
            Event::Review { face, .. }
            | Event::Forget { face, .. }
            | Event::Due { face, .. }
            | Event::Question { face, .. }
            | Event::Known { face, .. }
            | Event::Suspend(Pause {
                of: Paused::Face(face),
                ..
            })
            | Event::Resume(Pause {
                of: Paused::Face(face),
                ..
            }) => Some(Home::Face(self.face(face))),
            Event::Bury { card, .. }
            | Event::Remove { card, .. }
            | Event::Suspend(Pause {
                of: Paused::Card(card),
                ..
            })
            | Event::Resume(Pause {
                of: Paused::Card(card),
                ..
            }) => Some(Home::Card(self.card(card))),
            Event::Test { .. } | Event::DayStart { .. } => None,
        }
    }

    /// Moves the label of a card with all of its faces, or of one face.
    fn rename(&mut self, from: &FaceKey, to: &FaceKey) {
        if from == to {
            return;
        }
        if from.side == Side::Whole && to.side == Side::Whole {
            self.rename_card(&from.card, &to.card);
        } else {
            self.rename_face(from, to);
        }
    }

    /// Makes `to` an alias of `from`, unless it labels another history.
    fn alias(&mut self, from: &FaceKey, to: &FaceKey) {
        match self.rename_for_now(from, to) {
            ForNow::Card {
                moved,
                from,
                to,
                before,
            } => {
                let is_taken = before.is_some_and(|before| self.is_labelled(before, &to));
                self.move_back(ForNow::Card {
                    moved,
                    from,
                    to,
                    before: before.filter(|_| is_taken),
                });
            }
            ForNow::Face {
                moved,
                from,
                to,
                before,
            } => {
                let is_taken = before.is_some_and(|before| self.is_face_labelled(before, to));
                self.move_back(ForNow::Face {
                    moved,
                    from,
                    to,
                    before: before.filter(|_| is_taken),
                });
            }
        }
    }

    /// Moves a label that will be moved back, so nothing is merged.
    fn rename_for_now(&mut self, from: &FaceKey, to: &FaceKey) -> ForNow {
        if from.side == Side::Whole && to.side == Side::Whole {
            let moved = self.card(&from.card);
            let before = self.by_id.get(&to.card).copied();
            let from = self.id(moved).unwrap_or_else(|| from.card.clone());
            self.label_card(moved, &to.card);
            let to = to.card.clone();
            return ForNow::Card {
                moved,
                from,
                to,
                before,
            };
        }
        let (moved, card) = (self.face(from), self.card(&to.card));
        let to = (card, to.side);
        let before = self.by_side.get(&to).copied();
        let from = self.faces.get(moved).map_or(to, |face| face.label);
        self.label_face(moved, to);
        ForNow::Face {
            moved,
            from,
            to,
            before,
        }
    }

    /// Moves a label back, if it has not moved on and the old id is still free.
    ///
    /// The new id labels again what it labelled before.
    fn move_back(&mut self, rename: ForNow) {
        match rename {
            ForNow::Card {
                moved,
                from,
                to,
                before,
            } => {
                let moved = root(&mut self.cards, moved);
                let there = self.by_id.get(&from).copied();
                let is_free = there.is_none_or(|there| !self.is_labelled(there, &from));
                if !is_free || !self.is_labelled(moved, &to) {
                    return;
                }
                self.label_card(moved, &from);
                self.by_id.extend(before.map(|before| (to, before)));
            }
            ForNow::Face {
                moved,
                from,
                to,
                before,
            } => {
                let moved = root(&mut self.faces, moved);
                let there = self.by_side.get(&from).copied();
                let is_free = there.is_none_or(|there| !self.is_face_labelled(there, from));
                if !is_free || !self.is_face_labelled(moved, to) {
                    return;
                }
                self.label_face(moved, from);
                self.by_side.extend(before.map(|before| (to, before)));
            }
        }
    }

    fn label_face(&mut self, number: FaceNumber, slot: (CardNumber, Side)) {
        if let Some(face) = self.faces.get_mut(number) {
            face.label = slot;
        }
        if self.by_side.insert(slot, number).is_none() {
            self.sides.entry(slot.0).or_default().push(slot.1);
        }
    }

    /// Returns whether `id` is now the label of the card's history.
    fn is_labelled(&mut self, number: CardNumber, id: &CardId) -> bool {
        let number = root(&mut self.cards, number);
        self.cards.get(number).is_some_and(|card| card.label == *id)
    }

    /// Returns whether `slot` is now the label of the face's history.
    fn is_face_labelled(&mut self, number: FaceNumber, slot: (CardNumber, Side)) -> bool {
        let number = root(&mut self.faces, number);
        self.faces
            .get(number)
            .is_some_and(|face| face.label == slot)
    }

    fn rename_card(&mut self, from: &CardId, to: &CardId) {
        let moved = self.card(from);
        let there = self.card(to);
        if there == moved {
            // A rename back to an earlier id, or the same rename from another machine.
            return self.label_card(moved, to);
        }
        if self.is_labelled(there, to) {
            self.merge_cards(there, moved);
        }
        self.label_card(moved, to);
    }

    fn label_card(&mut self, number: CardNumber, id: &CardId) {
        if let Some(card) = self.cards.get_mut(number) {
            card.label = id.clone();
        }
        self.by_id.insert(id.clone(), number);
    }

    /// Merges the history `gone` into `kept`: two machines used two ids for one card.
    fn merge_cards(&mut self, gone: CardNumber, kept: CardNumber) {
        for side in self.sides.remove(&gone).unwrap_or_default() {
            let Some(face) = self.by_side.remove(&(gone, side)) else {
                continue;
            };
            let face = root(&mut self.faces, face);
            if self.is_face_labelled(face, (gone, side)) {
                let into = self.face_of(kept, side);
                self.merge_faces(face, into);
            } else {
                // This side's history moved elsewhere: the merged card points there, too, unless it has the side.
                self.sides.entry(kept).or_default().push(side);
                self.by_side.entry((kept, side)).or_insert(face);
            }
        }
        if let Some(card) = self.cards.get_mut(gone) {
            card.merged = Some(kept);
        }
    }

    fn merge_faces(&mut self, gone: FaceNumber, kept: FaceNumber) {
        if let Some(face) = self.faces.get_mut(gone).filter(|_| gone != kept) {
            face.merged = Some(kept);
        }
    }

    fn rename_face(&mut self, from: &FaceKey, to: &FaceKey) {
        let moved = self.face(from);
        let card = self.card(&to.card);
        let there = self.face_of(card, to.side);
        if there != moved && self.is_face_labelled(there, (card, to.side)) {
            self.merge_faces(there, moved);
        }
        self.label_face(moved, (card, to.side));
    }

    /// Returns the current id of a card's history.
    fn id(&mut self, number: CardNumber) -> Option<CardId> {
        let number = root(&mut self.cards, number);
        self.cards.get(number).map(|card| card.label.clone())
    }

    /// Returns the current key of a face's history.
    fn key(&mut self, number: FaceNumber) -> Option<FaceKey> {
        let number = root(&mut self.faces, number);
        let (card, side) = self.faces.get(number)?.label;
        Some(FaceKey {
            card: self.id(card)?,
            side,
        })
    }

    /// Fills the aliases of `folded`: the ids and keys that stand for another one now.
    fn tell_aliases(&mut self, folded: &mut Folded) {
        let by_id: Vec<(CardId, CardNumber)> = self
            .by_id
            .iter()
            .map(|(id, number)| (id.clone(), *number))
            .collect();
        let mut cards = Vec::new();
        for (id, number) in by_id {
            cards.extend(
                self.id(number)
                    .filter(|now| *now != id)
                    .map(|now| (id, now)),
            );
        }
        let by_side: Vec<((CardNumber, Side), FaceNumber)> = self
            .by_side
            .iter()
            .map(|(slot, number)| (*slot, *number))
            .collect();
        let mut faces = Vec::new();
        for ((card, side), number) in by_side {
            let old = self.id(card).map(|card| FaceKey { card, side });
            let pair = old.zip(self.key(number));
            faces.extend(pair.filter(|(old, now)| old != now));
        }
        // A side of a merged card is listed under both card numbers.
        faces.sort_unstable();
        faces.dedup_by(|(a, _), (b, _)| a == b);
        (folded.card_aliases, folded.face_aliases) = (cards, faces);
    }
}

/// The events of one history.
#[derive(Default)]
struct Heap {
    /// Their indices into the list of all items, ascending.
    items: Vec<usize>,
    /// The moments of events undone under any of its ids (Unix milliseconds), each with that of its first undo.
    undone: HashMap<i64, Stamp>,
}

/// Returns the state of each history from its events; `homes` has the history of each of `items`.
fn gather(
    items: &[Item],
    homes: &[Option<Home>],
    labels: &mut Labels,
    undone: &Undone,
    days: &DayStarts,
) -> Folded {
    let mut cards: BTreeMap<CardId, Heap> = BTreeMap::new();
    let mut faces: BTreeMap<FaceKey, Heap> = BTreeMap::new();
    for (at, (item, home)) in items.iter().zip(homes).enumerate() {
        let (card, face) = match home {
            None => continue,
            Some(Home::Card(card)) => (Some(*card), None),
            Some(Home::Face(face)) => (None, Some(*face)),
            Some(Home::Both(card, face)) => (Some(*card), Some(*face)),
        };
        let card = card.and_then(|card| labels.id(card));
        let face = face.and_then(|face| labels.key(face));
        let heaps = [
            card.map(|id| cards.entry(id).or_default()),
            face.map(|key| faces.entry(key).or_default()),
        ];
        for heap in heaps.into_iter().flatten() {
            match item {
                Item::Note(Event::Undo { at, of, .. }) => {
                    earliest(&mut heap.undone, of.millis(), *at);
                }
                _ => heap.items.push(at),
            }
        }
    }
    let mut folded = Folded::default();
    labels.tell_aliases(&mut folded);
    for (id, heap) in cards {
        let (_, marks) = heap.split(items, undone, days);
        if !marks.is_empty() {
            folded.cards.insert(id, marks);
        }
    }
    for (key, heap) in faces {
        let (reviews, marks) = heap.split(items, undone, days);
        let of_card = folded.cards.get(&key.card).map_or(&[][..], Vec::as_slice);
        let face = FaceHistory::with_marks(reviews, marks, of_card);
        if !face.is_empty() {
            folded.faces.insert(key, face);
        }
    }
    folded
}

impl Heap {
    /// Returns the reviews that count, at most one per moment, and everything else as marks; both by time.
    fn split(&self, items: &[Item], undone: &Undone, days: &DayStarts) -> (Vec<Review>, Vec<Mark>) {
        let (mut reviews, mut marks) = (Vec::new(), Vec::new());
        let mut last: Option<i64> = None;
        for item in self.items.iter().filter_map(|at| items.get(*at)) {
            let at = item.at();
            let here = self.undone.get(&at.millis()).copied();
            let undone = match (here, undone.get(item)) {
                (Some(here), Some(there)) => Some(here.min(there)),
                (here, there) => here.or(there),
            };
            let day = days.day(at);
            let what = match item {
                Item::Review(_, review) => {
                    // Of several answers at one moment the first in order counts, so that all machines agree.
                    if last.replace(at.millis()) == Some(at.millis()) {
                        continue;
                    }
                    let review = Review { day, ..*review };
                    if undone.is_none() {
                        reviews.push(review);
                        continue;
                    }
                    What::Review(review)
                }
                Item::Note(event) => match what(event, at, day) {
                    Some(what) => what,
                    None => continue,
                },
            };
            marks.push(Mark {
                at,
                day,
                what,
                undone: undone.map(|undone| days.day(undone)),
            });
        }
        (reviews, marks)
    }
}

/// Returns the mark that an event leaves on its face or card; `None` if it leaves none.
fn what(event: &Event, at: Stamp, day: Day) -> Option<What> {
    Some(match event {
        Event::Suspend(_) => What::Suspend,
        Event::Resume(_) => What::Resume,
        Event::Bury { until, .. } => What::Bury(*until),
        Event::Remove { .. } => What::Remove,
        Event::Forget { .. } => What::Forget,
        Event::Due { due, .. } => What::Due(*due),
        Event::Question { right, .. } => What::Question(*right),
        Event::Known {
            stability,
            difficulty,
            due,
            ..
        } => What::Known(Known {
            at,
            day,
            stability: *stability,
            difficulty: *difficulty,
            due: *due,
        }),
        _ => return None,
    })
}
