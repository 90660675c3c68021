//! The commands without a terminal: what they print, record and reject.

use std::collections::BTreeSet;
use std::fs;

use crate::support::Home;

const TWO: &str = r#"Basic(id: "a", front: "Question A?", back: "Answer A."),
Cloze(id: "b", text: "{{c1::One}} and then {{c2::two}}."),"#;

fn review(at: &str, face: &str, due: &str) -> String {
    format!("Review(at:\"{at}\",face:\"{face}\",grade:Good,ms:1000,due:\"{due}\")")
}

#[test]
fn next_and_grade_are_one_step_of_a_session() {
    let home = Home::with(TWO);
    let next = home.json(&["next", "--json"]);
    assert_eq!(next["face"]["key"], "a");
    assert_eq!(next["face"]["answer"], "Answer A.");
    assert_eq!(next["face"]["due"]["good"], "2026-11-25");
    assert_eq!(
        (next["new"].as_u64(), next["due"].as_u64()),
        (Some(2), Some(0))
    );
    let graded = home.json(&["grade", "a", "good", "--ms", "4200", "--json"]);
    assert_eq!(
        graded["due"], "2026-11-25",
        "what was promised is what is recorded"
    );
    assert_eq!(
        home.history(),
        [
            r#"Review(at:"2026-11-23T09:00:00.000+01:00",face:"a",grade:Good,ms:4200,due:"2026-11-25")"#
        ]
    );
    assert!(home.ok(&["next"]).starts_with("b#c1\n[…] and then two.\n"));
    home.ok(&["grade", "b#c1", "easy"]);
    let nothing = home.quiz(&["next"]);
    assert!(nothing.code == 0 && nothing.out.is_empty() && nothing.err.contains("Nothing is due"));
    assert!(home.json(&["next", "--json"])["face"].is_null());
}

#[test]
fn a_face_that_is_not_there_is_named_with_what_is_near() {
    let home = Home::with(TWO);
    let run = home.quiz(&["grade", "b", "good"]);
    assert!(
        run.code == 2 && run.err.contains("`b#c1`, `b#c2`"),
        "{}",
        run.err
    );
    assert!(
        home.quiz(&["grade", "zzz", "good"])
            .err
            .contains("there is no card `zzz`")
    );
    assert_eq!(home.quiz(&["grade", "a", "splendid"]).code, 2);
    assert!(home.history().is_empty());
}

fn streak(home: &Home) -> (u64, String) {
    let streak = &home.json(&["--json"])["streak"];
    (
        streak["current"].as_u64().unwrap(),
        streak["today"].as_str().unwrap().to_string(),
    )
}

#[test]
fn a_streak_stands_over_a_free_day_and_breaks_at_a_gap() {
    let mut home = Home::with(TWO);
    home.write_history(&[
        &review("2026-11-20T09:00:00.000+01:00", "a", "2026-11-21"),
        &review("2026-11-21T09:00:00.000+01:00", "a", "2026-11-23"),
    ]);
    assert_eq!(streak(&home), (2, "needed".into()));
    home.ok(&["grade", "a", "good"]);
    assert_eq!(streak(&home), (3, "kept".into()));
    home.at("2026-12-24T09:00:00+01:00");
    assert_eq!(streak(&home).0, 0);
}

#[test]
fn a_day_ends_at_four() {
    let mut home = Home::with(TWO);
    home.write_history(&[&review("2026-11-22T09:00:00.000+01:00", "a", "2026-11-30")]);
    home.at("2026-11-24T03:59:59+01:00")
        .ok(&["grade", "b#c1", "good"]);
    assert_eq!(streak(&home), (2, "kept".into()));
    home.at("2026-11-24T04:00:00+01:00");
    assert_eq!(streak(&home), (2, "free".into()));
}

