//! TeX formulas in Unicode, as far as it can express them.
//!
//! [`unicode`] knows the part of TeX's mathematics that people use on cards: scripts, fractions, roots, accents, Greek,
//! operators, arrows, fonts, brackets and matrices. A formula with anything else is not converted at all: half a
//! formula would be a wrong one.

mod table;

pub(crate) use table::SENTINELS;

use unicode_normalization::UnicodeNormalization;

/// The deepest nesting of groups.
const DEEPEST: u32 = 50;

/// Returns the formula `tex` (without its dollar signs) in Unicode; `None` if Unicode can't express it.
///
/// Rows, as of a matrix or of several equations, become lines if `in_lines` is set; otherwise they are separated by `;
/// `.
///
/// ```
/// use quiz::markup::tex::unicode;
/// assert_eq!(unicode(r"\sum_{i=1}^n x_i^2", false).unwrap(), "∑ᵢ₌₁ⁿ xᵢ²");
/// assert_eq!(unicode(r"e^{i\pi}+1=0", false).unwrap(), "e^(iπ)+1=0");
/// assert_eq!(unicode(r"\frac{a+b}{2}", false).unwrap(), "(a+b)/2");
/// assert_eq!(unicode(r"\unheard{of}", false), None);
/// ```
pub fn unicode(tex: &str, in_lines: bool) -> Option<String> {
    let mut parser = Parser {
        rest: tex,
        depth: 0,
        in_lines,
    };
    let mut out = Out::default();
    parser.until(&mut out, End::Text)?;
    let lines: Vec<String> = out
        .text
        .split('\n')
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let shown = lines.join("\n").nfc().collect::<String>();
    let shown = shown.trim_matches(|c| c == '\n' || c == ' ');
    (!shown.is_empty()).then(|| shown.to_string())
}

/// The delimiters that end a stretch of a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The end of the text.
    Text,
    /// `}`.
    Brace,
    /// `\end{…}`.
    Environment,
}

/// The output so far.
#[derive(Default)]
struct Out {
    text: String,
    /// Whether the next output must be kept apart.
    apart: Apart,
}

/// The neighbours from which the end of the output must be kept apart, so that it is not read as one with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Apart {
    /// None.
    #[default]
    No,
    /// Letters and digits: after the name of a function, or a script with a mark.
    Letters,
    /// Letters, digits and brackets: after a fraction.
    Factors,
}

impl Apart {
    fn is_from(self, next: char) -> bool {
        match self {
            Self::No => false,
            Self::Letters => next != '(' && is_factor(next),
            Self::Factors => is_factor(next),
        }
    }
}

impl Out {
    /// Adds a letter, a digit or a sign.
    fn push(&mut self, text: &str) {
        let apart = std::mem::take(&mut self.apart);
        if text.starts_with(|next| apart.is_from(next)) {
            self.text.push(' ');
        }
        self.text.push_str(text);
    }

    /// Adds a fraction or the name of a function, kept apart from the factors beside it.
    fn push_apart(&mut self, text: &str, apart: Apart) {
        if self.text.ends_with(is_factor) && !self.text.ends_with('(') {
            self.text.push(' ');
        }
        self.text.push_str(text);
        self.apart = apart;
    }

    /// Adds a script; one with a mark is kept apart from the letters after it.
    fn push_script(&mut self, script: &str) {
        self.text.push_str(script);
        if script.starts_with(['^', '_']) {
            self.apart = Apart::Letters;
        }
    }

    fn has_space(&self) -> bool {
        self.text.ends_with([' ', '\n']) || self.text.is_empty()
    }
}

/// Returns whether `c` next to a fraction would be read as a factor of its numerator or denominator.
fn is_factor(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '(' | ')' | '√' | '∛' | '∜' | '∂' | '∇' | '∑' | '∏' | '∫')
}

struct Parser<'a> {
    rest: &'a str,
    depth: u32,
    in_lines: bool,
}

