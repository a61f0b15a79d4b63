//! Texts of other generators: what only their templates understand becomes Markdown, or goes.
//!
//! What stands in comments was never public, and what stands under a condition perhaps was not: the first goes, the second makes a
//! draft of the story.

use super::Generator;

/// A text made Markdown, and what was met on the way.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Body {
    pub(super) text: String,
    /// Tags that were left out, with the line of each from 1.
    pub(super) dropped: Vec<(String, u32)>,
    /// A tag that may have hidden a part of the text.
    pub(super) hidden: Option<String>,
}

/// Finds what a name of another file leads to, as a path from `content/`.
pub(super) type Lookup<'l> = dyn Fn(&str) -> Option<String> + 'l;

/// Makes Markdown of a text.
pub(super) fn convert(text: &str, generator: Generator, lookup: &Lookup) -> Body {
    let mut writer = Writer { generator, lookup, rest: text, line: 1, body: Body::default() };
    writer.tags();
    let mut body = writer.body;
    body.text = lines(&body.text, generator);
    body
}

/// One tag.
struct Tag<'t> {
    /// Whether it stands between the signs of a value, `{{` and `}}`.
    is_value: bool,
    inner: &'t str,
    length: usize,
}

struct Writer<'t, 'l> {
    generator: Generator,
    lookup: &'l Lookup<'l>,
    rest: &'t str,
    line: u32,
    body: Body,
}

impl<'t> Writer<'t, '_> {
    fn tags(&mut self) {
        while let Some(at) = ["{{", "{%", "{#"].iter().filter_map(|sign| self.rest.find(sign)).min() {
            self.take(at, true);
            match tag(self.rest, self.generator) {
                Some(tag) => {
                    let line = self.line;
                    self.take(tag.length, false);
                    self.tag(&tag, line);
                }
                None => self.take(2, true),
            }
        }
        self.take(self.rest.len(), true);
    }

    /// Goes on by so many bytes.
    fn take(&mut self, length: usize, is_kept: bool) {
        let (taken, rest) = self.rest.split_at(length);
        self.line += memchr::memchr_iter(b'\n', taken.as_bytes()).count() as u32;
        if is_kept {
            self.body.text.push_str(taken);
        }
        self.rest = rest;
    }

    /// Goes on behind the tag that closes a block; to the end where there is none. What was passed over.
    fn block(&mut self, closing: &[&str]) -> &'t str {
        let start = self.rest;
        let mut at = 0;
        while let Some(next) = ["{{", "{%"].iter().filter_map(|sign| start[at..].find(sign)).min() {
            at += next;
            match tag(&start[at..], self.generator) {
                Some(tag) if closing.contains(&word(tag.inner).0) => {
                    self.take(at + tag.length, false);
                    return &start[..at];
                }
                _ => at += 2,
            }
        }
        self.take(start.len(), false);
        start
    }

    fn tag(&mut self, tag: &Tag<'t>, line: u32) {
        let (name, rest) = word(tag.inner);
        if tag.is_value && matches!(self.generator, Generator::Jekyll | Generator::Eleventy) {
            return match value(tag.inner) {
                Some(text) => self.body.text.push_str(text),
                None => self.body.dropped.push((format!("{{{{ {} }}}}", tag.inner), line)),
            };
        }
        let args = arguments(rest);
        let first = |names: &[&str]| {
            let named = args.iter().find(|(key, _)| key.as_deref().is_some_and(|key| names.contains(&key)));
            named.map(|(_, value)| value.as_str())
        };
        let plain = || args.iter().find(|(key, _)| key.is_none()).map(|(_, value)| value.as_str());
        match name {
            "comment" => drop(self.block(&["/comment", "endcomment", "end"])),
            "raw" | "verbatim" => {
                let inner = self.block(&["endraw", "/raw", "endverbatim", "end"]);
                self.body.text.push_str(inner);
            }
            "highlight" => {
                let inner = self.block(&["endhighlight", "/highlight", "end"]);
                let language = plain().unwrap_or("");
                self.body.text.push_str(&format!("\n```{language}\n{}\n```\n", inner.trim_matches('\n')));
            }
            "figure" | "img" | "image" | "picture" => {
                let source = first(&["src", "path", "url", "image"]).or_else(plain).unwrap_or("");
                let caption = first(&["caption", "title"]).unwrap_or("");
                let alt = first(&["alt"]).unwrap_or(caption);
                self.body.text.push_str(&picture(source, alt));
                if !caption.is_empty() {
                    self.body.text.push_str(&format!("\n*{caption}*\n\n"));
                }
            }
            "ref" | "relref" | "post_url" | "link" => {
                let target = first(&["path"]).or_else(plain).unwrap_or("");
                match (self.lookup)(target) {
                    Some(path) => self.body.text.push_str(&path),
                    None => self.body.dropped.push((format!("{name} {target}"), line)),
                }
            }
            "youtube" | "vimeo" | "gist" => {
                let id = first(&["id", "url"]).or_else(plain).unwrap_or("");
                let link = match name {
                    _ if id.starts_with("http") => id.to_string(),
                    "youtube" => format!("https://www.youtube.com/watch?v={id}"),
                    "vimeo" => format!("https://vimeo.com/{id}"),
                    _ => {
                        let path: Vec<&str> = args.iter().take(2).map(|(_, value)| value.as_str()).collect();
                        format!("https://gist.github.com/{}", path.join("/"))
                    }
                };
                self.body.text.push_str(&format!("<{link}>"));
            }
            closing if closing.starts_with('/') || closing == "end" || closing.starts_with("end") => {}
            name => {
                let asks =
                    matches!(name, "if" | "unless" | "for" | "case" | "elsif" | "else" | "when" | "macro" | "block");
                if asks && matches!(self.generator, Generator::Jekyll | Generator::Eleventy) {
                    self.body.hidden.get_or_insert_with(|| name.to_string());
                }
                self.body.dropped.push((name.to_string(), line));
            }
        }
    }
}

