//! Markup to blocks: XHTML, HTML, NITF and what vendors make of them. What has no block here does not get into a story.

mod figure;
mod lists;
mod quoted;
mod role;
mod runs;
mod table;
mod tags;
mod walker;

pub(super) use runs::{has_columns, preformatted};
pub(super) use tags::{has_tags, with_tickers, without_foreign_tags};

use super::block::Block;
use super::dom::Element;
use super::html;
use super::item::Association;
use super::shown::is_inserted;
use super::text::{self, clean};
use super::work;
use std::borrow::Cow;
use walker::Walker;

/// The text of an item, and what stood in it that is not text.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) blocks: Vec<Block>,
    /// Pictures and other media inside the text.
    pub(super) figures: Vec<Association>,
    /// Notes for desks that stood in the text.
    pub(super) notes: Vec<String>,
    /// What stood beside the text and repeats fields, or is for desks.
    pub(super) asides: Vec<String>,
    /// Kinds of markup that were left out because Markdown has no place for them.
    pub(super) lost: Vec<String>,
    /// The word over the text that names its kind, where it stood in the text: TT's vignette.
    pub(super) kicker: Option<String>,
    /// The source beside it.
    pub(super) source: Option<String>,
    /// Text that an editor deleted stood in it, with the change still tracked.
    pub(super) has_deleted: bool,
    /// Some of it was encoded in UTF-8 twice.
    pub(super) was_encoded_twice: bool,
}

impl Body {
    /// Adds another text at the end.
    pub(super) fn extend(&mut self, other: Body) {
        self.blocks.extend(other.blocks);
        self.figures.extend(other.figures);
        self.notes.extend(other.notes);
        self.asides.extend(other.asides);
        self.lost.extend(other.lost);
        self.kicker = self.kicker.take().or(other.kicker);
        self.source = self.source.take().or(other.source);
        self.has_deleted |= other.has_deleted;
        self.was_encoded_twice |= other.was_encoded_twice;
    }
}

/// The blocks of an element's children.
pub(super) fn of_element(element: &Element<'_>) -> Body {
    let mut walker = Walker { is_xml: true, is_revised: is_revised(element), ..Walker::default() };
    walker.children(element, 0);
    walker.finish()
}

/// The blocks of several elements, one after the other.
pub(super) fn of_elements<'e, 'a: 'e>(elements: impl IntoIterator<Item = &'e Element<'a>>) -> Body {
    let mut walker = Walker { is_xml: true, ..Walker::default() };
    for element in elements {
        walker.is_revised |= is_revised(element);
        walker.element(element, 0);
    }
    walker.finish()
}

/// Whether a text has tracked changes: then what is struck through was deleted.
fn is_revised(element: &Element<'_>) -> bool {
    element.elements().any(|child| is_inserted(child) || is_revised(child))
}

/// The blocks of HTML, or of text where the string has no tags: blank lines or indented lines part its paragraphs.
pub(super) fn of_string(text: &str) -> Body {
    let text = &*text::with_line_ends(text);
    if has_tags(text) {
        return of_html(text);
    }
    let mut walker = Walker::default();
    // No tags, but perhaps the references of HTML (`&amp;`): they are resolved where all of `&` is such.
    let text =
        if text.contains('&') && text.contains(';') { Cow::Owned(html::parse(text).raw_text()) } else { text.into() };
    if has_tags(&text) {
        // All of its markup was escaped.
        return of_html(&text);
    }
    let text = without_foreign_tags(&text);
    // Where nothing is indented but the first lines of paragraphs, a blank line always parts them.
    let mut parts = blank_lines(&text);
    if parts.len() == 1 && lines_are_paragraphs(&text) {
        parts = text.lines().collect();
    }
    for (number, part) in parts.into_iter().enumerate() {
        if number > 0 {
            walker.flush();
        }
        walker.add_text(part, 1);
    }
    walker.finish()
}

/// The blocks of text in which a tag is text: blank lines part its paragraphs, or the end of each line does.
pub(super) fn of_plain(text: &str, by_lines: bool) -> Body {
    let text = &*text::with_line_ends(text);
    let mut walker = Walker::default();
    let parts = if by_lines { text.lines().collect() } else { blank_lines(text) };
    for part in parts {
        // What may not be unescaped any more is taken as it stands.
        walker.add_text(part, u8::MAX);
        walker.flush();
    }
    walker.finish()
}

