//! Anki's packages and collections.
//!
//! [`note`] makes cards from a note by rendering its [`template`]s. Behind the feature `anki`: `package` opens the
//! file, `collection` reads the tables, and `history` converts the log to events.

#[cfg(feature = "anki")]
mod collection;
#[cfg(feature = "anki")]
mod history;
pub(super) mod note;
#[cfg(feature = "anki")]
mod package;
#[cfg(feature = "anki")]
mod protobuf;
#[cfg(feature = "anki")]
mod reader;
mod template;
pub(super) mod types;

#[cfg(feature = "anki")]
pub(super) use reader::read;
