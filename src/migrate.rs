//! Stories from the sites of other generators: front matter in the keys of a story, texts in Markdown, files beside them.
//!
//! A folder is read as a whole first, so that links find where their targets went; then each file is written once, and nothing that
//! is there is overwritten. What was not public there is a draft here, and so is whatever may not have been.

mod body;
mod dates;
mod front;
mod keys;
mod notes;
mod old;
mod write;

use crate::clock::{Timestamp, Zone};
use crate::config::{Config, section_path};
use crate::diag::{Checked, Code, Diagnostic, Error, Location};
use crate::file;
use crate::path::{PAGES_FOLDER, RelPath, numbered, slugify};
use crate::source::STORY_LIMIT;
use keys::{Habits, OldStory};
use notes::Notes;
use old::{Old, OldPage};
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::path::Path;
use walkdir::WalkDir;

/// The generator that a site was made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "names of programs")]
pub enum Generator {
    Hugo,
    Jekyll,
    Zola,
    Eleventy,
}

/// What is to be done.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// What the old site was made with.
    pub generator: Generator,
    /// Its folder, or a folder of its content.
    pub from: &'a Path,
    /// The new site's folder and settings.
    pub site: &'a Path,
    /// The settings of the new site.
    pub config: &'a Config,
    /// What is dated later was not public there.
    pub now: Timestamp,
    /// Whether to write nothing.
    pub dry_run: bool,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Files with a date.
    pub stories: usize,
    /// Stories and pages among them that are drafts.
    pub drafts: usize,
    /// Files without a date.
    pub pages: usize,
    /// Pictures and other files that the texts name.
    pub files: usize,
    /// Files that were written.
    pub written: usize,
    /// Files that were there already, with the same bytes.
    pub unchanged: usize,
}

/// A file of the old site, read.
struct Item {
    /// Its path below the content folder.
    path: RelPath,
    /// Its place in the new site's content.
    to: RelPath,
    story: OldStory,
    text: String,
    line: u32,
    is_page: bool,
    /// The slug that its name gives it, where the new file's name gives another.
    slug: Option<String>,
    category: Option<String>,
    alias: Option<String>,
}

/// Brings the content of another site in.
pub fn run(options: &Options) -> Result<Checked<Report>, Error> {
    let old = Old::of(options.generator, options.from).map_err(|why| {
        let message = format!("cannot take a site from {}: {why}", options.from.display());
        Diagnostic::error(Code::MigrateFile, message).hint("name the folder that holds its settings")
    })?;
    let mut reader =
        Reader { options, zone: &options.config.zone, notes: Notes::default(), defaults: old.defaults(), old };
    let paths = reader.walk();
    reader.cascades(&paths);
    let items = reader.items(&paths);
    write::all(options, &reader.old, items, reader.notes)
}

struct Reader<'a> {
    options: &'a Options<'a>,
    zone: &'a Zone,
    old: Old,
    notes: Notes,
    /// Front matter that counts for all files below a folder, the outer folders first.
    defaults: Vec<(String, Map<String, Value>)>,
}

/// Folders that hold no content of the site.
const OTHER_FOLDERS: [&str; 8] = ["node_modules", "_site", "public", "vendor", "themes", "output", "dist", "_includes"];

