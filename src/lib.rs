//! `quiz`: spaced repetition for the terminal. Decks are text files that people write; the history is a text file that
//! only grows; FSRS decides when a card is asked again.
//!
//! # Words
//!
//! One word for one thing, here and in everything that is printed. If Anki or FSRS has a word for it, it is that one.
//!
//! | word | meaning |
//! |---|---|
//! | deck | a file of cards; its name is its path below `decks/` without `.ron` |
//! | card | what a person writes in a deck: an id, a kind, content |
//! | face | a side of a card that is asked: a cloze has one per gap number, a reversible card two, others one |
//! | review | one answered face: when, with which grade, how long it took |
//! | grade | `Again`, `Hard`, `Good`, `Easy` (FSRS's 1–4) |
//! | stability, difficulty, retrievability | FSRS's: days until recall falls to 90 %, 1–10, the probability of recall now |
//! | desired retention | the retrievability at which a face becomes due; 0.90 unless the settings say otherwise |
//! | learning day | the local day, which starts at 04:00 unless the settings say otherwise |
//! | due | some deck has the face, it is neither suspended nor buried nor new, and its due day is today or earlier |
//! | lapse | a due face was answered `Again`; at most one per learning day |
//! | leech | a face with eight lapses, and again at each four more |
//! | streak | consecutive learning days kept: with an answer, or with nothing due between two such days |
//! | home | the one folder with a person's decks, history and settings |
//!
//! # Formats
//!
//! Each is described, with examples, by the module that reads it:
//!
//! * [`deck`]: the decks that people write.
//! * [`history`]: the events, how files are united, and how the state is derived from them.
//! * [`config`]: the settings.
//! * [`home`]: the folders and files.
//! * [`markup`]: the markup of a card's text.
//! * [`exchange`]: the record of an import.
//!
//! # Rules, and their reasons
//!
//! * **A card is identified by its id.** Change its text, kind, order, file or folder: its history follows. People fix
//!   cards as they learn, and must never lose their progress by it.
//! * **A program never rewrites a deck.** It splices text at exact positions, so that comments, order and spacing stay:
//!   the file belongs to the person.
//! * **The history only grows, and an answer is on the disk before the next question.** So a crash loses nothing that
//!   was acknowledged, and the files of several machines unite without a server. Undoing is an event too.
//! * **The past stays.** No later event or setting changes a figure of an earlier day, except undo and rename; a
//!   promised day stays until the next review.
//! * **A broken card never stops the others.** It is reported with file, line and column, and the rest goes on.
//! * **Derived data are in the cache folder, not in the home**, and may be deleted at any time.
//! * **Decisions are pure.** Decks, history, schedule and statistics take values and return values; files, the clock,
//!   randomness and the terminal are at the edges, so that everything can be tested without waiting.
//!
//! [`schedule`] explains how days are promised and what is asked first, [`learn`] how parameters are fitted.
//!
//! # Promises across versions
//!
//! * A deck, history or settings file that one version reads, every later one reads, with the same meaning.
//! * A card's id and the key of a face (`id`, `id#c2`, `id#reverse`) keep their meaning and are never reused.
//! * The names in `--json` stay, with their units; more may be added.
//! * Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
//! * Not promised: the interface of this library, texts printed for people, and the content of the cache folder.
//!
//! # The house
//!
//! Data flows one way: files → model → decision → event → file.
//!
//! * [`deck`] reads decks of cards from RON, with places, and edits them by splicing.
//! * [`markup`] reads the inline markup of their text, and shows formulas in Unicode.
//! * [`history`] keeps the events: append-only files, and the state derived from their union.
//! * [`schedule`] decides: learning days, FSRS, due days, the queue.
//! * [`session`] asks, records, takes back, edits and sums up; it knows no terminal.
//! * [`scored`] is the quiz: the faces drawn, the form of the questions, the result.
//! * [`learn`] fits parameters to a person, and judges them and itself.
//! * [`stats`] counts: pure functions from history to figures.
//! * `index` keeps what large files said, so that files that have not changed are not read again.
//! * [`exchange`] imports cards and histories from other programs, and exports them.
//! * [`study`] joins all of these over one [`home`]; the session and the commands for scripts both go through it.
//! * [`ui`] is the only part that knows a terminal; [`commands`] holds one file per command, [`cli`] their flags.
//!
//! Around them: [`config`] (settings), [`time`] (moments, learning days, the one clock), [`notation`] (RON as we
//! read it), [`place`] (where something is wrong, and how that is drawn), [`files`] (whole writes or none),
//! [`text`] (display width), [`error`].
//!
//! # Where to start
//!
//! | to change | start in |
//! |---|---|
//! | a kind of card, or a field | `deck/draft.rs`, `deck/read.rs`, `ui/question.rs` |
//! | an event | `history/event.rs`, then the fold in `history/fold.rs` |
//! | what is due, and in which order | `schedule/askable.rs`, `schedule/queue.rs` |
//! | when a card comes again | `schedule/scheduler.rs` |
//! | a command or a flag | `cli.rs` and one file in `commands/` |
//! | a figure | one file in `stats/`, then `commands/stats/` |
//! | a format to import or export | one file in `exchange/` |
//! | the session's screen | `ui/frame.rs`, `ui/asked.rs` |
//!
//! `deck`, `history`, `schedule`, `learn`, `stats`, `exchange` and `session` never know `ui`, `commands` or clap. Tests
//! that run the whole program are in `tests/suite`; the tests of a rule are beside it. `.ci/run` runs everything.

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
pub(crate) mod index;
pub mod learn;
pub mod markup;
pub mod notation;
mod parallel;
pub mod place;
pub mod schedule;
pub mod scored;
pub mod session;
pub mod stats;
pub mod study;
pub mod text;
pub mod time;
pub mod ui;
