//! Learning: the schedule adapts to its person, and reports its quality.

use std::fs;
use std::path::Path;

use crate::support::{self, Home};
use chrono::{DateTime, Duration};

/// Returns a pseudo-random number from 0 to 99.
fn chance(of: u64) -> u64 {
    let mut z = of.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) % 100
}

/// Returns the lines of a history: 60 faces, asked eight times some days apart by someone who forgets a third of them.
fn lines() -> Vec<String> {
    let start = DateTime::parse_from_rfc3339("2026-01-05T09:00:00.000+01:00").unwrap();
    let mut all = Vec::new();
    for face in 0..60u64 {
        let every = 1 + chance(face) % 9;
        for review in 0..8u64 {
            let day = (face % 13 + review * every) as i64;
            let at = start + Duration::days(day) + Duration::seconds(face as i64 * 20);
            let due = (at + Duration::days(every as i64)).date_naive();
            let dice = chance(face * 1000 + review);
            let grade = if dice < 33 { "Again" } else { "Good" };
            let stamp = at.to_rfc3339_opts(chrono::SecondsFormat::Millis, false);
            all.push(format!(
                "Review(at:\"{stamp}\",face:\"c{face:03}\",grade:{grade},ms:{},due:\"{due}\")",
                2000 + dice * 90
            ));
        }
    }
    all.sort();
    all
}

fn write(home: &Home, name: &str, lines: &[String]) {
    let folder = home.path().join("reviews");
    fs::create_dir_all(&folder).unwrap();
    let head = format!("History(version: 1, machine: \"{name}\")\n");
    fs::write(
        folder.join(format!("{name}.ron")),
        head + &lines.join("\n") + "\n",
    )
    .unwrap();
}

/// Returns a home with the first `count` answers of the history, after the last of them.
fn home(count: usize) -> Home {
    let mut home = Home::with(&support::cards(80));
    write(&home, "log-aaaa", &lines()[..count]);
    home.at("2026-05-01T10:00:00+02:00");
    home
}

const ALL: usize = 480;

fn predictions(home: &Home) -> Vec<String> {
    let text = home.ok(&["stats", "--predictions"]);
    text.lines().map(str::to_string).collect()
}

#[test]
fn what_is_expected_depends_on_nothing_that_comes_after() {
    let whole = predictions(&home(ALL));
    assert_eq!(whole[0], "at,face,predicted,recalled");
    // Every answer but the first of each face is on a later day.
    assert_eq!(whole.len(), 1 + 60 * 7);
    for count in [100, 300, 479] {
        let part = predictions(&home(count));
        assert_eq!(part[..], whole[..part.len()], "after {count} answers");
        assert!(part.len() > 1);
    }
    // Nor on the outcome of the answer itself.
    let mut lines = lines();
    let last = lines.pop().unwrap();
    let other = last.replace("Again", "Good");
    let other = if other == last {
        last.replace("Good", "Again")
    } else {
        other
    };
    lines.push(other);
    let home = Home::with(&support::cards(60));
    write(&home, "log-aaaa", &lines);
    let said = |line: &String| line.rsplit_once(',').unwrap().0.to_string();
    let changed = predictions(&home);
    assert_eq!(
        changed.iter().map(said).collect::<Vec<_>>(),
        whole.iter().map(said).collect::<Vec<_>>()
    );
    assert_ne!(changed.last(), whole.last());
}

#[test]
fn two_machines_and_a_deleted_cache_come_to_the_same() {
    let one = home(ALL);
    let (whole, tune) = (predictions(&one), one.ok(&["tune", "--json"]));
    let two = Home::with(&support::cards(80));
    let lines = lines();
    let odd = |odd: usize| {
        lines
            .iter()
            .skip(odd)
            .step_by(2)
            .cloned()
            .collect::<Vec<_>>()
    };
    write(&two, "one-aaaa", &odd(0));
    // Half of it was learnt from first.
    predictions(&two);
    write(&two, "two-bbbb", &odd(1));
    assert_eq!(predictions(&two), whole);
    let home = one.path();
    let root = home.parent().unwrap();
    let [cache, state] = ["user/.cache/quiz", "state/quiz"].map(|folder| root.join(folder));
    let learnt = |folder: &Path| {
        let homes = fs::read_dir(folder).unwrap();
        let mut files = homes.map(|home| home.unwrap().path().join("learnt"));
        files.find(|file| file.is_file())
    };
    let file = learnt(&cache).unwrap();
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    assert_eq!(predictions(&one), whole, "a torn cache");
    fs::remove_dir_all(&cache).unwrap();
    assert_eq!(predictions(&one), whole, "no cache");
    assert_eq!(one.ok(&["tune", "--json"]), tune);
    // The same if no cache can be written: it is kept beside the name of the machine then, as long as that lasts.
    fs::remove_dir_all(&cache).unwrap();
    fs::write(&cache, "not a folder").unwrap();
    assert_eq!(learnt(&state), None);
    assert_eq!(predictions(&one), whole);
    assert!(learnt(&state).is_some());
    assert_eq!(predictions(&one), whole);
    fs::remove_file(&cache).unwrap();
    fs::create_dir(&cache).unwrap();
    fs::write(learnt(&state).unwrap(), "torn").unwrap();
    assert_eq!(predictions(&one), whole);
    assert_eq!((learnt(&state), learnt(&cache)), (None, Some(file)));
}

