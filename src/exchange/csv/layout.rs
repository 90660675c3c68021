//! The layout of a table: its `#` lines, the separator of its cells, and whether quotes enclose them.

use super::Row;

/// The lines before the rows.
#[derive(Debug, Default, Clone)]
pub(super) struct Head {
    /// Whether there are `#` lines, as Anki writes them.
    pub(super) is_anki: bool,
    pub(super) separator: Option<u8>,
    /// Whether the cells are HTML.
    pub(super) html: Option<bool>,
    /// The names of the columns.
    pub(super) columns: Vec<String>,
    /// The index of the column for each role, from 0.
    pub(super) guid: Option<usize>,
    pub(super) note_type: Option<usize>,
    pub(super) deck_column: Option<usize>,
    pub(super) tags_column: Option<usize>,
    /// The values that hold for all rows.
    pub(super) deck: String,
    pub(super) tags: String,
}

/// Reads the `#` lines; returns them, the text after them, and the line on which that begins.
pub(super) fn head(text: &str) -> (Head, &str, usize) {
    let mut head = Head::default();
    let mut rest = text;
    let mut line = 1;
    while let Some((key, value)) = rest
        .strip_prefix('#')
        .map(|rest| rest.split('\n').next().unwrap_or(""))
        .and_then(|line| line.split_once(':'))
    {
        if !head.set(key, value.trim()) {
            break;
        }
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
        line += 1;
    }
    (head, rest, line)
}

impl Head {
    fn set(&mut self, key: &str, value: &str) -> bool {
        let column = || {
            value
                .parse::<usize>()
                .ok()
                .and_then(|number| number.checked_sub(1))
        };
        match key.trim().to_ascii_lowercase().as_str() {
            "separator" => {
                self.separator = match value.to_ascii_lowercase().as_str() {
                    "tab" | "\\t" => Some(b'\t'),
                    "comma" => Some(b','),
                    "semicolon" => Some(b';'),
                    "pipe" => Some(b'|'),
                    "colon" => Some(b':'),
                    "space" => Some(b' '),
                    other => other.bytes().next().filter(u8::is_ascii),
                };
            }
            "html" => self.html = Some(value.eq_ignore_ascii_case("true")),
            "tags" => self.tags = value.to_string(),
            "deck" => self.deck = value.to_string(),
            "columns" => {
                let separator = self.separator.map_or('\t', char::from);
                self.columns = value
                    .split(separator)
                    .map(|name| name.trim().to_string())
                    .collect();
            }
            "guid column" => self.guid = column(),
            "notetype column" => self.note_type = column(),
            "deck column" => self.deck_column = column(),
            "tags column" => self.tags_column = column(),
            "notetype" | "if matches" => {}
            _ => return false,
        }
        self.is_anki = true;
        true
    }
}

/// The separator of the cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) separator: u8,
    /// Whether quotes enclose cells.
    pub(super) quoted: bool,
}

/// The possible separators, the most reliable first.
const SEPARATORS: [u8; 4] = [b'\t', b';', b'|', b','];

/// The number of rows examined to find out.
const LOOKED_AT: usize = 300;

/// Returns a list in another layout as a table: cards between semicolons on a single line, or a dash between spaces on
/// each line, as Quizlet exports them on demand. `None` for anything else.
pub(super) fn on_lines(body: &str, head: &Head) -> Option<String> {
    if head.separator.is_some() {
        return None;
    }
    let lines: Vec<&str> = body
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    if let [only] = lines.as_slice() {
        let cards: Vec<&str> = only
            .split(';')
            .filter(|card| !card.trim().is_empty())
            .collect();
        let has_two = |sign: char| cards.iter().all(|card| card.matches(sign).count() == 1);
        let is_list = cards.len() > 1 && !only.contains('"') && (has_two('\t') || has_two(','));
        return is_list.then(|| cards.join("\n"));
    }
    let dash = [" - ", " – ", " — ", " = "]
        .into_iter()
        .find(|dash| lines.len() > 1 && lines.iter().all(|line| line.matches(dash).count() == 1))?;
    let is_table = lines.iter().all(|line| line.contains('\t'));
    // Blank lines stay, so that line numbers are right.
    (!is_table).then(|| body.replace(dash, "\t"))
}

