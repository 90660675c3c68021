use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::deck::FaceKey;
use crate::history::{FaceHistory, Room};
use crate::time::Day;

/// The names of the history files: this machine's own, another's, and a sync tool's copy of it.
const FILES: [&str; 4] = ["m.ron", "n.ron", "m.sync-conflict-20261123.ron", "o.ron"];

/// Returns ids of cards in the order of decks: some were never answered, and an id may come twice.
fn cards() -> impl Iterator<Item = &'static str> {
    ["c", "never", "card-3", "a", "card-1", "a", "neither"].into_iter()
}

struct Home {
    folder: tempfile::TempDir,
    location: Location,
    now: Stamp,
}

impl Home {
    /// Returns an empty home; with `settled` files count as left alone at once, so that their stat is trusted.
    fn new(settled: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let reviews = folder.path().join("reviews");
        fs::create_dir(&reviews).unwrap();
        let later = || SystemTime::now() + Duration::from_secs(10);
        let location = Location {
            own: reviews.join(FILES[0]),
            folder: reviews,
            day_starts_at: 4,
            index: Folder::within(&folder.path().join("cache"), folder.path()),
            least: 0,
            clock: if settled { later } else { SystemTime::now },
        };
        Self {
            folder,
            location,
            now: "2026-11-23T12:00:00.000+00:00".parse().unwrap(),
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("reviews").join(name)
    }

    fn read(&self) -> (History, Union, Lacking) {
        read(&self.location, self.now).unwrap()
    }

    /// Checks that the index says what the files say, and returns what the index lacks.
    fn check(&self) -> Result<Lacking, TestCaseError> {
        let (history, union, lacking) = self.read();
        let (plain, of_files, _) = read(&self.location.clone().plain(), self.now).unwrap();
        prop_assert_eq!(&union.problems, &of_files.problems);
        prop_assert_eq!(union.own_length, of_files.own_length);
        prop_assert_eq!(&union.newer, &of_files.newer);
        // Before the histories of all cards are made.
        let days = ["2026-11-01", "2026-11-20", "2026-11-23"].map(|day| day.parse().unwrap());
        for pair in days.windows(2) {
            let of = |history: &History| history.answers_between(pair[0], pair[1]);
            prop_assert_eq!(of(&history), of(&plain));
        }
        for (key, _) in plain.faces() {
            let told = |history: &History| {
                let told = history.of_face(key);
                let ends = (told.first_ever(), told.last_ever(), told.last());
                (ends, told.due(), told.is_suspended, told.buried_until)
            };
            prop_assert_eq!(told(&history), told(&plain));
        }
        looks_the_same(&history, &plain)?;
        prop_assert_eq!(history.card_ids(), plain.card_ids());
        prop_assert!(history == plain);
        Ok(lacking)
    }

    /// Changes the bytes of a file as an editor does that writes it in place.
    fn change(&self, name: &str, keep_time: bool, change: impl FnOnce(&mut Vec<u8>)) {
        let path = self.file(name);
        let Ok(mut bytes) = fs::read(&path) else {
            return;
        };
        let before = fs::metadata(&path).unwrap();
        change(&mut bytes);
        let seen = Seen::at(&path, SystemTime::now());
        // Where the clock of the file system ticks slowly, the change must come at another tick.
        for _ in 0..1000 {
            let mut file = fs::OpenOptions::new()
                .write(true)
                .truncate(true)
                .open(&path)
                .unwrap();
            file.write_all(&bytes).unwrap();
            if keep_time {
                file.set_modified(before.modified().unwrap()).unwrap();
            }
            drop(file);
            if Seen::at(&path, SystemTime::now()) != seen {
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    /// Lines are appended to a file.
    Append(usize, Vec<String>),
    /// The beginning of a line.
    Tear(usize, String),
    /// A byte becomes another one.
    Byte(usize, Index, u8),
    /// A word becomes another one of the same length, and the file's time is put back.
    Word(usize, bool),
    Cut(usize, Index),
    DeleteLine(usize, Index),
    Remove(usize),
    /// One file is copied to another's name.
    Copy(usize, usize),
    /// The file is replaced by an equal one.
    Replace(usize),
    /// What the index lacks is written now,
    Write,
    /// or remembered,
    Remember,
    /// and written later.
    WriteRemembered,
    /// The clock goes on, or back, by days.
    Clock(i64),
}

thread_local! {
    /// A room for the faces of one history after the other, whose answers it tells apart.
    static ROOM: RefCell<Room> = RefCell::default();
}

/// Checks that looking once at each face of `history` shows what `plain` keeps.
fn looks_the_same(history: &History, plain: &History) -> Result<(), TestCaseError> {
    let kept: BTreeMap<&FaceKey, &FaceHistory> = plain.faces().collect();
    let keys: Vec<FaceKey> = kept.keys().copied().cloned().collect();
    let today = "2026-12-24".parse().unwrap();
    let mut room = ROOM.take();
    // As they come, and then back.
    for key in keys.iter().chain(keys.iter().rev()) {
        let told = history.of_face(key);
        let face = told.face_in(&mut room);
        prop_assert_eq!(face, plain.face(key));
        let (mut waits, mut plainly) = (Vec::new(), Vec::new());
        told.waits(face, today, |wait| waits.push(wait));
        let told = plain.of_face(key);
        let mut room = Room::default();
        let face = told.face_in(&mut room);
        told.waits(face, today, |wait| plainly.push(wait));
        prop_assert_eq!(waits, plainly);
    }
    ROOM.set(room);
    let told = history.of_faces(&keys);
    for known in [0, keys.len() / 2, keys.len()] {
        let others = history.others(told.iter().take(known));
        let others = others.iter().filter_map(|told| Some(told.name()?.to_key()));
        let mut others: Vec<FaceKey> = others.collect();
        others.sort_unstable();
        prop_assert_eq!(&others, &keys[known..]);
    }
    let add = |all: &mut BTreeMap<_, _>, key: &FaceKey, face: &FaceHistory| {
        all.insert(key.clone(), face.clone());
    };
    let join = |mut one: BTreeMap<_, _>, mut other: BTreeMap<_, _>| {
        one.append(&mut other);
        one
    };
    let walked: BTreeMap<FaceKey, FaceHistory> = history.walk(BTreeMap::new, add, join);
    prop_assert!(walked.iter().eq(kept));
    let mut by_day: BTreeMap<Day, usize> = BTreeMap::new();
    for review in plain.reviews() {
        *by_day.entry(review.day).or_default() += 1;
    }
    prop_assert_eq!(history.answers_by_day(), by_day);
    Ok(())
}

fn lines() -> impl Strategy<Value = String> {
    let face = prop::sample::select(vec!["a", "b", "b#c1", "b#c2", "b#reverse", "é", "c"]);
    let card = prop::sample::select(vec!["a", "b", "c", "d"]);
    let minute = (
        1..24u32,
        0..60u32,
        prop::sample::select(vec!["+00:00", "+01:00", "-09:30"]),
    );
    let at = minute
        .prop_map(|(day, minute, zone)| format!("2026-11-{day:02}T03:{minute:02}:00.000{zone}"));
    let grade = prop::sample::select(vec!["Again", "Hard", "Good", "Easy"]);
    let ms = prop::sample::select(vec!["0", "4210", "65536", "60000", "60001", "4294967295"]);
    let review = (at.clone(), face.clone(), grade, ms).prop_map(|(at, face, grade, ms)| {
        format!("Review(at:\"{at}\",face:\"{face}\",grade:{grade},ms:{ms},due:\"2026-11-25\")")
    });
    let noted = (at.clone(), at, face, card.clone(), card, 0..13u32).prop_map(
        |(at, of, face, card, other, kind)| match kind {
            0 | 1 => format!("Undo(at:\"{at}\",face:\"{face}\",of:\"{of}\")"),
            2 => format!("Suspend(at:\"{at}\",card:\"{card}\")"),
            3 => format!("Resume(at:\"{at}\",card:\"{card}\")"),
            4 => format!("Bury(at:\"{at}\",card:\"{card}\",until:\"2026-11-24\")"),
            5 => format!("Forget(at:\"{at}\",face:\"{face}\")"),
            6 => format!("Rename(at:\"{at}\",from:\"{card}\",to:\"{other}\")"),
            7 => format!("Due(at:\"{at}\",face:\"{face}\",due:\"2026-12-01\")"),
            8 => format!("Test(at:\"{at}\",decks:[\"d\"],asked:3,right:2,seconds:9)"),
            9 => format!("Question(at:\"{at}\",face:\"{face}\",right:false)"),
            10 => format!("DayStart(at:\"{at}\",hour:{})", face.len()),
            11 => format!("Remove(at:\"{at}\",card:\"{card}\")"),
            _ => format!(
                "Known(at:\"{at}\",face:\"{face}\",stability:12.5,difficulty:6.1,due:\"2026-12-05\")"
            ),
        },
    );
    let odd = prop::sample::select(vec![
        "rubbish",
        "// a comment",
        "",
        "Dream(at:\"x\")",
        "Review(at: \"2026-11-03T03:01:00.000+00:00\", face: \"a\", grade: Good, ms: 1, due: \"2026-11-25\")\r",
        "\u{feff}Suspend(at:\"2026-11-03T03:01:00.000+00:00\",card:\"a\")",
        "Review(at:\"2026-11-29T03:01:00.000+00:00\",face:\"a\",grade:Good,ms:1,due:\"2026-11-25\")",
        "Suspend(at:\"2036-11-03T03:01:00.000+00:00\",card:\"a\")",
        "Suspend(at:\"2026-11-03T03:01:00.000+00:00\",card:\"a\",why:\"new\")",
        "Review(at:\"2026-11-03T03:01:00.000+00:00\",face:\"e\u{301}\",grade:Good,ms:1,due:\"2026-11-25\")",
        "History(version: 1, machine: \"m\")",
        "History(version: 2, machine: \"m\")",
        "<<<<<<< ours",
        "Sus // torn: set aside",
    ]);
    prop_oneof![12 => review, 4 => noted, 1 => odd.prop_map(String::from)]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let file = 0..FILES.len();
    let step = prop_oneof![
        10 => (file.clone(), prop::collection::vec(lines(), 1..6)).prop_map(|(file, lines)| Step::Append(file, lines)),
        1 => (file.clone(), lines()).prop_map(|(file, line)| Step::Tear(file, line)),
        2 => (file.clone(), any::<Index>(), any::<u8>()).prop_map(|(file, at, byte)| Step::Byte(file, at, byte)),
        3 => (file.clone(), any::<bool>()).prop_map(|(file, keep)| Step::Word(file, keep)),
        1 => (file.clone(), any::<Index>()).prop_map(|(file, at)| Step::Cut(file, at)),
        1 => (file.clone(), any::<Index>()).prop_map(|(file, at)| Step::DeleteLine(file, at)),
        1 => file.clone().prop_map(Step::Remove),
        1 => (file.clone(), file.clone()).prop_map(|(from, to)| Step::Copy(from, to)),
        1 => file.prop_map(Step::Replace),
        6 => Just(Step::Write),
        2 => Just(Step::Remember),
        2 => Just(Step::WriteRemembered),
        1 => (-10..10i64).prop_map(Step::Clock),
    ];
    prop::collection::vec(step, 1..25)
}

fn run(steps: &[Step], settled: bool) -> Result<(), TestCaseError> {
    let mut home = Home::new(settled);
    let mut remembered = None;
    for step in steps {
        match step {
            Step::Append(file, lines) => {
                let path = home.file(FILES[*file]);
                let mut file = fs::OpenOptions::new()
                    .append(true)
                    .create(true)
                    .open(path)
                    .unwrap();
                writeln!(file, "{}", lines.join("\n")).unwrap();
            }
            Step::Tear(file, line) => home.change(FILES[*file], false, |bytes| {
                bytes.extend(&line.as_bytes()[..line.len() * 2 / 3]);
            }),
            Step::Byte(file, at, byte) => home.change(FILES[*file], true, |bytes| {
                if !bytes.is_empty() {
                    let at = at.index(bytes.len());
                    bytes[at] = *byte;
                }
            }),
            Step::Word(file, keep) => home.change(FILES[*file], *keep, |bytes| {
                let found = bytes.windows(4).position(|word| word == b"Good");
                if let Some(at) = found {
                    bytes[at..at + 4].copy_from_slice(b"Hard");
                }
            }),
            Step::Cut(file, at) => home.change(FILES[*file], false, |bytes| {
                bytes.truncate(at.index(bytes.len() + 1));
            }),
            Step::DeleteLine(file, at) => home.change(FILES[*file], false, |bytes| {
                let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
                if !lines.is_empty() {
                    lines.remove(at.index(lines.len()));
                }
                *bytes = lines.concat();
            }),
            Step::Remove(file) => drop(fs::remove_file(home.file(FILES[*file]))),
            Step::Copy(from, to) if from != to => {
                drop(fs::copy(home.file(FILES[*from]), home.file(FILES[*to])));
            }
            Step::Copy(..) => {}
            Step::Replace(file) => {
                let path = home.file(FILES[*file]);
                let beside = path.with_extension("new");
                if fs::copy(&path, &beside).is_ok() {
                    fs::rename(beside, path).unwrap();
                }
            }
            Step::Write => home.check()?.write(&home.location, home.now, cards()),
            Step::Remember => remembered = Some(home.read().2),
            Step::WriteRemembered => {
                if let Some(lacking) = remembered.take() {
                    lacking.write(&home.location, home.now, cards());
                }
            }
            Step::Clock(days) => home.now = home.now.plus_millis(days * 86_400_000),
        }
        home.check()?;
    }
    Ok(())
}

fn cases(normally: u32) -> ProptestConfig {
    let set = std::env::var("QUIZ_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 2000,
        ..ProptestConfig::with_cases(set.unwrap_or(normally))
    }
}

proptest! {
    #![proptest_config(cases(120))]

    #[test]
    fn the_index_says_what_the_files_say(steps in steps(), settled: bool) {
        run(&steps, settled)?;
    }
}

/// Returns a home whose index has answers, notes and a problem.
fn written(settled: bool) -> Home {
    let home = Home::new(settled);
    let review = |n: u32| {
        let (hour, minute) = (n / 60, n % 60);
        format!(
            "Review(at:\"2026-11-20T{hour:02}:{minute:02}:00.000+01:00\",face:\"card-{}\",grade:Good,ms:1,due:\"2026-11-25\")",
            n % 9
        )
    };
    let mut lines: Vec<String> = (0..200).map(review).collect();
    lines.insert(50, "rubbish".into());
    lines.insert(
        90,
        "Suspend(at:\"2026-11-20T03:10:30.000+01:00\",card:\"card-1\")".into(),
    );
    fs::write(home.file(FILES[0]), lines.join("\n") + "\n").unwrap();
    home.read().2.write(&home.location, home.now, cards());
    home
}

fn is_from_index(read: &(History, Union, Lacking)) -> bool {
    !matches!(read.2, Lacking::History(_))
}

#[test]
fn what_has_not_changed_comes_from_the_index() {
    for settled in [false, true] {
        let home = written(settled);
        let read = home.read();
        assert!(is_from_index(&read));
        assert_eq!(read.1.problems.len(), 1);
        home.check().unwrap();
    }
}

#[test]
fn a_flipped_or_cut_byte_anywhere_in_the_index_changes_nothing() {
    let home = written(true);
    let index = home.location.index.clone().unwrap();
    for name in ["history", "marks"] {
        let path = index.file(name);
        let good = fs::read(&path).unwrap();
        for at in (0..good.len()).step_by(if name == "marks" { 1 } else { 29 }) {
            let mut bad = good.clone();
            bad[at] ^= 1 << (at % 8);
            fs::write(&path, &bad).unwrap();
            home.check().unwrap();
            fs::write(&path, &good[..at]).unwrap();
            home.check().unwrap();
        }
        fs::write(&path, &good).unwrap();
        assert!(is_from_index(&home.read()));
    }
}

#[test]
fn an_index_that_goes_bad_while_it_is_open_is_left_for_the_files() {
    for part in [2, 4, 1000] {
        let home = written(true);
        let (history, ..) = home.read();
        let path = home.location.index.clone().unwrap().file("history");
        let length = fs::metadata(&path).unwrap().len();
        // In place, as no program of ours does.
        let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
        file.set_len(length / part).unwrap();
        let (plain, ..) = read(&home.location.clone().plain(), home.now).unwrap();
        let key = "card-3".parse().unwrap();
        let due = |history: &History| history.of_face(&key).due();
        assert_eq!(due(&history), due(&plain));
        assert_eq!(history.face(&key), plain.face(&key));
        assert!(history == plain);
        assert!(!path.exists(), "the next start would find it bad again");
    }
}

/// The hour that is recorded first holds for all days before it, too.
#[test]
fn an_hour_that_begins_to_count_moves_the_answers_of_an_index() {
    let review = "Review(at:\"2026-11-01T03:00:00.000+00:00\",face:\"a\",grade:Again,ms:0,due:\"2026-11-25\")";
    let hour = "DayStart(at:\"2026-11-20T03:00:00.000+00:00\",hour:2)";
    let append = Step::Append(0, vec![review.into(), hour.into()]);
    for (before, after) in [(-5, 1), (0, -5)] {
        let (before, after) = (Step::Clock(before), Step::Clock(after));
        run(&[before, append.clone(), Step::Write, after], false).unwrap();
    }
}

#[test]
fn below_a_megabyte_there_is_no_index() {
    let mut home = written(true);
    fs::remove_dir_all(home.folder.path().join("cache")).unwrap();
    home.location.least = 1 << 20;
    let (.., lacking) = home.read();
    assert!(matches!(lacking, Lacking::Nothing));
}

#[test]
fn a_wrong_index_is_found_by_a_check_and_deleted() {
    let home = written(true);
    let says_the_same = || {
        let (plain, union, _) = read(&home.location.clone().plain(), home.now).unwrap();
        index_says_the_same(&home.location, (&plain, &union.problems), home.now).unwrap()
    };
    assert!(says_the_same());
    fs::write(home.file(FILES[1]), "History(version: 1, machine: \"n\")\n").unwrap();
    fs::remove_dir_all(home.folder.path().join("cache")).unwrap();
    let (.., Lacking::History(mut whole)) = home.read() else {
        panic!("there is an index already");
    };
    let made_up = "Suspend(at:\"2026-11-20T03:20:30.000+01:00\",card:\"card-2\")";
    whole.lines.push(made_up.into());
    let index = home.location.index.as_ref().unwrap();
    whole.write(index, cards()).unwrap();
    assert!(home.check().is_err());
    assert!(!says_the_same());
    home.check().unwrap();
}