#[test]
fn fitted_parameters_take_over_once_they_have_earned_it() {
    let young = home(400).json(&["tune", "--json"]);
    let judged = young["judged"].as_u64().unwrap();
    assert!(judged < 400 && young["intervals"] == "default", "{young}");
    assert_eq!(young["leads"], "fitted", "{young}");
    let home = home(ALL);
    let tune = home.json(&["tune", "--json"]);
    assert_eq!(
        (&tune["judged"], &tune["intervals"]),
        (&420.into(), &"fitted".into())
    );
    assert_eq!(tune["parameters"], tune["fitted"]);
    let loss = |who: &str| tune["log_loss"][who].as_f64().unwrap();
    assert!(
        loss("quiz") < loss("default") && loss("fitted") < loss("default"),
        "{tune}"
    );
    let fits: Vec<u64> = tune["fits"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|n| n.as_u64())
        .collect();
    assert_eq!(fits[..4], [32, 48, 64, 80]);
    let bins = tune["calibration"].as_array().unwrap();
    let of: u64 = bins
        .iter()
        .filter_map(|bin| bin["was"]["of"].as_u64())
        .sum();
    assert!(bins.len() > 1 && of == 420, "{tune}");
    assert!(
        home.ok(&["tune"])
            .contains("Intervals use the parameters fitted to you")
    );
    // They drive the intervals, and the setting turns that off.
    let stability = || {
        home.json(&["show", "c000", "--json"])["faces"][0]["stability"]
            .as_f64()
            .unwrap()
    };
    let fitted = stability();
    assert!(home.ok(&["tune", "--off"]).contains("tune: false"));
    let default = stability();
    assert_ne!(fitted, default);
    assert_eq!(home.json(&["tune", "--json"])["intervals"], "default");
    assert_eq!(
        predictions(&home),
        predictions(&self::home(ALL)),
        "no setting changes what was expected"
    );
    home.ok(&["tune", "--on"]);
    assert_eq!(stability(), fitted);
}

#[test]
fn parameters_of_the_config_are_used_checked_and_clipped_aloud() {
    let home = home(ALL);
    let fitted = home.json(&["tune", "--json"])["fitted"].clone();
    let config = home.path().join("config.ron");
    let set =
        |numbers: &str| fs::write(&config, format!("Config(parameters: {numbers})\n")).unwrap();
    set(&fitted.to_string());
    let due = home.json(&["next", "--json"]);
    let tune = home.json(&["tune", "--json"]);
    assert_eq!(
        (&tune["intervals"], &tune["parameters"]),
        (&"config".into(), &fitted)
    );
    fs::remove_file(&config).unwrap();
    assert_eq!(
        home.json(&["next", "--json"]),
        due,
        "the same numbers, fitted"
    );
    let mut numbers: Vec<f64> = fitted
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|n| n.as_f64())
        .collect();
    numbers[20] = 7.0;
    set(&format!("{numbers:?}"));
    let run = home.quiz(&["next"]);
    assert_eq!(run.code, 0);
    assert!(
        run.err
            .contains("number 21 of `parameters` is 7, which is out of range: 0.8 is used"),
        "{}",
        run.err
    );
    set("[1.0, 2.0]");
    let run = home.quiz(&["next"]);
    assert!(
        run.code == 1 && run.err.contains("config.ron:1:20"),
        "{}",
        run.err
    );
}

#[test]
fn little_history_is_no_trouble() {
    let empty = Home::with(&support::cards(3));
    assert_eq!(predictions(&empty), ["at,face,predicted,recalled"]);
    let tune = empty.json(&["tune", "--json"]);
    assert_eq!(
        (&tune["judged"], &tune["next_fit_at"]),
        (&0.into(), &32.into())
    );
    assert_eq!(tune["log_loss"]["quiz"], serde_json::Value::Null);
    assert!(
        empty
            .ok(&["tune"])
            .contains("Nothing could be predicted yet")
    );
    // A forgotten face begins anew: nothing could be predicted for its next answer.
    let home = Home::with(&support::cards(3));
    let review = |at: &str| {
        format!(
            "Review(at:\"{at}T09:00:00.000+01:00\",face:\"c000\",grade:Good,ms:1,due:\"2026-11-22\")"
        )
    };
    let lines = [
        review("2026-11-10"),
        review("2026-11-12"),
        "Forget(at:\"2026-11-13T09:00:00.000+01:00\",face:\"c000\")".into(),
        review("2026-11-15"),
        review("2026-11-18"),
    ];
    write(&home, "log-aaaa", &lines);
    let said = predictions(&home);
    let days: Vec<&str> = said[1..].iter().map(|line| &line[..10]).collect();
    assert_eq!(days, ["2026-11-12", "2026-11-18"]);
}

