//! One face on the screen: how it is asked, answered and shown, by kind of card.
//!
//! It knows a card, keys and lines, never the history, the schedule or the terminal.

use console::Key;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

use super::line_edit::LineEdit;
use super::rich::{CardText, Room, draw};
use super::screen::{Line, Look, paragraph};
use crate::deck::answer::{self, Stretch};
use crate::deck::{Card, Content, Side, media, source};
use crate::markup::MediaKind;
use crate::text;

/// A face being asked, with the state of its answer.
#[derive(Debug, Clone)]
pub struct Question {
    card: Card,
    side: Side,
    form: Form,
    /// Whether the hint was asked for; it is shown while the question is open.
    hinted: bool,
    /// The number of pictures, videos and addresses opened so far.
    opened: usize,
    /// Whether the answer is shown.
    pub answered: bool,
}

/// The way in which a face is answered, and the answer so far.
#[derive(Debug, Clone)]
enum Form {
    /// In the head; the person grades it.
    Recall,
    /// In the head, line by line; holds the number of lines shown.
    Lines(usize),
    /// By picking from choices: `order` is their order on the screen, `picked` are the ones picked, both as indices
    /// into the card's choices; `several` allows more than one.
    Pick {
        order: Vec<usize>,
        picked: Vec<usize>,
        several: bool,
    },
    /// By the keys `t` and `f`; holds the answer.
    Judge(Option<bool>),
    /// By typing.
    Type(LineEdit),
}

/// A question as lines.
pub struct Shown {
    /// The lines.
    pub lines: Vec<Line>,
    /// The position of the cursor as (column, index into `lines`), both from 0, while the answer is being typed.
    pub cursor: Option<(usize, usize)>,
    /// The index into `lines` at which the answer starts; 0 while the question is open.
    pub first: usize,
}

impl Question {
    /// Returns the open question of the face `side` of `card`; `seed` decides the order of shuffled choices.
    pub fn new(card: &Card, side: Side, seed: u64) -> Self {
        let form = match &card.content {
            Content::Cloze(cloze) if cloze.is_typed() => Form::Type(LineEdit::default()),
            Content::Basic { .. } | Content::Cloze(_) => Form::Recall,
            Content::List { .. } => Form::Lines(0),
            Content::Choice {
                choices,
                answers,
                shuffle,
                ..
            } => {
                let mut order: Vec<usize> = (0..choices.len()).collect();
                if *shuffle {
                    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
                }
                Form::Pick {
                    order,
                    picked: Vec::new(),
                    several: answers.len() > 1,
                }
            }
            Content::TrueFalse { .. } => Form::Judge(None),
            Content::Typed { .. } => Form::Type(LineEdit::default()),
        };
        Self {
            card: card.clone(),
            side,
            form,
            hinted: false,
            opened: 0,
            answered: false,
        }
    }

    /// Returns whether letters go into the answer instead of being commands.
    pub fn takes_text(&self) -> bool {
        !self.answered && matches!(self.form, Form::Type(_))
    }

    /// Returns whether the program judges the answer, not the person.
    pub fn marks_itself(&self) -> bool {
        !matches!(self.form, Form::Recall | Form::Lines(_))
    }

    /// Returns whether the answer was right; `None` if the person judges it, or before it is given.
    pub fn verdict(&self) -> Option<bool> {
        if !self.answered {
            return None;
        }
        match (&self.form, &self.card.content) {
            (Form::Pick { picked, .. }, Content::Choice { answers, .. }) => {
                let mut picked = picked.clone();
                picked.sort_unstable();
                Some(picked == *answers)
            }
            (Form::Judge(said), Content::TrueFalse { answer, .. }) => Some(*said == Some(*answer)),
            (Form::Type(edit), _) => {
                let (forms, exact) = self.card.typed(self.side)?;
                Some(answer::is_right(&forms, &edit.text(), exact))
            }
            _ => None,
        }
    }

    /// Returns the answer given, as text; `None` if the person answers in the head.
    pub fn said(&self) -> Option<String> {
        match (&self.form, &self.card.content) {
            (Form::Pick { picked, .. }, Content::Choice { choices, .. }) => {
                let words = picked.iter().filter_map(|at| choices.get(*at));
                let words = words.map(|words| self.card.plain(words));
                Some(words.collect::<Vec<_>>().join(", "))
            }
            (Form::Judge(said), _) => said.map(|said| said.to_string()),
            (Form::Type(edit), _) => Some(edit.text().trim().to_string()),
            _ => None,
        }
    }

