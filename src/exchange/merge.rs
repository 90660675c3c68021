//! What a home makes of a parcel: which cards are new, which have changed, and which a person has edited meanwhile.
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

/// The home, as far as an import looks at it.
pub(crate) struct Into<'a> {
    /// The folder.
    pub(crate) home: &'a Path,
    /// The decks.
    pub(crate) library: &'a Library,
    /// What happened.
    pub(crate) history: &'a History,
    /// This machine's own history.
    pub(crate) own_history: &'a Path,
    /// Today.
    pub(crate) today: Day,
    /// The settings.
    pub(crate) config: &'a Config,
}

/// How to decide.
#[derive(Debug, Clone, Default)]
pub(crate) struct Choices {
    /// The deck, or the folder of decks, into which the cards go.
    pub(crate) deck: Option<String>,
    /// Whether a card that was edited here and has changed there becomes what it is there.
    pub(crate) theirs: bool,
    /// What the source is, as its decks will say.
    pub(crate) kind: &'static str,
    /// The bytes that files of cards may have together.
    pub(crate) max_media: u64,
}

impl Choices {
    /// Returns the name that a deck of the source gets here.
    fn deck_name(&self, deck: &ParcelDeck) -> String {
        match &self.deck {
            Some(chosen) if deck.is_only => chosen.clone(),
            Some(chosen) => format!("{chosen}/{}", deck.name),
            None => deck.name.clone(),
        }
    }

    /// Lets the settings of decks be those of the names that the decks get.
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

/// What is to be written.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// Files with their old and new content. Where there is none yet, the old one is `None`.
    pub(crate) files: Vec<FileChange>,
    /// Files of cards: the name in `media/`, and the source's.
    pub(crate) media: Vec<super::parcel::MediaFile>,
    /// What came of it.
    pub(crate) outcome: Outcome,
}

/// A file that is to be written.
#[derive(Debug)]
pub(crate) struct FileChange {
    /// The file.
    pub(crate) path: PathBuf,
    /// Its content now.
    pub(crate) old: Option<Vec<u8>>,
    /// Its content then.
    pub(crate) new: Vec<u8>,
    /// Whether a copy is kept.
    pub(crate) back_up: bool,
}

/// What came of an import.
#[derive(Debug, Default, Clone, Serialize)]
pub(crate) struct Outcome {
    /// What the source is.
    pub(crate) kind: String,
    /// The cards that the source counts: faces, not notes.
    pub(crate) source_cards: usize,
    /// Of these, those that are in the home now.
    pub(crate) cards_in: usize,
    /// Cards of decks that were added.
    pub(crate) added: usize,
    /// Cards of decks that were brought up to date.
    pub(crate) updated: usize,
    /// Cards that are as they were.
    pub(crate) unchanged: usize,
    /// Cards that were edited here and have not changed in the source.
    pub(crate) kept: usize,
    /// Cards that were edited here and have changed in the source too.
    pub(crate) conflicts: Vec<Conflict>,
    /// Ids of cards that were removed here and are not brought back.
    pub(crate) removed_here: Vec<String>,
    /// Ids of cards that the source no longer has; they stay.
    pub(crate) gone_there: Vec<String>,
    /// The decks that got cards, each with how many.
    pub(crate) decks: Vec<(String, usize)>,
    /// Events that are new.
    pub(crate) events: usize,
    /// Reviews among them.
    pub(crate) reviews: usize,
    /// Files of cards that are new.
    pub(crate) media: usize,
    /// The zone by which moments were read.
    pub(crate) zone: Option<String>,
    /// Lines for `config.ron` where there is one already; empty if there was none, or nothing to say.
    pub(crate) settings: String,
    /// Whether a `config.ron` was made.
    pub(crate) made_config: bool,
    /// Why cards are left out, and what else is to be known.
    #[serde(skip)]
    pub(crate) report: Report,
}

/// A card that was edited on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Conflict {
    /// The card.
    pub(crate) id: String,
    /// Where it is: the deck's name and the line.
    pub(crate) place: String,
    /// The card here.
    pub(crate) ours: String,
    /// The card in the source.
    pub(crate) theirs: String,
    /// Whether the source's was taken.
    pub(crate) taken: bool,
}

/// Decides what is to be written.
///
/// # Errors
/// If the home's files can't be read.
pub(crate) fn plan(
    into: &Into,
    mut parcel: Parcel,
    choices: &Choices,
) -> Result<(Plan, Option<Box<dyn MediaSource>>)> {
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
    outcome.source_cards = parcel.counted;
    outcome.zone = parcel.zone;
    outcome.report.take(parcel.report);
    Ok((plan, source))
}

/// Puts the record of the source into the plan, if it changes.
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

/// Makes settings of those of the source where there are none yet; else they are only said.
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
