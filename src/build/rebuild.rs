//! Making pages again: which, in what order, what came of each, and what that means for the list of files.

use super::site::{Prepared, read};
use super::{BuildOptions, Counts, Report, Stages, in_pool};
use crate::diag::{Checked, Code, Diagnostic, Location, Repeated, Result};
use crate::file;
use crate::hash::Hash;
use crate::page::{self, PageKind};
use crate::plan::changes::Reasons;
use crate::plan::{self, PageIndex, PageOf, Plan};
use crate::progress::Progress;
use crate::render::key::{Key, KeyBuilder, Keys};
use crate::render::{Cards, Renderer};
use crate::state::{Made, Pages};
use crate::write::{All, Filed, Lines, Outcome, Output};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::path::Path;

/// The largest file of the output that is compared, in bytes.
const OLD_LIMIT: u64 = 256 << 20;

/// A page to make.
pub(super) struct StalePage {
    /// Which.
    pub(super) at: PageIndex,
    /// Why.
    reasons: Reasons,
    key: Key,
}

/// What came of one page.
#[derive(Default)]
struct RenderedPage {
    hash: Option<Hash>,
    outcome: Option<Outcome>,
    length: u32,
    diagnostics: Vec<Diagnostic>,
}

/// The file of a page that was made.
struct RenderedFile {
    /// The hash of its bytes; `None` where there are none.
    hash: Option<Hash>,
    /// Whether the file holds them.
    is_on_disk: bool,
}

/// The pages that were to be made, and what came of them.
#[derive(Default)]
pub(super) struct Rebuilt {
    pub(super) stale: Vec<StalePage>,
    /// What was found wrong.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// What came of each.
    rendered: Vec<RenderedFile>,
    /// The places of those whose files were written, and how many bytes these have.
    written: Vec<usize>,
    bytes: u64,
    /// How many files held the bytes already.
    same: usize,
}

impl Rebuilt {
    /// The pages that were written, with the reasons.
    pub(super) fn written(&self) -> impl Iterator<Item = (PageIndex, Reasons)> {
        self.written.iter().map(|number| &self.stale[*number]).map(|page| (page.at, page.reasons))
    }

    /// The pages that have no file.
    pub(super) fn failed(&self) -> FxHashSet<PageIndex> {
        let failed = self.stale.iter().zip(&self.rendered).filter(|(_, file)| file.hash.is_none());
        failed.map(|(stale, _)| stale.at).collect()
    }

    /// What to remember of one of them, by its place in `stale`, if anything.
    pub(super) fn made(&self, at: usize) -> Option<Made> {
        let StalePage { key, reasons, .. } = self.stale.get(at)?;
        let bytes = self.rendered[at].hash.filter(|_| self.rendered[at].is_on_disk)?;
        Some(Made { key: key.hash, parts: key.parts, bytes, reasons: reasons.0 })
    }
}

/// Pages to make, and what they were when they were last made.
pub(super) struct Rebuild<'w> {
    pub(super) renderer: &'w Renderer<'w>,
    pub(super) plan: &'w Plan,
    pub(super) keys: &'w Keys<'w, 'w>,
    pub(super) last: &'w Pages,
    pub(super) output: Option<&'w Output>,
    /// Look at files that should be as they were.
    pub(super) verify: bool,
    /// Whether the output folder is as the last build noted it.
    pub(super) is_known: bool,
}

