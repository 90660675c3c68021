//! Advice about decks: warnings that stop nobody, each with its place and what to do.
//!
//! It knows the decks, never the history or the settings.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::path::Path;

use strsim::damerau_levenshtein;

use super::library::Library;
use super::read::place_of;
use super::{Card, Cloze, Content, Side, answer, cloze, literal, media, twins};
use crate::folding;
use crate::markup;
use crate::notation::tokens;
use crate::place::{Place, Problem, Source};

/// The longest answer that still counts as one idea, in characters.
const LONGEST_ANSWER: usize = 200;
/// The longest list that still counts as one answer, in items.
const LONGEST_LIST: usize = 3;
/// The ratio to the longest wrong choice from which a right one gives itself away by its length.
const LONGER: f64 = 1.5;
/// The number of telling words up to which fronts must be equal to count as the same.
const FEW: usize = 1;
/// The longest tag that is checked for typos, in characters.
const LONGEST_TAG: usize = 60;
/// The most similar tags that are compared with each other.
const MOST_TAGS: usize = 100;

/// A card with its place.
struct Placed<'a> {
    source: Source,
    card: &'a Card,
}

impl Placed<'_> {
    fn at(&self, field: &str) -> Place {
        place_of(&self.source, self.card.span(), field)
    }

    /// Returns the place of the bytes `range` in the text of `field`.
    fn within(&self, field: &str, range: &Range<usize>) -> Place {
        let card = self.source.part(self.card.span());
        let Some(value) = tokens::field(card, field) else {
            return self.at(field);
        };
        let said = card.get(value.clone()).unwrap_or("");
        let start = self.card.span().start + value.start;
        let byte = |at: usize| start + literal::byte_of(said, at);
        self.source.place(byte(range.start)..byte(range.end))
    }

    fn warning(&self, field: &str, message: impl Into<String>, help: &str) -> Problem {
        Problem::warning(self.at(field), message).help(help)
    }

    fn front(&self) -> Place {
        self.at(match self.card.content {
            Content::Cloze(_) => "text",
            Content::TrueFalse { .. } => "statement",
            _ => "front",
        })
    }
}

/// Returns all advice about the decks of `library`, in order of place.
pub fn lint(library: &Library) -> Vec<Problem> {
    let decks = library.decks.iter().map(|deck| {
        let source = deck.file.shown();
        let placed = |card| Placed {
            source: source.clone(),
            card,
        };
        deck.cards.iter().map(placed).collect()
    });
    let decks: Vec<Vec<Placed>> = decks.collect();
    let mut problems = Vec::new();
    for deck in &decks {
        missing_sources(deck, &mut problems);
        for card in deck {
            one_card(card, &mut problems);
        }
    }
    let cards: Vec<&Placed> = decks.iter().flatten().collect();
    same_fronts(&cards, &mut problems);
    odd_tags(&cards, &mut problems);
    problems.sort_by(|a, b| {
        (&a.place.file, a.place.line, a.place.column).cmp(&(
            &b.place.file,
            b.place.line,
            b.place.column,
        ))
    });
    problems
}

/// Returns warnings about files named by cards that are missing from the folder `home`, or lie outside of it.
pub fn missing_media(library: &Library, home: &Path) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (deck, card) in library.cards().filter(|(_, card)| card.markup) {
        for (field, text) in media::texts(card) {
            for named in markup::media(text) {
                let Err(why) = media::target(home, &named.path) else {
                    continue;
                };
                let place = place_of(&deck.file.shown(), card.span(), field);
                problems.push(Problem::warning(place, why));
            }
        }
    }
    problems
}

/// Adds warnings about cards without a source if most of their neighbours have one.
fn missing_sources(deck: &[Placed], problems: &mut Vec<Problem>) {
    let with = deck
        .iter()
        .filter(|card| card.card.source.is_some())
        .count();
    if with * 2 <= deck.len() {
        return;
    }
    let without = deck.iter().filter(|card| card.card.source.is_none());
    problems.extend(without.map(|card| {
        card.warning(
            "",
            "this card names no source, its neighbours do",
            "say in `source` where the fact can be checked",
        )
    }));
}

