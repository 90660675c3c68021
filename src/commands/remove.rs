//! `quiz remove`: takes cards out of their decks so that they can be brought back.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::put_off::{meant_cards, some};
use super::{print_done, print_json_done, say};
use crate::cli;
use crate::deck::cut::{self, Cut};
use crate::deck::{CardId, write};
use crate::error::{Error, Result};
use crate::files::{self, Os};
use crate::history::Event;
use crate::study::Study;
use crate::text::{one_line, one_line_kept, plural, shorten};
use crate::time::Stamp;
use crate::ui::confirm::confirm;

/// The shape of `--json`.
#[derive(Serialize)]
struct Shape {
    removed: Vec<Removed>,
}

#[derive(Serialize)]
struct Removed {
    id: CardId,
    /// The deck that it was in; null if no deck had it any more.
    deck: Option<String>,
}

/// Takes the cards out of their decks.
///
/// What is cut is recorded first: a kill in between loses nothing, and the same command finishes the removal.
///
/// # Errors
/// Fails if a card is not found, if nobody can be asked and `--yes` is missing, or if the event or a deck can't be
/// written.
pub fn run(study: &mut Study, flags: &cli::Remove) -> Result<()> {
    let (orphans, words): (Vec<CardId>, Vec<String>) = apart(study, &flags.cards);
    let cards = match words.is_empty() {
        true => Vec::new(),
        false => meant_cards(study, &words, "a card is removed with all of its faces")?,
    };
    if flags.yes {
        refuse_parts(&words, &cards)?;
    } else if !is_meant(study, &cards, &orphans)? {
        return Ok(());
    }
    let _held = study.hold_decks()?;
    let mut removed = Vec::new();
    let mut with = None;
    for (deck, ids) in by_deck(study, &cards)? {
        cut_out(study, &deck, &ids, &mut with)?;
        let deck = Some(deck);
        removed.extend(ids.into_iter().map(|id| Removed {
            id,
            deck: deck.clone(),
        }));
    }
    for id in orphans {
        record(study, &id, None, &mut with)?;
        removed.push(Removed { id, deck: None });
    }
    if flags.json {
        return print_json_done(&Shape { removed });
    }
    print_done(&said(&removed))
}

/// Fails for a card named by part of its id: where nobody is asked, a slip would remove another card.
fn refuse_parts(words: &[String], cards: &[CardId]) -> Result<()> {
    let is_id = |word: &&String| cards.iter().any(|card| card.as_str() == word.as_str());
    match words.iter().find(|word| !is_id(word)) {
        None => Ok(()),
        Some(word) => Err(Error::Usage(format!(
            "`{word}` is not a whole id, as --yes needs it: did you mean {}?",
            some(cards.iter().map(|card| format!("`{card}`")))
        ))),
    }
}

fn said(removed: &[Removed]) -> String {
    let line = |one: &Removed| match &one.deck {
        Some(deck) => format!("Removed {} from {}.\n", one.id, one_line_kept(deck)),
        None => format!("{} is not missed any more.\n", one.id),
    };
    let lines: String = removed.iter().map(line).collect();
    match removed.len() {
        1 => format!("{lines}`quiz undo` takes that back.\n"),
        _ => format!("{lines}`quiz undo` takes all of that back.\n"),
    }
}

/// Returns the ids of cards without a deck that have a history, and all other words.
fn apart(study: &Study, words: &[String]) -> (Vec<CardId>, Vec<String>) {
    let (mut orphans, mut others) = (Vec::new(), Vec::new());
    for word in words {
        let id: Option<CardId> = word.parse().ok();
        let orphan = id.filter(|id| {
            study.history.has_reviews(id)
                && study.history.removed(id).is_none()
                && study.history.renamed_to(id.as_str()).is_none()
                && !study.library.has(id.as_str())
        });
        match orphan {
            Some(id) if !orphans.contains(&id) => orphans.push(id),
            Some(_) => {}
            None => others.push(word.clone()),
        }
    }
    (orphans, others)
}

