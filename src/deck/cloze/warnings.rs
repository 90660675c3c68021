//! Warnings about cloze texts that may be misread.

use std::ops::Range;

use super::structure::{self, Span};
use crate::text;

/// A place in a cloze text that may mean something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The range, in bytes of the text.
    pub range: Range<usize>,
    /// A description of the problem.
    pub message: String,
    /// Advice on what to write instead.
    pub help: String,
}

/// Returns warnings about text that resembles a gap, a `}` left over after a gap, and `::` that may not be meant as a
/// hint.
///
/// For a text that is not a cloze only the first kind is looked for.
pub fn warnings(text: &str) -> Vec<Warning> {
    let spans = structure::spans(text).unwrap_or_default();
    let mut all = Vec::new();
    flatten(&spans, &mut all);
    let mut found = slips(text, &all);
    found.extend(left_over(text, &spans));
    found.extend(all.iter().filter_map(|gap| unsure_hint(text, gap)));
    found.sort_by_key(|warning| warning.range.start);
    found
}

fn flatten<'a>(spans: &'a [Span], all: &mut Vec<&'a Span>) {
    for span in spans {
        all.push(span);
        flatten(&span.inner, all);
    }
}

/// The characters mistaken for the `c` of a gap: upper-case, Cyrillic and full-width ones.
const CS: [char; 6] = ['c', 'C', 'с', 'С', 'ｃ', 'Ｃ'];

/// Returns warnings about text that resembles a gap.
fn slips(text: &str, gaps: &[&Span]) -> Vec<Warning> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().map_or(1, char::len_utf8);
        if let Some(escaped) = rest.strip_prefix('\\') {
            // In `\{{` both braces are literal.
            let braces = escaped.len() - escaped.trim_start_matches('{').len();
            at += 1 + braces.max(escaped.chars().next().map_or(1, char::len_utf8));
            continue;
        }
        let brackets = rest.len() - rest.trim_start_matches(BRACKETS).len();
        // The gaps are in the order of their starts. In `{{{c1::x}}` the last two braces open one.
        let last = at + brackets.saturating_sub(2);
        if let Ok(gap) = gaps.binary_search_by_key(&last, |gap| gap.whole.start) {
            at = gaps.get(gap).map_or(last, |gap| gap.body.start);
            continue;
        }
        let is_in_word = text
            .get(..at)
            .and_then(|before| before.chars().next_back())
            .is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '{'));
        let length = bracketed(rest, brackets).or_else(|| bare(rest).filter(|_| !is_in_word));
        match length {
            Some(length) => {
                let shown = shown(rest, length);
                found.push(Warning {
                    range: at..at + length,
                    message: format!("`{shown}` looks like a gap, but is shown as it is"),
                    help:
                        "write a gap as {{c1::answer}} or {{c1::answer::hint}}, or \\{ for a brace"
                            .into(),
                });
                at += length;
            }
            None => at += first.max(brackets),
        }
    }
    found
}

/// The brackets mistaken for the braces of a gap.
const BRACKETS: [char; 4] = ['{', '[', '｛', '('];

/// The farthest distance, in bytes, at which the end of an apparent gap is looked for.
const NEAR: usize = 200;

/// Returns the start of the first line of `text`, at most [`NEAR`] bytes.
fn near(text: &str) -> &str {
    let near = text.get(..text.floor_char_boundary(NEAR)).unwrap_or(text);
    near.lines().next().unwrap_or("")
}

