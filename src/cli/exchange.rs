//! The flags of the commands that import and export cards.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use clap_complete::ArgValueCompleter;

use super::candidates::decks;
use crate::exchange::zone::Zone;

/// Shown below the flags of `import`.
pub(super) const IMPORT_HELP: &str = "\
The format is recognised by the content:
  Anki       packages (.apkg, .colpkg), a collection (collection.anki2), and notes
             as text, with or without the history
  tables     CSV, TSV, Quizlet's text, a word list with tabs
  Markdown   of hashcards and repeater, of Obsidian's Spaced Repetition with its
             schedule, and headings with their text
  others     GIFT, Aiken, hascard, CrowdAnki, and the JSON of `quiz export`
Importing a source again adds its new cards, updates those that have changed
there, and keeps your edits. `quiz import lesson` does that with the bundled
decks of this version.

  quiz import Japanese.apkg
  quiz import --dry-run --zone Europe/Berlin collection.colpkg
  quiz import --deck languages/german --columns front,back,tags words.csv";

/// The sources to import.
#[derive(Debug, Args)]
pub struct Import {
    /// The files; `lesson` for the bundled decks
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    pub files: Vec<PathBuf>,
    /// Report what would be imported, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// The time zone in which the answers were given: Europe/Berlin or +01:00 [default: this machine's]
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<Zone>,
    /// Put the cards into this deck, or below this folder if they come in several decks
    #[arg(long, value_name = "DECK", add = ArgValueCompleter::new(decks))]
    pub deck: Option<String>,
    /// The columns of a table: front, back, note, hint, tags, deck, source, id, guid, or - to skip one
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub columns: Option<Vec<String>>,
    /// Overwrite cards that you edited here if they have changed in the source
    #[arg(long)]
    pub theirs: bool,
    /// Keep answers to cards that the source no longer has
    #[arg(long)]
    pub with_orphans: bool,
    /// Import at most this many megabytes of pictures and sounds
    #[arg(long, value_name = "MB", default_value_t = 500)]
    pub max_media: u64,
    /// Print the report as JSON, with every place
    #[arg(long)]
    pub json: bool,
}

/// Shown below the flags of `export`.
pub(super) const EXPORT_HELP: &str = "\
The extension of FILE selects the format:
  .json        everything but comments: decks, cards, the whole history
  .apkg        for Anki, with every answer and due day
  .csv .tsv    a table that Anki and spreadsheets read, without the history
  .md          questions and answers (Q: and A:), without the history

  quiz export --to backup.json
  quiz export languages/german --to german.apkg";

/// The decks to export, and the target.
#[derive(Debug, Args)]
pub struct Export {
    /// Only these decks or folders [default: all]
    #[arg(value_name = "DECK", add = ArgValueCompleter::new(decks))]
    pub decks: Vec<String>,
    /// The file; its extension selects the format
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub to: PathBuf,
    /// Print what was written as JSON
    #[arg(long)]
    pub json: bool,
}
