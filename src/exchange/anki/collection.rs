//! Anki's collection: the contents of its tables, in schema 11 to 18.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};
use serde_json::Value as Json;

use super::protobuf::{Fields, Value};
use super::types::{Card, CardTemplate, Note, NoteType};

/// The newest schema that is supported.
const NEWEST: i64 = 18;

/// A collection without its notes and its log.
pub(super) struct Collection {
    connection: Connection,
    /// The moment of its creation, in seconds since 1970-01-01T00:00:00Z.
    pub(super) created: i64,
    /// The offset at its creation in minutes *west* of Greenwich, if it is given.
    pub(super) creation_offset: Option<i32>,
    /// The hour at which a day starts, if it is given.
    pub(super) rollover: Option<u32>,
    /// Whether its answers have the buttons of Anki's first scheduler.
    pub(super) old_buttons: bool,
    /// The note types by id.
    pub(super) note_types: HashMap<i64, NoteType>,
    /// The decks by id.
    pub(super) decks: BTreeMap<i64, Deck>,
    /// The presets by id.
    pub(super) presets: HashMap<i64, Preset>,
}

/// A deck.
#[derive(Debug, Clone, Default)]
pub(super) struct Deck {
    /// The name, with `::` between its parts.
    pub(super) name: String,
    /// The preset.
    pub(super) preset: i64,
    /// Its own desired retention, if it has one.
    pub(super) retention: Option<f64>,
}

/// A preset: the options of decks.
#[derive(Debug, Clone, Default)]
pub(super) struct Preset {
    pub(super) name: String,
    /// The FSRS parameters that were fitted there: 17, 19 or 21, or `None`.
    pub(super) parameters: Vec<f64>,
    pub(super) new_per_day: Option<u32>,
    pub(super) leech_after: Option<u32>,
    pub(super) retention: Option<f64>,
    pub(super) ignores_old: bool,
}

/// A row of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Answer {
    /// The moment, in milliseconds since 1970-01-01T00:00:00Z.
    pub(super) at: i64,
    pub(super) card: i64,
    pub(super) ease: i64,
    pub(super) interval: i64,
    pub(super) factor: i64,
    pub(super) ms: i64,
    pub(super) kind: i64,
}

