//! The index of decks, through the binary: it changes nothing that is printed.

use std::fs;
use std::path::PathBuf;

use crate::support::Home;

const DECK: &str = "Deck(title: \"E\", about: \"More.\", order: 1, cards: [\n\
    Basic(id: \"b\", front: \"Question B?\", back: \"Answer B.\", tags: [\"t\"]),\n\
    Cloze(id: \"c\", text: \"{{c1::One}} and {{c2::two}}\"),\n])\n";

/// Returns a home of two decks whose index is always written.
fn home() -> Home {
    let mut home = Home::with("Basic(id: \"a\", front: \"Question A?\", back: \"Answer A.\"),");
    home.set("QUIZ_INDEX_FROM", "0");
    home.deck("e", DECK);
    home
}

/// Returns the files of the index of decks below a folder.
fn indexes(below: PathBuf) -> Vec<PathBuf> {
    let entries = fs::read_dir(below).into_iter().flatten().flatten();
    let (folders, files): (Vec<_>, Vec<_>) = entries
        .map(|entry| entry.path())
        .partition(|path| path.is_dir());
    let is_index = |path: &PathBuf| path.file_name().is_some_and(|name| name == "decks");
    let deeper = folders.into_iter().flat_map(indexes);
    files.into_iter().filter(is_index).chain(deeper).collect()
}

/// Returns what commands print of the decks.
fn said(home: &Home) -> Vec<String> {
    let commands: [&[&str]; 7] = [
        &["list", "--decks", "--json"],
        &["list", "--json"],
        &["list", "--tags"],
        &["list", "--tag", "t"],
        &["show", "c", "--json"],
        &["next", "--json"],
        &["check"],
    ];
    commands.iter().map(|command| home.ok(command)).collect()
}

#[test]
fn an_index_is_written_and_changes_nothing() {
    let home = home();
    let folder = home.path().parent().unwrap().to_path_buf();
    assert_eq!(indexes(folder.clone()), Vec::<PathBuf>::new());
    let first = home.ok(&["list", "--decks", "--json"]);
    assert_eq!(indexes(folder.clone()).len(), 1);
    let with = said(&home);
    assert_eq!(with[0], first);
    indexes(folder)
        .iter()
        .for_each(|path| fs::write(path, "broken").unwrap());
    assert_eq!(said(&home), with);
}

#[test]
fn a_deck_that_changed_is_read_as_it_is() {
    let home = home();
    home.ok(&["next"]);
    home.deck(
        "e",
        &DECK
            .replace("Question B?", "Something!?")
            .replace("\"t\"", "\"u\""),
    );
    assert!(home.ok(&["list"]).contains("Something!?"));
    assert!(home.ok(&["show", "b"]).contains("tags: u"));
    home.ok(&["add", "e", "New?", "New.", "--id", "n"]);
    assert!(home.ok(&["show", "n"]).contains("New."));
    assert!(
        home.quiz(&["add", "e", "Other?", "Other.", "--id", "a"])
            .code
            != 0
    );
    fs::remove_file(home.path().join("decks/e.ron")).unwrap();
    assert!(home.quiz(&["show", "b"]).code != 0);
}
