//! The cards of a parcel: added, updated, or left alone.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use super::{Choices, Conflict, FileChange, Into, Plan};
use crate::deck::draft::Draft;
use crate::deck::id::Ids;
use crate::deck::{Card, CardId, Deck, splice, splice::New, write};
use crate::error::Result;
use crate::exchange::parcel::{Parcel, ParcelCard, ParcelDeck};
use crate::exchange::record::{Entry, Records};
use crate::exchange::{draft, ids};
use crate::notation;
use crate::place::Source;

/// The most cards that an import puts into one file: a larger one is slow to check, and a burden to an editor.
const LARGEST: usize = 2_000;

/// The outcome for the cards.
pub(super) struct Cards {
    /// The new record of the source.
    pub(super) entries: Vec<Entry>,
    /// The ids of the source's cards that are not in the home.
    pub(super) absent: HashSet<String>,
    /// The final ids of cards, by the ids that they were proposed with, where the two differ.
    pub(super) renamed: HashMap<String, CardId>,
}

struct Planning<'a> {
    into: &'a Into<'a>,
    records: &'a Records,
    choices: &'a Choices,
    plan: &'a mut Plan,
    entries: Vec<Entry>,
    absent: HashSet<String>,
    renamed: HashMap<String, CardId>,
    seen: HashSet<String>,
    ids: Ids<'a>,
    /// New cards, by deck.
    added: BTreeMap<String, (Vec<New>, &'a ParcelDeck)>,
    /// Changed cards, by deck.
    changed: BTreeMap<String, Vec<(Range<usize>, Draft)>>,
    /// The ids of cards by the hashes of their content, computed when first needed.
    by_hash: Option<HashMap<String, CardId>>,
}

/// Adds the cards to the plan.
pub(super) fn plan<'a>(
    into: &'a Into<'a>,
    parcel: &'a mut Parcel,
    records: &'a Records,
    choices: &'a Choices,
    plan: &'a mut Plan,
) -> Result<Cards> {
    let decks = std::mem::take(&mut parcel.decks);
    let given: HashSet<&str> = decks
        .iter()
        .flat_map(|deck| &deck.cards)
        .filter_map(|card| card.draft.id.as_deref())
        .collect();
    let taken = |id: &str| {
        into.library.has(id)
            || into.history.has_reviews_under(id)
            || into.history.renamed_to(id).is_some()
            || given.contains(id)
    };
    let keys = records.own.by_key();
    let mut planning = Planning {
        into,
        records,
        choices,
        plan,
        entries: Vec::new(),
        absent: HashSet::new(),
        renamed: HashMap::new(),
        seen: HashSet::new(),
        ids: Ids::new(taken),
        added: BTreeMap::new(),
        changed: BTreeMap::new(),
        by_hash: None,
    };
    let mut twins: HashMap<String, usize> = HashMap::new();
    for deck in &decks {
        for card in &deck.cards {
            // Cards with the same front are told apart by their order.
            let count = twins.entry(card.key.clone()).or_default();
            *count += 1;
            let key = match *count {
                1 => card.key.clone(),
                count => format!("{} #{count}", card.key),
            };
            let known = keys.get(key.as_str()).map(|entry| entry.id.as_str());
            planning.card(deck, card, &key, known);
        }
    }
    let present: HashSet<&str> = planning
        .entries
        .iter()
        .map(|entry| entry.id.as_str())
        .collect();
    let gone: Vec<Entry> = records
        .own
        .cards
        .iter()
        .filter(|entry| !present.contains(entry.id.as_str()))
        .cloned()
        .collect();
    let still_here = |entry: &&Entry| {
        entry
            .id
            .parse::<CardId>()
            .is_ok_and(|id| into.library.card(&into.history.card(&id)).is_some())
    };
    planning.plan.outcome.gone_there = gone
        .iter()
        .filter(still_here)
        .map(|entry| entry.id.clone())
        .collect();
    planning.entries.extend(gone);
    planning.write_decks()?;
    Ok(Cards {
        entries: planning.entries,
        absent: planning.absent,
        renamed: planning.renamed,
    })
}