fn one_card(card: &Placed, problems: &mut Vec<Problem>) {
    problems.extend(telling_hint(card));
    match &card.card.content {
        Content::Basic { back, .. } => problems.extend(one_answer(card, back)),
        Content::List { .. } => {}
        Content::Cloze(cloze) => {
            problems.extend(large_gap(card, cloze));
            problems.extend(unsure_gaps(card, cloze));
            if cloze.is_typed() {
                let groups = cloze.groups().into_iter();
                let gaps: Vec<String> = groups.flat_map(|group| cloze.answers(group)).collect();
                problems.extend(long_to_type(card, "text", &gaps));
                problems.extend(not_on_keyboards(card, "text", &gaps, false));
            }
        }
        Content::Choice {
            choices, answers, ..
        } => problems.extend(telling_length(card, choices, answers)),
        Content::Typed { answers, exact, .. } => {
            problems.extend(long_to_type(card, "answers", answers));
            problems.extend(not_on_keyboards(card, "answers", answers, *exact));
        }
        Content::TrueFalse { .. } => {}
    }
}

/// Returns a warning about a hint that gives the answer.
fn telling_hint(card: &Placed) -> Option<Problem> {
    let body = &card.card.body;
    let hint = twins::same(&body.plain(body.hint.as_deref()?)).to_lowercase();
    let answer = twins::same(&body.plain_answer(*body.sides().first()?)).to_lowercase();
    let has_many = matches!(
        body.content,
        Content::TrueFalse { .. } | Content::List { .. }
    );
    let tells = !has_many && answer.chars().count() > 2 && hint.contains(&answer);
    let help = "let it lead to the answer without naming it";
    tells.then(|| card.warning("hint", "the hint gives the answer away", help))
}

/// Returns warnings about an answer that is too long, or a list.
fn one_answer(card: &Placed, back: &str) -> impl Iterator<Item = Problem> {
    let (length, things) = (back.chars().count(), list_length(back));
    let long = (length > LONGEST_ANSWER).then(|| {
        let message = format!(
            "the answer has {length} characters: more than {LONGEST_ANSWER} are hard to recall"
        );
        let help = "split the card, or move what only explains into `note`";
        card.warning("back", message, help)
    });
    let list = (things > LONGEST_LIST).then(|| {
        let message = format!(
            "the answer lists {things} items; more than {LONGEST_LIST} are hard to recall together"
        );
        let help = "ask for each in a card of its own, make a cloze with a group for each, or give them as `list`, to be recalled in order";
        card.warning("back", message, help)
    });
    long.into_iter().chain(list)
}

/// Returns a warning about a group of gaps that leaves too little of its text.
fn large_gap(card: &Placed, cloze: &Cloze) -> Option<Problem> {
    let whole = cloze.filled().chars().count();
    let hidden = |group: u16| {
        let answers = cloze.answers(group);
        let lengths = answers.iter().map(|answer| answer.chars().count());
        lengths.sum::<usize>()
    };
    let groups = cloze.groups();
    let group = groups.iter().find(|group| hidden(**group) * 2 > whole)?;
    let message = format!("the gaps of group {group} hide more than half of the text");
    let help = "leave enough of the sentence to say what is asked";
    Some(card.warning("text", message, help))
}

/// Returns warnings about places in a cloze text that may be misread.
fn unsure_gaps(card: &Placed, cloze: &Cloze) -> impl Iterator<Item = Problem> {
    let warnings = cloze::warnings(cloze.written()).into_iter();
    warnings.map(|warning| {
        Problem::warning(card.within("text", &warning.range), warning.message).help(warning.help)
    })
}

/// Returns a warning about a right choice that is much longer than the wrong ones.
fn telling_length(card: &Placed, choices: &[String], answers: &[usize]) -> Option<Problem> {
    let longest = |right: bool| {
        let all = choices.iter().enumerate();
        let of = all.filter(|(at, _)| answers.contains(at) == right);
        of.map(|(_, choice)| choice.chars().count()).max()
    };
    let (right, wrong) = (longest(true)?, longest(false)?);
    let tells = right as f64 > wrong as f64 * LONGER && right > wrong + 10;
    tells.then(|| {
        let message = "the right choice is much the longest: its length gives it away";
        let help = "shorten it, or give the wrong ones as much detail";
        card.warning("choices", message, help)
    })
}

