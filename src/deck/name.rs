//! Names of decks, tags and cards, compared as people type them.

use super::Card;
use crate::folding::equal;

/// Returns `name` in the form in which names are compared: Unicode-normalized, without case and surrounding space.
pub(crate) fn folded(name: &str) -> String {
    let lower = equal(name.trim()).to_lowercase();
    // Lower case can decompose into letter and mark (`İ`).
    equal(&lower).into_owned()
}

/// Returns the tag named by `word` in the form in which tags are compared; a leading `#` is ignored.
pub(crate) fn folded_tag(word: &str) -> String {
    folded(word.trim().trim_start_matches('#'))
}

impl Card {
    /// Returns whether the card has the tag that `word` names, whatever its case; a leading `#` is ignored.
    pub fn has_tag(&self, word: &str) -> bool {
        let wanted = folded_tag(word);
        self.tags().iter().any(|tag| folded_tag(tag) == wanted)
    }

    /// Returns whether the card's text, id, note and tags together hold every one of `words`, whatever their case.
    pub fn holds<W: AsRef<str>>(&self, words: &[W]) -> bool {
        if words.is_empty() {
            return true;
        }
        let own = [
            self.id.to_string(),
            self.plain(self.hint.as_deref().unwrap_or_default())
                .into_owned(),
            self.plain(self.note.as_deref().unwrap_or_default())
                .into_owned(),
        ];
        let text = self
            .sides()
            .iter()
            .flat_map(|side| [self.plain_question(*side), self.plain_answer(*side)])
            .chain(own)
            .chain(self.tags().iter().cloned())
            .collect::<Vec<_>>()
            .join("\n");
        let text = folded(&text);
        words
            .iter()
            .all(|word| text.contains(&folded(word.as_ref())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_they_read() {
        for (a, b) in [
            ("Rust", " rust "),
            ("espan\u{303}ol", "ESPA\u{d1}OL"),
            ("Langs/Emoji", "langs/emoji"),
        ] {
            assert_eq!(folded(a), folded(b));
        }
        assert_ne!(folded("resume"), folded("résumé"));
        assert_eq!(folded_tag("#Berlin"), folded_tag("berlin"));
        assert_ne!(folded_tag("c"), folded_tag("c#"));
    }
}
