//! The lines of a home's history as they are written, known or not.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Returns every line of the history files in `folder`, each once, without headers and what was set aside.
///
/// # Errors
/// If the folder or a file can't be read.
pub(crate) fn all(folder: &Path) -> Result<Vec<String>> {
    let listed = match fs::read_dir(folder) {
        Ok(listed) => listed,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io("list", folder)(error)),
    };
    let is_history = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        !name.starts_with('.') && name.ends_with(".ron") && path.is_file()
    };
    let mut paths: Vec<PathBuf> = listed
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(is_history)
        .collect();
    paths.sort();
    let mut lines = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for path in paths {
        let bytes = fs::read(&path).map_err(Error::io("read", &path))?;
        for line in String::from_utf8_lossy(&bytes).lines() {
            let line = line.trim_start_matches('\u{feff}').trim();
            let is_event = !line.is_empty()
                && !line.starts_with("History(")
                && !line.starts_with("//")
                && line.ends_with(')');
            if is_event && seen.insert(line.to_string()) {
                lines.push(line.to_string());
            }
        }
    }
    Ok(lines)
}
