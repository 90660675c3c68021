//! Cards from standard input.

use std::io::Read;
use std::path::Path;

use super::flags::{Common, words};
use super::{Adding, say};
use crate::deck::draft::{Draft, Kind};
use crate::deck::read;
use crate::error::{Error, Result};
use crate::place::{Problem, Severity, Source};
use crate::study::Study;
use crate::text::plural;

/// The name of standard input in messages.
const NAME: &str = "standard input";

/// Reads all of the input: UTF-8, or UTF-16 with its mark, as some programs export it.
///
/// # Errors
/// Fails if it is something else.
pub(super) fn read(mut input: impl Read) -> Result<String> {
    let mut bytes = Vec::new();
    input
        .read_to_end(&mut bytes)
        .map_err(Error::io("read", Path::new(NAME)))?;
    let text = match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => from_utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => from_utf16(rest, u16::from_be_bytes),
        _ => String::from_utf8(bytes).ok(),
    };
    let text = text.ok_or_else(|| {
        Error::Usage("standard input is not UTF-8 text: save it as UTF-8; no card was added".into())
    })?;
    Ok(text.trim_start_matches('\u{feff}').to_string())
}

fn from_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (units, rest) = bytes.as_chunks();
    let units: Vec<u16> = units.iter().copied().map(unit).collect();
    String::from_utf16(&units).ok().filter(|_| rest.is_empty())
}

/// Adds what stands in the input: RON cards, or lines of front and back between tabs.
///
/// # Errors
/// Fails if one is not a card, and names all that are not; then nothing was added, unless bad ones are to be skipped.
/// Fails if the deck can't be written.
pub(super) fn add(
    study: &mut Study,
    deck: &str,
    input: &str,
    common: &Common,
    skip_bad: bool,
) -> Result<()> {
    if input.trim().is_empty() {
        return Err(Error::Usage(
            "standard input holds no card: give RON cards, or lines of front, tab, back".into(),
        ));
    }
    let _held = study.hold_decks()?;
    let mut adding = Adding::new(study, deck);
    let bad = if is_ron(input) {
        if !common.is_empty() {
            return Err(Error::Usage(
                "--tag, --source and --reverse are for lines: a RON card says them itself; no card was added"
                    .into(),
            ));
        }
        from_ron(&mut adding, input)
    } else {
        from_lines(&mut adding, input, common)
    };
    if !bad.is_empty() && !skip_bad {
        return Err(Error::Usage(format!(
            "{}\n{}: nothing was added (--skip-bad adds the rest)",
            bad.join("\n"),
            plural(bad.len(), "bad card"),
        )));
    }
    let added = adding.write()?;
    for bad in &bad {
        say(bad);
    }
    if !bad.is_empty() {
        say(&format!("Skipped {}.", plural(bad.len(), "bad card")));
    }
    added.say(study)
}

/// Returns whether the text is RON. A first line with a tab in it is a line of front and back, however it starts,
/// unless it names a kind of card.
fn is_ron(input: &str) -> bool {
    let text = input.trim();
    let first = text.lines().next().unwrap_or("");
    let word = first
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(first.len());
    let (word, rest) = first.split_at_checked(word).unwrap_or((first, ""));
    let opens = rest.trim_start().starts_with('(');
    let named = word == "Deck" || Kind::NAMES.contains(&word);
    (opens && named)
        || !first.contains('\t')
            && ((opens && !word.is_empty())
                || first.starts_with(['(', '['])
                || ["//", "/*"]
                    .iter()
                    .any(|comment| first.starts_with(comment)))
}

/// Takes each line that is a card, and returns what is wrong with the others.
fn from_lines(adding: &mut Adding, input: &str, common: &Common) -> Vec<String> {
    let lines = input.lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.trim().is_empty());
    let taken = lines.map(|(at, line)| {
        let draft = from_line(line).map(|draft| common.with(draft));
        let added = draft.and_then(|draft| adding.draft(draft).map_err(|wrong| wrong.to_string()));
        added.map_err(|wrong| format!("{NAME}:{}: {wrong}", at + 1))
    });
    taken.filter_map(std::result::Result::err).collect()
}

/// The card of one line.
///
/// # Errors
/// Fails with the reason why it is none.
fn from_line(line: &str) -> Result<Draft, String> {
    let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
    let (front, back, tags) = match *fields.as_slice() {
        [front, back] => (front, back, ""),
        [front, back, tags] => (front, back, tags),
        _ => {
            return Err(format!(
                "a line holds front and back, and tags if there are any, with tabs between: this one has {}",
                plural(fields.len(), "field")
            ));
        }
    };
    if front.is_empty() || back.is_empty() {
        return Err("front or back is empty".into());
    }
    let mut draft = Draft::basic(front, back);
    draft.tags = words(tags).collect();
    Ok(draft)
}

/// Takes each card that can be read, and returns what is wrong with the others.
fn from_ron(adding: &mut Adding, input: &str) -> Vec<String> {
    // A whole deck, a list, or cards one after the other: the last two are put into a deck to be read, with a line
    // before them.
    let (text, before) = match input.trim_start() {
        whole if whole.starts_with("Deck") => (input.to_string(), 0),
        list if list.starts_with('[') => (format!("Deck(title:\"\",cards:\n{input})"), 1),
        _ => (format!("Deck(title:\"\",cards:[\n{input}\n])"), 1),
    };
    let source = Source::new(NAME, text);
    let read = read::deck("", &source);
    let told = |mut problem: Problem| {
        problem.place.line = problem.place.line.saturating_sub(before).max(1);
        problem.to_string()
    };
    let (bad, odd): (Vec<Problem>, Vec<Problem>) = read
        .problems
        .into_iter()
        .partition(|problem| problem.severity == Severity::Error);
    adding.notes.extend(odd.into_iter().map(told));
    let mut bad: Vec<String> = bad.into_iter().map(told).collect();
    for card in &read.cards {
        if let Err(wrong) = adding.written(&source, card) {
            let line = card.body.line.saturating_sub(before).max(1);
            bad.push(format!("{NAME}:{line}: {wrong}"));
        }
    }
    if bad.is_empty() && read.cards.is_empty() {
        bad.push(format!("{NAME}: there is no card in it"));
    }
    bad
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_tab_is_lines_unless_it_names_a_kind() {
        for lines in [
            "(to) run\tlaufen\n",
            "[noun] house\tHaus",
            "// in Rust\ta comment",
            "Deck\tKartenspiel",
            "\n\nf(x)\ty",
            "no tab",
        ] {
            assert!(!is_ron(lines), "{lines:?}");
        }
        for ron in [
            "Basic(\tfront: \"a\", back: \"b\")",
            "\n\tBasic(front: \"a\")",
            "// why\nBasic(",
            "[Basic(",
            "Deck(title: \"\"",
            "Basik(front",
        ] {
            assert!(is_ron(ron), "{ron:?}");
        }
    }

    #[test]
    fn utf_16_is_read_with_its_mark() {
        let text = "a\tü\r\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(
            read([&[0xff, 0xfe][..], &little].concat().as_slice()).unwrap(),
            text
        );
        assert_eq!(
            read([&[0xfe, 0xff][..], &big].concat().as_slice()).unwrap(),
            text
        );
        assert_eq!(read("\u{feff}a".as_bytes()).unwrap(), "a");
        assert!(read(&b"caf\xe9"[..]).is_err());
        assert!(read(&b"\xff\xfea"[..]).is_err());
    }
}
