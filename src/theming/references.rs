//! What a theme refers to and does not have, and what its own content security policy blocks.

use super::loads::{Load, What, in_css, in_html};
use super::policy::Policy;
use super::stress::StressPage;
use crate::config::Config;
use crate::diag::{Code, Diagnostic, Location, nearest};
use crate::parse::markdown::has_scheme;
use crate::path::{RelPath, decode};
use crate::theme::{self, TAG, Theme, VALUE};
use std::collections::{BTreeMap, BTreeSet};

/// Looks through the templates and style sheets that the pages of a site use, and through pages of stress stories for what values bring in.
pub(super) fn check(theme: &Theme, config: &Config, pages: &[StressPage]) -> Vec<Diagnostic> {
    // Pages that play something or show frames are sent a policy that lets them.
    let policy = theme.policy().map(theme::with_media);
    let policy = policy.map(|policy| theme::with_frames(&policy, &config.embeds));
    let mut search = Search {
        theme,
        assets_url: config.href("/assets/"),
        policy: policy.as_deref().map(|policy| Policy::new(policy, &config.origin)),
        seen: BTreeSet::new(),
        found: Vec::new(),
    };
    let files = theme.files_in_use();
    for (name, source) in theme.sources().iter().filter(|(name, _)| files.contains(name.as_str())) {
        search.template(&theme::template_file(name), source);
    }
    for (path, bytes) in theme.assets.iter().filter(|(path, _)| path.extension() == Some("css")) {
        if let Ok(text) = std::str::from_utf8(bytes) {
            search.style_sheet(path, text);
        }
    }
    search.pages(pages);
    search.found
}

struct Search<'t> {
    theme: &'t Theme,
    /// Link to the folder of the static files.
    assets_url: String,
    policy: Option<Policy<'t>>,
    /// What the templates load and the policy blocks, so that pages do not report it a second time.
    seen: BTreeSet<(&'static str, String)>,
    found: Vec<Diagnostic>,
}

/// A place in a text.
struct Place<'p> {
    file: &'p str,
    text: &'p str,
}

impl Place<'_> {
    fn at(&self, at: usize) -> Location {
        let before = &self.text[..at];
        let line = before.matches('\n').count() as u32 + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() as u32 + 1;
        Location::at(self.file, line, column)
    }
}

impl Search<'_> {
    fn template(&mut self, file: &str, source: &str) {
        for (at, path) in asked_for(source) {
            self.asset(path, Place { file, text: source }.at(at));
        }
        let masked = theme::masked(source);
        for load in in_html(&masked) {
            let place = Place { file, text: source }.at(load.at);
            match load.what {
                What::Inline(_) => self.blocked(&load, "", &place),
                What::File(written) => {
                    let is_cut = written.contains(TAG);
                    for address in written.split(TAG).map(str::trim).filter(|address| !address.is_empty()) {
                        // A part behind a tag may be the end of an address.
                        if !is_cut || has_scheme(address) {
                            self.blocked(&load, address, &place);
                            self.literal(address, &place);
                        }
                    }
                }
            }
        }
    }

    fn style_sheet(&mut self, path: &RelPath, text: &str) {
        let file = self.theme.asset_file(path);
        for load in in_css(text) {
            let What::File(address) = load.what else { continue };
            let place = Place { file: &file, text }.at(load.at);
            self.blocked(&load, address, &place);
            if address.starts_with('/') {
                self.literal(address, &place);
            } else if !address.starts_with('#') && !has_scheme(address) {
                match path.resolve(&decode(without_query(address))) {
                    Some(target) => self.asset(target.as_str(), place),
                    None => self.asset(address, place),
                }
            }
        }
    }

    /// An address that is written out and may be that of a static file.
    fn literal(&mut self, address: &str, place: &Location) {
        let path = [self.assets_url.as_str(), "/assets/"].into_iter().find_map(|folder| address.strip_prefix(folder));
        if let Some(path) = path.filter(|path| !path.contains(VALUE)) {
            self.asset(&decode(without_query(path)), place.clone());
        }
    }

    fn asset(&mut self, path: &str, place: Location) {
        if RelPath::new(path).is_some_and(|path| self.theme.assets.contains_key(&path)) {
            return;
        }
        let diagnostic = warning(format!("the theme has no file `static/{path}`"), place);
        let near = nearest(path, self.theme.assets.keys().map(RelPath::as_str));
        self.found.push(match near {
            Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
            None => diagnostic.hint("put it into `static/` of the theme"),
        });
    }

    /// Says that the policy blocks something, where it does.
    fn blocked(&mut self, load: &Load, address: &str, place: &Location) {
        let Some((what, directive)) = self.what_is_blocked(load, address) else { return };
        self.seen.insert(key(load, address));
        self.found.push(warning(sentence(&what, &directive), place.clone()).hint(hint(load)));
    }

    /// What the policy blocks, in words, and the directive that does.
    fn what_is_blocked(&self, load: &Load, address: &str) -> Option<(String, String)> {
        let policy = self.policy.as_ref()?;
        match &load.what {
            What::Inline(what) => Some((what.clone(), policy.blocks_inline(load.directive)?)),
            What::File(_) => {
                let directive = policy.blocks(load.directive, address, VALUE)?;
                Some((format!("`{}`", shown(address)), directive))
            }
        }
    }

    /// Pages show what values bring in, as addresses in the settings.
    fn pages(&mut self, pages: &[StressPage]) {
        let mut found: BTreeMap<(String, &'static str), Vec<&str>> = BTreeMap::new();
        for page in pages {
            let Ok(bytes) = &page.outcome else { continue };
            let text = String::from_utf8_lossy(bytes);
            for load in in_html(&text) {
                let address = if let What::File(address) = load.what { address.trim() } else { "" };
                let is_news = !self.seen.contains(&key(&load, address));
                if let Some((what, directive)) = self.what_is_blocked(&load, address).filter(|_| is_news) {
                    let names = found.entry((sentence(&what, &directive), hint(&load))).or_default();
                    if !names.contains(&page.name.as_str()) {
                        names.push(&page.name);
                    }
                }
            }
        }
        for ((sentence, hint), names) in found {
            let others = if names.len() > 1 { format!(" and {} more", names.len() - 1) } else { String::new() };
            let message = format!("{sentence}: {}{others}", names[0]);
            self.found.push(Diagnostic::warning(Code::ThemeCheck, message).hint(hint));
        }
    }
}

