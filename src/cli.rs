//! Every command and flag.

mod candidates;
mod cards;
mod everyday;
mod exchange;
mod groups;
mod learning;
mod line;
pub mod shells;
mod tips;

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::ArgValueCompleter;

use crate::history::Grade;
use crate::ui::terminal::columns;
use candidates::{cards, decks, faces, tags};
pub use cards::{Cards, Edit, Forget, Move, Pausing, Remove, Rename, Undo};
pub use everyday::{Config, Due, Log, Man};
pub use exchange::{Export, Import};
pub use learning::{Plan, Tune};

/// Shown below the flags of `add`.
const ADD_HELP: &str = "\
Without flags, at a terminal, it asks. From standard input it takes RON cards
as a deck has them, or one line per card: front, tab, back, and after another
tab its tags, if there are any. Cards that are in the deck already are passed
over.

  quiz add rust 'What does `?` do?' 'Returns the error early'
  quiz add rust --front 'Which option recurses?' --back -r
  quiz add rust --cloze 'A {{c1::borrow}} never outlives its {{c2::owner}}'
  quiz add rust --front 'Which is a smart pointer?' --choice Box --choice i32 --answer Box
  quiz add rust --typed 'The build tool of Rust' --answer cargo
  quiz add rust --statement 'String is Copy' --answer false
  quiz add rust --tag verbs --reverse < cards.tsv";

/// Shown below the flags of `review` and `grade`.
const GRADES_HELP: &str = "\
What the grades mean:
  1  again  you did not recall it: it comes back today, until you do
  2  hard   recalled, but slowly, or half guessed
  3  good   recalled: what most answers are
  4  easy   recalled at once, without any effort
Only `again` says that you forgot. Who grades forgotten cards `hard` is asked
too late from then on.";

/// Shown below the flags of `completions`.
const COMPLETIONS_HELP: &str = "\
Where it goes:
  bash        mkdir -p ~/.local/share/bash-completion/completions
              quiz completions bash > ~/.local/share/bash-completion/completions/quiz
  zsh         mkdir -p ~/.zfunc
              quiz completions zsh > ~/.zfunc/_quiz
              and in ~/.zshrc, before compinit:  fpath=(~/.zfunc $fpath)
  fish        mkdir -p ~/.config/fish/completions
              quiz completions fish > ~/.config/fish/completions/quiz.fish
  PowerShell  quiz completions powershell >> $PROFILE";

/// Learn from plain-text decks, a few minutes a day.
#[derive(Debug, Parser)]
#[command(
    name = "quiz",
    version = env!("QUIZ_VERSION"),
    about = "Learn from plain-text decks, a few minutes a day",
    long_about = "Learn from plain-text decks, a few minutes a day.\n\nWithout a command: today at a glance.",
    after_help = "Your decks, history and settings live in one folder, the home: $QUIZ_HOME, or --home, or the \
                  platform's data folder.\n\nExit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted."
)]
pub struct Cli {
    /// Folder with your decks, history and settings [env: QUIZ_HOME]
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath, display_order = 990)]
    pub home: Option<PathBuf>,

    /// Whether to color what is printed
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        display_order = 991
    )]
    pub color: Color,

    /// The time to go by, instead of the clock: 2026-11-23T09:00:00+01:00
    #[arg(long, global = true, value_name = "TIME", hide = true)]
    pub now: Option<String>,

    /// Print JSON
    #[arg(long)]
    pub json: bool,

    /// Print the licences of the crates that this program is built from
    #[arg(long)]
    pub licenses: bool,

    /// What to do
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// When to color.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal that can, unless NO_COLOR is set
    Auto,
    /// Into pipes and files too
    Always,
    /// Plain text
    Never,
}

