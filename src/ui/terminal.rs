//! The terminal while a session has it: raw keys, a screen of its own, and everything as it was afterwards,
//! whatever ends the session.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use console::{Key, Term};

use super::screen::Line;
use crate::error::{Error, Result};

/// The terminal, held.
pub struct Terminal {
    term: Term,
    restore: Arc<Restore>,
    #[cfg(unix)]
    resized: std::os::unix::net::UnixStream,
}

/// What came from the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(Key),
    /// Text that was pasted, on one line.
    Pasted(String),
    /// Its size changed.
    Resized,
    /// Nothing, for as long as was waited.
    Nothing,
}

/// Enters the screen of its own and hides the cursor; what is pasted comes in brackets from then on.
const ENTER: &str = "\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[H\x1b[J";
/// Leaves it and shows the cursor.
const LEAVE: &str = "\x1b[0m\x1b[?2004l\x1b[?25h\x1b[?1049l";
/// How a bracket around what is pasted begins, as far as it is read as one key: `ESC [ 2 0`.
const BRACKET: [char; 3] = ['[', '2', '0'];

/// Whether a person is at both ends, at a terminal whose cursor can be moved.
pub fn is_interactive() -> bool {
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    io::stdin().is_terminal() && io::stdout().is_terminal() && !is_dumb
}

/// The columns of the terminal behind standard output, if it is one.
pub fn terminal_columns() -> Option<usize> {
    let size = Term::stdout().size_checked();
    size.map(|(_, columns)| usize::from(columns))
}

/// The columns of the terminal behind standard output; 80 where there is none.
pub fn columns() -> usize {
    terminal_columns().unwrap_or(80)
}

/// `text` as `term` takes it: broken where its lines end, or as it is where there is no terminal.
pub fn fitted(text: &str, term: &Term) -> String {
    match term.size_checked() {
        Some((_, columns)) => crate::text::fold(text, usize::from(columns)),
        None => text.to_string(),
    }
}

/// Decides whether to color: as `wanted`, or else as the environment and the outputs say.
pub fn choose_colors(wanted: Option<bool>) {
    let auto = |is_terminal| wants_colors(is_terminal, |name| std::env::var_os(name));
    console::set_colors_enabled(wanted.unwrap_or_else(|| auto(io::stdout().is_terminal())));
    console::set_colors_enabled_stderr(wanted.unwrap_or_else(|| auto(io::stderr().is_terminal())));
}

/// Whether an output is colored, by the conventions of `NO_COLOR` (no-color.org) and `CLICOLOR` (bixense.com): a
/// variable that is empty counts as not set.
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

/// Whether what is printed is colored.
pub fn colors() -> bool {
    console::colors_enabled()
}

