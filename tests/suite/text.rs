//! The text of cards: what of it is asked, compared, found and printed.

use std::fs;

use crate::support::Home;

/// Returns the questions and answers of a cloze with this text, by face.
fn asked(text: &str) -> Vec<(String, String)> {
    let home = Home::with(&format!("Cloze(id: \"c\", text: r#\"{text}\"#),"));
    home.json(&["show", "c", "--json"])["faces"]
        .as_array()
        .unwrap()
        .iter()
        .map(|face| {
            let text = |name: &str| face[name].as_str().unwrap().to_string();
            (text("question"), text("answer"))
        })
        .collect()
}

#[test]
fn a_gap_is_what_its_braces_and_colons_say() {
    let pair = |question: &str, answer: &str| (question.to_string(), answer.to_string());
    assert_eq!(
        asked("An empty function is {{c1::fn f() {}}} in Rust."),
        [pair("An empty function is […] in Rust.", "fn f() {}")]
    );
    assert_eq!(
        asked(r"`let v = {{c1::Vec\::new()::a call}};`"),
        [pair("`let v = [a call];`", "Vec::new()")]
    );
    assert_eq!(
        asked("{{c1::The {{c2::inner::which?}} gap}} and {{c1,2::both}}"),
        [
            pair("[…] and […]", "The inner gap, both"),
            pair("The [which?] gap and […]", "inner, both")
        ]
    );
}

#[test]
fn what_only_looks_like_a_gap_is_said_by_check_and_by_add() {
    let home = Home::with(
        "Cloze(id: \"m\", text: \"The capital of France is {{c1::Paris}},\n  of Spain {{c2:Madrid}}, \
         and of Italy {{C3::Rome}}; {{code}} is none.\"),",
    );
    let run = home.quiz(&["check"]);
    let places: Vec<&str> = run
        .out
        .lines()
        .filter(|line| line.contains("looks like a gap"))
        .filter_map(|line| line.split_once("d.ron:"))
        .map(|(_, place)| place)
        .collect();
    assert_eq!(
        places,
        [
            "3:12: warning: `{{c2:Madrid}}` looks like a gap, but is shown as it is",
            "3:40: warning: `{{C3::Rome}}` looks like a gap, but is shown as it is"
        ],
        "{}",
        run.out
    );
    let text = "Files are read with {{c1::std::fs::read}} in Rust, as one knows";
    let run = home.quiz(&["add", "d", "--cloze", text]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.err.contains("is it part of the answer?")
            && run.err.contains(r"{{c1::std\::fs\::read}}"),
        "{}",
        run.err
    );
}

/// Returns whether a session marks `typed` as right, for a card with this answer.
fn is_right(answer: &str, more: &str, typed: &str) -> bool {
    let home = Home::with(&format!(
        "Typed(id: \"t\", front: \"Which?\", answers: [{answer:?}]{more}),"
    ));
    let mut terminal = home.terminal(&["review"], 60, 16);
    terminal
        .see("Which?")
        .press(typed)
        .press("\r")
        .see("u answer again");
    let screen = terminal.screen();
    assert!(
        screen.contains("✓ right") != screen.contains("✗ wrong"),
        "{screen}"
    );
    screen.contains("✓ right")
}

#[test]
fn an_answer_is_typed_on_a_keyboard() {
    assert!(is_right("l’eau", "", "l'eau"));
    assert!(is_right("\u{200e}Jean–Paul", "", "jean-paul."));
    assert!(!is_right("2⁵", "", "25"));
    assert!(is_right("ls -R", ", exact: true", "ls -R"));
    assert!(!is_right("ls -R", ", exact: true", "ls -r"));
}

