//! The result of learning from a history, and how it is brought up to date.
//!
//! It knows answers and numbers, never a history's own types, a file or a terminal.

use fsrs::{DEFAULT_PARAMETERS, MemoryState};
use rayon::prelude::*;

use super::Weights;
use super::answers::{Answer, Answers, Bound, Judged, Walk};
use super::fit;
use super::mixture::{Mixture, Scores};
use super::recall::Curve;
use crate::parallel;

/// The number of fits made at once: each holds up to 40,000 sequences of answers.
const AT_ONCE: usize = 2;

/// The learner's state after some judged answers, with a hash of the history that it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint {
    /// The position of the last judged answer that it rests on.
    pub bound: Bound,
    /// The hash of all answers up to there.
    pub key: u64,
    /// The state.
    pub mixture: Mixture,
    /// The parameters fitted there; `None` if no fit is made at this point.
    pub fit: Option<Weights>,
}

/// A change of the parameters that drive intervals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// The moment of the judged answer after which it takes effect, in milliseconds since 1970.
    pub at: i64,
    /// The number of its learning day.
    pub day: i32,
    /// Whether the fitted parameters took over; if not, the default ones did.
    pub fitted: bool,
}

/// The progress of fits while they are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The number of fits made.
    pub done: usize,
    /// The number of fits to make.
    pub of: usize,
}

/// The result of learning from a history: a pure function of its answers, computed in seconds and kept in the cache.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Learned {
    /// One checkpoint for each fit, and one for the last judged answer; in order of time.
    pub(super) checkpoints: Vec<Checkpoint>,
    /// Each change of the parameters that drive intervals; in order of time.
    pub(super) turns: Vec<Turn>,
    /// The prediction for each judged answer, made before it was given; in order of time.
    pub(super) predicted: Vec<f32>,
}

impl Learned {
    /// Returns the result for `answers`, reusing the parts of `known` that still hold.
    ///
    /// The result does not depend on `known`; only the time it takes does. `say` is called before and after fits.
    pub fn from(known: Self, answers: &Answers, say: &mut dyn FnMut(Progress)) -> Self {
        let (mut learned, walk) = known.still_holding(answers);
        if walk.after == 0 {
            return learned;
        }
        let due = learned.due_fits(walk.judged);
        if due.is_empty() {
            learned.go_on_with(answers);
        } else {
            learned.fit_and_go_on(answers, due, say);
        }
        learned.set_keys(&answers.walk(&learned.bounds()));
        learned
    }

    /// Judges the answers after the last checkpoint, given all of those with the answers before them in their runs.
    /// Others may be missing, so the key of the checkpoint at the end is not set. No fit may be due.
    pub(super) fn go_on_with(&mut self, answers: &Answers) {
        let last = self.checkpoints.last().map(|last| last.bound);
        let tail = answers.judged(last);
        let mut replay = Replay::new(answers, &tail, self);
        self.checkpoints.retain(|point| point.fit.is_some());
        self.go_on(&mut replay, tail.len());
        self.keep(&replay, None);
    }

    /// Judges the answers after the last checkpoint, and makes the fits at `due` on the way.
    fn fit_and_go_on(&mut self, answers: &Answers, due: Vec<usize>, say: &mut dyn FnMut(Progress)) {
        let known = self.predicted.len();
        // Fits need all answers in order.
        let order = answers.judged(None);
        let tail = order.get(known..).unwrap_or(&[]);
        let fits = fits(answers, &order, &due, say);
        let mut replay = Replay::new(answers, tail, self);
        self.checkpoints.retain(|point| point.fit.is_some());
        for (n, weights) in due.into_iter().zip(fits) {
            self.go_on(&mut replay, n.saturating_sub(known));
            self.keep(&replay, Some(weights));
            replay.fitted = Some(Curve::new(&weights));
        }
        if replay.done < tail.len() {
            self.go_on(&mut replay, tail.len());
            self.keep(&replay, None);
        }
    }

    /// Returns the fitted parameters if they have earned to drive intervals; `None` if the defaults drive them.
    pub fn parameters(&self) -> Option<&Weights> {
        let last = self.checkpoints.last()?;
        self.latest_fit().filter(|_| last.mixture.fitted_leads)
    }

    /// Returns the parameters that drove intervals at the end of learning day number `day`, as [`Learned::parameters`]
    /// does for now.
    pub fn parameters_on(&self, day: i32) -> Option<&Weights> {
        let turn = self.turns.iter().rfind(|turn| turn.day <= day)?;
        let past = |point: &&Checkpoint| point.mixture.layer.day <= day;
        let past = self.checkpoints.iter().filter(past);
        let fit = past.filter_map(|point| point.fit.as_ref()).next_back();
        fit.filter(|_| turn.fitted)
    }

