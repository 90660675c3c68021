//! The command line being completed, as the shell's user has typed it so far.

use std::ffi::OsString;
use std::path::PathBuf;

/// A word of a command line.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Its meaning, without quotes.
    pub text: String,
    /// Its meaning up to the point from which a shell that breaks words (bash) replaces it.
    pub kept: String,
    /// The quote that is still open at its end.
    pub quote: Option<char>,
}

/// Splits a command line at blanks, as shells do; the last word is the one to complete, and may be empty. `breaks` are
/// further characters at which the shell breaks words.
pub(super) fn split(line: &str, breaks: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut quote = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if quote.is_none() && c.is_whitespace() {
            words.extend(word.take());
            continue;
        }
        let word = word.get_or_insert_default();
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.kept = word.text.clone();
            }
            // A backslash escapes nothing in single quotes, and in double quotes only special characters.
            (None | Some('"'), '\\') => {
                let next = chars.next();
                if quote.is_some() && next.is_some_and(|next| !"\"\\$`".contains(next)) {
                    word.text.push('\\');
                }
                word.text.extend(next);
            }
            _ => {
                word.text.push(c);
                if quote.is_none() && breaks.contains(c) {
                    word.kept = word.text.clone();
                }
            }
        }
    }
    let mut last = word.unwrap_or_default();
    last.quote = quote;
    words.push(last);
    // Variables set for the command come before it.
    let command = words.iter().position(|word| !is_assignment(&word.text));
    words.drain(..command.unwrap_or(0));
    words
}

/// Returns whether `word` sets a variable for a command: `NAME=value`.
fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

/// Returns the words that a shell passed: either one argument with the whole line, or the words themselves.
pub(super) fn words(arguments: &[OsString], breaks: &str) -> Vec<Word> {
    match arguments {
        [line] => split(&line.to_string_lossy(), breaks),
        words => words
            .iter()
            .map(|word| Word {
                text: word.to_string_lossy().into_owned(),
                ..Word::default()
            })
            .collect(),
    }
}

/// Returns the home given by `--home` in `words`.
pub(super) fn home(words: &[Word]) -> Option<PathBuf> {
    let mut words = words.iter().map(|word| word.text.as_str());
    let mut home = None;
    while let Some(word) = words.next() {
        match word.split_once('=') {
            Some(("--home", path)) => home = Some(path),
            _ if word == "--home" => home = words.next(),
            _ if word == "--" => break,
            _ => {}
        }
    }
    let home = home.filter(|home| !home.is_empty())?;
    // The shell has not expanded the tilde yet.
    match (home.strip_prefix('~'), etcetera::home_dir()) {
        (Some(""), Ok(own)) => Some(own),
        (Some(below), Ok(own)) => match below.strip_prefix('/') {
            Some(below) => Some(own.join(below)),
            None => Some(home.into()),
        },
        _ => Some(home.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BREAKS: &str = "=:";

    fn texts(line: &str) -> Vec<String> {
        let words = split(line, BREAKS);
        words.into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn a_line_is_split_as_a_shell_does() {
        for (line, words) in [
            ("", &[""][..]),
            ("quiz ", &["quiz", ""]),
            ("quiz  rev", &["quiz", "rev"]),
            (r"quiz review sp\ ac", &["quiz", "review", "sp ac"]),
            ("quiz review 'sp ac", &["quiz", "review", "sp ac"]),
            (r#"quiz a"b c"d "e\"f\g"#, &["quiz", "ab cd", r#"e"f\g"#]),
            (r"quiz 'a\'", &["quiz", r"a\"]),
            ("quiz ''", &["quiz", ""]),
            ("quiz x\\", &["quiz", "x"]),
            ("A=1 B='x y' quiz s", &["quiz", "s"]),
            ("quiz --tag=x", &["quiz", "--tag=x"]),
        ] {
            assert_eq!(texts(line), words, "{line}");
        }
    }

    #[test]
    fn what_is_replaced_starts_at_a_break_or_an_open_quote() {
        for (line, kept, quote) in [
            ("quiz --tag=eu", "--tag=", None),
            ("quiz a:b:c", "a:b:", None),
            (r"quiz a\:b", "", None),
            ("quiz --tag='e", "--tag=", Some('\'')),
            ("quiz \"a:b", "", Some('"')),
            ("quiz plain", "", None),
        ] {
            let last = split(line, BREAKS).pop().unwrap();
            assert_eq!((last.kept.as_str(), last.quote), (kept, quote), "{line}");
        }
    }

    #[test]
    fn the_home_is_the_one_of_the_line() {
        let home = |line: &str| home(&split(line, BREAKS));
        assert_eq!(home("quiz review "), None);
        assert_eq!(home("quiz --home /a/b review "), Some("/a/b".into()));
        assert_eq!(home("quiz review --home='/a b' "), Some("/a b".into()));
        assert_eq!(home("quiz list -- --home /x"), None);
        let own = etcetera::home_dir().unwrap();
        assert_eq!(home("quiz --home ~/x list "), Some(own.join("x")));
    }
}
