//! The terminal during a session: raw keys and a screen of its own, restored however the session ends.

#[cfg(unix)]
mod paste;
mod restore;
#[cfg(unix)]
mod wait;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::time::Duration;

use console::{Key, Term};

use super::picture::{Area, Gallery};
use super::screen::{Line, Paint};
use crate::error::{Error, Result};
use crate::text::{Row, fit};
pub use restore::Prompting;
use restore::Restore;
#[cfg(unix)]
use wait::{Waited, wait};

/// The terminal, taken by the program.
pub struct Terminal {
    term: Term,
    restore: Arc<Restore>,
    /// The pictures, if it shows any.
    gallery: Option<Gallery>,
    #[cfg(unix)]
    resized: std::os::unix::net::UnixStream,
}

/// Input from the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(Key),
    /// Pasted text, on one line.
    Pasted(String),
    /// The size of the terminal changed.
    Resized,
    /// Nothing came within the time given.
    Nothing,
}

/// Returns whether a person is at both ends, at a terminal whose cursor can be moved.
pub fn is_interactive() -> bool {
    io::stdin().is_terminal() && is_capable()
}

/// Returns the columns of the terminal behind standard output; `None` if it is not one.
pub fn terminal_columns() -> Option<usize> {
    let size = Term::stdout().size_checked();
    size.map(|(_, columns)| usize::from(columns))
}

/// Returns the columns of the terminal behind standard output; 80 without one.
pub fn columns() -> usize {
    terminal_columns().unwrap_or(80)
}

/// Returns the columns within which a table has to fit, else its names are shortened; unlimited without a terminal.
pub fn columns_of_tables() -> usize {
    terminal_columns().unwrap_or(usize::MAX)
}

/// Returns the rows laid out for `term`; see [`fit`].
pub fn fitted(rows: &[Row], term: &Term) -> String {
    let size = term.size_checked();
    fit(rows, size.map(|(_, columns)| usize::from(columns)))
}

/// Sets whether output is coloured: as `wanted`, else by the environment and the outputs.
pub fn choose_colors(wanted: Option<bool>) {
    let auto = |is_terminal| wants_colors(is_terminal, |name| std::env::var_os(name));
    console::set_colors_enabled(wanted.unwrap_or_else(|| auto(io::stdout().is_terminal())));
    console::set_colors_enabled_stderr(wanted.unwrap_or_else(|| auto(io::stderr().is_terminal())));
}

/// Returns whether an output is coloured, by the conventions of `NO_COLOR` (no-color.org) and `CLICOLOR`
/// (bixense.com/clicolors); an empty variable counts as not set.
fn wants_colors(is_terminal: bool, variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let set = |name| variable(name).filter(|value| !value.is_empty());
    let is = |name, value: &str| set(name).is_some_and(|found| found == value);
    if set("NO_COLOR").is_some() {
        false
    } else if set("CLICOLOR_FORCE").is_some() && !is("CLICOLOR_FORCE", "0") {
        true
    } else {
        is_terminal && !is("TERM", "dumb") && !is("CLICOLOR", "0")
    }
}

/// Returns whether output is coloured.
pub fn colors() -> bool {
    console::colors_enabled()
}

/// Returns the styles that standard output can show: a terminal without colours may still show weight.
pub fn paint() -> Paint {
    match (colors(), is_capable()) {
        (true, _) => Paint::Color,
        (false, true) => Paint::Weight,
        (false, false) => Paint::Plain,
    }
}

/// Returns whether standard output is a terminal that understands escape codes.
fn is_capable() -> bool {
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    io::stdout().is_terminal() && !is_dumb
}

/// Returns whether standard output can show links.
pub fn has_links() -> bool {
    is_capable() && knows_links(|name| std::env::var(name).ok())
}