/// Returns whether the person confirms.
fn is_meant(study: &Study, cards: &[CardId], orphans: &[CardId]) -> Result<bool> {
    let count = cards.len() + orphans.len();
    let history = &study.history;
    let ids = cards.iter().chain(orphans).map(|id| history.card(id));
    let ids: BTreeSet<CardId> = ids.collect();
    let faces = ids.iter().flat_map(|id| history.faces_of(id));
    let reviews: usize = faces.map(|(_, face)| face.reviews().len()).sum();
    let what = match (cards, orphans) {
        ([only], []) => {
            let front = study.library.card(only).map(|(deck, card)| {
                let front = shorten(&one_line(&card.front()), 40);
                format!("“{front}” ({only}, in {})", one_line_kept(&deck.name))
            });
            front.unwrap_or_else(|| only.to_string())
        }
        _ => {
            let ids = cards.iter().chain(orphans).map(ToString::to_string);
            let ids: Vec<String> = ids.collect();
            format!("{}: {}", plural(count, "card"), some(ids.into_iter()))
        }
    };
    let history = match reviews {
        0 => String::new(),
        reviews => format!(", with {}", plural(reviews, "review")),
    };
    confirm(&format!("{what}{history}"), "Remove?")?.ok_or(Error::NoTerminal {
        command: "quiz remove",
        instead: "add --yes to remove without being asked",
    })
}

/// Returns the cards by deck, in the order of each deck.
fn by_deck(study: &Study, cards: &[CardId]) -> Result<BTreeMap<String, Vec<CardId>>> {
    let mut decks: BTreeMap<String, Vec<(usize, CardId)>> = BTreeMap::new();
    for id in cards {
        let Some((deck, card)) = study.library.card(id) else {
            return Err(Error::Refused(format!(
                "`{id}` was removed by another program in the meantime"
            )));
        };
        let of_deck = decks.entry(deck.name.clone()).or_default();
        of_deck.push((card.span().start, id.clone()));
    }
    let in_order = |mut cards: Vec<(usize, CardId)>| {
        cards.sort_unstable_by_key(|(start, _)| *start);
        cards.into_iter().map(|(_, id)| id).collect()
    };
    let decks = decks.into_iter();
    Ok(decks.map(|(deck, cards)| (deck, in_order(cards))).collect())
}

/// Cuts cards out of one deck.
fn cut_out(study: &mut Study, name: &str, ids: &[CardId], with: &mut Option<Stamp>) -> Result<()> {
    let found = ids.iter().filter_map(|id| study.library.card(id));
    let spans: Vec<_> = found.map(|(_, card)| card.span().clone()).collect();
    let Some(deck) = study.library.deck(name) else {
        return Ok(());
    };
    let (path, source) = (deck.path.clone(), deck.file.source()?.clone());
    let (new, cuts) = cut::cut(name, &source, &spans)?;
    for (id, cut) in ids.iter().zip(cuts) {
        record(study, id, Some(Box::new(cut)), with)?;
    }
    let written = files::back_up(&path, &study.now().to_string()).and_then(|_| {
        let old = source.text().as_bytes();
        files::replace(&Os, &path, Some(old), new.as_bytes())
    });
    written.map_err(|error| {
        Error::Refused(format!(
            "{error}. The removal is recorded, but the cards are still in {}: run the same command again, or `quiz undo`",
            one_line_kept(name)
        ))
    })
}

fn record(
    study: &mut Study,
    card: &CardId,
    cut: Option<Box<Cut>>,
    with: &mut Option<Stamp>,
) -> Result<()> {
    let at = study.record(|at| Event::Remove {
        at,
        card: card.clone(),
        cut: cut.clone(),
        with: *with,
    })?;
    with.get_or_insert(at);
    Ok(())
}

/// Puts cards back into their decks: where they were, or behind the last card if the deck has changed.
///
/// Cards that a deck has again are left alone.
///
/// # Errors
/// Fails if a deck can't be written.
pub(super) fn put_back(study: &Study, cuts: &[(CardId, Cut)]) -> Result<()> {
    let mut decks: BTreeMap<&str, Vec<(&CardId, &Cut)>> = BTreeMap::new();
    for (id, cut) in cuts {
        if !study.library.has(id.as_str()) {
            decks.entry(&cut.deck).or_default().push((id, cut));
        }
    }
    for (name, cuts) in decks {
        if let Some(deck) = study.library.deck(name) {
            let source = deck.file.source()?;
            if let Some(new) = cut::put_back(source, &cuts) {
                let old = source.text().as_bytes();
                files::replace(&Os, &deck.path, Some(old), new.as_bytes())?;
                continue;
            }
        }
        let cards = cuts.iter();
        let cards = cards.filter_map(|(id, cut)| Some(((*id).clone(), cut::card_of(&cut.text)?)));
        let cards: Vec<_> = cards.collect();
        write::append(&study.library, &Os, name.to_string(), cards)?;
        say(&format!(
            "{} has changed since: {} at its end now.",
            one_line_kept(name),
            match cuts.len() {
                1 => "the card is".to_string(),
                several => format!("the {several} cards are"),
            }
        ));
    }
    Ok(())
}
