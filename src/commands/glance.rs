//! `quiz`: today at a glance.

use serde::Serialize;

use super::{print, print_json, say_problems};
use crate::error::Result;
use crate::schedule::queue::{Wanted, Why};
use crate::stats::streak::{Days, Streak};
use crate::study::Study;
use crate::text::{capital, clean, pad, width};
use crate::ui::summary::next_line;
use crate::ui::terminal::columns;

/// What `--json` prints.
#[derive(Serialize)]
struct Shape<'a> {
    due: usize,
    new: usize,
    decks: Vec<Row<'a>>,
    streak: Streak,
}

#[derive(Serialize)]
struct Row<'a> {
    deck: &'a str,
    due: usize,
    new: usize,
}

/// Prints what is due and new by deck, the streak, and the next command.
///
/// # Errors
/// If it can't be printed.
pub fn run(study: &Study, json: bool) -> Result<()> {
    say_problems(study);
    let queue = study.queue(&Wanted::default());
    let due = queue.count(Why::Due) + queue.count(Why::Again);
    let new = queue.count(Why::New);
    let rows: Vec<Row> = study
        .library
        .decks
        .iter()
        .map(|deck| Row {
            deck: &deck.name,
            due: queue.count_in(&deck.name, Why::Due) + queue.count_in(&deck.name, Why::Again),
            new: queue.count_in(&deck.name, Why::New),
        })
        .collect();
    let streak = Days::new(&study.history, study.today()).streak();
    if json {
        return print_json(&Shape {
            due,
            new,
            decks: rows,
            streak,
        });
    }
    let mut text = String::new();
    let room = columns().min(80).saturating_sub(14).max(10);
    let wide = rows
        .iter()
        .map(|row| width(row.deck))
        .max()
        .unwrap_or(0)
        .min(room);
    if due + new > 0 {
        text.push_str(&format!("{}  due  new\n", pad("", wide)));
        for row in rows.iter().filter(|row| row.due + row.new > 0) {
            text.push_str(&format!(
                "{}  {:>3}  {:>3}\n",
                pad(&clean(row.deck), wide),
                row.due,
                row.new
            ));
        }
        text.push('\n');
    }
    text.push_str(&format!("{}.\n", capital(&streak.said())));
    text.push_str(&match (due + new, study.library.decks.is_empty()) {
        (_, true) => format!(
            "There is no deck in {}. Write one, or: quiz add\n",
            crate::home::shown(&study.library.root)
        ),
        (0, _) => format!("Nothing is due. {}\n", next_line(study)),
        _ => "Next: quiz review\n".to_string(),
    });
    print(&text)
}
