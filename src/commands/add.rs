//! `quiz add`: cards by flags, from standard input, or asked for one by one.

mod ask;
mod flags;
mod input;

use std::io::{self, IsTerminal};

use super::{print_done, say};
use crate::cli::Add;
use crate::deck::draft::{Draft, Wrong};
use crate::deck::library;
use crate::deck::read::Parsed;
use crate::deck::write::{Batch, Twin, Written};
use crate::deck::{Body, CardId, Content, cloze, naming};
use crate::error::{Error, Result};
use crate::files::Os;
use crate::hashing::HashSet;
use crate::home;
use crate::place::Source;
use crate::study::Study;
use crate::text::{one_line_kept, plural};
use flags::Common;

/// Adds the cards that are given.
///
/// # Errors
/// Fails if one of them is not a card, or the deck can't be written; then no card of the call was added.
pub fn run(study: &mut Study, flags: Add) -> Result<()> {
    if let Some(draft) = flags::draft(&flags)? {
        let deck = deck(study, flags.deck.as_deref())?;
        return add(study, &deck, draft);
    }
    let common = Common::of(&flags);
    if io::stdin().is_terminal() {
        return ask::ask(study, flags.deck.as_deref(), common);
    }
    let deck = deck(study, flags.deck.as_deref())?;
    let input = input::read(io::stdin())?;
    input::add(study, &deck, &input, &common, flags.skip_bad)
}

/// Returns the deck that is named; without a name, the only deck.
fn deck(study: &Study, given: Option<&str>) -> Result<String> {
    match (given, study.library.decks.as_slice()) {
        (Some(given), _) => naming::for_adding(&study.library, given),
        (None, [only]) => Ok(only.name.clone()),
        (None, decks) => {
            let names: Vec<&str> = decks.iter().map(|deck| deck.name.as_str()).collect();
            Err(Error::Usage(format!(
                "say which deck: `quiz add DECK …`; there are {}",
                names.join(", ")
            )))
        }
    }
}

/// Adds one card, and reports it.
///
/// # Errors
/// Fails if it is not a card, or the deck can't be written; then it was not added.
fn add(study: &mut Study, deck: &str, draft: Draft) -> Result<()> {
    let _held = study.hold_decks()?;
    let mut adding = Adding::new(study, deck);
    adding
        .draft(draft)
        .map_err(|wrong| Error::Usage(format!("{wrong}; no card was added")))?;
    let added = adding.write()?;
    added.say(study)
}

/// The cards of one call, on their way into a deck.
struct Adding<'a> {
    deck: &'a str,
    batch: Batch<'a>,
    notes: Vec<String>,
    passed_over: Vec<CardId>,
}

impl<'a> Adding<'a> {
    fn new(study: &'a Study, deck: &'a str) -> Self {
        Self {
            deck,
            batch: study.batch(),
            notes: Vec::new(),
            passed_over: Vec::new(),
        }
    }

    /// Takes a card, or skips it if the deck already has it.
    fn draft(&mut self, draft: Draft) -> Result<(), Wrong> {
        let (id, body) = draft.clone().check()?;
        if !self.is_there(id.as_ref(), &body) {
            self.point_out(&body);
            self.batch.add(self.deck, draft)?;
        }
        Ok(())
    }

    /// Takes a card as it is written in `source`, or skips it if the deck already has it.
    fn written(&mut self, source: &Source, card: &Parsed) -> Result<(), Wrong> {
        if !self.is_there(card.id.as_ref(), &card.body) {
            self.point_out(&card.body);
            self.batch
                .add_written(self.deck, source, card.id.as_ref(), &card.body)?;
        }
        Ok(())
    }

    fn is_there(&mut self, id: Option<&CardId>, body: &Body) -> bool {
        let there = self.batch.written_twice(self.deck, id, body);
        let is_there = there.is_some();
        self.passed_over.extend(there);
        is_there
    }

    /// Notes that another card asks the same, and what in a cloze may be misread.
    fn point_out(&mut self, body: &Body) {
        let twin = self.batch.twin(&body.front());
        self.notes
            .extend(twin.map(|Twin { id, place }| format!("`{id}` ({place}) asks the same.")));
        if let Content::Cloze(cloze) = &body.content {
            let warnings = cloze::warnings(cloze.written()).into_iter();
            self.notes.extend(
                warnings.map(|cloze::Warning { message, help, .. }| format!("{message}\n  {help}")),
            );
        }
    }

    fn write(self) -> Result<Added> {
        Ok(Added {
            deck: self.deck.to_string(),
            written: self.batch.write(&Os)?,
            notes: self.notes,
            passed_over: self.passed_over,
        })
    }
}

/// The result of a call.
struct Added {
    deck: String,
    written: Vec<Written>,
    notes: Vec<String>,
    passed_over: Vec<CardId>,
}

/// The number of notes printed one by one.
const NOTES: usize = 10;

impl Added {
    /// Reads what was written, and reports the added cards.
    ///
    /// # Errors
    /// Fails if one of them can't be found.
    fn say(&self, study: &Study) -> Result<()> {
        for note in self.notes.iter().take(NOTES) {
            say(&format!("Note: {note}"));
        }
        if let Some(more @ 1..) = self.notes.len().checked_sub(NOTES) {
            say(&format!("{} more like these.", plural(more, "note")));
        }
        for Written {
            deck,
            path,
            is_new,
            ids,
        } in &self.written
        {
            let now = library::read_one(&study.library.root, path);
            let cards = now.iter().flat_map(|deck| &deck.cards);
            let there: HashSet<&CardId> = cards
                .filter(|card| card.id_is_written)
                .map(|card| &card.id)
                .collect();
            if let Some(lost) = ids.iter().find(|id| !there.contains(id)) {
                return Err(Error::Refused(format!(
                    "`{lost}` was written to {}, but is not read from there: `quiz check` shows why",
                    home::shown(path)
                )));
            }
            let deck = one_line_kept(deck);
            if *is_new {
                say(&format!("Made the deck {deck}: {}", home::shown(path)));
            }
            let list: String = ids.iter().map(|id| format!("  {id}\n")).collect();
            print_done(&match ids.as_slice() {
                [only] => format!("Added `{only}` to {deck}.\n"),
                several => format!("Added {} to {deck}:\n{list}", plural(several.len(), "card")),
            })?;
        }
        self.say_passed_over()
    }

    fn say_passed_over(&self) -> Result<()> {
        let deck = one_line_kept(&self.deck);
        let there = match self.passed_over.as_slice() {
            [] => return Ok(()),
            [only] => format!("`{only}` is already in {deck}"),
            several => format!("{} are already in {deck}", plural(several.len(), "card")),
        };
        if self.written.is_empty() {
            print_done(&format!("Nothing was added: {there}.\n"))
        } else {
            say(&format!("Skipped: {there}."));
            Ok(())
        }
    }
}
