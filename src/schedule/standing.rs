//! Card states: new, learning, young, mature.
//!
//! It knows a face's history and nothing else.

use serde::Serialize;

use crate::history::FaceHistory;

/// The interval, in days, from which a face counts as mature, as in Anki (c32cb29, 2026-08).
pub const MATURE: i64 = 21;

/// The state of a face.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Never answered, or reset by `quiz forget`.
    New,
    /// Answered, but not yet recalled with an interval of a day or more.
    Learning,
    /// Its last interval is below [`MATURE`] days.
    Young,
    /// Its last interval is [`MATURE`] days or more.
    Mature,
}

impl Standing {
    /// Returns the state of a face; `None` means that it was never answered.
    pub fn of(face: Option<&FaceHistory>) -> Self {
        let Some((face, interval)) = face.and_then(|face| Some((face, face.interval()?))) else {
            return Self::New;
        };
        match interval {
            _ if face.last().is_some_and(|last| !last.grade.recalled()) => Self::Learning,
            ..=0 => Self::Learning,
            days if days < MATURE => Self::Young,
            _ => Self::Mature,
        }
    }

    /// Returns the word that is printed.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Learning => "learning",
            Self::Young => "young",
            Self::Mature => "mature",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{Grade, Review};
    use crate::time::Stamp;

    fn after(grade: Grade, due: &str) -> Standing {
        let at: Stamp = "2026-11-01T12:00:00.000+00:00".parse().unwrap();
        let review = Review {
            at,
            day: at.day(4),
            grade,
            ms: 1,
            due: due.parse().unwrap(),
        };
        Standing::of(Some(&FaceHistory::new(vec![review])))
    }

    #[test]
    fn a_face_is_what_its_last_interval_says() {
        assert_eq!(Standing::of(None), Standing::New);
        assert_eq!(after(Grade::Again, "2026-11-01"), Standing::Learning);
        assert_eq!(after(Grade::Good, "2026-11-21"), Standing::Young);
        assert_eq!(after(Grade::Good, "2026-11-22"), Standing::Mature);
    }
}
