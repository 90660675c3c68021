//! `quiz config`: the settings, where they are set, and how to change one.

use std::io;
use std::path::Path;

use serde::Serialize;

use super::{print, print_done, print_json, say};
use crate::cli;
use crate::config::Config;
use crate::config::edit::{self, SETTINGS, TEMPLATE};
use crate::error::{Error, Result};
use crate::files::{self, Os};
use crate::home::{self, Home};
use crate::text::{one_line_kept, pad};
use crate::ui::{editor, terminal};

/// The shape of `--json`.
#[derive(Serialize)]
struct Shape {
    file: String,
    exists: bool,
    settings: Vec<Row>,
    decks: Vec<DeckRow>,
}

/// A setting: its value in RON, and whether `config.ron` sets it.
#[derive(Serialize)]
struct Row {
    key: &'static str,
    value: String,
    is_set: bool,
    about: &'static str,
}

/// The settings of a deck or folder; null for those it does not set.
#[derive(Serialize)]
struct DeckRow {
    deck: String,
    new_per_day: Option<usize>,
    desired_retention: Option<f32>,
}

/// Shows the settings, opens their file, or writes one of them.
///
/// # Errors
/// Fails if the file is wrong, a setting is unknown or can't have the value, or the file can't be written.
pub fn run(home: &Home, flags: &cli::Config, json: bool) -> Result<()> {
    let path = home.config();
    match (flags.key.as_deref(), flags.value.as_deref()) {
        (Some("edit"), None) => edit_file(&path),
        (Some(key), Some(value)) => set(&path, key, value),
        (key, _) => show(&path, key, json),
    }
}

/// Returns the content of `path`; `None` if there is no such file.
fn read(path: &Path) -> Result<Option<String>> {
    match files::read_text(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("read", path)(error)),
    }
}

fn show(path: &Path, key: Option<&str>, json: bool) -> Result<()> {
    let text = read(path)?;
    let config = Config::parse(path, text.as_deref().unwrap_or(""))?;
    if let Some(key) = key {
        let known: Vec<&str> = SETTINGS.iter().map(|setting| setting.key).collect();
        let unknown = || {
            let help = crate::notation::did_you_mean(key, &known);
            Error::Usage(format!("unknown setting `{key}`: {help}"))
        };
        let value = config.value_of(key).ok_or_else(unknown)?;
        return print(&format!("{value}\n"));
    }
    let set = edit::set_keys(text.as_deref().unwrap_or(""));
    let settings = SETTINGS.iter().map(|setting| Row {
        key: setting.key,
        value: config.value_of(setting.key).unwrap_or_default(),
        is_set: set.contains(&setting.key),
        about: setting.about,
    });
    let decks = config.decks.iter().map(|(deck, own)| DeckRow {
        deck: deck.clone(),
        new_per_day: own.new_per_day,
        desired_retention: own.desired_retention,
    });
    let shape = Shape {
        file: path.display().to_string(),
        exists: text.is_some(),
        settings: settings.collect(),
        decks: decks.collect(),
    };
    if json {
        return print_json(&shape);
    }
    print(&as_text(&shape, path))
}

fn as_text(shape: &Shape, path: &Path) -> String {
    let mut text = String::new();
    for row in &shape.settings {
        let value = format!("{}: {}", row.key, row.value);
        text.push_str(&match row.is_set {
            true => value + "\n",
            false => format!("{}  (default)\n", pad(&value, 24)),
        });
    }
    for row in &shape.decks {
        let new = row.new_per_day.map(|new| format!("new_per_day: {new}"));
        let retention = row
            .desired_retention
            .map(|share| format!("desired_retention: {share:.2}"));
        let own: Vec<String> = new.into_iter().chain(retention).collect();
        let name = one_line_kept(&row.deck);
        text.push_str(&format!("{name}: {}\n", own.join(", ")));
    }
    let file = home::shown(path);
    text.push_str(&match shape.exists {
        true => format!("\nSet in {file}. To change it: quiz config edit, or quiz config KEY VALUE\n"),
        false => format!(
            "\nNothing is set: there is no {file} yet. To write one: quiz config edit, or quiz config KEY VALUE\n"
        ),
    });
    text
}

/// Writes one setting, and prints the old and the new value.
///
/// # Errors
/// Fails if the setting can't have the value, or the file can't be written.
pub fn set(path: &Path, key: &str, value: &str) -> Result<()> {
    let written = write(path, key, value)?;
    let said = |config: &Config| config.value_of(key).unwrap_or_default();
    let (before, after) = (written.before, written.after);
    if !written.changed {
        return print(&format!("{key} is already {}.\n", said(&before)));
    }
    print_done(&format!(
        "{key}: {} (was {})\n",
        said(&after),
        said(&before)
    ))
}

/// The settings before and after a write.
pub struct Written {
    before: Config,
    after: Config,
    /// Whether the file had to be changed.
    changed: bool,
}

/// Writes one setting, and returns the settings before and after.
///
/// # Errors
/// Fails if the setting can't have the value, or the file can't be written.
pub fn write(path: &Path, key: &str, value: &str) -> Result<Written> {
    let old = read(path)?;
    let text = old.as_deref().unwrap_or("");
    let new = edit::set(path, text, key, value)?;
    if new != text {
        files::replace(&Os, path, old.as_deref().map(str::as_bytes), new.as_bytes())?;
    }
    Ok(Written {
        before: Config::parse(path, text)?,
        after: Config::parse(path, &new)?,
        changed: new != text,
    })
}

/// Opens the file in the person's editor, created from the template if it does not exist, and reports what is wrong
/// with it afterwards.
fn edit_file(path: &Path) -> Result<()> {
    if !terminal::is_interactive() {
        return Err(Error::NoTerminal {
            command: "quiz config edit",
            instead: "use `quiz config KEY VALUE`, or edit the file that `quiz config` names",
        });
    }
    if read(path)?.is_none() {
        files::replace(&Os, path, None, TEMPLATE.as_bytes())?;
        say(&format!("Created {} from a template.", home::shown(path)));
    }
    editor::open(path, 1)?;
    Config::load(path)?;
    print("Saved. The settings read without problems.\n")
}
