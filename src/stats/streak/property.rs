//! Nothing lowers a streak but the passing of a day with something due: over random use of a home.

use std::fs;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;
use crate::deck::{CardId, FaceKey};
use crate::history::event::{Pause, Paused};
use crate::history::{Event, FaceHistory, Grade, log};
use crate::home::Home;
use crate::study::Study;
use crate::time::{Clock, Stamp};

/// What a person may do, or what may happen.
#[derive(Debug, Clone)]
enum Step {
    Answer(usize, Grade),
    SuspendCard(usize),
    SuspendFace(usize),
    ResumeCard(usize),
    Bury(usize, i64),
    Forget(usize),
    Move(usize, i64),
    Remove(usize),
    Rename(usize),
    Undo,
    /// Makes a card reversible, then takes that away for good, then makes it a cloze.
    ChangeKind(usize),
    Delete(usize),
    DayStart(u32),
    /// Hours pass.
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let any = || 0usize..6;
    let grade = prop::sample::select(Grade::ALL.to_vec());
    prop_oneof![
        8 => (any(), grade).prop_map(|(face, grade)| Step::Answer(face, grade)),
        2 => any().prop_map(Step::SuspendCard),
        1 => any().prop_map(Step::SuspendFace),
        2 => any().prop_map(Step::ResumeCard),
        2 => (any(), 1i64..5).prop_map(|(card, days)| Step::Bury(card, days)),
        1 => any().prop_map(Step::Forget),
        1 => (any(), -3i64..6).prop_map(|(face, days)| Step::Move(face, days)),
        1 => any().prop_map(Step::Remove),
        1 => any().prop_map(Step::Rename),
        3 => Just(Step::Undo),
        1 => any().prop_map(Step::ChangeKind),
        1 => any().prop_map(Step::Delete),
        1 => (0u32..24).prop_map(Step::DayStart),
        12 => (1i64..30).prop_map(Step::Wait),
    ]
}

/// A card of the deck: its id, and how often its kind was changed.
type Card = (String, u8);

struct World {
    folder: tempfile::TempDir,
    home: Home,
    cards: Vec<Card>,
    now: Stamp,
    /// The number of ids given by renaming.
    renamed: usize,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let cards: Vec<Card> = ["a", "b", "c"].map(|id| (id.to_string(), 0)).to_vec();
        let home = Home::for_tests(folder.path(), &deck(&cards));
        Self {
            folder,
            home,
            cards,
            now: "2026-11-02T09:00:00.000+01:00".parse().unwrap(),
            renamed: 0,
        }
    }

    fn study(&self) -> Study {
        let clock = Clock::new(Some(&self.now.to_string())).unwrap();
        Study::open(self.home.clone(), clock).unwrap()
    }

    fn write_deck(&self) {
        fs::write(self.folder.path().join("decks/d.ron"), deck(&self.cards)).unwrap();
    }

    /// Does what the step says; says whether the day may be kept no longer by it.
    fn take(&mut self, step: &Step) -> bool {
        let mut study = self.study();
        let today = study.today();
        let cards: Vec<CardId> = study
            .library
            .cards()
            .map(|(_, card)| card.id.clone())
            .collect();
        let faces: Vec<FaceKey> = study
            .library
            .faces()
            .map(|(_, card, side)| card.face(side))
            .collect();
        let card = |at: &usize| cards.get(at % cards.len().max(1)).cloned();
        let face = |at: &usize| faces.get(at % faces.len().max(1)).cloned();
        let event = |at: Stamp| -> Option<Event> {
            Some(match step {
                Step::SuspendCard(at_card) => Event::suspend(at, card(at_card)?),
                Step::SuspendFace(at_face) => Event::Suspend(Pause {
                    at,
                    of: Paused::Face(face(at_face)?),
                    with: None,
                }),
                Step::ResumeCard(at_card) => Event::resume(at, card(at_card)?),
                Step::Bury(at_card, days) => Event::Bury {
                    at,
                    card: card(at_card)?,
                    until: today.plus(*days),
                    with: None,
                },
                Step::Forget(at_face) => Event::Forget {
                    at,
                    face: face(at_face)?,
                    with: None,
                },
                Step::Move(at_face, days) => Event::Due {
                    at,
                    face: face(at_face)?,
                    due: today.plus(*days),
                },
                Step::Remove(at_card) => Event::Remove {
                    at,
                    card: card(at_card)?,
                    cut: None,
                    with: None,
                },
                _ => return None,
            })
        };
        match step {
            Step::Answer(at_face, grade) => {
                if let Some(face) = face(at_face) {
                    let seen = study.last_answer(&face);
                    study.answer(&face, *grade, 1000, seen, None).unwrap();
                }
            }
            Step::Rename(at_card) => {
                if let Some(old) = card(at_card) {
                    self.renamed += 1;
                    let new = format!("r{}", self.renamed);
                    self.rename(old.as_str(), &new);
                    let new: CardId = new.parse().unwrap();
                    study
                        .record(|at| Event::Rename {
                            at,
                            from: old.clone().into(),
                            to: new.clone().into(),
                        })
                        .unwrap();
                }
            }
            Step::Undo => {
                let own = log::events_of(&self.home.own_history()).unwrap();
                let counting = own
                    .into_iter()
                    .rev()
                    .filter(|event| !study.history.is_undone(event));
                let last = counting
                    .filter_map(|event| Some((event.subject()?, event)))
                    .next();
                if let Some((face, event)) = last {
                    study
                        .record(|at| Event::Undo {
                            at,
                            face: face.clone(),
                            of: event.at(),
                        })
                        .unwrap();
                    if let Event::Rename { from, to, .. } = &event {
                        self.rename(to.card.as_str(), from.card.as_str());
                    }
                    return matches!(event, Event::Review { .. })
                        && study.history.day(event.at()) == today;
                }
            }
            Step::ChangeKind(at_card) => {
                let count = self.cards.len().max(1);
                if let Some((_, kind)) = self.cards.get_mut(at_card % count) {
                    *kind = (*kind + 1).min(3);
                }
                self.write_deck();
            }
            Step::Delete(at_card) => {
                if !self.cards.is_empty() {
                    self.cards.remove(at_card % self.cards.len());
                }
                self.write_deck();
            }
            Step::DayStart(hour) => {
                fs::write(self.home.config(), format!("Config(day_starts_at: {hour})")).unwrap();
            }
            Step::Wait(_) => {}
            _ => {
                if event(self.now).is_some() {
                    study.record(|at| event(at).unwrap()).unwrap();
                }
            }
        }
        false
    }

    fn rename(&mut self, old: &str, new: &str) {
        for (id, _) in self.cards.iter_mut().filter(|(id, _)| id == old) {
            *id = new.to_string();
        }
        self.write_deck();
    }
}

