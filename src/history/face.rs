//! The history of one face: its reviews, and the marks of everything else that happened to it.
//!
//! It knows grades and days, never ids, events or the scheduler.

use super::Grade;
use crate::time::{Day, Stamp};

/// One answer to a face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Review {
    /// When.
    pub at: Stamp,
    /// The learning day it counts for, by the hour at which days started then.
    pub day: Day,
    /// The grade.
    pub grade: Grade,
    /// The time it took, in milliseconds; at most [`LONGEST_ANSWER`].
    pub ms: u32,
    /// The day on which the face was next due.
    pub due: Day,
}

/// The longest time that counts for one answer, in milliseconds; longer ones are cut to it.
pub const LONGEST_ANSWER: u32 = 60_000;

/// The memory state of a face according to another program.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Known {
    /// When.
    pub at: Stamp,
    /// The learning day of that moment.
    pub day: Day,
    /// FSRS stability, in days; above 0.
    pub stability: f32,
    /// FSRS difficulty, 1–10.
    pub difficulty: f32,
    /// The day on which it is due.
    pub due: Day,
}

/// An event about a face or a card, other than a review that counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Mark {
    pub(super) at: Stamp,
    pub(super) day: Day,
    pub(super) what: What,
    /// The learning day on which it was undone, if it was. For earlier days the event still holds.
    pub(super) undone: Option<Day>,
}

/// The kind of a mark, with what the fold needs from its event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum What {
    /// A review that was undone.
    Review(Review),
    Suspend,
    Resume,
    Bury(Day),
    Forget,
    Due(Day),
    Known(Known),
    /// A question of a scored quiz, and whether the answer was right.
    Question(bool),
    Remove,
}

/// The history of one face.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FaceHistory {
    reviews: Vec<Review>,
    due: Option<Day>,
    /// Everything but reviews that count; `None` for most faces.
    other: Option<Box<Marked>>,
}

/// The marks of a face, with what follows from them.
#[derive(Debug, Clone, PartialEq, Default)]
struct Marked {
    marks: Vec<Mark>,
    /// The number of reviews before the last reset: its memory does not rest on them.
    forgotten: usize,
    known: Option<Known>,
    suspended: bool,
}

/// The reviews of a face between two resets: those that one memory rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch<'a> {
    /// The memory state that it began with, if another program gave one.
    pub known: Option<&'a Known>,
    /// Its reviews, by time.
    pub reviews: &'a [Review],
    /// The learning day on which a reset ended it; `None` for the current one.
    pub ended: Option<Day>,
}

impl<'a> From<&'a FaceHistory> for Stretch<'a> {
    /// Returns the current stretch of the face.
    fn from(face: &'a FaceHistory) -> Self {
        Self {
            known: face.known(),
            reviews: face.current(),
            ended: None,
        }
    }
}

impl<'a> From<&'a [Review]> for Stretch<'a> {
    /// Returns the current stretch of a face that was new before these reviews.
    fn from(reviews: &'a [Review]) -> Self {
        Self {
            known: None,
            reviews,
            ended: None,
        }
    }
}

impl FaceHistory {
    /// Returns the history of a face with these reviews, which are in order of time, and no reset.
    pub fn new(reviews: Vec<Review>) -> Self {
        Self {
            due: reviews.last().map(|last| last.due),
            reviews,
            other: None,
        }
    }

    /// Makes it the history of a face with these reviews, as [`FaceHistory::new`] does, in the memory that it has.
    pub(super) fn refill(&mut self, reviews: impl Iterator<Item = Review>) {
        self.reviews.clear();
        self.reviews.extend(reviews);
        self.due = self.reviews.last().map(|last| last.due);
        self.other = None;
    }

    /// Returns the history of a face with these reviews and marks; `of_card` are the marks of its card. Each list is in
    /// order of time.
    pub(super) fn with_marks(reviews: Vec<Review>, marks: Vec<Mark>, of_card: &[Mark]) -> Self {
        let mut face = Self::new(reviews);
        if !marks.is_empty() {
            let mut other = Box::new(Marked {
                marks,
                ..Marked::default()
            });
            face.due = other.settle(face.reviews(), of_card);
            face.other = Some(other);
        }
        face
    }

    /// Returns every review that was not undone, by time, those before a reset included.
    pub fn reviews(&self) -> &[Review] {
        &self.reviews
    }

    /// Returns the reviews that its memory rests on, by time.
    pub fn current(&self) -> &[Review] {
        let forgotten = self.other.as_ref().map_or(0, |other| other.forgotten);
        self.reviews().get(forgotten..).unwrap_or(&[])
    }

    /// Returns the last review that its memory rests on, if any.
    pub fn last(&self) -> Option<&Review> {
        self.current().last()
    }

    /// Returns the memory state that its memory began with, if another program gave one.
    ///
    /// The reviews of [`FaceHistory::current`] came after it.
    pub fn known(&self) -> Option<&Known> {
        self.other.as_ref()?.known.as_ref()
    }

    /// Returns whether it was ever answered, or another program knew it.
    pub fn is_learnt(&self) -> bool {
        !self.reviews().is_empty() || self.known().is_some()
    }

    /// Returns the day on which it is due; `None` for a face that is new or was reset.
    pub fn due(&self) -> Option<Day> {
        self.due
    }

    /// Returns whether the face itself is suspended, whatever its card is.
    pub fn is_suspended(&self) -> bool {
        self.other.as_ref().is_some_and(|other| other.suspended)
    }

