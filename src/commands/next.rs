//! `quiz next`: the next face, for scripts and other front ends.

use serde::Serialize;

use super::{Plain, print, print_json, say, say_problems, wanted};
use crate::cli;
use crate::deck::{Content, FaceKey};
use crate::error::Result;
use crate::history::Grade;
use crate::schedule::queue::{Entry, Why};
use crate::study::Study;
use crate::text::clean;
use crate::time::Day;
use crate::ui::summary::nothing_line;

/// The shape of `--json`.
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
    /// The question and the answer without markup.
    plain: Plain,
    choices: &'a [String],
    answer: String,
    hint: Option<&'a str>,
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
/// Fails for unknown deck names and tags.
pub fn run(study: &Study, flags: &cli::Next) -> Result<()> {
    say_problems(study);
    let wanted = wanted(study, &flags.decks, flags.tag.as_ref())?;
    let queue = study.queue(&wanted);
    let first = queue.next(&study.library, study.now());
    if !flags.json {
        return match first {
            Some(Entry { key, card, .. }) => print(&format!(
                "{key}\n{}\n",
                clean(&card.plain_question(key.side))
            )),
            None => {
                say(&nothing_line(study, &wanted));
                Ok(())
            }
        };
    }
    let face = first.as_ref().map(|entry| {
        let Entry {
            key, deck, card, ..
        } = entry;
        let side = key.side;
        let promises = study.promises(key, deck);
        let due = |grade| promises.day(grade);
        Face {
            key,
            card: card.id.as_str(),
            deck: &deck.name,
            kind: card.content.kind(),
            why: match entry.why {
                Why::Due => "due",
                Why::New => "new",
                Why::Again => "again",
            },
            question: card.question(side),
            choices: match &card.content {
                Content::Choice { choices, .. } => choices,
                _ => &[],
            },
            answer: card.answer(side),
            plain: Plain::of(card, side),
            hint: card.hint.as_deref(),
            note: card.note.as_deref(),
            source: card.source.as_deref(),
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