/// Returns the length of what looks like a gap after this many bytes of brackets, in bytes.
fn bracketed(rest: &str, brackets: usize) -> Option<usize> {
    let opening = rest.get(..brackets)?;
    let inner = rest.get(brackets..)?;
    let is_double = opening.chars().count() >= 2;
    let after_space = inner.trim_start();
    let after_c = after_space.trim_start_matches(CS);
    let has_c = after_space.len() - after_c.len() > 0;
    let tail =
        after_c.trim_start_matches(|c: char| c.is_numeric() || matches!(c, ',' | ' ' | '-' | '.'));
    let has_number = after_c.contains(char::is_numeric) && tail.len() < after_c.len();
    let has_colons = ["::", "：：", ":："]
        .iter()
        .any(|colons| tail.starts_with(colons));
    let has_mark =
        has_colons || tail.starts_with([':', '：', ';', '；', '|']) || tail.starts_with("}}");
    let is_like = match (
        opening.starts_with(['{', '｛']),
        is_double,
        has_c,
        has_number,
    ) {
        (true, true, true, true) => has_mark,
        (true, true, _, _) => has_colons && (has_c || has_number),
        (true, false, true, true) | (false, _, true, true) => has_colons,
        _ => false,
    };
    let head = rest.len() - tail.len();
    (brackets > 0 && is_like).then(|| head + to_end(tail))
}

/// Returns the length in bytes of a gap without its opening braces: `c1::x}}`.
fn bare(rest: &str) -> Option<usize> {
    let tail = rest.strip_prefix(CS)?;
    let inner = tail.trim_start_matches(|c: char| c.is_ascii_digit());
    let colons = inner
        .strip_prefix("::")
        .filter(|_| inner.len() < tail.len())?;
    let line = near(colons);
    let close = line
        .find("}}")
        .filter(|close| !line.get(..*close).is_some_and(|body| body.contains('{')))?;
    Some(rest.len() - colons.len() + close + 2)
}

/// Returns the number of bytes of `tail` up to and including its closing brackets, if they are near.
fn to_end(tail: &str) -> usize {
    let line = near(tail);
    let close = line.find(['}', ']', ')', '｝']);
    close.map_or_else(
        || line.chars().next().map_or(0, char::len_utf8),
        |close| {
            let rest = line.get(close..).unwrap_or("");
            let closers = rest.len() - rest.trim_start_matches(['}', ']', ')', '｝']).len();
            close + closers
        },
    )
}

/// Returns a warning about a brace after a gap that nothing opens.
fn left_over(text: &str, spans: &[Span]) -> Vec<Warning> {
    let mut found = Vec::new();
    let mut open = 0usize;
    let mut at = 0;
    for span in spans {
        let before = text.get(at..span.whole.start).unwrap_or("");
        at = span.whole.end;
        open = braces(before, open);
        let behind = text.get(at..).unwrap_or("");
        let more = behind.len() - behind.trim_start_matches('}').len();
        if more > open {
            found.push(Warning {
                range: at..at + more,
                message: "a brace is left over after the gap".into(),
                help: "if it belongs to the answer, write it as \\} there".into(),
            });
        }
    }
    found
}

/// Returns the number of braces open after `text`, given that `open` were open before.
fn braces(text: &str, open: usize) -> usize {
    let mut is_escaped = false;
    text.bytes().fold(open, |open, byte| {
        let skip = is_escaped;
        is_escaped = byte == b'\\' && !skip;
        match byte {
            b'{' if !skip => open + 1,
            b'}' if !skip => open.saturating_sub(1),
            _ => open,
        }
    })
}

/// Returns a warning about a hint that may not be one.
fn unsure_hint(text: &str, gap: &Span) -> Option<Warning> {
    let colons = structure::colons(text, gap);
    let first = *colons.first()?;
    let answer = text.get(gap.body.start..first)?;
    let hint = text.get(first + 2..gap.body.end)?;
    let is_unsure = colons.len() > 1 || is_path(answer, hint);
    is_unsure.then(|| {
        let numbers = text.get(gap.whole.start..gap.body.start).unwrap_or("");
        let escaped = hint.replace(r"\::", "::").replace("::", r"\::");
        Warning {
            range: gap.whole.clone(),
            message: format!("the hint of this gap is `{}`: is it part of the answer?", hint.trim()),
            help: format!(
                "if it is, write {numbers}{answer}\\::{escaped}}}}}; if it is the hint, write {numbers}{answer}:: {}}}}}",
                escaped.trim_start()
            ),
        }
    })
}

