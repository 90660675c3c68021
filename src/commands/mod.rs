//! The commands: each opens the home, decides, says.

pub mod add;
pub mod check;
pub mod completions;
pub mod config;
pub mod due;
pub mod edit;
pub mod glance;
pub mod grade;
pub mod list;
pub mod man;
pub mod next;
mod process;
pub mod put_off;
pub mod rename;
pub mod review;
pub mod show;
pub mod stats;
pub mod test;

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::Path;

use console::Term;
use serde::Serialize;

use crate::cli::{Cli, Command};
use crate::error::{Error, Result};
use crate::home::{self, Home};
use crate::place::Severity;
use crate::schedule::queue::Wanted;
use crate::study::Study;
use crate::text::{capital, clean, plural};
use crate::time::Clock;
use crate::ui::terminal::fitted;

/// Runs what the command line says.
///
/// # Errors
/// Whatever a person should know; it was not printed yet.
pub fn run(mut cli: Cli) -> Result<()> {
    process::prepare();
    // Read here rather than by the parser, for which a variable that is set is a flag that was given, in its help too.
    let now = cli.now.take().or_else(|| std::env::var("QUIZ_NOW").ok());
    let clock = Clock::new(now.as_deref().filter(|now| !now.is_empty()))?;
    let home = cli
        .home
        .take()
        .or_else(|| std::env::var_os("QUIZ_HOME").map(Into::into));
    match cli.command {
        Some(Command::Completions(flags)) => completions::run(&flags),
        Some(Command::Man(flags)) => man::run(&flags),
        Some(Command::Home) => {
            let found = Home::find(home.as_deref())?;
            print_raw(&format!("{}\n", found.path.display()))
        }
        Some(Command::Config(flags)) => config::run(
            &Home::find(home.as_deref())?,
            &flags,
            flags.json || cli.json,
        ),
        command => {
            let mut study = open(home.as_deref(), clock)?;
            let done = run_on(&mut study, command, cli.json);
            say_unguarded(&study);
            done
        }
    }
}

/// Runs a command that reads decks and history; `json` is whether the flag stands before the command.
fn run_on(study: &mut Study, command: Option<Command>, json: bool) -> Result<()> {
    match command {
        None => glance::run(study, json),
        Some(Command::Review(flags)) => review::run(study, flags),
        Some(Command::Add(flags)) => add::run(study, *flags),
        Some(Command::Stats(flags)) => stats::run(study, &flags),
        Some(Command::Check(flags)) => check::run(study, &flags),
        Some(Command::Test(flags)) => test::run(study, &flags),
        Some(Command::List(flags)) => list::run(study, &flags),
        Some(Command::Show(flags)) => show::run(study, &flags),
        Some(Command::Edit(flags)) => edit::run(study, &flags),
        Some(Command::Due(flags)) => due::run(study, &flags, flags.json || json),
        Some(Command::Rename(flags)) => rename::run(study, &flags),
        Some(Command::Next(flags)) => next::run(study, &flags),
        Some(Command::Grade(flags)) => grade::run(study, &flags),
        Some(Command::Suspend(flags)) => put_off::suspend(study, &flags),
        Some(Command::Resume(flags)) => put_off::resume(study, &flags),
        Some(Command::Bury(flags)) => put_off::bury(study, &flags),
        Some(Command::Forget(flags)) => put_off::forget(study, &flags),
        Some(Command::Completions(_) | Command::Man(_) | Command::Home | Command::Config(_)) => {
            Ok(())
        }
    }
}

/// Opens the home, and says so if it was made just now.
fn open(path: Option<&Path>, clock: Clock) -> Result<Study> {
    let home = Home::open(path)?;
    if home.is_new {
        say(&format!(
            "Made your home in {}, with the decks of one lesson.",
            home::shown(&home.path)
        ));
    }
    if let Some(missing) = home.missing_decks() {
        say(&format!("{}.", capital(&missing)));
    }
    if let Some(warning) = clock.zone_warning(std::env::var("TZ").ok().as_deref()) {
        say(&warning);
    }
    Study::open(home, clock)
}

