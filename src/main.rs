//! The binary: arguments in, exit code out.

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

fn main() -> ExitCode {
    // A shell that asks for completions gets them here, and nothing else happens.
    clap_complete::CompleteEnv::with_factory(quiz::cli::Cli::command).complete();
    let arguments = quiz::cli::Cli::parse();
    match quiz::commands::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let message = error.to_string();
            if !message.is_empty() {
                quiz::commands::say(&format!("quiz: {message}"));
            }
            ExitCode::from(error.exit_code())
        }
    }
}
