//! Other programs, which show and play the files that a card names.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::editor;
use super::question::Question;
use super::screen::Look;
use crate::deck::media::{self, Target};

/// Players of sounds, in order of preference, each with the arguments that keep it quiet and windowless.
const PLAYERS: [(&str, &[&str]); 3] = [
    ("mpv", &["--no-video", "--really-quiet"]),
    ("ffplay", &["-nodisp", "-autoexit", "-loglevel", "quiet"]),
    ("afplay", &[]),
];

/// The system's program that opens files and addresses.
const OPENER: (&str, &[&str]) = if cfg!(windows) {
    ("cmd", &["/C", "start", ""])
} else if cfg!(target_vendor = "apple") {
    ("open", &[])
} else {
    ("xdg-open", &[])
};

/// The programs that were started.
#[derive(Debug, Default)]
pub struct Programs {
    opened: Vec<Child>,
    playing: Option<Child>,
}

impl Programs {
    /// Opens the next file or address that the question shows, and returns a message. Files are those of `home`.
    pub fn open_next(&mut self, question: &mut Question, home: &Path) -> (Look, String) {
        let Some((named, number, of)) = question.next_to_open() else {
            let why = match question.has_source() && !question.answered {
                true => "the source can be opened once the answer is shown",
                false => "this card has no picture, link or address to open",
            };
            return (Look::Faint, why.to_string());
        };
        let more = match of {
            1 => String::new(),
            of => format!(" ({number} of {of}; o opens the next)"),
        };
        match media::target(home, &named).and_then(|target| self.open(&target)) {
            Ok(()) => (Look::Faint, format!("opened {named}{more}")),
            Err(why) => (Look::Wrong, format!("{why}{more}")),
        }
    }

    /// Plays the first sound that the question shows, and returns a message. Files are those of `home`.
    pub fn play_first(&mut self, question: &Question, home: &Path) -> (Look, String) {
        let Some(named) = question.sounds().into_iter().next() else {
            return (Look::Faint, "this card has no sound to play".into());
        };
        match media::target(home, &named).and_then(|target| self.play(&target)) {
            Ok(()) => (Look::Faint, format!("playing {named}")),
            Err(why) => (Look::Wrong, why),
        }
    }

    /// Opens `target` in `$QUIZ_OPENER`, else as the system is set up, without waiting for it.
    ///
    /// # Errors
    /// Returns a sentence that says why it can't be opened.
    fn open(&mut self, target: &Target) -> Result<(), String> {
        // Forget those that have ended.
        self.opened
            .retain_mut(|child| !matches!(child.try_wait(), Ok(Some(_))));
        let own = own("QUIZ_OPENER")?;
        let (program, arguments) = own.unwrap_or_else(|| owned(OPENER));
        let child = start(&program, &arguments, target).map_err(|error| {
            format!("{program} can't be started: {error} ($QUIZ_OPENER names another program)")
        })?;
        self.opened.push(child);
        Ok(())
    }

    /// Plays `target` in `$QUIZ_PLAYER`, else in the first player found, without waiting for it, after stopping what
    /// still plays.
    ///
    /// # Errors
    /// Returns a sentence that says why it can't be played.
    fn play(&mut self, target: &Target) -> Result<(), String> {
        self.stop();
        let candidates = match own("QUIZ_PLAYER")? {
            Some(own) => vec![own],
            None => PLAYERS.map(owned).to_vec(),
        };
        for (program, arguments) in candidates {
            match start(&program, &arguments, target) {
                Ok(child) => {
                    self.playing = Some(child);
                    return Ok(());
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(format!("{program} can't be started: {error}")),
            }
        }
        Err("no player was found: set QUIZ_PLAYER to one, or install mpv or ffplay".into())
    }

    fn stop(&mut self) {
        if let Some(mut child) = self.playing.take() {
            // A player that has already ended can't be killed, and need not be.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Programs {
    fn drop(&mut self) {
        self.stop();
    }
}

fn owned((program, arguments): (&str, &[&str])) -> (String, Vec<String>) {
    let arguments = arguments.iter().map(ToString::to_string);
    (program.to_string(), arguments.collect())
}

/// Returns the program and arguments in an environment variable, quoted as for a shell; `None` if it is not set.
fn own(variable: &str) -> Result<Option<(String, Vec<String>)>, String> {
    let Some(value) = editor::set(variable) else {
        return Ok(None);
    };
    let words = editor::words(&value, cfg!(windows))
        .map_err(|error| format!("{variable} is {value:?}: {error}"))?;
    let mut words = words.into_iter();
    Ok(words.next().map(|program| (program, words.collect())))
}

/// Starts a program that neither writes on the screen nor reads keys.
fn start(program: &str, arguments: &[String], target: &Target) -> io::Result<Child> {
    let target: OsString = match target {
        Target::File(path) => path.into(),
        Target::Address(address) => address.into(),
    };
    let mut command = Command::new(program);
    command.args(arguments).arg(target);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn()
}
