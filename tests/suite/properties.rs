//! Properties that hold for any input: generated decks, answers and histories.

use std::fs;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use quiz::config::Config;
use quiz::deck::draft::Draft;
use quiz::deck::splice::{self, New};
use quiz::deck::{Body, CardId, Content, FaceKey, read};
use quiz::folding;
use quiz::history::event::Header;
use quiz::history::{Event, FaceHistory, Grade, History, LONGEST_ANSWER, Review, log};
use quiz::place::Source;
use quiz::schedule::memory::{Intervals, LONGEST, Memory};
use quiz::schedule::scheduler::{Load, Scheduler};
use quiz::time::{Day, Stamp};

/// Returns the configuration: the same cases on every run; `PROPTEST_CASES` makes more of them.
fn cases() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_261_123),
        ..ProptestConfig::default()
    }
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn noon(day: Day) -> Stamp {
    format!("{}T12:00:00.000+00:00", day.date())
        .parse()
        .unwrap()
}

fn grade() -> impl Strategy<Value = Grade> {
    prop::sample::select(Grade::ALL.to_vec())
}

/// Generates any text, with difficult characters more often than by chance.
fn text() -> impl Strategy<Value = String> {
    let hard = prop::sample::select(vec![
        "\"",
        "\\",
        "\n",
        "\r\n",
        "\t",
        "\0",
        "\u{1b}[31m",
        "\u{202e}",
        "\u{feff}",
        "\u{200d}",
        "(",
        ")",
        "[",
        "]",
        ",",
        "//",
        "/*",
        "*/",
        "r#\"",
        "\"#",
        "{{c1::",
        "}}",
        "::",
        "é",
        "e\u{301}",
        "日本",
        "👩\u{200d}🚀",
        "\u{10ffff}",
        " ",
        "'",
        "id: ",
        "cards: [",
    ]);
    let part = prop_oneof![3 => hard.prop_map(String::from), 2 => any::<String>()];
    vec(part, 0..8).prop_map(|parts| parts.concat())
}