    /// Returns the parameters that were fitted last, whether they drive intervals or not.
    pub fn latest_fit(&self) -> Option<&Weights> {
        self.checkpoints
            .iter()
            .rev()
            .find_map(|point| point.fit.as_ref())
    }

    /// Returns the numbers of judged answers at which fits were made.
    pub fn fits(&self) -> impl Iterator<Item = u64> {
        let fitted = self.checkpoints.iter().filter(|point| point.fit.is_some());
        fitted.map(|point| point.mixture.judged)
    }

    /// Returns the prediction (0–1) for each judged answer, in the order of [`Answers::judged`]; none if only the
    /// parameters were learnt.
    pub fn predicted(&self) -> &[f32] {
        &self.predicted
    }

    /// Returns the prediction of the latest fit before each of `judged`, all judged answers in order of time.
    pub fn said_by_fits(&self, answers: &Answers, judged: &[Judged]) -> Vec<f32> {
        let fitted = self.checkpoints.iter().filter_map(|point| {
            let from = usize::try_from(point.mixture.judged).ok()?;
            Some((from, point.fit.as_ref()?))
        });
        let all = std::iter::once((0, &DEFAULT_PARAMETERS)).chain(fitted);
        let ends = all.clone().skip(1).map(|(from, _)| from);
        let ends = ends.chain([judged.len()]);
        let said = all.zip(ends).map(|((from, weights), until)| {
            let segment = judged.get(from..until).unwrap_or(&[]);
            Curve::new(weights).of(answers, segment)
        });
        said.flatten().collect()
    }

    /// Returns the predicted probability of recall (0–1) of a face on learning day number `day`, `days` after the last
    /// of `known`, its answers from `start` on; `None` without any.
    pub fn expect(
        &self,
        start: Option<MemoryState>,
        known: &[Answer],
        day: i32,
        days: u32,
    ) -> Option<f64> {
        let default = Curve::default_curve().then(start, known, days)?;
        let fitted = match self.latest_fit() {
            Some(weights) => Curve::new(weights).then(start, known, days)?,
            None => default,
        };
        let last = self.checkpoints.last();
        let mut mixture = last.map_or_else(Mixture::default, |last| last.mixture.clone());
        let expected = mixture.expect(default, fitted, known.last()?, day);
        Some(expected.probability)
    }

    /// Returns the score of each predictor.
    pub fn scores(&self) -> Scores {
        self.checkpoints
            .last()
            .map_or(Scores::default(), |last| last.mixture.scores)
    }

    /// Returns the changes of the parameters that drive intervals, in order of time.
    pub fn turns(&self) -> &[Turn] {
        &self.turns
    }

    /// Returns the number of judged answers at which the next fit is made.
    pub fn next_fit(&self) -> usize {
        let latest = self.fits().last().and_then(|n| usize::try_from(n).ok());
        latest.map_or(fit::FIRST, fit::next)
    }

    /// Returns whether `walk`, over [`Learned::bounds`], found the answers that the checkpoints rest on.
    pub fn holds(&self, walk: &Walk) -> bool {
        self.holding(walk) == self.checkpoints.len()
    }

    /// Returns the bounds of the checkpoints.
    pub fn bounds(&self) -> Vec<Bound> {
        self.checkpoints.iter().map(|point| point.bound).collect()
    }

    /// Returns the number of checkpoints that still hold: those before the first one whose answers have changed.
    fn holding(&self, walk: &Walk) -> usize {
        let same = |(point, key): &(&Checkpoint, &u64)| point.key == **key;
        let points = self.checkpoints.iter().zip(&walk.keys);
        points.take_while(same).count()
    }

    /// Drops what no longer holds for `answers`, and returns a walk over them with the remaining bounds.
    fn still_holding(mut self, answers: &Answers) -> (Self, Walk) {
        let walk = answers.walk(&self.bounds());
        let holding = self.holding(&walk);
        if holding == self.checkpoints.len() {
            return (self, walk);
        }
        self.checkpoints.truncate(holding);
        let last = self.checkpoints.last();
        let judged = last.map_or(0, |last| last.mixture.judged);
        let until = last.map_or(i64::MIN, |last| last.bound.0);
        self.turns.retain(|turn| turn.at <= until);
        self.predicted
            .truncate(usize::try_from(judged).unwrap_or(usize::MAX));
        let walk = answers.walk(&self.bounds());
        (self, walk)
    }

    /// Returns the points up to `judged` at which a fit is still to be made.
    pub(super) fn due_fits(&self, judged: usize) -> Vec<usize> {
        let made = self.fits().count();
        fit::schedule(judged).into_iter().skip(made).collect()
    }