fn of_html(text: &str) -> Body {
    let (root, left_out) = html::parse_counted(&with_tickers(text));
    let mut walker = Walker { is_revised: is_revised(&root), ..Walker::default() };
    walker.lose_attributes(left_out);
    walker.children(&root, 0);
    walker.finish()
}

/// Text without tags and references of HTML, cleaned: for headlines and other single texts. Both may have been escaped more often
/// than once.
pub(super) fn single(text: &str) -> String {
    let mut text = Cow::Borrowed(text);
    for _ in 0..3 {
        if has_tags(&text) {
            text = Cow::Owned(html::parse(&with_tickers(&text)).text().unwrap_or_default());
        } else if let Cow::Owned(resolved) = html::without_references(&text) {
            text = Cow::Owned(resolved);
        } else {
            break;
        }
    }
    if let Some(decoded) = text::decoded_twice(&text) { clean(&decoded) } else { clean(&text) }
}

/// The text that Base64 holds; `None` where it holds none.
pub(super) fn from_base64(text: &str) -> Option<String> {
    use base64::Engine as _;
    let packed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = base64::engine::general_purpose::STANDARD.decode(packed).ok()?;
    (!bytes.contains(&0)).then(|| super::charset::decode(&bytes, None, None).text.into_owned())
}

/// Whether each line is a paragraph: none is blank, each is long and ends a sentence.
fn lines_are_paragraphs(text: &str) -> bool {
    let lines: Vec<&str> = text.trim().lines().map(str::trim).collect();
    let ends = |line: &&str| line.ends_with(['.', '!', '?', '"', '”', '»', '…', '؟', '。', ')']);
    let letters: usize = lines.iter().map(|line| line.chars().count()).sum();
    lines.len() >= 2 && letters / lines.len() >= 60 && lines.iter().all(ends)
}

