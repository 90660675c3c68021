//! Conversion of a package or a collection to a parcel.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use unicode_normalization::UnicodeNormalization;

use super::collection::{Collection, Deck};
use super::history;
use super::note::Made;
use super::package::Package;
use super::types::Card;
use crate::exchange::parcel::{DeckSettings, MediaFile, MediaSource, Parcel, ParcelDeck, Settings};
use crate::exchange::{Options, Step, ids, names::DeckNames};

/// Reads an Anki package or collection.
///
/// # Errors
/// Returns a clause for a person about what is wrong with the file, to follow its name.
pub(in crate::exchange) fn read(
    path: &Path,
    options: &Options,
    step: Step,
) -> Result<Parcel, String> {
    let package = Package::open(path)?;
    let collection = Collection::open(package.collection.path())?;
    let cards = collection.cards()?;
    let mut made = Made::new(&collection.note_types);
    let first_note = notes(&collection, &cards, &mut made, step)?;
    step("answers", 0, 0);
    let reading = history::Reading {
        zone: options.zone.clone(),
        day_starts_at: options.day_starts_at,
        with_orphans: options.with_orphans,
    };
    let events = history::events(&collection, &mut made, &reading)?;
    let source = format!(
        "anki-{}",
        letters(&format!("{} {first_note}", collection.created))
    );
    let Made {
        decks,
        media,
        mut report,
        ..
    } = made;
    let (decks, presets) = parcel_decks(decks, &collection.decks);
    if presets.iter().any(|(_, deck)| {
        collection
            .presets
            .get(&deck.preset)
            .is_some_and(|preset| preset.ignores_old)
    }) {
        report.note(
            "decks for which Anki ignores answers before a day; here all answers count",
            "",
        );
    }
    parameters(&collection, &presets, &mut report);
    let media = files(&package, &media.named, &mut report);
    Ok(Parcel {
        kind: "Anki package",
        source,
        decks,
        events,
        media,
        media_source: Some(Box::new(package)),
        zone: Some(options.zone.to_string()),
        settings: settings(&collection, &presets),
        own_count: Some(cards.len()),
        report,
        lines: Vec::new(),
    })
}

impl MediaSource for Package {
    fn bytes(&mut self, entry: &str, limit: u64) -> Result<Option<Vec<u8>>, String> {
        self.file(entry, limit)
    }
}

/// Makes the cards of all notes; returns the id of the first note.
fn notes(
    collection: &Collection,
    cards: &[Card],
    made: &mut Made,
    step: Step,
) -> Result<i64, String> {
    let mut first = None;
    let mut rest = cards;
    let mut done = 0;
    let mut strays = 0;
    collection.notes(|note| {
        first.get_or_insert(note.id);
        let before = rest.iter().take_while(|card| card.note < note.id).count();
        let (stray, from) = rest.split_at_checked(before).unwrap_or((rest, &[]));
        let own = from.iter().take_while(|card| card.note == note.id).count();
        let (own, after) = from.split_at_checked(own).unwrap_or((from, &[]));
        rest = after;
        strays += stray.len();
        done += own.len();
        if own.is_empty() {
            made.report
                .note("notes without cards", &format!("note {}", note.id));
        } else {
            made.note(&note, own);
        }
        step("cards", done, cards.len());
    })?;
    let strays = strays + rest.len();
    if strays > 0 {
        made.report.leave_out("the note is missing", strays, "");
    }
    Ok(first.unwrap_or_default())
}

