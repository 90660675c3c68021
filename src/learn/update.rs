//! Learning from a history without looking at all of it: what was learnt is in the cache file, with a walk over the part
//! of the history that stays between two starts.
//!
//! A walk is a sum over answers, so the walk over a history is that over the part, without the faces that have changed
//! since as they were, and with them as they are. It knows the history's faces, never settings or a terminal.

use super::answers::{Bound, Walk};
use super::cache::{Keeping, Stored, Walked};
use super::history::{answers, answers_since, answers_to, walk, walk_over};
use super::mixture::EARLIEST;
use super::replay::{Learned, Progress};
use crate::history::{Faces, History};

/// What is known of the answers under a history, so that they are looked at only once.
#[derive(Debug, Clone)]
pub struct Ground<'a> {
    /// An identity that depends on nothing but those answers and their days.
    pub identity: u128,
    /// The faces to which something has happened since, as they were.
    pub before: Faces<'a>,
    /// These and new faces, as they are. All other faces of the history are as they were.
    pub now: Faces<'a>,
}

/// Learns from `history`, starting from what is kept, which is written again if that saves work next time.
/// `ground` saves looking at answers that were looked at before. `say` is called before fits are made.
///
/// The result depends on nothing but the history.
pub fn learn(
    history: &History,
    ground: Option<&Ground>,
    keeping: &Keeping,
    say: &mut dyn FnMut(Progress),
) -> Learned {
    learn_what(Wanted::All, history, ground, keeping, say)
}

/// Learns like [`learn`], but only what decides about parameters: predictions are missing, and nothing is learnt from
/// too few answers for fitted parameters.
pub fn learn_parameters(
    history: &History,
    ground: Option<&Ground>,
    keeping: &Keeping,
    say: &mut dyn FnMut(Progress),
) -> Learned {
    let mut learned = learn_what(Wanted::Parameters, history, ground, keeping, say);
    learned.predicted = Vec::new();
    learned
}

#[derive(Clone, Copy, PartialEq)]
enum Wanted {
    All,
    Parameters,
}

fn learn_what(
    wanted: Wanted,
    history: &History,
    ground: Option<&Ground>,
    keeping: &Keeping,
    say: &mut dyn FnMut(Progress),
) -> Learned {
    let mut known = keeping.read();
    // Where the ground is another, the file is written again, which takes all of it.
    if wanted == Wanted::All || ground.is_some_and(|ground| known.on(ground.identity).is_none()) {
        known = known.with_predictions();
    }
    let found = Found::of(history, ground, &known);
    let holds = known.learned.holds(&found.all);
    let is_early = wanted == Wanted::Parameters && found.all.judged < EARLIEST;
    if is_early || holds && found.all.after == 0 {
        if let Some(walked) = found.ground.as_ref().filter(|_| found.is_new) {
            keeping.write(&known.learned, Some(walked));
        }
        return if is_early {
            Learned::default()
        } else {
            known.learned
        };
    }
    let last = known.learned.bounds().last().copied();
    let goes_on = holds && known.learned.due_fits(found.all.judged).is_empty();
    let brief = ground.filter(|_| goes_on && !found.has_later_ground());
    if let Some(ground) = brief {
        known.learned.go_on_with(&answers_to(&ground.now));
        return known.learned;
    }
    let to_go_on_with = || answers_since(history, last.map_or(i64::MIN, |(at, _)| at));
    let is_worth_writing = found.is_new || found.all.after >= WORTH_WRITING;
    if goes_on && !is_worth_writing {
        known.learned.go_on_with(&to_go_on_with());
        return known.learned;
    }
    let fits = known.learned.fits().count();
    let mut learned = known.with_predictions().learned;
    // Nothing is known where the predictions can't be read.
    if goes_on && learned.bounds().last().copied() == last {
        learned.go_on_with(&to_go_on_with());
        learned.set_keys(&walk(history, &learned.bounds()));
    } else {
        learned = Learned::from(learned, &answers(history), say);
    }
    // A script that answers one by one would write the file each time.
    if is_worth_writing || learned.fits().count() != fits {
        let all = walk(history, &learned.bounds());
        let walked = ground.map(|ground| ground.walked(&all, &learned.bounds()));
        keeping.write(&learned, walked.as_ref());
    }
    learned
}

