//! `quiz check --fix`: unambiguous fixes.

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

/// Writes missing ids, ends the last line of this machine's history, folds conflict copies of history files, and
/// deletes what killed writes left behind.
///
/// Each change is shown as a diff once all locks are released; a copy of the old file is kept beside it.
///
/// # Errors
/// Fails if a file can't be read or written; earlier fixes stay.
pub(super) fn fix(study: &mut Study) -> Result<()> {
    let mut done = Done::default();
    let fixed = all(study, &mut done);
    done.show()?;
    fixed?;
    study.reload_decks()?;
    study.reload_history()
}

fn all(study: &mut Study, done: &mut Done) -> Result<()> {
    {
        let _held = study.hold_decks()?;
        ids(study, done)?;
        leftovers(&study.home.decks(), done);
    }
    leftovers(&study.home.path, done);
    last_line(study, done)?;
    copies(study, done)
}

/// The changes made, shown only after all locks are released: their reader may be slow, and others wait to write.
#[derive(Default)]
struct Done {
    diffs: String,
    said: Vec<String>,
}

impl Done {
    fn change(&mut self, path: &Path, old: &str, new: &str) {
        let name = path.display().to_string();
        let diff = TextDiff::from_lines(old, new);
        let diff = diff
            .unified_diff()
            .context_radius(1)
            .header(&name, &name)
            .to_string();
        self.diffs.push_str(&diff);
    }

    /// Keeps a copy of a file that is about to be changed.
    fn keep(&mut self, study: &Study, path: &Path) -> Result<()> {
        let copy = files::back_up(path, &study.now().to_string())?;
        let (path, copy) = (path.display(), copy.display());
        self.said.push(format!("The old {path} is kept as {copy}."));
        Ok(())
    }

    fn show(&self) -> Result<()> {
        let printed = print_raw(&clean(&self.diffs));
        for said in &self.said {
            say(said);
        }
        printed
    }
}

/// Writes missing ids.
fn ids(study: &Study, done: &mut Done) -> Result<()> {
    for (deck, new) in study.library.missing_ids() {
        match new {
            Ok(new) => {
                let old = deck.file.source()?.text();
                done.keep(study, &deck.path)?;
                files::replace(&files::Os, &deck.path, Some(old.as_bytes()), new.as_bytes())?;
                done.change(&deck.path, old, &new);
            }
            Err(error) => done.said.push(error.to_string()),
        }
    }
    Ok(())
}

/// Deletes the temporary files of killed writes in a folder and all below it, to which nobody else writes now.
fn leftovers(folder: &Path, done: &mut Done) {
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(folder).into_iter().flatten();
        for entry in entries.filter_map(std::result::Result::ok) {
            let (path, name) = (entry.path(), entry.file_name());
            let name = name.to_string_lossy();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if files::is_temporary(&name) {
                let deleted = match is_folder {
                    true => fs::remove_dir_all(&path),
                    false => fs::remove_file(&path),
                };
                if deleted.is_ok() {
                    let path = path.display();
                    done.said
                        .push(format!("Deleted {path}, left by a write that was killed."));
                }
            } else if is_folder && !name.starts_with('.') {
                folders.push(path);
            }
        }
    }
}

/// Ends the last line of this machine's own history, or sets it aside if it is torn.
fn last_line(study: &mut Study, done: &mut Done) -> Result<()> {
    let path = study.home.own_history();
    let Ok(old) = fs::read(&path) else {
        return Ok(());
    };
    if old.is_empty() || old.ends_with(b"\n") {
        return Ok(());
    }
    let old = String::from_utf8_lossy(&old);
    let mending = log::mending(old.as_bytes(), true, study.home.machine());
    done.keep(study, &path)?;
    study.mend_history()?;
    done.change(&path, &old, &format!("{old}{}", mending.text));
    Ok(())
}

/// Moves conflict copies of history files to the backups if every line of theirs is in another file too.
fn copies(study: &Study, done: &mut Done) -> Result<()> {
    // A line in a file that is not read as history does not count.
    let mut paths = log::files_in(&study.home.reviews())?;
    paths.retain(|path| path.is_file());
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
            done.keep(study, &copy)?;
            fs::remove_file(&copy).map_err(Error::io("delete", &copy))?;
            done.change(&copy, &String::from_utf8_lossy(&bytes), "");
        }
    }
    Ok(())
}
