//! Completion in each shell: the script that registers it, and the candidates in the shell's format.
//!
//! The scripts pass the line as it was typed, up to the cursor. Each shell splits it differently (bash also at `=` and
//! `:`), and none of them undoes all quoting; here it is done once.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use clap::Command;
use clap_complete::CompletionCandidate;
use clap_complete::engine::complete;
use clap_complete::env::{EnvCompleter, Powershell, Shells};

use super::line::{self, Word};

/// The variable by which a script asks for candidates; its value is the name of the shell.
pub const VARIABLE: &str = "COMPLETE";

/// The variable in which bash passes the characters at which it breaks words.
const BREAKS: &str = "QUIZ_WORDBREAKS";

/// The supported shells.
pub const SHELLS: Shells<'static> = Shells(&[&Bash, &Zsh, &Fish, &Powershell]);

/// A space follows a candidate unless it is a folder, or a flag whose value comes next.
const BASH: &str = r#"_quiz() {
    COMPREPLY=()
    local candidate
    while IFS= read -r candidate; do
        COMPREPLY+=("$candidate")
    done < <(VARIABLE=bash BREAKS="$COMP_WORDBREAKS" quiz -- "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" == *[=/] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -o bashdefault -o nosort -F _quiz quiz 2>/dev/null || complete -o bashdefault -F _quiz quiz
"#;

/// In a folder of `$fpath` the script is the function itself, called at the first Tab.
const ZSH: &str = r#"#compdef quiz
function _quiz {
    local before="${(j: :)words[1,CURRENT-1]} $IPREFIX$QIPREFIX$PREFIX"
    local -a folders others
    local candidate
    for candidate in "${(@f)$(VARIABLE=zsh quiz -- "$before" 2>/dev/null)}"; do
        case $candidate in
            '') ;;
            */) folders+=("${candidate%/}") ;;
            *) others+=("$candidate") ;;
        esac
    done
    (( $#folders )) && _describe -V values folders -S / -r /
    (( $#others )) && _describe -V values others
}
if [[ ${funcstack[1]} == _quiz ]]; then
    _quiz "$@"
else
    compdef _quiz quiz
fi
"#;

const FISH: &str = r#"complete --keep-order --exclusive --command quiz --arguments "(VARIABLE=fish quiz -- (commandline --current-process --cut-at-cursor | string collect))"
"#;

/// Completion in bash.
struct Bash;

/// Completion in zsh.
struct Zsh;

/// Completion in fish.
struct Fish;

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        "bash"
    }

    fn is(&self, name: &str) -> bool {
        name == "bash"
    }

    fn write_registration(
        &self,
        variable: &str,
        _: &str,
        _: &str,
        _: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        write_script(BASH, variable, out)
    }

    fn write_complete(
        &self,
        command: &mut Command,
        arguments: Vec<OsString>,
        folder: Option<&Path>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let breaks = std::env::var(BREAKS).unwrap_or_default();
        let (last, found) = candidates(command, &arguments, &breaks, folder)?;
        for candidate in found {
            let word = candidate.get_value().to_string_lossy().into_owned();
            if let Some(word) = word.strip_prefix(&last.kept)
                && let Some(word) = quoted(word, last.quote)
            {
                writeln!(out, "{word}")?;
            }
        }
        Ok(())
    }
}

impl EnvCompleter for Zsh {
    fn name(&self) -> &'static str {
        "zsh"
    }

    fn is(&self, name: &str) -> bool {
        name == "zsh"
    }

    fn write_registration(
        &self,
        variable: &str,
        _: &str,
        _: &str,
        _: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        write_script(ZSH, variable, out)
    }

    fn write_complete(
        &self,
        command: &mut Command,
        arguments: Vec<OsString>,
        folder: Option<&Path>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for candidate in candidates(command, &arguments, "", folder)?.1 {
            let word = candidate.get_value().to_string_lossy();
            // `_describe` separates a word from its description at the first bare colon.
            let word = word.replace('\\', r"\\").replace(':', r"\:");
            match description(&candidate).filter(|_| !word.ends_with('/')) {
                Some(help) => writeln!(out, "{word}:{}", help.replace('\\', r"\\"))?,
                None => writeln!(out, "{word}")?,
            }
        }
        Ok(())
    }
}

