//! How files of the home are written: wholly or not at all.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};

/// The calls that change a disk. One implementation uses the disk; tests have others that fail where told.
pub trait Disk {
    /// Writes as much of `bytes` as it can, and says how much that was.
    ///
    /// # Errors
    /// As [`Write::write`].
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<usize> {
        file.write(bytes)
    }

    /// Brings the file's data to the disk.
    ///
    /// # Errors
    /// As [`File::sync_data`].
    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_data()
    }

    /// Puts `from` in the place of `to`.
    ///
    /// # Errors
    /// As [`fs::rename`].
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    /// Brings a folder's entries to the disk, where the platform can.
    ///
    /// # Errors
    /// As [`File::sync_all`].
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        if cfg!(unix) {
            File::open(folder)?.sync_all()
        } else {
            Ok(())
        }
    }
}

/// The disk itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Os;

impl Disk for Os {}

/// Writes all of `bytes` in one call where the system lets it.
///
/// # Errors
/// The first failure of the disk; then a part may be written.
pub fn write_all(disk: &dyn Disk, file: &mut File, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match disk.write(file, bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = bytes.get(written..).unwrap_or(&[]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// How long another process may hold a lock before that is said. Nobody holds one longer than a write takes.
const PATIENCE: Duration = Duration::from_secs(3);

/// Takes the exclusive lock of an open file, which stands at `path`, as soon as no other process has it.
///
/// # Errors
/// [`Error::Busy`] if another process keeps it; [`Error::Io`] if it can't be locked at all.
pub fn lock(file: &File, path: &Path) -> Result<()> {
    let started = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if started.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(TryLockError::WouldBlock) => return Err(Error::Busy(path.to_path_buf())),
            Err(TryLockError::Error(error)) => return Err(Error::io("lock", path)(error)),
        }
    }
}

/// A folder that no other process of this program writes to, until this is dropped.
#[derive(Debug)]
pub struct Held {
    _folder: Option<File>,
}

/// Holds a folder, so that what is read there stays as it is until it is replaced. Where folders can't be locked
/// (Windows, some network file systems), [`replace`] still refuses to write over what it was not told of.
///
/// # Errors
/// [`Error::Busy`] if another process keeps it.
pub fn hold(folder: &Path) -> Result<Held> {
    let Ok(file) = File::open(folder) else {
        return Ok(Held { _folder: None });
    };
    match lock(&file, folder) {
        Err(busy @ Error::Busy(_)) => Err(busy),
        locked => Ok(Held {
            _folder: locked.is_ok().then_some(file),
        }),
    }
}

/// Puts `new` in the place of the content of `path`, at once: a temporary file in the same folder, brought to the
/// disk, then renamed. Permissions stay, a link stays a link. `old` is what the caller read there (`None`: no
/// file).
///
/// # Errors
/// [`Error::Changed`] if the file is not as the caller read it; [`Error::Io`] with the old content untouched.
pub fn replace(disk: &dyn Disk, path: &Path, old: Option<&[u8]>, new: &[u8]) -> Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = target
        .parent()
        .map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    let there = match fs::read(&target) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(Error::io("read", path)(error)),
    };
    if there.as_deref() != old {
        return Err(Error::Changed(path.to_path_buf()));
    }
    let permissions = fs::metadata(&target).ok().map(|meta| meta.permissions());
    if permissions.as_ref().is_some_and(fs::Permissions::readonly) {
        return Err(Error::io("write", path)(
            io::ErrorKind::PermissionDenied.into(),
        ));
    }
    let write = || -> io::Result<()> {
        // Hidden, so that no reader of the folder takes it for a deck; deleted when dropped before the rename.
        let mut temporary = temporary_in(&folder)?;
        write_all(disk, temporary.as_file_mut(), new)?;
        if let Some(permissions) = permissions {
            temporary.as_file().set_permissions(permissions)?;
        }
        disk.sync(temporary.as_file())?;
        disk.rename(temporary.path(), &target)?;
        // The name is the target's now: there is nothing left to delete.
        let _ = temporary.into_temp_path().keep();
        disk.sync_folder(&folder)
    };
    write().map_err(Error::io("write", path))
}

/// How many copies of one file are kept.
const COPIES: usize = 10;

/// The folder of the copies, beside the file. Hidden, so that no reader of decks or history looks into it.
pub const BACKUPS: &str = ".backups";

/// Copies `path` into [`BACKUPS`] beside it, under its name and `day`, and keeps the last ten copies. Says where.
///
/// # Errors
/// If the copy can't be made: then the file should not be rewritten.
pub fn back_up(path: &Path, stamp: &str) -> Result<PathBuf> {
    let folder = path.parent().unwrap_or(Path::new(".")).join(BACKUPS);
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    fs::create_dir_all(&folder).map_err(Error::io("create the folder", &folder))?;
    let plain: String = stamp
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "-+".contains(*c))
        .collect();
    // Two copies within one moment get a number each.
    let copy = (0u32..)
        .map(|n| {
            folder.join(if n == 0 {
                format!("{name}.{plain}")
            } else {
                format!("{name}.{plain}.{n}")
            })
        })
        .find(|copy| !copy.exists())
        .unwrap_or_else(|| folder.join(&name));
    fs::copy(path, &copy).map_err(Error::io("write", &copy))?;
    File::open(&copy)
        .and_then(|file| file.sync_all())
        .map_err(Error::io("write", &copy))?;
    let listed = fs::read_dir(&folder).map_err(Error::io("list", &folder))?;
    let mut copies: Vec<PathBuf> = listed
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    copies.retain(|copy| {
        copy.file_name()
            .is_some_and(|copy| copy.to_string_lossy().starts_with(&format!("{name}.")))
    });
    copies.sort_by_key(|copy| {
        (
            fs::metadata(copy).and_then(|meta| meta.modified()).ok(),
            copy.clone(),
        )
    });
    let old = copies.len().saturating_sub(COPIES);
    for copy in copies.into_iter().take(old) {
        fs::remove_file(&copy).map_err(Error::io("delete", &copy))?;
    }
    Ok(copy)
}

/// A hidden temporary folder in `folder`, with the permissions that other new folders get; deleted when dropped.
///
/// # Errors
/// If it can't be made.
pub fn temporary_folder(folder: &Path) -> Result<tempfile::TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".quiz-").suffix(".tmp");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
    builder
        .tempdir_in(folder)
        .map_err(Error::io("create a folder in", folder))
}

/// A temporary file with the permissions that other new files get.
fn temporary_in(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".quiz-").suffix(".tmp");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changed_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.ron");
        fs::write(&path, "theirs").unwrap();
        assert!(matches!(
            replace(&Os, &path, Some(b"mine"), b"new"),
            Err(Error::Changed(_))
        ));
        assert!(matches!(
            replace(&Os, &path, None, b"new"),
            Err(Error::Changed(_))
        ));
        assert_eq!(fs::read(&path).unwrap(), b"theirs");
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_stay() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("real.ron");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let link = folder.path().join("link.ron");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        replace(&Os, &link, Some(b"old"), b"new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o640
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
