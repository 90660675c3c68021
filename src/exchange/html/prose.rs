//! The text of a card under construction: lines, spaces, marks, and backslashes before the text's own signs.

use crate::markup::{self, Part, Shown};

/// Precedes a sign of the text itself until it is known whether it would read as markup. A noncharacter, which Unicode
/// reserves for such uses.
const LITERAL: char = '\u{fdd0}';

/// The signs that may read as markup.
const SIGNS: [char; 5] = ['*', '`', '$', '\\', '['];

/// A position in the text from which markup may be set.
#[derive(Debug)]
pub(super) struct Mark {
    depth: usize,
    at: usize,
}

/// A stretch that is written separately: a table's cell, a code block, a formula.
#[derive(Debug, Default)]
struct Layer {
    out: String,
    verbatim: bool,
    /// The end of the sign of a list's item, if nothing follows it yet.
    item: Option<usize>,
}

/// A text under construction.
#[derive(Debug, Default)]
pub(super) struct Prose {
    base: Layer,
    layers: Vec<Layer>,
    code: usize,
    unmarked: bool,
}

impl Prose {
    /// Returns an empty text in which nothing is marked up.
    pub(super) fn unmarked() -> Self {
        Self {
            unmarked: true,
            ..Self::default()
        }
    }

    fn top(&mut self) -> &mut Layer {
        self.layers.last_mut().unwrap_or(&mut self.base)
    }

