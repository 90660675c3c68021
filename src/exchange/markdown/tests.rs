use super::*;

fn parcel(text: &str) -> Parcel {
    read(text, "notes", &Options::default()).unwrap()
}

fn drafts(text: &str) -> Vec<Draft> {
    let decks = parcel(text).decks.into_iter();
    let cards = decks.flat_map(|deck| deck.cards);
    cards
        .map(|card| Draft {
            tags: Vec::new(),
            ..card.draft
        })
        .collect()
}

#[test]
fn questions_and_answers_of_several_lines() {
    let text = "prose\nQ: what?\nA:yes\n\nC: ping [pong] \\[x] [a](b)\nQ: no\nA:\n- one\n\n- two\n---\nnotes\nQ: alone\n";
    assert_eq!(
        drafts(text),
        [
            Draft::basic("what?", "yes"),
            Draft::cloze("ping {{c1::pong}} [x] [a](b)"),
            Draft::basic("no", "- one\n\n- two"),
        ]
    );
    let left = parcel(text).report.left_out;
    assert_eq!(left.values().next().unwrap().places, ["line 13"]);
}

#[test]
fn cards_of_obsidian_with_their_schedule() {
    let text = "---\ntags: [a, b]\n---\n#flashcards/science/physics\n\nsky::blue <!--SR:!2024-03-20,124,270-->\n\
        sun:::yellow\n\nlong\nquestion\n?\nlong\nanswer\n\nA ==gap== here\n\nuse std::fs::read as it is\n";
    assert_eq!(
        drafts(text),
        [
            Draft::basic("sky", "blue"),
            Draft::both_ways("sun", "yellow"),
            Draft::basic("long\nquestion", "long\nanswer"),
            Draft::cloze("A {{c1::gap}} here"),
        ]
    );
    let parcel = parcel(text);
    assert_eq!(parcel.decks[0].name, "science/physics");
    assert_eq!(parcel.decks[0].cards[0].draft.tags, ["a", "b"]);
    assert_eq!(parcel.source_cards(), 5);
    let (text, schedule) = schedule::taken("x <!--SR:!2024-03-20,124,270!2024-01-01,1,250-->");
    assert_eq!((text.as_str(), schedule.len()), ("x", 2));
}

#[test]
fn cards_of_obsidian_stand_line_by_line() {
    let text = "---\ntags: flashcards/geo, europe\n---\n\
        capital of France::Paris\n<!--SR:!2026-12-20,60,250-->\n\
        capital of Italy:::Rome\n<!--SR:!2026-11-20,10,230!2026-12-01,30,270-->\n\
        capital of\nSpain\n?\nMadrid\n\
        <!--SR:!2026-11-24,4,210-->\nnew::yes\n\n\
        A ==cat== sat\non ==2;;a mat;;thing==\n<!--SR:!2026-11-24,4,210!2026-11-25,5,220-->\n\n\
        #flashcards/other/deep own::deck\n\nif a == b and c == d then\n";
    assert_eq!(
        drafts(text),
        [
            Draft::basic("capital of France", "Paris"),
            Draft::both_ways("capital of Italy", "Rome"),
            Draft::basic("capital of\nSpain", "Madrid"),
            Draft::basic("new", "yes"),
            Draft::cloze("A {{c1::cat}} sat\non {{c2::a mat::thing}}"),
            Draft::basic("own", "deck"),
        ]
    );
    let parcel = parcel(text);
    let decks: Vec<&str> = parcel.decks.iter().map(|deck| deck.name.as_str()).collect();
    assert_eq!(decks, ["geo", "other/deep"]);
    assert_eq!(parcel.decks[0].cards[0].draft.tags, ["europe"]);
    // Paris, both ways of Rome, Madrid, and both gaps.
    assert_eq!(parcel.events.len(), 6);
    assert_eq!(parcel.source_cards(), 8);
}

#[test]
fn marks_of_note_apps() {
    let text = "Radii of orbits #flashcard #physics\na0 = h\n\n- - -\n\nWho was it? : Somebody 🧠 #nature\n\n# Car #card-reverse\nA vehicle\n";
    assert_eq!(
        drafts(text),
        [
            Draft::basic("Radii of orbits", "a0 = h"),
            Draft::basic("Who was it?", "Somebody"),
            Draft::both_ways("Car", "A vehicle"),
        ]
    );
}

#[test]
fn headings_are_cards_where_nothing_else_is() {
    assert_eq!(
        drafts(
            "# Deck\n\n## What is it\n\nThis \\\\(\\sqrt{x}\\\\) thing\n\n## In {{c1::Canberra::city}}\n"
        ),
        [
            Draft::basic("What is it", "This $\\sqrt{x}$ thing"),
            Draft::cloze("In {{c1::Canberra::city}}"),
        ]
    );
    let note = "# Note\ntags: cool\nnid: 12\n\n## Front\nQ1\n\n## Back\nA1\n";
    let parcel = parcel(note);
    let card = &parcel.decks[0].cards[0].draft;
    assert_eq!(
        (card.id.as_deref(), card.tags.as_slice()),
        (Some("md-12"), ["cool".to_string()].as_slice())
    );
    assert!(read("#review\n\njust notes\n", "x", &Options::default()).is_none());
}

#[test]
fn inline_marks_are_ours() {
    let mut media = MediaNames::default();
    assert_eq!(
        inline::text(
            "_The Tempest_ and snake_case `_x_` ![](@/a b.webp) ![[c.png]] [[page|shown]] $a_b_c$",
            &mut media
        ),
        "*The Tempest* and snake_case `_x_` ![](media/a b.webp) ![](media/c.png) shown $a_b_c$"
    );
    assert_eq!(
        inline::text("__b__\n```\n_x_\n```", &mut media),
        "**b**\n```\n_x_\n```"
    );
}
