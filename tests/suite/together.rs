//! Two processes on one home: nothing is lost, nothing is doubled, nobody waits for ever.

#![cfg(unix)]
use std::fs;

use crate::support::{Home, cards};

#[test]
fn scripts_that_grade_and_add_at_once_lose_and_double_nothing() {
    const EACH: usize = 25;
    let home = Home::with(&cards(3 * EACH));
    std::thread::scope(|scope| {
        let home = &home;
        for worker in 0..3 {
            scope.spawn(move || {
                for n in 0..EACH {
                    home.ok(&["grade", &format!("c{:03}", worker * EACH + n), "good"]);
                }
            });
            scope.spawn(move || {
                for n in 0..EACH {
                    let front = format!("Added by {worker}, number {n}");
                    home.ok(&["add", "d", "--front", &front, "--back", "b"]);
                }
            });
        }
    });
    let mut grades = home.grades();
    grades.sort();
    let all: Vec<String> = (0..3 * EACH).map(|n| format!("c{n:03} Good")).collect();
    assert_eq!(grades, all);
    let check = home.ok(&["check"]);
    assert!(
        check.contains(&format!("{} cards in 1 deck", 6 * EACH)),
        "{check}"
    );
}

#[test]
fn cards_with_the_same_front_added_at_once_get_different_ids() {
    let home = Home::empty();
    std::thread::scope(|scope| {
        for deck in ["one", "two", "three"] {
            let home = &home;
            scope.spawn(move || {
                for n in 0..10 {
                    let back = format!("b{n}");
                    home.ok(&["add", deck, "--front", "The same front", "--back", &back]);
                }
            });
        }
    });
    let check = home.quiz(&["check"]);
    assert_eq!(check.code, 0, "{}", check.out);
    assert!(check.out.contains("30 cards in 3 decks"), "{}", check.out);
}

#[test]
fn two_first_starts_at_once_make_one_home() {
    for _ in 0..10 {
        let home = Home::fresh();
        std::thread::scope(|scope| {
            for card in ["ow-definition", "osi", "osd", "osaid"] {
                let home = &home;
                scope.spawn(move || home.ok(&["grade", card, "good"]));
            }
        });
        assert_eq!(home.grades().len(), 4);
        assert_eq!(
            fs::read_dir(home.path().join("reviews")).unwrap().count(),
            1
        );
        assert!(home.ok(&["check"]).contains("in 8 decks: no problems."));
    }
}

#[test]
fn a_session_beside_scripts_moves_on_and_loses_nothing() {
    const CARDS: usize = 60;
    let home = Home::with(&cards(CARDS));
    fs::write(home.path().join("config.ron"), "Config(new_per_day: 1000)").unwrap();
    std::thread::scope(|scope| {
        let home = &home;
        let script = scope.spawn(move || {
            // From the end, towards the session.
            for n in (CARDS / 2..CARDS).rev() {
                home.ok(&["grade", &format!("c{n:03}"), "hard"]);
                home.ok(&[
                    "add",
                    "other",
                    "--front",
                    &format!("New {n}"),
                    "--back",
                    "b",
                    "--id",
                    &format!("n{n}"),
                ]);
            }
        });
        // From one deck alone, whether or not the other one exists yet.
        let mut terminal = home.terminal(&["review", "d"], 80, 24);
        for n in 0..CARDS / 2 {
            terminal
                .see(&format!("Question {n:03}"))
                .press(" ")
                .see("3 good")
                .press("3");
        }
        script.join().unwrap();
        terminal.not_see(&format!("Question {:03}", CARDS / 2 - 1));
        terminal.press("q");
        terminal.end();
    });
    let mut grades = home.grades();
    let count = grades.len();
    grades.sort();
    grades.dedup();
    assert_eq!((grades.len(), count), (CARDS, CARDS), "{grades:?}");
    assert!(
        home.ok(&["check"])
            .contains(&format!("{} cards in 2 decks", CARDS + CARDS / 2))
    );
}
