//! The search page of an edition, and the files of its index.
//!
//! `docs/search.md` describes the files. Their names are hashes of what they say, so browsers may keep them forever. The file that names them all is
//! small and is read each time.

use super::Renderer;
use super::key::{KeyBuilder, Keys, Part};
use super::views::{SearchSection, SearchView};
use crate::desk::PublicId;
use crate::diag::{Code, Diagnostic, Location};
use crate::hash::Hash;
use crate::index::ListOf;
use crate::index::search::Segment;
use crate::page::PageKind;
use crate::plan::{self, Page, SearchFile};
use crate::search::{SHOWN, SUMMARY, VERSION, part_name, words};
use crate::state::ENGINE;
use serde_json::{Value, json};
use tera::Context;

impl Keys<'_, '_> {
    pub(super) fn search(&self, edition: u8, key: &mut KeyBuilder) {
        self.frame(edition, "search.html", key);
        for section in self.renderer.search_sections(edition) {
            key.part(Part::List).bytes(section.name).bytes(section.path);
        }
    }

    pub(super) fn search_index(&self, edition: u8, key: &mut KeyBuilder) {
        key.part(Part::Settings).hash(self.settings[usize::from(edition)]);
        let mut bytes = Vec::new();
        self.renderer.search_index(edition, &mut bytes);
        key.part(Part::List).hash(Hash::of(&bytes));
    }

    /// The name of a part, which is in its address, is a hash of its contents except the addresses of stories.
    pub(super) fn search_part(&self, edition: u8, segment: usize, file: SearchFile, key: &mut KeyBuilder) {
        key.part(Part::Settings).bytes(ENGINE);
        if let SearchFile::Stories(chunk, place) = file {
            for id in self.renderer.search_stories(edition, segment, chunk, place) {
                key.part(Part::Links).bytes(self.renderer.story_url(*id));
            }
        }
    }
}

