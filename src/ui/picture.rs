//! Pictures on the screen itself, in terminals that can show them: kitty's graphics protocol and iTerm2's inline
//! images.
//!
//! The file goes to the terminal as it is; nothing is decoded here.

use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::terminal::is_interactive;
use crate::deck::media::{self, Target};

/// The protocol by which a terminal shows pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protocol {
    /// <https://sw.kovidgoyal.net/kitty/graphics-protocol>; PNG only.
    Kitty,
    /// <https://iterm2.com/documentation-images.html>; any format that the terminal reads.
    ITerm,
}

/// A free area of the screen, in cells, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// The first row.
    pub row: usize,
    /// The number of rows.
    pub rows: usize,
    /// The first column.
    pub column: usize,
    /// The number of columns.
    pub columns: usize,
}

/// The escape codes written around the lines of a screen.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Before the lines.
    pub before: String,
    /// The rows to leave untouched.
    pub kept: Range<usize>,
    /// After the lines.
    pub after: String,
}

/// The pictures of a session, in a terminal that shows them.
#[derive(Debug)]
pub struct Gallery {
    protocol: Protocol,
    home: PathBuf,
    /// The file on the screen, and its area.
    shown: Option<(PathBuf, Area)>,
    /// Whether the screen may no longer show it.
    is_stale: bool,
}

/// The fewest rows in which a picture is recognisable.
const LEAST_ROWS: usize = 3;

/// The most rows that a picture takes.
const MOST_ROWS: usize = 20;

/// The largest file that is sent to a terminal, in bytes.
const LARGEST: u64 = 8_000_000;

/// The number by which kitty knows the picture; there is one at a time.
const ID: u32 = 7421;

impl Gallery {
    /// Returns a gallery of the files in the folder `home`; `None` if the terminal is not known to show pictures.
    pub fn new(home: &Path) -> Option<Self> {
        let protocol = protocol(|name| std::env::var(name).ok()).filter(|_| is_interactive())?;
        Some(Self {
            protocol,
            home: home.to_path_buf(),
            shown: None,
            is_stale: false,
        })
    }

    /// Notes that the screen may have been cleared.
    pub fn forget(&mut self) {
        self.is_stale = true;
    }

    /// Returns the codes that show the first existing file of `named` in the free cells `area`, and nothing else.
    pub fn beside(&mut self, named: &[String], area: Area) -> Beside {
        let area = Area {
            // The first row stays empty.
            row: area.row + 1,
            rows: area.rows.saturating_sub(1).min(MOST_ROWS),
            ..area
        };
        let wanted = Some(area).filter(|area| area.rows >= LEAST_ROWS);
        let wanted = wanted.and_then(|area| Some((self.file(named)?, area)));
        let kept = wanted
            .as_ref()
            .map_or(0..0, |(_, area)| area.row..area.row + area.rows);
        if wanted == self.shown && !self.is_stale {
            return Beside {
                kept,
                ..Beside::default()
            };
        }
        let before = self.removal();
        let after = wanted
            .as_ref()
            .and_then(|(file, area)| self.codes(file, area));
        // A file that can't be read is not looked for again at each key.
        self.shown = wanted;
        self.is_stale = false;
        Beside {
            before,
            kept: 0..0,
            after: after.unwrap_or_default(),
        }
    }

    /// Returns the first named file below `media/`.
    fn file(&self, named: &[String]) -> Option<PathBuf> {
        named
            .iter()
            .find_map(|named| match media::target(&self.home, named) {
                Ok(Target::File(file)) => Some(file),
                _ => None,
            })
    }

    /// Returns the codes that remove the picture from the screen where text does not.
    pub fn removal(&self) -> String {
        match (self.protocol, &self.shown) {
            (Protocol::Kitty, Some(_)) => format!("\x1b_Ga=d,d=I,i={ID},q=2\x1b\\"),
            _ => String::new(),
        }
    }

    /// Returns the codes that show a file in an area; `None` if it is not a picture that the terminal can show.
    fn codes(&self, file: &Path, area: &Area) -> Option<String> {
        let mut bytes = Vec::new();
        let opened = std::fs::File::open(file).ok()?;
        opened.take(LARGEST + 1).read_to_end(&mut bytes).ok()?;
        let is_small = u64::try_from(bytes.len()).is_ok_and(|length| length <= LARGEST);
        let size = png_size(&bytes);
        let shown = match self.protocol {
            _ if !is_small => None,
            Protocol::Kitty => Some(kitty(&bytes, columns(size?, area))),
            Protocol::ITerm if !is_picture(&bytes) => None,
            Protocol::ITerm => {
                let columns = size.map_or(area.columns, |size| columns(size, area));
                Some(iterm(&bytes, columns, area.rows))
            }
        }?;
        Some(format!("\x1b[{};{}H{shown}", area.row + 1, area.column + 1))
    }
}

