use super::*;

struct AsIs;

impl Media for AsIs {
    fn name(&mut self, name: &str) -> String {
        name.to_string()
    }
}

fn text(html: &str) -> String {
    to_text(html, &mut AsIs).text
}

#[test]
fn blocks_and_breaks_are_lines() {
    assert_eq!(
        text(
            "<div>First <b>bold</b> and <i>italic</i></div><div>second&nbsp;line &lt;tag&gt; &amp; &euro;</div>"
        ),
        "First **bold** and *italic*\nsecond line <tag> & €"
    );
    assert_eq!(text("a<br><br><br>b"), "a\n\nb");
    assert_eq!(text("a<div><br></div><div>b</div>"), "a\n\nb");
    assert_eq!(text("  a \n b  "), "a b");
    assert_eq!(text("one<br>two<br/>three"), "one\ntwo\nthree");
}

#[test]
fn code_keeps_its_indentation() {
    assert_eq!(
        text("<pre><code>fn f() -&gt; Option&lt;u8&gt; {\n    g()?;\n}</code></pre>"),
        "```\nfn f() -> Option<u8> {\n    g()?;\n}\n```"
    );
    assert_eq!(text("What does <code>?</code> do?"), "What does `?` do?");
    assert_eq!(text("<code>a<br>&nbsp;&nbsp;b</code>"), "```\na\n  b\n```");
    assert_eq!(text("<pre>```\nx</pre>"), "````\n```\nx\n````");
}

#[test]
fn lists_and_tables_are_set_as_lines() {
    assert_eq!(
        text("<ul><li>one<ul><li>one a</li></ul></li><li>two</li></ul>"),
        "- one\n  - one a\n- two"
    );
    assert_eq!(text("<ol><li><div>a</div><li>b</ol>c"), "1. a\n2. b\nc");
    assert_eq!(
        text("<table><tr><th>a</th><th>b</th></tr><tr><td>1|<td>2</table>"),
        "| a | b |\n| --- | --- |\n| 1\\| | 2 |"
    );
    assert_eq!(text("<table><tr><td>only</td></tr></table>"), "only");
}

#[test]
fn formulas_keep_their_source() {
    assert_eq!(text(r"Euler: \(e^{i\pi}+1=\)"), r"Euler: $e^{i\pi}+1=$");
    assert_eq!(
        text(r"\[0\] and [latex]\frac{a}{b}[/latex] and [$]x_1^2[/$] and [$$]a[/$$]"),
        r"$$0$$ and $\frac{a}{b}$ and $x_1^2$ and $$a$$"
    );
    assert_eq!(
        text("<anki-mathjax block=\"true\">a &lt; b</anki-mathjax> [latex]$x$[/latex]"),
        "$$a < b$$ $x$"
    );
    assert_eq!(text(r"an open \( stays"), r"an open \( stays");
}

#[test]
fn raised_lowered_and_ruby() {
    assert_eq!(text("x<sup>2</sup> H<sub>2</sub>O"), "x² H₂O");
    assert_eq!(text("x<sup>ab</sup> y<sub>q</sub>"), "x^(ab) y_(q)");
    assert_eq!(
        text("<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>"),
        "漢字(かんじ)"
    );
}

#[test]
fn pictures_sounds_and_links() {
    let found = to_text("<img src=\"karte%201.png\"> [sound:ton-é.mp3]", &mut AsIs);
    assert_eq!(
        found.text,
        "![](media/karte 1.png) ![sound](media/ton-é.mp3)"
    );
    assert!(found.seen.image && found.seen.sound && !found.seen.words);
    assert_eq!(
        text(
            "<a href=\"https://a.b/c(d)\">here</a> <a href='https://x.y'>https://x.y</a> <a href='#x'>z</a>"
        ),
        "[here](https://a.b/c%28d%29) https://x.y z"
    );
}

#[test]
fn what_is_hidden_is_dropped_and_noted() {
    let found = to_text(
        "a<span style=\"display: none\">b<b>c</b></span><script>if (1<2) {}</script><style>x{}</style><font color=red>d</font>",
        &mut AsIs,
    );
    assert_eq!(found.text, "ad");
    let seen = found.seen;
    assert!(seen.hidden && seen.script && seen.colour && seen.words);
}

#[test]
fn only_what_would_read_as_markup_gets_a_backslash() {
    assert_eq!(
        text("a*b*c snake_case Option&lt;u8&gt;"),
        "a*b*c snake_case Option<u8>"
    );
    assert_eq!(text("*x* costs $5 or $6"), r"\*x\* costs \$5 or \$6");
    assert_eq!(text("2 * 3 * 4 for $5"), "2 * 3 * 4 for $5");
    assert_eq!(text("[a](b) [c] `d` \\s \\*"), r"[a](b) [c] \`d\` \s \\*");
    assert_eq!(
        text("\"quoted\" \\ back\\slash \t tab"),
        "\"quoted\" \\ back\\slash tab"
    );
}

#[test]
fn marks_leave_spaces_outside_and_end_with_their_line() {
    assert_eq!(text("<b>a </b>b<b> </b><i><br></i>"), "**a** b");
    assert_eq!(text("<b>a<br>b</b>"), "**a**\n**b**");
    assert_eq!(text("<b><b>a</b></b>"), "**a**");
    assert_eq!(text("</b>a</div><b>never closed"), "a**never closed**");
}

#[test]
fn the_answer_line_is_where_it_stood() {
    let found = to_text("q<hr id=answer>a", &mut AsIs);
    assert_eq!((found.text.as_str(), found.answer_at), ("q\na", Some(2)));
    let found = to_text("<hr id=\"answer\">a", &mut AsIs);
    assert_eq!((found.text.as_str(), found.answer_at), ("a", Some(0)));
}
