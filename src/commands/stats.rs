//! `quiz stats`.

use super::print;
use crate::cli::Stats;
use crate::error::Result;
use crate::study::Study;

/// Prints the figures.
///
/// # Errors
/// Wrong deck names.
pub fn run(study: &Study, _: &Stats) -> Result<()> {
    let days =
        crate::stats::streak::Days::new(&study.history, study.today(), study.config.day_starts_at);
    print(&format!("{}\n", days.streak().said()))
}
