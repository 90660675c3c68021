//! `quiz add`: its inputs, and what becomes of them.

use std::fs;

use crate::support::Home;

/// Returns the fronts and answers of all cards, from `quiz list` and `quiz show`.
fn cards(home: &Home) -> Vec<(String, String)> {
    let rows = home.json(&["list", "--json"]);
    let ids = rows.as_array().unwrap().iter();
    let ids = ids.map(|row| row["id"].as_str().unwrap().to_string());
    ids.map(|id| {
        let card = home.json(&["show", &id, "--json"]);
        let face = &card["faces"][0];
        let text = |name: &str| face[name].as_str().unwrap().to_string();
        (text("question"), text("answer"))
    })
    .collect()
}

fn deck(home: &Home, name: &str) -> String {
    fs::read_to_string(home.path().join("decks").join(format!("{name}.ron"))).unwrap()
}

#[test]
fn any_text_may_start_with_a_hyphen() {
    let home = Home::with("");
    for arguments in [
        &["--front", "What is 3 - 5?", "--back", "-2"][..],
        &[
            "--front",
            "-v in grep means?",
            "--back",
            "--invert-match",
            "--note",
            "-",
            "--source",
            "--",
        ],
        &["--typed", "-r", "--answer", "-R", "--answer", "--recursive"],
        &["--cloze", "--{{c1::help}}"],
        &[
            "--statement",
            "-1 < 0",
            "--answer",
            "true",
            "--back",
            "- obviously",
        ],
        &[
            "--front", "-?", "--choice", "-a", "--choice", "-b", "--answer", "-a",
        ],
    ] {
        home.ok(&[&["add", "d"], arguments].concat());
    }
    assert_eq!(cards(&home).len(), 6);
    let text = deck(&home, "d");
    for said in [
        r#"back: "-2""#,
        r#"note: "-","#,
        r#"source: "--","#,
        r#"answers: ["-R", "--recursive"]"#,
    ] {
        assert!(text.contains(said), "{said} {text}");
    }
}

#[test]
fn a_wrong_flag_is_still_an_error() {
    let home = Home::with("");
    for arguments in [
        &["--front", "x", "--bakc", "y"][..],
        &["--front", "--back", "y"],
        &["--front", "x", "--back", "--tag=t"],
        &["-x", "y"],
        &["front alone"],
        &["--back", "b"],
        &["--note", "n"],
        &["--typed", "x", "--answer", "y", "--back", "z"],
        &["--statement", "x", "--answer", "maybe"],
    ] {
        let run = home.quiz(&[&["add", "d"], arguments].concat());
        assert_eq!(run.code, 2, "{arguments:?} {}{}", run.out, run.err);
    }
    assert_eq!(cards(&home).len(), 0);
}

