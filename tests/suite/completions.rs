//! Completion in the shells themselves, at a real terminal. A shell that is not installed is skipped, with a message.

#![cfg(unix)]
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use crate::support::{Home, Terminal, is_there};

/// Names that a shell splits unless they are quoted, and that no shell may run.
fn home() -> Home {
    let home = Home::empty();
    let deck = |name: &str, id: &str, tag: &str| {
        let card = format!("Basic(id: \"{id}\", front: \"f\", back: \"b\", tags: [\"{tag}\"])");
        home.deck(name, &format!("Deck(title: \"t\", cards: [{card}])"));
    };
    deck("R&D", "amp", "colours");
    deck("sp ace", "space", "c&d");
    deck("touch$(touch PWNED)", "touch", "x");
    deck("quo'te\"d", "quote", "y");
    deck("langs/spanish", "s:1:gato", "z");
    home
}

/// A shell at a terminal, in which `quiz` completes as the binary does, and otherwise records its arguments.
struct Shell {
    terminal: Terminal,
    notes: PathBuf,
    lines: usize,
}

impl Shell {
    /// Starts `program` and gives it these commands.
    fn start(home: &mut Home, program: &str, arguments: &[&str], setup: &[&str]) -> Self {
        let around = home.path().parent().unwrap().to_path_buf();
        let (folder, notes) = (around.join("bin"), around.join("notes"));
        fs::create_dir_all(&folder).unwrap();
        let quiz = env!("CARGO_BIN_EXE_quiz");
        let spy = format!(
            "#!/bin/sh\nif [ -n \"$COMPLETE\" ]; then exec '{quiz}' \"$@\"; fi\n\
             for word; do printf '[%s]' \"$word\"; done >> '{notes}'\necho >> '{notes}'\n",
            notes = notes.display()
        );
        fs::write(folder.join("quiz"), spy).unwrap();
        fs::set_permissions(folder.join("quiz"), fs::Permissions::from_mode(0o755)).unwrap();
        let path = std::env::var("PATH").unwrap_or_default();
        home.set("PATH", &format!("{}:{path}", folder.display()));
        let mut shell = Self {
            terminal: home.terminal_of(program, arguments, 100, 50),
            notes,
            lines: 0,
        };
        for line in setup {
            shell.run(line);
        }
        shell
    }

    /// Types a line, and waits until it has run.
    fn run(&mut self, line: &str) {
        self.lines += 1;
        // The shell's output differs from the typed text.
        let keys = format!("{line}; echo '<'{}'>'\r", self.lines);
        let mark = format!("<{}>", self.lines);
        self.terminal.press(&keys).see(&mark);
    }

    /// Types the beginning of a line and Tab, runs the completed line, and returns the arguments of the command.
    fn completed(&mut self, start: &str) -> String {
        self.run(&format!("{start}\t"));
        let notes = fs::read_to_string(&self.notes).unwrap_or_default();
        let last = notes.lines().next_back().map(String::from);
        last.unwrap_or_else(|| panic!("{start}: {}", self.terminal.screen()))
    }
}

/// Asserts the completions of these beginnings in a shell.
fn check(home: &Home, shell: &mut Shell) {
    for (typed, words) in [
        ("quiz review R", "[review][R&D]"),
        ("quiz review sp", "[review][sp ace]"),
        ("quiz review sp\\ a", "[review][sp ace]"),
        ("quiz review touc", "[review][touch$(touch PWNED)]"),
        ("quiz review quo", "[review][quo'te\"d]"),
        ("quiz review lang", "[review][langs/spanish]"),
        ("quiz list --tag c\\&", "[list][--tag][c&d]"),
        ("quiz list --tag=col", "[list][--tag=colours]"),
        ("quiz show s:1:", "[show][s:1:gato]"),
        ("quiz stat", "[stats]"),
        ("quiz review 'sp", "[review][sp ace]"),
        ("quiz review \"R&", "[review][R&D]"),
        ("quiz list --tag='c&", "[list][--tag=c&d]"),
    ] {
        let got = shell.completed(typed);
        assert_eq!(got, words, "{typed}");
    }
    // The decks of another home, given on the line.
    let other = home.path().join("../other");
    fs::create_dir_all(other.join("decks")).unwrap();
    fs::write(other.join("decks/elsewhere.ron"), "Deck(title: \"t\")").unwrap();
    let got = shell.completed(&format!("quiz --home {} review els", other.display()));
    assert!(got.ends_with("[review][elsewhere]"), "{got}");
    assert!(!home.path().join("../PWNED").exists());
}

/// Writes the completions of a shell to a file beside the home.
fn script(home: &Home, shell: &str, name: &str) -> PathBuf {
    let path = home.path().parent().unwrap().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, home.ok(&["completions", shell])).unwrap();
    path
}

#[test]
fn bash_completes_any_name() {
    if !is_there("bash") {
        return;
    }
    let mut home = home();
    let source = format!("source '{}'", script(&home, "bash", "quiz.bash").display());
    let arguments = ["--norc", "--noprofile", "-i"];
    let mut shell = Shell::start(&mut home, "bash", &arguments, &[&source]);
    check(&home, &mut shell);
}

#[test]
fn zsh_completes_any_name_from_the_first_tab_on() {
    if !is_there("zsh") {
        return;
    }
    let mut home = home();
    let script = script(&home, "zsh", "functions/_quiz");
    let path = format!("fpath=('{}' $fpath)", script.parent().unwrap().display());
    let setup = [&path, "autoload -Uz compinit", "compinit -u -D"];
    let mut shell = Shell::start(&mut home, "zsh", &["-f", "-i"], &setup);
    check(&home, &mut shell);
}

#[test]
fn fish_completes_any_name() {
    if !is_there("fish") {
        return;
    }
    let mut home = home();
    let source = format!("source '{}'", script(&home, "fish", "quiz.fish").display());
    let arguments = ["--no-config", "--interactive"];
    let mut shell = Shell::start(&mut home, "fish", &arguments, &[&source]);
    check(&home, &mut shell);
}
