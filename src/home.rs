//! The home: the one folder that holds a person's decks, history and settings.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use rand::RngExt;

use crate::error::{Error, Result};
use crate::files::{self, Os};

/// The lesson's decks, by name: written into a new home.
pub const STARTER_DECKS: [(&str, &str); 4] = [
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
];

/// The paths of a home.
#[derive(Debug, Clone)]
pub struct Home {
    /// The folder.
    pub path: PathBuf,
    /// Whether it was made just now.
    pub is_new: bool,
    machine: String,
}

impl Home {
    /// Opens the home at `given`, or else in the platform's data folder; makes it, with the starter decks, where
    /// there is none.
    ///
    /// # Errors
    /// [`Error::NoHome`] or [`Error::Io`] where there is none and none can be made.
    pub fn open(given: Option<&Path>) -> Result<Self> {
        let mut home = Self::find(given)?;
        if !home.decks().is_dir() {
            home.furnish()?;
        }
        home.machine = machine_name(state_folder().as_deref());
        Ok(home)
    }

    /// Finds the home as [`Home::open`] does, and makes nothing.
    ///
    /// # Errors
    /// [`Error::NoHome`] where none is named.
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

    /// Makes the folders, the one of the decks with all the starter decks in it or not at all: a crash, or another
    /// process that does the same, leaves none out.
    fn furnish(&mut self) -> Result<()> {
        for folder in [&self.path, &self.reviews()] {
            fs::create_dir_all(folder).map_err(Error::io("create the folder", folder))?;
        }
        let decks = self.decks();
        let new = files::temporary_folder(&self.path)?;
        for (name, text) in STARTER_DECKS {
            let file = new.path().join(name).with_extension("ron");
            files::replace(&Os, &file, None, text.as_bytes())?;
        }
        match fs::rename(new.path(), &decks) {
            Ok(()) => {
                let _ = new.keep();
                self.is_new = true;
                Ok(())
            }
            Err(_) if decks.is_dir() => Ok(()),
            Err(error) => Err(Error::io("create the folder", &decks)(error)),
        }
    }

    /// The folder of the decks.
    pub fn decks(&self) -> PathBuf {
        self.path.join("decks")
    }

    /// The folder of the history.
    pub fn reviews(&self) -> PathBuf {
        self.path.join("reviews")
    }

    /// The settings.
    pub fn config(&self) -> PathBuf {
        self.path.join("config.ron")
    }

    /// The name under which this machine writes its history.
    pub fn machine(&self) -> &str {
        &self.machine
    }

    /// The history file that this machine writes.
    pub fn own_history(&self) -> PathBuf {
        self.reviews().join(format!("{}.ron", self.machine))
    }
}

#[cfg(test)]
impl Home {
    /// Returns a home in `path` with this text as its one deck `d`, on which two may be open as the same machine.
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

/// Where the name of this machine is kept: in the platform's state folder, outside of every home.
fn state_folder() -> Option<PathBuf> {
    let platform = etcetera::choose_base_strategy().ok()?;
    Some(
        platform
            .state_dir()
            .unwrap_or_else(|| platform.data_dir())
            .join("quiz"),
    )
}

/// The name of this machine: made once, from the host name and four random letters, and kept in the platform's
/// state folder, so that a copied or synced home doesn't carry it along. Where it can't be kept, the host name
/// alone: then at least it is the same each time.
fn machine_name(state: Option<&Path>) -> String {
    let host = host_name();
    let Some(state) = state else { return host };
    let file = state.join("machine");
    let kept = |text: String| Some(text.trim().to_string()).filter(|name| is_plain(name));
    if let Some(name) = fs::read_to_string(&file).ok().and_then(kept) {
        return name;
    }
    let mut random = rand::rng();
    let letters: String = (0..4)
        .map(|_| char::from(random.random_range(b'a'..=b'z')))
        .collect();
    let name = format!("{host}-{letters}");
    let write = || -> io::Result<()> {
        fs::create_dir_all(state)?;
        // Of two that start at once, one makes the file; both then read it.
        let mut temporary = tempfile::NamedTempFile::new_in(state)?;
        io::Write::write_all(&mut temporary, format!("{name}\n").as_bytes())?;
        temporary
            .persist_noclobber(&file)
            .map(drop)
            .or_else(|error| match error.error.kind() {
                io::ErrorKind::AlreadyExists => Ok(()),
                _ => Err(error.error),
            })
    };
    match write() {
        Ok(()) => fs::read_to_string(&file)
            .ok()
            .and_then(kept)
            .unwrap_or(name),
        Err(_) => host,
    }
}

/// The host name as a file may be called.
fn host_name() -> String {
    #[cfg(unix)]
    let name = rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned();
    #[cfg(not(unix))]
    let name = std::env::var("COMPUTERNAME").unwrap_or_default();
    let first = name.split('.').next().unwrap_or("").to_lowercase();
    let plain: String = first
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .take(40)
        .collect();
    if plain.is_empty() {
        "machine".into()
    } else {
        plain
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 64
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// `path` as a person knows it: with `~` for their own folder.
pub fn shown(path: &Path) -> String {
    let own = etcetera::home_dir().ok();
    match own.and_then(|own| {
        path.strip_prefix(own)
            .ok()
            .map(|below| below.display().to_string())
    }) {
        Some(below) => format!("~/{below}"),
        None => path.display().to_string(),
    }
}