impl Rebuild<'_> {
    /// The file of a page.
    pub(super) fn file(&self, at: PageIndex) -> String {
        self.plan.page(at).url.file()
    }

    /// A page as it was last made, if its file is known to be so still.
    fn last(&self, at: PageIndex) -> Option<Made> {
        self.sure(at, self.last.get(self.plan.ids[at.index()])?)
    }

    /// What the last build noted of a page, unless it was stopped while it wrote its file.
    fn sure(&self, at: PageIndex, last: Made) -> Option<Made> {
        let is_sure = self.output.is_some_and(|output| !output.was_stopped() || !output.is_pending(&self.file(at)));
        is_sure.then_some(last)
    }

    /// The pages that have to be made, in the order in which to make them: by the newest story they show, so that a worker meets
    /// the same stories again and again. And how many pages the last build had, too.
    pub(super) fn stale(&self) -> (Vec<StalePage>, usize) {
        const BLOCK: usize = 256;
        let check = |at: PageIndex, key: &Key, last: Option<Made>, buffer: &mut Vec<u8>| {
            let last = last.and_then(|last| self.sure(at, last));
            key.against(last.as_ref()).or_else(|| {
                let holds = |output: &Output| last.is_some_and(|last| output.holds(&self.file(at), last.bytes, buffer));
                (self.verify && !self.output.is_some_and(holds)).then(Reasons::default)
            })
        };
        let blocks: Vec<(Vec<StalePage>, usize)> = self
            .plan
            .pages
            .par_chunks(BLOCK)
            .enumerate()
            .map_init(Default::default, |(making, buffer): &mut (KeyBuilder, Vec<u8>), (block, pages)| {
                let first = (block * BLOCK) as u32;
                let (mut stale, mut known) = (Vec::new(), 0);
                for (at, page) in (first..).map(PageIndex).zip(pages) {
                    let key = self.keys.make(page, making);
                    let last = self.last.get(self.plan.ids[at.index()]);
                    known += usize::from(last.is_some());
                    stale.extend(check(at, &key, last, buffer).map(|reasons| StalePage { at, reasons, key }));
                }
                (stale, known)
            })
            .collect();
        let known = blocks.iter().map(|(_, known)| known).sum();
        let mut stale = Vec::with_capacity(blocks.iter().map(|(stale, _)| stale.len()).sum());
        blocks.into_iter().for_each(|(block, _)| stale.extend(block));
        stale.par_sort_by_cached_key(|stale| self.renderer.newest(self.plan.page(stale.at)));
        (stale, known)
    }

    /// Removes what has gone, and brings the list of files up to date. How many files were removed, and the hash of the list.
    pub(super) fn finish(&self, output: &Output, rebuilt: &Rebuilt, gone: &[String]) -> Result<(usize, Hash)> {
        let index = self.renderer.site().index;
        // Numbers are places in `stale`.
        let page = |number: u32| self.plan.page(rebuilt.stale[number as usize].at);
        let kind = |number: u32| page(number).of.page_kind(index);
        let made = |number: u32| rebuilt.rendered[number as usize].hash;
        if self.is_known {
            let filed = |number: u32| made(number).map(|hash| Filed { hash, kind: kind(number) });
            let files = rebuilt.stale.iter().zip(0..).map(|(stale, number)| (self.file(stale.at), filed(number)));
            let mut changed: Vec<(String, Option<Filed>)> = files.filter(|(_, filed)| filed.is_some()).collect();
            changed.extend(gone.iter().map(|file| (file.clone(), None)));
            changed.par_sort_unstable_by(|a, b| a.0.cmp(&b.0));
            return output.finish(&Lines::Changed(changed), gone);
        }
        // Nothing was taken over, so every page was made.
        let url = |number: u32| &page(number).url;
        let mut files: Vec<u32> = (0..rebuilt.stale.len() as u32).filter(|number| made(*number).is_some()).collect();
        files.par_sort_unstable_by(|a, b| url(*a).cmp_files(url(*b)));
        let filed = |number: u32| Filed { hash: made(number).unwrap_or_default(), kind: kind(number) };
        output.finish(&Lines::All(All { files, url: &url, filed: &filed }), gone)
    }

    /// The files that the last build left and that this one changed or removes, each with whether it was withdrawn.
    pub(super) fn out_of_date(&self, output: &Output, rebuilt: &Rebuilt, gone: &[String]) -> Vec<(String, bool)> {
        // Each with its kind, and whether it goes.
        let mut found: Vec<(String, PageKind, bool)> = Vec::new();
        for (stale, RenderedFile { hash: now, .. }) in rebuilt.stale.iter().zip(&rebuilt.rendered) {
            let file = self.file(stale.at);
            let before = self.last(stale.at).map(|last| last.bytes);
            let before = before.or_else(|| output.filed(&file).map(|filed| filed.hash));
            if before.is_some() && before != *now {
                found.push((file, self.plan.page(stale.at).of.page_kind(self.renderer.site().index), now.is_none()));
            }
        }
        // What could not be made was found above.
        let gone = gone.iter().filter(|file| self.plan.page_of(file).is_none());
        found.extend(gone.filter_map(|file| Some((file.clone(), output.filed(file)?.kind, true))));
        found.sort();
        let first = page::come_first(found.iter().map(|(_, kind, goes)| (*kind, *goes)));
        found.into_iter().zip(first).map(|((file, ..), first)| (file, first)).collect()
    }

    /// The files that have gone since the last build. Where its pages are all known and planned still, there are none.
    pub(super) fn gone(&self, is_complete: bool) -> Vec<String> {
        let Some(output) = self.output.filter(|output| !is_complete || output.was_stopped()) else { return Vec::new() };
        output.gone(|file| self.plan.at(file).is_some())
    }

    /// Notes what is about to change, so that a build after a crash knows it.
    pub(super) fn note_pending(&self, stale: &[StalePage], gone: &[String]) -> Result<()> {
        let Some(output) = self.output else { return Ok(()) };
        let stale = stale.iter().map(|stale| (self.file(stale.at), self.last(stale.at).is_some()));
        let gone = gone.iter().filter(|_| self.is_known);
        output.note_pending(stale.chain(gone.map(|file| (file.clone(), true))))
    }

    /// Makes the pages and writes them.
    pub(super) fn make(&self, stale: Vec<StalePage>, progress: &dyn Progress) -> Rebuilt {
        let pages = self.pages(&stale, progress);
        let mut rebuilt = Rebuilt { stale, rendered: Vec::with_capacity(pages.len()), ..Rebuilt::default() };
        let mut template_faults = Repeated::default();
        for (number, page) in pages.into_iter().enumerate() {
            if !page.diagnostics.is_empty() {
                // What gave a warning is made again by the next build, to warn again.
                rebuilt.stale[number].key.hash = Hash::default();
            }
            for diagnostic in page.diagnostics {
                match diagnostic.code {
                    // One that is in every page is reported once.
                    Code::TemplateRender => template_faults.add(diagnostic),
                    _ => rebuilt.diagnostics.push(diagnostic),
                }
            }
            match page.outcome {
                Some(Outcome::Written) => {
                    rebuilt.written.push(number);
                    rebuilt.bytes += u64::from(page.length);
                }
                Some(Outcome::Same) => rebuilt.same += 1,
                Some(Outcome::Foreign) | None => {}
            }
            rebuilt.rendered.push(RenderedFile { hash: page.hash, is_on_disk: page.outcome.is_some() });
        }
        rebuilt.diagnostics.extend(template_faults.once());
        rebuilt
    }

    /// What the summary line counts.
    pub(super) fn counts(&self, rebuilt: &Rebuilt, prepared: &Prepared) -> Counts {
        let pages = self.plan.pages.len();
        Counts {
            stories: self.renderer.site().public.readable().count(),
            files: prepared.files(),
            opened: prepared.loaded.opened,
            pages,
            rendered: rebuilt.stale.len(),
            written: rebuilt.written.len(),
            unchanged: pages - rebuilt.stale.len() + rebuilt.same,
            removed: 0,
            bytes: rebuilt.bytes,
        }
    }

    /// Makes and writes pages, in parallel; what came of them, in their order.
    fn pages(&self, stale: &[StalePage], progress: &dyn Progress) -> Vec<RenderedPage> {
        const BLOCK: usize = 32;
        let mut all: Vec<RenderedPage> = Vec::new();
        all.resize_with(stale.len(), RenderedPage::default);
        let blocks = stale.par_chunks(BLOCK).zip(all.par_chunks_mut(BLOCK));
        blocks.for_each_init(Worker::default, |worker, (stale, rendered)| {
            for (stale, rendered) in stale.iter().zip(rendered) {
                *rendered = worker.page(self, stale.at);
            }
            progress.step(stale.len());
        });
        all
    }
}

