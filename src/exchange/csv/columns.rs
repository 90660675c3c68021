//! The roles of a table's columns.

use super::Row;
use super::layout::Head;

/// The role of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The question.
    Front,
    /// The answer. With several such columns the first non-empty one counts; the others are notes.
    Back,
    /// Shown with the answer.
    Note,
    Hint,
    Tags,
    Deck,
    Source,
    /// An id of a card.
    Id,
    /// An id in Anki's sense: a guid.
    Guid,
    /// The note type, by Anki's name.
    NoteType,
    /// No role.
    None,
}

/// The roles of all columns of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    roles: Vec<Role>,
    names: Vec<String>,
    /// Whether the first row names the columns.
    pub(super) has_header: bool,
}

impl Columns {
    /// Parses `front,back,tags`, the value of `--columns`; `-` skips a column.
    ///
    /// # Errors
    /// Returns the name that is not known.
    pub(super) fn named(names: &[String]) -> Result<Self, String> {
        let role = |name: &String| {
            match name.trim().to_lowercase().as_str() {
            "" | "-" | "_" => Ok(Role::None),
            name => by_name(name).ok_or_else(|| {
                format!(
                    "has no column {name:?}: the columns are front, back, note, hint, tags, deck, source, id, guid, \
                     and - for one that is skipped"
                )
            }),
        }
        };
        let roles: Vec<Role> = names.iter().map(role).collect::<Result<_, _>>()?;
        if !roles.contains(&Role::Front) {
            return Err("needs a column for the front: --columns front,back".into());
        }
        Ok(Self {
            names: vec![String::new(); roles.len()],
            roles,
            has_header: false,
        })
    }

    /// Finds the roles of the columns: by the lines before the table, by its first row, or by position.
    pub(super) fn found(head: &Head, rows: &[Row]) -> Self {
        let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        let first: &[String] = rows.first().map_or(&[], |row| &row.cells);
        let has_header = head.columns.is_empty() && is_header(first, rows);
        let names: Vec<String> = match (has_header, head.columns.is_empty()) {
            (true, _) => first.to_vec(),
            (false, false) => head.columns.clone(),
            (false, true) => Vec::new(),
        };
        let mut roles: Vec<Option<Role>> = (0..width)
            .map(|at| {
                names
                    .get(at)
                    .and_then(|name| by_name(&name.trim().to_lowercase()))
            })
            .collect();
        for (at, role) in [
            (head.guid, Role::Guid),
            (head.note_type, Role::NoteType),
            (head.deck_column, Role::Deck),
            (head.tags_column, Role::Tags),
        ] {
            if let Some(slot) = at.and_then(|at| roles.get_mut(at)) {
                *slot = Some(role);
            }
        }
        // Of two columns with one role the first counts.
        for at in 0..roles.len() {
            let own = roles.get(at).copied().flatten();
            let before = roles.get(..at).unwrap_or(&[]);
            if matches!(own, Some(Role::Front | Role::Back | Role::Tags))
                && before.contains(&own)
                && let Some(slot) = roles.get_mut(at)
            {
                *slot = None;
            }
        }
        for role in [Role::Front, Role::Back] {
            if !roles.contains(&Some(role)) {
                fill(&mut roles, role);
            }
        }
        let third_is_tags = names.is_empty() && !head.is_anki && are_tags(rows, 2) && width == 3;
        if third_is_tags {
            fill(&mut roles, Role::Tags);
        }
        // There are pictures where the answer should be: the next column may have it.
        let back = roles.iter().position(|role| *role == Some(Role::Back));
        let missing = |row: &&Row| {
            back.is_some_and(|at| row.cells.get(at).is_none_or(|cell| cell.trim().is_empty()))
        };
        let holes = rows.iter().filter(missing).count();
        if holes * 10 > rows.len() {
            fill(&mut roles, Role::Back);
        }
        Self {
            roles: roles
                .into_iter()
                .map(|role| role.unwrap_or(Role::Note))
                .collect(),
            names,
            has_header,
        }
    }

    /// Returns the cells of a row with `role`, in order.
    pub(super) fn cells<'a>(&'a self, row: &'a Row, role: Role) -> impl Iterator<Item = &'a str> {
        let cells = self.roles.iter().zip(&row.cells);
        cells.filter_map(move |(own, cell)| (*own == role).then_some(cell.as_str()))
    }

