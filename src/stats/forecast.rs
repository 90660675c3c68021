//! What is coming: promised reviews by day, and the answers that they and new cards will take.

use serde::Serialize;

use super::habits::Habits;
use crate::time::Day;

/// The number of days listed one by one.
pub const DAYS: usize = 30;
/// The number of weeks listed after them.
pub const WEEKS: usize = 8;

/// The expected answers of the coming days and weeks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Forecast {
    /// Faces promised for each of the next days, today first; what is overdue counts today.
    pub days: Vec<usize>,
    /// Faces promised for each week after them.
    pub weeks: Vec<usize>,
    /// New faces on each of the next days, at the pace of the last 30 days, until none is left.
    pub new: Vec<usize>,
    /// The answers that each of the next days is expected to take: promised faces, new ones, what both bring back
    /// within the time, and the repeats of a day.
    pub answers: Vec<f64>,
    /// Seconds per day that the next 7 days take on average, at the measured seconds per answer.
    pub seconds_a_day: Option<f64>,
}

/// A face that is due: on which day, and after which interval in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promised {
    /// The day.
    pub due: Day,
    /// The interval that ends on it, in days.
    pub interval: i64,
}

/// New faces that are still to be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unseen {
    /// Their number.
    pub left: usize,
    /// The number started per day.
    pub pace: usize,
    /// The number started today so far.
    pub today: usize,
}

/// Returns what is coming from `today` on, for a person of these `habits` whose answers take `seconds` each.
pub fn forecast(
    promised: impl Iterator<Item = Promised>,
    unseen: Unseen,
    habits: &Habits,
    today: Day,
    seconds: Option<f64>,
) -> Forecast {
    let (mut days, mut weeks) = (vec![0usize; DAYS], vec![0usize; WEEKS]);
    let mut expected = Expected::new(habits);
    for face in promised {
        let ahead = usize::try_from(face.due.days_since(today)).unwrap_or(0);
        let slot = match ahead.checked_sub(DAYS) {
            None => days.get_mut(ahead),
            Some(beyond) => weeks.get_mut(beyond / 7),
        };
        if let Some(slot) = slot {
            *slot += 1;
        }
        expected.add(ahead, face.interval, 1.0);
    }
    let mut left = unseen.left;
    let new: Vec<usize> = (0..DAYS)
        .map(|day| {
            let done = if day == 0 { unseen.today } else { 0 };
            let started = unseen.pace.saturating_sub(done).min(left);
            left -= started;
            started
        })
        .collect();
    let answers = expected.answers(&new);
    let week: f64 = answers.iter().take(7).sum();
    Forecast {
        days,
        weeks,
        new,
        answers: answers
            .iter()
            .map(|count| (count * 10.0).round() / 10.0)
            .collect(),
        seconds_a_day: seconds.map(|seconds| week * seconds / 7.0),
    }
}

/// The longest interval that is followed within the days of a forecast.
const LONGEST: usize = DAYS;

/// The number of faces expected on each day, by the interval that ends on it.
struct Expected<'a> {
    habits: &'a Habits,
    /// By day, then by interval in days, the longest ones together.
    faces: Vec<Vec<f64>>,
}

impl<'a> Expected<'a> {
    fn new(habits: &'a Habits) -> Self {
        Self {
            habits,
            faces: vec![vec![0.0; LONGEST + 1]; DAYS],
        }
    }

    fn add(&mut self, day: usize, interval: i64, count: f64) {
        let interval = usize::try_from(interval).unwrap_or(0).clamp(1, LONGEST);
        let slot = self
            .faces
            .get_mut(day)
            .and_then(|day| day.get_mut(interval));
        if let Some(slot) = slot {
            *slot += count;
        }
    }

    /// Returns the answers of each day, with this many new faces on each: what is answered comes back when its next
    /// interval ends.
    fn answers(mut self, new: &[usize]) -> Vec<f64> {
        let habits = self.habits;
        let mut answers = Vec::with_capacity(DAYS);
        for (day, started) in new.iter().enumerate() {
            let today = self.faces.get(day).cloned().unwrap_or_default();
            let due: f64 = today.iter().sum();
            let started = *started as f64;
            answers.push(due * habits.answers_due() + started * habits.answers_new());
            for (interval, count) in today.into_iter().enumerate().filter(|(_, n)| *n > 0.0) {
                let interval = i64::try_from(interval).unwrap_or(i64::MAX);
                let (recalled, next, relearnt) = habits.after(interval);
                self.later(day, next, count * recalled);
                self.later(day, relearnt, count * (1.0 - recalled));
            }
            for (interval, share) in habits.first() {
                self.later(day, interval, started * share);
            }
        }
        answers
    }

