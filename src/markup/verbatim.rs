//! Code and formulas: the stretches of a text inside which nothing is markup.

use std::collections::HashMap;
use std::ops::Range;

use unicode_width::UnicodeWidthChar;

/// The kinds of such stretches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Code within a line, in backticks.
    Code,
    /// A fenced block of code, whole lines.
    Fence,
    /// A formula in dollar signs.
    Formula,
}

/// A stretch inside which nothing is markup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leaf {
    /// Its kind.
    pub(crate) kind: Kind,
    /// Its range with delimiters, in bytes.
    pub(crate) whole: Range<usize>,
    /// Its range without delimiters, in bytes.
    pub(crate) inner: Range<usize>,
}

/// Returns the code and the formulas of `text`, in order.
///
/// * A fence is a line of at least three backticks or tildes, with at most the name of a language; a line of as many or
///   more closes it. An unclosed one is not a fence.
/// * Code within a line is between two runs of equally many backticks, in one paragraph.
/// * A formula is between `$` or `$$`, in one paragraph. No space follows the first `$`, and no letter or digit
///   precedes it; no space precedes the last one, and no letter, digit or bracket follows it, so that prices and shell
///   variables are not formulas (after the rule of Pandoc's `tex_math_dollars`). `$n$th` is one.
pub(super) fn leaves(text: &str) -> Vec<Leaf> {
    let mut found = Vec::new();
    for block in blocks(text) {
        match block {
            Block::Fence(fence) => found.push(fence),
            Block::Paragraph(range) => found.extend(within_paragraph(text, range)),
        }
    }
    found
}

/// A part of a text.
pub(super) enum Block {
    Fence(Leaf),
    /// Lines without an empty one between them.
    Paragraph(Range<usize>),
}

/// Returns the parts of `text`, without the empty lines between them.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut lines: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        lines.push(at..at + line.len());
        at += line.len();
    }
    let get = |line: &Range<usize>| text.get(line.clone()).unwrap_or("");
    let mut blocks = Vec::new();
    let mut paragraph: Option<Range<usize>> = None;
    // For each mark, a number of marks for which no closing fence exists.
    let mut unclosed: HashMap<u8, usize> = HashMap::new();
    let mut number = 0;
    while let Some(line) = lines.get(number) {
        number += 1;
        let fence = opening_fence(get(line))
            .filter(|(mark, length)| unclosed.get(mark).is_none_or(|least| length < least));
        if let Some((mark, length)) = fence {
            let closes = |line: &Range<usize>| is_closing_fence(get(line), mark, length);
            match lines.iter().skip(number).position(closes) {
                Some(further) => {
                    blocks.extend(paragraph.take().map(Block::Paragraph));
                    let close = lines.get(number + further).cloned().unwrap_or_default();
                    blocks.push(Block::Fence(Leaf {
                        kind: Kind::Fence,
                        whole: line.start..close.end,
                        inner: line.end..close.start,
                    }));
                    number += further + 1;
                    continue;
                }
                None => drop(unclosed.insert(mark, length)),
            }
        }
        if get(line).trim().is_empty() {
            blocks.extend(paragraph.take().map(Block::Paragraph));
        } else {
            let start = paragraph.map_or(line.start, |paragraph| paragraph.start);
            paragraph = Some(start..line.end);
        }
    }
    blocks.extend(paragraph.map(Block::Paragraph));
    blocks
}

/// Returns the mark of a fence that starts with this line, and their number; `None` if none does.
fn opening_fence(line: &str) -> Option<(u8, usize)> {
    let line = line.trim();
    let mark = *line
        .as_bytes()
        .first()
        .filter(|mark| b"`~".contains(mark))?;
    let info = line.trim_start_matches(char::from(mark));
    let length = line.len() - info.len();
    // As in CommonMark (0.31.2, 4.5): backticks after the fence make it code within a line.
    let is_name = !info.contains('`') && info.split_whitespace().count() <= 1;
    (length >= 3 && is_name).then_some((mark, length))
}

