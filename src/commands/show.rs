//! `quiz show`: all there is to know of a card or a deck.

use serde::Serialize;

use super::deck_page::{Page, room, said};
use super::{Plain, print_json, print_lines};
use crate::cli;
use crate::deck::library::Library;
use crate::deck::{Card, Content, Deck, FaceKey};
use crate::error::{Error, Result};
use crate::home;
use crate::schedule::askable::Askable;
use crate::schedule::standing::Standing;
use crate::study::Study;
use crate::text::{clean, one_line_kept, plural};
use crate::time::{self, Day, Stamp};
use crate::ui::rich::{CardText, draw};
use crate::ui::screen::{Line, Look};

/// What `--json` prints.
#[derive(Serialize)]
struct Shape<'a> {
    id: &'a str,
    deck: &'a str,
    kind: &'static str,
    file: String,
    line: usize,
    hint: Option<&'a str>,
    note: Option<&'a str>,
    tags: &'a [String],
    source: Option<&'a str>,
    as_of: Option<&'a str>,
    suspended: bool,
    buried_until: Option<Day>,
    faces: Vec<Face>,
}

#[derive(Serialize)]
struct Face {
    key: FaceKey,
    question: String,
    answer: String,
    /// The two without markup.
    plain: Plain,
    state: Standing,
    due: Option<Day>,
    /// Days for which it is recalled with 90 % probability.
    stability: Option<f32>,
    /// 1–10.
    difficulty: Option<f32>,
    /// The probability of recall today, 0–1.
    retrievability: Option<f32>,
    desired_retention: f32,
    lapses: usize,
    reviews: Vec<Review>,
    /// What it is today.
    #[serde(skip)]
    today: Askable,
}

#[derive(Serialize)]
struct Review {
    at: Stamp,
    grade: &'static str,
    ms: u32,
    due: Day,
    /// The days from the learning day of the review to `due`.
    #[serde(skip)]
    days: i64,
}

/// Prints the card, or the deck.
///
/// # Errors
/// Fails if neither is found, or several could be meant.
pub fn run(study: &Study, flags: &cli::Show) -> Result<()> {
    if let Some(deck) = named_deck(&study.library, &flags.card) {
        let page = Page::of(deck);
        return if flags.json {
            print_json(&page)
        } else {
            print_lines(&page.lines())
        };
    }
    let (deck, card) = study.library.find(&flags.card)?;
    let shape = Shape {
        id: card.id.as_str(),
        deck: &deck.name,
        kind: card.content.kind(),
        file: deck.path.to_string_lossy().into_owned(),
        line: card.line,
        hint: card.hint.as_deref(),
        note: card.note.as_deref(),
        tags: card.tags(),
        source: card.source.as_deref(),
        as_of: card.as_of.as_deref(),
        suspended: study.history.is_suspended(&card.id),
        buried_until: study
            .history
            .buried_until(&card.id)
            .filter(|until| *until > study.today()),
        faces: faces(study, card, study.config.retention_of(&deck.name)),
    };
    if flags.json {
        print_json(&shape)
    } else {
        print_lines(&as_lines(study, card, &shape, &home::shown(&deck.path)))
    }
}

/// Returns the deck that is meant: the one of this name, in any folder, where no card has it as its id; else the one
/// that the word is an unambiguous part of, where it is a part of no id.
pub(super) fn named_deck<'a>(library: &'a Library, word: &str) -> Option<&'a Deck> {
    if word.parse().is_ok_and(|id| library.card(&id).is_some()) {
        return None;
    }
    let is_named = |deck: &&Deck| {
        let folder = deck.name.strip_suffix(word);
        folder.is_some_and(|folder| folder.is_empty() || folder.ends_with('/'))
    };
    let is_no_card = || matches!(library.find(word), Err(Error::NoSuchCard { .. }));
    let by_name: Vec<&Deck> = library.decks.iter().filter(is_named).collect();
    match by_name.as_slice() {
        [deck] => Some(deck),
        [] if is_no_card() => match library.select(&[word.to_string()]).ok()?.as_slice() {
            [deck] => Some(deck),
            _ => None,
        },
        _ => None,
    }
}

