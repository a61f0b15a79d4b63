//! What a page or a style sheet loads, and what it runs that stands in it, each with its place.
//!
//! Templates are looked through as they are written, with what tera reads [masked](crate::theme::masked), so that a place can be named
//! and what a template shows on no stress story is found too.

use cssparser::{BasicParseErrorKind, ParseError, Parser, Token};

/// What is loaded or run.
#[derive(Debug, PartialEq)]
pub(super) enum What<'s> {
    /// A file, by its address as written.
    File(&'s str),
    /// Something that stands in the page, in words.
    Inline(String),
}

/// A thing that is loaded or run, and the directive of a content security policy that decides whether it may be.
#[derive(Debug, PartialEq)]
pub(super) struct Load<'s> {
    /// Where it stands, in bytes.
    pub(super) at: usize,
    pub(super) directive: &'static str,
    pub(super) what: What<'s>,
}

const SCRIPT: &str = "script-src-elem";
const STYLE: &str = "style-src-elem";
const PICTURE: &str = "img-src";
const MEDIA: &str = "media-src";
const FONT: &str = "font-src";

/// What HTML loads and runs.
pub(super) fn in_html(text: &str) -> Vec<Load<'_>> {
    let mut loads = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find('<').map(|start| at + start) {
        at = start + 1;
        if text[start..].starts_with("<!--") {
            at = text[start..].find("-->").map_or(text.len(), |end| start + end + 3);
        } else if let Some(tag) = Tag::read(text, start) {
            at = tag.end;
            let inner = match tag.name.as_str() {
                "script" | "style" | "textarea" | "title" => &text[at..element_end(text, at, &tag.name)],
                _ => "",
            };
            tag.loads(inner, &mut loads);
            if tag.name == "style" {
                loads.extend(in_css(inner).into_iter().map(|load| Load { at: load.at + at, ..load }));
            }
            at += inner.len();
        }
    }
    loads
}

/// Where the end tag of an element begins in which nothing else is a tag.
fn element_end(text: &str, start: usize, name: &str) -> usize {
    let is_end = |at: &usize| {
        let rest = text.as_bytes().get(*at + 2..*at + 2 + name.len());
        rest.is_some_and(|rest| rest.eq_ignore_ascii_case(name.as_bytes()))
    };
    let mut ends = text[start..].match_indices("</").map(|(at, _)| start + at);
    ends.find(is_end).unwrap_or(text.len())
}

struct Tag<'s> {
    /// In lower case.
    name: String,
    /// Name in lower case, place of the value, value.
    attributes: Vec<(String, usize, &'s str)>,
    end: usize,
}

