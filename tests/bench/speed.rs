//! The cost of commands that a person or a script waits for, on homes up to a size that takes a lifetime to reach:
//! time, processor time (of the program and of the system on its behalf) and peak memory.
//!
//! `cargo bench --bench speed` makes homes of 100 to 300,000 cards with ten reviews each and prints the medians of
//! several runs; `-- CARDS [REVIEWS]` makes one of that size, and `-- CARDS REVIEWS FOLDER` leaves it in
//! FOLDER. On a machine with other work, compare the processor time with that of `cat` on the same files.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark that can't run should say where"
)]

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The sizes of the homes, in cards, unless one is given.
const SIZES: [usize; 5] = [100, 1000, 10_000, 100_000, 300_000];

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let number = |at: usize| arguments.get(at).and_then(|n| n.parse::<usize>().ok());
    let sizes = number(0).map_or(SIZES.to_vec(), |cards| vec![cards]);
    for cards in sizes {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        let folder = arguments
            .get(2)
            .map_or(temporary.path().to_path_buf(), Into::into);
        measure(&folder, cards, number(1).unwrap_or(cards * 10));
    }
}

fn measure(folder: &Path, cards: usize, reviews: usize) {
    make_home(folder, cards, reviews);
    println!("home: {cards} cards, {reviews} reviews, {}", kib(folder));
    let runs = if cards > 10_000 { 5 } else { 21 };

    let mut cat = Command::new("cat");
    cat.args(files(folder));
    report("cat of its files", runs, || run(&mut cat));
    for arguments in COMMANDS {
        let mut command = quiz(folder);
        command.args(*arguments);
        let name = ["quiz", &arguments.join(" ")].join(" ");
        report(&name, runs, || run(&mut command));
        memory(folder, arguments);
    }
    report("first question of review", runs, || first_question(folder));
    let mut next = quiz(folder);
    next.arg("next").env("XDG_CACHE_HOME", unwritable(folder));
    report("quiz next, no index", runs, || run(&mut next));
    first_reading(cards, runs);
    let mut command = completion(folder, "review", "deck");
    report("TAB on a deck", runs, || run(&mut command));
    let mut command = completion(folder, "show", "card-1");
    report("TAB on a card", runs, || run(&mut command));
    append_against_bare_sync(folder, runs);
    session(folder, runs);
    let mut added = 0;
    report("quiz add of a card", runs, || {
        added += 1;
        let front = format!("What is new about number {added}?");
        run(quiz(folder).args(["add", "deck-000", "--front", &front, "--back", "This."]))
    });
    report("quiz add of 10,000", runs.min(3), || {
        added += 1;
        add_many(folder, added)
    });
}

/// Adds ten thousand cards to a new deck, from standard input.
fn add_many(folder: &Path, deck: usize) -> Cost {
    let lines: String = (0..10_000)
        .map(|card| format!("What is new about number {card} of {deck}?\tThis, {card}.\n"))
        .collect();
    let input = folder.join("input");
    fs::write(&input, lines).expect("the lines");
    let mut command = quiz(folder);
    command.args(["add", &format!("more-{deck}")]);
    command.stdin(File::open(input).expect("the lines"));
    run(&mut command)
}

/// Returns a path at which no cache folder can be made: there is a file.
fn unwritable(folder: &Path) -> PathBuf {
    let path = folder.join("no-cache");
    fs::write(&path, "").expect("a file");
    path
}

/// Prints the cost of the first start with cards that nobody has seen.
fn first_reading(cards: usize, runs: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    make_home(folder.path(), cards, 0);
    let mut next = quiz(folder.path());
    next.arg("next");
    report("first reading", runs, || {
        // It is missing at first.
        let _ = fs::remove_dir_all(folder.path().join("cache"));
        run(&mut next)
    });
}

/// Starts a session in a terminal, and ends it as soon as its first question is there: the processor time is that of
/// both.
fn first_question(folder: &Path) -> Cost {
    use portable_pty::{CommandBuilder, PtySize, native_pty_system};

    let pty = native_pty_system().openpty(PtySize::default());
    let pty = pty.expect("a terminal");
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_quiz"));
    command.args(["review", "--new", "20"]);
    for (name, value) in variables(folder) {
        command.env(name, value);
    }
    let (before, started) = (cpu_of_children(), Instant::now());
    let mut child = pty.slave.spawn_command(command).expect("it runs");
    let mut reader = pty.master.try_clone_reader().expect("its output");
    let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
    while !String::from_utf8_lossy(&seen).contains("show the answer") {
        let read = reader.read(&mut buffer).expect("its output");
        assert!(read > 0, "{}", String::from_utf8_lossy(&seen));
        seen.extend_from_slice(&buffer[..read]);
    }
    let wall = started.elapsed();
    let mut keys = pty.master.take_writer().expect("its input");
    keys.write_all(b"q").expect("a key");
    // It must not wait for the terminal to take its last words.
    drop(pty.slave);
    std::thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
    child.wait().expect("its end");
    let cpu = cpu_of_children().zip(before);
    Cost {
        wall,
        cpu: cpu.map(|(after, before)| after.saturating_sub(before)),
    }
}

/// The commands that are measured.
const COMMANDS: &[&[&str]] = &[
    &["--version"],
    &["next"],
    &[],
    &["stats"],
    &["stats", "--days", "365"],
    &["show", "card-1"],
    &["list", "--decks"],
    &["check"],
];