fn faces(study: &Study, card: &Card, desired_retention: f32) -> Vec<Face> {
    let today = study.askables_of(&card.id);
    let askable = |key: &FaceKey| {
        let found = today.iter().find(|(face, _)| face == key);
        found.map_or(Askable::New, |(_, askable)| *askable)
    };
    let of = |side| {
        let key = card.face(side);
        let face = study.history.face(&key);
        let state = face.and_then(|face| study.memory.state(face));
        Face {
            question: card.question(side),
            answer: card.answer(side),
            plain: Plain::of(card, side),
            state: Standing::of(face),
            due: face.and_then(|face| face.due()),
            stability: state.map(|state| state.stability),
            difficulty: state.map(|state| state.difficulty),
            retrievability: face.and_then(|face| study.memory.retrievability(face, study.today())),
            desired_retention,
            today: askable(&key),
            lapses: face.map_or(0, |face| face.lapses()),
            reviews: face
                .map_or(&[][..], |face| face.reviews())
                .iter()
                .map(|review| Review {
                    at: review.at,
                    grade: review.grade.word(),
                    ms: review.ms,
                    due: review.due,
                    days: review.due.days_since(review.day),
                })
                .collect(),
            key,
        }
    };
    card.sides().iter().copied().map(of).collect()
}

fn as_lines(study: &Study, card: &Card, shape: &Shape, file: &str) -> Vec<Line> {
    let room = room();
    let mut lines = Vec::new();
    let mut text = format!(
        "{}  {} in {}  {file}:{}\n",
        shape.id,
        shape.kind,
        one_line_kept(shape.deck),
        shape.line
    );
    if shape.suspended {
        text.push_str("suspended: not asked until resumed\n");
    }
    if let Some(until) = shape.buried_until {
        text.push_str(&format!("buried until {until}\n"));
    }
    for face in &shape.faces {
        text.push('\n');
        lines.append(&mut said(&std::mem::take(&mut text)));
        let question = CardText::question(card, face.key.side, false);
        lines.extend(draw(&question, Look::Plain, "", "", room));
        let answer = CardText::of(card, face.answer.as_str());
        lines.extend(draw(&answer, Look::Plain, "→ ", "  ", room));
        if let Content::Choice { choices, .. } = &card.content {
            let choices = CardText::of(card, choices.join(" · "));
            lines.extend(draw(&choices, Look::Plain, "  of: ", "      ", room));
        }
        if shape.faces.len() > 1 {
            text.push_str(&format!("  face {}\n", face.key));
        }
        text.push_str(&format!("  {}\n", why_due(study, face)));
        if let (Some(stability), Some(difficulty)) = (face.stability, face.difficulty) {
            text.push_str(&format!(
                "  stability {stability:.1} days, difficulty {difficulty:.1} of 10, {}\n",
                plural(face.lapses, "lapse")
            ));
        }
        for review in &face.reviews {
            text.push_str(&format!(
                "  {}  {:<5}  {:>6}  {}\n",
                review.at.local().format("%Y-%m-%d %H:%M"),
                review.grade,
                format!("{:.1} s", f64::from(review.ms) / 1000.0),
                time::interval(review.days),
            ));
        }
    }
    text.push('\n');
    lines.append(&mut said(&text));
    for (name, value) in [("hint: ", shape.hint), ("note: ", shape.note)] {
        let value = value.map(|value| CardText::of(card, value));
        lines.extend(
            value
                .into_iter()
                .flat_map(|value| draw(&value, Look::Plain, name, "  ", room)),
        );
    }
    let mut text = String::new();
    let more = [("source", shape.source), ("as of", shape.as_of)];
    for (name, value) in more
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
    {
        text.push_str(&format!("{name}: {}\n", clean(value)));
    }
    if !shape.tags.is_empty() {
        text.push_str(&format!("tags: {}\n", clean(&shape.tags.join(" "))));
    }
    lines.append(&mut said(&text));
    lines
}

/// When the face is due, and why then.
fn why_due(study: &Study, face: &Face) -> String {
    let percent = |share: f32| format!("{:.0} %", share * 100.0);
    let but = match face.today {
        Askable::HeldBack(_) => ", but another face of the card has the day: tomorrow".to_string(),
        Askable::Suspended => ", but suspended".to_string(),
        Askable::Buried { until, .. } => {
            format!(", but buried until {}", until.said_on(study.today()))
        }
        _ => String::new(),
    };
    match (face.due, face.retrievability) {
        (Some(due), Some(recall)) => {
            let (today, aim) = (study.today(), percent(face.desired_retention));
            let why = if due > today && recall < face.desired_retention {
                format!(
                    "below {aim} already, but a card waits for the day it was promised: the next one at the earliest, and moved a little to even the days out"
                )
            } else {
                format!("asked when that falls to {aim}")
            };
            format!(
                "{}: due {}{but}; recalled today with {}, {why}",
                face.state.word(),
                due.said_on(today),
                percent(recall),
            )
        }
        _ => format!("new: asked when its turn comes among the new cards{but}"),
    }
}
