//! Carrying out a plan: everything is written to temporary files first, which are renamed only when all are on the
//! disk.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::merge::Plan;
use super::parcel::MediaSource;
use crate::error::{Error, Result};
use crate::files::{self, Disk};

/// Writes the changes of a plan to `home`. `stamp` names the copies of rewritten files.
///
/// # Errors
/// Fails if the disk does. Until the temporary files are complete nothing has changed; after that each file is replaced
/// as a whole, and files not yet replaced are written by the next import.
pub(crate) fn carry_out(
    home: &Path,
    plan: &Plan,
    source: Option<&mut (dyn MediaSource + 'static)>,
    disk: &dyn Disk,
    stamp: &str,
) -> Result<()> {
    if plan.files.is_empty() && plan.media.is_empty() {
        return Ok(());
    }
    let aside = files::temporary_folder(home)?;
    let mut staged: Vec<(PathBuf, PathBuf)> = Vec::new();
    if let Some(source) = source {
        for (at, file) in plan.media.iter().enumerate() {
            let bytes = source
                .bytes(&file.entry, u64::MAX)
                .map_err(Error::Refused)?
                .unwrap_or_default();
            let target = home.join("media").join(&file.name);
            let new = write(disk, aside.path(), &format!("media-{at}"), &bytes, &target)?;
            staged.push((new, target));
        }
    }
    for (at, file) in plan.files.iter().enumerate() {
        let name = format!("file-{at}");
        let new = write(disk, aside.path(), &name, &file.new, &file.path)?;
        if file.old.is_none() {
            staged.push((new, file.path.clone()));
        }
    }
    for (from, to) in staged {
        put(disk, home, &from, &to)?;
    }
    for file in plan.files.iter().filter(|file| file.old.is_some()) {
        if file.back_up {
            files::back_up(&file.path, stamp)?;
        }
        files::replace(disk, &file.path, file.old.as_deref(), &file.new)?;
    }
    Ok(())
}

/// Writes the new content of `target` to a temporary file, and returns its path.
fn write(
    disk: &dyn Disk,
    folder: &Path,
    name: &str,
    bytes: &[u8],
    target: &Path,
) -> Result<PathBuf> {
    let path = folder.join(name);
    let write = || {
        let mut file = File::create(&path)?;
        files::write_all(disk, &mut file, bytes)?;
        file.flush()?;
        disk.sync(&file)
    };
    write().map_err(Error::io("write", target))?;
    Ok(path)
}

/// Renames a file to a name that does not exist yet.
fn put(disk: &dyn Disk, home: &Path, from: &Path, to: &Path) -> Result<()> {
    let folder = to.parent().unwrap_or(Path::new("."));
    files::create_folder(disk, home, folder)?;
    if to.exists() {
        return Err(Error::Changed(to.to_path_buf()));
    }
    let from = tempfile::TempPath::try_from_path(from).map_err(Error::io("write", to))?;
    disk.persist(from, to).map_err(Error::io("write", to))?;
    disk.sync_folder(folder).map_err(Error::io("write", folder))
}
