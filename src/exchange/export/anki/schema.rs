//! Anki's tables of schema 11, and the note types that our kinds of card become.

use serde_json::{Value, json};

pub(super) const BASIC: i64 = 1_700_000_000_001;
pub(super) const BOTH_WAYS: i64 = 1_700_000_000_002;
pub(super) const TYPED: i64 = 1_700_000_000_003;
pub(super) const CLOZE: i64 = 1_700_000_000_004;

/// The tables, as Anki 2.1 created them.
pub(super) const TABLES: &str = "
create table col (id integer primary key, crt integer not null, mod integer not null, scm integer not null,
    ver integer not null, dty integer not null, usn integer not null, ls integer not null, conf text not null,
    models text not null, decks text not null, dconf text not null, tags text not null);
create table notes (id integer primary key, guid text not null, mid integer not null, mod integer not null,
    usn integer not null, tags text not null, flds text not null, sfld integer not null, csum integer not null,
    flags integer not null, data text not null);
create table cards (id integer primary key, nid integer not null, did integer not null, ord integer not null,
    mod integer not null, usn integer not null, type integer not null, queue integer not null, due integer not null,
    ivl integer not null, factor integer not null, reps integer not null, lapses integer not null,
    left integer not null, odue integer not null, odid integer not null, flags integer not null, data text not null);
create table revlog (id integer primary key, cid integer not null, usn integer not null, ease integer not null,
    ivl integer not null, lastIvl integer not null, factor integer not null, time integer not null,
    type integer not null);
create table graves (usn integer not null, oid integer not null, type integer not null);";

/// Their indexes, created after the rows: that is quicker.
pub(super) const INDEXES: &str = "create index ix_notes_usn on notes (usn);
create index ix_cards_usn on cards (usn);
create index ix_revlog_usn on revlog (usn);
create index ix_cards_nid on cards (nid);
create index ix_cards_sched on cards (did, queue, due);
create index ix_revlog_cid on revlog (cid);
create index ix_notes_csum on notes (csum);";

/// Returns the settings of the collection; `new` is the number of new cards.
pub(super) fn conf(new: i64) -> String {
    json!({"schedVer": 2, "creationOffset": 0, "curDeck": 1, "nextPos": new + 1}).to_string()
}

/// Returns the only preset.
pub(super) fn presets() -> String {
    json!({"1": {
        "id": 1, "name": "Default", "mod": 0, "usn": -1, "maxTaken": 60, "autoplay": true, "timer": 0, "replayq": true,
        "dyn": false,
        "new": {"bury": false, "delays": [1, 10], "initialFactor": 2500, "ints": [1, 4, 0], "order": 1, "perDay": 20},
        "rev": {"bury": false, "ease4": 1.3, "ivlFct": 1, "maxIvl": 36500, "perDay": 200, "hardFactor": 1.2},
        "lapse": {"delays": [10], "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0},
    }})
    .to_string()
}

/// Returns the decks: Anki's own first one, and those with these ids and names.
pub(super) fn decks<'a>(decks: impl Iterator<Item = (i64, &'a str)>) -> String {
    let deck = |id: i64, name: &str| {
        json!({
            "id": id, "name": name, "mod": 0, "usn": -1, "conf": 1, "dyn": 0, "collapsed": false,
            "browserCollapsed": false, "desc": "", "newToday": [0, 0], "revToday": [0, 0], "lrnToday": [0, 0],
            "timeToday": [0, 0], "extendNew": 0, "extendRev": 0,
        })
    };
    let mut all = serde_json::Map::new();
    all.insert("1".into(), deck(1, "Default"));
    for (id, name) in decks {
        all.insert(id.to_string(), deck(id, &name.replace('/', "::")));
    }
    Value::Object(all).to_string()
}

/// Returns the note types.
pub(super) fn models() -> String {
    const TOLD: &str = "{{FrontSide}}<hr id=answer>";
    let note = "{{#Note}}<br>{{Note}}{{/Note}}";
    let back = format!("{TOLD}{{{{Back}}}}{note}");
    let front = format!("{TOLD}{{{{Front}}}}{note}");
    let three = ["Front", "Back", "Note"];
    let models = [
        model(BASIC, "quiz Basic", &three, &[("{{Front}}", &back)], 0),
        model(
            BOTH_WAYS,
            "quiz Basic, both ways",
            &three,
            &[("{{Front}}", &back), ("{{Back}}", &front)],
            0,
        ),
        model(
            TYPED,
            "quiz Typed",
            &three,
            &[("{{Front}}{{type:Back}}", &back)],
            0,
        ),
        model(
            CLOZE,
            "quiz Cloze",
            &["Text", "Note"],
            &[("{{cloze:Text}}", &format!("{{{{cloze:Text}}}}{note}"))],
            1,
        ),
    ];
    Value::Object(models.into_iter().collect()).to_string()
}

fn model(
    id: i64,
    name: &str,
    fields: &[&str],
    templates: &[(&str, &str)],
    kind: i64,
) -> (String, Value) {
    let fields: Vec<Value> = fields
        .iter()
        .enumerate()
        .map(|(ord, name)| {
            json!({"name": name, "ord": ord, "sticky": false, "rtl": false, "font": "Arial", "size": 20, "media": []})
        })
        .collect();
    let templates: Vec<Value> = templates
        .iter()
        .enumerate()
        .map(|(ord, (question, answer))| {
            json!({
                "name": format!("Card {}", ord + 1), "ord": ord, "qfmt": question, "afmt": answer, "did": null,
                "bqfmt": "", "bafmt": "",
            })
        })
        .collect();
    let model = json!({
        "id": id, "name": name, "type": kind, "mod": 0, "usn": -1, "sortf": 0, "did": 1, "tags": [], "vers": [],
        "css": ".card { font-family: arial; font-size: 20px; text-align: center; }", "latexPre": "", "latexPost": "",
        "req": [], "flds": fields, "tmpls": templates,
    });
    (id.to_string(), model)
}
