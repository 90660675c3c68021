//! Nothing is lost: crashes at every byte, failing disks, kills, and homes of earlier versions.

#![cfg(unix)]
use std::cell::Cell;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use quiz::error::Error;
use quiz::files::{self, Disk, Os};
use quiz::history::log::{self, Log};
use quiz::history::{Event, Grade};

use crate::support::{Home, cards};

// Crashes

#[test]
fn after_a_crash_at_any_byte_of_the_last_events_every_other_byte_stays() {
    let home = Home::with(&cards(8));
    for card in ["c000", "c001", "c002", "c003", "c004"] {
        home.ok(&["grade", card, "good"]);
    }
    let path = home.own_history();
    let whole = fs::read(&path).unwrap();
    let lines: Vec<usize> = whole
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n')
        .map(|(at, _)| at + 1)
        .collect();
    let second_last = lines[lines.len() - 3];
    for cut in second_last..=whole.len() {
        fs::write(&path, &whole[..cut]).unwrap();
        // The header and the hour at which days start precede the answers.
        let acknowledged = lines.iter().filter(|end| **end <= cut).count() - 2;
        home.ok(&["grade", "c005", "hard"]);
        let after = fs::read(&path).unwrap();
        assert!(
            after.starts_with(&whole[..cut]),
            "cut at {cut}: a byte was lost"
        );
        let grades = home.grades();
        let kept: Vec<&String> = grades
            .iter()
            .filter(|grade| grade.ends_with("Good"))
            .collect();
        assert!(kept.len() >= acknowledged, "cut at {cut}: {grades:?}");
        assert_eq!(
            grades.last().map(String::as_str),
            Some("c005 Hard"),
            "cut at {cut}"
        );
        let json = home.json(&["stats", "--json"]);
        let counted = json["activity"]["in_all"]
            .as_u64()
            .unwrap_or_else(|| panic!("{json}"));
        // A line without its line feed counts if it is complete; a torn one does not.
        assert!(
            (acknowledged as u64 + 1..=acknowledged as u64 + 2).contains(&counted),
            "cut at {cut}: {counted}"
        );
        assert_eq!(home.quiz(&["check"]).code, 0, "cut at {cut}");
    }
}

/// A disk that fails from one of its calls on. If that call writes, it first takes this many bytes: a short write.
struct Faulty {
    at: usize,
    after: usize,
    error: io::ErrorKind,
    calls: Cell<usize>,
}

impl Faulty {
    fn new(at: usize, after: usize) -> Self {
        let error = [
            io::ErrorKind::StorageFull,
            io::ErrorKind::PermissionDenied,
            io::ErrorKind::Other,
        ][after % 3];
        Self {
            at,
            after,
            error,
            calls: Cell::new(0),
        }
    }

    fn next(&self, then: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        if self.calls.replace(self.calls.get() + 1) < self.at {
            then()
        } else {
            Err(self.error.into())
        }
    }
}

impl Disk for Faulty {
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<usize> {
        let short = self.calls.get() == self.at && self.after > 0;
        let mut written = 0;
        let result = self.next(|| {
            written = Os.write(file, bytes)?;
            Ok(())
        });
        if short {
            return Os.write(file, &bytes[..self.after.min(bytes.len())]);
        }
        result.map(|()| written)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        self.next(|| Os.sync(file))
    }

    fn persist(&self, temporary: tempfile::TempPath, to: &Path) -> io::Result<()> {
        self.next(|| Os.persist(temporary, to))
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.next(|| Os.sync_folder(folder))
    }
}

fn event(minute: u32) -> Event {
    Event::Review {
        at: format!("2026-11-23T09:{minute:02}:00.000+01:00")
            .parse()
            .unwrap(),
        face: "a".parse().unwrap(),
        grade: Grade::Good,
        ms: 1,
        due: "2026-11-26".parse().unwrap(),
    }
}