/// The commands. Those that people try from habit have hidden names.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The daily session: what is due, and some new cards
    #[command(after_help = GRADES_HELP)]
    #[command(aliases = ["study", "learn", "start"])]
    Review(Review),
    /// Add cards: asked for one by one, by flags, or from standard input
    #[command(after_help = ADD_HELP)]
    #[command(aliases = ["new"])]
    Add(Box<Add>),
    /// How you are doing: streak, retention, what is due, cards by state
    #[command(aliases = ["statistics"])]
    Stats(Stats),
    /// Check decks and history, and say what is wrong and where
    #[command(aliases = ["lint", "validate"])]
    Check(Check),
    /// A scored quiz, which leaves the schedule as it is
    #[command(aliases = ["exam", "cram"])]
    Test(Test),
    /// Find cards
    #[command(aliases = ["ls", "search", "find", "cards"])]
    List(List),
    /// A card: content, place, history, memory, when it is due and why; or a deck
    #[command(aliases = ["info", "view", "cat"])]
    Show(Show),
    /// Open a card in your editor, at its line; or a deck
    #[command(aliases = ["open"])]
    Edit(Edit),
    /// Take cards out of their decks; `quiz undo` brings them back
    #[command(aliases = ["rm", "delete", "del"])]
    Remove(Remove),
    /// Move cards into another deck; their history stays
    #[command(aliases = ["mv"])]
    Move(Move),
    /// Give a card another id and carry its history over
    Rename(Rename),
    /// Print completions for a shell; they know decks, tags and ids too
    #[command(after_help = COMPLETIONS_HELP)]
    Completions(Completions),
    /// What was answered on a day: with grade, time, and when it is due
    Log(Log),
    /// Print how many cards are due, for a prompt or a status bar; exits with 1 at 0
    Due(Due),
    /// Show the settings, open their file, or write one of them
    Config(Config),
    /// Bring cards in, with their history: from Anki, spreadsheets, Markdown and more
    #[command(after_help = exchange::IMPORT_HELP)]
    Import(Import),
    /// Write cards into a file for another program, with their history where it can say it
    #[command(after_help = exchange::EXPORT_HELP)]
    Export(Export),
    /// Print the path of your home
    Home,
    /// Print the manual page, or write the pages of all commands into a folder
    Man(Man),
    /// What N minutes per day cost and gain, and which retention to aim for
    Plan(Plan),
    /// What is known about how you remember, and which parameters the schedule uses
    Tune(Tune),
    /// For scripts: the next face to ask
    Next(Next),
    /// For scripts: record the answer to a face
    #[command(after_help = GRADES_HELP)]
    Grade(GradeFace),
    /// Don't ask cards until they are resumed
    #[command(aliases = ["pause"])]
    Suspend(Pausing),
    /// Ask suspended or buried cards again
    #[command(aliases = ["unsuspend", "unbury", "unpause"])]
    Resume(Pausing),
    /// Don't ask cards until tomorrow
    Bury(Cards),
    /// Reset cards to new; past answers still count in the statistics
    #[command(aliases = ["reset"])]
    Forget(Forget),
    /// Take back the last answer, or whatever the last command recorded
    ///
    /// All that one command recorded is taken back together; run it again for the command before. Cards that `quiz move`
    /// moved are not among it: move them back with `quiz move`.
    Undo(Undo),
    /// Today at a glance
    #[command(hide = true, aliases = ["glance", "status"])]
    Today(Today),
    /// List the decks
    #[command(hide = true)]
    Decks(Decks),
    /// Print the version
    #[command(hide = true)]
    Version,
}