impl Reader<'_> {
    /// The text files below the content folder, in order.
    fn walk(&mut self) -> Vec<RelPath> {
        let is_loose = matches!(self.old.generator, Generator::Jekyll | Generator::Eleventy);
        let new_site = self.options.site.canonicalize().unwrap_or_default();
        let excluded = self.excluded();
        let mut paths = Vec::new();
        let mut others = 0;
        let walk = WalkDir::new(&self.old.content).sort_by_file_name().into_iter().filter_entry(|entry| {
            let name = entry.file_name().to_string_lossy();
            entry.depth() == 0
                || !(name.starts_with('.') || entry.path() == new_site || is_loose && OTHER_FOLDERS.contains(&&*name))
        });
        for entry in walk.filter_map(Result::ok).filter(|entry| entry.file_type().is_file()) {
            let Some(path) = entry.path().strip_prefix(&self.old.content).ok().and_then(RelPath::from_path) else {
                continue;
            };
            let ending = path.as_str().rsplit('.').next().unwrap_or("").to_ascii_lowercase();
            if !matches!(ending.as_str(), "md" | "markdown" | "mdown" | "mkd") {
                others +=
                    usize::from(matches!(ending.as_str(), "html" | "htm" | "adoc" | "rst" | "org" | "njk" | "liquid"));
                continue;
            }
            if self.is_content(&path) && !excluded.iter().any(|pattern| matches(pattern, path.as_str())) {
                paths.push(path);
            }
        }
        if others > 0 {
            let message = format!("{others} pages in HTML or other formats than Markdown were left out");
            self.notes
                .say(Diagnostic::warning(Code::MigrateFile, message).hint("bring over by hand what you need of them"));
        }
        paths
    }

    /// Patterns of files that the old site leaves out.
    fn excluded(&mut self) -> Vec<String> {
        let excluded = self.old.excluded();
        if self.old.generator == Generator::Hugo && !excluded.is_empty() {
            let message = format!(
                "the old site leaves out files by `ignoreFiles` ({}), which are taken in here",
                excluded.join(", ")
            );
            self.notes.say(Diagnostic::warning(Code::MigrateHidden, message).hint("delete what must not be public"));
            return Vec::new();
        }
        excluded
    }

    /// Whether the generator makes a page of a text file in such a place.
    fn is_content(&self, path: &RelPath) -> bool {
        if self.old.generator != Generator::Jekyll {
            return true;
        }
        let hidden = path.folders().find(|folder| folder.starts_with('_'));
        hidden.is_none_or(|folder| {
            let shown = |collection: &Value| keys::text(&collection["output"]).is_some_and(|text| text == "true");
            let collections = self.old.settings.get("collections");
            matches!(folder, "_posts" | "_drafts")
                || collections.and_then(|all| all.get(&folder[1..])).is_some_and(shown)
        })
    }

    /// Collects what folders say of the files in them.
    fn cascades(&mut self, paths: &[RelPath]) {
        let mut found: Vec<(String, Map<String, Value>)> = Vec::new();
        for path in paths.iter().filter(|path| is_section(path)) {
            let Some(text) = self.text(path) else { continue };
            let Ok(Some(front)) = front::read(&text) else { continue };
            let folder = path.folders().collect::<Vec<_>>().join("/");
            let mut values = Map::new();
            let cascades = match front.keys.get("cascade") {
                Some(Value::Array(items)) => items.iter().collect(),
                Some(one) => vec![one],
                None => Vec::new(),
            };
            for map in cascades.into_iter().filter_map(Value::as_object) {
                values.extend(map.clone());
                values.extend(map.get("params").and_then(Value::as_object).cloned().unwrap_or_default());
            }
            // A section that is not public has no public pages, as far as can be known.
            values.extend(front.keys.into_iter().filter(|(key, _)| matches!(key.as_str(), "draft" | "render")));
            values.retain(|key, _| !matches!(key.as_str(), "target" | "_target" | "params"));
            found.push((folder, values));
        }
        if self.old.generator == Generator::Eleventy {
            let folders: HashSet<String> =
                paths.iter().map(|path| path.folders().collect::<Vec<_>>().join("/")).collect();
            let mut folders: Vec<&String> = folders.iter().filter(|folder| !folder.is_empty()).collect();
            folders.sort();
            for folder in folders {
                let name = folder.rsplit('/').next().unwrap_or(folder);
                for file in [format!("{name}.json"), format!("{name}.11tydata.json")] {
                    let text = std::fs::read_to_string(self.old.content.join(folder).join(&file)).unwrap_or_default();
                    found.extend(front::settings(&file, &text).ok().map(|values| (folder.clone(), values)));
                }
            }
        }
        found.sort_by_key(|(folder, _)| folder.len());
        self.defaults.extend(found);
    }

    fn text(&mut self, path: &RelPath) -> Option<String> {
        let mut bytes = Vec::new();
        let read = file::read_bounded(&path.under(&self.old.content), STORY_LIMIT, &mut bytes).is_ok();
        let text = String::from_utf8(bytes).ok().filter(|text| read && !text.contains('\0'));
        if text.is_none() {
            let message = "the file cannot be read, is not UTF-8 or has more than 8 MiB";
            self.notes.say(Diagnostic::error(Code::MigrateFile, message).at(Location::file(self.shown(path))));
        }
        text
    }

    /// A file's path as messages have it.
    fn shown(&self, path: &RelPath) -> String {
        path.under(&self.old.content).display().to_string()
    }

    fn items(&mut self, paths: &[RelPath]) -> Vec<Item> {
        let mut taken: HashSet<RelPath> = HashSet::new();
        let mut items = Vec::new();
        for path in paths.iter().filter(|path| !is_section(path)) {
            let Some(text) = self.text(path) else { continue };
            let at = Location::at(self.shown(path), 1, 1);
            match front::read(&text) {
                Err(fault) => {
                    let message = format!("the front matter cannot be read: {fault}");
                    let diagnostic = Diagnostic::error(Code::MigrateFrontMatter, message).at(at);
                    self.notes.say(diagnostic.hint("the file was left out; correct it and run the command again"));
                }
                Ok(None) => {
                    let message = "files without front matter were left out";
                    self.notes
                        .add(Diagnostic::new(crate::diag::Severity::Note, Code::MigrateFrontMatter, message).at(at));
                }
                Ok(Some(read)) => {
                    let mut keys = Map::new();
                    for (folder, values) in &self.defaults {
                        if folder.is_empty() || path.as_str().starts_with(&format!("{folder}/")) {
                            keys.extend(values.clone());
                        }
                    }
                    keys.extend(read.keys);
                    let mut item = self.item(path, &keys, read.body, read.line);
                    let wanted = item.to.clone();
                    for number in 2.. {
                        if taken.insert(item.to.clone()) {
                            break;
                        }
                        let stem = wanted.as_str().trim_end_matches(".md");
                        item.to = RelPath::new(&format!("{stem}-{number}.md")).unwrap_or_else(|| wanted.clone());
                    }
                    items.push(item);
                }
            }
        }
        items
    }

    fn item(&mut self, path: &RelPath, keys: &Map<String, Value>, text: &str, line: u32) -> Item {
        let generator = self.old.generator;
        let (splits_words, has_collections) = (generator == Generator::Jekyll, generator == Generator::Eleventy);
        let mut story = OldStory::of(keys, Habits { zone: self.zone, splits_words, has_collections });
        let mut folders: Vec<&str> = path.folders().collect();
        let file = path.as_str().rsplit('/').next().unwrap_or("");
        let mut stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let is_bundle = stem == "index" && !folders.is_empty();
        if is_bundle {
            stem = folders.pop().unwrap_or("index");
        }
        if folders.contains(&"_drafts") {
            story.hidden = Some("_drafts".to_string());
        }
        folders.retain(|folder| !matches!(*folder, "_posts" | "_drafts"));
        let dated = dates::of_name(stem).and_then(|(day, name)| Some((dates::day(day, '-', self.zone)?, name)));
        let name = dated.map_or(stem, |(_, name)| name);
        let in_address = story.address.as_deref().and_then(|address| old::day_in(address, self.zone));
        let by_folders = || old::day_in(path.as_str(), self.zone);
        story.created =
            story.created.or(story.publish).or(in_address).or(dated.map(|(day, _)| day)).or_else(by_folders);
        if story.headline.is_none() {
            story.headline = Some(name.replace(['-', '_'], " "));
        }
        self.hold_back(&mut story);
        let is_page = story.created.is_none();
        let address = {
            let page = OldPage {
                folders: folders.clone(),
                name,
                headline: story.headline.as_deref().unwrap_or(""),
                slug: story.slug.as_deref(),
                categories: &story.categories,
                created: story.created,
                address: story.address.as_deref(),
            };
            self.old.address(&page, self.zone)
        };
        let to = match story.created {
            None => [&[PAGES_FOLDER], &folders[..], &[&format!("{}.md", file_name(name))]].concat().join("/"),
            Some(time) if generator == Generator::Jekyll => {
                let day = time.day(self.zone);
                let day = format!("{:04}/{:02}/{:02}/{}.md", day.year, day.month, day.day, file_name(name));
                [&folders[..], &[&day]].concat().join("/")
            }
            Some(_) => format!("{}.md", path.as_str().rsplit_once('.').map_or(path.as_str(), |(stem, _)| stem)),
        };
        let slug =
            story.good_slug().map(str::to_string).or_else(|| (is_bundle || dated.is_some()).then(|| slugify(name)));
        Item {
            path: path.clone(),
            to: RelPath::new(&to).unwrap_or_else(|| path.clone()),
            category: (!is_page).then(|| self.category(&story, &folders)),
            text: text.to_string(),
            line,
            is_page,
            slug: slug.filter(|slug| !slug.is_empty()),
            alias: address,
            story,
        }
    }

    /// Puts an item under embargo if its dates make it public later, and makes it a draft if they make it public no longer.
    fn hold_back(&self, story: &mut OldStory) {
        let now = self.options.now;
        if story.expires.is_some_and(|time| time <= now) {
            story.hidden.get_or_insert_with(|| "expiryDate".to_string());
        }
        story.publish = story.publish.into_iter().chain(story.created).max().filter(|time| *time > now);
        story.updated = story.updated.filter(|time| story.created.is_some_and(|created| *time > created));
    }

    /// The section: the first category, else the folders; what other sites call `posts` is not a section.
    fn category(&self, story: &OldStory, folders: &[&str]) -> String {
        let is_section = |folder: &&&str| {
            !folder.bytes().all(|b| b.is_ascii_digit()) && !matches!(**folder, "post" | "posts" | "blog" | "_posts")
        };
        let folders: Vec<&str> = folders.iter().filter(is_section).copied().collect();
        let named = story.categories.first().and_then(|name| section_path(name));
        named
            .or_else(|| section_path(&folders.join("/")))
            .unwrap_or_else(|| self.options.config.default_category.clone())
    }
}

