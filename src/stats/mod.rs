//! Figures: pure functions from history and now, each documented with its definition where it is computed.

pub mod activity;
pub mod forecast;
pub mod habits;
pub mod known;
pub mod retention;
pub mod streak;
pub mod trouble;
