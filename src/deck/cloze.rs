//! Cloze text: a sentence with numbered gaps, in Anki's syntax (`{{c1::answer::hint}}`).
//!
//! * A gap starts with `{{c`, one number from 1 to 999 or several with commas between them, and `::`. It belongs to
//!   the group of each of its numbers. Gaps may stand in gaps, up to ten deep; one in a hidden gap is hidden with it.
//! * A gap closes at the `}}` that leaves the braces of its text balanced, and at the first `}}` where none does:
//!   `{{c1::fn f() {}}}` is `fn f() {}`, and `{{c1::} else {}}` is `} else {`.
//! * The hint starts at the first `::`, but not at one inside backticks or behind a backslash:
//!   ``{{c1::`std::fs::read`::a function}}`` has the hint `a function`, `{{c1::std\::vec}}` has none.
//! * A backslash before a brace makes it an ordinary character: it starts and closes nothing. The backslash is not
//!   shown, except in a formula and in code, where it means something of its own.
//!
//! [`warnings()`] finds what may be meant otherwise.

mod structure;
mod warnings;

use std::fmt;
use std::ops::Range;

pub use warnings::{Warning, warnings};

/// A cloze text that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cloze {
    text: String,
    groups: Vec<u16>,
    is_typed: bool,
}

/// A stretch of a cloze text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text that is always shown.
    Plain(String),
    /// A gap.
    Gap(Gap),
}

/// A gap of a cloze text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The numbers of its groups, ascending, each once; at least one.
    pub groups: Vec<u16>,
    /// The content of the gap: text, and further gaps.
    pub parts: Vec<Part>,
    /// The text shown instead of it, if it has a hint.
    pub hint: Option<String>,
}

impl Gap {
    /// Returns the content, with the gaps inside it filled.
    pub fn answer(&self) -> String {
        filled(&self.parts)
    }
}

/// A text with the gaps of one group marked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marked {
    /// The text.
    pub text: String,
    /// The gaps as ranges of bytes, in the order of the text.
    pub marks: Vec<Range<usize>>,
}

/// The reason why a text is not a cloze text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClozeError {
    /// It has no `{{cN::…}}`.
    NoGroups,
    /// A gap has no `}}`.
    Unclosed,
    /// A group's number is not 1 to 999.
    Number,
    /// A gap has no text.
    Empty,
    /// Gaps are nested more than ten deep.
    Deep,
    /// A hint has a gap in it.
    GapInHint,
}

impl fmt::Display for ClozeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoGroups => "the cloze has no gap",
            Self::Unclosed => "a gap of the cloze is never closed: its `}}` is missing",
            Self::Number => "a gap's number must be 1 to 999",
            Self::Empty => "a gap of the cloze is empty",
            Self::Deep => "the gaps of the cloze are nested more than ten deep",
            Self::GapInHint => "the hint of a gap has a gap in it",
        })
    }
}

impl Cloze {
    /// Parses and checks `text`.
    ///
    /// # Errors
    /// Returns the first problem; see [`ClozeError`].
    pub fn parse(text: &str) -> Result<Self, ClozeError> {
        let mut groups = Vec::new();
        collect_groups(&structure::parts(text)?, &mut groups);
        groups.sort_unstable();
        groups.dedup();
        if groups.is_empty() {
            return Err(ClozeError::NoGroups);
        }
        Ok(Self {
            text: text.to_string(),
            groups,
            is_typed: false,
        })
    }

    /// Returns the same text with gaps that are typed, if `is_typed` is set.
    pub fn typed(self, is_typed: bool) -> Self {
        Self { is_typed, ..self }
    }

    /// Returns whether the gaps are typed.
    pub fn is_typed(&self) -> bool {
        self.is_typed
    }

    /// Returns the text as it was written.
    pub fn written(&self) -> &str {
        &self.text
    }

    /// Returns the numbers of the groups, ascending, each once.
    pub fn groups(&self) -> Vec<u16> {
        self.groups.clone()
    }