impl Collection {
    /// Opens the collection at `path`.
    ///
    /// # Errors
    /// Returns a sentence for a person about what is wrong with it.
    pub(super) fn open(path: &Path) -> Result<Self, String> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(wrong)?;
        connection
            .create_collation("unicase", |a: &str, b: &str| {
                a.to_lowercase().cmp(&b.to_lowercase())
            })
            .map_err(wrong)?;
        let tables = names(&connection)?;
        let has = |name: &str| tables.iter().any(|table| table == name);
        if ["reviews", "sessions"].into_iter().all(has) {
            return Err(
                "is the log of hashcards: import the Markdown files beside it, and their answers come with them".into(),
            );
        }
        if !["col", "notes", "cards"].into_iter().all(has) {
            return Err("is a SQLite file, but not an Anki collection".into());
        }
        let (created, schema, conf, models, decks, presets) = connection
            .query_row(
                "select crt, ver, conf, models, decks, dconf from col",
                [],
                |row| {
                    Ok((
                        int(row, 0),
                        int(row, 1),
                        json(row, 2),
                        json(row, 3),
                        json(row, 4),
                        json(row, 5),
                    ))
                },
            )
            .map_err(wrong)?;
        if schema > NEWEST {
            return Err(format!(
                "is of a newer Anki (schema {schema}; up to {NEWEST} is known): update quiz, or export it with \
                 \"Support older Anki versions\" ticked"
            ));
        }
        let conf = if has("config") {
            config(&connection)?
        } else {
            conf
        };
        let number = |key: &str| conf.get(key).and_then(Json::as_i64);
        let mut collection = Self {
            created,
            creation_offset: number("creationOffset")
                .and_then(|minutes| i32::try_from(minutes).ok()),
            rollover: number("rollover")
                .and_then(|hour| u32::try_from(hour).ok())
                .filter(|hour| *hour < 24),
            old_buttons: number("schedVer").unwrap_or(1) == 1,
            note_types: json_note_types(&models),
            decks: json_decks(&decks),
            presets: json_presets(&presets),
            connection,
        };
        if has("notetypes") {
            collection.note_types = collection.read_note_types()?;
        }
        if has("decks") {
            collection.decks = collection.read_decks()?;
        }
        if has("deck_config") {
            collection.presets = collection.read_presets()?;
        }
        if collection.old_buttons && has("revlog") {
            let fours = "select count() from revlog where type in (0, 2) and ease = 4";
            collection.old_buttons = collection
                .connection
                .query_row(fours, [], |row| Ok(int(row, 0)))
                .map_err(wrong)?
                == 0;
        }
        Ok(collection)
    }

    fn read_note_types(&self) -> Result<HashMap<i64, NoteType>, String> {
        let mut types = HashMap::new();
        self.rows("select id, config from notetypes", |row| {
            let config = blob(row, 1);
            let is_cloze = Fields(&config).last(1).and_then(Value::number) == Some(1);
            types.insert(
                int(row, 0),
                NoteType {
                    is_cloze,
                    ..NoteType::default()
                },
            );
        })?;
        self.rows("select ntid, name from fields order by ntid, ord", |row| {
            if let Some(own) = types.get_mut(&int(row, 0)) {
                own.fields.push(text(row, 1));
            }
        })?;
        self.rows(
            "select ntid, config from templates order by ntid, ord",
            |row| {
                if let Some(own) = types.get_mut(&int(row, 0)) {
                    let config = blob(row, 1);
                    let side = |field| {
                        Fields(&config)
                            .last(field)
                            .and_then(Value::text)
                            .unwrap_or_default()
                    };
                    own.templates.push(CardTemplate::new(&side(1), &side(2)));
                }
            },
        )?;
        Ok(types)
    }

    fn read_decks(&self) -> Result<BTreeMap<i64, Deck>, String> {
        let mut decks = BTreeMap::new();
        self.rows("select id, name, kind from decks", |row| {
            let kind = blob(row, 2);
            let normal = Fields(&kind).last(1).and_then(Value::bytes).unwrap_or(&[]);
            let preset = Fields(normal).last(1).and_then(Value::number).unwrap_or(1);
            let deck = Deck {
                name: text(row, 1).replace('\u{1f}', "::"),
                preset: i64::try_from(preset).unwrap_or(1),
                retention: Fields(normal)
                    .last(10)
                    .and_then(Value::float)
                    .map(f64::from),
            };
            decks.insert(int(row, 0), deck);
        })?;
        Ok(decks)
    }

    fn read_presets(&self) -> Result<HashMap<i64, Preset>, String> {
        let mut presets = HashMap::new();
        self.rows("select id, config, name from deck_config", |row| {
            let config = blob(row, 1);
            let floats = |field| {
                let packed = Fields(&config).last(field).and_then(Value::bytes);
                let (numbers, _) = packed.unwrap_or(&[]).as_chunks::<4>();
                let numbers = numbers
                    .iter()
                    .map(|bytes| written(f32::from_le_bytes(*bytes)));
                numbers.collect::<Vec<f64>>()
            };
            let number = |field| {
                let number = Fields(&config).last(field).and_then(Value::number)?;
                u32::try_from(number).ok()
            };
            let ignored = Fields(&config)
                .last(46)
                .and_then(Value::bytes)
                .unwrap_or(&[]);
            let preset = Preset {
                name: text(row, 2),
                parameters: [6, 5, 3]
                    .into_iter()
                    .map(floats)
                    .find(|numbers| !numbers.is_empty())
                    .unwrap_or_default(),
                // A value of 0 is not written.
                new_per_day: Some(number(9).unwrap_or(0)),
                leech_after: Some(number(22).unwrap_or(0)),
                retention: Fields(&config)
                    .last(37)
                    .and_then(Value::float)
                    .map(f64::from),
                ignores_old: ignored.first().is_some_and(|byte| *byte > b'1'),
            };
            presets.insert(int(row, 0), preset);
        })?;
        Ok(presets)
    }

    /// Calls `take` for each note, in order of id.
    pub(super) fn notes(&self, mut take: impl FnMut(Note)) -> Result<(), String> {
        self.rows(
            "select id, guid, mid, tags, flds from notes order by id",
            |row| {
                take(Note {
                    id: int(row, 0),
                    guid: text(row, 1),
                    note_type: int(row, 2),
                    tags: text(row, 3),
                    fields: text(row, 4),
                });
            },
        )
    }

    /// Returns the cards, in order of note and template.
    pub(super) fn cards(&self) -> Result<Vec<Card>, String> {
        let mut cards = Vec::new();
        let query = "select id, nid, did, ord, type, queue, due, ivl, factor, reps, odue, odid, flags, data from cards";
        self.rows(query, |row| {
            let (home_due, home) = (int(row, 10), int(row, 11));
            cards.push(Card {
                id: int(row, 0),
                note: int(row, 1),
                // In a filtered deck only temporarily.
                deck: if home != 0 { home } else { int(row, 2) },
                ord: int(row, 3),
                kind: int(row, 4),
                queue: int(row, 5),
                due: if home != 0 && home_due != 0 {
                    home_due
                } else {
                    int(row, 6)
                },
                interval: int(row, 7),
                factor: int(row, 8),
                reps: int(row, 9),
                flags: int(row, 12) & 7,
                memory: memory(&text(row, 13)),
            });
        })?;
        cards.sort_unstable_by_key(|card| (card.note, card.ord, card.id));
        Ok(cards)
    }

    /// Returns the log, in order of card and moment.
    pub(super) fn log(&self) -> Result<Vec<Answer>, String> {
        let mut log = Vec::new();
        if !names(&self.connection)?
            .iter()
            .any(|table| table == "revlog")
        {
            return Ok(log);
        }
        self.rows(
            "select id, cid, ease, ivl, factor, time, type from revlog",
            |row| {
                log.push(Answer {
                    at: int(row, 0),
                    card: int(row, 1),
                    ease: int(row, 2),
                    interval: int(row, 3),
                    factor: int(row, 4),
                    ms: int(row, 5),
                    kind: int(row, 6),
                });
            },
        )?;
        log.sort_unstable_by_key(|row| (row.card, row.at));
        Ok(log)
    }

    fn rows(&self, query: &str, mut take: impl FnMut(&Row)) -> Result<(), String> {
        let mut statement = self.connection.prepare(query).map_err(wrong)?;
        let mut rows = statement.query([]).map_err(wrong)?;
        while let Some(row) = rows.next().map_err(wrong)? {
            take(row);
        }
        Ok(())
    }
}

