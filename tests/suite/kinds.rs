//! Hints, typed gaps and lists: how they are asked, written, checked and exported.

use std::fs;

use crate::support::Home;

#[test]
fn a_hint_is_shown_at_a_key_and_only_before_the_answer() {
    let home = Home::with(
        "Basic(id: \"a\", front: \"Capital of Peru?\", back: \"Lima\", hint: \"like the *bean*\"),",
    );
    let mut terminal = home.terminal(&["review"], 60, 16);
    terminal.see("h hint").not_see("bean");
    terminal
        .press("h")
        .see("Hint: like the bean")
        .not_see("h hint");
    terminal.press(" ").see("→ Lima").not_see("bean");
    let shown = home.ok(&["show", "a"]);
    assert!(shown.contains("\nhint: like the bean\n"), "{shown}");
    assert_eq!(
        home.json(&["show", "a", "--json"])["hint"],
        "like the *bean*"
    );
    assert_eq!(
        home.json(&["next", "--json"])["face"]["hint"],
        "like the *bean*"
    );
}

#[test]
fn a_hint_comes_while_an_answer_is_typed_too() {
    let home = Home::with(
        "Typed(id: \"a\", front: \"Capital of Peru?\", answers: [\"Lima\"], hint: \"bean\"),",
    );
    let mut terminal = home.terminal(&["test", "d", "--typed"], 60, 16);
    terminal.see("Tab hint").press("Li\t").see("Hint: bean");
    terminal.press("ma\r").see("✓ right").not_see("bean");
}

#[test]
fn a_gap_is_typed_if_the_card_says_so() {
    let card =
        "Cloze(id: \"a\", text: \"List files: `{{c1::ls}} {{c1::-l}}`, {{c2::Été}}\", type: true),";
    for (typed, is_right) in [
        ("ls -l", true),
        ("LS, -L", true),
        ("ls", false),
        ("", false),
    ] {
        let home = Home::with(card);
        let mut terminal = home.terminal(&["review", "--limit", "1"], 60, 16);
        terminal
            .see("List files: […] […], Été")
            .see("type the answer");
        terminal.press(typed).press("\r");
        terminal.see(if is_right { "✓ right" } else { "✗ " });
        terminal.see("List files: ls -l, Été");
    }
}

#[test]
fn a_list_is_shown_line_by_line_and_graded_at_the_end() {
    let home = Home::with(
        "Basic(id: \"a\", front: \"Layers, from below?\", list: [\"link\", \"**internet**\", \"transport\"]),",
    );
    let mut terminal = home.terminal(&["review"], 60, 16);
    terminal.see("3 lines, in order.").not_see("link");
    terminal
        .press(" ")
        .see("1. link")
        .see("1 of 3 lines.")
        .not_see("internet");
    terminal.press(" ").see("2. internet").not_see("again");
    terminal.press(" ").see("3. transport").see("1 again");
    terminal.press("3");
    terminal.see("done");
    assert_eq!(
        home.json(&["show", "a", "--json"])["faces"][0]["answer"],
        "link\n**internet**\ntransport"
    );
}

#[test]
fn add_writes_what_a_deck_can_say() {
    let home = Home::with("");
    home.ok(&[
        "add",
        "d",
        "--front",
        "In order?",
        "--list",
        "one",
        "--list",
        "- two",
        "--hint",
        "count",
    ]);
    home.ok(&[
        "add",
        "d",
        "--cloze",
        "Use {{c1::sed}} for it now",
        "--type",
    ]);
    let text = fs::read_to_string(home.path().join("decks/d.ron")).unwrap();
    assert!(
        text.contains("list: [\"one\", \"- two\"]") && text.contains("hint: \"count\""),
        "{text}"
    );
    assert!(text.contains("type: true"), "{text}");
    assert_eq!(home.quiz(&["check"]).code, 0);
    for wrong in [
        &["--front", "f", "--list", "a", "--back", "b"][..],
        &["--front", "f", "--back", "b", "--type"],
        &["--hint", "h"],
        &["--list", "a"],
        &["f", "b", "--list", "a"],
        &["--cloze", "{{c1::a}} b", "--list", "a"],
        &["--front", "f", "--back", "b", "--hint", " "],
    ] {
        let run = home.quiz(&[&["add", "d"][..], wrong].concat());
        assert_eq!(run.code, 2, "{wrong:?}: {}", run.err);
    }
}

#[test]
fn check_says_what_is_wrong_with_lists_and_hints() {
    let home = Home::with(
        "Basic(id: \"a\", front: \"a?\", list: [\"x\"], back: \"y\"),\nBasic(id: \"b\", front: \"b?\", list: [\"x\", \" \"]),\n\
         Basic(id: \"c\", front: \"c?\"),\nBasic(id: \"d\", front: \"d?\", list: [\"x\"], reverse: true),\n\
         Basic(id: \"e\", front: \"Capital?\", back: \"Lima\", hint: \"It is Lima.\"),",
    );
    let check = home.quiz(&["check"]).out;
    for said in [
        "either a `back` or a `list`",
        "a line of the list is empty",
        "`back` is empty",
        "is not asked the other way round",
        "the hint gives the answer away",
    ] {
        assert!(check.contains(said), "{said}: {check}");
    }
}

#[test]
fn json_takes_hints_lists_and_typed_gaps_along_and_tables_say_what_they_can() {
    let cards = "Basic(id: \"a\", front: \"f\", list: [\"x\", \"y\"], hint: \"h\"),\nCloze(id: \"b\", text: \"It is {{c1::so}} here\", type: true),";
    let home = Home::with(cards);
    let file = home.path().join("out.json");
    home.ok(&["export", "--to", file.to_str().unwrap()]);
    let other = Home::empty();
    other.ok(&["import", file.to_str().unwrap()]);
    for card in ["a", "b"] {
        let (here, there) = (
            home.json(&["show", card, "--json"]),
            other.json(&["show", card, "--json"]),
        );
        assert_eq!(
            (&here["hint"], &here["faces"][0]["answer"]),
            (&there["hint"], &there["faces"][0]["answer"])
        );
    }
    let table = home.path().join("out.tsv");
    let said = home.quiz(&["export", "--to", table.to_str().unwrap()]);
    assert!(
        said.err.contains("hint") || said.out.contains("hint"),
        "{} {}",
        said.out,
        said.err
    );
    let table = fs::read_to_string(table).unwrap();
    assert!(table.contains("<ol><li>x</li><li>y</li></ol>"), "{table}");
}
