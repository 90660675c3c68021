//! Pictures, sounds and addresses: said in the text, opened and played by other programs.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::support::Home;

const CARDS: &str = "Basic(id: \"a\", front: \"Which? ![a cell](media/cell.png)\", back: \"![](media/cell.mp3) It.\", \
                     source: \"Who, https://example.org/x\"),";

/// Returns a program that writes its arguments to `into`.
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
    terminal.see("[picture: a cell]").see("o open").press("o");
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

/// Returns everything that a session of one card with a picture writes, in a terminal described by `environment`.
fn written(environment: &[(&str, &str)], arguments: &[&str], rows: u16) -> String {
    let mut home = Home::with(
        "Basic(id: \"a\", front: \"Which? ![a cell](media/cell.png)\", back: \"It.\"),
         Basic(id: \"b\", front: \"Next?\", back: \"![](media/../../secret.png)\"),",
    );
    fs::create_dir(home.path().join("media")).unwrap();
    fs::write(home.path().join("media/cell.png"), PNG).unwrap();
    fs::write(home.path().join("../secret.png"), PNG).unwrap();
    for (name, value) in environment {
        home.set(name, value);
    }
    let mut terminal = home.terminal(arguments, 80, rows);
    terminal.see("Which? [picture: a cell]");
    terminal.press(" ").see("It.").press("3").see("Next?");
    terminal.press(" ").see("[picture]").press("q");
    let (code, written) = terminal.end();
    assert_eq!(code, 0, "{written}");
    written
}

/// Returns a picture of one pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\0\0\0\nIDAT\x78\x9c\x63\x60\0\0\0\x02\0\x01\x48\xaf\xa4\x71\0\0\0\0IEND\xae\x42\x60\x82";

/// The same in Base64.
const PNG_SENT: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";

#[test]
fn a_picture_is_shown_where_the_terminal_can() {
    let kitty = [("TERM", "xterm-kitty"), ("KITTY_WINDOW_ID", "1")];
    let shown = written(&kitty, &["review"], 24);
    let codes = format!("\x1b_Ga=T,f=100,i=7421,p=1,c=1,C=1,q=2,m=0;{PNG_SENT}\x1b\\");
    // Once, below the text, until the next card; a file outside of media/ never.
    assert_eq!(shown.matches(&codes).count(), 2, "{shown:?}");
    assert_eq!(shown.matches("\x1b_Ga=T").count(), 2);
    let gone = shown.rfind("\x1b_Ga=d,d=I,i=7421,q=2\x1b\\");
    assert!(gone.is_some_and(|gone| gone < shown.find("Next?").unwrap()));

    let iterm = [("TERM_PROGRAM", "iTerm.app")];
    let shown = written(&iterm, &["review"], 24);
    let codes = format!("preserveAspectRatio=1:{PNG_SENT}\x07");
    assert_eq!(shown.matches(&codes).count(), 2, "{shown:?}");
}

#[test]
fn the_scored_quiz_shows_pictures_too() {
    for (arguments, is_shown) in [(&["test"][..], true), (&["test", "--no-images"], false)] {
        let mut home = Home::with(CARDS);
        fs::create_dir(home.path().join("media")).unwrap();
        fs::write(home.path().join("media/cell.png"), PNG).unwrap();
        home.set("TERM", "xterm-kitty");
        let mut terminal = home.terminal(arguments, 80, 24);
        terminal.see("Which?").press("q");
        let (_, written) = terminal.end();
        assert_eq!(written.contains(PNG_SENT), is_shown, "{arguments:?}");
    }
}

#[test]
fn a_picture_stays_text_where_it_can_not_be_shown() {
    let kitty = ("KITTY_WINDOW_ID", "1");
    for (environment, arguments, rows) in [
        (&[][..], &["review"][..], 24),
        (&[kitty], &["review", "--no-images"], 24),
        (
            &[kitty, ("TMUX", "/tmp/tmux-0/default,1,0")],
            &["review"],
            24,
        ),
        (&[kitty, ("TERM", "screen-256color")], &["review"], 24),
        // No room.
        (&[kitty], &["review"], 10),
    ] {
        let shown = written(environment, arguments, rows);
        let case = format!("{environment:?} {arguments:?} {rows}");
        assert!(
            !shown.contains("\x1b_G") && !shown.contains("\x1b]1337"),
            "{case}"
        );
    }
}
