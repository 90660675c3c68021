//! The home: the one folder that holds a person's decks, history and settings.
//!
//! It is `$QUIZ_HOME`, or `--home DIR`, or `quiz` in the platform's data folder. Everything in it is text; derived data
//! are in the platform's cache folder and can be deleted at any time.
//!
//! ```text
//! decks/**/*.ron    the decks, written by hand or by commands, in any sub-folders
//! reviews/*.ron     the history: append-only, one file per machine
//! config.ron        the settings; optional
//! .backups/         beside a file that a command rewrote: its last ten copies
//! ```
//!
//! * A home is new, and gets the starter decks, only if it has neither decks nor a history nor settings. Otherwise the
//!   missing parts are named, and nothing is created: a sync tool may still bring them.
//! * A machine writes under a name that is made once, from the host name and four random letters, and kept in the
//!   platform's state folder (`quiz/machine`; on Windows among the local data), outside of every home. A name lost to a
//!   power cut or anything else is made once more.
//! * Files are written whole or not at all: a hidden temporary file (`.quiz-*.tmp`) is synced to disk and renamed, then
//!   the folder is synced. If a file system lacks something (locks, syncs of folders, permissions), the program works
//!   without; where that removes a safeguard, it says so.
//!
//! It knows paths and names, never the content of a deck, a history or the settings.

mod machine;

use std::fs;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use crate::error::{Error, Result};
use crate::files::{self, Disk, Os};
use crate::text::one_line_kept;

/// The bundled decks, by name: written into a new home.
pub const STARTER_DECKS: [(&str, &str); 8] = [
    (
        "what-is-open-weights",
        include_str!("../decks/what-is-open-weights.ron"),
    ),
    (
        "which-models-qualify",
        include_str!("../decks/which-models-qualify.ron"),
    ),
    (
        "why-training-data-is-rarely-shared",
        include_str!("../decks/why-training-data-is-rarely-shared.ron"),
    ),
    (
        "choosing-open-or-closed",
        include_str!("../decks/choosing-open-or-closed.ron"),
    ),
    (
        "details/definitions",
        include_str!("../decks/details/definitions.ron"),
    ),
    (
        "details/models",
        include_str!("../decks/details/models.ron"),
    ),
    (
        "details/training-data",
        include_str!("../decks/details/training-data.ron"),
    ),
    (
        "details/hosting",
        include_str!("../decks/details/hosting.ron"),
    ),
];

/// The paths of a home.
#[derive(Debug, Clone)]
pub struct Home {
    /// The folder.
    pub path: PathBuf,
    /// Whether it was just created.
    pub is_new: bool,
    machine: String,
}

impl Home {
    /// Opens the home at `given`, or else in the platform's data folder; creates it, with the starter decks, if there
    /// is none.
    ///
    /// A home that has a history or settings but no decks is not new: its decks are somewhere else, or a sync tool has
    /// not brought them yet, and it is left as it is.
    ///
    /// # Errors
    /// Fails with [`Error::NoHome`] if none is set, and with [`Error::Io`] if it can't be created.
    pub fn open(given: Option<&Path>) -> Result<Self> {
        let mut home = Self::find(given)?;
        if !is_there(&home.decks()) && !home.is_in_use() {
            home.furnish()?;
        }
        home.machine = machine::name(machine::state_folder().as_deref());
        Ok(home)
    }

    /// Returns a message if the folder of decks is missing.
    pub fn missing_decks(&self) -> Option<String> {
        let decks = self.decks();
        if decks.is_dir() {
            return None;
        }
        let (decks, home) = (shown(&decks), shown(&self.path));
        let what = if is_there(&self.decks()) {
            format!("{decks} is not a folder")
        } else {
            format!("there is no folder {decks}")
        };
        Some(format!(
            "{what}, though {home} has been used: not synced or mounted yet? Bring it back, or make an empty one to start anew"
        ))
    }