    /// Returns whether there is a hint that is not shown yet.
    pub fn has_hint(&self) -> bool {
        self.card.hint.is_some() && !self.hinted && !self.answered
    }

    /// Shows the hint, until the question is answered.
    pub fn show_hint(&mut self) {
        self.hinted = true;
    }

    /// Returns the texts on the screen, those of the answer first.
    fn texts(&self) -> Vec<String> {
        let card = &self.card;
        let question = CardText::question(card, self.side, self.answered).text;
        let mut texts = Vec::new();
        if self.answered {
            texts.push(card.answer(self.side));
            if let Content::TrueFalse { back, .. } = &card.content {
                texts.extend(back.clone());
            }
            texts.extend(card.note.clone());
        } else if self.hinted {
            texts.extend(card.hint.clone());
        }
        if let (Content::List { lines, .. }, Form::Lines(shown)) = (&card.content, &self.form) {
            texts.extend(lines.iter().take(*shown).cloned());
        }
        texts.push(question);
        if let Content::Choice { choices, .. } = &card.content {
            texts.extend(choices.iter().cloned());
        }
        texts
    }

    /// Returns the media of `kinds` that are named on the screen.
    fn named(&self, kinds: &[MediaKind]) -> Vec<String> {
        match self.card.markup {
            true => media::named(self.texts().iter().map(String::as_str), kinds),
            false => Vec::new(),
        }
    }

    /// Returns whether the card has a source.
    pub fn has_source(&self) -> bool {
        self.card.source.is_some()
    }

    /// Returns the sounds named on the screen.
    pub fn sounds(&self) -> Vec<String> {
        self.named(&[MediaKind::Sound])
    }

