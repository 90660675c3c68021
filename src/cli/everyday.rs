//! The flags of the commands around decks, settings and documents.

use std::path::PathBuf;

use clap::Args;
use clap_complete::ArgValueCompleter;

use super::candidates::{decks, settings, tags};

/// The setting to show or change.
#[derive(Debug, Args)]
pub struct Config {
    /// A setting, or `edit` to open the file
    #[arg(value_name = "KEY", add = ArgValueCompleter::new(settings))]
    pub key: Option<String>,
    /// Its new value; `default` for the default
    #[arg(value_name = "VALUE", requires = "key", allow_hyphen_values = true)]
    pub value: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// The cards to count.
#[derive(Debug, Args)]
pub struct Due {
    /// Only these decks or folders
    #[arg(value_name = "DECK", add = ArgValueCompleter::new(decks))]
    pub decks: Vec<String>,
    /// Only cards with this tag
    #[arg(long, value_name = "TAG", add = ArgValueCompleter::new(tags))]
    pub tag: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// The place for the pages.
#[derive(Debug, Args)]
pub struct Man {
    /// Write the pages of all commands into this folder; created if it does not exist
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

/// The answers to show.
#[derive(Debug, Args)]
pub struct Log {
    /// The learning day: `today`, `yesterday`, or a date like 2026-11-23
    #[arg(value_name = "DAY", default_value = "today")]
    pub day: String,
    /// Only those that were not recalled
    #[arg(long)]
    pub wrong: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
