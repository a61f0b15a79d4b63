//! The facts of a story for its ninjs and its JSON-LD.

use super::Text;
use crate::clock::Timestamp;
use crate::desk::{PublicId, Visibility};
use crate::diag::Diagnostic;
use crate::index::ListOf;
use crate::load::{self, Beside};
use crate::parse::front_matter::{Association, FrontMatter};
use crate::parse::markdown;
use crate::path::{RelPath, on_site};
use crate::recording;
use crate::render::article::{self, Article};
use crate::render::views::Link;
use crate::render::{Renderer, ninjs};
use crate::story::{NameId, Story};
use crate::topics::Subject;

/// A file of a story's front matter that is published, or lies elsewhere.
struct Medium<'a> {
    association: &'a Association,
    /// The file, where it lies in `content/`.
    file: Option<&'a RelPath>,
    forms: &'a [article::Rendition],
    /// Full address.
    href: &'a str,
}

impl Renderer<'_> {
    pub(in crate::render) fn ninjs(&self, id: PublicId, out: &mut Vec<u8>) -> Result<(), Diagnostic> {
        let live = self.site.public.get(id);
        let story = self.site.stories.get(live.current);
        if live.visibility == Visibility::Tombstone {
            ninjs::tombstone(&story.uri, story.version, out);
            return Ok(());
        }
        // What is wrong with the text was said for its page.
        let mut text = self.text(story, &mut Vec::new(), |_| false)?;
        self.mark_sponsored(&text.front, &mut text.html);
        self.article(id, &text, |article| ninjs::story(article, out));
        Ok(())
    }

    /// Gathers the facts of a story for JSON and hands them to `use_it`.
    pub(super) fn article<T>(&self, id: PublicId, text: &Text, use_it: impl FnOnce(&Article) -> T) -> T {
        let config = self.site.config;
        let live = self.site.public.get(id);
        let story = self.site.stories.get(live.current);
        let front = &text.front;
        let language = self.story_language(story);
        let of = self.site.stories.get(live.first).section;
        let sections = self.section_parents(story.edition, of).chain([self.section(story.edition, of)]);
        let sections: Vec<&Link> = sections.map(|section| &section.link).collect();
        let full = |url: &str| if url.is_empty() { String::new() } else { config.address(url) };
        let section_urls: Vec<String> = sections.iter().map(|section| full(&section.url)).collect();
        let url = config.address(self.story_url(id));
        let home = config.address(&config.href("/"));
        let source = &story.source;
        let links: Vec<Option<String>> = text.associations.iter().map(|one| self.link_of(source, one)).collect();
        let files: Vec<Option<RelPath>> = text.associations.iter().map(|one| self.file_of(source, one)).collect();
        let forms = links.iter().zip(&files).map(|(link, file)| match link {
            Some(link) => self.forms(file.as_ref(), link),
            None => Vec::new(),
        });
        let forms: Vec<Vec<article::Rendition>> = forms.collect();
        let media = text.associations.iter().zip(&files).zip(&forms);
        let media = media.zip(&links).filter_map(|(((association, file), forms), link)| {
            Some(Medium { association, file: file.as_ref(), forms, href: link.as_deref()? })
        });
        let media: Vec<Medium> = media.collect();
        let original = self.original(front);
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
            author_urls: story.authors.iter().map(|author| self.author_url(story.edition, *author)).collect(),
            by: None,
            publisher: &config.publisher,
            publisher_url: &home,
            publisher_logo: &self.logo_address(),
            section: sections.last().map(|section| section.name.as_str()),
            trail: sections.iter().zip(&section_urls).map(|(section, url)| (&*section.name, &**url)).collect(),
            keywords: texts(&front.keywords),
            subjects: subjects(front, language),
            place: front.dateline.as_ref().and_then(|dateline| dateline.place.as_deref()),
            dateline: front.dateline.as_ref().map(|dateline| dateline.text.as_str()),
            located: front.located.as_deref(),
            slugline: front.slugline.as_deref(),
            body_html: &text.html,
            word_count: word_count(&markdown::shown(&text.body, &self.home)),
            correction: front.correction.as_ref().map(|c| article::Correction { note: &c.note, date: c.date }),
            copyright_holder: front.copyright_holder.as_deref(),
            copyright_notice: front.copyright_notice.as_deref(),
            usage_terms: front.usage_terms.as_deref(),
            credit_line: front.credit_line.as_deref(),
            provider: front.provider.as_deref(),
            sponsor: front.sponsor.as_ref(),
            alt_ids: texts(&front.alt_ids),
            digital_source_type: front.digital_source_type.as_deref(),
            associations: media.iter().map(|one| self.association(one)).collect(),
            translation_of: original.as_ref().map(|(uri, url)| article::Translation { uri, url }),
            recordings: media.iter().filter_map(|one| self.recording(one, story, live.published)).collect(),
            images: media.iter().filter(|one| one.association.is_picture()).map(|one| self.image(one)).collect(),
            genres: texts(&front.genres),
            people: texts(&front.people),
            organisations: texts(&front.organisations),
            places: texts(&front.places),
            signals: texts(&front.signals),
        };
        use_it(&article)
    }

    /// The address of what an association shows, where the site or its host has it and its terms allow it.
    pub(in crate::render) fn link_of(&self, source: &RelPath, association: &Association) -> Option<String> {
        let may_be_shown = association.shown_until().is_none_or(|until| until > self.site.now);
        let href = association.href.as_deref().filter(|_| may_be_shown)?;
        if let Some(path) = on_site(&self.home, href) {
            return self.plan.has_url(&load::decode(path)).then(|| href.to_string());
        }
        if markdown::is_external(href) {
            return Some(href.to_string());
        }
        let file = self.site.source.on_disk(source.resolve(href)?);
        self.plan.media_urls.get(&file).map(|url| self.site.config.address(url))
    }

    /// The uri and address of the story that this one translates.
    fn original(&self, front: &FrontMatter) -> Option<(&str, String)> {
        let id = front.translation_of.as_deref().and_then(|uri| self.by_uri(uri))?;
        let uri = &*self.site.stories.get(self.site.public.get(id).current).uri;
        Some((uri, self.site.config.address(self.story_url(id))))
    }

    /// The address of an author's page; empty where there is none.
    fn author_url(&self, edition: u8, author: NameId) -> String {
        let at = self.plan.lists.get(&(edition, ListOf::Author(author)));
        let url = at.map_or("", |at| &self.plan.list_urls[*at as usize]);
        if url.is_empty() { String::new() } else { self.site.config.address(url) }
    }

    fn association<'m>(&'m self, one: &'m Medium) -> article::Association<'m> {
        let texts = self.texts(one.file, one.association);
        // The caption stands in for a missing text; ninjs has it already.
        let alt_text = Some(texts.alt).filter(|alt| *alt != texts.caption);
        article::Association {
            kind: one.association.type_or_ending(),
            href: one.href,
            caption: Some(texts.caption),
            by: Some(texts.by),
            credit: Some(texts.credit),
            rights: Some(texts.usage_terms),
            copyright_notice: Some(texts.copyright_notice),
            alt_text,
            renditions: one.forms,
        }
    }

    fn image<'m>(&'m self, one: &'m Medium) -> article::Image<'m> {
        let (width, height) = one.file.map_or((0, 0), |file| self.picture_size(file));
        article::Image { url: one.href, width, height, texts: self.texts(one.file, one.association) }
    }

    /// Audio or video that the site has.
    fn recording<'m>(&self, one: &Medium<'m>, story: &Story, published: Timestamp) -> Option<article::Recording<'m>> {
        let file = one.file.filter(|_| one.association.is_played())?;
        let kind = recording::kind(file.as_str())?;
        let facts = self.site.stories.pictures.get(file);
        let (width, height) = self.picture_size(file);
        let caption = one.association.caption.as_deref().unwrap_or_default();
        let poster = Beside::of(self.site.source, &self.site.config.languages, file).poster;
        let picture = story.rare().picture.as_ref().map(|picture| &picture.file);
        let thumbnail = poster.as_ref().or(picture).and_then(|picture| self.plan.media_urls.get(picture));
        Some(article::Recording {
            kind,
            url: one.href,
            content_type: recording::content_type(file.as_str()).unwrap_or_default(),
            name: if caption.is_empty() { story.headline.to_string() } else { caption.to_string() },
            thumbnail: thumbnail.map(|url| self.site.config.address(url)).unwrap_or_default(),
            published,
            milliseconds: facts.map_or(0, |facts| facts.milliseconds),
            width,
            height,
            credit: one.association.credit.as_deref().or(one.association.by.as_deref()).unwrap_or_default(),
        })
    }

    /// The forms of a picture that ninjs names; empty for a file that is not a picture or lies elsewhere.
    fn forms(&self, file: Option<&RelPath>, href: &str) -> Vec<article::Rendition> {
        if let Some(file) = file.filter(|file| recording::kind(file.as_str()).is_some()) {
            let (width, height) = self.picture_size(file);
            let facts = self.site.stories.pictures.get(file);
            return vec![article::Rendition {
                name: "main".to_string(),
                href: href.to_string(),
                content_type: recording::content_type(file.as_str()).unwrap_or_default(),
                width,
                height,
                seconds: facts.map_or(0, |facts| facts.milliseconds.saturating_add(500) / 1000),
            }];
        }
        let Some((file, (width, height))) =
            file.map(|file| (file, self.picture_size(file))).filter(|(_, size)| size.0 > 0)
        else {
            return Vec::new();
        };
        let content_type = self.picture_type(file);
        let (name, href) = ("main".to_string(), href.to_string());
        let main = article::Rendition { name, href, content_type, width, height, seconds: 0 };
        let smaller = self.renditions(file).into_iter().map(|one| article::Rendition {
            name: if one.cut.social { "social".to_string() } else { one.cut.width.to_string() },
            href: self.site.config.address(&one.url),
            content_type: one.cut.content_type(),
            width: one.cut.width,
            height: one.cut.height,
            seconds: 0,
        });
        std::iter::once(main).chain(smaller).collect()
    }
}

/// How many words stand between blanks.
fn word_count(text: &str) -> usize {
    if !text.is_ascii() {
        return text.split_whitespace().count();
    }
    let is_blank = |byte: u8| matches!(byte, b'\t'..=b'\r' | b' ');
    // Each word but the first follows a blank.
    let starts = text.as_bytes().windows(2).filter(|pair| is_blank(pair[0]) & !is_blank(pair[1])).count();
    starts + usize::from(text.bytes().next().is_some_and(|byte| !is_blank(byte)))
}

fn texts(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

fn subjects<'f>(front: &'f FrontMatter, language: &str) -> Vec<article::Subject<'f>> {
    front.subjects.iter().map(|code| article::Subject { code, name: Subject::read(code).name(language) }).collect()
}

#[cfg(test)]
mod tests {
    use super::word_count;

    #[test]
    fn words_are_counted_as_they_are_parted() {
        for text in
            ["", " ", "a", " a", "a ", "one two\n\nthree", "\ta\u{b}b\u{c}c\r\nd", "a\u{1c}b", "é\u{a0}è ç", "- a -"]
        {
            assert_eq!(word_count(text), text.split_whitespace().count(), "{text:?}");
        }
    }
}