    /// Returns the keys for the media on the screen, as the bottom line names them.
    pub fn media_keys(&self) -> Vec<&'static str> {
        let seen = self.named(&[MediaKind::Picture, MediaKind::Video]);
        let keys = [(seen, "o open"), (self.sounds(), "p play")];
        let keys = keys.into_iter().filter(|(named, _)| !named.is_empty());
        keys.map(|(_, key)| key).collect()
    }

    /// Returns the pictures named on the screen.
    pub fn pictures(&self) -> Vec<String> {
        self.named(&[MediaKind::Picture])
    }

    /// Returns the next item to open, with its number (from 1) and the number of all items; `None` if there are none.
    ///
    /// The items are pictures and videos, then link targets, then the addresses in the source once that is shown. After
    /// the last item, the first one comes again.
    pub fn next_to_open(&mut self) -> Option<(String, usize, usize)> {
        let mut all = self.named(&[MediaKind::Picture, MediaKind::Video]);
        if self.card.markup {
            all.extend(media::links(self.texts().iter().map(String::as_str)));
        }
        if let Some(source) = self.card.source.as_ref().filter(|_| self.answered) {
            all.extend(source::addresses(source).into_iter().map(String::from));
        }
        let at = self.opened.checked_rem(all.len())?;
        self.opened = at + 1;
        Some((all.get(at)?.clone(), at + 1, all.len()))
    }

    /// Opens the question again after an undo.
    ///
    /// A typed answer and several picked choices stay; other answers are cleared.
    pub fn reopen(&mut self) {
        self.answered = false;
        match &mut self.form {
            Form::Pick {
                picked, several, ..
            } if !*several => picked.clear(),
            Form::Judge(said) => *said = None,
            Form::Lines(shown) => *shown = 0,
            _ => {}
        }
    }

    /// Returns the question of the same face after `card` was edited, with the answer so far kept if its kind allows.
    pub fn renewed(&self, card: &Card, seed: u64) -> Self {
        let mut new = Self::new(card, self.side, seed);
        let is_alike = match (&mut new.form, &self.form) {
            (Form::Recall, Form::Recall) => true,
            (Form::Lines(shown), Form::Lines(was)) => {
                *shown = *was;
                true
            }
            (Form::Type(edit), Form::Type(was)) => {
                *edit = was.clone();
                true
            }
            (Form::Judge(said), Form::Judge(was)) => {
                *said = *was;
                true
            }
            (Form::Pick { picked, .. }, Form::Pick { picked: was, .. }) => {
                if let (Content::Choice { choices, .. }, Content::Choice { choices: old, .. }) =
                    (&card.content, &self.card.content)
                {
                    let text = was.iter().filter_map(|at| old.get(*at));
                    let place = |text| choices.iter().position(|choice| choice == text);
                    picked.extend(text.filter_map(place));
                }
                true
            }
            _ => false,
        };
        new.answered = self.answered && is_alike;
        new.hinted = self.hinted;
        new
    }

    /// Takes a key while the question is open; returns whether it is answered now.
    pub fn key(&mut self, key: &Key) -> bool {
        if self.answered {
            return false;
        }
        if *key == Key::Tab && self.has_hint() {
            self.hinted = true;
            return false;
        }
        let lines = match &self.card.content {
            Content::List { lines, .. } => lines.len(),
            _ => 0,
        };
        let answers = match (&mut self.form, key) {
            (Form::Lines(shown), Key::Enter | Key::Char(' ')) => {
                *shown += 1;
                *shown >= lines
            }
            (Form::Recall, Key::Enter | Key::Char(' ')) => true,
            (Form::Judge(said), Key::Char(c @ ('t' | 'T' | 'f' | 'F'))) => {
                *said = Some(c.eq_ignore_ascii_case(&'t'));
                true
            }
            (
                Form::Pick {
                    order,
                    picked,
                    several,
                },
                Key::Char(c @ '1'..='9'),
            ) => {
                let shown = usize::try_from(u32::from(*c) - u32::from('1')).unwrap_or(usize::MAX);
                match (order.get(shown), several) {
                    (None, _) => false,
                    (Some(choice), false) => {
                        picked.push(*choice);
                        true
                    }
                    (Some(choice), true) => {
                        match picked.iter().position(|at| at == choice) {
                            Some(at) => drop(picked.remove(at)),
                            None => picked.push(*choice),
                        }
                        false
                    }
                }
            }
            (Form::Pick { several: true, .. } | Form::Type(_), Key::Enter) => true,
            // "Don't know": an empty answer, so that nobody has to guess.
            (Form::Judge(_), Key::Char(' ')) => true,
            (Form::Pick { picked, .. }, Key::Char(' ')) => picked.is_empty(),
            (Form::Type(edit), key) => {
                edit.key(key);
                false
            }
            _ => false,
        };
        if answers {
            (self.answered, self.opened) = (true, 0);
        }
        answers
    }

    /// Returns the keys that answer the question, as the bottom line names them.
    pub fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = match &self.form {
            Form::Recall => vec!["Space show the answer".into()],
            Form::Lines(0) => vec!["Space show the first line".into()],
            Form::Lines(_) => vec!["Space show the next line".into()],
            Form::Judge(_) => ["t true", "f false", "Space don't know"]
                .map(String::from)
                .to_vec(),
            Form::Type(_) => ["type the answer", "Enter check", "Esc other keys"]
                .map(String::from)
                .to_vec(),
            Form::Pick { order, several, .. } => {
                let pick = format!("1–{} choose", order.len());
                let rest = several.then(|| "all that apply, then Enter".to_string());
                let unknown = "Space don't know".to_string();
                [pick].into_iter().chain(rest).chain([unknown]).collect()
            }
        };
        if self.has_hint() {
            let key = if self.takes_text() {
                "Tab hint"
            } else {
                "h hint"
            };
            keys.push(key.into());
        }
        keys
    }

    /// Returns the question and, once answered, the answer with its note and source.
    pub fn lines(&self, margin: &str, room: Room) -> Shown {
        let columns = room.measure;
        let asked = CardText::question(&self.card, self.side, self.answered);
        // The eye should find the question first, and later the answer.
        let look = if self.answered {
            Look::Plain
        } else {
            Look::Strong
        };
        let mut lines = draw(&asked, look, margin, margin, room);
        lines.push(Line::default());
        if self.hinted
            && !self.answered
            && let Some(hint) = &self.card.hint
        {
            let (first, rest) = (format!("{margin}Hint: "), format!("{margin}      "));
            lines.extend(draw(&self.text(hint), Look::Plain, &first, &rest, room));
            lines.push(Line::default());
        }
        let first = if self.answered { lines.len() } else { 0 };
        let mut cursor = None;
        match &self.form {
            Form::Recall if self.answered => self.recalled(&mut lines, margin, room),
            Form::Recall => {}
            Form::Lines(shown) => self.lines_shown(*shown, &mut lines, margin, room),
            Form::Pick {
                order,
                picked,
                several,
            } => self.choices(order, picked, *several, &mut lines, margin, room),
            Form::Judge(said) => self.judged(*said, &mut lines, margin, room),
            Form::Type(edit) if self.answered => self.typed(&edit.text(), &mut lines, margin, room),
            Form::Type(edit) => {
                let (line, column) = edit.shown(columns.saturating_sub(text::width(margin) + 2));
                cursor = Some((text::width(margin) + 2 + column, lines.len()));
                lines.push(Line::new(Look::Faint, format!("{margin}› ")).with(Look::Plain, line));
            }
        }
        if self.answered {
            self.behind(&mut lines, margin, room);
        }
        Shown {
            lines,
            cursor,
            first,
        }
    }

    /// Returns `text` as a text of the card, ready to draw.
    fn text(&self, text: impl Into<String>) -> CardText {
        CardText::of(&self.card, text)
    }

    /// Adds an answer with its arrow.
    fn answer(&self, text: impl Into<String>, lines: &mut Vec<Line>, margin: &str, room: Room) {
        let (first, rest) = (format!("{margin}→ "), format!("{margin}  "));
        lines.extend(draw(&self.text(text), Look::Strong, &first, &rest, room));
    }

    fn recalled(&self, lines: &mut Vec<Line>, margin: &str, room: Room) {
        let answer = match (&self.card.content, self.side) {
            (Content::Cloze(cloze), Side::Group(group)) => cloze.answers(group).join(" · "),
            _ => self.card.answer(self.side),
        };
        self.answer(answer, lines, margin, room);
    }

    /// Adds the first `shown` lines of a list and, while the question is open, the number of all lines.
    fn lines_shown(&self, shown: usize, lines: &mut Vec<Line>, margin: &str, room: Room) {
        let Content::List { lines: all, .. } = &self.card.content else {
            return;
        };
        let wide = all.len().to_string().len();
        let shown = if self.answered { all.len() } else { shown };
        for (at, line) in all.iter().take(shown).enumerate() {
            let first = format!("{margin}{:>wide$}. ", at + 1);
            let rest = " ".repeat(text::width(&first));
            lines.extend(draw(&self.text(line), Look::Plain, &first, &rest, room));
        }
        if !self.answered {
            let count = text::plural(all.len(), "line");
            let said = match shown {
                0 => format!("{count}, in order."),
                shown => format!("{shown} of {count}."),
            };
            lines.push(Line::new(Look::Faint, format!("{margin}{said}")));
        }
    }

    fn choices(
        &self,
        order: &[usize],
        picked: &[usize],
        several: bool,
        lines: &mut Vec<Line>,
        margin: &str,
        room: Room,
    ) {
        let Content::Choice {
            choices, answers, ..
        } = &self.card.content
        else {
            return;
        };
        if several && !self.answered {
            lines.push(Line::new(
                Look::Faint,
                format!("{margin}Choose all that apply."),
            ));
        }
        for (shown, &choice) in order.iter().enumerate() {
            let (is_picked, is_right) = (picked.contains(&choice), answers.contains(&choice));
            let (sign, look) = match (self.answered, is_picked, is_right) {
                (false, true, _) => ("●", Look::Strong),
                (false, false, _) if several => ("○", Look::Plain),
                (false, false, _) => (" ", Look::Plain),
                (true, true, true) => ("✓", Look::Right),
                // A missed choice, which should still catch the eye.
                (true, false, true) => ("→", Look::Strong),
                (true, true, false) => ("✗", Look::Wrong),
                (true, false, false) => (" ", Look::Faint),
            };
            let missed = self.answered && several && is_right && !is_picked;
            let number = shown + 1;
            let content = choices.get(choice).map_or("", String::as_str);
            let content = if missed {
                format!("{content} (missed)")
            } else {
                content.to_string()
            };
            let first = format!("{margin}{sign} {number} ");
            let rest = format!("{margin}    ");
            lines.extend(draw(&self.text(content), look, &first, &rest, room));
        }
        self.verdict_line(lines, margin);
    }

    fn judged(&self, said: Option<bool>, lines: &mut Vec<Line>, margin: &str, room: Room) {
        let Content::TrueFalse { answer, back, .. } = &self.card.content else {
            return;
        };
        if said.is_none() && !self.answered {
            lines.push(Line::new(Look::Plain, format!("{margin}True or false?")));
            return;
        }
        let word = if *answer { "True." } else { "False." };
        let text = back
            .as_ref()
            .map_or(word.to_string(), |back| format!("{word} {back}"));
        self.answer(text, lines, margin, room);
        self.verdict_line(lines, margin);
    }

    fn typed(&self, typed: &str, lines: &mut Vec<Line>, margin: &str, room: Room) {
        let Some((forms, exact)) = self.card.typed(self.side) else {
            return;
        };
        let right = answer::is_right(&forms, typed, exact);
        if !right && !typed.trim().is_empty() {
            let mut line = Line::new(Look::Faint, format!("{margin}› "));
            let stretches = answer::compare(typed, answer::nearest(&forms, typed), exact);
            let alike = stretches.len() > 1;
            for stretch in stretches {
                // Brackets say the same as the colours: [-extra-] and [+missing+].
                line = match stretch {
                    Stretch::Same(text) => line.with(Look::Plain, text::one_line_kept(&text)),
                    Stretch::Extra(text) if !alike => {
                        line.with(Look::Wrong, text::one_line_kept(&text))
                    }
                    Stretch::Extra(text) => {
                        line.with(Look::Wrong, format!("[-{}-]", text::one_line_kept(&text)))
                    }
                    Stretch::Missing(text) => {
                        line.with(Look::Right, format!("[+{}+]", text::one_line_kept(&text)))
                    }
                };
            }
            if line.width() > room.measure {
                line = Line::new(Look::Faint, text::shorten(&line.text(), room.measure));
            }
            lines.push(line);
        } else if right {
            lines.push(
                Line::new(Look::Faint, format!("{margin}› "))
                    .with(Look::Plain, text::one_line(typed)),
            );
        }
        self.recalled(lines, margin, room);
        self.verdict_line(lines, margin);
    }

    fn verdict_line(&self, lines: &mut Vec<Line>, margin: &str) {
        let line = match self.verdict() {
            Some(true) => Line::new(Look::Plain, margin).with(Look::Right, "✓ right"),
            Some(false) => {
                let is_silent = self.said().is_none_or(|said| said.is_empty());
                let word = if is_silent {
                    "✗ not known"
                } else {
                    "✗ wrong"
                };
                Line::new(Look::Plain, margin).with(Look::Wrong, word)
            }
            None => return,
        };
        lines.extend([Line::default(), line]);
    }

    /// Adds note, source and date after the answer.
    fn behind(&self, lines: &mut Vec<Line>, margin: &str, room: Room) {
        if let Some(note) = &self.card.note {
            lines.push(Line::default());
            lines.extend(draw(&self.text(note), Look::Plain, margin, margin, room));
        }
        if let Some(source) = &self.card.source {
            let citation = source::first_citation(source);
            // The date is left out if the source names its year.
            let dated = source::citation(source);
            let is_dated = |day: &&String| day.get(..4).is_some_and(|year| dated.contains(year));
            let as_of = self.card.as_of.as_ref().filter(|day| !is_dated(day));
            let as_of = as_of.map_or(String::new(), |day| format!(" (as of {day})"));
            lines.push(Line::default());
            lines.extend(paragraph(
                Look::Faint,
                &format!("{citation}{as_of}"),
                margin,
                margin,
                room.measure,
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deck::read;
    use crate::place::Source;
    use crate::ui::screen::Paint;

    fn ask(card: &str) -> Question {
        let text = format!("Deck(title: \"t\", cards: [{card}])");
        let read = read::deck("d", &Source::new("d.ron", text));
        let card = Card {
            id: "a".parse().unwrap(),
            id_is_written: false,
            body: read.cards[0].body.clone(),
        };
        Question::new(&card, card.sides()[0], 1)
    }

    fn press(question: &mut Question, keys: &str) {
        for key in keys.chars() {
            question.key(&if key == '\n' {
                Key::Enter
            } else {
                Key::Char(key)
            });
        }
    }

    fn shown(question: &Question) -> String {
        question
            .lines("", Room::all(40, true))
            .lines
            .iter()
            .map(Line::text)
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn a_single_choice_is_answered_with_one_key() {
        let mut question =
            ask(r#"Choice(front: "f", choices: ["a", "b"], answers: ["b"], shuffle: false)"#);
        press(&mut question, "3");
        assert!(!question.answered);
        press(&mut question, "2");
        assert_eq!(question.verdict(), Some(true));
        let mut question =
            ask(r#"Choice(front: "f", choices: ["a", "b"], answers: ["b"], shuffle: false)"#);
        press(&mut question, "1");
        assert_eq!(question.verdict(), Some(false));
        assert!(
            shown(&question).contains("✗ 1 a\n→ 2 b"),
            "{}",
            shown(&question)
        );
    }

    #[test]
    fn several_choices_are_toggled_and_then_checked() {
        let card =
            r#"Choice(front: "f", choices: ["a", "b", "c"], answers: ["a", "c"], shuffle: false)"#;
        let mut question = ask(card);
        press(&mut question, "3211");
        assert!(!question.answered);
        press(&mut question, "21\n");
        assert_eq!(question.verdict(), Some(true));
        let mut question = ask(card);
        press(&mut question, "1\n");
        assert_eq!(question.verdict(), Some(false));
        assert!(
            shown(&question).contains("✓ 1 a\n  2 b\n→ 3 c (missed)"),
            "{}",
            shown(&question)
        );
    }

    #[test]
    fn a_typed_difference_is_shown() {
        let mut question = ask(r#"Typed(front: "f", answers: ["weights"])"#);
        assert!(question.takes_text());
        press(&mut question, "wheights\n");
        assert_eq!(question.verdict(), Some(false));
        assert!(
            shown(&question).contains("w[-h-]eights\n→ weights"),
            "{}",
            shown(&question)
        );
    }

    #[test]
    fn a_cloze_is_filled_when_shown() {
        let mut question = ask(r#"Cloze(text: "{{c1::weights::what?}} are {{c2::open}}")"#);
        assert!(shown(&question).starts_with("[what?] are open"));
        press(&mut question, " ");
        assert_eq!((question.answered, question.verdict()), (true, None));
        assert!(shown(&question).starts_with("weights are open"));
    }

    #[test]
    fn the_question_stands_out_until_the_answer_does() {
        for (card, question, answer) in [
            (r#"Basic(front: "Why?", back: "So.")"#, "Why?", "So."),
            (r#"Typed(front: "Why?", answers: ["So."])"#, "Why?", "So."),
            (
                r#"TrueFalse(statement: "Why?", answer: true)"#,
                "Why?",
                "True.",
            ),
            (
                r#"Choice(front: "Why?", choices: ["So.", "No."], answers: ["So."], shuffle: false)"#,
                "Why?",
                "So.",
            ),
        ] {
            let mut asked = ask(card);
            let stands_out = |asked: &Question, text: &str| {
                let lines = asked.lines("", Room::all(40, false)).lines;
                let line = lines.iter().find(|line| line.text().contains(text));
                let painted = line.unwrap().paint(Paint::Color);
                painted.contains("\u{1b}[1m") && !painted.contains("\u{1b}[32m")
            };
            assert!(stands_out(&asked, question), "{card}");
            press(&mut asked, " \n");
            assert!(asked.answered && !stands_out(&asked, question), "{card}");
            assert!(stands_out(&asked, answer), "{card}");
        }
    }

    #[test]
    fn choices_are_shuffled_the_same_way_for_one_seed() {
        let card = r#"Choice(front: "f", choices: ["a", "b", "c", "d", "e"], answers: ["b"])"#;
        assert_eq!(shown(&ask(card)), shown(&ask(card)));
        assert!(!shown(&ask(card)).contains("1 a\n  2 b\n  3 c\n  4 d"));
    }
}
