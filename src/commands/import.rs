//! `quiz import`: cards from elsewhere, with their history.

use std::path::Path;

use serde::Serialize;

use super::{print, print_json, say};
use crate::cli::Import;
use crate::deck::naming;
use crate::error::{Error, Result};
use crate::exchange::merge::{self, Choices, Outcome};
use crate::exchange::parcel::{Found, Parcel};
use crate::exchange::{self, Options, stage};
use crate::files::Os;
use crate::study::Study;
use crate::text::{one_line, plural, shorten};
use crate::ui::progress::Progress;

/// The number of places named for each thing left out.
const PLACES: usize = 3;

/// The shape of `--json`.
#[derive(Serialize)]
struct Shape {
    dry_run: bool,
    files: Vec<FileShape>,
}

#[derive(Serialize)]
struct FileShape {
    file: String,
    /// The reason why nothing was imported; null if something could be read.
    error: Option<String>,
    #[serde(flatten)]
    outcome: Outcome,
    left_out: Vec<FoundShape>,
    notes: Vec<FoundShape>,
    history: Vec<RowsShape>,
}

#[derive(Serialize)]
struct FoundShape {
    what: String,
    #[serde(flatten)]
    found: Found,
}

#[derive(Serialize)]
struct RowsShape {
    what: String,
    count: usize,
}

/// Imports the files.
///
/// # Errors
/// Fails if nothing came from one of them, or a file of the home can't be read or written.
pub fn run(study: &mut Study, flags: &Import) -> Result<()> {
    let deck = flags
        .deck
        .as_deref()
        .map(|deck| naming::for_adding(&study.library, deck))
        .transpose()?;
    let mut shapes = Vec::new();
    let mut failed = false;
    for (at, file) in flags.files.iter().enumerate() {
        if at > 0 && !flags.dry_run {
            study.reload_history()?;
        }
        let brought = bring(study, flags, deck.as_ref(), file)?;
        let (error, outcome) = match brought {
            Ok(outcome) => (None, outcome),
            Err(error) => (Some(error), Outcome::default()),
        };
        let nothing =
            outcome.cards_in == 0 && outcome.events == 0 && outcome.removed_here.is_empty();
        failed |= nothing;
        if !flags.json {
            match &error {
                Some(error) => say(&format!("quiz: {error}")),
                None => print(&as_text(file, &outcome, flags.dry_run))?,
            }
        }
        shapes.push(shape(file, error, outcome));
    }
    if flags.json {
        let dry_run = flags.dry_run;
        print_json(&Shape {
            dry_run,
            files: shapes,
        })?;
    }
    if failed { Err(Error::Found) } else { Ok(()) }
}

/// Imports one file. The inner error is the reason why nothing could be imported from it.
fn bring(
    study: &mut Study,
    flags: &Import,
    deck: Option<&String>,
    file: &Path,
) -> Result<Result<Outcome, String>> {
    let options = Options {
        zone: flags.zone.clone().unwrap_or_default(),
        day_starts_at: study.config.day_starts_at,
        with_orphans: flags.with_orphans,
        columns: flags.columns.clone(),
        ..Options::default()
    };
    let mut progress = Progress::start();
    let is_lesson = file.as_os_str() == "lesson" && !file.exists();
    let parcel = if is_lesson {
        Ok(exchange::lesson::parcel())
    } else {
        exchange::read(file, &options, &mut |what, done, all| {
            progress.step(what, done, all)
        })
    };
    drop(progress);
    let parcel = match parcel {
        Ok(parcel) => parcel,
        Err(why) => return Ok(Err(why)),
    };
    let choices = Choices {
        deck: deck.cloned(),
        theirs: flags.theirs,
        kind: parcel.kind,
        max_media: flags.max_media.saturating_mul(1_000_000),
    };
    merged(study, parcel, &choices, flags.dry_run).map(Ok)
}

/// Merges a parcel into the home.
fn merged(study: &mut Study, parcel: Parcel, choices: &Choices, dry_run: bool) -> Result<Outcome> {
    study.refuse_newer()?;
    let held = study.hold_decks()?;
    let own_history = study.home.own_history();
    let into = merge::Into {
        home: &study.home.path,
        library: &study.library,
        history: &study.history,
        own_history: &own_history,
        today: study.today(),
        config: &study.config,
    };
    let (plan, mut source) = merge::plan(&into, parcel, choices)?;
    if !dry_run {
        let stamp = study.now().to_string();
        stage::carry_out(&study.home.path, &plan, source.as_deref_mut(), &Os, &stamp)?;
    }
    drop(held);
    Ok(plan.outcome)
}