impl Terminal {
    /// Takes the terminal for `command`; without one, says what to do `instead`.
    ///
    /// # Errors
    /// [`Error::NoTerminal`], or [`Error::Io`] if the terminal can't be set.
    pub fn open(command: &'static str, instead: &'static str) -> Result<Self> {
        if !is_interactive() {
            return Err(Error::NoTerminal { command, instead });
        }
        let io = |error| Error::io("use", std::path::Path::new("the terminal"))(error);
        let restore = Arc::new(Restore::new(LEAVE).map_err(io)?);
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
            #[cfg(unix)]
            resized,
        };
        terminal.restore.enter().map_err(io)?;
        Ok(terminal)
    }

    /// Columns and rows.
    pub fn size(&self) -> (usize, usize) {
        let (rows, columns) = self.term.size_checked().unwrap_or((24, 80));
        (usize::from(columns).max(1), usize::from(rows).max(1))
    }

    /// Puts `lines` on the screen, the rest empty; `cursor` is where the cursor is shown, as column and row.
    ///
    /// # Errors
    /// If the terminal is gone.
    pub fn draw(&mut self, lines: &[Line], cursor: Option<(usize, usize)>) -> io::Result<()> {
        let (_, rows) = self.size();
        let colored = colors();
        let mut out = String::from("\x1b[?25l\x1b[H");
        for (row, line) in lines.iter().take(rows).enumerate() {
            if row > 0 {
                out.push_str("\r\n");
            }
            out.push_str(&line.paint(colored));
            out.push_str("\x1b[K");
        }
        out.push_str("\x1b[J");
        if let Some((column, row)) = cursor {
            out.push_str(&format!("\x1b[{};{}H\x1b[?25h", row + 1, column + 1));
        }
        // A signal may have given the terminal back: it stays as it is then.
        let held = self.restore.held();
        if !*held {
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        stdout.write_all(out.as_bytes())?;
        stdout.flush()
    }

    /// Waits for a key, a new size, or `patience` to end.
    ///
    /// # Errors
    /// If the terminal is gone.
    #[cfg(unix)]
    pub fn read(&mut self, patience: Option<Duration>) -> io::Result<Input> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let timeout = patience.map(|patience| Timespec {
            tv_sec: i64::try_from(patience.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: patience.subsec_nanos().into(),
        });
        let stdin = io::stdin();
        let mut fds = [
            PollFd::new(&stdin, PollFlags::IN),
            PollFd::new(&self.resized, PollFlags::IN),
        ];
        match poll(&mut fds, timeout.as_ref()) {
            Ok(0) => return Ok(Input::Nothing),
            Err(rustix::io::Errno::INTR) => return Ok(Input::Resized),
            Err(error) => return Err(error.into()),
            Ok(_) => {}
        }
        let [keys, size] = fds.map(|fd| fd.revents());
        if size.contains(PollFlags::IN) {
            let mut signals = [0; 64];
            while matches!(io::Read::read(&mut &self.resized, &mut signals), Ok(1..)) {}
            return Ok(Input::Resized);
        }
        if keys.contains(PollFlags::IN) {
            return self.key();
        }
        Err(io::ErrorKind::UnexpectedEof.into())
    }

    /// Waits for a key.
    ///
    /// # Errors
    /// If the terminal is gone.
    #[cfg(not(unix))]
    pub fn read(&mut self, _: Option<Duration>) -> io::Result<Input> {
        self.key()
    }

    fn key(&mut self) -> io::Result<Input> {
        match self.term.read_key_raw()? {
            #[cfg(unix)]
            Key::Char('\x1a') => {
                // Ctrl-Z: to the shell, and back where it was.
                self.restore.leave();
                signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
                self.restore.enter()?;
                Ok(Input::Resized)
            }
            Key::UnknownEscSeq(start) if start == BRACKET => match self.bracket()? {
                Some('0') => self.pasted().map(Input::Pasted),
                _ => Ok(Input::Resized),
            },
            key => Ok(Input::Key(key)),
        }
    }

    /// The rest of a bracket: `0` opens what is pasted, `1` closes it.
    fn bracket(&self) -> io::Result<Option<char>> {
        let rest = (self.term.read_key_raw()?, self.term.read_key_raw()?);
        Ok(match rest {
            (Key::Char(which), Key::Char('~')) => Some(which),
            _ => None,
        })
    }

    /// What is pasted, up to its closing bracket. A line's end is a space: it is no answer's end.
    fn pasted(&self) -> io::Result<String> {
        let mut text = String::new();
        loop {
            let key = self.term.read_key_raw()?;
            let is_bracket = matches!(&key, Key::UnknownEscSeq(start) if *start == BRACKET);
            if is_bracket && self.bracket()? == Some('1') {
                return Ok(text);
            }
            match key {
                Key::Char(c) if !c.is_control() => text.push(c),
                Key::Enter | Key::Tab => text.push(' '),
                _ => {}
            }
        }
    }

    /// Runs `other` with the terminal as it was before.
    ///
    /// # Errors
    /// If the terminal can't be taken again.
    pub fn lend<T>(&mut self, other: impl FnOnce() -> T) -> io::Result<T> {
        self.restore.leave();
        let result = self.restore.lend(other);
        self.restore.enter()?;
        Ok(result)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.restore.leave();
    }
}

/// Shows the cursor.
const SHOW: &str = "\x1b[0m\x1b[?25h";

/// Puts the terminal back when prompts end, whatever ends them: they hide the cursor, and a signal in the middle
/// of one would leave it hidden.
pub struct Prompting(Arc<Restore>);

