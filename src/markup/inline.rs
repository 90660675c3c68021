//! Emphasis, links, pictures and sounds within a paragraph.

use std::ops::Range;
use std::sync::Arc;

use unicode_width::UnicodeWidthChar;

use super::verbatim::{Kind, Leaf, is_word, past_escape, within_paragraph};
use super::{Emphasis, Media, MediaKind};

/// A stretch of a paragraph, as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Piece {
    /// The content.
    pub(crate) shown: Shown,
    /// The emphasis.
    pub(crate) emphasis: Emphasis,
    /// The address of the link that it is part of.
    pub(crate) link: Option<Arc<str>>,
}

impl Piece {
    /// Returns the bytes `range` of the source without any markup.
    pub(super) fn plain(range: Range<usize>) -> Self {
        Self {
            shown: Shown::Source(range),
            emphasis: Emphasis::default(),
            link: None,
        }
    }
}

/// The content of a stretch.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shown {
    /// These bytes of the source.
    Source(Range<usize>),
    /// The formula in these bytes.
    Formula {
        /// Without its dollar signs.
        inner: Range<usize>,
        /// With them.
        whole: Range<usize>,
        /// Whether it is on lines of its own.
        is_block: bool,
    },
    /// A picture or a sound, given by these bytes.
    Media(Media, Range<usize>),
}

/// A token of a paragraph.
enum Token {
    Show(Shown, bool),
    /// A run of asterisks.
    Run(Run),
    LinkStart(Arc<str>),
    LinkEnd,
}

/// A run of asterisks that may open or close emphasis.
struct Run {
    at: usize,
    length: usize,
    /// The number of asterisks that are not used yet.
    left: usize,
    opens: bool,
    closes: bool,
    /// Whether its neighbours make it a sign in a word or formula, not emphasis.
    is_tight_before: bool,
    is_tight_behind: bool,
}

/// A stretch of emphasis: from after one token to before another.
struct Stretch {
    from: usize,
    to: usize,
    is_bold: bool,
}

/// The most open runs that a closing run looks back over.
const BACK: usize = 64;

/// The longest address of a link or a picture, in bytes.
const LONGEST_ADDRESS: usize = 2000;

/// Returns the pieces of the paragraph `range` of `text`.
pub(super) fn pieces(text: &str, range: Range<usize>) -> Vec<Piece> {
    let leaves = within_paragraph(text, range.clone());
    let mut tokens = tokens(text, range, &leaves);
    let stretches = emphasis(&mut tokens);
    let mut bold = vec![0i32; tokens.len() + 1];
    let mut italic = vec![0i32; tokens.len() + 1];
    for stretch in stretches {
        let counts = if stretch.is_bold {
            &mut bold
        } else {
            &mut italic
        };
        for (at, change) in [(stretch.from, 1), (stretch.to, -1)] {
            if let Some(count) = counts.get_mut(at) {
                *count += change;
            }
        }
    }
    let mut pieces = Vec::new();
    let (mut is_bold, mut is_italic) = (0, 0);
    let mut link = None;
    for (at, token) in tokens.into_iter().enumerate() {
        is_bold += bold.get(at).copied().unwrap_or(0);
        is_italic += italic.get(at).copied().unwrap_or(0);
        let (shown, code) = match token {
            Token::Show(shown, code) => (shown, code),
            Token::Run(run) => (Shown::Source(run.at..run.at + run.left), false),
            Token::LinkStart(address) => {
                link = Some(address);
                continue;
            }
            Token::LinkEnd => {
                link = None;
                continue;
            }
        };
        if matches!(&shown, Shown::Source(range) if range.is_empty()) {
            continue;
        }
        pieces.push(Piece {
            shown,
            emphasis: Emphasis {
                bold: is_bold > 0,
                italic: is_italic > 0,
                code,
                marked: false,
            },
            link: link.clone(),
        });
    }
    pieces
}

