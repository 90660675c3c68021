use super::*;
use crate::config::DeckConfig;
use crate::history::{Event, Grade};
use proptest::prelude::*;
use std::fs;

/// A small home in memory: decks by name and text, and events.
struct World {
    library: Library,
    events: Vec<Event>,
    config: Config,
}

/// The moment of every question unless a test gives another.
const NOW: &str = "2026-11-23T13:00:00.000+00:00";

fn at(day: &str, minute: u32) -> Stamp {
    format!("2026-{day}T12:{minute:02}:00.000+00:00")
        .parse()
        .unwrap()
}

fn key(text: &str) -> FaceKey {
    text.parse().unwrap()
}

impl World {
    fn new(decks: &[(&str, i32, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, order, cards) in decks {
            let path = folder.path().join(format!("{name}.ron"));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let text = format!("Deck(title: \"t\", order: {order}, cards: [{cards}])");
            fs::write(path, text).unwrap();
        }
        let library = Library::load(folder.path()).unwrap();
        assert_eq!(library.problems, []);
        Self {
            library,
            events: Vec::new(),
            config: Config::default(),
        }
    }

    fn cards(count: usize) -> Self {
        Self::new(&[("d", 0, &basics("c", count))])
    }

    fn answer(&mut self, minute: u32, day: &str, face: &str, grade: Grade, due: &str) {
        self.events.push(Event::Review {
            at: at(day, minute),
            face: key(face),
            grade,
            ms: 1000,
            due: format!("2026-{due}").parse().unwrap(),
        });
    }

    fn history(&self) -> History {
        let now: Stamp = NOW.parse().unwrap();
        let mut events = self.events.clone();
        events.sort_by_key(Event::at);
        History::fold(events, now, 4)
    }

    fn queue(&self, wanted: &Wanted) -> Queue {
        let now: Stamp = NOW.parse().unwrap();
        let memory = Memory::new();
        Queue::new(
            &self.library,
            &self.history(),
            &self.config,
            &memory,
            now.day(4),
            wanted,
        )
    }

    fn asked(&self, wanted: &Wanted) -> Vec<String> {
        self.order(&self.queue(wanted), NOW)
    }

    fn keys(&self) -> Vec<String> {
        self.asked(&Wanted::default())
    }

    /// Returns the faces in the order of the queue at a moment.
    fn order(&self, queue: &Queue, now: &str) -> Vec<String> {
        let now = now.parse().unwrap();
        let entries = queue.entries(&self.library, now);
        let next = queue.next(&self.library, now);
        let named = |entry: &Entry| (entry.key.clone(), entry.card.id.clone(), entry.why);
        assert_eq!(entries.first().map(named), next.as_ref().map(named));
        for entry in &entries {
            assert_eq!(entry.key.card, entry.card.id);
            assert_eq!(entry.deck.name, self.library.decks[entry.deck_at].name);
        }
        for why in [Why::Due, Why::New, Why::Again] {
            let of_it = entries.iter().filter(|entry| entry.why == why).count();
            assert_eq!(of_it, queue.count(why), "{why:?}");
        }
        entries.iter().map(|entry| entry.key.to_string()).collect()
    }
}

fn basics(name: &str, count: usize) -> String {
    let card = |n| format!("Basic(id: \"{name}{n:02}\", front: \"f{n}\", back: \"b\"),");
    (0..count).map(card).collect()
}

fn new(number: usize) -> Wanted {
    Wanted {
        new: Some(number),
        ..Wanted::default()
    }
}

fn by_name(cards: &[&str]) -> Wanted {
    Wanted {
        cards: Some(cards.iter().map(|card| card.parse().unwrap()).collect()),
        new: Some(usize::MAX),
        ..Wanted::default()
    }
}

#[test]
fn new_faces_come_in_deck_order_up_to_the_days_number() {
    let mut world = World::cards(30);
    assert_eq!(world.keys().len(), 20);
    assert_eq!(world.keys()[..2], ["c00", "c01"]);
    world.answer(0, "11-23", "c00", Grade::Good, "11-25");
    assert_eq!(world.keys().len(), 19);
    assert_eq!(world.asked(&new(3)).len(), 3);
    let limit = DeckConfig {
        new_per_day: Some(4),
        desired_retention: None,
    };
    world.config.decks.insert("d".into(), limit);
    assert_eq!(world.keys().len(), 3);
    assert_eq!(world.queue(&Wanted::default()).new_beyond(), 26);
}

#[test]
fn the_numbers_of_a_folder_and_of_what_is_in_it_both_hold() {
    let mut world = World::new(&[
        ("f/a", 0, &basics("a", 9)),
        ("f/b", 0, &basics("b", 9)),
        ("g", 0, &basics("g", 9)),
    ]);
    let limit = |number| DeckConfig {
        new_per_day: Some(number),
        desired_retention: None,
    };
    world.config.decks.insert("f".into(), limit(5));
    world.config.decks.insert("f/a".into(), limit(1));
    world.config.new_per_day = 8;
    let asked = world.keys();
    let of = |deck: &str| asked.iter().filter(|key| key.starts_with(deck)).count();
    assert_eq!((of("a"), of("b"), of("g")), (1, 4, 3));
    world.answer(0, "11-23", "a00", Grade::Good, "11-25");
    assert_eq!(world.keys().len(), 7);
    assert!(!world.keys().contains(&"a01".to_string()));
}

#[test]
fn decks_of_one_order_take_turns_and_a_lower_order_comes_first() {
    let mut world = World::new(&[
        ("big", 1, &basics("big", 30)),
        ("small", 1, &basics("small", 2)),
        ("first", 0, &basics("first", 2)),
    ]);
    world.config.new_per_day = 7;
    let asked = [
        "first00", "first01", "big00", "small00", "big01", "small01", "big02",
    ];
    assert_eq!(world.keys(), asked);
    for (minute, face) in (0..).zip(&asked[..3]) {
        world.answer(minute, "11-23", face, Grade::Good, "11-30");
    }
    assert_eq!(world.keys(), asked[3..], "leaving changes nothing");
}

#[test]
fn the_first_turns_go_by_title() {
    let mut world = World::new(&[("a", 0, &basics("a", 9)), ("b", 0, &basics("b", 9))]);
    world.config.new_per_day = 3;
    assert_eq!(world.keys(), ["a00", "b00", "a01"]);
    for (deck, title) in world.library.decks.iter_mut().zip(["Part 2", "Part 1"]) {
        deck.title = title.into();
    }
    assert_eq!(world.keys(), ["b00", "a00", "b01"]);
}

#[test]
fn turns_go_on_from_day_to_day() {
    let mut world = World::new(&[("a", 0, &basics("a", 9)), ("b", 0, &basics("b", 9))]);
    world.config.new_per_day = 1;
    world.answer(0, "11-22", "a00", Grade::Good, "11-30");
    assert_eq!(world.keys(), ["b00"]);
    world.events.clear();
    world.answer(0, "11-22", "b00", Grade::Good, "11-30");
    assert_eq!(world.keys(), ["a00"]);
}

#[test]
fn a_further_face_comes_as_if_its_card_stood_later() {
    let two = "Basic(id: \"x\", front: \"f\", back: \"b\", reverse: true),".to_string();
    let mut world = World::new(&[("d", 0, &(two + &basics("c", 9)))]);
    world.config.new_per_day = 3;
    world.answer(0, "11-20", "x", Grade::Good, "11-30");
    let reverse = |world: &World| {
        let asked = world.asked(&new(99));
        asked.iter().position(|key| key == "x#reverse").unwrap()
    };
    // As if it stood six places after the first card: c00 to c05 come before it.
    assert_eq!(reverse(&world), 6);
    world.config.decks.insert(
        "d".into(),
        DeckConfig {
            new_per_day: Some(1),
            desired_retention: None,
        },
    );
    assert_eq!(reverse(&world), 2, "the deck's own number counts");
}

#[test]
fn the_oldest_promise_comes_first_then_what_is_least_remembered() {
    let mut world = World::cards(5);
    world.config.new_per_day = 0;
    world.answer(0, "11-10", "c00", Grade::Easy, "11-22");
    world.answer(1, "11-10", "c01", Grade::Hard, "11-22");
    world.answer(2, "11-10", "c02", Grade::Good, "11-24");
    world.answer(3, "11-10", "c03", Grade::Easy, "11-21");
    assert_eq!(world.keys(), ["c03", "c01", "c00"]);
    let ahead = Wanted {
        ahead: 1,
        ..Wanted::default()
    };
    assert_eq!(world.asked(&ahead), ["c03", "c01", "c00", "c02"]);
    // Of two equal ones, the first in the deck.
    world.answer(4, "11-10", "c04", Grade::Easy, "11-22");
    assert_eq!(world.keys(), ["c03", "c01", "c00", "c04"]);
}

#[test]
fn a_forgotten_face_comes_back_after_ten_minutes_or_as_the_last() {
    let mut world = World::cards(4);
    world.answer(0, "11-23", "c00", Grade::Again, "11-23");
    world.answer(1, "11-23", "c01", Grade::Again, "11-23");
    let queue = world.queue(&Wanted::default());
    let at = |time: &str| world.order(&queue, &format!("2026-11-23T12:{time}.000+00:00"));
    assert_eq!(at("09:59"), ["c02", "c03", "c00", "c01"]);
    assert_eq!(at("10:00"), ["c00", "c02", "c03", "c01"]);
    assert_eq!(at("11:00"), ["c00", "c01", "c02", "c03"]);
    world.answer(12, "11-23", "c00", Grade::Hard, "11-24");
    assert_eq!(world.keys(), ["c01", "c02", "c03"]);
    assert_eq!(
        world
            .queue(&Wanted::default())
            .forgotten(&world.library)
            .unwrap()
            .key,
        key("c01")
    );
}

#[test]
fn a_lone_forgotten_face_comes_back_at_once() {
    let mut world = World::cards(1);
    world.answer(59, "11-23", "c00", Grade::Again, "11-23");
    assert_eq!(world.keys(), ["c00"]);
}

#[test]
fn a_forgotten_face_that_was_moved_to_a_later_day_does_not_come_back() {
    let mut world = World::cards(1);
    world.answer(0, "11-23", "c00", Grade::Again, "11-23");
    world.events.push(Event::Due {
        at: at("11-23", 1),
        face: key("c00"),
        due: "2026-11-26".parse().unwrap(),
    });
    assert_eq!(world.keys(), [""; 0]);
    let later = world.queue(&Wanted::default()).later();
    assert_eq!(later, Some(("2026-11-26".parse().unwrap(), 1)));
}

#[test]
fn faces_of_one_card_are_never_on_one_day() {
    let cloze = "Cloze(id: \"x\", text: \"{{c1::a}} and then {{c2::b}}\")";
    let mut world = World::new(&[("d", 0, cloze)]);
    assert_eq!(world.keys(), ["x#c1"]);
    world.answer(0, "11-23", "x#c1", Grade::Good, "11-25");
    assert_eq!(world.keys(), [""; 0]);
    world.events.clear();
    world.answer(0, "11-01", "x#c1", Grade::Good, "11-20");
    world.answer(0, "11-02", "x#c2", Grade::Good, "11-19");
    assert_eq!(world.keys(), ["x#c2"], "of two that are due, the first");
    world.answer(0, "11-23", "x#c2", Grade::Again, "11-23");
    assert_eq!(world.keys(), ["x#c2"], "until it is recalled");
}

#[test]
fn cards_of_one_note_of_ankis_are_never_on_one_day() {
    let ids = ["anki-Qz_3f", "anki-Qz_3f.2", "anki-Qz", "b", "b.2"];
    let cards: String = ids
        .map(|id| format!("Basic(id: \"{id}\", front: \"f\", back: \"b\"),"))
        .concat();
    let mut world = World::new(&[("d", 0, &cards)]);
    assert_eq!(world.keys(), ["anki-Qz_3f", "anki-Qz", "b", "b.2"]);
    world.answer(0, "11-23", "anki-Qz_3f.2", Grade::Good, "11-25");
    assert_eq!(world.keys(), ["anki-Qz", "b", "b.2"]);
}

#[test]
fn what_a_sibling_or_the_cap_held_back_comes_tomorrow() {
    let two = |id: &str| format!("Basic(id: \"{id}\", front: \"f\", back: \"b\", reverse: true),");
    let tomorrow: Day = "2026-11-24".parse().unwrap();
    let mut world = World::new(&[("d", 0, &two("a"))]);
    world.answer(0, "11-05", "a", Grade::Good, "11-07");
    world.answer(0, "11-06", "a#reverse", Grade::Good, "11-08");
    world.answer(1, "11-23", "a", Grade::Good, "12-18");
    let queue = world.queue(&Wanted::default());
    assert_eq!((queue.all(), queue.later()), (0, Some((tomorrow, 1))));
    let mut world = World::cards(3);
    world.config.new_per_day = 0;
    world.config.reviews_per_day = Some(1);
    for (minute, face) in (0..).zip(["c00", "c01", "c02"]) {
        world.answer(minute, "11-10", face, Grade::Good, "11-20");
    }
    world.answer(5, "11-23", "c00", Grade::Good, "11-24");
    let queue = world.queue(&Wanted::default());
    assert_eq!((queue.all(), queue.later()), (0, Some((tomorrow, 3))));
}

#[test]
fn what_is_buried_comes_on_the_day_until_which_it_is() {
    let mut world = World::cards(2);
    world.config.new_per_day = 0;
    world.answer(0, "11-10", "c00", Grade::Good, "11-20");
    let bury = |card: &str, until: &str| Event::Bury {
        at: at("11-23", 0),
        card: card.parse().unwrap(),
        until: format!("2026-{until}").parse().unwrap(),
        with: None,
    };
    world.events.push(bury("c00", "11-26"));
    let later = |world: &World| world.queue(&Wanted::default()).later();
    assert_eq!(later(&world), Some(("2026-11-26".parse().unwrap(), 1)));
    // One that is due later still keeps its day.
    world.answer(1, "11-22", "c01", Grade::Good, "11-25");
    world.events.push(bury("c01", "11-24"));
    assert_eq!(later(&world), Some(("2026-11-25".parse().unwrap(), 1)));
}

#[test]
fn new_cards_of_tomorrow_are_counted() {
    let mut world = World::cards(3);
    let bury = |card: &str, until: &str| Event::Bury {
        at: at("11-23", 0),
        card: card.parse().unwrap(),
        until: format!("2026-{until}").parse().unwrap(),
        with: None,
    };
    world.events.push(bury("c00", "11-24"));
    world.events.push(bury("c01", "11-25"));
    assert_eq!(world.queue(&Wanted::default()).new_cards(), 2);
    assert_eq!(world.keys(), ["c02"]);
}

#[test]
fn new_faces_are_mixed_in_evenly_and_leaving_changes_nothing() {
    let mut world = World::cards(12);
    world.config.new_per_day = 3;
    for n in 0..9 {
        world.answer(n, "11-10", &format!("c{n:02}"), Grade::Good, "11-20");
    }
    let asked = world.keys();
    let new: Vec<usize> = (0..12)
        .filter(|at| ["c09", "c10", "c11"].contains(&asked[*at].as_str()))
        .collect();
    assert_eq!(new, [1, 5, 9], "{asked:?}");
    for (minute, face) in (0..).zip(&asked[..5]) {
        world.answer(minute, "11-23", face, Grade::Good, "12-01");
    }
    assert_eq!(world.keys(), asked[5..]);
}

#[test]
fn suspended_buried_and_unwanted_cards_are_not_asked() {
    let mut world = World::cards(4);
    let card = |id: &str| id.parse().unwrap();
    world
        .events
        .push(Event::suspend(at("11-23", 0), card("c00")));
    for (id, until) in [("c01", "2026-11-24"), ("c02", "2026-11-23")] {
        world.events.push(Event::Bury {
            at: at("11-23", 0),
            card: card(id),
            until: until.parse().unwrap(),
            with: None,
        });
    }
    assert_eq!(world.keys(), ["c02", "c03"]);
    let tagged = Wanted {
        tag: Some("none".into()),
        ..Wanted::default()
    };
    assert_eq!(world.asked(&tagged), [""; 0]);
}

#[test]
fn the_cap_on_reviews_counts_what_was_done() {
    let mut world = World::cards(3);
    world.config.new_per_day = 0;
    world.config.reviews_per_day = Some(2);
    for n in 0..3 {
        world.answer(n, "11-10", &format!("c{n:02}"), Grade::Good, "11-20");
    }
    assert_eq!(world.keys().len(), 2);
    let first = world.keys()[0].clone();
    world.answer(5, "11-23", &first, Grade::Good, "12-01");
    assert_eq!(world.keys().len(), 1);
}

#[test]
fn a_day_that_another_zone_calls_tomorrow_counts_as_today() {
    let mut world = World::cards(2);
    // Answered in Auckland, where it is the 24th already.
    world.events.push(Event::Review {
        at: "2026-11-24T05:00:00.000+13:00".parse().unwrap(),
        face: key("c00"),
        grade: Grade::Again,
        ms: 1000,
        due: "2026-11-23".parse().unwrap(),
    });
    world.config.new_per_day = 1;
    assert_eq!(
        world.keys(),
        ["c00"],
        "it is forgotten, and today's new one"
    );
}

#[test]
fn no_new_ones_come_while_much_is_overdue() {
    let mut world = World::cards(120);
    world.answer(0, "10-01", "c00", Grade::Good, "11-22");
    for n in 0..100 {
        let face = format!("c{n:02}");
        world.answer(n % 60, "10-01", &face, Grade::Good, "11-22");
    }
    let queue = world.queue(&Wanted::default());
    assert_eq!((queue.count(Why::New), queue.backlog()), (0, Some(100)));
    assert_eq!(world.queue(&new(5)).count(Why::New), 5);
    assert_eq!(world.queue(&new(5)).backlog(), None);
    // Faces due today are not overdue, and fewer than a hundred are not a backlog.
    world.answer(1, "10-02", "c00", Grade::Good, "11-23");
    assert_eq!(world.queue(&Wanted::default()).count(Why::New), 20);
}

#[test]
fn a_backlog_is_more_than_twice_what_is_usual() {
    let overdue = |answers: u32| {
        let mut world = World::cards(120);
        for n in 0..119 {
            world.answer(n % 60, "10-01", &format!("c{n:02}"), Grade::Good, "11-22");
        }
        for n in 0..answers {
            let at: Stamp = "2026-11-01T12:00:00.000+00:00".parse().unwrap();
            world.events.push(Event::Review {
                at: at.plus_millis(i64::from(n) * 60_000),
                face: key("c119"),
                grade: Grade::Good,
                ms: 1000,
                due: "2027-01-01".parse().unwrap(),
            });
        }
        world.queue(&Wanted::default()).backlog()
    };
    // 1784 / 30 · 2 = 118.9, 1785 / 30 · 2 = 119.
    assert_eq!((overdue(1784), overdue(1785)), (Some(119), None));
}

#[test]
fn what_was_forgotten_by_command_today_is_new_today_and_hands_no_place_back() {
    let mut world = World::cards(3);
    world.config.new_per_day = 1;
    world.answer(0, "11-23", "c00", Grade::Good, "11-25");
    world.events.push(Event::Forget {
        at: at("11-23", 1),
        face: key("c00"),
        with: None,
    });
    assert_eq!(world.keys(), ["c00"]);
    world.answer(2, "11-23", "c00", Grade::Good, "11-25");
    assert_eq!(world.keys(), [""; 0]);
}

#[test]
fn cards_asked_for_by_name_come_though_they_are_not_due() {
    let two = "Basic(id: \"x\", front: \"f\", back: \"b\", reverse: true),".to_string();
    let mut world = World::new(&[("d", 0, &(two + &basics("c", 3)))]);
    world.answer(0, "11-22", "x", Grade::Good, "12-20");
    world.answer(1, "11-23", "c00", Grade::Good, "12-20");
    world.answer(2, "11-23", "c01", Grade::Again, "11-23");
    let wanted = by_name(&["x", "c00", "c01"]);
    let mut asked = world.asked(&wanted);
    assert_eq!(asked.pop(), Some("x#reverse".into()));
    asked.sort();
    assert_eq!(asked, ["c00", "c01", "x"]);
    let mut queue = world.queue(&wanted);
    queue.finish(&world.library, &"x".parse().unwrap(), true);
    let mut left = world.order(&queue, NOW);
    left.sort();
    assert_eq!(left, ["c00", "c01"]);
    queue.finish(&world.library, &"x".parse().unwrap(), false);
    assert_eq!(queue, world.queue(&wanted));
}

/// An action of a session.
#[derive(Debug, Clone)]
enum Step {
    /// Answers the next face, or this one.
    Answer(Option<usize>, Grade),
    Undo,
    Suspend(usize),
    Resume(usize),
    Bury(usize),
    Forget(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let grade = || prop::sample::select(Grade::ALL.to_vec());
    let step = prop_oneof![
        6 => grade().prop_map(|grade| Step::Answer(None, grade)),
        3 => (0usize..50, grade()).prop_map(|(face, grade)| Step::Answer(Some(face), grade)),
        2 => Just(Step::Undo),
        1 => (0usize..50).prop_map(Step::Suspend),
        1 => (0usize..50).prop_map(Step::Resume),
        1 => (0usize..50).prop_map(Step::Bury),
        1 => (0usize..50).prop_map(Step::Forget),
    ];
    prop::collection::vec(step, 0..40)
}

/// Three decks with cards of several faces and of one note, some of them learnt before the day.
fn learnt(ages: &[(usize, u32)]) -> World {
    let several = "Basic(id: \"r\", front: \"f\", back: \"b\", reverse: true), Cloze(id: \"z\", text: \"{{c1::a}} {{c2::b}} {{c3::c}}\"),";
    let note = "Basic(id: \"anki-N\", front: \"f\", back: \"b\"), Basic(id: \"anki-N.2\", front: \"f\", back: \"b\"),";
    let mut world = World::new(&[
        ("a", 0, &(several.to_string() + &basics("a", 6))),
        ("f/b", 1, &(note.to_string() + &basics("b", 6))),
        ("f/c", 1, &basics("c", 8)),
    ]);
    let limit = DeckConfig {
        new_per_day: Some(3),
        desired_retention: None,
    };
    world.config.decks.insert("f".into(), limit);
    world.config.new_per_day = 7;
    world.config.reviews_per_day = Some(9);
    let faces = faces(&world);
    for (minute, (face, due)) in (0..).zip(ages) {
        let face = faces[face % faces.len()].to_string();
        let due = format!("11-{:02}", 10 + due % 18);
        world.answer(minute, "11-05", &face, Grade::Good, &due);
    }
    world
}

fn faces(world: &World) -> Vec<FaceKey> {
    let cards = world.library.cards().map(|(_, card)| card);
    cards.flat_map(Card::faces).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn a_queue_that_is_told_equals_one_that_is_built_anew(
        ages in prop::collection::vec((0usize..50, 0u32..18), 0..25),
        steps in steps(),
        kind in 0usize..3,
    ) {
        let mut world = learnt(&ages);
        let wanted = match kind {
            0 => Wanted::default(),
            1 => Wanted { decks: Some(["a".to_string(), "f/c".to_string()].into()), ..Wanted::default() },
            _ => Wanted { ahead: 3, ..Wanted::default() },
        };
        let memory = Memory::new();
        let (faces, mut told, mut given) = (faces(&world), world.queue(&wanted), Vec::new());
        for (minute, step) in (0..).zip(steps) {
            let at = at("11-23", minute);
            let face = |at: usize| faces[at % faces.len()].clone();
            let event = match step {
                Step::Answer(which, grade) => {
                    let next = || told.next(&world.library, NOW.parse().unwrap()).map(|entry| entry.key);
                    let Some(face) = which.map(face).or_else(next) else { continue };
                    given.push((world.events.len(), face.clone()));
                    let due = Day::from(at.day(4).date()).plus(i64::from(grade.recalled()) * 4);
                    Event::Review { at, face, grade, ms: 1, due }
                }
                Step::Undo => {
                    let Some((at, face)) = given.pop() else { continue };
                    // The undone event keeps its place in the list, so that the others keep theirs.
                    world.events[at] = Event::resume(world.events[at].at(), "none".parse().unwrap());
                    told.refresh(&world.library, &world.history(), &memory, &face.card);
                    prop_assert_eq!(&told, &world.queue(&wanted));
                    continue;
                }
                Step::Suspend(at_face) => Event::suspend(at, face(at_face).card),
                Step::Resume(at_face) => Event::resume(at, face(at_face).card),
                Step::Bury(at_face) => Event::Bury { at, card: face(at_face).card, until: at.day(4).plus(1), with: None },
                Step::Forget(at_face) => Event::Forget { at, face: face(at_face), with: None },
            };
            let Some(FaceKey { card, .. }) = event.subject() else { continue };
            world.events.push(event);
            told.refresh(&world.library, &world.history(), &memory, &card);
            prop_assert_eq!(&told, &world.queue(&wanted));
        }
        // A card alone is told the same.
        let (history, all) = (world.history(), world.queue(&Wanted::default()));
        for (_, card) in world.library.cards() {
            let day = NOW.parse::<Stamp>().unwrap().day(4);
            let alone = Queue::of_one_card(&world.library, &history, &world.config, &memory, day, &card.id);
            prop_assert_eq!(alone, all.of_card(&world.library, &card.id));
        }
        // So are all faces without a queue.
        let (mut each, day) = (Vec::new(), NOW.parse::<Stamp>().unwrap().day(4));
        let known = (&world.config, &memory);
        Queue::each_face(&world.library, &history, known, day, |deck, name, told, askable| {
            assert_eq!(told.last_ever(), history.of_face(&name.to_key()).last_ever());
            each.push((deck, name.to_key(), format!("{askable:?}")));
        });
        let of_cards = all.of_cards(&world.library).flat_map(|(deck, faces)| {
            faces.into_iter().map(move |(key, askable)| (deck, key, format!("{askable:?}")))
        });
        let mut of_cards: Vec<_> = of_cards.collect();
        each.sort_unstable();
        of_cards.sort_unstable();
        prop_assert_eq!(each, of_cards);
        // Whatever happened, no two faces of one card are asked.
        let asked = told.entries(&world.library, NOW.parse().unwrap());
        let mut cards = HashSet::new();
        for entry in asked {
            prop_assert!(cards.insert(note(entry.key.card.as_str()).unwrap_or(entry.key.card.as_str()).to_string()) || entry.why == Why::Again);
        }
    }
}
