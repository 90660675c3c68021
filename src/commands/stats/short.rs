//! The figures on one screen: at most 22 lines at 80 columns.

use super::Figures;
use super::page::{ENOUGH, answers_in, percent, recall_look, with_interval};
use crate::text::{capital, plural, width};
use crate::time::duration;
use crate::ui::chart::{blocks, calendar, legend};
use crate::ui::screen::{Line, Look, paragraph};

/// The widest calendar, in columns: a year.
const CALENDAR: usize = 57;

/// Returns the page for a terminal of this many columns.
pub(super) fn lines(figures: &Figures, columns: usize) -> Vec<Line> {
    let columns = columns.max(20);
    let mut lines = streak(figures, columns);
    lines.push(Line::default());
    for (name, look, text) in [
        recall(figures),
        known(figures),
        answers(figures),
        week(figures),
    ]
    .into_iter()
    .flatten()
    {
        let first = format!("{name:<8}");
        let rest = " ".repeat(first.len());
        lines.extend(paragraph(look, &text, &first, &rest, columns));
    }
    lines.extend(days(figures, columns));
    lines.push(Line::default());
    lines.push(Line::new(Look::Faint, "The whole page: quiz stats --all"));
    lines
}

/// Returns the streak and the calendar, with the meaning of its marks.
fn streak(figures: &Figures, columns: usize) -> Vec<Line> {
    let streak = &figures.streak;
    let mut said = format!("{}.", capital(&streak.said()));
    if let Some(longest) = streak.longest.filter(|run| run.days > streak.current) {
        said.push_str(&format!(" Longest: {}.", plural(longest.days, "day")));
    }
    said.push_str(&format!(" Kept {} of the last 30 days.", streak.kept_of_30));
    let mut lines = paragraph(Look::Plain, &said, "", "", columns);
    let answers = figures.answers_by_day();
    lines.extend(calendar(&answers, figures.today, columns.min(CALENDAR)));
    lines.push(legend(&answers));
    lines
}

type Row = Option<(&'static str, Look, String)>;

fn recall(figures: &Figures) -> Row {
    let retention = &figures.retention;
    let wanted = percent(f64::from(figures.desired_retention));
    let Some(all) = retention.all.filter(|all| all.of >= ENOUGH) else {
        let so_far = plural(retention.all.map_or(0, |all| all.of), "due review");
        let text = format!("too little to tell: {so_far} so far");
        return Some(("Recall", Look::Plain, text));
    };
    let expected = retention.predicted.map_or(String::new(), |share| {
        format!("expected {} %, ", percent(share))
    });
    let text = format!(
        "{} of {} in {} days; {expected}asked for {wanted} %",
        with_interval(&all),
        plural(all.of, "due review"),
        figures.days
    );
    Some(("Recall", recall_look(&all, figures.desired_retention), text))
}

fn known(figures: &Figures) -> Row {
    let now = figures.known.last().filter(|now| now.learnt > 0)?;
    let before = figures.known.iter().rev().nth(1);
    let gain = (now.known - before.map_or(0.0, |week| week.known)).round() as i64;
    let text = format!(
        "about {:.0} of {} you have begun, {gain:+} this week",
        now.known,
        plural(now.learnt, "face")
    );
    Some(("Known", Look::Plain, text))
}

fn answers(figures: &Figures) -> Row {
    let activity = &figures.activity;
    let today = match activity.today {
        0 => "nothing yet".to_string(),
        count => answers_in(count, activity.seconds_today),
    };
    let a_day = activity.seconds_a_day.map_or(String::new(), |seconds| {
        format!("; {} on a usual day", duration(seconds.round() as u64))
    });
    Some(("Today", Look::Plain, format!("{today}{a_day}")))
}

fn week(figures: &Figures) -> Row {
    let forecast = &figures.forecast;
    let answers: f64 = forecast.answers.iter().take(7).sum();
    if answers < 0.5 {
        return Some(("Week", Look::Plain, "no reviews are scheduled".into()));
    }
    let new: usize = forecast.new.iter().take(7).sum();
    let new = if new > 0 {
        format!(", {} among them", plural(new, "new face"))
    } else {
        String::new()
    };
    let time = forecast.seconds_a_day.map_or(String::new(), |seconds| {
        format!(", {} per day", duration(seconds.round() as u64))
    });
    let about = plural(answers.round() as usize, "answer");
    Some(("Week", Look::Plain, format!("about {about}{time}{new}")))
}

/// Returns the answers expected on each of the next seven days, as blocks with their number; as many days as fit.
fn days(figures: &Figures, columns: usize) -> Option<Line> {
    let week: Vec<f64> = figures.forecast.answers.iter().take(7).copied().collect();
    let most = week.iter().copied().fold(0.0, f64::max);
    if most < 0.5 {
        return None;
    }
    let lead = if columns < 64 { 0 } else { 8 };
    let mut text = " ".repeat(lead);
    for (ahead, count) in week.iter().enumerate() {
        let day = figures.today.plus(i64::try_from(ahead).unwrap_or(0));
        let name = day.date().format("%a").to_string();
        let name: String = name.chars().take(2).collect();
        let block = blocks(&[Some(count / most)]);
        let day = format!("{name} {block}{count:<4.0}");
        if width(&text) + width(day.trim_end()) > columns {
            break;
        }
        text.push_str(&day);
    }
    Some(Line::new(Look::Plain, text.trim_end()))
}
