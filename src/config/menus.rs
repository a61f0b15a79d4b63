//! Menus: lists of links that a site's owner writes, for the navigation, the foot of each page, and wherever a theme wants them.

use super::check::Faults;
use super::places::{self, Step};
use super::section::section_path;
use super::{Config, FILE, Localized};
use crate::diag::{Code, Diagnostic, Location};
use crate::path::UrlPath;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;

/// The menu of the navigation.
pub const MAIN: &str = "main";
/// The menu at the foot of each page.
pub const FOOTER: &str = "footer";

/// The most entries of one menu.
const ENTRIES: usize = 200;

/// An entry of a menu.
#[derive(Clone, Debug)]
pub struct MenuItem {
    /// Its text; empty for that of what it leads to.
    pub name: Localized,
    /// What it leads to.
    pub to: MenuTarget,
    /// Where it stands in the settings.
    pub place: Place,
}

impl Config {
    /// Whether an edition has a menu of this name.
    pub fn has_menu(&self, name: &str) -> bool {
        [MAIN, FOOTER].contains(&name) || self.menus.contains_key(name)
    }
}

/// What an entry of a menu leads to.
#[derive(Clone, Debug)]
pub enum MenuTarget {
    /// A section, by its path.
    Section(String),
    /// A standing page, by its path below `content/pages/` without the ending.
    Page(Localized),
    /// A page that dateline makes of everything.
    Index(IndexPage),
    /// A path of the site, which begins with a slash, or an address elsewhere.
    Url(Localized),
}

/// A page that dateline makes of everything in an edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexPage {
    /// All stories.
    Latest,
    /// All sections.
    Sections,
    /// All topics.
    Topics,
    /// All places.
    Places,
    /// All authors.
    Authors,
    /// Corrections.
    Corrections,
    /// The page of feeds.
    Feeds,
    /// The search page.
    Search,
}

impl IndexPage {
    /// Every one, in the order of the foot of a page.
    pub const ALL: [IndexPage; 8] = [
        IndexPage::Latest,
        IndexPage::Sections,
        IndexPage::Topics,
        IndexPage::Places,
        IndexPage::Authors,
        IndexPage::Corrections,
        IndexPage::Feeds,
        IndexPage::Search,
    ];

    /// The words of all of them, in the same order.
    pub const WORDS: [&'static str; 8] = {
        let mut words = [""; 8];
        let mut at = 0;
        while at < words.len() {
            words[at] = IndexPage::ALL[at].word();
            at += 1;
        }
        words
    };

    /// Its word in the settings, under which a theme's words have its name too.
    pub const fn word(self) -> &'static str {
        match self {
            IndexPage::Latest => "latest",
            IndexPage::Sections => "sections",
            IndexPage::Topics => "topics",
            IndexPage::Places => "places",
            IndexPage::Authors => "authors",
            IndexPage::Corrections => "corrections",
            IndexPage::Feeds => "feeds",
            IndexPage::Search => "search",
        }
    }
}

/// Line and column in the settings. Nothing but diagnostics depends on it, so it leaves no trace in a hash of the settings.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Place(pub u32, pub u32);

impl fmt::Debug for Place {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

/// An entry as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawItem {
    #[serde(default)]
    name: Localized,
    section: Option<String>,
    #[serde(default)]
    page: Localized,
    index: Option<IndexPage>,
    #[serde(default)]
    url: Localized,
}

/// Checks the menus. `text` are the settings, for places.
pub(super) fn check(
    raw: BTreeMap<String, Vec<RawItem>>,
    text: &str,
    faults: &mut Faults,
) -> BTreeMap<String, Vec<MenuItem>> {
    let mut menus = BTreeMap::new();
    for (menu, items) in raw {
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if menu.is_empty() || !menu.starts_with(|c: char| c.is_ascii_lowercase()) || !menu.chars().all(is_name) {
            let place = places::of_key(text, &[Step::Key("menus", 0), Step::Key(&menu, 0)]);
            let message = format!("menus: `{}` is not a valid name for a menu", menu.escape_debug());
            let hint = "use small letters, digits and `_`, as in `main`, `footer` or `top_bar`";
            faults.push(fault(place, message, hint));
        }
        if items.len() > ENTRIES {
            let place = places::of_key(text, &[Step::Key("menus", 0), Step::Key(&menu, 0)]);
            faults.push(fault(place, format!("menus: `{menu}` has more than {ENTRIES} entries"), "shorten it"));
        }
        let mut checked = Vec::new();
        for (item, number) in items.into_iter().zip(0..) {
            let at = [Step::Key("menus", 0), Step::Key(&menu, 0), Step::Item(number)];
            // A menu of one entry may be written without a list.
            let place = places::of_value(text, &at).or_else(|| places::of_value(text, &at[..2]));
            match item.check() {
                Ok((name, to)) => {
                    let (line, column) = place.unwrap_or((1, 1));
                    checked.push(MenuItem { name, to, place: Place(line, column) });
                }
                Err((message, hint)) => faults.push(fault(place, format!("menus: {menu}: {message}"), hint)),
            }
        }
        menus.insert(menu, checked);
    }
    menus
}

fn fault(place: Option<(u32, u32)>, message: String, hint: &str) -> Diagnostic {
    let (line, column) = place.unwrap_or((1, 1));
    Diagnostic::error(Code::ConfigInvalid, message).at(Location::at(FILE, line, column)).hint(hint)
}