/// Returns a warning about an answer that is too long to type.
fn long_to_type(card: &Placed, field: &str, answers: &[String]) -> Option<Problem> {
    let mut lengths = answers.iter().map(|answer| answer.chars().count());
    let long = lengths.find(|length| *length > LONGEST_ANSWER)?;
    let message = format!(
        "the answer has {long} characters: nobody types more than {LONGEST_ANSWER} without a slip"
    );
    let help = match field {
        "answers" => "make it a card with a back",
        _ => "leave out `type`",
    };
    Some(card.warning(field, message, help))
}

/// Returns warnings about answers with a character that nobody can type.
fn not_on_keyboards(
    card: &Placed,
    field: &str,
    answers: &[String],
    exact: bool,
) -> Option<Problem> {
    let mut found = answers.iter().map(|text| answer::untypable(text, exact));
    let (_, c) = found.find_map(|found| found)?;
    let code = format!("U+{:04X}", u32::from(c));
    Some(if folding::unseen(c.encode_utf8(&mut [0; 4])).is_empty() {
        let message =
            format!("`{c}` ({code}) in `{field}` is on no keyboard, and `exact` asks for it");
        card.warning(
            field,
            message,
            "write the sign of a keyboard, or leave out `exact`",
        )
    } else {
        let message = format!("an invisible character ({code}) in `{field}`");
        card.warning(
            field,
            message,
            "delete it; when the answer is typed, it is ignored",
        )
    })
}

/// Returns the number of items that an answer lists: the lines of a list, or the short pieces between commas,
/// semicolons and `and`.
fn list_length(answer: &str) -> usize {
    let bullets = answer.lines().filter(|line| {
        let line = line.trim_start();
        line.starts_with(['-', '*', '•'])
            || line
                .split_once(['.', ')'])
                .is_some_and(|(number, _)| number.parse::<u32>().is_ok())
    });
    let bullets = bullets.count();
    if bullets > 0 {
        return bullets;
    }
    // A sentence is not a list: only an answer made of short pieces alone is.
    let list = answer
        .rsplit_once(':')
        .map_or(answer, |(_, list)| list)
        .trim_end_matches('.');
    if !list.contains([',', ';']) || list.contains(". ") {
        return 1;
    }
    let pieces: Vec<&str> = list
        .split([',', ';'])
        .flat_map(|piece| piece.split(" and "))
        .collect();
    let pieces: Vec<&str> = pieces
        .into_iter()
        .map(str::trim)
        .filter(|piece| !piece.is_empty())
        .collect();
    let short = pieces
        .iter()
        .all(|piece| piece.split_whitespace().count() <= 4);
    if short { pieces.len() } else { 1 }
}

/// Returns everything that a card asks, with gaps as gaps.
fn asked(card: &Card) -> String {
    match &card.content {
        Content::Cloze(cloze) => cloze.filled(),
        _ => card.question(Side::Whole),
    }
}

/// Adds warnings about fronts that are equal, or have the same telling words.
fn same_fronts(cards: &[&Placed], problems: &mut Vec<Problem>) {
    let mut alike: HashMap<(bool, Vec<String>), &Placed> = HashMap::new();
    let mut equal: HashMap<(bool, String), &Placed> = HashMap::new();
    let mut in_order = cards.to_vec();
    in_order.sort_by_key(|card| (card.source.file(), card.card.span().start));
    for card in in_order {
        let asked = asked(card.card);
        let is_cloze = matches!(card.card.content, Content::Cloze(_));
        let gist = Some((is_cloze, twins::gist(&asked))).filter(|(_, gist)| gist.len() > FEW);
        let same = (is_cloze, twins::same(&asked));
        let before = match (
            equal.get(&same),
            gist.as_ref().and_then(|gist| alike.get(gist)),
        ) {
            (Some(before), _) => Some((*before, "two cards ask the same")),
            (None, Some(before)) => Some((*before, "two cards ask nearly the same")),
            _ => None,
        };
        equal.entry(same).or_insert(card);
        if let Some(gist) = gist {
            alike.entry(gist).or_insert(card);
        }
        problems.extend(before.map(|(before, message)| {
            Problem::warning(card.front(), message)
                .other(before.front())
                .help("keep one, or say in each what sets it apart")
        }));
    }
}