    /// Judges the answers one by one, in order, up to the `until`th.
    fn go_on(&mut self, replay: &mut Replay, until: usize) {
        let segment = replay.tail.get(replay.done..until).unwrap_or(&[]);
        let default = replay.default.get(replay.done..until).unwrap_or(&[]);
        let fitted = match &replay.fitted {
            Some(curve) => curve.of(replay.answers, segment),
            None => default.to_vec(),
        };
        let mixture = &mut replay.mixture;
        for ((place, default), fitted) in segment.iter().zip(default).zip(fitted) {
            let known = replay.answers.up_to(*place).map(|(_, known)| known);
            let Some([.., before, answer]) = known else {
                continue;
            };
            let expected = mixture.expect((*default).into(), fitted.into(), before, answer.day);
            self.predicted.push(expected.probability as f32);
            let led = mixture.fitted_leads;
            mixture.learn(&expected, answer.recalled());
            if mixture.fitted_leads != led {
                self.turns.push(Turn {
                    at: answer.at,
                    day: answer.day,
                    fitted: mixture.fitted_leads,
                });
            }
        }
        replay.done = until;
    }

    /// Adds a checkpoint after the last judged answer.
    fn keep(&mut self, replay: &Replay, fit: Option<Weights>) {
        let last = replay
            .done
            .checked_sub(1)
            .and_then(|at| replay.tail.get(at));
        if let Some(bound) = last.and_then(|last| replay.answers.bound(*last)) {
            self.checkpoints.push(Checkpoint {
                bound,
                key: 0,
                mixture: replay.mixture.clone(),
                fit,
            });
        }
    }

    /// Sets the keys of the checkpoints from a walk over all answers with their bounds.
    pub(super) fn set_keys(&mut self, all: &Walk) {
        for (point, key) in self.checkpoints.iter_mut().zip(&all.keys) {
            point.key = *key;
        }
    }
}

/// A replay of the judged answers in order.
struct Replay<'a> {
    answers: &'a Answers,
    /// The answers to judge.
    tail: &'a [Judged],
    /// The number judged so far.
    done: usize,
    /// The prediction of the default parameters for each.
    default: Vec<f32>,
    /// The parameters fitted last.
    fitted: Option<Curve>,
    mixture: Mixture,
}

impl<'a> Replay<'a> {
    fn new(answers: &'a Answers, tail: &'a [Judged], learned: &Learned) -> Self {
        let last = learned.checkpoints.last();
        Self {
            answers,
            tail,
            done: 0,
            default: Curve::new(&DEFAULT_PARAMETERS).of(answers, tail),
            fitted: learned.latest_fit().map(Curve::new),
            mixture: last.map_or_else(Mixture::default, |last| last.mixture.clone()),
        }
    }
}

