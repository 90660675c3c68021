//! Text as a terminal shows it: display width, wrapping, and the removal of control characters.

use std::borrow::Cow;
use std::ops::Range;

use unicode_linebreak::linebreaks;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Returns the columns that `text` takes on a terminal; wide characters count two, combining ones none.
pub fn width(text: &str) -> usize {
    text.width()
}

/// Returns `text` without anything that could control a terminal or mislead a reader.
///
/// Control characters (escape sequences start with one) become their visible pictures (`␛`), tabs become four spaces,
/// and the characters that reorder text (bidi embeddings, overrides and isolates: UAX #9, Unicode 16) become `�`. Line
/// feeds stay; a carriage return before one is dropped, and Unicode's own line separators become line feeds.
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' | '\u{2028}' | '\u{2029}' => out.push('\n'),
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
    (c.is_control() && c != '\n') || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns `text` [`clean`]ed and on one line, with single spaces: line feeds become spaces.
pub fn one_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns `text` [`clean`]ed and on one line, with its spaces as they are: line feeds become spaces. For names.
pub fn one_line_kept(text: &str) -> String {
    clean(text).replace('\n', " ")
}

/// Returns JSON that can't control a terminal: the characters that [`clean`] replaces are written as escapes, which
/// read back as the same characters. They occur only inside JSON's strings.
pub fn clean_json(json: &str) -> Cow<'_, str> {
    let is_unsafe = |c: char| c != '\t' && is_unsafe(c);
    if !json.chars().any(is_unsafe) {
        return Cow::Borrowed(json);
    }
    let escaped = |c: char| match is_unsafe(c) {
        true => format!("\\u{:04x}", u32::from(c)),
        false => c.to_string(),
    };
    Cow::Owned(json.chars().map(escaped).collect())
}

/// Returns the first `columns` columns of `text`, with `…` at the end if it was cut.
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

/// Returns `text` padded with spaces to `columns`, cut if it is longer.
pub fn pad(text: &str, columns: usize) -> String {
    let mut out = shorten(text, columns);
    let missing = columns.saturating_sub(width(&out));
    out.extend(std::iter::repeat_n(' ', missing));
    out
}

/// Returns `text` with a capital at its start.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// Returns a count with a comma between thousands: `50,380`.
pub fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Returns `count` with its noun: `1 card`, `2 cards`.
pub fn plural(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

/// Returns `text` broken into lines of at most `columns` columns, [`clean`]ed; see [`lines`].
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let text = clean(text);
    let line = |range| text.get(range).unwrap_or("").to_string();
    lines(&text, columns).into_iter().map(line).collect()
}

/// Returns the lines of at most `columns` columns into which `text` is broken, as ranges of bytes without the spaces at
/// their ends.
///
/// Lines break where Unicode's rules (UAX #14) allow it: at spaces, between the letters of scripts without spaces,
/// never before closing or after opening punctuation; inside a word only if the word alone is wider than a line.
/// No-break spaces and line feeds stay, and so does the indentation of the text's own lines. Without spaces and in pure
/// ASCII the only break taken is one after a hyphen or a slash inside a word: no line starts with the `+` of `C++` or
/// ends with the `-` of `ls -r`.
pub fn lines(text: &str, columns: usize) -> Vec<Range<usize>> {
    let columns = columns.max(2);
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        break_line(line, start, columns, &mut found);
        start += line.len() + 1;
    }
    found
}

/// Adds the lines into which the one line `text`, which starts at byte `at`, is broken.
fn break_line(text: &str, at: usize, columns: usize, found: &mut Vec<Range<usize>>) {
    let mut lines = Lines {
        text,
        at,
        found,
        start: 0,
        end: 0,
        used: 0,
    };
    let mut start = 0;
    for end in breaks(text) {
        let piece = text.get(start..end).unwrap_or("");
        let solid = width(trimmed(piece));
        let is_indent = trimmed(lines.current()).is_empty();
        if lines.used + solid > columns && !is_indent {
            lines.end_line(start);
        }
        if lines.used + solid <= columns {
            lines.end = end;
            lines.used += width(piece);
        } else {
            for (offset, grapheme) in piece.grapheme_indices(true) {
                let next = width(grapheme);
                let is_space = trimmed(grapheme).is_empty();
                if lines.used + next > columns && !is_space && lines.used > 0 {
                    lines.end_line(start + offset);
                }
                lines.end = start + offset + grapheme.len();
                lines.used += next;
            }
        }
        start = end;
    }
    lines.end_line(text.len());
}