/// The number of new judged answers from which writing the file is worth it.
const WORTH_WRITING: usize = 100;

/// What a walk over a history found, with the bounds of the checkpoints that are known.
struct Found {
    /// All answers.
    all: Walk,
    /// Those of the ground.
    ground: Option<Walked>,
    /// Whether the ground had to be walked over.
    is_new: bool,
    /// The answers of the ground to faces that have changed since.
    before: Walk,
}

impl Found {
    fn of(history: &History, ground: Option<&Ground>, known: &Stored) -> Self {
        let bounds = known.learned.bounds();
        let before = ground.map_or(&[][..], |ground| &ground.before[..]);
        let before = walk_over(before, &bounds);
        if let (Some(ground), Some(walked)) =
            (ground, ground.and_then(|ground| known.on(ground.identity)))
        {
            let now = walk_over(&ground.now, &bounds);
            return Self {
                all: walked.walk.clone().without(&before).with(&now),
                ground: Some(walked.clone()),
                is_new: false,
                before,
            };
        }
        let all = walk(history, &bounds);
        Self {
            ground: ground.map(|ground| ground.walked(&all, &bounds)),
            all,
            is_new: ground.is_some(),
            before,
        }
    }

    /// Returns whether the ground has answers to judge after the last checkpoint, or may have.
    fn has_later_ground(&self) -> bool {
        let of_ground = self.ground.as_ref().filter(|_| !self.is_new);
        of_ground.is_none_or(|of_ground| of_ground.walk.after > self.before.after)
    }
}

