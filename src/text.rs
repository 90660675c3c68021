//! Text as a terminal shows it: display width, wrapping, and what must never reach it raw.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The columns that `text` takes on a terminal; wide characters count two, combining ones none.
pub fn width(text: &str) -> usize {
    text.width()
}

/// `text` without anything that could steer a terminal or mislead a reader.
///
/// Control characters (escape sequences start with one) become their visible pictures (`␛`), tabs become
/// four spaces, and the characters that reorder text (bidi embeddings, overrides and isolates, as listed in
/// UAX #9) become `�`. Line feeds stay; a carriage return before one is dropped.
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' => out.push('\n'),
            '\r' if chars.peek() == Some(&'\n') => {}
            '\t' => out.push_str("    "),
            '\u{7f}' => out.push('␡'),
            '\u{0}'..='\u{1f}' => out.push(char::from_u32(0x2400 + c as u32).unwrap_or('�')),
            _ if is_unsafe(c) => out.push('�'),
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

fn is_unsafe(c: char) -> bool {
    (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// [`clean`]ed and on one line: line feeds become spaces.
pub fn one_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// [`clean`]ed and on one line, with its spaces as they are: line feeds become spaces.
pub fn one_line_kept(text: &str) -> String {
    clean(text).replace('\n', " ")
}

/// The first `columns` columns of `text`, with `…` at the end where something was cut.
pub fn shorten(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_string();
    }
    let mut out = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let next = width(grapheme);
        if used + next + 1 > columns {
            break;
        }
        used += next;
        out.push_str(grapheme);
    }
    if columns > 0 {
        out.push('…');
    }
    out
}

/// `text` filled up with spaces to `columns`, cut where it is longer.
pub fn pad(text: &str, columns: usize) -> String {
    let mut out = shorten(text, columns);
    let missing = columns.saturating_sub(width(&out));
    out.extend(std::iter::repeat_n(' ', missing));
    out
}

/// `text` with a capital.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// `count` with its noun: `1 card`, `2 cards`.
pub fn plural(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

/// Breaks `text` into lines of at most `columns` columns.
///
/// Breaks at white space, and inside a word only where the word alone is wider than a line or is written in a
/// script without spaces. Line feeds of the text stay; the text's own indentation of a line is kept.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(2);
    clean(text)
        .split('\n')
        .flat_map(|line| wrap_line(line, columns))
        .collect()
}

/// `text` with each line that is wider than `columns` broken as prose is: under its own indentation and bullet. A
/// line of a file that is shown behind `|`, and the carets below it, are cut instead.
pub fn fold(text: &str, columns: usize) -> String {
    let fold_line = |line: &str| {
        if width(line) <= columns {
            return line.to_string();
        }
        let indented = line.trim_start_matches(' ');
        let (number, _) = indented.split_once("| ").unwrap_or(("-", ""));
        if number.trim_end().bytes().all(|byte| byte.is_ascii_digit()) {
            return shorten(line, columns);
        }
        let bullet = ["→ ", "✗ ", "· ", "- "]
            .iter()
            .any(|bullet| indented.starts_with(bullet));
        let hang = line.len() - indented.len() + if bullet { 2 } else { 0 };
        let hang = hang.min(columns / 2);
        let (first, rest) = (" ".repeat(line.len() - indented.len()), " ".repeat(hang));
        let broken = wrap(indented, columns.saturating_sub(hang));
        first + &broken.join(&format!("\n{rest}"))
    };
    let lines: Vec<String> = text.split('\n').map(fold_line).collect();
    lines.join("\n")
}

fn wrap_line(line: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    let mut used = 0;
    for piece in pieces(line) {
        let wide = width(piece);
        let solid = width(piece.trim_end());
        if used > 0 && used + solid > columns {
            lines.push(current.trim_end().to_string());
            current.clear();
            used = 0;
        }
        if solid <= columns {
            current.push_str(piece);
            used += wide;
            continue;
        }
        for grapheme in piece.graphemes(true) {
            let next = width(grapheme);
            if used + next > columns {
                lines.push(std::mem::take(&mut current));
                used = 0;
            }
            current.push_str(grapheme);
            used += next;
        }
    }
    lines.push(current.trim_end().to_string());
    lines
}

/// The unbreakable pieces of a line: words with the white space after them, and single wide characters.
fn pieces(line: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut last: Option<&str> = None;
    for (at, grapheme) in line.grapheme_indices(true) {
        let breaks = last.is_some_and(|last| {
            let space = last.chars().all(char::is_whitespace);
            let here = grapheme.chars().all(char::is_whitespace);
            (space && !here && at > start)
                || (!space && !here && width(last) == 2 && width(grapheme) == 2)
        });
        if breaks && let Some(piece) = line.get(start..at) {
            out.push(piece);
            start = at;
        }
        last = Some(grapheme);
    }
    if let Some(rest) = line.get(start..).filter(|rest| !rest.is_empty()) {
        out.push(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fold_hangs_under_its_bullet_and_leaves_what_fits() {
        let text = "short\n  · a long line of words\n\n  indented and long\n";
        let folded = "short\n  · a long\n    line of\n    words\n\n  indented\n  and long\n";
        assert_eq!(fold(text, 12), folded);
        assert_eq!(fold(text, 80), text);
        let excerpt = "a message of some words\n   12 | Basic(front: \"x\n      |       ^^^^^";
        let folded = "a message of some\nwords\n   12 | Basic(front…\n      |       ^^^^^";
        assert_eq!(fold(excerpt, 20), folded);
        for columns in 0..9 {
            assert!(fold(text, columns).replace('\n', "").contains("short"));
        }
    }

    #[test]
    fn wraps_by_display_width() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("開源權重模型", 4), ["開源", "權重", "模型"]);
        assert_eq!(
            wrap("e\u{301}e\u{301}e\u{301} abc", 3),
            ["e\u{301}e\u{301}e\u{301}", "abc"]
        );
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("a\n\nb", 9), ["a", "", "b"]);
        assert_eq!(wrap("", 9), [""]);
        assert_eq!(wrap("  code here", 9), ["  code", "here"]);
    }

    #[test]
    fn nothing_that_steers_a_terminal_gets_through() {
        assert_eq!(clean("a\u{1b}[31mb\tc\u{202e}d\r\n"), "a␛[31mb    c�d\n");
        assert_eq!(clean("\u{9b}31m"), "�31m");
        assert!(matches!(clean("plain é 開"), Cow::Borrowed(_)));
    }

    #[test]
    fn shortens_without_splitting_a_wide_character() {
        assert_eq!(shorten("開源權重", 5), "開源…");
        assert_eq!(shorten("abc", 3), "abc");
        assert_eq!(pad("ab", 4), "ab  ");
    }
}
