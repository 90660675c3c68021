//! Decoding of a file's bytes to text, whatever their encoding.

/// A file's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decoded {
    /// The text, without a byte-order mark and with `\n` between its lines.
    pub(crate) text: String,
    /// The name of the encoding; `None` for UTF-8.
    pub(crate) encoding: Option<&'static str>,
}

/// Returns the text of a file: UTF-8, UTF-16 of either byte order, or else Windows-1252.
///
/// # Errors
/// Returns a clause for a person about why it is not text, to follow the file's name.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded, String> {
    let (text, encoding) = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => (utf8(rest)?, None),
        [0xff, 0xfe, rest @ ..] => (utf16(rest, u16::from_le_bytes)?, Some("UTF-16")),
        [0xfe, 0xff, rest @ ..] => (utf16(rest, u16::from_be_bytes)?, Some("UTF-16")),
        // In UTF-16 every other byte of Latin text is zero.
        [first, 0, _, 0, ..] if *first != 0 => (utf16(bytes, u16::from_le_bytes)?, Some("UTF-16")),
        [0, first, 0, _, ..] if *first != 0 => (utf16(bytes, u16::from_be_bytes)?, Some("UTF-16")),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => (text.to_string(), None),
            Err(error) => (
                windows_1252(bytes, error.valid_up_to())?,
                Some("Windows-1252"),
            ),
        },
    };
    if text.contains('\0') {
        return Err("is not text: it has zero bytes".into());
    }
    let text = if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text
    };
    Ok(Decoded { text, encoding })
}

fn utf8(bytes: &[u8]) -> Result<String, String> {
    let text = std::str::from_utf8(bytes);
    text.map(String::from).map_err(|error| {
        format!(
            "says that it is UTF-8, but is not at byte {}",
            error.valid_up_to()
        )
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text = String::from_utf16(&pairs.iter().map(|pair| unit(*pair)).collect::<Vec<_>>());
    match text {
        Ok(text) if rest.is_empty() => Ok(text),
        _ => Err("looks like UTF-16, but is damaged or cut off".into()),
    }
}

/// Decodes Windows-1252, given that byte `wrong` is not UTF-8; fails if many bytes do not occur in text.
fn windows_1252(bytes: &[u8], wrong: usize) -> Result<String, String> {
    const HIGH: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    let odd = |byte: &&u8| **byte < 32 && !matches!(**byte, b'\t' | b'\n' | b'\r' | 12);
    if bytes.iter().filter(odd).count() > bytes.len() / 200 {
        return Err(format!(
            "is neither text nor an Anki package (byte {wrong} and others are not of a text)"
        ));
    }
    let letter = |byte: u8| match byte {
        0x80..=0x9f => HIGH
            .chars()
            .nth(usize::from(byte - 0x80))
            .unwrap_or('\u{fffd}'),
        byte => char::from(byte),
    };
    Ok(bytes.iter().map(|byte| letter(*byte)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        decode(bytes).unwrap().text
    }

    #[test]
    fn whatever_a_spreadsheet_writes_is_read() {
        assert_eq!(text("\u{feff}a\tä\r\nb\rc".as_bytes()), "a\tä\nb\nc");
        let little: Vec<u8> = "a\tä".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(text(&little), "a\tä");
        let marked: Vec<u8> = "\u{feff}a"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(decode(&marked).unwrap().encoding, Some("UTF-16"));
        assert_eq!(text(b"caf\xe9 \x80 5"), "café € 5");
        assert_eq!(text(b""), "");
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert!(decode(&[0xff, 0xfe, 0]).is_err());
        assert!(decode(b"abc\0def").is_err());
        assert!(decode(&[1, 2, 3, 4, 0xff, 5, 6]).is_err());
    }
}
