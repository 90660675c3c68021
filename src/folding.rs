//! Comparing texts in three senses of equality.
//!
//! * [`equal`]: the same characters, however they are composed. For names, tags, ids and words that are searched.
//! * [`typed`]: the same answer, typed on whatever keyboard. It ignores case, spaces, the shapes of quotes and dashes,
//!   invisible characters, and a final full stop.
//! * [`apart`]: the same question. Everything that may change the meaning stays: case, accents, signs, scripts,
//!   numbers.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Returns `text` in Unicode's form C, in which equal texts are equal bytes.
pub fn equal(text: &str) -> Cow<'_, str> {
    if is_nfc(text) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

/// Returns the form in which equal answers are equal.
///
/// Dropped are case, white space at the ends and all but one space elsewhere, invisible characters, and a full stop at
/// the end. Quotes, apostrophes and dashes become those of a keyboard, wide letters and ligatures the usual ones,
/// fractions and subscripts what is typed for them (`½` is `1/2`, `H₂O` is `H2O`). A superscript stays one: `2⁵` is
/// `2^5`, never `25`.
pub fn typed(text: &str) -> String {
    let folded = case_folded(&plain_signs(text), is_turkic(text));
    without_stop(&spaced(&folded)).to_string()
}

/// Returns the form in which equal answers are equal if case and signs count: only white space and invisible characters
/// are ignored.
pub fn typed_exactly(text: &str) -> String {
    spaced(&seen(&equal(text)))
}

/// Returns the form in which questions that ask the same are equal: as [`typed`], but with case (`-r` is not `-R`)
/// except a capital at the start, and without punctuation at the end.
pub fn apart(text: &str) -> String {
    let closing = |c| {
        matches!(
            c,
            '.' | '?' | ':' | ';' | ',' | '…' | '。' | '？' | '؟' | '।'
        )
    };
    let signs = spaced(&plain_signs(text));
    let folded = uncapital(without_stop(&signs));
    let open = folded.trim_end_matches(|c: char| closing(c) || c.is_whitespace());
    // `3!` is a number, and `?` alone is a question.
    let before = open.trim_end_matches('!');
    let word = before.chars().rev().take_while(|c| c.is_alphabetic());
    let kept = if word.count() > 1 { before } else { open };
    if kept.is_empty() {
        folded
    } else {
        kept.to_string()
    }
}

/// Returns `text` without a capital at its start.
fn uncapital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters).collect()
}

/// Returns the invisible parts of `text` that are ignored when answers are compared, as ranges of bytes.
pub fn unseen(text: &str) -> Vec<(usize, char)> {
    let mut found = Vec::new();
    sift(text, |at, c, kept| {
        if !kept {
            found.push((at, c));
        }
    });
    found
}

/// Returns `text` without invisible characters.
fn seen(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    sift(text, |_, c, kept| {
        if kept {
            out.push(c);
        }
    });
    out
}

/// Returns each character with whether it is kept: invisible ones are not, except joiners inside a word of a script
/// that needs them, or inside an emoji.
fn sift(text: &str, mut say: impl FnMut(usize, char, bool)) {
    let joins = |c: char| c >= '\u{590}' && !c.is_whitespace() && !is_unseen(c) && !is_joiner(c);
    let mut chars = text.char_indices().peekable();
    let mut before = None;
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map(|(_, next)| *next);
        let kept = match c {
            _ if is_joiner(c) => before.is_some_and(joins) && after.is_some_and(joins),
            _ => !is_unseen(c),
        };
        if kept {
            before = Some(c);
        }
        say(at, c, kept);
    }
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Returns whether a character has no shape of its own: soft hyphens, zero-width spaces, direction marks, variation
/// selectors (the Default_Ignorable_Code_Points of Unicode 16 except letters, tags and joiners), and controls.
fn is_unseen(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0100}'..='\u{e01ef}')
}

/// Returns `text` with the signs of a keyboard and without invisible characters.
pub(crate) fn plain_signs(text: &str) -> String {
    // ASCII is what a keyboard types.
    let is_typed = |byte: u8| byte.is_ascii() && !is_unseen(char::from(byte));
    match text.bytes().all(is_typed) {
        true => text.to_string(),
        false => sign_by_sign(text),
    }
}