/// Adds warnings about tags used once that are one letter off another.
fn odd_tags(cards: &[&Placed], problems: &mut Vec<Problem>) {
    let mut used: HashMap<&str, usize> = HashMap::new();
    for tag in cards.iter().flat_map(|card| &card.card.tags) {
        *used.entry(tag).or_default() += 1;
    }
    let tags: BTreeMap<&str, usize> = used.into_iter().collect();
    let mut near: HashMap<u64, Vec<&str>> = HashMap::new();
    for tag in tags.keys() {
        for form in forms(tag) {
            near.entry(form).or_default().push(tag);
        }
    }
    for card in cards {
        let once = card.card.tags.iter();
        for tag in once.filter(|tag| tags.get(tag.as_str()) == Some(&1)) {
            let candidates = forms(tag).into_iter().filter_map(|form| near.get(&form));
            let is_meant = |other: &&str| {
                let uses = tags.get(*other).copied().unwrap_or(0);
                (uses > 1 || *other < tag.as_str()) && is_a_slip(tag, other)
            };
            let meant = candidates
                .flat_map(|tags| tags.iter().copied().take(MOST_TAGS))
                .filter(is_meant)
                .min();
            if let Some(meant) = meant {
                problems.push(card.warning(
                    "tags",
                    format!("the tag `{tag}` is used once: is `{meant}` meant?"),
                    "give cards that belong together the same tag",
                ));
            }
        }
    }
}

