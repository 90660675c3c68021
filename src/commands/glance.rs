//! `quiz`: today at a glance.

use serde::Serialize;

use super::{print_json, print_lines, say_problems};
use crate::deck::FaceKey;
use crate::error::Result;
use crate::history::FaceHistory;
use crate::schedule::queue::{Queue, Wanted, Why};
use crate::stats::activity::{Activity, ActivityTally};
use crate::stats::habits::Habits;
use crate::stats::streak::Streak;
use crate::study::Study;
use crate::text::{capital, one_line, pad, plural, shorten, width};
use crate::time::duration;
use crate::ui::screen::{Line, Look, paragraph};
use crate::ui::summary::{backlog_line, nothing_line};
use crate::ui::terminal::{columns, columns_of_tables};

/// The shape of `--json`.
#[derive(Serialize)]
struct Shape<'a> {
    due: usize,
    new: usize,
    /// The number of new faces beyond today's limit.
    waiting: usize,
    /// Why no new faces come today, in words; `None` unless too much is overdue.
    #[serde(skip)]
    backlog: Option<String>,
    /// How to clear the backlog in some days, in words; `None` unless it is large.
    #[serde(skip)]
    clearing: Option<String>,
    /// The expected time for today's faces, in seconds, repeats included.
    seconds: f64,
    decks: Vec<Row<'a>>,
    streak: Streak,
    /// The expected number of faces recalled if all were asked now.
    known: f64,
    /// The same minus its value a week ago.
    known_gain: f64,
    /// The number of faces that were begun.
    learnt: usize,
}

#[derive(Serialize)]
struct Row<'a> {
    deck: &'a str,
    due: usize,
    new: usize,
}

impl Row<'_> {
    fn today(&self) -> usize {
        self.due + self.new
    }
}

/// The number of days from which a person's habits are taken.
const HABITS: i64 = 90;
/// The seconds per answer assumed before any was measured.
const USUAL: f64 = 8.0;
/// The most decks with a line of their own.
const DECKS: usize = 6;

/// Prints today's work by deck and in minutes, the streak, what is known, and the next command.
///
/// # Errors
/// Fails if it can't be printed.
pub fn run(study: &Study, json: bool) -> Result<()> {
    say_problems(study);
    let queue = study.queue(&Wanted::default());
    let shape = shape(study, &queue);
    if json {
        return print_json(&shape);
    }
    print_lines(&lines(study, &shape, columns().min(80)))
}

fn shape<'a>(study: &'a Study, queue: &Queue) -> Shape<'a> {
    let due = queue.count(Why::Due) + queue.count(Why::Again);
    let new = queue.count(Why::New);
    let (habits, done) = lately(study);
    let answers = due as f64 * habits.answers_due() + new as f64 * habits.answers_new();
    let pace = done.mean_seconds;
    let weeks = study.known(1);
    let now = weeks.last();
    let gain = match weeks.as_slice() {
        [before, now] => now.known - before.known,
        _ => 0.0,
    };
    Shape {
        due,
        new,
        waiting: queue.new_beyond(),
        backlog: backlog_line(queue),
        clearing: queue
            .backlog()
            .map(|_| clearing(study, due, habits.answers_due() * pace.unwrap_or(USUAL))),
        seconds: answers * pace.unwrap_or(USUAL),
        decks: rows(study, queue),
        streak: study.streak(),
        known: now.map_or(0.0, |now| now.known),
        known_gain: gain,
        learnt: now.map_or(0, |now| now.learnt),
    }
}

/// Returns the habits and the activity of the last [`HABITS`] days.
fn lately(study: &Study) -> (Habits, Activity) {
    let today = study.today();
    let begin = || {
        (
            Habits::new(today.plus(-HABITS)),
            ActivityTally::new(today, HABITS),
        )
    };
    let add = |(habits, done): &mut (Habits, ActivityTally), _: &FaceKey, face: &FaceHistory| {
        habits.add(face);
        face.reviews().iter().for_each(|review| done.add(review));
    };
    let join = |one: (Habits, ActivityTally), other: (Habits, ActivityTally)| {
        (one.0.join(other.0), one.1.join(other.1))
    };
    let (habits, done) = study.history.walk(begin, add, join);
    (habits, done.finish())
}

/// The number of days in which to clear a backlog.
const CLEARING: usize = 10;

