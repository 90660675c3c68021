//! Reading one deck: every card that can be read, and a problem with its place for each that can't.

mod card;

use std::ops::Range;
use std::path::Path;

use serde::Deserialize;

pub use card::{card, place_of};

use super::{Card, Deck, Resource, id, scan};
use crate::notation;
use crate::place::{Place, Problem};

/// A deck as its file says it, without the cards.
#[derive(Deserialize)]
#[serde(rename = "Deck", deny_unknown_fields)]
struct Header {
    title: String,
    #[serde(default)]
    about: Option<String>,
    #[serde(default)]
    order: i32,
    #[serde(default)]
    resources: Vec<Resource>,
    // The list is empty here: cards are read one by one.
    #[serde(default)]
    #[expect(dead_code, reason = "names the field that a deck has")]
    cards: Vec<()>,
}

/// A card that was read, its id still as written.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadCard {
    /// The id, where the file gives one.
    pub id: Option<id::CardId>,
    /// The rest; its `id` is a stand-in until the library has given it one.
    pub card: Card,
    /// Where the card stands in the file's text.
    pub span: Range<usize>,
}

/// What was read from a deck's text.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadDeck {
    /// The deck, still without its cards; none where the head can't be read.
    pub deck: Option<Deck>,
    /// The cards that can be read.
    pub cards: Vec<ReadCard>,
    /// What can't.
    pub problems: Vec<Problem>,
}

/// Reads the deck `name` from `text`, the content of `file`.
pub fn deck(name: &str, file: &Path, text: &str) -> ReadDeck {
    if let Some(conflict) = conflict_marker(file, text) {
        return ReadDeck {
            deck: None,
            cards: Vec::new(),
            problems: vec![conflict],
        };
    }
    let layout = scan::layout(text);
    let mut problems = Vec::new();
    if let Some(trouble) = &layout.trouble {
        problems.push(Problem::error(
            Place::new(file, text, trouble.offset, 1),
            trouble.message,
        ));
    }
    let head = header(name, file, text, &layout, &mut problems);
    let mut line = LineCounter::new(text);
    let mut cards = Vec::with_capacity(layout.cards.len());
    for span in layout.cards {
        match card(file, text, span.clone(), line.at(span.start)) {
            Ok((id, card)) => cards.push(ReadCard { id, card, span }),
            // One cause, one message: a card that runs into the end of the file was named above.
            Err(problem) if layout.trouble.is_none() || span.end < text.trim_end().len() => {
                problems.push(*problem)
            }
            Err(_) => {}
        }
    }
    ReadDeck {
        deck: head,
        cards,
        problems,
    }
}

fn header(
    name: &str,
    file: &Path,
    text: &str,
    layout: &scan::Layout,
    problems: &mut Vec<Problem>,
) -> Option<Deck> {
    layout.body.as_ref()?;
    // The deck without what is in its list of cards.
    let without = |between: &str| {
        let list = layout.list.clone().unwrap_or(text.len()..text.len());
        let (before, after) = (text.get(..list.start), text.get(list.end..));
        [before.unwrap_or(""), between, after.unwrap_or("")].concat()
    };
    if layout.trouble.is_some() {
        // The end is missing and was named: what is there is read as if it were closed.
        let closed = without("") + if layout.list.is_some() { "])" } else { ")" };
        return Some(to_deck(
            name,
            file,
            notation::read::<Header>(file, &closed).ok(),
        ));
    }
    if let Ok(header) = notation::read::<Header>(file, &without("")) {
        return Some(to_deck(name, file, Some(header)));
    }
    // It is wrong: read once more with everything in its place, for the place of what is wrong.
    let list = layout
        .list
        .clone()
        .and_then(|list| text.get(list))
        .unwrap_or("");
    let blank: String = list
        .chars()
        .map(|c| if c == '\n' { '\n' } else { ' ' })
        .collect();
    if let Err(mut problem) = notation::read::<Header>(file, &without(&blank)) {
        // The line as it is, not as it was blanked.
        let start: usize = text
            .split_inclusive('\n')
            .take(problem.place.line - 1)
            .map(str::len)
            .sum();
        problem.place.text = text
            .get(start..)
            .unwrap_or("")
            .lines()
            .next()
            .unwrap_or("")
            .to_string();
        problems.push(*problem);
    }
    Some(to_deck(name, file, None))
}

/// The deck of a header; one that can't be read is called by its name, so that its cards still count.
fn to_deck(name: &str, file: &Path, header: Option<Header>) -> Deck {
    let header = header.unwrap_or_else(|| Header {
        title: name.to_string(),
        about: None,
        order: 0,
        resources: vec![],
        cards: vec![],
    });
    Deck {
        name: name.to_string(),
        path: file.to_path_buf(),
        title: header.title,
        about: header.about,
        order: header.order,
        resources: header.resources,
        cards: Vec::new(),
    }
}

/// Git's own marks of a merge that was left open.
fn conflict_marker(file: &Path, text: &str) -> Option<Problem> {
    let at = conflict(text)?;
    Some(
        Problem::error(Place::new(file, text, at, 7), "git left a merge conflict open in this file")
            .help("keep the right lines of both sides, delete the marks <<<<<<< ======= >>>>>>>, and save"),
    )
}

