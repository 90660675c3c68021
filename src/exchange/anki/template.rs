//! The templates of a note type: Anki's dialect of mustache.

use std::collections::HashMap;

/// A parsed template.
#[derive(Debug, Clone, Default)]
pub(super) struct Template {
    nodes: Vec<Node>,
}

#[derive(Debug, Clone)]
enum Node {
    Text(String),
    Field {
        name: String,
        /// The filters as written, the innermost last.
        filters: Vec<String>,
    },
    Section {
        name: String,
        negated: bool,
        nodes: Vec<Node>,
    },
}

/// The data that fill a template.
pub(super) struct Facts<'a> {
    /// The HTML of the fields, by name.
    pub(super) fields: &'a HashMap<&'a str, &'a str>,
    /// The groups of the note's gaps.
    pub(super) groups: &'a [u16],
    /// Whether a gap's text is shown, with its delimiters.
    pub(super) with_cloze: bool,
    /// Whether the field of `{{type:…}}` is shown.
    pub(super) with_typed: bool,
}

/// A filled template.
#[derive(Debug, Default)]
pub(super) struct Filled {
    /// The HTML.
    pub(super) html: String,
    /// The HTML of the field that is to be typed.
    pub(super) typed: Option<String>,
    /// The HTML of hints, shown when asked for.
    pub(super) hint: String,
}

impl Template {
    /// Parses a template. A section that is not closed ends with the template; a stray end is ignored.
    pub(super) fn parse(source: &str) -> Self {
        let mut done: Vec<(String, bool, Vec<Node>)> = Vec::new();
        let mut nodes = Vec::new();
        let mut rest = source;
        while !rest.is_empty() {
            let (text, tag, after) = next_tag(rest);
            if !text.is_empty() {
                nodes.push(Node::Text(text.to_string()));
            }
            rest = after;
            let Some(tag) = tag else { continue };
            let tag = tag.trim_start_matches('{').trim();
            if let Some(name) = tag.strip_prefix(['#', '^']) {
                let outer = std::mem::take(&mut nodes);
                done.push((name.trim().to_string(), tag.starts_with('^'), outer));
            } else if tag.starts_with('/') {
                close(&mut done, &mut nodes);
            } else if !tag.is_empty() {
                let mut filters: Vec<String> =
                    tag.split(':').map(|part| part.trim().to_string()).collect();
                let name = filters.pop().unwrap_or_default();
                nodes.push(Node::Field { name, filters });
            }
        }
        while !done.is_empty() {
            close(&mut done, &mut nodes);
        }
        Self { nodes }
    }

    /// Fills the template.
    pub(super) fn fill(&self, facts: &Facts) -> Filled {
        let mut filled = Filled::default();
        fill(&self.nodes, facts, &mut filled);
        filled
    }

    /// Returns whether it shows a field through the filter `cloze`, with its gaps.
    pub(super) fn shows_cloze(&self) -> bool {
        fn shows(nodes: &[Node]) -> bool {
            nodes.iter().any(|node| match node {
                Node::Text(_) => false,
                Node::Field { filters, .. } => {
                    filters.iter().any(|filter| filter == "cloze")
                        && !filters.iter().any(|filter| filter == "type")
                }
                Node::Section { nodes, .. } => shows(nodes),
            })
        }
        shows(&self.nodes)
    }
}

/// Ends the last open section.
fn close(done: &mut Vec<(String, bool, Vec<Node>)>, nodes: &mut Vec<Node>) {
    if let Some((name, negated, outer)) = done.pop() {
        let inner = std::mem::replace(nodes, outer);
        nodes.push(Node::Section {
            name,
            negated,
            nodes: inner,
        });
    }
}

/// Returns the text before the next tag, the content of the tag, and the rest. Comments are left out.
fn next_tag(source: &str) -> (&str, Option<&str>, &str) {
    let tag = source.find("{{");
    let comment = source.find("<!--");
    match (tag, comment) {
        (tag, Some(at)) if tag.is_none_or(|tag| at < tag) => {
            let (text, comment) = source.split_at_checked(at).unwrap_or((source, ""));
            let rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
            (text, None, rest)
        }
        (Some(at), _) => {
            let (text, tag) = source.split_at_checked(at).unwrap_or((source, ""));
            let inside = tag.strip_prefix("{{").unwrap_or("");
            match inside.split_once("}}") {
                Some((tag, rest)) => (text, Some(tag), rest),
                None => (source, None, ""),
            }
        }
        _ => (source, None, ""),
    }
}

fn fill(nodes: &[Node], facts: &Facts, filled: &mut Filled) {
    for node in nodes {
        match node {
            Node::Text(text) => filled.html.push_str(text),
            Node::Field { name, filters } => field(name, filters, facts, filled),
            Node::Section {
                name,
                negated,
                nodes,
            } => {
                if has(name, facts) != *negated {
                    fill(nodes, facts, filled);
                }
            }
        }
    }
}

/// Returns whether a section's field is non-empty; for `c2`, whether the note has a gap of that group.
fn has(name: &str, facts: &Facts) -> bool {
    match facts.fields.get(name) {
        Some(value) => !is_empty(value),
        None => name
            .strip_prefix('c')
            .and_then(|group| group.parse().ok())
            .is_some_and(|group| facts.groups.contains(&group)),
    }
}

