//! Names the commit that a release is built from: `quiz --version` prints it.
//!
//! Nothing else depends on the time or the machine of the build, so two builds of one commit say the same.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Written by `cargo package`, beside `Cargo.toml`.
const PACKAGED: &str = ".cargo_vcs_info.json";

fn main() {
    println!("cargo:rerun-if-changed=.build/version.rs");
    let version = std::env::var("CARGO_PKG_VERSION").unwrap_or_default();
    // While somebody works on the code the commit changes all the time: only a release is worth the rebuild.
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let commit = if is_release {
        packaged().or_else(checked_out)
    } else {
        None
    };
    let version = match commit {
        Some(commit) => format!("{version} ({commit})"),
        None => version,
    };
    println!("cargo:rustc-env=QUIZ_VERSION={version}");
}

/// Returns the commit that a published package was made from.
fn packaged() -> Option<String> {
    let info = fs::read_to_string(PACKAGED).ok()?;
    println!("cargo:rerun-if-changed={PACKAGED}");
    let (_, rest) = info.split_once("\"sha1\": \"")?;
    rest.get(..7).map(String::from)
}

/// Returns the commit that is checked out, where git and its folder are there.
fn checked_out() -> Option<String> {
    // Without a `.git` of our own, git would name the commit of a repository around us.
    if !Path::new(".git").exists() {
        return None;
    }
    // Grows with each commit and each checkout. Named only if it exists: cargo takes a missing file for a changed one.
    let log = git(&["rev-parse", "--git-path", "logs/HEAD"]).filter(|log| Path::new(log).exists());
    if let Some(log) = log {
        println!("cargo:rerun-if-changed={log}");
    }
    let commit = git(&["rev-parse", "HEAD"])?;
    commit.get(..7).map(String::from)
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.trim().to_string()).filter(|text| output.status.success() && !text.is_empty())
}
