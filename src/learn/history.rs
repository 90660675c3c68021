//! From a history to the answers that are learnt from, and back from predictions to its reviews.

use std::path::Path;

use fsrs::MemoryState;

use super::answers::{Head, hash, walk};
use super::habits::Habits;
use super::replay::{Learned, Progress};
use super::{Answer, Answers, Weights, cache};
use crate::deck::{FaceKey, Side};
use crate::history::{FaceHistory, History, Review, Stretch};
use crate::time::Day;

/// What was expected of one judged answer before it was given.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The face.
    pub face: &'a FaceKey,
    /// The answer.
    pub review: &'a Review,
    /// The probability of recall that was said, 0–1.
    pub said: f64,
}

/// Learns from `history`: what the cache file at `path` has of it is taken from there, and it is written again if
/// that saves work the next time. `say` is told before fits are made.
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
    // Without a new fit little is saved, and scripts that answer one by one would write it each time.
    let worth = learned.fits().count() != fits || walked.after >= WORTH_WRITING;
    if let Some(path) = path.filter(|_| worth) {
        cache::write(path, &learned);
    }
    learned
}

/// The number of new judged answers from which on what was learnt is written again.
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

/// Returns what was expected of each judged answer of `history`, by moment, given what was learnt from it.
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

/// Returns how the person answers: lately, or ever if that says too little.
pub fn habits(history: &History, today: Day) -> Habits {
    let from = today.plus(-LATELY);
    let lately = history.reviews().filter(|review| review.day >= from);
    let enough = lately.take(ENOUGH).count() == ENOUGH;
    let from = if enough { from.number() } else { i32::MIN };
    Habits::of(&answers(history), from)
}

/// The days that count as lately: people change.
const LATELY: i64 = 180;

/// The number of answers from which on these days are enough.
const ENOUGH: usize = 1000;

/// Returns what is to be expected of a face if it is asked on `today`, 0–1; `None` if it was never answered since it was
/// last reset.
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

/// Returns the parameters that drove intervals at the end of `day`, if the default ones did not.
pub fn parameters_on(learned: &Learned, day: Day) -> Option<&Weights> {
    learned.parameters_on(day.number())
}

/// The reviews of one face from one beginning to the next.
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

/// Returns the answers of a stretch, in their order.
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
