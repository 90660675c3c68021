//! `quiz list`: finding cards and decks.

use serde::Serialize;

use super::deck_page::Page;
use super::{print_json, print_lines, print_raw, say, say_problems};
use crate::cli::{self, Sort, StateWord};
use crate::deck::{Card, Deck, FaceKey};
use crate::error::Result;
use crate::history::{Room, Told};
use crate::schedule::queue::{Queue, Wanted};
use crate::schedule::standing::Standing;
use crate::study::Study;
use crate::text::{one_line, one_line_kept, pad, plural, shorten, width};
use crate::time::Day;
use crate::ui::screen::Line;
use crate::ui::terminal::terminal_columns;

/// A card as `--json` prints it.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    deck: &'a str,
    kind: &'static str,
    front: String,
    /// The front without markup.
    plain: String,
    tags: &'a [String],
    /// The least far that one of its faces has come.
    state: Standing,
    /// How far each of its faces has come.
    #[serde(skip)]
    states: Vec<Standing>,
    /// The day on which its next face is due; none for a new card.
    due: Option<Day>,
    /// Whether one of its faces is due today; `false` unless that is needed.
    is_due: bool,
    suspended: bool,
    /// The most lapses of one of its faces.
    lapses: usize,
    leech: bool,
    /// The highest difficulty of its faces, 1–10; none for a new card, and unless it is needed.
    difficulty: Option<f32>,
    file: String,
    line: usize,
}

/// What is not shown by most lists, and takes long.
struct Needs {
    /// Tells which cards are due.
    queue: Option<Queue>,
    difficulty: bool,
}

impl Needs {
    fn of(study: &Study, flags: &cli::List) -> Self {
        let due = flags.json || flags.state == Some(StateWord::Due);
        Self {
            queue: due.then(|| study.queue(&Wanted::default())),
            difficulty: flags.json || flags.sort == Sort::Difficulty,
        }
    }
}

/// Prints the cards that are meant.
///
/// # Errors
/// Fails for wrong deck names and tags.
pub fn run(study: &Study, flags: &cli::List) -> Result<()> {
    if flags.list_decks {
        return decks(study, &flags.decks, flags.json);
    }
    if flags.list_tags {
        return super::tags::run(study, &flags.decks, flags.json);
    }
    say_problems(study);
    let decks = study.library.select(&flags.decks)?;
    super::wanted(study, &[], flags.tag.as_ref())?;
    let needs = Needs::of(study, flags);
    let words: Vec<&str> = flags
        .query
        .iter()
        .flat_map(|words| words.split_whitespace())
        .collect();
    let cards = decks
        .into_iter()
        .flat_map(|deck| deck.cards.iter().map(move |card| (deck, card)));
    let cards: Vec<(&Deck, &Card)> = cards
        .filter(|(_, card)| {
            flags.tag.as_ref().is_none_or(|tag| card.has_tag(tag)) && card.holds(&words)
        })
        .collect();
    let keys: Vec<FaceKey> = cards.iter().flat_map(|(_, card)| card.faces()).collect();
    let mut told = study.history.of_faces(&keys).into_iter();
    let mut room = Room::default();
    let mut rows: Vec<Row> = cards
        .into_iter()
        .map(|(deck, card)| {
            let faces = told.by_ref().take(card.sides().len());
            row(study, &needs, deck, card, faces, &mut room)
        })
        .filter(|row| flags.state.is_none_or(|state| is_in(row, state)))
        .collect();
    match flags.sort {
        Sort::Deck => {}
        Sort::Id => rows.sort_by_key(|row| row.id),
        Sort::Due => rows.sort_by_key(|row| (row.due.is_none(), row.due)),
        Sort::Lapses => rows.sort_by_key(|row| std::cmp::Reverse(row.lapses)),
        Sort::Difficulty => rows.sort_by(|a, b| {
            b.difficulty
                .unwrap_or(0.0)
                .total_cmp(&a.difficulty.unwrap_or(0.0))
        }),
    }
    if flags.json {
        return print_json(&rows);
    }
    say(&plural(rows.len(), "card"));
    if rows.is_empty() {
        point_to_deck(study, flags);
    }
    let layout = match terminal_columns() {
        None => Layout::Fields,
        Some(room) => Layout::fitting(&rows, room),
    };
    let line = |row: &Row| layout.line(row);
    // The lines are fitted already.
    print_raw(&rows.iter().map(line).collect::<String>())
}

/// Prints the decks that are meant.
///
/// # Errors
/// Fails if a word means no deck.
pub fn decks(study: &Study, wanted: &[String], json: bool) -> Result<()> {
    say_problems(study);
    list_decks(&study.library.select(wanted)?, json)
}

/// Says that a deck has the name for which no card was found.
fn point_to_deck(study: &Study, flags: &cli::List) {
    let name = flags.query.join(" ");
    if !flags.decks.is_empty() || name.is_empty() {
        return;
    }
    if let Ok(found) = study.library.select(&[name])
        && let [deck, ..] = found.as_slice()
    {
        let name = one_line_kept(&deck.name);
        say(&format!(
            "There is a deck `{name}`: quiz list --deck {}",
            shell_words::quote(&name)
        ));
    }
}