/// Returns the terminal's protocol for pictures, by its environment; `None` if that is not certain. A program in
/// between, such as tmux, would have to pass them on.
fn protocol(variable: impl Fn(&str) -> Option<String>) -> Option<Protocol> {
    let set = |name| variable(name).filter(|value| !value.is_empty());
    let term = set("TERM").unwrap_or_default();
    let is_between = ["TMUX", "STY", "ZELLIJ"]
        .into_iter()
        .any(|name| set(name).is_some())
        || ["screen", "tmux"]
            .into_iter()
            .any(|name| term.starts_with(name));
    if is_between || term == "dumb" {
        return None;
    }
    match set("TERM_PROGRAM").as_deref() {
        Some("iTerm.app" | "WezTerm" | "mintty" | "rio") => Some(Protocol::ITerm),
        Some("ghostty") => Some(Protocol::Kitty),
        Some(_) => None,
        None if ["xterm-kitty", "xterm-ghostty"].contains(&term.as_str()) => Some(Protocol::Kitty),
        None => set("KITTY_WINDOW_ID").map(|_| Protocol::Kitty),
    }
}

/// Returns the columns in which a picture of this size in pixels fits an area without being enlarged. A cell is taken
/// to be at least 8 pixels wide, and a little less than twice as high.
fn columns((width, height): (u32, u32), area: &Area) -> usize {
    let (width, height) = (f64::from(width.max(1)), f64::from(height.max(1)));
    #[expect(clippy::cast_precision_loss, reason = "a screen has few rows")]
    let by_rows = area.rows as f64 * 1.8 * width / height;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive, and cut to the area's columns"
    )]
    let fitting = by_rows.min(width / 8.0) as usize;
    fitting.clamp(1, area.columns.max(1))
}

/// Returns the width and height of a PNG in pixels, from its first chunk (PNG, third edition, 11.2.1).
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let header = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let number = |at: usize| {
        let bytes = header.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_be_bytes(bytes))
    };
    Some((number(8)?, number(12)?))
}

/// Returns whether a file is a picture by its first bytes: nothing else is sent to a terminal, whatever its name.
fn is_picture(bytes: &[u8]) -> bool {
    const STARTS: [&[u8]; 6] = [
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"GIF8",
        b"BM",
        b"II*\0",
        b"MM\0*",
    ];
    let is_webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    is_webp || STARTS.iter().any(|start| bytes.starts_with(start))
}

/// Returns kitty's codes for a PNG: shown at the cursor, which stays, without a reply, in chunks of 4096 bytes.
fn kitty(png: &[u8], columns: usize) -> String {
    let data = base64(png);
    let mut out = String::with_capacity(data.len() + data.len() / 256 + 64);
    let mut rest = data.as_str();
    let mut first = format!("a=T,f=100,i={ID},p=1,c={columns},C=1,q=2,");
    loop {
        let (chunk, further) = rest.split_at_checked(4096).unwrap_or((rest, ""));
        let more = u8::from(!further.is_empty());
        out.push_str(&format!("\x1b_G{first}m={more};{chunk}\x1b\\"));
        if further.is_empty() {
            return out;
        }
        (rest, first) = (further, "q=2,".into());
    }
}

/// Returns iTerm2's codes for a file, which keeps its proportions within columns and rows.
fn iterm(file: &[u8], columns: usize, rows: usize) -> String {
    let (size, data) = (file.len(), base64(file));
    format!(
        "\x1b]1337;File=inline=1;size={size};width={columns};height={rows};preserveAspectRatio=1:{data}\x07"
    )
}

