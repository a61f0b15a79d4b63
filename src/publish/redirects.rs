//! Targets of redirect pages, for stores and hosts that can answer with a real redirect.

use super::fault::Fault;
use super::record::Record;
use super::state::State;
use crate::config::Config;
use crate::file;
use crate::page::PageKind;
use crate::write::Manifest;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

/// By path of the page, the address that it leads to, without the site's own host.
pub(super) type Redirects = BTreeMap<String, String>;

/// The largest page that is read.
const LIMIT: u64 = 1 << 20;

/// All of a build.
pub(super) fn all(manifest: &Manifest, output: &Path, config: &Config) -> Result<Redirects, Fault> {
    let pages: Vec<&String> =
        manifest.iter().filter(|(_, filed)| filed.kind == PageKind::Redirect).map(|(path, _)| path).collect();
    let found: Result<Vec<_>, Fault> = pages
        .into_par_iter()
        .map_init(Vec::new, |buffer, path| Ok(of(&output.join(path), config, buffer)?.map(|to| (path.clone(), to))))
        .collect();
    Ok(found?.into_iter().flatten().collect())
}

/// Those of a former state, as far as their pages are kept; one that is not kept did not change.
pub(super) fn former(record: &Record, state: &State, config: &Config) -> Redirects {
    let pages = record.iter().filter(|(_, entry)| entry.kind == PageKind::Redirect);
    let target = |hash| refresh(&String::from_utf8_lossy(&state.kept(hash).ok()?), config);
    pages.filter_map(|(path, entry)| Some((path.clone(), target(entry.hash)?))).collect()
}

/// Where a page leads.
pub(super) fn of(file: &Path, config: &Config, buffer: &mut Vec<u8>) -> Result<Option<String>, Fault> {
    match file::read_bounded(file, LIMIT, buffer) {
        Ok(()) => Ok(refresh(&String::from_utf8_lossy(buffer), config)),
        Err(file::ReadError::TooLarge(_)) => Ok(None),
        Err(file::ReadError::Io(error)) => Err(Fault::local(file, &error).of_output("build --verify")),
    }
}

/// The address of `<meta http-equiv="refresh">`, without the site's own host.
fn refresh(html: &str, config: &Config) -> Option<String> {
    let tag = &html[html.find("http-equiv=\"refresh\"")?..];
    let address = &tag[tag.find("url=")? + 4..];
    let address = &address[..address.find(['"', '\'', '>'])?];
    let address = address.replace("&amp;", "&");
    let path = address.strip_prefix(&config.origin).unwrap_or(&address);
    let good = path.starts_with('/') && path.len() < 2000 && path.bytes().all(|b| b.is_ascii_graphic());
    good.then(|| path.to_string())
}
