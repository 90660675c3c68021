//! Prompts for a card, field by field.

use std::fs;

use console::Term;
use dialoguer::theme::{ColorfulTheme, SimpleTheme, Theme};
use dialoguer::{Confirm, FuzzySelect, Input, Select};

use super::editor;
use super::terminal::{Prompting, colors, fitted, is_interactive};
use crate::deck::Cloze;
use crate::deck::draft::Draft;
use crate::deck::write::Twin;
use crate::error::{Error, Result};
use crate::text::{Row, clean, one_line_kept};

/// The kinds of card in everyday words.
const KINDS: [(&str, Asks); 8] = [
    ("front and back", Asks::Basic),
    ("front and back, asked both ways", Asks::BothWays),
    ("lines to recall in order", Asks::List),
    ("a text with gaps", Asks::Cloze { is_typed: false }),
    (
        "a text with gaps that are typed",
        Asks::Cloze { is_typed: true },
    ),
    ("a choice", Asks::Choice),
    ("a typed answer", Asks::Typed),
    ("true or false", Asks::TrueFalse),
];

/// The fields to ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    Basic,
    BothWays,
    List,
    Cloze { is_typed: bool },
    Choice,
    Typed,
    TrueFalse,
}

/// Prompts at a terminal.
pub struct Prompts {
    theme: Box<dyn Theme>,
    terminal: Prompting,
}

impl Prompts {
    /// Starts prompting; without a terminal, the error advises `instead`.
    ///
    /// # Errors
    /// Fails with [`Error::NoTerminal`] without a terminal.
    pub fn start(instead: &'static str) -> Result<Self> {
        let refused = || Error::NoTerminal {
            command: "asking for cards",
            instead,
        };
        if !is_interactive() {
            return Err(refused());
        }
        Ok(Self {
            theme: theme(),
            terminal: Prompting::start().map_err(|_| refused())?,
        })
    }

    /// Asks for one of the decks or the name of a new one; returns `None` if the person left.
    ///
    /// # Errors
    /// Fails if the terminal is gone.
    pub fn deck(&mut self, names: &[String]) -> Result<Option<String>> {
        let mut items: Vec<String> = names.iter().map(|name| one_line_kept(name)).collect();
        items.push("a new deck …".into());
        let chosen = FuzzySelect::with_theme(&*self.theme)
            .with_prompt("Deck (a new one: the last line)")
            .items(&items)
            .default(0)
            .interact_opt();
        match chosen.map_err(gone)? {
            None => Ok(None),
            Some(at) => match names.get(at) {
                Some(name) => Ok(Some(name.clone())),
                None => self
                    .line("Its name, like `rust` or `languages/rust`", false)
                    .map(Some),
            },
        }
    }

    /// Asks for the fields of a card; returns `None` if the person left. `tags` are those of the deck.
    ///
    /// # Errors
    /// Fails if the terminal is gone or the editor fails.
    pub fn card(&mut self, tags: &[String]) -> Result<Option<Draft>> {
        let kinds: Vec<&str> = KINDS.iter().map(|(words, _)| *words).collect();
        let chosen = Select::with_theme(&*self.theme)
            .with_prompt("Kind")
            .items(&kinds)
            .default(0)
            .interact_opt();
        let chosen = chosen.map_err(gone)?.and_then(|at| KINDS.get(at));
        let Some((_, asks)) = chosen else {
            return Ok(None);
        };
        let mut draft = self.content(*asks)?;
        if self.wants_more()? {
            self.more(&mut draft, tags)?;
        }
        Ok(Some(draft))
    }

    /// Asks whether to fill in fields that most cards leave out.
    fn wants_more(&mut self) -> Result<bool> {
        Confirm::with_theme(&*self.theme)
            .with_prompt("A hint, a note, tags or a source?")
            .default(false)
            .interact()
            .map_err(gone)
    }

    /// Asks for the fields that every kind has; `tags` are those of the deck.
    fn more(&mut self, draft: &mut Draft, tags: &[String]) -> Result<()> {
        draft.hint = self.optional("Hint, shown before the answer on a key (optional)")?;
        draft.note = self.optional("Note, shown after the answer (optional)")?;
        let known = if tags.is_empty() {
            String::new()
        } else {
            format!("; here: {}", clean(&tags.join(" ")))
        };
        let words = self.line(
            &format!("Tags, with spaces between (optional{known})"),
            true,
        )?;
        draft.tags = words.split_whitespace().map(String::from).collect();
        draft.source = self.optional("Source (optional)")?;
        Ok(())
    }

