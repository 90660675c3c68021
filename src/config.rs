//! Settings: `config.ron`, written by a person, every field optional.
//!
//! It knows how settings are read, never what they do: decks, history and schedule are not known here.

pub mod edit;

use std::collections::BTreeMap;
use std::io;
use std::ops::RangeInclusive;
use std::path::Path;

use serde::Deserialize;

use crate::deck::library::is_in;
use crate::error::{Error, Result};
use crate::files;
use crate::folding;
use crate::notation::{self, tokens};
use crate::place::{Place, Problem, Source as Text};
use crate::schedule::parameters::{Clipped, Parameters};

/// The settings of a home.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The hour at which a learning day starts, 0–23.
    pub day_starts_at: u32,
    /// The most new faces per day.
    pub new_per_day: usize,
    /// The most due faces asked per day; `None` for no limit.
    pub reviews_per_day: Option<usize>,
    /// The retrievability at which a face becomes due, 0.70–0.99.
    pub desired_retention: f32,
    /// The number of lapses at which a face becomes a leech.
    pub leech_after: usize,
    /// Whether intervals may use parameters fitted to the person.
    pub tune: bool,
    /// FSRS parameters that override fitted ones.
    pub parameters: Option<Parameters>,
    /// The parameters that were out of range, with the values used instead.
    pub clipped: Vec<Clipped>,
    /// The settings of decks, and of folders for every deck in them, by name.
    pub decks: BTreeMap<String, DeckConfig>,
}

/// The settings of one deck or folder; those left out are as in the whole home.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeckConfig {
    /// The most new faces of it per day.
    #[serde(default)]
    pub new_per_day: Option<usize>,
    /// The retrievability at which its faces become due, 0.70–0.99.
    #[serde(default)]
    pub desired_retention: Option<f32>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            day_starts_at: 4,
            new_per_day: 20,
            reviews_per_day: None,
            desired_retention: 0.90,
            leech_after: 8,
            tune: true,
            parameters: None,
            clipped: Vec::new(),
            decks: BTreeMap::new(),
        }
    }
}

/// The settings as they are written in the file.
#[derive(Default, Deserialize)]
#[serde(rename = "Config", deny_unknown_fields)]
struct Source {
    #[serde(default)]
    #[expect(dead_code, reason = "checked before the rest is read")]
    version: Option<u32>,
    #[serde(default)]
    day_starts_at: Option<u32>,
    #[serde(default)]
    new_per_day: Option<usize>,
    #[serde(default)]
    reviews_per_day: Option<usize>,
    #[serde(default)]
    desired_retention: Option<f32>,
    #[serde(default)]
    leech_after: Option<usize>,
    #[serde(default)]
    tune: Option<bool>,
    #[serde(default)]
    parameters: Option<Vec<f32>>,
    #[serde(default)]
    decks: BTreeMap<String, DeckConfig>,
}

/// The desired retentions that the scheduler accepts: outside of this range, intervals stop making sense.
const RETENTION: RangeInclusive<f32> = 0.70..=0.99;

/// The version of the format that this program reads.
const VERSION: u32 = 1;