/// Returns bytes in Base64 (RFC 4648, 4).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for (at, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            let digit = usize::try_from(bits >> shift & 63)
                .ok()
                .and_then(|digit| DIGITS.get(digit));
            out.push(match digit {
                Some(digit) if at <= three.len() => char::from(*digit),
                _ => '=',
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(set: &[(&str, &str)]) -> Option<Protocol> {
        protocol(|name| {
            let found = set.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| value.to_string())
        })
    }

    #[test]
    fn pictures_are_for_terminals_that_are_known_to_show_them() {
        assert_eq!(of(&[("TERM", "xterm-kitty")]), Some(Protocol::Kitty));
        let renamed = [("TERM", "xterm-256color"), ("KITTY_WINDOW_ID", "1")];
        assert_eq!(of(&renamed), Some(Protocol::Kitty));
        assert_eq!(of(&[("TERM_PROGRAM", "ghostty")]), Some(Protocol::Kitty));
        for program in ["iTerm.app", "WezTerm"] {
            let set = [("TERM", "xterm-256color"), ("TERM_PROGRAM", program)];
            assert_eq!(of(&set), Some(Protocol::ITerm));
        }
        for unknown in [
            &[][..],
            &[("TERM", "xterm-256color")],
            &[("TERM", "dumb"), ("KITTY_WINDOW_ID", "1")],
            &[("TERM", "tmux-256color"), ("KITTY_WINDOW_ID", "1")],
            &[
                ("TERM", "xterm-kitty"),
                ("TMUX", "/tmp/tmux-1000/default,1,0"),
            ],
            &[
                ("TERM", "screen.xterm-256color"),
                ("TERM_PROGRAM", "iTerm.app"),
            ],
            &[("TERM_PROGRAM", "vscode"), ("KITTY_WINDOW_ID", "1")],
            &[("KITTY_WINDOW_ID", "")],
        ] {
            assert_eq!(of(unknown), None, "{unknown:?}");
        }
    }

    #[test]
    fn base64_is_that_of_the_rfc() {
        // RFC 4648, 10.
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xfe]), "+//+");
    }

    #[test]
    fn a_picture_fits_and_is_not_enlarged() {
        let area = Area {
            row: 5,
            rows: 10,
            column: 2,
            columns: 40,
        };
        assert_eq!(columns((4000, 1000), &area), 40, "as wide as there is room");
        assert_eq!(columns((500, 1000), &area), 9, "as high as there is room");
        assert_eq!(columns((80, 80), &area), 10);
        assert_eq!(columns((1, 0), &area), 1);
        assert_eq!(columns((u32::MAX, 1), &area), 40);
    }

    #[test]
    fn large_files_come_in_chunks() {
        let codes = kitty(&[7; 7000], 9);
        let chunks: Vec<&str> = codes.split_inclusive("\x1b\\").collect();
        assert_eq!(chunks.len(), 3);
        assert!(chunks[0].starts_with("\x1b_Ga=T,f=100,") && chunks[0].contains(",m=1;"));
        assert!(chunks[1].starts_with("\x1b_Gq=2,m=1;") && chunks[2].starts_with("\x1b_Gq=2,m=0;"));
        let data: Vec<&str> = chunks
            .iter()
            .filter_map(|chunk| chunk.split(';').nth(1))
            .collect();
        assert_eq!(data.concat().replace("\x1b\\", ""), base64(&[7; 7000]));
    }

    #[test]
    fn a_picture_is_sent_once_and_taken_away() {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join("media")).unwrap();
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend([0, 0, 0, 80, 0, 0, 0, 80]);
        std::fs::write(home.path().join("media/a.png"), &png).unwrap();
        std::fs::write(home.path().join("media/b.png"), "none").unwrap();
        std::fs::write(home.path().join("c.png"), &png).unwrap();
        let mut gallery = Gallery {
            protocol: Protocol::Kitty,
            home: home.path().to_path_buf(),
            shown: None,
            is_stale: false,
        };
        let area = Area {
            row: 4,
            rows: 9,
            column: 2,
            columns: 40,
        };
        let one = ["media/a.png".to_string()];
        let first = gallery.beside(&one, area);
        assert!(first.after.starts_with("\x1b[6;3H\x1b_G") && first.before.is_empty());
        let again = gallery.beside(&one, area);
        assert_eq!((again.after.as_str(), again.kept), ("", 5..13));
        gallery.forget();
        let resized = gallery.beside(&one, area);
        assert!(!resized.after.is_empty() && resized.before.contains("a=d"));
        let low = Area { rows: 3, ..area };
        let none = gallery.beside(&one, low);
        assert!(none.after.is_empty() && none.before.contains("a=d") && none.kept.is_empty());
        for not_shown in ["media/b.png", "media/../c.png", "https://a.b/c.png"] {
            let none = gallery.beside(&[not_shown.to_string()], area);
            assert_eq!(none.after, "", "{not_shown}");
        }
    }
}