impl Ground<'_> {
    /// Returns the walk over the answers of the ground, given that over all answers of the history.
    fn walked(&self, all: &Walk, bounds: &[Bound]) -> Walked {
        let now = walk_over(&self.now, bounds);
        let before = walk_over(&self.before, bounds);
        Walked {
            identity: self.identity,
            walk: all.clone().without(&now).with(&before),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::history::{Event, Grade};
    use crate::learn::answers::mix;
    use crate::stats::property::{happenings, history};
    use crate::time::Stamp;

    /// Returns the ground that `base` is for `history`.
    fn ground<'a>(identity: u128, base: &'a History, history: &'a History) -> Ground<'a> {
        let changed = |of: &'a History, other: &'a History| {
            let faces = of.faces();
            let changed = faces.filter(|(key, face)| other.face(key) != Some(face));
            changed.collect()
        };
        Ground {
            identity,
            before: changed(base, history),
            now: changed(history, base),
        }
    }

    /// Returns all of `learned` that is the same however it was learnt: the key of a checkpoint that was not written may
    /// be missing.
    fn content(mut learned: Learned) -> Learned {
        if let Some(last) = learned.checkpoints.last_mut() {
            last.key = 0;
        }
        learned
    }

    fn learn_all(history: &History) -> Learned {
        learn(history, None, &Keeping::default(), &mut |_| {})
    }

    /// Returns the history of the first `count` answers to eighty faces, some of them forgotten.
    fn life(count: u64) -> History {
        let mut at: Stamp = "2026-05-01T10:00:00.000+00:00".parse().unwrap();
        let events = (0..count).map(|n| {
            at = at.plus_millis(60 * 60_000);
            Event::Review {
                at,
                face: format!("card-{}", mix(n) % 80).parse().unwrap(),
                grade: if mix(n * 7) % 100 < 30 {
                    Grade::Again
                } else {
                    Grade::Good
                },
                ms: 3000,
                due: at.day(4).plus(3),
            }
        });
        History::fold(events, "2027-05-01T10:00:00.000+00:00".parse().unwrap(), 4)
    }

    /// Where the ground is known, the answers after it are enough, until a fit is due.
    #[test]
    fn later_answers_are_judged_without_a_look_at_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let keeping = Keeping::within(&[folder.path()], folder.path());
        let base = life(600);
        let quiet = &mut |_| {};
        let all = learn(&base, Some(&ground(1, &base, &base)), &keeping, quiet);
        let fits = all.fits().count();
        assert!(all.parameters().is_some());
        let file = std::fs::read(keeping.paths().next().unwrap()).unwrap();
        for count in 600..640 {
            let history = life(count);
            let ground = ground(1, &base, &history);
            let whole = learn_all(&history);
            if whole.fits().count() != fits {
                break;
            }
            let known = keeping.read();
            let found = Found::of(&history, Some(&ground), &known);
            assert!(!found.has_later_ground(), "{count}");
            let parameters = learn_parameters(&history, Some(&ground), &keeping, quiet);
            assert_eq!(parameters.parameters(), whole.parameters());
            assert_eq!(parameters.turns, whole.turns);
            let learned = learn(&history, Some(&ground), &keeping, quiet);
            assert_eq!(content(learned), content(whole), "{count}");
        }
        assert_eq!(
            std::fs::read(keeping.paths().next().unwrap()).unwrap(),
            file
        );
        // Answers after the last checkpoint that the ground has itself are not missed.
        let (wider, history) = (life(606), life(608));
        let wide = ground(2, &wider, &history);
        let known = keeping.read();
        let walked = Found::of(&history, Some(&wide), &known).ground;
        assert!(keeping.write(&known.with_predictions().learned, walked.as_ref()));
        let learned = learn(&history, Some(&wide), &keeping, quiet);
        assert_eq!(content(learned), content(learn_all(&history)));
    }

    #[test]
    fn too_few_answers_are_counted_once() {
        let folder = tempfile::tempdir().unwrap();
        let keeping = Keeping::within(&[folder.path()], folder.path());
        let base = life(100);
        let ground = ground(1, &base, &base);
        let quiet = &mut |_| {};
        let learned = learn_parameters(&base, Some(&ground), &keeping, quiet);
        assert_eq!(learned, Learned::default());
        let known = keeping.read();
        let found = Found::of(&base, Some(&ground), &known);
        assert!(!found.is_new && found.all.judged > 0);
        assert_eq!(found.all, walk(&base, &[]));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Whatever the file knows, of whatever part of which history, the result is that of a look at all answers.
        #[test]
        fn what_was_known_of_a_part_changes_nothing(
            happenings in happenings(),
            steps in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..5),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let keeping = Keeping::within(&[folder.path()], folder.path());
            let groundless = folder.path().join("groundless");
            let groundless = Keeping::within(&[&groundless], folder.path());
            let of = |index: prop::sample::Index| {
                let count = index.index(happenings.len() + 1);
                (count, history(&happenings[..count]).0)
            };
            for (base, until) in steps {
                let ((identity, base), (_, history)) = (of(base), of(until));
                let ground = ground(identity as u128, &base, &history);
                let whole = learn_all(&history);
                for _ in 0..2 {
                    let learned = learn(&history, Some(&ground), &keeping, &mut |_| {});
                    prop_assert_eq!(content(learned), content(whole.clone()));
                    let known = keeping.read();
                    let found = Found::of(&history, Some(&ground), &known);
                    prop_assert!(!found.is_new);
                    prop_assert_eq!(found.all, walk(&history, &known.learned.bounds()));
                }
                // Nor where nothing is known of the ground.
                let learned = learn(&history, None, &groundless, &mut |_| {});
                prop_assert_eq!(content(learned), content(whole.clone()));
                let parameters = learn_parameters(&history, None, &groundless, &mut |_| {});
                let judged = answers(&history).judged(None).len();
                let early = judged < EARLIEST;
                prop_assert_eq!(parameters.parameters(), whole.parameters().filter(|_| !early));
            }
        }
    }
}