/// Says if nothing kept a second quiz out while something was written.
fn say_unguarded(study: &Study) {
    if study.unguarded {
        say(
            "The file system has no locks: nothing keeps a second quiz from writing at the same time. Run one at a time.",
        );
    }
}

/// Prints what was recorded or written. It is done, so that a failing standard output is no failure of the command:
/// then it is said on standard error, and nobody does it twice.
fn print_done(text: &str) -> Result<()> {
    done(text, print(text))
}

/// Prints what was recorded as JSON, as [`print_done`] does.
fn print_json_done<T: Serialize>(value: &T) -> Result<()> {
    done("it", print_json(value))
}

fn done(what: &str, printed: Result<()>) -> Result<()> {
    if let Err(error) = printed {
        say(&format!("Recorded, but {error}: {}", what.trim_end()));
    }
    Ok(())
}

/// Prints results for a person to standard output: on a terminal, broken where its lines end.
fn print(text: &str) -> Result<()> {
    print_raw(&fitted(text, &Term::stdout()))
}

/// Prints results to standard output as they are. A reader that went away is no error.
fn print_raw(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::io("write", Path::new("standard output"))(error))
        }
        _ => Ok(()),
    }
}

/// Prints a value as JSON.
fn print_json<T: Serialize>(value: &T) -> Result<()> {
    let json =
        serde_json::to_string_pretty(value).map_err(|error| Error::Refused(error.to_string()))?;
    print_raw(&(json + "\n"))
}

/// Says something beside the results, on standard error.
pub fn say(text: &str) {
    let text = fitted(&clean(text), &Term::stderr());
    let _ = writeln!(io::stderr(), "{text}");
}

/// Says in one line that there are problems, and how to see them.
fn say_problems(study: &Study) {
    let decks = study
        .library
        .problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        // That the decks are missing was said when the home was opened.
        .filter(|problem| problem.place.file != study.library.root)
        .count();
    let history = study
        .history_problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .count();
    let parts: Vec<String> = [(decks, "decks"), (history, "history")]
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, place)| format!("{} in your {place}", plural(*count, "error")))
        .collect();
    if !parts.is_empty() {
        say(&format!(
            "{}: what is broken is left out; `quiz check` shows it.",
            parts.join(" and ")
        ));
    }
    let future = study.history.future.len();
    if future > 0 {
        let (lie, wait) = if future == 1 {
            ("lies", "it waits")
        } else {
            ("lie", "they wait")
        };
        let events = plural(future, "event");
        say(&format!(
            "{events} of your history {lie} more than a day ahead of the clock: {wait}. Is the clock right?"
        ));
    }
}

/// Writes an id into each card that has none, and says which.
fn give_ids(study: &mut Study) -> Result<()> {
    if study.library.cards().all(|(_, card)| card.id_is_written) {
        return Ok(());
    }
    let _held = study.hold_decks()?;
    let (given, failed) = study.library.write_ids();
    for (id, deck) in &given {
        say(&format!(
            "{deck}: a card got the id `{id}`, under which its history is kept."
        ));
    }
    for error in failed {
        say(&format!(
            "A card has no id, and none can be written: {error}. Until then its history hangs on its text."
        ));
    }
    if given.is_empty() {
        Ok(())
    } else {
        study.reload_decks()
    }
}

/// The faces that the words of a command line mean.
fn wanted(study: &Study, decks: &[String], tag: Option<&String>) -> Result<Wanted> {
    let names: HashSet<String> = study
        .library
        .select(decks)?
        .into_iter()
        .map(|deck| deck.name.clone())
        .collect();
    if let Some(tag) = tag
        && !study
            .library
            .cards()
            .any(|(_, card)| card.tags.contains(tag))
    {
        let tags: Vec<&str> = study
            .library
            .cards()
            .flat_map(|(_, card)| card.tags.iter().map(String::as_str))
            .collect();
        let near = crate::notation::nearest(tag, tags.into_iter());
        let help = near.map_or("`quiz list` shows the cards".to_string(), |near| {
            format!("did you mean `{near}`?")
        });
        return Err(Error::Usage(format!("no card has the tag `{tag}`: {help}")));
    }
    Ok(Wanted {
        decks: (!decks.is_empty()).then_some(names),
        tag: tag.cloned(),
        ..Wanted::default()
    })
}
