//! `quiz plan`: the costs and results of N minutes per day, for several desired retentions.

use serde::Serialize;

use super::{config, learning, print, print_json, say_problems};
use crate::cli;
use crate::deck::{Card, Deck, FaceKey};
use crate::error::{Error, Result};
use crate::learn::history;
use crate::learn::plan::{self, Begun, RETENTIONS, Row, Wish};
use crate::study::Study;
use crate::text::{plural, thousands};
use crate::time::Day;

/// The number of days that a plan covers if no date is given: half a year.
const AHEAD: i64 = 182;

/// The most days that a plan can cover.
const FURTHEST: i64 = 3650;

/// The number of recent days that show how often and how long the person studies.
const LATELY: i64 = 30;

/// The shape of `--json`. Retentions are 0–1; cards known are sums of probabilities of recall.
#[derive(Serialize)]
struct Shape {
    minutes: u64,
    by: Day,
    /// The number of days on which the person studied, out of the last `of_days`.
    studied: usize,
    of_days: i64,
    /// The number of cards planned for, and of those begun.
    cards: usize,
    begun: usize,
    rows: Vec<Row>,
    /// The index of the proposed row.
    proposed: usize,
    /// The value to write into `config.ron`.
    desired_retention: f32,
    new_per_day: usize,
}

/// Shows the plan, and writes it into `config.ron` if asked to.
///
/// # Errors
/// Fails for wrong deck names, dates and numbers, if there are no cards, or if the settings can't be written.
pub fn run(study: &mut Study, flags: &cli::Plan, json: bool) -> Result<()> {
    say_problems(study);
    learning::take_parameters(study);
    let shape = shape(study, flags)?;
    if json {
        print_json(&shape)?;
    } else {
        print(&as_text(&shape, study.today(), flags.apply))?;
    }
    if flags.apply {
        let file = study.home.config();
        let retention = format!("{:.2}", shape.desired_retention);
        let write = |key, value: &str| match json {
            true => config::write(&file, key, value).map(drop),
            false => config::set(&file, key, value),
        };
        write("desired_retention", &retention)?;
        write("new_per_day", &shape.new_per_day.to_string())?;
    }
    Ok(())
}

fn shape(study: &Study, flags: &cli::Plan) -> Result<Shape> {
    let today = study.today();
    let by = flags.by.unwrap_or_else(|| today.plus(AHEAD));
    let days = by.days_since(today);
    if !(1..=FURTHEST).contains(&days) {
        return Err(Error::Usage(format!(
            "`--by` is a date after today and within ten years, not {by}"
        )));
    }
    let (begun, unseen) = cards(study, flags.cards.as_deref())?;
    if begun.is_empty() && unseen == 0 {
        return Err(Error::Refused("there are no cards to plan for".into()));
    }
    let lately = Lately::new(study);
    let minutes = flags.minutes.unwrap_or(lately.minutes);
    let days = usize::try_from(days).unwrap_or(1);
    let wish = Wish {
        days,
        seconds: minutes as f32 * 60.0,
        share_of_days: lately.share(),
        new_per_day: new_per_day(study, unseen, days as f32 * lately.share()),
        unseen,
    };
    let floor = flags.floor.unwrap_or(plan::FLOOR);
    let retentions: Vec<f32> = RETENTIONS
        .into_iter()
        .filter(|one| *one >= floor - 1e-4)
        .collect();
    let habits = history::habits(&study.history, today);
    let weights = *study.parameters().numbers();
    let rows = plan::rows(&begun, &wish, &habits, &weights, &retentions);
    let proposed = plan::choice(&rows);
    let Some((proposed, row)) = proposed.and_then(|at| Some((at, rows.get(at)?))) else {
        return Err(Error::Refused("this plan could not be simulated".into()));
    };
    Ok(Shape {
        minutes,
        by,
        studied: lately.studied,
        of_days: lately.of,
        cards: begun.len() + unseen,
        begun: begun.len(),
        desired_retention: row.desired_retention,
        new_per_day: match unseen {
            0 => study.config.new_per_day,
            _ => row.new_per_day.round() as usize,
        },
        proposed,
        rows,
    })
}

/// Returns how many cards may be begun per day: as many as the settings allow, or more if that would not be enough.
fn new_per_day(study: &Study, unseen: usize, days: f32) -> usize {
    let needed = (unseen as f32 / days.max(1.0)).ceil() as usize;
    study.config.new_per_day.max(needed)
}

