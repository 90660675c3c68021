//! What is asked next: due faces, new ones mixed in, forgotten ones again after a few others.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use super::memory::Memory;
use crate::config::Config;
use crate::deck::library::{Library, is_in};
use crate::deck::{Card, CardId, Deck, FaceKey, Side};
use crate::history::{FaceHistory, History, Review};
use crate::time::{Day, Stamp};

/// After how many other answers a face that was forgotten comes back, where there are others.
const SPACING: usize = 5;

/// Which faces are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The names of the decks; all where none is named.
    pub decks: Option<HashSet<String>>,
    /// Only cards with this tag.
    pub tag: Option<String>,
    /// Only these cards, asked whether they are due or not.
    pub cards: Option<HashSet<CardId>>,
    /// How many new faces may still be started, instead of what the settings say.
    pub new: Option<usize>,
    /// Faces that are due within so many days count as due.
    pub ahead: i64,
}

impl Wanted {
    /// Whether the faces of this card are wanted.
    pub fn takes(&self, deck: &Deck, card: &Card) -> bool {
        let (decks, cards) = (self.decks.as_ref(), self.cards.as_ref());
        decks.is_none_or(|decks| decks.contains(&deck.name))
            && cards.is_none_or(|cards| cards.contains(&card.id))
            && self.tag.as_ref().is_none_or(|tag| card.tags.contains(tag))
    }
}

/// Why a face is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Its day has come.
    Due,
    /// It was never asked.
    New,
    /// It was forgotten today.
    Again,
}

/// A face that is to be asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<'a> {
    /// Its deck.
    pub deck: &'a Deck,
    /// Its card.
    pub card: &'a Card,
    /// Which of the card's faces.
    pub side: Side,
    /// Its key.
    pub key: FaceKey,
    /// Why it is asked.
    pub why: Why,
}

/// What is to be asked today, and what comes after.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Queue<'a> {
    /// The faces, in the order in which they are asked.
    pub entries: Vec<Entry<'a>>,
    /// The next day, after today, on which a wanted face is due, and how many are.
    pub next: Option<(Day, usize)>,
    /// How many wanted faces are new and beyond today's number.
    pub new_later: usize,
    /// How many cards have a new face that is not asked today, whether for their number or for a sibling.
    pub new_tomorrow: usize,
}

impl Queue<'_> {
    /// How many of its faces are asked for this reason.
    pub fn count(&self, why: Why) -> usize {
        self.entries.iter().filter(|entry| entry.why == why).count()
    }

    /// The same of one deck.
    pub fn count_in(&self, deck: &str, why: Why) -> usize {
        self.entries
            .iter()
            .filter(|entry| entry.why == why && entry.deck.name == deck)
            .count()
    }
}

/// What has been done on the day so far.
#[derive(Default)]
struct Today<'a> {
    /// The moments of all answers.
    answers: Vec<Stamp>,
    /// The cards of which a face was answered.
    cards: HashSet<&'a str>,
    /// How many due faces were answered.
    due: usize,
    /// The decks of the new faces that were started.
    started: Vec<&'a str>,
}

/// Says what is to be asked on `today`.
///
/// Due faces come by falling risk: lowest retrievability relative to its target first. New ones are mixed in
/// evenly, in the decks' order. Of the faces of one card at most one is asked on a learning day. A face that was
/// forgotten today comes back after five other answers, or when no other is left. All of it follows from the
/// history alone, so that leaving and coming back changes nothing.
pub fn queue<'a>(
    library: &'a Library,
    history: &History,
    config: &Config,
    memory: &Memory,
    today: Day,
    wanted: &Wanted,
) -> Queue<'a> {
    let Sorted {
        mut done,
        again,
        due,
        mut new,
        buried,
        later,
    } = sort(library, history, config, memory, today, wanted);
    // Faces of cards that were asked for by name may follow one another.
    let mut cards: HashSet<&str> = match wanted.cards {
        Some(_) => HashSet::new(),
        None => done.cards.clone(),
    };
    let room = match config.reviews_per_day {
        Some(cap) => cap.saturating_sub(done.due),
        None => due.len(),
    };
    let due: Vec<Entry> = due
        .into_iter()
        .map(|(_, entry)| entry)
        .filter(|entry| cards.insert(entry.card.id.as_str()))
        .take(room)
        .collect();
    let mut waiting: HashMap<&str, usize> = HashMap::new();
    for entry in &new {
        *waiting.entry(entry.card.id.as_str()).or_default() += 1;
    }
    new.retain(|entry| cards.insert(entry.card.id.as_str()));
    let all_new = new.len();
    let new = within_limits(new, config, wanted, &done);
    let asked_alone = new
        .iter()
        .filter(|entry| waiting.get(entry.card.id.as_str()) == Some(&1));
    let mut queue = Queue {
        new_later: all_new - new.len(),
        new_tomorrow: waiting.len() + buried.len() - asked_alone.count(),
        next: later.into_iter().filter(|(_, count)| *count > 0).min(),
        entries: mix(due, new, done.due, done.started.len()),
    };
    come_back(&mut queue.entries, again, &mut done.answers);
    queue
}

