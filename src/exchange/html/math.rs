//! Formulas and sounds, which have delimiters of their own in a field's text.

use std::borrow::Cow;

/// The element that stands for `[sound:…]` while a field is read.
pub(super) const SOUND: &str = "quiz-sound";

/// The delimiters of formulas in a field, and whether the formula is on a line of its own.
const SIGNS: [(&str, &str, bool); 5] = [
    ("\\(", "\\)", false),
    ("\\[", "\\]", true),
    ("[$$]", "[/$$]", true),
    ("[$]", "[/$]", false),
    ("[latex]", "[/latex]", false),
];

/// Returns whether a formula or a sound may stand in the field.
pub(super) fn has_mark(html: &str) -> bool {
    html.contains("[sound:") || SIGNS.iter().any(|(start, _, _)| html.contains(start))
}

/// Returns the field with its formulas and sounds as elements, so that their content is not taken for text.
pub(super) fn marked(html: &str) -> Cow<'_, str> {
    if !has_mark(html) {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len() + 64);
    let mut rest = html;
    // An end that was not found is not looked for again: the time stays proportional to the text.
    let mut hopeless: Vec<&str> = Vec::new();
    while let Some(at) = rest.find(['\\', '[']) {
        let (before, here) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        rest = match element(here, &mut hopeless) {
            Some((element, rest)) => {
                out.push_str(&element);
                rest
            }
            None => {
                let mut chars = here.chars();
                out.extend(chars.next());
                chars.as_str()
            }
        };
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Returns the element for what begins at `here`, and the rest.
fn element<'a>(here: &'a str, hopeless: &mut Vec<&'static str>) -> Option<(String, &'a str)> {
    if let Some(name) = here.strip_prefix("[sound:") {
        let (name, rest) = name.split_once(']')?;
        return Some((format!("<{SOUND}>{name}</{SOUND}>"), rest));
    }
    let (start, end, block) = SIGNS.iter().find(|(start, _, _)| here.starts_with(start))?;
    if hopeless.contains(end) {
        return None;
    }
    let Some((formula, rest)) = here.strip_prefix(start)?.split_once(end) else {
        hopeless.push(end);
        return None;
    };
    let block = if *block { " block=true" } else { "" };
    let element = format!("<anki-mathjax{block}>{formula}</anki-mathjax>");
    Some((element, rest))
}

/// Returns a formula in a card's form: between dollar signs.
pub(super) fn written(formula: &str, block: bool) -> String {
    let mut formula = formula.trim();
    // LaTeX fields often have the dollar signs themselves.
    for sign in ["$$", "$"] {
        let inside = formula
            .strip_prefix(sign)
            .and_then(|rest| rest.strip_suffix(sign));
        formula = inside.map_or(formula, str::trim);
    }
    if formula.is_empty() {
        String::new()
    } else if block {
        format!("$${formula}$$")
    } else {
        let words: Vec<&str> = formula.split_whitespace().collect();
        format!("${}$", words.join(" "))
    }
}
