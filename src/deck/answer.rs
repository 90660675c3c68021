//! Whether a typed answer is right, and where it differs.

use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices, diff_ratio};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// `text` as it is compared: trimmed, runs of white space as one space, in Unicode's compatibility form (NFKC),
/// without case. Case folds by way of the upper case, so that `ß` is `ss` as in Unicode's full folding.
fn folded(text: &str) -> String {
    let normal: String = text.nfkc().collect();
    let folded: String = normal.to_uppercase().to_lowercase().nfc().collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether `typed` is one of `answers`.
pub fn is_right(answers: &[String], typed: &str) -> bool {
    let typed = folded(typed);
    answers.iter().any(|answer| folded(answer) == typed)
}

/// The one of `answers` that is most like `typed`.
pub fn nearest<'a>(answers: &'a [String], typed: &str) -> &'a str {
    let typed = folded(typed);
    let likeness =
        |answer: &String| strsim::normalized_damerau_levenshtein(&folded(answer), &typed);
    // The first answer is the one to learn: another must be clearly nearer.
    let mut best = answers.first().map(|first| (first, likeness(first) + 0.1));
    for answer in answers.iter().skip(1) {
        if best.is_none_or(|(_, so_far)| likeness(answer) > so_far) {
            best = Some((answer, likeness(answer)));
        }
    }
    best.map_or("", |(answer, _)| answer.as_str())
}

/// A stretch of a comparison, letter by letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stretch {
    /// In both.
    Same(String),
    /// Typed, but not in the answer.
    Extra(String),
    /// In the answer, but not typed.
    Missing(String),
}

/// The share of letters in common from which a comparison letter by letter is of use.
const ALIKE: f32 = 0.5;

/// How `typed` differs from `answer`, but for case; as a whole where they have so little in common that letters
/// tell nothing. What is the same is as the answer writes it.
pub fn compare(typed: &str, answer: &str) -> Vec<Stretch> {
    let typed: String = typed.trim().nfc().collect();
    let answer: String = answer.trim().nfc().collect();
    let (old, new): (Vec<&str>, Vec<&str>) = (
        typed.graphemes(true).collect(),
        answer.graphemes(true).collect(),
    );
    let low = |letters: &[&str]| -> Vec<String> {
        letters.iter().map(|letter| letter.to_lowercase()).collect()
    };
    let changes = capture_diff_slices(Algorithm::Myers, &low(&old), &low(&new));
    if diff_ratio(&changes, old.len(), new.len()) < ALIKE {
        return vec![Stretch::Extra(typed)];
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
        is_right(&[answer.to_string()], typed)
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
            compare("wheights", "weights"),
            [Same("w".into()), Extra("h".into()), Same("eights".into())]
        );
        assert_eq!(
            compare("ab", "abc"),
            [Same("ab".into()), Missing("c".into())]
        );
        assert_eq!(compare("x", "seven"), [Extra("x".into())]);
        assert_eq!(
            compare("open sorce", "Open Source"),
            [
                Same("Open So".into()),
                Missing("u".into()),
                Same("rce".into())
            ],
            "case does not matter here either"
        );
    }
}
