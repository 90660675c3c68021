//! The bridge from a history to the learner's answers, and from predictions back to reviews.
//!
//! With [`super::update`] the only file of [`crate::learn`] that knows the history's types; it never knows decks' texts,
//! settings or a terminal.

use std::fmt::Display;

use fsrs::MemoryState;

use super::answers::{Bound, Head, Walk, Walking, hash};
use super::habits::Habits;
use super::replay::Learned;
use super::{Answer, Answers, Weights};
use crate::deck::{FaceKey, Side};
use crate::hashing::HashMap;
use crate::history::{FaceHistory, History, Review, Stretch};
use crate::time::Day;

/// The prediction for one judged answer, made before it was given.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The face.
    pub face: &'a FaceKey,
    /// The answer.
    pub review: &'a Review,
    /// The predicted probability of recall, 0–1.
    pub said: f64,
}

/// Returns the judged answers of a stretch, each paired with the review before it.
fn judged<'a>(stretch: &Stretch<'a>) -> impl Iterator<Item = (&'a Review, &'a Review)> + use<'a> {
    let reviews = stretch.reviews;
    let known = answers_of(stretch).zip(reviews.iter()).skip(1);
    let pairs = known.zip(reviews);
    pairs
        .filter(|((answer, _), _)| answer.elapsed > 0)
        .map(|((_, review), before)| (before, review))
}

/// Returns all answers of `history`.
pub fn answers(history: &History) -> Answers {
    answers_since(history, i64::MIN)
}

/// Returns all answers to the faces that were answered at `from` or later, in milliseconds since 1970.
pub(super) fn answers_since(history: &History, from: i64) -> Answers {
    let mut answers = Answers::default();
    history.each_stretch(from, |face, stretch| answers.push_run(face, &stretch));
    answers
}

/// Returns all answers to these faces.
pub(super) fn answers_to(faces: &[(&FaceKey, &FaceHistory)]) -> Answers {
    let mut answers = Answers::default();
    for (face, of) in faces {
        for stretch in of.stretches() {
            answers.push_run(face, &stretch);
        }
    }
    answers
}

/// Walks over all answers of `history`.
pub(super) fn walk(history: &History, bounds: &[Bound]) -> Walk {
    let mut walking = Walking::new(bounds);
    history.each_stretch(i64::MIN, |face, stretch| {
        walking.add(&head(face, &stretch), answers_of(&stretch));
    });
    walking.end()
}

/// Walks over all answers to these faces.
pub(super) fn walk_over(faces: &[(&FaceKey, &FaceHistory)], bounds: &[Bound]) -> Walk {
    let mut walking = Walking::new(bounds);
    for (face, of) in faces {
        for stretch in of.stretches() {
            walking.add(&head(face, &stretch), answers_of(&stretch));
        }
    }
    walking.end()
}

impl Answers {
    /// Adds the answers of a stretch.
    fn push_run(&mut self, face: &FaceKey, stretch: &Stretch) {
        let head = head(face, stretch);
        self.push(head.face, head.card, head.start, answers_of(stretch));
    }
}

/// Judged answers, gathered face by face in any order, whose predictions are still to be looked up; each with a note.
///
/// Predictions are stored in order of time, so that all answers must be known before the first prediction can be found.
/// Answers before the days of interest are only counted.
#[derive(Debug, Clone)]
pub struct Unpredicted<T> {
    /// Earlier answers are only counted; in milliseconds since 1970.
    from: i64,
    /// The number of answers gathered, including earlier ones.
    found: usize,
    /// The others by day, counted from 1970. Those of a day take few bytes each and are soon put in order, and two
    /// collections are joined without moving most of them.
    days: HashMap<i64, Vec<Wanted<T>>>,
}

/// An answer of a day.
#[derive(Debug, Clone)]
struct Wanted<T> {
    /// The hash of its face.
    face: u64,
    /// Its moment, in milliseconds since the day began.
    ms: u32,
    note: T,
}

