//! Trouble that the system may cause: missing folders, clocks, zones, failing disks and outputs.

#![cfg(unix)]
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{Home, Run, cards, is_there};

/// Runs the binary with its standard output on a full disk.
fn to_full(home: &Home, arguments: &[&str]) -> Run {
    let output = home
        .command(arguments)
        .stdin(Stdio::null())
        .stdout(File::options().write(true).open("/dev/full").unwrap())
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::new(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn a_home_whose_decks_are_away_is_not_furnished() {
    for what in ["reviews", "config.ron"] {
        let home = Home::with(&cards(2));
        if what == "reviews" {
            home.ok(&["grade", "c000", "good"]);
        } else {
            fs::write(home.path().join("config.ron"), "Config()").unwrap();
        }
        let (decks, away) = (home.path().join("decks"), home.path().join("away"));
        fs::rename(&decks, &away).unwrap();
        for command in ["", "list", "stats", "review", "next"] {
            let run = home.quiz(&command.split_whitespace().collect::<Vec<_>>());
            let line = run.err.lines().next().unwrap_or_default();
            assert!(
                line.starts_with("There is no folder") && line.contains("decks"),
                "{command}: {}",
                run.err
            );
            assert!(!decks.exists(), "{command}");
        }
        assert_eq!(home.quiz(&["list"]).code, 0);
        let check = home.quiz(&["check"]);
        assert_eq!(check.code, 1, "{}", check.out);
        assert!(check.out.contains("the folder of the decks is not there"));
        // Nothing was changed: with the decks back everything is as it was.
        fs::rename(&away, &decks).unwrap();
        home.ok(&["check"]);
        assert!(home.quiz(&["list"]).err.starts_with("2 cards"));
    }
}

#[test]
fn decks_that_lead_nowhere_are_named_and_left() {
    let home = Home::fresh();
    fs::create_dir_all(home.path()).unwrap();
    let decks = home.path().join("decks");
    std::os::unix::fs::symlink("not/mounted", &decks).unwrap();
    let run = home.quiz(&["list"]);
    assert!(run.err.contains("decks is not a folder"), "{}", run.err);
    assert!(decks.is_symlink() && run.code == 0, "{}", run.err);
}

#[test]
fn what_is_recorded_is_done_though_nobody_can_be_told() {
    if !Path::new("/dev/full").exists() {
        return;
    }
    let home = Home::with(&cards(4));
    for arguments in [
        &["grade", "c000", "good"][..],
        &["grade", "c001", "good", "--json"],
        &["suspend", "c001", "c002", "c003"],
        &["resume", "c001"],
        &["bury", "c001"],
        &["forget", "c000"],
        &["rename", "c000", "zero"],
        &["undo"],
        &["add", "d", "--front", "f", "--back", "b", "--id", "new"],
    ] {
        let run = to_full(&home, arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.err);
        assert!(
            run.err.contains("Recorded, but"),
            "{arguments:?}: {}",
            run.err
        );
    }
    let suspended = |line: &&String| line.starts_with("Suspend(");
    assert_eq!(home.history().iter().filter(suspended).count(), 3);
    home.ok(&["show", "new"]);
    // Only the printing has failed.
    for arguments in [&["list"][..], &["next"], &["stats"], &["check", "--json"]] {
        assert_eq!(to_full(&home, arguments).code, 1, "{arguments:?}");
    }
}

#[test]
fn settings_that_are_no_file_are_named_and_not_waited_for() {
    let home = Home::with(&cards(1));
    let config = home.path().join("config.ron");
    let made = Command::new("mkfifo").arg(&config).status().unwrap();
    assert!(made.success());
    let run = home.quiz(&["list"]);
    assert_eq!((run.code, run.err.lines().count()), (1, 1), "{}", run.err);
    assert!(run.err.contains("config.ron: it is a pipe"), "{}", run.err);
}

#[test]
fn a_history_that_is_no_file_is_named_and_nothing_is_written_into_it() {
    let home = Home::with(&cards(2));
    home.ok(&["grade", "c000", "good"]);
    let own = home.own_history();
    for path in [home.path().join("reviews/other.ron"), own] {
        let aside = home.path().join("aside");
        let _ = fs::rename(&path, &aside);
        assert!(
            Command::new("mkfifo")
                .arg(&path)
                .status()
                .unwrap()
                .success()
        );
        let check = home.quiz(&["check"]);
        assert!(
            check.code == 1 && check.out.contains("a pipe"),
            "{}",
            check.out
        );
        assert_eq!(home.quiz(&["list"]).code, 0);
        if aside.exists() {
            let run = home.quiz(&["grade", "c001", "good"]);
            assert_eq!((run.code, run.out.as_str()), (1, ""), "{}", run.err);
        }
        fs::remove_file(&path).unwrap();
        let _ = fs::rename(&aside, &path);
    }
    home.ok(&["grade", "c001", "good"]);
    assert_eq!(home.grades().len(), 2);
}

#[test]
fn what_is_wrong_in_a_file_has_one_prefix() {
    let home = Home::with(&cards(1));
    fs::write(home.path().join("config.ron"), "Config(new_per_day: \"x\")").unwrap();
    let run = home.quiz(&["list"]);
    assert_eq!(run.code, 1);
    assert!(
        run.err.starts_with('/')
            && run.err.contains("config.ron:1:")
            && !run.err.contains("quiz: "),
        "{}",
        run.err
    );
}

#[test]
fn a_promise_at_the_end_of_time_reads_back() {
    let mut home = Home::with(&cards(2));
    home.at("9999-12-31T23:00:00+00:00");
    home.ok(&["grade", "c000", "easy"]);
    home.ok(&["bury", "c001"]);
    home.ok(&["check"]);
    assert_eq!(
        home.json(&["show", "c000", "--json"])["faces"][0]["due"],
        "9999-12-31"
    );
    home.ok(&["stats"]);
}

#[test]
fn a_time_zone_that_is_not_known_is_said_once() {
    let mut home = Home::with(&cards(1));
    home.at("");
    for (zone, known) in [
        ("Europe/Berlinn", false),
        ("XXX-24", false),
        ("/etc/passwd", false),
        ("UTC0", true),
        ("", true),
    ] {
        home.set("TZ", zone);
        let run = home.quiz(&["list"]);
        let said = run
            .err
            .lines()
            .filter(|line| line.contains("(TZ) is not known here: days are counted by UTC"))
            .count();
        assert_eq!(
            (run.code, said),
            (0, usize::from(!known)),
            "{zone}: {}",
            run.err
        );
    }
    // A time that is set has its own offset.
    home.at("2026-11-23T09:00:00+01:00")
        .set("TZ", "Europe/Berlinn");
    assert!(!home.quiz(&["list"]).err.contains("time zone"));
}

#[test]
fn a_machine_whose_name_was_lost_gets_one_and_keeps_it() {
    let home = Home::with(&cards(9));
    home.ok(&["grade", "c000", "good"]);
    let name = home.path().join("../state/quiz/machine");
    fs::write(&name, "").unwrap();
    for card in ["c001", "c002", "c003", "c004"] {
        home.ok(&["grade", card, "good"]);
    }
    assert_eq!(
        fs::read_dir(home.path().join("reviews")).unwrap().count(),
        2,
        "one file of the old name, one of the new"
    );
    assert_eq!(home.json(&["stats", "--json"])["activity"]["in_all"], 5);
}

#[test]
fn a_disk_that_takes_no_more_is_one_message_and_the_next_answer_is_recorded() {
    let home = Home::with(&cards(3));
    home.ok(&["grade", "c000", "good"]);
    let before = home.history();
    let quiz = env!("CARGO_BIN_EXE_quiz");
    let environment = home.command(&[]);
    let output = Command::new("sh")
        .args(["-c", &format!("ulimit -f 0; exec '{quiz}' grade c001 good")])
        .env_clear()
        .envs(
            environment
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .output()
        .unwrap();
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        (output.status.code(), err.lines().count()),
        (Some(1), 1),
        "{err}"
    );
    assert!(
        err.contains("cannot write") && err.contains("too large"),
        "{err}"
    );
    assert_eq!(home.history(), before);
    home.ok(&["grade", "c001", "good"]);
    assert_eq!(home.grades(), ["c000 Good", "c001 Good"]);
}

/// Runs git in `folder` under this person's name.
fn git(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new("git")
        .args(["-c", "user.name=q", "-c", "user.email=q@example.org"])
        .args([
            "-c",
            "init.defaultBranch=main",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(arguments)
        .current_dir(folder)
        .env_remove("GIT_DIR")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    (
        output.status.success(),
        said + &String::from_utf8_lossy(&output.stderr),
    )
}

#[test]
fn two_machines_of_one_name_unite_in_git_by_the_recipe() {
    if !is_there("git") {
        return;
    }
    // The recipe's own lines, and a state folder that was copied along: both write to one file.
    let readme = include_str!("../../README.md");
    let recipe: Vec<&str> = readme
        .lines()
        .filter(|line| line.starts_with("printf '"))
        .collect();
    assert_eq!(recipe.len(), 2, "{recipe:?}");
    let mut one = Home::with(&cards(4));
    fs::write(one.path().join("decks/.quiz-a1B2c3.tmp"), "half").unwrap();
    let done = Command::new("sh")
        .args(["-c", &recipe.join("\n")])
        .current_dir(one.path())
        .status();
    assert!(done.unwrap().success());
    one.ok(&["grade", "c000", "good"]);
    for arguments in [
        &["init", "-q"][..],
        &["add", "-A"],
        &["commit", "-qm", "one"],
    ] {
        assert!(git(&one.path(), arguments).0);
    }
    assert!(!git(&one.path(), &["ls-files"]).1.contains(".tmp"));
    let two = Home::fresh();
    let (from, to) = (
        one.path().display().to_string(),
        two.path().display().to_string(),
    );
    assert!(git(Path::new("."), &["clone", "-q", &from, &to]).0);
    let state = two.path().parent().unwrap().join("state/quiz");
    fs::create_dir_all(&state).unwrap();
    fs::copy(
        one.path().join("../state/quiz/machine"),
        state.join("machine"),
    )
    .unwrap();
    one.at("2026-11-23T10:00:00+01:00")
        .ok(&["grade", "c001", "hard"]);
    two.ok(&["grade", "c002", "easy"]);
    for home in [&one, &two] {
        assert!(git(&home.path(), &["commit", "-qam", "today"]).0);
    }
    let (pulled, said) = git(&two.path(), &["pull", "-q", "--rebase", &from, "main"]);
    assert!(pulled, "{said}");
    assert_eq!(two.grades().len(), 3);
    assert_eq!(two.json(&["stats", "--json"])["activity"]["in_all"], 3);
    two.ok(&["check"]);
}
