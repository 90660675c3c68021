//! `quiz`: a quiz and spaced-repetition trainer for the terminal.
//!
//! # The house
//!
//! Data flows one way: files → model → decision → event → file.
//!
//! * [`deck`] reads decks of cards from RON, with places, and edits them by splicing.
//! * [`markup`] reads the inline markup of their text, and says formulas in Unicode.
//! * [`history`] keeps what happened: append-only files, and the state that follows from their union.
//! * [`schedule`] decides: learning days, FSRS, due days, the queue.
//! * [`session`] is what is asked, answered, taken back and edited, and what it came to; it knows no terminal.
//! * [`scored`] is the quiz: what it draws, in which form it asks, how it went.
//! * [`learn`] fits parameters to a person, and judges them and itself.
//! * [`stats`] counts: pure functions from history to figures.
//! * [`study`] joins them over one [`home`]; the session and the commands for scripts both go through it.
//! * [`ui`] is the only part that knows a terminal; [`commands`] holds a file a command, [`cli`] their flags.
//!
//! Around them: [`config`] (settings), [`time`] (moments, learning days, the one clock), [`notation`] (RON as we
//! read it), [`place`] (where something is wrong, and how that is drawn), [`files`] (whole writes or none),
//! [`text`] (display width), [`error`].
//!
//! # Where to start
//!
//! For a new kind of card: `deck/draft.rs` and `ui/question.rs`. For a new event: `history/event.rs` and the fold
//! in `history/mod.rs`. For a new command: `cli.rs` and a file in `commands/`. Never let `deck`, `history`,
//! `schedule` or `stats` know `ui`, `commands` or clap.

pub mod cli;
pub mod commands;
pub mod config;
mod conflict;
pub mod deck;
pub mod error;
pub mod exchange;
pub mod files;
pub mod folding;
pub mod hashing;
pub mod history;
pub mod home;
pub mod learn;
pub mod markup;
pub mod notation;
pub mod place;
pub mod schedule;
pub mod scored;
pub mod session;
pub mod stats;
pub mod study;
pub mod text;
pub mod time;
pub mod ui;
