//! The histories of cards that were changed so that a face took the place of another.

use super::say;
use crate::deck::library::Library;
use crate::deck::{Card, FaceKey, Side};
use crate::error::Result;
use crate::history::{AT_ONCE, Event, FaceHistory, History};
use crate::study::Study;

/// Carries over the history of a card's only missing face to its only face without one, and prints a line about it: the
/// card's kind was changed, or its gap has another number.
///
/// # Errors
/// Fails if it can't be recorded.
pub(super) fn carry_over(study: &mut Study) -> Result<()> {
    for (old, new) in changed_kinds(&study.library, &study.history) {
        study.record(|at| Event::Rename {
            at,
            from: old.clone(),
            to: new.clone(),
        })?;
        say(&format!(
            "The card changed: its history goes on from `{old}` to `{new}` (`quiz undo` takes that back)."
        ));
    }
    Ok(())
}

/// Returns the pairs of missing and new face of cards that have one face, not learnt, and lost one that was; in order.
///
/// Of several missing faces none is the right one for certain.
fn changed_kinds(library: &Library, history: &History) -> Vec<(FaceKey, FaceKey)> {
    let mut changed = Vec::new();
    for next in suspects(library, history).chunks(AT_ONCE) {
        history.expect(next.iter().map(|card| card.id.as_str()));
        changed.extend(next.iter().filter_map(|card| changed_kind(card, history)));
    }
    changed.sort();
    changed
}

fn changed_kind(card: &Card, history: &History) -> Option<(FaceKey, FaceKey)> {
    let &[only] = card.sides() else {
        return None;
    };
    let mut missing = history
        .learnt_sides(card.id.as_str())
        .filter(|side| *side != only);
    let (old, None) = (missing.next()?, missing.next()) else {
        return None;
    };
    let new = card.face(only);
    let is_learnt = history.face(&new).is_some_and(FaceHistory::is_learnt);
    (!is_learnt).then(|| (card.face(old), new))
}

/// Returns every card that has one face and lost a learnt one, and some others.
///
/// Nearly all cards of a large home are asked as a whole, and were: these need not be looked up. What remains are the
/// cards that are asked only in part, and those that once were.
fn suspects<'a>(library: &'a Library, history: &'a History) -> Vec<&'a Card> {
    let is_in_part = |card: &&Card| matches!(card.sides(), [side] if *side != Side::Whole);
    let cards = library.cards().map(|(_, card)| card);
    let mut suspects: Vec<&Card> = cards.filter(is_in_part).collect();
    let were_in_part = history.learnt_in_parts();
    let cards = were_in_part.filter_map(|id| Some(library.card_with(id)?.1));
    suspects.extend(cards.filter(|card| card.sides() == [Side::Whole]));
    suspects
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::fs;

    use rand::rngs::StdRng;
    use rand::seq::IndexedRandom;
    use rand::{RngExt, SeedableRng};

    use super::*;
    use crate::home::Home;
    use crate::time::Clock;

    const NOW: &str = "2026-11-23T12:00:00.000+01:00";

    /// The rule in plain words, over every face of the history.
    fn changed_kinds_by_the_rule(library: &Library, history: &History) -> Vec<(FaceKey, FaceKey)> {
        let mut lost: HashMap<FaceKey, Vec<FaceKey>> = HashMap::new();
        for (key, _) in history.faces().filter(|(_, face)| face.is_learnt()) {
            let Some((_, card)) = library.card(&key.card) else {
                continue;
            };
            if let [only] = card.sides()
                && *only != key.side
            {
                lost.entry(card.face(*only)).or_default().push(key.clone());
            }
        }
        let is_new = |key: &FaceKey| !history.face(key).is_some_and(FaceHistory::is_learnt);
        let mut changed: Vec<(FaceKey, FaceKey)> = lost
            .into_iter()
            .filter(|(new, old)| is_new(new) && old.len() == 1)
            .flat_map(|(new, old)| old.into_iter().map(move |old| (old, new.clone())))
            .collect();
        changed.sort();
        changed
    }

    /// Returns a deck in which each of the cards has some sides, or is missing.
    fn deck(random: &mut StdRng) -> String {
        let cards = ["a", "b", "c", "d"].map(|id| {
            let kinds = [
                format!("Basic(id: \"{id}\", front: \"F?\", back: \"b\"),"),
                format!("Basic(id: \"{id}\", front: \"F?\", back: \"b\", reverse: true),"),
                format!("Cloze(id: \"{id}\", text: \"{{{{c1::one}}}}\"),"),
                format!("Cloze(id: \"{id}\", text: \"{{{{c2::one}}}}\"),"),
                format!("Cloze(id: \"{id}\", text: \"{{{{c1::one}}}} {{{{c2::two}}}}\"),"),
                String::new(),
            ];
            kinds.choose(random).cloned().unwrap_or_default()
        });
        format!("Deck(title: \"D\", cards: [{}])", cards.concat())
    }

    /// Returns a history of answers to a few faces, sometimes with something else.
    fn history(random: &mut StdRng) -> String {
        const FACES: [&str; 8] = ["a", "b", "c", "d", "a#c1", "b#c2", "c#c1", "d#reverse"];
        let mut text = "History(version: 1, machine: \"m\")\n".to_string();
        let (mut last, is_plain) = (0, random.random_bool(0.5));
        for minute in 10..random.random_range(10..22) {
            let at = format!("2026-11-23T09:{minute}:00.000+01:00");
            let face = FACES.choose(random).unwrap_or(&"a");
            let other = FACES.choose(random).unwrap_or(&"b");
            let of = format!("2026-11-23T09:{last}:00.000+01:00");
            let kind = if is_plain {
                0
            } else {
                random.random_range(0..9)
            };
            text += &match kind {
                5 => format!("Undo(at:\"{at}\",face:\"{face}\",of:\"{of}\")\n"),
                6 => format!("Forget(at:\"{at}\",face:\"{face}\")\n"),
                7 => format!("Rename(at:\"{at}\",from:\"{face}\",to:\"{other}\")\n"),
                8 => format!(
                    "Known(at:\"{at}\",face:\"{face}\",stability:2.5,difficulty:5.0,due:\"2026-11-25\")\n"
                ),
                _ => format!(
                    "Review(at:\"{at}\",face:\"{face}\",grade:Good,ms:1000,due:\"2026-11-26\")\n"
                ),
            };
            last = minute;
        }
        text
    }

    #[test]
    fn looking_only_at_suspects_finds_every_changed_card() {
        let mut found = 0;
        for seed in 0..200 {
            let mut random = StdRng::seed_from_u64(seed);
            let folder = tempfile::tempdir().unwrap();
            let home = Home::for_tests(folder.path(), &deck(&mut random));
            fs::create_dir_all(home.reviews()).unwrap();
            fs::write(home.own_history(), history(&mut random)).unwrap();
            let study = Study::open(home, Clock::new(Some(NOW)).unwrap()).unwrap();
            let changed = changed_kinds(&study.library, &study.history);
            let by_the_rule = changed_kinds_by_the_rule(&study.library, &study.history);
            assert_eq!(changed, by_the_rule, "seed {seed}");
            found += changed.len();
        }
        assert!(found > 50, "only {found} were found");
    }
}