/// Returns hashes of the tag, and of the tag without each of its letters.
///
/// Two tags that are one slip apart ([`is_a_slip`]) have one of these in common; others hardly ever have.
pub(super) fn forms(tag: &str) -> Vec<u64> {
    let letters: Vec<char> = tag.chars().take(LONGEST_TAG + 1).collect();
    if letters.len() <= 3 || letters.len() > LONGEST_TAG {
        return Vec::new();
    }
    let without = |gone: usize| {
        let mut hasher = DefaultHasher::new();
        let kept = letters.iter().enumerate().filter(|(at, _)| *at != gone);
        kept.for_each(|(_, letter)| letter.hash(&mut hasher));
        hasher.finish()
    };
    let may_go = |at: &usize| letters.get(*at).is_none_or(|letter| !letter.is_numeric());
    let mut forms: Vec<u64> = (0..=letters.len()).filter(may_go).map(without).collect();
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// Returns whether two tags differ by a single letter. Different numbers are not a slip.
pub(super) fn is_a_slip(one: &str, other: &str) -> bool {
    let digits = |tag: &str| -> String { tag.chars().filter(|c| c.is_numeric()).collect() };
    digits(one) == digits(other) && damerau_levenshtein(one, other) == 1
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn warnings(cards: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("d.ron"),
            format!("Deck(title: \"t\", cards: [\n{cards}\n])"),
        )
        .unwrap();
        let library = Library::load(folder.path()).unwrap();
        assert_eq!(library.problems, []);
        lint(&library)
            .into_iter()
            .map(|problem| {
                format!(
                    "{}:{} {}",
                    problem.place.line, problem.place.column, problem.message
                )
            })
            .collect()
    }

    fn one(cards: &str) -> String {
        let found = warnings(cards);
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].clone()
    }

    fn basic(front: &str, back: &str) -> String {
        format!("Basic(front: {front:?}, back: {back:?}),\n")
    }

    #[test]
    fn good_cards_get_no_advice() {
        let cards = basic("What is open?", "The weights.")
            + &basic("Which models pass?", "Pythia, OLMo and T5.");
        assert_eq!(warnings(&cards), [""; 0]);
    }

    #[test]
    fn a_missing_source_among_neighbours_that_have_one() {
        let with = r#"Basic(front: "Who made Pythia?", back: "b", source: "s"),"#;
        let also = r#"Basic(front: "Why share data?", back: "b", source: "s"),"#;
        assert!(
            one(&format!(
                "{with}\n{also}\n{}",
                basic("When did it end?", "b")
            ))
            .starts_with("4:1 this card names no source")
        );
        assert_eq!(
            warnings(&(basic("Who made it?", "b") + &basic("Why share data?", "b"))),
            [""; 0]
        );
    }

    #[test]
    fn fronts_that_ask_the_same() {
        assert!(one(&(basic("Who publishes the OSAID?", "a") + &basic("Who publishes the OSAID?", "b"))).ends_with("ask the same"));
        assert!(
            one(&(basic("What is the capital of France?", "a")
                + &basic("What's the capital of France", "b")))
            .ends_with("nearly the same")
        );
        let numbers = basic("Which licence has Qwen2.5-3B from September 2024?", "a")
            + &basic("Which licence has Qwen2.5-7B from September 2024?", "b");
        assert_eq!(warnings(&numbers), [""; 0]);
    }

    #[test]
    fn fronts_that_differ_in_what_matters_ask_different_things() {
        for (one, other) in [
            (
                "What does the German word schon mean?",
                "What does the German word schön mean?",
            ),
            (
                "Who designed the language C?",
                "Who designed the language C++?",
            ),
            (
                "Who designed the language C++?",
                "Who designed the language C#?",
            ),
            (
                "How do you read the sign か aloud?",
                "How do you read the sign が aloud?",
            ),
            (
                "What is the Spanish word año?",
                "What is the Spanish word ano?",
            ),
            (
                "Which number is 2 + 2 in all?",
                "Which number is 2 - 2 in all?",
            ),
            (
                "What does the option -r of ls do?",
                "What does the option -R of ls do?",
            ),
        ] {
            assert_eq!(warnings(&(basic(one, "a") + &basic(other, "b"))), [""; 0]);
        }
        let alike = basic("Who designed the language C++ first?", "a")
            + &basic("who designed the language “C++” first", "b");
        assert!(one(&alike).ends_with("nearly the same"));
    }

    #[test]
    fn answers_that_are_too_much() {
        assert!(one(&basic("Why?", &"x".repeat(201))).contains("201 characters"));
        assert!(one(&basic("Which?", "Use, study, modify and share.")).contains("lists 4 items"));
        assert!(one(&basic("Which?", "1. a\n2. b\n3. c\n4. d")).contains("lists 4 items"));
        assert_eq!(
            warnings(&basic(
                "Why?",
                "Because, as the lesson says, the data are missing, and so nobody can repeat it."
            )),
            [""; 0]
        );
        assert!(
            one(r#"Cloze(text: "It is {{c1::almost all of this}}."),"#).contains("more than half")
        );
        assert!(
            one(r#"Choice(front: "Which?", choices: ["a", "b", "this one is right, because it says so much"], answers: ["this one is right, because it says so much"]),"#)
                .contains("much the longest")
        );
    }

    #[test]
    fn an_answer_that_nobody_can_type() {
        let typed = |answer: &str, more: &str| {
            format!("Typed(front: \"Which?\", answers: [\"a\", \"{answer}\"]{more}),")
        };
        assert_eq!(
            one(&typed("\u{200e}Paris", "")),
            "2:33 an invisible character (U+200E) in `answers`"
        );
        assert!(one(&typed("l’eau", ", exact: true")).contains("`’` (U+2019)"));
        assert_eq!(warnings(&typed("l’eau — می\u{200c}خواهم", "")), [""; 0]);
    }

    #[test]
    fn what_may_be_no_gap_has_its_place() {
        let slip = r#"Cloze(text: "\"Paris\" is in {{c1::France}},\nMadrid in {{c2:Spain}}."),"#;
        assert_eq!(
            one(slip),
            "2:57 `{{c2:Spain}}` looks like a gap, but is shown as it is"
        );
        let path = r##"Cloze(text: r#"Read a file with "{{c1::std::fs::read}}" in the language Rust."#),"##;
        assert!(one(path).starts_with("2:34 the hint of this gap is `fs::read`"));
    }

    #[test]
    fn a_tag_one_letter_off() {
        let tagged = |front: &str, tag: &str| {
            format!("Basic(front: {front:?}, back: \"b\", tags: [{tag:?}]),\n")
        };
        assert!(
            one(&(tagged("One?", "licence")
                + &tagged("Two?", "licence")
                + &tagged("Three?", "license")))
            .contains("`license` is used once")
        );
        assert!(
            one(&(tagged("One?", "ruts") + &tagged("Two?", "rust"))).contains("`ruts` is used")
        );
        assert_eq!(
            warnings(&(tagged("One?", "unit-1") + &tagged("Two?", "unit-2"))),
            [""; 0]
        );
    }
}
