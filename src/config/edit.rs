//! Edits of `config.ron`: one setting is spliced in, everything else stays as its author wrote it.

use std::path::Path;

use super::Config;
use crate::error::{Error, Result};
use crate::notation::{self, tokens};

/// A setting of the whole home that can be written from the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its name in `config.ron`.
    pub key: &'static str,
    /// What it does, in a few words.
    pub about: &'static str,
}

/// The settings of the whole home, in the order in which they are shown.
pub const SETTINGS: [Setting; 7] = [
    Setting {
        key: "day_starts_at",
        about: "the hour at which a learning day starts, 0–23",
    },
    Setting {
        key: "new_per_day",
        about: "new cards per day",
    },
    Setting {
        key: "reviews_per_day",
        about: "due cards per day; `None` for no cap",
    },
    Setting {
        key: "desired_retention",
        about: "the chance of recall at which a card becomes due, 0.70–0.99",
    },
    Setting {
        key: "leech_after",
        about: "lapses after which a card counts as a leech",
    },
    Setting {
        key: "tune",
        about: "whether intervals use parameters fitted to your answers",
    },
    Setting {
        key: "parameters",
        about: "21 FSRS-6 parameters to use instead; `None` for none",
    },
];

/// A new `config.ron`: every setting named and explained, none set.
pub const TEMPLATE: &str = "\
// Settings of quiz. Every one is optional; the values shown are the defaults.
// Remove the `//` before a line to set it.
Config(
    // day_starts_at: 4,            // the hour at which a learning day starts, 0-23
    // new_per_day: 20,             // new cards per day
    // reviews_per_day: None,       // due cards per day; None for no cap
    // desired_retention: 0.90,     // 0.70-0.99: higher means more reviews
    // leech_after: 8,              // lapses after which a card counts as a leech
    // tune: true,                  // use parameters fitted to your answers, once they have earned it
    // parameters: None,            // 21 FSRS-6 parameters to use whatever was fitted
    // decks: {                     // by deck or folder
    //     \"languages\": (new_per_day: 5, desired_retention: 0.95),
    // },
)
";

impl Config {
    /// Returns the value of the setting `key` in RON, or `None` if there is no such setting.
    pub fn value_of(&self, key: &str) -> Option<String> {
        Some(match key {
            "day_starts_at" => self.day_starts_at.to_string(),
            "new_per_day" => self.new_per_day.to_string(),
            "reviews_per_day" => self
                .reviews_per_day
                .map_or("None".into(), |cap| cap.to_string()),
            "desired_retention" => format!("{:.2}", self.desired_retention),
            "leech_after" => self.leech_after.to_string(),
            "tune" => self.tune.to_string(),
            "parameters" => self
                .parameters
                .map_or("None".into(), |set| format!("{:?}", set.numbers())),
            _ => return None,
        })
    }
}

/// Returns the keys that `text`, the content of a `config.ron`, sets.
pub fn set_keys(text: &str) -> Vec<&'static str> {
    let is_set = |key: &&str| tokens::field(text, key).is_some();
    SETTINGS
        .iter()
        .map(|setting| setting.key)
        .filter(is_set)
        .collect()
}

/// Returns `text`, the content of `file`, with the setting `key` set to `value`, a RON value or `default`.
///
/// # Errors
/// Fails with [`Error::Usage`] for an unknown key, naming the nearest one, or for a value that the setting can't have,
/// and with [`Error::Wrong`] if the file already has an error.
pub fn set(file: &Path, text: &str, key: &str, value: &str) -> Result<String> {
    let known: Vec<&str> = SETTINGS.iter().map(|setting| setting.key).collect();
    let Some(default) = Config::default().value_of(key) else {
        let help = match key {
            "decks" => "open the file with `quiz config edit` to write settings of a deck".into(),
            _ => notation::did_you_mean(key, &known),
        };
        return Err(Error::Usage(format!("unknown setting `{key}`: {help}")));
    };
    Config::parse(file, text)?;
    let value = match (key, value.trim()) {
        (_, "default") => default,
        ("tune", "off") => "false".into(),
        ("tune", "on") => "true".into(),
        (_, "none" | "off") => "None".into(),
        (_, value) => value.to_string(),
    };
    let new = spliced(text, key, &value);
    let what = |error: Error| match error {
        Error::Wrong(problem) => {
            Error::Usage(format!("`{key}` cannot be `{value}`: {}", problem.message))
        }
        other => other,
    };
    let config = Config::parse(file, &new).map_err(what)?;
    // The value was set, and nothing else: a text with more than one value (`5, leech_after: 1`) is rejected.
    let before = Config::parse(file, text)?;
    let others_stay = known
        .iter()
        .all(|other| *other == key || before.value_of(other) == config.value_of(other));
    let written = tokens::field(&new, key).and_then(|span| new.get(span));
    if written != Some(&*value) || !others_stay || before.decks != config.decks {
        return Err(Error::Usage(format!("`{key}` cannot be `{value}`")));
    }
    Ok(new)
}

