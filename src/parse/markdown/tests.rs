//! What pages show of a text, and what is said of the rest.

use super::*;
use crate::diag::Severity;
use crate::path::on_site;

const HOME: &str = "https://own.example";

fn html(markdown: &str) -> String {
    let mut out = String::new();
    render(markdown, HOME, &mut out, |reference| Target::To(reference.target.to_string()));
    out
}

#[track_caller]
fn shows(markdown: &str, expected: &str) {
    assert_eq!(html(markdown), expected, "{markdown}");
}

/// The faults of a text, each with its place.
fn faults(markdown: &str) -> Vec<String> {
    let faults = read(markdown, HOME).faults;
    faults.iter().map(|fault| format!("{} {}: {}", fault.at, fault.code, fault.message)).collect()
}

#[test]
fn addresses_in_running_text_are_links() {
    shows(
        "At https://a.example/b_c?d=1&e=2, www.a.example.",
        "<p>At <a href=\"https://a.example/b_c?d=1&amp;e=2\">https://a.example/b_c?d=1&amp;e=2</a>, <a href=\"http://www.a.example\">www.a.example</a>.</p>\n",
    );
    shows("Write to desk@a.example\n", "<p>Write to <a href=\"mailto:desk@a.example\">desk@a.example</a></p>\n");
    shows("<desk@a.example>", "<p><a href=\"mailto:desk@a.example\">desk@a.example</a></p>\n");
    shows(
        "[https://a.example](x) `www.a.example`",
        "<p><a href=\"x\">https://a.example</a> <code>www.a.example</code></p>\n",
    );
    shows(
        "*https://a.example/x--y...* \"q\"",
        "<p><em><a href=\"https://a.example/x--y\">https://a.example/x--y</a>…</em> “q”</p>\n",
    );
    shows(
        "https://a.example/?a&amp;b",
        "<p><a href=\"https://a.example/?a&amp;b\">https://a.example/?a&amp;b</a></p>\n",
    );
    let raw = html("<a href=\"https://b.example/\">https://a.example/</a> <b>x</b>");
    assert_eq!(raw, "<p><a href=\"https://b.example/\">https://a.example/</a> <b>x</b></p>\n");
    let mut out = String::new();
    render("see https://own.example/held/ now", HOME, &mut out, |_| Target::Drop);
    assert_eq!(out, "<p>see  now</p>\n");
}

#[test]
fn what_only_looks_like_a_tag_is_text() {
    shows("Apple Inc <AAPL> said <BRK-B>.", "<p>Apple Inc &lt;AAPL&gt; said &lt;BRK-B&gt;.</p>\n");
    shows("Agilent <A> and <AAPL:US> and <A.N>", "<p>Agilent &lt;A&gt; and &lt;AAPL:US&gt; and &lt;A.N&gt;</p>\n");
    shows("<AAPL>\nrose", "<p>&lt;AAPL&gt;\nrose</p>\n");
    shows("<div>\nApple <AAPL> said\n</div>", "<div>\nApple &lt;AAPL&gt; said\n</div>");
    shows("<B>bold</B>", "<p><b>bold</b></p>\n");
    assert_eq!(read("Apple <AAPL> *rose*", HOME).text.trim(), "Apple <AAPL> rose");
    assert_eq!(faults("Apple Inc <AAPL> said <A>"), [""; 0]);
}

#[test]
fn a_comment_is_hidden_to_its_end() {
    shows("One <!-- a > b --> two", "<p>One  two</p>\n");
    shows("<?php if (a > b) secret ?>\n\nTwo", "<p>Two</p>\n");
    shows(
        "<div>\n<!-- a\n\n*secret* [b](c)\n\n- secret --> d\n\n</div>\n\nTwo",
        "<div>\n<ul>\n<li> d</li>\n</ul>\n</div>\n<p>Two</p>\n",
    );
    shows("<div>\n<!-- a\n\nsecret", "<div>\n</div>");
    assert_eq!(
        faults("<div>\n<!-- a\n\nsecret"),
        ["6 text-dropped: the comment has no end, so the text after it is left out"]
    );
    assert_eq!(
        faults("<!-- a\n\nsecret"),
        ["0 text-dropped: the comment has no end, so the text after it is left out"]
    );
}

