//! Cards in Markdown: `Q:`/`A:`/`C:` of hashcards and repeater, `::`, `?` and `==…==` of Obsidian's Spaced Repetition
//! with its schedule, `#card` and the brain of note apps, and headings with their text.

mod blocks;
mod hashcards;
mod headings;
mod inline;
mod schedule;

use std::path::PathBuf;

use super::media::MediaNames;
use super::names::DeckNames;
use super::parcel::{self, Parcel, ParcelCard, ParcelDeck, Report};
use super::{Options, folder, ids};
use crate::deck::draft::{Draft, Kind};
use crate::deck::{CardId, Cloze, FaceKey, Side};
use crate::history::Event;
use schedule::Scheduled;

/// Reads Markdown; returns `None` if it has no card in a known form. `stem` is the file's name without its extension.
pub(super) fn read(text: &str, stem: &str, options: &Options) -> Option<Parcel> {
    let (front_matter, body, first_line) = front_matter(text);
    let mut reader = Reader::new(stem, options);
    if let Some(deck) = front_matter.deck {
        reader.deck = deck
            .split("::")
            .flat_map(|part| part.split('/'))
            .map(String::from)
            .collect();
    }
    reader.is_for_cards = front_matter.tags.iter().any(|tag| deck_of(tag).is_some());
    if reader.deck.is_empty() {
        let mut decks = front_matter.tags.iter().filter_map(|tag| deck_of(tag));
        reader.deck = decks.find(|deck| !deck.is_empty()).unwrap_or_default();
    }
    reader.tags = front_matter.tags;
    reader.tags.retain(|tag| deck_of(tag).is_none());
    if front_matter.is_scheduled {
        reader
            .report
            .note("whole notes with a schedule, which are not cards", "");
    }
    blocks::read(body, first_line, &mut reader);
    if !reader.has_cards() {
        headings::read(body, first_line, &mut reader);
    }
    if !reader.has_cards() {
        return None;
    }
    Some(reader.parcel(options))
}

/// Returns inline Markdown as a card has it; pictures keep their names.
pub(super) fn inline_text(text: &str) -> String {
    inline::text(text, &mut MediaNames::default())
}

/// Returns the parts of the deck name in a tag of Obsidian's plugin, `flashcards/a/b`: none for `flashcards` alone;
/// `None` for any other tag.
fn deck_of(tag: &str) -> Option<Vec<String>> {
    match tag.strip_prefix("flashcards")? {
        "" => Some(Vec::new()),
        rest => {
            let deck = rest.strip_prefix('/')?;
            Some(deck.split('/').map(String::from).collect())
        }
    }
}

/// The front matter of a note.
#[derive(Default)]
struct FrontMatter {
    deck: Option<String>,
    tags: Vec<String>,
    is_scheduled: bool,
}

/// Reads the front matter between `---` lines; returns it, the rest, and the line on which that begins.
fn front_matter(text: &str) -> (FrontMatter, &str, usize) {
    let none = || (FrontMatter::default(), text, 1);
    let Some((head, body)) = text
        .strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---"))
    else {
        return none();
    };
    let mut found = FrontMatter::default();
    let mut in_tags = false;
    for line in head.lines() {
        // hashcards writes `name = "…"` (TOML), note apps `key: value` (YAML).
        if let Some(name) = line.strip_prefix("name").map(str::trim_start)
            && let Some(name) = name.strip_prefix('=')
        {
            found.deck = Some(name.trim().trim_matches(['"', '\'']).to_string());
            continue;
        }
        let (key, value) = line.split_once(':').unwrap_or(("", line));
        let value = value.trim().trim_matches(['"', '\'']);
        match key.trim() {
            "cards-deck" | "deck" if !value.is_empty() => found.deck = Some(value.to_string()),
            "tags" | "tag" => {
                in_tags = value.is_empty();
                found.tags.extend(words(value.trim_matches(['[', ']'])));
            }
            "sr-due" => found.is_scheduled = true,
            "" if in_tags => found
                .tags
                .extend(words(line.trim().trim_start_matches("- "))),
            _ => in_tags = false,
        }
    }
    let lines = head.lines().count() + 2;
    (found, body, lines)
}

/// Returns the tags in a list separated by commas or spaces.
fn words(list: &str) -> Vec<String> {
    let words = list.split([',', ' ']).map(|word| {
        word.trim()
            .trim_start_matches('#')
            .trim_matches(['"', '\''])
    });
    words
        .filter(|word| !word.is_empty())
        .map(String::from)
        .collect()
}

/// The cards read from a file so far.
struct Reader {
    stem: String,
    zone: super::zone::Zone,
    media: MediaNames,
    names: DeckNames,
    report: Report,
    decks: Vec<ParcelDeck>,
    events: Vec<Event>,
    /// The parts of the deck name for the cards that follow; empty for the file's own deck.
    deck: Vec<String>,
    /// The tags of the whole file.
    tags: Vec<String>,
    /// Whether the tags say that the file has cards of Obsidian's plugin.
    is_for_cards: bool,
    /// The folder of the file, and the log of hashcards there, read as soon as a card may be in it.
    folder: PathBuf,
    log: Option<hashcards::Log>,
}

