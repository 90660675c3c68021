//! What is said when a session is over, and when the next one is.

use crate::schedule::queue::Wanted;
use crate::stats::streak::Days;
use crate::study::Study;
use crate::text::{capital, clean, plural};
use crate::time::{self, Day};

/// What was done in a session.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// How many answers were given and not taken back.
    pub answers: usize,
    /// How many of them recalled the face.
    pub recalled: usize,
    /// How long it took, in seconds.
    pub seconds: u64,
    /// The decks whose last new card was met.
    pub finished: Vec<String>,
}

/// What was done, how long it took, how many were right, the streak, when the next are due.
pub fn lines(study: &Study, summary: &Summary) -> Vec<String> {
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
    let days = Days::new(&study.history, study.today());
    lines.push(format!("{}.", capital(&days.streak().said())));
    lines.push(next_line(study));
    for name in &summary.finished {
        let Some(deck) = study
            .library
            .deck(name)
            .filter(|deck| !deck.resources.is_empty())
        else {
            continue;
        };
        lines.push(String::new());
        lines.push(format!(
            "You have met every card of “{}”. To go on:",
            clean(&deck.title)
        ));
        for resource in &deck.resources {
            lines.push(format!(
                "· {} ({}, {} min)",
                clean(&resource.title),
                clean(&resource.site),
                resource.minutes
            ));
        }
    }
    lines
}

/// What is left today, or when the next faces are due.
pub fn next_line(study: &Study) -> String {
    let queue = study.queue(&Wanted::default());
    let today = study.today();
    if !queue.entries.is_empty() {
        return format!("Left today: {}.", queue.entries.len());
    }
    let new = queue.new_tomorrow.min(study.config.new_per_day);
    match queue.next {
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
        None if new == 0 => "Nothing more is planned.".to_string(),
        None => format!("Next: {} tomorrow.", plural(new, "new card")),
    }
}

fn said(day: Day, today: Day) -> String {
    match day.said_on(today) {
        said if said.contains("in ") => format!("on {said}"),
        said => said,
    }
}