#[test]
fn a_flight_home_changes_no_streak() {
    let mut home = Home::with(TWO);
    home.write_history(&[
        &review("2026-11-21T23:30:00.000+13:00", "a", "2026-11-22"),
        &review("2026-11-22T08:00:00.000-08:00", "a", "2026-11-23"),
    ]);
    for now in [
        "2026-11-23T12:00:00-12:00",
        "2026-11-23T20:00:00+14:00",
        "2026-11-23T12:00:00+00:00",
    ] {
        assert_eq!(streak(home.at(now)), (2, "needed".into()), "{now}");
    }
}

#[test]
fn a_broken_deck_stops_no_other() {
    let home = Home::with(TWO);
    home.deck("broken", "Deck(title: \"B\", cards: [\n    Basic(id: \"x\", fornt: \"f\", back: \"b\"),\n    Basic(id: \"y\", front: \"f\", back: \"b\"),\n])");
    home.deck("worse", "Deck(");
    let run = home.quiz(&["check"]);
    assert_eq!(run.code, 1);
    assert!(
        run.out
            .contains("broken.ron:2:20: error: Basic has no field `fornt`"),
        "{}",
        run.out
    );
    assert!(
        run.out
            .contains("                   ^^^^^\n  help: did you mean `front`?"),
        "{}",
        run.out
    );
    assert!(run.out.contains("worse.ron:1:"), "{}", run.out);
    assert!(
        home.ok(&["next"]).starts_with("y\n"),
        "what is whole in it still counts"
    );
}

#[test]
fn two_cards_with_one_id_show_both_places() {
    let home = Home::with(TWO);
    home.deck(
        "e",
        "Deck(title: \"E\", cards: [\n  Basic(id: \"a\", front: \"f\", back: \"b\"),\n])",
    );
    let run = home.quiz(&["check"]);
    assert!(
        run.code == 1
            && run
                .out
                .contains("e.ron:2:13: error: two cards have the id `a`"),
        "{}",
        run.out
    );
    assert!(run.out.contains("d.ron:2:11:"), "{}", run.out);
}

#[test]
fn what_is_no_deck_is_left_alone() {
    let home = Home::with(TWO);
    for name in [
        "README.md",
        ".hidden.ron",
        "d.ron~",
        "#d.ron#",
        "d.ron.bak",
        ".d.ron.swp",
    ] {
        fs::write(home.path().join("decks").join(name), "no deck").unwrap();
    }
    assert!(
        home.ok(&["check"])
            .contains("2 cards in 1 deck: no problems.")
    );
}

#[test]
fn a_missing_id_is_written_once_and_said() {
    let home = Home::empty();
    let deck = home.deck("d", "// mine\nDeck(title: \"D\", cards: [\n\tBasic(front: \"What is it?\", back: \"b\"), // why\n])");
    let run = home.quiz(&["review"]);
    assert!(run.err.contains("got the id `what-is-it`"), "{}", run.err);
    let text = fs::read_to_string(&deck).unwrap();
    assert_eq!(
        text,
        "// mine\nDeck(title: \"D\", cards: [\n\tBasic(id: \"what-is-it\", front: \"What is it?\", back: \"b\"), // why\n])"
    );
}

#[test]
fn settings_that_are_wrong_have_their_place() {
    let home = Home::with(TWO);
    fs::write(
        home.path().join("config.ron"),
        "Config(\n    new_per_dya: 3,\n)",
    )
    .unwrap();
    let run = home.quiz(&["next"]);
    assert!(
        run.code == 1
            && run
                .err
                .contains("config.ron:2:5: error: Config has no field `new_per_dya`"),
        "{}",
        run.err
    );
    fs::write(home.path().join("config.ron"), "Config(new_per_day: 1)").unwrap();
    assert_eq!(home.json(&["next", "--json"])["new"], 1);
}