#[test]
fn a_disk_that_fails_at_any_call_loses_no_event_and_doubles_none() {
    let line = event(1).to_line().len() + 60;
    for (call, after) in (0..4).flat_map(|call| (0..line).map(move |after| (call, after))) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.ron");
        let append = |disk: &dyn Disk, event: &Event| {
            let known = log::read(folder.path(), &path).unwrap().own_length;
            Log::new(path.clone(), "m".into(), known).append(disk, event)
        };
        // Also as the very first event, when file and header are created.
        for first in [false, true] {
            let _ = fs::remove_file(&path);
            if !first {
                append(&Os, &event(1)).unwrap();
            }
            let before = fs::read(&path).unwrap_or_default();
            let failed = append(&Faulty::new(call, after), &event(2));
            assert!(fs::read(&path).unwrap().starts_with(&before));
            append(&Os, &event(3)).unwrap();
            let union = log::read(folder.path(), &path).unwrap();
            let count = |minute| {
                union
                    .events()
                    .iter()
                    .filter(|read| **read == event(minute))
                    .count()
            };
            assert_eq!(count(1), usize::from(!first));
            assert_eq!(
                count(3),
                1,
                "call {call}, {after} bytes: {:?}",
                union.events()
            );
            assert!(
                count(2) <= 1 && (failed.is_err() || count(2) == 1),
                "call {call}, {after} bytes"
            );
        }
    }
}

#[test]
fn a_deck_is_the_old_or_the_new_one_whatever_call_fails() {
    let (old, new) = (
        b"old deck".as_slice(),
        b"new deck, somewhat longer".as_slice(),
    );
    for (call, after) in (0..6).flat_map(|call| (0..new.len()).map(move |after| (call, after))) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.ron");
        fs::write(&path, old).unwrap();
        let done = files::replace(&Faulty::new(call, after), &path, Some(old), new);
        let there = fs::read(&path).unwrap();
        if done.is_ok() {
            assert_eq!(there, new);
        } else {
            assert!(
                there == old || there == new,
                "call {call}, {after} bytes: {there:?}"
            );
        }
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "nothing is left lying about"
        );
        files::replace(&Os, &path, Some(&there), new).unwrap();
        assert_eq!(fs::read(&path).unwrap(), new);
    }
}

#[test]
fn what_a_crash_leaves_beside_the_decks_is_no_deck() {
    let home = Home::with(&cards(1));
    fs::write(
        home.path().join("decks/.quiz-a1B2c3.tmp"),
        "Deck(title: \"half",
    )
    .unwrap();
    fs::create_dir(home.path().join(".quiz-a1B2c3.tmp")).unwrap();
    assert!(
        home.ok(&["check"])
            .contains("1 card in 1 deck: no problems.")
    );
}

#[test]
fn a_first_start_that_was_killed_is_made_good_by_the_next() {
    let home = Home::fresh();
    fs::create_dir_all(home.path().join(".quiz-a1B2c3.tmp")).unwrap();
    fs::create_dir_all(home.path().join("reviews")).unwrap();
    home.ok(&["next"]);
    assert!(home.ok(&["check"]).contains("in 8 decks: no problems."));
}

// Files and folders that can't be used

/// Returns whether permissions restrict this user: they don't restrict root.
fn permissions_bind(folder: &Path) -> bool {
    let probe = folder.join("probe");
    fs::write(&probe, "").unwrap();
    fs::set_permissions(&probe, fs::Permissions::from_mode(0o444)).unwrap();
    File::options().append(true).open(&probe).is_err()
}

