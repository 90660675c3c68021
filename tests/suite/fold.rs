//! Properties of the fold of a history that hold for any events in any order.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use quiz::deck::{CardId, FaceKey};
use quiz::history::event::{Pause, Paused};
use quiz::history::{Event, Grade, History, Room};
use quiz::time::{Day, Stamp};

fn cases() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_261_123),
        ..ProptestConfig::default()
    }
}

const START: &str = "2026-11-02T08:00:00.000+01:00";

fn at(minutes: i64) -> Stamp {
    START
        .parse::<Stamp>()
        .unwrap()
        .plus_millis(minutes * 60_000)
}

fn now() -> Stamp {
    "2027-06-01T12:00:00.000+01:00".parse().unwrap()
}

fn key(text: &str) -> FaceKey {
    text.parse().unwrap()
}

fn day(offset: i64) -> Day {
    "2026-11-02".parse::<Day>().unwrap().plus(offset)
}

/// Generates events of every kind on few cards, faces and moments, so that they collide; an undo names one of them.
fn events() -> impl Strategy<Value = Vec<Event>> {
    let moment = (
        0i64..400,
        prop::sample::select(vec!["+01:00", "-08:00", "+13:00"]),
    )
        .prop_map(|(step, zone)| {
            let start: Stamp = format!("2026-11-02T08:00:00.000{zone}").parse().unwrap();
            start.plus_millis(step * 3 * 3_600_000)
        });
    let ids = ["a", "b", "c", "d"];
    let faces = ["a", "a#c1", "a#reverse", "b", "b#c1", "c", "d#c1"];
    let event = (
        moment,
        prop::sample::select(ids.to_vec()),
        prop::sample::select(faces.to_vec()),
        prop::sample::select(faces.to_vec()),
        prop::sample::select(Grade::ALL.to_vec()),
        0i64..60,
        0..24,
    )
        .prop_map(|(at, id, face, other, grade, number, kind)| {
            let (card, face, due): (CardId, FaceKey, Day) =
                (id.parse().unwrap(), key(face), day(number));
            let of = if number % 3 == 0 {
                Paused::Face(face.clone())
            } else {
                Paused::Card(card.clone())
            };
            match kind {
                0 => Event::Suspend(Pause { at, of, with: None }),
                1 => Event::Resume(Pause { at, of, with: None }),
                2 => Event::Bury {
                    at,
                    card,
                    until: due,
                    with: None,
                },
                3 => Event::Forget {
                    at,
                    face,
                    with: None,
                },
                4 => Event::Due { at, face, due },
                5 => Event::Known {
                    at,
                    face,
                    stability: 1.0 + number as f32,
                    difficulty: 5.0,
                    due,
                },
                6 => Event::Remove {
                    at,
                    card,
                    cut: None,
                    with: None,
                },
                7 => Event::DayStart {
                    at,
                    hour: (number % 24) as u32,
                },
                8 => Event::Test {
                    at,
                    decks: vec![],
                    asked: 2,
                    right: 1,
                    seconds: number as u32,
                },
                9 | 10 => Event::Rename {
                    at,
                    from: face,
                    to: key(other),
                },
                11 | 12 => Event::Rename {
                    at,
                    from: face.card.into(),
                    to: key(other).card.into(),
                },
                _ => Event::Review {
                    at,
                    face,
                    grade,
                    ms: 1000,
                    due,
                },
            }
        });
    let undo = (any::<prop::sample::Index>(), 0i64..400);
    (vec(event, 1..40), vec(undo, 0..8)).prop_map(|(mut events, undos)| {
        for (which, step) in undos {
            let undone = &events[which.index(events.len())];
            if let Some(face) = undone.subject() {
                events.push(Event::Undo {
                    at: at(step * 180),
                    face,
                    of: undone.at(),
                });
            }
        }
        events
    })
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn adding_one_by_one_in_any_order_equals_folding_all(
        events in events(),
        ranks in vec(any::<u32>(), 60).no_shrink(),
        setting in 0u32..6,
    ) {
        let whole = History::fold(events.clone(), now(), setting);
        let mut shuffled: Vec<(u32, Event)> = ranks.into_iter().zip(events.clone()).collect();
        shuffled.sort_by_key(|(rank, _)| *rank);
        let mut added = History::fold([], now(), setting);
        for (count, (_, event)) in shuffled.iter().enumerate() {
            added.insert(event.clone(), now());
            let so_far = shuffled[..=count].iter().map(|(_, event)| event.clone());
            prop_assert_eq!(&added, &History::fold(so_far, now(), setting), "after {:?}", event);
        }
        prop_assert_eq!(&added, &whole);
        // Adding all of it again changes nothing.
        for event in events {
            if !matches!(event, Event::Test { .. }) {
                added.insert(event, now());
            }
        }
        prop_assert_eq!(&added, &whole);
    }

    #[test]
    fn reviews_stay_with_their_card(steps in vec(step(), 1..60)) {
        let mut world = World::new();
        for (minute, step) in steps.into_iter().enumerate() {
            world.take(step, at(minute as i64));
        }
        let history = History::fold(world.events.clone(), now(), 4);
        for (card, id) in world.ids.iter().enumerate() {
            let face = history.face(&id.clone().into());
            let made: Vec<Stamp> = face.map_or(&[][..], |face| face.reviews()).iter().map(|review| review.at).collect();
            prop_assert_eq!(&made, &world.answers[card], "card {} is {} now: {:#?}", card, id, world.events);
            prop_assert_eq!(history.is_suspended(id), world.suspended[card], "card {}", card);
        }
        let all: usize = world.answers.iter().map(Vec::len).sum();
        prop_assert_eq!(history.reviews().count(), all);
    }

    #[test]
    fn nothing_later_changes_what_waited_or_was_done_on_a_day(events in events(), until in 0i64..60, setting in 0u32..24) {
        // An undo and a rename reach back on purpose.
        let events: Vec<Event> = events
            .into_iter()
            .filter(|event| !matches!(event, Event::Undo { .. } | Event::Rename { .. }))
            .collect();
        let moment = at(until * 24 * 60);
        let before: Vec<Event> = events.iter().filter(|event| event.at() <= moment).cloned().collect();
        // The first event records the hour in the settings.
        let hour = Event::DayStart { at: at(-20 * 60), hour: setting };
        let (then, since) = (
            History::fold(before.into_iter().chain([hour.clone()]), now(), setting),
            History::fold(events.into_iter().chain([hour]), now(), (setting + 7) % 24),
        );
        // Days that were over by then in every zone.
        let last = moment.day(0).plus(-3);
        let over = |history: &History| -> (Vec<Day>, BTreeMap<FaceKey, Vec<Day>>) {
            let done = history.days_with_answers().into_iter().filter(|day| *day <= last);
            let mut room = Room::default();
            let faces = history.faces().map(|(key, _)| {
                let (told, mut waits) = (history.of_face(key), Vec::new());
                let face = told.face_in(&mut room);
                told.waits(face, last, |wait| waits.extend(wait_days(wait.start, wait.end)));
                (key.clone(), waits)
            });
            (done.collect(), faces.filter(|(_, days): &(FaceKey, Vec<Day>)| !days.is_empty()).collect())
        };
        prop_assert_eq!(over(&then), over(&since));
    }
}