    /// Returns the cells of a row that are notes, each with the name of its column.
    pub(super) fn notes<'a>(&'a self, row: &'a Row) -> Vec<(&'a str, &'a str)> {
        let named = |at: usize| self.names.get(at).map_or("", |name| name.trim());
        let cells = self.roles.iter().zip(&row.cells).enumerate();
        cells
            .filter(|(_, (role, _))| **role == Role::Note)
            .map(|(at, (_, cell))| (named(at), cell.as_str()))
            .filter(|(name, _)| !matches!(name.to_lowercase().as_str(), "note" | "notes" | "extra"))
            .chain(self.own_notes(row))
            .collect()
    }

    /// Returns the cells of columns that are called notes: their name says nothing.
    fn own_notes<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = (&'a str, &'a str)> {
        let cells = self.names.iter().zip(&self.roles).zip(&row.cells);
        cells.filter_map(|((name, role), cell)| {
            let is_note = matches!(
                name.trim().to_lowercase().as_str(),
                "note" | "notes" | "extra"
            );
            (is_note && *role == Role::Note).then_some(("", cell.as_str()))
        })
    }

    /// Returns the fields of a note in order: the cells without another role.
    pub(super) fn fields<'a>(&self, row: &'a Row) -> Vec<&'a str> {
        let is_field = |role: &Role| {
            matches!(
                role,
                Role::Front | Role::Back | Role::Note | Role::Hint | Role::Source
            )
        };
        let cells = row.cells.iter().enumerate();
        cells
            .filter(|(at, _)| self.roles.get(*at).is_none_or(is_field))
            .map(|(_, cell)| cell.as_str())
            .collect()
    }

    /// Returns the roles that were found by name, if a first row had names.
    pub(super) fn said(&self) -> Option<String> {
        if !self.has_header {
            return None;
        }
        let name = |role: Role| {
            let at = self.roles.iter().position(|own| *own == role);
            at.and_then(|at| self.names.get(at)).map(String::as_str)
        };
        Some(format!(
            "the first row names the columns: the front is {:?}, the back {:?} (--columns says otherwise)",
            name(Role::Front).unwrap_or("?").trim(),
            name(Role::Back).unwrap_or("?").trim()
        ))
    }
}

/// Gives `role` to the first column that has none yet.
fn fill(roles: &mut [Option<Role>], role: Role) {
    if let Some(slot) = roles.iter_mut().find(|slot| slot.is_none()) {
        *slot = Some(role);
    }
}

/// Returns the role of a column with this name, in lower case.
fn by_name(name: &str) -> Option<Role> {
    Some(match name {
        "front" | "question" | "term" | "prompt" | "word" | "expression" | "vorderseite"
        | "frage" | "question text" | "recto" | "anverso" | "frente" => Role::Front,
        "back" | "answer" | "definition" | "meaning" | "translation" | "response" | "rückseite"
        | "antwort" | "verso" | "reverso" => Role::Back,
        "tags" | "tag" | "labels" | "categories" | "category" => Role::Tags,
        "deck" | "deck name" => Role::Deck,
        "id" => Role::Id,
        "guid" => Role::Guid,
        "note type" | "notetype" => Role::NoteType,
        "hint" => Role::Hint,
        "note" | "notes" | "extra" | "comment" | "comments" | "example" => Role::Note,
        "source" => Role::Source,
        _ => return None,
    })
}

/// Returns whether the first row names the columns.
fn is_header(first: &[String], rows: &[Row]) -> bool {
    let names: Vec<String> = first
        .iter()
        .map(|cell| cell.trim().to_lowercase())
        .collect();
    let short = |name: &String| name.chars().count() <= 40 && !name.contains('<');
    let mut unique = names.clone();
    unique.retain(|name| !name.is_empty());
    unique.sort();
    let filled = unique.len();
    unique.dedup();
    if rows.len() < 2 || filled < 2 || unique.len() < filled || !names.iter().all(short) {
        return false;
    }
    let known = names.iter().filter(|name| by_name(name).is_some()).count();
    // `capital` beside `capital:de` and the like.
    let derived = names.iter().any(|name| {
        let base = name.split([':', '_']).next().unwrap_or("");
        !base.is_empty() && base != name && names.iter().any(|other| other == base)
    });
    known >= 2 || known == 1 && names.len() > 2 || derived
}

/// Returns whether the column `at` contains tags: words without spaces, or nothing.
fn are_tags(rows: &[Row], at: usize) -> bool {
    let cells = || {
        rows.iter()
            .filter_map(|row| row.cells.get(at))
            .map(|cell| cell.trim())
    };
    let is_word = |cell: &str| cell.chars().count() <= 60 && !cell.ends_with(['.', '!', '?']);
    cells().any(|cell| !cell.is_empty()) && cells().all(is_word)
}
