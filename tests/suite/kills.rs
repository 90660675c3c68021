//! Processes that read, answer and write the index of one home at once, and are killed at it: the index says what the
//! files say, or counts as absent.

#![cfg(unix)]
use std::fs;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::support::{Home, cards};

/// The cards of the home.
const CARDS: usize = 40;

/// The answers that another machine brings at a time: more than the index takes for little.
const BROUGHT: usize = 800;

/// What a writer has done when it is killed.
#[derive(Clone, Copy)]
enum Until {
    /// Its answer is in the history.
    Answered,
    /// It has begun to write a file of the index.
    Begun,
    /// This file of the index is a new one.
    Replaced(&'static str),
    /// It has ended.
    Ended,
}

const KILLS: [Until; 5] = [
    Until::Replaced("history"),
    Until::Begun,
    Until::Answered,
    Until::Replaced("marks"),
    Until::Ended,
];

/// What can be seen of a home from outside.
#[derive(PartialEq)]
struct Seen {
    answers: u64,
    has_begun: bool,
    history: Option<u64>,
    marks: Option<u64>,
}

impl Seen {
    fn of(own: &Path, index: &Path) -> Self {
        let inode = |name| fs::metadata(index.join(name)).ok().map(|meta| meta.ino());
        let names = fs::read_dir(index).into_iter().flatten().flatten();
        let mut names = names.map(|entry| entry.file_name());
        Self {
            answers: fs::metadata(own).map_or(0, |meta| meta.len()),
            has_begun: names.any(|name| name.to_string_lossy().ends_with(".tmp")),
            history: inode("history"),
            marks: inode("marks"),
        }
    }

    fn has(&self, until: Until, before: &Self) -> bool {
        match until {
            Until::Answered => self.answers != before.answers,
            Until::Begun => self.has_begun,
            Until::Replaced("history") => self.history != before.history,
            Until::Replaced(_) => self.marks != before.marks,
            Until::Ended => false,
        }
    }
}

/// Returns the folder of the home's index.
fn index(home: &Home) -> PathBuf {
    let cache = home.path().parent().unwrap().join("user/.cache/quiz");
    let mut folders = fs::read_dir(cache)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    folders
        .find(|folder| folder.join("history").is_file())
        .unwrap()
}

/// Adds answers of another machine, the `n`th time.
fn bring(home: &Home, n: usize) {
    let path = home.path().join("reviews/other-zzzz.ron");
    let mut file = fs::File::options().append(true).open(path).unwrap();
    let mut lines = String::new();
    for at in n * BROUGHT..(n + 1) * BROUGHT {
        let (second, minute, hour) = (at % 60, at / 60 % 60, at / 3600 % 20);
        let day = 1 + at / 72_000;
        let card = (at * 7) % CARDS;
        lines.push_str(&format!(
            "Review(at:\"2026-10-{day:02}T{hour:02}:{minute:02}:{second:02}.000+01:00\",face:\"c{card:03}\",grade:Good,ms:{at},due:\"2026-10-26\")\n"
        ));
    }
    file.write_all(lines.as_bytes()).unwrap();
}

#[test]
fn an_index_whose_writers_are_killed_says_what_the_files_say() {
    let rounds = std::env::var("QUIZ_KILLS").ok();
    let rounds = rounds.map_or(KILLS.len(), |rounds| rounds.parse().unwrap());
    let mut home = Home::with(&cards(CARDS));
    home.write_history(&[]);
    bring(&home, 0);
    home.ok(&["next"]);
    let index = index(&home);
    // The file of this machine is made by its first answer.
    home.ok(&["grade", "c000", "good"]);
    let own = home.own_history();
    for (round, until) in (1..=rounds).zip(KILLS.into_iter().cycle()) {
        home.at(&format!(
            "2026-11-23T{:02}:{:02}:00+01:00",
            9 + round / 60,
            round % 60
        ));
        bring(&home, round);
        let before = Seen::of(&own, &index);
        let start = |arguments: &[&str]| {
            let mut command = home.command(arguments);
            command.stdout(Stdio::null()).stderr(Stdio::null());
            command.stdin(Stdio::null()).spawn().unwrap()
        };
        let mut reader = start(&["next", "--json"]);
        let mut writer = start(&["grade", &format!("c{:03}", round % CARDS), "good"]);
        while writer.try_wait().unwrap().is_none() && !Seen::of(&own, &index).has(until, &before) {
            std::thread::yield_now();
        }
        let _ = writer.kill();
        writer.wait().unwrap();
        // The other one writes the index as well, on top of what is left.
        if round % 2 == 0 {
            let _ = reader.kill();
        }
        reader.wait().unwrap();
        let check = home.quiz(&["check"]);
        assert_eq!(
            (check.code, &*check.err),
            (0, ""),
            "round {round}: {}",
            check.out
        );
    }
    let [list, stats] = [&["list", "--json"][..], &["stats", "--json"]];
    let said = [home.ok(list), home.ok(stats)];
    fs::remove_dir_all(&index).unwrap();
    assert_eq!(said, [home.ok(list), home.ok(stats)]);
}
