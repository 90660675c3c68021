//! Errors, each a situation that a person can be in.

use std::io;
use std::path::{Path, PathBuf};

use crate::deck::Card;
use crate::place::Problem;

/// A failure, reported to a person in one message.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be used.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// The action that failed: `read`, `write`, ….
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// A file that a person writes has an error at a place.
    #[error("{0}")]
    Wrong(Box<Problem>),
    /// A file was written by a newer version of the program.
    #[error("{} was written by a newer quiz (version {found} of its format; this quiz knows {known}): update quiz. Nothing was changed", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// The newest version that this program reads.
        known: u32,
    },
    /// No home folder is set, and the platform has no default.
    #[error("there is no home folder: set QUIZ_HOME or give --home DIR")]
    NoHome,
    /// Another process holds the history.
    #[error("another quiz is writing to {}: try again when it is done", .0.display())]
    Busy(PathBuf),
    /// A file changed between reading and writing.
    #[error("{} was changed by another program in the meantime: nothing was written. Try again", .0.display())]
    Changed(PathBuf),
    /// A file was written, but its folder could not be synced to disk.
    #[error("{} was written, but a power cut may still undo it: {source}", path.display())]
    Unsynced {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// No deck matches `name`.
    #[error("there is no deck `{name}`: {help}")]
    NoSuchDeck {
        /// The name as it was given.
        name: String,
        /// Advice, such as similar names.
        help: String,
    },
    /// No card matches `id`.
    #[error("there is no card `{id}`: {help}")]
    NoSuchCard {
        /// The id as it was given.
        id: String,
        /// Advice, such as similar ids.
        help: String,
    },
    /// Several cards match `part`.
    #[error("`{part}` could be any of: {}{}", candidates.join(", "), if *more > 0 { format!(" and {more} more") } else { String::new() })]
    AmbiguousCard {
        /// The part of an id as it was given.
        part: String,
        /// The ids of some matching cards.
        candidates: Vec<String>,
        /// The number of further matching cards.
        more: usize,
    },
    /// The card has no face with this key.
    #[error("`{face}` is not a face of its card, which has {}", faces.join(", "))]
    NoSuchFace {
        /// The key as it was given.
        face: String,
        /// The keys of the card's faces.
        faces: Vec<String>,
    },
    /// A command needs a person at a terminal, but there is none.
    #[error("{command} needs a terminal: {instead}")]
    NoTerminal {
        /// The command.
        command: &'static str,
        /// Advice on what to do without a terminal.
        instead: &'static str,
    },
    /// The command line or its input is incomplete or impossible.
    #[error("{0}")]
    Usage(String),
    /// The request can't be carried out as things are.
    #[error("{0}")]
    Refused(String),
    /// The person pressed Ctrl-C at a prompt.
    #[error("")]
    Interrupted,
    /// A check found something, which was already printed.
    #[error("")]
    Found,
}

/// The result of an operation whose failure a person should know about.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Returns a conversion from [`io::Error`] that adds the action and the file.
    pub fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    /// Returns the error for a word that names a face which `card` does not have.
    pub(crate) fn no_such_face(word: &str, card: &Card) -> Self {
        Self::NoSuchFace {
            face: word.to_string(),
            faces: card.faces().map(|face| format!("`{face}`")).collect(),
        }
    }

    /// Returns the exit code: 2 for wrong usage, including unknown names; 130 after Ctrl-C; else 1.
    pub fn exit_code(&self) -> u8 {
        match self {
            // As a shell reports SIGINT.
            Self::Interrupted => 130,
            Self::Usage(_)
            | Self::NoTerminal { .. }
            | Self::NoSuchDeck { .. }
            | Self::NoSuchCard { .. }
            | Self::AmbiguousCard { .. }
            | Self::NoSuchFace { .. } => 2,
            _ => 1,
        }
    }
}

impl From<Box<Problem>> for Error {
    fn from(problem: Box<Problem>) -> Self {
        Self::Wrong(problem)
    }
}