/// Returns whether the terminal is known to understand links (OSC 8); others might print the address into the text.
fn knows_links(variable: impl Fn(&str) -> Option<String>) -> bool {
    const PROGRAMS: [&str; 8] = [
        "iTerm.app",
        "WezTerm",
        "vscode",
        "ghostty",
        "Hyper",
        "Tabby",
        "rio",
        "mintty",
    ];
    const TERMS: [&str; 6] = [
        "kitty",
        "alacritty",
        "foot",
        "ghostty",
        "wezterm",
        "contour",
    ];
    let set = |name| variable(name).filter(|value| !value.is_empty());
    let number = |name| set(name).and_then(|value| value.parse::<u32>().ok());
    let term = set("TERM").unwrap_or_default();
    let program = set("TERM_PROGRAM").unwrap_or_default();
    let is_tmux = program == "tmux"
        && set("TERM_PROGRAM_VERSION").is_some_and(|version| {
            let (major, minor) = version.split_once('.').unwrap_or((&version, ""));
            let minor: String = minor.chars().take_while(char::is_ascii_digit).collect();
            (major.parse().unwrap_or(0), minor.parse().unwrap_or(0)) >= (3, 4)
        });
    if program == "tmux" || term.starts_with("screen") || term.starts_with("tmux") {
        return is_tmux;
    }
    PROGRAMS.contains(&program.as_str())
        || TERMS.iter().any(|known| term.contains(known))
        || number("VTE_VERSION").is_some_and(|version| version >= 5000)
        || [
            "KITTY_WINDOW_ID",
            "WT_SESSION",
            "KONSOLE_VERSION",
            "DOMTERM",
        ]
        .into_iter()
        .any(|name| set(name).is_some())
}

impl Terminal {
    /// Takes the terminal for `command`; without one, the error advises `instead`.
    ///
    /// # Errors
    /// Fails with [`Error::NoTerminal`] without a terminal, with [`Error::Io`] if it can't be set up.
    pub fn open(command: &'static str, instead: &'static str) -> Result<Self> {
        if !is_interactive() {
            return Err(Error::NoTerminal { command, instead });
        }
        let io = |error| Error::io("use", std::path::Path::new("the terminal"))(error);
        let restore = Arc::new(Restore::of_session().map_err(io)?);
        restore.on_signals().map_err(io)?;
        restore.on_panic();
        #[cfg(unix)]
        let resized = {
            let (read, write) = std::os::unix::net::UnixStream::pair().map_err(io)?;
            read.set_nonblocking(true).map_err(io)?;
            signal_hook::low_level::pipe::register(signal_hook::consts::SIGWINCH, write)
                .map_err(io)?;
            read
        };
        let terminal = Self {
            term: Term::stdout(),
            restore,
            gallery: None,
            #[cfg(unix)]
            resized,
        };
        terminal.restore.enter().map_err(io)?;
        Ok(terminal)
    }

    /// Adds a gallery, which shows pictures.
    pub fn with(mut self, gallery: Option<Gallery>) -> Self {
        self.gallery = gallery;
        self
    }

    /// Returns the numbers of columns and rows.
    pub fn size(&self) -> (usize, usize) {
        let (rows, columns) = self.term.size_checked().unwrap_or((24, 80));
        (usize::from(columns).max(1), usize::from(rows).max(1))
    }

