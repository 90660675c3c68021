//! The session for a person: the real binary in a real pseudo-terminal.

#![cfg(unix)]
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use crate::support::Home;

const TWO: &str = r#"Basic(id: "a", front: "Question A?", back: "Answer A."),
Basic(id: "b", front: "Question B?", back: "Answer B.", note: "A note.", source: "A source."),"#;

/// Returns whether the terminal is restored: the main screen is back, the cursor shown.
fn is_restored(bytes: &str) -> bool {
    let (left, shown) = (bytes.rfind("\x1b[?1049l"), bytes.rfind("\x1b[?25h"));
    let (entered, hidden) = (bytes.rfind("\x1b[?1049h"), bytes.rfind("\x1b[?25l"));
    left > entered && shown > hidden
}

#[test]
fn a_first_session_starts_from_nothing() {
    let home = Home::fresh();
    let mut terminal = home.review();
    terminal
        .see("Enter to the cards")
        .press("\r")
        .see("20 new")
        .see("What are they?")
        .press(" ")
        .see("1 again today")
        .press("1")
        .see("Which models qualify?")
        .see("Enter to the cards")
        .press("\r")
        .see("19 new · 1 again");
    assert_eq!(
        home.grades().len(),
        1,
        "an answer is on the disk before the next question shows"
    );
    terminal.press("q");
    let (code, bytes) = terminal.end();
    assert_eq!(code, 0);
    assert!(
        bytes.contains("with the four starter decks")
            && bytes.contains("1 answer")
            && bytes.contains("Streak 1 day"),
        "{bytes}"
    );
    assert!(home.ok(&["check"]).contains("in 8 decks: no problems."));
}

#[test]
fn the_second_day_asks_what_is_due() {
    let mut home = Home::with(TWO);
    let mut terminal = home.review();
    terminal
        .see("Question A")
        .press(" ")
        .see("Answer A")
        .press("3")
        .see("Question B")
        .press(" 4")
        .see("done")
        .press("\r");
    terminal.end();
    assert_eq!(
        home.quiz(&["next"]).out,
        "",
        "nothing more on the first day"
    );
    home.at("2026-11-25T09:00:00+01:00");
    let mut terminal = home.review();
    terminal
        .see("1 due")
        .see("Question A")
        .press("\r\r")
        .see("done")
        .press("q");
    terminal.end();
    assert_eq!(home.grades(), ["a Good", "b Easy", "a Good"]);
}

#[test]
fn the_note_and_the_source_stand_behind_the_answer() {
    let home = Home::with(&TWO[TWO.find("Basic(id: \"b\"").unwrap()..]);
    let mut terminal = home.review();
    terminal.see("Question B");
    assert!(!terminal.screen().contains("A note."));
    terminal
        .press(" ")
        .see("A note.")
        .see("A source.")
        .press("q");
    terminal.end();
}

#[test]
fn a_question_that_marks_itself_proposes_a_grade_and_lets_it_be_overruled() {
    let kinds = [
        (
            r#"Choice(id: "x", front: "F?", choices: ["no", "yes"], answers: ["yes"], shuffle: false)"#,
            "2",
            "1",
        ),
        (
            r#"Choice(id: "x", front: "F?", choices: ["p", "q", "r"], answers: ["p", "r"], shuffle: false)"#,
            "13\r",
            "12\r",
        ),
        (
            r#"TrueFalse(id: "x", statement: "F?", answer: false, back: "Why.")"#,
            "f",
            "t",
        ),
        (
            r#"Typed(id: "x", front: "F?", answers: ["Open Weights", "OW"])"#,
            " open  weights\r",
            "opne weights\r",
        ),
    ];
    for (card, right, wrong) in kinds {
        for (keys, verdict, grade, recorded) in [
            (right, "✓ right", "\r", "x Good"),
            (right, "✓ right", "2", "x Hard"),
            (wrong, "✗ wrong", "\r", "x Again"),
            (wrong, "✗ wrong", "g3", "x Good"),
        ] {
            let home = Home::with(card);
            let mut terminal = home.review();
            terminal
                .see("F?")
                .press(keys)
                .see(verdict)
                .press(grade)
                .not_see(verdict);
            assert_eq!(home.grades(), [recorded], "{card} {keys:?}");
        }
    }
}

