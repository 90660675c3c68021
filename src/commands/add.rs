//! `quiz add`: cards by flags, from standard input, or asked for one by one.

use std::fs;
use std::io::{self, IsTerminal, Read};
use std::path::{Component, Path, PathBuf};

use super::{print, say};
use crate::cli::Add;
use crate::deck::splice::{self, NewCard};
use crate::deck::{CardId, id, read};
use crate::error::{Error, Result};
use crate::files::{self, Os};
use crate::place::Place;
use crate::study::Study;
use crate::text::{one_line, plural, shorten};
use crate::ui::prompt::{self, Filled};

/// Shown below the flags.
pub const HELP: &str = "\
Without flags, at a terminal, it asks. From standard input it takes RON cards as a deck has them, or a line a card
with front and back, and tags if there are any, between tabs.

  quiz add rust --front 'What does `?` do?' --back 'Returns the error early'
  quiz add rust --cloze 'A {{c1::borrow}} never outlives its {{c2::owner}}'
  quiz add rust --front 'Which is a smart pointer?' --choice Box --choice i32 --answer Box
  quiz add rust --typed 'The build tool of Rust' --answer cargo
  quiz add rust --statement 'String is Copy' --answer false
  quiz add rust < cards.tsv";

/// A card that is to be added.
enum Draft {
    /// Put together here.
    Card(NewCard),
    /// As somebody wrote it in RON.
    Text(String),
}

/// Adds what is given.
///
/// # Errors
/// If what is given is no card, or the deck can't be written; then no card of the call was added.
pub fn run(study: &mut Study, flags: Add) -> Result<()> {
    let by_flags = flags.front.is_some()
        || flags.cloze.is_some()
        || flags.typed.is_some()
        || flags.statement.is_some();
    if by_flags {
        let deck = named_deck(study, flags.deck.as_deref())?;
        let (filled, id) = from_flags(flags)?;
        return add_filled(study, &deck, vec![filled], id).map(drop);
    }
    if let Some(flag) = stray_flag(&flags) {
        return Err(Error::Usage(format!(
            "{flag} belongs to a card: give --front, --cloze, --typed or --statement too"
        )));
    }
    if !io::stdin().is_terminal() {
        let mut input = String::new();
        io::stdin()
            .read_to_string(&mut input)
            .map_err(Error::io("read", Path::new("standard input")))?;
        let deck = named_deck(study, flags.deck.as_deref())?;
        return from_input(study, &deck, &input);
    }
    ask(study, flags.deck)
}

fn stray_flag(flags: &Add) -> Option<&'static str> {
    [
        (!flags.tag.is_empty(), "--tag"),
        (flags.note.is_some(), "--note"),
        (flags.source.is_some(), "--source"),
        (flags.id.is_some(), "--id"),
        (!flags.answer.is_empty(), "--answer"),
    ]
    .into_iter()
    .find_map(|(given, flag)| given.then_some(flag))
}

/// The deck that is named; the only one where none is.
fn named_deck(study: &Study, given: Option<&str>) -> Result<String> {
    match (given, study.library.decks.as_slice()) {
        (Some(name), _) => deck_name(name),
        (None, [only]) => Ok(only.name.clone()),
        (None, decks) => {
            let names: Vec<&str> = decks.iter().map(|deck| deck.name.as_str()).collect();
            Err(Error::Usage(format!(
                "say which deck: `quiz add DECK …`; there are {}",
                names.join(", ")
            )))
        }
    }
}

/// A name as a deck can have it: a path below `decks/`, without `.ron`.
fn deck_name(name: &str) -> Result<String> {
    let name = name.trim().trim_end_matches(".ron").replace('\\', "/");
    let plain = |part: Component| match part {
        Component::Normal(part) => !part.to_string_lossy().starts_with(['.', '#']),
        _ => false,
    };
    let fine = !name.is_empty()
        && !name.contains(char::is_control)
        && Path::new(&name).components().all(plain);
    if fine {
        Ok(name)
    } else {
        Err(Error::Usage(format!(
            "{name:?} can't be a deck's name: give one like `rust` or `languages/rust`"
        )))
    }
}

