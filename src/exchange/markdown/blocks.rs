//! Cards marked by a sign: `Q:`, `A:`, `C:`, `::`, `?`, `==…==`, `#card`.

use super::{Found, Reader, hashcards, schedule};
use crate::deck::Cloze;
use crate::deck::draft::Draft;

/// A card that was read in part.
enum Open {
    Question(usize, Vec<String>),
    Answer(usize, Vec<String>, Vec<String>),
    Cloze(usize, Vec<String>),
    /// A heading marked as a card, and whether it is asked both ways.
    Heading(usize, String, bool, Vec<String>),
}

/// Reads the cards of `body`, whose first line is `first_line`.
pub(super) fn read(body: &str, first_line: usize, reader: &mut Reader) {
    let mut state = State {
        is_for_cards: reader.is_for_cards
            || body.contains("#flashcards")
            || body.contains("<!--SR:"),
        reader,
        open: None,
        paragraph: Vec::new(),
        last: None,
    };
    let mut fence = false;
    for (at, line) in body.split('\n').enumerate() {
        let number = first_line + at;
        let is_fence = line.trim_start().starts_with("```");
        if fence || is_fence {
            fence ^= is_fence;
            state.content(number, line);
        } else {
            state.line(number, line);
        }
    }
    state.end_card();
    state.end_paragraph();
    state.end();
}

struct State<'a> {
    reader: &'a mut Reader,
    /// Returns whether the file says that it has cards of Obsidian's plugin.
    is_for_cards: bool,
    open: Option<Open>,
    paragraph: Vec<(usize, String)>,
    /// The last card, to which a schedule on a line of its own belongs.
    last: Option<Found>,
}

