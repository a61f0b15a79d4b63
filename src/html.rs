//! HTML before a parser reads it: tags, attributes and nesting within bounds.
//!
//! The parsers of HTML compare each attribute of a tag with those before it, and look through all open elements at each tag. Their time
//! grows with the square of attributes and depth, so both are bounded here, in one pass over the text. What comes out has the same
//! meaning as what went in, as far as the bounds go.

mod elements;

pub use elements::{RAW, ends_paragraph, is_of_table, is_void};
use elements::{is_ended_by, is_mark};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// The most attributes that a tag keeps.
pub const ATTRIBUTES: usize = 100;
/// The deepest nesting of elements that is kept.
pub const DEPTH: usize = 100;
/// The most elements for marked text (`<b>`, `<font>`) that may be open. A parser opens all of them again in each paragraph.
pub const MARKS: usize = 32;

/// What a text lost to the bounds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// How many attributes.
    pub attributes: usize,
    /// How many start tags.
    pub tags: usize,
    /// The first tag that is left out or loses attributes, as written.
    pub first: Option<String>,
}

/// HTML in which no tag has more than [`ATTRIBUTES`], and how many attributes were left out. Comments go as well, because a tag may hide in
/// what one parser takes for a comment and another does not. CDATA sections become text.
pub fn with_few_attributes(html: &str) -> (Cow<'_, str>, usize) {
    let mut out = String::new();
    let mut done = 0;
    let mut left_out = 0;
    let mut at = 0;
    while let Some((piece, start, end)) = next(html, at) {
        let changed = match &piece {
            Piece::Nothing => true,
            Piece::Tag(tag) => tag.changes(),
            Piece::Sign => true,
        };
        if changed {
            out.push_str(&html[done..start]);
            match piece {
                Piece::Nothing => {
                    if let Some(text) = html[start..end].strip_prefix(CDATA) {
                        let text = text.strip_suffix("]]>").unwrap_or(text);
                        out.push_str(&text.replace('&', "&amp;").replace('<', "&lt;"));
                    }
                }
                Piece::Sign => out.push_str("&lt;"),
                Piece::Tag(tag) => {
                    left_out += tag.left_out;
                    tag.push(html, &mut out);
                }
            }
            done = end;
        }
        at = end;
    }
    if done == 0 {
        return (Cow::Borrowed(html), 0);
    }
    out.push_str(&html[done..]);
    (Cow::Owned(out), left_out)
}

/// HTML in which every element is closed inside the one that holds it, within all bounds. Elements beyond them go with all that stands
/// in them: one may have been meant to hide its text. So do elements whose attributes, as they are written, `hide` them.
pub fn balanced(html: &str, hide: fn(&str) -> bool) -> (String, LeftOut) {
    let mut balancer = Balancer {
        out: String::with_capacity(html.len()),
        open: Vec::new(),
        hidden_from: usize::MAX,
        too_deep: 0,
        left_out: LeftOut::default(),
        ends: None,
        hide,
    };
    let mut at = 0;
    while let Some((piece, start, end)) = next(html, at) {
        balancer.text(&html[at..start]);
        match piece {
            Piece::Nothing => {}
            Piece::Sign => balancer.text("&lt;"),
            Piece::Tag(tag) if tag.ends => balancer.end(&tag.name),
            Piece::Tag(tag) => {
                at = balancer.start(&tag, html).max(end);
                continue;
            }
        }
        at = end;
    }
    balancer.text(html.get(at..).unwrap_or_default());
    balancer.close_to(0);
    (balancer.out, balancer.left_out)
}

const CDATA: &str = "<![CDATA[";

/// What begins with `<`.
enum Piece {
    Tag(Tag),
    /// A comment, a declaration, an instruction, or a tag that the text ends in: nothing of it is shown.
    Nothing,
    /// `<` as a sign of the text.
    Sign,
}

struct Tag {
    /// In lower case.
    name: String,
    ends: bool,
    closes_itself: bool,
    start: usize,
    /// Where its name ends.
    name_end: usize,
    /// Where the attributes end that are kept.
    kept: usize,
    end: usize,
    left_out: usize,
    /// Whether `<` stands in a quoted value.
    has_sign: bool,
}

impl Tag {
    fn changes(&self) -> bool {
        self.left_out > 0 || self.has_sign
    }

