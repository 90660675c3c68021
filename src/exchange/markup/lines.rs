//! Lines of a card's text: code blocks, lists and tables as HTML has them, all else with breaks between.

use super::Line;

/// Returns the lines as one.
pub(super) fn to_html(lines: &[Line]) -> String {
    joined(lines, block)
}

/// As [`to_html`], without lists and tables.
pub(super) fn as_they_are(lines: &[Line]) -> String {
    joined(lines, |_| None)
}

fn joined(lines: &[Line], block: impl Fn(&[Line]) -> Option<(String, usize)>) -> String {
    let mut out = String::with_capacity(lines.iter().map(|line| line.html.len() + 4).sum());
    let mut at = 0;
    // Whether a break is due before the next line of prose.
    let mut open = false;
    while let Some(line) = lines.get(at) {
        if let Some((html, taken)) = block(lines.get(at..).unwrap_or(&[])) {
            out.push_str(&html);
            at += taken.max(1);
            open = false;
            continue;
        }
        if open {
            out.push_str("<br>");
        }
        out.push_str(&line.html);
        open = true;
        at += 1;
    }
    out
}

/// The block that begins the lines, and how many of them it takes.
fn block(lines: &[Line]) -> Option<(String, usize)> {
    let first = lines.first()?;
    if first.is_code {
        return Some((format!("<pre><code>{}</code></pre>", first.html), 1));
    }
    match item(first) {
        Some(Item {
            depth: 0,
            number: None | Some(1),
            ..
        }) => Some(list(lines, 0)),
        _ => table(lines),
    }
}

/// A line that is an item of a list.
struct Item<'a> {
    depth: usize,
    number: Option<usize>,
    html: &'a str,
}

fn item(line: &Line) -> Option<Item<'_>> {
    let text = line.html.trim_start_matches(' ');
    let depth = (line.html.len() - text.len()) / 2;
    let (number, html) = match text.strip_prefix("- ") {
        Some(html) => (None, html),
        None => {
            let (number, html) = text.split_once(". ")?;
            let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
            (Some(number.parse().ok().filter(|_| is_number)?), html)
        }
    };
    (!line.is_code).then_some(Item {
        depth,
        number,
        html,
    })
}

/// A list of the items at `depth`, with those below them. Numbers must count up from 1: HTML has no others.
fn list(lines: &[Line], depth: usize) -> (String, usize) {
    let is_numbered = lines
        .first()
        .and_then(item)
        .is_some_and(|item| item.number.is_some());
    let tag = if is_numbered { "ol" } else { "ul" };
    let mut out = format!("<{tag}>");
    let (mut at, mut count) = (0, 0);
    while let Some(item) = lines.get(at).and_then(item) {
        let wanted = is_numbered.then_some(count + 1);
        let begins_list = matches!(item.number, None | Some(1));
        if item.depth < depth || item.depth == depth && item.number != wanted {
            break;
        }
        if item.depth > depth {
            if !begins_list {
                break;
            }
            let (inner, taken) = list(lines.get(at..).unwrap_or(&[]), item.depth);
            out.push_str(&inner);
            at += taken.max(1);
            continue;
        }
        out.push_str(&format!("<li>{}</li>", item.html));
        count += 1;
        at += 1;
    }
    out.push_str(&format!("</{tag}>"));
    (out, at)
}

fn table(lines: &[Line]) -> Option<(String, usize)> {
    // Looked at before all rows are.
    let second = lines.get(1)?;
    if !second.html.starts_with("| --- |") {
        return None;
    }
    let is_row = |line: &&Line| !line.is_code && line.html.starts_with("| ");
    let rows: Vec<&str> = lines
        .iter()
        .take_while(is_row)
        .map(|line| line.html.as_str())
        .collect();
    if rows.len() < 2 {
        return None;
    }
    let mut out = String::from("<table>");
    for (at, row) in rows.iter().enumerate().filter(|(at, _)| *at != 1) {
        let tag = if at == 0 { "th" } else { "td" };
        out.push_str("<tr>");
        let inner = row
            .trim_start_matches("| ")
            .trim_end_matches('|')
            .trim_end();
        for cell in inner.split(" | ") {
            let cell = cell.replace("\\|", "|");
            out.push_str(&format!("<{tag}>{cell}</{tag}>"));
        }
        out.push_str("</tr>");
    }
    out.push_str("</table>");
    Some((out, rows.len()))
}
