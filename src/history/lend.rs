//! One look at each of many faces: their histories are made one after the other in the same memory.
//!
//! Figures need the answers of every face, once. Keeping a history of each would take longer than looking at them, and
//! ten times the memory.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::face::What;
use super::stored::Ahead;
use super::{AT_ONCE, FaceHistory, History, OfFace, Told, waits};
use crate::deck::{FaceKey, FaceName};
use crate::hashing::HashSet;
use crate::parallel;
use crate::time::Day;

/// Memory for the history of one face at a time, and for the answers to the next ones.
#[derive(Debug, Clone, Default)]
pub struct Room(FaceHistory, Ahead);

impl<'a> Told<'a> {
    /// Returns the same as [`Told::face`]; a history that was not made yet is made in `room`.
    pub fn face_in<'r>(&self, room: &'r mut Room) -> Option<&'r FaceHistory>
    where
        'a: 'r,
    {
        match self.face? {
            OfFace::Made(face) => Some(face),
            OfFace::Answered(base, face) => Some(base.face_in(face, &mut room.0, &mut room.1)),
        }
    }

    /// Calls `take` with the days up to `today` at whose end the face waited: it was due, and neither suspended nor buried,
    /// as things stood then. The ranges exclude their ends and are in order of time. `face` is the result of
    /// [`Told::face_in`].
    pub fn waits(&self, face: Option<&FaceHistory>, today: Day, take: impl FnMut(Range<Day>)) {
        let (face, of_card) = match self.touched {
            // What was undone still counts for the days before, even if nothing else happened to the face.
            Some((card, side)) => (card.face(side), card.marks()),
            None => (face, &[][..]),
        };
        if let Some(face) = face {
            waits::waits(face, of_card, today, take);
        }
    }
}

impl<'a> From<&'a FaceHistory> for Told<'a> {
    fn from(face: &'a FaceHistory) -> Self {
        Self {
            face: Some(OfFace::Made(face)),
            touched: None,
            is_suspended: face.is_suspended(),
            buried_until: None,
        }
    }
}

impl History {
    /// Returns the result of [`History::of_face`] for each of these faces, in their order, for a caller that looks at all
    /// of their histories.
    pub fn of_faces(&self, keys: &[FaceKey]) -> Vec<Told<'_>> {
        let base = self.cards.base();
        // Reading everything takes less time than reading a tenth in as many pieces.
        if keys.len() >= base.all_faces().len() / 10 {
            base.expect_all();
        }
        let mut told = Vec::with_capacity(keys.len());
        for next in keys.chunks(AT_ONCE) {
            let expected = self.expect(next.iter().map(|key| key.card.as_str()));
            let of_next = next.iter().enumerate();
            told.extend(of_next.map(|(at, key)| self.of_expected(key, &expected, at)));
        }
        told
    }

    /// Tallies all faces with a history in parallel and in no order: adds each to a tally that `begin` starts, and joins
    /// the tallies.
    pub fn walk<T: Send>(
        &self,
        begin: impl Fn() -> T + Sync + Send,
        add: impl Fn(&mut T, &FaceKey, &FaceHistory) + Sync + Send,
        join: impl Fn(T, T) -> T + Sync + Send,
    ) -> T {
        let mut touched = begin();
        let faces = self.cards.touched().flat_map(|(_, card)| &card.faces);
        for (key, face) in faces.filter(|(_, face)| !face.is_blank()) {
            add(&mut touched, key, face);
        }
        let base = self.cards.base();
        let (untouched, _) = parallel::tally(
            base.all_faces().len(),
            || (begin(), Room::default()),
            |(tally, room), face| {
                let face = u32::try_from(face).unwrap_or(u32::MAX);
                if let Some(key) = self.cards.untouched_key(face) {
                    add(tally, &key, base.face_in(face, &mut room.0, &mut room.1));
                }
            },
            |(one, room), (other, _)| (join(one, other), room),
        );
        join(touched, untouched)
    }

    /// Returns the state of each face with a history other than `these`, which came from [`History::of_face`]; in no order.
    pub fn others<'a>(&self, these: impl Iterator<Item = &'a Told<'a>>) -> Vec<Told<'_>> {
        let base = self.cards.base();
        let mut is_here = vec![false; base.all_faces().len()];
        let mut named: HashSet<FaceName> = HashSet::default();
        for told in these {
            match told.face {
                Some(OfFace::Answered(_, face)) => {
                    if let Some(is_here) = is_here.get_mut(face as usize) {
                        *is_here = true;
                    }
                }
                Some(OfFace::Made(_)) => named.extend(told.name()),
                None => {}
            }
        }
        let is_other = |told: &Told| told.name().is_some_and(|name| !named.contains(&name));
        let touched = self.cards.touched().flat_map(|(_, card)| {
            let sides = card.faces.iter().map(|(key, _)| key.side);
            sides.map(|side| Told::of(card, side))
        });
        let untouched = base
            .all_faces()
            .zip(is_here)
            .filter(|(_, is_here)| !is_here);
        let untouched = untouched.filter(|(face, _)| self.cards.untouched_key(*face).is_some());
        let untouched = untouched.map(|(face, _)| Told::answered(base, face));
        touched.chain(untouched).filter(is_other).collect()
    }

    /// Returns the number of answers on each learning day that has any, undone ones excluded.
    pub fn answers_by_day(&self) -> BTreeMap<Day, usize> {
        self.cards.answers_by_day()
    }

    /// Returns the learning days on which a face was answered or a scored quiz taken, as things stood at their ends.
    ///
    /// An answer undone on a later day still counts for its own day.
    pub fn days_with_answers(&self) -> BTreeSet<Day> {
        let touched = self.cards.touched().flat_map(|(_, card)| &card.faces);
        let undone = touched.flat_map(|(_, face)| face.marks());
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
        // Many reviews, few days: only these are put in order.
        let days: HashSet<Day> = undone
            .chain(self.tests.iter().map(|test| test.day))
            .chain(undone_tests.map(|(test, _)| test.day))
            .chain(self.answers_by_day().into_keys())
            .collect();
        days.into_iter().collect()
    }
}
