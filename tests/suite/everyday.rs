//! The commands around a home: settings, paths, manual pages, one number for a prompt.

use std::fs;

use crate::support::{Home, cards};

#[test]
fn settings_are_shown_with_where_they_come_from() {
    let home = Home::with(&cards(1));
    assert!(
        home.ok(&["config"])
            .contains("new_per_day: 20           (default)")
    );
    assert_eq!(
        home.ok(&["config", "new_per_day", "7"]),
        "new_per_day: 7 (was 20)\n"
    );
    assert!(home.ok(&["config"]).contains("new_per_day: 7\n"));
    assert_eq!(home.ok(&["config", "new_per_day"]), "7\n");
    let json = home.json(&["config", "--json"]);
    assert_eq!(json["settings"][1]["key"], "new_per_day");
    assert_eq!(json["settings"][1]["value"], "7");
    assert_eq!(json["settings"][1]["is_set"], true);
    assert_eq!(json["settings"][0]["is_set"], false);
}

#[test]
fn one_setting_is_spliced_and_the_rest_stays_as_written() {
    let home = Home::with(&cards(1));
    let path = home.path().join("config.ron");
    fs::write(&path, "// mine\nConfig(\n    leech_after: 4, // soon\n)\n").unwrap();
    home.ok(&["config", "leech_after", "6"]);
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        "// mine\nConfig(\n    leech_after: 6, // soon\n)\n"
    );
    for (key, value) in [
        ("leech_after", "0"),
        ("leech_after", "x"),
        ("leach_after", "3"),
    ] {
        let run = home.quiz(&["config", key, value]);
        assert_eq!(run.code, 2, "{}", run.err);
    }
    assert!(
        fs::read_to_string(&path)
            .unwrap()
            .contains("leech_after: 6,")
    );
}

#[test]
fn the_settings_open_in_an_editor_made_from_a_template() {
    let mut home = Home::with(&cards(1));
    home.set("EDITOR", "sed -i 's|// leech_after: 8|leech_after: 3|'");
    let mut terminal = home.terminal(&["config", "edit"], 80, 24);
    terminal.see("The settings read without problems.");
    assert_eq!(terminal.end().0, 0);
    assert_eq!(home.ok(&["config", "leech_after"]), "3\n");
    let run = home.quiz(&["config", "edit"]);
    assert_eq!((run.code, run.err.contains("needs a terminal")), (2, true));
}

#[test]
fn the_home_is_printed_and_not_made() {
    let home = Home::fresh();
    assert_eq!(home.ok(&["home"]), format!("{}\n", home.path().display()));
    home.ok(&["config"]);
    assert!(!home.path().exists());
}

#[test]
fn due_is_one_number_and_an_exit_code() {
    let mut home = Home::with(&cards(2));
    let run = home.quiz(&["due"]);
    assert_eq!(
        (run.out.as_str(), run.code),
        ("0\n", 1),
        "new cards are not due"
    );
    home.ok(&["grade", "c000", "good"]);
    home.at("2026-12-01T09:00:00+01:00");
    assert_eq!(home.ok(&["due"]), "1\n");
    assert_eq!(home.json(&["due", "--json"])["due"], 1);
    assert_eq!(home.json(&["due", "--json"])["new"], 1);
}

#[test]
fn every_command_has_a_manual_page() {
    let home = Home::fresh();
    let folder = home.path().join("man");
    home.ok(&["man", folder.to_str().unwrap()]);
    for page in ["quiz", "quiz-review", "quiz-add", "quiz-man"] {
        let text = fs::read_to_string(folder.join(format!("{page}.1"))).unwrap();
        assert!(text.contains(".SH SYNOPSIS"), "{page}");
    }
    assert!(home.ok(&["man"]).contains(".SH SYNOPSIS"));
}

#[test]
fn the_glance_has_total_time_and_every_deck() {
    let mut home = Home::empty();
    for n in 0..12 {
        let card = format!("Basic(id: \"c{n}\", front: \"f{n}\", back: \"b\")");
        home.deck(
            &format!("deck-{n:02}"),
            &format!("Deck(title: \"D\", cards: [{card}])"),
        );
    }
    home.ok(&["grade", "c3", "good"]);
    home.at("2026-12-15T09:00:00+01:00");
    let glance = home.ok(&[]);
    assert!(glance.lines().count() <= 12, "{glance}");
    assert!(
        glance.contains("1 due and 11 new, about 2 min."),
        "{glance}"
    );
    assert!(glance.contains("…and 7 more decks"), "{glance}");
    assert!(glance.contains("(longest: 1 day)"), "{glance}");
    assert!(
        glance.contains("Known: about 1 of 1 face, +0 this week."),
        "{glance}"
    );
    assert_eq!(home.json(&["--json"])["waiting"], 0);
}

