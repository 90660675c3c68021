//! The figures: a page that reads well at any width, and a year of use in which every figure stays in its range.

use std::collections::{BTreeMap, BTreeSet};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;

use crate::support::Home;
use quiz::config::Config;
use quiz::deck::FaceKey;
use quiz::deck::library::Library;
use quiz::history::{Event, FaceHistory, Grade, History};
use quiz::schedule::memory::Memory;
use quiz::schedule::queue::{Queue, Wanted};
use quiz::schedule::scheduler::{Load, Scheduler};
use quiz::text::width;
use quiz::time::{Day, Stamp};

fn at_nine(day: Day) -> Stamp {
    format!("{}T09:00:00.000+01:00", day.date())
        .parse()
        .unwrap()
}

/// A learner who recalls as the engine expects, skips a day now and then, and goes on one holiday.
struct Learner {
    library: Library,
    config: Config,
    memory: Memory,
    history: History,
    chance: StdRng,
    lines: Vec<String>,
    answered: BTreeMap<Day, usize>,
    /// The days on which nothing was done although something was due.
    missed: BTreeSet<Day>,
}

impl Learner {
    fn new(home: &Home) -> Self {
        Self {
            library: Library::load(&home.path().join("decks")).unwrap(),
            config: Config::default(),
            memory: Memory::new(),
            history: History::fold([], at_nine("2025-11-24".parse().unwrap()), 4),
            chance: StdRng::seed_from_u64(20_261_123),
            lines: Vec::new(),
            answered: BTreeMap::new(),
            missed: BTreeSet::new(),
        }
    }

    fn spend(&mut self, today: Day, away: bool) {
        if away || self.chance.random_bool(0.1) {
            let mut faces = self.history.faces();
            if faces.any(|(_, face)| face.due().is_some_and(|due| due <= today)) {
                self.missed.insert(today);
            }
            return;
        }
        let mut now = at_nine(today);
        loop {
            let key = {
                let queue = Queue::new(
                    &self.library,
                    &self.history,
                    &self.config,
                    &self.memory,
                    today,
                    &Wanted::default(),
                );
                match queue.next(&self.library, now) {
                    Some(entry) => entry.key,
                    None => return,
                }
            };
            now = now.plus_millis(9000);
            self.answer(key, today, now);
        }
    }

    fn answer(&mut self, key: FaceKey, today: Day, at: Stamp) {
        let reviews = self
            .history
            .face(&key)
            .map_or(&[][..], |face| face.current());
        let recall = self.memory.retrievability(reviews, today).unwrap_or(0.7);
        let grade = if !self.chance.random_bool(f64::from(recall)) {
            Grade::Again
        } else {
            [
                Grade::Hard,
                Grade::Good,
                Grade::Good,
                Grade::Good,
                Grade::Easy,
            ][self.chance.random_range(0..5)]
        };
        let load: Load = self
            .history
            .faces()
            .filter_map(|(_, face)| face.due())
            .collect();
        let scheduler = Scheduler {
            memory: &self.memory,
            config: &self.config,
        };
        let promises = scheduler.promises(&key, self.history.face(&key), "d", today, &load);
        let event = Event::Review {
            at,
            face: key,
            grade,
            ms: self.chance.random_range(1000..20_000),
            due: promises.day(grade),
        };
        self.lines.push(event.to_line());
        self.history.insert(event, at);
        *self.answered.entry(today).or_default() += 1;
    }

    /// Returns the number of cards with a due face; a card counts once, and not at all if another face was answered
    /// today.
    fn due_cards(&self, today: Day) -> u64 {
        let cards = self.library.cards();
        let due = cards.filter(|(_, card)| {
            let faces: Vec<_> = card
                .faces()
                .filter_map(|key| self.history.face(&key))
                .collect();
            let answered =
                |face: &&FaceHistory| face.reviews().last().is_some_and(|last| last.day == today);
            let due = |face: &&FaceHistory| face.due().is_some_and(|due| due <= today);
            match faces.iter().copied().find(answered) {
                Some(face) => due(&face),
                None => faces.iter().any(due),
            }
        });
        due.count() as u64
    }

    /// Returns the current and the longest streak by walking over every day: kept ones count, missed ones break.
    fn streaks(&self, today: Day) -> (u64, u64) {
        let (mut current, mut longest) = (0, 0);
        let Some((first, _)) = self.answered.first_key_value() else {
            return (0, 0);
        };
        for day in (0..=today.days_since(*first)).map(|days| first.plus(days)) {
            if self.answered.contains_key(&day) {
                current += 1;
            } else if self.missed.contains(&day) && day != today {
                current = 0;
            }
            longest = longest.max(current);
        }
        (current, longest)
    }
}

