use super::*;
use crate::exchange::html;

struct AsIs;

impl html::Media for AsIs {
    fn name(&mut self, name: &str) -> String {
        name.to_string()
    }
}

#[test]
fn out_and_in_again_is_the_same_text() {
    for text in [
        "plain",
        "a **bold** and *italic* word, a*b*c, snake_case, Option<u8> & more",
        "`code` and $x_1^2 < 3$ and $$\\frac{a}{b}$$",
        "first\nsecond\n\nthird",
        "- one\n  - one a\n- two\nthen",
        "1. one\n2. two",
        "3. three\n4. four",
        "| a | b |\n| --- | --- |\n| 1 | 2 |",
        "```\nfn f() -> Option<u8> {\n    g(**a)?;\n}\n```",
        "above\n```\nx\n```\nbelow",
        "[here](https://a.b/c) ![](media/karte (1).png) ![sound](media/ton-é.mp3)",
        "![a cell](media/cell.png)",
        "\\*not\\* marked, \\$5 and \\$6, [a](b), back\\slash",
        "x**2 + y**2, *.rs and **/*.toml, f(*args), int *a;",
        "**bold *both*** and *a **b***",
        "`a*b*` and ``a ` b`` and `` ` ``",
        "\\\\*x* and \\\\\\*y\\*, \\(z\\), [sound:a.mp3] and `\\(a\\)`",
        "\\[a](https://b.c) \\![a](media/b.png)",
        "~~~ and `~`",
    ] {
        let html = to_html(text, true);
        assert!(!html.contains('\n') || text.contains("```"), "{html}");
        assert_eq!(html::to_text(&html, &mut AsIs).text, text, "{html}");
    }
}

#[test]
fn what_is_markup_is_said_in_one_place() {
    for (text, html) in [
        ("x**2 + y**2", "x**2 + y**2"),
        ("2 * 3 * 4 and a*b*c", "2 * 3 * 4 and a*b*c"),
        (
            "un**happy** *a **b** c*",
            "un<b>happy</b> <i>a <b>b</b> c</i>",
        ),
        ("**a\nb**", "<b>a</b><br><b>b</b>"),
        (
            "[the *page*](https://a.b)",
            "<a href=\"https://a.b\">the <i>page</i></a>",
        ),
        ("$5 and $6, $x$", "$5 and $6, \\(x\\)"),
        (
            "![](media/a.mka)![b](media/b.mp4)![c](media/c.webp)",
            "[sound:a.mka][sound:b.mp4]<img src=\"c.webp\" alt=\"c\">",
        ),
        ("```\n**a**\n```", "<pre><code>**a**</code></pre>"),
    ] {
        assert_eq!(to_html(text, true), html);
    }
    assert_eq!(to_html("**a** `b`\n- c", false), "**a** `b`<br>- c");
}

#[test]
fn a_cloze_comes_back_as_it_was() {
    for text in [
        "The {{c1::quick::adjective}} fox, {{c2::**bold**}}",
        "{{c1::std\\::vec}} and {{c2::`std::fs::read`::a `fn`}}, a::b",
        "{{c1::fn f() {}}} {{c2::$\\frac{a}{b}$}} {{c3,4::a {{c5::b}}}}",
        "\\{\\{c1::no}} {{c1::yes}}",
    ] {
        let html = cloze_to_html(text, true);
        let back = html::to_text(&with_backslashes(&html), &mut AsIs).text;
        assert_eq!(back, text, "{html}");
    }
}

#[test]
fn a_cloze_is_marked_up_as_it_is_shown() {
    for (text, html) in [
        (
            "The {{c1::quick::adjective}} fox, {{c2::**bold**}}",
            "The {{c1::quick::adjective}} fox, {{c2::<b>bold</b>}}",
        ),
        (
            "un**{{c1::happy}}** `{{c2::a<b}}`",
            "un<b>{{c1::happy}}</b> <code>{{c2::a&lt;b}}</code>",
        ),
        (
            "${{c1::x}}^2$ {{c1,2::a {{c3::b}}}}",
            "\\({{c1::x}}^2\\) {{c1,2::a {{c3::b}}}}",
        ),
        ("{{c1::$x$}} {{c2::a\nb}}", "{{c1::\\(x\\)}} {{c2::a<br>b}}"),
        (
            "```\nlet {{c1::a}};\n```",
            "<pre><code>let {{c1::a}};</code></pre>",
        ),
        ("{{c1::a}} and x**2 + y**2", "{{c1::a}} and x**2 + y**2"),
    ] {
        assert_eq!(cloze_to_html(text, true), html);
    }
}

#[test]
fn large_texts_are_written_in_one_pass() {
    for part in [
        "| a |\n",
        "- a\n",
        "1. a\n",
        "*a ",
        "[a](http://b",
        "{{c1::a}}\n",
        "`a\n",
    ] {
        let text = part.repeat(30_000 / part.len());
        let html = cloze_to_html(&text, true);
        let back = html::to_text(&with_backslashes(&html), &mut AsIs).text;
        assert!(back.len() * 2 >= text.len(), "{part}");
    }
}