fn from_flags(flags: Add) -> Result<(Filled, Option<String>)> {
    let wrong = |message: &str| Err(Error::Usage(message.into()));
    let mut filled = Filled {
        note: flags.note,
        tags: flags.tag,
        source: flags.source,
        ..Filled::default()
    };
    if let Some(text) = flags.cloze {
        filled.kind = "Cloze";
        filled.front = text;
    } else if let Some(front) = flags.typed {
        filled.kind = "Typed";
        filled.front = front;
        filled.answers = flags.answer;
    } else if let Some(statement) = flags.statement {
        filled.kind = "TrueFalse";
        filled.front = statement;
        filled.answers = flags.answer;
        if !matches!(filled.answers.as_slice(), [answer] if answer == "true" || answer == "false") {
            return wrong("--statement needs --answer true or --answer false");
        }
    } else {
        filled.front = flags.front.unwrap_or_default();
        if flags.choice.is_empty() {
            let Some(back) = flags.back else {
                return wrong("--front needs --back, or --choice with --answer");
            };
            filled.kind = "Basic";
            filled.back = Some(back);
            filled.reverse = flags.reverse;
        } else {
            filled.kind = "Choice";
            filled.choices = flags.choice;
            filled.answers = flags.answer;
        }
    }
    Ok((filled, flags.id))
}

/// An id for a card that asks `front`: the one given, or one made from the text; never one that is or was taken.
fn new_id(study: &Study, front: &str, given: Option<&str>, also: &[CardId]) -> Result<CardId> {
    let old = study.history.card_ids();
    let taken = |id: &str| {
        study.library.has(id)
            || old.contains(id)
            || study.history.renamed_to(id).is_some()
            || also.iter().any(|other| other.as_str() == id)
    };
    let Some(given) = given else {
        return Ok(id::propose(front, taken));
    };
    let id: CardId = given
        .parse()
        .map_err(|error: id::IdError| Error::Usage(format!("--id {given}: {error}")))?;
    if let Some((deck, card)) = study.library.card(&id) {
        return Err(Error::Refused(format!(
            "there is a card `{id}` already: {}:{}",
            deck.path.display(),
            card.line
        )));
    }
    if taken(id.as_str()) {
        return Err(Error::Refused(format!(
            "`{id}` has a history of an earlier card: choose another id"
        )));
    }
    Ok(id)
}

/// The card in RON that somebody filled in.
fn card(filled: &Filled, id: &CardId) -> NewCard {
    let card = NewCard::new(filled.kind, id);
    let card = match filled.kind {
        "Cloze" => card.text("text", &filled.front),
        "TrueFalse" => card
            .text("statement", &filled.front)
            .raw("answer", filled.answers.concat())
            .text_if("back", filled.back.as_deref()),
        "Typed" => card
            .text("front", &filled.front)
            .list("answers", &filled.answers),
        "Choice" => card
            .text("front", &filled.front)
            .list("choices", &filled.choices)
            .list("answers", &filled.answers),
        _ => {
            let card = card
                .text("front", &filled.front)
                .text_if("back", filled.back.as_deref());
            if filled.reverse {
                card.raw("reverse", "true".into())
            } else {
                card
            }
        }
    };
    card.text_if("note", filled.note.as_deref())
        .list("tags", &filled.tags)
        .text_if("source", filled.source.as_deref())
}

/// Adds the cards to the deck, and says so.
fn add_filled(
    study: &mut Study,
    deck: &str,
    filled: Vec<Filled>,
    id: Option<String>,
) -> Result<Vec<CardId>> {
    let _held = study.hold_decks()?;
    let mut ids: Vec<CardId> = Vec::new();
    let mut drafts = Vec::new();
    for filled in &filled {
        point_out_twin(study, &filled.front);
        let id = new_id(study, &cloze_filled(&filled.front), id.as_deref(), &ids)?;
        drafts.push(Draft::Card(card(filled, &id)));
        ids.push(id);
    }
    write(study, deck, &drafts)?;
    said(deck, &ids)?;
    Ok(ids)
}

fn said(deck: &str, ids: &[CardId]) -> Result<()> {
    match ids {
        [only] => print(&format!("Added `{only}` to {deck}.\n")),
        several => {
            let list: String = several.iter().map(|id| format!("  {id}\n")).collect();
            print(&format!(
                "Added {} to {deck}:\n{list}",
                plural(several.len(), "card")
            ))
        }
    }
}

/// Says that a card with this front is there already.
fn point_out_twin(study: &Study, front: &str) {
    if let Some(twin) = twin(study, front) {
        say(&format!("Note: {twin} asks the same."));
    }
}

/// The card that asks `front` already, and where it is.
fn twin(study: &Study, front: &str) -> Option<String> {
    let same = |text: &str| one_line(text).to_lowercase();
    let asked = same(&cloze_filled(front));
    let twin = study
        .library
        .cards()
        .find(|(_, card)| same(&card.front()) == asked);
    twin.map(|(deck, card)| format!("`{}` ({}:{})", card.id, deck.name, card.line))
}

