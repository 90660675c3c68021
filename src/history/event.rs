//! The events of a history, and their notation: one event per line, in RON.
//!
//! It knows ids, keys and moments, never the state that follows from them, nor files.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::plain;
use crate::deck::cut::Cut;
use crate::deck::{CardId, FaceKey};
use crate::time::{Day, Stamp};

/// The grade of an answer (FSRS ratings 1–4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Grade {
    /// Not recalled.
    Again = 1,
    /// Recalled with difficulty.
    Hard = 2,
    /// Recalled.
    Good = 3,
    /// Recalled without effort.
    Easy = 4,
}

impl Grade {
    /// All grades, ascending.
    pub const ALL: [Self; 4] = [Self::Again, Self::Hard, Self::Good, Self::Easy];

    /// Returns its name as commands spell it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Again => "again",
            Self::Hard => "hard",
            Self::Good => "good",
            Self::Easy => "easy",
        }
    }

    /// Returns whether the face was recalled.
    pub fn recalled(self) -> bool {
        self != Self::Again
    }
}

/// One thing that happened.
///
/// The page of the [history](super) has an example of each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// A face was answered.
    Review {
        /// When.
        at: Stamp,
        /// The face's key.
        face: FaceKey,
        /// The grade.
        grade: Grade,
        /// The time it took, in milliseconds.
        ms: u32,
        /// The day on which it is due next.
        due: Day,
    },
    /// An event was undone, as if it had never happened.
    Undo {
        /// When.
        at: Stamp,
        /// What the event was about: the key of its face, or the id of its card; for a rename, the old id or key. For
        /// a scored quiz it is ignored.
        face: FaceKey,
        /// The moment of that event.
        of: Stamp,
    },
    /// A card or a face was suspended: it is not asked until it is resumed.
    Suspend(Pause),
    /// A suspended or buried card, or a suspended face, was resumed: it is asked again.
    Resume(Pause),
    /// A card was buried: it is not asked before a day.
    Bury {
        /// When.
        at: Stamp,
        /// The card's id.
        card: CardId,
        /// The day.
        until: Day,
        /// The moment of the first event of the same command; `None` for that one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        with: Option<Stamp>,
    },
    /// A face was reset to new; its reviews still count for statistics.
    Forget {
        /// When.
        at: Stamp,
        /// The face's key.
        face: FaceKey,
        /// The moment of the first event of the same command; `None` for that one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        with: Option<Stamp>,
    },
    /// A card got a new id or, if either key has a `#`, a face got a new key.
    Rename {
        /// When.
        at: Stamp,
        /// The old id or key.
        from: FaceKey,
        /// The new id or key.
        to: FaceKey,
    },
    /// A card was removed from its deck on purpose.
    Remove {
        /// When.
        at: Stamp,
        /// The card's id.
        card: CardId,
        /// What was cut out of the deck; `None` if no deck had the card.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cut: Option<Box<Cut>>,
        /// The moment of the first event of the same command; `None` for that one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        with: Option<Stamp>,
    },
    /// A face is due on a day that a person chose.
    Due {
        /// When.
        at: Stamp,
        /// The face's key.
        face: FaceKey,
        /// The day.
        due: Day,
    },
    /// The memory state of a face comes from another program: its schedule starts from here, without reviews.
    Known {
        /// When.
        at: Stamp,
        /// The face's key.
        face: FaceKey,
        /// FSRS stability, in days; above 0.
        stability: f32,
        /// FSRS difficulty, 1–10.
        difficulty: f32,
        /// The day on which it is due.
        due: Day,
    },
    /// A scored quiz was taken.
    Test {
        /// When it ended.
        at: Stamp,
        /// The names of the decks that were asked.
        decks: Vec<String>,
        /// The number of questions answered.
        asked: u32,
        /// The number of right answers.
        right: u32,
        /// The time it took, in seconds.
        seconds: u32,
    },
    /// A question of a scored quiz was answered. Later quizzes use it; the schedule ignores it.
    Question {
        /// When.
        at: Stamp,
        /// The key of the face that it was about.
        face: FaceKey,
        /// Whether the answer was right.
        right: bool,
    },
    /// The hour at which days start was set.
    DayStart {
        /// When.
        at: Stamp,
        /// The hour, 0–23.
        hour: u32,
    },
}

/// The fields of an [`Event::Suspend`] or [`Event::Resume`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "PauseFields", into = "PauseFields")]
pub struct Pause {
    /// When.
    pub at: Stamp,
    /// The card or face.
    pub of: Paused,
    /// The moment of the first event of the same command; `None` for that one.
    pub with: Option<Stamp>,
}

