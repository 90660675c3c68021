use super::*;
use crate::home::Home;
use crate::time::{Clock, Day};
use std::fs;
use tempfile::TempDir;

fn key(text: &str) -> FaceKey {
    text.parse().unwrap()
}

fn basic(id: &str) -> String {
    format!("Basic(id: \"{id}\", front: \"{id}?\", back: \"1\"),\n")
}

fn home(cards: &str) -> (TempDir, Home) {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::for_tests(
        folder.path(),
        &format!("Deck(title: \"D\", cards: [\n{cards}])"),
    );
    (folder, home)
}

fn four() -> (TempDir, Home) {
    home(&["a", "b", "c", "d"].map(basic).concat())
}

fn open(home: &Home, time: &str) -> Study {
    let now = format!("2026-11-23T{time}+01:00");
    Study::open(home.clone(), Clock::new(Some(&now)).unwrap()).unwrap()
}

/// Answers the next face, and returns its key.
fn answer(session: &mut Session, grade: Grade) -> String {
    let asked = session.ask().unwrap();
    let answered = session.answer(&asked, grade, 1500).unwrap();
    assert_eq!(answered, Answered::Recorded { leech: None });
    asked.key.to_string()
}

fn next(session: &mut Session) -> Option<String> {
    session.ask().map(|asked| asked.key.to_string())
}

/// Asserts that the queue told of each step equals one built anew.
fn is_told(session: &Session) {
    assert_eq!(session.queue, session.study.queue(&session.wanted));
}

#[test]
fn faces_come_one_after_the_other_and_what_is_shown_is_recorded() {
    let (_folder, home) = four();
    let mut study = open(&home, "09:00:00");
    let mut session = Session::new(&mut study, Wanted::default(), None);
    for face in ["a", "b", "c", "d"] {
        let asked = session.ask().unwrap();
        assert_eq!(asked.key.to_string(), face);
        session.answer(&asked, Grade::Easy, 1500).unwrap();
        let due = session.study.history.face(&key(face)).unwrap().due();
        assert_eq!(due, Some(asked.promises.day(Grade::Easy)));
        is_told(&session);
    }
    assert_eq!(session.ask(), None);
    let summary = session.summary();
    assert_eq!(
        (summary.answers, summary.recalled, summary.seconds),
        (4, 4, 6)
    );
    assert_eq!(summary.finished, ["d"]);
}

#[test]
fn light_days_are_counted_as_the_session_goes() {
    let (_folder, home) = home(
        &(0..40)
            .map(|n| basic(&format!("c{n:02}")))
            .collect::<String>(),
    );
    let mut study = open(&home, "09:00:00");
    let wanted = Wanted {
        new: Some(40),
        ..Wanted::default()
    };
    let mut session = Session::new(&mut study, wanted, None);
    let mut days: std::collections::BTreeMap<Day, u32> = Default::default();
    while let Some(asked) = session.ask() {
        session.answer(&asked, Grade::Easy, 1).unwrap();
        let due = session
            .study
            .history
            .face(&asked.key)
            .unwrap()
            .due()
            .unwrap();
        *days.entry(due).or_default() += 1;
    }
    assert!(days.len() >= 4, "{days:?}");
    for (day, count) in &days {
        assert_eq!(session.queue.load().on(*day), *count);
        assert!(*count <= 14, "{days:?}");
    }
}

#[test]
fn an_undo_is_exact() {
    let (_folder, home) = four();
    let mut study = open(&home, "09:00:00");
    let mut session = Session::new(&mut study, Wanted::default(), None);
    answer(&mut session, Grade::Good);
    let before = (session.study.history.clone(), session.queue.clone());
    answer(&mut session, Grade::Again);
    assert_eq!(session.undo().unwrap(), Some(Undone::Answer(key("b"))));
    assert_eq!(session.queue, before.1);
    assert_eq!(
        session
            .study
            .history
            .face(&key("b"))
            .map(|face| face.current().len()),
        before.0.face(&key("b")).map(|face| face.current().len()),
    );
    assert_eq!(next(&mut session), Some("b".into()));
    assert_eq!(session.undo().unwrap(), Some(Undone::Answer(key("a"))));
    assert_eq!(session.undo().unwrap(), None);
    assert_eq!(session.summary(), Summary::default());
    is_told(&session);
}

