//! A throw-away home, and the real binary on it: through pipes, or in a real pseudo-terminal.

#![allow(dead_code, reason = "each test file uses a part")]

use std::fs;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

const QUIZ: &str = env!("CARGO_BIN_EXE_quiz");

/// Returns whether a tool is installed; if not, prints that a test is skipped.
pub fn is_there(tool: &str) -> bool {
    let runs = Command::new(tool)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !runs {
        eprintln!("passed over: {tool} is not installed");
    }
    runs
}

/// Returns a deck of cards `c000`, `c001`, … with the fronts `Question 000?`, ….
pub fn cards(count: usize) -> String {
    (0..count)
        .map(|n| {
            format!(
                "Basic(id: \"c{n:03}\", front: \"Question {n:03}?\", back: \"Answer {n:03}.\"),\n"
            )
        })
        .collect()
}

/// A home in a temporary folder, with a time of its own.
pub struct Home {
    folder: tempfile::TempDir,
    now: String,
    environment: Vec<(String, String)>,
}

/// The outcome of a run of the binary.
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Home {
    /// Returns a home without decks.
    pub fn empty() -> Self {
        let home = Self::fresh();
        fs::create_dir_all(home.path().join("decks")).unwrap();
        home
    }

    /// Returns a home that does not exist yet: the first command creates it.
    pub fn fresh() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            folder,
            now: "2026-11-23T09:00:00+01:00".into(),
            environment: Vec::new(),
        }
    }

    /// Returns a home with one deck `d` of these cards.
    pub fn with(cards: &str) -> Self {
        let home = Self::empty();
        home.deck("d", &format!("Deck(title: \"D\", cards: [\n{cards}\n])\n"));
        home
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    pub fn deck(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join("decks").join(format!("{name}.ron"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// Sets the time of all later runs.
    pub fn at(&mut self, now: &str) -> &mut Self {
        self.now = now.into();
        self
    }

    /// Adds a variable to the environment of all later runs.
    pub fn set(&mut self, name: &str, value: &str) -> &mut Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    fn variables(&self) -> Vec<(String, String)> {
        let own = |name: &str| self.folder.path().join(name).to_string_lossy().into_owned();
        let mut all = vec![
            (
                "PATH".to_string(),
                std::env::var("PATH").unwrap_or_default(),
            ),
            ("HOME".into(), own("user")),
            ("XDG_STATE_HOME".into(), own("state")),
            ("XDG_DATA_HOME".into(), own("data")),
            ("QUIZ_HOME".into(), own("home")),
            ("QUIZ_NOW".into(), self.now.clone()),
            // Grade keys count at once: no test has to wait.
            ("QUIZ_PATIENCE".into(), "0".into()),
            // Every home has an index: whatever a test expects must come from it, too.
            ("QUIZ_INDEX_FROM".into(), "0".into()),
            ("TERM".into(), "xterm-256color".into()),
            ("LANG".into(), "C.UTF-8".into()),
        ];
        all.extend(self.environment.iter().cloned());
        all
    }

    /// Returns the binary, ready to run on this home.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(QUIZ);
        command.args(arguments).env_clear().envs(self.variables());
        command
    }

    /// Returns another program that runs the binary, with the same environment.
    pub fn command_of(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(self.variables());
        command
    }

    /// Runs the binary without a terminal.
    pub fn quiz(&self, arguments: &[&str]) -> Run {
        self.quiz_with(arguments, "")
    }

    /// Runs the binary without a terminal, with this standard input.
    pub fn quiz_with(&self, arguments: &[&str], input: &str) -> Run {
        let mut command = self.command(arguments);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Returns the standard output of a run that must succeed.
    pub fn ok(&self, arguments: &[&str]) -> String {
        let run = self.quiz(arguments);
        assert_eq!(run.code, 0, "quiz {arguments:?}: {}{}", run.out, run.err);
        run.out
    }

    /// Returns the JSON of a run that must succeed.
    pub fn json(&self, arguments: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.ok(arguments)).unwrap()
    }

    /// Returns the history file of this machine, beside which there may be `other-zzzz.ron`.
    pub fn own_history(&self) -> PathBuf {
        let mut files = fs::read_dir(self.path().join("reviews"))
            .unwrap()
            .map(|entry| entry.unwrap().path());
        files
            .find(|path| path.is_file() && !path.ends_with("other-zzzz.ron"))
            .expect("this machine has a history")
    }

    /// Returns all lines of the history except headers and `DayStart` events.
    pub fn history(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path().join("reviews")) else {
            return Vec::new();
        };
        let mut files: Vec<PathBuf> = entries
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file())
            .collect();
        files.sort();
        let texts = files
            .iter()
            .map(|path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned());
        texts
            .flat_map(|text| text.lines().map(String::from).collect::<Vec<_>>())
            .filter(|line| !line.starts_with("History(") && !line.starts_with("DayStart("))
            .collect()
    }

    /// Returns the faces and grades of the history, in order: `a Good`.
    pub fn grades(&self) -> Vec<String> {
        let part = |line: &str, before: &str, after: &str| {
            let rest = line.split_once(before).map_or("", |(_, rest)| rest);
            rest.split_once(after)
                .map_or("", |(part, _)| part)
                .to_string()
        };
        let reviews = self
            .history()
            .into_iter()
            .filter(|line| line.starts_with("Review("));
        reviews
            .map(|line| {
                format!(
                    "{} {}",
                    part(&line, "face:\"", "\""),
                    part(&line, "grade:", ",")
                )
            })
            .collect()
    }

    /// Writes a history file of another machine.
    pub fn write_history(&self, lines: &[&str]) -> PathBuf {
        let path = self.path().join("reviews/other-zzzz.ron");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        fs::write(
            &path,
            format!("History(version: 1, machine: \"other-zzzz\")\n{text}"),
        )
        .unwrap();
        path
    }

    /// Starts the binary in a pseudo-terminal.
    pub fn terminal(&self, arguments: &[&str], columns: u16, rows: u16) -> Terminal {
        self.terminal_of(QUIZ, arguments, columns, rows)
    }

    /// Starts any program in a pseudo-terminal, in the folder around the home.
    pub fn terminal_of(
        &self,
        program: &str,
        arguments: &[&str],
        columns: u16,
        rows: u16,
    ) -> Terminal {
        let pty = native_pty_system()
            .openpty(PtySize {
                rows,
                cols: columns,
                pixel_width: 0,
                pixel_height: 0,
            })
            .unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.cwd(self.folder.path());
        command.env_clear();
        for (name, value) in self.variables() {
            command.env(name, value);
        }
        let child = pty.slave.spawn_command(command).unwrap();
        drop(pty.slave);
        let seen = Arc::new(Mutex::new((
            vt100::Parser::new(rows, columns, 0),
            Vec::new(),
        )));
        let mut reader = pty.master.try_clone_reader().unwrap();
        let shared = Arc::clone(&seen);
        let thread = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                let mut seen = shared.lock().unwrap();
                seen.0.process(&buffer[..read]);
                seen.1.extend_from_slice(&buffer[..read]);
            }
        });
        let writer = pty.master.take_writer().unwrap();
        Terminal {
            child,
            master: pty.master,
            writer,
            seen,
            thread: Some(thread),
        }
    }

    /// Starts `quiz review` in a terminal of 80 × 24.
    pub fn review(&self) -> Terminal {
        self.terminal(&["review"], 80, 24)
    }
}

