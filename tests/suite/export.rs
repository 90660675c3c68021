//! Cards exported and imported again: JSON without loss, Anki with the history, tables and Markdown with the text.

use std::fs;

use crate::support::Home;

const CARDS: &str = r#"// a comment
Basic(id: "a", front: "Was ist *das*?", back: "line one\nline two", reverse: true, note: "n", tags: ["t", "u"]),
Cloze(id: "b", text: "{{c1::One::hint}} and {{c2::`two`}}."),
Choice(id: "c", front: "Which?", choices: ["x", "y"], answers: ["y"], shuffle: false),
Typed(id: "d", front: "Type", answers: ["one", "eins"], source: "somewhere", as_of: "2024-10"),
TrueFalse(id: "e", statement: "So it is", answer: false, back: "it is not"),"#;

const LOG: &str = r#"History(version: 1, machine: "m")
Review(at:"2026-11-01T09:00:00.000+01:00",face:"a",grade:Good,ms:1000,due:"2026-11-03")
Review(at:"2026-11-03T09:00:00.000+01:00",face:"a",grade:Again,ms:1000,due:"2026-11-03")
Review(at:"2026-11-03T09:20:00.000+01:00",face:"a",grade:Good,ms:1500,due:"2026-11-09")
Review(at:"2026-11-03T09:20:00.000+01:00",face:"b#c2",grade:Easy,ms:1500,due:"2026-11-20")
Due(at:"2026-11-04T09:00:00.000+01:00",face:"b#c2",due:"2026-11-25")
Suspend(at:"2026-11-04T09:01:00.000+01:00",card:"e")
Dream(at:"2026-11-05T09:01:00.000+01:00",of:"a newer quiz")
"#;

/// Returns a home with one deck in a folder, and a log.
fn home() -> Home {
    let mut home = Home::empty();
    let deck = "Deck(title: \"Own\", about: \"what\", order: 3, resources: [\n    Resource(title: \"r\", site: \"https://a.b\", minutes: 5),\n], cards: [\n";
    home.deck("lists/own", &format!("{deck}{CARDS}\n])\n"));
    fs::create_dir_all(home.path().join("reviews")).unwrap();
    fs::write(home.path().join("reviews/m.ron"), LOG).unwrap();
    home.at("2026-11-26T09:00:00+01:00");
    home
}

