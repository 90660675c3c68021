//! The bridge from a history to the learner's answers, and from predictions back to reviews.
//!
//! With [`super::update`] the only file of [`crate::learn`] that knows the history's types; it never knows decks' texts,
//! settings or a terminal.

use fsrs::MemoryState;

use super::answers::{Bound, Head, Walk, Walking, hash, hash_text};
use super::habits::Habits;
use super::replay::Learned;
use super::spans::Spans;
use super::{Answer, Answers, Weights};
use crate::deck::{FaceKey, Side};
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
    stretches_of(faces).for_each(|(face, stretch)| answers.push_run(face, &stretch));
    answers
}

/// Returns the stretches of these faces, each with its face.
fn stretches_of<'a>(
    faces: &'a [(&FaceKey, &FaceHistory)],
) -> impl Iterator<Item = (&'a FaceKey, Stretch<'a>)> {
    let faces = faces.iter();
    faces.flat_map(|(face, of)| of.stretches().map(move |stretch| (*face, stretch)))
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
    for (face, stretch) in stretches_of(faces) {
        walking.add(&head(face, &stretch), answers_of(&stretch));
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

/// Judged answers, gathered face by face in any order, whose predictions are still to be looked up; each with its face and
/// a note.
///
/// Predictions are stored in order of time, so that all answers must be known before the first prediction can be found.
/// Answers before the days of interest are only counted.
#[derive(Debug, Clone)]
pub struct Unpredicted<F, T> {
    /// Earlier answers are only counted; in milliseconds since 1970.
    from: i64,
    /// The number of answers gathered, including earlier ones.
    found: usize,
    /// The others, as they were gathered: joining two collections moves none of them.
    parts: Vec<Vec<Wanted<F, T>>>,
}

/// An answer whose prediction is wanted.
#[derive(Debug, Clone, Copy)]
struct Wanted<F, T> {
    /// Its moment, in milliseconds since 1970.
    at: i64,
    face: F,
    note: T,
}

impl<F: Copy, T: Copy> Unpredicted<F, T> {
    /// Returns an empty collection for the answers from the learning day `from` on, or for all answers.
    pub fn new(from: Option<Day>) -> Self {
        // Offsets, the hour at which days start, and a change of that hour make less than a day each.
        let first = |day: Day| i64::from(day.plus(-3).number()) * 86_400_000;
        Self {
            from: from.map_or(i64::MIN, first),
            found: 0,
            parts: vec![Vec::new()],
        }
    }

    /// Adds the judged answers of a face, which `face` names, each with the note that `note` makes of the review before it
    /// and of itself. Answers of the last days before `from` may be among them.
    pub fn add<'f>(
        &mut self,
        face: impl Fn() -> F,
        of: &'f FaceHistory,
        mut note: impl FnMut(&'f Review, &'f Review) -> T,
    ) {
        let Some(part) = self.parts.last_mut() else {
            return;
        };
        for stretch in of.stretches() {
            for (before, review) in judged(&stretch) {
                self.found += 1;
                let at = review.at.millis();
                if at >= self.from {
                    part.push(Wanted {
                        at,
                        face: face(),
                        note: note(before, review),
                    });
                }
            }
        }
    }

    /// Returns these answers and those of other faces together.
    pub fn join(mut self, mut other: Self) -> Self {
        self.found += other.found;
        self.parts.append(&mut other.parts);
        self
    }

    /// Returns each note with the prediction for its answer, 0–1, in order of time. `learned` must come from a history
    /// all of whose faces were added; `hash` returns the hash of a face's key, which is needed where several were
    /// answered at one moment.
    pub fn expected(
        self,
        learned: &Learned,
        hash: impl Fn(F) -> u64,
    ) -> impl Iterator<Item = (T, f64)> {
        let wanted: usize = self.parts.iter().map(Vec::len).sum();
        let said = learned.predicted().get(self.found - wanted..);
        let said = said.unwrap_or(&[]).iter().map(|said| f64::from(*said));
        self.in_order(hash).map(|wanted| wanted.note).zip(said)
    }

    /// Returns the answers in the order of [`Bound`].
    ///
    /// They are dealt out to spans of time first, and each span is put in order when it is needed: a million answers
    /// would not fit into the processor's cache.
    fn in_order(mut self, hash: impl Fn(F) -> u64) -> impl Iterator<Item = Wanted<F, T>> {
        const SPANS: usize = 256;
        let moments = self.parts.iter().flatten().map(|wanted| wanted.at);
        let spans = Spans::over(moments, SPANS);
        let deal = |part: &mut Vec<Wanted<F, T>>| spans.deal(part, |wanted| wanted.at);
        let ends: Vec<Vec<usize>> = self.parts.iter_mut().map(deal).collect();
        (0..spans.count).flat_map(move |span| {
            let mut together = Vec::new();
            for (part, ends) in self.parts.iter().zip(&ends) {
                let start = span.checked_sub(1).and_then(|before| ends.get(before));
                let range = start.copied().unwrap_or(0)..ends.get(span).copied().unwrap_or(0);
                together.extend_from_slice(part.get(range).unwrap_or(&[]));
            }
            put_in_order(&mut together, &hash);
            together
        })
    }
}

/// Sorts answers in the order of [`Bound`].
fn put_in_order<F: Copy, T>(answers: &mut [Wanted<F, T>], hash: impl Fn(F) -> u64) {
    // The number of answers that are soon sorted.
    const FEW: usize = 8;
    let moments = answers.iter().map(|wanted| wanted.at);
    let spans = Spans::over(moments, answers.len() / FEW + 1);
    let mut start = 0;
    for end in spans.deal(answers, |wanted| wanted.at) {
        let span = answers.get_mut(start..end).unwrap_or(&mut []);
        span.sort_unstable_by_key(|wanted| wanted.at);
        start = end;
    }
    for at_once in answers.chunk_by_mut(|one, next| one.at == next.at) {
        if at_once.len() > 1 {
            at_once.sort_by_cached_key(|wanted| hash(wanted.face));
        }
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
        awaiting.add(|| face, of, |_, review| (face, review));
    }
    let expected = awaiting.expected(learned, hash);
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
    let card = hash_text(face.card.as_str());
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
                    awaiting.add(|| *key, face, |_, review| review.at.millis());
                }
                awaiting
            });
            let moments: Vec<(i64, f64)> = right.join(left).expected(&learned, hash).collect();
            prop_assert_eq!(moments, wanted.iter().map(|((at, _), said)| (*at, *said)).collect::<Vec<_>>());
        }
    }
}
