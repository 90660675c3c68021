//! A library from an index equals one that was read from the files, whatever happened to them.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use super::open::Reader;
use super::{Deck, Library, titles_of, walk};
use crate::index::decks;
use crate::index::folder::Folder;

/// Cards of every kind, with and without ids, quick and slow to read, right and wrong.
const CARDS: [&str; 12] = [
    r#"Basic(id: "a", front: "Frage ä", back: "1", tags: ["t", "u"]),"#,
    r#"Basic(id: "b", front: "B?", back: "2", reverse: true),"#,
    r#"Basic(id: "c", front: "C?", back: "3", tags: ["t", "u"]), // c"#,
    r#"Cloze(id: "d", text: "{{c1::One}} and {{c2::two}}"),"#,
    r#"Choice(id: "e", front: "E?", choices: ["x", "y"], answers: ["y"]),"#,
    r##"Basic(id: "n\u{303}", front: r#"F"?"#, back: "6"),"##,
    r#"Typed(id: "g", front: "G?", answers: ["7"], tags: ["n\u{303}"]),"#,
    r#"TrueFalse(id: "h", statement: "H.", answer: true),"#,
    r#"Basic(front: "No id", back: "9"),"#,
    r#"Basic(id: "i", front: "", back: "wrong"),"#,
    r#"Basic(id: "a", front: "A twin", back: "2"),"#,
    r#"Basic(id: "k", front: "never closed", "#,
];

const HEADS: [&str; 5] = [
    "title: \"T\"",
    "title: \"T\", order: 2, about: \"about\"",
    "title: \"Ü\", intro: \"Read.\", order: -1, resources: [(title: \"r\", site: \"s\", minutes: 5)]",
    "title: \"T\", markup: false, resources: [(title: \"r\", site: \"s\", minutes: 5, address: \"https://a.b\")]",
    "titel: \"wrong\"",
];

const NAMES: [&str; 6] = [
    "a",
    "b",
    "sub/a",
    "sub/é",
    "sub/e\u{301}",
    "a.sync-conflict-20260101-000000-ABCDEFG",
];

/// A folder of decks with an index, on which things happen.
struct World {
    folder: tempfile::TempDir,
    index: Folder,
    random: StdRng,
    /// Whether the next reads find all that is there old enough to be trusted by its stat.
    settled: bool,
    /// A library that was read at some time before, whose index is written later.
    taken: Option<Library>,
}

