//! Tallies of random histories, split in any way.

use proptest::collection::vec;
use proptest::prelude::*;

use super::activity::ActivityTally;
use super::habits::Habits;
use super::known::{Known, Weeks, known};
use super::retention::RetentionTally;
use super::trouble::{Hard, hardest};
use super::walk;
use crate::deck::FaceKey;
use crate::history::{Event, FaceHistory, Grade, History};
use crate::schedule::memory::Memory;
use crate::schedule::parameters::Parameters;
use crate::time::{Day, Stamp};

/// Something that happens to a face, some minutes after the last event, by a clock with this offset in hours.
#[derive(Debug, Clone)]
pub(crate) struct Happening {
    face: usize,
    minutes: i64,
    offset: i64,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    Answer(Grade, u32, i64),
    Forget,
    Known(f32, i64),
}

pub(crate) fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let grade = prop::sample::select(Grade::ALL.to_vec());
    let what = prop_oneof![
        12 => (grade, 0u32..70_000, 0i64..60).prop_map(|(grade, ms, due)| What::Answer(grade, ms, due)),
        1 => Just(What::Forget),
        1 => (0.1f32..400.0, 0i64..60).prop_map(|(stability, due)| What::Known(stability, due)),
    ];
    // Often at one moment, or within a day.
    let minutes = prop_oneof![1 => Just(0i64), 4 => 0i64..200, 4 => 200i64..6000];
    let offset = prop_oneof![4 => Just(0i64), 1 => -11i64..14];
    let one =
        (0usize..6, minutes, offset, what).prop_map(|(face, minutes, offset, what)| Happening {
            face,
            minutes,
            offset,
            what,
        });
    vec(one, 0..120)
}

/// Returns the history of these events, and the moment of the last one.
pub(crate) fn history(happenings: &[Happening]) -> (History, Stamp) {
    let mut now: Stamp = "2026-05-01T10:00:00.000+00:00".parse().unwrap();
    let mut events = Vec::new();
    for happening in happenings {
        now = now.plus_millis(happening.minutes * 60_000);
        let text = (now.local() + chrono::TimeDelta::hours(happening.offset)).to_string();
        let sign = if happening.offset < 0 { '-' } else { '+' };
        let at = format!(
            "{}{sign}{:02}:00",
            text.replace(' ', "T"),
            happening.offset.abs()
        );
        let at: Stamp = at.parse().unwrap();
        let face: FaceKey = format!("card-{}", happening.face).parse().unwrap();
        let today = at.day(4);
        events.push(match happening.what {
            What::Answer(grade, ms, due) => Event::Review {
                at,
                face,
                grade,
                ms,
                due: today.plus(due),
            },
            What::Forget => Event::Forget {
                at,
                face,
                with: None,
            },
            What::Known(stability, due) => Event::Known {
                at,
                face,
                stability,
                difficulty: 5.0,
                due: today.plus(due),
            },
        });
    }
    (History::fold(events, now, 4), now)
}

/// All tallies.
#[derive(Debug, Clone, PartialEq)]
struct All {
    done: ActivityTally,
    habits: Habits,
    recalls: RetentionTally,
    known: Vec<Known>,
}

impl All {
    fn new(today: Day, weeks: &Weeks) -> Self {
        Self {
            done: ActivityTally::new(today, 30),
            habits: Habits::new(today.plus(-40)),
            recalls: RetentionTally::new(today, 30),
            known: weeks.nothing(),
        }
    }

    fn add(&mut self, face: &FaceHistory, weeks: &Weeks) {
        for review in face.reviews() {
            self.done.add(review);
        }
        self.habits.add(face);
        self.recalls.add(face);
        weeks.add(&mut self.known, face);
    }

    fn join(self, other: Self) -> Self {
        Self {
            done: self.done.join(other.done),
            habits: self.habits.join(other.habits),
            recalls: self.recalls.join(other.recalls),
            known: Weeks::join(self.known, other.known),
        }
    }
}

