//! `quiz stats`: how you are doing.

mod page;
mod short;
mod walks;

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use self::walks::{AnsweredTally, DeckTally, DecksTally};
use super::{learning, painted, print_json, print_raw, say_problems};
use crate::cli;
use crate::deck::{Deck, FaceKey};
use crate::error::Result;
use crate::hashing::{HashMap, HashSet};
use crate::history::{TestResult, Told};
use crate::learn::measure::Calibration;
use crate::learn::{Expected, history};
use crate::schedule::askable::Askable;
use crate::schedule::queue::Wanted;
use crate::schedule::standing::Standing;
use crate::stats::activity::Activity;
use crate::stats::forecast::{Forecast, Unseen, forecast};
use crate::stats::known::{Known, Weeks};
use crate::stats::retention::{Retention, Share};
use crate::stats::streak::Streak;
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

/// A face of a deck.
struct Face<'a> {
    key: FaceKey,
    /// The index of its deck among those asked for.
    deck: usize,
    /// What happened to it.
    told: Told<'a>,
    /// Its state today.
    askable: Askable,
}

/// Returns the faces of `decks`.
fn faces_of<'a>(study: &'a Study, decks: &[&Deck]) -> Vec<Face<'a>> {
    let queue = study.queue(&Wanted::default());
    let asked: HashMap<&str, usize> = decks
        .iter()
        .enumerate()
        .map(|(at, deck)| (deck.name.as_str(), at))
        .collect();
    // For each deck of the home, its index among those asked for.
    let home = study.library.decks.iter();
    let asked: Vec<Option<usize>> = home
        .map(|deck| asked.get(deck.name.as_str()).copied())
        .collect();
    let cards = queue.of_cards(&study.library);
    let cards = cards.filter_map(|(deck, faces)| Some((asked.get(deck).copied()??, faces)));
    let faces = cards.flat_map(|(deck, faces)| {
        let faces = faces.into_iter();
        faces.map(move |(key, askable)| (key, (deck, askable)))
    });
    let (keys, rest): (Vec<FaceKey>, Vec<_>) = faces.unzip();
    let told = study.history.of_faces(&keys).into_iter();
    let all = keys.into_iter().zip(rest).zip(told);
    all.map(|((key, (deck, askable)), told)| Face {
        key,
        deck,
        told,
        askable,
    })
    .collect()
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
    let faces = faces_of(study, decks);
    // What was answered stays answered when its card is gone.
    let asked = (!whole).then(|| faces.iter().map(|face| study.history.key(&face.key)));
    let asked: Option<HashSet<FaceKey>> = asked.map(Iterator::collect);
    let answered = AnsweredTally::of(&study.history, asked.as_ref(), today, days);
    let answered = answered.finish(&study.learned);
    let weeks = Weeks::new(|day| study.memory_on(day), today, WEEKS);
    let begun = DecksTally::of(&faces, decks.len(), &weeks, today, days);
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
        streak: study.streak(),
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