    /// Adds text of the source: white space becomes one space, and is dropped at the start of a line.
    pub(super) fn text(&mut self, text: &str) {
        let code = self.code > 0;
        let layer = self.top();
        if layer.verbatim {
            layer.out.push_str(text);
            return;
        }
        for c in text.chars() {
            // A no-break space keeps an indentation only in code.
            if code && matches!(c, ' ' | '\u{a0}') {
                layer.out.push(' ');
            } else if matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{a0}' | '\u{c}') {
                let begins = layer.out.is_empty()
                    || layer.out.ends_with(['\n', ' '])
                    || layer.item == Some(layer.out.len());
                if !begins {
                    layer.out.push(' ');
                }
            } else if c != LITERAL {
                if !code && SIGNS.contains(&c) {
                    layer.out.push(LITERAL);
                }
                layer.out.push(c);
            }
        }
    }

    /// Adds text of the source with its spaces and lines unchanged.
    pub(super) fn verbatim(&mut self, text: &str) {
        let out = &mut self.top().out;
        for c in text.chars().filter(|c| *c != LITERAL) {
            if SIGNS.contains(&c) {
                out.push(LITERAL);
            }
            out.push(c);
        }
    }

    /// Adds text that is already markup.
    pub(super) fn raw(&mut self, text: &str) {
        self.top().out.push_str(text);
    }

    /// Adds lines that are already markup.
    pub(super) fn lines(&mut self, text: &str) {
        self.new_line();
        self.raw(text);
        self.new_line();
    }

    /// Begins a line, unless one begins here.
    pub(super) fn new_line(&mut self) {
        self.end_line("\n");
    }

    /// Breaks the line; several breaks leave at most one blank line.
    pub(super) fn line_break(&mut self) {
        self.end_line("\n\n");
    }

    /// Ends the line, unless the text ends in `enough` already.
    fn end_line(&mut self, enough: &str) {
        let layer = self.top();
        if layer.verbatim {
            if enough.len() > 1 {
                layer.out.push('\n');
            }
            return;
        }
        if layer.item == Some(layer.out.len()) {
            return;
        }
        let kept = layer.out.trim_end_matches([' ', '\t']).len();
        layer.out.truncate(kept);
        if !layer.out.is_empty() && !layer.out.ends_with(enough) {
            layer.out.push('\n');
        }
    }

    /// Begins a list's item with its sign.
    pub(super) fn item(&mut self, sign: &str) {
        let layer = self.top();
        layer.out.push_str(sign);
        layer.item = Some(layer.out.len());
    }

    /// Returns the bytes written so far; `None` inside a layer.
    pub(super) fn top_length(&self) -> Option<usize> {
        self.layers.is_empty().then_some(self.base.out.len())
    }

    /// Returns the position of the next text.
    pub(super) fn mark(&mut self) -> Mark {
        let depth = self.layers.len();
        let at = self.top().out.len();
        Mark { depth, at }
    }

    /// Removes and returns the text since `mark`.
    fn since(&mut self, mark: &Mark) -> Option<String> {
        if self.layers.len() != mark.depth || self.top().verbatim {
            return None;
        }
        let out = &mut self.top().out;
        // The end of a line may have removed spaces before the mark.
        let at = mark.at.min(out.len());
        out.is_char_boundary(at).then(|| out.split_off(at))
    }

    /// Encloses the text since `mark` in `sign`s, line by line, with spaces left outside.
    pub(super) fn emphasise(&mut self, mark: &Mark, sign: &str) {
        let code = self.code > 0;
        let Some(text) = self.since(mark) else { return };
        if code || self.unmarked || text.contains("```") || text.trim().is_empty() {
            self.raw(&text);
            return;
        }
        let lines: Vec<String> = text
            .split('\n')
            .map(|line| emphasised(line, sign))
            .collect();
        self.raw(&lines.join("\n"));
    }

    /// Sets whether the following text is code.
    pub(super) fn code(&mut self, on: bool) {
        self.code = if on {
            self.code + 1
        } else {
            self.code.saturating_sub(1)
        };
    }

    /// Marks the text since `mark` as code; as a block if it has several lines.
    pub(super) fn as_code(&mut self, mark: &Mark) {
        if self.code > 0 {
            return;
        }
        let Some(text) = self.since(mark) else { return };
        if self.unmarked {
            self.verbatim(&text);
        } else if text.trim_matches('\n').contains('\n') {
            self.block(&text);
        } else if text.trim().is_empty() {
            self.raw(&text);
        } else {
            self.raw(&code_in_line(text.trim()));
        }
    }

    /// Adds a fenced block.
    pub(super) fn block(&mut self, text: &str) {
        let text = text.trim_matches('\n').trim_end();
        if text.is_empty() || self.unmarked {
            self.verbatim(text);
            return;
        }
        let ticks = |line: &str| line.trim_start().chars().take_while(|c| *c == '`').count();
        let longest = text.lines().map(ticks).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        let text = text.replace('\u{a0}', " ");
        self.lines(&format!("{fence}\n{text}\n{fence}"));
    }

    /// Raises (`up`) or lowers the text since `mark`: in Unicode if every letter has such a form.
    pub(super) fn raised(&mut self, mark: &Mark, up: bool) {
        let Some(text) = self.since(mark) else { return };
        let bare: String = text.chars().filter(|c| *c != LITERAL).collect();
        let shifted: Option<String> = bare.trim().chars().map(|c| shifted(c, up)).collect();
        match shifted {
            Some(shifted) => self.raw(&shifted),
            None if up => self.raw(&format!("^({text})")),
            None => self.raw(&format!("_({text})")),
        }
    }

    /// Makes the text since `mark` a link.
    pub(super) fn link(&mut self, mark: &Mark, href: &str) {
        let Some(text) = self.since(mark) else { return };
        let words: Vec<&str> = text.split_whitespace().collect();
        let words = words.join(" ");
        let bare: String = words.chars().filter(|c| *c != LITERAL).collect();
        if self.unmarked && !bare.is_empty() {
            self.raw(&text);
        } else if bare.is_empty() || bare == href {
            self.raw(href);
        } else if text.contains("](") {
            // A picture inside a link.
            self.raw(&text);
        } else {
            self.raw(&format!("[{words}]({href})"));
        }
    }

    /// Begins a stretch that is written separately.
    pub(super) fn open(&mut self) {
        self.layers.push(Layer::default());
    }

    /// Begins a stretch in which nothing is markup and every space counts.
    pub(super) fn capture(&mut self) {
        self.layers.push(Layer {
            verbatim: true,
            ..Layer::default()
        });
    }

    /// Returns whether a stretch of [`Prose::capture`] is open.
    pub(super) fn is_captured(&self) -> bool {
        self.layers.last().is_some_and(|layer| layer.verbatim)
    }

    /// Ends a stretch, and returns its text.
    pub(super) fn close(&mut self) -> String {
        self.layers.pop().map(|layer| layer.out).unwrap_or_default()
    }

    /// Returns the text, with a backslash before each sign of its own that would read as markup.
    pub(super) fn finish(self) -> String {
        self.finish_at(None).0
    }

    /// Returns the text as [`Prose::finish`] does, and the new position of its byte `at`.
    pub(super) fn finish_at(mut self, at: Option<usize>) -> (String, Option<usize>) {
        while !self.layers.is_empty() {
            let rest = self.close();
            self.raw(&rest);
        }
        let out = self.base.out;
        let end = out.trim_end().len();
        let start = out.len() - out.trim_start_matches(['\n', ' ']).len();
        let inside = out.get(start..end).unwrap_or("");
        let Some(at) = at else {
            return (escaped(inside), None);
        };
        let at = at.clamp(start, end.max(start)) - start;
        let (before, after) = inside.split_at_checked(at).unwrap_or((inside, ""));
        let before = escaped(before);
        let at = before.len();
        (before + &escaped(after), Some(at))
    }
}

/// Encloses a line in `sign`s, with its spaces outside; a line that is a block of its own stays.
fn emphasised(line: &str, sign: &str) -> String {
    let inner = line.trim();
    let is_block = inner.starts_with("- ") || inner.starts_with('|') || inner.is_empty();
    if is_block || (inner.starts_with(sign) && inner.ends_with(sign)) {
        return line.to_string();
    }
    let start = line.len() - line.trim_start().len();
    let before = line.get(..start).unwrap_or("");
    let after = line.get(start + inner.len()..).unwrap_or("");
    format!("{before}{sign}{inner}{sign}{after}")
}

