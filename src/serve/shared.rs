//! What the server's threads share: the snapshot that is shown, what is wrong, the pages made last, and the open browsers.

use super::gallery::{self, Gallery};
use super::hidden;
use super::messages::{Problems, event};
use super::options::{Event, Listener, ServeOptions};
use super::route::{self, Route};
use super::snapshot::{Files, Made, Snapshot};
use crate::diag::Diagnostic;
use crate::plan::{Page, PageOf};
use hyper::body::Bytes;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use tokio::sync::{mpsc, watch};

/// How many pages are kept as they were last made.
const CACHED_PAGES: usize = 64;
/// The largest page that is kept, in bytes.
const CACHED_BYTES: usize = 4 << 20;
/// How many pages may be open at once.
const OPEN: usize = 128;

/// See the module.
pub(super) struct Shared {
    pub(super) options: ServeOptions,
    pub(super) root: Arc<Path>,
    pub(super) listener: Arc<dyn Listener>,
    snapshot: RwLock<Option<Arc<Snapshot>>>,
    /// What keeps settings and theme from being shown as they now are.
    fatal: Mutex<Vec<Diagnostic>>,
    /// Whether a change is being taken in; requests wait for its end.
    pub(super) busy: watch::Sender<bool>,
    /// The stress stories.
    pub(super) gallery: Gallery,
    cached: Mutex<VecDeque<CachedPage>>,
    /// Renditions and social cards made last, by their files.
    renditions: Mutex<VecDeque<(String, Arc<Made>)>>,
    /// Faults of pages that were reported, of the snapshot of that number.
    reported: Mutex<(u64, BTreeSet<String>)>,
    browsers: Mutex<BTreeMap<u64, Browser>>,
}

/// A page as it was last made.
struct CachedPage {
    snapshot: u64,
    file: String,
    made: Arc<Made>,
}

/// An open page.
struct Browser {
    path: String,
    version: String,
    problems: Problems,
    sender: mpsc::Sender<Bytes>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(super) fn new(options: ServeOptions, root: Arc<Path>, listener: Arc<dyn Listener>) -> Shared {
        Shared {
            options,
            root,
            listener,
            snapshot: RwLock::new(None),
            fatal: Mutex::default(),
            busy: watch::Sender::new(false),
            gallery: Gallery::default(),
            cached: Mutex::default(),
            renditions: Mutex::default(),
            reported: Mutex::default(),
            browsers: Mutex::default(),
        }
    }

