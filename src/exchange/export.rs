//! Taking cards away, with their history: what leaves, and the formats in which it can.

#[cfg(feature = "anki")]
mod anki;
pub(crate) mod json;
mod markdown;
mod table;

use std::collections::HashSet;
use std::path::Path;

use serde::Serialize;

use crate::deck::draft::Draft;
use crate::deck::{Card, CardId, Deck, FaceKey, Side};
use crate::error::{Error, Result};
use crate::files::{self, Disk};
use crate::history::event::{Pause, Paused};
use crate::history::{Event, History};
use crate::notation;
use crate::text::plural;

/// What leaves.
pub(crate) struct Load<'a> {
    /// The decks, in their order.
    pub(crate) decks: Vec<&'a Deck>,
    /// What happened, as it stands.
    pub(crate) history: &'a History,
    /// The lines of the history's files, but for their headers.
    pub(crate) lines: Vec<String>,
    /// Whether the decks are all that there are: then every line leaves too.
    pub(crate) is_all: bool,
    /// The folder of pictures and sounds.
    pub(crate) media: &'a Path,
    /// The hour at which a day starts.
    pub(crate) day_starts_at: u32,
}

/// The forms in which cards can leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Anki,
    Table { separator: char },
    Markdown,
    Json,
}

/// What left.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Left {
    pub(crate) decks: usize,
    pub(crate) cards: usize,
    pub(crate) reviews: usize,
    /// What the form can't say.
    pub(crate) notes: Vec<String>,
}

impl Format {
    /// Returns the format that a file's ending means.
    ///
    /// # Errors
    /// [`Error::Usage`] with the endings that are known.
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
                    "{} has no ending that says the format: use .apkg (Anki), .csv, .tsv, .md or .json",
                    path.display()
                )));
            }
        })
    }
}

/// Writes the load into a file that is not there yet.
///
/// # Errors
/// If there is one, or it can't be written; then there is none.
pub(crate) fn write(load: &Load, format: Format, path: &Path, disk: &dyn Disk) -> Result<Left> {
    let mut left = Left {
        decks: load.decks.len(),
        cards: load.cards().count(),
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
            "{} is there already: nothing was written. Give another name, or delete it first",
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
    /// Returns each card with its deck and as its file has it.
    fn cards(&self) -> impl Iterator<Item = (&'a Deck, &'a Card, Draft)> {
        let cards = self
            .decks
            .iter()
            .flat_map(|deck| deck.cards.iter().map(move |card| (*deck, card)));
        cards.filter_map(|(deck, card)| {
            let draft: Draft = notation::read_part(&deck.source, card.span.clone()).ok()?;
            Some((deck, card, draft.with_id(card.id.as_str())))
        })
    }

    /// Returns the lines of the history that are about the cards; every line if all decks leave.
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
            let card = event.and_then(|read| card(&read.event));
            card.is_some_and(|card| ids.contains(&card) || ids.contains(&self.history.card(&card)))
        };
        self.lines.iter().filter(is_ours).cloned().collect()
    }

    /// Returns what happened to the cards, without what was taken back, under the keys that the faces have now.
    fn events(&self) -> Vec<(FaceKey, Event)> {
        let mut events: Vec<(FaceKey, Event)> = Vec::new();
        let mut seen = HashSet::new();
        for line in &self.lines {
            let Ok(read) = Event::parse(line) else {
                continue;
            };
            let event = read.event;
            if self.history.is_undone(&event) || !seen.insert(line.as_str()) {
                continue;
            }
            if let Some(face) = face(&event) {
                events.push((self.history.key(&face), event));
            }
        }
        events.sort_by_key(|(_, event)| event.at());
        events
    }
}

/// The face that an event changes the schedule of; a card's first one if it is about a card.
fn face(event: &Event) -> Option<FaceKey> {
    match event {
        Event::Review { face, .. }
        | Event::Forget { face, .. }
        | Event::Due { face, .. }
        | Event::Known { face, .. } => Some(face.clone()),
        _ => None,
    }
}

/// The card that an event is about.
fn card(event: &Event) -> Option<CardId> {
    Some(match event {
        Event::Review { face, .. }
        | Event::Forget { face, .. }
        | Event::Due { face, .. }
        | Event::Known { face, .. }
        | Event::Undo { face, .. }
        | Event::Rename { from: face, .. } => face.card.clone(),
        Event::Suspend(Pause { of, .. }) | Event::Resume(Pause { of, .. }) => match of {
            Paused::Card(card) => card.clone(),
            Paused::Face(face) => face.card.clone(),
        },
        Event::Bury { card, .. } | Event::Remove { card, .. } => card.clone(),
        _ => return None,
    })
}

/// The key of a card's face.
fn key(card: &Card, side: Side) -> FaceKey {
    card.face(side)
}