impl Prompting {
    /// From now on.
    ///
    /// # Errors
    /// If the terminal can't be read.
    pub fn start() -> io::Result<Self> {
        let restore = Arc::new(Restore::new(SHOW)?);
        *restore.held() = true;
        restore.on_signals()?;
        Ok(Self(restore))
    }

    /// Runs `other`, which has the terminal for a while.
    pub fn lend<T>(&mut self, other: impl FnOnce() -> T) -> T {
        self.0.lend(other)
    }
}

impl Drop for Prompting {
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// Whether another program has the terminal: keys that interrupt are meant for that one.
enum Lent {
    No,
    Now,
    /// Since when not any more; a signal that was meant for it may still arrive.
    Until(Instant),
}

impl Lent {
    /// How late a signal may arrive. Keys of the session's own raise none, so that none is missed.
    const LATE: Duration = Duration::from_millis(500);

    fn takes_interrupts(&self) -> bool {
        match self {
            Self::No => false,
            Self::Now => true,
            Self::Until(end) => end.elapsed() < Self::LATE,
        }
    }
}

/// What is needed to put the terminal back, from wherever that has to happen.
struct Restore {
    /// Whether the terminal is ours. Who draws holds it, so that nothing is drawn after it was given back.
    held: Mutex<bool>,
    lent: Mutex<Lent>,
    /// What is written to leave.
    leave: &'static str,
    #[cfg(unix)]
    before: rustix::termios::Termios,
}

impl Restore {
    fn new(leave: &'static str) -> io::Result<Self> {
        Ok(Self {
            held: Mutex::new(false),
            lent: Mutex::new(Lent::No),
            leave,
            #[cfg(unix)]
            before: rustix::termios::tcgetattr(io::stdin())?,
        })
    }

    fn enter(&self) -> io::Result<()> {
        let mut held = self.held();
        *held = true;
        #[cfg(unix)]
        {
            let mut raw = self.before.clone();
            raw.make_raw();
            // Keys come one by one and unechoed; what is written is still shown line by line.
            raw.output_modes = self.before.output_modes;
            rustix::termios::tcsetattr(io::stdin(), rustix::termios::OptionalActions::Drain, &raw)?;
        }
        write_now(ENTER);
        Ok(())
    }

    fn leave(&self) {
        let mut held = self.held();
        if std::mem::take(&mut *held) {
            write_now(self.leave);
            #[cfg(unix)]
            let _ = rustix::termios::tcsetattr(
                io::stdin(),
                rustix::termios::OptionalActions::Flush,
                &self.before,
            );
        }
    }

    fn lend<T>(&self, other: impl FnOnce() -> T) -> T {
        *self.lent() = Lent::Now;
        let result = other();
        *self.lent() = Lent::Until(Instant::now());
        result
    }

    fn held(&self) -> MutexGuard<'_, bool> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lent(&self) -> MutexGuard<'_, Lent> {
        self.lent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves before the process ends by a signal.
    #[cfg(unix)]
    fn on_signals(self: &Arc<Self>) -> io::Result<()> {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
        let mut signals = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM])?;
        let restore = Arc::clone(self);
        std::thread::spawn(move || {
            for signal in signals.forever() {
                let interrupts = matches!(signal, SIGINT | SIGQUIT);
                if interrupts && restore.lent().takes_interrupts() {
                    continue;
                }
                restore.leave();
                let _ = signal_hook::low_level::emulate_default_handler(signal);
                std::process::exit(128 + signal);
            }
        });
        Ok(())
    }

    #[cfg(not(unix))]
    fn on_signals(self: &Arc<Self>) -> io::Result<()> {
        Ok(())
    }

    /// Leaves before a panic is told, so that it is told on the screen that stays.
    fn on_panic(self: &Arc<Self>) {
        let restore = Arc::clone(self);
        let tell = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            restore.leave();
            tell(panic);
        }));
    }
}

/// Writes past any buffer; a terminal that is gone needs nothing any more.
fn write_now(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes());
    let _ = stdout.flush();
}

#[cfg(test)]
mod tests {
    use super::*;

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