/// The lines of one line of a text, under construction.
struct Lines<'a> {
    text: &'a str,
    /// The byte at which the text starts in the whole one.
    at: usize,
    found: &'a mut Vec<Range<usize>>,
    /// The line being filled: its bytes and its columns.
    start: usize,
    end: usize,
    used: usize,
}

impl Lines<'_> {
    fn current(&self) -> &str {
        self.text.get(self.start..self.end).unwrap_or("")
    }

    /// Ends the line; the next one starts at byte `next`.
    fn end_line(&mut self, next: usize) {
        let end = self.start + trimmed(self.current()).len();
        self.found.push(self.at + self.start..self.at + end);
        (self.start, self.end, self.used) = (next, next, 0);
    }
}

/// Returns `text` without the breakable spaces at its end.
fn trimmed(text: &str) -> &str {
    let glue = |c| matches!(c, '\u{a0}' | '\u{2007}' | '\u{202f}');
    text.trim_end_matches(|c: char| c.is_whitespace() && !glue(c))
}

/// Returns the bytes at which a line may end within the one line `text`, and its end.
fn breaks(text: &str) -> Vec<usize> {
    let allowed = linebreaks(text).map(|(at, _)| at);
    let mut ends: Vec<usize> = allowed.filter(|at| may_break(text, *at)).collect();
    // The rules bind a path or an option to the word before it, as if it were the end of a sentence.
    let starts = text.match_indices(' ').map(|(at, _)| at + 1);
    ends.extend(starts.filter(|at| starts_word(text.get(*at..).unwrap_or(""))));
    ends.sort_unstable();
    ends.dedup();
    ends
}

/// Returns whether ASCII text starts with something other than white space and punctuation that ends a sentence.
fn starts_word(text: &str) -> bool {
    let closing = |c| "!?:;.,)]}%\"'".contains(c);
    let rest = text.trim_start_matches(closing);
    text.starts_with(|c: char| c.is_ascii() && !c.is_whitespace())
        && !rest.is_empty()
        && !rest.starts_with(char::is_whitespace)
}

/// Returns whether a break that Unicode's rules allow at byte `at` of `text` is taken.
fn may_break(text: &str, at: usize) -> bool {
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    let (Some(last), Some(next)) = (before.chars().next_back(), after.chars().next()) else {
        return true;
    };
    if is_in_reading(before, after) {
        return false;
    }
    // A rule of Unicode 16 that the tables lack: no break after a hyphen at the start of a word.
    let word = before.trim_end_matches(last).chars().next_back();
    let is_inside_word = word.is_some_and(|c| c.is_alphanumeric() || !c.is_ascii());
    match last {
        // A number keeps its percent sign.
        ' ' if next == '%' => !before.trim_end().ends_with(char::is_numeric),
        _ if last.is_whitespace() => true,
        '-' | '/' => is_inside_word && next.is_alphanumeric(),
        '\u{2010}' => is_inside_word,
        _ => !(last.is_ascii() && next.is_ascii()),
    }
}