const CHOICE: &str = r#"Choice(id: "x", front: "F?", choices: ["no", "yes", "maybe"], answers: ["yes"], shuffle: false),
Basic(id: "y", front: "Question Y?", back: "Answer Y."),"#;

#[test]
fn an_answer_that_nobody_has_seen_is_not_graded() {
    let mut home = Home::with(CHOICE);
    // An hour: however slow the machine is, no key comes late enough.
    home.set("QUIZ_PATIENCE", "3600000");
    let mut terminal = home.review();
    terminal
        .see("F?")
        .press("22")
        .see("✓ right")
        .press("\r\r1 4");
    // A key that does not grade shows that the others were read.
    terminal
        .press("?")
        .see("Keys")
        .press(" ")
        .see("✓ right")
        .press("q");
    assert_eq!(terminal.end().0, 0);
    assert!(home.history().is_empty(), "{:?}", home.history());
    let mut terminal = home.review();
    terminal.see("F?").press("s").see("Question Y?").press(" 3");
    terminal
        .see("Answer Y")
        .press("?")
        .see("Keys")
        .press(" ")
        .see("Answer Y")
        .press("q");
    terminal.end();
    assert_eq!(home.grades(), [""; 0]);
}

#[test]
fn a_wrong_answer_takes_again_or_a_grade_that_is_asked_for() {
    let home = Home::with(CHOICE);
    let mut terminal = home.review();
    terminal
        .see("F?")
        .press("1")
        .see("✗ wrong")
        .see("Enter again today");
    terminal
        .see("g another grade")
        .press("3")
        .see("The answer was wrong");
    assert!(home.history().is_empty());
    terminal
        .press("g")
        .see("3 good")
        .press("3")
        .see("Question Y?");
    assert_eq!(home.grades(), ["x Good"]);
}

#[test]
fn after_a_slip_the_first_undo_opens_the_question_again() {
    let home = Home::with(CHOICE);
    let mut terminal = home.review();
    terminal
        .see("F?")
        .press("1")
        .see("✗ wrong")
        .see("u answer again");
    terminal.press("u").see("1–3 choose").not_see("wrong");
    terminal
        .press("2")
        .see("✓ right")
        .press("\r")
        .see("Question Y?");
    terminal.press("u").see("taken back").see("F?").press("q");
    terminal.end();
    let kinds: Vec<String> = home.history();
    assert_eq!(kinds.len(), 2, "one answer and one undo: {kinds:?}");
    assert!(kinds[0].contains("grade:Good"), "{kinds:?}");
}

#[test]
fn space_says_that_one_does_not_know() {
    for card in [
        CHOICE,
        r#"TrueFalse(id: "x", statement: "F?", answer: true, back: "Why.")"#,
    ] {
        let home = Home::with(card);
        let mut terminal = home.review();
        terminal.see("F?").see("Space don't know").press(" ");
        terminal
            .see("✗ not known")
            .see("Enter again")
            .press("\r")
            .see("1 again");
        assert_eq!(home.grades(), ["x Again"]);
    }
}

#[test]
fn a_limit_shows_its_own_number() {
    let home = Home::with(&crate::support::cards(5));
    let mut terminal = home.terminal(&["review", "--limit", "2"], 80, 24);
    terminal
        .see("2 left")
        .press(" 3")
        .see("1 left")
        .press(" 3")
        .see("done");
    assert_eq!(home.grades().len(), 2);
}

