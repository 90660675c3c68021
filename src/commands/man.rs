//! `quiz man`: the manual pages.

use std::fs;
use std::path::Path;

use clap::CommandFactory;
use clap_mangen::Man;

use super::{print, print_raw};
use crate::cli::{self, Cli};
use crate::error::{Error, Result};

/// Prints the page of `quiz` itself, or writes the pages of all commands into a folder.
///
/// # Errors
/// Fails if the folder or a page can't be written.
pub fn run(flags: &cli::Man) -> Result<()> {
    let Some(folder) = &flags.folder else {
        let mut page = Vec::new();
        let failed = Error::io("make", Path::new("the manual page"));
        Man::new(Cli::command()).render(&mut page).map_err(failed)?;
        return print_raw(&String::from_utf8_lossy(&page));
    };
    fs::create_dir_all(folder).map_err(Error::io("create the folder", folder))?;
    clap_mangen::generate_to(Cli::command(), folder).map_err(Error::io("write into", folder))?;
    print(&format!(
        "Wrote the pages to {0}. To read one: man {0}/quiz-review.1\n",
        folder.display()
    ))
}
