//! The licence notices of the crates in the binary are complete.
//!
//! `QUIZ_NOTICES=write cargo test --test suite licenses` writes them again, after `cargo fetch --locked`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::Home;

/// The file of the notices, which the binary prints.
const NOTICES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/.licenses/notices.txt");

/// A crate in the binary.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Linked {
    name: String,
    version: String,
    license: String,
    folder: PathBuf,
}

/// Returns the crates of the binary, on this platform or on all, as far as they were fetched.
fn linked(all_platforms: bool) -> Option<BTreeSet<Linked>> {
    let mut command = Command::new(env!("CARGO"));
    command.args(["metadata", "--format-version", "1", "--offline", "--locked"]);
    if !all_platforms {
        command.args(["--filter-platform", &host()]);
    }
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.output().unwrap();
    // Without a local registry there is nothing to compare with.
    if !output.status.success() {
        return None;
    }
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let nodes = &metadata["resolve"]["nodes"];
    let nodes: BTreeMap<&str, &Value> = nodes
        .as_array()
        .unwrap()
        .iter()
        .map(|node| (node["id"].as_str().unwrap(), node))
        .collect();
    let root = metadata["resolve"]["root"].as_str().unwrap();
    let (mut seen, mut open) = (BTreeSet::from([root]), vec![root]);
    while let Some(id) = open.pop() {
        for dependency in nodes[id]["deps"].as_array().unwrap() {
            let kinds = dependency["dep_kinds"].as_array().unwrap();
            let next = dependency["pkg"].as_str().unwrap();
            if kinds.iter().any(|kind| kind["kind"].is_null()) && seen.insert(next) {
                open.push(next);
            }
        }
    }
    seen.remove(root);
    let packages = metadata["packages"].as_array().unwrap().iter();
    let linked = packages
        .filter(|package| seen.contains(package["id"].as_str().unwrap()))
        .map(|package| Linked {
            name: package["name"].as_str().unwrap().into(),
            version: package["version"].as_str().unwrap().into(),
            license: package["license"].as_str().unwrap_or("unknown").into(),
            folder: Path::new(package["manifest_path"].as_str().unwrap())
                .parent()
                .unwrap()
                .into(),
        });
    Some(linked.collect())
}

fn host() -> String {
    let output = Command::new("rustc").arg("-vV").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("host: "));
    line.unwrap().to_string()
}

/// Returns the text of the licence under which a crate is used: MIT if that is among the choices, else the one it comes
/// with.
fn text_of(krate: &Linked) -> Option<String> {
    let listed = fs::read_dir(&krate.folder).ok()?;
    let names = listed.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names
        .filter(|name| {
            let upper = name.to_uppercase();
            ["LICENSE", "LICENCE", "COPYING", "UNLICENSE", "NOTICE"]
                .iter()
                .any(|start| upper.starts_with(start))
        })
        .filter(|name| krate.folder.join(name).is_file())
        .collect();
    names.sort_by_key(|name| (!name.to_uppercase().contains("MIT"), name.clone()));
    if krate.license.contains("MIT") {
        names.truncate(1);
    }
    let texts = names
        .iter()
        .filter_map(|name| fs::read_to_string(krate.folder.join(name)).ok())
        // Form feeds and other control characters, which a terminal must not get.
        .map(|text| text.replace(|c: char| c.is_control() && c != '\n', " "));
    let text: Vec<String> = texts.map(|text| text.trim().to_string()).collect();
    (!text.is_empty()).then(|| text.join("\n\n"))
}

/// Splits a text into the holders of the rights, and the licence with its spaces normalized.
fn parted(text: &str) -> (Vec<String>, String) {
    let is_holder = |line: &&str| line.trim().to_lowercase().starts_with("copyright (c)");
    let holders = text.lines().filter(is_holder);
    let holders = holders.map(|line| line.trim().to_string()).collect();
    let rest = text.lines().filter(|line| !is_holder(line));
    let words: Vec<&str> = rest.flat_map(str::split_whitespace).collect();
    let words = words.join(" ");
    let plain = ["The MIT License (MIT) ", "MIT License ", "# "];
    let words = plain.iter().fold(words.as_str(), |words, title| {
        words.strip_prefix(title).unwrap_or(words)
    });
    (holders, words.to_string())
}

/// Returns the notices: each licence once, after the crates that it covers and the holders of the rights.
fn notices(linked: &BTreeSet<Linked>) -> String {
    let mut blocks: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
    for krate in linked {
        let text = text_of(krate).unwrap_or_else(|| {
            format!(
                "The crates come without a text; their sources name {}.",
                krate.license
            )
        });
        let (holders, words) = parted(&text);
        let mut entry = format!("{} {} ({})", krate.name, krate.version, krate.license);
        for holder in holders {
            entry.push_str(&format!("\n    {holder}"));
        }
        let (_, entries) = blocks.entry(words).or_insert((text, Vec::new()));
        entries.push(entry);
    }
    let mut blocks: Vec<(Vec<String>, String)> = blocks
        .into_values()
        .map(|(text, entries)| (entries, text))
        .collect();
    blocks.sort();
    let rule = "-".repeat(78);
    let mut out = String::from("quiz is linked with the following crates, under their licences.\n");
    for (entries, text) in blocks {
        let lines = text
            .lines()
            .filter(|line| !line.trim().to_lowercase().starts_with("copyright (c)"));
        let lines: Vec<&str> = lines.map(str::trim_end).collect();
        let text = lines.join("\n");
        out.push_str(&format!(
            "\n{rule}\n{}\n\n{}\n",
            entries.join("\n"),
            text.trim()
        ));
    }
    out
}

/// Returns the crates named in the notices, as `name version`.
fn named(notices: &str) -> BTreeSet<String> {
    let rule = "-".repeat(78);
    let heads = notices
        .split(&rule)
        .skip(1)
        .filter_map(|block| block.trim_start().split("\n\n").next());
    let entries = heads
        .flat_map(str::lines)
        .filter(|line| !line.starts_with(' '));
    entries
        .filter_map(|line| line.split_once(" (").map(|(name, _)| name.to_string()))
        .collect()
}

#[test]
fn every_linked_crate_has_its_notice() {
    if std::env::var("QUIZ_NOTICES").as_deref() == Ok("write") {
        let all = linked(true).expect("cargo fetch --locked first");
        fs::write(NOTICES, notices(&all)).unwrap();
    }
    let Some(linked) = linked(false) else {
        return eprintln!("skipped: cargo metadata does not answer offline");
    };
    let linked: BTreeSet<String> = linked
        .iter()
        .map(|krate| format!("{} {}", krate.name, krate.version))
        .collect();
    let notices = fs::read_to_string(NOTICES).unwrap();
    let named = named(&notices);
    let missing: Vec<&String> = linked.difference(&named).collect();
    assert!(
        missing.is_empty(),
        "no notice for {missing:?}: QUIZ_NOTICES=write cargo test --test suite licenses"
    );
    let lock = include_str!("../../Cargo.lock").replace("\r\n", "\n");
    let gone: Vec<&String> = named
        .iter()
        .filter(|named| {
            let (name, version) = named.split_once(' ').unwrap();
            !lock.contains(&format!("name = \"{name}\"\nversion = \"{version}\"\n"))
        })
        .collect();
    assert!(
        gone.is_empty(),
        "not linked any more: {gone:?}: QUIZ_NOTICES=write cargo test --test suite licenses"
    );
}

#[test]
fn the_binary_prints_the_notices() {
    let printed = Home::fresh().ok(&["--licenses"]);
    assert_eq!(printed, fs::read_to_string(NOTICES).unwrap());
}