/// Returns the decks by their names, each with its cards, and the name for each of Anki's decks.
fn parcel_decks(
    cards: BTreeMap<i64, Vec<crate::exchange::parcel::ParcelCard>>,
    decks: &BTreeMap<i64, Deck>,
) -> (Vec<ParcelDeck>, Vec<(String, Deck)>) {
    let unknown = Deck {
        name: "Default".into(),
        preset: 1,
        retention: None,
    };
    let mut sorted: Vec<(Deck, Vec<_>)> = cards
        .into_iter()
        .map(|(id, cards)| (decks.get(&id).unwrap_or(&unknown).clone(), cards))
        .collect();
    sorted.sort_by(|(one, _), (other, _)| {
        let parts =
            |deck: &Deck| -> Vec<String> { deck.name.split("::").map(str::to_lowercase).collect() };
        parts(one)
            .cmp(&parts(other))
            .then_with(|| one.name.cmp(&other.name))
    });
    let mut names = DeckNames::default();
    let mut out: Vec<ParcelDeck> = Vec::new();
    let mut presets = Vec::new();
    for (deck, cards) in sorted {
        let parts: Vec<&str> = deck.name.split("::").collect();
        let name = names.name(&parts);
        let title = parts
            .last()
            .copied()
            .unwrap_or("Default")
            .trim()
            .to_string();
        match out.last_mut().filter(|last| last.name == name) {
            Some(last) => last.cards.extend(cards),
            None => out.push(ParcelDeck {
                title: if title.is_empty() {
                    name.clone()
                } else {
                    title
                },
                order: i32::try_from(out.len() + 1).unwrap_or(i32::MAX),
                name: name.clone(),
                cards,
                ..ParcelDeck::default()
            }),
        }
        presets.push((name, deck));
    }
    (out, presets)
}

/// Returns the files that cards name and the package has; the others are noted.
fn files(
    package: &Package,
    named: &BTreeMap<String, String>,
    report: &mut crate::exchange::parcel::Report,
) -> Vec<MediaFile> {
    let composed: BTreeMap<String, &String> = package
        .media
        .iter()
        .map(|(name, entry)| (name.nfc().collect(), entry))
        .collect();
    let mut files = Vec::new();
    for (name, own) in named {
        if name != own {
            report.note(
                "files of cards with another name now",
                &format!("{name} → {own}"),
            );
        }
        match composed.get(name) {
            Some(entry) => files.push(MediaFile {
                name: own.clone(),
                entry: (*entry).clone(),
            }),
            None => report.note("files of cards that are missing from the source", name),
        }
    }
    files
}

/// Returns the settings of the presets that differ from the defaults: the most common for all decks, the rest by deck.
fn settings(collection: &Collection, decks: &[(String, Deck)]) -> Option<Settings> {
    let of = |deck: &Deck| {
        let preset = collection
            .presets
            .get(&deck.preset)
            .cloned()
            .unwrap_or_default();
        DeckSettings {
            retention: deck
                .retention
                .or(preset.retention)
                .filter(|share| *share > 0.0),
            new_per_day: preset.new_per_day,
            leech_after: preset.leech_after.filter(|count| *count > 0),
        }
    };
    let each: Vec<(String, DeckSettings)> = decks
        .iter()
        .map(|(name, deck)| (name.clone(), of(deck)))
        .collect();
    let common = each
        .iter()
        .map(|(_, own)| *own)
        .max_by_key(|own| each.iter().filter(|(_, other)| other == own).count())?;
    Some(Settings {
        day_starts_at: collection.rollover,
        all: common,
        decks: each.into_iter().filter(|(_, own)| *own != common).collect(),
    })
}

/// Notes the FSRS parameters that were fitted there: here new ones are fitted to the same answers.
fn parameters(
    collection: &Collection,
    decks: &[(String, Deck)],
    report: &mut crate::exchange::parcel::Report,
) {
    let used: BTreeSet<i64> = decks.iter().map(|(_, deck)| deck.preset).collect();
    let presets = used.iter().filter_map(|id| collection.presets.get(id));
    for preset in presets.filter(|preset| !preset.parameters.is_empty()) {
        report.note(
            "FSRS parameters of the source; quiz fits its own to the same answers (`quiz tune`), `parameters` in \
             config.ron would override them",
            &format!("{}: {:?}", preset.name, preset.parameters),
        );
    }
}

/// Returns eight letters that depend on all of `text`.
fn letters(text: &str) -> String {
    let hash = u64::from_str_radix(&ids::hash(text.as_bytes()), 16).unwrap_or_default();
    let mut rest = hash;
    let mut letters = String::new();
    for _ in 0..8 {
        letters.push(char::from(b'a' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
