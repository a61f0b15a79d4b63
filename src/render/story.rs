//! A story's own page and its ninjs: the only pages for which the story's file is read again.

use super::article::{self, Article};
use super::key::{KeyBuilder, Keys, Part};
use super::lookups::Version;
use super::pictures::Sized;
use super::views::{Alternate, CorrectionView, DateView, Link, PictureView, StoryView, TranslationView, VersionView};
use super::{Cards, Renderer, dates, news_article, ninjs};
use crate::desk::{LiveId, State};
use crate::diag::{Code, Diagnostic, Location};
use crate::html::{self, LeftOut};
use crate::index::{ListOf, lineage};
use crate::load::{self, Texts};
use crate::page::PageKind;
use crate::parse::front_matter::{Association, FrontMatter};
use crate::parse::markdown::{self, Reference, Target};
use crate::path::{RelPath, nfc, on_site};
use crate::picture::{Cut, social_card};
use crate::plan::{self, CardOf, Kind, Page};
use crate::story::{NameId, Story};
use crate::topics::Subject;
use tera::Value;

/// A story's file, read again, and its text as HTML.
struct Text {
    front: FrontMatter,
    body: String,
    html: String,
}

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
    at: usize,
    row: u32,
    column: u32,
}

impl Place<'_> {
    fn start(text: &str, first: u32) -> Place<'_> {
        Place { text, first, at: 0, row: first, column: 1 }
    }

    /// Row and column of a byte that begins a character.
    fn of(&mut self, at: usize) -> (u32, u32) {
        if at < self.at {
            return Place::start(self.text, self.first).of(at);
        }
        let before = self.text.get(self.at..at).unwrap_or("");
        if let Some(end) = memchr::memrchr(b'\n', before.as_bytes()) {
            self.row += memchr::memchr_iter(b'\n', before.as_bytes()).count() as u32;
            self.column = before[end + 1..].chars().count() as u32 + 1;
        } else {
            self.column += before.chars().count() as u32;
        }
        self.at += before.len();
        (self.row, self.column)
    }
}

/// What is to be said of a text whose raw HTML is more than a parser can take in good time.
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

impl Keys<'_, '_> {
    pub(super) fn story(&self, id: LiveId, is_page: bool, key: &mut KeyBuilder) {
        let renderer = self.renderer;
        let site = &renderer.site;
        let live = site.standing.get(id);
        let (story, first) = (site.stories.get(live.current), site.stories.get(live.first));
        let rare = story.rare();
        if is_page {
            let template = renderer.layout(rare.layout.as_deref(), "story.html", &story.source, &mut Vec::new());
            self.frame(story.edition, template, key);
        } else {
            key.part(Part::Settings).hash(self.settings[usize::from(story.edition)]);
        }
        let part = key.part(Part::Story);
        part.hash(story.content).bytes(&*story.uri).number(story.version.cast_signed());
        part.number(live.state as i64).number(live.published.millis()).bytes(renderer.story_url(id));
        let names = key.part(Part::Names);
        self.name(story.edition, ListOf::Category(first.section), names);
        for parent in lineage(site.stories, first.section) {
            self.name(story.edition, ListOf::Category(parent), names);
        }
        story.authors.iter().for_each(|author| self.name(story.edition, ListOf::Author(*author), names));
        names.number(0);
        story.topics.iter().for_each(|topic| self.name(story.edition, ListOf::Topic(*topic), names));
        story.place.iter().for_each(|place| self.name(story.edition, ListOf::Place(*place), names));
        names.bytes(self.day_url(story.edition, live.published));
        names.bytes(self.day_url(story.edition, story.version_created));
        if is_page {
            key.part(Part::Links)
                .optional(plan::card_url(site, &renderer.plan.social_cards, CardOf::Story(id)).as_deref());
            let part = key.part(Part::Story);
            for version in renderer.lookups.versions.get(&id).map_or(&[][..], |versions| versions) {
                let story = site.stories.get(version.id);
                part.number(story.version.cast_signed()).number(version.published.millis());
                part.number(i64::from(story.corrected))
                    .optional(story.rare().note.as_deref().filter(|_| story.corrected));
            }
            for other in renderer.related_ids(id, story, &mut Vec::new()) {
                let newer = site.standing.get(other).published > live.published;
                key.part(Part::Related).hash(self.cards[other.index()]).number(i64::from(newer));
            }
        }
        self.links(&story.source, &rare.links, &rare.media, key);
        let part = key.part(Part::Links);
        rare.rights.iter().for_each(|rights| {
            part.number(i64::from(rights.until <= site.now));
        });
        for other in site.index.translations.get(&id).map_or(&[][..], |group| group) {
            let story = site.stories.get(site.standing.get(*other).current);
            part.bytes(renderer.story_language(story)).bytes(&*story.headline).bytes(renderer.story_url(*other));
        }
        if let Some(original) = rare.translation_of.as_deref().and_then(|uri| renderer.by_uri(uri)) {
            part.bytes(renderer.story_url(original));
        }
    }
}