#[test]
fn a_year_of_use_has_no_figure_out_of_its_range() {
    let mut home = Home::fresh();
    home.ok(&["next"]);
    let mut learner = Learner::new(&home);
    let first: Day = "2025-11-24".parse().unwrap();
    for day in 0..365 {
        let today = first.plus(day);
        learner.spend(today, (200..214).contains(&day));
        if ![0, 1, 6, 29, 100, 205, 213, 214, 300, 364].contains(&day) {
            continue;
        }
        let lines: Vec<&str> = learner.lines.iter().map(String::as_str).collect();
        home.write_history(&lines);
        home.at(&format!("{}T21:00:00+01:00", today.date()));
        let figures = home.json(&["stats", "--json"]);
        in_range(&figures, &format!("day {day}"));
        counted_again(&figures, &learner, today);
        for columns in [40, 80, 200] {
            let page = page(&home, &["stats", "--days", "365"], columns);
            assert!(!page.contains("NaN") && !page.contains("inf "), "{page}");
            in_width(&page, columns);
        }
    }
    assert!(
        learner.lines.len() > 1500,
        "a year is long: {}",
        learner.lines.len()
    );
}

/// Asserts what must hold for any figure: shares between 0 and 1 within their interval, sums that add up.
fn in_range(figures: &Value, when: &str) {
    walk(figures, "", &mut |path, number| {
        let name = path
            .rsplit('.')
            .find(|part| part.parse::<usize>().is_err())
            .unwrap();
        let shares = [
            "share",
            "low",
            "high",
            "predicted",
            "by_week",
            "desired_retention",
        ];
        let most = match name {
            "recalled" if path.contains("hours") => 1.0,
            name if shares.contains(&name) => 1.0,
            "difficulty" => 10.0,
            "hour" => 23.0,
            "kept_of_30" => 30.0,
            "kept_of_365" => 365.0,
            _ => 1e6,
        };
        assert!((0.0..=most).contains(&number), "{when}: {path} is {number}");
    });
    let retention = &figures["retention"];
    let shares = ["all", "young", "mature"].map(|part| &retention[part]);
    let decks = figures["decks"].as_array().unwrap();
    for share in shares
        .into_iter()
        .chain(decks.iter().map(|deck| &deck["retention"]))
    {
        if share.is_null() {
            continue;
        }
        let part = |name: &str| share[name].as_f64().unwrap();
        assert!(
            part("low") <= part("share") && part("share") <= part("high"),
            "{when}: {share}"
        );
        let again = part("recalled") / part("of");
        assert!((again - part("share")).abs() < 1e-9, "{when}: {share}");
    }
    let of = |part: &str| retention[part]["of"].as_u64().unwrap_or(0);
    assert_eq!(of("young") + of("mature"), of("all"), "{when}");
    for week in figures["known"].as_array().unwrap() {
        let (known, learnt) = (
            week["known"].as_f64().unwrap(),
            week["learnt"].as_f64().unwrap(),
        );
        assert!(known <= learnt, "{when}: {week}");
    }
    for hard in figures["hardest"].as_array().unwrap() {
        assert!(
            hard["difficulty"].as_f64().unwrap() >= 1.0,
            "{when}: {hard}"
        );
        assert_eq!(
            hard["leech"],
            hard["lapses"].as_u64().unwrap() >= 8,
            "{when}: {hard}"
        );
    }
}

/// Calls `see` with every number and its path, as `decks.0.new`.
fn walk(value: &Value, path: &str, see: &mut impl FnMut(&str, f64)) {
    let below = |name: &str| {
        if path.is_empty() {
            name.to_string()
        } else {
            format!("{path}.{name}")
        }
    };
    match value {
        Value::Number(number) => see(path, number.as_f64().unwrap()),
        Value::Array(all) => {
            for (at, value) in all.iter().enumerate() {
                walk(value, &below(&at.to_string()), see);
            }
        }
        Value::Object(all) => {
            for (name, value) in all {
                walk(value, &below(name), see);
            }
        }
        _ => {}
    }
}