/// Returns `text` with `key: value` in place of the present value of `key`, or after the opening bracket.
fn spliced(text: &str, key: &str, value: &str) -> String {
    if let Some(span) = tokens::field(text, key) {
        let (before, after) = (text.get(..span.start), text.get(span.end..));
        return [before.unwrap_or(""), value, after.unwrap_or("")].concat();
    }
    let Some(open) = tokens::first_field(text) else {
        return format!("{text}Config(\n    {key}: {value},\n)\n");
    };
    let (before, after) = (
        text.get(..open).unwrap_or(""),
        text.get(open..).unwrap_or(""),
    );
    let on_lines = after
        .trim_start_matches([' ', '\t'])
        .starts_with(['\n', '\r']);
    let is_empty = text
        .get(tokens::significant(text, open)..)
        .is_some_and(|rest| rest.starts_with(')'));
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    match (on_lines, is_empty) {
        (true, _) => format!("{before}{end}    {key}: {value},{after}"),
        (false, true) => format!(
            "{before}{end}    {key}: {value},{end}{}",
            after.trim_start()
        ),
        (false, false) => format!("{before}{key}: {value}, {after}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str, key: &str, value: &str) -> Result<String> {
        super::set(Path::new("config.ron"), text, key, value)
    }

    #[test]
    fn only_the_value_changes() {
        let text = "// mine\nConfig(\n    new_per_day: 5, // few\n    decks: {\"a\": (new_per_day: 1)},\n)\n";
        assert_eq!(
            set(text, "new_per_day", "7").unwrap(),
            text.replace(": 5,", ": 7,")
        );
        assert_eq!(
            set(text, "reviews_per_day", "none").unwrap(),
            text.replace("Config(\n", "Config(\n    reviews_per_day: None,\n")
        );
    }

    #[test]
    fn a_setting_is_written_into_any_file_that_reads() {
        for text in [
            "",
            "// later\n",
            "Config()",
            "()",
            "Config( )\r\n",
            "Config(leech_after: 3)",
            TEMPLATE,
            "\u{feff}Config(\n)",
        ] {
            let new = set(text, "new_per_day", "7").unwrap();
            let config = Config::parse(Path::new("config.ron"), &new).unwrap();
            assert_eq!(config.new_per_day, 7, "{new}");
            assert_eq!(set(&new, "new_per_day", "7").unwrap(), new);
        }
    }

    #[test]
    fn what_a_setting_cannot_be_is_refused() {
        for (key, value) in [
            ("new_per_day", "many"),
            ("new_per_day", "5, leech_after: 1"),
            ("new_per_day", "5)"),
            ("new_per_day", "5 // "),
            ("day_starts_at", "24"),
            ("desired_retention", "1.0"),
            ("desired_retention", ""),
            ("new_per_dya", "5"),
            ("decks", "{}"),
        ] {
            let error = set("Config()", key, value).unwrap_err();
            assert!(
                matches!(error, Error::Usage(_)),
                "{key} {value:?}: {error:?}"
            );
        }
    }

    #[test]
    fn the_template_names_every_setting_with_its_default() {
        assert_eq!(
            Config::parse(Path::new("config.ron"), TEMPLATE).unwrap(),
            Config::default()
        );
        for setting in SETTINGS {
            let default = Config::default().value_of(setting.key).unwrap();
            let line = format!("// {}: {default},", setting.key);
            assert!(TEMPLATE.contains(&line), "{line}");
        }
    }
}