impl<'s> Tag<'s> {
    /// The start tag that begins at a place.
    fn read(text: &'s str, start: usize) -> Option<Tag<'s>> {
        let rest = &text[start + 1..];
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let mut tag = Tag { name: rest[..length].to_ascii_lowercase(), attributes: Vec::new(), end: text.len() };
        let mut at = start + 1 + length;
        loop {
            let is_between = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '/' | '=' | '"' | '\'');
            at = text.len() - text[at..].trim_start_matches(is_between).len();
            let rest = &text[at..];
            if rest.is_empty() || rest.starts_with('>') {
                tag.end = (at + 1).min(text.len());
                return Some(tag);
            }
            let ends = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '/' | '=' | '>');
            let length = rest.find(ends).unwrap_or(rest.len());
            let name = rest[..length].to_ascii_lowercase();
            let after = rest[length..].trim_start();
            at = text.len() - after.len();
            let Some(value) = after.strip_prefix('=').map(str::trim_start) else {
                tag.attributes.push((name, at, ""));
                continue;
            };
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            let value = if quote.is_some() { &value[1..] } else { value };
            at = text.len() - value.len();
            let length = match quote {
                Some(quote) => value.find(quote),
                None => value.find(|c: char| c.is_whitespace() || c == '>'),
            };
            let value = &value[..length.unwrap_or(value.len())];
            tag.attributes.push((name, at, value));
            at += value.len();
        }
    }

    fn value(&self, wanted: &str) -> &'s str {
        self.attributes.iter().find(|(name, ..)| name == wanted).map_or("", |(_, _, value)| value.trim())
    }

    fn loads(&self, inner: &str, loads: &mut Vec<Load<'s>>) {
        let mut inline = |at: usize, directive: &'static str, what: String| {
            loads.push(Load { at, directive, what: What::Inline(what) });
        };
        for (name, at, value) in &self.attributes {
            let is_handler = name.len() > 2 && name.starts_with("on") && name.bytes().all(|b| b.is_ascii_lowercase());
            let is_script = value.trim_start().get(..11).is_some_and(|start| start.eq_ignore_ascii_case("javascript:"));
            match name.as_str() {
                "style" if !value.trim().is_empty() => inline(*at, "style-src-attr", "a `style` attribute".to_string()),
                _ if is_handler => inline(*at, "script-src-attr", format!("the attribute `{name}`")),
                "href" | "action" | "formaction" if is_script => {
                    inline(*at, SCRIPT, "a `javascript:` address".to_string())
                }
                _ => {}
            }
        }
        let start = self.attributes.first().map_or(self.end, |(_, at, _)| *at).min(self.end);
        let is_written = !inner.trim_matches(|c: char| c.is_whitespace() || c.is_control()).is_empty();
        match self.name.as_str() {
            "script" if self.value("src").is_empty() && self.is_run() && is_written => {
                inline(start, SCRIPT, "an inline script".to_string())
            }
            "style" if is_written => inline(start, STYLE, "an inline style sheet".to_string()),
            _ => {}
        }
        for (name, at, value) in &self.attributes {
            let Some(directive) = self.directive(name) else { continue };
            if name == "srcset" || name == "imagesrcset" {
                for candidate in value.split(',') {
                    let file = candidate.split_ascii_whitespace().next().unwrap_or_default();
                    loads.push(Load { at: *at, directive, what: What::File(file) });
                }
            } else {
                loads.push(Load { at: *at, directive, what: What::File(value) });
            }
        }
    }

    /// Whether a browser runs what the script element holds; other types are data.
    fn is_run(&self) -> bool {
        let kind = self.value("type").to_ascii_lowercase();
        kind.is_empty()
            || ["module", "importmap", "speculationrules"].contains(&&*kind)
            || kind.contains("javascript")
            || kind.contains("ecmascript")
    }

    /// Which directive decides on the address in an attribute; `None` for one that loads nothing.
    fn directive(&self, attribute: &str) -> Option<&'static str> {
        Some(match (self.name.as_str(), attribute) {
            ("script", "src") if self.is_run() => SCRIPT,
            ("link", "href" | "imagesrcset") => self.directive_of_link()?,
            ("img" | "source", "srcset") | ("img", "src") | ("video", "poster") | ("image", "href" | "xlink:href") => {
                PICTURE
            }
            ("input", "src") if self.value("type").eq_ignore_ascii_case("image") => PICTURE,
            ("audio" | "video" | "source" | "track", "src") => MEDIA,
            ("iframe" | "frame", "src") => "frame-src",
            ("object", "data") | ("embed", "src") => "object-src",
            ("form", "action") | ("button" | "input", "formaction") => "form-action",
            ("base", "href") => "base-uri",
            _ => return None,
        })
    }

    fn directive_of_link(&self) -> Option<&'static str> {
        let words = self.value("rel").to_ascii_lowercase();
        let is = |word: &str| words.split_ascii_whitespace().any(|one| one == word);
        Some(match () {
            () if is("stylesheet") => STYLE,
            () if is("icon") || is("apple-touch-icon") || is("mask-icon") => PICTURE,
            () if is("manifest") => "manifest-src",
            () if is("modulepreload") => SCRIPT,
            () if is("preload") => match self.value("as") {
                "script" => SCRIPT,
                "style" => STYLE,
                "image" => PICTURE,
                "font" => FONT,
                "audio" | "video" | "track" => MEDIA,
                "fetch" => "connect-src",
                _ => return None,
            },
            () => return None,
        })
    }
}

/// What a style sheet loads.
pub(super) fn in_css(text: &str) -> Vec<Load<'_>> {
    let mut loads = Vec::new();
    // Whatever is wrong in it, the rest is looked at: no error comes back.
    let _ = block(&mut Parser::new(text), text, PICTURE, 0, &mut loads);
    loads
}

/// The deepest blocks that are looked into.
const DEPTH: usize = 64;

/// Looks through what stands between two braces. `directive` decides on the addresses there.
fn block<'s>(
    parser: &mut Parser<'_>,
    text: &'s str,
    directive: &'static str,
    depth: usize,
    loads: &mut Vec<Load<'s>>,
) -> Result<(), ParseError<()>> {
    let mut word = String::new();
    loop {
        let token = match parser.next_including_whitespace() {
            Ok(token) => token.clone(),
            Err(error) if matches!(error.kind, BasicParseErrorKind::EndOfInput) => return Ok(()),
            Err(_) => continue,
        };
        let end = parser.position().byte_index();
        let inner = match &word[..] {
            "font-face" => FONT,
            _ => directive,
        };
        match token {
            Token::UnquotedUrl(url) => push(text, end, &url, of_import(&word, directive), loads),
            Token::QuotedString(url) if word == "import" => push(text, end, &url, STYLE, loads),
            Token::AtKeyword(name) => word = name.to_ascii_lowercase(),
            Token::Semicolon => word.clear(),
            Token::Function(name) if name.eq_ignore_ascii_case("url") || name.eq_ignore_ascii_case("src") => {
                let directive = of_import(&word, directive);
                let _: Result<(), ParseError<()>> = parser.parse_nested_block(|parser| {
                    let url = parser.expect_string()?.clone();
                    push(text, parser.position().byte_index(), &url, directive, loads);
                    Ok(())
                });
            }
            Token::CurlyBracketBlock | Token::ParenthesisBlock | Token::SquareBracketBlock | Token::Function(_)
                if depth < DEPTH =>
            {
                let is_rule = matches!(token, Token::CurlyBracketBlock);
                let _ = parser.parse_nested_block(|parser| block(parser, text, inner, depth + 1, loads));
                if is_rule {
                    word.clear();
                }
            }
            _ => {}
        }
    }
}

