//! Structured data of front pages and lists, in the terms of schema.org. That of a story is in `article`.

use super::json::script_safe;
use crate::page::PageKind;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// A step of the path that leads to a page: its name, and its full address or nothing.
pub(super) type Step<'a> = (&'a str, &'a str);

/// A front page: the site in one language, and who publishes it. Takes full addresses.
pub(super) fn site(name: &str, url: &str, language: &str, description: &str, publisher: &Publisher<'_>) -> String {
    let Publisher { name: publisher, url: home, logo, elsewhere } = publisher;
    let publisher = Organization { kind: "NewsMediaOrganization", name: publisher, url: home, logo, elsewhere };
    script_safe(&Page {
        context: "https://schema.org",
        kind: "WebSite",
        name,
        url,
        language,
        description,
        publisher: Some(publisher),
        ..Page::default()
    })
}

/// Who publishes the site.
pub(super) struct Publisher<'a> {
    pub(super) name: &'a str,
    pub(super) url: &'a str,
    /// Full address of its logo, or empty.
    pub(super) logo: &'a str,
    /// Its places on other sites.
    pub(super) elsewhere: &'a [&'a str],
}

/// A page of a list.
pub(super) struct List<'a> {
    /// `category`, `topic`, `place`, `author`, `day` or `corrections`.
    pub(super) kind: PageKind,
    pub(super) name: &'a str,
    pub(super) description: &'a str,
    /// Full address of this page.
    pub(super) url: &'a str,
    /// Full address of the list's newest page.
    pub(super) newest: &'a str,
    pub(super) language: &'a str,
    /// Name and full address of the site.
    pub(super) site: Step<'a>,
    /// Sections above, from the top.
    pub(super) parents: &'a [Step<'a>],
}

/// A list: what it is about, and where it stands.
pub(super) fn list(list: &List<'_>) -> String {
    let (site_name, site_url) = list.site;
    let about = |kind| Some(Thing { kind, name: list.name, url: "" });
    let mut page = Page {
        context: "https://schema.org",
        kind: "CollectionPage",
        name: list.name,
        url: list.url,
        language: list.language,
        description: list.description,
        site: Some(Thing { kind: "WebSite", name: site_name, url: site_url }),
        ..Page::default()
    };
    match list.kind {
        PageKind::Author => {
            page.kind = "ProfilePage";
            page.main = Some(Thing { kind: "Person", name: list.name, url: list.newest });
        }
        PageKind::Place => page.about = about("Place"),
        PageKind::Topic => page.about = about("Thing"),
        // A path of one step is left out.
        PageKind::Category | PageKind::Day | PageKind::Month if !list.parents.is_empty() => {
            page.breadcrumb = Some(Breadcrumbs { steps: list.parents, last: (list.name, list.newest) });
        }
        _ => {}
    }
    script_safe(&page)
}

/// A page as schema.org has it; what is empty leaves no key.
#[derive(Default, serde::Serialize)]
struct Page<'a> {
    #[serde(rename = "@context")]
    context: &'a str,
    #[serde(rename = "@type")]
    kind: &'a str,
    name: &'a str,
    url: &'a str,
    #[serde(rename = "inLanguage")]
    language: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<Organization<'a>>,
    #[serde(rename = "isPartOf", skip_serializing_if = "Option::is_none")]
    site: Option<Thing<'a>>,
    #[serde(rename = "mainEntity", skip_serializing_if = "Option::is_none")]
    main: Option<Thing<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<Thing<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    breadcrumb: Option<Breadcrumbs<'a>>,
}

/// Who publishes.
#[derive(serde::Serialize)]
struct Organization<'a> {
    #[serde(rename = "@type")]
    kind: &'a str,
    name: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    logo: &'a str,
    #[serde(rename = "sameAs", skip_serializing_if = "<[_]>::is_empty")]
    elsewhere: &'a [&'a str],
}

