//! Lines of a card's text: code blocks, lists and tables as HTML has them, all else with breaks between.

use super::{escaped, inline};

/// Returns a text in HTML.
pub(super) fn to_html(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut out = String::with_capacity(text.len() + 16);
    let mut at = 0;
    // Whether a break is due before the next line of prose.
    let mut open = false;
    while let Some(line) = lines.get(at) {
        let rest = lines.get(at..).unwrap_or(&[]);
        let (html, taken) = block(rest);
        if taken > 0 {
            out.push_str(&html);
            at += taken;
            open = false;
            continue;
        }
        if open {
            out.push_str("<br>");
        }
        inline(line, &mut out);
        open = true;
        at += 1;
    }
    out
}

/// The block that begins the lines, and how many of them it takes; none: 0.
fn block(lines: &[&str]) -> (String, usize) {
    let first = lines.first().copied().unwrap_or("");
    let ticks = first.chars().take_while(|c| *c == '`').count();
    if ticks >= 3 {
        return code(lines, ticks);
    }
    if item(first).is_some_and(|(depth, ..)| depth == 0) {
        return list(lines, 0);
    }
    if first.starts_with("| ") && lines.get(1).is_some_and(|line| line.starts_with("| --- |")) {
        return table(lines);
    }
    (String::new(), 0)
}

fn code(lines: &[&str], ticks: usize) -> (String, usize) {
    let fence = "`".repeat(ticks);
    let inside = lines.iter().skip(1).take_while(|line| **line != fence);
    let code: Vec<&str> = inside.copied().collect();
    let taken = (code.len() + 2).min(lines.len());
    (
        format!("<pre><code>{}</code></pre>", escaped(&code.join("\n"))),
        taken,
    )
}

/// The depth of a list's item, whether it is numbered, and its text.
fn item(line: &str) -> Option<(usize, bool, &str)> {
    let text = line.trim_start_matches(' ');
    let depth = (line.len() - text.len()) / 2;
    if let Some(rest) = text.strip_prefix("- ") {
        return Some((depth, false, rest));
    }
    let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = digits
        .strip_prefix(". ")
        .filter(|_| digits.len() < text.len())?;
    Some((depth, true, rest))
}

/// A list of the items at `depth`, with those below them.
fn list(lines: &[&str], depth: usize) -> (String, usize) {
    let numbered = lines
        .first()
        .and_then(|line| item(line))
        .is_some_and(|(_, numbered, _)| numbered);
    let tag = if numbered { "ol" } else { "ul" };
    let mut out = format!("<{tag}>");
    let mut at = 0;
    while let Some((own, kind, text)) = lines.get(at).and_then(|line| item(line)) {
        if own < depth || own == depth && kind != numbered {
            break;
        }
        if own > depth {
            let (inner, taken) = list(lines.get(at..).unwrap_or(&[]), own);
            out.push_str(&inner);
            at += taken.max(1);
            continue;
        }
        out.push_str("<li>");
        inline(text, &mut out);
        out.push_str("</li>");
        at += 1;
    }
    out.push_str(&format!("</{tag}>"));
    (out, at)
}

fn table(lines: &[&str]) -> (String, usize) {
    let rows: Vec<&str> = lines
        .iter()
        .copied()
        .take_while(|line| line.starts_with("| "))
        .collect();
    let mut out = String::from("<table>");
    for (at, row) in rows.iter().enumerate() {
        if at == 1 {
            continue;
        }
        let tag = if at == 0 { "th" } else { "td" };
        out.push_str("<tr>");
        let inner = row
            .trim_start_matches("| ")
            .trim_end_matches('|')
            .trim_end();
        for cell in inner.split(" | ") {
            out.push_str(&format!("<{tag}>"));
            inline(&cell.replace("\\|", "|"), &mut out);
            out.push_str(&format!("</{tag}>"));
        }
        out.push_str("</tr>");
    }
    out.push_str("</table>");
    (out, rows.len())
}
