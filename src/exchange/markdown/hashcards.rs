//! The log of hashcards: `hashcards.db`, a SQLite file in the folder of the cards or in one above. It identifies a card
//! by a hash of its text (hashcards 0.3: `src/types/card.rs`, `src/schema.sql`).

use std::path::{Path, PathBuf};

use chrono::NaiveDateTime;

use super::Report;
use crate::deck::FaceKey;
use crate::exchange::zone::Zone;
use crate::history::{Event, Grade};
use crate::time::Day;

/// The file's name.
const NAME: &str = "hashcards.db";

/// The number of folders searched: that of the cards, and those above it.
const FOLDERS: usize = 6;

/// The log of a folder of cards.
#[derive(Default)]
pub(super) struct Log {
    answers: std::collections::HashMap<String, Vec<Answer>>,
}

/// An answer, in the person's local time.
struct Answer {
    at: NaiveDateTime,
    grade: Grade,
    due: Day,
}

impl Log {
    /// Reads the log of the cards in `folder`, if there is one; one that can't be read is noted.
    pub(super) fn of(folder: &Path, report: &mut Report) -> Self {
        let Some(path) = beside(folder) else {
            return Self::default();
        };
        read(&path).unwrap_or_else(|why| {
            let what = format!(
                "logs of hashcards that can't be read ({why}): cards without their answers"
            );
            report.note(&what, &path.display().to_string());
            Self::default()
        })
    }

    /// Takes the answers to the card with this hash, as events of `face`.
    pub(super) fn take(&mut self, hash: &str, face: &FaceKey, zone: &Zone) -> Vec<Event> {
        let answers = self.answers.remove(hash).unwrap_or_default().into_iter();
        let events = answers.filter_map(|answer| {
            Some(Event::Review {
                at: zone.local(answer.at)?,
                face: face.clone(),
                grade: answer.grade,
                ms: 0,
                due: answer.due,
            })
        });
        events.collect()
    }

    /// Returns the number of answers that nobody took.
    pub(super) fn rest(&self) -> usize {
        self.answers.values().map(Vec::len).sum()
    }
}

fn beside(folder: &Path) -> Option<PathBuf> {
    let folder = match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    };
    let folder = folder.canonicalize().ok()?;
    let mut paths = folder.ancestors().take(FOLDERS).map(|own| own.join(NAME));
    paths.find(|path| path.is_file())
}

#[cfg(not(feature = "anki"))]
fn read(_path: &Path) -> Result<Log, String> {
    Err("this build of quiz reads no SQLite: install it with the feature `anki`".into())
}

#[cfg(feature = "anki")]
fn read(path: &Path) -> Result<Log, String> {
    use rusqlite::{Connection, OpenFlags};

    let say = |error: rusqlite::Error| error.to_string();
    let base = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(say)?;
    let mut log = Log::default();
    let mut rows = base
        .prepare("select card_hash, reviewed_at, grade, due_date from reviews order by reviewed_at, review_id")
        .map_err(say)?;
    let mut rows = rows.query([]).map_err(say)?;
    while let Some(row) = rows.next().map_err(say)? {
        let text = |at: usize| row.get::<_, String>(at).map_err(say);
        let (at, grade, due) = (text(1)?, text(2)?, text(3)?);
        let answer = Answer {
            at: at
                .parse()
                .map_err(|_| format!("`{at}` is not a timestamp"))?,
            grade: grade_of(&grade).ok_or_else(|| format!("`{grade}` is not a grade"))?,
            due: due.parse()?,
        };
        log.answers.entry(text(0)?).or_default().push(answer);
    }
    Ok(log)
}

#[cfg(feature = "anki")]
fn grade_of(word: &str) -> Option<Grade> {
    match word {
        "forgot" => Some(Grade::Again),
        "hard" => Some(Grade::Hard),
        "good" => Some(Grade::Good),
        "easy" => Some(Grade::Easy),
        _ => None,
    }
}

/// Returns the hash of a card with a question and an answer; `None` in a build that does not read the log.
pub(super) fn of_basic(question: &[String], answer: &[String]) -> Vec<String> {
    hashes([vec![
        b"Basic".to_vec(),
        text_of(question).into_bytes(),
        text_of(answer).into_bytes(),
    ]])
}

/// Returns the hashes of the cards of a text, one per pair of brackets. Each depends on the position of the pair: the
/// range of bytes, both ends included, in the text without brackets.
pub(super) fn of_cloze(lines: &[String]) -> Vec<String> {
    let text = text_of(lines);
    let mut clean: Vec<u8> = Vec::with_capacity(text.len());
    let mut gaps = Vec::new();
    let mut start = None;
    let mut is_picture = false;
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'[' if !is_picture => start = Some(clean.len()),
            b']' if !is_picture => {
                if let Some((start, end)) = start.take().zip(clean.len().checked_sub(1)) {
                    gaps.push((start, end));
                }
            }
            _ => {
                is_picture = match byte {
                    b']' => false,
                    b'!' => is_picture || bytes.peek() == Some(&b'['),
                    _ => is_picture,
                };
                clean.push(byte);
            }
        }
    }
    let parts = gaps.into_iter().map(|(start, end)| {
        let place = |at: usize| (at as u64).to_le_bytes().to_vec();
        vec![b"Cloze".to_vec(), clean.clone(), place(start), place(end)]
    });
    hashes(parts.collect::<Vec<_>>())
}

