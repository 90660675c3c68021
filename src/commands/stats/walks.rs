//! The walk behind all figures: over every face of the decks and of the history, each once.

use super::{Face, HABITS, Held};
use crate::history::{FaceHistory, Review, Room};
use crate::learn::Learned;
use crate::learn::history::Unpredicted;
use crate::learn::measure::{Calibration, calibration};
use crate::schedule::askable::Askable;
use crate::schedule::standing::Standing;
use crate::stats::activity::{Activity, ActivityTally};
use crate::stats::forecast::Promised;
use crate::stats::habits::Habits;
use crate::stats::known::{Known, Weeks};
use crate::stats::retention::{Retention, RetentionTally};
use crate::stats::streak::{Days, Waiting};
use crate::stats::walk;
use crate::time::Day;

/// What a walk needs beside the faces.
pub(super) struct Walk<'a> {
    pub(super) weeks: &'a Weeks,
    /// The days with answers.
    pub(super) kept: &'a Days,
    /// The number of decks asked for.
    pub(super) decks: usize,
    pub(super) today: Day,
    /// The days that details cover, up to `today`.
    pub(super) days: i64,
}

/// All tallies.
pub(super) struct Walked<'a> {
    pub(super) answered: AnsweredTally,
    pub(super) begun: DecksTally<'a>,
    /// Of all decks, whichever are asked for.
    pub(super) waiting: Waiting,
}

impl Walk<'_> {
    /// Tallies `faces`, on all processors.
    pub(super) fn over<'f>(&self, faces: &'f [Face<'f>]) -> Walked<'f> {
        let begin = || Walked {
            answered: AnsweredTally::new(self.today, self.days),
            begun: DecksTally::new(self.decks, self.weeks, self.today, self.days),
            waiting: self.kept.waiting(),
        };
        let add = |so_far: &mut Walked<'f>, face: &'f Face<'f>, room: &mut Room| {
            self.add(so_far, face, room);
        };
        walk(faces, begin, add, Walked::join)
    }

    fn add<'f>(&self, so_far: &mut Walked<'f>, face: &'f Face<'f>, room: &mut Room) {
        let history = face.told.face_in(room);
        let Walked {
            answered,
            begun,
            waiting,
        } = so_far;
        if let Some((history, is_asked)) = history.zip(face.answers) {
            answered.add(face.at, history, is_asked);
        }
        let deck = face.held.and_then(|held| held.deck);
        if let Some(history) = history {
            let of_deck = deck.and_then(|deck| begun.decks.get_mut(deck as usize));
            let of_all = (face.answers == Some(true)).then_some(&mut answered.recalls);
            add_recalls(history, [of_all, of_deck.map(|deck| &mut deck.recalls)]);
        }
        if let Some(Held { askable, .. }) = face.held {
            waiting.add(&face.told, history);
            if let Some(deck) = deck {
                begun.add(face, (deck, askable), history, (self.weeks, self.today));
            }
        }
    }
}

/// Adds the due reviews of a face to the tallies of one period that are there.
fn add_recalls(face: &FaceHistory, mut tallies: [Option<&mut RetentionTally>; 2]) {
    let counting = tallies
        .iter()
        .flatten()
        .next()
        .map(|any| any.counting(face));
    for (before, review) in counting.into_iter().flatten() {
        for tally in tallies.iter_mut().flatten() {
            tally.add_one(before, review);
        }
    }
}

impl Walked<'_> {
    fn join(self, other: Self) -> Self {
        Self {
            answered: self.answered.join(other.answered),
            begun: self.begun.join(other.begun),
            waiting: self.waiting.join(other.waiting),
        }
    }
}

/// The figures that come from answers.
pub(super) struct AnswerFigures {
    pub(super) activity: Activity,
    pub(super) habits: Habits,
    pub(super) retention: Retention,
    pub(super) calibration: Vec<Calibration>,
}

/// The tallies over answered faces.
pub(super) struct AnsweredTally {
    done: ActivityTally,
    habits: Habits,
    recalls: RetentionTally,
    /// Of the whole home: predictions are found by their place among all.
    judged: Unpredicted<u32, Judged>,
    from: Day,
}

/// What to count once the prediction for a judged answer is known.
#[derive(Clone, Copy)]
struct Judged {
    recalled: bool,
    /// Whether it is of the decks asked for, and of the days looked at.
    is_wanted: bool,
    /// Whether it counts for the retention.
    is_due: bool,
}

impl AnsweredTally {
    fn new(today: Day, days: i64) -> Self {
        let from = today.plus(1 - days);
        Self {
            done: ActivityTally::new(today, days),
            habits: Habits::new(today.plus(-HABITS)),
            recalls: RetentionTally::new(today, days),
            judged: Unpredicted::new(Some(from)),
            from,
        }
    }

