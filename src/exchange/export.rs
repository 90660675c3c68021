//! Export of cards with their history: what is exported, and the available formats.

#[cfg(feature = "anki")]
mod anki;
pub(crate) mod json;
mod markdown;
mod table;

use std::collections::HashSet;
use std::path::Path;

use serde::Serialize;

use super::draft::drafts;
use crate::deck::draft::Draft;
use crate::deck::{Card, CardId, Deck, FaceKey};
use crate::error::{Error, Result};
use crate::files::{self, Disk};
use crate::history::{Event, History};
use crate::text::plural;

/// The data to export.
pub(crate) struct Load<'a> {
    /// The decks, in order.
    pub(crate) decks: Vec<&'a Deck>,
    /// The history.
    pub(crate) history: &'a History,
    /// The lines of the history's files without headers; empty if the format has no history.
    pub(crate) lines: Vec<String>,
    /// Whether these are all decks: then every line is exported too.
    pub(crate) is_all: bool,
    /// The home, which contains the pictures and sounds.
    pub(crate) home: &'a Path,
    /// The hour at which a day starts.
    pub(crate) day_starts_at: u32,
}

/// The formats of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Anki,
    Table { separator: char },
    Markdown,
    Json,
}

/// The result of an export.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Left {
    pub(crate) decks: usize,
    pub(crate) cards: usize,
    pub(crate) reviews: usize,
    /// Notes about what the format can't express.
    pub(crate) notes: Vec<String>,
}

impl Format {
    /// Returns whether the history is exported too.
    pub(crate) fn has_history(self) -> bool {
        matches!(self, Self::Anki | Self::Json)
    }

    /// Returns the format that belongs to a file's extension.
    ///
    /// # Errors
    /// Fails with [`Error::Usage`], which lists the known extensions.
    pub(crate) fn of(path: &Path) -> Result<Self> {
        let ending = path
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        Ok(match ending.as_str() {
            "apkg" => Self::Anki,
            "csv" => Self::Table { separator: ',' },
            "tsv" | "txt" => Self::Table { separator: '\t' },
            "md" | "markdown" => Self::Markdown,
            "json" => Self::Json,
            _ => {
                return Err(Error::Usage(format!(
                    "{} has no known extension: use .apkg (Anki), .csv, .tsv, .md or .json",
                    path.display()
                )));
            }
        })
    }
}

/// Writes the load to a file that does not exist yet.
///
/// # Errors
/// Fails if it exists or can't be written, and if a deck has just been changed; a partial file is deleted.
pub(crate) fn write(load: &Load, format: Format, path: &Path, disk: &dyn Disk) -> Result<Left> {
    for deck in &load.decks {
        deck.file.source()?;
    }
    let mut left = Left {
        decks: load.decks.len(),
        cards: load.decks.iter().map(|deck| deck.cards.len()).sum(),
        ..Left::default()
    };
    let bytes = match format {
        Format::Json => {
            let lines = load.lines();
            left.reviews = lines
                .iter()
                .filter(|line| line.starts_with("Review("))
                .count();
            json::written(&load.decks, &lines).into_bytes()
        }
        Format::Table { separator } => table::written(load, separator, &mut left).into_bytes(),
        Format::Markdown => markdown::written(load, &mut left).into_bytes(),
        Format::Anki => package(load, &mut left)?,
    };
    let cards = load.decks.iter().flat_map(|deck| &deck.cards);
    let hints = cards.filter(|card| card.hint.is_some()).count();
    if hints > 0 && format != Format::Json {
        let hints = plural(hints, "hint");
        left.notes
            .push(format!("{hints} left out: only .json has them"));
    }
    files::replace(disk, path, None, &bytes).map_err(|error| match error {
        Error::Changed(path) => Error::Refused(format!(
            "{} already exists: nothing was written. Give another name, or delete it first",
            path.display()
        )),
        other => other,
    })?;
    Ok(left)
}

#[cfg(feature = "anki")]
fn package(load: &Load, left: &mut Left) -> Result<Vec<u8>> {
    anki::written(load, left)
}

#[cfg(not(feature = "anki"))]
fn package(_load: &Load, _left: &mut Left) -> Result<Vec<u8>> {
    Err(Error::Refused(
        "this build of quiz can't write Anki packages: install it with the feature `anki` (cargo install quiz)".into(),
    ))
}

impl<'a> Load<'a> {
    /// Returns each card as a draft, with its deck.
    fn cards(&self) -> impl Iterator<Item = (&'a Deck, &'a Card, Draft)> {
        let decks = self.decks.iter().copied();
        decks.flat_map(|deck| drafts(deck).map(move |(card, draft)| (deck, card, draft)))
    }

    /// Returns the lines of the history that are about the cards; every line if all decks are exported.
    fn lines(&self) -> Vec<String> {
        if self.is_all {
            return self.lines.clone();
        }
        let ids: HashSet<&CardId> = self
            .decks
            .iter()
            .flat_map(|deck| &deck.cards)
            .map(|card| &card.id)
            .collect();
        let is_ours = |line: &&String| {
            let event = Event::parse(line).ok();
            let card = event.and_then(|read| read.event.about());
            card.is_some_and(|card| ids.contains(&card) || ids.contains(&self.history.card(&card)))
        };
        self.lines.iter().filter(is_ours).cloned().collect()
    }

    /// Returns the events of the cards except those taken back, under the present keys of their faces.
    fn events(&self) -> Vec<(FaceKey, Event)> {
        let mut events: Vec<(FaceKey, Event)> = Vec::new();
        for line in &self.lines {
            let Ok(read) = Event::parse(line) else {
                continue;
            };
            let event = read.event;
            if self.history.is_undone(&event) {
                continue;
            }
            if let Some(face) = event.subject() {
                events.push((self.history.key(&face), event));
            }
        }
        events.sort_by_key(|(_, event)| event.at());
        events
    }
}
