//! `quiz add`: cards by flags, from standard input, or asked for one by one.

mod input;

use std::io::{self, IsTerminal, Read};
use std::path::{Component, Path};

use super::{print_done, say};
use crate::cli::Add;
use crate::deck::draft::{Draft, Kind, Wrong};
use crate::deck::write::{Twin, Written};
use crate::deck::{CardId, cloze};
use crate::error::{Error, Result};
use crate::files::Os;
use crate::study::Study;
use crate::text::{plural, shorten};
use crate::ui::prompt;
use input::from_input;

/// Adds what is given.
///
/// # Errors
/// If what is given is no card, or the deck can't be written; then no card of the call was added.
pub fn run(study: &mut Study, flags: Add) -> Result<()> {
    let by_flags = flags.front.is_some()
        || flags.cloze.is_some()
        || flags.typed.is_some()
        || flags.statement.is_some();
    if by_flags {
        let deck = named_deck(study, flags.deck.as_deref())?;
        return add(study, &deck, from_flags(flags)?);
    }
    if let Some(flag) = stray_flag(&flags) {
        return Err(Error::Usage(format!(
            "{flag} belongs to a card: give --front, --cloze, --typed or --statement too"
        )));
    }
    if !io::stdin().is_terminal() {
        let mut input = String::new();
        io::stdin()
            .read_to_string(&mut input)
            .map_err(Error::io("read", Path::new("standard input")))?;
        let deck = named_deck(study, flags.deck.as_deref())?;
        return from_input(study, &deck, &input);
    }
    ask(study, flags.deck)
}

fn stray_flag(flags: &Add) -> Option<&'static str> {
    [
        (!flags.tag.is_empty(), "--tag"),
        (flags.note.is_some(), "--note"),
        (flags.source.is_some(), "--source"),
        (flags.id.is_some(), "--id"),
        (!flags.answer.is_empty(), "--answer"),
    ]
    .into_iter()
    .find_map(|(given, flag)| given.then_some(flag))
}

