//! A history in the learner's form: runs of answers, and which of them are judged.
//!
//! It knows hashes and the engine's types; [`super::history`] fills it, so that a history's own types stay out of it.

use std::fmt::{self, Display, Write};
use std::ops::Range;

use fsrs::{FSRSReview, MemoryState};

use crate::hashing::{self, FNV};

/// An answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The moment it was given, in milliseconds since 1970.
    pub at: i64,
    /// The number of its learning day.
    pub day: i32,
    /// The learning days since the previous answer of its run, or since the run's start; 0 on the same day, and for a
    /// first answer without a start.
    pub elapsed: u32,
    /// The time taken, in milliseconds; 0 if it was not measured.
    pub ms: u32,
    /// The grade, 1 to 4.
    pub grade: u8,
}

impl Answer {
    /// Returns whether the face was recalled.
    pub fn recalled(&self) -> bool {
        self.grade > 1
    }
}

/// The answers of one face between two resets.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// A portable hash of the face's key; it breaks ties between answers given at the same moment.
    pub face: u64,
    /// A portable hash of the card's id; it decides which cards a fit leaves out.
    pub card: u64,
    /// The imported memory state from which the run starts, if there is one.
    pub start: Option<MemoryState>,
    answers: Range<usize>,
}

/// The position of a judged answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// The index of its run.
    pub run: u32,
    /// Its index in the run, at least 1.
    pub index: u32,
}

/// A position in the order of all answers: by moment, then by the hash of the face.
pub type Bound = (i64, u64);

/// All answers of a history.
///
/// An answer is judged if it is the first of its face on a learning day after the first day of its run: its outcome
/// says something about memory, and could be predicted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answers {
    answers: Vec<Answer>,
    runs: Vec<Run>,
}

impl Answers {
    /// Adds a run; `answers` are in order.
    pub fn push(
        &mut self,
        face: u64,
        card: u64,
        start: Option<MemoryState>,
        answers: impl IntoIterator<Item = Answer>,
    ) {
        let from = self.answers.len();
        self.answers.extend(answers);
        let answers = from..self.answers.len();
        if !answers.is_empty() {
            self.runs.push(Run {
                face,
                card,
                start,
                answers,
            });
        }
    }

    /// Returns every run with its answers.
    pub fn runs(&self) -> impl Iterator<Item = (&Run, &[Answer])> {
        self.runs.iter().map(|run| (run, self.of(run)))
    }

    /// Returns the run of a judged answer, with its answers up to and including that one.
    pub fn up_to(&self, judged: Judged) -> Option<(&Run, &[Answer])> {
        let run = self.runs.get(judged.run as usize)?;
        let answers = self.of(run).get(..=judged.index as usize)?;
        Some((run, answers))
    }

    /// Returns a judged answer.
    pub fn get(&self, judged: Judged) -> Option<&Answer> {
        self.up_to(judged)?.1.last()
    }

    /// Returns the position of a judged answer in the order of all.
    pub fn bound(&self, judged: Judged) -> Option<Bound> {
        let (run, answers) = self.up_to(judged)?;
        Some((answers.last()?.at, run.face))
    }

    /// Returns the judged answers after `bound` in order of time; all of them if it is `None`.
    pub fn judged(&self, after: Option<Bound>) -> Vec<Judged> {
        let mut found: Vec<(Bound, Judged)> = Vec::new();
        for (run, (of, answers)) in (0u32..).zip(self.runs()) {
            for (index, answer) in (0u32..).zip(answers) {
                let bound = (answer.at, of.face);
                let judged = index > 0 && answer.elapsed > 0;
                if judged && after.is_none_or(|after| bound > after) {
                    found.push((bound, Judged { run, index }));
                }
            }
        }
        found.sort_unstable_by_key(|(bound, judged)| (*bound, judged.run, judged.index));
        found.into_iter().map(|(_, judged)| judged).collect()
    }

