//! How long the commands take that a person or a script waits for, on a home of a size that takes years to reach.
//!
//! `cargo bench` makes a home of 10,000 cards and 100,000 reviews and prints the median of some runs;
//! `cargo bench -- CARDS REVIEWS` makes another. `cargo bench -- 10000 100000 FOLDER` leaves the home in FOLDER.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark that can't run should say where"
)]

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 21;

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let number = |at: usize, default: usize| {
        arguments
            .get(at)
            .and_then(|n| n.parse().ok())
            .unwrap_or(default)
    };
    let (cards, reviews) = (number(0, 10_000), number(1, 100_000));
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let folder = arguments
        .get(2)
        .map_or(temporary.path().to_path_buf(), Into::into);
    make_home(&folder, cards, reviews);
    println!("home: {cards} cards, {reviews} reviews, {}", kib(&folder));

    report("quiz --version", || run(&folder, &["--version"]));
    report("quiz next", || run(&folder, &["next"]));
    report("quiz", || run(&folder, &[]));
    report("quiz stats", || run(&folder, &["stats"]));
    report("quiz check", || run(&folder, &["check"]));
    memory(&folder);
    append_against_bare_sync(&folder);
    session(&folder);
}

/// What an answer costs within a session, and what it costs to take one back.
fn session(folder: &Path) {
    use quiz::history::Grade;
    use quiz::home::Home;
    use quiz::schedule::queue::Wanted;
    use quiz::session::Session;
    use quiz::study::Study;
    use quiz::time::Clock;

    let home = Home::open(Some(folder)).expect("the home");
    let clock = Clock::new(Some("2026-11-23T09:00:00+01:00")).expect("a clock");
    let mut study = Study::open(home, clock).expect("the study");
    report("building a session", || {
        let started = Instant::now();
        let session = Session::new(&mut study, Wanted::default(), None);
        assert!(!session.has_steps());
        started.elapsed()
    });
    let mut session = Session::new(&mut study, Wanted::default(), None);
    report("an answer in it", || {
        let started = Instant::now();
        let asked = session.ask().expect("a face");
        let answered = session.answer(&asked, Grade::Good, 1000);
        answered.expect("an answer");
        started.elapsed()
    });
    report("taking it back", || {
        let started = Instant::now();
        session.undo().expect("an undo");
        started.elapsed()
    });
}

/// Cards in decks of 250, most of them reviewed over the last two years; the rest new.
fn make_home(folder: &Path, cards: usize, reviews: usize) {
    fs::create_dir_all(folder.join("decks")).expect("the decks' folder");
    fs::create_dir_all(folder.join("reviews")).expect("the history's folder");
    for deck in 0..cards.div_ceil(250) {
        let mut text = format!("Deck(\n    title: \"Deck {deck}\",\n    cards: [\n");
        for card in deck * 250..((deck + 1) * 250).min(cards) {
            text.push_str(&format!(
                "        Basic(\n            id: \"card-{card}\",\n            front: \"What is question number {card} about, and why does it matter?\",\n            back: \"The answer to question {card}, which is a sentence of some length.\",\n            note: \"A line that makes the answer stick, for card {card}.\",\n            tags: [\"tag-{}\"],\n            source: \"Somebody, Some title, https://example.org/{card}\",\n        ),\n",
                card % 40
            ));
        }
        text.push_str("    ],\n)\n");
        fs::write(folder.join(format!("decks/deck-{deck:03}.ron")), text).expect("a deck");
    }
    let known = cards * 9 / 10;
    let start =
        chrono::DateTime::parse_from_rfc3339("2024-11-23T08:00:00+01:00").expect("a moment");
    let mut out = std::io::BufWriter::new(
        File::create(folder.join("reviews/bench-aaaa.ron")).expect("the history"),
    );
    writeln!(out, "History(version: 1, machine: \"bench-aaaa\")").expect("a line");
    for review in 0..reviews {
        let card = (review * 7919) % known.max(1);
        let seconds = review as i64 * (2 * 365 * 86_400) / reviews.max(1) as i64;
        let at = start + chrono::Duration::milliseconds(seconds * 1000 + (review % 1000) as i64);
        let grade = [
            "Good", "Good", "Good", "Again", "Good", "Hard", "Good", "Good", "Easy", "Good",
        ][review % 10];
        let due = (at + chrono::Duration::days(3 + (review % 40) as i64)).date_naive();
        writeln!(
            out,
            "Review(at:\"{}\",face:\"card-{card}\",grade:{grade},ms:{},due:\"{due}\")",
            at.to_rfc3339_opts(chrono::SecondsFormat::Millis, false),
            2000 + review % 9000
        )
        .expect("a line");
    }
}

