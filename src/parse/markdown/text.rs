//! The words of a text that its readers see: for summaries, feeds, cards, searches and related stories.
//!
//! All of them come from the events that make the page, or, where a text has raw HTML, from the page's clean HTML itself: what the
//! page hides is nowhere. Most wire copy has no markup that hides anything or parts a word, and is its own text.

use super::blocks::{self, Block as Medium, Fenced, Picture};
use super::events::{Events, Fault, Placed};
use super::{Prepared, Recording, Reference, Target, cjk, is_external, nesting, push_html, tags};
use crate::path::on_site;
use pulldown_cmark::{Event, LinkType, Tag, TagEnd};
use std::borrow::Cow;

/// What a file's text says, besides its page.
#[derive(Debug, Default)]
pub struct Body<'a> {
    /// All words that readers see, blocks on lines of their own. Nothing of pictures, nor an address that may be left out.
    pub text: Cow<'a, str>,
    /// The first paragraph, for summaries.
    pub lead: String,
    /// Links, pictures, audio and video: target, what it is, and where it stands.
    pub references: Vec<(String, Shows, usize)>,
    /// Whether a template shows a part of it.
    pub has_blocks: bool,
    /// Addresses in paragraphs of their own.
    pub addresses: Vec<String>,
    /// Ids of headings and of raw HTML, in order.
    pub anchors: Vec<String>,
    /// Whether the page hides something that stands in the text.
    pub hides: bool,
    /// What of the text does not reach its readers as it was meant.
    pub faults: Vec<Fault>,
}

/// What a text does with a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// It leads there.
    Link,
    /// It shows a picture.
    Picture,
    /// It plays audio or video.
    Recording,
}

/// What the blocks of a text show of files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// Audio and video.
    pub recordings: Vec<Recording>,
    /// Pictures of galleries and maps.
    pub pictures: Vec<Picture>,
}

/// The files that the blocks of a text show.
pub fn files(markdown: &str) -> Files {
    let mut files = Files::default();
    // Nothing is shown without this.
    if !markdown.contains("![") {
        return files;
    }
    let prepared = Prepared::of(markdown);
    let mut events = Events::new(markdown, &prepared);
    let all: Vec<Placed> = events.by_ref().collect();
    for found in blocks::take(all, &prepared.fences, &mut Vec::new()).1 {
        match found.block {
            Medium::Recording(recording) => files.recordings.push(recording),
            Medium::Fenced(Fenced::Gallery(gallery)) => files.pictures.extend(gallery.pictures),
            Medium::Fenced(Fenced::Map(map)) => files.pictures.push(map.picture),
            Medium::Fenced(_) | Medium::Address(_) => {}
        }
    }
    files
}

/// Reads a text. `home` is the address of the site without a last slash.
pub fn read<'a>(markdown: &'a str, home: &str) -> Body<'a> {
    if is_plain(markdown) {
        return Body { text: Cow::Borrowed(markdown), lead: plain_lead(markdown), ..Body::default() };
    }
    let prepared = Prepared::of(markdown);
    let mut events = Events::new(markdown, &prepared);
    let mut all: Vec<Placed> = events.by_ref().collect();
    events.finish(&mut all);
    let (all, found) = blocks::take(all, &prepared.fences, &mut events.faults);
    let mut references = Vec::new();
    let is_played = |at: usize| {
        let found = found.get(found.partition_point(|found| found.range.end <= at));
        found.is_some_and(|found| matches!(found.block, Medium::Recording(_)) && found.range.contains(&at))
    };
    for (event, range) in &all {
        match event {
            Event::Start(Tag::Link { link_type, dest_url, .. }) if *link_type != LinkType::Email => {
                let shows = if is_played(range.start) { Shows::Recording } else { Shows::Link };
                references.push((dest_url.to_string(), shows, range.start));
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                references.push((dest_url.to_string(), Shows::Picture, range.start));
            }
            _ => {}
        }
    }
    let mut writer = Writer::default();
    if events.has_html {
        let mut html = String::with_capacity(markdown.len() * 5 / 4);
        let stays = |reference: Reference| match reference.picture || is_dropped(reference.target, home) {
            true => Target::Drop,
            false => Target::To(reference.target.to_string()),
        };
        push_html(all, &events.anchors, Some(home), &mut html, stays);
        writer.html(&html);
    } else {
        let mut gone = 0_usize;
        all.iter().for_each(|(event, _)| writer.event(event, home, &mut gone));
    }
    let (text, lead) = writer.finish();
    let hides = !events.hidden.is_empty();
    let (mut addresses, mut has_blocks) = (Vec::new(), false);
    for one in found {
        match one.block {
            Medium::Address(address) => addresses.push(address),
            Medium::Recording(_) | Medium::Fenced(_) => has_blocks = true,
        }
    }
    let text = Cow::Owned(text);
    Body { text, lead, references, has_blocks, addresses, anchors: events.anchors, hides, faults: events.faults }
}

