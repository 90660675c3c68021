//! Renaming and undoing it, through the binary: histories stay with their cards, whole or not at all.

use std::fs;

use crate::support::Home;

const TWO: &str = r#"
  Basic(id: "a", front: "AAA", back: "1"), // first
  Basic(id: "b", front: "BBB", back: "2"),
"#;

/// Returns the grades of a card, and its front.
fn card(home: &Home, id: &str) -> (String, Vec<String>) {
    let json = home.json(&["show", id, "--json"]);
    let face = &json["faces"][0];
    let reviews = face["reviews"].as_array().unwrap().iter();
    let grades = reviews.map(|review| review["grade"].as_str().unwrap().to_string());
    (face["question"].as_str().unwrap().into(), grades.collect())
}

fn is(front: &str, grades: &[&str]) -> (String, Vec<String>) {
    (
        front.into(),
        grades.iter().map(|grade| grade.to_string()).collect(),
    )
}

/// Asserts a refusal that changes nothing, and returns its message.
fn refused(home: &Home, arguments: &[&str]) -> String {
    let state = || {
        let deck = fs::read(home.path().join("decks/d.ron")).unwrap();
        (deck, home.history())
    };
    let before = state();
    let run = home.quiz(arguments);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert_eq!(state(), before, "{}", run.err);
    run.err
}

#[test]
fn a_swap_of_two_ids_keeps_each_cards_reviews() {
    let home = Home::with(TWO);
    home.ok(&["grade", "a", "easy"]);
    home.ok(&["grade", "b", "again"]);
    home.ok(&["rename", "a", "tmp"]);
    let said = home.quiz(&["rename", "b", "a"]);
    assert!(
        said.err.contains("`a` was the id of the card `tmp`"),
        "{}",
        said.err
    );
    // By hand, or on a machine with an earlier version: the fold still keeps them apart.
    home.write_history(&[
        r#"Rename(at:"2026-11-23T09:30:00.000+01:00",from:"b",to:"a")"#,
        r#"Rename(at:"2026-11-23T09:31:00.000+01:00",from:"tmp",to:"b")"#,
    ]);
    home.deck("d", "Deck(title: \"D\", cards: [Basic(id: \"b\", front: \"AAA\", back: \"1\"), Basic(id: \"a\", front: \"BBB\", back: \"2\")])");
    let mut home = home;
    home.at("2026-11-23T10:00:00+01:00");
    assert_eq!(card(&home, "a"), is("BBB", &["again"]));
    assert_eq!(card(&home, "b"), is("AAA", &["easy"]));
    assert_eq!(home.quiz(&["check"]).code, 0);
}

#[test]
fn an_id_that_was_another_cards_is_refused_and_both_are_named() {
    let home = Home::with(TWO);
    home.ok(&["grade", "a", "good"]);
    home.ok(&["rename", "a", "z"]);
    let why = refused(&home, &["rename", "b", "a"]);
    assert!(
        why.contains("`a`") && why.contains("`z`") && why.contains("`b`"),
        "{why}"
    );
    // Back to its own old id is allowed.
    home.ok(&["rename", "z", "a"]);
    assert_eq!(card(&home, "a"), is("AAA", &["good"]));
}

#[test]
fn beside_a_newer_history_nothing_is_renamed_and_no_id_written() {
    let home = Home::with(&format!("{TWO} Basic(front: \"no id\", back: \"x\"),"));
    home.write_history(&[]);
    fs::write(
        home.path().join("reviews/new-er.ron"),
        "History(version: 2, host: \"x\")\n",
    )
    .unwrap();
    for arguments in [
        ["rename", "a", "z"].as_slice(),
        &["suspend", "a"],
        &["forget", "a"],
        &["undo"],
    ] {
        let why = refused(&home, arguments);
        assert!(
            why.contains("new-er.ron was written by a newer quiz"),
            "{why}"
        );
    }
}