fn exported(home: &Home, name: &str) -> String {
    let file = home
        .path()
        .parent()
        .unwrap()
        .join(name)
        .to_string_lossy()
        .into_owned();
    let run = home.quiz(&["export", "--to", &file]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    file
}

/// Returns a home that was empty, after an import of `file`.
fn taken_in(file: &str) -> Home {
    let mut home = Home::empty();
    home.at("2026-11-26T09:00:00+01:00");
    let run = home.quiz(&["import", "--zone", "+01:00", file]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    home
}

#[test]
fn json_loses_nothing() {
    let home = home();
    let file = exported(&home, "all.json");
    let other = taken_in(&file);
    // The same cards, and the same lines: exported again it is the same file.
    let again = exported(&other, "again.json");
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        fs::read_to_string(&again).unwrap()
    );
    let deck = fs::read_to_string(other.path().join("decks/lists/own.ron")).unwrap();
    for part in [
        "about: \"what\"",
        "order: 3",
        "site: \"https://a.b\"",
        "shuffle: false",
        "as_of: \"2024-10\"",
    ] {
        assert!(deck.contains(part), "{part}\n{deck}");
    }
    let log = fs::read_to_string(other.path().join("reviews/json-all.ron")).unwrap();
    assert!(LOG.lines().skip(1).all(|line| log.contains(line)), "{log}");
    // A second import changes nothing.
    let before = fs::read(other.path().join("reviews/json-all.ron")).unwrap();
    let run = other.quiz(&["import", &file]);
    assert!(run.out.contains("5 cards unchanged"), "{}", run.out);
    assert_eq!(
        fs::read(other.path().join("reviews/json-all.ron")).unwrap(),
        before
    );
}

#[cfg(feature = "anki")]
#[test]
fn out_to_anki_and_in_again_is_the_same_history() {
    let home = home();
    let other = taken_in(&exported(&home, "own.apkg"));
    let face = |home: &Home, card: &str, at: usize| {
        let card = home.json(&["show", card, "--json"]);
        let face = &card["faces"][at];
        (
            face["due"].clone(),
            face["stability"].clone(),
            face["difficulty"].clone(),
        )
    };
    for (card, at) in [("a", 0), ("a", 1), ("b", 0), ("b", 1)] {
        assert_eq!(face(&home, card, at), face(&other, card, at), "{card} {at}");
    }
    let log: String = fs::read_dir(other.path().join("reviews"))
        .unwrap()
        .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
        .collect();
    for line in LOG.lines().filter(|line| line.starts_with("Review(")) {
        // Two answers at one moment get two moments in Anki.
        let shifted = line.replace("09:20:00.000", "09:20:00.001");
        assert!(
            log.contains(line) || log.contains(&shifted),
            "{line}\n{log}"
        );
    }
    assert!(log.contains("card:\"e\""), "{log}");
    let deck = fs::read_to_string(other.path().join("decks/lists/own.ron")).unwrap();
    assert!(
        deck.contains("reverse: true") && deck.contains("{{c1::One::hint}} and {{c2::`two`}}."),
        "{deck}"
    );
}

#[test]
fn a_table_comes_back_with_its_ids() {
    let home = home();
    let file = exported(&home, "own.tsv");
    let text = fs::read_to_string(&file).unwrap();
    assert!(
        text.starts_with("#separator:tab\n#html:true\n#guid column:1\n"),
        "{text}"
    );
    assert!(
        text.contains("quiz:a\tBasic (and reversed card)\tlists::own\tWas ist <i>das</i>?"),
        "{text}"
    );
    let other = taken_in(&file);
    let deck = fs::read_to_string(other.path().join("decks/lists/own.ron")).unwrap();
    assert!(
        deck.contains("id: \"a\"") && deck.contains("Was ist *das*?"),
        "{deck}"
    );
}

#[test]
fn markdown_comes_back_as_cards() {
    let home = home();
    let file = exported(&home, "own.md");
    let other = taken_in(&file);
    let run = other.quiz(&["list"]);
    assert!(
        run.out.contains("Was ist") && run.out.contains("So it is"),
        "{}",
        run.out
    );
}

#[test]
fn what_is_markup_in_a_deck_is_markup_in_a_file() {
    let home = Home::empty();
    let cards =
        r#"cards: [Basic(id: "ID", front: "**a** and x**2 + y**2", back: "`b` Option<u8>")])"#;
    let deck = |id: &str, markup: &str| {
        let cards = cards.replace("ID", id);
        home.deck(id, &format!("Deck(title: \"{id}\", {markup}{cards}"));
    };
    deck("with", "");
    deck("without", "markup: false, ");
    let read = |name: &str| fs::read_to_string(exported(&home, name)).unwrap();
    let (table, markdown) = (read("m.csv"), read("m.md"));
    for (file, has) in [
        (
            &table,
            "<b>a</b> and x**2 + y**2,<code>b</code> Option&lt;u8&gt;",
        ),
        (&table, "**a** and x**2 + y**2,`b` Option&lt;u8&gt;"),
        (&markdown, "Q: **a** and x**2 + y**2\nA: `b` Option<u8>"),
        (&markdown, "Q: \\*\\*a\\*\\* and"),
        (&markdown, "A: \\`b\\` Option<u8>"),
    ] {
        assert!(file.contains(has), "{has} in\n{file}");
    }
}

#[test]
fn nothing_is_written_over_and_an_unknown_ending_is_wrong_usage() {
    let home = home();
    let file = exported(&home, "own.json");
    let run = home.quiz(&["export", "--to", &file]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("already exists"), "{}", run.err);
    let run = home.quiz(&["export", "--to", "own.doc"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains(".apkg"), "{}", run.err);
    let run = home.quiz(&[
        "export",
        "lists",
        "--to",
        &file.replace("own.json", "part.json"),
    ]);
    assert!(run.out.contains("with 4 reviews"), "{}", run.out);
}

#[test]
fn only_pictures_below_media_leave() {
    let home = Home::with(
        "Basic(id: \"a\", front: \"![](media/cell (1).png) ![s](media/b.mp3)\", back: \"![](media/../../secret) `![](media/code.png)`\")",
    );
    fs::create_dir_all(home.path().join("media")).unwrap();
    for (file, text) in [
        ("media/cell (1).png", "PICTURE"),
        ("media/b.mp3", "SOUND"),
        ("media/code.png", "CODE"),
        ("../secret", "SECRET"),
    ] {
        fs::write(home.path().join(file), text).unwrap();
    }
    let file = home
        .path()
        .join("../out.apkg")
        .to_string_lossy()
        .into_owned();
    let run = home.quiz(&["export", "--to", &file]);
    assert!(
        run.code == 0
            && run
                .err
                .contains("1 file that cards show is not in the folder media"),
        "{}{}",
        run.out,
        run.err
    );
    // Files are packed unchanged.
    let package = fs::read(&file).unwrap();
    let holds = |text: &str| {
        package
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    let held = ["PICTURE", "SOUND", "CODE", "SECRET"].map(holds);
    assert_eq!(held, [true, true, false, false]);
}

#[test]
fn what_is_about_a_card_leaves_with_it() {
    let home = home();
    let question = "Question(at:\"2026-11-06T09:00:00.000+01:00\",face:\"a\",right:true)";
    fs::write(
        home.path().join("reviews/m.ron"),
        format!("{LOG}{question}\n"),
    )
    .unwrap();
    let file = home
        .path()
        .join("../own.json")
        .to_string_lossy()
        .into_owned();
    home.ok(&["export", "lists/own", "--to", &file]);
    assert!(fs::read_to_string(&file).unwrap().contains("Question("));
}
