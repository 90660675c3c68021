//! A source's settings as lines of `config.ron`.

use super::parcel::{DeckSettings, Settings};
use crate::config::Config;
use crate::notation::quote;

/// Returns a `config.ron` with the settings that differ from `usual`; empty if none does.
pub(crate) fn to_text(settings: &Settings, usual: &Config) -> String {
    let mut lines = Vec::new();
    if let Some(hour) = settings
        .day_starts_at
        .filter(|hour| *hour != usual.day_starts_at)
    {
        lines.push(format!("    day_starts_at: {hour},"));
    }
    let all = settings.all;
    if let Some(new) = all
        .new_per_day
        .filter(|new| *new as usize != usual.new_per_day)
    {
        lines.push(format!("    new_per_day: {new},"));
    }
    if let Some(share) = retention(all).filter(|share| *share != percent(usual.desired_retention)) {
        lines.push(format!("    desired_retention: {share},"));
    }
    if let Some(lapses) = all
        .leech_after
        .filter(|lapses| *lapses as usize != usual.leech_after)
    {
        lines.push(format!("    leech_after: {lapses},"));
    }
    let mut decks = Vec::new();
    for (name, own) in &settings.decks {
        let mut fields = Vec::new();
        let here = usual.decks.get(name).copied().unwrap_or_default();
        if own.new_per_day != all.new_per_day
            && let Some(new) = own.new_per_day
            && here.new_per_day != Some(new as usize)
        {
            fields.push(format!("new_per_day: {new}"));
        }
        if retention(*own) != retention(all)
            && let Some(share) = retention(*own)
            && here.desired_retention.map(percent).as_ref() != Some(&share)
        {
            fields.push(format!("desired_retention: {share}"));
        }
        if !fields.is_empty() {
            decks.push(format!("        {}: ({}),", quote(name), fields.join(", ")));
        }
    }
    if !decks.is_empty() {
        lines.push(format!("    decks: {{\n{}\n    }},", decks.join("\n")));
    }
    if lines.is_empty() {
        String::new()
    } else {
        format!("Config(\n{}\n)\n", lines.join("\n"))
    }
}

/// Returns the desired retention as it is written, limited to the accepted range.
fn retention(settings: DeckSettings) -> Option<String> {
    settings
        .retention
        .map(|share| format!("{:.2}", share.clamp(0.70, 0.99)))
}

fn percent(share: f32) -> String {
    format!("{share:.2}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_written_and_it_reads_back() {
        let deck = |retention, new| DeckSettings {
            retention: Some(retention),
            new_per_day: Some(new),
            leech_after: Some(8),
        };
        let mut settings = Settings {
            day_starts_at: Some(4),
            all: deck(0.9, 20),
            decks: [("a/b".to_string(), deck(0.85, 20))].into(),
        };
        let usual = Config::default();
        let text = to_text(&settings, &usual);
        assert_eq!(
            text,
            "Config(\n    decks: {\n        \"a/b\": (desired_retention: 0.85),\n    },\n)\n"
        );
        let config = Config::parse(std::path::Path::new("config.ron"), &text).unwrap();
        assert_eq!(config.decks.len(), 1);
        assert_eq!(to_text(&settings, &config), "");
        settings.decks.clear();
        assert_eq!(to_text(&settings, &usual), "");
        settings.all = deck(0.85, 7);
        assert!(to_text(&settings, &usual).contains("new_per_day: 7"));
    }
}
