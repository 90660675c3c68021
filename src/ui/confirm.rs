//! Yes-or-no questions before something that is hard to undo.

use console::Term;
use dialoguer::Confirm;

use super::prompt::{gone, theme};
use super::session;
use super::terminal::{Prompting, fitted, is_interactive};
use crate::error::Result;
use crate::text::Row;

/// Prints `about`, then asks `question`, with no as the default; `None` without a terminal.
///
/// The question fits a narrow terminal.
///
/// # Errors
/// Fails if the terminal is gone or the person pressed Ctrl-C.
pub fn confirm(about: &str, question: &'static str) -> Result<Option<bool>> {
    if !is_interactive() {
        return Ok(None);
    }
    // A prompt longer than its line would be drawn twice.
    eprintln!("{}", fitted(&[Row::Text(about.into())], &Term::stderr()));
    let _prompting = Prompting::start().map_err(session::gone)?;
    let answer = Confirm::with_theme(&*theme())
        .with_prompt(question)
        .default(false)
        .interact_opt();
    Ok(Some(answer.map_err(gone)? == Some(true)))
}
