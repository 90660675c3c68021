//! Conversion of the answers in a question's braces to a card.

use super::split::find;
use crate::deck::draft::Draft;

/// An answer with its weight and its feedback.
struct Answer {
    is_right: bool,
    /// The weight in percent, if it is given.
    weight: Option<f64>,
    text: String,
    feedback: String,
}

impl Answer {
    fn counts_in_full(&self) -> bool {
        self.weight.is_none_or(|weight| weight >= 100.0)
    }
}

/// Makes a card from a question and its answers, and notes what a card can't express. `say` converts GIFT's text to a
/// card's.
///
/// # Errors
/// Returns the reason why no card can be made.
pub(super) fn draft(
    front: String,
    block: &str,
    say: &mut dyn FnMut(&str) -> String,
) -> Result<(Draft, Option<&'static str>), &'static str> {
    let (block, general) = match block.split_once("####") {
        Some((block, general)) => (block.trim(), say(general)),
        None => (block.trim(), String::new()),
    };
    let mut notes = Vec::new();
    let mut changed = None;
    let mut draft = if let Some(numbers) = block.strip_prefix('#') {
        let (draft, change) = numeric(front, numbers, say, &mut notes)?;
        changed = change;
        draft
    } else if let Some((answer, feedback)) = truth(block) {
        notes.extend(
            feedback
                .split('#')
                .map(&mut *say)
                .filter(|text| !text.is_empty()),
        );
        Draft::true_false(front, answer, None)
    } else {
        let answers = answers(block);
        if answers.is_empty() {
            return Err("an essay question: there is no answer to compare");
        }
        if answers
            .iter()
            .all(|answer| answer.is_right && answer.text.contains("->"))
        {
            pairs(&front, &answers, say)
        } else {
            let in_part = |answer: &Answer| {
                !answer.counts_in_full() && answer.weight.is_some_and(|weight| weight > 0.0)
            };
            let shares = answers
                .iter()
                .any(|answer| answer.is_right && answer.counts_in_full());
            if shares && answers.iter().any(in_part) {
                changed = Some("answers that count in part: here they are wrong");
            }
            let draft = if answers.iter().any(|answer| !answer.is_right) {
                choice(front, &answers, say)
            } else {
                typed(front, &answers, say)
            };
            for answer in answers.iter().filter(|answer| !answer.feedback.is_empty()) {
                let (text, feedback) = (say(&answer.text), say(&answer.feedback));
                notes.push(format!("{text}: {feedback}"));
            }
            draft
        }
    };
    notes.extend(Some(general).filter(|text| !text.is_empty()));
    draft.note = Some(notes.join("\n")).filter(|note| !note.is_empty());
    Ok((draft, changed))
}

/// Returns whether a statement is true, and the feedback.
fn truth(block: &str) -> Option<(bool, &str)> {
    let (word, feedback) = block.split_once('#').unwrap_or((block, ""));
    match word.trim() {
        "T" | "TRUE" => Some((true, feedback)),
        "F" | "FALSE" => Some((false, feedback)),
        _ => None,
    }
}

/// Returns the answers, each from its `=` or `~` to the next.
fn answers(block: &str) -> Vec<Answer> {
    let mut answers = Vec::new();
    let mut rest = block.trim();
    while let Some(sign) = rest.chars().next() {
        let body = rest.get(sign.len_utf8()..).unwrap_or("");
        let end = [find(body, '=', 0), find(body, '~', 0)]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(body.len());
        let (own, next) = body.split_at_checked(end).unwrap_or((body, ""));
        rest = next;
        if matches!(sign, '=' | '~') {
            answers.push(answer(sign == '=', own.trim()));
        }
    }
    // Without an answer that is fully right, those that are partly right count.
    if !answers.iter().any(|answer| answer.is_right) {
        for answer in &mut answers {
            answer.is_right = answer.weight.is_some_and(|weight| weight > 0.0);
        }
    }
    answers
}

fn answer(is_right: bool, text: &str) -> Answer {
    let weighed = text.strip_prefix('%').and_then(|rest| rest.split_once('%'));
    let (weight, text) = match weighed {
        Some((weight, rest)) => (weight.trim().parse().ok(), rest),
        None => (None, text),
    };
    let (text, feedback) = match find(text, '#', 0) {
        Some(at) => (
            text.get(..at).unwrap_or(""),
            text.get(at + 1..).unwrap_or(""),
        ),
        None => (text, ""),
    };
    Answer {
        is_right,
        weight,
        text: text.trim().to_string(),
        feedback: feedback.trim().to_string(),
    }
}

fn choice(front: String, answers: &[Answer], say: &mut dyn FnMut(&str) -> String) -> Draft {
    let choices: Vec<(String, bool)> = answers
        .iter()
        .map(|answer| (say(&answer.text), answer.is_right))
        .collect();
    let right = choices
        .iter()
        .filter(|(_, right)| *right)
        .map(|(text, _)| text.clone());
    let right: Vec<String> = right.collect();
    Draft::choice(
        front,
        choices.into_iter().map(|(text, _)| text).collect(),
        right,
    )
}

fn typed(front: String, answers: &[Answer], say: &mut dyn FnMut(&str) -> String) -> Draft {
    // A partly right answer is not right.
    let mut texts: Vec<String> = answers
        .iter()
        .filter(|answer| answer.counts_in_full())
        .map(|answer| say(&answer.text))
        .collect();
    if texts.is_empty() {
        texts = answers
            .iter()
            .take(1)
            .map(|answer| say(&answer.text))
            .collect();
    }
    Draft::typed(front, texts)
}

fn pairs(front: &str, answers: &[Answer], say: &mut dyn FnMut(&str) -> String) -> Draft {
    let pairs: Vec<(String, String)> = answers
        .iter()
        .filter_map(|answer| answer.text.split_once("->"))
        .map(|(left, right)| (say(left), say(right)))
        .collect();
    let asked: Vec<String> = pairs.iter().map(|(left, _)| format!("- {left}")).collect();
    let told: Vec<String> = pairs
        .iter()
        .map(|(left, right)| format!("- {left} → {right}"))
        .collect();
    Draft::basic(format!("{front}\n{}", asked.join("\n")), told.join("\n"))
}

/// Returns the card for a number, or for several with weights. Typed answers are compared as text: a range becomes a
/// plain card, and a tolerance a note.
fn numeric(
    front: String,
    block: &str,
    say: &mut dyn FnMut(&str) -> String,
    notes: &mut Vec<String>,
) -> Result<(Draft, Option<&'static str>), &'static str> {
    let block = block.trim();
    let mut all = answers(block);
    if all.is_empty() && !block.is_empty() {
        all.push(answer(true, block));
    }
    let Some(best) = all.iter().find(|answer| answer.counts_in_full()) else {
        return Err("no answer that counts in full");
    };
    let number = Number::of(&say(&best.text));
    let mut changed = None;
    let draft = match &number {
        Number::Range(from, to) => {
            changed =
                Some("ranges of numbers: plain cards, since what is typed is compared as text");
            Draft::basic(front, format!("from {from} to {to}"))
        }
        Number::Near(middle, _) => {
            changed = Some(
                "tolerances of numbers: the number itself is asked for, the note says how near is right",
            );
            notes.push(number.to_string());
            Draft::typed(front, vec![middle.clone()])
        }
        Number::Exact(exact) => Draft::typed(front, vec![exact.clone()]),
    };
    if all.len() > 1 {
        changed = changed.or(Some("answers that count in part: here they are wrong"));
    }
    notes.extend(Some(say(&best.feedback)).filter(|text| !text.is_empty()));
    let others = all.iter().filter(|answer| !std::ptr::eq(*answer, best));
    for other in others.filter(|other| !other.feedback.is_empty()) {
        let number = Number::of(&say(&other.text));
        notes.push(format!("{number}: {}", say(&other.feedback)));
    }
    Ok((draft, changed))
}

/// The answer to a numerical question.
enum Number {
    Exact(String),
    /// A number and its tolerance.
    Near(String, String),
    /// A range, with both ends.
    Range(String, String),
}

impl Number {
    fn of(text: &str) -> Self {
        let own = |part: &str| part.trim().to_string();
        match (text.split_once(".."), text.split_once(':')) {
            (Some((from, to)), _) => Self::Range(own(from), own(to)),
            (_, Some((number, tolerance))) if tolerance.trim().parse() != Ok(0.0) => {
                Self::Near(own(number), own(tolerance))
            }
            (_, Some((number, _))) => Self::Exact(own(number)),
            _ => Self::Exact(own(text)),
        }
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exact(number) => f.write_str(number),
            Self::Near(number, tolerance) => write!(f, "{number} ± {tolerance}"),
            Self::Range(from, to) => write!(f, "{from} to {to}"),
        }
    }
}
