//! Conversion of Anki's log to events.

use std::collections::HashMap;

use super::collection::{Answer, Collection};
use super::note::Made;
use super::types::Card;
use crate::deck::FaceKey;
use crate::exchange::events::{self, Memory};
use crate::exchange::parcel::Report;
use crate::exchange::zone::Zone;
use crate::history::{Event, Grade};
use crate::time::{Day, Stamp};

/// The kinds of rows in the log.
const LEARNING: i64 = 0;
const CRAMMING: i64 = 3;
const MANUAL: i64 = 4;
const RESCHEDULED: i64 = 5;

/// The longest time of an answer, in milliseconds: Anki stops its own clock there too.
const LONGEST_ANSWER: i64 = 60_000;

/// The settings by which the log is read.
pub(super) struct Reading {
    /// The person's time zone.
    pub(super) zone: Zone,
    /// The hour at which a day starts.
    pub(super) day_starts_at: u32,
    /// Whether answers to deleted cards are kept.
    pub(super) with_orphans: bool,
}

/// The result of the answers to one card.
#[derive(Default)]
struct Trail {
    /// The moment of the last row, in milliseconds since 1970-01-01T00:00:00Z.
    last: Option<i64>,
    /// The day that the last answer promised.
    due: Option<Day>,
}

/// Returns the events of the log in order, and notes in `report` what was skipped.
pub(super) fn events(
    collection: &Collection,
    made: &mut Made,
    reading: &Reading,
) -> Result<Vec<Event>, String> {
    let log = collection.log()?;
    let mut report = std::mem::take(&mut made.report);
    let mut events = Vec::with_capacity(log.len());
    let mut trails: HashMap<i64, Trail> = HashMap::with_capacity(made.faces.len());
    for rows in log.chunk_by(|one, next| one.card == next.card) {
        let card = rows.first().map_or(0, |row| row.card);
        let face = match made.faces.get(&card) {
            Some(face) => face.clone(),
            None => {
                report.rows("answers to cards that are not there", rows.len());
                let orphan = format!("anki-card-{card}").parse();
                match orphan {
                    Ok(face) if reading.with_orphans => face,
                    _ => continue,
                }
            }
        };
        let trail = Log {
            face,
            reading,
            old_buttons: collection.old_buttons,
            events: &mut events,
            report: &mut report,
        }
        .rows(rows);
        trails.insert(card, trail);
    }
    dues(collection, made, reading, &trails, &mut events, &mut report);
    suspensions(made, reading, &trails, &mut events, &mut report);
    events.sort_by_key(Event::at);
    made.report = report;
    Ok(events)
}

/// The log of one card while it is read.
struct Log<'a> {
    face: FaceKey,
    reading: &'a Reading,
    old_buttons: bool,
    events: &'a mut Vec<Event>,
    report: &'a mut Report,
}

impl Log<'_> {
    fn rows(mut self, rows: &[Answer]) -> Trail {
        let mut trail = Trail::default();
        // Whether the memory rests on answers since the card was last new, and whether the last row that counts was one
        // of learning.
        let (mut rests, mut learning) = (false, false);
        for (at, row) in rows.iter().enumerate() {
            trail.last = Some(row.at);
            if row.kind == CRAMMING && row.factor == 0 {
                self.report
                    .rows("answers while cramming, which change nothing", 1);
                continue;
            }
            let graded = (1..=4).contains(&row.ease);
            if !graded || row.kind == MANUAL || row.kind == RESCHEDULED {
                learning = false;
                if row.kind == MANUAL && row.factor == 0 && !graded {
                    self.forget(row.at);
                    (rests, trail.due) = (false, None);
                } else {
                    self.report
                        .rows("days set by hand or rescheduled: the due days have them", 1);
                }
                continue;
            }
            let learns = row.kind == LEARNING;
            // Old versions of Anki wrote no row for a reset: learning after anything else began from new.
            if learns && rests && !learning {
                self.forget(row.at - 1);
                rests = false;
            }
            let Some(review) = self.review(row) else {
                self.report.rows("answers at impossible times", 1);
                continue;
            };
            trail.due = Some(review);
            if !rests && !learns {
                self.begun_before(row, rows.get(at + 1..).unwrap_or(&[]), review);
            }
            (rests, learning) = (true, learns);
        }
        trail
    }

    /// Records an answer; returns the day that it promised.
    fn review(&mut self, row: &Answer) -> Option<Day> {
        let at = self.reading.zone.stamp(row.at)?;
        let days = if row.interval > 0 {
            row.interval
        } else {
            row.interval.saturating_neg() / 86_400
        };
        let due = at.day(self.reading.day_starts_at).plus(days.min(1_000_000));
        self.events.push(Event::Review {
            at,
            face: self.face.clone(),
            grade: self.grade(row)?,
            ms: u32::try_from(row.ms.clamp(0, LONGEST_ANSWER)).unwrap_or(0),
            due,
        });
        self.report.rows("answers", 1);
        Some(due)
    }

    fn grade(&self, row: &Answer) -> Option<Grade> {
        // The first scheduler had three buttons for a card in review.
        let shifted = self.old_buttons && matches!(row.kind, 0 | 2) && matches!(row.ease, 2 | 3);
        match row.ease + i64::from(shifted) {
            1 => Some(Grade::Again),
            2 => Some(Grade::Hard),
            3 => Some(Grade::Good),
            4 => Some(Grade::Easy),
            _ => None,
        }
    }

    fn forget(&mut self, at: i64) {
        if let Some(at) = self.reading.zone.stamp(at) {
            let face = self.face.clone();
            self.events.push(Event::Forget {
                at,
                face,
                with: None,
            });
            self.report.rows("cards that were reset to new", 1);
        }
    }

    /// Adds the state before a log that begins in the middle: that of the scheduler at this moment stands for the
    /// missing answers.
    fn begun_before(&mut self, row: &Answer, later: &[Answer], due: Day) {
        let learnt_anew = later
            .iter()
            .take_while(|row| !(row.kind == MANUAL && row.factor == 0))
            .any(|row| row.kind == LEARNING && (1..=4).contains(&row.ease));
        if learnt_anew {
            return;
        }
        let factor = if row.factor == 0 { 2500 } else { row.factor };
        if let Some(state) = state(factor, row.interval)
            && let Some(at) = self.reading.zone.stamp(row.at + 1)
        {
            let event = events::known(at, self.face.clone(), state, due);
            self.events.push(event);
            self.report.rows(
                "logs that begin in the middle: memory from the scheduler of then",
                1,
            );
        }
    }
}