/// Returns whether a field is empty in Anki's sense: nothing but spaces, breaks and blocks.
pub(super) fn is_empty(value: &str) -> bool {
    let mut rest = value.trim_start_matches(|c: char| c.is_ascii_whitespace());
    while let Some(tag) = rest.strip_prefix('<') {
        let Some((tag, after)) = tag.split_once('>') else {
            return false;
        };
        let name = tag.trim_matches('/').trim_end().to_ascii_lowercase();
        if name != "br" && name != "div" {
            return false;
        }
        rest = after.trim_start_matches(|c: char| c.is_ascii_whitespace());
    }
    rest.is_empty()
}

fn field(name: &str, filters: &[String], facts: &Facts, filled: &mut Filled) {
    let has = |wanted: &str| filters.iter().any(|filter| filter == wanted);
    let Some(&value) = facts.fields.get(name) else {
        // `FrontSide`, `Tags`, `Deck`, …: shown by a card itself.
        return;
    };
    if filters.iter().any(|filter| filter.starts_with("tts")) || has("cloze-only") {
        return;
    }
    if has("type") {
        filled.typed = Some(value.to_string());
        if !facts.with_typed {
            return;
        }
    }
    if has("cloze") && !facts.with_cloze {
        return;
    }
    let mut value = value.to_string();
    for filter in filters.iter().rev() {
        value = match filter.as_str() {
            "text" => without_tags(&value),
            "furigana" => readings(&value, |word, reading| {
                format!("<ruby>{word}<rt>{reading}</rt></ruby>")
            }),
            "kana" => readings(&value, |_, reading| reading.to_string()),
            "kanji" => readings(&value, |word, _| word.to_string()),
            _ => value,
        };
    }
    if has("hint") {
        if !is_empty(&value) {
            filled.hint.push_str("<div>");
            filled.hint.push_str(&value);
            filled.hint.push_str("</div>");
        }
        return;
    }
    filled.html.push_str(&value);
}

/// Returns `value` with each `word[reading]` in the form that `show` asks for.
fn readings(value: &str, show: impl Fn(&str, &str) -> String) -> String {
    let value = value.replace("&nbsp;", " ");
    let mut out = String::with_capacity(value.len());
    let mut rest = value.as_str();
    while let Some((before, after)) = rest.split_once('[') {
        let Some((reading, tail)) = after.split_once(']') else {
            break;
        };
        let start = before.rfind([' ', '>']).map_or(0, |at| at + 1);
        let (kept, word) = before.split_at_checked(start).unwrap_or((before, ""));
        if word.is_empty() || reading.is_empty() || reading.starts_with("sound:") {
            out.push_str(before);
            out.push('[');
            out.push_str(reading);
            out.push(']');
        } else {
            // The space before a word only marks where it begins.
            out.push_str(kept.strip_suffix(' ').unwrap_or(kept));
            out.push_str(&show(word, reading));
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// Returns `html` without its tags.
fn without_tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        match after.split_once('>') {
            Some((_, tail)) => rest = tail,
            None => {
                out.push('<');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str) -> Filled {
        let fields = HashMap::from([
            ("Front", "Hund"),
            ("Back", "dog"),
            ("Reading", "水[みず] 火[ひ]"),
            ("Empty", "<br><div> </div>"),
            ("Text", "{{c1::a}}"),
        ]);
        Template::parse(template).fill(&Facts {
            fields: &fields,
            groups: &[1],
            with_cloze: true,
            with_typed: false,
        })
    }

    fn html(template: &str) -> String {
        filled(template).html
    }

    #[test]
    fn fields_sections_and_comments() {
        assert_eq!(
            html("<i>{{Front}}</i><!-- {{Back}} -->{{FrontSide}}"),
            "<i>Hund</i>"
        );
        assert_eq!(
            html("{{#Back}}a{{/Back}}{{#Empty}}b{{/Empty}}{{^Empty}}c{{/Empty}}"),
            "ac"
        );
        assert_eq!(
            html("{{#c1}}a{{/c1}}{{#c2}}b{{/c2}}{{^None}}d{{/None}}"),
            "ad"
        );
        assert_eq!(html("{{#Back}}open {{ Front }}"), "open Hund");
        assert_eq!(
            html("{{/Back}}stray {{never closed"),
            "stray {{never closed"
        );
    }

    #[test]
    fn filters_do_what_anki_does() {
        assert_eq!(
            html("{{furigana:Reading}}"),
            "<ruby>水<rt>みず</rt></ruby><ruby>火<rt>ひ</rt></ruby>"
        );
        assert_eq!(html("{{kana:Reading}}"), "みずひ");
        assert_eq!(html("{{kanji:Reading}}"), "水火");
        assert_eq!(
            html("{{text:Empty}}|{{tts en_US:Front}}|{{cloze:Text}}"),
            " ||{{c1::a}}"
        );
        let typed = filled("{{Front}} {{type:Back}}{{hint:Reading}}");
        assert_eq!(typed.typed.as_deref(), Some("dog"));
        assert_eq!(
            (typed.html.as_str(), typed.hint.is_empty()),
            ("Hund ", false)
        );
    }

    #[test]
    fn a_field_is_empty_as_anki_sees_it() {
        for empty in [
            "",
            " \n",
            "<br>",
            "<br />",
            "<div></div>",
            "<DIV><br/> </DIV>",
        ] {
            assert!(is_empty(empty), "{empty:?}");
        }
        for full in ["&nbsp;", "x", "<img src=x>", "<b></b>", "<"] {
            assert!(!is_empty(full), "{full:?}");
        }
    }
}