    fn add(&mut self, at: u32, face: &FaceHistory, is_asked: bool) {
        if is_asked {
            for review in face.reviews() {
                self.done.add(review);
            }
            self.habits.add(face);
        }
        let (recalls, from) = (&self.recalls, self.from);
        self.judged.add(
            || at,
            face,
            |before: &Review, review: &Review| Judged {
                recalled: review.grade.recalled(),
                is_wanted: is_asked && review.day >= from,
                is_due: is_asked && recalls.counts(before, review),
            },
        );
    }

    fn join(self, other: Self) -> Self {
        Self {
            done: self.done.join(other.done),
            habits: self.habits.join(other.habits),
            recalls: self.recalls.join(other.recalls),
            judged: self.judged.join(other.judged),
            from: self.from,
        }
    }

    /// Returns the figures. `learned` comes from the whole history; `hash` returns the hash of the key of the face with
    /// this index.
    pub(super) fn finish(self, learned: &Learned, hash: impl Fn(u32) -> u64) -> AnswerFigures {
        let mut recalls = self.recalls;
        let wanted = self
            .judged
            .expected(learned, hash)
            .filter(|(one, _)| one.is_wanted);
        let said = wanted.map(|(one, said)| {
            if one.is_due {
                recalls.predict(said);
            }
            (said, one.recalled)
        });
        let calibration = calibration(said);
        AnswerFigures {
            activity: self.done.finish(),
            habits: self.habits,
            retention: recalls.finish(),
            calibration,
        }
    }
}

/// The tallies over the faces of some decks.
pub(super) struct DecksTally<'a> {
    pub(super) known: Vec<Known>,
    /// Each face that lapsed, with its lapses.
    pub(super) lapsed: Vec<(&'a Face<'a>, usize)>,
    /// The due days of faces that are neither new nor suspended.
    pub(super) promised: Vec<Promised>,
    /// The number of new faces that are not suspended.
    pub(super) new: usize,
    /// For each face first answered within the last 30 days, that day.
    pub(super) started: Vec<Day>,
    pub(super) decks: Vec<DeckTally>,
}

/// The tallies over the faces of one deck.
#[derive(Clone)]
pub(super) struct DeckTally {
    /// Faces that are not suspended, by [`Standing`].
    standing: [usize; 4],
    pub(super) suspended: usize,
    pub(super) due: usize,
    pub(super) recalls: RetentionTally,
}

impl DeckTally {
    /// Returns the number of faces in this state that are not suspended.
    pub(super) fn count(&self, standing: Standing) -> usize {
        self.standing.get(standing as usize).copied().unwrap_or(0)
    }
}

impl<'a> DecksTally<'a> {
    fn new(decks: usize, weeks: &Weeks, today: Day, days: i64) -> Self {
        let deck = DeckTally {
            standing: [0; 4],
            suspended: 0,
            due: 0,
            recalls: RetentionTally::new(today, days),
        };
        Self {
            known: weeks.nothing(),
            lapsed: Vec::new(),
            promised: Vec::new(),
            new: 0,
            started: Vec::new(),
            decks: vec![deck; decks],
        }
    }

    /// Adds a face of one of the decks, with its history.
    fn add(
        &mut self,
        face: &'a Face<'a>,
        (deck, askable): (u32, Askable),
        history: Option<&FaceHistory>,
        (weeks, today): (&Weeks, Day),
    ) {
        let deck = self.decks.get_mut(deck as usize);
        if let Some(history) = history {
            weeks.add(&mut self.known, history);
            let lapses = history.lapses();
            if lapses > 0 {
                self.lapsed.push((face, lapses));
            }
            let first = history.reviews().first().map(|review| review.day);
            self.started
                .extend(first.filter(|day| *day > today.plus(-30)));
        }
        if askable != Askable::Suspended {
            let interval = history.and_then(FaceHistory::interval);
            let promised = askable.next(today).zip(interval);
            self.promised
                .extend(promised.map(|(due, interval)| Promised { due, interval }));
            self.new += usize::from(askable.is_new());
        }
        if let Some(deck) = deck {
            deck.add(history, askable);
        }
    }

    fn join(mut self, other: Self) -> Self {
        self.known = Weeks::join(self.known, other.known);
        self.lapsed.extend(other.lapsed);
        self.promised.extend(other.promised);
        self.new += other.new;
        self.started.extend(other.started);
        let decks = self.decks.into_iter().zip(other.decks);
        self.decks = decks.map(|(one, other)| one.join(other)).collect();
        self
    }
}

impl DeckTally {
    fn add(&mut self, history: Option<&FaceHistory>, askable: Askable) {
        self.due += usize::from(askable.is_due());
        if askable == Askable::Suspended {
            self.suspended += 1;
        } else if let Some(count) = self.standing.get_mut(Standing::of(history) as usize) {
            *count += 1;
        }
    }

    fn join(mut self, other: Self) -> Self {
        for (count, more) in self.standing.iter_mut().zip(other.standing) {
            *count += more;
        }
        self.suspended += other.suspended;
        self.due += other.due;
        self.recalls = self.recalls.join(other.recalls);
        self
    }
}
