//! What is said of a draft beyond its fields.

use crate::deck::draft::{Draft, Kind};

/// Returns the draft with what its source shows when asked for.
pub(crate) fn with_hint(mut draft: Draft, hint: Option<String>) -> Draft {
    draft.hint = draft.hint.or(hint);
    draft
}

/// Returns every text of the draft, to be changed.
pub(crate) fn texts(draft: &mut Draft) -> Vec<&mut String> {
    let mut texts: Vec<&mut String> = match &mut draft.kind {
        Kind::Basic {
            front, back, list, ..
        } => [front, back].into_iter().chain(list).collect(),
        Kind::Cloze { text, .. } => vec![text],
        Kind::Choice {
            front,
            choices,
            answers,
            ..
        } => std::iter::once(front)
            .chain(choices)
            .chain(answers)
            .collect(),
        Kind::Typed { front, answers, .. } => std::iter::once(front).chain(answers).collect(),
        Kind::TrueFalse {
            statement, back, ..
        } => std::iter::once(statement).chain(back).collect(),
    };
    texts.extend(draft.hint.as_mut());
    texts.extend(draft.note.as_mut());
    texts
}
