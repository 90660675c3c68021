//! Reads one deck: every readable card, and a problem with its place for each card that can't be read.
//!
//! It knows a text and the notation of decks, never other decks or the disk.

use std::ops::Range;

use serde::Deserialize;

use super::draft::{self, Draft, Wrong};
use super::file::DeckFile;
use super::id::Joined;
use super::on_demand::Distinct;
use super::scan::Odd;
use super::{Body, CardId, Cards, Deck, OnDemand, Resource, scan};
use crate::conflict;
use crate::notation::{self, tokens};
use crate::place::{Place, Problem, Source};

/// The fields of a deck, without its cards.
#[derive(Deserialize)]
#[serde(rename = "Deck", deny_unknown_fields)]
struct Header {
    title: String,
    #[serde(default)]
    about: Option<String>,
    #[serde(default)]
    intro: Option<String>,
    #[serde(default)]
    markup: Option<bool>,
    #[serde(default)]
    order: i32,
    #[serde(default)]
    resources: Vec<Resource>,
    // Always empty: the cards are cut out of the text, and read one by one.
    #[serde(default)]
    #[expect(dead_code, reason = "names the field that a deck has")]
    cards: Vec<()>,
}

/// A card with its id as written in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The id, if the file has one.
    pub id: Option<CardId>,
    /// The rest, parsed when it is first needed.
    pub body: OnDemand,
}

/// The result of reading a deck's text.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadDeck {
    /// The deck, still without its cards; `None` if the structure of the text is broken.
    pub deck: Option<Deck>,
    /// The readable cards, in the file's order.
    pub cards: Vec<Parsed>,
    /// The ids of the unreadable cards, as far as they can be found.
    pub unread: Vec<CardId>,
    /// The problems found, with their places.
    pub problems: Vec<Problem>,
}

impl ReadDeck {
    /// Returns the result for a file that is left out because of `problem`.
    pub(crate) fn left_out(problem: Problem) -> Self {
        Self {
            deck: None,
            cards: Vec::new(),
            unread: Vec::new(),
            problems: vec![problem],
        }
    }

    /// Returns whether nothing is wrong with the deck, and each of its cards has an id in the file: it can be told from
    /// the heads of its cards alone.
    pub(crate) fn is_plain(&self) -> bool {
        let has_id = |card: &Parsed| card.id.is_some();
        self.deck.is_some() && self.problems.is_empty() && self.cards.iter().all(has_id)
    }

    /// Forgets the parsed bodies; they are parsed again when they are needed.
    pub(crate) fn forget_bodies(&mut self) {
        self.cards.iter_mut().for_each(|card| card.body.forget());
    }
}

/// Reads the deck `name` from the text of its file, which is kept.
pub fn deck(name: &str, source: &Source) -> ReadDeck {
    deck_of(name, source, &DeckFile::kept(source))
}

/// Reads the deck `name` from `source`, the text of `file`.
pub(crate) fn deck_of(name: &str, source: &Source, file: &DeckFile) -> ReadDeck {
    let text = source.text();
    if let Some(at) = conflict::marked(text) {
        return ReadDeck {
            unread: ids_in(text),
            ..ReadDeck::left_out(
                Problem::error(
                    source.place(at..at + conflict::MARK),
                    "git left a merge conflict open in this file",
                )
                .help("keep the right lines of both sides, delete the marks <<<<<<< ======= >>>>>>>, and save"),
            )
        };
    }
    let mut seen = Seen::default();
    let layout = scan::layout_with(text, &mut |start| seen.take(text, start));
    let mut problems = Vec::new();
    if let Some(trouble) = &layout.trouble {
        let place = source.place(trouble.offset..trouble.offset + 1);
        problems.push(Problem::error(place, trouble.message));
    }
    let head = header((name, file), source, &layout, &mut problems);
    problems.extend(layout.odd.iter().map(|odd| between(source, odd)));
    let has_markup = head.as_ref().is_none_or(|deck| deck.markup);
    let mut read = cards((source, file), layout, seen, has_markup);
    if head.is_none() {
        read.unread = ids_in(text);
    }
    problems.append(&mut read.problems);
    ReadDeck {
        deck: head,
        problems,
        ..read
    }
}