fn tokens(text: &str, range: Range<usize>, leaves: &[Leaf]) -> Vec<Token> {
    let bytes = text.as_bytes().get(..range.end).unwrap_or(&[]);
    let mut leaves = leaves.iter().peekable();
    let mut tokens = Vec::new();
    let mut at = range.start;
    // The start of the plain text so far, and the end of the link that is open.
    let mut plain = at;
    let mut link: Option<Target> = None;
    let flush = |from: usize, to: usize, tokens: &mut Vec<Token>| {
        if from < to {
            tokens.push(Token::Show(Shown::Source(from..to), false));
        }
    };
    while let Some(&byte) = bytes.get(at) {
        if let Some(leaf) = leaves.next_if(|leaf| leaf.whole.start == at) {
            flush(plain, at, &mut tokens);
            tokens.push(leaf_token(text, &range, leaf));
            at = leaf.whole.end;
            plain = at;
            continue;
        }
        if let Some(target) = link.take_if(|target| target.text.end == at) {
            flush(plain, at, &mut tokens);
            tokens.push(Token::LinkEnd);
            at = target.end;
            plain = at;
            continue;
        }
        match byte {
            b'\\' => {
                let next = past_escape(text, at);
                if let Some(kept) = kept_backslashes(text, at, next) {
                    flush(plain, at, &mut tokens);
                    flush(kept.start, kept.end, &mut tokens);
                    at = next;
                    plain = kept.end;
                } else if let Some(target) = target(text, next, range.end) {
                    // It would be a link, so it is shown as it is written.
                    flush(plain, next - 1, &mut tokens);
                    plain = next;
                    at = target.end;
                } else {
                    at = next;
                }
            }
            b'*' => {
                flush(plain, at, &mut tokens);
                let run = run(text, at, &range);
                at += run.length;
                plain = at;
                tokens.push(Token::Run(run));
            }
            b'[' | b'!' if link.is_none() => match target(text, at, range.end) {
                Some(target) => {
                    flush(plain, at, &mut tokens);
                    match target.media(text, at) {
                        Some(media) => {
                            tokens.push(Token::Show(Shown::Media(media, at..target.end), false));
                            at = target.end;
                        }
                        None => {
                            let address = text.get(target.address.clone()).unwrap_or("");
                            tokens.push(Token::LinkStart(address.into()));
                            at = target.text.start;
                            link = Some(target);
                        }
                    }
                    plain = at;
                }
                None => at += 1,
            },
            _ => at += 1,
        }
    }
    flush(plain, range.end, &mut tokens);
    tokens
}

fn leaf_token(text: &str, range: &Range<usize>, leaf: &Leaf) -> Token {
    match leaf.kind {
        Kind::Formula => {
            let before = text.get(range.start..leaf.whole.start).unwrap_or("");
            let behind = text.get(leaf.whole.end..range.end).unwrap_or("");
            let is_block = (before.is_empty() || before.ends_with('\n'))
                && (behind.is_empty() || behind.starts_with('\n'));
            Token::Show(
                Shown::Formula {
                    inner: leaf.inner.clone(),
                    whole: leaf.whole.clone(),
                    is_block,
                },
                false,
            )
        }
        Kind::Code | Kind::Fence => Token::Show(Shown::Source(code_inside(text, leaf)), true),
    }
}

/// Returns the code inside a leaf, without the one space at each end that lets it start or end with a backtick.
fn code_inside(text: &str, leaf: &Leaf) -> Range<usize> {
    let inner = text.get(leaf.inner.clone()).unwrap_or("");
    let is_padded = inner.len() > 2
        && inner.starts_with(' ')
        && inner.ends_with(' ')
        && (inner.starts_with(" `") || inner.ends_with("` "));
    if is_padded {
        leaf.inner.start + 1..leaf.inner.end - 1
    } else {
        leaf.inner.clone()
    }
}

/// Returns the part that is shown of the backslashes from `at` to `next`: those that remain, and the mark after them.
fn kept_backslashes(text: &str, at: usize, next: usize) -> Option<Range<usize>> {
    let run = text.get(at..next)?;
    let count = run.len() - run.trim_start_matches('\\').len();
    let is_escape = count < run.len();
    let is_before_mark = text.get(next..)?.starts_with(['*', '`', '$']);
    match (is_escape, is_before_mark) {
        // `\\\*`: one backslash and a literal mark.
        (true, _) => Some(at + count / 2 + 1..next),
        // `\\*`: one backslash, and a mark with its meaning.
        (false, true) => Some(at + count / 2..next),
        (false, false) => None,
    }
}

/// The target of a link or a picture.
struct Target {
    text: Range<usize>,
    address: Range<usize>,
    end: usize,
}

impl Target {
    /// Returns the picture or sound at byte `at`; `None` if there is none.
    fn media(&self, text: &str, at: usize) -> Option<Media> {
        if !text.get(at..)?.starts_with('!') {
            return None;
        }
        let path = text.get(self.address.clone())?;
        Some(Media {
            kind: MediaKind::of(path),
            alt: text.get(self.text.clone())?.trim().into(),
            path: path.into(),
        })
    }
}

/// Returns the link `[text](http…)` or the picture `![alt](media/…)` at byte `at`; `None` if there is none.
fn target(text: &str, at: usize, end: usize) -> Option<Target> {
    let is_media = text.get(at..end)?.starts_with("![");
    let start = at + usize::from(is_media);
    let inner = text.get(start..end)?.strip_prefix('[')?;
    let close = inner.find(['[', ']'])?;
    let address = inner.get(close..)?.strip_prefix("](")?;
    let from = start + 1 + close + 2;
    let near = address.get(..address.floor_char_boundary(LONGEST_ADDRESS))?;
    let address = near.get(..closing(near)?)?;
    let is_web = address.starts_with("http://") || address.starts_with("https://");
    let is_fine = match is_media {
        true => address.starts_with("media/") || (is_web && !address.contains(char::is_whitespace)),
        false => is_web && !address.contains(char::is_whitespace) && close > 0,
    };
    is_fine.then(|| Target {
        text: start + 1..start + 1 + close,
        address: from..from + address.len(),
        end: from + address.len() + 1,
    })
}

