//! Stress stories: the cases on which themes break sooner or later. They are part of the program; a site of them is made by the
//! settings and theme of the site at hand, in memory except the files that stories are read from.

use crate::build::{self, Prepared};
use crate::clock::Zone;
use crate::config;
use crate::diag::{Checked, Code, Diagnostic, Error, Result};
use crate::file;
use crate::front;
use crate::plan::{self, Inputs, PageOf, Plan};
use crate::render::{Cards, Observer, Renderer};
use crate::theme::Theme;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The clock of their site.
const NOW: &str = "2026-11-24T12:00:00Z";
/// How long a page may take.
const RENDER_TIMEOUT: Duration = Duration::from_secs(20);
/// Stories that the one with thirty related ones names.
const MORE: u32 = 29;

macro_rules! files {
    ($($name:literal),*) => { &[$(($name, include_bytes!(concat!("stress/", $name)))),*] };
}

/// Names and bytes.
const FILES: &[(&str, &[u8])] = files![
    "01-plain.md",
    "02-headline-alone.md",
    "03-long-headline.md",
    "04-long-word.md",
    "05-right-to-left.md",
    "06-no-spaces-between-words.md",
    "07-correction.md",
    "08-withdrawn.md",
    "09-table.md",
    "10-picture.md",
    "11-tall-picture-without-caption.md",
    "12-many-names.md",
    "13-markup-in-text.md",
    "14-every-kind-of-text.md",
    "15-archived.md",
    "16-bare.md",
    "17-thirty-related.md",
    "18-rights.md",
    "19-translation.md",
    "20-sponsored.md",
    "21-audio-and-video.md",
    "22-blocks.md",
    "23-embeds.md",
    "wide.png",
    "tall.png",
    "storm.mp4",
    "storm.png",
    "storm.vtt",
    "talk.mp3"
];

/// A page of the stress site.
#[derive(Debug)]
pub struct StressPage {
    /// What it is: `10-picture`, `front`, `category` …
    pub name: String,
    /// Its kind, as `page.kind` says it to templates.
    pub kind: String,
    /// Its path on the stress site, which is that of the site at hand.
    pub url: String,
    /// Its bytes, or why it could not be made.
    pub outcome: std::result::Result<Vec<u8>, Diagnostic>,
}

/// Makes every page with a template, of the stress stories, by the settings of the site in `root` and a theme. `observer` sees what
/// templates are given.
pub fn pages(root: &Path, theme: Theme, observer: Option<&dyn Observer>) -> Result<Vec<StressPage>> {
    let (folder, theme) = (Folder::new().map_err(unwritable)?, Arc::new(theme));
    let now = Zone::utc().parse(NOW).unwrap_or(crate::clock::Timestamp::EPOCH);
    let make = |is_wanted: fn(&PageOf) -> bool| -> Result<Vec<StressPage>> {
        let read = build::read_elsewhere(root, Arc::clone(&theme), &folder.0, now)?;
        let prepared: &Prepared = &read.value;
        let site = prepared.inputs();
        let Checked { value: plan, .. } = plan::pages(&site);
        let mut renderer = Renderer::new(site, &plan, &folder.0);
        if let Some(observer) = observer {
            renderer = renderer.observed_by(observer);
        }
        Ok(made(&site, &plan, renderer, is_wanted))
    };
    let mut pages = make(|_| true)?;
    folder.add_front(&config::load(root)?.languages[0]).map_err(unwritable)?;
    let fronts = make(|kind| matches!(kind, PageOf::Front(0)))?;
    pages.extend(fronts.into_iter().map(|front| StressPage { name: "front-by-hand".to_string(), ..front }));
    Ok(pages)
}

fn unwritable(error: std::io::Error) -> Error {
    Diagnostic::error(Code::OutputWrite, format!("stress stories cannot be written: {error}")).into()
}

