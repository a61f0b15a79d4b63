//! Writing what was read: story files, and the files that they name.

use super::body::{self, Body};
use super::keys::OldStory;
use super::notes::Notes;
use super::old::Old;
use super::{Item, Options, Report};
use crate::diag::{Checked, Code, Diagnostic, Error, Location, Severity};
use crate::file;
use crate::load::{alias_path, decode};
use crate::parse::front_matter::SIZE_LIMIT;
use crate::parse::markdown::{self, has_scheme};
use crate::parse::scalar::quoted;
use crate::path::RelPath;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Writes all items.
pub(super) fn all(options: &Options, old: &Old, items: Vec<Item>, notes: Notes) -> Result<Checked<Report>, Error> {
    let places: BTreeMap<&str, &str> = items.iter().map(|item| (item.path.as_str(), item.to.as_str())).collect();
    let mut addresses = BTreeMap::new();
    for item in &items {
        for address in item.alias.iter().chain(&item.story.aliases) {
            addresses.entry(bare(address).to_string()).or_insert(item.to.as_str());
        }
    }
    let mut writer = Writer {
        options,
        old,
        places,
        addresses,
        home: old.home(),
        roots: old.files(),
        copied: BTreeSet::new(),
        report: Report::default(),
        notes,
    };
    for item in &items {
        writer.item(item)?;
    }
    let (report, notes) = (writer.report, writer.notes);
    Ok(Checked { value: report, diagnostics: notes.finish() })
}

struct Writer<'a> {
    options: &'a Options<'a>,
    old: &'a Old,
    /// Where each file of the old site went, by its path there.
    places: BTreeMap<&'a str, &'a str>,
    /// The same by the addresses that they had, bare.
    addresses: BTreeMap<String, &'a str>,
    /// The address of the old site, without a slash at its end.
    home: Option<String>,
    roots: Vec<PathBuf>,
    copied: BTreeSet<RelPath>,
    report: Report,
    notes: Notes,
}

