//! Reading and writing files of the home: whole, or not at all.
//!
//! It knows bytes and paths, never what is in them.

mod backup;
mod lock;

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use tempfile::TempPath;

use crate::error::{Error, Result};
pub use backup::{BACKUPS, back_up};
pub use lock::{Guard, Held, hold, lock};

/// The calls that change a disk. One implementation uses the disk; those of tests fail where they are told to.
pub trait Disk {
    /// Writes as much of `bytes` as it can, and returns the number of bytes.
    ///
    /// # Errors
    /// Fails as [`Write::write`] does.
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<usize> {
        file.write(bytes)
    }

    /// Syncs the file's data to disk, as far as the file system can.
    ///
    /// # Errors
    /// Fails as [`File::sync_data`] does.
    fn sync(&self, file: &File) -> io::Result<()> {
        // std asks macOS for F_FULLFSYNC, which network volumes don't have; they do have a plain fsync.
        where_supported(file.sync_data(), || {
            where_supported(plain_sync(file), || Ok(()))
        })
    }

    /// Renames the temporary file to `to`.
    ///
    /// # Errors
    /// Fails as [`fs::rename`] does; then the temporary file is deleted.
    fn persist(&self, temporary: TempPath, to: &Path) -> io::Result<()> {
        // Windows refuses while a reader has the file open: readers are quick.
        let mut left = if cfg!(windows) { 25 } else { 0 };
        let mut temporary = temporary;
        loop {
            match temporary.persist(to) {
                Ok(()) => return Ok(()),
                Err(failed) if left > 0 && is_refused(&failed.error) => {
                    left -= 1;
                    temporary = failed.path;
                    std::thread::sleep(std::time::Duration::from_millis(20));
                }
                Err(failed) => return Err(failed.error),
            }
        }
    }

    /// Syncs a folder's entries to disk, if the platform and the file system can.
    ///
    /// # Errors
    /// Fails as [`File::sync_all`] does.
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        if cfg!(not(unix)) {
            return Ok(());
        }
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        where_supported(File::open(folder)?.sync_all(), || Ok(()))
    }
}

/// Returns the result `done`, or calls `otherwise` if the file system does not know that call.
fn where_supported(
    done: io::Result<()>,
    otherwise: impl FnOnce() -> io::Result<()>,
) -> io::Result<()> {
    match done {
        Err(error) if is_unsupported(&error) => otherwise(),
        done => done,
    }
}

/// Returns whether an error means that the file system does not know the call, rather than that it failed. The code
/// differs: EINVAL for folders on vboxsf and old SMB mounts, EBADF on some NFS, ENOTSUP on macOS.
#[cfg(unix)]
fn is_unsupported(error: &io::Error) -> bool {
    use rustix::io::Errno;
    error.kind() == io::ErrorKind::Unsupported
        || Errno::from_io_error(error).is_some_and(|errno| {
            [
                Errno::INVAL,
                Errno::BADF,
                Errno::NOSYS,
                Errno::NOTSUP,
                Errno::OPNOTSUPP,
                Errno::NOTTY,
            ]
            .contains(&errno)
        })
}

#[cfg(not(unix))]
fn is_unsupported(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Unsupported
}

fn is_refused(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::PermissionDenied
}

#[cfg(unix)]
fn plain_sync(file: &File) -> io::Result<()> {
    Ok(rustix::fs::fsync(file)?)
}

#[cfg(not(unix))]
fn plain_sync(file: &File) -> io::Result<()> {
    file.sync_all()
}

/// The real disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct Os;

impl Disk for Os {}

/// Writes all of `bytes`, in one call if the system allows it.
///
/// # Errors
/// Fails at the first error of the disk; then a part may be written.
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

/// Reads a whole file. Only a regular file is read: anything else (a pipe, a device) might never end.
///
/// # Errors
/// Fails as [`fs::read`] does, and with [`io::ErrorKind::InvalidInput`] for anything but a regular file.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let meta = metadata(path)?;
    // Windows refuses while another process has it locked: nobody has for longer than a write takes.
    let mut left = if cfg!(windows) { 100 } else { 0 };
    loop {
        let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).unwrap_or(0));
        match File::open(path)?.read_to_end(&mut bytes) {
            Err(error) if left > 0 && error.raw_os_error() == Some(LOCK_VIOLATION) => {
                left -= 1;
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            read => return read.map(|_| bytes),
        }
    }
}