fn quiz(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quiz"));
    command
        .env("QUIZ_HOME", folder)
        .env("XDG_STATE_HOME", folder.join("state"));
    command
        .env("QUIZ_NOW", "2026-11-23T09:00:00+01:00")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Duration {
    let started = Instant::now();
    quiz(folder).args(arguments).status().expect("quiz runs");
    started.elapsed()
}

fn report(name: &str, mut once: impl FnMut() -> Duration) {
    once();
    let mut times: Vec<Duration> = (0..RUNS).map(|_| once()).collect();
    times.sort_unstable();
    let ms = |at: usize| times[at].as_secs_f64() * 1000.0;
    println!(
        "{name:<24} median {:8.2} ms   ({:.2}–{:.2})",
        ms(RUNS / 2),
        ms(0),
        ms(RUNS - 1)
    );
}

fn kib(folder: &Path) -> String {
    let size = |folder: &Path| -> u64 {
        fs::read_dir(folder).map_or(0, |entries| {
            entries
                .flatten()
                .filter_map(|e| e.metadata().ok())
                .map(|m| m.len())
                .sum()
        })
    };
    format!(
        "{} KiB",
        (size(&folder.join("decks")) + size(&folder.join("reviews"))) / 1024
    )
}

/// The most memory that `quiz next` takes, as GNU time says it.
fn memory(folder: &Path) {
    let mut timed = Command::new("/usr/bin/time");
    timed
        .args(["-f", "%M", env!("CARGO_BIN_EXE_quiz"), "next"])
        .env("QUIZ_HOME", folder);
    timed
        .env("XDG_STATE_HOME", folder.join("state"))
        .env("QUIZ_NOW", "2026-11-23T09:00:00+01:00");
    match timed.output() {
        Ok(output) => println!(
            "quiz next                most memory {} KiB",
            String::from_utf8_lossy(&output.stderr).trim()
        ),
        Err(_) => println!("quiz next                most memory: no /usr/bin/time here"),
    }
}

/// What it costs to record an answer, beside the same bytes written and synced without anything else.
fn append_against_bare_sync(folder: &Path) {
    use quiz::files::Os;
    use quiz::history::log::{Log, read};
    use quiz::history::{Event, Grade};

    let own = folder.join("reviews/append-bbbb.ron");
    let known = read(&folder.join("reviews"), &own)
        .expect("the history")
        .own_length;
    let mut log = Log::new(own, "append-bbbb".into(), known);
    let at = "2026-11-23T09:00:00.000+01:00".parse().expect("a moment");
    let due = "2026-11-26".parse().expect("a day");
    let event = Event::Review {
        at,
        face: "card-1".parse().expect("a face"),
        grade: Grade::Good,
        ms: 4210,
        due,
    };
    let mut bare = File::create(folder.join("bare")).expect("a file");
    let line = event.to_line() + "\n";
    report("bare write and sync", || {
        let started = Instant::now();
        bare.write_all(line.as_bytes())
            .and_then(|()| bare.sync_data())
            .expect("a sync");
        started.elapsed()
    });
    report("recording an answer", || {
        let started = Instant::now();
        log.append(&Os, &event).expect("an append");
        started.elapsed()
    });
}