impl State<'_> {
    fn line(&mut self, number: usize, line: &str) {
        let start = line.trim_start();
        if let Some(rest) = start.strip_prefix("Q:") {
            self.begin(Open::Question(number, vec![rest.to_string()]));
        } else if let Some(rest) = start.strip_prefix("C:") {
            self.begin(Open::Cloze(number, vec![rest.to_string()]));
        } else if let Some(rest) = start
            .strip_prefix("A:")
            .filter(|_| matches!(self.open, Some(Open::Question(..))))
        {
            if let Some(Open::Question(line, front)) = self.open.take() {
                self.open = Some(Open::Answer(line, front, vec![rest.to_string()]));
            }
        } else if let Some((front, both)) = tagged(start)
            .filter(|_| is_heading(start) || matches!(self.open, Some(Open::Heading(..))))
        {
            self.begin(Open::Heading(number, front, both, Vec::new()));
        } else if is_rule(start) || (is_heading(start) && self.open.is_some()) {
            self.end_card();
            self.end_paragraph();
            if is_heading(start) {
                self.content(number, line);
            }
        } else {
            self.content(number, line);
        }
    }

    /// Reads a line of whatever is open.
    fn content(&mut self, number: usize, line: &str) {
        match &mut self.open {
            Some(
                Open::Question(_, lines)
                | Open::Answer(_, _, lines)
                | Open::Cloze(_, lines)
                | Open::Heading(_, _, _, lines),
            ) => {
                lines.push(line.to_string());
            }
            None if line.trim().is_empty() => self.end_paragraph(),
            None => self.paragraph.push((number, line.to_string())),
        }
    }

    fn begin(&mut self, open: Open) {
        self.end_card();
        self.end_paragraph();
        self.open = Some(open);
    }

    fn end_card(&mut self) {
        match self.open.take() {
            None => {}
            Some(Open::Question(line, _)) => {
                let place = format!("line {line}");
                self.reader.report.leave_out(
                    "a question (`Q:`) without an answer (`A:`)",
                    1,
                    &place,
                );
            }
            Some(Open::Answer(line, front, back)) => {
                let hashes = hashcards::of_basic(&front, &back);
                let (front, back) = (front.join("\n"), back.join("\n"));
                if front.trim().is_empty() || back.trim().is_empty() {
                    let place = format!("line {line}");
                    self.reader.report.leave_out("an empty side", 1, &place);
                    return;
                }
                self.found(line, &front, Some((&back, false)));
                self.known_as(hashes);
            }
            Some(Open::Heading(line, front, both, back)) => {
                let back = back.join("\n");
                if back.trim().is_empty() {
                    let place = format!("line {line}");
                    self.reader.report.leave_out("an empty side", 1, &place);
                } else {
                    self.found(line, &front, Some((&back, both)));
                }
            }
            Some(Open::Cloze(line, text)) => match with_gaps(&text.join("\n")) {
                Some(gaps) => {
                    self.found(line, &gaps, None);
                    self.known_as(hashcards::of_cloze(&text));
                }
                None => {
                    let place = format!("line {line}");
                    self.reader
                        .report
                        .leave_out("no gap in brackets (`C:`)", 1, &place);
                }
            },
        }
    }

    fn end_paragraph(&mut self) {
        let lines = std::mem::take(&mut self.paragraph);
        if let Some((number, line)) = lines.first()
            && let Some((front, both)) = tagged(line)
        {
            let rest = joined(lines.get(1..).unwrap_or(&[]));
            if !rest.trim().is_empty() {
                self.found(*number, &front, Some((&rest, both)));
                return;
            }
        }
        self.lines(&lines);
    }

    /// Reads the cards of a paragraph by the rules of Obsidian's plugin.
    ///
    /// A line with both sides is a card, the text around a mark alone on a line is one, a text with gaps is one, and a
    /// schedule ends the card above it.
    fn lines(&mut self, lines: &[(usize, String)]) {
        let mut fence = false;
        let mut from = 0;
        let mut at = 0;
        while let Some((number, line)) = lines.get(at) {
            let above = lines.get(from..at).unwrap_or(&[]);
            let bare = line.trim();
            let is_fence = bare.starts_with("```");
            at += 1;
            if fence || is_fence {
                fence ^= is_fence;
            } else if is_tags(line) && above.is_empty() {
                self.tags(line);
                from = at;
            } else if let Some((front, back, both)) = single(line) {
                // The text above it is prose, or a text with gaps.
                self.gaps(above);
                self.found(*number, front, Some((&back, both)));
                from = at;
            } else if is_schedule(bare) {
                self.gaps(above);
                self.schedule(bare);
                from = at;
            } else if matches!(bare, "?" | "??") && !above.is_empty() {
                let below = lines.get(at..).unwrap_or(&[]);
                let length = below.iter().position(|(_, line)| is_schedule(line.trim()));
                let back = joined(below.get(..length.unwrap_or(below.len())).unwrap_or(&[]));
                if let Some((first, _)) = above.first().filter(|_| !back.trim().is_empty()) {
                    self.found(*first, &joined(above), Some((&back, bare == "??")));
                    at += length.unwrap_or(below.len());
                    from = at;
                }
            }
        }
        self.gaps(lines.get(from..).unwrap_or(&[]));
    }

    /// Reads a line of tags: one may name the deck of the cards that follow.
    fn tags(&mut self, line: &str) {
        let mut decks = line
            .split_whitespace()
            .filter_map(|word| super::deck_of(word.strip_prefix('#')?));
        if let Some(deck) = decks.find(|deck| !deck.is_empty()) {
            self.end();
            self.reader.deck = deck;
        }
    }

    /// Gives the last card its schedule.
    fn schedule(&mut self, line: &str) {
        let (_, schedule) = schedule::taken(line);
        if let Some(last) = &mut self.last {
            last.schedule = schedule;
        }
    }

    /// Reads the cards with gaps in lines that are nothing else: one of all lines if something is highlighted, as in
    /// Obsidian's plugin; else one for each line with Anki's gaps.
    fn gaps(&mut self, lines: &[(usize, String)]) {
        let headings = lines
            .iter()
            .take_while(|(_, line)| is_heading(line))
            .count();
        let lines = lines.get(headings..).unwrap_or(&[]);
        let Some((first, _)) = lines.first() else {
            return;
        };
        let whole = joined(lines);
        let (bare, _) = schedule::taken(&whole);
        if self.is_for_cards
            && Cloze::parse(&bare).is_err()
            && let Some(text) = highlighted(&whole)
        {
            self.found(*first, &text, None);
            return;
        }
        for (number, line) in lines {
            let (bare, _) = schedule::taken(line);
            if !is_heading(line) && Cloze::parse(&bare).is_ok() {
                self.found(*number, line.trim(), None);
            }
        }
    }

    /// Takes a card: a front with a back and whether it is asked both ways, or a text with gaps.
    fn found(&mut self, line: usize, front: &str, back: Option<(&str, bool)>) {
        self.end();
        let all = back.map_or(front, |(back, _)| back);
        let (rest, schedule) = schedule::taken(all);
        let (rest, id) = without_id(&rest);
        let tags = front.split_whitespace().chain(rest.split_whitespace());
        let (decks, tags): (Vec<String>, Vec<String>) = tags
            .filter_map(tag)
            .partition(|tag| super::deck_of(tag).is_some());
        let draft = match back {
            Some((_, both)) => {
                let front = self.reader.text(
                    without_tags(without_deck(front))
                        .trim_start_matches('#')
                        .trim(),
                );
                let back = self.reader.text(&without_tags(&rest));
                if both {
                    Draft::both_ways(front, back)
                } else {
                    Draft::basic(front, back)
                }
            }
            None => {
                let text = self.reader.text(&without_tags(without_deck(&rest)));
                Draft::cloze(text)
            }
        };
        let mut found = Found::new(draft, line);
        found.id = id;
        found.schedule = schedule;
        found.tags = tags;
        found.deck = decks.first().and_then(|deck| super::deck_of(deck));
        self.last = Some(found);
    }

    /// Notes the identity of the last card in hashcards.
    fn known_as(&mut self, hashes: Vec<String>) {
        if let Some(last) = &mut self.last {
            last.hashes = hashes;
        }
    }

    /// Finishes the last card.
    fn end(&mut self) {
        if let Some(found) = self.last.take() {
            self.reader.add(found);
        }
    }
}