impl<'a> Planning<'a> {
    fn card(&mut self, deck: &'a ParcelDeck, card: &ParcelCard, key: &str, known: Option<&str>) {
        let mut draft = card.draft.clone();
        let said = ids::of_card(&draft);
        if draft.id.is_none() {
            draft.id = known.map(String::from).or_else(|| self.same(&said));
        }
        let (id, body) = match draft.clone().check() {
            Ok(checked) => checked,
            Err(wrong) => {
                let why = format!("not a card: {}", wrong.message);
                self.plan
                    .outcome
                    .report
                    .leave_out(&why, card.stands_for, &card.place);
                self.absent.extend(draft.id);
                return;
            }
        };
        let id = id.unwrap_or_else(|| {
            let proposed = card.proposed.as_deref().and_then(|id| id.parse().ok());
            let free = proposed.filter(|id: &CardId| {
                self.ids.take(id) || self.into.history.has_reviews_under(id.as_str())
            });
            free.unwrap_or_else(|| self.ids.propose(&body.front()))
        });
        if let Some(proposed) = card
            .proposed
            .as_ref()
            .filter(|proposed| *proposed != id.as_str())
        {
            self.renamed.insert(proposed.clone(), id.clone());
        }
        draft.id = Some(id.to_string());
        if !self.seen.insert(id.to_string()) {
            self.plan.outcome.report.leave_out(
                "the id is there twice",
                card.stands_for,
                &card.place,
            );
            return;
        }
        let here = self.into.history.card(&id);
        let kept = match self.into.library.card(&here) {
            Some((deck, own)) => self.known(deck, own, &id, draft, &said),
            None => self.unknown(deck, &id, &here, draft, card),
        };
        let Some(hash) = kept.hash(&said, self.records, &id) else {
            return;
        };
        self.plan.outcome.cards_in += if kept == Kept::Absent {
            0
        } else {
            card.stands_for
        };
        self.entries.push(Entry {
            key: Some(key.to_string()).filter(|key| *key != id.as_str()),
            id: id.to_string(),
            hash,
        });
    }

    /// Handles a card that no deck has: it is new, or was removed here.
    fn unknown(
        &mut self,
        deck: &'a ParcelDeck,
        id: &CardId,
        here: &CardId,
        draft: Draft,
        card: &ParcelCard,
    ) -> Kept {
        if self.into.library.has(here.as_str()) {
            let why = "already here, in a deck that can't be read (`quiz check`)";
            self.plan
                .outcome
                .report
                .leave_out(why, card.stands_for, &card.place);
            self.absent.insert(id.to_string());
            return Kept::Unread;
        }
        let was_here = self.records.has(id.as_str()) || self.into.history.removed(here).is_some();
        if was_here && !self.choices.theirs {
            self.plan.outcome.removed_here.push(id.to_string());
            self.absent.insert(id.to_string());
            return Kept::Absent;
        }
        self.plan.outcome.added += 1;
        let name = self.choices.deck_name(deck);
        let (cards, _) = self.added.entry(name).or_insert_with(|| (Vec::new(), deck));
        cards.push(New::Draft(draft));
        Kept::New
    }

    /// Handles a card that a deck has.
    fn known(&mut self, deck: &Deck, own: &Card, id: &CardId, draft: Draft, said: &str) -> Kept {
        let outcome = &mut self.plan.outcome;
        let here = draft::of(&deck.file.shown(), own.span());
        let said_here = here.as_ref().map(ids::of_card).unwrap_or_default();
        if said_here == said {
            outcome.unchanged += 1;
            return Kept::New;
        }
        let is_edited = !self.records.wrote(id.as_str(), &said_here);
        if is_edited && self.records.wrote(id.as_str(), said) {
            outcome.kept += 1;
            return Kept::Edited;
        }
        // Wherever a person moved the card, and whatever they renamed it to.
        let draft = draft.with_id(own.id.as_str());
        if is_edited {
            outcome.conflicts.push(Conflict {
                id: own.id.to_string(),
                place: format!("{}:{}", deck.name, own.line),
                ours: here.map_or_else(String::new, |here| here.to_ron()),
                theirs: draft.to_ron(),
                taken: self.choices.theirs,
            });
            if !self.choices.theirs {
                return Kept::Edited;
            }
        }
        outcome.updated += 1;
        let changed = self.changed.entry(deck.name.clone()).or_default();
        changed.push((own.span().clone(), draft));
        Kept::New
    }

    /// Returns the id of a card here with the same content.
    fn same(&mut self, said: &str) -> Option<String> {
        let library = self.into.library;
        let by_hash = self.by_hash.get_or_insert_with(|| {
            let cards = library.cards();
            cards
                .filter_map(|(deck, card)| {
                    Some((
                        ids::of_card(&draft::of(&deck.file.shown(), card.span())?),
                        card.id.clone(),
                    ))
                })
                .collect()
        });
        by_hash.get(said).map(CardId::to_string)
    }