fn picture(source: &str, alt: &str) -> String {
    let source = if source.contains([' ', '(', ')']) { format!("<{source}>") } else { source.to_string() };
    format!("![{}]({source})", alt.replace(['[', ']', '\n'], " "))
}

/// The tag that a text begins with, if this generator would take it for one.
fn tag(text: &str, generator: Generator) -> Option<Tag<'_>> {
    let cut = |open: &str, close: &str, is_value: bool| {
        let inner = text.strip_prefix(open)?;
        let end = inner.find(close)?;
        let inner = &inner[..end];
        Some(Tag {
            is_value,
            inner: inner.trim_matches(['-', ' ', '\t', '\n', '\r']),
            length: open.len() + end + close.len(),
        })
    };
    match generator {
        Generator::Hugo => cut("{{<", ">}}", false).or_else(|| cut("{{%", "%}}", false)),
        // Anything but a call is text.
        Generator::Zola => cut("{{", "}}", false).or_else(|| cut("{%", "%}", false)).filter(|tag| {
            let name = tag.inner.split('(').next().unwrap_or("");
            tag.inner == "end"
                || tag.inner.ends_with(')') && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        }),
        Generator::Jekyll => cut("{{", "}}", true).or_else(|| cut("{%", "%}", false)),
        Generator::Eleventy => {
            let comment = || cut("{#", "#}", false).map(|tag| Tag { inner: "end", ..tag });
            cut("{{", "}}", true).or_else(|| cut("{%", "%}", false)).or_else(comment)
        }
    }
}

/// The name of a tag and what follows. Hugo escapes tags that it is to show by `/*`, which is not a name.
fn word(inner: &str) -> (&str, &str) {
    let end = inner.find(|c: char| c.is_whitespace() || c == '(').unwrap_or(inner.len());
    let (name, rest) = inner.split_at(if inner.starts_with("/ ") { 1 } else { end });
    if name == "/" {
        // `{{< / figure >}}`
        return ("/", rest);
    }
    (name.trim_end_matches('/'), rest.trim().trim_start_matches('(').trim_end_matches([')', '/']))
}