fn is_closing_fence(line: &str, mark: u8, length: usize) -> bool {
    let line = line.trim();
    line.len() >= length && line.bytes().all(|byte| byte == mark)
}

/// Returns the code and the formulas of the paragraph `range`, in order.
pub(super) fn within_paragraph(text: &str, range: Range<usize>) -> Vec<Leaf> {
    let mut found = Vec::new();
    let bytes = text.as_bytes().get(..range.end).unwrap_or(&[]);
    let ticks = runs(bytes, range.clone());
    let mut at = range.start;
    let mut is_last = false;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at = past_escape(text, at),
            b'`' => {
                let length = run(bytes, at, b'`');
                let start = at + length;
                let close = ticks.get(&length).and_then(|places| {
                    let next = places.partition_point(|place| *place < start);
                    places.get(next).copied()
                });
                at = start;
                if let Some(close) = close {
                    at = close + length;
                    found.push(Leaf {
                        kind: Kind::Code,
                        whole: start - length..at,
                        inner: start..close,
                    });
                }
            }
            b'$' => {
                let signs = run(bytes, at, b'$');
                let start = at;
                let inner = match signs {
                    1 => formula(text, at, range.end),
                    2 if !is_last => display(text, at, range.end),
                    _ => None,
                };
                // If nothing closes this pair, nothing closes a later one.
                is_last |= signs == 2 && inner.is_none();
                at += signs;
                if let Some(inner) = inner {
                    at = inner.end + signs;
                    found.push(Leaf {
                        kind: Kind::Formula,
                        whole: start..at,
                        inner,
                    });
                }
            }
            _ => at += 1,
        }
    }
    found
}

/// Returns the length of the run of `byte` at `at`.
fn run(bytes: &[u8], at: usize, byte: u8) -> usize {
    let rest = bytes.get(at..).unwrap_or(&[]);
    rest.iter().take_while(|next| **next == byte).count()
}

/// Returns the positions of the runs of backticks, by their length.
fn runs(bytes: &[u8], range: Range<usize>) -> HashMap<usize, Vec<usize>> {
    let mut places: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut at = range.start;
    while at < range.end {
        let length = run(bytes, at, b'`');
        if length > 0 {
            places.entry(length).or_default().push(at);
        }
        at += length.max(1);
    }
    places
}

/// The characters that a backslash escapes.
const MARKS: [u8; 3] = [b'*', b'`', b'$'];

/// Returns the position after the backslashes at `at`, and after the mark that they escape, if they do.
///
/// Backslashes have a meaning only before a mark: there each pair is one backslash, and a single one left over escapes
/// the mark. Elsewhere they are literal, as in `C:\Users` or `\d+`.
pub(super) fn past_escape(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let count = run(bytes, at, b'\\');
    let end = at + count;
    let is_mark = bytes.get(end).is_some_and(|byte| MARKS.contains(byte));
    if is_mark && count % 2 == 1 {
        end + 1
    } else {
        end
    }
}

/// Returns the content of the formula that the dollar sign at `at` opens; `None` if it opens none. The next dollar sign
/// closes it, or nothing does.
fn formula(text: &str, at: usize, end: usize) -> Option<Range<usize>> {
    let start = at + 1;
    let before = text.get(..at)?.chars().next_back();
    if before.is_some_and(is_word) {
        return None;
    }
    let close = next_dollars(text, start, end, 1)?;
    let inner = text.get(start..close)?;
    let rest = text.get(close + 1..)?;
    let word = rest.split(|c: char| !c.is_alphanumeric()).next();
    let is_ending = matches!(word, Some("th" | "st" | "nd" | "rd" | "s"));
    let opens = |c| matches!(c, '{' | '(' | '[') && !rest.starts_with("{{c");
    let closes = !inner.starts_with(char::is_whitespace)
        && !inner.ends_with(char::is_whitespace)
        && (is_ending || !rest.starts_with(|c| is_word(c) || opens(c)));
    (closes && is_formula(inner)).then_some(start..close)
}