impl Layout {
    /// Finds out the layout of the rows.
    ///
    /// # Errors
    /// Fails if nothing separates them into columns.
    pub(super) fn of(body: &str, head: &Head) -> Result<Self, String> {
        let of = |separator| Self {
            separator,
            quoted: pairs_up(body, separator),
        };
        if let Some(separator) = head.separator {
            return Ok(of(separator));
        }
        let mut best: Option<(usize, Self)> = None;
        for separator in SEPARATORS {
            let layout = of(separator);
            let share = layout.share(body);
            if share > 60 && best.is_none_or(|(most, _)| share > most + 15) {
                best = Some((share, layout));
            }
        }
        best.map(|(_, layout)| layout).ok_or_else(|| {
            let line = body.lines().position(|line| !line.trim().is_empty()).map_or(1, |at| at + 1);
            format!(
                "holds no cards that are known (line {line} on): in a table each line has the same tab, `;`, `|` \
                 or `,` between front and back, in Markdown a card is `Q:` and `A:`, `front::back`, or a text with \
                 `{{{{c1::gaps}}}}`"
            )
        })
    }

    /// Returns the percentage of rows with the most common number of columns, if that is two or more.
    fn share(self, body: &str) -> usize {
        let mut counts = std::collections::BTreeMap::<usize, usize>::new();
        let mut all = 0;
        for record in self
            .reader(body)
            .records()
            .take(LOOKED_AT)
            .filter_map(Result::ok)
        {
            if record.iter().any(|cell| !cell.trim().is_empty()) {
                *counts.entry(record.len()).or_default() += 1;
                all += 1;
            }
        }
        let (columns, most) = counts
            .into_iter()
            .max_by_key(|(_, count)| *count)
            .unwrap_or((0, 0));
        if columns < 2 {
            0
        } else {
            most * 100 / all.max(1)
        }
    }

    /// Returns whether nearly all of several rows have the same number of columns, and tabs, quotes or a third column
    /// show that this is not an accident.
    pub(super) fn is_sure(self, body: &str) -> bool {
        let rows = self.rows(body, 1);
        let full: Vec<&Row> = rows
            .iter()
            .filter(|row| row.cells.iter().any(|cell| !cell.trim().is_empty()))
            .collect();
        let width = full.first().map_or(0, |row| row.cells.len());
        let clear = self.separator == b'\t' || width > 2 || full.len() > 4;
        full.len() > 1
            && clear
            && self.share(body) >= 95
            && full
                .iter()
                .all(|row| !row.cells.iter().any(|cell| cell.contains(" :: ")))
    }

    fn reader(self, body: &str) -> ::csv::Reader<&[u8]> {
        ::csv::ReaderBuilder::new()
            .delimiter(self.separator)
            .has_headers(false)
            .flexible(true)
            .quoting(self.quoted)
            .from_reader(body.as_bytes())
    }

    /// Returns the rows; `first_line` is the line of the first one, from 1.
    pub(super) fn rows(self, body: &str, first_line: usize) -> Vec<Row> {
        let mut rows = Vec::new();
        for record in self.reader(body).records().filter_map(Result::ok) {
            let line = record.position().map_or(1, ::csv::Position::line);
            rows.push(Row {
                line: usize::try_from(line).unwrap_or(1) + first_line - 1,
                cells: record.iter().map(String::from).collect(),
            });
        }
        rows
    }
}

/// Returns whether each quote that begins a cell has one that ends it; otherwise quotes are part of the text.
fn pairs_up(body: &str, separator: u8) -> bool {
    let bytes = body.as_bytes();
    let mut at = 0;
    let mut begins = true;
    while let Some(&byte) = bytes.get(at) {
        if byte != b'"' || !begins {
            begins = byte == separator || byte == b'\n';
            at += 1;
            continue;
        }
        at += 1;
        loop {
            let Some(more) = bytes.get(at..).and_then(|rest| memchr::memchr(b'"', rest)) else {
                return false;
            };
            at += more + 1;
            match bytes.get(at) {
                Some(b'"') => at += 1,
                None | Some(b'\n') => break,
                Some(&next) if next == separator => break,
                Some(_) => return false,
            }
        }
        begins = false;
    }
    true
}

/// Returns whether the cells have tags that occur only in HTML.
pub(super) fn looks_like_html(rows: &[Row]) -> bool {
    const TAGS: [&str; 14] = [
        "<br", "<div", "<img ", "<span", "</b>", "</i>", "</p>", "</li>", "</a>", "</sup>",
        "</sub>", "</u>", "</mark>", "</font>",
    ];
    let is_html = |cell: &String| {
        cell.contains('<') && {
            let cell = cell.to_ascii_lowercase();
            TAGS.iter().any(|tag| cell.contains(tag))
        }
    };
    rows.iter()
        .take(LOOKED_AT)
        .any(|row| row.cells.iter().any(is_html))
}