#[test]
fn what_is_put_off_is_not_asked_and_can_be_taken_back() {
    let (_folder, home) = four();
    let mut study = open(&home, "09:00:00");
    let mut session = Session::new(&mut study, Wanted::default(), None);
    let asked = session.ask().unwrap();
    session.put_off(&asked, PutOff::Suspend).unwrap();
    let asked = session.ask().unwrap();
    assert_eq!(asked.key, key("b"));
    session.put_off(&asked, PutOff::Bury).unwrap();
    is_told(&session);
    answer(&mut session, Grade::Good);
    assert_eq!(session.undo().unwrap(), Some(Undone::Answer(key("c"))));
    assert_eq!(session.undo().unwrap(), Some(Undone::PutOff(key("b").card)));
    assert_eq!(next(&mut session), Some("b".into()));
    assert_eq!(session.undo().unwrap(), Some(Undone::PutOff(key("a").card)));
    assert_eq!(next(&mut session), Some("a".into()));
    is_told(&session);
}

#[test]
fn a_forgotten_face_comes_as_the_last_of_the_session() {
    let (_folder, home) = four();
    let mut study = open(&home, "09:00:00");
    let mut session = Session::new(&mut study, Wanted::default(), None);
    answer(&mut session, Grade::Again);
    let rest: Vec<String> = (0..4).map(|_| answer(&mut session, Grade::Good)).collect();
    assert_eq!(rest, ["b", "c", "d", "a"]);
    assert_eq!(next(&mut session), None);
}

#[test]
fn a_forgotten_face_comes_again_after_ten_minutes() {
    let (_folder, home) = four();
    let mut study = open(&home, "09:00:00");
    let mut session = Session::new(&mut study, Wanted::default(), None);
    answer(&mut session, Grade::Again);
    session.study.set_now("2026-11-23T09:09:59.999+01:00");
    assert_eq!(next(&mut session), Some("b".into()));
    session.study.set_now("2026-11-23T09:10:00.000+01:00");
    assert_eq!(next(&mut session), Some("a".into()));
}

#[test]
fn a_limit_leaves_room_for_what_was_forgotten() {
    let (_folder, home) = four();
    let mut study = open(&home, "09:00:00");
    let mut session = Session::new(&mut study, Wanted::default(), Some(3));
    assert_eq!(session.ask().unwrap().left.all(), 3);
    assert_eq!(answer(&mut session, Grade::Again), "a");
    assert_eq!(answer(&mut session, Grade::Good), "b");
    assert_eq!(answer(&mut session, Grade::Good), "a");
    assert_eq!(next(&mut session), None);
    session.undo().unwrap();
    assert_eq!(next(&mut session), Some("a".into()));
}

#[test]
fn a_number_of_new_ones_is_of_the_session() {
    let (_folder, home) = four();
    let mut study = open(&home, "09:00:00");
    study.answer(&key("a"), Grade::Good, 1, None, None).unwrap();
    let wanted = Wanted {
        new: Some(2),
        ..Wanted::default()
    };
    let mut session = Session::new(&mut study, wanted, None);
    answer(&mut session, Grade::Good);
    // Built again in between, it is still two in all.
    session.rebuild();
    answer(&mut session, Grade::Good);
    assert_eq!(next(&mut session), None);
    session.undo().unwrap();
    assert_eq!(next(&mut session), Some("c".into()));
}

#[test]
fn cards_asked_for_by_name_are_asked_until_they_are_recalled() {
    let (_folder, home) = four();
    let mut study = open(&home, "09:00:00");
    study.answer(&key("b"), Grade::Good, 1, None, None).unwrap();
    let wanted = Wanted {
        cards: Some(["a", "b"].map(|card| key(card).card).into()),
        new: Some(usize::MAX),
        ..Wanted::default()
    };
    let mut session = Session::new(&mut study, wanted, None);
    assert_eq!(answer(&mut session, Grade::Again), "b");
    assert_eq!(answer(&mut session, Grade::Good), "a");
    assert_eq!(answer(&mut session, Grade::Hard), "b");
    assert_eq!(next(&mut session), None);
    session.undo().unwrap();
    assert_eq!(next(&mut session), Some("b".into()));
}

#[test]
fn what_another_process_records_counts_here() {
    let (_folder, home) = four();
    let mut study = open(&home, "09:00:00");
    let mut session = Session::new(&mut study, Wanted::default(), None);
    let asked = session.ask().unwrap();
    let mut elsewhere = open(&home, "09:00:01");
    for face in ["a", "b"] {
        elsewhere
            .answer(&key(face), Grade::Good, 1, None, None)
            .unwrap();
    }
    assert_eq!(
        session.answer(&asked, Grade::Good, 1).unwrap(),
        Answered::Elsewhere
    );
    assert_eq!(next(&mut session), Some("c".into()));
    assert_eq!(session.done(), 0);
    is_told(&session);
}