/// Returns whether a break would separate a Japanese word from its reading in kana after it, as in `漢字(かんじ)`.
fn is_in_reading(before: &str, after: &str) -> bool {
    const LONGEST: usize = 12;
    let is_kana = |c: &char| matches!(*c, '\u{3041}'..='\u{30ff}');
    let is_kanji = |c: char| matches!(c, '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{9fff}');
    let opened = after.strip_prefix(['(', '（']);
    let mut word = before.chars().rev();
    let read = match opened {
        Some(_) => 0,
        None => {
            let near = before.chars().rev().take(LONGEST);
            let read = near.take_while(is_kana).count();
            if !matches!(word.nth(read), Some('(' | '（')) {
                return false;
            }
            read
        }
    };
    let mut reading = opened.unwrap_or(after).chars().take(LONGEST + 1);
    let end = reading.find(|c| !is_kana(c));
    let is_empty = read == 0 && opened.unwrap_or(after).starts_with([')', '）']);
    word.next().is_some_and(is_kanji) && matches!(end, Some(')' | '）')) && !is_empty
}

/// A piece of output, by how it is treated when it is wider than the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// Lines of text, which are wrapped.
    Text(String),
    /// A line of a file, or carets below one, which is cut.
    Excerpt(String),
}

impl Row {
    fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Excerpt(text) => text,
        }
    }
}

/// Returns the rows as they are printed, [`clean`]ed: on a terminal with `columns` columns wide lines are wrapped under
/// their own indentation and bullet, or cut; elsewhere lines and tabs stay as they are.
pub fn fit(rows: &[Row], columns: Option<usize>) -> String {
    let fit = |row: &Row| match (columns, row) {
        (None, row) => {
            let cells: Vec<Cow<str>> = row.text().split('\t').map(clean).collect();
            cells.join("\t")
        }
        (Some(columns), Row::Text(text)) => fold(&clean(text), columns),
        (Some(columns), Row::Excerpt(text)) => shorten(&clean(text), columns),
    };
    let rows: Vec<String> = rows.iter().map(fit).collect();
    rows.join("\n")
}

