//! `quiz move`: cards from their decks into another one.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use serde::Serialize;

use super::put_off::meant_cards;
use super::{print_done, print_json_done};
use crate::cli;
use crate::deck::splice::New;
use crate::deck::{CardId, cut, naming, read, write};
use crate::error::{Error, Result};
use crate::files::{self, Os};
use crate::study::Study;
use crate::text::{one_line_kept, plural};

/// The shape of `--json`.
#[derive(Serialize)]
struct Shape {
    deck: String,
    moved: Vec<Moved>,
}

#[derive(Serialize)]
struct Moved {
    id: CardId,
    from: String,
}

/// For each card, the names of the decks that have it, with its bytes there.
type Places = HashMap<CardId, Vec<(String, Range<usize>)>>;

/// Moves the cards behind the last one of the deck.
///
/// They are written there before they are cut from their decks: a kill in between leaves a card in both, and the same
/// command finishes the move.
///
/// # Errors
/// Fails if a card is not found, the name is not one that a deck can have, or a deck can't be written.
pub fn run(study: &mut Study, flags: &cli::Move) -> Result<()> {
    let cards = meant_cards(study, &flags.cards, "a card is moved with all of its faces")?;
    let _held = study.hold_decks()?;
    let deck = match study
        .library
        .select(std::slice::from_ref(&flags.deck))
        .as_deref()
    {
        Ok([only]) => only.name.clone(),
        _ => naming::for_adding(&study.library, &flags.deck)?,
    };
    let mut sources: BTreeMap<String, Vec<(Range<usize>, CardId)>> = BTreeMap::new();
    let mut is_there = Vec::new();
    let mut all_places = places(study, &cards)?;
    for id in &cards {
        let places = all_places.remove(id).unwrap_or_default();
        let is_here = |(name, _): &&(String, Range<usize>)| *name == deck;
        let (here, elsewhere): (Vec<_>, Vec<_>) = places.iter().partition(is_here);
        if !here.is_empty() {
            is_there.push(id.clone());
            if elsewhere
                .iter()
                .any(|place| !same_text(study, here.first(), place))
            {
                return Err(Error::Refused(format!(
                    "two cards have the id `{id}`: give one of them another id first (`quiz check` shows where)"
                )));
            }
        }
        for (name, span) in elsewhere {
            let of_deck = sources.entry(name.clone()).or_default();
            of_deck.push((span.clone(), id.clone()));
        }
    }
    let mut moved = Vec::new();
    let (mut new, mut left) = (Vec::new(), Vec::new());
    for (name, mut cards) in sources {
        cards.sort_unstable_by_key(|(span, _)| span.start);
        let Some(from) = study.library.deck(&name) else {
            continue;
        };
        let spans: Vec<Range<usize>> = cards.iter().map(|(span, _)| span.clone()).collect();
        let source = from.file.source()?;
        let (without, cuts) = cut::cut(&name, source, &spans)?;
        for ((_, id), cut) in cards.into_iter().zip(cuts) {
            if !is_there.contains(&id) {
                new.extend(cut::card_of(&cut.text).map(|card: New| (id.clone(), card)));
            }
            moved.push(Moved {
                id,
                from: name.clone(),
            });
        }
        left.push((from.path.clone(), source.clone(), without));
    }
    let stamp = study.now().to_string();
    if !new.is_empty() {
        write::append(&study.library, &Os, deck.clone(), new)?;
    }
    for (path, source, without) in left {
        files::back_up(&path, &stamp)?;
        let old = source.text().as_bytes();
        files::replace(&Os, &path, Some(old), without.as_bytes())?;
    }
    if flags.json {
        return print_json_done(&Shape { deck, moved });
    }
    print_done(&said(&deck, &moved, &is_there))
}

fn said(deck: &str, moved: &[Moved], is_there: &[CardId]) -> String {
    let deck = one_line_kept(deck);
    let is_moved = |id: &&CardId| !moved.iter().any(|one| one.id == **id);
    let stayed = is_there.iter().filter(is_moved);
    let stayed = stayed.map(|id| format!("{id} is already in {deck}.\n"));
    let stayed: String = stayed.collect();
    match moved {
        [] => stayed,
        [one] => {
            let from = one_line_kept(&one.from);
            let back = shell_words::quote(&from);
            let id = &one.id;
            format!(
                "Moved {id} from {from} to {deck}. To move it back: quiz move {id} {back}\n{stayed}"
            )
        }
        several => {
            let line = |one: &Moved| format!("  {}  from {}\n", one.id, one_line_kept(&one.from));
            let lines: String = several.iter().map(line).collect();
            let count = plural(several.len(), "card");
            format!("Moved {count} to {deck}:\n{lines}{stayed}")
        }
    }
}

/// Returns the places of cards with these ids: of those that count, and of those left out because of them.
///
/// # Errors
/// Fails if a deck has changed meanwhile.
fn places(study: &Study, ids: &[CardId]) -> Result<Places> {
    let mut places = Places::new();
    let mut add = |id: &CardId, deck: &str, span: &Range<usize>| {
        let of_card = places.entry(id.clone()).or_default();
        of_card.push((deck.to_string(), span.clone()));
    };
    // Only if something is left out can there be another one.
    if study.library.is_whole() {
        for id in ids {
            if let Some((deck, card)) = study.library.card(id) {
                add(id, &deck.name, card.span());
            }
        }
        return Ok(places);
    }
    for deck in &study.library.decks {
        for card in read::deck(&deck.name, deck.file.source()?).cards {
            if let Some(id) = card.id.filter(|id| ids.contains(id)) {
                add(&id, &deck.name, card.body.span());
            }
        }
    }
    Ok(places)
}

/// Returns whether two places hold the same text.
fn same_text(
    study: &Study,
    one: Option<&&(String, Range<usize>)>,
    other: &(String, Range<usize>),
) -> bool {
    let text = |(name, span): &(String, Range<usize>)| {
        let deck = study.library.deck(name)?;
        Some(deck.file.source().ok()?.part(span).to_string())
    };
    one.is_some_and(|one| text(one) == text(other))
}
