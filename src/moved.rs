//! Addresses that were public and lead nowhere now.
//!
//! A build cannot redirect them by itself, since its output is a function of its inputs. So it says which they are, and which line in
//! the front matter would keep each. An address counts as settled when something stands there again, or when somebody lets it go.

use crate::desk::{self, LiveId};
use crate::diag::{Checked, Code, Diagnostic, Location, Severity};
use crate::hash::Hash;
use crate::parse::aliases;
use crate::path::{RelPath, UrlPath};
use crate::plan::{Inputs, Kind, Page, Plan};
use crate::state::State;
use crate::state::addresses::{Address, Changes};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};

/// How many addresses a build names one by one.
const NAMED: usize = 20;

/// An address that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The path on the site, as an alias has it.
    pub path: String,
    /// The uri of the story or standing page that it was of.
    pub uri: String,
    /// What became of that.
    pub now: Now,
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
        let owners = Owners::of(site);
        know_again(&mut unsettled, &changes.new, &owners);
        unsettled.sort_unstable();
        unsettled.dedup_by(|a, b| (&a.uri, &a.path) == (&b.uri, &b.path));
        found.value.moved = unsettled.iter().filter_map(|address| owners.moved(site, plan, address)).collect();
        found.value.moved.sort_by(|a, b| (&a.path, &a.uri).cmp(&(&b.path, &b.uri)));
    }
    found.value.changes = changes;
    found.value.unsettled = unsettled;
    found
}

/// Every address at which the plan has a story, a standing page, or an old address of one.
fn addresses(site: &Inputs, plan: &Plan) -> Vec<Address> {
    let of = |page: &Page| {
        let (uri, headline) = match page.kind {
            Kind::Story(id) | Kind::Tombstone(id) | Kind::Redirect(id) => {
                let story = site.stories.get(site.standing.get(id).current);
                (story.uri.to_string(), &*story.headline)
            }
            Kind::Standing(at) | Kind::PageRedirect(at) => {
                let page = &site.stories.pages[at as usize];
                (page.uri.to_string(), page.headline.as_str())
            }
            _ => return None,
        };
        let redirect = matches!(page.kind, Kind::Redirect(_) | Kind::PageRedirect(_));
        let headline = if headline.is_empty() { 0 } else { Hash::of(headline.as_bytes()).short() };
        Some(Address { uri, path: page.url.as_str().to_string(), redirect, headline })
    };
    plan.pages.par_iter().with_min_len(1024).filter_map(of).collect()
}

/// What has a uri.
enum Owner {
    Story(LiveId),
    Page(u32),
    Hidden,
}

struct Owners<'s>(FxHashMap<&'s str, Owner>);

