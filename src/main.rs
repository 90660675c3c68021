//! The binary: arguments in, exit code out.

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use quiz::error::Error;

fn main() -> ExitCode {
    // A shell that asks for completions gets them here, and nothing else happens.
    clap_complete::CompleteEnv::with_factory(quiz::cli::Cli::command).complete();
    let arguments = quiz::cli::Cli::parse();
    match quiz::commands::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let (message, code) = (error.to_string(), error.exit_code());
            match error {
                // What is wrong in a file begins with its place already.
                Error::Wrong(_) => quiz::commands::say(&message),
                _ if message.is_empty() => {}
                _ => quiz::commands::say(&format!("quiz: {message}")),
            }
            ExitCode::from(code)
        }
    }
}
