//! Hostile files: mutated decks and histories, and the worst of them kept by name.
//!
//! `cargo test` tries some thousand mutations from a fixed seed; `cargo test --release --test suite fuzz -- --ignored`
//! goes on for `QUIZ_FUZZ_MINUTES` (1 unless set) from `QUIZ_FUZZ_SEED`, and writes what it finds to the target
//! folder.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use quiz::deck::draft::Draft;
use quiz::deck::read;
use quiz::deck::splice::{self, New};
use quiz::files::Os;
use quiz::history::event::Header;
use quiz::history::log::{self, Log};
use quiz::history::{Event, History};
use quiz::place::Source;
use quiz::text;

use crate::support::Home;

const DECKS: [&str; 6] = [
    include_str!("../../decks/what-is-open-weights.ron"),
    include_str!("../../decks/choosing-open-or-closed.ron"),
    "Deck(title: \"t\")",
    "\u{feff}Deck(\r\n\ttitle: \"t\",\r\n\tcards: [ /* a */ Basic(front: \"x\", back: \"y\") // z\r\n ]\r\n)",
    "Deck(title: \"t\", order: -3, cards: [Cloze(text: r#\"{{c1::a::h}} {{c2::b}} \"c\"\"#, tags: [\"q\"], as_of: \"2024-02-29\"),])",
    "Deck(title: \"t\", cards: [Choice(id: \"c\", front: \"f\", choices: [\"a\", \"b\"], answers: [\"a\"], shuffle: false), TrueFalse(statement: \"s\", answer: true)])",
];

