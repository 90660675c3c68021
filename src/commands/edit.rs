//! `quiz edit`: a card in the person's own editor.

use super::{print, say};
use crate::cli::Edit;
use crate::error::{Error, Result};
use crate::study::Study;
use crate::ui::{editor, terminal};

/// Opens the card's deck at its line, and says what is wrong with it afterwards.
///
/// # Errors
/// If the card is not found, there is no terminal, the editor fails, or the deck is broken afterwards.
pub fn run(study: &mut Study, flags: &Edit) -> Result<()> {
    let (deck, card) = study.library.find(&flags.card)?;
    let (file, line, id) = (deck.path.clone(), card.line, card.id.clone());
    if !terminal::is_interactive() {
        return Err(Error::NoTerminal {
            command: "quiz edit",
            instead: "open the file that `quiz show` names",
        });
    }
    editor::open(&file, line)?;
    study.reload_decks()?;
    let wrong: Vec<_> = study
        .library
        .problems
        .iter()
        .filter(|problem| problem.place.file == file)
        .collect();
    for problem in &wrong {
        say(&problem.to_string());
    }
    match (wrong.is_empty(), study.library.card(&id)) {
        (false, _) => Err(Error::Found),
        (true, Some(_)) => print(&format!("`{id}` is as you left it.\n")),
        (true, None) => print(&format!(
            "`{id}` has another id now, or is gone: `quiz check` shows where its history could go.\n"
        )),
    }
}