impl Config {
    /// Reads `path`; returns the defaults if it does not exist.
    ///
    /// # Errors
    /// Fails with [`Error::Wrong`], which has the place, if the file has an error, and with [`Error::Newer`] for a file
    /// of a newer version.
    pub fn load(path: &Path) -> Result<Self> {
        match files::read_text(path) {
            Ok(text) => Self::parse(path, &text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(Error::io("read", path)(error)),
        }
    }

    /// Reads `path`; returns the defaults beside the problem if it has an error, for a command that reports problems.
    pub fn load_anyway(path: &Path) -> (Self, Option<Problem>) {
        match Self::load(path) {
            Ok(config) => (config, None),
            Err(Error::Wrong(problem)) => (Self::default(), Some(*problem)),
            Err(error) => {
                let problem = Problem::error(Place::whole(path), error.to_string());
                (Self::default(), Some(problem))
            }
        }
    }

    /// Parses `text`, the content of `file`.
    ///
    /// # Errors
    /// Fails as [`Config::load`] does.
    pub fn parse(file: &Path, text: &str) -> Result<Self> {
        // A file without any settings yet sets nothing.
        if tokens::significant(text, 0) >= text.len() {
            return Ok(Self::default());
        }
        let value = |field: &str| tokens::field(text, field);
        let version = value("version").and_then(|span| text.get(span)?.trim().parse::<u32>().ok());
        if let Some(found) = version.filter(|version| *version > VERSION) {
            return Err(Error::Newer {
                path: file.to_path_buf(),
                found,
                known: VERSION,
            });
        }
        let file = Text::new(file, text);
        let source: Source = notation::read(&file)?;
        let wrong = |field: &str, message: String| {
            let span = value(field).unwrap_or(0..1);
            Err(Error::Wrong(Box::new(Problem::error(
                file.place(span),
                message,
            ))))
        };
        let defaults = Self::default();
        let day_starts_at = source.day_starts_at.unwrap_or(defaults.day_starts_at);
        if day_starts_at > 23 {
            return wrong(
                "day_starts_at",
                "`day_starts_at` is an hour, 0 to 23".into(),
            );
        }
        if source.leech_after == Some(0) {
            return wrong("leech_after", "`leech_after` is at least 1".into());
        }
        let own = source
            .desired_retention
            .map(|retention| ("desired_retention", retention));
        let of_decks = source
            .decks
            .values()
            .filter_map(|deck| deck.desired_retention.map(|retention| ("decks", retention)));
        if let Some((field, found)) = own
            .into_iter()
            .chain(of_decks)
            .find(|(_, found)| !RETENTION.contains(found))
        {
            return wrong(
                field,
                format!("`desired_retention` is 0.70 to 0.99, not {found}"),
            );
        }
        let parameters = source.parameters.as_deref().map(Parameters::new);
        let (parameters, clipped) = match parameters.transpose() {
            Ok(parameters) => parameters.unzip(),
            Err(error) => return wrong("parameters", format!("`parameters`: {error}")),
        };
        Ok(Self {
            day_starts_at,
            new_per_day: source.new_per_day.unwrap_or(defaults.new_per_day),
            reviews_per_day: source.reviews_per_day,
            desired_retention: source
                .desired_retention
                .unwrap_or(defaults.desired_retention),
            leech_after: source.leech_after.unwrap_or(defaults.leech_after),
            tune: source.tune.unwrap_or(defaults.tune),
            parameters,
            clipped: clipped.unwrap_or_default(),
            decks: source
                .decks
                .into_iter()
                .map(|(name, deck)| (folding::equal(&name).into_owned(), deck))
                .collect(),
        })
    }

    /// Returns the most new faces per day of the deck `name`: the value set nearest to it.
    pub fn new_per_day_of(&self, name: &str) -> usize {
        let set = self.decks.iter().filter(|(place, _)| is_in(name, place));
        set.filter_map(|(place, deck)| Some((place.len(), deck.new_per_day?)))
            .max_by_key(|(length, _)| *length)
            .map_or(self.new_per_day, |(_, number)| number)
    }

    /// Returns the desired retention of the deck `name`: the value set nearest to it.
    pub fn retention_of(&self, name: &str) -> f32 {
        let set = self.decks.iter().filter(|(place, _)| is_in(name, place));
        set.filter_map(|(place, deck)| Some((place.len(), deck.desired_retention?)))
            .max_by_key(|(length, _)| *length)
            .map_or(self.desired_retention, |(_, retention)| retention)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config> {
        Config::parse(Path::new("config.ron"), text)
    }

    #[test]
    fn every_field_is_optional() {
        assert_eq!(parse("Config()").unwrap(), Config::default());
        for nothing in ["()", "", "\u{feff}", " \n", "// later\n/* or never */"] {
            assert_eq!(parse(nothing).unwrap(), Config::default(), "{nothing:?}");
        }
        let config = parse(
            "Config(day_starts_at: 0, new_per_day: 5, reviews_per_day: 100, leech_after: 4, // why\n
             decks: { \"a\": (new_per_day: 1), \"a/b\": (desired_retention: 0.95) })",
        )
        .unwrap();
        assert_eq!((config.new_per_day, config.reviews_per_day), (5, Some(100)));
        assert_eq!(
            (
                config.retention_of("a/b"),
                config.retention_of("a/c"),
                config.retention_of("a/bc")
            ),
            (0.95, 0.9, 0.9)
        );
        let config = parse("Config(decks: {\"espan\u{303}ol\": (new_per_day: 1)})").unwrap();
        assert_eq!(config.new_per_day_of("espa\u{f1}ol"), 1);
        assert_eq!(
            parse("Config(reviews_per_day: None)").unwrap(),
            Config::default()
        );
    }

    #[test]
    fn parameters_are_checked_and_clipped() {
        let mut numbers = vec!["0.5"; 21];
        if let Some(decay) = numbers.last_mut() {
            *decay = "9";
        }
        let text = format!("Config(tune: false, parameters: [{}])", numbers.join(", "));
        let config = parse(&text).unwrap();
        assert_eq!(config.parameters.map(|set| set.decay()), Some(0.8));
        let clipped: Vec<_> = config
            .clipped
            .iter()
            .map(|clipped| clipped.number)
            .collect();
        // 0.5 is below one of the ranges and above another.
        assert!(
            !config.tune && clipped.contains(&21) && clipped.contains(&5),
            "{clipped:?}"
        );
    }

    #[test]
    fn what_is_wrong_has_its_place() {
        let message = |text: &str| {
            parse(text)
                .unwrap_err()
                .to_string()
                .lines()
                .next()
                .unwrap()
                .to_string()
        };
        assert_eq!(
            message("Config(\n  new_per_dya: 3)"),
            "config.ron:2:3: error: Config has no field `new_per_dya`"
        );
        assert_eq!(
            message("Config(day_starts_at: 24)"),
            "config.ron:1:23: error: `day_starts_at` is an hour, 0 to 23"
        );
        assert_eq!(
            message("Config(desired_retention: 1.0)"),
            "config.ron:1:27: error: `desired_retention` is 0.70 to 0.99, not 1"
        );
        assert!(parse("Config(desired_retention: NaN)").is_err());
        assert_eq!(
            message("Config(parameters: [0.2, 1.3])"),
            "config.ron:1:20: error: `parameters`: expected 21 numbers, found 2"
        );
        assert!(matches!(
            parse("Config(version: 2, dream: 1)"),
            Err(Error::Newer { found: 2, .. })
        ));
    }
}