/// Returns the memory state in a card's `data`: JSON with `s` and `d`.
fn memory(data: &str) -> Option<(f32, f32)> {
    if !data.contains("\"s\"") {
        return None;
    }
    let data: Json = serde_json::from_str(data).ok()?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "Anki keeps them as floats of this size"
    )]
    let number = |key: &str| data.get(key)?.as_f64().map(|number| number as f32);
    Some((number("s")?, number("d")?))
}

fn names(connection: &Connection) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    let mut statement = connection
        .prepare("select name from sqlite_master where type = 'table'")
        .map_err(wrong)?;
    let mut rows = statement.query([]).map_err(wrong)?;
    while let Some(row) = rows.next().map_err(wrong)? {
        names.push(text(row, 0));
    }
    Ok(names)
}

/// Returns the table of settings in the JSON form of older schemas.
fn config(connection: &Connection) -> Result<Json, String> {
    let mut settings = serde_json::Map::new();
    let mut statement = connection
        .prepare("select key, val from config")
        .map_err(wrong)?;
    let mut rows = statement.query([]).map_err(wrong)?;
    while let Some(row) = rows.next().map_err(wrong)? {
        if let Ok(value) = serde_json::from_slice(&blob(row, 1)) {
            settings.insert(text(row, 0), value);
        }
    }
    Ok(Json::Object(settings))
}

