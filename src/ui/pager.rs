//! The person's own pager, for text longer than the terminal.

use std::io::Write;
use std::process::{Command, Stdio};

use console::Term;

/// Shows `text` through `$PAGER`, else `less`, if standard output is a terminal with too few rows for it; returns
/// whether it was shown.
///
/// As git does (2.47, pager.c), `less` is told to keep colours, to leave the text on the screen, and to quit if it all
/// fits (`FRX`), unless `$LESS` says something else.
pub fn show(text: &str) -> bool {
    let term = Term::stdout();
    let rows = usize::from(term.size().0);
    term.is_term() && text.lines().count() >= rows && paged(text)
}

/// Shows `text` in the pager; returns false if there is none.
fn paged(text: &str) -> bool {
    let set = std::env::var("PAGER").ok();
    let words = shell_words::split(set.as_deref().unwrap_or("less")).unwrap_or_default();
    let Some((program, arguments)) = words.split_first() else {
        return false;
    };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        command.env("LESS", "FRX");
    }
    let Ok(mut child) = command.spawn() else {
        return false;
    };
    // A pager that is quit early closes its end, which is fine.
    if let Some(mut input) = child.stdin.take() {
        let _ = input.write_all(text.as_bytes());
    }
    let _ = child.wait();
    true
}
