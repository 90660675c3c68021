//! `quiz add`: cards by flags, from standard input, or asked for one by one.

mod input;
mod write;

use std::io::{self, IsTerminal, Read};
use std::path::{Component, Path};

use super::say;
use crate::cli::Add;
use crate::error::{Error, Result};
use crate::study::Study;
use crate::text::shorten;
use crate::ui::prompt::{self, Filled};
use input::from_input;
use write::{add_filled, card, cloze_filled, new_id, twin};

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
        let (filled, id) = from_flags(flags)?;
        return add_filled(study, &deck, vec![filled], id).map(drop);
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
fn deck_name(name: &str) -> Result<String> {
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

fn from_flags(flags: Add) -> Result<(Filled, Option<String>)> {
    let wrong = |message: &str| Err(Error::Usage(message.into()));
    let mut filled = Filled {
        note: flags.note,
        tags: flags.tag,
        source: flags.source,
        ..Filled::default()
    };
    if let Some(text) = flags.cloze {
        filled.kind = "Cloze";
        filled.front = text;
    } else if let Some(front) = flags.typed {
        filled.kind = "Typed";
        filled.front = front;
        filled.answers = flags.answer;
    } else if let Some(statement) = flags.statement {
        filled.kind = "TrueFalse";
        filled.front = statement;
        filled.answers = flags.answer;
        if !matches!(filled.answers.as_slice(), [answer] if answer == "true" || answer == "false") {
            return wrong("--statement needs --answer true or --answer false");
        }
    } else {
        filled.front = flags.front.unwrap_or_default();
        if flags.choice.is_empty() {
            let Some(back) = flags.back else {
                return wrong("--front needs --back, or --choice with --answer");
            };
            filled.kind = "Basic";
            filled.back = Some(back);
            filled.reverse = flags.reverse;
        } else {
            filled.kind = "Choice";
            filled.choices = flags.choice;
            filled.answers = flags.answer;
        }
    }
    Ok((filled, flags.id))
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
        let Some(filled) = prompts.card(&tags)? else {
            return Ok(());
        };
        let id = new_id(study, &cloze_filled(&filled.front), None, &[])?;
        let twin = twin(study, &filled.front);
        let preview = card(&filled, &id).on_one_line();
        let question = format!("Add `{id}` to {}?", shorten(&name, 40));
        if prompts.confirm_card(&preview, twin.as_deref(), &question)?
            && let Err(error) = add_filled(study, &name, vec![filled], None)
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