fn json_note_types(models: &Json) -> HashMap<i64, NoteType> {
    by_id(models, NoteType::from_json).collect()
}

fn json_decks(decks: &Json) -> BTreeMap<i64, Deck> {
    let deck = |deck: &Json| Deck {
        name: deck
            .get("name")
            .and_then(Json::as_str)
            .unwrap_or("Default")
            .to_string(),
        preset: deck.get("conf").and_then(Json::as_i64).unwrap_or(1),
        // A percentage here, a share in the newer schema.
        retention: deck
            .get("desiredRetention")
            .and_then(Json::as_f64)
            .map(|percent| percent / 100.0),
    };
    by_id(decks, deck).collect()
}

fn json_presets(presets: &Json) -> HashMap<i64, Preset> {
    let number = |preset: &Json, part: &str, key: &str| {
        let number = preset.get(part)?.get(key)?.as_u64()?;
        u32::try_from(number).ok()
    };
    let numbers = |preset: &Json, key: &str| -> Vec<f64> {
        let numbers = preset.get(key).and_then(Json::as_array);
        numbers
            .into_iter()
            .flatten()
            .filter_map(Json::as_f64)
            .collect()
    };
    let preset = |preset: &Json| Preset {
        name: preset
            .get("name")
            .and_then(Json::as_str)
            .unwrap_or_default()
            .to_string(),
        parameters: ["fsrsParams6", "fsrsParams5", "fsrsWeights"]
            .into_iter()
            .map(|key| numbers(preset, key))
            .find(|numbers| !numbers.is_empty())
            .unwrap_or_default(),
        new_per_day: number(preset, "new", "perDay"),
        leech_after: number(preset, "lapse", "leechFails"),
        retention: preset.get("desiredRetention").and_then(Json::as_f64),
        ignores_old: preset
            .get("ignoreRevlogsBeforeDate")
            .and_then(Json::as_str)
            .is_some_and(|date| date > "1970-01-02"),
    };
    by_id(presets, preset).collect()
}

/// Returns a number with the fewest digits that distinguish it from others.
fn written(number: f32) -> f64 {
    number.to_string().parse().unwrap_or_default()
}

/// Returns the values of a JSON object whose keys are ids.
fn by_id<'a, T>(
    object: &'a Json,
    read: impl Fn(&Json) -> T + 'a,
) -> impl Iterator<Item = (i64, T)> + 'a {
    let entries = object.as_object().into_iter().flatten();
    entries.filter_map(move |(id, value)| Some((id.parse().ok()?, read(value))))
}

fn json(row: &Row, column: usize) -> Json {
    serde_json::from_slice(&blob(row, column)).unwrap_or(Json::Null)
}

fn int(row: &Row, column: usize) -> i64 {
    match row.get_ref(column) {
        Ok(ValueRef::Integer(number)) => number,
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a number that is none is 0 either way"
        )]
        Ok(ValueRef::Real(number)) => number as i64,
        Ok(ValueRef::Text(text)) => std::str::from_utf8(text)
            .ok()
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or(0),
        _ => 0,
    }
}

fn text(row: &Row, column: usize) -> String {
    match row.get_ref(column) {
        Ok(ValueRef::Text(text) | ValueRef::Blob(text)) => {
            String::from_utf8_lossy(text).into_owned()
        }
        Ok(ValueRef::Integer(number)) => number.to_string(),
        Ok(ValueRef::Real(number)) => number.to_string(),
        _ => String::new(),
    }
}

fn blob(row: &Row, column: usize) -> Vec<u8> {
    match row.get_ref(column) {
        Ok(ValueRef::Blob(bytes) | ValueRef::Text(bytes)) => bytes.to_vec(),
        _ => Vec::new(),
    }
}

fn wrong(error: rusqlite::Error) -> String {
    format!("is damaged: {error}")
}
