//! Drafts of the cards in decks, and changes to a draft across its fields.

use std::ops::Range;

use crate::deck::draft::{Draft, Kind};
use crate::deck::{Card, Deck};
use crate::notation::{self, tokens};
use crate::place::Source;

/// Returns the draft of the card at `span`.
pub(crate) fn of(source: &Source, span: &Range<usize>) -> Option<Draft> {
    notation::read_part(source, span.clone()).ok()
}

/// Returns the draft of each card of a deck, with its id.
pub(crate) fn drafts(deck: &Deck) -> impl Iterator<Item = (&Card, Draft)> {
    let source = deck.file.shown();
    deck.cards.iter().filter_map(move |card| {
        let draft = of(&source, card.span())?;
        Some((card, draft.with_id(card.id.as_str())))
    })
}

/// Returns the text of a deck with an empty list of cards; `None` if it has none.
pub(crate) fn without_cards(deck: &str) -> Option<String> {
    let cards = tokens::field(deck, "cards")?;
    let (before, after) = (deck.get(..cards.start)?, deck.get(cards.end..)?);
    Some(format!("{before}[\n    ]{after}"))
}

/// Returns the draft with `hint`, unless it has one already.
pub(crate) fn with_hint(mut draft: Draft, hint: Option<String>) -> Draft {
    draft.hint = draft.hint.or(hint);
    draft
}

/// Returns every text of the draft, for changing it.
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
