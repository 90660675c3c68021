//! Aiken, Moodle's plainest format: a question, its answers as `A.` or `A)`, and `ANSWER: B`.

use super::html;
use super::parcel::{Parcel, ParcelCard, ParcelDeck, Report};
use crate::deck::draft::Draft;

/// A question while it is read.
#[derive(Default)]
struct Open<'a> {
    /// The line on which it begins, from 1.
    line: usize,
    question: Vec<&'a str>,
    choices: Vec<&'a str>,
}

/// Reads Aiken; returns `None` unless a question has at least two answers and a line naming the right one.
pub(super) fn read(text: &str, stem: &str) -> Option<Parcel> {
    let mut report = Report::default();
    let mut cards = Vec::new();
    let mut open = Open::default();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(letter) = line.strip_prefix("ANSWER:") {
            let own = std::mem::take(&mut open);
            let place = format!("line {}", own.line);
            match own.card(letter.trim()) {
                Ok(draft) => cards.push(ParcelCard {
                    key: draft.front(),
                    draft,
                    proposed: None,
                    place,
                    stands_for: 1,
                }),
                Err(why) => report.leave_out(why, 1, &place),
            }
        } else if let Some(choice) = choice(line).filter(|_| !open.question.is_empty()) {
            open.choices.push(choice);
        } else if !line.is_empty() {
            if !open.choices.is_empty() {
                let place = format!("line {}", open.line);
                report.leave_out("no line `ANSWER:`", 1, &place);
                open = Open::default();
            }
            if open.question.is_empty() {
                open.line = at + 1;
            }
            open.question.push(line);
        }
    }
    if !open.choices.is_empty() {
        let place = format!("line {}", open.line);
        report.leave_out("no line `ANSWER:`", 1, &place);
    }
    if cards.is_empty() {
        return None;
    }
    Some(Parcel {
        kind: "Aiken",
        source: format!("aiken-{stem}"),
        decks: vec![ParcelDeck {
            name: stem.to_string(),
            title: stem.to_string(),
            cards,
            ..ParcelDeck::default()
        }],
        report,
        ..Parcel::default()
    })
}

/// Returns the answer on a line, without its letter; `None` if the line is not an answer.
fn choice(line: &str) -> Option<&str> {
    let rest = line.strip_prefix(|c: char| c.is_ascii_uppercase())?;
    let choice = rest.strip_prefix(['.', ')'])?.trim();
    (!choice.is_empty()).then_some(choice)
}

impl Open<'_> {
    fn card(&self, letter: &str) -> Result<Draft, &'static str> {
        if self.question.is_empty() {
            return Err("no question");
        }
        if self.choices.len() < 2 {
            return Err("fewer than two answers to choose from");
        }
        let say = |text: &str| html::plain_to_text(text);
        let letter = letter
            .bytes()
            .next()
            .map(|letter| letter.to_ascii_uppercase());
        let at = letter.and_then(|letter| letter.checked_sub(b'A'));
        let right = at.and_then(|at| self.choices.get(usize::from(at)));
        let right = right.ok_or("`ANSWER:` names none of the answers")?;
        let choices = self.choices.iter().map(|choice| say(choice)).collect();
        let front = say(&self.question.join("\n"));
        Ok(Draft::choice(front, choices, vec![say(right)]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_choices() {
        let text = "What is it?\nA) This\nB) That\nANSWER: B\n\nTwo\nlines?\nA. one\nB. two\nANSWER: a\n\n\
            Forgotten?\nA. x\nB. y\n\nNone?\nA. x\nB. y\nANSWER: C\n";
        let parcel = read(text, "quiz").unwrap();
        let drafts: Vec<&Draft> = parcel.decks[0]
            .cards
            .iter()
            .map(|card| &card.draft)
            .collect();
        let list = |items: [&str; 2]| items.map(String::from).to_vec();
        assert_eq!(
            drafts,
            [
                &Draft::choice("What is it?", list(["This", "That"]), vec!["That".into()]),
                &Draft::choice("Two\nlines?", list(["one", "two"]), vec!["one".into()]),
            ]
        );
        let left: Vec<&str> = parcel
            .report
            .left_out
            .values()
            .flat_map(|found| found.places.iter().map(String::as_str))
            .collect();
        assert_eq!(
            (left, parcel.source_cards()),
            (vec!["line 16", "line 12"], 4)
        );
        assert!(read("A. list\nB. of things\n", "x").is_none());
        assert!(read("ANSWER: B\n", "x").is_none());
    }
}
