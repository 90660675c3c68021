//! The names of media files that cards show.

use std::collections::{BTreeMap, HashMap};

use unicode_normalization::UnicodeNormalization;

use super::html::Media;

/// The longest name, in bytes.
const LONGEST: usize = 200;

/// Gives each media file of a source its own name in `media/`, and remembers which files were named.
#[derive(Debug, Default)]
pub(crate) struct MediaNames {
    /// The new names, by the source's names.
    pub(crate) named: BTreeMap<String, String>,
    taken: HashMap<String, u32>,
}

impl Media for MediaNames {
    fn name(&mut self, name: &str) -> String {
        let name: String = name.nfc().collect();
        if let Some(own) = self.named.get(&name) {
            return own.clone();
        }
        let plain = plain(&name);
        let taken = self.taken.entry(plain.to_lowercase()).or_default();
        *taken += 1;
        let own = match *taken {
            1 => plain,
            n => numbered(&plain, &n.to_string()),
        };
        self.named.insert(name, own.clone());
        own
    }
}

/// Returns a name without anything that leads out of its folder or that some system forbids.
pub(crate) fn plain(name: &str) -> String {
    let mut out: String = name
        .nfc()
        .map(|c| match c {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '[' | ']' => '-',
            c if c.is_control() => '-',
            c => c,
        })
        .collect();
    // An unmatched parenthesis would end the link, or include what follows the name in a card.
    if !pairs_up(&out) {
        out = out.replace(['(', ')'], "-");
    }
    if out.starts_with('.') {
        out.replace_range(..1, "-");
    }
    let trimmed = out.trim().trim_end_matches('.').to_string();
    let name = if trimmed.is_empty() {
        "file".to_string()
    } else {
        trimmed
    };
    if name.len() <= LONGEST {
        return name;
    }
    let (stem, end) = parts(&name);
    let mut cut = LONGEST.saturating_sub(end.len() + 14).min(stem.len());
    while !stem.is_char_boundary(cut) {
        cut -= 1;
    }
    let kept = stem.get(..cut).unwrap_or("");
    format!("{kept}-{}{end}", super::ids::short_hash(&name))
}

/// Returns whether each parenthesis is matched.
fn pairs_up(name: &str) -> bool {
    let mut open = 0u32;
    for c in name.chars() {
        match c {
            '(' => open += 1,
            ')' if open == 0 => return false,
            ')' => open -= 1,
            _ => {}
        }
    }
    open == 0
}

/// Returns the name with `-mark` before its extension.
pub(crate) fn numbered(name: &str, mark: &str) -> String {
    let (stem, end) = parts(name);
    format!("{stem}-{mark}{end}")
}

/// Returns the name before its extension, and the extension with its dot; a long extension counts as part of the name.
fn parts(name: &str) -> (&str, &str) {
    let at = name
        .rfind('.')
        .filter(|at| *at > 0 && name.len() - at <= 12);
    at.and_then(|at| name.split_at_checked(at))
        .unwrap_or((name, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_its_folder() {
        assert_eq!(plain("../../etc/passwd"), "-.-..-etc-passwd");
        assert_eq!(plain("karte (1).png"), "karte (1).png");
        assert_eq!(plain("a)b(.png"), "a-b-.png");
        assert_eq!(plain(".."), "-");
        assert_eq!(plain("e\u{301}.mp3"), "é.mp3");
        let long = plain(&format!("{}.png", "é".repeat(300)));
        assert!(long.len() <= LONGEST && long.ends_with(".png"), "{long}");
    }

    #[test]
    fn names_that_a_system_takes_for_one_differ() {
        let mut names = MediaNames::default();
        assert_eq!(names.name("a.png"), "a.png");
        assert_eq!(names.name("A.png"), "A-2.png");
        assert_eq!(names.name("a.png"), "a.png");
        assert_eq!(names.name("a:.png"), "a-.png");
        assert_eq!(names.name("a?.png"), "a--2.png");
    }
}