    fn later(&mut self, day: usize, interval: i64, count: f64) {
        let ahead = usize::try_from(interval).unwrap_or(usize::MAX);
        self.add(day.saturating_add(ahead), interval, count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::deck::FaceKey;
    use crate::history::{FaceHistory, Grade, Review};
    use crate::schedule::memory::Memory;
    use crate::schedule::scheduler::{Load, Scheduler};
    use crate::time::Stamp;

    fn today() -> Day {
        "2026-11-23".parse().unwrap()
    }

    fn promised(days: &[i64], interval: i64) -> Vec<Promised> {
        let face = |ahead: &i64| Promised {
            due: today().plus(*ahead),
            interval,
        };
        days.iter().map(face).collect()
    }

    #[test]
    fn promises_are_counted_by_hand() {
        let faces = promised(&[-5, 0, 1, 29, 30, 36, 37, 999], 100);
        let unseen = Unseen {
            left: 5,
            pace: 2,
            today: 1,
        };
        let forecast = forecast(
            faces.into_iter(),
            unseen,
            &Habits::new(today()),
            today(),
            Some(7.0),
        );
        let days = (forecast.days[0], forecast.days[1], forecast.days[29]);
        assert_eq!(days, (2, 1, 1));
        assert_eq!(forecast.weeks[..2], [2, 1]);
        assert_eq!(forecast.new[..4], [1, 2, 2, 0]);
    }

    #[test]
    fn what_is_answered_comes_back_within_the_time() {
        let unseen = Unseen::default();
        let nothing = Habits::new(today());
        let sum = |faces: Vec<Promised>, unseen: Unseen| -> f64 {
            let coming = forecast(faces.into_iter(), unseen, &nothing, today(), Some(10.0));
            assert!(coming.seconds_a_day.unwrap() > 0.0);
            coming.answers.iter().take(7).sum()
        };
        let one = sum(promised(&[0], 60), unseen);
        assert!(
            (1.1..1.4).contains(&one),
            "a long interval is answered once: {one}"
        );
        let short = sum(promised(&[0], 1), unseen);
        assert!(short > 2.0, "a short one comes back: {short}");
        let new = Unseen {
            left: 1,
            pace: 1,
            today: 0,
        };
        assert!(sum(vec![], new) > 2.0, "and so does a new face");
    }

    #[test]
    fn any_day_and_interval_is_in_range() {
        let faces = promised(&[i64::MIN / 4, -1, i64::MAX / 4], i64::MAX);
        let unseen = Unseen {
            left: usize::MAX,
            pace: usize::MAX,
            today: usize::MAX,
        };
        let forecast = forecast(
            faces.into_iter(),
            unseen,
            &Habits::new(today()),
            today(),
            None,
        );
        assert!(forecast.answers.iter().all(|count| count.is_finite()));
    }

    /// A year of one who answers all that is due each day, and starts eight new cards: what came in the seven days
    /// after each week's end is within 15 % of what was predicted, in nine weeks of ten.
    #[test]
    fn a_year_comes_as_it_was_predicted() {
        let mut learner = Learner::new(600, 8);
        let mut weeks: Vec<(f64, f64)> = Vec::new();
        let start = today();
        for day in (0..365).map(|day| start.plus(day)) {
            if day.days_since(start) % 7 == 0 && day.days_since(start) >= 28 {
                weeks.push((learner.predicted(day), 0.0));
            }
            let answers = learner.study(day);
            if let Some((_, came)) = weeks.last_mut() {
                *came += answers as f64;
            }
        }
        weeks.pop();
        let close = |(predicted, came): &&(f64, f64)| (predicted / came - 1.0).abs() <= 0.15;
        let hits = weeks.iter().filter(close).count();
        assert!(
            hits * 10 >= weeks.len() * 9,
            "{hits} of {}: {weeks:?}",
            weeks.len()
        );
    }

    /// Somebody whose memory is as FSRS says.
    struct Learner {
        faces: Vec<FaceHistory>,
        memory: Memory,
        config: Config,
        per_day: usize,
        unseen: usize,
        random: u64,
    }

    impl Learner {
        fn new(cards: usize, per_day: usize) -> Self {
            Self {
                faces: Vec::new(),
                memory: Memory::new(),
                config: Config::default(),
                per_day,
                unseen: cards,
                random: 7,
            }
        }

        /// The answers predicted for the seven days from `day` on.
        fn predicted(&self, day: Day) -> f64 {
            let promised = self.faces.iter().filter_map(|face| {
                let (due, last) = (face.due()?, face.last()?);
                let interval = due.days_since(last.day);
                Some(Promised { due, interval })
            });
            let unseen = Unseen {
                left: self.unseen,
                pace: self.per_day,
                today: 0,
            };
            let mut habits = Habits::new(day.plus(-90));
            self.faces.iter().for_each(|face| habits.add(face));
            let coming = forecast(promised, unseen, &habits, day, None);
            coming.answers.iter().take(7).sum()
        }

        /// Answers all that is due on `day`, and the new ones. Returns how many answers that took.
        fn study(&mut self, day: Day) -> usize {
            let new = self.per_day.min(self.unseen);
            self.unseen -= new;
            let due: Vec<usize> = (0..self.faces.len())
                .filter(|at| self.faces[*at].due().is_some_and(|due| due <= day))
                .collect();
            let first = self.faces.len();
            self.faces.extend(vec![FaceHistory::default(); new]);
            due.into_iter()
                .chain(first..first + new)
                .map(|at| self.answer(at, day))
                .sum()
        }

        /// Answers a face until it is recalled.
        fn answer(&mut self, at: usize, day: Day) -> usize {
            let key: FaceKey = format!("c{at}").parse().unwrap();
            let scheduler = Scheduler {
                memory: &self.memory,
                config: &self.config,
            };
            for answers in 1.. {
                let face = &self.faces[at];
                let known = self.memory.retrievability(face, day);
                self.random = self
                    .random
                    .wrapping_mul(6364136223846793005)
                    .wrapping_add(1442695040888963407);
                let luck = (self.random >> 33) as f32 / (1u64 << 31) as f32;
                let recalled = luck < known.unwrap_or(0.7);
                let grade = if recalled { Grade::Good } else { Grade::Again };
                let promises = scheduler.promises(&key, Some(face), "d", day, &Load::default());
                let moment = format!("{day}T12:00:00.000+00:00")
                    .parse::<Stamp>()
                    .unwrap();
                let mut reviews = face.reviews().to_vec();
                reviews.push(Review {
                    at: moment.plus_millis(answers * 60_000),
                    day,
                    grade,
                    ms: 5000,
                    due: promises.day(grade),
                });
                self.faces[at] = FaceHistory::new(reviews);
                if recalled {
                    return answers as usize;
                }
            }
            0
        }
    }
}
