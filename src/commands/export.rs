//! `quiz export`: cards and their history, for another program.

use serde::Serialize;

use super::{print, print_json, say};
use crate::cli::Export;
use crate::error::{Error, Result};
use crate::exchange;
use crate::exchange::export::{self, Format, Left, Load};
use crate::files::Os;
use crate::study::Study;
use crate::text::plural;

/// The shape of `--json`.
#[derive(Serialize)]
struct Shape {
    file: String,
    #[serde(flatten)]
    left: Left,
}

/// Writes the decks to a file.
///
/// # Errors
/// Fails if a word matches no deck, or if the file already exists or can't be written.
pub fn run(study: &Study, flags: &Export) -> Result<()> {
    let format = Format::of(&flags.to)?;
    let decks = study.library.select(&flags.decks)?;
    if decks.iter().all(|deck| deck.cards.is_empty()) {
        return Err(Error::Refused("there are no cards to export".into()));
    }
    let load = Load {
        decks,
        history: &study.history,
        lines: match format.has_history() {
            true => exchange::history_lines(&study.home.reviews())?,
            false => Vec::new(),
        },
        is_all: flags.decks.is_empty(),
        home: &study.home.path,
        day_starts_at: study.config.day_starts_at,
    };
    let left = export::write(&load, format, &flags.to, &Os)?;
    let file = flags.to.display().to_string();
    if flags.json {
        return print_json(&Shape { file, left });
    }
    for note in &left.notes {
        say(&format!("Note: {note}."));
    }
    print(&format!(
        "Wrote {} of {} to {file}, with {}.\n",
        plural(left.cards, "card"),
        plural(left.decks, "deck"),
        plural(left.reviews, "review")
    ))
}