#[test]
fn headings_have_ids_of_their_own() {
    shows(
        "## Top\n\n## Port *strike*, day 2\n\n## Top",
        "<h2 id=\"h-top\">Top</h2>\n<h2 id=\"h-port-strike-day-2\">Port <em>strike</em>, day 2</h2>\n<h2 id=\"h-top-2\">Top</h2>\n",
    );
    shows(
        "## A {#b}\n\n## A {#b .c} ##\n\nA {.c}\n---",
        "<h2 id=\"h-b\">A</h2>\n<h2 id=\"h-b-2\">A</h2>\n<h2 id=\"h-a\">A</h2>\n",
    );
    shows("## Total {estimate}", "<h2 id=\"h-total-estimate\">Total {estimate}</h2>\n");
    let signs = html("## **?**\n\n## !!!\n\n##");
    assert_eq!(html("## Before\n\n## **?**\n\n## !!!\n\n##").replace("<h2 id=\"h-before\">Before</h2>\n", ""), signs);
    assert!(signs.contains("<h2 id=\"h-heading\"></h2>"), "{signs}");
    // What the author wrote stands before what is made of words.
    shows(
        "## A\n\n## B {#a}\n\n## A\n\n[x](#a)",
        "<h2 id=\"h-a-2\">A</h2>\n<h2 id=\"h-a\">B</h2>\n<h2 id=\"h-a-3\">A</h2>\n<p><a href=\"#h-a\">x</a></p>\n",
    );
    assert_eq!(read("## A\n\n<i id=\"a\">b</i> [x](#a)", HOME).anchors, ["a-a", "h-a-2"]);
    assert_eq!(faults("## A {#b}\n\n## C {#b}"), ["16 duplicate-id: the id `b` appears a second time in the text"]);
    assert_eq!(
        faults("<i id=b>x</i> <i id=b>y</i>\n\n## C {#b}"),
        [
            "14 duplicate-id: the id `b` appears a second time in the text",
            "34 duplicate-id: the id `b` appears a second time in the text",
        ]
    );
    shows(
        "## A\n\n[b](#a) [c](#A) [d](#top) [e](#none)",
        "<h2 id=\"h-a\">A</h2>\n<p><a href=\"#h-a\">b</a> <a href=\"#h-a\">c</a> <a href=\"#top\">d</a> <a href=\"#none\">e</a></p>\n",
    );
    assert_eq!(
        faults("[e](#none) [a](#a) [b](#top) [c](#)\n\n## A"),
        ["0 link-fragment: `#none` leads to no heading of this text"]
    );
    assert_eq!(read("## Häfen\n\n<a id=\"x\"></a>", HOME).anchors, ["a-x", "h-hafen"]);
}

#[test]
fn every_id_stands_once() {
    shows(
        "One[^top] two[^content] one[^TOP].\n\n[^top]: T.\n\n[^content]: C.",
        "<p>One<sup class=\"footnote-reference\"><a href=\"#fn-1\">1</a></sup> two<sup class=\"footnote-reference\"><a href=\"#fn-2\">2</a></sup> one<sup class=\"footnote-reference\"><a href=\"#fn-1\">1</a></sup>.</p>\n<div class=\"footnote-definition\" id=\"fn-1\"><sup class=\"footnote-definition-label\">1</sup>\n<p>T.</p>\n</div>\n<div class=\"footnote-definition\" id=\"fn-2\"><sup class=\"footnote-definition-label\">2</sup>\n<p>C.</p>\n</div>\n",
    );
    let html = html(
        "## A\n\nB[^1] <a id=\"h-a\" name=\"y\">x</a> <i id=\"top\">1</i> <i id=\"top\">2</i> <a href=\"#top\">3</a>\n\n[^1]: C.",
    );
    let twice = self::html("a[^1]\n\n[^1]: One.\n\n[^1]: Two.");
    assert_eq!((twice.matches("id=\"fn-1\"").count(), twice.matches("id=\"fn-1-2\"").count()), (1, 1), "{twice}");
    for id in [" id=\"h-a\"", " id=\"fn-1\"", " id=\"a-h-a\"", " id=\"a-top\""] {
        assert_eq!(html.matches(id).count(), 1, "{id}\n{html}");
    }
    assert!(html.contains("href=\"#a-top\"") && html.contains("href=\"#fn-1\""), "{html}");
}

#[test]
fn emphasis_beside_the_punctuation_of_chinese_japanese_and_korean() {
    shows(
        "**「引用」**と言った。**注意：**正文。",
        "<p><strong>「引用」</strong>と言った。<strong>注意：</strong>正文。</p>\n",
    );
    shows("彼は**「A」**と**「B」**と", "<p>彼は<strong>「A」</strong>と<strong>「B」</strong>と</p>\n");
    shows("**\"引用\"**와 *(한국)*은", "<p><strong>“引用”</strong>와 <em>(한국)</em>은</p>\n");
    shows("**[港](x)**的 ~~（旧）~~新", "<p><strong><a href=\"x\">港</a></strong>的 <del>（旧）</del>新</p>\n");
    shows("`**「」**と` [a](「**」x)", "<p><code>**「」**と</code> <a href=\"%E3%80%8C**%E3%80%8Dx\">a</a></p>\n");
    shows("2 * 3 * 4 「*」", "<p>2 * 3 * 4 「*」</p>\n");
}

