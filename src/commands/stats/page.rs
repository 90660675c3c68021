//! The figures as a page of text.

use std::iter::zip;

use super::Figures;
use crate::history::Grade;
use crate::stats::retention::Share;
use crate::text::{capital, one_line_kept, pad, plural, shorten, width};
use crate::time::Day;
use crate::time::duration;
use crate::ui::chart::{Stack, blocks, calendar, highest, legend, stacks};
use crate::ui::screen::{Line, Look, paragraph};

/// From how many answers on a share says something.
pub(super) const ENOUGH: usize = 10;

/// Returns the page, its text wrapped to `columns`, and names cut only where their table takes more than `table`.
pub(super) fn lines(figures: &Figures, columns: usize, table: usize) -> Vec<Line> {
    let columns = columns.max(20);
    let mut page = Page {
        lines: Vec::new(),
        columns,
        table,
    };
    page.streak(figures);
    page.answers(figures);
    page.working(figures);
    page.known(figures);
    page.coming(figures);
    page.trouble(figures);
    page.decks(figures);
    page.tests(figures);
    page.lines
}

struct Page {
    lines: Vec<Line>,
    /// The columns of its text.
    columns: usize,
    /// The columns of its tables.
    table: usize,
}

impl Page {
    fn title(&mut self, title: &str) {
        if !self.lines.is_empty() {
            self.lines.push(Line::default());
        }
        self.lines.push(Line::new(Look::Strong, title));
    }

    fn say(&mut self, text: &str) {
        self.lines
            .extend(paragraph(Look::Plain, text, "", "", self.columns));
    }

    fn streak(&mut self, figures: &Figures) {
        let streak = &figures.streak;
        self.title(match figures.whole {
            true => "Streak",
            false => "Streak (of all decks)",
        });
        self.say(&format!("{}.", capital(&streak.said())));
        if let Some(longest) = streak.longest {
            let days = plural(longest.days, "day");
            self.say(&format!(
                "Longest: {days}, {} to {}.",
                longest.from, longest.to
            ));
        }
        self.say(&format!(
            "Kept: {} of the last 30 days, {} of 365.",
            streak.kept_of_30, streak.kept_of_365
        ));
        let answers = figures.answers_by_day();
        self.lines.push(Line::default());
        self.lines
            .extend(calendar(&answers, figures.today, self.columns.min(57)));
        self.lines.push(legend(&answers));
    }

    fn answers(&mut self, figures: &Figures) {
        let activity = &figures.activity;
        self.title("Answers");
        let today = match activity.today {
            0 => "nothing yet".to_string(),
            count => answers_in(count, activity.seconds_today),
        };
        let in_all = answers_in(activity.in_all, activity.seconds_in_all);
        self.say(&format!("Today: {today}. In all: {in_all}."));
        if let (Some(answer), Some(day)) = (activity.seconds_an_answer, activity.seconds_a_day) {
            self.say(&format!(
                "{answer:.0} s per answer, {} per day.",
                duration(day.round() as u64)
            ));
        }
    }

    fn working(&mut self, figures: &Figures) {
        let retention = &figures.retention;
        self.title(&format!("Is it working? (last {} days)", figures.days));
        let Some(all) = retention.all.filter(|all| all.of >= ENOUGH) else {
            let so_far = retention.all.map_or(0, |all| all.of);
            return self.say(&format!(
                "Too little to tell: {} so far.",
                plural(so_far, "due review")
            ));
        };
        let expected = retention.predicted.map_or(String::new(), |share| {
            format!("; {} % was expected", percent(share))
        });
        let wanted = percent(f64::from(figures.desired_retention));
        let said = format!(
            "You recall {} of what you are asked{expected}; you asked for {wanted} %.",
            with_interval(&all)
        );
        let look = recall_look(&all, figures.desired_retention);
        self.lines
            .extend(paragraph(look, &said, "", "", self.columns));
        for (name, share) in [("young", retention.young), ("mature", retention.mature)] {
            let said = match share.filter(|share| share.of >= ENOUGH) {
                Some(share) => format!(
                    "{} of {}",
                    with_interval(&share),
                    plural(share.of, "review")
                ),
                None => "too little to tell".into(),
            };
            self.lines
                .push(Line::new(Look::Plain, format!("  {} {said}", pad(name, 6))));
        }
        self.calibration(figures);
        // From 50 % up: below that nobody goes on, and above it the differences are seen.
        let weeks: Vec<Option<f64>> = retention
            .by_week
            .iter()
            .map(|week| week.map(|share| share * 2.0 - 1.0))
            .collect();
        let shown = weeks.len().min(self.columns.saturating_sub(25));
        let line = blocks(weeks.get(weeks.len() - shown..).unwrap_or(&[]));
        self.lines.push(Line::new(
            Look::Plain,
            format!("  weeks  {line}  ▁ 50 % █ 100 %"),
        ));
    }

