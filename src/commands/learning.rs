//! Learning as several commands need it: taking fitted parameters, and comparing recall with predictions.

use std::time::{Duration, Instant};

use console::Term;

use super::say;
use crate::deck::FaceKey;
use crate::history::FaceHistory;
use crate::learn::answers::hash;
use crate::learn::history::Unpredicted;
use crate::learn::{Progress, history};
use crate::study::Study;
use crate::text::thousands;
use crate::time::Day;

/// The time that learning may take before progress is shown.
const SILENT: Duration = Duration::from_secs(1);

/// Learns from the whole history, and uses fitted parameters if they have earned it.
pub(super) fn learn(study: &mut Study) {
    with_progress(|say| study.learn(say));
}

/// Uses fitted parameters if they have earned it, and reports which of those in `config.ron` were out of range.
pub(super) fn take_parameters(study: &mut Study) {
    with_progress(|say| study.learn_parameters(say));
    for clipped in &study.config.clipped {
        say(&format!(
            "config.ron: number {} of `parameters` is {}, which is out of range: {} is used.",
            clipped.number, clipped.from, clipped.to
        ));
    }
}

/// Runs `learn`, with its progress on the terminal if it takes longer than [`SILENT`].
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

/// Today's recall beside what was predicted before each answer.
pub(super) struct Today {
    /// The number of faces recalled.
    pub recalled: usize,
    /// The predicted number: a sum of probabilities.
    pub expected: f64,
    /// The number of judged answers.
    pub of: usize,
}

impl Today {
    /// Counts today's judged answers; `None` if there are none.
    pub(super) fn new(study: &Study) -> Option<Self> {
        let today = study.today();
        let mut counted = Self {
            recalled: 0,
            expected: 0.0,
            of: 0,
        };
        type Judged = Unpredicted<u64, (Day, bool)>;
        let add = |judged: &mut Judged, key: &FaceKey, face: &FaceHistory| {
            judged.add(
                || hash(key),
                face,
                |_, review| (review.day, review.grade.recalled()),
            );
        };
        let begin = || Unpredicted::new(Some(today));
        let judged = study.history.walk(begin, add, Unpredicted::join);
        for ((day, recalled), said) in judged.expected(&study.learned, |hash| hash) {
            if day == today {
                counted.recalled += usize::from(recalled);
                counted.expected += said;
                counted.of += 1;
            }
        }
        (counted.of > 0).then_some(counted)
    }

    /// Returns the line that reports it.
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

/// Returns the line that compares right answers in `asked` with the predictions for them; `None` if none of the faces
/// was begun.
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
