//! The two sides of a card, for programs that know only those.

use crate::deck::draft::{Draft, Kind};

/// Returns the question of a card, with its choices. For a cloze it is the text.
pub(crate) fn asked(draft: &Draft) -> String {
    match &draft.kind {
        Kind::Basic { front, .. } | Kind::Typed { front, .. } => front.clone(),
        Kind::Cloze { text, .. } => text.clone(),
        Kind::Choice { front, choices, .. } => {
            let choices: Vec<String> = choices.iter().map(|choice| format!("- {choice}")).collect();
            format!("{front}\n{}", choices.join("\n"))
        }
        Kind::TrueFalse { statement, .. } => format!("{statement}\nTrue or false?"),
    }
}

/// Returns the answer of a card, with its note.
pub(crate) fn told(draft: &Draft) -> String {
    let answer = answer(draft);
    match &draft.note {
        Some(note) if answer.is_empty() => note.clone(),
        Some(note) => format!("{answer}\n\n{note}"),
        None => answer,
    }
}

/// Returns the answer of a card. For a cloze it is empty: everything is in its text.
pub(crate) fn answer(draft: &Draft) -> String {
    match &draft.kind {
        Kind::Basic { list, .. } if !list.is_empty() => {
            let lines = list.iter().enumerate();
            let lines: Vec<String> = lines
                .map(|(at, line)| format!("{}. {line}", at + 1))
                .collect();
            lines.join("\n")
        }
        Kind::Basic { back, .. } => back.clone(),
        Kind::Cloze { .. } => String::new(),
        Kind::Choice { answers, .. } => answers.join("\n"),
        Kind::Typed { answers, .. } => answers.first().cloned().unwrap_or_default(),
        Kind::TrueFalse { answer, back, .. } => {
            let word = if *answer { "True" } else { "False" };
            match back {
                Some(back) => format!("{word}\n\n{back}"),
                None => word.to_string(),
            }
        }
    }
}
