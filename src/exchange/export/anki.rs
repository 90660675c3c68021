//! An Anki package with the history, in the form that every version of Anki reads (schema 11).

mod log;
mod schema;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::{Cursor, Write};

use rusqlite::{Connection, params};
use zip::write::SimpleFileOptions;

use super::table::guid;
use super::{Left, Load};
use crate::deck::draft::{Draft, Kind};
use crate::deck::media::{self, Target};
use crate::deck::{Card, FaceKey, Side};
use crate::error::{Error, Result};
use crate::exchange::markup::{cloze_to_html, to_html};
use crate::exchange::sides;
use crate::history::Event;
use crate::markup;
use crate::text::plural;

/// The first ids of notes, cards and decks: moments in milliseconds, as Anki's are. They lie in a past in which nobody
/// made notes with it here, so that they collide with no others.
const FIRST_NOTE: i64 = 1_000_000_000_000;
const FIRST_CARD: i64 = 1_050_000_000_000;
const FIRST_DECK: i64 = 1_100_000_000_000;

/// The file is new and ours alone, and is deleted if anything fails: it needs no undo log.
const AT_ONCE: &str =
    "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -64000;";

/// Returns the bytes of the package.
pub(super) fn written(load: &Load, left: &mut Left) -> Result<Vec<u8>> {
    let failed =
        |error: rusqlite::Error| Error::Refused(format!("the package could not be made: {error}"));
    let file = tempfile::NamedTempFile::new().map_err(Error::io("write", &std::env::temp_dir()))?;
    let base = Connection::open(file.path()).map_err(failed)?;
    base.execute_batch(AT_ONCE).map_err(failed)?;
    base.execute_batch(schema::TABLES).map_err(failed)?;
    fill(&base, load, left).map_err(failed)?;
    drop(base);
    let bytes = std::fs::read(file.path()).map_err(Error::io("read", file.path()))?;
    zipped(load, &bytes, left)
        .map_err(|error| Error::Refused(format!("the package could not be made: {error}")))
}