/// A text cut at its blank lines.
fn blank_lines(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut at) = (Vec::new(), 0, 0);
    // Whether there are words since `start`: to look for them at each blank line would take the square of many of these.
    let mut has_words = false;
    work::spend(text.len());
    for line in text.split_inclusive('\n') {
        let is_blank = line.trim().is_empty();
        if is_blank && has_words {
            parts.push(&text[start..at]);
            (start, has_words) = (at, false);
        }
        has_words |= !is_blank;
        at += line.len();
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::markup;

    fn check(html: &str, expected: &str) {
        assert_eq!(markup::html(&of_string(html).blocks), expected, "{html}");
    }

    #[test]
    fn the_allow_list_holds() {
        check("<p onclick='x'>a <script>b</script><b>c</b></p>", "<p>a <strong>c</strong></p>\n");
        check(
            "<a href=' java\tscript:x'>y</a> <a href='https://e.example/'>z</a>",
            "<p>y <a href=\"https://e.example/\">z</a></p>\n",
        );
        check("<scr<script>ipt>x</scr</script>ipt>", "<p>ipt&gt;xipt&gt;</p>\n");
        check("<p>&lt;b&gt;bold&lt;/b&gt; &lt;IBM&gt;</p>", "<p><strong>bold</strong> &lt;IBM&gt;</p>\n");
        check("<p>a</p><svg><p>b</p></svg><iframe srcdoc=x></iframe>", "<p>a</p>\n");
    }

    #[test]
    fn lists_tables_headings() {
        check("<h1>A</h1><ul><li>a<li>b <i>c</i></ul>", "<h2>A</h2>\n<ul>\n<li>a</li>\n<li>b <em>c</em></li>\n</ul>\n");
        check(
            "<table><tr><th>a<th>b<tr><td>1<td><p>2</p><p>3</p></table>",
            "<table>\n<tr><th>a</th><th>b</th></tr>\n<tr><td>1</td><td>2<br/>3</td></tr>\n</table>\n",
        );
        check("<b>a<p>b</p>c</b>", "<p>a</p>\n<p>b</p>\n<p>c</p>\n");
    }

    #[test]
    fn breaks_inside_marked_text() {
        check("<p><b>Head<br/></b>text</p>", "<p><strong>Head</strong><br/>text</p>\n");
        check("<p><b>Head<br/><br/></b>text</p>", "<p><strong>Head</strong></p>\n<p>text</p>\n");
        check(
            "<p><i><b>a<br>b</b></i> c</p>",
            "<p><em><strong>a</strong></em><br/><em><strong>b</strong></em> c</p>\n",
        );
        check("<p><a href='https://e.example/'><br>a </a>b</p>", "<p><a href=\"https://e.example/\">a </a>b</p>\n");
        check("<p>a<b><br></b>b</p>", "<p>a<br/>b</p>\n");
        // A mark that is open already is not set again.
        check(
            "<p><b>a<i><b>b<br>c</b></i></b></p>",
            "<p><strong>a<em>b</em></strong><br/><strong><em>c</em></strong></p>\n",
        );
    }

    #[test]
    fn figures_do_not_run_into_each_other() {
        check("<p>$1,234<sup>1</sup>, 10<sup>-6</sup>, 1<sup>st</sup></p>", "<p>$1,234¹, 10⁻⁶, 1st</p>\n");
        check("<p>CO<sub>2</sub>, 4<sup>1</sup>/<sub>4</sub>, 4&frac14;</p>", "<p>CO₂, 4¹/₄, 4¼</p>\n");
        check(
            "<p>x<sup><a href='https://e.example/'>12</a></sup></p>",
            "<p>x<a href=\"https://e.example/\">¹²</a></p>\n",
        );
        check("<p>4<frac><frac-num>1</frac-num><frac-den>4</frac-den></frac>", "<p>4 1/4</p>\n");
        check("<p><ruby>漢字<rt>kanji</rt></ruby></p>", "<p>漢字(kanji)</p>\n");
        check("<p>He said <q>no</q>, “<q>yes</q>”</p>", "<p>He said “no”, “yes”</p>\n");
    }

    #[test]
    fn cells_stay_under_their_columns() {
        check(
            "<table><tr><th colspan=2>A</th><th>B</th></tr><tr><td>1</td><td>2</td><td>3</td></tr></table>",
            "<table>\n<tr><th>A</th><th></th><th>B</th></tr>\n<tr><td>1</td><td>2</td><td>3</td></tr>\n</table>\n",
        );
        check(
            "<table><tr><td rowspan=2>A</td><td>1</td></tr><tr><td>2</td></tr><tr><td>B</td><td>3</td></tr></table>",
            "<table>\n<tr><td>A</td><td>1</td></tr>\n<tr><td></td><td>2</td></tr>\n<tr><td>B</td><td>3</td></tr>\n</table>\n",
        );
        check(
            "<table>a<tr><td>b</td>c</tr><p>d</p></table>",
            "<p>a</p>\n<p>c</p>\n<p>d</p>\n<table>\n<tr><td>b</td></tr>\n</table>\n",
        );
        // So many columns are not a table, and cost nothing.
        let wide = format!("<table>{}</table>", "<tr><td colspan=1000 rowspan=9999>a<td>b</tr>".repeat(2_000));
        let cells: usize = of_string(&wide)
            .blocks
            .iter()
            .map(|block| match block {
                Block::Table(rows) => rows.iter().map(|row| row.cells.len()).sum(),
                _ => 0,
            })
            .sum();
        assert!(cells < 450_000, "{cells}");
    }

    #[test]
    fn numbers_of_lists() {
        check("<ol start=5><li>a<li>b</ol>", "<ol start=\"5\">\n<li>a</li>\n<li>b</li>\n</ol>\n");
        check(
            "<ol><li>a<li value=7>b<li>c</ol>",
            "<ol>\n<li>a</li>\n</ol>\n<ol start=\"7\">\n<li>b</li>\n<li>c</li>\n</ol>\n",
        );
        check("<ol reversed><li>a<li>b</ol>", "<p>2. a</p>\n<p>1. b</p>\n");
        check(
            "<ul>x<li>a</li>y<ul><li>b</li></ul></ul>",
            "<p>x</p>\n<ul>\n<li><p>a</p>\n<p>y</p>\n<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>\n",
        );
    }

    #[test]
    fn figures_hold_more_than_pictures() {
        check("<figure><img src='a.jpg'><figcaption>A</figcaption></figure>", "");
        check(
            "<figure class='wp-block-table'><table><tr><td>a</td><td>b</td></tr></table><figcaption>C</figcaption></figure>",
            "<table>\n<tr><td>a</td><td>b</td></tr>\n</table>\n<p>C</p>\n",
        );
        check("<figure><blockquote><p>a</p></blockquote></figure>", "<blockquote>\n<p>a</p>\n</blockquote>\n");
        let gallery = "<figure><figure><img src='a.jpg'><figcaption>A</figcaption></figure><figure><img src='b.jpg'></figure></figure>";
        let figures = of_string(gallery).figures;
        let found: Vec<_> = figures.iter().map(|one| (one.href.as_deref(), one.caption.as_deref())).collect();
        assert_eq!(found, [(Some("a.jpg"), Some("A")), (Some("b.jpg"), None)]);
    }

    #[test]
    fn deleted_and_hidden_text() {
        check("<p>It was <del>five</del><ins>six</ins>.</p>", "<p>It was six.</p>\n");
        check("<p>It was <s>five</s><ins>six</ins>.</p>", "<p>It was six.</p>\n");
        check("<p>Now <s>$9</s> $5</p>", "<p>Now <s>$9</s> $5</p>\n");
        check("<p>a<span class='ice-del'>b</span>c<span class='ice-ins'>d</span></p>", "<p>acd</p>\n");
        check("<p>a <span style='display: none'>b</span>c</p><ul hidden><li>d</li></ul>", "<p>a c</p>\n");
        check(
            "<table><tr><td>a</td><td hidden>b</td><td>c</td></tr></table>",
            "<table>\n<tr><td>a</td><td>c</td></tr>\n</table>\n",
        );
        assert!(of_string("<p>a<del>b</del></p>").has_deleted);
        assert_eq!(of_string("<p>a<b hidden>b</b></p>").notes, ["b"]);
        assert!(of_string("<p>a<img src='https://t.example/p.gif' width=1 height=1></p>").figures.is_empty());
    }

    #[test]
    fn what_was_escaped_or_encoded_twice() {
        check("<p>AT&amp;amp;T &amp;eacute;t&amp;eacute;</p>", "<p>AT&amp;T été</p>\n");
        check("&amp;lt;p&amp;gt;a&amp;lt;/p&amp;gt;", "<p>a</p>\n");
        check("<p>CafÃ© &Atilde;&copy;t&Atilde;&copy;</p>", "<p>Café été</p>\n");
        for (text, expected) in [
            ("AT&amp;amp;T", "AT&T"),
            ("&lt;b&gt;A&lt;/b&gt; &amp;eacute;", "A é"),
            ("ZÃ¼rich", "Zürich"),
            ("a &x; b", "a &x; b"),
        ] {
            assert_eq!(single(text), expected);
        }
    }

    #[test]
    fn lines_that_are_paragraphs() {
        check("<p>One\n    Two goes\non.\n    Three</p>", "<p>One</p>\n<p>Two goes on.</p>\n<p>Three</p>\n");
        check("<p>\n      One\n      two\n    </p>", "<p>One two</p>\n");
        let xml = |text: &str| {
            let document = crate::wire::xml::parse(text).unwrap();
            markup::html(&of_element(&document.root).blocks)
        };
        assert_eq!(
            xml("<c>One\n\n   Two <em>b</em>.\n\n   <p>Three</p></c>"),
            "<p>One</p>\n<p>Two <em>b</em>.</p>\n<p>Three</p>\n"
        );
        assert_eq!(xml("<c>&lt;p&gt;A&amp;amp;B&lt;/p&gt;&lt;p&gt;C&lt;/p&gt;</c>"), "<p>A&amp;B</p>\n<p>C</p>\n");
        assert_eq!(
            xml("<c><p>A&amp;nbsp;B &amp;quot;C&amp;quot; &amp;x; D&amp;E</p></c>"),
            "<p>A B &quot;C&quot; &amp;x; D&amp;E</p>\n"
        );
        check("One<br/><br/>Two<br/>b", "<p>One</p>\n<p>Two<br/>b</p>\n");
        // So many are not paragraphs; every word is there all the same.
        let lines = format!("<p>One{}</p>", "\n    x\n".repeat(50_001));
        check(&lines, &format!("<p>One{}</p>\n", " x".repeat(50_001)));
    }
}