#[test]
fn a_line_end_in_chinese_and_japanese_is_nothing() {
    shows(
        "所有码头工\n人已经**返回**\n岗位 port\n港口",
        "<p>所有码头工人已经<strong>返回</strong>岗位 port\n港口</p>\n",
    );
    shows("工\\\n人", "<p>工<br />\n人</p>\n");
}

/// Each construct that does not reach a page, or not as it was meant, has a line that says so.
#[test]
fn what_readers_lose_is_said() {
    for (markdown, expected) in [
        (
            "<iframe src=\"https://a.example\"></iframe> <iframe></iframe>",
            "0 text-dropped: `<iframe>` and all that stands in it is left out of the page",
        ),
        (
            "a <video src=x>",
            "2 text-dropped: `<video>` has no end tag, so it is left out of the page with all that follows it",
        ),
        ("<audio controls></audio>", "0 text-dropped: `<audio>` and all that stands in it is left out of the page"),
        ("<object data=x></object>", "0 text-dropped: `<object>` and all that stands in it is left out of the page"),
        ("<embed src=x>", "0 text-dropped: `<embed>` is left out of the page"),
        ("<script>x</script>", "0 text-dropped: `<script>` and all that stands in it is left out of the page"),
        ("<style>x</style>", "0 text-dropped: `<style>` and all that stands in it is left out of the page"),
        ("<form>\n<input>\n</form>", "0 text-dropped: the tag `<form>` is left out of the page; text in it stays"),
        ("x <button>y</button>", "2 text-dropped: the tag `<button>` is left out of the page; text in it stays"),
        ("<my-map>x</my-map>", "0 text-dropped: the tag `<my-map>` is left out of the page; text in it stays"),
        ("<template>x</template>", "0 text-dropped: `<template>` and all that stands in it is left out of the page"),
        ("<svg></svg>", "0 text-dropped: `<svg>` and all that stands in it is left out of the page"),
        ("<p hidden>x</p>", "0 text-dropped: `<p>` is hidden by its attributes, and is left out of the page"),
        ("<img src=\"x.jpg\">", "0 text-dropped: the picture `x.jpg` in raw HTML is left out of the page"),
        ("<a href=\"x.md\">x</a>", "0 text-dropped: the link `x.md` in raw HTML is left out of the page"),
        ("|a|\n|-|\n|1|2|", "8 text-dropped: the row has more cells than the 1 columns of its table"),
        (
            "x\n\n[AP]: News",
            "3 text-dropped: `[AP]:` defines a link that the text does not use, so the line is not shown",
        ),
        (
            "![The quay](my photo.png)",
            "10 markup-shown: `](my photo.png)` is shown as it stands: a link or picture that cannot be read",
        ),
        ("[a](b", "2 markup-shown: `](b` is shown as it stands: a link or picture that cannot be read"),
        ("[a][b]", "2 markup-shown: `][b]` is shown as it stands: a link whose target is not defined"),
        ("a[^1]", "1 markup-shown: `[^1]` is shown as it stands: there is no such footnote"),
        (
            "[a] (https://b.example)",
            "2 markup-shown: `] (https://b.example)` is shown as it stands: a link with a blank between its brackets",
        ),
        ("text {#id}", "5 markup-shown: `{#id}` is shown as it stands: an id for a place that can have none"),
        ("{{< youtube x >}}", "0 markup-shown: `{{< youtube x >}}` is shown as it stands: a tag of another program"),
        ("a <!-- b\n\nc -->", "2 markup-shown: `<!-- b` is shown as it stands: the start of a comment"),
        ("a[^1]\n\n[^1]: b\n\n[^1]: c", "16 duplicate-id: the footnote `[^1]` is defined a second time"),
        ("[a]\n\n[a]: /b\n[A]: /c", "13 text-dropped: `[A]:` is defined a second time, and this line is not shown"),
        (
            "> [a]\n>\n> [a]: /b\n> [a]: /c",
            "20 text-dropped: `[a]:` is defined a second time, and this line is not shown",
        ),
        ("## A {.b}", "5 text-dropped: a heading can only have an id, so the rest of `{.b}` is left out of the page"),
        (
            "## A {#b c=d}",
            "5 text-dropped: a heading can only have an id, so the rest of `{#b c=d}` is left out of the page",
        ),
        (
            "![x](https://a.example/b.png){width=50}",
            "29 markup-shown: `{width=50}` is shown as it stands: attributes for a place that can have none",
        ),
        ("a {.b}", "2 markup-shown: `{.b}` is shown as it stands: attributes for a place that can have none"),
        ("a\n{: .b}", "2 markup-shown: `{: .b}` is shown as it stands: attributes for a place that can have none"),
        ("## A {#b} c", "5 markup-shown: `{#b} c` is shown as it stands: an id for a place that can have none"),
        ("<frameset>a</frameset>", "0 text-dropped: the tag `<frameset>` is left out of the page; text in it stays"),
        (
            "<tr><td>a</td><td>b</td></tr>",
            "0 text-dropped: `<tr>` stands outside of a table, so the tag is left out of the page; text in it stays",
        ),
        ("<form hidden>a</form>", "0 text-dropped: `<form>` is hidden by its attributes, and is left out of the page"),
        ("[a](#b)", "0 link-fragment: `#b` leads to no heading of this text"),
    ] {
        assert_eq!(faults(markdown).first().map_or("", String::as_str), expected, "{markdown}");
    }
    for good in [
        "\\[a\\](b c) \\[a\\]\\[b\\]",
        "`[a](b c)` a[0] (b)",
        "<!-- note -->\n\na",
        "<b>a</b><br><hr>",
        "## A {#a}",
        "Total {estimate} {} {5} {x y}",
        "## A {#a} ##\n\n## {#b}",
        "[a]: /b\n\n```\n[a]: /c\n```\n\n[a] and\n[a]: d",
        "<table>\n<tr><td>a</td></tr>\n</table>",
        "|a|\n|-|\n|<b>1</b>|",
        "|a|\n|-|\n|1|\n|2| |",
    ] {
        assert_eq!(faults(good), [""; 0], "{good}");
    }
    let body = read("<iframe></iframe>\n\n<iframe></iframe> <video></video>", HOME);
    assert_eq!(body.faults.len(), 2);
    assert!(body.faults.iter().all(|fault| fault.severity == Severity::Warning && !fault.hint.is_empty()));
}