/// How cards are laid out in lines.
#[derive(Debug, PartialEq)]
enum Layout {
    /// For other programs: nothing shortened, a tab between the fields.
    Fields,
    /// For a wide terminal, this many columns wide: one line per card, ids and decks padded to their widths.
    Lines { id: usize, deck: usize, room: usize },
    /// For a narrow terminal, this many columns wide: two lines per card.
    Pairs { room: usize },
}

impl Layout {
    /// The most columns that a deck's name takes of a line.
    const DECK: usize = 24;
    /// The fewest columns left for a card's text.
    const TEXT: usize = 24;

    /// Returns the layout of these rows for a terminal of `room` columns.
    fn fitting(rows: &[Row], room: usize) -> Self {
        let id = rows.iter().map(|row| width(row.id)).max().unwrap_or(0);
        let decks = rows.iter().map(|row| width(&one_line_kept(row.deck)));
        let deck = decks.max().unwrap_or(0).min(Self::DECK);
        // Besides, there are the state, the day, and two columns between each two.
        if id + deck + 9 + 10 + 8 + Self::TEXT <= room {
            Self::Lines { id, deck, room }
        } else {
            Self::Pairs { room }
        }
    }

    fn line(&self, row: &Row) -> String {
        let state = if row.suspended {
            "suspended"
        } else {
            row.state.word()
        };
        let due = row.due.map_or("-".to_string(), |day| day.to_string());
        let (deck, front) = (one_line_kept(row.deck), one_line(&row.plain));
        let tags: Vec<String> = row
            .tags
            .iter()
            .map(|tag| format!("#{}", one_line(tag).trim_start_matches('#')))
            .collect();
        let tags = tags.join(" ");
        match self {
            Self::Fields => {
                let fields = [row.id, state, &due, &deck, &tags, &front];
                fields.map(|field| field.replace('\t', " ")).join("\t") + "\n"
            }
            &Self::Lines {
                id,
                deck: wide,
                room,
            } => {
                let id = pad(row.id, id);
                let deck = pad(&shorten(&deck, wide), wide);
                let (state, due) = (pad(state, 9), pad(&due, 10));
                let text = format!("{id}  {state}  {due}  {deck}  {front}  {tags}");
                shorten(text.trim_end(), room) + "\n"
            }
            &Self::Pairs { room } => {
                let text = format!("  {state}  {due}  {front}  {tags}");
                // An id is what other commands take: it is never cut.
                let left = room.saturating_sub(width(row.id) + 2);
                let deck = if left < 4 {
                    String::new()
                } else {
                    shorten(&deck, left)
                };
                let first = format!("{}  {deck}", row.id);
                format!("{}\n{}\n", first.trim_end(), shorten(text.trim_end(), room))
            }
        }
    }
}

/// Returns the row of a card; `faces` are what is told of its faces, in order.
fn row<'a>(
    study: &Study,
    needs: &Needs,
    deck: &'a Deck,
    card: &'a Card,
    faces: impl Iterator<Item = Told<'a>>,
    room: &mut Room,
) -> Row<'a> {
    let (mut due, mut lapses, mut difficulty) = (None, 0, None);
    let mut states = Vec::new();
    for told in faces {
        let face = told.face_in(room);
        states.push(Standing::of(face));
        let Some(face) = face else {
            continue;
        };
        due = [due, face.due()].into_iter().flatten().min();
        lapses = lapses.max(face.lapses());
        let memory = needs.difficulty.then(|| study.memory.state(face)).flatten();
        let of_face = memory.map(|state| state.difficulty);
        difficulty = [difficulty, of_face]
            .into_iter()
            .flatten()
            .max_by(f32::total_cmp);
    }
    let queue = needs.queue.as_ref();
    Row {
        id: card.id.as_str(),
        deck: &deck.name,
        kind: card.content.kind(),
        front: card.front(),
        plain: card.plain_front(),
        tags: card.tags(),
        state: states
            .iter()
            .copied()
            .filter(|state| *state != Standing::New)
            .min()
            .unwrap_or(Standing::New),
        states,
        due,
        is_due: queue.is_some_and(|queue| queue.is_card_due(&study.library, &card.id)),
        suspended: study.history.is_suspended(&card.id),
        lapses,
        leech: lapses >= study.config.leech_after,
        difficulty,
        file: deck.path.to_string_lossy().into_owned(),
        line: card.line,
    }
}

fn is_in(row: &Row, state: StateWord) -> bool {
    match state {
        StateWord::New => row.states.contains(&Standing::New),
        StateWord::Learning => row.states.contains(&Standing::Learning),
        StateWord::Young => row.states.contains(&Standing::Young),
        StateWord::Mature => row.states.contains(&Standing::Mature),
        StateWord::Due => row.is_due,
        StateWord::Suspended => row.suspended,
        StateWord::Leech => row.leech,
    }
}

fn list_decks(decks: &[&Deck], json: bool) -> Result<()> {
    let pages: Vec<Page> = decks.iter().copied().map(Page::of).collect();
    if json {
        return print_json(&pages);
    }
    let pages: Vec<Vec<Line>> = pages.iter().map(Page::lines).collect();
    print_lines(&pages.join(&Line::default()))
}