/// A name that a file can have whatever its first letters are.
fn file_name(name: &str) -> String {
    let slug = slugify(name);
    if slug.is_empty() { "page".to_string() } else { numbered(&slug, 1) }
}

/// Whether a file speaks of its folder, and is not a page of its own.
fn is_section(path: &RelPath) -> bool {
    let name = path.as_str().rsplit('/').next().unwrap_or("");
    name.starts_with("_index.") || path.as_str() == name && name.starts_with("index.")
}

/// Whether a path is what a pattern with `*` means, or lies below it.
fn matches(pattern: &str, path: &str) -> bool {
    let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
    let ends = std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(folder, _)| folder));
    ends.chain(path.rsplit('/').next()).any(|part| {
        let mut rest = part;
        let pieces: Vec<&str> = pattern.split('*').collect();
        for (n, piece) in pieces.iter().enumerate() {
            let at = if n == 0 { rest.starts_with(piece).then_some(0) } else { rest.find(piece) };
            let Some(at) = at else { return false };
            rest = &rest[at + piece.len()..];
        }
        rest.is_empty()
            || pieces.last().is_some_and(|last| pieces.len() > 1 && (last.is_empty() || part.ends_with(last)))
    })
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns() {
        for (pattern, path) in [
            ("vendor/", "vendor/a.md"),
            ("*.draft.md", "x/a.draft.md"),
            ("README.md", "README.md"),
            ("notes/*", "notes/a.md"),
            ("a/b.md", "a/b.md"),
        ] {
            assert!(matches(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [("vendor", "vendors/a.md"), ("*.draft.md", "x/a.md"), ("b.md", "ab.md")] {
            assert!(!matches(pattern, path), "{pattern} {path}");
        }
    }
}