/// The milliseconds of a day.
const DAY: i64 = 86_400_000;

impl<T> Unpredicted<T> {
    /// Returns an empty collection for the answers from the learning day `from` on, or for all answers.
    pub fn new(from: Option<Day>) -> Self {
        // Offsets, the hour at which days start, and a change of that hour make less than a day each.
        let first = |day: Day| i64::from(day.plus(-3).number()) * DAY;
        Self {
            from: from.map_or(i64::MIN, first),
            found: 0,
            days: HashMap::default(),
        }
    }

    /// Adds the judged answers of a face, each with the note that `note` makes of the review before it and of itself.
    /// Answers of the last days before `from` may be among them.
    pub fn add<'f>(
        &mut self,
        key: impl Display + Copy,
        face: &'f FaceHistory,
        mut note: impl FnMut(&'f Review, &'f Review) -> T,
    ) {
        let mut hashed = None;
        for stretch in face.stretches() {
            for (before, review) in judged(&stretch) {
                self.found += 1;
                let at = review.at.millis();
                if at >= self.from {
                    let wanted = Wanted {
                        face: *hashed.get_or_insert_with(|| hash(key)),
                        ms: u32::try_from(at.rem_euclid(DAY)).unwrap_or(0),
                        note: note(before, review),
                    };
                    let day = self.days.entry(at.div_euclid(DAY));
                    day.or_default().push(wanted);
                }
            }
        }
    }

    /// Returns these answers and those of other faces together.
    pub fn join(mut self, other: Self) -> Self {
        self.found += other.found;
        for (day, mut more) in other.days {
            let all = self.days.entry(day).or_default();
            // The order does not matter, and the longer list is not copied.
            if all.len() < more.len() {
                std::mem::swap(all, &mut more);
            }
            all.append(&mut more);
        }
        self
    }

    /// Returns each note with the prediction for its answer, 0–1, in order of time. `learned` must come from a history
    /// all of whose faces were added.
    pub fn expected<'l>(self, learned: &'l Learned) -> impl Iterator<Item = (T, f64)> + use<'l, T> {
        let mut days: Vec<_> = self.days.into_iter().collect();
        days.sort_unstable_by_key(|(day, _)| *day);
        let wanted: usize = days.iter().map(|(_, of_day)| of_day.len()).sum();
        let before = self.found - wanted;
        let said = learned.predicted().get(before..).unwrap_or(&[]);
        let notes = days.into_iter().flat_map(|(_, mut of_day)| {
            // The order of `Bound`.
            of_day.sort_unstable_by_key(|wanted| (wanted.ms, wanted.face));
            of_day.into_iter().map(|wanted| wanted.note)
        });
        notes.zip(said.iter().map(|said| f64::from(*said)))
    }
}

/// Returns the prediction for each judged answer of `history` from the learning day `from` on, or for all of them, in
/// order of time.
pub fn expected<'a>(
    history: &'a History,
    learned: &Learned,
    from: Option<Day>,
) -> Vec<Expected<'a>> {
    let mut awaiting = Unpredicted::new(from);
    for (face, of) in history.faces() {
        awaiting.add(face, of, |_, review| (face, review));
    }
    let expected = awaiting.expected(learned);
    let expected = expected.map(|((face, review), said)| Expected { face, review, said });
    expected
        .filter(|one| from.is_none_or(|from| one.review.day >= from))
        .collect()
}

/// Returns the person's habits over the last 180 days, or over all time if those hold too few answers.
pub fn habits(history: &History, today: Day) -> Habits {
    let from = today.plus(-LATELY);
    let lately = history.reviews().filter(|review| review.day >= from);
    let enough = lately.take(ENOUGH).count() == ENOUGH;
    let from = if enough { from.number() } else { i32::MIN };
    Habits::of(&answers(history), from)
}

/// The days that count as recent: people change.
const LATELY: i64 = 180;

/// The number of recent answers that is enough.
const ENOUGH: usize = 1000;

