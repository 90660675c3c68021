//! A person's own editor, opened at a line.

use std::path::Path;
use std::process::Command;

use crate::error::{Error, Result};

/// Opens `file` at `line` in `$VISUAL`, else `$EDITOR`, else `vi`, and waits for it.
///
/// # Errors
/// [`Error::Refused`] if the editor can't be started or fails.
pub fn open(file: &Path, line: usize) -> Result<()> {
    let set = |name| {
        std::env::var(name)
            .ok()
            .filter(|value| !value.trim().is_empty())
    };
    let editor = set("VISUAL")
        .or_else(|| set("EDITOR"))
        .unwrap_or_else(|| "vi".into());
    let words = shell_words::split(&editor)
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
        // Those with windows come back at once unless they are told to wait.
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