/// The deck that is named; the only one where none is.
fn named_deck(study: &Study, given: Option<&str>) -> Result<String> {
    match (given, study.library.decks.as_slice()) {
        (Some(name), _) => deck_name(name),
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

/// A name as a deck can have it: a path below `decks/`, without `.ron`.
pub(super) fn deck_name(name: &str) -> Result<String> {
    let name = name.trim().trim_end_matches(".ron").replace('\\', "/");
    let plain = |part: Component| match part {
        Component::Normal(part) => !part.to_string_lossy().starts_with(['.', '#']),
        _ => false,
    };
    let fine = !name.is_empty()
        && !name.contains(char::is_control)
        && Path::new(&name).components().all(plain);
    if fine {
        Ok(name)
    } else {
        Err(Error::Usage(format!(
            "{name:?} can't be a deck's name: give one like `rust` or `languages/rust`"
        )))
    }
}

fn from_flags(flags: Add) -> Result<Draft> {
    let wrong = |message: &str| Err(Error::Usage(message.into()));
    let draft = if let Some(text) = flags.cloze {
        Draft::cloze(text)
    } else if let Some(front) = flags.typed {
        Draft::typed(front, flags.answer)
    } else if let Some(statement) = flags.statement {
        let truth = match flags.answer.as_slice() {
            [answer] if answer == "true" => true,
            [answer] if answer == "false" => false,
            _ => return wrong("--statement needs --answer true or --answer false"),
        };
        Draft::true_false(statement, truth, None)
    } else {
        let front = flags.front.unwrap_or_default();
        match flags.back {
            _ if !flags.choice.is_empty() => Draft::choice(front, flags.choice, flags.answer),
            Some(back) if flags.reverse => Draft::both_ways(front, back),
            Some(back) => Draft::basic(front, back),
            None => return wrong("--front needs --back, or --choice with --answer"),
        }
    };
    Ok(Draft {
        id: flags.id,
        note: flags.note,
        tags: flags.tag,
        source: flags.source,
        ..draft
    })
}

/// Adds one card, and says so.
///
/// # Errors
/// If it is no card, or the deck can't be written; then it was not added.
fn add(study: &mut Study, deck: &str, draft: Draft) -> Result<()> {
    let _held = study.hold_decks()?;
    let mut batch = study.batch();
    point_out(batch.twin(&draft.front()));
    if let Kind::Cloze { text } = &draft.kind {
        point_out_gaps(text);
    }
    batch.add(deck, draft).map_err(|wrong| refused(&wrong))?;
    let written = batch.write(&Os)?;
    said(study, &written)
}

/// What is given is no card.
fn refused(wrong: &Wrong) -> Error {
    Error::Usage(format!("{wrong}; no card was added"))
}

/// Says that a card asks the same already.
fn point_out(twin: Option<&Twin>) {
    if let Some(Twin { id, place }) = twin {
        say(&format!("Note: `{id}` ({place}) asks the same."));
    }
}

/// Says what in a cloze text may be meant otherwise than it is read.
fn point_out_gaps(text: &str) {
    for cloze::Warning { message, help, .. } in cloze::warnings(text) {
        say(&format!("Note: {message}\n  {help}"));
    }
}

/// Says what was added.
///
/// # Errors
/// If the decks can't be read any more.
fn said(study: &mut Study, written: &[Written]) -> Result<()> {
    study.reload_decks()?;
    for deck in written {
        if deck.is_new {
            say(&format!(
                "Made the deck {}: {}",
                deck.deck,
                deck.path.display()
            ));
        }
        match deck.ids.as_slice() {
            [id] => print_done(&format!("Added `{id}` to {}.\n", deck.deck))?,
            ids => print_done(&format!(
                "Added {} to {}: {}\n",
                plural(ids.len(), "card"),
                deck.deck,
                ids.iter().map(CardId::as_str).collect::<Vec<_>>().join(" ")
            ))?,
        }
    }
    Ok(())
}

/// Asks for cards until the person has no more.
fn ask(study: &mut Study, given: Option<String>) -> Result<()> {
    let mut prompts =
        prompt::Prompts::start("use flags (`quiz add DECK --front … --back …`) or standard input")?;
    let mut deck = given.map(|name| deck_name(&name)).transpose()?;
    loop {
        let name = match deck.take() {
            Some(name) => name,
            None => {
                let names: Vec<String> = study
                    .library
                    .decks
                    .iter()
                    .map(|deck| deck.name.clone())
                    .collect();
                let Some(chosen) = prompts.deck(&names)? else {
                    return Ok(());
                };
                deck_name(&chosen)?
            }
        };
        let tags: Vec<String> = study
            .library
            .deck(&name)
            .map(|deck| {
                let mut tags: Vec<String> = deck
                    .cards
                    .iter()
                    .flat_map(|card| card.tags.clone())
                    .collect();
                tags.sort();
                tags.dedup();
                tags
            })
            .unwrap_or_default();
        let Some(draft) = prompts.card(&tags)? else {
            return Ok(());
        };
        let (twin, id) = {
            let mut batch = study.batch();
            let twin = batch.twin(&draft.front()).cloned();
            (twin, batch.add(&name, draft.clone()))
        };
        let preview = draft.to_ron();
        let question = match id {
            Ok(id) => format!("Add `{id}` to {}?", shorten(&name, 40)),
            Err(wrong) => {
                say(&format!("{wrong}\nThis is no card:\n{preview}"));
                deck = Some(name);
                continue;
            }
        };
        if prompts.confirm_card(&preview, twin.as_ref(), &question)?
            && let Err(error) = add(study, &name, draft)
        {
            say(&format!(
                "{error}\nThe card was not added. It is:\n{preview}"
            ));
        }
        if !prompts.another()? {
            return Ok(());
        }
        deck = Some(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_decks_stay_below_their_folder() {
        assert_eq!(deck_name("languages/rust.ron").unwrap(), "languages/rust");
        for wrong in ["", "../x", "/x", "a/../b", ".hidden", "a/.b", "a\nb"] {
            assert!(deck_name(wrong).is_err(), "{wrong:?}");
        }
    }
}