impl<'a> Parser<'a> {
    /// Reads up to and including `end`.
    fn until(&mut self, out: &mut Out, end: End) -> Option<()> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        loop {
            match (self.rest.chars().next(), end) {
                (None, End::Text) => break,
                (None, _) => return None,
                (Some('}'), End::Brace) => {
                    self.skip(1);
                    break;
                }
                (Some('}'), _) => return None,
                _ if self.rest.starts_with(r"\end{") => {
                    if end != End::Environment {
                        return None;
                    }
                    break;
                }
                (Some(c), _) => self.item(c, out)?,
            }
        }
        self.depth -= 1;
        Some(())
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or("");
    }

    /// Reads the item that starts with `c`.
    fn item(&mut self, c: char, out: &mut Out) -> Option<()> {
        self.skip(c.len_utf8());
        match c {
            '\\' => self.command(out)?,
            '{' => {
                let group = self.group_inside()?;
                out.push(&group);
            }
            '^' => {
                let script = self.argument()?;
                out.push_script(&superscript(&script));
            }
            '_' => {
                let script = self.argument()?;
                out.push_script(&subscript(&script));
            }
            '\'' => out.push("′"),
            '~' => out.text.push(' '),
            '&' => out.text.push_str(if out.has_space() { "" } else { " " }),
            '%' | '#' | '$' => return None,
            _ if c.is_whitespace() => {
                if !out.has_space() {
                    out.text.push(' ');
                }
            }
            _ => out.push(c.encode_utf8(&mut [0; 4])),
        }
        Some(())
    }

    /// Reads the rest of a group after its `{`.
    fn group_inside(&mut self) -> Option<String> {
        let mut out = Out::default();
        self.until(&mut out, End::Brace)?;
        Some(out.text)
    }

    /// Reads the argument of a command or a script: a group, a command, or one character.
    fn argument(&mut self) -> Option<String> {
        self.rest = self.rest.trim_start();
        let c = self.rest.chars().next()?;
        let mut out = Out::default();
        match c {
            '}' | '&' | '^' | '_' => return None,
            '{' => {
                self.skip(1);
                return self.group_inside();
            }
            _ => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return None;
                }
                self.item(c, &mut out)?;
                self.depth -= 1;
            }
        }
        Some(out.text)
    }

    /// Reads a group verbatim, for text.
    fn raw_argument(&mut self) -> Option<&'a str> {
        self.rest = self.rest.trim_start();
        let Some(inner) = self.rest.strip_prefix('{') else {
            let length = self.rest.chars().next()?.len_utf8();
            let (first, rest) = self.rest.split_at_checked(length)?;
            self.rest = rest;
            return Some(first);
        };
        let mut depth = 0usize;
        let mut is_escaped = false;
        for (at, c) in inner.char_indices() {
            match c {
                _ if is_escaped => {}
                '{' => depth += 1,
                '}' if depth == 0 => {
                    self.rest = inner.get(at + 1..)?;
                    return inner.get(..at);
                }
                '}' => depth -= 1,
                _ => {}
            }
            is_escaped = c == '\\' && !is_escaped;
        }
        None
    }

    /// Reads `[…]` if it comes next.
    fn option(&mut self) -> Option<Option<String>> {
        let Some(inner) = self.rest.trim_start().strip_prefix('[') else {
            return Some(None);
        };
        let (option, rest) = inner.split_once(']')?;
        self.rest = rest;
        Some(Some(unicode(option, false)?))
    }

    /// Reads a command after its `\`.
    fn command(&mut self, out: &mut Out) -> Option<()> {
        let length = self.rest.len()
            - self
                .rest
                .trim_start_matches(|c: char| c.is_ascii_alphabetic())
                .len();
        if length == 0 {
            let sign = self.rest.chars().next()?;
            self.skip(sign.len_utf8());
            match sign {
                '\\' => {
                    // The optional spacing between rows.
                    self.rest = self.rest.strip_prefix('*').unwrap_or(self.rest);
                    self.option()?;
                    self.end_row(out);
                }
                ',' | ';' | ':' | ' ' | '>' | '\n' => out.text.push(' '),
                '!' | '/' | '-' => {}
                '|' => out.push("‖"),
                '{' | '}' | '$' | '%' | '&' | '#' | '_' => out.push(sign.encode_utf8(&mut [0; 4])),
                _ => return None,
            }
            return Some(());
        }
        let (name, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        // White space only ends a command's name; if there is a space before the command, it also is one after it.
        let trimmed = self.rest.trim_start();
        let has_space = trimmed.len() < self.rest.len();
        if let Some(symbol) = table::symbol(name) {
            self.rest = trimmed;
            let is_open = out.has_space() && !out.text.is_empty();
            let is_before_sign = trimmed.starts_with(['+', '-', '=', '<', '>', '/', '|', ':', '*']);
            out.push(symbol);
            if has_space && (is_open || is_before_sign) && !trimmed.starts_with(['^', '_', '}']) {
                out.text.push(' ');
            }
            return Some(());
        }
        if table::FUNCTIONS.contains(&name) {
            self.rest = trimmed;
            out.push_apart(name, Apart::Letters);
            return Some(());
        }
        if let Some(mark) = table::accent(name) {
            let base = self.argument()?;
            out.push(&accented(base.trim(), mark));
            return Some(());
        }
        if table::FONTS.contains(&name) {
            let text = self.argument()?;
            out.push(&text);
            return Some(());
        }
        if table::SWITCHES.contains(&name) {
            self.rest = trimmed;
            return Some(());
        }
        self.construct(name, out)
    }

    /// Reads the arguments of a command with a shape of its own.
    fn construct(&mut self, name: &str, out: &mut Out) -> Option<()> {
        match name {
            "frac" | "dfrac" | "tfrac" | "cfrac" => {
                let (above, below) = (self.argument()?, self.argument()?);
                out.push_apart(
                    &format!("{}/{}", operand(&above), operand(&below)),
                    Apart::Factors,
                );
            }
            "sqrt" => {
                let degree = self.option()?;
                let radicand = operand(&self.argument()?);
                out.push(&match degree.as_deref() {
                    None => format!("√{radicand}"),
                    Some("3") => format!("∛{radicand}"),
                    Some("4") => format!("∜{radicand}"),
                    Some(degree) => format!("{}√{radicand}", raised(degree)?),
                });
            }
            "binom" | "dbinom" | "tbinom" => {
                let (above, below) = (self.argument()?, self.argument()?);
                out.push_apart(
                    &format!("C({},{})", above.trim(), below.trim()),
                    Apart::Letters,
                );
            }
            "text" | "textrm" | "textbf" | "textit" | "textsf" | "texttt" | "mbox"
            | "textnormal" | "emph" => {
                out.push(&words(self.raw_argument()?)?);
            }
            "operatorname" => {
                self.rest = self.rest.strip_prefix('*').unwrap_or(self.rest);
                let name = words(self.raw_argument()?)?;
                self.rest = self.rest.trim_start();
                out.push_apart(&name, Apart::Letters);
            }
            "mathbb" => {
                let letters = self.argument()?;
                out.push(
                    &letters
                        .chars()
                        .map(table::double_struck)
                        .collect::<String>(),
                );
            }
            "left" | "right" | "middle" | "big" | "Big" | "bigg" | "Bigg" | "bigl" | "bigr"
            | "Bigl" | "Bigr" | "biggl" | "biggr" | "Biggl" | "Biggr" => {
                self.rest = self.rest.trim_start();
                self.rest = match self.rest.strip_prefix('.') {
                    Some(rest) => rest,
                    None => self.rest,
                };
            }
            "overset" | "stackrel" => {
                let (above, base) = (self.argument()?, self.argument()?);
                out.push(base.trim());
                out.push_script(&superscript(&above));
            }
            "underset" => {
                let (below, base) = (self.argument()?, self.argument()?);
                out.push(base.trim());
                out.push_script(&subscript(&below));
            }
            "xrightarrow" | "xleftarrow" => {
                let arrow = if name == "xrightarrow" { "→" } else { "←" };
                let above = self.argument()?;
                out.push(arrow);
                out.push_script(&superscript(&above));
            }
            "underbrace" | "overbrace" => {
                let inner = self.argument()?;
                out.push(&inner);
            }
            "boxed" | "fbox" => {
                let inner = self.argument()?;
                out.push(&format!("[{}]", inner.trim()));
            }
            "pmod" => {
                let number = self.argument()?;
                out.text.push_str(&format!(" (mod {})", number.trim()));
            }
            "bmod" | "mod" => out.text.push_str(" mod "),
            "tag" => {
                let number = self.argument()?;
                out.text.push_str(&format!("  ({})", number.trim()));
            }
            "textcolor" => {
                self.raw_argument()?;
                let inner = self.argument()?;
                out.push(&inner);
            }
            "color" | "phantom" | "hphantom" | "vphantom" | "label" | "hspace" | "vspace" => {
                self.raw_argument()?;
            }
            "not" => {
                let symbol = self.argument()?;
                let mut chars = symbol.chars();
                out.push(&format!("{}\u{338}{}", chars.next()?, chars.as_str()));
            }
            "begin" => self.environment(out)?,
            _ => return None,
        }
        Some(())
    }

    fn end_row(&self, out: &mut Out) {
        let end = out.text.trim_end().len();
        out.text.truncate(end);
        if !out.text.is_empty() {
            out.text.push_str(if self.in_lines { "\n" } else { "; " });
        }
        out.apart = Apart::No;
    }

    /// Reads an environment after its `\begin`.
    fn environment(&mut self, out: &mut Out) -> Option<()> {
        let name = self.raw_argument()?;
        let plain = name.trim_end_matches('*');
        if plain == "array" {
            self.raw_argument()?;
        }
        let brackets = match plain {
            "matrix" | "smallmatrix" | "array" => Some(("", "")),
            "pmatrix" => Some(("(", ")")),
            "bmatrix" => Some(("[", "]")),
            "Bmatrix" => Some(("{", "}")),
            "vmatrix" => Some(("|", "|")),
            "Vmatrix" => Some(("‖", "‖")),
            "cases" => Some(("{ ", "")),
            "equation" | "align" | "aligned" | "gather" | "gathered" | "split" | "eqnarray"
            | "multline" => None,
            _ => return None,
        };
        let mut inner = Out::default();
        // The rows of a matrix stay on one line: its neighbours could not be set beside several.
        let in_lines = self.in_lines;
        self.in_lines &= brackets.is_none();
        self.until(&mut inner, End::Environment)?;
        self.in_lines = in_lines;
        self.rest = self
            .rest
            .strip_prefix(r"\end{")?
            .strip_prefix(name)?
            .strip_prefix('}')?;
        let rows = inner
            .text
            .trim()
            .trim_end_matches("; ")
            .trim_end_matches(';');
        match brackets {
            Some((open, close)) => out.push(&format!("{open}{rows}{close}")),
            None => out.text.push_str(rows),
        }
        Some(())
    }
}

