//! Is it working? What was recalled of what was due, beside what the schedule expected.

use serde::Serialize;

use crate::deck::FaceKey;
use crate::hashing::HashMap;
use crate::history::{FaceHistory, Review};
use crate::schedule::standing::MATURE;
use crate::time::{Day, Stamp};

/// A share with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// How many were recalled.
    pub recalled: usize,
    /// Of how many.
    pub of: usize,
    /// The share, 0–1.
    pub share: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

impl Share {
    /// The share with Wilson's score interval at 95 % (E. B. Wilson, 1927, J. Am. Stat. Assoc. 22, 209–212); none of
    /// nothing.
    pub fn new(recalled: usize, of: usize) -> Option<Self> {
        if of == 0 {
            return None;
        }
        const Z: f64 = 1.96;
        let (n, share) = (of as f64, recalled as f64 / of as f64);
        let middle = (share + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
        let half =
            Z / (1.0 + Z * Z / n) * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
        Some(Self {
            recalled,
            of,
            share,
            low: (middle - half).max(0.0),
            high: (middle + half).min(1.0),
        })
    }
}

/// True retention over some days.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Retention {
    /// Of all due reviews; `None` if nothing was due.
    pub all: Option<Share>,
    /// Of those whose interval was below 21 days.
    pub young: Option<Share>,
    /// Of those whose interval was 21 days or more.
    pub mature: Option<Share>,
    /// The mean of what was expected of each of those reviews before it, 0–1.
    pub predicted: Option<f64>,
    /// The share recalled in each week of seven days, the last one ending today; `None` for a week in which nothing was due.
    pub by_week: Vec<Option<f64>>,
}

/// One due review.
struct Recall {
    day: Day,
    recalled: bool,
    mature: bool,
    predicted: Option<f64>,
}

/// What was expected of reviews before they were made, 0–1.
#[derive(Debug, Default)]
pub struct Foretold<'a>(
    /// Of each face the moments of its reviews and what was expected, by moment.
    HashMap<&'a FaceKey, Vec<(Stamp, f64)>>,
);

impl Foretold<'_> {
    fn of(&self, face: &FaceKey) -> &[(Stamp, f64)] {
        self.0.get(face).map_or(&[], Vec::as_slice)
    }
}

impl<'a> FromIterator<(&'a FaceKey, Stamp, f64)> for Foretold<'a> {
    fn from_iter<T: IntoIterator<Item = (&'a FaceKey, Stamp, f64)>>(said: T) -> Self {
        let mut by_face: HashMap<&FaceKey, Vec<(Stamp, f64)>> = HashMap::default();
        for (face, at, said) in said {
            by_face.entry(face).or_default().push((at, said));
        }
        for of_face in by_face.values_mut() {
            of_face.sort_by_key(|(at, _)| *at);
        }
        Self(by_face)
    }
}

/// The true retention of the last `days` days up to `today`.
///
/// Counted is each review that was made on or after the day that was promised for it and not on the day of the
/// review before: the share of those that were recalled is what a person recalls of what they are asked.
pub fn retention<'a>(
    faces: impl Iterator<Item = (&'a FaceKey, &'a FaceHistory)>,
    foretold: &Foretold,
    today: Day,
    days: i64,
) -> Retention {
    let from = today.plus(1 - days);
    let recalls: Vec<Recall> = faces
        .flat_map(|(key, face)| recalls(face, foretold.of(key), from))
        .filter(|recall| recall.day <= today)
        .collect();
    let share = |wanted: &dyn Fn(&Recall) -> bool| {
        let of = recalls.iter().filter(|recall| wanted(recall));
        let recalled = of.clone().filter(|recall| recall.recalled).count();
        Share::new(recalled, of.count())
    };
    let predicted: Vec<f64> = recalls
        .iter()
        .filter_map(|recall| recall.predicted)
        .collect();
    let weeks = (days + 6) / 7;
    Retention {
        all: share(&|_| true),
        young: share(&|recall| !recall.mature),
        mature: share(&|recall| recall.mature),
        predicted: (!predicted.is_empty())
            .then(|| predicted.iter().sum::<f64>() / predicted.len() as f64),
        by_week: (0..weeks)
            .rev()
            .map(|back| {
                let (first, last) = (today.plus(-7 * back - 6), today.plus(-7 * back));
                share(&|recall| (first..=last).contains(&recall.day)).map(|share| share.share)
            })
            .collect(),
    }
}

/// The due reviews of a face from `from` on. What came before it was forgotten by command is another memory's: it counts,
/// and the first review after it does not.
fn recalls(face: &FaceHistory, foretold: &[(Stamp, f64)], from: Day) -> Vec<Recall> {
    let stretches = face.stretches();
    stretches
        .iter()
        .filter(|stretch| stretch.reviews.last().is_some_and(|last| last.day >= from))
        .flat_map(|stretch| recalls_of(stretch.reviews, foretold, from))
        .collect()
}

