//! Settings: `config.ron`, written by a person, every field optional.

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
    /// How many new faces are started on a day.
    pub new_per_day: usize,
    /// How many due faces are asked on a day; no cap where none is set.
    pub reviews_per_day: Option<usize>,
    /// The retrievability at which a face becomes due, 0.70–0.99.
    pub desired_retention: f32,
    /// The number of lapses from which a face is a leech.
    pub leech_after: usize,
    /// Whether intervals may use parameters that were fitted to the person.
    pub tune: bool,
    /// The parameters to use, whatever was fitted.
    pub parameters: Option<Parameters>,
    /// What of them was out of range, and what is used instead.
    pub clipped: Vec<Clipped>,
    /// Settings of a deck, or of every deck in a folder, by name.
    pub decks: BTreeMap<String, DeckConfig>,
}

/// Settings of one deck or folder; what is left out is as in the whole.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeckConfig {
    /// How many new faces of it are started on a day.
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

/// The settings as the file says them.
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

/// What the scheduler accepts as desired retention: outside of it, intervals stop making sense.
const RETENTION: RangeInclusive<f32> = 0.70..=0.99;

/// The version of the format that this program knows.
const VERSION: u32 = 1;

impl Config {
    /// Reads `path`; the defaults where there is no such file.
    ///
    /// # Errors
    /// [`Error::Wrong`] with the place of what is wrong; [`Error::Newer`] for a file of a newer version.
    pub fn load(path: &Path) -> Result<Self> {
        match files::read_text(path) {
            Ok(text) => Self::parse(path, &text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(Error::io("read", path)(error)),
        }
    }

    /// Reads `path`, or says what is wrong with it and goes on with the defaults: for a command that tells what is wrong.
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

    /// Reads `text`, the content of `file`.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn parse(file: &Path, text: &str) -> Result<Self> {
        // A file in which nothing is said yet sets nothing.
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

    /// The number of new faces of the deck `name` that are started on a day: the one set nearest to it.
    pub fn new_per_day_of(&self, name: &str) -> usize {
        let set = self.decks.iter().filter(|(place, _)| is_in(name, place));
        set.filter_map(|(place, deck)| Some((place.len(), deck.new_per_day?)))
            .max_by_key(|(length, _)| *length)
            .map_or(self.new_per_day, |(_, number)| number)
    }

    /// The desired retention of the deck `name`: the one set nearest to it.
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
        // 0.5 is too little or too much for some, too.
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
