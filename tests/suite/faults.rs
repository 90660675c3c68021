//! Failing system calls, kills at each of them, full disks and power cuts. Tests that need strace are skipped, with a
//! message, if it is not installed; tests that take minutes or need root are ignored unless asked for.

#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::durability::copy_all;
use crate::support::{Home, Run, cards, is_there};

const QUIZ: &str = env!("CARGO_BIN_EXE_quiz");

fn run(command: &mut Command) -> Run {
    let output = command.stdin(Stdio::null()).output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Runs the binary with an injected fault, in strace's notation; also returns whether the fault occurred.
fn with_fault(home: &Home, fault: &str, arguments: &[&str]) -> (Run, bool) {
    let trace = home.path().parent().unwrap().join("trace");
    let call = fault.split(':').next().unwrap_or_default();
    let mut strace = home.command_of("strace");
    strace
        .args(["-f", "-qq", "-o"])
        .arg(&trace)
        .args([
            "-e",
            &format!("trace={call}"),
            "-e",
            &format!("inject={fault}"),
            QUIZ,
        ])
        .args(arguments);
    let run = run(&mut strace);
    let seen = fs::read_to_string(&trace).unwrap_or_default();
    (run, seen.contains("INJECTED") || seen.contains("SIGKILL"))
}

#[test]
fn file_systems_without_locks_or_syncs_keep_everything() {
    if !is_there("strace") {
        return;
    }
    let home = Home::with(&cards(40));
    let mut cards = (0..40).map(|n| format!("c{n:03}"));
    let mut recorded = 0;
    for (fault, is_said) in [
        ("flock:error=ENOLCK", true),
        ("flock:error=ENOSYS", true),
        ("flock:error=EOPNOTSUPP", true),
        ("flock:error=EINTR:when=1", false),
        ("fsync:error=EINVAL", false),
        ("fsync:error=EBADF", false),
        ("fsync:error=EOPNOTSUPP", false),
        ("fdatasync:error=EINVAL", false),
        ("fchmod:error=EPERM", false),
        ("fchown:error=EPERM", false),
    ] {
        let card = cards.next().unwrap();
        let deck = format!("new-{recorded}/deck");
        for arguments in [
            &["grade", &card, "good"][..],
            &["add", &deck, "--front", &card, "--back", "b"],
            &["add", "d", "--front", &card, "--back", "c"],
        ] {
            let (run, _) = with_fault(&home, fault, arguments);
            assert_eq!(run.code, 0, "{fault} {arguments:?}: {}", run.err);
            let said = run.err.matches("no locks").count();
            assert_eq!(
                said,
                usize::from(is_said),
                "{fault} {arguments:?}: {}",
                run.err
            );
        }
        recorded += 1;
        assert_eq!(home.grades().len(), recorded, "{fault}");
    }
    let check = home.quiz(&["check"]);
    assert!(
        check.out.contains(&format!("{} cards", 40 + 2 * recorded)),
        "{}",
        check.out
    );
    assert_eq!(check.code, 0);
}

#[test]
fn a_deck_keeps_its_owner_and_its_permissions() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let home = Home::with(&cards(1));
    let deck = home.path().join("decks/d.ron");
    fs::set_permissions(&deck, fs::Permissions::from_mode(0o604)).unwrap();
    // Only root can give a file away.
    let given = std::os::unix::fs::chown(&deck, Some(12345), Some(54321)).is_ok();
    home.ok(&["add", "d", "--front", "f", "--back", "b"]);
    let meta = fs::metadata(&deck).unwrap();
    assert_eq!(meta.permissions().mode() & 0o777, 0o604);
    if given {
        assert_eq!((meta.uid(), meta.gid()), (12345, 54321));
    }
}

/// The commands that write, each with the input that it needs.
const WRITERS: [&[&str]; 8] = [
    &["grade", "c000", "good"],
    &["add", "d", "--front", "New", "--back", "b"],
    &["add", "new/deck", "--front", "New", "--back", "b"],
    &["suspend", "c000"],
    &["forget", "c001"],
    &["rename", "c001", "renamed"],
    &["check", "--fix"],
    &["config", "new_per_day", "7"],
];

/// Returns a home with a history, a deck, and a card without an id.
fn prepared() -> Home {
    let home = Home::with(&cards(4));
    home.deck(
        "e",
        "Deck(title: \"E\", cards: [Basic(front: \"No id\", back: \"b\")])",
    );
    home.ok(&["grade", "c001", "good"]);
    home
}

/// Asserts what must hold after a command that met a fault.
fn still_whole(home: &Home, before: &[String], run: &Run, what: &str) {
    assert!(!run.err.contains("panicked"), "{what}: {}", run.err);
    let history: BTreeSet<String> = home.history().into_iter().collect();
    for line in before {
        assert!(history.contains(line), "{what}: lost {line}");
    }
    let check = home.quiz(&["check"]);
    assert_eq!(check.code, 0, "{what}: {}", check.out);
    let listed = home.ok(&["list"]).lines().count();
    assert!((5..=6).contains(&listed), "{what}: {listed} cards");
    home.ok(&["grade", "c003", "good"]);
    assert!(home.grades().contains(&"c003 Good".to_string()), "{what}");
}