impl Writer<'_> {
    fn item(&mut self, item: &Item) -> Result<(), Error> {
        let at = |line: u32| Location::at(item.path.under(&self.old.content).display().to_string(), line, 1);
        let story = &item.story;
        let body = body::convert(&item.text, self.old.generator, &|name| self.found(name, &item.path));
        let Body { mut text, dropped, hidden } = body;
        for (tag, line) in dropped {
            let message = format!("the tag `{tag}` has no counterpart and was left out");
            let diagnostic = Diagnostic::warning(Code::MigrateMarkup, message).at(at(item.line + line - 1));
            self.notes.add(diagnostic.hint("what it showed is not on the new page"));
        }
        for key in story.extra.keys() {
            let message = format!("`{key}` has no counterpart and is kept under `extra`");
            self.notes.add(Diagnostic::new(Severity::Note, Code::MigrateKey, message).at(at(1)));
        }
        for (key, expected) in &story.faults {
            let message = format!("`{key}` is not {expected}, so the file is a draft");
            self.notes.say(Diagnostic::warning(Code::MigrateHidden, message).at(at(1)));
        }
        let tag = hidden.map(|tag| format!("{{% {tag} %}}"));
        let hidden = story.hidden.clone().or_else(|| tag.clone());
        if let Some(reason) = hidden.as_deref().filter(|reason| !matches!(*reason, "draft" | "_drafts")) {
            let message = format!("`{reason}` may say that a page is not public, so the file is a draft");
            self.notes.add(Diagnostic::new(Severity::Note, Code::MigrateHidden, message).at(at(1)));
        }
        let pictures = self.pictures(item, &at(1))?;
        self.links(&mut text, item)?;
        let head = front_matter(item, hidden.is_some(), &pictures, self.options, &mut self.notes, at(1));
        let separator = if text.starts_with('\n') || text.is_empty() { "" } else { "\n" };
        self.put(&item.to, format!("---\n{head}---\n{separator}{text}").as_bytes(), at(1))?;
        *(if item.is_page { &mut self.report.pages } else { &mut self.report.stories }) += 1;
        self.report.drafts += usize::from(hidden.is_some());
        Ok(())
    }

    /// Writes a new file; one that is there stays.
    fn put(&mut self, to: &RelPath, bytes: &[u8], at: Location) -> Result<(), Error> {
        let path = to.under(&self.options.site.join("content"));
        if path.exists() {
            return self.there(&path, file::holds(&path, bytes, &mut Vec::new()).unwrap_or(false), at);
        }
        self.report.written += 1;
        if self.options.dry_run {
            return Ok(());
        }
        made(&path, |path| file::write_new(path, bytes))
    }

    fn there(&mut self, path: &Path, is_same: bool, at: Location) -> Result<(), Error> {
        if is_same {
            self.report.unchanged += 1;
        } else {
            let message = format!("{} is there already and was left as it is", path.display());
            let diagnostic = Diagnostic::warning(Code::MigrateFile, message).at(at);
            self.notes.say(diagnostic.hint("delete it to migrate the file again"));
        }
        Ok(())
    }

    /// Pictures in the front matter, each with its place in the new site.
    fn pictures(&mut self, item: &Item, at: &Location) -> Result<Vec<String>, Error> {
        let mut maps = Vec::new();
        for picture in &item.story.pictures {
            let href = match has_scheme(&picture.href) {
                true => Some(picture.href.clone()),
                false => self.copied(&picture.href, item)?,
            };
            let Some(href) = href else {
                let message = format!("the picture {} is not there", picture.href);
                self.notes.say(Diagnostic::warning(Code::MigrateFile, message).at(at.clone()));
                continue;
            };
            let mut map = format!("{{href: {}", quoted(&href));
            for (key, text) in [("altText", &picture.alt), ("caption", &picture.caption)] {
                map.extend(text.as_ref().map(|text| format!(", {key}: {}", quoted(text))));
            }
            maps.push(format!("{map}}}"));
        }
        Ok(maps)
    }

    /// Leads the links and pictures of a text to where their targets went.
    fn links(&mut self, text: &mut String, item: &Item) -> Result<(), Error> {
        let mut references = Vec::new();
        let read = markdown::read(text, self.home.as_deref().unwrap_or_default());
        for (target, _, at) in read.references {
            if !has_scheme(&target) || self.is_home(&target) {
                references.push((at, target));
            }
        }
        for (at, target) in references.into_iter().rev() {
            let (path, end) = target.split_at(target.find(['?', '#']).unwrap_or(target.len()));
            let home = self.home.as_deref().filter(|_| has_scheme(path)).unwrap_or("");
            let local = path.strip_prefix(home).unwrap_or(path);
            let name = local.rsplit('/').next().unwrap_or("");
            let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
            let new = match ending.as_str() {
                "md" | "markdown" | "mdown" | "mkd" => self.found(local, &item.path),
                _ if self.addresses.contains_key(bare(local)) && local.starts_with('/') => {
                    self.addresses.get(bare(local)).map(|to| format!("/{to}"))
                }
                "" | "html" | "htm" | "php" | "xml" => None,
                _ => self.copied(local, item)?,
            };
            let Some(new) = new.filter(|new| new != path) else { continue };
            // A reference by name has its target further down.
            let place = text[at..].match_indices(&target).map(|(n, _)| at + n).find(|place| {
                let before = text[..*place].trim_end_matches('<');
                before.ends_with('(') || before.trim_end_matches(' ').ends_with("]:")
            });
            if let Some(place) = place {
                let is_plain = text[..place].ends_with('<') || !new.contains([' ', '(', ')']);
                let new = if is_plain { format!("{new}{end}") } else { format!("<{new}{end}>") };
                text.replace_range(place..place + target.len(), &new);
            }
        }
        Ok(())
    }

    /// Whether an address is one of the old site.
    fn is_home(&self, target: &str) -> bool {
        let rest = self.home.as_ref().and_then(|home| target.strip_prefix(home.as_str()));
        rest.is_some_and(|rest| rest.starts_with('/'))
    }

    /// The new place of another text of the old site, as a path from `content/`.
    fn found(&self, name: &str, from: &RelPath) -> Option<String> {
        let name = name.trim_start_matches("@/").trim_end_matches('/');
        let name = name.split('#').next().unwrap_or(name);
        let near = from.resolve(name).and_then(|path| self.places.get(path.as_str()).copied());
        let far =
            || RelPath::new(name.trim_start_matches('/')).and_then(|path| self.places.get(path.as_str()).copied());
        let by_name = || {
            let is_it = |path: &str| {
                let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem).trim_end_matches("/index");
                !name.is_empty() && [path, stem].iter().any(|path| *path == name || path.ends_with(&format!("/{name}")))
            };
            self.places.iter().find(|(path, _)| is_it(path)).map(|(_, to)| *to)
        };
        near.or_else(far).or_else(by_name).map(|path| format!("/{path}"))
    }

    /// Copies a file that a text names; its path from `content/`. `None` where it is not there.
    fn copied(&mut self, target: &str, item: &Item) -> Result<Option<String>, Error> {
        let decoded = decode(target);
        let found = if decoded.starts_with('/') {
            None
        } else {
            item.path.resolve(&decoded).map(|path| (self.old.content.clone(), path))
        };
        let far = RelPath::new(decoded.trim_start_matches('/'));
        let places = found
            .into_iter()
            .chain(far.iter().flat_map(|path| self.roots.iter().map(|root| (root.clone(), path.clone()))));
        let root = self.old.root.canonicalize().unwrap_or_default();
        let is_there = |(root_of, path): &(PathBuf, RelPath)| {
            // A link may lead out of the site.
            path.under(root_of).canonicalize().is_ok_and(|full| full.starts_with(&root) && full.is_file())
        };
        let Some((folder, path)) = places.into_iter().find(is_there) else { return Ok(None) };
        if self.copied.insert(path.clone()) {
            self.report.files += 1;
            let (from, to) = (path.under(&folder), path.under(&self.options.site.join("content")));
            if to.exists() {
                let at = Location::file(from.display().to_string());
                self.there(&to, file::same(&from, &to).unwrap_or(false), at)?;
            } else {
                self.report.written += 1;
                if !self.options.dry_run {
                    made(&to, |to| file::copy_atomic(&from, to))?;
                }
            }
        }
        Ok(Some(format!("/{path}")))
    }
}

