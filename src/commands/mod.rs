//! The commands: each opens the home, decides, and prints.
//!
//! One file per command. They know every other module, and no module but `main.rs` knows them; a rule that two commands
//! need belongs below them.

pub mod add;
mod carry_over;
pub mod check;
pub mod completions;
pub mod config;
mod deck_page;
pub mod due;
pub mod edit;
pub mod export;
pub mod glance;
pub mod grade;
pub mod import;
mod learning;
pub mod list;
pub mod log;
pub mod man;
pub mod move_to;
pub mod next;
pub mod plan;
mod process;
pub mod put_off;
pub mod remove;
pub mod rename;
pub mod review;
pub mod show;
pub mod stats;
mod tags;
pub mod test;
pub mod tune;
pub mod undo;

use std::collections::{BTreeSet, HashSet};
use std::io::{self, Write};
use std::path::Path;

use clap::CommandFactory;
use console::Term;
use serde::Serialize;

use crate::cli::{Cli, Color, Command, List, Today};
use crate::config::Config;
use crate::deck::{Card, Side};
use crate::error::{Error, Result};
use crate::exchange;
use crate::home::{self, Home};
use crate::place::{Problem, Severity};
use crate::schedule::queue::Wanted;
use crate::study::Study;
use crate::text::{Row, capital, clean_json, plural};
use crate::time::Clock;
use crate::ui::screen::Line;
use crate::ui::terminal::{choose_colors, fitted, paint};

/// The licences of the crates in the binary. A test compares them with the lock file and says how to write them again.
const NOTICES: &str = include_str!("../../.licenses/notices.txt");

/// Runs the command line.
///
/// # Errors
/// Returns every failure that the person should know about; it was not printed yet.
pub fn run(mut cli: Cli) -> Result<()> {
    process::heed_file_size();
    if cli.licenses {
        return print_raw(NOTICES);
    }
    choose_colors(match cli.color {
        Color::Auto => None,
        Color::Always => Some(true),
        Color::Never => Some(false),
    });
    // Read here, not by the parser, to which a variable that is set would be a flag that was given, even in its help.
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
        Some(Command::Config(flags)) => {
            config::run(&Home::find(home.as_deref())?, &flags, flags.json)
        }
        Some(Command::Version) => print_raw(&Cli::command().render_version()),
        command => {
            let command = command.unwrap_or(Command::Today(Today { json: cli.json }));
            let home = open(home.as_deref(), &clock)?;
            // A broken config stops every command but the one that reports it.
            let (mut study, settings) = if let Command::Check(_) = command {
                let (config, wrong) = Config::load_anyway(&home.config());
                (Study::open_plainly(home, clock, config)?, wrong)
            } else {
                (Study::open(home, clock)?, None)
            };
            let done = run_on(&mut study, command, settings);
            say_afterwards(&study);
            study.write_index();
            // The process ends, and freeing a home of many cards piece by piece takes longer than leaving it to the
            // system.
            std::mem::forget(study);
            done
        }
    }
}

/// Runs a command that reads decks and history; `settings` is the problem of the config, if it has one.
fn run_on(study: &mut Study, command: Command, settings: Option<Problem>) -> Result<()> {
    if let Command::Today(_)
    | Command::Review(_)
    | Command::List(List {
        list_decks: false, ..
    })
    | Command::Show(_)
    | Command::Next(_)
    | Command::Grade(_) = command
    {
        learning::take_parameters(study);
    }
    match command {
        Command::Today(flags) => glance::run(study, flags.json),
        Command::Decks(flags) => list::decks(study, &flags.decks, flags.json),
        Command::Review(flags) => review::run(study, flags),
        Command::Add(flags) => add::run(study, *flags),
        Command::Stats(flags) => stats::run(study, &flags),
        Command::Check(flags) => check::run(study, &flags, settings),
        Command::Test(flags) => test::run(study, &flags),
        Command::List(flags) => list::run(study, &flags),
        Command::Show(flags) => show::run(study, &flags),
        Command::Edit(flags) => edit::run(study, &flags),
        Command::Log(flags) => log::run(study, &flags),
        Command::Due(flags) => due::run(study, &flags, flags.json),
        Command::Remove(flags) => remove::run(study, &flags),
        Command::Move(flags) => move_to::run(study, &flags),
        Command::Rename(flags) => rename::run(study, &flags),
        Command::Export(flags) => export::run(study, &flags),
        Command::Import(flags) => import::run(study, &flags),
        Command::Plan(flags) => plan::run(study, &flags, flags.json),
        Command::Tune(flags) => tune::run(study, &flags, flags.json),
        Command::Next(flags) => next::run(study, &flags),
        Command::Grade(flags) => grade::run(study, &flags),
        Command::Suspend(flags) => put_off::suspend(study, &flags),
        Command::Resume(flags) => put_off::resume(study, &flags),
        Command::Bury(flags) => put_off::bury(study, &flags),
        Command::Forget(flags) => put_off::forget(study, &flags),
        Command::Undo(flags) => undo::run(study, &flags),
        Command::Completions(_)
        | Command::Man(_)
        | Command::Home
        | Command::Config(_)
        | Command::Version => Ok(()),
    }
}

/// Opens the home, and reports if it was just created.
fn open(path: Option<&Path>, clock: &Clock) -> Result<Home> {
    let home = Home::open(path)?;
    if home.is_new {
        exchange::lesson::remember(&home.path)?;
        say(&format!(
            "Created {} with the four starter decks.",
            home::shown(&home.path)
        ));
    }
    if let Some(missing) = home.missing_decks() {
        say(&format!("{}.", capital(&missing)));
    }
    if let Some(warning) = clock.zone_warning(std::env::var("TZ").ok().as_deref()) {
        say(&warning);
    }
    Ok(home)
}

