//! Conversion of a note and its cards to cards of a deck.

use std::collections::{BTreeMap, HashMap};

use super::template::Facts;
use super::types::{Card, CardTemplate, Note, NoteType};
use crate::deck::draft::Draft;
use crate::deck::{CardId, Cloze, FaceKey, Side};
use crate::exchange::draft::with_hint;
use crate::exchange::html::{self, Seen};
use crate::exchange::ids;
use crate::exchange::markup::with_backslashes;
use crate::exchange::media::MediaNames;
use crate::exchange::parcel::{ParcelCard, Report};

/// The text of an empty side, since a card of a deck can't have one.
const EMPTY: &str = "[empty]";

/// The cards made so far, and what they came from.
pub(in crate::exchange) struct Made<'a> {
    note_types: &'a HashMap<i64, NoteType>,
    pub(in crate::exchange) media: MediaNames,
    pub(in crate::exchange) report: Report,
    /// The new cards, by the id of the deck.
    pub(in crate::exchange) decks: BTreeMap<i64, Vec<ParcelCard>>,
    /// The face that each of Anki's cards became.
    pub(in crate::exchange) faces: HashMap<i64, FaceKey>,
    /// For each new card, Anki's cards that became its faces.
    pub(in crate::exchange) cards: Vec<(CardId, Vec<Card>)>,
    taken: std::collections::HashSet<String>,
}

/// One of Anki's cards, rendered.
struct Rendered {
    card: Card,
    question: String,
    answer: String,
    typed: Option<String>,
    hint: Option<String>,
    seen: (Seen, Seen),
}

impl<'a> Made<'a> {
    pub(in crate::exchange) fn new(note_types: &'a HashMap<i64, NoteType>) -> Self {
        Self {
            note_types,
            media: MediaNames::default(),
            report: Report::default(),
            decks: BTreeMap::new(),
            faces: HashMap::new(),
            cards: Vec::new(),
            taken: std::collections::HashSet::new(),
        }
    }

    /// Converts a note and its cards, which are in the order of their templates.
    pub(in crate::exchange) fn note(&mut self, note: &Note, cards: &[Card]) {
        let place = format!("note {}", note.id);
        let Some(note_type) = self.note_types.get(&note.note_type) else {
            self.report
                .leave_out("the note type is missing", cards.len(), &place);
            return;
        };
        let values: Vec<&str> = note.fields.split('\u{1f}').collect();
        let fields = note_type.by_name(note);
        if is_occlusion(note_type, &values) {
            self.report.leave_out(
                "image occlusion: parts of a picture are hidden",
                cards.len(),
                &place,
            );
            return;
        }
        let first = cards.first().map_or(0, |card| card.deck);
        if cards.iter().any(|card| card.deck != first) {
            self.report
                .note("notes with cards in several decks", &place);
        }
        let mut id = ids::from_guid(&note.guid);
        if id.starts_with("anki-h") && ids::to_guid(&id).as_deref() != Some(note.guid.as_str()) {
            self.report
                .note("guids too long for an id, which is a hash instead", &place);
        }
        if !self.taken.insert(id.clone()) {
            id = format!(
                "anki-h{}",
                ids::short_hash(&format!("{}/{}", note.guid, note.id))
            );
            self.taken.insert(id.clone());
            self.report
                .note("notes with the guid of another note", &place);
        }
        let source = Source {
            note_type,
            fields,
            id,
            place,
            tags: tags(&note.tags, cards),
        };
        if note_type.is_cloze {
            self.cloze(&source, cards);
        } else {
            self.cards(&source, cards);
        }
    }