impl<'s> Owners<'s> {
    fn of(site: &Inputs<'s>) -> Owners<'s> {
        let (stories, standing) = (site.stories, site.standing);
        let mut owners: FxHashMap<&str, Owner> = FxHashMap::default();
        let left_out = stories.held.iter().map(|page| &page.uri).chain(&stories.left_out);
        owners.extend(left_out.map(|uri| (&**uri, Owner::Hidden)));
        owners.extend(stories.stories.iter().map(|story| (&*story.uri, Owner::Hidden)));
        owners.extend(stories.pages.iter().zip(0..).map(|(page, at)| (&*page.uri, Owner::Page(at))));
        // The addresses of a story that another took the place of are the other's to keep.
        owners.extend(standing.replaced.iter().map(|(old, new)| (&*stories.get(*old).uri, Owner::Story(*new))));
        owners.extend(standing.ids().map(|id| (&*stories.get(standing.get(id).current).uri, Owner::Story(id))));
        Owners(owners)
    }

    /// What there is to say of an address; `None` where its story or page is hidden, and may come back.
    fn moved(&self, site: &Inputs, plan: &Plan, address: &Address) -> Option<Moved> {
        let now = match self.0.get(address.uri.as_str()) {
            None => Now::Gone,
            Some(Owner::Hidden) => return None,
            Some(Owner::Page(at)) => Now::Public(site.stories.pages[*at as usize].source.clone()),
            Some(Owner::Story(id)) => {
                let live = site.standing.get(*id);
                let source = site.stories.get(live.current).source.clone();
                match live.state {
                    // Old addresses of a withdrawn story go with it.
                    desk::State::Tombstone if address.redirect => return None,
                    desk::State::Tombstone => Now::Withdrawn(source, plan.story_urls[id.index()].clone()),
                    _ => Now::Public(source),
                }
            }
        };
        Some(Moved { path: address.path.clone(), uri: address.uri.clone(), now })
    }
}

/// Finds stories again whose uri went: one that has the same headline and a uri that the last build had not. Where more than one on
/// either side has it, nothing is guessed.
fn know_again(unsettled: &mut [Address], new: &[Address], owners: &Owners) {
    let mut of_headline: FxHashMap<u64, FxHashSet<&str>> = FxHashMap::default();
    for address in new.iter().filter(|address| address.headline != 0) {
        of_headline.entry(address.headline).or_default().insert(&address.uri);
    }
    let is_lost = |address: &Address| !owners.0.contains_key(address.uri.as_str());
    let mut lost: FxHashMap<u64, BTreeSet<String>> = FxHashMap::default();
    for address in unsettled.iter().filter(|address| is_lost(address)) {
        lost.entry(address.headline).or_default().insert(address.uri.clone());
    }
    for address in unsettled.iter_mut().filter(|address| is_lost(address)) {
        let found = of_headline.get(&address.headline).filter(|uris| uris.len() == 1);
        let is_one = lost.get(&address.headline).is_some_and(|uris| uris.len() == 1);
        if let Some(uri) = found.and_then(|uris| uris.iter().next()).filter(|_| is_one) {
            address.uri = uri.to_string();
        }
    }
}

/// What a build says of addresses that lead nowhere. Where there are many, it names some and counts the others.
pub fn diagnostics(moved: &[Moved]) -> Vec<Diagnostic> {
    let mut said: Vec<Diagnostic> = moved.iter().take(NAMED).map(diagnostic).collect();
    if let Some(more) = moved.len().checked_sub(NAMED).filter(|more| *more > 0) {
        let message = format!("{more} more addresses that were public lead nowhere now");
        let summary = Diagnostic::warning(Code::AddressMoved, message);
        said.push(summary.hint("`dateline check --moved` names them all; `--fix` behind it keeps them"));
    }
    said
}

fn diagnostic(Moved { path, uri, now }: &Moved) -> Diagnostic {
    let let_go = format!("if it may go: `dateline check --moved --forget {path}`");
    let at = |source: &RelPath| Location::file(format!("content/{source}"));
    match now {
        Now::Public(source) => {
            let message = format!("{path} was an address of {uri} and leads nowhere now");
            let line = format!(
                "add `aliases: [{}]`, or only the path if there is a list already, or run `dateline check --moved --fix`",
                aliases::item(path)
            );
            Diagnostic::warning(Code::AddressMoved, message).at(at(source)).hint(line).hint(let_go)
        }
        Now::Withdrawn(source, notice) => {
            let message = format!("{path} was the address of {uri}, whose notice of withdrawal stands at {notice}");
            let hint =
                "give the kill the `category`, `firstCreated` and `slug` of the story, or keep its first version";
            Diagnostic::warning(Code::AddressMoved, message).at(at(source)).hint(hint).hint(let_go)
        }
        Now::Gone => {
            let message = format!("{path} was an address of {uri}, which is in no file any more");
            let hint = "withdraw a story with `pubStatus: canceled`, or give its address to another one by `aliases`";
            Diagnostic::new(Severity::Note, Code::AddressMoved, message).hint(hint).hint(let_go)
        }
    }
}

/// The aliases that would keep the addresses, by the file in which to add them.
pub fn aliases_to_add(moved: &[Moved]) -> BTreeMap<RelPath, Vec<String>> {
    let mut by_file: BTreeMap<RelPath, Vec<String>> = BTreeMap::new();
    for one in moved {
        if let Now::Public(source) = &one.now {
            by_file.entry(source.clone()).or_default().push(one.path.clone());
        }
    }
    by_file
}