    /// Returns the parts in the order of the text.
    pub fn parts(&self) -> Vec<Part> {
        // It was checked when it was made.
        structure::parts(&self.text).unwrap_or_default()
    }

    /// Returns the text with the gaps of `group` as `[…]` or `[hint]`, the others filled.
    pub fn asked(&self, group: u16) -> String {
        self.asked_marked(group).text
    }

    /// Returns the text as [`Cloze::asked`] does, with the gaps of `group` marked.
    pub fn asked_marked(&self, group: u16) -> Marked {
        let mut out = Marked::default();
        render(&self.parts(), group, true, &mut out);
        out
    }

    /// Returns the text with every gap filled.
    pub fn filled(&self) -> String {
        filled(&self.parts())
    }

    /// Returns the text as [`Cloze::filled`] does, with the gaps of `group` marked.
    pub fn filled_marked(&self, group: u16) -> Marked {
        let mut out = Marked::default();
        render(&self.parts(), group, false, &mut out);
        out
    }

    /// Returns the contents of the gaps of `group`, in the order of the text. A gap inside a gap of the group is part
    /// of that one.
    pub fn answers(&self, group: u16) -> Vec<String> {
        let mut answers = Vec::new();
        collect_answers(&self.parts(), group, &mut answers);
        answers
    }
}

fn collect_groups(parts: &[Part], groups: &mut Vec<u16>) {
    for part in parts {
        if let Part::Gap(gap) = part {
            groups.extend(&gap.groups);
            collect_groups(&gap.parts, groups);
        }
    }
}

fn collect_answers(parts: &[Part], group: u16, answers: &mut Vec<String>) {
    for part in parts {
        match part {
            Part::Gap(gap) if gap.groups.contains(&group) => answers.push(gap.answer()),
            Part::Gap(gap) => collect_answers(&gap.parts, group, answers),
            Part::Plain(_) => {}
        }
    }
}

fn filled(parts: &[Part]) -> String {
    let mut out = Marked::default();
    // No gap has the number 0.
    render(parts, 0, false, &mut out);
    out.text
}