/// Prints the cost of an answer within a session, and of taking one back.
fn session(folder: &Path, runs: usize) {
    use quiz::history::Grade;
    use quiz::home::Home;
    use quiz::schedule::queue::Wanted;
    use quiz::session::{PutOff, Session};
    use quiz::study::Study;
    use quiz::time::Clock;

    let home = Home::open(Some(folder)).expect("the home");
    let clock = Clock::new(Some("2026-11-23T09:00:00+01:00")).expect("a clock");
    let mut study = Study::open(home, clock).expect("the study");
    report("building a session", runs, || {
        let started = Instant::now();
        let session = Session::new(&mut study, Wanted::default(), None);
        assert!(!session.has_steps());
        Cost::of(started)
    });
    let mut session = Session::new(&mut study, Wanted::default(), None);
    report("an answer in it", runs, || {
        let started = Instant::now();
        let asked = session.ask().expect("a face");
        let answered = session.answer(&asked, Grade::Good, 1000);
        answered.expect("an answer");
        Cost::of(started)
    });
    report("taking it back", runs, || {
        let started = Instant::now();
        session.undo().expect("an undo");
        Cost::of(started)
    });
    report("suspending a card in it", runs, || {
        let started = Instant::now();
        let asked = session.ask().expect("a face");
        let put_off = session.put_off(&asked, PutOff::Suspend);
        put_off.expect("a suspension");
        Cost::of(started)
    });
}

/// Returns cards in decks of 250, most of them reviewed over the last two years, the rest new.
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
    command.envs(variables(folder));
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Returns what the environment says about the home in `folder`.
fn variables(folder: &Path) -> [(&'static str, PathBuf); 4] {
    [
        ("QUIZ_HOME", folder.into()),
        ("XDG_STATE_HOME", folder.join("state")),
        ("XDG_CACHE_HOME", folder.join("cache")),
        ("QUIZ_NOW", "2026-11-23T09:00:00+01:00".into()),
    ]
}

/// Returns the command that a shell runs to complete `word` after `quiz COMMAND`.
fn completion(folder: &Path, command: &str, word: &str) -> Command {
    let mut quiz = quiz(folder);
    quiz.args(["--", "quiz", command, word]);
    quiz.env("COMPLETE", "bash")
        .env("_CLAP_COMPLETE_INDEX", "2")
        .env("_CLAP_IFS", "\n");
    quiz
}

/// The resources used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Cost {
    wall: Duration,
    /// Processor time, if it is another process's and the system reports it.
    cpu: Option<Duration>,
}

impl Cost {
    fn of(started: Instant) -> Self {
        Self {
            wall: started.elapsed(),
            cpu: None,
        }
    }
}

fn run(command: &mut Command) -> Cost {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let (before, started) = (cpu_of_children(), Instant::now());
    let status = command.status().expect("it runs");
    let wall = started.elapsed();
    // `quiz check` may find something in the generated decks.
    assert!(
        status.code().is_some_and(|code| code <= 1),
        "{command:?}: {status}"
    );
    let cpu = cpu_of_children().zip(before);
    Cost {
        wall,
        cpu: cpu.map(|(after, before)| after.saturating_sub(before)),
    }
}

/// Returns the processor time of all child processes that have ended.
#[cfg(unix)]
fn cpu_of_children() -> Option<Duration> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    let all = usage.user_time() + usage.system_time();
    Some(Duration::from_micros(all.num_microseconds().unsigned_abs()))
}

#[cfg(not(unix))]
fn cpu_of_children() -> Option<Duration> {
    None
}

fn report(name: &str, runs: usize, mut once: impl FnMut() -> Cost) {
    once();
    let costs: Vec<Cost> = (0..runs).map(|_| once()).collect();
    let sorted = |of: &dyn Fn(&Cost) -> Option<Duration>| {
        let mut times: Vec<f64> = costs
            .iter()
            .filter_map(of)
            .map(|time| time.as_secs_f64() * 1000.0)
            .collect();
        times.sort_by(f64::total_cmp);
        times
    };
    let wall = sorted(&|cost| Some(cost.wall));
    let cpu = sorted(&|cost| cost.cpu);
    let cpu = cpu
        .get(cpu.len() / 2)
        .map_or(String::new(), |cpu| format!("   cpu {cpu:8.2} ms"));
    println!(
        "{name:<24} median {:8.2} ms   ({:.2}–{:.2}){cpu}",
        wall[runs / 2],
        wall[0],
        wall[runs - 1]
    );
}

/// Returns the files of the decks and of the history.
fn files(folder: &Path) -> Vec<PathBuf> {
    let of = |name: &str| fs::read_dir(folder.join(name)).into_iter().flatten();
    let entries = of("decks").chain(of("reviews")).flatten();
    entries.map(|entry| entry.path()).collect()
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

/// Returns the peak memory of a command, as reported by GNU time.
fn memory(folder: &Path, arguments: &[&str]) {
    let mut timed = Command::new("/usr/bin/time");
    timed
        .args(["-f", "%M", env!("CARGO_BIN_EXE_quiz")])
        .args(arguments)
        .envs(variables(folder));
    let Ok(output) = timed.stdout(Stdio::null()).output() else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stderr);
    println!(
        "{:<24} most memory {} KiB",
        "",
        said.lines().last().unwrap_or("unknown")
    );
}

/// Prints the cost of recording an answer, beside writing and syncing the same bytes alone.
fn append_against_bare_sync(folder: &Path, runs: usize) {
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
    report("bare write and sync", runs, || {
        let started = Instant::now();
        bare.write_all(line.as_bytes())
            .and_then(|()| bare.sync_data())
            .expect("a sync");
        Cost::of(started)
    });
    report("recording an answer", runs, || {
        let started = Instant::now();
        log.append(&Os, &event).expect("an append");
        Cost::of(started)
    });
}
