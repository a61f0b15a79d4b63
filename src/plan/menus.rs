//! Whether the entries of menus lead somewhere, and whether the menus that standing pages join are there.

use super::planner::Planner;
use crate::config::{self, MenuItem, MenuTarget};
use crate::diag::{Code, Diagnostic, Location, nearest};

impl Planner<'_> {
    /// Warns of entries that lead to no page. What every page shows must not depend on the stories, so an entry with an address stays
    /// even so: its page may come with a story.
    pub(super) fn menus(&mut self) {
        self.joining();
        let config = self.site.config;
        for item in config.menus.values().flatten() {
            for language in &config.languages {
                if let Some((message, hint)) = self.missing(item, language) {
                    let at = Location::at(config::FILE, item.place.0, item.place.1);
                    let diagnostic = Diagnostic::warning(Code::LinkTarget, message).at(at).hint(hint);
                    // Editions mostly share an address.
                    if self.diagnostics.last() != Some(&diagnostic) {
                        self.diagnostics.push(diagnostic);
                    }
                }
            }
        }
    }

    /// Warns of standing pages that join a menu that is not there.
    fn joining(&mut self) {
        let config = self.site.config;
        let stories = self.site.stories;
        for page in stories.pages.iter().chain(&stories.hidden_pages) {
            let Some((menu, (line, column))) = &page.menu else { continue };
            if config.has_menu(&menu.name) {
                continue;
            }
            let names = || [config::MAIN, config::FOOTER].into_iter().chain(config.menus.keys().map(String::as_str));
            let message = format!("there is no menu `{}`", menu.name.escape_debug());
            let near = nearest(&menu.name, names());
            let hint = near.map(|near| format!("did you mean `{near}`?")).unwrap_or_else(|| {
                "the page joins none; write `main`, `footer`, or a name that stands under `menus:` in dateline.yaml"
                    .to_string()
            });
            let at = Location::at(format!("content/{}", page.source), *line, *column);
            self.diagnostics.push(Diagnostic::warning(Code::UnknownMenu, message).at(at).hint(hint));
        }
    }

    fn missing(&self, item: &MenuItem, language: &str) -> Option<(String, &'static str)> {
        match &item.to {
            MenuTarget::Page(paths) => {
                let path = paths.get(language)?;
                let is_there = self.site.stories.pages.iter().any(|page| page.path == path);
                let message = || format!("the menu's page `{path}` is not a public standing page");
                let hint = "the entry was left out; name a file of content/pages/ without its ending";
                (!is_there).then(|| (message(), hint))
            }
            MenuTarget::Url(urls) => {
                let url = urls.get(language).filter(|url| url.starts_with('/'))?;
                let path = url.split(['?', '#']).next().unwrap_or(url);
                let is_there = self.plan.has_url(&crate::path::decode(path));
                let hint = "the entry stays; write the path of a page, with the edition before it, as in /es/topics/";
                (!is_there).then(|| (format!("`{url}` leads to no page of this site"), hint))
            }
            MenuTarget::Section(_) | MenuTarget::Index(_) => None,
        }
    }
}