impl Command {
    /// Returns the command's own `--json`, if it prints JSON.
    pub fn json(&mut self) -> Option<&mut bool> {
        match self {
            Self::Stats(flags) => Some(&mut flags.json),
            Self::Check(flags) => Some(&mut flags.json),
            Self::List(flags) => Some(&mut flags.json),
            Self::Show(flags) => Some(&mut flags.json),
            Self::Log(flags) => Some(&mut flags.json),
            Self::Due(flags) => Some(&mut flags.json),
            Self::Config(flags) => Some(&mut flags.json),
            Self::Next(flags) => Some(&mut flags.json),
            Self::Grade(flags) => Some(&mut flags.json),
            Self::Plan(flags) => Some(&mut flags.json),
            Self::Tune(flags) => Some(&mut flags.json),
            Self::Today(flags) => Some(&mut flags.json),
            Self::Decks(flags) => Some(&mut flags.json),
            Self::Import(flags) => Some(&mut flags.json),
            Self::Undo(flags) => Some(&mut flags.json),
            Self::Export(flags) => Some(&mut flags.json),
            Self::Remove(flags) => Some(&mut flags.json),
            Self::Move(flags) => Some(&mut flags.json),
            Self::Review(_)
            | Self::Add(_)
            | Self::Test(_)
            | Self::Edit(_)
            | Self::Rename(_)
            | Self::Completions(_)
            | Self::Home
            | Self::Man(_)
            | Self::Suspend(_)
            | Self::Resume(_)
            | Self::Bury(_)
            | Self::Forget(_)
            | Self::Version => None,
        }
    }
}

impl Command {
    /// Returns the decks that a command takes by position and by `--deck`.
    fn decks(&mut self) -> Option<(&mut Vec<String>, &mut Vec<String>)> {
        match self {
            Self::Review(flags) => Some((&mut flags.decks, &mut flags.more_decks)),
            Self::Test(flags) => Some((&mut flags.decks, &mut flags.more_decks)),
            Self::Next(flags) => Some((&mut flags.decks, &mut flags.more_decks)),
            Self::Stats(flags) => Some((&mut flags.decks, &mut flags.more_decks)),
            _ => None,
        }
    }
}

impl Cli {
    /// Reads the command line of the process.
    ///
    /// # Errors
    /// Fails with what clap says to a person, without the tips that lead astray; also for `--help` and `--version`.
    pub fn read() -> Result<Self, clap::Error> {
        let command = groups::grouped(Self::command(), columns());
        let parsed = command.try_get_matches();
        let parsed = parsed.and_then(|matches| Self::from_arg_matches(&matches));
        let mut cli = parsed.map_err(tips::without_wrong)?;
        cli.hand_json_on()?;
        if let Some((decks, more)) = cli.command.as_mut().and_then(Command::decks) {
            decks.append(more);
        }
        Ok(cli)
    }

    /// Gives a `--json` that stands before the command to the command.
    fn hand_json_on(&mut self) -> Result<(), clap::Error> {
        let Some(command) = self.command.as_mut().filter(|_| self.json) else {
            return Ok(());
        };
        match command.json() {
            Some(json) => *json = true,
            None => {
                let message = "this command prints no JSON\n";
                return Err(clap::Error::raw(ErrorKind::UnknownArgument, message));
            }
        }
        Ok(())
    }

    /// Returns whether JSON is to be printed.
    pub fn wants_json(&mut self) -> bool {
        let json = self.json;
        self.command
            .as_mut()
            .map_or(json, |command| command.json().is_some_and(|json| *json))
    }
}

