//! The whole-program tests, in one binary: it is linked once instead of once per file.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]
#![allow(
    unreachable_pub,
    reason = "a binary of its own, which nothing reaches into"
)]

#[path = "../support/mod.rs"]
mod support;

mod add;
mod cards;
mod clock;
mod commands;
mod completions;
mod decks_index;
mod durability;
mod errors;
mod everyday;
mod export;
mod faults;
mod fold;
mod fuzz;
mod import;
mod kills;
mod kinds;
mod learning;
mod lesson;
mod licenses;
mod media;
mod names;
mod pictures;
mod properties;
mod rename;
mod replicas;
mod rich;
mod scored;
mod session;
mod stats;
mod systems;
mod text;
mod today;
mod together;
mod year;
