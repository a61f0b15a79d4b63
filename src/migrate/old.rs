//! The site that stories come from: its folders, its settings, and the addresses that it gave its pages.

use super::keys::text;
use super::{Generator, dates, front};
use crate::clock::{Timestamp, Zone};
use crate::file;
use crate::path::slugify;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// The largest file of settings that is read.
const SETTINGS_LIMIT: u64 = 1 << 20;

/// A site of another generator.
#[derive(Debug)]
pub(super) struct Old {
    pub(super) generator: Generator,
    pub(super) root: PathBuf,
    /// The folder that is read.
    pub(super) content: PathBuf,
    pub(super) settings: Map<String, Value>,
}

impl Old {
    /// Finds the site that a folder belongs to, or is.
    pub(super) fn of(generator: Generator, from: &Path) -> Result<Old, String> {
        let from = from.canonicalize().map_err(|error| error.to_string())?;
        if !from.is_dir() {
            return Err("it is not a folder".to_string());
        }
        let found =
            from.ancestors().take(4).find_map(|root| Some((root.to_path_buf(), settings_file(generator, root)?)));
        let Some((root, file)) = found else {
            let inner = from.join("content");
            let content = if generator != Generator::Jekyll && inner.is_dir() { inner } else { from.clone() };
            return Ok(Old { generator, root: from, content, settings: Map::new() });
        };
        let mut settings = Map::new();
        let name = file.to_string_lossy().into_owned();
        if !name.ends_with("js") {
            let mut bytes = Vec::new();
            file::read_bounded(&file, SETTINGS_LIMIT, &mut bytes)
                .map_err(|_| format!("its settings {name} cannot be read"))?;
            let read = front::settings(&name, &String::from_utf8_lossy(&bytes));
            settings = read.map_err(|fault| format!("its settings {name} cannot be read: {fault}"))?;
        }
        let key = match generator {
            Generator::Hugo => "contentDir",
            Generator::Jekyll => "source",
            Generator::Zola | Generator::Eleventy => "",
        };
        let folder =
            settings.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).and_then(|(_, value)| text(value));
        let folder = folder.unwrap_or_else(|| match generator {
            Generator::Hugo | Generator::Zola => "content".to_string(),
            Generator::Jekyll => ".".to_string(),
            Generator::Eleventy => {
                ["content", "src"].into_iter().find(|name| root.join(name).is_dir()).unwrap_or(".").to_string()
            }
        });
        let content = if from == root { root.join(folder) } else { from };
        Ok(Old { generator, root, content, settings })
    }

    /// Files and folders that the settings leave out, as they are written there.
    pub(super) fn excluded(&self) -> Vec<String> {
        let key = match self.generator {
            Generator::Hugo => "ignoreFiles",
            Generator::Jekyll => "exclude",
            Generator::Zola => "ignored_content",
            Generator::Eleventy => return Vec::new(),
        };
        let found = self.settings.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
        found.and_then(|(_, value)| value.as_array()).into_iter().flatten().filter_map(text).collect()
    }

    /// The address of the site, without a slash at its end.
    pub(super) fn home(&self) -> Option<String> {
        let setting = |key: &str| {
            let found = self.settings.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
            found.and_then(|(_, value)| text(value))
        };
        let home = match self.generator {
            Generator::Hugo => setting("baseURL")?,
            Generator::Zola => setting("base_url")?,
            Generator::Jekyll => setting("url")? + &setting("baseurl").unwrap_or_default(),
            Generator::Eleventy => return None,
        };
        home.starts_with("http").then(|| home.trim_end_matches('/').to_string())
    }

    /// Where a file that a page names by its path on the site may lie.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        let names: &[&str] = match self.generator {
            Generator::Hugo => &["static", "assets", "content"],
            Generator::Zola => &["static", "content"],
            Generator::Jekyll => &["."],
            Generator::Eleventy => &[".", "public", "static", "src"],
        };
        let mut places: Vec<PathBuf> = names.iter().map(|name| self.root.join(name)).collect();
        places.push(self.content.clone());
        places
    }

    /// What the settings say of all files below a folder (Jekyll's defaults).
    pub(super) fn defaults(&self) -> Vec<(String, Map<String, Value>)> {
        let items = self.settings.get("defaults").and_then(Value::as_array).into_iter().flatten();
        let one = |item: &Value| {
            let scope = item.get("scope").and_then(|scope| scope.get("path")).and_then(text).unwrap_or_default();
            Some((scope.trim_matches('/').to_string(), item.get("values")?.as_object()?.clone()))
        };
        if self.generator == Generator::Jekyll { items.filter_map(one).collect() } else { Vec::new() }
    }

    /// The address that a file had, where that can be known.
    pub(super) fn address(&self, page: &OldPage, zone: &Zone) -> Option<String> {
        let address = page.address.or_else(|| self.pattern(page.folders.first().copied().unwrap_or("")));
        match (address, self.generator) {
            (Some(pattern), _) if pattern.contains(':') || page.address.is_none() => self.filled(pattern, page, zone),
            (Some(path), _) => Some(format!("/{}", path.trim_start_matches('/'))),
            (None, Generator::Jekyll) => self.filled("/:categories/:year/:month/:day/:title.html", page, zone),
            (None, _) => {
                let name = page.slug.map_or_else(|| slugify(page.name), str::to_string);
                let folders: Vec<String> =
                    page.folders.iter().map(|folder| folder.to_lowercase().replace(' ', "-")).collect();
                Some(format!("/{}/", folders.into_iter().chain([name]).collect::<Vec<_>>().join("/")))
            }
        }
    }

    /// The form of addresses that the settings give the pages of a section.
    fn pattern(&self, section: &str) -> Option<&str> {
        let text = match self.generator {
            Generator::Hugo => {
                let all = self.settings.get("permalinks")?;
                all.get(section).or_else(|| all.get("page").and_then(|pages| pages.get(section)))?.as_str()
            }
            Generator::Jekyll => self.settings.get("permalink")?.as_str(),
            Generator::Zola | Generator::Eleventy => None,
        };
        match text {
            Some("date") => Some("/:categories/:year/:month/:day/:title.html"),
            Some("pretty") => Some("/:categories/:year/:month/:day/:title/"),
            Some("none") => Some("/:categories/:title.html"),
            other => other,
        }
    }

    fn filled(&self, pattern: &str, page: &OldPage, zone: &Zone) -> Option<String> {
        let day = page.created.map(|time| time.day(zone));
        let name = page.slug.map_or_else(|| slugify(page.name), str::to_string);
        let mut address = String::new();
        for part in pattern.split('/').filter(|part| !part.is_empty()) {
            let (token, ending) = match part.strip_prefix(':') {
                Some(token) => token.split_at(token.find('.').unwrap_or(token.len())),
                None => ("", part),
            };
            let number = |number: Option<i16>, digits: usize| number.map(|number| format!("{number:0digits$}"));
            let text = match token {
                "" => String::new(),
                "year" => number(day.map(|day| day.year), 4)?,
                "month" => number(day.map(|day| i16::from(day.month)), 2)?,
                "i_month" => number(day.map(|day| i16::from(day.month)), 1)?,
                "day" => number(day.map(|day| i16::from(day.day)), 2)?,
                "i_day" => number(day.map(|day| i16::from(day.day)), 1)?,
                "slug" | "contentbasename" | "slugorcontentbasename" | "slugorfilename" => name.clone(),
                "filename" => page.name.to_string(),
                "title" if self.generator == Generator::Jekyll => page.slug.unwrap_or(page.name).to_string(),
                "title" => slugify(page.headline),
                "section" => page.folders.first().copied().unwrap_or("").to_string(),
                "sections" => page.folders.join("/"),
                "categories" => {
                    let categories: Vec<String> = page.categories.iter().map(|name| name.to_lowercase()).collect();
                    categories.join("/")
                }
                _ => return None,
            };
            if !(text.is_empty() && ending.is_empty()) {
                address.push_str(&format!("/{text}{ending}"));
            }
        }
        if pattern.ends_with('/') {
            address.push('/');
        }
        Some(address)
    }
}

