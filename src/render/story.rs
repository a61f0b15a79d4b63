//! A story's own page and its ninjs: the only pages for which the story's file is read again.

mod article;

use super::key::{KeyBuilder, Keys, Part};
use super::media::{self, Home};
use super::pictures::Sized;
use super::views::{
    Alternate, CorrectionView, Link, PageView, PictureView, Shown, StoryView, TranslationView, VersionView,
};
use super::{Cards, Renderer, card, dates, news_article};
use crate::desk::{PublicId, Version, Visibility};
use crate::diag::{Code, Diagnostic, Location};
use crate::index::ListOf;
use crate::load::{self, Texts};
use crate::page::PageKind;
use crate::parse::front_matter::{Association, FrontMatter};
use crate::parse::markdown::{self, Block};
use crate::path::{RelPath, on_site};
use crate::picture::{Cut, social_card};
use crate::plan::{self, CardOf, Page};
use crate::story::{NameId, Story};
use crate::theme::Fields;
use std::collections::BTreeMap;
use tera::Value;

/// A story's file, read again, and its text as HTML.
struct Text {
    front: FrontMatter,
    body: String,
    html: String,
    /// The parts for which places are left in the HTML.
    blocks: Vec<Block>,
    /// What goes with the story: what its front matter names, and what its text plays.
    associations: Vec<Association>,
}

impl Keys<'_, '_> {
    pub(super) fn story(&self, id: PublicId, is_page: bool, key: &mut KeyBuilder) {
        let renderer = self.renderer;
        let site = &renderer.site;
        let live = site.public.get(id);
        let (story, first) = (site.stories.get(live.current), site.stories.get(live.first));
        let rare = story.rare();
        let mut fields = Fields::NONE;
        if is_page {
            let template = renderer.story_template(story, first.section, &mut Vec::new());
            self.frame(story.edition, template, key);
            fields = site.theme.reads(template).cards;
            self.media_parts(media::has_media(story.rare()), key);
        } else {
            key.part(Part::Settings).hash(self.settings[usize::from(story.edition)]);
        }
        let part = key.part(Part::Story);
        part.hash(story.content).bytes(&*story.uri).number(story.version.cast_signed());
        part.number(live.visibility as i64).number(live.published.millis()).bytes(renderer.story_url(id));
        let names = key.part(Part::Names);
        self.name(story.edition, ListOf::Category(first.section), names);
        for parent in site.stories.sections.lineage(first.section) {
            self.name(story.edition, ListOf::Category(parent), names);
        }
        story.authors.iter().for_each(|author| self.name(story.edition, ListOf::Author(*author), names));
        names.number(0);
        story.topics.iter().for_each(|topic| self.name(story.edition, ListOf::Topic(*topic), names));
        story.place.iter().for_each(|place| self.name(story.edition, ListOf::Place(*place), names));
        names.bytes(self.day_url(story.edition, live.published));
        if is_page {
            self.genres(story, names);
            self.label(story, key.part(Part::Settings));
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
                let newer = site.public.get(other).published > live.published;
                let part = key.part(Part::Related);
                self.card(other, fields, part);
                part.number(i64::from(newer));
            }
        }
        self.links(&story.source, &rare.links, &rare.media, key);
        let part = key.part(Part::Links);
        rare.rights.iter().for_each(|rights| {
            part.number(i64::from(rights.until <= site.now));
        });
        for other in site.index.translations.get(&id).map_or(&[][..], |group| group) {
            let story = site.stories.get(site.public.get(*other).current);
            part.bytes(renderer.story_language(story)).bytes(&*story.headline).bytes(renderer.story_url(*other));
        }
        if let Some(original) = rare.translation_of.as_deref().and_then(|uri| renderer.by_uri(uri)) {
            part.bytes(renderer.story_url(original));
        }
    }
}