#[test]
fn a_deck_is_named_in_either_form_of_unicode() {
    let home = Home::empty();
    let card = "Deck(title: \"t\", cards: [Basic(id: \"n\", front: \"boy?\", back: \"nin\u{303}o\", tags: [\"an\u{303}o\"])])";
    home.deck("espan\u{303}ol", card);
    assert!(home.ok(&["next", "espa\u{f1}ol"]).starts_with("n\n"));
    home.ok(&[
        "add",
        "espa\u{f1}ol",
        "--front",
        "girl?",
        "--back",
        "ni\u{f1}a",
    ]);
    let decks = fs::read_dir(home.path().join("decks")).unwrap();
    assert_eq!(decks.count(), 1, "it is added to the deck that is there");
    let found = |arguments: &[&str]| home.json(arguments).as_array().unwrap().len();
    assert_eq!(found(&["list", "--json", "nin\u{303}o"]), 1);
    assert_eq!(found(&["list", "--json", "NI\u{d1}O"]), 1);
    assert_eq!(found(&["list", "--json", "--tag", "a\u{f1}o"]), 1);
    assert_eq!(home.json(&["list", "--json"])[0]["deck"], "espa\u{f1}ol");
    fs::write(
        home.path().join("config.ron"),
        "Config(decks: {\"espa\u{f1}ol\": (new_per_day: 0)})",
    )
    .unwrap();
    assert!(home.quiz(&["next"]).err.starts_with("Nothing is due."));
}

#[test]
fn an_id_keeps_the_letters_of_every_script() {
    let home = Home::with("");
    for word in ["パン", "বাংলা", "தமிழ்", "हिन्दी"] {
        let added = home.ok(&["add", "d", "--front", word, "--back", "x"]);
        assert!(added.contains(&format!("`{word}`")), "{added}");
        home.ok(&["show", word]);
    }
}

#[test]
fn two_files_of_one_name_are_named() {
    let home = Home::empty();
    for name in ["espan\u{303}ol", "espa\u{f1}ol"] {
        home.deck(name, "Deck(title: \"t\", cards: [])");
    }
    let files = fs::read_dir(home.path().join("decks")).unwrap().count();
    let check = home.ok(&["check"]);
    // A file system that knows only one form has only one file.
    assert_eq!(check.contains("two Unicode forms"), files == 2, "{check}");
}

#[test]
fn nothing_that_steers_a_terminal_is_printed() {
    let home = Home::empty();
    let card = "Basic(id: \"a\", front: \"A\\u{1b}[31m\\u{202e}\", back: \"1\\u{9b}2J\", tags: [\"t\\u{7}\"])";
    home.deck(
        "x\u{1b}]0;owned\u{7}\ny",
        &format!("Deck(title: \"t\\u{{1b}}[1m\", cards: [{card}])"),
    );
    home.ok(&["grade", "a", "good"]);
    let runs = [
        &[][..],
        &["show", "a"],
        &["show", "a", "--json"],
        &["list"],
        &["list", "--json"],
        &["list", "--decks"],
        &["stats", "--all", "--no-pager"],
        &["check"],
        &["check", "--json"],
        &["next"],
        &["review"],
        &["add", "--front", "B", "--back", "c"],
        &["suspend", "a"],
    ];
    for arguments in runs {
        let run = home.quiz(arguments);
        for text in [run.out, run.err] {
            let steers = |c: char| (c.is_control() && !"\n\t".contains(c)) || c == '\u{202e}';
            assert!(!text.contains(steers), "{arguments:?}: {text:?}");
            assert!(!text.contains("owned␇\n"), "{arguments:?}: {text}");
        }
    }
    let json = home.json(&["show", "a", "--json"]);
    assert_eq!(json["faces"][0]["answer"], "1\u{9b}2J");
}

#[test]
fn numbered_lines_of_an_answer_are_wrapped_and_excerpts_are_cut() {
    let home = Home::with(
        "Basic(id: \"t\", front: \"Show it\", back: \"12 | a numbered line of code that is long, long, long, \
         and goes over THE-END\"),\nBasic(id: \"u\", front: \"A front that is long, long, long, long, \
         long, and lacks its END\" back: \"x\"),",
    );
    let shown = |arguments: &[&str]| home.terminal(arguments, 50, 40).end().1;
    assert!(shown(&["show", "t"]).contains("THE-END"));
    let check = shown(&["check"]);
    let after = check.split_once("    3 | …").map(|(_, after)| after);
    let next = after.and_then(|after| after.lines().nth(1));
    assert!(
        next.is_some_and(|next| next.trim_start().starts_with('|')),
        "{check}"
    );
}
