//! The flags of the commands that look at how a person learns.

use clap::Args;
use clap_complete::ArgValueCompleter;

use super::candidates::decks;
use crate::time::Day;

/// The use of fitted parameters.
#[derive(Debug, Args)]
pub struct Tune {
    /// Stay with the default parameters; writes `tune: false` into `config.ron`
    #[arg(long)]
    pub off: bool,
    /// Use fitted parameters again, once they have earned it
    #[arg(long, conflicts_with = "off")]
    pub on: bool,
    /// Print JSON
    #[arg(long, conflicts_with_all = ["on", "off"])]
    pub json: bool,
}

/// The goal of the plan.
#[derive(Debug, Args)]
pub struct Plan {
    /// Minutes on a day on which you study [default: as lately]
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(u64).range(1..=1440))]
    pub minutes: Option<u64>,
    /// The day to be ready by: 2027-03-01 [default: in half a year]
    #[arg(long, value_name = "DATE")]
    pub by: Option<Day>,
    /// Plan for N cards in all, or for the cards of a deck or folder [default: for all cards]
    #[arg(long, value_name = "N|DECK", add = ArgValueCompleter::new(decks))]
    pub cards: Option<String>,
    /// The lowest desired retention to consider, 0.70–0.95
    #[arg(long, value_name = "SHARE", value_parser = floor)]
    pub floor: Option<f32>,
    /// Write the proposal into `config.ron`
    #[arg(long)]
    pub apply: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Parses a desired retention that a plan may consider.
fn floor(text: &str) -> Result<f32, String> {
    let share = text.parse::<f32>().ok();
    let share = share.filter(|share| (0.70..=0.95).contains(share));
    share.ok_or_else(|| "expected a share from 0.70 to 0.95".into())
}
