//! What feeds take from the files of their stories: whole texts, and what can be heard or watched.

use super::format::Enclosure;
use crate::desk::PublicId;
use crate::diag::Diagnostic;
use crate::parse::front_matter::{Association, FrontMatter};
use crate::plan::FeedOf;
use crate::recording;
use crate::render::Renderer;
use crate::render::key::{KeyBuilder, Keys, Part};
use crate::render::xml::escaped;
use crate::story::Story;

/// The most bytes of whole texts in one feed. Stories that do not fit have their summaries alone.
const TEXTS: usize = 8 << 20;

/// What the file of a story has for a feed.
#[derive(Debug, Default)]
pub(super) struct Content {
    /// The whole text as HTML with full addresses, or empty.
    pub(super) html: String,
    /// Its audio and video.
    pub(super) enclosures: Vec<Enclosure>,
}

impl Keys<'_, '_> {
    /// All that the content of a story in a feed depends on.
    pub(super) fn feed_content(&self, of: FeedOf, key: &mut KeyBuilder) {
        let renderer = self.renderer;
        let site = &renderer.site;
        let is_whole = renderer.has_whole_texts(of);
        if is_whole {
            key.part(Part::Template).bytes(renderer.correction_word(of));
        }
        for id in renderer.feed_stories(of) {
            let story = site.stories.get(site.public.get(id).current);
            let rare = story.rare();
            if is_whole || rare.plays {
                key.part(Part::Story).hash(story.content);
                self.links(&story.source, &rare.links, &rare.media, key);
                let part = key.part(Part::Links);
                for file in &rare.media {
                    part.number(site.source.media_stamp(file).length.cast_signed());
                }
                for rights in &rare.rights {
                    part.number(i64::from(rights.until <= site.now));
                }
            }
        }
    }
}

impl Renderer<'_> {
    /// Whether the settings ask for whole texts in a feed: by its kind, or by the address of its list.
    pub(super) fn has_whole_texts(&self, of: FeedOf) -> bool {
        let config = self.site.config;
        let (kind, url) = match of {
            FeedOf::Edition(edition) => ("edition", &self.editions[usize::from(edition)].view.url),
            FeedOf::List(at) => {
                let list = &self.site.index.lists[at as usize];
                (crate::plan::list_kind(list).as_str(), &self.plan.list_urls[at as usize])
            }
        };
        config.pages.full_text_feeds.iter().any(|one| one == kind || one.starts_with('/') && config.href(one) == *url)
    }

    /// The theme's word in front of the note of a correction.
    fn correction_word(&self, of: FeedOf) -> &str {
        let edition = match of {
            FeedOf::Edition(edition) => edition,
            FeedOf::List(at) => self.site.index.lists[at as usize].edition,
        };
        self.site.theme.strings(self.language(edition)).get("correction").map_or("", String::as_str)
    }

    /// The content of the stories of a feed, in their order. Files are read only where there is something to take from them.
    pub(super) fn feed_contents(&self, of: FeedOf, stories: &[PublicId]) -> Result<Vec<Content>, Diagnostic> {
        let is_whole = self.has_whole_texts(of);
        let mut room = TEXTS;
        let mut contents = Vec::with_capacity(stories.len());
        for id in stories {
            let story = self.site.stories.get(self.site.public.get(*id).current);
            let mut content = Content::default();
            if is_whole && room > 0 || story.rare().plays {
                let (front, body, _) = self.story_file(story)?;
                content.enclosures = self.enclosures(story, &front, &body);
                if is_whole && story.body_length > 0 {
                    content.html = self.whole_text(of, *id, &front, &body);
                }
                // Where one does not fit, none after it stands in its place.
                room = room.checked_sub(content.html.len()).unwrap_or_else(|| {
                    content.html.clear();
                    0
                });
            }
            contents.push(content);
        }
        Ok(contents)
    }

    /// The text of a story as its page has it, between the notice of a correction and the lines that its rights want.
    fn whole_text(&self, of: FeedOf, id: PublicId, front: &FrontMatter, body: &str) -> String {
        let story = self.site.stories.get(self.site.public.get(id).current);
        let url = self.site.config.address(self.story_url(id));
        let mut html = String::with_capacity(body.len() * 5 / 4);
        if let Some(correction) = &front.correction {
            let (word, note) = (escaped(self.correction_word(of)), escaped(&correction.note));
            html.push_str(&format!("<p><strong>{word}</strong> {note}</p>\n"));
        }
        let mut text = self.markdown_in_full(&story.source, body, &url);
        self.mark_sponsored(front, &mut text);
        match &front.dateline {
            Some(dateline) => {
                let (paragraph, rest) = text.strip_prefix("<p>").map_or(("</p>\n", &*text), |rest| ("", rest));
                html.push_str(&format!("<p>{} – {paragraph}{rest}", escaped(&dateline.text)));
            }
            None => html.push_str(&text),
        }
        let lines = [&front.credit_line, &front.copyright_notice, &front.usage_terms];
        for line in lines.into_iter().flatten().filter(|line| !line.is_empty()) {
            html.push_str(&format!("<p><small>{}</small></p>\n", escaped(line)));
        }
        html
    }

    /// The audio and video of a story, as far as they are files that readers of feeds can play.
    fn enclosures(&self, story: &Story, front: &FrontMatter, body: &str) -> Vec<Enclosure> {
        let all = self.associations(&story.source, &front.associations, body);
        let played = all.iter().filter(|one| one.is_played());
        let enclosure = |association: &Association| {
            let url = self.link_of(&story.source, association).filter(|url| url.starts_with("http"))?;
            let content_type = recording::content_type(&url)?;
            let file = self.file_of(&story.source, association);
            let length = file.map(|file| self.site.source.media_stamp(&file).length).filter(|length| *length > 0);
            Some(Enclosure { url, content_type, length, title: association.caption.clone().unwrap_or_default() })
        };
        played.filter_map(enclosure).collect()
    }
}