impl EnvCompleter for Fish {
    fn name(&self) -> &'static str {
        "fish"
    }

    fn is(&self, name: &str) -> bool {
        name == "fish"
    }

    fn write_registration(
        &self,
        variable: &str,
        _: &str,
        _: &str,
        _: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        write_script(FISH, variable, out)
    }

    fn write_complete(
        &self,
        command: &mut Command,
        arguments: Vec<OsString>,
        folder: Option<&Path>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for candidate in candidates(command, &arguments, "", folder)?.1 {
            let word = candidate.get_value().to_string_lossy();
            match description(&candidate) {
                Some(help) => writeln!(out, "{word}\t{help}")?,
                None => writeln!(out, "{word}")?,
            }
        }
        Ok(())
    }
}

fn write_script(script: &str, variable: &str, out: &mut dyn Write) -> io::Result<()> {
    let script = script
        .replace("VARIABLE", variable)
        .replace("BREAKS=", &format!("{BREAKS}="));
    out.write_all(script.as_bytes())
}

/// Returns the word to complete, and its candidates.
fn candidates(
    command: &mut Command,
    arguments: &[OsString],
    breaks: &str,
    folder: Option<&Path>,
) -> io::Result<(Word, Vec<CompletionCandidate>)> {
    let words = line::words(arguments, breaks);
    let texts: Vec<OsString> = words.iter().map(|word| (&word.text).into()).collect();
    let last = texts.len().saturating_sub(1);
    let found = complete(command, texts, last, folder)?;
    Ok((words.into_iter().next_back().unwrap_or_default(), found))
}

/// Returns the first line of a candidate's description.
fn description(candidate: &CompletionCandidate) -> Option<String> {
    let help = candidate.get_help()?.to_string();
    help.lines().next().map(String::from)
}

/// Returns `word` in bash's quoting after an open `quote`; `None` if it can't be written there.
fn quoted(word: &str, quote: Option<char>) -> Option<String> {
    match quote {
        Some('\'') => Some(word.replace('\'', r"'\''")),
        // An exclamation mark there recalls an earlier command, and can't be escaped.
        Some(_) if word.contains('!') => None,
        Some(_) => Some(escaped(word, |_, c| r#""$`\"#.contains(c))),
        None => Some(escaped(word, |at, c| {
            let special = c.is_whitespace() || "\"'\\$`!&|;()<>*?[]{}^".contains(c);
            special || (at == 0 && "#~".contains(c))
        })),
    }
}

/// Returns `word` with a backslash before each character that is special at its position.
fn escaped(word: &str, is_special: impl Fn(usize, char) -> bool) -> String {
    let mut out = String::with_capacity(word.len());
    for (at, c) in word.char_indices() {
        if is_special(at, c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_means_the_same_after_its_quotes() {
        for word in [
            "plain",
            "sp ace",
            "R&D",
            "zz$(touch x)",
            "a'b\"c",
            "back\\slash",
            "#tag",
            "~me",
            "a:b=c",
            "b#c1",
            "[x]*?{y}",
            "niña",
            "!!",
            "`x`",
            "a;b|c<d>e",
        ] {
            for quote in [None, Some('\''), Some('"')] {
                let Some(quoted) = quoted(word, quote) else {
                    assert!(word.contains('!') && quote == Some('"'));
                    continue;
                };
                let open = quote.map(String::from).unwrap_or_default();
                let line = format!("quiz {open}{quoted}{open}");
                let split = shell_words::split(&line).unwrap();
                assert_eq!(split, ["quiz", word], "{line}");
                let ours = line::split(&line, "");
                assert_eq!(ours.last().map(|word| word.text.as_str()), Some(word));
            }
        }
    }
}
