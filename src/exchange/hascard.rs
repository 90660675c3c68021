//! hascard's text: cards between `---` lines, each a heading with a definition, choices, gaps or an order.

use super::markdown;
use super::names::DeckNames;
use super::parcel::{Parcel, ParcelCard, ParcelDeck, Report};
use crate::deck::Cloze;
use crate::deck::draft::{Draft, Kind};

/// Reads hascard's text; returns `None` unless each part begins with a heading.
pub(super) fn read(text: &str, stem: &str) -> Option<Parcel> {
    let parts = parts(text);
    if parts.len() < 2 || !parts.iter().all(|(_, part)| part.starts_with("# ")) {
        return None;
    }
    // Headings below the card's own belong to a note, not to a card.
    if parts.iter().any(|(_, part)| part.contains("\n#")) {
        return None;
    }
    let mut cards = Vec::new();
    let mut report = Report::default();
    for (line, part) in parts {
        let place = format!("line {line}");
        let (heading, body) = part.split_once('\n').unwrap_or((part.as_str(), ""));
        let front = markdown::inline_text(heading.trim_start_matches('#').trim());
        match draft(&front, body.trim()) {
            Ok(draft) => {
                let groups = match &draft.kind {
                    Kind::Cloze { text, .. } => {
                        Cloze::parse(text).map_or(1, |cloze| cloze.groups().len())
                    }
                    _ => 1,
                };
                cards.push(ParcelCard {
                    key: draft.front(),
                    draft,
                    proposed: None,
                    place,
                    stands_for: groups,
                });
            }
            Err(why) => report.leave_out(why, 1, &place),
        }
    }
    let deck = ParcelDeck {
        name: DeckNames::default().name(&[stem]),
        title: stem.to_string(),
        cards,
        ..ParcelDeck::default()
    };
    Some(Parcel {
        kind: "hascard",
        source: format!("text-{stem}"),
        decks: vec![deck],
        report,
        ..Parcel::default()
    })
}

/// Returns the parts between the rules, each with its first line.
fn parts(text: &str) -> Vec<(usize, String)> {
    let mut parts: Vec<(usize, String)> = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (at, line) in text.split('\n').enumerate() {
        if line.trim() == "---" {
            parts.extend(open.take());
        } else if let Some((_, part)) = &mut open {
            part.push('\n');
            part.push_str(line);
        } else if !line.trim().is_empty() {
            open = Some((at + 1, line.to_string()));
        }
    }
    parts.extend(open);
    parts
}

fn draft(front: &str, body: &str) -> Result<Draft, &'static str> {
    let lines: Vec<&str> = body
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    if lines.is_empty() {
        return Err("no answer");
    }
    let item = |line: &str, signs: &[&str]| -> Option<String> {
        signs
            .iter()
            .find_map(|sign| line.strip_prefix(sign))
            .map(|text| markdown::inline_text(text.trim()))
    };
    for (wrong, right) in [("- ", "* "), ("[ ] ", "[*] ")] {
        let choices: Option<Vec<String>> = lines
            .iter()
            .map(|line| item(line, &[wrong, right]))
            .collect();
        let answers: Vec<String> = lines
            .iter()
            .filter_map(|line| item(line, &[right]))
            .collect();
        if let Some(choices) = choices
            && !answers.is_empty()
        {
            return Ok(Draft::choice(front, choices, answers));
        }
    }
    if let Some(order) = order(&lines) {
        let shown: Vec<String> = lines
            .iter()
            .filter_map(|line| line.split_once(". "))
            .map(|(_, item)| format!("- {item}"))
            .collect();
        return Ok(Draft::basic(
            format!("{front}\n{}", shown.join("\n")),
            order.join("\n"),
        ));
    }
    match gaps(body) {
        Some(text) => Ok(Draft::cloze(format!("{front}\n{text}"))),
        None => Ok(Draft::basic(front, markdown::inline_text(body))),
    }
}

/// Returns the items of `3. x` lines in order, numbered.
fn order(lines: &[&str]) -> Option<Vec<String>> {
    let numbered = lines.iter().map(|line| {
        let (number, item) = line.split_once(". ")?;
        Some((number.parse::<u32>().ok()?, item.trim()))
    });
    let mut items: Vec<(u32, &str)> = numbered.collect::<Option<_>>()?;
    items.sort_unstable();
    Some(
        items
            .iter()
            .map(|(number, item)| format!("{number}. {item}"))
            .collect(),
    )
}

/// Returns the text with `_x_` as gaps; of `_x|y_` the first answer counts.
fn gaps(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut groups = 0;
    while let Some((before, inside)) = rest.split_once('_') {
        out.push_str(before);
        let starts =
            !before.ends_with(char::is_alphanumeric) && !inside.starts_with(char::is_whitespace);
        match inside.split_once('_') {
            Some((gap, after)) if starts && !gap.is_empty() && !gap.contains('\n') => {
                groups += 1;
                let answer = gap.split('|').next().unwrap_or(gap);
                out.push_str(&format!("{{{{c{groups}::{answer}}}}}"));
                rest = after;
            }
            _ => {
                out.push('_');
                rest = inside;
            }
        }
    }
    out.push_str(rest);
    (groups > 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_card_is_read() {
        let text = "# Word\nDefinition\n\n---\n# One\n- a\n* b\n\n---\n\n# Several\n[*] a\n[ ] b\n[*] c\n---\n\
            # Gaps\nThe _Euro_ of the _EU|European Union_.\n\n---\n# Order\n2. b\n1. a\n---\n";
        let parcel = read(text, "x").unwrap();
        let drafts: Vec<Draft> = parcel.decks[0]
            .cards
            .iter()
            .map(|card| card.draft.clone())
            .collect();
        let list = |items: &[&str]| items.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            drafts,
            [
                Draft::basic("Word", "Definition"),
                Draft::choice("One", list(&["a", "b"]), list(&["b"])),
                Draft::choice("Several", list(&["a", "b", "c"]), list(&["a", "c"])),
                Draft::cloze("Gaps\nThe {{c1::Euro}} of the {{c2::EU}}."),
                Draft::basic("Order\n- b\n- a", "1. a\n2. b"),
            ]
        );
        assert!(read("# A\n\ntext\n", "x").is_none());
    }
}
