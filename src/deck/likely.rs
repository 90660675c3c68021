//! Finding the card that most likely continues a missing one: strict enough that the advice does no harm.
//!
//! It knows ids and fronts, never a history.

use std::collections::{HashMap, HashSet};

use super::CardId;
use super::id::stem;
use super::lint::{forms, is_a_slip};

/// The most cards with a common key that are looked at.
const MOST: usize = 50;

/// The cards without a history, by everything that an earlier id of theirs could have in common with them.
pub(crate) struct Likely<'a> {
    /// By the id that the text would give.
    stems: HashMap<String, Vec<&'a CardId>>,
    /// By the words of the id.
    words: HashMap<Vec<&'a str>, Vec<&'a CardId>>,
    /// By the words of the id, less one.
    fewer: HashMap<Vec<&'a str>, Vec<&'a CardId>>,
    /// By hashes of the id, and of the id without each of its letters ([`forms`]).
    letters: HashMap<u64, Vec<&'a CardId>>,
    /// The cards that were already proposed.
    used: HashSet<&'a CardId>,
}

impl<'a> Likely<'a> {
    /// Indexes these cards, each with its front.
    pub(crate) fn new(cards: impl Iterator<Item = (&'a CardId, String)>) -> Self {
        let mut likely = Self {
            stems: HashMap::new(),
            words: HashMap::new(),
            fewer: HashMap::new(),
            letters: HashMap::new(),
            used: HashSet::new(),
        };
        for (id, front) in cards {
            likely.stems.entry(stem(&front)).or_default().push(id);
            let words = words_of(id.as_str());
            for fewer in less_one(&words) {
                likely.fewer.entry(fewer).or_default().push(id);
            }
            likely.words.entry(words).or_default().push(id);
            for form in forms(id.as_str()) {
                likely.letters.entry(form).or_default().push(id);
            }
        }
        likely
    }

    /// Returns the one card that most likely continues the card `old`.
    ///
    /// Its text would give it that id, or its id differs by one word or one letter. `None` if there is none or more
    /// than one. No card is returned twice.
    pub(crate) fn find(&mut self, old: &str) -> Option<&'a CardId> {
        let words = words_of(old);
        let by_words = less_one(&words)
            .into_iter()
            .filter_map(|fewer| self.words.get(&fewer))
            .chain(self.words.get(&words))
            .chain(self.fewer.get(&words));
        let by_letters = forms(old).into_iter().filter_map(|form| {
            let found = self.letters.get(&form)?;
            Some(
                found
                    .iter()
                    .take(MOST)
                    .filter(|id| is_a_slip(old, id.as_str())),
            )
        });
        let by_text = [Some(old), without_number(old)].into_iter().flatten();
        let by_text = by_text.filter_map(|old| self.stems.get(old));
        let found: HashSet<&CardId> = by_text
            .chain(by_words)
            .flat_map(|ids| ids.iter().take(MOST))
            .chain(by_letters.flatten())
            .filter(|id| !self.used.contains(*id))
            .copied()
            .collect();
        let mut found = found.into_iter();
        let only = found.next().filter(|_| found.next().is_none())?;
        self.used.insert(only);
        Some(only)
    }
}

/// Returns the words of an id in alphabetical order.
fn words_of(id: &str) -> Vec<&str> {
    let mut words: Vec<&str> = id.split(|c: char| !c.is_alphanumeric()).collect();
    words.retain(|word| !word.is_empty());
    words.sort_unstable();
    words
}

/// Returns the words without each one in turn, but never without all.
fn less_one<'a>(words: &[&'a str]) -> Vec<Vec<&'a str>> {
    if words.len() < 2 {
        return Vec::new();
    }
    let without = |gone: usize| {
        let kept = words.iter().enumerate().filter(|(at, _)| *at != gone);
        kept.map(|(_, word)| *word).collect()
    };
    (0..words.len()).map(without).collect()
}

/// Returns a numbered id without its number; `None` if it has none.
fn without_number(id: &str) -> Option<&str> {
    let (stem, number) = id.rsplit_once('-')?;
    number.parse::<u64>().is_ok().then_some(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likely(old: &[&str], cards: &[(&str, &str)]) -> Vec<Option<String>> {
        let cards: Vec<(CardId, &str)> = cards
            .iter()
            .map(|(id, front)| (id.parse().unwrap(), *front))
            .collect();
        let mut likely = Likely::new(cards.iter().map(|(id, front)| (id, front.to_string())));
        old.iter()
            .map(|old| likely.find(old).map(ToString::to_string))
            .collect()
    }

    fn one(old: &str, id: &str, front: &str) -> bool {
        likely(&[old], &[(id, front)]) == [Some(id.to_string())]
    }

    #[test]
    fn a_word_a_letter_or_the_text_tells() {
        assert!(one("a", "a-new", "x"));
        assert!(one("el-gato", "el-gato-2", "x"));
        assert!(one("ow-definiton", "ow-definition", "x"));
        assert!(one("definition-ow", "ow-definition", "x"));
        assert!(one(
            "capital-france",
            "cap",
            "What is the capital of France?"
        ));
        assert!(one(
            "capital-france-2",
            "cap",
            "What is the capital of France?"
        ));
    }

    #[test]
    fn what_is_only_somewhat_alike_is_another_card() {
        assert!(!one("c0001", "c0009", "x"));
        assert!(!one("osi", "osi-would-pass", "x"));
        assert!(!one("trait-behind", "train-but-not-reshare", "x"));
        assert!(!one("unit-1", "unit-2", "x"));
        assert!(!one("man", "men", "x"));
    }

    #[test]
    fn a_card_is_proposed_once_and_only_if_no_other_could_be_meant() {
        assert_eq!(
            likely(&["a-b", "b-a"], &[("a-b-c", "x")]),
            [Some("a-b-c".into()), None]
        );
        assert_eq!(likely(&["a"], &[("a-x", "x"), ("a-y", "y")]), [None]);
    }
}