/// What of a page makes its address.
pub(super) struct OldPage<'p> {
    /// Folders below the content folder.
    pub(super) folders: Vec<&'p str>,
    /// The file's name without its ending and, where it has one, its day.
    pub(super) name: &'p str,
    pub(super) headline: &'p str,
    pub(super) slug: Option<&'p str>,
    pub(super) categories: &'p [String],
    pub(super) created: Option<Timestamp>,
    /// The address in its front matter.
    pub(super) address: Option<&'p str>,
}

fn settings_file(generator: Generator, root: &Path) -> Option<PathBuf> {
    let names: &[&str] = match generator {
        Generator::Hugo => &[
            "hugo.toml",
            "hugo.yaml",
            "hugo.yml",
            "hugo.json",
            "config/_default/hugo.toml",
            "config/_default/hugo.yaml",
            "config/_default/config.toml",
            "config/_default/config.yaml",
            "config.toml",
            "config.yaml",
            "config.yml",
            "config.json",
        ],
        Generator::Jekyll => &["_config.yml", "_config.yaml", "_config.toml"],
        Generator::Zola => &["config.toml", "zola.toml"],
        Generator::Eleventy => &[".eleventy.js", "eleventy.config.js", "eleventy.config.cjs", "eleventy.config.mjs"],
    };
    names.iter().map(|name| root.join(name)).find(|path| path.is_file())
}

