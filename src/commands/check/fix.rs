//! `quiz check --fix`: mends what can be mended without guessing.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use similar::TextDiff;

use super::super::{print_raw, say};
use crate::conflict;
use crate::error::{Error, Result};
use crate::files;
use crate::history::log;
use crate::study::Study;
use crate::text::clean;

/// Gives missing ids, ends the last line of this machine's history, folds conflict copies of history files. Each
/// change is shown as a diff first; the old file is kept beside it.
///
/// # Errors
/// If a file can't be read or written; what was done before stays done.
pub fn fix(study: &mut Study) -> Result<()> {
    {
        let _held = study.hold_decks()?;
        ids(study)?;
    }
    last_line(study)?;
    copies(study)?;
    study.reload_decks()?;
    study.reload_history()
}

fn show(path: &Path, old: &str, new: &str) -> Result<()> {
    let name = path.display().to_string();
    let diff = TextDiff::from_lines(old, new);
    print_raw(&clean(
        &diff
            .unified_diff()
            .context_radius(1)
            .header(&name, &name)
            .to_string(),
    ))
}

fn keep(study: &Study, path: &Path) -> Result<()> {
    let copy = files::back_up(path, &study.now().to_string())?;
    say(&format!(
        "The old {} is kept as {}.",
        path.display(),
        copy.display()
    ));
    Ok(())
}

/// Writes the ids that are missing.
fn ids(study: &mut Study) -> Result<()> {
    for (path, old, new) in study.library.missing_ids()? {
        show(&path, &old, &new)?;
        keep(study, &path)?;
        files::replace(&files::Os, &path, Some(old.as_bytes()), new.as_bytes())?;
    }
    Ok(())
}

/// Ends the last line of this machine's own history, or sets it aside if it is torn.
fn last_line(study: &mut Study) -> Result<()> {
    let path = study.home.own_history();
    let Ok(old) = fs::read(&path) else {
        return Ok(());
    };
    if old.is_empty() || old.ends_with(b"\n") {
        return Ok(());
    }
    let old = String::from_utf8_lossy(&old);
    let mending = log::mending(old.as_bytes(), true, study.home.machine());
    show(&path, &old, &format!("{old}{}", mending.text))?;
    keep(study, &path)?;
    study.mend_history()
}

/// Moves the conflict copies of history files, every line of which stands in another file too, to the backups.
fn copies(study: &mut Study) -> Result<()> {
    let folder = study.home.reviews();
    if !folder.exists() {
        return Ok(());
    }
    let listed = fs::read_dir(&folder).map_err(Error::io("list", &folder))?;
    let mut paths: Vec<_> = listed
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    paths.retain(|path| {
        path.extension().is_some_and(|extension| extension == "ron") && path.is_file()
    });
    paths.sort();
    let (copies, others): (Vec<_>, Vec<_>) =
        paths.into_iter().partition(|path| conflict::is_copy(path));
    if copies.is_empty() {
        return Ok(());
    }
    let read = |path: &Path| fs::read(path).map_err(Error::io("read", path));
    let lines = |bytes: &[u8]| -> Vec<Vec<u8>> {
        let lines = bytes.split(|byte| *byte == b'\n');
        lines.map(|line| line.trim_ascii().to_vec()).collect()
    };
    let mut known: HashSet<Vec<u8>> = HashSet::new();
    for other in &others {
        known.extend(lines(&read(other)?));
    }
    for copy in copies {
        let bytes = read(&copy)?;
        if lines(&bytes).iter().all(|line| known.contains(line)) {
            show(&copy, &String::from_utf8_lossy(&bytes), "")?;
            keep(study, &copy)?;
            fs::remove_file(&copy).map_err(Error::io("delete", &copy))?;
        }
    }
    Ok(())
}