/// Generates text that can be a front: not only white space.
fn front() -> impl Strategy<Value = String> {
    text().prop_map(|text| format!("F{text}?"))
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_grades_give_finite_ordered_days(
        answers in vec((grade(), 0i64..4000), 1..40),
        retention in prop_oneof![0.70f32..0.99, prop::sample::select(vec![0.0, 1.0, -1.0, f32::NAN, f32::INFINITY])],
        full in vec((0i64..60, 0usize..9), 0..20),
    ) {
        let key: FaceKey = "a".parse().unwrap();
        let memory = Memory::new();
        let mut today = day("2026-11-23");
        let config = Config { desired_retention: retention, ..Config::default() };
        let scheduler = Scheduler { memory: &memory, config: &config };
        let mut face = FaceHistory::default();
        let (engine, mut items, mut waited) = (fsrs::FSRS::default(), Vec::new(), 0);
        for (grade, gap) in answers {
            let Intervals(days) = memory.intervals(&face, retention, today);
            prop_assert!(days.iter().all(|days| days.is_finite() && (0.0..=LONGEST).contains(days)), "{days:?}");
            let load: Load = full
                .iter()
                .flat_map(|(ahead, count)| vec![today.plus(*ahead); *count])
                .collect();
            let again_today = face.last().is_some_and(|last| last.day >= today);
            let promises = scheduler.promises(&key, Some(&face), "d", today, &load);
            let [again, hard, good, easy] = Grade::ALL.map(|grade| promises.interval(grade));
            prop_assert_eq!(again, 0);
            prop_assert!(hard >= 1 && good >= 1, "{hard} {good} {easy}");
            prop_assert!(easy <= LONGEST as i64);
            let longest = easy == LONGEST as i64;
            prop_assert!(longest || easy > good && (again_today || good > hard), "{hard} {good} {easy}");
            let due = promises.day(grade);
            prop_assert!(due >= today);
            let mut reviews = face.current().to_vec();
            reviews.push(Review { at: noon(today), day: today, grade, ms: 1000, due });
            face = FaceHistory::new(reviews);
            let state = memory.state(&face).unwrap();
            items.push(fsrs::FSRSReview { rating: grade as u32, delta_t: waited });
            let own = engine.memory_state(fsrs::FSRSItem { reviews: items.clone() }, None).unwrap();
            prop_assert_eq!(state, own, "the state is the crate's own");
            prop_assert!(state.stability.is_finite() && state.stability > 0.0);
            prop_assert!((1.0..=10.0).contains(&state.difficulty));
            let recall = memory.retrievability(&face, today.plus(gap)).unwrap();
            prop_assert!((0.0..=1.0).contains(&recall));
            today = today.plus(gap);
            waited = u32::try_from(gap).unwrap();
        }
    }

    #[test]
    fn what_is_added_is_read_as_it_was_meant(front in front(), back in front(), note in text(), tags in vec("[\\p{L}\\p{N}-]{1,9}", 0..3)) {
        let mut draft = Draft::basic(front.as_str(), back.as_str()).with_id("new");
        draft.note = Some(note.clone());
        draft.tags = tags.clone();
        let card = [New::Draft(draft)];
        for old in DECKS {
            let source = Source::new("d", old);
            let new = splice::append(&source, &card).unwrap();
            let before = read::deck("d", &source);
            let after = read::deck("d", &Source::new("d", new.as_str()));
            prop_assert_eq!(after.problems.len(), 0, "{}", new);
            prop_assert_eq!(after.cards.len(), before.cards.len() + 1, "{}", new);
            for (a, b) in before.cards.iter().zip(&after.cards) {
                prop_assert_eq!(&a.body.content, &b.body.content);
                prop_assert_eq!(&old[a.body.span.clone()], &new[b.body.span.clone()]);
            }
            let Body { content, note: read_note, tags: read_tags, .. } = &*after.cards.last().unwrap().body;
            let Content::Basic { front: f, back: b, .. } = content else { panic!("{content:?}") };
            // Tags are names: they are read in one form of Unicode.
            let tags: Vec<String> = tags.iter().map(|tag| folding::equal(tag).into_owned()).collect();
            prop_assert_eq!((f, b, read_tags), (&front, &back, &tags));
            prop_assert_eq!(read_note.clone().unwrap_or_default(), note.clone());
            if let Some(last) = before.cards.last() {
                // A last card without a comma gets one.
                let (head, tail) = old.split_at(last.body.span.end);
                let with_comma = format!("{head},{tail}");
                prop_assert!(is_insertion(old, &new) || is_insertion(&with_comma, &new), "{:?}\n{:?}", old, new);
            }
        }
    }

    #[test]
    fn an_id_is_given_without_touching_anything_else(front in front(), back in front()) {
        let basic = format!("Basic(front: {}, back: {})", quiz::notation::quote(&front), quiz::notation::quote(&back));
        let old = format!("// c\nDeck(title: \"t\", cards: [ {basic} , /* e */ ])");
        let source = Source::new("d", old.as_str());
        let read = read::deck("d", &source);
        prop_assert_eq!(read.problems.len(), 0, "{}", old);
        let id: CardId = "given".parse().unwrap();
        let new = splice::give_ids(&source, &[(read.cards[0].body.span.clone(), id.clone())]).unwrap();
        prop_assert!(is_insertion(&old, &new));
        prop_assert_eq!(read::deck("d", &Source::new("d", new)).cards[0].id.clone(), Some(id));
    }

    #[test]
    fn a_history_is_the_same_in_any_order_and_number_of_files(
        events in events(),
        places in vec((0usize..4, any::<bool>(), any::<u16>()), 40),
    ) {
        let (whole, parts) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let all: Vec<String> = events.iter().map(Event::to_line).collect();
        write(whole.path(), "m0.ron", &all);
        let mut files: [Vec<(u16, String)>; 4] = Default::default();
        for (line, (file, twice, rank)) in all.iter().zip(&places) {
            files[*file].push((*rank, line.clone()));
            if *twice {
                files[(file + 1) % 4].push((rank.wrapping_mul(31), line.clone()));
            }
        }
        for (at, mut lines) in files.into_iter().enumerate() {
            lines.sort();
            let lines: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
            write(parts.path(), &format!("m{at}.ron"), &lines);
        }
        prop_assert_eq!(state(whole.path()), state(parts.path()));
    }

    #[test]
    fn a_cut_history_keeps_every_whole_line(events in events(), cut in any::<prop::sample::Index>()) {
        let folder = tempfile::tempdir().unwrap();
        let lines: Vec<String> = events.iter().map(Event::to_line).collect();
        write(folder.path(), "m.ron", &lines);
        let path = folder.path().join("m.ron");
        let bytes = fs::read(&path).unwrap();
        let cut = cut.index(bytes.len() + 1);
        fs::write(&path, &bytes[..cut]).unwrap();
        let whole = bytes[..cut].split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n"));
        let kept: Vec<Vec<u8>> = whole.skip(1).map(<[u8]>::to_vec).collect();
        let union = log::read(folder.path(), &path).unwrap();
        let read: Vec<String> = union.events().iter().map(Event::to_line).collect();
        for line in kept {
            let line = String::from_utf8(line).unwrap();
            prop_assert!(read.contains(&line.trim_end().to_string()), "{}", line);
        }
    }
}

