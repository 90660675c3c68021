//! Several machines: whatever happens on each, and in whatever order their files meet, all end in one state.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use quiz::deck::draft::Draft;
use quiz::deck::library::Library;
use quiz::deck::splice::{self, New};
use quiz::deck::{CardId, FaceKey, read};
use quiz::files::{self, Os};
use quiz::history::log::{self, Log};
use quiz::history::{Event, Grade, History};
use quiz::place::Source;
use quiz::time::Stamp;

/// An event on a machine, or between two.
#[derive(Debug, Clone)]
enum Step {
    Answer {
        card: usize,
        grade: Grade,
    },
    Undo,
    Suspend {
        card: usize,
    },
    Resume {
        card: usize,
    },
    Forget {
        card: usize,
    },
    Rename {
        card: usize,
        to: usize,
    },
    Edit {
        card: usize,
    },
    Add,
    /// The files of another machine arrive and replace older ones, as by Syncthing or a pull of git.
    Receive {
        from: usize,
    },
    /// The same, but both had a version of their own of some file: a conflict copy is left.
    Collide {
        from: usize,
    },
}

/// The ids that cards get by renaming.
const IDS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

struct Machine {
    folder: tempfile::TempDir,
    name: String,
    /// Its recorded reviews, which it can undo.
    answers: Vec<(FaceKey, Stamp)>,
}

impl Machine {
    fn new(at: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for part in ["decks", "reviews"] {
            fs::create_dir(folder.path().join(part)).unwrap();
        }
        let cards: String = IDS[..3]
            .iter()
            .map(|id| format!("    Basic(id: \"{id}\", front: \"Front {id}\", back: \"Back\"),\n"))
            .collect();
        let deck = format!("Deck(title: \"D\", cards: [\n{cards}])\n");
        fs::write(folder.path().join("decks/d.ron"), deck).unwrap();
        Self {
            folder,
            name: format!("m{at}"),
            answers: Vec::new(),
        }
    }

    fn deck(&self) -> PathBuf {
        self.folder.path().join("decks/d.ron")
    }

    fn reviews(&self) -> PathBuf {
        self.folder.path().join("reviews")
    }

    fn record(&self, event: &Event) {
        let own = self.reviews().join(format!("{}.ron", self.name));
        let known = log::read(&self.reviews(), &own).unwrap().own_length;
        Log::new(own, self.name.clone(), known)
            .append(&Os, event)
            .unwrap();
    }

    /// Performs one action, and returns the events recorded.
    fn act(&mut self, step: &Step, at: Stamp, count: usize) -> Option<Event> {
        let id = |card: &usize| -> CardId { IDS[*card].parse().unwrap() };
        let event = match step {
            Step::Answer { card, grade } => {
                self.answers.push((id(card).into(), at));
                let due = at.day(4).plus(count as i64);
                Event::Review {
                    at,
                    face: id(card).into(),
                    grade: *grade,
                    ms: 1000,
                    due,
                }
            }
            Step::Undo => {
                let (face, of) = self.answers.pop()?;
                Event::Undo { at, face, of }
            }
            Step::Suspend { card } => Event::suspend(at, id(card)),
            Step::Resume { card } => Event::resume(at, id(card)),
            Step::Forget { card } => Event::Forget {
                at,
                face: id(card).into(),
                with: None,
            },
            Step::Rename { card, to } if card != to => {
                self.rename(&id(card), &id(to));
                Event::Rename {
                    at,
                    from: id(card).into(),
                    to: id(to).into(),
                }
            }
            Step::Edit { card } => {
                let front = format!("Front {}", id(card));
                self.rewrite(|text| Some(text.replace(&front, &format!("{front} {count}"))));
                return None;
            }
            Step::Add => {
                let new: CardId = format!("{}-{count}", self.name).parse().unwrap();
                let card = Draft::basic(format!("New {new}"), "b").with_id(new.as_str());
                let card = [New::Draft(card)];
                self.rewrite(|text| splice::append(&Source::new("d", text), &card).ok());
                return None;
            }
            _ => return None,
        };
        self.record(&event);
        Some(event)
    }

    fn rename(&self, from: &CardId, to: &CardId) {
        self.rewrite(|text| {
            let source = Source::new("d", text);
            let read = read::deck("d", &source);
            let taken = read.cards.iter().any(|card| card.id.as_ref() == Some(to));
            let card = read
                .cards
                .iter()
                .find(|card| card.id.as_ref() == Some(from))
                .filter(|_| !taken)?;
            splice::change_id(&source, &card.body.span, to).ok()
        });
    }