impl RawItem {
    /// Name and target of the entry, or what is wrong with it and what to do.
    fn check(self) -> Result<(Localized, MenuTarget), (String, &'static str)> {
        let RawItem { name, section, page, index, url } = self;
        let mut targets = Vec::new();
        targets.extend(section.map(MenuTarget::Section));
        targets.extend((!page.is_empty()).then_some(MenuTarget::Page(page)));
        targets.extend(index.map(MenuTarget::Index));
        targets.extend((!url.is_empty()).then_some(MenuTarget::Url(url)));
        const ONE: &str = "write one of `section`, `page`, `index` and `url`";
        let to = match (targets.pop(), targets.is_empty()) {
            (Some(to), true) => to,
            (Some(_), false) => return Err(("an entry leads to several things".into(), ONE)),
            (None, _) => return Err(("an entry leads nowhere".into(), ONE)),
        };
        match &to {
            MenuTarget::Section(path) if section_path(path).as_ref() != Some(path) => {
                let message = format!("`{}` is not a section path", path.escape_debug());
                return Err((message, "use lower-case words joined by hyphens, with / between levels"));
            }
            MenuTarget::Page(path) => {
                let is_path = |path: &str| UrlPath::new(&format!("/{path}/")).is_some() && !path.ends_with(".md");
                if let Some(path) = path.all().find(|path| !is_path(path)) {
                    let message = format!("`{}` is not the path of a standing page", path.escape_debug());
                    return Err((message, "write the path below content/pages/ without `.md`, as in `page: about`"));
                }
            }
            MenuTarget::Url(url) => {
                if let Some(url) = url.all().find(|url| !is_address(url)) {
                    let message = format!("`{}` is not an address", url.escape_debug());
                    let hint =
                        "write a path of the site, as in /topics/, or a full address, as in https://example.org/";
                    return Err((message, hint));
                }
                if name.is_empty() {
                    return Err(("an entry with `url` has no `name`".into(), "add `name:`, the text of the link"));
                }
            }
            _ => {}
        }
        Ok((name, to))
    }
}

/// Whether a link may lead there: a path of the site, or an address of a kind that readers' programs open.
fn is_address(url: &str) -> bool {
    let is_path = url.starts_with('/') && !url.starts_with("//");
    (is_path && is_plain(url)) || is_elsewhere(url)
}

/// Whether a link leads to an address of a kind that readers' programs open.
pub(super) fn is_elsewhere(url: &str) -> bool {
    let schemes = ["https://", "http://", "mailto:", "tel:"];
    schemes.iter().any(|scheme| url.len() > scheme.len() && url.starts_with(scheme)) && is_plain(url)
}

fn is_plain(url: &str) -> bool {
    !url.contains(|c: char| c.is_whitespace() || c.is_control() || "\"<>\\".contains(c))
}

#[cfg(test)]
mod tests {
    use super::super::tests::check_text;
    use super::*;

    fn menus(yaml: &str) -> Result<String, String> {
        let config = check_text(&format!("title: x\nbase_url: https://e.org/\nmenus:\n{yaml}"))?;
        let shown = |item: &MenuItem| format!("{}:{} {:?}", item.place.0, item.place.1, item.to);
        let lines = config
            .menus
            .iter()
            .map(|(menu, items)| format!("{menu}: {}", items.iter().map(shown).collect::<Vec<_>>().join(", ")));
        Ok(lines.collect::<Vec<_>>().join("; "))
    }

    #[test]
    fn entries_lead_to_one_thing_each() {
        let yaml =
            "  main:\n  - section: politics\n  - {name: Shop, url: https://shop.example/}\n  footer: {index: topics}\n";
        let expected =
            "footer: 7:11 Index(Topics); main: 5:5 Section(\"politics\"), 6:5 Url(One(\"https://shop.example/\"))";
        assert_eq!(menus(yaml).as_deref(), Ok(expected));
        for (yaml, expected) in [
            (
                "  main: [{section: a, page: about}]\n",
                "dateline.yaml:4:10: error: menus: main: an entry leads to several things [write one of",
            ),
            ("  main: [{name: x}]\n", "dateline.yaml:4:10: error: menus: main: an entry leads nowhere [write one of"),
            (
                "  main:\n  - section: politics\n  - section: Sport\n",
                "dateline.yaml:6:5: error: menus: main: `Sport` is not a section path",
            ),
            (
                "  main: [{page: about.md}]\n",
                "dateline.yaml:4:10: error: menus: main: `about.md` is not the path of a standing page [write the path below content/pages/",
            ),
            ("  main: [{page: ../x}]\n", "`../x` is not the path of a standing page"),
            (
                "  main: [{url: /x/}]\n",
                "dateline.yaml:4:10: error: menus: main: an entry with `url` has no `name` [add `name:`",
            ),
            (
                "  main: [{name: x, url: \"javascript:alert(1)\"}]\n",
                "`javascript:alert(1)` is not an address [write a path of the site",
            ),
            ("  main: [{name: x, url: {en: /x/, es: x}}]\n", "menus: main: `x` is not an address"),
            ("  main: [{name: x, url: //e.org/}]\n", "`//e.org/` is not an address"),
            ("  main: [{index: tags}]\n", "`index` is `tags`, expected `latest`, `sections`, `topics`"),
            ("  main: [{href: x}]\n", "unknown field `href`"),
            (
                "  Top-Bar: []\n",
                "dateline.yaml:4:3: error: menus: `Top-Bar` is not a valid name for a menu [use small letters",
            ),
        ] {
            let error = menus(yaml).unwrap_err();
            assert!(error.contains(expected), "{yaml}{error}");
        }
    }

    #[test]
    fn a_place_leaves_no_trace_in_the_hash() {
        let hash = |before: &str| {
            let yaml =
                format!("title: x\nbase_url: https://e.org/\n{before}menus: {{main: [{{section: politics}}]}}\n");
            check_text(&yaml).unwrap().hash()
        };
        assert_eq!(hash(""), hash("# A remark\n"));
    }
}
