//! The binary: arguments in, exit code out.

use std::process::ExitCode;

use clap::CommandFactory;

use quiz::cli::Cli;
use quiz::cli::shells::{SHELLS, VARIABLE};
use quiz::commands;

fn main() -> ExitCode {
    // A shell that asks for completions gets them here, and nothing else happens.
    clap_complete::CompleteEnv::with_factory(Cli::command)
        .var(VARIABLE)
        .shells(SHELLS)
        .complete();
    let mut arguments = Cli::read().unwrap_or_else(|error| error.exit());
    let json = arguments.wants_json();
    match commands::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            commands::say_error(&error, json);
            ExitCode::from(error.exit_code())
        }
    }
}