#[test]
fn a_plan_compares_retentions_and_can_be_applied() {
    let home = home(ALL);
    let plan = home.json(&["plan", "--minutes", "10", "--by", "2026-07-01", "--json"]);
    assert_eq!((&plan["cards"], &plan["begun"]), (&80.into(), &60.into()));
    let rows = plan["rows"].as_array().unwrap();
    let asked: Vec<f64> = rows
        .iter()
        .filter_map(|row| row["desired_retention"].as_f64())
        .collect();
    assert_eq!(
        asked
            .iter()
            .map(|share| (share * 100.0).round())
            .collect::<Vec<_>>(),
        [95.0, 90.0, 85.0, 80.0]
    );
    for row in rows {
        let known = row["known"].as_f64().unwrap();
        assert!(known > 40.0 && known <= 80.0, "{row}");
    }
    let brave = home.json(&["plan", "--floor", "0.7", "--json"]);
    assert_eq!(brave["rows"].as_array().unwrap().len(), 6);
    let text = home.ok(&["plan", "--minutes", "10", "--by", "2026-07-01"]);
    assert!(
        text.contains("→") && text.contains("too\nhopeful"),
        "{text}"
    );
    assert!(!text.to_lowercase().contains("optimal"));
    let config = home.path().join("config.ron");
    assert!(!config.exists());
    let applied = home.json(&["plan", "--minutes", "10", "--apply", "--json"]);
    let set = home.ok(&["config", "desired_retention"]);
    let wanted = applied["desired_retention"].as_f64().unwrap();
    assert_eq!(set.trim(), format!("{wanted:.2}"));
    assert_eq!(
        home.ok(&["config", "new_per_day"]).trim(),
        applied["new_per_day"].to_string()
    );
}

#[test]
fn a_plan_says_what_is_wrong_with_a_wish() {
    let home = home(ALL);
    for (arguments, said) in [
        (&["plan", "--by", "2026-05-01"][..], "a date after today"),
        (&["plan", "--by", "soon"], "soon"),
        (
            &["plan", "--cards", "59"],
            "fewer than the 60 that are begun",
        ),
        (&["plan", "--cards", "nowhere"], "nowhere"),
        (&["plan", "--floor", "0.5"], "0.70 to 0.95"),
    ] {
        let run = home.quiz(arguments);
        assert!(
            run.code == 2 && run.err.contains(said),
            "{arguments:?}: {} {}",
            run.code,
            run.err
        );
    }
    let empty = Home::empty();
    assert!(empty.quiz(&["plan"]).err.contains("no cards to plan for"));
}

#[test]
fn after_a_break_the_glance_says_how_to_clear_what_is_overdue() {
    let mut home = Home::with(&support::cards(150));
    let line = |card: usize| {
        format!(
            "Review(at:\"2026-10-01T09:{:02}:{:02}.000+01:00\",face:\"c{card:03}\",grade:Good,ms:6000,due:\"2026-10-0{}\")",
            card / 60,
            card % 60,
            3 + card % 5
        )
    };
    write(&home, "log-aaaa", &(0..150).map(line).collect::<Vec<_>>());
    home.at("2026-11-05T10:00:00+01:00");
    let glance = home.ok(&[]);
    assert!(glance.contains("150 due"), "{glance}");
    assert!(
        glance.contains("To clear it in 10 days") && glance.contains("quiz review --limit 20"),
        "{glance}"
    );
    home.at("2026-10-04T10:00:00+01:00");
    assert!(!home.ok(&[]).contains("To clear it"));
}

#[test]
fn the_page_says_what_was_expected_and_what_was() {
    let mut home = home(ALL);
    let last = lines().last().unwrap()[11..21].to_string();
    home.at(&format!("{last}T20:00:00+02:00"));
    let figures = home.json(&["stats", "--days", "60", "--json"]);
    let rows = predictions(&home);
    let lately: Vec<&String> = rows[1..]
        .iter()
        .filter(|row| row[..10] > *"2026-01-01")
        .collect();
    let of: u64 = figures["calibration"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|bin| bin["was"]["of"].as_u64())
        .sum();
    assert!(of > 100 && of as usize <= lately.len(), "{figures}");
    let expected = figures["retention"]["predicted"].as_f64().unwrap();
    let mean: f64 = lately
        .iter()
        .filter_map(|row| row.split(',').nth(2)?.parse::<f64>().ok())
        .sum::<f64>()
        / lately.len() as f64;
    assert!((expected - mean).abs() < 0.15, "{expected} {mean}");
    let page = home.ok(&["stats", "--days", "60", "--all", "--no-pager"]);
    assert!(
        page.contains("% was expected") && page.contains("  expected "),
        "{page}"
    );
    let text = home.ok(&["tune"]);
    assert!(
        text.contains("Today ") && text.contains("% expected."),
        "{text}"
    );
}
