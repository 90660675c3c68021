//! The result of a quiz, in words.

use std::collections::BTreeMap;

use super::Marked;
use crate::deck::library::Library;
use crate::history::TestResult;
use crate::text::{clean, one_line, plural};
use crate::time;

/// The outcome of a quiz that was finished or left.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The answered questions, in order.
    pub marked: Vec<Marked>,
    /// The number of questions left open.
    pub open: usize,
    /// The time taken, in seconds.
    pub seconds: u32,
    /// Whether the time ran out.
    pub out_of_time: bool,
}

impl Outcome {
    /// Returns the number of right answers.
    pub fn right(&self) -> usize {
        self.marked.iter().filter(|marked| marked.right).count()
    }

    /// Returns the names of the decks that were asked, sorted.
    pub fn decks(&self, library: &Library) -> Vec<String> {
        let of = |marked: &Marked| Some(library.card(&marked.face.card)?.0.name.clone());
        let mut decks: Vec<String> = self.marked.iter().filter_map(of).collect();
        decks.sort();
        decks.dedup();
        decks
    }
}

/// The number of questions from which a tag's result is worth naming.
const ENOUGH: usize = 3;
/// The most tags named.
const TAGS: usize = 3;

/// Returns the score in one line, beside that of the last quiz of the same decks.
pub fn score(outcome: &Outcome, last: Option<&TestResult>) -> String {
    let (asked, right) = (outcome.marked.len(), outcome.right());
    let last = last.map_or(String::new(), |last| {
        let (right, asked) = (last.right as usize, last.asked as usize);
        format!("; last time {} %", percent(right, asked))
    });
    let mut line = format!(
        "{right} of {} right ({} %{last}) in {}.",
        plural(asked, "question"),
        percent(right, asked),
        time::duration(u64::from(outcome.seconds))
    );
    if outcome.out_of_time {
        line.push_str(" The time is up.");
    }
    if outcome.open > 0 {
        let (open, count) = (plural(outcome.open, "question"), outcome.open);
        let word = if count == 1 { "was" } else { "were" };
        line.push_str(&format!(" {open} {word} left open and do not count."));
    }
    line
}

/// Returns the questions answered wrong, each with the given and the right answer.
pub fn wrong(outcome: &Outcome, library: &Library) -> Vec<String> {
    let mut lines = Vec::new();
    for marked in outcome.marked.iter().filter(|marked| !marked.right) {
        let Some((_, card)) = library.card(&marked.face.card) else {
            continue;
        };
        lines.push(format!(
            "✗ {}",
            one_line(&card.plain_question(marked.face.side))
        ));
        let said = marked.said.as_deref().map(str::trim);
        if let Some(said) = said {
            let said = match said {
                "" => "nothing".into(),
                said => one_line(said),
            };
            lines.push(format!("  you said  {said}"));
        }
        let right = one_line(&card.plain_answer(marked.face.side));
        lines.push(format!("  right is  {right}"));
        lines.push(String::new());
    }
    lines
}

/// Returns the weakest tags in one line; `None` if none was asked often enough or all went well.
pub fn worst_tags(outcome: &Outcome, library: &Library) -> Option<String> {
    let mut tags: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for marked in &outcome.marked {
        let Some((_, card)) = library.card(&marked.face.card) else {
            continue;
        };
        for tag in card.tags() {
            let (right, asked) = tags.entry(tag).or_default();
            *right += usize::from(marked.right);
            *asked += 1;
        }
    }
    let mut tags: Vec<(usize, &str, usize, usize)> = tags
        .into_iter()
        .filter(|(_, (right, asked))| *asked >= ENOUGH && right < asked)
        .map(|(tag, (right, asked))| (percent(right, asked), tag, right, asked))
        .collect();
    tags.sort_unstable();
    tags.truncate(TAGS);
    let said: Vec<String> = tags
        .iter()
        .map(|(_, tag, right, asked)| format!("{} {right} of {asked}", clean(tag)))
        .collect();
    (!said.is_empty()).then(|| format!("Weakest tags: {}.", said.join(", ")))
}

fn percent(part: usize, of: usize) -> usize {
    (part * 100 + of / 2).checked_div(of).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn library() -> Library {
        let folder = tempfile::tempdir().unwrap();
        let card = |n| {
            format!(
                "Typed(id: \"c{n}\", front: \"f{n}\", answers: [\"a{n}\"], tags: [\"t{}\"]),",
                n % 2
            )
        };
        let cards: String = (0..8).map(card).collect();
        let text = format!("Deck(title: \"t\", cards: [{cards}])");
        fs::write(folder.path().join("d.ron"), text).unwrap();
        Library::load(folder.path()).unwrap()
    }

    fn outcome(right: &[bool]) -> Outcome {
        let marked = right.iter().enumerate().map(|(n, right)| Marked {
            face: format!("c{n}").parse().unwrap(),
            right: *right,
            said: (n != 1).then(|| format!("said {n}")),
        });
        Outcome {
            marked: marked.collect(),
            seconds: 61,
            ..Outcome::default()
        }
    }

    #[test]
    fn the_score_stands_beside_the_last_one() {
        let last = TestResult {
            at: "2026-11-20T09:00:00.000+01:00".parse().unwrap(),
            decks: vec!["d".into()],
            asked: 3,
            right: 1,
            seconds: 9,
            day: "2026-11-20".parse().unwrap(),
        };
        let mut outcome = outcome(&[true, false, true]);
        assert_eq!(
            score(&outcome, Some(&last)),
            "2 of 3 questions right (67 %; last time 33 %) in 1 min."
        );
        outcome.open = 2;
        assert_eq!(
            score(&outcome, None),
            "2 of 3 questions right (67 %) in 1 min. 2 questions were left open and do not count."
        );
    }

    #[test]
    fn what_was_said_stands_beside_what_is_right() {
        let lines = wrong(&outcome(&[false, false, true]), &library());
        assert_eq!(
            lines,
            [
                "✗ f0",
                "  you said  said 0",
                "  right is  a0",
                "",
                "✗ f1",
                "  right is  a1",
                ""
            ]
        );
    }

    #[test]
    fn only_tags_with_enough_questions_are_named_worst_first() {
        let library = library();
        let all = outcome(&[false, false, true, false, true, true, true, true]);
        assert_eq!(
            worst_tags(&all, &library).unwrap(),
            "Weakest tags: t1 2 of 4, t0 3 of 4."
        );
        assert_eq!(worst_tags(&outcome(&[false, false]), &library), None);
        assert_eq!(worst_tags(&outcome(&[true; 8]), &library), None);
    }
}