    /// Returns the cards that Anki would make from a note in the deck `deck`: one per group of gaps, or one per
    /// template whose question shows a field.
    pub(in crate::exchange) fn cards_of(&self, note: &Note, deck: i64, place: i64) -> Vec<Card> {
        let card = |ord: i64| Card {
            id: place * 1_000 + ord,
            note: note.id,
            deck,
            ord,
            ..Card::default()
        };
        let Some(note_type) = self.note_types.get(&note.note_type) else {
            return vec![card(0)];
        };
        if note_type.is_cloze {
            let groups = Cloze::parse(&note.fields).map(|cloze| cloze.groups());
            let groups = groups.unwrap_or_else(|_| vec![1]);
            return groups
                .into_iter()
                .map(|group| card(i64::from(group) - 1))
                .collect();
        }
        let fields = note_type.by_name(note);
        let empty: HashMap<&str, &str> = fields.keys().map(|name| (*name, "")).collect();
        let facts = |fields| Facts {
            fields,
            groups: &[],
            with_cloze: true,
            with_typed: true,
        };
        let cards = note_type.templates.iter().zip(0..).filter(|(template, _)| {
            template.question.fill(&facts(&fields)).html
                != template.question.fill(&facts(&empty)).html
        });
        cards.map(|(_, ord)| card(ord)).collect()
    }

    fn cloze(&mut self, source: &Source, cards: &[Card]) {
        let Some(template) = source.note_type.templates.first() else {
            self.report
                .leave_out("the template is missing", cards.len(), &source.place);
            return;
        };
        let all: String = source.fields.values().copied().collect();
        let groups = Cloze::parse(&all)
            .map(|cloze| cloze.groups())
            .unwrap_or_default();
        let facts = |with_cloze, with_typed| Facts {
            fields: &source.fields,
            groups: &groups,
            with_cloze,
            with_typed,
        };
        let shows = template.question.shows_cloze();
        let asked = template.question.fill(&facts(true, !shows));
        let is_typed = asked.typed.is_some();
        let text = html::to_text(&with_backslashes(&asked.html), &mut self.media);
        let around = html::to_text(
            &template.question.fill(&facts(false, false)).html,
            &mut self.media,
        );
        let told = html::to_text(
            &template.answer.fill(&facts(false, false)).html,
            &mut self.media,
        );
        let hint = html::to_text(&asked.hint, &mut self.media).text;
        self.saw(source, text.seen, text.seen.and(told.seen));
        let told = told.text;
        let note = match told.strip_prefix(around.text.as_str()) {
            Some(rest) if rest.is_empty() || rest.starts_with('\n') => rest.trim().to_string(),
            _ => told,
        };
        let note = Some(note).filter(|note| !note.is_empty());
        let parsed = Cloze::parse(&text.text);
        let Ok(parsed) = parsed else {
            self.no_cloze(source, cards, &text.text, note);
            return;
        };
        let groups = parsed.groups();
        let has =
            |card: &&Card| u16::try_from(card.ord + 1).is_ok_and(|group| groups.contains(&group));
        let kept: Vec<Card> = cards.iter().filter(has).copied().collect();
        let gone = cards.len() - kept.len();
        if gone > 0 {
            let why = "the gap is no longer in the text";
            self.report.leave_out(why, gone, &source.place);
        }
        let mut draft = match is_typed {
            true => Draft::typed_cloze(text.text),
            false => Draft::cloze(text.text),
        };
        draft.note = note;
        let draft = with_hint(draft, Some(hint).filter(|hint| !hint.is_empty()));
        let sides = kept.iter().filter_map(|card| {
            let group = u16::try_from(card.ord + 1).ok()?;
            Some((*card, Side::Group(group)))
        });
        let sides: Vec<(Card, Side)> = sides.collect();
        self.add(source, &source.id, draft, &sides);
    }

    /// Returns a card with the text as its front, for a cloze without a readable gap.
    fn no_cloze(&mut self, source: &Source, cards: &[Card], text: &str, note: Option<String>) {
        self.report.note(
            "clozes without a gap that can be read, now plain cards",
            &source.place,
        );
        let front = filled(text);
        let front = if front.trim().is_empty() {
            EMPTY.into()
        } else {
            front
        };
        let back = note.unwrap_or_else(|| front.clone());
        let draft = Draft::basic(front, back);
        let Some((first, others)) = cards.split_first() else {
            return;
        };
        if !others.is_empty() {
            self.report
                .leave_out("the gap can't be read", others.len(), &source.place);
        }
        self.add(source, &source.id, draft, &[(*first, Side::Whole)]);
    }

