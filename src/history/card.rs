//! The history of one card: its faces, and the events about it as a whole.
//!
//! It knows events, reviews and marks, never how they are folded or where they are stored.

use super::event::Event;
use super::face::{FaceHistory, Mark, Review, What};
use crate::deck::{CardId, FaceKey, FaceName, Side};
use crate::time::{Day, Stamp};

/// The history of one card.
#[derive(Debug, Clone, Default)]
pub(super) struct CardHistory {
    /// The faces that this id labels, by side. Their reviews are nearly all that a history holds.
    pub(super) faces: Vec<(FaceKey, FaceHistory)>,
    /// Everything else; `None` for most cards.
    pub(super) other: Option<Box<Other>>,
}

/// Everything about a card that is not in the histories of its faces.
#[derive(Debug, Clone, Default)]
pub(super) struct Other {
    /// The events written under this id that are not reviews, in order.
    pub(super) notes: Vec<Event>,
    /// The reviews written under this id, if renames connect it with others: a face's history may then hold those of
    /// several ids.
    pub(super) written: Vec<(Side, Review)>,
    /// The marks of the card as a whole, by time.
    pub(super) marks: Vec<Mark>,
    pub(super) is_suspended: bool,
    pub(super) buried_until: Option<Day>,
    pub(super) removed: Option<Stamp>,
    /// The id that the history of this id has now, if it was renamed.
    pub(super) alias: Option<CardId>,
    /// The keys that the histories of single faces have now, if they were renamed.
    pub(super) face_aliases: Vec<(Side, FaceKey)>,
}

impl CardHistory {
    pub(super) fn face(&self, side: Side) -> Option<&FaceHistory> {
        let at = self.faces.binary_search_by_key(&side, |(key, _)| key.side);
        at.ok()
            .and_then(|at| self.faces.get(at))
            .map(|(_, face)| face)
    }

    /// Returns the name of one of its faces.
    pub(super) fn name(&self, side: Side) -> Option<FaceName<'_>> {
        let mut keys = self.faces.iter().map(|(key, _)| key);
        keys.find(|key| key.side == side).map(FaceName::from)
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

    /// Adds a face that it does not have yet.
    pub(super) fn add_face(&mut self, key: &FaceKey, face: FaceHistory) {
        let at = self
            .faces
            .partition_point(|(there, _)| there.side < key.side);
        self.insert_face(at, key, face);
    }

    fn insert_face(&mut self, at: usize, key: &FaceKey, face: FaceHistory) {
        // Most cards have one face: spare capacity would dominate the memory that a history takes.
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

    /// Returns the reviews written under this id; empty unless renames connect it with others.
    pub(super) fn written_here(&self) -> &[(Side, Review)] {
        self.other.as_ref().map_or(&[], |other| &other.written)
    }

    /// Returns the reviews that its faces hold, undone ones included: without renames, those written under this id.
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

    /// Drops the results of the fold, and keeps what it folds.
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

    /// Returns the sides that were learnt; see [`FaceHistory::is_learnt`].
    pub(super) fn learnt_sides(&self) -> impl Iterator<Item = Side> + '_ {
        let learnt = self.faces.iter().filter(|(_, face)| face.is_learnt());
        learnt.map(|(key, _)| key.side)
    }

    /// Returns whether any of its faces has a review that was not undone.
    pub(super) fn has_reviews(&self) -> bool {
        let mut faces = self.faces.iter();
        faces.any(|(_, face)| !face.reviews().is_empty())
    }
}

impl Other {
    /// Takes over the marks of the card, which are in order of time.
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