#[test]
fn a_line_that_nests_too_deep_is_left_out() {
    let text = format!("Before.\n\n{}deep\n\nAfter.", "> - ".repeat(60));
    assert_eq!(
        faults(&text),
        ["9 html-limit: the line opens more than 100 quotations, lists and footnotes inside one another"]
    );
    assert_eq!(read(&text, HOME).faults[0].severity, Severity::Error);
    shows(&text, "<p>Before.</p>\n<p>After.</p>\n");
    assert_eq!(read(&text, HOME).text, "Before.\nAfter.\n");
    // None of these takes long.
    for unit in ["> ", ">", "- ", "> - ", "1) ", "[^a]: "] {
        assert_eq!(faults(&format!("{}a", unit.repeat(50_000))).len(), 1, "{unit}");
    }
}

#[test]
fn strange_texts_are_read_to_their_end() {
    let parts = [
        "<",
        "a ",
        "**",
        "「",
        "\n",
        "\n\n",
        "<!--",
        "-->",
        "](",
        "[",
        "^1]",
        "https://a.b",
        "&amp;",
        "--",
        "<A>",
        "|",
        "# ",
        "{#x}",
        "é",
        "工",
        "<div>",
        "@a.b",
        "\\",
        "`",
        "> ",
        "- ",
    ];
    let mut state = 7_u64;
    for _ in 0..4000 {
        let mut text = String::new();
        for _ in 0..14 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(parts[(state >> 33) as usize % parts.len()]);
        }
        let (shown, page) = (read(&text, HOME), html(&text));
        assert!(
            !shown.text.contains('\u{f8ff}') && !page.contains('\u{f8ff}') && !page.contains('\u{e000}'),
            "{text:?}"
        );
        let script = page.split(['<', '>', '"']).find(|part| part.contains("javascript:"));
        assert_eq!(script, None, "{text:?}");
    }
}

fn check(markdown: &str, expected: &str) {
    let mut out = String::new();
    render(markdown, "https://own.example", &mut out, |reference| {
        let own = on_site("https://own.example", reference.target).is_some();
        if reference.target.starts_with("ok") || is_external(reference.target) && !own {
            Target::To(reference.target.to_string())
        } else {
            Target::Drop
        }
    });
    assert_eq!(out, expected, "{markdown}");
}

