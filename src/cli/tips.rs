//! The parser's tips, without misleading ones.

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Removes misleading tips from `error`: names that are not similar to what was typed (`remove` is not `rename`), and
/// the advice to put `--` before a value that looks like a flag, which no command here takes.
pub(super) fn without_wrong(mut error: clap::Error) -> clap::Error {
    let (typed, names) = match error.kind() {
        ErrorKind::InvalidSubcommand => (
            ContextKind::InvalidSubcommand,
            ContextKind::SuggestedSubcommand,
        ),
        ErrorKind::UnknownArgument => (ContextKind::InvalidArg, ContextKind::SuggestedArg),
        _ => return error,
    };
    let typed = match error.get(typed) {
        Some(ContextValue::String(typed)) => typed.clone(),
        _ => String::new(),
    };
    match error.remove(names) {
        Some(ContextValue::String(name)) if is_near(&typed, &name) => {
            error.insert(names, ContextValue::String(name));
        }
        Some(ContextValue::Strings(mut near)) => {
            near.retain(|name| is_near(&typed, name));
            if !near.is_empty() {
                error.insert(names, ContextValue::Strings(near));
            }
        }
        _ => {}
    }
    if let Some(ContextValue::StyledStrs(mut tips)) = error.remove(ContextKind::Suggested) {
        tips.retain(|tip| !tip.to_string().contains("as a value"));
        if !tips.is_empty() {
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
        }
    }
    error
}

/// Returns whether `typed` is the beginning of `name`, or a typo of it: one change in three letters.
fn is_near(typed: &str, name: &str) -> bool {
    let bare = |word: &str| word.trim_start_matches('-').to_lowercase();
    let (typed, name) = (bare(typed), bare(name));
    let changes = strsim::damerau_levenshtein(&typed, &name);
    name.starts_with(&typed) || changes <= (name.chars().count() / 3).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tip_is_given_for_a_slip_only() {
        for (typed, name) in [
            ("reveiw", "review"),
            ("ad", "add"),
            ("stast", "stats"),
            ("--tga", "--tag"),
            ("rev", "review"),
        ] {
            assert!(is_near(typed, name), "{typed}");
        }
        for (typed, name) in [
            ("remove", "rename"),
            ("remove", "review"),
            ("export", "next"),
            ("undo", "add"),
            ("--deck", "--ahead"),
            ("import", "completions"),
        ] {
            assert!(!is_near(typed, name), "{typed}");
        }
    }
}