/// Returns the predicted probability of recall (0–1) of a face if it is asked on `today`; `None` if it was never
/// answered since its last reset.
pub fn expected_now(
    history: &History,
    learned: &Learned,
    face: &FaceKey,
    today: Day,
) -> Option<f64> {
    let stretch = Stretch::from(history.face(face)?);
    let known: Vec<Answer> = answers_of(&stretch).collect();
    let last = stretch.reviews.iter().map(|review| review.day).max()?;
    learned.expect(
        start(&stretch),
        &known,
        today.number(),
        today.elapsed_since(last),
    )
}

/// Returns the parameters that drove intervals at the end of `day`; `None` if those were the defaults.
pub fn parameters_on(learned: &Learned, day: Day) -> Option<&Weights> {
    learned.parameters_on(day.number())
}

/// Returns the answers of a stretch, in order.
fn answers_of<'a>(stretch: &Stretch<'a>) -> impl Iterator<Item = Answer> + use<'a> {
    let mut last = stretch.known.map(|known| known.day);
    stretch.reviews.iter().map(move |review| {
        let elapsed = last.map_or(0, |last| review.day.elapsed_since(last));
        last = last.max(Some(review.day));
        Answer {
            at: review.at.millis(),
            day: review.day.number(),
            elapsed,
            ms: review.ms,
            grade: review.grade as u8,
        }
    })
}

/// Returns the identity and the start of the run that a stretch of this face is.
fn head(face: &FaceKey, stretch: &Stretch) -> Head {
    let card = hash(&face.card);
    Head {
        // The key of a card's only face is the card's id.
        face: match face.side {
            Side::Whole => card,
            _ => hash(face),
        },
        card,
        start: start(stretch),
    }
}

/// Returns the imported memory state from which a stretch starts, if there is one.
fn start(stretch: &Stretch) -> Option<MemoryState> {
    stretch.known.map(|known| MemoryState {
        stability: known.stability,
        difficulty: known.difficulty,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::stats::property::{happenings, history};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Each judged answer gets its own prediction, however the faces are split and whatever the first day is.
        #[test]
        fn each_judged_answer_gets_its_prediction(happenings in happenings(), cut in 0usize..7, back in 0i64..90) {
            let (history, now) = history(&happenings);
            let answers = answers(&history);
            let judged = answers.judged(None);
            let predicted: Vec<f32> = (0u16..).zip(&judged).map(|(at, _)| f32::from(at)).collect();
            let learned = Learned { predicted, ..Learned::default() };
            let places = judged.iter().map(|place| {
                let (run, known) = answers.up_to(*place).unwrap();
                (known.last().unwrap().at, run.face)
            });
            let wanted: Vec<((i64, u64), f64)> = places.zip((0u16..).map(f64::from)).collect();
            let told = |one: &Expected| ((one.review.at.millis(), hash(one.face)), one.said);
            let all = expected(&history, &learned, None);
            prop_assert_eq!(&all.iter().map(told).collect::<Vec<_>>(), &wanted);

            let from = now.day(4).plus(-back);
            let lately = expected(&history, &learned, Some(from));
            let later = all.iter().filter(|one| one.review.day >= from);
            prop_assert_eq!(lately.iter().map(told).collect::<Vec<_>>(), later.map(told).collect::<Vec<_>>());

            let faces: Vec<_> = history.faces().collect();
            let (left, right) = faces.split_at(cut.min(faces.len()));
            let [left, right] = [left, right].map(|faces| {
                let mut awaiting = Unpredicted::new(None);
                for (key, face) in faces {
                    awaiting.add(key, face, |_, review| review.at.millis());
                }
                awaiting
            });
            let moments: Vec<(i64, f64)> = right.join(left).expected(&learned).collect();
            prop_assert_eq!(moments, wanted.iter().map(|((at, _), said)| (*at, *said)).collect::<Vec<_>>());
        }
    }
}