fn shape(file: &Path, error: Option<String>, mut outcome: Outcome) -> FileShape {
    let report = std::mem::take(&mut outcome.report);
    let found = |(what, found)| FoundShape { what, found };
    FileShape {
        file: file.display().to_string(),
        error,
        outcome,
        left_out: report.left_out.into_iter().map(found).collect(),
        notes: report.noted.into_iter().map(found).collect(),
        history: report
            .history
            .into_iter()
            .map(|(what, count)| RowsShape { what, count })
            .collect(),
    }
}

/// Returns the report for a person.
fn as_text(file: &Path, outcome: &Outcome, dry_run: bool) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    let cards = format!(
        "{} of {}",
        outcome.cards_in,
        plural(outcome.source_cards, "card")
    );
    let would = if dry_run {
        " (a dry run: nothing was written)"
    } else {
        ""
    };
    line(format!(
        "{} · {}: {cards} here{would}",
        file.display(),
        outcome.kind
    ));
    if outcome.added > 0 {
        let decks: Vec<String> = outcome
            .decks
            .iter()
            .map(|(deck, cards)| format!("{deck} ({cards})"))
            .collect();
        line(format!(
            "  · {} added: {}",
            plural(outcome.added, "card"),
            list(&decks, 6)
        ));
    }
    for (count, what) in [
        (outcome.updated, "updated"),
        (outcome.unchanged, "unchanged"),
        (outcome.kept, "kept as you edited them"),
    ] {
        if count > 0 {
            line(format!("  · {} {what}", plural(count, "card")));
        }
    }
    if outcome.events > 0 {
        line(format!(
            "  · history: {} ({}), read in {}",
            plural(outcome.events, "new line"),
            plural(outcome.reviews, "review"),
            outcome
                .zone
                .as_deref()
                .unwrap_or("this machine's time zone")
        ));
    }
    if outcome.media > 0 {
        line(format!(
            "  · {} in the folder media",
            plural(outcome.media, "new file")
        ));
    }
    for (what, found) in &outcome.report.left_out {
        line(format!(
            "  ✗ {} left out: {what}{}",
            plural(found.count, "card"),
            places(found)
        ));
    }
    for (ids, what, help) in [
        (
            &outcome.removed_here,
            "you removed stay away",
            " (--theirs brings them back)",
        ),
        (
            &outcome.gone_there,
            "are gone from the source and stay here",
            "",
        ),
    ] {
        if !ids.is_empty() {
            line(format!(
                "  · {} {what}{help}: {}",
                plural(ids.len(), "card"),
                list(ids, PLACES)
            ));
        }
    }
    for conflict in &outcome.conflicts {
        let done = if conflict.taken {
            "the source's was taken"
        } else {
            "yours was kept; --theirs takes the other"
        };
        line(format!(
            "  ✗ {} ({}) was edited here and has changed there: {done}",
            conflict.id, conflict.place
        ));
        line(format!(
            "      here:  {}",
            shorten(&one_line(&conflict.ours), 200)
        ));
        line(format!(
            "      there: {}",
            shorten(&one_line(&conflict.theirs), 200)
        ));
    }
    for (what, found) in &outcome.report.noted {
        let count = if found.count > 1 {
            format!(" ({})", found.count)
        } else {
            String::new()
        };
        line(format!("  · {what}{count}{}", places(found)));
    }
    for (what, count) in &outcome.report.history {
        line(format!("  · log: {count} × {what}"));
    }
    if outcome.made_config {
        line("  · settings of the source were put into config.ron (`quiz config`)".into());
    } else if !outcome.settings.is_empty() {
        line(
            "  · settings of the source; they are not in your config.ron, paste what you want:"
                .into(),
        );
        for own in outcome.settings.lines() {
            line(format!("      {own}"));
        }
    }
    out
}

fn places(found: &Found) -> String {
    let places: Vec<String> = found
        .places
        .iter()
        .filter(|place| !place.is_empty())
        .cloned()
        .collect();
    if places.is_empty() {
        return String::new();
    }
    format!(" [{}]", list(&places, PLACES))
}

fn list(items: &[String], most: usize) -> String {
    let shown: Vec<&str> = items.iter().take(most).map(String::as_str).collect();
    match items.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
