//! Figures: pure functions from history and now, each documented with its definition where it is computed.

pub mod streak;