/// Returns a group as an operand of a fraction or a root: in brackets, unless it is one number, name or symbol.
fn operand(text: &str) -> String {
    let text = text.trim();
    let is_one = |c: char| {
        c.is_alphanumeric()
            || matches!(c, '.' | '∂' | 'Δ' | '∞' | '′' | '°' | '\u{300}'..='\u{36f}' | '\u{20d0}'..='\u{20ff}')
            || table::is_script(c)
            || table::is_sentinel(c)
    };
    if text.chars().all(is_one) && !text.is_empty() {
        text.to_string()
    } else {
        format!("({text})")
    }
}

/// Returns text in a formula, with its spaces; `None` if it has a command that does not stand for a character.
fn words(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next()? {
                c @ ('{' | '}' | '$' | '%' | '&' | '#' | '_' | ' ') => out.push(c),
                _ => return None,
            },
            '$' => {
                let (formula, rest) = chars.as_str().split_once('$')?;
                out.push_str(&unicode(formula, false)?);
                chars = rest.chars();
            }
            '{' | '}' => {}
            '~' => out.push(' '),
            _ => out.push(c),
        }
    }
    Some(out)
}

/// Returns `text` with `mark` over each of its letters.
fn accented(text: &str, mark: char) -> String {
    let mut out = String::new();
    for c in text.chars() {
        // Without the dots of i and j.
        out.push(match c {
            'ı' => 'i',
            'ȷ' => 'j',
            _ => c,
        });
        if !c.is_whitespace() && !table::is_sentinel(c) {
            out.push(mark);
        }
    }
    out
}