/// Parameters that change twice within the weeks.
fn memory(today: Day) -> impl Fn(Day) -> Memory {
    let mut numbers = *Parameters::default().numbers();
    numbers[20] = 0.3;
    let (other, _) = Parameters::new(&numbers).unwrap();
    move |day| match today.days_since(day) {
        20..40 => Memory::with(&other),
        _ => Memory::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// However the faces are split, and in whatever order they come, the joined tallies equal one tally of all faces.
    #[test]
    fn figures_of_parts_joined_are_those_of_all(
        happenings in happenings(),
        order in Just((0..6usize).collect::<Vec<_>>()).prop_shuffle(),
        cut in 0usize..7,
    ) {
        let (history, now) = history(&happenings);
        let today = now.day(4);
        let weeks = Weeks::new(memory(today), today, 8);
        let mut faces: Vec<(&FaceKey, &FaceHistory)> = history.faces().collect();
        faces.sort_unstable_by_key(|(key, _)| *key);
        let of = |faces: &[&FaceHistory]| {
            let mut all = All::new(today, &weeks);
            faces.iter().for_each(|face| all.add(face, &weeks));
            all
        };
        let whole: Vec<&FaceHistory> = faces.iter().map(|(_, face)| *face).collect();
        let one = of(&whole);
        let shuffled: Vec<&FaceHistory> = order.iter().filter_map(|at| whole.get(*at).copied()).collect();
        let (left, right) = shuffled.split_at(cut.min(shuffled.len()));
        let joined = of(left).join(of(right));
        prop_assert_eq!(one.done.clone().finish(), joined.done.finish());
        prop_assert_eq!(&one.habits, &joined.habits);
        prop_assert_eq!(one.recalls.finish(), joined.recalls.finish());
        prop_assert_eq!(&one.known, &joined.known);
        let begin = || All::new(today, &weeks);
        let walked = walk(&whole, begin, |all, face, _| all.add(face, &weeks), All::join);
        prop_assert_eq!(&walked, &one);
        let by_itself = known(whole.iter().copied(), memory(today), today, 8);
        prop_assert_eq!(by_itself, one.known);
    }

    /// What was known at the end of a week is the sum of the retrievabilities by the answers up to then.
    #[test]
    fn what_was_known_is_what_each_face_said_then(happenings in happenings()) {
        let (history, now) = history(&happenings);
        let today = now.day(4);
        let faces: Vec<&FaceHistory> = history.faces().map(|(_, face)| face).collect();
        for week in known(faces.iter().copied(), memory(today), today, 8) {
            let memory = memory(today)(week.day);
            let stretches = faces.iter().flat_map(|face| face.stretches());
            let stretches = stretches.filter(|of| of.ended.is_none_or(|ended| ended > week.day));
            let recalled = stretches.filter_map(|stretch| {
                let mut on = None;
                let until = stretch.reviews.iter().take_while(|review| {
                    on = on.max(Some(review.day));
                    on <= Some(week.day)
                });
                let until = until.count();
                let known = stretch.known.filter(|known| known.day <= week.day);
                if stretch.known.is_some() && known.is_none() {
                    return None;
                }
                let reviews = stretch.reviews.get(..until).unwrap_or(&[]);
                let past = crate::history::Stretch { known, reviews, ended: None };
                memory.retrievability(past, week.day)
            });
            let recalled: Vec<f64> = recalled.map(f64::from).collect();
            prop_assert_eq!(recalled.len(), week.learnt);
            prop_assert!((recalled.iter().sum::<f64>() - week.known).abs() < 1e-5);
        }
    }

    /// The hardest faces are the first ones after replaying and sorting all.
    #[test]
    fn the_hardest_are_the_first_of_all(happenings in happenings(), most in 0usize..5) {
        let (history, _) = history(&happenings);
        let memory = Memory::new();
        let faces = history.faces().map(|(key, face)| (key, face, face.lapses()));
        let lapsed: Vec<_> = faces.collect();
        let found = hardest(
            lapsed.iter().map(|(key, face, lapses)| ((*key, *face), *lapses)),
            |(key, face)| Some(((*key).clone(), (*face).into())),
            &memory,
            2,
            most,
        );
        let all = lapsed.into_iter().filter(|(_, _, lapses)| *lapses > 0);
        let mut all: Vec<Hard> = all
            .filter_map(|(key, face, lapses)| Some(Hard {
                face: key.clone(),
                lapses,
                difficulty: memory.state(face)?.difficulty,
                leech: lapses >= 2,
            }))
            .collect();
        all.sort_by(|a, b| {
            let order = b.lapses.cmp(&a.lapses).then(b.difficulty.total_cmp(&a.difficulty));
            order.then_with(|| a.face.cmp(&b.face))
        });
        all.truncate(most);
        prop_assert_eq!(found, all);
    }
}