    fn rewrite(&self, change: impl Fn(&str) -> Option<String>) {
        let old = fs::read_to_string(self.deck()).unwrap();
        if let Some(new) = change(&old) {
            files::replace(&Os, &self.deck(), Some(old.as_bytes()), new.as_bytes()).unwrap();
        }
    }

    /// Takes over the files of `other`: of a history the longer version, of the deck the other's. `kept` is the mark of
    /// conflict copies of replaced files, if they are to be made.
    fn receive(&self, other: &Self, kept: Option<usize>) {
        for part in ["decks", "reviews"] {
            for file in listed(&other.folder.path().join(part)) {
                let name = file.file_name().unwrap().to_string_lossy().into_owned();
                let (here, theirs) = (
                    self.folder.path().join(part).join(&name),
                    fs::read(&file).unwrap(),
                );
                let mine = fs::read(&here).unwrap_or_default();
                if let Some(kept) = kept.filter(|_| !mine.is_empty() && mine != theirs) {
                    let stem = name.trim_end_matches(".ron");
                    let copy = here
                        .with_file_name(format!("{stem}.sync-conflict-{kept}-{}.ron", self.name));
                    fs::write(copy, if part == "decks" { &mine } else { &theirs }).unwrap();
                }
                if part == "decks" || theirs.len() > mine.len() {
                    fs::write(&here, theirs).unwrap();
                }
            }
        }
    }

    fn state(&self, now: Stamp) -> (History, BTreeMap<String, String>) {
        let union = log::read(&self.reviews(), Path::new("none")).unwrap();
        assert!(union.problems.is_empty(), "{:?}", union.problems);
        let library = Library::load(&self.folder.path().join("decks")).unwrap();
        let cards = library
            .cards()
            .map(|(_, card)| (card.id.to_string(), card.front()));
        (History::fold(union.events(), now, 4), cards.collect())
    }
}

fn listed(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

fn step() -> impl Strategy<Value = Step> {
    let card = || 0..IDS.len();
    let grade = prop::sample::select(Grade::ALL.to_vec());
    prop_oneof![
        6 => (card(), grade).prop_map(|(card, grade)| Step::Answer { card, grade }),
        2 => Just(Step::Undo),
        1 => card().prop_map(|card| Step::Suspend { card }),
        1 => card().prop_map(|card| Step::Resume { card }),
        1 => card().prop_map(|card| Step::Forget { card }),
        2 => (card(), card()).prop_map(|(card, to)| Step::Rename { card, to }),
        1 => card().prop_map(|card| Step::Edit { card }),
        1 => Just(Step::Add),
        4 => (0usize..3).prop_map(|from| Step::Receive { from }),
        2 => (0usize..3).prop_map(|from| Step::Collide { from }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_261_123),
        ..ProptestConfig::default()
    })]

    #[test]
    fn three_machines_that_have_all_files_agree(
        steps in vec((0usize..3, 0i64..90_000, step()), 1..60),
    ) {
        let mut machines: Vec<Machine> = (0..3).map(Machine::new).collect();
        // Clocks differ by minutes, zones by hours.
        let starts = ["2026-11-23T09:00:00.000+01:00", "2026-11-23T16:07:00.000+08:00", "2026-11-23T00:02:00.000-08:00"]
            .map(|start| start.parse::<Stamp>().unwrap());
        let mut recorded: Vec<Event> = Vec::new();
        let mut passed = 0;
        for (count, (who, wait, step)) in steps.iter().enumerate() {
            passed += wait;
            match step {
                Step::Receive { from } | Step::Collide { from } if from == who => {}
                Step::Receive { from } => machines[*who].receive(&machines[*from], None),
                Step::Collide { from } => machines[*who].receive(&machines[*from], Some(count)),
                step => recorded.extend(machines[*who].act(step, starts[*who].plus_millis(passed), count)),
            }
        }
        // In the end all have all files.
        for (to, from) in [(0, 1), (0, 2), (1, 0), (2, 0), (1, 2), (2, 1)] {
            machines[to].receive(&machines[from], None);
        }
        let now = starts[0].plus_millis(passed + 1);
        let states: Vec<_> = machines.iter().map(|machine| machine.state(now)).collect();
        prop_assert_eq!(&states[0], &states[1]);
        prop_assert_eq!(&states[0], &states[2]);
        recorded.sort_by_key(|event| (event.at(), event.to_line()));
        prop_assert_eq!(&states[0].0, &History::fold(recorded, now, 4));
    }
}
