//! A simulated year of answers, by the scheduler that the session uses: is recall on target, and is the load even?

use std::collections::BTreeMap;

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use quiz::config::Config;
use quiz::deck::FaceKey;
use quiz::history::{FaceHistory, Grade, Review};
use quiz::schedule::memory::Memory;
use quiz::schedule::scheduler::{Load, Scheduler};
use quiz::time::Day;

/// Someone who recalls exactly as FSRS expects, starts the same number of cards each day, and never misses one.
struct Learner {
    faces: Vec<(FaceKey, FaceHistory)>,
    due: BTreeMap<Day, Vec<usize>>,
    load: Load,
    memory: Memory,
    config: Config,
    chance: ChaCha8Rng,
    /// The retrievability at each review of a due face.
    recalls: Vec<f32>,
}

/// The first grades of new cards, out of 100 (means of real logs, `Again` to `Easy`).
const FIRST: [u32; 4] = [24, 9, 50, 17];
/// The grades of recalled cards, out of 100.
const RECALLED: [u32; 4] = [0, 10, 80, 10];

impl Learner {
    fn new(seed: u64) -> Self {
        Self {
            faces: Vec::new(),
            due: BTreeMap::new(),
            load: Load::default(),
            memory: Memory::new(),
            config: Config::default(),
            chance: ChaCha8Rng::seed_from_u64(seed),
            recalls: Vec::new(),
        }
    }

    fn pick(&mut self, shares: [u32; 4]) -> Grade {
        let mut chosen = self.chance.random_range(0..shares.iter().sum());
        for (grade, share) in Grade::ALL.into_iter().zip(shares) {
            if chosen < share {
                return grade;
            }
            chosen -= share;
        }
        Grade::Good
    }

    /// Answers the due faces and starts `new` cards; returns the number of due faces.
    fn spend(&mut self, today: Day, new: usize) -> usize {
        let due = self.due.remove(&today).unwrap_or_default();
        for &at in &due {
            self.load.remove(today);
            let reviews = self.faces[at].1.current();
            let recall = self.memory.retrievability(reviews, today).unwrap();
            self.recalls.push(recall);
            let grade = if self.chance.random_bool(f64::from(recall)) {
                self.pick(RECALLED)
            } else {
                Grade::Again
            };
            self.answer(at, today, grade);
        }
        for _ in 0..new {
            let key = format!("c{}", self.faces.len()).parse().unwrap();
            self.faces.push((key, FaceHistory::default()));
            let grade = self.pick(FIRST);
            self.answer(self.faces.len() - 1, today, grade);
        }
        due.len()
    }

    /// Answers, and after `Again` once more with `Good`.
    fn answer(&mut self, at: usize, today: Day, grade: Grade) {
        let (key, face) = &self.faces[at];
        let scheduler = Scheduler {
            memory: &self.memory,
            config: &self.config,
        };
        let promises = scheduler.promises(key, Some(face), "d", today, &self.load);
        let due = promises.day(grade);
        let mut reviews = face.current().to_vec();
        reviews.push(Review {
            at: format!("{today}T12:00:00.000+00:00").parse().unwrap(),
            day: today,
            grade,
            ms: 1000,
            due,
        });
        self.faces[at].1 = FaceHistory::new(reviews);
        if !grade.recalled() {
            return self.answer(at, today, Grade::Good);
        }
        self.due.entry(due).or_default().push(at);
        self.load.add(due);
    }
}

#[test]
#[ignore = "takes half a minute: cargo test --release --test suite year -- --ignored --nocapture"]
fn a_year_at_90_percent_is_remembered_and_even() {
    const NEW: usize = 20;
    for seed in 1..=3 {
        let mut learner = Learner::new(seed);
        let first: Day = "2026-01-01".parse().unwrap();
        let days: Vec<usize> = (0..365)
            .map(|day| learner.spend(first.plus(day), NEW))
            .collect();
        let recall = learner.recalls.iter().copied().map(f64::from).sum::<f64>()
            / learner.recalls.len() as f64;
        let mut half = days[182..].to_vec();
        half.sort_unstable();
        let (median, fullest) = (half[half.len() / 2], half[half.len() - 1]);
        let share = fullest as f64 / median as f64;
        println!(
            "recall at review {recall:.4}, median day {median}, fullest {fullest} ({share:.3})"
        );
        assert!(recall >= 0.885, "recall at review {recall}");
        assert!(
            share <= 1.25,
            "{fullest} on the fullest day, median {median}"
        );
    }
}
