//! Reading a site: its settings and theme, its stories, which of them are public, and the lists they are in.

use super::{BuildOptions, Report, Stages, pictures};
use crate::clock::Timestamp;
use crate::config::{self, Config};
use crate::desk::{self, PublicStories, Rules};
use crate::diag::{Checked, Result};
use crate::front::Front;
use crate::hash::{Hash, Hasher};
use crate::index::fronts::FrontInputs;
use crate::index::{self, Index};
use crate::load::{self, Data, Identity, LoadInputs, LoadReport};
use crate::plan::Inputs;
use crate::source::{self, Source};
use crate::state::{self, State};
#[cfg(feature = "serve")]
use crate::state::{Head, Table};
use crate::story::Stories;
use crate::theme::{self, Theme};
use std::path::Path;
use std::sync::Arc;

/// Settings and theme of a site.
pub(super) struct Site {
    pub(super) config: Config,
    pub(super) theme: Arc<Theme>,
    pub(super) identity: Identity,
    pub(super) data: Data,
    pub(super) settings: Hash,
}

impl Site {
    /// Loads settings, theme, identity and data. Ignores a state left by other settings or another version of dateline, because they
    /// may have read the stories differently.
    pub(super) fn load(root: &Path, base_url: Option<&str>, state: &mut State) -> Result<Site> {
        let mut config = config::load(root)?;
        if let Some(base_url) = base_url {
            config = config.with_base_url(base_url)?;
        }
        let theme = theme::load(root, &config.theme, &config.theme_settings, &config.href("/assets/"))?;
        let identity = load::identity(root, &config)?;
        let data = load::data(root)?;
        let settings = state::reader_id(config.core_hash());
        state.restrict_to(settings);
        Ok(Site { config, theme: Arc::new(theme), identity, data, settings })
    }

    /// All that the site is made from besides its content and the clock.
    pub(super) fn hash(&self, drafts: bool) -> Hash {
        let owners = Hasher::new().hash(self.config.hash()).hash(self.data.hash()).finish();
        Hasher::new().hash(self.settings).hash(owners).hash(self.theme.hash()).number(i64::from(drafts)).finish()
    }
}

/// A site that was read: all that plans and pages are made from.
pub struct Prepared {
    pub(super) config: Config,
    pub(super) theme: Arc<Theme>,
    pub(super) identity: Identity,
    pub(super) data: Data,
    pub(super) settings: Hash,
    pub(super) source: Source,
    pub(super) stories: Stories,
    pub(super) loaded: LoadReport,
    pub(super) public: PublicStories,
    pub(super) fronts: Vec<Front>,
    pub(super) index: Index,
    pub(super) now: Timestamp,
}

impl Prepared {
    /// What plans are made from.
    pub fn inputs(&self) -> Inputs<'_> {
        Inputs {
            config: &self.config,
            theme: &self.theme,
            identity: &self.identity,
            data: &self.data,
            stories: &self.stories,
            public: &self.public,
            fronts: &self.fronts,
            index: &self.index,
            source: &self.source,
            now: self.now,
        }
    }

    /// The theme, to keep for longer than the rest.
    #[cfg(feature = "serve")]
    pub fn theme(&self) -> Arc<Theme> {
        Arc::clone(&self.theme)
    }

    pub(super) fn files(&self) -> usize {
        self.source.stories.len() + self.source.pages.len()
    }
}

/// The theme of a site, or another by its name.
pub fn theme_of(root: &Path, name: Option<&str>) -> Result<Theme> {
    let config = config::load(root)?;
    let name = name.unwrap_or(&config.theme);
    // Another theme has settings of its own.
    let usual = theme::Choices::new();
    let chosen = if name == config.theme { &config.theme_settings } else { &usual };
    theme::load(root, name, chosen, &config.href("/assets/"))
}

/// The theme that tries the [hooks](theme::hooks) of the theme of a site, or of another by its name.
pub fn trial_of_hooks(root: &Path, name: Option<&str>) -> Result<Theme> {
    let config = config::load(root)?;
    theme_of(root, name)?.trial_of_hooks(root, &config.href("/assets/"))
}