#[test]
fn a_card_that_cannot_be_read_is_not_renamed() {
    let home = Home::with(
        r#"Basic(id: "a", fornt: "AAA", back: "1"), Basic(id: "b", front: "BBB", back: "2"),"#,
    );
    home.write_history(&[
        r#"Review(at:"2026-11-20T09:00:00.000+01:00",face:"a",grade:Good,ms:1000,due:"2026-11-23")"#,
    ]);
    for arguments in [
        ["rename", "a", "c"],
        ["rename", "b", "a"],
        ["rename", "a", "b"],
    ] {
        let why = refused(&home, &arguments);
        assert!(
            why.contains("the card `a` can't be read"),
            "{arguments:?}: {why}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_rename_that_did_not_reach_the_deck_is_said_and_finished_by_the_same_command() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::with(TWO);
    home.ok(&["grade", "a", "good"]);
    let deck = home.path().join("decks/d.ron");
    fs::set_permissions(&deck, fs::Permissions::from_mode(0o444)).unwrap();
    let run = home.quiz(&["rename", "a", "z"]);
    assert_eq!(run.code, 1);
    assert!(
        run.err.contains("`quiz rename a z` finishes it"),
        "{}",
        run.err
    );
    assert_eq!(
        card(&home, "a"),
        is("AAA", &["good"]),
        "the card goes on under its old id"
    );
    assert_eq!(home.quiz(&["check"]).code, 0);
    fs::set_permissions(&deck, fs::Permissions::from_mode(0o644)).unwrap();
    home.ok(&["rename", "a", "z"]);
    assert_eq!(card(&home, "z"), is("AAA", &["good"]));
    let renames = home
        .history()
        .iter()
        .filter(|line| line.starts_with("Rename("))
        .count();
    assert_eq!(renames, 1);
    assert!(fs::read_to_string(&deck).unwrap().contains("// first"));
}

#[test]
fn undo_takes_back_one_thing_after_the_other() {
    let mut home = Home::with(TWO);
    home.ok(&["grade", "a", "good"]);
    home.ok(&["suspend", "b"]);
    home.ok(&["rename", "a", "z"]);
    home.ok(&["grade", "z", "again"]);
    home.at("2026-11-25T09:00:00+01:00");
    home.ok(&["bury", "z"]);
    let undo = |home: &Home| home.ok(&["undo"]);
    assert!(undo(&home).starts_with("Took back: z was buried until 2026-11-26"));
    assert_eq!(
        home.json(&["show", "z", "--json"])["buried_until"],
        serde_json::Value::Null
    );
    let json = home.json(&["undo", "--json"]);
    assert_eq!(
        (json["kind"].as_str(), json["subject"].as_str()),
        (Some("review"), Some("z"))
    );
    assert_eq!(card(&home, "z"), is("AAA", &["good"]));
    assert!(undo(&home).starts_with("Took back: a was renamed to z"));
    assert_eq!(card(&home, "a"), is("AAA", &["good"]));
    assert!(
        fs::read_to_string(home.path().join("decks/d.ron"))
            .unwrap()
            .contains("id: \"a\", front: \"AAA\"")
    );
    assert!(undo(&home).starts_with("Took back: b was suspended"));
    assert_eq!(home.json(&["show", "b", "--json"])["suspended"], false);
    assert!(undo(&home).starts_with("Took back: the answer good for a (2026-11-23 09:00)"));
    assert_eq!(card(&home, "a"), is("AAA", &[]));
    let run = home.quiz(&["undo"]);
    assert_eq!(run.code, 1);
    assert!(
        run.err.contains("nothing recorded on this machine is left"),
        "{}",
        run.err
    );
}

#[test]
fn undo_leaves_what_another_machine_did() {
    let home = Home::with(TWO);
    home.ok(&["grade", "a", "good"]);
    home.write_history(&[
        r#"Review(at:"2026-11-23T09:30:00.000+01:00",face:"b",grade:Good,ms:1000,due:"2026-11-25")"#,
    ]);
    home.ok(&["undo"]);
    assert_eq!(card(&home, "a").1.len() + card(&home, "b").1.len(), 1);
    assert_eq!(home.quiz(&["undo"]).code, 1);
}

#[test]
fn an_undone_rename_brings_back_what_was_answered_under_the_new_id() {
    let home = Home::with(TWO);
    home.ok(&["grade", "a", "good"]);
    home.ok(&["rename", "a", "z"]);
    // The deck has moved on, on another machine.
    home.write_history(&[
        r#"Review(at:"2026-11-23T09:00:00.500+01:00",face:"z",grade:Hard,ms:1000,due:"2026-11-25")"#,
    ]);
    home.ok(&["undo"]);
    assert_eq!(card(&home, "a"), is("AAA", &["good", "hard"]));
}

#[test]
fn a_rename_is_not_taken_back_onto_another_card() {
    let home = Home::with(TWO);
    home.ok(&["rename", "a", "z"]);
    home.deck(
        "e",
        "Deck(title: \"E\", cards: [Basic(id: \"a\", front: \"new\", back: \"1\")])",
    );
    let why = refused(&home, &["undo"]);
    assert!(why.contains("another card `a`"), "{why}");
}

#[test]
fn a_card_whose_kind_changed_keeps_its_history() {
    let mut home = Home::with(r#"Basic(id: "cap", front: "Capital of France?", back: "Paris"),"#);
    home.ok(&["grade", "cap", "good"]);
    home.deck("d", "Deck(title: \"D\", cards: [Cloze(id: \"cap\", text: \"The capital of France is {{c1::Paris}}.\")])");
    home.at("2026-11-26T09:00:00+01:00");
    let run = home.quiz(&["grade", "cap#c1", "good"]);
    assert_eq!(run.code, 0);
    assert!(
        run.err
            .contains("its history goes on from `cap` to `cap#c1`"),
        "{}",
        run.err
    );
    let grades = |home: &Home| {
        home.json(&["show", "cap", "--json"])["faces"][0]["reviews"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(grades(&home), 2);
    // Another gap number is treated the same way; so is going back to a basic card.
    home.deck("d", "Deck(title: \"D\", cards: [Cloze(id: \"cap\", text: \"The capital of France is {{c2::Paris}}.\")])");
    home.at("2026-11-27T09:00:00+01:00");
    home.ok(&["suspend", "cap"]);
    assert_eq!(grades(&home), 2);
    home.deck("d", "Deck(title: \"D\", cards: [Basic(id: \"cap\", front: \"Capital of France?\", back: \"Paris\")])");
    assert_eq!(grades(&home), 2);
}

#[test]
fn one_face_is_carried_over_by_its_key() {
    let home = Home::with(r#"Cloze(id: "x", text: "{{c2::a}} and {{c3::b}}"),"#);
    home.write_history(&[
        r#"Review(at:"2026-11-20T09:00:00.000+01:00",face:"x#c1",grade:Good,ms:1000,due:"2026-11-23")"#,
    ]);
    let why = refused(&home, &["rename", "x#c1", "x#c9"]);
    assert!(why.contains("no card has the face `x#c9`"), "{why}");
    let why = refused(&home, &["rename", "x#c2", "x#c3"]);
    assert!(why.contains("two faces"), "{why}");
    assert!(
        home.ok(&["rename", "x#c1", "x#c3"])
            .contains("goes on as `x#c3`, with 1 review")
    );
    let faces = home.json(&["show", "x", "--json"]);
    let counts: Vec<usize> = faces["faces"]
        .as_array()
        .unwrap()
        .iter()
        .map(|face| face["reviews"].as_array().unwrap().len())
        .collect();
    assert_eq!(counts, [0, 1]);
}

#[test]
fn one_face_is_suspended_and_resumed_by_its_key() {
    let home = Home::with(r#"Basic(id: "x", front: "f", back: "b", reverse: true),"#);
    assert_eq!(home.ok(&["suspend", "x#reverse"]), "Suspended x#reverse.\n");
    assert!(home.ok(&["next"]).starts_with("x\n"));
    home.ok(&["suspend", "x"]);
    let run = home.quiz(&["resume", "x#reverse"]);
    assert!(
        run.code == 1 && run.err.contains("`quiz resume x`"),
        "{}",
        run.err
    );
    home.ok(&["resume", "x"]);
    assert_eq!(
        home.ok(&["resume", "x#reverse"]),
        "x#reverse is neither suspended nor buried.\n"
    );
}