/// Returns whether a line separates cards.
fn is_rule(line: &str) -> bool {
    let tight: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    tight.len() >= 3
        && ['-', '*', '_']
            .iter()
            .any(|sign| tight.chars().all(|c| c == *sign))
}

fn is_heading(line: &str) -> bool {
    let level = line.chars().take_while(|c| *c == '#').count();
    (1..=6).contains(&level) && line.chars().nth(level) == Some(' ')
}

/// Returns the question on a line that ends in `#card` or the like, and whether it is asked both ways.
fn tagged(line: &str) -> Option<(String, bool)> {
    let is_card = |word: &str| {
        matches!(
            word,
            "#card" | "#flashcard" | "#card-reverse" | "#flashcard-reverse"
        )
    };
    let mark = line.split_whitespace().find(|word| is_card(word))?;
    let front: Vec<&str> = line
        .split_whitespace()
        .take_while(|word| !is_card(word))
        .collect();
    let front = front.join(" ");
    let front = front.trim_start_matches('#').trim();
    (!front.is_empty()).then(|| (front.to_string(), mark.ends_with("-reverse")))
}

fn is_tags(line: &str) -> bool {
    let mut words = line.split_whitespace().peekable();
    words.peek().is_some() && words.all(|word| word.starts_with('#') && tag_of(word).is_some())
}

fn is_schedule(line: &str) -> bool {
    line.starts_with("<!--SR:")
}

fn joined(lines: &[(usize, String)]) -> String {
    let lines: Vec<&str> = lines.iter().map(|(_, line)| line.as_str()).collect();
    lines.join("\n")
}

/// Returns the sides of a card on one line, with its schedule after the back, and whether it is asked both ways; `None`
/// if the line is not a card.
fn single(line: &str) -> Option<(&str, String, bool)> {
    let bare = line.split("<!--SR:").next().unwrap_or(line);
    if let Some((front, back, both)) = halves(bare) {
        let schedule = line.get(bare.len()..).unwrap_or("");
        return Some((front, format!("{back}{schedule}"), both));
    }
    let (card, _) = bare.split_once('🧠')?;
    let (front, back) = card.split_once(" : ")?;
    Some((front, back.to_string(), false))
}

/// Returns the two sides of `front::back`; three colons mean that it is asked both ways.
fn halves(line: &str) -> Option<(&str, &str, bool)> {
    let outside = |at: usize| {
        line.get(..at)
            .is_some_and(|before| before.matches('`').count().is_multiple_of(2))
    };
    let at = line
        .match_indices("::")
        .map(|(at, _)| at)
        .find(|at| outside(*at))?;
    let (front, rest) = line.split_at_checked(at)?;
    let both = rest.starts_with(":::");
    let back = rest.trim_start_matches(':');
    let clear = front.ends_with(' ') || back.starts_with(' ');
    let is_gap = front.contains("{{c");
    // `std::fs::read` is not a card.
    let is_path = !clear && back.contains("::");
    let list = front
        .trim_start()
        .trim_start_matches("- ")
        .trim_start_matches("* ");
    let fine = !list.trim().is_empty() && !back.trim().is_empty() && !is_gap && !is_path;
    fine.then_some((list.trim(), back.trim(), both))
}