/// Returns the memory state that follows from a factor in thousandths and an interval in days. Since Anki has FSRS
/// (23.10) a factor up to 1100 is a difficulty.
fn state(factor: i64, interval: i64) -> Option<Memory> {
    let ease = f32::from(i16::try_from(factor.clamp(0, 30_000)).ok()?) / 1000.0;
    let days = f32::from(u16::try_from(interval.clamp(1, 36_500)).ok()?);
    let state = Memory::from_sm2(ease, days)?;
    if factor <= 1100 {
        return Memory::new(state.stability, (ease - 0.1) * 9.0 + 1.0);
    }
    Some(state)
}

/// Adds due days that differ from the last promise, and memory states of cards without answers.
fn dues(
    collection: &Collection,
    made: &Made,
    reading: &Reading,
    trails: &HashMap<i64, Trail>,
    events: &mut Vec<Event>,
    report: &mut Report,
) {
    let creation = match collection.creation_offset {
        Some(west) => chrono::FixedOffset::west_opt(west.saturating_mul(60)).map(Zone::Fixed),
        None => None,
    };
    let zone = creation.unwrap_or_else(|| reading.zone.clone());
    let Some(begun) = zone.date(collection.created.saturating_mul(1000)) else {
        return;
    };
    let (mut compared, mut off_by_one) = (0usize, 0usize);
    for (_, cards) in &made.cards {
        for card in cards {
            // Only a card in review or relearning has a day; one in learning has a moment.
            if !matches!(card.kind, 2 | 3) || card.queue == 1 || card.due.abs() > 100_000 {
                continue;
            }
            let Some(face) = made.faces.get(&card.id) else {
                continue;
            };
            let due = begun.plus(card.due);
            let trail = trails.get(&card.id);
            match trail.and_then(|trail| Some((trail.last?, trail.due?))) {
                Some((last, promised)) => {
                    compared += 1;
                    if due == promised {
                        continue;
                    }
                    off_by_one += usize::from(due.days_since(promised).abs() == 1);
                    if let Some(at) = reading.zone.stamp(last + 1) {
                        let face = face.clone();
                        events.push(Event::Due { at, face, due });
                        report.rows("due days that differ from the last answer's", 1);
                    }
                }
                None => {
                    if let Some(event) = without_answers(card, face, due, trail, &reading.zone) {
                        events.push(event);
                        report.rows("cards without answers: memory from the scheduler", 1);
                    }
                }
            }
        }
    }
    if compared >= 5 && off_by_one * 5 >= compared {
        report.note(
            "due days differ by one from their last answer's: if the collection comes from another time zone, say which (--zone)",
            &format!("{off_by_one} of {compared} cards"),
        );
    }
}

/// Returns the memory state that Anki has for a card without answers in the log.
fn without_answers(
    card: &Card,
    face: &FaceKey,
    due: Day,
    trail: Option<&Trail>,
    zone: &Zone,
) -> Option<Event> {
    if card.interval <= 0 || card.reps <= 0 {
        return None;
    }
    let state = match card.memory {
        Some((stability, difficulty)) => Memory::new(stability, difficulty),
        None => Memory::from_sm2(
            f32::from(i16::try_from(card.factor.clamp(0, 30_000)).ok()?) / 1000.0,
            f32::from(u16::try_from(card.interval.clamp(1, 36_500)).ok()?),
        ),
    };
    let at = match trail.and_then(|trail| trail.last) {
        Some(last) => zone.stamp(last + 1)?,
        None => zone.noon(due.plus(-card.interval).date())?,
    };
    Some(events::known(at, face.clone(), state?, due))
}

/// Adds suspensions: of a card if all of its faces are suspended, else of the faces.
fn suspensions(
    made: &Made,
    reading: &Reading,
    trails: &HashMap<i64, Trail>,
    events: &mut Vec<Event>,
    report: &mut Report,
) {
    // Anki does not record the moment: use that of the last answer, or of the card's creation.
    let moment = |card: &Card| -> Option<Stamp> {
        let last = trails.get(&card.id).and_then(|trail| trail.last);
        reading
            .zone
            .stamp(last.unwrap_or(card.id).saturating_add(2))
    };
    for (id, cards) in &made.cards {
        let suspended: Vec<&Card> = cards.iter().filter(|card| card.queue == -1).collect();
        if suspended.is_empty() {
            continue;
        }
        if suspended.len() == cards.len() {
            if let Some(at) = suspended.iter().filter_map(|card| moment(card)).max() {
                events.push(Event::suspend(at, id.clone()));
                report.rows("suspended cards", 1);
            }
            continue;
        }
        report.note("cards of which only some faces are suspended", id.as_str());
        for card in suspended {
            let face = made.faces.get(&card.id).cloned();
            if let Some((at, face)) = moment(card).zip(face) {
                events.push(events::suspend_face(at, face));
                report.rows("suspended faces", 1);
            }
        }
    }
}
