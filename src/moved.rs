//! Addresses that were public and lead nowhere now.
//!
//! A build cannot redirect them by itself, since its output is a function of its inputs. So it says which they are, and which line in
//! the front matter would keep each. An address counts as settled when something stands there again, or when somebody lets it go.

mod again;
mod current;
mod messages;

use crate::diag::Checked;
use crate::path::{RelPath, UrlPath};
use crate::plan::{Inputs, NewAliases, Page, PageOf, PageOwner, Plan};
use crate::state::State;
use crate::state::addresses::{Address, Changes, Owner};
use crate::story::{StandingPage, Story};
use current::Current;
pub use messages::{diagnostics, of_refused};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// An address that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The path on the site, as an alias has it.
    pub path: String,
    /// The uri of the story or standing page that it was of.
    pub uri: String,
    /// Whether that was a standing page.
    pub is_page: bool,
    /// What became of that.
    pub now: Now,
    /// Why no alias can keep the path, where that is so.
    pub no_alias: Option<String>,
}

/// What became of the story or standing page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Now {
    /// It is public. An alias in this file keeps the address.
    Public(RelPath),
    /// It was withdrawn, and the notice stands elsewhere: by this file, at this address.
    Withdrawn(RelPath, String),
    /// It is in no file.
    Gone,
    /// Its uri or its file is now that of another story, as far as can be seen: the one in this file.
    Other(RelPath),
}

/// The addresses of a site beside those that it had.
#[derive(Debug, Default)]
pub struct Review {
    /// Those that lead nowhere, in the order of their paths.
    pub moved: Vec<Moved>,
    /// What became of the addresses of the last build.
    pub changes: Changes,
    /// All that went and are not settled, those of hidden stories among them.
    pub unsettled: Vec<Address>,
}

/// Compares the addresses of a plan with those in the state.
pub fn review(site: &Inputs, plan: &Plan, state: &State) -> Checked<Review> {
    let store = state.addresses();
    let mut found = Checked::<Review>::default();
    let compared = store.compare(addresses(site, plan));
    let gone = store.gone();
    found.diagnostics.extend(compared.diagnostics.into_iter().chain(gone.diagnostics));
    let changes = compared.value;
    let all: BTreeSet<Address> = gone.value.into_iter().chain(changes.gone.iter().cloned()).collect();
    let is_open = |address: &Address| UrlPath::new(&address.path).is_some_and(|path| plan.at(&path.file()).is_none());
    let mut unsettled: Vec<Address> = all.into_iter().filter(is_open).collect();
    if !unsettled.is_empty() {
        let current = Current::of(site, &unsettled, &changes);
        let current_address = |address: &mut Address| current.moved(site, plan, address);
        found.value.moved = unsettled.iter_mut().filter_map(current_address).collect();
        found.value.moved.sort_by(|a, b| (&a.path, &a.uri).cmp(&(&b.path, &b.uri)));
        found.value.moved.dedup();
        refuse(&mut found.value.moved, plan);
        unsettled.sort_unstable_by(|a, b| (&a.owner.uri, &a.path).cmp(&(&b.owner.uri, &b.path)));
        unsettled.dedup_by(|a, b| (&a.owner.uri, &a.path) == (&b.owner.uri, &b.path));
    }
    found.value.changes = changes;
    found.value.unsettled = unsettled;
    found
}

/// Finds the aliases that the next build would refuse, each beside those before it.
fn refuse(moved: &mut [Moved], plan: &Plan) {
    let mut aliases = NewAliases::to(plan);
    for one in moved {
        one.no_alias = aliases.refusal(&one.path).or_else(|| one.no_alias.take());
        if one.no_alias.is_none() && matches!(one.now, Now::Public(_)) {
            aliases.accept(&one.path);
        }
    }
}

/// Every address at which the plan has a story, a standing page, or an old address of one.
fn addresses(site: &Inputs, plan: &Plan) -> Vec<Address> {
    let of = |page: &Page| {
        // The ninjs of a story moves with its page.
        if matches!(page.of, PageOf::Ninjs(_) | PageOf::TombstoneNinjs(_)) {
            return None;
        }
        let owner = match page.of.owner()? {
            PageOwner::Story(id) => of_story(site.stories.get(site.public.get(id).current)),
            PageOwner::Standing(at) => of_page(&site.stories.pages[at as usize]),
        };
        let redirect = matches!(page.of, PageOf::Redirect(_) | PageOf::PageRedirect(_));
        Some(Address { owner, path: page.url.as_str().to_string(), redirect })
    };
    plan.pages.par_iter().with_min_len(1024).filter_map(of).collect()
}

/// A story as the state notes it.
fn of_story(story: &Story) -> Owner {
    Owner {
        uri: story.uri.to_string(),
        is_derived: story.is_uri_derived,
        file: Some(story.source.clone()),
        headline: Owner::headline(&story.headline),
    }
}

/// A standing page as the state notes it.
fn of_page(page: &StandingPage) -> Owner {
    Owner {
        uri: page.uri.to_string(),
        is_derived: page.is_uri_derived,
        file: Some(page.source.clone()),
        headline: Owner::headline(&page.headline),
    }
}

/// The aliases that would keep the addresses, by the file in which to add them.
pub fn aliases_to_add(moved: &[Moved]) -> BTreeMap<RelPath, Vec<String>> {
    let mut by_file: BTreeMap<RelPath, Vec<String>> = BTreeMap::new();
    for one in moved.iter().filter(|one| one.no_alias.is_none()) {
        if let Now::Public(source) = &one.now {
            by_file.entry(source.clone()).or_default().push(one.path.clone());
        }
    }
    by_file
}