#[test]
fn everyday_copy() {
    check("One \"quote\" -- and\n\nTwo *b*.", "<p>One “quote” – and</p>\n<p>Two <em>b</em>.</p>\n");
    check(
        "|a|b|\n|-|-|\n|1|2|\n",
        "<div class=\"table-scroll\" tabindex=\"0\"><table><thead><tr><th>a</th><th>b</th></tr></thead><tbody>\n<tr><td>1</td><td>2</td></tr>\n</tbody></table>\n</div>\n",
    );
}

#[test]
fn columns_are_aligned_without_style_attributes() {
    check(
        "|a|b|c|d|\n|-|:-|-:|:-:|\n|1|2|3|4|\n",
        "<div class=\"table-scroll\" tabindex=\"0\"><table><thead><tr><th>a</th><th>b</th><th class=\"end\">c</th><th class=\"center\">d</th></tr></thead><tbody>\n<tr><td>1</td><td>2</td><td class=\"end\">3</td><td class=\"center\">4</td></tr>\n</tbody></table>\n</div>\n",
    );
    check("```\n1 2\n```\n", "<div class=\"table-scroll\" tabindex=\"0\">\n<pre><code>1 2\n</code></pre>\n</div>\n");
    let mut raw = String::new();
    render("|a|\n|-:|\n|<b>1</b>|\n", "https://own.example", &mut raw, |_| Target::Drop);
    assert!(raw.contains("<td class=\"end\"><b>1</b></td>"), "{raw}");
}

#[test]
fn links_the_caller_drops_leave_their_text() {
    check(
        "See [the *story*](hidden.md) and [this](ok/).",
        "<p>See the <em>story</em> and <a href=\"ok/\">this</a>.</p>\n",
    );
    check("![a *b* [c](ok)](secret.jpg)", "<p></p>\n");
    check("[x](javascript:alert(1))", "<p>x</p>\n");
    check("![a [c](ok)](secret.jpg) [b](ok)", "<p> <a href=\"ok\">b</a></p>\n");
}

#[test]
fn a_link_in_angle_brackets_goes_with_its_text() {
    check("See <https://own.example/held/>, <urn:x:held>.", "<p>See , .</p>\n");
    check(
        "See <https://other.example/>.",
        "<p>See <a href=\"https://other.example/\">https://other.example/</a>.</p>\n",
    );
}

#[test]
fn a_full_address_of_the_site_is_no_way_round() {
    check("[a](https://own.example/held/) <b>c</b>", "<p>a <b>c</b></p>\n");
    check(
        "<a href=\"HTTP://own.example/held/\">a</a> <a href=\"https://other.example/\">b</a>",
        "<p><a>a</a> <a href=\"https://other.example/\">b</a></p>\n",
    );
}

#[test]
fn pictures_are_dressed() {
    let check = |html: &str, expected: &str| {
        let mut dressed = html.to_string();
        dress(&mut dressed, |src| format!(" srcset=\"{src} 1w\" width=\"9\""));
        assert_eq!(dressed, expected, "{html}");
    };
    check("<p>none &lt;img src=\"a\"></p>", "<p>none &lt;img src=\"a\"></p>");
    check(
        "<p><img src=\"/a.jpg\" alt=\"b > c\" /> <img src=\"/d.jpg\" alt=\"\"></p>",
        "<p><img src=\"/a.jpg\" alt=\"b > c\" srcset=\"/a.jpg 1w\" width=\"9\" /> <img src=\"/d.jpg\" alt=\"\" srcset=\"/d.jpg 1w\" width=\"9\"></p>",
    );
    check("<img width=\"3\" src=\"a\">", "<img width=\"3\" src=\"a\" srcset=\"a 1w\">");
    check("<img alt>", "<img alt>".replace("<img", "<img srcset=\" 1w\" width=\"9\"").as_str());
}

#[test]
fn raw_html_is_cleaned() {
    check("<script>alert(1)</script>\n\nText <b onclick=\"x()\">bold</b>", "\n<p>Text <b>bold</b></p>\n");
    check("<a href=\"javascript:x\">a</a><img src=x onerror=y>", "<p><a>a</a></p>\n");
    check("<b>x</b> <a href=\"/hidden/slug/\">a</a> [b](ok/)", "<p><b>x</b> <a>a</a> <a href=\"ok/\">b</a></p>\n");
    check("<style>p{}</style><iframe src=\"//x\"></iframe>", "");
    check("a <!-- secret --> b", "<p>a  b</p>\n");
}

#[test]
fn schemes() {
    assert!(
        has_scheme("javascript:x") && has_scheme(" java\nscript:x") && has_scheme("//host/x") && has_scheme("data:x")
    );
    assert!(!has_scheme("a/b:c") && !has_scheme("../x.md") && !has_scheme("#top"));
}