impl Renderer<'_> {
    pub(super) fn search(&self, page: &Page, edition: u8, out: &mut Vec<u8>) -> Result<(), Diagnostic> {
        let title = self.editions[usize::from(edition)].title(PageKind::Search);
        let mut head = self.page_view(page, PageKind::Search, edition, title);
        head.noindex = true;
        let index = self.site.config.href(&format!("{}index.json", page.url.as_str()));
        let view = SearchView { index, sections: self.search_sections(edition) };
        let values = |context: &mut Context| context.insert("search", &view);
        self.template("search.html", edition, &head, values, out)
    }

    /// The sections of an edition that have stories, by name.
    pub(super) fn search_sections(&self, edition: u8) -> Vec<SearchSection> {
        let sections = &self.site.stories.sections;
        let lists = self.site.index.lists.iter().filter(|list| list.edition == edition && !list.stories.is_empty());
        let mut found: Vec<SearchSection> = lists
            .filter_map(|list| match list.of {
                ListOf::Category(id) => {
                    let path = sections.slug(id).to_string();
                    Some(SearchSection { name: self.section_link(edition, id).name, path })
                }
                _ => None,
            })
            .collect();
        found.sort_by_cached_key(|section| (section.name.to_lowercase(), section.path.clone()));
        found
    }

    /// The segments of an edition, newest first, and what a query has to know of the language.
    pub(super) fn search_index(&self, edition: u8, out: &mut Vec<u8>) {
        let language = self.language(edition);
        let segments = self.site.index.search.editions[usize::from(edition)].segments.iter().rev();
        let segments: Vec<Value> = segments
            .map(|segment| {
                let (first, last) = segment.span();
                json!([part_name(segment.name), first, last, segment.stories])
            })
            .collect();
        let url = plan::search_url(self.site.config, edition);
        let index = json!({
            "version": VERSION,
            "parts": self.site.config.href(&format!("{url}parts/")),
            "language": language,
            "stop": words::stop_words(language).join(" "),
            "endings": words::endings(language),
            "segments": segments,
        });
        push(out, &index);
    }

    pub(super) fn search_part(
        &self,
        edition: u8,
        segment: usize,
        file: SearchFile,
        out: &mut Vec<u8>,
    ) -> Result<(), Diagnostic> {
        let found = &self.site.index.search.editions[usize::from(edition)].segments[segment];
        match file {
            SearchFile::Segment => push(out, &described(found)),
            SearchFile::Stories(chunk, place) => {
                let stories = self.search_stories(edition, segment, chunk, place);
                out.push(b'[');
                for (at, id) in stories.iter().enumerate() {
                    out.extend_from_slice(if at == 0 { b"\n" } else { b",\n" });
                    push(out, &self.search_story(edition, *id));
                }
                out.extend_from_slice(b"\n]\n");
            }
            SearchFile::Words(at) => {
                let bytes = found.shard(at as usize).ok_or_else(|| {
                    let message =
                        "the state of the last build is damaged, so a part of the search index was not written";
                    let at = Location::file(crate::state::FOLDER);
                    Diagnostic::error(Code::StateDamaged, message).at(at).hint("build again")
                })?;
                out.extend_from_slice(bytes);
            }
        }
        Ok(())
    }

    /// The stories of a file of headlines and addresses, oldest first.
    pub(super) fn search_stories(&self, edition: u8, segment: usize, chunk: u32, place: u32) -> &[PublicId] {
        let edition = &self.site.index.search.editions[usize::from(edition)];
        let stories = &edition.stories[edition.segments[segment].chunks[chunk as usize].stories.clone()];
        let start = place as usize * SHOWN;
        &stories[start..stories.len().min(start + SHOWN)]
    }

    /// Headline, address, section and summary of a story, its language where that is not the edition's, and who paid for it.
    fn search_story(&self, edition: u8, id: PublicId) -> Value {
        let live = self.site.public.get(id);
        let story = self.site.stories.get(live.current);
        let url = self.story_url(id);
        if url.is_empty() {
            // Another page has its address. It keeps its place, since words refer to stories by their places.
            return json!(["", "", "", ""]);
        }
        let section = self.site.stories.sections.slug(self.site.stories.get(live.first).section);
        let summary = cut(&story.description);
        let language = self.story_language(story);
        let language = if language == self.language(edition) { "" } else { language };
        match (&story.rare().sponsor, language) {
            (Some(sponsor), _) => json!([&*story.headline, url, section, summary, language, &sponsor.name]),
            (None, "") => json!([&*story.headline, url, section, summary]),
            (None, _) => json!([&*story.headline, url, section, summary, language]),
        }
    }
}

/// What files a segment has, as a query needs to know it: the names of all files of words in a row, their lengths, the word that each begins
/// with; the names of the chunks and how many stories they have; days as steps, each with its stories.
fn described(segment: &Segment) -> Value {
    let names = |names: &mut dyn Iterator<Item = u64>| names.map(part_name).collect::<String>();
    let mut last = 0;
    let days = segment.days.iter().flat_map(|(day, stories)| {
        let step = i64::from(*day) - i64::from(std::mem::replace(&mut last, *day));
        [step, i64::from(*stories)]
    });
    let days: Vec<i64> = days.collect();
    let firsts: Vec<&str> = segment.shards.iter().map(|shard| shard.first.as_str()).collect();
    let lengths: Vec<u32> = segment.shards.iter().map(|shard| shard.length).collect();
    let chunks: Vec<usize> = segment.chunks.iter().map(|chunk| chunk.stories.len()).collect();
    json!({
        "stories": segment.stories,
        "days": days,
        "words": names(&mut segment.shards.iter().map(|shard| shard.name)),
        "lengths": lengths,
        "firsts": firsts,
        "chunks": names(&mut segment.chunks.iter().map(|chunk| chunk.name)),
        "sizes": chunks,
    })
}

/// A summary of at most [`SUMMARY`] bytes, cut at a blank.
fn cut(text: &str) -> String {
    if text.len() <= SUMMARY {
        return text.to_string();
    }
    let end = text.floor_char_boundary(SUMMARY);
    let end = text[..end].rfind(' ').filter(|blank| *blank > SUMMARY / 2).unwrap_or(end);
    format!("{}…", text[..end].trim_end_matches([' ', ',', ';', ':', '.', '…']))
}

fn push(out: &mut Vec<u8>, value: &Value) {
    // Writing plain values to memory does not fail.
    let _ = serde_json::to_writer(out, value);
}
