//! What happened to one card, as a history keeps it.

use super::event::Event;
use super::face::{FaceHistory, Mark, Review, What};
use crate::deck::{CardId, FaceKey, Side};
use crate::time::{Day, Stamp};

/// What happened to a card.
#[derive(Debug, Clone, Default)]
pub(super) struct CardHistory {
    /// The faces that this id labels, by side. Nearly all that a history holds are the reviews in here.
    pub(super) faces: Vec<(FaceKey, FaceHistory)>,
    /// Everything else; most cards have none of it.
    pub(super) other: Option<Box<Other>>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Other {
    /// The events that were written under this id and are not reviews, in order.
    pub(super) notes: Vec<Event>,
    /// The reviews that were written under this id, if renames connect it with others: then a face's history may hold
    /// those of several ids.
    pub(super) written: Vec<(Side, Review)>,
    /// What happened to the card as a whole.
    pub(super) marks: Vec<Mark>,
    pub(super) is_suspended: bool,
    pub(super) buried_until: Option<Day>,
    pub(super) removed: Option<Stamp>,
    /// Where the history of this id went.
    pub(super) alias: Option<CardId>,
    /// Where the histories of single faces went.
    pub(super) face_aliases: Vec<(Side, FaceKey)>,
}

impl CardHistory {
    pub(super) fn face(&self, side: Side) -> Option<&FaceHistory> {
        let at = self.faces.binary_search_by_key(&side, |(key, _)| key.side);
        at.ok()
            .and_then(|at| self.faces.get(at))
            .map(|(_, face)| face)
    }

    pub(super) fn face_mut(&mut self, key: &FaceKey) -> Option<&mut FaceHistory> {
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
    pub(super) fn add_face(&mut self, key: &FaceKey, face: FaceHistory) {
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

    pub(super) fn other_mut(&mut self) -> &mut Other {
        self.other.get_or_insert_default()
    }

    pub(super) fn marks(&self) -> &[Mark] {
        self.other.as_ref().map_or(&[], |other| &other.marks)
    }

    /// Returns the reviews that were written under this id, if renames connect it with others.
    pub(super) fn written_here(&self) -> &[(Side, Review)] {
        self.other.as_ref().map_or(&[], |other| &other.written)
    }

    /// Returns the reviews that its faces hold: those that were written under this id, as long as no rename does.
    pub(super) fn held(&self) -> Vec<(Side, Review)> {
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
    pub(super) fn clear(&mut self) {
        self.faces.clear();
        if let Some(other) = &mut self.other {
            **other = Other {
                notes: std::mem::take(&mut other.notes),
                written: std::mem::take(&mut other.written),
                ..Other::default()
            };
        }
    }

    /// Returns whether a face of it was ever answered.
    pub(super) fn has_reviews(&self) -> bool {
        let mut faces = self.faces.iter();
        faces.any(|(_, face)| !face.reviews().is_empty())
    }

    pub(super) fn is_empty(&self) -> bool {
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
    pub(super) fn take(&mut self, marks: Vec<Mark>) {
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
