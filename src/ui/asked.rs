//! A face being asked: its screen, and the keys that grade it.

use std::time::Instant;

use console::Key;

use super::frame::{Frame, NARROW, keys, margin, measure, progress, say};
use super::keys_page;
use super::question::Question;
use super::rich::Room;
use super::screen::{Line, Look};
use crate::history::Grade;
use crate::schedule::scheduler::Promises;
use crate::session::{Asked, Left};
use crate::text::{one_line, shorten};
use crate::time;

/// A face that is on the screen.
pub struct OnScreen {
    /// The face, as the session asks it.
    pub asked: Asked,
    /// The question on the screen.
    pub question: Question,
    /// The moment from which it has been on the screen.
    pub shown: Instant,
    /// Whether any grade may be given although the answer was wrong.
    pub overrules: bool,
}

impl OnScreen {
    /// Returns the screen after `done` answers.
    ///
    /// `said` is the message about the last key; `commands` means that keys are commands while an answer is being
    /// typed.
    pub fn frame(
        &self,
        columns: usize,
        done: usize,
        commands: bool,
        said: Option<&(Look, String)>,
    ) -> Frame {
        let margin = margin(columns);
        let measure = measure(columns);
        let deck = shorten(&one_line(&self.asked.title), measure.saturating_sub(4));
        let left = &self.asked.left;
        let head = vec![
            progress(done, left.all(), &words(left), columns),
            Line::new(Look::Faint, format!("{margin}{deck}")),
            Line::default(),
        ];
        let shown = self.question.lines(margin, Room::of_screen(columns));
        let mut body = shown.lines;
        say(&mut body, said, columns);
        let typing = self.question.takes_text() && !commands;
        let undo = match self.question.answered && self.question.marks_itself() {
            true => "u answer again",
            false => "u undo",
        };
        let second: &[&str] = match typing {
            true => &["Ctrl-C leave"],
            // The others are on the help page: here they would cost a line of the answer.
            false if columns < NARROW => &[undo, "? keys", "q leave"],
            false => &[undo, "e edit", "s suspend", "b bury", "? keys", "q leave"],
        };
        let mut second = second.to_vec();
        if !typing {
            second.splice(0..0, self.question.media_keys());
        }
        Frame {
            head,
            body,
            foot: keys(&self.keys(commands), &second, columns),
            // While keys are commands, nothing is being typed.
            cursor: shown.cursor.filter(|_| !commands),
            first: shown.first,
            pictures: self.question.pictures(),
        }
    }

    /// Returns the hints for the keys that answer or grade.
    fn keys(&self, commands: bool) -> Vec<String> {
        let promises = &self.asked.promises;
        match (self.question.answered, self.question.verdict()) {
            (false, _) if commands => vec!["any other key: back to the answer".to_string()],
            (false, _) => self.question.keys(),
            (true, None) => grades(promises),
            (true, Some(true)) => {
                let mut items = grades(promises);
                items.push("Enter good".into());
                items
            }
            (true, Some(false)) if self.overrules => grades(promises),
            (true, Some(false)) => {
                let again = time::interval(promises.interval(Grade::Again));
                vec![format!("Enter again {again}"), "g another grade".into()]
            }
        }
    }

    /// Returns the grade that a key gives now; `None` if it gives none.
    pub fn grade(&self, key: &Key) -> Option<Grade> {
        let verdict = self.question.verdict().filter(|_| !self.overrules);
        grade_of(key, verdict)
    }
}

/// Returns the number of faces left in words: `12 due · 5 new`.
fn words(left: &Left) -> String {
    if left.all() < left.due + left.new + left.again {
        return format!("{} left", left.all());
    }
    let parts = [(left.due, "due"), (left.new, "new"), (left.again, "again")];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    parts.join(" · ")
}

/// Returns the grade keys with the interval of each: `1 again today · 2 hard 3 d · …`.
fn grades(promises: &Promises) -> Vec<String> {
    Grade::ALL
        .iter()
        .map(|grade| {
            format!(
                "{} {} {}",
                *grade as u8,
                grade.word(),
                time::interval(promises.interval(*grade))
            )
        })
        .collect()
}

/// Returns the grade that a key gives, if any.
///
/// Enter gives what the question proposes: Good, or Again if the answer was wrong; after a wrong answer no other grade
/// takes just one key.
fn grade_of(key: &Key, verdict: Option<bool>) -> Option<Grade> {
    let grade = match key {
        Key::Char('1') => Grade::Again,
        Key::Char('2') => Grade::Hard,
        Key::Char('3') => Grade::Good,
        Key::Char('4') => Grade::Easy,
        Key::Enter | Key::Char(' ') if verdict == Some(false) => Grade::Again,
        Key::Enter | Key::Char(' ') => Grade::Good,
        _ => return None,
    };
    (verdict != Some(false) || grade == Grade::Again).then_some(grade)
}

