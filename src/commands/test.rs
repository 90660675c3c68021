//! `quiz test`: a scored quiz.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use super::{print, say_problems, wanted};
use crate::cli;
use crate::deck::{CardId, Content, FaceKey};
use crate::error::{Error, Result};
use crate::history::Event;
use crate::schedule::queue::Wanted;
use crate::study::Study;
use crate::text::{clean, one_line, plural};
use crate::time;
use crate::ui::test::{self, Outcome};
use crate::ui::{session, summary};

/// Asks, scores, and offers to review what was wrong.
///
/// # Errors
/// Wrong deck names and tags; as the session.
pub fn run(study: &mut Study, flags: &cli::Test) -> Result<()> {
    say_problems(study);
    study.refuse_newer()?;
    let wanted = wanted(study, &flags.decks, flags.tag.as_ref())?;
    let random = flags.seed.unwrap_or_else(|| rand::rng().random());
    let faces = choose(study, &wanted, flags.number, random);
    if faces.is_empty() {
        return Err(Error::Usage("no card is there to ask".into()));
    }
    let time = flags
        .minutes
        .map(|minutes| Duration::from_secs(minutes.saturating_mul(60)));
    let outcome = test::run(&study.library, &faces, time, random)?;
    if outcome.marked.is_empty() {
        return print("No question was answered: nothing was recorded.\n");
    }
    record(study, &outcome)?;
    let lines = report(study, &outcome);
    let wrong: HashSet<CardId> = outcome
        .marked
        .iter()
        .filter(|marked| !marked.right)
        .map(|marked| marked.face.card.clone())
        .collect();
    let again = !wrong.is_empty() && test::offer(&lines)?;
    print(&(lines.join("\n") + "\n"))?;
    if again {
        let summary = session::run(
            study,
            Wanted {
                cards: Some(wrong),
                new: Some(usize::MAX),
                ..Wanted::default()
            },
            None,
        )?;
        print(&(summary::lines(study, &summary).join("\n") + "\n"))?;
    }
    Ok(())
}

/// `number` faces, spread over the decks, at most one of a card; those that mark themselves first within each deck.
fn choose(study: &Study, wanted: &Wanted, number: usize, random: u64) -> Vec<FaceKey> {
    let mut random = SmallRng::seed_from_u64(random);
    let mut decks: BTreeMap<usize, Vec<(bool, FaceKey)>> = BTreeMap::new();
    for (at, deck) in study.library.decks.iter().enumerate() {
        let cards = deck
            .cards
            .iter()
            .filter(|card| wanted.takes(deck, card) && !study.history.is_suspended(&card.id));
        let mut faces: Vec<(bool, FaceKey)> = cards
            .filter_map(|card| {
                let marks_itself =
                    !matches!(card.content, Content::Basic { .. } | Content::Cloze(_));
                let mut faces: Vec<FaceKey> = card.faces().collect();
                faces.shuffle(&mut random);
                Some((marks_itself, faces.pop()?))
            })
            .collect();
        faces.shuffle(&mut random);
        // Taken from the end: those that mark themselves come first.
        faces.sort_by_key(|(marks_itself, _)| *marks_itself);
        decks.insert(at, faces);
    }
    let mut chosen: Vec<(bool, FaceKey)> = Vec::new();
    while chosen.len() < number {
        let before = chosen.len();
        for faces in decks.values_mut() {
            if chosen.len() < number {
                chosen.extend(faces.pop());
            }
        }
        if chosen.len() == before {
            break;
        }
    }
    chosen.shuffle(&mut random);
    chosen.sort_by_key(|(marks_itself, _)| !marks_itself);
    chosen.into_iter().map(|(_, face)| face).collect()
}

/// Writes the result into the history.
fn record(study: &mut Study, outcome: &Outcome) -> Result<()> {
    let mut decks: Vec<String> = outcome
        .marked
        .iter()
        .filter_map(|marked| {
            study
                .library
                .card(&marked.face.card)
                .map(|(deck, _)| deck.name.clone())
        })
        .collect();
    decks.sort();
    decks.dedup();
    let count = |only_right: bool| {
        let counted = outcome
            .marked
            .iter()
            .filter(|marked| marked.right || !only_right)
            .count();
        u32::try_from(counted).unwrap_or(u32::MAX)
    };
    let (asked, right) = (count(false), count(true));
    study
        .record(|at| Event::Test {
            at,
            decks: decks.clone(),
            asked,
            right,
            seconds: outcome.seconds,
        })
        .map(drop)
}

/// The score, by deck and by tag, and what was wrong.
fn report(study: &Study, outcome: &Outcome) -> Vec<String> {
    let asked = outcome.marked.len();
    let right = outcome.marked.iter().filter(|marked| marked.right).count();
    let late = if outcome.out_of_time {
        " The time is up."
    } else {
        ""
    };
    let mut lines = vec![format!(
        "{right} of {} right ({} %) in {}.{late}",
        plural(asked, "question"),
        percent(right, asked),
        time::duration(u64::from(outcome.seconds))
    )];
    let mut by_deck: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut by_tag: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for marked in &outcome.marked {
        let Some((deck, card)) = study.library.card(&marked.face.card) else {
            continue;
        };
        let count = |counts: &mut (usize, usize)| {
            *counts = (counts.0 + usize::from(marked.right), counts.1 + 1)
        };
        count(by_deck.entry(&deck.name).or_default());
        card.tags
            .iter()
            .for_each(|tag| count(by_tag.entry(tag).or_default()));
    }
    for (title, counts) in [("By deck", by_deck), ("By tag", by_tag)] {
        if counts.len() > 1 {
            lines.extend([String::new(), format!("{title}:")]);
            lines.extend(
                counts
                    .into_iter()
                    .map(|(name, (right, of))| format!("{right:>3} of {of:<3} {}", clean(name))),
            );
        }
    }
    let wrong: Vec<_> = outcome
        .marked
        .iter()
        .filter(|marked| !marked.right)
        .collect();
    if !wrong.is_empty() {
        lines.extend([String::new(), "To look at again:".into()]);
    }
    for marked in wrong {
        let Some((_, card)) = study.library.card(&marked.face.card) else {
            continue;
        };
        lines.push(String::new());
        lines.push(format!("✗ {}", one_line(&card.question(marked.face.side))));
        lines.push(format!("→ {}", one_line(&card.answer(marked.face.side))));
        lines.extend(card.note.iter().map(|note| one_line(note)));
        lines.extend(
            card.source
                .iter()
                .map(|source| format!("({})", one_line(source))),
        );
    }
    lines
}

fn percent(part: usize, of: usize) -> usize {
    (part * 100 + of / 2).checked_div(of).unwrap_or(0)
}