    /// Walks over all answers with `bounds`; see [`Walking`].
    pub fn walk(&self, bounds: &[Bound]) -> Walk {
        let mut walking = Walking::new(bounds);
        for (run, answers) in self.runs() {
            let head = Head {
                face: run.face,
                card: run.card,
                start: run.start,
            };
            walking.add(&head, answers.iter().copied());
        }
        walking.end()
    }

    fn of(&self, run: &Run) -> &[Answer] {
        self.answers.get(run.answers.clone()).unwrap_or(&[])
    }
}

/// The identity and start of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Head {
    /// A portable hash of the face's key.
    pub face: u64,
    /// A portable hash of the card's id.
    pub card: u64,
    /// The imported memory state from which the run starts, if there is one.
    pub start: Option<MemoryState>,
}

/// The result of a walk over all answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    /// For each bound, a hash of all answers up to it.
    pub keys: Vec<u64>,
    /// The number of judged answers.
    pub judged: usize,
    /// The number of judged answers after the last bound.
    pub after: usize,
}

impl Walk {
    /// Returns the walk over the same answers without those of `other`, a walk over some of them with the same bounds.
    pub fn without(mut self, other: &Self) -> Self {
        for (key, other) in self.keys.iter_mut().zip(&other.keys) {
            *key = key.wrapping_sub(*other);
        }
        self.judged = self.judged.saturating_sub(other.judged);
        self.after = self.after.saturating_sub(other.after);
        self
    }

    /// Returns the walk over these answers and those of `other`, a walk over others with the same bounds.
    pub fn with(mut self, other: &Self) -> Self {
        for (key, other) in self.keys.iter_mut().zip(&other.keys) {
            *key = key.wrapping_add(*other);
        }
        self.judged += other.judged;
        self.after += other.after;
        self
    }
}

/// A walk to which runs are added one by one, in any order.
///
/// A key is a sum over answers, so it does not depend on their order, and it is built from whole numbers alone: two
/// machines with the same history get the same key.
pub struct Walking<'a> {
    bounds: &'a [Bound],
    /// A sum for each bound, and one for the answers after the last.
    sums: Vec<u64>,
    judged: usize,
    after: usize,
}

impl<'a> Walking<'a> {
    /// Returns a walk over nothing yet, with ascending `bounds`.
    pub fn new(bounds: &'a [Bound]) -> Self {
        Self {
            bounds,
            sums: vec![0; bounds.len() + 1],
            judged: 0,
            after: 0,
        }
    }

    /// Walks over a run.
    pub fn add(&mut self, head: &Head, answers: impl IntoIterator<Item = Answer>) {
        let mut before = head.start.map_or(head.face, |start| {
            let [s, d] = [start.stability, start.difficulty].map(|real| u64::from(real.to_bits()));
            mix(head.face ^ mix((s << 32) | d))
        });
        let mut at = 0;
        for (index, answer) in answers.into_iter().enumerate() {
            // The hash of an answer also covers those before it in its run.
            before = answer_hash(before, &answer);
            let is_before =
                |bound: &Bound| bound.0 < answer.at || bound.0 == answer.at && bound.1 < head.face;
            // Answers of a run are in order of time: after the first, the place seldom changes.
            if index == 0 {
                at = self.bounds.partition_point(is_before);
            }
            while self.bounds.get(at).is_some_and(is_before) {
                at += 1;
            }
            if let Some(sum) = self.sums.get_mut(at) {
                *sum = sum.wrapping_add(before);
            }
            // Sums instead of a branch, which nobody could foresee.
            let judged = usize::from(index > 0) & usize::from(answer.elapsed > 0);
            self.judged += judged;
            self.after += judged & usize::from(at == self.bounds.len());
        }
    }

    /// Returns the result.
    pub fn end(mut self) -> Walk {
        self.sums.truncate(self.bounds.len());
        let mut sum = 0u64;
        for key in &mut self.sums {
            sum = sum.wrapping_add(*key);
            *key = sum;
        }
        Walk {
            keys: self.sums,
            judged: self.judged,
            after: self.after,
        }
    }
}

/// Returns answers in the engine's form.
pub fn reviews(answers: &[Answer]) -> Vec<FSRSReview> {
    let review = |answer: &Answer| FSRSReview {
        rating: u32::from(answer.grade),
        delta_t: answer.elapsed,
    };
    answers.iter().map(review).collect()
}