    fn push(&self, html: &str, out: &mut String) {
        if !self.changes() {
            return out.push_str(&html[self.start..self.end]);
        }
        out.push_str(&html[self.start..self.name_end]);
        // Whoever starts to read in the middle of a value must not find a tag there.
        out.push_str(&html[self.name_end..self.kept].replace('<', "&lt;"));
        out.push_str(if self.closes_itself { " />" } else { ">" });
    }
}

/// The next piece from a place on, with where it begins and ends.
fn next(html: &str, from: usize) -> Option<(Piece, usize, usize)> {
    let bytes = html.as_bytes();
    let start = from + memchr::memchr(b'<', &bytes[from..])?;
    let rest = &bytes[start + 1..];
    let to = |found: Option<usize>| found.map_or(html.len(), |at| start + 1 + at + 1);
    let (piece, end) = match rest {
        [b'!', b'-', b'-', ..] => (Piece::Nothing, to(comment(rest))),
        _ if html[start..].starts_with(CDATA) => {
            let end = memchr::memmem::find(rest, b"]]>").map(|at| at + 2);
            (Piece::Nothing, to(end))
        }
        [b'!' | b'?', ..] => (Piece::Nothing, to(memchr::memchr(b'>', rest))),
        [b'/', letter, ..] if letter.is_ascii_alphabetic() => tag(html, start),
        [b'/', _, ..] => (Piece::Nothing, to(memchr::memchr(b'>', rest))),
        [letter, ..] if letter.is_ascii_alphabetic() => tag(html, start),
        _ => (Piece::Sign, start + 1),
    };
    Some((piece, start, end))
}

/// Where the `>` of a comment stands, from its `!` on.
fn comment(text: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'>', text).find(|at| {
        let inner = &text[1..*at];
        inner.ends_with(b"--") || inner.get(2..).is_some_and(|inner| inner.ends_with(b"--!"))
    })
}