/// Returns the begun cards, and the number of new ones: of the whole home, of a deck, or of `wanted` cards in all.
fn cards(study: &Study, wanted: Option<&str>) -> Result<(Vec<Begun>, usize)> {
    let number = wanted.and_then(|wanted| wanted.parse::<usize>().ok());
    let named: Vec<String> = match number {
        None => wanted.map(str::to_string).into_iter().collect(),
        Some(_) => Vec::new(),
    };
    let decks: Vec<&Deck> = study.library.select(&named)?;
    let cards = decks.iter().flat_map(|deck| &deck.cards);
    let asked = cards.filter(|card| !study.history.is_suspended(&card.id));
    let faces: Vec<FaceKey> = asked.flat_map(Card::faces).collect();
    let begun: Vec<Begun> = faces.iter().filter_map(|face| begun(study, face)).collect();
    let unseen = faces.len() - begun.len();
    match number {
        Some(all) if all < begun.len() => Err(Error::Usage(format!(
            "`--cards {all}` is fewer than the {} that are begun",
            thousands(begun.len())
        ))),
        Some(all) => Ok((begun.clone(), all - begun.len())),
        None => Ok((begun, unseen)),
    }
}

/// Returns the state of a face for the simulator; `None` if it is new.
fn begun(study: &Study, key: &FaceKey) -> Option<Begun> {
    let face = study.history.face(key)?;
    let state = study.memory.state(face)?;
    let today = study.today();
    let since = study.memory.since(face, today);
    let due = face.due().map_or(0, |due| due.days_since(today).max(0));
    Some(Begun {
        stability: state.stability,
        difficulty: state.difficulty,
        since,
        due: u32::try_from(due).unwrap_or(u32::MAX),
        lapses: u32::try_from(face.lapses()).unwrap_or(u32::MAX),
    })
}

/// How often and how long the person studied recently.
struct Lately {
    studied: usize,
    of: i64,
    minutes: u64,
}

impl Lately {
    fn new(study: &Study) -> Self {
        let today = study.today();
        let from = today.plus(1 - LATELY);
        let first = study.history.reviews().map(|review| review.day).min();
        let of = first
            .map_or(1, |first| today.days_since(first) + 1)
            .clamp(1, LATELY);
        let recent = || study.history.reviews().filter(|review| review.day >= from);
        let mut days: Vec<Day> = recent().map(|review| review.day).collect();
        days.sort_unstable();
        days.dedup();
        let seconds: u64 = recent().map(|review| u64::from(review.ms)).sum::<u64>() / 1000;
        let minutes = match days.len() {
            0 => 20,
            studied => (seconds / 60 / studied as u64).max(5),
        };
        Self {
            studied: days.len(),
            of,
            minutes,
        }
    }

    /// Returns the share of days on which the person studies, above 0 and at most 1; 1 if nothing is known.
    fn share(&self) -> f32 {
        match self.studied {
            0 => 1.0,
            studied => (studied as f32 / self.of as f32).min(1.0),
        }
    }
}

fn as_text(shape: &Shape, today: Day, applied: bool) -> String {
    let days = match shape.studied {
        0 => "every day".into(),
        studied if studied as i64 == shape.of_days => "every day, as lately".into(),
        studied => format!("on {studied} of {} days, as lately", shape.of_days),
    };
    let begun = match shape.begun {
        0 => "all new".into(),
        begun => format!("{} begun", thousands(begun)),
    };
    let ahead = shape.by.days_since(today);
    let mut text = format!(
        "{} {days}, for {} until {}; {}, {begun}.\n\n",
        plural(shape.minutes as usize, "minute"),
        plural(ahead as usize, "day"),
        shape.by,
        plural_thousands(shape.cards),
    );
    text.push_str(
        "  asked at    new/day    minutes/day   known then  on average  forgotten of 10\n",
    );
    for (at, row) in shape.rows.iter().enumerate() {
        text.push_str(&format!(
            "{} {:>6.0} %  {:>9.1}  {:>13.1}  {:>11}  {:>10}  {:>15.1}\n",
            if at == shape.proposed { "→" } else { " " },
            row.desired_retention * 100.0,
            row.new_per_day,
            row.minutes_per_day,
            thousands(row.known.round() as usize),
            thousands(row.known_on_average.round() as usize),
            row.forgotten_of_ten,
        ));
    }
    let most = |row: &Row| row.known_on_average;
    let all = shape.rows.iter().map(most).fold(0.0, f64::max);
    let is_most = shape
        .rows
        .get(shape.proposed)
        .is_some_and(|row| most(row) >= all);
    let why = match is_most {
        true => "knows the most on average, and no other is as good for fewer minutes.",
        false => "knows as much on average as any, within 2 %, in the fewest minutes.",
    };
    let percent = shape.desired_retention * 100.0;
    text.push_str(&format!(
        "\nThe {percent:.0} % row {why}\n\
         Tested on simulated people: right to 3 % where memory behaves as FSRS says, 10 to 50 % too\n\
         hopeful where it does not.\n"
    ));
    if !applied {
        text.push_str(&format!(
            "\nFor config.ron (`--apply` writes it): desired_retention: {:.2}, new_per_day: {}\n",
            shape.desired_retention, shape.new_per_day
        ));
    }
    text
}

fn plural_thousands(cards: usize) -> String {
    match cards {
        1 => "1 card".into(),
        cards => format!("{} cards", thousands(cards)),
    }
}