    /// Returns whether there is a history or a config.
    fn is_in_use(&self) -> bool {
        let has_history = fs::read_dir(self.reviews()).is_ok_and(|mut files| {
            files.any(|file| {
                file.is_ok_and(|file| !file.file_name().to_string_lossy().starts_with('.'))
            })
        });
        has_history || is_there(&self.config())
    }

    /// Finds the home as [`Home::open`] does, without creating anything.
    ///
    /// # Errors
    /// Fails with [`Error::NoHome`] if none is set.
    pub fn find(given: Option<&Path>) -> Result<Self> {
        let path = match given {
            Some(path) if !path.as_os_str().is_empty() => path.to_path_buf(),
            _ => etcetera::choose_base_strategy()
                .map_err(|_| Error::NoHome)?
                .data_dir()
                .join("quiz"),
        };
        Ok(Self {
            path,
            is_new: false,
            machine: String::new(),
        })
    }

    /// Creates the folders. The folder of decks comes with all the starter decks or not at all: a crash, or another
    /// process that does the same, leaves none out.
    fn furnish(&mut self) -> Result<()> {
        files::create_folder(&Os, &self.path, &self.reviews())?;
        let decks = self.decks();
        let new = files::temporary_folder(&self.path)?;
        for (name, text) in STARTER_DECKS {
            let file = new.path().join(name).with_extension("ron");
            if let Some(folder) = file.parent() {
                fs::create_dir_all(folder).map_err(Error::io("create the folder", folder))?;
            }
            files::replace(&Os, &file, None, text.as_bytes())?;
        }
        match fs::rename(new.path(), &decks) {
            Ok(()) => {
                let _ = new.keep();
                self.is_new = true;
                Os.sync_folder(&self.path)
                    .map_err(Error::io("create the folder", &decks))
            }
            Err(_) if decks.is_dir() => Ok(()),
            Err(error) => Err(Error::io("create the folder", &decks)(error)),
        }
    }

    /// Returns the folder of the decks.
    pub fn decks(&self) -> PathBuf {
        self.path.join("decks")
    }

    /// Returns the folder of the history.
    pub fn reviews(&self) -> PathBuf {
        self.path.join("reviews")
    }

    /// Returns the file of the settings.
    pub fn config(&self) -> PathBuf {
        self.path.join("config.ron")
    }

    /// Returns the name under which this machine writes its history.
    pub fn machine(&self) -> &str {
        &self.machine
    }

    /// Returns the history file that this machine writes.
    pub fn own_history(&self) -> PathBuf {
        self.reviews().join(format!("{}.ron", self.machine))
    }
}

#[cfg(test)]
impl Home {
    /// Returns a home in `path` with this text as its one deck `d`; two processes may have it open as the same machine.
    pub(crate) fn for_tests(path: &Path, deck: &str) -> Self {
        let home = Self {
            path: path.to_path_buf(),
            is_new: false,
            machine: "tests".into(),
        };
        for folder in [home.decks(), home.reviews()] {
            fs::create_dir_all(folder).unwrap();
        }
        fs::write(home.decks().join("d.ron"), deck).unwrap();
        home
    }
}

/// Returns the folder for derived data, in the platform's cache and outside of every home; `None` if the platform has
/// none.
pub fn cache_folder() -> Option<PathBuf> {
    let platform = etcetera::choose_base_strategy().ok()?;
    Some(platform.cache_dir().join("quiz"))
}

/// Returns the folder for what belongs to this machine, outside of every home; `None` if the platform has none.
pub(crate) fn state_folder() -> Option<PathBuf> {
    machine::state_folder()
}

/// Returns whether anything exists at `path`, even a link that leads nowhere.
fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Returns `path` as a person writes it: with `~` for their own folder.
pub fn shown(path: &Path) -> String {
    let own = etcetera::home_dir().ok();
    let below = own.and_then(|own| path.strip_prefix(own).ok());
    let text = match below {
        Some(below) => format!("~/{}", below.display()),
        None => path.display().to_string(),
    };
    one_line_kept(&text)
}