/// Returns the content of the formula that the two dollar signs at `at` open; `None` if they open none.
fn display(text: &str, at: usize, end: usize) -> Option<Range<usize>> {
    let start = at + 2;
    let close = next_dollars(text, start, end, 2)?;
    let is_empty = text.get(start..close)?.trim().is_empty();
    (!is_empty).then_some(start..close)
}

/// Returns the position of the next `signs` dollar signs; one stops at any other number of them, two skip single ones.
fn next_dollars(text: &str, from: usize, end: usize, signs: usize) -> Option<usize> {
    let bytes = text.as_bytes().get(..end)?;
    let mut at = from;
    loop {
        match bytes.get(at)? {
            b'\\' => at += 2,
            b'$' => match run(bytes, at, b'$') {
                here if here == signs => return Some(at),
                1 => at += 1,
                _ => return None,
            },
            _ => at += 1,
        }
    }
}

/// Returns whether the text between dollar signs is a formula, not a price and the words up to the next one.
fn is_formula(inner: &str) -> bool {
    let has_sign = inner.contains(['\\', '^', '_', '{', '=', '<', '>']);
    let mut words = inner.split(|c: char| !c.is_alphabetic());
    has_sign
        || !inner.starts_with(|c: char| c.is_ascii_digit())
        || words.all(|word| word.chars().count() < 2)
}

/// Returns whether `c` is a letter or a digit of a script that puts spaces between words.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric()
        && c.width() != Some(2)
        && !matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(Kind, &str)> {
        leaves(text)
            .into_iter()
            .map(|leaf| (leaf.kind, text.get(leaf.inner).unwrap()))
            .collect()
    }

    #[test]
    fn code_is_between_equal_runs_of_backticks() {
        assert_eq!(
            found("`a` and ``b ` c`` and ` d"),
            [(Kind::Code, "a"), (Kind::Code, "b ` c")]
        );
        assert_eq!(found("a ` b\n\nc ` d"), []);
        assert_eq!(found(r"\`a` b`"), [(Kind::Code, " b")]);
        assert_eq!(found(r"`a\` b"), [(Kind::Code, r"a\")]);
    }

    #[test]
    fn a_fence_is_whole_lines() {
        let text = "x\n```rust\nlet `a` = $b$;\n\n  c\n```\ny `z`";
        assert_eq!(
            found(text),
            [(Kind::Fence, "let `a` = $b$;\n\n  c\n"), (Kind::Code, "z")]
        );
        assert_eq!(found("````\n```\n````"), [(Kind::Fence, "```\n")]);
        assert_eq!(found("~~~\na\n~~~"), [(Kind::Fence, "a\n")]);
        assert_eq!(found("```\nnever closed"), []);
        assert_eq!(found("```a b c\nx\n```"), [(Kind::Code, "a b c\nx\n")]);
    }

    #[test]
    fn a_formula_is_no_price_and_no_variable() {
        let one = |text| {
            found(text)
                .into_iter()
                .map(|(_, inner)| inner)
                .collect::<Vec<_>>()
        };
        assert_eq!(one("$x^2$, ($y$) and the $n$th"), ["x^2", "y", "n"]);
        assert_eq!(one("$$\na\n$$"), ["\na\n"]);
        assert_eq!(one("面積は$x$です"), ["x"]);
        assert_eq!(one(r"$\$5$"), [r"\$5"]);
        for plain in [
            "$5 and $6",
            "costs $5, or 5$.",
            "$5-$6",
            "$100 (US$)",
            "echo $HOME $PATH",
            "$A$B",
            "${x}${y}",
            "$1,$2",
            "US$5 and CA$6",
            "$ x $",
            "$",
            "$$",
            "$$$",
            "$$ $$",
            r"\$x$",
            "$a\n\nb$",
        ] {
            assert_eq!(one(plain), [""; 0], "{plain}");
        }
    }
}
