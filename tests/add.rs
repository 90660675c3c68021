//! `quiz add`: what may be given, and what becomes of it.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

use std::fs;

use support::Home;

/// The fronts and answers of all cards, as `quiz list` and `quiz show` have them.
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
        run.err.contains("Passed over: `cat` is in d already."),
        "{}",
        run.err
    );
    let before = deck(&home, "d");
    let run = home.quiz_with(&["add", "d"], lines);
    assert_eq!(
        (run.code, run.out.as_str()),
        (0, "Nothing was added: 3 cards are in d already.\n")
    );
    let run = home.quiz(&["add", "d", "dog", "perro", "--tag", "t"]);
    assert_eq!(run.out, "Nothing was added: `dog` is in d already.\n");
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