/// Reads a file from byte `from` on, in blocks of whole lines, the last of which may lack its line feed.
///
/// `take` gets each block until it returns false. Returns the number of bytes read; `None` if `take` returned false or
/// the file can't be read, for which [`read`] gives the reason.
pub fn read_lines(path: &Path, from: u64, mut take: impl FnMut(&[u8]) -> bool) -> Option<u64> {
    /// Small enough for the processor's cache.
    const BLOCK: usize = 256 * 1024;
    let meta = metadata(path).ok()?;
    let mut file = File::open(path).ok()?;
    if from > 0 {
        file.seek(SeekFrom::Start(from)).ok()?;
    }
    // One byte more than the file has: then its end is found without another block.
    let size = usize::try_from(meta.len().saturating_sub(from))
        .unwrap_or(BLOCK)
        .saturating_add(1);
    let mut block = vec![0; size.min(BLOCK)];
    // The number of bytes at the start of the block that begin a line.
    let mut begun = 0;
    let mut length = 0;
    loop {
        if begun == block.len() {
            block.resize(begun.saturating_mul(2), 0);
        }
        let read = match file.read(block.get_mut(begun..)?) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read.ok()?,
        };
        let there = block.get(..begun + read)?;
        length += read as u64;
        let whole = match read {
            0 => there.len(),
            _ => memchr::memrchr(b'\n', there).map_or(0, |end| end + 1),
        };
        if !take(there.get(..whole)?) {
            return None;
        }
        if read == 0 {
            return Some(length);
        }
        begun = there.len() - whole;
        block.copy_within(whole..whole + begun, 0);
    }
}

/// Returns the metadata of a regular file; fails for anything else.
fn metadata(path: &Path) -> io::Result<fs::Metadata> {
    let meta = fs::metadata(path)?;
    if !meta.is_file() {
        let what = if meta.is_dir() {
            "a folder"
        } else {
            "a pipe or a device"
        };
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("it is {what}, not a file"),
        ));
    }
    Ok(meta)
}

/// `ERROR_LOCK_VIOLATION` of Windows.
const LOCK_VIOLATION: i32 = 33;

/// Reads a whole text file, as [`read`] does.
///
/// # Errors
/// Fails as [`read`] does, and with [`io::ErrorKind::InvalidData`] if it is not UTF-8.
pub fn read_text(path: &Path) -> io::Result<String> {
    let not_text = |_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text");
    String::from_utf8(read(path)?).map_err(not_text)
}

/// Creates `folder` with all folders above it, and syncs their names to disk, from `root` downwards.
///
/// Folders above the missing ones are synced in any case, so that the next call makes up for a kill between the two
/// steps.
///
/// # Errors
/// Fails with [`Error::Io`] if one can't be created or synced.
pub fn create_folder(disk: &dyn Disk, root: &Path, folder: &Path) -> Result<()> {
    let missing = folder
        .ancestors()
        .take_while(|above| !above.exists())
        .count();
    fs::create_dir_all(folder).map_err(Error::io("create the folder", folder))?;
    for (n, made) in folder.ancestors().enumerate() {
        if n >= missing && !made.starts_with(root) {
            break;
        }
        if let Some(above) = made.parent() {
            disk.sync_folder(above)
                .map_err(Error::io("create the folder", made))?;
        }
    }
    Ok(())
}

/// Replaces the content of `path` at once: a temporary file in the same folder is synced to disk, then renamed.
///
/// Owner and permissions stay, a link stays a link. `old` is the content that the caller read there; `None` means no
/// file.
///
/// # Errors
/// Fails with [`Error::Changed`] if the content is not `old`, with [`Error::Io`] with the old content untouched, and
/// with [`Error::Unsynced`] with the new content in place.
pub fn replace(disk: &dyn Disk, path: &Path, old: Option<&[u8]>, new: &[u8]) -> Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = target.parent().unwrap_or(Path::new(""));
    refuse_changed(path, &target, old)?;
    let there = fs::metadata(&target).ok();
    if there
        .as_ref()
        .is_some_and(|meta| meta.permissions().readonly())
    {
        return Err(Error::io("write", path)(
            io::ErrorKind::PermissionDenied.into(),
        ));
    }
    let write = || -> io::Result<TempPath> {
        // Hidden, so that no reader of the folder takes it for a deck; deleted when dropped before the rename.
        let mut temporary = temporary_in(folder)?;
        write_all(disk, temporary.as_file_mut(), new)?;
        if let Some(there) = &there {
            dress_as(temporary.as_file(), there)?;
        }
        disk.sync(temporary.as_file())?;
        Ok(temporary.into_temp_path())
    };
    let temporary = write().map_err(Error::io("write", path))?;
    // Syncing takes a while, in which an editor or a sync tool may have written.
    refuse_changed(path, &target, old)?;
    disk.persist(temporary, &target)
        .map_err(Error::io("write", path))?;
    disk.sync_folder(folder).map_err(|source| Error::Unsynced {
        path: path.to_path_buf(),
        source,
    })
}

