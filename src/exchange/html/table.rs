//! A table, put together cell by cell.

/// The cells of a table, row by row.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Begins a row.
    pub(super) fn row(&mut self) {
        if self.rows.last().is_none_or(|row| !row.is_empty()) {
            self.rows.push(Vec::new());
        }
    }

    /// Adds a cell to the last row.
    pub(super) fn cell(&mut self, text: &str) {
        if self.rows.is_empty() {
            self.rows.push(Vec::new());
        }
        if let Some(row) = self.rows.last_mut() {
            row.push(text.trim().to_string());
        }
    }

    /// Returns the table in Markdown; its cells as lines if it has only one column, since then it is only layout.
    pub(super) fn written(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        if columns <= 1 {
            let cells = self.rows.iter().flatten().map(String::as_str);
            let cells: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
            return cells.join("\n");
        }
        let mut lines = Vec::new();
        for row in self.rows.iter().filter(|row| !row.is_empty()) {
            let cell = |at: usize| row.get(at).map_or(String::new(), |cell| flat(cell));
            let cells: Vec<String> = (0..columns).map(cell).collect();
            lines.push(format!("| {} |", cells.join(" | ")));
            if lines.len() == 1 {
                lines.push(format!("|{}", " --- |".repeat(columns)));
            }
        }
        lines.join("\n")
    }
}

/// Returns a cell's text on one line.
fn flat(cell: &str) -> String {
    let words: Vec<&str> = cell.split_whitespace().collect();
    words.join(" ").replace('|', "\\|")
}
