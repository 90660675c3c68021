//! Conversion of HTML as flash-card programs keep it (tag soup, not a page) to the text of a card, with its inline
//! markup.
//!
//! The effect of each element is decided in [`Writer::start`] and [`Writer::end`]; [`prose`] sets lines, spaces and
//! marks.

mod math;
mod prose;
mod table;

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use prose::Prose;
use table::Table;

/// The text converted from a stretch of HTML.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Text {
    /// The text, with inline markup.
    pub(crate) text: String,
    /// The byte in `text` at which the last `<hr id=answer>` stood.
    pub(crate) answer_at: Option<usize>,
    /// The parts that are not words.
    pub(crate) seen: Seen,
}

/// The parts of a text that are not words, or that a terminal can't show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Words, numbers or formulas.
    pub(crate) words: bool,
    /// Pictures.
    pub(crate) image: bool,
    /// Sounds.
    pub(crate) sound: bool,
    /// Colours or backgrounds, which are dropped.
    pub(crate) colour: bool,
    /// Parts that a style hides, which are dropped.
    pub(crate) hidden: bool,
    /// Scripts, drawings and buttons, which are dropped.
    pub(crate) script: bool,
}

impl Seen {
    /// Returns the parts of both texts.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            words: self.words || other.words,
            image: self.image || other.image,
            sound: self.sound || other.sound,
            colour: self.colour || other.colour,
            hidden: self.hidden || other.hidden,
            script: self.script || other.script,
        }
    }
}

/// A mapping from the names of files in a text to their names in `media/`.
pub(crate) trait Media {
    /// Returns the new name of `name`, which is as the source writes it.
    fn name(&mut self, name: &str) -> String;
}

/// Converts HTML to text.
pub(crate) fn to_text(html: &str, media: &mut dyn Media) -> Text {
    written(html, media, Prose::default())
}

/// Converts HTML to text without marks, for an answer to be typed.
pub(crate) fn to_unmarked(html: &str, media: &mut dyn Media) -> Text {
    written(html, media, Prose::unmarked())
}

fn written(html: &str, media: &mut dyn Media, prose: Prose) -> Text {
    let mut writer = Writer {
        prose,
        open: Vec::new(),
        skipped: 0,
        lists: Vec::new(),
        tables: Vec::new(),
        answer_at: None,
        seen: Seen::default(),
        media,
    };
    if is_plain(html) {
        writer.text(html);
    } else {
        for token in tokens(&math::marked(html)) {
            match token {
                Piece::Text(text) => writer.text(&text),
                Piece::Start(tag) => writer.start(&tag),
                Piece::End(name) => writer.end(&name),
            }
        }
    }
    writer.finish()
}

/// Returns plain text, with backslashes before everything that would read as markup.
pub(crate) fn plain_to_text(text: &str) -> String {
    let mut prose = Prose::default();
    prose.verbatim(text);
    prose.finish()
}

/// Returns whether there is nothing in it but words.
fn is_plain(html: &str) -> bool {
    !html.contains(['<', '&']) && !math::has_mark(html)
}

/// A token that matters.
enum Piece {
    Text(StrTendril),
    Start(Tag),
    End(String),
}

