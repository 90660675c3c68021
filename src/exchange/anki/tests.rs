//! The rules by which a log becomes events, each on a collection of its own.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::*;
use crate::exchange::parcel::{Found, Report};

/// A collection with one note of two cards (10 and 11) and what a test adds.
struct Made {
    conf: &'static str,
    dconf: &'static str,
    cards: Vec<String>,
    log: Vec<[i64; 8]>,
    zone: &'static str,
    with_orphans: bool,
}

/// 2024-03-01T00:00:00Z in milliseconds.
const MARCH: i64 = 1_709_251_200_000;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// Returns a row of the log: moment, card, ease, interval, factor, milliseconds, kind.
fn row(at: i64, ease: i64, interval: i64, factor: i64, kind: i64) -> [i64; 8] {
    [MARCH + at, 10, ease, interval, factor, 1000, kind, 0]
}

impl Made {
    fn new(log: &[[i64; 8]]) -> Self {
        Self {
            conf: r#"{"schedVer":2,"creationOffset":-60}"#,
            dconf: "{}",
            cards: vec!["insert into cards values(10,1,1,0,0,-1,0,0,0,0,0,0,0,0,0,0,0,'')".into()],
            log: log.to_vec(),
            zone: "+01:00",
            with_orphans: false,
        }
    }

    /// Makes the card one in review, due `due` days after the creation of the collection on 2024-02-01.
    fn due(mut self, due: i64) -> Self {
        self.cards = vec![format!(
            "insert into cards values(10,1,1,0,0,-1,2,2,{due},5,2500,3,0,0,0,0,0,'')"
        )];
        self
    }

    fn read(&self) -> Parcel {
        let file = tempfile::NamedTempFile::new().unwrap();
        let models = r#"{"5":{"id":5,"name":"B","type":0,"flds":[{"name":"Front"},{"name":"Back"}],"tmpls":[
            {"name":"1","qfmt":"{{Front}}","afmt":"{{FrontSide}}<hr id=answer>{{Back}}"},
            {"name":"2","qfmt":"{{Back}}","afmt":"{{FrontSide}}<hr id=answer>{{Front}}"}]}}"#;
        let decks = r#"{"1":{"id":1,"name":"A::B","conf":1}}"#;
        let base = Connection::open(file.path()).unwrap();
        base.execute_batch(
            "create table col(id,crt,mod,scm,ver,dty,usn,ls,conf,models,decks,dconf,tags);
             create table notes(id,guid,mid,mod,usn,tags,flds,sfld,csum,flags,data);
             create table cards(id,nid,did,ord,mod,usn,type,queue,due,ivl,factor,reps,lapses,left,odue,odid,flags,data);
             create table revlog(id,cid,usn,ease,ivl,lastIvl,factor,time,type);
             insert into notes values(1,'g',5,0,-1,' leech x ','front\u{1f}back','',0,0,'');",
        )
        .unwrap();
        // 2024-02-01T04:00:00+01:00
        base.execute(
            "insert into col values(1,1706756400,0,0,11,0,0,0,?,?,?,?,'{}')",
            [self.conf, models, decks, self.dconf],
        )
        .unwrap();
        for card in &self.cards {
            base.execute(card, []).unwrap();
        }
        for [at, card, ease, interval, factor, ms, kind, _] in &self.log {
            base.execute(
                "insert into revlog values(?,?,-1,?,?,0,?,?,?)",
                [at, card, ease, interval, factor, ms, kind],
            )
            .unwrap();
        }
        drop(base);
        let options = Options {
            zone: self.zone.parse().unwrap(),
            day_starts_at: 4,
            with_orphans: self.with_orphans,
            ..Options::default()
        };
        read(file.path(), &options, &mut |_, _, _| {}).unwrap()
    }

    fn lines(&self) -> Vec<String> {
        self.read()
            .events
            .iter()
            .map(crate::history::Event::to_line)
            .collect()
    }

    fn rows(&self) -> BTreeMap<String, usize> {
        let Report { history, .. } = self.read().report;
        history
    }
}

