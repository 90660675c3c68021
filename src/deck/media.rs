//! The pictures, sounds and addresses that a card names, and where they are.
//!
//! It looks at the file system only to follow links; it opens nothing.

use std::path::{Path, PathBuf};

use super::{Body, Content};
use crate::markup::{self, MediaKind};

/// A target that another program can open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A file below `media/`.
    File(PathBuf),
    /// A web address.
    Address(String),
}

/// Returns the target of `named`: a path that starts with `media/`, in the folder `home`, or a web address.
///
/// Links of the file system are followed before the place is checked.
///
/// # Errors
/// Returns a sentence that says why it may not be opened.
pub fn target(home: &Path, named: &str) -> Result<Target, String> {
    if is_address(named) {
        return Ok(Target::Address(named.to_string()));
    }
    let not_ours =
        || format!("{named} is neither below media/ nor a web address: it is not opened");
    if !named.starts_with("media/") {
        return Err(not_ours());
    }
    let missing = |_| {
        format!(
            "{named} is missing: put the file into {}",
            home.join("media").display()
        )
    };
    let folder = home.join("media").canonicalize().map_err(missing)?;
    let file = home.join(named).canonicalize().map_err(missing)?;
    match file.starts_with(&folder) {
        true if file.is_file() => Ok(Target::File(file)),
        true => Err(format!("{named} is not a file")),
        false => Err(not_ours()),
    }
}

/// Returns whether `named` is a web address and nothing else.
fn is_address(named: &str) -> bool {
    let is_web = ["https://", "http://"]
        .iter()
        .any(|scheme| named.starts_with(scheme));
    is_web && !named.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// Returns the files of any of these kinds that the texts name, each once, in order.
pub fn named<'a>(texts: impl IntoIterator<Item = &'a str>, kinds: &[MediaKind]) -> Vec<String> {
    let media = texts.into_iter().flat_map(markup::media);
    let of_kind = media.filter(|media| kinds.contains(&media.kind));
    once_each(of_kind.map(|media| media.path))
}

/// Returns the addresses of links in the texts, each once, in order.
pub fn links<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let rows = texts
        .into_iter()
        .flat_map(|text| markup::rows(text, &[], true));
    let links = rows.flat_map(|row| row.spans).filter_map(|span| span.link);
    once_each(links.map(|link| link.to_string()))
}

fn once_each(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in names {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// Returns the texts of a card, each with the name of its field.
pub fn texts(body: &Body) -> Vec<(&'static str, &str)> {
    fn all<'a>(field: &'static str, texts: &'a [String]) -> Vec<(&'static str, &'a str)> {
        texts.iter().map(|text| (field, text.as_str())).collect()
    }
    let mut texts = match &body.content {
        Content::Basic { front, back, .. } => vec![("front", front.as_str()), ("back", back)],
        Content::List { front, lines } => {
            [vec![("front", front.as_str())], all("list", lines)].concat()
        }
        Content::Cloze(cloze) => vec![("text", cloze.written())],
        Content::Choice { front, choices, .. } => {
            [vec![("front", front.as_str())], all("choices", choices)].concat()
        }
        Content::Typed { front, answers, .. } => {
            [vec![("front", front.as_str())], all("answers", answers)].concat()
        }
        Content::TrueFalse {
            statement, back, ..
        } => {
            let back = back.as_deref().map(|back| ("back", back));
            std::iter::once(("statement", statement.as_str()))
                .chain(back)
                .collect()
        }
    };
    texts.extend(body.hint.as_deref().map(|hint| ("hint", hint)));
    texts.extend(body.note.as_deref().map(|note| ("note", note)));
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_opened_but_what_is_below_media_and_on_the_web() {
        let home = tempfile::tempdir().unwrap();
        let media = home.path().join("media");
        std::fs::create_dir_all(media.join("sub")).unwrap();
        std::fs::write(media.join("sub/a.png"), "x").unwrap();
        std::fs::write(home.path().join("secret"), "x").unwrap();
        let at = |named: &str| target(home.path(), named);
        assert!(matches!(at("media/sub/a.png"), Ok(Target::File(_))));
        assert!(matches!(at("media/sub/../sub/a.png"), Ok(Target::File(_))));
        assert!(matches!(
            at("https://example.org/a"),
            Ok(Target::Address(_))
        ));
        for not_ours in [
            "media/../secret",
            "/etc/passwd",
            "secret",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://a b",
            "-x",
        ] {
            let why = at(not_ours).unwrap_err();
            assert!(why.contains("it is not opened"), "{not_ours}: {why}");
        }
        assert!(at("media/none.png").unwrap_err().contains("is missing"));
        assert!(at("media/sub").unwrap_err().contains("not a file"));
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(home.path().join("secret"), media.join("link.png")).unwrap();
            assert!(
                at("media/link.png")
                    .unwrap_err()
                    .contains("it is not opened")
            );
        }
    }
}