/// All words that readers of a text see.
pub fn shown<'a>(markdown: &'a str, home: &str) -> Cow<'a, str> {
    if is_plain(markdown) { Cow::Borrowed(markdown) } else { read(markdown, home).text }
}

/// A text without blanks at its ends, with one blank between words.
fn with_single_blanks(text: &str) -> String {
    let is_blank = |byte: u8| matches!(byte, b'\t'..=b'\r' | b' ');
    let pairs = || text.bytes().zip(text.bytes().skip(1));
    if text.is_ascii() && !pairs().any(|(one, next)| is_blank(next) && (next != b' ' || is_blank(one))) {
        return text.to_string();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a text contains and its page hides: comments, scripts, and what cleaning removes.
pub fn hidden(markdown: &str) -> Vec<&str> {
    let prepared = Prepared::of(markdown);
    let mut events = Events::new(markdown, &prepared);
    events.by_ref().for_each(drop);
    events.hidden_places().into_iter().filter_map(|place| markdown.get(place)).collect()
}

/// Whether a link whose text is its address may be left out with it: unless it leads to another site, it may name what is hidden.
fn is_dropped(target: &str, home: &str) -> bool {
    !is_external(target) || on_site(home, target).is_some()
}

/// Whether a text is its own words: no sign in it hides anything or parts a word, and it has no links or headings.
fn is_plain(markdown: &str) -> bool {
    const MARKS: [bool; 256] = {
        let mut marks = [false; 256];
        let mut at = 0;
        while at < 256 {
            marks[at] = cjk::may_begin(at as u8)
                || matches!(
                    at as u8,
                    b'<' | b'[' | b'&' | b'|' | b'`' | b'~' | b'*' | b'_' | b'\\' | b'#' | b'@' | b'{'
                );
            at += 1;
        }
        marks
    };
    let bytes = markdown.as_bytes();
    // Nearly every text is plain, so going on behind the first mark costs less than looking for it at each byte.
    let has_marks = bytes.iter().fold(false, |found, byte| found | MARKS[usize::from(*byte)]);
    let is_at = |place: usize, text: &[u8]| bytes[place..].starts_with(text);
    let underlines = [&b"\n="[..], b"\n--", b"\n-\n", b"\n-\r", b"\n =", b"\n -"];
    !has_marks
        && !memchr::memchr_iter(b':', bytes).any(|place| is_at(place, b"://"))
        && memchr::memmem::find(bytes, b"www.").is_none()
        && !nesting::has_too_deep(markdown)
        && !memchr::memchr_iter(b'\n', bytes).any(|place| underlines.iter().any(|text| is_at(place, text)))
}

/// The first paragraph of a text without marks. Seldom looks at more than the beginning of the text.
fn plain_lead(markdown: &str) -> String {
    // Where the first empty line behind a text is.
    let start = markdown.len() - markdown.trim_start().len();
    let first = ["\n\n", "\n\r\n"].into_iter().filter_map(|line| {
        let end = memchr::memmem::find(&markdown.as_bytes()[start..], line.as_bytes())?;
        Some(start + end + line.len())
    });
    for limit in [first.min().unwrap_or(1024), 2048, usize::MAX] {
        let mut end = markdown.len().min(limit);
        while !markdown.is_char_boundary(end) {
            end -= 1;
        }
        let mut writer = Writer::default();
        let prepared = Prepared::plain(&markdown[..end]);
        for (event, range) in Events::new(&markdown[..end], &prepared) {
            writer.event(&event, "", &mut 0);
            let is_whole = range.end < end || end == markdown.len() || writer.text.len() >= 512;
            if writer.lead.is_some() && is_whole {
                return writer.finish().1;
            }
        }
        if end == markdown.len() {
            return writer.finish().1;
        }
    }
    String::new()
}

/// What holds text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    /// A paragraph.
    Paragraph,
    /// A frame around others.
    Frame,
    /// Text of a frame that stands beside its blocks: a paragraph that nothing begins or ends.
    Bare,
    /// A quotation, or an item of a list: its text is a summary where there is no paragraph.
    Inner,
    /// A heading, caption, table, code or footnote: no summary.
    Aside,
}

/// Puts words together, and finds the first paragraph.
#[derive(Default)]
struct Writer {
    text: String,
    /// The blocks that are open, each with where its text begins, and whether it has text of its own.
    open: Vec<(Block, usize, bool)>,
    /// Where text outside of all blocks begins.
    lead: Option<String>,
    /// The first text of a quotation or list.
    second: Option<String>,
}

impl Writer {
    fn start(&mut self, block: Block) {
        self.end_bare();
        self.part();
        self.open.push((block, self.text.len(), false));
    }

    fn end(&mut self) {
        self.end_bare();
        self.close();
    }

    fn end_bare(&mut self) {
        if matches!(self.open.last(), Some((Block::Bare, ..))) {
            self.close();
        }
    }

    fn close(&mut self) {
        let Some((block, start, has_own)) = self.open.pop() else { return };
        let is_aside = block == Block::Aside || self.open.iter().any(|(block, ..)| *block == Block::Aside);
        if has_own && !is_aside {
            let is_inner = block == Block::Inner || self.open.iter().any(|(block, ..)| *block == Block::Inner);
            let place = if is_inner { &mut self.second } else { &mut self.lead };
            let text = self.text[start..].trim();
            // An address alone says nothing.
            let is_address = is_external(text) && !text.contains(char::is_whitespace);
            if place.is_none() && !text.is_empty() && !is_address {
                *place = Some(with_single_blanks(text));
            }
        }
        self.part();
    }

    /// Ends a line of the text.
    fn part(&mut self) {
        self.text.truncate(self.text.trim_end_matches([' ', '\t']).len());
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn word(&mut self, text: &str) {
        if text.trim().is_empty() && self.text.ends_with(['\n', ' ']) {
            return;
        }
        if matches!(self.open.last(), Some((Block::Frame, ..))) && !text.trim().is_empty() {
            self.open.push((Block::Bare, self.text.len(), true));
        } else if let Some((block, _, has_own)) = self.open.last_mut()
            && *block != Block::Frame
        {
            *has_own = true;
        }
        let text = if self.text.ends_with(' ') { text.trim_start_matches(' ') } else { text };
        self.text.push_str(text);
    }

    /// Takes one event of a text without HTML. `gone` counts the elements open since one whose text is left out.
    fn event(&mut self, event: &Event, home: &str, gone: &mut usize) {
        match event {
            Event::Start(_) if *gone > 0 => *gone += 1,
            Event::End(_) if *gone > 0 => *gone -= 1,
            _ if *gone > 0 => {}
            Event::Start(Tag::Image { .. }) => *gone = 1,
            Event::Start(Tag::Link { link_type: LinkType::Autolink, dest_url, .. }) if is_dropped(dest_url, home) => {
                *gone = 1
            }
            Event::Html(html) if **html == *blocks::START => self.start(Block::Aside),
            Event::Html(html) if **html == *blocks::END => self.end(),
            Event::Text(text) | Event::Code(text) => self.word(text),
            Event::SoftBreak | Event::HardBreak => self.word(" "),
            Event::Start(tag) => {
                if let Some(block) = block(tag) {
                    self.start(block);
                }
            }
            Event::End(
                TagEnd::Emphasis
                | TagEnd::Strong
                | TagEnd::Strikethrough
                | TagEnd::Link
                | TagEnd::Image
                | TagEnd::HtmlBlock,
            ) => {}
            Event::End(TagEnd::TableHead | TagEnd::TableRow) => self.part(),
            Event::End(TagEnd::TableCell) => self.word(" "),
            Event::End(_) => self.end(),
            _ => {}
        }
    }

    /// Takes clean HTML.
    fn html(&mut self, html: &str) {
        self.start(Block::Frame);
        // The name of an element whose text is left out, and how many of its name are open.
        let mut gone: Option<(&str, usize)> = None;
        let mut blocks: Vec<&str> = Vec::new();
        // Whether the last piece ended an insertion or a deletion.
        let mut is_change = false;
        let mut at = 0;
        while at < html.len() {
            let (piece, length) = tags::first(&html[at..]);
            let raw = &html[at..at + length];
            at += length;
            let was_change = std::mem::take(&mut is_change);
            let tags::Piece::Tag(tag) = piece else {
                if gone.is_none() {
                    self.escaped(raw);
                }
                continue;
            };
            if let Some((name, depth)) = &mut gone {
                if *name == tag.name {
                    *depth = if tag.ends { *depth - 1 } else { *depth + 1 };
                }
                if *depth == 0 {
                    gone = None;
                }
                continue;
            }
            is_change = tag.ends && matches!(tag.name, "del" | "ins" | "s" | "strike");
            let class = tag.attribute("class").unwrap_or_default();
            match (tag.name, html_block(tag.name, class)) {
                ("sup", _) if !tag.ends && class.starts_with("footnote-") => gone = Some((tag.name, 1)),
                ("rp" | "rt" | "rtc", _) if !tag.ends => gone = Some((tag.name, 1)),
                ("br" | "td" | "th", _) => self.word(" "),
                ("hr", _) => {
                    self.end_bare();
                    self.part();
                }
                ("tr", _) => self.part(),
                // What was said before and what is said now are two words.
                ("del" | "ins" | "s" | "strike", _) if !tag.ends && was_change => self.word(" "),
                (name, Some(block)) if !tag.ends => {
                    blocks.push(name);
                    self.start(block);
                }
                // A frame around a paragraph has no text of its own, a frame without one is a paragraph.
                (name, Some(_)) if blocks.last() == Some(&name) => {
                    blocks.pop();
                    self.end();
                }
                _ => {}
            }
        }
        blocks.iter().for_each(|_| self.end());
        self.end();
    }

    /// Text of HTML, with the few entities that clean HTML has.
    fn escaped(&mut self, raw: &str) {
        let lines = raw.replace(['\n', '\r', '\t'], " ");
        if !lines.contains('&') {
            return self.word(&lines);
        }
        let text = lines.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&nbsp;", "\u{a0}");
        self.word(&text.replace("&amp;", "&"));
    }

    fn finish(mut self) -> (String, String) {
        while !self.open.is_empty() {
            self.end();
        }
        let lead = self.lead.or(self.second).unwrap_or_default();
        (self.text, lead)
    }
}

fn block(tag: &Tag) -> Option<Block> {
    match tag {
        Tag::Paragraph => Some(Block::Paragraph),
        Tag::BlockQuote(_) | Tag::Item => Some(Block::Inner),
        Tag::List(_) => Some(Block::Frame),
        Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. } | Tag::HtmlBlock => {
            None
        }
        Tag::TableHead | Tag::TableRow | Tag::TableCell => None,
        _ => Some(Block::Aside),
    }
}

fn html_block(name: &str, class: &str) -> Option<Block> {
    match name {
        "div" if class == "footnote-definition" => Some(Block::Aside),
        "p" => Some(Block::Paragraph),
        "article" | "center" | "div" | "dl" | "figure" | "header" | "hgroup" | "nav" | "ol" | "section" | "ul"
        | "details" => Some(Block::Frame),
        "blockquote" | "dd" | "dt" | "li" => Some(Block::Inner),
        "aside" | "caption" | "figcaption" | "footer" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "pre" | "summary"
        | "table" => Some(Block::Aside),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOME: &str = "https://own.example";

    fn words(text: &str) -> String {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    fn says(markdown: &str, expected: &str) {
        assert_eq!(words(&shown(markdown, HOME)), expected, "{markdown}");
    }

    #[track_caller]
    fn leads(markdown: &str, expected: &str) {
        for text in [markdown.to_string(), markdown.replace('\n', "\r\n"), markdown.replace("\n\n", "\n \t\n")] {
            assert_eq!(read(&text, HOME).lead, expected, "{text:?}");
        }
    }

    #[test]
    fn words_have_no_markup_and_nothing_that_may_be_left_out() {
        says("Plain words, of wire copy", "Plain words, of wire copy");
        says("The [*port*](held.md \"title\") st<!-- x -->ays.", "The port stays.");
        says("![a [b](c) d](e.jpg) then [![f](g)](h) on", "then on");
        says("<https://own.example/held/> and <urn:x:held> go", "and go");
        says("https://own.example/held/ goes, https://a.example/ stays", "goes, https://a.example/ stays");
        says("caf&eacute; AT&amp;T\n\n[x]: /held/\n\n<div>\nraw\n</div>\n\nend", "café AT&T raw end");
        says("```secret\ncode\n```\n\n|a|b|\n|-|-|\n|1|2|secret|", "code a b 1 2");
        says("un*believ*able, [^1] said\n\n[^1]: A note.", "unbelievable, said A note.");
        says("## A heading {#secret .secret}", "A heading");
    }

    #[test]
    fn what_a_page_hides_is_in_no_text() {
        for hidden in [
            "<!-- secret -->",
            "<!--\nsecret\n\nsecret\n-->",
            "<div>\n<!-- a\n\nsecret\n-->\n</div>",
            "<script>\nvar a;\n\nsecret();\n</script>",
            "<style>\n.secret {}\n</style>",
            "<?php if (a > b) secret ?>",
            "<?\n\nsecret > secret\n?>",
            "<![CDATA[ a > secret ]]>",
            "<!ELEMENT secret>",
            "<template>\n\nsecret\n\n</template>",
            "<noscript>secret</noscript>",
            "<p hidden>secret</p>",
            "<div style=\"display: none\">\n\nsecret *secret*\n\n</div>",
            "<div style=\"display:&#110;one\">secret</div>",
            "<span style='dis\\70lay:/**/none!important'>secret</span>",
            "<p style=\"visibility:hidden!important\">secret</p>",
            "<b style=opacity:0>secret</b>",
            "<p style=\"font-size:0\">secret</p>",
            "<p style=\"font:0/0 a\">secret</p>",
            "<div popover>secret</div>",
            "<div style=\"color:transparent\">\n\n- secret\n- secret\n\n</div>",
            "<font style=\"display:none\">secret</font>",
            "<form hidden>secret</form>",
            "<my-part hidden>secret</my-part>",
            "<p hidden>\n\nsecret\n\n</p>",
            "<div hidden><div>secret</div>secret</div>",
            "<div hidden>\n<script>'</div>'</script>\nsecret\n</div>",
            "<meter>secret</meter>",
            "<progress>secret</progress>",
            "<iframe src=\"secret\">secret</iframe>",
            "<video><source src=\"secret\">secret</video>",
            "<object data=secret>secret</object>",
            "<textarea>secret</textarea>",
            "<select><option>secret</option></select>",
            "<svg><title>secret</title><text>secret</text></svg>",
            "<math><mi>secret</mi></math>",
            "<span title=\"secret\" data-x=\"secret\" aria-label=\"secret\"></span>",
            "<img src=\"secret.jpg\" alt=\"secret\">",
            "<input type=\"hidden\" value=\"secret\">",
            "[x]: /secret \"secret\"",
            "![secret](secret.jpg \"secret\")",
        ] {
            for text in [format!("One.\n\n{hidden}\n\nTwo."), format!("{hidden}\n\nOne.\n\nTwo.")] {
                let body = read(&text, HOME);
                assert!(!body.text.contains("secret"), "{text}\n{}", body.text);
                let is_element = hidden.starts_with('<')
                    && !["<span title", "<img", "<input"].iter().any(|tag| hidden.starts_with(tag));
                assert_eq!(body.hides && super::hidden(&text).concat().contains("secret"), is_element, "{text}");
                assert_eq!((body.lead.as_str(), words(&body.text).as_str()), ("One.", "One. Two."), "{text}");
            }
        }
    }

    #[test]
    fn what_hides_in_running_text_is_in_no_text() {
        for hidden in [
            "<b hidden>secret\n\nsecret</b>",
            "<label style='display:none'>secret</label>",
            "<span style=\"position:absolute;left:-9999px\">secret</span>",
            "<a href=\"https://a.example\" style=\"mso-hide:all\">secret</a>",
        ] {
            says(&format!("One {hidden} two."), "One two.");
        }
        // Readers see these.
        says("One <b aria-hidden=true>two</b> <i style=\"display:none;display:inline\">three</i>", "One two three");
        says("<p>One<p hidden>secret<p>two", "One two");
    }

    #[test]
    fn the_lead_is_the_first_paragraph() {
        leads("First.\n\nSecond.", "First.");
        leads("## Background\n\nFirst\nparagraph.\n\nSecond.", "First paragraph.");
        leads("#strike is the word.\n\nSecond.", "#strike is the word.");
        leads("-5C was measured.\n\nSecond.", "-5C was measured.");
        leads("<b>NEW</b> port opens.\n\nSecond.", "NEW port opens.");
        leads("!important words.\n\nSecond.", "!important words.");
        leads("![a](b.jpg)\n\nAfter the picture.", "After the picture.");
        leads("Said[^1] [the port][p] yesterday.\n\n[p]: x.md\n[^1]: Note.", "Said the port yesterday.");
        leads("[^1]: Note first.\n\nThen[^1] text.", "Then text.");
        leads("> A quote.\n\n- one\n- two\n\nA paragraph.", "A paragraph.");
        leads("> A quote.\n\n- one", "A quote.");
        leads("- one\n- two", "one");
        leads("|a|\n|-|\n|1|\n\nText.", "Text.");
        leads("<div>\n<h2>Head</h2>\n<p>In HTML.</p>\n</div>\n\nSecond.", "In HTML.");
        leads("<div>Bare text</div>\n\nSecond.", "Bare text");
        leads("Title\n=====\n\nText.", "Text.");
        leads("<h2>Head</h2>\nAfter in block.\n\nSecond.", "After in block.");
        leads("<div>\n<h2>Head</h2>\nIn a <b>div</b>.\n<p>Second.</p>\n</div>", "In a div.");
        leads("<form>\nAsked <input> here.\n</form>\n\nSecond.", "Asked here.");
        leads("Bare <b>text</b>.\n\nSecond.", "Bare text.");
        leads("<section>One.<hr>Two.</section>", "One.");
        leads("<ul>\nBare.\n<li>a</li></ul>", "Bare.");
        leads("<del>gone</del><ins>new</ins> here.", "gone new here.");
        leads("colo<ins>u</ins>r", "colour");
        leads("<tr><td>One</td><td>two</td></tr>", "One two");
        leads("", "");
        leads("## Only a heading", "");
    }

    #[test]
    fn a_long_first_paragraph_is_read_whole() {
        let text = "word ".repeat(2000);
        assert!(read(&text, HOME).lead.len() >= 400);
        let text = format!("{}\n\nFirst.\n\nSecond.", "---\n\n".repeat(600));
        assert_eq!(read(&text, HOME).lead, "First.");
        let text = format!("{}First.\n\nSecond.", "    code\n\n".repeat(600));
        assert_eq!(read(&text, HOME).lead, "First.");
    }

    #[test]
    fn no_blank_between_words_of_chinese_and_japanese() {
        says("所有码头工\n人已经**返**\n回岗位。\n下一句", "所有码头工人已经返回岗位。下一句");
        says("東京\n2026年 port\n東京", "東京 2026年 port 東京");
        says("한국어\n한국어 word\nword", "한국어 한국어 word word");
        says("ประเทศ\nไทย", "ประเทศไทย");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]
        #[test]
        fn plain_text_says_what_its_events_say(text in "([a-z>+.'\"()!:;,%0-9 -]|\n|\n\n|    |é|ж){0,120}") {
            prop_assume!(is_plain(&text));
            let mut writer = Writer::default();
            Events::new(&text, &Prepared::plain(&text)).for_each(|(event, _)| writer.event(&event, HOME, &mut 0));
            let (written, lead) = writer.finish();
            prop_assert_eq!(plain_lead(&text), lead);
            let letters = |text: &str| {
                let parts = text.split(|c: char| !c.is_alphabetic());
                parts.filter(|part| !part.is_empty()).map(str::to_string).collect::<Vec<_>>()
            };
            prop_assert_eq!(letters(&written), letters(&text));
        }
    }
}
