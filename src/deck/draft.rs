//! A card as a person writes it: the form that deck files, flags, lines, prompts and importers fill in.
//!
//! A [`Draft`] has every field as written in a deck, not yet checked. [`Draft::check`] turns it into the [`Body`] of a
//! card, or reports the invalid field. It knows the notation of one card, never files or other cards.
//!
//! The fields are declared in this file only: those of every kind in [`Draft`] and in the macro `kinds`, those of a
//! single kind in the list of kinds below it. The code that reads and writes them is derived from that.

use std::collections::HashSet;

use serde::Deserialize;

use super::id::Checked;
use super::on_demand::{Sides, Traits};
use super::{Body, CardId, Cloze, Content, id};
use crate::folding;
use crate::notation::{self, did_you_mean};

/// A card as a person writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The id, if one is given.
    pub id: Option<String>,
    /// The question and the answer, by the kind of card.
    pub kind: Kind,
    /// Text shown before the answer, if the person asks for it.
    pub hint: Option<String>,
    /// Text shown after the answer.
    pub note: Option<String>,
    /// Words by which it can be found.
    pub tags: Vec<String>,
    /// The source of the fact.
    pub source: Option<String>,
    /// The day, month or year in which the fact was last checked.
    pub as_of: Option<String>,
}

/// Declares the kinds of card with their fields, in the order in which they are written; `(default)` marks a field
/// that may be omitted. RON has no `#[serde(flatten)]`, so the fields common to every kind are repeated in each here.
macro_rules! kinds {
    ($(
        $(#[$doc:meta])*
        $kind:ident { $( $(#[$field_doc:meta])* $field:ident $(($optional:ident))? : $type:ty ),* $(,)? }
    )*) => {
        /// A kind of card, with the fields of that kind.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Kind {
            $( $(#[$doc])* $kind { $( $(#[$field_doc])* $field: $type ),* } ),*
        }

        /// A card as RON reads it.
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        enum Written {
            $( $kind {
                #[serde(default)]
                id: Option<String>,
                $( $(#[serde($optional)])? $field: $type, )*
                #[serde(default)]
                hint: Option<String>,
                #[serde(default)]
                note: Option<String>,
                #[serde(default)]
                tags: Vec<String>,
                #[serde(default)]
                source: Option<String>,
                #[serde(default)]
                as_of: Option<String>,
            } ),*
        }

        /// A card whose texts are borrowed from the text of its deck.
        #[derive(Deserialize)]
        #[expect(dead_code, reason = "not all that may be written can be wrong")]
        #[serde(deny_unknown_fields)]
        enum Seen<'a> {
            $( $kind {
                #[serde(default, borrow)]
                id: Option<&'a str>,
                $( #[serde(borrow, $($optional)?)] $field: <$type as Field>::Seen<'a>, )*
                #[serde(default, borrow)]
                hint: Option<&'a str>,
                #[serde(default, borrow)]
                note: Option<&'a str>,
                #[serde(default, borrow)]
                tags: Vec<&'a str>,
                #[serde(default, borrow)]
                source: Option<&'a str>,
                #[serde(default, borrow)]
                as_of: Option<&'a str>,
            } ),*
        }

        impl From<Written> for Draft {
            fn from(written: Written) -> Self {
                match written {
                    $( Written::$kind { id, $( $field, )* hint, note, tags, source, as_of } => Self {
                        id,
                        kind: Kind::$kind { $( $field ),* },
                        hint,
                        note,
                        tags,
                        source,
                        as_of,
                    } ),*
                }
            }
        }

        impl Kind {
            /// The names of the kinds in a deck.
            pub const NAMES: &[&str] = &[$( stringify!($kind) ),*];

            /// Returns the name of the kind in a deck.
            pub fn name(&self) -> &'static str {
                match self {
                    $( Self::$kind { .. } => stringify!($kind) ),*
                }
            }

            fn put<'a>(&'a self, fields: &mut Fields<'a>) {
                match self {
                    $( Self::$kind { $( $field ),* } => {
                        $( fields.put(
                            stringify!($field),
                            $field,
                            &[$( stringify!($optional) )?],
                        ); )*
                    } ),*
                }
            }
        }
    };
}

kinds! {
    /// A front and a back.
    Basic {
        /// The question.
        front: String,
        /// The answer; empty if there is a list.
        back(default): String,
        /// The lines of the answer, recalled one after the other.
        list(default): Vec<String>,
        /// Whether the card is also asked from back to front.
        reverse(default): bool,
    }
    /// A text with gaps.
    Cloze {
        /// The text.
        text: String,
        /// Whether the gaps are typed.
        r#type(default): bool,
    }
    /// A question with choices.
    Choice {
        /// The question.
        front: String,
        /// The choices.
        choices: Vec<String>,
        /// The right ones among the choices.
        answers: Vec<String>,
        /// Whether the choices are shown in a new order each time; `None` means yes.
        shuffle(default): Option<bool>,
    }
    /// A question whose answer is typed.
    Typed {
        /// The question.
        front: String,
        /// The accepted answers.
        answers: Vec<String>,
        /// Whether case and punctuation count.
        exact(default): bool,
    }
    /// A statement that is true or false.
    TrueFalse {
        /// The statement.
        statement: String,
        /// Whether it is true.
        answer: bool,
        /// The reason.
        back(default): Option<String>,
    }
}

/// An invalid field, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The name of the field in a deck; empty if the problem is the card as a whole.
    pub field: &'static str,
    /// The message.
    pub message: String,
    /// Advice on what to do.
    pub help: Option<String>,
}

impl Wrong {
    pub(crate) fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self {
            field,
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl From<Kind> for Draft {
    fn from(kind: Kind) -> Self {
        Self {
            id: None,
            kind,
            hint: None,
            note: None,
            tags: Vec::new(),
            source: None,
            as_of: None,
        }
    }
}

impl Draft {
    /// Returns a card with a front and a back.
    pub fn basic(front: impl Into<String>, back: impl Into<String>) -> Self {
        let (front, back) = (front.into(), back.into());
        Self::from(Kind::Basic {
            front,
            back,
            list: Vec::new(),
            reverse: false,
        })
    }

    /// Returns a card with a front and a back that is asked both ways.
    pub fn both_ways(front: impl Into<String>, back: impl Into<String>) -> Self {
        let (front, back) = (front.into(), back.into());
        Self::from(Kind::Basic {
            front,
            back,
            list: Vec::new(),
            reverse: true,
        })
    }

    /// Returns a text with gaps.
    pub fn cloze(text: impl Into<String>) -> Self {
        Self::from(Kind::Cloze {
            text: text.into(),
            r#type: false,
        })
    }

    /// Returns a text with gaps that are typed.
    pub fn typed_cloze(text: impl Into<String>) -> Self {
        Self::from(Kind::Cloze {
            text: text.into(),
            r#type: true,
        })
    }

    /// Returns a question whose answer is lines in order.
    pub fn list(front: impl Into<String>, list: Vec<String>) -> Self {
        Self::from(Kind::Basic {
            front: front.into(),
            back: String::new(),
            list,
            reverse: false,
        })
    }

    /// Returns a question with choices, of which `answers` are right.
    pub fn choice(front: impl Into<String>, choices: Vec<String>, answers: Vec<String>) -> Self {
        Self::from(Kind::Choice {
            front: front.into(),
            choices,
            answers,
            shuffle: None,
        })
    }

    /// Returns a question whose answer is typed.
    pub fn typed(front: impl Into<String>, answers: Vec<String>) -> Self {
        Self::from(Kind::Typed {
            front: front.into(),
            answers,
            exact: false,
        })
    }

    /// Returns a statement that is true or false, with the reason.
    pub fn true_false(statement: impl Into<String>, answer: bool, back: Option<String>) -> Self {
        Self::from(Kind::TrueFalse {
            statement: statement.into(),
            answer,
            back,
        })
    }

    /// Makes a card with a front and a back also ask the other way; any other kind stays as it is.
    pub fn ask_both_ways(&mut self) {
        if let Kind::Basic { reverse, .. } = &mut self.kind {
            *reverse = true;
        }
    }

    /// Returns the draft with this id.
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Returns the question as one text: the front, the statement, or the cloze text with its gaps filled.
    pub fn front(&self) -> String {
        match &self.kind {
            Kind::Basic { front, .. } | Kind::Choice { front, .. } | Kind::Typed { front, .. } => {
                front.clone()
            }
            Kind::Cloze { text, .. } => {
                Cloze::parse(text).map_or_else(|_| text.clone(), |cloze| cloze.filled())
            }
            Kind::TrueFalse { statement, .. } => statement.clone(),
        }
    }

    /// Checks every field; returns the id, if one is given, and the body.
    ///
    /// # Errors
    /// Returns the first invalid field.
    pub fn check(self) -> Result<(Option<CardId>, Body), Wrong> {
        let content = content(self.kind)?;
        let id = self.id.map(|id| id.parse()).transpose();
        let id = id.map_err(|error: id::IdError| Wrong::new("id", error.to_string()))?;
        if self.as_of.as_deref().is_some_and(|day| !is_day(day)) {
            return Err(Wrong::new(
                "as_of",
                "`as_of` is a year, a month or a day: \"2024\", \"2024-10\" or \"2024-10-28\"",
            ));
        }
        if self
            .hint
            .as_deref()
            .is_some_and(|hint| hint.trim().is_empty())
        {
            return Err(Wrong::new("hint", "`hint` is empty").help("give it a text or take it out"));
        }
        if !self.tags.iter().all(|tag| is_tag(tag)) {
            return Err(Wrong::new("tags", "a tag is one word: join words with `-`"));
        }
        let body = Body {
            content,
            hint: self.hint,
            note: self.note,
            tags: self
                .tags
                .iter()
                .map(|tag| folding::equal(tag).into_owned())
                .collect(),
            source: self.source,
            as_of: self.as_of,
            markup: true,
            line: 0,
            span: 0..0,
        };
        Ok((id, body))
    }

    /// Returns the card in RON, on one line.
    pub fn to_ron(&self) -> String {
        super::style::on_one_line(self)
    }

    /// Returns the fields that are not empty, each with its value, in the order in which they are written.
    pub(crate) fn fields(&self) -> Vec<(&'static str, Value<'_>)> {
        let mut fields = Fields::default();
        fields.put("id", &self.id, &["default"]);
        self.kind.put(&mut fields);
        fields.put("hint", &self.hint, &["default"]);
        fields.put("note", &self.note, &["default"]);
        fields.put("tags", &self.tags, &["default"]);
        fields.put("source", &self.source, &["default"]);
        fields.put("as_of", &self.as_of, &["default"]);
        fields.0
    }
}

/// Returns the id, the traits and the length in bytes of the card that `text` begins with, if it is seen to be valid.
///
/// That allocates none of its texts; the result agrees with [`Draft::check`]. `None` says nothing about the card.
pub(super) fn seen(text: &str) -> Option<(Option<Checked<'_>>, Traits, usize)> {
    let is_filled = |text: &&str| !text.trim().is_empty();
    let are_filled = |texts: &[&str]| !texts.is_empty() && texts.iter().all(is_filled);
    let (card, length) = notation::parse_plain(text)?;
    let (sides, id, hint, tags, as_of) = match card {
        Seen::Basic {
            id,
            front,
            back,
            list,
            reverse,
            hint,
            tags,
            as_of,
            ..
        } if is_filled(&front) && is_filled(&back) && list.is_empty() => {
            let sides = if reverse { Sides::Both } else { Sides::Whole };
            (sides, id, hint, tags, as_of)
        }
        Seen::Typed {
            id,
            front,
            answers,
            hint,
            tags,
            as_of,
            ..
        } if is_filled(&front) && are_filled(&answers) => (Sides::Whole, id, hint, tags, as_of),
        Seen::TrueFalse {
            id,
            statement,
            hint,
            tags,
            as_of,
            ..
        } if is_filled(&statement) => (Sides::Whole, id, hint, tags, as_of),
        // Checking gaps and choices takes as long as parsing them.
        _ => return None,
    };
    let is_right = hint.as_ref().is_none_or(is_filled)
        && as_of.is_none_or(is_day)
        && tags.iter().all(|tag| is_tag(tag));
    let id = id.map(Checked::of).transpose().ok()?;
    is_right.then(|| {
        let tags = tags.iter().map(|tag| folding::equal(tag).into_owned());
        let tags = tags.collect();
        (id, Traits { sides, tags }, length)
    })
}

impl<'de> Deserialize<'de> for Draft {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Written::deserialize(deserializer).map(Self::from)
    }
}

/// The value of a field, for writing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Text(&'a str),
    Texts(&'a [String]),
    Flag(bool),
}

/// The fields of a draft that are not empty.
#[derive(Default)]
struct Fields<'a>(Vec<(&'static str, Value<'a>)>);

impl<'a> Fields<'a> {
    /// Adds a field. An optional one is left out if it is empty.
    fn put<T: Field>(&mut self, name: &'static str, field: &'a T, optional: &[&str]) {
        if let Some(value) = field.value()
            && (optional.is_empty() || *field != T::default())
        {
            // A field named like a keyword of Rust is a raw name there.
            let name = name.strip_prefix("r#").unwrap_or(name);
            self.0.push((name, value));
        }
    }
}

/// The type of a field.
trait Field: Default + PartialEq {
    /// The same type, borrowed from the text of the deck.
    type Seen<'a>;

    fn value(&self) -> Option<Value<'_>>;
}

impl Field for String {
    type Seen<'a> = &'a str;

    fn value(&self) -> Option<Value<'_>> {
        Some(Value::Text(self))
    }
}

impl Field for Option<String> {
    type Seen<'a> = Option<&'a str>;

    fn value(&self) -> Option<Value<'_>> {
        self.as_deref().map(Value::Text)
    }
}

impl Field for Vec<String> {
    type Seen<'a> = Vec<&'a str>;

    fn value(&self) -> Option<Value<'_>> {
        Some(Value::Texts(self))
    }
}

impl Field for bool {
    type Seen<'a> = bool;

    fn value(&self) -> Option<Value<'_>> {
        Some(Value::Flag(*self))
    }
}

impl Field for Option<bool> {
    type Seen<'a> = Option<bool>;

    fn value(&self) -> Option<Value<'_>> {
        self.map(Value::Flag)
    }
}

