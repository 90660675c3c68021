//! The growth of commands with their input.
//!
//! `cargo bench --bench growth` gives each command a home and one twice as large, and prints the CPU seconds for both
//! and their ratio: about 2 for a command that reads everything once, 4 for a quadratic one.

#![allow(
    clippy::expect_used,
    reason = "a benchmark that can't run should say where"
)]

use std::fmt::Write;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

fn main() {
    for (name, n, case) in [
        (
            "add of so many lines",
            5_000,
            add as fn(&Path, usize) -> f64,
        ),
        ("check, a warning at each card", 15_000, warnings),
        ("check, a deck that was copied", 8_000, copied),
        ("next, events of unknown kinds", 200_000, unknown),
        ("check, orphans beside new cards", 8_000, orphans),
        ("check, long fronts", 100, long_fronts),
        ("import of so many lines", 5_000, import),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let once = case(&folder.path().join("once"), n);
        let twice = case(&folder.path().join("twice"), 2 * n);
        println!(
            "{name:<32} {n:>6}: {once:5.2} s   {:>6}: {twice:5.2} s   ratio {:.2}",
            2 * n,
            twice / once
        );
    }
}

/// Makes a home with this deck and history, gives `input` to the command, and returns its CPU seconds.
fn measured(home: &Path, deck: &str, history: &str, arguments: &[&str], input: &str) -> f64 {
    for folder in ["decks", "reviews"] {
        fs::create_dir_all(home.join(folder)).expect("a folder");
    }
    fs::write(
        home.join("decks/d.ron"),
        format!("Deck(title: \"D\", cards: [\n{deck}])\n"),
    )
    .expect("a deck");
    let head = "History(version: 1, machine: \"bench-aaaa\")\n";
    fs::write(
        home.join("reviews/bench-aaaa.ron"),
        head.to_string() + history,
    )
    .expect("a history");
    fs::write(home.join("input"), input).expect("the input");
    let input = File::open(home.join("input")).expect("the input");
    let before = children();
    Command::new(env!("CARGO_BIN_EXE_quiz"))
        .args(arguments)
        .current_dir(home)
        .env("QUIZ_HOME", home)
        .env("XDG_STATE_HOME", home.join("state"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env("QUIZ_NOW", "2026-11-23T09:00:00+01:00")
        .stdin(input)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("quiz runs");
    children() - before
}

/// Returns the CPU seconds of all children that have ended, as counted by the kernel.
fn children() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let (_, fields) = stat.rsplit_once(')').unwrap_or_default();
    let ticks = fields.split_whitespace().skip(13).take(2);
    // Ticks are hundredths of a second on every Linux.
    ticks
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}

/// Returns `n` lines, each made by `line` from its number.
fn lines(n: usize, line: impl Fn(usize) -> String) -> String {
    (0..n).fold(String::new(), |mut text, at| {
        writeln!(text, "{}", line(at)).expect("a line");
        text
    })
}

fn basic(id: &str, front: &str) -> String {
    format!("Basic(id: \"{id}\", front: \"{front}\", back: \"b\"),")
}

fn pairs(n: usize) -> String {
    lines(n, |at| {
        format!("front number {at} of many words\tback {at}")
    })
}

fn add(home: &Path, n: usize) -> f64 {
    measured(home, "", "", &["add", "d"], &pairs(n))
}

fn import(home: &Path, n: usize) -> f64 {
    measured(home, "", "", &["import", "input"], &pairs(n))
}

fn warnings(home: &Path, n: usize) -> f64 {
    let deck = lines(n, |at| {
        let text = format!("The capital of {at} is {{{{c1::x}}}}, of others {{{{c2:y}}}}");
        format!("Cloze(id: \"c{at}\", text: \"{text}\"),")
    });
    measured(home, &deck, "", &["check"], "")
}

fn copied(home: &Path, n: usize) -> f64 {
    let deck = lines(n, |at| {
        basic(
            &format!("c{at}"),
            &format!("What is the {at}th of them, in words?"),
        )
    });
    fs::create_dir_all(home.join("decks")).expect("a folder");
    fs::write(
        home.join("decks/copy.ron"),
        format!("Deck(title: \"D\", cards: [\n{deck}])\n"),
    )
    .expect("the copy");
    measured(home, &deck, "", &["check"], "")
}

fn unknown(home: &Path, n: usize) -> f64 {
    let history = lines(n, |at| {
        format!(
            "Later(at:\"2026-10-01T{:02}:{:02}:{:02}.000+01:00\",what:{at})",
            at / 3600 % 24,
            at / 60 % 60,
            at % 60
        )
    });
    measured(home, &basic("a", "A?"), &history, &["next"], "")
}

fn orphans(home: &Path, n: usize) -> f64 {
    let deck = lines(n, |at| {
        basic(&format!("new-card-{at}"), &format!("New {at}?"))
    });
    let history = lines(n, |at| {
        format!(
            "Review(at:\"2026-10-01T10:{:02}:{:02}.{:03}+01:00\",face:\"old-card-{at}\",grade:Good,ms:1,due:\"2026-10-03\")",
            at / 60 % 60,
            at % 60,
            at / 3600
        )
    });
    measured(home, &deck, &history, &["check"], "")
}

fn long_fronts(home: &Path, n: usize) -> f64 {
    const WORDS: [&str; 8] = [
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta",
    ];
    let mut dice = 1u64;
    let mut word = || {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        WORDS
            .get((dice >> 33) as usize % WORDS.len())
            .unwrap_or(&"iota")
    };
    let fronts: Vec<String> = (0..n)
        .map(|_| (0..750).map(|_| *word()).collect::<Vec<_>>().join(" "))
        .collect();
    let deck = lines(n, |at| {
        let front = fronts.get(at).expect("a front");
        basic(&format!("c{at}"), front)
    });
    measured(home, &deck, "", &["check"], "")
}
