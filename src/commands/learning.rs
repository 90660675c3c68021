//! What several commands say of how the person learns.

use std::time::{Duration, Instant};

use console::Term;

use super::say;
use crate::deck::FaceKey;
use crate::learn::{Expected, Progress, history};
use crate::study::Study;
use crate::text::thousands;

/// How long learning may take in silence.
const SILENT: Duration = Duration::from_secs(1);

/// Learns from the whole history, and takes the parameters that have earned it.
pub(super) fn learn(study: &mut Study) {
    with_progress(|say| study.learn(say));
}

/// Takes the parameters that have earned it, and says which of those set in `config.ron` were out of range.
pub(super) fn take_parameters(study: &mut Study) {
    with_progress(|say| study.learn_parameters(say));
    for clipped in &study.config.clipped {
        say(&format!(
            "config.ron: number {} of `parameters` is {}, which is out of range: {} is used.",
            clipped.number, clipped.from, clipped.to
        ));
    }
}

/// Shows how far it is on a terminal, if it takes longer than a moment.
fn with_progress(learn: impl FnOnce(&mut dyn FnMut(Progress))) {
    let (started, terminal) = (Instant::now(), Term::stderr());
    let mut shown = false;
    learn(&mut |progress| {
        if started.elapsed() >= SILENT && terminal.is_term() {
            shown = true;
            let share = 100 * progress.done / progress.of.max(1);
            let _ = terminal.clear_line();
            let _ = terminal.write_str(&format!("Learning from your answers: {share} %"));
        }
    });
    if shown {
        let _ = terminal.clear_line();
    }
}

/// What was recalled today, beside what was expected of it before each answer; `None` if nothing of it could be
/// foretold.
pub(super) struct Today {
    /// How many faces were recalled.
    pub recalled: usize,
    /// How many were expected to be, as a sum of probabilities.
    pub expected: f64,
    /// Of how many.
    pub of: usize,
}

impl Today {
    /// Counts today's judged answers, given what was learnt.
    pub(super) fn new(study: &Study) -> Option<Self> {
        let today = study.today();
        let mut counted = Self {
            recalled: 0,
            expected: 0.0,
            of: 0,
        };
        for Expected { review, said, .. } in history::expected(&study.history, &study.learned) {
            if review.day == today {
                counted.recalled += usize::from(review.grade.recalled());
                counted.expected += said;
                counted.of += 1;
            }
        }
        (counted.of > 0).then_some(counted)
    }

    /// Returns the line that says it.
    pub(super) fn line(&self) -> String {
        let of = self.of as f64;
        format!(
            "Today {:.0} % of {} recalled, {:.0} % expected.",
            100.0 * self.recalled as f64 / of,
            thousands(self.of),
            100.0 * self.expected / of
        )
    }
}

/// Says what was expected of those of `asked` that were begun, beside how many of them were right; `None` if none was.
pub(super) fn expected_line(study: &Study, asked: &[(FaceKey, bool)]) -> Option<String> {
    let (mut expected, mut right, mut of) = (0.0, 0, 0);
    for (face, is_right) in asked {
        let said = history::expected_now(&study.history, &study.learned, face, study.today());
        if let Some(said) = said {
            expected += said;
            right += usize::from(*is_right);
            of += 1;
        }
    }
    (of > 0).then(|| {
        format!("{right} of the {of} you have begun were right; about {expected:.0} were expected to be.")
    })
}
