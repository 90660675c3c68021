//! Importing cards from other programs, and exporting them: a format on one side, drafts and events on the other.
//!
//! Every source becomes a parcel of drafts and events (`parcel`); `merge` decides how that changes a home, and `stage`
//! writes it. A format is a file or a folder here, and never knows a home, commands or a terminal.
//!
//! # What was imported
//!
//! `imports/NAME.ron` in a home lists the cards that came from a source, each with a hash of its content then:
//!
//! ```ron
//! Import(
//!     version: 1,
//!     kind: "Anki package",
//!     zone: "Europe/Berlin",
//!     cards: [
//!         (id: "anki-ia11_7C_2Ah_2BPL", hash: "0e1c9d3c3dd2a8f1"),
//!         (id: "hund", key: "Hund", hash: "5d41402abc4b2a76"),
//!     ],
//! )
//! ```
//!
//! A card whose deck still has that content is updated; any other was edited by a person, and stays. `key`
//! distinguishes the cards of a source without ids: it is the front.
//!
//! # Ids
//!
//! A note of Anki gets the id `anki-` and its guid: letters and digits as they are, any other byte as `_XX`. If its
//! cards can't be faces of one card, the one of template N is `anki-….N`. A card in Markdown gets `md-` and twelve
//! digits of a hash of its text at the first import, or the id that the file gives it.

#![cfg_attr(
    not(feature = "anki"),
    allow(dead_code, reason = "some is for Anki packages only")
)]

mod aiken;
mod anki;
mod crowdanki;
mod csv;
mod decode;
mod draft;
mod events;
pub(crate) mod export;
mod folder;
mod gift;
mod hascard;
mod html;
pub(crate) mod ids;
mod json;
pub(crate) mod lesson;
mod lines;
mod markdown;
mod markup;
mod media;
pub(crate) mod merge;
mod names;
pub(crate) mod parcel;
mod record;
mod settings;
mod sides;
pub(crate) mod stage;
pub mod zone;

pub(crate) use lines::all as history_lines;

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use parcel::Parcel;
use zone::Zone;

/// The options for reading a source.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    /// The time zone of its moments.
    pub(crate) zone: Zone,
    /// The hour at which a day starts.
    pub(crate) day_starts_at: u32,
    /// Whether answers to deleted cards are kept.
    pub(crate) with_orphans: bool,
    /// The roles of a table's columns; `None` to find them out.
    pub(crate) columns: Option<Vec<String>>,
    /// The folder of the source.
    pub(crate) folder: PathBuf,
}

/// The progress callback: the activity, the number done, and the number in all (0 if unknown).
pub(crate) type Step<'a> = &'a mut dyn FnMut(&'static str, usize, usize);

/// The largest text that is read, in bytes.
const LARGEST_TEXT: u64 = 300_000_000;

/// Reads a source of any format, recognised by its content, not its name.
///
/// # Errors
/// Returns a sentence for a person about why nothing can be imported, with the file's name.
pub(crate) fn read(path: &Path, options: &Options, step: Step) -> Result<Parcel, String> {
    let shown = path.display();
    let mut parcel = read_file(path, options, step).map_err(|why| format!("{shown} {why}"))?;
    if let [only] = parcel.decks.as_mut_slice() {
        only.is_only = true;
    }
    Ok(parcel)
}

fn read_file(path: &Path, options: &Options, step: Step) -> Result<Parcel, String> {
    let unreadable = |error: std::io::Error| format!("can't be read: {error}");
    let mut head = [0u8; 512];
    let mut file = File::open(path).map_err(unreadable)?;
    if file.metadata().map_err(unreadable)?.is_dir() {
        return Err("is a folder: name the files in it".into());
    }
    let read = file.read(&mut head).map_err(unreadable)?;
    let head = head.get(..read).unwrap_or(&[]);
    if head.starts_with(b"PK") || head.starts_with(b"SQLite format 3\0") {
        return package(path, options, step);
    }
    if file.metadata().map_err(unreadable)?.len() > LARGEST_TEXT {
        return Err(format!("is larger than {} MB", LARGEST_TEXT / 1_000_000));
    }
    let decoded = decode::decode(&fs::read(path).map_err(unreadable)?)?;
    let options = Options {
        folder: path.parent().map(Path::to_path_buf).unwrap_or_default(),
        ..options.clone()
    };
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let stem = names::folder_safe(&stem);
    let mut parcel = text(&decoded.text, &stem, &options)?;
    if let Some(encoding) = decoded.encoding {
        parcel.report.note(&format!("read as {encoding}"), "");
    }
    Ok(parcel)
}

#[cfg(feature = "anki")]
fn package(path: &Path, options: &Options, step: Step) -> Result<Parcel, String> {
    anki::read(path, options, step)
}

#[cfg(not(feature = "anki"))]
fn package(_path: &Path, _options: &Options, _step: Step) -> Result<Parcel, String> {
    Err("looks like an Anki package, which this build of quiz can't read: install it with the feature `anki` \
         (cargo install quiz)"
        .into())
}

/// Reads JSON.
fn json(text: &str, stem: &str, options: &Options) -> Result<Parcel, String> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|error| {
        format!(
            "is not whole JSON (line {}, column {}): {error}",
            error.line(),
            error.column()
        )
    })?;
    if export::json::is_ours(&value) {
        return export::json::read(&value, stem);
    }
    if crowdanki::is_it(&value) {
        return Ok(crowdanki::read(&value, stem, options));
    }
    Err("is JSON in an unknown format; `quiz export` and CrowdAnki write known ones".into())
}

/// Reads a text.
fn text(text: &str, stem: &str, options: &Options) -> Result<Parcel, String> {
    let start = text.trim_start();
    let begins = |with: &str| {
        start
            .get(..with.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(with))
    };
    if start.is_empty() {
        return Err("is empty".into());
    }
    if begins("<!doctype html") || begins("<html") {
        return Err(
            "is a web page (HTML), not cards: the download may have gone to a page about the file"
                .into(),
        );
    }
    if begins("<?xml") || begins("<quiz>") || begins("<mnemosyne") {
        return Err("is XML, which is not read: export it as text (tabs between the columns), CSV, GIFT or to Anki".into());
    }
    if start.starts_with(['{', '[']) {
        return json(start, stem, options);
    }
    if begins("Deck(") {
        return Err(
            "is already a deck of quiz: copy it into the folder `decks` of your home (`quiz home`)"
                .into(),
        );
    }
    if begins("History(") {
        return Err("is already a history of quiz: copy it into the folder `reviews` of your home (`quiz home`)".into());
    }
    if start.starts_with('#') && csv::is_anki(start) {
        return csv::read(text, stem, options);
    }
    if options.columns.is_none()
        && let Some(parcel) = aiken::read(text, stem)
    {
        return Ok(parcel);
    }
    if options.columns.is_none() && !csv::is_surely(text) {
        let found = gift::read(text, stem, options)
            .or_else(|| hascard::read(text, stem))
            .or_else(|| markdown::read(text, stem, options));
        if let Some(parcel) = found {
            return Ok(parcel);
        }
    }
    csv::read(text, stem, options)
}