#[test]
fn what_is_read_only_is_one_message_and_stays_as_it_is() {
    let home = Home::with(&cards(2));
    home.ok(&["grade", "c000", "good"]);
    let deck = home.path().join("decks/d.ron");
    fs::set_permissions(&deck, fs::Permissions::from_mode(0o444)).unwrap();
    let before = fs::read(&deck).unwrap();
    let run = home.quiz(&["add", "d", "--front", "f", "--back", "b"]);
    assert_eq!((run.code, run.err.lines().count()), (1, 1), "{}", run.err);
    assert!(
        run.err.contains("cannot write") && run.err.contains("d.ron"),
        "{}",
        run.err
    );
    assert_eq!(fs::read(&deck).unwrap(), before);
    if !permissions_bind(&home.path()) {
        return;
    }
    let history = home.own_history();
    let before = fs::read(&history).unwrap();
    fs::set_permissions(&history, fs::Permissions::from_mode(0o444)).unwrap();
    let run = home.quiz(&["grade", "c001", "good"]);
    assert_eq!((run.code, run.err.lines().count()), (1, 1), "{}", run.err);
    assert_eq!(fs::read(&history).unwrap(), before);
    home.ok(&["stats"]);
}

#[test]
fn a_history_and_a_deck_may_be_links() {
    let home = Home::with(&cards(3));
    home.ok(&["grade", "c000", "good"]);
    let elsewhere = home.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    for path in [home.own_history(), home.path().join("decks/d.ron")] {
        let target = elsewhere.join(path.file_name().unwrap());
        fs::rename(&path, &target).unwrap();
        symlink(&target, &path).unwrap();
    }
    home.ok(&["grade", "c001", "good"]);
    home.ok(&["add", "d", "--front", "f", "--back", "b", "--id", "new"]);
    assert_eq!(home.grades(), ["c000 Good", "c001 Good"]);
    assert!(home.path().join("decks/d.ron").is_symlink() && home.own_history().is_symlink());
    assert!(
        fs::read_to_string(elsewhere.join("d.ron"))
            .unwrap()
            .contains("id: \"new\"")
    );
}

#[test]
fn a_home_may_lie_on_any_path() {
    let mut home = Home::empty();
    let odd = home.path().join("a b/ü'日本\"$x/\u{1f600}");
    home.set("QUIZ_HOME", &odd.to_string_lossy());
    home.ok(&["grade", "ow-definition", "good"]);
    home.ok(&["add", "my deck", "--front", "f", "--back", "b"]);
    assert!(odd.join("decks/my deck.ron").is_file());
    assert_eq!(
        home.json(&["show", "ow-definition", "--json"])["id"],
        "ow-definition"
    );
}

#[test]
fn a_deck_that_changed_in_the_meantime_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("d.ron");
    fs::write(&path, "theirs").unwrap();
    let refused = files::replace(&Os, &path, Some(b"mine"), b"new");
    assert!(matches!(refused, Err(Error::Changed(_))));
    assert_eq!(fs::read(&path).unwrap(), b"theirs");
}

// Kills

/// Runs sessions and kills each at a random moment; acknowledged answers must be there, once.
fn kill_sessions(times: usize, seed: u64) {
    let mut home = Home::with(&cards(999));
    fs::write(home.path().join("config.ron"), "Config(new_per_day: 1000)").unwrap();
    home.at("2026-11-23T09:00:00+01:00");
    let mut random = StdRng::seed_from_u64(seed);
    for round in 0..times {
        let before = home.grades();
        let mut terminal = home.review();
        terminal.see("Question ");
        let mut acknowledged = Vec::new();
        for _ in 0..random.random_range(0..4) {
            let (_, front) = terminal
                .screen()
                .split_once("Question ")
                .map(|(a, b)| (a.len(), b[..3].to_string()))
                .unwrap();
            terminal
                .press(" ")
                .see("3 good")
                .press("3")
                .not_see(&format!("Question {front}"));
            acknowledged.push(format!("c{front} Good"));
        }
        // The last one is killed somewhere between the key and the next question.
        terminal.press(" 3");
        std::thread::sleep(Duration::from_micros(random.random_range(0..4000)));
        terminal.signal("KILL");
        terminal.end();
        let after = home.grades();
        assert_eq!(
            after[..before.len()],
            before,
            "round {round}: what was there is there"
        );
        let new = &after[before.len()..];
        assert_eq!(
            new[..acknowledged.len()],
            acknowledged,
            "round {round}: {new:?}"
        );
        assert!(
            new.len() <= acknowledged.len() + 1,
            "round {round}: {new:?}"
        );
    }
    let mut grades = home.grades();
    let count = grades.len();
    grades.sort();
    grades.dedup();
    assert_eq!(grades.len(), count, "no answer counts twice");
    assert_eq!(home.quiz(&["check"]).code, 0);
}