/// How to print the glance.
#[derive(Debug, Args)]
pub struct Today {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Which decks to list.
#[derive(Debug, Args)]
pub struct Decks {
    /// Only these decks or folders
    #[arg(value_name = "DECK", add = ArgValueCompleter::new(decks))]
    pub decks: Vec<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Which cards to ask.
#[derive(Debug, Args)]
pub struct Review {
    /// Only these decks or folders
    #[arg(value_name = "DECK", add = ArgValueCompleter::new(decks))]
    pub decks: Vec<String>,
    /// The same, as `quiz list` takes them
    #[arg(long = "deck", value_name = "DECK", hide = true, add = ArgValueCompleter::new(decks))]
    pub more_decks: Vec<String>,
    /// Introduce at most N new cards (overrides the config)
    #[arg(long, value_name = "N")]
    pub new: Option<usize>,
    /// Stop after N answers
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub limit: Option<usize>,
    /// Only cards with this tag
    #[arg(long, alias = "tags", value_name = "TAG", add = ArgValueCompleter::new(tags))]
    pub tag: Option<String>,
    /// Also ask cards due within the next DAYS days
    #[arg(long, value_name = "DAYS", default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..=3650))]
    pub ahead: i64,
    /// Don't show pictures in the terminal (kitty, iTerm2 and others that can)
    #[arg(long)]
    pub no_images: bool,
}

/// What to add, and where.
#[derive(Debug, Args)]
pub struct Add {
    /// Deck to add to; created if it does not exist
    #[arg(value_name = "DECK", add = ArgValueCompleter::new(decks))]
    pub deck: Option<String>,
    /// The question, as with --front
    #[arg(value_name = "FRONT", requires = "back_text", conflicts_with_all = ["front", "back", "cloze", "typed", "statement", "choice", "answer"])]
    pub front_text: Option<String>,
    /// The answer, as with --back
    #[arg(value_name = "BACK")]
    pub back_text: Option<String>,
    /// The question of a card with a back or with choices
    #[arg(long, value_name = "TEXT", value_parser = card_text, allow_hyphen_values = true)]
    pub front: Option<String>,
    /// The answer to --front; with --statement, why
    #[arg(long, value_name = "TEXT", value_parser = card_text, allow_hyphen_values = true, conflicts_with_all = ["choice", "cloze", "typed"])]
    pub back: Option<String>,
    /// Ask also for the front, given the back
    #[arg(long, conflicts_with_all = ["choice", "cloze", "typed", "statement"])]
    pub reverse: bool,
    /// A line of an answer that is recalled in order, with --front; repeat it for each line
    #[arg(long, value_name = "TEXT", value_parser = card_text, allow_hyphen_values = true, conflicts_with_all = ["back", "reverse", "choice", "answer"])]
    pub list: Vec<String>,
    /// A text with gaps: 'Open {{c1::weights}}'
    #[arg(long, value_name = "TEXT", value_parser = card_text, allow_hyphen_values = true, conflicts_with_all = ["front", "typed", "statement", "answer", "choice"])]
    pub cloze: Option<String>,
    /// The gaps of --cloze are typed
    #[arg(long = "type")]
    pub is_typed: bool,
    /// A question whose answer is typed, with --answer
    #[arg(long, value_name = "TEXT", value_parser = card_text, allow_hyphen_values = true, requires = "answer", conflicts_with_all = ["front", "statement", "choice"])]
    pub typed: Option<String>,
    /// A statement that is true or false, with --answer true or false
    #[arg(long, value_name = "TEXT", value_parser = card_text, allow_hyphen_values = true, requires = "answer", conflicts_with_all = ["front", "choice"])]
    pub statement: Option<String>,
    /// A choice, with --front; repeat it for each choice
    #[arg(long, value_name = "TEXT", value_parser = card_text, allow_hyphen_values = true, requires_all = ["front", "answer"])]
    pub choice: Vec<String>,
    /// A right answer; repeat it for each
    #[arg(long, value_name = "TEXT", value_parser = card_text, allow_hyphen_values = true)]
    pub answer: Vec<String>,
    /// A tag, of every card that is added; repeat it for each
    #[arg(long, alias = "tags", value_name = "TAG", add = ArgValueCompleter::new(tags))]
    pub tag: Vec<String>,
    /// Shown before the answer, if it is asked for
    #[arg(long, value_name = "TEXT", value_parser = card_text, allow_hyphen_values = true)]
    pub hint: Option<String>,
    /// Shown after the answer
    #[arg(long, value_name = "TEXT", value_parser = card_text, allow_hyphen_values = true)]
    pub note: Option<String>,
    /// Where the fact comes from, for every card that is added
    #[arg(long, value_name = "TEXT", value_parser = card_text, allow_hyphen_values = true)]
    pub source: Option<String>,
    /// The card's id, instead of one made from its text
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    /// Add what can be added from standard input, and name the rest
    #[arg(long)]
    pub skip_bad: bool,
}

/// Returns a text of a card: anything, also what starts with a hyphen, but for a flag that follows one that lacks its
/// text.
fn card_text(text: &str) -> Result<String, String> {
    const FLAGS: [&str; 17] = [
        "front",
        "back",
        "list",
        "type",
        "hint",
        "reverse",
        "cloze",
        "typed",
        "statement",
        "choice",
        "answer",
        "tag",
        "note",
        "source",
        "id",
        "skip-bad",
        "home",
    ];
    let flag = text
        .strip_prefix("--")
        .map(|flag| flag.split('=').next().unwrap_or(flag));
    match flag {
        Some(flag) if FLAGS.contains(&flag) => Err(format!(
            "the text is missing: `--{flag}` is the next flag (a card with that text can be given on standard input)"
        )),
        _ => Ok(text.to_string()),
    }
}

/// Reads a number of at least one.
fn at_least_one(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| "expected a number of at least 1".to_string())
}

/// A scored quiz.
#[derive(Debug, Args)]
pub struct Test {
    /// Only these decks or folders
    #[arg(value_name = "DECK", add = ArgValueCompleter::new(decks))]
    pub decks: Vec<String>,
    /// The same, as `quiz list` takes them
    #[arg(long = "deck", value_name = "DECK", hide = true, add = ArgValueCompleter::new(decks))]
    pub more_decks: Vec<String>,
    /// How many questions
    #[arg(short = 'n', long, alias = "number", value_name = "N", default_value_t = 20, value_parser = at_least_one)]
    pub count: usize,
    /// Only cards with this tag
    #[arg(long, alias = "tags", value_name = "TAG", add = ArgValueCompleter::new(tags))]
    pub tag: Option<String>,
    /// Ask everything as choices where it can be, made from the answers of other cards
    #[arg(long, conflicts_with = "typed")]
    pub choices: bool,
    /// Ask everything as typed answers where they are short enough
    #[arg(long)]
    pub typed: bool,
    /// Draw from all cards alike, instead of those tagged `core` first
    #[arg(long)]
    pub all: bool,
    /// Draw only what was answered wrong in the last quiz that asked it
    #[arg(long)]
    pub weak: bool,
    /// End after M minutes
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(u64).range(1..=1440))]
    pub minutes: Option<u64>,
    /// Ask the same questions in the same order as another quiz with this seed
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// Don't show pictures in the terminal (kitty, iTerm2 and others that can)
    #[arg(long)]
    pub no_images: bool,
}