/// Reads other content by the settings of the site in `root` and a theme: that of the folder `content/` in `elsewhere`.
pub fn read_elsewhere(root: &Path, theme: Arc<Theme>, elsewhere: &Path, now: Timestamp) -> Result<Checked<Prepared>> {
    let mut config = config::load(root)?;
    // They show some of other sites, whatever the site itself wants.
    config.embeds = config::embeds::known();
    let settings = state::reader_id(config.core_hash());
    let options = BuildOptions::read_only(now);
    let mut report = Report::default();
    let mut stages = Stages::start(&mut report, options.progress);
    let source = stages.take(source::walk(&elsewhere.join("content"), &[]));
    // Its pictures lie beside the site's own content.
    let site = Site { config, theme, identity: Identity::default(), data: load::data(root)?, settings };
    let value = prepare(elsewhere, site, source, &State::none(), &options, &mut stages);
    Ok(Checked { value, diagnostics: report.diagnostics })
}

/// Reads the site again for a long-running process (`serve`). `state` holds in memory what was read, so that the next time only what
/// changed is opened; `began` is the file system's time before `source` was walked, as stamps have it.
#[cfg(feature = "serve")]
pub fn read_for_server(
    root: &Path,
    options: &BuildOptions,
    source: Source,
    state: &mut State,
    began: i64,
) -> Result<Checked<Prepared>> {
    let mut report = Report::default();
    let mut stages = Stages::start(&mut report, options.progress);
    let site = Site::load(root, options.base_url.as_deref(), state)?;
    let mut prepared = prepare(root, site, source, state, options, &mut stages);
    let recalled = pictures::recall(&mut prepared, root);
    stages.report.diagnostics.extend(recalled);
    let mut head = Head { settings: prepared.settings, began, ..Head::default() };
    head.tables[Table::Stories as usize].clone_from(&prepared.loaded.parts);
    // What is not remembered is worked out again.
    let related = prepared.index.keep(state);
    head.tables[Table::Related as usize] = related.unwrap_or_default();
    head.tables[Table::Search as usize].clone_from(prepared.index.search.parts());
    state.remember(head);
    Ok(Checked { value: prepared, diagnostics: report.diagnostics })
}

/// Reads the stories, finds out which are public, and files them under their lists.
pub(super) fn prepare(
    root: &Path,
    site: Site,
    source: Source,
    state: &State,
    options: &BuildOptions,
    stages: &mut Stages,
) -> Prepared {
    let Site { config, theme, identity, data, settings } = site;
    stages.next("load", Some(source.stories.len() + source.pages.len()));
    let step = |steps| options.progress.step(steps);
    let inputs = LoadInputs { root, config: &config, state, trust_stamps: options.trusts_stamps(), step: &step };
    let (mut stories, loaded) = stages.take(load::stories(&inputs, &source));
    let fronts = stages.take(load::fronts(&inputs, &source, &mut stories));
    stages.next("index", None);
    let rules = Rules { now: options.now, drafts: options.drafts, breaking: config.breaking_seconds() };
    desk::standing_pages(&mut stories, options.now);
    let mut public = stages.take(desk::public_stories(&stories, rules));
    stories.spell(&public.versions());
    let last = index::Last { state, dropped: &loaded.dropped };
    let (index, search) = rayon::join(
        || index::build(&stories, &public, &config, rules, last),
        || index::search::build((root, &source), &config, &stories, &public, state),
    );
    let mut index = stages.take(index);
    index.search = stages.take(search);
    let inputs = FrontInputs { config: &config, stories: &stories, public: &public, index: &index, now: options.now };
    index.arranged = stages.take(index::fronts::arrange(inputs, &fronts));
    index.arranged.next_change.iter().for_each(|(time, reason)| public.note_change(*time, reason.clone()));
    Prepared {
        config,
        theme,
        identity,
        data,
        settings,
        source,
        stories,
        loaded,
        public,
        fronts,
        index,
        now: options.now,
    }
}

/// Reads a site without building it.
pub(super) fn read(root: &Path, options: &BuildOptions, stages: &mut Stages) -> Result<(State, Prepared)> {
    let mut state = State::peek(root);
    let prepared = read_by(root, options, &mut state, stages)?;
    Ok((state, prepared))
}

pub(super) fn read_by(root: &Path, options: &BuildOptions, state: &mut State, stages: &mut Stages) -> Result<Prepared> {
    let site = Site::load(root, options.base_url.as_deref(), state)?;
    let source = stages.take(source::walk_site(root, &site.config.ignore));
    let mut prepared = prepare(root, site, source, state, options, stages);
    let recalled = pictures::recall(&mut prepared, root);
    stages.report.diagnostics.extend(recalled);
    Ok(prepared)
}