/// The wanted faces by why they are asked.
#[derive(Default)]
struct Sorted<'a> {
    done: Today<'a>,
    /// Those that were forgotten today, with the moment.
    again: Vec<(Stamp, Entry<'a>)>,
    /// Those that are due, the most likely forgotten first, each with its retrievability over its target.
    due: Vec<(f32, Entry<'a>)>,
    /// Those that were never asked, in the decks' order.
    new: Vec<Entry<'a>>,
    /// The cards with a new face that are buried until tomorrow.
    buried: HashSet<&'a str>,
    /// How many are due on each later day.
    later: HashMap<Day, usize>,
}

fn sort<'a>(
    library: &'a Library,
    history: &History,
    config: &Config,
    memory: &Memory,
    today: Day,
    wanted: &Wanted,
) -> Sorted<'a> {
    let mut sorted = Sorted::default();
    for (deck, card, side) in library.faces() {
        let key = card.face(side);
        let face = history.face(&key);
        note_today(&mut sorted.done, face, deck, card, today);
        let promised = face.and_then(FaceHistory::due);
        let id = card.id.as_str();
        if !wanted.takes(deck, card) || history.is_suspended(&card.id) {
            continue;
        }
        if let Some(until) = history
            .buried_until(&card.id)
            .filter(|until| *until > today)
        {
            match promised {
                Some(day) => *sorted.later.entry(day.max(until)).or_default() += 1,
                None => sorted.buried.extend((until == today.plus(1)).then_some(id)),
            }
            continue;
        }
        let entry = |why| Entry {
            deck,
            card,
            side,
            key,
            why,
        };
        let Some((face, day)) = face.zip(promised) else {
            sorted.new.push(entry(Why::New));
            continue;
        };
        let asked_for = wanted.cards.is_some();
        let answered = |review: &&Review| review.day >= today;
        match face.last().filter(answered) {
            Some(last) if !asked_for && (last.grade.recalled() || day > today) => {
                *sorted.later.entry(day).or_default() += usize::from(day > today);
            }
            Some(last) if !last.grade.recalled() => sorted.again.push((last.at, entry(Why::Again))),
            _ if day <= today.plus(wanted.ahead) || asked_for => {
                let recall = memory.retrievability(face.current(), today).unwrap_or(0.0);
                let risk = recall / config.retention_of(&deck.name);
                sorted.due.push((risk, entry(Why::Due)));
            }
            _ => *sorted.later.entry(day).or_default() += 1,
        }
    }
    sorted
        .due
        .sort_by(|(a, one), (b, other)| a.total_cmp(b).then_with(|| one.key.cmp(&other.key)));
    sorted
}

/// Counts what was done with this face on the day.
fn note_today<'a>(
    done: &mut Today<'a>,
    face: Option<&FaceHistory>,
    deck: &'a Deck,
    card: &'a Card,
    today: Day,
) {
    let Some(face) = face else { return };
    let answers = face
        .reviews()
        .iter()
        .rev()
        .take_while(|review| review.day >= today);
    let before = done.answers.len();
    done.answers.extend(answers.map(|review| review.at));
    if done.answers.len() == before {
        return;
    }
    done.cards.insert(card.id.as_str());
    match face.current().first() {
        Some(first) if first.day >= today => done.started.push(&deck.name),
        Some(_) => done.due += 1,
        None => {}
    }
}

/// The new faces that may be started: as many as are asked for, or as the settings still let today; the number of
/// the whole home holds for all, the number of a deck or folder for what lies in it.
fn within_limits<'a>(
    new: Vec<Entry<'a>>,
    config: &Config,
    wanted: &Wanted,
    done: &Today,
) -> Vec<Entry<'a>> {
    if let Some(number) = wanted.new {
        return new.into_iter().take(number).collect();
    }
    let mut room = config.new_per_day.saturating_sub(done.started.len());
    let mut places: Vec<(&str, usize)> = config
        .decks
        .iter()
        .filter_map(|(place, deck)| {
            let started = done
                .started
                .iter()
                .filter(|name| is_in(name, place))
                .count();
            Some((place.as_str(), deck.new_per_day?.saturating_sub(started)))
        })
        .collect();
    new.into_iter()
        .filter(|entry| {
            let mut of_it: Vec<_> = places
                .iter_mut()
                .filter(|(place, _)| is_in(&entry.deck.name, place))
                .collect();
            let fits = room > 0 && of_it.iter().all(|(_, room)| *room > 0);
            if fits {
                room -= 1;
                of_it.iter_mut().for_each(|(_, room)| *room -= 1);
            }
            fits
        })
        .collect()
}