/// Which cards to list.
#[derive(Debug, Args)]
pub struct List {
    /// Words that the card's text, id or tags hold
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,
    /// Only of these decks or folders
    #[arg(long = "deck", value_name = "DECK", add = ArgValueCompleter::new(decks))]
    pub decks: Vec<String>,
    /// Only with this tag
    #[arg(long, value_name = "TAG", add = ArgValueCompleter::new(tags))]
    pub tag: Option<String>,
    /// Only in this state
    #[arg(long, value_name = "STATE")]
    pub state: Option<StateWord>,
    /// In which order
    #[arg(long, value_name = "BY", default_value = "deck")]
    pub sort: Sort,
    /// List the decks instead, with what to read next
    #[arg(long = "decks", conflicts_with_all = ["query", "state", "sort", "tag"])]
    pub list_decks: bool,
    /// List the tags instead, with how many cards each has and how many of them are due
    #[arg(long = "tags", conflicts_with_all = ["query", "state", "sort", "tag", "list_decks"])]
    pub list_tags: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// The states by which cards are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StateWord {
    /// Never answered
    New,
    /// Answered, not yet recalled for a day or more
    Learning,
    /// Asked again within less than 21 days
    Young,
    /// Asked again after 21 days or more
    Mature,
    /// Due today
    Due,
    /// Not asked until resumed
    Suspended,
    /// Forgotten again and again
    Leech,
}

