//! The session screen, prompts and charts: the only code that knows a terminal.
//!
//! What is asked and what is recorded is decided by [`crate::session`] and [`crate::scored`], never here.

pub mod asked;
pub mod chart;
pub mod confirm;
pub mod editor;
pub mod frame;
pub mod intro;
pub mod keys_page;
pub mod line_edit;
pub mod pager;
pub mod picture;
pub mod programs;
pub mod progress;
pub mod prompt;
pub mod question;
pub mod rich;
pub mod scored;
pub mod screen;
pub mod session;
pub mod summary;
pub mod terminal;
