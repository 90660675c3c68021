//! `quiz completions`: the completion script of a shell.

use super::print_raw;
use crate::cli::shells::{SHELLS, VARIABLE};
use crate::cli::{Completions, ShellName};
use crate::error::{Error, Result};

/// Prints the script of the shell. It asks this program for candidates, so it never goes stale.
///
/// # Errors
/// Fails if it can't be printed.
pub fn run(flags: &Completions) -> Result<()> {
    let name = match flags.shell {
        ShellName::Bash => "bash",
        ShellName::Zsh => "zsh",
        ShellName::Fish => "fish",
        ShellName::PowerShell => "powershell",
    };
    let refused = || Error::Refused(format!("there are no completions for {name}"));
    let shell = SHELLS.completer(name).ok_or_else(refused)?;
    let mut script = Vec::new();
    shell
        .write_registration(VARIABLE, "quiz", "quiz", "quiz", &mut script)
        .map_err(|_| refused())?;
    print_raw(&String::from_utf8_lossy(&script))
}
