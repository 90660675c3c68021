//! Finds decks and cards by what a person types. It knows names, ids and texts, never histories.

use std::fs;
use std::path::Path;

use super::{Library, deck_name, is_in};
use crate::deck::name::folded;
use crate::deck::{Card, Deck, FaceKey};
use crate::error::{Error, Result};
use crate::notation;

/// The number of cards named when several match.
const CANDIDATES: usize = 10;

impl Library {
    /// Returns the decks that `wanted` selects, in the library's order; all decks if it is empty.
    ///
    /// Each word is the name of a deck or of a folder of decks, the path of one of those, or an unambiguous part of a
    /// name. Case counts only where it tells decks apart.
    ///
    /// # Errors
    /// Fails with [`Error::NoSuchDeck`], which names the nearest deck, if a word selects none.
    pub fn select(&self, wanted: &[String]) -> Result<Vec<&Deck>> {
        let mut chosen: Vec<bool> = vec![wanted.is_empty(); self.decks.len()];
        for word in wanted {
            for (chosen, hit) in chosen.iter_mut().zip(self.meant_by(word)?) {
                *chosen |= hit;
            }
        }
        let all = self.decks.iter().zip(chosen);
        Ok(all.filter_map(|(deck, hit)| hit.then_some(deck)).collect())
    }

    /// Returns, for each deck in order, whether `word` selects it.
    fn meant_by(&self, word: &str) -> Result<Vec<bool>> {
        let hits = |is_hit: &dyn Fn(&str) -> bool| -> Vec<bool> {
            self.decks.iter().map(|deck| is_hit(&deck.name)).collect()
        };
        let any = |hits: &Vec<bool>| hits.contains(&true);
        let name = bare(word);
        let low = folded(name);
        let exact = || Some(hits(&|deck| is_in(deck, name))).filter(any);
        let path = || {
            let name = self.name_of_path(word)?;
            Some(hits(&|deck| name.is_empty() || is_in(deck, &name))).filter(any)
        };
        let any_case = || Some(hits(&|deck| is_in(&folded(deck), &low))).filter(any);
        let part = || {
            let part = hits(&|deck| !low.is_empty() && folded(deck).contains(&low));
            Some(part).filter(|hits| hits.iter().filter(|hit| **hit).count() == 1)
        };
        exact()
            .or_else(path)
            .or_else(any_case)
            .or_else(part)
            .ok_or_else(|| self.no_such_deck(name))
    }

    /// Returns the name of the deck or folder whose path is `word`, absolute or relative to the current folder, as a
    /// shell completes it.
    fn name_of_path(&self, word: &str) -> Option<String> {
        let path = Path::new(word);
        let is_path =
            path.is_absolute() || word.contains('/') || word.ends_with(".ron") || word == ".";
        let path = is_path.then(|| fs::canonicalize(path).ok())??;
        let root = fs::canonicalize(&self.root).ok()?;
        path.starts_with(&root).then(|| deck_name(&root, &path))
    }

    fn no_such_deck(&self, word: &str) -> Error {
        let names: Vec<&str> = self.decks.iter().map(|deck| deck.name.as_str()).collect();
        let low = folded(word);
        let part: Vec<&str> = names
            .iter()
            .copied()
            .filter(|name| folded(name).contains(&low))
            .collect();
        let help = match part.as_slice() {
            [] => match notation::nearest(word, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if names.is_empty() => "there are none yet".into(),
                None => match names.as_slice() {
                    [only] => format!("the only one is `{only}`"),
                    _ => format!("the decks are {}", names.join(", ")),
                },
            },
            several => format!("it could be {}", several.join(", ")),
        };
        Error::NoSuchDeck {
            name: word.to_string(),
            help,
        }
    }

    /// Returns the card that `wanted` names: by its id, the key of one of its faces, an unambiguous part of its id, or
    /// words that only this card contains.
    ///
    /// # Errors
    /// Fails with [`Error::NoSuchCard`] or [`Error::AmbiguousCard`] unless exactly one card matches, and with
    /// [`Error::NoSuchFace`] if the card has no such face.
    pub fn find(&self, wanted: &str) -> Result<(&Deck, &Card)> {
        if let Some(found) = self.by_key(wanted)? {
            return Ok(found);
        }
        let low = folded(wanted);
        let words: Vec<&str> = wanted.split_whitespace().collect();
        let is_id = |card: &Card| folded(card.id.as_str()) == low;
        let has_part = |card: &Card| folded(card.id.as_str()).contains(&low);
        let holds = |card: &Card| card.holds(&words);
        let tiers: [&dyn Fn(&Card) -> bool; 3] = [&is_id, &has_part, &holds];
        for tier in tiers.iter().filter(|_| !low.is_empty()) {
            let hits: Vec<_> = self.cards().filter(|(_, card)| tier(card)).collect();
            match hits.as_slice() {
                [] => {}
                &[only] => return Ok(only),
                several => return Err(ambiguous(wanted, several)),
            }
        }
        let near = notation::nearest(wanted, self.cards().map(|(_, card)| card.id.as_str()));
        Err(Error::NoSuchCard {
            id: wanted.to_string(),
            help: near.map_or("`quiz list` shows the cards".into(), |near| {
                format!("did you mean `{near}`?")
            }),
        })
    }

