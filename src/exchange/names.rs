//! Names of imported decks, made valid for files.

use std::collections::{BTreeMap, HashSet};

use unicode_normalization::UnicodeNormalization;

/// The longest part of a name, in bytes.
const LONGEST: usize = 180;

/// Gives each deck of a source its own name below `decks/`.
#[derive(Debug, Default)]
pub(crate) struct DeckNames {
    named: BTreeMap<Vec<String>, String>,
    taken: HashSet<String>,
}

impl DeckNames {
    /// Returns the name for a deck whose source name has these `parts`; always the same for the same parts.
    pub(crate) fn name(&mut self, parts: &[&str]) -> String {
        let key: Vec<String> = parts.iter().map(|part| (*part).to_string()).collect();
        if let Some(name) = self.named.get(&key) {
            return name.clone();
        }
        let plain: Vec<String> = parts.iter().map(|part| folder_safe(part)).collect();
        let plain = plain.join("/");
        let mut name = plain.clone();
        let mut number = 2;
        while !self.taken.insert(name.to_lowercase()) {
            name = format!("{plain}-{number}");
            number += 1;
        }
        self.named.insert(key, name.clone());
        name
    }
}

/// Returns one part of a deck's name without anything that some file system refuses.
pub(crate) fn folder_safe(part: &str) -> String {
    let mut out: String = part
        .nfc()
        .map(|c| match c {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '-',
            c if c.is_control() => '-',
            c => c,
        })
        .collect();
    out = out.trim().to_string();
    while out.len() > LONGEST {
        out.pop();
    }
    let edge = |c: char| c == '.' || c.is_whitespace();
    if out.starts_with(|c| edge(c) || c == '#') {
        let first = out.chars().next().map_or(0, char::len_utf8);
        out.replace_range(..first, "-");
    }
    while out.ends_with(edge) {
        out.pop();
        out.push('-');
        if out.trim_end_matches('-').ends_with(edge) {
            out = out.trim_end_matches(|c| edge(c) || c == '-').to_string() + "-";
        }
    }
    if out.is_empty() {
        return "-".into();
    }
    let stem = out.split('.').next().unwrap_or("").to_ascii_uppercase();
    let numbered = |device: &str| {
        stem.strip_prefix(device)
            .is_some_and(|number| matches!(number.as_bytes(), [b'1'..=b'9']))
    };
    let is_device = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL");
    if is_device || numbered("COM") || numbered("LPT") {
        out.push('-');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_can_be_a_file() {
        for (part, name) in [
            ("Wörter/mit Schrägstrich?", "Wörter-mit Schrägstrich-"),
            ("..", "--"),
            (".hidden", "-hidden"),
            ("trailing. ", "trailing-"),
            ("CON", "CON-"),
            ("com1", "com1-"),
            ("Concept", "Concept"),
            ("", "-"),
            ("a\tb", "a-b"),
        ] {
            assert_eq!(folder_safe(part), name, "{part:?}");
        }
    }

    #[test]
    fn names_equal_without_case_are_numbered() {
        let mut names = DeckNames::default();
        assert_eq!(names.name(&["A", "B"]), "A/B");
        assert_eq!(names.name(&["a", "b"]), "a/b-2");
        assert_eq!(names.name(&["A", "B"]), "A/B");
    }
}