/// An address without what may be left out of it.
fn bare(address: &str) -> &str {
    let address = address.trim_matches('/');
    let address = address.strip_suffix("index.html").unwrap_or(address);
    address.strip_suffix(".html").unwrap_or(address).trim_end_matches('/')
}

/// Makes a file with the folders above it.
fn made(path: &Path, make: impl FnOnce(&Path) -> std::io::Result<()>) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(path);
    file::make_folders(folder).and_then(|()| make(path)).map_err(|error| {
        Error::from(Diagnostic::error(Code::MigrateFile, format!("cannot write {}: {error}", path.display())))
    })
}

/// The lines between the rules.
fn front_matter(
    item: &Item,
    is_draft: bool,
    pictures: &[String],
    options: &Options,
    notes: &mut Notes,
    at: Location,
) -> String {
    let story = &item.story;
    let zone = &options.config.zone;
    let mut lines = Lines(String::new());
    lines.text("headline", story.headline.as_deref());
    lines.text("subheadline", story.subheadline.as_deref());
    lines.text("description", story.description.as_deref());
    lines.list("by", &story.by);
    lines.text("category", item.category.as_deref());
    lines.text("slug", item.slug.as_deref());
    lines.text("language", story.language.as_deref());
    for (key, time) in [
        ("firstCreated", story.created),
        ("versionCreated", story.updated),
        ("embargoedUntil", story.publish),
        ("expires", story.expires),
    ] {
        lines.raw(key, time.map(|time| time.rfc3339(zone)));
    }
    lines.list("keywords", &story.keywords);
    if !item.is_page {
        lines.list("aliases", &aliases(story, item.alias.as_deref()));
    }
    lines.raw("associations", (!pictures.is_empty()).then(|| format!("[{}]", pictures.join(", "))));
    lines.raw("draft", is_draft.then(|| "true".to_string()));
    let extra = (!story.extra.is_empty()).then(|| flow(&Value::Object(story.extra.clone())));
    if lines.0.len() + extra.as_ref().map_or(0, String::len) + 16 <= SIZE_LIMIT {
        lines.raw("extra", extra);
    } else {
        let message = "the keys without a counterpart are too long and were left out";
        notes.say(Diagnostic::warning(Code::MigrateKey, message).at(at));
    }
    lines.0
}

/// Former addresses that this site can have.
fn aliases(story: &OldStory, address: Option<&str>) -> Vec<String> {
    let mut paths = Vec::new();
    for alias in story.aliases.iter().map(String::as_str).chain(address) {
        let path = if alias.starts_with('/') { alias.to_string() } else { format!("/{alias}") };
        if !has_scheme(alias) && !path.contains(['?', '#']) && alias_path(&path).is_some() && !paths.contains(&path) {
            paths.push(path);
        }
    }
    paths
}

struct Lines(String);

impl Lines {
    fn raw(&mut self, key: &str, value: Option<String>) {
        self.0.extend(value.map(|value| format!("{key}: {value}\n")));
    }

    fn text(&mut self, key: &str, value: Option<&str>) {
        self.raw(key, value.map(quoted));
    }

    fn list(&mut self, key: &str, values: &[String]) {
        let quoted: Vec<String> = values.iter().map(|value| quoted(value)).collect();
        self.raw(key, (!quoted.is_empty()).then(|| format!("[{}]", quoted.join(", "))));
    }
}

/// A value as YAML on one line.
fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let pairs: Vec<String> =
                map.iter().map(|(key, value)| format!("{}: {}", quoted(key), flow(value))).collect();
            format!("{{{}}}", pairs.join(", "))
        }
        plain => plain.to_string(),
    }
}