#[test]
fn a_cloze_shows_the_gap_and_its_hint_then_fills_it() {
    let home =
        Home::with(r#"Cloze(id: "x", text: "Open {{c1::weights::what?}} are {{c2::numbers}}.")"#);
    let mut terminal = home.review();
    terminal
        .see("Open [what?] are numbers.")
        .press(" ")
        .see("Open weights are numbers.")
        .press("4")
        .see("done");
    assert_eq!(
        home.grades(),
        ["x#c1 Easy"],
        "its other face waits for another day"
    );
}

#[test]
fn a_reversible_card_is_asked_both_ways_on_different_days() {
    let mut home = Home::with(
        r#"Basic(id: "osi", front: "OSI", back: "Open Source Initiative", reverse: true)"#,
    );
    home.review().see("OSI").press(" 3").see("done");
    home.at("2026-11-24T09:00:00+01:00");
    let mut terminal = home.review();
    terminal
        .see("Open Source Initiative")
        .press(" ")
        .see("→ OSI")
        .press("3")
        .see("done");
    assert_eq!(home.grades(), ["osi Good", "osi#reverse Good"]);
}

#[test]
fn a_typed_difference_is_shown_letter_by_letter() {
    let home = Home::with(r#"Typed(id: "x", front: "F?", answers: ["weights"])"#);
    let mut terminal = home.review();
    terminal
        .see("F?")
        .press("wheigts\x1b[D\x1b[D\x1b[D\x7fi")
        .see("wheigts")
        .press("\r")
        .see("✗ wrong")
        .see("→ weights");
    assert!(terminal.screen().contains("[-h-]"), "{}", terminal.screen());
}

#[test]
fn a_paste_that_never_ends_is_left() {
    let home = Home::with(r#"Typed(id: "t", front: "Which two?", answers: ["one"])"#);
    // A connection broke inside it, or its text hides the end.
    for unclosed in ["\u{1b}[200~never closed", "\u{1b}[200~\u{1b}[", "\u{1b}[2"] {
        let mut terminal = home.review();
        terminal.see("Which two?").press(unclosed).press("\u{3}");
        terminal.end();
    }
    let mut terminal = home.review();
    terminal
        .see("Which two?")
        .press("\u{1b}[200~one")
        .see("› one")
        .press("\r")
        .see("✓ right");
    terminal.press("q");
    terminal.end();
}

#[test]
fn what_is_pasted_is_text_and_never_a_key() {
    let home = Home::with(
        r#"Typed(id: "t", front: "Which two?", answers: ["one sub"]),
           Basic(id: "a", front: "Question A?", back: "A."),"#,
    );
    let paste = |text: &str| format!("\u{1b}[200~{text}\u{1b}[201~");
    let mut terminal = home.review();
    terminal
        .see("Which two?")
        .press(&paste("one\nsub"))
        .see("› one sub")
        .press("\r")
        .see("✓ right");
    terminal
        .press(&paste("u1sq\n2"))
        .press("3")
        .see("Question A?");
    terminal
        .press(&paste("q s b 1"))
        .press(" 3")
        .see("done")
        .press("q");
    let (_, bytes) = terminal.end();
    assert_eq!(home.grades(), ["t Good", "a Good"]);
    assert_eq!(home.history().len(), 2, "{:?}", home.history());
    assert!(
        bytes.rfind("\u{1b}[?2004l") > bytes.rfind("\u{1b}[?2004h"),
        "brackets are off again"
    );
}

#[test]
fn a_long_question_scrolls_to_its_answer() {
    let question: String = (1..40).map(|n| format!("Line {n}.\\n")).collect();
    let home = Home::with(&format!(
        "Basic(id: \"a\", front: \"{question}\", back: \"The answer.\"),"
    ));
    let mut terminal = home.review();
    terminal
        .see("Line 1.")
        .see("↓ more")
        .press(" ")
        .see("→ The answer.");
    terminal
        .press("\u{1b}[A")
        .see("→ The answer.")
        .press("\u{1b}[5~")
        .press("\u{1b}[5~")
        .press("\u{1b}[5~")
        .see("Line 1.")
        .press("q");
    terminal.end();
}

#[test]
fn letters_go_into_a_typed_answer_and_escape_reaches_the_commands() {
    let home = Home::with(r#"Typed(id: "x", front: "F?", answers: ["q"])"#);
    let mut terminal = home.review();
    terminal
        .see("F?")
        .press("ques")
        .see("› ques")
        .press("\x1b")
        .see("b bury")
        .press("q");
    assert_eq!(terminal.end().0, 0);
    assert!(home.history().is_empty());
}

#[test]
fn an_undo_takes_the_last_answer_back_also_at_the_end() {
    let home = Home::with(TWO);
    let mut terminal = home.review();
    terminal
        .see("Question A")
        .press(" 1")
        .see("Question B")
        .press("u")
        .see("Question A")
        .see("taken back");
    terminal
        .press(" 3")
        .see("Question B")
        .press(" 3")
        .see("done")
        .press("u")
        .see("Question B")
        .press(" 4")
        .see("done")
        .press("\r");
    let (_, bytes) = terminal.end();
    assert!(
        bytes.contains("2 answers") && bytes.contains("all recalled"),
        "{bytes}"
    );
    assert_eq!(
        home.json(&["show", "a", "--json"])["faces"][0]["reviews"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        home.json(&["show", "b", "--json"])["faces"][0]["reviews"][0]["grade"],
        "easy"
    );
}

#[test]
fn leaving_in_the_middle_loses_nothing_and_comes_back_to_the_same_card() {
    for leave in ["q", "\x03"] {
        let home = Home::with(TWO);
        let mut terminal = home.review();
        terminal
            .see("Question A")
            .press(" 3")
            .see("Question B")
            .press(" ")
            .see("Answer B")
            .press(leave);
        let (code, bytes) = terminal.end();
        assert!(code == 0 && is_restored(&bytes), "{bytes}");
        assert_eq!(home.grades(), ["a Good"]);
        home.review().see("Question B").press("q");
    }
}

#[test]
fn a_forgotten_card_comes_back_until_it_is_recalled() {
    let home = Home::with(TWO);
    let mut terminal = home.review();
    terminal
        .see("Question A")
        .press(" 1")
        .see("Question B")
        .see("1 again")
        .press(" 3");
    terminal
        .see("Question A")
        .press(" 1")
        .see("Question A")
        .press(" 2")
        .see("done");
    assert_eq!(home.grades(), ["a Again", "b Good", "a Again", "a Hard"]);
}

#[test]
fn suspend_and_bury_put_a_card_off() {
    let mut home = Home::with(TWO);
    let mut terminal = home.review();
    terminal
        .see("Question A")
        .press("s")
        .see("Question B")
        .see("a suspended")
        .press("b")
        .see("b buried until tomorrow")
        .see("Next: 1 new card tomorrow")
        .press("q");
    terminal.end();
    assert!(home.quiz(&["next"]).err.contains("Nothing is due"));
    home.at("2026-11-24T09:00:00+01:00");
    assert!(home.ok(&["next"]).starts_with("b\n"));
    home.ok(&["resume", "a"]);
    assert!(home.ok(&["next"]).starts_with("a\n"));
}

#[test]
fn an_undo_takes_back_the_last_step_whatever_it_was() {
    let home = Home::with(TWO);
    let mut terminal = home.review();
    terminal
        .see("Question A")
        .press(" 3")
        .see("Question B")
        .press("s");
    terminal.see("b suspended").see("done").press("u");
    terminal
        .see("b is asked again")
        .see("Question B")
        .press("b");
    terminal
        .see("b buried")
        .press("u")
        .see("Question B")
        .press("u");
    terminal
        .see("the last answer was taken back")
        .see("Question A")
        .press("u");
    terminal.see("nothing of this session to undo").press("q");
    terminal.end();
    let next = home.json(&["next", "--json"]);
    assert_eq!(
        (&next["face"]["key"], &next["new"]),
        (&"a".into(), &2.into())
    );
    assert_eq!(
        home.json(&["list", "--state", "suspended", "--json"]),
        serde_json::json!([])
    );
}

fn editor(home: &Home, name: &str, script: &str) -> PathBuf {
    let path = home.path().join(name);
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn a_card_is_edited_at_its_line_and_read_anew() {
    let mut home = Home::with(TWO);
    let log = home.path().join("arguments");
    let script = format!(
        "echo \"$@\" > '{}'; sed -i 's/Question A/Question Z/' \"$2\"",
        log.display()
    );
    let vi = editor(&home, "vi", &script);
    home.set("VISUAL", vi.to_str().unwrap());
    let mut terminal = home.review();
    terminal
        .see("Question A")
        .press("e")
        .see("Question Z")
        .press(" 3")
        .see("Question B");
    assert!(
        fs::read_to_string(log).unwrap().starts_with("+2 "),
        "the line of the card"
    );
    assert_eq!(home.grades(), ["a Good"]);
}

#[test]
fn an_edit_comes_back_to_the_side_it_was_called_from() {
    let mut home = Home::with(TWO);
    let changes = editor(&home, "vi", "sed -i 's/Answer A/Answer Z/' \"$2\"");
    home.set("EDITOR", changes.to_str().unwrap());
    let mut terminal = home.review();
    terminal.see("Question A").press(" ").see("Answer A");
    terminal.press("e").see("Answer Z").see("reloaded");
    // The second time nothing changes, and nothing is reported.
    terminal.press("e").not_see("reloaded").see("Answer Z");
    terminal.press("3").see("Question B");
    assert_eq!(home.grades(), ["a Good"]);
}

#[test]
fn a_typed_answer_is_judged_anew_when_its_card_was_edited() {
    let mut home = Home::with(r#"Typed(id: "x", front: "F?", answers: ["wieghts"])"#);
    let mends = editor(&home, "mends", "sed -i 's/wieghts/weights/' \"$1\"");
    home.set("EDITOR", mends.to_str().unwrap());
    let mut terminal = home.review();
    terminal.see("F?").press("weights\r").see("✗ wrong");
    terminal.press("e").see("✓ right").press("\r").see("done");
    assert_eq!(home.grades(), ["x Good"]);
}

#[test]
fn a_card_deleted_in_the_editor_is_left() {
    let mut home = Home::with(TWO);
    let deletes = editor(&home, "deletes", "sed -i '/Question A/d' \"$1\"");
    home.set("EDITOR", deletes.to_str().unwrap());
    let mut terminal = home.review();
    terminal.see("Question A").press("e").see("Question B");
    terminal.see("a is in no deck any more").press("q");
    terminal.end();
    assert!(home.history().is_empty());
}

#[test]
fn an_editor_that_fails_or_breaks_the_deck_leaves_the_old_card() {
    for (script, said) in [
        ("exit 3", "failed"),
        ("echo 'Deck(' > \"$1\"", "going on with the card as it was"),
    ] {
        let mut home = Home::with(TWO);
        let broken = editor(&home, "broken", script);
        home.set("EDITOR", broken.to_str().unwrap());
        let mut terminal = home.review();
        terminal
            .see("Question A")
            .press("e")
            .see(said)
            .see("Question A")
            .press(" 3")
            .see("Question B");
        assert_eq!(home.grades(), ["a Good"]);
    }
}

#[test]
fn an_editor_that_saves_and_then_fails_has_saved() {
    let mut home = Home::with(TWO);
    let saves = editor(
        &home,
        "saves",
        "sed -i 's/Question A/Question Z/' \"$1\"; exit 4",
    );
    home.set("EDITOR", saves.to_str().unwrap());
    let mut terminal = home.review();
    terminal.see("Question A").press("e").see("Question Z");
    terminal.see("failed").see("reloaded").press("q");
    terminal.end();
}

#[test]
fn a_key_that_interrupts_the_editor_does_not_end_the_session() {
    let mut home = Home::with(TWO);
    let interrupted = editor(&home, "interrupted", "kill -INT 0\nsleep 30");
    home.set("EDITOR", interrupted.to_str().unwrap());
    let mut terminal = home.review();
    terminal
        .see("Question A")
        .press("e")
        .see("the card is as it was")
        .press(" 3");
    terminal.see("Question B").press("q");
    let (code, bytes) = terminal.end();
    assert!(code == 0 && is_restored(&bytes), "{bytes}");
    assert_eq!(home.grades(), ["a Good"]);
}

#[test]
fn the_terminal_is_as_it_was_after_a_signal() {
    for signal in ["TERM", "HUP", "INT"] {
        let home = Home::with(TWO);
        let mut terminal = home.review();
        terminal.see("Question A").press(" 3").see("Question B");
        terminal.signal(signal);
        let (code, bytes) = terminal.end();
        assert!(code != 0 && is_restored(&bytes), "{signal}: {code} {bytes}");
        assert_eq!(home.grades(), ["a Good"]);
    }
}

#[test]
fn it_works_on_a_narrow_terminal_and_after_a_resize() {
    let long = r#"Basic(id: "x", front: "開源權重模型是什麼 and e\u{301}galement a question long enough to be wrapped on every terminal that is narrow", back: "B.")"#;
    let home = Home::with(long);
    let mut terminal = home.terminal(&["review"], 40, 16);
    terminal.see("開源權重").see("q leave");
    terminal.resize(120, 30);
    terminal
        .see("long enough to be wrapped")
        .press(" ")
        .see("4 easy")
        .press("3")
        .see("done")
        .press("q");
    assert_eq!(terminal.end().0, 0);
}

#[test]
fn without_colour_no_colour_is_sent() {
    let mut home = Home::with(TWO);
    home.set("NO_COLOR", "1");
    let mut terminal = home.review();
    terminal
        .see("Question A")
        .press(" ")
        .see("Answer A")
        .press("q");
    let (_, bytes) = terminal.end();
    let styled = |code: &str| bytes.replace("\x1b[0m", "").contains(code);
    assert!(
        !["\x1b[1m", "\x1b[2m", "\x1b[31", "\x1b[32"]
            .into_iter()
            .any(styled),
        "{bytes:?}"
    );
}

#[test]
fn escape_sequences_of_a_card_never_reach_the_terminal() {
    let home = Home::with(
        r#"Basic(id: "x", front: "A \u{1b}]0;owned\u{7} \u{202e}title", back: "\u{9b}31m")"#,
    );
    let mut terminal = home.review();
    terminal.see("␛]0;owned").press(" ").see("31m").press("q");
    let (_, bytes) = terminal.end();
    assert!(!bytes.contains("\x1b]0;") && !bytes.contains('\u{202e}') && !bytes.contains('\u{9b}'));
}

#[test]
fn a_session_can_be_limited_and_go_ahead() {
    let mut home = Home::with(TWO);
    let mut terminal = home.terminal(&["review", "--limit", "1"], 80, 24);
    terminal.see("Question A").press(" 4").see("done");
    drop(terminal);
    home.at("2026-11-24T09:00:00+01:00");
    let mut terminal = home.terminal(&["review", "--new", "0", "--ahead", "30"], 80, 24);
    terminal.see("1 due").see("Question A").press("q");
    terminal.end();
    let nothing = home.ok(&["review", "--new", "0"]);
    assert!(
        nothing.contains("Nothing is due") && nothing.contains("--ahead"),
        "{nothing}"
    );
}

#[test]
fn an_answer_given_elsewhere_is_not_asked_for_twice() {
    let home = Home::with(TWO);
    let mut terminal = home.review();
    terminal.see("Question A").press(" ").see("Answer A");
    home.ok(&["grade", "a", "good"]);
    terminal
        .press("3")
        .see("answered elsewhere")
        .see("Question B")
        .press("q");
    terminal.end();
    assert_eq!(home.grades(), ["a Good"]);
}

#[test]
fn cards_are_asked_for_one_by_one() {
    let home = Home::empty();
    let mut terminal = home.terminal(&["add", "lang/ron"], 80, 24);
    terminal
        .see("Kind")
        .press("\r")
        .see("Front")
        .press("What is RON?\r")
        .see("Back")
        .press("A notation\r");
    // Most cards have nothing else: one key.
    terminal
        .see("A hint, a note, tags or a source?")
        .press("\r");
    terminal
        .see("Add `ron` to lang/ron?")
        .press("y")
        .see("Another?")
        .press("n");
    assert_eq!(terminal.end().0, 0);
    home.review()
        .see("What is RON?")
        .press(" ")
        .see("A notation");
}

#[test]
fn every_kind_of_card_and_all_that_one_may_have_can_be_asked_for() {
    let home = Home::empty();
    let mut terminal = home.terminal(&["add", "d"], 100, 40);
    let down = |times: usize| "\u{1b}[B".repeat(times) + "\r";
    terminal.see("lines to recall in order").press(&down(2));
    terminal.see("Front").press("The states of matter\r");
    terminal.see("The first line").press("solid\r");
    terminal.see("Next line").press("liquid\r").see("liquid");
    terminal.press("\r");
    terminal.see("A hint, a note").press("y");
    terminal.see("Hint, shown").press("ice, water\r");
    terminal.see("Note, shown").press("and gas\r");
    terminal.see("Tags").press("physics core\r");
    terminal.see("Source").press("a book\r");
    terminal.see("Add `states-matter`").press("y");
    terminal.see("Another?").press("y");
    terminal.see("a text with gaps that are typed");
    terminal.press(&down(4)).see("Text with gaps");
    terminal.press("Ice is {{c1::solid}}.\r");
    terminal.see("(y/n) › no").press("n");
    terminal.see("to d?").press("y");
    terminal.see("Another?").press("n");
    assert_eq!(terminal.end().0, 0);
    let deck = fs::read_to_string(home.path().join("decks/d.ron")).unwrap();
    for field in [
        r#"list: ["solid", "liquid"]"#,
        r#"hint: "ice, water""#,
        r#"note: "and gas""#,
        r#"tags: ["physics", "core"]"#,
        r#"source: "a book""#,
        "type: true",
    ] {
        assert!(deck.contains(field), "{field} in {deck}");
    }
}

/// Returns a home with two courses, one after the other.
fn courses() -> Home {
    let home = Home::empty();
    home.deck(
        "one",
        r#"Deck(title: "The \u{1b}[31mfirst", order: 1, intro: "Read this first.\n\nThen that.",
            resources: [(title: "A good talk", site: "example.org", minutes: 8, address: "https://example.org/talk")],
            cards: [Basic(id: "a", front: "Question A?", back: "A."), Basic(id: "b", front: "Question B?", back: "B.")])"#,
    );
    home.deck(
        "two",
        r#"Deck(title: "Second", order: 2, intro: "More of it.",
            cards: [Basic(id: "c", front: "Question C?", back: "C."), Typed(id: "d", front: "Question D?", answers: ["D"])])"#,
    );
    home
}

#[test]
fn a_deck_is_introduced_before_its_first_card_and_again_on_a_key() {
    let home = courses();
    let mut terminal = home.review();
    terminal
        .see("The ␛[31mfirst")
        .see("Read this first.")
        .see("Then that.")
        .see("· A good talk (example.org, 8 min)")
        .see("https://example.org/talk")
        .see("Enter to the cards")
        .press("\r")
        .see("Question A?")
        // The session names the deck by its title.
        .see("The ␛[31mfirst")
        .not_see("Read this first.")
        .press("i")
        .see("Read this first.")
        .press("x")
        .see("Question A?")
        .press("  ")
        .see("Question B?")
        .press("q");
    terminal.end();

    // Its first card was met: it is not shown again, but that of the next deck is.
    let mut terminal = home.review();
    terminal
        .see("Question B?")
        .press("  ")
        .see("More of it.")
        .press(" ")
        .see("Question C?")
        .press("u")
        .see("Question B?")
        .press("  ")
        .see("Question C?")
        .press("  ")
        .see("Question D?")
        // Letters are part of the answer.
        .press("i")
        .see("› i")
        .press("\x1b")
        .see("any other key: back to the answer")
        .press("i")
        .see("More of it.")
        .press(" ")
        .see("› i");
    terminal.press("\x03");
    terminal.end();
}

#[test]
fn an_introduction_can_be_left() {
    let home = courses();
    for key in ["q", "\x03"] {
        let mut terminal = home.review();
        terminal.see("Enter to the cards").press(key);
        assert_eq!(terminal.end().0, 0);
    }
    assert_eq!(home.grades(), [""; 0]);
}

#[test]
fn a_course_that_is_met_names_what_comes_next() {
    let home = courses();
    let mut terminal = home.terminal(&["review", "--new", "2"], 80, 24);
    terminal
        .see("Enter to the cards")
        .press("\r")
        .see("Question A?")
        .press("  ")
        .see("Question B?")
        .press("  ")
        .see("You have met every card of “The ␛[31mfirst”.")
        .see("Next come “Second”.")
        .press("u")
        .see("Question B?")
        .press("  ")
        .see("You have met every card")
        .press("q");
    terminal.end();

    // A deck met before is not introduced again.
    let mut terminal = home.review();
    terminal.see("Enter to the cards").press("q");
    let (_, bytes) = terminal.end();
    assert!(!bytes.contains("You have met every card"), "{bytes}");
}

#[test]
fn what_is_printed_fits_a_narrow_terminal() {
    let home = Home::fresh();
    home.ok(&["grade", "ow-definition", "good"]);
    let commands: [&[&str]; 13] = [
        &[],
        &["stats"],
        &["list"],
        &["list", "--decks"],
        &["show", "ow-definition"],
        &["show", "ow"],
        &["check"],
        &["next"],
        &["grade", "ow-definition", "good"],
        &["grade", "nowhere", "good"],
        &["review", "nowhere"],
        &["suspend", "osaid-weights-lower-bar"],
        &["--help"],
    ];
    for command in commands {
        let (_, text) = home.terminal(command, 40, 24).end();
        let text = console::strip_ansi_codes(&text).into_owned();
        assert!(!text.trim().is_empty(), "{command:?}");
        for line in text.lines() {
            assert!(
                quiz::text::width(line.trim_end()) <= 40,
                "{command:?}: {line}\n{text}"
            );
        }
    }
}

/// Edits a deck by another program while a card of the one before it is asked, in a session that lets the texts of decks
/// go; returns it at the next question.
fn edited_meanwhile(old: &str, new: &str) -> (Home, crate::support::Terminal) {
    const SECOND: &str = "Deck(title: \"E\", order: 1, cards: [\nBasic(id: \"b\", front: \"Question B?\", back: \"Answer B.\"),\n])\n";
    let mut home = Home::with("Basic(id: \"a\", front: \"Question A?\", back: \"Answer A.\")");
    home.set("QUIZ_INDEX_FROM", "0");
    home.deck("e", SECOND);
    let mut terminal = home.review();
    terminal.see("Question A?");
    assert!(SECOND.contains(old));
    home.deck("e", &SECOND.replace(old, new));
    terminal.press(" ").see("Answer A.").press("3");
    (home, terminal)
}

#[test]
fn a_card_that_is_edited_before_it_is_asked_is_asked_as_it_is_then() {
    let (home, mut terminal) = edited_meanwhile(
        "\"Question B?\", back: \"Answer B.\"",
        "\"Was B?\", back: \"New.\"",
    );
    terminal
        .see("Was B?")
        .press(" ")
        .see("New.")
        .press("3")
        .see("done")
        .press("\r");
    assert_eq!(terminal.end().0, 0);
    assert_eq!(home.grades().len(), 2);
}

#[test]
fn a_card_that_is_gone_before_it_is_asked_is_not_asked() {
    let (home, mut terminal) = edited_meanwhile("id: \"b\"", "id: \"other\"");
    terminal
        .see("Question B?")
        .press(" ")
        .see("Answer B.")
        .press("3")
        .see("done")
        .press("\r");
    assert_eq!(terminal.end().0, 0);
    let history = home.history().join("\n");
    assert!(history.contains("face:\"other\"") && !history.contains("face:\"b\""));
    let card = "Basic(id: \"b\", front: \"Question B?\", back: \"Answer B.\"),\n";
    let (home, mut terminal) = edited_meanwhile(card, "");
    terminal.see("done").press("\r");
    assert_eq!(terminal.end().0, 0);
    assert_eq!(home.grades().len(), 1);
}