impl World {
    fn new(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("decks/sub")).unwrap();
        let index = Folder::within(&folder.path().join("cache"), folder.path()).unwrap();
        let mut random = StdRng::seed_from_u64(seed);
        let settled = random.random_bool(0.8);
        Self {
            folder,
            index,
            random,
            settled,
            taken: None,
        }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("decks")
    }

    fn now(&self) -> SystemTime {
        match self.settled {
            true => SystemTime::now() + Duration::from_secs(60),
            false => SystemTime::now(),
        }
    }

    fn path(&mut self) -> PathBuf {
        let name = NAMES.choose(&mut self.random).unwrap();
        self.root().join(format!("{name}.ron"))
    }

    fn text(&mut self) -> String {
        let head = match self.random.random_bool(0.8) {
            true => HEADS[self.random.random_range(0..4)],
            false => HEADS[4],
        };
        let mut cards = String::new();
        for _ in 0..self.random.random_range(0..5) {
            let count = if self.random.random_bool(0.85) {
                8
            } else {
                CARDS.len()
            };
            cards.push_str(CARDS[self.random.random_range(0..count)]);
            cards.push('\n');
        }
        format!("Deck({head}, cards: [\n{cards}])\n")
    }

    fn library(&self) -> Library {
        Library::load_indexed(&self.root(), &self.index, self.now()).unwrap()
    }

    fn store(&self, library: &Library) {
        library.store(&self.index).unwrap();
    }

    /// Changes something.
    fn step(&mut self) -> String {
        let path = self.path();
        let there = fs::read(&path).unwrap_or_default();
        let times = fs::metadata(&path).and_then(|meta| meta.modified()).ok();
        let kind = self.random.random_range(0..12);
        match kind {
            0..=2 => fs::write(&path, self.text()).unwrap(),
            3 | 4 if !there.is_empty() => {
                // An edit in place of the same length, with its time put back or not.
                let mut bytes = there;
                let at = self.random.random_range(0..bytes.len());
                let byte = b"xab19\"()[],: \n\xff"[self.random.random_range(0..15)];
                bytes[at] = byte;
                fs::write(&path, bytes).unwrap();
                if let Some(times) = times.filter(|_| self.random.random_bool(0.7)) {
                    let file = fs::File::options().write(true).open(&path).unwrap();
                    file.set_modified(times).unwrap();
                }
            }
            5 => drop(fs::remove_file(&path)),
            6 => {
                let to = self.path();
                drop(fs::rename(&path, to));
            }
            7 if !there.is_empty() => {
                let cut = self.random.random_range(0..there.len());
                fs::write(&path, &there[..cut]).unwrap();
            }
            8 if !there.is_empty() => {
                // The same again, as a sync tool or an editor writes it.
                let other = self.root().join("other");
                fs::write(&other, there).unwrap();
                fs::rename(other, &path).unwrap();
            }
            9 if !there.is_empty() => {
                let mut more = there;
                more.extend(b"\n// more");
                fs::write(&path, more).unwrap();
            }
            10 => self.taken = Some(self.library()),
            _ => {
                let library = self.taken.take().unwrap_or_else(|| self.library());
                if self.random.random_bool(0.5) {
                    library.fronts();
                }
                self.store(&library);
            }
        }
        format!("{kind} {}", path.display())
    }

    fn is_right(&self) -> bool {
        let full = Library::load_texts(&self.root()).unwrap();
        let indexed = self.library();
        let is_found = |library: &Library| {
            full.cards().all(|(deck, card)| {
                let found = library.card(&card.id);
                found.is_some_and(|(of, same)| of.name == deck.name && same == card)
            })
        };
        let titles = |reader: Reader| {
            let (files, _) = walk::files(&self.root()).unwrap();
            titles_of(&files, &reader).collect::<Vec<_>>()
        };
        let root = self.root();
        let reader = Reader::letting_go(&root).at(self.now());
        let known = titles(reader.with_index(Some(self.index.clone())));
        // First: the rest makes the cards.
        known == titles(Reader::keeping(&root))
            && heads_are_right(&indexed, &full)
            && indexed.says_the_same(&full)
            && is_found(&indexed)
            && is_found(&full)
            && indexed.fronts() == full.fronts()
    }
}

/// Returns whether the heads of `indexed`, whose cards were not asked for, say of each card what `full` does; and
/// whether asking them makes no cards.
fn heads_are_right(indexed: &Library, full: &Library) -> bool {
    let of_deck = |deck: &Deck| {
        let mut heads = Vec::new();
        deck.cards.each_head(|head| {
            heads.push((head.id.to_string(), head.traits.clone()));
        });
        (
            deck.cards.len(),
            deck.cards.faces(),
            deck.cards.lack_ids(),
            heads,
        )
    };
    let unmade = |library: &Library| {
        let decks = library.decks.iter();
        decks.filter(|deck| !deck.cards.are_made()).count()
    };
    let before = unmade(indexed);
    let decks = indexed.decks.iter().map(of_deck);
    let are_right = decks.eq(full.decks.iter().map(of_deck));
    let mut ids = full
        .cards()
        .map(|(_, card)| card.id.as_str())
        .chain(["no such"]);
    are_right
        && ids.all(|id| indexed.place(id) == full.place(id))
        && (indexed.places.if_made().is_some() || unmade(indexed) == before)
}

/// Returns the number of cases for a test: `usual`, or what the environment says.
fn cases(usual: u64) -> u64 {
    let cases = std::env::var("QUIZ_INDEX_CASES").ok();
    cases.and_then(|cases| cases.parse().ok()).unwrap_or(usual)
}

#[test]
fn a_library_from_an_index_equals_a_full_read() {
    let mut current = 0;
    for seed in 0..cases(300) {
        let mut world = World::new(seed);
        let mut steps = Vec::new();
        for _ in 0..10 {
            let before = world.library();
            steps.push(world.step());
            assert!(world.is_right(), "case {seed}: {steps:#?}");
            if before.is_current() {
                let is_same = before.says_the_same(&world.library());
                assert!(is_same, "case {seed}: {steps:#?}");
                current += usize::from(!before.decks.is_empty());
            }
        }
    }
    assert!(current > 100, "only {current} were current");
}

