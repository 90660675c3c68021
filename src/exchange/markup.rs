//! A card's text with its inline markup → HTML: what `html` reads, the other way round.

mod lines;

use std::fmt::Write;

use crate::markup::closing;

/// Returns a text in HTML on one line, as a field of Anki has it.
pub(crate) fn to_html(text: &str) -> String {
    lines::to_html(text)
}

/// A stretch of a line without line breaks.
fn inline(text: &str, out: &mut String) {
    let mut rest = text;
    let mut before = None;
    while let Some(c) = rest.chars().next() {
        if let Some((html, after)) = marked(rest, before) {
            out.push_str(&html);
            before = Some('>');
            rest = after;
            continue;
        }
        let mut chars = rest.chars();
        chars.next();
        rest = chars.as_str();
        if c == '\\'
            && let Some(next) = rest.chars().next().filter(char::is_ascii_punctuation)
        {
            escape(next, out);
            before = Some(next);
            rest = rest.get(next.len_utf8()..).unwrap_or("");
            continue;
        }
        escape(c, out);
        before = Some(c);
    }
}

/// What begins a text, if it is markup, and what follows it.
fn marked(text: &str, before: Option<char>) -> Option<(String, &str)> {
    if let Some(rest) = text.strip_prefix("![") {
        let (_, rest) = rest
            .split_once("](media/")
            .filter(|(alt, _)| !alt.contains(']'))?;
        let (name, after) = rest.split_at_checked(closing(rest)?)?;
        let after = after.strip_prefix(')')?;
        return Some((file(name), after));
    }
    if let Some(rest) = text.strip_prefix('[') {
        let (label, rest) = rest
            .split_once("](http")
            .filter(|(label, _)| !label.contains(']'))?;
        let (address, after) = rest.split_once(')')?;
        let mut html = String::new();
        inline(label, &mut html);
        return Some((format!("<a href=\"http{address}\">{html}</a>"), after));
    }
    if let Some((code, after)) = text.strip_prefix('`').and_then(|rest| rest.split_once('`')) {
        return (!code.trim().is_empty())
            .then(|| (format!("<code>{}</code>", escaped(code)), after));
    }
    if let Some((formula, after)) = text
        .strip_prefix("$$")
        .and_then(|rest| rest.split_once("$$"))
    {
        return (!formula.trim().is_empty())
            .then(|| (format!("\\[{}\\]", escaped(formula)), after));
    }
    if let Some(rest) = text.strip_prefix('$') {
        let (formula, after) = rest.split_once('$')?;
        let tight =
            !formula.is_empty() && !formula.starts_with(' ') && !formula.ends_with([' ', '\\']);
        return tight.then(|| (format!("\\({}\\)", escaped(formula)), after));
    }
    for (sign, tag) in [("**", "b"), ("*", "i")] {
        let Some(rest) = text.strip_prefix(sign) else {
            continue;
        };
        let in_word = before.is_some_and(char::is_alphanumeric);
        if rest.starts_with([' ', '*']) && sign == "*" || rest.starts_with(' ') {
            return None;
        }
        let end = end_of(rest, sign, in_word)?;
        let (inner, after) = rest.split_at_checked(end)?;
        let mut html = String::new();
        inline(inner, &mut html);
        return Some((format!("<{tag}>{html}</{tag}>"), after.get(sign.len()..)?));
    }
    None
}

/// The byte at which an emphasis ends: at a sign with text before it, not behind a backslash and, for one that begins
/// in a word, not before a letter.
fn end_of(text: &str, sign: &str, in_word: bool) -> Option<usize> {
    let mut last = ' ';
    for (at, c) in text.char_indices() {
        let here = text.get(at..)?;
        if c == '*' && last != '\\' && !last.is_whitespace() && here.starts_with(sign) {
            let after = here.get(sign.len()..)?;
            let longer = sign == "*" && (after.starts_with('*') || last == '*');
            let splits_word = in_word && after.starts_with(char::is_alphanumeric) && sign == "*";
            if !longer && !splits_word {
                return Some(at);
            }
        }
        last = c;
    }
    None
}

/// A file that is shown: a sound is named in Anki's own way.
fn file(name: &str) -> String {
    const SOUNDS: [&str; 9] = [
        ".mp3", ".ogg", ".oga", ".opus", ".wav", ".m4a", ".flac", ".mp4", ".webm",
    ];
    let lower = name.to_lowercase();
    if SOUNDS.iter().any(|end| lower.ends_with(end)) {
        format!("[sound:{}]", escaped(name))
    } else {
        format!("<img src=\"{}\">", escaped(name).replace('"', "&quot;"))
    }
}

fn escape(c: char, out: &mut String) {
    match c {
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '&' => out.push_str("&amp;"),
        c => {
            let _ = write!(out, "{c}");
        }
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| escape(c, &mut out));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::html;

    struct AsIs;

    impl html::Media for AsIs {
        fn name(&mut self, name: &str) -> String {
            name.to_string()
        }
    }

    #[test]
    fn out_and_in_again_is_the_same_text() {
        for text in [
            "plain",
            "a **bold** and *italic* word, a*b*c, snake_case, Option<u8> & more",
            "`code` and $x_1^2 < 3$ and $$\\frac{a}{b}$$",
            "first\nsecond\n\nthird",
            "- one\n  - one a\n- two\nthen",
            "1. one\n2. two",
            "| a | b |\n| --- | --- |\n| 1 | 2 |",
            "```\nfn f() -> Option<u8> {\n    g()?;\n}\n```",
            "[here](https://a.b/c) ![](media/karte (1).png) ![sound](media/ton-é.mp3)",
            "\\*not\\* marked, \\$5 and \\$6, \\[a](b), back\\slash",
            "The {{c1::quick::adjective}} fox, {{c2::**bold**}}",
        ] {
            let html = to_html(text);
            assert!(!html.contains('\n') || text.contains("```"), "{html}");
            assert_eq!(html::to_text(&html, &mut AsIs).text, text, "{html}");
        }
    }
}