    /// What is shown now; `None` where the site could not be read yet.
    pub(super) fn snapshot(&self) -> Option<Arc<Snapshot>> {
        self.snapshot.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Shows another snapshot.
    pub(super) fn show(&self, snapshot: Arc<Snapshot>) {
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = Some(snapshot);
    }

    /// What keeps settings and theme from being shown as they now are.
    pub(super) fn fatal(&self) -> Vec<Diagnostic> {
        lock(&self.fatal).clone()
    }

    /// Notes what is wrong with settings and theme; says what was before.
    pub(super) fn set_fatal(&self, fatal: Vec<Diagnostic>) -> Vec<Diagnostic> {
        std::mem::replace(&mut *lock(&self.fatal), fatal)
    }

    /// Makes a page, or takes it as it was made for this snapshot.
    pub(super) fn made(&self, snapshot: &Snapshot, page: &Page) -> Arc<Made> {
        let file = page.url.file();
        if matches!(page.of, PageOf::Rendition(..) | PageOf::SocialCard(_)) {
            return self.rendition(snapshot, page, file);
        }
        let is_it = |cached: &&CachedPage| cached.file == file && cached.snapshot == snapshot.number;
        if let Some(cached) = lock(&self.cached).iter().find(is_it) {
            return Arc::clone(&cached.made);
        }
        let made = Arc::new(snapshot.render(page));
        if let Some(error) = &made.error {
            self.report(snapshot.number, error);
        }
        if file.ends_with(".html") && made.bytes.len() <= CACHED_BYTES {
            let mut cached = lock(&self.cached);
            // A page that failed does not take the place of the last that was good.
            cached.retain(|cached| cached.file != file || made.error.is_some() && cached.made.error.is_none());
            cached.push_front(CachedPage { snapshot: snapshot.number, file, made: Arc::clone(&made) });
            cached.truncate(CACHED_PAGES);
        }
        made
    }

    /// Makes a rendition or a social card, or takes it as it was made: its name stands for its bytes, whatever was edited since.
    fn rendition(&self, snapshot: &Snapshot, page: &Page, file: String) -> Arc<Made> {
        if let Some((_, made)) = lock(&self.renditions).iter().find(|(cached, _)| *cached == file) {
            return Arc::clone(made);
        }
        let made = Arc::new(snapshot.render(page));
        match &made.error {
            Some(error) => self.report(snapshot.number, error),
            None if made.bytes.len() <= CACHED_BYTES => {
                let mut cached = lock(&self.renditions);
                cached.push_front((file, Arc::clone(&made)));
                cached.truncate(CACHED_PAGES);
            }
            None => {}
        }
        made
    }

    /// Reports a page's fault, once for each snapshot: a template may have it on every page.
    fn report(&self, number: u64, error: &Diagnostic) {
        let is_new = {
            let mut reported = lock(&self.reported);
            if reported.0 != number {
                *reported = (number, BTreeSet::new());
            }
            reported.1.insert(error.to_string())
        };
        if is_new {
            self.listener.on_event(Event::Problems(vec![error.clone()]));
        }
    }

    /// The page as it was made last without a fault.
    pub(super) fn last_good(&self, page: &Page) -> Option<Arc<Made>> {
        let file = page.url.file();
        let cached = lock(&self.cached);
        cached
            .iter()
            .find(|cached| cached.file == file && cached.made.error.is_none())
            .map(|cached| Arc::clone(&cached.made))
    }

    /// How a path stands: a word that changes with what is to be seen there, and what is wrong.
    fn state(&self, path: &str) -> (String, Problems) {
        let mut fatal = self.fatal();
        let Some(snapshot) = self.snapshot() else {
            let problems = Problems::new(&self.root, &fatal, &[], &[]);
            return (String::new(), Problems { notice: self.notice(), ..problems });
        };
        if let Some(file) = path.strip_prefix(hidden::FOLDER) {
            return self.hidden_state(&snapshot, file, fatal);
        }
        if let Some(name) = path.strip_prefix(gallery::FOLDER) {
            let pages = self.gallery.pages(&snapshot);
            let made = pages.as_ref().as_ref().ok().and_then(|pages| pages.get(name));
            fatal.extend(made.and_then(|made| made.error.clone()));
            let version = made.map(|made| made.version().to_string()).unwrap_or_default();
            return (version, Problems::new(&self.root, &fatal, &[], &snapshot.diagnostics));
        }
        let (mut version, mut problems) = (String::new(), Vec::new());
        let found = route::find(&snapshot, path);
        if let Route::NotFound(_) = found
            && let Some(hidden) = snapshot.hidden_at(path)
        {
            // An error hides a story, and its page with it: whoever has it open should see why.
            fatal.extend(snapshot.errors_of(hidden));
        }
        if let Some(page) = found.page() {
            let made = self.made(&snapshot, page);
            problems = snapshot.problems(page, &made);
            match &made.error {
                None => version = made.version().to_string(),
                Some(error) => {
                    version = self.last_good(page).map(|good| good.version().to_string()).unwrap_or_default();
                    fatal.push(error.clone());
                }
            }
        }
        let problems = Problems::new(&self.root, &fatal, &problems, &snapshot.diagnostics);
        (version, Problems { notice: self.notice(), ..problems })
    }

    /// The same for the page of a hidden story.
    fn hidden_state(&self, snapshot: &Snapshot, file: &str, mut fatal: Vec<Diagnostic>) -> (String, Problems) {
        let file = route::decoded(file).unwrap_or_default();
        let Some(hidden) = hidden::in_file(snapshot, &file) else {
            return (String::new(), Problems::new(&self.root, &fatal, &[], &snapshot.diagnostics));
        };
        let made = hidden::page(snapshot, &hidden);
        fatal.extend(made.error.clone());
        let mut found = snapshot.errors_of(hidden.story);
        found.extend(made.diagnostics.iter().cloned());
        let problems = Problems::new(&self.root, &fatal, &found, &snapshot.diagnostics);
        let banner = Some(hidden::banner(snapshot, &hidden));
        (made.version().to_string(), Problems { notice: self.notice(), hidden: banner, ..problems })
    }

    /// What sets the preview apart from the site as it is now.
    fn notice(&self) -> Option<String> {
        let time = self.options.now.map(|now| format!("as of {now}"));
        let drafts = self.options.drafts.then(|| "with drafts".to_string());
        let parts: Vec<String> = time.into_iter().chain(drafts).collect();
        (!parts.is_empty()).then(|| format!("Shown {}", parts.join(", ")))
    }

    /// What is wrong with the page at a path.
    pub(super) fn problems_of(&self, snapshot: &Snapshot, path: &str) -> Vec<Diagnostic> {
        let Some(page) = route::find(snapshot, path).page() else { return Vec::new() };
        let made = self.made(snapshot, page);
        made.error.iter().cloned().chain(snapshot.problems(page, &made)).collect()
    }

    /// Adds an open page that shows `version`; `None` where too many are open.
    pub(super) fn open(self: &Arc<Self>, path: &str, version: &str) -> Option<(mpsc::Receiver<Bytes>, Closed)> {
        let (sender, receiver) = mpsc::channel(16);
        let id = {
            let mut browsers = lock(&self.browsers);
            if browsers.len() >= OPEN {
                return None;
            }
            let id = browsers.last_key_value().map_or(0, |(id, _)| id + 1);
            // Nothing is sent to it before its state is known, below.
            let path = path.to_string();
            let browser = Browser { path, version: version.to_string(), problems: Problems::default(), sender };
            browsers.insert(id, browser);
            id
        };
        let (now, problems) = self.state(path);
        if let Some(browser) = lock(&self.browsers).get_mut(&id) {
            browser.send(event("problems", &problems));
            browser.problems = problems;
            if browser.version != now {
                browser.send(event("page", &now));
                browser.version = now;
            }
        }
        Some((receiver, Closed { shared: Arc::clone(self), id }))
    }

    /// Sends every open page what changed for it; returns how many changed.
    pub(super) fn send(&self, files: &Files) -> usize {
        let paths: Vec<(u64, String)> =
            lock(&self.browsers).iter().map(|(id, browser)| (*id, browser.path.clone())).collect();
        let mut states: BTreeMap<String, (String, Problems)> = BTreeMap::new();
        let mut changed = 0;
        for (id, path) in paths {
            let (version, problems) = states.entry(path).or_insert_with_key(|path| self.state(path)).clone();
            let mut browsers = lock(&self.browsers);
            let Some(browser) = browsers.get_mut(&id) else { continue };
            let is_other = browser.version != version;
            if files.others {
                browser.send(event("reload", &version));
            } else {
                if !files.styles.is_empty() {
                    browser.send(event("styles", &files.styles));
                }
                if is_other && !version.is_empty() {
                    browser.send(event("page", &version));
                }
            }
            if browser.problems != problems {
                browser.send(event("problems", &problems));
            }
            changed += usize::from(is_other || files.others || !files.styles.is_empty());
            (browser.version, browser.problems) = (version, problems);
        }
        changed
    }
}

impl Browser {
    fn send(&self, event: Vec<u8>) {
        // One that reads nothing loses events; it is brought up to date when it opens the stream again.
        let _ = self.sender.try_send(Bytes::from(event));
    }
}

/// Takes an open page off the list when its stream ends.
pub(crate) struct Closed {
    shared: Arc<Shared>,
    id: u64,
}

impl Drop for Closed {
    fn drop(&mut self) {
        lock(&self.shared.browsers).remove(&self.id);
    }
}