#[test]
fn a_card_is_given_in_as_few_words_as_can_be() {
    let home = Home::with("");
    home.ok(&["add", "d", "el sol", "the sun"]);
    home.ok(&[
        "add",
        "d",
        "la luna",
        "the moon",
        "--reverse",
        "--tag",
        "#sky",
    ]);
    home.ok(&[
        "add",
        "d",
        "--statement",
        "The sun is a star",
        "--answer",
        "Yes",
        "--back",
        "G2V",
    ]);
    assert_eq!(
        cards(&home),
        [
            ("el sol".into(), "the sun".into()),
            ("la luna".into(), "the moon".into()),
            ("The sun is a star".into(), "true".to_string()),
        ]
    );
    assert!(deck(&home, "d").contains(r#"reverse: true, tags: ["sky"]"#));
    assert!(deck(&home, "d").contains(r#"answer: true, back: "G2V""#));
}

#[test]
fn a_line_with_a_tab_is_a_line_however_it_starts() {
    for first in [
        "(to) run",
        "[noun] house",
        "// in Rust",
        "Deck",
        "/* x",
        "f(x)",
    ] {
        let home = Home::with("");
        let run = home.quiz_with(&["add", "d"], &format!("{first}\tlaufen\nhouse\tHaus\n"));
        assert_eq!(run.code, 0, "{}", run.err);
        assert_eq!(cards(&home)[0], (first.to_string(), "laufen".to_string()));
    }
}

#[test]
fn places_in_the_input_are_as_the_person_has_them() {
    let home = Home::with("");
    let run = home.quiz_with(&["add", "d"], "\n\n\nhouse\tHaus\nbad line\n");
    assert!(run.err.contains("standard input:5: "), "{}", run.err);
    let run = home.quiz_with(
        &["add", "d"],
        "\u{feff}\n\n\nBasic(front: \"x\" back: \"y\")\n",
    );
    assert!(run.err.contains("standard input:4:18: "), "{}", run.err);
    let run = home.quiz_with(
        &["add", "d"],
        "\nDeck(title: \"t\", cards: [\nBasic(front: 1)])",
    );
    assert!(run.err.contains("standard input:3:14: "), "{}", run.err);
}

#[test]
fn bad_lines_are_all_named_and_refuse_no_others_if_they_are_to_be_skipped() {
    let home = Home::with("");
    let lines = "a\t1\nno tab\nb\t2\n\t3\nc\t4\t#x y\n";
    let run = home.quiz_with(&["add", "d"], lines);
    assert_eq!(run.code, 2);
    for said in [
        "input:2: ",
        "input:4: ",
        "2 bad cards: nothing was added (--skip-bad",
    ] {
        assert!(run.err.contains(said), "{}", run.err);
    }
    assert_eq!(cards(&home).len(), 0);
    let run = home.quiz_with(&["add", "d", "--skip-bad"], lines);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.starts_with("Added 3 cards to d:\n"), "{}", run.out);
    assert!(
        run.err.contains("input:2: ") && run.err.contains("Skipped 2 bad cards."),
        "{}",
        run.err
    );
    assert!(deck(&home, "d").contains(r#"tags: ["x", "y"]"#));
    let ron = "Basic(front: \"e\", back: \"5\"),\nBasic(fornt: \"f\"),\nBasic(front: \"g\", back: \"6\")\n";
    assert_eq!(home.quiz_with(&["add", "d"], ron).code, 2);
    let run = home.quiz_with(&["add", "d", "--skip-bad"], ron);
    assert!(
        run.code == 0 && run.err.contains("standard input:2:7: error"),
        "{}",
        run.err
    );
    assert_eq!(cards(&home).len(), 5);
}

#[test]
fn a_card_that_is_there_is_passed_over() {
    let home = Home::with("");
    let lines = "cat\tGato\ndog\tperro\ncat\tGato\n";
    let run = home.quiz_with(&["add", "d"], lines);
    assert!(
        run.err.contains("Skipped: `cat` is already in d."),
        "{}",
        run.err
    );
    let before = deck(&home, "d");
    let run = home.quiz_with(&["add", "d"], lines);
    assert_eq!(
        (run.code, run.out.as_str()),
        (0, "Nothing was added: 3 cards are already in d.\n")
    );
    let run = home.quiz(&["add", "d", "dog", "perro", "--tag", "t"]);
    assert_eq!(run.out, "Nothing was added: `dog` is already in d.\n");
    assert_eq!(deck(&home, "d"), before);
    // Another answer, other letters, another deck: another card.
    let run = home.quiz_with(&["add", "d"], "cat\tgato\nCat\tGato\n");
    assert_eq!(run.code, 0);
    assert!(run.err.contains("`cat` (d:"), "{}", run.err);
    home.quiz_with(&["add", "e"], "cat\tGato\n");
    assert_eq!(cards(&home).len(), 5);
}

#[test]
fn what_is_said_of_all_counts_for_every_line() {
    let home = Home::with("");
    let run = home.quiz_with(
        &[
            "add",
            "d",
            "--tag",
            "verbs",
            "--source",
            "A book",
            "--reverse",
        ],
        "run\tlaufen\ngo\tgehen\tbasic verbs\n",
    );
    assert_eq!(run.code, 0, "{}", run.err);
    let text = deck(&home, "d");
    for said in ["reverse: true", r#"tags: ["verbs"]"#, r#"source: "A book""#] {
        assert!(text.contains(said), "{said} {text}");
    }
    assert!(text.contains(r#"tags: ["basic", "verbs"]"#), "{text}");
    let run = home.quiz_with(
        &["add", "d", "--tag", "t"],
        "Basic(front: \"a\", back: \"b\")",
    );
    assert!(
        run.code == 2 && run.err.contains("a RON card says them itself"),
        "{}",
        run.err
    );
}

#[test]
fn a_deck_that_no_command_would_read_is_not_written_to() {
    let home = Home::with("");
    home.deck("languages/norse", "Deck(title: \"N\")");
    for name in [
        "languages/",
        "languages",
        "a//b",
        "x/./y",
        ".x",
        "x.sync-conflict-1",
        "x conflicted copy",
        " ",
    ] {
        let run = home.quiz(&["add", name, "--front", "Hund", "--back", "dog"]);
        assert_eq!(run.code, 2, "{name:?} {}", run.out);
    }
    let run = home.quiz(&["add", "languages/", "Hund", "dog"]);
    assert!(
        run.err
            .contains("`languages/` is a folder: say which deck in it: languages/norse"),
        "{}",
        run.err
    );
    home.ok(&["add", "Languages/Norse.ron", "hundr", "dog"]);
    assert!(deck(&home, "languages/norse").contains("hundr"));
    assert_eq!(cards(&home).len(), 1);
}

#[test]
fn a_text_of_several_lines_reads_in_the_deck_as_it_is() {
    let home = Home::with("");
    let code = "fn main() {\n\tprintln!(\"hi\");\n}";
    home.ok(&["add", "d", "What prints hi?", code]);
    let text = deck(&home, "d");
    assert!(text.contains(&format!("back: r#\"{code}\"#,\n")), "{text}");
    assert_eq!(cards(&home)[0].1, code);
}

#[test]
fn temporary_files_of_a_killed_write_are_deleted_by_check_fix() {
    let home = Home::with("");
    let left = [
        home.path().join("decks/.quiz-AbC1.tmp"),
        home.deck("x/y", "Deck(title: \"t\")")
            .with_file_name(".quiz-2.tmp"),
        home.path().join(".quiz-3.tmp"),
    ];
    for path in &left {
        fs::write(path, "half a deck").unwrap();
    }
    let kept = home.path().join("decks/.quiz-notes.ron");
    fs::write(&kept, "mine").unwrap();
    home.ok(&["check"]);
    assert!(
        left.iter().all(|path| path.exists()),
        "check alone changes nothing"
    );
    let run = home.quiz(&["check", "--fix"]);
    assert!(run.err.contains(".quiz-AbC1.tmp"), "{}", run.err);
    assert!(!left.iter().any(|path| path.exists()) && kept.exists());
}

#[test]
fn ids_that_say_none_are_given_one() {
    let cards =
        "Basic(id: None, front: \"One?\", back: \"1\"), Basic(front: \"Two?\", back: \"2\")";
    let home = Home::with(cards);
    home.ok(&["check", "--fix"]);
    let text = deck(&home, "d");
    assert!(text.contains(r#"Basic(id: "one", front: "One?""#), "{text}");
    assert!(text.contains(r#"Basic(id: "two", front: "Two?""#), "{text}");
    assert!(
        home.ok(&["check"])
            .contains("2 cards in 1 deck: no problems.")
    );
}

#[test]
fn advice_of_one_kind_is_counted_beyond_ten() {
    let long = "x".repeat(300);
    let card =
        |n: usize| format!("Basic(id: \"c{n}\", front: \"Question {n}?\", back: \"{long}\"),\n");
    let home = Home::with(&(0..15).map(card).collect::<String>());
    let listed = |arguments: &[&str]| {
        home.ok(arguments)
            .matches("warning: the answer has")
            .count()
    };
    assert_eq!(listed(&["check"]), 10);
    assert!(
        home.ok(&["check"])
            .contains("warning: 5 more like: the answer has 300 characters")
    );
    assert!(
        home.ok(&["check"])
            .ends_with("15 cards in 1 deck: 15 warnings.\n")
    );
    assert_eq!(listed(&["check", "--all"]), 15);
    assert_eq!(
        home.json(&["check", "--json"])["problems"]
            .as_array()
            .unwrap()
            .len(),
        15
    );
}

#[test]
fn check_goes_on_past_settings_that_are_broken() {
    let home = Home::with("Basic(id: \"a\", fornt: \"f\", back: \"b\"),");
    fs::write(home.path().join("config.ron"), "Config(new_per_dya: 3)").unwrap();
    let run = home.quiz(&["check"]);
    assert_eq!(run.code, 1);
    for said in [
        "config.ron:1:8: error: ",
        "d.ron:2:16: error: Basic has no field `fornt`",
    ] {
        assert!(run.out.contains(said), "{said} {}", run.out);
    }
    let run = home.quiz(&["check", "--json"]);
    let found: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(
        (run.code, found["problems"].as_array().unwrap().len()),
        (1, 2)
    );
    assert_eq!(home.quiz(&["next"]).code, 1);
    fs::write(home.path().join("config.ron"), b"\xff").unwrap();
    assert_eq!(home.quiz(&["check", "--json"]).code, 1);
}

#[test]
fn no_rename_is_proposed_while_a_deck_is_left_out() {
    let home = Home::with("Basic(id: \"a\", front: \"Question A?\", back: \"x\"),");
    home.ok(&["grade", "a", "good"]);
    let gone =
        "Deck(title: \"D\", cards: [Basic(id: \"a-new\", front: \"Question A?\", back: \"x\")])";
    home.deck("d", gone);
    let check = || home.quiz(&["check"]).out;
    assert!(check().contains("quiz rename a a-new"));
    // An error, a conflict of git, a sync tool's copy, a file that is not text: the card may be in there.
    let other = home.path().join("decks/other.ron");
    for broken in [
        &b"Deck(title: \"O\", cards: [Basic(id: \"o\", fornt: 1)])"[..],
        b"<<<<<<< a\n=======\n>>>>>>> b\n",
        b"Deck(",
        b"\xff\xfe",
    ] {
        fs::write(&other, broken).unwrap();
        assert!(
            check().contains("`a` has a history, but no card"),
            "{}",
            check()
        );
        assert!(!check().contains("quiz rename"), "{}", check());
    }
    fs::remove_file(&other).unwrap();
    home.deck("d.sync-conflict-20261123-101112-ABC", gone);
    assert!(!check().contains("quiz rename"), "{}", check());
    // A card that can't be read still has its id and its history.
    home.deck(
        "d",
        "Deck(title: \"D\", cards: [Basic(id: \"a\", front: \"Question A?\", back: x)])",
    );
    assert!(!check().contains("has a history"), "{}", check());
    assert_ne!(home.quiz(&["rename", "a", "b"]).code, 0);
    assert_eq!(home.quiz(&["add", "new", "f", "b", "--id", "a"]).code, 2);
}
