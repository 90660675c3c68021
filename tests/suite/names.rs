//! Names as people and scripts type them, and output into pipes.

use std::fs;

use crate::support::Home;

const CARDS: &str = r##"Basic(id: "el-gato", front: "El gato", back: "the cat", tags: ["Animal"]),
Basic(id: "la-manzana", front: "La manzana", back: "the apple"),
Cloze(id: "b", text: "{{c1::One}} and then {{c2::two}}.", tags: ["#count"]),"##;

fn home() -> Home {
    let home = Home::empty();
    home.deck(
        "langs/Spanish",
        &format!("Deck(title: \"S\", cards: [{CARDS}])"),
    );
    home
}

#[test]
fn decks_and_tags_are_named_as_one_likes() {
    let home = home();
    let path = home.path().join("decks/langs/Spanish.ron");
    for deck in [
        "spanish",
        "Langs/",
        "./langs/Spanish.ron",
        &path.display().to_string(),
    ] {
        assert_eq!(
            home.json(&["next", deck, "--json"])["face"]["key"],
            "el-gato",
            "{deck}"
        );
        assert_eq!(
            home.ok(&["list", "--deck", deck]).lines().count(),
            3,
            "{deck}"
        );
        assert!(home.ok(&["next", "--deck", deck]).starts_with("el-gato"));
    }
    for (tag, id) in [
        ("animal", "el-gato"),
        ("#Animal", "el-gato"),
        ("count", "b"),
    ] {
        let listed = home.ok(&["list", "--tag", tag]);
        assert!(listed.starts_with(&format!("{id}\t")), "{tag}: {listed}");
        let next = home.json(&["next", "--tag", tag, "--json"]);
        assert_eq!(next["face"]["card"], id, "{tag}");
    }
    let unknown = home.quiz(&["list", "--tag", "colour"]);
    assert!(
        unknown.code == 2 && unknown.err.contains("count"),
        "{}",
        unknown.err
    );
}

#[test]
fn a_card_is_found_by_its_words() {
    let home = home();
    for words in ["the apple", "manzana", "LA-MANZANA"] {
        let shown = home.json(&["show", words, "--json"]);
        assert_eq!(shown["id"], "la-manzana", "{words}");
    }
    home.ok(&["suspend", "the apple"]);
    assert!(home.history()[0].contains("la-manzana"));
    let several = home.quiz(&["show", "the"]);
    assert!(
        several.code == 2
            && several
                .err
                .contains("could be any of: el-gato, la-manzana, b"),
        "{}",
        several.err
    );
}

#[test]
fn whatever_names_nothing_is_wrong_usage() {
    let home = home();
    for arguments in [
        &["next", "zebra"][..],
        &["list", "--deck", "zebra"],
        &["list", "--tag", "zebra"],
        &["show", "zebra"],
        &["show", "the"],
        &["show", "b#zzz"],
        &["edit", "b#c3"],
        &["grade", "zebra", "good"],
        &["grade", "b#c3", "good"],
        &["suspend", "zebra"],
        &["no-command"],
        &["list", "--no-flag"],
        &["review", "--limit", "0"],
    ] {
        let run = home.quiz(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.err);
        assert!(run.out.is_empty(), "{arguments:?}");
    }
    assert!(home.history().is_empty());
    let none = home.quiz(&["review", "--limit", "0"]);
    assert!(none.err.contains("expected a number of at least 1"));
}

#[test]
fn nothing_is_shortened_into_a_pipe() {
    let home = Home::empty();
    let (id, front) = ("long-id-".repeat(7) + "end", "word ".repeat(60));
    home.deck(
        &format!("a-deck-with-a-name/{}", "x".repeat(80)),
        &format!(
            "Deck(title: \"t\", cards: [Basic(id: \"{id}\", front: \"{front}\\tend\", back: \"b\", tags: [\"one\", \"two\"])])"
        ),
    );
    let out = home.ok(&["list"]);
    let fields: Vec<&str> = out.trim_end_matches('\n').split('\t').collect();
    let deck = format!("a-deck-with-a-name/{}", "x".repeat(80));
    assert_eq!(fields[..5], [&id, "new", "-", deck.as_str(), "#one #two"]);
    assert_eq!(fields.len(), 6);
    assert!(fields[5].ends_with("end"), "{out}");
    assert!(home.ok(&[]).contains(&deck), "the glance names it whole");
    assert!(home.ok(&["stats", "--all", "--no-pager"]).contains(&deck));
    // A typical use in a script.
    home.ok(&["suspend", fields[0]]);
}

#[cfg(unix)]
#[test]
fn an_id_is_whole_on_any_terminal() {
    let home = Home::empty();
    let id = "an-id-of-some-length-that-has-to-be-typed-again";
    home.deck(
        "d",
        &format!("Deck(title: \"t\", cards: [Basic(id: \"{id}\", front: \"{}\", back: \"b\", tags: [\"t\"])])", "word ".repeat(60)),
    );
    for columns in [40, 60, 80, 120, 200] {
        let terminal = home.terminal(&["list"], columns, 24);
        let (code, out) = terminal.end();
        assert_eq!(code, 0);
        assert!(out.contains(id), "{columns}: {out}");
        let room = usize::from(columns).max(id.len());
        assert!(
            out.lines().all(|line| line.chars().count() <= room + 1),
            "{columns}: {out}"
        );
        assert!(out.contains('…'), "{columns}: {out}");
    }
}