/// The byte where a conflict mark of git starts, if `text` has a whole set of them.
pub fn conflict(text: &str) -> Option<usize> {
    // Nearly no text has one: a look for `<` spares it the walk from line to line.
    text.find('<').filter(|_| text.contains("<<<<<<< "))?;
    let mut at = 0;
    let mut start = None;
    let mut middle = false;
    for line in text.split_inclusive('\n') {
        match start {
            None if line.starts_with("<<<<<<< ") => start = Some(at),
            Some(_) if line.starts_with("=======") => middle = true,
            Some(_) if middle && line.starts_with(">>>>>>> ") => return start,
            _ => {}
        }
        at += line.len();
    }
    None
}

/// Counts lines along a text, each byte looked at once.
struct LineCounter<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
}

impl<'a> LineCounter<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            offset: 0,
            line: 1,
        }
    }

    /// The line of byte `offset`, from 1. Offsets come in ascending order.
    fn at(&mut self, offset: usize) -> usize {
        let passed = self.text.as_bytes().get(self.offset..offset);
        self.line += memchr::memchr_iter(b'\n', passed.unwrap_or(&[])).count();
        self.offset = offset.max(self.offset);
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> ReadDeck {
        deck("d", Path::new("d.ron"), text)
    }

    fn problem(card: &str) -> String {
        let read = read(&format!(
            "Deck(title: \"t\", cards: [\n{card},\nBasic(id: \"whole\", front: \"f\", back: \"b\"),\n])"
        ));
        assert_eq!(
            read.cards.len(),
            1,
            "the whole card is still read beside {card}"
        );
        assert_eq!(read.problems.len(), 1, "{:?}", read.problems);
        let problem = &read.problems[0];
        format!(
            "{} {} {}",
            problem.place,
            problem.message,
            problem.help.clone().unwrap_or_default()
        )
        .trim()
        .to_string()
    }

    #[test]
    fn reads_every_kind() {
        let read = read(
            r#"Deck(title: "t", about: "a", order: 3, resources: [(title: "x", site: "y", minutes: 5)], cards: [
                Basic(id: "a", front: "f", back: "b", reverse: true, note: "n", tags: ["t"], source: "s", as_of: "2024-10"),
                Cloze(text: "{{c1::x}} {{c2::y}}"),
                Choice(front: "f", choices: ["a", "b"], answers: ["b"], shuffle: false),
                Typed(front: "f", answers: ["a"]),
                TrueFalse(statement: "s", answer: true),
            ])"#,
        );
        assert_eq!(read.problems, []);
        let sides: Vec<usize> = read
            .cards
            .iter()
            .map(|card| card.card.sides().len())
            .collect();
        assert_eq!(sides, [2, 2, 1, 1, 1]);
        let deck = read.deck.unwrap();
        assert_eq!((deck.order, deck.resources.len()), (3, 1));
    }

    #[test]
    fn each_wrong_card_has_its_place_and_the_rest_goes_on() {
        assert_eq!(
            problem(r#"Basic(fornt: "a", back: "b")"#),
            "d.ron:2:7 Basic has no field `fornt` did you mean `front`?"
        );
        assert_eq!(
            problem(r#"Basik(front: "a")"#),
            "d.ron:2:1 `Basik` is not known here did you mean `Basic`?"
        );
        assert_eq!(
            problem(r#"Basic(front: " ", back: "b")"#),
            "d.ron:2:14 `front` is empty"
        );
        assert_eq!(
            problem(r#"Basic(front: "a" back: "b")"#),
            "d.ron:2:18 a comma is missing before this"
        );
        assert_eq!(
            problem(r#"Basic(front: "a", back: "b""#),
            "d.ron:2:1 this card is never closed: its `)` is missing"
        );
        assert!(problem(r#"Cloze(text: "no gap")"#).starts_with("d.ron:2:13 the cloze has no gap"));
        assert!(
            problem(r#"Choice(front: "a", choices: ["Red", "b"], answers: ["red"])"#).starts_with(
                r#"d.ron:2:52 the answer "red" is not among the choices did you mean `Red`?"#
            )
        );
        assert!(
            problem(r#"Typed(id: "a b", front: "f", answers: ["x"])"#)
                .starts_with("d.ron:2:11 an id has only")
        );
        assert!(
            problem(r#"Basic(front: "f", back: "b", as_of: "2024-13")"#)
                .starts_with("d.ron:2:37 `as_of` is a year")
        );
    }

    #[test]
    fn a_head_that_is_wrong_keeps_its_cards() {
        let read = read("Deck(titel: \"t\", cards: [Basic(front: \"a\", back: \"b\")])");
        assert_eq!(read.cards.len(), 1);
        assert_eq!(read.problems[0].message, "Deck has no field `titel`");
        assert_eq!(
            read.problems[0].place.text,
            "Deck(titel: \"t\", cards: [Basic(front: \"a\", back: \"b\")])"
        );
    }

    #[test]
    fn what_is_no_deck_is_one_problem() {
        for text in [
            "",
            "hello",
            "{}",
            "Deck",
            "Deck(",
            "Deck(title: \"t",
            "[1, 2]",
        ] {
            assert_eq!(
                read(text).problems.len(),
                1,
                "{text:?}: {:?}",
                read(text).problems
            );
        }
    }

    #[test]
    fn a_conflict_of_git_is_named() {
        let text = "Deck(title: \"t\", cards: [\n<<<<<<< HEAD\nBasic(front: \"a\", back: \"b\"),\n=======\n>>>>>>> other\n])";
        let read = read(text);
        assert_eq!(
            read.problems[0].message,
            "git left a merge conflict open in this file"
        );
        assert_eq!(read.problems[0].place.line, 2);
    }
}