fn sign_by_sign(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_raised = false;
    for c in seen(&equal(text)).chars() {
        let was_raised = std::mem::replace(&mut is_raised, false);
        match c {
            '‘' | '’' | '‚' | '‛' | '′' | '‵' | '‹' | '›' | 'ʹ' | 'ʻ' | 'ʼ' | 'ʽ' | '´' | '׳' => {
                out.push('\'')
            }
            '“' | '”' | '„' | '‟' | '″' | '‶' | '«' | '»' | 'ʺ' | '״' | '〝' | '〞' | '〟' => {
                out.push('"')
            }
            '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '⁃' | '﹘' | '﹣' | '־' => {
                out.push('-')
            }
            '…' => out.push_str("..."),
            '⁄' | '∕' => out.push('/'),
            'µ' => out.push('μ'),
            '¼'..='¾' | '⅐'..='⅞' | '↉' => {
                // `2½` is not `21/2`.
                if out.ends_with(|c: char| c.is_ascii_digit()) {
                    out.push(' ');
                }
                out.extend(c.nfkc().map(|c| if c == '⁄' { '/' } else { c }));
            }
            '⁰' | 'ⁱ' | '²' | '³' | '¹' | '⁴'..='⁻' | 'ⁿ' => {
                if !was_raised {
                    out.push('^');
                }
                is_raised = true;
                out.extend(c.nfkc().map(|c| if c == '−' { '-' } else { c }));
            }
            '₀'..='₎' | 'ₐ'..='ₜ' | 'ᵢ'..='ᵪ' | 'ⱼ' => {
                out.extend(c.nfkc().map(|c| if c == '−' { '-' } else { c }));
            }
            _ if is_form(c) => out.extend(c.nfkc()),
            _ => out.push(c),
        }
    }
    // Wide characters and ligatures may have become a quote, or may compose.
    out.nfc().collect()
}

/// Returns whether `c` is only another form of letters and signs: a ligature, a wide, narrow or mathematical letter, a
/// form that depends on its place in a word, a Roman numeral.
fn is_form(c: char) -> bool {
    matches!(c,
        '\u{132}' | '\u{133}' | '\u{1c4}'..='\u{1cc}' | '\u{1f1}'..='\u{1f3}' | '\u{2160}'..='\u{217f}'
        | '\u{fb00}'..='\u{fb4f}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{ff01}'..='\u{ffee}'
        | '\u{3000}' | '\u{1d400}'..='\u{1d7ff}')
}

/// Returns whether `text` is written with a dotless i besides the dotted one: then `I` is the capital of `ı`.
fn is_turkic(text: &str) -> bool {
    equal(text).contains(['ı', 'İ', 'ğ', 'Ğ'])
}

/// Returns `text` without case. It folds by way of upper case, so that `ß` is `ss` as in Unicode's full case folding.
fn case_folded(text: &str, is_turkic: bool) -> String {
    let fold = |c: char| -> String {
        match c {
            'ı' => "ı".into(),
            'I' if is_turkic => "ı".into(),
            'İ' => "i".into(),
            _ => c.to_uppercase().flat_map(char::to_lowercase).collect(),
        }
    };
    let folded: String = text.chars().map(fold).collect();
    folded.nfc().collect()
}

/// Returns `text` trimmed, with one space for any white space.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns `text` without the full stop at its end, if that ends a sentence or a word.
fn without_stop(text: &str) -> &str {
    let is_stop = |c| matches!(c, '.' | '。' | '।' | '۔' | '።');
    let before = text.strip_suffix(is_stop).unwrap_or(text);
    let ends = |c: char| c.is_alphanumeric() || matches!(c, ')' | ']' | '"' | '\'' | '%');
    if before.ends_with(ends) { before } else { text }
}

