//! What each kind of day does to a streak.

use super::*;
use crate::deck::CardId;
use crate::history::{Event, Grade};
use crate::time::Stamp;

fn review(at: &str, face: &str, due: &str) -> Event {
    let at: Stamp = at.parse().unwrap();
    Event::Review {
        at,
        face: face.parse().unwrap(),
        grade: Grade::Good,
        ms: 1,
        due: due.parse().unwrap(),
    }
}

fn noon(day: u32) -> String {
    format!("2026-11-{day:02}T12:00:00.000+01:00")
}

fn streak(events: Vec<Event>, today: &str) -> Streak {
    let now: Stamp = format!("{today}T13:00:00.000+01:00").parse().unwrap();
    streak_of(&["a", "b"], events, now)
}

/// Returns the streak of somebody whose decks have these faces.
fn streak_of(faces: &[&str], events: Vec<Event>, now: Stamp) -> Streak {
    let history = History::fold(events, now, 4);
    let faces = faces.iter().map(|face| face.parse().unwrap());
    Days::new(&history, faces, history.day(now)).streak()
}

#[test]
fn days_in_a_row_count_and_today_is_open() {
    let events = vec![
        review(&noon(20), "a", "2026-11-21"),
        review(&noon(21), "a", "2026-11-22"),
        review(&noon(22), "a", "2026-11-23"),
    ];
    let open = streak(events.clone(), "2026-11-23");
    assert_eq!(
        (open.current, open.today, open.kept_of_30),
        (3, Kept::Missed, 3)
    );
    assert_eq!(open.said(), "streak 3 days; one answer today keeps it");
    let broken = streak(events, "2026-11-24");
    assert_eq!(broken.said(), "no streak now: one answer starts a new one");
    assert_eq!((broken.current, broken.longest.unwrap().days), (0, 3));
}

#[test]
fn a_day_with_nothing_due_neither_breaks_nor_adds() {
    let events = vec![
        review(&noon(20), "a", "2026-11-22"),
        review(&noon(22), "a", "2026-11-30"),
    ];
    let streak = streak(events, "2026-11-24");
    assert_eq!((streak.current, streak.today), (2, Kept::Free));
}

#[test]
fn a_gap_with_something_due_breaks() {
    let events = vec![
        review(&noon(18), "a", "2026-11-19"),
        review(&noon(22), "a", "2026-11-30"),
    ];
    let streak = streak(events, "2026-11-22");
    assert_eq!((streak.current, streak.longest.unwrap().days), (1, 1));
}

#[test]
fn a_day_is_what_the_persons_own_clock_said() {
    // Across the date line and back: three days by the clock on the wall, whatever the zone is later.
    let events = vec![
        review("2026-11-20T23:30:00.000+13:00", "a", "2026-11-21"),
        review("2026-11-21T08:00:00.000-08:00", "a", "2026-11-22"),
        review("2026-11-22T20:00:00.000+13:00", "a", "2026-11-23"),
    ];
    let mut sorted = events;
    sorted.sort_by_key(Event::at);
    assert_eq!(streak(sorted, "2026-11-22").current, 3);
    // A night in which the clocks change: 03:59 is still the day before, on either side of it.
    let events = vec![
        review("2026-10-25T02:30:00.000+02:00", "a", "2026-10-25"),
        review("2026-10-25T02:30:00.000+01:00", "a", "2026-10-25"),
        review("2026-10-25T04:00:00.000+01:00", "a", "2026-10-26"),
    ];
    let streak = streak(events, "2026-10-25");
    assert_eq!((streak.current, streak.kept_of_30), (2, 2));
}

/// Kept on the 20th and the 21st; `a` is due on the 23rd.
fn due_on_the_23rd() -> Vec<Event> {
    vec![
        review(&noon(20), "a", "2026-11-21"),
        review(&noon(21), "a", "2026-11-23"),
    ]
}

fn card(id: &str) -> CardId {
    id.parse().unwrap()
}

fn at(day: u32) -> Stamp {
    noon(day).parse().unwrap()
}

#[test]
fn what_no_deck_has_is_not_missed() {
    assert_eq!(streak_of(&["a"], due_on_the_23rd(), at(25)).current, 0);
    assert_eq!(
        streak_of(&["a#c1", "b"], due_on_the_23rd(), at(25)).current,
        2
    );
}

