//! The bridge from a history to the learner's answers, and from predictions back to reviews.
//!
//! The only file of [`crate::learn`] that knows the history's types; it never knows decks' texts, settings or a
//! terminal.

use std::path::Path;

use fsrs::MemoryState;

use super::answers::{Head, hash, walk};
use super::habits::Habits;
use super::replay::{Learned, Progress};
use super::{Answer, Answers, Weights, cache};
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

/// Learns from `history`, starting from the cache file at `path`, which is written again if that saves work next time.
/// `say` is called before fits are made.
pub fn learn(history: &History, path: Option<&Path>, say: &mut dyn FnMut(Progress)) -> Learned {
    let known = path.map(cache::read).unwrap_or_default();
    let walked = walk(
        runs(history).map(|run| (run.head, run.answers())),
        &known.bounds(),
    );
    if known.is_current(&walked) {
        return known;
    }
    let fits = known.fits().count();
    let learned = Learned::from(known, &answers(history), say);
    // Without a new fit little is saved, and a script that answers one by one would write the file each time.
    let worth = learned.fits().count() != fits || walked.after >= WORTH_WRITING;
    if let Some(path) = path.filter(|_| worth) {
        cache::write(path, &learned);
    }
    learned
}

/// The number of new judged answers from which writing the file is worth it.
const WORTH_WRITING: usize = 100;

/// Returns whether at least `least` answers of `history` are judged.
pub fn has_judged(history: &History, least: usize) -> bool {
    let stretches = history.faces().flat_map(|(_, of)| of.stretches());
    let judged = stretches.flat_map(|stretch| {
        let answers = answers_of(&stretch).enumerate();
        answers.filter(|(index, answer)| *index > 0 && answer.elapsed > 0)
    });
    judged.take(least).count() == least
}

/// Returns all answers of `history`.
pub fn answers(history: &History) -> Answers {
    let mut answers = Answers::default();
    for run in runs(history) {
        answers.push(run.head.face, run.head.card, run.head.start, run.answers());
    }
    answers
}

/// Returns the prediction for each judged answer of `history`, in order of time.
pub fn expected<'a>(history: &'a History, learned: &Learned) -> Vec<Expected<'a>> {
    let answers = answers(history);
    let runs: Vec<Run> = runs(history)
        .filter(|run| !run.stretch.reviews.is_empty())
        .collect();
    let expected = |(place, said): (super::Judged, &f32)| {
        let run = runs.get(place.run as usize)?;
        Some(Expected {
            face: run.face,
            review: run.stretch.reviews.get(place.index as usize)?,
            said: f64::from(*said),
        })
    };
    let judged = answers.judged(None).into_iter();
    judged
        .zip(learned.predicted())
        .filter_map(expected)
        .collect()
}

/// Returns the person's habits over the last [`LATELY`] days, or over all time if those hold too few answers.
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
    let (key, of) = (history.key(face), history.face(face)?);
    let run = runs_of(&key, of).pop()?;
    let known: Vec<Answer> = run.answers().collect();
    let last = run.stretch.reviews.iter().map(|review| review.day).max()?;
    learned.expect(
        run.head.start,
        &known,
        today.number(),
        today.elapsed_since(last),
    )
}

/// Returns the parameters that drove intervals at the end of `day`; `None` if those were the defaults.
pub fn parameters_on(learned: &Learned, day: Day) -> Option<&Weights> {
    learned.parameters_on(day.number())
}

/// The reviews of one face between two resets.
struct Run<'a> {
    face: &'a FaceKey,
    head: Head,
    stretch: Stretch<'a>,
}

impl<'a> Run<'a> {
    fn answers(&self) -> impl Iterator<Item = Answer> + use<'a> {
        answers_of(&self.stretch)
    }
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

/// Returns the runs of every face.
fn runs(history: &History) -> impl Iterator<Item = Run<'_>> {
    history.faces().flat_map(|(face, of)| runs_of(face, of))
}

/// Returns the runs of a face; the last one is the current one.
fn runs_of<'a>(face: &'a FaceKey, of: &'a FaceHistory) -> Vec<Run<'a>> {
    let card = hash(&face.card);
    // The key of a card's only face is the card's id.
    let key = match face.side {
        Side::Whole => card,
        _ => hash(face),
    };
    let run = |stretch: Stretch<'a>| Run {
        face,
        head: Head {
            face: key,
            card,
            start: stretch.known.map(|known| MemoryState {
                stability: known.stability,
                difficulty: known.difficulty,
            }),
        },
        stretch,
    };
    of.stretches().into_iter().map(run).collect()
}