fn review(at: &str, grade: &str, ms: u32, due: &str) -> String {
    format!("Review(at:\"{at}\",face:\"anki-g\",grade:{grade},ms:{ms},due:\"{due}\")")
}

#[test]
fn an_answer_is_told_on_the_persons_own_clock() {
    let mut made = Made::new(&[
        row(2 * HOUR, 3, -600, 0, 0),
        row(3 * HOUR, 3, 2, 2500, 0),
        row(10 * HOUR, 4, -90_000, 2500, 0),
    ]);
    made.log[1][5] = 900_000;
    assert_eq!(
        made.lines(),
        [
            // Before four o'clock it is still the day before.
            review("2024-03-01T03:00:00.000+01:00", "Good", 1000, "2024-02-29"),
            review(
                "2024-03-01T04:00:00.000+01:00",
                "Good",
                60_000,
                "2024-03-03"
            ),
            review("2024-03-01T11:00:00.000+01:00", "Easy", 1000, "2024-03-02"),
        ]
    );
    made.zone = "America/New_York";
    made.log = vec![
        row(9 * DAY + 23 * HOUR, 3, 1, 2500, 0),
        row(10 * DAY + 23 * HOUR, 3, 1, 2500, 1),
    ];
    let lines = made.lines();
    assert!(
        lines[0].contains("2024-03-10T19:00:00.000-04:00"),
        "{lines:?}"
    );
    made.log = vec![row(8 * DAY + 23 * HOUR, 3, 1, 2500, 0)];
    assert!(made.lines()[0].contains("2024-03-09T18:00:00.000-05:00"));
}

#[test]
fn the_first_schedulers_buttons_are_shifted_where_cards_are_learnt() {
    let log = [
        row(HOUR, 2, 1, 2500, 0),
        row(DAY, 2, 3, 2500, 1),
        row(2 * DAY, 3, 3, 2500, 2),
    ];
    let grades = |made: &Made| -> Vec<String> {
        let grade =
            |line: &String| Some(line.split_once("grade:")?.1.split(',').next()?.to_string());
        made.lines().iter().filter_map(grade).collect()
    };
    let mut made = Made::new(&log);
    assert_eq!(grades(&made), ["Hard", "Hard", "Good"]);
    made.conf = "{}";
    assert_eq!(grades(&made), ["Good", "Hard", "Easy"]);
    // Four buttons while learning: it was the second scheduler after all.
    made.log.push(row(3 * DAY, 4, 9, 2500, 0));
    assert_eq!(grades(&made)[0], "Hard");
}

#[test]
fn what_was_set_by_hand_is_no_answer_but_a_reset_begins_anew() {
    let made = Made::new(&[
        row(HOUR, 3, 1, 2500, 0),
        row(DAY, 0, 10, 2500, 4),
        row(2 * DAY, 0, 12, 2500, 5),
        row(3 * DAY, 0, 0, 0, 4),
        row(4 * DAY, 0, 3, 2500, 1),
    ]);
    let lines = made.lines();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        lines[1],
        "Forget(at:\"2024-03-04T01:00:00.000+01:00\",face:\"anki-g\")"
    );
    assert_eq!(
        made.rows()["days set by hand or rescheduled: the due days have them"],
        3
    );
}

#[test]
fn cramming_counts_only_where_it_changes_the_schedule() {
    let made = Made::new(&[
        row(HOUR, 3, 1, 2500, 0),
        row(DAY, 1, 0, 0, 3),
        row(2 * DAY, 3, 20, 2500, 3),
    ]);
    let lines = made.lines();
    assert_eq!(lines.len(), 2);
    assert!(lines[1].contains("due:\"2024-03-22\""), "{lines:?}");
    assert_eq!(
        made.rows()["answers while cramming, which change nothing"],
        1
    );
}