/// The cards that were seen to be valid, in the order of the file; see [`draft::seen`].
#[derive(Default)]
struct Seen {
    cards: Vec<SeenCard>,
    /// The ids of those that have one.
    ids: Joined,
    traits: Distinct,
}

/// A card that was seen to be valid.
struct SeenCard {
    /// The byte offset in the file at which it starts.
    start: usize,
    has_id: bool,
    /// The place of its traits among the different ones.
    traits: usize,
}

impl Seen {
    /// Takes the card that starts at byte `start` of `text`, and returns its length; `None` unless it is seen to be
    /// valid.
    fn take(&mut self, text: &str, start: usize) -> Option<usize> {
        let (id, traits, length) = draft::seen(text.get(start..)?)?;
        if let Some(id) = &id {
            self.ids.push(id);
        }
        let traits = self.traits.place(traits);
        self.cards.push(SeenCard {
            start,
            has_id: id.is_some(),
            traits,
        });
        Some(length)
    }
}

/// Reads the cards of a deck. Those in `seen`, in the file's order, are not parsed.
fn cards(
    (source, file): (&Source, &DeckFile),
    layout: scan::Layout,
    seen: Seen,
    markup: bool,
) -> ReadDeck {
    let mut read = ReadDeck {
        deck: None,
        cards: Vec::with_capacity(layout.cards.len()),
        unread: Vec::new(),
        problems: Vec::new(),
    };
    let end = source.text().trim_end().len();
    let (mut ids, traits) = (seen.ids.ids(), seen.traits.of(file, markup));
    let mut seen = seen.cards.into_iter().peekable();
    for span in layout.cards {
        if let Some(card) = seen.next_if(|card| card.start == span.start) {
            let id = card.has_id.then(|| ids.next()).flatten();
            if let Some(traits) = traits.get(card.traits) {
                let body = OnDemand::unread(traits, span);
                read.cards.push(Parsed { id, body });
            }
            continue;
        }
        match whole_card(source, &span, markup) {
            Ok((id, body)) => {
                let body = OnDemand::of_body(file, body);
                read.cards.push(Parsed { id, body });
            }
            Err(problem) => {
                read.unread.extend(id_of(source.part(&span)));
                // A card that runs into the end of the file was already reported as the layout's trouble.
                if layout.trouble.is_none() || span.end < end {
                    read.problems.push(*problem);
                }
            }
        }
    }
    read
}

/// Returns the title of a deck from the beginning of its text, if it comes before the cards.
pub(super) fn title_at_the_start(beginning: &Source) -> Option<String> {
    let layout = scan::layout(beginning.text());
    layout.list.as_ref()?;
    let mut problems = Vec::new();
    // With an empty name, a missing title comes out empty.
    let file = DeckFile::kept(beginning);
    let deck = header(("", &file), beginning, &layout, &mut problems)?;
    Some(deck.title).filter(|title| !title.is_empty())
}

fn header(
    (name, file): (&str, &DeckFile),
    source: &Source,
    layout: &scan::Layout,
    problems: &mut Vec<Problem>,
) -> Option<Deck> {
    layout.body.as_ref()?;
    let text = source.text();
    // The text without the contents of the list of cards.
    let list = layout.list.clone().unwrap_or(text.len()..text.len());
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let (before, after) = (start..list.start, list.end..text.len());
    let mut head = [source.part(&before), source.part(&after)].concat();
    if layout.trouble.is_some() {
        // The missing end was already reported: the rest is read as if the deck were closed.
        let in_list = layout.list.is_some() && list.end == text.len();
        head.push_str(if in_list { "])" } else { ")" });
    }
    let read = notation::parse::<Header>(&head);
    if let (Err(wrong), None) = (&read, &layout.trouble) {
        // Maps an offset in `head` back to the file.
        let back = |at: usize| match start + at {
            at if at <= list.start => at,
            at => at + list.len(),
        };
        let span = back(wrong.span.start)..back(wrong.span.end);
        problems.push(*wrong.clone().at(source, span));
    }
    Some(to_deck(name, file, read.ok()))
}

