//! The media files of a parcel: which are new, and under which names.

use std::collections::HashMap;
use std::fs;

use super::{Choices, Into, Outcome};
use crate::error::Result;
use crate::exchange::draft::texts;
use crate::exchange::parcel::{MediaFile, MediaSource, Parcel};
use crate::exchange::{ids, media};
use crate::markup::closing;

/// Returns the files to write. A file whose name is taken by another one gets a new name, also in the cards.
pub(super) fn plan(
    into: &Into,
    parcel: &mut Parcel,
    source: Option<&mut (dyn MediaSource + 'static)>,
    choices: &Choices,
    outcome: &mut Outcome,
) -> Result<Vec<MediaFile>> {
    let files = std::mem::take(&mut parcel.media);
    let Some(source) = source else {
        return Ok(Vec::new());
    };
    let mut wanted = Vec::new();
    let mut renamed = HashMap::new();
    let mut room = choices.max_media;
    for file in files {
        let bytes = match source.bytes(&file.entry, room) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => {
                outcome.report.note(
                    "files of cards that are missing from the source",
                    &file.name,
                );
                continue;
            }
            Err(why) => {
                outcome.report.note(
                    "files of cards that are left out: too large (--max-media) or damaged",
                    &format!("{}: {why}", file.name),
                );
                continue;
            }
        };
        room = room.saturating_sub(bytes.len() as u64);
        let folder = into.home.join("media");
        let mut name = file.name.clone();
        let there = fs::read(folder.join(&name)).ok();
        if there.as_ref().is_some_and(|there| *there != bytes) {
            let hash = ids::hash(&bytes);
            name = media::numbered(&name, hash.get(..8).unwrap_or(&hash));
            renamed.insert(file.name.clone(), name.clone());
            outcome.report.note(
                "files of cards with another name now",
                &format!("{} → {name}", file.name),
            );
        } else if there.is_some() {
            continue;
        }
        if folder.join(&name).exists() {
            continue;
        }
        outcome.media += 1;
        wanted.push(MediaFile {
            name,
            entry: file.entry,
        });
    }
    if !renamed.is_empty() {
        rename(parcel, &renamed);
    }
    Ok(wanted)
}

/// Renames the files in the cards.
fn rename(parcel: &mut Parcel, renamed: &HashMap<String, String>) {
    for card in parcel.decks.iter_mut().flat_map(|deck| &mut deck.cards) {
        for text in texts(&mut card.draft) {
            if text.contains(LINK) {
                *text = with_names(text, renamed);
            }
        }
    }
}

/// The text before a file's name in a card.
const LINK: &str = "](media/";

fn with_names(text: &str, renamed: &HashMap<String, String>) -> String {
    let mut parts = text.split(LINK);
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let name = closing(part)
            .and_then(|end| part.get(..end))
            .unwrap_or(part);
        out.push_str(LINK);
        out.push_str(renamed.get(name).map_or(name, String::as_str));
        out.push_str(part.get(name.len()..).unwrap_or(""));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_changed_once_and_only_whole() {
        let names = [
            ("1.png", "1-2.png"),
            ("1-2.png", "x.png"),
            ("a(1).png", "b.png"),
        ];
        let names = names.map(|(old, new)| (old.to_string(), new.to_string()));
        assert_eq!(
            with_names(
                "![1.png](media/1.png) ![](media/1-2.png)![](media/11.png) ![](media/a(1).png) (media/1.png)",
                &names.into()
            ),
            "![1.png](media/1-2.png) ![](media/x.png)![](media/11.png) ![](media/b.png) (media/1.png)"
        );
    }
}
