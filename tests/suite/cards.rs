//! Removing, moving, editing and putting off cards, and undoing all of it.

use std::fs;

use crate::support::{Home, cards};

const DECK: &str = r##"// My deck.
Deck(title: "D", cards: [
    // The first.
    Basic(id: "a", front: "A?", back: "1", tags: ["#Verbs", "core"]),
    Cloze(id: "b", text: "{{c1,2::One}} and {{c2::two}}.", tags: ["verbs"]), // grouped

    Basic(
        id: "a-very-long-id-that-no-table-and-no-message-may-ever-make-shorter-than-it-is-in-the-deck-itself",
        front: "C?",
        back: "3",
    )
])
"##;

const LONG: &str = "a-very-long-id-that-no-table-and-no-message-may-ever-make-shorter-than-it-is-in-the-deck-itself";

fn home() -> Home {
    let home = Home::empty();
    home.deck("d", DECK);
    for face in ["a", "b#c1", "b#c2", LONG] {
        home.ok(&["grade", face, "good"]);
    }
    home
}

fn text(home: &Home, deck: &str) -> String {
    fs::read_to_string(home.path().join(format!("decks/{deck}.ron"))).unwrap()
}

fn ids(home: &Home) -> Vec<String> {
    let rows = home.json(&["list", "--json"]);
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| {
        format!(
            "{}:{}",
            row["deck"].as_str().unwrap(),
            row["id"].as_str().unwrap()
        )
    })
    .collect()
}

