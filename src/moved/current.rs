//! What the content has now, to find the owner of an address among it.

use super::again::{Again, Name, agree, names};
use super::{Moved, Now, of_page, of_story};
use crate::desk::{self, PublicId};
use crate::load::alias_path;
use crate::path::RelPath;
use crate::plan::{Inputs, Plan};
use crate::state::addresses::{Address, Changes, Owner};
use crate::story::{StandingPage, Story, StoryId};
use rustc_hash::{FxHashMap, FxHashSet};

/// What the public sees of something in the content.
#[derive(Clone, Copy)]
enum Seen {
    Story(PublicId),
    Page(u32),
    Nothing,
}

/// A version of a story, or a standing page.
#[derive(Clone, Copy)]
enum Item<'s> {
    Story(&'s Story),
    Page(&'s StandingPage),
}

impl<'s> Item<'s> {
    fn uri(self) -> &'s str {
        match self {
            Item::Story(story) => &story.uri,
            Item::Page(page) => &page.uri,
        }
    }

    fn file(self) -> &'s RelPath {
        match self {
            Item::Story(story) => &story.source,
            Item::Page(page) => &page.source,
        }
    }

    fn headline(self) -> &'s str {
        match self {
            Item::Story(story) => &story.headline,
            Item::Page(page) => &page.headline,
        }
    }

    fn owner(self) -> Owner {
        match self {
            Item::Story(story) => of_story(story),
            Item::Page(page) => of_page(page),
        }
    }
}

/// The stories and standing pages of the content that have a uri or a file in common with those that are looked for.
pub(super) struct Current<'s> {
    by_file: FxHashMap<&'s RelPath, (Item<'s>, Seen)>,
    by_uri: FxHashMap<&'s str, Vec<(Item<'s>, Seen)>>,
    again: Again,
}