/// A card as it is written in a file.
struct Found {
    draft: Draft,
    line: usize,
    /// The id that the file gives it.
    id: Option<String>,
    tags: Vec<String>,
    schedule: Vec<Scheduled>,
    /// The parts of the name of its own deck, if it names one.
    deck: Option<Vec<String>>,
    /// The identity of its faces in hashcards, if it may be a hashcards card.
    hashes: Vec<String>,
}

impl Found {
    fn new(draft: Draft, line: usize) -> Self {
        Self {
            draft,
            line,
            id: None,
            tags: Vec::new(),
            schedule: Vec::new(),
            deck: None,
            hashes: Vec::new(),
        }
    }
}

impl Reader {
    fn new(stem: &str, options: &Options) -> Self {
        Self {
            stem: stem.to_string(),
            zone: options.zone.clone(),
            media: MediaNames::default(),
            names: DeckNames::default(),
            report: Report::default(),
            decks: Vec::new(),
            events: Vec::new(),
            deck: Vec::new(),
            tags: Vec::new(),
            is_for_cards: false,
            folder: options.folder.clone(),
            log: None,
        }
    }

    fn has_cards(&self) -> bool {
        !self.decks.is_empty()
    }

    /// Returns a text in the form of a card's.
    fn text(&mut self, text: &str) -> String {
        inline::text(text, &mut self.media)
    }

    fn add(&mut self, found: Found) {
        let Found {
            mut draft,
            line,
            id,
            tags,
            schedule,
            deck,
            hashes,
        } = found;
        for tag in self.tags.iter().cloned().chain(tags) {
            if !draft.tags.contains(&tag) {
                draft.tags.push(tag);
            }
        }
        let id = id.filter(|id| id.parse::<CardId>().is_ok());
        let proposed = ids::from_text(&said(&draft));
        let key = id.clone().unwrap_or_else(|| draft.front());
        let sides = sides(&draft);
        if let Ok(card) = id.as_deref().unwrap_or(&proposed).parse::<CardId>() {
            let faces: Vec<FaceKey> = sides
                .iter()
                .map(|side| FaceKey {
                    card: card.clone(),
                    side: *side,
                })
                .collect();
            self.schedule(&faces, &schedule);
            self.answers(&faces, &hashes);
        }
        draft.id = id;
        let card = ParcelCard {
            draft,
            key,
            proposed: Some(proposed),
            place: format!("line {line}"),
            stands_for: sides.len(),
        };
        let parts = deck.as_ref().unwrap_or(&self.deck);
        let parts: Vec<&str> = match parts.is_empty() {
            true => vec![self.stem.as_str()],
            false => parts.iter().map(String::as_str).collect(),
        };
        let name = self.names.name(&parts);
        let title = parts
            .last()
            .map_or_else(|| name.clone(), |part| (*part).to_string());
        let at = self.decks.iter().position(|deck| deck.name == name);
        let at = at.unwrap_or_else(|| {
            self.decks.push(ParcelDeck {
                name,
                title,
                ..ParcelDeck::default()
            });
            self.decks.len() - 1
        });
        parcel::at(&mut self.decks, at).cards.push(card);
    }

    /// Returns another program's memory states of the faces of a card.
    fn schedule(&mut self, faces: &[FaceKey], schedule: &[Scheduled]) {
        for (face, own) in faces.iter().zip(schedule) {
            if let Some(event) = own.event(face.clone(), &self.zone) {
                self.events.push(event);
                self.report
                    .rows("cards without answers: memory from the scheduler", 1);
            }
        }
    }

    /// Returns the answers to the faces of a card in the log of hashcards, which identifies gaps by their brackets.
    fn answers(&mut self, faces: &[FaceKey], hashes: &[String]) {
        if hashes.is_empty() || hashes.len() != faces.len() {
            return;
        }
        let log = self
            .log
            .get_or_insert_with(|| hashcards::Log::of(&self.folder, &mut self.report));
        for (face, hash) in faces.iter().zip(hashes) {
            let events = log.take(hash, face, &self.zone);
            self.report.rows("answers", events.len());
            self.events.extend(events);
        }
    }

    fn parcel(mut self, options: &Options) -> Parcel {
        let rest = self.log.as_ref().map_or(0, hashcards::Log::rest);
        self.report.rows(
            "answers in hashcards.db to cards of no or another file",
            rest,
        );
        let media = folder::wanted(&self.media, &options.folder, &mut self.report);
        Parcel {
            kind: "Markdown",
            source: format!("md-{}", self.stem),
            decks: self.decks,
            zone: (!self.events.is_empty()).then(|| options.zone.to_string()),
            events: self.events,
            media,
            media_source: Some(Box::new(folder::Folder)),
            report: self.report,
            ..Parcel::default()
        }
    }
}

/// Returns everything that a card says, in one text.
fn said(draft: &Draft) -> String {
    match &draft.kind {
        Kind::Basic { front, back, .. } => format!("{front}\n{back}"),
        _ => draft.front(),
    }
}

fn sides(draft: &Draft) -> Vec<Side> {
    match &draft.kind {
        Kind::Basic { reverse: true, .. } => vec![Side::Whole, Side::Reverse],
        Kind::Cloze { text, .. } => Cloze::parse(text).map_or_else(
            |_| Vec::new(),
            |cloze| cloze.groups().into_iter().map(Side::Group).collect(),
        ),
        _ => vec![Side::Whole],
    }
}

#[cfg(test)]
mod tests;