/// The orders in which cards are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Sort {
    /// As the decks have them
    Deck,
    /// By id
    Id,
    /// Due first
    Due,
    /// Most lapses first
    Lapses,
    /// Most difficult first
    Difficulty,
}

/// Which card or deck to show.
#[derive(Debug, Args)]
pub struct Show {
    /// A card's id or a deck's name, or an unambiguous part of one
    #[arg(value_name = "CARD|DECK", add = ArgValueCompleter::new(cards))]
    pub card: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// For which shell.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    pub shell: ShellName,
}

/// The shells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ShellName {
    /// bash
    Bash,
    /// zsh
    Zsh,
    /// fish
    Fish,
    /// PowerShell
    #[value(name = "powershell")]
    PowerShell,
}

/// What to count.
#[derive(Debug, Args)]
pub struct Stats {
    /// Only these decks or folders
    #[arg(value_name = "DECK", add = ArgValueCompleter::new(decks))]
    pub decks: Vec<String>,
    /// The same, as `quiz list` takes them
    #[arg(long = "deck", value_name = "DECK", hide = true, add = ArgValueCompleter::new(decks))]
    pub more_decks: Vec<String>,
    /// Look back N days
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(i64).range(1..=3650))]
    pub days: i64,
    /// The whole page: hardest cards, decks, quizzes too; longer than the terminal, through $PAGER
    #[arg(long)]
    pub all: bool,
    /// Never use a pager
    #[arg(long)]
    pub no_pager: bool,
    /// Print, as CSV, what was expected of each answer before it was given
    #[arg(long, conflicts_with_all = ["json", "decks", "days"])]
    pub predictions: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// How to check.
#[derive(Debug, Args)]
pub struct Check {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Warnings count too: exit with 1 if there is any
    #[arg(long)]
    pub strict: bool,
    /// Mend what can be mended without guessing: show each change, keep a copy of the old file
    #[arg(long)]
    pub fix: bool,
    /// List all advice, not only the first ten of each kind
    #[arg(long)]
    pub all: bool,
}

/// Which face is next.
#[derive(Debug, Args)]
pub struct Next {
    /// Only these decks or folders
    #[arg(value_name = "DECK", add = ArgValueCompleter::new(decks))]
    pub decks: Vec<String>,
    /// The same, as `quiz list` takes them
    #[arg(long = "deck", value_name = "DECK", hide = true, add = ArgValueCompleter::new(decks))]
    pub more_decks: Vec<String>,
    /// Only cards with this tag
    #[arg(long, alias = "tags", value_name = "TAG", add = ArgValueCompleter::new(tags))]
    pub tag: Option<String>,
    /// Print JSON, with the answer
    #[arg(long)]
    pub json: bool,
}

/// An answer.
#[derive(Debug, Args)]
pub struct GradeFace {
    /// The face: CARD, CARD#c2 or CARD#reverse
    #[arg(add = ArgValueCompleter::new(faces))]
    pub face: String,
    /// How well it was recalled
    pub grade: GradeWord,
    /// How long it took, in milliseconds
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub ms: u32,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// The grades in words.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum GradeWord {
    /// Not recalled
    #[value(alias = "1")]
    Again,
    /// Recalled with difficulty
    #[value(alias = "2")]
    Hard,
    /// Recalled
    #[value(alias = "3")]
    Good,
    /// Recalled without effort
    #[value(alias = "4")]
    Easy,
}

impl From<GradeWord> for Grade {
    fn from(word: GradeWord) -> Self {
        match word {
            GradeWord::Again => Self::Again,
            GradeWord::Hard => Self::Hard,
            GradeWord::Good => Self::Good,
            GradeWord::Easy => Self::Easy,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn no_flag_of_add_is_taken_for_a_text() {
        let cli = Cli::command();
        let add = cli.find_subcommand("add").unwrap();
        for flag in add.get_arguments().filter_map(clap::Arg::get_long) {
            assert!(card_text(&format!("--{flag}")).is_err(), "--{flag}");
        }
    }
}
