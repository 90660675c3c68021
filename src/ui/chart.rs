//! Charts of characters: sparklines, stacked bars per day, the calendar of a year.
//!
//! It knows figures and days, never the history or a terminal.

use std::collections::BTreeMap;

use chrono::Datelike;

use super::screen::{Line, Look};
use crate::text::{pad, width};
use crate::time::Day;

/// Blocks of rising height.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Returns one block per value (0–1); `·` for `None`.
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

/// The bar of a day: the number that is certain, and the number expected on top of it.
pub type Stack = (usize, usize);

/// Returns the highest total of `stacks`.
pub fn highest(stacks: &[Stack]) -> usize {
    let tops = stacks.iter().map(|(certain, expected)| certain + expected);
    tops.max().unwrap_or(0)
}

/// Returns bars side by side, each `wide` columns wide, in `height` lines scaled to the highest.
///
/// The certain part is drawn in blocks, the expected part shaded. Anything above 0 is at least a sliver.
pub fn stacks(stacks: &[Stack], height: usize, wide: usize) -> Vec<Line> {
    let most = highest(stacks).max(1);
    let eighths = |value: usize| (value * height * 8).div_ceil(most);
    let cell = |&(certain, expected): &Stack, row: usize| {
        let part = eighths(certain).saturating_sub(row * 8).min(8);
        match part.checked_sub(1).and_then(|part| BLOCKS.get(part)) {
            Some(block) => (Look::Right, *block),
            None if eighths(certain + expected) > row * 8 => (Look::Faint, '░'),
            None => (Look::Plain, ' '),
        }
    };
    // A gap separates bars if there is room for it.
    let (bar, gap) = (wide.saturating_sub(1).max(1), wide.saturating_sub(1).min(1));
    let line = |row: usize| {
        stacks.iter().fold(Line::default(), |line, stack| {
            let (look, mark) = cell(stack, row);
            line.with(look, mark.to_string().repeat(bar))
                .with(Look::Plain, " ".repeat(gap))
        })
    };
    (0..height).rev().map(line).collect()
}

/// Shades from nothing to much; they can be told apart without colour.
const SHADES: [char; 5] = ['·', '░', '▒', '▓', '█'];

/// Returns a calendar that ends on `today`: a column per week, a row per weekday, as many weeks of the last year as fit
/// into `columns`.
///
/// Today is a circle: filled if anything was answered, else dotted.
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

/// Returns the legend of [`calendar`] for these answers.
pub fn legend(answers: &BTreeMap<Day, usize>) -> Line {
    let most = answers.values().copied().max().unwrap_or(0);
    if most == 0 {
        return Line::new(Look::Faint, "    · no answers  ◌ today");
    }
    Line::new(Look::Faint, "    · 0  ")
        .with(Look::Right, SHADES.iter().skip(1).collect::<String>())
        .with(Look::Faint, format!(" 1–{most} answers  "))
        .with(Look::Strong, "◉")
        .with(Look::Faint, " today")
}

/// Returns the shade of a day with `count` answers, by quarters of `most`, the count of the fullest day.
fn shade(count: usize, most: usize) -> char {
    let quarter = (count * 4).div_ceil(most.max(1)).min(4);
    SHADES.get(quarter).copied().unwrap_or('█')
}

/// Returns the line of month names above the first week of each month.
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
    fn blocks_rise_and_stay_in_range() {
        assert_eq!(
            blocks(&[None, Some(0.0), Some(0.5), Some(1.0), Some(9.0)]),
            "·▁▅██"
        );
    }

    #[test]
    fn stacks_rise_to_the_highest() {
        let shown = |values: &[Stack], wide| -> Vec<String> {
            let lines = stacks(values, 2, wide);
            lines.iter().map(Line::text).collect()
        };
        let values = [(0, 0), (1, 0), (4, 0), (6, 2), (0, 8), (0, 1)];
        assert_eq!(shown(&values, 1), ["   ▄░ ", " ▂██░░"]);
        assert_eq!(shown(&[(1, 0), (1000, 0)], 2), ["  █ ", "▁ █ "]);
        assert_eq!(shown(&[(0, 0)], 3), ["   ", "   "]);
        assert_eq!(shown(&[], 1), ["", ""]);
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
