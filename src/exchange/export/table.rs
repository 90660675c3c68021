//! A table with the first lines from which Anki knows its columns.

use super::{Left, Load};
use crate::deck::draft::{Draft, Kind};
use crate::exchange::ids;
use crate::exchange::markup::{cloze_to_html, to_html};
use crate::exchange::sides::{asked, told};

/// Returns the cards, one per row: guid, note type, deck, front, back, tags.
pub(super) fn written(load: &Load, separator: char, left: &mut Left) -> String {
    let name = if separator == '\t' { "tab" } else { "comma" };
    let mut out = format!(
        "#separator:{name}\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n#tags column:6\n"
    );
    for (deck, card, draft) in load.cards() {
        let front = match &draft.kind {
            Kind::Cloze { text, .. } => cloze_to_html(text, card.markup),
            _ => to_html(&asked(&draft), card.markup),
        };
        let cells = [
            guid(card.id.as_str()),
            note_type(&draft).to_string(),
            deck.name.replace('/', "::"),
            front,
            to_html(&told(&draft), card.markup),
            draft.tags.join(" "),
        ];
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell, separator)).collect();
        out.push_str(&cells.join(separator.encode_utf8(&mut [0; 4])));
        out.push('\n');
    }
    left.notes
        .push("a table has no history; .apkg and .json have it".into());
    out
}

/// Returns Anki's guid of a card: its own if it came from Anki, else `quiz:` and the id.
pub(super) fn guid(id: &str) -> String {
    ids::to_guid(id).unwrap_or_else(|| format!("quiz:{id}"))
}

/// Returns the name of Anki's own note type for a card.
fn note_type(draft: &Draft) -> &'static str {
    match &draft.kind {
        Kind::Basic { reverse: true, .. } => "Basic (and reversed card)",
        Kind::Cloze { .. } => "Cloze",
        Kind::Typed { .. } => "Basic (type in the answer)",
        _ => "Basic",
    }
}

/// Returns a cell, in quotes if it needs them.
fn quoted(cell: &str, separator: char) -> String {
    if cell.contains(['"', '\n', '\r']) || cell.contains(separator) || cell.starts_with('#') {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_string()
    }
}
