//! Cards made of headings: a heading and its text, or the headings `Front` and `Back` below one.

use super::{Found, Reader};
use crate::deck::Cloze;
use crate::deck::draft::Draft;

struct Section {
    line: usize,
    level: usize,
    heading: String,
    text: String,
}

/// Reads each heading with its text as a card.
pub(super) fn read(body: &str, first_line: usize, reader: &mut Reader) {
    let sections = sections(body, first_line);
    let named = |name: &str| {
        sections
            .iter()
            .any(|section| section.heading.eq_ignore_ascii_case(name))
    };
    if named("Front") && named("Back") {
        fronts_and_backs(&sections, reader);
        return;
    }
    // The first heading of the highest level titles the whole file.
    let top = sections
        .iter()
        .map(|section| section.level)
        .min()
        .unwrap_or(1);
    let is_title = |section: &Section| {
        section.level == top && sections.iter().filter(|other| other.level == top).count() == 1
    };
    for section in &sections {
        let text = section.text.trim();
        if Cloze::parse(&section.heading).is_ok() {
            let mut draft = Draft::cloze(reader.text(&section.heading));
            draft.note = Some(reader.text(text)).filter(|note| !note.is_empty());
            reader.add(Found::new(draft, section.line));
        } else if !text.is_empty() && (sections.len() == 1 || !is_title(section)) {
            let front = reader.text(&section.heading);
            let back = reader.text(text);
            reader.add(Found::new(Draft::basic(front, back), section.line));
        }
    }
}

fn fronts_and_backs(sections: &[Section], reader: &mut Reader) {
    let mut front: Option<&Section> = None;
    let mut tags = Vec::new();
    let mut id = None;
    for section in sections {
        if section.heading.eq_ignore_ascii_case("front") {
            front = Some(section);
        } else if section.heading.eq_ignore_ascii_case("back") {
            let Some(asked) = front.take() else { continue };
            let draft = Draft::basic(reader.text(&asked.text), reader.text(&section.text));
            let mut found = Found::new(draft, asked.line);
            found.tags = std::mem::take(&mut tags);
            found.id = id.take();
            reader.add(found);
        } else {
            // The text below a note's own heading is about the note.
            tags.clear();
            id = None;
            for line in section.text.lines() {
                match line.split_once(':') {
                    Some(("tags", list)) => tags = super::words(list),
                    Some(("nid", number)) => id = Some(format!("md-{}", number.trim())),
                    _ => {}
                }
            }
        }
    }
}

fn sections(body: &str, first_line: usize) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut fence = false;
    for (at, line) in body.split('\n').enumerate() {
        fence ^= line.trim_start().starts_with("```");
        let level = line.chars().take_while(|c| *c == '#').count();
        let heading = line.get(level..).and_then(|rest| rest.strip_prefix(' '));
        match heading.filter(|_| !fence && (1..=6).contains(&level)) {
            Some(heading) => sections.push(Section {
                line: first_line + at,
                level,
                heading: heading.trim().to_string(),
                text: String::new(),
            }),
            None => {
                if let Some(last) = sections.last_mut() {
                    last.text.push_str(line);
                    last.text.push('\n');
                }
            }
        }
    }
    sections
}
