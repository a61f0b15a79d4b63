//! What the server shows: a plan, the theme it is shown by, and how a page of it is made.
//!
//! A snapshot never changes. An edit makes another one that takes its place; whoever still holds the old one ends with it.

use crate::build::{self, BuildOptions, Prepared};
use crate::clock::Timestamp;
use crate::diag::{Checked, Diagnostic, Result, Severity};
use crate::front::{self, FrontOf};
use crate::hash::{Hash, Hasher};
use crate::index::ListOf;
use crate::plan::{self, Inputs, Page, PageOf, PageOwner, Plan};
use crate::render::{Cards, Observer, RenderCache, Renderer};
use crate::source::{STATIC_FOLDER, Source, SourceFile};
use crate::state::State;
use crate::story::StoryId;
use crate::theme::{self, Theme};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The longest that rendering a page may take, so that a loop in a template cannot hang the request.
const RENDER_TIMEOUT: Duration = Duration::from_secs(20);

/// What a snapshot shows besides the site's files.
pub(super) struct SnapshotOptions {
    /// The time to show it at.
    pub(super) now: Timestamp,
    /// Show drafts too.
    pub(super) drafts: bool,
    /// A time of change from here on proves nothing; see [`build::read_for_server`].
    pub(super) began: i64,
    /// The number of the snapshot.
    pub(super) number: u64,
}

/// A site as it is shown.
pub(super) struct Snapshot {
    /// Goes up with each snapshot.
    pub(super) number: u64,
    /// What was read.
    pub(super) prepared: Arc<Prepared>,
    /// The theme shown by, which may be newer than what was read.
    pub(super) theme: Arc<Theme>,
    /// Every page.
    pub(super) plan: Arc<Plan>,
    /// What is wrong with the content, in order of place.
    pub(super) diagnostics: Arc<Vec<Diagnostic>>,
    /// The site's folder.
    pub(super) root: Arc<Path>,
    cache: RenderCache,
    /// The part of the diagnostics that does not come from planning.
    of_content: Arc<Vec<Diagnostic>>,
}

/// A page as it was made.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// Its bytes; those made so far where it failed.
    pub(super) bytes: Vec<u8>,
    /// Why it could not be made.
    pub(super) error: Option<Diagnostic>,
    /// What is wrong with it besides.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// How long it took.
    pub(super) took: Duration,
}

impl Made {
    /// A hash of the bytes.
    pub(super) fn version(&self) -> Hash {
        Hash::of(&self.bytes)
    }
}

/// What changed from one snapshot to the next in files that are sent as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Files {
    /// Addresses of style sheets.
    pub(super) styles: Vec<String>,
    /// Whether any other file changed.
    pub(super) others: bool,
}

/// Reads the site and plans it. `state` remembers what was read.
pub(super) fn read(
    root: &Arc<Path>,
    options: &SnapshotOptions,
    source: Checked<Source>,
    state: &mut State,
) -> Result<Snapshot> {
    let read_only = BuildOptions { drafts: options.drafts, ..BuildOptions::read_only(options.now) };
    let read = build::read_for_server(root, &read_only, source.value, state, options.began)?;
    let prepared = Arc::new(read.value);
    let theme = prepared.theme();
    let diagnostics = source.diagnostics.into_iter().chain(read.diagnostics).collect();
    Ok(plan_by(root, prepared, theme, options.number, Arc::new(diagnostics)))
}

fn plan_by(
    root: &Arc<Path>,
    prepared: Arc<Prepared>,
    theme: Arc<Theme>,
    number: u64,
    of_content: Arc<Vec<Diagnostic>>,
) -> Snapshot {
    let inputs = Inputs { theme: &theme, ..prepared.inputs() };
    let planned = plan::pages(&inputs);
    let cache = Renderer::new(inputs, &planned.value, root).cache();
    let mut all: Vec<Diagnostic> = of_content.iter().cloned().chain(planned.diagnostics).collect();
    Diagnostic::sort(&mut all);
    Snapshot {
        number,
        prepared,
        theme,
        plan: Arc::new(planned.value),
        diagnostics: Arc::new(all),
        root: Arc::clone(root),
        cache,
        of_content,
    }
}