    /// Draws `lines` from the top of the screen and clears the rest; `cursor` is the column and row of the cursor, both
    /// from 0, `None` to hide it.
    ///
    /// The first of the pictures is shown in the cells that are free for it, if the terminal can show pictures.
    ///
    /// # Errors
    /// Fails if the terminal is gone.
    pub fn draw(
        &mut self,
        lines: &[Line],
        cursor: Option<(usize, usize)>,
        (pictures, free): (&[String], Area),
    ) -> io::Result<()> {
        let (_, rows) = self.size();
        let paint = paint();
        let gallery = self.gallery.as_mut();
        let beside = gallery
            .map(|gallery| gallery.beside(pictures, free))
            .unwrap_or_default();
        let mut out = format!("\x1b[?25l{}\x1b[H", beside.before);
        for (row, line) in lines.iter().take(rows).enumerate() {
            if row > 0 {
                out.push_str("\r\n");
            }
            if !beside.kept.contains(&row) {
                out.push_str(&line.paint(paint));
                out.push_str("\x1b[K");
            }
        }
        out.push_str("\x1b[J");
        out.push_str(&beside.after);
        if let Some((column, row)) = cursor {
            out.push_str(&format!("\x1b[{};{}H\x1b[?25h", row + 1, column + 1));
        }
        // A signal may have given the terminal back: then nothing more is drawn.
        let held = self.restore.held();
        if !*held {
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        stdout.write_all(out.as_bytes())?;
        stdout.flush()
    }

    /// Waits for a key, a change of size, or the end of `patience`.
    ///
    /// # Errors
    /// Fails if the terminal is gone.
    #[cfg(unix)]
    pub fn read(&mut self, patience: Option<Duration>) -> io::Result<Input> {
        use std::os::fd::AsFd;
        let stdin = io::stdin();
        match wait(stdin.as_fd(), Some(self.resized.as_fd()), patience)? {
            Waited::Keys => self.key(),
            Waited::Size => {
                let mut signals = [0; 64];
                while matches!(io::Read::read(&mut &self.resized, &mut signals), Ok(1..)) {}
                Ok(self.resized())
            }
            Waited::Interrupted => Ok(self.resized()),
            Waited::Nothing => Ok(Input::Nothing),
        }
    }

    /// Handles a change of size: the screen may no longer show what was on it.
    #[cfg(unix)]
    fn resized(&mut self) -> Input {
        self.gallery.iter_mut().for_each(Gallery::forget);
        Input::Resized
    }

    /// Waits for a key.
    ///
    /// # Errors
    /// Fails if the terminal is gone.
    #[cfg(not(unix))]
    pub fn read(&mut self, _: Option<Duration>) -> io::Result<Input> {
        self.key()
    }

    fn key(&mut self) -> io::Result<Input> {
        match self.term.read_key_raw()? {
            #[cfg(unix)]
            Key::Char('\x1a') => {
                // Ctrl-Z: hand over to the shell, and continue where we left off.
                self.restore.leave();
                signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
                self.restore.enter()?;
                Ok(self.resized())
            }
            #[cfg(unix)]
            Key::UnknownEscSeq(start) if start == paste::BRACKET => paste::read(),
            key => Ok(Input::Key(key)),
        }
    }

    /// Gives the terminal back, after removing a picture that it would keep.
    fn leave(&self) {
        if let Some(gallery) = &self.gallery {
            let held = self.restore.held();
            if *held {
                // If it can't be written to, it shows nothing either.
                let _ = io::stdout().write_all(gallery.removal().as_bytes());
            }
        }
        self.restore.leave();
    }

    /// Runs `other` with the terminal restored.
    ///
    /// # Errors
    /// Fails if the terminal can't be taken again.
    pub fn lend<T>(&mut self, other: impl FnOnce() -> T) -> io::Result<T> {
        self.leave();
        let result = self.restore.lend(other);
        self.restore.enter()?;
        self.gallery.iter_mut().for_each(Gallery::forget);
        Ok(result)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_for_terminals_that_are_known_to_have_them() {
        let known = |set: &[(&str, &str)]| {
            knows_links(|name| {
                let found = set.iter().find(|(key, _)| *key == name);
                found.map(|(_, value)| value.to_string())
            })
        };
        assert!(known(&[("TERM", "xterm-kitty")]) && known(&[("VTE_VERSION", "7600")]));
        assert!(known(&[
            ("TERM_PROGRAM", "tmux"),
            ("TERM_PROGRAM_VERSION", "3.5a")
        ]));
        for unknown in [
            &[("TERM", "linux")][..],
            &[("TERM", "xterm-256color")],
            &[("VTE_VERSION", "4000")],
            &[
                ("TERM_PROGRAM", "tmux"),
                ("TERM_PROGRAM_VERSION", "3.3"),
                ("VTE_VERSION", "7600"),
            ],
            &[("TERM", "screen-256color"), ("VTE_VERSION", "7600")],
        ] {
            assert!(!known(unknown), "{unknown:?}");
        }
    }

    #[test]
    fn colors_follow_the_conventions() {
        let colored = |is_terminal: bool, set: &[(&str, &str)]| {
            wants_colors(is_terminal, |name| {
                let found = set.iter().find(|(key, _)| *key == name);
                found.map(|(_, value)| OsString::from(value))
            })
        };
        assert!(colored(true, &[]) && !colored(false, &[]));
        assert!(!colored(true, &[("NO_COLOR", "1")]) && colored(true, &[("NO_COLOR", "")]));
        assert!(!colored(true, &[("TERM", "dumb")]) && !colored(true, &[("CLICOLOR", "0")]));
        assert!(
            colored(false, &[("CLICOLOR_FORCE", "1")])
                && !colored(false, &[("CLICOLOR_FORCE", "0")])
        );
        assert!(!colored(
            false,
            &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]
        ));
    }
}