/// What `{{ … }}` comes to where that is certain: addresses of the site are paths.
fn value(inner: &str) -> Option<&str> {
    let (head, filter) = inner.split_once('|').unwrap_or((inner, ""));
    let head = head.trim();
    if matches!(head, "site.baseurl" | "site.url" | "site.github.url") {
        return Some("");
    }
    let filter = filter.trim();
    let is_address = ["relative_url", "absolute_url", "url", "prepend:"].iter().any(|name| filter.starts_with(name));
    let quote = head.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = head.strip_prefix(quote)?.strip_suffix(quote)?;
    (is_address || filter.is_empty()).then_some(inner)
}

/// `src="a b.jpg" 640 alt='x'` as pairs; a value alone has no key.
fn arguments(text: &str) -> Vec<(Option<String>, String)> {
    let mut all = Vec::new();
    let mut rest = text.trim_start_matches([' ', ',', '\t', '\n', '\r']);
    while !rest.is_empty() {
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(rest.len());
        let (key, after) = match rest[end..].trim_start().strip_prefix('=') {
            Some(after) if end > 0 => (Some(rest[..end].to_string()), after.trim_start()),
            _ => (None, rest),
        };
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
        let (value, after) = match quote {
            Some(quote) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
            None => after.split_at(after.find([' ', ',', '\t', '\n', '\r']).unwrap_or(after.len())),
        };
        all.push((key, value.to_string()));
        let next = after.trim_start_matches([' ', ',', '\t', '\n', '\r']);
        // Something is taken each time, or the rest is not understood.
        if next.len() == rest.len() {
            break;
        }
        rest = next;
    }
    all
}

/// Line by line, outside code: attributes go, and pictures and links in HTML become Markdown, for HTML keeps neither.
fn lines(text: &str, generator: Generator) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fence: Option<&str> = None;
    for line in text.split_inclusive('\n') {
        let start = line.trim_start();
        let sign = ["```", "~~~"].into_iter().find(|sign| start.starts_with(sign));
        match (fence, sign) {
            (None, Some(sign)) => fence = Some(sign),
            (Some(open), Some(sign)) if open == sign => fence = None,
            _ => {}
        }
        if fence.is_some() || sign.is_some() || line.starts_with("    ") || line.starts_with('\t') {
            out.push_str(line);
        } else {
            out.push_str(&one_line(line, generator));
        }
    }
    out
}

fn one_line(line: &str, generator: Generator) -> String {
    let mut line = line.to_string();
    if line.starts_with('#')
        && let Some(at) = line.rfind("{#").filter(|_| line.trim_end().ends_with('}'))
    {
        line = format!("{}\n", line[..at].trim_end());
    }
    if generator == Generator::Jekyll {
        while let Some((at, end, _)) = element(&line, "{:", "}") {
            line.replace_range(at..end, "");
        }
        if line.trim_matches(['*', '-', ' ', '\n', '\r']).eq_ignore_ascii_case("toc") {
            return String::new();
        }
    }
    let is_block = line.trim_start().starts_with('<');
    while let Some((at, end, inner)) = element(&line, "<img", ">") {
        let source = attribute(&inner, "src").unwrap_or_default();
        let mark = picture(&source, &attribute(&inner, "alt").unwrap_or_default());
        line.replace_range(at..end, &if is_block { format!("\n\n{mark}\n\n") } else { mark });
    }
    while !is_block && let Some((at, end, whole)) = element(&line, "<a ", "</a>") {
        let (opening, text) = whole.split_once('>').unwrap_or((&whole, ""));
        let text = text.trim_end_matches("</a>").to_string();
        let target = attribute(opening, "href").unwrap_or_default();
        line.replace_range(at..end, &if target.is_empty() { text } else { format!("[{text}]({target})") });
    }
    line
}

