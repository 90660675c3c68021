//! The lines of a home's history as they are written, known or not.

use std::path::Path;

use crate::error::{Error, Result};
use crate::files;
use crate::history::log;

/// Returns every line of the history files in `folder`, each once, without headers and lines set aside.
///
/// # Errors
/// Fails if the folder or a file can't be read.
pub(crate) fn all(folder: &Path) -> Result<Vec<String>> {
    let mut paths = log::files_in(folder)?;
    paths.retain(|path| path.is_file());
    let mut lines = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for path in paths {
        let bytes = files::read(&path).map_err(Error::io("read", &path))?;
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