#[test]
fn a_session_that_is_killed_keeps_what_it_acknowledged() {
    kill_sessions(100, 20_261_123);
}

#[test]
fn an_addition_that_is_killed_leaves_the_old_deck_or_the_new_one() {
    let home = Home::with(&cards(40));
    let path = home.path().join("decks/d.ron");
    let mut random = StdRng::seed_from_u64(20_261_123);
    for round in 0..100 {
        let before = fs::read_to_string(&path).unwrap();
        let mut child = home
            .command(&[
                "add",
                "d",
                "--front",
                &format!("Round {round}"),
                "--back",
                "b",
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_micros(random.random_range(0..12_000)));
        let _ = child.kill();
        child.wait().unwrap();
        let after = fs::read_to_string(&path).unwrap();
        let mark = format!("\"Round {round}\"");
        assert!(
            after == before || (after.contains(&mark) && after.len() < before.len() + 100),
            "{after}"
        );
        assert_eq!(home.quiz(&["check"]).code, 0, "round {round}");
    }
}

/// A disk that takes one byte per call.
struct Slow;

impl Disk for Slow {
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<usize> {
        Os.write(file, &bytes[..1])
    }
}

#[test]
fn short_writes_are_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.ron");
    Log::new(path.clone(), "m".into(), 0)
        .append(&Slow, &event(1))
        .unwrap();
    assert_eq!(
        log::read(folder.path(), &path).unwrap().events(),
        [event(1)]
    );
    files::replace(&Slow, &path, Some(&fs::read(&path).unwrap()), b"new").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
}

// Versions

pub fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_all(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_home_of_version_1_is_opened_as_it_was() {
    let home = Home::empty();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/home-v1");
    copy_all(&kept, &home.path());
    let check = home.ok(&["check"]);
    assert!(check.contains("8 cards in 2 decks: 3 warnings."), "{check}");
    let json = home.json(&["stats", "--json"]);
    assert_eq!(
        json["streak"]["longest"]["from"], "2026-11-20",
        "days start at five"
    );
    assert_eq!(json["streak"]["current"], 3);
    assert_eq!(
        json["activity"]["in_all"], 7,
        "one was taken back, the copy folded"
    );
    assert_eq!(json["activity"]["seconds_in_all"], 76);
    assert_eq!(json["tests"][0]["right"], 6);
    let card = |id: &str| home.json(&["show", id, "--json"]);
    assert_eq!(
        card("one")["faces"][0]["due"],
        "2026-11-30",
        "moved by hand"
    );
    assert_eq!(
        card("three-now")["faces"][0]["due"],
        "2026-11-22",
        "renamed"
    );
    assert_eq!(card("choices")["suspended"], true);
    assert_eq!(
        card("true-false")["faces"][0]["due"],
        serde_json::Value::Null,
        "forgotten"
    );
    home.ok(&["grade", "three-now", "good"]);
    for file in ["laptop-abcd.ron", "desktop-wxyz.ron"] {
        let file = Path::new("reviews").join(file);
        assert_eq!(
            fs::read(home.path().join(&file)).unwrap(),
            fs::read(kept.join(&file)).unwrap()
        );
    }
    assert_eq!(home.json(&["stats", "--json"])["activity"]["in_all"], 8);
}
