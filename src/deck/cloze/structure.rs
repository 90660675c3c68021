//! The structure of a cloze text: where gaps start and close, and what is in them.

use std::collections::HashMap;
use std::ops::Range;

use super::{ClozeError, Gap, Part};
use crate::markup;

/// The deepest nesting of gaps, as in Anki (c32cb29, 2026-08).
const DEEPEST: usize = 10;

/// A gap, by ranges of bytes in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    /// The numbers of its groups.
    pub(super) groups: Vec<u16>,
    /// From `{{` to the end of `}}`.
    pub(super) whole: Range<usize>,
    /// The text between the first `::` and `}}`.
    pub(super) body: Range<usize>,
    /// The gaps in it.
    pub(super) inner: Vec<Self>,
}

/// A gap that is not closed yet.
struct Open {
    groups: Vec<u16>,
    start: usize,
    body: usize,
    /// The number of braces open inside it.
    depth: usize,
    /// The position of the first `}}` that could close it.
    first: Option<usize>,
    /// Whether no `}}` leaves its braces balanced, so that the first one closes it.
    is_odd: bool,
    inner: Vec<Span>,
}

/// Parses the text into parts.
pub(super) fn parts(text: &str) -> Result<Vec<Part>, ClozeError> {
    let spans = spans(text)?;
    let context = Context {
        text,
        formulas: markup::formulas(text),
    };
    let code = markup::code(text);
    context.parts(0..text.len(), &spans, &code, false)
}