/// Returns whether `text` begins with a link, a picture or a sound.
pub(crate) fn begins_link(text: &str) -> bool {
    target(text, 0, text.len()).is_some()
}

/// Returns the byte of the parenthesis that closes the one open before `text`, on its first line.
pub(crate) fn closing(text: &str) -> Option<usize> {
    let mut open = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => open += 1,
            ')' if open == 0 => return Some(at),
            ')' => open -= 1,
            '\n' => return None,
            _ => {}
        }
    }
    None
}

/// Returns the run of asterisks at `at`, by CommonMark's rules of flanking (0.31.2, 6.2) with two additions: letters of
/// scripts without spaces separate words as spaces do, and signs in words, formulas and patterns are not emphasis.
fn run(text: &str, at: usize, range: &Range<usize>) -> Run {
    let rest = text.get(at..range.end).unwrap_or("");
    let length = rest.len() - rest.trim_start_matches('*').len();
    let before = text
        .get(range.start..at)
        .and_then(|text| text.chars().next_back());
    let behind = rest.get(length..).and_then(|text| text.chars().next());
    let is_space = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let is_wide = |c: Option<char>| c.is_some_and(|c| c.width() == Some(2));
    let is_sign = |c: Option<char>| c.is_some_and(|c| !c.is_alphanumeric() && !c.is_whitespace());
    let flanks = |inner, outer| {
        !is_space(inner) && (!is_sign(inner) || is_space(outer) || is_sign(outer) || is_wide(outer))
    };
    let is_tight =
        |c: Option<char>, brackets: &str| c.is_some_and(|c| is_word(c) || brackets.contains(c));
    let is_loose = |c: Option<char>, signs: &str| {
        is_space(c)
            || is_wide(c)
            || c.is_some_and(|c| signs.contains(c) || c > '\u{7f}' && !is_word(c))
    };
    let is_single = length == 1;
    // `*.rs`, `**/*`
    let mut further = rest.get(length..).unwrap_or("").chars();
    let is_ending =
        further.next() == Some('.') && further.next().is_some_and(char::is_alphanumeric);
    let is_pattern = is_single && (is_ending || before == Some('/'));
    Run {
        at,
        length,
        left: length,
        opens: flanks(behind, before)
            && length <= 3
            && !is_pattern
            && (!is_single || is_loose(before, "([{\"'*_-\\")),
        closes: flanks(before, behind)
            && length <= 3
            && !is_pattern
            && (!is_single || is_loose(behind, ")]}\"'*_-.,;:!?")),
        is_tight_before: is_tight(before, ")]}/"),
        is_tight_behind: is_tight(behind, "([{/\\"),
    }
}

/// Pairs the runs that open with those that close, using up their asterisks.
fn emphasis(tokens: &mut [Token]) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for at in 0..tokens.len() {
        let Some(Token::Run(run)) = tokens.get(at) else {
            continue;
        };
        let (mut left, length, opens) = (run.left, run.length, run.opens);
        let (closes, is_tight) = (run.closes, run.is_tight_behind);
        while closes && left > 0 {
            let fits = |opener: &usize| match tokens.get(*opener) {
                Some(Token::Run(opener)) => {
                    let is_split =
                        (opener.length, length) == (2, 1) || (opener.length, length) == (1, 2);
                    opener.left > 0 && !is_split && !(opener.is_tight_before && is_tight)
                }
                _ => false,
            };
            let Some(place) = open.iter().rev().take(BACK).position(fits) else {
                break;
            };
            let place = open.len() - 1 - place;
            let Some(opener) = open.get(place).copied() else {
                break;
            };
            // Runs opened in between are not closed in order: they are text.
            open.truncate(place + 1);
            let Some(Token::Run(run)) = tokens.get_mut(opener) else {
                break;
            };
            let used = if left >= 2 && run.left >= 2 { 2 } else { 1 };
            run.left -= used;
            left -= used;
            if run.left == 0 {
                open.pop();
            }
            stretches.push(Stretch {
                from: opener + 1,
                to: at,
                is_bold: used == 2,
            });
        }
        if let Some(Token::Run(run)) = tokens.get_mut(at) {
            run.left = left;
        }
        if opens && left > 0 {
            open.push(at);
        }
    }
    stretches
}