/// Returns the text in hashcards' form: the first line is trimmed separately.
fn text_of(lines: &[String]) -> String {
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            text.push('\n');
        }
        text.push_str(if at == 0 { line.trim() } else { line });
    }
    text.trim().to_string()
}

#[cfg(feature = "anki")]
fn hashes(cards: impl IntoIterator<Item = Vec<Vec<u8>>>) -> Vec<String> {
    let cards = cards.into_iter();
    let hashed = cards.map(|parts| blake3::hash(&parts.concat()).to_hex().to_string());
    hashed.collect()
}

#[cfg(not(feature = "anki"))]
fn hashes(cards: impl IntoIterator<Item = Vec<Vec<u8>>>) -> Vec<String> {
    // A log beside the cards is still found, and said not to be read.
    cards.into_iter().map(|_| String::new()).collect()
}

#[cfg(test)]
#[cfg(feature = "anki")]
mod tests {
    use super::*;
    use crate::exchange::Options;

    fn hash(parts: &[&[u8]]) -> String {
        blake3::hash(&parts.concat()).to_hex().to_string()
    }

    fn lines(text: &str) -> Vec<String> {
        text.split('\n').map(String::from).collect()
    }

    #[test]
    fn cards_are_known_by_the_hashes_that_hashcards_gives_them() {
        assert_eq!(
            of_basic(&lines(" What is\nthis? "), &lines(" 4\n\n")),
            [hash(&[b"Basic", b"What is\nthis?", b"4"])]
        );
        let place = |at: u64| at.to_le_bytes();
        let clean = "Foo bar ![](image.jpg) quux.".as_bytes();
        assert_eq!(
            of_cloze(&lines(" Foo [bar] ![](image.jpg) [quux].")),
            [
                hash(&[b"Cloze", clean, &place(4), &place(6)]),
                hash(&[b"Cloze", clean, &place(23), &place(26)]),
            ]
        );
        assert_eq!(
            of_cloze(&lines("[$n!$] é")),
            [hash(&[b"Cloze", "$n!$ é".as_bytes(), &place(0), &place(3)])]
        );
    }

    /// Writes a log with these rows: hash, moment, grade and due day.
    fn log(path: &Path, rows: &[(&str, &str, &str, &str)]) {
        let base = rusqlite::Connection::open(path).unwrap();
        base.execute_batch(
            "create table reviews (review_id integer primary key, session_id integer, card_hash text not null, \
             reviewed_at text not null, grade text not null, stability real, difficulty real, due_date text not null) \
             strict;",
        )
        .unwrap();
        for (card, at, grade, due) in rows {
            base.execute(
                "insert into reviews (card_hash, reviewed_at, grade, due_date) values (?, ?, ?, ?)",
                [card, at, grade, due],
            )
            .unwrap();
        }
    }

    fn read_notes(folder: &Path) -> super::super::Parcel {
        let options = Options {
            zone: "Europe/Berlin".parse().unwrap(),
            folder: folder.join("below"),
            ..Options::default()
        };
        let text = "Q: one?\nA: 1\n\nC: [two] and [three]\n";
        super::super::read(text, "notes", &options).unwrap()
    }

    #[test]
    fn answers_come_with_the_cards() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("below")).unwrap();
        let two = &of_cloze(&lines("[two] and [three]"))[1];
        let one = &of_basic(&lines("one?"), &lines("1"))[0];
        log(
            &folder.path().join(NAME),
            &[
                (one, "2025-03-29T23:30:00", "good", "2025-04-01"),
                (one, "2025-03-30T23:30:00.250", "forgot", "2025-03-31"),
                (two, "2025-06-01T08:00:00", "easy", "2025-06-09"),
                ("00", "2025-06-01T08:00:00", "hard", "2025-06-02"),
            ],
        );
        let parcel = read_notes(folder.path());
        let lines: Vec<String> = parcel.events.iter().map(Event::to_line).collect();
        let ids: Vec<&str> = parcel.decks[0]
            .cards
            .iter()
            .map(|card| card.proposed.as_deref().unwrap())
            .collect();
        assert_eq!(
            lines,
            [
                format!(
                    "Review(at:\"2025-03-29T23:30:00.000+01:00\",face:\"{}\",grade:Good,ms:0,due:\"2025-04-01\")",
                    ids[0]
                ),
                format!(
                    "Review(at:\"2025-03-30T23:30:00.250+02:00\",face:\"{}\",grade:Again,ms:0,due:\"2025-03-31\")",
                    ids[0]
                ),
                format!(
                    "Review(at:\"2025-06-01T08:00:00.000+02:00\",face:\"{}#c2\",grade:Easy,ms:0,due:\"2025-06-09\")",
                    ids[1]
                ),
            ]
        );
        let rows: Vec<usize> = parcel.report.history.values().copied().collect();
        assert_eq!(rows, [3, 1], "{:?}", parcel.report);
    }

    #[test]
    fn a_damaged_log_is_noted_and_the_cards_come() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("below")).unwrap();
        std::fs::write(folder.path().join(NAME), "not SQLite").unwrap();
        let parcel = read_notes(folder.path());
        assert_eq!((parcel.events.len(), parcel.source_cards()), (0, 3));
        assert!(
            parcel
                .report
                .noted
                .keys()
                .any(|what| what.contains("hashcards"))
        );
    }
}
