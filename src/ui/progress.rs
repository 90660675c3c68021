//! A progress line on standard error.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// The time before the line first appears, and between updates.
const PATIENCE: Duration = Duration::from_millis(400);
const EVERY: Duration = Duration::from_millis(80);

/// The width of the bar, in columns.
const BAR: usize = 24;

/// The progress of something that takes a while. Nothing is shown if standard error is not a terminal.
#[derive(Debug)]
pub struct Progress {
    shown: bool,
    next: Option<Instant>,
}

impl Progress {
    /// Starts the clock.
    pub fn start() -> Self {
        let wanted = io::stderr().is_terminal()
            && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        Self {
            shown: false,
            next: wanted.then(|| Instant::now() + PATIENCE),
        }
    }

    /// Shows that `done` out of `all` of `what` are done; `all` is 0 if it is unknown.
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
        // The reader of the screen may be gone, which does not stop the work.
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