/// By what something is known again on a page: its kind, and the host or scheme of its address.
fn key(load: &Load, address: &str) -> (&'static str, String) {
    let what = match &load.what {
        What::Inline(what) => what.clone(),
        What::File(_) if has_scheme(address) => {
            let (scheme, rest) = address.split_once("//").unwrap_or((address, ""));
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            if rest.is_empty() { scheme.split(':').next().unwrap_or_default().to_string() } else { host.to_string() }
        }
        // All that lies on the site itself.
        What::File(_) => String::new(),
    };
    (load.directive, what)
}

fn sentence(what: &str, directive: &str) -> String {
    format!("the theme's content security policy blocks {what}, by `{directive}`")
}

fn hint(load: &Load) -> &'static str {
    match load.what {
        What::Inline(_) => "put it into a file of `static/`, or allow it under `content_security_policy` in theme.yaml",
        What::File(_) => "put a copy into `static/`, or name its host under `content_security_policy` in theme.yaml",
    }
}

fn warning(message: String, place: Location) -> Diagnostic {
    Diagnostic::warning(Code::ThemeCheck, message).at(place)
}

/// An address for people: short, with dots for what a template puts in.
fn shown(address: &str) -> String {
    let mut whole = String::new();
    for c in address.chars().map(|c| if c == VALUE { '…' } else { c }) {
        if c != '…' || !whole.ends_with('…') {
            whole.push(c);
        }
    }
    match whole.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", whole[..end].trim_end_matches('…')),
        None => whole,
    }
}

fn without_query(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or_default()
}

/// The static files that a template asks for by `asset(path="…")`, with the places of their names.
fn asked_for(source: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, _) in source.match_indices("asset(") {
        let rest = source[at + 6..].trim_start();
        let rest = rest.strip_prefix("path").map(str::trim_start).and_then(|rest| rest.strip_prefix('='));
        let Some(rest) = rest.map(str::trim_start) else { continue };
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) else { continue };
        let Some(length) = rest[1..].find(quote) else { continue };
        // A name that is put together cannot be looked up.
        if rest[length + 2..].trim_start().starts_with([')', ',']) {
            found.push((source.len() - rest.len() + 1, &rest[1..1 + length]));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_templates_ask_for() {
        let source = "{{ asset(path=\"a.css\") }}{{ asset( path = 'b c.js' ) }}{{ asset(path=name) }}{{ asset(path=\"x\" ~ y) }}";
        assert_eq!(asked_for(source), [(15, "a.css"), (43, "b c.js")]);
    }

    #[test]
    fn addresses_are_shown_short() {
        assert_eq!(shown("https://x.example/\u{1}\u{1}.js"), "https://x.example/….js");
        assert_eq!(shown("\u{1}\u{1}"), "…");
        assert_eq!(shown(&format!("\u{1}{}", "a".repeat(80))), format!("…{}…", "a".repeat(59)));
    }
}
