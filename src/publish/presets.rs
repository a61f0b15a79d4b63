//! Files that only the host reads: `_headers`, `_redirects`, `.nojekyll`, `CNAME`, `.domains`, and the key of IndexNow.

use super::fault::Fault;
use super::headers;
use super::redirects;
use crate::config::Config;
use crate::config::publish::{Preset, Target as Settings};
use crate::diag::{Code, Diagnostic};
use crate::media_type;
use crate::page::PageKind;
use crate::path::push_encoded;
use crate::theme;
use crate::write::Manifest;
use std::path::Path;

/// A file that is not a file of the output folder.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Extra {
    /// Where it goes.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// Rules that hosts take in `_headers`.
const HEADER_RULES: usize = 100;
/// Rules and bytes that hosts take in `_redirects`; pages beyond them stay HTML redirects.
const REDIRECT_RULES: usize = 2_000;
const REDIRECT_BYTES: usize = 100_000;

/// The files for a target.
pub(super) fn files(
    manifest: &Manifest,
    settings: &Settings,
    config: &Config,
    root: &Path,
    output: &Path,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Vec<Extra>, Fault> {
    let options = &settings.options;
    let mut files = Vec::new();
    let mut add = |path: &str, text: String| files.push(Extra { path: path.to_string(), bytes: text.into_bytes() });
    for path in settings.host_files() {
        match path {
            "_headers" => {
                let policy =
                    theme::policy(root, &config.theme).map_err(|error| match error.diagnostics.into_iter().next() {
                        Some(diagnostic) => Fault::from(diagnostic),
                        None => Fault::refused("the theme cannot be read"),
                    })?;
                let plays = manifest
                    .iter()
                    .any(|(path, filed)| filed.kind == PageKind::Media && crate::recording::kind(path).is_some());
                let policy = policy.map(|policy| if plays { theme::with_media(&policy) } else { policy });
                let policy = policy.map(|policy| theme::with_frames(&policy, &config.embeds));
                add(path, header_rules(manifest, settings, policy.as_deref()));
            }
            "_redirects" => {
                let is_netlify = options.preset == Some(Preset::Netlify);
                let rules = redirect_rules(manifest, config, output, is_netlify)?;
                if !rules.is_empty() {
                    add(path, rules);
                }
            }
            "CNAME" | ".domains" => add(path, format!("{}\n", options.domain.as_deref().unwrap_or_default())),
            // `.nojekyll`: without it, names that begin with an underscore would be left out.
            path => add(path, String::new()),
        }
    }
    if options.preset == Some(Preset::Cloudflare) && !manifest.contains_key("404.html") {
        let message = "without 404.html, Cloudflare Pages answers every wrong address with the front page";
        return Err(Diagnostic::error(Code::HostLimit, message).hint("switch `not_found` on again").into());
    }
    if options.indexnow.is_some()
        && let Some(key) = environment("DATELINE_INDEXNOW_KEY")
    {
        let good = (8..=128).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !good {
            return Err(Fault::refused("DATELINE_INDEXNOW_KEY is not a valid IndexNow key")
                .hint("it has 8 to 128 letters, digits and hyphens"));
        }
        add(&format!("{key}.txt"), key);
    }
    // A folder of that name is in its way too, and so is a name that differs in case.
    let names = settings.host_names();
    let needed = files.iter().map(|file| file.path.as_str()).chain(names);
    let needed: Vec<&str> = needed.collect();
    let is_taken = |path: &String| {
        needed.iter().any(|name| {
            let rest = path.get(name.len()..).filter(|_| path[..name.len()].eq_ignore_ascii_case(name));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    if let Some(taken) = manifest.keys().find(|path| is_taken(path)) {
        return Err(Fault::refused(format!(
            "the site has a file {taken} of its own in the place of one that the host needs"
        ))
        .hint("give the page or the alias another name"));
    }
    count(manifest.len() + files.len(), options.preset, options.max_files)?;
    Ok(files)
}

/// `_headers`: paths are those of the files at the host, which lie at its root whatever the path in `base_url`. What keeps readers safe for every path, front pages and edition feeds by name, folders of files by pattern. A header
/// that two rules set would be sent twice, so no two rules for one path set the same one.
fn header_rules(manifest: &Manifest, settings: &Settings, policy: Option<&str>) -> String {
    let cache = &settings.options.cache;
    let mut text = String::new();
    let everywhere = headers::security(&settings.options.headers, policy);
    if !everywhere.is_empty() {
        text.push_str("/*\n");
        everywhere.iter().for_each(|(name, value)| text.push_str(&format!("  {name}: {value}\n")));
    }
    for (pattern, value) in [("/assets/*", &cache.assets), ("/media/*", &cache.media)] {
        text.push_str(&format!("{pattern}\n  Cache-Control: {value}\n"));
    }
    let named = manifest.iter().filter(|(path, filed)| {
        let near = path.matches('/').count() <= 1;
        near && (filed.kind == PageKind::Front || filed.kind.is_feed())
    });
    for (path, filed) in named.take(HEADER_RULES - 3) {
        let mut address = String::from("/");
        push_encoded(&mut address, path.strip_suffix("index.html").unwrap_or(path));
        let control = headers::cache_control(path, filed.kind, cache);
        let kind = media_type::of(path);
        text.push_str(&format!("{address}\n  Content-Type: {kind}\n  Cache-Control: {control}\n"));
    }
    text
}

/// `_redirects`: one rule for each redirect page, from where its file lies at the host to the address that readers know;
/// and which page of an edition answers wrong addresses.
fn redirect_rules(manifest: &Manifest, config: &Config, output: &Path, is_netlify: bool) -> Result<String, Fault> {
    // Netlify serves a page that exists instead of redirecting, unless forced to.
    let code = if is_netlify { "301!" } else { "301" };
    let mut text = String::new();
    let mut buffer = Vec::new();
    for (path, _) in manifest.iter().filter(|(_, filed)| filed.kind == PageKind::Redirect).take(REDIRECT_RULES) {
        let Some(target) = redirects::of(&output.join(path), config, &mut buffer)? else { continue };
        let page = path.strip_suffix("index.html").unwrap_or(path);
        let mut rule = String::from("/");
        push_encoded(&mut rule, page);
        rule.push_str(&format!(" {target} {code}\n"));
        if text.len() + rule.len() > REDIRECT_BYTES {
            break;
        }
        text.push_str(&rule);
    }
    if is_netlify {
        // Netlify knows the page at the root alone; other hosts look for the nearest one by themselves.
        let pages = manifest.iter().filter(|(_, filed)| filed.kind == PageKind::NotFound);
        for folder in pages.filter_map(|(path, _)| path.strip_suffix("/404.html")) {
            let mut folder_path = String::from("/");
            push_encoded(&mut folder_path, folder);
            text.push_str(&format!("{folder_path}/* {folder_path}/404.html 404\n"));
        }
    }
    Ok(text)
}

/// Refuses more files than the host takes.
fn count(count: usize, preset: Option<Preset>, own: Option<usize>) -> Result<(), Fault> {
    let Some(limits) = preset.map(limits) else { return Ok(()) };
    match own.or(limits.files) {
        Some(limit) if count > limit => {
            let message = format!("the site has {count} files, and {} takes {limit}", limits.name);
            Err(Fault::from(Diagnostic::error(Code::HostLimit, message))
                .hint("publish to a store instead, or set `max_files` if your plan allows more"))
        }
        _ => Ok(()),
    }
}

/// What a host takes; `None` where it names no number.
pub(super) struct Limits {
    /// Its name.
    pub name: &'static str,
    files: Option<usize>,
    /// Bytes of one file.
    pub file: Option<u64>,
    /// Bytes of the site.
    pub total: Option<u64>,
}

/// The hosts' own numbers, for their plans without a fee, as of November 2026.
pub(super) fn limits(preset: Preset) -> Limits {
    let none = Limits { name: "", files: None, file: None, total: None };
    match preset {
        Preset::Netlify => Limits { name: "Netlify", ..none },
        Preset::Cloudflare => {
            Limits { name: "Cloudflare Pages", files: Some(20_000), file: Some(25 << 20), total: None }
        }
        Preset::Github => Limits { name: "GitHub Pages", files: None, file: Some(100 << 20), total: Some(1 << 30) },
        Preset::Gitlab => Limits { name: "GitLab Pages", files: Some(200_000), file: None, total: Some(1 << 30) },
        Preset::Codeberg => Limits { name: "Codeberg Pages", ..none },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_take_so_many_files() {
        assert!(count(20_001, Some(Preset::Cloudflare), None).is_err());
        assert!(count(20_001, Some(Preset::Cloudflare), Some(100_000)).is_ok());
        assert!(count(20_001, None, None).is_ok());
    }
}