#[test]
fn another_day_begins_within_a_session() {
    let (_folder, home) = four();
    fs::write(home.config(), "Config(new_per_day: 1)").unwrap();
    let mut study = open(&home, "23:00:00");
    let mut session = Session::new(&mut study, Wanted::default(), None);
    answer(&mut session, Grade::Good);
    assert_eq!(next(&mut session), None);
    session.study.set_now("2026-11-24T04:00:00.000+01:00");
    assert_eq!(next(&mut session), Some("b".into()));
}

fn edit(home: &Home, change: impl Fn(&str) -> String) {
    let file = home.decks().join("d.ron");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(file, change(&text)).unwrap();
}

/// Returns the effect of changing the file of card `a` while it is asked.
fn edited(cards: &str, change: impl Fn(&str) -> String) -> (Edited, Asked, Option<String>) {
    let (_folder, home) = home(cards);
    let mut study = open(&home, "09:00:00");
    let mut session = Session::new(&mut study, Wanted::default(), None);
    let mut asked = session.ask().unwrap();
    assert_eq!(asked.key, key("a"));
    let (file, _) = session.place_of(&asked).unwrap();
    edit(&home, change);
    let edited = session.reread(&mut asked, &file);
    let next = next(&mut session);
    (edited, asked, next)
}

#[test]
fn only_a_change_of_the_card_itself_is_a_change() {
    let two = basic("a") + &basic("b");
    let (same, ..) = edited(&two, str::to_string);
    assert_eq!(same, Edited::Unchanged);
    let (same, ..) = edited(&two, |text| {
        text.replace("b?", "B?").replace("Basic", "\n Basic")
    });
    assert_eq!(same, Edited::Unchanged);
    let (changed, asked, _) = edited(&two, |text| text.replace("a?", "A?"));
    assert_eq!(
        (changed, asked.card.question(asked.key.side)),
        (Edited::Changed, "A?".into())
    );
    let (changed, ..) = edited(&two, |text| {
        text.replace("front: \"a?\"", "front: \"a?\", note: \"n\"")
    });
    assert_eq!(changed, Edited::Changed);
}

#[test]
fn what_is_wrong_with_another_card_does_not_matter() {
    let with_broken = basic("a") + "Basic(id: \"old\", fornt: \"x\", back: \"y\"),\n" + &basic("b");
    let (changed, asked, _) = edited(&with_broken, |text| text.replace("a?", "A?"));
    assert_eq!(
        (changed, asked.card.question(asked.key.side)),
        (Edited::Changed, "A?".into())
    );
    // Also where it was broken just now.
    let (changed, ..) = edited(&(basic("a") + &basic("b")), |text| {
        text.replace("a?", "A?").replace("front: \"b", "fornt: \"b")
    });
    assert_eq!(changed, Edited::Changed);
}

#[test]
fn a_card_that_cant_be_read_any_more_is_asked_as_it_was() {
    let two = basic("a") + &basic("b");
    let broken = |change: &dyn Fn(&str) -> String| {
        let (edited, asked, next) = edited(&two, change);
        let Edited::Broken(why) = edited else {
            panic!("{edited:?}");
        };
        assert_eq!(asked.card.question(asked.key.side), "a?");
        assert_eq!(next, Some("a".into()), "and can be graded");
        why
    };
    let why = broken(&|text| text.replace("front: \"a", "fornt: \"a"));
    assert!(why.contains("d.ron:2:") && why.contains("fornt"), "{why}");
    broken(&|_| "Deck(".to_string());
}

#[test]
fn a_card_deleted_in_the_editor_is_left_and_not_graded() {
    let (left, _, next) = edited(&(basic("a") + &basic("b")), |text| {
        text.replace(&basic("a"), "")
    });
    assert_eq!((left, next), (Edited::Deleted, Some("b".into())));
    let with_broken = basic("a") + "Basic(id: \"old\", fornt: \"x\", back: \"y\"),\n" + &basic("b");
    let (left, _, next) = edited(&with_broken, |text| text.replace(&basic("a"), ""));
    assert_eq!((left, next), (Edited::Deleted, Some("b".into())));
}