/// Returns whether the change that a command reports was made.
fn is_done(home: &Home, arguments: &[&str]) -> bool {
    let history = || home.history().join("\n");
    match arguments[0] {
        "grade" => history().contains("face:\"c000\""),
        "suspend" => history().contains("Suspend("),
        "forget" => history().contains("Forget("),
        "rename" => {
            history().contains("to:\"renamed\"") && home.quiz(&["show", "renamed"]).code == 0
        }
        "add" => home.ok(&["list", "New"]).lines().count() == 1,
        "check" => fs::read_to_string(home.path().join("decks/e.ron"))
            .unwrap()
            .contains("id:"),
        _ => {
            fs::read_to_string(home.path().join("config.ron")).is_ok_and(|text| text.contains('7'))
        }
    }
}

/// Makes each call of each kind fail, or end in a kill, in each command that writes.
fn at_every_call(faults: &[(&str, &[&str])]) {
    if !is_there("strace") {
        return;
    }
    let kept = prepared();
    let before = kept.history();
    let mut runs = 0;
    for arguments in WRITERS {
        for (call, ways) in faults {
            for way in *ways {
                for when in 1..200 {
                    let home = Home::empty();
                    copy_all(&kept.path(), &home.path());
                    let fault = format!("{call}:{way}:when={when}");
                    let what = format!("{arguments:?} {fault}");
                    let (run, met) = with_fault(&home, &fault, arguments);
                    if !met {
                        break;
                    }
                    runs += 1;
                    still_whole(&home, &before, &run, &what);
                    assert!(
                        run.code != 0 || is_done(&home, arguments),
                        "{what}: {}",
                        run.out
                    );
                }
            }
        }
    }
    eprintln!("{runs} runs");
    assert!(runs > 50);
}

/// The calls by which files are read and written, with the errors that each of them can give.
const CALLS: [(&str, &[&str]); 12] = [
    ("openat", &["error=EACCES", "error=EMFILE"]),
    ("read", &["error=EIO", "error=EINTR"]),
    ("write", &["error=EIO", "error=ENOSPC", "error=EINTR"]),
    ("lseek", &["error=EIO"]),
    ("fdatasync", &["error=EIO", "error=ENOSPC"]),
    ("fsync", &["error=EIO", "error=ENOSPC"]),
    ("rename", &["error=EIO", "error=EACCES"]),
    ("renameat2", &["error=EIO", "error=EINVAL"]),
    ("flock", &["error=ENOLCK", "error=EINTR"]),
    ("mkdir", &["error=ENOSPC", "error=EACCES"]),
    ("unlink", &["error=EACCES"]),
    ("fchmod", &["error=EPERM"]),
];

#[test]
#[ignore = "takes minutes; needs strace"]
fn an_error_at_any_call_loses_nothing() {
    at_every_call(&CALLS);
}

#[test]
#[ignore = "takes minutes; needs strace"]
fn a_kill_at_any_call_loses_nothing() {
    at_every_call(&CALLS.map(|(call, _)| (call, &["signal=KILL"][..])));
}

#[test]
#[ignore = "needs root"]
fn where_no_thread_can_be_started_one_does_the_work() {
    let home = prepared();
    for command in ["list", "stats", "grade c000 good"] {
        // A separate user, who may run only one process.
        let own = Command::new("chmod")
            .args(["-R", "a+rwX"])
            .arg(home.path().parent().unwrap())
            .status();
        assert!(own.unwrap().success());
        let mut alone = home.command_of("setpriv");
        alone
            .args([
                "--reuid=64321",
                "--regid=64321",
                "--clear-groups",
                "prlimit",
                "--nproc=1",
                QUIZ,
            ])
            .args(command.split(' '));
        let run = run(&mut alone);
        assert!(
            run.code == 0 && !run.err.contains("panicked"),
            "{command}: {}",
            run.err
        );
    }
    assert!(home.grades().contains(&"c000 Good".to_string()));
}

/// A file system in a file, mounted while this lives. Needs root and loop devices.
struct Mounted {
    at: PathBuf,
}

impl Mounted {
    fn new(kind: &str, source: &Path, at: &Path, options: &str) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let done = Command::new("mount")
            .args(["-t", kind, "-o", options])
            .args([source, at])
            .status()
            .is_ok_and(|status| status.success());
        if !done {
            eprintln!("passed over: {kind} can't be mounted here");
        }
        done.then(|| Self {
            at: at.to_path_buf(),
        })
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.at).status();
    }
}

