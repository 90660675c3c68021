//! The form in which a quiz asks a face: as choices made from other cards' answers, or typed.
//!
//! It knows decks and a seed, never the history.

use std::collections::HashSet;

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

use crate::deck::library::Library;
use crate::deck::{Card, Content, FaceKey, Side, answer};

/// The form of faces that the daily session leaves to self-assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Short answers are either typed or chosen, at even odds; longer ones are chosen.
    #[default]
    Mixed,
    /// Choices.
    Choices,
    /// Typed if the answer is short enough.
    Typed,
}

/// The number of wrong choices beside the right one, if there are enough.
const WRONG: usize = 3;
/// The fewest wrong choices for a question with choices.
const FEWEST: usize = 2;
/// The number of most plausible answers from which the wrong choices are drawn.
const PLAUSIBLE: usize = 8;
/// The longest answer that is typed in a mixed quiz, in characters.
const SHORT: usize = 24;
/// The longest answer that is typed if typing was asked for, in characters.
const TYPEABLE: usize = 60;
/// The longest answer used as a choice, in characters: longer ones can't be compared at a glance.
const CHOOSABLE: usize = 240;

/// An answer that can serve as a wrong choice.
#[derive(Debug)]
struct Candidate<'a> {
    deck: &'a str,
    tags: &'a [String],
    /// The card's kind and whether it is asked in reverse: cards alike in both have similar answers.
    sort: (&'static str, bool),
    question: String,
    answer: String,
}

/// The answers of all cards, from which wrong choices are drawn.
#[derive(Debug)]
pub struct Pool<'a> {
    candidates: Vec<Candidate<'a>>,
}

impl<'a> Pool<'a> {
    /// Collects the answers of `library`.
    pub fn new(library: &'a Library) -> Self {
        let candidates = library
            .faces()
            .filter(|(_, card, _)| is_self_assessed(card))
            .map(|(deck, card, side)| Candidate {
                deck: &deck.name,
                tags: card.tags(),
                sort: sort(card, side),
                question: card.question(side),
                answer: card.answer(side),
            })
            .filter(|candidate| candidate.answer.chars().count() <= CHOOSABLE);
        Self {
            candidates: candidates.collect(),
        }
    }

    /// Returns the card in the form in which a quiz of `style` asks `face`, and the side of it that is asked.
    ///
    /// `seed` decides where several forms or choices are possible.
    pub fn form(
        &self,
        (deck, card, face): (&str, &Card, &FaceKey),
        style: Style,
        seed: u64,
    ) -> (Card, Side) {
        let as_it_is = || (card.clone(), face.side);
        if !is_self_assessed(card) {
            return as_it_is();
        }
        let answer = card.answer(face.side);
        let length = answer.chars().count();
        let is_line = !answer.contains('\n') && card.is_typeable(&answer);
        let typed = match style {
            Style::Choices => false,
            Style::Typed => is_line && length <= TYPEABLE,
            Style::Mixed => is_line && length <= SHORT && seed.is_multiple_of(2),
        };
        let question = card.question(face.side);
        let content = if typed {
            Some(Content::Typed {
                front: question,
                answers: vec![answer],
                exact: false,
            })
        } else {
            self.choices(deck, card, face.side, seed)
                .map(|wrong| Content::Choice {
                    front: question,
                    answers: vec![wrong.len()],
                    choices: [wrong, vec![answer]].concat(),
                    shuffle: true,
                })
        };
        match content {
            Some(content) => {
                let mut card = card.clone();
                card.body = card.body.with_content(content);
                (card, Side::Whole)
            }
            None => as_it_is(),
        }
    }

    /// Returns wrong choices for a face, drawn from those most similar in length and look; `None` if there are too few.
    ///
    /// They are answers of the same sort, from its deck or a card with one of its tags; none equals the right answer or
    /// appears in the question.
    fn choices(&self, deck: &str, card: &Card, side: Side, seed: u64) -> Option<Vec<String>> {
        let (question, right) = (card.question(side), card.answer(side));
        if right.chars().count() > CHOOSABLE {
            return None;
        }
        let shown = question.to_lowercase();
        let mut plausible: Vec<(f64, &Candidate)> = self
            .candidates
            .iter()
            .filter(|other| other.sort == sort(card, side))
            .filter(|other| other.question != question && !overlap(&other.answer, &right))
            .filter(|other| !shown.contains(&other.answer.to_lowercase()))
            .filter_map(|other| {
                let tags = other.tags.iter().filter(|tag| card.tags.contains(tag));
                let tags = tags.count();
                let near = other.deck == deck || tags > 0;
                near.then(|| (unlikeness(&other.answer, &right) - bonus(tags), other))
            })
            .collect();
        plausible.sort_by(|(a, one), (b, other)| {
            a.total_cmp(b).then_with(|| one.answer.cmp(&other.answer))
        });
        let mut seen = HashSet::new();
        let mut wrong: Vec<String> = plausible
            .into_iter()
            .map(|(_, other)| other.answer.clone())
            .filter(|answer| seen.insert(answer.to_lowercase()))
            .take(PLAUSIBLE)
            .collect();
        wrong.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        wrong.truncate(WRONG);
        (wrong.len() >= FEWEST).then_some(wrong)
    }
}

/// Returns whether the daily session leaves it to the person to judge the answer.
fn is_self_assessed(card: &Card) -> bool {
    match &card.content {
        Content::Basic { .. } => true,
        Content::Cloze(cloze) => !cloze.is_typed(),
        _ => false,
    }
}

