//! Conversion of note apps' inline Markdown to that of cards.

use crate::exchange::html::Media;
use crate::exchange::media::MediaNames;

/// Returns the text with underscore emphasis as stars, wiki pictures and links as Markdown ones, and formulas between
/// dollar signs. Code stays as it is.
pub(super) fn text(text: &str, media: &mut MediaNames) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fence: Option<String> = None;
    for (at, line) in text.trim().split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let marks: String = line
            .trim_start()
            .chars()
            .take_while(|c| *c == '`')
            .collect();
        match &fence {
            Some(open) => {
                if marks.starts_with(open.as_str()) {
                    fence = None;
                }
                out.push_str(line);
            }
            None if marks.len() >= 3 => {
                fence = Some(marks);
                out.push_str(line);
            }
            None => out.push_str(&prose(line.trim_end(), media)),
        }
    }
    out
}

/// Converts a line outside of code blocks, except its code and formulas.
fn prose(line: &str, media: &mut MediaNames) -> String {
    let line = formulas(line);
    let mut out = String::with_capacity(line.len());
    let mut plain = String::new();
    let mut rest = line.as_str();
    while let Some(at) = rest.find(['`', '$']) {
        let (before, here) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let sign: String = here.chars().take_while(|c| here.starts_with(*c)).collect();
        let inside = here.get(sign.len()..).unwrap_or("");
        let Some((body, after)) = inside.split_once(sign.as_str()) else {
            plain.push_str(before);
            plain.push_str(&sign);
            rest = inside;
            continue;
        };
        plain.push_str(before);
        out.push_str(&marked(&plain, media));
        plain.clear();
        out.push_str(&format!("{sign}{body}{sign}"));
        rest = after;
    }
    plain.push_str(rest);
    out.push_str(&marked(&plain, media));
    out
}

/// Converts `\(…\)` and `\[…\]`, with one backslash or two, to formulas between dollar signs.
fn formulas(line: &str) -> String {
    let mut line = line.to_string();
    for (start, end, sign) in [
        ("\\\\(", "\\\\)", "$"),
        ("\\\\[", "\\\\]", "$$"),
        ("\\(", "\\)", "$"),
    ] {
        while let Some((before, rest)) = line.split_once(start) {
            let Some((formula, after)) = rest.split_once(end) else {
                break;
            };
            line = format!("{before}{sign}{}{sign}{after}", formula.trim());
        }
    }
    line
}

/// Converts text without code and formulas.
fn marked(text: &str, media: &mut MediaNames) -> String {
    underscores(&links(text, media))
}

fn links(text: &str, media: &mut MediaNames) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['!', '[']) {
        let (before, here) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        match link(here, media) {
            Some((link, after)) => {
                out.push_str(&link);
                rest = after;
            }
            None => {
                let mut chars = here.chars();
                out.extend(chars.next());
                rest = chars.as_str();
            }
        }
    }
    out.push_str(rest);
    out
}

/// Returns the picture or wiki link that begins at `here`, converted, and the rest.
fn link<'a>(here: &'a str, media: &mut MediaNames) -> Option<(String, &'a str)> {
    if let Some(inside) = here.strip_prefix("![[") {
        let (name, after) = inside.split_once("]]")?;
        let name = name.split('|').next().unwrap_or(name);
        return Some((format!("![](media/{})", media.name(name.trim())), after));
    }
    if let Some(inside) = here.strip_prefix("[[") {
        let (name, after) = inside.split_once("]]")?;
        let shown = name.rsplit('|').next().unwrap_or(name);
        return Some((shown.trim().to_string(), after));
    }
    let inside = here.strip_prefix("![")?;
    let (alt, rest) = inside.split_once("](")?;
    let (target, after) = rest.split_once(')')?;
    if alt.contains('\n') || target.contains("://") {
        return None;
    }
    let target = target
        .trim()
        .trim_start_matches("@/")
        .trim_start_matches("./");
    if target.starts_with("media/") {
        return None;
    }
    let name = media.name(&crate::exchange::html::percent_decoded(target));
    Some((format!("![{alt}](media/{name})"), after))
}

/// Converts `_x_` to `*x*` and `__x__` to `**x**`, except inside words.
fn underscores(text: &str) -> String {
    if !text.contains('_') {
        return text.to_string();
    }
    let chars: Vec<char> = text.chars().collect();
    let is_word = |at: Option<usize>| {
        at.and_then(|at| chars.get(at))
            .is_some_and(|c| c.is_alphanumeric())
    };
    let is_space = |at: Option<usize>| {
        at.and_then(|at| chars.get(at))
            .is_none_or(|c| c.is_whitespace())
    };
    let mut out: Vec<char> = chars.clone();
    let mut open: Option<(usize, usize)> = None;
    let mut at = 0;
    while at < chars.len() {
        let length = chars.iter().skip(at).take_while(|c| **c == '_').count();
        if length == 0 {
            at += 1;
            continue;
        }
        let (before, after) = (at.checked_sub(1), Some(at + length));
        match open {
            Some((start, own)) if own == length && !is_space(before) && !is_word(after) => {
                for star in (start..start + own).chain(at..at + length) {
                    if let Some(c) = out.get_mut(star) {
                        *c = '*';
                    }
                }
                open = None;
            }
            _ if length <= 2 && !is_word(before) && !is_space(after) => open = Some((at, length)),
            _ => {}
        }
        at += length;
    }
    out.into_iter().collect()
}