/// The keys of a session.
pub const KEYS: [keys_page::Row; 21] = [
    ("Space, Enter", "show the answer"),
    keys_page::HINT,
    ("1 again", "not recalled: it comes back today"),
    ("2 hard", "recalled, but slowly or half guessed"),
    (
        "3 good",
        "recalled; Enter too, or what the question proposes",
    ),
    ("4 easy", "recalled at once"),
    ("g", "after a wrong answer: give another grade than again"),
    keys_page::PICK,
    keys_page::JUDGE,
    ("Space", "on a choice or true/false: you don't know"),
    ("Esc", "while typing an answer: the keys below"),
    ("u", "after an answer that was marked: answer again"),
    ("u", "else: undo the last answer, suspend or bury"),
    ("e", "edit the card in your editor"),
    ("s", "suspend the card: not asked until resumed"),
    ("b", "bury the card until tomorrow"),
    keys_page::OPEN,
    keys_page::PLAY,
    ("i", "read the deck's introduction again"),
    keys_page::SCROLL,
    ("q, Ctrl-C", "leave; nothing is lost"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deck::{Card, Content};
    use crate::home::{Home, STARTER_DECKS};
    use crate::schedule::queue::Why;
    use crate::study::Study;
    use crate::time::Clock;

    #[test]
    fn a_wrong_answer_takes_again_and_nothing_else() {
        let keys = [Key::Enter, Key::Char(' '), Key::Char('1')];
        let others = [
            Key::Char('2'),
            Key::Char('3'),
            Key::Char('4'),
            Key::Char('5'),
        ];
        for key in keys {
            assert_eq!(grade_of(&key, Some(false)), Some(Grade::Again));
        }
        for key in others {
            assert_eq!(grade_of(&key, Some(false)), None);
        }
        assert_eq!(grade_of(&Key::Char('2'), Some(true)), Some(Grade::Hard));
        assert_eq!(grade_of(&Key::Enter, None), Some(Grade::Good));
    }

    #[test]
    fn what_is_left_is_said_up_to_the_limit() {
        let left = |limit| Left {
            due: 4,
            new: 0,
            again: 1,
            limit,
        };
        assert_eq!(words(&left(None)), "4 due · 1 again");
        assert_eq!(words(&left(Some(5))), "4 due · 1 again");
        assert_eq!(words(&left(Some(2))), "2 left");
    }

    /// Returns the key sequences that answer the card: right, wrong, and not at all.
    fn ways(card: &Card) -> Vec<Vec<Key>> {
        match &card.content {
            Content::Basic { .. } | Content::Cloze(_) => vec![vec![Key::Char(' ')]],
            Content::List { lines, .. } => vec![vec![Key::Char(' '); lines.len()]],
            Content::TrueFalse { .. } => vec![vec![Key::Char('t')], vec![Key::Char('f')]],
            Content::Typed { answers, .. } => {
                let right = answers[0].chars().map(Key::Char).chain([Key::Enter]);
                vec![vec![Key::Enter], right.collect()]
            }
            Content::Choice {
                choices, answers, ..
            } => {
                let picks = (1..=choices.len()).map(|n| Key::Char(n.to_string().remove(0)));
                let one_by_one = picks.clone().map(|pick| vec![pick]);
                match answers.len() {
                    1 => one_by_one.collect(),
                    _ => {
                        let all: Vec<Key> = picks.collect();
                        let sets = 0..(1_usize << all.len());
                        let set = |set: usize| {
                            let of = all.iter().enumerate();
                            let of = of.filter(|(at, _)| set & (1 << at) > 0);
                            of.map(|(_, pick)| pick.clone())
                                .chain([Key::Enter])
                                .collect()
                        };
                        sets.map(set).collect()
                    }
                }
            }
        }
    }

    /// The parts visible without scrolling on the smallest supported screen: a card as it is asked, and for at least
    /// nine in ten also all that its answer shows.
    #[test]
    fn the_bundled_cards_fit_a_narrow_screen() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::for_tests(folder.path(), "Deck(title: \"D\", cards: [])");
        for (name, text) in STARTER_DECKS.iter().filter(|(name, _)| !name.contains('/')) {
            std::fs::write(home.decks().join(name).with_extension("ron"), text).unwrap();
        }
        let clock = Clock::new(Some("2026-11-23T09:00:00+01:00")).unwrap();
        let study = Study::open(home, clock).unwrap();
        let fits = |on: &OnScreen| {
            let (lines, _) = on.frame(40, 0, false, None).compose(24, &mut None);
            !lines.iter().any(|line| line.text().contains("↓ more"))
        };
        let (mut all, mut longer) = (0, Vec::new());
        for (deck, card, side) in study.library.faces() {
            let key = card.face(side);
            let on = |question| OnScreen {
                asked: Asked {
                    key: key.clone(),
                    card: card.clone(),
                    deck: deck.name.clone(),
                    title: deck.title.clone(),
                    why: Why::New,
                    reviews: 0,
                    seen: None,
                    left: Left {
                        due: 12,
                        new: 20,
                        again: 3,
                        limit: None,
                    },
                    promises: study.promises(&key, deck),
                },
                question,
                shown: Instant::now(),
                overrules: false,
            };
            let question = Question::new(card, side, 1);
            assert!(fits(&on(question.clone())), "{key} as it is asked");
            let answered = |keys: Vec<Key>| {
                let mut question = question.clone();
                for key in &keys {
                    question.key(key);
                }
                assert!(question.answered, "{key} after {keys:?}");
                on(question)
            };
            all += 1;
            if !ways(card).into_iter().all(|keys| fits(&answered(keys))) {
                longer.push(key);
            }
        }
        assert!(all > 80 && longer.len() * 10 <= all, "{longer:?}");
    }
}