/// Returns how to clear `due` faces within [`CLEARING`] days, together with those that fall due meanwhile, at `seconds`
/// per face.
fn clearing(study: &Study, due: usize, seconds: f64) -> String {
    let today = study.today();
    let until = today.plus(CLEARING as i64);
    let coming = study.history.faces().filter_map(|(_, face)| face.due());
    let coming = coming.filter(|due| today < *due && *due < until).count();
    // In tens, so that the number is easy to remember.
    let limit = (due + coming).div_ceil(CLEARING).next_multiple_of(10);
    let time = duration((limit as f64 * seconds).round() as u64);
    format!("To clear it in {CLEARING} days, {time} per day: quiz review --limit {limit}")
}

fn rows<'a>(study: &'a Study, queue: &Queue) -> Vec<Row<'a>> {
    let mut rows: Vec<Row> = study
        .library
        .decks
        .iter()
        .map(|deck| Row {
            deck: &deck.name,
            due: 0,
            new: 0,
        })
        .collect();
    for entry in queue.entries(&study.library, study.now()) {
        if let Some(row) = rows.get_mut(entry.deck_at) {
            match entry.why {
                Why::New => row.new += 1,
                Why::Due | Why::Again => row.due += 1,
            }
        }
    }
    rows
}

fn lines(study: &Study, shape: &Shape, columns: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let say = |lines: &mut Vec<Line>, text: &str| {
        lines.extend(paragraph(Look::Plain, text, "", "", columns));
    };
    if shape.due + shape.new > 0 {
        lines.extend(decks(&shape.decks, columns_of_tables()));
        lines.push(Line::default());
        say(&mut lines, &format!("{}.", capital(&asked(shape))));
    }
    for line in shape.clearing.iter().chain(&shape.backlog) {
        say(&mut lines, line);
    }
    say(&mut lines, &format!("{}.", capital(&streak(&shape.streak))));
    if shape.learnt > 0 {
        say(
            &mut lines,
            &format!(
                "Known: about {:.0} of {}, {:+} this week.",
                shape.known,
                plural(shape.learnt, "face"),
                shape.known_gain.round() as i64
            ),
        );
    }
    let next = match (shape.due + shape.new, study.library.decks.is_empty()) {
        (_, true) => {
            let folder = crate::home::shown(&study.library.root);
            format!("There is no deck in {folder}. Write one, or: quiz add")
        }
        (0, _) => nothing_line(study, &Wanted::default()),
        _ => "Next: quiz review".to_string(),
    };
    say(&mut lines, &next);
    lines
}

/// Returns the line about today's faces: `54 due and 20 new, about 6 min; 121 new ones wait`.
fn asked(shape: &Shape) -> String {
    let mut parts = Vec::new();
    if shape.due > 0 {
        parts.push(format!("{} due", shape.due));
    }
    if shape.new > 0 {
        parts.push(format!("{} new", shape.new));
    }
    let time = duration((shape.seconds.round() as u64).max(1));
    let waiting = match shape.waiting {
        0 => String::new(),
        1 => "; 1 new one waits".into(),
        more => format!("; {more} new ones wait"),
    };
    format!("{}, about {time}{waiting}", parts.join(" and "))
}

/// Returns the streak in words; after a lost one, the longest.
fn streak(streak: &Streak) -> String {
    let said = streak.said();
    match streak.longest.filter(|_| streak.current == 0) {
        Some(longest) => format!("{said} (longest: {})", plural(longest.days, "day")),
        None => said,
    }
}

/// Returns one line per deck, those with something to ask today first, the others faint.
fn decks(rows: &[Row], columns: usize) -> Vec<Line> {
    let room = columns.saturating_sub(14).max(10);
    let name = |row: &Row| shorten(&one_line(row.deck), room);
    let mut shown: Vec<&Row> = rows.iter().filter(|row| row.today() > 0).collect();
    if shown.len() > DECKS {
        shown.sort_by_key(|row| std::cmp::Reverse(row.today()));
    }
    shown.extend(rows.iter().filter(|row| row.today() == 0));
    let more = match shown.len() {
        0..=DECKS => 0,
        all => all - (DECKS - 1),
    };
    shown.truncate(if more > 0 { DECKS - 1 } else { DECKS });
    let wide = shown.iter().map(|row| width(&name(row))).max().unwrap_or(0);
    let head = format!("{}  due  new", pad("", wide));
    let mut lines = vec![Line::new(Look::Faint, head)];
    for row in shown {
        let look = if row.today() > 0 {
            Look::Plain
        } else {
            Look::Faint
        };
        let text = format!("{}  {:>3}  {:>3}", pad(&name(row), wide), row.due, row.new);
        lines.push(Line::new(look, text));
    }
    if more > 0 {
        lines.push(Line::new(Look::Faint, format!("…and {more} more decks")));
    }
    lines
}