#[test]
fn learning_after_reviews_is_a_reset_that_old_anki_did_not_write() {
    let made = Made::new(&[
        row(HOUR, 3, 1, 2500, 0),
        row(DAY, 3, 3, 2500, 1),
        row(DAY + 1, 1, 0, 0, 3),
        row(2 * DAY, 3, -600, 2500, 0),
        row(2 * DAY + HOUR, 3, 1, 2500, 0),
    ]);
    let lines = made.lines();
    assert_eq!(lines.len(), 5);
    assert_eq!(
        lines[2],
        "Forget(at:\"2024-03-03T00:59:59.999+01:00\",face:\"anki-g\")"
    );
}

#[test]
fn answers_to_cards_that_are_gone_are_counted_and_kept_only_if_wanted() {
    let mut made = Made::new(&[row(HOUR, 3, 1, 2500, 0)]);
    made.log.push([MARCH, 99, 3, 1, 2500, 1000, 0, 0]);
    assert_eq!(
        (
            made.lines().len(),
            made.rows()["answers to cards that are not there"]
        ),
        (1, 1)
    );
    made.with_orphans = true;
    assert!(made.lines()[0].contains("face:\"anki-card-99\""));
}

#[test]
fn a_due_day_is_counted_from_the_day_the_collection_was_made() {
    let log = [row(20 * HOUR, 3, 5, 2500, 0)];
    // 2024-02-01 and 34 days are 2024-03-06, what the answer promised.
    assert_eq!(Made::new(&log).due(34).lines().len(), 1);
    let lines = Made::new(&log).due(40).lines();
    assert_eq!(
        lines[1],
        "Due(at:\"2024-03-01T21:00:00.001+01:00\",face:\"anki-g\",due:\"2024-03-12\")"
    );
    // Without the offset the person's zone tells the day: there it was still January.
    let mut west = Made::new(&log).due(34);
    west.zone = "-07:00";
    assert_eq!(
        west.lines().len(),
        1,
        "the collection says in which zone it was made"
    );
    west.conf = r#"{"schedVer":2}"#;
    assert!(
        west.lines()[1].contains("due:\"2024-03-05\""),
        "{:?}",
        west.lines()
    );
    // A card in a filtered deck has its own day elsewhere.
    let mut filtered = Made::new(&log);
    filtered.cards =
        vec!["insert into cards values(10,1,77,0,0,-1,2,2,-100000,5,2500,3,0,0,40,1,0,'')".into()];
    assert!(filtered.lines()[1].contains("2024-03-12"));
    assert_eq!(filtered.read().decks[0].name, "A/B");
}

#[test]
fn a_wrong_zone_is_asked_about() {
    let mut made = Made::new(&[]);
    made.conf = r#"{"schedVer":2}"#;
    made.cards.clear();
    for card in 10..16 {
        let row = [MARCH + 8 * HOUR, card, 3, 5, 2500, 1000, 0, 0];
        made.log.push(row);
        made.cards.push(format!(
            "insert into cards values({card},1,1,0,0,-1,2,2,35,5,2500,3,0,0,0,0,0,'')"
        ));
    }
    // All are cards of one note and template here: only the first becomes a card.
    let noted = made.read().report.noted;
    let asked = noted.keys().any(|what| what.contains("--zone"));
    assert!(asked, "{noted:?}");
}

