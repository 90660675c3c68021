//! `quiz stats`: how you are doing.

mod page;
mod short;
mod walks;

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use std::fmt::Write;

use serde::Serialize;

use self::walks::{DeckTally, Walk};
use super::{learning, painted, print_json, print_raw, say_problems};
use crate::cli;
use crate::deck::{Deck, FaceKey, FaceName};
use crate::error::Result;
use crate::hashing::HashMap;
use crate::history::{TestResult, Told};
use crate::learn::measure::Calibration;
use crate::learn::{Expected, answers, history};
use crate::schedule::askable::Askable;
use crate::schedule::queue::Queue;
use crate::schedule::standing::Standing;
use crate::stats::activity::Activity;
use crate::stats::forecast::{Forecast, Unseen, forecast};
use crate::stats::known::{Known, Weeks};
use crate::stats::retention::{Retention, Share};
use crate::stats::streak::{Days, Streak};
use crate::stats::trouble::{Hard, hardest};
use crate::study::Study;
use crate::time::Day;
use crate::ui::pager;
use crate::ui::terminal::{columns, columns_of_tables};

/// What `--json` prints. Shares are 0–1, days are dates, times are seconds. Streak and calendar are of the whole
/// home, everything else of the decks that were asked for.
#[derive(Serialize)]
struct Figures<'a> {
    today: Day,
    /// How many days `retention` and the details of `activity` look back.
    days: i64,
    streak: Streak,
    /// Answers on each day of the last year on which there were any.
    calendar: BTreeMap<String, usize>,
    activity: Activity,
    retention: Retention,
    /// What was expected before each judged answer of these days, and what was, in up to five bins.
    calibration: Vec<Calibration>,
    desired_retention: f32,
    /// At the end of each of the last twelve weeks, and today.
    known: Vec<Known>,
    forecast: Forecast,
    hardest: Vec<Hard>,
    decks: Vec<DeckFigures<'a>>,
    tests: &'a [TestResult],
    /// Whether all decks were asked for.
    #[serde(skip)]
    whole: bool,
}

/// The faces of one deck by how far they have come.
#[derive(Serialize)]
struct DeckFigures<'a> {
    deck: &'a str,
    new: usize,
    learning: usize,
    young: usize,
    mature: usize,
    suspended: usize,
    due_today: usize,
    retention: Option<Share>,
}

/// A face to look at once: one of a deck, or one that only the history has.
struct Face<'a> {
    /// Its index among all.
    at: u32,
    /// What happened to it.
    told: Told<'a>,
    /// Its key in the decks, if its history may be kept under another one.
    key: Option<Box<FaceKey>>,
    /// `None` if no deck has it.
    held: Option<Held>,
    /// Whether its answers are asked for; `None` if they count with another face that has the same history.
    answers: Option<bool>,
}

impl Face<'_> {
    /// Returns the hash of the key under which its history is kept.
    fn hash(&self) -> u64 {
        self.told.name().map_or(0, answers::hash)
    }

    /// Returns its key in the decks.
    fn key(&self) -> Option<FaceKey> {
        let kept = self.key.as_deref().cloned();
        kept.or_else(|| Some(self.told.name()?.to_key()))
    }
}

/// A face of a deck.
#[derive(Clone, Copy)]
struct Held {
    /// The index of its deck among those asked for, if it is one of them.
    deck: Option<u32>,
    /// Its state today.
    askable: Askable,
}

/// Returns the faces of all decks and of the history; `decks` are those asked for, and `whole` says that these are all.
fn faces_of<'a>(study: &'a Study, decks: &[&Deck], whole: bool) -> Vec<Face<'a>> {
    let (library, history) = (&study.library, &study.history);
    let asked = decks.iter().map(|deck| deck.name.as_str()).zip(0..);
    let asked: HashMap<&str, u32> = asked.collect();
    // For each deck of the home, its index among those asked for.
    let home = library.decks.iter();
    let asked: Vec<Option<u32>> = home
        .map(|deck| asked.get(deck.name.as_str()).copied())
        .collect();
    let is_renamed = history.has_renames();
    let cards = library.decks.iter().map(|deck| deck.cards.len()).sum();
    let mut faces = Vec::with_capacity(cards);
    let known = (&study.config, &study.memory);
    Queue::each_face(
        library,
        history,
        known,
        study.today(),
        |deck, name, told, askable| {
            let deck = asked.get(deck).copied().flatten();
            faces.push(Face {
                at: 0,
                told,
                key: is_renamed.then(|| Box::new(name.to_key())),
                held: Some(Held { deck, askable }),
                answers: Some(deck.is_some()),
            });
        },
    );
    if is_renamed {
        share_answers(&mut faces);
    }
    let others = history.others(faces.iter().map(|face| &face.told));
    // What was answered stays answered when its card is gone.
    faces.extend(others.into_iter().map(|told| Face {
        at: 0,
        told,
        key: None,
        held: None,
        answers: Some(whole),
    }));
    for (at, face) in (0..).zip(&mut faces) {
        face.at = at;
    }
    faces
}

