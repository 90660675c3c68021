//! Tables in text: CSV and TSV from spreadsheets, Anki's text export with its `#` lines, Quizlet's, and plain lists.

mod choices;
mod columns;
mod layout;

use super::html;
use super::markup::with_backslashes;
use super::media::MediaNames;
use super::names::DeckNames;
use super::parcel::{Parcel, ParcelCard, ParcelDeck, Report};
use super::{Options, ids};
use crate::deck::Cloze;
use crate::deck::draft::{Draft, Kind};
use choices::Game;
use columns::{Columns, Role};
use layout::{Head, Layout};

/// Reads a table. `stem` is the file's name without its extension.
///
/// # Errors
/// Returns a clause for a person about why no card can be made from it, to follow the file's name.
pub(super) fn read(text: &str, stem: &str, options: &Options) -> Result<Parcel, String> {
    let (head, body, first_line) = layout::head(text);
    let on_lines = layout::on_lines(body, &head);
    let body = on_lines.as_deref().unwrap_or(body);
    let layout = Layout::of(body, &head)?;
    let mut rows = layout.rows(body, first_line);
    rows.retain(|row| !row.is_rule());
    let game = Game::found(&rows).filter(|_| options.columns.is_none());
    let columns = match &options.columns {
        Some(named) => Columns::named(named)?,
        None => Columns::found(&head, &rows),
    };
    let mut reader = Reader {
        is_html: head.html.unwrap_or_else(|| layout::looks_like_html(&rows)),
        head,
        media: MediaNames::default(),
        names: DeckNames::default(),
        report: Report::default(),
        decks: Vec::new(),
        stem,
    };
    if let Some(game) = &game {
        for row in rows.iter().skip(game.header + 1) {
            reader.question(row, game);
        }
        for name in &game.passed_over {
            reader.report.note("columns that are left out", name);
        }
    } else {
        let headers = usize::from(columns.has_header && options.columns.is_none());
        for row in rows.iter().skip(headers) {
            reader.row(row, &columns);
        }
        if let Some(said) = columns.said() {
            reader.report.note(&said, "");
        }
    }
    if !layout.quoted && body.contains('"') {
        let line = body.lines().position(|line| line.contains('"'));
        let place = format!("line {}", line.map_or(first_line, |line| first_line + line));
        reader
            .report
            .note("quotes are read as text, since they do not pair up", &place);
    }
    let media = super::folder::wanted(&reader.media, &options.folder, &mut reader.report);
    Ok(Parcel {
        kind: if reader.head.is_anki {
            "Anki text export"
        } else {
            "table"
        },
        source: format!("text-{stem}"),
        decks: reader.decks,
        media,
        media_source: Some(Box::new(super::folder::Folder)),
        report: reader.report,
        ..Parcel::default()
    })
}

/// Returns whether a text begins like Anki's export.
pub(super) fn is_anki(text: &str) -> bool {
    layout::head(text).0.is_anki
}

/// Returns whether a text is certainly a table: nearly every line has the same number of columns, and none begins like
/// a card in Markdown.
pub(super) fn is_surely(text: &str) -> bool {
    let has_sign = |line: &str| {
        let line = line.trim_start();
        ["Q:", "C:", "# ", "## ", "::", "$CATEGORY", "//"]
            .iter()
            .any(|sign| line.starts_with(sign))
            || line.contains("<!--SR:")
            || line.ends_with("#card")
    };
    !text.lines().any(has_sign)
        && Layout::of(text, &Head::default()).is_ok_and(|layout| layout.is_sure(text))
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    /// The line on which it begins, from 1.
    line: usize,
    cells: Vec<String>,
}

impl Row {
    /// Returns whether it is the line below the head of a Markdown table.
    fn is_rule(&self) -> bool {
        let is_rule = |cell: &&str| {
            let dashes = cell.trim_start_matches(':').trim_end_matches(':');
            dashes.len() >= 2 && dashes.bytes().all(|byte| byte == b'-')
        };
        let cells = self.cells.iter().map(|cell| cell.trim());
        let mut filled = cells.filter(|cell| !cell.is_empty()).peekable();
        filled.peek().is_some() && filled.all(|cell| is_rule(&cell))
    }
}