#[test]
fn what_is_suspended_does_not_wait_and_resuming_it_does_not_change_that() {
    let mut events = due_on_the_23rd();
    events.push(Event::suspend(at(22), card("a")));
    assert_eq!(streak_of(&["a"], events.clone(), at(28)).current, 2);
    events.push(Event::resume(at(28), card("a")));
    let resumed = streak_of(&["a"], events.clone(), at(28));
    assert_eq!((resumed.current, resumed.today), (2, Kept::Missed));
    assert_eq!(
        streak_of(&["a"], events.clone(), at(29)).current,
        0,
        "it waited on the 28th"
    );
    events.push(review(&noon(28), "b", "2026-12-30"));
    assert_eq!(streak_of(&["a"], events, at(28)).current, 3);
}

#[test]
fn what_is_buried_waits_from_the_day_it_was_buried_until() {
    let mut events = due_on_the_23rd();
    let until = "2026-11-25".parse().unwrap();
    events.push(Event::Bury {
        at: at(23),
        card: card("a"),
        until,
        with: None,
    });
    assert_eq!(streak_of(&["a"], events.clone(), at(24)).today, Kept::Free);
    let needed = streak_of(&["a"], events.clone(), at(25));
    assert_eq!((needed.current, needed.today), (2, Kept::Missed));
    assert_eq!(streak_of(&["a"], events.clone(), at(26)).current, 0);
    events.push(review(&noon(25), "a", "2026-12-30"));
    assert_eq!(
        streak_of(&["a"], events, at(25)).current,
        3,
        "answering does not change the 23rd"
    );
}

#[test]
fn what_is_forgotten_waits_no_more_and_what_waited_before_stays_missed() {
    let forget = |day| Event::Forget {
        at: at(day),
        face: "a".parse().unwrap(),
        with: None,
    };
    let mut events = due_on_the_23rd();
    events.push(forget(23));
    assert_eq!(streak_of(&["a"], events.clone(), at(28)).current, 2);
    events.push(review(&noon(28), "a", "2026-11-30"));
    assert_eq!(streak_of(&["a"], events, at(28)).current, 3);
    let mut events = due_on_the_23rd();
    events.push(forget(25));
    assert_eq!(streak_of(&["a"], events, at(28)).current, 0);
}

#[test]
fn what_is_taken_back_stood_until_then() {
    let undo = |day, of| Event::Undo {
        at: at(day),
        face: "a".parse().unwrap(),
        of,
    };
    let mut events = due_on_the_23rd();
    events.push(Event::suspend(at(22), card("a")));
    events.push(undo(27, at(22)));
    let today = streak_of(&["a"], events.clone(), at(27));
    assert_eq!((today.current, today.today), (2, Kept::Missed));
    assert_eq!(streak_of(&["a"], events, at(28)).current, 0);
    // The 21st was kept, though its answer was taken back on the next day; on its own day it would not be.
    let mut events = due_on_the_23rd();
    events.push(undo(22, at(21)));
    assert_eq!(streak_of(&["a"], events, at(22)).current, 2);
    let mut events = due_on_the_23rd();
    events.push(Event::Undo {
        at: at(21).plus_millis(9),
        face: "a".parse().unwrap(),
        of: at(21),
    });
    let open = streak_of(&["a"], events, at(21));
    assert_eq!((open.current, open.today), (1, Kept::Missed));
}

#[test]
fn an_early_answer_makes_up_for_no_other_face() {
    let events = vec![
        review(&noon(20), "a", "2026-11-30"),
        review(&noon(20).replace("12:", "13:"), "b", "2026-11-22"),
        review(&noon(21), "a", "2026-12-30"),
    ];
    assert_eq!(streak_of(&["a", "b"], events, at(23)).current, 0);
}

#[test]
fn of_equal_runs_the_later_is_the_longest() {
    let events = vec![
        review(&noon(10), "a", "2026-11-11"),
        review(&noon(11), "a", "2026-11-12"),
        review(&noon(20), "a", "2026-11-21"),
        review(&noon(21), "a", "2026-12-30"),
    ];
    let longest = streak(events, "2026-11-23").longest.unwrap();
    assert_eq!(
        (longest.days, longest.to),
        (2, "2026-11-21".parse().unwrap())
    );
}

#[test]
fn a_day_that_a_journey_brought_early_counts_at_once() {
    let mut events = due_on_the_23rd();
    // In Tokyo it is the 23rd already; the way back to Berlin leads to its 22nd.
    events.push(review("2026-11-23T05:00:00.000+09:00", "a", "2026-11-30"));
    let back: Stamp = "2026-11-22T22:00:00.000+01:00".parse().unwrap();
    let streak = streak_of(&["a"], events, back);
    assert_eq!(
        (streak.current, streak.today, streak.kept_of_30),
        (3, Kept::Kept, 3)
    );
}

#[test]
fn nothing_yet_is_no_streak() {
    assert_eq!(
        streak(vec![], "2026-11-23").said(),
        "no streak yet: one answer starts it"
    );
}