/// Checks the fields of one kind.
fn content(kind: Kind) -> Result<Content, Wrong> {
    Ok(match kind {
        Kind::Basic {
            front,
            back,
            list,
            reverse,
        } if !list.is_empty() => Content::List {
            front: filled("front", front)?,
            lines: lines(list, &back, reverse)?,
        },
        Kind::Basic {
            front,
            back,
            reverse,
            ..
        } => Content::Basic {
            front: filled("front", front)?,
            back: filled("back", back).map_err(|wrong| {
                wrong.help("put the answer into `back`, or several lines in order into `list`")
            })?,
            reverse,
        },
        Kind::Cloze { text, r#type } => {
            Content::Cloze(cloze(&filled("text", text)?)?.typed(r#type))
        }
        Kind::Choice {
            front,
            choices,
            answers,
            shuffle,
        } => Content::Choice {
            front: filled("front", front)?,
            answers: right_choices(&choices, &answers)?,
            choices,
            shuffle: shuffle.unwrap_or(true),
        },
        Kind::Typed {
            front,
            answers,
            exact,
        } => Content::Typed {
            front: filled("front", front)?,
            answers: typed_answers(answers)?,
            exact,
        },
        Kind::TrueFalse {
            statement,
            answer,
            back,
        } => Content::TrueFalse {
            statement: filled("statement", statement)?,
            answer,
            back,
        },
    })
}

fn filled(field: &'static str, value: String) -> Result<String, Wrong> {
    match value.trim().is_empty() {
        true => Err(Wrong::new(field, format!("`{field}` is empty"))),
        false => Ok(value),
    }
}

/// Returns the lines of a card whose answer is a list.
fn lines(list: Vec<String>, back: &str, reverse: bool) -> Result<Vec<String>, Wrong> {
    if !back.trim().is_empty() {
        let message = "a card has either a `back` or a `list`";
        return Err(Wrong::new("list", message).help("take one of them out"));
    }
    if reverse {
        let message = "a card with a `list` is not asked the other way round";
        return Err(Wrong::new("reverse", message).help("take `reverse` out"));
    }
    if list.iter().any(|line| line.trim().is_empty()) {
        let message = "a line of the list is empty";
        return Err(Wrong::new("list", message).help("give it a text or take it out"));
    }
    Ok(list)
}

fn cloze(text: &str) -> Result<Cloze, Wrong> {
    Cloze::parse(text).map_err(|error| {
        Wrong::new("text", error.to_string())
            .help("write a gap as {{c1::answer}} or {{c1::answer::hint}}")
    })
}

fn typed_answers(answers: Vec<String>) -> Result<Vec<String>, Wrong> {
    if answers.is_empty() || answers.iter().any(|answer| answer.trim().is_empty()) {
        let message = "a typed card needs at least one answer, and no empty ones";
        return Err(Wrong::new("answers", message));
    }
    Ok(answers)
}

/// Returns the indexes of the right choices.
fn right_choices(choices: &[String], answers: &[String]) -> Result<Vec<usize>, Wrong> {
    let mut seen = HashSet::new();
    if let Some(twice) = choices.iter().find(|choice| !seen.insert(choice.trim())) {
        return Err(
            Wrong::new("choices", format!("the choice {twice:?} is given twice"))
                .help("each choice must differ"),
        );
    }
    if choices.iter().any(|choice| choice.trim().is_empty()) {
        return Err(
            Wrong::new("choices", "a choice is empty").help("give it a text or take it out")
        );
    }
    if choices.len() < 2 || choices.len() > 9 {
        return Err(Wrong::new("choices", "a choice needs two to nine choices")
            .help("they are answered with the keys 1 to 9"));
    }
    if answers.is_empty() {
        return Err(Wrong::new("answers", "no choice is right")
            .help("name at least one of the choices in `answers`"));
    }
    let mut right = Vec::with_capacity(answers.len());
    for answer in answers {
        let Some(at) = choices.iter().position(|choice| choice == answer) else {
            let known: Vec<&str> = choices.iter().map(String::as_str).collect();
            let message = format!("the answer {answer:?} is not among the choices");
            return Err(Wrong::new("answers", message).help(did_you_mean(answer, &known)));
        };
        right.push(at);
    }
    right.sort_unstable();
    right.dedup();
    Ok(right)
}

/// Returns whether `text` is one word.
fn is_tag(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_whitespace)
}

/// Returns whether `text` is a year, a month or a day of the calendar.
fn is_day(text: &str) -> bool {
    let whole = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_string(),
    };
    whole.len() == 10 && whole.parse::<chrono::NaiveDate>().is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::deck::id::Joined;
    use crate::notation::plain::tests::changed_cards;

    #[test]
    fn what_says_nothing_is_not_written() {
        let names = |draft: &Draft| -> Vec<&str> {
            draft.fields().into_iter().map(|(name, _)| name).collect()
        };
        assert_eq!(names(&Draft::basic("f", "b")), ["front", "back"]);
        assert_eq!(names(&Draft::both_ways("f", "b")).last(), Some(&"reverse"));
        let mut truth = Draft::true_false("s", false, None).with_id("x");
        truth.tags.push("t".into());
        assert_eq!(names(&truth), ["id", "statement", "answer", "tags"]);
        let mut choice = Draft::choice("f", vec!["a".into()], vec![]);
        assert_eq!(names(&choice), ["front", "choices", "answers"]);
        if let Kind::Choice { shuffle, .. } = &mut choice.kind {
            *shuffle = Some(false);
        }
        assert_eq!(names(&choice).last(), Some(&"shuffle"));
    }

    #[test]
    fn a_card_with_its_texts_in_their_place_is_seen_to_be_right() {
        for card in [
            r#"Basic(id: "a", front: "f", back: "b", tags: ["t"], note: "n")"#,
            r#"Basic(front: "f", back: "b", reverse: true, hint: "h", as_of: "2024")"#,
            r#"Typed(front: "f", answers: ["a"], exact: true)"#,
            r#"TrueFalse(statement: "s", answer: false, back: "b")"#,
        ] {
            assert!(seen(card).is_some(), "{card}");
        }
        for wrong in [
            r#"Basic(front: "f", back: " ")"#,
            r#"Basic(front: "f", back: "b", list: ["l"])"#,
            r#"Basic(front: "f", back: "b", hint: "")"#,
            r#"Basic(front: "f", back: "b", tags: ["t u"])"#,
            r#"Basic(front: "f", back: "b", as_of: "24")"#,
            r#"Basic(id: "a b", front: "f", back: "b")"#,
            r#"Typed(front: "f", answers: [])"#,
            r#"Typed(front: "f", answers: ["a", ""])"#,
            r#"TrueFalse(statement: "", answer: true)"#,
        ] {
            assert!(seen(wrong).is_none(), "{wrong}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn what_is_seen_to_be_right_is_what_a_check_says(card in changed_cards()) {
            if let Some((id, traits, length)) = seen(&card) {
                let draft: Draft = notation::options().from_str(card.get(..length).unwrap()).unwrap();
                let (checked, body) = draft.check().unwrap();
                let mut ids = Joined::default();
                id.iter().for_each(|id| ids.push(id));
                prop_assert_eq!((ids.ids().next(), traits), (checked, Traits::of(&body)));
            }
        }
    }
}