    /// Returns the card whose id, or the key of one of whose faces, is exactly `wanted`.
    fn by_key(&self, wanted: &str) -> Result<Option<(&Deck, &Card)>> {
        let Some((deck, card)) = FaceKey::card_part(wanted)
            .parse()
            .ok()
            .and_then(|id| self.card(&id))
        else {
            return Ok(None);
        };
        if wanted.contains('#') && !card.faces().any(|face| face.to_string() == wanted) {
            return Err(Error::no_such_face(wanted, card));
        }
        Ok(Some((deck, card)))
    }
}

/// Returns the name in a deck's path: without a leading `./`, a trailing `/`, and `.ron`.
fn bare(word: &str) -> &str {
    word.trim_start_matches("./")
        .trim_end_matches('/')
        .trim_end_matches(".ron")
}

fn ambiguous(part: &str, several: &[(&Deck, &Card)]) -> Error {
    Error::AmbiguousCard {
        part: part.to_string(),
        candidates: several
            .iter()
            .take(CANDIDATES)
            .map(|(_, card)| card.id.to_string())
            .collect(),
        more: several.len().saturating_sub(CANDIDATES),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library() -> (tempfile::TempDir, Library) {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, cards: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, format!("Deck(title: \"t\", cards: [{cards}])")).unwrap();
        };
        write(
            "langs/Spanish.ron",
            r##"Basic(id: "el-gato", front: "El gato (niña)", back: "the cat", tags: ["#Animal"]),
            Basic(id: "la-manzana", front: "La manzana", back: "the apple"),
            Cloze(id: "b", text: "{{c1::One}} and {{c2::two}}")"##,
        );
        write(
            "langs/emoji.ron",
            r#"Basic(id: "OSI", front: "x", back: "the cat sat")"#,
        );
        write(
            "alpha.ron",
            r#"Basic(id: "osi-model", front: "C# generics", back: "y")"#,
        );
        let library = Library::load(folder.path()).unwrap();
        (folder, library)
    }

    #[test]
    fn decks_are_found_as_people_and_shells_write_them() {
        let (folder, library) = library();
        let below = |path: &str| folder.path().join(path).display().to_string();
        let spanish = ["langs/Spanish"].as_slice();
        let both = ["langs/Spanish", "langs/emoji"].as_slice();
        for (word, meant) in [
            ("langs/Spanish", spanish),
            ("./langs/Spanish.ron", spanish),
            ("langs/spanish", spanish),
            ("SPANISH", spanish),
            ("langs/", both),
            ("Langs", both),
            (&below("langs/Spanish.ron"), spanish),
            (&below("langs"), both),
        ] {
            let found = library.select(&[word.to_string()]).unwrap();
            let names: Vec<&str> = found.iter().map(|deck| deck.name.as_str()).collect();
            assert_eq!(names, meant, "{word}");
        }
        assert_eq!(library.select(&[below("")]).unwrap().len(), 3);
        for word in ["", "a", "/etc", "zzz", "../x"] {
            let refused = library.select(&[word.to_string()]);
            assert!(matches!(refused, Err(Error::NoSuchDeck { .. })), "{word}");
        }
    }

    #[test]
    fn a_card_is_found_by_id_part_or_words_in_this_order() {
        let (_folder, library) = library();
        let found = |word: &str| library.find(word).map(|(_, card)| card.id.to_string());
        for (word, id) in [
            ("el-gato", "el-gato"),
            ("EL-GATO", "el-gato"),
            ("gato", "el-gato"),
            ("osi", "OSI"),
            ("OSI", "OSI"),
            ("b#c1", "b"),
            ("the apple", "la-manzana"),
            ("apple THE", "la-manzana"),
            ("nin\u{303}a", "el-gato"),
            ("animal", "el-gato"),
            ("C# generics", "osi-model"),
        ] {
            assert_eq!(found(word).as_deref().ok(), Some(id), "{word}");
        }
        let several = library.find("the cat").unwrap_err();
        assert!(several.to_string().contains("OSI, ") || several.to_string().contains("el-gato"));
        assert!(matches!(several, Error::AmbiguousCard { .. }));
        for word in ["b#zzz", "b#c3", "el-gato#reverse"] {
            let refused = library.find(word);
            assert!(matches!(refused, Err(Error::NoSuchFace { .. })), "{word}");
        }
        for word in ["", " ", "zebra", "zebra#c1"] {
            let refused = library.find(word);
            assert!(matches!(refused, Err(Error::NoSuchCard { .. })), "{word}");
        }
    }
}
