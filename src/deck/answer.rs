//! Typed answers: whether one is right, and where it differs.
//!
//! It knows texts alone, never a card.

use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices, diff_ratio};
use unicode_segmentation::UnicodeSegmentation;

use crate::folding;

/// Returns whether `typed` is one of `answers`; with `exact`, case and signs count.
pub fn is_right(answers: &[String], typed: &str, exact: bool) -> bool {
    let is_same = |answer: &String| folding::is_same_answer(answer, typed, exact);
    answers.iter().any(is_same)
}

/// Returns the one of `answers` that is most similar to `typed`; empty if there are none.
pub fn nearest<'a>(answers: &'a [String], typed: &str) -> &'a str {
    let typed = folding::typed(typed);
    let likeness =
        |answer: &String| strsim::normalized_damerau_levenshtein(&folding::typed(answer), &typed);
    // The first answer is the one to learn: another must be clearly nearer.
    let mut best = answers.first().map(|first| (first, likeness(first) + 0.1));
    for answer in answers.iter().skip(1) {
        if best.is_none_or(|(_, so_far)| likeness(answer) > so_far) {
            best = Some((answer, likeness(answer)));
        }
    }
    best.map_or("", |(answer, _)| answer.as_str())
}

/// Returns the first character of `answer` that no keyboard types, and its position in bytes: an invisible one, or, if
/// signs count (`exact`), a typographic one.
pub fn untypable(answer: &str, exact: bool) -> Option<(usize, char)> {
    let unseen = folding::unseen(answer).into_iter();
    let is_typographic = |c: char| {
        let plain = folding::plain_signs(c.encode_utf8(&mut [0; 4]));
        exact && !c.is_ascii() && !plain.is_empty() && plain.is_ascii()
    };
    let typographic = answer.char_indices().filter(|(_, c)| is_typographic(*c));
    unseen.chain(typographic).min()
}

/// A stretch of a letter-by-letter comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stretch {
    /// Text in both.
    Same(String),
    /// Text typed that is not in the answer.
    Extra(String),
    /// Text of the answer that was not typed.
    Missing(String),
}

/// The share of common letters from which a letter-by-letter comparison is useful.
const ALIKE: f32 = 0.5;

/// Returns how `typed` differs from `answer`; as a whole if they have too little in common to compare letters.
///
/// Differences that [`is_right`] ignores count as equal here too, and are shown as in the answer; with `exact` few are.
pub fn compare(typed: &str, answer: &str, exact: bool) -> Vec<Stretch> {
    let typed = folding::equal(typed.trim());
    let answer = folding::equal(answer.trim());
    let (old, new): (Vec<&str>, Vec<&str>) = (
        typed.graphemes(true).collect(),
        answer.graphemes(true).collect(),
    );
    let folded = |letters: &[&str]| -> Vec<String> {
        let fold = |letter: &&str| match (exact, letter.trim().is_empty()) {
            (_, true) => " ".to_string(),
            (true, _) => folding::typed_exactly(letter),
            (false, _) => folding::typed(letter),
        };
        letters.iter().map(fold).collect()
    };
    let changes = capture_diff_slices(Algorithm::Myers, &folded(&old), &folded(&new));
    if diff_ratio(&changes, old.len(), new.len()) < ALIKE {
        return vec![Stretch::Extra(typed.into_owned())];
    }
    let text = |letters: &[&str], range: Range<usize>| letters.get(range).unwrap_or(&[]).concat();
    let stretches = changes.into_iter().flat_map(|change| {
        let (tag, before, after) = change.as_tag_tuple();
        let extra = Stretch::Extra(text(&old, before));
        let (same, missing) = (
            Stretch::Same(text(&new, after.clone())),
            Stretch::Missing(text(&new, after)),
        );
        match tag {
            DiffTag::Equal => vec![same],
            DiffTag::Delete => vec![extra],
            DiffTag::Insert => vec![missing],
            DiffTag::Replace => vec![extra, missing],
        }
    });
    stretches.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn right(answer: &str, typed: &str) -> bool {
        is_right(&[answer.to_string()], typed, false)
    }

    #[test]
    fn case_space_and_form_do_not_matter() {
        assert!(right(
            "Open Source Initiative",
            "  open  source initiative "
        ));
        assert!(right("Öl", "o\u{308}l"));
        assert!(right("Straße", "STRASSE"));
        assert!(right("ﬁne", "fine"));
        assert!(!right("Öl", "Ol"));
        assert!(!right("OSI", ""));
    }

    #[test]
    fn the_nearest_answer_is_compared() {
        let answers = ["Open Source Initiative".to_string(), "OSI".to_string()];
        assert_eq!(nearest(&answers, "OSJ"), "OSI");
        assert_eq!(nearest(&answers, "open sorce"), "Open Source Initiative");
        assert_eq!(nearest(&answers, ""), "Open Source Initiative");
    }

    #[test]
    fn differences_are_shown_letter_by_letter() {
        use Stretch::{Extra, Missing, Same};
        assert_eq!(
            compare("wheights", "weights", false),
            [Same("w".into()), Extra("h".into()), Same("eights".into())]
        );
        assert_eq!(
            compare("ab", "abc", false),
            [Same("ab".into()), Missing("c".into())]
        );
        assert_eq!(compare("x", "seven", false), [Extra("x".into())]);
        assert_eq!(
            compare("open sorce", "Open Source", false),
            [
                Same("Open So".into()),
                Missing("u".into()),
                Same("rce".into())
            ],
            "case does not matter here either"
        );
    }
    #[test]
    fn what_is_no_mistake_is_not_shown_as_one() {
        use Stretch::{Extra, Missing, Same};
        assert_eq!(
            compare("l'eu", "l’eau", false),
            [Same("l’e".into()), Missing("a".into()), Same("u".into())]
        );
        assert_eq!(
            compare("ls -r", "ls -R", true),
            [Same("ls -".into()), Extra("r".into()), Missing("R".into())]
        );
    }

    #[test]
    fn what_no_keyboard_types_is_found() {
        assert_eq!(untypable("a\u{200e}b", false), Some((1, '\u{200e}')));
        assert_eq!(untypable("l’eau — “x”", false), None);
        assert_eq!(untypable("l’eau", true), Some((1, '’')));
        assert_eq!(untypable("Öl, 開源 é", true), None);
        assert_eq!(untypable("می\u{200c}خواهم", true), None);
    }
}