/// Writes notes, cards and the log into the collection.
fn fill(base: &Connection, load: &Load, left: &mut Left) -> rusqlite::Result<()> {
    base.execute_batch("begin")?;
    let mut events: HashMap<FaceKey, Vec<Event>> = HashMap::new();
    for (face, event) in load.events() {
        events.entry(face).or_default().push(event);
    }
    let mut decks: BTreeMap<&str, i64> = BTreeMap::new();
    for deck in &load.decks {
        let next = FIRST_DECK + i64::try_from(decks.len()).unwrap_or(0);
        decks.entry(&deck.name).or_insert(next);
    }
    let mut moments = HashSet::new();
    let (mut position, mut faces) = (0, 0);
    let mut note = base.prepare("insert into notes values(?,?,?,0,-1,?,?,?,0,0,'')")?;
    let mut row = base.prepare("insert into cards values(?,?,?,?,0,-1,?,?,?,?,?,?,?,0,0,0,0,?)")?;
    let mut answer = base.prepare("insert into revlog values(?,?,-1,?,?,?,?,?,?)")?;
    let mut answers: Vec<(log::Row, i64)> = Vec::new();
    let (mut choices, mut alternatives, mut typed_gaps) = (0usize, 0usize, 0usize);
    for (at, (deck, card, draft)) in load.cards().enumerate() {
        let id = FIRST_NOTE + i64::try_from(at).unwrap_or(0);
        choices += usize::from(matches!(
            draft.kind,
            Kind::Choice { .. } | Kind::TrueFalse { .. }
        ));
        alternatives +=
            usize::from(matches!(&draft.kind, Kind::Typed { answers, .. } if answers.len() > 1));
        typed_gaps += usize::from(matches!(&draft.kind, Kind::Cloze { r#type: true, .. }));
        let (model, fields) = note_of(&draft, card.markup);
        let tags = if draft.tags.is_empty() {
            String::new()
        } else {
            format!(" {} ", draft.tags.join(" "))
        };
        let first = fields.first().cloned().unwrap_or_default();
        note.execute(params![
            id,
            guid(card.id.as_str()),
            model,
            tags,
            fields.join("\u{1f}"),
            first
        ])?;
        for (ord, side) in sides_of(card) {
            let face = card.face(side);
            let own = events.remove(&face).unwrap_or_default();
            let trail = log::trail(&own, load.day_starts_at, &mut moments);
            let card_id = FIRST_CARD + faces;
            faces += 1;
            left.reviews += usize::try_from(trail.reviews).unwrap_or(0);
            answers.extend(trail.rows.iter().map(|row| (row.clone(), card_id)));
            let suspended = load.history.is_face_suspended(&face);
            let (kind, queue, due) = match trail.due {
                Some(due) => (2, 2, due),
                None => {
                    position += 1;
                    (0, 0, position)
                }
            };
            row.execute(params![
                card_id,
                id,
                decks.get(deck.name.as_str()).copied().unwrap_or(1),
                ord,
                kind,
                if suspended { -1 } else { queue },
                due,
                trail.interval,
                if kind == 2 { trail.factor } else { 0 },
                trail.reviews,
                trail.lapses,
                trail.data
            ])?;
        }
    }
    let decks = schema::decks(decks.iter().map(|(name, id)| (*id, *name)));
    base.execute(
        "insert into col values(1,?,0,0,11,0,0,0,?,?,?,?,'{}')",
        params![
            log::CREATED,
            schema::conf(position),
            schema::models(),
            decks,
            schema::presets()
        ],
    )?;
    // In order, each row is appended.
    answers.sort_unstable_by_key(|(row, _)| row.at);
    for (one, card) in answers {
        answer.execute(params![
            one.at,
            card,
            one.ease,
            one.interval,
            one.last,
            one.factor,
            one.ms,
            one.kind
        ])?;
    }
    base.execute_batch(schema::INDEXES)?;
    base.execute_batch("commit")?;
    if choices > 0 {
        let cards = plural(choices, "card");
        left.notes.push(format!(
            "{cards} with choices or true and false: plain cards in Anki"
        ));
    }
    if typed_gaps > 0 {
        let cards = plural(typed_gaps, "cloze");
        left.notes
            .push(format!("{cards} with typed gaps: not typed in Anki"));
    }
    if alternatives > 0 {
        let cards = plural(alternatives, "typed card");
        left.notes.push(format!(
            "{cards} with several right answers: one in Anki, the others are in the note"
        ));
    }
    Ok(())
}

/// Returns the note type of a card, and the fields of its note.
fn note_of(draft: &Draft, has_markup: bool) -> (i64, Vec<String>) {
    let mut note = draft.note.clone().unwrap_or_default();
    if let Kind::Typed { answers, .. } = &draft.kind
        && answers.len() > 1
    {
        let others: Vec<&str> = answers.iter().skip(1).map(String::as_str).collect();
        note = format!("{}\n{note}", others.join("\n"))
            .trim_end()
            .to_string();
    }
    let note = to_html(&note, has_markup);
    match &draft.kind {
        Kind::Cloze { text, .. } => (schema::CLOZE, vec![cloze_to_html(text, has_markup), note]),
        kind => {
            let model = match kind {
                Kind::Basic { reverse: true, .. } => schema::BOTH_WAYS,
                Kind::Typed { .. } => schema::TYPED,
                _ => schema::BASIC,
            };
            let asked = to_html(&sides::asked(draft), has_markup);
            let answer = to_html(&sides::answer(draft), has_markup);
            (model, vec![asked, answer, note])
        }
    }
}

/// Returns the faces of a card with their numbers in Anki.
fn sides_of(card: &Card) -> Vec<(i64, Side)> {
    let number = |side: Side| match side {
        Side::Whole => 0,
        Side::Reverse => 1,
        Side::Group(group) => i64::from(group) - 1,
    };
    card.sides()
        .iter()
        .map(|side| (number(*side), *side))
        .collect()
}

/// Returns the zip with the collection and the media files of its cards.
fn zipped(load: &Load, collection: &[u8], left: &mut Left) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for name in ["collection.anki21", "collection.anki2"] {
        zip.start_file(name, packed)?;
        zip.write_all(collection)?;
    }
    // Files that lie elsewhere are not the deck's to give away: only those that a session would show are exported.
    let cards = load.decks.iter().flat_map(|deck| &deck.cards);
    let texts = cards
        .filter(|card| card.markup)
        .flat_map(|card| media::texts(card));
    let named = texts.flat_map(|(_, text)| markup::media(text));
    let named: BTreeSet<String> = named.map(|media| media.path).collect();
    let mut map = serde_json::Map::new();
    let mut missing = 0usize;
    for path in &named {
        let Some(name) = path.strip_prefix("media/") else {
            continue;
        };
        let bytes = match media::target(load.home, path) {
            Ok(Target::File(file)) => std::fs::read(file).ok(),
            _ => None,
        };
        let Some(bytes) = bytes else {
            missing += 1;
            continue;
        };
        let entry = map.len().to_string();
        zip.start_file(&entry, stored)?;
        zip.write_all(&bytes)?;
        map.insert(entry, name.into());
    }
    if missing > 0 {
        let files = plural(missing, "file");
        let are = if missing == 1 { "is" } else { "are" };
        left.notes.push(format!(
            "{files} that cards show {are} not in the folder media"
        ));
    }
    zip.start_file("media", stored)?;
    zip.write_all(serde_json::Value::Object(map).to_string().as_bytes())?;
    Ok(zip.finish()?.into_inner())
}
