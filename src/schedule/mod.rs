//! Scheduling: pure functions of (decks, history, settings, parameters, now, seed).
//!
//! [`parameters`] holds the numbers that FSRS works with, [`memory`] computes memory states from them, [`scheduler`]
//! turns those into a due day for each grade, [`askable`] decides what is due, [`queue`] what is asked next. None of
//! them knows a file, a clock or a terminal: what they need is passed in.
//!
//! # Memory
//!
//! The `fsrs` crate (FSRS-6, the engine that Anki uses) computes memory states, intervals and parameters; no formula of
//! it is written here. A face's *stability* is the number of days after which it is recalled with a probability of
//! 90 %; its *difficulty* goes from 1 to 10; its *retrievability* is the probability of recall now. States are
//! replayed from a face's own reviews. Elapsed days are differences of learning days; answers of one day go through
//! the crate's short-term rule. What the crate (6.6.2) does not check is checked here: a desired retention of 0, 1 or
//! NaN, parameters out of their range, intervals below a day, a stability of 0.
//!
//! # Promises
//!
//! A face becomes due when its retrievability falls to the *desired retention* (0.90, or the setting). The day that
//! was promised with a review stays until the next review, whatever parameters or settings become.
//!
//! * Whole learning days; `Again` is due today, the other grades tomorrow at the earliest, none after 9999-12-31.
//! * For a face in review: good at least a day after hard, easy at least a day after good. For a face that was already
//!   answered today, hard and good are independent and only easy comes after good, as in Anki's learning and
//!   relearning: a face forgotten and recalled on the same day often has to come back tomorrow, whatever the key.
//! * Longer than the last interval if the rounded interval grew; not shortened by fuzz alone if it did not.
//! * Fuzz in Anki's ranges, so that what was learnt together is not asked together for ever: none below 2.5 days,
//!   else ± 1 day and 15 % of the part in 2.5–7 days, 10 % of that in 7–20 and 5 % of that above.
//! * Within the range the day that is lightest *relative to the load's own slope* over the range (least squares; ties
//!   by a portable seed; none of it beyond 90 days). Taking the lightest day would nearly always take the last one,
//!   since the load falls with distance; this is as even, without the drift. Suspended faces and faces of no card are
//!   no load.
//!
//! # The queue
//!
//! See [`queue`] for what is asked on a day, and in which order.

pub mod askable;
pub mod memory;
pub mod parameters;
pub mod queue;
pub mod scheduler;
pub mod standing;
mod steps;
