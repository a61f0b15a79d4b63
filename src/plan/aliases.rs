//! Whether an alias that no file has yet would make a redirect, by the rules by which a plan gives addresses out.

use super::claims::Clash;
use super::planner::Address;
use super::{Page, PageOf, Plan};
use crate::load::alias_path;

/// Aliases that may be added to the site of a plan, one after the other.
pub struct NewAliases<'p> {
    plan: &'p Plan,
    /// Those that were accepted.
    accepted: Plan,
}

impl<'p> NewAliases<'p> {
    /// None so far.
    pub fn to(plan: &'p Plan) -> NewAliases<'p> {
        NewAliases { plan, accepted: Plan::default() }
    }

    /// Why a path cannot be an alias; `None` where it can.
    pub fn refusal(&self, path: &str) -> Option<String> {
        let address = Address::of(path, &mut String::new());
        let is_read_so = alias_path(path).is_some_and(|read| read.as_str() == path);
        let Some(address) = address.filter(|_| is_read_so) else {
            return Some("it cannot be written as an alias".to_string());
        };
        let clash = |plan: &Plan| Some(reason(plan, &plan.claims.clash(plan, &address.url, address.id)?));
        clash(self.plan).or_else(|| clash(&self.accepted))
    }

    /// Counts a path among the aliases from now on.
    pub fn accept(&mut self, path: &str) {
        if let Some(address) = Address::of(path, &mut String::new()) {
            // What it leads to is of no account here.
            self.accepted.insert(address, PageOf::PageRedirect(0));
        }
    }
}

fn reason(plan: &Plan, clash: &Clash) -> String {
    let url = |at: &u32| &plan.pages[*at as usize].url;
    match clash {
        Clash::Same(other) => format!("{} stands there", url(other)),
        Clash::Form(other) => format!(
            "it differs in case or Unicode form alone from {}, and many disks and hosts have one file for both",
            url(other)
        ),
        Clash::Folder(other) => format!("it and {} need one name as a file and as a folder", url(other)),
        Clash::Host(host) => format!("it is in the place of the file `{host}`, which a host of this site needs"),
    }
}

impl Plan {
    /// Puts a page at an address that nothing clashes with.
    pub(super) fn insert(&mut self, Address { url, id }: Address, of: PageOf) {
        self.claims.note(&url, self.pages.len() as u32);
        let Plan { pages, ids, files, .. } = self;
        files.insert_unique(id, pages.len() as u32, |at| ids[*at as usize]);
        pages.push(Page { url, of });
        ids.push(id);
    }
}