#[test]
#[ignore = "needs root, to mount a small file system"]
fn a_full_disk_loses_nothing_at_any_number_of_free_pages() {
    for arguments in WRITERS {
        for free in 0..12 {
            let home = prepared();
            let kept = home.path().parent().unwrap().join("kept");
            fs::rename(home.path(), &kept).unwrap();
            let Some(_mounted) =
                Mounted::new("tmpfs", Path::new("none"), &home.path(), "size=256k")
            else {
                return;
            };
            let copied = Command::new("cp")
                .arg("-a")
                .arg(kept.join("."))
                .arg(home.path())
                .status();
            assert!(copied.unwrap().success());
            let before = home.history();
            let ballast = home.path().join("ballast");
            // All the free space, minus the pages that stay free.
            let all = Command::new("dd")
                .args([
                    "if=/dev/zero",
                    "bs=4096",
                    &format!("of={}", ballast.display()),
                ])
                .stderr(Stdio::null())
                .status();
            assert!(!all.unwrap().success());
            let size = fs::metadata(&ballast).unwrap().len();
            fs::File::options()
                .write(true)
                .open(&ballast)
                .unwrap()
                .set_len(size.saturating_sub(free * 4096))
                .unwrap();
            let run = home.quiz(arguments);
            let what = format!("{arguments:?} with {free} pages");
            assert!(
                run.code == 0 || run.err.lines().count() <= 3,
                "{what}: {}",
                run.err
            );
            fs::remove_file(&ballast).unwrap();
            still_whole(&home, &before, &run, &what);
            assert!(run.code != 0 || is_done(&home, arguments), "{what}");
        }
    }
}

#[test]
#[ignore = "needs root, to mount file systems in files"]
fn a_power_cut_loses_nothing_that_was_acknowledged() {
    for (kind, make, options) in [
        ("ext4", &["mkfs.ext4", "-q", "-F"][..], "loop"),
        (
            "ext4",
            &["mkfs.ext4", "-q", "-F"],
            "loop,data=writeback,noauto_da_alloc",
        ),
        (
            "ext4",
            &["mkfs.ext4", "-q", "-F", "-O", "^has_journal"],
            "loop",
        ),
        ("xfs", &["mkfs.xfs", "-q", "-f"], "loop"),
        ("btrfs", &["mkfs.btrfs", "-q", "-f"], "loop"),
    ] {
        let around = tempfile::tempdir().unwrap();
        let (image, cut) = (around.path().join("image"), around.path().join("cut"));
        let size = if kind == "xfs" { 320 } else { 128 };
        fs::File::create(&image)
            .unwrap()
            .set_len(size << 20)
            .unwrap();
        let made = Command::new(make[0]).args(&make[1..]).arg(&image).status();
        if !made.is_ok_and(|status| status.success()) {
            eprintln!("passed over: {} is not installed", make[0]);
            continue;
        }
        let Some(mounted) = Mounted::new(kind, &image, &around.path().join("disk"), options) else {
            continue;
        };
        // Home and state are both on it, and empty: a first start, then answers and cards.
        let mut home = Home::fresh();
        let on_disk = |name: &str| mounted.at.join(name).display().to_string();
        for (variable, folder) in [("QUIZ_HOME", "home"), ("XDG_STATE_HOME", "state")] {
            home.set(variable, &on_disk(folder));
        }
        home.ok(&["grade", "ow-definition", "good"]);
        home.ok(&[
            "add", "new/deck", "--front", "New", "--back", "b", "--id", "new",
        ]);
        home.ok(&["grade", "new", "good"]);
        // The power is cut: only the present content of the image remains.
        fs::copy(&image, &cut).unwrap();
        let machine = fs::read_to_string(on_disk("state/quiz/machine")).unwrap();
        drop(mounted);
        let options = options.split(',').next().unwrap_or("loop");
        let Some(after) = Mounted::new(kind, &cut, &around.path().join("after"), options) else {
            panic!("{kind}: the image can't be mounted again");
        };
        let on_disk = |name: &str| after.at.join(name).display().to_string();
        for (variable, folder) in [("QUIZ_HOME", "home"), ("XDG_STATE_HOME", "state")] {
            home.set(variable, &on_disk(folder));
        }
        let what = format!("{kind} {options}");
        assert_eq!(
            fs::read_to_string(on_disk("state/quiz/machine")).unwrap(),
            machine,
            "{what}"
        );
        assert_eq!(
            home.json(&["stats", "--json"])["activity"]["in_all"],
            2,
            "{what}"
        );
        assert_eq!(
            home.json(&["show", "new", "--json"])["deck"],
            "new/deck",
            "{what}"
        );
        assert_eq!(home.quiz(&["check"]).code, 0, "{what}");
        home.ok(&["grade", "osi", "good"]);
        assert_eq!(
            fs::read_dir(on_disk("home/reviews")).unwrap().count(),
            1,
            "{what}"
        );
    }
}