fn recalls_of(reviews: &[Review], foretold: &[(Stamp, f64)], from: Day) -> Vec<Recall> {
    let said = |at: Stamp| {
        let found = foretold.binary_search_by_key(&at, |(at, _)| *at).ok()?;
        foretold.get(found).map(|(_, said)| *said)
    };
    let due = |at: usize| {
        let (before, review) = (reviews.get(at.checked_sub(1)?)?, reviews.get(at)?);
        let (last, day) = (before.day, review.day);
        if day <= last || day < before.due || day < from {
            return None;
        }
        Some(Recall {
            day,
            recalled: review.grade.recalled(),
            mature: before.due.days_since(last) >= MATURE,
            predicted: said(review.at),
        })
    };
    (1..reviews.len()).filter_map(due).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deck::FaceKey;
    use crate::history::{Event, Grade, History};

    fn review(day: &str, grade: Grade, due: &str) -> Review {
        Review {
            at: format!("{day}T12:00:00.000+00:00").parse().unwrap(),
            day: day.parse().unwrap(),
            grade,
            ms: 1,
            due: due.parse().unwrap(),
        }
    }

    #[test]
    fn counted_by_hand() {
        let face = FaceHistory::new(vec![
            review("2026-10-01", Grade::Good, "2026-10-03"),
            review("2026-10-02", Grade::Good, "2026-11-01"), // early: does not count
            review("2026-11-01", Grade::Again, "2026-11-01"), // mature, forgotten
            review("2026-11-01", Grade::Good, "2026-11-05"), // the same day: does not count
            review("2026-11-06", Grade::Good, "2026-11-20"), // young, recalled
        ]);
        let key: FaceKey = "a".parse().unwrap();
        let said = face.reviews().iter().zip([0.5, 0.6, 0.7, 0.7, 0.9]);
        let foretold = said.map(|(review, said)| (&key, review.at, said)).collect();
        let retention = retention(
            [(&key, &face)].into_iter(),
            &foretold,
            "2026-11-23".parse().unwrap(),
            30,
        );
        let counts = |share: Option<Share>| share.map(|share| (share.recalled, share.of));
        assert_eq!(counts(retention.all), Some((1, 2)));
        assert_eq!(
            (counts(retention.young), counts(retention.mature)),
            (Some((1, 1)), Some((0, 1)))
        );
        // Of the two that count: .7 and .9.
        assert!(
            retention
                .predicted
                .is_some_and(|share| (share - 0.8).abs() < 1e-9)
        );
        assert_eq!(retention.by_week, [None, Some(0.0), Some(1.0), None, None]);
    }

    #[test]
    fn forgetting_takes_nothing_out_of_the_past() {
        let face: FaceKey = "a".parse().unwrap();
        let at = |day: &str| format!("2026-11-{day}T12:00:00.000+00:00").parse().unwrap();
        let answer = |day, grade, due: &str| Event::Review {
            at: at(day),
            face: face.clone(),
            grade,
            ms: 1,
            due: format!("2026-11-{due}").parse().unwrap(),
        };
        let mut events = vec![
            answer("01", Grade::Good, "03"),
            answer("03", Grade::Good, "08"),
            answer("08", Grade::Again, "08"),
        ];
        let counts = |events: &[Event]| {
            let history = History::fold(events.to_vec(), at("30"), 4);
            let faces = [(&face, history.face(&face).unwrap())];
            let today = "2026-11-30".parse().unwrap();
            let all = retention(faces.into_iter(), &Foretold::default(), today, 30).all;
            all.map(|share| (share.recalled, share.of))
        };
        assert_eq!(counts(&events), Some((1, 2)));
        events.push(Event::Forget {
            at: at("12"),
            face: face.clone(),
            with: None,
        });
        assert_eq!(counts(&events), Some((1, 2)));
        events.push(answer("13", Grade::Again, "13"));
        assert_eq!(
            counts(&events),
            Some((1, 2)),
            "the first review of a new memory"
        );
        events.push(answer("14", Grade::Good, "16"));
        assert_eq!(counts(&events), Some((2, 3)));
    }

    #[test]
    fn the_interval_is_wilsons() {
        let share = Share::new(91, 100).unwrap();
        assert!(
            (share.low - 0.838).abs() < 0.001 && (share.high - 0.952).abs() < 0.001,
            "{share:?}"
        );
        assert_eq!(Share::new(0, 0), None);
        assert_eq!(Share::new(5, 5).map(|share| share.high), Some(1.0));
    }
}
