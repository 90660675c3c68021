//! Restoring the terminal, however the session or the prompts end.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Enters the alternate screen, hides the cursor and turns bracketed paste on.
const ENTER: &str = "\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[H\x1b[J";
/// Undoes [`ENTER`].
const LEAVE: &str = "\x1b[0m\x1b[?2004l\x1b[?25h\x1b[?1049l";
/// Shows the cursor.
const SHOW: &str = "\x1b[0m\x1b[?25h";

/// A guard that restores the terminal when prompts end: they hide the cursor, and a signal in the middle of one would
/// leave it hidden.
pub struct Prompting(Arc<Restore>);

impl Prompting {
    /// Starts guarding.
    ///
    /// # Errors
    /// Fails if the terminal's settings can't be read.
    pub fn start() -> io::Result<Self> {
        let restore = Arc::new(Restore::new(SHOW)?);
        *restore.held() = true;
        restore.on_signals()?;
        Ok(Self(restore))
    }

    /// Runs `other`, which has the terminal meanwhile.
    pub fn lend<T>(&mut self, other: impl FnOnce() -> T) -> T {
        self.0.lend(other)
    }
}

impl Drop for Prompting {
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// Whether another program has the terminal, and interrupting keys are meant for it.
enum Lent {
    No,
    Now,
    /// No longer, since this moment; a signal meant for it may still arrive.
    Until(Instant),
}

impl Lent {
    /// The delay with which a signal may arrive. The session's own keys raise no signals, so none is missed.
    const LATE: Duration = Duration::from_millis(500);

    fn takes_interrupts(&self) -> bool {
        match self {
            Self::No => false,
            Self::Now => true,
            Self::Until(end) => end.elapsed() < Self::LATE,
        }
    }
}

/// The state needed to restore the terminal from anywhere.
pub(super) struct Restore {
    /// Whether the terminal is ours. Drawing holds the lock, so that nothing is drawn after it was given back.
    held: Mutex<bool>,
    lent: Mutex<Lent>,
    /// The escape codes written on leaving.
    leave: &'static str,
    #[cfg(unix)]
    before: rustix::termios::Termios,
}

impl Restore {
    /// Returns the guard of a session on the alternate screen.
    ///
    /// # Errors
    /// Fails if the terminal's settings can't be read.
    pub(super) fn of_session() -> io::Result<Self> {
        Self::new(LEAVE)
    }

    fn new(leave: &'static str) -> io::Result<Self> {
        Ok(Self {
            held: Mutex::new(false),
            lent: Mutex::new(Lent::No),
            leave,
            #[cfg(unix)]
            before: rustix::termios::tcgetattr(io::stdin())?,
        })
    }

    /// Takes the terminal.
    ///
    /// # Errors
    /// Fails if it can't be set up.
    pub(super) fn enter(&self) -> io::Result<()> {
        let mut held = self.held();
        *held = true;
        #[cfg(unix)]
        {
            let mut raw = self.before.clone();
            raw.make_raw();
            // Keys come one by one and without echo; output is still processed line by line.
            raw.output_modes = self.before.output_modes;
            rustix::termios::tcsetattr(io::stdin(), rustix::termios::OptionalActions::Drain, &raw)?;
        }
        write_now(ENTER);
        Ok(())
    }

    /// Gives the terminal back if it is ours.
    pub(super) fn leave(&self) {
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

    /// Runs `other`, for which interrupting keys are meant meanwhile.
    pub(super) fn lend<T>(&self, other: impl FnOnce() -> T) -> T {
        *self.lent() = Lent::Now;
        let result = other();
        *self.lent() = Lent::Until(Instant::now());
        result
    }

    /// Returns whether the terminal is ours; that can't change while the returned guard lives.
    pub(super) fn held(&self) -> MutexGuard<'_, bool> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lent(&self) -> MutexGuard<'_, Lent> {
        self.lent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Restores the terminal before a signal ends the process.
    ///
    /// # Errors
    /// Fails if signals can't be caught.
    #[cfg(unix)]
    pub(super) fn on_signals(self: &Arc<Self>) -> io::Result<()> {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
        let mut signals = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM])?;
        let restore = Arc::clone(self);
        std::thread::Builder::new().spawn(move || {
            for signal in signals.forever() {
                let interrupts = matches!(signal, SIGINT | SIGQUIT);
                if interrupts && restore.lent().takes_interrupts() {
                    continue;
                }
                restore.leave();
                let _ = signal_hook::low_level::emulate_default_handler(signal);
                std::process::exit(128 + signal);
            }
        })?;
        Ok(())
    }

    /// Restores the terminal before Ctrl-C ends the process; there it comes as an event, not as a key.
    ///
    /// # Errors
    /// Never fails: without the handler, Ctrl-C ends the process as it would any other.
    #[cfg(windows)]
    pub fn on_signals(self: &Arc<Self>) -> io::Result<()> {
        let restore = Arc::clone(self);
        let _ = ctrlc::set_handler(move || {
            if !restore.lent().takes_interrupts() {
                restore.leave();
                std::process::exit(130);
            }
        });
        Ok(())
    }

    /// Restores the terminal before a panic is reported, so that the report stays visible.
    pub(super) fn on_panic(self: &Arc<Self>) {
        let restore = Arc::clone(self);
        let tell = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            restore.leave();
            tell(panic);
        }));
    }
}

/// Writes without a buffer and ignores errors: a terminal that is gone needs no restoring.
fn write_now(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes());
    let _ = stdout.flush();
}