/// A card with all of its faces, or one face.
#[derive(Debug, Clone, PartialEq)]
pub enum Paused {
    /// All faces of the card.
    Card(CardId),
    /// One face.
    Face(FaceKey),
}

impl fmt::Display for Paused {
    /// Writes the card's id, or the face's key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Card(card) => card.fmt(f),
            Self::Face(face) => face.fmt(f),
        }
    }
}

/// The fields of a [`Pause`] as they are written: one of `card` and `face`.
#[derive(Serialize, Deserialize)]
#[serde(rename = "Pause")]
struct PauseFields {
    at: Stamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    card: Option<CardId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    face: Option<FaceKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    with: Option<Stamp>,
}

impl TryFrom<PauseFields> for Pause {
    type Error = &'static str;

    fn try_from(fields: PauseFields) -> Result<Self, Self::Error> {
        let of = match (fields.card, fields.face) {
            (Some(card), None) => Paused::Card(card),
            (None, Some(face)) => Paused::Face(face),
            _ => return Err("expected either `card` or `face`"),
        };
        Ok(Self {
            at: fields.at,
            of,
            with: fields.with,
        })
    }
}

impl From<Pause> for PauseFields {
    fn from(pause: Pause) -> Self {
        let (card, face) = match pause.of {
            Paused::Card(card) => (Some(card), None),
            Paused::Face(face) => (None, Some(face)),
        };
        Self {
            at: pause.at,
            card,
            face,
            with: pause.with,
        }
    }
}

/// The first line of a history file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename = "History")]
pub struct Header {
    /// The version of the format.
    pub version: u32,
    /// The machine that writes the file; empty if the header lacks it.
    #[serde(default)]
    pub machine: String,
}

/// The version of the format that this program writes.
pub const VERSION: u32 = 1;

/// An event, as read from a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// The event.
    pub event: Event,
    /// Whether the line has fields that this version doesn't know and ignores.
    pub is_newer: bool,
}

/// The reason why a line is not an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// Its kind is unknown, so from a newer program: the name of the kind.
    Kind(String),
    /// It is not an event at all: the reason.
    Line(String),
}

impl Event {
    /// Orders events by moment, then by their text, so that all machines agree.
    pub(super) fn in_order(&self, other: &Self) -> Ordering {
        let moments = self.at().millis().cmp(&other.at().millis());
        moments.then_with(|| self.to_line().cmp(&other.to_line()))
    }

    /// Returns the event that suspends a card.
    pub fn suspend(at: Stamp, card: CardId) -> Self {
        Self::Suspend(Pause {
            at,
            of: Paused::Card(card),
            with: None,
        })
    }

    /// Returns the event that resumes a card.
    pub fn resume(at: Stamp, card: CardId) -> Self {
        Self::Resume(Pause {
            at,
            of: Paused::Card(card),
            with: None,
        })
    }

    /// Returns when it happened.
    pub fn at(&self) -> Stamp {
        match self {
            Self::Review { at, .. }
            | Self::Undo { at, .. }
            | Self::Suspend(Pause { at, .. })
            | Self::Resume(Pause { at, .. })
            | Self::Bury { at, .. }
            | Self::Forget { at, .. }
            | Self::Rename { at, .. }
            | Self::Remove { at, .. }
            | Self::Due { at, .. }
            | Self::Known { at, .. }
            | Self::Test { at, .. }
            | Self::Question { at, .. }
            | Self::DayStart { at, .. } => *at,
        }
    }

    /// Returns the moment of the first event of its command; `quiz undo` undoes them all at once.
    pub fn first(&self) -> Stamp {
        let with = match self {
            Self::Suspend(pause) | Self::Resume(pause) => pause.with,
            Self::Bury { with, .. } | Self::Forget { with, .. } | Self::Remove { with, .. } => {
                *with
            }
            _ => None,
        };
        with.unwrap_or_else(|| self.at())
    }

    /// Returns the `face` of an [`Event::Undo`] of it; `None` if it can't be undone.
    pub fn subject(&self) -> Option<FaceKey> {
        match self {
            Self::Review { face, .. }
            | Self::Forget { face, .. }
            | Self::Due { face, .. }
            | Self::Question { face, .. }
            | Self::Known { face, .. } => Some(face.clone()),
            Self::Suspend(pause) | Self::Resume(pause) => Some(match &pause.of {
                Paused::Card(card) => card.clone().into(),
                Paused::Face(face) => face.clone(),
            }),
            Self::Bury { card, .. } | Self::Remove { card, .. } => Some(card.clone().into()),
            Self::Rename { from, .. } => Some(from.clone()),
            Self::Test { .. } => "test".parse().ok(),
            Self::Undo { .. } | Self::DayStart { .. } => None,
        }
    }