#[test]
fn what_was_removed_comes_back_byte_for_byte_with_its_history() {
    let home = home();
    let refused = home.quiz(&["remove", "b"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("--yes"), "{}", refused.err);
    assert_eq!(home.quiz(&["remove", "b#c2", "--yes"]).code, 2, "a face");
    let vague = home.quiz(&["remove", "long-id", "--yes"]);
    assert!(vague.code == 2 && vague.err.contains(LONG), "{}", vague.err);
    let said = home.ok(&["remove", "b", LONG, "--yes"]);
    assert!(said.contains(LONG) && said.contains("quiz undo"), "{said}");
    assert_eq!(ids(&home), ["d:a"]);
    let left = text(&home, "d");
    assert!(
        left.contains("// The first.") && !left.contains("grouped"),
        "{left}"
    );
    assert!(
        home.ok(&["check"]).contains("no problem"),
        "it is no orphan"
    );
    assert_eq!(
        home.ok(&["undo"]).lines().next().unwrap(),
        "Took back: 2 cards were removed (2026-11-23 09:00)."
    );
    assert_eq!(text(&home, "d"), DECK);
    let faces = home.json(&["show", "b", "--json"])["faces"].clone();
    assert_eq!(faces[1]["reviews"].as_array().unwrap().len(), 1);
}

#[test]
fn a_removed_card_comes_back_into_a_deck_that_has_changed_or_is_gone() {
    let home = home();
    home.ok(&["remove", "b", "--yes"]);
    let changed = text(&home, "d")
        .replace("// My deck.\n", "")
        .replace("title: \"D\"", "title: \"Of mine\"");
    home.deck("d", &changed);
    let undone = home.quiz(&["undo"]);
    assert_eq!(undone.code, 0, "{}", undone.err);
    assert!(undone.err.contains("at its end"), "{}", undone.err);
    let back = text(&home, "d");
    assert!(
        back.contains("{{c2::two}}.\", tags: [\"verbs\"]), // grouped"),
        "{back}"
    );
    home.ok(&["remove", "b", "--yes"]);
    fs::remove_file(home.path().join("decks/d.ron")).unwrap();
    home.ok(&["undo"]);
    assert_eq!(ids(&home), ["d:b"]);
    // A card that is there again is left alone.
    home.ok(&["remove", "b", "--yes"]);
    let again = r#"Deck(title: "E", cards: [Basic(id: "b", front: "again", back: "b")])"#;
    home.deck("e", again);
    home.ok(&["undo"]);
    assert_eq!(text(&home, "e"), again);
    assert_eq!(ids(&home), ["e:b"]);
}

#[test]
fn the_id_of_a_removed_card_is_given_to_no_other() {
    let home = Home::with(r#"Basic(id: "new", front: "New", back: "b"),"#);
    home.ok(&["remove", "new", "--yes"]);
    home.ok(&["add", "d", "New", "b"]);
    assert_eq!(ids(&home), ["d:new-2"]);
    home.ok(&["undo"]);
    assert_eq!(ids(&home), ["d:new", "d:new-2"]);
}

#[test]
fn a_card_that_was_deleted_by_hand_is_no_longer_missed_once_that_is_said() {
    let home = home();
    home.deck("d", "Deck(title: \"D\", cards: [])");
    assert!(home.ok(&["check"]).contains("quiz remove b"));
    home.ok(&["remove", "a", "b", LONG, "--yes"]);
    assert!(home.ok(&["check"]).contains("no problem"));
    assert_eq!(home.quiz(&["remove", "never", "--yes"]).code, 2);
}

#[test]
fn remove_and_forget_ask_at_a_terminal_and_enter_is_no() {
    let home = home();
    for (command, about, question) in [
        ("remove", "“A?” (a, in d), with 1 review", "Remove?"),
        ("forget", "a, with 1 review", "Reset to new?"),
    ] {
        for (answer, events) in [("\r", 0), ("n", 0), ("y", 1)] {
            let before = home.history().len();
            let mut terminal = home.terminal(&[command, "a"], 80, 24);
            terminal.see(about).see(question).press(answer);
            assert_eq!(terminal.end().0, 0, "{command} {answer:?}");
            assert_eq!(
                home.history().len() - before,
                events,
                "{command} {answer:?}"
            );
        }
        home.ok(&["undo"]);
    }
    assert_eq!(text(&home, "d"), DECK);
    let mut terminal = home.terminal(&["remove", "a"], 80, 24);
    terminal.see("Remove").press("\u{3}");
    // Killed by the signal itself, or by the abandoned prompt.
    assert_ne!(terminal.end().0, 0);
    assert_eq!(text(&home, "d"), DECK);
}

#[test]
fn a_whole_card_is_forgotten_and_remembered_with_all_of_its_faces() {
    let home = home();
    let state = |home: &Home| {
        let faces = home.json(&["show", "b", "--json"])["faces"].clone();
        [faces[0]["state"].clone(), faces[1]["state"].clone()]
    };
    let before = state(&home);
    let vague = home.quiz(&["forget", "long-id"]);
    assert!(vague.code == 2 && vague.err.contains(LONG), "{}", vague.err);
    home.ok(&["forget", "b", "a"]);
    assert_eq!(state(&home), ["new", "new"]);
    home.ok(&["undo"]);
    assert_eq!(state(&home), before);
    home.ok(&["forget", "b#c2", "--yes"]);
    assert_eq!(state(&home), [before[0].clone(), "new".into()]);
    assert!(home.ok(&["undo"]).contains("b#c2 was forgotten"));
    home.ok(&["forget", "b"]);
    assert!(home.ok(&["undo"]).contains("b was forgotten (2 faces)"));
}

#[test]
fn cards_move_with_id_comment_and_history() {
    let home = home();
    home.deck(
        "e",
        "Deck(title: \"E\", cards: [\n  Basic(id: \"x\", front: \"X?\", back: \"x\"),\n])\n",
    );
    assert_eq!(
        home.ok(&["move", "b", "e"]),
        "Moved b from d to e. To move it back: quiz move b d\n"
    );
    assert_eq!(
        text(&home, "e"),
        "Deck(title: \"E\", cards: [\n  Basic(id: \"x\", front: \"X?\", back: \"x\"),\n  Cloze(id: \"b\", text: \"{{c1,2::One}} and {{c2::two}}.\", tags: [\"verbs\"]), // grouped\n])\n"
    );
    assert!(!text(&home, "d").contains("grouped"));
    assert_eq!(home.ok(&["move", "b", "e"]), "b is already in e.\n");
    let moved = home.json(&["move", LONG, "a", "fresh/deck", "--json"]);
    assert_eq!(moved["deck"], "fresh/deck");
    assert_eq!(
        ids(&home),
        ["e:x", "e:b", "fresh/deck:a", &format!("fresh/deck:{LONG}")]
    );
    assert_eq!(
        home.json(&["show", "a", "--json"])["faces"][0]["reviews"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert!(home.ok(&["check"]).contains("no problem"));
    for wrong in [
        &["move", "b", "no/"][..],
        &["move", "nothing", "e"],
        &["move", "b"],
    ] {
        assert_eq!(home.quiz(wrong).code, 2, "{wrong:?}");
    }
}

#[test]
fn a_move_that_was_killed_is_finished_by_the_same_command() {
    let home = home();
    // The state after the new deck was written, before the old one was.
    let card = r##"Basic(id: "a", front: "A?", back: "1", tags: ["#Verbs", "core"])"##;
    home.deck("e", &format!("Deck(title: \"E\", cards: [{card}])"));
    home.ok(&["move", "a", "e"]);
    assert_eq!(ids(&home).iter().filter(|id| id.ends_with(":a")).count(), 1);
    assert!(home.ok(&["check"]).contains("no problem"));
    home.deck(
        "f",
        "Deck(title: \"F\", cards: [Basic(id: \"b\", front: \"another\", back: \"x\")])",
    );
    let refused = home.quiz(&["move", "b", "f"]);
    assert!(
        refused.code == 1 && refused.err.contains("two cards"),
        "{}",
        refused.err
    );
}

#[test]
fn a_deck_or_a_tag_is_suspended_resumed_and_that_taken_back_at_once() {
    let home = home();
    home.deck(
        "e",
        r#"Deck(title: "E", cards: [Basic(id: "x", front: "X?", back: "x", tags: ["verbs"])])"#,
    );
    let suspended = |home: &Home| {
        let rows = home.json(&["list", "--state", "suspended", "--json"]);
        rows.as_array().unwrap().len()
    };
    assert_eq!(
        home.ok(&["suspend", "--tag", "verbs"]),
        "Suspended 3 cards.\n"
    );
    assert_eq!(
        home.ok(&["suspend", "--deck", "d"]),
        "Suspended 1 card (2 more were already suspended).\n"
    );
    assert_eq!(suspended(&home), 4);
    assert_eq!(
        home.ok(&["resume", "--deck", "d", "--tag", "core"]),
        "Resumed 1 card.\n"
    );
    assert_eq!(suspended(&home), 3);
    home.ok(&["undo"]);
    home.ok(&["undo"]);
    assert!(home.ok(&["undo"]).contains("3 cards were suspended"));
    assert_eq!(suspended(&home), 0);
    for wrong in [
        &["suspend"][..],
        &["suspend", "a", "--deck", "d"],
        &["suspend", "--deck", "zzz"],
        &["suspend", "--tag", "zzz"],
    ] {
        assert_eq!(home.quiz(wrong).code, 2, "{wrong:?}");
    }
}

#[test]
fn tags_are_listed_with_their_cards_and_what_of_them_is_due() {
    let mut home = home();
    home.at("2026-12-23T09:00:00+01:00");
    assert_eq!(home.ok(&["list", "--tags"]), "core\t1\t1\nVerbs\t2\t2\n");
    let rows = home.json(&["list", "--tags", "--deck", "d", "--json"]);
    assert_eq!(rows[1]["tag"], "Verbs");
    assert_eq!(rows[1]["cards"], 2);
    let home = Home::with(&cards(1));
    assert_eq!(home.ok(&["list", "--tags"]), "");
}

#[cfg(unix)]
#[test]
fn a_deck_is_edited_as_a_whole_even_if_it_can_t_be_read() {
    let mut home = home();
    home.set("EDITOR", "sed -i /grouped/d");
    let (code, said) = home.terminal(&["edit", "d"], 80, 24).end();
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("Deck d reads without problems: 2 cards"),
        "{said}"
    );
    assert!(said.contains("quiz remove b"), "{said}");
    home.deck("broken", "Deck(title: \"B\", cards: [oops");
    home.set("EDITOR", "sed -i 's/oops/])/'");
    let (code, said) = home.terminal(&["edit", "broken"], 80, 24).end();
    assert_eq!(code, 0, "{said}");
    home.set("EDITOR", "sed -i s/Deck/Dek/");
    let (code, said) = home.terminal(&["edit", "broken"], 80, 24).end();
    assert!(code == 1 && said.contains("broken.ron:1"), "{said}");
    assert_eq!(home.quiz(&["edit", "nothing"]).code, 2);
}