/// Returns the outermost gaps of `text`, in order.
///
/// One pass with a stack. A gap whose braces turn out not to balance goes back to its first `}}`, once; the place where
/// it closes is kept, so no stretch is read more than some ten times.
pub(super) fn spans(text: &str) -> Result<Vec<Span>, ClozeError> {
    let bytes = text.as_bytes();
    let is = |at: usize, byte: u8| bytes.get(at) == Some(&byte);
    let mut found = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut closes: HashMap<usize, usize> = HashMap::new();
    let mut at = 0;
    loop {
        if at >= bytes.len() {
            // Gaps that are still open have no `}}` that leaves them balanced.
            match go_back(&mut open, &mut closes) {
                Some(close) => at = close,
                None if open.is_empty() => return Ok(found),
                None => return Err(ClozeError::Unclosed),
            }
        }
        // A gap whose closing place is already known.
        if let Some(gap) = open.last()
            && closes.get(&gap.start) == Some(&at)
        {
            close(&mut open, &mut found, at);
            at += 2;
            continue;
        }
        if is(at, b'\\') {
            at += 2;
            continue;
        }
        if let Some((groups, body)) = opener(text, at)? {
            if open.len() == DEEPEST {
                match go_back(&mut open, &mut closes) {
                    Some(close) => at = close,
                    None => return Err(ClozeError::Deep),
                }
                continue;
            }
            open.push(Open {
                groups,
                start: at,
                body,
                depth: 0,
                first: None,
                is_odd: false,
                inner: Vec::new(),
            });
            at = body;
            continue;
        }
        let Some(gap) = open.last_mut() else {
            at += 1;
            continue;
        };
        match bytes.get(at) {
            _ if closes.contains_key(&gap.start) => {}
            Some(b'{') => gap.depth += 1,
            Some(b'}') => {
                // An empty gap is not meant: in `{{c1::}}}` the last two braces close it.
                let is_empty = || {
                    let body = text.get(gap.body..at).unwrap_or("");
                    gap.first.is_none() && body.trim().is_empty()
                };
                let may_close = is(at + 1, b'}') && !(is(at + 2, b'}') && is_empty());
                if may_close && gap.first.is_none() {
                    gap.first = Some(at);
                }
                if gap.depth > 0 && !gap.is_odd {
                    gap.depth -= 1;
                } else if may_close {
                    closes.insert(gap.start, at);
                    continue;
                } else if let Some(first) = gap.first {
                    closes.insert(gap.start, first);
                    gap.inner.retain(|inner| inner.whole.end <= first);
                    at = first;
                    continue;
                } else {
                    gap.is_odd = true;
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// Takes the outermost open gap that has a `}}` back to its first one, and returns that one's position.
fn go_back(open: &mut Vec<Open>, closes: &mut HashMap<usize, usize>) -> Option<usize> {
    let place = open.iter().position(|gap| gap.first.is_some())?;
    open.truncate(place + 1);
    let gap = open.last_mut()?;
    let first = gap.first?;
    closes.insert(gap.start, first);
    gap.inner.retain(|inner| inner.whole.end <= first);
    Some(first)
}

/// Closes the innermost open gap with the `}}` at `at`.
fn close(open: &mut Vec<Open>, found: &mut Vec<Span>, at: usize) {
    let Some(gap) = open.pop() else {
        return;
    };
    let span = Span {
        groups: gap.groups,
        whole: gap.start..at + 2,
        body: gap.body..at,
        inner: gap.inner,
    };
    match open.last_mut() {
        Some(outer) => outer.inner.push(span),
        None => found.push(span),
    }
}

/// Returns the numbers of the gap that starts at byte `at`, and the position where its text starts; `None` if no gap
/// starts there.
pub(super) fn opener(text: &str, at: usize) -> Result<Option<(Vec<u16>, usize)>, ClozeError> {
    let Some(inner) = text.get(at..).and_then(|rest| rest.strip_prefix("{{c")) else {
        return Ok(None);
    };
    let numbers = inner.trim_start_matches(|c: char| c.is_ascii_digit() || c == ',');
    let length = inner.len() - numbers.len();
    let numbers = inner.get(..length).unwrap_or("");
    let is_gap = inner
        .get(length..)
        .is_some_and(|rest| rest.starts_with("::"));
    if !is_gap || !numbers.contains(|c: char| c.is_ascii_digit()) {
        return Ok(None);
    }
    let number = |digits: &str| digits.parse().ok().filter(|n| (1..=999).contains(n));
    let groups: Option<Vec<u16>> = numbers
        .split(',')
        .filter(|digits| !digits.is_empty())
        .map(number)
        .collect();
    let mut groups = groups.ok_or(ClozeError::Number)?;
    groups.sort_unstable();
    groups.dedup();
    Ok(Some((groups, at + "{{c".len() + length + "::".len())))
}

/// Returns the positions of the `::` that separate answer and hints of a gap: those outside of inner gaps and code,
/// without a backslash before them.
pub(super) fn colons(text: &str, gap: &Span) -> Vec<usize> {
    let code = body_code(text, gap);
    let gaps: Vec<Range<usize>> = gap.inner.iter().map(|inner| inner.whole.clone()).collect();
    let mut found = Vec::new();
    let mut at = gap.body.start;
    while at < gap.body.end {
        let rest = text.as_bytes().get(at..gap.body.end).unwrap_or(&[]);
        let is_passed = markup::holds(&gaps, at) || markup::holds(&code, at);
        at += match rest {
            _ if is_passed => 1,
            [b'\\', ..] => 2,
            [b':', b':', ..] => {
                found.push(at);
                2
            }
            _ => 1,
        };
    }
    found
}

/// Returns the code in the text of a gap, as ranges of bytes.
fn body_code(text: &str, gap: &Span) -> Vec<Range<usize>> {
    let start = gap.body.start;
    markup::code(text.get(gap.body.clone()).unwrap_or(""))
        .into_iter()
        .map(|code| start + code.start..start + code.end)
        .collect()
}

/// The whole text, with what is needed to parse a part of it.
struct Context<'a> {
    text: &'a str,
    formulas: Vec<Range<usize>>,
}

impl Context<'_> {
    /// Parses the bytes in `range`, in which `spans` are the gaps and `code` is code.
    fn parts(
        &self,
        range: Range<usize>,
        spans: &[Span],
        code: &[Range<usize>],
        in_gap: bool,
    ) -> Result<Vec<Part>, ClozeError> {
        let mut parts = Vec::new();
        let mut at = range.start;
        let plain = |from: usize, to: usize, parts: &mut Vec<Part>| {
            if from < to {
                parts.push(Part::Plain(self.unescaped(from..to, code, in_gap)));
            }
        };
        for span in spans {
            plain(at, span.whole.start, &mut parts);
            parts.push(Part::Gap(self.gap(span)?));
            at = span.whole.end;
        }
        plain(at, range.end, &mut parts);
        Ok(parts)
    }

    fn gap(&self, span: &Span) -> Result<Gap, ClozeError> {
        let colons = colons(self.text, span).first().copied();
        let end = colons.unwrap_or(span.body.end);
        if span.inner.iter().any(|inner| inner.whole.start >= end) {
            return Err(ClozeError::GapInHint);
        }
        let code = body_code(self.text, span);
        let parts = self.parts(span.body.start..end, &span.inner, &code, true)?;
        if super::filled(&parts).trim().is_empty() {
            return Err(ClozeError::Empty);
        }
        let hint = colons.map(|at| self.unescaped(at + 2..span.body.end, &code, true));
        Ok(Gap {
            groups: span.groups.clone(),
            parts,
            hint: hint
                .map(|hint| hint.trim().to_string())
                .filter(|hint| !hint.is_empty()),
        })
    }

    /// Returns the bytes in `range` without the backslashes that only escape braces and colons.
    fn unescaped(&self, range: Range<usize>, code: &[Range<usize>], in_gap: bool) -> String {
        let text = self.text.get(range.clone()).unwrap_or("");
        let mut out = String::with_capacity(text.len());
        let mut chars = text.char_indices();
        while let Some((offset, c)) = chars.next() {
            let at = range.start + offset;
            let rest = chars.as_str();
            let is_dropped = c == '\\'
                && match rest.as_bytes() {
                    [b'{' | b'}', ..] if markup::holds(&self.formulas, at) => false,
                    [b'{' | b'}', ..] => {
                        !markup::holds(code, at) || matches!(opener(self.text, at + 1), Ok(Some(_)))
                    }
                    [b':', b':', ..] => in_gap && !markup::holds(code, at),
                    _ => false,
                };
            if !is_dropped {
                out.push(c);
            }
            if c == '\\' {
                out.extend(chars.next().map(|(_, next)| next));
            }
        }
        out
    }
}