    /// Returns the id of the card that it was written about; `None` if it concerns no card.
    pub(crate) fn about(&self) -> Option<CardId> {
        match self {
            Self::Undo { face, .. } => Some(face.card.clone()),
            Self::Test { .. } => None,
            other => other.subject().map(|subject| subject.card),
        }
    }

    /// Returns the event as one line, without the line break.
    pub fn to_line(&self) -> String {
        if let Some(line) = review_line(self) {
            return line;
        }
        // RON can express every event: a failure would be a bug, and readers skip the empty line.
        let line = crate::notation::options().to_string(self);
        debug_assert!(line.is_ok(), "{self:?}");
        line.unwrap_or_default()
    }

    /// Parses one line. Unknown fields are ignored.
    ///
    /// # Errors
    /// See [`Unreadable`].
    pub fn parse(line: &str) -> Result<Read, Unreadable> {
        if let Some(event) = parse_review(line) {
            return Ok(Read {
                event,
                is_newer: false,
            });
        }
        let unreadable = |error: ron::Error| match error {
            ron::Error::NoSuchEnumVariant { found, .. } => Unreadable::Kind(found),
            other => Unreadable::Line(other.to_string()),
        };
        let options = crate::notation::options();
        let mut source = ron::Deserializer::from_str_with_options(line, &options)
            .map_err(|error| unreadable(error.code))?;
        let mut is_newer = false;
        let event = serde_ignored::deserialize(&mut source, |_| is_newer = true);
        let event: Self = match event.and_then(|event| source.end().map(|()| event)) {
            Ok(event) => event,
            // With unknown fields present, a missing one may be their doing: a newer version's line.
            Err(error) => {
                return Err(match (unreadable(error), line.split_once('(')) {
                    (Unreadable::Line(_), Some((kind, _))) if is_newer => {
                        Unreadable::Kind(kind.trim().to_string())
                    }
                    (unreadable, _) => unreadable,
                });
            }
        };
        event.check().map_err(|why| Unreadable::Line(why.into()))?;
        Ok(Read { event, is_newer })
    }

    /// Checks that numbers are within the ranges that the fold can use.
    fn check(&self) -> Result<(), &'static str> {
        match self {
            Self::Known { stability, .. } if !(stability.is_finite() && *stability > 0.0) => {
                Err("`stability` must be above 0")
            }
            Self::Known { difficulty, .. } if !(1.0..=10.0).contains(difficulty) => {
                Err("`difficulty` must be from 1 to 10")
            }
            Self::DayStart { hour, .. } if *hour > 23 => Err("`hour` must be from 0 to 23"),
            _ => Ok(()),
        }
    }
}

impl Header {
    /// Returns the header for the file of `machine`, in the current version.
    pub fn new(machine: &str) -> Self {
        Self {
            version: VERSION,
            machine: machine.to_string(),
        }
    }

    /// Returns the header as one line, without the line break.
    pub fn to_line(&self) -> String {
        format!(
            "History(version: {}, machine: {})",
            self.version,
            crate::notation::quote(&self.machine)
        )
    }

    /// Parses a header; `None` if the line is not one. Only `version` is required, and unknown fields are ignored.
    pub fn parse(line: &str) -> Option<Self> {
        line.starts_with(START)
            .then(|| crate::notation::options().from_str(line).ok())
            .flatten()
    }

    /// Returns the version of a header whose notation may be newer than ours: the first `version: N` in a line that
    /// starts with `History(`.
    pub fn version(line: &str) -> Option<u32> {
        let (_, rest) = line.strip_prefix(START)?.split_once("version")?;
        let digits = rest.trim_start().strip_prefix(':')?.trim_start();
        let end = digits
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(digits.len());
        let digits = digits.get(..end).filter(|digits| !digits.is_empty())?;
        // A number that overflows is newer in any case.
        Some(digits.parse().unwrap_or(u32::MAX))
    }
}

/// The start of a header.
const START: &str = "History(";

/// Parses a review in the exact form that we write. RON's own parser takes several times as long.
fn parse_review(line: &str) -> Option<Event> {
    let (review, after) = plain::Reader::default().line(line.as_bytes())?;
    after.is_empty().then_some(())?;
    Some(Event::Review {
        at: review.at,
        face: std::str::from_utf8(review.face).ok()?.parse().ok()?,
        grade: review.grade,
        ms: review.ms,
        due: review.due,
    })
}

