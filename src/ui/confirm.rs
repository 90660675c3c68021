//! A question before something that is hard to take back.

use console::Term;
use dialoguer::Confirm;
use dialoguer::theme::{ColorfulTheme, SimpleTheme, Theme};

use super::terminal::{Prompting, colors, fitted, is_interactive};
use crate::error::{Error, Result};
use crate::text::Row;

/// Says what it is `about`, and asks a yes-or-no question that fits a narrow terminal; Enter is no. `None` without a
/// terminal: nobody is there to be asked.
///
/// # Errors
/// If the terminal is gone, or the person pressed Ctrl-C.
pub fn confirm(about: &str, question: &'static str) -> Result<Option<bool>> {
    if !is_interactive() {
        return Ok(None);
    }
    let io = |error| Error::io("use", std::path::Path::new("the terminal"))(error);
    let theme: Box<dyn Theme> = if colors() {
        Box::new(ColorfulTheme::default())
    } else {
        Box::new(SimpleTheme)
    };
    // A prompt that is longer than its line would be drawn twice.
    eprintln!("{}", fitted(&[Row::Text(about.into())], &Term::stderr()));
    let _prompting = Prompting::start().map_err(io)?;
    let answer = Confirm::with_theme(&*theme)
        .with_prompt(question)
        .default(false)
        .interact_opt();
    match answer {
        Ok(answer) => Ok(Some(answer == Some(true))),
        Err(dialoguer::Error::IO(error)) if error.kind() == std::io::ErrorKind::Interrupted => {
            Err(Error::Interrupted)
        }
        Err(dialoguer::Error::IO(error)) => Err(io(error)),
    }
}
