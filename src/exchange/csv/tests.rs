use super::*;

fn parcel(text: &str) -> Parcel {
    read(text, "list", &Options::default()).unwrap()
}

fn drafts(text: &str) -> Vec<Draft> {
    let decks = parcel(text).decks.into_iter();
    decks
        .flat_map(|deck| deck.cards)
        .map(|card| card.draft)
        .collect()
}

fn sides(text: &str) -> Vec<(String, String)> {
    let side = |draft: Draft| match draft.kind {
        Kind::Basic { front, back, .. } => (front, back),
        other => panic!("{other:?}"),
    };
    drafts(text).into_iter().map(side).collect()
}

fn pair(front: &str, back: &str) -> (String, String) {
    (front.to_string(), back.to_string())
}

#[test]
fn every_separator_is_told() {
    for sign in ["\t", ";", "|", ","] {
        let text = format!("Hund{sign}dog\nKatze{sign}cat\n");
        assert_eq!(
            sides(&text),
            [pair("Hund", "dog"), pair("Katze", "cat")],
            "{sign:?}"
        );
    }
    let prose = "Wer, wie, was?\tWho, how, what?\nDer, die\tThe\n";
    assert_eq!(sides(prose)[0], pair("Wer, wie, was?", "Who, how, what?"));
    assert!(read("just\nwords\n", "x", &Options::default()).is_err());
}

#[test]
fn quotes_hold_lines_and_separators_together() {
    assert_eq!(
        sides("\"a\nb\",\"say \"\"hi\"\", ok\"\nc,d\n"),
        [pair("a\nb", "say \"hi\", ok"), pair("c", "d")]
    );
    assert_eq!(
        sides("\"Hi\" she said\tx\n5\" nails\ty\n"),
        [pair("\"Hi\" she said", "x"), pair("5\" nails", "y")]
    );
}

#[test]
fn a_header_row_says_what_the_columns_are() {
    let text = "Tags,Answer,Question,Remark\na b,dog,Hund,tame\n";
    let draft = &drafts(text)[0];
    assert_eq!(draft.front(), "Hund");
    assert_eq!(draft.tags, ["a", "b"]);
    assert_eq!(draft.note.as_deref(), Some("Remark: tame"));
    assert_eq!(drafts("Deck\tKartenspiel\nFlur\thall\n").len(), 2);
    assert_eq!(drafts("a\tb\tfood\nc\td\t\n")[0].tags, ["food"]);
}

#[test]
fn columns_can_be_named() {
    let named = |columns: &[&str]| {
        let columns = columns.iter().map(ToString::to_string).collect();
        let options = Options {
            columns: Some(columns),
            ..Options::default()
        };
        read("1,dog,Hund\n", "x", &options)
    };
    let parcel = named(&["-", "back", "front"]).unwrap();
    assert_eq!(parcel.decks[0].cards[0].draft.front(), "Hund");
    assert!(named(&["back"]).is_err());
    assert!(named(&["front", "bakc"]).is_err());
}

#[test]
fn anki_says_what_its_columns_are() {
    let text = "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n#tags column:6\n\
        ab\tBasic\tA::B\tx &lt; y\t<b>z</b>\tt\n\
        cd\tBasic (and reversed card)\tA\tHund\tdog\t\n\
        ef\tCloze\tA\t{{c1::one}} two\tmore\t\n\
        gh\tBasic (type in the answer)\tA\tq\t<b>Paris</b>\tleech\n";
    let parcel = parcel(text);
    let names: Vec<&str> = parcel.decks.iter().map(|deck| deck.name.as_str()).collect();
    assert_eq!(names, ["A/B", "A"]);
    let drafts: Vec<&Draft> = parcel
        .decks
        .iter()
        .flat_map(|deck| &deck.cards)
        .map(|card| &card.draft)
        .collect();
    assert_eq!(
        drafts[0],
        &Draft {
            tags: vec!["t".into()],
            ..Draft::basic("x < y", "**z**").with_id("anki-ab")
        }
    );
    assert_eq!(
        drafts[1],
        &Draft::both_ways("Hund", "dog").with_id("anki-cd")
    );
    assert_eq!(drafts[2].note.as_deref(), Some("more"));
    assert_eq!(
        drafts[3],
        &Draft::typed("q", vec!["Paris".into()]).with_id("anki-gh")
    );
    assert_eq!(parcel.source_cards(), 5);
}

#[test]
fn what_has_no_back_is_left_out_with_its_line() {
    let parcel = parcel("a\tb\nc\t\n\nd\te\n");
    let left: Vec<_> = parcel.report.left_out.iter().collect();
    assert_eq!(left.len(), 1);
    assert_eq!(
        (left[0].1.count, left[0].1.places.as_slice()),
        (1, ["line 2".to_string()].as_slice())
    );
}

#[test]
fn lists_that_are_no_tables_are_read_as_such() {
    let pairs = [pair("Hund", "dog"), pair("Katze", "cat")];
    for text in [
        "Hund,dog;Katze,cat",
        "Hund\tdog;Katze\tcat;\n",
        "Hund - dog\n\nKatze - cat\n",
        "Hund – dog\nKatze – cat\n",
    ] {
        assert_eq!(sides(text), pairs, "{text:?}");
    }
    // Only some lines have a dash, or the dash is within a cell.
    assert!(read("Hund - dog\nKatze\n", "x", &Options::default()).is_err());
    assert_eq!(sides("a - b\tx\nc - d\ty\n")[0], pair("a - b", "x"));
}

#[test]
fn the_rule_of_a_table_in_markdown_is_no_card() {
    let text = "| Term | Meaning |\n|:---|---:|\n| Hund | dog |\n| Katze | cat |\n";
    assert_eq!(sides(text), [pair("Hund", "dog"), pair("Katze", "cat")]);
}

#[test]
fn answers_with_numbers_are_choices() {
    let choice = |front: &str, choices: &[&str], right: &[&str]| {
        let all = |texts: &[&str]| texts.iter().map(|text| (*text).to_string()).collect();
        Draft::choice(front, all(choices), all(right))
    };
    let kahoot = "Question - max 120 characters,Answer 1 - max 75 characters,Answer 2 - max 75 characters,\
        Answer 3 - max 75 characters,Answer 4 - max 75 characters,Time limit (sec),Correct answer(s)\n\
        What is 2+2?,3,4,5,,20,2\nPrimes?,2,3,4,6,30,\"1,2\"\nNone?,a,b,,,20,\n";
    assert_eq!(
        drafts(kahoot),
        [
            choice("What is 2+2?", &["3", "4", "5"], &["4"]),
            choice("Primes?", &["2", "3", "4", "6"], &["2", "3"]),
        ]
    );
    let report = parcel(kahoot).report;
    assert_eq!(report.left_out["no right answer"].places, ["line 4"]);
    assert_eq!(
        report.noted["columns that are left out"].places,
        ["Time limit (sec)"]
    );
    let below_a_title = "\"A template\",,,,\n\"Question #\",\"Question Text\",\"Option 1\",\"Option 2\",\"Correct Answer\"\n\
        1,Which?,this,that,B\n2,Who?,he,she,HE\n";
    assert_eq!(
        drafts(below_a_title),
        [
            choice("Which?", &["this", "that"], &["that"]),
            choice("Who?", &["he", "she"], &["he"]),
        ]
    );
}
