//! `quiz next`: the next face, for scripts and other front ends.

use serde::Serialize;

use super::{print, print_json, say, say_problems, wanted};
use crate::cli;
use crate::deck::{Content, FaceKey};
use crate::error::Result;
use crate::history::Grade;
use crate::schedule::queue::Why;
use crate::study::Study;
use crate::text::clean;
use crate::time::Day;
use crate::ui::summary::next_line;

/// What `--json` prints.
#[derive(Serialize)]
struct Shape<'a> {
    face: Option<Face<'a>>,
    due: usize,
    new: usize,
    again: usize,
}

#[derive(Serialize)]
struct Face<'a> {
    key: &'a FaceKey,
    card: &'a str,
    deck: &'a str,
    kind: &'static str,
    why: &'static str,
    question: String,
    choices: &'a [String],
    answer: String,
    note: Option<&'a str>,
    source: Option<&'a str>,
    due: Due,
}

/// The day that each grade would promise.
#[derive(Serialize)]
struct Due {
    again: Day,
    hard: Day,
    good: Day,
    easy: Day,
}

/// Prints the next face.
///
/// # Errors
/// Wrong deck names and tags.
pub fn run(study: &Study, flags: &cli::Next) -> Result<()> {
    say_problems(study);
    let queue = study.queue(&wanted(study, &flags.decks, flags.tag.as_ref())?);
    let first = queue.entries.first();
    if !flags.json {
        return match first {
            Some(entry) => print(&format!(
                "{}\n{}\n",
                entry.key,
                clean(&entry.card.question(entry.side))
            )),
            None => {
                say(&format!("Nothing is due. {}", next_line(study)));
                Ok(())
            }
        };
    }
    let face = first.map(|entry| {
        let promises = study.promises(&entry.key, entry.deck);
        let due = |grade| promises.day(grade);
        Face {
            key: &entry.key,
            card: entry.card.id.as_str(),
            deck: &entry.deck.name,
            kind: entry.card.content.kind(),
            why: match entry.why {
                Why::Due => "due",
                Why::New => "new",
                Why::Again => "again",
            },
            question: entry.card.question(entry.side),
            choices: match &entry.card.content {
                Content::Choice { choices, .. } => choices,
                _ => &[],
            },
            answer: entry.card.answer(entry.side),
            note: entry.card.note.as_deref(),
            source: entry.card.source.as_deref(),
            due: Due {
                again: due(Grade::Again),
                hard: due(Grade::Hard),
                good: due(Grade::Good),
                easy: due(Grade::Easy),
            },
        }
    });
    print_json(&Shape {
        face,
        due: queue.count(Why::Due),
        new: queue.count(Why::New),
        again: queue.count(Why::Again),
    })
}
