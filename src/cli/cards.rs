//! The flags of the commands that change cards, or when they are asked.

use clap::Args;
use clap_complete::ArgValueCompleter;

use super::candidates::{cards, cards_and_decks, decks, tags};

/// Some cards.
#[derive(Debug, Args)]
pub struct Cards {
    /// The cards: each an id or an unambiguous part of one
    #[arg(required = true, value_name = "CARD", add = ArgValueCompleter::new(cards))]
    pub cards: Vec<String>,
}

/// Some cards, or all those of a deck or with a tag.
#[derive(Debug, Args)]
pub struct Pausing {
    /// The cards: each an id or an unambiguous part of one; or one face of a card, by its key
    #[arg(required_unless_present_any = ["decks", "tag"], value_name = "CARD", add = ArgValueCompleter::new(cards))]
    pub cards: Vec<String>,
    /// All cards that are now in this deck or folder; with --tag, those of them with the tag
    #[arg(long = "deck", value_name = "DECK", conflicts_with = "cards", add = ArgValueCompleter::new(decks))]
    pub decks: Vec<String>,
    /// All cards that now have this tag
    #[arg(long, alias = "tags", value_name = "TAG", conflicts_with = "cards", add = ArgValueCompleter::new(tags))]
    pub tag: Option<String>,
}

/// The cards to reset.
#[derive(Debug, Args)]
pub struct Forget {
    /// The cards, with all of their faces: each an id or an unambiguous part of one; or one face, by its key
    #[arg(required = true, value_name = "CARD", add = ArgValueCompleter::new(cards))]
    pub cards: Vec<String>,
    /// Don't ask first
    #[arg(long, short)]
    pub yes: bool,
}

/// The cards to remove.
#[derive(Debug, Args)]
pub struct Remove {
    /// The cards: each an id or an unambiguous part of one; or the id of a missing card, to stop `quiz check` from
    /// reporting its history
    #[arg(required = true, value_name = "CARD", add = ArgValueCompleter::new(cards))]
    pub cards: Vec<String>,
    /// Don't ask first; requires whole ids
    #[arg(long, short)]
    pub yes: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// The cards to move, and the target.
#[derive(Debug, Args)]
pub struct Move {
    /// The cards: each an id or an unambiguous part of one
    #[arg(required = true, value_name = "CARD", add = ArgValueCompleter::new(cards_and_decks))]
    pub cards: Vec<String>,
    /// The deck to move them to, after its last card; created if it does not exist
    #[arg(required = true, value_name = "DECK", add = ArgValueCompleter::new(decks))]
    pub deck: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// The card or deck to edit.
#[derive(Debug, Args)]
pub struct Edit {
    /// A card's id or a deck's name, or an unambiguous part of one
    #[arg(value_name = "CARD|DECK", add = ArgValueCompleter::new(cards_and_decks))]
    pub card: String,
}

/// A new id for a card.
#[derive(Debug, Args)]
pub struct Rename {
    /// The card's present or former id; or the key of a former face
    #[arg(add = ArgValueCompleter::new(cards))]
    pub old: String,
    /// Its new id, or the one that it already has; or the key of its present face
    pub new: String,
}

/// The form of the report.
#[derive(Debug, Args)]
pub struct Undo {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
