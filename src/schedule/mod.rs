//! Scheduling: pure functions of (decks, history, settings, now).
//!
//! [`memory`] asks FSRS what is remembered, [`due`] turns an interval into the day of a promise, [`queue`] says
//! what is asked next.

pub mod due;
pub mod memory;
pub mod queue;
pub mod standing;