/// Appends the parts, with the outermost gaps of `group` marked, and hidden if `hide` is set.
fn render(parts: &[Part], group: u16, hide: bool, out: &mut Marked) {
    for part in parts {
        match part {
            Part::Plain(text) => out.text.push_str(text),
            Part::Gap(gap) if gap.groups.contains(&group) => {
                let start = out.text.len();
                match &gap.hint {
                    Some(hint) if hide => {
                        out.text.push('[');
                        out.text.push_str(hint);
                        out.text.push(']');
                    }
                    None if hide => out.text.push_str("[…]"),
                    _ => out.text.push_str(&gap.answer()),
                }
                out.marks.push(start..out.text.len());
            }
            Part::Gap(gap) => render(&gap.parts, group, hide, out),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn asked(text: &str) -> (String, String) {
        let cloze = Cloze::parse(text).unwrap();
        (cloze.asked(1), cloze.answers(1).join(" | "))
    }

    /// Asserts the question and the answer of the first group.
    fn asks(text: &str, question: &str, answer: &str) {
        assert_eq!(asked(text), (question.into(), answer.into()), "{text}");
    }

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
        let marked = cloze.filled_marked(2);
        let marks: Vec<&str> = marked
            .marks
            .into_iter()
            .map(|mark| marked.text.get(mark).unwrap())
            .collect();
        assert_eq!(marks, ["parameters", "free"]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(Cloze::parse("no gap {{here}}"), Err(ClozeError::NoGroups));
        assert_eq!(Cloze::parse("{{c1::open"), Err(ClozeError::Unclosed));
        assert_eq!(
            Cloze::parse("{{c1::a} and {{c2::b}}"),
            Err(ClozeError::Unclosed)
        );
        assert_eq!(Cloze::parse("{{c0::x}}"), Err(ClozeError::Number));
        assert_eq!(Cloze::parse("{{c1,1000::x}}"), Err(ClozeError::Number));
        assert_eq!(Cloze::parse("{{c99999999999::x}}"), Err(ClozeError::Number));
        assert_eq!(Cloze::parse("{{c1:: }}"), Err(ClozeError::Empty));
        assert_eq!(Cloze::parse("{{c1::::hint}}"), Err(ClozeError::Empty));
        assert_eq!(
            Cloze::parse("{{c1::}} and {{c2::x}}"),
            Err(ClozeError::Empty)
        );
        assert_eq!(
            Cloze::parse("{{c1::a::b {{c2::c}}}}"),
            Err(ClozeError::GapInHint)
        );
        assert_eq!(
            Cloze::parse(&("{{c1::".repeat(11) + "x" + &"}}".repeat(11))),
            Err(ClozeError::Deep)
        );
        assert!(Cloze::parse(&("{{c1::".repeat(10) + "x" + &"}}".repeat(10))).is_ok());
        asks("{{code}} {{c1::x}}", "{{code}} […]", "x");
    }

    #[test]
    fn a_gap_closes_where_its_braces_balance() {
        asks("{{c1::fn f() {}}} in Rust", "[…] in Rust", "fn f() {}");
        asks(r"${{c1::-\frac{1}{x^2}}}$", "$[…]$", r"-\frac{1}{x^2}");
        asks(r#"println!("{{c1::{x}}}")"#, r#"println!("[…]")"#, "{x}");
        asks("{{c1::{{ name }}}} is Jinja", "[…] is Jinja", "{{ name }}");
        asks(r"\frac{{{c1::a}}}{b}", r"\frac{[…]}{b}", "a");
        asks("{ {{c1::x}}}", "{ […]}", "x");
        asks("{{c1::{}}, {{c2::{ } }}", "[…], { } ", "{");
        // None leaves them balanced: the first one counts.
        asks("if a { {{c1::} else {}} }", "if a { […] }", "} else {");
        asks(
            "{{c1::{}} opens, {{c2::}}} closes",
            "[…] opens, } closes",
            "{",
        );
        asks("{{c1::fn f() {}} and {{c2::x}}", "[…] and x", "fn f() {");
        asks("{{c1::a {{c2::{ b}} c}}", "[…]", "a { b c");
    }

    #[test]
    fn a_backslash_takes_a_braces_meaning_away() {
        asks(r"{{c1::\{}} opens", "[…] opens", "{");
        asks(r"{{c1::\}\}}}", "[…]", "}}");
        asks(r"{{c1::a \{ b::c \} d}}", r"[c } d]", "a { b");
        asks(
            r"\{{c2::x}} is a gap, {{c1::y}}",
            "{{c2::x}} is a gap, […]",
            "y",
        );
        asks(r"{{c1::$\{x\}$}}", "[…]", r"$\{x\}$");
        asks(r"${{c1::\{x\}}}$ is a set", "$[…]$ is a set", r"\{x\}");
        asks(r"{{c1::a\\}}", "[…]", r"a\\");
        asks(r"`a\{2\}` {{c1::x}}", r"`a\{2\}` […]", "x");
    }

    #[test]
    fn the_hint_starts_at_the_first_colons_that_count() {
        asks("{{c1::a::b::c}}", "[b::c]", "a");
        asks(
            "{{c1::`std::fs::read`::a function}}",
            "[a function]",
            "`std::fs::read`",
        );
        asks(r"{{c1::std\::fs\::read}}", "[…]", "std::fs::read");
        asks(
            r"{{c1::std\::vec::a path, as in a\::b}}",
            "[a path, as in a::b]",
            "std::vec",
        );
        asks("{{c1::a ``b`::`c`` d::e}}", "[e]", "a ``b`::`c`` d");
        asks("{{c1::a:: b }}", "[b]", "a");
        asks("{{c1::a::}}", "[…]", "a");
        // Nothing closes the backtick.
        asks("{{c1::`a::b}}", "[b]", "`a");
    }

    #[test]
    fn gaps_nest_and_belong_to_several_groups() {
        let cloze =
            Cloze::parse("{{c1::the {{c2::inner::which?}} one::what?}} {{c1,3::and}}").unwrap();
        assert_eq!(cloze.groups(), [1, 2, 3]);
        assert_eq!(cloze.asked(1), "[what?] […]");
        assert_eq!(cloze.asked(2), "the [which?] one and");
        assert_eq!(cloze.asked(3), "the inner one […]");
        assert_eq!(cloze.answers(1), ["the inner one", "and"]);
        assert_eq!(cloze.answers(2), ["inner"]);
        assert_eq!(cloze.filled(), "the inner one and");
        let within = Cloze::parse("{{c1::a {{c1::b}}}}").unwrap();
        assert_eq!(
            (within.asked(1), within.answers(1)),
            ("[…]".into(), vec!["a b".into()])
        );
    }

    /// Generates a text as it is written in a cloze, and as it is shown.
    fn piece() -> impl Strategy<Value = String> {
        prop::collection::vec(
            prop::sample::select(vec![
                "a", "é", "開", " ", "x{y}", "{}", "{{z}}", "`p::q`", "f() {}", "[1]", "x:y", "#c1",
            ]),
            1..5,
        )
        .prop_map(|pieces| format!("w{}", pieces.concat()))
    }

    fn hint() -> impl Strategy<Value = Option<String>> {
        prop::option::of(
            "[a-z][a-z {}]{0,5}[a-z]".prop_filter("braces balance", |hint| {
                hint.replace("{}", "").chars().all(|c| !"{}".contains(c))
            }),
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_was_put_together_is_taken_apart(
            pieces in prop::collection::vec((piece(), piece(), hint(), 1u16..4), 1..5),
        ) {
            let mut written = String::new();
            let mut whole = String::new();
            for (before, answer, hint, group) in &pieces {
                whole += &format!("{before}{answer}");
                let hint = hint.as_ref().map_or(String::new(), |hint| format!("::{hint}"));
                written += &format!("{before}{{{{c{group}::{answer}{hint}}}}}");
            }
            let cloze = Cloze::parse(&written).unwrap();
            prop_assert_eq!(cloze.filled(), whole);
            for group in cloze.groups() {
                let of: Vec<_> = pieces.iter().filter(|piece| piece.3 == group).collect();
                let answers: Vec<_> = of.iter().map(|piece| piece.1.clone()).collect();
                prop_assert_eq!(cloze.answers(group), answers);
                let shown: String = pieces.iter().map(|(before, answer, hint, number)| {
                    let gap = hint.as_deref().unwrap_or("…");
                    if *number == group { format!("{before}[{gap}]") } else { format!("{before}{answer}") }
                }).collect();
                prop_assert_eq!(cloze.asked(group), shown);
            }
        }

        #[test]
        fn any_text_is_a_cloze_or_says_why_not(
            text in "(\\{\\{c[12]::|\\{|\\}|\\}\\}|::|\\\\|`|\\$|a|é| |c1|,){0,24}",
        ) {
            if let Ok(cloze) = Cloze::parse(&text) {
                prop_assert!(!cloze.groups().is_empty());
                for group in cloze.groups() {
                    let (asked, filled) = (cloze.asked_marked(group), cloze.filled_marked(group));
                    prop_assert!(!cloze.answers(group).is_empty());
                    prop_assert_eq!(&filled.text, &cloze.filled());
                    prop_assert_eq!(asked.marks.len(), filled.marks.len());
                    let answers: Vec<&str> =
                        filled.marks.iter().map(|mark| filled.text.get(mark.clone()).unwrap()).collect();
                    prop_assert_eq!(cloze.answers(group), answers);
                }
            }
            for warning in warnings(&text) {
                prop_assert!(text.get(warning.range).is_some());
            }
        }
    }
}
