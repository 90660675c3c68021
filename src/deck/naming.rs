//! Deck names: a path below `decks/` without `.ron`, with `/` between folders.

use std::path::{Component, Path};

use unicode_normalization::UnicodeNormalization;

use super::library::Library;
use super::name::folded;
use crate::conflict;
use crate::error::{Error, Result};

/// The longest file name that every file system allows, in bytes.
const LONGEST: usize = 240;

/// Returns the name of the deck that `given` means, for adding to it: an existing one, or a new one that every command
/// will read.
///
/// # Errors
/// Fails with [`Error::Usage`], which says what to do, if the name is not one that a deck can have.
pub fn for_adding(library: &Library, given: &str) -> Result<String> {
    let refused = |why: &str| {
        Err(Error::Usage(format!(
            "{given:?} can't be a deck's name: {why}; give one like `rust` or `languages/rust`"
        )))
    };
    let name: String = given.trim().replace('\\', "/").nfc().collect();
    let below = Path::new(&name).strip_prefix(&library.root);
    let name = below.map_or_else(|_| name.clone(), |below| below.to_string_lossy().into());
    let name = name.strip_prefix("./").unwrap_or(&name);
    if name.is_empty() {
        return refused("it is empty");
    }
    if let Some(folder) = name.strip_suffix('/') {
        return Err(is_folder(library, folder.trim_end_matches('/')));
    }
    let (name, is_file) = match name.strip_suffix(".ron") {
        Some(name) => (name, true),
        None => (name, false),
    };
    if let Err(why) = is_plain(name) {
        return refused(why);
    }
    let names = library.decks.iter().map(|deck| deck.name.as_str());
    let is_like = |deck: &&str| folded(deck) == folded(name);
    if let Some(deck) = library.deck(name) {
        return Ok(deck.name.clone());
    }
    let mut like = names.filter(is_like);
    if let (Some(deck), None) = (like.next(), like.next()) {
        return Ok(deck.to_string());
    }
    if !is_file && library.root.join(name).is_dir() {
        return Err(is_folder(library, name));
    }
    Ok(name.to_string())
}

fn is_folder(library: &Library, folder: &str) -> Error {
    let inside = |name: &&str| {
        let rest = name.strip_prefix(folder);
        rest.is_some_and(|rest| rest.starts_with('/'))
    };
    let decks = library.decks.iter().map(|deck| deck.name.as_str());
    let decks: Vec<&str> = decks.filter(inside).take(5).collect();
    let which = match decks.as_slice() {
        [] => format!("give the name of a deck: `{folder}`, or one in it"),
        decks => format!("say which deck in it: {}", decks.join(", ")),
    };
    Error::Usage(format!("`{folder}/` is a folder: {which}"))
}

/// Checks that each part of the name will be read as a deck or a folder of decks.
fn is_plain(name: &str) -> Result<(), &'static str> {
    if name.contains(char::is_control) {
        return Err("it has a control character");
    }
    if name.starts_with('/') {
        return Err("it leads out of the decks' folder");
    }
    for part in name.split('/') {
        match Path::new(part).components().next() {
            _ if part.trim().is_empty() => return Err("a part of it is empty"),
            _ if part.trim() != part => return Err("a part of it starts or ends with a space"),
            Some(Component::Normal(_)) => {}
            _ => return Err("it leads out of the decks' folder"),
        }
        if part.starts_with(['.', '#']) {
            return Err("what starts with `.` or `#` is not read as a deck");
        }
        if conflict::is_copy(Path::new(part)) {
            return Err("a sync tool's conflict copy is called like that");
        }
        if part.len() > LONGEST {
            return Err("it is too long for a file");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library() -> (tempfile::TempDir, Library) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("languages")).unwrap();
        for name in ["Rust", "languages/norse"] {
            let path = folder.path().join(format!("{name}.ron"));
            std::fs::write(path, "Deck(title: \"t\")").unwrap();
        }
        let library = Library::load(folder.path()).unwrap();
        (folder, library)
    }

    #[test]
    fn a_name_means_the_deck_that_is_there_or_a_new_one() {
        let (folder, library) = library();
        let absolute = folder.path().join("languages/norse.ron");
        for (given, name) in [
            ("Rust", "Rust"),
            ("rust", "Rust"),
            ("./Rust.ron", "Rust"),
            ("languages\\norse", "languages/norse"),
            (absolute.to_str().unwrap(), "languages/norse"),
            (" a/b.c ", "a/b.c"),
            ("languages.ron", "languages"),
            ("e\u{301}", "é"),
        ] {
            assert_eq!(for_adding(&library, given).unwrap(), name, "{given}");
        }
    }

    #[test]
    fn what_no_command_would_read_is_refused() {
        let (_folder, library) = library();
        for given in [
            "",
            " ",
            ".ron",
            "/",
            "//",
            "../x",
            "/x",
            "a/../b",
            "x/./y",
            "a//b",
            "a/ /b",
            ".hidden",
            "a/.b",
            "#x",
            "a\nb",
            "x conflicted copy",
            "x.sync-conflict-1",
        ] {
            assert!(for_adding(&library, given).is_err(), "{given:?}");
        }
        assert!(for_adding(&library, &"x".repeat(300)).is_err());
    }

    #[test]
    fn a_folder_is_refused_with_the_decks_in_it() {
        let (_folder, library) = library();
        for given in ["languages/", "languages", "languages//"] {
            let error = for_adding(&library, given).unwrap_err().to_string();
            assert!(error.contains("languages/norse"), "{error}");
        }
        assert!(for_adding(&library, "new/").is_err());
    }
}