/// A cloze text with its gaps filled; any other text as it is.
fn cloze_filled(text: &str) -> String {
    crate::deck::Cloze::parse(text).map_or_else(|_| text.to_string(), |cloze| cloze.filled())
}

/// Splices the cards into the deck's file, in one write; makes the file where there is none.
fn write(study: &mut Study, deck: &str, drafts: &[Draft]) -> Result<()> {
    let path = path_of(study, deck);
    let old = match fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(Error::io("read", &path)(error)),
    };
    let mut text = match &old {
        Some(bytes) => String::from_utf8(bytes.clone()).map_err(|_| {
            Error::Refused(format!(
                "{} is not UTF-8 text: no card was added",
                path.display()
            ))
        })?,
        None => splice::empty_deck(&title_of(deck)),
    };
    for draft in drafts {
        text = match draft {
            // What is wrong with it has no place yet: it was never written.
            Draft::Card(card) => {
                splice::append(&path, &text, card).map_err(|error| match error {
                    Error::Wrong(problem) => {
                        Error::Usage(format!("{}; no card was added", problem.message))
                    }
                    other => other,
                })?
            }
            Draft::Text(card) => splice::append_text(&path, &text, card)?,
        };
    }
    if old.is_none() {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(Error::io("create the folder", folder))?;
        }
        say(&format!("Made the deck {deck}: {}", path.display()));
    }
    files::replace(&Os, &path, old.as_deref(), text.as_bytes())?;
    study.reload_decks()
}

fn path_of(study: &Study, deck: &str) -> PathBuf {
    match study.library.deck(deck) {
        Some(deck) => deck.path.clone(),
        // Not `with_extension`, which would eat what follows a dot in the name.
        None => study.library.root.join(format!("{deck}.ron")),
    }
}

/// A title for a new deck: the last part of its name, with spaces and a capital.
fn title_of(deck: &str) -> String {
    let last = deck
        .rsplit('/')
        .next()
        .unwrap_or(deck)
        .replace(['-', '_'], " ");
    let mut chars = last.chars();
    chars.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// Adds what stands on standard input: RON cards, or lines of front and back between tabs.
fn from_input(study: &mut Study, deck: &str, input: &str) -> Result<()> {
    let body = input.trim_start_matches('\u{feff}').trim();
    if body.is_empty() {
        return Err(Error::Usage(
            "standard input holds no card: give RON cards, or lines of front, tab, back".into(),
        ));
    }
    let is_ron = body.starts_with(['(', '['])
        || body.starts_with("//")
        || body.starts_with("Deck")
        || body.split_once('(').is_some_and(|(word, _)| {
            !word.is_empty()
                && word.trim().chars().all(char::is_alphanumeric)
                && !body.lines().next().unwrap_or("").contains('\t')
        });
    if is_ron {
        from_ron(study, deck, body)
    } else {
        from_lines(study, deck, body)
    }
}

fn from_lines(study: &mut Study, deck: &str, body: &str) -> Result<()> {
    let mut filled = Vec::new();
    for (at, line) in body
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
        let (front, back, tags) = match *fields.as_slice() {
            [front, back] => (front, back, ""),
            [front, back, tags] => (front, back, tags),
            _ => {
                return Err(Error::Usage(format!(
                    "standard input:{}: a line holds a front and a back with a tab between; no card was added",
                    at + 1
                )));
            }
        };
        if front.is_empty() || back.is_empty() {
            return Err(Error::Usage(format!(
                "standard input:{}: front or back is empty; no card was added",
                at + 1
            )));
        }
        let tags = tags.split_whitespace().map(String::from).collect();
        filled.push(Filled {
            kind: "Basic",
            front: front.into(),
            back: Some(back.into()),
            tags,
            ..Filled::default()
        });
    }
    add_filled(study, deck, filled, None).map(drop)
}

