//! The closing lines of a session, and when the next one is due.

use crate::deck::Deck;
use crate::schedule::queue::{Queue, Wanted};
use crate::session::Summary;
use crate::study::Study;
use crate::text::{capital, one_line, one_line_kept, plural};
use crate::time::{self, Day};

/// Returns the closing lines: what was done, how many were recalled, the streak, when the next faces are due.
pub fn lines(study: &Study, wanted: &Wanted, summary: &Summary) -> Vec<String> {
    let mut lines = Vec::new();
    if summary.answers > 0 {
        let again = summary.answers - summary.recalled;
        let right = match again {
            0 => "all recalled".to_string(),
            again => format!("{} recalled, {again} again", summary.recalled),
        };
        lines.push(format!(
            "{} in {}: {right}.",
            plural(summary.answers, "answer"),
            time::duration(summary.seconds)
        ));
    }
    let streak = capital(&study.streak().said());
    lines.push(match known_line(study) {
        Some(known) => format!("{streak}. {known}"),
        None => format!("{streak}."),
    });
    lines.push(next_line(study, wanted));
    // A deck of the person's own grows card by card: only a course can be finished.
    let is_course = |deck: &&Deck| deck.intro.is_some() || !deck.resources.is_empty();
    let decks = |names: &[String]| -> Vec<String> {
        let decks = names.iter().filter_map(|name| study.library.deck(name));
        let courses = decks.filter(is_course);
        courses
            .map(|deck| format!("“{}”", one_line(&deck.title)))
            .collect()
    };
    for deck in decks(&summary.finished) {
        lines.push(format!("You have met every card of {deck}."));
    }
    let next = decks(&summary.next);
    if !next.is_empty() {
        lines.push(format!("Next come {}.", next.join(", ")));
    }
    lines
}

/// Returns the line about how many faces are known now, out of those begun; `None` before the first answer.
fn known_line(study: &Study) -> Option<String> {
    let now = study.known(0).pop()?;
    let of = plural(now.learnt, "face");
    (now.learnt > 0).then(|| format!("Known: about {:.0} of {of}.", now.known))
}

/// Returns the line that says that nothing of what is wanted is due, and when the next is.
pub fn nothing_line(study: &Study, wanted: &Wanted) -> String {
    let decks: Vec<&String> = wanted.decks.iter().flatten().collect();
    let of = match (decks.as_slice(), &wanted.tag) {
        ([], None) => String::new(),
        ([], Some(tag)) => format!(" with the tag `{tag}`"),
        ([deck], _) => format!(" in {}", one_line_kept(deck)),
        _ => " in these decks".to_string(),
    };
    format!("Nothing is due{of}. {}", next_line(study, wanted))
}

/// Returns the line about what is left today of what is wanted, or when the next faces are due.
pub fn next_line(study: &Study, wanted: &Wanted) -> String {
    // The limits of a session say nothing about what is left after it.
    let wanted = Wanted {
        decks: wanted.decks.clone(),
        tag: wanted.tag.clone(),
        ..Wanted::default()
    };
    let queue = study.queue(&wanted);
    if queue.all() > 0 {
        return format!("Left today: {}.", queue.all());
    }
    let line = coming(&queue, study.config.new_per_day);
    if wanted.is_all() {
        return line;
    }
    let elsewhere = study.queue(&Wanted::default()).all();
    let of = match wanted.tag {
        Some(_) => "on other cards",
        None => "in other decks",
    };
    match elsewhere {
        0 => line,
        _ => format!("{line} Left today {of}: {elsewhere}."),
    }
}

/// Returns the line that says that no new cards come because too much is overdue; `None` if they do.
pub fn backlog_line(queue: &Queue) -> Option<String> {
    let overdue = queue.backlog().filter(|_| queue.new_beyond() > 0)?;
    Some(format!(
        "{overdue} cards are overdue, so no new ones come today. To learn some anyway: quiz review --new 5"
    ))
}

/// Returns the line about when the next faces are due, if nothing is left today.
fn coming(queue: &Queue, new_per_day: usize) -> String {
    let today = queue.today();
    let new = queue.new_cards().min(new_per_day);
    match queue.later() {
        Some((day, count)) if new == 0 => {
            format!("Next: {} due {}.", plural(count, "card"), said(day, today))
        }
        Some((day, count)) if day == today.plus(1) => {
            format!(
                "Next: {} due and {new} new tomorrow.",
                plural(count, "card")
            )
        }
        Some((day, count)) => format!(
            "Next: {} tomorrow, {} due {}.",
            plural(new, "new card"),
            plural(count, "card"),
            said(day, today)
        ),
        None if new == 0 => "No more reviews are scheduled.".to_string(),
        None => format!("Next: {} tomorrow.", plural(new, "new card")),
    }
}

fn said(day: Day, today: Day) -> String {
    match day.said_on(today) {
        said if said.contains("in ") => format!("on {said}"),
        said => said,
    }
}
