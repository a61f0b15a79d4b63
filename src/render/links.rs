//! Where the links and pictures of a text lead, and what is wrong with them.

use super::{Renderer, xml};
use crate::diag::{Code, Diagnostic, Location};
use crate::html::{self, LeftOut};
use crate::load;
use crate::parse::markdown::{self, Block, Reference, Target};
use crate::path::{RelPath, nfc, on_site};
use crate::plan::{Page, PageOf};

/// A page's address with the place in it that a link means, which has to be there.
fn placed(url: &str, tail: &str, anchors: &[String]) -> (Target, Option<(Code, String, &'static str)>) {
    let (query, fragment) = tail.split_once('#').unwrap_or((tail, ""));
    if let Some(id) = markdown::anchor(anchors, fragment) {
        return (Target::To(format!("{url}{query}#{id}")), None);
    }
    let is_there = markdown::is_any_page(fragment);
    let message = format!("the page has no place `#{fragment}`");
    let hint = "a heading has its words as its id, as in `#port-strike`, or the id that is written after it";
    let target = Target::To(format!("{url}{tail}"));
    (target, (!is_there).then_some((Code::LinkFragment, message, hint)))
}

/// A link or picture as a text would name it.
pub(super) fn reference(target: &str, picture: bool) -> Reference<'_> {
    Reference { target, picture, at: None }
}

/// A place in a text, which is asked for in order: each goes on from the one before, so that many on one line stay cheap.
struct Place<'t> {
    text: &'t str,
    /// The row that the text begins in.
    first: u32,
    /// Characters in front of each line of the text.
    indent: u32,
    at: usize,
    row: u32,
    column: u32,
}

impl Place<'_> {
    fn start(text: &str, (first, indent): (u32, u32)) -> Place<'_> {
        Place { text, first, indent, at: 0, row: first, column: indent + 1 }
    }

    /// Row and column of a byte that begins a character.
    fn of(&mut self, at: usize) -> (u32, u32) {
        if at < self.at {
            return Place::start(self.text, (self.first, self.indent)).of(at);
        }
        let before = self.text.get(self.at..at).unwrap_or("");
        if let Some(end) = memchr::memrchr(b'\n', before.as_bytes()) {
            self.row += memchr::memchr_iter(b'\n', before.as_bytes()).count() as u32;
            self.column = self.indent + before[end + 1..].chars().count() as u32 + 1;
        } else {
            self.column += before.chars().count() as u32;
        }
        self.at += before.len();
        (self.row, self.column)
    }
}

/// The diagnostic for a text with more raw HTML than a parser can read in reasonable time.
fn too_much_html(left_out: &LeftOut) -> Option<Diagnostic> {
    let tag: String = left_out.first.as_deref()?.chars().take(40).collect();
    let (message, hint) = if left_out.tags > 0 {
        let message = format!(
            "{} tags of HTML were left out with what stands in them, the first of them `{tag}`: elements may nest {} deep, and those for marked text {}",
            left_out.tags,
            html::DEPTH,
            html::MARKS
        );
        (message, "close each element where it ends")
    } else {
        let message =
            format!("{} attributes of `{tag}` were left out: a tag may have {}", left_out.attributes, html::ATTRIBUTES);
        (message, "take out the attributes that the page does not need")
    };
    Some(Diagnostic::warning(Code::HtmlLimit, message).hint(hint))
}

