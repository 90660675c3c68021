//! Text: what of a card's text is asked, compared, found and printed.

use crate::support::Home;

/// The questions and answers of a cloze with this text, face by face.
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

/// Whether a session marks what is typed as right, for a card with this answer.
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