/// Returns the deck of a header. Without one its title is its name, so that its cards still count.
fn to_deck(name: &str, file: &DeckFile, header: Option<Header>) -> Deck {
    let header = header.unwrap_or_else(|| Header {
        title: name.to_string(),
        about: None,
        intro: None,
        markup: None,
        order: 0,
        resources: vec![],
        cards: vec![],
    });
    Deck {
        name: name.to_string(),
        path: file.path().to_path_buf(),
        title: header.title,
        about: header.about,
        intro: header.intro,
        markup: header.markup.unwrap_or(true),
        order: header.order,
        resources: header.resources,
        cards: Cards::default(),
        file: file.clone(),
    }
}

/// Reads the id and the body of the card at `span`.
///
/// # Errors
/// Returns the first problem of the card, with its place.
fn whole_card(
    source: &Source,
    span: &Range<usize>,
    markup: bool,
) -> Result<(Option<CardId>, Body), Box<Problem>> {
    let draft: Draft = notation::read_part(source, span.clone())
        .map_err(|problem| unclosed(source, span, problem))?;
    let (id, body) = draft
        .check()
        .map_err(|wrong| Box::new(at_field(source, span, wrong)))?;
    let body = Body {
        line: source.line(span.start),
        span: span.clone(),
        markup,
        ..body
    };
    Ok((id, body))
}

/// Returns the id and the body of the card at `span`; `None` if it is not valid.
pub(super) fn body(
    source: &Source,
    span: &Range<usize>,
    markup: bool,
) -> Option<(Option<CardId>, Body)> {
    whole_card(source, span, markup).ok()
}

/// Returns `problem`, or "never closed" in its place if the card lacks its `)` and the problem is at its end.
///
/// RON reports what it expected next, although the end itself is missing.
fn unclosed(source: &Source, span: &Range<usize>, mut problem: Box<Problem>) -> Box<Problem> {
    let card = source.part(span);
    if !card.ends_with(')') {
        let end = source.place(span.end.saturating_sub(2)..span.end);
        if (problem.place.line, problem.place.column) >= (end.line, end.column) {
            problem.place = place_of(source, span, "");
            problem.message = "this card is never closed: its `)` is missing".into();
        }
    }
    problem
}

/// Returns the problem of unexpected text, or of a missing comma, between two cards.
fn between(source: &Source, odd: &Odd) -> Problem {
    let found = |range: &Range<usize>| described(source.part(range));
    match odd {
        Odd::NoComma(at) => Problem::warning(
            source.place(*at..*at),
            "a comma is missing between two cards",
        )
        .help("put a `,` behind the first"),
        Odd::Comma(range) => Problem::warning(
            source.place(range.clone()),
            "a comma without a card before it",
        )
        .help("delete it"),
        Odd::NotComma(range) => Problem::error(
            source.place(range.clone()),
            format!("expected a comma, not {}", found(range)),
        ),
        Odd::NotCard(range) => Problem::error(
            source.place(range.clone()),
            format!("expected a card, not {}", found(range)),
        )
        .help(format!(
            "a card starts with its kind: {}",
            draft::Kind::NAMES.join(", ")
        )),
    }
}

/// Returns the name of a character in a message; an invisible one is named by its code point.
fn described(found: &str) -> String {
    match found.chars().next() {
        Some(c) if c.is_whitespace() || crate::text::width(found) == 0 => {
            format!("the invisible character U+{:04X}", u32::from(c))
        }
        _ => format!("`{found}`"),
    }
}

fn at_field(source: &Source, span: &Range<usize>, wrong: Wrong) -> Problem {
    let problem = Problem::error(place_of(source, span, wrong.field), wrong.message);
    match wrong.help {
        Some(help) => problem.help(help),
        None => problem,
    }
}

/// Returns the place of a field's value in the card at `span`, or of the name of its kind if it has no such field.
pub(crate) fn place_of(source: &Source, span: &Range<usize>, field: &str) -> Place {
    let card = source.part(span);
    let name = || 0..card.find('(').unwrap_or(card.len());
    let found = Some(field).filter(|field| !field.is_empty());
    let found = found.and_then(|field| tokens::field(card, field));
    let found = found.unwrap_or_else(name);
    source.place(span.start + found.start..span.start + found.end)
}

/// Returns the id of an unreadable card, if it can be found.
fn id_of(card: &str) -> Option<CardId> {
    let value = tokens::field(card, "id")?;
    id_in(card.get(value)?)
}

