//! The pictures of the README, drawn from the program's screen in a real terminal.
//!
//! `cargo test --test suite pictures -- --ignored` draws them again, into `.pictures/`.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::support::Home;

/// The size of the terminal.
const COLUMNS: u16 = 80;
const ROWS: u16 = 24;
/// The size of a cell and of the margin, in pixels.
const WIDE: f32 = 8.4;
const HIGH: f32 = 18.0;
const MARGIN: f32 = 16.0;

/// Returns the screen as an SVG: text as text, so that it stays sharp and can be read aloud.
fn svg(screen: &vt100::Screen, title: &str) -> String {
    let (wide, high) = (
        f32::from(COLUMNS) * WIDE + 2.0 * MARGIN,
        f32::from(ROWS) * HIGH + 2.0 * MARGIN,
    );
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide} {high}\" role=\"img\">\n\
         <title>{title}</title>\n\
         <rect width=\"{wide}\" height=\"{high}\" rx=\"8\" fill=\"#1d2021\"/>\n\
         <g font-family=\"ui-monospace, Menlo, Consolas, monospace\" font-size=\"14\" xml:space=\"preserve\">\n"
    );
    for row in 0..ROWS {
        let y = MARGIN + (f32::from(row) + 0.75) * HIGH;
        let mut column = 0;
        while column < COLUMNS {
            let Some(first) = screen.cell(row, column).filter(|cell| cell.has_contents()) else {
                column += 1;
                continue;
            };
            let look = (first.fgcolor(), first.bold(), first.dim());
            let start = column;
            let mut text = String::new();
            while let Some(cell) = screen.cell(row, column)
                && (cell.fgcolor(), cell.bold(), cell.dim()) == look
                && column < COLUMNS
            {
                text.push_str(if cell.has_contents() {
                    cell.contents()
                } else {
                    " "
                });
                column += 1;
            }
            let text = text.trim_end();
            if text.is_empty() {
                continue;
            }
            let x = MARGIN + f32::from(start) * WIDE;
            let length = text.chars().count() as f32 * WIDE;
            let weight = if look.1 { " font-weight=\"bold\"" } else { "" };
            writeln!(
                out,
                "<text x=\"{x:.1}\" y=\"{y:.1}\" textLength=\"{length:.1}\" lengthAdjust=\"spacingAndGlyphs\" \
                 fill=\"{}\"{weight}>{}</text>",
                color(look.0, look.2),
                escaped(text)
            )
            .unwrap();
        }
    }
    out + "</g>\n</svg>\n"
}

fn color(color: vt100::Color, dim: bool) -> &'static str {
    match (color, dim) {
        (vt100::Color::Idx(1 | 9), _) => "#fb4934",
        (vt100::Color::Idx(2 | 10), _) => "#b8bb26",
        (vt100::Color::Idx(3 | 11), _) => "#fabd2f",
        (vt100::Color::Idx(4 | 12), _) => "#83a598",
        (vt100::Color::Idx(6 | 14), _) => "#8ec07c",
        (_, true) => "#928374",
        _ => "#ebdbb2",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn write(name: &str, picture: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".pictures");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), picture).unwrap();
}

/// Returns a home with the lesson and some months of use, the same each time.
fn used() -> Home {
    let mut home = Home::fresh();
    home.at("2026-11-23T09:00:00+01:00");
    let cards = home.json(&["list", "--json"]);
    let ids: Vec<&str> = cards
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|card| card["id"].as_str())
        .take(60)
        .collect();
    let first: chrono::NaiveDate = "2026-09-01".parse().unwrap();
    let last: chrono::NaiveDate = "2026-11-22".parse().unwrap();
    let mut lines = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        let mut day = first + chrono::Days::new(at as u64 * 4 / 3);
        let mut interval: u64 = 0;
        let mut step = at;
        while day <= last {
            step += 1;
            let again = step % 9 == 8;
            interval = match (again, interval) {
                (true, _) => 1,
                (_, 0) => 2,
                (_, before) => before * 9 / 4,
            };
            let due = day + chrono::Days::new(interval);
            let grade = if again { "Again" } else { "Good" };
            lines.push(format!(
                "Review(at:\"{day}T{:02}:{:02}:00.000+01:00\",face:\"{id}\",grade:{grade},ms:{},due:\"{due}\")",
                8 + at % 3,
                at % 60,
                4000 + step * 700 % 6000
            ));
            day = due;
        }
    }
    lines.sort();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    home.write_history(&lines);
    home
}

/// The cards in the picture of a session, with some code and some emphasis.
const RUST: &str = r#"Deck(
    title: "Rust",
    cards: [
        Basic(
            id: "question-mark",
            front: "What does `?` do with an `Err` in a function that returns a `Result`?",
            back: "It returns it **at once**, converted with `From`.",
            note: "On `Ok` the expression is the value inside.",
        ),
        Basic(id: "copy", front: "When may a type be `Copy`?", back: "If all its fields are, and it has no `Drop`."),
        Basic(id: "deref", front: "What does `*` need on a type of one's own?", back: "`Deref`"),
    ],
)
"#;

#[test]
#[ignore = "draws the pictures of the README"]
fn pictures() {
    let home = used();
    home.deck("rust", RUST);
    let mut session = home.terminal(&["review", "rust"], COLUMNS, ROWS);
    session.see("Space").press(" ").see("3 good");
    write(
        "session.svg",
        &session.draw(|screen| svg(screen, "A session of quiz review")),
    );
    session.press("q");
    session.end();
    let stats = home.terminal(&["stats"], COLUMNS, ROWS);
    let picture = stats.last_screen(|screen| svg(screen, "The page of quiz stats"));
    write("stats.svg", &picture);
}