/// Returns whether `typed` equals `answer`; with `exact`, case and signs count.
pub fn is_same_answer(answer: &str, given: &str, exact: bool) -> bool {
    if exact {
        return typed_exactly(answer) == typed_exactly(given);
    }
    // The answer shows in which language `I` is which letter.
    let is_turkic = is_turkic(answer);
    let fold = |text: &str| {
        let folded = spaced(&case_folded(&plain_signs(text), is_turkic));
        without_stop(&folded).to_string()
    };
    let given = fold(given);
    !given.is_empty() && fold(answer) == given
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn same(answer: &str, given: &str) -> bool {
        is_same_answer(answer, given, false)
    }

    #[test]
    fn ascii_is_folded_at_once_as_sign_by_sign() {
        for c in (0..128).map(char::from) {
            for text in [format!("{c}"), format!("a{c}1"), format!("2{c}{c} ")] {
                assert_eq!(plain_signs(&text), sign_by_sign(&text), "{text:?}");
            }
        }
    }

    #[test]
    fn what_keyboards_do_not_tell_apart_is_the_same_answer() {
        for (answer, given) in [
            ("Open Source Initiative", "  open  source\u{a0}initiative "),
            ("Öl", "o\u{308}l"),
            ("Straße", "STRASSE"),
            ("l’eau", "l'eau"),
            ("“yes”", "\"yes\""),
            ("«oui»", "\"oui\""),
            ("Jean–Paul", "Jean-Paul"),
            ("non\u{2011}stop", "non-stop"),
            ("x−1", "x-1"),
            ("wait…", "wait..."),
            ("\u{200e}Paris", "Paris"),
            ("Par\u{200b}is", "Paris"),
            ("co\u{ad}operate", "cooperate"),
            ("שלום\u{200f}", "שלום"),
            ("ﬁne", "fine"),
            ("ＡＢＣ", "abc"),
            ("ｶﾞ", "ガ"),
            ("❤\u{fe0f}", "❤"),
            ("Class II", "class II."),
            ("Class II.", "Class II"),
            ("はい。", "はい"),
            ("H₂O", "H2O"),
            ("½", "1/2"),
            ("2½", "2 1/2"),
            ("2⁵", "2^5"),
            ("10⁻³", "10^-3"),
            ("5 µm", "5 μm"),
            ("ΟΔΟΣ", "οδος"),
            ("Işık", "ışık"),
            ("İstanbul", "istanbul"),
            ("It", "it"),
        ] {
            assert!(same(answer, given), "{answer} {given}");
            assert!(
                same(given, answer) || answer.contains('ı'),
                "{given} {answer}"
            );
        }
    }

    #[test]
    fn what_means_something_else_is_another_answer() {
        for (answer, given) in [
            ("Öl", "Ol"),
            ("2⁵", "25"),
            ("10³", "103"),
            ("2½", "21/2"),
            ("①", "1"),
            ("ışık", "isik"),
            ("sınır", "sinir"),
            ("Işık", "işık"),
            ("..", "."),
            ("cd .", "cd"),
            ("C++", "C"),
            ("-r", "r"),
            ("می\u{200c}خواهم", "میخواهم"),
            ("👨\u{200d}👩", "👨👩"),
            ("OSI", ""),
            ("\u{200b}", ""),
            ("все", "всё"),
            ("かき", "がき"),
        ] {
            assert!(!same(answer, given), "{answer} {given}");
        }
    }

    #[test]
    fn an_exact_answer_has_its_case_and_its_signs() {
        let exact = |answer, given| is_same_answer(answer, given, true);
        assert!(exact("ls -R", " ls  -R "));
        assert!(exact("Vec\u{200b}", "Vec"));
        assert!(exact("é", "e\u{301}"));
        for (answer, given) in [
            ("ls -R", "ls -r"),
            ("Vec", "vec"),
            ("a.", "a"),
            ("’", "'"),
            ("ＡＢ", "AB"),
        ] {
            assert!(!exact(answer, given), "{answer} {given}");
        }
    }

    #[test]
    fn questions_that_mean_something_else_are_told_apart() {
        for (one, other) in [
            ("schon?", "schön?"),
            ("the language C?", "the language C++?"),
            ("the language C#?", "the language C++?"),
            ("año", "ano"),
            ("все", "всё"),
            ("かき", "がき"),
            ("दिन", "दान"),
            ("2 + 2", "2 - 2"),
            ("What is 3!?", "What is 3?"),
            ("x²", "x2"),
            ("a", "а"),
            ("?", "."),
            ("ls -r", "ls -R"),
            ("What is IT?", "What is it?"),
        ] {
            assert_ne!(apart(one), apart(other), "{one} {other}");
        }
        for (one, other) in [
            ("Who designed  C++?", "who designed C++"),
            ("Stop!", "stop."),
            ("don’t", "don't"),
            ("開源？", "開源?"),
        ] {
            assert_eq!(apart(one), apart(other), "{one} {other}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_named() {
        assert_eq!(
            unseen("a\u{200e}b\u{200d}c"),
            [(1, '\u{200e}'), (5, '\u{200d}')]
        );
        assert_eq!(unseen("می\u{200c}خواهم é ❤"), []);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,12}|[a-zıİIiΣςßﬁ½²₂’–. ]{0,12}") {
            for fold in [typed, typed_exactly, apart] {
                let once = fold(&text);
                prop_assert_eq!(fold(&once), once);
            }
            let once = equal(&text).into_owned();
            prop_assert_eq!(equal(&once), once.as_str());
        }

        #[test]
        fn an_answer_is_its_own_answer(text in "\\PC{0,12}") {
            prop_assert!(same(&text, &text) || typed(&text).is_empty());
        }
    }
}
