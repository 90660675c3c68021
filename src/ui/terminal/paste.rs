//! Bracketed paste: a terminal encloses pasted text in `ESC [ 200 ~` … `ESC [ 201 ~`.
//!
//! It is read byte by byte, not as keys: text in another encoding, or text that ends in half an escape sequence, would
//! hide the closing bracket. If that never comes, Ctrl-C or silence ends the paste.

use std::io;
use std::os::fd::AsFd;
use std::time::Duration;

use console::Key;

use super::Input;
use super::wait::{Waited, wait};

/// The start of a bracket, as far as it is read as one key: `ESC [ 2 0`.
pub(super) const BRACKET: [char; 3] = ['[', '2', '0'];

/// The closing bracket.
const END: &[u8] = b"\x1b[201~";

/// Ctrl-C.
const INTERRUPT: u8 = 3;

/// The silence after which a paste without its closing bracket ends.
const SILENCE: Duration = Duration::from_secs(1);

/// Reads the rest of the opening bracket, and the pasted text.
///
/// # Errors
/// Fails if the terminal is gone.
pub(super) fn read() -> io::Result<Input> {
    collect(next_byte)
}

/// Returns the next byte from the terminal; `None` after a silence.
fn next_byte() -> io::Result<Option<u8>> {
    let stdin = io::stdin();
    loop {
        match wait(stdin.as_fd(), None, Some(SILENCE))? {
            Waited::Interrupted | Waited::Size => {}
            Waited::Nothing => return Ok(None),
            Waited::Keys => break,
        }
    }
    let mut byte = [0; 1];
    match rustix::io::read(&stdin, &mut byte)? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(Some(u8::from_be_bytes(byte))),
    }
}

/// Applies the rule of [`read`] to bytes from anywhere; `None` is silence.
fn collect(mut next: impl FnMut() -> io::Result<Option<u8>>) -> io::Result<Input> {
    let (opening, tilde) = (next()?, next()?);
    if (opening, tilde) != (Some(b'0'), Some(b'~')) {
        // A closing bracket without an opening one, or an unknown key.
        return Ok(Input::Resized);
    }
    let mut bytes = Vec::new();
    while let Some(byte) = next()? {
        if byte == INTERRUPT {
            return Ok(Input::Key(Key::CtrlC));
        }
        bytes.push(byte);
        if bytes.ends_with(END) {
            bytes.truncate(bytes.len() - END.len());
            break;
        }
    }
    Ok(Input::Pasted(on_one_line(&String::from_utf8_lossy(&bytes))))
}

/// Returns `text` on one line and without control characters: a line break becomes a space and does not submit the
/// answer.
fn on_one_line(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .filter_map(|c| match c {
            '\n' | '\r' | '\t' => Some(' '),
            c if c.is_control() => None,
            c => Some(c),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the input that these bytes give if silence follows.
    fn of(bytes: &[u8]) -> Input {
        let mut left = bytes.iter();
        collect(|| Ok(left.next().copied())).unwrap()
    }

    fn pasted(text: &str) -> Input {
        Input::Pasted(text.into())
    }

    #[test]
    fn what_is_pasted_is_text_up_to_its_bracket() {
        assert_eq!(
            of(b"0~two\r\nlines\tand\rmore\x1b[201~rest"),
            pasted("two lines and more")
        );
        assert_eq!(of("0~ni\u{f1}a\x1b[201~".as_bytes()), pasted("niña"));
        assert_eq!(of(b"0~\x1b[201~"), pasted(""));
    }

    #[test]
    fn text_that_hides_the_bracket_from_keys_does_not_hide_it_here() {
        assert_eq!(of(b"0~caf\xe9\x1b[201~"), pasted("caf\u{fffd}"));
        assert_eq!(of(b"0~x\x1b\x1b[201~"), pasted("x"));
        assert_eq!(of(b"0~x\x1b[\x1b[201~"), pasted("x["));
    }

    #[test]
    fn a_paste_that_never_ends_is_left() {
        assert_eq!(of(b"0~never clo"), pasted("never clo"));
        assert_eq!(of(b"0~never clo\x03more"), Input::Key(Key::CtrlC));
        for nothing in [b"".as_slice(), b"0", b"1~", b"7~", b"0x"] {
            assert_eq!(of(nothing), Input::Resized, "{nothing:?}");
        }
    }

    #[test]
    fn any_bytes_are_read_to_their_end() {
        for seed in 0..500u32 {
            let mut state = seed;
            let mut bytes = b"0~".to_vec();
            for _ in 0..40 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let parts = [b"\x1b".as_slice(), b"[", b"201~", b"\xc3", b"\xf0", b"a"];
                bytes.extend_from_slice(parts[(state >> 16) as usize % parts.len()]);
            }
            bytes.extend_from_slice(END);
            assert!(matches!(of(&bytes), Input::Pasted(_)));
        }
    }
}
