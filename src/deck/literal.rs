//! Positions in a text, mapped to positions in the RON string that holds it.

/// Returns the byte of `literal`, a RON string with its quotes, that encodes byte `offset` of its value.
///
/// An offset at or past the end maps to the closing quote.
pub fn byte_of(literal: &str, offset: usize) -> usize {
    let Some(open) = literal.find('"') else {
        return 0;
    };
    let start = open + 1;
    if literal.starts_with('r') {
        let end = literal.rfind('"').unwrap_or(start);
        return (start + offset).min(end.max(start));
    }
    let body = literal.get(start..).unwrap_or("");
    let mut said = 0;
    let mut at = 0;
    while let Some(c) = body.get(at..).and_then(|rest| rest.chars().next()) {
        if said >= offset || c == '"' {
            break;
        }
        let (bytes, value) = match c {
            '\\' => escape(body.get(at..).unwrap_or("")),
            _ => (c.len_utf8(), c.len_utf8()),
        };
        at += bytes.max(1);
        said += value;
    }
    start + at
}

/// Returns the lengths in bytes of the escape that `rest` starts with, and of the text that it encodes.
fn escape(rest: &str) -> (usize, usize) {
    match rest.as_bytes().get(1) {
        // A character may be given byte by byte.
        Some(b'x') => (4, 1),
        Some(b'u') => {
            let length = rest.find('}').map_or(2, |end| end + 1);
            let digits = rest.get(3..length.saturating_sub(1)).unwrap_or("");
            let said = u32::from_str_radix(digits, 16)
                .ok()
                .and_then(char::from_u32)
                .map_or(1, char::len_utf8);
            (length, said)
        }
        _ => {
            let length = rest.chars().take(2).map(char::len_utf8).sum();
            (length, 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_of_the_value_is_found_in_its_literal() {
        for literal in [
            r#""a\nb\"c X d""#,
            r#""\u{e9}\u{1F600}\x41 X""#,
            r#""\xc3\xa9 X""#,
            r##"r#"a\n"b X"#"##,
            "\"開\\t源 X\"",
        ] {
            let value: String = ron::from_str(literal).unwrap();
            let at = value.find('X').unwrap();
            assert_eq!(
                byte_of(literal, at),
                literal.find('X').unwrap(),
                "{literal}"
            );
            let end = literal.rfind('"').unwrap();
            assert_eq!(byte_of(literal, value.len()), end, "{literal}");
            assert_eq!(byte_of(literal, value.len() + 9), end, "{literal}");
        }
        assert_eq!((byte_of("", 3), byte_of("\"ab", 9)), (0, 3));
    }
}
