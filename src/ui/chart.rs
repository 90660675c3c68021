//! Charts of characters: bars, lines of blocks, the calendar of a year.

use std::collections::BTreeMap;

use chrono::Datelike;

use super::screen::{Line, Look};
use crate::text::{pad, width};
use crate::time::Day;

/// Heights from low to high.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A line of blocks for values of 0–1; `·` where there is none.
pub fn blocks(values: &[Option<f64>]) -> String {
    let block = |value: &Option<f64>| match value {
        None => '·',
        Some(value) => {
            let at = (value.clamp(0.0, 1.0) * 7.0).round();
            BLOCKS.get(at as usize).copied().unwrap_or('█')
        }
    };
    values.iter().map(block).collect()
}

/// A bar of `columns` for a value out of `most`; anything above nothing is at least a sliver.
pub fn bar(value: usize, most: usize, columns: usize) -> String {
    const PARTS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
    let eighths = (value * columns * 8)
        .checked_div(most)
        .unwrap_or(0)
        .max(usize::from(value > 0));
    let mut bar = "█".repeat(eighths / 8);
    bar.extend(
        (eighths % 8)
            .checked_sub(1)
            .and_then(|part| PARTS.get(part)),
    );
    bar
}

/// Shades from nothing to much; they differ without colour too.
const SHADES: [char; 5] = ['·', '░', '▒', '▓', '█'];

/// A calendar of the last year up to `today`: weeks as columns, weekdays as rows, as many weeks as fit `columns`.
/// Today stands in brackets' stead as the last mark, in another look.
pub fn calendar(answers: &BTreeMap<Day, usize>, today: Day, columns: usize) -> Vec<Line> {
    const DAYS: [&str; 7] = ["Mon", "", "Wed", "", "Fri", "", "Sun"];
    let lead = 4;
    let weeks = i64::try_from(columns.saturating_sub(lead))
        .unwrap_or(53)
        .clamp(1, 53);
    let monday = today.plus(-i64::from(today.weekday()) - 7 * (weeks - 1));
    let most = answers.values().copied().max().unwrap_or(0);
    let mut lines = vec![months(monday, weeks, lead)];
    for (weekday, name) in DAYS.iter().enumerate() {
        let weekday = i64::try_from(weekday).unwrap_or(0);
        let mut line = Line::new(Look::Faint, pad(name, lead));
        for week in 0..weeks {
            let day = monday.plus(7 * week + weekday);
            let count = answers.get(&day).copied().unwrap_or(0);
            line = match day.days_since(today) {
                1.. => line.with(Look::Plain, " "),
                0 if count == 0 => line.with(Look::Strong, "◌"),
                0 => line.with(Look::Strong, "◉"),
                _ => line.with(
                    if count == 0 { Look::Faint } else { Look::Right },
                    shade(count, most).to_string(),
                ),
            };
        }
        lines.push(line);
    }
    lines
}

/// The shade of a day with `count` answers, where the fullest day has `most`: by quarters.
fn shade(count: usize, most: usize) -> char {
    let quarter = (count * 4).div_ceil(most.max(1)).min(4);
    SHADES.get(quarter).copied().unwrap_or('█')
}

/// The names of the months above their first weeks.
fn months(monday: Day, weeks: i64, lead: usize) -> Line {
    const NAMES: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let mut text = " ".repeat(lead);
    for week in 0..weeks {
        let first = monday.plus(7 * week).date();
        let at = lead + usize::try_from(week).unwrap_or(0);
        let starts = first.day() <= 7;
        if starts && width(&text) <= at && weeks - week >= 3 {
            text = pad(&text, at);
            text.push_str(NAMES.get(first.month0() as usize).copied().unwrap_or(""));
        }
    }
    Line::new(Look::Faint, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_bars() {
        assert_eq!(
            blocks(&[None, Some(0.0), Some(0.5), Some(1.0), Some(9.0)]),
            "·▁▅██"
        );
        assert_eq!(bar(0, 10, 10), "");
        assert_eq!(bar(1, 1000, 10), "▏");
        assert_eq!(bar(5, 10, 4), "██");
        assert_eq!(bar(3, 0, 4), "▏");
    }

    #[test]
    fn the_calendar_is_cut_to_the_width_and_marks_today() {
        let today: Day = "2026-11-24".parse().unwrap();
        let answers = BTreeMap::from([(today, 3), (today.plus(-1), 12), (today.plus(-7), 1)]);
        let shown: Vec<String> = calendar(&answers, today, 9)
            .iter()
            .map(Line::text)
            .collect();
        let days = [
            "Mon ····█",
            "    ···░◉",
            "Wed ···· ",
            "    ···· ",
            "Fri ···· ",
            "    ···· ",
            "Sun ···· ",
        ];
        assert_eq!(shown[0], "     Nov");
        assert_eq!(shown[1..], days);
        for columns in [5, 40, 80, 200] {
            assert!(
                calendar(&answers, today, columns)
                    .iter()
                    .all(|line| line.width() <= columns)
            );
        }
    }
}
