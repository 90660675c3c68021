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

/// Whether a tool is installed: else says that a test is passed over.
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

/// A deck of cards `c000`, `c001`, … with the fronts `Question 000?`, ….
pub fn cards(count: usize) -> String {
    (0..count)
        .map(|n| {
            format!(
                "Basic(id: \"c{n:03}\", front: \"Question {n:03}?\", back: \"Answer {n:03}.\"),\n"
            )
        })
        .collect()
}

/// A home in a temporary folder, and the time that it is there.
pub struct Home {
    folder: tempfile::TempDir,
    now: String,
    environment: Vec<(String, String)>,
}

/// What a run of the binary gave.
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Home {
    /// A home without decks.
    pub fn empty() -> Self {
        let home = Self::fresh();
        fs::create_dir_all(home.path().join("decks")).unwrap();
        home
    }

    /// No home yet: the first command makes it.
    pub fn fresh() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            folder,
            now: "2026-11-23T09:00:00+01:00".into(),
            environment: Vec::new(),
        }
    }

    /// A home with one deck `d` of these cards.
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

    /// From now on it is this moment.
    pub fn at(&mut self, now: &str) -> &mut Self {
        self.now = now.into();
        self
    }

    /// With this in the environment of what is run.
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
            // Keys that grade count at once: no test has to wait for that.
            ("QUIZ_PATIENCE".into(), "0".into()),
            ("TERM".into(), "xterm-256color".into()),
            ("LANG".into(), "C.UTF-8".into()),
        ];
        all.extend(self.environment.iter().cloned());
        all
    }

    /// The binary, ready to run on this home.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(QUIZ);
        command.args(arguments).env_clear().envs(self.variables());
        command
    }

    /// Another program that runs the binary, with the same environment.
    pub fn command_of(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(self.variables());
        command
    }

    /// Runs the binary without a terminal.
    pub fn quiz(&self, arguments: &[&str]) -> Run {
        self.quiz_with(arguments, "")
    }

    /// The same with something on standard input.
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

    /// What it prints, where it must succeed.
    pub fn ok(&self, arguments: &[&str]) -> String {
        let run = self.quiz(arguments);
        assert_eq!(run.code, 0, "quiz {arguments:?}: {}{}", run.out, run.err);
        run.out
    }

    /// Its JSON, where it must succeed.
    pub fn json(&self, arguments: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.ok(arguments)).unwrap()
    }

    /// The history file of this machine, beside which there may be `other-zzzz.ron`.
    pub fn own_history(&self) -> PathBuf {
        let mut files = fs::read_dir(self.path().join("reviews"))
            .unwrap()
            .map(|entry| entry.unwrap().path());
        files
            .find(|path| path.is_file() && !path.ends_with("other-zzzz.ron"))
            .expect("this machine has a history")
    }

    /// All lines of the history but the headers and the hours at which days start.
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

    /// The faces and grades of the history, in its order: `a Good`.
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

/// The binary in a pseudo-terminal, and the screen that a person would see.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    seen: Arc<Mutex<(vt100::Parser, Vec<u8>)>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

/// How long something may take to show on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(30);

impl Terminal {
    /// Presses keys.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
        self
    }

    /// The screen as text.
    pub fn screen(&self) -> String {
        self.seen.lock().unwrap().0.screen().contents()
    }

    /// What `draw` makes of the screen.
    pub fn draw<T>(&self, draw: impl Fn(&vt100::Screen) -> T) -> T {
        draw(self.seen.lock().unwrap().0.screen())
    }

    /// The same of the screen as the program leaves it when it ends.
    pub fn last_screen<T>(mut self, draw: impl Fn(&vt100::Screen) -> T) -> T {
        self.child.wait().unwrap();
        self.thread.take().unwrap().join().unwrap();
        self.draw(draw)
    }

    /// Waits until the screen shows `text`.
    pub fn see(&mut self, text: &str) -> &mut Self {
        self.until(&format!("{text:?} to show"), |screen| screen.contains(text))
    }

    /// Waits until the screen does not show `text` any more.
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

    /// The process.
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

    /// Waits for its end: its exit code, and all that it wrote.
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
        // The reader ends by itself once the program's side is closed. The writer must outlive it: portable-pty's
        // sends a line feed and an end of file as it goes, and the terminal would echo them to the reader.
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
