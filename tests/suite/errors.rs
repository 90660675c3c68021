//! The errors that a person can meet, compared as a whole: text, place, caret and exit code.
//!
//! `INSTA_UPDATE=always cargo test --test suite errors` accepts them as they are now.

use std::fmt::Write;
use std::fs;

use crate::support::Home;

/// Decks with one error each, as reported by `quiz check`.
const DECKS: &[&str] = &[
    "",
    "Deck",
    "Deck(title: \"D\", cards: [",
    "Deck(title: \"D\", cards: [])x",
    "Dekc(cards: [])",
    "Deck(titel: \"D\", cards: [])",
    "Deck(title: 1, cards: [])",
    "Deck(order: \"first\", cards: [])",
    "Deck(title: \"D\", cards: [Basik(front: \"F\", back: \"B\")])",
    "Deck(title: \"D\", cards: [Basic(fornt: \"F\", back: \"B\")])",
    "Deck(title: \"D\", cards: [Basic(front: \"F\")])",
    "Deck(title: \"D\", cards: [Basic(front: \"F\", front: \"F\", back: \"B\")])",
    "Deck(title: \"D\", cards: [Basic(front: F, back: \"B\")])",
    "Deck(title: \"D\", cards: [Basic(front: \"F\" back: \"B\")])",
    "Deck(title: \"D\", cards: [Basic(front: \"F\\q\", back: \"B\")])",
    "Deck(title: \"D\", cards: [Basic(front: \"F, back: \"B\")])",
    "Deck(title: \"D\", cards: [Basic(front: \"F\", back: \"B\", reverse: yes)])",
    "Deck(title: \"D\", cards: [Basic(front: \"F\", back: \"B\", tags: \"t\")])",
    "Deck(title: \"D\", cards: [Basic(front: \"\", back: \"B\")])",
    "Deck(title: \"D\", cards: [Basic(id: \"a b\", front: \"F\", back: \"B\")])",
    "Deck(title: \"D\", cards: [Basic(id: \"a\", front: \"F\", back: \"B\"),\n    Basic(id: \"a\", front: \"G\", back: \"C\")])",
    "Deck(title: \"D\", cards: [Cloze(text: \"No gap.\")])",
    "Deck(title: \"D\", cards: [Cloze(text: \"A {{c1::gap.\")])",
    "Deck(title: \"D\", cards: [Cloze(text: \"A {{c0::gap}}.\")])",
    "Deck(title: \"D\", cards: [Choice(front: \"F\", choices: [\"a\", \"b\"], answers: [\"c\"])])",
    "Deck(title: \"D\", cards: [Choice(front: \"F\", choices: [\"a\", \"a\"], answers: [\"a\"])])",
    "Deck(title: \"D\", cards: [Choice(front: \"F\", choices: [\"a\"], answers: [])])",
    "Deck(title: \"D\", cards: [Typed(front: \"F\", answers: [])])",
    "Deck(title: \"D\", cards: [TrueFalse(statement: \"S\", answer: \"true\")])",
    "Deck(title: \"D\", cards: [Basic(front: \"F\", back: \"B\", as_of: \"yesterday\")])",
    "Deck(title: \"D\", cards: [\n<<<<<<< ours\nBasic(front: \"F\", back: \"B\"),\n=======\n>>>>>>> theirs\n])",
];

/// Settings with one error each.
const SETTINGS: &[&str] = &[
    "Config(",
    "Config(new_per_dya: 5)",
    "Config(new_per_day: -5)",
    "Config(new_per_day: \"five\")",
    "Config(day_starts_at: 24)",
    "Config(desired_retention: 1.5)",
    "Config(decks: {\"d\": (desired_retention: 0.1)})",
    "Config(decks: {\"e\": (new_per_day: 1)})",
    "Config(parameters: [1.0])",
];

/// Histories with one error each.
const HISTORIES: &[&str] = &[
    "Review(at:\"2026-11-20T09:00:00+01:00\",face:\"a\",grade:Goood,ms:1,due:\"2026-11-21\")",
    "Review(at:\"2026-11-20\",face:\"a\",grade:Good,ms:1,due:\"2026-11-21\")",
    "Review(at:\"2026-11-20T09:00:00+01:00\",face:\"a\",grade:Good,ms:1,due:\"soon\")",
    "Review(at:\"2026-11-20T09:00:00+01:00\",face:\"a\",grade:Good,ms:1",
    "Dream(at:\"2026-11-20T09:00:00+01:00\",face:\"a\")",
    "Review(at:\"2027-11-20T09:00:00+01:00\",face:\"a\",grade:Good,ms:1,due:\"2027-11-21\")",
    "History(version: 99, machine: \"later\")",
];

/// Commands that name what does not exist, or ask for the impossible.
const COMMANDS: &[&[&str]] = &[
    &["reveiw"],
    &["review"],
    &["review", "nowhere"],
    &["review", "--tag", "nowhere"],
    &["review", "--limit", "0"],
    &["test"],
    &["add"],
    &["add", "d", "--front", "F"],
    &["add", "d", "--cloze", "No gap."],
    &["add", "../d", "F", "B"],
    &["list", "--state", "asleep"],
    &["list", "--tag", "nowhere"],
    &["show", "nothing"],
    &["show", "a#c1"],
    &["edit", "nothing"],
    &["rename", "nothing", "b"],
    &["rename", "a", "a"],
    &["rename", "a", "b c"],
    &["suspend", "nothing"],
    &["resume", "a"],
    &["undo"],
    &["log", "someday"],
    &["grade", "nothing", "good"],
    &["grade", "a", "fine"],
    &["grade", "a#zz", "good"],
    &["config", "new_per_dya"],
    &["config", "new_per_day", "many"],
    &["import", "nothing.csv"],
    &["export", "--to", "cards.xyz"],
    &["completions", "ksh"],
    &["--json", "review"],
];

/// Returns the program's output, with fixed names for its home and its folder.
fn said(home: &Home, arguments: &[&str]) -> String {
    let run = home.quiz(arguments);
    let path = home.path().to_string_lossy().into_owned();
    let mut said = run.err;
    // The findings of `check` are its result.
    if arguments == ["check"] {
        said.insert_str(0, &run.out);
    }
    format!("{}exit {}\n", said.replace(&path, "HOME"), run.code)
}

const CARD: &str = "Basic(id: \"a\", front: \"F\", back: \"B\")";

#[test]
fn every_error_says_what_it_said() {
    let mut all = String::new();
    for text in DECKS {
        let home = Home::empty();
        home.deck("d", text);
        let _ = write!(all, "## {text}\n{}\n", said(&home, &["check"]));
    }
    for text in SETTINGS {
        let home = Home::with(CARD);
        fs::write(home.path().join("config.ron"), text).unwrap();
        let _ = write!(all, "## {text}\n{}", said(&home, &["next"]));
        let _ = writeln!(all, "{}", said(&home, &["check"]));
    }
    for line in HISTORIES {
        let home = Home::with(CARD);
        home.write_history(&[line]);
        let _ = write!(all, "## {line}\n{}", said(&home, &["check"]));
        let _ = writeln!(all, "{}", said(&home, &["grade", "a", "good"]));
    }
    for arguments in COMMANDS {
        let home = Home::with(CARD);
        let _ = write!(
            all,
            "## quiz {}\n{}\n",
            arguments.join(" "),
            said(&home, arguments)
        );
    }
    insta::assert_snapshot!("errors", all);
}