/// Returns the ids in a text with a broken structure: each string after `id:`.
fn ids_in(text: &str) -> Vec<CardId> {
    let mut tokens = tokens::Tokens::new(text);
    let mut ids = Vec::new();
    // The number of tokens of `id:` met so far.
    let mut met = 0;
    while let Some((token, range)) = tokens.next() {
        let text = text.get(range).unwrap_or("");
        met = match (token, met) {
            (tokens::Token::Word, _) if tokens::name(text) == "id" => 1,
            (tokens::Token::Colon, 1) => 2,
            (tokens::Token::Text, 2) => {
                ids.extend(id_in(text));
                0
            }
            _ => 0,
        };
    }
    ids
}

fn id_in(value: &str) -> Option<CardId> {
    let id: Option<String> = notation::options().from_str(value).ok()?;
    id?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Severity;

    fn read(text: &str) -> ReadDeck {
        deck("d", &Source::new("d.ron", text))
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
            .map(|card| card.body.sides().len())
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
            "d.ron:2:1 unknown name `Basik` did you mean `Basic`?"
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
                .starts_with("d.ron:2:11 an id may contain only")
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
        assert!(
            read.problems[0]
                .to_string()
                .contains("1 | Deck(titel: \"t\", cards: [Basic(front: \"…\n      |      ^^^^^")
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
    fn a_head_that_is_wrong_behind_its_cards_has_its_place() {
        let read = read(
            "Deck(title: \"t\",\n cards: [\nBasic(front: \"a\", back: \"b\")],\n  abuot: \"x\")",
        );
        assert_eq!(read.cards.len(), 1);
        let problem = &read.problems[0];
        assert_eq!((problem.place.line, problem.place.column), (4, 3));
    }

    #[test]
    fn a_deck_that_lacks_only_its_last_bracket_keeps_its_title() {
        for text in [
            "Deck(title: \"T\", cards: []",
            "Deck(title: \"T\", cards: [",
            "Deck(title: \"T\"",
        ] {
            let read = read(text);
            assert_eq!(
                (read.problems.len(), read.deck.unwrap().title.as_str()),
                (1, "T")
            );
        }
    }

    #[test]
    fn what_stands_between_two_cards_is_named_for_what_it_is() {
        let named = |text: &str| {
            let read = read(&format!("Deck(title: \"t\", cards: [{text}])"));
            assert_eq!(read.cards.len(), 2, "{text}");
            assert_eq!(read.problems.len(), 1, "{text}");
            let problem = &read.problems[0];
            (
                problem.place.column - 26,
                problem.severity,
                problem.message.clone(),
            )
        };
        let card = r#"Basic(front: "a", back: "b")"#;
        let end = card.len();
        let comma = "a comma is missing between two cards".to_string();
        assert_eq!(
            named(&format!("{card} {card}")),
            (end, Severity::Warning, comma)
        );
        let comma = "a comma without a card before it".to_string();
        assert_eq!(
            named(&format!("{card},,{card}")),
            (end + 1, Severity::Warning, comma)
        );
        let other = "expected a comma, not `;`".to_string();
        assert_eq!(
            named(&format!("{card};{card}")),
            (end, Severity::Error, other)
        );
        let other = "expected a card, not the invisible character U+00A0".to_string();
        assert_eq!(
            named(&format!("{card},\u{a0}{card}")),
            (end + 1, Severity::Error, other)
        );
    }

    #[test]
    fn the_ids_of_cards_that_cannot_be_read_are_known() {
        let unread = |text: &str| -> Vec<String> {
            let ids = read(text).unread.into_iter();
            ids.map(|id| id.to_string()).collect()
        };
        let cards = r#"[Basic(id: "a", fornt: "x"), Basic(r#id: r"b", front: 1), Basic(id: Some("c")), Basic(id: "d", front: "x", back: "y")]"#;
        assert_eq!(
            unread(&format!("Deck(title: \"t\", cards: {cards})")),
            ["a", "b", "c"]
        );
        assert_eq!(
            unread(&format!("<<<<<<< a\n=======\n>>>>>>> b\n{cards}")),
            ["a", "b", "d"]
        );
        assert_eq!(unread(&format!("Dekc[cards: {cards}]")), ["a", "b", "d"]);
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

    /// A deck, as RON alone reads it.
    #[derive(Deserialize)]
    #[serde(rename = "Deck", deny_unknown_fields)]
    #[expect(dead_code, reason = "names the fields that a deck has")]
    struct Whole {
        title: String,
        #[serde(default)]
        about: Option<String>,
        #[serde(default)]
        order: i32,
        #[serde(default)]
        resources: Vec<Resource>,
        #[serde(default)]
        cards: Vec<Draft>,
    }

    /// What RON accepts is read as RON reads it; what it refuses is a problem.
    fn reads_as_ron_does(text: &str) {
        // Cards that are seen at once are found where the scanner finds them.
        let mut seen = |start: usize| Some(draft::seen(text.get(start..)?)?.2);
        assert_eq!(
            scan::layout_with(text, &mut seen),
            scan::layout(text),
            "{text:?}"
        );
        let read = read(text);
        let body = text.strip_prefix('\u{feff}').unwrap_or(text);
        let whole: Result<Whole, _> = notation::options().from_str(body);
        let Ok(whole) = whole else {
            assert!(!read.problems.is_empty(), "RON refuses {text:?}");
            return;
        };
        if conflict::marked(text).is_some() {
            return;
        }
        let checked = whole
            .cards
            .into_iter()
            .filter_map(|draft| draft.check().ok());
        let checked: Vec<_> = checked
            .map(|(id, body)| (id, body.content, body.tags))
            .collect();
        let cards = read.cards.into_iter();
        let cards: Vec<_> = cards
            .map(|card| (card.id, card.body.content.clone(), card.body.tags.clone()))
            .collect();
        assert_eq!(cards, checked, "{text:?}");
        let shape = scan::layout(text);
        assert_eq!((shape.odd, shape.trouble), (vec![], None), "{text:?}");
    }

    #[test]
    fn mutated_decks_are_read_as_ron_reads_them() {
        use rand::rngs::StdRng;
        use rand::{RngExt, SeedableRng};

        const DECKS: [&str; 4] = [
            "Deck(title: \"t\", cards: [Basic(front: \"a\", back: \"b\"), Typed(front: \"c\", answers: [\"d\"])])",
            "\u{feff}// x\nDeck(cards: [ /* y */ Cloze(text: r#\"{{c1::\"}}\"#), // z\n Basic(id: None, r#front: \"\\\"\", back: \")\"), ], title: \"t\")",
            "(title: \"t\", order: -3, cards: [TrueFalse(statement: \"s\", answer: true,),\u{200e}r#Basic(front: \"a\", back: \"b\")\u{200f}],)",
            "Deck(title: \"t\", cards: [Choice(id: \"c\", front: \"f\", choices: [\"a\", \"b\"], answers: [\"a\"], shuffle: false)], about: None)",
        ];
        const PIECES: [&str; 40] = [
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            ",",
            ",,",
            ":",
            ";",
            "\"",
            "\\",
            "'",
            "'x'",
            "//",
            "/*",
            "*/",
            "\n",
            "\r",
            "r#",
            "r\"",
            "\"#",
            "b\"",
            "#",
            " ",
            "\t",
            "\u{b}",
            "\u{85}",
            "\u{a0}",
            "\u{200b}",
            "\u{200e}",
            "\u{2028}",
            "\u{3000}",
            "\u{feff}",
            "Basic(front: \"x\", back: \"y\")",
            "Some(",
            "None",
            "é",
            "-1.5",
            "#![enable(implicit_some)]",
        ];
        let mut random = StdRng::seed_from_u64(20_261_123);
        let rounds = std::env::var("QUIZ_FUZZ_DECKS").ok();
        let rounds = rounds
            .and_then(|rounds| rounds.parse().ok())
            .unwrap_or(6000);
        for _ in 0..rounds {
            let mut text: Vec<char> = DECKS[random.random_range(0..DECKS.len())].chars().collect();
            for _ in 0..random.random_range(0..4) {
                let at = random.random_range(0..=text.len());
                let piece = PIECES[random.random_range(0..PIECES.len())];
                match random.random_range(0..4) {
                    0 if at < text.len() => drop(text.remove(at)),
                    1 => text.truncate(text.len() - usize::from(random.random_bool(0.2))),
                    _ => drop(text.splice(at..at, piece.chars())),
                }
            }
            reads_as_ron_does(&text.into_iter().collect::<String>());
        }
    }
}