fn wait_days(from: Day, until: Day) -> Vec<Day> {
    (0..until.days_since(from))
        .map(|days| from.plus(days))
        .collect()
}

/// A person's action on three cards.
#[derive(Debug, Clone)]
enum Step {
    Answer(usize),
    /// Renames to an id that no card has now.
    Rename(usize, usize),
    Swap(usize, usize),
    /// Undoes the last rename, if its old id is free.
    UndoRename,
    Suspend(usize),
    Resume(usize),
    /// Answers under the old id on a machine that has not heard of the last rename, if it is free.
    AnswerUnderOldId,
}

fn step() -> impl Strategy<Value = Step> {
    let card = || 0usize..3;
    prop_oneof![
        4 => card().prop_map(Step::Answer),
        3 => (card(), 0usize..IDS.len()).prop_map(|(card, id)| Step::Rename(card, id)),
        1 => (card(), card()).prop_map(|(one, other)| Step::Swap(one, other)),
        2 => Just(Step::UndoRename),
        1 => card().prop_map(Step::Suspend),
        1 => card().prop_map(Step::Resume),
        2 => Just(Step::AnswerUnderOldId),
    ]
}

const IDS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// The id of each card, as the person knows it.
struct World {
    ids: Vec<CardId>,
    answers: Vec<Vec<Stamp>>,
    suspended: Vec<bool>,
    events: Vec<Event>,
    /// The renames that still count: the card, its old id, the moment.
    renames: Vec<(usize, CardId, Stamp)>,
}

impl World {
    fn new() -> Self {
        Self {
            ids: IDS[..3].iter().map(|id| id.parse().unwrap()).collect(),
            answers: vec![Vec::new(); 3],
            suspended: vec![false; 3],
            events: Vec::new(),
            renames: Vec::new(),
        }
    }

    fn is_free(&self, id: &CardId) -> bool {
        !self.ids.contains(id)
    }

    fn answer(&mut self, card: usize, under: CardId, at: Stamp) {
        self.answers[card].push(at);
        self.events.push(Event::Review {
            at,
            face: under.into(),
            grade: Grade::Good,
            ms: 1,
            due: day(30),
        });
    }

    fn rename(&mut self, card: usize, to: CardId, at: Stamp) {
        let from = std::mem::replace(&mut self.ids[card], to.clone());
        self.events.push(Event::Rename {
            at,
            from: from.clone().into(),
            to: to.into(),
        });
        self.renames.push((card, from, at));
    }

    fn take(&mut self, step: Step, at: Stamp) {
        match step {
            Step::Answer(card) => self.answer(card, self.ids[card].clone(), at),
            Step::Rename(card, id) => {
                let id: CardId = IDS[id].parse().unwrap();
                if self.is_free(&id) {
                    self.rename(card, id, at);
                }
            }
            Step::Swap(one, other) if one != other && self.is_free(&"tmp".parse().unwrap()) => {
                let (of_one, of_other) = (self.ids[one].clone(), self.ids[other].clone());
                self.rename(one, "tmp".parse().unwrap(), at);
                self.rename(other, of_one, at.plus_millis(1));
                self.rename(one, of_other, at.plus_millis(2));
            }
            Step::UndoRename => {
                let Some((card, from, of)) = self.renames.pop() else {
                    return;
                };
                if self.is_free(&from) {
                    self.ids[card] = from.clone();
                    self.events.push(Event::Undo {
                        at,
                        face: from.into(),
                        of,
                    });
                } else {
                    self.renames.clear();
                }
            }
            Step::Suspend(card) => {
                self.suspended[card] = true;
                self.events.push(Event::suspend(at, self.ids[card].clone()));
            }
            Step::Resume(card) => {
                self.suspended[card] = false;
                self.events.push(Event::resume(at, self.ids[card].clone()));
            }
            Step::AnswerUnderOldId => {
                let Some((card, from, _)) = self.renames.last().cloned() else {
                    return;
                };
                if self.is_free(&from) {
                    self.answer(card, from, at);
                }
            }
            Step::Swap(..) => {}
        }
    }
}
