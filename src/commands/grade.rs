//! `quiz grade`: one answer, from a script or another front end.

use serde::Serialize;

use super::{give_ids, print_done, print_json_done, say};
use crate::cli::GradeFace;
use crate::deck::FaceKey;
use crate::error::{Error, Result};
use crate::history::Grade;
use crate::study::{Answer, Study};
use crate::time::{Day, Stamp};

/// The shape of `--json`.
#[derive(Serialize)]
struct Shape<'a> {
    face: &'a FaceKey,
    grade: &'static str,
    at: Stamp,
    due: Day,
}

/// Records the answer.
///
/// # Errors
/// Fails if there is no such face, or the answer can't be written to disk.
pub fn run(study: &mut Study, flags: &GradeFace) -> Result<()> {
    give_ids(study)?;
    let key = face(study, &flags.face)?;
    let grade = Grade::from(flags.grade);
    let (at, due, leech) = loop {
        let seen = study.last_answer(&key);
        match study.answer(&key, grade, flags.ms, seen, None)? {
            Answer::Recorded { at, due, leech } => break (at, due, leech),
            // Another process answered meanwhile: both answers were given, and both count.
            Answer::Elsewhere => {}
            Answer::Gone => return Err(no_such_card(study, &flags.face)),
        }
    };
    if let Some(lapses) = leech {
        say(&format!(
            "{key} was forgotten {lapses} times: a clearer card may help."
        ));
    }
    if flags.json {
        return print_json_done(&Shape {
            face: &key,
            grade: grade.word(),
            at,
            due,
        });
    }
    print_done(&format!(
        "{key} {}: due {}\n",
        grade.word(),
        due.said_on(study.today())
    ))
}

/// Returns the face with exactly this key: for a script, part of an id is not enough.
fn face(study: &Study, word: &str) -> Result<FaceKey> {
    let key: FaceKey = word
        .parse()
        .map_err(|error| Error::Usage(format!("`{word}` is not a face key: {error}")))?;
    let Some((_, card)) = study.library.card(&key.card) else {
        return Err(no_such_card(study, word));
    };
    if !card.sides().contains(&key.side) {
        return Err(Error::no_such_face(word, card));
    }
    Ok(key)
}

fn no_such_card(study: &Study, word: &str) -> Error {
    let ids = study.library.cards().map(|(_, card)| card.id.as_str());
    let near = crate::notation::nearest(word, ids);
    let help = near.map_or("`quiz next` names one".to_string(), |near| {
        format!("did you mean `{near}`?")
    });
    Error::NoSuchCard {
        id: word.to_string(),
        help,
    }
}