    fn cards(&mut self, source: &Source, cards: &[Card]) {
        let mut rendered = Vec::with_capacity(cards.len());
        for card in cards {
            let template = usize::try_from(card.ord)
                .ok()
                .and_then(|ord| source.note_type.templates.get(ord));
            match template {
                Some(template) => rendered.push(self.rendered(source, template, card)),
                None => self
                    .report
                    .leave_out("the template is missing", 1, &source.place),
            }
        }
        for one in &rendered {
            self.saw(source, one.seen.0, one.seen.1);
        }
        if let [one, other] = rendered.as_slice()
            && let Some(draft) = both_ways(one, other)
        {
            let sides = [(one.card, Side::Whole), (other.card, Side::Reverse)];
            self.add(source, &source.id, draft, &sides);
            return;
        }
        for one in rendered {
            let id = match one.card.ord {
                0 => source.id.clone(),
                ord => format!("{}.{}", source.id, ord + 1),
            };
            let card = one.card;
            self.add(source, &id, one.draft(), &[(card, Side::Whole)]);
        }
    }

    fn rendered(&mut self, source: &Source, template: &CardTemplate, card: &Card) -> Rendered {
        let facts = |with_typed| Facts {
            fields: &source.fields,
            groups: &[],
            with_cloze: true,
            with_typed,
        };
        let asked = template.question.fill(&facts(false));
        let is_typed = asked
            .typed
            .as_deref()
            .is_some_and(|typed| !typed.is_empty());
        let question = html::to_text(&asked.html, &mut self.media);
        let hint = html::to_text(&asked.hint, &mut self.media).text;
        let answer = template
            .rest
            .as_ref()
            .unwrap_or(&template.answer)
            .fill(&facts(!is_typed));
        let mut told = html::to_text(&(answer.html + &answer.hint), &mut self.media);
        told.text = told_text(&told, &question.text);
        let typed = asked.typed.filter(|_| is_typed).map(|typed| {
            let text = html::to_unmarked(&typed, &mut self.media).text;
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        });
        Rendered {
            card: *card,
            seen: (
                question.seen,
                told.seen.and(Seen {
                    words: typed.is_some(),
                    ..Seen::default()
                }),
            ),
            question: question.text,
            answer: told.text,
            typed: typed.filter(|typed| !typed.is_empty()),
            hint: Some(hint).filter(|hint| !hint.is_empty()),
        }
    }

    /// Notes the parts of a card's question and answer that a terminal can't show.
    fn saw(&mut self, source: &Source, question: Seen, answer: Seen) {
        let any = question.and(answer);
        for (seen, what) in [
            (
                !question.words,
                "questions without text of their own (only a picture, a sound, or nothing)",
            ),
            (
                !answer.words,
                "answers without text of their own (only a picture, a sound, or nothing)",
            ),
            (any.colour, "cards with colours, which are dropped"),
            (any.hidden, "cards with hidden parts, which are dropped"),
            (
                any.script,
                "cards with scripts, drawings or buttons, which are dropped",
            ),
        ] {
            if seen {
                self.report.note(what, &source.place);
            }
        }
    }

    fn add(&mut self, source: &Source, id: &str, mut draft: Draft, sides: &[(Card, Side)]) {
        let Some((first, _)) = sides.first() else {
            return;
        };
        let Ok(card_id) = id.parse::<CardId>() else {
            self.report
                .leave_out("no id can be made", sides.len(), &source.place);
            return;
        };
        draft.id = Some(id.to_string());
        draft.tags = source.tags.clone();
        for (card, side) in sides {
            let face = FaceKey {
                card: card_id.clone(),
                side: *side,
            };
            self.faces.insert(card.id, face);
        }
        self.decks.entry(first.deck).or_default().push(ParcelCard {
            draft,
            key: id.to_string(),
            proposed: None,
            place: source.place.clone(),
            stands_for: sides.len(),
        });
        self.cards
            .push((card_id, sides.iter().map(|(card, _)| *card).collect()));
    }
}