impl<'s> Current<'s> {
    pub(super) fn of(site: &Inputs<'s>, unsettled: &[Address], changes: &Changes) -> Current<'s> {
        let owners = || unsettled.iter().map(|address| &address.owner).chain(&changes.before).chain(&changes.after);
        let uris: FxHashSet<&str> = owners().map(|owner| owner.uri.as_str()).collect();
        let files: FxHashSet<&RelPath> = owners().filter_map(|owner| owner.file.as_ref()).collect();
        let mut current = Current { by_file: Default::default(), by_uri: Default::default(), again: Again::default() };
        let mut hidden: FxHashSet<Name> = FxHashSet::default();
        for (item, seen) in items(site) {
            if matches!(seen, Seen::Nothing) {
                hidden.extend(names(item.uri(), Owner::headline(item.headline())).into_iter().flatten());
            }
            if files.contains(item.file()) {
                current.by_file.insert(item.file(), (item, seen));
            }
            if uris.contains(item.uri()) {
                current.by_uri.entry(item.uri()).or_default().push((item, seen));
            }
        }
        let is_there = |owner: &Owner| owner.file.as_ref().is_some_and(|file| current.by_file.contains_key(file));
        let lost = unsettled.iter().map(|address| &address.owner);
        current.again = Again::of(changes, lost, is_there, &hidden);
        current
    }

    /// What there is to say of an address, which becomes that of the story as it is now; `None` where the story or page is hidden,
    /// and may come back.
    pub(super) fn moved(&self, site: &Inputs, plan: &Plan, address: &mut Address) -> Option<Moved> {
        let mut no_alias = None;
        let now = match self.find(&address.owner) {
            Some((item, seen)) => {
                address.owner = item.owner();
                no_alias = refusal(site, plan, seen, &address.path);
                self.seen(site, plan, seen, address.redirect)?
            }
            None => self.of_another(site, plan, address)?,
        };
        let is_page = address.owner.file.as_ref().is_some_and(RelPath::is_standing_page);
        Some(Moved { path: address.path.clone(), uri: address.owner.uri.clone(), is_page, now, no_alias })
    }

    /// The story or page of an owner, if it is sure.
    fn find(&self, owner: &Owner) -> Option<(Item<'s>, Seen)> {
        if let Some(now) = self.again.find(owner) {
            return self.by_file.get(now.file.as_ref()?).copied();
        }
        let in_file = owner.file.as_ref().and_then(|file| self.by_file.get(file)).copied();
        let by_uri = self.by_uri.get(owner.uri.as_str()).into_iter().flatten().copied();
        // Of versions of one story, one that the public sees.
        let mut all: Vec<(Item, Seen)> = in_file.into_iter().chain(by_uri).collect();
        all.sort_by_key(|(_, seen)| matches!(seen, Seen::Nothing));
        all.into_iter().find(|(item, seen)| {
            let now = item.owner();
            let is_safe = now.file == owner.file || !owner.is_derived && !now.is_derived;
            // A public story that took over a derived uri in another file has been compared already.
            agree(owner, &now) && (is_safe || matches!(seen, Seen::Nothing))
        })
    }

    /// What there is to say of an address whose story was not found for sure.
    fn of_another(&self, site: &Inputs, plan: &Plan, address: &Address) -> Option<Now> {
        let owner = &address.owner;
        let in_file = owner.file.as_ref().and_then(|file| self.by_file.get(file));
        if let Some((item, seen)) = in_file {
            let is_sure_other = !owner.is_derived && !item.owner().is_derived;
            return match self.seen(site, plan, *seen, address.redirect) {
                Some(Now::Public(source)) => Some(Now::Other(source)),
                // A notice or a hidden story is not a place to forward to, so it need not be sure.
                _ if is_sure_other => Some(Now::Gone),
                now => now,
            };
        }
        let by_uri = self.by_uri.get(owner.uri.as_str()).into_iter().flatten();
        let public = by_uri.filter(|(_, seen)| !matches!(seen, Seen::Nothing)).map(|(item, _)| item.file().clone());
        Some(public.min().map_or(Now::Gone, Now::Other))
    }

    fn seen(&self, site: &Inputs, plan: &Plan, seen: Seen, redirect: bool) -> Option<Now> {
        match seen {
            Seen::Nothing => None,
            Seen::Page(at) => Some(Now::Public(site.stories.pages[at as usize].source.clone())),
            Seen::Story(id) => {
                let live = site.public.get(id);
                let source = site.stories.get(live.current).source.clone();
                match live.visibility {
                    // Old addresses of a withdrawn story go with it.
                    desk::Visibility::Tombstone if redirect => None,
                    desk::Visibility::Tombstone => Some(Now::Withdrawn(source, plan.story_urls[id.index()].clone())),
                    _ => Some(Now::Public(source)),
                }
            }
        }
    }
}

/// Why a story or page makes no redirects, or none of this path.
fn refusal(site: &Inputs, plan: &Plan, seen: Seen, path: &str) -> Option<String> {
    let (url, aliases) = match seen {
        Seen::Story(id) => {
            (&plan.story_urls[id.index()], &site.stories.get(site.public.get(id).current).rare().aliases)
        }
        Seen::Page(at) => (&plan.standing_urls[at as usize], &site.stories.pages[at as usize].aliases),
        Seen::Nothing => return None,
    };
    let is_there = |alias: &String| alias_path(alias).is_some_and(|alias| alias.as_str() == path);
    if url.is_empty() {
        Some("the file itself has no page, because its own address is not free".to_string())
    } else {
        aliases.iter().any(is_there).then(|| "it is one already, and no redirect could be made".to_string())
    }
}

/// Everything in the content that has a uri.
fn items<'s>(site: &Inputs<'s>) -> impl Iterator<Item = (Item<'s>, Seen)> {
    let (stories, public) = (site.stories, site.public);
    // The addresses of a story that another took the place of are the other's to keep.
    let replaced: FxHashMap<&str, PublicId> =
        public.replaced.iter().map(|(old, new)| (&*stories.get(*old).uri, *new)).collect();
    let seen = move |id: StoryId, story: &Story| {
        let live = public.of_version.get(id.index()).copied().flatten();
        live.or_else(|| replaced.get(&*story.uri).copied()).map_or(Seen::Nothing, Seen::Story)
    };
    let versions = stories.ids().map(move |id| {
        let story = stories.get(id);
        let live = public.of_version.get(id.index()).copied().flatten();
        // The version that counts stands for all of a story.
        let shown = live.map_or(story, |live| stories.get(public.get(live).current));
        let item = if shown.uri == story.uri && !story.is_uri_derived { shown } else { story };
        (Item::Story(item), seen(id, story))
    });
    let pages = stories.pages.iter().zip(0..).map(|(page, at)| (Item::Page(page), Seen::Page(at)));
    let hidden_pages = stories.hidden_pages.iter().map(|page| (Item::Page(page), Seen::Nothing));
    versions.chain(pages).chain(hidden_pages)
}