/// What a thread keeps from page to page.
#[derive(Default)]
struct Worker {
    cards: Cards,
    bytes: Vec<u8>,
    buffer: Vec<u8>,
}

impl Worker {
    fn page(&mut self, rebuild: &Rebuild, at: PageIndex) -> RenderedPage {
        let Worker { cards, bytes, buffer } = self;
        let page = rebuild.plan.page(at);
        let mut rendered = RenderedPage::default();
        bytes.clear();
        // A run that writes nothing has seen that the picture can be decoded, or that fonts have all characters of the card.
        if rebuild.output.is_none() && matches!(page.of, PageOf::Rendition(..) | PageOf::SocialCard(_)) {
            rendered.hash = Some(Hash::default());
            return rendered;
        }
        if let Err(diagnostic) = rebuild.renderer.page(page, cards, bytes, &mut rendered.diagnostics) {
            rendered.diagnostics.push(diagnostic);
            return rendered;
        }
        // No page or picture has more than 256 MB.
        rendered.length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let hash = Hash::of(bytes);
        let Some(output) = rebuild.output else {
            rendered.hash = Some(hash);
            return rendered;
        };
        let file = rebuild.file(at);
        let known = rebuild.last(at).filter(|_| !rebuild.verify).map(|last| last.bytes);
        match output.write(&file, bytes, hash, known, buffer) {
            Ok(Outcome::Foreign) => {
                let diagnostic = Diagnostic::error(
                    Code::ForeignFile,
                    "dateline did not write this file, so the page was not written",
                );
                let at = Location::file(output.shown(&file));
                rendered.diagnostics.push(diagnostic.at(at).hint("move it away; if dateline wrote it, remove it"));
            }
            Ok(outcome) => {
                rendered.outcome = Some(outcome);
                rendered.hash = Some(hash);
            }
            Err(diagnostic) => {
                // The old file, if there was one, is still there, whole and ours.
                rendered.hash = (!output.is_new()).then(Hash::default);
                rendered.diagnostics.push(diagnostic);
            }
        }
        rendered
    }
}