/// A program in a pseudo-terminal, and the screen that a person would see.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    seen: Arc<Mutex<(vt100::Parser, Vec<u8>)>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

/// The time that something may take to appear on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

impl Terminal {
    /// Presses keys.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
        self
    }

    /// Returns the screen as text.
    pub fn screen(&self) -> String {
        self.seen.lock().unwrap().0.screen().contents()
    }

    /// Returns the result of `draw` for the screen.
    pub fn draw<T>(&self, draw: impl Fn(&vt100::Screen) -> T) -> T {
        draw(self.seen.lock().unwrap().0.screen())
    }

    /// Returns the result of `draw` for the screen as the program leaves it at its end.
    pub fn last_screen<T>(mut self, draw: impl Fn(&vt100::Screen) -> T) -> T {
        self.child.wait().unwrap();
        self.thread.take().unwrap().join().unwrap();
        self.draw(draw)
    }

    /// Waits until the screen shows `text`.
    pub fn see(&mut self, text: &str) -> &mut Self {
        self.until(&format!("{text:?} to show"), |screen| screen.contains(text))
    }

    /// Waits until the screen no longer shows `text`.
    pub fn not_see(&mut self, text: &str) -> &mut Self {
        self.until(&format!("{text:?} to go"), |screen| !screen.contains(text))
    }

    fn until(&mut self, what: &str, is_so: impl Fn(&str) -> bool) -> &mut Self {
        let started = Instant::now();
        while !is_so(&self.screen()) {
            assert!(
                started.elapsed() < PATIENCE,
                "waited for {what} in:\n{}",
                self.screen()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        self
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.seen
            .lock()
            .unwrap()
            .0
            .screen_mut()
            .set_size(rows, columns);
        self.master
            .resize(PtySize {
                rows,
                cols: columns,
                pixel_width: 0,
                pixel_height: 0,
            })
            .unwrap();
    }

    /// Returns the process id.
    pub fn id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Sends it a signal, by name.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args(["-s", name, &self.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Waits for its end; returns its exit code and everything that it wrote.
    pub fn end(mut self) -> (u32, String) {
        let started = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "it did not end; on the screen:\n{}",
                self.screen()
            );
            std::thread::sleep(Duration::from_millis(5));
        };
        // The reader ends by itself once the program's side is closed. The writer must outlive it: portable-pty's sends
        // a line feed and an end of file when it is dropped, and the terminal would echo them to the reader.
        self.thread.take().unwrap().join().unwrap();
        drop(self.writer);
        drop(self.master);
        let bytes = self.seen.lock().unwrap().1.clone();
        (
            status.exit_code(),
            String::from_utf8_lossy(&bytes).into_owned(),
        )
    }
}
