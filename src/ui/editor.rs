//! The person's own editor, opened at a line.

use std::path::Path;
use std::process::Command;

use crate::error::{Error, Result};

/// The editor opened if none is set.
const DEFAULT: &str = if cfg!(windows) { "notepad" } else { "vi" };

/// Opens `file` at `line` (from 1) in `$VISUAL`, else `$EDITOR`, else the system's default, and waits for it.
///
/// # Errors
/// Fails with [`Error::Refused`] if the editor can't be started or fails.
pub fn open(file: &Path, line: usize) -> Result<()> {
    let editor = set("VISUAL")
        .or_else(|| set("EDITOR"))
        .unwrap_or_else(|| DEFAULT.into());
    let words = words(&editor, cfg!(windows))
        .map_err(|error| Error::Refused(format!("$EDITOR is {editor:?}: {error}")))?;
    let Some((program, arguments)) = words.split_first() else {
        return Err(Error::Refused("$EDITOR names no program".into()));
    };
    let mut command = Command::new(program);
    command.args(arguments);
    let waits = |word: &String| word == "--wait" || word == "-w";
    let wait = (!arguments.iter().any(waits)).then_some("--wait");
    match Path::new(program)
        .file_stem()
        .and_then(|name| name.to_str())
        .unwrap_or("")
    {
        "hx" | "helix" => command.arg(format!("{}:{line}", file.display())),
        // Editors with windows return at once unless they are told to wait.
        "subl" | "zed" => command.args(wait).arg(format!("{}:{line}", file.display())),
        "code" | "codium" | "code-insiders" | "cursor" => command
            .args(wait)
            .arg("--goto")
            .arg(format!("{}:{line}", file.display())),
        // vi and its kin, nano, emacs, micro, kakoune, joe.
        "vi" | "vim" | "nvim" | "nano" | "pico" | "emacs" | "emacsclient" | "micro" | "kak"
        | "joe" | "view" | "nvi" => command.arg(format!("+{line}")).arg(file),
        _ => command.arg(file),
    };
    let status = command.status().map_err(|error| {
        Error::Refused(format!("the editor `{program}` can't be started: {error}"))
    })?;
    if status.success() {
        Ok(())
    } else {
        Err(Error::Refused(format!(
            "the editor `{program}` failed ({status})"
        )))
    }
}

/// Returns the value of an environment variable; `None` if it is not set or blank.
pub(super) fn set(name: &str) -> Option<String> {
    let value = std::env::var(name).ok();
    value.filter(|value| !value.trim().is_empty())
}

/// Returns the program and the arguments in `editor`, quoted as for a shell.
///
/// A path with spaces need not be quoted; with `backslashes` as path separators, a backslash quotes nothing.
pub(super) fn words(
    editor: &str,
    backslashes: bool,
) -> Result<Vec<String>, shell_words::ParseError> {
    if Path::new(editor).is_file() {
        Ok(vec![editor.to_string()])
    } else if backslashes {
        shell_words::split(&editor.replace('\\', "\\\\"))
    } else {
        shell_words::split(editor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_editor_is_split_as_its_system_writes_it() {
        assert_eq!(words("code --wait", false).unwrap(), ["code", "--wait"]);
        assert_eq!(words(r"my\ editor -x", false).unwrap(), ["my editor", "-x"]);
        assert_eq!(
            words(r"C:\Windows\notepad.exe /A", true).unwrap(),
            [r"C:\Windows\notepad.exe", "/A"]
        );
        assert_eq!(
            words(r#""C:\Program Files\x.exe" -n"#, true).unwrap(),
            [r"C:\Program Files\x.exe", "-n"]
        );
        assert!(words("'open", false).is_err());
        let folder = tempfile::tempdir().unwrap();
        let spaced = folder.path().join("an editor");
        std::fs::write(&spaced, "").unwrap();
        assert_eq!(words(spaced.to_str().unwrap(), false).unwrap().len(), 1);
    }
}
