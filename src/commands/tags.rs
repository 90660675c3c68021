//! `quiz list --tags`: the tags, with the number of cards of each.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{print_json, print_raw, say, say_problems};
use crate::deck::name::folded_tag;
use crate::error::Result;
use crate::schedule::queue::Wanted;
use crate::study::Study;
use crate::text::{one_line_kept, pad, plural, width};
use crate::ui::terminal::terminal_columns;

/// The shape of a tag in `--json`.
#[derive(Debug, Serialize)]
struct Row {
    tag: String,
    /// The number of cards that have it.
    cards: usize,
    /// The number of those that are due today.
    due: usize,
}

/// Prints the tags of the selected decks in alphabetical order.
///
/// # Errors
/// Fails if a word matches no deck.
pub(super) fn run(study: &Study, decks: &[String], json: bool) -> Result<()> {
    say_problems(study);
    let queue = study.queue(&Wanted::default());
    // Grouped by the form in which tags are compared: `#Verbs` and `verbs` are the same.
    let mut tags: BTreeMap<String, Row> = BTreeMap::new();
    for card in study
        .library
        .select(decks)?
        .into_iter()
        .flat_map(|deck| &deck.cards)
    {
        let is_due = queue.is_card_due(&study.library, &card.id);
        let mut own: Vec<(String, &String)> = card
            .tags()
            .iter()
            .map(|tag| (folded_tag(tag), tag))
            .collect();
        own.sort();
        own.dedup_by(|(a, _), (b, _)| a == b);
        for (folded, tag) in own {
            let row = tags.entry(folded).or_insert_with(|| Row {
                tag: tag.trim().trim_start_matches('#').to_string(),
                cards: 0,
                due: 0,
            });
            row.cards += 1;
            row.due += usize::from(is_due);
        }
    }
    let rows: Vec<Row> = tags.into_values().collect();
    if json {
        return print_json(&rows);
    }
    say(&plural(rows.len(), "tag"));
    let is_shown = terminal_columns().is_some();
    let wide = rows.iter().map(|row| width(&one_line_kept(&row.tag)));
    let wide = wide.max().unwrap_or(0);
    let line = |row: &Row| {
        let tag = one_line_kept(&row.tag);
        match is_shown {
            // For other programs: fields separated by tabs.
            false => format!("{}\t{}\t{}\n", tag.replace('\t', " "), row.cards, row.due),
            true => {
                let due = match row.due {
                    0 => String::new(),
                    due => format!("  {due} due"),
                };
                format!(
                    "{}  {:>5}{due}\n",
                    pad(&tag, wide),
                    plural(row.cards, "card")
                )
            }
        }
    };
    print_raw(&rows.iter().map(line).collect::<String>())
}