const HISTORY: &str = "History(version: 1, machine: \"m\")
Review(at:\"2026-11-23T09:12:31.512+01:00\",face:\"a#c2\",grade:Good,ms:4210,due:\"2026-11-26\")
Undo(at:\"2026-11-23T09:12:40.001+01:00\",face:\"a#c2\",of:\"2026-11-23T09:12:31.512+01:00\")
Suspend(at:\"2024-02-29T23:59:59.999-12:00\",card:\"b\")
Resume(at:\"2026-11-23T09:12:41.000+14:00\",card:\"b\")
Bury(at:\"2026-11-23T09:12:42.000+00:00\",card:\"b\",until:\"2026-11-24\")
Forget(at:\"2026-11-23T09:12:43.000+00:00\",face:\"b\")
Rename(at:\"2026-11-23T09:12:44.000+00:00\",from:\"b\",to:\"c\")
Due(at:\"2026-11-23T09:12:45.000+00:00\",face:\"c\",due:\"2026-12-01\")
Test(at:\"2026-11-23T09:12:46.000+00:00\",decks:[\"d\"],asked:20,right:18,seconds:300)
";

/// Characters and strings that break parsers.
const WORDS: [&str; 44] = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "\"",
    "\\",
    "\\u{110000}",
    "\\x9",
    "'",
    "//",
    "/*",
    "*/",
    "r#\"",
    "\"#",
    "b\"",
    "#![enable(implicit_some)]",
    "Some(",
    "None",
    "Deck(",
    "cards: [",
    "Basic(",
    "id: \"a\"",
    "{{c1::",
    "{{c99999::a}}",
    "}}",
    "::",
    "\0",
    "\r",
    "\r\n",
    "\n",
    "\u{feff}",
    "\u{202e}",
    "\u{1b}]0;x\u{7}",
    "<<<<<<< HEAD\n",
    "\n=======\n",
    "\n>>>>>>> other\n",
    "0000-00-00",
    "262143-12-31",
    "1e999",
    "99999999999999999999",
];

fn mutate(random: &mut StdRng, bytes: &mut Vec<u8>) {
    for _ in 0..random.random_range(1..8) {
        let at = random.random_range(0..=bytes.len());
        let end = (at + random.random_range(0..40)).min(bytes.len());
        match random.random_range(0..7) {
            0 => drop(bytes.drain(at..end)),
            1 => {
                let part = bytes[at..end].to_vec();
                let to = random.random_range(0..=bytes.len());
                bytes.splice(to..to, part);
            }
            2 => bytes.truncate(at),
            3 if at < bytes.len() => bytes[at] = random.random(),
            _ => {
                let word = WORDS[random.random_range(0..WORDS.len())];
                bytes.splice(at..at, word.bytes());
            }
        }
    }
}

/// Returns a stretch of a seed that starts as the seed does.
fn cut_to_size(random: &mut StdRng, seed: &str) -> Vec<u8> {
    let mut bytes = seed.as_bytes().to_vec();
    if bytes.len() > 4000 {
        let start = random.random_range(500..bytes.len() - 2000);
        bytes.drain(500..start);
        bytes.truncate(3000);
        bytes.extend(b"\n    ],\n)\n");
    }
    bytes
}

/// Reads a deck, prints its problems, adds a card to it, and an id to each card without one.
fn try_deck(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let source = Source::new("d.ron", text.as_ref());
    let before = read::deck("d", &source);
    for problem in &before.problems {
        let shown = problem.to_string();
        assert!(
            !shown.contains(['\u{1b}', '\0', '\u{202e}', '\r']),
            "{shown:?}"
        );
    }
    for card in &before.cards {
        assert!(text.get(card.body.span.clone()).is_some());
        for side in card.body.sides() {
            for shown in [card.body.question(*side), card.body.answer(*side)] {
                for line in text::wrap(&text::clean(&shown), 40) {
                    assert!(
                        text::width(&line) <= 40 && !line.contains('\u{1b}'),
                        "{line:?}"
                    );
                }
            }
        }
    }
    let new = [New::Draft(Draft::basic("f", "b").with_id("brand-new"))];
    if let Ok(spliced) = splice::append(&source, &new) {
        let after = read::deck("d", &Source::new("d.ron", spliced.as_str()));
        assert_eq!(after.cards.len(), before.cards.len() + 1, "{spliced}");
        for (a, b) in before.cards.iter().zip(&after.cards) {
            assert_eq!(a.body.content, b.body.content);
        }
    }
    let missing = before.cards.iter().filter(|card| card.id.is_none());
    let missing: Vec<_> = missing
        .enumerate()
        .map(|(at, card)| {
            (
                card.body.span.clone(),
                format!("given-{at}").parse().unwrap(),
            )
        })
        .collect();
    let given = splice::give_ids(&source, &missing).expect("an id fits into every card");
    let after = read::deck("d", &Source::new("d.ron", given.as_str()));
    assert!(after.cards.iter().all(|card| card.id.is_some()), "{given}");
}

/// Reads a history, folds it, and records another event after it.
fn try_history(folder: &Path, bytes: &[u8]) {
    let path = folder.join("m.ron");
    fs::write(&path, bytes).unwrap();
    let before = log::read(folder, &path).unwrap();
    for problem in &before.problems {
        let shown = problem.to_string();
        assert!(
            !shown.contains(['\u{1b}', '\0', '\u{202e}', '\r']),
            "{shown:?}"
        );
    }
    let now = "2026-11-24T09:00:00.000+01:00".parse().unwrap();
    let history = History::fold(before.events(), now, 4);
    for (_, face) in history.faces() {
        assert!(face.current().len() <= face.reviews().len());
        for review in face.reviews() {
            quiz::schedule::memory::Memory::new().state(std::slice::from_ref(review));
        }
    }
    let event = Event::suspend(now, "last".parse().unwrap());
    Log::new(path.clone(), "m".into(), before.own_length)
        .append(&Os, &event)
        .unwrap();
    let after = log::read(folder, &path).unwrap().events();
    assert!(after.contains(&event));
    for event in before.events() {
        assert!(after.contains(&event), "{event:?}");
    }
    assert!(
        fs::read(&path).unwrap().starts_with(bytes),
        "nothing is deleted"
    );
}

/// Tries mutations until `enough`, and returns their number. A failure is written to a file, so that it can be kept.
fn fuzz(seed: u64, enough: impl Fn(u64) -> bool) -> u64 {
    let mut random = StdRng::seed_from_u64(seed);
    let folder = tempfile::tempdir().unwrap();
    let mut tried = 0;
    while !enough(tried) {
        let deck = random.random_bool(0.6);
        let source = if deck {
            DECKS[random.random_range(0..DECKS.len())]
        } else {
            HISTORY
        };
        let mut bytes = cut_to_size(&mut random, source);
        mutate(&mut random, &mut bytes);
        let run = || {
            if deck {
                try_deck(&bytes)
            } else {
                try_history(folder.path(), &bytes)
            }
        };
        if let Err(panic) = catch_unwind(AssertUnwindSafe(run)) {
            let kind = if deck { "deck" } else { "history" };
            let found =
                Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("found-{kind}-{seed}-{tried}"));
            fs::write(&found, &bytes).unwrap();
            eprintln!("kept as {}", found.display());
            std::panic::resume_unwind(panic);
        }
        tried += 1;
    }
    tried
}

#[test]
fn some_thousand_mutations_are_read_and_written_to() {
    fuzz(20_261_123, |tried| tried == 3000);
}

#[test]
#[ignore = "runs as long as it is told to"]
fn mutations_without_end() {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|value| value.parse::<u64>().ok())
    };
    let minutes = number("QUIZ_FUZZ_MINUTES").unwrap_or(1);
    let seed = number("QUIZ_FUZZ_SEED").unwrap_or(1);
    let (started, time) = (Instant::now(), Duration::from_secs(60 * minutes));
    let tried = fuzz(seed, |tried| tried % 100 == 0 && started.elapsed() > time);
    eprintln!("{tried} mutations in {minutes} minutes from seed {seed}");
}

#[test]
fn what_was_found_once_is_read_for_ever() {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/found");
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(found).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        if path.to_string_lossy().contains("deck-") {
            try_deck(&bytes);
        } else {
            try_history(folder.path(), &bytes);
        }
    }
}

fn header() -> String {
    Header::new("m").to_line()
}

#[test]
fn brackets_a_hundred_thousand_deep_are_one_error() {
    let deep = ["(", "[", "{", "Some(", "/*"].map(|open| open.repeat(100_000));
    for deep in deep {
        try_deck(deep.as_bytes());
        try_deck(format!("Deck(title: \"t\", cards: [Basic(id: \"a\", front: {deep}").as_bytes());
        try_deck(format!("Deck(title: \"t\", cards: {deep}").as_bytes());
        let folder = tempfile::tempdir().unwrap();
        try_history(
            folder.path(),
            format!("{}\nReview({deep}\n", header()).as_bytes(),
        );
    }
}

#[test]
fn numbers_and_dates_out_of_range_are_errors_with_a_place() {
    let home = Home::empty();
    for (at, wrong) in [
        "order: 99999999999999999999",
        "order: 1e9",
        "resources: [(title: \"x\", site: \"y\", minutes: -1)]",
    ]
    .iter()
    .enumerate()
    {
        home.deck(
            &format!("d{at}"),
            &format!("Deck(\n  title: \"t\",\n  {wrong},\n)"),
        );
    }
    home.deck("dates", "Deck(title: \"t\", cards: [\nBasic(id: \"a\", front: \"f\", back: \"b\", as_of: \"2023-02-29\"),\nBasic(id: \"b\", front: \"g\", back: \"b\", as_of: \"262143-01-01\")])");
    home.write_history(&[
        "Review(at:\"0000-01-01T00:00:00.000+00:00\",face:\"a\",grade:Good,ms:1,due:\"2026-11-26\")",
        "Review(at:\"262143-01-01T00:00:00.000+00:00\",face:\"a\",grade:Good,ms:1,due:\"2026-11-26\")",
        "Review(at:\"2026-11-23T09:00:00.000+00:00\",face:\"a\",grade:Good,ms:1,due:\"262143-12-31\")",
        "Review(at:\"2026-11-23T09:00:00.000+99:00\",face:\"a\",grade:Good,ms:1,due:\"2026-11-26\")",
        "Review(at:\"2026-11-23T09:00:00.000+00:00\",face:\"a\",grade:Good,ms:99999999999,due:\"2026-11-26\")",
        "Test(at:\"2026-11-23T09:00:00.000+00:00\",decks:[],asked:-1,right:0,seconds:0)",
    ]);
    let run = home.quiz(&["check"]);
    assert_eq!(run.code, 1);
    for place in [
        "d0.ron:3:",
        "d1.ron:3:",
        "d2.ron:3:",
        "dates.ron:2:",
        "dates.ron:3:",
    ] {
        assert!(run.out.contains(place), "{place}\n{}", run.out);
    }
    for line in 2..=7 {
        assert!(
            run.out.contains(&format!("other-zzzz.ron:{line}:")),
            "{line}\n{}",
            run.out
        );
    }
}

#[test]
fn far_dates_that_can_be_are_counted_without_overflow() {
    let home = Home::with("Basic(id: \"a\", front: \"f\", back: \"b\")");
    home.write_history(&[
        "Review(at:\"0001-01-01T00:00:00.000+14:00\",face:\"a\",grade:Good,ms:4294967295,due:\"9999-12-31\")",
        "Review(at:\"0001-01-01T00:00:00.000-12:00\",face:\"a\",grade:Again,ms:1,due:\"0001-01-01\")",
        "Due(at:\"2026-11-22T00:00:00.000-12:00\",face:\"a\",due:\"9999-12-31\")",
        "Bury(at:\"2026-11-22T00:00:00.000-12:00\",card:\"a\",until:\"0001-01-01\")",
    ]);
    for arguments in [
        &["stats"][..],
        &["stats", "--json"],
        &["next", "--json"],
        &["list"],
        &["show", "a"],
        &[],
    ] {
        home.ok(arguments);
    }
}

#[test]
fn conflict_marks_of_git_are_named_with_what_to_do() {
    let home = Home::with("Basic(id: \"a\", front: \"f\", back: \"b\")");
    home.deck("torn", "Deck(title: \"t\", cards: [\n<<<<<<< HEAD\nBasic(id: \"x\", front: \"f\", back: \"b\"),\n=======\nBasic(id: \"y\", front: \"g\", back: \"b\"),\n>>>>>>> other\n])");
    home.write_history(&[
        "<<<<<<< HEAD",
        "Review(at:\"2026-11-22T09:00:00.000+00:00\",face:\"a\",grade:Good,ms:1,due:\"2026-11-26\")",
        "=======",
        "Suspend(at:\"2026-11-22T09:00:00.000+00:00\",card:\"a\")",
        ">>>>>>> other",
    ]);
    let run = home.quiz(&["check"]);
    assert_eq!(run.code, 1);
    assert!(
        run.out
            .contains("torn.ron:2:1: error: git left a merge conflict open"),
        "{}",
        run.out
    );
    assert!(
        run.out
            .contains("other-zzzz.ron:2:1: error: git left a merge conflict open"),
        "{}",
        run.out
    );
    assert_eq!(
        home.json(&["show", "a", "--json"])["suspended"],
        true,
        "both sides count"
    );
}

#[test]
#[ignore = "needs a gigabyte of memory"]
fn a_text_of_100_megabytes_is_read() {
    let long = "x".repeat(100_000_000);
    try_deck(
        format!("Deck(title: \"t\", cards: [Basic(front: \"f\", back: \"{long}\")])").as_bytes(),
    );
    try_deck(format!("Deck(title: \"{long}").as_bytes());
    let folder = tempfile::tempdir().unwrap();
    try_history(
        folder.path(),
        format!(
            "{}\nSuspend(at:\"2026-11-22T09:00:00.000+00:00\",card:\"{long}\")\n",
            header()
        )
        .as_bytes(),
    );
    try_history(folder.path(), format!("{}\n{long}", header()).as_bytes());
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_read_and_a_link_to_nowhere_is_told() {
    use std::os::unix::fs::symlink;
    let home = Home::with("Basic(id: \"a\", front: \"f\", back: \"b\")");
    home.write_history(&[]);
    for folder in ["decks", "reviews"] {
        symlink("/dev/zero", home.path().join(folder).join("zero.ron")).unwrap();
    }
    let run = home.quiz(&["check"]);
    assert_eq!(run.code, 1);
    assert!(
        run.out
            .contains("zero.ron:1:1: error: this history file can't be read"),
        "{}",
        run.out
    );
    symlink("nowhere", home.path().join("decks/lost.ron")).unwrap();
    let run = home.quiz(&["check"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("lost.ron"), "{}", run.out);
}