impl Renderer<'_> {
    fn text(&self, story: &Story, found: &mut Vec<Diagnostic>) -> Result<Text, Diagnostic> {
        let (front, body, line) = load::reread(self.root, &story.source, self.site.config).map_err(|error| {
            Diagnostic::error(Code::FileUnreadable, error.to_string())
                .at(Location::file(format!("content/{}", story.source)))
        })?;
        let mut html = String::with_capacity(body.len() * 5 / 4);
        self.markdown(&story.source, &body, line, &mut html, found);
        Ok(Text { front, body, html })
    }

    /// Renders a text of the file `source`, whose first line is `line` of it.
    pub(super) fn markdown(
        &self,
        source: &RelPath,
        body: &str,
        line: u32,
        html: &mut String,
        found: &mut Vec<Diagnostic>,
    ) {
        let mut place = Place::start(body, line);
        let left_out = markdown::render(body, &self.home, html, |reference| {
            let (target, problem) = self.target(source, reference);
            if let Some((code, message, hint)) = problem {
                let (row, column) = place.of(reference.at.unwrap_or(0));
                let at = Location::at(format!("content/{source}"), row, column);
                found.push(Diagnostic::warning(code, message).at(at).hint(hint));
            }
            target
        });
        found.extend(too_much_html(&left_out).map(|diagnostic| {
            let at = left_out.first.as_deref().and_then(|tag| body.find(tag)).unwrap_or(0);
            let (row, column) = Place::start(body, line).of(at);
            diagnostic.at(Location::at(format!("content/{source}"), row, column))
        }));
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
                return gone("is no story that is public");
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
                return match self.site.standing.of_version[story.index()] {
                    Some(id)
                        if self.site.standing.get(id).state != State::Tombstone && !self.story_url(id).is_empty() =>
                    {
                        placed(self.story_url(id), tail, &self.site.stories.get(story).rare().anchors)
                    }
                    _ => gone("is no story that is public"),
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
            (true, true) => gone("is no file of the theme"),
            // What is not in the content folder was said when the file was read.
            (true, false) => (Target::Drop, None),
            (false, _) => gone("leads to no page of this site"),
        }
    }

    /// The places in the text of a story's page or a standing page; `None` for other pages, whose places no file tells.
    fn anchors(&self, page: &Page) -> Option<&[String]> {
        match page.kind {
            Kind::Story(id) => Some(&self.site.stories.get(self.site.standing.get(id).current).rare().anchors),
            Kind::Standing(at) => Some(&self.site.stories.pages[at as usize].anchors),
            _ => None,
        }
    }

    pub(super) fn story_page(
        &self,
        page: &Page,
        id: LiveId,
        cards: &mut Cards,
        out: &mut Vec<u8>,
        found: &mut Vec<Diagnostic>,
    ) -> Result<(), Diagnostic> {
        let config = self.site.config;
        let live = self.site.standing.get(id);
        let story = self.site.stories.get(live.current);
        let mut text = self.text(story, found)?;
        let edition = story.edition;
        let first = self.site.stories.get(live.first);
        let shown = text.front.associations.iter().filter_map(|association| self.picture(&story.source, association));
        let pictures: Vec<PictureView> = shown.collect();
        self.dress(&story.rare().media, pictures.is_empty(), &mut text.html);
        let front = &text.front;
        let language = self.story_language(story).to_string();
        let mut head = self.page_view(page, PageKind::Story, edition, story.headline.to_string());
        head.description = story.description.to_string();
        head.dir = self.direction(story).to_string();
        head.language = language;
        if let Some(picture) = pictures.first() {
            head.image_alt.clone_from(&picture.alt);
            let social = self.social(story);
            let own = Sized {
                url: picture.src.clone(),
                cut: Cut { width: picture.width, height: picture.height, ..Cut::default() },
            };
            let Sized { url, cut } = social.unwrap_or(own);
            (head.image, head.image_width, head.image_height) = (config.address(&url), cut.width, cut.height);
        } else if let Some(url) = plan::card_url(&self.site, &self.plan.social_cards, CardOf::Story(id)) {
            (head.image, head.image_alt) = (config.address(&url), story.headline.to_string());
            (head.image_width, head.image_height) = social_card::SIZE;
        }
        let mut translations = Vec::new();
        for other in self.site.index.translations.get(&id).map_or(&[][..], |group| group) {
            let other_story = self.site.stories.get(self.site.standing.get(*other).current);
            let url = self.story_url(*other).to_string();
            let language = self.story_language(other_story);
            head.alternates.push(Alternate { language: language.to_string(), url: config.address(&url) });
            if *other != id {
                let headline = other_story.headline.to_string();
                translations.push(TranslationView {
                    language: language.to_string(),
                    name: dates::language_name(language),
                    headline,
                    url,
                });
            }
        }
        if let Some(original) = head.alternates.first().map(|original| original.url.clone()) {
            head.alternates.push(Alternate { language: "x-default".to_string(), url: original });
        }
        head.json_ld = Value::safe_string(&self.article(id, &text, news_article::json_ld));
        let view = StoryView {
            uri: story.uri.to_string(),
            version: story.version,
            url: self.story_url(id).to_string(),
            headline: story.headline.to_string(),
            subheadline: front.subheadline.clone().unwrap_or_default(),
            kicker: story.kicker.to_string(),
            section: self.section_link(edition, first.section),
            parents: self.section_parents(edition, first.section),
            authors: story
                .authors
                .iter()
                .map(|author| self.list_link(edition, ListOf::Author(*author), self.site.stories.authors.name(*author)))
                .collect(),
            dateline: front.dateline.as_ref().map(|dateline| dateline.text.clone()).unwrap_or_default(),
            place: story.place.map_or_else(Link::default, |place| {
                self.list_link(edition, ListOf::Place(place), self.site.stories.places.name(place))
            }),
            description: front.description.clone().unwrap_or_default(),
            body: Value::safe_string(&text.html),
            published: self.date(edition, live.published),
            updated: (story.version_created > live.published).then(|| self.date(edition, story.version_created)),
            correction: front.correction.as_ref().map(|correction| CorrectionView {
                note: correction.note.clone(),
                // No story needs to have come that day, so there may be no page of it to link to.
                date: correction.date.map(|date| DateView { url: String::new(), ..self.date(edition, date) }),
            }),
            versions: self.versions(id, edition),
            alert: story.alert && story.body_length == 0,
            archived: live.state == State::Archived,
            urgency: story.urgency,
            topics: story
                .topics
                .iter()
                .map(|topic| self.list_link(edition, ListOf::Topic(*topic), self.site.stories.topics.name(*topic)))
                .collect(),
            pictures,
            credit: front.credit_line.clone().unwrap_or_default(),
            copyright: front.copyright_notice.clone().unwrap_or_default(),
            usage_terms: front.usage_terms.clone().unwrap_or_default(),
            digital_source_type: front.digital_source_type.clone().unwrap_or_default(),
            related: self.related(id, story, cards, found),
            translations,
            ninjs: if config.pages.ninjs { format!("{}ninjs.json", self.story_url(id)) } else { String::new() },
            extra: Value::from_serializable(&front.extra.clone().unwrap_or_else(|| serde_json::json!({}))),
        };
        let template = self.layout(story.rare().layout.as_deref(), "story.html", &story.source, found);
        self.template(template, edition, &head, |context| context.insert("story", &view), out)
    }

    /// The template that a file asks for, if the theme has it; else the usual one. A `layout` may be left over from another generator.
    pub(super) fn layout<'t>(
        &self,
        wanted: Option<&'t str>,
        usual: &'t str,
        source: &RelPath,
        found: &mut Vec<Diagnostic>,
    ) -> &'t str {
        let Some(wanted) = wanted else { return usual };
        if self.site.theme.tera.contains_template(wanted) {
            return wanted;
        }
        let message = format!("`layout` names the template `{}`, which the theme does not have", wanted.escape_debug());
        let diagnostic =
            Diagnostic::warning(Code::UnknownLayout, message).at(Location::file(format!("content/{source}")));
        let hint = format!("{usual} was used; add it to the theme's templates/, or leave `layout` out");
        found.push(diagnostic.hint(hint));
        usual
    }

    fn related(&self, id: LiveId, story: &Story, cards: &mut Cards, found: &mut Vec<Diagnostic>) -> Vec<Value> {
        let site = &self.site;
        let published = site.standing.get(id).published;
        let newer = |other: LiveId| site.standing.get(other).published > published;
        let related = self.related_ids(id, story, found);
        related.into_iter().map(|other| cards.get(other, newer(other), || self.card(other, newer(other)))).collect()
    }

    /// The related articles of a story: those picked by hand, then those found by their words.
    pub(super) fn related_ids(&self, id: LiveId, story: &Story, found: &mut Vec<Diagnostic>) -> Vec<LiveId> {
        let mut picked: Vec<LiveId> = Vec::new();
        for wanted in &story.rare().related {
            match self.by_uri(wanted).or_else(|| self.by_slug(wanted)) {
                Some(other) if other != id && !picked.contains(&other) => picked.push(other),
                Some(_) => {}
                None => {
                    let diagnostic = Diagnostic::warning(
                        Code::RelatedTarget,
                        format!("related `{wanted}` is no story that is public"),
                    );
                    let at = Location::file(format!("content/{}", story.source));
                    found.push(diagnostic.at(at).hint("name a story by its uri or slug"));
                }
            }
        }
        let site = &self.site;
        let mut related = site.index.related(site.stories, site.standing, site.config, id, &picked);
        related.retain(|other| !self.story_url(*other).is_empty());
        related
    }

    /// The cut of a story's first picture for social media.
    fn social(&self, story: &Story) -> Option<Sized> {
        let picture = story.rare().picture.as_ref()?;
        self.renditions(&picture.file).into_iter().find(|one| one.cut.social)
    }

    /// The file that an association names, if it lies in `content/`.
    fn file_of(&self, source: &RelPath, association: &Association) -> Option<RelPath> {
        let file = source.resolve(association.href.as_deref().filter(|href| !markdown::has_scheme(href))?)?;
        Some(self.site.source.on_disk(file))
    }

    /// What is said of a picture.
    fn texts<'t>(&'t self, file: Option<&RelPath>, association: &'t Association) -> Texts<'t> {
        let facts = file.and_then(|file| self.site.stories.pictures.get(file));
        Texts::of(association, facts.and_then(|facts| facts.embedded.as_deref()))
    }

    fn versions(&self, id: LiveId, edition: u8) -> Vec<VersionView> {
        let versions = self.lookups.versions.get(&id).map_or(&[][..], |versions| versions);
        let view = |version: &Version| {
            let story = self.site.stories.get(version.id);
            let note = story.rare().note.clone().filter(|_| story.corrected);
            // No story needs to have come that day, so there may be no page of it to link to.
            let date = DateView { url: String::new(), ..self.date(edition, version.published) };
            VersionView { version: story.version, date, corrected: story.corrected, note: note.unwrap_or_default() }
        };
        versions.iter().map(view).collect()
    }

    /// A picture as its page shows it, if its file is published.
    fn picture(&self, source: &RelPath, association: &Association) -> Option<PictureView> {
        let file = self.file_of(source, association).filter(|_| association.is_picture())?;
        let view = self.picture_view(&file)?;
        let texts = self.texts(Some(&file), association);
        let credit: Vec<&str> = [texts.by, texts.credit].into_iter().filter(|text| !text.is_empty()).collect();
        Some(PictureView {
            alt: texts.alt.to_string(),
            caption: texts.caption.to_string(),
            credit: credit.join(" / "),
            copyright: texts.copyright_notice.to_string(),
            ..view
        })
    }

    /// The forms of a picture that ninjs names; empty for a file that is not a picture or lies elsewhere.
    fn forms(&self, file: Option<&RelPath>, href: &str) -> Vec<article::Rendition> {
        let Some((file, (width, height))) =
            file.map(|file| (file, self.picture_size(file))).filter(|(_, size)| size.0 > 0)
        else {
            return Vec::new();
        };
        let content_type = self.picture_type(file);
        let main = article::Rendition { name: "main".to_string(), href: href.to_string(), content_type, width, height };
        let smaller = self.renditions(file).into_iter().map(|one| article::Rendition {
            name: if one.cut.social { "social".to_string() } else { one.cut.width.to_string() },
            href: self.site.config.address(&one.url),
            content_type: one.cut.content_type(),
            width: one.cut.width,
            height: one.cut.height,
        });
        std::iter::once(main).chain(smaller).collect()
    }

    pub(super) fn ninjs(&self, id: LiveId, out: &mut Vec<u8>) -> Result<(), Diagnostic> {
        let live = self.site.standing.get(id);
        let story = self.site.stories.get(live.current);
        if live.state == State::Tombstone {
            ninjs::tombstone(&story.uri, story.version, out);
            return Ok(());
        }
        // What is wrong with the text was said for its page.
        let text = self.text(story, &mut Vec::new())?;
        self.article(id, &text, |article| ninjs::story(article, out));
        Ok(())
    }

    /// Gathers the facts of a story for JSON and hands them to `use_it`.
    fn article<T>(&self, id: LiveId, text: &Text, use_it: impl FnOnce(&Article) -> T) -> T {
        let config = self.site.config;
        let live = self.site.standing.get(id);
        let story = self.site.stories.get(live.current);
        let front = &text.front;
        let language = self.story_language(story);
        let of = self.site.stories.get(live.first).section;
        let mut sections = self.section_parents(story.edition, of);
        sections.push(self.section_link(story.edition, of));
        let full = |url: &str| if url.is_empty() { String::new() } else { config.address(url) };
        let section_urls: Vec<String> = sections.iter().map(|section| full(&section.url)).collect();
        let author_url = |id: &NameId| {
            let at = self.plan.lists.get(&(story.edition, ListOf::Author(*id)));
            at.map(|at| full(&self.plan.list_urls[*at as usize])).unwrap_or_default()
        };
        let url = config.address(self.story_url(id));
        let home = config.address(&config.href("/"));
        let source = &story.source;
        let links: Vec<Option<String>> = front
            .associations
            .iter()
            .map(|association| {
                let may_be_shown = association.shown_until().is_none_or(|until| until > self.site.now);
                let href = association.href.as_deref().filter(|_| may_be_shown)?;
                if let Some(path) = on_site(&self.home, href) {
                    return self.plan.has_url(&load::decode(path)).then(|| href.to_string());
                }
                if markdown::is_external(href) {
                    return Some(href.to_string());
                }
                let file = self.site.source.on_disk(source.resolve(href)?);
                self.plan.media_urls.get(&file).map(|url| config.address(url))
            })
            .collect();
        let files: Vec<Option<RelPath>> = front.associations.iter().map(|one| self.file_of(source, one)).collect();
        let forms = links.iter().zip(&files).map(|(link, file)| match link {
            Some(link) => self.forms(file.as_ref(), link),
            None => Vec::new(),
        });
        let forms: Vec<Vec<article::Rendition>> = forms.collect();
        let media = front.associations.iter().zip(&files).zip(&forms);
        let media = media.zip(&links).filter_map(|(((association, file), forms), link)| {
            Some(Medium { association, file: file.as_ref(), forms, href: link.as_deref()? })
        });
        let media: Vec<Medium> = media.collect();
        let original = front.translation_of.as_deref().and_then(|uri| self.by_uri(uri)).map(|id| {
            let uri = &*self.site.stories.get(self.site.standing.get(id).current).uri;
            (uri, config.address(self.story_url(id)))
        });
        let article = Article {
            uri: &story.uri,
            version: story.version,
            url: &url,
            headline: &story.headline,
            subheadline: front.subheadline.as_deref(),
            kicker: front.kicker.as_deref(),
            description: front.description.as_deref(),
            language,
            published: live.published,
            modified: story.version_created.max(live.published),
            version_created: story.version_created,
            alert: story.alert,
            first_created: front.first_created,
            embargoed: front.embargoed_until,
            expires: front.expires,
            urgency: story.urgency,
            authors: texts(&front.by),
            author_urls: story.authors.iter().map(author_url).collect(),
            by: None,
            publisher: &config.publisher,
            publisher_url: &home,
            section: sections.last().map(|section| section.name.as_str()),
            trail: sections.iter().zip(&section_urls).map(|(section, url)| (&*section.name, &**url)).collect(),
            keywords: texts(&front.keywords),
            subjects: front
                .subjects
                .iter()
                .map(|code| article::Subject { code, name: Subject::read(code).name(language) })
                .collect(),
            place: front.dateline.as_ref().and_then(|dateline| dateline.place.as_deref()),
            dateline: front.dateline.as_ref().map(|dateline| dateline.text.as_str()),
            located: front.located.as_deref(),
            slugline: front.slugline.as_deref(),
            body_html: &text.html,
            word_count: markdown::shown(&text.body, &self.home).split_whitespace().count(),
            correction: front.correction.as_ref().map(|c| article::Correction { note: &c.note, date: c.date }),
            copyright_holder: front.copyright_holder.as_deref(),
            copyright_notice: front.copyright_notice.as_deref(),
            usage_terms: front.usage_terms.as_deref(),
            credit_line: front.credit_line.as_deref(),
            provider: front.provider.as_deref(),
            alt_ids: texts(&front.alt_ids),
            digital_source_type: front.digital_source_type.as_deref(),
            associations: media
                .iter()
                .map(|one| {
                    let texts = self.texts(one.file, one.association);
                    // The caption stands in for a missing text; ninjs has it already.
                    let alt_text = Some(texts.alt).filter(|alt| *alt != texts.caption);
                    article::Association {
                        kind: one.association.kind.as_deref().unwrap_or("picture"),
                        href: one.href,
                        caption: Some(texts.caption),
                        by: Some(texts.by),
                        credit: Some(texts.credit),
                        rights: Some(texts.usage_terms),
                        copyright_notice: Some(texts.copyright_notice),
                        alt_text,
                        renditions: one.forms,
                    }
                })
                .collect(),
            translation_of: original.as_ref().map(|(uri, url)| article::Translation { uri, url }),
            images: media
                .iter()
                .filter(|one| one.association.is_picture())
                .map(|one| {
                    let (width, height) = one.file.map_or((0, 0), |file| self.picture_size(file));
                    article::Image { url: one.href, width, height, texts: self.texts(one.file, one.association) }
                })
                .collect(),
            genres: texts(&front.genres),
            people: texts(&front.people),
            organisations: texts(&front.organisations),
            places: texts(&front.places),
            signals: texts(&front.signals),
        };
        use_it(&article)
    }
}

/// A file of a story's front matter that is published, or lies elsewhere.
struct Medium<'a> {
    association: &'a Association,
    /// The file, where it lies in `content/`.
    file: Option<&'a RelPath>,
    forms: &'a [article::Rendition],
    /// Full address.
    href: &'a str,
}

fn texts(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}