/// A page that a build would make again, as it is and as it would be.
pub struct Comparison<'s> {
    /// Path on the site, percent-encoded.
    pub url: &'s str,
    /// Its file as it lies in the output folder; `None` where there is none.
    pub old: Option<Vec<u8>>,
    /// Its bytes, or why it cannot be made.
    pub made: std::result::Result<&'s [u8], Diagnostic>,
}

/// Makes the pages that the next build would make, without writing any, and shows each to `see`, in parallel. Returns the number of
/// pages of the site and what `see` returned. Files of themes and pictures are pages, too.
pub fn each_stale<T: Send>(
    root: &Path,
    options: &BuildOptions,
    see: impl Fn(Comparison) -> T + Sync,
) -> Result<Checked<(usize, Vec<T>)>> {
    in_pool(options.threads, || {
        let mut report = Report::default();
        let mut stages = Stages::start(&mut report, options.progress);
        let (state, prepared) = read(root, options, &mut stages)?;
        let site = prepared.inputs();
        let plan = stages.take(plan::pages(&site));
        let renderer = Renderer::new(site, &plan, root);
        let keys = Keys::new(&renderer, options.sure_before(&state));
        let last = stages.take(state.pages());
        let output = options.output_folder(root);
        let seen = plan.pages.par_iter().zip(&plan.ids).map_init(Worker::default, |worker, (page, id)| {
            let (file, key) = (page.url.file(), keys.of(page));
            key.against(last.get(*id).as_ref())?;
            let Worker { cards, bytes, buffer } = worker;
            bytes.clear();
            let made = renderer.page(page, cards, bytes, &mut Vec::new()).map(|()| bytes.as_slice());
            let old = file::read_bounded(&output.join(&file), OLD_LIMIT, buffer).ok().map(|()| buffer.clone());
            Some(see(Comparison { url: &site.config.href(page.url.as_str()), old, made }))
        });
        let seen: Vec<T> = seen.flatten().collect();
        Ok(Checked { value: (plan.pages.len(), seen), diagnostics: report.diagnostics })
    })
}
