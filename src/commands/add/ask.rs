//! Cards asked for one by one.

use super::flags::Common;
use super::{add, say};
use crate::deck::draft::Draft;
use crate::deck::naming;
use crate::error::Result;
use crate::study::Study;
use crate::text::shorten;
use crate::ui::prompt;
use crate::ui::rich::{CardText, Room, draw};
use crate::ui::screen::{Line, Look};
use crate::ui::terminal::columns;

/// Asks for cards until the person has no more.
///
/// # Errors
/// Fails without a terminal, or if no deck can have the given name.
pub(super) fn ask(study: &mut Study, given: Option<&str>, common: Common) -> Result<()> {
    let mut prompts =
        prompt::Prompts::start("use flags (`quiz add DECK --front … --back …`) or standard input")?;
    let mut deck = given
        .map(|given| naming::for_adding(&study.library, given))
        .transpose()?;
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
                naming::for_adding(&study.library, &chosen)?
            }
        };
        let tags: Vec<String> = study
            .library
            .deck(&name)
            .map(|deck| {
                let mut tags: Vec<String> = deck
                    .cards
                    .iter()
                    .flat_map(|card| card.tags().to_vec())
                    .collect();
                tags.sort();
                tags.dedup();
                tags
            })
            .unwrap_or_default();
        let Some(draft) = prompts.card(&tags)? else {
            return Ok(());
        };
        let draft = common.with(draft);
        let (twin, id) = {
            let mut batch = study.batch();
            let twin = batch.twin(&draft.front());
            (twin, batch.add(&name, draft.clone()))
        };
        let preview = draft.to_ron() + &drawn(&draft);
        let question = match id {
            Ok(id) => format!("Add `{id}` to {}?", shorten(&name, 40)),
            Err(wrong) => {
                say(&format!("{wrong}\nThis is not a card:\n{preview}"));
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

/// Returns how the card will show, where its markup makes that another text than it is written; else nothing.
fn drawn(draft: &Draft) -> String {
    let Ok((_, body)) = draft.clone().check() else {
        return String::new();
    };
    let room = Room::all(columns(), false);
    let mut lines: Vec<Line> = Vec::new();
    let mut is_marked = false;
    for side in body.sides() {
        let (question, answer) = (body.question(side), body.answer(side));
        is_marked |= body.plain(&question) != question || body.plain(&answer) != answer;
        let question = CardText::question(&body, side, false);
        lines.extend(draw(&question, Look::Plain, "  ", "  ", room));
        let answer = CardText::of(&body, answer);
        lines.extend(draw(&answer, Look::Plain, "  → ", "    ", room));
    }
    let lines: Vec<String> = lines.iter().map(Line::text).collect();
    match is_marked {
        true => format!("\n\nIt shows as\n{}", lines.join("\n")),
        false => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_shows_what_markup_makes_of_a_card() {
        let shown = drawn(&Draft::basic("Is $x^2$ **even**?", "`no`"));
        assert_eq!(shown, "\n\nIt shows as\n  Is x² even?\n  → no");
        assert_eq!(drawn(&Draft::basic("a*b*c", "Option<u8>")), "");
    }
}
