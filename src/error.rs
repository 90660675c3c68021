//! What can go wrong, each a situation that a person can be in.

use std::io;
use std::path::{Path, PathBuf};

use crate::deck::Card;
use crate::place::Problem;

/// A failure, said to a person in one message.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be used.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried: `read`, `write`, ….
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file that a person writes is wrong at a place.
    #[error("{0}")]
    Wrong(Box<Problem>),
    /// A file was written by a newer version of the program.
    #[error("{} was written by a newer quiz (version {found} of its format; this quiz knows {known}): update quiz. Nothing was changed", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// The newest that is known.
        known: u32,
    },
    /// No home folder is named and the platform names none.
    #[error("there is no home folder: set QUIZ_HOME or give --home DIR")]
    NoHome,
    /// Another process holds the history.
    #[error("another quiz is writing to {}: try again when it is done", .0.display())]
    Busy(PathBuf),
    /// A file changed between reading and writing.
    #[error("{} was changed by another program in the meantime: nothing was written. Try again", .0.display())]
    Changed(PathBuf),
    /// A file was written, but its folder could not be brought to the disk.
    #[error("{} was written, but a power cut may still undo it: {source}", path.display())]
    Unsynced {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// No deck is meant by a word.
    #[error("there is no deck `{name}`: {help}")]
    NoSuchDeck {
        /// The word.
        name: String,
        /// What may be meant.
        help: String,
    },
    /// No card is meant by a word.
    #[error("there is no card `{id}`: {help}")]
    NoSuchCard {
        /// The word.
        id: String,
        /// What may be meant.
        help: String,
    },
    /// Several cards are meant by a word.
    #[error("`{part}` could be any of: {}{}", candidates.join(", "), if *more > 0 { format!(" and {more} more") } else { String::new() })]
    AmbiguousCard {
        /// The word.
        part: String,
        /// Some of the cards.
        candidates: Vec<String>,
        /// How many more there are.
        more: usize,
    },
    /// A card has no such face.
    #[error("`{face}` is not a face of its card, which has {}", faces.join(", "))]
    NoSuchFace {
        /// The word.
        face: String,
        /// The faces that the card has.
        faces: Vec<String>,
    },
    /// A command needs a person at a terminal, and has none.
    #[error("{command} needs a terminal: {instead}")]
    NoTerminal {
        /// The command.
        command: &'static str,
        /// What to do without one.
        instead: &'static str,
    },
    /// The command line or its input does not say enough, or something that can't be.
    #[error("{0}")]
    Usage(String),
    /// What was asked for can't be done as things are.
    #[error("{0}")]
    Refused(String),
    /// The person pressed Ctrl-C at a question.
    #[error("")]
    Interrupted,
    /// A check found something; it was printed already.
    #[error("")]
    Found,
}

/// The result of what can fail in a way a person should know.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Puts what was tried, and with which file, before an [`io::Error`].
    pub fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    /// The error for a word that names a face which `card` does not have.
    pub(crate) fn no_such_face(word: &str, card: &Card) -> Self {
        Self::NoSuchFace {
            face: word.to_string(),
            faces: card.faces().map(|face| format!("`{face}`")).collect(),
        }
    }

    /// The exit code: 2 for wrong usage, names of nothing included; 130 after Ctrl-C; else 1.
    pub fn exit_code(&self) -> u8 {
        match self {
            // As a shell has it for SIGINT.
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