    /// Asks for the fields of one kind.
    fn content(&mut self, asks: Asks) -> Result<Draft> {
        Ok(match asks {
            Asks::Basic => Draft::basic(self.text("Front")?, self.text("Back")?),
            Asks::BothWays => Draft::both_ways(self.text("Front")?, self.text("Back")?),
            Asks::List => {
                let front = self.text("Front")?;
                let mut lines = vec![self.line("The first line", false)?];
                lines.extend(self.lines("Next line (leave empty to finish)")?);
                Draft::list(front, lines)
            }
            Asks::Cloze { is_typed } => {
                eprintln!("Gaps are written {{{{c1::answer}}}} or {{{{c1::answer::hint}}}}.");
                loop {
                    let text = self.text("Text with gaps")?;
                    match Cloze::parse(&text) {
                        Ok(_) if is_typed => break Draft::typed_cloze(text),
                        Ok(_) => break Draft::cloze(text),
                        Err(error) => eprintln!("{error}: {}", clean(&text)),
                    }
                }
            }
            Asks::Choice => {
                let front = self.text("Question")?;
                let (choices, answers) = self.choices()?;
                Draft::choice(front, choices, answers)
            }
            Asks::Typed => {
                let front = self.text("Question")?;
                let mut answers = vec![self.line("Answer", false)?];
                answers.extend(self.lines("Another accepted answer (leave empty to finish)")?);
                Draft::typed(front, answers)
            }
            Asks::TrueFalse => {
                let statement = self.text("Statement")?;
                let answer = Confirm::with_theme(&*self.theme)
                    .with_prompt("Is it true?")
                    .interact()
                    .map_err(gone)?;
                Draft::true_false(statement, answer, self.optional("Why (optional)")?)
            }
        })
    }

    /// Asks for a line that may be left empty; returns `None` if it was.
    fn optional(&mut self, what: &str) -> Result<Option<String>> {
        Ok(Some(self.line(what, true)?).filter(|line| !line.is_empty()))
    }

    /// Asks for choices; returns all of them, and those that are right.
    fn choices(&mut self) -> Result<(Vec<String>, Vec<String>)> {
        let mut choices: Vec<String> = Vec::new();
        while choices.len() < 9 {
            let choice = self.line("Choice (leave empty to finish)", true)?;
            if choice.is_empty() && choices.len() >= 2 {
                break;
            } else if choice.is_empty() {
                eprintln!("Enter two to nine choices.");
            } else if choices.contains(&choice) {
                eprintln!("That choice already exists.");
            } else {
                choices.push(choice);
            }
        }
        loop {
            let right = dialoguer::MultiSelect::with_theme(&*self.theme)
                .with_prompt("Correct choices (Space to toggle, Enter to confirm)")
                .items(&choices)
                .interact()
                .map_err(gone)?;
            let right = right.into_iter().filter_map(|at| choices.get(at));
            let right: Vec<String> = right.cloned().collect();
            if !right.is_empty() {
                return Ok((choices, right));
            }
            eprintln!("At least one must be right.");
        }
    }

    /// Shows the card, points out a similar one, and asks whether to add it.
    ///
    /// # Errors
    /// Fails if the terminal is gone.
    pub fn confirm_card(
        &mut self,
        preview: &str,
        twin: Option<&Twin>,
        question: &str,
    ) -> Result<bool> {
        let preview = fitted(&[Row::Text(preview.into())], &Term::stderr());
        eprintln!("\n{preview}\n");
        if let Some(Twin { id, place }) = twin {
            eprintln!("Note: `{id}` ({}) asks the same.", one_line_kept(place));
        }
        Confirm::with_theme(&*self.theme)
            .with_prompt(question)
            .default(twin.is_none())
            .interact()
            .map_err(gone)
    }

    /// Asks whether there is another card to add.
    ///
    /// # Errors
    /// Fails if the terminal is gone.
    pub fn another(&mut self) -> Result<bool> {
        Confirm::with_theme(&*self.theme)
            .with_prompt("Another?")
            .default(true)
            .interact()
            .map_err(gone)
    }

    /// Asks for a text that may have several lines: an empty answer opens the editor.
    fn text(&mut self, what: &str) -> Result<String> {
        loop {
            let line = self.line(&format!("{what} (leave empty for your editor)"), true)?;
            let text = match line.is_empty() {
                false => line,
                // What was filled in so far is kept if the editor fails.
                true => self.terminal.lend(edited).unwrap_or_else(|error| {
                    eprintln!("{}", clean(&error.to_string()));
                    String::new()
                }),
            };
            if !text.is_empty() {
                return Ok(text);
            }
        }
    }

    /// Asks for lines until an empty one.
    fn lines(&mut self, what: &str) -> Result<Vec<String>> {
        let mut lines = Vec::new();
        loop {
            let line = self.line(what, true)?;
            if line.is_empty() {
                return Ok(lines);
            }
            lines.push(line);
        }
    }

    fn line(&mut self, what: &str, may_be_empty: bool) -> Result<String> {
        let input = Input::<String>::with_theme(&*self.theme)
            .with_prompt(what)
            .allow_empty(may_be_empty);
        input
            .interact_text()
            .map(|line| line.trim().to_string())
            .map_err(gone)
    }
}

/// Returns a text written in the person's editor.
fn edited() -> Result<String> {
    let path = std::env::temp_dir();
    let io = |action| Error::io(action, &path);
    let file = tempfile::Builder::new()
        .prefix("quiz-")
        .suffix(".txt")
        .tempfile()
        .map_err(io("write"))?;
    editor::open(file.path(), 1)?;
    Ok(fs::read_to_string(file.path())
        .map_err(io("read"))?
        .trim()
        .to_string())
}

/// Returns the theme of prompts: plain without colours.
pub(super) fn theme() -> Box<dyn Theme> {
    if colors() {
        Box::new(ColorfulTheme::default())
    } else {
        Box::new(SimpleTheme)
    }
}

/// Returns the error for a prompt that was interrupted or lost its terminal.
pub(super) fn gone(error: dialoguer::Error) -> Error {
    let dialoguer::Error::IO(source) = error;
    if source.kind() == std::io::ErrorKind::Interrupted {
        return Error::Interrupted;
    }
    super::session::gone(source)
}