fn from_ron(study: &mut Study, deck: &str, body: &str) -> Result<()> {
    let name = Path::new("standard input");
    // A whole deck, a list, or cards one after the other: the last two are put into a deck to be read.
    let (text, before) = match body {
        whole if whole.starts_with("Deck") => (whole.to_string(), 0),
        list if list.starts_with('[') => (format!("Deck(title:\"\",cards:\n{list})"), 1),
        cards => (format!("Deck(title:\"\",cards:[\n{cards}\n])"), 1),
    };
    let read = read::deck("", name, &text);
    if let Some(mut problem) = read.problems.into_iter().next() {
        problem.place = Place {
            line: problem.place.line.saturating_sub(before).max(1),
            ..problem.place
        };
        return Err(Error::Wrong(Box::new(problem.help("no card was added"))));
    }
    let _held = study.hold_decks()?;
    let mut ids: Vec<CardId> = Vec::new();
    let mut drafts = Vec::new();
    for found in &read.cards {
        let front = found.card.front();
        point_out_twin(study, &front);
        let given = found.id.as_ref().map(CardId::as_str);
        let id = new_id(study, &front, given, &ids)?;
        let source = text.get(found.span.clone()).unwrap_or("");
        let with_id = if found.id.is_some() {
            Some(source.to_string())
        } else {
            splice::give_id(source, 0, &id)
        };
        drafts.push(Draft::Text(with_id.unwrap_or_else(|| source.to_string())));
        ids.push(id);
    }
    if ids.is_empty() {
        return Err(Error::Usage("standard input holds no card".into()));
    }
    write(study, deck, &drafts)?;
    said(deck, &ids)
}

/// Asks for cards until the person has no more.
fn ask(study: &mut Study, given: Option<String>) -> Result<()> {
    let mut prompts =
        prompt::Prompts::start("use flags (`quiz add DECK --front … --back …`) or standard input")?;
    let mut deck = given.map(|name| deck_name(&name)).transpose()?;
    loop {
        let name = match deck.take() {
            Some(name) => name,
            None => {
                let names: Vec<String> = study
                    .library
                    .decks
                    .iter()
                    .map(|deck| deck.name.clone())
                    .collect();
                let Some(chosen) = prompts.deck(&names)? else {
                    return Ok(());
                };
                deck_name(&chosen)?
            }
        };
        let tags: Vec<String> = study
            .library
            .deck(&name)
            .map(|deck| {
                let mut tags: Vec<String> = deck
                    .cards
                    .iter()
                    .flat_map(|card| card.tags.clone())
                    .collect();
                tags.sort();
                tags.dedup();
                tags
            })
            .unwrap_or_default();
        let Some(filled) = prompts.card(&tags)? else {
            return Ok(());
        };
        let id = new_id(study, &cloze_filled(&filled.front), None, &[])?;
        let twin = twin(study, &filled.front);
        let preview = card(&filled, &id).on_one_line();
        let question = format!("Add `{id}` to {}?", shorten(&name, 40));
        if prompts.confirm_card(&preview, twin.as_deref(), &question)?
            && let Err(error) = add_filled(study, &name, vec![filled], None)
        {
            say(&format!(
                "{error}\nThe card was not added. It is:\n{preview}"
            ));
        }
        if !prompts.another()? {
            return Ok(());
        }
        deck = Some(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_decks_stay_below_their_folder() {
        assert_eq!(deck_name("languages/rust.ron").unwrap(), "languages/rust");
        for wrong in ["", "../x", "/x", "a/../b", ".hidden", "a/.b", "a\nb"] {
            assert!(deck_name(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_new_deck_gets_a_title() {
        assert_eq!(title_of("languages/old-norse"), "Old norse");
    }

    #[test]
    fn every_kind_is_written_as_it_reads() {
        let id: CardId = "x".parse().unwrap();
        let filled = [
            Filled {
                kind: "Basic",
                front: "f".into(),
                back: Some("b".into()),
                reverse: true,
                ..Filled::default()
            },
            Filled {
                kind: "Cloze",
                front: "{{c1::a}} b".into(),
                ..Filled::default()
            },
            Filled {
                kind: "Typed",
                front: "f".into(),
                answers: vec!["a".into()],
                tags: vec!["t".into()],
                ..Filled::default()
            },
            Filled {
                kind: "Choice",
                front: "f".into(),
                choices: vec!["a".into(), "b".into()],
                answers: vec!["b".into()],
                ..Filled::default()
            },
            Filled {
                kind: "TrueFalse",
                front: "s".into(),
                answers: vec!["false".into()],
                note: Some("n".into()),
                ..Filled::default()
            },
        ];
        for filled in filled {
            let text = splice::append(
                Path::new("d"),
                &splice::empty_deck("t"),
                &card(&filled, &id),
            )
            .unwrap();
            let read = read::deck("d", Path::new("d"), &text);
            assert_eq!(
                (read.problems.len(), read.cards[0].card.content.kind()),
                (0, filled.kind),
                "{text}"
            );
        }
    }
}
