use std::slice::from_ref;

use proptest::prelude::*;

use super::*;

/// Returns the text with its emphasis as letters: `<b:…>`, `<i:…>`, `<c:…>`, `<m:…>`, `<l:…>`.
fn said(text: &str, marks: &[Range<usize>]) -> String {
    let span = |span: &Span| {
        let Emphasis {
            bold,
            italic,
            code,
            marked,
        } = span.emphasis;
        let signs = [
            (bold, "b"),
            (italic, "i"),
            (code, "c"),
            (marked, "m"),
            (span.link.is_some(), "l"),
        ];
        let signs: String = signs
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, sign)| *sign)
            .collect();
        match signs.is_empty() {
            true => span.text.clone(),
            false => format!("<{signs}:{}>", span.text),
        }
    };
    let row = |row: &Row| row.spans.iter().map(span).collect::<String>();
    rows(text, marks, true)
        .iter()
        .map(row)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn what_is_markup() {
    for (text, shown) in [
        ("**bold** and *italic*", "<b:bold> and <i:italic>"),
        ("***both***", "<bi:both>"),
        ("**bold *both***", "<b:bold ><bi:both>"),
        ("***both* bold**", "<bi:both><b: bold>"),
        ("*a **b** c*", "<i:a ><bi:b><i: c>"),
        ("un**happy**", "un<b:happy>"),
        ("*...and so on*, *.5*", "<i:...and so on>, *.5*"),
        ("**un**like", "<b:un>like"),
        ("(*x*), \"*y*\".", "(<i:x>), \"<i:y>\"."),
        ("これは**「重要」**です", "これは<b:「重要」>です"),
        ("*over\nlines*", "<i:over>\n<i:lines>"),
        ("`code` and `` a ` b ``", "<c:code> and <c: a ` b >"),
        ("`` ` ``", "<c:`>"),
        ("**`a*b*`**", "<bc:a*b*>"),
        ("$x^2$ and $n$th", "x² and nth"),
        (
            "$$\\begin{aligned}a&=b\\\\c&=d\\end{aligned}$$",
            "a =b\nc =d",
        ),
        ("$\\unheard{of}$", "$\\unheard{of}$"),
        (
            "see [the *page*](https://a.b/c_(d)).",
            "see <l:the ><il:page>.",
        ),
        (
            "![a cell](media/cell.png) ![](media/a.mp3)",
            "[picture: a cell] [sound]",
        ),
        (
            "```rust\nfn f() {\n    *x*\n}\n```\nthen *y*",
            "<c:fn f() {>\n<c:    *x*>\n<c:}>\nthen <i:y>",
        ),
        ("a\n```\nb\n```", "a\n<c:b>"),
        ("a\n\n```\n\n```\n\nb", "a\n\n\n\nb"),
        (r"\*no\* \`no\` \$no\$", "*no* `no` $no$"),
        (r"\\*yes*", r"\<i:yes>"),
        (r"\\\*no*", r"\*no*"),
        (
            r"\[no](https://a.b) \![no](media/a.png)",
            "[no](https://a.b) ![no](media/a.png)",
        ),
    ] {
        assert_eq!(said(text, &[]), shown, "{text}");
    }
}

#[test]
fn what_is_none() {
    for text in [
        "Option<u8>",
        "<tag>",
        "a*b*c",
        "snake_case and _this_ and __that__",
        "2 * 3 * 4",
        "2*3*4 = 24",
        "x**2 + y**2",
        "2**n",
        "f(x)*g(x)*h(x)",
        "(a)*b*(c)",
        "*.rs and *.toml",
        "src/**/*.rs or **/*.toml",
        "*.rs and **/*.toml, *.md",
        "/home/*/.config and *.rs",
        "^.*foo.*$",
        "a*b*",
        "*p = *q;",
        "int *a, *b; char** argv",
        "f(*args, **kwargs)",
        "/* a */ /*b*/ /** c */",
        "* one\n* two\n- three\n# four\n> five\n1. six",
        "****",
        "* * *",
        "a * b*",
        "$5 and $6",
        "$HOME/bin:$PATH",
        r"C:\Users\a \d+ \\server \[a-z\] \{x\}",
        "a[0](x) [1] [x](y) [a](ftp://b)",
        "![a](/etc/passwd) ![a](../b) ![]",
        "&amp; &lt; http://a.b <http://a.b>",
        "a ` b\n\n` c",
        "*a\n\nb*",
        "``` not closed",
        "",
        "\n\n a\n",
    ] {
        assert_eq!(said(text, &[]), text);
        assert_eq!(plain(text), text);
    }
}

#[test]
fn marks_are_kept_through_markup() {
    let text = "**a [b] c** `x[y]` $E=[z]^2$ [w]";
    let marks: Vec<Range<usize>> = ["[b]", "[y]", "[z]", "[w]"]
        .iter()
        .map(|mark| {
            let at = text.find(mark).unwrap();
            at..at + 3
        })
        .collect();
    assert_eq!(
        said(text, &marks),
        "<b:a ><bm:[b]><b: c> <c:x><cm:[y]> E=<m:[z]>² <m:[w]>"
    );
    let whole = "a $x$ b";
    assert_eq!(said(whole, from_ref(&(2..5))), "a <m:x> b");
    assert_eq!(said(whole, from_ref(&(0..7))), "<m:a x b>");
}

#[test]
fn what_a_text_names() {
    let text = "![a](media/a.png) and `![b](media/b.png)`\n\n![c](media/c.OGG) ![d](media/d.Mka) ![](media/e.webm)";
    let found: Vec<_> = media(text)
        .into_iter()
        .map(|media| (media.kind, media.path))
        .collect();
    assert_eq!(
        found,
        [
            (MediaKind::Picture, "media/a.png".to_string()),
            (MediaKind::Sound, "media/c.OGG".to_string()),
            (MediaKind::Sound, "media/d.Mka".to_string()),
            (MediaKind::Video, "media/e.webm".to_string())
        ]
    );
}

#[test]
fn large_texts_are_read_in_one_pass() {
    for part in [
        "*a ",
        "**a*",
        "`",
        "``` ",
        "$1 a",
        "[a](http://b",
        "![",
        "\\*",
        "$$",
        "{{c1::{",
        "*[",
        "~~~\n",
    ] {
        let text = part.repeat(50_000 / part.len());
        assert!(!rows(&text, &[], true).is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn text_without_markup_is_itself(text in "[^*`$~\\\\\\[]{0,40}") {
        prop_assert_eq!(plain(&text), text.as_str());
        prop_assert_eq!(said(&text, &[]), text);
    }

    #[test]
    fn nothing_but_marks_of_markup_is_lost(text in "(\\PC|[*`$~\\\\\\[\\]()!\\n ]|\\*\\*|http://|media/|```\\n|[ab]){0,24}") {
        let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
        if !text.contains(['$', '!']) && !text.contains("http") {
            prop_assert_eq!(letters(&plain(&text)), letters(&text));
        }
        let marks: Vec<Range<usize>> = text.char_indices().step_by(3).map(|(at, c)| at..at + c.len_utf8()).collect();
        let marked: Vec<String> = rows(&text, &marks, true).iter().map(Row::text).collect();
        let unmarked: Vec<String> = rows(&text, &[], true).iter().map(Row::text).collect();
        if !text.contains('$') {
            prop_assert_eq!(marked, unmarked);
        }
    }
}
