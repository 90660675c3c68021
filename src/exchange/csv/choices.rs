//! Tables of questions with numbered answers, as quiz games write them (Kahoot, Blooket, Quizizz, Gimkit): a row with
//! the names of the columns, perhaps below some title rows, and in each row the right answers.

use super::Row;

/// The number of rows in which the names of the columns are looked for.
const LOOKED_AT: usize = 12;

/// The roles of the columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Game {
    /// The index of the row that names them, from 0.
    pub(super) header: usize,
    question: usize,
    answers: Vec<usize>,
    right: usize,
    /// The names of columns that say nothing about the card, such as a time limit.
    pub(super) passed_over: Vec<String>,
}

/// A question, its answers, and which of them are right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) front: String,
    pub(super) choices: Vec<String>,
    pub(super) right: Vec<String>,
}

impl Game {
    /// Returns the roles of the columns if the table is one of these.
    pub(super) fn found(rows: &[Row]) -> Option<Self> {
        let heads = rows.iter().take(LOOKED_AT).enumerate();
        heads
            .into_iter()
            .find_map(|(at, row)| Self::of(at, &row.cells))
    }

    fn of(header: usize, cells: &[String]) -> Option<Self> {
        let names: Vec<String> = cells
            .iter()
            .map(|cell| cell.trim().to_lowercase())
            .collect();
        let find = |wanted: &dyn Fn(&str) -> bool| names.iter().position(|name| wanted(name));
        let is_answer = |name: &str| {
            ["answer", "option", "choice"]
                .iter()
                .filter_map(|word| name.strip_prefix(word))
                .any(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
        };
        let answers: Vec<usize> = (0..names.len())
            .filter(|at| names.get(*at).is_some_and(|name| is_answer(name)))
            .collect();
        let right = find(&|name| name.starts_with("correct") || name.starts_with("right answer"))?;
        let is_text = |name: &str| {
            name.starts_with("question")
                && !["#", "type", "number", "no.", "id"].iter().any(|word| {
                    name.trim_start_matches("question")
                        .trim_start()
                        .starts_with(word)
                })
        };
        let question = find(&is_text)?;
        if answers.len() < 2 {
            return None;
        }
        let used = |at: usize| at == question || at == right || answers.contains(&at);
        let passed_over = cells.iter().enumerate().filter(|(at, cell)| {
            let is_number = names.get(*at).is_some_and(|name| name.contains('#'));
            !used(*at) && !cell.trim().is_empty() && !is_number
        });
        let passed_over = passed_over
            .map(|(_, cell)| cell.trim().to_string())
            .collect();
        Some(Self {
            header,
            question,
            answers,
            right,
            passed_over,
        })
    }

    /// Reads a row.
    ///
    /// # Errors
    /// Returns the reason why no card can be made from it.
    pub(super) fn question(&self, row: &Row) -> Result<Question, &'static str> {
        let cell = |at: usize| row.cells.get(at).map_or("", |cell| cell.trim());
        let front = cell(self.question).to_string();
        if front.is_empty() {
            return Err("no question");
        }
        let choices: Vec<&str> = self.answers.iter().map(|at| cell(*at)).collect();
        let right = right(cell(self.right), &choices);
        if right.is_empty() {
            return Err("no right answer");
        }
        let filled = choices.into_iter().filter(|choice| !choice.is_empty());
        Ok(Question {
            front,
            choices: filled.map(String::from).collect(),
            right,
        })
    }
}

/// Returns the right ones of `choices`, which `said` names by number, letter or text.
fn right(said: &str, choices: &[&str]) -> Vec<String> {
    let text = |part: &str| {
        let mut filled = choices.iter().filter(|choice| !choice.is_empty());
        filled.find(|choice| choice.eq_ignore_ascii_case(part))
    };
    let place = |part: &str| -> Option<usize> {
        let number = part
            .parse::<usize>()
            .ok()
            .and_then(|number| number.checked_sub(1));
        let mut letters = part.chars();
        let letter = match (letters.next(), letters.next()) {
            (Some(letter @ ('a'..='z' | 'A'..='Z')), None) => {
                Some(usize::from(letter.to_ascii_lowercase() as u8 - b'a'))
            }
            _ => None,
        };
        number.or(letter)
    };
    let parts = said.split([',', ';']).map(str::trim);
    let places: Option<Vec<usize>> = parts.clone().map(place).collect();
    let named = |places: Vec<usize>| -> Option<Vec<String>> {
        let choice = |at: usize| choices.get(at).filter(|choice| !choice.is_empty());
        places
            .into_iter()
            .map(|at| choice(at).map(|choice| (*choice).to_string()))
            .collect()
    };
    let all = places.and_then(named);
    let all = all.or_else(|| text(said).map(|choice| vec![(*choice).to_string()]));
    let all = all.or_else(|| {
        parts
            .map(|part| text(part).map(|choice| (*choice).to_string()))
            .collect()
    });
    all.unwrap_or_default()
}
