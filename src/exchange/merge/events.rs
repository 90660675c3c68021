//! The history of a parcel: the events that the home does not have yet, in a file of their own.

use std::collections::{HashMap, HashSet};
use std::fs;

use super::cards::Cards;
use super::{FileChange, Into, Plan};
use crate::deck::FaceKey;
use crate::error::{Error, Result};
use crate::exchange::parcel::Parcel;
use crate::exchange::{events, lines};
use crate::history::event::Header;
use crate::history::{Event, log};
use crate::time::{Day, Stamp};

/// The approximate length of a line, in bytes.
const LINE: usize = 128;

/// The events that the home's history already has.
#[derive(Default)]
struct Had {
    /// Reviews, by face and moment in milliseconds: a moment is one answer, whatever offsets it was written with.
    reviews: HashMap<FaceKey, HashSet<i64>>,
    /// The last due day set for each face, and the moment.
    dues: HashMap<FaceKey, (Stamp, Day)>,
    /// All other events, as they are written.
    lines: HashSet<String>,
}

/// Adds the parcel's events to the plan, except those of cards that are `absent`.
pub(super) fn plan(into: &Into, parcel: &mut Parcel, cards: &Cards, plan: &mut Plan) -> Result<()> {
    let brought = std::mem::take(&mut parcel.events);
    if brought.is_empty() && parcel.lines.is_empty() {
        return Ok(());
    }
    let mut lines = String::new();
    raw(into, &parcel.lines, &mut lines, plan)?;
    let mut had = if brought.is_empty() {
        Had::default()
    } else {
        had(into)?
    };
    lines.reserve(brought.len() * LINE);
    for mut event in brought {
        if !cards.renamed.is_empty()
            && let Some(id) = events::card_mut(&mut event)
            && let Some(new) = cards.renamed.get(id.as_str())
        {
            *id = new.clone();
        }
        if !cards.absent.is_empty()
            && events::card_mut(&mut event).is_some_and(|id| cards.absent.contains(id.as_str()))
        {
            continue;
        }
        if let Some(event) = had.take(event) {
            plan.outcome.events += 1;
            plan.outcome.reviews += usize::from(matches!(event, Event::Review { .. }));
            lines.push_str(&event.to_line());
            lines.push('\n');
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    let path = into
        .home
        .join("reviews")
        .join(format!("{}.ron", parcel.source));
    let old = match fs::read(&path) {
        Ok(old) => Some(old),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(Error::io("read", &path)(error)),
    };
    let mut new = match &old {
        Some(old) => old.clone(),
        None => (Header::new(&parcel.source).to_line() + "\n").into_bytes(),
    };
    if new.last().is_some_and(|last| *last != b'\n') {
        new.push(b'\n');
    }
    new.extend_from_slice(lines.as_bytes());
    plan.files.push(FileChange {
        path,
        old,
        new,
        back_up: false,
    });
    Ok(())
}

/// Adds the lines that the home does not have yet, unchanged.
fn raw(into: &Into, brought: &[String], lines: &mut String, plan: &mut Plan) -> Result<()> {
    if brought.is_empty() {
        return Ok(());
    }
    let had: HashSet<String> = lines::all(&into.home.join("reviews"))?
        .into_iter()
        .collect();
    for line in brought
        .iter()
        .filter(|line| !had.contains(*line) && !line.contains('\n'))
    {
        plan.outcome.events += 1;
        plan.outcome.reviews += usize::from(line.starts_with("Review("));
        lines.push_str(line);
        lines.push('\n');
    }
    Ok(())
}

fn had(into: &Into) -> Result<Had> {
    let mut had = Had::default();
    for event in log::read(&into.home.join("reviews"), into.own_history)?.events() {
        had.add(event);
    }
    Ok(had)
}

impl Had {
    fn add(&mut self, event: Event) {
        match event {
            Event::Review { at, face, .. } => {
                self.reviews.entry(face).or_default().insert(at.millis());
            }
            Event::Due { at, face, due } => {
                let last = self.dues.entry(face).or_insert((at, due));
                if at >= last.0 {
                    *last = (at, due);
                }
            }
            event => {
                self.lines.insert(event.to_line());
            }
        }
    }

    /// Returns the event as it is written if it is new, and marks it as known.
    fn take(&mut self, event: Event) -> Option<Event> {
        match event {
            Event::Review { at, ref face, .. } => {
                // The events of a source come in any order, and nearly every face is already in the map.
                let is_new = match self.reviews.get_mut(face) {
                    Some(reviews) => reviews.insert(at.millis()),
                    None => {
                        let reviews = HashSet::from([at.millis()]);
                        self.reviews.insert(face.clone(), reviews);
                        true
                    }
                };
                is_new.then_some(event)
            }
            Event::Due { at, face, due } => {
                let at = match self.dues.get(&face) {
                    Some((_, day)) if *day == due => return None,
                    // Two days set at the same moment have no order.
                    Some((last, _)) if *last >= at => last.plus_millis(1),
                    _ => at,
                };
                self.dues.insert(face.clone(), (at, due));
                Some(Event::Due { at, face, due })
            }
            event => self.lines.insert(event.to_line()).then_some(event),
        }
    }
}
