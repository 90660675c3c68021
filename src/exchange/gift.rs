//! GIFT, Moodle's text format for questions: choices, true or false, short answers, numbers and pairs.

mod answers;
mod split;

use super::html;
use super::media::MediaNames;
use super::names::DeckNames;
use super::parcel::{self, Parcel, ParcelCard, ParcelDeck, Report};
use super::{Options, folder};
use crate::deck::draft::Draft;
use split::Question;

/// Reads GIFT; returns `None` if no question in it has an answer in GIFT's braces.
pub(super) fn read(text: &str, stem: &str, options: &Options) -> Option<Parcel> {
    let parts = split::questions(text);
    if !parts
        .iter()
        .any(|part| matches!(part, split::Part::Question(question) if question.is_sure()))
    {
        return None;
    }
    let mut reader = Reader {
        media: MediaNames::default(),
        report: Report::default(),
    };
    let mut names = DeckNames::default();
    let mut decks: Vec<ParcelDeck> = Vec::new();
    let mut category = vec![stem.to_string()];
    for part in parts {
        let question = match part {
            split::Part::Category(name) => {
                let parts = name.split('/').map(str::trim);
                category = parts
                    .filter(|part| !part.is_empty() && *part != "$course$")
                    .map(String::from)
                    .collect();
                if category.is_empty() {
                    category.push(stem.to_string());
                }
                continue;
            }
            split::Part::Question(question) => question,
        };
        let place = format!("line {}", question.line);
        let draft = match reader.draft(&question) {
            Ok((draft, changed)) => {
                if let Some(what) = changed {
                    reader.report.note(what, &place);
                }
                draft
            }
            Err(why) => {
                reader.report.leave_out(why, 1, &place);
                continue;
            }
        };
        let parts: Vec<&str> = category.iter().map(String::as_str).collect();
        let name = names.name(&parts);
        let at = decks
            .iter()
            .position(|deck| deck.name == name)
            .unwrap_or_else(|| {
                decks.push(ParcelDeck {
                    title: category.last().cloned().unwrap_or_else(|| name.clone()),
                    name,
                    ..ParcelDeck::default()
                });
                decks.len() - 1
            });
        parcel::at(&mut decks, at).cards.push(ParcelCard {
            key: draft.front(),
            draft,
            proposed: None,
            place,
            stands_for: 1,
        });
    }
    let media = folder::wanted(&reader.media, &options.folder, &mut reader.report);
    Some(Parcel {
        kind: "GIFT",
        source: format!("gift-{stem}"),
        decks,
        media,
        media_source: Some(Box::new(folder::Folder)),
        report: reader.report,
        ..Parcel::default()
    })
}

struct Reader {
    media: MediaNames,
    report: Report,
}

/// The format of a question's texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Html,
    Plain,
    Markdown,
}

impl Reader {
    fn draft(
        &mut self,
        question: &Question,
    ) -> Result<(Draft, Option<&'static str>), &'static str> {
        let (format, text) = format(&question.text);
        let front = self.text(&text, format);
        let rest = self.text(&question.rest, format);
        let front = match (
            rest.is_empty(),
            rest.chars().all(|c| c.is_ascii_punctuation()),
        ) {
            (true, _) => front,
            // A full stop after the answer is not the second half of a sentence.
            (_, true) if question.rest.len() == 1 => front,
            _ => format!("{front} _____ {rest}"),
        };
        if front.is_empty() {
            return Err("no question");
        }
        let Some(block) = &question.answers else {
            return Err("no answer in braces: a text between questions");
        };
        answers::draft(front, block, &mut |text| {
            let (own, text) = self::format(text);
            self.text(&text, if own == Format::Plain { format } else { own })
        })
    }

    fn text(&mut self, text: &str, format: Format) -> String {
        let text = split::unescaped(text);
        let text = text.trim();
        let is_html = format == Format::Html || (format == Format::Plain && text.contains("</"));
        if is_html {
            html::to_text(&text.replace("@@PLUGINFILE@@/", ""), &mut self.media).text
        } else if format == Format::Markdown {
            super::markdown::inline_text(text)
        } else {
            html::plain_to_text(&text.split_whitespace().collect::<Vec<_>>().join(" "))
        }
    }
}

/// Returns the format that a text names at its start, and the rest of the text.
fn format(text: &str) -> (Format, String) {
    let text = text.trim();
    for (name, format) in [
        ("[html]", Format::Html),
        ("[markdown]", Format::Markdown),
        ("[moodle]", Format::Plain),
        ("[plain]", Format::Plain),
    ] {
        if let Some(rest) = text.strip_prefix(name) {
            return (format, rest.to_string());
        }
    }
    (Format::Plain, text.to_string())
}

#[cfg(test)]
mod tests;