struct Reader<'a> {
    head: Head,
    is_html: bool,
    media: MediaNames,
    names: DeckNames,
    report: Report,
    decks: Vec<ParcelDeck>,
    stem: &'a str,
}

impl Reader<'_> {
    fn text(&mut self, cell: &str) -> String {
        if self.is_html {
            html::to_text(cell, &mut self.media).text
        } else {
            html::plain_to_text(cell.trim())
        }
    }

    fn row(&mut self, row: &Row, columns: &Columns) {
        let place = format!("line {}", row.line);
        let cell = |role: Role| columns.cells(row, role).next().unwrap_or("");
        if row.cells.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        let fields: Vec<&str> = columns.fields(row);
        let note_type = cell(Role::NoteType);
        let draft = if note_type.is_empty() {
            self.plain(row, columns)
        } else {
            self.of_type(note_type, &fields)
        };
        let mut draft = match draft {
            Ok(draft) => draft,
            Err(why) => {
                self.report.leave_out(why, 1, &place);
                return;
            }
        };
        let written = if cell(Role::Tags).is_empty() {
            self.head.tags.clone()
        } else {
            cell(Role::Tags).to_string()
        };
        draft.tags = tags(&written);
        draft.source =
            Some(cell(Role::Source).trim().to_string()).filter(|source| !source.is_empty());
        let guid = cell(Role::Guid).trim();
        let id = cell(Role::Id).trim();
        if !guid.is_empty() {
            draft.id = Some(ids::from_guid(guid));
        } else if !id.is_empty() && id.parse::<crate::deck::CardId>().is_ok() {
            draft.id = Some(id.to_string());
        }
        let key = draft.id.clone().unwrap_or_else(|| draft.front());
        let stands_for = match &draft.kind {
            Kind::Basic { reverse: true, .. } => 2,
            Kind::Cloze { text, .. } => Cloze::parse(text).map_or(1, |cloze| cloze.groups().len()),
            _ => 1,
        };
        let deck = cell(Role::Deck).trim();
        let deck = if deck.is_empty() {
            self.head.deck.clone()
        } else {
            deck.to_string()
        };
        self.deck(&deck).cards.push(ParcelCard {
            draft,
            key,
            proposed: None,
            place,
            stands_for,
        });
    }

    /// Reads a row of a table of questions with numbered answers.
    fn question(&mut self, row: &Row, game: &Game) {
        if row.cells.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        let place = format!("line {}", row.line);
        let question = match game.question(row) {
            Ok(question) => question,
            Err(why) => {
                self.report.leave_out(why, 1, &place);
                return;
            }
        };
        let mut all = |cells: Vec<String>| -> Vec<String> {
            cells.iter().map(|cell| self.text(cell)).collect()
        };
        let (choices, right) = (all(question.choices), all(question.right));
        let draft = Draft::choice(self.text(&question.front), choices, right);
        self.deck("").cards.push(ParcelCard {
            key: draft.front(),
            draft,
            proposed: None,
            place,
            stands_for: 1,
        });
    }

    fn deck(&mut self, named: &str) -> &mut ParcelDeck {
        let parts: Vec<&str> = if named.is_empty() {
            vec![self.stem]
        } else {
            named.split("::").collect()
        };
        let name = self.names.name(&parts);
        let at = match self.decks.iter().position(|deck| deck.name == name) {
            Some(at) => at,
            None => {
                self.decks.push(ParcelDeck {
                    title: parts
                        .last()
                        .map_or_else(|| name.clone(), |part| (*part).to_string()),
                    name,
                    ..ParcelDeck::default()
                });
                self.decks.len() - 1
            }
        };
        super::parcel::at(&mut self.decks, at)
    }

    /// Reads a row of a table with known columns.
    fn plain(&mut self, row: &Row, columns: &Columns) -> Result<Draft, &'static str> {
        let front = columns.cells(row, Role::Front).next().unwrap_or("");
        let front = self.text(front);
        let backs: Vec<&str> = columns.cells(row, Role::Back).collect();
        let mut backs: Vec<String> = backs.into_iter().map(|back| self.text(back)).collect();
        backs.retain(|back| !back.is_empty());
        let mut notes = Vec::new();
        for (name, cell) in columns.notes(row) {
            let text = self.text(cell);
            if !text.is_empty() {
                notes.push(if name.is_empty() {
                    text
                } else {
                    format!("{name}: {text}")
                });
            }
        }
        if front.is_empty() {
            return Err("no front");
        }
        let note = |notes: Vec<String>| Some(notes.join("\n")).filter(|note| !note.is_empty());
        let mut draft = if front.contains("{{c") && Cloze::parse(&front).is_ok() {
            notes.splice(0..0, backs);
            Draft::cloze(front)
        } else {
            if backs.is_empty() && !notes.is_empty() {
                backs.push(notes.remove(0));
            }
            if backs.is_empty() {
                return Err("no back");
            }
            let back = backs.remove(0);
            notes.splice(0..0, backs);
            Draft::basic(front, back)
        };
        draft.note = note(notes);
        let hint = columns
            .cells(row, Role::Hint)
            .next()
            .map(|hint| self.text(hint));
        Ok(super::draft::with_hint(
            draft,
            hint.filter(|hint| !hint.is_empty()),
        ))
    }

    /// Reads a note of one of Anki's own note types, or of another type as far as its fields tell.
    fn of_type(&mut self, note_type: &str, fields: &[&str]) -> Result<Draft, &'static str> {
        let raw = |at: usize| fields.get(at).copied().unwrap_or("");
        let empty = |text: String| {
            if text.is_empty() {
                "[empty]".to_string()
            } else {
                text
            }
        };
        if raw(0).contains("image-occlusion:") {
            return Err("image occlusion: parts of a picture are hidden");
        }
        let name = note_type.to_lowercase();
        if name.contains("cloze") || raw(0).contains("{{c1::") {
            let text = self.text(&with_backslashes(raw(0)));
            let note = self.text(raw(1));
            if Cloze::parse(&text).is_err() {
                return Err("gaps that can't be read");
            }
            let mut draft = Draft::cloze(text);
            draft.note = Some(note).filter(|note| !note.is_empty());
            return Ok(draft);
        }
        let front = empty(self.text(raw(0)));
        if name.starts_with("basic (type") {
            let answer = html::to_unmarked(raw(1), &mut self.media).text;
            if !answer.is_empty() {
                return Ok(Draft::typed(front, vec![answer]));
            }
        }
        let optional = name.starts_with("basic (optional") && !raw(2).trim().is_empty();
        if name.starts_with("basic (and reversed") || optional {
            let back = empty(self.text(raw(1)));
            return Ok(Draft::both_ways(front, back));
        }
        if !name.starts_with("basic") {
            self.report.note(
                "note types whose templates a text does not have: each note is one card, its first field the front \
                 (an .apkg has the others)",
                note_type,
            );
        }
        let rest = if name.starts_with("basic") {
            fields.get(1..2)
        } else {
            fields.get(1..)
        };
        let mut rest: Vec<String> = rest
            .unwrap_or(&[])
            .iter()
            .map(|field| self.text(field))
            .filter(|text| !text.is_empty())
            .collect();
        let back = if rest.is_empty() {
            "[empty]".to_string()
        } else {
            rest.remove(0)
        };
        let mut draft = Draft::basic(front, back);
        draft.note = Some(rest.join("\n")).filter(|note| !note.is_empty());
        Ok(draft)
    }
}

/// Returns the tags in a cell: words, or the parts between commas.
fn tags(cell: &str) -> Vec<String> {
    let parts: Vec<String> = if cell.contains(',') {
        let joined = |part: &str| part.split_whitespace().collect::<Vec<_>>().join("-");
        cell.split(',').map(joined).collect()
    } else {
        cell.split_whitespace().map(String::from).collect()
    };
    let mut tags: Vec<String> = Vec::new();
    for tag in parts {
        if !tag.is_empty() && !tag.eq_ignore_ascii_case("leech") && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

#[cfg(test)]
mod tests;