#[derive(Default)]
struct Sink(RefCell<Vec<Piece>>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut pieces = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => pieces.push(Piece::Text(text)),
            Token::NullCharacterToken => pieces.push(Piece::Text("\u{fffd}".into())),
            Token::TagToken(tag) if tag.kind == TagKind::EndTag => {
                pieces.push(Piece::End(tag.name.to_string()));
            }
            Token::TagToken(tag) => {
                let raw = match &*tag.name {
                    "script" => Some(RawKind::ScriptData),
                    "style" => Some(RawKind::Rawtext),
                    _ => None,
                };
                pieces.push(Piece::Start(tag));
                if let Some(raw) = raw {
                    return TokenSinkResult::RawData(raw);
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn tokens(html: &str) -> Vec<Piece> {
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from_slice(html));
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    tokenizer.sink.0.take()
}

/// The action at the end of an element.
enum Action {
    Nothing,
    Break,
    Skip,
    Mark(&'static str, prose::Mark),
    Code(prose::Mark),
    Block,
    Raised(prose::Mark),
    Lowered(prose::Mark),
    Reading,
    Link(prose::Mark, String),
    Formula { block: bool },
    Sound,
    List,
    Table,
    Cell,
}

struct Open {
    name: String,
    action: Action,
}

/// An open list: whether it is numbered, and the number of its items so far.
struct List {
    numbered: bool,
    items: usize,
}

struct Writer<'a> {
    prose: Prose,
    open: Vec<Open>,
    skipped: usize,
    lists: Vec<List>,
    tables: Vec<Table>,
    answer_at: Option<usize>,
    seen: Seen,
    media: &'a mut dyn Media,
}

impl Writer<'_> {
    fn text(&mut self, text: &str) {
        if self.skipped == 0 {
            self.seen.words |= !self.prose.is_captured() && !text.trim().is_empty();
            self.prose.text(text);
        }
    }

    fn start(&mut self, tag: &Tag) {
        let name = &*tag.name;
        let attribute = |wanted: &str| {
            let found = tag.attrs.iter().find(|a| &*a.name.local == wanted);
            found.map_or("", |a| &*a.value)
        };
        let style = attribute("style").to_ascii_lowercase();
        self.seen.colour |= self.skipped == 0
            && (style.contains("color:")
                || style.contains("background:")
                || !attribute("color").is_empty());
        match name {
            "br" | "img" | "hr" | "input" | "meta" | "link" | "source" | "wbr" | "col"
            | "embed" => {
                if self.skipped == 0 && !is_hidden(&style) {
                    self.void(name, attribute("src"), attribute("alt"), attribute("id"));
                }
                return;
            }
            "audio" | "video" if self.skipped == 0 && !attribute("src").is_empty() => {
                self.sound(attribute("src"));
            }
            _ => {}
        }
        let action = self.action(name, &style, attribute("href"), attribute("block"));
        if tag.self_closing && matches!(action, Action::Skip) {
            self.skipped = self.skipped.saturating_sub(1);
            return;
        }
        self.open.push(Open {
            name: name.to_string(),
            action,
        });
    }

    /// Handles an element without an end tag.
    fn void(&mut self, name: &str, src: &str, alt: &str, id: &str) {
        match name {
            "br" => self.prose.line_break(),
            "img" => self.image(src, alt),
            "hr" => {
                self.prose.new_line();
                if id == "answer" {
                    self.answer_at = self.prose.top_length();
                }
            }
            "source" if !src.is_empty() => self.sound(src),
            _ => {}
        }
    }

    fn image(&mut self, src: &str, alt: &str) {
        self.seen.image = true;
        let alt = alt
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .replace(['[', ']'], "");
        if src.starts_with("http://") || src.starts_with("https://") {
            let alt = if alt.is_empty() { "image" } else { &alt };
            self.prose.raw(&format!("[{alt}]({})", address(src)));
        } else if src.is_empty() || src.starts_with("data:") {
            self.seen.script = true;
        } else {
            let name = self.media.name(&percent_decoded(src));
            self.prose.raw(&format!("![{alt}](media/{name})"));
        }
    }

    fn sound(&mut self, src: &str) {
        self.seen.sound = true;
        if src.starts_with("http://") || src.starts_with("https://") {
            self.prose.raw(&format!("[sound]({})", address(src)));
        } else {
            let name = self.media.name(&percent_decoded(src));
            self.prose.raw(&format!("![sound](media/{name})"));
        }
    }

    /// Begins an element, and returns the action at its end.
    fn action(&mut self, name: &str, style: &str, href: &str, block: &str) -> Action {
        let dropped = matches!(
            name,
            "script"
                | "style"
                | "svg"
                | "canvas"
                | "iframe"
                | "object"
                | "button"
                | "select"
                | "textarea"
                | "title"
        );
        let hidden = is_hidden(style);
        if dropped || hidden || name == "rp" {
            if self.skipped == 0 {
                self.seen.script |= dropped && name != "title";
                self.seen.hidden |= hidden;
            }
            self.skipped += 1;
            return Action::Skip;
        }
        if self.skipped > 0 {
            return Action::Nothing;
        }
        match name {
            "b" | "strong" => Action::Mark("**", self.prose.mark()),
            "i" | "em" => Action::Mark("*", self.prose.mark()),
            "code" | "tt" | "kbd" | "samp" => {
                self.prose.code(true);
                Action::Code(self.prose.mark())
            }
            "pre" => {
                self.prose.capture();
                Action::Block
            }
            "sup" => Action::Raised(self.prose.mark()),
            "sub" => Action::Lowered(self.prose.mark()),
            "rt" => {
                self.prose.raw("(");
                Action::Reading
            }
            "a" if href.starts_with("http://") || href.starts_with("https://") => {
                Action::Link(self.prose.mark(), address(href))
            }
            "anki-mathjax" => {
                self.prose.capture();
                Action::Formula {
                    block: block == "true",
                }
            }
            math::SOUND => {
                self.prose.capture();
                Action::Sound
            }
            "ul" | "ol" => {
                self.prose.new_line();
                self.lists.push(List {
                    numbered: name == "ol",
                    items: 0,
                });
                Action::List
            }
            "li" => self.item(),
            "table" => {
                self.prose.new_line();
                self.tables.push(Table::default());
                Action::Table
            }
            "tr" => {
                self.close_to("tr", "table");
                if let Some(table) = self.tables.last_mut() {
                    table.row();
                }
                Action::Nothing
            }
            "td" | "th" if !self.tables.is_empty() => {
                self.close_to("td", "table");
                self.close_to("th", "table");
                self.prose.open();
                Action::Cell
            }
            _ if is_block(name) => {
                self.prose.new_line();
                Action::Break
            }
            _ => Action::Nothing,
        }
    }

    fn item(&mut self) -> Action {
        self.close_to("li", "ul");
        self.prose.new_line();
        let depth = self.lists.len().saturating_sub(1);
        let sign = match self.lists.last_mut() {
            Some(list) if list.numbered => {
                list.items += 1;
                format!("{}. ", list.items)
            }
            _ => "- ".to_string(),
        };
        self.prose.item(&format!("{}{sign}", "  ".repeat(depth)));
        Action::Break
    }

    /// Ends the last open `name`, if it was opened within the last open list or table.
    fn close_to(&mut self, name: &str, within: &str) {
        let last = self.open.iter().rposition(|open| open.name == name);
        let wall = self
            .open
            .iter()
            .rposition(|open| open.name == within || (within == "ul" && open.name == "ol"));
        if last.is_some() && last > wall {
            self.end(name);
        }
    }

    fn end(&mut self, name: &str) {
        if name == "br" || name == "p" && !self.open.iter().any(|open| open.name == "p") {
            // `</br>` and a stray `</p>` break the line, as in a browser.
            if self.skipped == 0 {
                self.prose.line_break();
            }
            return;
        }
        let Some(at) = self.open.iter().rposition(|open| open.name == name) else {
            return;
        };
        for open in self.open.split_off(at).into_iter().rev() {
            self.close(open.action);
        }
    }

    fn close(&mut self, action: Action) {
        match action {
            Action::Skip => self.skipped = self.skipped.saturating_sub(1),
            _ if self.skipped > 0 => {}
            Action::Nothing => {}
            Action::Break => self.prose.new_line(),
            Action::Mark(sign, mark) => self.prose.emphasise(&mark, sign),
            Action::Code(mark) => {
                self.prose.code(false);
                self.prose.as_code(&mark);
            }
            Action::Block => {
                let text = self.prose.close();
                self.seen.words |= !text.trim().is_empty();
                self.prose.block(&text);
            }
            Action::Raised(mark) => self.prose.raised(&mark, true),
            Action::Lowered(mark) => self.prose.raised(&mark, false),
            Action::Reading => self.prose.raw(")"),
            Action::Link(mark, href) => self.prose.link(&mark, &href),
            Action::Formula { block } => {
                let formula = self.prose.close();
                let written = math::written(&formula, block);
                self.seen.words |= !written.is_empty();
                self.prose.raw(&written);
            }
            Action::Sound => {
                let name = self.prose.close();
                self.sound(&name);
            }
            Action::List => {
                self.lists.pop();
                self.prose.new_line();
            }
            Action::Cell => {
                let text = self.prose.close();
                if let Some(table) = self.tables.last_mut() {
                    table.cell(&text);
                }
            }
            Action::Table => {
                if let Some(table) = self.tables.pop() {
                    self.prose.lines(&table.written());
                }
            }
        }
    }

    fn finish(mut self) -> Text {
        while let Some(open) = self.open.pop() {
            self.close(open.action);
        }
        let answer_at = self.answer_at;
        let (text, answer_at) = self.prose.finish_at(answer_at);
        Text {
            text,
            answer_at,
            seen: self.seen,
        }
    }
}

/// Returns whether a style, in lower case, hides its element.
fn is_hidden(style: &str) -> bool {
    if style.is_empty() {
        return false;
    }
    let tight: String = style.split_whitespace().collect();
    tight.contains("display:none") || tight.contains("visibility:hidden")
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "div"
            | "p"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "blockquote"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "main"
            | "dl"
            | "dt"
            | "dd"
            | "figure"
            | "figcaption"
            | "details"
            | "summary"
            | "center"
            | "form"
            | "fieldset"
            | "address"
            | "aside"
            | "nav"
            | "td"
            | "th"
    )
}

/// Returns an address in a form that can stand in parentheses.
fn address(href: &str) -> String {
    let mut out = String::with_capacity(href.len());
    for c in href.trim().chars() {
        match c {
            '(' => out.push_str("%28"),
            ')' => out.push_str("%29"),
            c if c.is_whitespace() => out.push_str("%20"),
            c => out.push(c),
        }
    }
    out
}

/// Returns `text` with `%20` and the like decoded, if that gives text.
pub(crate) fn percent_decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_string();
    }
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match (byte, digit(bytes.get(at + 1)), digit(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                at += 3;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_string())
}

#[cfg(test)]
mod tests;