impl Snapshot {
    /// What its plan was made from.
    pub(super) fn inputs(&self) -> Inputs<'_> {
        Inputs { theme: &self.theme, ..self.prepared.inputs() }
    }

    /// Makes its pages.
    pub(super) fn renderer(&self) -> Renderer<'_> {
        Renderer::with(self.inputs(), &self.plan, &self.root, self.cache.clone())
    }

    /// The same content with the theme reloaded from disk. The site is planned again only if static files were added or removed or
    /// social cards look different. `None` if the theme is the same.
    pub(super) fn with_reloaded_theme(&self, number: u64) -> Result<Option<Snapshot>> {
        let config = self.inputs().config;
        let theme = Arc::new(theme::load(&self.root, &config.theme, &config.theme_settings, &config.href("/assets/"))?);
        if theme.hash() == self.theme.hash() {
            return Ok(None);
        }
        let is_same_plan = theme.assets.keys().eq(self.theme.assets.keys())
            && theme.social_card().hash() == self.theme.social_card().hash();
        if !is_same_plan {
            let prepared = Arc::clone(&self.prepared);
            return Ok(Some(plan_by(&self.root, prepared, theme, number, Arc::clone(&self.of_content))));
        }
        Ok(Some(Snapshot {
            number,
            prepared: Arc::clone(&self.prepared),
            cache: self.cache.with_theme(&theme),
            theme,
            plan: Arc::clone(&self.plan),
            diagnostics: Arc::clone(&self.diagnostics),
            root: Arc::clone(&self.root),
            of_content: Arc::clone(&self.of_content),
        }))
    }

    /// Makes a page.
    pub(super) fn render(&self, page: &Page) -> Made {
        make(self.renderer(), page)
    }

    /// Makes a page while `observer` looks on.
    pub(super) fn render_observed(&self, page: &Page, observer: &dyn Observer) -> Made {
        make(self.renderer().observed_by(observer), page)
    }

    /// Whether a file of `content/` or `static/` that is sent as it is lies where it should: it may have been changed for a link since.
    pub(super) fn is_inside(&self, page: &Page) -> bool {
        let (folder, path) = match &page.of {
            PageOf::Media(path) => ("content", path),
            PageOf::Rendition(at, _) => ("content", &self.plan.pictures[*at as usize].file),
            PageOf::Static(path) => (STATIC_FOLDER, path),
            // What the page is made of was read before, or is not on the disk.
            _ => return true,
        };
        let folder = self.root.join(folder);
        match (path.under(&folder).canonicalize(), folder.canonicalize()) {
            (Ok(file), Ok(folder)) => file.starts_with(folder),
            _ => false,
        }
    }

    /// How the files that are sent as they are differ from those of an older snapshot.
    pub(super) fn files_since(&self, older: &Snapshot) -> Files {
        let mut files = Files::default();
        let config = self.inputs().config;
        if !Arc::ptr_eq(&self.theme, &older.theme) {
            for (path, bytes) in &self.theme.assets {
                let is_same = older.theme.assets.get(path) == Some(bytes);
                if is_same {
                    continue;
                }
                match path.extension() {
                    Some("css") => files.styles.push(config.href(&format!("/assets/{path}"))),
                    _ => files.others = true,
                }
            }
            files.others |= older.theme.assets.keys().any(|path| !self.theme.assets.contains_key(path));
        }
        if !Arc::ptr_eq(&self.prepared, &older.prepared) {
            files.others |= self.media_stamp() != older.media_stamp();
        }
        files
    }

    /// Stamps of the files of `content/` and `static/` that are sent as they are.
    fn media_stamp(&self) -> Hash {
        let inputs = self.inputs();
        let mut hasher = Hasher::new();
        for file in &inputs.source.media {
            if self.plan.media_urls.contains_key(&file.path) {
                hasher.bytes(file.path.as_str());
                file.stamp.put(&mut hasher);
            }
        }
        for file in &inputs.source.statics {
            hasher.bytes(file.path.as_str());
            file.stamp.put(&mut hasher);
        }
        hasher.finish()
    }

    /// The content files that a page is of, as diagnostics name them.
    pub(super) fn sources(&self, page: &Page) -> Vec<String> {
        let inputs = self.inputs();
        let story = |id| {
            let live = inputs.public.get(id);
            let versions = [live.current, live.first].map(|id| format!("content/{}", inputs.stories.get(id).source));
            versions.to_vec()
        };
        match page.of {
            PageOf::Front(edition) => self.front_file(FrontOf { edition, section: None }),
            PageOf::List(at, 0) => {
                let list = &inputs.index.lists[at as usize];
                let ListOf::Category(id) = list.of else { return Vec::new() };
                let section = Some(inputs.stories.sections.slug(id).to_string());
                self.front_file(FrontOf { edition: list.edition, section })
            }
            _ => match page.of.owner() {
                Some(PageOwner::Story(id)) => story(id),
                Some(PageOwner::Standing(at)) => vec![format!("content/{}", inputs.stories.pages[at as usize].source)],
                None => Vec::new(),
            },
        }
    }

    /// The file of `content/fronts/` that is of a page, whether it can be read or not.
    fn front_file(&self, of: FrontOf) -> Vec<String> {
        let inputs = self.inputs();
        let is_it = |file: &&SourceFile| front::of_path(&file.path, inputs.config).is_ok_and(|known| known == of);
        inputs.source.fronts.iter().find(is_it).map(|file| format!("content/{}", file.path)).into_iter().collect()
    }

    /// The hidden story that would stand at a path of the site.
    pub(super) fn hidden_at(&self, path: &str) -> Option<StoryId> {
        let inputs = self.inputs();
        let hidden = inputs.stories.ids().filter(|id| inputs.public.of_version[id.index()].is_none());
        let mut hidden = hidden.filter(|id| inputs.config.href(&plan::story_url(&inputs, *id)) == path);
        hidden.next_back()
    }

    /// The errors that keep a story hidden.
    pub(super) fn errors_of(&self, id: StoryId) -> Vec<Diagnostic> {
        let file = format!("content/{}", self.inputs().stories.get(id).source);
        let of_file =
            |one: &&Diagnostic| one.severity == Severity::Error && one.at.as_ref().is_some_and(|at| at.file == file);
        self.diagnostics.iter().filter(of_file).cloned().collect()
    }

    /// What is wrong with a page: with its file, and with making it.
    pub(super) fn problems(&self, page: &Page, made: &Made) -> Vec<Diagnostic> {
        let sources = self.sources(page);
        let of_file = |diagnostic: &&Diagnostic| {
            diagnostic.severity != Severity::Note && diagnostic.at.as_ref().is_some_and(|at| sources.contains(&at.file))
        };
        let mut all: Vec<Diagnostic> = self.diagnostics.iter().filter(of_file).cloned().collect();
        all.extend(made.diagnostics.iter().cloned());
        Diagnostic::sort(&mut all);
        all
    }
}

/// Makes a page, within the time limit.
pub(super) fn make(renderer: Renderer, page: &Page) -> Made {
    let start = Instant::now();
    let mut made = Made::default();
    let renderer = renderer.until(start + RENDER_TIMEOUT);
    made.error = renderer.page(page, &mut Cards::default(), &mut made.bytes, &mut made.diagnostics).err();
    made.took = start.elapsed();
    made
}