/// Returns the line of a review; `None` for other events, and for keys that RON might escape.
///
/// RON's own writer gives the same text and takes several times as long.
fn review_line(event: &Event) -> Option<String> {
    let Event::Review {
        at,
        face,
        grade,
        ms,
        due,
    } = event
    else {
        return None;
    };
    face.card.as_str().is_ascii().then(|| {
        format!("Review(at:\"{at}\",face:\"{face}\",grade:{grade:?},ms:{ms},due:\"{due}\")")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reviews_are_written_as_ron_writes_them() {
        let grades = [Grade::Again, Grade::Hard, Grade::Good, Grade::Easy];
        let faces = [
            "a",
            "anki-x_5B.2",
            "a:b/c+d-e#c12",
            "é#reverse",
            "x\u{915}\u{93f}",
        ];
        for (grade, face) in grades
            .iter()
            .flat_map(|grade| faces.map(|face| (*grade, face)))
        {
            let review = Event::Review {
                at: "2026-03-01T00:00:00.007-09:30".parse().unwrap(),
                face: face.parse().unwrap(),
                grade,
                ms: u32::MAX,
                due: "0999-01-01".parse().unwrap(),
            };
            let ron = crate::notation::options().to_string(&review).unwrap();
            assert_eq!(review.to_line(), ron);
        }
    }

    #[test]
    fn lines_are_as_documented_and_read_back() {
        let at = "2026-11-23T09:12:31.512+01:00".parse().unwrap();
        let due = "2026-11-26".parse().unwrap();
        let review = Event::Review {
            at,
            face: "ow-definition".parse().unwrap(),
            grade: Grade::Good,
            ms: 4210,
            due,
        };
        assert_eq!(
            review.to_line(),
            r#"Review(at:"2026-11-23T09:12:31.512+01:00",face:"ow-definition",grade:Good,ms:4210,due:"2026-11-26")"#
        );
        let events = [
            review,
            Event::Undo {
                at,
                face: "a#c2".parse().unwrap(),
                of: at,
            },
            Event::Rename {
                at,
                from: "a".parse().unwrap(),
                to: "b".parse().unwrap(),
            },
            Event::Test {
                at,
                decks: vec!["d".into()],
                asked: 20,
                right: 18,
                seconds: 300,
            },
            Event::Remove {
                at,
                card: "a".parse().unwrap(),
                cut: Some(Box::new(Cut {
                    deck: "d".into(),
                    byte: 12,
                    after: Some("b".parse().unwrap()),
                    text: "  Basic(id: \"a\", …),\n".into(),
                })),
                with: Some(at),
            },
            Event::Forget {
                at,
                face: "a#c2".parse().unwrap(),
                with: Some(at),
            },
            Event::Suspend(Pause {
                at,
                of: Paused::Face("a#c2".parse().unwrap()),
                with: Some(at),
            }),
        ];
        for event in events {
            let read = Event::parse(&event.to_line()).unwrap();
            assert_eq!((read.event, read.is_newer), (event, false));
        }
    }

    #[test]
    fn both_readers_agree() {
        let line = r#"Review(at:"2026-11-23T09:12:31.512+01:00",face:"x",grade:Hard,ms:4,due:"2026-11-26")"#;
        let spaced = line.replace(",ms:", ", ms: ");
        assert!(parse_review(line).is_some() && parse_review(&spaced).is_none());
        assert_eq!(Event::parse(line), Event::parse(&spaced));
    }

    #[test]
    fn what_is_unreadable_is_told_apart() {
        assert_eq!(
            Event::parse("Dream(at:\"x\")"),
            Err(Unreadable::Kind("Dream".into()))
        );
        assert!(matches!(
            Event::parse("Review(at:\"2026"),
            Err(Unreadable::Line(_))
        ));
        assert!(matches!(
            Event::parse("rubbish"),
            Err(Unreadable::Kind(_) | Unreadable::Line(_))
        ));
    }

    #[test]
    fn a_face_that_is_not_a_key_is_not_an_event() {
        for face in [
            "",
            "a b",
            "a#",
            "a#c0",
            "a#c1000",
            "a#c+1",
            "a#c01",
            "a#reverse#c1",
            "\u{1b}[31mX",
        ] {
            let quoted = crate::notation::quote(face);
            for line in [
                format!(
                    "Review(at:\"2026-11-23T09:12:31.512+01:00\",face:{quoted},grade:Hard,ms:4,due:\"2026-11-26\")"
                ),
                format!("Forget(at:\"2026-11-23T09:12:31.512+01:00\",face:{quoted})"),
            ] {
                assert!(
                    matches!(Event::parse(&line), Err(Unreadable::Line(_))),
                    "{line}"
                );
            }
        }
    }

    #[test]
    fn a_newer_header_is_recognised() {
        let newer = Header::parse(r#"History(version: 2, machine: "m", zone: "x")"#).unwrap();
        assert_eq!(newer.version, 2);
        assert_eq!(
            Header::parse(&Header::new("m").to_line()),
            Some(Header::new("m"))
        );
    }
}