/// Mixes new faces evenly among due ones, going on from how many of each were done today.
fn mix<'a>(
    due: Vec<Entry<'a>>,
    new: Vec<Entry<'a>>,
    due_done: usize,
    new_done: usize,
) -> Vec<Entry<'a>> {
    let (all_due, all_new) = (due.len() + due_done, new.len() + new_done);
    let (mut due_at, mut new_at) = (due_done, new_done);
    let (mut due, mut new) = (due.into_iter().peekable(), new.into_iter().peekable());
    let mut mixed = Vec::with_capacity(all_due + all_new);
    loop {
        let next = match (due.peek().is_some(), new.peek().is_some()) {
            (false, false) => return mixed,
            (true, false) => due.next(),
            (false, true) => new.next(),
            // A due one first; then the kind of which the smaller share has been asked.
            (true, true) => match (new_at * all_due).cmp(&(due_at * all_new)) {
                Ordering::Less => new.next(),
                Ordering::Equal | Ordering::Greater => due.next(),
            },
        };
        match &next {
            Some(entry) if entry.why == Why::New => new_at += 1,
            _ => due_at += 1,
        }
        mixed.extend(next);
    }
}

/// Puts the faces that were forgotten today where their turn is.
fn come_back<'a>(
    entries: &mut Vec<Entry<'a>>,
    mut again: Vec<(Stamp, Entry<'a>)>,
    answers: &mut [Stamp],
) {
    answers.sort_unstable();
    again.sort_by_key(|(at, _)| *at);
    let mut front = 0;
    for (at, entry) in again {
        let since = answers.len() - answers.partition_point(|answer| *answer <= at);
        let place = SPACING.saturating_sub(since).max(front).min(entries.len());
        entries.insert(place, entry);
        front = place + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::DeckConfig;
    use crate::history::{Event, Grade};
    use std::fs;

    /// A small home in memory: decks by name and text, and what happened.
    struct World {
        library: Library,
        events: Vec<Event>,
        config: Config,
    }

    impl World {
        fn new(decks: &[(&str, &str)]) -> Self {
            let folder = tempfile::tempdir().unwrap();
            for (name, cards) in decks {
                fs::write(
                    folder.path().join(format!("{name}.ron")),
                    format!("Deck(title: \"t\", cards: [{cards}])"),
                )
                .unwrap();
            }
            let library = Library::load(folder.path()).unwrap();
            assert_eq!(library.problems, []);
            Self {
                library,
                events: Vec::new(),
                config: Config::default(),
            }
        }

        fn cards(count: usize) -> Self {
            let cards: String = (0..count)
                .map(|n| format!("Basic(id: \"c{n:02}\", front: \"f{n}\", back: \"b\"),"))
                .collect();
            Self::new(&[("d", &cards)])
        }

        fn answer(&mut self, minute: u32, day: &str, face: &str, grade: Grade, due: &str) {
            let at = format!("2026-11-{day}T12:{minute:02}:00.000+00:00")
                .parse()
                .unwrap();
            self.events.push(Event::Review {
                at,
                face: face.parse().unwrap(),
                grade,
                ms: 1000,
                due: due.parse().unwrap(),
            });
        }

        fn asked(&self, wanted: &Wanted) -> Vec<String> {
            let now: Stamp = "2026-11-23T13:00:00.000+00:00".parse().unwrap();
            let mut events = self.events.clone();
            events.sort_by_key(Event::at);
            let history = History::fold(events, now, 4);
            let memory = Memory::new();
            queue(
                &self.library,
                &history,
                &self.config,
                &memory,
                now.day(4),
                wanted,
            )
            .entries
            .into_iter()
            .map(|entry| entry.key.to_string())
            .collect()
        }

        fn keys(&self) -> Vec<String> {
            self.asked(&Wanted::default())
        }
    }

    #[test]
    fn new_faces_come_in_deck_order_up_to_the_days_number() {
        let mut world = World::cards(30);
        assert_eq!(world.keys().len(), 20);
        assert_eq!(world.keys()[..2], ["c00", "c01"]);
        world.answer(0, "23", "c00", Grade::Good, "2026-11-25");
        assert_eq!(world.keys().len(), 19);
        assert_eq!(
            world
                .asked(&Wanted {
                    new: Some(3),
                    ..Wanted::default()
                })
                .len(),
            3
        );
        world.config.decks.insert(
            "d".into(),
            DeckConfig {
                new_per_day: Some(4),
                desired_retention: None,
            },
        );
        assert_eq!(world.keys().len(), 3);
    }

    #[test]
    fn the_most_likely_forgotten_comes_first() {
        let mut world = World::cards(3);
        world.config.new_per_day = 0;
        world.answer(0, "10", "c00", Grade::Easy, "2026-11-22");
        world.answer(1, "10", "c01", Grade::Hard, "2026-11-22");
        world.answer(2, "10", "c02", Grade::Good, "2026-11-24");
        assert_eq!(world.keys(), ["c01", "c00"]);
        assert_eq!(
            world.asked(&Wanted {
                ahead: 1,
                ..Wanted::default()
            }),
            ["c01", "c02", "c00"]
        );
    }

    #[test]
    fn a_forgotten_face_comes_back_after_some_others() {
        let mut world = World::cards(30);
        world.answer(0, "23", "c00", Grade::Again, "2026-11-23");
        assert_eq!(world.keys()[SPACING], "c00");
        for (minute, face) in ["c01", "c02", "c03", "c04", "c05"].iter().enumerate() {
            world.answer(1 + minute as u32, "23", face, Grade::Good, "2026-11-25");
        }
        assert_eq!(world.keys()[0], "c00");
        world.answer(9, "23", "c00", Grade::Hard, "2026-11-24");
        assert!(!world.keys().contains(&"c00".to_string()));
    }

    #[test]
    fn a_lone_forgotten_face_comes_back_at_once() {
        let mut world = World::cards(1);
        world.answer(0, "23", "c00", Grade::Again, "2026-11-23");
        assert_eq!(world.keys(), ["c00"]);
    }

    #[test]
    fn faces_of_one_card_are_never_on_one_day() {
        let mut world = World::new(&[(
            "d",
            "Cloze(id: \"x\", text: \"{{c1::a}} and then {{c2::b}}\")",
        )]);
        assert_eq!(world.keys(), ["x#c1"]);
        world.answer(0, "23", "x#c1", Grade::Good, "2026-11-25");
        assert_eq!(world.keys(), [""; 0]);
    }

    #[test]
    fn new_faces_are_mixed_in_evenly_and_leaving_changes_nothing() {
        let mut world = World::cards(12);
        world.config.new_per_day = 3;
        for n in 0..9 {
            world.answer(n, "10", &format!("c{n:02}"), Grade::Good, "2026-11-20");
        }
        let asked = world.keys();
        let new: Vec<usize> = (0..12)
            .filter(|at| ["c09", "c10", "c11"].contains(&asked[*at].as_str()))
            .collect();
        assert_eq!(new, [1, 5, 9], "{asked:?}");
        for (minute, face) in asked.iter().take(5).enumerate() {
            world.answer(minute as u32, "23", face, Grade::Good, "2026-12-01");
        }
        assert_eq!(world.keys(), asked[5..]);
    }

    #[test]
    fn suspended_buried_and_unwanted_cards_are_not_asked() {
        let mut world = World::cards(4);
        let at: Stamp = "2026-11-23T12:00:00.000+00:00".parse().unwrap();
        world.events.push(Event::Suspend {
            at,
            card: "c00".parse().unwrap(),
        });
        world.events.push(Event::Bury {
            at,
            card: "c01".parse().unwrap(),
            until: "2026-11-24".parse().unwrap(),
        });
        world.events.push(Event::Bury {
            at,
            card: "c02".parse().unwrap(),
            until: "2026-11-23".parse().unwrap(),
        });
        assert_eq!(world.keys(), ["c02", "c03"]);
        assert_eq!(
            world.asked(&Wanted {
                tag: Some("none".into()),
                ..Wanted::default()
            }),
            [""; 0]
        );
    }

    #[test]
    fn the_cap_on_reviews_counts_what_was_done() {
        let mut world = World::cards(3);
        world.config.new_per_day = 0;
        world.config.reviews_per_day = Some(2);
        for n in 0..3 {
            world.answer(n, "10", &format!("c{n:02}"), Grade::Good, "2026-11-20");
        }
        assert_eq!(world.keys().len(), 2);
        let first = world.keys()[0].clone();
        world.answer(5, "23", &first, Grade::Good, "2026-12-01");
        assert_eq!(world.keys().len(), 1);
    }
}