/// Returns a world with three decks and their index.
fn with_index() -> World {
    let mut world = World::new(0);
    world.settled = true;
    let deck = |cards: &[&str]| format!("Deck({}, cards: [\n{}\n])\n", HEADS[2], cards.join("\n"));
    for (name, cards) in [
        ("a", &CARDS[..3]),
        ("sub/b", &CARDS[3..5]),
        ("c", &CARDS[5..8]),
    ] {
        fs::write(world.root().join(name).with_extension("ron"), deck(cards)).unwrap();
    }
    world.store(&world.library());
    world
}

fn is_known(world: &World) -> bool {
    let index = decks::Index::open(&world.index);
    let root = world.root();
    let is_there = |name: &str| {
        let path = root.join(name).with_extension("ron");
        index
            .as_ref()
            .is_some_and(|index| index.deck(&root, &path, name, world.now()).is_some())
    };
    ["a", "sub/b", "c"].into_iter().all(is_there)
}

#[test]
fn a_broken_index_is_none() {
    let world = with_index();
    assert!(is_known(&world) && world.is_right());
    let path = world.index.file("decks");
    let whole = fs::read(&path).unwrap();
    let broken = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        decks::Index::open(&world.index).is_none()
    };
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        // The fronts are verified when they are read.
        assert!(broken(&bytes) || world.is_right(), "byte {at} flipped");
        assert!(broken(&whole[..at]), "cut at {at}");
    }
    assert!(broken(&[whole.as_slice(), b"x"].concat()));
    assert!(world.is_right());
}

#[test]
fn only_decks_that_are_whole_are_in_an_index() {
    let world = with_index();
    let known = |name: &str, text: &str| {
        let path = world.root().join(name).with_extension("ron");
        fs::write(&path, text).unwrap();
        world.store(&world.library());
        let index = decks::Index::open(&world.index).unwrap();
        assert!(world.is_right());
        index
            .deck(&world.root(), &path, name, world.now())
            .is_some()
    };
    let deck = |card: &str| format!("Deck(title: \"t\", cards: [{card}])");
    assert!(known(
        "d",
        &deck(r#"Basic(id: "z", front: "f", back: "b")"#)
    ));
    assert!(!known("d", &deck(r#"Basic(front: "f", back: "b")"#)));
    assert!(!known(
        "d",
        &deck(r#"Basic(id: "y", front: "", back: "b")"#)
    ));
    assert!(!known(
        "d",
        &deck(r#"Basic(id: "a", front: "a twin", back: "b")"#)
    ));
    assert!(!known("d", "rubbish"));
}

#[test]
fn an_index_that_says_something_else_is_noticed_and_deleted() {
    let world = with_index();
    let (root, index) = (world.root(), || Some(world.index.clone()));
    let says_the_same = || {
        let plain = Library::load_texts(&root).unwrap();
        plain.index_says_the_same(index()).unwrap()
    };
    assert!(says_the_same());
    let old = world.library();
    let path = root.join("a.ron");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("B?", "X?").replace("\"b\"", "\"x\"")).unwrap();
    // The old heads under the mark of the new text.
    let new = world.library();
    let mut wrong = old.deck("a").unwrap().clone();
    wrong.file = new.deck("a").unwrap().file.clone();
    let fronts = vec![0; wrong.cards.len()];
    decks::write(&world.index, [(&wrong, fronts)]).unwrap();
    assert!(!world.is_right());
    assert!(!says_the_same());
    assert!(decks::Index::open(&world.index).is_none() && world.is_right());
}

/// Whoever changes the form of the file changes the number in its magic, and the hash here.
#[test]
fn the_form_of_an_index_is_that_of_its_number() {
    let library = with_index().library();
    let heads = decks::forms(library.decks.iter());
    let hash = xxhash_rust::xxh3::xxh3_64(&heads);
    assert_eq!(hash, 7_784_059_294_983_581_081, "form 002");
}