/// Returns the fit at each of `points`, given all judged answers in order of time.
fn fits(
    answers: &Answers,
    order: &[Judged],
    points: &[usize],
    say: &mut dyn FnMut(Progress),
) -> Vec<Weights> {
    let mut made = Vec::with_capacity(points.len());
    for points_at_once in points.chunks(AT_ONCE) {
        say(Progress {
            done: made.len(),
            of: points.len(),
        });
        let fit = |n: &usize| fit::fit(answers, order.get(..*n).unwrap_or(&[]));
        let fitted = points_at_once.par_iter().map(fit);
        made.extend(parallel::with_threads(|| fitted.collect::<Vec<_>>()));
    }
    made
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::answers::mix;
    use super::super::answers::tests::answer;
    use super::*;

    /// Returns the answers of faces asked every few days by someone who forgets more than the default parameters
    /// expect.
    pub(crate) fn life(faces: u64, reviews: i64) -> Answers {
        let mut answers = Answers::default();
        for face in 0..faces {
            let mut day = (face % 13) as i32;
            let of = |review: i64| {
                let elapsed = if review == 0 {
                    0
                } else {
                    1 + (mix(face) % 9) as u32
                };
                day += elapsed as i32;
                let chance = mix(face * 1000 + review as u64) % 100;
                let grade = if chance < 35 { 1 } else { 3 };
                Answer {
                    ms: 1000 + (chance * 100) as u32,
                    ..answer(
                        i64::from(day) * 86_400_000 + face as i64,
                        day,
                        elapsed,
                        grade,
                    )
                }
            };
            let all: Vec<Answer> = (0..reviews).map(of).collect();
            answers.push(mix(face), mix(face / 2), None, all);
        }
        answers
    }

    fn learn(answers: &Answers) -> Learned {
        Learned::from(Learned::default(), answers, &mut |_| {})
    }

    /// Returns `answers` up to the moment `until`.
    fn past(answers: &Answers, until: i64) -> Answers {
        let mut past = Answers::default();
        for (run, all) in answers.runs() {
            let before = all.iter().copied().filter(|answer| answer.at <= until);
            past.push(run.face, run.card, run.start, before);
        }
        past
    }

    /// Returns the moment of the `n`th judged answer, counted from 0.
    fn moment(answers: &Answers, n: usize) -> i64 {
        let judged = answers.judged(None);
        answers.get(*judged.get(n).unwrap()).unwrap().at
    }

    #[test]
    fn what_was_known_only_saves_time() {
        let answers = life(80, 9);
        let whole = learn(&answers);
        assert_eq!(whole.predicted.len(), 640);
        for n in [0, 1, 31, 32, 33, 63, 64, 400, 638, 639] {
            let before = learn(&past(&answers, moment(&answers, n)));
            assert_eq!(
                before.predicted,
                whole.predicted.get(..before.predicted.len()).unwrap()
            );
            assert_eq!(
                Learned::from(before, &answers, &mut |_| {}),
                whole,
                "after {n}"
            );
        }
        assert_eq!(Learned::from(whole.clone(), &answers, &mut |_| {}), whole);
    }

    #[test]
    fn no_prediction_depends_on_its_own_outcome_or_on_a_later_one() {
        let answers = life(80, 9);
        let whole = learn(&answers).predicted;
        for n in [40, 300, 500] {
            let at = moment(&answers, n);
            let mut changed = Answers::default();
            for (run, all) in answers.runs() {
                let other = |answer: &Answer| Answer {
                    grade: if answer.at >= at {
                        5 - answer.grade
                    } else {
                        answer.grade
                    },
                    ms: if answer.at >= at { 50_000 } else { answer.ms },
                    ..*answer
                };
                changed.push(run.face, run.card, None, all.iter().map(other));
            }
            let other = learn(&changed).predicted;
            assert_eq!(whole.get(..=n), other.get(..=n));
            assert_ne!(whole, other);
        }
    }

    #[test]
    fn answers_that_arrive_late_count_where_they_belong() {
        let (answers, more) = (life(80, 9), life(81, 9));
        let known = learn(&answers);
        assert_eq!(Learned::from(known, &more, &mut |_| {}), learn(&more));
        // The same after some were taken back.
        let known = learn(&more);
        assert_eq!(Learned::from(known, &answers, &mut |_| {}), learn(&answers));
    }

    #[test]
    fn parameters_that_foretell_better_take_over_and_say_since_when() {
        let answers = life(120, 9);
        let learned = learn(&answers);
        let scores = learned.scores();
        assert!(scores.fitted > scores.default + 3.0, "{scores:?}");
        assert_eq!(learned.parameters(), learned.latest_fit());
        let turn = learned.turns.first().unwrap();
        assert!(turn.fitted && learned.turns.len() == 1);
        assert_eq!(learned.parameters_on(turn.day - 1), None);
        assert!(learned.parameters_on(turn.day).is_some());
        assert_eq!(learned.parameters_on(i32::MAX), learned.parameters());
        let judged = answers.judged(None);
        let said = learned.said_by_fits(&answers, &judged);
        let loss: f64 = judged
            .iter()
            .zip(&said)
            .map(|(place, said)| {
                let recalled = answers.get(*place).unwrap().recalled();
                let said = f64::from(*said);
                if recalled {
                    said.ln()
                } else {
                    (1.0 - said).ln()
                }
            })
            .sum();
        assert!((loss - scores.fitted).abs() < 1e-2, "{loss} {scores:?}");
        // For a person with fewer answers nothing drives intervals yet.
        let young = learn(&past(&answers, moment(&answers, 300)));
        assert_eq!((young.parameters(), young.turns.len()), (None, 0));
    }

    #[test]
    fn what_is_expected_now_is_what_will_have_been_said() {
        let answers = life(80, 9);
        let whole = learn(&answers);
        let judged = answers.judged(None);
        for n in [50, 333] {
            let before = past(&answers, moment(&answers, n) - 1);
            let place = *judged.get(n).unwrap();
            let (run, known) = answers.up_to(place).unwrap();
            let (last, known) = known.split_last().unwrap();
            let now = learn(&before).expect(run.start, known, last.day, last.elapsed);
            let said = f64::from(*whole.predicted.get(n).unwrap());
            assert!((now.unwrap() - said).abs() < 1e-6, "{now:?} {said}");
        }
    }

    #[test]
    fn nothing_is_learnt_from_nothing() {
        let learned = learn(&Answers::default());
        assert_eq!(learned, Learned::default());
        assert_eq!((learned.parameters(), learned.next_fit()), (None, 32));
    }
}
