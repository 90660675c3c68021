//! Markup in the text of cards: where it shows, and where it does not.

use crate::support::Home;

const CARDS: &str = r#"
Basic(id: "code", front: "What does **this** print?\n```\nfor i in 0..3 {\n    print!(\"{i}\");\n}\n```", back: "`012`, see [the *docs*](https://example.org/for)"),
Typed(id: "typed", front: "List files, $x^2$?", answers: ["`ls -l`"]),
"#;

#[test]
fn a_session_shows_emphasis_and_keeps_the_shape_of_code() {
    let home = Home::with(CARDS);
    let mut terminal = home.terminal(&["review", "--limit", "1"], 60, 20);
    terminal.see("What does this print?");
    let screen = terminal.screen();
    assert!(
        screen.contains("  for i in 0..3 {\n      print!(\"{i}\");\n  }\n"),
        "{screen}"
    );
    terminal.press(" ").see("→ 012, see the docs");
}

#[test]
fn without_colours_emphasis_is_weight_and_in_a_pipe_it_is_text() {
    let mut home = Home::with(CARDS);
    home.set("TERM", "xterm").set("NO_COLOR", "1");
    let terminal = home.terminal(&["show", "code"], 90, 40);
    let (_, raw) = terminal.end();
    assert!(raw.contains("\u{1b}[1mthis\u{1b}[0m print?"), "{raw:?}");
    let piped = home.ok(&["show", "code"]);
    assert!(piped.contains("What does this print?\nfor i"), "{piped}");
    assert!(
        piped.contains("→ 012, see the docs (https://example.org/for)\n"),
        "{piped}"
    );
    assert!(!piped.contains('\u{1b}'), "{piped}");
}

#[test]
fn a_link_leads_somewhere_where_the_terminal_knows_links() {
    let mut home = Home::with(CARDS);
    home.set("TERM", "xterm-kitty").set("TERM_PROGRAM", "");
    let raw = home.terminal(&["show", "code"], 90, 40).end().1;
    assert!(
        raw.contains("\u{1b}]8;;https://example.org/for\u{1b}\\"),
        "{raw:?}"
    );
}

#[test]
fn lists_ids_and_searches_are_about_the_text_without_markup() {
    let home = Home::with(CARDS);
    let list = home.ok(&["list", "--deck", "d"]);
    assert!(
        list.contains("What does this print?") && list.contains("List files, x²?"),
        "{list}"
    );
    let rows = home.json(&["list", "--json", "does this print"]);
    assert_eq!(rows[0]["id"], "code");
    assert!(
        rows[0]["front"]
            .as_str()
            .unwrap()
            .starts_with("What does **this** print?")
    );
    let added = home.ok(&[
        "add",
        "d",
        "--front",
        "![](media/a.png) Which **cell**?",
        "--back",
        "x",
    ]);
    assert!(
        !added.contains("media") && added.contains("cell"),
        "{added}"
    );
}

#[test]
fn a_typed_answer_is_what_is_shown_or_what_is_written() {
    for typed in ["ls -l", "`ls -l`"] {
        let home = Home::with(CARDS);
        let mut terminal = home.terminal(&["review", "--limit", "2"], 60, 20);
        terminal.see("print?").press(" ").see("012").press("3");
        terminal
            .see("List files, x²?")
            .press(typed)
            .press("\r")
            .see("✓ right");
    }
}

#[test]
fn a_deck_without_markup_shows_its_signs() {
    let home = Home::empty();
    let card = "Basic(id: \"a\", front: \"**bold** and $x^2$\", back: \"`b`\")";
    home.deck(
        "d",
        &format!("Deck(title: \"t\", markup: false, cards: [{card}])"),
    );
    let shown = home.ok(&["show", "a"]);
    assert!(shown.contains("**bold** and $x^2$\n→ `b`\n"), "{shown}");
    assert_eq!(
        home.json(&["list", "--json"])[0]["plain"],
        "**bold** and $x^2$"
    );
}