/// Something with a name and perhaps an address.
#[derive(serde::Serialize)]
struct Thing<'a> {
    #[serde(rename = "@type")]
    kind: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    url: &'a str,
}

/// The way to a page, written without anything between the steps and the text: every story has one.
pub(super) struct Breadcrumbs<'a> {
    /// The steps above the page, from the top.
    pub(super) steps: &'a [Step<'a>],
    /// The page itself.
    pub(super) last: Step<'a>,
}

impl Serialize for Breadcrumbs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("@type", "BreadcrumbList")?;
        map.serialize_entry("itemListElement", &Elements(self))?;
        map.end()
    }
}

struct Elements<'a>(&'a Breadcrumbs<'a>);

impl Serialize for Elements<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let steps = self.0.steps.iter().chain(std::iter::once(&self.0.last)).zip(1..);
        serializer.collect_seq(steps.map(|((name, url), position)| Element { kind: "ListItem", position, name, url }))
    }
}

#[derive(serde::Serialize)]
struct Element<'a> {
    #[serde(rename = "@type")]
    kind: &'a str,
    position: u32,
    name: &'a str,
    #[serde(rename = "item", skip_serializing_if = "str::is_empty")]
    url: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(text: &str) -> Value {
        assert!(!text.contains(['<', '>', '&', '\n']), "{text}");
        serde_json::from_str(text).unwrap()
    }

    fn of(kind: PageKind, parents: &[Step<'_>]) -> Value {
        let site = ("Check </script>", "https://example.org/");
        let (url, newest) = ("https://example.org/x/page/1/", "https://example.org/x/");
        read(&super::list(&List { kind, name: "X & Y", description: "", url, newest, language: "en", site, parents }))
    }

    #[test]
    fn a_front_page_names_site_and_publisher() {
        let publisher = Publisher {
            name: "Agency & Sons",
            url: "https://example.org/",
            logo: "https://example.org/logo.png",
            elsewhere: &["https://news.example/@desk"],
        };
        let value = read(&site("Wire", "https://example.org/es/", "es", "", &publisher));
        assert_eq!((&value["@type"], &value["url"]), (&json!("WebSite"), &json!("https://example.org/es/")));
        let publisher = json!({ "@type": "NewsMediaOrganization", "name": "Agency & Sons", "url": "https://example.org/", "logo": "https://example.org/logo.png", "sameAs": ["https://news.example/@desk"] });
        assert_eq!(value["publisher"], publisher);
        assert_eq!(value.get("description"), None);
    }

    #[test]
    fn a_list_says_what_it_is_about() {
        assert_eq!(of(PageKind::Day, &[])["@type"], "CollectionPage");
        assert_eq!(of(PageKind::Place, &[])["about"], json!({ "@type": "Place", "name": "X & Y" }));
        let author = of(PageKind::Author, &[]);
        assert_eq!(author["@type"], "ProfilePage");
        assert_eq!(author["mainEntity"]["url"], "https://example.org/x/");
        assert_eq!(of(PageKind::Category, &[]).get("breadcrumb"), None);
    }

    #[test]
    fn a_section_knows_the_way_to_it() {
        let value = of(PageKind::Category, &[("Top", "https://example.org/top/"), ("Without page", "")]);
        let steps = value["breadcrumb"]["itemListElement"].as_array().unwrap();
        assert_eq!(
            steps[0],
            json!({ "@type": "ListItem", "position": 1, "name": "Top", "item": "https://example.org/top/" })
        );
        assert_eq!(steps[1], json!({ "@type": "ListItem", "position": 2, "name": "Without page" }));
        assert_eq!(steps[2]["item"], "https://example.org/x/");
        for kind in [PageKind::Day, PageKind::Month] {
            assert_eq!(
                of(kind, &[("2026", "https://example.org/2026/")])["breadcrumb"]["itemListElement"][0]["name"],
                "2026"
            );
        }
    }
}
