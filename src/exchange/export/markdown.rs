//! Markdown with `Q:`, `A:` and `C:`, as hashcards and repeater read it (2026-08).

use super::{Left, Load};
use crate::deck::Cloze;
use crate::deck::cloze::Part;
use crate::deck::draft::{Draft, Kind};
use crate::exchange::draft::texts;
use crate::exchange::html;
use crate::exchange::sides::{asked, told};

/// Returns the cards as Markdown.
pub(super) fn written(load: &Load, left: &mut Left) -> String {
    let mut out = String::new();
    let mut deck_before = None;
    for (deck, of_deck, mut draft) in load.cards() {
        if !of_deck.markup {
            for text in texts(&mut draft) {
                *text = html::plain_to_text(text);
            }
        }
        if deck_before != Some(deck.name.as_str()) {
            deck_before = Some(deck.name.as_str());
            out.push_str(&format!("# {}\n\n", deck.title.replace('\n', " ")));
        }
        out.push_str(&card(&draft));
        out.push_str("\n---\n\n");
    }
    left.notes
        .push("Markdown has no history, ids or tags; .json has all".into());
    out
}

fn card(draft: &Draft) -> String {
    if let Kind::Cloze { text, .. } = &draft.kind {
        let note = draft
            .note
            .as_deref()
            .map_or(String::new(), |note| format!("\n\n{note}"));
        return format!("C: {}{note}\n", brackets(text));
    }
    let both = matches!(draft.kind, Kind::Basic { reverse: true, .. });
    let (front, back) = (asked(draft), told(draft));
    let back_again = if both {
        format!("\n---\n\nQ: {back}\nA: {front}\n")
    } else {
        String::new()
    };
    format!("Q: {front}\nA: {back}\n{back_again}")
}

/// Returns a cloze text with its gaps in brackets.
fn brackets(text: &str) -> String {
    let Ok(cloze) = Cloze::parse(text) else {
        return text.to_string();
    };
    let part = |part: Part| match part {
        Part::Plain(text) => text.replace('[', "\\["),
        Part::Gap(gap) => format!("[{}]", gap.answer()),
    };
    cloze.parts().into_iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_form() {
        let list = |items: &[&str]| items.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(card(&Draft::basic("a", "b")), "Q: a\nA: b\n");
        assert_eq!(
            card(&Draft::both_ways("a", "b")),
            "Q: a\nA: b\n\n---\n\nQ: b\nA: a\n"
        );
        assert_eq!(
            card(&Draft::cloze("x {{c1::y::z}} [w]")),
            "C: x [y] \\[w]\n"
        );
        assert_eq!(
            card(&Draft::choice("a", list(&["b", "c"]), list(&["c"]))),
            "Q: a\n- b\n- c\nA: c\n"
        );
        assert_eq!(
            card(&Draft::true_false("a", true, Some("why".into()))),
            "Q: a\nTrue or false?\nA: True\n\nwhy\n"
        );
    }
}
