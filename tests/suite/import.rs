//! Imports through the binary: our own packages in every form, repeated and damaged ones, and text.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::Home;

/// Returns a package in `tests/anki`.
fn package(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/anki");
    folder.join(name).to_string_lossy().into_owned()
}

/// Returns a home after an import of `file`.
fn imported(file: &str) -> Home {
    let mut home = Home::empty();
    home.at("2026-11-26T09:00:00+01:00");
    let run = home.quiz(&["import", "--zone", "Europe/Berlin", file]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    home
}

/// Returns every file of a home.
fn files(home: &Home) -> BTreeMap<PathBuf, Vec<u8>> {
    fn walk(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, files);
            } else {
                files.insert(path.clone(), fs::read(&path).unwrap());
            }
        }
    }
    let mut all = BTreeMap::new();
    walk(&home.path(), &mut all);
    let root = home.path();
    all.into_iter()
        .map(|(path, bytes)| (path.strip_prefix(&root).unwrap().to_path_buf(), bytes))
        .collect()
}

fn read(home: &Home, file: &str) -> String {
    fs::read_to_string(home.path().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

#[cfg(feature = "anki")]
#[test]
fn all_forms_of_a_package_give_one_home() {
    let first = imported(&package("made-latest.apkg"));
    let files_of_first = files(&first);
    for form in [
        "made-legacy.apkg",
        "made-latest.colpkg",
        "made-legacy.colpkg",
    ] {
        assert_eq!(files(&imported(&package(form))), files_of_first, "{form}");
    }
    let json = first.json(&[
        "import",
        "--dry-run",
        "--json",
        &package("made-latest.apkg"),
    ]);
    let file = &json["files"][0];
    let left: u64 = file["left_out"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["count"].as_u64().unwrap())
        .sum();
    assert_eq!(file["source_cards"], 33);
    assert_eq!(file["cards_in"].as_u64().unwrap() + left, 33);
    assert_eq!(first.quiz(&["check"]).code, 0);
    let media: Vec<_> = fs::read_dir(first.path().join("media"))
        .unwrap()
        .map(|file| file.unwrap().file_name())
        .collect();
    assert_eq!(media.len(), 2, "{media:?}");
}

#[cfg(feature = "anki")]
#[test]
fn the_log_arrives_answer_by_answer() {
    let home = imported(&package("made-legacy.apkg"));
    let reviews = fs::read_dir(home.path().join("reviews"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let log = fs::read_to_string(reviews).unwrap();
    for line in [
        "Review(at:\"2024-03-01T08:00:00.123+01:00\",face:\"anki-ia11_7C_2Ah_2BPL\",grade:Good,ms:5000,due:\"2024-03-01\")",
        "Review(at:\"2024-03-31T12:00:00.000+02:00\",face:\"anki-ia11_7C_2Ah_2BPL\",grade:Good,ms:60000,due:\"2024-04-30\")",
        "Forget(at:\"2024-03-05T10:00:00.000+01:00\",face:\"anki-e_5B_7E_405pHbI_60\")",
        "Due(at:\"2024-03-13T11:00:00.001+01:00\",face:\"anki-GlLHnu3_28JI\",due:\"2024-04-05\")",
        "Review(at:\"2024-03-14T09:00:00.000+01:00\",face:\"anki-lF_5BnJOp80w\",grade:Hard,ms:2500,due:\"2024-03-20\")",
    ] {
        assert!(log.lines().any(|own| own == line), "{line}\n{log}");
    }
    let card = home.json(&["show", "anki-ia11_7C_2Ah_2BPL", "--json"]);
    assert_eq!(card["faces"][0]["due"], "2024-04-30");
    assert_eq!(
        card["faces"][0]["reviews"].as_array().map_or(6, Vec::len),
        6
    );
    assert!(read(&home, "config.ron").contains("desired_retention: 0.85"));
}

#[cfg(feature = "anki")]
#[test]
fn importing_again_changes_no_byte() {
    let home = imported(&package("made-latest.apkg"));
    let before = files(&home);
    let again = home.quiz(&[
        "import",
        "--zone",
        "Europe/Berlin",
        &package("made-legacy.colpkg"),
    ]);
    assert_eq!(
        (again.code, files(&home) == before),
        (0, true),
        "{}",
        again.out
    );
    // The same answers read in another zone are still the same answers.
    home.quiz(&[
        "import",
        "--zone",
        "America/New_York",
        &package("made-latest.apkg"),
    ]);
    let reviews = |files: &BTreeMap<PathBuf, Vec<u8>>| -> usize {
        let text = files
            .iter()
            .filter(|(path, _)| path.starts_with("reviews"))
            .map(|(_, bytes)| bytes);
        text.map(|bytes| String::from_utf8_lossy(bytes).matches("Review(").count())
            .sum()
    };
    assert_eq!(reviews(&files(&home)), reviews(&before));
}

#[cfg(feature = "anki")]
#[test]
fn a_dry_run_writes_nothing() {
    let home = Home::empty();
    let run = home.quiz(&["import", "--dry-run", &package("made-latest.apkg")]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("nothing was written"), "{}", run.out);
    assert!(files(&home).is_empty());
}

#[cfg(feature = "anki")]
#[test]
fn what_is_damaged_is_refused_in_a_sentence() {
    let home = Home::empty();
    let folder = tempfile::tempdir().unwrap();
    let refused = |bytes: &[u8], words: &str| {
        let path = folder.path().join("x.apkg");
        fs::write(&path, bytes).unwrap();
        let run = home.quiz(&["import", &path.to_string_lossy()]);
        assert_eq!(run.code, 1, "{words}: {}{}", run.out, run.err);
        assert!(run.err.contains(words), "{words}: {}", run.err);
        assert_eq!(run.err.trim().lines().count(), 1, "{}", run.err);
        assert!(files(&home).is_empty(), "{words}");
    };
    refused(b"", "is empty");
    refused(b"<!DOCTYPE html><html><body>404</body></html>", "web page");
    refused(b"\0\x01\x02garbage\xff\xfe", "neither text nor");
    refused(b"SQLite format 3\0and no more", "damaged");
    let whole = fs::read(package("made-latest.apkg")).unwrap();
    for cut in [5, 100, 5_000, 20_000, whole.len() - 30] {
        refused(&whole[..cut], "damaged or cut off");
    }
    // Changed bytes in the collection.
    let mut bent = whole.clone();
    for byte in &mut bent[3_000..3_400] {
        *byte ^= 0x5a;
    }
    refused(&bent, "damaged");
    let collection = entry(&package("made-legacy.apkg"), "collection.anki21");
    refused(
        &zipped(&[("collection.anki21", &collection), ("../x", b"1")]),
        "leads out of it",
    );
    refused(
        &zipped(&[("collection.anki21", &collection), ("C:\\x", b"1")]),
        "leads out of it",
    );
    refused(
        &zipped(&[("notes.txt", b"x")]),
        "without an Anki collection",
    );
    let mut zeros = b"SQLite format 3\0".to_vec();
    zeros.resize(42_000_000, 0);
    refused(&zipped(&[("collection.anki21", &zeros)]), "damaged");
    let newer = changed(&collection, "update col set ver = 250");
    refused(&zipped(&[("collection.anki21", &newer)]), "newer Anki");
    let log = folder.path().join("hashcards.db");
    let base = rusqlite::Connection::open(&log).unwrap();
    base.execute_batch("create table sessions (id); create table reviews (id);")
        .unwrap();
    drop(base);
    refused(&fs::read(&log).unwrap(), "log of hashcards");
}

/// Returns an entry of a package.
#[cfg(feature = "anki")]
fn entry(package: &str, name: &str) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(fs::File::open(package).unwrap()).unwrap();
    let mut bytes = Vec::new();
    let mut entry = archive.by_name(name).unwrap();
    std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
    bytes
}

/// Returns a zip of these entries.
#[cfg(feature = "anki")]
fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        std::io::Write::write_all(&mut zip, bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Returns a collection after some SQL.
#[cfg(feature = "anki")]
fn changed(collection: &[u8], sql: &str) -> Vec<u8> {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), collection).unwrap();
    let base = rusqlite::Connection::open(file.path()).unwrap();
    base.execute_batch(sql).unwrap();
    drop(base);
    fs::read(file.path()).unwrap()
}

#[cfg(feature = "anki")]
#[test]
fn a_second_import_says_no_settings_that_are_set() {
    let home = imported(&package("made-latest.apkg"));
    let again = home.quiz(&[
        "import",
        "--zone",
        "Europe/Berlin",
        &package("made-latest.apkg"),
    ]);
    assert!(!again.out.contains("settings"), "{}", again.out);
    fs::write(home.path().join("config.ron"), "Config(new_per_day: 7)\n").unwrap();
    let again = home.quiz(&[
        "import",
        "--zone",
        "Europe/Berlin",
        &package("made-latest.apkg"),
    ]);
    assert!(
        again.out.contains("desired_retention: 0.85"),
        "{}",
        again.out
    );
    assert!(!again.out.contains("new_per_day"), "{}", again.out);
}

#[test]
fn what_another_program_knew_is_known_here() {
    let mut home = Home::empty();
    home.at("2026-11-25T12:00:00+01:00");
    let file = home.path().join("../notes.md");
    let text = "#flashcards/geo\n\nParis is in::France\n<!--SR:!2026-12-20,60,250-->\n\
        Rome is in:::Italy\n<!--SR:!2026-11-20,10,230!2026-12-01,30,270-->\nnew::card\n";
    fs::write(&file, text).unwrap();
    let run = home.quiz(&["import", "--zone", "Europe/Berlin", &file.to_string_lossy()]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let cards = home.json(&["list", "--deck", "geo", "--json"]);
    let states: Vec<(&str, &str)> = cards
        .as_array()
        .unwrap()
        .iter()
        .map(|card| {
            (
                card["front"].as_str().unwrap(),
                card["state"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        states.iter().filter(|(_, state)| *state == "new").count(),
        1,
        "{states:?}"
    );
    let known = &home.json(&["stats", "--json"])["known"];
    let today = known.as_array().unwrap().last().unwrap();
    assert_eq!(today["learnt"], 3);
    let sum = today["known"].as_f64().unwrap();
    assert!(sum > 2.5 && sum < 3.0, "{today}");
    // Its present state has a single expression: the imported memory state.
    let id = home.json(&["list", "Paris", "--json"])[0]["id"].clone();
    let face = &home.json(&["show", id.as_str().unwrap(), "--json"])["faces"][0];
    assert_eq!(face["stability"], 60.0, "{face}");
    let recall = face["retrievability"].as_f64().unwrap();
    assert!(recall > 0.9 && recall < 1.0, "{face}");
    let plan = home.json(&["plan", "--cards", "geo", "--json"]);
    assert_eq!(
        (&plan["cards"], &plan["begun"]),
        (&4.into(), &3.into()),
        "{plan}"
    );
}

#[test]
fn one_edit_here_and_two_changes_there_are_one_update_and_one_conflict() {
    let home = Home::empty();
    let list = home.path().join("../words.tsv");
    fs::write(&list, "Hund\tdog\nKatze\tcat\nMaus\tmouse\n").unwrap();
    let list = list.to_string_lossy().into_owned();
    assert_eq!(home.quiz(&["import", &list]).code, 0);
    let deck = home.path().join("decks/words.ron");
    let text = fs::read_to_string(&deck).unwrap();
    fs::write(&deck, text.replace("\"dog\"", "\"the dog\"")).unwrap();
    fs::write(
        &list,
        "Hund\thound\nKatze\ta cat\nMaus\tmouse\nPferd\thorse\n",
    )
    .unwrap();
    let run = home.quiz(&["import", &list]);
    assert!(run.out.contains("1 card added"), "{}", run.out);
    assert!(run.out.contains("1 card updated"), "{}", run.out);
    assert_eq!(
        run.out.matches("has changed there").count(),
        1,
        "{}",
        run.out
    );
    let text = fs::read_to_string(&deck).unwrap();
    assert!(
        text.contains("\"the dog\"") && text.contains("\"a cat\"") && text.contains("\"horse\""),
        "{text}"
    );
    // The conflict is reported until it is resolved.
    let before = files(&home);
    assert!(
        home.quiz(&["import", &list])
            .out
            .contains("has changed there")
    );
    assert_eq!(files(&home), before);
    home.quiz(&["import", "--theirs", &list]);
    assert!(fs::read_to_string(&deck).unwrap().contains("\"hound\""));
    assert_eq!(
        fs::read_dir(home.path().join("decks/.backups"))
            .unwrap()
            .count(),
        2
    );
}

#[test]
fn cards_are_found_wherever_a_person_moved_them() {
    let home = Home::empty();
    let list = home.path().join("../words.csv");
    fs::write(&list, "id,front,back\nw1,Hund,dog\nw2,Katze,cat\n").unwrap();
    let list = list.to_string_lossy().into_owned();
    home.quiz(&["import", &list]);
    let moved = fs::read_to_string(home.path().join("decks/words.ron")).unwrap();
    fs::remove_file(home.path().join("decks/words.ron")).unwrap();
    home.deck("my/own", &format!("// mine\n{moved}"));
    home.quiz(&["rename", "w2", "cat"]);
    fs::write(&list, "id,front,back\nw1,Hund,hound\nw2,Katze,the cat\n").unwrap();
    let run = home.quiz(&["import", &list]);
    assert!(run.out.contains("2 cards updated"), "{}", run.out);
    let text = read(&home, "decks/my/own.ron");
    assert!(
        text.starts_with("// mine\n") && text.contains("hound"),
        "{text}"
    );
    assert!(
        text.contains("id: \"cat\"") && text.contains("the cat"),
        "{text}"
    );
    // A card that was removed stays away.
    let without = text
        .lines()
        .filter(|line| !line.contains("hound"))
        .collect::<Vec<_>>()
        .join("\n");
    home.deck("my/own", &without);
    let run = home.quiz(&["import", &list]);
    assert!(run.out.contains("1 card you removed stay"), "{}", run.out);
    assert!(!read(&home, "decks/my/own.ron").contains("hound"));
}

#[test]
fn a_text_that_is_no_cards_is_refused_with_a_way_on() {
    let home = Home::empty();
    let note = home.path().join("../note.md");
    fs::write(&note, "# Title\n\njust prose, and no card\nin two lines\n").unwrap();
    let run = home.quiz(&["import", &note.to_string_lossy()]);
    assert_eq!(
        (run.code, run.out.as_str()),
        (0, run.out.as_str()),
        "{}",
        run.err
    );
    fs::write(&note, "one line of prose\n\nand another\n").unwrap();
    let run = home.quiz(&["import", &note.to_string_lossy()]);
    assert_eq!(run.code, 1);
    assert!(
        run.err.contains("no cards that are known") && run.err.contains("line 1"),
        "{}",
        run.err
    );
}

#[test]
fn a_big_deck_is_parted() {
    let home = Home::empty();
    let list = home.path().join("../big.tsv");
    let lines: String = (0..2_500)
        .map(|n| format!("word {n}\tback {n}\n"))
        .collect();
    fs::write(&list, lines).unwrap();
    let run = home.quiz(&["import", "--deck", "lists/big", &list.to_string_lossy()]);
    assert!(
        run.out.contains("lists/big (2000), lists/big-2 (500)"),
        "{}{}",
        run.out,
        run.err
    );
}