fn deck(cards: &[Card]) -> String {
    let cards: String = cards
        .iter()
        .map(|(id, kind)| match kind {
            1 => format!("Basic(id: \"{id}\", front: \"{id}?\", back: \"b\", reverse: true),"),
            3 => format!("Cloze(id: \"{id}\", text: \"{id} {{{{c1::b}}}}\"),"),
            _ => format!("Basic(id: \"{id}\", front: \"{id}?\", back: \"b\"),"),
        })
        .collect();
    format!("Deck(title: \"D\", cards: [{cards}])")
}

/// Returns whether something waits now that would be missed if the day ended, by what every face is at this moment.
fn waits_now(study: &Study) -> bool {
    let today = study.today();
    study.library.faces().any(|(_, card, side)| {
        let key = card.face(side);
        let face = study.history.face(&key);
        let due = face.and_then(FaceHistory::due);
        let is_due = due.is_some_and(|due| due <= today);
        let is_buried = study
            .history
            .buried_until(&key.card)
            .is_some_and(|until| until > today);
        let answered = face.and_then(FaceHistory::last).map(|last| last.at);
        let removed = study.history.removed(&key.card);
        let is_removed = removed.is_some_and(|at| answered.is_none_or(|answered| answered < at));
        is_due && !is_buried && !is_removed && !study.history.is_face_suspended(&key)
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 16,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_261_123),
        ..ProptestConfig::default()
    })]

    #[test]
    fn nothing_lowers_a_streak_but_the_passing_of_a_day_with_something_due(steps in vec(step(), 1..60)) {
        let mut world = World::new();
        for step in steps {
            let before = world.study().streak();
            let Step::Wait(hours) = step else {
                let takes_back = world.take(&step);
                let after = world.study().streak();
                let open = usize::from(takes_back && before.today == Kept::Kept && after.today != Kept::Kept);
                prop_assert!(after.current + open >= before.current, "{:?}: {:?}, then {:?}", step, before, after);
                continue;
            };
            for _ in 0..hours {
                let study = world.study();
                let (before, today) = (study.streak(), study.today());
                let misses = before.today != Kept::Kept && waits_now(&study);
                world.now = world.now.plus_millis(3_600_000);
                let study = world.study();
                let after = study.streak();
                prop_assert!((0..=1).contains(&study.today().days_since(today)), "no day is left out");
                match study.today() > today && misses {
                    true => prop_assert_eq!(after.current, 0),
                    false => prop_assert_eq!(after.current, before.current, "{} to {}", today, world.now),
                }
            }
        }
    }
}
