//! The page of `quiz --help`: the commands grouped by purpose, the global flags last.

use std::fmt::Write as _;

use clap::Command;

use crate::text::{pad, width, wrap};

/// The groups of commands by purpose, each in the order in which a person comes to need them.
const GROUPS: [(&str, &[&str]); 5] = [
    (
        "Every day",
        &["review", "add", "stats", "undo", "log", "due"],
    ),
    (
        "Cards and decks",
        &[
            "list", "show", "edit", "remove", "move", "rename", "check", "import", "export",
        ],
    ),
    (
        "When a card is asked",
        &["suspend", "resume", "bury", "forget"],
    ),
    ("What you know", &["test", "plan", "tune"]),
    (
        "Settings and scripts",
        &["config", "home", "next", "grade", "completions", "man"],
    ),
];

/// The widest line of the page.
const WIDEST: usize = 100;

/// Returns `command` with a help page of at most `columns` columns, on which its commands are grouped.
pub(super) fn grouped(command: Command, columns: usize) -> Command {
    let styles = command.get_styles();
    let (header, literal) = (styles.get_header(), styles.get_literal());
    let names = GROUPS.iter().flat_map(|(_, names)| *names);
    let wide = names.map(|name| width(name)).max().unwrap_or(0);
    let room = columns.min(WIDEST).saturating_sub(wide + 4);
    let mut page = "{about-with-newline}\n{usage-heading} {usage}\n".to_string();
    for (heading, names) in GROUPS {
        // Writing into a string never fails.
        let _ = writeln!(page, "\n{header}{heading}:{header:#}");
        for name in names {
            let found = command
                .get_subcommands()
                .find(|one| one.get_name() == *name);
            let about = found.and_then(Command::get_about);
            let about = about.map_or_else(String::new, ToString::to_string);
            let lines = wrap(&about, room.max(20));
            let rest = format!("\n{}", " ".repeat(wide + 4));
            let name = pad(name, wide);
            let _ = writeln!(page, "  {literal}{name}{literal:#}  {}", lines.join(&rest));
        }
    }
    let _ = write!(
        page,
        "\n{header}Options:{header:#}\n{{options}}{{after-help}}"
    );
    command.help_template(page)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn every_command_that_is_shown_stands_in_one_group() {
        let command = Cli::command();
        let shown = command.get_subcommands().filter(|one| !one.is_hide_set());
        let mut shown: Vec<&str> = shown.map(Command::get_name).collect();
        let mut grouped: Vec<&str> = GROUPS
            .iter()
            .flat_map(|(_, names)| *names)
            .copied()
            .collect();
        shown.sort_unstable();
        grouped.sort_unstable();
        assert_eq!(shown, grouped);
    }

    #[test]
    fn the_page_fits_and_ends_with_the_flags_of_all_commands() {
        for columns in [40, 80, 200] {
            let page = grouped(Cli::command(), columns).render_help().to_string();
            let (head, options) = page.split_once("Options:").unwrap();
            // The text before is wrapped by clap.
            let (_, groups) = head.split_once("\n\nEvery").unwrap();
            assert!(
                groups
                    .lines()
                    .all(|line| width(line) <= columns.min(WIDEST)),
                "{page}"
            );
            assert!(groups.starts_with(" day:\n  review"), "{page}");
            let at = |flag: &str| options.find(flag).unwrap();
            assert!(
                at("--json") < at("--home") && at("--home") < at("--color"),
                "{page}"
            );
        }
    }
}