    /// Returns its current interval, in days, from the learning day of its last review to the due day set by it.
    ///
    /// `None` for a face that is new or was reset. A due day that the person chose doesn't change it.
    pub fn interval(&self) -> Option<i64> {
        match (self.last(), self.known()) {
            (Some(last), _) => Some(last.due.days_since(last.day)),
            (None, Some(known)) => Some(known.due.days_since(known.day)),
            (None, None) => None,
        }
    }

    /// Returns its lapses: the number of learning days, after the one on which it was first learnt, whose first answer
    /// was `Again`.
    ///
    /// Later answers of such a day are relearning, which adds no lapse in Anki either
    /// (`rslib/src/scheduler/states/relearning.rs`, commit c32cb29).
    pub fn lapses(&self) -> usize {
        let mut latest = self.known().map(|known| known.day);
        let mut lapses = 0;
        for review in self.current() {
            let is_first = latest.is_none_or(|latest| review.day > latest);
            if is_first {
                lapses += usize::from(latest.is_some() && !review.grade.recalled());
                latest = Some(review.day);
            }
        }
        lapses
    }

    /// Returns its reviews in stretches between resets, by time; the last stretch is the current one.
    pub fn stretches(&self) -> impl Iterator<Item = Stretch<'_>> {
        let resets = self.counting().filter_map(|mark| match &mark.what {
            What::Forget => Some((mark, None)),
            What::Known(known) => Some((mark, Some(known))),
            _ => None,
        });
        let ends = resets.map(Some).chain([None]);
        ends.scan((0, None), |(from, known), end| {
            let to = end.map_or(self.reviews().len(), |(mark, _)| {
                before(self.reviews(), mark.at)
            });
            let stretch = Stretch {
                known: *known,
                reviews: self.reviews().get(*from..to).unwrap_or(&[]),
                ended: end.map(|(mark, _)| mark.day),
            };
            (*from, *known) = (to, end.and_then(|(_, known)| known));
            Some(stretch)
        })
    }

    /// Returns whether nothing happened to it but undone events and questions of scored quizzes.
    pub(super) fn is_blank(&self) -> bool {
        let mut marks = self.counting();
        self.reviews().is_empty() && marks.all(|mark| matches!(mark.what, What::Question(_)))
    }

    /// Returns whether the last question about it in a scored quiz was answered wrong.
    pub(super) fn is_missed(&self) -> bool {
        let questions = self.counting().filter_map(|mark| match mark.what {
            What::Question(right) => Some(right),
            _ => None,
        });
        questions.last() == Some(false)
    }

    /// Returns whether it has neither reviews nor marks.
    pub(super) fn is_empty(&self) -> bool {
        self.reviews().is_empty() && self.marks().is_empty()
    }

    pub(super) fn marks(&self) -> &[Mark] {
        self.other.as_ref().map_or(&[], |other| &other.marks)
    }

    /// Adds a review if it is later than everything else about the face, and returns whether it was.
    pub(super) fn push(&mut self, review: Review) -> bool {
        let is_later = |at: Stamp| at.millis() < review.at.millis();
        let after_reviews = self.reviews().last().is_none_or(|last| is_later(last.at));
        let after_marks = self.marks().last().is_none_or(|last| is_later(last.at));
        if after_reviews && after_marks {
            self.reviews.push(review);
            self.due = Some(review.due);
        }
        after_reviews && after_marks
    }

    /// Returns the marks that were not undone, by time.
    fn counting(&self) -> impl Iterator<Item = &Mark> {
        counting(self.marks())
    }
}

/// Returns those of `marks` that were not undone, in their order.
fn counting(marks: &[Mark]) -> impl DoubleEndedIterator<Item = &Mark> {
    marks.iter().filter(|mark| mark.undone.is_none())
}

/// Returns the number of reviews made before a moment.
fn before(reviews: &[Review], at: Stamp) -> usize {
    reviews.partition_point(|review| review.at.millis() < at.millis())
}

impl Marked {
    /// Updates what follows from `reviews` and the marks, and returns the day on which the face is due, if any.
    fn settle(&mut self, reviews: &[Review], of_card: &[Mark]) -> Option<Day> {
        let (mut forgotten, mut known, mut due) = (0, None, None);
        // The number of reviews that `due` takes into account.
        let mut heard = 0;
        for mark in counting(&self.marks) {
            let before = before(reviews, mark.at);
            if let Some(last) = reviews.get(heard..before).and_then(<[_]>::last) {
                due = Some(last.due);
                heard = before;
            }
            match mark.what {
                What::Forget => (forgotten, known, due) = (before, None, None),
                What::Known(state) => {
                    (forgotten, known, due) = (before, Some(state), Some(state.due))
                }
                What::Due(day) => due = due.and(Some(day)),
                _ => {}
            }
        }
        if let Some(last) = reviews.get(heard..).and_then(<[_]>::last) {
            due = Some(last.due);
        }
        (self.forgotten, self.known) = (forgotten, known);
        self.suspended = self.is_paused_by(of_card);
        due
    }

    /// Returns whether the face itself is suspended; resuming its card resumes the face, too.
    fn is_paused_by(&self, of_card: &[Mark]) -> bool {
        let mut own = counting(&self.marks).filter_map(|mark| match mark.what {
            What::Suspend => Some((mark.at.millis(), true)),
            What::Resume => Some((mark.at.millis(), false)),
            _ => None,
        });
        let Some((last, true)) = own.next_back() else {
            return false;
        };
        let resumed = counting(of_card).rev();
        let mut resumed = resumed.take_while(|mark| mark.at.millis() > last);
        !resumed.any(|mark| mark.what == What::Resume)
    }
}