/// Bytes of a picture that stress stories show, by its path on the site.
pub fn picture(url: &str) -> Option<&'static [u8]> {
    let name = url.rsplit('/').next().unwrap_or(url);
    FILES.iter().find(|(known, _)| *known == name && !name.ends_with(".md")).map(|(_, bytes)| *bytes)
}

fn made(site: &Inputs, plan: &Plan, renderer: Renderer, is_wanted: fn(&PageOf) -> bool) -> Vec<StressPage> {
    let renderer = renderer.until(Instant::now() + RENDER_TIMEOUT);
    let mut pages = Vec::new();
    for page in plan.pages.iter().filter(|page| is_wanted(&page.of)) {
        let name = match &page.of {
            PageOf::Story(id) | PageOf::Tombstone(id) => {
                site.stories.get(site.public.get(*id).current).source.stem().to_string()
            }
            PageOf::Front(_)
            | PageOf::List(_, 0)
            | PageOf::Index(..)
            | PageOf::Calendar(..)
            | PageOf::Feeds(_)
            | PageOf::NotFound(_)
            | PageOf::Search(_) => page.of.page_kind(site.index).to_string(),
            // Standing pages are the site's own; the stress site has none, and its lists are not long enough for a second page.
            PageOf::Standing(_) | PageOf::List(..) => continue,
            // These have no template, or one that shows nothing of a story.
            PageOf::Ninjs(_)
            | PageOf::TombstoneNinjs(_)
            | PageOf::Feed(..)
            | PageOf::SitemapIndex
            | PageOf::SitemapPart(..)
            | PageOf::SitemapLists(_)
            | PageOf::NewsSitemap
            | PageOf::Robots
            | PageOf::TdmRep
            | PageOf::License
            | PageOf::Redirect(_)
            | PageOf::PageRedirect(_)
            | PageOf::Asset(_)
            | PageOf::Icon(_)
            | PageOf::WebManifest
            | PageOf::Colors
            | PageOf::Static(_)
            | PageOf::Media(_)
            | PageOf::Rendition(..)
            | PageOf::SocialCard(_)
            | PageOf::SearchIndex(_)
            | PageOf::SearchPart(..) => continue,
        };
        let mut bytes = Vec::new();
        let outcome = renderer.page(page, &mut Cards::default(), &mut bytes, &mut Vec::new());
        let url = site.config.href(page.url.as_str());
        let kind = page.of.page_kind(site.index).to_string();
        pages.push(StressPage { name, kind, url, outcome: outcome.map(|()| bytes) });
    }
    pages
}

/// A folder with the stories in it, gone when it is no longer needed.
struct Folder(PathBuf);

impl Folder {
    fn new() -> std::io::Result<Folder> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let base = std::env::temp_dir();
        let folder = loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let folder = base.join(format!("dateline-stress-{}-{number}", std::process::id()));
            match file::make_folder(&folder) {
                Ok(()) => break Folder(folder),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && number < 1000 => {}
                Err(error) => return Err(error),
            }
        };
        let content = folder.0.join("content");
        file::make_folder(&content)?;
        for (name, bytes) in FILES {
            file::write_new(&content.join(name), bytes)?;
        }
        for number in 1..=MORE {
            let text = format!(
                "---\nuri: urn:dateline:stress:more-{number:02}\nheadline: One of thirty, number {number}\nfirstCreated: 2026-11-{:02}T08:{number:02}:00Z\n\
                 category: harbour\n---\n\nCrane number {number} was looked at and found in order.\n",
                1 + number % 18
            );
            file::write_new(&content.join(format!("more-{number:02}.md")), text.as_bytes())?;
        }
        Ok(folder)
    }

    /// Adds a front with every kind of zone to the edition of a language.
    fn add_front(&self, language: &str) -> std::io::Result<()> {
        let fronts = self.0.join("content").join(front::FOLDER);
        file::make_folder(&fronts)?;
        file::write_new(&fronts.join(format!("{language}.yaml")), include_bytes!("stress/front.yaml"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Best effort: it lies where the system tidies up.
        let _ = file::remove_tree(&self.0);
    }
}