#[test]
fn json_is_asked_for_before_or_after_the_command() {
    let home = home();
    for arguments in [
        ["--json", "list"],
        ["list", "--json"],
        ["--json", "stats"],
        ["--json", "next"],
        ["--json", "check"],
        ["--json", "today"],
        ["--json", "decks"],
    ] {
        let run = home.quiz(&arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.err);
        serde_json::from_str::<serde_json::Value>(&run.out)
            .unwrap_or_else(|error| panic!("{arguments:?}: {error}: {}", run.out));
    }
    let none = home.quiz(&["--json", "forget", "b"]);
    assert_eq!(none.code, 2, "{}", none.err);
    assert!(home.history().is_empty());
}

#[test]
fn a_failure_is_json_where_json_is_wanted() {
    let home = home();
    let unknown = home.quiz(&["show", "zebra", "--json"]);
    assert_eq!(unknown.code, 2);
    let json: serde_json::Value = serde_json::from_str(&unknown.out).unwrap();
    assert!(json["error"]["message"].as_str().unwrap().contains("zebra"));
    assert!(json["error"]["line"].is_null());
    fs::write(home.path().join("config.ron"), "Config(\nnew_per_dya: 3)").unwrap();
    let broken = home.quiz(&["--json", "list"]);
    let json: serde_json::Value = serde_json::from_str(&broken.out).unwrap();
    assert_eq!((broken.code, json["error"]["line"].as_u64()), (1, Some(2)));
    assert!(broken.err.contains("config.ron:2:1"), "{}", broken.err);
}

#[test]
fn the_names_that_people_try_are_there() {
    let home = home();
    for (alias, command) in [
        ("ls", "list"),
        ("search", "list"),
        ("find", "list"),
        ("decks", "list --decks"),
        ("today", ""),
        ("lint", "check"),
    ] {
        let command: Vec<&str> = command.split_whitespace().collect();
        assert_eq!(home.ok(&[alias]), home.ok(&command), "{alias}");
    }
    home.ok(&["suspend", "b"]);
    home.ok(&["unsuspend", "b"]);
    assert!(home.history()[1].starts_with("Resume("));
    let help = home.ok(&["--help"]);
    for hidden in ["unsuspend", "today", "version", "decks"] {
        let is_it = |line: &str| line.split_whitespace().next() == Some(hidden);
        assert!(!help.lines().any(is_it), "{hidden}: {help}");
    }
    assert!(home.ok(&["version"]).starts_with("quiz "));
    // A prefix is not accepted as a command: it would change its meaning with the next command that is added.
    assert_eq!(home.quiz(&["rev"]).code, 2);
    assert_eq!(home.quiz(&["st"]).code, 2);
}

#[test]
fn no_tip_leads_astray() {
    let home = home();
    for (typed, tip) in [
        ("reveiw", Some("review")),
        ("lst", Some("list")),
        ("remvoe-x", None),
        ("exporting", None),
    ] {
        let err = home.quiz(&[typed]).err;
        match tip {
            Some(tip) => assert!(err.contains(&format!("'{tip}'")), "{typed}: {err}"),
            None => assert!(!err.contains("tip:"), "{typed}: {err}"),
        }
    }
    let err = home.quiz(&["show", "-r"]).err;
    assert!(!err.contains("as a value"), "{err}");
}

#[test]
fn a_word_that_is_a_deck_is_pointed_to() {
    let home = home();
    home.deck("my deck", "Deck(title: \"t\", cards: [])");
    let run = home.quiz(&["list", "my", "deck"]);
    assert!(
        run.err
            .contains("There is a deck `my deck`: quiz list --deck 'my deck'"),
        "{}",
        run.err
    );
    assert_eq!(run.code, 0);
}

#[test]
fn colors_come_when_they_are_wanted() {
    let mut home = home();
    home.ok(&["grade", "el-gato", "good"]);
    let colored = |home: &Home, arguments: &[&str]| home.ok(arguments).contains('\u{1b}');
    assert!(!colored(&home, &["stats"]));
    assert!(colored(&home, &["stats", "--color", "always"]));
    assert!(colored(&home, &["--color=always", "stats"]));
    home.set("CLICOLOR_FORCE", "1");
    assert!(colored(&home, &["stats"]) && !colored(&home, &["stats", "--color", "never"]));
    home.set("NO_COLOR", "1");
    assert!(!colored(&home, &["stats"]));
}

#[cfg(unix)]
#[test]
fn an_empty_no_color_is_not_set_and_a_dumb_terminal_is_none() {
    let mut home = home();
    home.ok(&["grade", "el-gato", "good"]);
    home.set("NO_COLOR", "");
    let (_, out) = home.terminal(&["stats"], 80, 24).end();
    assert!(out.contains("\u{1b}["), "{out}");
    home.set("TERM", "dumb");
    let (_, out) = home.terminal(&["stats"], 80, 24).end();
    assert!(!out.contains('\u{1b}'), "{out}");
    for command in ["review", "test", "add"] {
        let (code, out) = home.terminal(&[command], 80, 24).end();
        assert!(
            code == 2 && out.contains("needs a terminal") && !out.contains('\u{1b}'),
            "{command}: {out}"
        );
    }
}