/// Returns code between backticks, more of them than occur in a row inside it.
fn code_in_line(code: &str) -> String {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest + 1);
    match code.starts_with('`') || code.ends_with('`') {
        true => format!("{ticks} {code} {ticks}"),
        false => format!("{ticks}{code}{ticks}"),
    }
}

/// Returns `text` without the marks before its own signs, and with a backslash before each that would read as markup;
/// with none if the text reads correctly without.
fn escaped(text: &str) -> String {
    if !text.contains(LITERAL) {
        return text.to_string();
    }
    let bare = Escaped::new(text, false);
    match bare.reads_as_meant() {
        true => bare.text,
        false => Escaped::new(text, true).text,
    }
}

/// A text with backslashes before its own signs.
#[derive(Default)]
struct Escaped {
    text: String,
    /// The positions of its own marks, in bytes.
    marks: Vec<usize>,
    /// The number of its own backslashes at its end.
    backslashes: usize,
    last: Option<char>,
}

impl Escaped {
    /// Writes `text`, with backslashes before all marks that may have a meaning if `wary` is set.
    fn new(text: &str, wary: bool) -> Self {
        let several = |sign: char| wary && text.chars().filter(|c| *c == sign).nth(1).is_some();
        let (stars, ticks, dollars) = (several('*'), several('`'), several('$'));
        let mut out = Self::default();
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            if c != LITERAL {
                out.push(c);
                continue;
            }
            let Some(sign) = chars.next() else { break };
            let rest = chars.as_str();
            let next = rest.chars().find(|c| *c != LITERAL);
            let needed = match sign {
                '*' => stars && may_emphasise(out.last, next),
                '`' => ticks,
                '$' => dollars,
                _ => false,
            };
            out.push_own(sign, needed, rest);
        }
        out
    }

    /// Adds one of the text's own signs, before the `rest`.
    fn push_own(&mut self, sign: char, needed: bool, rest: &str) {
        let is_media = self.last == Some('!');
        if sign == '[' && begins_link(rest, is_media) {
            self.text.truncate(self.text.len() - usize::from(is_media));
            self.text.push_str(if is_media { "\\!" } else { "\\" });
        }
        let backslashes = self.backslashes;
        self.double_backslashes(sign);
        if needed {
            self.text.push('\\');
        }
        if is_mark(sign) {
            self.marks.push(self.text.len());
        }
        self.text.push(sign);
        self.last = Some(sign);
        self.backslashes = if sign == '\\' { backslashes + 1 } else { 0 };
    }

    fn push(&mut self, c: char) {
        self.double_backslashes(c);
        self.text.push(c);
        self.last = Some(c);
        self.backslashes = 0;
    }

    /// Doubles the backslashes before a mark, where two of them stand for one.
    fn double_backslashes(&mut self, next: char) {
        if is_mark(next) {
            self.text.push_str(&"\\".repeat(self.backslashes));
        }
    }

    /// Returns whether each of its own marks is shown, and no other one.
    fn reads_as_meant(&self) -> bool {
        let mut shown = 0;
        for part in markup::parts(&self.text, true) {
            let Part::Piece(piece) = part else { continue };
            let Shown::Source(range) = piece.shown else {
                continue;
            };
            if piece.emphasis.code {
                continue;
            }
            let text = self.text.get(range.clone()).unwrap_or("");
            for (at, _) in text.match_indices(is_mark) {
                if self.marks.binary_search(&(range.start + at)).is_err() {
                    return false;
                }
                shown += 1;
            }
        }
        shown == self.marks.len()
    }
}

/// Returns whether a backslash escapes `sign`.
fn is_mark(sign: char) -> bool {
    matches!(sign, '*' | '`' | '$')
}

/// Returns whether the bracket before `rest` begins a link, or a picture or sound if `is_media` is set.
fn begins_link(rest: &str, is_media: bool) -> bool {
    const FAR: usize = 4000;
    let Some(end) = rest
        .find(['[', ']'])
        .filter(|end| rest.get(*end..).is_some_and(|rest| rest.starts_with("](")))
    else {
        return false;
    };
    let near = rest
        .get(..rest.floor_char_boundary(end + FAR))
        .unwrap_or(rest);
    let near = near.chars().filter(|c| *c != LITERAL);
    let start = if is_media { "![" } else { "[" };
    markup::begins_link(&start.chars().chain(near).collect::<String>())
}

/// Returns whether a star between these two may begin or end emphasis: not between spaces, nor inside a word.
fn may_emphasise(before: Option<char>, after: Option<char>) -> bool {
    let space = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    !(space(before) && space(after) || word(before) && word(after))
}

/// Returns the raised (`up`) or lowered form of a letter, if Unicode has one.
fn shifted(c: char, up: bool) -> Option<char> {
    let (plain, raised) = if up {
        ("0123456789+-=()nix", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱˣ")
    } else {
        ("0123456789+-=()aeoxijkmn", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓᵢⱼₖₘₙ")
    };
    let mut pairs = plain.chars().zip(raised.chars());
    pairs.find_map(|(plain, shifted)| (plain == c).then_some(shifted))
}
