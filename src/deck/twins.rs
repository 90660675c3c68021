//! Duplicate cards: when two ask the same, and when they are one card written twice.
//!
//! Nothing that changes a meaning is dropped: case, accents, signs and scripts tell two questions apart. `schon`
//! differs from `schön`, `-r` from `-R`, `C` from `C++` and `C#`, か from が.

use super::{Body, Content, id};
use crate::folding::{apart, equal};

/// Quotes, brackets and punctuation: around a word they say nothing about the question.
const AROUND: &str = "?!.,;:…\"'“”„‘’«»¿¡。？！，、()";

/// Returns the form in which equal questions are equal.
pub(crate) fn same(asked: &str) -> String {
    apart(asked)
}

/// Returns a hash of [`same`]: equal for equal questions, and hardly ever for others.
pub(crate) fn front_hash(asked: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(same(asked).as_bytes())
}

/// Returns the telling words of a question, without the punctuation around them: equal for questions that ask the same
/// in other words.
pub(crate) fn gist(asked: &str) -> Vec<String> {
    let asked = apart(asked);
    let words = asked.split(' ').map(|word| {
        let word = word.trim_matches(|c| AROUND.contains(c));
        word.strip_suffix("'s").unwrap_or(word)
    });
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let telling = |word: &&&str| !id::is_filler(&word.to_lowercase());
    let kept: Vec<&&str> = match words.iter().any(|word| telling(&word)) {
        true => words.iter().filter(telling).collect(),
        false => words.iter().collect(),
    };
    kept.into_iter().map(ToString::to_string).collect()
}

/// Returns everything that a card asks and answers, in one text: equal for a card written twice. Spaces at the ends,
/// note, tags, source and id do not count.
pub(crate) fn whole(body: &Body) -> String {
    let kind = body.content.kind();
    let parts: Vec<&str> = match &body.content {
        Content::Basic { front, back, .. } => vec![front, back],
        Content::List { front, lines } => {
            let all = std::iter::once(front).chain(lines);
            all.map(String::as_str).collect()
        }
        Content::Cloze(cloze) => vec![cloze.written()],
        Content::Choice {
            front,
            choices,
            answers,
            ..
        } => {
            let right = answers.iter().filter_map(|&at| choices.get(at));
            let all = std::iter::once(front).chain(right).chain(choices);
            all.map(String::as_str).collect()
        }
        Content::Typed { front, answers, .. } => {
            let all = std::iter::once(front).chain(answers);
            all.map(String::as_str).collect()
        }
        Content::TrueFalse {
            statement, answer, ..
        } => vec![statement, if *answer { "true" } else { "false" }],
    };
    let trimmed = parts.into_iter().map(str::trim);
    let parts: Vec<&str> = std::iter::once(kind).chain(trimmed).collect();
    // No text of a card uses this character as such.
    equal(&parts.join("\u{1f}")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deck::draft::Draft;

    #[test]
    fn what_changes_no_meaning_is_the_same() {
        for (one, other) in [
            ("What is it?", "what  is it"),
            ("¿Qué es?", "¿Que\u{301} es"),
            ("Schön", "scho\u{308}n"),
        ] {
            assert_eq!(same(one), same(other));
        }
    }

    #[test]
    fn what_changes_the_meaning_is_not() {
        for (one, other) in [
            ("schon", "schön"),
            ("What is IT?", "What is it?"),
            ("2 + 2", "2 - 2"),
            ("C", "C++"),
            ("ls -r", "ls -R"),
            ("все", "всё"),
            ("дин", "dин"),
            ("x²", "x2"),
        ] {
            assert_ne!(same(one), same(other), "{one} {other}");
            assert_ne!(gist(one), gist(other), "{one} {other}");
        }
    }

    #[test]
    fn a_card_written_twice_is_one_whatever_is_beside_it() {
        let whole = |draft: Draft| whole(&draft.check().unwrap().1);
        let mut noted = Draft::basic("f ", "b").with_id("x");
        noted.note = Some("n".into());
        assert_eq!(whole(noted), whole(Draft::both_ways("f", "b")));
        assert_ne!(whole(Draft::basic("f", "b")), whole(Draft::basic("f", "B")));
        assert_ne!(
            whole(Draft::basic("f", "b")),
            whole(Draft::typed("f", vec!["b".into()]))
        );
    }
}
