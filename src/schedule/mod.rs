//! Scheduling: pure functions of (decks, history, settings, parameters, now).
//!
//! [`parameters`] are the numbers that FSRS works with, [`memory`] asks it what is remembered, [`scheduler`] turns
//! that into the day that each grade promises, [`queue`] says what is asked next.

pub mod memory;
pub mod parameters;
pub mod queue;
pub mod scheduler;
pub mod standing;