/// Returns `text` with each line wider than `columns` wrapped as prose, under its own indentation and bullet.
fn fold(text: &str, columns: usize) -> String {
    let fold_line = |line: &str| {
        if width(line) <= columns {
            return line.to_string();
        }
        let indented = line.trim_start_matches(' ');
        let bullet = ["→ ", "✗ ", "· ", "- "]
            .iter()
            .any(|bullet| indented.starts_with(bullet));
        let indent = line.len() - indented.len();
        let hang = (indent + if bullet { 2 } else { 0 }).min(columns / 2);
        let (first, rest) = (" ".repeat(indent.min(columns / 2)), " ".repeat(hang));
        let broken = wrap(indented, columns.saturating_sub(hang));
        first + &broken.join(&format!("\n{rest}"))
    };
    let lines: Vec<String> = text.split('\n').map(fold_line).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn thousands_have_commas() {
        let said = [0, 999, 1000, 50_380, 1_000_000].map(thousands);
        assert_eq!(said, ["0", "999", "1,000", "50,380", "1,000,000"]);
    }

    #[test]
    fn a_fold_hangs_under_its_bullet_and_leaves_what_fits() {
        let text = "short\n  · a long line of words\n\n  indented and long\n";
        let folded = "short\n  · a long\n    line of\n    words\n\n  indented\n  and long\n";
        assert_eq!(fold(text, 12), folded);
        assert_eq!(fold(text, 80), text);
        for columns in 0..9 {
            assert!(fold(text, columns).replace('\n', "").contains("short"));
        }
    }

    #[test]
    fn what_is_cut_and_what_is_broken_is_told_by_its_kind() {
        let line = "12 | a numbered line";
        let rows = [Row::Text(line.into()), Row::Excerpt(line.into())];
        assert_eq!(fit(&rows, Some(10)), "12 | a\nnumbered\nline\n12 | a nu…");
        assert_eq!(fit(&rows, None), format!("{line}\n{line}"));
        let steering = [Row::Text("a\tb\u{1b}[31m".into())];
        assert_eq!(fit(&steering, None), "a\tb␛[31m");
        assert_eq!(fit(&steering, Some(80)), "a    b␛[31m");
    }

    #[test]
    fn wraps_by_display_width() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("asked for 90 % of", 12), ["asked for", "90 % of"]);
        assert_eq!(wrap("asked for a %", 11), ["asked for a", "%"]);
        assert_eq!(wrap("開源權重模型", 4), ["開源", "權重", "模型"]);
        assert_eq!(
            wrap("e\u{301}e\u{301}e\u{301} abc", 3),
            ["e\u{301}e\u{301}e\u{301}", "abc"]
        );
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("a\n\nb", 9), ["a", "", "b"]);
        assert_eq!(wrap("", 9), [""]);
        assert_eq!(wrap("  code here", 9), ["  code", "here"]);
        assert_eq!(wrap("  abcdefghij", 6), ["  abcd", "efghij"]);
    }

    #[test]
    fn a_word_keeps_its_reading() {
        let text = "窓の雪(ゆき)と、漢字（かんじ）の読(よ)み方";
        for columns in 12..30 {
            let lines = wrap(text, columns);
            let all: String = lines.concat();
            assert_eq!(all, text);
            for line in &lines {
                let opened = line.matches(['(', '（']).count();
                assert_eq!(opened, line.matches([')', '）']).count(), "{lines:?}");
                assert!(!line.starts_with(['(', '（']), "{lines:?}");
            }
        }
        // Brackets that are not a reading are broken as before.
        assert_eq!(wrap("雪(snow)", 6), ["雪", "(snow)"]);
        assert_eq!(wrap("あ(い)", 3), ["あ", "(い", ")"]);
    }

    #[test]
    fn lines_break_where_the_rules_of_unicode_allow_it() {
        // No-break spaces don't break, and French punctuation stays with its word.
        assert_eq!(wrap("le dit-on\u{a0}?", 7), ["le dit-", "on\u{a0}?"]);
        assert_eq!(wrap("a 10\u{202f}km", 6), ["a", "10\u{202f}km"]);
        assert_eq!(wrap("x ab-\u{2060}cd", 6), ["x", "ab-\u{2060}cd"]);
        // No closing punctuation starts a line, no opening punctuation ends one.
        assert_eq!(wrap("開源，權重。", 4), ["開", "源，", "權", "重。"]);
        assert_eq!(wrap("見（權重）", 4), ["見", "（權", "重）"]);
        assert_eq!(wrap("カード", 4), ["カー", "ド"]);
        // Hyphens and slashes inside words only, never a lone sign of a program.
        assert_eq!(wrap("open-weights", 8), ["open-", "weights"]);
        assert_eq!(wrap("and/or this", 5), ["and/", "or", "this"]);
        assert_eq!(wrap("use ls -r now", 8), ["use ls", "-r now"]);
        assert_eq!(wrap("as C++ is", 5), ["as", "C++", "is"]);
        assert_eq!(wrap("git x --amend", 8), ["git x", "--amend"]);
        assert_eq!(wrap("see /usr/lib", 8), ["see", "/usr/lib"]);
        assert_eq!(wrap("fn f() -> X", 9), ["fn f() ->", "X"]);
        assert_eq!(wrap("in .gitignore", 5), ["in", ".giti", "gnore"]);
        assert_eq!(wrap("\"a\" (b) c", 6), ["\"a\"", "(b) c"]);
        assert_eq!(wrap("et toi ?", 6), ["et", "toi ?"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_line_fits_and_nothing_but_spaces_is_lost(
            text in "([a-c]{1,9}|[ \u{a0}]{1,3}|[開源、。（]|\\PC|[-/+'\"()]|\n){0,20}",
            columns in 2usize..20,
        ) {
            let cleaned = clean(&text);
            let ranges = lines(&cleaned, columns);
            let mut at = 0;
            for range in ranges {
                let between = cleaned.get(at..range.start).unwrap();
                prop_assert!(between.trim().is_empty(), "{:?} is lost", between);
                let line = cleaned.get(range.clone()).unwrap();
                prop_assert!(width(line) <= columns || line.graphemes(true).count() == 1);
                at = range.end;
            }
            prop_assert!(cleaned.get(at..).unwrap().trim().is_empty());
        }
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
