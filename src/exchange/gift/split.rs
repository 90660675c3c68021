//! Splitting GIFT into its questions.

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// `$CATEGORY: a/b`: the deck of the questions that follow.
    Category(String),
    Question(Question),
}

/// A question, still with its backslashes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Question {
    /// The line on which it begins, from 1.
    pub(super) line: usize,
    /// The text before the answers, without the title.
    pub(super) text: String,
    /// The text in the braces.
    pub(super) answers: Option<String>,
    /// The text after them.
    pub(super) rest: String,
}

impl Question {
    /// Returns whether the answers are written as in GIFT alone.
    pub(super) fn is_sure(&self) -> bool {
        let Some(answers) = self.answers.as_deref().map(str::trim) else {
            return false;
        };
        let word = answers.split('#').next().unwrap_or("").trim();
        answers.starts_with(['=', '~', '#']) || matches!(word, "T" | "F" | "TRUE" | "FALSE")
    }
}

/// Returns the parts of a file. A question ends at an empty line outside of braces.
pub(super) fn questions(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut block = String::new();
    let mut first = 0;
    let mut depth = 0usize;
    for (at, line) in text.split('\n').chain([""]).enumerate() {
        if depth == 0 && line.trim_start().starts_with("//") {
            continue;
        }
        if depth == 0 && line.trim_start().starts_with("$CATEGORY:") {
            take(&mut parts, &mut block, first);
            let name = line.trim_start().trim_start_matches("$CATEGORY:");
            parts.push(Part::Category(name.trim().to_string()));
            continue;
        }
        if depth == 0 && line.trim().is_empty() {
            take(&mut parts, &mut block, first);
            continue;
        }
        if block.is_empty() {
            first = at + 1;
        }
        block.push_str(line);
        block.push('\n');
        let mut escaped = false;
        for c in line.chars() {
            match c {
                '{' if !escaped => depth += 1,
                '}' if !escaped => depth = depth.saturating_sub(1),
                _ => {}
            }
            escaped = c == '\\' && !escaped;
        }
    }
    take(&mut parts, &mut block, first);
    parts
}

fn take(parts: &mut Vec<Part>, block: &mut String, line: usize) {
    let block = std::mem::take(block);
    let block = block.trim();
    if block.is_empty() {
        return;
    }
    let untitled = block
        .strip_prefix("::")
        .and_then(|rest| rest.split_once("::"))
        .map_or(block, |(_, rest)| rest);
    let start = find(untitled, '{', 0);
    let end = start.and_then(|start| find(untitled, '}', start));
    let part = |from: usize, to: usize| untitled.get(from..to).unwrap_or("").trim().to_string();
    parts.push(Part::Question(match (start, end) {
        (Some(start), Some(end)) => Question {
            line,
            text: part(0, start),
            answers: Some(part(start + 1, end)),
            rest: part(end + 1, untitled.len()),
        },
        _ => Question {
            line,
            text: untitled.trim().to_string(),
            ..Question::default()
        },
    }));
}

/// Returns the byte of the first `sign` from `from` on without a backslash before it.
pub(super) fn find(text: &str, sign: char, from: usize) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if at >= from && c == sign && !escaped {
            return Some(at);
        }
        escaped = c == '\\' && !escaped;
    }
    None
}

/// Returns the text without the backslashes before GIFT's own signs; `
/// ` becomes a line break.
pub(super) fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some('n')) => {
                chars.next();
                out.push('\n');
            }
            ('\\', Some(&sign)) if "~=#{}:\\".contains(sign) => {
                chars.next();
                out.push(sign);
            }
            _ => out.push(c),
        }
    }
    out
}