    /// Adds the table of what was expected before each answer and what came.
    fn calibration(&mut self, figures: &Figures) {
        let bins = figures
            .calibration
            .iter()
            .filter(|bin| bin.was.of >= ENOUGH);
        for bin in bins {
            let text = format!(
                "expected {} %: {} of {}",
                percent(bin.said),
                with_interval(&bin.was),
                plural(bin.was.of, "answer")
            );
            let lines = paragraph(Look::Plain, &text, "  ", "    ", self.columns);
            self.lines.extend(lines);
        }
    }

    fn known(&mut self, figures: &Figures) {
        self.title("What you know");
        let Some(now) = figures.known.last().filter(|now| now.learnt > 0) else {
            return self.say("Nothing learnt yet.");
        };
        self.say(&format!(
            "Known today: about {:.0} of {} learnt.",
            now.known,
            plural(now.learnt, "face")
        ));
        let most = figures
            .known
            .iter()
            .map(|week| week.known)
            .fold(1.0, f64::max);
        // From the first answer on: what was before says nothing.
        let weeks: Vec<_> = figures
            .known
            .iter()
            .skip_while(|week| week.learnt == 0)
            .collect();
        let line: Vec<Option<f64>> = weeks.iter().map(|week| Some(week.known / most)).collect();
        let first = weeks.first().map_or(0.0, |first| first.known);
        let span = plural(weeks.len().saturating_sub(1).max(1), "week");
        self.lines.push(Line::new(
            Look::Plain,
            format!(
                "  {}  {first:.0} → {:.0} in {span}",
                blocks(&line),
                now.known
            ),
        ));
    }

    fn coming(&mut self, figures: &Figures) {
        let forecast = &figures.forecast;
        self.title("What is coming");
        let within = |days: usize| forecast.days.iter().take(days).sum::<usize>();
        self.say(&format!(
            "Due in the next 7 days: {}, in the next 30: {}.",
            within(7),
            within(30)
        ));
        if let Some(seconds) = forecast.seconds_a_day {
            let new: usize = forecast.new.iter().take(7).sum();
            let new = match new {
                0 => String::new(),
                new => format!("with {}, ", plural(new, "new face")),
            };
            let answers: f64 = forecast.answers.iter().take(7).sum();
            self.say(&format!(
                "This week, {new}about {}: {} per day.",
                plural(answers.round() as usize, "answer"),
                duration(seconds.round() as u64)
            ));
        }
        let days: Vec<Stack> = zip(&forecast.days, &forecast.new)
            .map(|(due, new)| (*due, *new))
            .collect();
        if highest(&days) > 0 {
            self.days(figures.today, &days);
        }
        let most = forecast.weeks.iter().copied().max().unwrap_or(0);
        if most > 0 {
            let share = |due: &usize| (*due > 0).then_some(*due as f64 / most as f64);
            let weeks: Vec<Option<f64>> = forecast.weeks.iter().map(share).collect();
            let text = format!("  8 weeks after {}  █ {most} a week", blocks(&weeks));
            self.lines.push(Line::new(Look::Plain, text));
        }
    }

    /// Adds the days from today on as a chart, with the height of the highest beside it and dates below.
    fn days(&mut self, today: Day, days: &[Stack]) {
        let lead = 5;
        let wide = (self.columns.saturating_sub(lead) / days.len().max(1)).clamp(1, 3);
        for (row, line) in stacks(days, 4, wide).into_iter().enumerate() {
            let label = match row {
                0 => format!("{:>4} ", highest(days)),
                _ => " ".repeat(lead),
            };
            self.lines.push(Line::new(Look::Faint, label).and(line));
        }
        let mut dates = " ".repeat(lead);
        for ahead in (0..days.len()).step_by(7) {
            let day = today.plus(i64::try_from(ahead).unwrap_or(0));
            dates = pad(&dates, lead + ahead * wide);
            dates.push_str(&match ahead {
                0 => "today".to_string(),
                _ => day.date().format("%-d %b").to_string(),
            });
        }
        self.lines.push(Line::new(Look::Faint, dates));
    }