#[test]
fn settings_of_no_deck_are_pointed_out() {
    let home = Home::with(TWO);
    let path = home.path().join("config.ron");
    fs::write(
        &path,
        "Config(\n    decks: { \"d\": (new_per_day: 1), \"e\": (new_per_day: 2) },\n)",
    )
    .unwrap();
    let run = home.quiz(&["check"]);
    assert!(
        run.code == 0
            && run
                .out
                .contains("config.ron:2:37: warning: there is no deck or folder `e`")
            && run.out.contains("expected one of: d"),
        "{}",
        run.out
    );
    assert_eq!(home.quiz(&["check", "--strict"]).code, 1);
    fs::write(&path, "// nothing yet\n").unwrap();
    assert!(home.ok(&["check", "--strict"]).contains("no problem"));
}

#[test]
fn what_a_newer_version_wrote_is_refused_and_untouched() {
    let home = Home::with(TWO);
    let path = home.path().join("reviews/newer-aaaa.ron");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let text = "History(version: 2, machine: \"newer-aaaa\")\nDream(at:\"2026-11-20T09:00:00.000+01:00\")\n";
    fs::write(&path, text).unwrap();
    let run = home.quiz(&["grade", "a", "good"]);
    assert!(
        run.code == 1
            && run
                .err
                .contains("newer-aaaa.ron was written by a newer quiz"),
        "{}",
        run.err
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    fs::remove_file(&path).unwrap();
    fs::write(
        home.path().join("config.ron"),
        "Config(version: 2, dream: 1)",
    )
    .unwrap();
    assert!(
        home.quiz(&["next"])
            .err
            .contains("config.ron was written by a newer quiz")
    );
}

#[test]
fn a_home_that_cannot_be_made_is_one_message() {
    let home = Home::fresh();
    fs::write(home.path(), "a file").unwrap();
    let run = home.quiz(&["next"]);
    assert!(
        run.code == 1 && run.err.starts_with("quiz: cannot create the folder"),
        "{}",
        run.err
    );
    assert_eq!(run.err.lines().count(), 1);
}

#[test]
fn a_history_that_another_process_holds_is_said_and_nothing_is_lost() {
    let home = Home::with(TWO);
    home.ok(&["grade", "a", "good"]);
    let own = home.own_history();
    let held = fs::File::open(&own).unwrap();
    held.lock().unwrap();
    let run = home.quiz(&["grade", "b#c1", "good"]);
    assert!(
        run.code == 1 && run.err.contains("another quiz is writing"),
        "{}",
        run.err
    );
    held.unlock().unwrap();
    home.ok(&["grade", "b#c1", "good"]);
    assert_eq!(home.grades(), ["a Good", "b#c1 Good"]);
}

#[test]
fn a_clock_that_runs_backwards_keeps_the_order_of_the_answers() {
    let mut home = Home::with(TWO);
    home.ok(&["grade", "a", "again"]);
    home.at("2026-11-23T08:00:00+01:00")
        .ok(&["grade", "a", "good"]);
    let reviews = home.json(&["show", "a", "--json"])["faces"][0]["reviews"].clone();
    let grades: Vec<_> = reviews
        .as_array()
        .unwrap()
        .iter()
        .map(|review| review["grade"].clone())
        .collect();
    assert_eq!(grades, ["again", "good"]);
}

#[test]
fn an_event_of_the_far_future_waits_and_blocks_nothing() {
    let home = Home::with(TWO);
    home.write_history(&[&review("2036-11-20T09:00:00.000+01:00", "a", "2036-11-30")]);
    let run = home.quiz(&["next"]);
    assert!(
        run.out.starts_with("a\n") && run.err.contains("more than a day in the future"),
        "{}",
        run.err
    );
    home.ok(&["grade", "a", "good"]);
    assert!(
        home.quiz(&["check"])
            .out
            .contains("1 event is dated more than a day in the future")
    );
}

#[test]
fn a_torn_line_is_set_aside_and_said() {
    let home = Home::with(TWO);
    home.ok(&["grade", "a", "good"]);
    let own = home.own_history();
    let mut text = fs::read_to_string(&own).unwrap();
    text.push_str("Review(at:\"2026-11-23T09:00:00.000+01:00\",fa");
    fs::write(&own, &text).unwrap();
    assert!(
        home.quiz(&["grade", "b#c1", "good"])
            .err
            .contains("set aside")
    );
    assert!(
        fs::read_to_string(&own).unwrap().starts_with(&text),
        "nothing is deleted"
    );
    assert_eq!(home.grades(), ["a Good", " ", "b#c1 Good"]);
    assert_eq!(
        home.quiz(&["check"]).code,
        0,
        "what was set aside is no error"
    );
}

#[test]
fn a_command_that_needs_a_person_says_what_to_use_instead() {
    let home = Home::with(TWO);
    let run = home.quiz(&["review"]);
    assert!(
        run.code == 2 && run.err.contains("use `quiz next` and `quiz grade`"),
        "{}",
        run.err
    );
    let run = home.quiz(&["test"]);
    assert_eq!(run.code, 2);
    assert_eq!(home.quiz(&["review", "nowhere"]).code, 2);
    assert_eq!(home.quiz(&["--wrong"]).code, 2);
    assert_eq!(home.quiz(&["next", "--tag", "none"]).code, 2);
}

#[test]
fn a_number_out_of_its_range_is_wrong_usage() {
    let home = Home::with(TWO);
    for arguments in [
        &["review", "--limit", "0"][..],
        &["review", "--ahead", "3651"],
        &["review", "--new", "many"],
        &["test", "-n", "0"],
        &["test", "--minutes", "0"],
        &["stats", "--days", "0"],
        &["grade", "a", "good", "--ms", "4294967296"],
    ] {
        let run = home.quiz(arguments);
        assert_eq!(
            (run.code, run.out.as_str()),
            (2, ""),
            "{arguments:?}: {}",
            run.err
        );
        assert!(
            run.err.contains("invalid value"),
            "{arguments:?}: {}",
            run.err
        );
    }
    assert!(home.history().is_empty());
}

#[test]
fn cards_are_added_by_flags_lines_and_ron() {
    let home = Home::empty();
    assert!(
        home.ok(&[
            "add",
            "x/new",
            "--front",
            "What is it?",
            "--back",
            "It.",
            "--tag",
            "t"
        ])
        .contains("`what-is-it`")
    );
    assert_eq!(
        home.quiz_with(&["add", "x/new"], "uno\tone\ndos\ttwo\tnumber\n")
            .code,
        0
    );
    assert_eq!(
        home.quiz_with(
            &["add", "x/new"],
            "Typed(front: \"F?\", answers: [\"a\"]), // why\n"
        )
        .code,
        0
    );
    let run = home.quiz(&["add", "x/new", "--front", "what is  it", "--back", "x"]);
    assert!(
        run.code == 0 && run.err.contains("`what-is-it` (x/new:"),
        "{}",
        run.err
    );
    assert_eq!(home.json(&["list", "--json"]).as_array().unwrap().len(), 5);
    assert!(home.ok(&["check"]).contains("5 cards"));
    for (arguments, input) in [
        (&["add", "x/new"][..], "no tab here\n"),
        (&["add", "x/new"], "Basic(front: \"f\")"),
        (&["add", "x/new", "--cloze", "no gap"], ""),
        (
            &["add", "x/new", "--front", "f", "--back", "b", "--id", "uno"],
            "",
        ),
        (&["add", "../x", "--front", "f", "--back", "b"], ""),
    ] {
        assert_ne!(
            home.quiz_with(arguments, input).code,
            0,
            "{arguments:?} {input:?}"
        );
    }
    assert_eq!(home.json(&["list", "--json"]).as_array().unwrap().len(), 5);
}

#[test]
fn a_rename_carries_the_history_over_and_keeps_a_copy() {
    let home = Home::with(TWO);
    home.ok(&["grade", "a", "good"]);
    home.ok(&["rename", "a", "z"]);
    assert!(
        fs::read_to_string(home.path().join("decks/d.ron"))
            .unwrap()
            .contains("Basic(id: \"z\", front")
    );
    assert_eq!(
        home.json(&["show", "z", "--json"])["faces"][0]["reviews"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        fs::read_dir(home.path().join("decks/.backups"))
            .unwrap()
            .count(),
        1
    );
    home.ok(&["grade", "b#c1", "good"]);
    let run = home.quiz(&["rename", "z", "b"]);
    assert!(
        run.code == 1 && run.err.contains("a history of its own (1 review)"),
        "{}",
        run.err
    );
}

#[test]
fn an_id_that_a_rename_took_away_is_given_to_no_other_card() {
    let home = Home::with(TWO);
    home.ok(&["grade", "a", "good"]);
    home.ok(&["rename", "a", "z"]);
    // Somebody writes a new card under the old id: its answers would count for the other.
    let path = home.deck(
        "new",
        "Deck(title: \"N\", cards: [\n    Basic(id: \"a\", front: \"Something else?\", back: \"x\"),\n])",
    );
    let run = home.quiz(&["check"]);
    assert!(
        run.code == 1
            && run.out.contains(
                "new.ron:2:15: error: the id `a` was renamed to `z`, which is a card too"
            ),
        "{}",
        run.out
    );
    assert_eq!(home.quiz(&["grade", "a", "easy"]).code, 2);
    assert_eq!(
        home.json(&["show", "z", "--json"])["faces"][0]["reviews"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    for (arguments, said) in [
        (["rename", "a", "c"], "`a` was already renamed to `z`"),
        (["rename", "z", "a"], "`z` and `a` are two cards"),
    ] {
        let run = home.quiz(&arguments);
        assert!(run.code == 1 && run.err.contains(said), "{}", run.err);
    }
    // A card without an id gets an id other than its text would give.
    fs::write(
        &path,
        "Deck(title: \"N\", cards: [Basic(front: \"a\", back: \"x\")])",
    )
    .unwrap();
    assert_eq!(home.quiz(&["check"]).code, 0);
    let rows = home.json(&["list", "--deck", "new", "--json"]);
    assert!(rows[0]["id"] != "a" && rows[0]["state"] == "new", "{rows}");
}

#[test]
fn a_deck_that_a_rename_has_not_reached_keeps_its_history() {
    let home = Home::with(TWO);
    home.ok(&["grade", "a", "good"]);
    home.ok(&["suspend", "a"]);
    home.write_history(&[r#"Rename(at:"2026-11-23T08:00:00.000+01:00",from:"a",to:"z")"#]);
    let shown = home.json(&["show", "a", "--json"]);
    assert_eq!(
        shown["faces"][0]["reviews"].as_array().unwrap().len(),
        1,
        "{shown}"
    );
    assert_eq!(shown["suspended"], true);
    assert_eq!(
        home.json(&["check", "--json"])["orphans"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
    home.ok(&["grade", "a", "easy"]);
    home.deck(
        "d",
        r#"Deck(title: "D", cards: [Basic(id: "z", front: "Question A?", back: "Answer A.")])"#,
    );
    let shown = home.json(&["show", "z", "--json"]);
    assert_eq!(
        shown["faces"][0]["reviews"].as_array().unwrap().len(),
        2,
        "{shown}"
    );
}

#[test]
fn an_orphan_is_listed_with_the_likely_card_and_can_be_carried_over() {
    let home = Home::with(TWO);
    home.ok(&["grade", "a", "good"]);
    home.deck(
        "d",
        r#"Deck(title: "D", cards: [Basic(id: "a-new", front: "Question A?", back: "x")])"#,
    );
    let run = home.quiz(&["check"]);
    assert!(
        run.out.contains("`a` has a history, but no card")
            && run.out.contains("quiz rename a a-new"),
        "{}",
        run.out
    );
    home.ok(&["rename", "a", "a-new"]);
    assert!(!home.ok(&["check"]).contains("has a history, but no card"));
}

#[test]
fn check_mends_what_needs_no_guessing_and_shows_it() {
    let home = Home::with("Basic(front: \"What is it?\", back: \"b\"),");
    let run = home.quiz(&["check", "--fix"]);
    assert!(
        run.code == 0 && run.out.contains("+Basic(id: \"what-is-it\", front"),
        "{}",
        run.out
    );
    home.ok(&["grade", "what-is-it", "good"]);
    let folder = home.path().join("reviews");
    let own = home.own_history();
    fs::copy(&own, folder.join("x.sync-conflict-20261123.ron")).unwrap();
    home.ok(&["check", "--fix"]);
    assert!(!folder.join("x.sync-conflict-20261123.ron").exists());
    assert_eq!(home.grades(), ["what-is-it Good"]);
    assert_eq!(fs::read_dir(folder.join(".backups")).unwrap().count(), 1);
}

#[test]
fn figures_are_printed_for_people_and_programs() {
    let home = Home::with(TWO);
    let empty = home.ok(&["stats", "--all"]);
    assert!(
        empty.contains("Too little to tell") && empty.contains("Nothing learnt yet."),
        "{empty}"
    );
    home.ok(&["grade", "a", "good", "--ms", "3000"]);
    let figures = home.json(&["stats", "--json"]);
    assert_eq!(figures["activity"]["in_all"], 1);
    assert_eq!(figures["activity"]["seconds_in_all"], 3);
    assert_eq!(figures["decks"][0]["young"], 1);
    assert_eq!(figures["decks"][0]["new"], 2);
    assert_eq!(figures["forecast"]["days"][2], 1);
    assert_eq!(figures["streak"]["current"], 1);
    assert_eq!(home.quiz(&["stats", "nowhere"]).code, 2);
}

#[test]
fn completions_know_decks_tags_and_cards() {
    let mut home = Home::with(TWO);
    home.deck(
        "geo/cities",
        r#"Deck(title: "Cities", cards: [Basic(id: "b-paris", front: "P?", back: "p", tags: ["europe", "eu"])])"#,
    );
    home.deck("evil\u{1b}[31m", "Deck(title: \"E\")");
    for shell in ["bash", "zsh", "fish", "powershell"] {
        assert!(home.ok(&["completions", shell]).contains("quiz"), "{shell}");
    }
    // As the shell's function asks for them.
    home.set("COMPLETE", "fish");
    let completed = |words: &[&str]| -> Vec<String> {
        let out = home.ok(&[&["--", "quiz"], words].concat());
        assert!(!out.contains('\u{1b}'), "{out:?}");
        out.lines()
            .filter(|line| !line.starts_with('-'))
            .map(String::from)
            .collect()
    };
    assert_eq!(completed(&["review", ""]), ["d\tD", "geo/cities\tCities"]);
    assert_eq!(completed(&["stats", "g"]), ["geo/cities\tCities"]);
    assert_eq!(completed(&["list", "--tag", "eu"]), ["eu", "europe"]);
    assert_eq!(completed(&["review", "--tag", "x"]), [""; 0]);
    let cards = ["b\tOne and then two.", "b-paris\tP?"];
    for command in [
        "show", "edit", "rename", "suspend", "resume", "bury", "forget",
    ] {
        assert_eq!(completed(&[command, "b"]), cards, "{command}");
    }
    assert_eq!(
        completed(&["grade", "b#"]),
        ["b#c1\t[…] and then two.", "b#c2\tOne and then […]."]
    );
    assert_eq!(completed(&["tes"]).len(), 1);
}

#[test]
fn one_face_is_forgotten_and_a_card_is_put_off_as_a_whole() {
    let home = Home::with(TWO);
    for face in ["b#c1", "b#c2"] {
        home.ok(&["grade", face, "good"]);
    }
    home.ok(&["forget", "b#c1"]);
    let faces = home.json(&["show", "b", "--json"])["faces"].clone();
    assert_eq!(
        (&faces[0]["state"], &faces[1]["state"]),
        (&"new".into(), &"young".into())
    );
    for (command, face) in [("forget", "b#c9"), ("suspend", "b#c9"), ("bury", "b#c1")] {
        let run = home.quiz(&[command, face]);
        assert_eq!(run.code, 2, "{command}: {}", run.err);
    }
    assert_eq!(home.ok(&["suspend", "b", "b"]), "Suspended b.\n");
    assert_eq!(home.ok(&["suspend", "b"]), "b is already suspended.\n");
    let suspended = home
        .history()
        .iter()
        .filter(|line| line.starts_with("Suspend"))
        .count();
    assert_eq!(suspended, 1);
}

#[test]
fn what_is_recorded_of_a_card_without_an_id_writes_the_id_first() {
    for command in [
        &["grade", "alpha", "good"][..],
        &["suspend", "alpha"],
        &["rename", "alpha", "gamma"],
    ] {
        let home = Home::with(r#"Basic(front: "alpha", back: "x")"#);
        home.ok(command);
        let deck = fs::read_to_string(home.path().join("decks/d.ron")).unwrap();
        let id = if command[0] == "rename" {
            "gamma"
        } else {
            "alpha"
        };
        assert!(
            deck.contains(&format!("Basic(id: \"{id}\", front")),
            "{command:?}: {deck}"
        );
    }
}

#[test]
fn a_history_of_a_newer_version_is_said_before_anything_is_asked() {
    let home = Home::with(TWO);
    home.ok(&["grade", "a", "good"]);
    let file = home.own_history();
    let newer = fs::read_to_string(&file)
        .unwrap()
        .replace("version: 1", "version: 2");
    fs::write(&file, &newer).unwrap();
    let run = home.quiz(&["check"]);
    assert!(
        run.code == 1 && run.out.contains("a newer quiz wrote this file (version 2"),
        "{}",
        run.out
    );
    assert!(home.quiz(&[]).err.contains("1 error in your history"));
    for command in ["review", "test"] {
        assert!(
            home.quiz(&[command]).err.contains("update quiz"),
            "{command}"
        );
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), newer);
}

#[test]
fn a_missing_quote_is_named_where_it_is_missing() {
    let cards: Vec<String> = (0..9)
        .map(|n| format!("Basic(\n  id: \"c{n}\",\n  front: \"F {n}\",\n  back: \"B\",\n),\n"))
        .collect();
    let text = cards.concat().replace("\"F 3\"", "\"F 3");
    let home = Home::with(&text);
    let run = home.quiz(&["check"]);
    // The deck's head is the first line; each card takes five.
    assert!(
        run.out.contains(&format!(
            "d.ron:{}:10: error: this text is never closed",
            1 + 3 * 5 + 3
        )),
        "{}",
        run.out
    );
}

#[test]
fn an_id_given_twice_at_once_is_called_that() {
    let home = Home::with(TWO);
    let card = r#"Basic(id: "n", front: "N?", back: "n"),"#;
    let run = home.quiz_with(&["add", "d"], &format!("{card}\n{card}\n"));
    assert!(run.code != 0 && run.err.contains("twice"), "{}", run.err);
    let run = home.quiz_with(&["add", "d"], "a\tb\tc\td\n");
    assert!(
        run.code == 2 && run.err.contains("this one has 4 fields"),
        "{}",
        run.err
    );
}

/// Adds the names of all fields in `value`, without dates.
fn names(value: &serde_json::Value, found: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Array(all) => all.iter().for_each(|value| names(value, found)),
        serde_json::Value::Object(all) => {
            for (name, value) in all {
                found.extend(Some(name.clone()).filter(|name| !name.contains('-')));
                names(value, found);
            }
        }
        _ => {}
    }
}

#[test]
fn the_readme_names_what_json_holds() {
    let mut home = Home::with(TWO);
    home.deck(
        "more",
        r#"Deck(title: "M", resources: [(title: "t", site: "s", minutes: 1)], cards: [Basic(front: "f", back: "b", tags: ["t"])])"#,
    );
    home.deck("broken", "Deck(");
    let day = |day: u32, face: &str, grade: &str, due: u32| {
        format!(
            "Review(at:\"2026-10-{day:02}T09:00:00.000+01:00\",face:\"{face}\",grade:{grade},ms:1000,due:\"2026-10-{due:02}\")"
        )
    };
    let mut lines = vec![
        day(1, "gone", "Good", 3),
        day(1, "a", "Good", 3),
        day(4, "a", "Again", 4),
    ];
    lines.extend(
        (5..30).flat_map(|on| (0..5).map(move |n| day(on, &format!("x{n}"), "Good", on + 1))),
    );
    lines.push(
        "Test(at:\"2026-10-30T20:00:00.000+01:00\",decks:[\"d\"],asked:2,right:1,seconds:3)".into(),
    );
    home.write_history(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    home.at("2026-10-31T09:00:00+01:00");
    let readme = include_str!("../../README.md");
    let (_, shapes) = readme
        .split_once("whose names stay as they are:\n\n```\n")
        .unwrap();
    let (shapes, _) = shapes.split_once("```").unwrap();
    // Each shape follows the command that prints it; the inputs of a command are given here.
    let shapes = shapes
        .split("\nquiz")
        .map(|shape| shape.trim_start_matches("quiz"));
    fs::write(
        home.path().join("config.ron"),
        "Config(decks: {\"d\": (new_per_day: 20)})",
    )
    .unwrap();
    let mut streak = BTreeSet::new();
    names(&home.json(&["stats", "--json"])["streak"], &mut streak);
    for shape in shapes {
        let (command, shape) = shape.split_once("--json").unwrap();
        let command: Vec<&str> = match command.trim() {
            "grade …" => vec!["grade", "b#c1", "good"],
            "show …" => vec!["show", "a"],
            "remove …" => vec!["remove", "b", "--yes"],
            "move …" => vec!["move", "a", "more"],
            words => words.split_whitespace().collect(),
        };
        // Abbreviated parts are explained by another command, or by a line above.
        let shape = shape
            .replace("DAY: answers", "")
            .replace(", the first three ", " ");
        let mut said: BTreeSet<String> = shape
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .filter(|word| !word.is_empty())
            .map(String::from)
            .collect();
        if command.is_empty() {
            said.extend(streak.iter().cloned());
        }
        let arguments: Vec<&str> = command.iter().copied().chain(["--json"]).collect();
        let mut found = BTreeSet::new();
        names(
            &serde_json::from_str(&home.quiz(&arguments).out).unwrap(),
            &mut found,
        );
        assert_eq!(said, found, "quiz {}", arguments.join(" "));
    }
}

#[test]
fn suspended_and_forgotten_cards_are_found_by_state() {
    let home = Home::with(TWO);
    home.ok(&["grade", "a", "good"]);
    home.ok(&["suspend", "b"]);
    let ids = |state: &str| -> Vec<String> {
        let rows = home.json(&["list", "--state", state, "--json"]);
        rows.as_array()
            .unwrap()
            .iter()
            .map(|row| row["id"].as_str().unwrap().to_string())
            .collect()
    };
    assert_eq!(
        (ids("young"), ids("suspended")),
        (vec!["a".into()], vec!["b".to_string()])
    );
    home.ok(&["forget", "a"]);
    assert_eq!(ids("new"), ["a", "b"]);
    assert_eq!(
        home.json(&["stats", "--json"])["activity"]["in_all"],
        1,
        "what was answered still counts"
    );
}
