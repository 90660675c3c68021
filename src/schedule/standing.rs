//! How far a face has come.

use serde::Serialize;

use crate::history::FaceHistory;

/// From how many days on an interval counts as long, as in Anki.
pub const MATURE: i64 = 21;

/// How far a face has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Never answered, or forgotten on purpose.
    New,
    /// Answered, and not yet recalled for a day or more.
    Learning,
    /// Its last interval is below [`MATURE`] days.
    Young,
    /// Its last interval is [`MATURE`] days or more.
    Mature,
}

impl Standing {
    /// How far the face has come; `face` is none where nothing happened to it.
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

    /// The word for it.
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