#[test]
fn what_the_scheduler_knew_stands_for_answers_that_are_missing() {
    // Reviewed, but no rows at all: 30 days after 2024-02-01, with an interval of 5.
    let lines = Made::new(&[]).due(30).lines();
    assert_eq!(lines.len(), 1);
    assert!(
        lines[0]
            .starts_with("Known(at:\"2024-02-26T12:00:00.000+01:00\",face:\"anki-g\",stability:5.")
            && lines[0].ends_with("due:\"2024-03-02\")"),
        "{lines:?}"
    );
    // Rows that begin with a review: what the first one says stands for what was before.
    let lines = Made::new(&[row(HOUR * 8, 3, 40, 2500, 1), row(40 * DAY, 3, 90, 2500, 1)]).lines();
    assert_eq!(lines.len(), 3);
    assert!(
        lines[1].starts_with(
            "Known(at:\"2024-03-01T09:00:00.001+01:00\",face:\"anki-g\",stability:40."
        ),
        "{lines:?}"
    );
    // A learning row later on begins anew: nothing is missing.
    let lines = Made::new(&[row(HOUR * 8, 3, 40, 2500, 1), row(40 * DAY, 3, 1, 2500, 0)]).lines();
    assert!(
        !lines.iter().any(|line| line.starts_with("Known")),
        "{lines:?}"
    );
}

#[test]
fn what_is_suspended_stays_so() {
    let suspended = |first: i64, second: i64| {
        let mut made = Made::new(&[row(HOUR, 3, 1, 2500, 0)]);
        made.cards = vec![
            format!("insert into cards values(10,1,1,0,0,-1,0,{first},0,0,0,0,0,0,0,0,0,'')"),
            format!("insert into cards values(11,1,1,1,0,-1,0,{second},0,0,0,0,0,0,0,0,0,'')"),
        ];
        made.lines()
            .into_iter()
            .filter(|line| line.starts_with("Suspend"))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        suspended(-1, -1),
        ["Suspend(at:\"2024-03-01T02:00:00.002+01:00\",card:\"anki-g\")"]
    );
    assert_eq!(suspended(-2, -3), Vec::<String>::new());
    // Of two cards that are one here, only the second.
    assert_eq!(
        suspended(0, -1),
        ["Suspend(at:\"1970-01-01T01:00:00.013+01:00\",face:\"anki-g#reverse\")"]
    );
}

#[test]
fn presets_are_settings() {
    let mut made = Made::new(&[]);
    made.dconf = r#"{"1":{"new":{"perDay":7},"lapse":{"leechFails":6},"desiredRetention":0.85}}"#;
    made.conf = r#"{"schedVer":2,"rollover":5}"#;
    let settings = made.read().settings.map(|settings| {
        crate::exchange::settings::to_text(&settings, &crate::config::Config::default())
    });
    assert_eq!(
        settings.unwrap(),
        "Config(\n    day_starts_at: 5,\n    new_per_day: 7,\n    desired_retention: 0.85,\n    leech_after: 6,\n)\n"
    );
}

#[test]
fn parameters_that_were_fitted_there_are_noted_and_not_taken() {
    let mut made = Made::new(&[]);
    made.dconf = r#"{"1":{"name":"Slow","fsrsParams6":[0.5,1.25],"fsrsWeights":[9.0]},"2":{"fsrsParams6":[7.0]}}"#;
    let parcel = made.read();
    let noted: Vec<&Found> = parcel
        .report
        .noted
        .iter()
        .filter(|(what, _)| what.starts_with("FSRS parameters"))
        .map(|(_, found)| found)
        .collect();
    assert_eq!(noted.len(), 1);
    assert_eq!(noted[0].places, ["Slow: [0.5, 1.25]"]);
}

#[test]
fn two_cards_that_ask_both_ways_are_one_and_leech_is_ours_to_say() {
    let mut made = Made::new(&[]);
    made.cards
        .push("insert into cards values(11,1,1,1,0,-1,0,0,0,0,0,0,0,0,0,0,3,'')".into());
    let parcel = made.read();
    let card = &parcel.decks[0].cards[0];
    assert!(matches!(
        &card.draft.kind,
        crate::deck::draft::Kind::Basic { reverse: true, .. }
    ));
    assert_eq!(card.draft.tags, ["x", "flag-3"]);
    assert_eq!((card.stands_for, parcel.source_cards()), (2, 2));
}
