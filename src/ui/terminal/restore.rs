//! The terminal as it was before, whatever ends the session or the prompts.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Enters the screen of its own and hides the cursor; what is pasted comes in brackets from then on.
const ENTER: &str = "\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[H\x1b[J";
/// Leaves it and shows the cursor.
const LEAVE: &str = "\x1b[0m\x1b[?2004l\x1b[?25h\x1b[?1049l";
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
pub(super) struct Restore {
    /// Whether the terminal is ours. Who draws holds it, so that nothing is drawn after it was given back.
    held: Mutex<bool>,
    lent: Mutex<Lent>,
    /// What is written to leave.
    leave: &'static str,
    #[cfg(unix)]
    before: rustix::termios::Termios,
}

impl Restore {
    /// For a session on a screen of its own.
    ///
    /// # Errors
    /// If the terminal can't be read.
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
    /// If it can't be set.
    pub(super) fn enter(&self) -> io::Result<()> {
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

    /// Gives the terminal back, if it is ours.
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

    /// Runs `other`, for which keys that interrupt are meant meanwhile.
    pub(super) fn lend<T>(&self, other: impl FnOnce() -> T) -> T {
        *self.lent() = Lent::Now;
        let result = other();
        *self.lent() = Lent::Until(Instant::now());
        result
    }

    /// Whether the terminal is ours, which stays so while the result lives.
    pub(super) fn held(&self) -> MutexGuard<'_, bool> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lent(&self) -> MutexGuard<'_, Lent> {
        self.lent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves before the process ends by a signal.
    ///
    /// # Errors
    /// If signals can't be caught.
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

    /// Leaves before the process ends by Ctrl-C, which comes as an event there, not as a key.
    ///
    /// # Errors
    /// None: without it, Ctrl-C ends the process as it would any other.
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

    /// Leaves before a panic is told, so that it is told on the screen that stays.
    pub(super) fn on_panic(self: &Arc<Self>) {
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
