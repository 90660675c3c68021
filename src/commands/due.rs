//! `quiz due`: one number, for a prompt or a status bar.

use serde::Serialize;

use super::{print, print_json, wanted};
use crate::cli;
use crate::error::{Error, Result};
use crate::schedule::queue::Why;
use crate::study::Study;

/// The shape of `--json`.
#[derive(Serialize)]
struct Shape {
    due: usize,
    new: usize,
}

/// Prints the number of faces due today, without new ones.
///
/// # Errors
/// Fails with [`Error::Found`] (exit code 1) if nothing is due, and for unknown deck names and tags.
pub fn run(study: &Study, flags: &cli::Due, json: bool) -> Result<()> {
    let queue = study.queue(&wanted(study, &flags.decks, flags.tag.as_ref())?);
    let due = queue.count(Why::Due) + queue.count(Why::Again);
    if json {
        let new = queue.count(Why::New);
        print_json(&Shape { due, new })?;
    } else {
        print(&format!("{due}\n"))?;
    }
    if due == 0 { Err(Error::Found) } else { Ok(()) }
}