/// Generates decks as people leave them.
const DECKS: [&str; 7] = [
    "Deck(title: \"t\")",
    "Deck(title: \"t\", cards: [])\n",
    "\u{feff}Deck(\r\n    title: \"t\",\r\n    cards: [\r\n        Basic(id: \"a\", front: \"x\", back: \"y\"),\r\n    ],\r\n)\r\n",
    "Deck(title: \"t\", cards: [Basic(id: \"a\", front: \"x\", back: \"y\")])",
    "// head\nDeck(\n\ttitle: \"t\", // why\n\tcards: [\n\t\t// one\n\t\tBasic(id: \"a\", front: \"x // no comment\", back: \"y\") // last\n\t\t/* end */\n\t]\n)",
    "Deck(title: \"t\", cards: [\n  TrueFalse(id: \"b\", statement: \"\\\"](\", answer: true,),\n\n  Cloze(id: \"c\", text: r#\"{{c1::\"}} and\"#),\n])",
    "Deck(cards: [\n    Typed(\n        id: \"a\",\n        front: \"x\",\n        answers: [\"y\"],\n    ),\n], title: \"t\")",
];

/// Returns whether `new` is `old` with one stretch inserted.
fn is_insertion(old: &str, new: &str) -> bool {
    let (old, new) = (old.as_bytes(), new.as_bytes());
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let end = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    new.len() > old.len() && start + end >= old.len()
}

fn write(folder: &Path, name: &str, lines: &[String]) {
    let mut text = Header::new("m").to_line() + "\n";
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    fs::write(folder.join(name), text).unwrap();
}

fn state(folder: &Path) -> History {
    let union = log::read(folder, Path::new("none")).unwrap();
    assert!(union.problems.is_empty(), "{:?}", union.problems);
    History::fold(union.events(), noon(day("2027-01-01")), 4)
}

/// Generates events of every kind, on few cards and moments, so that they collide.
fn events() -> impl Strategy<Value = Vec<Event>> {
    let at = (
        0i64..200,
        prop::sample::select(vec!["+01:00", "-08:00", "+00:00"]),
    )
        .prop_map(|(minute, zone)| {
            let start: Stamp = format!("2026-11-23T09:00:00.000{zone}").parse().unwrap();
            start.plus_millis(minute * 60_000)
        });
    let id = prop::sample::select(vec!["a", "b", "c"]).prop_map(|id| id.parse::<CardId>().unwrap());
    let face = prop::sample::select(vec!["a", "a#reverse", "b", "c#c2"])
        .prop_map(|face| face.parse::<FaceKey>().unwrap());
    let event = (
        at,
        id,
        face,
        grade(),
        0u32..LONGEST_ANSWER * 2,
        0i64..200,
        0..9,
    )
        .prop_map(|(at, card, face, grade, ms, minute, kind)| {
            let due = day("2026-11-23").plus(minute);
            let of: Stamp = "2026-11-23T09:00:00.000+01:00".parse().unwrap();
            match kind {
                0 => Event::Undo {
                    at,
                    face,
                    of: of.plus_millis(minute * 60_000),
                },
                1 => Event::suspend(at, card),
                2 => Event::resume(at, card),
                3 => Event::Bury {
                    at,
                    card,
                    until: due,
                    with: None,
                },
                4 => Event::Forget {
                    at,
                    face,
                    with: None,
                },
                5 => Event::Rename {
                    at,
                    from: card.into(),
                    to: "c".parse().unwrap(),
                },
                6 => Event::Due { at, face, due },
                _ => Event::Review {
                    at,
                    face,
                    grade,
                    ms,
                    due,
                },
            }
        });
    vec(event, 0..40)
}