impl Renderer<'_> {
    /// What the file of a story says now: its front matter, its text, and the line that the text begins in.
    pub(super) fn story_file(&self, story: &Story) -> Result<(FrontMatter, String, u32), Diagnostic> {
        load::read_for_page(self.root, self.site.source, &story.source, self.site.config).map_err(|error| {
            Diagnostic::error(Code::FileUnreadable, error.to_string())
                .at(Location::file(format!("content/{}", story.source)))
        })
    }

    /// Its page has places for those of its blocks that `is_shown`.
    fn text(
        &self,
        story: &Story,
        diagnostics: &mut Vec<Diagnostic>,
        is_shown: impl Fn(&Block) -> bool,
    ) -> Result<Text, Diagnostic> {
        let (front, body, line) = self.story_file(story)?;
        let mut html = String::with_capacity(body.len() * 5 / 4);
        let blocks = self.markdown_with_blocks((&story.source, &body), (line, 0), &mut html, diagnostics, is_shown);
        let associations = match media::has_media(story.rare()) {
            true => self.associations(&story.source, &front.associations, &body),
            false => front.associations.clone(),
        };
        Ok(Text { front, body, html, blocks, associations })
    }

    /// Marks the links of a sponsored story that lead away.
    pub(super) fn mark_sponsored(&self, front: &FrontMatter, html: &mut String) {
        if front.sponsor.is_some() {
            markdown::mark_links(html, |href| {
                let leads_away = ["https://", "http://"].iter().any(|scheme| href.starts_with(scheme));
                (leads_away && on_site(&self.home, href).is_none()).then_some(" rel=\"sponsored\"")
            });
        }
    }

    pub(super) fn story_page(
        &self,
        page: &Page,
        id: PublicId,
        cards: &mut Cards,
        out: &mut Vec<u8>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<(), Diagnostic> {
        let story = self.site.stories.get(self.site.public.get(id).current);
        let mut text = self.text(story, diagnostics, |block| self.has_part(block))?;
        let shown = text.front.associations.iter().filter_map(|association| self.picture(&story.source, association));
        let pictures: Vec<PictureView> = shown.collect();
        self.dress(&story.rare().media, pictures.is_empty(), &mut text.html);
        let associations = &text.front.associations;
        let language = self.story_language(story);
        let home = Home { source: &story.source, edition: story.edition, language, associations };
        let mut kinds = self.fill(home, &text.blocks, &mut text.html)?;
        let recordings = if story.rare().plays { self.recordings(home, &text.body) } else { Vec::new() };
        kinds.extend(recordings.iter().map(|one| one.kind));
        self.mark_sponsored(&text.front, &mut text.html);
        let media = media::words(&kinds);
        let mut head = self.story_head(page, id, story, &pictures);
        head.frame_policy = self.frame_policy(&text.blocks);
        let translations = self.translations(id, &mut head.alternates);
        let section = self.site.stories.get(self.site.public.get(id).first).section;
        let template = self.story_template(story, section, diagnostics);
        let fields = self.fields(template);
        if fields.has(Fields::JSON_LD) {
            head.json_ld = Value::safe_string(&self.article(id, &text, news_article::json_ld));
        }
        let related = self.related(id, story, self.card_fields(template), cards, diagnostics);
        let view = self.story_view(id, story, &text, fields);
        let view = StoryView { pictures, recordings, media, related, translations, ..view };
        let view = Shown { view: &view, fields };
        self.template(template, story.edition, &head, |context| context.insert("story", &view), out)
    }

    /// What the head of a story's page says, besides its translations.
    fn story_head(&self, page: &Page, id: PublicId, story: &Story, pictures: &[PictureView]) -> PageView {
        let config = self.site.config;
        let mut head = self.page_view(page, PageKind::Story, story.edition, story.headline.to_string());
        head.description = story.description.to_string();
        head.dir = self.direction(story).to_string();
        head.language = self.story_language(story).to_string();
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
        head
    }

    /// The other languages of a story; `alternates` gets the address of each, and of its own.
    fn translations(&self, id: PublicId, alternates: &mut Vec<Alternate>) -> Vec<TranslationView> {
        let mut translations = Vec::new();
        for other in self.site.index.translations.get(&id).map_or(&[][..], |group| group) {
            let other_story = self.site.stories.get(self.site.public.get(*other).current);
            let url = self.story_url(*other).to_string();
            let language = self.story_language(other_story);
            alternates.push(Alternate { language: language.to_string(), url: self.site.config.address(&url) });
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
        if let Some(original) = alternates.first().map(|original| original.url.clone()) {
            alternates.push(Alternate { language: "x-default".to_string(), url: original });
        }
        translations
    }

    /// What a story's template gets, without its pictures, translations and related articles, and with those of the rarer fields that
    /// it names.
    fn story_view<'t>(&'t self, id: PublicId, story: &'t Story, text: &'t Text, fields: Fields) -> StoryView<'t> {
        let (live, front, edition) = (self.site.public.get(id), &text.front, story.edition);
        let section = self.site.stories.get(live.first).section;
        let or_empty = |text: &'t Option<String>| text.as_deref().unwrap_or_default();
        StoryView {
            uri: &story.uri,
            version: story.version,
            url: self.story_url(id),
            headline: &story.headline,
            subheadline: or_empty(&front.subheadline),
            kicker: &story.kicker,
            section: self.section(edition, section).value.clone(),
            parents: self.section_parents(edition, section).map(|section| section.value.clone()).collect(),
            authors: self.authors(story),
            dateline: front.dateline.as_ref().map_or("", |dateline| &dateline.text),
            place: story.place.map_or_else(Link::default, |place| {
                self.list_link(edition, ListOf::Place(place), self.site.stories.places.name(place))
            }),
            description: or_empty(&front.description),
            body: Value::safe_string(&text.html),
            published: self.date(edition, live.published),
            updated: self.updated(live, story),
            correction: front.correction.as_ref().map(|correction| CorrectionView {
                note: correction.note.clone(),
                date: correction.date.map(|date| self.unlinked_date(edition, date)),
            }),
            versions: self.versions(id, edition),
            alert: story.is_headline_alone(),
            archived: live.visibility == Visibility::Archived,
            urgency: story.urgency,
            topics: if fields.has(Fields::TOPICS) { self.topics(story) } else { Vec::new() },
            genres: if fields.has(Fields::GENRES) { self.genres(story) } else { Vec::new() },
            label: self.label(story).filter(|_| fields.has(Fields::LABEL)),
            sponsor: card::sponsor(story),
            pictures: Vec::new(),
            recordings: Vec::new(),
            media: Value::none(),
            credit: or_empty(&front.credit_line),
            copyright: or_empty(&front.copyright_notice),
            usage_terms: or_empty(&front.usage_terms),
            digital_source_type: or_empty(&front.digital_source_type),
            related: Vec::new(),
            translations: Vec::new(),
            ninjs: if self.site.config.pages.ninjs {
                format!("{}ninjs.json", self.story_url(id))
            } else {
                String::new()
            },
            extra: match &front.extra {
                Some(extra) => Value::from_serializable(extra),
                None => Value::from(BTreeMap::<String, Value>::new()),
            },
        }
    }

    /// The template of a story's page: what its file says, else that of the theme for its section, else the usual one.
    fn story_template<'t>(&'t self, story: &'t Story, section: NameId, diagnostics: &mut Vec<Diagnostic>) -> &'t str {
        let layout = story.rare().layout.as_deref();
        let usual = "story.html";
        let found = self.site.theme.for_section(usual, self.site.stories.sections.slug(section)).unwrap_or(usual);
        self.layout(layout, found, || format!("content/{}", story.source), diagnostics)
    }

    /// The template that a file asks for, if the theme has it; else the usual one. A `layout` may be left over from another generator.
    pub(super) fn layout<'t>(
        &self,
        wanted: Option<&'t str>,
        usual: &'t str,
        file: impl FnOnce() -> String,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> &'t str {
        let Some(wanted) = wanted else { return usual };
        if self.site.theme.tera.contains_template(wanted) {
            return wanted;
        }
        let message = format!("`layout` names the template `{}`, which the theme does not have", wanted.escape_debug());
        let diagnostic = Diagnostic::warning(Code::UnknownLayout, message).at(Location::file(file()));
        let hint = format!("{usual} was used; add it to the theme's templates/, or leave `layout` out");
        diagnostics.push(diagnostic.hint(hint));
        usual
    }

    fn related(
        &self,
        id: PublicId,
        story: &Story,
        fields: Fields,
        cards: &mut Cards,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<Value> {
        let site = &self.site;
        let published = site.public.get(id).published;
        let newer = |other: PublicId| site.public.get(other).published > published;
        let related = self.related_ids(id, story, diagnostics);
        let forms = related.into_iter().map(|other| (other, newer(other), fields));
        forms.map(|form| cards.get(form, |form| self.card(form))).collect()
    }

    /// The related articles of a story: those picked by hand, then those found by their words.
    pub(super) fn related_ids(&self, id: PublicId, story: &Story, diagnostics: &mut Vec<Diagnostic>) -> Vec<PublicId> {
        let mut picked: Vec<PublicId> = Vec::new();
        for wanted in &story.rare().related {
            match self.by_uri(wanted).or_else(|| self.by_slug(wanted)) {
                Some(other) if other != id && !picked.contains(&other) => picked.push(other),
                Some(_) => {}
                None => {
                    let diagnostic =
                        Diagnostic::warning(Code::RelatedTarget, format!("related `{wanted}` is not a public story"));
                    let at = Location::file(format!("content/{}", story.source));
                    diagnostics.push(diagnostic.at(at).hint("name a story by its uri or slug"));
                }
            }
        }
        let site = &self.site;
        let mut related = site.index.related(site.stories, site.public, site.config, id, &picked);
        related.retain(|other| !self.story_url(*other).is_empty());
        related
    }

    /// The cut of a story's first picture for social media.
    fn social(&self, story: &Story) -> Option<Sized> {
        let picture = story.rare().picture.as_ref()?;
        self.renditions(&picture.file).into_iter().find(|one| one.cut.social)
    }

    /// The file that an association names, if it lies in `content/`.
    pub(super) fn file_of(&self, source: &RelPath, association: &Association) -> Option<RelPath> {
        let file = source.resolve(association.href.as_deref().filter(|href| !markdown::has_scheme(href))?)?;
        Some(self.site.source.on_disk(file))
    }

    /// What is said of a picture.
    pub(super) fn texts<'t>(&'t self, file: Option<&RelPath>, association: &'t Association) -> Texts<'t> {
        let facts = file.and_then(|file| self.site.stories.pictures.get(file));
        Texts::of(association, facts.and_then(|facts| facts.embedded.as_deref()))
    }

    fn versions(&self, id: PublicId, edition: u8) -> Vec<VersionView> {
        let versions = self.lookups.versions.get(&id).map_or(&[][..], |versions| versions);
        let view = |version: &Version| {
            let story = self.site.stories.get(version.id);
            let note = story.rare().note.clone().filter(|_| story.corrected);
            let date = self.unlinked_date(edition, version.published);
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
}
