//! A card by flags.

use crate::cli::Add;
use crate::deck::draft::Draft;
use crate::error::{Error, Result};

/// What is said of every card of a call: by flags, on lines, or at the prompts.
#[derive(Debug, Clone, Default)]
pub(super) struct Common {
    pub tags: Vec<String>,
    pub source: Option<String>,
    /// Whether cards with a front and a back are asked both ways.
    pub reverse: bool,
}

impl Common {
    /// Returns what the flags say of every card.
    pub(super) fn of(flags: &Add) -> Self {
        let tags = flags.tag.iter().map(|tag| bare(tag));
        Self {
            tags: tags.collect(),
            source: flags.source.clone(),
            reverse: flags.reverse,
        }
    }

    /// Returns whether nothing is said.
    pub(super) fn is_empty(&self) -> bool {
        self.tags.is_empty() && self.source.is_none() && !self.reverse
    }

    /// Returns the card with all of this: what it says itself stays.
    pub(super) fn with(&self, mut draft: Draft) -> Draft {
        for tag in &self.tags {
            if !draft.tags.contains(tag) {
                draft.tags.push(tag.clone());
            }
        }
        draft.source = draft.source.or_else(|| self.source.clone());
        if self.reverse {
            draft.ask_both_ways();
        }
        draft
    }
}

/// Returns the tags that a person wrote, separated by spaces or commas, with or without a `#` before each.
pub(super) fn words(tags: &str) -> impl Iterator<Item = String> {
    tags.split(|c: char| c == ',' || c.is_whitespace())
        .map(bare)
        .filter(|tag| !tag.is_empty())
}

/// Returns a tag without the `#` that some write before it.
fn bare(tag: &str) -> String {
    tag.trim().trim_start_matches('#').to_string()
}

/// Returns the card that the flags give; `None` if they give none.
///
/// # Errors
/// [`Error::Usage`] where flags are missing or don't belong together.
pub(super) fn draft(flags: &Add) -> Result<Option<Draft>> {
    let Some(draft) = content(flags)? else {
        let stray = [
            (flags.back.is_some(), "--back"),
            (!flags.choice.is_empty(), "--choice"),
            (!flags.answer.is_empty(), "--answer"),
            (flags.hint.is_some(), "--hint"),
            (flags.note.is_some(), "--note"),
            (flags.id.is_some(), "--id"),
        ];
        return match stray.into_iter().find(|(given, _)| *given) {
            Some((_, flag)) => wrong(&format!(
                "{flag} belongs to a card: give --front, --cloze, --typed or --statement too"
            )),
            None => Ok(None),
        };
    };
    let draft = Draft {
        id: flags.id.clone(),
        hint: flags.hint.clone(),
        note: flags.note.clone(),
        ..draft
    };
    Ok(Some(Common::of(flags).with(draft)))
}

fn content(flags: &Add) -> Result<Option<Draft>> {
    let answers = || flags.answer.clone();
    let back = || flags.back.clone().or_else(|| flags.back_text.clone());
    let front = flags.front.as_ref().or(flags.front_text.as_ref());
    if flags.is_typed && flags.cloze.is_none() {
        return wrong(
            "--type is for the gaps of --cloze; --typed is a question whose answer is typed",
        );
    }
    if !flags.list.is_empty() && (front.is_none() || back().is_some()) {
        return wrong("--list takes the place of --back: give --front with it");
    }
    if let Some(text) = &flags.cloze {
        return Ok(Some(match flags.is_typed {
            true => Draft::typed_cloze(text),
            false => Draft::cloze(text),
        }));
    }
    if let Some(front) = &flags.typed {
        return Ok(Some(Draft::typed(front, answers())));
    }
    if let Some(statement) = &flags.statement {
        let truth = match flags.answer.as_slice() {
            [answer] => truth(answer),
            _ => None,
        };
        let Some(truth) = truth else {
            return wrong("--statement needs --answer true or --answer false");
        };
        return Ok(Some(Draft::true_false(statement, truth, back())));
    }
    let Some(front) = front else {
        return Ok(None);
    };
    if !flags.choice.is_empty() {
        return Ok(Some(Draft::choice(front, flags.choice.clone(), answers())));
    }
    if !flags.list.is_empty() {
        return Ok(Some(Draft::list(front, flags.list.clone())));
    }
    match back() {
        Some(back) => Ok(Some(Draft::basic(front, back))),
        None => wrong("--front needs --back, --list, or --choice with --answer"),
    }
}

/// Returns whether a statement is true, read as people write it; `None` if the word is neither.
fn truth(answer: &str) -> Option<bool> {
    match answer.trim().to_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "right" | "1" => Some(true),
        "false" | "f" | "no" | "n" | "wrong" | "0" => Some(false),
        _ => None,
    }
}

fn wrong<T>(message: &str) -> Result<T> {
    Err(Error::Usage(message.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_words_however_they_are_parted() {
        let tags: Vec<String> = words("#berlin, cold-war  #x").collect();
        assert_eq!(tags, ["berlin", "cold-war", "x"]);
    }

    #[test]
    fn a_card_keeps_what_it_says_itself() {
        let common = Common {
            tags: vec!["t".into(), "u".into()],
            source: Some("s".into()),
            reverse: true,
        };
        let mut draft = Draft::basic("f", "b");
        draft.tags.push("t".into());
        draft.source = Some("own".into());
        let with = common.with(draft);
        assert_eq!(with.tags, ["t", "u"]);
        assert_eq!(with.source.as_deref(), Some("own"));
        assert_eq!(with.kind, Draft::both_ways("f", "b").kind);
        let typed = Draft::typed("f", vec!["a".into()]);
        assert_eq!(common.with(typed.clone()).kind, typed.kind);
    }
}
