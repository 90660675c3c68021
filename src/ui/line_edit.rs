//! A one-line editor, by graphemes.
//!
//! It knows keys and text, never the terminal they come from.

use console::Key;
use unicode_segmentation::UnicodeSegmentation;

use crate::text;

/// The line, and the cursor in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LineEdit {
    before: Vec<String>,
    after: Vec<String>,
}

/// The longest line, in graphemes.
const LONGEST: usize = 1000;

impl LineEdit {
    /// Returns the text typed so far.
    pub fn text(&self) -> String {
        self.before.concat() + &self.after.concat()
    }

    /// Handles a key; one that means nothing here does nothing.
    pub fn key(&mut self, key: &Key) {
        match key {
            Key::ArrowLeft | Key::Char('\x02') => {
                self.after.splice(0..0, self.before.pop()).for_each(drop)
            }
            Key::ArrowRight | Key::Char('\x06') if !self.after.is_empty() => {
                self.before.push(self.after.remove(0));
            }
            Key::Home => self
                .after
                .splice(0..0, self.before.drain(..))
                .for_each(drop),
            Key::End => self.before.append(&mut self.after),
            Key::Backspace => drop(self.before.pop()),
            Key::Del | Key::Char('\x04') if !self.after.is_empty() => {
                self.after.remove(0);
            }
            Key::Char('\x15') => self.before.clear(),
            Key::Char('\x0b') => self.after.clear(),
            Key::Char('\x17') => self.back_a_word(|_| {}),
            Key::UnknownEscSeq(keys) if keys.as_slice() == ['b'] => {
                let mut moved = Vec::new();
                self.back_a_word(|grapheme| moved.push(grapheme));
                self.after.splice(0..0, moved.into_iter().rev());
            }
            Key::UnknownEscSeq(keys) if keys.as_slice() == ['f'] => {
                let blank = self
                    .after
                    .iter()
                    .take_while(|grapheme| is_blank(grapheme))
                    .count();
                let word = self
                    .after
                    .iter()
                    .skip(blank)
                    .take_while(|grapheme| !is_blank(grapheme))
                    .count();
                self.before.extend(self.after.drain(..blank + word));
            }
            Key::Char(c) if !c.is_control() => self.insert(*c),
            _ => {}
        }
    }

    /// Inserts a character; a combining one joins the grapheme before it.
    fn insert(&mut self, c: char) {
        if self.before.len() + self.after.len() >= LONGEST {
            return;
        }
        let mut last = self.before.pop().unwrap_or_default();
        last.push(c);
        self.before.extend(last.graphemes(true).map(String::from));
    }

    fn back_a_word(&mut self, mut take: impl FnMut(String)) {
        let mut in_word = false;
        while let Some(grapheme) = self.before.pop_if(|last| !(in_word && is_blank(last))) {
            in_word |= !is_blank(&grapheme);
            take(grapheme);
        }
    }

    /// Returns the text as it fits into `columns`, and the column of the cursor, from 0.
    ///
    /// Of a longer line it is the part around the cursor.
    pub fn shown(&self, columns: usize) -> (String, usize) {
        let columns = columns.max(2);
        let mut before: Vec<&str> = self.before.iter().map(String::as_str).collect();
        let wide = |parts: &[&str]| parts.iter().map(|part| text::width(part)).sum::<usize>();
        while wide(&before) >= columns {
            before.remove(0);
        }
        let cursor = wide(&before);
        let mut line = before.concat();
        let mut used = cursor;
        for grapheme in &self.after {
            used += text::width(grapheme);
            if used > columns {
                break;
            }
            line.push_str(grapheme);
        }
        (line, cursor)
    }
}

fn is_blank(grapheme: &str) -> bool {
    grapheme.chars().all(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> LineEdit {
        let mut edit = LineEdit::default();
        for c in text.chars() {
            edit.key(&Key::Char(c));
        }
        edit
    }

    fn after(text: &str, keys: &[Key]) -> String {
        let mut edit = typed(text);
        for key in keys {
            edit.key(key);
        }
        edit.key(&Key::Char('|'));
        edit.text()
    }

    #[test]
    fn edits_as_a_shell_does() {
        assert_eq!(after("abc", &[Key::ArrowLeft]), "ab|c");
        assert_eq!(after("abc", &[Key::Home, Key::Del]), "|bc");
        assert_eq!(after("abc", &[Key::Home, Key::End, Key::Backspace]), "ab|");
        assert_eq!(after("one two ", &[Key::Char('\x17')]), "one |");
        assert_eq!(after("one two", &[Key::ArrowLeft, Key::Char('\x15')]), "|o");
        assert_eq!(after("one two", &[Key::Home, Key::Char('\x0b')]), "|");
        assert_eq!(
            after("one two", &[Key::UnknownEscSeq(vec!['b'])]),
            "one |two"
        );
        assert_eq!(
            after("one two", &[Key::Home, Key::UnknownEscSeq(vec!['f'])]),
            "one| two"
        );
        assert_eq!(
            after(
                "",
                &[Key::Backspace, Key::Del, Key::ArrowLeft, Key::ArrowRight]
            ),
            "|"
        );
    }

    #[test]
    fn combining_characters_are_one_with_their_letter() {
        assert_eq!(after("e\u{301}x", &[Key::ArrowLeft, Key::Backspace]), "|x");
    }

    #[test]
    fn a_long_line_shows_the_part_at_the_cursor() {
        assert_eq!(typed("abcdef").shown(4), ("def".into(), 3));
        assert_eq!(typed("開源").shown(10), ("開源".into(), 4));
        let mut edit = typed("abcdef");
        edit.key(&Key::Home);
        assert_eq!(edit.shown(4), ("abcd".into(), 0));
    }
}