/// Compares the figures with the learner's own counts.
fn counted_again(figures: &Value, learner: &Learner, today: Day) {
    let number = |path: &str| {
        let found = path.split('.').fold(figures, |value, name| &value[name]);
        found.as_u64().unwrap_or_else(|| panic!("{path}: {found}"))
    };
    let sum = |value: &Value| -> u64 {
        value
            .as_array()
            .unwrap()
            .iter()
            .map(|n| n.as_u64().unwrap())
            .sum()
    };
    let answers = learner.lines.len() as u64;
    let (current, longest) = learner.streaks(today);
    assert_eq!(number("streak.current"), current, "{today:?}");
    assert_eq!(number("streak.longest.days"), longest, "{today:?}");
    let of_30 = learner.answered.range(today.plus(-29)..).count() as u64;
    assert_eq!(number("streak.kept_of_30"), of_30);
    assert_eq!(number("activity.in_all"), answers);
    let today_answered = learner.answered.get(&today).copied().unwrap_or(0) as u64;
    assert_eq!(number("activity.today"), today_answered);
    let calendar = figures["calendar"].as_object().unwrap();
    let in_calendar: u64 = calendar.values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(in_calendar, answers, "all of it lies within the last year");
    let month: usize = learner
        .answered
        .range(today.plus(-29)..)
        .map(|(_, count)| count)
        .sum();
    assert_eq!(sum(&figures["activity"]["grades"]), month as u64);

    let due = |from: i64, to: i64| {
        let days = learner.history.faces().filter_map(|(_, face)| face.due());
        days.filter(|due| (from..=to).contains(&due.days_since(today).max(0)))
            .count() as u64
    };
    assert_eq!(sum(&figures["forecast"]["days"]), due(0, 29));
    assert_eq!(sum(&figures["forecast"]["weeks"]), due(30, 30 + 7 * 8 - 1));

    let decks = figures["decks"].as_array().unwrap();
    let all = |states: &[&str]| -> u64 {
        decks
            .iter()
            .flat_map(|deck| {
                states
                    .iter()
                    .map(move |state| deck[*state].as_u64().unwrap())
            })
            .sum()
    };
    let faces: usize = learner
        .library
        .decks
        .iter()
        .flat_map(|deck| &deck.cards)
        .map(|card| card.sides().len())
        .sum();
    let learnt = learner.history.faces().count();
    assert_eq!(all(&["learning", "young", "mature"]), learnt as u64);
    assert_eq!(all(&["new"]), (faces - learnt) as u64);
    assert_eq!(all(&["due_today"]), learner.due_cards(today));
    assert_eq!(
        figures["known"].as_array().unwrap().last().unwrap()["learnt"],
        learnt as u64
    );
}

/// Returns the output for a terminal of `columns` columns, without colours and trailing spaces.
fn page(home: &Home, arguments: &[&str], columns: u16) -> String {
    let (code, text) = home.terminal(arguments, columns, 24).end();
    assert_eq!(code, 0, "{text}");
    let text = console::strip_ansi_codes(&text);
    text.lines()
        .map(|line| line.trim_end().to_string() + "\n")
        .collect()
}

fn in_width(page: &str, columns: u16) {
    for line in page.lines() {
        assert!(
            width(line) <= usize::from(columns),
            "wider than {columns}: {line}"
        );
    }
}

/// Returns a year of two small decks, by a fixed pattern.
fn patterned() -> Home {
    let home = Home::empty();
    let cards = |from: usize, to: usize| -> String {
        (from..to)
            .map(|n| format!("Basic(id: \"card-{n}\", front: \"Q{n}?\", back: \"A\"),\n"))
            .collect()
    };
    home.deck(
        "geo/capitals",
        &format!("Deck(title: \"Capitals\", cards: [\n{}])", cards(0, 16)),
    );
    home.deck(
        "日本語/ひらがなとカタカナの読み方と書き方",
        &format!("Deck(title: \"かな\", cards: [\n{}])", cards(16, 24)),
    );
    let (first, today): (Day, Day) = ("2025-12-01".parse().unwrap(), "2026-11-23".parse().unwrap());
    let mut lines = Vec::new();
    for card in 0..20i64 {
        let (mut day, mut interval, mut count) = (first.plus(card * 14), 1, card);
        while day <= today {
            count += 1;
            let forgotten = count % 7 == 0 || (card == 3 && count % 2 == 0);
            interval = if forgotten { 1 } else { (interval * 2).min(60) };
            let at = at_nine(day).plus_millis(card * 60_000 + (card % 3) * 3_600_000);
            let review = Event::Review {
                at,
                face: format!("card-{card}").parse().unwrap(),
                grade: if forgotten {
                    Grade::Again
                } else {
                    [Grade::Good, Grade::Good, Grade::Hard, Grade::Easy][count as usize % 4]
                },
                ms: 3000 + 500 * card as u32,
                due: day.plus(interval),
            };
            lines.push((at, review.to_line()));
            day = day.plus(interval + i64::from(card % 5 == 0));
        }
    }
    lines.sort();
    let test = "Test(at:\"2026-11-20T20:00:00.000+01:00\",decks:[\"geo/capitals\"],asked:20,right:17,seconds:312)".to_string();
    let lines: Vec<&str> = lines
        .iter()
        .map(|(_, line)| line.as_str())
        .chain([test.as_str()])
        .collect();
    home.write_history(&lines);
    home
}

