//! A line on standard error that says how far a long work is.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// How long a work takes before it is worth a line, and how often the line is written anew.
const PATIENCE: Duration = Duration::from_millis(400);
const EVERY: Duration = Duration::from_millis(80);

/// The width of the bar, in columns.
const BAR: usize = 24;

/// A work that takes a while. Nothing is shown if standard error is not a terminal.
#[derive(Debug)]
pub struct Progress {
    shown: bool,
    next: Option<Instant>,
}

impl Progress {
    /// Begins.
    pub fn start() -> Self {
        let wanted = io::stderr().is_terminal()
            && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        Self {
            shown: false,
            next: wanted.then(|| Instant::now() + PATIENCE),
        }
    }

    /// Says that `done` of `all` of `what` are done; `all` is 0 if it is not known.
    pub fn step(&mut self, what: &str, done: usize, all: usize) {
        let now = Instant::now();
        if self.next.is_none_or(|next| now < next) {
            return;
        }
        self.next = Some(now + EVERY);
        self.shown = true;
        let line = match all {
            0 => format!("Reading {what} …"),
            all => {
                let full = (done.min(all) * BAR) / all;
                format!(
                    "Reading {what} [{}{}] {done}/{all}",
                    "#".repeat(full),
                    " ".repeat(BAR - full)
                )
            }
        };
        // Whoever reads the screen may be gone: that is no failure of the work.
        let _ = write!(io::stderr(), "\r{line}\x1b[K");
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
