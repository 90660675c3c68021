//! `quiz stats`: how you are doing.

mod page;
mod short;

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use super::{learning, painted, print_json, print_raw, say_problems};
use crate::cli;
use crate::deck::{Card, Deck, FaceKey};
use crate::error::Result;
use crate::hashing::{HashMap, HashSet};
use crate::history::{FaceHistory, TestResult};
use crate::learn::measure::{Calibration, calibration};
use crate::learn::{Expected, history};
use crate::schedule::askable::Askable;
use crate::schedule::queue::Wanted;
use crate::schedule::standing::Standing;
use crate::stats::activity::{self, Activity};
use crate::stats::forecast::{Forecast, Promised, Unseen, forecast};
use crate::stats::habits::Habits;
use crate::stats::known::{Known, known};
use crate::stats::retention::{Foretold, Retention, Share, retention};
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

/// The faces of a deck that something happened to, and what the rest is.
struct Faces<'a> {
    deck: &'a Deck,
    /// Of each face its key, what happened to it, and what it is today.
    all: Vec<(FaceKey, Option<&'a FaceHistory>, Askable)>,
}

impl<'a> Faces<'a> {
    fn of(study: &'a Study, today: &HashMap<&FaceKey, Askable>, deck: &'a Deck) -> Self {
        let faces = deck.cards.iter().flat_map(Card::faces);
        let all = faces.map(|face| {
            let askable = today.get(&face).copied().unwrap_or(Askable::New);
            let history = study.history.face(&face);
            (face, history, askable)
        });
        Self {
            deck,
            all: all.collect(),
        }
    }

    fn known(&self) -> impl Iterator<Item = &'a FaceHistory> + Clone + '_ {
        self.all.iter().filter_map(|(_, face, _)| *face)
    }

    fn named(&self) -> impl Iterator<Item = (&FaceKey, &'a FaceHistory)> + Clone {
        self.all
            .iter()
            .filter_map(|(key, face, _)| Some((key, (*face)?)))
    }
}

/// Prints the figures.
///
/// # Errors
/// Wrong deck names.
pub fn run(study: &mut Study, flags: &cli::Stats) -> Result<()> {
    say_problems(study);
    learning::learn(study);
    if flags.predictions {
        return predictions(study);
    }
    let study = &*study;
    let queue = study.queue(&Wanted::default());
    let askables = queue.askables();
    let decks: Vec<Faces> = study
        .library
        .select(&flags.decks)?
        .into_iter()
        .map(|deck| Faces::of(study, &askables, deck))
        .collect();
    let whole = flags.decks.is_empty();
    let figures = figures(study, &decks, whole, flags.days);
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
    for Expected { face, review, said } in history::expected(&study.history, &study.learned) {
        let recalled = u8::from(review.grade.recalled());
        let _ = writeln!(text, "{},{face},{said:.6},{recalled}", review.at);
    }
    print_raw(&text)
}

/// The figures of `decks`, which are `whole` the home or some of it.
fn figures<'a>(study: &'a Study, decks: &[Faces<'a>], whole: bool, days: i64) -> Figures<'a> {
    let (today, memory) = (study.today(), &study.memory);
    let faces = || decks.iter().flat_map(Faces::known);
    // What was answered stays answered when its card is gone.
    let named_answered: Vec<(&FaceKey, &FaceHistory)> = if whole {
        study.history.faces().collect()
    } else {
        decks.iter().flat_map(Faces::named).collect()
    };
    let answered = || named_answered.iter().map(|(_, face)| *face);
    let expected = lately_expected(study, today.plus(1 - days));
    // Of the whole home it is every one that was answered.
    let some = (!whole).then(|| named_answered.iter().map(|(key, _)| *key));
    let asked: Option<HashSet<&FaceKey>> = some.map(Iterator::collect);
    let is_asked = |face| asked.as_ref().is_none_or(|asked| asked.contains(face));
    let foretold = expected
        .iter()
        .map(|one| (one.face, one.review.at, one.said));
    let foretold: Foretold = foretold.collect();
    let said = expected.iter().filter(|one| is_asked(one.face));
    let said = said.map(|one| (one.said, one.review.grade.recalled()));
    let activity = Activity::new(answered().flat_map(FaceHistory::reviews), today, days);
    let calendar = activity::by_day(study.history.reviews(), today.plus(-371));
    let awake = || {
        decks
            .iter()
            .flat_map(|deck| &deck.all)
            .filter(|(_, _, askable)| *askable != Askable::Suspended)
    };
    let promised = awake().filter_map(|(_, face, askable)| {
        let (due, interval) = (askable.next(today)?, face.and_then(FaceHistory::interval)?);
        Some(Promised { due, interval })
    });
    let unseen = Unseen {
        left: awake().filter(|(_, _, askable)| askable.is_new()).count(),
        ..pace(study, decks)
    };
    let habits = Habits::of(answered(), today.plus(-HABITS));
    let named = decks.iter().flat_map(|deck| &deck.all);
    let hard = named.filter_map(|(key, face, _)| Some((key, (*face)?)));
    Figures {
        today,
        days,
        streak: study.streak(),
        calendar: calendar
            .into_iter()
            .map(|(day, count)| (day.to_string(), count))
            .collect(),
        forecast: forecast(promised, unseen, &habits, today, activity.mean_seconds),
        activity,
        calibration: calibration(said),
        retention: retention(named_answered.iter().copied(), &foretold, today, days),
        desired_retention: study.config.desired_retention,
        known: known(faces(), |day| study.memory_on(day), today, 12),
        hardest: hardest(hard, memory, study.config.leech_after, 10),
        decks: decks
            .iter()
            .map(|deck| deck_figures(study, deck, days))
            .collect(),
        tests: &study.history.tests,
        whole,
    }
}

/// Returns what was expected of the judged answers from `from` on.
fn lately_expected(study: &Study, from: Day) -> Vec<Expected<'_>> {
    let mut expected = history::expected(&study.history, &study.learned);
    expected.retain(|one| one.review.day >= from);
    expected
}

/// How many days the habits of a person are taken from.
const HABITS: i64 = 90;

/// New faces per day at the pace of the last 30 days, rounded up, at most what the settings allow, and how many were
/// started today.
fn pace(study: &Study, decks: &[Faces]) -> Unseen {
    let today = study.today();
    let first = |face: &FaceHistory| face.reviews().first().map(|review| review.day);
    let started: Vec<Day> = decks
        .iter()
        .flat_map(Faces::known)
        .filter_map(first)
        .filter(|day| *day > today.plus(-30))
        .collect();
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

fn deck_figures<'a>(study: &Study, faces: &Faces<'a>, days: i64) -> DeckFigures<'a> {
    let today = study.today();
    let count = |standing: Standing| {
        faces
            .all
            .iter()
            .filter(|(_, face, askable)| {
                *askable != Askable::Suspended && Standing::of(*face) == standing
            })
            .count()
    };
    let count_of = |wanted: &dyn Fn(Askable) -> bool| {
        let askables = faces.all.iter().map(|(_, _, askable)| *askable);
        askables.filter(|askable| wanted(*askable)).count()
    };
    DeckFigures {
        deck: &faces.deck.name,
        new: count(Standing::New),
        learning: count(Standing::Learning),
        young: count(Standing::Young),
        mature: count(Standing::Mature),
        suspended: count_of(&|askable| askable == Askable::Suspended),
        due_today: count_of(&Askable::is_due),
        retention: retention(faces.named(), &Foretold::default(), today, days).all,
    }
}
