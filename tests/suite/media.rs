//! Pictures, sounds and addresses: said in the text, opened and played by other programs.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::support::Home;

const CARDS: &str = "Basic(id: \"a\", front: \"Which? ![a cell](media/cell.png)\", back: \"![](media/cell.mp3) It.\", \
                     source: \"Who, https://example.org/x\"),";

/// A program that writes what it is given into `into`.
fn program(home: &Home, name: &str, into: &Path) -> PathBuf {
    let path = home.path().join(name);
    fs::write(
        &path,
        format!("#!/bin/sh\nprintf '%s\\n' \"$*\" >> '{}'\n", into.display()),
    )
    .unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// Waits until the file at `path` has all of `lines`.
fn see(path: &Path, lines: &[&str]) {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let text = fs::read_to_string(path).unwrap_or_default();
        let found: Vec<&str> = text.lines().collect();
        if found.len() >= lines.len() || Instant::now() > end {
            let fits = |(found, line): (&&str, &&str)| found.ends_with(line);
            assert!(
                found.len() == lines.len() && found.iter().zip(lines).all(fits),
                "{found:?}"
            );
            return;
        }
        std::thread::yield_now();
    }
}

#[test]
fn a_key_opens_the_picture_and_the_source_and_another_plays_the_sound() {
    let mut home = Home::with(CARDS);
    fs::create_dir(home.path().join("media")).unwrap();
    for file in ["cell.png", "cell.mp3"] {
        fs::write(home.path().join("media").join(file), "x").unwrap();
    }
    let (opened, played) = (home.path().join("opened"), home.path().join("played"));
    let opener = program(&home, "opener", &opened);
    let player = format!("'{}' --quiet", program(&home, "player", &played).display());
    home.set("QUIZ_OPENER", opener.to_str().unwrap());
    home.set("QUIZ_PLAYER", &player);
    let mut terminal = home.terminal(&["review"], 80, 20);
    terminal
        .see("Which? [picture: a cell]")
        .see("o open")
        .not_see("p play");
    terminal.press("p").see("no sound");
    terminal.press("o").see("opened media/cell.png");
    see(&opened, &["media/cell.png"]);
    terminal.press(" ").see("[sound] It.").see("p play");
    terminal.press("p").see("playing media/cell.mp3");
    see(&played, &["media/cell.mp3"]);
    terminal
        .press("o")
        .see("1 of 2")
        .press("o")
        .see("opened https://example.org/x");
    see(
        &opened,
        &["media/cell.png", "media/cell.png", "https://example.org/x"],
    );
    assert!(fs::read_to_string(&played).unwrap().starts_with("--quiet "));
}

#[test]
fn the_scored_quiz_opens_and_plays_too() {
    let mut home = Home::with(CARDS);
    fs::create_dir(home.path().join("media")).unwrap();
    fs::write(home.path().join("media/cell.png"), "x").unwrap();
    let opened = home.path().join("opened");
    let opener = program(&home, "opener", &opened);
    home.set("QUIZ_OPENER", opener.to_str().unwrap());
    let mut terminal = home.terminal(&["test"], 80, 20);
    terminal.see("[picture: a cell]").press("o");
    terminal
        .see("opened media/cell.png")
        .press("p")
        .see("no sound");
    see(&opened, &["media/cell.png"]);
}

#[test]
fn what_is_missing_or_elsewhere_is_named_and_not_opened() {
    let mut home = Home::with(
        "Basic(id: \"a\", front: \"![x](media/../config.ron) ![](media/none.png)\", back: \"b\"),",
    );
    fs::create_dir(home.path().join("media")).unwrap();
    fs::write(home.path().join("config.ron"), "Config()").unwrap();
    let opened = home.path().join("opened");
    let opener = program(&home, "opener", &opened);
    home.set("QUIZ_OPENER", opener.to_str().unwrap());
    let mut terminal = home.terminal(&["review"], 100, 20);
    terminal
        .see("[picture: x]")
        .press("o")
        .see("config.ron is neither below media/");
    terminal.press("o").see("media/none.png is missing");
    drop(terminal);
    assert!(!opened.exists());
    let check = home.quiz(&["check"]).out;
    assert!(check.contains("media/none.png is missing"), "{check}");
    assert!(
        check.contains("it is not opened") && check.contains("d.ron:"),
        "{check}"
    );
}
