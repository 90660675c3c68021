//! The day's faces and the outlook on the days after it, through the binary.

use crate::support::{Home, cards};

const TWO_SIDES: &str = r#"Basic(id: "a", front: "AAA", back: "1", reverse: true)"#;

#[test]
fn the_line_about_what_comes_counts_what_the_day_held_back() {
    let mut home = Home::with(TWO_SIDES);
    home.write_history(&[
        r#"Review(at:"2026-11-05T09:00:00.000+01:00",face:"a",grade:Good,ms:1000,due:"2026-11-07")"#,
        r#"Review(at:"2026-11-06T09:00:00.000+01:00",face:"a#reverse",grade:Good,ms:1000,due:"2026-11-08")"#,
    ]);
    home.at("2026-11-20T09:00:00+01:00");
    home.ok(&["grade", "a", "good"]);
    let glance = home.ok(&[]);
    assert!(glance.contains("Next: 1 card due tomorrow."), "{glance}");
    home.at("2026-11-21T09:00:00+01:00");
    assert_eq!(home.json(&["--json"])["due"], 1);
}

#[test]
fn the_line_about_what_comes_is_about_the_decks_asked_for() {
    let home = Home::empty();
    for name in ["one", "two"] {
        let card =
            format!("Basic(id: \"{name}\", front: \"{name}?\", back: \"1\", tags: [\"{name}\"])");
        home.deck(name, &format!("Deck(title: \"t\", cards: [{card}])"));
    }
    home.ok(&["grade", "one", "good"]);
    let line = home.quiz(&["next", "one"]).err;
    assert_eq!(
        line,
        "Nothing is due in one. Next: 1 card due on 2026-11-25, in 2 days. Left today in other decks: 1.\n"
    );
    let line = home.ok(&["review", "one"]);
    assert!(
        line.starts_with("Nothing is due in one. Next: 1 card"),
        "{line}"
    );
    let line = home.quiz(&["next", "--tag", "one"]).err;
    assert!(
        line.starts_with("Nothing is due with the tag `one`."),
        "{line}"
    );
    assert!(line.ends_with("Left today on other cards: 1.\n"), "{line}");
}

#[test]
fn a_card_forgotten_by_command_today_is_asked_today_and_no_further_new_one() {
    let home = Home::with(&cards(2));
    std::fs::write(home.path().join("config.ron"), "Config(new_per_day: 1)").unwrap();
    home.ok(&["grade", "c000", "good"]);
    home.ok(&["forget", "c000"]);
    assert!(home.ok(&["next"]).starts_with("c000\n"));
    home.ok(&["grade", "c000", "good"]);
    assert_eq!(home.ok(&["next"]), "");
}

#[test]
fn the_glance_says_that_no_new_cards_come_while_much_is_overdue() {
    let home = Home::with(&cards(130));
    let overdue: Vec<String> = (0..110)
        .map(|n| format!(r#"Review(at:"2026-09-05T09:00:{:02}.{n:03}+01:00",face:"c{n:03}",grade:Good,ms:1000,due:"2026-09-07")"#, n % 60))
        .collect();
    home.write_history(&overdue.iter().map(String::as_str).collect::<Vec<_>>());
    let glance = home.ok(&[]);
    let line = "110 cards are overdue, so no new ones come today. To learn some anyway: quiz review --new 5";
    assert!(glance.replace('\n', " ").contains(line), "{glance}");
    let json = home.json(&["--json"]);
    assert_eq!((&json["due"], &json["new"]), (&110.into(), &0.into()));
}