/// Returns a hash of `text` that is the same on every machine and in every version (FNV-1a, then mixed).
pub fn hash(text: impl Display) -> u64 {
    let mut fnv = Fnv(FNV);
    // Writing into a hasher never fails.
    let _ = write!(fnv, "{text}");
    mix(fnv.0)
}

struct Fnv(u64);

impl Write for Fnv {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = hashing::fnv(self.0, text.bytes());
        Ok(())
    }
}

/// Returns the same as [`hash`] for a text that is written already.
pub fn hash_text(text: &str) -> u64 {
    mix(hashing::fnv(FNV, text.bytes()))
}

/// Mixes the bits of a number (SplitMix64's finaliser; Steele, Lea, Flood 2014).
pub fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn answer_hash(before: u64, answer: &Answer) -> u64 {
    let small =
        (u64::from(answer.ms) << 32) ^ (u64::from(answer.elapsed) << 3) ^ u64::from(answer.grade);
    let when = answer.at.cast_unsigned() ^ u64::from(answer.day.cast_unsigned()).rotate_left(40);
    mix(mix(before ^ small) ^ when)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn answer(at: i64, day: i32, elapsed: u32, grade: u8) -> Answer {
        Answer {
            at,
            day,
            elapsed,
            ms: 4000,
            grade,
        }
    }

    fn two() -> Answers {
        let mut answers = Answers::default();
        // Twice on the first day, then twice two days later.
        answers.push(
            1,
            1,
            None,
            [
                answer(10, 0, 0, 1),
                answer(11, 0, 0, 3),
                answer(30, 2, 2, 1),
                answer(31, 2, 0, 3),
            ],
        );
        answers.push(2, 2, None, [answer(5, 0, 0, 3), answer(20, 1, 1, 4)]);
        answers
    }

    #[test]
    fn the_first_answer_of_a_later_day_is_judged() {
        let answers = two();
        let at = |judged: &Judged| answers.get(*judged).map(|answer| answer.at);
        let judged = answers.judged(None);
        assert_eq!(
            judged.iter().map(at).collect::<Vec<_>>(),
            [Some(20), Some(30)]
        );
        let walk = answers.walk(&[(20, 2)]);
        assert_eq!((walk.judged, walk.after), (2, 1));
        assert_eq!(answers.judged(Some((20, 2))).len(), 1);
        assert_eq!(answers.judged(Some((30, 1))), []);
    }

    #[test]
    fn a_key_depends_on_every_answer_up_to_its_bound_and_on_no_other() {
        let bounds = [(20, 2), (30, 1)];
        let keys = two().walk(&bounds).keys;
        let mut later = two();
        later.push(3, 3, None, [answer(31, 2, 0, 3)]);
        assert_eq!(later.walk(&bounds).keys, keys);
        let changed = |change: fn(&mut Answer)| {
            let mut answers = two();
            answers.answers.get_mut(2).map(change);
            answers.walk(&bounds).keys
        };
        type Change = fn(&mut Answer);
        let changes: [Change; 4] = [
            |answer| answer.grade = 2,
            |answer| answer.ms = 1,
            |answer| answer.day = 3,
            |answer| answer.elapsed = 3,
        ];
        for change in changes {
            let keys_now = changed(change);
            assert_eq!(keys_now.first(), keys.first());
            assert_ne!(keys_now.last(), keys.last());
        }
        let mut merged = two();
        merged.push(3, 3, None, [answer(19, 1, 0, 3)]);
        assert_ne!(merged.walk(&bounds).keys.first(), keys.first());
    }

    #[test]
    fn a_key_does_not_depend_on_the_order_of_the_runs() {
        let mut other = Answers::default();
        for (run, answers) in two().runs().collect::<Vec<_>>().into_iter().rev() {
            other.push(run.face, run.card, run.start, answers.iter().copied());
        }
        assert_eq!(other.walk(&[(30, 1)]), two().walk(&[(30, 1)]));
    }
}
