//! x
/// y
pub const HELP: &str = "";
use crate::{cli::Add, study::Study, error::Result};
/// y
pub fn run(_: &mut Study, _: Add) -> Result<()> { Ok(()) }
