//! The schedule that Obsidian's Spaced Repetition keeps in a comment: `<!--SR:!2024-03-20,124,270!…-->`.

use crate::deck::FaceKey;
use crate::exchange::events::{self, Memory};
use crate::exchange::zone::Zone;
use crate::history::Event;
use crate::time::Day;

/// The schedule of one face.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scheduled {
    due: Day,
    /// The interval, in days.
    interval: f32,
    /// The ease in percent: 250 is SM-2's 2.5.
    ease: f32,
}

impl Scheduled {
    /// Returns the event that gives the memory state of the face.
    pub(super) fn event(self, face: FaceKey, zone: &Zone) -> Option<Event> {
        #[expect(clippy::cast_possible_truncation, reason = "a number of days")]
        let days = self.interval.clamp(0.0, 36_500.0).round() as i64;
        let at = zone.noon(self.due.plus(-days).date())?;
        Some(events::known(
            at,
            face,
            Memory::from_sm2(self.ease / 100.0, self.interval)?,
            self.due,
        ))
    }
}

/// Removes the schedule from a text; returns the text without it, and the schedule.
pub(super) fn taken(text: &str) -> (String, Vec<Scheduled>) {
    let Some((before, rest)) = text.split_once("<!--SR:") else {
        return (text.to_string(), Vec::new());
    };
    let (inside, after) = rest.split_once("-->").unwrap_or((rest, ""));
    let schedule = inside.split('!').filter_map(|part| {
        let mut fields = part.split(',');
        Some(Scheduled {
            due: fields.next()?.trim().parse().ok()?,
            interval: fields.next()?.trim().parse().ok()?,
            ease: fields.next()?.trim().parse().ok()?,
        })
    });
    (format!("{}{after}", before.trim_end()), schedule.collect())
}
