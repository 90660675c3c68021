//! The source of a card as people read it: author, title and date, apart from addresses.
//!
//! A source is free text. The bundled decks write `author, title, date, address`, further citations after `; `, and
//! where a copy was read, `(read as a copy at ADDRESS)` after the address of the original.

/// Returns the web addresses in `source`, in order.
pub fn addresses(source: &str) -> Vec<&str> {
    source.split_whitespace().filter_map(address).collect()
}

/// Returns `source` without its addresses and the remarks in brackets about them; unchanged if nothing else would be
/// left.
pub fn citation(source: &str) -> String {
    let citations = citations(source);
    if citations.is_empty() {
        source.trim().to_string()
    } else {
        citations.join("; ")
    }
}

/// Returns the first citation of `source`, with the number of the others: `OSI, 'Title', 2024 (and 2 more)`.
pub fn first_citation(source: &str) -> String {
    match citations(source).as_slice() {
        [] => source.trim().to_string(),
        [only] => only.clone(),
        [first, others @ ..] => format!("{first} (and {} more)", others.len()),
    }
}

/// Returns the citations, each without addresses.
fn citations(source: &str) -> Vec<String> {
    let mut citations = Vec::new();
    let mut words: Vec<&str> = Vec::new();
    // The position of the open bracket among the words.
    let mut bracket = None;
    for word in source.split_whitespace() {
        if word.starts_with('(') && !word.contains(')') {
            bracket = Some(words.len());
        }
        let is_address = address(word).is_some();
        let closes = word.trim_end_matches([';', ',', '.']).ends_with(')');
        match bracket {
            Some(at) if is_address => words.truncate(at),
            _ if is_address => {}
            _ => words.push(word),
        }
        if closes {
            bracket = None;
        }
        if is_address && word.ends_with(';') {
            citations.push(std::mem::take(&mut words));
        }
    }
    citations.push(words);
    citations
        .iter()
        .map(|words| trimmed(&words.join(" ")))
        .filter(|citation| !citation.is_empty())
        .collect()
}

/// Returns `text` without the words that led over to an address.
fn trimmed(text: &str) -> String {
    let text = text.trim_end_matches([',', ';', ':', ' ', '-', '–']);
    text.strip_suffix(" at").unwrap_or(text).trim().to_string()
}

/// Returns the address in `word` without the punctuation around it; `None` if it is not one.
fn address(word: &str) -> Option<&str> {
    let start = word.trim_start_matches(['(', '<', '"', '\'']);
    if !start.starts_with("https://") && !start.starts_with("http://") {
        return None;
    }
    let mut end = start;
    loop {
        let shorter = end.trim_end_matches(['.', ',', ';', ':', '>', '"', '\'']);
        // A bracket that the address itself opened belongs to it.
        let shorter = match shorter.strip_suffix(')') {
            Some(inner) if inner.matches(')').count() >= inner.matches('(').count() => inner,
            _ => shorter,
        };
        if shorter == end {
            return Some(end);
        }
        end = shorter;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str =
        "OSI, 'Open Weights', 29 January 2025, https://opensource.org/ai/open-weights";

    #[test]
    fn the_citation_is_the_source_without_its_address() {
        assert_eq!(citation(ONE), "OSI, 'Open Weights', 29 January 2025");
        assert_eq!(first_citation(ONE), citation(ONE));
        assert_eq!(addresses(ONE), ["https://opensource.org/ai/open-weights"]);
    }

    #[test]
    fn a_remark_about_a_copy_goes_with_the_address() {
        let source = "OSI, 'Title' (a note), 2025, https://a.org/x (read as a copy at https://b.org/y); BigCode (2024), https://c.org";
        assert_eq!(
            citation(source),
            "OSI, 'Title' (a note), 2025; BigCode (2024)"
        );
        assert_eq!(
            first_citation(source),
            "OSI, 'Title' (a note), 2025 (and 1 more)"
        );
        assert_eq!(
            addresses(source),
            ["https://a.org/x", "https://b.org/y", "https://c.org"]
        );
    }

    #[test]
    fn other_ways_to_write_a_source_stay_readable() {
        assert_eq!(
            citation("A book, page 3; another"),
            "A book, page 3; another"
        );
        assert_eq!(citation("https://a.org/x"), "https://a.org/x");
        assert_eq!(first_citation(" https://a.org/x "), "https://a.org/x");
        assert_eq!(citation("Abstract at https://a.org."), "Abstract");
        assert_eq!(
            addresses("See <https://a.org/f(x)>, or (https://b.org)."),
            ["https://a.org/f(x)", "https://b.org"]
        );
        assert_eq!(addresses("httpsx https:/a ftp://b"), [""; 0]);
        assert_eq!(citation(""), "");
        assert_eq!(citation("(https://a.org"), "(https://a.org");
    }
}