/// Fails if `target`, which a person calls `path`, has other content than `old`.
fn refuse_changed(path: &Path, target: &Path, old: Option<&[u8]>) -> Result<()> {
    let there = match read(target) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(Error::io("read", path)(error)),
    };
    if there.as_deref() == old {
        Ok(())
    } else {
        Err(Error::Changed(path.to_path_buf()))
    }
}

/// Gives a new file the owner and the permissions of the one that was `there`. On a file system with one owner and one
/// set of permissions for all (Android, some SMB mounts) the new file has them anyway.
fn dress_as(file: &File, there: &fs::Metadata) -> io::Result<()> {
    let meta = file.metadata()?;
    #[cfg(unix)]
    {
        use rustix::fs::{Gid, Uid, fchown};
        use std::os::unix::fs::MetadataExt;
        if (meta.uid(), meta.gid()) != (there.uid(), there.gid()) {
            // Only root can give files away; for others the new file is their own, as after a copy.
            let _ = fchown(
                file,
                Some(Uid::from_raw(there.uid())),
                Some(Gid::from_raw(there.gid())),
            );
        }
    }
    if meta.permissions() == there.permissions() {
        return Ok(());
    }
    match file.set_permissions(there.permissions()) {
        Err(error) if is_unsupported(&error) || is_refused(&error) => Ok(()),
        done => done,
    }
}

/// Returns whether a file or folder is named like a temporary one of a write.
pub fn is_temporary(name: &str) -> bool {
    name.starts_with(".quiz-") && name.ends_with(".tmp")
}

/// Creates a hidden temporary folder in `folder`, with the permissions of other new folders; it is deleted when
/// dropped.
///
/// # Errors
/// Fails if it can't be created.
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

/// Creates a temporary file with the permissions of other new files.
pub(crate) fn temporary_in(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".quiz-").suffix(".tmp");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

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
    /// A disk on which another program writes to the file while ours is being synced.
    struct Meddler(PathBuf);

    impl Disk for Meddler {
        fn sync(&self, file: &File) -> io::Result<()> {
            fs::write(&self.0, "theirs")?;
            Os.sync(file)
        }
    }

    #[test]
    fn what_is_saved_while_we_write_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.ron");
        for old in [None, Some(b"old".as_slice())] {
            let _ = fs::remove_file(&path);
            if let Some(old) = old {
                fs::write(&path, old).unwrap();
            }
            let refused = replace(&Meddler(path.clone()), &path, old, b"new");
            assert!(matches!(refused, Err(Error::Changed(_))), "{refused:?}");
            assert_eq!(fs::read(&path).unwrap(), b"theirs");
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }

    /// A disk that records which folders are synced.
    #[derive(Default)]
    struct Noting(std::cell::RefCell<Vec<PathBuf>>);

    impl Disk for Noting {
        fn sync_folder(&self, folder: &Path) -> io::Result<()> {
            self.0.borrow_mut().push(folder.to_path_buf());
            Os.sync_folder(folder)
        }
    }

    #[test]
    fn the_folders_above_a_new_one_are_brought_to_the_disk() {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().join("x/decks");
        let at = |path: &str| home.path().join(path);
        let synced = || {
            let disk = Noting::default();
            create_folder(&disk, &root, &at("x/decks/a/b")).unwrap();
            disk.0.into_inner()
        };
        assert_eq!(
            synced(),
            [at("x/decks/a"), at("x/decks"), at("x"), at("")],
            "all that was missing"
        );
        assert_eq!(
            synced(),
            [at("x/decks/a"), at("x/decks"), at("x")],
            "a kill may have come before the first"
        );
    }

    #[cfg(unix)]
    #[test]
    fn what_a_file_system_does_not_have_is_no_failure() {
        use rustix::io::Errno;
        for errno in [Errno::INVAL, Errno::BADF, Errno::NOTSUP, Errno::NOSYS] {
            where_supported(Err(errno.into()), || Ok(())).unwrap();
        }
        for errno in [Errno::IO, Errno::NOSPC, Errno::ROFS, Errno::ACCESS] {
            where_supported(Err(errno.into()), || Ok(())).unwrap_err();
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        assert!(
            read(folder.path())
                .unwrap_err()
                .to_string()
                .contains("folder")
        );
        assert!(
            read(Path::new("/dev/zero"))
                .unwrap_err()
                .to_string()
                .contains("device")
        );
        let missing = read(&folder.path().join("missing")).unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    }
}