#[test]
fn the_page_is_good_to_read_at_any_width() {
    let home = patterned();
    for columns in [40, 80, 200] {
        for (name, arguments) in [
            ("stats", &["stats"][..]),
            ("all", &["stats", "--all", "--no-pager"]),
        ] {
            let page = page(&home, arguments, columns);
            in_width(&page, columns);
            insta::assert_snapshot!(format!("{name}-{columns}"), page);
        }
    }
    let short = home.ok(&["stats"]);
    assert!(short.lines().count() <= 22, "it fits a screen: {short}");
    let piped = home.ok(&["stats"]);
    assert_eq!(
        piped,
        page(&home, &["stats"], 80),
        "a pipe gets what 80 columns get"
    );
}

#[test]
fn a_page_longer_than_the_terminal_goes_through_the_pager() {
    let mut home = patterned();
    home.set("PAGER", "sed 's/Streak/(paged)/'");
    let (_, paged) = home.terminal(&["stats", "--all"], 80, 24).end();
    assert!(paged.contains("(paged)"), "{paged}");
    for arguments in [&["stats", "--all", "--no-pager"][..], &["stats"]] {
        let (_, shown) = home.terminal(arguments, 80, 24).end();
        assert!(!shown.contains("(paged)"), "{shown}");
    }
    assert!(
        !home.ok(&["stats", "--all"]).contains("(paged)"),
        "a pipe gets the page itself"
    );
    home.set("PAGER", "there-is-no-such-pager");
    let (code, shown) = home.terminal(&["stats", "--all"], 80, 24).end();
    assert!(code == 0 && shown.contains("By deck"), "{shown}");
}

/// Whether a deck has a face, several of them, or none any more, its answers are counted, and once.
#[test]
fn each_answer_counts_once_whichever_faces_share_it() {
    let mut home = Home::with("");
    let card = |id: &str| format!("Basic(id:\"{id}\",front:\"{id}?\",back:\"b\"),");
    home.deck("one", &format!("Deck(cards:[{}{}])", card("a"), card("x")));
    home.deck(
        "two",
        &format!("Deck(cards:[{}{}])", card("b"), card("new")),
    );
    home.at("2026-11-23T12:00:00+00:00");
    let line = |day: u32, face: &str| {
        format!(
            "Review(at:\"2026-11-{day:02}T10:00:00.000+00:00\",face:\"{face}\",grade:Good,ms:1000,due:\"2026-11-{:02}\")",
            day + 2
        )
    };
    let rename = |id: &str, minute: u32| {
        format!("Rename(at:\"2026-11-21T10:{minute:02}:00.000+00:00\",from:\"{id}\",to:\"shared\")")
    };
    let answers = [
        (10, "a"),
        (12, "b"),
        (15, "a"),
        (15, "x"),
        (17, "x"),
        (16, "gone"),
    ];
    let mut lines: Vec<String> = answers.iter().map(|(day, face)| line(*day, face)).collect();
    lines.extend([rename("a", 1), rename("b", 2)]);
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    home.write_history(&lines);
    let counted = |decks: &[&str]| {
        let figures = home.json(&[&["stats", "--json"], decks].concat());
        let retention = figures["retention"]["all"]["of"].as_u64();
        let known = figures["known"].as_array().unwrap().last().unwrap()["learnt"].as_u64();
        (figures["activity"]["in_all"].as_u64(), retention, known)
    };
    // The history that two cards share, of three answers, is learnt with each of them.
    assert_eq!(counted(&[]), (Some(6), Some(3), Some(3)));
    assert_eq!(counted(&["one"]), (Some(5), Some(3), Some(2)));
    assert_eq!(counted(&["two"]), (Some(3), Some(2), Some(1)));
}
