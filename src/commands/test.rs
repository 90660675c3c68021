//! `quiz test`: a scored quiz.

use std::collections::HashSet;
use std::time::Duration;

use rand::RngExt;

use super::{learning, print, say_problems, wanted};
use crate::cli;
use crate::deck::{CardId, FaceKey};
use crate::error::{Error, Result};
use crate::history::{Event, TestResult};
use crate::schedule::queue::Wanted;
use crate::schedule::scheduler::seed;
use crate::scored::form::{Pool, Style};
use crate::scored::report::{self, Outcome};
use crate::scored::{Item, draw};
use crate::session::Session;
use crate::study::Study;
use crate::ui::picture::Gallery;
use crate::ui::{scored, session, summary};

/// The most wrong answers printed after the quiz; the rest are counted.
const PRINTED: usize = 10;

/// Asks, scores, and offers to review what was wrong.
///
/// # Errors
/// Fails as the screen does, and for unknown deck names and tags.
pub fn run(study: &mut Study, flags: &cli::Test) -> Result<()> {
    say_problems(study);
    study.refuse_newer()?;
    learning::learn(study);
    let wanted = wanted(study, &flags.decks, flags.tag.as_ref())?;
    // Short enough to be typed.
    let random = flags
        .seed
        .unwrap_or_else(|| rand::rng().random_range(0..1_000_000));
    let items = items(study, &wanted, flags, random);
    if items.is_empty() {
        let message = match flags.weak {
            true => {
                "No cards match: nothing was answered wrong in a quiz that was not right since."
            }
            false => "No cards match.",
        };
        return Err(Error::Usage(message.into()));
    }
    let time = flags
        .minutes
        .map(|minutes| Duration::from_secs(minutes.saturating_mul(60)));
    let gallery = Gallery::new(&study.home.path).filter(|_| !flags.no_images);
    let outcome = scored::run(&study.home.path, items, time, random, gallery)?;
    if outcome.marked.is_empty() {
        return print("No question was answered: nothing was recorded.\n");
    }
    let decks = outcome.decks(&study.library);
    let last = last_of(study, &decks).cloned();
    record(study, &outcome, &decks)?;
    let wrong: HashSet<CardId> = outcome
        .marked
        .iter()
        .filter(|marked| !marked.right)
        .map(|marked| marked.face.card.clone())
        .collect();
    let lines = lines(study, &outcome, last.as_ref(), usize::MAX);
    let review = !wrong.is_empty() && scored::offer(&lines)?;
    let mut lines = self::lines(study, &outcome, last.as_ref(), PRINTED);
    let marked = outcome.marked.iter();
    let asked: Vec<(FaceKey, bool)> = marked.map(|one| (one.face.clone(), one.right)).collect();
    lines.splice(1..1, learning::expected_line(study, &asked));
    // The set of missed cards changes with this quiz: the same questions can't be drawn again.
    if !flags.weak {
        lines.push(format!("Same again: {}", command(flags, random)));
    }
    print(&(lines.join("\n") + "\n"))?;
    if review {
        let gallery = Gallery::new(&study.home.path).filter(|_| !flags.no_images);
        let wanted = Wanted {
            cards: Some(wrong),
            new: Some(usize::MAX),
            ..Wanted::default()
        };
        let summary = session::run(Session::new(study, wanted, None), gallery)?;
        print(&(summary::lines(study, &Wanted::default(), &summary).join("\n") + "\n"))?;
    }
    Ok(())
}

/// Returns the questions, each in the form in which it is asked.
fn items(study: &Study, wanted: &Wanted, flags: &cli::Test, random: u64) -> Vec<Item> {
    let cards = study
        .library
        .cards()
        .filter(|(deck, card)| wanted.takes(deck, card) && !study.history.is_suspended(&card.id));
    let wanted_faces = |face: &FaceKey| !flags.weak || study.history.is_missed(face);
    let cards = cards.map(|(deck, card)| {
        let faces: Vec<FaceKey> = card.faces().filter(wanted_faces).collect();
        (deck, card, faces)
    });
    let core_first = !flags.all && flags.tag.is_none();
    let faces = draw::draw(cards, flags.count, core_first, random);
    let style = match (flags.choices, flags.typed) {
        (true, _) => Style::Choices,
        (_, true) => Style::Typed,
        _ => Style::Mixed,
    };
    let pool = Pool::new(&study.library);
    let item = |face: FaceKey| {
        let (deck, card) = study.library.face(&face)?;
        let seed = random ^ seed(&face, 1);
        let (card, side) = pool.form((&deck.name, card, &face), style, seed);
        Some(Item {
            deck: deck.title.clone(),
            face,
            card,
            side,
        })
    };
    faces.into_iter().filter_map(item).collect()
}

/// Returns the last quiz of exactly these decks.
fn last_of<'a>(study: &'a Study, decks: &[String]) -> Option<&'a TestResult> {
    let of_them = |test: &&TestResult| {
        let mut asked = test.decks.clone();
        asked.sort();
        asked == decks && test.asked > 0
    };
    study.history.tests.iter().rev().find(of_them)
}

/// Returns the page after the quiz: the score first, then at most `most` wrong answers.
fn lines(study: &Study, outcome: &Outcome, last: Option<&TestResult>, most: usize) -> Vec<String> {
    let mut lines = vec![report::score(outcome, last)];
    lines.extend(report::worst_tags(outcome, &study.library));
    let wrong = report::wrong(outcome, &study.library);
    if wrong.is_empty() {
        return lines;
    }
    lines.push(String::new());
    let starts: Vec<usize> = wrong
        .iter()
        .enumerate()
        .filter(|(_, line)| line.starts_with('✗'))
        .map(|(at, _)| at)
        .collect();
    let end = starts.get(most).copied().unwrap_or(wrong.len());
    lines.extend(wrong.into_iter().take(end));
    let more = starts.len().saturating_sub(most);
    if more > 0 {
        lines.extend([format!("…and {more} more"), String::new()]);
    }
    lines
}

/// Records the result of each question and of the quiz.
fn record(study: &mut Study, outcome: &Outcome, decks: &[String]) -> Result<()> {
    for marked in &outcome.marked {
        study.record(|at| Event::Question {
            at,
            face: marked.face.clone(),
            right: marked.right,
        })?;
    }
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let (asked, right) = (count(outcome.marked.len()), count(outcome.right()));
    study
        .record(|at| Event::Test {
            at,
            decks: decks.to_vec(),
            asked,
            right,
            seconds: outcome.seconds,
        })
        .map(drop)
}

/// Returns the command that asks the same questions again.
fn command(flags: &cli::Test, random: u64) -> String {
    let mut words = vec!["quiz".to_string(), "test".into()];
    words.extend(
        flags
            .decks
            .iter()
            .map(|deck| shell_words::quote(deck).into_owned()),
    );
    if flags.count != 20 {
        words.push(format!("-n {}", flags.count));
    }
    if let Some(tag) = &flags.tag {
        words.push(format!("--tag {}", shell_words::quote(tag)));
    }
    let switches = [
        (flags.choices, "--choices"),
        (flags.typed, "--typed"),
        (flags.all, "--all"),
        (flags.no_images, "--no-images"),
    ];
    words.extend(
        switches
            .into_iter()
            .filter(|(is_set, _)| *is_set)
            .map(|(_, word)| word.to_string()),
    );
    words.push(format!("--seed {random}"));
    words.join(" ")
}