#[test]
fn the_log_of_a_day_has_what_was_answered() {
    let mut home = Home::with(&cards(3));
    home.ok(&["grade", "c000", "good", "--ms", "3000"]);
    home.ok(&["grade", "c001", "again", "--ms", "2000"]);
    home.at("2026-11-24T09:00:00+01:00");
    home.ok(&["grade", "c002", "easy"]);
    let yesterday = home.ok(&["log", "yesterday"]);
    assert!(
        yesterday.starts_with("2026-11-23: 2 answers in 5 s, 1 not recalled\n"),
        "{yesterday}"
    );
    assert!(
        yesterday.contains("again   2 s  c001  due 2026-11-23  Question 001?"),
        "{yesterday}"
    );
    assert_eq!(home.ok(&["log", "2026-11-23"]), yesterday);
    let wrong = home.ok(&["log", "2026-11-23", "--wrong"]);
    assert!(!wrong.contains("c000") && wrong.contains("c001"), "{wrong}");
    let json = home.json(&["log", "--json"]);
    assert_eq!(json["answers"][0]["face"], "c002");
    assert_eq!(json["answers"][0]["grade"], "easy");
    assert_eq!(home.ok(&["log", "2026-01-01"]), "2026-01-01: no answers\n");
    assert_eq!(home.quiz(&["log", "someday"]).code, 2);
}

/// Returns the lines of the README that start with this, without it.
fn readme_lines(start: &str) -> Vec<String> {
    let readme = include_str!("../../README.md");
    let lines = readme.lines().filter_map(|line| line.strip_prefix(start));
    lines.map(String::from).collect()
}

/// Runs a line of the README in a shell that finds `quiz`, and `notify-send`, which prints its arguments.
#[cfg(unix)]
fn in_shell(home: &Home, line: &str) -> (bool, String) {
    use std::os::unix::fs::PermissionsExt;
    let programs = home.path().join("programs");
    fs::create_dir_all(&programs).unwrap();
    let script = |name: &str, text: &str| {
        let path = programs.join(name);
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    };
    script("notify-send", "echo \"$@\"");
    let quiz = env!("CARGO_BIN_EXE_quiz");
    script("quiz", &format!("exec '{quiz}' \"$@\""));
    let path = std::env::var("PATH").unwrap_or_default();
    let mut shell = home.command_of("sh");
    shell.env("PATH", format!("{}:{path}", programs.display()));
    let output = shell.args(["-c", line]).output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    (output.status.success(), out)
}

#[cfg(unix)]
#[test]
fn the_lines_for_prompts_and_timers_say_what_is_due() {
    let mut home = Home::with(&cards(3));
    let only = |start: &str| {
        let lines = readme_lines(start);
        assert_eq!(lines.len(), 1, "{start}: {lines:?}");
        lines.into_iter().next().unwrap()
    };
    let tmux = only("set -g status-right '#(");
    let (tmux, _) = tmux.split_once(')').unwrap();
    let when = only("when = \"");
    let condition = only("ExecCondition=");
    let start = only("ExecStart=");
    assert_eq!(in_shell(&home, tmux).1, "0\n");
    assert!(!in_shell(&home, when.trim_end_matches('"')).0);
    assert!(!in_shell(&home, &condition).0);
    for card in ["c000", "c001"] {
        home.ok(&["grade", card, "good"]);
    }
    home.at("2026-12-23T18:00:00+01:00");
    assert_eq!(in_shell(&home, tmux).1, "2\n");
    assert!(in_shell(&home, when.trim_end_matches('"')).0);
    assert!(in_shell(&home, &condition).0);
    assert_eq!(in_shell(&home, &start).1, "quiz 2 cards are due\n");
}

#[cfg(unix)]
#[test]
fn what_check_prints_is_read_by_the_errorformat_of_the_readme() {
    let lines = readme_lines("autocmd BufNewFile,BufRead */decks/*.ron setlocal makeprg=");
    let (program, format) = lines[0].split_once(" errorformat=").unwrap();
    assert_eq!(format, "%f:%l:%c:\\ %m,%-G%.%#");
    let home = Home::with("Basic(id: \"a\", front: \"A?\"),\nBasic(id: \"b\", back: \"B\"),");
    let (_, out) = in_shell(&home, &program.replace('\\', ""));
    let deck = home.path().join("decks/d.ron").display().to_string();
    // By the format: file, line, column, message.
    let places = out.lines().filter_map(|line| {
        let mut parts = line.strip_prefix(&deck)?.strip_prefix(':')?.splitn(3, ':');
        let line: usize = parts.next()?.parse().ok()?;
        let column: usize = parts.next()?.parse().ok()?;
        Some((line, column, parts.next()?.strip_prefix(' ')?.to_string()))
    });
    let places: Vec<_> = places.collect();
    assert_eq!(
        places.iter().map(|(line, ..)| *line).collect::<Vec<_>>(),
        [2, 3],
        "{out}"
    );
    assert!(
        places
            .iter()
            .all(|(_, column, message)| *column > 0 && message.starts_with("error: "))
    );
}