/// A tag by the rules of HTML's tokenizer.
fn tag(html: &str, start: usize) -> (Piece, usize) {
    let bytes = html.as_bytes();
    let ends = bytes[start + 1] == b'/';
    let until = |from: usize, is_end: fn(u8) -> bool| {
        bytes[from..].iter().position(|byte| is_end(*byte)).map_or(bytes.len(), |length| from + length)
    };
    let is_blank = |byte: u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c');
    let name_start = start + 1 + usize::from(ends);
    let name_end = until(name_start, |b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'));
    let (mut at, mut kept, mut count) = (name_end, name_end, 0);
    let (mut has_sign, mut after_slash) = (false, false);
    loop {
        match bytes.get(at) {
            // The text ends inside the tag: no parser makes an element of it.
            None => return (Piece::Nothing, bytes.len()),
            Some(b'>') => break,
            Some(b'/') => (at, after_slash) = (at + 1, true),
            Some(byte) if is_blank(*byte) => (at, after_slash) = (at + 1, false),
            Some(_) => {
                after_slash = false;
                at = until(at + 1, |b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>' | b'='));
                let after = until(at, |b| !b.is_ascii_whitespace());
                if bytes.get(after) == Some(&b'=') {
                    let value = until(after + 1, |b| !b.is_ascii_whitespace());
                    at = match bytes.get(value) {
                        Some(quote @ (b'"' | b'\'')) => {
                            let Some(length) = memchr::memchr(*quote, &bytes[value + 1..]) else {
                                return (Piece::Nothing, bytes.len());
                            };
                            let end = value + 1 + length;
                            has_sign |= memchr::memchr(b'<', &bytes[value..end]).is_some();
                            end + 1
                        }
                        _ => until(value, |b| b.is_ascii_whitespace() || b == b'>'),
                    };
                }
                count += 1;
                if count <= ATTRIBUTES {
                    kept = at;
                }
            }
        }
    }
    let tag = Tag {
        name: html[name_start..name_end].to_ascii_lowercase(),
        ends,
        closes_itself: after_slash,
        start,
        name_end,
        kept,
        end: at + 1,
        left_out: count.saturating_sub(ATTRIBUTES),
        has_sign,
    };
    (Piece::Tag(tag), at + 1)
}

/// Puts tags out in an order in which each element ends inside the one that holds it.
struct Balancer {
    out: String,
    /// The open elements, at most [`DEPTH`].
    open: Vec<String>,
    /// How many of them are open around the one that is hidden; nothing is put out inside it.
    hidden_from: usize,
    /// How many elements are open that are left out, one inside the other.
    too_deep: usize,
    left_out: LeftOut,
    /// Where the end tag of each element ends, by where its start tag does; once it is asked for.
    ends: Option<FxHashMap<usize, usize>>,
    /// Whether attributes hide their element.
    hide: fn(&str) -> bool,
}

impl Balancer {
    fn is_hidden(&self) -> bool {
        self.open.len() > self.hidden_from
    }

    fn text(&mut self, text: &str) {
        if self.too_deep == 0 && !self.is_hidden() {
            if !text.trim_ascii().is_empty() {
                self.open_cell();
            }
            self.out.push_str(text);
        }
    }

    /// Puts a cell around what stands in a table and in none of its cells. A parser moves it in front of the table, and looks that
    /// place up among all that stands there, each time.
    fn open_cell(&mut self) {
        if self.open.last().is_some_and(|open| open == "colgroup") {
            self.close_to(self.open.len() - 1);
        }
        let missing: &[&str] = match self.open.last().map(String::as_str) {
            Some("table" | "tbody" | "thead" | "tfoot") => &["tr", "td"],
            Some("tr") => &["td"],
            _ => return,
        };
        if self.open.len() + missing.len() > DEPTH {
            return;
        }
        for name in missing {
            self.out.push('<');
            self.out.push_str(name);
            self.out.push('>');
            self.open.push(name.to_string());
        }
    }

    /// Takes a start tag, and says from where on the text is to be read.
    fn start(&mut self, tag: &Tag, html: &str) -> usize {
        let name = tag.name.as_str();
        let is_foreign = self.open.iter().any(|open| matches!(open.as_str(), "svg" | "math"));
        let is_leaf = is_void(name) || tag.closes_itself && is_foreign;
        // No tag begins or ends in these, and no page shows what stands in them.
        if RAW.contains(&name) && !is_foreign {
            return raw_end(html, tag);
        }
        if tag.left_out > 0 {
            self.left_out.attributes += tag.left_out;
            self.left_out.first.get_or_insert_with(|| html[tag.start..tag.end.min(tag.name_end)].to_string());
        }
        if self.too_deep == 0 {
            while self.open.last().is_some_and(|open| is_ended_by(open, name)) {
                self.close_to(self.open.len() - 1);
            }
        }
        // Everything after `<plaintext>` is text, its own end as well.
        if name == "plaintext" {
            return tag.end;
        }
        // Outside of a table no parser makes cells of these, but their texts are still apart.
        if self.too_deep == 0 && name != "table" && is_of_table(name) && !self.open.iter().any(|open| open == "table") {
            self.text(" ");
            return tag.end;
        }
        let hides = self.too_deep == 0 && (self.hide)(html[tag.name_end..tag.end].trim_end_matches('>'));
        // A paragraph may end inside an element that hides several: it is hidden to its own end tag, where it has one.
        if hides
            && !is_leaf
            && let Some(end) = self.ends.get_or_insert_with(|| ends(html)).get(&tag.end)
        {
            return *end;
        }
        let has_marks = is_mark(name) && self.open.iter().filter(|open| is_mark(open)).count() >= MARKS;
        if self.too_deep > 0 || !is_leaf && (self.open.len() >= DEPTH || has_marks) {
            self.too_deep += usize::from(!is_leaf);
            self.left_out.tags += 1;
            self.left_out.first.get_or_insert_with(|| html[tag.start..tag.end].to_string());
            return tag.end;
        }
        if !hides && !self.is_hidden() && !is_of_table(name) && !matches!(name, "col" | "colgroup") {
            self.open_cell();
        }
        if hides && !is_leaf {
            self.hidden_from = self.hidden_from.min(self.open.len());
        } else if !hides && !self.is_hidden() {
            tag.push(html, &mut self.out);
        }
        if !is_leaf {
            self.open.push(name.to_string());
        }
        tag.end
    }

    fn end(&mut self, name: &str) {
        if self.too_deep > 0 {
            self.too_deep -= usize::from(!is_void(name));
            return;
        }
        // A parser makes an element of these.
        if name == "br" {
            return self.text("<br>");
        }
        // What stands in a cell cannot end what is around the table.
        let is_border =
            |open: &String| matches!(open.as_str(), "td" | "th" | "caption" | "table") && !is_of_table(name);
        let found = self.open.iter().rposition(|open| open == name || is_border(open));
        if let Some(at) = found.filter(|at| self.open[*at] == name) {
            self.close_to(at);
        }
    }

    fn close_to(&mut self, length: usize) {
        while self.open.len() > length {
            let was_hidden = self.is_hidden();
            let Some(name) = self.open.pop() else { break };
            if !was_hidden {
                self.out.push_str("</");
                self.out.push_str(&name);
                self.out.push('>');
            }
        }
        if !self.is_hidden() {
            self.hidden_from = usize::MAX;
        }
    }
}

/// Where the end tag of an element with raw text ends, or else the text.
fn raw_end(html: &str, tag: &Tag) -> usize {
    let bytes = html.as_bytes();
    let is_end = |at: &usize| {
        let name = bytes.get(at + 2..at + 2 + tag.name.len());
        let next = bytes.get(at + 2 + tag.name.len());
        name.is_some_and(|name| name.eq_ignore_ascii_case(tag.name.as_bytes()))
            && next.is_some_and(|next| next.is_ascii_whitespace() || matches!(next, b'/' | b'>'))
    };
    let found = memchr::memmem::find_iter(&bytes[tag.end..], b"</").map(|at| tag.end + at).find(is_end);
    found.and_then(|at| next(html, at)).map_or(html.len(), |(_, _, end)| end)
}

/// Where the element ends whose start tag is at `start`: behind its end tag, or where the next one begins that ends it, or with the
/// text.
pub fn element_end(text: &str, start: usize) -> usize {
    let Some((Piece::Tag(tag), _, mut at)) = next(text, start) else { return text.len() };
    if RAW.contains(&tag.name.as_str()) {
        return raw_end(text, &tag);
    }
    let (mut depth, mut follower) = (1_usize, None);
    while let Some((piece, from, end)) = next(text, at) {
        at = end;
        let Piece::Tag(inner) = piece else { continue };
        if RAW.contains(&inner.name.as_str()) && !inner.ends {
            at = raw_end(text, &inner);
        } else if inner.name != tag.name {
            continue;
        } else if inner.ends {
            depth -= 1;
            if depth == 0 {
                return end;
            }
        } else {
            depth += 1;
            follower = follower.or(is_ended_by(&tag.name, &inner.name).then_some(from));
        }
    }
    follower.unwrap_or(text.len())
}

/// Where the paragraph with this number ends, of those that stand in nothing else; `None` where there are fewer, or nothing follows.
pub fn paragraph_end(html: &str, number: usize) -> Option<usize> {
    let (mut depth, mut seen, mut at) = (0_usize, 0, 0);
    while let Some((piece, _, end)) = next(html, at) {
        at = end;
        let Piece::Tag(tag) = piece else { continue };
        if tag.ends {
            depth = depth.saturating_sub(1);
            seen += usize::from(depth == 0 && tag.name == "p");
            if depth == 0 && tag.name == "p" && seen == number {
                return Some(end).filter(|end| !html[*end..].trim().is_empty());
            }
        } else if !is_void(&tag.name) {
            depth += 1;
        }
    }
    None
}

/// For each start tag that an end tag belongs to, where both end.
fn ends(html: &str) -> FxHashMap<usize, usize> {
    let mut open: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    let mut found = FxHashMap::default();
    let mut at = 0;
    while let Some((piece, _, end)) = next(html, at) {
        at = end;
        let Piece::Tag(tag) = piece else { continue };
        if RAW.contains(&tag.name.as_str()) && !tag.ends {
            at = raw_end(html, &tag);
        } else if !tag.ends {
            open.entry(tag.name).or_default().push(end);
        } else if let Some(start) = open.get_mut(&tag.name).and_then(Vec::pop) {
            found.insert(start, end);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn balanced(html: &str) -> (String, LeftOut) {
        super::balanced(html, |attributes| attributes.contains("hide"))
    }

    #[track_caller]
    fn check(html: &str, expected: &str) {
        let (out, left_out) = balanced(html);
        assert_eq!(out, expected, "{html}");
        assert_eq!(left_out, LeftOut::default(), "{html}");
        // What is balanced stays so.
        assert_eq!(balanced(&out).0, out, "{html}");
    }

    #[test]
    fn good_html_stays() {
        for html in [
            "a &lt; b",
            "<p>a <b>b</b><br>c</p>\n<ul><li>a</li><li>b</li></ul>",
            "<table><tbody><tr><td class=\"a\">1</td><th>2</th></tr></tbody></table>",
            "<a href='https://a.example/?b=c&amp;d' title=\"a > b\">x</a><img src=a.png />",
        ] {
            check(html, html);
        }
    }

    #[test]
    fn what_stands_in_a_table_stands_in_a_cell() {
        check("<table>a</table>", "<table><tr><td>a</td></tr></table>");
        check(
            "<table>a <b>b</b><tr>c<td>d</td> e<tr><i>f</table>g",
            "<table><tr><td>a <b>b</b></td></tr><tr><td>c</td><td>d</td><td> e</td></tr><tr><td><i>f</i></td></tr></table>g",
        );
        check(
            "<table><caption>a</caption>\n<colgroup><col></colgroup><tbody>b</tbody></table>",
            "<table><caption>a</caption>\n<colgroup><col></colgroup><tbody><tr><td>b</td></tr></tbody></table>",
        );
    }

    #[test]
    fn elements_end_inside_the_one_that_holds_them() {
        check("<p>a<p>b", "<p>a</p><p>b</p>");
        check("<p>a<div>b</div>c</p>", "<p>a</p><div>b</div>c");
        check("<ul><li>a<li>b</ul>c", "<ul><li>a</li><li>b</li></ul>c");
        check(
            "<table><tr><td>a<td>b<tr><td><p>c</table>d",
            "<table><tr><td>a</td><td>b</td></tr><tr><td><p>c</p></td></tr></table>d",
        );
        check("<b>a<i>b</b>c</i>", "<b>a<i>b</i></b>c");
        check("<b><table><tr><td>a</b>b</td></tr></table></b>", "<b><table><tr><td>ab</td></tr></table></b>");
        check("</p>a</b>", "a");
        check("a<!-- b --><!-->c<!--->d<!-- e --!>f<?g?>h<!i>j</ k>l", "acdfhjl");
        check("a < b <", "a &lt; b &lt;");
        check("a<b c='d", "a");
        check("a<!-- b", "a");
        check("a<![CDATA[ b > c ]]>d", "ad");
        check("<svg><path d='a'/><path/></svg>", "<svg><path d='a'/><path/></svg>");
    }

    #[test]
    fn hidden_elements_go_with_all_that_stands_in_them() {
        check("a<b hide>b<i>c</i>d</b>e", "ae");
        check("a<p hide>b<p>c", "a<p>c</p>");
        check("<ul><li hide>a<li>b</ul>", "<ul><li>b</li></ul>");
        check("<div><div hide><div>a</div>b</div>c</div>d", "<div>c</div>d");
        check("a<br hide>b<div hide>c", "ab");
        check("<p>a<b hide>b</p><p>c</b>d</p>", "<p>ad</p>");
        check("<p hide>\n<p>a</p>\n</p>b", "b");
        check("a<div hide><script>'</div>'</script>b</div>c", "ac");
        check("<tr><td>a</td><td>b</td></tr>c", "  a bc");
        check("a<script><b hide></script>b<title></b></title>c", "abc");
        check("<div hide>a<p hide>b</p><br>c</br></div>d", "d");
        check("<table><tr><td hide>a<td>b</table>", "<table><tr><td>b</td></tr></table>");
        let many = (0..ATTRIBUTES).map(|n| format!("a{n}=1 ")).collect::<String>();
        assert_eq!(balanced(&format!("a<p {many}hide>b</p>c")).0, "ac");
    }

    #[test]
    fn sections_of_text_are_text() {
        assert_eq!(with_few_attributes("a<![CDATA[b & <c>]]>d").0, "ab &amp; &lt;c>d");
    }

    #[test]
    fn no_tag_hides_in_a_value() {
        check("<a title='<p b>'>x</a>", "<a title='&lt;p b>'>x</a>");
        check("<<!-- a -->p b>", "&lt;p b>");
    }

    #[test]
    fn nesting_has_an_end() {
        let (out, left_out) = balanced(&format!("{}a{}", "<div>".repeat(5000), "</div>".repeat(5000)));
        assert_eq!(out, format!("{}{}", "<div>".repeat(DEPTH), "</div>".repeat(DEPTH)));
        assert_eq!((left_out.tags, left_out.first.as_deref()), (5000 - DEPTH, Some("<div>")));
        let (out, _) = balanced(&"<div>a".repeat(5000));
        assert_eq!(out.matches("<div>").count(), DEPTH);
        assert_eq!(out.matches('a').count(), DEPTH);
        let hidden = format!("{}<p hidden>a</p>{}b", "<div>".repeat(DEPTH), "</div>".repeat(DEPTH));
        assert!(!balanced(&hidden).0.contains('a'));
        assert!(balanced(&hidden).0.ends_with('b'));
    }

    #[test]
    fn marks_have_an_end() {
        let fonts: String = (0..500).map(|size| format!("<font size={size}>")).collect();
        let (out, left_out) = balanced(&format!("{fonts}<p>a</p>{}<p>b</p>", "</font>".repeat(500)));
        assert_eq!((out.matches("<font").count(), out.matches("</font>").count()), (MARKS, MARKS));
        // The paragraph inside the marks that are left out goes with them.
        assert_eq!(left_out.tags, 500 - MARKS + 1);
        assert!(out.ends_with("</font><p>b</p>") && !out.contains("<p>a"), "{out}");
        let (out, _) = balanced(&"<p><b><i><u>a".repeat(200));
        assert!(balanced(&out).1.tags == 0, "{out}");
    }

    #[test]
    fn attributes_have_an_end() {
        let attributes: String = (0..5000).map(|n| format!(" a{n}='{n}'")).collect();
        for end in [">", "/>", " />"] {
            let (out, left_out) = with_few_attributes(&attributes);
            assert_eq!((out.as_ref(), left_out), (attributes.as_str(), 0));
            let html = format!("<b>a</b><p{attributes}{end}b");
            let (out, left_out) = with_few_attributes(&html);
            assert_eq!((out.matches("='").count(), left_out), (ATTRIBUTES, 5000 - ATTRIBUTES));
            assert!(out.ends_with("a99='99'>b") || out.ends_with("a99='99' />b"), "{out}");
        }
        // Also where they hide from a reader who takes the quotation mark of a comment or script for one of a tag.
        for hidden in ["<!-- <a b=' -->", "<script><a b='</script>", "<a b='<a c=\"'>", "<textarea><a b='</textarea>"] {
            let html = format!("{hidden}<p{attributes}>'\"");
            let (out, _) = with_few_attributes(&html);
            let tags = out.match_indices('<').filter(|(at, _)| out[at + 1..].starts_with('p'));
            assert!(tags.map(|(at, _)| out[at..].matches("='").count()).all(|count| count <= ATTRIBUTES), "{hidden}");
        }
    }

    #[test]
    fn paragraphs_are_counted_outside_of_other_elements() {
        let rest = |html, number| paragraph_end(html, number).map(|at: usize| &html[at..]);
        assert_eq!(rest("<p>a</p>\n<p>b</p>\n", 1), Some("\n<p>b</p>\n"));
        assert_eq!(rest("<p>a</p>\n<p>b</p>\n", 2), None, "nothing follows");
        assert_eq!(rest("<p>a</p>", 0), None);
        assert_eq!(rest("<p>a</p><p>b", 3), None);
        assert_eq!(rest("<p>a<br>b <img src=\"x\" alt=\"a>b</p>\"> c</p><h2>d</h2>", 1), Some("<h2>d</h2>"));
        assert_eq!(rest("<blockquote><p>a</p></blockquote><p>b</p><hr /><p>c</p>", 1), Some("<hr /><p>c</p>"));
        assert_eq!(rest("<!-- <p>a</p> --><p>b</p><p>c</p>", 1), Some("<p>c</p>"));
        assert_eq!(rest("<p>a</p></div></div><p>b</p><p>c</p>", 2), Some("<p>c</p>"));
        for broken in ["<", "<p", "<p a=\"", "<!--", "</p>", "<p><p>", "a<é>"] {
            rest(broken, 1);
        }
    }
}