/// A note, in the form that making cards needs.
struct Source<'a> {
    note_type: &'a NoteType,
    fields: HashMap<&'a str, &'a str>,
    id: String,
    place: String,
    tags: Vec<String>,
}

impl Rendered {
    fn draft(self) -> Draft {
        let shown = |text: String| {
            if text.is_empty() {
                EMPTY.to_string()
            } else {
                text
            }
        };
        let draft = match self.typed {
            Some(typed) => {
                let note = Some(self.answer).filter(|rest| !rest.is_empty() && *rest != typed);
                let mut draft = Draft::typed(shown(self.question), vec![typed]);
                draft.note = note;
                draft
            }
            None => Draft::basic(shown(self.question), shown(self.answer)),
        };
        with_hint(draft, self.hint)
    }
}

/// Returns one card for two that ask the same both ways; a common rest becomes its note.
fn both_ways(one: &Rendered, other: &Rendered) -> Option<Draft> {
    let asked = [one, other];
    if asked
        .iter()
        .any(|side| side.typed.is_some() || side.hint.is_some() || side.question.is_empty())
    {
        return None;
    }
    if one.card.ord != 0 {
        return None;
    }
    let rest = after(&one.answer, &other.question)?;
    if after(&other.answer, &one.question)? != rest {
        return None;
    }
    let mut draft = Draft::both_ways(one.question.clone(), other.question.clone());
    draft.note = Some(rest.to_string()).filter(|rest| !rest.is_empty());
    Some(draft)
}

/// Returns the part of `text` after `start`, on lines of its own.
fn after<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(start)?;
    (rest.is_empty() || rest.starts_with(['\n', ' '])).then(|| rest.trim())
}

/// Returns the answer's text without a repetition of the question before it.
fn told_text(told: &html::Text, question: &str) -> String {
    let text = told.text.as_str();
    if let Some((before, answer)) = told.answer_at.and_then(|at| text.split_at_checked(at)) {
        let before = before.trim();
        if before.is_empty() || before == question {
            return answer.trim().to_string();
        }
    }
    match text.strip_prefix(question) {
        Some(rest) if !question.is_empty() && rest.starts_with('\n') && !rest.trim().is_empty() => {
            rest.trim().to_string()
        }
        _ => text.to_string(),
    }
}

/// Returns an unreadable cloze text with its gaps filled as far as possible.
fn filled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once("{{c") {
        out.push_str(before);
        let digits = inside.trim_start_matches(|c: char| c.is_ascii_digit() || c == ',');
        rest = match digits.strip_prefix("::") {
            Some(body) => body,
            None => {
                out.push_str("{{c");
                inside
            }
        };
    }
    out.push_str(rest);
    out.replace("}}", "")
}

/// Returns the tags of a note, with its cards' flags as tags. `leech` is left out: that is for us to decide.
fn tags(written: &str, cards: &[Card]) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    let flags = cards
        .iter()
        .filter(|card| card.flags > 0)
        .map(|card| format!("flag-{}", card.flags));
    for tag in written.split_whitespace().map(String::from).chain(flags) {
        if !tag.eq_ignore_ascii_case("leech") && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// Returns whether a note hides parts of a picture: Anki's own image occlusion, or the old add-on's.
fn is_occlusion(note_type: &NoteType, values: &[&str]) -> bool {
    let own = note_type.is_cloze
        && values
            .iter()
            .any(|value| value.contains("image-occlusion:"));
    let has = |wanted: &str| note_type.fields.iter().any(|field| field == wanted);
    own || (has("Question Mask") && has("Answer Mask"))
}