    fn write_decks(&mut self) -> Result<()> {
        for (name, cards) in std::mem::take(&mut self.changed) {
            let Some(deck) = self.into.library.deck(&name) else {
                continue;
            };
            let mut cards = cards;
            cards.sort_by_key(|(span, _)| span.start);
            let old = deck.file.source()?;
            let new = splice::replace(old, &cards)?;
            // Cards added to the same deck are added to its changed text.
            let source = Source::new(deck.path.as_path(), new);
            let added = self.added.remove(&name);
            let (source, rest) = match added {
                Some((cards, from)) => {
                    let room = LARGEST.saturating_sub(deck.cards.len());
                    let (now, later) = split(cards, room);
                    self.got(&name, now.len());
                    let new = splice::append(&source, &now)?;
                    (Source::new(deck.path.as_path(), new), Some((later, from)))
                }
                None => (source, None),
            };
            self.plan.files.push(FileChange {
                path: deck.path.clone(),
                old: Some(old.text().as_bytes().to_vec()),
                new: source.text().as_bytes().to_vec(),
                back_up: true,
            });
            if let Some((later, from)) = rest.filter(|(later, _)| !later.is_empty()) {
                self.add(&name, later, from, 2)?;
            }
        }
        for (name, (cards, from)) in std::mem::take(&mut self.added) {
            self.add(&name, cards, from, 1)?;
        }
        Ok(())
    }

    /// Adds cards to the deck `name`, or if that is full, to `name-2`, ….
    fn add(
        &mut self,
        name: &str,
        mut cards: Vec<New>,
        from: &ParcelDeck,
        mut number: usize,
    ) -> Result<()> {
        while !cards.is_empty() {
            let (file, title) = match number {
                1 => (name.to_string(), from.title.clone()),
                number => (
                    format!("{name}-{number}"),
                    format!("{} {number}", from.title),
                ),
            };
            number += 1;
            let own = self.into.library.deck(&file);
            let largest = if from.is_whole { usize::MAX } else { LARGEST };
            let room = largest.saturating_sub(own.map_or(0, |deck| deck.cards.len()));
            if room == 0 {
                continue;
            }
            let (now, later) = split(cards, room);
            cards = later;
            let path = match own {
                Some(deck) => deck.path.clone(),
                None => write::path_of(&self.into.library.root, &file),
            };
            if own.is_none() && path.exists() {
                // A deck that can't be read would hide its cards.
                cards.splice(0..0, now);
                continue;
            }
            let old = own.map(|deck| deck.file.source()).transpose()?;
            let source = match old {
                Some(source) => source.clone(),
                None => Source::new(
                    path.as_path(),
                    from.header
                        .clone()
                        .unwrap_or_else(|| self.header(&title, from.order)),
                ),
            };
            let new = splice::append(&source, &now)?;
            self.got(&file, now.len());
            self.plan.files.push(FileChange {
                path,
                old: old.map(|source| source.text().as_bytes().to_vec()),
                new: new.into_bytes(),
                back_up: false,
            });
        }
        Ok(())
    }

    fn header(&self, title: &str, order: i32) -> String {
        let about = format!("Imported ({}) on {}.", self.choices.kind, self.into.today);
        let order = if order == 0 {
            String::new()
        } else {
            format!("    order: {order},\n")
        };
        format!(
            "Deck(\n    title: {},\n    about: {},\n{order}    cards: [\n    ],\n)\n",
            notation::quote(title),
            notation::quote(&about)
        )
    }

    fn got(&mut self, deck: &str, cards: usize) {
        if cards > 0 {
            self.plan.outcome.decks.push((deck.to_string(), cards));
        }
    }
}

/// The content that a record remembers of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// The source's present content, which the deck has too.
    New,
    /// The source's last content, since the deck has a person's edit.
    Edited,
    /// The card was removed here.
    Absent,
    /// The deck of the card can't be read.
    Unread,
}

impl Kept {
    fn hash(self, said: &str, records: &Records, id: &CardId) -> Option<String> {
        let before = || records.hash(id.as_str()).map(String::from);
        match self {
            Self::New => Some(said.to_string()),
            Self::Edited | Self::Absent => Some(before().unwrap_or_default()),
            Self::Unread => before(),
        }
    }
}

fn split<T>(mut items: Vec<T>, at: usize) -> (Vec<T>, Vec<T>) {
    let later = items.split_off(at.min(items.len()));
    (items, later)
}