fn sort(card: &Card, side: Side) -> (&'static str, bool) {
    (card.content.kind(), side == Side::Reverse)
}

/// Returns whether two answers could both count as right: equal as typed, or one part of the other.
fn overlap(one: &str, other: &str) -> bool {
    let (a, b) = (one.to_lowercase(), other.to_lowercase());
    answer::is_right(&[one.to_string()], other, false)
        || a.contains(b.trim())
        || b.contains(a.trim())
}

/// Returns how easily an answer is told from the right one by its look: length, number of words, digits, case; 0 is
/// alike.
fn unlikeness(answer: &str, right: &str) -> f64 {
    let length = |text: &str| text.chars().count().max(1) as f64;
    let words = |text: &str| text.split_whitespace().count().max(1) as f64;
    let has_digit = |text: &str| text.contains(|c: char| c.is_numeric());
    let is_upper = |text: &str| text.chars().next().is_some_and(char::is_uppercase);
    (length(answer) / length(right)).ln().abs()
        + 0.5 * (words(answer) / words(right)).ln().abs()
        + if has_digit(answer) == has_digit(right) {
            0.0
        } else {
            0.7
        }
        + if is_upper(answer) == is_upper(right) {
            0.0
        } else {
            0.4
        }
}

/// Returns by how much shared tags make an answer more plausible.
fn bonus(tags: usize) -> f64 {
    0.3 * tags.min(2) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn library(cards: &str) -> Library {
        let folder = tempfile::tempdir().unwrap();
        let text = format!("Deck(title: \"D\", cards: [{cards}])");
        fs::write(folder.path().join("d.ron"), text).unwrap();
        let library = Library::load(folder.path()).unwrap();
        assert_eq!(library.problems, []);
        library
    }

    fn form(library: &Library, key: &str, style: Style, seed: u64) -> Content {
        let face: FaceKey = key.parse().unwrap();
        let (deck, card) = library.face(&face).unwrap();
        let pool = Pool::new(library);
        pool.form((&deck.name, card, &face), style, seed)
            .0
            .content
            .clone()
    }

    fn capitals() -> Library {
        let cards = [
            ("France", "Paris"),
            ("Spain", "Madrid"),
            ("Italy", "Rome"),
            ("Peru", "Lima"),
            ("Vatican City", "Vatican City"),
            (
                "Portugal",
                "Lisbon, on the river Tagus, since the year 1255",
            ),
            ("France again", "paris"),
        ];
        let text: String = cards
            .iter()
            .map(|(front, back)| {
                let id = front.to_lowercase().replace(' ', "-");
                format!("Basic(id: \"{id}\", front: \"Capital of {front}?\", back: \"{back}\"),")
            })
            .collect();
        library(&text)
    }

    #[test]
    fn wrong_choices_are_plausible_and_never_right() {
        let library = capitals();
        for seed in 0..50 {
            let Content::Choice {
                choices, answers, ..
            } = form(&library, "france", Style::Choices, seed)
            else {
                panic!("no choices");
            };
            let right: Vec<&String> = answers.iter().map(|at| &choices[*at]).collect();
            assert_eq!(right, ["Paris"]);
            assert_eq!(choices.len(), 1 + WRONG);
            let twin = choices.iter().filter(|one| one.to_lowercase() == "paris");
            assert_eq!(twin.count(), 1, "{choices:?}");
        }
    }

    #[test]
    fn what_the_question_shows_is_not_a_choice() {
        let library = library(
            r#"Basic(id: "a", front: "Not Rome but?", back: "Pisa"), Basic(id: "b", front: "b", back: "Rome"),
               Basic(id: "c", front: "c", back: "Bari"), Basic(id: "d", front: "d", back: "Siena")"#,
        );
        let Content::Choice { choices, .. } = form(&library, "a", Style::Choices, 1) else {
            panic!("no choices");
        };
        assert!(!choices.contains(&"Rome".to_string()), "{choices:?}");
    }

    #[test]
    fn a_card_without_neighbours_stays_as_it_is() {
        let library = library(
            r#"Basic(id: "a", front: "f", back: "b"), Basic(id: "c", front: "g", back: "h")"#,
        );
        assert!(matches!(
            form(&library, "a", Style::Choices, 1),
            Content::Basic { .. }
        ));
    }

    #[test]
    fn short_answers_are_typed_and_long_ones_are_not() {
        let library = capitals();
        assert!(matches!(
            form(&library, "spain", Style::Typed, 1),
            Content::Typed { .. }
        ));
        let mixed = |seed| form(&library, "spain", Style::Mixed, seed);
        assert!(matches!(mixed(2), Content::Typed { .. }));
        assert!(matches!(mixed(3), Content::Choice { .. }));
        assert!(matches!(
            form(&library, "portugal", Style::Mixed, 2),
            Content::Choice { .. }
        ));
    }

    #[test]
    fn a_gap_gets_other_gaps_as_choices() {
        let library = library(
            r#"Cloze(id: "a", text: "A {{c1::crab}} walks sideways"), Cloze(id: "b", text: "A {{c1::fish}} swims"),
               Cloze(id: "c", text: "A {{c1::bird}} flies"), Basic(id: "d", front: "?", back: "lion")"#,
        );
        let Content::Choice { front, choices, .. } = form(&library, "a#c1", Style::Choices, 1)
        else {
            panic!("no choices");
        };
        assert!(front.contains("[…]"), "{front}");
        let mut choices = choices;
        choices.sort();
        assert_eq!(choices, ["bird", "crab", "fish"]);
    }
}