/// Lets the answers of faces that were renamed to the same one count once: as asked for if any of the faces is.
fn share_answers(faces: &mut [Face]) {
    let mut first: HashMap<FaceName, &mut Face> = HashMap::default();
    for face in faces {
        let Some(name) = face.told.name() else {
            continue;
        };
        match first.entry(name) {
            Entry::Vacant(entry) => drop(entry.insert(face)),
            Entry::Occupied(entry) => {
                let is_asked = face.answers.take() == Some(true);
                let first = entry.into_mut();
                first.answers = first.answers.map(|first| first || is_asked);
            }
        }
    }
}

/// Prints the figures.
///
/// # Errors
/// Fails for wrong deck names, or if the output can't be written.
pub fn run(study: &mut Study, flags: &cli::Stats) -> Result<()> {
    say_problems(study);
    learning::learn(study);
    if flags.predictions {
        return predictions(study);
    }
    let study = &*study;
    let decks = study.library.select(&flags.decks)?;
    let figures = figures(study, &decks, flags.decks.is_empty(), flags.days);
    if flags.json {
        return print_json(&figures);
    }
    let columns = columns().min(100);
    let lines = match flags.all {
        true => page::lines(&figures, columns, columns_of_tables().max(columns)),
        false => short::lines(&figures, columns),
    };
    let text = painted(&lines);
    if flags.all && !flags.no_pager && pager::show(&text) {
        return Ok(());
    }
    print_raw(&text)
}

impl Figures<'_> {
    /// Returns the answers of the last year by day.
    fn answers_by_day(&self) -> BTreeMap<Day, usize> {
        self.calendar
            .iter()
            .filter_map(|(day, count)| Some((day.parse().ok()?, *count)))
            .collect()
    }
}

/// Prints what was expected of each judged answer before it was given, one line per answer, by time.
fn predictions(study: &Study) -> Result<()> {
    let mut text = String::from("at,face,predicted,recalled\n");
    for Expected { face, review, said } in history::expected(&study.history, &study.learned, None) {
        let recalled = u8::from(review.grade.recalled());
        let _ = writeln!(text, "{},{face},{said:.6},{recalled}", review.at);
    }
    print_raw(&text)
}

/// Returns the figures of `decks`; `whole` says that these are all decks of the home.
fn figures<'a>(study: &'a Study, decks: &[&'a Deck], whole: bool, days: i64) -> Figures<'a> {
    let today = study.today();
    let faces = faces_of(study, decks, whole);
    let weeks = Weeks::new(|day| study.memory_on(day), today, WEEKS);
    let kept = Days::with_answers(&study.history, today);
    let walk = Walk {
        weeks: &weeks,
        kept: &kept,
        decks: decks.len(),
        today,
        days,
    };
    let walked = walk.over(&faces);
    let (begun, streak) = (walked.begun, kept.with(walked.waiting).streak());
    let hash = |at: u32| faces.get(at as usize).map_or(0, Face::hash);
    let answered = walked.answered.finish(&study.learned, hash);
    let unseen = Unseen {
        left: begun.new,
        ..pace(study, &begun.started)
    };
    let (activity, habits) = (answered.activity, &answered.habits);
    let calendar = study.history.answers_by_day();
    let calendar = calendar.range(today.plus(-CALENDAR)..);
    let of_decks = decks.iter().zip(begun.decks);
    Figures {
        today,
        days,
        streak,
        calendar: calendar
            .map(|(day, count)| (day.to_string(), *count))
            .collect(),
        forecast: forecast(
            begun.promised.into_iter(),
            unseen,
            habits,
            today,
            activity.mean_seconds,
        ),
        activity,
        calibration: answered.calibration,
        retention: answered.retention,
        desired_retention: study.config.desired_retention,
        known: begun.known,
        hardest: hardest(
            begun.lapsed,
            |face| Some((face.key()?, face.told)),
            &study.memory,
            study.config.leech_after,
            HARDEST,
        ),
        decks: of_decks
            .map(|(deck, counted)| deck_figures(deck, &counted))
            .collect(),
        tests: &study.history.tests,
        whole,
    }
}

/// The number of days that the calendar goes back.
const CALENDAR: i64 = 371;

/// How many days the habits of a person are taken from.
const HABITS: i64 = 90;

/// The number of past weeks for which to show what was known.
const WEEKS: i64 = 12;

/// The number of hardest faces to list.
const HARDEST: usize = 10;

/// New faces per day at the pace of the last 30 days, rounded up, at most what the settings allow, and how many were
/// started today, given on which of these days each was `started`.
fn pace(study: &Study, started: &[Day]) -> Unseen {
    let today = study.today();
    // Of somebody who began this week, the days before do not count.
    let days = started
        .iter()
        .min()
        .map_or(1, |first| today.days_since(*first) + 1)
        .max(1);
    let pace = started.len().div_ceil(usize::try_from(days).unwrap_or(1));
    Unseen {
        left: 0,
        pace: pace.min(study.config.new_per_day),
        today: started.iter().filter(|day| **day == today).count(),
    }
}

fn deck_figures<'a>(deck: &'a Deck, counted: &DeckTally) -> DeckFigures<'a> {
    DeckFigures {
        deck: &deck.name,
        new: counted.count(Standing::New),
        learning: counted.count(Standing::Learning),
        young: counted.count(Standing::Young),
        mature: counted.count(Standing::Mature),
        suspended: counted.suspended,
        due_today: counted.due,
        retention: counted.recalls.finish().all,
    }
}
