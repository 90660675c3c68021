//! Traces of programs that met changes on two sides: conflict marks of git, conflict copies of sync tools.

use std::path::Path;

/// The length of a conflict mark, in bytes.
pub(crate) const MARK: usize = 7;

/// Returns the byte at which git's conflict marks start; `None` unless `text` has a whole set of them.
pub(crate) fn marked(text: &str) -> Option<usize> {
    // Hardly any text has them: looking for `<` avoids going through the lines.
    text.find('<').filter(|_| text.contains("<<<<<<< "))?;
    let mut at = 0;
    let mut start = None;
    let mut middle = false;
    for line in text.split_inclusive('\n') {
        match start {
            None if line.starts_with("<<<<<<< ") => start = Some(at),
            Some(_) if line.starts_with("=======") => middle = true,
            Some(_) if middle && line.starts_with(">>>>>>> ") => return start,
            _ => {}
        }
        at += line.len();
    }
    None
}

/// Returns whether a line could be taken for one of git's conflict marks.
pub(crate) fn is_mark(line: &[u8]) -> bool {
    [&b"<<<<<<<"[..], b"=======", b">>>>>>>"]
        .iter()
        .any(|mark| line.starts_with(mark))
}

/// Returns whether `path` is named like a conflict copy of a sync tool (Syncthing, Dropbox, Nextcloud).
pub(crate) fn is_copy(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.contains(".sync-conflict-") || name.contains("conflicted copy")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_set_of_marks_is_a_conflict() {
        let whole = "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> other\n";
        assert_eq!(marked(whole), Some(2));
        assert_eq!(marked("<<<<<<< \n=======\n"), None);
        assert_eq!(marked("x <<<<<<< HEAD\n=======\n>>>>>>> other\n"), None);
    }

    #[test]
    fn copies_of_sync_tools_are_known_by_name() {
        assert!(is_copy(Path::new("a/d.sync-conflict-20261123-1.ron")));
        assert!(is_copy(Path::new(
            "d (Ann's conflicted copy 2026-11-23).ron"
        )));
        assert!(!is_copy(Path::new("conflicted copy/d.ron")));
    }
}
