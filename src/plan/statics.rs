//! Files of `static/`: they stand at the root of the site, where nothing else does.
//!
//! They come last, so none can take the place of anything that dateline makes. Whoever wants `robots.txt` to be a file of their own
//! switches the one that is made off.

use super::claims::Clash;
use super::planner::{Address, Planner};
use super::{Page, PageOf};
use crate::diag::{Code, Diagnostic, Location};
use crate::page::PageKind;
use crate::path::{RelPath, UrlPath, fold_file, nfc};
use crate::source::STATIC_FOLDER;
use rustc_hash::FxHashMap;

impl Planner<'_> {
    /// Files of `static/`.
    pub(super) fn statics(&mut self) {
        let mut names = Names::of(self);
        for file in &self.site.source.statics {
            let Some(address) = Address::of(&url(&file.path), &mut String::new()) else {
                let message = "the file's path cannot be an address of the site";
                let diagnostic = Diagnostic::error(Code::SameUrl, message).at(place(&file.path));
                let hint = "rename it: no part may have one of `? # \" < > % | * :`, and all has at most 1,024 bytes";
                self.diagnostics.push(diagnostic.hint(hint));
                continue;
            };
            let name = folded(&address.url);
            match self.clash(&address).or_else(|| names.clash(&name).map(Clash::Folder)) {
                Some(clash) => self.refuse_static(&file.path, &address, &clash),
                None => {
                    names.note(&name, self.plan.pages.len() as u32);
                    self.claim(address, PageOf::Static(file.path.clone()));
                }
            }
        }
    }

    /// Says what stands in the place of a file, and what can be done.
    fn refuse_static(&mut self, path: &RelPath, address: &Address, clash: &Clash) {
        let url = &address.url;
        let other = match clash {
            Clash::Same(other) | Clash::Form(other) | Clash::Folder(other) => &self.plan.pages[*other as usize],
            Clash::Host(host) => {
                let message = format!("{url} is in the place of the file `{host}`, which a host of this site needs");
                let diagnostic = Diagnostic::error(Code::SameUrl, message).at(place(path));
                let hint = "take it out of static/; `publish` in dateline.yaml says which host it is";
                self.diagnostics.push(diagnostic.hint(hint));
                return;
            }
        };
        let name = self.name_of(other);
        let message = match clash {
            Clash::Same(_) => format!("{url} is already the address of {name}"),
            Clash::Form(_) => format!(
                "{url} and {} ({name}) differ in case or Unicode form alone, and many disks and hosts have one file for both",
                other.url
            ),
            _ => format!("{url} and {} ({name}) need one name as a file and as a folder", other.url),
        };
        let hint = match switch(other.of.page_kind(self.site.index)) {
            Some(key @ ("icon" | "colors")) => {
                format!("take it out of static/, or take `{key}` out of dateline.yaml, so that it is not made")
            }
            Some(switch) => {
                format!("take it out of static/, or write `{switch}` in dateline.yaml, so that it is not made")
            }
            None => "rename the file, or take it out of static/".to_string(),
        };
        self.diagnostics.push(Diagnostic::error(Code::SameUrl, message).at(place(path)).hint(hint));
    }

    /// How to name what stands in the place of a file.
    fn name_of(&self, page: &Page) -> String {
        match &page.of {
            PageOf::Asset(path) => format!("the file static/{path} of the theme"),
            PageOf::Media(path) => format!("content/{path}"),
            PageOf::Static(path) => format!("{STATIC_FOLDER}/{path}"),
            of if page.url.as_str().ends_with('/') => self.owner(of).1,
            of => match self.owner(of) {
                (Some(file), _) => file,
                (None, _) => format!("the {} file that dateline makes", of.page_kind(self.site.index)),
            },
        }
    }
}

/// Names that would have to be a file and a folder. Other pages' files have a dot in their names, and other folders are looked after
/// by the claims; a file of `static/` may have a name such as any folder has.
struct Names {
    /// Files of `static/` without a dot in their names, where case does not count, with the page once it is planned.
    files: FxHashMap<String, Option<u32>>,
    /// Folders of these names, with a page in each.
    folders: FxHashMap<String, u32>,
}

impl Names {
    fn of(planner: &Planner) -> Names {
        let urls = planner.site.source.statics.iter().filter_map(|file| UrlPath::new(&url(&file.path)));
        let names = urls.map(|url| folded(&url)).filter(|name| !file_name(name).contains('.'));
        let mut all = Names { files: names.map(|name| (name, None)).collect(), folders: FxHashMap::default() };
        if !all.files.is_empty() {
            for (page, at) in planner.plan.pages.iter().zip(0..) {
                all.note_folders(&folded(&page.url), at);
            }
        }
        all
    }

    /// The page that a file of this name cannot lie beside.
    fn clash(&self, name: &str) -> Option<u32> {
        let file = || folders(name).find_map(|folder| self.files.get(folder).copied().flatten());
        self.folders.get(name).copied().or_else(file)
    }

    fn note(&mut self, name: &str, at: u32) {
        if let Some(page) = self.files.get_mut(name) {
            *page = Some(at);
        }
        self.note_folders(name, at);
    }

    fn note_folders(&mut self, name: &str, at: u32) {
        for folder in folders(name).filter(|folder| self.files.contains_key(*folder)) {
            self.folders.entry(folder.to_string()).or_insert(at);
        }
    }
}

/// The file of an address where case does not count.
fn folded(url: &UrlPath) -> String {
    let file = url.file();
    fold_file(&file).unwrap_or(file)
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The folders above a file, from the root.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(end, _)| &path[..end])
}

/// The setting that leaves out the file of a kind.
fn switch(kind: PageKind) -> Option<&'static str> {
    Some(match kind {
        PageKind::Robots => "pages: {robots: no}",
        PageKind::NotFound => "pages: {not_found: no}",
        PageKind::Sitemap | PageKind::SitemapIndex => "pages: {sitemap: no}",
        PageKind::NewsSitemap => "pages: {news_sitemap: no}",
        PageKind::Rss => "pages: {rss: no}",
        PageKind::Atom => "pages: {atom: no}",
        PageKind::JsonFeed => "pages: {json_feed: no}",
        PageKind::Front => "pages: {front: no}",
        PageKind::Search => "search: no",
        PageKind::Icon | PageKind::WebManifest => "icon",
        PageKind::Colors => "colors",
        PageKind::Feeds => "pages: {feeds: no}",
        PageKind::Latest => "pages: {latest: no}",
        // A file is no reason to give up these for all stories.
        PageKind::Ninjs
        | PageKind::TombstoneNinjs
        | PageKind::Category
        | PageKind::Topic
        | PageKind::Place
        | PageKind::Author
        | PageKind::Day
        | PageKind::Month
        | PageKind::Year
        | PageKind::Corrections
        | PageKind::TdmRep
        | PageKind::License
        | PageKind::Story
        | PageKind::Tombstone
        | PageKind::Index
        | PageKind::Page
        | PageKind::Redirect
        | PageKind::Asset
        | PageKind::Static
        | PageKind::Media
        | PageKind::Rendition
        | PageKind::SocialCard
        | PageKind::SearchIndex
        | PageKind::SearchPart
        | PageKind::Host => return None,
    })
}

/// The address of a file; that of its folder for an `index.html`.
fn url(path: &RelPath) -> String {
    let path = nfc(path.as_str());
    match path.strip_suffix("index.html") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => format!("/{folder}"),
        _ => format!("/{path}"),
    }
}

fn place(path: &RelPath) -> Location {
    Location::file(format!("{STATIC_FOLDER}/{path}"))
}
