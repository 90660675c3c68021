//! What happened: one event a line, in RON.

use serde::{Deserialize, Serialize};

use crate::deck::{CardId, FaceKey};
use crate::time::{Day, Stamp};

/// How well a face was recalled (FSRS 1–4).
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

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Again => "again",
            Self::Hard => "hard",
            Self::Good => "good",
            Self::Easy => "easy",
        }
    }

    /// Whether the face was recalled.
    pub fn recalled(self) -> bool {
        self != Self::Again
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Event {
    /// A face was answered.
    Review {
        /// When.
        at: Stamp,
        /// The face's key.
        face: FaceKey,
        /// How well.
        grade: Grade,
        /// How long it took, in milliseconds.
        ms: u32,
        /// The day on which it is due next: a promise.
        due: Day,
    },
    /// A review was taken back.
    Undo {
        /// When.
        at: Stamp,
        /// The face's key.
        face: FaceKey,
        /// When the review was made.
        of: Stamp,
    },
    /// A card is not to be asked until it is resumed.
    Suspend {
        /// When.
        at: Stamp,
        /// The card's id.
        card: CardId,
    },
    /// A suspended card is to be asked again.
    Resume {
        /// When.
        at: Stamp,
        /// The card's id.
        card: CardId,
    },
    /// A card is not to be asked before a day.
    Bury {
        /// When.
        at: Stamp,
        /// The card's id.
        card: CardId,
        /// The day.
        until: Day,
    },
    /// A face is to be learnt anew.
    Forget {
        /// When.
        at: Stamp,
        /// The face's key.
        face: FaceKey,
    },
    /// A card has another id.
    Rename {
        /// When.
        at: Stamp,
        /// The old id.
        from: FaceKey,
        /// The new id.
        to: FaceKey,
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
    /// A scored quiz was taken.
    Test {
        /// When it ended.
        at: Stamp,
        /// The names of the decks that were asked.
        decks: Vec<String>,
        /// How many questions were answered.
        asked: u32,
        /// How many of them right.
        right: u32,
        /// How long it took.
        seconds: u32,
    },
}

/// The first line of a history file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename = "History")]
pub struct Header {
    /// The version of the format.
    pub version: u32,
    /// The machine that writes the file.
    pub machine: String,
}

/// The version of the format that this program writes.
pub const VERSION: u32 = 1;

/// Why a line is no event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// Its kind is not known: a newer program's.
    Kind(String),
    /// It is no event at all: what is wrong with it.
    Line(String),
}

impl Event {
    /// When it happened.
    pub fn at(&self) -> Stamp {
        match self {
            Self::Review { at, .. }
            | Self::Undo { at, .. }
            | Self::Suspend { at, .. }
            | Self::Resume { at, .. }
            | Self::Bury { at, .. }
            | Self::Forget { at, .. }
            | Self::Rename { at, .. }
            | Self::Due { at, .. }
            | Self::Test { at, .. } => *at,
        }
    }

    /// The event on one line, without its end.
    pub fn to_line(&self) -> String {
        to_line(self)
    }

    /// Reads one line.
    ///
    /// # Errors
    /// See [`Unreadable`].
    pub fn parse(line: &str) -> Result<Self, Unreadable> {
        if let Some(review) = parse_review(line) {
            return Ok(review);
        }
        crate::notation::options()
            .from_str(line)
            .map_err(|error| match error.code {
                ron::Error::NoSuchEnumVariant { found, .. } => Unreadable::Kind(found),
                other => Unreadable::Line(other.to_string()),
            })
    }
}

/// The header on one line, without its end.
impl Header {
    /// A header for a file of this machine.
    pub fn new(machine: &str) -> Self {
        Self {
            version: VERSION,
            machine: machine.to_string(),
        }
    }

    /// The header on one line, without its end.
    pub fn to_line(&self) -> String {
        format!(
            "History(version: {}, machine: {})",
            self.version,
            crate::notation::quote(&self.machine)
        )
    }

    /// Reads a header. Fields of a newer version are passed over: its number is what matters.
    pub fn parse(line: &str) -> Option<Self> {
        line.starts_with("History(")
            .then(|| crate::notation::options().from_str(line).ok())
            .flatten()
    }
}

fn to_line<T: Serialize>(value: &T) -> String {
    // An event holds nothing that RON cannot say: a failure would be a bug, and an empty line is skipped.
    ron::to_string(value).unwrap_or_default()
}

/// Reads a review in the exact form that it is written in: nearly every line of a history is one, and RON's own
/// reader takes several times as long. Any other form is left to that.
fn parse_review(line: &str) -> Option<Event> {
    let rest = line.strip_prefix("Review(at:\"")?;
    let (at, rest) = rest.split_at_checked(STAMP)?;
    let (face, rest) = split_once(rest.strip_prefix("\",face:\"")?, b'"')?;
    let (grade, rest) = split_once(rest.strip_prefix(",grade:")?, b',')?;
    let (ms, rest) = split_once(rest.strip_prefix("ms:")?, b',')?;
    let due = rest.strip_prefix("due:\"")?.strip_suffix("\")")?;
    let grade = match grade {
        "Again" => Grade::Again,
        "Hard" => Grade::Hard,
        "Good" => Grade::Good,
        "Easy" => Grade::Easy,
        _ => return None,
    };
    if face.contains('\\') || !ms.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(Event::Review {
        at: at.parse().ok()?,
        face: face.parse().ok()?,
        grade,
        ms: ms.parse().ok()?,
        due: due.parse().ok()?,
    })
}

/// The text before and after the first `byte`, an ASCII one; quicker than the search for any character.
fn split_once(text: &str, byte: u8) -> Option<(&str, &str)> {
    let at = memchr::memchr(byte, text.as_bytes())?;
    text.get(..at).zip(text.get(at + 1..))
}

/// How many bytes a stamp has as it is written.
const STAMP: usize = "2026-11-23T09:12:31.512+01:00".len();

#[cfg(test)]
mod tests {
    use super::*;

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
        ];
        for event in events {
            assert_eq!(Event::parse(&event.to_line()), Ok(event));
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
