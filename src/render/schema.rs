//! Structured data of front pages and lists, in the terms of schema.org. That of a story is in `article`.

use super::article::script_safe;
use serde_json::{Value, json};

/// A step of the path that leads to a page: its name, and its full address or nothing.
pub(super) type Step<'a> = (&'a str, &'a str);

/// A front page: the site in one language, and who publishes it. Takes full addresses.
pub(super) fn site(name: &str, url: &str, language: &str, description: &str, publisher: &Publisher<'_>) -> String {
    let mut site = json!({
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": name,
        "url": url,
        "inLanguage": language,
        "publisher": { "@type": "NewsMediaOrganization", "name": publisher.name, "url": publisher.url },
    });
    put(&mut site, "description", description);
    script_safe(&site)
}

/// Who publishes the site.
pub(super) struct Publisher<'a> {
    pub(super) name: &'a str,
    pub(super) url: &'a str,
}

/// A page of a list.
pub(super) struct List<'a> {
    /// `category`, `topic`, `place`, `author`, `day` or `corrections`.
    pub(super) kind: &'a str,
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
    let mut page = json!({
        "@context": "https://schema.org",
        "@type": if list.kind == "author" { "ProfilePage" } else { "CollectionPage" },
        "name": list.name,
        "url": list.url,
        "inLanguage": list.language,
        "isPartOf": { "@type": "WebSite", "name": site_name, "url": site_url },
    });
    put(&mut page, "description", list.description);
    match list.kind {
        "author" => page["mainEntity"] = json!({ "@type": "Person", "name": list.name, "url": list.newest }),
        "place" => page["about"] = json!({ "@type": "Place", "name": list.name }),
        "topic" => page["about"] = json!({ "@type": "Thing", "name": list.name }),
        // A path of one step is none.
        "category" if !list.parents.is_empty() => {
            let steps: Vec<Step> = list.parents.iter().copied().chain([(list.name, list.newest)]).collect();
            page["breadcrumb"] = json!({ "@type": "BreadcrumbList", "itemListElement": breadcrumbs(&steps) });
        }
        _ => {}
    }
    script_safe(&page)
}

/// The elements of a `BreadcrumbList`.
pub(super) fn breadcrumbs(steps: &[Step<'_>]) -> Vec<Value> {
    let element = |(at, (name, url)): (usize, &Step<'_>)| {
        let mut element = json!({ "@type": "ListItem", "position": at + 1, "name": name });
        put(&mut element, "item", url);
        element
    };
    steps.iter().enumerate().map(element).collect()
}

fn put(object: &mut Value, key: &str, text: &str) {
    if !text.is_empty() {
        object[key] = text.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Value {
        assert!(!text.contains(['<', '>', '&', '\n']), "{text}");
        serde_json::from_str(text).unwrap()
    }

    fn of(kind: &str, parents: &[Step<'_>]) -> Value {
        let site = ("Check </script>", "https://example.org/");
        let (url, newest) = ("https://example.org/x/page/1/", "https://example.org/x/");
        read(&super::list(&List { kind, name: "X & Y", description: "", url, newest, language: "en", site, parents }))
    }

    #[test]
    fn a_front_page_names_site_and_publisher() {
        let publisher = Publisher { name: "Agency & Sons", url: "https://example.org/" };
        let value = read(&site("Wire", "https://example.org/es/", "es", "", &publisher));
        assert_eq!((&value["@type"], &value["url"]), (&json!("WebSite"), &json!("https://example.org/es/")));
        let publisher =
            json!({ "@type": "NewsMediaOrganization", "name": "Agency & Sons", "url": "https://example.org/" });
        assert_eq!(value["publisher"], publisher);
        assert_eq!(value.get("description"), None);
    }

    #[test]
    fn a_list_says_what_it_is_about() {
        assert_eq!(of("day", &[])["@type"], "CollectionPage");
        assert_eq!(of("place", &[])["about"], json!({ "@type": "Place", "name": "X & Y" }));
        let author = of("author", &[]);
        assert_eq!(author["@type"], "ProfilePage");
        assert_eq!(author["mainEntity"]["url"], "https://example.org/x/");
        assert_eq!(of("category", &[]).get("breadcrumb"), None);
    }

    #[test]
    fn a_section_knows_the_way_to_it() {
        let value = of("category", &[("Top", "https://example.org/top/"), ("Without page", "")]);
        let steps = value["breadcrumb"]["itemListElement"].as_array().unwrap();
        assert_eq!(
            steps[0],
            json!({ "@type": "ListItem", "position": 1, "name": "Top", "item": "https://example.org/top/" })
        );
        assert_eq!(steps[1], json!({ "@type": "ListItem", "position": 2, "name": "Without page" }));
        assert_eq!(steps[2]["item"], "https://example.org/x/");
    }
}
