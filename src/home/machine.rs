//! The name of this machine, under which it writes its part of the history.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use rand::RngExt;

use crate::files::{self, Disk, Os};

/// Returns the folder in which the name is kept: the platform's state folder, outside of every home. Windows has none;
/// its local data stand in, since roaming data follow a person to other machines.
pub(super) fn state_folder() -> Option<PathBuf> {
    let platform = etcetera::choose_base_strategy().ok()?;
    let folder = if cfg!(windows) {
        platform.cache_dir()
    } else {
        platform.state_dir().unwrap_or_else(|| platform.cache_dir())
    };
    Some(folder.join("quiz"))
}

/// Returns the name of this machine, made once from the host name and four random letters.
///
/// It is kept in `state`, so that a copied or synced home doesn't carry it along. A file without a name (emptied by a
/// power cut, a link that leads nowhere) is replaced. If the name can't be kept, it is the host name alone, which at
/// least stays the same.
pub(super) fn name(state: Option<&Path>) -> String {
    let host = host_name();
    let Some(state) = state else { return host };
    let file = state.join("machine");
    kept(&file)
        .or_else(|| keep_new(state, &file, &host).ok())
        .unwrap_or(host)
}

/// Returns the name in `file`; `None` if it holds none.
fn kept(file: &Path) -> Option<String> {
    // Only a regular file is read: anything else might never end.
    fs::metadata(file).ok().filter(fs::Metadata::is_file)?;
    let mut text = String::new();
    fs::File::open(file)
        .ok()?
        .take(1024)
        .read_to_string(&mut text)
        .ok()?;
    let name = text.trim_start_matches('\u{feff}').trim();
    is_plain(name).then(|| name.to_string())
}

/// Makes a name and keeps it. If several processes do so at once, one makes it and the others read it.
fn keep_new(state: &Path, file: &Path, host: &str) -> io::Result<String> {
    files::create_folder(&Os, state, state).map_err(io::Error::other)?;
    let _held = files::hold(state).map_err(io::Error::other)?;
    if let Some(name) = kept(file) {
        return Ok(name);
    }
    let mut random = rand::rng();
    let letters: String = (0..4)
        .map(|_| char::from(random.random_range(b'a'..=b'z')))
        .collect();
    let name = format!("{host}-{letters}");
    let mut temporary = tempfile::NamedTempFile::new_in(state)?;
    temporary.write_all(format!("{name}\n").as_bytes())?;
    // Without this, a power cut may leave the file's name on the disk without its content.
    Os.sync(temporary.as_file())?;
    Os.persist(temporary.into_temp_path(), file)?;
    Os.sync_folder(state)?;
    // Without locks, another process may have written its name there since.
    Ok(kept(file).unwrap_or(name))
}

/// Returns the host name in a form that a file can be named.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_stays() {
        let state = tempfile::tempdir().unwrap();
        let folder = state.path().join("not/there/yet");
        let first = name(Some(&folder));
        assert!(first.starts_with(&host_name()) && first.len() == host_name().len() + 5);
        assert_eq!(name(Some(&folder)), first);
        // An editor on Windows may have opened and saved it.
        fs::write(folder.join("machine"), format!("\u{feff}{first}\r\n")).unwrap();
        assert_eq!(name(Some(&folder)), first);
    }

    #[test]
    fn what_names_nothing_is_replaced_once() {
        let long = "a".repeat(100_000);
        for broken in ["", "\0\0\0\0", "../x", "two words", &long] {
            let state = tempfile::tempdir().unwrap();
            fs::write(state.path().join("machine"), broken).unwrap();
            let healed = name(Some(state.path()));
            assert!(healed.len() > host_name().len(), "{broken:?}");
            assert_eq!(name(Some(state.path())), healed, "{broken:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_can_be_no_name_is_replaced_or_the_host_stands_in_each_time() {
        let state = tempfile::tempdir().unwrap();
        let file = state.path().join("machine");
        std::os::unix::fs::symlink("leads/nowhere", &file).unwrap();
        let healed = name(Some(state.path()));
        assert_eq!((name(Some(state.path())), file.is_file()), (healed, true));
        fs::remove_file(&file).unwrap();
        fs::create_dir_all(file.join("full")).unwrap();
        assert_eq!(name(Some(state.path())), host_name());
        assert_eq!(name(Some(Path::new("/dev/null/no/folder"))), host_name());
        assert_eq!(name(None), host_name());
    }

    #[test]
    fn several_that_start_at_once_agree() {
        let state = tempfile::tempdir().unwrap();
        fs::write(state.path().join("machine"), "").unwrap();
        let names: Vec<String> = std::thread::scope(|scope| {
            let start = || scope.spawn(|| name(Some(state.path())));
            let all: Vec<_> = (0..8).map(|_| start()).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert!(names.iter().all(|name| *name == names[0]), "{names:?}");
    }
}
