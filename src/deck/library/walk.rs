//! Finds the deck files in a folder and its subfolders. It knows paths, never what the files hold.

use std::collections::HashSet;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::place::{Place, Problem};

/// Returns the deck files below `root`, sorted by path, and a problem for each subfolder that can't be listed.
///
/// Hidden files, editor backups and files that don't end in `.ron` are not decks.
///
/// # Errors
/// Fails if `root` itself can't be listed.
pub(super) fn files(root: &Path) -> Result<(Vec<PathBuf>, Vec<Problem>)> {
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    // The folders entered so far, since a link to a folder above would be walked for ever.
    let mut seen = HashSet::new();
    let mut folders = entries(root, &mut seen)?;
    while let Some(path) = folders.pop() {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(['.', '#']) {
            continue;
        }
        // A device or a pipe might never end. A broken link is reported when it is read.
        let (is_folder, is_other) =
            fs::metadata(&path).map_or((false, false), |meta| (meta.is_dir(), !meta.is_file()));
        if is_folder {
            match entries(&path, &mut seen) {
                Ok(inside) => folders.extend(inside),
                Err(error) => {
                    problems.push(Problem::error(Place::whole(&path), error.to_string()));
                }
            }
        } else if !is_other && is_deck(&path) {
            files.push(path);
        }
    }
    files.sort_unstable();
    Ok((files, problems))
}

/// Returns the paths in a folder; none if it was entered already.
fn entries(folder: &Path, seen: &mut HashSet<Identity>) -> Result<Vec<PathBuf>> {
    let meta = fs::metadata(folder).ok();
    if let Some(identity) = meta.and_then(|meta| identity(folder, &meta))
        && !seen.insert(identity)
    {
        return Ok(Vec::new());
    }
    // Paths, not entries: an entry keeps its folder open.
    let paths = fs::read_dir(folder).and_then(|entries| {
        entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect()
    });
    paths.map_err(Error::io("list", folder))
}

/// Returns whether a file is named like a deck. `.RON` counts too, since some systems ignore case.
fn is_deck(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    extension.eq_ignore_ascii_case("ron")
}

/// The identity of a folder, whatever the path to it. A canonical path costs a look at every folder above.
#[cfg(unix)]
type Identity = (u64, u64);

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems may not tell")]
fn identity(_: &Path, meta: &Metadata) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    Some((meta.dev(), meta.ino()))
}

#[cfg(not(unix))]
type Identity = PathBuf;

#[cfg(not(unix))]
fn identity(folder: &Path, _: &Metadata) -> Option<Identity> {
    fs::canonicalize(folder).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_decks_are_found_each_once_and_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("b/c")).unwrap();
        fs::create_dir(root.join(".hidden")).unwrap();
        for name in [
            "b/c/x.ron",
            "a.RON",
            "z.ron",
            "z.txt",
            ".y.ron",
            "#y.ron",
            "z.ron~",
            ".hidden/x.ron",
        ] {
            fs::write(root.join(name), "").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(root, root.join("b/up")).unwrap();
        let (files, problems) = files(root).unwrap();
        let names: Vec<_> = files
            .iter()
            .map(|file| file.strip_prefix(root).unwrap())
            .collect();
        assert_eq!(names, ["a.RON", "b/c/x.ron", "z.ron"].map(Path::new));
        assert_eq!(problems, []);
    }

    #[test]
    fn folders_far_below_one_another_are_walked() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join(vec!["a"; 900].join("/"));
        fs::create_dir_all(&deep).unwrap();
        fs::write(deep.join("d.ron"), "").unwrap();
        assert_eq!(files(folder.path()).unwrap().0.len(), 1);
    }
}
