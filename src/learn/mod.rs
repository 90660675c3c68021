//! Learning from the person's answers: fitting, choosing and judging parameters.
//!
//! The program notes how often it was right. Each time the judged answers have grown by a tenth, it fits FSRS to them and
//! keeps both the fitted and the default parameters; each counts as much as it has earned by predicting answers before
//! they were given ([`mixture`]). On top, four numbers follow the person: whether they remember more or less than FSRS
//! thinks, how steeply, what a slow answer means, and today's form ([`layer`]). A third predictor leaves them out if
//! they do not help. So predictions can never be much worse than with the defaults: by at most ln 3 = 1.1 in total log
//! loss, over a lifetime.
//!
//! Intervals use the parameters and nothing else of this: the fitted ones once they lead by 20 : 1, 400 answers were
//! judged and ten of them forgotten; the default ones again when the fitted ones fall behind.
//!
//! All of it is a pure function of the history's answers ([`answers`]), whatever the decks and the settings say. The
//! result is kept in the platform's cache folder ([`cache`], [`update`]); deleting it costs time, nothing else. Two
//! machines with the same history get the same result. No file here knows settings, the text of a card or a terminal.
//!
//! A prediction depends only on what was recorded before its answer, and never changes afterwards.

pub mod answers;
pub mod cache;
pub mod fit;
pub mod habits;
pub mod history;
pub mod layer;
pub mod measure;
pub mod mixture;
pub mod plan;
pub mod recall;
pub mod replay;
mod spans;
pub mod update;

pub use answers::{Answer, Answers, Judged};
pub use history::Expected;
pub use mixture::{EARLIEST, FORGOTTEN};
pub use replay::{Learned, Progress};

/// The 21 parameters of FSRS-6.
pub type Weights = [f32; 21];
