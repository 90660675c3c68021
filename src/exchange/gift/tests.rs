use super::*;

fn drafts(text: &str) -> Vec<Draft> {
    let parcel = read(text, "quiz", &Options::default()).unwrap();
    parcel
        .decks
        .into_iter()
        .flat_map(|deck| deck.cards)
        .map(|card| card.draft)
        .collect()
}

fn list(items: &[&str]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}

fn noted(draft: Draft, note: &str) -> Draft {
    Draft {
        note: Some(note.into()),
        ..draft
    }
}

#[test]
fn every_kind_of_question_becomes_its_card() {
    let text = "// a comment\n::T::Who's buried in Grant's tomb?{~Grant ~Jefferson#No! =no one}\n\n\
        Grant is buried here.{FALSE#Nobody is.}\n\nWho?{=no one =nobody}\n\n\
        When was he born?{#1822:5}\n\nMatch.{=Canada->Ottawa =Italy -> Rome}\n\n\
        He is {~buried =entombed} in the tomb.\n\nTwo of them?{~%50%a ~%50%b ~c}\n";
    assert_eq!(
        drafts(text),
        [
            noted(
                Draft::choice(
                    "Who's buried in Grant's tomb?",
                    list(&["Grant", "Jefferson", "no one"]),
                    list(&["no one"])
                ),
                "Jefferson: No!"
            ),
            noted(
                Draft::true_false("Grant is buried here.", false, None),
                "Nobody is."
            ),
            Draft::typed("Who?", list(&["no one", "nobody"])),
            noted(
                Draft::typed("When was he born?", list(&["1822"])),
                "1822 ± 5"
            ),
            Draft::basic(
                "Match.\n- Canada\n- Italy",
                "- Canada → Ottawa\n- Italy → Rome"
            ),
            Draft::choice(
                "He is _____ in the tomb.",
                list(&["buried", "entombed"]),
                list(&["entombed"])
            ),
            Draft::choice("Two of them?", list(&["a", "b", "c"]), list(&["a", "b"])),
        ]
    );
}

#[test]
fn backslashes_and_feedback_of_several_lines() {
    let text = "Which equals 5? {\n ~ \\= 2 + 2 # too\n  little\n = \\= 2 + 3\n####In\nall}\n";
    assert_eq!(
        drafts(text),
        [noted(
            Draft::choice(
                "Which equals 5?",
                list(&["= 2 + 2", "= 2 + 3"]),
                list(&["= 2 + 3"])
            ),
            "= 2 + 2: too little\nIn all"
        )]
    );
}

#[test]
fn what_has_no_answer_is_left_out_with_its_line() {
    let text = "One?{=a}\n\nEssay?{}\n\n$CATEGORY: a/b\n\nTwo?{T}\n";
    let parcel = read(text, "quiz", &Options::default()).unwrap();
    assert_eq!(
        parcel.report.left_out.values().next().unwrap().places,
        ["line 3"]
    );
    let names: Vec<&str> = parcel.decks.iter().map(|deck| deck.name.as_str()).collect();
    assert_eq!(names, ["quiz", "a/b"]);
    assert!(read("fn f() { g() }\n", "x", &Options::default()).is_none());
}

#[test]
fn what_a_card_cannot_say_is_noted_with_its_line() {
    let text = "Between?{#1..5}\n\nNear?{#3.14:0.01}\n\nBorn? {#\n=1822:0#Right.\n=%50%1822:2#Close.\n}\n\n\
        Where?{=%100%here =%75%hear}\n\nWhich?{~%50%half ~none =full}\n\nExact?{#7}\n";
    assert_eq!(
        drafts(text),
        [
            Draft::basic("Between?", "from 1 to 5"),
            noted(Draft::typed("Near?", list(&["3.14"])), "3.14 ± 0.01"),
            noted(
                Draft::typed("Born?", list(&["1822"])),
                "Right.\n1822 ± 2: Close."
            ),
            Draft::typed("Where?", list(&["here"])),
            Draft::choice("Which?", list(&["half", "none", "full"]), list(&["full"])),
            Draft::typed("Exact?", list(&["7"])),
        ]
    );
    let noted = read(text, "quiz", &Options::default())
        .unwrap()
        .report
        .noted;
    let places: Vec<(&str, &[String])> = noted
        .iter()
        .map(|(what, found)| (what.split(' ').next().unwrap(), found.places.as_slice()))
        .collect();
    assert_eq!(
        places,
        [
            (
                "answers",
                list(&["line 5", "line 10", "line 12"]).as_slice()
            ),
            ("ranges", list(&["line 1"]).as_slice()),
            ("tolerances", list(&["line 3"]).as_slice()),
        ]
    );
}
