//! The scored quiz in a real terminal.

use crate::support::Home;

/// One card that marks itself, one that a person marks.
const TWO: &str = r#"TrueFalse(id: "x", statement: "X is so.", answer: true, tags: ["core"]),
    Basic(id: "y", front: "Y?", back: "A back that is too long to be typed.", tags: ["other"]),"#;

const CAPITALS: &str = r#"Basic(id: "fr", front: "France?", back: "Paris", tags: ["cities"]),
    Basic(id: "es", front: "Spain?", back: "Madrid", tags: ["cities"]),
    Basic(id: "it", front: "Italy?", back: "Rome", tags: ["cities"]),
    Basic(id: "pe", front: "Peru?", back: "Lima", tags: ["cities"]),"#;

#[test]
fn a_quiz_leaves_the_schedule_and_keeps_the_streak() {
    let home = Home::with(
        r#"TrueFalse(id: "x", statement: "X is so.", answer: true, note: "Because."),
           TrueFalse(id: "y", statement: "Y is so.", answer: true, note: "For Y."),"#,
    );
    let mut terminal = home.terminal(&["test", "--seed", "1"], 80, 24);
    terminal.see("1 of 2").press("t").see("✓ right").press("\r");
    terminal.see("2 of 2").press("f").see("✗ wrong").press("\r");
    terminal
        .see("1 of 2 questions right (50 %)")
        .see("you said  false")
        .see("right is  true")
        .press("\r");
    let (code, bytes) = terminal.end();
    assert!(
        code == 0 && bytes.contains("1 of 2 questions right"),
        "{bytes}"
    );
    assert!(bytes.contains("Same again: quiz test --seed 1"), "{bytes}");
    let history = home.history();
    let quiz = history.iter().find(|line| line.starts_with("Test(at:"));
    assert!(
        quiz.is_some_and(|line| line.contains("asked:2,right:1")),
        "{history:?}"
    );
    assert_eq!(home.json(&["--json"])["new"], 2);
    assert_eq!(home.json(&["--json"])["streak"]["current"], 1);
}

#[test]
fn the_score_stands_beside_the_last_one_of_these_decks() {
    let home = Home::with(r#"TrueFalse(id: "x", statement: "X is so.", answer: true)"#);
    for (key, seen) in [("f", "(0 %) in"), ("t", "(100 %; last time 0 %) in")] {
        let mut terminal = home.terminal(&["test"], 80, 24);
        terminal.see("X is so.").press(key).see("Enter next");
        terminal.press("\r");
        if key == "f" {
            terminal.see("Enter leave").press("\r");
        }
        let (_, bytes) = terminal.end();
        assert!(bytes.contains(seen), "{bytes}");
    }
}

#[test]
fn a_quiz_that_is_left_counts_what_was_answered_and_says_so() {
    let home = Home::with(TWO);
    let mut terminal = home.terminal(&["test", "--tag", "core"], 80, 24);
    terminal
        .see("X is so.")
        .press("t")
        .see("✓ right")
        .press("q");
    let (code, bytes) = terminal.end();
    assert!(
        code == 0 && bytes.contains("1 of 1 question right (100 %)"),
        "what has marked itself counts: {bytes}"
    );
    let mut terminal = home.terminal(&["test", "--tag", "other"], 80, 24);
    terminal
        .see("Y?")
        .press(" ")
        .see("3 I was right")
        .press("q");
    let (_, bytes) = terminal.end();
    assert!(
        bytes.contains("No question was answered"),
        "one that the person has not marked does not: {bytes}"
    );
    let mut terminal = home.terminal(&["test", "--choices", "--tag", "core"], 80, 24);
    terminal.see("X is so.").press(" ").see("✗ not known");
    terminal.press("q").see("Enter leave").press("\r");
    let (_, bytes) = terminal.end();
    assert!(bytes.contains("0 of 1 question right"), "{bytes}");
}

#[test]
fn what_was_wrong_can_be_reviewed_at_once() {
    let home = Home::with(r#"TrueFalse(id: "x", statement: "X is so.", answer: true)"#);
    let mut terminal = home.terminal(&["test"], 80, 24);
    terminal.see("X is so.").press("f").see("✗ wrong");
    terminal.press("\r").see("r review these now").press("r");
    terminal.see("1 new").press("t").see("✓ right");
    terminal.press("\r").see("done").press("\r");
    terminal.end();
    assert_eq!(home.grades(), ["x Good"]);
}

#[test]
fn cards_become_choices_or_are_typed() {
    let home = Home::with(CAPITALS);
    let mut terminal = home.terminal(&["test", "--choices", "-n", "1"], 80, 24);
    terminal
        .see("1–4 choose")
        .see("Paris")
        .see("Lima")
        .press("q");
    terminal.end();
    let mut terminal = home.terminal(&["test", "--typed", "-n", "4"], 80, 24);
    terminal.see("type the answer").see("Ctrl-C end the quiz");
    let answer = match terminal.screen() {
        screen if screen.contains("France?") => "paris",
        screen if screen.contains("Spain?") => "MADRID",
        screen if screen.contains("Italy?") => "rome",
        _ => "lima",
    };
    terminal.press("\r").not_see("wrong");
    terminal
        .press(answer)
        .press("\r")
        .see("✓ right")
        .press("\r");
    terminal.see("2 of 4 · 1 right").press("\u{3}");
    let (_, bytes) = terminal.end();
    assert!(bytes.contains("3 questions were left open"), "{bytes}");
}

#[test]
fn a_slip_is_taken_back_and_a_question_put_off() {
    let home = Home::with(TWO);
    let mut terminal = home.terminal(&["test", "--seed", "4"], 80, 24);
    terminal.see("1 of 2");
    if terminal.screen().contains("Y?") {
        terminal.press("s").see("X is so.");
    }
    terminal.press("f").see("✗ wrong").press("u");
    terminal.see("True or false?").press("t").see("✓ right");
    terminal.press("?").see("Keys").press("?").see("✓ right");
    terminal.press("\r").see("Y?").press("s").see("Y?");
    terminal.press(" ").see("too long to be typed").press("3");
    let (_, bytes) = terminal.end();
    assert!(bytes.contains("2 of 2 questions right"), "{bytes}");
}

#[test]
fn what_was_missed_is_drawn_again_until_it_is_right() {
    let home = Home::with(
        r#"TrueFalse(id: "x", statement: "X is so.", answer: true),
           TrueFalse(id: "y", statement: "Y is so.", answer: true),"#,
    );
    assert!(
        home.quiz(&["test", "--weak"])
            .err
            .contains("nothing was answered wrong")
    );
    let mut terminal = home.terminal(&["test"], 80, 24);
    for number in ["1 of 2", "2 of 2"] {
        terminal.see(number);
        let key = if terminal.screen().contains("X is so.") {
            "f"
        } else {
            "t"
        };
        terminal.press(key).see("Enter next").press("\r");
    }
    terminal.see("Enter leave").press("\r");
    terminal.end();
    let questions = home
        .history()
        .into_iter()
        .filter(|line| line.starts_with("Question("));
    assert_eq!(questions.count(), 2);
    home.ok(&["rename", "x", "z"]);
    let mut terminal = home.terminal(&["test", "--weak"], 80, 24);
    terminal
        .see("1 of 1")
        .see("X is so.")
        .press("t")
        .see("✓ right")
        .press("\r");
    terminal.end();
    assert_eq!(home.quiz(&["test", "--weak"]).code, 2);
    assert_eq!(home.json(&["--json"])["new"], 2, "a quiz is no review");
}
