//! Merging a parcel into a home: which cards are new, which have changed, and which a person has edited meanwhile.
//!
//! Nothing is written here: the result is a [`Plan`], which [`super::stage`] carries out.

mod cards;
mod events;
mod files;

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::parcel::{MediaSource, Parcel, ParcelDeck, Report};
use super::record::{Entry, Record, Records};
use crate::config::Config;
use crate::deck::library::Library;
use crate::error::Result;
use crate::history::History;
use crate::time::Day;

/// The parts of a home that an import looks at.
pub(crate) struct Into<'a> {
    /// The folder.
    pub(crate) home: &'a Path,
    /// The decks.
    pub(crate) library: &'a Library,
    /// The history.
    pub(crate) history: &'a History,
    /// This machine's own history.
    pub(crate) own_history: &'a Path,
    /// Today.
    pub(crate) today: Day,
    /// The settings.
    pub(crate) config: &'a Config,
}

/// The choices of the person.
#[derive(Debug, Clone, Default)]
pub(crate) struct Choices {
    /// The deck, or the folder of decks, into which the cards go.
    pub(crate) deck: Option<String>,
    /// Whether a card that was edited here and has changed in the source is overwritten.
    pub(crate) theirs: bool,
    /// The kind of the source, for the decks made from it.
    pub(crate) kind: &'static str,
    /// The most bytes that media files may have together.
    pub(crate) max_media: u64,
}

impl Choices {
    /// Returns the name of a source's deck in this home.
    fn deck_name(&self, deck: &ParcelDeck) -> String {
        match &self.deck {
            Some(chosen) if deck.is_only => chosen.clone(),
            Some(chosen) => format!("{chosen}/{}", deck.name),
            None => deck.name.clone(),
        }
    }

    /// Renames the settings of decks as the decks are renamed.
    fn rename(&self, parcel: &mut Parcel) {
        let Some(settings) = &mut parcel.settings else {
            return;
        };
        let mut all = std::mem::take(&mut settings.decks);
        for deck in &parcel.decks {
            if let Some(own) = all.remove(&deck.name) {
                settings.decks.insert(self.deck_name(deck), own);
            }
        }
    }
}

/// The changes to write.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// Files with their old and new content; the old one is `None` if there is no file yet.
    pub(crate) files: Vec<FileChange>,
    /// Media files: the name in `media/`, and the source's name.
    pub(crate) media: Vec<super::parcel::MediaFile>,
    /// The outcome, for a report.
    pub(crate) outcome: Outcome,
}

/// A file to write.
#[derive(Debug)]
pub(crate) struct FileChange {
    /// The file.
    pub(crate) path: PathBuf,
    /// Its present content.
    pub(crate) old: Option<Vec<u8>>,
    /// Its new content.
    pub(crate) new: Vec<u8>,
    /// Whether a copy is kept.
    pub(crate) back_up: bool,
}

/// The outcome of an import.
#[derive(Debug, Default, Clone, Serialize)]
pub(crate) struct Outcome {
    /// The kind of the source.
    pub(crate) kind: String,
    /// The number of cards that the source counts: faces, not notes.
    pub(crate) source_cards: usize,
    /// How many of these are in the home now.
    pub(crate) cards_in: usize,
    /// The number of cards added to decks.
    pub(crate) added: usize,
    /// The number of cards updated in decks.
    pub(crate) updated: usize,
    /// The number of unchanged cards.
    pub(crate) unchanged: usize,
    /// The number of cards that were edited here and have not changed in the source.
    pub(crate) kept: usize,
    /// The cards that were edited here and have changed in the source too.
    pub(crate) conflicts: Vec<Conflict>,
    /// The ids of cards that were removed here and are not brought back.
    pub(crate) removed_here: Vec<String>,
    /// The ids of cards that the source no longer has; they stay.
    pub(crate) gone_there: Vec<String>,
    /// The decks that got cards, each with the number of cards.
    pub(crate) decks: Vec<(String, usize)>,
    /// The number of new events.
    pub(crate) events: usize,
    /// The number of reviews among them.
    pub(crate) reviews: usize,
    /// The number of new media files.
    pub(crate) media: usize,
    /// The time zone by which moments were read.
    pub(crate) zone: Option<String>,
    /// Lines for an existing `config.ron`; empty if there was none, or if there is nothing to set.
    pub(crate) settings: String,
    /// Whether a `config.ron` was created.
    pub(crate) made_config: bool,
    /// The cards left out with the reasons, and other notes.
    #[serde(skip)]
    pub(crate) report: Report,
}

/// A card that was edited on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Conflict {
    /// The card.
    pub(crate) id: String,
    /// Its place: the deck's name and the line.
    pub(crate) place: String,
    /// The card here, in RON.
    pub(crate) ours: String,
    /// The card in the source, in RON.
    pub(crate) theirs: String,
    /// Whether the source's version was taken.
    pub(crate) taken: bool,
}

/// Decides what to write.
///
/// # Errors
/// Fails if the home's files can't be read, or a deck has just been changed.
pub(crate) fn plan(
    into: &Into,
    mut parcel: Parcel,
    choices: &Choices,
) -> Result<(Plan, Option<Box<dyn MediaSource>>)> {
    // Cards are compared as they are written.
    for deck in &into.library.decks {
        deck.file.source()?;
    }
    let records = Records::load(&into.home.join("imports"), &parcel.source)?;
    let mut plan = Plan::default();
    choices.rename(&mut parcel);
    let mut source = parcel.media_source.take();
    plan.media = files::plan(
        into,
        &mut parcel,
        source.as_deref_mut(),
        choices,
        &mut plan.outcome,
    )?;
    let cards = cards::plan(into, &mut parcel, &records, choices, &mut plan)?;
    events::plan(into, &mut parcel, &cards, &mut plan)?;
    if !cards.entries.is_empty() {
        record(&records, &parcel, cards.entries, &mut plan);
    }
    config(into, &parcel, &mut plan);
    let outcome = &mut plan.outcome;
    outcome.kind = parcel.kind.to_string();
    outcome.source_cards = parcel.source_cards();
    outcome.zone = parcel.zone;
    outcome.report.take(parcel.report);
    Ok((plan, source))
}

/// Adds the source's record to the plan, if it changes.
fn record(records: &Records, parcel: &Parcel, entries: Vec<Entry>, plan: &mut Plan) {
    let new = Record::new(parcel.kind, parcel.zone.clone(), entries)
        .to_text()
        .into_bytes();
    if records.own_text.as_ref() != Some(&new) {
        plan.files.push(FileChange {
            path: records.path.clone(),
            old: records.own_text.clone(),
            new,
            back_up: false,
        });
    }
}

/// Makes a config from the source's settings if there is none yet; otherwise they are only reported.
fn config(into: &Into, parcel: &Parcel, plan: &mut Plan) {
    let Some(settings) = &parcel.settings else {
        return;
    };
    let text = super::settings::to_text(settings, into.config);
    let path = into.home.join("config.ron");
    if text.is_empty() {
        return;
    }
    if path.exists() {
        plan.outcome.settings = text;
        return;
    }
    plan.outcome.made_config = true;
    plan.files.push(FileChange {
        path,
        old: None,
        new: text.into_bytes(),
        back_up: false,
    });
}