/// Returns whether answer and hint read like a path in a program: two names, or a call after a name.
fn is_path(answer: &str, hint: &str) -> bool {
    let is_name = |text: &str| {
        !text.is_empty()
            && !text.starts_with(|c: char| c.is_ascii_digit())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let name = hint
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .next()
        .unwrap_or("");
    let rest = hint.get(name.len()..).unwrap_or("");
    let is_called = is_name(name) && rest.starts_with(['(', '<', '!', '[', '{']);
    let is_behind_name =
        answer.ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '>'));
    (is_name(answer) && is_name(hint)) || (is_behind_name && is_called)
}

/// Returns the first `length` bytes of `rest` on one line, shortened.
fn shown(rest: &str, length: usize) -> String {
    text::shorten(&text::one_line(rest.get(..length).unwrap_or("")), 40)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        warnings(text)
            .into_iter()
            .map(|warning| text.get(warning.range).unwrap())
            .collect()
    }

    #[test]
    fn what_looks_like_a_gap_and_is_none() {
        for slip in [
            "{{c2:Madrid}}",
            "{{C2::Madrid}}",
            "{{ c2::Madrid}}",
            "{c2::Madrid}}",
            "{c2::Madrid}",
            "{{c 2::Madrid}}",
            "{{c2 ::Madrid}}",
            "{{c2, 3::Madrid}}",
            "{{c2;Madrid}}",
            "{{c2}}",
            "{{c::Madrid}}",
            "{{2::Madrid}}",
            "{{с2::Madrid}}",
            "{{c2：：Madrid}}",
            "[[c2::Madrid]]",
            "((c2::Madrid))",
            "{[c2::Madrid]}",
            "c2::Madrid}}",
        ] {
            let text = format!("é {{{{c1::Paris}}}} and {slip} there");
            assert_eq!(found(&text), [slip], "{text}");
            assert_eq!(found(slip), [slip], "alone");
        }
    }

    #[test]
    fn what_is_no_gap_and_looks_like_none() {
        for plain in [
            "{{code}}",
            "{{ name }}",
            "{c1}",
            "{c1:>5}",
            "x_{c1}",
            r"\{{c2::x}}",
            "std::c1::x",
            "a[c1]",
            "f(c1: 3)",
            "{{city::x}}",
            "{{{ x }}}",
            "c1::x",
            "(c)",
            "{1, 2}",
            "{{1, 2}, {3, 4}}",
        ] {
            let text = format!("{{{{c1::Paris}}}} and {plain} there");
            assert_eq!(found(&text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_brace_that_is_left_over() {
        assert_eq!(found("a {{c1::b}}} c"), ["}"]);
        assert_eq!(found("{a {{c1::b}}} c"), [""; 0]);
        assert_eq!(found(r"\frac{{{c1::a}}}{{{c2::b}}}"), [""; 0]);
        assert_eq!(found("{{c1::fn f() {}}}"), [""; 0]);
    }

    #[test]
    fn a_hint_that_may_be_part_of_the_answer() {
        for gap in [
            "{{c1::std::vec::Vec}}",
            "{{c1::Vec::with_capacity}}",
            "{{c1::Vec::new()}}",
            "{{c1::&mut Vec::new()}}",
            "{{c1::io::Result<()>}}",
            "{{c1::a::b: c::d}}",
        ] {
            assert_eq!(found(&format!("x {gap} y")), [gap]);
        }
        for gap in [
            "{{c1::public::open to whom?}}",
            "{{c1::Paris:: city}}",
            "{{c1::Paris::a city}}",
            "{{c1::東京::都市}}",
            r"{{c1::std\::vec}}",
            r"{{c1::std\::vec::a path}}",
            "{{c1::`std::vec`::a path}}",
            r"{{c1::std:: a\::b}}",
        ] {
            assert_eq!(found(&format!("x {gap} y")), [""; 0], "{gap}");
        }
    }

    #[test]
    fn what_the_help_says_is_read_as_it_says() {
        let help = &warnings("x {{c1::a::b::c}} y")[0].help;
        assert_eq!(
            help,
            r"if it is, write {{c1::a\::b\::c}}; if it is the hint, write {{c1::a:: b\::c}}"
        );
        assert_eq!(found(help), [""; 0]);
    }
}
