//! Clocks, zones and days: figures stay right whatever the clock on the wall does.

use std::fs;

use crate::support::{Home, cards};

#[test]
fn three_fifty_nine_is_yesterday_and_four_is_today() {
    let mut home = Home::with(&cards(3));
    home.at("2026-11-23T03:59:59.999+01:00")
        .ok(&["grade", "c000", "good"]);
    home.at("2026-11-23T04:00:00+01:00")
        .ok(&["grade", "c001", "good"]);
    let json = home.json(&["stats", "--json"]);
    assert_eq!(
        (&json["streak"]["current"], &json["activity"]["today"]),
        (&2.into(), &1.into()),
        "{json}"
    );
}

#[test]
fn another_hour_holds_for_the_days_to_come_only() {
    let mut home = Home::with(&cards(9));
    let counted = |home: &Home| {
        let json = home.json(&["stats", "--json"]);
        let streak = &json["streak"];
        [&streak["current"], &streak["kept_of_30"], &json["calendar"]].map(ToString::to_string)
    };
    home.at("2026-11-20T02:00:00+01:00")
        .ok(&["grade", "c000", "good"]);
    home.at("2026-11-20T20:00:00+01:00")
        .ok(&["grade", "c001", "good"]);
    let before = counted(&home);
    assert_eq!(before[0], "2", "the 19th until four, and the 20th");
    fs::write(home.path().join("config.ron"), "Config(day_starts_at: 0)").unwrap();
    assert_eq!(counted(&home), before);
    home.at("2026-11-21T02:00:00+01:00")
        .ok(&["grade", "c002", "good"]);
    assert_eq!(counted(&home)[..2], ["2", "2"], "the 20th is not over");
    home.at("2026-11-22T02:00:00+01:00")
        .ok(&["grade", "c003", "good"]);
    let json = home.json(&["stats", "--json"]);
    assert_eq!(json["calendar"]["2026-11-22"], 1, "from midnight on");
    assert_eq!(json["calendar"]["2026-11-19"], 1);
}

#[test]
fn a_leap_day_and_every_zone_count_as_days() {
    let mut home = Home::with(&cards(30));
    for (n, now) in [
        "2028-02-27T09:00:00-12:00",
        "2028-02-28T09:00:00+14:00",
        "2028-02-29T23:59:00+14:00",
        "2028-03-01T04:00:00-12:00",
        "2028-03-02T09:00:00+05:45",
    ]
    .iter()
    .enumerate()
    {
        home.at(now).ok(&["grade", &format!("c{n:03}"), "good"]);
    }
    assert_eq!(home.json(&["stats", "--json"])["streak"]["current"], 5);
}

#[test]
fn a_night_of_daylight_saving_keeps_the_streak() {
    let mut home = Home::with(&cards(9));
    for (n, now) in [
        "2026-10-24T23:30:00+02:00",
        "2026-10-25T02:30:00+02:00",
        "2026-10-25T02:30:00+01:00",
        "2026-10-25T04:30:00+01:00",
        "2026-10-26T09:00:00+01:00",
    ]
    .iter()
    .enumerate()
    {
        home.at(now).ok(&["grade", &format!("c{n:03}"), "good"]);
    }
    let json = home.json(&["stats", "--json"]);
    assert_eq!(
        json["streak"]["current"], 3,
        "24th (until four), 25th, 26th: {json}"
    );
}

#[test]
fn a_clock_set_back_ten_years_loses_nothing_and_blocks_nothing() {
    let mut home = Home::with(&cards(4));
    home.at("2026-11-23T09:00:00+01:00")
        .ok(&["grade", "c000", "good"]);
    home.at("2016-11-23T09:00:00+01:00")
        .ok(&["grade", "c001", "good"]);
    assert_eq!(
        home.json(&["stats", "--json"])["activity"]["in_all"],
        1,
        "the other waits"
    );
    assert!(
        home.quiz(&["check"])
            .out
            .contains("more than a day in the future")
    );
    home.at("2026-11-24T09:00:00+01:00")
        .ok(&["grade", "c002", "good"]);
    let json = home.json(&["stats", "--json"]);
    assert_eq!(json["activity"]["in_all"], 3);
    assert_eq!(json["streak"]["current"], 2);
}
