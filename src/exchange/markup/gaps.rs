//! What Anki would take for the signs of a gap in a text that has none there, and the other way round.
//!
//! Anki knows no backslash: the first `::` in a gap starts its hint, even in code, and the first `}}` closes it. An entity
//! says the same text without being a sign.

use std::borrow::Cow;

/// Returns the HTML of a cloze text, or of a part of one that is in a gap if it is `in_gap`, without signs in it.
pub(super) fn with_entities(html: &str, in_gap: bool) -> Cow<'_, str> {
    if !html.contains(['{', '}', ':']) {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len() + 8);
    let mut last = ' ';
    for (at, c) in html.char_indices() {
        let rest = html.get(at..).unwrap_or("");
        let behind = rest.get(c.len_utf8()..).unwrap_or("");
        match c {
            '{' if opens(rest) => out.push_str("&#123;"),
            ':' if in_gap && last == ':' => out.push_str("&#58;"),
            // What follows may be the end of the gap.
            '}' if in_gap && (behind.is_empty() || behind.starts_with('}')) => {
                out.push_str("&#125;")
            }
            c => out.push(c),
        }
        last = c;
    }
    Cow::Owned(out)
}

/// Returns the HTML of a cloze text from Anki with a backslash where an entity kept it from being a sign.
pub(crate) fn with_backslashes(html: &str) -> Cow<'_, str> {
    const COLON: &str = ":&#58;";
    const BRACE: &str = "&#123;{";
    if !html.contains(COLON) && !html.contains(BRACE) {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len() + 8);
    let (mut gaps, mut code) = (0usize, 0usize);
    let mut rest = html;
    while let Some(c) = rest.chars().next() {
        let mut taken = c.len_utf8();
        if opens(rest) {
            gaps += 1;
        } else if rest.starts_with("}}") && gaps > 0 {
            gaps -= 1;
            taken = 2;
        } else if rest.starts_with("<code") {
            code += 1;
        } else if rest.starts_with("</code") {
            code = code.saturating_sub(1);
        } else if rest.starts_with(COLON) {
            // In code, `::` is no sign here either.
            out.push_str(if gaps > 0 && code == 0 { "\\::" } else { "::" });
            taken = 0;
            rest = rest.get(COLON.len()..).unwrap_or("");
        } else if rest.strip_prefix(BRACE).is_some_and(has_number) {
            out.push_str("\\{\\{");
            taken = 0;
            rest = rest.get(BRACE.len()..).unwrap_or("");
        }
        let (same, further) = rest.split_at_checked(taken).unwrap_or((rest, ""));
        out.push_str(same);
        rest = further;
    }
    Cow::Owned(out)
}

/// Whether a gap starts with the text.
fn opens(text: &str) -> bool {
    text.strip_prefix("{{").is_some_and(has_number)
}

/// Whether the text is what follows the braces of a gap.
fn has_number(text: &str) -> bool {
    let number = text.strip_prefix('c');
    number.is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_sign_stays_none() {
        for (text, html) in [
            ("a::b", "a:&#58;b"),
            ("a:::b", "a:&#58;&#58;b"),
            ("fn f() {}", "fn f() {&#125;"),
            ("{ {} }", "{ {} &#125;"),
            ("{{a}} b", "{{a&#125;} b"),
            ("{{c1::x", "&#123;{c1:&#58;x"),
            ("plain", "plain"),
        ] {
            assert_eq!(with_entities(text, true), html);
        }
        assert_eq!(with_entities("a::b {} {{c1", false), "a::b {} &#123;{c1");
        assert_eq!(
            with_backslashes("a:&#58;b {{c1::a:&#58;b <code>c:&#58;d</code>::e}} &#123;{c2"),
            "a::b {{c1::a\\::b <code>c::d</code>::e}} \\{\\{c2"
        );
    }
}