/// A day in an address or a path of folders, as in `2019/05/15/four-years`.
pub(super) fn day_in(path: &str, zone: &Zone) -> Option<Timestamp> {
    let parts: Vec<&str> = path.split('/').collect();
    let is_day = |three: &&[&str]| three[0].len() == 4 && three[1].len() <= 2 && three[2].len() <= 2;
    let three = parts.windows(3).find(is_day)?;
    dates::day(&three.join("/"), '/', zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(generator: Generator, settings: Value, address: Option<&str>, expected: Option<&str>) {
        let settings = settings.as_object().unwrap().clone();
        let old = Old { generator, root: PathBuf::new(), content: PathBuf::new(), settings };
        let zone = Zone::utc();
        let categories = ["Politics".to_string()];
        let page = OldPage {
            folders: vec!["post"],
            name: "port-strike",
            headline: "Port strike, day two",
            slug: None,
            categories: &categories,
            created: zone.parse("2020-01-02").ok(),
            address,
        };
        assert_eq!(old.address(&page, &zone).as_deref(), expected);
    }

    #[test]
    fn former_addresses_are_those_of_the_generator() {
        use Generator::{Eleventy, Hugo, Jekyll, Zola};
        check(Hugo, json!({}), None, Some("/post/port-strike/"));
        check(
            Hugo,
            json!({"permalinks": {"post": "/:year/:month/:title/"}}),
            None,
            Some("/2020/01/port-strike-day-two/"),
        );
        check(Hugo, json!({"permalinks": {"page": {"post": "/:sections/:filename"}}}), None, Some("/post/port-strike"));
        check(Hugo, json!({"permalinks": {"post": "/:yearday/x"}}), None, None);
        check(Hugo, json!({}), Some("old/x.html"), Some("/old/x.html"));
        check(Zola, json!({}), None, Some("/post/port-strike/"));
        check(Zola, json!({}), Some("2020/01/02/x"), Some("/2020/01/02/x"));
        check(Jekyll, json!({}), None, Some("/politics/2020/01/02/port-strike.html"));
        check(Jekyll, json!({"permalink": "pretty"}), None, Some("/politics/2020/01/02/port-strike/"));
        check(Jekyll, json!({}), Some("/:categories/:title/"), Some("/politics/port-strike/"));
        check(Eleventy, json!({}), None, Some("/post/port-strike/"));
    }

    #[test]
    fn an_address_may_hold_the_day() {
        let zone = Zone::utc();
        assert_eq!(day_in("2019/05/15/4-Years", &zone).unwrap().to_string(), "2019-05-15T00:00:00Z");
        assert_eq!(day_in("post/2019/05/x", &zone), None);
        assert_eq!(day_in("/2019/13/45/x", &zone), None);
    }
}
