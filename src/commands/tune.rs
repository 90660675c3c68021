//! `quiz tune`: the quality of predictions, and the parameters that the schedule uses.

use serde::Serialize;

use super::learning::{self, Today};
use super::{config, print, print_json, say_problems};
use crate::cli;
use crate::error::Result;
use crate::learn::measure::{self, Calibration, Measure};
use crate::learn::recall::Curve;
use crate::learn::{EARLIEST, FORGOTTEN, history};
use crate::study::Study;
use crate::text::thousands;

/// The shape of `--json`. Shares are 0–1, log loss is in nats per answer.
#[derive(Serialize)]
struct Shape {
    /// The number of judged answers: those that could be predicted.
    judged: usize,
    /// The numbers of judged answers at which parameters were fitted.
    fits: Vec<u64>,
    /// The number at which they will be fitted next.
    next_fit_at: usize,
    /// The parameters that predict better: `default` or `fitted`.
    leads: &'static str,
    /// The lead of the fitted ones in log odds; 3 is 20 : 1.
    log_odds: f64,
    /// The parameters that drive intervals: `default`, `fitted` or `config`.
    intervals: &'static str,
    /// Whether fitted parameters may drive intervals.
    tune: bool,
    log_loss: Of<f64>,
    rmse_bins: Of<f64>,
    calibration: Vec<Calibration>,
    today: TodayShape,
    /// The 21 parameters that drive intervals.
    parameters: Vec<f32>,
    /// The 21 parameters fitted last.
    fitted: Option<Vec<f32>>,
}

/// A measure for each predictor; null without judged answers.
#[derive(Serialize)]
struct Of<T> {
    default: Option<T>,
    fitted: Option<T>,
    quiz: Option<T>,
}

/// Today's judged answers: the numbers recalled, asked, and predicted to be recalled.
#[derive(Serialize, Default)]
struct TodayShape {
    recalled: usize,
    expected: f64,
    of: usize,
}

/// Shows the state of learning, or writes the setting `tune`.
///
/// # Errors
/// Fails if the setting can't be written.
pub fn run(study: &mut Study, flags: &cli::Tune, json: bool) -> Result<()> {
    if flags.off || flags.on {
        let value = if flags.on { "on" } else { "off" };
        return config::set(&study.home.config(), "tune", value);
    }
    say_problems(study);
    learning::learn(study);
    let shape = shape(study);
    if json {
        return print_json(&shape);
    }
    print(&as_text(study, &shape))
}

fn shape(study: &Study) -> Shape {
    let learned = &study.learned;
    let answers = history::answers(&study.history);
    let judged = answers.judged(None);
    let outcomes = measure::outcomes(&answers, &judged);
    let of = |said: &[f32]| measure::measure(said, &outcomes);
    let default = of(&Curve::default_curve().of(&answers, &judged));
    let fitted = of(&learned.said_by_fits(&answers, &judged));
    let quiz = of(learned.predicted());
    let each = |get: fn(Measure) -> f64| Of {
        default: default.map(get),
        fitted: fitted.map(get),
        quiz: quiz.map(get),
    };
    let scores = learned.scores();
    let log_odds = scores.fitted - scores.default;
    let said = learned.predicted().iter().zip(&outcomes);
    let said = said.map(|(said, outcome)| (f64::from(*said), outcome.recalled));
    Shape {
        judged: judged.len(),
        fits: learned.fits().collect(),
        next_fit_at: learned.next_fit(),
        leads: if log_odds > 0.0 { "fitted" } else { "default" },
        log_odds,
        intervals: intervals(study),
        tune: study.config.tune,
        log_loss: each(|measure| measure.log_loss),
        rmse_bins: each(|measure| measure.rmse_bins),
        calibration: measure::calibration(said),
        today: Today::new(study).map_or_else(TodayShape::default, |today| TodayShape {
            recalled: today.recalled,
            expected: today.expected,
            of: today.of,
        }),
        parameters: study.parameters().numbers().to_vec(),
        fitted: learned.latest_fit().map(|fit| fit.to_vec()),
    }
}

/// Returns which parameters drive intervals.
fn intervals(study: &Study) -> &'static str {
    match (&study.config.parameters, study.learned.parameters()) {
        (Some(_), _) => "config",
        (None, Some(_)) if study.config.tune => "fitted",
        _ => "default",
    }
}

fn as_text(study: &Study, shape: &Shape) -> String {
    let mut lines = vec![fits(shape), leads(study, shape)];
    if let (Some(default), Some(fitted), Some(quiz)) = (
        shape.log_loss.default.zip(shape.rmse_bins.default),
        shape.log_loss.fitted.zip(shape.rmse_bins.fitted),
        shape.log_loss.quiz.zip(shape.rmse_bins.quiz),
    ) {
        lines.push(String::new());
        lines.push(
            "Prediction errors                log loss   RMSE(bins)   lower is better".into(),
        );
        for (name, (loss, rmse)) in [
            ("default parameters", default),
            ("parameters fitted to you", fitted),
            ("quiz itself", quiz),
        ] {
            lines.push(format!("  {name:<28}   {loss:>8.4}   {rmse:>10.4}"));
        }
        lines.push(String::new());
        lines.push("Predicted → recalled".into());
        lines.extend(shape.calibration.iter().map(calibration_line));
    }
    if let Some(today) = Today::new(study) {
        lines.push(String::new());
        lines.push(today.line());
    }
    lines.join("\n") + "\n"
}

fn fits(shape: &Shape) -> String {
    let judged = match shape.judged {
        0 => {
            "Nothing could be predicted yet: that takes an answer on a later day than a card's first."
                .into()
        }
        1 => "1 answer was predicted and judged.".into(),
        judged => format!("{} answers were predicted and judged.", thousands(judged)),
    };
    let next = thousands(shape.next_fit_at);
    match shape.fits.len() {
        0 => format!("{judged} The first fit is made at {next}."),
        1 => format!("{judged} FSRS was fitted to them once; the next fit is at {next}."),
        times => {
            format!("{judged} FSRS was fitted to them {times} times; the next fit is at {next}.")
        }
    }
}

fn leads(study: &Study, shape: &Shape) -> String {
    let odds = match shape.log_odds.abs().exp() {
        odds if odds >= 1e6 => "more than a million to 1".into(),
        odds => format!("{} to 1", thousands(odds as usize)),
    };
    let ahead = format!("the odds that they predict you better are {odds}");
    match (shape.intervals, shape.leads) {
        ("config", _) => "Intervals use the parameters set in config.ron.".into(),
        ("fitted", _) => format!("Intervals use the parameters fitted to you: {ahead}."),
        (_, "fitted") if !study.config.tune => {
            format!(
                "Intervals use the default parameters, as set (`quiz tune --on` changes it). Of those fitted to you {ahead}."
            )
        }
        (_, "fitted") => format!(
            "Intervals use the default parameters. Those fitted to you are ahead: {ahead}; they take over at 20 to 1, with at least {EARLIEST} judged answers and {FORGOTTEN} forgotten ones."
        ),
        _ => {
            "Intervals use the default parameters: those fitted to you are no better so far.".into()
        }
    }
}

fn calibration_line(bin: &Calibration) -> String {
    let percent = |share: f64| 100.0 * share;
    format!(
        "  {:>3.0} % → {:>3.0} %   ({:.0}–{:.0} %, of {})",
        percent(bin.said),
        percent(bin.was.share),
        percent(bin.was.low),
        percent(bin.was.high),
        thousands(bin.was.of)
    )
}