/// Reports what happened while writing: a line that was set aside, or a lock that the file system does not have.
fn say_afterwards(study: &Study) {
    if study.set_aside {
        say("An unfinished line of the history, left by a crash, was set aside.");
    }
    if study.unguarded {
        say(
            "The file system has no locks: nothing keeps a second quiz from writing at the same time. Run one at a time.",
        );
    }
}

/// Prints what was recorded or written.
///
/// It is done, so a failure to print is no failure of the command: then it goes to standard error, and nobody does it
/// twice.
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

/// Prints results for a person to standard output; see [`print_rows`].
fn print(text: &str) -> Result<()> {
    print_rows(&[Row::Text(text.to_string())])
}

/// Prints rows to standard output.
///
/// Every text for a person comes through here or [`print_lines`], where control characters are removed.
fn print_rows(rows: &[Row]) -> Result<()> {
    print_raw(&fitted(rows, &Term::stdout()))
}

/// Prints lines of the screen's kind to standard output.
fn print_lines(lines: &[Line]) -> Result<()> {
    print_raw(&painted(lines))
}

/// Returns lines as text, with colours if they are wanted.
fn painted(lines: &[Line]) -> String {
    let paint = paint();
    let line = |line: &Line| line.paint(paint).trim_end().to_string() + "\n";
    lines.iter().map(line).collect()
}

/// Prints results to standard output as they are. A reader that went away is not an error.
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
    print_raw(&(clean_json(&json) + "\n"))
}

/// The question and the answer of a face without markup, as `--json` prints them.
#[derive(Serialize)]
struct Plain {
    question: String,
    answer: String,
}

impl Plain {
    fn of(card: &Card, side: Side) -> Self {
        Self {
            question: card.plain_question(side),
            answer: card.plain_answer(side),
        }
    }
}

/// The shape of a failure in `--json`.
#[derive(Serialize)]
struct Failure<'a> {
    error: FailureShape<'a>,
}

#[derive(Serialize)]
struct FailureShape<'a> {
    message: String,
    file: Option<&'a Path>,
    line: Option<usize>,
    column: Option<usize>,
    help: Option<&'a str>,
}

/// Reports why a command failed, unless that was already printed; with `--json` also as JSON on standard output.
pub fn say_error(error: &Error, json: bool) {
    let message = error.to_string();
    if message.is_empty() {
        return;
    }
    // A problem in a file begins with its place, not with the program's name.
    let problem = match error {
        Error::Wrong(problem) => Some(problem.as_ref()),
        _ => None,
    };
    match problem {
        Some(problem) => say_rows(&problem.rows()),
        None => say(&format!("quiz: {message}")),
    }
    if json {
        let place = problem.map(|problem| &problem.place);
        // Standard output may be what failed, and then there is nowhere left to report it.
        let _ = print_json(&Failure {
            error: FailureShape {
                message: problem.map_or(message, |problem| problem.message.clone()),
                file: place.map(|place| place.file.as_path()),
                line: place.map(|place| place.line),
                column: place.map(|place| place.column),
                help: problem.and_then(|problem| problem.help.as_deref()),
            },
        });
    }
}

/// Prints a message to standard error.
pub fn say(text: &str) {
    say_rows(&[Row::Text(text.to_string())]);
}

/// Prints rows to standard error.
fn say_rows(rows: &[Row]) {
    let _ = writeln!(io::stderr(), "{}", fitted(rows, &Term::stderr()));
}

/// Prints one line that there are problems, and how to see them.
fn say_problems(study: &Study) {
    let decks = study
        .library
        .problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        // Missing decks were reported when the home was opened.
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
        let are = if future == 1 { "is" } else { "are" };
        let events = plural(future, "event");
        say(&format!(
            "{events} {are} dated more than a day in the future and {are} ignored until then. Is your clock right?"
        ));
    }
}

/// Makes sure that events recorded next find their cards.
///
/// Writes an id into each card without one, carries over the history of a face whose card has changed, and reports
/// both.
fn give_ids(study: &mut Study) -> Result<()> {
    write_ids(study)?;
    carry_over::carry_over(study)
}

fn write_ids(study: &mut Study) -> Result<()> {
    if !study.library.lacks_ids() {
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

/// Returns the faces that the words of a command line select.
fn wanted(study: &Study, decks: &[String], tag: Option<&String>) -> Result<Wanted> {
    let names: HashSet<String> = study
        .library
        .select(decks)?
        .into_iter()
        .map(|deck| deck.name.clone())
        .collect();
    if let Some(tag) = tag {
        refuse_unknown_tag(study, tag)?;
    }
    Ok(Wanted {
        decks: (!decks.is_empty()).then_some(names),
        tag: tag.cloned(),
        ..Wanted::default()
    })
}

/// Fails for a tag that no card has, naming similar ones.
fn refuse_unknown_tag(study: &Study, tag: &str) -> Result<()> {
    if study.library.cards().any(|(_, card)| card.has_tag(tag)) {
        return Ok(());
    }
    let cards = study.library.cards();
    let tags: BTreeSet<&str> = cards
        .flat_map(|(_, card)| card.tags().iter().map(String::as_str))
        .collect();
    let known: Vec<&str> = tags.into_iter().collect();
    let help = match known.as_slice() {
        [] => "no card has any tag".to_string(),
        known => crate::notation::did_you_mean(tag.trim_start_matches('#'), known),
    };
    Err(Error::Usage(format!("no card has the tag `{tag}`: {help}")))
}