/// An element of one line outside code: where it begins and ends, and its text.
fn element(line: &str, open: &str, close: &str) -> Option<(usize, usize, String)> {
    let at =
        line.match_indices(open).map(|(at, _)| at).find(|at| line[..*at].matches('`').count().is_multiple_of(2))?;
    let end = at + line[at..].find(close)? + close.len();
    Some((at, end, line[at..end].to_string()))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let at = tag.find(&format!(" {name}="))? + name.len() + 2;
    let rest = &tag[at..];
    let value = match rest.chars().next()? {
        quote @ ('"' | '\'') => rest[1..].split(quote).next()?,
        _ => rest.split([' ', '>', '/']).next()?,
    };
    Some(value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(generator: Generator, text: &str, expected: &str) -> Body {
        let lookup =
            |name: &str| (name == "strike.md" || name == "2020-01-02-strike").then(|| "/2020/strike.md".to_string());
        let body = convert(text, generator, &lookup);
        assert_eq!(body.text, expected, "{text}");
        body
    }

    #[test]
    fn hugo() {
        let hugo = Generator::Hugo;
        check(hugo, r#"{{< figure src="a.jpg" alt="Cranes" >}}"#, "![Cranes](a.jpg)");
        check(
            hugo,
            r#"{{< figure src="a b.jpg" caption="Two cranes" />}}"#,
            "![Two cranes](<a b.jpg>)\n*Two cranes*\n\n",
        );
        check(hugo, r#"See [it]({{< ref "strike.md" >}})."#, "See [it](/2020/strike.md).");
        check(hugo, "{{< youtube w7Ft2ymGmfc >}}", "<https://www.youtube.com/watch?v=w7Ft2ymGmfc>");
        check(hugo, "{{< highlight go \"linenos=1\" >}}\nx {{ y }}\n{{< /highlight >}}", "\n```go\nx {{ y }}\n```\n");
        check(hugo, "a{{% comment %}}SECRET{{% /comment %}}b {{ .Site }}", "ab {{ .Site }}");
        let body = check(hugo, "a\n{{< chart data=\"x\" >}}inner{{< /chart >}}", "a\ninner");
        assert_eq!(body.dropped, [("chart".to_string(), 2)]);
    }

    #[test]
    fn zola_jekyll_and_eleventy() {
        check(
            Generator::Zola,
            r#"{{ youtube(id="x1") }} and {{ no }} and format!("{{}}")"#,
            "<https://www.youtube.com/watch?v=x1> and {{ no }} and format!(\"{{}}\")",
        );
        check(Generator::Zola, "{% quote(author=\"x\") %}Said{% end %}", "Said");
        let jekyll = Generator::Jekyll;
        check(
            jekyll,
            "[a]({{ site.baseurl }}{% post_url 2020-01-02-strike %}) ![b]({{ '/i.png' | relative_url }})",
            "[a](/2020/strike.md) ![b](/i.png)",
        );
        check(jekyll, "a{% comment %}SECRET{% endcomment %}b{% raw %}{{ x }}{% endraw %}", "ab{{ x }}");
        check(jekyll, "* TOC\n{:toc}\n# A {#a}\n`{:?}` [x](y){:target=\"_blank\"}\n", "\n# A\n`{:?}` [x](y)\n");
        let body = check(jekyll, "{% if page.members %}SECRET{% endif %} {{ page.title }}", "SECRET ");
        assert_eq!((body.hidden.as_deref(), body.dropped.len()), (Some("if"), 2));
        check(Generator::Eleventy, "a{# SECRET #}b", "ab");
    }

    #[test]
    fn pictures_in_html_become_markdown() {
        let hugo = Generator::Hugo;
        check(hugo, "<img alt=\"A\" src=\"/i.png\" />\n", "\n\n![A](/i.png)\n\n\n");
        check(
            hugo,
            "See <a href=\"/x/\" class=\"b\">this</a> and `<a href=y>`.\n",
            "See [this](/x/) and `<a href=y>`.\n",
        );
        check(hugo, "```\n<img src=a>\n# x {#y}\n```\n", "```\n<img src=a>\n# x {#y}\n```\n");
    }

    #[test]
    fn nothing_hangs_on_broken_tags() {
        for text in
            ["{{<", "{{< figure src=\"", "{% raw %}", "{{ a", "{%%}", "{{}}", "{{< / >}}", "<img ", "<a href=x", "{:"]
        {
            for generator in [Generator::Hugo, Generator::Jekyll, Generator::Zola, Generator::Eleventy] {
                convert(text, generator, &|_| None);
            }
        }
        assert_eq!(arguments("= = =").len(), 3);
    }
}
