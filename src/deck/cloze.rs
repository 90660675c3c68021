//! Cloze text: a sentence with numbered gaps, in Anki's syntax (`{{c1::answer::hint}}`).

use std::fmt;

/// A cloze text taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cloze {
    parts: Vec<Part>,
}

/// A stretch of a cloze text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text that is always shown.
    Plain(String),
    /// A gap.
    Gap {
        /// The number of the gap's group, from 1.
        group: u16,
        /// What stands in the gap.
        answer: String,
        /// What is shown instead of it, if a hint is given.
        hint: Option<String>,
    },
}

/// What is wrong with a cloze text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClozeError {
    /// There is no `{{cN::…}}` in it.
    NoGroups,
    /// A `{{c` has no `}}`.
    Unclosed,
    /// A group's number is not 1 to 999.
    Number,
    /// A gap has no text.
    Empty,
    /// A gap has a gap in it.
    Nested,
}

impl fmt::Display for ClozeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoGroups => "the cloze has no gap",
            Self::Unclosed => "a gap of the cloze is never closed: its `}}` is missing",
            Self::Number => "a gap's number must be 1 to 999",
            Self::Empty => "a gap of the cloze is empty",
            Self::Nested => "a gap of the cloze has a gap in it, or its `}}` is missing",
        })
    }
}

impl Cloze {
    /// Takes `text` apart.
    ///
    /// # Errors
    /// See [`ClozeError`].
    pub fn parse(text: &str) -> Result<Self, ClozeError> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some((before, inner)) = rest.split_once("{{c") {
            let digits = inner.len() - inner.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (number, tail) = inner.split_at_checked(digits).unwrap_or(("", inner));
            let (true, Some(tail)) = (digits > 0, tail.strip_prefix("::")) else {
                // `{{c` that starts no gap is plain text.
                plain.push_str(before);
                plain.push_str("{{c");
                rest = inner;
                continue;
            };
            let (body, tail) = tail.split_once("}}").ok_or(ClozeError::Unclosed)?;
            if body.contains("{{c") {
                return Err(ClozeError::Nested);
            }
            let group = number
                .parse()
                .ok()
                .filter(|n| (1..=999).contains(n))
                .ok_or(ClozeError::Number)?;
            let (answer, hint) = match body.split_once("::") {
                Some((answer, hint)) => (answer, Some(hint.trim()).filter(|hint| !hint.is_empty())),
                None => (body, None),
            };
            if answer.trim().is_empty() {
                return Err(ClozeError::Empty);
            }
            plain.push_str(before);
            if !plain.is_empty() {
                parts.push(Part::Plain(std::mem::take(&mut plain)));
            }
            parts.push(Part::Gap {
                group,
                answer: answer.to_string(),
                hint: hint.map(str::to_string),
            });
            rest = tail;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Plain(plain));
        }
        let cloze = Self { parts };
        if cloze.groups().is_empty() {
            Err(ClozeError::NoGroups)
        } else {
            Ok(cloze)
        }
    }

    /// The numbers of the groups, ascending, each once.
    pub fn groups(&self) -> Vec<u16> {
        let mut groups: Vec<u16> = self
            .parts
            .iter()
            .filter_map(|part| match part {
                Part::Gap { group, .. } => Some(*group),
                Part::Plain(_) => None,
            })
            .collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    /// The parts, in the text's order.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The text with the gaps of `group` as `[…]` or `[hint]`, the others filled.
    pub fn asked(&self, group: u16) -> String {
        self.render(|number, answer, hint| match hint {
            _ if number != group => answer.to_string(),
            Some(hint) => format!("[{hint}]"),
            None => "[…]".to_string(),
        })
    }

    /// The text with every gap filled.
    pub fn filled(&self) -> String {
        self.render(|_, answer, _| answer.to_string())
    }

    /// What stands in the gaps of `group`, in the text's order.
    pub fn answers(&self, group: u16) -> Vec<&str> {
        self.parts
            .iter()
            .filter_map(|part| match part {
                Part::Gap {
                    group: number,
                    answer,
                    ..
                } if *number == group => Some(answer.as_str()),
                _ => None,
            })
            .collect()
    }

    fn render(&self, gap: impl Fn(u16, &str, Option<&str>) -> String) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Plain(text) => text.clone(),
                Part::Gap {
                    group,
                    answer,
                    hint,
                } => gap(*group, answer, hint.as_deref()),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_hints_and_fillings() {
        let cloze = Cloze::parse(
            "The {{c2::parameters}} are {{c1::public::open to whom?}} and {{c2::free}}.",
        )
        .unwrap();
        assert_eq!(cloze.groups(), [1, 2]);
        assert_eq!(
            cloze.asked(1),
            "The parameters are [open to whom?] and free."
        );
        assert_eq!(cloze.asked(2), "The […] are public and […].");
        assert_eq!(cloze.filled(), "The parameters are public and free.");
        assert_eq!(cloze.answers(2), ["parameters", "free"]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(Cloze::parse("no gap {{here}}"), Err(ClozeError::NoGroups));
        assert_eq!(Cloze::parse("{{c1::open"), Err(ClozeError::Unclosed));
        assert_eq!(Cloze::parse("{{c0::x}}"), Err(ClozeError::Number));
        assert_eq!(Cloze::parse("{{c99999999999::x}}"), Err(ClozeError::Number));
        assert_eq!(Cloze::parse("{{c1:: }}"), Err(ClozeError::Empty));
        assert_eq!(
            Cloze::parse("{{code}} {{c1::x}}").unwrap().asked(1),
            "{{code}} […]"
        );
    }
}