fn superscript(text: &str) -> String {
    match text.trim() {
        "∘" => "°".into(),
        "*" | "∗" => "*".into(),
        mark @ ("†" | "′" | "′′" | "‡" | "°") => mark.into(),
        text => raised(text).unwrap_or_else(|| marked('^', text)),
    }
}

fn subscript(text: &str) -> String {
    let text = text.trim();
    scripted(text, table::subscript).unwrap_or_else(|| marked('_', text))
}

/// Returns `text` in superscripts; `None` if a letter has none.
fn raised(text: &str) -> Option<String> {
    scripted(text, table::superscript)
}

fn scripted(text: &str, script: impl Fn(char) -> Option<char>) -> Option<String> {
    let letters = text.chars().filter(|c| !c.is_whitespace());
    let letters = letters.map(|c| {
        if table::is_sentinel(c) {
            Some(c)
        } else {
            script(c)
        }
    });
    letters.collect()
}

/// Returns a script that Unicode does not have, with its mark: `x^q`, `x_(a+b)`.
fn marked(mark: char, text: &str) -> String {
    match text.chars().filter(|c| !table::is_sentinel(*c)).count() {
        1 => format!("{mark}{text}"),
        _ => format!("{mark}({text})"),
    }
}

#[cfg(test)]
mod tests;