    fn trouble(&mut self, figures: &Figures) {
        self.title("Where the trouble is");
        if figures.hardest.is_empty() {
            self.say("No card was forgotten past its first day.");
        } else {
            self.say("Forgotten, difficulty (1–10), and what opens the card:");
        }
        for hard in &figures.hardest {
            let (face, card) = (hard.face.to_string(), hard.face.card.as_str());
            let side = face.get(card.len()..).unwrap_or("");
            let leech = if hard.leech { "  a leech" } else { "" };
            let text = format!(
                "quiz edit {card}{}{side}{leech}",
                if side.is_empty() { "" } else { "  " }
            );
            let figures = format!("{:>5}×  {:>4.1}  ", hard.lapses, hard.difficulty);
            self.lines.extend(paragraph(
                Look::Plain,
                &text,
                &figures,
                &" ".repeat(width(&figures)),
                self.columns,
            ));
        }
        let used: usize = figures.activity.grades.iter().sum();
        if used >= ENOUGH {
            let share = |count: usize| percent(count as f64 / used as f64);
            let grades = Grade::ALL.iter().zip(figures.activity.grades);
            let said: Vec<String> = grades
                .map(|(grade, count)| format!("{} {} %", grade.word(), share(count)))
                .collect();
            self.say(&format!("Keys used: {}.", said.join(", ")));
        }
        if figures.activity.hours.is_empty() {
            return;
        }
        let at = |hour: u32| {
            figures
                .activity
                .hours
                .iter()
                .find(|found| found.hour == hour)
        };
        let shares: Vec<Option<f64>> = (0..24)
            .map(|hour| Some(at(hour)?.recalled * 2.0 - 1.0))
            .collect();
        self.lines.push(Line::new(
            Look::Plain,
            format!("By hour, 0–23: {}", blocks(&shares)),
        ));
        let meaning = "the share recalled of all answers, ▁ 50 % █ 100 %";
        self.lines
            .extend(paragraph(Look::Faint, meaning, "  ", "  ", self.columns));
    }

    fn decks(&mut self, figures: &Figures) {
        self.title("By deck");
        let head = "  new learn young  mat susp recall due";
        let names = figures.decks.iter().map(|deck| width(deck.deck));
        let room = names
            .max()
            .unwrap_or(0)
            .min(self.table.saturating_sub(width(head)));
        // On a narrow terminal the name has a line of its own.
        let beside = room >= 12;
        let before = |name: &str| {
            if beside {
                pad(name, room)
            } else {
                String::new()
            }
        };
        self.lines.push(Line::new(Look::Faint, before("") + head));
        for deck in &figures.decks {
            let recall = deck
                .retention
                .filter(|share| share.of >= ENOUGH)
                .map_or("-".into(), |share| format!("{} %", percent(share.share)));
            let name = one_line_kept(deck.deck);
            if !beside {
                let name = shorten(&name, self.table);
                self.lines.push(Line::new(Look::Plain, name));
            }
            let numbers = format!(
                "{:5}{:6}{:6}{:5}{:5}{recall:>7}{:4}",
                deck.new, deck.learning, deck.young, deck.mature, deck.suspended, deck.due_today
            );
            self.lines
                .push(Line::new(Look::Plain, before(&name) + &numbers));
        }
        self.columns_legend();
    }

    /// Adds the meaning of the decks' columns.
    fn columns_legend(&mut self) {
        let text = "learn: not yet recalled for a day; young: interval below 21 days; mat: mature, 21 days or \
                    more; susp: suspended; recall: of due reviews";
        self.lines
            .extend(paragraph(Look::Faint, text, "", "", self.columns));
    }

    fn tests(&mut self, figures: &Figures) {
        if figures.tests.is_empty() {
            return;
        }
        self.title("Quizzes");
        for test in figures.tests.iter().rev().take(10).rev() {
            let share = f64::from(test.right) / f64::from(test.asked.max(1));
            let day = test.at.local().format("%Y-%m-%d");
            let text = format!(
                "{day}  {:>3} %  {} of {}  {}",
                percent(share),
                test.right,
                test.asked,
                one_line_kept(&test.decks.join(", "))
            );
            self.lines
                .push(Line::new(Look::Plain, shorten(&text, self.table)));
        }
    }
}

/// `12 answers in 3 min`.
pub(super) fn answers_in(count: usize, seconds: u64) -> String {
    format!("{} in {}", plural(count, "answer"), duration(seconds))
}

pub(super) fn percent(share: f64) -> String {
    format!("{:.0}", share * 100.0)
}

/// `91 % (88–93)`.
pub(super) fn with_interval(share: &Share) -> String {
    format!(
        "{} % ({}–{})",
        percent(share.share),
        percent(share.low),
        percent(share.high)
    )
}

/// Returns how recall looks beside what was asked for: wrong where even its upper end is below.
pub(super) fn recall_look(share: &Share, desired: f32) -> Look {
    if share.high < f64::from(desired) {
        Look::Wrong
    } else {
        Look::Right
    }
}