/// Returns a hashcards text with its brackets as gaps, each in a group of its own.
fn with_gaps(text: &str) -> Option<String> {
    if Cloze::parse(text).is_ok() {
        return Some(text.trim().to_string());
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut groups = 0;
    while let Some((before, inside)) = rest.split_once('[') {
        out.push_str(before);
        let is_text = before.ends_with(['\\', '!']);
        match inside.split_once(']') {
            Some((gap, after)) if !is_text && !after.starts_with('(') && !gap.trim().is_empty() => {
                groups += 1;
                out.push_str(&format!("{{{{c{groups}::{gap}}}}}"));
                rest = after;
            }
            _ => {
                if before.ends_with('\\') {
                    out.pop();
                }
                out.push('[');
                rest = inside;
            }
        }
    }
    out.push_str(rest);
    (groups > 0).then(|| out.trim().to_string())
}

/// Returns a text with highlighted parts, or those in double braces, as gaps; `None` if there are none.
/// `==1;;answer;;hint==` gives a gap its number and a hint.
fn highlighted(line: &str) -> Option<String> {
    for (start, end) in [("==", "=="), ("{{", "}}")] {
        let mut done = String::new();
        let mut rest = line;
        let mut groups = 0;
        while let Some((before, inside)) = rest.split_once(start) {
            done.push_str(before);
            match inside.split_once(end).filter(|(gap, _)| is_gap(gap)) {
                Some((gap, after)) => {
                    groups += 1;
                    done.push_str(&numbered(gap, groups));
                    rest = after;
                }
                None => {
                    done.push_str(start);
                    rest = inside;
                }
            }
        }
        done.push_str(rest);
        if groups > 0 {
            return Some(done);
        }
    }
    None
}

/// Returns whether the text between two signs is a gap, not two unrelated signs (`a == b`, `c1::x`).
fn is_gap(text: &str) -> bool {
    let is_anki = text
        .strip_prefix('c')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    !text.trim().is_empty() && !text.starts_with(char::is_whitespace) && !is_anki
}

/// Returns a gap in cloze syntax.
fn numbered(gap: &str, next: usize) -> String {
    let mut parts: Vec<&str> = gap.split(";;").collect();
    let number = parts
        .first()
        .and_then(|first| first.parse::<u16>().ok())
        .filter(|number| parts.len() > 1 && (1..=999).contains(number));
    if number.is_some() {
        parts.remove(0);
    }
    let group = number.map_or(next, usize::from);
    // Two colons in the text do not begin a hint.
    let parts: Vec<String> = parts
        .iter()
        .map(|part| match part.contains('`') {
            true => (*part).to_string(),
            false => part.replace("::", "\\::"),
        })
        .collect();
    format!("{{{{c{group}::{}}}}}", parts.join("::"))
}

/// Returns the tag in a word, unless it is a mark of cards.
fn tag(word: &str) -> Option<String> {
    let tag = tag_of(word)?;
    let is_mark = matches!(
        tag,
        "card" | "flashcard" | "card-reverse" | "flashcard-reverse" | "flashcards" | "review"
    );
    (!is_mark).then(|| tag.to_string())
}

/// Returns the tag in a word.
fn tag_of(word: &str) -> Option<&str> {
    let tag = word.strip_prefix('#')?;
    let is_tag = !tag.is_empty()
        && tag
            .chars()
            .all(|c| c.is_alphanumeric() || "-_/".contains(c));
    let is_number = tag.chars().all(|c| c.is_ascii_digit());
    (is_tag && !is_number).then_some(tag)
}

/// Returns the text without the tag at its start that marks it as a card and names its deck.
fn without_deck(text: &str) -> &str {
    let text = text.trim_start();
    match text.split_once(char::is_whitespace) {
        Some((first, rest)) if tag_of(first).is_some_and(|tag| super::deck_of(tag).is_some()) => {
            rest.trim_start()
        }
        _ => text,
    }
}

/// Returns the text without the tags at the ends of its lines.
fn without_tags(text: &str) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| {
            let mut line = line.trim_end();
            while let Some((before, last)) = line.rsplit_once(' ') {
                let is_mark = matches!(
                    last,
                    "#card" | "#flashcard" | "#card-reverse" | "#flashcard-reverse"
                );
                if tag(last).is_none() && !is_mark {
                    break;
                }
                line = before.trim_end();
            }
            line.to_string()
        })
        .collect();
    lines.join("\n").trim().to_string()
}

/// Returns the text without its own id (`^block`, `<!--ID:123-->`), and that id.
fn without_id(text: &str) -> (String, Option<String>) {
    if let Some((before, rest)) = text.split_once("<!--ID:")
        && let Some((id, after)) = rest.split_once("-->")
    {
        return (
            format!("{}{after}", before.trim_end()),
            Some(format!("md-{}", id.trim())),
        );
    }
    if let Some((before, block)) = text.trim_end().rsplit_once([' ', '\n'])
        && let Some(id) = block.strip_prefix('^')
        && !id.is_empty()
        && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    {
        return (before.trim_end().to_string(), Some(format!("md-{id}")));
    }
    (text.to_string(), None)
}