fn of_import(word: &str, directive: &'static str) -> &'static str {
    if word == "import" { STYLE } else { directive }
}

/// Adds an address that ends before a place, where it stands as it is written.
fn push<'s>(text: &'s str, end: usize, url: &str, directive: &'static str, loads: &mut Vec<Load<'s>>) {
    let Some(at) = text.get(..end).and_then(|before| before.rfind(url)) else { return };
    loads.push(Load { at, directive, what: What::File(&text[at..at + url.len()]) });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each with the first letters that stand in its place.
    fn shown(text: &str, loads: Vec<Load>) -> Vec<String> {
        let line = |load: Load| {
            let start: String = text[load.at..].chars().take(3).collect();
            match load.what {
                What::File(file) => format!("{start} {} {file}", load.directive),
                What::Inline(what) => format!("{start} {} <{what}>", load.directive),
            }
        };
        loads.into_iter().map(line).collect()
    }

    #[test]
    fn html_loads() {
        for (html, expected) in [
            ("<p>a < b</p><img alt=x src=/a.png>", &["/a. img-src /a.png"][..]),
            (
                "<img srcset='/a.png 1x, /b.png 2x' src=\"/c.png\"/>",
                &["/a. img-src /a.png", "/a. img-src /b.png", "/c. img-src /c.png"],
            ),
            (
                "<script src=\"a.js\"></script><script>'<img src=x>'</script>",
                &["a.j script-src-elem a.js", "'<i script-src-elem <an inline script>"],
            ),
            ("<script type=\"application/ld+json\">{}</script><script> </script>", &[]),
            (
                "<style>@font-face { src: url(f.woff2) } a { b: url( \"x.png\" ) }</style>",
                &["@fo style-src-elem <an inline style sheet>", "f.w font-src f.woff2", "x.p img-src x.png"],
            ),
            (
                "<a onclick=\"x()\" href='JavaScript:y' style=\"color: red\">",
                &[
                    "x() script-src-attr <the attribute `onclick`>",
                    "Jav script-src-elem <a `javascript:` address>",
                    "col style-src-attr <a `style` attribute>",
                ],
            ),
            (
                "<link rel='preload icon' href=i.png><link rel=canonical href=/x><link rel=preload as=font href=f>",
                &["i.p img-src i.png", "f> font-src f"],
            ),
            ("<!-- <img src=a> --><textarea><img src=b></textarea><iframe src=c></iframe>", &["c>< frame-src c"]),
            (
                "<video poster=p src=v><source srcset=s><track src=t></video><form action=/f><base href=/>",
                &[
                    "p s img-src p",
                    "v>< media-src v",
                    "s>< img-src s",
                    "t>< media-src t",
                    "/f> form-action /f",
                    "/> base-uri /",
                ],
            ),
            ("<img src=\"\u{1}\u{1}\u{1}\"\u{2}\u{2} alt=''>", &["\u{1}\u{1}\u{1} img-src \u{1}\u{1}\u{1}"]),
            ("<img src=", &[" img-src "]),
        ] {
            assert_eq!(shown(html, in_html(html)), expected, "{html}");
        }
    }

    #[test]
    fn style_sheets_load() {
        for (css, expected) in [
            (
                "@import \"a.css\"; @import url(b.css) screen; a { b: c }",
                &["a.c style-src-elem a.css", "b.c style-src-elem b.css"][..],
            ),
            ("@media print { a { background: #fff url('x.png') no-repeat } }", &["x.p img-src x.png"]),
            (
                "@font-face { font-family: \"A\"; src: url(\"a.woff2\") format(\"woff2\") } a { content: \"b.png\" }",
                &["a.w font-src a.woff2"],
            ),
            ("a { b: image-set(url(a.png) 1x) } /* url(c.png) */", &["a.p img-src a.png"]),
            (
                "a { b: url(data:image/png;base64,AA==) } } c { d: url(e) }",
                &["dat img-src data:image/png;base64,AA==", "e)  img-src e"],
            ),
        ] {
            assert_eq!(shown(css, in_css(css)), expected, "{css}");
        }
    }
}
