//! The binary: arguments in, exit code out.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = quiz::cli::Cli::parse();
    match quiz::commands::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let message = error.to_string();
            if !message.is_empty() {
                eprintln!("quiz: {message}");
            }
            ExitCode::from(error.exit_code())
        }
    }
}