impl Renderer<'_> {
    /// Renders a text of the file `source`. `start` is the line of the file that it begins in, and how many characters stand before each
    /// of its lines.
    pub(super) fn markdown(
        &self,
        source: &RelPath,
        body: &str,
        start: (u32, u32),
        html: &mut String,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        self.markdown_with_blocks((source, body), start, html, diagnostics, |_| false);
    }

    /// The same for a page whose blocks have templates: gives those that `is_shown`, for which places are left.
    pub(super) fn markdown_with_blocks(
        &self,
        (source, body): (&RelPath, &str),
        start: (u32, u32),
        html: &mut String,
        diagnostics: &mut Vec<Diagnostic>,
        is_shown: impl Fn(&Block) -> bool,
    ) -> Vec<Block> {
        let mut place = Place::start(body, start);
        let resolve = |reference: Reference| {
            let (target, problem) = self.target(source, reference);
            if let Some((code, message, hint)) = problem {
                let (row, column) = place.of(reference.at.unwrap_or(0));
                let at = Location::at(format!("content/{source}"), row, column);
                diagnostics.push(Diagnostic::warning(code, message).at(at).hint(hint));
            }
            target
        };
        let (left_out, blocks) = markdown::render_page(body, &self.home, html, resolve, is_shown);
        diagnostics.extend(too_much_html(&left_out).map(|diagnostic| {
            let at = left_out.first.as_deref().and_then(|tag| body.find(tag)).unwrap_or(0);
            let (row, column) = Place::start(body, start).of(at);
            diagnostic.at(Location::at(format!("content/{source}"), row, column))
        }));
        blocks
    }

    /// The HTML of a text as readers of feeds need it: they know no page that an address could be relative to, so all are in full.
    /// `url` is the full address of the text's page. What is wrong with the text was said for that page.
    pub(super) fn markdown_in_full(&self, source: &RelPath, body: &str, url: &str) -> String {
        let mut html = String::with_capacity(body.len() * 5 / 4);
        markdown::render(body, &self.home, &mut html, |reference| match self.target(source, reference).0 {
            Target::To(path) if path.starts_with('/') => Target::To(self.site.config.address(&path)),
            Target::To(place) if place.starts_with('#') => Target::To(format!("{url}{place}")),
            target => target,
        });
        // Notes at the foot. No other text holds this, for in texts and attributes `<` is escaped.
        html.replace("<a href=\"#", &format!("<a href=\"{}#", xml::escaped(url)))
    }

    /// Where a link or picture leads, and what is wrong with it.
    pub(super) fn target(
        &self,
        source: &RelPath,
        reference: Reference,
    ) -> (Target, Option<(Code, String, &'static str)>) {
        let written = reference.target;
        if written.is_empty() || written.starts_with('#') {
            return (Target::To(written.to_string()), None);
        }
        if let Some(id) = self.by_uri(written) {
            return (Target::To(self.story_url(id).to_string()), None);
        }
        // A full address of this site may name a page that is hidden, like any path of it.
        let own = on_site(&self.home, written);
        if own.is_none() && markdown::is_external(written) {
            return (Target::To(written.to_string()), None);
        }
        let gone = |what: &str| {
            let message = format!("`{written}` {what}");
            (Target::Drop, Some((Code::LinkTarget, message, "the text stays, the link was left out")))
        };
        if own.is_none() && markdown::has_scheme(written) {
            if written.starts_with("urn:") || written.starts_with("tag:") {
                return gone("is not a public story");
            }
            let message =
                format!("links may not begin with `{}`", written.split(':').next().unwrap_or("").escape_debug());
            return (Target::Drop, Some((Code::LinkScheme, message, "the text stays, the link was left out")));
        }
        let path = own.unwrap_or(written);
        let (path, tail) = path.split_at(path.find(['?', '#']).unwrap_or(path.len()));
        let decoded = load::decode(path);
        if let Some(file) = source.resolve(&decoded) {
            if let Some(story) = self.by_file(file.as_str()) {
                return match self.site.public.of_version[story.index()] {
                    Some(id) if !self.site.public.is_withdrawn(id) && !self.story_url(id).is_empty() => {
                        placed(self.story_url(id), tail, &self.site.stories.get(story).rare().anchors)
                    }
                    _ => gone("is not a public story"),
                };
            }
            if let Some(page) = self.page_by_file(file.as_str()) {
                return placed(&self.plan.standing_urls[page], tail, &self.site.stories.pages[page].anchors);
            }
            if let Some(url) = self.plan.media_urls.get(&self.site.source.on_disk(file)) {
                return (Target::To(url.clone()), None);
            }
        }
        // A path of the site is kept where a page stands there; any other could name a page that is hidden.
        let of_theme = decoded.starts_with(load::ASSETS);
        let may_be_planned = decoded.starts_with('/') && (own.is_some() || of_theme || !reference.picture);
        if let Some(page) = self.plan.linkable(&decoded).filter(|_| may_be_planned) {
            let path = nfc(&decoded);
            let is_whole = path.ends_with('/') || !page.url.as_str().ends_with('/') || path.ends_with(".html");
            let url = self.site.config.href(if is_whole { &path } else { page.url.as_str() });
            return match self.anchors(page) {
                Some(anchors) => placed(&url, tail, anchors),
                None => (Target::To(format!("{url}{tail}")), None),
            };
        }
        match (reference.picture, of_theme) {
            (true, true) => gone("is not a file of the theme"),
            // What is not in the content folder was said when the file was read.
            (true, false) => (Target::Drop, None),
            (false, _) => gone("leads to no page of this site"),
        }
    }

    /// The places in the text of a story's page or a standing page; `None` for other pages, whose places are in no file.
    fn anchors(&self, page: &Page) -> Option<&[String]> {
        match page.of {
            PageOf::Story(id) => Some(&self.site.stories.get(self.site.public.get(id).current).rare().anchors),
            PageOf::Standing(at) => Some(&self.site.stories.pages[at as usize].anchors),
            _ => None,
        }
    }
}
